"""A private chat whose opener died before it had asked anybody in."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest

from bot.platforms import Gone, Retry, Sent
from tests.bot.test_matrix import BOT, KIM, V3, Stage, out, stage

__all__ = ["stage"]


async def half_opened(one: Stage, *, noted: bool) -> str:
    """The room under its alias, with Dobi alone in it; `noted`: it stands in the account's list."""
    assert isinstance(await one.adapter().send(out("안녕하세요.")), Sent)
    [room] = one.server.rooms.values()
    del room.state["m.room.member", KIM]
    kept = [
        (event, place)
        for event, place in zip(room.events, room.places, strict=True)
        if event.get("state_key") != KIM and event["type"] != "m.room.message"
    ]
    room.events, room.places = [event for event, _ in kept], [place for _, place in kept]
    if not noted:
        one.server.account.clear()
    return room.id


@pytest.mark.parametrize("noted", [False, True])
@pytest.mark.parametrize("following", [False, True])
async def test_they_are_asked_in_by_whoever_comes_next(stage: Stage, *, noted: bool, following: bool) -> None:
    room = await half_opened(stage, noted=noted)
    adapter = stage.adapter()

    if following:
        async with stage.hearing(adapter):
            result = await adapter.send(out("소식", "m2"))
    else:
        result = await adapter.send(out("소식", "m2"))

    assert isinstance(result, Sent)
    assert list(stage.server.rooms) == [room]
    assert stage.server.rooms[room].membership(KIM) == "invite"
    assert [one["body"] for one in stage.in_room(room)] == ["소식"]


async def test_who_left_it_is_not_asked_again(stage: Stage) -> None:
    room = await half_opened(stage, noted=True)
    stage.server._member(stage.server.rooms[room], BOT, KIM, "invite")
    await stage.kim.ask("POST", f"{V3}/rooms/{room}/leave", {})

    assert isinstance(await stage.adapter().send(out("소식", "m2")), Gone)
    assert stage.server.rooms[room].membership(KIM) == "leave"


async def test_while_it_is_being_made_nobody_is_refused(stage: Stage) -> None:
    room = await half_opened(stage, noted=False)
    del stage.server.rooms[room].state["m.room.member", BOT]

    assert isinstance(await stage.adapter().send(out("소식", "m2")), Retry)


async def left_for_another(one: Stage) -> str:
    """KIM left the chat that the list names, and has asked Dobi into another; Dobi is in it."""
    old = await one.room(name="")
    async with one.hearing() as ear:
        await ear.until(1)
    await one.kim.ask("POST", f"{V3}/rooms/{quote(old, safe='')}/leave", {})
    new = await one.room(name="")
    one.server._join(new, BOT)
    return new


async def test_who_asked_dobi_into_another_chat_is_not_gone_before_the_list_says_so(stage: Stage) -> None:
    new = await left_for_another(stage)

    assert isinstance(await stage.adapter().send(out("소식", "m2")), Sent)
    assert [one["body"] for one in stage.in_room(new)] == ["소식"]


async def test_a_list_that_was_read_before_makes_nobody_gone(stage: Stage) -> None:
    first, other = stage.adapter(), stage.adapter()
    old = await stage.room(name="")
    async with stage.hearing(first) as ear:
        await ear.until(1)
        assert isinstance(await other.send(out("첫째", "m1")), Sent)
        await stage.kim.ask("POST", f"{V3}/rooms/{quote(old, safe='')}/leave", {})
        new = await stage.room(name="")
        await ear.until(3)

        assert isinstance(await other.send(out("둘째", "m2")), Sent)
    assert [one["body"] for one in stage.in_room(new)] == ["둘째"]


async def test_who_left_and_is_only_in_groups_is_gone(stage: Stage) -> None:
    new = await left_for_another(stage)
    await stage.kim.ask("POST", f"{V3}/rooms/{quote(new, safe='')}/leave", {})
    stage.server._join(await stage.room(), BOT)

    assert isinstance(await stage.adapter().send(out("소식", "m2")), Gone)


async def test_a_refusal_right_after_coming_in_is_looked_at_again_and_one_that_stays_is_believed(stage: Stage) -> None:
    room, adapter = await stage.room(name=""), stage.adapter()
    async with stage.hearing(adapter) as ear:
        await ear.until(1)
        stage.server.slow_rooms[room] = BOT
        assert isinstance(await adapter.send(out("소식", "m2")), Retry)
        stage.clock.advance(timedelta(seconds=10))
        assert isinstance(await adapter.send(out("소식", "m2")), Gone)
        stage.server.slow_rooms.clear()
        assert isinstance(await adapter.send(out("소식", "m2")), Sent)
