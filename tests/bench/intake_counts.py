"""What one update costs, whatever else the machine does: round trips to the database, and durable writes of it."""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from pathlib import Path

import aiohttp
from redis.asyncio import Redis

from tests.bench.intake_parts import WORDS, Caller, Stopwatch, eventually
from tests.naverworks_house import deployment

_EACH = 20
_WRITES = frozenset(
    {"HSET", "HSETNX", "HDEL", "HINCRBY", "ZADD", "ZREM", "SADD", "SREM", "SET", "DEL", "INCR", "LREM", "RPUSH"}
)  # fmt: skip
_SETTLED_S = 0.25


class Listening:
    """Every command that the database gets, as MONITOR tells it: the lines of a script follow their EVALSHA."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self.asked: list[tuple[str, bool]] = []
        """Of each command what it was, and whether it wrote."""

    async def listen(self) -> None:
        async with self._client.monitor() as monitor:
            async for one in monitor.listen():
                name = one["command"].split(" ", 1)[0].upper()
                if one["client_type"] == "lua" and self.asked:
                    asked, wrote = self.asked[-1]
                    self.asked[-1] = asked, wrote or name in _WRITES
                elif name not in {"PING", "INFO", "CLIENT"}:
                    self.asked.append((one["command"][:60], name in _WRITES))


async def trips(client: Redis) -> int:
    """How often anybody has asked so far; what goes in one pipeline is asked once."""
    return int((await client.info("stats"))["total_reads_processed"])


async def counted(folder: Path, args: argparse.Namespace) -> bool:
    """One update at a time, each settled before the next; what the house asks by itself meanwhile is taken off."""
    people, watch = 50, Stopwatch()
    async with deployment(folder, people) as house, aiohttp.ClientSession() as session:
        for roles in args.processes:
            await house.work(*roles.split(","))
        house.server.messages, caller, client = watch, Caller(house, session), house.database.client()
        for number in range(people):
            await caller.say(number, WORDS[number % len(WORDS)])
            await asyncio.sleep(0.05)
        await eventually(lambda: len(watch.came) >= people, 120)
        await asyncio.sleep(3)
        listening = Listening(client)
        task = asyncio.create_task(listening.listen())
        idle = await _span(client, listening, 0, caller, "")
        print(f"counts: through {' + '.join(args.processes)}, {_EACH} of each, one at a time")
        for place, word in enumerate(WORDS):
            asked, sent, wrote = await _span(client, listening, _EACH, caller, word, place)
            own = [(one - idle[at]) / _EACH for at, one in enumerate((asked, sent, wrote))]
            print(f"  {word}: {own[0]:.1f} round trips, {own[1]:.1f} commands and scripts, {own[2]:.1f} of them write")
        if args.verbose:
            for name, count in Counter(name.split(" dobi:")[0] for name, _ in listening.asked).most_common(25):
                print(f"    {count:5} {name}")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await client.aclose()
    return True


async def _span(
    client: Redis, listening: Listening, each: int, caller: Caller, word: str, place: int = 0
) -> tuple[int, int, int]:  # fmt: skip
    listening.asked.clear()
    before = await trips(client)
    for number in range(_EACH):
        if number < each:
            await caller.say(place + len(WORDS) * (number % 10), word)
        await asyncio.sleep(_SETTLED_S)
    asked = await trips(client) - before
    return asked, len(listening.asked), sum(wrote for _, wrote in listening.asked)
