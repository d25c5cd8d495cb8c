"""Sentences as people say them, and the command that each comes to: for whom, where, and what is asked first."""

from __future__ import annotations

import pytest

from bot.restating import first, named, plainly
from bot.settings import Role

STAFF = frozenset({Role.STAFF})
MANAGER = STAFF | {Role.MANAGER}
OPERATOR = STAFF | {Role.OPERATOR}
KITCHEN = STAFF | {Role.KITCHEN}
AUDITOR = STAFF | {Role.AUDITOR}


def restated(text, roles=STAFF, *, room=False):
    return first(text, roles, room=room) or plainly(text, roles, room=room)


@pytest.mark.parametrize(
    ("typed", "roles", "meant"),
    [
        ("신아람 퇴직했습니다", MANAGER, "퇴직 신아람"),
        ("조해솔 주무관 진주시로 전출 갔어요", MANAGER, "퇴직 조해솔"),
        ("서마루 폰 잃어버렸대 막아줘", MANAGER, "접속 끊기 서마루"),
        ("강이든 접속 막아주세요", MANAGER, "접속 끊기 강이든"),
        ("초대 코드 만들어 주세요", MANAGER, "초대"),
        ("정가온 어느 과야?", MANAGER, "직원 정가온"),
        ("예산담당관 직원 누구누구 있어", MANAGER, "직원 예산담당관"),
        ("전직원한테 공지 보내줘: 내일 정전입니다", MANAGER, "공지 전체: 내일 정전입니다"),
        ("청년 월세 지원 소식 좀 챙겨줘", STAFF, "구독 청년 월세 지원"),
        ("소상공인꺼는 그만 받을래", STAFF, "해지 소상공인"),
        ("당분간 재난안전 소식 안 받고 싶어", STAFF, "쉬기 재난안전"),
        ("위치 동의 취소할게요", STAFF, "위치 철회"),
        ("위치 공유가 안돼", STAFF, "위치 공유 안 됨"),
        ("모레 김해 갔다올게 1시부터 5시까지", STAFF, "출장 모레 김해 갔다올게 1시부터 5시까지"),
        ("내일 출장 취소됐어요", STAFF, "출장 취소 내일"),
        ("1월부터 6월까지 육아휴직이에요", STAFF, "휴가 1월부터 6월까지"),
        ("회의 들어가니까 3시반까지 조용히 해줘", STAFF, "알림 멈춤 3시반까지"),
        ("알림은 메일로 받을게요", STAFF, "받는 곳 메일"),
        ("폰을 택시에 두고 내렸어요", STAFF, "분실 신고"),
        ("총무과 10월 출장 점검 시작", AUDITOR, "점검 총무과 10월"),
        ("12월 24일은 식당 안해요", MANAGER, "휴무 등록 12월 24일 휴무"),
        ("내일 국이 미역국으로 바뀌었어요", KITCHEN, "식단 수정 내일 국을 미역국으로"),
        ("다음주에 발령나서 서마루한테 다 넘기려고", STAFF, "인수인계 서마루"),
    ],
)
def test_sentences_come_to_their_command(typed, roles, meant):
    found = restated(typed, roles)
    assert found is not None
    assert (found.words[0], found.asks) == (meant, False)


@pytest.mark.parametrize(
    ("typed", "roles", "offered"),
    [
        ("강이든 감사 권한 줘", MANAGER, "역할 강이든 감사 추가"),
        ("강이든 관리자 권한 빼줘", MANAGER, "역할 강이든 관리자 빼기"),
        ("한여울 재난대응과에서 총무과로 옮겼어", MANAGER, "부서 변경 한여울 총무과"),
        ("홍길동 주무관 총무과로 새로 왔어요", MANAGER, "직원 추가 홍길동 총무과"),
        ("총무과 전체 초대장 뽑아줘", MANAGER, "초대장 총무과"),
        ("창원시 게시판 이제 읽지마", OPERATOR, "출처 끄기 창원시"),
        ("진주시도 쓰게 해줘", OPERATOR, "기관 추가 진주시"),
    ],
)
def test_what_changes_others_is_only_offered(typed, roles, offered):
    found = restated(typed, roles)
    assert found is not None
    assert found.asks
    assert found.words[0] == offered


@pytest.mark.parametrize(
    "typed",
    [
        "신아람 퇴직했습니다",
        "강이든 감사 권한 줘",
        "서마루 폰 잃어버렸대 막아줘",
        "초대 코드 만들어 주세요",
        "전직원한테 공지 보내줘: 정전입니다",
    ],
)
def test_an_ordinary_person_orders_nothing_about_others(typed):
    assert restated(typed) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("이 방에도 산불 소식 올려줘", "구독 산불"),
        ("여기도 산불 소식 받아보자", "구독 산불"),
        ("산불 그만 올려", "해지 산불"),
        ("하루 한번 5시에만", "모아보기 시간 5시에만"),
        ("제안", "구독 제안"),
        ("여기 식당 소식은 빼줘", "식당 알림 끄기"),
        ("점심시간 줄 알림 이 방에 켜줘", "식당 알림 켜기"),
        ("이 방에는 뭐 올라오나요", "목록"),
    ],
)
def test_what_is_said_of_a_room_is_about_the_room(typed, meant):
    found = restated(typed, room=True)
    assert found is not None
    assert found.words[0] == meant
    alone = restated(typed)
    assert alone is None or alone.words[0] != meant or "방" not in typed


@pytest.mark.parametrize(
    "typed",
    [
        "회의실 예약해줘", "오늘 날씨 어때", "결재 올린거 어떻게 됐어", "과장님 오늘 출근하셨나", "주차장 자리 있어?",
        "퇴직하면 어떻게 되나요", "신아람 언제 퇴직하나요?", "감사 권한은 누가 줘?", "내가 퇴직하면 기록은?",
        "12월 31일에 보고서 마감입니다", "고맙습니다 수고하셨어요", "점심 맛있게 드세요", "안녕히 계세요",
    ],
)  # fmt: skip
def test_what_is_no_order_comes_to_nothing(typed):
    assert restated(typed, MANAGER | OPERATOR | KITCHEN | AUDITOR) is None


def test_a_bare_name_is_somebodys_or_nothing():
    assert named("신아람 주무관", ["신아람", "정가온"]) == "신아람"
    assert named("신아람", ["신아람"]) == "신아람"
    assert named("감사합니다", ["신아람"]) == ""
