"""What kitchen staff type is understood; questions and other people's sentences tell nothing."""

from __future__ import annotations

import re

import pytest

from bot.kitchen_sayings import Act, Saying, matching, read, sentences, without_names

SENTENCES = sentences(["한식", "분식", "본관 구내식당"])
TOLD = {
    "배식 지연": Saying(Act.DELAY),
    "지연": Saying(Act.DELAY),
    "배식이 늦어요": Saying(Act.DELAY),
    "배식 지연됩니다": Saying(Act.DELAY),
    "배식 10분 지연": Saying(Act.DELAY, 10),
    "10분 지연": Saying(Act.DELAY, 10),
    "지연 10분": Saying(Act.DELAY, 10),
    "배식이 15분 정도 늦어집니다": Saying(Act.DELAY, 15),
    "배식 시작 늦어요 5분": Saying(Act.DELAY, 5),
    "국 나오는 데 15분": Saying(Act.DELAY, 15, "국"),
    "국 나오는데 15분 걸려요": Saying(Act.DELAY, 15, "국"),
    "밥 다시 하는 데 20분": Saying(Act.DELAY, 20, "밥"),
    "제육 소진": Saying(Act.SOLD_OUT, dish="제육"),
    "제육볶음 품절입니다": Saying(Act.SOLD_OUT, dish="제육볶음"),
    "돈까스 떨어졌어 대신 계란말이": Saying(Act.SOLD_OUT, dish="돈까스", instead="계란말이"),
    "돈까스가 떨어졌어요, 대신 계란말이 나갑니다": Saying(Act.SOLD_OUT, dish="돈까스", instead="계란말이"),
    "제육이 다 떨어졌습니다": Saying(Act.SOLD_OUT, dish="제육"),
    "떡볶이 다 나갔어요": Saying(Act.SOLD_OUT, dish="떡볶이"),
    "고기구이 소진": Saying(Act.SOLD_OUT, dish="고기구이"),
    "계란말이 떨어졌어": Saying(Act.SOLD_OUT, dish="계란말이"),
    "품절 제육": Saying(Act.SOLD_OUT, dish="제육"),
    "돈까스 대신 계란말이 나갑니다": Saying(Act.SOLD_OUT, dish="돈까스", instead="계란말이"),
    "마감": Saying(Act.CLOSE),
    "배식 마감": Saying(Act.CLOSE),
    "배식 끝": Saying(Act.CLOSE),
    "오늘 배식 끝났습니다": Saying(Act.CLOSE),
    "점심 마감합니다": Saying(Act.CLOSE),
    "지연 풀렸어요": Saying(Act.LIFT),
    "배식 재개": Saying(Act.LIFT),
    "돈까스 다시 나와요": Saying(Act.LIFT, dish="돈까스"),
    "마감 취소": Saying(Act.LIFT),
}


@pytest.mark.parametrize("text", TOLD)
def test_it_is_read_and_led_to_the_kitchen(text):
    assert read(text) == TOLD[text]
    assert any(re.search(one, text) for one in SENTENCES)


@pytest.mark.parametrize(
    "text",
    [
        "마감했나요?", "제육 떨어졌어?", "배식 언제 끝나", "배식 몇 시까지", "출장 마감 언제야",
        "안녕", "", "소진", "12시 20분은 누구?", "오늘 861명", "가" * 80,
    ],
)  # fmt: skip
def test_questions_and_the_rest_tell_nothing(text):
    assert read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "식당", "배식 시간", "배식 언제 끝나?", "구독 재난안전", "출장 종료", "기차 20분 지연돼서 늦어요",
        "접수 마감 임박 공고 알려줘", "예산 조기 집행 소진율 보고", "한산해지면 알려줘", "우리 과 몇 시", "내일 식단",
        "출장 취소", "구독 취소", "알림 취소", "감사 종료", "출장 마감", "감사 마감", "내일 교육생 120명 추가",
        "보도자료 마감 임박 목록 보여줘", "금주 마감 공모사업 있어?",
    ],
)  # fmt: skip
def test_what_belongs_to_others_is_not_led_here(text):
    assert not any(re.search(one, text) for one in SENTENCES)


def test_names_of_lines_and_cafeterias_are_taken_out():
    assert without_names("한식 코너 10분 지연", ["한식", "분식"]) == "10분 지연"
    assert without_names("별관 식당 분식은 마감", ["별관 식당", "분식"]) == "마감"
    for text in ("한식 10분 지연", "분식 코너 마감", "본관 구내식당 마감했습니다"):
        assert any(re.search(one, text) for one in SENTENCES), text
        assert not any(re.search(one, text) for one in sentences()), text


def test_a_word_means_the_menus_dishes():
    menu = ["흑미밥", "돈까스", "배추김치", "김치찌개"]

    assert matching("돈까스", menu) == ("돈까스",)
    assert matching("돈까스(국내산)", menu) == ("돈까스",)
    assert matching("김치", menu) == ("배추김치", "김치찌개")
    assert matching("제육", menu) == ()
    assert matching("배추 김치", menu) == ("배추김치",)
