"""What somebody looks for, without where and when they saw it."""

from __future__ import annotations

import pytest

from bot.looked_for import looked_for, looks


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
