"""What kinds of reply may go where: news to any messenger, somebody's exact point to none but the office's own."""

from __future__ import annotations

from datetime import UTC, datetime

from bot import wording
from bot.discretion import Discretion
from bot.messenger import Chat, Reply
from bot.platforms import Content
from bot.wording import checks, news
from tests.bot.test_delivery_results import KIM, tenancy

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
ROOM = Chat("console", "총무과", private=False)
POINT = checks.point("창원시 의창구", NOW, 35.2279, 128.6811, 12.0)


def discretion(**limits: Content) -> Discretion:
    return Discretion(tenancy(), lambda: limits)


def card() -> Reply:
    told = news.Card("견본도청", "청년 월세", NOW, "", None, "", ())
    return news.push(told, NOW, "s1", "sub", None)


def test_published_things_and_help_are_public_and_an_exact_point_is_a_place():
    pages = [card(), wording.unknown(), wording.help_about("소식", []), wording.failed("A1", "")]

    assert {one.content for one in pages} == {Content.PUBLIC}
    assert POINT.content is Content.PLACE
    assert wording.greeting("김하나").content is Content.OFFICE


def test_each_messenger_carries_up_to_its_limit():
    for limit in Content:
        for reply in (wording.unknown(), Reply("출장 문서"), POINT):
            said = discretion(console=limit).screened("a", KIM, reply).reply
            assert (said == reply) == (reply.content <= limit)


def test_a_point_goes_to_another_messenger_of_the_same_person_that_may_carry_it():
    found = discretion(console=Content.OFFICE, matrix=Content.PLACE).screened("a", KIM, POINT)

    assert found.elsewhere == Chat("matrix", "dm:@kim:x", private=True)
    assert "35.2279" not in found.reply.text
    assert discretion(console=Content.OFFICE, matrix=Content.OFFICE).screened("a", KIM, POINT).elsewhere is None


def test_a_groups_readers_are_many_and_nothing_is_sent_on_to_any_of_them():
    found = discretion(console=Content.PUBLIC, matrix=Content.PLACE).screened("a", ROOM, Reply("출장 문서"))

    assert found.elsewhere is None
    assert "정보화담당관" in found.reply.text
