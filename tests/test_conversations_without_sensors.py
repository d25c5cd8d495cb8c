"""식당 where no sensor stands: slots, the line as reckoned from totals and plan, said as such, and reports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.demo.stage import FIRST
from bot.messenger import CafeteriaFacts
from occupancy.forecast import Basis
from occupancy.plans import Desk
from occupancy.reading import Batch, Kind, Reading
from occupancy.totals import Source, Total
from tests.talk import Talk, talking, text

TODAY = date(2026, 11, 23)
SLOT = FIRST + timedelta(minutes=52)  # 12:22, in the slot of 총무과
DAY = timedelta(days=1)


@pytest.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    """Twenty-two past twelve; no cafeteria has a sensor, no day a history."""
    async with talking(tmp_path, roles=("chat",), at=SLOT) as talk:
        known = talk.house.tenancy
        for name in ("gyeongnam", "changwon"):
            one = known.institution(name)
            sites = tuple(replace(site, sensors=()) for site in one.cafeterias)
            known._institutions[name] = replace(one, cafeterias=sites)
        yield talk


async def past(talk: Talk, n: int) -> None:
    plan = talk.house.canteen.plan(talk.house.tenancy.institution("gyeongnam").cafeterias[0])
    assert plan is not None
    days = [TODAY - step * DAY for step in range(1, 3 * n + 9) if plan.is_open(TODAY - step * DAY)][:n]
    totals = [Total(day, 690 + at * 7 % 30, Source.HAND) for at, day in enumerate(days)]
    await talk.house.totals.put("gyeongnam", "main", totals, TODAY, "seed")


async def report(talk: Talk, people: int, at: datetime | None = None) -> None:
    """Somebody in the line tells how long it is, as the reports' own conversation writes it down."""
    at = at or talk.clock.now()
    reading = Reading("chat", Kind.CHAT, at, at, count=people, noise=max(3.0, 0.3 * people))
    await talk.house.readings.append("gyeongnam", "main", Batch("chat", f"n{at}{people}", at, (reading,)))


async def view(talk: Talk):
    return await talk.house.canteen.view("gyeongnam", talk.house.tenancy.institution("gyeongnam").cafeterias[0])


async def test_without_totals_there_are_slots_and_the_best_time_in_mine_and_no_number(talk):
    answer = await talk.say("kim", "식당")

    told = text(answer)
    assert "줄을 세는 장치가 없어 지금 줄은 알 수 없습니다" in told
    assert "총무과는 이번 주 12:20~12:40입니다." in told
    assert "계산으로는 우리 과 차례 가운데 12:3" in told
    assert "명" not in told.partition("쯤")[0].replace("총무", "")
    assert "계산한 값으로는" not in told
    assert isinstance(answer[0].reply.facts, CafeteriaFacts)
    assert answer[0].reply.facts.people is None
    assert (await view(talk)).usual.basis is Basis.NONE


async def test_from_totals_the_wait_is_reckoned_and_said_to_be_no_measurement(talk):
    await past(talk, 20)

    told = text(await talk.say("kim", "식당"))

    assert "계산한 값으로는 이 시간에 " in told
    assert "지난 식수 20일과 차례표로 셈했고, 잰 값이 아닙니다." in told
    assert "평소" not in told
    assert told.count("\n") <= 4
    assert "계산으로는 우리 과 차례 가운데 12:3" in told
    facts = (await talk.say("kim", "식당"))[0].reply.facts
    assert isinstance(facts, CafeteriaFacts)
    assert (facts.people, facts.minutes) == (None, None)
    assert "지난 식수와 차례표로 계산한 값, 잰 값이 아님" in text(await talk.say("kim", "왜 이 숫자?"))


async def test_two_totals_are_enough_for_a_wide_guess(talk):
    await past(talk, 2)

    found = (await view(talk)).usual

    assert (found.basis, found.days) == (Basis.RECKONED, 2)
    minute = 12 * 60 + 30
    assert found.above[minute] > 0.5 * found.people[minute]


async def test_a_total_typed_by_staff_is_taken_up_at_once(talk):
    await past(talk, 1)
    before = (await view(talk)).usual
    await talk.say("choi", "어제 5명")
    await talk.say("choi", "11월 19일 1,400명")
    await talk.advance(timedelta(seconds=2))

    assert sum((await view(talk)).usual.people.values()) != sum(before.people.values())


async def test_a_report_moves_the_reckoning_of_the_next_minutes(talk):
    await past(talk, 20)
    plain = (await view(talk)).usual
    await report(talk, 70)

    found = (await view(talk)).usual

    for minute in (12 * 60 + 23, 12 * 60 + 30):
        assert found.people[minute] > plain.people[minute]


async def test_a_fresh_report_is_the_number_and_when_it_is_old_the_reckoning_is(talk):
    await past(talk, 20)
    await report(talk, 30)

    fresh = text(await talk.say("kim", "식당"))
    await talk.advance(timedelta(minutes=11))
    old = text(await talk.say("kim", "식당"))

    assert "줄 " in fresh
    assert "제보" in fresh
    assert "계산한 값으로는" in old
    assert "지금 줄은 알 수 없습니다" in old


async def test_a_report_typed_in_the_line_is_heard(talk):
    await past(talk, 20)
    plain = (await view(talk)).usual
    await talk.say("kim", "지금 줄 90명")

    assert (await view(talk)).usual.people[12 * 60 + 23] > plain.people[12 * 60 + 23]


async def test_people_told_of_every_department_shape_the_line(talk):
    await past(talk, 20)
    plain = (await view(talk)).usual
    names = ["총무과", "감사관", "예산담당관", "정보화담당관", "농정과", "청년정책과", "도로과", "재난대응과"]
    desks = {name: Desk(people=400 if name in {"총무과", "감사관"} else 20) for name in names}
    await talk.house.plans.store.put_desks("gyeongnam", "main", desks)
    await talk.advance(timedelta(seconds=2))

    found = (await view(talk)).usual

    slot = range(12 * 60 + 22, 12 * 60 + 38)  # 총무과 and 감사관 eat then
    assert sum(found.people[m] for m in slot) > 1.5 * sum(plain.people[m] for m in slot)


async def test_what_the_kitchen_told_stands_beside_the_reckoning(talk):
    await past(talk, 20)
    await talk.say("choi", "배식 10분 지연")

    told = text(await talk.say("kim", "식당"))

    assert "10분쯤 늦어진다고" in told
    assert "계산한 값으로는" in told


async def test_the_second_institution_has_nothing_of_it(talk):
    await past(talk, 20)

    told = text(await talk.say("yun", "식당"))

    assert "계산한 값으로는" not in told
    assert "기획예산과" in told


async def test_a_sensor_that_only_chat_approved_ends_the_reckoning(talk):
    await past(talk, 20)
    at = talk.clock.now()
    reading = Reading("new1", Kind.CAMERA, at, at, count=12)
    await talk.house.readings.append("gyeongnam", "main", Batch("new1", "n", at, (reading,)))

    assert (await view(talk)).usual.basis is Basis.NONE
    assert "계산" not in text(await talk.say("kim", "식당"))


async def test_where_a_sensor_stands_nothing_is_reckoned(tmp_path):
    async with talking(tmp_path, roles=("chat",), at=SLOT) as talk:
        await past(talk, 20)

        assert (await view(talk)).usual.basis is Basis.NONE
        assert "계산" not in text(await talk.say("kim", "식당"))
