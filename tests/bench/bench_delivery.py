"""How fast the outbox delivers, beside what each platform's own limits allow. Run: python tests/bench/bench_delivery.py

The real embedded server (`appendfsync always`) and the real delivery with its pace shared through it. The platforms are
fakes in this process, behind the port, that count sliding windows strictly: what is measured is delivery, not adapters
and HTTP (`bench_adapters`: NAVER WORKS and Slack over HTTP to the strict servers; `bench_telegram`). A fake can what
its adapter can: Slack keeps a record that may be asked (`evidence`), the others do not; NAVER WORKS' 429 stops all.

The world runs 20 times as fast: Telegram 600/s in all and 20/s a chat, NAVER WORKS 80/s as 4,800 in any minute, Slack
20/s in each of 50 channels, counted in any second (`slack`), or, harder, as one in any 50 ms (`slack_even`). With it
runs what an adapter's account and platform set in real seconds: a platform's own word on when to come again (1 s → 50
ms) and the time limit of an answer (20 s → 1 s). Back-off has no number here: delivery counts it in turns of the chat.

`limits` is messages ÷ rate. With faults the `floor` is what the very faults of the run, each at its message, make of it
for a perfect sender on the chat that they hit hardest: each attempt again, without a wait of ours, a lost answer asked
about at once where there is a record, else waited for; a strict window lets as many as it counts go at once, so that
the floor may be below the limits. A flood is a message that came too fast after the first second; `lost` and `doubled`
are beyond the written policy (a push whose answer was lost, where no record can be asked, is not sent again, and
listed). `--workers 2` shares the work, `--only NAME` runs one part, `--seed N` draws other faults, `--scale N`
runs the world as fast as a busy machine can follow, `--profile` shows where the time of this process went. `--standing`
measures in a time that stands while anything is computed, sent to the database or written to its disk
(`tests/bench/standing.py`): what the rules alone cost, whatever else the machine does.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import logging
import os
import pstats
import random
import shutil
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from redis.asyncio import Redis

from bot.clock import TickingClock
from bot.delivery import Delivery
from bot.embedded import EmbeddedServer
from bot.messenger import Chat, Outgoing, Plain, Receive, Reply
from bot.outbox import Outbox, Row, State
from bot.pacing import Pacing
from bot.platforms import Absent, Ambiguous, Capabilities, Pace, Rate, Retry, SendResult, Sent
from tests.bench.standing import Standing, hold

TENANT = "gyeongnam"
SCALE = 20
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PATIENCE_S = 20.0
EPOCH = datetime.now(UTC) - timedelta(seconds=time.monotonic())
TEXT = "[경상남도] 청년 월세 지원 · 11. 23.(월) 09:00\n11. 27.(금)까지 시·군이 제출합니다.\n구독 '청년 주거'"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message's way to the platform and back, and what befell it."""

    fault: str
    there_s: float
    back_s: float


@dataclass
class Platform(Plain):
    """A messenger that takes anything and, with a pace, refuses whatever is too fast; `faulty`: one in fifty breaks."""

    name: str
    pace: Pace
    in_flight: int = 64
    latency_s: float = 0.002
    faulty: bool = False
    strict: bool = True
    evidence: bool = False
    seed: int = 7
    scale: int = SCALE
    flood: Literal["chat", "whole"] = "chat"
    taken: Counter[str] = field(default_factory=Counter)
    floods: int = 0
    early: int = 0
    first: float = 0.0
    last: float = 0.0
    looks: int = 0
    attempts: defaultdict[Chat, list[Attempt]] = field(default_factory=lambda: defaultdict(list))
    _windows: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self.capabilities = Capabilities(
            location_in=False, image_out=True, buttons=True, edit=True, idempotent_send=False, max_text=4096,
            evidence=self.evidence, pace=self.pace, in_flight=self.in_flight,
        )  # fmt: skip

    async def run(self, receive: Receive) -> None:
        raise NotImplementedError

    async def send(self, message: Outgoing) -> SendResult:
        if not self.strict:
            self.taken[message.message] += 1
            self.last = asyncio.get_running_loop().time()
            return Sent(message.message)
        there, back = (self.latency_s * self._chance.uniform(0.2, 1.0) for _ in range(2))
        await asyncio.sleep(there)
        fault = self._chance.choice(("flood", "error", "lost", "cut")) if self._breaks() else ""
        attempt = Attempt(fault, there, back)
        too_fast = None if fault in {"flood", "error", "cut"} else self._too_fast(message.chat)
        if too_fast is not None:
            return too_fast  # ours alone: a perfect sender would not have come
        self.attempts[message.chat].append(attempt)
        if fault == "flood":
            return Retry(SECOND / self.scale, self.flood, flood=True)
        if fault == "error":
            return Retry(SECOND / self.scale)
        if fault == "cut":
            return Ambiguous("reset before anything was done")
        self.taken[message.message] += 1
        if fault == "lost":
            await asyncio.sleep(3600)
        await asyncio.sleep(back)
        return Sent(message.message)

    async def find(self, message: Outgoing, since: datetime) -> Sent | Absent | Ambiguous:
        if not self.evidence:
            return await super().find(message, since)
        self.looks += 1
        await asyncio.sleep(2 * self.latency_s)
        return Sent(message.message) if message.message in self.taken else Absent()

    def floor_s(self) -> float:
        """When a perfect sender's last message would have arrived on the chat that the faults hit hardest."""
        return max(self._floor_s(chat, attempts) for chat, attempts in self.attempts.items())

    def whole_s(self) -> float:
        """When the last may arrive as the whole bot's window has it."""
        rate, count = self.pace.whole, len(self.taken)
        return 0.0 if rate is None or not count else (count - 1) // rate.count * rate.per.total_seconds()

    def _floor_s(self, chat: Chat, attempts: Sequence[Attempt]) -> float:
        rate = self.pace.chat if chat.private else self.pace.group
        arrived: list[float] = []
        free_s = 0.0
        look_s = 2 * self.latency_s
        for one in attempts:
            there = free_s + one.there_s
            if one.fault in {"flood", "error"}:
                free_s = there + 1 / self.scale
            elif one.fault == "cut":
                free_s = there + (look_s if self.evidence else 0.0)
            else:
                if rate is not None and len(arrived) >= rate.count:
                    there = max(there, arrived[-rate.count] + rate.per.total_seconds())
                arrived.append(there)
                lost = look_s if self.evidence else PATIENCE_S / self.scale - one.there_s
                free_s = there + (lost if one.fault == "lost" else one.back_s)
        return arrived[-1] if arrived else free_s

    def _breaks(self) -> bool:
        return self.faulty and self._chance.random() < 0.02

    def _too_fast(self, chat: Chat) -> Retry | None:
        now = asyncio.get_running_loop().time()
        self.first = self.first or now
        rate = self.pace.chat if chat.private else self.pace.group
        scopes: list[tuple[str, Rate | None, Literal["chat", "whole"]]]
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
    evidence: bool = False
    flood: Literal["chat", "whole"] = "chat"


def cases(scale: int) -> list[Case]:
    """The three platforms, limits scaled."""
    people = tuple(Chat("bench", f"dm:v{n}", private=True) for n in range(5000))
    rooms = tuple(Chat("bench", f"C{n}", private=False) for n in range(50))
    telegram = Pace(chat=Rate(1 * scale, SECOND), group=Rate(20 * scale, MINUTE), whole=Rate(30 * scale, SECOND))
    works = Pace(whole=Rate(240 * scale, MINUTE))
    a_second, even = Rate(1 * scale, SECOND), Rate(1, SECOND / scale)
    return [
        Case("telegram", telegram, people, 1, 5000 / (30 * scale)),
        Case("naverworks", works, people, 1, 5000 / (240 * scale / 60), flood="whole"),
        Case("slack", Pace(chat=a_second, group=a_second), rooms, 100, 100 / scale, evidence=True),
        Case("slack_even", Pace(chat=even, group=even), rooms, 100, 100 / scale, evidence=True),
    ]


def rows(chats: Sequence[Chat], each: int, now: datetime) -> list[Row]:
    return [
        Row(chat, f"story {number}", 1, "instant", Reply(TEXT), now) for number in range(each) for chat in chats
    ]  # fmt: skip


@dataclass(frozen=True)
class Spent:
    """What this process and the database server have used up: figures that another's load changes little."""

    cpu_s: float
    server_cpu_s: float
    round_trips: int
    commands: int
    received: int

    @classmethod
    async def of(cls, redis: Redis) -> Spent:
        told = await redis.info()
        server = float(told["used_cpu_user"]) + float(told["used_cpu_sys"])
        reads, commands = int(told["total_reads_processed"]), int(told["total_commands_processed"])
        return cls(time.process_time(), server, reads, commands, int(told["total_net_input_bytes"]))

    def since(self, before: Spent, messages: int) -> str:
        """A message's share, in words."""
        return (
            f"a message: {1000 * (self.cpu_s - before.cpu_s) / messages:.2f} ms of one core and "
            f"{1000 * (self.server_cpu_s - before.server_cpu_s) / messages:.2f} of the database's, "
            f"{(self.round_trips - before.round_trips) / messages:.2f} round trips, "
            f"{(self.commands - before.commands) / messages:.1f} commands (scripts' own too), "
            f"{(self.received - before.received) / messages:.0f} bytes sent to it"
        )


async def alive(_owner: str) -> bool:
    return True


def _wall() -> datetime:
    """The loop's time as an instant, so that both may stand."""
    return EPOCH + timedelta(seconds=asyncio.get_running_loop().time())


async def deliver(server: EmbeddedServer, platform: Platform, name: str, *, paced: bool) -> None:
    """One worker until nothing waits."""
    redis, clock = server.client(), TickingClock(_wall)
    outbox, wake = Outbox(redis, name), asyncio.Event()
    worker = Delivery(
        outbox, [platform], [TENANT], alive, clock.now, clock.sleep,
        pacing=Pacing(redis) if paced else None, patience_s=PATIENCE_S / platform.scale,
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
    before, loop = await Spent.of(redis), asyncio.get_running_loop()
    if isinstance(loop, Standing):
        loop.stand()
    began = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as group:
        for number in range(workers):
            group.create_task(deliver(server, platform, f"worker-{number}", paced=paced))
    if isinstance(loop, Standing):
        loop.stand(on=False)
    spent = (await Spent.of(redis)).since(before, len(wanted))
    doubtful = await outbox.count(TENANT, State.AMBIGUOUS)
    dead = await outbox.count(TENANT, State.DEAD)
    lost = len(wanted) - len(platform.taken) - doubtful
    doubled = sum(count - 1 for count in platform.taken.values())
    # a push whose answer was lost is listed though it may have arrived: never fewer than what is missing
    print(
        f"    {len(platform.taken)} of {len(wanted)} arrived, lost {max(0, lost)}, doubled {doubled}, dead {dead}, "
        f"listed as doubtful {doubtful}; floods {platform.floods} (and {platform.early} in the first second); "
        f"{spent}" + (f"; {platform.looks} looks at the record" if platform.evidence else "")
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


async def paced(case: Case, workers: int, seed: int, scale: int, *, faulty: bool) -> None:
    platform = Platform(
        "bench", case.pace, in_flight=case.in_flight, faulty=faulty, evidence=case.evidence, seed=seed, scale=scale,
        flood=case.flood,
    )  # fmt: skip
    took = await drained(platform, case.chats, case.each, workers)
    allowed = 1.15 if faulty else 1.05
    told = "with 2 % faults" if faulty else "no faults"
    floor = max(platform.floor_s(), platform.whole_s())
    print(
        f"{case.name}, {told}, {workers} worker(s): {took:.2f} s, the limits alone {case.ideal_s:.2f} s: ratio "
        f"{took / case.ideal_s:.3f}, allowed {allowed:.2f}; the floor for these faults {floor:.2f} s: "
        f"{floor / case.ideal_s:.3f} of the limits, ours {took / floor:.3f} of it"
    )


async def run(only: str, workers: int, seed: int, scale: int) -> None:
    print(f"load of the machine before: {', '.join(f'{one:.2f}' for one in os.getloadavg())} on {os.cpu_count()} cores")
    if only in {"", "null"}:
        await null(workers)
    for case in cases(scale):
        if only in {"", case.name}:
            await paced(case, workers, seed, scale, faulty=False)
            await paced(case, workers, seed, scale, faulty=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="null, telegram, naverworks, slack, slack_even")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scale", type=int, default=SCALE)
    parser.add_argument("--standing", action="store_true")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    watched = cProfile.Profile()
    if given.profile:
        watched.enable()
    with asyncio.Runner(loop_factory=Standing if given.standing else None) as runner:
        hold(runner.get_loop())
        runner.run(run(given.only, given.workers, given.seed, given.scale))
    if given.profile:
        watched.disable()
        pstats.Stats(watched).sort_stats("tottime").print_stats(60)
