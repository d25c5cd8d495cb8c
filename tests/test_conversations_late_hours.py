"""What is handed in afterwards has the hour that its traveller says, and no other."""

from __future__ import annotations

import pytest
import pytest_asyncio

from attest.trip import KST, Basis, LegKind
from attest.trips import Trips
from bot.messenger import InFile
from tests.talk import talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
PHOTO = InFile("pass.jpg", b"\xff\xd8a list of tolls")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory):
    async with talking(tmp_path_factory.mktemp("late"), roles=("deliver", "chat")) as one:
        yield one


async def _yesterday(talk) -> str:
    user = talk.newcomer()
    await talk.say(user, "출장 어제 13~18시 진주 스마트팜")
    return user


async def _trip(talk, user):
    found = await Trips(talk.house.redis).of("gyeongnam", user, *_days(talk))
    return found[-1]


def _days(talk):
    today = talk.clock.now().astimezone(KST).date()
    return today.replace(day=1), today


def _hours(trip) -> list[str]:
    return [f"{leg.at.astimezone(KST):%d %H:%M}" for leg in trip.legs]


@pytest.mark.parametrize("said", ["하이패스 있다", "어제 출장 하이패스 이용내역입니다", "사후 제출"])
async def test_evidence_without_an_hour_waits_and_nothing_is_recorded(talk, said):
    user = await _yesterday(talk)

    asked = text(await talk.say(user, said, files=[PHOTO]))

    assert "몇 시에 도착하셨습니까?" in asked
    assert not (await _trip(talk, user)).legs


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("14시", "14:00"),
        ("영수증 보니 세시 5분", "15:05"),
        ("도착 14시 10분", "14:10"),
        ("오후 2시에 도착했어요", "14:00"),
    ],
)
async def test_an_hour_that_is_told_takes_the_evidence(talk, said, hour):
    user = await _yesterday(talk)
    await talk.say(user, "하이패스 있다", files=[PHOTO])

    await talk.say(user, said)

    trip = await _trip(talk, user)
    assert _hours(trip) == [f"22 {hour}"]
    assert (trip.legs[0].basis, trip.legs[0].receipt is not None) == (Basis.TOLL, True)


async def test_a_guess_is_read_back_and_a_yes_or_another_hour_takes_it(talk):
    user, other = await _yesterday(talk), await _yesterday(talk)
    for one in (user, other):
        await talk.say(one, "하이패스 있다", files=[PHOTO])
        assert "14:00으로 적을까요?" in text(await talk.say(one, "두시쯤 드갔지싶다"))
        assert not (await _trip(talk, one)).legs

    await talk.say(user, "그래 그걸로")
    await talk.say(other, "아이다 세시네 영수증보이")

    assert _hours(await _trip(talk, user)) == ["22 14:00"]
    assert _hours(await _trip(talk, other)) == ["22 15:00"]
    assert "15:00으로 적어 두었습니다" in text(await talk.say(other, "그래 그걸로 내라"))


async def test_what_was_just_recorded_is_corrected_once(talk):
    user = await _yesterday(talk)
    await talk.say(user, "하이패스 있다", files=[PHOTO])
    await talk.say(user, "14시")

    told = text(await talk.say(user, "아이다 세시네"))

    assert "14:00을 11. 22.(일) 15:00으로 고쳤습니다" in told
    assert "앞서 드린 영수증은" in told
    assert _hours(await _trip(talk, user)) == ["22 15:00"]


async def test_another_moment_or_another_matter_is_no_hour_of_it(talk):
    user = await _yesterday(talk)
    await talk.say(user, "하이패스 있다", files=[PHOTO])

    await talk.say(user, "출발 12시 40분")
    trip = await _trip(talk, user)
    assert ([leg.kind for leg in trip.legs], _hours(trip)) == ([LegKind.DEPARTED], ["22 12:40"])
    await talk.say(user, "13시 50분")
    assert _hours(await _trip(talk, user)) == ["22 12:40", "22 13:50"]


async def test_a_moment_without_a_day_is_of_the_trip_that_was_asked_about(talk):
    user, other = await _yesterday(talk), await _yesterday(talk)
    for one in (user, other):
        await talk.say(one, "사후 제출")

    await talk.say(user, "도착 14시")
    await talk.say(other, "출발 12:40 도착 13:50 복귀 17:00")

    assert _hours(await _trip(talk, user)) == ["22 14:00"]
    assert _hours(await _trip(talk, other)) == ["22 12:40", "22 13:50", "22 17:00"]


async def test_a_file_that_follows_is_of_the_trip_that_was_asked_about(talk):
    user = await _yesterday(talk)
    await talk.say(user, "사후 제출")

    assert "몇 시에 도착하셨습니까?" in text(await talk.say(user, files=[PHOTO]))
