from __future__ import annotations

import statistics
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.daysoff import is_holiday
from crawlers.dates import KST
from crawlers.habits import BINS, OFFICE_WEEK, Habit, first_seen, habit_from, next_poll, watched
from crawlers.schedule import next_due
from crawlers.sources import source_from
from tests.bench.publishing import agencies, waited

MONDAY = date(2026, 11, 16)
ANYONE = source_from({"id": "s", "agency": "가", "kind": "feed", "url": "http://a.go.kr/"})


def at(hour: float, day: date = MONDAY) -> datetime:
    return (datetime(day.year, day.month, day.day, tzinfo=KST) + timedelta(hours=hour)).astimezone(UTC)


def habit_of(*hours: float, weeks: int = 6) -> Habit:
    """What is learnt of a source that publishes at these hours of every workday."""
    habit, day = Habit(MONDAY.toordinal()), MONDAY
    for _ in range(weeks * 7):
        workday = day.weekday() < 5 and not is_holiday(day)
        told = [at(hour, day) for hour in hours] if workday else []
        habit = watched(habit, at(0, day), at(0, day), at(24, day), told, is_holiday)
        day += timedelta(days=1)
    return habit


def polls_on(habit: str, day: date) -> list[datetime]:
    found, now = [], at(0, day)
    while (now := next_poll(habit, now, is_holiday) or at(99, day)) < at(24, day):
        found.append(now)
    return found


AFTER = MONDAY + timedelta(weeks=6)


def test_polls_lie_densest_where_the_source_publishes() -> None:
    polls = polls_on(habit_of(10.1, 10.2, 16.7).text(), AFTER)

    near = [one for one in polls if at(10, AFTER) <= one <= at(10.5, AFTER)]
    assert len(near) >= 3
    assert statistics.median((later - one).total_seconds() for one, later in pairwise(polls)) > 600


def test_intervals_go_with_one_over_the_root_of_the_intensity() -> None:
    # four times as many documents in each half-hour of the morning as in the afternoon
    morning = [9 + n / 8 + 0.01 for n in range(32)]
    habit = habit_of(*morning, *(13.2 + n / 2 for n in range(10)), weeks=30).text()

    dense, thin = next_poll(habit, at(10, AFTER), is_holiday), next_poll(habit, at(15, AFTER), is_holiday)

    assert dense is not None
    assert thin is not None
    assert (thin - at(15, AFTER)) / (dense - at(10, AFTER)) == pytest.approx(2, rel=0.1)


@settings(max_examples=25)
@given(st.dictionaries(st.integers(0, 2 * BINS - 1), st.floats(0, 50), max_size=30), st.floats(1, 30), st.floats(0, 10))
def test_a_week_spends_its_requests_and_no_more_and_keeps_the_bounds(
    found: dict[int, float], work: float, rest: float
) -> None:
    start = at(6, date(2027, 3, 8))  # three weeks without a holiday
    habit = Habit(AFTER.toordinal(), (work, rest), tuple(found.get(n, 0.0) for n in range(2 * BINS)))
    now, polls = start, 0
    while habit.known and now < start + timedelta(weeks=3):
        due = next_poll(habit.text(), now, is_holiday)
        assert due is not None
        assert due - now >= timedelta(minutes=4.99)
        assert not 10 <= now.astimezone(KST).hour <= 13 or now.weekday() > 4 or due - now <= timedelta(hours=4.01)
        now, polls = due, polls + 1
    assert not habit.known or polls == pytest.approx(OFFICE_WEEK * 3, rel=0.02)


def test_nothing_is_asked_at_night_unless_the_source_publishes_then() -> None:
    by_day = polls_on(habit_of(10.1, 16.7).text(), AFTER)
    by_night = polls_on(habit_of(2.1, 3.1, 16.7).text(), AFTER)

    assert all(one.astimezone(KST).hour >= 6 for one in by_day)
    assert any(one.astimezone(KST).hour in {2, 3} for one in by_night)


def test_nights_of_which_only_the_morning_tells_are_found_out() -> None:
    habit, day = Habit(MONDAY.toordinal()), MONDAY
    for _ in range(28):  # asked at 23:40 and 6:00, where it had always published meanwhile
        habit = watched(habit, at(0, day), at(-0.3, day), at(6, day), [None, None], is_holiday)
        day += timedelta(days=1)

    assert any(one.astimezone(KST).hour < 6 for one in polls_on(habit.text(), AFTER))


def test_a_holiday_is_no_workday() -> None:
    habit, newyear = habit_of(10.1, 14.1).text(), date(2027, 1, 1)

    assert len(polls_on(habit, newyear)) < len(polls_on(habit, date(2026, 12, 30))) / 2


def test_a_time_before_the_last_poll_is_not_when_it_appeared() -> None:
    habit = watched(Habit(MONDAY.toordinal()), at(9), at(15), at(15.5), [at(9.2)], is_holiday)

    assert habit.found[30] == pytest.approx(1)  # 15:00
    assert sum(habit.found) == pytest.approx(1)


def test_what_is_old_counts_less() -> None:
    habit = habit_of(10.1)
    later = watched(habit, at(0, AFTER), at(0, AFTER), at(0, AFTER) + timedelta(days=42), [], is_holiday)

    assert later.found[20] == pytest.approx(habit.found[20] / 2, rel=0.02)


def test_a_first_list_with_clock_times_is_a_beginning_and_one_of_days_is_none() -> None:
    times = [at(10 + n % 3, MONDAY + timedelta(days=n // 4)) + timedelta(minutes=5 + n) for n in range(18)]
    days = [at(0, MONDAY + timedelta(days=n)) for n in range(5)]

    assert first_seen(times, at(12, date(2026, 11, 20)), is_holiday).known
    assert not first_seen(days, at(12, date(2026, 11, 20)), is_holiday).known


def test_the_cold_start_is_the_office_schedule_and_an_own_interval_overrides_all() -> None:
    own = source_from({"id": "s", "agency": "가", "kind": "feed", "url": "http://a.go.kr/", "interval": "10m"})
    learnt = habit_of(10.1, 10.2).text()
    noon = at(11)

    assert next_due(ANYONE, noon, is_holiday, habit=Habit(1).text()) == next_due(ANYONE, noon, is_holiday)
    assert next_due(ANYONE, noon, is_holiday, habit=learnt) != next_due(ANYONE, noon, is_holiday)
    assert next_due(own, noon, is_holiday, habit=learnt) == noon + timedelta(minutes=10)


def test_a_servers_hint_only_lengthens() -> None:
    learnt = habit_of(10.1, 10.2).text()
    due = next_due(ANYONE, at(10), is_holiday, habit=learnt)

    assert next_due(ANYONE, at(10), is_holiday, timedelta(minutes=1), habit=learnt) == due
    assert next_due(ANYONE, at(10), is_holiday, timedelta(minutes=30), habit=learnt) == at(10.5)


@given(st.text(max_size=400))
def test_a_text_that_is_no_habit_is_an_empty_one(text: str) -> None:
    assert not habit_from(text, MONDAY).known


@given(st.integers(0, 2 * BINS - 1), st.floats(0, 1000))
def test_a_habit_comes_back_from_its_text(place: int, many: float) -> None:
    found = tuple(many if n == place else 0.0 for n in range(2 * BINS))

    habit = habit_from(Habit(7, (3.0, 1.0), found).text(), MONDAY)

    assert (habit.day, habit.days) == (7, (3.0, 1.0))
    assert habit.found == pytest.approx(found, rel=0.001, abs=0.0001)


@pytest.mark.parametrize("kind", ["ministry", "city", "institute"])
def test_learnt_intervals_beat_fixed_ones_at_no_more_requests(kind: str) -> None:
    agency = next(one for one in agencies(1, 99) if one.kind == kind)

    fixed = waited(agency, lambda _, now: now + timedelta(minutes=30), learning=False)
    learnt = waited(
        agency, lambda habit, now: next_poll(habit, now, is_holiday, 326) or now + timedelta(minutes=30), learning=True
    )

    assert learnt.requests <= fixed.requests
    assert learnt.median < fixed.median * 0.7
    assert learnt.mean < fixed.mean * 0.7
