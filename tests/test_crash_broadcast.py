"""A notice outlives `kill -9`: pressed again and again, killed at random moments, everybody gets it once.

Real processes on the embedded database: one keeps the server, one talks and delivers and is killed, together with the
server at times, while the rows are written page by page. A failing run tells its seed.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.crashing import House, Role

PEOPLE, PATIENCE_S = 700, 120.0
KILLS = int(os.environ.get("DOBI_CRASH_KILLS") or 1)
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    parts = ['[catalogue]\nenabled = false\n[[institution]]\nid = "gyeongnam"\nname = "경상남도"\n']
    parts += [
        f'[[institution.person]]\nid = "p{n}"\nname = "이름{n}"\ndepartment = "총무과"\n'
        + ('roles = ["직원", "관리자"]\n' if n == 0 else "")
        for n in range(PEOPLE)
    ]
    house.config.touch(mode=0o600)
    house.config.write_text("".join(parts), encoding="utf-8")
    yield house
    await house.stop()


def told(house: House) -> dict[str, set[str]]:
    """Chat → ids of the notices it got."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in house.lines:
        if str(line.get("text", "")).startswith("[공지] 정전 점검"):
            found[line["chat"]].add(line["message"])
    return found


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not done():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.05)


def _send_button(house: House, role: Role) -> str | None:
    """What the button carries, once the notice was read back; asked for until it is."""
    role.say(id=1, user="p0", update_id="write", text="공지 정전 점검")
    for line in house.lines:
        for button in line.get("buttons") or []:
            if button["label"] == "보내기":
                return str(button["press"])
    return None


@pytest.mark.slow
@pytest.mark.skipif("DOBI_CRASH_KILLS" not in os.environ, reason="half a minute a kill: set DOBI_CRASH_KILLS=2")
async def test_a_notice_reaches_everybody_once_whoever_dies(house: House) -> None:
    seed = int(os.environ.get("DOBI_CRASH_SEED") or secrets.randbits(32))
    print(f"DOBI_CRASH_SEED={seed}")
    chance = random.Random(seed)
    keeper = house.start("keeper", "console", "--json", "--virtual-clock", "--at", NOW.isoformat(), "--roles", "sense")
    await until(lambda: house.server() is not None and keeper.pid is not None)
    teller = house.start("house", "console", "--json", "--at", NOW.isoformat(), "--roles", "chat,deliver")
    press = ""

    def read_back() -> bool:
        nonlocal press
        press = _send_button(house, teller) or ""
        return bool(press)

    await until(read_back)
    polls = killed = 0

    def pressed(beyond: int) -> bool:
        """Pressed now and then: what was pressed while nobody lived is lost."""
        nonlocal polls
        polls += 1
        if polls % 20 == 1:
            teller.say(id=10, user="p0", press=press)
        return len(told(house)) > beyond or len(told(house)) == PEOPLE

    for _ in range(KILLS):
        seen = len(told(house))
        await until(lambda seen=seen: pressed(seen))
        await asyncio.sleep(chance.uniform(0, 0.2))
        killed += house.kill(chance.choice(["house", "house", "server"]))
    await until(lambda: pressed(PEOPLE))
    await asyncio.sleep(2)  # what would be said twice has its chance

    assert killed >= 1
    assert {chat: len(ids) for chat, ids in told(house).items() if len(ids) > 1} == {}
    assert len(told(house)) == PEOPLE
