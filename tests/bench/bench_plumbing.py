"""The private server and the sandbox: cold start, durable writes, calls, memory; each beside what bounds it."""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from bot.embedded import EmbeddedServer
from bot.sandbox import ProcessSandbox

PARSERS = ("feedparser", "trafilatura", "selectolax.lexbor", "pypdfium2", "unhwp", "zxingcpp", "PIL.Image")


def milliseconds(work: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)


def bare_fsync(folder: Path, times: int) -> list[float]:
    with (folder / "bare").open("ab", buffering=0) as file:

        def append() -> None:
            file.write(b"x" * 240)
            os.fsync(file.fileno())

        return milliseconds(append, times)


async def server(folder: Path) -> None:
    starts = []
    for number in range(5):
        private = EmbeddedServer(folder / str(number))
        start = time.perf_counter()
        await private.ensure()
        starts.append((time.perf_counter() - start) * 1000)
        if number < 4:
            await private.close()
    print(f"server, cold start    p50 {statistics.median(starts):6.1f} ms   (aim 150; fork, exec, clock calibration)")

    client = private.client()
    await client.ping()
    writes = []
    for number in range(1000):
        start = time.perf_counter()
        await client.set(f"k{number}", b"x" * 200)
        writes.append((time.perf_counter() - start) * 1000)
    bare = bare_fsync(folder, 1000)
    print(
        f"durable write, one    p50 {statistics.median(writes):6.3f} ms   "
        f"(bound by the disk: a bare append and fsync takes {statistics.median(bare):.3f} ms)"
    )
    start = time.perf_counter()
    await asyncio.gather(*(client.set(f"k{number}", b"x" * 200) for number in range(5000)))
    rate = 5000 / (time.perf_counter() - start)
    print(f"durable writes, many  {rate:10.0f} a second (one fsync serves whoever is waiting)")
    await client.aclose()
    await private.close()


async def sandbox() -> None:
    pool = ProcessSandbox(preload=PARSERS)
    start = time.perf_counter()
    await pool(len, b"")
    print(
        f"sandbox, first call       {(time.perf_counter() - start) * 1000:6.0f} ms   (imports {len(PARSERS)} parsers)"
    )
    calls = []
    for _ in range(500):
        start = time.perf_counter()
        await pool(len, b"x" * 1000)
        calls.append((time.perf_counter() - start) * 1000)
    print(f"sandbox, a call       p50 {statistics.median(calls):6.3f} ms   (two pipes, two pickles)")
    family = psutil.Process().children(recursive=True)
    own = sum(process.memory_full_info().pss for process in family) / 2**20
    print(f"sandbox, idle memory      {own:6.0f} MiB  (proportional share of {len(family)} processes)")
    await pool.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(server(Path(folder)))
    asyncio.run(sandbox())


if __name__ == "__main__":
    main()
