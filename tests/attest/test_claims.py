"""One receipt, one claim: under any race, across processes, and when a claimant dies amid its claim."""

from __future__ import annotations

import asyncio
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis

from attest import canonical
from attest.claims import Claims
from attest.errors import AlreadyClaimedError, LogBehindError
from attest.log import ReceiptLog
from tests.bench import bench_claims
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


SERIES = "정산-총무과-2026"


async def sheet(claims: Claims, serials: list[bytes], trips: list[str] = [], by: str = "kim") -> str:  # noqa: B006
    """The number of the sheet, or of the one that was there before, behind a `!`."""
    try:
        made = await claims.claim(TENANT, SERIES, by, serials, trips, lambda number, at: f"{number} at {at}")
    except AlreadyClaimedError as error:
        return f"!{error.sheet}"
    assert made.record == f"{made.number} at {made.at}"
    return made.number


def serials(*numbers: int) -> list[bytes]:
    return [number.to_bytes(8, "big") for number in numbers]


async def test_a_sheet_uses_all_its_receipts_and_trips_by_one_leaf(claims):
    number = await sheet(claims[0], serials(1, 2, 3), ["t1", "t2"])

    assert number == "정산-총무과-2026-1"
    made = await claims[1].sheet(TENANT, number)
    assert (made.serials, made.trips, made.by) == (tuple(serials(1, 2, 3)), ("t1", "t2"), "kim")
    ended = await claims[1].standing(TENANT, serials(1, 2, 3, 4), ["t1", "t2", "t3"])
    assert set(ended[0]) == set(serials(1, 2, 3))
    assert set(ended[1]) == {"t1", "t2"}
    assert {claim.sheet for found in ended for claim in found.values()} == {number}
    assert (await claims[0].find(TENANT, serials(1)[0])).state == "used"
    assert (await claims[0]._log.check(TENANT)).size == 1


async def test_the_same_request_again_gives_the_very_same_sheet(claims, clock):
    first = await claims[0].claim(TENANT, SERIES, "kim", serials(1), ["t1"], lambda number, at: f"{at}")
    clock.advance(timedelta(days=3))

    again = await asyncio.gather(
        *(one.claim(TENANT, SERIES, "kim", serials(1), ["t1"], lambda number, at: f"{at}") for one in claims * 5)
    )

    assert set(again) == {first}
    assert (await claims[0]._log.check(TENANT)).size == 1


@pytest.mark.parametrize(
    ("second", "trips", "by"),
    [([1], [], "kim"), ([1, 9], [], "kim"), ([1, 2], ["t2"], "kim"), ([9], ["t1"], "kim"), ([1, 2], ["t1"], "lee")],
)
async def test_what_a_sheet_holds_is_in_no_other_and_its_number_is_said(claims, second, trips, by):
    number = await sheet(claims[0], serials(1, 2), ["t1"])

    assert await sheet(claims[1], serials(*second), trips, by) == f"!{number}"
    assert await claims[1].find(TENANT, serials(9)[0]) is None
    assert (await claims[0]._log.check(TENANT)).size == 1


async def test_a_receipt_used_alone_is_in_no_sheet_and_the_reverse(claims):
    await claims[0].mark(TENANT, serials(1)[0], "used", "alone")
    assert await sheet(claims[0], serials(1, 2)) == "!"

    await sheet(claims[0], serials(3, 4))
    with pytest.raises(AlreadyClaimedError):
        await claims[0].mark(TENANT, serials(3)[0], "used", "alone")


async def test_of_a_hundred_sheets_over_the_same_trips_no_receipt_is_in_two_and_numbers_have_no_gap(claims):
    asked = [serials(*range(n % 7, n % 7 + 3)) for n in range(100)]
    told = await asyncio.gather(*(sheet(claims[n % 3], one, [f"t{n % 7}"], f"p{n}") for n, one in enumerate(asked)))

    won = [number for number in told if not number.startswith("!")]
    assert sorted(int(number.rpartition("-")[2]) for number in won) == list(range(1, len(won) + 1))
    made = [await claims[0].sheet(TENANT, number) for number in won]
    used = [serial for one in made for serial in one.serials]
    assert len(used) == len(set(used))
    assert all(number[1:] in won for number in told if number.startswith("!"))
    report = await claims[0]._log.check(TENANT)
    assert (report.ok, report.size) == (True, len(won))
    assert [one.number for one in await claims[0].sheets(TENANT, SERIES)] == [one.number for one in sorted(
        made, key=lambda one: int(one.number.rpartition("-")[2]))]  # fmt: skip


async def test_a_voided_sheet_stays_and_what_it_used_may_be_used_once_more(claims):
    first = await sheet(claims[0], serials(1, 2), ["t1"])
    ended = await claims[1].void(TENANT, first, "park", "차량을 잘못 적었습니다")

    assert (ended.voided_by, ended.reason, ended.voided_at) == ("park", "차량을 잘못 적었습니다", NOW)
    assert await claims[0].find(TENANT, serials(1)[0]) is None
    told = await asyncio.gather(*(sheet(claims[n % 3], serials(1, 2), ["t1"], f"p{n}") for n in range(30)))
    second = {number for number in told if not number.startswith("!")}
    assert second == {"정산-총무과-2026-2"}
    assert {number for number in told if number.startswith("!")} == {"!정산-총무과-2026-2"}
    assert (await claims[0].find(TENANT, serials(1)[0])).sheet == "정산-총무과-2026-2"
    assert (await claims[0].sheet(TENANT, first)).record.startswith(first)
    assert (await claims[0]._log.check(TENANT)).size == 3


async def test_a_sheet_is_voided_once_and_only_where_there_is_one(claims, clock):
    number = await sheet(claims[0], serials(1))
    first = await claims[0].void(TENANT, number, "park", "하나")
    clock.advance(timedelta(days=1))

    again = await claims[1].void(TENANT, number, "lee", "둘")

    assert again == first
    assert await claims[0].void(TENANT, "정산-총무과-2026-9", "park", "없음") is None
    assert (await claims[0]._log.check(TENANT)).size == 2


async def test_numbers_are_found_again_where_the_guess_was_lost_or_wrong(claims, database):
    for one in range(3):
        await sheet(claims[0], serials(one))
    for guess in (None, b"77", b"1"):
        await database.delete(f"dobi:{{{TENANT}}}:claims:next")
        if guess:
            await database.hset(f"dobi:{{{TENANT}}}:claims:next", SERIES, guess)
        made = [await sheet(claims[0], serials(50 + int(guess or 0)))]
        assert made[0].endswith({None: "-4", b"77": "-5", b"1": "-6"}[guess])


async def test_no_persons_name_stands_in_the_marks_of_a_sheet(claims, database):
    number = await sheet(claims[0], serials(1), ["t1"], "kimhana")
    await claims[0].void(TENANT, number, "parksaero", "이유")

    marks = repr(await database.hgetall(f"dobi:{{{TENANT}}}:claims:state"))
    assert "kimhana" not in marks
    assert "parksaero" not in marks


async def test_where_the_log_takes_no_leaf_no_sheet_is_made(claims, database):
    await sheet(claims[0], serials(9))
    note = (await claims[0]._log.checkpoint(TENANT)).note
    await database.delete(*await database.keys("*"))
    await claims[0]._log.know(TENANT, note)

    with pytest.raises(LogBehindError):
        await sheet(claims[0], serials(1))
    assert await claims[0].find(TENANT, serials(1)[0]) is None


@pytest.mark.slow
def test_a_clerk_killed_amid_a_sheet_leaves_a_whole_one_or_none(redis_socket):
    with tempfile.TemporaryDirectory() as name:
        folder, url = Path(name), f"unix://{redis_socket}"
        with redis.Redis(unix_socket_path=redis_socket) as client:
            client.flushall()
        found = bench_claims.race(url, folder, 3, 2)

    assert (found["killed"], found["wrong"], found["sheets"], found["trips_unclaimed"]) == (1, 0, 3, 0)
    assert (found["trips_twice"], found["receipts_twice"], found["parts"], found["leaves_beyond"]) == (0, 0, 0, 0)
    assert (found["gaps"], found["log_ok"]) == (False, True)


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
