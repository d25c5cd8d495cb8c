"""How fast the outbox delivers, beside what each platform's own limits allow. Run: python tests/bench/bench_delivery.py

The real embedded server (`appendfsync always`), the real delivery with its pace shared through it, and platforms of our
own that count sliding windows strictly, with limits scaled by 20: Telegram 600/s in all and 20/s a chat, NAVER WORKS
80/s as 4,800 in any minute, Slack 20/s in each of 50 channels. `ideal` is messages ÷ rate. A flood is a message that
came too fast after the first second; `lost` and `doubled` are beyond the written policy (a push whose answer was lost
is not sent again, and listed). `--workers 2` shares the work, `--only NAME` runs one part.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import random
import shutil
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import TickingClock
from bot.delivery import Delivery
from bot.embedded import EmbeddedServer
from bot.messenger import Chat, Outgoing, Plain, Receive, Reply
from bot.outbox import Outbox, Row, State
from bot.pacing import Pacing
from bot.platforms import Ambiguous, Capabilities, Pace, Rate, Retry, SendResult, Sent

TENANT = "gyeongnam"
SCALE = 20
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PATIENCE_S = 20.0 / SCALE
TEXT = "[경상남도] 청년 월세 지원 · 11. 23.(월) 09:00\n11. 27.(금)까지 시·군이 제출합니다.\n구독 '청년 주거'"


@dataclass
class Platform(Plain):
    """A messenger that takes anything and, with a pace, refuses whatever is too fast; `faulty`: one in fifty breaks."""

    name: str
    pace: Pace
    in_flight: int = 64
    latency_s: float = 0.002
    faulty: bool = False
    strict: bool = True
    taken: Counter[str] = field(default_factory=Counter)
    floods: int = 0
    early: int = 0
    first: float = 0.0
    last: float = 0.0
    _windows: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _chance: random.Random = field(default_factory=lambda: random.Random(7))

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            location_in=False, image_out=True, buttons=True, edit=True, idempotent_send=False, max_text=4096,
            pace=self.pace, in_flight=self.in_flight,
        )  # fmt: skip

    async def run(self, receive: Receive) -> None:
        raise NotImplementedError

    async def send(self, message: Outgoing) -> SendResult:
        if not self.strict:
            self.taken[message.message] += 1
            self.last = time.perf_counter()
            return Sent(message.message)
        await asyncio.sleep(self.latency_s * self._chance.uniform(0.2, 1.0))  # the way there
        fault = self._chance.choice(("flood", "error", "lost", "cut")) if self._breaks() else ""
        if fault == "flood":
            return Retry(timedelta(milliseconds=50), "chat", flood=True)
        if fault == "error":
            return Retry(timedelta(milliseconds=50))
        if fault == "cut":
            return Ambiguous("reset before anything was done")
        too_fast = self._too_fast(message.chat)
        if too_fast is not None:
            return too_fast
        self.taken[message.message] += 1
        if fault == "lost":
            await asyncio.sleep(3600)
        await asyncio.sleep(self.latency_s * self._chance.uniform(0.2, 1.0))
        return Sent(message.message)

    def _breaks(self) -> bool:
        return self.faulty and self._chance.random() < 0.02

    def _too_fast(self, chat: Chat) -> Retry | None:
        now = time.perf_counter()
        self.first = self.first or now
        rate = self.pace.chat if chat.private else self.pace.group
        scopes = [(chat.id, rate, "chat"), ("", self.pace.whole, "whole")]
        for name, limit, scope in scopes:
            if limit is None:
                continue
            window, per = self._windows[name], limit.per.total_seconds()
            while window and window[0] <= now - per:
                window.popleft()
            if len(window) >= limit.count:
                if now - self.first > 1:
                    self.floods += 1
                else:
                    self.early += 1
                return Retry(timedelta(seconds=window[0] + per - now), scope, flood=True)
        for name, limit, _ in scopes:
            if limit is not None:
                self._windows[name].append(now)
        self.last = now
        return None


@dataclass(frozen=True)
class Case:
    """What is to be delivered where, and how long the limits alone make it take, in seconds."""

    name: str
    pace: Pace
    chats: tuple[Chat, ...]
    each: int
    ideal_s: float
    in_flight: int = 64


def cases() -> list[Case]:
    """The three platforms, limits scaled."""
    people = tuple(Chat("bench", f"dm:v{n}", private=True) for n in range(5000))
    rooms = tuple(Chat("bench", f"C{n}", private=False) for n in range(50))
    telegram = Pace(chat=Rate(1 * SCALE, SECOND), group=Rate(20 * SCALE, MINUTE), whole=Rate(30 * SCALE, SECOND))
    works = Pace(whole=Rate(240 * SCALE, MINUTE))
    slack = Pace(chat=Rate(1 * SCALE, SECOND), group=Rate(1 * SCALE, SECOND))
    return [
        Case("telegram", telegram, people, 1, 5000 / (30 * SCALE)),
        Case("naverworks", works, people, 1, 5000 / (240 * SCALE / 60)),
        Case("slack", slack, rooms, 100, 100 / SCALE),
    ]


def rows(chats: Sequence[Chat], each: int, now: datetime) -> list[Row]:
    return [
        Row(chat, f"story {number}", 1, "instant", Reply(TEXT), now) for number in range(each) for chat in chats
    ]  # fmt: skip


async def alive(_owner: str) -> bool:
    return True


async def deliver(server: EmbeddedServer, platform: Platform, name: str, *, paced: bool) -> None:
    """One worker until nothing waits."""
    redis, clock = server.client(), TickingClock(lambda: datetime.now(UTC))
    outbox, wake = Outbox(redis, name), asyncio.Event()
    worker = Delivery(
        outbox, [platform], [TENANT], alive, clock.now, clock.sleep,
        pacing=Pacing(redis) if paced else None, patience_s=PATIENCE_S,
    )  # fmt: skip
    while (due := await worker.step()) is not None:
        await clock.wait(min(due, clock.now() + timedelta(seconds=0.2)), wake)
    await redis.aclose()


async def drained(platform: Platform, chats: Sequence[Chat], each: int, workers: int, *, paced: bool = True) -> float:
    """Seconds from the start of delivery to the last message; what was lost or doubled is counted."""
    folder = Path(tempfile.mkdtemp(prefix="dobi-bench-"))
    server = EmbeddedServer(folder)
    await server.ensure()
    redis = server.client()
    outbox, now = Outbox(redis, "bench"), datetime.now(UTC)
    wanted = rows(chats, each, now)
    for start in range(0, len(wanted), 500):
        await outbox.put(TENANT, wanted[start : start + 500])
    began, before = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for number in range(workers):
            group.create_task(deliver(server, platform, f"worker-{number}", paced=paced))
    spent = time.process_time() - before
    doubtful = await outbox.count(TENANT, State.AMBIGUOUS)
    dead = await outbox.count(TENANT, State.DEAD)
    lost = len(wanted) - len(platform.taken) - doubtful
    doubled = sum(count - 1 for count in platform.taken.values())
    # a push whose answer was lost is listed though it may have arrived: never fewer than what is missing
    print(
        f"    {len(platform.taken)} of {len(wanted)} arrived, lost {max(0, lost)}, doubled {doubled}, dead {dead}, "
        f"listed as doubtful {doubtful}; floods {platform.floods} (and {platform.early} in the first second); "
        f"{spent / len(wanted) * 1000:.2f} ms of one core a message"
    )
    await redis.aclose()
    await server.close()
    shutil.rmtree(folder, ignore_errors=True)
    return platform.last - began


async def null(workers: int) -> None:
    platform = Platform("bench", Pace(), in_flight=256, strict=False)
    took = await drained(platform, [Chat("bench", f"dm:v{n}", private=True) for n in range(5000)], 1, workers)
    rate = 5000 / took
    print(
        f"null adapter, a durable mark before each send: {rate:,.0f} messages/s; wanted 1,000: ratio {rate / 1000:.2f}"
    )


async def paced(case: Case, workers: int, *, faulty: bool) -> None:
    platform = Platform("bench", case.pace, in_flight=case.in_flight, faulty=faulty)
    took = await drained(platform, case.chats, case.each, workers)
    allowed = 1.15 if faulty else 1.05
    told = "with 2 % faults" if faulty else "no faults"
    print(
        f"{case.name}, {told}, {workers} worker(s): {took:.2f} s, the limits alone {case.ideal_s:.2f} s: ratio "
        f"{took / case.ideal_s:.3f}, allowed {allowed:.2f}"
    )


async def run(only: str, workers: int) -> None:
    print(f"load of the machine before: {', '.join(f'{one:.2f}' for one in os.getloadavg())} on {os.cpu_count()} cores")
    if only in {"", "null"}:
        await null(workers)
    for case in cases():
        if only in {"", case.name}:
            await paced(case, workers, faulty=False)
            await paced(case, workers, faulty=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="null, telegram, naverworks or slack")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    asyncio.run(run(given.only, given.workers))
