"""Each asker's minute lies in their own slot, is better for them, and is not everybody's."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occupancy.advice import (
    MOST_A_MINUTE,
    Outlook,
    Told,
    asked_at,
    best,
    last_call,
    outlook,
    overdue,
    room,
    served_usually,
    stays_below,
    turn_of,
)
from occupancy.estimate import Estimate, Level
from occupancy.forecast import Basis, Forecast, Point
from occupancy.reading import KST, DayHistory, Minute, minute_of
from occupancy.slots import SlotPlan
from occupancy.told import ToldStore

DAY = date(2026, 11, 23)
SPEED = 12.0
PLAN = SlotPlan(date(2026, 11, 23), (time(12), time(12, 20)), (("가",), ("나",)))


def at(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime.combine(DAY, time(hour, minute), KST).astimezone(UTC)


SINCE, UNTIL = at("12:00"), at("12:20")


def present(now: datetime, people: int = 0, *, stale: bool = False) -> Estimate:
    minutes = people / SPEED
    return Estimate(now, people, minutes, minutes, minutes, Level.QUIET, 3.0, (), stale, now, SPEED, 1.0)


def coming(now: datetime, people: dict[str, float], usual: float = 0.0) -> Forecast:
    """The next hour with a line of so many from those minutes on."""
    points, value = [], usual
    for i in range(1, 60):
        instant = now + timedelta(minutes=i)
        value = people.get(f"{instant.astimezone(KST):%H:%M}", value)
        points.append(Point(instant, value, value, value))
    return Forecast(tuple(points), Basis.ROTATION, live=True)


RUSH = {"12:00": 60.0, "12:10": 20.0, "12:12": 5.0, "12:13": 1.0, "12:19": 60.0}
BUSY = dict.fromkeys(range(718, 733), 11.0) | dict.fromkeys(range(733, 739), 4.0)


def seen(now: datetime, told: Told | None = None) -> Outlook:
    found = outlook(coming(now, RUSH), present(now), BUSY, told or Told())
    assert found is not None
    return found


def advise(now: datetime, turn: float, told: Told | None = None) -> datetime | None:
    found = best(seen(now, told), now, since=SINCE, until=UNTIL, turn=turn)
    return found.at if found else None


def test_the_minute_is_after_the_rush_and_early_enough_to_be_in_line_within_the_slot():
    found = best(seen(at("11:50")), at("11:50"), since=SINCE, until=UNTIL, turn=0.5)

    assert found is not None
    assert at("12:09") <= found.at <= at("12:15")
    assert found.minutes < 1 < found.otherwise
    assert not found.now


def test_people_who_ask_together_are_told_different_minutes():
    minutes = Counter(advise(at("11:50"), n / 100) for n in range(100))

    assert None not in minutes
    assert len(minutes) >= 3
    assert max(minutes.values()) <= 60


def test_whoever_asks_again_hears_the_same():
    turn = turn_of("kim", DAY)

    assert advise(at("11:50"), turn) == advise(at("11:51"), turn)


def test_a_minute_that_many_were_told_is_told_no_more():
    first = advise(at("11:50"), 0.5)
    assert first is not None
    full = Told(going={minute_of(first): 80})

    assert advise(at("11:50"), 0.5, full) != first


def test_sixty_who_ask_one_after_the_other_are_spread_by_what_the_line_can_take():
    going: Counter[int] = Counter()
    for n in range(60):
        found = advise(at("11:50"), turn_of(f"p{n}", DAY), Told(going=going))
        if found is not None:
            going[minute_of(found)] += 1

    assert going.total() >= 40
    assert max(going.values()) <= 25


def test_those_who_stay_away_shorten_the_rush_that_is_expected():
    now = at("11:55")
    alone, many = seen(now), seen(now, Told(asked={minute_of(now): 60}))

    assert many.waits[8] < alone.waits[8] - 1
    assert all(wait >= 0 for wait in many.waits)


def test_nothing_is_advised_where_it_makes_no_difference_or_nothing_is_known():
    now = at("11:50")
    flat = outlook(coming(now, {}), present(now), {}, Told())
    assert flat is not None

    assert best(flat, now, since=SINCE, until=UNTIL, turn=0.9) is None
    assert outlook(coming(now, RUSH), present(now, stale=True), BUSY, Told()) is None
    assert outlook(Forecast((), Basis.NONE, live=False), present(now), BUSY, Told()) is None
    assert best(seen(now), at("12:17"), since=SINCE, until=at("12:04"), turn=0.5) is None


def test_within_the_slot_now_may_be_best():
    now = at("12:01")
    grows = outlook(coming(now, {"12:04": 30.0, "12:06": 80.0}), present(now), BUSY, Told())
    assert grows is not None

    found = best(grows, now, since=SINCE, until=UNTIL, turn=0.0)

    assert found is not None
    assert found.now
    assert found.at == now


@given(
    levels=st.lists(st.floats(0, 200), min_size=6, max_size=6),
    asked=st.integers(0, 39),
    turn=st.floats(0, 1, exclude_max=True),
    going=st.dictionaries(st.integers(700, 745), st.integers(0, 300), max_size=5),
)
def test_no_advice_lies_outside_the_slot_in_the_past_or_makes_one_wait_longer(levels, asked, turn, going):
    now = at("11:40") + timedelta(minutes=asked, seconds=17)
    start = now.replace(second=0)
    line = [(start + timedelta(minutes=i + 1), levels[i // 10]) for i in range(59)]
    points = tuple(Point(when, people, people, people) for when, people in line)
    ahead = outlook(Forecast(points, Basis.ROTATION, live=True), present(now, 10), BUSY, Told(going=going))
    assert ahead is not None

    found = best(ahead, now, since=SINCE, until=UNTIL, turn=turn)

    if found is not None:
        assert max(now, SINCE) <= found.at < UNTIL - timedelta(minutes=4)
        assert found.now or found.at == SINCE or found.minutes <= found.otherwise - 0.5


def test_at_most_as_many_are_called_as_the_line_has_room_for():
    free, full = seen(at("12:13")), seen(at("12:02"))
    empty = outlook(coming(at("12:13"), {}), present(at("12:13")), {}, Told())
    assert empty is not None

    assert [room(free, sent) for sent in (0, 3, 8, 99)] == [8, 5, 0, 0]
    assert room(full, 0) == 1
    assert room(empty, 0) == 12
    assert room(outlook(coming(at("12:13"), {}), present(at("12:13")), {}, Told(going={732: 60, 731: 60})), 0) <= 4
    assert MOST_A_MINUTE == 15


def test_a_line_stays_short_only_if_it_does_for_ten_minutes_or_to_the_end_of_the_slot():
    now = at("12:02")
    soon = outlook(coming(now, {"12:09": 60.0}), present(now), {}, Told())
    later = outlook(coming(now, {"12:15": 60.0}), present(now), {}, Told())
    assert soon is not None
    assert later is not None

    assert not stays_below(soon, 2.0, UNTIL)
    assert stays_below(later, 2.0, UNTIL)
    assert stays_below(soon, 2.0, at("12:08"))


@given(turn=st.floats(0, 1, exclude_max=True), minutes=st.integers(1, 180))
def test_the_last_call_is_within_the_slot_and_in_time(turn, minutes):
    until = SINCE + timedelta(minutes=minutes)

    found = last_call(SINCE, until, turn)

    assert found <= until - timedelta(minutes=5)
    assert minutes < 6 or found >= SINCE


def test_a_crowd_too_large_for_the_minutes_left_is_let_go_early():
    assert overdue(20, at("12:00"), UNTIL, SPEED) == 0
    assert overdue(150, at("12:00"), UNTIL, SPEED) == 150 - 108
    assert overdue(7, at("12:16"), UNTIL, SPEED) == 7


def test_nobody_asks_long_before_their_slot():
    assert asked_at(at("09:00"), SINCE) == 12 * 60 - 6
    assert asked_at(at("12:03"), SINCE) == 12 * 60 + 3


def test_turns_are_even_and_new_every_day():
    turns = sorted(turn_of(f"p{n}", DAY) for n in range(1000))

    assert max(abs(turn - n / 1000) for n, turn in enumerate(turns)) < 0.06
    assert turn_of("kim", DAY) != turn_of("kim", DAY + timedelta(days=1))


def test_what_is_served_usually_is_that_of_the_same_rotation():
    weeks = [DAY - timedelta(days=7 * back) for back in (1, 2, 3, 4)]
    days = [DayHistory(day, (Minute(720, 5.0, 2 if n % 2 == 0 else 10),)) for n, day in enumerate(weeks)]

    assert served_usually(days, DAY, PLAN)[720] == pytest.approx(10)
    assert served_usually(days, DAY, None)[720] == pytest.approx(6)
    assert served_usually([], DAY, PLAN) == {}


async def test_people_are_counted_once_and_not_kept(database):
    store = ToldStore(database)
    for _ in range(3):
        await store.count("a", "main", DAY, "kim", going=735, asked=715)
    await store.count("a", "main", DAY, "lee", going=735, asked=716)
    await store.count("a", "main", DAY, "kim", asked=717)

    assert await store.told("a", "main", DAY) == Told({735: 2}, {715: 1, 716: 1})
    assert await store.told("a", "main/b", DAY) == Told({}, {})
    assert await store.told("a", "main", DAY + timedelta(days=1)) == Told({}, {})
    kept = b"".join([key + (await database.dump(key)) async for key in database.scan_iter()])
    assert b"kim" not in kept


async def test_a_thousand_people_are_counted_within_a_few(database):
    store = ToldStore(database)
    for n in range(1000):
        await store.count("a", "main", DAY, f"p{n}", going=735)

    assert 950 <= (await store.told("a", "main", DAY)).going[735] <= 1000
