"""A system that picks files up from a folder: whole ones alone, in the order of their writing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.settings import MessengerAccount
from tests.conformance.peer import Can, Seen
from tests.conformance.peers.one_way import OneWayPeer


def missing() -> str:
    """It needs nothing."""
    return ""


class FolderPeer(OneWayPeer):
    """Who reads what was picked up."""

    name = "folder"
    can = frozenset({Can.GROUP})

    def __init__(self, account: MessengerAccount, now: Callable[[], datetime], folder: Path) -> None:
        super().__init__(account, now)
        self._folder = folder

    async def seen(self, chat: str) -> list[Seen]:
        """The messages to somebody."""
        files = sorted(self._folder.glob("[!.]*.json"), key=lambda path: path.stat().st_mtime_ns)
        told = [(path.name, json.loads(path.read_text(encoding="utf-8"))) for path in files]
        return [Seen(name, one["text"]) for name, one in told if one["to"] == chat.removeprefix("dm:")]


@asynccontextmanager
async def opened(folder: Path, now: Callable[[], datetime]) -> AsyncIterator[FolderPeer]:
    """An empty folder."""
    watched = folder / "보낼 글"
    watched.mkdir()
    yield FolderPeer(MessengerAccount("folder", {}, {"path": str(watched)}), now, watched)
