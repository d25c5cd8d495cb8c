"""The console's JSON lines: strict parsing in, one object a line out. Pure, so that the protocol stands in one place.

In and out are `CONTRACT.md`'s "Console messenger for scripts". A bad line is an error with a sentence, never a crash.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.messenger import (
    MAX_FILE_BYTES,
    MAX_FILES,
    CafeteriaFacts,
    InFile,
    Location,
    Outgoing,
    PushFacts,
    Update,
    VerdictFacts,
)

MAX_LINE = 4 * 2**20
_INPUT = frozenset(
    {
        "id",
        "user",
        "chat",
        "text",
        "mention",
        "thread",
        "location",
        "sent_at",
        "message",
        "edit",
        "files",
        "press",
        "update_id",
    }
)
_LOCATION = frozenset({"lat", "lon", "accuracy_m", "live", "forwarded", "venue", "via_bot"})
_CONTROL = {
    "drain": frozenset[str](),
    "advance": frozenset({"seconds"}),
    "sensor": frozenset({"sensor", "count", "served", "silent", "institution", "at"}),
}
ADAPTER = "console"


class BadLine(ValueError):  # noqa: N818 - what it is, in the protocol's own words
    """A line that is not of the protocol; the text says why. `reference` is the line's id where it had one."""

    def __init__(self, why: str, reference: int | str | None = None) -> None:
        super().__init__(why)
        self.reference = reference


@dataclass(frozen=True, slots=True)
class Control:
    """An order to the console itself, not a message."""

    reference: int | str | None
    name: str
    seconds: float = 0.0
    sensor: str = ""
    institution: str = ""
    count: int | None = None
    served: int | None = None
    silent: bool | None = None


def parse(line: str, now: datetime) -> Update | Control:
    """One line of input.

    Raises:
        BadLine: anything that the protocol does not name, or a file that can't be read.
    """
    if len(line) > MAX_LINE:
        raise BadLine(f"a line of {len(line)} characters; at most {MAX_LINE}")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine("not JSON") from error
    if not isinstance(record, dict):
        raise BadLine("expected an object")
    reference = record.get("id")
    if isinstance(reference, bool) or not isinstance(reference, int | str | None):
        raise BadLine("id: expected a number or text")
    try:
        return _control(record, reference) if "control" in record else _update(record, reference, now)
    except BadLine as error:
        raise BadLine(str(error), reference) from error


def _control(record: dict[str, Any], reference: int | str | None) -> Control:
    name = record["control"]
    if name not in _CONTROL:
        raise BadLine("control: expected drain, advance or sensor")
    _only(record, _CONTROL[name] | {"id", "control"})
    if name == "advance":
        return Control(reference, name, seconds=_number(record, "seconds", 0, 366 * 86400, need=True) or 0.0)
    if name == "sensor":
        silent = record.get("silent")
        return Control(
            reference,
            name,
            sensor=_text(record, "sensor", need=True) or "",
            institution=_text(record, "institution") or "",
            count=_whole(record, "count"),
            served=_whole(record, "served"),
            silent=silent if isinstance(silent, bool) else None,
        )
    return Control(reference, name)


def _update(record: dict[str, Any], reference: int | str | None, now: datetime) -> Update:
    _only(record, _INPUT)
    if not any(name in record for name in ("text", "location", "files", "press")):
        raise BadLine("expected text, location, files or press")
    update_id, sender = record.get("update_id"), _text(record, "user", need=True) or ""
    return Update(
        adapter=ADAPTER,
        sender=sender,
        received_at=now,
        id=None if update_id is None else f"{sender} {_update_id(update_id)}",  # two scripts may count alike
        chat=_text(record, "chat"),
        text=_text(record, "text") or "",
        mention=record.get("mention") is True,
        thread=_text(record, "thread"),
        location=_location(record) if "location" in record else None,
        files=_files(record.get("files", [])),
        press=_text(record, "press"),
        message=_text(record, "message"),
        sent_at=_instant(record, "sent_at"),
        reference=reference,
    )


def _update_id(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise BadLine("update_id: expected a number or text")
    text = str(value)
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise BadLine("update_id: half a character")
    return text


def _only(record: dict[str, Any], known: frozenset[str]) -> None:
    if strange := sorted(record.keys() - known):
        raise BadLine(f"unknown: {', '.join(strange)[:200]}")


def _text(record: dict[str, Any], name: str, *, need: bool = False) -> str | None:
    value = record.get(name)
    if value is None and not need:
        return None
    if not isinstance(value, str) or (need and not value):
        raise BadLine(f"{name}: expected text")
    if name != "text" and any("\ud800" <= char <= "\udfff" for char in value):
        raise BadLine(f"{name}: half a character")  # in a person's text the bot says so itself
    return value


def _number(record: dict[str, Any], name: str, low: float, high: float, *, need: bool = False) -> float | None:
    value = record.get(name)
    if value is None and not need:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise BadLine(f"{name}: expected a number from {low} to {high}")
    return float(value)


def _whole(record: dict[str, Any], name: str) -> int | None:
    value = _number(record, name, 0, 10_000)
    return None if value is None else int(value)


def _instant(record: dict[str, Any], name: str) -> datetime | None:
    value = _text(record, name)
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError as error:
        raise BadLine(f"{name}: expected an ISO 8601 instant") from error
    if instant.tzinfo is None:
        raise BadLine(f"{name}: expected an instant with its zone")
    return instant.astimezone(UTC)


def _location(record: dict[str, Any]) -> Location:
    value = record["location"]
    if not isinstance(value, dict):
        raise BadLine("location: expected an object")
    _only(value, _LOCATION)
    return Location(
        lat=_number(value, "lat", -1e6, 1e6, need=True) or 0.0,
        lon=_number(value, "lon", -1e6, 1e6, need=True) or 0.0,
        accuracy_m=_number(value, "accuracy_m", 0, 1e7),
        live=value.get("live") is True,
        forwarded=value.get("forwarded") is True,
        venue=value.get("venue") is True,
        via_bot=value.get("via_bot") is True,
        edited=record.get("edit") is True,
    )


def _files(names: object) -> tuple[InFile, ...]:
    if not isinstance(names, list) or len(names) > MAX_FILES or not all(isinstance(name, str) for name in names):
        raise BadLine(f"files: expected at most {MAX_FILES} paths")
    return tuple(read_file(name) for name in names)


def read_file(name: str) -> InFile:
    """A regular file of at most MAX_FILE_BYTES, whole.

    Raises:
        BadLine: it can't be read or is too large.
    """
    path = Path(name)
    try:
        if not path.is_file():
            raise BadLine(f"files: not a file: {path.name[:100]}")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadLine(f"files: {path.name[:100]} is larger than {MAX_FILE_BYTES} bytes")
        return InFile(path.name, path.read_bytes())
    except (OSError, ValueError) as error:
        if isinstance(error, BadLine):
            raise
        raise BadLine(f"files: can't be read: {path.name[:100]}") from error


def render(message: Outgoing, image: str | None, file: str | None) -> str:
    """One outgoing message as a line; `image` and `file` are absolute paths."""
    reply = message.reply
    record: dict[str, Any] = {
        "in_reply_to": message.reference,
        "institution": message.institution,
        "chat": message.chat.id,
        "thread": message.thread,
        "message": message.message,
        "edits": message.edits,
        "deletes": None,
        "text": reply.text,
        "alt": reply.alt,
        "image": image,
        "file": file,
        "buttons": [{"label": button.label, "press": button.press} for button in reply.buttons],
    }
    if message.kind != "reply":
        record["kind"] = message.kind
    record |= _facts(message)
    return json.dumps(record, ensure_ascii=False)


def _facts(message: Outgoing) -> dict[str, Any]:
    match message.reply.facts:
        case PushFacts() as push:
            why = {"score": push.why.score, "words": list(push.why.words), "subscription": push.why.subscription}
            return {"story": push.story, "step": push.step, "source": push.source, "url": push.url, "why": why}
        case VerdictFacts(verdict, flags):
            return {"verdict": verdict, "flags": list(flags)}
        case CafeteriaFacts() as line:
            return {
                "cafeteria": {
                    "id": line.id,
                    "people": line.people,
                    "level": line.level,
                    "minutes": line.minutes,
                    "low": line.low,
                    "high": line.high,
                    "age_s": line.age_s,
                    "from": list(line.sensors),
                }
            }
        case _:
            return {}
