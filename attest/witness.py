"""Others who saw the log: witnesses that cosign its checkpoints, and anyone who kept one and asks if it still holds.

A witness is a line of the file `<directory>/<institution>/witnesses`, a C2SP vkey `name+keyid+base64(04 ‖ Ed25519)`,
or is told to every institution's logs by whoever makes this object.
Cosignatures are cosignature/v1 (c2sp.org/tlog-cosignature); verified ones are stored beside the log and bind it: it
signs nothing while one of a larger tree is known. It calls no witness: how a note travels is somebody else's matter.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import cast

import redis.asyncio

from attest import checkpoint
from attest.checkpoint import Checkpoint
from attest.crypto import PublicKeys, verify_signature
from attest.errors import LogCorruptError, ProofError
from attest.log import ReceiptLog
from attest.tiles import Published

_COSIGNATURE = b"\x04"  # the type of timestamped Ed25519 cosignatures (c2sp.org/signed-note)
_LONGEST_FILE = 65_536
_LATEST = 2**63


@dataclass(frozen=True, slots=True)
class Witness:
    """Someone who cosigns, by name and Ed25519 key."""

    name: str
    public: bytes

    @property
    def kid(self) -> bytes:
        """The C2SP key id of its cosignatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + _COSIGNATURE + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The line that names it."""
        return f"{self.name}+{self.kid.hex()}+{base64.b64encode(_COSIGNATURE + self.public).decode()}"

    @classmethod
    def from_vkey(cls, line: str) -> Witness:
        """The witness that a line names.

        Raises:
            ProofError: not a vkey of that type, or its key id is another key's.
        """
        try:
            name, kid, key = line.strip().split("+", 2)
            material = base64.b64decode(key, validate=True)
        except (ValueError, binascii.Error) as error:
            raise ProofError("not the key of a witness") from error
        witness = cls(name, material[1:])
        if not name or len(material) != 33 or material[:1] != _COSIGNATURE or witness.kid.hex() != kid:
            raise ProofError("not the key of a witness")
        return witness


@dataclass(frozen=True, slots=True)
class Cosignature:
    """That a witness saw this tree as the log's largest, at that time."""

    witness: str
    at: datetime
    line: str


def message(point: Checkpoint, seconds: int) -> bytes:
    """What a witness signs (cosignature/v1)."""
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.body(point.origin, point.size, point.root)}".encode()


def cosignatures(point: Checkpoint, lines: Sequence[str], witnesses: Sequence[Witness]) -> tuple[Cosignature, ...]:
    """The cosignatures of known witnesses among signature lines; lines of unknown keys are passed over.

    Raises:
        ProofError: a known witness's line does not fit the checkpoint.
    """
    known = {(one.name, one.kid): one for one in witnesses}
    found = {}
    for line in lines:
        name, raw = _line(line)
        witness = known.get((name, raw[:4]))
        if witness is None:
            continue
        seconds = int.from_bytes(raw[4:12], "big")
        fits = len(raw) == 76 and seconds < _LATEST
        if not fits or not verify_signature(witness.public, raw[12:], message(point, seconds)):
            raise ProofError(f"the cosignature of {name} does not fit")
        found[name] = Cosignature(name, _instant(seconds), line)
    return tuple(found.values())


class Seen(Enum):
    """What a checkpoint that someone kept says of the log as it stands."""

    SAME = "same"
    GROWN = "grown"
    BEHIND = "behind"
    OTHER = "other"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The kept checkpoint beside the log's own, `None` for a log that has not begun."""

    seen: Seen
    kept: Checkpoint
    log: Checkpoint | None


class Witnessing:
    """Compares what others kept with the institutions' logs, and keeps what binds them."""

    def __init__(
        self, database: redis.asyncio.Redis, log: ReceiptLog, directory: Path, public: Callable[[str], PublicKeys],
        known: Sequence[Witness] = (),
    ) -> None:  # fmt: skip
        self._everywhere = tuple(known)
        self._database = database
        self._log = log
        self._directory = directory
        self._published = Published(directory)
        self._public = public

    async def compare(self, tenant: str, kept: Checkpoint) -> Comparison:
        """Whether the log grew out of the tree of a checkpoint that someone kept.

        One that the log's key signed and that the log does not continue is remembered: nothing is signed from then on.
        """
        log = await self._log.checkpoint(tenant)
        if log is not None and not checkpoint.is_signed(log, tenant, self._public(tenant)):
            return Comparison(Seen.OTHER, kept, None)
        if not checkpoint.is_signed(kept, tenant, self._public(tenant)):
            return Comparison(Seen.FOREIGN, kept, log)
        if log is None or kept.size > log.size:
            await self._bind(tenant, kept)
            return Comparison(Seen.BEHIND, kept, log)
        if not await self._log.grows_from(tenant, kept):
            await self._bind(tenant, kept)
            return Comparison(Seen.OTHER, kept, log)
        return Comparison(Seen.SAME if kept.size == log.size else Seen.GROWN, kept, log)

    async def cosign(self, tenant: str, note: str) -> tuple[Cosignature, ...]:
        """Stores the cosignatures of a note that came back from witnesses; the known ones, all verified.

        Raises:
            LogCorruptError: not a checkpoint of this log, or one that the log does not continue (now remembered).
            ProofError: a known witness's cosignature does not fit.
        """
        point, lines = checkpoint.with_cosignatures(note)
        compared = await self.compare(tenant, point)
        if compared.seen is Seen.FOREIGN:
            raise LogCorruptError("not a checkpoint that this log's key signed")
        found = cosignatures(point, lines, await asyncio.to_thread(self.witnesses, tenant))
        if found:
            await self._bind(tenant, point)
            for one in found:
                await self._database.hset(self._key(tenant, "cosigned"), f"{point.size}:{one.witness}", one.line)
        if compared.seen in {Seen.BEHIND, Seen.OTHER}:
            raise LogCorruptError(f"the log does not continue the cosigned tree of {point.size} leaves")
        return found

    async def cosigned(self, tenant: str, point: Checkpoint) -> str:
        """The checkpoint's note with every stored cosignature of it."""
        names = await asyncio.to_thread(self.witnesses, tenant)
        fields = [f"{point.size}:{one.name}" for one in names]
        if not fields:
            return point.note
        stored = await cast(
            Awaitable[list[bytes | None]], self._database.hmget(self._key(tenant, "cosigned"), fields)
        )  # fmt: skip
        lines = [line.decode() for line in stored if line]
        return point.note + "".join(one.line for one in cosignatures(point, lines, names))

    def witnesses(self, tenant: str) -> tuple[Witness, ...]:
        """The witnesses of an institution: those told, and those of its file.

        Raises:
            ProofError: a line of the file is no witness's key.
        """
        try:
            with (self._directory / tenant / "witnesses").open(encoding="utf-8") as file:
                lines = file.read(_LONGEST_FILE).splitlines()
        except FileNotFoundError:
            lines = []
        named = [Witness.from_vkey(line) for line in lines if line.strip() and not line.startswith("#")]
        return tuple(dict.fromkeys([*self._everywhere, *named]))

    async def seen(self, tenant: str, witness: str) -> int:
        """The size of the tree that this witness cosigned last, as far as is known here."""
        stored = cast(bytes | None, await self._database.hget(self._key(tenant, "submitted"), witness))
        return int(stored or 0)

    async def saw(self, tenant: str, witness: str, size: int) -> None:
        """The witness has cosigned a tree of that size, or says so."""
        await self._database.hset(self._key(tenant, "submitted"), witness, str(size))

    async def _bind(self, tenant: str, point: Checkpoint) -> None:
        await self._log.know(tenant, point.note)
        await asyncio.to_thread(self._published.keep, tenant, point)

    def _key(self, tenant: str, name: str) -> str:
        return f"dobi:{{{tenant}}}:witness:{name}"


def submission(old: int, proof: Sequence[bytes], note: str) -> str:
    """What a log posts to a witness's add-checkpoint (c2sp.org/tlog-witness)."""
    return "".join([f"old {old}\n", *(f"{base64.b64encode(one).decode()}\n" for one in proof), "\n", note])


def _line(line: str) -> tuple[str, bytes]:
    _, name, signature = (*line.rstrip("\n").split(" "), "", "")[:3]
    try:
        return name, base64.b64decode(signature, validate=True)
    except binascii.Error as error:
        raise ProofError("a signature line is damaged") from error


def _instant(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise ProofError("a cosignature of an impossible time") from error
