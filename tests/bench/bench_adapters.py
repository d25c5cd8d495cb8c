"""The real Slack and NAVER WORKS adapters against their strict peers, through the real delivery, over HTTP on loopback.

Run: `python -m tests.bench.bench_adapters [slack|naverworks]`; Telegram's is `bench_telegram`, delivery behind fakes
`bench_delivery`. The world runs 20 times as fast: Slack 100 messages in each of 50 channels, 20 in any second each,
with no burst beyond it, which the limits alone make 5 s; NAVER WORKS 5,000 people with a push each, 4,800 in any
minute, 62.5 s. `--short` is harder and has the windows 20 times as short instead: Slack 3 in any 50 ms and 33 in any
1.5 s (the adapter's pace is one in 50 ms), NAVER WORKS 240 in any 3 s. Time limits of answers and the peers' own waits
are scaled too.

The peer is a process of its own: what arrived, what came twice and what was too fast is counted there. Before the drain
the floor: the same requests without limits by bare aiohttp, then by the adapter alone. `--scale 1` is the platform's
own speed. Faults, one message in fifty: 429, 5xx, a connection reset before and after the work, an answer that comes
too late.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
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
from bot.platforms import Sent
from bot.settings import MessengerAccount, Secret
from tests.bench.adapter_sides import SIDES, Given, now
from tests.conformance.peers import naverworks, naverworks_server, slack_strict

TENANT = "gyeongnam"
TEXT = "[경상남도] 청년 월세 지원 · 11. 23.(월) 09:00\n11. 27.(금)까지 시·군이 제출합니다.\n구독 '청년 주거'"


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
    told = [sys.executable, "-m", "tests.bench.adapter_sides", name]
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


async def drain(side: Peer, least: Spent, given: Given, workers: int = 1) -> None:
    """So many workers until nothing waits: this process, and others like it."""
    folder = Path(tempfile.mkdtemp(prefix="dobi-bench-"))
    server = EmbeddedServer(folder)
    await server.ensure()
    redis = server.client()
    outbox = Outbox(redis, "bench")
    others = [await other_worker(folder, side, given, number) for number in range(1, workers)]
    rows = [
        Row(chat, f"story {number}", 1, "instant", Reply(TEXT), now())
        for number in range(given.each) for chat in given.chats
    ]  # fmt: skip
    for start in range(0, len(rows), 500):
        await outbox.put(TENANT, rows[start : start + 500])
    before, store = await side.anew(given), await _cpu_of(redis)
    for other in others:
        other.begin()
    began, cpu = time.perf_counter(), time.process_time()
    await emptied(redis, side.told, given, "bench")
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    spent += sum([await other.ended() for other in others])
    took = max(took, time.perf_counter() - began)
    after, stored = await side.anew(given), await _cpu_of(redis)
    doubtful, dead = await outbox.count(TENANT, State.AMBIGUOUS), await outbox.count(TENANT, State.DEAD)
    late = sum(at > 1 for at in after["floods"])
    ratio, allowed, each = took / given.ideal_s, 1.15 if given.faulty else 1.05, 1000 / given.messages
    lost = max(0, given.messages - after["distinct"] - doubtful)
    print(
        f"{given.peer}, {'with 2 % faults' if given.faulty else 'no faults'}, {workers} worker(s): {took:.2f} s, "
        f"the limits alone {given.ideal_s:.2f} s: ratio {ratio:.3f}, allowed {allowed}; "
        f"{took / least.took:.2f} x the bare floor\n"
        f"  arrived {after['distinct']}, lost {lost}, doubled {after['doubled']}, dead {dead}, listed as doubtful "
        f"{doubtful}; floods earned {late} (and {len(after['floods']) - late} in the first second)\n"
        f"  CPU a message: here {spent * each:.2f} ms, peer {(after['cpu'] - before['cpu']) * each:.2f}, store "
        f"{(stored - store) * each:.2f}"
    )
    await redis.aclose()
    await server.close()
    shutil.rmtree(folder, ignore_errors=True)


async def emptied(redis: Any, told: dict[str, str], given: Given, name: str) -> None:
    """One worker, until nothing waits."""
    clock, wake = TickingClock(now), asyncio.Event()
    messenger = adapter(told, given)

    async def alive(_: str) -> bool:
        return True

    worker = Delivery(
        Outbox(redis, name), [messenger], [TENANT], alive, clock.now, clock.sleep, pacing=Pacing(redis),
        patience_s=20.0 / given.scale,
    )  # fmt: skip
    while (due := await worker.step()) is not None:
        await clock.wait(min(due, clock.now() + timedelta(seconds=0.2)), wake)
    await messenger.close()


class Other:
    """A worker in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def begin(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")

    async def ended(self) -> float:
        """Its CPU, in seconds."""
        assert self._process.stdout is not None
        spent = float(await self._process.stdout.readline())
        await self._process.wait()
        return spent


async def other_worker(folder: Path, side: Peer, given: Given, number: int) -> Other:
    told = [str(folder), json.dumps(side.told), json.dumps(asdict(given)), f"other{number}"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.bench_adapters", "--other", *told,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    await process.stdout.readline()
    return Other(process)


async def work(folder: str, told: str, given: str, name: str) -> None:
    """The other process: says that it is ready, begins when told, and says what it spent."""
    redis = EmbeddedServer(Path(folder)).client()
    await redis.ping()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    cpu = time.process_time()
    await emptied(redis, json.loads(told), Given(**json.loads(given)), name)
    print(time.process_time() - cpu, flush=True)
    await redis.aclose()


async def _cpu_of(redis: Any) -> float:
    told = await redis.info("cpu")
    return float(told["used_cpu_user"]) + float(told["used_cpu_sys"])


async def main(given: Given, workers: int) -> None:
    """The runs of one platform."""
    print(f"{given.peer}; load before: {', '.join(f'{one:.2f}' for one in os.getloadavg())} on {os.cpu_count()} cores")
    async with peer(given.peer) as side:
        least = await floor(side, given)
        for faulty in (False, True):
            await drain(side, least, replace(given, faulty=faulty), workers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", nargs="?", choices=sorted(SIDES))
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--scale", type=int, default=20)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--other", nargs=4, help=argparse.SUPPRESS)
    told = parser.parse_args()
    logging.disable(logging.WARNING)
    if told.other:
        asyncio.run(work(*told.other))
        sys.exit()
    for name in [told.peer] if told.peer else sorted(SIDES):
        asyncio.run(main(Given(name, told.scale, told.short), told.workers))
