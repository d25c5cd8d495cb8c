"""Whoever says that no location will come is asked for consent no more, and hears what then counts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.evidence_ways import unshared
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("unshared"), roles=("deliver", "chat")) as found:
        yield found


async def under_way(talk: Talk) -> str:
    user = talk.newcomer()
    for said in ("출장 오늘 11시 진주시청", "네", "출발"):
        await talk.say(user, said)
    return user


@pytest.mark.parametrize(
    "said",
    [
        "도착이요 위치는 안 보낼게요",
        "도착했어요 위치공유는 안 할게요",
        "도착. 위치 없이 할게요",
        "도착함 위치는 공유하지 않을게요",
    ],
)
async def test_an_arrival_without_a_location_asks_for_no_consent_and_tells_what_counts(talk, said):
    user = await under_way(talk)

    told = text(await talk.say(user, said))

    assert "도착, 적었습니다" in told
    assert "사진이나 방문기관·동행자 확인" in told
    assert "동의" not in text(await talk.say(user, "도착"))


async def test_who_refused_before_arriving_is_not_asked_at_the_arrival(talk):
    user = await under_way(talk)
    await talk.say(user, "위치공유 안할래요")

    assert "동의" not in text(await talk.say(user, "도착"))


async def test_a_receipt_is_wanted_on_the_way_and_its_return_is_what_is_missing(talk):
    user = await under_way(talk)
    await talk.say(user, "도착이요 위치는 안 보낼게요")

    told = await talk.say(user, "영수증 주세요")
    back = await talk.say(user, "사무실 왔습니다 영수증 주세요")

    assert "복귀를 알리시면" in text(told)
    assert "복귀입니까?" in text(back)
    assert labels(back[0]) == ["복귀"]


async def test_whoever_arrives_and_refuses_nothing_is_asked_once(talk):
    user = await under_way(talk)

    told = await talk.say(user, "도착했습니다")

    assert "동의하지 않습니다" in labels(told[-1])
    assert "먼저 동의가 필요" not in text(await talk.say(user, "영수증 주세요"))


@pytest.mark.parametrize(
    "said",
    [
        "위치가 안 보내져요",
        "위치 안 보내도 되나요?",
        "도착했어요",
        "위치 보낼게요",
        "위치 안 잡혀요",
        "소식 안 보낼게요",
    ],
)
async def test_trouble_and_questions_refuse_nothing(said):
    assert not unshared(said)
