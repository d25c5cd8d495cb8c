"""What a pushed card offers: three short words, the reminder where a morning is left to remind on."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.messenger import PushFacts, Why
from bot.wording import news
from bot.wording.facts import with_actions
from bot.wording.news import Card

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # Monday, 11:30 in Korea
FACTS = PushFacts("s1", 1, "견본도청", "http://127.0.0.1/1", Why(0.7, (), "소상공인"))


def card(deadline: date | datetime | None = None, **more: object) -> Card:
    return Card("견본도청", "지원 공고", NOW, "지원한다.", deadline, "소상공인", (), **more)  # type: ignore[arg-type]


def offered(one: Card, subscription: str = "k1") -> list[str]:
    return [button.label for button in news.push(one, NOW, "s1", subscription, FACTS).buttons]


@pytest.mark.parametrize(
    ("deadline", "second"),
    [
        (None, "좋아요"),
        (date(2026, 11, 20), "좋아요"),  # over
        (date(2026, 11, 23), "좋아요"),  # no morning is left
        (datetime(2026, 11, 24, 9, tzinfo=UTC), "좋아요"),
        (date(2026, 11, 25), "기한 알림"),
        (datetime(2026, 12, 4, 9, tzinfo=UTC), "기한 알림"),
    ],
)
def test_a_reminder_is_offered_while_there_is_time_and_a_like_otherwise(
    deadline: date | datetime | None, second: str
) -> None:
    assert offered(card(deadline)) == ["자세히", second, "관련 없음", "나중에"]


def test_an_edit_that_meets_no_subscription_here_still_offers_the_reminder() -> None:
    assert offered(card(date(2026, 12, 4)), "") == ["자세히", "기한 알림", "나중에"]
    assert offered(card(), "") == ["자세히", "나중에"]


def test_nothing_is_offered_of_a_text_that_may_not_be_kept() -> None:
    assert offered(card(date(2026, 12, 4), link_only=True)) == ["자세히", "좋아요", "관련 없음", "나중에"]


def test_a_day_that_was_counted_says_so() -> None:
    told = news.push(card(date(2026, 12, 7), counted=True), NOW, "s1", "k1", FACTS).text

    assert "기한: 12. 7.(월)까지(계산한 날짜)" in told.splitlines()


@pytest.mark.parametrize(
    ("has_deadline", "liked", "labels"),
    [
        (True, True, ["3줄 요약", "좋아요"]),
        (True, False, ["3줄 요약", "기한 알림"]),
        (False, False, ["3줄 요약"]),
    ],
)
def test_details_offer_what_the_card_had_no_room_for(has_deadline: bool, liked: bool, labels: list[str]) -> None:
    shown = news.details("견본도청", "", "지원 공고", NOW, "지원한다.", (), None, "http://127.0.0.1/1", NOW)

    actions = with_actions(shown, "s1", has_deadline=has_deadline, liked=liked)

    assert [button.label for button in actions.buttons] == labels
