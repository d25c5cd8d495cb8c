"""A question writes nothing durable: two hundred people may ask at once, and the disk hears of none of them.

A list is the exception: which rows were shown is kept for ten minutes, in two writes of one step.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.talk import Talk, talking

QUESTIONS = ("식당", "차례", "전체 차례", "지금 줄 길어?", "목록", "브리핑", "도움말", "내 정보", "정산")
LISTS = ("목록", "브리핑")


@pytest.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path) as house:
        await house.say("kim", "구독 청년")
        yield house


async def writes(talk: Talk) -> int:
    persistence = await talk.house.redis.info("persistence")
    return int(persistence["rdb_changes_since_last_save"])


async def test_questions_change_nothing_in_the_database_and_what_is_told_does(talk):
    for question in QUESTIONS:
        assert await talk.say("kim", question)
    written = {}
    for said in (*QUESTIONS, "구독 재난안전"):
        before = await writes(talk)
        assert all(await asyncio.gather(*(talk.say("kim", said) for _ in range(5))))
        written[said] = await writes(talk) - before

    assert written.pop("구독 재난안전") > 0
    lists = {said: written.pop(said) for said in LISTS}
    assert set(lists.values()) <= {0, 10}  # which rows were shown, and until when, for "두 번째 거" may be said next
    assert written == dict.fromkeys(written, 0)
