"""Reported speech becomes the notice's own sentence, and whom it names is its audience; what is not read is asked."""

import time

import pytest

from bot.notice_speech import awaited, intends, spoken
from bot.open_notices import said_of_open
from bot.reported import as_said

OFFICES = ["총무과", "도로과", "농정과", "정보화담당관"]


@pytest.mark.parametrize(
    ("said", "notice"),
    [
        ("총무과에 오늘 5시까지 보안점검표 내라고 공지 부탁해요", "총무과: 오늘 5시까지 보안점검표 내 주십시오"),
        ("전 직원에게 내일까지 예산자료 보내달라고 공지해주세요", "전체: 내일까지 예산자료 보내 주십시오"),
        ("전직원한테 회의실 예약 시스템 바뀌었다고 알려주세요", "전체: 회의실 예약 시스템 바뀌었습니다"),
        ("도로과에 점심 같이 먹자고 전해줘요", "도로과: 점심 같이 먹으면 좋겠습니다"),
        ("전직원한테 설문 다 했냐고 물어봐 주세요", "전체: 설문 다 했습니까?"),
        ("농정과에 몇 명 오는지 물어봐줘", "농정과: 몇 명 오는지 알려 주십시오"),
        ("5시까지 내라고 총무과에 공지 올려줘", "총무과: 5시까지 내 주십시오"),
        ("도로과랑 농정과에 차량일지 적으라고 안내 부탁드립니다", "도로과, 농정과: 차량일지 적어 주십시오"),
        ("총무과 사람들한테 서류 정리하래요 전달좀", "총무과: 서류 정리해 주십시오"),
        ("총무과에 점검표 내라고 공지해 주실 수 있나요?", "총무과: 점검표 내 주십시오"),
        ("모두에게 일찍 퇴근하라고 해주세요", "전체: 일찍 퇴근해 주십시오"),
        ("회의실에 물건 두지 말라고 공지해줘", "전체: 회의실에 물건 두지 말아 주십시오"),
        ("각 과에 내일까지 통계 제출하도록 안내해주세요", "전체: 내일까지 통계 제출하도록 해 주십시오"),
        ("내일 소독하는거 직원들한테 알려야되는데", "전체: 내일 소독합니다"),
        ("전직원한테 내일 청사 소독한다고 쫙 뿌려줘요", "전체: 내일 청사 소독합니다"),
        ("직원들한테 오늘 여섯시에 불 다 끈다고 말 좀 전해줘요", "전체: 오늘 여섯시에 불 다 끕니다"),
        ("내일 정전이라고 공지 좀", "전체: 내일 정전입니다"),
        ("도비야 전직원에게 주차장 공사한다고 좀 알려줄래?", "전체: 주차장 공사합니다"),
        ("내일 승강기를 점검한다고 다들 알려주세요", "전체: 내일 승강기를 점검합니다"),
        ("전 직원에게 내일은 수신기라고 공지해줘", "쓸 글 전체: 내일은 수신기라고"),
        ("총무과에 과장님이 자료 내라고 전달해줘", "쓸 글 총무과: 과장님이 자료 내라고"),
        ("다들 보라고 뿌려줘", "쓸 글 전체: 보라고"),
    ],
)
def test_reported_speech_is_the_notice_itself(said, notice):
    found = spoken(said, OFFICES)
    assert found is not None
    assert found.command == f"공지 {notice}"


@pytest.mark.parametrize(
    "said",
    [
        "회의 끝나고 공지해줘",
        "저한테 내일 회의라고 알려줘",
        "총무과에 보안점검 있다고 공지했어요",
        "내일 회의 있다고 알려줘",
        "총무과에 누가 갔는지 알려줘",
        "누가 나한테 소독한다고 알려줬어",
        "어떻게 공지해",
        "총무과에서 소독한다고 공지했어요",
        "공지 총무과: 5시까지 내라고 해줘",
        "과장님께 보고했다고 전해줘",
        "산사태 소식 오면 알려줘",
        "총무과에 내일 정전 공지해주세요",
    ],
)  # fmt: skip
def test_what_is_told_to_dobi_or_of_the_past_is_no_notice(said):
    assert spoken(said, OFFICES) is None


@pytest.mark.parametrize(
    ("reported", "own"),
    [
        ("2시까지 강당으로 오라고", "2시까지 강당으로 와 주십시오"), ("차 빼달라고", "차 빼 주십시오"),
        ("자료를 달라고", "자료를 주십시오"),
        ("미리 고르라고", "미리 골라 주십시오"),
        ("모두 모이라고", "모두 모여 주십시오"),
        ("창문 닫으라고", "창문 닫아 주십시오"),
        ("컵 씻으라고", "컵 씻어 주십시오"),
        ("내일 오시라고", "내일 와 주십시오"),
        ("앉아 계시라고", "앉아 계십시오"),
        ("안내문 읽어보라고", "안내문 읽어보십시오"),
        ("서류 보내주라고", "서류 보내 주십시오"),
        ("마감이 다음 주라고", "마감이 다음 주입니다"),
        ("마감이 3시라고", "마감이 3시입니다"),
        ("내일 휴가라고", "내일 휴가입니다"),
        ("화재경보라고", "화재경보입니다"),
        ("내일부터 문 연다고", "내일부터 문 엽니다"),
        ("주차장이 좁다고", "주차장이 좁습니다"),
        ("회의가 길다고", "회의가 깁니다"),
        ("연기됐대요", "연기됐습니다"),
        ("오지 말자고", "오지 않으면 좋겠습니다"),
        ("같이 걷자고", "같이 걸으면 좋겠습니다"),
        ("언제 올 거냐고", "언제 올 겁니까?"),
        ("식당이 어디냐고", "식당이 어디입니까?"),
        ("참석하느냐고", "참석합니까?"), ("정말 판매라고", ""), ("저게 커피라고", ""),
    ],
)  # fmt: skip
def test_endings_become_polite_sentences(reported, own):
    assert as_said(reported) == own


def test_whoever_wants_to_announce_is_asked_for_the_words_with_the_audience_kept():
    assert intends("총무과에 공지 하나 보내려고요", OFFICES) == "공지 쓸 글 총무과:"
    assert intends("전 직원한테 알릴 게 있는데요", OFFICES) == "공지 쓸 글 전체:"
    assert intends("총무과에 공지했어요", OFFICES) == ""
    assert intends("총무과 공지 보여줘", OFFICES) == ""
    assert awaited("쓸 글 총무과: 보라고") == "총무과"
    assert awaited("") == awaited("하나 올리고 싶은데요") == ""
    assert awaited("총무과: 내일 쉽니다") is None


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("정보화담당관은 빼고 보내주세요", "공지 이대로 제외 정보화담당관"),
        ("도로과랑 농정과는 제외해 주세요", "공지 이대로 제외 도로과, 농정과"),
        ("도로과도 빼줘요", "공지 이대로 제외 도로과"),
        ("보내기 전에 몇 명한테 가는지 알려주세요", "공지 이대로 확인 인원"),
        ("누구한테 가는 거예요?", "공지 이대로 확인 인원"),
        ("총무과만요", "공지 이대로 부서 총무과"),
        ("몇 명이 읽었나요", ""), ("몇 명한테 갔나요", ""), ("창업 관련은 빼주세요", ""),
    ],
)  # fmt: skip
def test_an_open_notice_takes_who_is_left_out_and_how_many_there_are(said, command):
    assert said_of_open(said) == command


def test_no_text_takes_long():
    begun = time.monotonic()
    for text in (
        "총무과, " * 37,
        "내라고 " * 70,
        "가" * 299,
        "다 좀 다 좀 " * 30,
        "총무과와 도로과와 " * 25 + "고 알려",
    ):
        spoken(text, OFFICES)
        intends(text, OFFICES)
    assert time.monotonic() - begun < 1
