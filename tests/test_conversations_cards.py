"""News that came, by where they stand: this one, the one before it, the one spoken of last."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.card_words import card
from tests.sent import tell
from tests.talk import Talk, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """Monday, 2026-11-23, 11:30."""
    async with talking(tmp_path_factory.mktemp("cards"), roles=("deliver", "chat")) as stage:
        yield stage


async def three(talk: Talk) -> str:
    """Whom three documents came to, one after the other."""
    who = talk.newcomer()
    for title in ("수소 버스", "딸기 축제", "청년 월세"):
        await tell(talk, who, title)
        await talk.advance(timedelta(seconds=20))
    return who


@pytest.mark.parametrize(
    ("turns", "titles"),
    [
        (("요거 원문", "그 앞에꺼도", "그 전꺼도 원문"), ("청년 월세", "딸기 축제", "수소 버스")),
        (("원문", "그 전꺼도요", "그 앞 기사도"), ("청년 월세", "딸기 축제", "수소 버스")),
        (("요약", "그전꺼도", "아까 그거 원문"), ("청년 월세", "딸기 축제", "딸기 축제")),
        (("그 전꺼 원문", "그 다음꺼도"), ("딸기 축제", "청년 월세")),
        (("전전꺼 요약해줘", "요 기사 원문 좀"), ("수소 버스", "수소 버스")),
        (("방금 온거 본문 보여줘", "이전 소식도 링크 주세요"), ("청년 월세", "딸기 축제")),
    ],
)
async def test_the_one_before_is_the_one_before(talk, turns, titles):
    who = await three(talk)
    for turn, title in zip(turns, titles, strict=True):
        assert title in text(await talk.say(who, turn)), turn


async def test_before_the_first_there_is_nothing(talk):
    who = await three(talk)
    for turn in ("전전꺼 원문", "그 앞에꺼도"):
        said = text(await talk.say(who, turn))
    assert "찾지 못했습니다" in said
    assert "마지막입니다" in text(await talk.say(await three(talk), "그 다음꺼 원문"))


async def test_whoever_was_sent_nothing_is_told_so(talk):
    assert "보내 드린 소식이 없습니다" in text(await talk.say(talk.newcomer(), "그 전꺼도 원문"))


@pytest.mark.parametrize(
    "said",
    [
        "원문",
        "그거 지워",
        "이전 거 취소",
        "앞으로 원문으로 보내줘",
        "그 전꺼도",
        "2번 원문",
        "다음 주 요약 보내줘",
        "농업 기사 원문",
    ],
)
async def test_other_words_mean_no_card(said):
    assert card(said) is None


async def test_a_button_speaks_of_its_card_too(talk):
    who = talk.newcomer()
    first = (await tell(talk, who, "수소 버스"))[0]
    await talk.advance(timedelta(seconds=20))
    second = (await tell(talk, who, "딸기 축제"))[0]
    await talk.advance(timedelta(seconds=20))

    assert "딸기 축제" in text(await talk.say(who, press=f"url:{second.story.id}"))
    assert first.document.url in text(await talk.say(who, "그 앞에꺼도"))
