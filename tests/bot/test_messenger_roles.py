"""Messengers in roles: who is told what is connected, where callbacks come in, and the whole way in one process."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.bootstrap import House, open_house
from bot.clock import TickingClock
from bot.commands import Refused, operate
from bot.messenger import FileRef, Update
from bot.settings import load
from tests.conformance.peers import naverworks_server as platform
from tests.naverworks_house import settings_at

BARE = '[catalogue]\nenabled = false\n[[institution]]\nid = "gyeongnam"\nname = "경상남도"\n'


def wall() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def opened(folder: Path, text: str) -> AsyncIterator[House]:
    config = folder / "dobi.toml"
    config.write_text(text)
    config.chmod(0o600)
    async with open_house(load(config, {}), folder / "data", TickingClock(wall)) as house:
        yield house


async def test_a_house_without_messengers_says_so_plainly(tmp_path, capsys):
    async with opened(tmp_path, BARE) as house:
        await operate._take_up(house, ["receive", "deliver"])

    assert "연결한 메신저가 없습니다. 대화는 dobi console로 됩니다." in capsys.readouterr().out


async def test_an_account_that_lacks_something_is_named_and_the_rest_goes_on(tmp_path, capsys):
    account = '[messenger.naverworks]\nclient_id = "c"\nclient_secret = "s"\nservice_account = "a@x"\nbot_id = "1"\n'
    text = BARE + account + 'private_key = "none"\nbot_secret = "b"\n'
    async with opened(tmp_path, text) as house:
        await operate._take_up(house, ["receive"])
        checks = await house.messenger_checks()

    assert "네이버웍스에는 연결하지 못합니다: private_key가 개인키(PEM)가 아닙니다" in capsys.readouterr().out
    assert (checks[0].ok, checks[0].needed) == (False, True)


async def test_a_port_that_is_taken_is_told_with_the_next_step(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        text = f"[http]\ncallback_port = {taken.getsockname()[1]}\n{BARE}"
        async with opened(tmp_path, text) as house:
            with pytest.raises(Refused, match="callback_port"):
                await operate._take_up(house, ["receive"])


async def test_the_whole_way_in_one_process(tmp_path):
    async with platform.serving(wall) as server:
        server.users |= {"user-0", "user-9"}
        async with opened(tmp_path, settings_at(server, people=1)) as house:
            house.receive()
            inbound = await house.listen()
            server.callback_url = f"{inbound.url}/callback/naverworks"
            house.deliver(house.messengers)
            house.attend(await house.chat(house.messengers, opens_seals=False))
            async with house.working():
                statuses = [await _say(server, user, "내 정보") for user in ("user-0", "user-9")]
                async with asyncio.timeout(60):
                    while len(server.messages) < 2:  # noqa: ASYNC110 - the peer sets no event
                        await asyncio.sleep(0.02)
                checks = await house.messenger_checks()

            assert statuses == [200, 200]
            assert "총무과" in str(server.messages["dm:user-0"])
            assert "총무과" not in str(server.messages["dm:user-9"])  # a stranger
            assert all(one.ok for one in checks)
            assert "받고 있습니다" in checks[0].says
            assert not await house._wants(Update("naverworks", "user-9", wall(), refs=(FileRef("a", "b"),)))
            assert await house._wants(Update("naverworks", "user-0", wall(), refs=(FileRef("a", "b"),)))


async def _say(server: platform.Server, user: str, text: str) -> int:
    source = {"userId": user, "domainId": 1}
    return await server.call({"type": "message", "source": source, "content": {"type": "text", "text": text}})
