"""식당 over several lines and several cafeterias: each by itself, the faster one first, nothing of the other house."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from redis.asyncio import Redis

from bot.advising import Advising
from bot.canteen import Canteen
from bot.handlers.cafeteria import Cafeteria
from bot.handlers.quiet import Quiet
from bot.messenger import Chat, Reply, Update
from bot.quiet_store import QuietStore
from bot.routes import Request
from bot.settings import parse
from bot.tenancy import Member, Tenancy
from bot.track_record import TrackRecord
from occupancy.kitchen import Notice, NoticeKind
from occupancy.menu import DayMenu, Dish
from occupancy.reading import Batch, DayHistory, Kind, Minute, Reading, day_of, minute_of
from occupancy.record import RecordStore, Said
from occupancy.slots import instant
from occupancy.store import OccupancyStore
from occupancy.told import ToldStore

HOUSE = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "kim"
name = "김하나"
department = "총무과"
[[institution.cafeteria]]
id = "main"
name = "본관 구내식당"
seats = 300
[[institution.cafeteria.line]]
id = "a"
name = "한식"
servers = 2
[[institution.cafeteria.line]]
id = "b"
name = "분식"
servers = 1
[[institution.cafeteria.sensor]]
id = "cam1"
kind = "camera"
key = "key-of-camera-one"
line = "a"
[[institution.cafeteria.sensor]]
id = "cam2"
kind = "camera"
key = "key-of-camera-two"
line = "b"
[[institution.cafeteria]]
id = "annex"
name = "별관 구내식당"
seats = 100
[[institution.cafeteria.sensor]]
id = "cam3"
kind = "camera"
key = "key-of-camera-three"
"""


@pytest.fixture
def noon(clock):
    clock.advance(timedelta(minutes=40))
    return clock


class Kitchen:
    """What the kitchen and the menu say, by hand."""

    def __init__(self) -> None:
        self.notices: tuple[Notice, ...] = ()
        self.menu: DayMenu | None = None

    async def told(self, tenant: str, cafeteria: str, now: datetime) -> tuple[Notice, ...]:
        return self.notices if cafeteria == "main" else ()

    async def menu_of(self, tenant: str, cafeteria: str, day: object) -> DayMenu | None:
        return self.menu if cafeteria == "main" else None


async def no_allergies(request: Request) -> frozenset[int]:
    return frozenset()


class Asking:
    def __init__(self, database: Redis, clock, house: str = HOUSE) -> None:
        self.tenancy = Tenancy(parse(house, {}, file_mode=0o600).institutions)
        self.store, self.records, self.kitchen, self.clock = (
            OccupancyStore(database),
            RecordStore(database),
            Kitchen(),
            clock,
        )
        self.canteen = Canteen(self.store, clock, lambda day: False, self.kitchen.menu_of, self.kitchen.told)
        advising = Advising(self.canteen, self.store, ToldStore(database))
        quiet = Quiet(self.tenancy, QuietStore(database), self.canteen, advising)
        record = TrackRecord(self.store, self.records)
        self.talk = Cafeteria(self.tenancy, self.canteen, record, advising, no_allergies, quiet)

    async def count(self, sensor: str, people: int, minutes: float = 3) -> None:
        place = self.tenancy.sensor("gyeongnam", sensor)
        now = self.clock()
        steps = [now - timedelta(seconds=10 * i) for i in range(int(minutes * 6))]
        readings = tuple(
            Reading(sensor, Kind.CAMERA, at, now, count=people + i % 2) for i, at in enumerate(reversed(steps))
        )
        await self.store.append("gyeongnam", place.place, Batch(sensor, f"nonce-{sensor}-{now}", now, readings))

    async def ask(self, argument: str = "", *, why: bool = False) -> Reply:
        kim = self.tenancy.institution("gyeongnam").people[0]
        update = Update("console", "kim", self.clock(), text=f"식당 {argument}")
        request = Request(
            Member("gyeongnam", kim), Chat("console", "dm:kim", private=True), update, argument, self.clock()
        )
        (reply,) = await (self.talk.why(request) if why else self.talk.now(request))
        return reply


@pytest.fixture
def asking(database, noon):
    return Asking(database, noon)


async def test_each_line_is_told_and_the_faster_one_named(asking):
    await asking.count("cam1", 60)
    await asking.count("cam2", 3)

    answer = await asking.ask()

    first, *rest = answer.text.splitlines()
    assert first.startswith("본관 구내식당: 지금 한식 약 ")
    assert " · 분식 " in first
    assert any("분식 쪽이" in one and "빠릅니다" in one for one in rest)
    assert answer.facts.id == "main/b"
    assert answer.facts.people <= 5


async def test_a_line_that_nobody_counts_is_said_to_be_unknown(asking):
    await asking.count("cam1", 30)

    answer = await asking.ask()

    assert "분식 알 수 없음" in answer.text.splitlines()[0]
    assert answer.facts.id == "main"
    assert answer.facts.people >= 25


async def test_a_line_can_be_asked_for_by_its_name(asking):
    await asking.count("cam1", 60)
    await asking.count("cam2", 3)

    answer = await asking.ask("한식")

    assert re_line(answer).startswith("본관 구내식당 한식: 지금 약 ")
    assert answer.facts.people >= 50


def re_line(answer: Reply) -> str:
    return answer.text.splitlines()[0]


async def test_other_cafeterias_stand_below_and_are_a_tap_away(asking):
    await asking.count("cam1", 30)
    await asking.count("cam3", 2)

    answer = await asking.ask()
    there = next(button for button in answer.buttons if button.label == "별관 구내식당")
    annex = await asking.ask(there.press.partition(":")[2])

    assert answer.text.splitlines()[-1].startswith("별관 구내식당: ")
    assert re_line(annex).startswith("별관 구내식당: 지금 ")
    assert annex.facts.id == "annex"


async def test_what_the_kitchen_told_stands_with_the_line_and_the_menu(asking):
    now = asking.clock()
    close = instant(day_of(now), time(13, 30))
    await asking.count("cam1", 30)
    asking.kitchen.menu = DayMenu(day_of(now), (Dish("쌀밥"), Dish("제육볶음", frozenset({5, 10})), Dish("콩나물국")))
    asking.kitchen.notices = (
        Notice("1", NoticeKind.DELAY, now, close, minutes=10),
        Notice("2", NoticeKind.SOLD_OUT, now, close, dish="제육볶음", instead="계란말이"),
        Notice("3", NoticeKind.SOLD_OUT, now, close, dish="과일"),
    )

    told = (await asking.ask("한식")).text

    assert "주방에서 배식이 10분쯤 늦어진다고 알려 왔습니다(12:10)." in told
    assert "메뉴: 쌀밥, 제육볶음(5·10) 품절(대신 계란말이), 콩나물국" in told
    assert "품절: 과일" in told


async def test_an_early_end_is_said_instead_of_a_wait(asking):
    now = asking.clock()
    await asking.count("cam1", 30)
    asking.kitchen.notices = (Notice("1", NoticeKind.CLOSED, now, now + timedelta(hours=1)),)

    assert re_line(await asking.ask("한식")) == "본관 구내식당: 오늘 배식은 12:10에 마감했습니다."


async def test_why_tells_sensors_ages_the_usual_and_our_own_error(asking):
    await asking.count("cam1", 30)
    yesterday = day_of(asking.clock()) - timedelta(days=3)
    minute = minute_of(asking.clock())
    people = tuple(Minute(minute + i, 20.0, 8) for i in range(30))
    mondays = [day_of(asking.clock()) - timedelta(days=n) for n in (14, 7)]
    await asking.store.put_history("gyeongnam", "main", [DayHistory(day, people) for day in (*mondays, yesterday)])
    await asking.records.put("gyeongnam", "main", yesterday, Said(minute, 3.5, 20, 26))
    button = next(one for one in (await asking.ask()).buttons if one.label == "왜 이 숫자?")

    told = (await asking.ask(button.press.partition(":")[2], why=True)).text

    assert told.startswith("본관 구내식당 한식: 12:10 줄 ")
    assert "카메라(방금): 사람 수를 셉니다(비중 100%, 혼자서는 31명)" in told
    assert "평소 이 시간: 20명(같은 요일의 평균, 2일)" in told
    assert "지난 2주 1일 우리 오차: 기다릴 시간은 평균 1.0분(1번), 15분 뒤 줄은 평균 6명(1번) 어긋났습니다." in told
    assert "배식 속도" not in told


async def test_a_number_older_than_two_minutes_is_never_said_as_one_of_now(asking):
    await asking.count("cam1", 30)
    for _ in range(40):
        asking.clock.advance(timedelta(seconds=17))
        answer = await asking.ask("한식")
        old = answer.facts.age_s > 120
        assert old == (answer.facts.people is None)
        assert old == ("본관 구내식당: 지금 줄을 알 수 없습니다" in answer.text), answer.text


async def test_while_only_the_gate_lives_the_wait_is_said_as_reckoned(asking):
    minute = minute_of(asking.clock())
    past = tuple(Minute(minute - 40 + i, 15.0 if i % 20 < 10 else 3.0, 10) for i in range(80))
    days = [DayHistory(day_of(asking.clock()) - timedelta(days=n), past) for n in range(1, 40)]
    await asking.store.put_history("gyeongnam", "annex", days)
    await asking.count("cam3", 25)
    for step in range(30):
        asking.clock.advance(timedelta(seconds=10))
        now = asking.clock()
        passed = Reading("gate3", Kind.GATE, now, now, served=2)
        await asking.store.append("gyeongnam", "annex", Batch("gate3", f"nonce-gate-{step}", now, (passed,)))

    answer = await asking.ask("별관")

    assert "별관 구내식당: 지금 줄을 알 수 없습니다. 센서가 5분째 조용합니다." in answer.text
    assert "줄을 세어 잰 값은 아닙니다." in answer.text
    assert answer.facts.people is None


async def test_a_counter_that_suddenly_disagrees_makes_the_answer_unsure(asking):
    await asking.count("cam1", 60)
    sure = (await asking.ask("한식")).text
    asking.clock.advance(timedelta(seconds=10))
    now = asking.clock()
    fell = Reading("cam1", Kind.CAMERA, now, now, count=2)
    await asking.store.append("gyeongnam", "main", Batch("cam1", "nonce-fell-at-once", now, (fell,)))

    answer = await asking.ask("한식")

    assert "확신 낮음" not in sure
    assert answer.facts.people < 15 or "확신 낮음" in answer.text
