"""One receipt's place in the log, proven by a file beside it or by a copy of the log: no server, no database.

The file is a C2SP tlog-proof (c2sp.org/tlog-proof): the leaf, its index, the hashes up to the root, and the signed
checkpoint with whatever cosignatures it has. What it can't say: whether the receipt was used or voided since. The
verdict itself is `verify`'s; here are the files.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from attest import checkpoint, verify
from attest.checkpoint import Checkpoint
from attest.errors import LogCorruptError, ProofError
from attest.log import Proof, ReceiptLog
from attest.tiles import TileLog
from attest.verify import Finding, Verdict, Verifier
from attest.witness import Cosignature, Witness, cosignatures

LONGEST = 65_536
_MAGIC = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class ReceiptProof:
    """A proof file's content; nothing in it is checked yet."""

    index: int
    leaf: bytes
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint
    cosignatures: tuple[str, ...] = ()

    @property
    def proof(self) -> Proof:
        """The proof without the leaf."""
        return Proof(self.index, self.hashes, self.checkpoint)

    def to_text(self) -> str:
        """The file's text."""
        lines = [_MAGIC, f"extra {_b64(self.leaf)}", f"index {self.index}", *map(_b64, self.hashes)]
        return "\n".join(lines) + "\n\n" + self.checkpoint.note + "".join(self.cosignatures)

    @classmethod
    def from_text(cls, text: str) -> ReceiptProof:
        """The proof that a file states.

        Raises:
            ProofError: not a proof file, in its one form.
        """
        head, _, note = text.partition("\n\n")
        lines = head.split("\n")
        try:
            if len(text) > LONGEST or lines[0] != _MAGIC:
                raise ProofError("not a proof file")
            leaf = base64.b64decode(_after(lines[1], "extra "), validate=True)
            index = int(_after(lines[2], "index "))
            hashes = tuple(base64.b64decode(line, validate=True) for line in lines[3:])
            point, others = checkpoint.with_cosignatures(note)
        except (IndexError, ValueError, binascii.Error, LogCorruptError) as error:
            raise ProofError("not a proof file") from error
        proof = cls(index, leaf, hashes, point, others)
        if proof.to_text() != text.replace("\r\n", "\n"):
            raise ProofError("not a proof file")
        return proof


async def proof_of(tenant: str, log: ReceiptLog, index: int) -> ReceiptProof:
    """The proof file of the leaf at `index` under the last checkpoint.

    Raises:
        IndexError: there is no such leaf.
    """
    entry, proof = await log.get(tenant, index), await log.proof(tenant, index)
    if entry is None:
        raise IndexError(f"no leaf {index}")
    return ReceiptProof(index, entry.leaf, proof.hashes, proof.checkpoint)


def with_proof(finding: Finding, token: str, text: str, verifier: Verifier) -> Finding:
    """A finding of `judge` with what a proof file adds; a text that is no proof file is a flag, `proof_wrong`."""
    try:
        stated = ReceiptProof.from_text(text)
        return verify.prove(finding, token, stated.leaf, stated.proof, verifier)
    except (ProofError, LogCorruptError):
        return _flagged(finding, "proof_wrong")


def with_log(finding: Finding, token: str, folder: Path, verifier: Verifier) -> Finding:
    """A finding of `judge` with what a folder of tiles adds: `not_in_log` past its end, `log_damaged` where it is."""
    receipt = finding.receipt
    if receipt is None:
        return finding
    try:
        log = TileLog(folder)
        signed = checkpoint.is_signed(log.checkpoint, receipt.institution, verifier.public_keys)
        if signed and receipt.index >= log.checkpoint.size:
            return _flagged(replace(finding, checked=(*finding.checked, "log")), "not_in_log")
        proof = Proof(receipt.index, log.inclusion(receipt.index), log.checkpoint) if signed else None
        if proof is None:
            return _flagged(finding, "log_damaged")
        return verify.prove(finding, token, log.leaf(receipt.index), proof, verifier)
    except (LogCorruptError, IndexError):
        return _flagged(finding, "log_damaged")


def witnessed(text: str, witnesses: Sequence[Witness]) -> tuple[Cosignature, ...]:
    """Which known witnesses saw the tree of a proof file; the proof itself is checked elsewhere.

    Raises:
        ProofError: not a proof file, or a known witness's cosignature does not fit.
    """
    stated = ReceiptProof.from_text(text)
    return cosignatures(stated.checkpoint, stated.cosignatures, witnesses)


def _flagged(finding: Finding, flag: str) -> Finding:
    if finding.receipt is None or finding.verdict is Verdict.INVALID:
        return finding
    return replace(finding, verdict=Verdict.VALID_BUT, flags=(*finding.flags, flag))


def _after(line: str, start: str) -> str:
    if not line.startswith(start):
        raise ProofError("not a proof file")
    return line[len(start) :]


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
