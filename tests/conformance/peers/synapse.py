"""A real Synapse for the Matrix adapter: its own environment, SQLite, bound to 127.0.0.1, no federation.

`python -m tests.conformance.peers.synapse` installs it into `.conformance/synapse` from the lock beside the suite.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import ctypes
import hashlib
import hmac
import json
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[3]
HOME = ROOT / ".conformance" / "synapse"
LOCK = ROOT / "tests" / "conformance" / "requirements-synapse.lock"
NAME = "localhost"
_READY_S = 60


@dataclass(frozen=True, slots=True)
class Homeserver:
    """Where it listens, and what registers a user."""

    url: str
    secret: str
    process: subprocess.Popen[bytes]


def missing() -> str:
    """Why it can't run here; empty when it can."""
    if not (HOME / "bin" / "synapse_homeserver").exists():
        return "Synapse is not installed: python -m tests.conformance.peers.synapse"
    return ""


def install() -> None:
    """Makes the environment; some 240 MB, with prebuilt packages alone."""
    venv.create(HOME, with_pip=True, clear=True)
    pip = [str(HOME / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
    subprocess.run([*pip, "install", "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)], check=True)


def _config(folder: Path, port: int, secret: str) -> str:
    """JSON is YAML; each line is one that the test needs, or that keeps it from the outside."""
    wide = {"per_second": 10_000, "burst_count": 100_000}
    return json.dumps(
        {
            "server_name": NAME,
            "listeners": [
                {
                    "port": port,
                    "bind_addresses": ["127.0.0.1"],
                    "type": "http",
                    "x_forwarded": False,
                    "resources": [{"names": ["client", "media"], "compress": False}],
                }
            ],
            "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
            "media_store_path": str(folder / "media"),
            "signing_key_path": str(folder / "signing.key"),
            "log_config": str(folder / "log.yaml"),
            "pid_file": str(folder / "pid"),
            "registration_shared_secret": secret,
            "macaroon_secret_key": secrets.token_hex(16),
            "form_secret": secrets.token_hex(16),
            "bcrypt_rounds": 4,
            "report_stats": False,
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "url_preview_enabled": False,
            "caches": {"sync_response_cache_duration": "0s"},  # people look anew each time
            "enable_registration": False,
            "max_upload_size": "50M",
            "rc_message": wide,
            "rc_login": {"address": wide, "account": wide, "failed_attempts": wide},
            "rc_joins": {"local": wide, "remote": wide},
            "rc_invites": {"per_room": wide, "per_user": wide, "per_issuer": wide},
            "rc_room_creation": wide,
            "rc_registration": wide,
            "rc_admin_redaction": wide,
            "rc_media_create": wide,
        }
    )


_LOG = """version: 1
handlers: {file: {class: logging.FileHandler, filename: %s, formatter: plain}}
formatters: {plain: {format: "%%(asctime)s %%(levelname)s %%(name)s %%(message)s"}}
root: {level: WARNING, handlers: [file]}
disable_existing_loggers: false
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _with_parent() -> None:
    """A killed test leaves no server behind (prctl PR_SET_PDEATHSIG; the thread that starts it must live on)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _start(folder: Path) -> Homeserver:
    folder.mkdir(parents=True, exist_ok=True)
    port, secret = _free_port(), secrets.token_hex(16)
    (folder / "homeserver.yaml").write_text(_config(folder, port, secret), encoding="utf-8")
    (folder / "log.yaml").write_text(_LOG % (folder / "synapse.log"), encoding="utf-8")
    start = [str(HOME / "bin" / "python"), "-m", "synapse.app.homeserver", "-c", str(folder / "homeserver.yaml")]
    subprocess.run([*start, "--generate-keys"], check=True, cwd=folder, stdout=subprocess.DEVNULL)
    with (folder / "output.log").open("wb") as output:
        process = subprocess.Popen(start, cwd=folder, stdout=output, stderr=output, preexec_fn=_with_parent)  # noqa: PLW1509 - one call, in the main thread
    return Homeserver(f"http://127.0.0.1:{port}", secret, process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(60)


_SHARED: list[Homeserver] = []


async def shared() -> Homeserver:
    """The one homeserver of this test process; it ends with it. Each test registers users of its own."""
    if not _SHARED:
        folder = Path(tempfile.mkdtemp(prefix="dobi-synapse-"))
        server = _start(folder)
        _SHARED.append(server)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        atexit.register(_end, server.process)
        await _ready(server)
    return _SHARED[0]


async def _ready(server: Homeserver) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(_READY_S * 10):
            if server.process.poll() is not None:
                raise RuntimeError(f"Synapse ended with {server.process.returncode}")
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(f"{server.url}/health") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.1)
    raise RuntimeError(f"Synapse was not ready after {_READY_S} s")


async def register(server: Homeserver, name: str, password: str) -> str:
    """A new user's access token."""
    url = f"{server.url}/_synapse/admin/v1/register"
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as answer:
            nonce = (await answer.json())["nonce"]
        told = f"{nonce}\x00{name}\x00{password}\x00notadmin".encode()
        mac = hmac.new(server.secret.encode(), told, hashlib.sha1).hexdigest()
        record = {"nonce": nonce, "username": name, "password": password, "admin": False, "mac": mac}
        async with session.post(url, json=record) as answer:
            answer.raise_for_status()
            return str((await answer.json())["access_token"])


if __name__ == "__main__":
    install()
    sys.exit(missing())
