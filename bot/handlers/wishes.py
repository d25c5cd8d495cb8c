"""What people wish of what they receive: proposed with all that would change, and done by its button alone.

    농업 말고 청년 · 청년은 오늘만 조용히 · 호우는 빼고 · 급한 거는 보내고 · 방금 거 되돌려줘
    → what is there of it? → "농업을 끝내고 청년을 받으시겠습니까?" → [바꾸기] → done, and can be taken back

What was proposed is kept ten minutes with what was spoken of, for whoever asked, in that conversation. Subscriptions
are changed by their own conversation, so that in a channel nobody changes what somebody else added.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.breath import Breath
from bot.channel_care import ADDED
from bot.handlers.hours import HoursTalk
from bot.handlers.subscriptions import Subscriptions
from bot.hours_words import rest_until
from bot.joined import apart
from bot.last_deeds import Deed, LastDeeds, mark_of, token_of
from bot.meant import LIFE, Spoken
from bot.messenger import Reply
from bot.people import PeopleStore
from bot.routes import Request, Route
from bot.subscribing import chosen_of
from bot.told_topic import best_of, speaks
from bot.topics import is_when, names
from bot.unwanted import bare
from bot.wishing import Excepted, Hush, Swap
from bot.wording import hours as hour_words
from bot.wording import resting as rest_words
from bot.wording import wishes as words
from bot.wording.news import quote
from nlp.keywords import key_of
from nlp.subscriptions import Subscription, SubscriptionError, SubscriptionStore

Acting = Callable[[Sequence[str], Request], Awaitable[Sequence[Reply]]]
"""Does several acts one after the other."""
_SPANS: Final = {"60": "1시간", "day": "오늘"}


class WishTalk:
    """The conversation; what people say is read before it comes here (`bot.wished`)."""

    def __init__(
        self, store: SubscriptionStore, people: PeopleStore, talk: Subscriptions, hours: HoursTalk, deeds: LastDeeds
    ) -> None:
        self._store, self._people, self._talk, self._hours, self._deeds = store, people, talk, hours, deeds
        self._acting: Acting | None = None

    def routes(self) -> tuple[Route, ...]:
        """Which method answers the buttons of what was proposed."""
        return (
            Route("wish", (), (), self.pressed, press="wish", title="바꾸기"),
            Route("hush", (), (), self.hushed, press="hush", title="쉬기"),
            Route("leave-out", ("낱말 빼기",), (), self.out, title="제외", quiet=True),
        )

    def act(self, acting: Acting) -> None:
        """Who does several acts at once."""
        self._acting = acting

    # --- what is proposed

    async def swap(self, request: Request, told: Swap) -> Sequence[Reply] | None:
        """One subscription for others; None where neither is plainly one of theirs or wished for."""
        found = await self._of(request)
        before = next(iter(chosen_of(found, told.instead)), None)
        if not told.wanted:
            return None if before is None else [words.instead_of(before.text)]
        if before is not None:
            wanted = [best_of(one) or one if speaks(one) else one for one in told.wanted]
            token = await self._note(request, {"ends": before.id, "wanted": wanted})
            return [words.swap(before.text, wanted, token)]
        if not told.plainly:
            return None
        replies = [one for each in told.wanted for one in await self._talk.subscribe(_asking(request, each))]
        return [words.was_none(told.instead, replies[0]), *replies[1:]]

    async def hush(self, request: Request, told: Hush) -> Sequence[Reply] | None:
        """One subscription rests alone; None where it is none of theirs."""
        one = _exact(await self._of(request), told.what)
        if one is None:
            return None
        until = rest_until(told.span, request.now) if told.span else None
        if until is None or until <= request.now:
            return [rest_words.how_long(one.text, one.id)]
        return await self._talk.pause(_asking(request, f"{one.text} {told.span}"))

    async def leave_out(self, request: Request, what: str) -> Sequence[Reply] | None:
        """The subscription of that name ends, or else the word is left out of one; None where neither can be."""
        found = await self._of(request)
        where = None if request.chat.private else request.chat.id
        one = _exact(found, what)
        if one is not None:
            return [words.end(one.text, one.id, where)]
        if not found or request.chat.private:
            return None
        rows = [(await self._note(request, {"out": what, "of": each.id}), each.text) for each in found[:4]]
        return [words.leave_out(what, rows, where)]

    async def out(self, request: Request) -> Sequence[Reply]:
        """A word is to be left out: done where its subscription is named, else proposed."""
        found, what = await self._of(request), bare(request.argument)
        if not found or not what or any(what.startswith(f"{one.text} ") for one in found):
            return await self._talk.exclude(_asking(request, what))
        if not names(what):
            return await self._talk.exclude(_asking(request, what))
        if is_when(what):
            return [words.quiet_instead(what)]
        begun = await self._begun(request, found)
        if (one := _exact(found, what)) is not None:
            if begun:
                return await self._talk.remove_one(_asking(request, one.id))
            return [words.end(one.text, one.id, None if request.chat.private else request.chat.id)]
        named = [_exact(found, each) for each in apart(what)]
        if len(named) > 1 and all(named):
            ends = [each.text for each in named if each is not None]
            shown = tuple(f"{quote(each)} 구독 끝내기" for each in ends)
            return await self.together(request, Breath(tuple(f"해지 {each}" for each in ends), shown, ()))
        if begun:
            return [each for one in begun for each in await self._talk.exclude(_asking(request, f"{one.text} {what}"))]
        rows = [(await self._note(request, {"out": what, "of": each.id}), each.text) for each in found[:4]]
        return [words.out_of(what, rows)]

    async def _begun(self, request: Request, found: Sequence[Subscription]) -> list[Subscription]:
        """Those that this very request subscribed to, in the same breath."""
        deed = await self._deeds.last(request)
        if deed is None or deed.mark != mark_of(request):
            return []
        return [one for one in found if one.id in deed.things and deed.things[one.id] is None]

    async def excepted(self, request: Request, told: Excepted, *, quieted: bool) -> Sequence[Reply] | None:
        """What passes in spite of what is quiet; None where nothing quiet was spoken of, and no urgency is."""
        own = None if told.urgent else _exact(await self._of(request), told.what)
        if not (quieted and (told.urgent or own is not None)) and (told.topical or not told.urgent):
            return None
        hours = await self._hours.chosen(request)
        return [words.excepted(told.what, hour_words.quiet(hours), urgent=told.urgent)]

    async def together(self, request: Request, told: Breath) -> Sequence[Reply]:
        """Several acts, before any of them is done."""
        token = await self._note(request, {"acts": list(told.acts)})
        return [words.together(told.shown, told.unread, token, passes=told.passes)]

    async def back(self, request: Request) -> Sequence[Reply] | None:
        """The last act, named, before it is taken back; None where there is none."""
        deed = await self._deeds.last(request)
        told = "" if deed is None else await self._told(request, deed)
        return [words.back(told, token_of(deed.mark))] if deed is not None and told else None

    # --- what is pressed

    async def pressed(self, request: Request) -> Sequence[Reply]:
        """A button of what was proposed. Safe to repeat."""
        what, _, token = request.argument.partition(":")
        if what == "end":
            return await self._talk.remove_one(_asking(request, token))
        if what in {"back", "undo"}:
            return await self._take_back(request, token)
        noted = await self._noted(request, token)
        if noted is None:
            return [words.gone()]
        if what == "swap" and "wanted" in noted:
            return await self._swap(request, noted)
        if what == "out" and "out" in noted:
            return await self._leave_out(request, noted)
        if what == "all" and "acts" in noted and self._acting is not None:
            return await self._acting(noted["acts"], request)
        return [words.gone()]

    async def hushed(self, request: Request) -> Sequence[Reply]:
        """How long one subscription rests."""
        span, _, name = request.argument.partition(":")
        one = next((each for each in await self._of(request) if each.id == name), None)
        if one is None:
            return [words.gone()]
        return await self._talk.pause(_asking(request, f"{one.text} {_SPANS.get(span, '')}".strip()))

    async def _swap(self, request: Request, noted: dict[str, Any]) -> Sequence[Reply]:
        before = next((one for one in await self._of(request) if one.id == noted["ends"]), None)
        replies = [one for each in noted["wanted"] for one in await self._talk.subscribe(_asking(request, each))]
        if before is None:
            return replies
        stands = {key_of(one.text) for one in await self._of(request)}
        if not all(key_of(each) in stands for each in noted["wanted"]):
            return replies  # why it can't be: nothing was ended
        told = await self._talk.remove_one(_asking(request, before.id))
        left = any(one.id == before.id for one in await self._of(request))
        return [*replies, *told] if left else [words.swapped(before.text, replies)]

    async def _leave_out(self, request: Request, noted: dict[str, Any]) -> Sequence[Reply]:
        one = next((each for each in await self._of(request) if each.id == noted["of"]), None)
        if one is None:
            return [words.gone()]
        return await self._talk.exclude(_asking(request, f"{one.text} {noted['out']}"))

    # --- taken back

    async def _take_back(self, request: Request, token: str) -> Sequence[Reply]:
        deed = await self._deeds.last(request)
        if deed is None or token_of(deed.mark) != token:
            return [words.gone()]
        told = await self._told(request, deed)
        if deed.hours is not None:
            await self._hours.back(request, deed.hours)
        stands = {one.id: one for one in await self._of(request)}
        for name, before in deed.things.items():
            await self._restore(request, stands.get(name), before)
        await self._deeds.over(request)
        return [words.backed(told) if told else words.gone()]

    async def _restore(self, request: Request, now: Subscription | None, before: Subscription | None) -> None:
        """A subscription as it was; what can't stand again stays away, and the list says so."""
        if before is None:
            if now is not None:
                await self._talk.remove_one(_asking(request, now.id))
            return
        if now is None:
            try:
                await self._store.add(request.tenant, before)
            except SubscriptionError:
                return
            await self._talk.noted(request, ADDED, [before])
            return
        await self._store.update(
            request.tenant, before.id, exclude=before.exclude, paused=before.paused, rests_until=before.rests_until
        )

    async def _told(self, request: Request, deed: Deed) -> str:
        """What was done, in words; empty where all of it is as it was already."""
        if deed.hours is not None:
            return words.changed(deed.hours, await self._hours.chosen(request), request.now)
        stands = {one.id: one for one in await self._of(request)}
        changed = [(stands.get(name), before) for name, before in deed.things.items() if stands.get(name) != before]
        if len(changed) > 1:
            return words.several(len(changed), next(one.text for pair in changed for one in pair if one is not None))
        return _of_one(request, *changed[0]) if changed else ""

    # --- what is kept

    async def _of(self, request: Request) -> list[Subscription]:
        return await self._store.of(request.tenant, request.chat.ref)

    async def _note(self, request: Request, row: dict[str, Any]) -> str:
        told = json.dumps(row, ensure_ascii=False)
        mark = request.update.id or request.now.isoformat()
        token = hashlib.blake2b(f"{request.chat.ref}\x1f{mark}\x1f{told}".encode(), digest_size=6).hexdigest()
        spoken = Spoken(request.chat.ref, told, "", request.now)
        await self._people.speak(request.tenant, request.person, f"wish:{token}", spoken)
        return token

    async def _noted(self, request: Request, token: str) -> dict[str, Any] | None:
        spoken = await self._people.spoken(request.tenant, request.person, f"wish:{token}")
        if spoken is None or spoken.topic != request.chat.ref or request.now - spoken.at > LIFE:
            return None
        found: dict[str, Any] = json.loads(spoken.words)
        return found


def _of_one(request: Request, now: Subscription | None, before: Subscription | None) -> str:
    if now is None or before is None:
        return words.begun(now.text) if now is not None else words.ended(before.text) if before is not None else ""
    if now.exclude != before.exclude:
        return words.narrowed(now.text)
    return words.rested(now.text, now_rests=now.rests(request.now))


def _exact(found: Sequence[Subscription], named: str) -> Subscription | None:
    """The subscription of that very name, or of that number."""
    if named.removesuffix("번").isdecimal():
        return next(iter(chosen_of(found, named)), None)
    return next((one for one in found if key_of(one.text) == key_of(named)), None)


def _asking(request: Request, argument: str) -> Request:
    return replace(request, argument=argument)
