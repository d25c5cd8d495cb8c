"""What is left unsaid: which full sentence it comes to, what is asked first, and what is left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.ellipses import FOLLOWED, complete
from bot.meant import Spoken


def spoken(clock, topic, words, argument=""):
    return Spoken(topic, words, argument, clock())


@pytest.mark.parametrize(
    ("topic", "words", "argument", "typed", "meant"),
    [
        ("subscribe", "구독 재난안전", "재난안전", "소상공인도", "구독 소상공인"),
        ("subscribe", "구독 소상공인", "소상공인", "그것도 취소", "해지 소상공인"),
        ("subscribe", "구독 소상공인", "소상공인", "방금 거 취소해줘", "해지 소상공인"),
        ("subscribe", "구독 재난안전", "재난안전", "채용은 빼줘", "제외 재난안전 채용"),
        ("remove", "해지 창업", "창업", "아니 다시 켜줘", "구독 창업"),
        ("list", "목록", "", "2번 꺼줘", "쉬기 2"),
        ("list", "목록", "", "두번째거 지워줘", "해지 2"),
        ("pause", "쉬기 2", "2", "1번도", "쉬기 1"),
        ("pause", "쉬기 2", "2", "아니 2번은 다시", "다시 2"),
        ("remove", "해지 2", "2", "1번도", "해지 1"),
        ("find", "찾기 스마트팜 지난달", "스마트팜 지난달", "이번 달은?", "찾기 스마트팜 이번 달"),
        ("find", "찾기 스마트팜", "스마트팜", "이거 구독해줘", "구독 스마트팜"),
        ("slot", "우리 과 몇 시?", "", "내일은?", "우리 과 차례 내일"),
        ("slot", "우리 과 차례 내일", "", "농정과는요?", "차례 농정과 내일"),
        ("menu", "오늘 메뉴", "", "그럼 모레는?", "식단 모레"),
        ("cafeteria", "식당", "", "30분 뒤에는?", "30분 뒤에 가면 어때"),
        ("cafeteria", "식당", "", "1시엔?", "식당 1시"),
        ("claim", "정산", "", "지난달은?", "정산 지난달"),
        ("reminders", "알림 목록", "", "1번 빼줘", "알림 해지 1"),
        ("rest", "1시간만 조용히", "", "30분 더", "알림 멈춤 오후 1시 0분까지"),
        ("rest", "1시간만 조용히", "", "한시간 반 더 연장해줘", "알림 멈춤 오후 2시 0분까지"),
        ("rest", "1시간만 조용히", "", "이제 됐어 다시 켜줘", "알림 다시 켜기"),
        ("quiet-hours", "조용한 시간 20:00~08:00", "", "9시까지로", "조용한 시간 20:00~09:00"),
        ("quiet-hours", "조용한 시간 20:00~08:00", "", "9시부터로 바꿔줘", "조용한 시간 21:00~08:00"),
        ("morning", "아침 브리핑 8시", "", "8시 반으로", "아침 브리핑 8시 30분"),
        ("morning", "아침 브리핑 8시", "", "꺼줘", "아침 브리핑 끄기"),
        ("digest-times", "모아보기 시간 11시", "", "3시도", "모아보기 시간 11시, 3시"),
        ("limit", "하루 10건", "", "다섯건으로 줄여줘", "알림 건수 하루 5건까지"),
        ("limit", "한 시간 10건", "", "세 건으로", "알림 건수 한 시간 3건까지"),
        ("limit", "하루 10건", "", "그냥 다 보내줘", "건수 제한 없음"),
        ("leave", "내일 연차", "", "하루 더", "휴가 변경 2026.11.24~2026.11.24 → 2026.11.24~2026.11.25"),
        ("leave", "금요일 휴가", "", "하루 더", "휴가 변경 2026.11.27~2026.11.27 → 2026.11.27~2026.11.30"),
        ("leave", "내일 연차", "", "아니 모레", "휴가 변경 2026.11.24~2026.11.24 → 2026.11.25~2026.11.25"),
        ("leave", "내일 연차", "", "금요일까지로", "휴가 변경 2026.11.24~2026.11.24 → 2026.11.24~2026.11.27"),
        ("leave", "내일 연차", "", "금요일도", "휴가 금요일"),
        ("leave", "내일 연차", "", "그거 취소해줘", "휴가 취소 2026.11.24~2026.11.24"),
        ("trip", "출장 내일 10시 진주", "내일 10시 진주", "아니 모레로", "모레로 바꿔줘"),
        ("trip", "출장 내일 10시 진주", "내일 10시 진주", "한시간 늦춰줘", "11시로 바꿔줘"),
        ("trip", "출장 내일 10시 진주", "내일 10시 진주", "30분 당겨줘", "9시 30분로 바꿔줘"),
        ("trip", "출장 내일 10시 진주", "내일 10시 진주", "모레 2시 김해도", "출장 모레 2시 김해"),
        ("trip", "출장 내일 10시 진주", "내일 10시 진주", "첫번째거 취소", "출장 목록"),
        ("invite", "초대 신아람", "신아람", "정가온 주무관도", "초대 정가온"),
        ("staff", "직원 신아람", "신아람", "퇴직했어", "퇴직 신아람"),
        ("handover", "인수인계 서마루", "서마루", "아니 이보름한테", "인수인계 이보름"),
        ("broadcast", "공지 내일 정전입니다", "내일 정전입니다", "총무과에만", "공지 총무과: 내일 정전입니다"),
        ("room-bind", "이 방 등록", "", "총무과요", "이 방 등록 총무과"),
        ("allergies", "내 알레르기 우유", "우유", "새우도", "내 알레르기 새우 추가"),
    ],
)
def test_what_is_left_unsaid_comes_to_a_full_sentence(clock, topic, words, argument, typed, meant):
    found = complete(spoken(clock, topic, words, argument), typed, clock())
    assert found is not None
    assert (found.words[0], found.asks) == (meant, False)


@pytest.mark.parametrize(
    ("topic", "argument", "typed", "offered"),
    [
        ("staff", "신아람", "총무과로 옮겨줘", ("부서 변경 신아람 총무과",)),
        ("staff", "신아람", "이 사람 감사 권한 추가해줘", ("역할 신아람 감사 추가",)),
        ("staff-role", "신아람 감사 추가", "정가온도", ("역할 정가온 감사 추가",)),
        ("staff-role", "신아람 감사 추가", "아니 빼줘", ("역할 신아람 감사 빼기",)),
        ("staff-move", "신아람 총무과", "정가온도", ("부서 변경 정가온 총무과",)),
        ("subscribe", "재난안전", "아니 소상공인으로", ("구독 소상공인", "해지 재난안전")),
    ],
)
def test_what_concerns_others_or_is_doubtful_is_asked_first(clock, topic, argument, typed, offered):
    found = complete(spoken(clock, topic, f"직원 {argument}", argument), typed, clock())
    assert found is not None
    assert found.asks
    assert found.words == offered


@pytest.mark.parametrize("topic", sorted(FOLLOWED))
@pytest.mark.parametrize(
    "typed",
    [
        "고맙습니다", "네", "회의실 예약해줘", "오늘 날씨 어때", "과장님 오늘 출근하셨나", "무슨 말인지 모르겠어요",
        "결재 올린 거 어떻게 됐어", "내가 뭘 물어봤더라", "ㅋㅋㅋ", "?", "...", "나도",
    ],
)  # fmt: skip
def test_what_says_nothing_of_it_is_left_alone(clock, topic, typed):
    assert complete(spoken(clock, topic, "내일 10시 진주", "신아람 총무과"), typed, clock()) is None


def test_a_number_that_the_list_no_longer_has_shows_the_list(clock):
    gone = spoken(clock, "remove", "해지 1", "1")
    assert complete(gone, "2번도", clock()).words == ("목록",)


def test_no_day_is_guessed_across_midnight(clock):
    late = spoken(clock, "trip", "출장 내일 23시 진주")
    assert complete(late, "두시간 늦춰줘", clock() + timedelta(minutes=1)) is None
