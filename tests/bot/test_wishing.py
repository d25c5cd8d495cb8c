"""What people wish of what they receive, as they say it, and what is no wish."""

from __future__ import annotations

import pytest

from bot.complaining import Complaint, complaint
from bot.topics import core, parse
from bot.wishing import (
    There,
    brought_here,
    brought_there,
    excepted,
    hush,
    left_out,
    swap,
    takes_back,
)


@pytest.mark.parametrize(
    "said",
    [
        "농업 말고 청년 관련된것만 받고싶어요",
        "농업 대신 청년 소식 받을래",
        "농업은 됐고 청년으로",
        "농업 빼고 청년만",
        "농업소식말고 청년소식 보내주세요",
        "농업 대신에 청년",
        "농업 말고 청년으로 바꿔줘",
        "농업은 필요없고 청년꺼 주세요",
        "농업 말구 청년으로 갈아탈래",
        "농업이 아니라 청년이었어요",
        "농업 관련은 이제 그만하고 청년쪽으로 보내줘",
    ],
)
def test_one_instead_of_another(said):
    found = swap(said)

    assert found is not None
    assert (found.instead, found.wanted) == ("농업", ("청년",))


@pytest.mark.parametrize(
    "said",
    [
        "바로 말고 모아서 받을래",
        "9시 말고 10시로",
        "텔레그램 말고 슬랙으로 받을래",
        "주말 말고 평일에 받을래",
        "농업 말고",
        "농업 말고 청년 소식 보여줘",
        "농업 빼고 다 해지",
        "이거 말고 다른 거 보내줘",
        "출장 말고 휴가",
        "밥 말고 면 먹자",
    ],
)
def test_what_is_no_subscription_for_another(said):
    assert swap(said) is None


@pytest.mark.parametrize(
    ("said", "what", "span"),
    [
        ("청년은 오늘만 조용히", "청년", "오늘"),
        ("호우 알림만 잠깐 꺼줘", "호우", "잠깐"),
        ("청년알림만 꺼줘", "청년", ""),
        ("재난안전 소식은 2시간만 꺼줘", "재난안전", "2시간"),
        ("호우는 1시간 반 동안 꺼두자", "호우", "1시간 반"),
        ("오늘만 청년 알림 꺼줘", "청년", "오늘"),
        ("농업은 당분간 보내지마", "농업", "당분간"),
        ("청년은 3시까지 안받을래", "청년", "3시까지"),
        ("1번은 오늘만 꺼줘", "1번", "오늘"),
    ],
)
def test_one_subscription_rests(said, what, span):
    found = hush(said)

    assert found is not None
    assert (found.what, found.span) == (what, span)


@pytest.mark.parametrize(
    "said",
    [
        "알림 잠깐 꺼줘",
        "오늘은 조용히",
        "2시간만 조용히 해줘",
        "주말엔 보내지마",
        "밤에는 알림 꺼줘",
        "청년 쉬어",
        "오늘 알림 그만",
    ],
)
def test_all_that_comes_is_no_single_subscription(said):
    assert hush(said) is None


@pytest.mark.parametrize(
    "said",
    [
        "급한거는 보내고",
        "급한 건 보내줘",
        "재난은 보내줘",
        "긴급은 예외",
        "단 긴급한 건 알려줘",
        "재난문자는 받을게",
        "비상상황은 와야지",
    ],
)
def test_what_is_pressing_is_to_pass(said):
    found = excepted(said)

    assert found is not None
    assert found.urgent


@pytest.mark.parametrize("said", ["급한 것만 보내줘", "그거는 보내줘", "중요한 것만 바로 줘", "급한 거 있어?"])
def test_a_choice_is_no_exception(said):
    assert excepted(said) is None


def test_what_is_left_out():
    assert left_out("호우는 빼고") == left_out("호우 소식은 제외하고") == "호우"
    assert left_out("이 방에서 호우는 빼자") == "호우"
    assert left_out("2번 빼고") == ""


@pytest.mark.parametrize(
    "said",
    [
        "방금꺼 되돌려줘",
        "취소취소",
        "아 잘못눌렀다",
        "원래대로",
        "원래대로 해줘",
        "방금 한거 취소",
        "다시 원래대로 돌려놔",
        "실수했어요",
        "아까처럼 해줘",
        "아니 그게 아니고",
        "아니 그거 말고",
        "없던 일로 해줘",
        "실수로 눌렀어요",
        "되돌리기",
    ],
)
def test_the_last_change_is_taken_back(said):
    assert takes_back(said)


@pytest.mark.parametrize(
    "said", ["취소", "구독 취소", "출장 되돌려줘", "아니에요", "그거 말고 청년", "잘못된 소식이야", "원래 뭐였지"]
)
def test_what_takes_nothing_back(said):
    assert not takes_back(said)


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("호우 소식 여기로 올려줘", "호우"),
        ("이 방에 호우 소식 좀", "호우"),
        ("우리방에도 청년 소식 보내줘", "청년"),
        ("호우 소식 이 방에도 부탁드려요", "호우"),
        ("여기에 산불 뜨면 알려줘", "산불"),
        ("여기다가도 보내줘", ""),
    ],
)
def test_news_are_to_come_to_a_room(said, topic):
    found = brought_here(said)

    assert found is not None
    assert (found.what, found.plainly) == (topic, True)


@pytest.mark.parametrize(
    "said", ["여기 조용", "이 방 설정", "여기 식당 소식 올려줘", "이 방 뭐하는데야", "여기 사진 올려줘", "소식 올려줘"]
)
def test_what_brings_no_news_to_a_room(said):
    assert brought_here(said) is None


def test_what_may_be_a_file_is_asked_about():
    found = brought_here("회의록 여기로 보내줘")

    assert found is not None
    assert not found.plainly


def test_news_of_disasters_may_be_a_topic():
    assert excepted("재난 소식 보내줘") is None
    found = excepted("재난은 보내줘")
    assert found is not None
    assert found.topical


def test_a_room_named_from_outside():
    assert brought_there("총무과 방에 호우 소식 올려줘") == There("총무과", "호우")
    assert brought_there("총무과 방에 공지 올려줘") is None


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("저 청년쪽 지원사업", "청년 지원사업"),
        ("청년 관련된것만", "청년"),
        ("청년으로", "청년"),
        ("청년만", "청년"),
        ("소상공인 지원 같은거", "소상공인 지원"),
        ("일자리로", "일자리"),
        ("제 농업 얘기", "농업"),
        ("고속도로", "고속도로"),
        ("청소년 비만", "청소년 비만"),
        ("강원도", "강원도"),
        ("관련 법령", "관련 법령"),
        ("입찰 공고", "입찰 공고"),
        ("저희 업무가 다문화쪽이라 그런거", "다문화"),
        ("요즘 전세사기 관련해서 뭐", "전세사기"),
        ("수소차 보조금 같은거", "수소차 보조금"),
        ("산불만", "산불"),
    ],
)
def test_a_topic_alone(said, topic):
    assert core(said) == topic


def test_what_is_not_wanted_is_no_keyword():
    assert parse("농업 말고 청년").words == "청년"
    assert parse("농업 대신 청년 소식").words == "청년"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("왜 아무것도 안와", Complaint.NOTHING),
        ("오늘 왜 하나도 안 왔지", Complaint.NOTHING),
        ("구독했는데 소식이 안 와요", Complaint.NOTHING),
        ("왜 소식 안 보내줘?", Complaint.NOTHING),
        ("알림을 못 받고 있어요", Complaint.NOTHING),
        ("알림이 너무 많이 와", Complaint.MANY),
        ("톡이 시도때도없이 울려요", Complaint.MANY),
        ("알림 폭탄이네", Complaint.MANY),
        ("이 방 알림 너무 많아요", Complaint.MANY),
        ("여기는 소식이 하나도 안 와요", Complaint.NOTHING),
        ("어제꺼 또 왔는데", Complaint.AGAIN),
        ("똑같은 게 두 번 왔네", Complaint.AGAIN),
        ("중복으로 와요", Complaint.AGAIN),
        ("이거 왜 나한테 와", Complaint.ME),
        ("나랑 상관없는데 왜 나한테 와", Complaint.ME),
        ("아침에 브리핑 안왔는데요", Complaint.BRIEFING),
        ("브리핑안옴", Complaint.BRIEFING),
    ],
)
def test_complaints(said, kind):
    assert complaint(said) is kind


@pytest.mark.parametrize(
    "said",
    [
        "알림 안 오게 해줘",
        "주말엔 알림 안 와도 돼",
        "소식은 안 받을래",
        "다시 보내줘",
        "영수증이 안 와요",
        "사람이 너무 많이 와",
        "브리핑 안 보내줘도 돼",
        "알림 안 왔으면 좋겠어",
        "결재가 안 와요",
        "아까 왔던 소식 다시 요약해줘",
        "새 소식 없어?",
        "왜",
    ],
)
def test_wishes_and_other_things_are_no_complaints(said):
    assert complaint(said) is None


def test_enough_of_one_topic_wants_no_other():
    assert swap("청년 소식 이제 그만 받아도 되겠다") is None
    assert swap("청년 소식 이제 그만, 농업 받을래").wanted == ("농업",)
