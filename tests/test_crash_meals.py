"""The 14:00 word on tomorrow's meals outlives `kill -9`: each who wants it gets it, once.

Real processes on the embedded database, killed at random moments while the rows are written and said. A failing run
tells its seed.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.embedded import remote_client
from bot.meal_followers import Follower, FollowerStore
from occupancy.totals import Source, Total, TotalsStore
from tests.crashing import House
from tests.test_crash_reminders import until

TENANTS = ("gyeongnam", "busan")
PEOPLE = 100
TWO = "2026-11-23T14:00:01+09:00"
MONDAY = date(2026, 11, 23)
ASKED_AT = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    parts = ["[catalogue]\nenabled = false\n"]
    for tenant in TENANTS:
        parts.append(f'[[institution]]\nid = "{tenant}"\nname = "{tenant}"\n')
        parts += [
            f'[[institution.person]]\nid = "{tenant}{n}"\nname = "{tenant}{n}"\nroles = ["직원", "배식"]\n'
            for n in range(PEOPLE)
        ]
        parts.append('[[institution.cafeteria]]\nid = "main"\nname = "구내식당"\nseats = 100\n')
    house.config.touch(mode=0o600)
    house.config.write_text("".join(parts), encoding="utf-8")
    yield house
    await house.stop()


async def follow(url: str) -> None:
    """Everybody wants to be told, and three weeks of totals are known."""
    client = remote_client(url)
    days = [MONDAY - timedelta(days=step) for step in range(1, 22)]
    for tenant in TENANTS:
        totals = [Total(day, 700 + day.day, Source.FILE) for day in days if day.weekday() < 5]
        await TotalsStore(client).put(tenant, "main", totals, MONDAY, "seed")
        for n in range(PEOPLE):
            one = Follower(f"{tenant}{n}", f"console:dm:{tenant}{n}", ASKED_AT)
            await FollowerStore(client).follow(tenant, "main", one)
    await client.aclose()


def told(house: House) -> dict[str, set[str]]:
    """Chat → ids of the messages that tell of tomorrow."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in house.lines:
        if line.get("kind") == "notice" and "점심 예상" in line["text"]:
            found[line["chat"]].add(line["message"])
    return found


@pytest.mark.slow
async def test_everybody_is_told_of_tomorrow_once_whoever_dies(house: House) -> None:
    seed = int(os.environ.get("DOBI_CRASH_SEED") or secrets.randbits(32))
    print(f"DOBI_CRASH_SEED={seed}")
    chance = random.Random(seed)
    everybody = {f"dm:{tenant}{n}" for tenant in TENANTS for n in range(PEOPLE)}
    keeper = house.start(
        "keeper", "console", "--json", "--virtual-clock", "--at", ASKED_AT.isoformat(), "--roles", "chat"
    )

    def answers() -> bool:
        keeper.say(id=1, user="gyeongnam0", text="식수 현황")
        return any(line.get("in_reply_to") == 1 for line in house.lines)

    await until(answers)
    with house.address() as url:
        await follow(url)

    house.start("house", "console", "--json", "--at", TWO, "--roles", "chat,deliver")
    killed = 0
    for _ in range(4):
        seen = len(told(house))
        await until(lambda seen=seen: len(told(house)) > seen or len(told(house)) == len(everybody))
        if len(told(house)) == len(everybody):
            break
        await asyncio.sleep(chance.uniform(0, 0.05))
        killed += house.kill(chance.choice(["house", "house", "server"]))
    await until(lambda: set(told(house)) == everybody)
    await asyncio.sleep(2)  # what would be said twice has its chance

    assert {chat: ids for chat, ids in told(house).items() if len(ids) > 1} == {}
    assert set(told(house)) == everybody
    print(f"killed {killed} times")
