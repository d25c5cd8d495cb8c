"""What somebody wants to hear about, out of how people say it; never a guess, and never a slow one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import topics
from bot.routes import Grammar, Route, tidy


async def handle(_request):
    return []


GRAMMAR = Grammar(
    [
        Route("subscribe", ("구독",), ("subscribe",), handle, sentences=topics.SUBSCRIBE),
        Route("remove", ("해지",), ("unsubscribe",), handle, sentences=topics.END),
        Route("exclude", ("제외",), ("exclude",), handle, sentences=topics.LEAVE_OUT),
    ]
)


@pytest.mark.parametrize(
    ("said", "words", "exclude"),
    [
        ("재난안전", "재난안전", ()),
        ("재난안전 제외 채용, 입찰", "재난안전", ("채용", "입찰")),
        ("재난안전 -채용 -입찰", "재난안전", ("채용", "입찰")),
        ("청년 일자리 관련 소식 좀", "청년 일자리", ()),
        ("스마트 농업에 대한 뉴스", "스마트 농업", ()),
        ("훈련을", "훈련", ()),
        ("재난안전을 구독해줘", "재난안전", ()),
        ('"스마트 그린산단" 공모', '"스마트 그린산단" 공모', ()),
        # words that only look like please, particles and fillers
        ("마을", "마을", ()),
        ("재해", "재해", ()),
        ("개인 정보", "개인 정보", ()),
        ("기초연금 신청", "기초연금 신청", ()),
        ("교육해설", "교육해설", ()),
        # nothing named
        ("소식", "", ()),
        ("해 주세요", "", ()),
        ("관련 소식", "", ()),
        ("!!!", "", ()),
        ("", "", ()),
    ],
)
def test_a_topic_is_its_own_words(said, words, exclude):
    assert topics.parse(said) == topics.Topic(words, exclude)


@pytest.mark.parametrize(
    ("said", "route", "argument"),
    [
        ("청년 일자리 소식 구독해줘", "subscribe", "청년 일자리 소식"),
        ("재난안전 소식 나오면 바로 알려 주세요", "subscribe", "재난안전"),
        ("재난안전 구독 해지해줘", "remove", "재난안전"),
        ("농업 소식 그만 보내 주세요", "remove", "농업"),
        ("재난안전에서 채용은 빼줘", "exclude", "재난안전에서 채용은 빼줘"),
    ],
)
def test_a_sentence_that_plainly_means_it_leads_there(said, route, argument):
    found = GRAMMAR.sentence(said)

    assert found is not None
    assert (found.route.name, found.argument) == (route, argument)


@pytest.mark.parametrize(
    "said",
    [
        "구독료가 얼마예요",
        "회의 취소",
        "오늘 소식 알려줘",
        "새 소식 있어?",
        "신문 구독자 수",
        "내 구독 보여줘",
        "다음 주 회의 알려줘",
    ],
)
def test_what_means_something_else_does_not(said):
    assert GRAMMAR.sentence(said) is None


def test_narrowing_names_the_topic_and_the_word():
    assert topics.narrowing("재난안전에서 채용은 빼 줘") == "재난안전 채용"
    assert topics.narrowing("1 채용") == "1 채용"


@given(st.text(max_size=300))
def test_reading_a_topic_twice_changes_nothing(said):
    once = topics.named(tidy(said))

    assert topics.named(once) == once


@pytest.mark.parametrize(
    "atom", ["구독", "을", "해 ", "관련 ", "에서 ", "9", "1 ", "제외 ", "소식", "나오면 ", "빼", "좀 ", "가"]
)
def test_no_text_makes_it_slow(atom):
    said = (atom * 4_000)[:4_000]

    start = time.process_time()
    GRAMMAR.sentence(said)
    GRAMMAR.command(said)
    topics.parse(said)
    topics.ending(said)
    topics.narrowing(said)
    topics.asks_for_list(said)

    assert time.process_time() - start < 10  # the slow ones took minutes
