"""A long log: whole blocks by one signature each, and still every change is found and its place named."""

from __future__ import annotations

from functools import partial

import pytest
import redis.asyncio

from attest import canonical
from attest.audit import LogAudit, LogReport
from attest.crypto import KeyStore
from attest.leaf import leaf_bytes, pack_detail
from attest.log import ReceiptLog
from attest.merkle import Edge, leaf_hash
from attest.sweep import swept
from tests.attest.bulk import plant

TENANT = "gyeongnam"
BLOCK = 64
SIZE = 5 * BLOCK + 20


@pytest.fixture
def log(database: redis.asyncio.Redis, keys: KeyStore, clock) -> ReceiptLog:
    return ReceiptLog(database, keys, clock)


async def check(log: ReceiptLog, keys: KeyStore, known: tuple[str, ...] = ()) -> LogReport:
    public = keys.public_keys(TENANT)
    audit = LogAudit(log._database, TENANT, partial(log._key, TENANT), public, careful=0, block=BLOCK)
    return await audit.check(known)


class Intruder:
    """Someone who changes one thing at a place."""

    def __init__(self, log: ReceiptLog) -> None:
        self.database = log._database
        self.key = partial(log._key, TENANT)

    async def at(self, index: int) -> bytes:
        return await self.database.lindex(self.key("records"), index)

    async def insert(self, at: int) -> None:
        await self.database.linsert(self.key("records"), "BEFORE", await self.at(at), await self.at(7))

    async def delete(self, at: int) -> None:
        await self.database.lset(self.key("records"), at, b"gone")
        await self.database.lrem(self.key("records"), 1, b"gone")

    async def alter(self, at: int) -> None:
        await self.database.lset(self.key("records"), at, await self.at(7))

    async def swap(self, at: int) -> None:
        one, other = await self.at(at), await self.at(at + 1)
        await self.database.lset(self.key("records"), at, other)
        await self.database.lset(self.key("records"), at + 1, one)

    async def facts(self, at: int) -> None:
        await self.database.hset(self.key("details"), str(at), await self.database.hget(self.key("details"), "7"))

    async def lost(self, at: int) -> None:
        await self.database.hdel(self.key("details"), str(at))

    async def subtree(self, at: int) -> None:
        await self.database.setrange(self.key("nodes:0"), 32 * at, bytes(32))

    async def caller(self, at: int) -> None:
        head = await self.database.lindex(self.key("heads"), at)
        await self.database.hset(self.key("keys"), head[100:], "3")


async def test_every_change_in_a_long_log_is_found_and_named(log, database, keys, clock):
    await plant(database, log, keys, TENANT, SIZE, clock())
    assert await check(log, keys) == LogReport(SIZE, ok=True)
    whole = {name: await database.dump(name) for name in await database.keys("*")}
    intruder = Intruder(log)

    for act in ("insert", "delete", "alter", "swap", "facts", "lost", "subtree", "caller"):
        for at in (8, BLOCK - 1, BLOCK, 2 * BLOCK + 77, SIZE - 5):
            await getattr(intruder, act)(at)

            report = await check(log, keys)

            assert (report.ok, report.first_bad_index) == (False, at), (act, at, report)
            await database.flushall()
            for name, data in whole.items():
                await database.restore(name, 0, data)


async def test_a_checkpoint_kept_inside_a_block_is_compared(log, database, keys, clock):
    await plant(database, log, keys, TENANT, 100, clock())
    kept = (await log.checkpoint(TENANT)).note
    await database.flushall()
    await plant(database, log, keys, TENANT, SIZE, clock())

    report = await check(log, keys, (kept,))

    assert (report.ok, report.first_bad_index) == (False, 99)


async def test_erasures_in_a_long_log_are_known(log, database, keys, clock):
    await plant(database, log, keys, TENANT, SIZE, clock())
    for index in (5, BLOCK + 9, SIZE - 1):
        await log.forget(TENANT, index)

    assert (await check(log, keys)).ok
    assert (await log.check(TENANT)).ok


def test_a_swept_block_is_the_tree_that_leaves_make_one_by_one(clock):
    block = 512
    edge, leaves, details, nodes = Edge(0, []), [], [], {}
    for n in range(2 * block):
        packed = canonical.dumps({"x": "y" * (n % 300)})  # each form of a length of bytes
        leaves.append(leaf_bytes("issued", clock(), bytes(16), packed))
        details.append(pack_detail(bytes(16), packed))
        for node, hashed in edge.append(leaf_hash(leaves[-1])):
            nodes[node.level, node.index] = hashed

    first = swept(Edge(0, []), leaves[:block], details[:block])
    second = swept(first.edge, leaves[block:], details[block:])

    assert (second.edge.size, second.edge.root()) == (edge.size, edge.root())
    assert second.levels[9] == nodes[9, 1]
    assert second.levels[10] == nodes[10, 0]
    assert second.levels[3][:32] == nodes[3, block >> 3]
    assert swept(Edge(0, []), leaves[:block], [details[1], *details[1:block]]) is None
