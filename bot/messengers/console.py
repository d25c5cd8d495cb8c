"""The console: a messenger without a server, for scripts (JSON lines) and for people (`bot.messengers.terminal`).

Scripts write a line and read lines; lines of one chat are handled in order, different chats at once; a control waits
for what came before it. Dobi's message id is the platform's own here, so that sending twice is harmless. A console
whose reader has gone ends; what nobody read waits for the next one.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import sys
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import CancelledError as Cancelled
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from bot.logs import failed_for
from bot.messenger import Outgoing, Plain, Receive, Update
from bot.messengers import lines
from bot.platforms import Capabilities, Retry, SendResult, Sent

log = logging.getLogger(__name__)

_IN_FLIGHT = 512
_QUEUED = 4096
_LONGEST = lines.MAX_LINE * 4 + 1  # bytes of a line that is read: longer than any that is taken

CAPABILITIES = Capabilities(
    location_in=True, image_out=True, buttons=True, edit=True, idempotent_send=True, max_text=100_000
)


class Controls(Protocol):
    """What a script may order besides talking."""

    async def drain(self) -> None:
        """Returns when nothing due now is left."""

    async def advance(self, seconds: float) -> datetime:
        """Moves the virtual clock; the new time.

        Raises:
            lines.BadLine: the clock is not virtual.
        """

    async def sensor(self, control: lines.Control) -> None:
        """Posts a reading through the real entrance, or silences a simulated sensor.

        Raises:
            lines.BadLine: no such sensor, or the entrance refused.
        """


class Pictures:
    """Keeps outgoing pictures and files as files, named by content, and gives their absolute paths."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, data: bytes | None, suffix: str) -> str | None:
        """The path of a file with that content; None for nothing."""
        if data is None:
            return None
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{hashlib.blake2b(data, digest_size=12).hexdigest()}{suffix}"
        if not path.exists():
            partial = path.with_suffix(f"{suffix}.{threading.get_ident()}")
            partial.write_bytes(data)
            partial.replace(path)
        return str(path.absolute())


class JsonConsole(Plain):
    """The script's side of the console."""

    name = lines.ADAPTER
    capabilities = CAPABILITIES

    def __init__(
        self,
        controls: Controls,
        pictures: Pictures,
        now: Callable[[], datetime],
        source: BinaryIO | None = None,
        target: BinaryIO | None = None,
    ) -> None:
        self._controls = controls
        self._pictures = pictures
        self._now = now
        self._source = source or _own_input()
        self._target = target or sys.stdout.buffer
        self._turns: dict[tuple[str, str | None], asyncio.Lock] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._unread = asyncio.Event()

    async def run(self, receive: Receive) -> None:
        """Handles lines until the input ends, then finishes due work; or until nobody reads any more."""
        room = asyncio.Semaphore(_IN_FLIGHT)
        async for line in self._lines():
            try:
                order = await asyncio.to_thread(lines.parse, line, self._now())
            except lines.BadLine as error:
                self._write({"in_reply_to": error.reference, "error": str(error)})
                continue
            if isinstance(order, Update):
                await room.acquire()
                task = asyncio.create_task(self._handle(order, receive))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
                task.add_done_callback(lambda _: room.release())
            else:
                await self._settle()
                await self._order(order)
        await self._settle()
        if not self._unread.is_set():
            await self._controls.drain()

    async def send(self, message: Outgoing) -> SendResult:
        """Writes one line."""
        reply = message.reply
        image = self._pictures.path(reply.image, ".png")
        file = self._pictures.path(reply.file.data, Path(reply.file.name).suffix) if reply.file else None
        try:
            self._put(lines.render(message, image, file))
        except BrokenPipeError:
            return Retry(timedelta(seconds=1), "whole")
        return Sent(message.message)

    async def _handle(self, update: Update, receive: Receive) -> None:
        turn = self._turns.setdefault((update.sender, update.chat), asyncio.Lock())
        async with turn:
            try:
                await receive(update)
            except Exception as error:  # noqa: BLE001 - nothing stands behind this: only the caller can say it again
                failed_for(log, error, "a line was not handled")
                self._write({"in_reply_to": update.reference, "error": "not handled: say it again"})

    async def _settle(self) -> None:
        while self._running:
            await asyncio.wait(self._running)

    async def _order(self, control: lines.Control) -> None:
        answer: dict[str, object] = {"in_reply_to": control.reference}
        try:
            if control.name == "drain":
                await self._controls.drain()
                answer["control"] = "drained"
            elif control.name == "advance":
                answer |= {"control": "advanced", "now": (await self._controls.advance(control.seconds)).isoformat()}
            else:
                await self._controls.sensor(control)
                answer["control"] = "sensor"
        except lines.BadLine as error:
            answer["error"] = str(error)
        self._write(answer)

    def _write(self, record: dict[str, object]) -> None:
        with suppress(BrokenPipeError):
            self._put(json.dumps(record, ensure_ascii=False))

    def _put(self, line: str) -> None:
        """Writes a line.

        Raises:
            BrokenPipeError: nobody reads any more.
        """
        try:
            self._target.write(line.encode("utf-8", "replace") + b"\n")
            self._target.flush()
        except BrokenPipeError:
            self._unread.set()
            raise

    async def _lines(self) -> AsyncIterator[str]:
        """The input's lines, read in a thread: a regular file, a pipe and a terminal alike."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(_QUEUED)

        def put(line: bytes | None) -> None:
            asyncio.run_coroutine_threadsafe(queue.put(line), loop).result()

        def read() -> None:
            try:
                while line := self._source.readline(_LONGEST):
                    put(line)
                    while len(line) == _LONGEST and not line.endswith(b"\n"):  # one line, one answer: skip its rest
                        line = self._source.readline(_LONGEST)
                put(None)
            except (RuntimeError, Cancelled):  # the loop is closed, or closes: nobody listens any more
                return

        threading.Thread(target=read, name="console-input", daemon=True).start()
        while (line := await self._next(queue)) is not None:
            text = line.decode("utf-8", "replace").strip("\r\n")
            if text.strip():
                yield text

    async def _next(self, queue: asyncio.Queue[bytes | None]) -> bytes | None:
        """The next line; None once there is none, or nobody who reads what is answered."""
        if not queue.empty():
            return None if self._unread.is_set() else queue.get_nowait()
        coming, unread = asyncio.ensure_future(queue.get()), asyncio.ensure_future(self._unread.wait())
        try:
            await asyncio.wait([coming, unread], return_when=asyncio.FIRST_COMPLETED)
            return None if self._unread.is_set() else coming.result()
        finally:
            for one in (coming, unread):
                one.cancel()


def _own_input() -> BinaryIO:
    """Standard input behind a buffer of our own: the reading thread may outlive the interpreter's own buffer."""
    return open(sys.stdin.fileno(), "rb", closefd=False)
