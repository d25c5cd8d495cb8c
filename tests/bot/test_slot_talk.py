"""Slots of several cafeterias in one institution, and of cafeterias without any."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from bot.handlers.slots import SlotTalk
from bot.messenger import Chat, Update
from bot.plans import Plans
from bot.routes import Request
from bot.settings import Cafeteria as Site
from bot.settings import Institution, Person, Role, ServingLine, Slots
from bot.tenancy import Member, Tenancy
from occupancy.plans import PlanStore

TIMES = (time(11, 40), time(12))
LINES = (ServingLine("", "", 2),)


def site(name: str, groups: tuple[tuple[str, ...], ...]) -> Site:
    slots = Slots(date(2026, 1, 5), TIMES, groups, 20) if groups else None
    return Site(name, f"{name} 식당", 100, 2, slots, (), time(11, 30), time(13, 30), frozenset(), LINES)


MAIN, ANNEX = site("본관", (("총무과",), ("농정과",))), site("별관", (("도로과",), ("총무과",)))
KIM = Person("kim", "김", "총무과", frozenset({Role.STAFF}), {"console": "kim"})


@pytest.fixture
def ask(database, clock):
    async def say(text: str, *sites: Site, department: str = "총무과") -> str:
        person = replace(KIM, department=department)
        tenancy = Tenancy([Institution("a", "가", "", (person,), (), sites)])
        talk = SlotTalk(tenancy, Plans(PlanStore(database), lambda _day: False))
        update = Update("console", "kim", clock(), text=text)
        request = Request(Member("a", person), Chat("console", "dm:kim", private=True), update, "", clock())
        handle = talk.rest if "식당 해" in text else talk.slots if "전체" in text else talk.slot
        return (await handle(request))[0].text

    return say


async def test_a_department_with_slots_in_two_cafeterias_hears_of_both(ask):
    told = await ask("우리 과 몇 시", MAIN, ANNEX)

    assert told.splitlines() == [
        "[본관 식당] 총무과는 이번 주 11:40~12:00입니다.",
        "[별관 식당] 총무과는 이번 주 12:00~12:20입니다.",
    ]


async def test_one_that_eats_in_one_of_them_hears_of_that_one(ask):
    assert await ask("우리 과 몇 시", MAIN, ANNEX, department="도로과") == "도로과는 이번 주 11:40~12:00입니다."
    assert (await ask("농정과 다음 주", MAIN, ANNEX, department="도로과")).startswith("농정과는 11. 30.")


async def test_a_cafeteria_may_be_named_and_all_are_told_else(ask):
    assert (await ask("별관 우리 과 차례", MAIN, ANNEX)).startswith("총무과는 이번 주 12:00")
    table = await ask("전체 차례", MAIN, ANNEX)
    assert "본관 식당 이번 주 차례" in table
    assert "별관 식당 이번 주 차례" in table


async def test_a_cafeteria_without_groups_says_so_and_still_knows_its_days(ask):
    plain = site("본관", ())

    assert "과별 차례가 정해져 있지 않습니다" in await ask("우리 과 몇 시", plain)
    assert await ask("내일 식당 해?", plain) == "본관 식당: 내일은 배식합니다(11:30~13:30)."
    shut = replace(plain, closed=frozenset({date(2026, 11, 24)}))
    assert "내일은 쉽니다(휴무)" in await ask("내일 식당 해?", shut)


async def test_without_a_cafeteria_it_says_whom_to_ask(ask):
    assert "등록된 구내식당이 없습니다" in await ask("우리 과 몇 시")
