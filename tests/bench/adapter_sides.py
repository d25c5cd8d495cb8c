"""The platforms of `bench_adapters`, each in a process of its own: `python -m tests.bench.adapter_sides NAME`."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot.messenger import Chat
from bot.platforms import Pace, Rate
from tests.conformance.peer import Fault
from tests.conformance.peers import naverworks_server, slack_strict
from tests.conformance.slack import rules
from tests.conformance.slack.workspace import BOT, Channel

FAULTS = (Fault.FLOOD, Fault.ERROR, Fault.CUT, Fault.LOST, Fault.SLOW)
ANSWER_S, ROOMS, EACH, PEOPLE = 15.0, 50, 100, 5_000
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Given:
    """How much faster than the platform's world, and what is on: limits, faults."""

    peer: str
    scale: int = 20
    short: bool = False
    limits: bool = True
    faulty: bool = False

    @property
    def chats(self) -> list[Chat]:
        if self.peer == "slack":
            return [Chat("slack", f"C{number:05d}", private=False) for number in range(ROOMS)]
        return [Chat("naverworks", f"dm:v{number}", private=True) for number in range(PEOPLE)]

    @property
    def each(self) -> int:
        return EACH if self.peer == "slack" else 1

    @property
    def messages(self) -> int:
        return len(self.chats) * self.each

    @property
    def ideal_s(self) -> float:
        return EACH / self.scale if self.peer == "slack" else PEOPLE / (240 * self.scale / 60)

    @property
    def timeout_s(self) -> float:
        return ANSWER_S / self.scale

    @property
    def pace(self) -> Pace:
        if self.peer == "slack":
            each = Rate(1, SECOND / self.scale) if self.short else Rate(self.scale, SECOND)
            return Pace(chat=each, group=each)
        short = Rate(240, MINUTE / self.scale), Rate(240 * self.scale, MINUTE)
        return Pace(whole=short[0] if self.short else short[1])


# --- the peer's own process


@dataclass
class Chance:
    """What befalls a send: nothing, but for one in fifty where there are faults."""

    given: Given
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    drawn: int = 0

    def __bool__(self) -> bool:
        return True

    def popleft(self) -> str:
        return self() or ""

    def __call__(self) -> Fault | None:
        if not self.given.faulty or self.chance.random() >= 0.02:
            return None
        self.drawn += 1
        return self.chance.choice(FAULTS)


class Side(Protocol):
    """A platform, as this bench needs it."""

    refused: list[float]
    """When something was too fast."""

    async def start(self, stack: AsyncExitStack) -> dict[str, str]:
        """What the sender needs to know of it."""

    def anew(self, given: Given) -> None:
        """Nothing was said yet."""

    def heard(self) -> Counter[str]:
        """How often each message stands there."""


def now() -> datetime:
    return datetime.now(UTC)


class Windows(rules.Pace):
    """Slack's windows, and when they were passed: as short as the world is fast, or with as much more in them.

    In the latter no more than a channel's one a second counts, as often as the world is fast: no burst beyond it.
    """

    def __init__(self, given: Given, refused: list[float]) -> None:
        counted = given.limits and not given.short
        super().__init__(1.0 if counted else given.scale if given.limits else 1e9)
        self._counts, self._refused = given.scale if counted else 0, refused

    def wait_s(self, method: str, key: str, windows: tuple[tuple[float, int], ...]) -> float:
        if self._counts:
            least = windows[:1] if windows != rules.POSTS else ((1.0, 1),)
            windows = tuple((span, most * self._counts) for span, most in least)
        found = super().wait_s(method, key, windows)
        if found > 0:
            self._refused.append(time.monotonic())
        return found


class Slack:
    """The strict workspace with fifty channels."""

    def __init__(self) -> None:
        self.refused: list[float] = []
        self._peer: slack_strict.StrictSlack | None = None

    @property
    def peer(self) -> slack_strict.StrictSlack:
        assert self._peer is not None
        return self._peer

    async def start(self, stack: AsyncExitStack) -> dict[str, str]:
        self._peer = await stack.enter_async_context(slack_strict.opened(Path(), now))
        return {"base_url": f"{self.peer.space.base}/api/", "token": slack_strict.BOT_TOKEN}

    def anew(self, given: Given) -> None:
        api, space = self.peer.api, self.peer.space
        for chat in given.chats:
            space.channels[chat.id] = Channel(chat.id, members={BOT})
        self.refused.clear()
        api.factor = given.scale
        api.pace = Windows(given, self.refused)
        api.faults = Chance(given)  # type: ignore[assignment]
        api.slow_s = 2 * given.timeout_s

    def heard(self) -> Counter[str]:
        said = [one for channel in self.peer.space.channels.values() for one in channel.messages]
        return Counter(str(one["metadata"]["event_payload"]["id"]) for one in said)


class Counted(naverworks_server.Server):
    """The strict server, and when it was asked too fast."""

    refused: list[float]
    given: Given
    faults_of: Chance

    def _counted(self, operation: str) -> dict[str, str]:
        try:
            return super()._counted(operation)
        except naverworks_server.RefusedError:
            self.refused.append(time.monotonic())
            raise

    def drawn(self) -> Fault | None:
        """A fault; of a flood the platform's own word is scaled."""
        fault = self.faults_of()
        if fault is Fault.FLOOD:
            wait = f"{1 / self.given.scale:.3f}"
            raise naverworks_server.RefusedError(429, "TOO_MANY_REQUESTS", **{"RateLimit-Reset": wait})
        return fault


class Works:
    """The strict platform with five thousand people."""

    def __init__(self) -> None:
        self.refused: list[float] = []
        self.server = Counted(now)
        self.server.refused = self.refused
        self.server.random_fault = self.server.drawn

    async def start(self, stack: AsyncExitStack) -> dict[str, str]:
        await self.server.start(stack)
        return {"base_url": self.server.url, "pem": self.server.pem}

    def anew(self, given: Given) -> None:
        server = self.server
        server.users |= {chat.id.removeprefix("dm:") for chat in given.chats}
        server.given, server.faults_of, server.slow_s = given, Chance(given), 2 * given.timeout_s
        server.messages.clear()
        server.windows.clear()
        self.refused.clear()
        naverworks_server.MINUTE_S = 60.0 / given.scale if given.short else 60.0
        server.per_minute = 10**9 if not given.limits else 240 if given.short else 240 * given.scale

    def heard(self) -> Counter[str]:
        return Counter({chat: len(said) for chat, said in self.server.messages.items()})


SIDES: dict[str, Callable[[], Side]] = {"slack": Slack, "naverworks": Works}


async def serve(name: str) -> None:
    """The peer: tells where it is; then, for each line that comes in, what it saw since the last, and starts anew."""
    side, lines = SIDES[name](), asyncio.Queue[str]()
    asyncio.get_running_loop().add_reader(sys.stdin, lambda: lines.put_nowait(sys.stdin.readline()))
    async with AsyncExitStack() as stack:
        print(json.dumps(await side.start(stack)), flush=True)
        began = time.monotonic()
        while line := await lines.get():
            heard = side.heard()
            told = {
                "cpu": time.process_time(), "distinct": len(heard), "doubled": heard.total() - len(heard),
                "floods": [at - began for at in side.refused],
            }  # fmt: skip
            print(json.dumps(told), flush=True)
            side.anew(Given(**json.loads(line)))
            began = time.monotonic()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
