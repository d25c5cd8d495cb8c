"""What an audit is about, and how the stores of audits and grants write things down. It decides nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

ACCESS: Final = "access"  # the kind of a leaf that says that who may look, or when travellers hear of it, changed


@dataclass(frozen=True, slots=True)
class Mandate:
    """What an audit is about: its document number, the receipts' period [since, until), and the reason."""

    number: str
    since: datetime
    until: datetime
    reason: str

    def covers(self, at: datetime) -> bool:
        """Whether a receipt of that time is in the period."""
        return self.since <= at < self.until

    def facts(self, did: str, by: str) -> dict[str, str | int | bytes]:
        """The facts of a leaf that says that somebody did something about this audit."""
        return {
            "did": did,
            "by": by,
            "audit": self.number,
            "since": int(self.since.timestamp()),
            "until": int(self.until.timestamp()),
            "reason": self.reason,
        }

    def record(self) -> dict[str, str]:
        """The record of which `mandate_of` makes it again."""
        return {"number": self.number, "since": iso(self.since), "until": iso(self.until), "reason": self.reason}


def mandate_of(record: dict[str, Any]) -> Mandate:
    """The mandate in a record."""
    return Mandate(record["number"], instant(record["since"]), instant(record["until"]), record["reason"])


def same_number(one: str, other: str) -> bool:
    """Whether two document numbers are the same, however they are spaced."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def id_of(*parts: str) -> str:
    """Twelve letters that stand for these parts: who repeats an update names the same thing."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=6).hexdigest()


def pack(record: dict[str, Any]) -> bytes:
    """A record as it is stored."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True).encode()


def iso(when: datetime) -> str:
    """An instant as it is stored."""
    return when.astimezone(UTC).isoformat()


def instant(text: str) -> datetime:
    """The instant that `iso` wrote."""
    return datetime.fromisoformat(text)
