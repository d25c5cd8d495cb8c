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
        ("거의 다 와가요", "도착"), ("저녁에 복귀할게요", "복귀"), ("회의 끝나는대로 복귀합니다", "복귀"),
        ("출장 이제 곧 복귀합니다", "복귀"), ("출장 곧 복귀", "복귀"), ("출장 곧 마칩니다", "복귀"),
        ("출장 거의 끝났습니다", "복귀"),
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
    for ahead_ in ("곧 도착합니다", "한 10분 있으면 도착합니다"):
        assert unwritten(await told(house, user, ahead_))
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
    "said",
    [
        "도착 취소",
        "도착취소요",
        "도착 잘못 눌렀어요",
        "출발 취소해주세요",
        "출장 도착 취소",
        "도착 지워주세요",
        "도착 눌렀는데 취소해주세요",
    ],
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


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("어제 진주 출장 도착 인증을 깜빡했는데 어떡하죠", "진주 출장의 도착"),
        ("어제 김해시청 출장 도착 못 눌렀는데 어쩌죠", "김해시청 출장의 도착"),
        ("어제 김해시청 출장 복귀 안 찍었는데 어떻게 해요", "김해시청 출장의 복귀"),
        ("어제 밀양시청 출장 출발 인증 누락했는데 우짜죠", "밀양시청 출장의 출발"),
    ],
)
async def test_the_place_of_a_missed_moment_ends_before_the_trip(house: Talk, said: str, place: str) -> None:
    user = house.newcomer()
    assert f"11. 22.(일) {place}" in await told(house, user, said)
    await told(house, user, "13시 40분")
    listed = await told(house, user, "출장 목록")
    assert f" {place.split(maxsplit=1)[0]} ·" in listed


@pytest.mark.parametrize(
    "said",
    [
        "어제 출장 도착 인증 깜빡했는데 어떻게 해요", "어제 출장 인증 깜빡했는데 어쩌죠", "어제 출장 증빙 못냈어요",
        "어제 증빙을 안 올렸어요",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", [(TODAY,), (TODAY, "맞습니다", "출발"), ("출발",)])
async def test_the_trip_of_today_is_not_changed_by_what_was_missed(
    house: Talk, before: tuple[str, ...], said: str
) -> None:
    user = house.newcomer()
    for one in before:
        await house.say(user, one)
    answer = await told(house, user, said)
    assert "11. 22.(일) 출장은 적힌 것이 없습니다" in answer
    listed = await told(house, user, "출장 목록")
    assert "11. 23.(월)" in listed
    assert "11. 22." not in listed
    assert "1건" in listed


@pytest.mark.parametrize(
    "said", ["어제 출장 증빙 못냈어요", "어제 출장 증빙 제출 못했어요", "어제 증빙 못 냈는데 어떡하죠"]
)
async def test_evidence_that_was_missed_is_added_to_its_day(house: Talk, said: str) -> None:
    user = house.newcomer()
    await house.say(user, "어제 진주 출장 도착 13시 40분인데 깜빡했어요")
    replies = await house.say(user, said)
    assert "11. 22.(일) 진주 출장에 무엇을 더할까요" in replies[0].reply.text
    assert "사진" in labels(replies[0])


@pytest.mark.parametrize(
    "said", ["출장 가다가 차가 막혀서 30분 늦어요", "차가 막혀서 30분 늦어요", "길이 너무 막혀서 한 시간 늦습니다"]
)
async def test_who_is_late_is_asked_for_no_location(house: Talk, said: str) -> None:
    assert labels((await house.say(await traveller(house, "출발"), said))[0]) == ["도착"]
    assert "동의" not in await told(house, house.newcomer(), said)
    user = house.newcomer()
    for one in ("출장 내일 10시 진주 스마트팜", "맞습니다"):
        await house.say(user, one)
    assert "이렇게 고칠까요" in await told(house, user, said)
