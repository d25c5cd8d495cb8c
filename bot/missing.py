"""A command that lacks a piece: it is asked for, and the answer alone goes on with it.

    "퇴직" → "어느 분입니까?" → "서마루 주무관" → "퇴직 서마루", as if typed

Commands whose own answer says how they are written are left to it; the piece alone goes on with them all the same. What
was asked is kept ten minutes by the process that asked: later, or to another one, it is said in full.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot import wording
from bot.absences import absence, may_be_absence
from bot.answers import Said, said
from bot.carrying import BLANK, Known, completed, role_said, slot_of, wanted_by, wanting
from bot.desk_ear import DeskEar
from bot.meant import LIFE
from bot.messenger import Reply
from bot.routes import Found, Grammar, Request, tidy, unaddressed
from bot.sayings import closed
from bot.tenancy import Member
from bot.wanting import may_want, wished
from bot.wording import declining
from bot.wording import offering as words
from bot.wording import roster as roster_words

_MOST: Final = 5_000
_ONLY_WANTED: Final = re.compile(r"[려라][고구꼬]|는데|[할을줄]게|싶|[야아어] ?(?:되|돼|하|해)|예정|생각")
_ASK_THEMSELVES: Final = ("퇴직 ", "접속 끊기 ", "휴직 처리 ", "기관 추가 ", "이 게시판 추가", "인수인계 ")
"""Commands that are read back by their own route."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    command: str
    at: datetime
    asked: bool
    """Whether Dobi asked for it in so many words: a yes or a no is an answer to that."""


class Missing:
    """Asks for pieces and takes them; `known` is what an institution knows by name."""

    def __init__(self, grammar: Grammar, known: Callable[[Member], Awaitable[Known]]) -> None:
        self._grammar, self._known = grammar, known
        self._wanted: dict[tuple[str, str, str], _Wanted] = {}
        self._ear = DeskEar(grammar, known)

    async def read(self, request: Request) -> Request | Sequence[Reply]:
        """The request with its missing piece, itself where none is missing, or the question for it."""
        update = request.update
        if update.press is not None or update.location is not None:
            return request
        text = unaddressed(tidy(update.text))
        if self._ear.secret(request, text):
            return [declining.secret_written()]
        if update.files or not request.chat.private:
            return request
        if wanting(text) and self._may(request, wanting(text)):
            return self._asked(request, wanting(text))
        if (answered := self._answered(request, text)) is not None:
            return answered
        full = await self._completed(request, text)
        if full:
            return self._asked(request, full) if BLANK in full else _saying(request, full)
        heard = await self._ear.read(request, text)
        return heard if heard is not None else await self._wished(request, text)

    def _answered(self, request: Request, text: str) -> Request | Sequence[Reply] | None:
        """A yes or a no to what was asked in so many words; None for all else, and for a yes that says too little."""
        wanted, answer = self._is_wanted(request), said(text)
        if wanted is None or not wanted.asked or answer is None:
            return None
        if answer is Said.YES and BLANK in wanted.command:
            return None
        self._wanted.pop(self._key(request), None)
        return _saying(request, wanted.command) if answer is Said.YES else [wording.left_alone()]

    def _asked(self, request: Request, command: str) -> Sequence[Reply]:
        self._want(request, command, asked=True)
        return [words.missing(command, slot_of(command))]

    async def _wished(self, request: Request, text: str) -> Request | Sequence[Reply]:
        """Whoever only said that they want to is asked for the pieces, or shown the full command."""
        if not (may_want(text) or may_be_absence(text)):
            return request
        known = await self._known(request.member)
        away = absence(text, known) if self._may(request, "휴직 처리") and self._grammar.command(text) is None else ""
        if away:
            return _saying(request, away)
        wish = wished(text, known)
        if wish is None:
            return request
        if not self._may(request, wish.command):
            return _saying(request, wish.command.partition(f" {BLANK}")[0])
        command = wish.command if wish.full else self._beside_shown(request, text, wish.command, known)
        if not command:
            return request
        if BLANK in command:
            return self._asked(request, command)
        if command.startswith("부서 변경 ") and command.split(" ")[2] in known.declared:
            return [roster_words.in_file(command.split(" ")[2], "부서는")]
        if wish.told or command.startswith(_ASK_THEMSELVES):
            return _saying(request, command)
        self._want(request, command, asked=True)
        return [wording.asked_back([command])]

    def _beside_shown(self, request: Request, text: str, command: str, known: Known) -> str:
        """The command with whoever was just shown; empty for an order about them, which is read beside their card."""
        shown = self._ear.shown_person(request, known)
        if not shown or slot_of(command) != "who":
            return command
        return command.replace(BLANK, shown, 1) if _ONLY_WANTED.search(text) else ""

    def spoke(self, request: Request, found: Found | None) -> None:
        """Something was answered: what was wanted is over, and a bare command may want its piece."""
        self._ear.spoke(request, found)
        if found is None:
            return
        key = self._key(request)
        self._wanted.pop(key, None)
        bare = not found.argument and request.update.press is None and found.route.allows(request.member)
        command = wanted_by(found.route.words) if bare and request.chat.private else ""
        if command:
            self._want(request, command)

    async def _completed(self, request: Request, text: str) -> str:
        """The command that waited, with this as its piece; empty where it is anything else."""
        wanted = self._is_wanted(request)
        if wanted is None or BLANK not in wanted.command:
            return ""
        role = slot_of(wanted.command) == "role" and role_said(text)
        if not role and (self._grammar.command(text) or self._grammar.sentence(text, request.member)):
            return ""
        return completed(wanted.command, closed(text), await self._known(request.member))

    def _is_wanted(self, request: Request) -> _Wanted | None:
        wanted = self._wanted.get(self._key(request))
        return None if wanted is None or request.now - wanted.at > LIFE else wanted

    def _may(self, request: Request, command: str) -> bool:
        found = self._grammar.command(command)
        return found is not None and found.route.allows(request.member)

    def _want(self, request: Request, command: str, *, asked: bool = False) -> None:
        key = self._key(request)
        self._wanted.pop(key, None)
        self._wanted[key] = _Wanted(command, request.now, asked)
        if len(self._wanted) > _MOST:
            del self._wanted[next(iter(self._wanted))]

    @staticmethod
    def _key(request: Request) -> tuple[str, str, str]:
        return request.tenant, request.person, request.chat.ref


def _saying(request: Request, text: str) -> Request:
    return replace(request, update=replace(request.update, text=text))
