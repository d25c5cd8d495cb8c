"""What is one's own or comes in several is carried too: subscriptions, foods, a trip, a notice, newcomers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.carried_own import LIKELY_ACT, offers_of, topics_named, trip_told
from bot.carried_time import days_of
from bot.carrying import BLANK, Known

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
KNOWN = Known(
    ["정가온", "한여울", "서마루"], ["총무과", "농정과"], (), NOW, topics=["청년", "농업", "청년 월세", "스마트팜 지원"]
)


def words(ability: str, said: str, likely: float = 1.0) -> list[str]:
    return [one.words for one in offers_of(ability, said, KNOWN, likely)]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("청년꺼 인자 안봐도된다", ["청년"]),
        ("청년그만보내줘", ["청년"]),
        ("청년월세 그만", ["청년 월세"]),
        ("농업이랑 청년 둘다 그만", ["농업", "청년"]),
        ("청년 말고 농업만 빼줘", ["농업"]),
        ("스마트 거 쉬고싶어", ["스마트팜 지원"]),
        ("월세쪽 이젠 됐어", ["청년 월세"]),
        ("농업기술원 소식 그만", []),
        ("청년 빼고 다 끊어", []),
        ("이제 그만 받을래", []),
    ],
)
def test_own_subscriptions_are_found_by_their_names(said, named):
    assert topics_named(said, KNOWN.topics) == named
    assert words("해지", said) == ([f"해지 {one}" for one in named] or ["해지"])


@pytest.mark.parametrize(
    ("said", "offer"),
    [
        ("땅콩들어간 날", "알레르기 땅콩"),
        ("닭이랑 우유 나오는 날", "알레르기 우유, 닭고기"),
        ("새우 나오는 날", "알레르기 새우"),
        ("내가 먹는 게 뭐야", "알레르기"),
        ("3월에 두드러기 나는 날", "알레르기"),
    ],
)
def test_nobody_is_offered_another_food_than_was_named(said, offer):
    assert words("알레르기 새우", said) == [offer]


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("담주 월화 연차에요~", "11/30~12/1"),
        ("담 주 월, 화 연차", "11/30~12/1"),
        ("월~수 휴가", "11/23~11/25"),
        ("낼모레 쉬어요", "11/25"),
        ("낼이랑 모레 쉴게요", "11/24~11/25"),
        ("24,25일 연가", "11/24~11/25"),
        ("금욜 오후 반차썼어", "11/27 오후"),
        ("이번주 금욜 반차", ""),
        ("월 수 금 쉽니다", ""),
        ("월욜이랑 수욜 연차", ""),
        ("24, 27일 연가", ""),
    ],
)
def test_days_are_read_wholly_or_not_at_all(said, days):
    assert days_of(said, NOW) == days


@pytest.mark.parametrize(
    ("said", "memo"),
    [
        ("낼 한시 진주스마트팜 관용차 박주무관이랑", "11/24 13시 진주스마트팜 관용차 박주무관"),
        ("모레 거창간다", "모레 거창 간다"),
        ("내일 두시에 김해시청 가요", "내일 두시에 김해시청 가요"),
        ("모레 산청군 신안면 갑니다", "모레 산청군 신안면 갑니다"),
        ("내일 서울 못가", ""),
        ("내일 뭐 먹지", ""),
        ("저 김해 출발해요", ""),
        ("내일 출장감", ""),
    ],
)
def test_a_trip_is_offered_as_its_memo(said, memo):
    assert trip_told(said, NOW) == memo
    assert words("출장", said) == [f"출장 {memo}".strip()]


@pytest.mark.parametrize(
    ("said", "offers"),
    [
        ("신규 두명요 한가을 윤슬비 둘다 농정과", ["직원 추가 한가을 농정과", "직원 추가 윤슬비 농정과"]),
        ("한가을이랑 윤슬비 총무과 추가요", ["직원 추가 한가을 총무과", "직원 추가 윤슬비 총무과"]),
        ("한가을 윤슬비 둘 새로 왔어요", [f"직원 추가 한가을 {BLANK}", f"직원 추가 윤슬비 {BLANK}"]),
        ("신규 둘 다 서마루랑 윤슬비 농정과", ["직원 추가 윤슬비 농정과"]),
        ("신규 3명 한가을 윤슬비 농정과", [f"직원 추가 {BLANK} 농정과"]),
        ("이번에 농정과에 새로 오신 분 등록", [f"직원 추가 {BLANK} 농정과"]),
    ],
)
def test_every_newcomer_is_offered(said, offers):
    assert words("직원 추가", said) == offers


@pytest.mark.parametrize("act", ["퇴직", "휴직 처리", "접속 끊기", "복직"])
@pytest.mark.parametrize(
    "said", ["한여울 팀장 달았어요", "한여울 승진했어", "한여울 주무관 칭찬 많이 해주세요", "한여울 명단에 있나"]
)
def test_good_news_and_questions_offer_no_act_on_anybody(act, said):
    assert words(act, said) == ["직원 한여울"]


def test_an_act_on_somebody_is_offered_only_where_it_is_likely():
    assert words("퇴직", "한여울 나갔어요", LIKELY_ACT) == ["퇴직 한여울"]
    assert words("퇴직", "한여울 나갔어요", LIKELY_ACT - 0.01) == ["직원 한여울"]


@pytest.mark.parametrize(
    ("said", "offer"),
    [
        ("여덟시 간부회의 드가기전에 볼수있게", "아침 브리핑 7시 30분"),
        ("9시 전에 받고싶어", "아침 브리핑 8시 30분"),
        ("여덟시 반 회의 전에 받게", "아침 브리핑 8시"),
        ("8시에 보내줘", "아침 브리핑 8시"),
    ],
)
def test_before_a_clock_is_half_an_hour_before(said, offer):
    assert words("아침 브리핑", said) == [offer]
