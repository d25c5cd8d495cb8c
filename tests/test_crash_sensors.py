"""Notices of sick sensors outlive `kill -9`, in eighteen institutions at once: each told once, to its own alone.

Real processes on the embedded database: the house that looks after sensors is killed at random moments, also together
with the server, and started again at once at the same instant. A failing run tells its seed.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.embedded import remote_client
from occupancy.reading import Batch, Kind, Reading
from occupancy.store import OccupancyStore
from tests.crashing import House

TENANTS = tuple(f"office{number:02d}" for number in range(18))
SENSORS, PATIENCE_S = 1, 120.0
KILLS = int(os.environ.get("DOBI_CRASH_KILLS") or 1)
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # 12:00 in Korea


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    parts = ["[catalogue]\nenabled = false\n[http]\nport = 0\n"]
    for tenant in TENANTS:
        parts.append(f'[[institution]]\nid = "{tenant}"\nname = "{tenant}"\n')
        parts.append(f'[[institution.person]]\nid = "{tenant}-park"\nname = "박새로"\nroles = ["관리자"]\n')
        parts.append(f'[[institution.person]]\nid = "{tenant}-kim"\nname = "김하나"\n')
        parts.append(f'[[institution.cafeteria]]\nid = "main"\nname = "{tenant} 식당"\nseats = 100\n')
        parts += [
            f'[[institution.cafeteria.sensor]]\nid = "cam{n}"\nkind = "camera"\nperiod_s = 1\nkey = "{tenant}-{n}"\n'
            for n in range(SENSORS)
        ]
    house.config.touch(mode=0o600)
    house.config.write_text("".join(parts), encoding="utf-8")
    yield house
    await house.stop()


async def spoke(url: str) -> None:
    """Every sensor spoke ten seconds ago, and will never again."""
    client = remote_client(url)
    store, at = OccupancyStore(client), NOW - timedelta(seconds=10)
    for tenant in TENANTS:
        for number in range(SENSORS):
            reading = Reading(f"cam{number}", Kind.CAMERA, at, at, count=5)
            await store.append(tenant, "main", Batch(reading.sensor, f"nonce-{number}", at, (reading,)))
    await client.aclose()


def told(house: House) -> dict[tuple[str, str], set[str]]:
    """Chat and sensor → ids of the messages that say it is silent."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in house.lines:
        if line.get("kind") == "notice":
            sensor = re.search(r"카메라 (cam\d)[이가] 11:59부터 조용합니다", line["text"])
            assert sensor is not None, line["text"]
            assert line["text"].startswith(f"{line['institution']} 식당: ")
            found[line["chat"], sensor[1]].add(line["message"])
    return found


EVERYTHING = {(f"dm:{tenant}-park", f"cam{number}") for tenant in TENANTS for number in range(SENSORS)}


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not done():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.02)


@pytest.mark.slow
async def test_no_sick_sensor_stays_untold_none_is_told_twice_and_none_to_another_institution(house: House) -> None:
    seed = int(os.environ.get("DOBI_CRASH_SEED") or secrets.randbits(32))
    print(f"DOBI_CRASH_SEED={seed}")
    chance = random.Random(seed)
    keeper = house.start(
        "keeper", "console", "--json", "--virtual-clock", "--at", NOW.isoformat(), "--roles", "deliver"
    )
    await keeper.up()
    with house.address() as url:
        await spoke(url)

    house.start("house", "console", "--json", "--at", NOW.isoformat(), "--roles", "sense,deliver")
    killed = 0
    for _ in range(KILLS):
        seen = len(told(house))
        await until(lambda seen=seen: len(told(house)) > seen or len(told(house)) == len(EVERYTHING))
        if len(told(house)) == len(EVERYTHING):
            break
        await asyncio.sleep(chance.uniform(0, 0.05))
        killed += house.kill(chance.choice(["house", "house", "server"]))
    await until(lambda: set(told(house)) >= EVERYTHING)
    await asyncio.sleep(2)  # what would be said twice has its chance

    ids = told(house)
    assert killed >= 1
    assert set(ids) == EVERYTHING
    assert {key: len(found) for key, found in ids.items() if len(found) > 1} == {}
