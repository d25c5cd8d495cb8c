"""Others who saw the log: cosignatures in their own format, kept checkpoints compared, and what binds the log."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from attest import checkpoint, merkle
from attest.checkpoint import Checkpoint, from_paste, with_cosignatures
from attest.crypto import KeyStore, SigningKey
from attest.errors import LogBehindError, LogCorruptError, ProofError
from attest.log import ReceiptLog
from attest.proofs import ReceiptProof, proof_of, witnessed
from attest.tiles import Published
from attest.witness import Seen, Witness, Witnessing, message, submission

TENANT = "gyeongnam"
UNION = SigningKey.from_seed("union.example/w1", bytes(range(32)))


def cosigned(point: Checkpoint, seconds: int = 1_795_400_000, signer: SigningKey = UNION) -> str:
    """A witness's line, written from the specification (c2sp.org/tlog-cosignature)."""
    said = f"cosignature/v1\ntime {seconds}\n{point.origin}\n{point.size}\n{base64.b64encode(point.root).decode()}\n"
    kid = hashlib.sha256(signer.name.encode() + b"\n\x04" + signer.public).digest()[:4]
    raw = kid + seconds.to_bytes(8, "big") + signer.sign(said.encode())
    return f"— {signer.name} {base64.b64encode(raw).decode()}\n"


@pytest.fixture
def witness() -> Witness:
    return Witness(UNION.name, UNION.public)


@pytest.fixture
def folder(tmp_path: Path, witness: Witness) -> Path:
    (tmp_path / "log" / TENANT).mkdir(parents=True)
    (tmp_path / "log" / TENANT / "witnesses").write_text(f"# the union\n{witness.vkey}\n")
    return tmp_path / "log"


@pytest.fixture
def log(database, keys: KeyStore, clock, folder) -> ReceiptLog:
    return ReceiptLog(database, keys, clock, Published(folder))


@pytest.fixture
def witnessing(database, log, keys, folder) -> Witnessing:
    return Witnessing(database, log, folder, keys.public_keys)


async def filled(log: ReceiptLog, size: int) -> Checkpoint:
    for n in range(size):
        await log.append(TENANT, "access", {"n": n}, f"k{n}")
    return await log.checkpoint(TENANT)


def test_the_cosignature_of_the_specification_is_parsed_as_it_says():
    # the message of c2sp.org/tlog-cosignature's own example
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    point = Checkpoint("example.com/behind-the-sofa", 20852163, root, b"", b"")

    assert message(point, 1679315147) == (
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


def test_a_witness_is_named_by_its_vkey(witness):
    assert Witness.from_vkey(witness.vkey) == witness
    for wrong in ("", "x", witness.vkey[:-4], witness.vkey.replace("union", "onion"), f"a+b+{'A' * 44}"):
        with pytest.raises(ProofError):
            Witness.from_vkey(wrong)


async def test_cosignatures_of_known_witnesses_are_verified_and_kept(log, witnessing, witness):
    point = await filled(log, 5)
    stranger = SigningKey.generate("stranger.example")
    note = point.note + cosigned(point) + cosigned(point, signer=stranger)

    found = await witnessing.cosign(TENANT, note)

    assert [(one.witness, int(one.at.timestamp())) for one in found] == [(UNION.name, 1_795_400_000)]
    assert await witnessing.cosigned(TENANT, point) == point.note + cosigned(point)
    proof = await proof_of(TENANT, log, 2)
    text = proof.to_text() + cosigned(point)
    assert ReceiptProof.from_text(text).to_text() == text
    assert [one.witness for one in witnessed(text, [witness])] == [UNION.name]


@pytest.mark.parametrize("spoil", ["time", "root", "cut"])
async def test_a_known_witnesss_line_that_does_not_fit_is_refused_whole(log, witnessing, spoil):
    point = await filled(log, 5)
    line = cosigned(point)
    if spoil == "root":
        line = cosigned(Checkpoint(point.origin, point.size, bytes(32), b"", b""))
    else:
        raw = base64.b64decode(line.split()[2])
        raw = raw[:-1] if spoil == "cut" else raw[:11] + bytes([raw[11] ^ 1]) + raw[12:]
        line = f"— {UNION.name} {base64.b64encode(raw).decode()}\n"

    with pytest.raises(ProofError):
        await witnessing.cosign(TENANT, point.note + line)
    assert await witnessing.cosigned(TENANT, point) == point.note


async def test_a_cosigned_tree_that_the_log_does_not_continue_stops_it(database, log, witnessing):
    await filled(log, 3)
    backup = {key: await database.dump(key) for key in await database.keys("*")}
    point = await filled(log, 7)
    await database.flushall()
    for key, data in backup.items():
        await database.restore(key, 0, data)

    with pytest.raises(LogCorruptError):
        await witnessing.cosign(TENANT, point.note + cosigned(point))

    with pytest.raises(LogBehindError):
        await log.append(TENANT, "access", {"n": 9}, "new")
    report = await log.check(TENANT)
    assert (report.ok, report.first_bad_index, report.known) == (False, 3, 7)


async def test_what_was_bound_stays_bound_when_the_database_is_set_back_too(database, log, witnessing):
    await filled(log, 3)
    backup = {key: await database.dump(key) for key in await database.keys("*")}
    point = await filled(log, 7)
    await witnessing.cosign(TENANT, point.note + cosigned(point))
    await database.flushall()
    for key, data in backup.items():
        await database.restore(key, 0, data)

    with pytest.raises(LogBehindError):
        await log.append(TENANT, "access", {"n": 9}, "new")


async def test_each_kept_checkpoint_is_compared_as_it_is(database, keys, clock, log, witnessing, tmp_path):
    kept = await filled(log, 4)
    assert (await witnessing.compare(TENANT, kept)).seen is Seen.SAME
    now = await filled(log, 9)
    assert (await witnessing.compare(TENANT, kept)).seen is Seen.GROWN
    foreign = checkpoint.sign(SigningKey.generate("dobi/gyeongnam"), 4, kept.root)
    assert (await witnessing.compare(TENANT, foreign)).seen is Seen.FOREIGN
    await log.append(TENANT, "access", {"n": 1}, "goes on")

    other = checkpoint.sign(keys.log_key(TENANT, clock()), 4, now.root)
    assert (await witnessing.compare(TENANT, other)).seen is Seen.OTHER
    with pytest.raises(LogCorruptError):
        await log.append(TENANT, "access", {"n": 1}, "no more")


async def test_a_chat_may_fold_wrap_and_quote_a_checkpoint(log):
    point = await filled(log, 12)
    words = point.note.split()

    for shown in (
        point.note,
        f"확인표입니다.\n\n{point.note}\n나중에 붙여 보내십시오.",
        " ".join(words),
        "\r\n".join(words),
        " ".join(words).replace("—", "--"),
        " ".join(word for word in words if word != "—"),
    ):
        assert from_paste(shown) == point
    for wrong in ("", "dobi/gyeongnam 12", " ".join(words)[:-1], " ".join(words).replace("12", "012")):
        with pytest.raises(LogCorruptError):
            from_paste(wrong)


async def test_other_lines_of_a_note_are_kept_apart(log):
    point = await filled(log, 2)
    line = cosigned(point)

    assert with_cosignatures(point.note + line) == (point, (line,))
    for wrong in (line, point.note + "x\n", point.note + point.note, point.note + line * 40, point.note + line[:-1]):
        with pytest.raises(LogCorruptError):
            with_cosignatures(wrong)


async def test_what_is_posted_to_a_witness_is_what_the_specification_says(log):
    old = await filled(log, 3)
    new = await filled(log, 7)
    proof = await log.consistency(TENANT, 3)

    body = submission(3, proof, new.note)

    head, _, note = body.partition("\n\n")
    first, *hashes = head.split("\n")
    assert (first, note) == ("old 3", new.note)
    assert merkle.consistent(3, old.root, 7, new.root, [base64.b64decode(one) for one in hashes])
