"""`dobi sensor announce`: the number is shown, the yes awaited, the key written where nobody else reads it."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.bootstrap import ENTRANCE_KEY
from bot.commands import Refused
from bot.commands.announce import keep, waited
from bot.demo.stage import FIRST
from occupancy.reading import Kind
from occupancy.sensors.announcing import Announcement, new_salt
from occupancy.sensors.http import Address
from occupancy.sensors.sender import Post, Sender, Sent, over
from tests.talk import Talk, talking, text

CAM = Address("gyeongnam", "main", "cam9")


@pytest.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=("sense", "chat"), at=FIRST + timedelta(minutes=40)) as talk:
        yield talk


@pytest.fixture
async def post(talk) -> AsyncIterator[Post]:
    async with aiohttp.ClientSession() as session:
        yield over(session, (await talk.house.redis.get(ENTRANCE_KEY)).decode())


async def test_the_agent_waits_for_the_yes_and_then_sends_with_its_key(talk, post, tmp_path):
    code = text(await talk.say("park", "센서 등록")).split("코드를 넣어 주십시오: ")[1].split("\n")[0]
    shown: list[str] = []
    naps = 0

    async def sleep(seconds: float) -> None:
        nonlocal naps
        naps += 1
        talk.clock.move_to(talk.clock.now() + timedelta(seconds=seconds))
        if naps == 3:
            number = shown[0].split("번호: ")[1].split("\n")[0]
            assert "승인했습니다" in text(await talk.say("park", f"센서 {number}"))

    one = Announcement(CAM, Kind.CAMERA, new_salt())
    key = await waited(one, code.encode(), post, talk.clock.now, sleep, shown.append)

    path = tmp_path / "cam9.key"
    keep(path, key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert naps == 3
    assert key.decode() not in shown[0]
    sender = Sender(CAM, path.read_bytes().strip(), Kind.CAMERA, post, talk.clock.now)
    sender.say(5)
    assert await sender.flush() is Sent.DONE


async def test_a_no_ends_the_waiting(talk, post):
    code = text(await talk.say("park", "센서 등록")).split("코드를 넣어 주십시오: ")[1].split("\n")[0]

    async def sleep(_: float) -> None:
        waiting = await talk.house.book.waiting("gyeongnam")
        if waiting:
            await talk.house.book.refuse("gyeongnam", waiting[0])

    with pytest.raises(Refused, match="거절"):
        await waited(Announcement(CAM, Kind.CAMERA, new_salt()), code.encode(), post, talk.clock.now, sleep, print)


async def test_a_wrong_code_is_told_at_once(talk, post):
    with pytest.raises(Refused, match="코드가 맞지 않거나"):
        await waited(Announcement(CAM, Kind.CAMERA, new_salt()), b"wrong", post, talk.clock.now, _never, print)


async def _never(_: float) -> None:
    raise AssertionError("nothing is waited for")


def test_a_key_is_never_written_over(tmp_path: Path):
    path = tmp_path / "key"
    path.write_text("old", encoding="utf-8")

    with pytest.raises(Refused):
        keep(path, b"new")
    assert path.read_text(encoding="utf-8") == "old"
