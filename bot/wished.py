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

from bot import restating, taking_back, wishing
from bot.breath import SETS, Breath, breath
from bot.complaining import Complaint, complaint
from bot.ellipses import FOLLOWED
from bot.ellipses_time import TIME
from bot.following_up import FollowUps
from bot.meant import LIFE
from bot.messenger import Reply
from bot.people import PeopleStore
from bot.routes import Found, Grammar, Request, tidy, unaddressed
from bot.sayings import led, opened
from bot.several import UNREAD, together
from bot.tenancy import Tenancy
from bot.together import each, fitting
from bot.topics import core, parse
from bot.typed_answers import TypedAnswers
from bot.wondering import SHOWS, requested, wonders
from bot.wording import wishes as words
from bot.work_told import work_told

_MOST: Final = 5_000
_LONG: Final = frozenset({"subscribe", "remove", "exclude", "morning"})
"""Routes whose sentences reach over more than what they mean."""
_OF_NEWS: Final = frozenset({"subscribe", "remove", "list", "pause", "resume", "find"})
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

    async def excepted(self, request: Request, told: wishing.Excepted, *, quieted: bool) -> Sequence[Reply] | None:
        """What passes in spite of what is quiet; `quieted`: that was just spoken of."""

    async def together(self, request: Request, told: Breath) -> Sequence[Reply]:
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
        reasoned = taking_back.reasoned(text, "sub") and not await self._waited_for(request, text)
        wished = (await self._back(request) if reasoned else None) or await self._wished(request, text)
        if wished is not None:
            return wished
        work = work_told(text)
        if work and not await self._waited_for(request, text):
            return self._typed(request, f"업무 {work}")
        topic = self._topic(request, text)
        if topic and not await self._waited_for(request, text):
            return await super().read(self._typed(request, f"구독 {topic}"))
        if not wishing.takes_back(text) or await self._waited_for(request, text):
            read = self._bare(request, await super().read(request))
            cancels = read is request and taking_back.takes_back(text)
            return (await self._back(request) if cancels else None) or read
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

    def _bare(self, request: Request, read: Request | Sequence[Reply]) -> Request | Sequence[Reply]:
        """What was restated as a subscription, with the topic alone."""
        if not isinstance(read, Request) or read is request or read.update.press is not None:
            return read
        found = self._routes.command(read.update.text)
        topic = core(found.argument) if found is not None and found.route.name == "subscribe" else ""
        plain = not topic or found is None or " 제외 " in found.argument or topic == found.argument
        return read if plain else self._typed(read, f"구독 {topic}")

    def _topic(self, request: Request, text: str) -> str:
        """The topic of a sentence that subscribes, where more than the topic was said; empty for all else."""
        if self._routes.command(text) is not None or restating.first(text, frozenset(), room=False) is not None:
            return ""
        found = self._routes.sentence(text, request.member)
        told = found.argument if found is not None and found.route.name == "subscribe" else ""
        topic, but = core(told), parse(told)
        if but.exclude and " 제외 " not in told:
            return f"{but.words} 제외 {', '.join(but.exclude)}"
        return topic if topic and topic != told and topic != parse(told).words and " 제외 " not in told else ""

    def _heard(self, request: Request) -> str:
        """What was typed to Dobi and is no question."""
        text = requested(self._line(request))
        return text if 1 < len(text) <= 140 and not text.startswith("/") and not wonders(text) else ""

    async def _wished(self, request: Request, text: str) -> Request | Sequence[Reply] | None:
        told, wish = self._together(request, text), led(text)
        if told is None and (len(text) > wishing.LONGEST or not self._may_wish(request, wish)):
            return None
        if told is None and self._routes.command(wish) is not None:
            return None
        if await self._waited_for(request, text):
            return None
        if told is not None:
            return await self._wishes.together(request, told)
        return await self._proposed(request, wish) or self._of_room(request, wish)

    @staticmethod
    def _may_wish(request: Request, wish: str) -> bool:
        """Whether it may be one, before anything is looked up for it."""
        room = not request.chat.private
        read = (wishing.excepted, wishing.swap, wishing.hush, wishing.brought_here if room else wishing.brought_there)
        return bool(wishing.left_out(wish) or wishing.left_when(wish)) or any(one(wish) is not None for one in read)

    async def _proposed(self, request: Request, wish: str) -> Sequence[Reply] | None:
        """What is proposed or explained of one's own subscriptions."""
        found = None
        if (excepted := wishing.excepted(wish)) is not None:
            found = await self._wishes.excepted(request, excepted, quieted=await self._timely(request))
        swap = wishing.swap(wish)
        if found is None and swap is not None and not await self._corrects(request):
            found = await self._wishes.swap(request, swap)
        if found is None and (hush := wishing.hush(wish)) is not None:
            found = await self._wishes.hush(request, hush)
        if found is None and (when := wishing.left_when(wish)) and await self._of_news(request, wish):
            found = [words.quiet_instead(when)]
        if found is None and (out := wishing.left_out(wish)):
            found = await self._wishes.leave_out(request, out)
        return found

    async def _of_news(self, request: Request, wish: str) -> bool:
        """Whether nothing reads it as it stands, and no trip, leave, meal or setting was just spoken of."""
        roles, room = request.member.person.roles, not request.chat.private
        if self._routes.sentence(wish, request.member) or restating.plainly(wish, roles, room=room):
            return False
        spoken = await self._last(request)
        return spoken is None or request.now - spoken.at > LIFE or spoken.topic not in FOLLOWED - _OF_NEWS

    async def _corrects(self, request: Request) -> bool:
        """Whether it takes back what was subscribed to just before: `앗 청년 말고 노인복지로`."""
        text, spoken = self._line(request), await self._last(request)
        return spoken is not None and spoken.topic == "subscribe" and opened(text)[0] != text

    def _of_room(self, request: Request, wish: str) -> Request | Sequence[Reply] | None:
        """What is to come to a room, as the command that says so."""
        if not request.chat.private:
            here, meant = wishing.brought_here(wish), self._routes.sentence(wish, request.member)
            if here is None or (meant is not None and meant.route.name != "subscribe"):
                return None
            asked = None if here.plainly else words.bring(here.what)
            return [asked] if asked is not None else self._typed(request, f"구독 {here.what}".strip())
        there = wishing.brought_there(wish)
        if there is None:
            return None
        where = request.member.person.department if there.where in _OURS else there.where
        return self._typed(request, f"{where} 채널 구독 {there.what}")

    @staticmethod
    def _typed(request: Request, text: str) -> Request:
        return replace(request, update=replace(request.update, text=text))

    # --- several at once

    def _together(self, request: Request, text: str) -> Breath | None:
        """Several settings of one breath; None where they are done one by one as they stand."""

        def plain(said: str) -> bool:
            return fitting(self._routes, said, request) is not None

        done = together(text, plain)
        if done and not any(one.startswith(UNREAD) for one in done):
            return None
        told = breath(text, lambda said: self._setting(request, said))
        whole = self._routes.sentence(text, request.member)
        alone = whole is not None and whole.route.name in SETS - _LONG
        return None if alone or self._routes.command(text) is not None else told

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

    async def _timely(self, request: Request) -> bool:
        """Whether one's own time was just spoken of."""
        spoken = await self._last(request)
        return spoken is not None and spoken.topic in TIME and request.now - spoken.at <= LIFE

    async def _else(self, request: Request, text: str) -> Request | Sequence[Reply]:
        """What else it may take back; a time that stands as it did is turned into nothing else."""
        timely = await self._timely(request)
        read = request if timely else await super().read(request)
        known = self._routes.command(text) is not None or self._routes.sentence(text, request.member) is not None
        return [words.nothing_back()] if read is request and (timely or not known) else read
