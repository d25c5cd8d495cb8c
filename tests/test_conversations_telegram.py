"""The whole house on Telegram: the real adapter and the strict peer, from a tap to the picture in a chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from bot.bootstrap import open_house
from bot.demo.stage import staged
from bot.settings import Settings, load
from tests.conformance.peers import telegram
from tests.conformance.peers.telegram import GROUP, KIM, TelegramPeer

pytestmark = pytest.mark.asyncio(loop_scope="module")

ME = str(KIM)


@dataclass
class Phone:
    """Somebody's Telegram."""

    peer: TelegramPeer
    drain: Callable[[], object]

    async def until(self, true: Callable[[], object]) -> None:
        """Waits for it while what is due is delivered."""
        async with asyncio.timeout(60):
            while not true():
                await self.drain()  # type: ignore[misc]
                await asyncio.sleep(0.01)

    async def answer(self, before: int) -> str:
        """The newest message after `before` many."""
        room = self.peer.room(f"dm:{ME}")
        await self.until(lambda: sum(one.by_bot for one in room.messages.values()) > before)
        return (await self.peer.seen(f"dm:{ME}"))[-1].text

    async def count(self) -> int:
        """How many messages of Dobi's stand there."""
        return len(await self.peer.seen(f"dm:{ME}"))


def _peopled(settings: Settings) -> Settings:
    first, *others = settings.institutions
    people = tuple(
        replace(one, addresses={**one.addresses, "telegram": ME}) if one.id == "kim" else one for one in first.people
    )
    channels = tuple(
        replace(one, addresses={**one.addresses, "telegram": str(GROUP)}) if one.id == "총무과" else one
        for one in first.channels
    )
    return replace(settings, institutions=(replace(first, people=people, channels=channels), *others))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phone(tmp_path_factory) -> AsyncIterator[Phone]:
    folder = tmp_path_factory.mktemp("talk")
    async with (
        staged(folder / "data", None, lambda: datetime.now(UTC), virtual=True) as stage,
        telegram.opened(folder, stage.clock.now) as peer,
        open_house(_peopled(load(stage.config)), folder / "data", stage.clock) as house,
    ):
        peer.server.floods.on = False
        house.deliver([peer.messenger])
        router = await house.chat([peer.messenger], opens_seals=False)
        task = asyncio.create_task(peer.messenger.run(router.receive))
        yield Phone(peer, house.rota.drain)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_trip_from_the_first_word_to_the_receipt(phone):
    peer = phone.peer
    before = await phone.count()
    await peer.say(ME, "/trip 총무과-812")
    asked = await phone.answer(before)
    await peer.press(ME, "동의합니다")
    await phone.answer(before + 1)
    point = await peer.share(ME, 35.2279, 128.6811, 12.0)

    def receipts() -> list[bytes]:
        return [one.data for one in peer.room(f"dm:{ME}").messages.values() if one.by_bot and one.data]

    await phone.until(receipts)

    assert "위치" in asked
    shown = next(one for one in await peer.seen(f"dm:{ME}") if one.image)
    assert shown.image
    assert shown.image.startswith(b"\x89PNG")
    assert "창원시" in shown.text
    assert "글자로 받기" in shown.buttons
    await phone.until(lambda: int(point) not in peer.room(f"dm:{ME}").messages)


async def test_a_pasted_link_gives_a_declared_receipt_and_is_taken_away(phone):
    peer = phone.peer
    before = await phone.count()
    link = await peer.say(ME, "https://map.kakao.com/link/map/진주시청,35.1800,128.1076")

    told = await phone.answer(before)

    assert "진주시" in told
    assert "스스로 알리셨다는" in told
    await phone.until(lambda: int(link) not in peer.room(f"dm:{ME}").messages)


async def test_in_a_group_dobi_answers_what_is_addressed_to_it_and_nothing_private(phone):
    peer = phone.peer
    await peer.say(ME, "점심 먹었어요?", chat=peer.group)
    await peer.say(ME, "내 정보", chat=peer.group, mention=True)
    await phone.until(lambda: any(one.by_bot for one in peer.room(peer.group).messages.values()))

    told = await peer.seen(peer.group)

    assert len(told) == 1
    assert "김하나" not in told[0].text


async def test_every_name_behind_the_slash_is_understood(phone):
    peer = phone.peer
    await phone.until(lambda: peer.server.commands)
    for one in peer.server.commands:
        before = await phone.count()
        await peer.say(ME, f"/{one['command']}")
        told = await phone.answer(before)

        assert "알아듣지 못" not in told, one
        assert "이해하지 못" not in told, one
