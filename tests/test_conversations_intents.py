"""Whoever only means to announce or to tell a head count is asked for it: an intent goes to nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.talk import Talk, labels, talking, text


@pytest.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=("chat",)) as found:
        for who in ("park", "choi"):
            await found.say(who, "안녕하세요")
        yield found


@pytest.mark.parametrize(
    "said",
    ["내일 공지 올릴게요", "전 직원 공지할 건데요", "오후에 공지할게요", "공지 내일 올리려고요", "공지 이따 올릴게요"],
)
async def test_an_intent_is_no_notice_even_after_the_words_were_asked_for(talk, said):
    await talk.say("park", "공지 올리려고요")

    asked = await talk.say("park", said)
    assert "보내기" not in labels(asked[0])
    assert text(asked).startswith("무엇을 알릴지 함께 써 주십시오")


@pytest.mark.parametrize("said", ["재난 알림 보내려고요", "재난 알림 보내야 하는데", "재난 알림 이따 보낼게요"])
async def test_an_intent_is_no_disaster_alert(talk, said):
    asked = await talk.say("park", said)

    assert labels(asked[0]) == []
    assert text(asked).startswith("보낼 내용을 함께 써 주십시오")


@pytest.mark.parametrize(
    "said", ["오늘 식수 입력할게요", "식수 적어야 하는데", "오늘 몇 명 먹었는지 올리려는데요", "오늘 식수 올릴라고요"]
)
async def test_a_head_count_is_asked_for_and_the_plain_number_kept(talk, said):
    assert "11. 23.(월) 식수는 몇 명이었습니까?" in text(await talk.say("choi", said))

    assert "11. 23.(월) 식수를 861명으로 적었습니다" in text(await talk.say("choi", "861명이요"))


async def test_tomorrow_has_no_count_yet(talk):
    told = text(await talk.say("choi", "내일 식수 올리려고요"))

    assert "'11월 24일 교육생 120명 추가'" in told
    assert "11. 24.(화) 교육생 120명 추가를 적었습니다" in text(await talk.say("choi", "11월 24일 교육생 120명 추가"))


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("밥이 늦어져서 배식 10분 늦게 시작합니다", 10),
        ("국이 덜 끓어서 5분만 늦게 열게요", 5),
        ("가스가 안 나와서 배식이 20분 정도 늦습니다", 20),
    ],
)
async def test_a_delay_with_its_cause_carries_its_minutes(talk, said, minutes):
    assert f"배식 {minutes}분 지연을 알렸습니다" in text(await talk.say("choi", said))


@pytest.mark.parametrize(
    "said", ["회의가 길어져서 10분 늦게 시작합니다", "점심 먹느라 10분 늦었어요", "점심 약속이 늦어져서 10분 늦어요"]
)
async def test_somebodys_own_delay_is_none_of_the_kitchens(talk, said):
    assert "지연을 알렸습니다" not in text(await talk.say("park", said))
