"""Words that only point at something are no words to subscribe to or to leave out: Dobi asks which."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot import topics
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
POINTS = (
    "그", "그 낱말", "이런거", "이거", "담부터", "다음부터", "오늘 하루", "이것만", "저것도", "아까 그거", "그 낱말은",
    "담부터 이런거", "이런건", "앞으로 이런 소식", "그거", "방금 그거",
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("pointing"), roles=("chat",)) as talk:
        yield talk


@pytest.mark.parametrize("word", POINTS)
async def test_what_points_names_nothing(word):
    assert topics.names(word) == ()


@pytest.mark.parametrize("word", ["채용", "이주노동자", "그린뉴딜", "오늘의 농업", "한우", "저수지", "하루살이"])
async def test_what_names_something_does(word):
    assert topics.names(word)


async def test_nothing_is_left_out_or_subscribed_to_by_pointing(house):
    user = house.newcomer()
    await house.say(user, "구독 소상공인")
    await house.say(user, "정산")

    for word in POINTS:
        for said in (f"제외 {word}", f"제외 1 {word}", f"구독 {word}"):
            told = await house.say(user, said)
            assert "빼고 보내" not in told[0].reply.text, said
            assert "보내 드리겠습니다" not in told[0].reply.text, said

    listed = text(await house.say(user, "목록"))
    assert "구독 1개" in listed
    assert "제외:" not in listed


@pytest.mark.parametrize("said", ["그 낱말은 빼줘", "담부터 이런거 빼줘", "이런건 빼줘", "제외 이런 거"])
async def test_which_word_is_asked_with_what_there_is(house, said):
    user = house.newcomer()
    await house.say(user, "구독 소상공인")
    await house.say(user, "정산")

    told = await house.say(user, said)

    assert "아무것도 바꾸지 않았습니다" in text(told)
    assert "소상공인" in "".join(labels(told[0])) + text(told)


@pytest.mark.parametrize(
    ("said", "word"), [("제외 채용", "채용"), ("제외 1 이런 입찰", "입찰"), ("채용은 빼줘", "채용")]
)
async def test_a_word_that_names_something_is_left_out(house, said, word):
    user = house.newcomer()
    await house.say(user, "구독 소상공인")

    assert f"'{word}'" in text(await house.say(user, said))
