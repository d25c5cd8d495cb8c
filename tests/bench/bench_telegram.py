"""The real Telegram adapter against the strict peer, through the real delivery: `python -m tests.bench.bench_telegram`.

5,000 people with one push each, the platform's limits scaled by 20 (600 in any second in all, 20 a chat), which the
limits alone make 8.33 s; timeouts and the platform's waits are scaled too. The peer is a process of its own: what was
too fast is counted by it, what arrived is counted in its chats. Before that the floor: the same requests without limits
by bare aiohttp, then by the adapter alone with more and more under way. A flood is one that was earned, after the first
second; `lost` and `doubled` are beyond the written policy (a push whose answer was lost is not sent again, and listed).
`--short` shortens the platform's windows instead of widening them (30 in any 50 ms); `--scale 1 --people 900` runs at
the platform's own pace.
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
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

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
from tests.conformance.peers import telegram
from tests.conformance.peers.telegram_rules import Floods
from tests.conformance.peers.telegram_sending import Room
from tests.conformance.peers.telegram_server import TOKEN, Server

TENANT, FIRST = "gyeongnam", 20_000_000
TEXT = "[경상남도] 청년 월세 지원 · 11. 23.(월) 09:00\n11. 27.(금)까지 시·군이 제출합니다.\n구독 '청년 주거'"
FAULTS = (Fault.FLOOD, Fault.ERROR, Fault.CUT, Fault.LOST, Fault.SLOW)


@dataclass(frozen=True)
class Given:
    """How many people, and the limits: so many times as high as the platform's, in shorter windows or wider ones."""

    people: int = 5_000
    scale: int = 20
    short: bool = False
    limits: bool = True
    faulty: bool = False

    @property
    def users(self) -> range:
        return range(FIRST, FIRST + self.people)

    @property
    def ideal_s(self) -> float:
        return self.people / (30 * self.scale)

    @property
    def timeout_s(self) -> float:
        return 10.0 / self.scale

    @property
    def pace(self) -> Pace:
        second = timedelta(seconds=1)
        count, span = (1, second / self.scale) if self.short else (self.scale, second)
        return Pace(chat=Rate(count, span), group=Rate(20 * count, 60 * span), whole=Rate(30 * count, span))


# --- the peer's own process


def _fresh(server: Server, given: Given) -> None:
    """Nobody has been told anything, and nothing was too fast."""
    for user in given.users:
        server.rooms[user] = Room({"id": user, "type": "private", "first_name": "사람"})
    server.slow_s = 2 * given.timeout_s
    server.floods = Floods(factor=given.scale) if given.short else Floods(crowd=given.scale)
    server.floods.on = given.limits
    chance = random.Random(7)
    server.chance = lambda _: chance.choice(FAULTS) if given.faulty and chance.random() < 0.02 else None


async def serve() -> None:
    """The peer: tells its address, then, for each line that comes in, what it saw since the last, and starts anew."""
    server, lines = Server(lambda: datetime.now(UTC)), asyncio.Queue[str]()
    asyncio.get_running_loop().add_reader(sys.stdin, lambda: lines.put_nowait(sys.stdin.readline()))
    await server.start()
    print(server.url, flush=True)
    while line := await lines.get():
        counts = {user: sum(one.by_bot for one in room.messages.values()) for user, room in server.rooms.items()}
        first = server.floods.first or 0.0
        print(
            json.dumps({
                "cpu": time.process_time(), "missing": [user for user, count in counts.items() if not count],
                "doubled": sum(max(0, count - 1) for count in counts.values()),
                "floods": [[one.at - first, one.scope] for one in server.floods.earned],
            }),
            flush=True,
        )  # fmt: skip
        _fresh(server, Given(**json.loads(line)))
    await server.stop()


class Peer:
    """That process, from here."""

    def __init__(self, url: str, process: asyncio.subprocess.Process) -> None:
        self.url, self._process = url, process

    async def anew(self, given: Given) -> dict[str, Any]:
        """What it saw since the last time; from now on it does so."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(given)).encode() + b"\n")
        told: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return told


@asynccontextmanager
async def peer() -> AsyncIterator[Peer]:
    told = [sys.executable, "-m", "tests.bench.bench_telegram", "--serve"]
    process = await asyncio.create_subprocess_exec(
        *told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=2**20
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield Peer((await process.stdout.readline()).decode().strip(), process)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


# --- what the machine can do


@dataclass
class Spent:
    """Wall time and CPU of this process and the peer, a message."""

    people: int
    took: float
    sender_ms: float
    peer_ms: float

    def __str__(self) -> str:
        each = f"CPU a message: here {self.sender_ms:.2f} ms, peer {self.peer_ms:.2f}"
        return f"{self.took:.2f} s ({self.people / self.took:,.0f}/s); {each}"


async def measured(side: Peer, given: Given, work: Awaitable[None]) -> Spent:
    before = await side.anew(replace(given, limits=False))
    began, cpu = time.perf_counter(), time.process_time()
    await work
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    after = await side.anew(replace(given, limits=False))
    assert not after["missing"]
    assert not after["doubled"]
    each = 1000 / given.people
    return Spent(given.people, took, spent * each, (after["cpu"] - before["cpu"]) * each)


async def everyone(given: Given, at_once: int, tell: Callable[[int], Awaitable[None]]) -> None:
    async def some(first: int) -> None:
        for user in given.users[first::at_once]:
            await tell(user)

    await asyncio.gather(*(some(number) for number in range(at_once)))


async def floor(side: Peer, given: Given) -> Spent:
    """Bare aiohttp, then the adapter alone; the least that these requests take here."""
    url, at_once = f"{side.url}/bot{TOKEN}/sendMessage", 32
    quiet = '{"is_disabled": true}'
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as session:

        async def bare(user: int) -> None:
            words = {"chat_id": str(user), "text": TEXT, "link_preview_options": quiet}
            async with session.post(url, data=words) as answer:
                assert json.loads(await answer.read())["ok"]

        least = await measured(side, given, everyone(given, at_once, bare))
    print(f"the same {given.people:,} requests without limits, bare aiohttp, {at_once} under way: {least}")
    for at_once in (1, 8, 32):
        messenger = adapter(side.url, given)

        async def tell(user: int, messenger: Messenger = messenger) -> None:
            said = Outgoing(TENANT, Chat("telegram", f"dm:{user}", private=True), f"m{user}", Reply(TEXT))
            assert isinstance(await messenger.send(said), Sent)

        spent = await measured(side, given, everyone(given, at_once, tell))
        print(f"  the adapter alone, {at_once} under way: {spent}")
        await messenger.close()
    return least


# --- the drain


def adapter(url: str, given: Given) -> Messenger:
    clock = TickingClock(lambda: datetime.now(UTC))
    options = {"api_url": url, "timeout_s": str(given.timeout_s)}
    account = MessengerAccount("telegram", {"token": Secret(TOKEN, "bench")}, options)
    messenger = open_messenger(account, Tools(clock.now, clock.sleep, telegram.NoBookmark()))
    messenger.capabilities = replace(messenger.capabilities, pace=given.pace)  # type: ignore[misc]
    return messenger


async def drain(side: Peer, least: Spent, given: Given) -> None:
    """One worker until nothing waits."""
    folder = Path(tempfile.mkdtemp(prefix="dobi-bench-"))
    server = EmbeddedServer(folder)
    await server.ensure()
    redis, clock = server.client(), TickingClock(lambda: datetime.now(UTC))
    messenger = adapter(side.url, given)
    outbox, wake = Outbox(redis, "bench"), asyncio.Event()
    rows = [
        Row(Chat("telegram", f"dm:{user}", private=True), "story", 1, "instant", Reply(TEXT), clock.now())
        for user in given.users
    ]  # fmt: skip
    for start in range(0, given.people, 500):
        await outbox.put(TENANT, rows[start : start + 500])

    async def alive(_: str) -> bool:
        return True

    worker = Delivery(
        outbox, [messenger], [TENANT], alive, clock.now, clock.sleep, pacing=Pacing(redis),
        patience_s=2 * given.timeout_s,
    )  # fmt: skip
    before, store = await side.anew(given), await _cpu_of(redis)
    began, cpu = time.perf_counter(), time.process_time()
    while (due := await worker.step()) is not None:
        await clock.wait(min(due, clock.now() + timedelta(seconds=0.2)), wake)
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    after, stored = await side.anew(given), await _cpu_of(redis)
    states = [one.state for user in after["missing"] for one in await outbox.of(TENANT, f"telegram:dm:{user}")]
    doubtful = await outbox.count(TENANT, State.AMBIGUOUS)
    late, each = [scope for at, scope in after["floods"] if at > 1], 1000 / given.people
    lost, early = sum(one != State.AMBIGUOUS for one in states), len(after["floods"]) - len(late)
    ratio, allowed = took / given.ideal_s, 1.15 if given.faulty else 1.05
    print(
        f"{'with 2 % faults' if given.faulty else 'no faults'}: {took:.2f} s, the limits alone {given.ideal_s:.2f} s: "
        f"ratio {ratio:.3f}, allowed {allowed}; {took / least.took:.2f} x the floor\n"
        f"  arrived {given.people - len(after['missing'])}, lost {lost}, doubled {after['doubled']}, listed as "
        f"doubtful {doubtful}; floods earned {len(late)} {sorted(set(late))} (and {early} in the first second)\n"
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
    """The runs."""
    print(f"load of the machine before: {', '.join(f'{one:.2f}' for one in os.getloadavg())} on {os.cpu_count()} cores")
    async with peer() as side:
        least = await floor(side, given)
        for faulty in (False, True):
            await drain(side, least, replace(given, faulty=faulty))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--scale", type=int, default=20)
    parser.add_argument("--people", type=int, default=5_000)
    told = parser.parse_args()
    logging.disable(logging.WARNING)
    asyncio.run(serve() if told.serve else main(Given(told.people, told.scale, told.short)))
