"""Who could not be reached on a messenger, and chooses it again, is told there: nobody answers a mail."""

from __future__ import annotations

from bot.messenger import Chat
from tests.phones import HOME, phones

ACCOUNT = '[messenger.telegram]\ntoken = "123456:ABCDEFGHIJKLMNOP"\n'
THERE = Chat("telegram", "dm:222", private=True)


async def test_choosing_a_place_again_ends_that_nothing_is_said_there(tmp_path):
    async with phones(tmp_path, HOME + ACCOUNT) as stage:
        await stage.house.reach.left("gyeongnam", THERE, stage.clock.now())

        told = await stage.read("console:park", "받는 곳 텔레그램")

        assert "텔레그램" in told
        assert not await stage.house.reach.is_away("gyeongnam", THERE)
        assert len(await stage.got("telegram:222")) == 1
        await stage.read("console:park", "받는 곳 텔레그램")
        assert len(await stage.got("telegram:222")) == 1
