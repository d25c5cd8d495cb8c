"""The real Telegram adapter against the strict peer, through the real delivery: `python -m tests.bench.bench_telegram`.

5,000 people with one push each, the platform's limits scaled by 20 (600 in any second in all, 20 a chat), which the
limits alone make 8.33 s; timeouts and the platform's waits are scaled too. The peer is a process of its own: what was
too fast is counted by it, what arrived is counted in its chats. Before that the floor: the same requests without limits
by bare aiohttp, then by the adapter alone with more and more under way. A flood is one that was earned, after the first
second; `lost` and `doubled` are beyond the written policy (a push whose answer was lost is not sent again, and listed).
`--short` shortens the platform's windows instead of widening them: 30 in any 50 ms.
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
from dataclasses import dataclass, replace
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

SCALE, PEOPLE, TENANT = 20, 5_000, "gyeongnam"
FIRST = 20_000_000
TIMEOUT_S, PATIENCE_S = 10.0 / SCALE, 20.0 / SCALE
IDEAL_S = PEOPLE / (30 * SCALE)
TEXT = "[경상남도] 청년 월세 지원 · 11. 23.(월) 09:00\n11. 27.(금)까지 시·군이 제출합니다.\n구독 '청년 주거'"
FAULTS = (Fault.FLOOD, Fault.ERROR, Fault.CUT, Fault.LOST, Fault.SLOW)


# --- the peer's own process


def _fresh(server: Server, told: dict[str, Any]) -> None:
    """Nobody has been told anything, and nothing was too fast."""
    for number in range(PEOPLE):
        user = FIRST + number
        server.rooms[user] = Room({"id": user, "type": "private", "first_name": "사람"})
    server.floods = Floods(factor=SCALE) if told["short"] else Floods(crowd=SCALE)
    server.floods.on = told["limits"]
    chance = random.Random(7)
    server.chance = lambda _: chance.choice(FAULTS) if told["faulty"] and chance.random() < 0.02 else None


async def serve() -> None:
    """The peer: tells its address, then, for each line that comes in, what it saw since the last, and starts anew."""
    server, lines = Server(lambda: datetime.now(UTC), slow_s=2 * TIMEOUT_S), asyncio.Queue[str]()
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
        _fresh(server, json.loads(line))
    await server.stop()


class Peer:
    """That process, from here."""

    def __init__(self, url: str, process: asyncio.subprocess.Process) -> None:
        self.url, self._process = url, process

    async def anew(self, *, limits: bool, faulty: bool = False, short: bool = False) -> dict[str, Any]:
        """What it saw since the last time; from now on it does so."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"limits": limits, "faulty": faulty, "short": short}).encode() + b"\n")
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

    took: float
    sender_ms: float
    peer_ms: float

    def __str__(self) -> str:
        rate = PEOPLE / self.took
        return (
            f"{self.took:.2f} s ({rate:,.0f}/s); CPU a message: here {self.sender_ms:.2f} ms, peer {self.peer_ms:.2f}"
        )


async def measured(side: Peer, work: Awaitable[None]) -> Spent:
    before = await side.anew(limits=False)
    began, cpu = time.perf_counter(), time.process_time()
    await work
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    after = await side.anew(limits=False)
    assert not after["missing"]
    assert not after["doubled"]
    return Spent(took, spent / PEOPLE * 1000, (after["cpu"] - before["cpu"]) / PEOPLE * 1000)


async def everyone(at_once: int, tell: Callable[[int], Awaitable[None]]) -> None:
    async def some(first: int) -> None:
        for user in range(FIRST + first, FIRST + PEOPLE, at_once):
            await tell(user)

    await asyncio.gather(*(some(number) for number in range(at_once)))


async def floor(side: Peer) -> Spent:
    """Bare aiohttp, then the adapter alone; the least that these requests take here."""
    url, at_once = f"{side.url}/bot{TOKEN}/sendMessage", 32
    quiet = '{"is_disabled": true}'
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as session:

        async def bare(user: int) -> None:
            words = {"chat_id": str(user), "text": TEXT, "link_preview_options": quiet}
            async with session.post(url, data=words) as answer:
                assert json.loads(await answer.read())["ok"]

        least = await measured(side, everyone(at_once, bare))
    print(f"the same {PEOPLE:,} requests without limits, bare aiohttp, {at_once} under way: {least}")
    for at_once in (1, 8, 32):
        messenger = adapter(side.url)

        async def tell(user: int, messenger: Messenger = messenger) -> None:
            said = Outgoing(TENANT, Chat("telegram", f"dm:{user}", private=True), f"m{user}", Reply(TEXT))
            assert isinstance(await messenger.send(said), Sent)

        print(f"  the adapter alone, {at_once} under way: {await measured(side, everyone(at_once, tell))}")
        await messenger.close()  # type: ignore[attr-defined]  # the port has no word for it
    return least


# --- the drain


def adapter(url: str, *, short: bool = False) -> Messenger:
    clock = TickingClock(lambda: datetime.now(UTC))
    options = {"api_url": url, "timeout_s": str(TIMEOUT_S)}
    account = MessengerAccount("telegram", {"token": Secret(TOKEN, "bench")}, options)
    messenger = open_messenger(account, Tools(clock.now, clock.sleep, telegram.NoBookmark()))
    count, span = (1, timedelta(seconds=1) / SCALE) if short else (SCALE, timedelta(seconds=1))
    pace = Pace(chat=Rate(count, span), group=Rate(20 * count, 60 * span), whole=Rate(30 * count, span))
    messenger.capabilities = replace(messenger.capabilities, pace=pace)  # type: ignore[misc]
    return messenger


async def drain(side: Peer, least: Spent, *, faulty: bool, short: bool) -> None:
    """One worker until nothing waits."""
    folder = Path(tempfile.mkdtemp(prefix="dobi-bench-"))
    server = EmbeddedServer(folder)
    await server.ensure()
    redis, clock = server.client(), TickingClock(lambda: datetime.now(UTC))
    messenger = adapter(side.url, short=short)
    outbox, wake = Outbox(redis, "bench"), asyncio.Event()
    rows = [
        Row(Chat("telegram", f"dm:{user}", private=True), "story", 1, "instant", Reply(TEXT), clock.now())
        for user in range(FIRST, FIRST + PEOPLE)
    ]  # fmt: skip
    for start in range(0, PEOPLE, 500):
        await outbox.put(TENANT, rows[start : start + 500])

    async def alive(_: str) -> bool:
        return True

    worker = Delivery(
        outbox, [messenger], [TENANT], alive, clock.now, clock.sleep, pacing=Pacing(redis), patience_s=PATIENCE_S
    )  # fmt: skip
    before, store = await side.anew(limits=True, faulty=faulty, short=short), await _cpu_of(redis)
    began, cpu = time.perf_counter(), time.process_time()
    while (due := await worker.step()) is not None:
        await clock.wait(min(due, clock.now() + timedelta(seconds=0.2)), wake)
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    after, stored = await side.anew(limits=False), await _cpu_of(redis)
    states = [one.state for user in after["missing"] for one in await outbox.of(TENANT, f"telegram:dm:{user}")]
    doubtful = await outbox.count(TENANT, State.AMBIGUOUS)
    late = [scope for at, scope in after["floods"] if at > 1]
    print(
        f"{'with 2 % faults' if faulty else 'no faults'}: {took:.2f} s, the limits alone {IDEAL_S:.2f} s: ratio "
        f"{took / IDEAL_S:.3f}, allowed {1.15 if faulty else 1.05}; {took / least.took:.2f} x the floor\n"
        f"  arrived {PEOPLE - len(after['missing'])}, lost {sum(one != State.AMBIGUOUS for one in states)}, doubled "
        f"{after['doubled']}, listed as doubtful {doubtful}; floods earned {len(late)} {sorted(set(late))} (and "
        f"{len(after['floods']) - len(late)} in the first second)\n  CPU a message: here {spent / PEOPLE * 1000:.2f} "
        f"ms, peer {(after['cpu'] - before['cpu']) / PEOPLE * 1000:.2f}, store {(stored - store) / PEOPLE * 1000:.2f}"
    )
    await messenger.close()  # type: ignore[attr-defined]
    await redis.aclose()
    await server.close()
    shutil.rmtree(folder, ignore_errors=True)


async def _cpu_of(redis: Any) -> float:
    told = await redis.info("cpu")
    return float(told["used_cpu_user"]) + float(told["used_cpu_sys"])


async def main(*, short: bool) -> None:
    """The runs."""
    print(f"load of the machine before: {', '.join(f'{one:.2f}' for one in os.getloadavg())} on {os.cpu_count()} cores")
    async with peer() as side:
        least = await floor(side)
        for faulty in (False, True):
            await drain(side, least, faulty=faulty, short=short)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--short", action="store_true")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    asyncio.run(serve() if given.serve else main(short=given.short))
