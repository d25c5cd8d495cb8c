"""분야: people subscribe to a policy area, are offered their department's, and are told why they got a document."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("areas")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(_folder) -> AsyncIterator[Talk]:
    async with talking(_folder, roles=("crawl", "brief", "deliver", "chat")) as stage:
        yield stage


@pytest.mark.parametrize(
    "said", ["구독 분야 농업", "분야 농업", "구독 분야 농업·농촌", "구독 분야 축산", "/subscribe 분야 농업"]
)
async def test_an_area_is_subscribed_to_by_any_of_its_names_with_a_preview(talk, said):
    told = text(await talk.say(user := talk.newcomer(), said))

    assert told.startswith("'농업·농촌' 분야 소식을 여기로 보내 드리겠습니다.")
    assert re.search(r"지난 7일이면 [1-9]\d*건입니다. 예: ", told)
    assert "1. 분야 농업·농촌" in text(await talk.say(user, "목록"))


async def test_the_list_counts_each_area_and_offers_ones_own_first(talk):
    listed = (await talk.say("kang", "분야 목록"))[0]  # 농정과

    assert "정책 분야 18개" in listed.reply.text
    assert re.search(r"농업·농촌 [1-9]", listed.reply.text)
    assert len(listed.reply.text.splitlines()) <= 5
    assert labels(listed)[0] == "농업·농촌 분야 구독"
    subscribed = text(await talk.press("kang", listed, "농업·농촌 분야 구독"))
    assert "'농업·농촌' 분야 소식을" in subscribed


async def test_an_area_that_is_none_is_refused_with_the_next_step(talk):
    for said in ("구독 분야 잠수함", "분야 잠수함"):
        refused = (await talk.say(talk.newcomer(), said))[0]

        assert "'잠수함' 분야는 없습니다" in refused.reply.text
        assert labels(refused) == ["분야 목록"]


async def test_words_that_only_sound_like_it_are_words(talk):
    assert text(await talk.say(talk.newcomer(), "구독 분야별 대책")).startswith("'분야별 대책' 소식을")


async def test_an_area_may_leave_words_out_and_be_ended(talk):
    user = talk.newcomer()

    told = text(await talk.say(user, "구독 분야 농업 제외 스마트팜"))
    ended = text(await talk.say(user, "해지 1"))

    assert "'스마트팜'이 든 글은 뺍니다" in told
    assert "'농업·농촌' 분야 구독을 끝냈습니다" in ended


async def test_the_first_conversation_offers_the_departments_own_area(talk):
    first = await talk.say("cho", "안녕하세요")  # 도로과

    assert "도로과시면 '국토·교통' 분야를" in first[-1].reply.text
    assert labels(first[-1])[0] == "국토·교통 분야 구독"
    subscribed = text(await talk.press("cho", first[-1], "국토·교통 분야 구독"))
    assert "'국토·교통' 분야 소식을" in subscribed


async def test_a_department_without_an_area_is_offered_none(talk):
    first = await talk.say(talk.newcomer(), "안녕하세요")  # 총무과

    assert "분야" not in first[-1].reply.text
    assert labels(first[-1])[0] == "재난안전 구독"


async def test_a_push_tells_its_area_and_a_briefing_too(talk):
    user = talk.newcomer()
    await talk.say(user, "구독 분야 재난안전")
    await talk.say(user, "구독 분야 농업")

    told = [one for one in await talk.advance(timedelta(minutes=60)) if one.chat.id == f"dm:{user}"]
    briefing = text(await talk.say(user, "브리핑"))

    assert told
    assert any("'재난·안전' 분야 글입니다." in one.reply.text for one in told)
    assert all(re.search(r"'(?:재난·안전|농업·농촌)' 분야 글입니다\.", one.reply.text) for one in told if not one.edits)
    assert re.search(r"— 분야 (?:재난·안전|농업·농촌)$", briefing, re.MULTILINE)


async def test_strange_area_buttons_are_answered_politely(talk):
    for press in ("area:", "area:99", "area:-1", "area:²", "area:9999999999"):
        assert "다시" in text(await talk.say("kim", press=press)), press
