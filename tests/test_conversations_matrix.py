"""A whole house on a Matrix homeserver: words, numbers, a reaction, a point and its receipt, a group; nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.bootstrap import House, open_house
from bot.demo.stage import staged
from bot.router import Router
from bot.settings import Settings, load
from tests.conformance.peer import Seen
from tests.conformance.peers.matrix import MatrixPeer
from tests.conformance.peers.matrix_fake import opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
KIM, PARK = "@kim:localhost", "@park:localhost"


@dataclass
class Office:
    """The house, its router, and people on the homeserver."""

    house: House
    router: Router
    peer: MatrixPeer

    async def said(self, user: str, count: int = 1, chat: str = "") -> list[Seen]:
        """What Dobi said, once there are `count` messages more than were seen before."""
        before = len(await self.peer.seen(chat or f"dm:{user}"))
        for _ in range(400):
            await self.house.rota.drain()
            found = await self.peer.seen(chat or f"dm:{user}")
            if len(found) >= before + count:
                return found
            await asyncio.sleep(0.02)
        raise AssertionError("Dobi does not answer")

    async def asked(self, user: str, text: str, count: int = 1) -> Seen:
        """The last message that comes back for a text."""
        waiting = asyncio.create_task(self.said(user, count))
        await asyncio.sleep(0.1)
        await self.peer.say(user, text)
        return (await waiting)[-1]


def _addressed(settings: Settings, group: str) -> Settings:
    first, *others = settings.institutions
    homes = {"kim": KIM, "park": PARK}
    people = [
        replace(one, addresses={**one.addresses, "matrix": homes[one.id]}) if one.id in homes else one
        for one in first.people
    ]
    channels = [
        replace(one, addresses={**one.addresses, "matrix": group}) if one.id == "총무과" else one
        for one in first.channels
    ]
    return replace(settings, institutions=(replace(first, people=tuple(people), channels=tuple(channels)), *others))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    folder: Path = tmp_path_factory.mktemp("matrix")
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(staged(folder / "data", None, lambda: datetime.now(UTC), virtual=True))
        peer = await stack.enter_async_context(opened(folder, stage.clock.now))
        settings = _addressed(load(stage.config), peer.group)
        house = await stack.enter_async_context(open_house(settings, folder / "data", stage.clock))
        house.deliver([peer.messenger])
        router = await house.chat([peer.messenger], opens_seals=True)
        listening = asyncio.create_task(peer.messenger.run(router.receive))
        await asyncio.sleep(0.3)
        yield Office(house, router, peer)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_a_trip_from_the_word_to_the_receipt_with_numbers_for_buttons(office: Office) -> None:
    asked = await office.asked(KIM, "출장")
    assert "동의합니다" in asked.buttons

    number = next(line.partition(". ")[0] for line in asked.text.splitlines() if line.endswith(". 동의합니다"))
    agreed = await office.asked(KIM, number)
    assert "동의" in agreed.text
    await office.asked(KIM, "출장 총무과-812")

    waiting = asyncio.create_task(office.said(KIM, 2))
    await asyncio.sleep(0.1)
    point = await office.peer.share(KIM, 35.227912, 128.681134, 12.0)
    messages = await waiting

    assert point
    assert any(one.image is not None for one in messages)
    assert any("창원" in one.text for one in messages)
    assert len({one.native for one in messages}) == len(messages)


async def test_a_mark_stands_for_the_slash_and_a_group_hears_only_what_is_asked_there(office: Office) -> None:
    waiting = asyncio.create_task(office.said("", chat=office.peer.group))
    await asyncio.sleep(0.1)
    await office.peer.say(PARK, "점심 뭐 먹지", chat=office.peer.group)
    await office.peer.say(PARK, "!식당", chat=office.peer.group)

    messages = await waiting

    assert len([one for one in messages if one.text]) >= 1
    assert "식당" in messages[0].text


async def test_a_reaction_is_a_press(office: Office) -> None:
    asked = await office.asked(PARK, "출장")
    number = next(line.partition(". ")[0] for line in asked.text.splitlines() if line.endswith(". 동의합니다"))

    waiting = asyncio.create_task(office.said(PARK))
    await asyncio.sleep(0.1)
    await office.peer.react(PARK, asked.native, f"{number}\ufe0f\u20e3")

    assert "동의" in (await waiting)[-1].text
