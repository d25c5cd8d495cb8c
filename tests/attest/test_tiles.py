"""The log as files: every proof comes out of them, whole or partial tiles, and nothing that must be destroyed is in."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
import redis.asyncio

from attest import checkpoint, merkle, proofs
from attest.crypto import KeyStore, PublicKeys
from attest.errors import LogBehindError, LogCorruptError, ProofError
from attest.issue import Issuer
from attest.log import ReceiptLog
from attest.proofs import ReceiptProof
from attest.tiles import Published, TileLog, TileWriter, tile_path, tiles_of
from attest.verify import Verdict, Verifier, judge

TENANT = "gyeongnam"


@pytest.fixture
def log(database: redis.asyncio.Redis, keys: KeyStore, clock) -> ReceiptLog:
    return ReceiptLog(database, keys, clock)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "log"


async def filled(log: ReceiptLog, size: int, start: int = 0) -> None:
    for n in range(start, size):
        await log.append(TENANT, "access", {"who": f"personal-{n}", "n": n}, f"key{n}")


@pytest.mark.parametrize(
    ("level", "number", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),  # the specification's own example
        (1, 17, 3, "tile/1/017.p/3"),
        ("entries", 1000, 1, "tile/entries/x001/000.p/1"),
    ],
)
def test_a_tile_lies_where_the_specification_says(level, number, width, path):
    assert tile_path(level, number, width) == path


def test_a_tree_of_70_000_has_the_tiles_of_the_specification():
    tiles = list(tiles_of(70_000))

    assert [(t.level, t.number, t.width) for t in tiles if t.width < 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert sum(t.level == 0 for t in tiles) == 274
    assert [(t.level, t.width) for t in tiles_of(256)] == [(0, 256), (1, 1)]


def test_only_tiles_that_changed_are_written_again():
    assert [(t.level, t.number, t.width) for t in tiles_of(600, since=520)] == [(0, 2, 88)]
    assert list(tiles_of(600, since=600)) == []


async def test_every_proof_comes_out_of_the_files(log, keys, folder):
    writer = TileWriter(folder, log)
    roots = {}
    for size in (1, 3, 255, 256, 257, 515):
        await filled(log, size, start=max(roots, default=0))
        await writer.publish(TENANT)
        files = TileLog(folder / TENANT)
        roots[size] = files.checkpoint.root

        assert files.checkpoint == await log.checkpoint(TENANT)
        assert checkpoint.is_signed(files.checkpoint, TENANT, keys.public_keys(TENANT))
        for index in {0, size // 2, size - 1}:
            assert files.leaf(index) == (await log.get(TENANT, index)).leaf
            assert files.inclusion(index) == (await log.proof(TENANT, index)).hashes
        for old, root in roots.items():
            assert merkle.consistent(old, root, size, files.checkpoint.root, files.consistency(old))
        assert len(list(files.leaves())) == size
        with pytest.raises(IndexError):
            files.leaf(size)
    assert not list(folder.rglob(".*"))  # no half-written file is left
    assert not (folder / TENANT / "tile/0/000.p").exists()  # full tiles take the partial ones' place


async def test_no_file_holds_a_fact(log, folder):
    await filled(log, 20)
    await TileWriter(folder, log).publish(TENANT)

    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())

    assert b"personal" not in written
    assert hashlib.sha256(b"key3").digest()[:16] not in written


async def test_files_that_were_lost_are_made_again(log, folder):
    await filled(log, 300)
    writer = TileWriter(folder, log)
    await writer.publish(TENANT)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for path in before:
        path.unlink()

    await writer.publish(TENANT)

    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


async def test_a_changed_file_proves_nothing(log, keys, folder, tmp_path):
    await filled(log, 300)
    await TileWriter(folder, log).publish(TENANT)
    public = keys.public_keys(TENANT)

    def whole(copy: Path) -> bool:
        try:
            files = TileLog(copy)
            signed = checkpoint.is_signed(files.checkpoint, TENANT, public)
            return signed and all(files.leaf(n) for n in range(0, 300, 43)) and len(list(files.leaves())) == 300
        except LogCorruptError:
            return False

    assert whole(folder / TENANT)
    for name in ("checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000"):
        for act in ("flip", "cut", "drop", "huge"):
            copy = tmp_path / act / name
            shutil.copytree(folder / TENANT, copy)
            data = (copy / name).read_bytes()
            changed = {"flip": bytes([data[0] ^ 1]) + data[1:], "cut": data[:-1], "huge": data * 40}.get(act)
            (copy / name).unlink()
            if changed is not None:
                (copy / name).write_bytes(changed)

            assert not whole(copy), (name, act)


# --- set back


async def set_back(database: redis.asyncio.Redis, log: ReceiptLog, size: int = 4) -> str:
    """The log grows from `size` to nine leaves, is seen (the note of that), and is restored as it was."""
    await filled(log, size)
    backup = {key: await database.dump(key) for key in await database.keys("*")}
    await filled(log, 9, start=size)
    if isinstance(log.outside, Published):
        await TileWriter(log.outside._directory, log).publish(TENANT)
    seen = (await log.checkpoint(TENANT)).note
    await database.flushall()
    for key, data in backup.items():
        await database.restore(key, 0, data)
    return seen


@pytest.mark.parametrize("size", [0, 4])
async def test_after_an_older_backup_nothing_is_signed_while_a_larger_file_is_known(
    database, keys, clock, folder, size
):
    log = ReceiptLog(database, keys, clock, Published(folder))
    await set_back(database, log, size)

    with pytest.raises(LogBehindError) as caught:
        await log.append(TENANT, "access", {"n": 1}, "new")

    assert (caught.value.size, caught.value.known) == (size, 9)
    with pytest.raises(LogBehindError):
        await TileWriter(folder, log).publish(TENANT)
    assert TileLog(folder / TENANT).checkpoint.size == 9
    report = await log.check(TENANT)
    assert (report.ok, report.first_bad_index) == (False, size)


async def test_a_checkpoint_that_came_back_binds_the_log(database, keys, clock):
    log = ReceiptLog(database, keys, clock)
    seen = await set_back(database, log)
    with pytest.raises(LogCorruptError):
        await log.know(TENANT, seen.replace("\n9\n", "\n8\n"))
    await log.append(TENANT, "access", {"n": 1}, "still")

    await log.know(TENANT, seen)

    with pytest.raises(LogBehindError):
        await log.append(TENANT, "access", {"n": 1}, "new")


async def test_another_tree_of_the_same_size_is_not_signed_on(database, keys, clock, folder):
    log = ReceiptLog(database, keys, clock, Published(folder))
    await set_back(database, log)
    forked = ReceiptLog(database, keys, clock)
    await filled(forked, 12, start=4)

    with pytest.raises(LogCorruptError):
        await log.append(TENANT, "access", {"n": 1}, "new")
    with pytest.raises(LogCorruptError):
        await TileWriter(folder, log).publish(TENANT)


async def test_what_another_key_signed_binds_nobody(database, keys, clock, folder, tmp_path):
    await filled(ReceiptLog(database, KeyStore(tmp_path / "other"), clock), 9)
    await TileWriter(folder, ReceiptLog(database, KeyStore(tmp_path / "other"), clock)).publish(TENANT)
    await database.flushall()

    await ReceiptLog(database, keys, clock, Published(folder)).append(TENANT, "access", {"n": 1}, "new")


# --- one receipt's proof


async def test_a_receipt_is_proven_by_one_file_or_by_the_folder(issuer: Issuer, issue, keys, folder):
    await filled(issuer.log, 5)
    issued = await issue()
    await filled(issuer.log, 300, start=5)
    await TileWriter(folder, issuer.log).publish(TENANT)
    verifier = Verifier(PublicKeys.from_json(keys.public_keys(TENANT).to_json()))
    finding = judge(issued.token, verifier)
    text = (await proofs.proof_of(TENANT, issuer.log, issued.index)).to_text()

    by_file = proofs.with_proof(finding, issued.token, text, verifier)
    by_folder = proofs.with_log(finding, issued.token, folder / TENANT, verifier)

    assert by_file.verdict is by_folder.verdict is Verdict.VALID
    assert by_file.checked == by_folder.checked == ("signature", "log")
    assert text.startswith("c2sp.org/tlog-proof@v1\nextra ")
    assert ReceiptProof.from_text(text).to_text() == text


async def test_a_proof_that_is_not_this_receipts_leaves_it_to_be_checked(issuer: Issuer, issue, keys):
    first, second = await issue("m1"), await issue("m2")
    verifier = Verifier(keys.public_keys(TENANT))
    text = (await proofs.proof_of(TENANT, issuer.log, second.index)).to_text()
    finding = judge(first.token, verifier)

    for wrong in (text, text.replace("index 1", "index 0"), text.replace("extra", "extr"), "", text[:-2], "x\n" * 99):
        judged = proofs.with_proof(finding, first.token, wrong, verifier)
        assert judged.verdict is not Verdict.VALID
        assert "log" not in judged.checked or judged.verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "text", ["", "\n\n", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nextra \nindex -1\n\n"]
)
def test_a_text_that_is_no_proof_is_refused(text):
    with pytest.raises(ProofError):
        ReceiptProof.from_text(text)


async def test_a_receipt_past_the_end_of_a_copy_is_not_in_it(issuer: Issuer, issue, keys, folder):
    await issue("m1")
    await TileWriter(folder, issuer.log).publish(TENANT)
    later = await issue("m2")
    verifier = Verifier(keys.public_keys(TENANT))

    judged = proofs.with_log(judge(later.token, verifier), later.token, folder / TENANT, verifier)
    nowhere = proofs.with_log(judge(later.token, verifier), later.token, folder / "none", verifier)

    assert (judged.verdict, judged.flags) == (Verdict.VALID_BUT, ("not_in_log",))
    assert (nowhere.verdict, nowhere.flags) == (Verdict.VALID_BUT, ("log_damaged",))
