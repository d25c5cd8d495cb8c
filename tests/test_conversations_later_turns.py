"""What is said on the turn after: beside a list, a leave, a briefing, a refusal, or what is open."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.later_turns import disputed, frees, waits
from bot.messenger import InFile
from bot.open_notices import said_of_open
from bot.open_sheets import kind_of
from tests.postings import book
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


async def test_an_open_notice_is_changed_and_asked_again(talk):
    await told(talk, "park", "공지 내일 오전 9시 대강당 직장교육 전원 참석")
    assert "정보화담당관 2명에게" in await told(talk, "park", "우리과만요")
    said = await talk.say("park", "보내요 아 9시 아니고 9시반")
    assert "정보화담당관 2명에게" in said[0].reply.text
    assert "———\n내일 오전 9시반 대강당" in said[0].reply.text
    assert labels(said[0]) == ["보내기", "그만두기"]
    await talk.press("park", said[0], "그만두기")


async def test_what_was_just_sent_is_put_right_for_the_same_people(talk):
    asked = (await talk.say("park", "공지 예산담당관: 내일 4시에 소방훈련이 있습니다"))[0]
    assert "보냅니다" in (await talk.press("park", asked, "보내기"))[0].reply.text
    said = (await talk.say("park", "아 시간 틀렸다 5시에요"))[0]
    assert "예산담당관 1명에게" in said.reply.text
    assert "———\n정정합니다. 내일 5시에 소방훈련이 있습니다" in said.reply.text
    assert labels(said) == ["보내기", "그만두기"]
    await talk.press("park", said, "그만두기")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("9시 아니고 9시 반이요", "공지 이대로 시각 9시→9시 반"),
        ("10시로 고쳐줘", "공지 이대로 시각 →10시"),
        ("총무과만 보내줘", "공지 이대로 부서 총무과"),
        ("저희 부서에만요", "공지 이대로 부서 우리"),
        ("출장 내일 9시 진주", ""),
        ("9시에 회의 있어요", ""),
        ("예산담당관실 몇 명이에요?", ""),
    ],
)
async def test_what_is_said_of_an_open_notice(said, meant):
    assert said_of_open(said) == meant


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("부서변경에 김영수도 있어요?", "ask"), ("몇 명 바뀌는 거예요?", "ask"), ("그분은 빼고 나머지만", "without"),
        ("조해솔 주무관은 빼고요", "without"), ("엑셀 올린거 반영해주세요", "apply"), ("이거 반영해줘", "apply"),
        ("적용하면 어떻게 돼요?", ""), ("내일 연차", ""), ("주말은 빼고요", ""),
    ],
)  # fmt: skip
async def test_what_is_said_of_an_open_sheet(said, kind):
    assert kind_of(said) == kind


async def test_an_open_sheet_answers_is_shown_anew_and_never_applied_otherwise(talk):
    rows = [
        ["번호", "구분", "성명", "직급", "현소속", "발령부서", "발령일"],
        [1, "신규", "하나둘", "행정9급", "", "예산담당관", "2026-11-23"],
        [2, "신규", "김둘셋", "행정9급", "", "예산담당관", "2026-11-23"],
    ]
    asked = await talk.say("park", "인사발령", files=[InFile("인사이동_1123.xlsx", book(("발령", rows)))])
    assert labels(asked[0])[0] == "적용"
    said = (await talk.say("park", "거기 김둘셋도 있어요?"))[0]
    assert "김둘셋 님: " in said.reply.text
    assert "김영수 님은 이 표의" in (await talk.say("park", "김영수도 있어요?"))[0].reply.text
    assert "전입 2" in (await talk.say("park", "몇명 바뀌는 거예요?"))[0].reply.text
    left = (await talk.say("park", "김둘셋은 빼고 나머지만"))[0]
    assert "김둘셋 님의 줄은 빼고" in left.reply.text
    assert "전입 1" in left.reply.text
    again = (await talk.say("park", "엑셀 올린거 반영해주세요"))[0]
    assert labels(again)[0] == "적용"
    assert "남아 있지 않습니다" in (await talk.press("park", asked[0], "적용"))[0].reply.text
    assert "적용했습니다: 전입 1" in (await talk.press("park", left, "적용"))[0].reply.text


@pytest.mark.parametrize(
    ("turns", "ends"),
    [
        (("알림 멈춤 2시간", "오늘만"), "11. 24.(화) 00:00까지 알림을 멈춥니다"),
        (("알림 멈춤 2시간", "아니 오늘 하루만요"), "11. 24.(화) 00:00까지 알림을 멈춥니다"),
        (("알림 멈춤", "이번 주만요"), "11. 28.(토) 00:00까지 알림을 멈춥니다"),
        (("알림 멈춤 오늘", "이번주만 쉴게요"), "11. 28.(토) 00:00까지 알림을 멈춥니다"),
        (("알림 멈춤 오늘", "한시간만"), "12:30까지 알림을 멈춥니다"),
        (("알림 멈춤 오늘", "내일까지만요"), "11. 25.(수) 00:00까지 알림을 멈춥니다"),
        (("구독 청년", "쉬기 청년", "오늘만요"), "'청년' 소식만 오늘까지 쉽니다"),
        (("구독 청년", "쉬기 청년", "오늘만", "이번 주만"), "'청년' 소식만 11. 27.(금)까지 쉽니다"),
        (("구독 청년", "쉬기 청년", "이제 다 풀어"), "'청년' 소식을 다시 보내 드리겠습니다"),
        (("주말도 받기", "이번 주만"), "이 설정은 그때만 따로 되지 않고 계속됩니다"),
        (("식단", "오늘만"), "식단"),
    ],
)
async def test_a_hold_is_for_so_long_alone(talk, turns, ends):
    assert ends in await told(talk, talk.newcomer(), *turns)


@pytest.mark.parametrize(
    "said",
    ["청년 끊어", "청년꺼 끊어주세요", "청년은 이제 끊자", "청년 구독 끊을래요", "청년 해지할게요", "청년 끊고싶다"],
)
async def test_what_is_named_of_the_list_ends(talk, said):
    who = await listed(talk)
    assert "'청년' 구독을 끝냈습니다" in await told(talk, who, said)
    assert "구독 2개입니다" in await told(talk, who, "목록")


@pytest.mark.parametrize("said", ["그냥 끊어", "끊어줘", "걍 끊자", "하나 끊고싶다", "이제 끊을래요", "고마 끊어라"])
async def test_which_one_ends_is_asked(talk, said):
    who = await listed(talk)
    assert labels((await talk.say(who, said))[0])[:3] == ["1 해지", "2 해지", "3 해지"]
    assert "구독 3개입니다" in await told(talk, who, "목록")


async def test_no_other_one_ends_by_a_word_said_twice(talk):
    who = talk.newcomer()
    await told(talk, who, "구독 청년", "구독 농업", "청년 끊어", "끊어줘")
    assert "농업" in await told(talk, who, "목록")


@pytest.mark.parametrize("said", ["청년 끊지마", "끊지 마세요", "청년 끊으면 어떻게 돼?", "끊겼어요", "전화 끊어요"])
async def test_nothing_ends_by_other_words(talk, said):
    who = await listed(talk)
    await told(talk, who, said)
    assert "구독 3개입니다" in await told(talk, who, "목록")


@pytest.mark.parametrize(
    "said",
    [
        "야 이 바보야", "짜증나네", "아 진짜 짜증", "뭐 이래", "왜이리 멍청해",
        "답답하다 진짜", "ㅅㅂ", "꺼져", "에이씨", "너 진짜 못한다",
    ],
)  # fmt: skip
async def test_a_rude_word_is_answered_calmly(talk, said):
    answer = (await talk.say(talk.newcomer(), said))[0]
    assert "불편하게 해 드려 죄송합니다" in answer.reply.text
    assert "내선" in answer.reply.text
    assert labels(answer) == ["도움말", "쉬운 것부터"]


@pytest.mark.parametrize(
    "said", ["짜증나는 소식 빼줘", "알림 꺼져", "한심한 기사 빼줘", "쓰레기", "답답한데 창문 열어", "나 과장이야"]
)
async def test_an_unkind_word_among_others_is_read_with_them(said):
    assert disputed(said) != "vexed"


@pytest.mark.parametrize(
    "said",
    [
        "위치 기록 지난달꺼 다 지워줘", "지난달 위치남은거 지워주세요", "출장 위치 기록 일부만 삭제",
        "작년 위치기록 좀 없애줘요", "10월 동선 기록 날려줘",
    ],
)  # fmt: skip
async def test_points_of_some_time_are_not_picked_out_and_nothing_is_withdrawn(talk, said):
    who = talk.newcomer()
    await talk.agree(who)
    answer = await told(talk, who, said)
    assert "지난 위치를 골라 지우지는 못합니다. 아직 아무것도 바꾸지 않았습니다" in answer
