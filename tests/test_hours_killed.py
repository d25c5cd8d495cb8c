"""Whoever is killed between any two commands to the database leaves nothing lost and nothing said twice.

The gate, the digest and what was put off are walked with a database that fails after the first, the second, the third …
command; then another process does what was not done. Each message is told once: by itself, or in one digest.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from redis.asyncio import Redis

from bot.clock import KST
from bot.daysoff import is_holiday
from bot.digests import Digests, Kept
from bot.digests_store import DigestStore
from bot.hours_gate import Gate
from bot.hours_store import HoursStore, Later
from bot.messenger import Chat, Kind, PushFacts, Reply, Why
from bot.outbox import Outbox, Row, State
from bot.tenancy import Tenancy
from bot.whereto import Whereto, carriers
from nlp.archive import Archive
from nlp.opinions import Opinions
from nlp.stories import StoryStore

TENANT = "gyeongnam"
KIM = Chat("console", "dm:kim", private=True)
NIGHT = datetime(2026, 11, 23, 21, tzinfo=KST).astimezone(UTC)
MORNING = datetime(2026, 11, 24, 8, 30, tzinfo=KST).astimezone(UTC)
DAY = datetime(2026, 11, 23, 11, 30, tzinfo=KST).astimezone(UTC)


class KilledError(Exception):
    """The process is no more."""


class Mortal:
    """A client that lets so many commands through and then none, before or after the last was carried out."""

    def __init__(self, client: Redis, left: int, *, after: bool) -> None:
        self._client: Any = client
        self.left, self._after = left, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name == "pipeline":
            return lambda *args, **named: _Pipeline(found(*args, **named), self)
        if name == "register_script":
            return lambda script: _Script(found(script), self)
        if name == "scan_iter" or not callable(found):
            return found

        async def called(*args: Any, **named: Any) -> Any:
            return await self.spend(lambda: found(*args, **named))

        return called

    async def spend(self, call: Any) -> Any:
        self.left -= 1
        if self.left < 0 or (self.left == 0 and not self._after):
            raise KilledError
        answer = await call()
        if self.left == 0:
            raise KilledError
        return answer


class _Pipeline:
    def __init__(self, pipe: Any, mortal: Mortal) -> None:
        self.pipe, self._mortal = pipe, mortal

    async def __aenter__(self) -> _Pipeline:
        await self.pipe.__aenter__()
        return self

    async def __aexit__(self, *fault: object) -> None:
        await self.pipe.__aexit__(*fault)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.pipe, name)

    async def execute(self) -> Any:
        return await self._mortal.spend(self.pipe.execute)


class _Script:
    def __init__(self, script: Any, mortal: Mortal) -> None:
        self._script, self._mortal = script, mortal

    async def __call__(self, keys: Any = None, args: Any = None, client: Any = None) -> Any:
        if isinstance(client, _Pipeline):
            return await self._script(keys=keys, args=args, client=client.pipe)
        return await self._mortal.spend(lambda: self._script(keys=keys, args=args))


class Process:
    """Everything that a process of Dobi has of people's time, at one instant."""

    def __init__(self, client: Any, now: datetime, sound: Redis) -> None:
        choices, whereto = HoursStore(client), Whereto(Tenancy([]), carriers(()))
        self.gate = Gate(sound, "worker", choices, whereto, is_holiday, lambda: now)
        gate_script = self.gate._gate  # the base outbox has its own test of killing
        self.gate._redis = client
        self.gate._gate = _Script(gate_script, client) if isinstance(client, Mortal) else gate_script

        async def well() -> list[Any]:
            return []

        kept = Kept(Archive(sound), StoryStore(sound), Opinions(sound), well)
        store = DigestStore(client)
        self.digests = Digests(
            self.gate, store, choices, kept, [TENANT], is_holiday, lambda: now, lambda: None
        )  # fmt: skip


def rows(now: datetime, count: int = 4, kind: Kind = "instant") -> list[Row]:
    return [
        Row(
            KIM, f"story{n}", 1, kind,
            Reply(f"제목{n}", facts=PushFacts(f"story{n}", 1, "가", "https://a", Why(0.5, (), "낱말"))), now,
        )
        for n in range(count)
    ]  # fmt: skip


async def said(redis: Redis, now: datetime) -> list[str]:
    """The texts that leave, as delivery takes them."""
    outbox, found = Outbox(redis, "courier"), []
    while taken := await outbox.lease(TENANT, "console", now):
        for one in taken:
            found.append(one.message.reply.text)
            await outbox.finish(TENANT, one, State.SENT, now, native="n")
    return found


async def walked(database: Redis, work: Any, now: datetime) -> None:
    """`work(process)` killed at every command, each time on what the killed one left, then done whole."""
    for after in (False, True):
        for left in range(1, 60):
            mortal = Mortal(database, left, after=after)
            try:
                await work(Process(mortal, now, database))
            except KilledError:
                continue
            break
        else:
            raise AssertionError("it never came to its end")
    await work(Process(database, now, database))


async def fresh(database: Redis, left: int, *, after: bool, prepare: Any, work: Any, now: datetime) -> bool:
    """An empty database, prepared; then `work`, killed after so many commands and done again. False: it outlived."""
    await database.flushall()
    await prepare(Process(database, min(now, NIGHT), database))
    try:
        await work(Process(Mortal(database, left, after=after), now, database))
    except KilledError:
        await work(Process(database, now, database))
        return True
    return False


async def test_what_is_held_is_held_once_wherever_the_gate_dies(database):
    async def nothing(_: Process) -> None:
        return

    async def put(process: Process) -> None:
        await process.gate.put(TENANT, rows(NIGHT))

    killed = 0
    for after in (False, True):
        for left in range(1, 40):
            if not await fresh(database, left, after=after, prepare=nothing, work=put, now=NIGHT):
                break
            killed += 1
            await Process(database, MORNING, database).digests.step()
            told = await said(database, MORNING)
            assert len(told) == 1, (left, told)
            assert "기다린 4건 가운데 3건" in told[0], (left, told)
    assert killed > 4


async def test_a_digest_is_told_once_wherever_its_worker_dies(database):
    async def night(process: Process) -> None:
        await process.gate.put(TENANT, rows(NIGHT))

    async def step(process: Process) -> None:
        await process.digests.step()

    killed = 0
    for after in (False, True):
        for left in range(1, 80):
            if not await fresh(database, left, after=after, prepare=night, work=step, now=MORNING):
                break
            killed += 1
            await step(Process(database, MORNING + timedelta(minutes=5), database))
            told = await said(database, MORNING + timedelta(minutes=5))
            assert len(told) == 1, (left, told)
            assert "기다린 4건 가운데 3건" in told[0], (left, told)
    assert killed > 10


async def test_what_comes_alone_comes_once_wherever_the_worker_dies(database):
    async def night(process: Process) -> None:
        await process.gate.put(TENANT, [Row(KIM, "trip/1", 1, "notice", Reply("동행을 확인해 주십시오."), NIGHT)])

    async def step(process: Process) -> None:
        await process.digests.step()

    for after in (False, True):
        for left in range(1, 80):
            if not await fresh(database, left, after=after, prepare=night, work=step, now=MORNING):
                break
            await step(Process(database, MORNING, database))
            assert await said(database, MORNING) == ["동행을 확인해 주십시오."], left


async def test_over_the_budget_each_is_told_once_though_the_gate_dies(database):
    count = 23

    async def nothing(_: Process) -> None:
        return

    async def put(process: Process) -> None:
        await process.gate.put(TENANT, rows(DAY, count))

    for after in (False, True):
        for left in range(1, 40):
            if not await fresh(database, left, after=after, prepare=nothing, work=put, now=DAY):
                break
            now = DAY + timedelta(hours=2)
            await Process(database, now, database).digests.step()
            told = await said(database, now)
            alone = Counter(one for one in told if one.startswith("제목"))
            assert set(alone.values()) <= {1}, left
            digests = [one for one in told if "모아 보기" in one]
            assert len(digests) == 1, (left, told)
            assert f"기다린 {count - len(alone)}건" in digests[0], (left, told)


async def test_what_was_put_off_waits_until_its_row_stands(database):
    store = HoursStore(database)
    await store.remind(TENANT, Later(KIM.ref, "gone", MORNING))
    await walked(database, lambda process: process.digests.step(), MORNING)

    assert await store.due(TENANT, MORNING) == []
