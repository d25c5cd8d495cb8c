"""`이번 주 총무과 12시로 변경`, `총무과랑 농정과 차례 바꿔줘`: two groups trade slots for one week. Pure.

A department does not move alone: its group trades with the group that has the wanted slot, and the read-back says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Final

from bot.handlers import days
from bot.handlers.slot_sayings import span
from occupancy.slots import SlotPlan, monday_of

_DEPT: Final = r"[가-힣A-Za-z0-9·]{1,16}?(?:담당관실?|과|실|팀)"
_WEEK: Final = r"(?:(?:이번|다음|다다음) ?주(?:에|만|부터)? ?|[월화수목금]요일(?:에|부터)? ?|오늘 ?|내일(?:부터)? ?)?"
_CLOCK: Final = r"\d{1,2}(?:시(?: ?\d{1,2}분| ?반)?|:\d\d)"
_DO: Final = r"(?:서로 ?)?(?:맞?바꿔|맞?바꾸|맞?바꿈|교체|변경|교환|옮|이동|조정|당겨|미뤄)"
AT: Final = (
    rf"^{_WEEK}(?P<dept>{_DEPT})(?:의|을|를|은|는)? ?{_WEEK}(?:점심 ?|차례 ?|배식 ?|순서 ?|시간 ?)*(?:를|을)? ?"
    rf"(?:{_CLOCK}(?:에서|->|→) ?)?(?P<at>{_CLOCK})(?:으로|로) ?{_DO}"
)
SWAP: Final = (
    rf"^{_WEEK}(?P<one>{_DEPT})(?:와|과|이랑|랑|하고|,|·)? ?(?P<other>{_DEPT})(?:의|을|를)? ?{_WEEK}(?:점심 ?|배식 ?)*"
    rf"(?:차례|순서|순번|시간)?(?:를|을)? ?(?:서로 ?)?(?:맞?바꿔|맞?바꾸|맞?바꿈|교체|교환)"
)
SENTENCES: Final = tuple(re.sub(r"\?P<\w+>", "?:", one) for one in (AT, SWAP))
Order = tuple[date, tuple[int, ...]]


class UnknownDepartmentError(ValueError):
    """A department that the plan does not have."""


def order(text: str, plan: SlotPlan, today: date) -> Order | None:
    """The Monday and the groups in their new order; None where the text trades nothing.

    Raises:
        UnknownDepartmentError: its name, as it was typed.
        ValueError: no slot begins at the time that is named, or there is no such time.
    """
    at, swap = re.match(AT, text), re.match(SWAP, text)
    if not (at or swap):
        return None
    meant = span(re.sub(_CLOCK, " ", text), today)
    monday = monday_of(meant.first if meant else today + timedelta(weeks=1))
    if monday < monday_of(today):
        raise ValueError("a week that is over")
    now = plan.order(monday)
    group = _grouped(plan, monday)
    if swap is not None:
        return monday, _traded(now, group(swap["one"]), group(swap["other"]))
    if at is None:
        return None
    return monday, _traded(now, group(at["dept"]), now[_place(plan.on(monday).times, at["at"])])


def _grouped(plan: SlotPlan, monday: date) -> Callable[[str], int]:
    def group(name: str) -> int:
        for one in (name, name.removesuffix("실")):
            found = plan.group_of(one, monday)
            if found is not None:
                return found
        raise UnknownDepartmentError(name)

    return group


def _place(times: tuple[time, ...], said: str) -> int:
    at = days.told_clock(said)
    if at not in times:
        raise ValueError("no slot begins then")
    return times.index(at)


def _traded(now: tuple[int, ...], one: int, other: int) -> tuple[int, ...]:
    trade = {one: other, other: one}
    return tuple(trade.get(each, each) for each in now)
