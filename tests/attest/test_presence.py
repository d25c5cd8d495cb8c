"""What the bot asks about a share, on a real database: answers that are right, points that nobody finds again."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import redis.asyncio

from attest.errors import EvidenceRefusedError
from attest.evidence import Challenge, Facts, climb
from attest.presence import Presence
from attest.receipt import Point, Share
from attest.screening import Fix
from attest.vault import Vault
from tests.attest import traces

JINJU = Point(35.180123, 128.107654, 12.0)
SEOUL = Point(37.566535, 126.977969, 12.0)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vault"


@pytest.fixture
def vault(database: redis.asyncio.Redis, folder: Path, clock: Callable[[], datetime]) -> Vault:
    return Vault(database, folder, clock)


@pytest.fixture
def presence(vault: Vault) -> Presence:
    return Presence(vault)


@pytest.fixture
def tell(presence: Presence, clock: Any) -> Callable[..., Any]:
    """A share of a person that answers a challenge."""

    async def one(
        person: str, point: Point | None, message: str = "m1", *, tenant: str = "gyeongnam", **more: Any
    ) -> Any:
        share = Share(point, clock(), clock(), **more)
        return await presence.shared(tenant, person, share, Challenge(clock() - timedelta(seconds=9)), message)

    return one


def moved(point: Point, north_m: float, east_m: float = 0.0) -> Point:
    return Point(round(point.lat + north_m / 111_195, 7), round(point.lon + east_m / 90_800, 7), point.accuracy_m)


def thinned(trace: traces.Trace) -> tuple[Fix, ...]:
    """Some forty of its fixes."""
    return trace.fixes[:: max(1, len(trace.fixes) // 40)]


async def follow(presence: Presence, clock: Any, person: str, trace: traces.Trace | tuple, message: str = "m1") -> Any:
    """Every fix of a synthetic trace, told as the messenger tells it; the clock follows. Returns the last answer."""
    fixes = thinned(trace) if isinstance(trace, traces.Trace) else trace
    first, begin, found = fixes[0], clock(), None
    for number, fix in enumerate(fixes):
        at = begin + (fix.at - first.at)
        clock.advance(at - clock())
        share = Share(fix.point, at, at, live=True, edited=number > 0)
        if number == 0:
            await presence.shared("gyeongnam", person, share, Challenge(at), message)
        else:
            found = await presence.moved("gyeongnam", person, share, message)
    return found


# --- one point


async def test_a_single_point_is_e2_at_most_and_says_nothing_against_itself(tell):
    evidence = await tell("kim", JINJU)

    assert (evidence.grade, evidence.flags) == (2, ())


async def test_what_is_no_evidence_is_refused_and_leaves_nothing(tell, database):
    with pytest.raises(EvidenceRefusedError):
        await tell("kim", JINJU, forwarded=True)

    assert await database.keys("*") == []


async def test_a_share_without_a_point_is_e1_and_nothing_is_kept(tell, database):
    evidence = await tell("kim", None)

    assert (evidence.grade, evidence.flags) == (1, ("no_location",))
    assert await database.keys("*") == []


async def test_too_far_in_too_short_a_time_is_flagged_and_in_a_trains_time_it_is_not(tell, clock):
    await tell("kim", JINJU, "m1")
    clock.advance(30 * MINUTE)
    assert (await tell("kim", SEOUL, "m2")).flags == ("fast",)
    clock.advance(timedelta(hours=4))
    assert (await tell("kim", JINJU, "m3")).flags == ()


async def test_another_persons_journey_is_not_mine(tell, clock):
    await tell("kim", JINJU)
    clock.advance(MINUTE)

    assert (await tell("lee", SEOUL)).flags == ()
    assert (await tell("kim", SEOUL, tenant="busan")).flags == ()


async def test_the_very_same_coordinates_of_two_people_are_flagged_for_the_second(tell):
    first = await tell("kim", JINJU, "m1")
    second = await tell("lee", JINJU, "m2")

    assert (first.flags, second.flags) == ((), ("same_point",))
    assert second.grade == 2
    assert (await tell("lee", moved(JINJU, 1), "m3")).flags == ()
    assert (await tell("park", JINJU, "m4", tenant="busan")).flags == ()


async def test_ones_own_same_place_again_is_no_remark(tell, clock):
    await tell("kim", JINJU, "m1")
    clock.advance(timedelta(hours=3))

    assert (await tell("kim", JINJU, "m2")).flags == ()


async def test_a_cells_own_position_is_the_same_for_all_and_not_flagged(tell):
    tower = replace(JINJU, accuracy_m=900.0)
    await tell("kim", tower)

    assert "same_point" not in (await tell("lee", tower)).flags


async def test_after_a_day_the_same_coordinates_are_forgotten(tell, vault, clock):
    await tell("kim", JINJU)
    clock.advance(timedelta(hours=24))
    await vault.sweep(["gyeongnam"], clock())

    assert (await tell("lee", JINJU)).flags == ()


async def test_the_same_message_again_gives_the_same_answer(tell, clock):
    await tell("kim", JINJU, "m1")
    clock.advance(10 * MINUTE)
    first = await tell("kim", SEOUL, "m2")

    assert await tell("kim", SEOUL, "m2") == first
    assert (await tell("kim", SEOUL, "m2")).flags == ("fast",)


# --- colleagues


@pytest.mark.parametrize(
    ("north_m", "later", "near"),
    [(150, 5, True), (190, 9, True), (230, 5, False), (150, 11, False), (0, 5, False)],
)
async def test_a_colleague_is_near_within_200_m_and_10_minutes_with_a_point_of_their_own(
    presence, tell, clock, north_m, later, near
):
    await tell("kim", JINJU, "m1")
    clock.advance(later * MINUTE)
    await tell("lee", moved(JINJU, north_m), "m2")

    assert await presence.near("gyeongnam", "kim", "lee") is near
    assert await presence.near("gyeongnam", "lee", "kim") is near
    assert not await presence.near("busan", "kim", "lee")
    assert not await presence.near("gyeongnam", "kim", "kim")


async def test_a_coarse_point_or_one_that_answers_nothing_is_no_witness(presence, tell, clock):
    await tell("kim", JINJU)
    await tell("lee", replace(moved(JINJU, 50), accuracy_m=800.0))
    await presence.shared("gyeongnam", "park", Share(moved(JINJU, 50), clock(), clock()), None, "m")

    assert not await presence.near("gyeongnam", "kim", "lee")
    assert not await presence.near("gyeongnam", "kim", "park")


# --- traces


async def test_ten_minutes_of_a_phone_on_its_way_lift_to_e3_and_not_before(presence, clock):
    trace = traces.make(traces.honest_walk, 3)
    short = [fix for fix in thinned(trace) if fix.at - trace.fixes[0].at < timedelta(minutes=9)]

    early = await follow(presence, clock, "kim", tuple(short))
    assert (early.lifts, early.flags, early.screened) == (False, (), True)
    clock.advance(timedelta(hours=1))
    whole = await follow(presence, clock, "kim", trace, "m2")
    # the same walk again is a replay of one's own: take another one
    assert "replayed" in whole.flags
    other = await follow(presence, clock, "lee", traces.make(traces.honest_walk, 4), "m3")
    assert (other.lifts, other.flags) == (True, ())
    assert other.fixes == len({fix.point for fix in thinned(traces.make(traces.honest_walk, 4))})
    assert await presence.trace("gyeongnam", "lee", "m3") == other


async def test_a_pin_that_is_sent_again_and_again_is_flagged_and_does_not_lift(presence, clock):
    answer = await follow(presence, clock, "kim", traces.make(traces.static_pin, 1))

    assert answer.flags == ("still",)
    assert not answer.lifts


@pytest.mark.parametrize("accuracy_m", [150.0, 900.0])
async def test_a_coarse_trace_is_not_accused_and_lifts_nothing(presence, clock, accuracy_m):
    for _ in range(12):
        clock.advance(MINUTE)
        share = Share(replace(JINJU, accuracy_m=accuracy_m), clock(), clock(), live=True)
        answer = await presence.moved("gyeongnam", "kim", share, "m1")

    assert (answer.flags, answer.screened, answer.lifts) == ((), False, False)


async def test_one_position_and_another_in_turn_are_two_fixes_and_lift_nothing(presence, clock):
    for number in range(14):
        clock.advance(MINUTE)
        share = Share(moved(JINJU, 9.0 * (number % 2)), clock(), clock(), live=True)
        answer = await presence.moved("gyeongnam", "kim", share, "m1")

    assert (answer.fixes, answer.lifts) == (2, False)


@pytest.mark.parametrize("who", ["kim", "lee"])
async def test_a_trace_sent_again_hours_later_is_flagged_whoever_sends_it(presence, clock, who):
    fixes = thinned(traces.make(traces.honest_drive, 5))
    assert (await follow(presence, clock, "kim", fixes, "m1")).lifts
    clock.advance(timedelta(hours=5))

    again = await follow(presence, clock, who, fixes, "m2")

    assert "replayed" in again.flags
    assert ("same_point" in again.flags) == (who == "lee")
    assert not again.lifts


async def test_a_replay_with_noise_of_half_a_metre_is_flagged_too(presence, clock):
    fixes = thinned(traces.make(traces.honest_walk, 6))
    await follow(presence, clock, "kim", fixes, "m1")
    clock.advance(timedelta(hours=5))
    noisy = traces.shifted(np.random.default_rng(1), fixes, noise_m=0.5, drop=0, keep_time=True)

    assert "replayed" in (await follow(presence, clock, "lee", noisy, "m2")).flags


async def test_a_trace_that_nobody_knows_is_not_screened_and_lifts_nothing(presence):
    answer = await presence.trace("gyeongnam", "kim", "unknown")

    assert (answer.screened, answer.lifts, answer.fixes) == (False, False, 0)


async def test_an_edit_twice_is_one_fix(presence, clock):
    share = Share(JINJU, clock(), clock(), live=True, edited=True)

    first = await presence.moved("gyeongnam", "kim", share, "m1")
    assert await presence.moved("gyeongnam", "kim", replace(share, received_at=clock() + MINUTE), "m1") == first
    assert first.fixes == 1


async def test_what_is_no_live_share_adds_nothing_to_a_trace(presence, clock):
    for more in ({"live": False}, {"live": True, "forwarded": True}, {"live": True, "via_bot": True}):
        answer = await presence.moved("gyeongnam", "kim", Share(JINJU, clock(), clock(), **more), "m1")
        assert answer.fixes == 0


async def test_a_flooded_share_is_bounded(presence, clock, database, monkeypatch):
    monkeypatch.setattr("attest.vault.FIXES_KEPT", 20)
    for number in range(30):
        clock.advance(timedelta(seconds=5))
        share = Share(moved(JINJU, number * 3.0), clock(), clock(), live=True)
        answer = await presence.moved("gyeongnam", "kim", share, "m1")

    assert answer.fixes == 20


async def test_the_whole_ladder(presence, tell, clock):
    departed = await tell("kim", moved(JINJU, 40_000), "m0")
    clock.advance(timedelta(hours=1))
    trace = await follow(presence, clock, "kim", traces.make(traces.honest_drive, 8), "m1")
    arrived = await tell("kim", JINJU, "m2", live=False)
    await tell("lee", moved(JINJU, 30), "m3")
    near = await presence.near("gyeongnam", "kim", "lee")
    clock.advance(timedelta(hours=4))
    returned = await tell("kim", moved(JINJU, 40_000, 3), "m4")

    assert climb(arrived, Facts()).grade == 2
    assert climb(arrived, Facts(colleague_near=near)).grade == 2
    assert climb(arrived, Facts(trace=trace)).grade == 3
    assert climb(arrived, Facts(trace=trace, colleague_near=near)).grade == 4
    evidence = climb(arrived, Facts(trace=trace, colleague_near=near, departed=departed, returned=returned))
    assert (evidence.grade, set(evidence.flags) - {"fast"}) == (5, {"trace", "colleague"})


# --- what is left of a point


def spellings(point: Point) -> list[bytes]:
    found = []
    for value in (point.lat, point.lon):
        found += [f"{value:.4f}".encode(), str(round(value * 1e7)).encode()]
        found += [struct.pack(form, round(value * 1e7)) for form in (">i", "<i", ">q", "<q")]
        found += [struct.pack(form, value) for form in (">d", "<d")]
        found += [round(value * 1e7).to_bytes(5, "big")]
    return found


async def everything(database: redis.asyncio.Redis) -> bytes:
    found = []
    for name in await database.keys("*"):
        kind = await database.type(name)
        read = database.hgetall(name) if kind == b"hash" else database.zrange(name, 0, -1, withscores=True)
        found.append(name + b"".join(_flat(await read)))
    return b"\n".join(found)


def _flat(value: Any) -> list[bytes]:
    items = [one for pair in value.items() for one in pair] if isinstance(value, dict) else [one for one, _ in value]
    return [one for one in items if isinstance(one, bytes)]


async def test_neither_the_database_nor_the_folder_shows_a_point(presence, tell, database, folder, clock):
    await tell("kim", JINJU, live=True)
    await presence.moved(
        "gyeongnam", "kim", Share(moved(JINJU, 10), clock() + MINUTE, clock() + MINUTE, live=True), "m1"
    )

    kept = await everything(database) + b"".join(path.read_bytes() for path in folder.iterdir())
    assert len(kept) > 300
    assert [one for one in spellings(JINJU) if one in kept] == []


async def test_after_a_day_the_key_is_gone_and_the_ciphertext_says_nothing_any_more(
    vault, tell, database, folder, clock
):
    await tell("kim", JINJU, "m1", live=True)
    kept = {name: await database.dump(name) for name in await database.keys("*")}
    assert len(list(folder.glob("*.key"))) == 1
    assert (await vault.trace("gyeongnam", "kim", "m1")).fixes == 1

    clock.advance(timedelta(hours=24))
    assert await vault.sweep(["gyeongnam", "busan"], clock()) is None

    assert list(folder.glob("*.key")) == []
    assert await database.keys("*") == []
    for name, dump in kept.items():  # a backup brings the ciphertext back, and no key
        await database.restore(name, 0, dump, replace=True)
    assert (await vault.trace("gyeongnam", "kim", "m1")).fixes == 0
    clock.advance(-timedelta(hours=23))
    assert (await vault.trace("gyeongnam", "kim", "m1")).fixes == 0


async def test_the_sweep_says_when_it_is_due_and_no_point_is_older_than_a_day(vault, tell, clock, folder):
    kept_at = clock()
    await tell("kim", JINJU)

    due = await vault.sweep(["gyeongnam"], clock())

    assert kept_at + timedelta(hours=23) < due <= kept_at + timedelta(hours=24)
    clock.advance(due - clock() - timedelta(seconds=1))
    assert await vault.sweep(["gyeongnam"], clock()) == due
    assert len(list(folder.glob("*.key"))) == 1
    clock.advance(timedelta(seconds=1))
    assert await vault.sweep(["gyeongnam"], clock()) is None


async def test_a_person_who_shares_daily_leaves_no_dead_fields(vault, tell, database, clock):
    for day in range(5):
        await tell("kim", JINJU, f"m{day}")
        clock.advance(timedelta(hours=20))
        await vault.sweep(["gyeongnam"], clock())

    assert await database.hlen("dobi:{gyeongnam}:vault:points:kim") <= 2


async def test_a_lost_key_means_not_screened_and_no_error(vault, presence, tell, folder, clock):
    await tell("kim", JINJU, "m1", live=True)
    for path in folder.iterdir():
        path.unlink()

    clock.advance(10 * MINUTE)
    assert (await tell("kim", SEOUL, "m2")).flags == ()
    assert (await presence.trace("gyeongnam", "kim", "m1")).fixes == 0
    assert not await presence.near("gyeongnam", "kim", "lee")
    await presence.forget("gyeongnam", "kim")


async def test_a_folder_that_can_not_be_written_is_no_error_for_the_traveller(database, tmp_path, clock, caplog):
    (tmp_path / "file").write_text("in the way")
    presence = Presence(Vault(database, tmp_path / "file" / "vault", clock))

    evidence = await presence.shared("g", "kim", Share(JINJU, clock(), clock(), live=True), Challenge(clock()), "m1")
    trace = await presence.moved("g", "kim", Share(SEOUL, clock(), clock(), live=True), "m1")

    assert evidence.flags == ("live",)
    assert (trace.screened, trace.lifts) == (False, False)
    assert "kept for screening" in caplog.text
    assert str(JINJU.lat)[:5] not in caplog.text


async def test_withdrawn_consent_deletes_what_is_kept_of_one_person_only(presence, tell, database, clock):
    await tell("kim", JINJU, "m1", live=True)
    await tell("lee", moved(JINJU, 20), "m2", live=True)

    await presence.forget("gyeongnam", "kim")
    await presence.forget("gyeongnam", "kim")

    assert b"kim" not in await everything(database)
    assert (await presence.trace("gyeongnam", "kim", "m1")).fixes == 0
    assert (await presence.trace("gyeongnam", "lee", "m2")).fixes == 1
    assert (await tell("park", JINJU, "m3")).flags == ()
    assert (await tell("park", moved(JINJU, 20), "m4")).flags == ("same_point",)


async def test_many_at_once_share_one_key_and_lose_nothing(database, folder, clock):
    vaults = [Presence(Vault(database, folder, clock)) for _ in range(8)]
    share = Share(JINJU, clock(), clock())

    await asyncio.gather(
        *(one.shared("g", f"p{number}", share, Challenge(clock()), "m") for number, one in enumerate(vaults))
    )

    assert len(list(folder.glob("*.key"))) == 1
    assert len(list(folder.glob(".*"))) == 0
    assert "same_point" in (await vaults[0].shared("g", "p9", share, Challenge(clock()), "m")).flags
