"""Destroyed on its date: nothing personal is left, in memory or on the disk, and every old proof still verifies."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis.asyncio

from attest import checkpoint, proofs
from attest.claims import Claims
from attest.crypto import KeyStore, open_sealed
from attest.destruction import Destruction
from attest.errors import ReceiptDestroyedError
from attest.issue import Issuer
from attest.log import ReceiptLog
from attest.tiles import TileLog, TileWriter
from attest.verify import Verdict, Verifier, judge
from bot.embedded import remote_client
from tests.conftest import VALKEY

TENANT = "gyeongnam"
KINDS = ("issued", "used", "looked")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server that writes everything down, in plain commands that can be searched."""
    folder = tmp_path / "server"
    folder.mkdir()
    options = ["--port", "0", "--unixsocket", "s", "--appendonly", "yes", "--appendfsync", "always", "--save", ""]
    process = subprocess.Popen(
        [VALKEY, *options, "--aof-use-rdb-preamble", "no", "--dir", folder], stdout=subprocess.DEVNULL, cwd=folder
    )
    while not (folder / "s").exists():
        time.sleep(0.01)
    yield f"unix://{folder / 's'}"
    process.terminate()
    process.wait(60)


@pytest.fixture
async def disk(address: str) -> AsyncIterator[redis.asyncio.Redis]:
    client = remote_client(address)
    yield client
    await client.aclose()


def written(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*.aof")]


async def rewritten(database: redis.asyncio.Redis) -> None:
    for _ in range(1000):
        state = await database.info("persistence")
        if not (state["aof_rewrite_in_progress"] or state["aof_rewrite_scheduled"]):
            return
        await asyncio.sleep(0.01)


async def everything(database: redis.asyncio.Redis, folder: Path) -> bytes:
    """All bytes that the database holds, in its keys and in its files."""
    await rewritten(database)
    found = []
    for key in await database.keys("*"):
        kind = await database.type(key)
        if kind == b"list":
            found += await database.lrange(key, 0, -1)
        elif kind == b"hash":
            found += [part for pair in (await database.hgetall(key)).items() for part in pair]
        else:
            found.append(await database.get(key))
    return b"\n".join([*found, *written(folder)])


async def test_what_is_destroyed_is_nowhere_and_what_was_proven_still_is(disk, keys, clock, issue_on, tmp_path):
    issuer = Issuer(disk, keys, clock)
    log, claims = issuer.log, Claims(disk, issuer.log, clock)
    issued = [await issue_on(issuer, f"telegram:77123456:message:{n}") for n in range(4)]
    await claims.mark(TENANT, issued[0].receipt.serial, "used", "claim-of-kimhana")
    await log.append(TENANT, "looked", {"serial": issued[0].receipt.serial, "by": "auditor-lee"}, "looked:lee:1")
    await log.append(TENANT, "key_added", {"kid": b"abcd"}, "added")
    clock.advance(timedelta(days=400))
    young = await issue_on(issuer, "telegram:77123456:message:9")
    writer, folder, verifier = (
        TileWriter(tmp_path / "log", log),
        tmp_path / "log" / TENANT,
        Verifier(keys.public_keys(TENANT)),
    )
    await writer.publish(TENANT)
    old_point = await log.checkpoint(TENANT)
    old_files = [(await proofs.proof_of(TENANT, log, one.index)).to_text() for one in issued]
    personal = [
        issued[0].token.encode(), b"77123456", b"kimhana", b"auditor-lee", issued[1].token[100:160].encode(),
    ]  # fmt: skip
    before = await everything(disk, tmp_path)
    assert all(trace in before for trace in personal if trace != b"77123456")
    destruction = Destruction(disk, log)

    done = await destruction.destroy(TENANT, clock() - timedelta(days=365), KINDS)
    assert await destruction.rewrite(TENANT)

    left = await everything(disk, tmp_path)
    assert done == 6
    assert [trace for trace in personal if trace in left] == []
    assert young.token.encode() in left
    assert await destruction.destroy(TENANT, clock() - timedelta(days=365), KINDS) == 0
    # every old proof: the file, the tree, the copy
    assert (await log.check(TENANT, [old_point.note])).ok
    await writer.publish(TENANT)
    for one, text in zip(issued, old_files, strict=True):
        finding = judge(one.token, verifier)
        assert proofs.with_proof(finding, one.token, text, verifier).verdict is Verdict.VALID
        assert proofs.with_log(finding, one.token, folder, verifier).verdict is Verdict.VALID
        entry, proof = await log.get(TENANT, one.index), await log.proof(TENANT, one.index)
        assert entry.fields is None
        assert proof.holds(entry.leaf)
    assert checkpoint.is_signed(TileLog(folder).checkpoint, TENANT, keys.public_keys(TENANT))
    with pytest.raises(ReceiptDestroyedError):
        await issue_on(issuer, "telegram:77123456:message:0")


@pytest.fixture
def issue_on(share, clock):
    from attest.evidence import Challenge, grade
    from attest.receipt import Holder

    async def one(issuer: Issuer, key: str):
        given = share(messenger="console", message="u9")
        evidence = grade(given, Challenge(clock() - timedelta(seconds=20)))
        return await issuer.issue(
            TENANT, "경상남도", Holder("kim", "김하나", "총무과"), given, evidence, "총무과-1", key
        )

    return one


async def test_the_copy_in_the_holders_hands_is_still_opened_by_the_audit_office(database, keys, clock, issue_on):
    issuer = Issuer(database, keys, clock)
    one = await issue_on(issuer, "m1")
    clock.advance(timedelta(days=2))
    await Destruction(database, issuer.log).destroy(TENANT, clock(), KINDS)

    assert open_sealed(judge(one.token, Verifier(keys.public_keys(TENANT))).receipt, keys.audit_file(TENANT)).name


async def test_only_what_is_old_and_of_these_kinds_goes(database, keys, clock):
    log = ReceiptLog(database, keys, clock)
    for n in range(3):
        await log.append(TENANT, "access", {"n": n}, f"k{n}")
    await log.append(TENANT, "looked", {"n": 1}, "l1")
    clock.advance(timedelta(days=1))
    await log.append(TENANT, "looked", {"n": 2}, "l2")
    destruction = Destruction(database, log)

    assert await destruction.destroy(TENANT, clock(), ("looked",)) == 1
    assert [(await log.find(TENANT, key)).fields for key in ("l1", "l2", "k0")] == [None, {"n": 2}, {"n": 0}]
    with pytest.raises(ValueError, match="public"):
        await destruction.destroy(TENANT, clock(), ("key_revoked",))
    assert (await log.check(TENANT)).ok


async def test_a_rewrite_under_way_is_asked_for_again(database, keys, clock):
    log = ReceiptLog(database, keys, clock)
    await log.append(TENANT, "looked", {"n": 1}, "l1")
    clock.advance(timedelta(days=1))
    destruction = Destruction(database, log)
    assert await destruction.rewrite(TENANT)
    await destruction.destroy(TENANT, clock(), ("looked",))

    key = f"dobi:{{{TENANT}}}:destruction"
    assert await database.hget(key, "rewrite") is not None
    await database.bgrewriteaof()
    if not await destruction.rewrite(TENANT):
        assert await database.hget(key, "rewrite") is not None
        await rewritten(database)

    assert await destruction.rewrite(TENANT)
    assert await database.hget(key, "rewrite") is None


async def test_a_database_read_by_another_key_store_knows_no_callers_key(database, keys: KeyStore, clock, tmp_path):
    log, stranger = ReceiptLog(database, keys, clock), ReceiptLog(database, KeyStore(tmp_path / "other"), clock)
    await log.append(TENANT, "access", {"n": 1}, "telegram:77123456:1")

    assert await log.find(TENANT, "telegram:77123456:1") is not None
    assert await stranger.find(TENANT, "telegram:77123456:1") is None
