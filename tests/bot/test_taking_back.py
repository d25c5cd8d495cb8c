"""What a bare 취소 undoes is kept for half an hour, per person and conversation, whoever answers next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.messenger import Button, Reply, Update
from bot.people import PeopleStore
from bot.taking_back import LastUndo, Undoables

KIM = ("gyeongnam", "kim", "console:dm:kim")
DONE = [Reply("적었습니다.", buttons=(Button("취소", "meal:undo:1"),))]
OTHER = [Reply("오늘 메뉴입니다.")]


@pytest.fixture
def house(database):
    """Another process each time it is called."""
    return lambda: LastUndo(Undoables(database))


def update(clock, text="", *, press=None, name=None) -> Update:
    return Update("console", "kim", clock(), id=name, text=text, press=press)


async def test_another_process_knows_what_was_offered(house, clock):
    await house().answered(KIM, "오늘 861명", update(clock, "오늘 861명"), DONE, clock())

    assert await house().press(KIM, "취소", update(clock, "취소"), clock()) == "meal:undo:1"
    assert await house().otherwise(KIM, "아니 816명", clock()) == ("meal:undo:1", "오늘 816명")


async def test_once_something_else_was_answered_anywhere_a_bare_word_undoes_nothing(house, clock):
    first, second = house(), house()
    await first.answered(KIM, "오늘 861명", update(clock), DONE, clock())
    await second.answered(KIM, "식당", update(clock), OTHER, clock())

    assert await first.press(KIM, "취소", update(clock), clock()) is None
    assert await house().press(KIM, "취소", update(clock), clock()) is None


async def test_after_half_an_hour_it_is_over(house, clock):
    await house().answered(KIM, "오늘 861명", update(clock), DONE, clock())
    clock.advance(timedelta(minutes=31))

    assert await house().press(KIM, "취소", update(clock), clock()) is None
    assert await house().otherwise(KIM, "아니 816명", clock()) is None


async def test_it_is_nobody_elses(house, clock):
    await house().answered(KIM, "오늘 861명", update(clock), DONE, clock())

    for other in (("changwon", *KIM[1:]), ("gyeongnam", "park", KIM[2]), (*KIM[:2], "console:총무과")):
        assert await house().press(other, "취소", update(clock), clock()) is None


async def test_it_undoes_once_and_again_only_for_the_same_update(house, clock):
    await house().answered(KIM, "오늘 861명", update(clock), DONE, clock())
    pressed = update(clock, "취소", press="meal:undo:1", name="u7")
    await house().answered(KIM, "", pressed, OTHER, clock())

    assert await house().press(KIM, "취소", update(clock, "취소", name="u8"), clock()) is None
    assert await house().press(KIM, "취소", update(clock, "취소", name="u7"), clock()) == "meal:undo:1"
    assert await house().otherwise(KIM, "아니 816명", clock()) is None


async def test_no_words_are_kept_but_those_that_a_number_may_correct(house, clock, database):
    await house().answered(KIM, "비밀스러운문장 적어 줘", update(clock), DONE, clock())

    kept = [await database.dump(key) or b"" async for key in database.scan_iter("*")]

    assert kept
    assert "비밀스러운문장".encode() not in b"".join(kept)
    assert 0 < await database.ttl("dobi:{gyeongnam}:people:undo:kim") <= 1800


async def test_whose_access_ends_has_nothing_to_undo(house, clock, database):
    await house().answered(KIM, "오늘 861명", update(clock), DONE, clock())

    await PeopleStore(database).forget_questions("gyeongnam", "kim")

    assert await house().press(KIM, "취소", update(clock), clock()) is None
