"""What somebody changed last about their own subscriptions and time, as it stood before: for ten minutes, to take back.

    구독, 해지, 쉬기, 제외, 알림 설정 … → what stood before, of that one act → "방금 … 되돌릴까요?" → as it stood before

Kept with what was spoken of, under the conversation in which it was done, and gone with the person. It proposes and
undoes nothing itself: the words are `bot.wishing`'s, the act `bot.handlers.wishes`'.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Final

from bot.hours import USUAL, Hours
from bot.hours_store import hours_of, record_of
from bot.meant import LIFE, Spoken
from bot.people import PeopleStore
from bot.routes import Request
from nlp.subscriptions import Subscription

_KEY: Final = "deed:"


@dataclass(slots=True)
class Deed:
    """One act, named by `mark`: the hours before it, and each subscription before it; None where there was none."""

    mark: str
    spoken: Spoken
    hours: Hours | None = None
    things: dict[str, Subscription | None] = field(default_factory=dict)


def mark_of(request: Request) -> str:
    """What names the act that a request does."""
    return str(request.update.id or request.update.reference or request.now.isoformat())


def token_of(mark: str) -> str:
    """As a button carries it."""
    return hashlib.blake2b(mark.encode(), digest_size=6).hexdigest()


class LastDeeds:
    """The last act of each person in each conversation."""

    def __init__(self, people: PeopleStore) -> None:
        self._people = people

    async def hours(self, request: Request, before: Hours) -> None:
        """Somebody's hours are about to be changed."""
        deed = await self._begun(request)
        if deed.hours is None:
            deed.hours = before
            await self._keep(request, deed)

    async def subscription(self, request: Request, name: str, before: Subscription | None) -> None:
        """A subscription is about to be changed, ended or (None) begun."""
        deed = await self._begun(request)
        if name not in deed.things:
            deed.things[name] = before
            await self._keep(request, deed)

    async def last(self, request: Request) -> Deed | None:
        """The last act here; None where it is too long ago."""
        key = f"{_KEY}{request.chat.ref}"
        spoken = await self._people.spoken(request.tenant, request.person, key)
        if spoken is None or request.now - spoken.at > LIFE or not spoken.words:
            return None
        row = json.loads(spoken.words)
        things = {name: Subscription.load(one.encode()) if one else None for name, one in row["things"].items()}
        hours = hours_of(row["hours"].encode(), USUAL) if row["hours"] else None
        return Deed(spoken.argument, spoken, hours, things)

    async def over(self, request: Request) -> None:
        """It was taken back: nothing stands here to be taken back any more."""
        spoken = Spoken("deed", "", "", request.now)
        await self._people.speak(request.tenant, request.person, f"{_KEY}{request.chat.ref}", spoken)

    async def _begun(self, request: Request) -> Deed:
        """What this very request changed so far."""
        mark = mark_of(request)
        last = await self.last(request)
        return last if last is not None and last.mark == mark else Deed(mark, Spoken("deed", "", mark, request.now))

    async def _keep(self, request: Request, deed: Deed) -> None:
        row = {
            "hours": record_of(deed.hours) if deed.hours is not None else "",
            "things": {name: one.dump().decode() if one else "" for name, one in deed.things.items()},
        }
        spoken = Spoken("deed", json.dumps(row, ensure_ascii=False), deed.mark, request.now)
        await self._people.speak(request.tenant, request.person, f"{_KEY}{request.chat.ref}", spoken)
