"""Hours of moments that were, and yeses to what was read back."""

from __future__ import annotations

import pytest

from bot.late_words import answers, fixes, only_an_hour
from bot.receipt_again import wanted
from bot.trip_corrections import agrees, plain


def test_what_tells_an_hour_and_nothing_else():
    hours = (
        "두시쯤",
        "두시쯤 드갔지싶다",
        "아이다 세시네",
        "영수증 보니 세시 5분",
        "13:40",
        "오후 두시반쯤이요",
        "한 두시쯤요",
    )
    other = (
        "출장 내일 13시 진주",
        "오늘 14시 식당 몇명",
        "14시에 회의",
        "모아 보기 시간 10시",
        "두시쯤 맞나요?",
        "조용한 시간 22시",
    )

    assert all(only_an_hour(one) and answers(one) for one in hours)
    assert not any(answers(one) or fixes(one) for one in other)
    assert all(fixes(one) for one in ("그래 그걸로", "그래 그걸로 내라", "아니 네시네"))
    assert not any(fixes(one) for one in ("네", "그래", "고마워"))


def test_a_yes_to_a_memo_in_many_words():
    yes = ("댔다 올리라", "됐다 그걸로", "어 맞다 올려", "그대로 올려주세요", "맞네", "오케이 그대로 가자", "그걸로 해")

    assert all(agrees(one) for one in yes)
    assert not any(agrees(one) for one in ("됐다", "됐어", "사진 올려", "올려도 되나", "그대로 두세요", "안 올려"))


@pytest.mark.parametrize("said", ["10시라캤는거 아홉시반", "10시라고 한거 아홉시반", "10시라 했는 거는 아홉시반"])
def test_what_was_said_before_is_set_against_what_is_meant(said):
    assert plain(said) == "10시 말고 아홉시반"


def test_whether_a_receipt_came_is_asked_for_it():
    assert all(wanted(one) for one in ("제 영수증 나왔나요??", "영수증 나왔어?", "영수증 왔나요", "영수증 어디갔지"))
    assert not any(wanted(one) for one in ("카드 영수증 나왔나요", "영수증 나오나요", "정산 영수증 나왔나요"))
