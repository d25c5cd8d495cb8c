"""An offer carries what was said: names, offices, times and words, each by the house's own readers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.carrying import BLANK, Known, carried, completed, plain, slot_of, wanted_by, wanting

KNOWN = Known(
    ["정가온", "조해솔", "서마루", "한여울"], ["총무과", "도로과", "농정과", "예산담당관"], ["견본소방본부(예시)"],
    datetime(2026, 11, 23, 2, 30, tzinfo=UTC),
)  # fmt: skip


@pytest.mark.parametrize(
    ("ability", "said", "full"),
    [
        ("초대", "정가온씨 초대코드 발급 부탁요", "초대 정가온"),
        ("아침 브리핑", "브리핑을 9시 10분으로 늦춰주세요", "아침 브리핑 9시 10분"),
        ("아침 브리핑", "브리핑은 여덟시 사십분쯤", "아침 브리핑 8시 40분"),
        ("부서 변경", "조해솔 주무관 도로과에서 농정과로 보내주세요", "부서 변경 조해솔 농정과"),
        ("직원 추가", "한가을 주무관 명부에 올려주세요 예산담당관", "직원 추가 한가을 예산담당관"),
        ("역할", "정가온 주무관 배식에서 내려주세요", "역할 정가온 배식 빼기"),
        ("기관 추가", "의령군청 기관으로 넣어줘", "기관 추가 의령군청"),
        ("출처 끄기", "견본소방본부 게시판 잠깐 멈춰줘", "출처 끄기 견본소방본부"),
        ("조용한 시간", "밤 열시 넘어서는 울리지 말아요", "조용한 시간 밤 10시 이후"),
        ("알림 멈춤 2시간", "두시간 반쯤 조용히", "알림 멈춤 14:00까지"),
        ("알림 잠시 멈춤", "40분만 조용히", "알림 멈춤 40분"),
        ("모아 보기 시간", "열한시랑 네시로 옮겨줘", "모아 보기 시간 11시, 4시"),
        ("휴가", "다음 주 화요일 하루 저 없어요", "휴가 12/1"),
        ("하루 5건까지", "하루 일곱 개면 돼", "하루 7건까지"),
        ("구독", "반도체 기업 지원 얘기 나오면 나한테 좀", "구독 반도체 기업 지원"),
    ],
)
def test_what_was_said_stands_in_the_full_command(ability, said, full):
    found = carried(ability, said, KNOWN)

    assert found.words == full
    assert found.full


@pytest.mark.parametrize(
    ("ability", "said", "words"),
    [
        ("부서 변경", "그분 부서는 도로과", f"부서 변경 {BLANK} 도로과"),
        ("역할", "정가온 주무관 권한 좀", f"역할 정가온 {BLANK}"),
        ("출처 끄기", "그 출처 잠깐 멈춰줘", "출처 끄기"),
        ("아침 브리핑", "브리핑 시간 좀 늦게", "아침 브리핑"),
        ("초대", "정가온이랑 조해솔 초대해줘", "초대"),
        ("부서 변경", "조해솔 취소 주소 최소 감소로", f"부서 변경 조해솔 {BLANK}"),
        ("기관 추가", "다시 여덟시에 넣어줘", "기관 추가"),
        ("하루 5건까지", "한 시간에 세 건만", "하루 5건까지"),
        ("목록", "정가온 목록", "목록"),
    ],
)
def test_what_can_not_be_read_is_made_up_by_nobody(ability, said, words):
    found = carried(ability, said, KNOWN)

    assert found.words == words
    assert not found.full


def test_a_named_stranger_is_told_apart_from_nobody():
    assert carried("접속 끊기", "윤슬비 씨 접근 차단이요", KNOWN).stranger == "윤슬비"
    assert carried("접속 끊기", "그 사람 접속 차단이요", KNOWN).stranger == ""
    assert carried("접속 끊기", "서마루 접속 차단이요", KNOWN).stranger == ""


def test_whoever_is_named_is_somebody_to_what_is_learnt():
    assert plain("정가온씨 초대코드 발급", KNOWN) == "주무관 초대코드 발급"
    assert plain("윤슬비 주무관이 갔어요", KNOWN) == "주무관이 갔어요"
    assert plain("담당 주무관이 갔어요", KNOWN) == "담당 주무관이 갔어요"


def test_a_bare_command_wants_its_piece_and_takes_it():
    assert slot_of(wanting("퇴직")) == "who"
    assert slot_of(f"부서 변경 정가온 {BLANK}") == "to"
    assert completed(wanting("퇴직"), "서마루 주무관", KNOWN) == "퇴직 서마루"
    assert completed(f"부서 변경 {BLANK} {BLANK}", "조해솔 농정과로", KNOWN) == "부서 변경 조해솔 농정과"
    assert completed(f"부서 변경 {BLANK} {BLANK}", "조해솔이요", KNOWN) == f"부서 변경 조해솔 {BLANK}"
    assert wanted_by(("초대", "초대하기")) == f"초대 {BLANK}"
    assert wanting("식당") == wanted_by(("식당",)) == ""


@pytest.mark.parametrize(
    "said", ["고마워요", "취소", "아니요", "이거 뭐예요?", "식당", "안녕하세요", "이팀장 집주소 알려줘"]
)
def test_what_is_no_name_completes_nothing(said):
    assert completed(wanting("퇴직"), said, KNOWN) == ""
