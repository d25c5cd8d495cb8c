"""What somebody looks for, without where and when they saw it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.handlers.search import understood
from bot.looked_for import IN_TIME, looked_for, looks, plainer
from nlp.query import Agencies
from nlp.synonyms import Synonyms


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("지난주에 봤던 한파 대책 글 어딨지", "한파 대책"),
        ("그 청년월세 나왔던거 찾아줘", "청년월세"),
        ("요전에 올라온 축제 공고 좀", "축제"),
        ("스마트팜 보도자료 있었는데", "스마트팜"),
        ("저번달에 나온 재난지원금 자료 찾아줘", "지난달에 재난지원금"),
        ("얼마 전에 왔던 산불 관련 글 다시 찾아볼래", "산불"),
        ("아까 본 빈집 정비 자료 어디 갔지", "빈집 정비"),
    ],
)
def test_only_what_is_looked_for_is_left(said, words):
    assert looks(said)
    assert looked_for(said) == words


@pytest.mark.parametrize("said", ["축제 안내", "청년 지원 자료", "온실 본예산", "정가온 발표", "교통 보도자료"])
def test_words_alone_do_not_say_that_something_is_lost(said):
    assert not looks(said)


def test_words_that_end_like_seen_and_came_are_whole():
    assert looked_for("대본 온도 찾아줘") == "대본 온도"
    assert looked_for("기온 정보 찾아줘") == "기온 정보"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("청년정책 관련해서 지난주에 나온 보도자료 있나요?", "청년정책"),
        ("지난주에 나온 소상공인 관련 보도자료 있나요?", "소상공인"),
        ("소상공인 관련해서 이번주에 나온 거 있어요?", "소상공인"),
        ("지난달 청년 월세 관련 보도자료 보여주세요", "청년 월세"),
        ("어제 나온 산불 기사 있나", "산불"),
        ("산불이랑 산사태 관련해서 지난주에 나온 기사 있나요", "산불, 산사태"),
        ("요즘 청년 관련 뉴스 뭐 있어요", "청년"),
    ],
)
def test_a_topic_and_a_time_are_read_of_one_question(said: str, words: str) -> None:
    found = next((one for pattern in IN_TIME if (one := re.search(pattern, said))), None)
    assert found is not None
    query = understood(plainer(found["argument"]), date(2026, 11, 23), Agencies(Synonyms(())))
    assert (query.words, query.period is not None) == (words, True)


@pytest.mark.parametrize(
    "said",
    [
        "산불 소식 알려줘", "소상공인 관련 소식 있으면 알려줘", "새 소식 있나요", "오늘 온 소식 있나요",
        "어제 출장 자료 있나요", "지난주 식단 있나요", "저한테 온 산불 관련 소식 있나요",
    ],
)  # fmt: skip
def test_what_asks_for_something_else_is_no_search(said: str) -> None:
    assert not any(re.search(pattern, said) for pattern in IN_TIME)
