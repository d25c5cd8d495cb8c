"""파견, and 휴직 from a day on: for one person by word, read as the line of a sheet of orders that says the same.

    words → whom, from when, until when, where to → a sheet of one line → read back as a difference → [적용]

So what a sheet promises holds here: nothing before [적용], days ahead happen by themselves, all can be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.absences import plainly
from bot.clock import KST
from bot.handlers.appointments import AppointmentTalk
from bot.handlers.roster_desk import BOSSES, Desk, Target
from bot.hours_words import NoSuchDayError, days_in
from bot.messenger import Reply
from bot.roster_names import bare, words_of
from bot.roster_sheet import Line, Sheet
from bot.routes import Request, Route
from bot.wording import roster_rests as words

_NO_ASKING: Final = r"(?!.*(?:\?|언제|누구|누가|몇|인가|중이|왜|어떻게|까요|되나|나요|가능))"
_WHO: Final = (
    r"[가-힣]{2,4}(?: ?(?:주무관|실무관|팀장|과장|계장|사무관|서기관|주사|직원|님|씨)){0,2} ?(?:이|가|은|는|을|를)?"
)
_RESTS: Final = r"(?:육아|질병|병역|간병|유학|가사|출산|군입대)? ?휴직"
LENT: Final = rf"^{_NO_ASKING}(?P<argument>{_WHO} (?:\S{{2,20}} ){{0,6}}?파견(?: ?\S{{1,12}}){{0,6}})[.!]*$"
RESTED: Final = (
    rf"^{_NO_ASKING}(?P<argument>{_WHO} {_RESTS}(?:을|를|에|으로)?(?: \S{{1,14}}){{0,8}})[.!]*$",
    rf"^{_NO_ASKING}휴직 (?P<argument>{_WHO}(?: .{{1,40}})?)[.!]*$",
)
_ON: Final = r"(?:\d{1,2} ?월 ?\d{1,2} ?일|\d{1,2}[./]\d{1,2}|\d{4}-\d\d-\d\d|내일|모레|다음 ?주 ?[월화수목금]요일)"
_GOES: Final = r"(?:정년 ?|명예 ?|의원 ?)?(?:퇴직|퇴사|면직|사직|명퇴|전출)"
LEFT: Final = (
    (
        rf"^{_NO_ASKING}(?P<argument>{_WHO} {_ON} ?(?:자로|자|부로|에|로)? ?{_GOES}"
        r"(?:입니다|이에요|예정\S{0,4}|해요|합니다| ?처리\S{0,4})?)[.!]*$"
    ),
    rf"^{_NO_ASKING}{_GOES}(?: ?처리)? (?P<argument>{_WHO} {_ON} ?(?:자로|자|부로|에|로)?)[.!]*$",
)
_ACTS: Final = re.compile(
    rf"{_RESTS}(?:을|를|에|으로)?|{_GOES}\S{{0,6}}|(?<=\s)(?:자로|자|부로)(?=\s|$)|예정\S*|파견(?:을|를|으로)?|(?:처리|등록|신청|명령|발령|근무)(?:을|를)?"
    r"|가게 ?됐\S*|들어가\S*|들어갔\S*|나가\S*|나갔\S*|갑니다|가요|갔\S*|갈\S*|보내\S*|합니다|해 ?\S*|했\S*|하\S{0,5}"
    r"|부탁\S*|시작\S*|동안|간(?=\s|$)"
)
_OPEN: Final = re.compile(r"부터(?!.*(?:까지|\d))")
_ENDS: Final = re.compile(
    r"(?P<day>(?:(?:내년|올해|\d{4}년|\d{4}\.) ?)?\d{1,2}(?:월 ?|[./] ?)\d{1,2}일?|\d{4}-\d\d-\d\d) ?까지"
)
_AFTER: Final = re.compile(r"(?:으로|로|에서|에|을|를|의|이|가|은|는)$")


@dataclass(frozen=True, slots=True)
class Told:
    """Whom, from when, until when (None: until somebody says so), and where to."""

    target: Target
    since: date
    until: date | None
    goal: str


class LendTalk:
    """The conversation of whoever administers. `orders` reads back and applies."""

    def __init__(self, desk: Desk, orders: AppointmentTalk) -> None:
        self._desk, self._orders = desk, orders

    def routes(self) -> tuple[Route, ...]:
        """What administrators say."""
        return (
            Route(
                "staff-lend", ("파견 처리", "파견 등록", "파견 보내기", "파견"), ("lend",), self.lend, about="관리",
                help="파견 홍길동 행정안전부 12/1~12/31 — 소속을 남겨 두고 파견으로 적습니다", roles=BOSSES,
                private=True, sentences=(LENT,), eager=True,
            ),
            Route(
                "staff-leave-on", (), (), self.leave, roles=BOSSES, private=True, title="퇴직 처리",
                sentences=LEFT, eager=True,
            ),
            Route(
                "staff-rest-from", (), (), self.rest, roles=BOSSES, private=True, title="휴직 처리",
                sentences=RESTED, eager=True,
            ),
        )  # fmt: skip

    async def lend(self, request: Request) -> Sequence[Reply]:
        """파견 홍길동 행정안전부 12/1~12/31."""
        told = self._told(request)
        if isinstance(told, Reply):
            return [told]
        if not told.goal:
            return [words.lend_where(told.target.entry.name)]
        inside = bare(told.goal) in {bare(one.department) for one in self._desk.mirror.entries(told.target.tenant)}
        head = words.lend_head(_who(told), told.goal, told.since, told.until, inside=inside)
        return [await self._read_back(request, told, "파견", head)]

    async def rest(self, request: Request) -> Sequence[Reply]:
        """홍길동 육아휴직 12월 1일부터."""
        told = self._told(request)
        if isinstance(told, Reply):
            return [told]
        head = words.rest_head(_who(told), told.since, told.until)
        return [await self._read_back(request, told, "휴직", head)]

    async def leave(self, request: Request) -> Sequence[Reply]:
        """퇴직 홍길동 12월 31일: on its day, by itself."""
        told = self._told(request)
        if isinstance(told, Reply):
            return [told]
        head = words.leave_head(_who(told), told.since)
        return [await self._read_back(request, told, "퇴직", head, kind="leave")]

    def _told(self, request: Request) -> Told | Reply:
        if not request.argument.strip():
            return words.how_to_lend()
        today = request.now.astimezone(KST).date()
        try:
            since, until, rest = _days(request.argument, request, today)
        except NoSuchDayError:
            return words.no_days()
        target = self._desk.one(request, _ACTS.sub(" ", rest), "")
        if isinstance(target, Reply):
            return target
        said = [_AFTER.sub("", one) for one in words_of(target.rest)]
        goal = " ".join(one for one in said if len(one) > 1 and not one.isdigit())
        return Told(target, since, until, goal)

    async def _read_back(self, request: Request, told: Told, why: str, head: str, kind: str = "rest") -> Reply:
        entry = told.target.entry
        line = Line(
            "", 1, entry.name, employee=entry.number, before=entry.department, after=told.goal if why == "파견" else "",
            day=told.since, kind=kind, why=why, until=told.until,
        )  # fmt: skip
        return await self._orders.read_back(request, told.target.tenant, Sheet((line,)), head)


def _who(told: Told) -> str:
    entry = told.target.entry
    return f"{entry.department} {entry.name}".strip()


_OF_THE_DAY: Final = re.compile(rf"({_ON}) ?(?:자로|자|부로)(?=\s|$)")


def _days(text: str, request: Request, today: date) -> tuple[date, date | None, str]:
    """From when, until when, and what else is said.

    Raises:
        NoSuchDayError: days that can't be, or words of time that were not read.
    """
    text = plainly(_OF_THE_DAY.sub(r"\1", text), today)
    begins = _OPEN.search(text) is not None
    if not re.search(r"부터|~", text):
        text = _ENDS.sub(r"오늘부터 \g<day>까지", text)
    found, rest = days_in(_OPEN.sub(" ", text), request.now)
    if found is None:
        return today, None, rest
    single = found.first == found.last and not re.search(r"까지|하루", text)
    return found.first, None if begins or single else found.last, rest
