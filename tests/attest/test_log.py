"""The log: its tree against the RFC's own definition, every single tampering found, appends that are all or nothing."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import redis.asyncio
from hypothesis import given
from hypothesis import strategies as st

from attest import canonical, checkpoint, merkle
from attest.audit import LogAudit
from attest.crypto import KeyStore
from attest.errors import LogCorruptError
from attest.log import ReceiptLog

TENANT = "gyeongnam"


def mth(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


LEAVES = [merkle.leaf_hash(bytes([n])) for n in range(70)]


def grown(size: int) -> tuple[merkle.Edge, dict[merkle.Node, bytes]]:
    edge, nodes = merkle.Edge(0, []), {}
    for leaf in LEAVES[:size]:
        nodes.update(edge.append(leaf))
    return edge, nodes


def test_the_published_roots_of_rfc_6962():
    # the leaves and roots that certificate-transparency's reference test uses
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    edge = merkle.Edge(0, [])
    roots = []
    for text in inputs:
        list(edge.append(merkle.leaf_hash(bytes.fromhex(text))))
        roots.append(edge.root().hex())

    assert merkle.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert roots[0] == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert roots[-1] == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(size=st.integers(1, 70), data=st.data())
def test_each_proof_holds_for_its_leaf_and_tree_only(size, data):
    edge, nodes = grown(size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root, older = mth(LEAVES[:size]), mth(LEAVES[:old])
    inclusion = [merkle.hash_of(span, nodes) for span in merkle.inclusion_spans(index, size)]
    consistency = [merkle.hash_of(span, nodes) for span in merkle.consistency_spans(old, size)]

    assert edge.root() == root
    assert merkle.included(LEAVES[index], index, size, inclusion, root)
    assert not merkle.included(LEAVES[index], index, size, [*inclusion, root], root)
    assert not merkle.included(LEAVES[index], size, size, inclusion, root)
    assert not merkle.included(bytes(32), index, size, inclusion, root)
    assert merkle.consistent(old, older, size, root, consistency)
    assert not merkle.consistent(old, bytes(32), size, root, consistency)
    assert not merkle.consistent(old, older, size, root, [*consistency, root])


@pytest.fixture
def log(database: redis.asyncio.Redis, keys: KeyStore, clock) -> ReceiptLog:
    return ReceiptLog(database, keys, clock)


async def filled(log: ReceiptLog, size: int = 11) -> None:
    for n in range(size):
        await log.append(TENANT, "access", {"who": f"lee{n}", "n": n}, f"key{n}")


async def test_an_entry_comes_back_by_index_and_by_key(log, clock):
    await filled(log, 5)

    entry = await log.find(TENANT, "key3")

    assert entry == await log.get(TENANT, 3)
    assert (entry.index, entry.kind, entry.at, entry.fields) == (3, "access", clock(), {"who": "lee3", "n": 3})
    assert await log.get(TENANT, 5) is None
    assert await log.get(TENANT, -1) is None
    assert await log.find(TENANT, "key9") is None


async def test_the_same_key_appends_once(log):
    first = await log.append(TENANT, "access", {"who": "lee"}, "k")
    second = await log.append(TENANT, "access", {"who": "other"}, "k")

    assert first == second
    assert (await log.check(TENANT)).size == 1


async def test_two_institutions_never_meet(log):
    await log.append("gyeongnam", "access", {"n": 1}, "k")
    await log.append("busan", "access", {"n": 2}, "k")

    assert (await log.find("gyeongnam", "k")).fields == {"n": 1}
    assert (await log.find("busan", "k")).fields == {"n": 2}
    assert (await log.checkpoint("gyeongnam")).origin == "dobi/gyeongnam"
    assert not checkpoint.is_signed(await log.checkpoint("busan"), "gyeongnam", log._signer.public_keys("gyeongnam"))


async def test_a_hundred_at_once_from_three_processes_worth_of_logs_are_all_there_in_a_row(database, keys, clock):
    logs = [ReceiptLog(database, keys, clock) for _ in range(3)]

    entries = await asyncio.gather(*(logs[n % 3].append(TENANT, "access", {"n": n}, f"k{n}") for n in range(100)))

    assert sorted(entry.index for entry in entries) == list(range(100))
    assert (await logs[0].check(TENANT)).ok


async def test_every_leaf_is_proven_under_a_checkpoint_anyone_can_check(log, keys):
    await filled(log, 13)
    public = keys.public_keys(TENANT)

    for index in range(13):
        proof = await log.proof(TENANT, index)
        entry = await log.get(TENANT, index)
        assert proof.holds(entry.leaf)
        assert not proof.holds(entry.leaf + b"\0")
        assert checkpoint.is_signed(checkpoint.parse(proof.checkpoint.note), TENANT, public)
    with pytest.raises(IndexError):
        await log.proof(TENANT, 13)


async def test_a_later_log_is_shown_to_contain_an_earlier_one(log):
    await filled(log, 6)
    old = await log.checkpoint(TENANT)
    for n in range(7):
        await log.append(TENANT, "access", {"n": n}, f"more{n}")
    new = await log.checkpoint(TENANT)

    proof = await log.consistency(TENANT, 6)

    assert merkle.consistent(old.size, old.root, new.size, new.root, proof)


async def test_destroyed_facts_leave_the_leaf_and_the_proof(log):
    await filled(log, 5)
    before = await log.get(TENANT, 2)

    await log.forget(TENANT, 2)

    after = await log.get(TENANT, 2)
    assert (after.leaf, after.fields) == (before.leaf, None)
    assert (await log.proof(TENANT, 2)).holds(after.leaf)
    assert (await log.check(TENANT)).ok


async def test_an_untouched_log_is_whole(log):
    assert (await log.check(TENANT)).ok
    await filled(log)

    report = await log.check(TENANT)

    assert (report.size, report.ok, report.first_bad_index) == (11, True, None)


class Intruder:
    """Someone who may write anything into the database, but has no key."""

    def __init__(self, log: ReceiptLog) -> None:
        self.database = log._database
        self.key = lambda name: log._key(TENANT, name)

    async def lines(self, name: str) -> list[bytes]:
        return await self.database.lrange(self.key(name), 0, -1)

    async def replace(self, name: str, lines: list[bytes]) -> None:
        await self.database.delete(self.key(name))
        if lines:
            await self.database.rpush(self.key(name), *lines)

    async def rebuild(self) -> None:
        """Recomputes everything that needs no key, from the leaves."""
        leaves, heads = await self.lines("records"), await self.lines("heads")
        edge, nodes, fresh = merkle.Edge(0, []), {}, []
        for number, leaf in enumerate(leaves):
            for node, hashed in edge.append(merkle.leaf_hash(leaf)):
                nodes[node.level] = nodes.get(node.level, b"") + hashed
            fresh.append(edge.root() + (heads[number][32:] if number < len(heads) else bytes(68)))
        await self.replace("heads", fresh)
        for level, data in nodes.items():
            await self.database.set(self.key(f"nodes:{level}"), data)
        await self.database.set(self.key("state"), edge.size.to_bytes(8, "big") + b"".join(edge.peaks))


def fake(leaf: bytes) -> bytes:
    version, kind, at, _ = canonical.loads(leaf)
    return canonical.dumps([version, kind, at, bytes(32)])


@pytest.mark.parametrize("index", [0, 1, 6, 10])
@pytest.mark.parametrize("act", ["insert", "delete", "alter", "swap"])
@pytest.mark.parametrize("thorough", [False, True])
async def test_every_single_tampering_is_found_and_its_place_named(log, index, act, thorough):
    await filled(log)
    intruder = Intruder(log)
    leaves = await intruder.lines("records")
    changed, first = list(leaves), index
    if act == "insert":
        changed.insert(index, fake(leaves[index]))
    elif act == "delete":
        del changed[index]
    elif act == "alter":
        changed[index] = fake(leaves[index])
    else:
        other = (index + 3) % 11
        changed[index], changed[other] = changed[other], changed[index]
        first = min(index, other)
    await intruder.replace("records", changed)
    if act != "alter":
        await log._database.delete(intruder.key("details"))
    if thorough:
        await intruder.rebuild()

    report = await log.check(TENANT)

    assert not report.ok
    assert report.first_bad_index == first, report


@pytest.mark.parametrize("name", ["heads", "nodes:0", "nodes:1", "state", "checkpoint", "details", "keys"])
async def test_a_change_beside_the_leaves_is_found_too(log, name):
    await filled(log)
    intruder = Intruder(log)
    key = intruder.key(name)
    if name == "heads":
        await log._database.lset(key, 4, bytes(100))
    elif name == "details":
        await log._database.hset(key, "4", canonical.dumps([bytes(16), canonical.dumps({"who": "nobody"})]))
    elif name == "keys":
        await log._database.hdel(key, next(iter(await log._database.hkeys(key))))
    else:
        there = await log._database.getrange(key, 4 * 16, 4 * 16)
        await log._database.setrange(key, 4 * 16, b"x" if there != b"x" else b"y")

    report = await log.check(TENANT)

    assert not report.ok
    if name in ("heads", "details"):
        assert report.first_bad_index == 4
    assert report.first_bad_index is not None


@pytest.mark.parametrize("at", [0, 31, 32, 35, 36, 99, 100, 115])
async def test_every_byte_of_a_stored_head_is_checked(log, at):
    await filled(log)
    key = log._key(TENANT, "heads")
    head = bytearray(await log._database.lindex(key, 4))
    head[at] ^= 1
    await log._database.lset(key, 4, bytes(head))

    report = await log.check(TENANT)

    assert (report.ok, report.first_bad_index) == (False, 4)


async def test_facts_that_someone_took_away_are_missed(log, database):
    await filled(log)
    key = log._key(TENANT, "details")
    await database.hdel(key, "7", "3")
    assert (await log.check(TENANT)).first_bad_index == 3

    await database.delete(key)
    assert (await log.check(TENANT)).first_bad_index == 0


async def test_facts_that_no_leaf_has_are_found(log, database):
    await filled(log)
    await database.hset(log._key(TENANT, "details"), "11", b"x")

    assert (await log.check(TENANT)).first_bad_index == 11


async def test_facts_that_come_back_after_their_erasure_are_found(log, database):
    await filled(log)
    kept = await database.hget(log._key(TENANT, "details"), "5")
    await log.forget(TENANT, 5)
    assert (await log.check(TENANT)).ok
    await database.hset(log._key(TENANT, "details"), "5", kept)

    assert (await log.check(TENANT)).first_bad_index == 5


async def test_the_mark_of_an_erasure_can_neither_go_nor_be_taken_away(log, database):
    await filled(log)
    await log.forget(TENANT, 5)
    await log.forget(TENANT, 5)
    assert (await log.check(TENANT)).size == 12
    with pytest.raises(IndexError):
        await log.forget(TENANT, 11)
    with pytest.raises(IndexError):
        await log.forget(TENANT, 12)

    await database.hdel(log._key(TENANT, "details"), "11")
    assert (await log.check(TENANT)).first_bad_index == 11


@pytest.mark.parametrize("value", [b"9", b"x", b"-1", b"99"])
async def test_a_callers_key_that_leads_elsewhere_is_found(log, database, value):
    await filled(log)
    key = log._key(TENANT, "keys")
    mine = next(name for name, index in (await database.hgetall(key)).items() if index == b"4")
    await database.hset(key, mine, value)

    assert (await log.check(TENANT)).first_bad_index == 4


async def test_a_callers_key_too_many_is_found(log, database):
    await filled(log)
    await database.hset(log._key(TENANT, "keys"), bytes(16), b"6")

    assert (await log.check(TENANT)).first_bad_index == 6


@pytest.mark.parametrize("name", ["records", "heads", "details", "keys", "state", "checkpoint", "nodes:0"])
async def test_a_part_that_became_something_else_is_found(log, database, name):
    await filled(log)
    await database.delete(log._key(TENANT, name))
    await database.zadd(log._key(TENANT, name), {"x": 1})

    report = await log.check(TENANT)

    assert (report.ok, report.first_bad_index) == (False, 0)


async def test_a_log_is_checked_while_others_write_and_forget(log, keys):
    await filled(log, 20)
    audit = LogAudit(log._database, TENANT, partial(log._key, TENANT), keys.public_keys(TENANT), batch=1)
    forgets = [log.forget(TENANT, index) for index in range(10, 20)]

    report, *_ = await asyncio.gather(audit.check(), *forgets)

    assert report.ok, report


async def test_a_log_set_back_as_a_whole_is_shown_by_a_checkpoint_kept_outside(log, database):
    await filled(log, 4)
    backup = {key: await database.dump(key) for key in await database.keys("*")}
    await filled(log, 9)
    kept = (await log.checkpoint(TENANT)).note
    await database.flushall()
    for key, data in backup.items():
        await database.restore(key, 0, data)

    assert (await log.check(TENANT)).ok
    report = await log.check(TENANT, [kept])

    assert (report.ok, report.first_bad_index) == (False, 4)


async def test_a_checkpoint_kept_outside_that_is_a_beginning_is_fine(log):
    await filled(log, 4)
    kept = (await log.checkpoint(TENANT)).note
    await filled(log, 9)

    assert (await log.check(TENANT, [kept])).ok
    assert not (await log.check(TENANT, [kept.replace("\n4\n", "\n5\n")])).ok


async def test_nothing_is_signed_on_top_of_a_tree_that_was_changed(log):
    await filled(log)
    intruder = Intruder(log)
    leaves = await intruder.lines("records")
    await intruder.replace("records", [fake(leaves[0]), *leaves[1:]])
    await intruder.rebuild()

    with pytest.raises(LogCorruptError):
        await log.append(TENANT, "access", {"n": 1}, "new")


async def test_a_torn_append_leaves_nothing_behind(log, database):
    await filled(log, 3)
    tip = await log.tip(TENANT)
    before = {key: await database.dump(key) for key in await database.keys("*")}
    await log.append(TENANT, "access", {"n": 3}, "faster")

    late = await log.append_at(TENANT, tip, "access", {"n": 3}, "slower", salt=bytes(16))

    assert late is None
    assert await log.find(TENANT, "slower") is None
    assert len(before) == len(await database.keys("*")) - 1  # a new level of nodes, nothing else
    assert (await log.check(TENANT)).ok


@pytest.mark.parametrize(
    "note",
    ["", "x", "dobi/g\n1\n\n", "dobi/g\n01\n" + "A" * 43 + "=\n\n— dobi/g " + "A" * 92 + "\n"],
)
def test_a_checkpoint_is_read_in_its_one_form(note):
    with pytest.raises(LogCorruptError):
        checkpoint.parse(note)


async def test_the_facts_in_the_database_are_named_by_no_key_in_clear(log, database):
    await log.append(TENANT, "access", {"who": "lee"}, "telegram:12345:6789")

    dumped = b"".join([await database.dump(key) for key in await database.keys("*")])

    assert b"12345" not in dumped


async def test_a_log_checked_in_batches_is_checked_whole(log, keys):
    await filled(log, 11)
    audit = LogAudit(log._database, TENANT, partial(log._key, TENANT), keys.public_keys(TENANT), batch=4)
    assert (await audit.check()).ok
    await log._database.lset(log._key(TENANT, "records"), 9, b"x")

    assert (await audit.check()).first_bad_index == 9


async def test_a_new_log_in_the_old_place_needs_the_old_key(database, keys, clock, tmp_path: Path):
    await filled(ReceiptLog(database, keys, clock), 3)
    stranger = ReceiptLog(database, KeyStore(tmp_path / "other"), clock)
    clock.advance(timedelta(minutes=1))

    with pytest.raises(LogCorruptError):
        await stranger.append(TENANT, "access", {"n": 1}, "k")
