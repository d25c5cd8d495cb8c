"""What the peers of messengers have in common that only carry Dobi's words: nobody says anything there."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.messenger import Messenger
from bot.messengers import Tools, open_messenger
from bot.settings import MessengerAccount
from tests.conformance.peer import Can, Fault, Seen


class Nowhere:
    """A bookmark that nobody needs."""

    async def get(self) -> str | None:
        return None

    async def set(self, text: str) -> None:
        raise AssertionError("what only speaks remembers nothing")


class OneWayPeer:
    """The part of `tests.conformance.peer.Peer` that is the same for all of them."""

    name = ""
    can: frozenset[Can] = frozenset()
    people = ("kim", "park")
    group = "총무과"

    def __init__(self, account: MessengerAccount, now: Callable[[], datetime]) -> None:
        self.account = account
        self.messenger: Messenger = open_messenger(account, Tools(now, asyncio.sleep, Nowhere()))
        self.faults: deque[Fault] = deque()
        self.counts: Counter[str] = Counter()
        self.blocked: set[str] = set()

    async def say(self, user: str, text: str, *, chat: str | None = None, mention: bool = False) -> str:
        raise NotImplementedError

    async def edit(self, user: str, native: str, text: str) -> None:
        raise NotImplementedError

    async def share(self, user: str, lat: float, lon: float, accuracy_m: float | None = None) -> str:
        raise NotImplementedError

    async def upload(self, user: str, name: str, data: bytes, text: str = "") -> str:
        raise NotImplementedError

    async def press(self, user: str, label: str) -> None:
        raise NotImplementedError

    async def repeat(self) -> None:
        raise NotImplementedError

    async def forge(self, user: str, text: str) -> int:
        raise NotImplementedError

    async def move(self) -> str:
        raise NotImplementedError

    async def seen(self, chat: str) -> list[Seen]:
        raise NotImplementedError

    async def exists(self, user: str, native: str) -> bool:
        raise NotImplementedError

    def fault(self, fault: Fault, count: int = 1) -> None:
        """See the port."""
        self.faults.extend([fault] * count)

    async def block(self, user: str, *, back: bool = False) -> None:
        """The receiver takes nothing more for somebody, or does again."""
        (self.blocked.discard if back else self.blocked.add)(user)

    def calls(self) -> Mapping[str, int]:
        """See the port."""
        return dict(self.counts)
