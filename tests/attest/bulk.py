"""A log of many leaves, written as the product writes it but without a round trip each: for tests and the bench."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime, timedelta

import redis.asyncio

from attest import canonical, checkpoint, merkle
from attest.crypto import KeyStore
from attest.leaf import leaf_bytes, pack_detail
from attest.log import ReceiptLog

_CHUNK = 5_000


async def plant(
    database: redis.asyncio.Redis, log: ReceiptLog, keys: KeyStore, tenant: str, size: int, now: datetime
) -> None:
    """A log of `size` leaves in an empty place; each with the facts of an issued receipt and a signed head."""
    signer, edge = keys.log_key(tenant, now), merkle.Edge(0, [])
    for start in range(0, size, _CHUNK):
        records, heads, details, callers = [], [], {}, {}
        nodes: dict[int, list[bytes]] = {}
        for n in range(start, min(start + _CHUNK, size)):
            salt, packed = os.urandom(16), canonical.dumps({"token": f"{n:0347d}"})
            leaf = leaf_bytes("issued", now + timedelta(seconds=n), salt, packed)
            for node, hashed in edge.append(merkle.leaf_hash(leaf)):
                nodes.setdefault(node.level, []).append(hashed)
            point = checkpoint.sign(signer, edge.size, edge.root())
            caller = hashlib.sha256(b"%d" % n).digest()[:16]
            records.append(leaf)
            heads.append(point.root + point.kid + point.signature + caller)
            details[str(n)], callers[caller] = pack_detail(salt, packed), str(n)
        async with database.pipeline(transaction=False) as pipe:
            pipe.rpush(log._key(tenant, "records"), *records)
            pipe.rpush(log._key(tenant, "heads"), *heads)
            pipe.hset(log._key(tenant, "details"), mapping=details)
            pipe.hset(log._key(tenant, "keys"), mapping=callers)
            for level, hashes in nodes.items():
                pipe.append(log._key(tenant, f"nodes:{level}"), b"".join(hashes))
            await pipe.execute()
    await database.set(log._key(tenant, "state"), edge.size.to_bytes(8, "big") + b"".join(edge.peaks))
    await database.set(log._key(tenant, "checkpoint"), point.note)
