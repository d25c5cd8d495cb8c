"""What is said on the turn after: beside a list, a leave, a briefing, a refusal, or what is open."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.later_turns import disputed, frees, waits
from tests.talk import Talk, labels, talking

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """Monday, 2026-11-23, 11:30."""
    async with talking(tmp_path_factory.mktemp("turns"), roles=("deliver", "chat")) as stage:
        yield stage


async def told(talk: Talk, who: str, *turns: str) -> str:
    """What the last answer says."""
    said = [await talk.say(who, turn) for turn in turns]
    return " ".join(one.reply.text for one in said[-1])


async def listed(talk: Talk) -> str:
    who = talk.newcomer()
    await told(talk, who, "구독 청년", "구독 농업", "구독 산불", "목록")
    return who


@pytest.mark.parametrize("said", ["하나 빼야겠다", "하나만 지울래요", "몇개 줄여야겠어", "여기서 하나 뺄게"])
async def test_one_of_the_list_is_asked_for_with_buttons(talk, said):
    asked = (await talk.say(await listed(talk), said))[0]
    assert labels(asked)[:3] == ["1 해지", "2 해지", "3 해지"]


async def test_the_place_answers_which_one_ends(talk):
    who = await listed(talk)
    assert "'농업' 구독을 끝냈습니다" in await told(talk, who, "하나 빼야겠다", "두번째꺼")


async def test_one_stays_and_the_other_ends(talk):
    who = await listed(talk)
    said = await told(talk, who, "농업은 놔두고 청년")
    assert "'청년' 구독을 끝냈습니다" in said
    assert "'농업' 구독은 그대로입니다" in said
    assert "2개" in await told(talk, who, "목록")


async def test_what_was_just_ended_comes_back_for_the_other(talk):
    who = await listed(talk)
    await told(talk, who, "해지 농업", "아이다 농업은 놔두고 청년")
    left = await told(talk, who, "목록")
    assert "농업" in left
    assert "청년" not in left


@pytest.mark.parametrize("said", ["그라믄 인자 머 남았노", "그럼 뭐뭐 남았지", "남은거 뭐야", "이제 몇개 남았어요?"])
async def test_what_is_left_is_shown(talk, said):
    who = await listed(talk)
    assert "구독 2개입니다" in await told(talk, who, "해지 청년", said)


async def test_a_moment_offers_what_was_just_ended(talk):
    who = await listed(talk)
    await told(talk, who, "해지 청년")
    asked = (await talk.say(who, "아 잠깐"))[0]
    assert labels(asked) == ["다시 받기"]
    assert "알겠습니다" in await told(talk, who, "아냐 그냥 끊어")
    assert "2개" in await told(talk, who, "목록")


@pytest.mark.parametrize("said", ["아직 하지마", "아직 하지마 다음주에 다시 말할게", "아직은 하지 마세요"])
async def test_what_is_open_is_put_away(talk, said):
    asked = (await talk.say("park", "공지 오늘 오후 3시에 소방 점검이 있습니다"))[0]
    assert labels(asked)[0] == "보내기"
    assert "보내지 않았습니다" in await told(talk, "park", said)
    assert "기다리는 공지가 없습니다" in await told(talk, "park", "공지 취소")


@pytest.mark.parametrize("said", ["됐어 다 풀어", "이제 다 풀어줘", "전부 풀어줘요", "인자 다 풀어라"])
async def test_a_hold_is_lifted(talk, said):
    assert "다시 켰습니다" in await told(talk, talk.newcomer(), "알림 멈춤 2시간", said)


@pytest.mark.parametrize(
    ("turns", "ends"),
    [
        (("24일부터 26일까지 쉬어요", "아 12월이요 크리스마스때ㅎㅎ"), "12. 24.(목)~12. 26.(토) 휴가로"),
        (("24일부터 26일까지 쉬어요", "아 12월이요", "26일은 빼고 25일까지만요"), "12. 24.(목)~12. 25.(금) 휴가로"),
        (("휴가 11/25~11/27", "금욜만"), "11. 27.(금) 휴가로"),
        (("휴가 11/25~11/27", "26일만 쉴게요"), "11. 26.(목) 휴가로"),
        (("아침 브리핑 8시", "30분만 늦게 주세요"), "08:30에 아침 브리핑"),
        (("아침 브리핑 9시", "반시간 일찍"), "08:30에 아침 브리핑"),
        (("아침 브리핑 8시", "금욜만 늦게는 안되나요?"), "요일마다 시각을 따로 정하지는 못합니다"),
        (("휴가 11/25~11/27", "그동안 온건 갔다와서 볼수있죠?"), "보실 수 있습니다"),
        (("알림 멈춤 2시간", "그동안 온 건 나중에 볼 수 있나요?"), "보실 수 있습니다"),
    ],
)
async def test_a_leave_and_a_briefing_are_corrected(talk, turns, ends):
    assert ends in await told(talk, talk.newcomer(), *turns)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("나 과장이야", "rank"),
        ("내가 팀장인데", "rank"),
        ("저 여기 과장인데 안돼요?", "rank"),
        ("나 국장이라니까", "rank"),
        ("과장님이 시키셨는데요", "ordered"),
        ("팀장님이 알아보라고 하셨어요", "ordered"),
        ("국장님 지시인데요", "ordered"),
        ("됐고 나한테 전화하라고 해", "call"),
        ("저한테 연락 달라고 전해줘", "call"),
        ("김주무관한테 나한테 톡하라고 해", "call"),
        ("과장님 알림 제걸로도 오게 연결해주세요", "alerts"),
        ("팀장님이 받는 소식 저한테도 보내줘", "alerts"),
        ("과장님 출장 알려줘", ""),
        ("도지사 소식 나한테 보내줘", ""),
        ("과장님이 시켰는데 출장 취소해줘", ""),
        ("나 출장 간다", ""),
        ("과장님께 보고하러 감", ""),
        ("전통시장 소식 저한테도 보내주세요", ""),
        ("나한테 보내줘", ""),
        ("공지: 과장님이 시키셨습니다", ""),
    ],
)
async def test_whoever_disputes_is_told_the_way(talk, said, kind):
    assert disputed(said) == kind
    if kind:
        assert "알아듣지" not in await told(talk, "oh", said)


async def test_waiting_and_freeing_are_no_other_words():
    assert all(map(waits, ("잠깐만요", "앗 잠깐", "아 잠시만요")))
    assert not any(map(waits, ("잠깐 쉬어", "알림 잠깐 멈춰", "잠깐 출장")))
    assert not any(map(frees, ("다 지워", "다 봤어", "풀어줘", "다 보여줘")))
