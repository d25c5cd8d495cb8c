"""The doctor and 상태 say how old the last backup is, and ask for one after a week."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.backup_note import BackupNote, backup_check


@pytest.mark.parametrize(("days", "ok"), [(0, True), (6.9, True), (7.1, False), (40, False)])
async def test_a_backup_of_more_than_a_week_is_old(database, clock, days, ok):
    await BackupNote(database).made(clock())
    clock.advance(timedelta(days=days))

    check = backup_check(await BackupNote(database).last(), clock())

    assert (check.name, check.ok, check.needed) == ("마지막 백업", ok, False)
    assert "마지막 11. 23.(월) 11:30" in check.says


async def test_none_at_all_is_told_with_the_command(database, clock):
    check = backup_check(await BackupNote(database).last(), clock())

    assert not check.ok
    assert "한 번도" in check.says
    assert "dobi backup" in check.hint
