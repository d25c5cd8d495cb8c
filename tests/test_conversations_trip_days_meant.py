"""One's own only trip of a day is meant where its day alone is named; a change is read back before it is written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import pytest_asyncio

from attest.trip import KST
from attest.trips import Trips
from bot.messenger import InFile
from tests.talk import labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory):
    async with talking(tmp_path_factory.mktemp("meant"), roles=("deliver", "chat")) as one:
        yield one


async def _trip(talk, user):
    (found,) = await Trips(talk.house.redis).of("gyeongnam", user, date(2026, 11, 1), date(2026, 12, 31))
    return found


async def _planned(talk, plan) -> str:
    user = talk.newcomer()
    (memo,) = await talk.say(user, plan)
    await talk.press(user, memo, "맞습니다")
    await talk.advance(timedelta(minutes=20))
    return user


@pytest.mark.parametrize(
    "said",
    [
        "내일꺼 모레로 밀렸어요 시간은 그대로요",
        "내일거는 모레로 미뤄졌어",
        "낼꺼 모레로 옮겨졌어요",
        "내일 건 모레로 바뀌었습니다",
    ],
)
async def test_the_one_trip_of_that_day_is_moved_after_a_yes(talk, said):
    user = await _planned(talk, "출장 내일 13시 밀양시청")
    before = (await _trip(talk, user)).starts_at

    asked = text(await talk.say(user, said))
    assert "밀양시청 출장을 이렇게 고칠까요?" in asked
    assert (await _trip(talk, user)).starts_at == before
    await talk.say(user, "네")

    after = (await _trip(talk, user)).starts_at
    assert after.astimezone(KST) == before.astimezone(KST) + timedelta(days=1)


@pytest.mark.parametrize("said", ["금욜꺼 서마루도 같이 간대요", "금요일거 서마루 같이 갑니다"])
async def test_who_goes_along_on_that_day_is_read_back(talk, said):
    user = await _planned(talk, "출장 금요일 10시 진주")

    assert "동행 서마루" in text(await talk.say(user, said))
    assert (await _trip(talk, user)).companions == ()
    await talk.say(user, "네")

    assert (await _trip(talk, user)).companions == ("seo",)


@pytest.mark.parametrize("said", ["내일꺼 메뉴 바뀌었어?", "내일꺼 당직 바뀌었어요"])
async def test_another_matter_of_that_day_is_no_trip(talk, said):
    user = await _planned(talk, "출장 내일 13시 밀양시청")

    assert "이렇게 고칠까요" not in (await talk.say(user, said))[-1].reply.text


@pytest.mark.parametrize("said", ["인자 드간다", "들어갑니다", "다 왔다"])
async def test_an_arrival_in_other_words_is_asked_about(talk, said):
    user = talk.newcomer()
    await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜")
    await talk.say(user, "출발")

    asked = await talk.say(user, said)
    assert "진주 스마트팜 출장의 도착입니까?" in text(asked)
    assert labels(asked[0]) == ["도착", "복귀"]
    assert len((await _trip(talk, user)).legs) == 1


async def test_setting_out_and_coming_in_at_the_end_are_asked_about(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜")

    assert "출발입니까?" in text(await talk.say(user, "인제 나간다"))
    await talk.say(user, "출발")
    await talk.say(user, "도착")
    assert "복귀입니까?" in text(await talk.say(user, "인자 들어갑니다"))


async def test_a_photo_in_place_of_a_location_names_the_way(talk):
    photo = InFile("a.jpg", b"\xff\xd8\xff" + b"a photo" * 40)

    assert "'사후 제출'" in text(await talk.say(talk.newcomer(), "위치가 안잡혀서 사진으로요", files=[photo]))
