"""What somebody only means to send or enter is no content; what says something is."""

from __future__ import annotations

import pytest

from bot.intents import only_means


@pytest.mark.parametrize(
    "text",
    [
        "내일 공지 올릴게요",
        "보내려고요",
        "전 직원 공지할 건데요",
        "이따 올릴게요",
        "전산 점검 때문에 하나 올리려고요",
        "보내야 하는데",
        "총무과에 공지 하나 보내려는데요",
        "3시에 보낼게요",
        "안내문 돌리려고 하는데요",
        "공지하고 싶은데요",
        "퇴근 전에 올릴 예정이에요",
        "글 올릴까 하는데요",
        "알릴 게 있는데요",
        "내일 식수 올리려고요",
    ],
)
def test_an_intent_is_known(text):
    assert only_means(text)


@pytest.mark.parametrize(
    "text",
    [
        "내일 18시에 정전 점검이 있습니다",
        "식단표를 내일 올릴게요",
        "내일부터 주차장 공사를 하려고 합니다",
        "결과는 내일 알려드릴게요",
        "훈련을 실시할 예정입니다",
        "자료를 3시까지 보내야 합니다",
        "내일 오전 소독을 할 예정입니다",
        "총무과: 내일 올릴게요",
    ],
)
def test_what_says_something_is_kept(text):
    assert not only_means(text)
