"""The noon post outlives `kill -9`: every channel gets it once, and what follows edits that very message.

Real processes on the embedded database: the house and its server die at random moments while sixty channels fall due
at 11:20, and are started again at once, at the same instant of that noon. A failing run tells its seed.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.crashing import House, Role

CHANNELS, GROUPS, PATIENCE_S = 60, 4, 90.0
KILLS = int(os.environ.get("DOBI_CRASH_KILLS") or 2)
NOON = "2026-11-23T11:20:05+09:00"
LATER = "2026-11-23T12:00:05+09:00"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    names = [f"{number}과" for number in range(CHANNELS)]
    groups = [[name for place, name in enumerate(names) if place % GROUPS == group] for group in range(GROUPS)]
    parts = ['[catalogue]\nenabled = false\n[[institution]]\nid = "gyeongnam"\nname = "가"\n']
    parts += ['[[institution.person]]\nid = "kim"\nname = "김"\ndepartment = "0과"\n']
    parts += [f'[[institution.channel]]\nid = "{name}"\n' for name in names]
    parts.append(
        '[[institution.cafeteria]]\nid = "main"\nname = "본관 식당"\nseats = 300\nposts = "all"\n'
        "[institution.cafeteria.slots]\n"
        'first_monday = 2026-01-05\ntimes = ["11:40", "12:00", "12:20", "12:40"]\n'
        f"groups = {groups!r}\n"
        f'[[institution.cafeteria.sensor]]\nid = "cam1"\nkind = "camera"\nkey = "{secrets.token_hex(16)}"\n'
    )
    house.config.touch(mode=0o600)
    house.config.write_text("".join(parts), encoding="utf-8")
    yield house
    await house.stop()


def told(house: House) -> dict[str, set[tuple[str, str | None]]]:
    """Channel → the messages that it got, each with the one that it edits."""
    found: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
    for line in house.lines:
        if line.get("kind") == "notice":
            found[line["chat"]].add((line["message"], line["edits"]))
    return found


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not done():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.05)


def begin(house: House, at: str) -> Role:
    return house.start("house", "console", "--json", "--at", at, "--roles", "chat,deliver")


@pytest.mark.slow
async def test_no_channel_misses_the_post_and_none_gets_it_twice(house: House) -> None:
    seed = int(os.environ.get("DOBI_CRASH_SEED") or secrets.randbits(32))
    print(f"DOBI_CRASH_SEED={seed}")
    chance = random.Random(seed)
    begin(house, NOON)
    killed = 0
    for _ in range(KILLS):
        seen = len(told(house))
        await until(lambda seen=seen: len(told(house)) > seen or len(told(house)) == CHANNELS)
        if len(told(house)) == CHANNELS:
            break
        await asyncio.sleep(chance.uniform(0, 0.1))
        killed += house.kill(chance.choice(["house", "house", "server"]))
    await until(lambda: len(told(house)) == CHANNELS)
    await asyncio.sleep(3)  # what would be said twice has its chance

    assert killed >= 1
    first = dict(told(house))
    assert {chat: len(messages) for chat, messages in first.items() if len(messages) > 1} == {}
    assert all(edits is None for messages in first.values() for _, edits in messages)

    await house.roles.pop("house").stop()
    begin(house, LATER)
    await until(lambda: len(told(house)) == CHANNELS)
    for chat, messages in told(house).items():
        ((message, _),) = first[chat]
        assert {edits for _, edits in messages} == {message}
