"""Yes and no in people's own words."""

from __future__ import annotations

import pytest

from bot.assent import agrees, together


@pytest.mark.parametrize(
    "text",
    [
        "동의",
        "동의합니다",
        "네 동의합니다",
        "넵 동의할게요!",
        "예, 위치정보 수집에 동의합니다.",
        "네",
        "ㅇㅇ",
        "네네",
        "응 동의해",
        "좋습니다",
    ],
)
def test_consent_given(text):
    assert agrees(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "동의 안함",
        "동의 안 합니다",
        "동의하지 않습니다",
        "싫어요",
        "아니요",
        "아뇨 안 할래요",
        "거절합니다",
        "저는 동의 못 합니다",
        "미동의",
        "동의하진 않을게요",
    ],
)
def test_consent_refused(text):
    assert agrees(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "동의?",
        "네?",
        "네 그런데 언제 파기되나요",
        "동의서 보여줘",
        "어제 출장",
        "네이버",
        "예산",
        "나중에 할게요",
        "동의 철회",
        "응급실",
        "",
        "출장 안 가요",
        "출발 못 했습니다",
        "도착하지 못했어요",
    ],
)
def test_neither_is_no_consent(text):
    assert agrees(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "네",
        "넵",
        "네 맞습니다",
        "네 같이 왔어요",
        "함께 있습니다",
        "저도 같이 있어요",
        "맞아요~",
        "김 주무관님과 함께 갔습니다",
        "예 동행했습니다",
    ],
)
def test_was_there(text):
    assert together(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "아니요",
        "아뇨 저는 안 갔는데요",
        "저는 못 갔습니다",
        "같이 안 갔어요",
        "아닙니다 사무실입니다",
        "함께 가지 못했습니다",
    ],
)
def test_was_not_there(text):
    assert together(text) is False


@pytest.mark.parametrize("text", ["네 내일 10시 진주 출장", "네?", "출장 목록", "어디요", "식당", "같이 갈까"])
def test_neither_tells_nothing_of_the_trip(text):
    assert together(text) is None
