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
from contextlib import suppress
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
_CLOCKS: Final = timedelta(seconds=5)  # how far a platform's clock may be from ours

log = logging.getLogger(__name__)


class Asking:
    """Sends and looks up, for the messengers of one process. Of late answers one is asked about each two turns."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._looked_s: dict[str, float] = {}

    async def send(self, messenger: Messenger, message: Outgoing, begun: datetime) -> SendResult:
        """The platform's answer, or what its record says where the answer is late."""
        capable = messenger.capabilities
        if not capable.evidence or capable.idempotent_send:
            return await self._sent(messenger, message)
        sending = asyncio.create_task(self._sent(messenger, message))
        try:
            return await self._awaited(sending, messenger, message, begun)
        finally:
            if not sending.done():
                sending.cancel()
                with suppress(asyncio.CancelledError):
                    await sending

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

    async def _sent(self, messenger: Messenger, message: Outgoing) -> SendResult:
        """The answer; one that hangs or breaks leaves nobody knowing what became of the message."""
        try:
            async with asyncio.timeout(self._patience_s):
                return await messenger.send(message)
        except TimeoutError:
            return Ambiguous(f"no answer in {self._patience_s:.0f} s")
        except Exception as error:  # noqa: BLE001 - as above
            failed_for(log, error, "the %s messenger failed over %s", messenger.name, message.message)
            return Ambiguous(BROKEN)

    async def _awaited(
        self, sending: asyncio.Task[SendResult], messenger: Messenger, message: Outgoing, begun: datetime
    ) -> SendResult:
        span_s = _LATE_TURNS * turn_of(messenger.capabilities.pace, message.chat).total_seconds()
        wait_s = span_s
        while True:
            await asyncio.wait({sending}, timeout=wait_s)
            if sending.done():
                return sending.result()
            if self._may_look(messenger.name, span_s):
                found = await self.find(messenger, message, begun)
                if isinstance(found, Sent) and not sending.done():
                    return found
                wait_s *= 2

    def _may_look(self, name: str, span_s: float) -> bool:
        """Whether the record may be asked again: a slow platform is not asked about each of its messages."""
        now_s = asyncio.get_running_loop().time()
        if now_s - self._looked_s.get(name, -span_s) < span_s:
            return False
        self._looked_s[name] = now_s
        return True
