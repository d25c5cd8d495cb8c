"""The doctor says of keys what an operator has to do, and nothing where nothing is to be done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attest.crypto import FileKeeper, KeyStore, OpeningKey, OpeningKeys
from bot.key_checks import desk_checks, key_checks
from bot.letters import Letter, Letters
from bot.settings import Settings, parse

HOUSE = '[[institution]]\nid = "g"\nname = "경남"\n'


def configured(text: str = "") -> Settings:
    return parse(HOUSE + text, {}, file_mode=0o600)


@pytest.fixture
def data(tmp_path: Path, clock) -> Path:
    """A house on one PC."""
    opening = OpeningKeys(tmp_path / "audit")
    keeper = FileKeeper(tmp_path / "keys", make_audit=lambda tenant, suite: opening.make(tenant, suite).public)
    store = KeyStore(tmp_path / "keys", None, keeper)
    store.prepare("g", clock(), "경남")
    store.pseudonym("g", "kim")
    return tmp_path


def told(data: Path, settings: Settings) -> dict[str, tuple[bool, bool, str]]:
    found = key_checks(settings, data, KeyStore(data / "keys"), OpeningKeys(data / "audit", older=[data / "keys"]))
    return {one.name: (one.ok, one.needed, one.says) for one in found}


def test_both_keys_on_one_pc_is_a_warning_and_apart_is_well(data):
    ok, needed, says = told(data, configured())["경남 감사 열쇠"]
    assert (ok, needed) == (False, False)
    assert "함께" in says or "감사 열쇠도 있습니다" in says

    (data / "audit").rename(data / "elsewhere")
    assert told(data, configured())["경남 감사 열쇠"][0] is True


def test_a_suite_without_its_audit_key_stops_the_house(data):
    (data / "audit").rename(data / "elsewhere")

    ok, needed, says = told(data, configured("receipt_suite = 2\n"))["경남 감사 열쇠"]

    assert (ok, needed) == (False, True)
    assert "receipt_suite = 2" in says


def test_a_suite_whose_key_was_enrolled_is_well(data, clock):
    (data / "audit").rename(data / "elsewhere")
    KeyStore(data / "keys").enrol_audit_key("g", OpeningKey.generate(2).public, clock(), "경남")

    assert told(data, configured("receipt_suite = 2\n"))["경남 감사 열쇠"][0] is True


@pytest.mark.parametrize("name", ["keys/g/log.pem", "keys/g/holder.secret", "audit/g/audit.pem"])
def test_a_key_that_others_can_read_is_broken(data, name):
    assert told(data, configured())["열쇠 파일"][0] is True

    (data / name).chmod(0o640)

    ok, needed, says = told(data, configured())["열쇠 파일"]
    assert (ok, needed) == (False, True)
    assert name.rpartition("/")[2] in says


def test_an_empty_house_has_nothing_to_say_but_a_configured_passphrase_waits_for_its_key(tmp_path):
    assert told(tmp_path, configured()) == {}
    assert "경남 감사 열쇠" in told(tmp_path, configured('[audit]\npassphrase = "env:X"\n'))


def test_a_damaged_list_is_told(data):
    (data / "keys" / "g" / "keys.json").write_text("{}", encoding="utf-8")

    assert told(data, configured())["경남 열쇠"][:2] == (False, True)


def test_the_certificate_of_a_time_stamp_authority_has_to_be_there(data):
    asked = configured(f'[timestamp]\nurl = "http://tsa.example/"\ncertificate = "{data / "ca.pem"}"\n')
    assert told(data, asked)["시점확인"][0] is False

    (data / "ca.pem").write_bytes(b"-----BEGIN CERTIFICATE-----")
    assert told(data, asked)["시점확인"][0] is True


async def test_what_waits_for_nobody_is_told(database, clock):
    async def nobody(owner: str) -> bool:
        return False

    letters = Letters(database, "a", nobody)
    assert await desk_checks(configured(), letters) == []

    await letters.put("g", Letter("one", clock(), "console:dm:lee", None, 7, "a"), b"x")

    found = await desk_checks(configured(), letters)
    assert "1건이 기다립니다" in found[0].says
    assert replace(found[0]).needed is False
