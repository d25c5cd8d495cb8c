"""Where an authority is configured, checkpoints are stamped by themselves: hourly at most, again when it failed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from attest.crypto import KeyStore
from attest.errors import TimestampError
from attest.log import ReceiptLog
from attest.timestamps import Timestamps
from bot.stamping import Stamping
from tests.attest.authority import Authority

TENANT = "gyeongnam"


async def in_process(function, /, *args, timeout_s=None):
    return function(*args)


class Sometimes:
    """An authority that is away while `away`."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.away = False

    async def __call__(self, request: bytes) -> bytes:
        if self.away:
            raise TimestampError("the authority does not answer")
        return await self.authority(request)


@pytest.fixture
def log(database, clock, tmp_path):
    return ReceiptLog(database, KeyStore(tmp_path / "keys"), clock)


async def test_a_log_that_grows_is_stamped_hourly_and_one_that_rests_is_not(database, clock, log, tmp_path: Path):
    asked = Sometimes(Authority(clock()))
    (tmp_path / "ca.pem").write_bytes(asked.authority.trusted)
    stamps = Timestamps(database, log, tmp_path / "log", in_process, asked, tmp_path / "ca.pem")
    worker = Stamping(stamps, log, [TENANT, "empty"], clock)

    assert await worker.step() is None
    for number in range(4):
        await log.append(TENANT, "access", {"n": number}, f"k{number}")
        due = await worker.step()
        clock.advance(timedelta(minutes=10))
    assert asked.authority.asked == 1
    assert due is not None

    clock.advance(timedelta(hours=1))
    await worker.step()
    clock.advance(timedelta(hours=2))
    await worker.step()

    assert asked.authority.asked == 2
    assert await stamps.last(TENANT) == 4
    found = await stamps.find(TENANT, (await log.checkpoint(TENANT)).note)
    assert found is not None
    assert {path.name for path in (tmp_path / "log" / TENANT / "timestamps").iterdir()} == {
        "1.note", "1.tsr", "4.note", "4.tsr",
    }  # fmt: skip


async def test_an_authority_that_is_away_is_asked_again_and_told_of_once(database, clock, log, tmp_path, caplog):
    asked = Sometimes(Authority(clock()))
    asked.away = True
    (tmp_path / "ca.pem").write_bytes(asked.authority.trusted)
    stamps = Timestamps(database, log, tmp_path / "log", in_process, asked, tmp_path / "ca.pem")
    worker = Stamping(stamps, log, [TENANT], clock)
    await log.append(TENANT, "access", {"n": 1}, "k")

    for _ in range(3):
        assert await worker.step() == clock() + timedelta(minutes=10)
        clock.advance(timedelta(minutes=10))
    assert caplog.text.count("no time stamp for") == 1

    asked.away = False
    await worker.step()
    assert await stamps.last(TENANT) == 1
