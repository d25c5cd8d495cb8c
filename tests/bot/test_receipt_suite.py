"""One setting an institution chooses the suite of its receipts' keys, on the command line and in chat alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from attest.crypto import PublicKeys
from bot.__main__ import main
from bot.settings import SettingsError, parse

TWO = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
receipt_suite = 2
[[institution]]
id = "busan"
name = "부산광역시"
"""


def test_the_setting_reaches_its_value_and_is_1_where_nothing_is_said():
    assert [one.receipt_suite for one in parse(TWO, {}, file_mode=0o600).institutions] == [2, 1]


@pytest.mark.parametrize("value", ["3", "0", '"2"', "[1]"])
def test_another_suite_is_a_fault_of_its_line(value):
    with pytest.raises(SettingsError) as caught:
        parse(TWO.replace("= 2", f"= {value}"), {}, file_mode=0o600)

    assert [(fault.line, fault.key) for fault in caught.value.faults] == [(5, "institution.receipt_suite")]


def test_exported_lists_hold_keys_of_the_suite_that_is_set(tmp_path: Path, capsys):
    config, exported = tmp_path / "dobi.toml", tmp_path / "keys.json"
    config.write_text(TWO, "utf-8")
    config.chmod(0o600)

    assert main(["keys", "export", str(exported), "--config", str(config), "--data", str(tmp_path / "data")]) == 0

    keys = PublicKeys.from_json(exported.read_bytes())
    assert {(key.institution, key.suite, key.use) for key in keys.keys} == {
        (tenant, suite, use) for tenant, suite in (("gyeongnam", 2), ("busan", 1)) for use in ("receipt", "log", "seal")
    }
