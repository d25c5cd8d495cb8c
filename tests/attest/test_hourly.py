"""Keys of an hour: one for all processes, gone within a day from every copy, whoever is killed on the way."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attest.crypto.hourly import HourKey, HourKeys

NOON = datetime(2026, 11, 23, 12, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vault"


@pytest.fixture
def keys(folder: Path) -> HourKeys:
    return HourKeys(folder)


def test_an_hour_has_one_key_for_every_process_and_the_next_hour_another(keys, folder):
    first = keys.current(NOON)

    assert HourKeys(folder).current(NOON + timedelta(minutes=39)) == first
    assert keys.current(NOON + HOUR).secret != first.secret
    assert sorted(keys.living(NOON + HOUR)) == [first.hour, first.hour + 1]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.glob("*.key"))


def test_what_is_locked_opens_with_its_key_at_its_place_only(keys):
    key, other = keys.current(NOON), HourKey(1, bytes(range(32)))
    sealed = key.lock(b"point", b"place")

    assert key.unlock(sealed, b"place") == b"point"
    assert key.unlock(sealed, b"another") is None
    assert other.unlock(sealed, b"place") is None
    assert key.unlock(sealed[:-1] + bytes([sealed[-1] ^ 1]), b"place") is None
    assert key.unlock(b"", b"place") is None
    assert key.lock(b"point", b"place") != sealed
    assert key.digest(b"x") == key.digest(b"x") != other.digest(b"x")


def test_a_key_lives_for_the_day_that_began_with_its_hour(keys, folder):
    key = keys.current(NOON)

    assert keys.destroy(NOON + 23 * HOUR) == (0, key.dies_at)
    assert key.dies_at == datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert keys.living(key.dies_at - timedelta(seconds=1)) == {key.hour: key}
    assert keys.living(key.dies_at) == {}, "nobody may use it although nobody has destroyed it yet"
    assert keys.destroy(key.dies_at) == (1, None)
    assert list(folder.glob("*.key")) == []


def test_the_bytes_are_overwritten_in_the_file_itself(keys, folder):
    keys.current(NOON)
    (path,) = folder.glob("*.key")
    os.link(path, folder / "second-name")

    keys.destroy(NOON + 24 * HOUR)

    assert (folder / "second-name").read_bytes() == bytes(32)


def test_a_process_killed_while_destroying_leaves_no_key(keys, folder):
    key = keys.current(NOON)
    (folder / f"{key.hour}.key").write_bytes(bytes(32))  # overwritten, not yet removed

    assert keys.living(NOON) == {}
    assert keys.current(NOON).secret not in (key.secret, bytes(32))


@pytest.mark.parametrize("linked", [True, False])
def test_a_process_killed_while_making_a_key_leaves_nothing_behind(keys, folder, linked):
    key = keys.current(NOON)
    part = folder / f".{key.hour}.key.0badcafe"
    if linked:
        os.link(folder / f"{key.hour}.key", part)
    else:
        part.write_bytes(b"x" * 32)

    keys.destroy(NOON)
    assert part.exists(), "it may be one that is being made"
    keys.destroy(NOON + HOUR)

    assert not part.exists()
    assert keys.living(NOON + HOUR) == {key.hour: key}


def test_keys_of_a_clock_that_ran_ahead_are_destroyed(keys, folder):
    keys.current(NOON + 1000 * HOUR)

    assert keys.living(NOON) == {}
    assert keys.destroy(NOON) == (1, None)


def test_backup_programs_are_asked_to_leave_the_folder_out(keys, folder):
    keys.current(NOON)

    assert (folder / "CACHEDIR.TAG").read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55")


def test_what_else_lies_there_is_left_alone(keys, folder):
    folder.mkdir()
    (folder / "notes.key").write_text("mine")
    (folder / "readme").write_text("mine")

    assert keys.destroy(NOON) == (0, None)
    assert keys.living(NOON) == {}
    assert len(list(folder.iterdir())) == 2


LOOP = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from attest.crypto.hourly import HourKeys
keys, now = HourKeys(Path(sys.argv[1])), datetime(2026, 11, 23, tzinfo=UTC)
print("begun", flush=True)
while True:
    keys.current(now)
    keys.destroy(now)
    now += timedelta(hours=1)
"""


def test_whenever_it_is_killed_no_old_key_is_left_behind(keys, folder):
    for pause in (0.01, 0.05, 0.12):
        process = subprocess.Popen([sys.executable, "-c", LOOP, str(folder)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(pause)
        process.kill()
        process.wait()
        process.stdout.close()
        assert [path for path in folder.iterdir() if path.name != "CACHEDIR.TAG"]

        keys.destroy(NOON + timedelta(days=3650))

        assert [path.name for path in folder.iterdir()] == ["CACHEDIR.TAG"]
