"""What somebody meets who asks Dobi into an encrypted room, as most clients make private chats by default."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from bot.platforms import Gone, Sent
from tests.bot.test_matrix import BOT, KIM, PARK, V3, Stage, out, soon, stage

__all__ = ["stage"]
SEALED = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}


async def sealed(stage: Stage, *, name: str = "", events: int = 0) -> str:
    """A room that is encrypted from its start, and Dobi asked into it; who may speak there has that power."""
    wanted: dict[str, Any] = {
        "invite": [BOT, *([PARK] if name else [])], "is_direct": not name, "initial_state": [SEALED],
        "preset": "private_chat" if name else "trusted_private_chat",
    }  # fmt: skip
    if name:
        wanted["name"] = name
    if events:
        wanted |= {"preset": "private_chat", "power_level_content_override": {"events_default": events}}
    return str((await stage.kim.ask("POST", f"{V3}/createRoom", wanted))["room_id"])


def bodies(stage: Stage, room: str) -> list[str]:
    return [one["body"] for one in stage.in_room(room)]


def opened(stage: Stage, *known: str) -> str:
    """The room that Dobi opened."""
    (found,) = [one.id for one in stage.server.rooms.values() if one.id not in known and one.creator == BOT]
    return found


async def test_who_asks_dobi_into_an_encrypted_chat_hears_at_once_and_is_asked_into_one_it_can_read(
    stage: Stage,
) -> None:
    async with stage.hearing() as ear:
        room = await sealed(stage)
        await soon(lambda: bool(bodies(stage, room)))
        clear = opened(stage, room)
        await stage.kim.ask("POST", f"{V3}/join/{quote(clear, safe='')}", {})
        await stage.said(clear, "식당")
        await ear.until(2)

    (said,) = bodies(stage, room)
    assert "암호화" in said
    assert "초대" in said
    assert stage.server.rooms[clear].membership(KIM) == "join"
    assert ("m.room.encryption", "") not in stage.server.rooms[clear].state
    assert "도움말" in bodies(stage, clear)[0]
    assert [(one.text, one.sender, one.chat) for one in ear.updates if one.text] == [("식당", KIM, None)]


async def test_it_is_said_once_however_often_they_write_there_or_dobi_is_started(stage: Stage) -> None:
    async with stage.hearing():
        room = await sealed(stage)
        await soon(lambda: bool(bodies(stage, room)))
        await stage.kim.event(room, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2"})
    async with stage.hearing() as ear:
        await stage.kim.event(room, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2"})
        other = await stage.room()
        await ear.until(1)

    assert len(bodies(stage, room)) == 1
    assert len(bodies(stage, opened(stage, room, other))) == 1


async def test_who_has_a_chat_that_dobi_can_read_is_shown_to_it(stage: Stage) -> None:
    clear = await stage.room(name="")
    async with stage.hearing() as ear:
        await ear.until(1)
        room = await sealed(stage)
        await soon(lambda: bool(bodies(stage, room)))

    assert len(stage.server.rooms) == 2
    assert "이미" in bodies(stage, room)[0]
    assert bodies(stage, clear) == []


async def test_who_left_the_chat_that_dobi_could_read_is_asked_into_it_again(stage: Stage) -> None:
    adapter = stage.adapter()
    assert isinstance(await adapter.send(out("안녕하세요.")), Sent)
    clear = opened(stage)
    await stage.kim.ask("POST", f"{V3}/rooms/{quote(clear, safe='')}/leave", {})
    async with stage.hearing(adapter):
        room = await sealed(stage)
        await soon(lambda: bool(bodies(stage, room)))

    assert stage.server.rooms[clear].membership(KIM) == "invite"
    assert isinstance(await adapter.send(out("소식", "m2")), Sent)
    assert bodies(stage, clear)[-1] == "소식"


async def test_who_declined_and_still_writes_there_is_asked_again_without_a_word(stage: Stage) -> None:
    async with stage.hearing():
        room = await sealed(stage)
        await soon(lambda: bool(bodies(stage, room)))
        clear = opened(stage, room)
        await stage.kim.ask("POST", f"{V3}/rooms/{quote(clear, safe='')}/leave", {})
        await stage.kim.event(room, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2"})
        await soon(lambda: stage.server.rooms[clear].membership(KIM) == "invite")

    assert len(bodies(stage, room)) == 1
    assert len(bodies(stage, clear)) == 1


async def test_an_encrypted_group_hears_how_to_make_another(stage: Stage) -> None:
    async with stage.hearing():
        room = await sealed(stage, name="총무과")
        await soon(lambda: bool(bodies(stage, room)))

    assert len(stage.server.rooms) == 1
    assert "새로 만드실 때" in bodies(stage, room)[0]


async def test_where_the_server_encrypts_every_room_it_says_whom_to_ask(stage: Stage) -> None:
    stage.server.encrypt = True
    async with stage.hearing():
        room = await sealed(stage)
        await soon(lambda: bool(bodies(stage, room)))

    assert "서버" in bodies(stage, room)[0]
    assert "초대를 보냈" not in bodies(stage, room)[0]


async def test_a_room_that_is_encrypted_later_hears_it_then(stage: Stage) -> None:
    room = await stage.room(name="")
    async with stage.hearing() as ear:
        await ear.until(1)
        stage.server.add(stage.server.rooms[room], KIM, "m.room.encryption", SEALED["content"], "")  # type: ignore[arg-type]
        await soon(lambda: bool(bodies(stage, room)))

    assert "암호화" in bodies(stage, room)[0]


async def test_a_room_in_which_dobi_may_not_speak_stops_nothing(stage: Stage) -> None:
    async with stage.hearing() as ear:
        room = await sealed(stage, events=50)
        await stage.kim.event(room, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2"})
        other = await stage.room(name="")
        await stage.said(other, "식당")
        await soon(lambda: any(one.text == "식당" for one in ear.updates))

    assert bodies(stage, room) == []
    assert "식당" in [one.text for one in ear.updates]


async def test_who_leaves_the_encrypted_chat_for_the_other_has_not_left_dobi(stage: Stage) -> None:
    adapter = stage.adapter()
    async with stage.hearing(adapter) as ear:
        room = await sealed(stage)
        await soon(lambda: bool(bodies(stage, room)))
        clear = opened(stage, room)
        await stage.kim.ask("POST", f"{V3}/join/{quote(clear, safe='')}", {})
        await stage.kim.ask("POST", f"{V3}/rooms/{quote(room, safe='')}/leave", {})
        await stage.said(clear, "식당")
        await soon(lambda: any(one.text == "식당" for one in ear.updates))
        assert [one.event for one in ear.updates if one.event == "left"] == []

        await stage.kim.ask("POST", f"{V3}/rooms/{quote(clear, safe='')}/leave", {})
        await soon(lambda: any(one.event == "left" for one in ear.updates))

    assert isinstance(await adapter.send(out("소식", "m9")), Gone)
