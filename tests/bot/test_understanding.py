"""What people really type: marks, quotes, endings, near misses, and words that are no answer to what was asked."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.talk import Talk, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("understanding")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(_folder) -> AsyncIterator[Talk]:
    async with talking(_folder, roles=("sense", "deliver", "chat", "verify")) as house:
        yield house


async def known(talk: Talk) -> str:
    user = talk.newcomer()
    await talk.say(user, "시작")
    return user


@pytest.mark.parametrize(
    "typed",
    [
        "식당?",
        "식당!",
        "식당요",
        "식당 좀",
        '"식당"',
        "「식당」",
        "／식당",
        "/ 식당",
        "식\u200b당",
        "/식당!",
        "식당이요?",
    ],
)
async def test_a_command_word_is_known_in_any_dress(talk, typed):
    user = await known(talk)

    assert (await talk.say(user, typed))[0].reply.facts == (await talk.say(user, "식당"))[0].reply.facts is not None


@pytest.mark.parametrize("typed", ["심당", "/xyz", "고마워", "/심당", "식당가 소식이 뭐야"])
async def test_what_is_no_yes_or_no_is_no_answer_to_the_consent_question(talk, typed):
    user = await known(talk)
    await talk.say(user, "출장")

    said = text(await talk.say(user, typed))

    assert "동의" not in said
    assert "동의를 기록했습니다" in text(await talk.say(user, "네!"))


async def test_a_no_in_words_is_a_no(talk):
    user = await known(talk)
    await talk.say(user, "출장")

    assert "위치를 받지 않겠습니다" in text(await talk.say(user, "동의 안 합니다."))


async def test_a_near_miss_at_the_first_contact_is_suggested_before_the_introduction(talk):
    said = await talk.say(talk.newcomer(), "심당")

    assert "'식당' 말씀이십니까" in said[0].reply.text
    assert len(said) == 4
    assert "도비입니다" in said[1].reply.text
