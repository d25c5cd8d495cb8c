from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import pytest
from redis.asyncio import Redis

from bot.canteen import Canteen
from bot.forecasts import Forecasts
from bot.settings import Cafeteria, parse
from occupancy.facts import DayFacts
from occupancy.reading import Batch, Kind, Reading, day_of
from occupancy.simulator import Simulator
from occupancy.slots import SlotPlan
from occupancy.store import OccupancyStore

PLAN = SlotPlan(
    date(2026, 1, 5), (time(11, 40), time(12, 0), time(12, 20), time(12, 40)), (("a",), ("b",), ("c",), ("d",))
)
HOUSE = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.cafeteria]]
id = "main"
name = "본관 구내식당"
seats = 300
[institution.cafeteria.slots]
first_monday = 2026-01-05
times = ["11:40", "12:00", "12:20", "12:40"]
groups = [["a"], ["b"], ["c"], ["d"]]
[[institution.cafeteria.sensor]]
id = "cam1"
kind = "camera"
key = "key-of-camera-one"
"""


class House:
    """A cafeteria with so many past days, and what is known of them."""

    def __init__(self, database: Redis, clock) -> None:
        self.store, self.clock = OccupancyStore(database), clock
        self.site: Cafeteria = parse(HOUSE, {}, file_mode=0o600).institutions[0].cafeterias[0]
        self.facts: dict[date, DayFacts] = {}
        self.asked = 0
        self.broken = False
        self.forecasts = Forecasts(self.store, self.facts_of, self.calendar, patience_s=0.0)

    async def remember(self, days: int) -> None:
        past = Simulator(1, PLAN).past_days(days, day_of(self.clock()))
        await self.store.put_history("gyeongnam", self.site.place(""), past)

    async def facts_of(self, tenant: str, site: Cafeteria, now: datetime) -> Mapping[date, DayFacts]:
        self.asked += 1
        if self.broken:
            raise ConnectionError("the database is away")
        return self.facts

    async def calendar(self, tenant: str, site: Cafeteria) -> SlotPlan:
        return PLAN

    def expected(self, plan: SlotPlan = PLAN):
        return self.forecasts.expected("gyeongnam", self.site, self.site.lines[0], plan, self.clock())


@pytest.fixture
def house(database, clock) -> House:
    return House(database, clock)


async def test_an_answer_waits_for_nothing_and_later_ones_have_the_model(house):
    await house.remember(30)

    assert house.expected() is None
    await house.forecasts.settled()

    found = house.expected()
    assert found is not None
    assert (found.day, found.days, found.simulated) == (day_of(house.clock()), 30, True)


async def test_a_short_history_has_no_model_and_is_not_tried_at_every_question(house):
    await house.remember(8)

    for _ in range(5):
        assert house.expected() is None
        await house.forecasts.settled()

    assert house.asked == 1


async def test_another_day_has_its_own_and_until_then_none(house):
    await house.remember(30)
    house.expected()
    await house.forecasts.settled()

    house.clock.advance(timedelta(days=1))
    assert house.expected() is None
    await house.forecasts.settled()

    found = house.expected()
    assert found is not None
    assert found.day == day_of(house.clock())


async def test_guests_announced_since_are_heard_within_ten_minutes(house):
    await house.remember(30)
    house.expected()
    await house.forecasts.settled()
    before = house.expected()
    today = day_of(house.clock())
    house.facts[today] = DayFacts(today, guests=150)

    house.clock.advance(timedelta(minutes=11))
    house.expected()
    await house.forecasts.settled()

    after = house.expected()
    assert before is not None
    assert after is not None
    assert after.sizes.mean() > before.sizes.mean() + 0.1
    assert after.model is before.model


async def test_what_goes_wrong_is_logged_without_a_word_of_the_line_and_the_usual_stands(house, caplog):
    house.broken = True
    house.expected()
    with pytest.raises(ConnectionError):
        await house.forecasts.settled()

    with caplog.at_level(logging.ERROR):
        assert house.expected() is None

    assert "no forecast could be learned" in caplog.text


async def test_the_answers_forecast_is_the_learned_one_once_there_is_one(house):
    await house.remember(30)
    canteen = Canteen(house.store, house.clock, lambda day: False, forecasts=house.forecasts)
    now = house.clock()
    steps = [now - timedelta(seconds=10 * at) for at in range(18)]
    readings = tuple(Reading("cam1", Kind.CAMERA, at, now, count=9) for at in reversed(steps))
    await house.store.append("gyeongnam", house.site.place(""), Batch("cam1", "n", now, readings))

    first = await canteen.view("gyeongnam", house.site)
    await house.forecasts.settled()
    house.clock.advance(timedelta(seconds=2))
    second = await canteen.view("gyeongnam", house.site)

    assert (first.forecast.learned, second.forecast.learned) == (False, True)
    assert second.forecast.days == 30
