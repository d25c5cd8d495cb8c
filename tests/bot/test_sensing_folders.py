"""A gate's folder as a working machine fills it: grown, renamed, rotated; no card is stored; hostile files are told."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.outbox import Outbox
from bot.sandbox import ProcessSandbox
from bot.sensing_book import SensorBook
from bot.sensing_folders import Folders
from bot.sensing_notices import Managers
from bot.settings import parse
from bot.tenancy import Tenancy
from occupancy.reading import KST
from occupancy.sensors.gate_logs import GateLogs
from occupancy.store import OccupancyStore
from occupancy.totals import TotalsStore
from tests.conftest import FixedClock
from tests.traces import contents

DAY = date(2026, 11, 23)
HOUSE = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "park"
name = "박새로"
roles = ["관리자"]
[[institution.cafeteria]]
id = "main"
name = "본관"
seats = 300
[[institution.cafeteria.line]]
id = "a"
name = "한식"
[[institution.cafeteria.line]]
id = "b"
name = "분식"
[[institution.cafeteria.sensor]]
id = "gate1"
kind = "gate"
folder = "FOLDER"
"""


@dataclass
class Canteen:
    """A folder, the worker that watches it, and what came of it."""

    folder: Path
    clock: FixedClock
    redis: Redis
    store: OccupancyStore
    totals: TotalsStore
    worker: Callable[[], Folders]
    folders: Folders

    def drop(self, name: str, content: str | bytes, at: datetime | None = None) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        stamp = (at or self.clock()).timestamp()
        os.utime(path, (stamp, stamp))
        return path

    async def look(self, seconds: float = 10) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        await self.folders.step()

    async def live(self, place: str = "main") -> int:
        found = await self.store.recent("gyeongnam", place, self.clock() - timedelta(hours=3))
        return sum(one.served or 0 for one in found)

    async def served(self, day: date = DAY, place: str = "main") -> int:
        return (await self.store.day("gyeongnam", place, day)).served

    async def told(self) -> list[str]:
        found = await Outbox(self.redis, "test").of("gyeongnam", "console:dm:park")
        return [one.text for one in found]


@pytest.fixture
async def canteen(database, tmp_path, clock) -> AsyncIterator[Canteen]:
    clock.advance(timedelta(minutes=40))  # 12:10 in Korea
    folder = tmp_path / "drop"
    folder.mkdir()
    settings = parse(HOUSE.replace("FOLDER", str(folder)), {}, file_mode=None)
    tenancy = Tenancy(settings.institutions)
    sandbox = ProcessSandbox(workers=1, preload=("occupancy.sensors.gate",))
    store, totals = OccupancyStore(database), TotalsStore(database)
    managers = Managers(tenancy, Outbox(database, "test"), lambda _: False, clock, lambda: None)

    def worker() -> Folders:
        book = SensorBook(database, tenancy, clock)
        return Folders(tenancy, book, store, GateLogs(database), totals, sandbox, managers, clock)

    yield Canteen(folder, clock, database, store, totals, worker, worker())
    await sandbox.close()


def rows(*seconds: int, line: str = "한식", day: str = "2026-11-23", first: int = 0) -> str:
    return "".join(
        f"{day} 12:{second // 60:02d}:{second % 60:02d},CARD{first + n:05d}MARK,NAME{n}MARK,DEPT{n}MARK,{line}\n"
        for n, second in enumerate(seconds)
    )


HEAD = "승인일시,카드번호,성명,부서,코너\n"


async def test_a_growing_file_is_served_live_and_in_history_each_row_once(canteen):
    canteen.drop("gate.csv", HEAD + rows(0, 5, 5))
    await canteen.look()
    canteen.drop("gate.csv", HEAD + rows(0, 5, 5, 300, 310) + "2026-11-23 12:0")
    await canteen.look()
    await canteen.look()

    assert (await canteen.live(), await canteen.served()) == (5, 5)
    assert (canteen.folder / "gate.csv").exists()


async def test_each_row_counts_at_its_own_line(canteen):
    canteen.drop("gate.csv", HEAD + rows(0, 5) + rows(7, line="분식") + rows(9, line="특식"))
    await canteen.look()

    assert (await canteen.live("main"), await canteen.live("main/b")) == (3, 1)
    assert await canteen.served(place="main/b") == 1


async def test_renamed_rotated_rewritten_copied_and_a_restarted_house_count_nothing_twice(canteen):
    some = list(range(0, 400, 7))
    path = canteen.drop("gate.csv", HEAD + rows(*some))
    await canteen.look()
    path.rename(canteen.folder / "gate.1.csv")
    await canteen.look()
    canteen.drop("gate.csv", HEAD + rows(420, 425))
    await canteen.look()
    canteen.drop("gate.1 - 복사본.csv", HEAD + rows(*some))
    await canteen.look()
    os.replace(canteen.drop("gate.tmp", HEAD + rows(420, 425, 431)), canteen.folder / "gate.csv")  # noqa: PTH105
    await canteen.look()
    canteen.folders = canteen.worker()
    await canteen.redis.delete("dobi:{gyeongnam}:gate:gate1:files")
    await canteen.look()

    assert (await canteen.live(), await canteen.served()) == (len(some) + 3, len(some) + 3)


async def test_two_gates_in_one_folder_both_count(canteen):
    canteen.drop("gate1.csv", HEAD + rows(*range(0, 400, 7)))
    canteen.drop("gate2.csv", HEAD + rows(*range(3, 400, 11), first=900))
    await canteen.look()

    assert await canteen.served() == len(range(0, 400, 7)) + len(range(3, 400, 11))


async def test_a_worker_that_died_before_it_remembered_the_file_counts_nothing_twice(canteen):
    canteen.drop("gate.csv", HEAD + rows(0, 5, 5))
    await canteen.look()
    await canteen.redis.delete("dobi:{gyeongnam}:gate:gate1:files", "dobi:{gyeongnam}:gate:gate1:2026-11-23")
    canteen.folders = canteen.worker()
    canteen.drop("gate.csv", HEAD + rows(0, 5, 5, 8))
    await canteen.look()

    assert (await canteen.live(), await canteen.served()) == (4, 4)


async def test_the_last_line_without_its_end_is_read_once_the_file_rests(canteen):
    canteen.drop("gate.csv", (HEAD + rows(0, 5)).rstrip("\n"))
    await canteen.look()
    assert await canteen.live() == 1

    await canteen.look(61)
    assert await canteen.live() == 2


async def test_a_past_days_file_fills_history_and_wipes_no_people(canteen):
    past = date(2026, 11, 20)
    key = "dobi:{gyeongnam}:occupancy:main:day:2026-11-20"
    await canteen.redis.hset(key, mapping={"720:p": "17.5", "720:q": "0", "721:p": "12"})
    canteen.drop("20261120.csv", HEAD + rows(0, 5, 65, day="2026-11-20"))
    await canteen.look()

    day = await canteen.store.day("gyeongnam", "main", past)
    assert [(one.minute, one.people, one.served) for one in day.minutes] == [(720, 17.5, 2), (721, 12.0, 1)]
    assert await canteen.live() == 0
    assert [one.day for one in await canteen.store.history("gyeongnam", "main", 42, canteen.clock())] == [past]


async def test_a_sheet_of_totals_becomes_the_days_totals_and_todays_only_after_closing(canteen):
    canteen.drop("합계.csv", '일자,중식\n2026-11-20,"1,204"\n2026-11-23,861\n')
    await canteen.look()
    facts = await canteen.totals.facts("gyeongnam", "main", date(2026, 11, 20), DAY)
    assert {day: one.total for day, one in facts.items()} == {date(2026, 11, 20): 1204}

    canteen.clock.advance(timedelta(hours=2))
    canteen.drop("합계.csv", '일자,중식\n2026-11-20,"1,204"\n2026-11-23,861\n')
    await canteen.look()
    facts = await canteen.totals.facts("gyeongnam", "main", DAY, DAY)
    assert facts[DAY].total == 861


async def test_no_card_name_or_department_is_in_the_database_the_files_or_the_log(canteen, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    canteen.drop("gate.csv", (HEAD + rows(*range(0, 500, 3))).encode("cp949"))
    canteen.drop("broken.csv", "승인일시,카드번호\n=CARD77777MARK,CARD88888MARK\n")
    canteen.drop("nothing.csv", "CARD99999MARK,NAME1MARK\n" * 30)
    await canteen.look()
    await canteen.look(90)
    assert await canteen.served() == 167

    kept = await contents(canteen.redis)
    await canteen.redis.save()
    others = [path for path in tmp_path.rglob("*") if path.is_file() and canteen.folder not in path.parents]
    folder = Path((await canteen.redis.config_get("dir"))["dir"])
    dump = (folder / "dump.rdb").read_bytes()
    for marker in (b"CARD", b"MARK", b"NAME1"):
        assert marker not in kept
        assert marker not in dump
        assert all(marker not in path.read_bytes() for path in others)
    assert "MARK" not in caplog.text
    assert "MARK" not in " ".join(await canteen.told())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04workbook", "글자로 된 표(CSV)가 아닙니다"),
        ("시간\n" + "1" * 70_000, "한 줄이 너무 깁니다"),
        ("시간\n=1+1\n", "수식이 들어 있습니다"),
        ("성명,부서\n가,나\n", "칸을 찾지 못했습니다"),
    ],
)
async def test_a_hostile_file_is_told_once_and_the_others_are_read(canteen, content, says):
    canteen.drop("a.csv", content)
    canteen.drop("gate.csv", HEAD + rows(0, 5))
    for _ in range(3):
        await canteen.look()

    (told,) = await canteen.told()
    assert says in told
    assert "a.csv" in told
    assert "파일은 그대로 두었습니다" in told
    assert await canteen.served() == 2
    assert (canteen.folder / "a.csv").exists()


async def test_what_is_no_sheet_is_not_touched_and_a_missing_folder_stops_nothing(canteen):
    canteen.drop("photo.jpg", b"\xff\xd8 picture")
    canteen.drop(".hidden.csv", HEAD + rows(0))
    canteen.drop("~$gate.csv", HEAD + rows(0))
    canteen.drop("copying.csv.part", HEAD + rows(0))
    await canteen.look()
    assert (await canteen.served(), await canteen.told()) == (0, [])

    for path in canteen.folder.iterdir():
        path.unlink()
    canteen.folder.rmdir()
    await canteen.look()


async def test_rows_of_a_gate_whose_clock_is_ahead_wait(canteen):
    ahead = (canteen.clock() + timedelta(minutes=30)).astimezone(KST)
    canteen.drop("gate.csv", f"시간\n{ahead:%Y-%m-%d %H:%M:%S}\n")
    await canteen.look()

    assert (await canteen.live(), await canteen.served()) == (0, 0)
