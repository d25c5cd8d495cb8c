"""The 14:00 worker: one row a person and day, whoever repeats or dies; nobody who left the kitchen is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.daysoff import is_holiday
from bot.kitchen_day import KitchenDay
from bot.meal_followers import Follower, FollowerStore
from bot.mealcount import MealCount
from bot.outbox import Outbox
from bot.plans import Plans
from bot.settings import Cafeteria, Institution, Person, Role, ServingLine
from bot.tenancy import Tenancy
from occupancy.plans import PlanStore
from occupancy.reading import KST
from occupancy.store import OccupancyStore
from occupancy.totals import Source, Total, TotalsStore

TWO = datetime(2026, 11, 23, 14, tzinfo=KST)
DAY = timedelta(days=1)


def site(closed=()):
    return Cafeteria(
        "main", "구내식당", 300, 2, None, (), time(11, 30), time(13, 30), frozenset(closed), (ServingLine("", "", 2),)
    )


def person(name, *roles):
    return Person(id=name, name=name, department="식당", roles=frozenset(roles), addresses={"console": name})


class Kitchen:
    """A kitchen with two weeks behind it and two people who follow."""

    def __init__(self, database, clock, closed=()):
        people = (person("choi", Role.KITCHEN), person("park", Role.MANAGER), person("kim"))
        self.cafeteria = site(closed)
        self.institution = Institution("t", "t", "", people, (), (self.cafeteria,))
        self.database, self.clock = database, clock
        self.followers, self.totals = FollowerStore(database), TotalsStore(database)
        self.woken = 0

    async def begin(self):
        today = TWO.date()
        totals = [
            Total(today - step * DAY, 800 + step % 7 * 9, Source.FILE)
            for step in range(1, 28)
            if (today - step * DAY).weekday() < 5
        ]
        await self.totals.put("t", "main", totals, today, "seed")
        for name in ("choi", "park", "kim", "gone"):
            await self.followers.follow("t", "main", Follower(name, f"console:dm:{name}", TWO - DAY))

    def worker(self, outbox=None):
        count = MealCount(
            self.totals, OccupancyStore(self.database), nothing, Plans(PlanStore(self.database), is_holiday).calendar
        )
        return KitchenDay(
            self.followers,
            count,
            outbox or Outbox(self.database, "w"),
            Tenancy([self.institution]),
            self.clock,
            self.wake,
        )

    def wake(self):
        self.woken += 1

    async def rows(self):
        return {
            chat: [one.text for one in await Outbox(self.database, "w").of("t", f"console:dm:{chat}")]
            for chat in ("choi", "park", "kim", "gone")
        }


async def nothing(*_):
    return ()


@pytest.fixture
async def kitchen(database, clock):
    clock.instant = TWO.astimezone(UTC)
    made = Kitchen(database, clock)
    await made.begin()
    return made


async def test_each_is_told_once_however_often_the_work_is_done(kitchen):
    for _ in range(2):
        await kitchen.worker().step()
    kitchen.clock.advance(timedelta(hours=3, minutes=59))
    due = await kitchen.worker().step()

    rows = await kitchen.rows()
    assert {name: len(texts) for name, texts in rows.items()} == {"choi": 1, "park": 1, "kim": 0, "gone": 0}
    assert rows["choi"][0].startswith("구내식당: 내일(11. 24. 화) 점심 예상 8")
    assert kitchen.woken == 1
    assert due == datetime(2026, 11, 24, 14, tzinfo=KST)


async def test_who_dies_after_writing_half_of_the_rows_leaves_no_double(kitchen):
    class Dying(Outbox):
        async def put(self, tenant, rows):
            await super().put(tenant, rows[:1])
            raise ConnectionError("killed")

    with pytest.raises(ConnectionError):
        await kitchen.worker(Dying(kitchen.database, "dead")).step()
    await kitchen.worker().step()

    assert [len(texts) for texts in (await kitchen.rows()).values()] == [1, 1, 0, 0]


async def test_a_house_that_slept_tells_late_but_not_in_the_evening(kitchen):
    kitchen.clock.advance(timedelta(hours=4))
    due = await kitchen.worker().step()

    assert [len(texts) for texts in (await kitchen.rows()).values()] == [0, 0, 0, 0]
    assert due == datetime(2026, 11, 24, 14, tzinfo=KST)


async def test_before_a_day_off_the_day_after_it_is_told_and_on_it_nothing(database, clock):
    clock.instant = TWO.astimezone(UTC)
    made = Kitchen(database, clock, closed=[date(2026, 11, 24)])
    await made.begin()
    await made.worker().step()
    clock.advance(DAY)
    await made.worker().step()
    clock.advance(DAY)
    await made.worker().step()

    texts = (await made.rows())["choi"]
    assert [text.partition(" 점심")[0] for text in texts] == [
        "구내식당: 모레(11. 25. 수)",
        "구내식당: 내일(11. 26. 목)",
    ]


async def test_nobody_asked_nothing_is_due(database, clock):
    assert await Kitchen(database, clock).worker().step() is None


async def test_whoever_left_the_kitchen_is_taken_off_the_list(kitchen):
    await kitchen.worker().step()

    assert [one.person for one in await kitchen.followers.all("t", "main")] == ["choi", "park"]


async def test_on_a_friday_monday_is_told_and_on_days_off_nothing(kitchen):
    for _ in range(8):
        await kitchen.worker().step()
        kitchen.clock.advance(DAY)

    texts = (await kitchen.rows())["choi"]
    assert [text.partition(" 점심")[0].partition(": ")[2] for text in texts] == [
        "내일(11. 24. 화)", "내일(11. 25. 수)", "내일(11. 26. 목)", "내일(11. 27. 금)",
        "11. 30.(월)", "내일(12. 1. 화)",
    ]  # fmt: skip


async def test_a_persons_chat_is_shown_what_it_follows_and_forgotten_on_request(kitchen):
    await kitchen.followers.follow("t", "annex", Follower("choi", "console:dm:choi", TWO))

    assert len(await kitchen.followers.of("t", "console:dm:choi")) == 2
    assert "console:dm:choi" in await kitchen.followers.chats("t")
    assert await kitchen.followers.forget("t", "console:dm:choi") == 2
    assert await kitchen.followers.forget("t", "console:dm:choi") == 0
    assert await kitchen.followers.of("t", "console:dm:choi") == ()
    assert [one.person for one in await kitchen.followers.all("t", "main")] == ["gone", "kim", "park"]
