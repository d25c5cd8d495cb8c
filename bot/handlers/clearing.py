"""구독 정리 · 구독 바꾸기: all subscriptions of a chat ended but those that are named, or one put in another's place.

Ending many is read back before it is done, what stays beside what ends; only what was read back ends, and all of it can
be taken back for ten minutes. In a channel nobody ends what somebody else added, and nobody answers another's question.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any, Final

from bot.channel_care import ADDED, ENDED, ChannelCare
from bot.handlers.subscriptions import Subscriptions
from bot.joined import apart
from bot.meant import LIFE, Spoken
from bot.messenger import Reply
from bot.people import PeopleStore
from bot.routes import Request, Route
from bot.subscribing import subscription_id
from bot.told_topic import best_of, speaks
from bot.wording import clearing as words
from bot.wording import news
from bot.wording.wishes import which_topic
from nlp.keywords import key_of
from nlp.subscriptions import Subscription, SubscriptionStore, TooManySubscriptionsError

_INSTEAD: Final = re.compile(r"(?P<a>.+?) *(?:→|->|=>) *(?P<b>.+)")


class Clearing:
    """The conversation about ending many, and about one instead of another."""

    def __init__(
        self, store: SubscriptionStore, people: PeopleStore, talk: Subscriptions, care: ChannelCare | None = None
    ) -> None:
        self._store, self._people, self._talk, self._care = store, people, talk, care

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route("tidy", ("구독 정리",), ("tidy",), self.tidy, quiet=True, title="구독 정리"),
            Route("tidied", (), (), self.pressed, press="tidy", title="구독 정리"),
            Route("swap", ("구독 바꾸기", "구독 교체"), ("swap",), self.swap, quiet=True, title="구독 바꾸기"),
        )

    # --- all but some

    async def tidy(self, request: Request) -> Sequence[Reply]:
        """Reads back what would end; the argument names what stays, none for nothing."""
        found = await self._store.of(request.tenant, request.chat.ref)
        if not found:
            return [news.nothing_yet()]
        named = apart(request.argument)
        stays, missing = _named(found, named)
        if missing:
            return [words.unknown(missing)]
        rest = [one for one in found if one not in stays]
        if not rest:
            return [words.nothing_else([one.text for one in stays])]
        ends = [one for one in rest if self._may(request, one)]
        if not ends:
            return [words.somebody_elses()]
        kept = [one.text for one in found if one not in ends]
        token = await self._note(request, "ends", [one.id for one in ends])
        where = None if request.chat.private else request.chat.id
        return [words.asked([one.text for one in ends], kept, where, token)]

    async def pressed(self, request: Request) -> Sequence[Reply]:
        """Yes, no, or back again. Safe to repeat."""
        what, _, token = request.argument.partition(":")
        if what == "no":
            return [words.left_alone()]
        noted = await self._noted(request, token)
        if noted is None or what not in {"yes", "undo"}:
            return [words.gone()]
        return [await (self._end(request, token, noted) if what == "yes" else self._back(request, noted))]

    async def _end(self, request: Request, token: str, noted: dict[str, Any]) -> Reply:
        if "ended" in noted:  # pressed before, or handled anew
            done = [Subscription.load(one.encode()) for one in noted["ended"]]
        else:
            standing = {one.id: one for one in await self._store.of(request.tenant, request.chat.ref)}
            done = [standing[one] for one in noted["ends"] if one in standing and self._may(request, standing[one])]
            await self._keep(request, token, noted | {"ended": [one.dump().decode() for one in done]})
        if not done:
            return words.gone()
        for one in done:
            await self._log(request, ENDED, one)
            await self._talk.before(request, one.id, one)
            await self._store.remove(request.tenant, one.id)
        return words.ended([one.text for one in done], len(noted["ends"]) - len(done), token)

    async def _back(self, request: Request, noted: dict[str, Any]) -> Reply:
        """What was ended stands as it was, with what it left out; what took its place ends."""
        done = [Subscription.load(one.encode()) for one in noted.get("ended", ())]
        if not done:
            return words.gone()
        instead = noted.get("instead", "")
        if instead:
            await self._store.remove(request.tenant, subscription_id(request.chat.ref, instead))
        for one in done:
            try:
                await self._store.add(request.tenant, one)
            except TooManySubscriptionsError as error:
                return news.too_many(error.limit)
            await self._log(request, ADDED, one)
        return words.swapped_back(done[0].text, instead) if instead else words.restored([one.text for one in done])

    # --- one instead of another

    async def swap(self, request: Request) -> Sequence[Reply]:
        """`청년 → 노인복지`: the first ends, the second stands, and both can be taken back."""
        told = _INSTEAD.fullmatch(request.argument)
        found = await self._store.of(request.tenant, request.chat.ref)
        before = next((one for one in found if told and key_of(one.text) == key_of(told["a"])), None)
        if told is None:
            return [words.how_to_swap()]
        if before is None:
            return [words.unknown([told["a"]])]
        if not self._may(request, before):
            return [words.somebody_elses()]
        after = told["b"].strip()
        if speaks(after) and (best := best_of(after)):
            return [which_topic(best, f"구독 바꾸기 {before.text} → {best}")]
        known = any(key_of(one.text) == key_of(after) for one in found)
        replies = await self._talk.subscribe(_asking(request, after))
        now = await self._store.of(request.tenant, request.chat.ref)
        new = next((one for one in now if key_of(one.text) == key_of(after)), None)
        if new is None or new.id == before.id:
            return replies  # why it can't be: nothing was ended
        noted = {"ends": [before.id], "ended": [before.dump().decode()], "instead": "" if known else new.text}
        token = _token(request, noted["ends"])
        await self._keep(request, token, noted)
        await self._log(request, ENDED, before)
        await self._talk.before(request, before.id, before)
        await self._store.remove(request.tenant, before.id)
        return [words.swapped(before.text, replies[0], token)]

    # --- what is kept

    def _may(self, request: Request, one: Subscription) -> bool:
        return request.chat.private or self._care is None or self._care.may_change(request.member, one.created_by)

    async def _log(self, request: Request, what: str, one: Subscription) -> None:
        if not request.chat.private and self._care is not None:
            by = one.created_by if what == ADDED else request.person
            await self._care.note(request.tenant, by, what, request.chat, one, request.now)

    async def _note(self, request: Request, name: str, ids: Sequence[str]) -> str:
        token = _token(request, ids)
        if await self._noted(request, token) is None:
            await self._keep(request, token, {name: list(ids)})
        return token

    async def _keep(self, request: Request, token: str, noted: dict[str, Any]) -> None:
        """With what was spoken of: ten minutes, and gone with the person."""
        spoken = Spoken(request.chat.ref, json.dumps(noted, ensure_ascii=False), "", request.now)
        await self._people.speak(request.tenant, request.person, f"tidy:{token}", spoken)

    async def _noted(self, request: Request, token: str) -> dict[str, Any] | None:
        spoken = await self._people.spoken(request.tenant, request.person, f"tidy:{token}")
        if spoken is None or spoken.topic != request.chat.ref or request.now - spoken.at > LIFE:
            return None
        found: dict[str, Any] = json.loads(spoken.words)
        return found


def _named(found: Sequence[Subscription], named: Sequence[str]) -> tuple[list[Subscription], list[str]]:
    """Those that are named, each plainly, and the names that fit none or several."""
    stays, missing = [], []
    for name in named:
        flat = key_of(name)
        exact = [one for one in found if key_of(one.text) == flat]
        near = exact or [one for one in found if flat and flat in key_of(one.text)]
        if len(near) == 1:
            stays += near
        else:
            missing.append(name)
    return stays, missing


def _asking(request: Request, argument: str) -> Request:
    return Request(request.member, request.chat, request.update, argument, request.now)


def _token(request: Request, ids: Sequence[str]) -> str:
    mark = request.update.id or request.now.isoformat()
    return hashlib.blake2b("\x1f".join((request.chat.ref, mark, *ids)).encode(), digest_size=6).hexdigest()
