"""Delivery outlives `kill -9`: nothing lost and nothing doubled beyond the policy, whoever dies over a message.

Two worker processes on one embedded database send through two platforms that write what arrives to a file: one keeps a
record that can be asked, the other none. Workers are killed at random moments and started again. Where there is a
record everything arrives exactly once; elsewhere a push at most once (what is missing is listed as doubtful) and an
answer at least once. More kills: DOBI_CRASH_KILLS.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import TickingClock
from bot.delivery import Delivery
from bot.embedded import EmbeddedServer
from bot.liveness import Liveness, new_owner
from bot.messenger import Chat, Outgoing, Plain, Receive, Reply
from bot.outbox import Outbox, Row, State
from bot.pacing import Pacing
from bot.platforms import Absent, Ambiguous, Capabilities, Pace, Rate, SendResult, Sent

ROOT = Path(__file__).parents[1]
KILLS = int(os.environ.get("DOBI_CRASH_KILLS") or 6)
CHATS, EACH, PATIENCE_S = 12, 12, 60.0
TENANTS = ("gyeongnam", "busan")


class Ledger(Plain):
    """A platform whose chats are lines of a file."""

    def __init__(self, name: str, folder: Path, *, evidence: bool) -> None:
        self.name = name
        self._path = folder / f"{name}.txt"
        self.capabilities = Capabilities(
            location_in=False, image_out=False, buttons=False, edit=False, idempotent_send=False, max_text=4096,
            evidence=evidence, pace=Pace(chat=Rate(20, timedelta(seconds=1)), whole=Rate(150, timedelta(seconds=1))),
            in_flight=6,
        )  # fmt: skip

    async def run(self, receive: Receive) -> None:
        raise NotImplementedError

    async def send(self, message: Outgoing) -> SendResult:
        await asyncio.sleep(random.uniform(0, 0.02))
        with self._path.open("ab", buffering=0) as ledger:
            ledger.write(f"{message.message} {message.chat.id} {message.reply.text}\n".encode())
        await asyncio.sleep(random.uniform(0, 0.02))
        return Sent(message.message)

    async def find(self, message: Outgoing, since: datetime) -> Sent | Absent | Ambiguous:
        return Sent(message.message) if message.message in {words[0] for words in self.lines()} else Absent()

    def lines(self) -> list[list[str]]:
        return [line.split() for line in self._path.read_text().splitlines()] if self._path.exists() else []


def platforms(folder: Path) -> list[Ledger]:
    return [Ledger("plain", folder, evidence=False), Ledger("record", folder, evidence=True)]


async def work(folder: Path) -> None:
    """One worker, until it is killed."""
    clock, server = TickingClock(lambda: datetime.now(UTC)), EmbeddedServer(folder / "data")
    redis = server.client()
    async with Liveness(redis, new_owner()) as liveness:
        worker = Delivery(
            Outbox(redis, liveness.owner), platforms(folder), TENANTS, liveness.is_alive, clock.now, clock.sleep,
            pacing=Pacing(redis),
        )  # fmt: skip
        while True:
            due = await worker.step()
            soon = clock.now() + timedelta(seconds=0.1)
            await clock.wait(soon if due is None else min(due, soon), asyncio.Event())


def rows(now: datetime) -> list[tuple[str, Row]]:
    found = []
    for number in range(EACH):
        for person in range(CHATS):
            for name in ("plain", "record"):
                chat = Chat(name, f"dm:{person}", private=True)
                kind = "reply" if person % 2 else "instant"
                row = Row(chat, f"s{number}", 1, kind, Reply(f"{number}"), now)
                found.append((TENANTS[person % 3 == 0], row))
    return found


async def started(folder: Path) -> asyncio.subprocess.Process:
    command = [sys.executable, "-m", "tests.test_crash_delivery", str(folder)]
    with (folder / "log.txt").open("ab") as log:
        return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=log, stderr=log)


async def unfinished(outbox: Outbox) -> int:
    dues = [await outbox.next_due(tenant, name) for tenant in TENANTS for name in ("plain", "record")]
    return sum(due is not None for due in dues)


async def test_workers_killed_over_their_messages_lose_and_double_nothing_beyond_the_policy(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    server = EmbeddedServer(tmp_path / "data")
    await server.ensure()
    redis = server.client()
    outbox = Outbox(redis, "test")
    written = rows(datetime.now(UTC))
    for tenant in TENANTS:
        await outbox.put(tenant, [row for home, row in written if home == tenant])
    workers = [await started(tmp_path) for _ in range(2)]

    kills = 0
    async with asyncio.timeout(PATIENCE_S):
        while kills < KILLS and await unfinished(outbox):
            await asyncio.sleep(chance.uniform(0.3, 1.2))
            victim = chance.randrange(len(workers))
            workers[victim].kill()
            await workers[victim].wait()
            workers[victim] = await started(tmp_path)
            kills += 1
        while await unfinished(outbox):  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.1)
    for worker in workers:
        worker.kill()
        await worker.wait()

    plain, record = (one.lines() for one in platforms(tmp_path))
    doubtful = sum([await outbox.count(tenant, State.AMBIGUOUS) for tenant in TENANTS])
    others = sum([await outbox.count(tenant, state) for tenant in TENANTS for state in (State.DEAD, State.GONE)])
    arrived = Counter(words[0] for words in plain)
    pushes = Counter(words[0] for words in plain if int(words[1][3:]) % 2 == 0)
    wanted = CHATS * EACH
    at_most = kills * 6 * 2  # messages that the dead had in hand
    told = f"seed {seed}, kills {kills}"
    assert kills, told
    assert Counter(words[0] for words in record).most_common(1)[0][1] == 1, told
    assert len(record) == wanted, told
    assert max(pushes.values()) == 1, told
    assert len(pushes) + doubtful >= wanted // 2, told
    assert doubtful <= at_most, told
    assert len(arrived) - len(pushes) == wanted // 2, told
    assert sum(arrived.values()) - len(arrived) <= at_most, told
    assert others == 0, told
    for lines in (plain, record):
        for person in range(CHATS):
            order = [int(words[2]) for words in lines if words[1] == f"dm:{person}"]
            assert order == sorted(order), told
    await redis.aclose()
    await server.close()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1])))
