"""Random kills and network cuts against one adapter's peer, and what became of every message.

    python -m tests.conformance.killing matrix --kills 200 [--seed 1] [--out .conformance/kills.md]

A real worker process (`tests.conformance.worker`; for the console `dobi console --json` itself) on a real durable
database is killed with -9 at random moments, or its connection meets a fault, while people write and pushes fall due.
At the end everything is let out, and what people see is compared with what was written (`tests.conformance.outcome`).
Each run adds its line to the table in `--out`.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import random
import shutil
import socket
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

from redis.asyncio import Redis

from bot.embedded import remote_client
from bot.messenger import Chat, Reply
from bot.outbox import Outbox, Row, message_id
from tests.conformance import killing_console
from tests.conformance.lives import Lives
from tests.conformance.outcome import Fate, judged, kept
from tests.conformance.peer import Calling, Can, Fault, Peer
from tests.conformance.peers.naverworks import NaverWorksPeer
from tests.conformance.settling import Database, fields_of, settled
from tests.conformance.worker import STORY, TENANT

ROOT = Path(__file__).parents[2]
TABLE = ROOT / ".conformance" / "kills.md"
FORGETFUL = frozenset({"slack"})
"""Peers that hand nothing out again: the emulator drops what people say while nobody is connected to it."""
_EARLY = 0.15  # of the kills come before the worker has come up again


@dataclass
class Account:
    """What was written, by the token that is in its text."""

    pushes: dict[str, str] = field(default_factory=dict)
    """Token → the outbox's id."""
    receipts: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


class Worker:
    """The process, started again and again."""

    def __init__(self, peer: Peer, url: str, folder: Path, lives: Lives) -> None:
        self._url, self._folder, self._lives = url, folder, lives
        account = peer.account
        self._told = json.dumps(
            {
                "adapter": account.adapter,
                "secrets": {name: one.reveal() for name, one in account.secrets.items()},
                "options": dict(account.options),
                "people": list(peer.people),
            }
        )
        self._pid = 0
        self._said: FileIO | None = None
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self._port = int(one.getsockname()[1])
        call(peer, self._port)

    async def start(self) -> None:
        """Begins a life."""
        words = [self._url, str(self._folder), str(self._port)]
        (told, tell), (hear, said) = os.pipe(), os.pipe()
        try:
            self._pid = await self._lives.begin(words, told, said, 2)
            os.write(tell, self._told.encode() + b"\n")
        finally:
            for file in (told, tell, said):
                os.close(file)
        self._said = os.fdopen(hear, "rb", buffering=0)

    async def ready(self) -> None:
        """Waits until it works."""
        assert self._said is not None
        async with asyncio.timeout(300):
            line = await asyncio.to_thread(self._said.readline)
        assert line == b"ready\n", line

    async def kill(self) -> None:
        """Ends a life at once."""
        if self._pid and self._said is not None:
            await self._lives.kill(self._pid)
            self._said.close()
            self._pid = 0


def call(peer: Peer, port: int) -> None:
    """A platform that calls back calls the process that is killed: what anybody else hears is never answered."""
    if peer.messenger.capabilities.callbacks:
        assert isinstance(peer, Calling), f"{peer.name}: it calls back, and can't be told whom"
        peer.calls_at(f"http://127.0.0.1:{port}")


async def play(peer: Peer, url: str, folder: Path, kills: int, seed: int, *, owed: bool = True) -> dict[str, int]:
    """The run; what became of everything."""
    async with Lives("tests.conformance.worker") as lives:
        return await _played(peer, url, Worker(peer, url, folder, lives), kills, seed, owed=owed)


async def _played(peer: Peer, url: str, worker: Worker, kills: int, seed: int, *, owed: bool) -> dict[str, int]:
    chance, told = random.Random(seed), Account()
    redis = remote_client(url)
    outbox = Outbox(redis, "test")
    faults = [Fault.CUT, Fault.LOST, Fault.ERROR, Fault.FLOOD] if Can.FAULTS in peer.can else []
    done = Counter[str]()
    await worker.start()
    await worker.ready()
    try:
        await _heard(peer)
        for number in range(kills):
            healed(peer)
            await _burden(peer, outbox, told, number, chance)
            await asyncio.sleep(chance.uniform(0.0, chance.choice((0.1, 0.6))))
            if faults and chance.random() < 0.5:
                peer.fault(chance.choice(faults))
                done["cuts"] += 1
            else:
                await _killed(worker, chance)
                done["kills"] += 1
        healed(peer)
        if hasattr(peer, "settled"):  # a platform that hands things out again, later
            await peer.settled()
        done.update(await settled(redis, TENANT, peer.name))
        if owed:
            await _all_heard(peer, told)
    finally:
        await worker.kill()
    capable = peer.messenger.capabilities
    fates = await _fates(redis, peer, told)
    await redis.aclose()
    return {**done, **judged(fates, sure=capable.idempotent_send or capable.evidence, owed=owed)}


def healed(peer: Peer) -> None:
    """A cut that nothing met is over: cuts do not pile up before the next message."""
    for one in (peer, *(getattr(peer, name, None) for name in ("relay", "server", "api"))):
        if (faults := getattr(one, "faults", None)) is not None:
            faults.clear()


async def _killed(worker: Worker, chance: random.Random) -> None:
    """Dies, and comes up again; now and then it dies once more on the way."""
    await worker.kill()
    await worker.start()
    if chance.random() < _EARLY:
        await asyncio.sleep(chance.uniform(0.0, 3.0))
        await worker.kill()
        await worker.start()
    await worker.ready()


async def _heard(peer: Peer) -> None:
    """Returns when somebody was answered: what was said before Dobi first came to a platform is nobody's message."""
    if Can.TALK not in peer.can:
        return
    user, number = peer.people[0], 0
    try:
        async with asyncio.timeout(120):
            while not any("first" in one.text for one in await peer.seen(f"dm:{user}")):
                if number % 10 == 0:
                    await peer.say(user, f"말 first{number:04d}x")
                number += 1
                await asyncio.sleep(0.1)
    except TimeoutError as error:
        raise TimeoutError(f"{peer.name}: a worker is ready and answers nobody; does it hear the platform?") from error


async def _all_heard(peer: Peer, told: Account) -> None:
    """Waits, at most a minute, for what was said last: the worker may just rest before it asks the platform again."""
    end = asyncio.get_running_loop().time() + 60
    while asyncio.get_running_loop().time() < end:
        seen = {word for user in peer.people for one in await peer.seen(f"dm:{user}") for word in one.text.split()}
        if seen.issuperset(told.said):
            return
        await asyncio.sleep(0.2)


async def _burden(peer: Peer, outbox: Outbox, told: Account, number: int, chance: random.Random) -> None:
    """A push and a receipt for somebody, and somebody writes."""
    rows = []
    for kind, written in (("instant", told.pushes), ("reply", told.receipts)):
        user = chance.choice(peer.people)
        token = f"{kind}{number:04d}x"
        chat = Chat(peer.name, f"dm:{user}", private=True)
        rows.append(Row(chat, token, 1, kind, Reply(f"소식 {token} 입니다"), datetime.now(UTC)))  # type: ignore[arg-type]
        written[token] = message_id(TENANT, chat.ref, token, 1)
    await outbox.put(TENANT, rows)
    if Can.TALK in peer.can:
        token = f"said{number:04d}x"
        await peer.say(chance.choice(peer.people), f"말 {token}")
        if not isinstance(peer, NaverWorksPeer) or peer.answered[-1:] == [200]:  # what it could not hand over it drops
            told.said.append(token)


async def _fates(redis: Redis, peer: Peer, told: Account) -> list[Fate]:
    """What the outbox says of each message, and how often people read it."""
    texts = [one.text for user in peer.people for one in await peer.seen(f"dm:{user}")]
    seen = Counter(word for text in texts for word in text.split())
    rows = await fields_of(redis, TENANT)
    fates = []
    for token, row in told.pushes.items():
        fates.append(Fate("push", rows[row]["state"], seen[token]))
    for token, row in told.receipts.items():
        fates.append(Fate("receipt", rows[row]["state"], seen[token], tried=_tried(rows[row])))
    for token in told.said:
        found = [one for one in rows.values() if one.get("story", "").startswith(f"{STORY}{token} ")]
        state = found[0]["state"] if found else ""
        fates.append(Fate("answer", state, seen[token], len(found), tried=any(_tried(one) for one in found)))
    return fates


def _tried(row: dict[str, str]) -> bool:
    """Whether it was sent more than once for a reason."""
    return int(row.get("tries", "0")) > 1 or "doubt" in row or int(row.get("floods", "0")) > 0


async def run(name: str, kills: int, seed: int) -> dict[str, int] | str:
    """What became of everything in one run; or why there is none."""
    folder = Path(tempfile.mkdtemp(prefix="dobi-kill-"))
    try:
        for part in ("peer", "db", "data"):
            (folder / part).mkdir()
        with Database(folder / "db") as database:
            await database.start()
            if name == "console":
                return await killing_console.play(database, folder / "data", kills, seed)
            module = importlib.import_module(f"tests.conformance.peers.{name}")
            if why := module.missing():
                return str(why)
            opened = getattr(module, "hurried", module.opened)
            async with opened(folder / "peer", lambda: datetime.now(UTC)) as peer:
                return await play(peer, database.url, folder / "data", kills, seed, owed=name not in FORGETFUL)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Prints what was found and adds it to the table; 1 where the policy was not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=TABLE)
    args = parser.parse_args()
    found = asyncio.run(run(args.peer, args.kills, args.seed))
    if isinstance(found, str):
        print(f"{args.peer}: skipped, {found}")
        return 0
    print(f"{args.peer}, seed {args.seed}: " + ", ".join(f"{name} {count}" for name, count in found.items()))
    kept(args.out, args.peer, args.seed, found)
    return 1 if found["against"] or found["still waiting"] else 0


if __name__ == "__main__":
    sys.exit(main())
