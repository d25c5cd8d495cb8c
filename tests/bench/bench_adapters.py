"""The real Slack and NAVER WORKS adapters against their strict peers, through the real delivery, over HTTP on loopback.

Run: `python -m tests.bench.bench_adapters [slack|naverworks]`; Telegram's is `bench_telegram`, delivery behind fakes
`bench_delivery`. The world runs 20 times as fast. Slack: 100 messages in each of 50 channels, its windows 20 times as
short (3 in any 50 ms, 33 in any 1.5 s; the adapter's pace is one in 50 ms), which the limits alone make 5 s. NAVER
WORKS: 5,000 people with a push each, 4,800 in any minute, 62.5 s; `--short` has 240 in any 3 s. Time limits of answers
and the peers' own waits are scaled too.

The peer is a process of its own: what arrived, what came twice and what was too fast is counted there. Before the drain
the floor: the same requests without limits by bare aiohttp, then by the adapter alone. 1,000 requests a second may be
more than the machine can do: `--scale 5` runs a slower world. Faults, one message in fifty: 429, 5xx, a connection
reset before and after the work, an answer that comes too late.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import aiohttp

from bot.clock import TickingClock
from bot.delivery import Delivery
from bot.embedded import EmbeddedServer
from bot.messenger import Chat, Messenger, Outgoing, Reply
from bot.messengers import Tools, open_messenger
from bot.outbox import Outbox, Row, State
from bot.pacing import Pacing
from bot.platforms import Pace, Rate, Sent
from bot.settings import MessengerAccount, Secret
from tests.conformance.peer import Fault
from tests.conformance.peers import naverworks, naverworks_server, slack_strict
from tests.conformance.slack import rules
from tests.conformance.slack.workspace import BOT, Channel

TENANT = "gyeongnam"
TEXT = "[경상남도] 청년 월세 지원 · 11. 23.(월) 09:00\n11. 27.(금)까지 시·군이 제출합니다.\n구독 '청년 주거'"
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
            return Pace(chat=Rate(1, SECOND / self.scale), group=Rate(1, SECOND / self.scale))
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
    """Slack's windows, and when they were passed."""

    def __init__(self, factor: float, refused: list[float]) -> None:
        super().__init__(factor)
        self._refused = refused

    def wait_s(self, method: str, key: str, windows: tuple[tuple[float, int], ...]) -> float:
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
        api.pace = Windows(given.scale if given.limits else 1e9, self.refused)
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


class Peer:
    """That process, from here."""

    def __init__(self, told: dict[str, str], process: asyncio.subprocess.Process) -> None:
        self.told, self._process = told, process

    async def anew(self, given: Given) -> dict[str, Any]:
        """What it saw since the last time; from now on it does so."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(given)).encode() + b"\n")
        told: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return told


@asynccontextmanager
async def peer(name: str) -> AsyncIterator[Peer]:
    told = [sys.executable, "-m", "tests.bench.bench_adapters", name, "--serve"]
    process = await asyncio.create_subprocess_exec(
        *told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=2**20
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield Peer(json.loads(await process.stdout.readline()), process)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


# --- this process


def adapter(told: dict[str, str], given: Given) -> Messenger:
    clock = TickingClock(now)
    tools = Tools(clock.now, clock.sleep, slack_strict.NoBookmark(), lambda *_: None)
    if given.peer == "slack":
        account = MessengerAccount(
            "slack",
            {name: Secret(value, "bench") for name, value in slack_strict._secrets().items()},
            {"base_url": told["base_url"], "answer_s": str(given.timeout_s)},
        )
    else:
        server = naverworks_server.Server(now, url=told["base_url"], pem=told["pem"])
        account = naverworks.account_at(server, timeout_s=str(given.timeout_s))
    messenger = open_messenger(account, tools)
    messenger.capabilities = replace(messenger.capabilities, pace=given.pace)  # type: ignore[misc]
    return messenger


def told_once(message: str, chat: Chat) -> Outgoing:
    return Outgoing(TENANT, chat, message, Reply(TEXT))


@dataclass
class Spent:
    """Wall time and CPU of this process and the peer, a message."""

    messages: int
    took: float
    sender_ms: float
    peer_ms: float

    def __str__(self) -> str:
        each = f"CPU a message: here {self.sender_ms:.2f} ms, peer {self.peer_ms:.2f}"
        return f"{self.took:.2f} s ({self.messages / self.took:,.0f}/s); {each}"


async def measured(side: Peer, given: Given, work: Awaitable[None]) -> Spent:
    before = await side.anew(replace(given, limits=False))
    began, cpu = time.perf_counter(), time.process_time()
    await work
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    after = await side.anew(replace(given, limits=False))
    assert after["distinct"] == given.messages, after
    assert not after["doubled"]
    each = 1000 / given.messages
    return Spent(given.messages, took, spent * each, (after["cpu"] - before["cpu"]) * each)


async def everyone(given: Given, at_once: int, tell: Callable[[str, Chat], Awaitable[None]]) -> None:
    messages = [(f"m{number}.{chat.id}", chat) for number in range(given.each) for chat in given.chats]

    async def some(mine: Sequence[tuple[str, Chat]]) -> None:
        for message, chat in mine:
            await tell(message, chat)

    await asyncio.gather(*(some(messages[first::at_once]) for first in range(at_once)))


async def floor(side: Peer, given: Given) -> Spent:
    """Bare aiohttp, then the adapter alone; the least that these requests take here."""
    at_once = 32
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as session:
        bare = bare_slack(session, side.told) if given.peer == "slack" else await bare_works(session, side, given)
        least = await measured(side, given, everyone(given, at_once, bare))
    print(f"the same {given.messages:,} requests without limits, bare aiohttp, {at_once} under way: {least}")
    for at_once in (1, 8, 32):
        messenger = adapter(side.told, given)

        async def tell(message: str, chat: Chat, messenger: Messenger = messenger) -> None:
            assert isinstance(await messenger.send(told_once(message, chat)), Sent)

        print(
            f"  the adapter alone, {at_once} under way: {await measured(side, given, everyone(given, at_once, tell))}"
        )
        await messenger.close()
    return least


def bare_slack(session: aiohttp.ClientSession, told: dict[str, str]) -> Callable[[str, Chat], Awaitable[None]]:
    async def post(message: str, chat: Chat) -> None:
        body = {
            "channel": chat.id, "text": TEXT,
            "blocks": [{"type": "section", "text": {"type": "plain_text", "text": TEXT, "emoji": False}}],
            "metadata": {"event_type": "dobi", "event_payload": {"id": message}},
        }  # fmt: skip
        head = {"Authorization": f"Bearer {told['token']}"}
        async with session.post(f"{told['base_url']}chat.postMessage", json=body, headers=head) as answer:
            found = await answer.json()
            assert found["ok"], found

    return post


async def bare_works(
    session: aiohttp.ClientSession, side: Peer, given: Given
) -> Callable[[str, Chat], Awaitable[None]]:  # fmt: skip
    """With the adapter's own token; each request on a connection of its own, as the adapter has it."""
    messenger: Any = adapter(side.told, given)
    token = await messenger._calls._access()
    await messenger.close()
    head = {"Authorization": f"Bearer {token}", "Connection": "close"}

    async def post(_message: str, chat: Chat) -> None:
        url = f"{side.told['base_url']}/v1.0/bots/{naverworks_server.BOT}/users/{chat.id.removeprefix('dm:')}/messages"
        async with session.post(url, json={"content": {"type": "text", "text": TEXT}}, headers=head) as answer:
            assert answer.status == 201

    return post


async def drain(side: Peer, least: Spent, given: Given) -> None:
    """One worker until nothing waits."""
    folder = Path(tempfile.mkdtemp(prefix="dobi-bench-"))
    server = EmbeddedServer(folder)
    await server.ensure()
    redis, clock = server.client(), TickingClock(now)
    messenger = adapter(side.told, given)
    outbox, wake = Outbox(redis, "bench"), asyncio.Event()
    rows = [
        Row(chat, f"story {number}", 1, "instant", Reply(TEXT), clock.now())
        for number in range(given.each) for chat in given.chats
    ]  # fmt: skip
    for start in range(0, len(rows), 500):
        await outbox.put(TENANT, rows[start : start + 500])

    async def alive(_: str) -> bool:
        return True

    worker = Delivery(
        outbox, [messenger], [TENANT], alive, clock.now, clock.sleep, pacing=Pacing(redis),
        patience_s=20.0 / given.scale,
    )  # fmt: skip
    before, store = await side.anew(given), await _cpu_of(redis)
    began, cpu = time.perf_counter(), time.process_time()
    while (due := await worker.step()) is not None:
        await clock.wait(min(due, clock.now() + timedelta(seconds=0.2)), wake)
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    after, stored = await side.anew(given), await _cpu_of(redis)
    doubtful, dead = await outbox.count(TENANT, State.AMBIGUOUS), await outbox.count(TENANT, State.DEAD)
    late = sum(at > 1 for at in after["floods"])
    ratio, allowed, each = took / given.ideal_s, 1.15 if given.faulty else 1.05, 1000 / given.messages
    lost = max(0, given.messages - after["distinct"] - doubtful)
    print(
        f"{given.peer}, {'with 2 % faults' if given.faulty else 'no faults'}: {took:.2f} s, the limits alone "
        f"{given.ideal_s:.2f} s: ratio {ratio:.3f}, allowed {allowed}; {took / least.took:.2f} x the bare floor\n"
        f"  arrived {after['distinct']}, lost {lost}, doubled {after['doubled']}, dead {dead}, listed as doubtful "
        f"{doubtful}; floods earned {late} (and {len(after['floods']) - late} in the first second)\n"
        f"  CPU a message: here {spent * each:.2f} ms, peer {(after['cpu'] - before['cpu']) * each:.2f}, store "
        f"{(stored - store) * each:.2f}"
    )
    await messenger.close()
    await redis.aclose()
    await server.close()
    shutil.rmtree(folder, ignore_errors=True)


async def _cpu_of(redis: Any) -> float:
    told = await redis.info("cpu")
    return float(told["used_cpu_user"]) + float(told["used_cpu_sys"])


async def main(given: Given) -> None:
    """The runs of one platform."""
    print(f"{given.peer}; load before: {', '.join(f'{one:.2f}' for one in os.getloadavg())} on {os.cpu_count()} cores")
    async with peer(given.peer) as side:
        least = await floor(side, given)
        for faulty in (False, True):
            await drain(side, least, replace(given, faulty=faulty))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", nargs="?", choices=sorted(SIDES))
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--scale", type=int, default=20)
    told = parser.parse_args()
    logging.disable(logging.WARNING)
    if told.serve:
        asyncio.run(serve(told.peer))
    else:
        for name in [told.peer] if told.peer else sorted(SIDES):
            asyncio.run(main(Given(name, told.scale, told.short)))
