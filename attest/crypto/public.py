"""The list of public keys: one static JSON file with which anyone checks receipts, years later, alone.

It is as trustworthy as the way it reached the checker: the file itself is not signed yet (issue 5).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from attest.crypto.primitives import is_sound, key_id, suite_of
from attest.errors import KeyListError
from attest.receipt import SUITE, institution_fits

Use = Literal["receipt", "log", "seal"]
_FORMAT = "dobi-keys/1"
_FIELDS = {
    "kid", "suite", "use", "institution", "institution_name", "key", "valid_from", "valid_to", "revoked_at",
}  # fmt: skip
_OPTIONAL = "revoked_index"  # absent where it would say nothing, so that older readers read the rest


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One public key. `valid_to` and `revoked_at` are None while it is in use; the period is [from, to).

    `revoked_index` is the leaf of the log that revoked it, where there is one: what lies before it stands.
    """

    kid: bytes
    use: Use
    institution: str
    institution_name: str
    key: bytes
    valid_from: datetime
    valid_to: datetime | None = None
    revoked_at: datetime | None = None
    suite: int = SUITE
    revoked_index: int | None = None

    def __post_init__(self) -> None:
        if self.suite != suite_of(self.key):
            raise KeyListError(f"a key of {len(self.key)} bytes is none of suite {self.suite}")
        if not is_sound(self.key, signs=self.use != "seal"):
            raise KeyListError("not a point of its curve in its one encoding, or of small order")
        if not institution_fits(self.institution):
            raise KeyListError("not an institution's id")
        if self.kid != key_id(key_name(self.institution), self.key):
            raise KeyListError("the key id does not belong to the key")
        if any(t is not None and t.tzinfo is None for t in (self.valid_from, self.valid_to, self.revoked_at)):
            raise KeyListError("an instant without a time zone")
        if self.revoked_index is not None and (self.revoked_at is None or self.revoked_index < 0):
            raise KeyListError("a revoking leaf without a revocation")


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """Public keys of any number of institutions, in their file's order."""

    keys: tuple[PublicKey, ...] = ()

    def find(self, kid: bytes, use: Use) -> tuple[PublicKey, ...]:
        """Every key of that use with this id; two institutions' keys may share four bytes."""
        return tuple(key for key in self.keys if key.kid == kid and key.use == use)

    def of(self, institution: str, use: Use) -> tuple[PublicKey, ...]:
        """An institution's keys of one use, oldest first."""
        found = (key for key in self.keys if key.institution == institution and key.use == use)
        return tuple(sorted(found, key=lambda key: key.valid_from))

    def to_json(self) -> str:
        """The file's text, ending in a line end."""
        keys = [_to_entry(key) for key in self.keys]
        return json.dumps({"format": _FORMAT, "keys": keys}, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> PublicKeys:
        """The keys of a file's text.

        Raises:
            KeyListError: not such a file, or an entry is wrong; nothing is skipped.
        """
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise KeyListError("not JSON") from error
        if not isinstance(data, dict) or data.get("format") != _FORMAT or not isinstance(data.get("keys"), list):
            raise KeyListError(f"not a key list of format {_FORMAT}")
        return cls(tuple(_entries(data["keys"])))

    @classmethod
    def merge(cls, lists: Iterable[PublicKeys]) -> PublicKeys:
        """The keys of several lists as one."""
        return cls(tuple(key for keys in lists for key in keys.keys))


def key_name(institution: str) -> str:
    """The name under which an institution's keys are hashed and its log signs: `dobi/<id>`."""
    return f"dobi/{institution}"


def key_id_of(institution: str, public: bytes) -> bytes:
    """The id of a key of that institution."""
    return key_id(key_name(institution), public)


def _entries(entries: list[object]) -> Iterable[PublicKey]:
    for number, entry in enumerate(entries, 1):
        try:
            yield _from_entry(entry)
        except (KeyListError, ValueError, TypeError) as error:
            raise KeyListError(f"key {number}: {error}") from error


def _from_entry(entry: object) -> PublicKey:
    if not isinstance(entry, dict) or set(entry) - {_OPTIONAL} != _FIELDS:
        raise KeyListError(f"expected exactly the fields {', '.join(sorted(_FIELDS))}")
    if entry["use"] not in get_args(Use) or type(entry["suite"]) is not int:
        raise KeyListError("unknown use or suite")
    if type(entry.get(_OPTIONAL, 0)) is not int:
        raise KeyListError("a leaf is named by its number")
    if not (isinstance(entry["institution"], str) and isinstance(entry["institution_name"], str)):
        raise KeyListError("an institution is named by texts")
    return PublicKey(
        kid=_unhex(entry["kid"]), use=entry["use"], institution=entry["institution"],
        institution_name=entry["institution_name"], key=_unhex(entry["key"]), suite=entry["suite"],
        valid_from=datetime.fromisoformat(entry["valid_from"]), valid_to=_instant(entry["valid_to"]),
        revoked_at=_instant(entry["revoked_at"]), revoked_index=entry.get(_OPTIONAL),
    )  # fmt: skip


def _to_entry(key: PublicKey) -> dict[str, object]:
    return {
        "kid": key.kid.hex(), "suite": key.suite, "use": key.use, "institution": key.institution,
        "institution_name": key.institution_name, "key": key.key.hex(), "valid_from": key.valid_from.isoformat(),
        "valid_to": key.valid_to and key.valid_to.isoformat(),
        "revoked_at": key.revoked_at and key.revoked_at.isoformat(),
    } | ({} if key.revoked_index is None else {_OPTIONAL: key.revoked_index})  # fmt: skip


def _unhex(text: str) -> bytes:
    data = bytes.fromhex(text)
    if data.hex() != text:
        raise KeyListError("hex is written small and without spaces")
    return data


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
