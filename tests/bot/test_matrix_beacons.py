"""A live location share on Matrix: one share, a first point, and points that change it."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

import pytest

from bot.messenger import Update
from bot.platforms import Sent
from tests.bot.test_matrix import BOT, KIM, V3, Ear, Stage, out, soon, stage
from tests.conformance.peers.matrix_people import Browser

__all__ = ["stage"]
UNSTABLE = "org.matrix.msc3672."


async def begun(by: Browser, room: str, prefix: str = UNSTABLE, **more: object) -> str:
    """Somebody begins to share; the event's id."""
    content = {
        "description": "위치", "live": True, "timeout": 900_000, "org.matrix.msc3488.ts": int(time.time() * 1000),
        "org.matrix.msc3488.asset": {"type": "m.self"}, **more,
    }  # fmt: skip
    path = f"{V3}/rooms/{quote(room, safe='')}/state/{prefix}beacon_info/{quote(by.user, safe='')}"
    return str((await by.ask("PUT", path, content))["event_id"])


async def moved(by: Browser, room: str, share: str, uri: str, prefix: str = UNSTABLE) -> str:
    """A point of the share."""
    content = {
        "m.relates_to": {"rel_type": "m.reference", "event_id": share},
        "org.matrix.msc3488.location": {"uri": uri, "description": ""},
        "org.matrix.msc3488.ts": int(time.time() * 1000),
    }
    return await by.event(room, f"{prefix}beacon", content)


def points(ear: Ear) -> list[Update]:
    return [one for one in ear.updates if one.location is not None]


@pytest.mark.parametrize("prefix", [UNSTABLE, "m."])
async def test_the_first_point_is_a_share_and_the_others_change_it(stage: Stage, prefix: str) -> None:
    async with stage.hearing() as ear:
        room = await stage.room(name="")
        share = await begun(stage.kim, room, prefix)
        first = await moved(stage.kim, room, share, "geo:35.2279,128.6811;u=12", prefix)
        await moved(stage.kim, room, share, "geo:35.2280,128.6812;u=8", prefix)
        await soon(lambda: len(points(ear)) == 2)

    one, two = points(ear)
    assert one.location is not None
    assert two.location is not None
    assert (one.id, one.message, one.edit, one.sender, one.chat) == (first, share, False, KIM, None)
    assert (one.location.lat, one.location.lon, one.location.accuracy_m) == (35.2279, 128.6811, 12.0)
    assert (one.location.live, one.location.edited, one.location.venue) == (True, False, False)
    assert (two.message, two.edit, two.location.live, two.location.edited) == (share, True, True, True)
    assert one.sent_at is not None


async def test_a_restart_in_between_makes_no_second_beginning(stage: Stage) -> None:
    async with stage.hearing() as ear:
        room = await stage.room(name="")
        share = await begun(stage.kim, room)
        await moved(stage.kim, room, share, "geo:35.2279,128.6811;u=12")
        await soon(lambda: len(points(ear)) == 1)
    async with stage.hearing() as ear:
        await moved(stage.kim, room, share, "geo:35.2280,128.6812;u=8")
        await soon(lambda: len(points(ear)) == 1)

    assert points(ear)[0].edit
    assert points(ear)[0].message == share


async def test_what_is_no_live_share_of_ones_own_is_nothing(stage: Stage) -> None:
    async with stage.hearing() as ear:
        room, far = await stage.room(name=""), int((time.time() - 7_200) * 1000)
        good: dict[str, Any] = {"uri": "geo:35.2,128.6"}
        ended = await begun(stage.kim, room, live=False)
        over = await begun(stage.kim, room, **{"org.matrix.msc3488.ts": far})
        endless = await begun(stage.kim, room, timeout=True)
        chosen = await begun(stage.kim, room, **{"org.matrix.msc3488.asset": {"type": "m.pin"}})
        word = await stage.said(room, "글")
        for share in (ended, over, endless, word, "$none"):
            await moved(stage.kim, room, share, good["uri"])
        live = await begun(stage.kim, room)
        await moved(stage.kim, room, live, "geo:200,1")
        await moved(stage.kim, room, chosen, good["uri"])
        await soon(lambda: bool(points(ear)))

    (pinned,) = points(ear)
    assert pinned.location is not None
    assert pinned.location.venue


async def test_a_group_is_not_followed(stage: Stage) -> None:
    async with stage.hearing() as ear:
        room = await stage.room()
        share = await begun(stage.kim, room)
        await moved(stage.kim, room, share, "geo:35.2,128.6")
        await stage.said(room, "끝")
        await soon(lambda: any(one.text == "끝" for one in ear.updates))

    assert points(ear) == []


async def test_a_chat_that_dobi_opened_lets_its_person_share_and_nothing_more(stage: Stage) -> None:
    assert isinstance(await stage.adapter().send(out("위치를 보내 주십시오")), Sent)
    room = next(iter(stage.server.rooms.values()))
    await stage.kim.ask("POST", f"{V3}/join/{quote(room.id, safe='')}", {})

    assert await begun(stage.kim, room.id)
    for kind in ("m.room.encryption", "m.room.name"):
        with pytest.raises(AssertionError, match="M_FORBIDDEN"):
            await stage.kim.ask("PUT", f"{V3}/rooms/{quote(room.id, safe='')}/state/{kind}/", {"name": "x"})
    assert room.power(BOT) == 100
