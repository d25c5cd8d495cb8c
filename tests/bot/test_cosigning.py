"""Witnesses are asked over HTTP, catch up when they know less, and stop a log that they have seen larger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from attest.crypto import KeyStore
from attest.errors import LogBehindError
from attest.log import ReceiptLog
from attest.tiles import Published
from attest.witness import Witnessing
from bot.cosigning import Cosigning, HttpWitness
from tests.attest.witness_server import NAME, LocalWitness

TENANT = "gyeongnam"


@pytest.fixture
def keys(tmp_path):
    return KeyStore(tmp_path / "keys")


@pytest.fixture
def log(database, keys, clock):
    return ReceiptLog(database, keys, clock)


@pytest.fixture
async def witness(log, keys, clock) -> LocalWitness:
    await log.append(TENANT, "access", {"n": 0}, "k0")
    return LocalWitness(keys.public_keys(TENANT), TENANT, int(clock().timestamp()))


@pytest.fixture
async def url(witness) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/add-checkpoint", witness.add_checkpoint)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as one:
        yield one


@pytest.fixture
def witnessing(database, log, keys, witness, tmp_path):
    return Witnessing(database, log, tmp_path / "log", keys.public_keys, [witness.witness])


@pytest.fixture
def worker(session, url, witness, witnessing, log, clock):
    return Cosigning([HttpWitness(session, url, witness.witness)], witnessing, log, [TENANT, "empty"], clock)


async def test_checkpoints_come_back_cosigned_hourly_and_are_kept(worker, witness, witnessing, log, clock):
    await worker.step()
    await log.append(TENANT, "access", {"n": 1}, "k1")
    await worker.step()
    assert witness.asked == 1

    clock.advance(timedelta(hours=1))
    await worker.step()
    clock.advance(timedelta(hours=5))
    await worker.step()

    assert (witness.asked, witness.size) == (2, 2)
    note = await witnessing.cosigned(TENANT, await log.checkpoint(TENANT))
    assert f"\n— {NAME} " in note
    assert await witnessing.seen(TENANT, NAME) == 2


async def test_what_a_witness_knows_is_asked_once_and_taken_from_there(worker, witness, log, database, clock):
    await worker.step()
    await log.append(TENANT, "access", {"n": 1}, "k1")
    await database.delete("dobi:{gyeongnam}:witness:submitted")  # another database, the same log
    clock.advance(timedelta(hours=1))

    await worker.step()

    assert (witness.asked, witness.size) == (3, 2)


async def test_a_witness_that_has_seen_more_tells_that_the_log_was_set_back(
    worker, witness, witnessing, log, database, clock, caplog, tmp_path
):
    kept = {key: await database.dump(key) for key in await database.keys("dobi:{gyeongnam}:log:*")}
    await log.append(TENANT, "access", {"n": 1}, "k1")
    await worker.step()
    await database.delete(*await database.keys("dobi:{gyeongnam}:*"))
    for key, value in kept.items():
        await database.restore(key, 0, value)
    clock.advance(timedelta(hours=1))

    await worker.step()

    assert "LogBehindError" in caplog.text
    assert await witnessing.seen(TENANT, NAME) == 2
    log.outside = Published(tmp_path / "log")
    with pytest.raises(LogBehindError):  # the cosigned checkpoint stands beside the database, too
        await log.append(TENANT, "access", {"n": 2}, "k2")


@pytest.mark.parametrize("spoil", ["busy", "time"])
async def test_what_a_witness_gives_wrongly_is_not_kept_and_it_is_asked_again(
    worker, witness, witnessing, log, clock, spoil, caplog
):
    witness.spoil = spoil

    due = await worker.step()

    assert due == clock() + timedelta(minutes=10)
    assert await witnessing.cosigned(TENANT, await log.checkpoint(TENANT)) == (await log.checkpoint(TENANT)).note
    assert "is not cosigned by" in caplog.text
    witness.spoil = ""
    clock.advance(timedelta(minutes=10))
    await worker.step()
    assert NAME in await witnessing.cosigned(TENANT, await log.checkpoint(TENANT))


async def test_a_witness_that_is_not_there_delays_nothing(session, witnessing, log, witness, clock):
    gone = Cosigning([HttpWitness(session, "http://127.0.0.1:1", witness.witness)], witnessing, log, [TENANT], clock)

    assert await gone.step() == clock() + timedelta(minutes=10)
