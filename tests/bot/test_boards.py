"""The posts' worker on a simulated lunch: what it says when, once, whoever dies in between."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.board_store import BoardStore
from bot.boards import Boards, moments
from bot.canteen import Canteen
from bot.clock import KST
from bot.daysoff import is_holiday
from bot.delivery import Delivery
from bot.messenger import Outgoing
from bot.outbox import Outbox
from bot.plans import Plans
from bot.platforms import SendResult
from bot.settings import load
from bot.tenancy import Tenancy
from occupancy.menu import DayMenu, Dish
from occupancy.plans import PlanStore
from occupancy.reading import Batch
from occupancy.simulator import Simulator
from occupancy.slots import SlotPlan
from occupancy.store import OccupancyStore
from tests.fakes import FakeMessenger

TODAY = date(2026, 11, 23)
CONFIG = """
[catalogue]
enabled = false
[[institution]]
id = "a"
name = "가"
[[institution.channel]]
id = "총무과"
[[institution.channel]]
id = "민원과"
[[institution.cafeteria]]
id = "main"
name = "본관 식당(예시)"
seats = 300
posts = "all"
[institution.cafeteria.slots]
first_monday = 2026-01-05
times = ["11:40", "12:00", "12:20", "12:40"]
groups = [["총무과"], ["예산과"], ["농정과"], ["도로과"]]
[[institution.cafeteria.sensor]]
id = "cam1"
kind = "camera"
key = "0123456789abcdef0123456789abcdef"
[[institution.cafeteria.sensor]]
id = "gate1"
kind = "gate"
key = "0123456789abcdef0123456789abcdef"
"""


def at(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime.combine(TODAY, time(hour, minute), KST)


async def alive(_owner: str) -> bool:
    return True


async def menu_of(_tenant: str, _cafeteria: str, day: date) -> DayMenu | None:
    return DayMenu(day, (Dish("제육볶음"), Dish("콩나물국"))) if day == TODAY else None


@dataclass
class Lunch:
    """A day of one institution, its worker started anew whenever asked."""

    database: Any
    clock: Any
    tenancy: Tenancy
    simulator: Simulator
    messenger: FakeMessenger = field(default_factory=FakeMessenger)
    speaking: bool = True
    heard: datetime = field(default_factory=lambda: at("11:00"))

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """The worker as after a restart."""
        self.store = OccupancyStore(self.database)
        plans = Plans(PlanStore(self.database), is_holiday)
        self.outbox = Outbox(self.database, "w")
        canteen = Canteen(self.store, self.clock, is_holiday, menu_of, plans=plans)
        self.boards = Boards(
            self.tenancy, canteen, plans, BoardStore(self.database), self.store, self.outbox, menu_of,
            ["console"], is_holiday, self.clock, lambda: None,
        )  # fmt: skip
        self.delivery = Delivery(self.outbox, [self.messenger], ["a"], alive, self.clock)

    async def hear(self) -> None:
        """What the sensors said since they were last heard, and the minutes so far."""
        now = self.clock()
        said = self.simulator.readings_between(self.heard, now) if self.speaking else ()
        for sensor in ("cam1", "gate1"):
            mine = tuple(one for one in said if one.sensor == sensor)
            if mine:
                await self.store.append("a", "main", Batch(sensor, now.isoformat(), now, mine))
        self.heard = now

    async def until(self, clock: str, *, deliver: bool = True) -> list[Outgoing]:
        """What is said up to a time of day."""
        before, target = len(self.messenger.sent), at(clock)
        while True:
            due = await self.boards.step()
            if deliver:
                await self.delivery.step()
            if due is None or due > target:
                break
            self.clock.instant = due
            await self.hear()
        self.clock.instant = target
        await self.hear()
        return self.messenger.sent[before:]


@pytest.fixture
async def lunch(database, clock, tmp_path: Path) -> Lunch:
    config = tmp_path / "dobi.toml"
    config.touch(mode=0o600)
    config.write_text(CONFIG, encoding="utf-8")
    tenancy = Tenancy(load(config).institutions)
    plan = SlotPlan(
        date(2026, 1, 5), (time(11, 40), time(12), time(12, 20), time(12, 40)), (("총무과",), ("b",), ("c",), ("d",)),
        is_holiday=is_holiday,
    )  # fmt: skip
    simulator = Simulator(1, plan, faults=False)
    clock.instant = at("11:00")
    lunch = Lunch(database, clock, tenancy, simulator)
    await lunch.store.put_history("a", "main", simulator.past_days(30, TODAY))
    return lunch


def texts(sent: Sequence[Outgoing]) -> list[str]:
    return [one.reply.text for one in sent]


async def test_before_the_lunch_the_post_tells_slot_menu_and_when_to_go(lunch):
    (post,) = await lunch.until("11:59")

    lines = post.reply.text.splitlines()
    assert lines[0] == "오늘 점심 11. 23.(월) · 본관 식당(예시)"
    assert lines[1] == "우리 과(총무과) 차례 12:20~12:40"
    assert "제육볶음" in lines[2]
    assert "쯤 가장 깁니다(약 " in lines[3]
    calm = re.match(r"우리 차례에는 (12:\d\d)~(12:\d\d)이 한산합니다", lines[4])
    assert calm is not None, lines[4]  # a stretch: a room that is told one minute would all go at it
    assert "12:20" <= calm[1] < calm[2] <= "12:40"
    assert post.chat.id == "총무과"  # 민원과 has no slot and did not ask


async def test_during_the_lunch_the_same_message_tells_the_line_and_its_age(lunch):
    first, *edits = await lunch.until("12:55")

    assert len(edits) == 17
    assert {one.edits for one in edits} == {first.message}
    assert all(" 줄 " in text and "기준입니다" in text for text in texts(edits))
    assert [text.splitlines()[0][-8:] for text in texts(edits)][:2] == ["12:00 현재", "12:03 현재"]


async def test_after_the_lunch_it_tells_the_peak_and_how_right_it_was(lunch):
    first, *_ = await lunch.until("13:05")
    await lunch.store.put_history("a", "main", [lunch.simulator.past_days(1, TODAY + timedelta(days=1))[0]])

    (end,) = await lunch.until("14:00")

    assert end.edits == first.message
    assert "줄이 가장 길었을 때: 12:" in end.reply.text
    assert "배식 전 예상은 12:" in end.reply.text
    assert await lunch.until("23:00") == []


async def test_sensors_that_fall_silent_are_said_to_be(lunch):
    await lunch.until("12:13")
    lunch.speaking = False

    last = (await lunch.until("12:20"))[-1]

    assert "지금 줄을 알 수 없습니다" in last.reply.text
    assert "마지막으로 안 것은" in last.reply.text


async def test_a_platform_without_edits_gets_the_first_and_the_last(lunch):
    lunch.messenger = FakeMessenger(edit=False)
    lunch.start()

    first, last = await lunch.until("14:00")

    assert "쯤 가장 깁니다" in first.reply.text
    assert "배식이 끝났습니다" in last.reply.text


async def test_what_could_not_be_delivered_in_time_is_not_said_later(lunch):
    await lunch.until("12:40", deliver=False)

    sent = await lunch.until("12:44")

    assert [one.edits for one in sent] == [None, sent[0].message]
    assert "12:39 현재" in sent[0].reply.text


class _Mortal(FakeMessenger):
    """Dies in the middle of sending, before or after the platform has it."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    async def send(self, message: Outgoing) -> SendResult:
        lot = self._chance.random()
        if lot < 0.15:
            raise ConnectionResetError
        result = await super().send(message)
        if lot > 0.85:
            raise ConnectionResetError
        return result


@pytest.mark.parametrize("seed", range(2))
async def test_whoever_dies_at_any_moment_posts_once(lunch, seed):
    chance = random.Random(seed)
    lunch.messenger, lunch.speaking = _Mortal(chance), False
    await lunch.database.flushdb()  # a lunch without a past is quickly told
    lunch.start()
    now = at("11:10")
    while now < at("14:00"):
        lunch.clock.instant = now
        await lunch.hear()
        for worker in (lunch.boards, lunch.delivery):
            try:
                await worker.step()
            except ConnectionResetError:
                lunch.start()
        if chance.random() < 0.3:
            lunch.start()
        now += timedelta(seconds=chance.randint(20, 100))

    sent = lunch.messenger.sent
    assert len({one.message for one in sent if one.edits is None}) == 1
    assert {one.edits for one in sent} == {None, sent[0].message}
    assert "배식이 끝났습니다" in sent[-1].reply.text


def test_a_day_has_its_moments_in_office_hours_and_a_closed_one_has_none():
    plan = SlotPlan(date(2026, 1, 5), (time(11, 40), time(12, 20)), (("가",), ("나",)), 40)
    day = list(moments(plan, TODAY, first=False))

    assert [(one.name, one.at.time()) for one in day[:2]] == [("before", time(11, 20)), ("during", time(12))]
    assert (day[-2].name, day[-2].at.time()) == ("during", time(12, 48))
    assert (day[-1].name, day[-1].at.time()) == ("after", time(13, 10))
    assert len({one.step for one in day}) == len(day)
    assert list(moments(plan, TODAY + timedelta(days=5), first=False)) == []
    night = SlotPlan(date(2026, 1, 5), (time(2),), (("가",),), 40)
    assert list(moments(night, TODAY, first=False)) == []
