"""A departure to a place without a trip is proposed, and keeps its place."""

from __future__ import annotations

from datetime import date

import pytest
import pytest_asyncio

from attest.trip import LegKind
from attest.trips import Trips
from tests.talk import labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory):
    async with talking(tmp_path_factory.mktemp("out"), roles=("deliver", "chat")) as one:
        yield one


async def _trips(talk, user):
    return list(await Trips(talk.house.redis).of("gyeongnam", user, date(2026, 11, 1), date(2026, 12, 1)))


@pytest.mark.parametrize(
    ("said", "place"),
    [("저 김해 출발해요!!", "김해"), ("진주 스마트팜으로 출발합니다", "진주 스마트팜"), ("밀양시청 출발", "밀양시청")],
)
async def test_a_departure_to_a_place_is_asked_about_and_a_yes_writes_it(talk, said, place):
    user = talk.newcomer()

    asked = await talk.say(user, said)
    assert f"{place} 출장을 지금 11:30 출발로 적을까요?" in text(asked)
    assert await _trips(talk, user) == []
    await talk.say(user, "네")

    (trip,) = await _trips(talk, user)
    assert (trip.destination, [leg.kind for leg in trip.legs]) == (place, [LegKind.DEPARTED])


async def test_its_button_pressed_twice_is_one_trip_and_an_older_one_is_gone(talk):
    user = talk.newcomer()
    older = await talk.say(user, "저 김해 출발해요")
    asked = await talk.say(user, "저 밀양 출발해요")

    gone = await talk.press(user, older[0], "적기")
    for _ in range(2):
        assert labels((await talk.press(user, asked[0], "적기"))[0]) == ["도착", "복귀"]

    assert "밀양" not in text(gone)
    assert [trip.destination for trip in await _trips(talk, user)] == ["밀양"]


async def test_a_no_writes_nothing_and_no_place_begins_at_once(talk):
    user, other = talk.newcomer(), talk.newcomer()
    await talk.say(user, "김해 출발합니다")
    await talk.say(user, "아니요")

    assert await _trips(talk, user) == []
    assert "11:30 출발을 적었습니다" in text(await talk.say(other, "사무실에서 출발합니다"))
