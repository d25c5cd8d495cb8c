"""One's subscriptions as a small file, and back: JSON that a person can read, or one subscription a line. Pure.

It is not signed: it holds only what anybody could type, and whoever takes it in sees the difference first. It names
nobody. `read` runs in the sandbox: bytes that are no such file raise ValueError.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from bot import topics
from bot.clock import KST
from nlp.subscriptions import LIMIT, MAX_EXCLUDES

LARGEST: Final = 256 * 1024
LONGEST: Final = 200
_MARK: Final = "subscriptions"
_VERSION: Final = 1
_LONGEST_EXCLUDE: Final = 100
_LAST_YEAR: Final = 9000  # of a rest: later ones are no dates in every zone


@dataclass(frozen=True, slots=True)
class Entry:
    """One subscription, without its owner."""

    words: str
    exclude: tuple[str, ...] = ()
    paused: bool = False
    rests_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds, each once, and how many entries made no sense."""

    entries: tuple[Entry, ...]
    unread: int


def write(entries: Sequence[Entry], today: date) -> bytes:
    """The file."""
    rows = [_row(one) for one in entries]
    record = {"dobi": _MARK, "version": _VERSION, "made": today.isoformat(), "subscriptions": rows}
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()


def _row(one: Entry) -> dict[str, Any]:
    row = {"words": one.words, "exclude": list(one.exclude), "paused": one.paused}
    until = one.rests_until
    return row if until is None else row | {"rests_until": until.astimezone(KST).isoformat()}


def read(data: bytes) -> Read:
    """What a file holds.

    Raises:
        ValueError: it is no such file, is of a later version, or is too large.
    """
    if len(data) > LARGEST:
        raise ValueError(f"expected at most {LARGEST} bytes, got {len(data)}")
    text = data.decode("utf-8-sig").strip()
    if not text or "\x00" in text:
        raise ValueError("expected text")
    found = _of_json(text) if text[0] in "{[" else [_of_line(line) for line in text.splitlines() if line.strip()]
    good = [one for one in found if one is not None]
    return Read(tuple(dict.fromkeys(good))[:LIMIT], len(found) - len(good))


def _of_json(text: str) -> list[Entry | None]:
    try:
        record: Any = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(record, dict) or record.get("dobi") != _MARK or record.get("version") != _VERSION:
        raise ValueError("expected subscriptions of this version")
    rows = record.get("subscriptions")
    if not isinstance(rows, list):
        raise ValueError("expected a list of subscriptions")  # noqa: TRY004 - a file's fault, like all others
    return [_entry(row) for row in rows[: 5 * LIMIT]]


def _entry(row: object) -> Entry | None:
    if not isinstance(row, dict):
        return None
    words, exclude, paused = row.get("words"), row.get("exclude", []), row.get("paused", False)
    if not isinstance(words, str) or not isinstance(exclude, list) or not isinstance(paused, bool):
        return None
    if not all(isinstance(one, str) and 0 < len(one) <= _LONGEST_EXCLUDE for one in exclude):
        return None
    try:
        rest = _instant(row.get("rests_until"))
    except ValueError:
        return None
    return _checked(Entry(" ".join(words.split()), tuple(exclude), paused, rest))


def _instant(told: object) -> datetime | None:
    """Until when it rests.

    Raises:
        ValueError: it is no instant.
    """
    if told is None:
        return None
    if not isinstance(told, str):
        raise ValueError("expected an instant")  # noqa: TRY004 - a file's fault, like all others
    at = datetime.fromisoformat(told)
    if at.tzinfo is None or not 1970 <= at.year <= _LAST_YEAR:
        raise ValueError("expected an instant with its zone")
    return at.astimezone(UTC)


def _of_line(line: str) -> Entry | None:
    topic = topics.parse(" ".join(line.split())[: 5 * LONGEST])
    return _checked(Entry(topic.words, topic.exclude))


def _checked(entry: Entry) -> Entry | None:
    readable = entry.words.isprintable() and any(char.isalnum() for char in entry.words)
    fits = len(entry.words) <= LONGEST and len(entry.exclude) <= MAX_EXCLUDES
    return entry if readable and fits else None
