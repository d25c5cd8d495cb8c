"""Nobody is offered the opposite of what they said."""

from __future__ import annotations

import pytest

from bot.guessing import guessed
from bot.leaning import LESS, MORE, affirmed, refused
from bot.settings import Person, Role
from bot.tenancy import Member
from bot.wording.ways import ways

ANYBODY = Member("gyeongnam", Person("kim", "김하나", "총무과", frozenset(Role), {}))


@pytest.mark.parametrize("said", ["보내지 마라", "바로바로 보내지 마세요", "알림 켜지 마", "이제 그만 보내"])
def test_who_wants_less_is_offered_nothing_that_brings_more(said):
    assert not set(guessed(said, ANYBODY).offers) & MORE


@pytest.mark.parametrize("said", ["제한 걸지 마세요", "알림 끄지 마", "멈추지 말아줘요"])
def test_who_wants_no_less_is_offered_nothing_that_ends(said):
    assert not set(guessed(said, ANYBODY).offers) & LESS


@pytest.mark.parametrize("said", ["저녁 6시쯤 다시 띄워줘", "좀 있다 다시 보여줘", "퇴근 무렵에 한 번 더 알려줘"])
def test_a_story_again_later_is_no_subscription_again(said):
    assert "다시" not in guessed(said, ANYBODY).offers
    assert "나중에" in guessed(said, ANYBODY).offers


def test_the_manner_that_is_refused_is_not_offered_and_the_other_one_is():
    assert "모아서만" in refused("모아서 보내지 마")
    assert "모두 바로" not in refused("모아서 보내지 마")
    assert affirmed("모아서 주지 말고 그때그때 줘") == "그때그때 줘"
    assert affirmed("한꺼번에 말고 다") == "한꺼번에 말고 다"


def test_what_asks_for_something_plainly_refuses_nothing():
    for said in ("이제 다시 보내줘", "나왔으니까 다시 알려줘", "식당", "회의 끝났어", "주말 알림 꺼줘"):
        assert refused(said) == frozenset()


def test_every_ability_that_is_refused_is_offered_somewhere():
    names = {way.words for way in ways()}

    assert names.issuperset(LESS | MORE)
