"""How fast what people write is answered, and what a burst and a killed process cost.

Run: python -m tests.bench.bench_intake

    own       update → router: the intake's own share of the latency, in one process, with the store's fsync beside it
    latency   update → reply handed to the platform, and the acknowledgement, at 100 updates/s (p95 ≤ 50 ms, p99 ≤ 500)
    burst     10,000 updates at once: all handled, none twice, memory bounded
    counts    Redis round trips and durable writes that each update costs, one at a time: no clock is asked
    slack     the same as latency through the real Slack adapter on the strict Slack: Socket Mode, then signed HTTP
    kills     receivers and chat workers die by kill -9 at random moments: nothing acknowledged is lost

Real processes (`dobi work`), the embedded server on disk (appendfsync always), NAVER WORKS' strict peer (or Slack's) on
loopback in this process: the time of its answers is counted in.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import psutil

from bot.attendant import Attendant
from bot.clock import TickingClock
from bot.embedded import EmbeddedServer
from bot.intake import Entrance, Intake
from bot.intake_signs import Signs
from bot.liveness import Liveness, new_owner
from bot.messenger import Update
from bot.rota import Rota
from tests.bench.intake_counts import counted
from tests.bench.intake_parts import WORDS, Caller, Stopwatch, cpu, eventually, memory, quantile
from tests.bench.intake_slack import slack
from tests.fakes import FakeMessenger
from tests.naverworks_house import deployment


async def own(folder: Path, args: argparse.Namespace) -> bool:
    """Kept, acknowledged, leased, handed to a router that says nothing, forgotten."""
    database = EmbeddedServer(folder / "data")
    await database.ensure()
    client, spans, acks = database.client(), list[float](), list[float]()
    async with Liveness(client, new_owner()) as liveness:
        intake = Intake(client, liveness.owner)

        async def handle(update: Update) -> None:
            spans.append(time.perf_counter() - float(update.text))

        async def say(_update: Update, _replies: object) -> None:
            raise AssertionError("nothing is said")

        rota = Rota(TickingClock(lambda: datetime.now(UTC)), client)
        worker = Attendant(
            intake, Signs(client), [FakeMessenger()], lambda: ["gyeongnam"], liveness.is_alive,
            lambda: datetime.now(UTC), handle, say, lingers=True,
        )  # fmt: skip
        entrance = Entrance(intake, lambda _: "gyeongnam")
        entrance.hand_to(worker)
        rota.add("intake", worker.step, wake=worker.wake)
        running = asyncio.create_task(rota.run())
        await asyncio.sleep(1)

        async def one(number: int) -> None:
            began = time.perf_counter()
            told = Update("console", f"p{number % args.people}", datetime.now(UTC), id=f"{number}", text=f"{began}")
            await entrance.receive(told)
            acks.append(time.perf_counter() - began)

        start, tasks = time.perf_counter(), []
        for number in range(args.rate * args.seconds):
            await asyncio.sleep(max(0.0, start + number / args.rate - time.perf_counter()))
            tasks.append(asyncio.create_task(one(number)))
        await asyncio.gather(*tasks)
        done = await eventually(lambda: len(spans) == len(tasks), 60)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    fsync = await asyncio.to_thread(fsyncs, folder)
    await client.aclose()
    await database.close()
    print(f"own: {len(tasks)} updates at {args.rate}/s, each once: {done}; load average {psutil.getloadavg()[0]:.1f}")
    for name, values in (("kept", acks), ("with the router", spans), ("an fsync of this disk", fsync)):
        print(
            f"  {name}: " + " ".join(f"p{share} {quantile(values, share / 100):.1f}" for share in (50, 95, 99)) + " ms"
        )
    return done


def fsyncs(folder: Path) -> list[float]:
    """How long this disk takes for what the store does after each write."""
    spans = []
    with (folder / "probe").open("wb", buffering=0) as file:
        for _ in range(200):
            file.write(b"x" * 500)
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            spans.append(time.perf_counter() - start)
    return spans


async def latency(folder: Path, args: argparse.Namespace) -> bool:
    """Everybody writes every few seconds: what comes after somebody's words is the answer to them."""
    people, watch = args.people, Stopwatch()
    async with deployment(folder, people) as house, aiohttp.ClientSession() as session:
        for roles in args.processes:
            await house.work(*roles.split(","))
        house.server.messages, caller = watch, Caller(house, session)
        for number in range(people):  # everybody is known, the first chart is drawn, the first token is there
            await caller.say(number, WORDS[number % len(WORDS)])
            await asyncio.sleep(1 / args.rate)
        await eventually(lambda: len(watch.came) >= people, 120)
        await asyncio.sleep(2)
        began: list[float] = []
        acks: list[float] = []

        async def one(number: int) -> None:
            began.append(start := time.perf_counter())
            status = await caller.say(number % people, WORDS[number % len(WORDS)])
            acks.append(time.perf_counter() - start)
            assert status == 200, status

        busy, start, tasks = cpu(house.workers), time.perf_counter(), []
        for number in range(args.rate * args.seconds):
            await asyncio.sleep(max(0.0, start + number / args.rate - time.perf_counter()))
            tasks.append(asyncio.create_task(one(number)))
        await asyncio.gather(*tasks)
        last = {number % people: at for number, at in enumerate(began)}
        done = await eventually(lambda: all(watch.after(one, at) for one, at in last.items()), 120)
        spans = [(watch.after(number % people, at) or at + 120) - at for number, at in enumerate(began)]
        print(f"latency: {len(began)} updates of {people} people at {args.rate}/s through {' + '.join(args.processes)}")
        for name, values in (("acknowledged", acks), ("reply at the platform", spans)):
            told = " ".join(f"p{share:g} {quantile(values, share / 100):.1f}" for share in (50, 95, 99))
            print(f"  {name}: {told} max {1000 * max(values):.1f} ms, mean {1000 * statistics.fmean(values):.1f}")
        for place, word in enumerate(WORDS):
            own = spans[place :: len(WORDS)]
            print(f"    {word}: p50 {quantile(own, 0.5):.1f} p95 {quantile(own, 0.95):.1f} ms")
        used = [1_000 * (after - before) / len(began) for before, after in zip(busy, cpu(house.workers), strict=True)]
        print(
            f"  CPU an update: {', '.join(f'{one:.1f} ms' for one in used)}; load average {psutil.getloadavg()[0]:.1f}"
        )
        memory(house.workers)
        return done and quantile(spans, 0.95) <= 50 and quantile(acks, 0.99) <= 500


async def burst(folder: Path, args: argparse.Namespace) -> bool:
    """10,000 updates of 1,000 people at once; nobody handles until all were taken in."""
    async with deployment(folder, 1_000) as house, aiohttp.ClientSession() as session:
        receive = await house.work("receive")
        assert receive.process is not None
        before = psutil.Process(receive.process.pid).memory_info().rss / 2**20
        caller, room = Caller(house, session), asyncio.Semaphore(64)
        statuses: Counter[int] = Counter()

        async def one(number: int) -> None:
            async with room:
                statuses[await caller.say(number % 1_000, "차례")] += 1
                await asyncio.sleep(0)

        start = time.perf_counter()
        await asyncio.gather(*(one(number) for number in range(args.burst)))
        taken = time.perf_counter() - start
        held = psutil.Process(receive.process.pid).memory_info().rss / 2**20
        client = house.database.client()
        waiting = int(await client.hget("dobi:{gyeongnam}:intake:weights", "#") or 0)
        store = (await client.info("memory"))["used_memory"] / 2**20
        print(f"burst: {args.burst} updates taken in {taken:.1f} s ({args.burst / taken:.0f}/s): {dict(statuses)}")
        print(f"  waiting {waiting}; receiver {before:.0f} → {held:.0f} MB; store {store:.1f} MB")
        start = time.perf_counter()
        await house.work("chat")

        def replies() -> int:
            return sum(len(one) for one in house.server.messages.values())

        done = await eventually(lambda: replies() >= waiting, 600)
        print(f"  handled in {time.perf_counter() - start:.1f} s with the chat's start: {replies()} replies")
        await asyncio.sleep(2)
        each = Counter(len(house.heard(number)) for number in range(1_000))
        left = int(await client.hget("dobi:{gyeongnam}:intake:weights", "#") or 0)
        print(f"  replies a person: {dict(each)}; left waiting {left}")
        memory(house.workers)
        await client.aclose()
        return done and statuses[200] == args.burst == replies() and left == 0


APART = (("receive",), ("chat",), ("chat",))
TOGETHER = (("receive", "chat", "deliver"), ("receive", "chat", "deliver"))
"""What comes is taken in the write that keeps it."""


async def kills(folder: Path, args: argparse.Namespace) -> bool:
    """Each update is somebody else's; a process dies every second or so."""
    met = True
    for number, roles in enumerate((APART, TOGETHER)):
        (folder / str(number)).mkdir()
        met = await _killed(folder / str(number), args, roles) and met
    return met


async def _killed(folder: Path, args: argparse.Namespace, roles: Sequence[tuple[str, ...]]) -> bool:
    chance = random.Random(args.seed)
    people, died = 40 * args.kills, Counter[str]()
    async with deployment(folder, people) as house, aiohttp.ClientSession() as session:
        workers = await asyncio.gather(*(house.work(*each) for each in roles))
        caller, statuses = Caller(house, session), dict[int, int]()
        for number in range(people):
            if number % 40 == 20:
                victim = chance.choice(workers)
                victim.kill()
                died[",".join(victim.roles)] += 1
            if number % 40 == 39:
                await asyncio.gather(*(one.ready.wait() for one in workers))
            statuses[number] = await caller.say(number, "차례")
            await asyncio.sleep(chance.uniform(0, 0.03))
        kept = [number for number, status in statuses.items() if status == 200]
        done = await eventually(lambda: all(house.heard(number) for number in kept), 90)
        await asyncio.sleep(2)
        counts = Counter(len(house.heard(number)) for number in kept)
        unheard = sum(1 for number, status in statuses.items() if status != 200)
        extra = defaultdict(int, counts)
        doubled = sum(count for replies, count in extra.items() if replies > 1)
        print(
            f"kills: {sum(died.values())} ({dict(died)}), seed {args.seed}: {people} updates, {len(kept)} acknowledged"
        )
        print(f"  lost {counts[0]}, doubled {doubled}, not acknowledged while nobody listened {unheard}")
        return done and counts[0] == 0 and doubled <= sum(died.values())


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="*", default=["own", "counts", "latency", "slack", "burst", "kills"])
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--burst", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--processes", nargs="+", default=["receive,chat,deliver"])
    parser.add_argument("--verbose", action="store_true", help="counts: name what was asked")
    args = parser.parse_args()
    runs = {"own": own, "counts": counted, "latency": latency, "slack": slack, "burst": burst, "kills": kills}
    met = []
    for name in args.what:
        with tempfile.TemporaryDirectory(prefix="dobi-bench-") as folder:
            met.append(asyncio.run(runs[name](Path(folder), args)))
    print("met" if all(met) else "not met")
    return int(not all(met))


if __name__ == "__main__":
    sys.exit(main())
