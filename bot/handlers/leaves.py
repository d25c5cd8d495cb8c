"""휴가 · 휴가 취소 · 휴가 변경: days on which Dobi keeps still, noted where a sentence is plain, else asked about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from bot import hours as rules
from bot import hours_words as reading
from bot import leave_book as book
from bot import leave_fixing, leave_words
from bot.hours import Hours, Leave
from bot.hours_store import MOST_LEAVES
from bot.hours_words import Days
from bot.leave_words import KINDS, Act, Told
from bot.messenger import Reply
from bot.routes import Request, Route, tidy, unaddressed
from bot.wording import hours as words
from bot.wording import leaves as told_of

_DAY: Final = (
    r"(?:\d ?(?:[./월일-]|번)|오늘|내일|낼|모레|글피|어제|요일|욜|주말|(?:이번|다음|다다음|담"
    r"|요번) ?(?:주|달)|연휴|명절"
    r"|크리스마스|성탄|이틀|사흘|나흘|일주일)"
)
_ENDS: Final = (
    r"(?:취소|철회|반납|무르|물러|없던 ?일|없애|삭제|지워|빼 ?줘|안 ?(?:가|갑|감|써|쓰|쉬|쉽)|못 ?(?:가|갑|감|쉬|쉽))"
)
_OTHERS: Final = (
    r"(?!.*(?:소식|구독|뉴스|기사|보도|자료|식당|점심|메뉴|식단|급식|배식|출장|공지|퇴직|발령"
    r"|휴직|복직|직원|권한|초대|재난|영수증"
    r"|정산|인수인계|대직|며칠 ?남|몇 ?일 ?남|알림 ?(?:설정|목록)|브리핑|남은|남았))"
)
_SAID: Final = (
    rf"^{_OTHERS}(?=.*{_DAY})(?=.*{KINDS})",
    rf"^{_OTHERS}(?=.*(?:하루|이틀|사흘|\\d ?일).{{0,6}}(?:줄|늘|더|연장|단축|앞당|당겨))(?=.*{KINDS})",
    rf"^{_OTHERS}(?=.*(?:연가|연차|휴가|반차|반가|병가|공가|특휴|대휴|대체 ?휴무)).{{0,20}}{_ENDS}",
    r"^(?:내일|오늘|모레|\d{1,2}[./월] ?\d{1,2}일?)?(?:은|에)? ?육아 ?시간.{0,12}$",
)


class Put(Protocol):
    """Keeps what was chosen, and tells what waits by it."""

    async def __call__(self, request: Request, hours: Hours, *, over: bool = False) -> None:
        """`over`: a quiet time is over at once."""


class LeaveTalk:
    """The conversation about days off."""

    def __init__(self, of: Callable[[Request], Awaitable[Hours]], put: Put, is_holiday: rules.IsHoliday) -> None:
        self._of, self._put, self._is_holiday = of, put, is_holiday

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "leave", ("휴가", "연가", "연차", "병가"), ("leave",), self.leave, about="소식", press="leave",
                quiet=True,
                help="휴가 12/24~12/26 — 그동안 조용히 모아 둡니다. '오늘 오후 반차', '휴가 취소'", sentences=_SAID,
            ),
            Route(
                "leave-instead", ("휴가 변경", "휴가 고치기", "연차 변경"), (), self.change, quiet=True, title="휴가",
            ),
            Route("leave-cancel", ("휴가 취소", "반차 취소", "연가 취소", "휴가 끝"), (), self.cancel, quiet=True),
        )  # fmt: skip

    async def leave(self, request: Request) -> Sequence[Reply]:
        """휴가 12/24~12/26, 오늘 오후 반차; without days, what stands."""
        if not request.chat.private:
            return [words.only_person()]
        if request.update.press is not None and request.argument:
            return await self._pressed(request)
        if request.argument.startswith("남은"):
            return [words.no_balance()]
        return await self._told(request, leave_words.read(_words(request), request.now))

    async def cancel(self, request: Request) -> Sequence[Reply]:
        """휴가 취소: the one of those days, the only one, or whichever they choose."""
        if not request.chat.private:
            return [words.only_person()]
        read = leave_words.read(_words(request), request.now)
        return await self._told(request, read)

    async def _told(self, request: Request, said: Told) -> Sequence[Reply]:
        if said.act is Act.CANCEL:
            return await self._ended(request, said)
        if said.act is Act.OPEN and said.days is not None:
            return [told_of.until_when(said.days.first)]
        if (fixed := await self._fixed(request, said)) is not None:
            return [fixed]
        if said.days is not None and said.act is Act.NOTE:
            return await self._note(request, said.days)
        if said.days is not None:
            return [_asked(said.act, said.days, said.then)]
        if said.act is Act.SHOW:
            return [words.leaves(rules.still((await self._of(request)).leaves, request.now))]
        return [{Act.HOURLY: told_of.some_hours, Act.WRONG: words.no_such_days}.get(said.act, told_of.unread)()]

    async def _fixed(self, request: Request, said: Told) -> Reply | None:
        """The one leave that stands as a sentence makes it shorter or longer, read back; None for all other texts."""
        text = _words(request)
        if said.act is Act.MOVE or not leave_fixing.changes(text):
            return None
        standing = rules.still((await self._of(request)).leaves, request.now)
        old = book.whole_days(standing[0]) if len(standing) == 1 else None
        new = None if old is None else leave_fixing.corrected(Days(*old), text, request.now)
        if old is None or new is None or (said.act is Act.NOTE and not old[0] <= new.first <= new.last <= old[1]):
            return None
        return told_of.move((*old, ""), (new.first, new.last, ""))

    async def _note(self, request: Request, found: Days) -> Sequence[Reply]:
        hours = await self._of(request)
        standing = rules.still(hours.leaves, request.now)
        if len(standing) >= MOST_LEAVES:
            return [words.no_more_leaves(MOST_LEAVES)]
        hours = replace(hours, leaves=rules.still(tuple({*standing, found.leave}), request.now))
        await self._put(request, hours)
        return [words.on_leave(found.leave, self._back(request, hours, found.leave))]

    def _back(self, request: Request, hours: Hours, leave: Leave) -> datetime:
        return rules.next_digest(hours, max(request.now, leave.since), self._is_holiday)

    async def change(self, request: Request) -> Sequence[Reply]:
        """휴가 변경 12/24 → 12/26: the one takes the other's place; nothing where that is not plain."""
        if not request.chat.private:
            return [words.only_person()]
        before, _, after = request.argument.partition("→")
        hours = await self._of(request)
        standing = rules.still(hours.leaves, request.now)
        try:
            old, new = reading.days(before, request.now), reading.days(after, request.now)
        except reading.NoSuchDayError:
            return [words.no_such_days()]
        if old is None or new is None:
            return [words.leaves(standing)]
        gone = {one for one in standing if one.since < old.leave.until and old.leave.since < one.until}
        if not gone and new.leave not in standing:
            return [words.leaves(standing)]
        kept = tuple({*(one for one in standing if one not in gone), new.leave})
        hours = replace(hours, leaves=rules.still(kept, request.now))
        await self._put(request, hours)
        return [words.on_leave(new.leave, self._back(request, hours, new.leave))]

    # --- taken back

    async def _ended(self, request: Request, said: Told) -> Sequence[Reply]:
        standing = rules.still((await self._of(request)).leaves, request.now)
        if said.days is not None:
            return await self._end(request, said.days.leave, standing)
        if said.number:
            chosen = standing[said.number - 1 : said.number]
            return await self._end(request, chosen[0], standing) if chosen else [told_of.not_there(standing)]
        going_on = [one for one in standing if one.since <= request.now]
        if said.now and len(going_on) == 1:
            return await self._end(request, going_on[0], standing)
        if len(standing) > 1:
            return [told_of.all_of(standing) if said.all else told_of.which(standing)]
        return await self._end(request, standing[0], standing) if standing else [told_of.not_there(standing)]

    async def _end(self, request: Request, span: Leave, standing: Sequence[Leave]) -> Sequence[Reply]:
        """Takes that span out of what stands."""
        gone = book.joined(book.within(standing, span))
        if not gone:
            return [told_of.not_there(standing)]
        kept = rules.still(book.without(standing, span), request.now)
        await self._put(request, replace(await self._of(request), leaves=kept), over=True)
        undo = book.coded(gone)
        return [told_of.ended(gone, kept, f"leave:back:{undo}" if undo else "")]

    async def _pressed(self, request: Request) -> Sequence[Reply]:
        """A button: one is taken back, all are, or what was taken back stands again."""
        what, _, rest = request.argument.partition(":")
        standing = rules.still((await self._of(request)).leaves, request.now)
        if what == "cancel":
            chosen = [one for one in standing if str(int(one.since.timestamp())) == rest]
            return await self._end(request, chosen[0], standing) if chosen else [told_of.not_there(standing)]
        if what == "back":
            return await self._again(request, book.decoded(rest), standing)
        if what == "all" and standing:
            sure = rest == str(len(standing))
            return await self._end(request, _whole(standing), standing) if sure else [told_of.all_of(standing)]
        return [told_of.kept() if what == "keep" else words.leaves(standing)]

    async def _again(self, request: Request, found: Sequence[Leave], standing: Sequence[Leave]) -> Sequence[Reply]:
        found = rules.still(found, request.now)
        if not found or len(standing) + len(found) > MOST_LEAVES:
            return [told_of.back(()) if not found else words.no_more_leaves(MOST_LEAVES)]
        kept = rules.still(book.joined((*standing, *found)), request.now)
        await self._put(request, replace(await self._of(request), leaves=kept))
        return [told_of.back(found)]


def _asked(act: Act, days: Days, then: Days | None) -> Reply:
    """What is asked before anything is noted or moved."""
    if act is Act.MOVE and then is not None:
        return told_of.move((days.first, days.last, days.half), (then.first, then.last, then.half))
    if act is Act.HALF:
        return told_of.which_half(days.first)
    return told_of.confirm(days.first, days.last, days.half)


def _whole(standing: Sequence[Leave]) -> Leave:
    """From the first to the last."""
    return Leave(standing[0].since, max(one.until for one in standing))


def _words(request: Request) -> str:
    """All that was said: sentences hand no argument on."""
    return unaddressed(tidy(request.update.text)) or request.argument
