"""3,000 people: a sheet of 3,000 lines read, compared and applied; what a look-up and an unchanged refresh cost.

.venv/bin/python tests/bench/bench_roster.py
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.embedded import EmbeddedServer
from bot.invitations import Codes, Kind
from bot.roster import Entry, Move, Roster
from bot.roster import Kind as Moved
from bot.roster_mirror import RosterMirror
from bot.roster_orders import Ground, by_day, planned
from bot.roster_sheet import understand
from bot.settings import Institution
from bot.tenancy import Tenancy
from tests.postings import book

PEOPLE, TODAY = 3_000, date(2026, 11, 23)


def told(what: str, begun: float, each: int = 1) -> None:
    print(f"{what}: {(time.perf_counter() - begun) / each * 1000:.2f} ms")


def _person(one: int) -> Entry:
    name = "김이박최정"[one % 5] + "가나다라마바사아자차"[one // 5 % 10] + "하늘솔빛별"[one // 50 % 5]
    return Entry(f"p{one:04}", name, f"부서{one % 120}과", number=str(20_000 + one))


async def main() -> None:
    people = [_person(one) for one in range(PEOPLE)]
    rows = [["사번", "성명", "현소속", "발령소속", "발령일"]]
    rows += [[one.number, one.name, one.department, f"부서{(at + 7) % 120}과", TODAY] for at, one in enumerate(people)]
    data = book(("발령", rows))
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder))
        await server.ensure()
        redis = server.client()
        roster, tenancy = Roster(redis), Tenancy([Institution("a", "가", "", (), (), ())])
        mirror = RosterMirror(redis, tenancy, ["a"])
        begun = time.perf_counter()
        await roster.apply("a", "in", [Move(Moved.JOIN, one) for one in people], TODAY)
        told(f"{PEOPLE} join, written", begun)
        begun = time.perf_counter()
        await mirror.refresh()
        told(f"{PEOPLE} into the look-ups", begun)
        begun = time.perf_counter()
        sheet = understand(data, "발령.xlsx", TODAY)
        told(f"{len(sheet.lines)} lines read", begun)
        begun = time.perf_counter()
        plan = planned(sheet, Ground("a", "가", mirror.entries("a"), frozenset(), TODAY, "b"))
        told(f"compared: {len(plan.moves)} moves, {len(plan.unclear)} unclear", begun)
        begun = time.perf_counter()
        await roster.apply("a", "moves", by_day(plan.moves)[TODAY], TODAY)
        await mirror.refresh()
        told("applied and in the look-ups", begun)
        begun = time.perf_counter()
        for _ in range(1_000):
            await mirror.refresh()
        told("refresh, nothing new", begun, 1_000)
        begun = time.perf_counter()
        for one in range(100_000):
            tenancy.member("a", f"p{one % PEOPLE:04}")
        told("member(), each of 100,000", begun, 100_000)
        begun = time.perf_counter()
        from datetime import UTC, datetime, timedelta

        now = datetime.now(UTC)
        await Codes(redis).make("a", [one.id for one in people], Kind.INVITE, "x", now, timedelta(days=7))
        told(f"{PEOPLE} invitation codes", begun)
        begun = time.perf_counter()
        undone = await roster.undo("a", "moves")
        told(f"taken back: {undone.now}", begun)
        await server.close()


asyncio.run(main())
