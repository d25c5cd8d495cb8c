"""The console's other side: a script that writes lines into a pipe and reads what comes out of another."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from bot.messengers import lines
from bot.messengers.console import JsonConsole, Pictures
from bot.settings import MessengerAccount
from tests.conformance.peer import Can, Fault, Seen


class _NoControls:
    async def drain(self) -> None:
        return

    async def advance(self, seconds: float) -> datetime:
        raise lines.BadLine("no clock here")

    async def sensor(self, control: lines.Control) -> None:
        raise lines.BadLine("no sensors here")


@dataclass
class ConsolePeer:
    """A script."""

    messenger: JsonConsole
    source: int
    target: BytesIO
    folder: Path
    name: str = "console"
    account: MessengerAccount = field(default_factory=lambda: MessengerAccount("console", {}))
    can: frozenset[Can] = frozenset({Can.TALK, Can.SHARE, Can.UPLOAD, Can.PRESS, Can.REPEAT, Can.GROUP, Can.THREAD})
    people: tuple[str, str] = ("kim", "lee")
    group: str = "총무과"
    last: bytes = b""
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    async def _write(self, **record: object) -> str:
        number = str(next(self.numbers))
        self.last = json.dumps({"id": number, "update_id": number, **record}, ensure_ascii=False).encode() + b"\n"
        await asyncio.to_thread(os.write, self.source, self.last)
        return number

    async def say(
        self, user: str, text: str, *, chat: str | None = None, mention: bool = False, thread: str | None = None
    ) -> str:
        more: dict[str, object] = {} if chat is None else {"chat": chat, "mention": mention}
        return await self._write(user=user, text=text, message=f"u{len(text)}", **more)

    async def edit(self, user: str, native: str, text: str) -> None:
        raise NotImplementedError

    async def share(self, user: str, lat: float, lon: float, accuracy_m: float | None = None) -> str:
        point = {"lat": lat, "lon": lon} | ({} if accuracy_m is None else {"accuracy_m": accuracy_m})
        return await self._write(user=user, location=point)

    async def upload(self, user: str, name: str, data: bytes, text: str = "") -> str:
        path = self.folder / name
        path.write_bytes(data)
        return await self._write(user=user, text=text, files=[str(path)])

    async def press(self, user: str, label: str) -> None:
        found = [one for line in self._lines() for one in line["buttons"] if one["label"] == label]
        await self._write(user=user, press=found[-1]["press"])

    async def repeat(self) -> None:
        await asyncio.to_thread(os.write, self.source, self.last)

    async def forge(self, user: str, text: str) -> int:
        raise NotImplementedError

    def _lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.target.getvalue().decode().splitlines()]

    async def seen(self, chat: str) -> list[Seen]:
        found: dict[str, Seen] = {}
        for line in self._lines():
            if line["chat"] == chat:
                one = _seen(line, edited=line["edits"] is not None)
                found[line["edits"] or line["message"]] = one
        return list(found.values())

    async def exists(self, user: str, native: str) -> bool:
        raise NotImplementedError

    def fault(self, fault: Fault, count: int = 1) -> None:
        raise NotImplementedError

    async def block(self, user: str, *, back: bool = False) -> None:
        raise NotImplementedError

    async def move(self) -> str:
        raise NotImplementedError

    def calls(self) -> Mapping[str, int]:
        return {"send": len(self._lines()), "refused": 0}


def _seen(line: dict[str, Any], *, edited: bool) -> Seen:
    image, file = line["image"], line["file"]
    return Seen(
        native=line["message"],
        text=line["text"],
        image=None if image is None else Path(image).read_bytes(),
        file=None if file is None else (Path(file).name, Path(file).read_bytes()),
        buttons=tuple(one["label"] for one in line["buttons"]),
        thread=line["thread"],
        edited=edited,
    )


def missing() -> str:
    """It needs nothing."""
    return ""


@asynccontextmanager
async def opened(folder: Path, now: Callable[[], datetime]) -> AsyncIterator[ConsolePeer]:
    """A console on two pipes."""
    (folder / "in").mkdir()
    source, end = os.pipe()
    target = BytesIO()
    with os.fdopen(source, "rb", buffering=0) as reading:
        console = JsonConsole(_NoControls(), Pictures(folder / "out"), now, reading, target)
        try:
            yield ConsolePeer(console, end, target, folder / "in")
        finally:
            os.close(end)
            for thread in [one for one in threading.enumerate() if one.name == "console-input"]:
                await asyncio.to_thread(thread.join, 5)
