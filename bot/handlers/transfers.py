"""One person's move to another department from a day on, as an administrator says it: read back as a sheet of one line.

"조해솔 씨가 다음달 1일자로 재난대응과로 갑니다" → 조해솔 님 부서 변경: 재난대응과, 12. 1.(화)부터 → [적용]
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.absences import plainly
from bot.clock import KST
from bot.ellipses_desk import OFFICE
from bot.handlers.appointments import AppointmentTalk
from bot.handlers.roster_desk import BOSSES, Desk
from bot.hours_words import NoSuchDayError, days_in
from bot.messenger import Reply
from bot.roster_names import bare, is_department
from bot.roster_sheet import Line, Sheet
from bot.routes import Request, Route
from bot.trip_words import TITLES
from bot.wording import roster as told_of
from bot.wording import roster_rests as words
from bot.wording import unknown

_NOBODY: Final = (
    r"(?!(?:저|제|나|내|우리|저희|오늘|내일|낼|모레|글피|다음|담주|담달|이번|금주|차주|지난|오전|오후|아침|점심|지금|이제"
    rf"|새로|신규|혹시|근데|그런데|그리고|갑자기|누가|직원|전체|모두|회의실|사무실|보고서|[월화수목금토일]요일|(?:{TITLES}))"
    r"(?:[이가은는들님도께]|\s|$))"
)
_NO_MOVE: Final = (
    r"(?!.*(?:[?？]|출장|휴직|파견|휴가|회의|교육|방문|점검|행사|면담|소식|구독|알림|공지|식당|\d ?시(?!정)|같이|함께"
    r"|동행|모시고|(?:^|\s)[안못] ?(?:가|갈|감)|취소|아니|말고|누구|언제|까요|나요|하면|려면))"
)
_PERSON: Final = (
    rf"{_NOBODY}(?:[가-힣]{{2,4}}? ?(?:{TITLES})님?|[가-힣]{{2,4}} ?씨|[가-힣]{{3}}(?: 님)?)(?:이|가|은|는|을|를|께서)?"
)
_DAY: Final = (
    r"(?:(?:20\d\d년 ?|내년 ?)?\d{1,2} ?월 ?\d{1,2} ?일|(?:20\d\d\. ?)?\d{1,2}[./] ?\d{1,2}\.?|20\d\d-\d\d-\d\d"
    r"|(?:다음|담|이번) ?달 ?\d{1,2} ?일|(?:(?:다음|담|이번) ?주 ?)?[월화수목금]요일|오늘|내일|낼|모레)"
)
_OF: Final = r" ?(?:자로|자|부로|부터|에)?"
_GOES: Final = (
    r"(?:인사 ?)?(?:발령|전보|이동|배치|근무|자리 ?옮|부서 ?(?:변경|이동)|옮|바뀝|바뀌|갑니다|가요|간다|감|가게 ?[됐되]"
    r"|가십니다|가세요|가신|간대|갈 ?예정)"
)
MOVED: Final = (
    (
        rf"^(?:인사 ?(?:발령|이동)[,:]? ?)?{_NO_MOVE}(?=.*{_DAY})(?:{_DAY}{_OF},? )?"
        rf"{_PERSON} (?:(?:{_DAY}{_OF}|{OFFICE}에서|부서(?:가|를)?),? )*(?P<argument>{OFFICE})"
        rf"(?:(?:으로|로)(?: {_DAY}{_OF})? ?{_GOES}|(?: {_DAY}{_OF})? ?(?:발령|전보|이동|배치))[^?]{{0,20}}$"
    ),
)
_CARRIED: Final = re.compile(rf"(?P<day>{_DAY}) ?(?:자로|자|부로|부터|에)(?=\s|$)")
_WHOSE: Final = re.compile(r"(?<=[가-힣]{3})(?:이|가|은|는|을|를|께서)(?=\s)")


class TransferTalk:
    """The conversation of whoever administers. `orders` reads back and applies."""

    def __init__(self, desk: Desk, orders: AppointmentTalk) -> None:
        self._desk, self._orders = desk, orders

    def routes(self) -> tuple[Route, ...]:
        """What administrators say."""
        return (
            Route(
                "staff-move-on", (), (), self.move, roles=BOSSES, private=True, title="부서 변경", sentences=MOVED,
                eager=True,
            ),
        )  # fmt: skip

    async def move(self, request: Request) -> Sequence[Reply]:
        """Who, where to and from when, read back; nothing is changed before [적용]."""
        goal = bare(request.argument)
        said = " ".join(_WHOSE.sub(" ", request.update.text).split())
        today = request.now.astimezone(KST).date()
        try:
            found, rest = days_in(plainly(_CARRIED.sub(r"\g<day>", said), today), request.now)
        except NoSuchDayError:
            return [words.no_days()]
        target = self._desk.one(request, rest, "")
        if isinstance(target, Reply):
            return [target if found is not None else unknown()]
        entry, tenant = target.entry, target.tenant
        known = {bare(one.department) for one in self._desk.mirror.entries(tenant)}
        if found is None or (goal not in known and not is_department(goal)):
            return [told_of.how_department()]
        if self._desk.mirror.in_file(tenant, entry.id):
            return [told_of.in_file(entry.name, "부서는")]
        line = Line(
            "", 1, entry.name, employee=entry.number, before=entry.department, after=goal, day=found.first,
            kind="change", why="전보",
        )  # fmt: skip
        head = words.move_head(f"{entry.department} {entry.name}".strip(), goal, found.first)
        return [await self._orders.read_back(request, tenant, Sheet((line,)), head)]
