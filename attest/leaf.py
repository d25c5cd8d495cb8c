"""A leaf of the log and what lies beside it: its bytes, and how the facts hang on them by a salted hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from attest import canonical
from attest.errors import LogCorruptError

Fields = Mapping[str, str | int | bytes]

ERASED = "erased"  # the kind of a leaf that says: these facts were destroyed by the house
ERASURE_SALT = bytes(16)  # public: whoever knows the index finds the mark without its facts


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf. `fields` is None once its facts were destroyed."""

    index: int
    kind: str
    at: datetime
    leaf: bytes
    digest: bytes
    fields: Fields | None


def leaf_bytes(kind: str, at: datetime, salt: bytes, packed_fields: bytes) -> bytes:
    """A leaf: canonical CBOR of version, kind, time in seconds and the SHA-256 of salt and facts."""
    return canonical.dumps([1, kind, int(at.timestamp()), leaf_digest(salt, packed_fields)])


def pack_detail(salt: bytes, packed_fields: bytes) -> bytes:
    """What lies beside a leaf until its date: the salt and the canonical CBOR of the facts."""
    return canonical.dumps([salt, packed_fields])


def entry_of(index: int, leaf: bytes, detail: bytes | None) -> Entry:
    """The entry of a stored leaf.

    Raises:
        LogCorruptError: not in its encoding, or the facts are not the leaf's.
    """
    try:
        match canonical.loads(leaf):
            case [1, str(kind), int(at), bytes(digest)]:
                fields = None if detail is None else _fields(detail, digest)
                return Entry(index, kind, datetime.fromtimestamp(at, UTC), leaf, digest, fields)
    except (canonical.NotCanonicalError, OverflowError, OSError) as error:
        raise LogCorruptError(f"entry {index}: {error}") from error
    raise LogCorruptError(f"entry {index} is not a leaf")


def _fields(detail: bytes, digest: bytes) -> Fields:
    match canonical.loads(detail):
        case [bytes(salt), bytes(packed)] if leaf_digest(salt, packed) == digest:
            fields = canonical.loads(packed)
            if isinstance(fields, dict):
                return fields
    raise canonical.NotCanonicalError("the facts are not the leaf's")


def leaf_digest(salt: bytes, packed_fields: bytes) -> bytes:
    """What a leaf says of its facts: SHA-256 of the salt and their canonical CBOR."""
    return hashlib.sha256(salt + packed_fields).digest()


def erasure_fields(index: int) -> Fields:
    """The facts of the mark that the facts of the entry `index` were destroyed."""
    return {"index": index}


def erasure_digest(index: int) -> bytes:
    """The digest in the leaf of that mark."""
    return leaf_digest(ERASURE_SALT, canonical.dumps(dict(erasure_fields(index))))
