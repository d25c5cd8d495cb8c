"""A personnel order of thousands survives a kill at any instant: whole or not at all; its day comes after a restart."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from datetime import date, timedelta
from pathlib import Path

from bot.bootstrap import open_house
from bot.clock import VirtualClock
from bot.embedded import EmbeddedServer
from bot.roster import Entry, Kind, Move, Roster
from bot.settings import load
from tests.phones import HOME, START, written

PEOPLE = 600
ROOT = Path(__file__).parents[1]

_APPLY = """
import asyncio, sys
from datetime import date
from dataclasses import replace
from pathlib import Path
from bot.embedded import EmbeddedServer
from bot.roster import Entry, Kind, Move, Roster

async def main(data, people):
    server = EmbeddedServer(Path(data))
    await server.ensure()
    roster, number = Roster(server.client()), 0
    stood = [Entry(f"p{one}", f"사람{one}", "과0") for one in range(people)]
    sys.stdout.write("ready\\n"); sys.stdout.flush()
    while True:
        number += 1
        after = [replace(one, department=f"과{number}") for one in stood]
        moves = [Move(Kind.CHANGE, new, old) for new, old in zip(after, stood)]
        await roster.apply("gyeongnam", f"c{number}-{sys.argv[3]}", moves, date(2026, 11, 23))
        stood = after

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


async def test_a_kill_at_any_moment_leaves_all_or_nothing(tmp_path):
    server = EmbeddedServer(tmp_path)
    await server.ensure()
    client = server.client()
    roster = Roster(client)
    people = [Entry(f"p{one}", f"사람{one}", "과0") for one in range(PEOPLE)]
    await roster.apply("gyeongnam", "first", [Move(Kind.JOIN, one) for one in people], date(2026, 11, 23))
    seen = set()
    for turn in range(3):
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _APPLY,
            str(tmp_path),
            str(PEOPLE),
            str(turn),
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        assert await child.stdout.readline() == b"ready\n"
        await asyncio.sleep(random.uniform(0.02, 0.6))
        os.kill(child.pid, signal.SIGKILL)
        await child.wait()
        stands = (await roster.since("gyeongnam", 0)).fields
        departments = {Entry.from_json(name[2:], text).department for name, text in stands.items()}
        assert len(stands) == PEOPLE
        assert len(departments) == 1, departments
        seen |= departments
    assert len(seen) > 1  # something was applied at all
    await client.aclose()
    await server.close()


async def test_a_day_that_came_while_nobody_was_there_is_caught_up(tmp_path):
    config, leaver = written(tmp_path, HOME), Entry("pgone", "가는이", "총무과")
    async with open_house(load(config), tmp_path / "data", VirtualClock(START)) as house:
        roster, today = Roster(house.redis), START.date()
        await roster.apply("gyeongnam", "in", [Move(Kind.JOIN, leaver)], today)
        await roster.apply("gyeongnam", "out", [], today, {today + timedelta(days=3): [Move(Kind.LEAVE, leaver)]})
        await house.mirror.refresh()
        assert house.tenancy.member("gyeongnam", "pgone") is not None

    async with open_house(load(config), tmp_path / "data", VirtualClock(START + timedelta(days=5))) as house:
        assert house.linking is not None
        await house.rota.drain()
        assert house.tenancy.member("gyeongnam", "pgone") is None
        assert house.mirror.waiting("gyeongnam") == []
