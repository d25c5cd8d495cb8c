"""Reads what people wish of what they receive before it could be taken for a topic, and the rest as `FollowUps` does.

    text → does a question wait for it? → several settings │ one for another │ one rests │ left out │ passes │ to this
         room → proposed ‖ else read as ever ‖ nothing read it, and it takes back → the last change, named

Whoever only asks is left to `bot.wondering`; what is proposed is done by its button.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from bot import restating, wishing
from bot.breath import SETS, breath
from bot.complaining import Complaint, complaint
from bot.ellipses_time import TIME
from bot.following_up import FollowUps
from bot.meant import LIFE
from bot.messenger import Reply
from bot.people import PeopleStore
from bot.routes import Found, Grammar, Request, tidy, unaddressed
from bot.sayings import led
from bot.several import UNREAD, together
from bot.tenancy import Tenancy
from bot.together import each, fitting
from bot.typed_answers import TypedAnswers
from bot.wondering import SHOWS, requested, wonders
from bot.wording import wishes as words

_MOST: Final = 5_000
_OURS: Final = frozenset({"우리", "저희", "우리 과", "저희 과", "우리과", "저희과", "우리 부서", "우리 팀"})
_OWN: Final = SHOWS | SETS | {
    "wish", "hush", "tidy", "tidied", "swap", "topic", "remove-one", "leave", "leave-instead", "leave-cancel", "place",
    "hours-one", "too-many", "why-nothing", "why-again", "why-no-briefing",
}  # fmt: skip
"""Routes that only show something, or whose acts are kept to be taken back."""


class Wishes(Protocol):
    """Who proposes what was wished for; None where nothing of that kind stands there."""

    def act(self, acting: Callable[[Sequence[str], Request], Awaitable[Sequence[Reply]]]) -> None:
        """Takes who does several acts at once."""

    async def swap(self, request: Request, told: wishing.Swap) -> Sequence[Reply] | None:
        """One subscription for others."""

    async def hush(self, request: Request, told: wishing.Hush) -> Sequence[Reply] | None:
        """One subscription rests alone."""

    async def leave_out(self, request: Request, what: str) -> Sequence[Reply] | None:
        """A subscription ends, or a word is left out of one."""

    async def excepted(self, request: Request, told: wishing.Excepted) -> Sequence[Reply] | None:
        """What passes in spite of what is quiet."""

    async def together(
        self, request: Request, acts: Sequence[str], shown: Sequence[str], unread: Sequence[str]
    ) -> Reply:
        """Several acts, before any of them is done."""

    async def back(self, request: Request) -> Sequence[Reply] | None:
        """The last act, before it is taken back."""


class Wished(FollowUps):
    """`FollowUps` that hears wishes first."""

    def __init__(
        self, people: PeopleStore, grammar: Grammar, tenancy: Tenancy, answers: TypedAnswers | None, talk: Wishes
    ) -> None:
        super().__init__(people, grammar, tenancy, answers)
        self._wishes, self._routes = talk, grammar
        self._acted: dict[tuple[str, str, str], datetime] = {}
        talk.act(self._all)

    async def read(self, request: Request) -> Request | Sequence[Reply]:
        """The request in full words, itself where nothing is left unsaid, or what is proposed or asked back."""
        complained = self._complained(request)
        if complained is not None and not await self._waited_for(request, complained.value):
            return self._typed(request, complained.value)
        text = self._heard(request)
        if not text:
            return await super().read(request)
        wished = await self._wished(request, text)
        if wished is not None:
            return wished
        if not wishing.takes_back(text) or await self._waited_for(request, text):
            return await super().read(request)
        answer = await self._answers.read(request) if self._answers is not None else None
        if answer is not None:
            return answer
        return await self._back(request) or await self._else(request, text)

    async def spoke(self, request: Request, found: Found | None, replies: Sequence[Reply]) -> None:
        """Remembers when something was done that is no setting: a bare word does not go back behind it."""
        key = self._of(request)
        if found is not None and found.route.name not in _OWN:
            self._acted.pop(key, None)
            self._acted[key] = request.now
            if len(self._acted) > _MOST:
                del self._acted[next(iter(self._acted))]
        elif found is not None and found.route.name not in SHOWS:
            self._acted.pop(key, None)
        await super().spoke(request, found, replies)

    @staticmethod
    def _of(request: Request) -> tuple[str, str, str]:
        return request.tenant, request.person, request.chat.ref

    @staticmethod
    def _line(request: Request) -> str:
        """What was typed to Dobi in one line; empty for all else."""
        update = request.update
        aside = update.press is not None or update.location is not None or update.files or update.reaction
        if aside or not (request.chat.private or update.mention) or "\n" in update.text.strip():
            return ""
        return unaddressed(tidy(update.text))

    def _complained(self, request: Request) -> Complaint | None:
        """What somebody complains of, which is mostly said as a question."""
        return complaint(self._line(request))

    def _heard(self, request: Request) -> str:
        """What was typed to Dobi and is no question."""
        text = requested(self._line(request))
        return text if 1 < len(text) <= 140 and not text.startswith("/") and not wonders(text) else ""

    async def _wished(self, request: Request, text: str) -> Request | Sequence[Reply] | None:
        told, wish = self._together(request, text), led(text)
        if told is None and (len(text) > wishing.LONGEST or not self._may_wish(request, wish)):
            return None
        if await self._waited_for(request, text):
            return None
        if told is not None:
            return [await self._wishes.together(request, *told)]
        return await self._proposed(request, wish) or self._of_room(request, wish)

    @staticmethod
    def _may_wish(request: Request, wish: str) -> bool:
        """Whether it may be one, before anything is looked up for it."""
        room = not request.chat.private
        read = (wishing.excepted, wishing.swap, wishing.hush, wishing.brought_here if room else wishing.brought_there)
        return bool(wishing.left_out(wish, room=room)) or any(one(wish) is not None for one in read)

    async def _proposed(self, request: Request, wish: str) -> Sequence[Reply] | None:
        """What is proposed or explained of one's own subscriptions."""
        found = None
        if (excepted := wishing.excepted(wish)) is not None:
            found = await self._wishes.excepted(request, excepted)
        if found is None and (swap := wishing.swap(wish)) is not None:
            found = await self._wishes.swap(request, swap)
        if found is None and (hush := wishing.hush(wish)) is not None:
            found = await self._wishes.hush(request, hush)
        if found is None and (out := wishing.left_out(wish, room=not request.chat.private)):
            found = await self._wishes.leave_out(request, out)
        return found

    def _of_room(self, request: Request, wish: str) -> Request | None:
        """What is to come to a room, as the command that says so."""
        if not request.chat.private:
            here, meant = wishing.brought_here(wish), self._routes.sentence(wish, request.member)
            own = meant is None or meant.route.name == "subscribe"
            return self._typed(request, f"구독 {here}".strip()) if here is not None and own else None
        there = wishing.brought_there(wish)
        if there is None:
            return None
        where = request.member.person.department if there.where in _OURS else there.where
        return self._typed(request, f"{where} 채널 구독 {there.what}")

    @staticmethod
    def _typed(request: Request, text: str) -> Request:
        return replace(request, update=replace(request.update, text=text))

    # --- several at once

    def _together(self, request: Request, text: str) -> tuple[Sequence[str], Sequence[str], Sequence[str]] | None:
        """Several settings of one breath; None where they are done one by one as they stand."""

        def plain(said: str) -> bool:
            return fitting(self._routes, said, request) is not None

        done = together(text, plain)
        if done and not any(one.startswith(UNREAD) for one in done):
            return None
        told = breath(text, lambda said: self._setting(request, said))
        if told is None or self._routes.command(text) is not None:
            return None
        return told.acts, told.shown, told.unread

    def _setting(self, request: Request, said: str) -> tuple[str, Found] | None:
        """The command that a clause comes to."""
        roles, room = request.member.person.roles, not request.chat.private
        meant = restating.first(said, roles, room=room)
        if meant is None and self._routes.command(said) is None and not self._routes.sentence(said, request.member):
            meant = restating.plainly(said, roles, room=room)
        command = meant.words[0] if meant is not None and not meant.asks else said
        found = self._routes.command(command) or self._routes.sentence(command, request.member)
        return (command, found) if found is not None and found.route.allows(request.member) else None

    async def _all(self, acts: Sequence[str], request: Request) -> Sequence[Reply]:
        """Each act as if it had been said alone."""
        typed = replace(request, update=replace(request.update, press=None, mention=True))
        return await each(self._routes, acts, typed, SETS)

    # --- taken back

    async def _back(self, request: Request) -> Sequence[Reply] | None:
        """The last change, named; None where there is none, or where something else was done since."""
        return None if self._of(request) in self._acted else await self._wishes.back(request)

    async def _else(self, request: Request, text: str) -> Request | Sequence[Reply]:
        """What else it may take back; a time that stands as it did is turned into nothing else."""
        spoken = await self._last(request)
        timely = spoken is not None and spoken.topic in TIME and request.now - spoken.at <= LIFE
        read = request if timely else await super().read(request)
        known = self._routes.command(text) is not None or self._routes.sentence(text, request.member) is not None
        return [words.nothing_back()] if read is request and (timely or not known) else read
