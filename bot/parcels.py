"""A request as bytes, for the process that answers it: a line of JSON, then its files one behind the other.

It holds what somebody wrote and sent: nobody keeps one that is not sealed. A shared point does not go this way.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

from bot.letters import Letter
from bot.messenger import InFile, Update
from bot.routes import Request

_PLAIN = ("adapter", "sender", "id", "chat", "text", "mention", "thread", "press", "message")


@dataclass(frozen=True, slots=True)
class Parcel:
    """What was asked, of which route."""

    route: str
    argument: str
    update: Update


def name(update: Update) -> str:
    """The letter's id: the same for a repeated update, a new one where the platform gives updates no id."""
    if update.id is None:
        return secrets.token_hex(12)
    told = f"{update.adapter}\x1f{update.sender}\x1f{update.id}".encode("utf-8", "surrogatepass")
    return blake2b(told, digest_size=12).hexdigest()


def pack(request: Request, route: str) -> bytes:
    """The request as bytes."""
    update = request.update
    record = {field: getattr(update, field) for field in _PLAIN} | {
        "route": route,
        "argument": request.argument,
        "received_at": update.received_at.isoformat(),
        "sent_at": update.sent_at and update.sent_at.isoformat(),
        "files": [[file.name, len(file.data)] for file in update.files],
    }
    head = json.dumps(record).encode()  # in ASCII: half a character survives, too
    return b"".join([head, b"\n", *(file.data for file in update.files)])


def unpack(packed: bytes, letter: Letter) -> Parcel:
    """What `pack` wrote. An update without an id gets the letter's, so that answering it twice is answering it once.

    Raises:
        ValueError: not such bytes.
    """
    head, _, rest = packed.partition(b"\n")
    record: dict[str, Any] = json.loads(head)
    files, at = [], 0
    for file_name, size in record["files"]:
        files.append(InFile(file_name, rest[at : at + size]))
        at += size
    if at != len(rest):
        raise ValueError(f"{len(rest)} bytes of files, expected {at}")
    update = Update(
        **{field: record[field] for field in _PLAIN},
        received_at=datetime.fromisoformat(record["received_at"]),
        sent_at=record["sent_at"] and datetime.fromisoformat(record["sent_at"]),
        files=tuple(files),
        reference=letter.reference,
    )
    return Parcel(record["route"], record["argument"], replace(update, id=update.id or f"letter-{letter.id}"))
