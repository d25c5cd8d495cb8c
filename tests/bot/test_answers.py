"""What an answer says: a yes, a no, a later, one of several, or the thing itself without its politeness."""

from __future__ import annotations

import itertools
import re
import time
from datetime import UTC, datetime
from datetime import time as clock

import pytest

from bot.again_words import SENTENCES, again_at
from bot.answers import UNCLEAR, Said, forms, labelled, names_something, said, which
from bot.clock import KST
from bot.wording import answers as wording
from tests.answers_table import HELD, LATER, NO, OTHER, SEEN, YES

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
PIECES = (
    "네",
    "네 ",
    "예",
    "요",
    "이요",
    "ㅇ",
    "그만 ",
    "해",
    "진행부탁",
    "1",
    "1일",
    "1시1분",
    "에두시",
    "이후",
    "아니요 ",
    "주세요",
)


@pytest.mark.parametrize(("kind", "meant"), [(YES, Said.YES), (NO, Said.NO), (LATER, Said.LATER), (OTHER, None)])
def test_a_whole_answer_is_heard_and_nothing_else_is(kind, meant):
    for words in (*SEEN[kind], *HELD[kind]):
        assert said(words) is meant, words


@pytest.mark.parametrize(
    ("words", "count", "place"),
    [("두 번째 거요", 3, 2), ("첫번째", 2, 1), ("그거 말고 아래 거", 2, 2),
     ("하나요", 3, 1), ("둘째 거로 해주세요", 3, 2),
     ("마지막이요", 3, 3), ("가운데 거", 3, 2), ("아래 거요", 3, UNCLEAR),
     ("5번이요", 3, UNCLEAR), ("둘 다 아니에요", 2, 0),
     ("두 번째가 뭐예요?", 3, None), ("위원회 소식", 2, None), ("이번 주", 2, None)],
)  # fmt: skip
def test_a_place_among_several_is_counted(words, count, place):
    assert which(words, count) == place


@pytest.mark.parametrize(
    ("words", "plain"),
    [("26일까지요", "26일까지"), ("오후 2시요", "오후 2시"), ("이십육일까지요", "26일까지"), ("네, 내일이요", "내일"),
     ("26일까지로 해주세요", "26일까지"), ("두 시 반으로 할게요", "2 시 반")],
)  # fmt: skip
def test_politeness_breaks_no_answer(words, plain):
    assert plain in list(forms(words))


def test_a_question_is_left_as_it_is():
    assert list(forms("그건 어떻게 쓰나요")) == ["그건 어떻게 쓰나요"]


@pytest.mark.parametrize(
    "words", ["보내지 마세요", "보내기 전에 확인 좀", "보내면 어떻게 돼", "안 보내", "보내도 되나요"]
)
def test_a_label_is_not_heard_in_its_opposite(words):
    labels = ["보내기", "그만두기"]
    assert labelled(words, labels, wording.stems(labels)) == []


@pytest.mark.parametrize("words", ["고마워요", "네", "취소", "식당 어때?", "아침 브리핑 꺼줘", "좋은 아침입니다"])
def test_what_names_nothing_is_no_topic(words):
    assert not names_something(words)


@pytest.mark.parametrize(
    ("words", "shown"),
    [("4시에 다시 알려줘", "23일 16:00"), ("이거 내일 아침에 다시", "24일 08:30"), ("30분 뒤에 다시", "23일 12:00"),
     ("퇴근 전에 다시 보여줘", "23일 17:30"), ("다음 주 월요일에 다시", "30일 08:30"),
     ("내일 2시에 다시 알려줘", "24일 14:00"),
     ("9시에 또 알려줘", "24일 09:00"), ("11시에 다시", "24일 11:00"), ("점심 먹고 다시 보여줘", "23일 13:00"),
     ("금요일 오전 10시에 다시 알려주세요", "27일 10:00"), ("한 시간 반 뒤에 다시", "23일 13:00")],
)  # fmt: skip
def test_when_something_is_wanted_again(words, shown):
    assert any(re.search(one, words) for one in SENTENCES)
    at = again_at(words, NOW, clock(8, 30))
    assert at is not None
    assert f"{at.astimezone(KST):%-d일 %H:%M}" == shown


@pytest.mark.parametrize(
    "words",
    ["내일 휴가 다시 적어줘", "출장 4시에 다시 출발", "내일 메뉴 다시 보여줘",
     "알림 다시 켜기", "4시에 알려줘", "다시 1",
     "내일 오후 반차 다시 넣어줘"],
)  # fmt: skip
def test_what_is_about_something_else_puts_nothing_off(words):
    assert not any(re.search(one, words) for one in SENTENCES)


def test_no_text_takes_long():
    labels = ["적용", "휴가로 적기", "모두에게"]
    begun = time.process_time()
    for one, other in itertools.product(PIECES, PIECES):
        text = (one + other) * 40
        for words in (f"{text[:39]}x", f"{text[:36]}다시"):
            said(words), which(words, 3), names_something(words), labelled(words, labels, wording.stems(labels))
            assert len(list(forms(words))) < 99
        assert not [re.search(pattern, f"{text[:55]}x") for pattern in SENTENCES if re.search(pattern, f"{text[:55]}x")]
    assert time.process_time() - begun < 20
