"""What the outbox's rows are, written and read: plain values, and no database."""

from __future__ import annotations

import hashlib
import json
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.messenger import Chat, Kind, Outgoing, Reply, chat_of


class State(StrEnum):
    """Where a row ends, or waits."""

    SENT = "sent"
    RETRY = "retry"
    AMBIGUOUS = "ambiguous"
    DEAD = "dead"
    GONE = "gone"
    LATE = "late"
    """It was true for a while only, and that while is over."""


class Why(StrEnum):
    """Why a row ended unsent, as a code that chat puts into words."""

    TRIES = "tries"
    """The platform could not be reached often enough."""
    REJECTED = "rejected"
    """The platform will never take it."""
    PERMISSION = "permission"
    """Dobi's account there lacks a permission."""
    UNKNOWN = "unknown"
    """Nobody knows whether it arrived: the platform's answer was lost."""
    CRASHED = "crashed"
    """Nobody knows whether it arrived: whoever sent it died."""
    BLOCKED = "blocked"
    """The chat is no more, or wants no more."""


@dataclass(frozen=True, slots=True)
class Row:
    """Something to say to one chat about one story; `step` counts what has happened to the story.

    `until`: after that it is no longer true, and is not said. `deletes` is the platform's id of somebody's message
    that goes when this one stands. `id` names the row where its chat, story and step do not: an answer that was
    already tried under that name, and since `doubt` may have arrived.
    """

    chat: Chat
    story: str
    step: int
    kind: Kind
    reply: Reply
    due_at: datetime
    reference: int | str | None = None
    thread: str | None = None
    until: datetime | None = None
    deletes: str | None = None
    id: str | None = None
    doubt: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A message to a chat: when it was due, where it stands, and what a person reads; empty once it was sent."""

    due_at: datetime
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Leased:
    """A row that this worker alone may send now.

    `retaken`: it may have arrived already, for an earlier worker died over it or the platform's answer was lost; `at`
    is when that attempt began. `floods`: how often the platform called it too fast, which costs no try. `main`: the
    row of whose message this is a part; empty where nothing was cut. `behind`: how many rows wait in its chat. `held`:
    it waits for its turn; `Outbox.begin` comes before it is sent. `orphaned`: its worker died over that attempt, of
    which something may still be under way.
    """

    message: Outgoing
    tries: int
    retaken: bool
    until: datetime | None = None
    floods: int = 0
    story: str = ""
    step: int = 1
    at: datetime | None = None
    main: str = ""
    deletes: str | None = None
    due_at: datetime | None = None
    behind: int = 0
    held: bool = False
    orphaned: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A chat of an institution whose head row may leave; `hurry`: somebody waits for what stands in its queue."""

    tenant: str
    chat: Chat
    hurry: bool


def message_id(tenant: str, chat: str, story: str, step: int) -> str:
    """Dobi's own id of a message: the same story and step in the same chat is the same message."""
    digest = hashlib.blake2b("\x1f".join((tenant, chat, story, str(step))).encode(), digest_size=10)
    return "m" + b32encode(digest.digest()).decode().lower()


def row_id(tenant: str, row: Row) -> str:
    """The row's id in that institution."""
    return row.id or message_id(tenant, row.chat.ref, row.story, row.step)


def milliseconds(instant: datetime) -> int:
    """As scripts and sorted sets count."""
    return int(instant.timestamp() * 1000)


def instant(ms: float) -> datetime:
    """The instant of so many milliseconds."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def body_of(row: Row) -> str:
    """What a row says, as it is stored."""
    record = {
        "reply": row.reply.to_json(),
        "kind": row.kind,
        "reference": row.reference,
        "thread": row.thread,
        "until": row.until.astimezone(UTC).isoformat() if row.until else None,
    }
    if row.deletes is not None:
        record["deletes"] = row.deletes
    return json.dumps(record, ensure_ascii=False)


def part_of(leased: Leased, reply: Reply, *, deletes: bool) -> str:
    """The body of one part of a leased row."""
    message = leased.message
    row = Row(
        message.chat, leased.story, leased.step, message.kind, reply, leased.at or datetime.fromtimestamp(0, UTC),
        message.reference, message.thread, leased.until, leased.deletes if deletes else None,
    )  # fmt: skip
    return body_of(row)


def leased_of(tenant: str, fields: Sequence[bytes]) -> Leased:
    """The row that the lease script answered."""
    ref, row_id, before, body, edits, native, tries, floods, story, step, at, main, due, doubt, behind, held = (
        field.decode() for field in fields
    )
    record = json.loads(body)
    outgoing = Outgoing(
        institution=tenant,
        chat=chat_of(ref),
        message=row_id,
        reply=Reply.from_json(record["reply"]),
        kind=record["kind"],
        reference=record["reference"],
        thread=record["thread"],
        edits=edits or None,
        edits_native=native or None,
    )
    until = record.get("until")
    return Leased(
        outgoing,
        int(tries),
        retaken=before == "leased" or bool(doubt),
        until=datetime.fromisoformat(until) if until else None,
        floods=int(floods),
        story=story,
        step=int(step),
        at=instant(int(at)) if at else None,
        main=main,
        deletes=record.get("deletes"),
        due_at=instant(float(due)),
        behind=int(behind),
        held=bool(held),
        orphaned=before == "leased",
    )


def told_of(due: bytes, state: bytes, body: bytes | None) -> Told:
    """What is told of a row to the person whose it is."""
    words = "" if body is None else json.loads(json.loads(body)["reply"])["text"]
    return Told(instant(int(due)), state.decode(), words)
