"""The log of acts: appended once, bounded, read newest first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.acts import Acts

HOME = "gyeongnam"


async def test_a_repeated_step_writes_one_line_that_keeps_its_first_words(database, clock):
    acts = Acts(database)

    assert await acts.note(HOME, "park", "role-given", "이주무관", clock(), key="u1")
    assert not await acts.note(HOME, "park", "role-given", "다른 말", clock(), key="u1")

    found = await acts.listing(HOME, clock() - timedelta(days=1))
    assert [(one.by, one.what, one.about) for one in found] == [("park", "role-given", "이주무관")]


async def test_a_span_is_read_newest_first_and_page_by_page(database, clock):
    acts, start = Acts(database), clock()
    for number in range(5):
        await acts.note(HOME, "park", "role-given", str(number), clock(), key=f"u{number}")
        clock.advance(timedelta(hours=1))

    assert [one.about for one in await acts.listing(HOME, start, 2)] == ["4", "3"]
    assert [one.about for one in await acts.listing(HOME, start, 2, skip=2)] == ["2", "1"]
    until = start + timedelta(hours=2)
    assert [one.about for one in await acts.listing(HOME, start, until=until)] == ["1", "0"]
    assert await acts.count(HOME, start, until=until) == 2


async def test_the_oldest_lines_and_their_keys_go_when_there_are_too_many_or_too_old(database, clock):
    acts = Acts(database, most=3)
    for number in range(5):
        await acts.note(HOME, "park", "role-given", str(number), clock(), key=f"u{number}")
        clock.advance(timedelta(hours=1))

    assert [one.about for one in await acts.listing(HOME, clock() - timedelta(days=9))] == ["4", "3", "2"]
    assert await database.hlen("dobi:{gyeongnam}:acts:keys") == 3
    assert await acts.forget(HOME, clock() - timedelta(hours=1)) == 2
    assert [one.about for one in await acts.listing(HOME, clock() - timedelta(days=9))] == ["4"]
    assert await database.hlen("dobi:{gyeongnam}:acts:keys") == 1


@pytest.mark.parametrize(("what", "key"), [("역할", "u1"), ("Role given", "u1"), ("", "u1"), ("role-given", "")])
async def test_an_act_has_a_code_and_a_key(database, clock, what, key):
    with pytest.raises(ValueError, match="expected a code and a key"):
        await Acts(database).note(HOME, "park", what, "", clock(), key=key)


async def test_what_an_act_concerned_is_a_few_words_on_one_line(database, clock):
    acts = Acts(database)
    await acts.note(HOME, "park", "role-given", "가\n나 " + "다" * 500, clock(), key="u1")

    about = (await acts.listing(HOME, clock() - timedelta(days=1)))[0].about
    assert about.startswith("가 나 다")
    assert len(about) == 200
