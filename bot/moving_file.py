"""One's subscriptions as a small file, and back: JSON that a person can read, or one subscription a line. Pure.

It is not signed: it holds only what anybody could type, and whoever takes it in sees the difference first. It names
nobody. `read` runs in the sandbox: bytes that are no such file raise ValueError.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bot import topics
from nlp.subscriptions import LIMIT, MAX_EXCLUDES

LARGEST: Final = 256 * 1024
LONGEST: Final = 200
_MARK: Final = "subscriptions"
_VERSION: Final = 1
_LONGEST_EXCLUDE: Final = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One subscription, without its owner."""

    words: str
    exclude: tuple[str, ...] = ()
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds, each once, and how many entries made no sense."""

    entries: tuple[Entry, ...]
    unread: int


def write(entries: Sequence[Entry], today: date) -> bytes:
    """The file."""
    rows = [{"words": one.words, "exclude": list(one.exclude), "paused": one.paused} for one in entries]
    record = {"dobi": _MARK, "version": _VERSION, "made": today.isoformat(), "subscriptions": rows}
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()


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
    return _checked(Entry(" ".join(words.split()), tuple(exclude), paused))


def _of_line(line: str) -> Entry | None:
    topic = topics.parse(" ".join(line.split())[: 5 * LONGEST])
    return _checked(Entry(topic.words, topic.exclude))


def _checked(entry: Entry) -> Entry | None:
    readable = entry.words.isprintable() and any(char.isalnum() for char in entry.words)
    fits = len(entry.words) <= LONGEST and len(entry.exclude) <= MAX_EXCLUDES
    return entry if readable and fits else None
