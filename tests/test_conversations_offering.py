"""What nobody foresaw is offered with its content, asked for what it lacks, or refused with the nearest thing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.wording.beyond import KINDS
from bot.wording.ways import ways
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """Monday, 2026-11-23, 11:30; everybody has said hello."""
    async with talking(tmp_path_factory.mktemp("offering"), roles=("deliver", "chat")) as stage:
        for who in ("kim", "park", "oh"):
            await stage.say(who, "안녕하세요")
        yield stage


@pytest.mark.parametrize(
    ("who", "said", "offer"),
    [
        ("park", "정가온씨 초대코드 발급 부탁요", "초대 정가온"),
        ("park", "한가을 주무관 명부에 올려주세요 예산담당관", "직원 추가 한가을 예산담당관"),
        ("kim", "브리핑을 9시 10분으로 늦춰주세요", "아침 브리핑 9시 10분"),
        ("oh", "의령군청 기관으로 넣어줘", "기관 추가 의령군청"),
    ],
)
async def test_an_offer_carries_what_was_said_and_is_understood(talk, who, said, offer):
    asked = await talk.say(who, said)

    assert labels(asked[0])[0] == offer
    assert "아직 아무것도 바꾸지 않았습니다" in text(asked)
    again = await talk.say(who, press=f"say:{offer}")
    assert "알아듣지 못했습니다" not in again[0].reply.text


async def test_own_subscriptions_stand_on_the_buttons(talk):
    who = talk.newcomer()
    await talk.say(who, "안녕하세요")
    await talk.say(who, "구독 청년")
    await talk.say(who, "구독 농업")

    assert labels((await talk.say(who, "청년꺼 인자 안봐도된다"))[0])[0] == "해지 청년"
    less = labels((await talk.say(who, "청년 관련은 안와도 됨"))[0])
    assert "해지 청년" in less
    assert not {one for one in less if one.startswith("구독")}
    both = labels((await talk.say(who, "농업이랑 청년 둘다 이제 필요가 없어졌네"))[0])
    assert {"해지 농업", "해지 청년"} <= set(both)


@pytest.mark.parametrize(
    ("who", "said", "offer"),
    [
        ("kim", "낼 한시 진주스마트팜 관용차 박주무관이랑", "출장 11/24 13시 진주스마트팜 관용차 박주무관"),
        ("kim", "여덟시 간부회의 드가기전에 볼수있게", "아침 브리핑 7시 30분"),
        ("park", "신규 두명요 한겨울 윤슬비 둘다 농정과", "직원 추가 한겨울 농정과"),
        ("park", "한여울 팀장 달았어요", "직원 한여울"),
        ("park", "서마루 명단에 있나", "직원 서마루"),
    ],
)
async def test_the_first_offer_holds_all_that_was_said(talk, who, said, offer):
    shown = labels((await talk.say(who, said))[0])

    assert shown[0] == offer
    assert not {one for one in shown if one.startswith(("퇴직", "휴직 처리"))}


async def test_a_notice_in_plain_words_is_read_back(talk):
    told = text(await talk.say("park", "전직원한테 내일 청사 소독한다고 쫙 뿌려줘요"))

    assert "이렇게 보냅니다" in told
    assert "내일 청사 소독합니다" in told


async def test_a_food_that_was_named_is_looked_for(talk):
    told = text(await talk.say("kim", "땅콩 들어간 날"))

    assert "땅콩" in told
    assert "새우" not in told


async def test_whom_nobody_knows_is_said_at_once_with_the_way_to_add_them(talk):
    asked = await talk.say("park", "윤슬비 씨 접근 차단이요")

    assert "'윤슬비' 님을 명부에서 찾지 못했습니다" in text(asked)
    assert labels(asked[0])[0] == "직원 추가 윤슬비"


async def test_a_command_without_its_piece_asks_and_goes_on_with_the_answer(talk):
    assert "어느 분입니까?" in text(await talk.say("park", "퇴직"))
    assert "서마루 님을 퇴직으로 처리할까요?" in text(await talk.say("park", "서마루 주무관이요"))
    assert "다행입니다" in text(await talk.say("park", "고마워요"))
    assert "퇴직" not in text(await talk.say("park", "한여울"))  # what was wanted is over


async def test_an_offer_with_a_blank_asks_for_it(talk):
    assert "어느 분입니까?" in text(await talk.say("park", press="say:부서 변경 ○○ 도로과"))
    assert "강이든" in text(await talk.say("park", "강이든이요"))


async def test_who_may_not_is_asked_for_nothing(talk):
    assert "어느 분입니까?" not in text(await talk.say("kim", "퇴직"))


async def test_a_day_to_come_is_not_forgotten(talk):
    asked = await talk.say("park", "한여울 주무관 다음 달부터 휴직이에요")

    assert "저절로 적용됩니다" in asked[0].reply.text
    assert "적용" in labels(asked[0])


@pytest.mark.parametrize(
    ("said", "told", "nearest"),
    [
        ("초과근무 신청 좀 올려줘", "올리지 못합니다", "휴가"),
        ("이팀장 집주소 알려줘", "알려 드리지 못합니다", "도움말"),
        ("안 간 출장 도착으로 찍어줘", "증명하지 못합니다", "출장 취소"),
        ("대회의실 세시에 잡아줘", "예약은 하지 못합니다", "출장"),
        ("이 문장 영어로 번역해줘", "하지 못합니다", "요약"),
    ],
)
async def test_what_dobi_can_not_do_is_said_with_the_nearest_thing(talk, said, told, nearest):
    asked = await talk.say("kim", said)

    assert told in text(asked)
    assert nearest in labels(asked[0])


@pytest.mark.parametrize(
    ("who", "said", "told"),
    [
        ("kim", "초과근무 관련 지침 나오면 알려줘", "'초과근무"),
        ("kim", "회의실 예약 시스템 공모 찾아줘", "회의실 예약 시스템"),
        ("kim", "번역 지원 사업 구독", "'번역 지원"),
    ],
)
async def test_a_refusal_swallows_nothing_that_dobi_can_do(talk, who, said, told):
    answer = await talk.say(who, said)

    assert told in f"{text(answer)} {labels(answer[0])}"
    assert "못합니다" not in text(answer)


@pytest.mark.parametrize(
    ("who", "said", "told"),
    [
        ("kim", "이걸로 뭘 할 수 있노", "이렇게 쓰실 수 있습니다"),
        ("kim", "담당 직원 바꿔주게", "정보화담당관"),
        ("kim", "제일 간단한거 갈쳐도", "식당"),
        ("oh", "알림 밀린거 몇건이야", "상태입니다"),
        ("park", "우리기관 사람 명단 엑셀로 뽑아줘", "사람과 역할 표"),
        ("park", "공지: 내일 식당 휴무", "이렇게 보냅니다"),
        ("kim", "지난주에 봤던 한파 대책 글 어딨지", "'한파 대책'"),
        ("kim", "그 청년월세 나왔던거 찾아줘", "'청년월세'"),
    ],
)
async def test_what_only_shows_something_needs_no_press(talk, who, said, told):
    assert told in text(await talk.say(who, said))


async def test_what_dobi_can_do_stays_a_press_away(talk):
    asked = await talk.say("kim", "날씨 나빠서 출장 미뤘어요")

    assert "출장 취소" in labels(asked[0])


async def test_in_a_group_nobody_hears_who_stands_in_the_roster(talk):
    asked = await talk.say("park", "윤슬비 씨 접근 차단이요", chat="총무과", mention=True)

    assert "윤슬비" not in text(asked)


async def test_every_kind_that_is_learnt_has_its_words():
    assert {way.kind for way in ways() if way.kind} == KINDS
