"""One message handed to its platform, and what is known of it afterwards: bounded in time, and never twice.

    send → its answer
         → late? → the platform's record, where it keeps one → it stands there: sent | not there (yet): the answer again

An answer that was lost on its way costs the adapter's whole time limit, and the chat waits for it. A platform that
keeps a record (`Capabilities.evidence`) is asked as soon as an answer is later than two turns of the chat. What stands
there was sent; what does not may still be on its way, so that nothing is said again from here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Final

from bot.logs import failed_for
from bot.messenger import Messenger, Outgoing
from bot.pacing import turn_of
from bot.platforms import Absent, Ambiguous, SendResult, Sent

PATIENCE_S: Final = 20.0
"""How long a platform may take over one message; a lease lasts longer."""

BROKEN: Final = "the adapter failed"
"""The reason of an `Ambiguous` that says nothing of the platform."""

_LATE_TURNS: Final = 2  # an answer that takes longer than so many turns of its chat is late
_LOOKS: Final = 10.0  # so many late answers at once are asked about; Slack takes 50 looks a minute
_CLOCKS: Final = timedelta(seconds=5)  # how far a platform's clock may be from ours

log = logging.getLogger(__name__)


class Asking:
    """Sends and looks up, for the messengers of one process. Of late answers one is asked about each two turns of its
    chat, and ten at once."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._looks: dict[str, tuple[float, float]] = {}  # how many may be asked now, as of when

    async def send(self, messenger: Messenger, message: Outgoing, begun: datetime) -> SendResult:
        """The platform's answer, or what its record says where the answer is late."""
        capable = messenger.capabilities
        if not capable.evidence or capable.idempotent_send:
            return await self._sent(messenger, message, None)
        span_s = _LATE_TURNS * turn_of(capable.pace, message.chat).total_seconds()
        watch = _Watch(span_s, lambda: self._record(messenger, message, begun, span_s))
        try:
            return await self._sent(messenger, message, watch)
        finally:
            await watch.end()

    async def find(self, messenger: Messenger, message: Outgoing, since: datetime) -> Sent | Absent | Ambiguous:
        """What the platform's record says."""
        try:
            async with asyncio.timeout(self._patience_s):
                return await messenger.find(message, since - _CLOCKS)
        except TimeoutError:
            return Ambiguous("no answer in time")
        except Exception as error:  # noqa: BLE001 - one message's fault is not the next one's
            failed_for(log, error, "the %s messenger could not look for %s", messenger.name, message.message)
            return Ambiguous(BROKEN)

    async def _sent(self, messenger: Messenger, message: Outgoing, watch: _Watch | None) -> SendResult:
        """The answer; one that hangs or breaks leaves nobody knowing what became of the message."""
        try:
            async with asyncio.timeout(self._patience_s) as limit:
                if watch is not None:
                    watch.limit = limit
                return await messenger.send(message)
        except TimeoutError:
            found = None if watch is None else watch.found
            return found or Ambiguous(f"no answer in {self._patience_s:.0f} s")
        except Exception as error:  # noqa: BLE001 - as above
            failed_for(log, error, "the %s messenger failed over %s", messenger.name, message.message)
            return Ambiguous(BROKEN)

    async def _record(self, messenger: Messenger, message: Outgoing, begun: datetime, span_s: float) -> Sent:
        """That it stands in the platform's record, once it does."""
        wait_s = span_s
        while True:
            if self._may_look(messenger.name, span_s):
                found = await self.find(messenger, message, begun)
                if isinstance(found, Sent):
                    return found
                wait_s *= 2
            await asyncio.sleep(wait_s)

    def _may_look(self, name: str, span_s: float) -> bool:
        """Whether the record may be asked again: a slow platform is not asked about each of its messages."""
        now_s = asyncio.get_running_loop().time()
        left, at_s = self._looks.get(name, (_LOOKS, now_s))
        left = min(_LOOKS, left + (now_s - at_s) / span_s)
        may = left >= 1
        self._looks[name] = (left - may, now_s)
        return may


class _Watch:
    """Asks the record while an answer is late, and ends the waiting for it where the message stands there."""

    def __init__(self, span_s: float, record: Callable[[], Coroutine[None, None, Sent]]) -> None:
        self.limit: asyncio.Timeout | None = None
        self.found: Sent | None = None
        self._record = record
        self._asking: asyncio.Task[Sent] | None = None
        self._timer = asyncio.get_running_loop().call_later(span_s, self._begin)

    def _begin(self) -> None:
        self._asking = asyncio.create_task(self._record())
        self._asking.add_done_callback(self._ended)

    def _ended(self, asking: asyncio.Task[Sent]) -> None:
        if not asking.cancelled() and asking.exception() is None and self.limit is not None:
            self.found = asking.result()
            if not self.limit.expired():
                self.limit.reschedule(asyncio.get_running_loop().time())

    async def end(self) -> None:
        """Nothing is asked any more."""
        self._timer.cancel()
        if self._asking is not None and not self._asking.done():
            self._asking.cancel()
            await asyncio.wait({self._asking})
