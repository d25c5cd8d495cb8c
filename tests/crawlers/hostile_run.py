"""A crawl among hostile and honest hosts, watched: what crashed, hung, leaked or harmed another."""

# ruff: noqa: E501, ISC004, BLE001 - a report's lines are read best whole; whatever escapes is what is looked for

from __future__ import annotations

import asyncio
import contextlib
import logging
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psutil

from bot.sandbox import Limits, ProcessSandbox
from crawlers.article import Article
from crawlers.characters import INVISIBLE
from crawlers.crawler import Crawler
from crawlers.fair import FairSandbox
from crawlers.fetch import Fetcher, client
from crawlers.guard import MAX_URL, Guard
from crawlers.sources import Source, source_from
from crawlers.store import STREAM, CrawlStore
from tests.crawlers.hostile_server import PERIOD_S, host_of, hostile_server, kind_of, ok_host, stats
from tests.crawlers.leftovers import Leftovers, temporary
from tests.crawlers.site import never

PRELOAD = ("feedparser", "trafilatura", "unhwp", "pypdfium2", "crawlers.board", "crawlers.page", "crawlers.feed")
MAX_LOG_LINE = 1000
T = TypeVar("T")


@dataclass(frozen=True)
class Plan:
    """What to run. `poll_cap_s` is what no poll may take longer than; `late_s` what no honest item may be late."""

    cases: range
    seed: int = 1
    honest: int = 10
    at_once: int = 24
    workers: int = 2
    fetch_s: float = 2.0
    parse_s: float = 5.0
    memory: int = 512 * 2**20
    poll_cap_s: float = 120.0
    enough: int | None = None  # hostile responses after which no new case is begun
    most_s: float | None = None  # the same, in seconds
    lead_s: float = 0.0  # how long honest sources are alone at first, so that they are known
    tail_s: float = 0.0  # how long honest sources are watched after the last case
    walls: bool = True  # parse in killable processes; else in threads of this one


@dataclass
class Report:
    """What was seen."""

    states: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    log_faults: list[str] = field(default_factory=list)
    foul: list[str] = field(default_factory=list)
    late_s: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    poll_ms: list[int] = field(default_factory=list)
    blocked_ms: list[float] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    served: dict[str, Any] = field(default_factory=dict)
    cases: int = 0
    wall_s: float = 0.0
    rss_mb: tuple[float, float] = (0.0, 0.0)  # at the start, at most
    worker_mb: float = 0.0
    redis_mb: float = 0.0

    def faults(self) -> list[str]:
        """Everything that must not be."""
        visits = [str(one) for one in self.served.get("canary", [])]
        return [*self.crashes, *self.hangs, *self.foul, *self.log_faults, *self.lost, *self.leftovers, *visits]


class Watch(logging.Handler):
    """Log lines that a stranger wrote too much of."""

    def __init__(self, report: Report) -> None:
        super().__init__(logging.WARNING)
        self.report = report

    def emit(self, record: logging.LogRecord) -> None:
        text, _, frames = record.getMessage().partition("\n")
        if len(text) > MAX_LOG_LINE or INVISIBLE.search(text) or "\n" in text:
            self.report.log_faults.append(repr(text[:200]))
        if frames or record.exc_info:
            self.report.crashes.append(f"{text}: {frames[-200:]}"[:500])


async def run(database: Any, plan: Plan) -> Report:
    """Every case of the plan once, `at_once` at a time, beside honest sources polled all along."""
    report = Report()
    watch, begun = Watch(report), time.monotonic()
    logging.getLogger().addHandler(watch)
    me = psutil.Process()
    with tempfile.TemporaryDirectory(prefix="dobi-hostile-") as folder, temporary(Path(folder)):
        leftovers = Leftovers(Path(folder))
        await _watched_run(database, plan, report, me, leftovers, watch)
        report.leftovers = await asyncio.to_thread(leftovers.left)
    report.wall_s = time.monotonic() - begun
    report.redis_mb = (await database.info("memory"))["used_memory"] / 2**20
    await _judged(database, report)
    return report


async def _watched_run(
    database: Any, plan: Plan, report: Report, me: psutil.Process, leftovers: Leftovers, watch: Watch
) -> None:
    try:
        with hostile_server(plan.seed) as port:
            async with _crawler(database, plan, port) as (crawler, sources):
                start_mb = me.memory_info().rss / 2**20
                watched = asyncio.create_task(_watched(report, me, start_mb, leftovers))
                await _crawled(crawler, sources, plan, report, port)
                watched.cancel()
                await asyncio.gather(watched, return_exceptions=True)
            report.served = await asyncio.to_thread(stats, port)
    finally:
        logging.getLogger().removeHandler(watch)


class Threads:
    """A sandbox without walls: what a parser refuses by itself needs none."""

    def __init__(self, plan: Plan) -> None:
        self._pool, self._timeout_s = ThreadPoolExecutor(plan.workers), plan.parse_s

    async def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
        call = asyncio.get_running_loop().run_in_executor(self._pool, partial(function, *args))
        async with asyncio.timeout(timeout_s or self._timeout_s):
            return await call

    async def close(self) -> None:
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)


@contextlib.asynccontextmanager
async def _crawler(database: Any, plan: Plan, port: int) -> AsyncIterator[tuple[Crawler, list[Source]]]:
    hosts = [host_of(n) for n in plan.cases] + [ok_host(k) for k in range(plan.honest)]
    limits = Limits(timeout_s=plan.parse_s, cpu_s=plan.parse_s, memory_bytes=plan.memory)
    sandbox = ProcessSandbox(workers=plan.workers, preload=PRELOAD, limits=limits) if plan.walls else Threads(plan)
    guard, fair = Guard(hosts), FairSandbox(sandbox, plan.workers)
    sources = [_source(f"ok-{k}", "feed", ok_host(k), port, "/feed") for k in range(plan.honest)]
    sources += [_source(f"bad-{n}", kind_of(n), host_of(n), port, "/list") for n in plan.cases]
    async with client(guard) as session:
        fetcher = Fetcher(session, guard, _now, asyncio.sleep, timeout_s=plan.fetch_s)
        crawler = Crawler(fetcher, CrawlStore(database, owner="hostile"), fair, _now, sources, never)
        try:
            yield crawler, sources
        finally:
            await sandbox.close()


def _source(name: str, kind: str, host: str, port: int, path: str) -> Source:
    url = f"http://{host}:{port}{path}"
    return source_from({"id": name, "agency": "가", "kind": kind, "url": url, "interval": "1s"})


def _now() -> datetime:
    return datetime.now(UTC)


async def _crawled(crawler: Crawler, sources: list[Source], plan: Plan, report: Report, port: int) -> None:
    honest, hostile = sources[: plan.honest], sources[plan.honest :]
    ended, begun = asyncio.Event(), time.monotonic()
    waiting = iter(hostile)

    async def keep(source: Source) -> None:
        while not ended.is_set():
            try:
                outcome = await crawler.crawl(source)
            except Exception as error:
                report.crashes.append(f"{source.id}: {error!r}")
                return
            if outcome.error:
                report.lost.append(f"{source.id}: {outcome.error}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), 0.5)

    async def attack() -> None:
        for source in waiting:
            if plan.most_s and time.monotonic() - begun > plan.most_s:
                return
            report.cases += 1
            await _attacked(crawler, source, plan, report)
            if plan.enough and report.cases % 50 == 0:
                served = await asyncio.to_thread(stats, port)
                if int(str(served["hostile"])) >= plan.enough:
                    return

    kept = [asyncio.create_task(keep(source)) for source in honest]
    await asyncio.sleep(plan.lead_s)
    await asyncio.gather(*(attack() for _ in range(plan.at_once)))
    await asyncio.sleep(plan.tail_s)
    ended.set()
    await asyncio.gather(*kept)


async def _attacked(crawler: Crawler, source: Source, plan: Plan, report: Report) -> None:
    start = time.monotonic()
    try:
        async with asyncio.timeout(plan.poll_cap_s * 2):
            outcome = await crawler.crawl(source)
    except Exception as error:
        report.crashes.append(f"{source.id}: {error!r}"[:300])
        return
    spent = time.monotonic() - start
    report.poll_ms.append(round(spent * 1000))
    report.states[outcome.state] += 1
    report.errors[outcome.error or "-"] += 1
    if outcome.error == "internal":
        report.crashes.append(f"{source.id}: internal")
    if spent > plan.poll_cap_s:
        report.hangs.append(f"{source.id}: {spent:.1f} s")


async def _watched(report: Report, me: psutil.Process, start_mb: float, leftovers: Leftovers) -> None:
    """Memory, and how long the loop was away, twice a second."""
    most = start_mb
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.05)
        report.blocked_ms.append((time.perf_counter() - begun - 0.05) * 1000)
        if len(report.blocked_ms) % 10 == 0:
            most = max(most, me.memory_info().rss / 2**20)
            report.rss_mb = (start_mb, most)
            with contextlib.suppress(psutil.Error):
                workers = [child for child in leftovers.look() if "hostile_server" not in _command(child)]
                sizes = [child.memory_info().rss / 2**20 for child in workers]
                report.worker_mb = max([report.worker_mb, *sizes])


def _command(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


async def _judged(database: Any, report: Report) -> None:
    """What the stream holds: every article harmless, every honest item there and early."""
    told: dict[str, set[int]] = {}
    last = b"-"
    while found := await database.xrange(STREAM, min=last, count=200):
        for entry, fields in found:
            _judge(Article.from_json(fields[b"article"]), int(entry.split(b"-")[0]) / 1000, told, report)
        last = b"(" + found[-1][0]
    for name, numbers in told.items():
        missing = set(range(min(numbers), max(numbers) + 1)) - numbers
        report.lost += [f"{name}: item {n}" for n in sorted(missing)]


def _judge(article: Article, at: float, told: dict[str, set[int]], report: Report) -> None:
    said = [article.title, article.text, article.department, article.id, article.url]
    said += [text for item in article.attachments for text in (item.name, item.text, item.url)]
    foul = any(INVISIBLE.search(text) for text in said) or "\n" in article.title + article.id + article.url
    if foul or not article.url.startswith("http") or len(article.url) > MAX_URL:
        report.foul.append(f"{article.key[:80]!r}")
    if article.source.startswith("ok-") and not article.corrects:
        _, _, number, published = article.title.split()
        told.setdefault(article.source, set()).add(int(number))
        if not article.baseline:
            report.late_s.append(at - float(published))
        whole = len(article.attachments) == 1 and article.attachments[0].text.startswith("붙임")
        if not whole or not article.text:
            report.lost.append(f"{article.source}: item {number} came in part {article.flags}")


def told(report: Report, plan: Plan) -> str:
    """The report in lines."""
    late, blocked = sorted(report.late_s) or [0.0], sorted(report.blocked_ms) or [0.0]
    polls = sorted(report.poll_ms) or [0]
    server = report.served
    lines = [
        f"{server.get('hostile', 0)} hostile responses {server.get('kinds')} by {report.cases} sources in "
        f"{report.wall_s:.0f} s ({plan.at_once} at once, {plan.workers} workers, fetch cap {plan.fetch_s:g} s, "
        f"parse cap {plan.parse_s:g} s)",
        f"crashes {len(report.crashes)}, hangs past {plan.poll_cap_s:g} s {len(report.hangs)}, canary visits "
        f"{len(server.get('canary', []))}, foul articles {len(report.foul)}, foul log lines {len(report.log_faults)}",
        f"honest: {plan.honest} sources, an item every {PERIOD_S:g} s each; {len(report.late_s)} items, lost or in part "
        f"{len(report.lost)}; seconds from publication to the stream: median {statistics.median(late):.2f}, "
        f"99 % {late[int(len(late) * 0.99)]:.2f}, most {late[-1]:.2f}",
        f"a hostile poll: median {polls[len(polls) // 2]} ms, 99 % {polls[int(len(polls) * 0.99)]} ms, most {polls[-1]} ms",
        f"loop away: 99 % {blocked[int(len(blocked) * 0.99)]:.0f} ms, most {blocked[-1]:.0f} ms",
        f"memory: main {report.rss_mb[0]:.0f} → at most {report.rss_mb[1]:.0f} MB, largest worker {report.worker_mb:.0f} MB, "
        f"Valkey {report.redis_mb:.0f} MB; left over: {report.leftovers or 'nothing'}",
        f"states {dict(report.states)}",
        f"errors {dict(report.errors.most_common(30))}",
    ]
    for name in ("crashes", "hangs", "foul", "log_faults", "lost"):
        lines += [f"  {name}: {one}" for one in getattr(report, name)[:12]]
    return "\n".join([*lines, *(f"  canary: {one}" for one in server.get("canary", [])[:5])])


__all__ = ["Plan", "Report", "Watch", "run", "told"]
