"""The container files, read without Docker: every service is confined, no secret is written down, data is kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import settings

DOCKER = Path(__file__).parents[1] / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ROLES = ["brief", "chat", "crawl", "deliver", "receive", "sense", "verify"]


def test_every_role_is_a_service_of_the_one_image() -> None:
    assert sorted(SERVICES) == sorted([*ROLES, "valkey"])
    assert len({SERVICES[role]["image"] for role in ROLES}) == 1
    assert all(SERVICES[role]["command"][:2] == ["work", role] for role in ROLES)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_confined_and_watched(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] not in {"root", "0", "0:0"}
    assert any(mount.startswith("/tmp:") for mount in service["tmpfs"])
    assert service["healthcheck"]["test"]
    assert service["pids_limit"] > 0


def test_the_database_keeps_its_data_and_is_reached_by_nobody_outside() -> None:
    valkey = SERVICES["valkey"]
    started = valkey["command"][-1]

    assert "--appendonly yes" in started
    assert "--appendfsync always" in started
    assert "--maxmemory-policy noeviction" in started
    assert "valkey:/data" in valkey["volumes"]
    assert "ports" not in valkey
    assert valkey["networks"] == ["store"]
    assert COMPOSE["networks"]["store"]["internal"] is True


def test_only_the_two_entrances_are_published_and_only_on_loopback() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert sorted(published) == ["receive", "sense"]
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_whoever_hears_the_messengers_is_small_and_comes_in_by_its_own_port() -> None:
    receive, http = SERVICES["receive"], settings.load(DOCKER / "dobi.toml", {"DOBI_REDIS_URL": "redis://x"}).http

    assert receive["mem_limit"] == "256m"
    assert receive["ports"][0].endswith(f":{http.callback_port}")
    assert f":{http.callback_port}/health" in receive["healthcheck"]["test"][-1]
    assert "keys:/var/lib/dobi" not in receive["volumes"]


def test_the_roles_that_speak_to_messengers_know_the_same_accounts() -> None:
    known = [SERVICES[role]["environment"] for role in ("receive", "chat", "deliver")]

    assert known[0] == known[1] == known[2]
    assert {"TELEGRAM_TOKEN", "SLACK_APP_TOKEN", "NAVERWORKS_PRIVATE_KEY"} <= set(known[0])


def test_keys_are_in_a_volume_where_they_are_used_and_nowhere_else() -> None:
    keeping = sorted(name for name, service in SERVICES.items() if "keys:/var/lib/dobi" in service["volumes"])

    assert keeping == ["chat", "verify"]
    assert all(not mount.startswith("/var/lib/dobi") for name in keeping for mount in SERVICES[name]["tmpfs"])


def test_secrets_come_from_the_environment_and_the_needed_one_has_no_default() -> None:
    text = (DOCKER / "compose.yaml").read_text(encoding="utf-8")
    secrets = {
        value
        for service in SERVICES.values()
        for key, value in service.get("environment", {}).items()
        if re.search(r"PASSWORD|TOKEN|KEY|AUTH|SECRET|URL", key)
    }

    assert secrets
    assert all("${" in value for value in secrets)
    assert set(re.findall(r"\$\{DOBI_REDIS_PASSWORD(.*?)\}", text)) == {":?a long random word"}


def test_the_settings_that_come_along_are_complete_and_name_secrets_only() -> None:
    text = (DOCKER / "dobi.toml").read_text(encoding="utf-8")

    read = settings.parse(text, {"DOBI_REDIS_URL": "redis://:x@valkey:6379/0"}, file_mode=0o644)

    assert [one.id for one in read.institutions] == ["sample"]
    assert read.redis.url is not None
    assert "redis://" not in text


def test_the_image_runs_as_nobody_and_installs_from_the_lock_alone() -> None:
    lines = (DOCKER / "Dockerfile").read_text(encoding="utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    installs = [line for line in lines if "pip install" in line]

    assert users[-1].split(":")[0] not in {"root", "0"}
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
    assert not [line for line in lines if re.match(r"(ADD|ARG|ENV)\b.*(TOKEN|PASSWORD|SECRET)", line)]


def test_the_audit_offices_key_is_where_seals_are_opened_and_nowhere_else() -> None:
    holding = [name for name, service in SERVICES.items() if "audit:/var/lib/dobi-audit" in service["volumes"]]

    assert holding == ["verify"]
    assert 'directory = "/var/lib/dobi-audit"' in (DOCKER / "dobi.toml").read_text(encoding="utf-8")
