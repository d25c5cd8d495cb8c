"""The real Telegram adapter against the strict peer, through the real delivery: `python -m tests.bench.bench_telegram`.

5,000 people with one push each, the platform's limits scaled by 20 (600/s in all), which the limits alone make 8.33 s.
The peer is a process of its own; floods are counted by it, what arrived is counted in its chats.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import TickingClock
from bot.delivery import Delivery
from bot.embedded import EmbeddedServer
from bot.messenger import Chat, Reply
from bot.messengers import Tools, open_messenger
from bot.outbox import Outbox, Row, State
from bot.pacing import Pacing
from bot.platforms import Pace, Rate
from bot.settings import MessengerAccount, Secret
from tests.conformance.peer import Fault
from tests.conformance.peers import telegram
from tests.conformance.peers.telegram_sending import Room
from tests.conformance.peers.telegram_server import TOKEN, Server

SCALE, PEOPLE, TENANT = 20, 5_000, "gyeongnam"
FIRST = 20_000_000


async def serve(*, faulty: bool) -> None:
    """The peer's own process: tells its address, then, at the end of its input, what it saw."""
    server = Server(lambda: datetime.now(UTC), factor=SCALE)
    for number in range(PEOPLE):
        user = FIRST + number
        server.rooms[user] = Room({"id": user, "type": "private", "first_name": "사람"})
    await server.start()
    if faulty:
        bad = [Fault.FLOOD, Fault.ERROR, Fault.CUT, Fault.LOST]
        server.chance = lambda number: bad[number // 50 % 4] if number % 50 == 0 else None
    print(server.url, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    counts = Counter(len([one for one in room.messages.values() if one.by_bot]) for room in server.rooms.values())
    print(json.dumps({"per_chat": counts, "refused": server.calls["refused"]}), flush=True)
    await server.stop()


async def drain(url: str) -> None:
    """One worker until nothing waits."""
    folder = Path(tempfile.mkdtemp(prefix="dobi-bench-"))
    server = EmbeddedServer(folder)
    await server.ensure()
    redis, clock = server.client(), TickingClock(lambda: datetime.now(UTC))
    account = MessengerAccount("telegram", {"token": Secret(TOKEN, "bench")}, {"api_url": url})
    messenger = open_messenger(account, Tools(clock.now, clock.sleep, telegram.NoBookmark()))
    second, minute = timedelta(seconds=1), timedelta(minutes=1)
    pace = Pace(chat=Rate(SCALE, second), group=Rate(20 * SCALE, minute), whole=Rate(30 * SCALE, second))
    messenger.capabilities = replace(messenger.capabilities, pace=pace)  # type: ignore[misc]
    outbox, wake = Outbox(redis, "bench"), asyncio.Event()
    rows = [
        Row(Chat("telegram", f"dm:{user}", private=True), "story", 1, "instant", Reply("새 소식입니다"), clock.now())
        for user in range(FIRST, FIRST + PEOPLE)
    ]  # fmt: skip
    for start in range(0, PEOPLE, 500):
        await outbox.put(TENANT, rows[start : start + 500])

    async def alive(_: str) -> bool:
        return True

    worker = Delivery(outbox, [messenger], [TENANT], alive, clock.now, clock.sleep, pacing=Pacing(redis))
    began = time.perf_counter()
    while (due := await worker.step()) is not None:
        await clock.wait(min(due, clock.now() + timedelta(seconds=0.2)), wake)
    took, ideal = time.perf_counter() - began, PEOPLE / (30 * SCALE)
    doubtful = await outbox.count(TENANT, State.AMBIGUOUS)
    print(
        f"{PEOPLE} pushes: {took:.2f} s, the limits alone {ideal:.2f} s: ratio {took / ideal:.3f}; doubtful {doubtful}"
    )
    await messenger.close()
    await redis.aclose()
    await server.close()
    shutil.rmtree(folder, ignore_errors=True)


async def against(*, faulty: bool) -> None:
    """One run with its own peer."""
    told = [sys.executable, "-m", "tests.bench.bench_telegram", "--serve", *(["--faulty"] if faulty else [])]
    process = await asyncio.create_subprocess_exec(*told, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        url = (await process.stdout.readline()).decode().strip()
        print("with 2 % faults" if faulty else "no faults")
        await drain(url)
        process.stdin.write(b"\n")
        print("  seen:", (await process.stdout.readline()).decode().strip())
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def main() -> None:
    """The runs."""
    for faulty in (False, True):
        await against(faulty=faulty)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--faulty", action="store_true")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    asyncio.run(serve(faulty=given.faulty) if given.serve else main())
