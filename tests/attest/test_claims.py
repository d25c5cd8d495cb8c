"""One receipt, one claim: under any race, across processes, and when a claimant dies amid its claim."""

from __future__ import annotations

import asyncio
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis

from attest import canonical
from attest.claims import Claims
from attest.errors import AlreadyClaimedError, LogBehindError
from attest.log import ReceiptLog
from tests.bench.bench_log import TENANT, Crew, outcome

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@pytest.fixture
def claims(database, keys, clock) -> list[Claims]:
    """As three processes would have them: nothing in common but the database."""
    return [Claims(database, ReceiptLog(database, keys, clock), clock) for _ in range(3)]


async def outcomes(claims: list[Claims], serial: bytes, state: str = "used") -> list[str]:
    async def one(n: int) -> str:
        try:
            return (await claims[n % len(claims)].mark(TENANT, serial, state, f"claim-{n}")).key
        except AlreadyClaimedError:
            return ""

    return [key for key in await asyncio.gather(*(one(n) for n in range(100))) if key]


async def test_of_a_hundred_at_once_exactly_one_wins(claims):
    for number in range(20):
        assert len(await outcomes(claims, number.to_bytes(8, "big"))) == 1

    report = await claims[0]._log.check(TENANT)
    assert (report.ok, report.size) == (True, 20)


async def test_used_and_voided_exclude_each_other(claims):
    serials = [number.to_bytes(8, "big") for number in range(10)]
    for serial in serials:
        used, voided = await asyncio.gather(outcomes(claims[:1], serial), outcomes(claims[1:2], serial, "voided"))
        assert len(used) + len(voided) == 1

    assert (await claims[0]._log.check(TENANT)).size == 10


async def test_who_claims_again_under_the_same_key_gets_the_same(claims):
    first = await claims[0].mark(TENANT, b"12345678", "used", "claim-1")
    again = await asyncio.gather(*(one.mark(TENANT, b"12345678", "used", "claim-1") for one in claims * 5))

    assert set(again) == {first}
    assert (await claims[0]._log.check(TENANT)).size == 1


async def test_a_claim_of_before_without_its_leaf_gets_one(claims, database):
    stored = canonical.dumps(["used", int(NOW.timestamp()), "claim-1"])  # as 0.1 wrote it, then died
    await database.hset(f"dobi:{{{TENANT}}}:claims:state", b"12345678".hex(), stored)

    with pytest.raises(AlreadyClaimedError):
        await claims[0].mark(TENANT, b"12345678", "used", "claim-2")
    claim = await claims[0].mark(TENANT, b"12345678", "used", "claim-1")

    assert (claim.state, claim.at) == ("used", NOW)
    assert (await claims[0]._log.find(TENANT, f"used:{b'12345678'.hex()}")).kind == "used"


async def test_where_the_log_takes_no_leaf_nothing_is_claimed(claims, database):
    log = claims[0]._log
    await claims[0].mark(TENANT, b"11111111", "used", "c")
    note = (await log.checkpoint(TENANT)).note
    await database.delete(*await database.keys("*"))
    await log.know(TENANT, note)

    with pytest.raises(LogBehindError):
        await claims[0].mark(TENANT, b"12345678", "used", "claim-1")
    assert await claims[0].find(TENANT, b"12345678") is None


async def test_no_claimants_key_stands_in_the_database_beside_the_leafs_facts(claims, database):
    await claims[0].mark(TENANT, b"12345678", "used", "claim-of-kimhana")

    assert b"kimhana" not in (await database.hget(f"dobi:{{{TENANT}}}:claims:state", b"12345678".hex()))


@pytest.mark.slow
def test_a_claimant_killed_amid_its_claim_leaves_one_claim_or_none(redis_socket):
    with tempfile.TemporaryDirectory() as name:
        folder, url = Path(name), f"unix://{redis_socket}"
        with redis.Redis(unix_socket_path=redis_socket) as client:
            client.flushall()
        crew = Crew(url, folder)
        serials = [os.urandom(8) for _ in range(6)]
        told = [crew.trial(serial, kill=number in {2, 4}) for number, serial in enumerate(serials)]
        crew.dismiss()
        found = asyncio.run(outcome(url, folder, serials))

    assert [n for number, n in enumerate(told) if number not in {2, 4}] == [1, 1, 1, 1]
    assert all(told[number] <= 1 for number in (2, 4))
    assert found["marked"] == found["with_one_leaf"] <= 6
    assert (found["with_more"], found["log_ok"]) == (0, 1)
