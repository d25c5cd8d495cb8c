"""Somebody's first words, and words that ask for nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.talk import Talk, talking

pytestmark = pytest.mark.asyncio(loop_scope="module")
UNREAD = "방금 하신 말씀은 알아듣지 못했습니다"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """Monday, 2026-11-23, 11:30."""
    async with talking(tmp_path_factory.mktemp("newcomers"), roles=("chat",)) as stage:
        yield stage


@pytest.mark.parametrize("words", ["축산과 말고요", "두번째꺼 버려", "머라카노 이기", "벌써 그랬는데요"])
async def test_first_words_that_are_not_understood_are_said_to_be(talk, words):
    said = [one.reply.text for one in await talk.say(talk.newcomer(), words)]
    assert said[0].startswith("안녕하십니까")
    assert UNREAD in said[0]
    assert len(said[0].splitlines()) <= 4


@pytest.mark.parametrize(
    "words", ["하이", "누구세요", "이거 뭐예요?", "안녕하세요 잘부탁드려요", "ㅎㅇ", "도비야", "반가워요~", "ㅋㅋㅋ"]
)
async def test_a_greeting_is_greeted_alone(talk, words):
    said = " ".join(one.reply.text for one in await talk.say(talk.newcomer(), words))
    assert UNREAD not in said
