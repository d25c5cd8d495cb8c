"""What an event leaves out, asked of Slack before the update is told: each in a moment, for Slack waits for its answer.

A sign names a message, and not what stands there: its buttons are asked for, once a message. Whoever opens Dobi's page
is greeted where nothing was ever said between them.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from weakref import WeakValueDictionary

from bot.messenger import Update
from bot.messengers.slack import blocks
from bot.messengers.slack.answers import CallFailedError, result
from bot.messengers.slack.calls import Calls
from bot.messengers.slack.incoming import FIRST, native, ts_of
from bot.platforms import Ambiguous, Retry

_ASKING_S: Final = 1.5  # of the three that Slack waits
_KEPT: Final = 1_000
_GREETED: Final = 20_000


@dataclass(frozen=True, slots=True)
class _Card:
    """What a message's buttons carry, and the thread that it stands in."""

    presses: tuple[str, ...] = ()
    thread: str | None = None


class Asked:
    """Completes updates. It remembers what it asked, no more than a few cards and people."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._cards: OrderedDict[str, _Card] = OrderedDict()
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._greeted: OrderedDict[str, None] = OrderedDict()

    async def completed(self, update: Update) -> Update | None:
        """The whole update; None where it is nobody's saying after all.

        Raises:
            CallFailedError, TimeoutError: Slack does not say now; it hands the event out again.
        """
        if update.reaction and update.answers is not None:
            return await self._sign(update, update.answers)
        if (update.id or "").startswith(FIRST):
            return await self._first(update)
        return update

    async def _sign(self, update: Update, message: str) -> Update | None:
        async with self._asking.setdefault(message, asyncio.Lock()):
            card = self._cards[message] = self._cards.get(message) or await self._card(message)
        while len(self._cards) > _KEPT:
            self._cards.popitem(last=False)
        thread = card.thread or (message if update.chat is not None else None)
        return replace(update, presses=card.presses, thread=thread) if card.presses else None

    async def _card(self, message: str) -> _Card:
        channel, ts = message.rpartition(":")[0], ts_of(message)
        asking = self._calls.ready().conversations_replies(
            channel=channel, ts=ts, oldest=ts, latest=ts, inclusive=True, limit=1
        )
        try:
            told = await self._in_time(self._calls.done(asking))
        except CallFailedError as error:
            if isinstance(result(error, chat=False), Retry | Ambiguous):
                raise
            return _Card()  # gone, or not Dobi's to read: it will not be told another time either
        found: Mapping[str, Any] = next((one for one in told.get("messages") or () if one.get("ts") == ts), {})
        first = str(found.get("thread_ts") or ts)
        return _Card(blocks.presses(found.get("blocks")), None if first == ts else native(channel, first))

    async def _first(self, update: Update) -> Update | None:
        """The greeting, where the conversation is empty; without an answer nobody is greeted."""
        if update.sender in self._greeted:
            return None
        channel = (update.message or "").rpartition(":")[0]
        asking = self._calls.ready().conversations_history(channel=channel, limit=1)
        try:
            told = await self._in_time(self._calls.done(asking))
        except (CallFailedError, TimeoutError):
            return None
        self._greeted[update.sender] = None
        while len(self._greeted) > _GREETED:
            self._greeted.popitem(last=False)
        return None if told.get("messages") else replace(update, message=None)

    @staticmethod
    async def _in_time(asking: Awaitable[Mapping[str, Any]]) -> Mapping[str, Any]:
        return await asyncio.wait_for(asking, _ASKING_S)
