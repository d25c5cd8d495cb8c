"""What is remembered of one source between polls, and its form in Redis. Refuses to talk to Redis itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_READERS: dict[type, dict[str, Callable[[str], Any]]] = {}


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is remembered of one source between polls; `listing` is the hash of the last list's bytes.

    `failures` counts polls that failed in a row, `sick_since` when the present sickness began; `evidence` tells it.
    `well` counts good polls in a row while sick, `recovered_at` is when the last sickness ended. `url` and `shape`
    (kind and profile, hashed) are what all of this was learnt with. `rows` are the last lists' lengths and `gaps` the
    last gaps between new documents in minutes of working time, both newest last; `fresh_at` is when the newest
    document appeared, as far as is known, `whole_at` when all that was listed had been handed over; `habit` is a
    `habits.Habit`, true as of `habit_at`.
    """

    due_at: datetime | None = None
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    listing: str = ""
    entries: int = 0
    recheck_at: datetime | None = None
    failures: int = 0
    error: str = ""
    evidence: str = ""
    sick_since: datetime | None = None
    well: int = 0
    recovered_at: datetime | None = None
    polled_at: datetime | None = None
    ok_at: datetime | None = None
    whole_at: datetime | None = None
    newest_at: datetime | None = None
    fresh_at: datetime | None = None
    url: str = ""
    shape: str = ""
    rows: str = ""
    gaps: str = ""
    habit: str = ""
    habit_at: datetime | None = None
    snapshot_at: datetime | None = None
    mended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to poll one source; `token` grows with every holder. `state` is what was remembered when it began."""

    source: str
    token: int
    until: datetime
    state: SourceState = SourceState()


def stamp(at: datetime) -> int:
    """Milliseconds since 1970, as Redis compares instants."""
    return int(at.timestamp() * 1000)


def instant(milliseconds: float | bytes) -> datetime:
    """The instant that `stamp` wrote."""
    return _EPOCH + timedelta(milliseconds=float(milliseconds))


def to_record(value: Any, known: Any = None) -> dict[str, str]:
    """The fields of a dataclass as texts; with `known`, only those in which it differs."""
    record = {}
    for name in readers(type(value)):
        item = getattr(value, name)
        if known is not None and item == getattr(known, name):
            continue
        if isinstance(item, datetime):
            record[name] = item.astimezone(UTC).isoformat()
        else:
            record[name] = str("" if item is None else item)
    return record


def state_from(pairs: Mapping[bytes, bytes]) -> SourceState:
    """The state that `to_record` wrote; what a later version wrote besides is left out."""
    texts = {name.decode(): text.decode("utf-8", "replace") for name, text in pairs.items()}
    return SourceState(**typed(SourceState, texts))


def typed(wanted: type, texts: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of the dataclass `wanted` that `to_record` wrote as texts."""
    known = readers(wanted)
    return {name: text if (read := known[name]) is str else read(text) for name, text in texts.items() if name in known}


def readers(wanted: type) -> dict[str, Callable[[str], Any]]:
    """How each field of a dataclass of texts, numbers and instants is read from a text."""
    if wanted not in _READERS:
        _READERS[wanted] = _readers(wanted)
    return _READERS[wanted]


def _readers(wanted: type) -> dict[str, Callable[[str], Any]]:
    kinds = {field.name: str(field.type) for field in fields(wanted)}
    return {
        name: _maybe_instant if "datetime" in kind else _whole if kind == "int" else str for name, kind in kinds.items()
    }


def _maybe_instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _whole(text: str) -> int:
    return int(text) if text else 0
