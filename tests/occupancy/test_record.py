"""An answer's own error: judged by what the gate let through afterwards, never told better than it was."""

from __future__ import annotations

from datetime import date, timedelta

from redis.asyncio import Redis

from occupancy.reading import DayHistory, Minute
from occupancy.record import KEEP_DAYS, RecordStore, Said, actual_wait, judge

DAY = date(2026, 11, 23)


def day(people: list[float | None], served: list[int], *, simulated: bool = False) -> DayHistory:
    minutes = tuple(Minute(720 + i, p, s) for i, (p, s) in enumerate(zip(people, served, strict=True)))
    return DayHistory(DAY, minutes, simulated)


def test_the_wait_that_came_is_read_from_the_gate() -> None:
    lunch = day([20, 14, 6, 0, None], [8, 8, 8, 0, 5])

    assert actual_wait(lunch, 720) == 2.5  # 8 and 8 went through, and half of the third minute's 8
    assert actual_wait(lunch, 723) == 0.0
    assert actual_wait(lunch, 724) is None  # nobody counted
    assert actual_wait(day([20], [3]), 720) is None  # the gate fell silent


def test_errors_are_means_over_what_can_be_judged() -> None:
    people = [20.0] * 30
    said = [Said(720, 4.5, 18, 26), Said(721, None, None, None), Said(740, 2.0, 20, 20)]

    found = judge([(said, day(people, [8] * 30)), ([], day(people, [8] * 30))])

    assert (found.days, found.waits, found.aheads) == (1, 2, 1)
    assert found.wait == (2.0 + 0.5) / 2
    assert found.ahead == 6.0
    assert not found.simulated
    assert judge([(said, day(people, [8] * 30, simulated=True))]).simulated


def test_nothing_to_judge_is_no_error_of_nought() -> None:
    found = judge([])

    assert (found.days, found.wait, found.ahead) == (0, None, None)


async def test_the_first_word_of_a_minute_stands_and_old_days_go(database: Redis) -> None:
    store = RecordStore(database)
    await store.put("a", "main", DAY - timedelta(days=KEEP_DAYS), Said(720, 1.0, 2, 3))
    await store.put("a", "main", DAY, Said(720, 4.0, 18, None))
    await store.put("a", "main", DAY, Said(720, 2.0, 9, 9))
    await store.put("a", "main", DAY, Said(715, None, None, None))

    assert await store.day("a", "main", DAY) == (Said(715, None, None, None), Said(720, 4.0, 18, None))
    assert await store.day("a", "main", DAY - timedelta(days=KEEP_DAYS)) == ()
    assert await store.day("b", "main", DAY) == await store.day("a", "annex", DAY) == ()
