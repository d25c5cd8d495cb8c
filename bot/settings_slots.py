"""What `[institution.cafeteria.slots]` may say besides times and groups: other weeks, other tables by date, rests.

Values as the file has them, with their checks; what they make of a day is the work of `occupancy.rearranged`
and `bot.plans`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from bot.settings_fields import clock_of, shown, wrong

_ORDINALS: Final = {"첫째": 1, "둘째": 2, "셋째": 3, "넷째": 4, "다섯째": 5, "마지막": -1}
_REST: Final = re.compile(rf"(?:매월 ?)?({'|'.join(_ORDINALS)}) ?(?:주 ?)?([월화수목금])요일")


@dataclass(frozen=True, slots=True)
class OwnWeek:
    """A week whose order the file gives: `order[i]` is the number (from 1) of the group in the day's i-th slot."""

    monday: date
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LaterSlots:
    """The whole table from a date on."""

    since: date
    times: tuple[time, ...]
    groups: tuple[tuple[str, ...], ...]
    minutes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MonthlyDay:
    """Every month's n-th such weekday (0 = Monday); -1 is the last."""

    nth: int
    weekday: int


def monthly_of(text: str) -> MonthlyDay | None:
    """What `셋째 수요일` means; None when it is no such day."""
    found = _REST.fullmatch(" ".join(unicodedata.normalize("NFC", text).split()))
    return MonthlyDay(_ORDINALS[found[1]], "월화수목금".index(found[2])) if found else None


def monthly(text: str) -> str:
    """A monthly day as given, checked.

    Raises:
        PydanticCustomError: it is none.
    """
    if monthly_of(text) is None:
        raise wrong(f"'셋째 수요일'이나 '마지막 금요일'처럼 적어 주십시오: {shown(text)}")
    return text


def faults(slots: Mapping[str, object]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where in the table `slots` entries contradict each other, and how that is said."""
    groups, times = _items(slots.get("groups")), _items(slots.get("times"))
    first = slots.get("first_monday")
    yield from _of_weeks(_items(slots.get("week")), len(groups), "week")
    yield from _lengths(slots.get("minutes"), times, ("minutes",))
    for number, monday in enumerate(_items(slots.get("held"))):
        if isinstance(monday, date) and isinstance(first, date) and monday <= first:
            yield ("held", number), f"순번을 멈추는 주는 처음 주({first}) 뒤여야 합니다."
    for name in ("fixed", "public"):
        for number, department in enumerate(_items(slots.get(name))):
            if isinstance(department, str) and department not in _departments(slots):
                yield (name, number), f"어느 조에도 없는 부서입니다: {shown(department)}"
    yield from _later(slots, times, groups)


def _later(
    slots: Mapping[str, object], times: Sequence[object], groups: Sequence[object]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    before: date | None = None
    for number, table in enumerate(one for one in _items(slots.get("later")) if isinstance(one, dict)):
        since = table.get("since")
        if isinstance(since, date):
            if before is not None and since <= before:
                yield ("later", number, "since"), f"이른 날짜부터 적어 주십시오: {before} 다음에 {since}"
            before = since
        own_times, own_groups = _items(table.get("times")) or times, _items(table.get("groups")) or groups
        if len(own_times) != len(own_groups):
            told = f"조와 시각의 수가 다릅니다: 시각 {len(own_times)}개, 조 {len(own_groups)}개"
            yield ("later", number, "groups"), told
        if twice := _twice(own_groups):
            yield ("later", number, "groups"), f"한 부서가 두 번 나옵니다: {shown(twice)}"
        yield from _ascending(own_times, ("later", number, "times"))
        yield from _lengths(table.get("minutes"), own_times, ("later", number, "minutes"))


def _ascending(times: Sequence[object], path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    known = [at for at in map(clock_of, times) if at is not None]
    if known != sorted(set(known)):
        yield path, "시각은 이른 것부터 적어 주십시오."


def _lengths(
    minutes: object, times: Sequence[object], path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(minutes, list) and len(minutes) != len(times):
        yield path, f"시각과 분의 수가 다릅니다: 시각 {len(times)}개, 분 {len(minutes)}개"
        return
    each = minutes if isinstance(minutes, list) else [minutes] * len(times)
    starts = [None if at is None else at.hour * 60 + at.minute for at in map(clock_of, times)]
    for number, (start, length, then) in enumerate(zip(starts, each, starts[1:], strict=False)):
        if (
            start is not None
            and then is not None
            and isinstance(length, int)
            and then > start
            and start + length > then
        ):
            yield path, f"{number + 1}번째 차례가 다음 차례와 겹칩니다: {length}분"


def _of_weeks(weeks: Sequence[object], groups: int, name: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
    seen: set[object] = set()
    for number, week in enumerate(one for one in weeks if isinstance(one, dict)):
        order, monday = week.get("order"), week.get("monday")
        if isinstance(order, list) and sorted(map(str, order)) != sorted(str(one + 1) for one in range(groups)):
            yield (name, number, "order"), f"1조에서 {groups}조까지 한 번씩 적어 주십시오."
        if monday in seen:
            yield (name, number, "monday"), f"같은 주가 두 번 나옵니다: {monday}"
        seen.add(monday)


def _departments(slots: Mapping[str, object]) -> set[object]:
    tables = [slots, *(one for one in _items(slots.get("later")) if isinstance(one, dict))]
    return {name for table in tables for group in _items(table.get("groups")) for name in _items(group)}


def _twice(groups: Sequence[object]) -> object:
    names = [name for group in groups for name in _items(group)]
    return next((name for name in names if names.count(name) > 1), None)


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []
