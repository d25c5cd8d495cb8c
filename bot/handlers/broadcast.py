"""공지: an administrator's notice to the institution or a department, an operator's to everybody; once, and logged.

Read back with the number of people before it goes; where a department is named that does not exist, whom it is for is
asked first. What comes in spite of quiet hours is 재난 알림 alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bot import open_notices
from bot.acts import DEPLOYMENT, Acts
from bot.broadcasts import Broadcasts, Notice, made, receivers, without
from bot.dead_letters import DeadLetters, Fates
from bot.intents import only_means
from bot.messenger import Reply
from bot.notice_speech import WISH, WORDS
from bot.notice_targets import Aim, aimed, departments, without_target
from bot.outcomes import STATE
from bot.routes import Request, Route
from bot.settings import Institution, Role
from bot.tenancy import Tenancy
from bot.wording import broadcast as words
from bot.wording import letters as told

LONGEST: Final = 1_000
_MOST_JUST: Final = 100
"""So many notices that were just sent are known to this process, to be put right."""
_END: Final = re.compile(
    r"(?:(?:아까|방금|지금)? ?(?:쓴|보낸|올린|한)? ?(?:거|것)? ?)?(?:취소|철회|회수|그만|거둬|거두)"
    r"(?:해|하|할|시켜|두|줘|주|둘)?[가-힣]{0,6}(?: ?(?:줘요?|주세요|주십시오|할게요|부탁[가-힣]{0,5}))?[.!]*"
)
_ALONE: Final = re.compile(r"(?:에게|한테|께|에)?(?:만)?(?:요|이요)?\s*[:：]?$")
"""Behind a department that stands without any words for it."""
_READ: Final = re.compile(
    r"^(?:은|는|을|를)? ?(?:몇 ?(?:명|분)이?|누가|얼마나|다들|다) ?.{0,6}(?:봤|읽었|확인했|받았)[가-힣]{0,4}\??$"
)
"""Who read it?, which is kept nowhere."""
_ENDED: Final = (
    r"^(?:방금|아까|지금|조금 ?전에?)? ?(?:보낸|쓴|올린|한)? ?공지(?:를|을|는|은)? "
    r"(?P<argument>(?:취소|철회|회수|거둬).{0,12})$"
)
_AIMED: Final = (
    r"(?P<to>전 ?직원|모두|전체|우리 ?기관|[가-힣0-9·, ]{1,30}?(?:과|담당관|관|실|국|팀))(?:에게|한테|께|에)? ?"
    r"공지(?:사항)?(?:로|으로)? ?[:：]\s*(?P<text>.+)"
)
_UNCOLONED: Final = (
    r"^(?!.*(?:\?|어떻게|까요|나요|싶|방법|취소))(?:전 ?직원|모두|전체|우리 ?기관)(?:에게|에|한테|께)? ?"
    r"공지(?:사항)? (?P<argument>.{2,})$"
)
_TO_ALL: Final = re.compile(f"^{_AIMED}$", re.DOTALL)
_TO_WHOM: Final = f"^(?P<argument>{_AIMED})$"
"""`총무과에 공지: 내용` is `공지 총무과: 내용`."""

_MEANT: Final = (
    r"^(?:(?:오늘|내일|모레|이따가?|나중에|오전에?|오후에?|제가|저) )*"
    r"(?:(?:전 ?직원|직원들?|모두|전체)(?:에게|한테|께)? )?"
    r"공지(?:사항)?(?:을|를)? ?(?:좀 |하나 |한 ?건 )?(?:올리려|올릴|보내려|보낼|하려|할|해야|돌리려|돌릴|띄우려|띄울)"
    r"(?!까)\S{0,6}(?: \S{1,5}){0,2}$"
)
"""Whoever only says that they will announce something is asked for it."""


class BroadcastTalk:
    """The conversation about notices. `wake` rouses the worker."""

    def __init__(
        self, tenancy: Tenancy, store: Broadcasts, acts: Acts, wake: Callable[[], None], letters: DeadLetters
    ) -> None:
        self._tenancy, self._store, self._acts, self._wake = tenancy, store, acts, wake
        self._letters = letters
        self._just: dict[tuple[str, str], Notice] = {}

    def routes(self) -> tuple[Route, ...]:
        """What administrators and operators say."""
        return (
            Route(
                "broadcast", ("공지", "공지하기", "공지 보내기", "공지사항"), ("notice",), self.write, about="관리",
                help="공지 총무과: 내용 — 기관이나 부서의 모두에게 한 번 보냅니다. 보내기 전에 확인합니다",
                roles=frozenset({Role.MANAGER, Role.OPERATOR}), private=True, quiet=True,
                sentences=(
                    _TO_WHOM,
                    _UNCOLONED,
                    _ENDED,
                    r"^(?:전 ?직원|모두|전체|우리 ?기관)(?:에게|에|한테|께)? ?공지.{0,12}$",
                    r"^공지(?:사항)?(?:을|를)? ?(?:보내|하고|올리|올려|띄우|띄워|해).{0,10}$",
                    _MEANT,
                ),
            ),
            Route(
                "broadcast-press", (), (), self.pressed, press="notice", title="공지", private=True,
                roles=frozenset({Role.MANAGER, Role.OPERATOR}),
            ),
        )  # fmt: skip

    def _homes(self, request: Request) -> list[Institution]:
        """An administrator's own institution; whoever is operator alone speaks to all."""
        if Role.MANAGER in request.member.person.roles:
            return [self._tenancy.institution(request.tenant)]
        return list(self._tenancy.institutions())

    async def write(self, request: Request) -> Sequence[Reply]:
        """Reads it back, and waits for the button; asks whom it is for where that is not plain."""
        text = _TO_ALL.sub(r"\g<to>: \g<text>", _typed(request))
        if not text or WISH.fullmatch(text) or only_means(text):
            return [words.notice_empty()]
        if text.startswith(WORDS):
            to, _, said = text.removeprefix(WORDS).partition(":")
            return [words.notice_words(to.strip(), said.strip())]
        if text == STATE:
            return [await self._fate(request)]
        alone = _ALONE.sub("", text)
        if alone in departments(self._homes(request)):
            return [words.notice_words(alone, "")]
        if _READ.search(text):
            return [words.notice_unread()]
        if (turned := await self._turned(request, text)) is not None:
            return [turned]
        if _END.fullmatch(text):
            waited = await self._store.withdraw(request.tenant, request.person, request.now)
            return [words.notice_withdrawn(waited=waited)]
        aim = aimed(text, self._homes(request))
        if len(aim.text) > LONGEST:
            return [words.notice_too_long(LONGEST)]
        return [await self._doubted(request, aim) if aim.doubt else await self._read_back(request, aim)]

    async def _fate(self, request: Request) -> Reply:
        """How the notice sent last stands; one that still waits is not sent."""
        if await self._store.waiting(request.tenant, request.person, request.now) is not None:
            return words.notice_waits()
        sent = self._just.get((request.tenant, request.person))
        if sent is None:
            return words.notice_unread()
        found = [await self._letters.fates_of(home, f"notice/{sent.id}") for home in sent.homes]
        states = [await self._store.state(home, sent.id) for home in sent.homes]
        if "sending" in states or not any(one.all for one in found):
            return words.notice_sending(sent.count)
        every = Fates(
            *(sum(part) for part in zip(*((one.all, one.sent, one.waiting, one.failed) for one in found), strict=True))
        )
        return told.fate(every.all, every.sent, every.waiting, every.failed)

    async def _turned(self, request: Request, text: str) -> Reply | None:
        """The open notice with another hour or for one's own department, or the one just sent put right."""
        turn = open_notices.turn_in(text)
        if turn is None:
            return None
        waits = await self._store.waiting(request.tenant, request.person, request.now)
        if turn.what == "sent":
            sent = self._just.get((request.tenant, request.person))
            fresh = sent is not None and request.now - sent.written_at <= open_notices.LIFE
            said = open_notices.corrected(sent.text, turn.said) if sent is not None and fresh else ""
            if sent is None or not said:
                return words.notice_withdrawn(waited=False)
            return await self._read_back(request, Aim(sent.homes, sent.department, said))
        if waits is None or waits.doubt:
            return words.notice_over()
        if turn.what == "hour":
            said = open_notices.at_another_hour(waits.text, turn.said)
            if not said:
                return words.notice_which_hour()
            return await self._read_back(request, Aim(waits.homes, waits.department, said), waits.id)
        if turn.what == "look":
            return await self._read_back(request, Aim(waits.homes, waits.department, waits.text), waits.id)
        if turn.what == "but":
            return await self._without(request, waits, turn.said)
        own = request.member.person.department
        aim = aimed(f"{own if turn.said == open_notices.OURS else turn.said}: {waits.text}", self._homes(request))
        return await self._doubted(request, aim) if aim.doubt else await self._read_back(request, aim, waits.id)

    async def _without(self, request: Request, waits: Notice, said: str) -> Reply:
        """The open notice without these departments; one that is none is not guessed."""
        aim = aimed(f"{said}: {waits.text}", self._homes(request))
        if aim.doubt or not aim.department:
            return words.notice_not_left_out(said, aim.near)
        left = without(waits.department, aim.department)
        if not left:
            return words.notice_nobody_left()
        return await self._read_back(request, Aim(waits.homes, left, waits.text), waits.id)

    async def _read_back(self, request: Request, aim: Aim, instead: str = "") -> Reply:
        """Asked once more, and nothing but what is asked about now can be sent of it."""
        count = sum(len(receivers(self._tenancy, home, aim.department)) for home in aim.homes)
        names = [self._tenancy.institution(home).name for home in aim.homes]
        whom = words.receivers_called(names, aim.department)
        if not count:
            return words.notice_nobody(whom)
        source = request.update.id or request.now.isoformat()
        notice = made(
            request.tenant, request.person, aim.department, aim.text, count, request.now, source, aim.homes
        )  # fmt: skip
        await self._store.draft(request.tenant, notice, instead)
        return words.notice_ask(aim.text, whom, count, notice.id)

    async def _doubted(self, request: Request, aim: Aim) -> Reply:
        """Asked: this department, or everybody?"""
        source = f"{request.update.id or request.now.isoformat()} doubt"
        asked = made(
            request.tenant, request.person, "", aim.text, 0, request.now, source, aim.homes, doubt=True
        )  # fmt: skip
        await self._store.draft(request.tenant, asked)
        near = [(name, f"notice:to:{asked.id}:{_mark(name)}") for name in aim.near]
        there = aim.near == (aim.doubt,)
        return words.notice_whom(aim.doubt, near, asked.id) if there else words.notice_no_such(
            aim.doubt, near, asked.id
        )  # fmt: skip

    async def _chosen(self, request: Request, asked: Notice, mark: str) -> Reply:
        """Read back for whom was chosen; no mark is everybody."""
        homes = [one for one in self._homes(request) if one.id in asked.homes]
        named = next((one for one in departments(homes) if _mark(one) == mark), "")
        if not homes or (mark and not named):
            return words.notice_over()
        text = without_target(asked.text, named) if named else asked.text
        return await self._read_back(request, Aim(tuple(one.id for one in homes), named, text))

    async def pressed(self, request: Request) -> Sequence[Reply]:
        """보내기, 그만두기, and whom it is for."""
        what, _, rest = request.argument.partition(":")
        name, _, mark = rest.partition(":")
        notice = await self._store.drafted(request.tenant, name, request.now)
        if what == "drop":
            await self._store.drop(request.tenant, name)
            return [words.notice_dropped()]
        own = notice if notice is not None and notice.by == request.person else None
        if own is not None and own.doubt:
            chosen = (what == "to" and mark) or (what == "all" and not mark)
            return [await self._chosen(request, own, mark) if chosen else words.notice_over()]
        if own is not None and what == "send":
            return [await self._sent(request, own)]
        state = await self._store.state(request.tenant, name)
        return [words.notice_sent_already() if state else words.notice_over()]

    async def _sent(self, request: Request, notice: Notice) -> Reply:
        """On its way to every institution that it is for and that whoever presses still speaks to."""
        homes = [one.id for one in self._homes(request) if one.id in notice.homes]
        await self._log(request, notice, homes)
        for home in homes:
            if home != request.tenant:
                await self._store.draft(home, notice)
                await self._store.send(home, notice.id)
        if request.tenant in homes:
            await self._store.send(request.tenant, notice.id)
        else:
            await self._store.drop(request.tenant, notice.id)
        self._wake()
        self._just.pop((request.tenant, request.person), None)
        self._just[request.tenant, request.person] = replace(notice, at=request.now.isoformat())
        if len(self._just) > _MOST_JUST:
            del self._just[next(iter(self._just))]
        return words.notice_sending(notice.count)

    async def _log(self, request: Request, notice: Notice, homes: Sequence[str]) -> None:
        about = words.notice_about(notice.department, notice.count)
        key = f"broadcast:{notice.id}"
        by = f"{request.tenant}/{request.person}"
        for home in homes:
            own = home == request.tenant
            await self._acts.note(
                home, request.person if own else by, "broadcast-sent", about, request.now, key=key
            )  # fmt: skip
        if list(homes) != [request.tenant]:
            await self._acts.note(DEPLOYMENT, by, "broadcast-sent", about, request.now, key=key)


def _mark(department: str) -> str:
    """Names a department on a button."""
    return hashlib.blake2b(department.encode(), digest_size=6).hexdigest()


def _typed(request: Request) -> str:
    """What stands behind the command, with its lines; the tidy argument where that can't be told."""
    raw, first = request.update.text.strip(), request.argument.partition(" ")[0]
    place = raw.find(first) if first else -1
    typed = raw[place:].strip() if place >= 0 else ""
    return typed if " ".join(typed.split()) == request.argument else request.argument
