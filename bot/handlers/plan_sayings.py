"""What an administrator says about the lunch rotation, as changes of it. Pure.

    "재난대응과를 1월 1일부터 2조로" + the plan of that day + today ──> Wish(Assigned(...)), or what is wrong with it

Refuses to guess a department: a name that nobody knows is handed back (`Wish.unknown`).
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Final

from bot.handlers import days, plan_swaps
from bot.handlers.slot_sayings import OFFICE, SPAN, span
from bot.wording.plans import Fault
from occupancy.rearranged import Assigned, Change, Closed, Held, Monthly, Paused, Renamed, Timed, Week
from occupancy.slots import SlotPlan, monday_of

_DO: Final = r"(?:로|으로|일로)?(?: ?(?:등록|지정|추가|처리|해|하기|합니다|함))*(?: ?(?:줘요?|주세요|주십시오))?"
_WHY: Final = re.compile(r" ?[(（]([^()（）]{1,40})[)）]$")
_OPEN: Final = r"정상 ?(?:운영|배식|영업)"
CLOSES: Final = (
    rf"(?:{SPAN}|매월|매달|[월화수목금]요일|\d일).{{0,25}}(?:휴무일?|{_OPEN})(?: ?(?:취소|해제|철회))?"
    rf"{_DO}(?: ?[(（].{{1,40}}[)）])?$"
    rf"|^(?:{SPAN})(?:에|에는|은|는)? ?(?:구내)?식당(?:은|이|을)? ?"
    r"(?:쉽니다|쉰다|쉴게요|쉬겠습니다|안 ?합니다|문 ?닫습니다)[.!]*$"
)
_TURNS: Final = r"(?:차례|순서|순번)(?:를|을|는|은)?"
WEEKS: Final = (
    rf"(?:이번|다음|다다음) ?주.{{0,12}}{_TURNS}.{{0,14}}(?:바꿔|바꾸|바꿈|교체|맞바|그대로|멈|유지|원래)",
    rf"(?:이번|다음|다다음|\d일) ?주.{{0,6}}{_TURNS}(?: ?\d{{1,2}} ?조,?)+",
    rf"\d조.{{0,6}}\d조.{{0,6}}{_TURNS} ?(?:바꿔|바꾸|바꿈|교체|맞바)",
    rf"쉬는 ?주.{{0,6}}{_TURNS}.{{0,6}}(?:멈|그대로|유지|넘[기김겨])",
)
MOVES: Final = (
    r"^.{2,60}\d{1,2} ?조(?:로|에)(?: ?(?:옮|이동|변경|편성|배정|바꿔|바꾸|보내|넣).{0,8})?$",
    (
        rf"{OFFICE}(?:을|를|이|가|은|는)? ?.{{0,30}}(?:부터|자로) ?.{{0,30}}"
        r"(?:통합|합쳐|합칩|합침|변경|바뀌|바뀝|개편|폐지|없어|신설)"
    ),
    rf"^{OFFICE}.{{0,4}}신설.{{0,30}}\d{{1,2}} ?조",
)
_NTH: Final = {
    "첫째": 1,
    "첫": 1,
    "둘째": 2,
    "두": 2,
    "셋째": 3,
    "세": 3,
    "넷째": 4,
    "네": 4,
    "다섯째": 5,
    "마지막": -1,
}
_MONTHLY: Final = re.compile(rf"(?:매월|매달) ?(?:({'|'.join(_NTH)}|[1-5])(?: ?번째)?) ?(?:주 ?)?([월화수목금])요일")
_RANGE: Final = re.compile(r"(\d{1,2})월 ?(\d{1,2})일? ?(?:부터|~|-|에서) ?(?:(\d{1,2})월 ?)?(\d{1,2})일(?:까지)?")
_WEEKDAY: Final = r"(?:(?:이번|다음|다다음) ?주 ?)?[월화수목금토일]요일"
_ONE: Final = rf"{_WEEKDAY}|\d{{1,2}}월 ?\d{{1,2}}일|\d{{1,2}}[./]\d{{1,2}}|오늘|내일|모레|글피"
_THROUGH: Final = re.compile(rf"({_ONE})(?: ?(?:부터|에서) ?| ?[~-] ?)({_ONE})")
_MORE: Final = re.compile(r"(?<=[일,]) ?,? ?(\d{1,2})일")
_GROUP: Final = re.compile(r"(?<!\d)(\d{1,2}) ?조")
_CLOCK: Final = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?: ?[~-] ?(\d{1,2}):(\d{2}))?")
_LENGTH: Final = re.compile(r"(?<!\d)(\d{1,3}) ?분")
_TAKES_OUT: Final = re.compile(r"폐지|없어|제외|빼 ?[줘주]|빠[져집짐]")
_JOINS: Final = re.compile(r"통합|합쳐|합칩|합침|합병")
_NAMES: Final = re.compile(r"변경|바뀌|바뀝|바꿔|개편|이름|명칭")
_NEW: Final = re.compile(r"신설|새로 생기|새 부서")
_INTO: Final = re.compile(rf"({OFFICE})(?:으로|로)(?= |$|의)")
_SINCE: Final = re.compile(rf"(?:(\d{{4}})년 ?)?(?:{SPAN})(?: ?(?:부터|자로|에))?")
_PARTICLES: Final = "을를은는이가와에의"
LATE: Final = timedelta(days=62)
"""So long ago a change may have begun that is told only now."""
_FAR: Final = timedelta(days=800)


class WrongWishError(ValueError):
    """A wish that can't be."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted; `unknown` are departments that nobody knows."""

    changes: tuple[Change, ...]
    unknown: tuple[str, ...] = ()


def read(text: str, plan: SlotPlan, known: Sequence[str], today: date) -> Wish | None:
    """What the text wants of the plan; None where it wants nothing that is understood. `known`: all departments.

    Raises:
        WrongWishError: it names a day, a group or times that can't be.
    """
    text = text.replace("내년", f"{today.year + 1}년")
    try:
        return (
            _closing(text, today)
            or _trade(text, plan, today)
            or _weekly(text, plan, today)
            or _table(text, plan, known, today)
        )
    except days.NoSuchDayError as error:
        raise WrongWishError(Fault.DAY) from error


def _closing(text: str, today: date) -> Wish | None:
    why = _WHY.search(text)
    bare = _WHY.sub("", text)
    if not re.search(rf"휴무|{_OPEN}", bare):
        return None
    off = re.search(r"휴무", bare) is not None and not re.search(r"취소|해제|철회", bare)
    monthly = _MONTHLY.search(bare)
    if monthly:
        nth = _NTH.get(monthly[1]) or int(monthly[1])
        since = span(bare.replace(monthly[0], " "), today)
        return Wish((Monthly(nth, "월화수목금".index(monthly[2]), since.first if since else today, off),))
    found = _every_day(bare, today)
    if not found:
        raise WrongWishError(Fault.DAY)
    if found[0] < today - LATE:
        raise WrongWishError(Fault.PAST)
    return Wish(tuple(Closed(day, off, why[1].strip() if why and off else "") for day in found))


def _every_day(text: str, today: date) -> list[date]:
    """The days that are named one by one, as a range, or as a week; working days of a range only."""
    run = _RANGE.search(text)
    if run:
        first = span(f"{run[1]}월 {run[2]}일", today)
        last = span(f"{run[3] or run[1]}월 {run[4]}일", today)
        if first is None or last is None or not timedelta() <= last.first - first.first <= timedelta(days=62):
            raise WrongWishError(Fault.DAY)
        return _working(first.first, last.first)
    if through := _THROUGH.search(text):
        return _through(through[1], through[2], today)
    parts = [span(part, today) for part in re.split(r",| 및 |와 ", _spelt(text))]
    found = [one for one in parts if one is not None]
    every = [day for one in found for day in (_working(one.first, one.last) or [one.first])]
    return sorted(set(every))


def _through(begins: str, ends: str, today: date) -> list[date]:
    """The working days from one named day to another; a bare weekday at the end is the next such day."""
    first, last = span(begins, today), span(ends, today)
    if first is None or last is None or first.kind != "day" or last.kind != "day":
        raise WrongWishError(Fault.DAY)
    until = last.first
    if re.fullmatch(r"[월화수목금토일]요일", ends):
        until = first.first + timedelta(days=(last.first.weekday() - first.first.weekday()) % 7)
    if not timedelta() <= until - first.first <= timedelta(days=62):
        raise WrongWishError(Fault.DAY)
    return _working(first.first, until)


def _spelt(text: str) -> str:
    """`12월 24일, 31일` with its month before each day."""
    month = ""
    parts = []
    for part in re.split(r",", text):
        named = re.search(r"(\d{1,2})월", part)
        month = f"{named[1]}월 " if named else month
        bare = re.match(r" ?(?:와 ?)?\d{1,2}일", part)
        parts.append(f"{month}{part.strip()}" if bare and not named else part)
    return ",".join(parts)


def _working(first: date, last: date) -> list[date]:
    every = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [day for day in every if day.weekday() < 5]


def _trade(text: str, plan: SlotPlan, today: date) -> Wish | None:
    """Two departments' groups trade slots for a week."""
    try:
        found = plan_swaps.order(text, plan, today)
    except plan_swaps.UnknownDepartmentError as error:
        return Wish((Week(monday_of(today)),), (str(error),))
    except days.NoSuchDayError:
        raise
    except ValueError as error:
        raise WrongWishError(Fault.SLOT) from error
    return Wish((Week(*found),)) if found is not None else None


def _weekly(text: str, plan: SlotPlan, today: date) -> Wish | None:
    if not re.search(r"차례|순서|순번", text) or re.search(r"시각|시간", text):
        return None
    if re.search(r"쉬는 ?주", text):
        paused = re.search(r"멈|그대로|유지", text) is not None and not re.search(r"취소|해제", text)
        return Wish((Paused(monday_of(today) + timedelta(weeks=1), paused),))
    groups = [int(one) - 1 for one in _GROUP.findall(text)]
    stays = re.search(r"그대로|멈|유지", text) is not None
    resets = re.search(r"원래", text) is not None
    if not groups and not stays and not resets:
        return None
    if re.search(rf"{OFFICE}(?:을|를).{{0,20}}\d ?조(?:로|에)", text):
        return None
    meant = span(_GROUP.sub(" ", text), today)
    monday = monday_of(meant.first if meant else today + timedelta(weeks=1))
    if monday < monday_of(today):
        raise WrongWishError(Fault.PAST)
    if stays:
        return Wish((Held(monday, not re.search(r"취소|해제", text)),))
    if resets:
        return Wish((Week(monday), Held(monday, held=False)))
    return Wish((Week(monday, _order(groups, plan, monday)),))


def _order(groups: Sequence[int], plan: SlotPlan, monday: date) -> tuple[int, ...]:
    """The week's order with two groups swapped, or as given in full."""
    now = plan.order(monday)
    if bad := [one for one in groups if not 0 <= one < len(now)]:
        raise WrongWishError(Fault.GROUP if bad else Fault.ORDER)
    if len(groups) == len(now) > 2 and len(set(groups)) == len(now):
        return tuple(groups)
    if len(groups) != 2 or groups[0] == groups[1]:
        raise WrongWishError(Fault.ORDER)
    swap = {groups[0]: groups[1], groups[1]: groups[0]}
    return tuple(swap.get(one, one) for one in now)


def _table(text: str, plan: SlotPlan, known: Sequence[str], today: date) -> Wish | None:
    since, bare = _since(text, today)
    if re.search(r"(?:차례|배식) ?(?:시각|시간)", text):
        return Wish((_timed(bare, plan.on(since), since),))
    groups = _GROUP.findall(bare)
    into = None if groups else _INTO.search(bare)
    rest = bare.replace(into[0], " ") if into else bare
    named = _departments(rest, [*known, *plan.on(since).departments])
    if groups and named and re.search(r"조(?:로|에)|신설", bare):
        return _moved(named, int(groups[-1]) - 1, plan.on(since), known, since, new=bool(_NEW.search(bare)))
    if into and named and _JOINS.search(bare):
        return _joined(named, into[1], plan.on(since), since)
    if into and len(named) == 1 and _NAMES.search(bare):
        return _checked([Renamed(named[0], into[1], since)], named, plan.on(since).departments)
    if named and _TAKES_OUT.search(bare):
        changes = [Assigned(name, None, since) for name in named]
        return _checked(changes, named, plan.on(since).departments)
    return None


def _since(text: str, today: date) -> tuple[date, str]:
    """From when a change of the table holds, next Monday where nothing is said; and the text without it."""
    meant = span(text, today)
    first = meant.first if meant else monday_of(today) + timedelta(weeks=1)
    if first < today - LATE:
        raise WrongWishError(Fault.PAST)
    if first > today + _FAR:
        raise WrongWishError(Fault.DAY)
    return first, " ".join(_SINCE.sub(" ", text).split())


def _moved(named: Sequence[str], group: int, plan: SlotPlan, known: Sequence[str], since: date, *, new: bool) -> Wish:
    if not 0 <= group < len(plan.groups):
        raise WrongWishError(Fault.GROUP)
    changes = [Assigned(name, group, since) for name in named]
    return Wish(tuple(changes)) if new else _checked(changes, named, [*known, *plan.departments])


def _joined(named: Sequence[str], into: str, plan: SlotPlan, since: date) -> Wish:
    """Several departments become one: the new name takes the place of the first, unless it has its own."""
    changes: list[Change] = [Assigned(name, None, since) for name in named[1:] if name != into]
    if into not in plan.departments:
        changes.insert(0, Renamed(named[0], into, since))
    elif named[0] != into:
        changes.insert(0, Assigned(named[0], None, since))
    return _checked(changes, named, plan.departments)


def _checked(changes: Sequence[Change], named: Iterable[str], known: Sequence[str]) -> Wish:
    return Wish(tuple(changes), tuple(name for name in named if name not in known))


def _timed(text: str, plan: SlotPlan, since: date) -> Timed:
    """`11:30 11:55 12:20 12:45`, with `25분` or with each slot's own end."""
    found = _CLOCK.findall(text)
    try:
        times = [time(int(hour), int(minute)) for hour, minute, _, _ in found]
        ends = [time(int(hour), int(minute)) if hour else None for _, _, hour, minute in found]
    except ValueError as error:
        raise WrongWishError(Fault.TIMES) from error
    if len(times) != len(plan.groups):
        raise WrongWishError(Fault.TIMES)
    said = _LENGTH.search(_CLOCK.sub(" ", text))
    starts = [at.hour * 60 + at.minute for at in times]
    steps = [after - before for before, after in pairwise(starts)] or [plan.lengths[0]]
    each = int(said[1]) if said else min(steps)
    minutes = tuple(
        end.hour * 60 + end.minute - start if end else each for start, end in zip(starts, ends, strict=True)
    )
    try:
        replace(plan, times=tuple(times), minutes=minutes, later=())
    except ValueError as error:
        raise WrongWishError(Fault.TIMES) from error
    return Timed(since, tuple(times), minutes)


def _departments(text: str, known: Sequence[str]) -> list[str]:
    """The departments that are named, those that are known first found; particles are no part of a name."""
    found: list[tuple[int, str]] = []
    for name in sorted(set(known), key=len, reverse=True):
        place = text.find(name)
        if place >= 0:
            found.append((place, name))
            text = text.replace(name, "\0" * len(name), 1)
    for one in re.finditer(r"[가-힣A-Za-z0-9·]{2,20}", text):
        name = one[0] if re.fullmatch(OFFICE, one[0]) else one[0].rstrip(_PARTICLES)
        if len(name) > 1 and re.fullmatch(OFFICE, name) and not re.fullmatch(r"\d+조?", name):
            found.append((one.start(), name))
    return [name for _, name in sorted(found)]


def nearest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known departments that sound most like a name, best first."""
    spelt = {unicodedata.normalize("NFD", one): one for one in sorted(set(known))}
    close = difflib.get_close_matches(unicodedata.normalize("NFD", name), spelt, n=most, cutoff=0.5)
    return [spelt[one] for one in close]
