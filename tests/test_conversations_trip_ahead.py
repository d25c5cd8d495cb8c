"""What is still ahead, was missed or was told by mistake is no moment of a trip: nothing is written, none issued."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.trip_ahead import ahead, nearly
from tests.talk import Talk, labels, talking

pytestmark = pytest.mark.asyncio(loop_scope="module")
TODAY = "출장 진주 스마트팜 오늘 10시"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("ahead"), roles=("deliver", "chat", "verify")) as talk:
        yield talk


async def told(talk: Talk, user: str, said: str) -> str:
    return "\n".join(one.reply.text for one in await talk.say(user, said))


async def traveller(talk: Talk, *said: str) -> str:
    user = talk.newcomer()
    for one in (TODAY, "맞습니다", *said):
        await talk.say(user, one)
    return user


def unwritten(reply: str) -> bool:
    return "적지 않았습니다" in reply and ", 적었습니다" not in reply and "마쳤습니다" not in reply


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("이제 곧 복귀합니다", "복귀"), ("복귀 중입니다", "복귀"), ("복귀중", "복귀"), ("이따가 복귀할게요", "복귀"),
        ("점심 먹고 복귀합니다", "복귀"), ("복귀하는 길입니다", "복귀"), ("돌아가는 중", "복귀"),
        ("사무실로 돌아가는 중입니다", "복귀"), ("한 시간 뒤 복귀합니다", "복귀"), ("내일 복귀합니다", "복귀"),
        ("복귀해요 이따가", "복귀"), ("복귀 예정입니다", "복귀"), ("복귀하려고 합니다", "복귀"),
        ("곧 도착합니다", "도착"), ("10분 뒤 도착합니다", "도착"),
        ("거의 도착했어요", "도착"), ("거의 다 왔어요", "도착"), ("내일 도착합니다", "도착"),
        ("출장 거의 도착했어요", "도착"), ("잠시 후 도착합니다", "도착"), ("도착 10분 전입니다", "도착"),
        ("거의 다 와가요", "도착"),
    ],
)  # fmt: skip
async def test_what_is_still_ahead_is_written_nowhere(house: Talk, said: str, word: str) -> None:
    user = await traveller(house, "출발")
    replies = await house.say(user, said)
    assert len(replies) == 1
    assert unwritten(replies[0].reply.text)
    assert labels(replies[0]) == [word]
    assert replies[0].reply.receipt is None


@pytest.mark.parametrize("said", ["곧 출발합니다", "조금 있다 출발할게요", "이따 출발해요", "출발 준비 중입니다"])
async def test_who_is_to_set_out_has_not(house: Talk, said: str) -> None:
    user = await traveller(house)
    replies = await house.say(user, said)
    assert unwritten(replies[0].reply.text)
    assert labels(replies[0]) == ["출발"]
    assert unwritten(await told(house, house.newcomer(), said))


@pytest.mark.parametrize(
    "said", ["지금 도착합니다", "방금 도착", "도착합니다", "도착이요", "이제 막 도착했습니다", "출장 지금 도착했어요"]
)
async def test_now_is_now(house: Talk, said: str) -> None:
    assert "도착, 적었습니다" in await told(house, await traveller(house, "출발"), said)


async def test_a_moment_is_no_correction_of_the_trip_that_just_began(house: Talk) -> None:
    user = house.newcomer()
    await house.say(user, "출발")
    assert unwritten(await told(house, user, "곧 도착합니다"))
    assert "도착, 적었습니다" in await told(house, user, "방금 도착")


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("복귀합니다", "복귀"), ("곧바로 복귀합니다", "복귀"), ("방금 출발 곧 도착", "출발"),
        ("시천면 도착했습니다", "도착"),
        ("10분 뒤 도착했습니다", "도착"), ("거의 한시간 걸려 도착했습니다", "도착"), ("조금 전에 도착했습니다", "도착"),
        ("복귀합니다 내일 뵙겠습니다", "복귀"), ("출장 마치고 복귀합니다", "복귀"), ("중앙시장 도착", "도착"),
        ("도착 중앙시장", "도착"), ("밥 먹고 복귀했습니다", "복귀"), ("출발할게요", "출발"),
        ("좀 늦게 복귀합니다", "복귀"),
    ],
)  # fmt: skip
async def test_other_words_near_a_moment_put_nothing_off(said: str, word: str) -> None:
    assert not ahead(said, word)
    assert ahead("10분뒤도착합니다", "도착")
    assert not nearly("진주로 가는 중입니다")


@pytest.mark.parametrize(
    "said", ["도착 취소", "도착취소요", "도착 잘못 눌렀어요", "출발 취소해주세요", "출장 도착 취소", "도착 지워주세요"]
)
async def test_a_moment_told_by_mistake_is_offered_to_be_taken_back(house: Talk, said: str) -> None:
    user = await traveller(house, "출발", "도착")
    replies = await house.say(user, said)
    assert labels(replies[0]) == ["도착 지우기"]
    taken = await house.press(user, replies[0], "도착 지우기")
    assert "지웠습니다" in taken[0].reply.text
    assert labels(taken[0])[0] == "도착"


@pytest.mark.parametrize("said", ["복귀 잘못 눌렀어요", "복귀 취소", "아직 복귀 안했어요", "복귀 취소해주세요"])
async def test_a_receipt_that_is_out_is_told_honestly(house: Talk, said: str) -> None:
    user = await traveller(house, "출발", "복귀")
    answer = await told(house, user, said)
    assert "영수증이 나갔습니다" in answer
    assert "적지 않았습니다" not in answer


async def test_nothing_told_is_nothing_to_take_back(house: Talk) -> None:
    assert "아직 적은 출발이나 도착이 없습니다" in await told(house, await traveller(house), "출발 취소")
