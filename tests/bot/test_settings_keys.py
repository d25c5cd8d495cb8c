"""Passphrases stand in the settings as references, looked up by whoever needs them and when."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import SettingsError, parse, reference
from bot.settings_keys import Audit, Backup, NoPassphrase, Timestamp, WitnessServer


def refused(text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        parse(text, {}, file_mode=0o600)
    return str(caught.value)


def test_without_a_word_everything_has_a_default():
    known = parse("", {}, file_mode=0o600)

    assert (known.audit, known.timestamp, known.backup, known.witnesses) == (Audit(), None, Backup(), ())
    assert known.audit.unlock() is None


def test_what_is_said_is_known_and_no_passphrase_is_looked_up_before_it_is_needed():
    known = parse(
        '[audit]\ndirectory = "/srv/audit"\npassphrase = "env:NOT_HERE"\n'
        '[timestamp]\nurl = "https://tsa.example/"\ncertificate = "/etc/tsa.pem"\n'
        '[backup]\npassphrase = "file:/none"\ndays = 7\n'
        '[[witness]]\nurl = "https://w.example/"\nkey = "w+00000000+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"\n',
        {},
        file_mode=0o644,
    )

    assert known.audit.directory == Path("/srv/audit")
    assert known.timestamp == Timestamp("https://tsa.example/", Path("/etc/tsa.pem"))
    assert known.backup.days == 7
    assert known.witnesses == (
        WitnessServer("https://w.example/", "w+00000000+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    )
    with pytest.raises(NoPassphrase, match="env:NOT_HERE"):
        known.audit.unlock()
    with pytest.raises(NoPassphrase, match="/none"):
        known.backup.passphrase.reveal()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[audit]\npassphrase = "secret itself"\n', "그대로 적지 않고"),
        ('[backup]\npassphrase = "file:"\n', "그대로 적지 않고"),
        ("[backup]\ndays = 0\n", "days"),
        ('[timestamp]\nurl = "https://tsa.example/"\n', "certificate"),
        ('[timestamp]\nurl = "tsa"\ncertificate = "x"\n', "http://"),
        ('[audit]\nfolder = "x"\n', "folder"),
        ('[[witness]]\nurl = "https://w.example/"\nkey = "w"\n', "증인의 열쇠"),
    ],
)
def test_what_is_wrong_is_told(text, says):
    told = refused(text)

    assert says in told
    assert "secret itself" not in told


def test_a_passphrase_comes_from_the_environment_or_from_a_file_of_ones_own(tmp_path):
    word = tmp_path / "word"
    word.touch(mode=0o600)
    word.write_text("one long passphrase\r\n", encoding="utf-8")

    assert reference("env:WORD", {"WORD": "from there"}).reveal() == "from there"
    assert reference(f"file:{word}", {}).reveal() == "one long passphrase"
    assert "from there" not in repr(reference("env:WORD", {"WORD": "from there"}))
    word.chmod(0o640)
    with pytest.raises(NoPassphrase, match="다른 사용자"):
        reference(f"file:{word}", {}).reveal()
    word.chmod(0o600)
    word.write_bytes(b"\xff\xfe")
    with pytest.raises(NoPassphrase, match="UTF-8"):
        reference(f"file:{word}", {}).reveal()
    word.write_text("\n", encoding="utf-8")
    with pytest.raises(NoPassphrase, match="비어"):
        reference(f"file:{word}", {}).reveal()
