"""A command that lacks a piece: it is asked for, and the answer alone goes on with it.

    "퇴직" → "어느 분입니까?" → "서마루 주무관" → "퇴직 서마루", as if typed

Commands whose own answer says how they are written are left to it; the piece alone goes on with them all the same. What
was asked is kept ten minutes by the process that asked: later, or to another one, it is said in full.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.carrying import Known, completed, slot_of, wanted_by, wanting
from bot.meant import LIFE
from bot.messenger import Reply
from bot.routes import Found, Grammar, Request, tidy, unaddressed
from bot.sayings import closed
from bot.tenancy import Member
from bot.wording import offering as words

_MOST: Final = 5_000


@dataclass(frozen=True, slots=True)
class _Wanted:
    command: str
    at: datetime


class Missing:
    """Asks for pieces and takes them; `known` is what an institution knows by name."""

    def __init__(self, grammar: Grammar, known: Callable[[Member], Awaitable[Known]]) -> None:
        self._grammar, self._known = grammar, known
        self._wanted: dict[tuple[str, str, str], _Wanted] = {}

    async def read(self, request: Request) -> Request | Sequence[Reply]:
        """The request with its missing piece, itself where none is missing, or the question for it."""
        update = request.update
        if update.press is not None or update.location is not None or update.files or not request.chat.private:
            return request
        text = unaddressed(tidy(update.text))
        command = wanting(text)
        if command and self._may(request, command):
            self._want(request, command)
            return [words.missing(command, slot_of(command))]
        full = await self._completed(request, text)
        return replace(request, update=replace(update, text=full)) if full else request

    def spoke(self, request: Request, found: Found | None) -> None:
        """Something was answered: what was wanted is over, and a bare command may want its piece."""
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
        wanted = self._wanted.get(self._key(request))
        if wanted is None or request.now - wanted.at > LIFE:
            return ""
        if self._grammar.command(text) is not None or self._grammar.sentence(text, request.member) is not None:
            return ""
        return completed(wanted.command, closed(text), await self._known(request.member))

    def _may(self, request: Request, command: str) -> bool:
        found = self._grammar.command(command)
        return found is not None and found.route.allows(request.member)

    def _want(self, request: Request, command: str) -> None:
        key = self._key(request)
        self._wanted.pop(key, None)
        self._wanted[key] = _Wanted(command, request.now)
        if len(self._wanted) > _MOST:
            del self._wanted[next(iter(self._wanted))]

    @staticmethod
    def _key(request: Request) -> tuple[str, str, str]:
        return request.tenant, request.person, request.chat.ref
