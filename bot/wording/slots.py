"""Words of the lunch slots: whose turn, on a day, in a week, in a month; when a cafeteria rests and why.

A table fits a phone: a slot or a week a line, groups by number, closed days at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from bot.messenger import Button
from bot.wording import day, particle
from occupancy.slots import Rest

BUTTONS = (Button("이번 주 차례", "slots"), Button("다음 주", "slots:다음 주"), Button("다음 달 표", "slots:다음 달"))
POSTS = Button("점심 소식 받기", "boards:all")
RESTS = {
    Rest.WEEKEND: "주말",
    Rest.HOLIDAY: "공휴일",
    Rest.MONTHLY: "매달 정기 휴무",
    Rest.CLOSED: "휴무",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row on which one slot, or one order of groups, holds."""

    first: date
    last: date
    told: str


def hours(start: time, end: time) -> str:
    """`12:20~12:40`."""
    return f"{start:%H:%M}~{end:%H:%M}"


def span(first: date, last: date) -> str:
    """`12. 7.~12. 11.`, or the day alone with its weekday."""
    return day(first) if first == last else f"{first.month}. {first.day}.~{last.month}. {last.day}."


def group(names: Sequence[str], number: int) -> str:
    """A group by its departments, or by its number where it has none."""
    return ", ".join(names) if names else f"{number + 1}조"


def month_of(department: str, month: date, rows: Sequence[Stretch], shut: Sequence[str]) -> str:
    """A department's slots in a month, a week a line."""
    lines = [f"{span(one.first, one.last)} {one.told}" for one in rows]
    return "\n".join([f"{department} {month.year}년 {month.month}월 차례입니다.", *lines, *_shut(shut)])


def month_table(
    name: str, month: date, groups: Sequence[Sequence[str]], times: Sequence[time], rows: Sequence[Stretch],
    shut: Sequence[str],
) -> str:  # fmt: skip
    """Everybody's slots in a month: the groups once, then each week's order."""
    legend = [f"{number + 1}조 {'·'.join(names) or '없음'}" for number, names in enumerate(groups)]
    clock = " → ".join(f"{at:%H:%M}" for at in times)
    lines = [f"{span(one.first, one.last)} {one.told}" for one in rows]
    return "\n".join([f"{name} {month.year}년 {month.month}월 차례표({clock})", *legend, *lines, *_shut(shut)])


def order(groups: Sequence[int]) -> str:
    """`2조 → 3조 → 4조 → 1조`."""
    return " → ".join(f"{number + 1}조" for number in groups)


def _shut(shut: Sequence[str]) -> list[str]:
    return [f"쉬는 날: {', '.join(shut)}"] if shut else []


def rest(on: date, why: Rest, reason: str = "") -> str:
    """`12. 25.(금) 공휴일`."""
    return f"{day(on)} {reason or RESTS[why]}"


def first_turn(department: str, now: date | None, then: date | None) -> str:
    """When the department has the day's first slot: this week, and the next such week."""
    who = particle(department, "이", "가")
    if now is None and then is None:
        return f"{department}의 차례는 정해져 있지 않습니다. 배식 시간 안에 오시면 됩니다."
    if now is None:
        return f"{who} 가장 먼저인 주는 {_week(then)}부터입니다." if then else ""
    later = f" 그다음은 {_week(then)} 주입니다." if then else ""
    return f"{who} 이번 주 첫 순서입니다.{later}"


def _week(first: date | None) -> str:
    return "" if first is None else day(first)


def opened(name: str, on: date, today: date, opens: time, closes: time) -> str:
    """Lunch is served."""
    return f"{name}: {_when(on, today)} 배식합니다({opens:%H:%M}~{closes:%H:%M})."


def shut(name: str, on: date, today: date, why: Rest, reason: str, then: date | None) -> str:
    """No lunch, why, and when the next is."""
    told = f"{name}: {_when(on, today)} 쉽니다({reason or RESTS[why]})."
    return told if then is None else f"{told} 다음 배식은 {day(then)}입니다."


def _when(on: date, today: date) -> str:
    words = {0: "오늘은", 1: "내일은", 2: "모레는", -1: "어제는"}
    return words.get((on - today).days, f"{day(on)}에는")


def resting(name: str, first: date, last: date, rows: Sequence[str]) -> str:
    """Which days of a week or month rest."""
    if not rows:
        return f"{name}: {day(first)}~{day(last)}에는 쉬는 날이 없습니다."
    return f"{name}: {day(first)}~{day(last)}에 쉬는 날은 {', '.join(rows)}입니다."


def next_slot(department: str, on: date, start: time, end: time) -> str:
    """A department's slot on the next open day."""
    return f"{department}의 다음 차례는 {day(on)} {hours(start, end)}입니다."


def not_yet(department: str, since: date) -> str:
    """A department whose slot begins later."""
    return f"{department}의 차례는 {day(since)}부터 있습니다."


def in_cafeteria(name: str, told: str) -> str:
    """An answer of one of several cafeterias."""
    return f"[{name}] {told}"
