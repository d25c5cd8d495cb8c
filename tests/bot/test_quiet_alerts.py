"""Whoever asked is called once, when it is quiet, within their own slot, a few a minute, wherever a process dies."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.advising import Advising
from bot.canteen import View
from bot.clock import KST
from bot.daysoff import is_holiday
from bot.delivery import Delivery
from bot.messenger import Outgoing
from bot.outbox import Outbox
from bot.plans import declared
from bot.quiet_alerts import QuietAlerts
from bot.quiet_store import Alert, Daily, QuietStore
from bot.settings import Cafeteria, parse
from bot.tenancy import Tenancy
from occupancy.advice import turn_of
from occupancy.estimate import Estimate, Health, Level, Source
from occupancy.forecast import Basis, Forecast, Point, usual
from occupancy.kitchen import Hours, Notice, closed
from occupancy.reading import DayHistory, Kind, Minute, day_of, minute_of
from occupancy.slots import SlotPlan
from occupancy.store import OccupancyStore
from occupancy.told import ToldStore
from tests.fakes import FakeMessenger

HOME, DAY = "gyeongnam", date(2026, 11, 23)
PEOPLE = 40
SPEED = 12.0
SETTINGS = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.cafeteria]]
id = "main"
name = "본관 구내식당"
seats = 300
open = "11:30"
close = "13:30"
[institution.cafeteria.slots]
first_monday = 2026-11-23
times = ["11:40", "12:00", "12:20"]
groups = [["농정과"], ["총무과"], ["도로과"]]
[[institution.cafeteria.sensor]]
id = "cam1"
kind = "camera"
key = "0123456789abcdef0123456789abcdef"
[[institution.cafeteria.sensor]]
id = "gate1"
kind = "gate"
key = "0123456789abcdef0123456789abcdef"
""" + "".join(f'[[institution.person]]\nid = "p{n}"\nname = "p{n}"\ndepartment = "총무과"\n' for n in range(PEOPLE))


def at(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime.combine(DAY, time(hour, minute), KST).astimezone(UTC)


class Death(Exception):  # noqa: N818 - what befalls a process is no error of ours
    """The process ends here."""


class Mortal:
    """Passes every call on, and dies before or after the `at`-th one."""

    def __init__(self, inner: Any, calls: itertools.count[int], at: int, *, after: bool) -> None:
        self._inner, self._calls, self._at, self._after = inner, calls, at, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found

        async def call(*args: Any, **more: Any) -> Any:
            mine = next(self._calls) == self._at
            if mine and not self._after:
                raise Death
            answer = await found(*args, **more)
            if mine:
                raise Death
            return answer

        return call


@dataclass
class ScriptedCanteen:
    """A canteen whose one line is as the test says: people by the instant (None: no sensor speaks) and to come."""

    site: Cafeteria
    clock: Any
    people: Callable[[datetime], int | None] = lambda _now: 2
    ahead: Callable[[int], float] = lambda _minute: 2.0
    age_s: float = 3.0
    notices: tuple[Notice, ...] = ()

    async def plan_of(self, _tenant: str, site: Cafeteria) -> SlotPlan | None:
        return declared(site, is_holiday)

    async def is_open(self, _tenant: str, site: Cafeteria, day: date) -> bool:
        plan = declared(site, is_holiday)
        return plan is not None and plan.is_open(day)

    async def views(self, tenant: str, site: Cafeteria) -> tuple[View, ...]:
        return (await self.view(tenant, site),)

    async def view(self, _tenant: str, site: Cafeteria) -> View:
        now, plan = self.clock(), declared(site, is_holiday)
        minutes = range(minute_of(now) + 1, minute_of(now) + 60)
        start = now.replace(second=0) + timedelta(minutes=1)
        ahead = [(start + timedelta(minutes=i), self.ahead(minute)) for i, minute in enumerate(minutes)]
        points = tuple(Point(when, people, people, people) for when, people in ahead)
        open_today = plan is not None and plan.is_open(day_of(now))
        return View(
            site, site.lines[0], now, open_today, open_today, self.estimate(now), None, None, None,
            usual((), day_of(now), None), Forecast(points, Basis.ROTATION, live=True),
            plan.table(day_of(now)) if plan else (), notices=self.notices,
        )  # fmt: skip

    async def before(self, _tenant: str, view: View, *spans: timedelta) -> tuple[Estimate, ...]:
        return tuple(self.estimate(view.now - span) for span in spans)

    def estimate(self, now: datetime) -> Estimate:
        people = self.people(now)
        camera = Source("cam1", Kind.CAMERA, self.age_s, 1.0, Health.OK)
        if people is None:
            since = at("11:54")
            return Estimate(now, None, None, None, None, None, None, (), True, since, SPEED, None)
        minutes = people / SPEED
        return Estimate(
            now, people, minutes, minutes, minutes, Level.QUIET, self.age_s, (camera,), False, now, SPEED, 1.0
        )


@dataclass
class Lunch:
    """The house of one institution, as far as its alerts go."""

    redis: Any
    clock: Any
    messenger: FakeMessenger = field(default_factory=FakeMessenger)
    away: set[str] = field(default_factory=set)
    canteen: ScriptedCanteen = field(init=False)
    worker: QuietAlerts = field(init=False)

    def __post_init__(self) -> None:
        self.readings, self.store = OccupancyStore(self.redis), QuietStore(self.redis)
        self.tenancy = Tenancy(parse(SETTINGS, {}, file_mode=0o600).institutions)
        self.canteen = ScriptedCanteen(self.tenancy.institution(HOME).cafeterias[0], self.clock)
        self.outbox = Outbox(self.redis, "w")
        self.worker = self.started()

    def started(self, store: Any = None, outbox: Any = None) -> QuietAlerts:
        """A worker that knows nothing of those before it."""
        canteen: Any = self.canteen
        advising = Advising(canteen, self.readings, ToldStore(self.redis))

        async def away(_tenant: str, person: str, _since: datetime, _until: datetime) -> bool:
            return person in self.away

        return QuietAlerts(
            store or self.store, canteen, advising, outbox or self.outbox, self.tenancy, [HOME], away, self.clock,
            lambda: None,
        )  # fmt: skip

    async def served(self, a_minute: int) -> None:
        """Four weeks in which so many were served in each minute."""
        minutes = tuple(Minute(minute, 1.0, a_minute) for minute in range(680, 830))
        days = [DAY - timedelta(days=back) for back in range(1, 29)]
        history = [DayHistory(day, minutes) for day in days if day.weekday() < 5]
        await self.readings.put_history(HOME, "main", history)

    async def ask(self, *people: str, below: float = 2.0, since: str = "12:00", until: str = "12:20") -> None:
        for person in people:
            alert = Alert(
                DAY, person, f"console:dm:{person}", "총무과", "main", "", below, at(since), at(until), True,
                self.clock(),
            )  # fmt: skip
            await self.store.add(HOME, alert)

    async def to(self, until: str) -> list[Outgoing]:
        """What is said until then; a step every ten seconds."""
        before = len(self.messenger.sent)
        while self.clock() < at(until):
            due = await self.worker.step()
            await self.deliver()
            self.clock.advance(min(due or at(until), at(until)) - self.clock())
        return self.messenger.sent[before:]

    async def deliver(self) -> None:
        async def alive(_owner: str) -> bool:
            return True

        await Delivery(self.outbox, [self.messenger], [HOME], alive, self.clock).step()

    async def states(self) -> Counter[str]:
        return Counter(one.state.value for one in await self.store.all(HOME))


@pytest.fixture
def lunch(database, clock) -> Lunch:
    return Lunch(database, clock)


def texts(said: list[Outgoing]) -> list[str]:
    return [one.reply.text for one in said]


async def test_the_word_comes_once_when_it_has_been_quiet_for_a_minute(lunch):
    lunch.canteen.people = lambda now: 60 if now < at("12:06") else 3
    await lunch.ask("p0")

    early, later, after = await lunch.to("12:07"), await lunch.to("12:08"), await lunch.to("13:00")

    assert early == after == []
    assert [(one.kind, one.chat.id) for one in later] == [("alert", "dm:p0")]
    assert texts(later) == [
        (
            "지금 한산합니다. 본관 구내식당: 거의 기다리지 않습니다(줄 3명).\n"
            "12:07 카메라 기준 · 우리 과 차례는 12:20까지입니다."
        )
    ]


async def test_a_line_that_is_short_for_half_a_minute_is_not_quiet(lunch):
    lunch.canteen.people = lambda now: 3 if now.second < 30 else 60
    await lunch.ask("p0")

    assert await lunch.to("12:06") == []


async def test_nothing_is_said_before_the_persons_own_slot(lunch):
    await lunch.ask("p0")

    assert await lunch.to("12:00") == []
    assert len(await lunch.to("12:01")) == 1


async def test_a_short_line_that_will_grow_within_ten_minutes_is_not_called_quiet(lunch):
    lunch.canteen.ahead = lambda minute: 80.0 if minute >= 12 * 60 + 9 else 1.0
    await lunch.ask("p0")

    assert await lunch.to("12:07") == []


async def test_the_next_groups_rush_is_not_the_persons_own(lunch):
    lunch.canteen.people = lambda now: 3 if now >= at("12:05") else 60
    lunch.canteen.ahead = lambda minute: 80.0 if minute >= 12 * 60 + 20 else 1.0
    await lunch.ask("p0")

    assert texts(await lunch.to("12:07"))[0].startswith("지금 한산합니다")


async def test_at_the_end_of_the_slot_a_last_word_in_time_to_go_and_nothing_after_it(lunch):
    lunch.canteen.people = lambda _now: 60
    await lunch.ask("p0")

    said = await lunch.to("12:15")

    assert texts(said)[0].startswith(
        "한산해지지 않았지만 지금 나서실 때입니다. 본관 구내식당: 약 5분 기다립니다(줄 60명)."
    )
    assert "우리 과 차례는 12:20까지입니다." in texts(said)[0]
    assert await lunch.to("13:00") == []
    assert await lunch.states() == {"crowded": 1}


async def test_when_the_sensors_die_the_last_word_says_so_and_has_no_number(lunch):
    lunch.canteen.people = lambda _now: None
    await lunch.ask("p0")

    assert texts(await lunch.to("12:20")) == [
        "한산해졌는지 알 수 없었습니다. 본관 구내식당 센서가 11:54부터 조용합니다. 우리 과 차례는 12:20까지입니다."
    ]


async def test_a_count_over_a_minute_old_calls_nobody(lunch):
    lunch.canteen.age_s = 70.0
    await lunch.ask("p0")

    assert await lunch.to("12:07") == []


async def test_a_crowd_that_waits_is_called_a_few_a_minute_and_all_of_it(lunch):
    await lunch.served(6)
    await lunch.ask(*(f"p{n}" for n in range(PEOPLE)))

    by_minute = [len(await lunch.to(f"12:{minute:02d}")) for minute in range(1, 20)]

    assert sum(by_minute) == PEOPLE
    assert max(by_minute) <= 6  # twelve a minute are served, six come anyway
    assert await lunch.states() == {"quiet": PEOPLE}


async def test_a_crowd_whose_line_never_empties_is_not_sent_in_one_minute_at_the_end(lunch):
    lunch.canteen.people = lambda _now: 60
    await lunch.served(9)
    await lunch.ask(*(f"p{n}" for n in range(PEOPLE)))

    by_minute = [len(await lunch.to(f"12:{minute:02d}")) for minute in range(1, 20)]

    assert sum(by_minute) == PEOPLE
    assert max(by_minute) <= 12


async def test_whose_slot_ends_first_is_called_first_and_among_equals_the_days_lot(lunch):
    await lunch.served(11)  # room for one a minute
    await lunch.ask("p1", "p2", "p3", until="13:00")
    await lunch.ask("p4", until="12:30")

    said = [one.chat.id for one in await lunch.to("12:06")]

    lot = sorted(("p1", "p2", "p3"), key=lambda person: turn_of(person, DAY))
    assert said == [f"dm:{person}" for person in ("p4", *lot)]
    assert lot != sorted(("p1", "p2", "p3"), key=lambda person: turn_of(person, DAY + timedelta(days=3)))


async def test_a_person_who_takes_it_back_is_not_called(lunch):
    await lunch.ask("p0", "p1")

    assert await lunch.store.cancel(HOME, DAY, "p0")

    assert {one.chat.id for one in await lunch.to("12:20")} == {"dm:p1"}
    assert not await lunch.store.cancel(HOME, DAY, "p1")  # told: nothing to take back


async def test_asking_twice_is_asking_once_with_the_newer_threshold(lunch):
    lunch.canteen.people = lambda _now: 36
    await lunch.ask("p0")
    await lunch.ask("p0", below=5.0)

    said = texts(await lunch.to("12:10"))
    await lunch.ask("p0", below=9.0)

    assert len(said) == 1
    assert said[0].startswith("지금 한산합니다. 본관 구내식당: 약 3분 기다립니다")
    assert await lunch.to("12:20") == []


async def test_a_process_that_slept_through_lunch_says_nothing(lunch):
    await lunch.ask("p0")

    lunch.clock.advance(at("12:20") - lunch.clock())

    assert await lunch.to("13:00") == []
    assert await lunch.states() == {"missed": 1}


async def test_a_word_that_waited_behind_a_dead_messenger_is_not_said_later(lunch):
    await lunch.ask("p0")
    lunch.clock.advance(at("12:00") - lunch.clock())
    await lunch.worker.step()
    assert await lunch.states() == {"quiet": 1}

    lunch.clock.advance(timedelta(minutes=8))
    await lunch.deliver()

    assert lunch.messenger.sent == []


async def test_closing_in_the_kitchen_ends_the_waiting(lunch):
    lunch.canteen.people = lambda _now: 60
    await lunch.ask("p0")
    await lunch.to("12:05")
    lunch.canteen.notices = (closed(Hours(at("11:30"), at("13:30")), lunch.clock()),)

    assert texts(await lunch.to("12:20")) == [
        "본관 구내식당: 오늘 배식은 12:05에 마감했습니다. 한산 알림은 여기서 마칩니다."
    ]


async def test_yesterdays_alerts_are_forgotten(lunch):
    await lunch.ask("p0")
    lunch.clock.advance(timedelta(days=1))

    await lunch.worker.step()

    assert await lunch.store.all(HOME) == []


async def test_whoever_left_the_institution_is_told_nothing(lunch):
    await lunch.ask("gone")

    assert await lunch.to("12:20") == []


@pytest.mark.parametrize("after", [False, True])
async def test_a_death_at_any_moment_neither_loses_nor_doubles(database, clock, after):
    """Every call of store and outbox is the last one once; new workers take over."""
    clock.advance(at("12:05") - clock())
    people = [f"p{n}" for n in range(3)]
    deaths = 0
    for moment in range(12):
        await database.flushdb()
        lunch, calls = Lunch(database, clock), itertools.count()
        await lunch.ask(*people)
        store = Mortal(lunch.store, calls, moment, after=after)
        mortal = lunch.started(store, Mortal(lunch.outbox, calls, moment, after=after))

        with contextlib.suppress(Death):
            await mortal.step()
            deaths -= 1
        deaths += 1
        await lunch.started().step()
        await lunch.deliver()
        await lunch.started().step()
        await lunch.deliver()

        assert Counter(one.chat.id for one in lunch.messenger.sent) == {f"dm:{person}": 1 for person in people}, moment
        assert await lunch.states() == {"quiet": 3}
    assert deaths >= 7


async def test_a_death_before_the_mark_and_a_line_that_fills_do_not_make_two_words(lunch):
    """The row was written, the mark was not; by the last call the line is crowded: one message, the first."""
    await lunch.ask("p0")
    lunch.clock.advance(at("12:05") - lunch.clock())
    calls = itertools.count()
    store = Mortal(lunch.store, calls, 1, after=False)  # dies at `finish`
    with pytest.raises(Death):
        await lunch.started(store).step()

    lunch.canteen.people = lambda _now: 80
    said = await lunch.to("12:20")

    assert [text[:9] for text in texts(said)] == ["지금 한산합니다."]


async def test_two_workers_at_once_say_it_once_and_keep_to_the_room(lunch):
    await lunch.served(6)
    await lunch.ask(*(f"p{n}" for n in range(20)))
    lunch.clock.advance(at("12:05") - lunch.clock())

    await lunch.started().step()
    await lunch.started().step()
    await lunch.deliver()

    assert len(lunch.messenger.sent) == 6
    assert len({one.chat.id for one in lunch.messenger.sent}) == 6


async def test_the_daily_word_comes_five_minutes_before_the_persons_own_minute(lunch):
    await lunch.served(8)
    lunch.canteen.ahead = lambda minute: max(1.0, 70 - 9.0 * abs(minute - 12 * 60 - 4))
    await lunch.store.switch(HOME, Daily("p0", "console:dm:p0", lunch.clock()), on=True)

    said = await lunch.to("12:30")

    assert [one.kind for one in said] == ["reminder"]
    found = re.fullmatch(
        r"(12:1[0-5])에 나서시면 거의 기다리지 않습니다\((12:\d\d) 예측\)\. 우리 과 차례 12:00~12:20입니다\.",
        said[0].reply.text,
    )
    assert found
    assert at(found[1]) - at(found[2]) == timedelta(minutes=5)


async def test_the_daily_word_comes_on_working_days_to_those_who_are_there(lunch):
    for person in ("p0", "p1"):
        await lunch.store.switch(HOME, Daily(person, f"console:dm:{person}", lunch.clock()), on=True)
    lunch.away.add("p1")

    assert [(one.chat.id, one.reply.text) for one in await lunch.to("12:30")] == [
        ("dm:p0", "곧 우리 과 차례 12:00~12:20입니다.")
    ]
    lunch.clock.advance(timedelta(days=5))  # Saturday
    due = await lunch.worker.step()
    await lunch.deliver()

    assert due == datetime(2026, 11, 29, tzinfo=KST)
    assert len(lunch.messenger.sent) == 1
