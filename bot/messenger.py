"""The port between Dobi and a messenger.

An adapter translates and nothing else: a platform's events into `Update`, an `Outgoing` into the platform's call, the
platform's answer into a `SendResult`. It routes nothing, speaks no Korean and keeps nothing durable. Sizes are bounded
by the adapter before an `Update` is made.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from bot.platforms import Absent, Ambiguous, Capabilities, Content, SendResult, Sent

Kind = Literal["reply", "instant", "digest", "correction", "reminder", "alert", "notice"]

MAX_FILE_BYTES = 20 * 2**20
MAX_FILES = 20
MAX_PRESS = 64
"""Bytes that a button may carry: Telegram's limit."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A place to talk: a private conversation or a group channel of one institution."""

    adapter: str
    id: str
    private: bool

    @property
    def ref(self) -> str:
        """The opaque text under which stores know this chat, such as `console:dm:kim`."""
        return f"{self.adapter}:{self.id}"


def chat_of(ref: str) -> Chat:
    """The chat of a `Chat.ref`."""
    adapter, _, chat_id = ref.partition(":")
    return Chat(adapter, chat_id, private=chat_id.startswith("dm:"))


@dataclass(frozen=True, slots=True)
class Location:
    """A shared point as the platform tells it; degrees and metres. `declared`: pasted (`bot.pasted_places`)."""

    lat: float
    lon: float
    accuracy_m: float | None = None
    live: bool = False
    forwarded: bool = False
    venue: bool = False
    via_bot: bool = False
    edited: bool = False
    declared: bool = False


@dataclass(frozen=True, slots=True)
class InFile:
    """A file that somebody sent; at most MAX_FILE_BYTES, its type unknown until it is parsed in the sandbox."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that still lies at the platform: `Messenger.fetch` gets it when its update is handled."""

    name: str
    native: str
    size: int | None = None


Event = Literal["joined", "left", "returned", "moved", "masked"]
"""Dobi was let into a chat, was put out of it or blocked, is wanted again, or the chat has a new id (`moved_to`);
`masked`: somebody speaks in a group whom the platform does not name, with what they said."""


@dataclass(frozen=True, slots=True)
class Update:
    """Something a person did.

    `id` names the platform's update (None where it has none) and makes handling safe to repeat. `sender` and `chat` are
    the platform's own ids; `chat` None is the private conversation. `reference` comes back with each direct reply.
    `refs` are files not fetched yet. `edit`: the text or point replaces that of `message`. `name` is what the platform
    calls the sender: for whoever invites strangers, and for nobody's log. `reaction` is a sign that somebody put on the
    message `answers`, with no text; `answers` is also the message that a text replies to. `presses`: what buttons of
    a message that somebody reacted to carry, where the platform shows them. `withdrawn`: the reaction is taken off
    again; where the platform does not say which it was, `reaction` is empty and `answers` is the id of its update.
    """

    adapter: str
    sender: str
    received_at: datetime
    id: str | None = None
    chat: str | None = None
    text: str = ""
    mention: bool = False
    thread: str | None = None
    location: Location | None = None
    files: tuple[InFile, ...] = ()
    press: str | None = None
    message: str | None = None
    sent_at: datetime | None = None
    reference: int | str | None = None
    refs: tuple[FileRef, ...] = ()
    edit: bool = False
    event: Event | None = None
    moved_to: str | None = None
    name: str = ""
    reaction: str = ""
    answers: str | None = None
    presses: tuple[str, ...] = ()
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A short word and what comes back when it is pressed (at most MAX_PRESS bytes)."""

    label: str
    press: str


@dataclass(frozen=True, slots=True)
class OutFile:
    """A file to hand over."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody got a document: for machines; people read the same in words."""

    score: float
    words: tuple[str, ...]
    subscription: str


@dataclass(frozen=True, slots=True)
class PushFacts:
    """What a pushed document was about."""

    story: str
    step: int
    source: str
    url: str
    why: Why


@dataclass(frozen=True, slots=True)
class VerdictFacts:
    """An auditor's answer in one of four words, with its flags."""

    verdict: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CafeteriaFacts:
    """The serving line in figures; `age_s` is the age of the newest usable reading in seconds."""

    id: str
    people: int | None
    level: str | None
    minutes: float | None
    low: float | None
    high: float | None
    age_s: float | None
    sensors: tuple[str, ...]


Facts: TypeAlias = PushFacts | VerdictFacts | CafeteriaFacts


@dataclass(frozen=True, slots=True)
class Reply:
    """What Dobi says: text as a person reads it, and what goes with it. `alt` describes the image in words.

    `receipt` marks a reply that must arrive even after a crash: it goes through the outbox under that story. `spends`:
    the platform's id of the message that gave the point, which is taken away once this stands, where that can be done.
    `asks_location`: the words on a button that shares where somebody is, for platforms that have one (see
    `Capabilities.location_button`); its last line is then the one that asks. `aside`: in a group it is of interest to
    whoever asked alone; shown so where the platform can.
    """

    text: str
    alt: str | None = None
    image: bytes | None = None
    file: OutFile | None = None
    buttons: tuple[Button, ...] = ()
    facts: Facts | None = None
    receipt: str | None = None
    content: Content = Content.OFFICE
    asks_location: str = ""
    aside: bool = False
    spends: str | None = None

    def to_json(self) -> str:
        """The reply as the outbox keeps it; of the facts only a push's and a verdict's ever go there."""
        push = self.facts if isinstance(self.facts, PushFacts) else None
        verdict = self.facts if isinstance(self.facts, VerdictFacts) else None
        record: dict[str, Any] = {
            "text": self.text,
            "alt": self.alt,
            "image": None if self.image is None else base64.b64encode(self.image).decode(),
            "buttons": [[button.label, button.press] for button in self.buttons],
            "push": None if push is None else asdict(push),
        }
        if self.file is not None:
            record["file"] = [self.file.name, base64.b64encode(self.file.data).decode()]
        if verdict is not None:
            record["verdict"] = asdict(verdict)
        if self.content is not Content.OFFICE:
            record["content"] = int(self.content)
        if self.asks_location:
            record["asks_location"] = self.asks_location
        return json.dumps(record, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Reply:
        """The reply that `to_json` wrote, of this version or an older one."""
        record: dict[str, Any] = json.loads(text)
        image, file = record["image"], record.get("file")
        return cls(
            text=record["text"],
            alt=record["alt"],
            image=None if image is None else base64.b64decode(image),
            file=None if file is None else OutFile(file[0], base64.b64decode(file[1])),
            buttons=tuple(Button(label, press) for label, press in record["buttons"]),
            facts=_facts_from(record),
            content=Content(record.get("content", Content.OFFICE)),
            asks_location=record.get("asks_location", ""),
        )


def _facts_from(record: dict[str, Any]) -> PushFacts | VerdictFacts | None:
    verdict, push = record.get("verdict"), record["push"]
    if verdict is not None:
        return VerdictFacts(verdict["verdict"], tuple(verdict["flags"]))
    return None if push is None else _push_from(push)


def _push_from(record: dict[str, Any]) -> PushFacts:
    why = record["why"]
    return PushFacts(
        story=record["story"],
        step=record["step"],
        source=record["source"],
        url=record["url"],
        why=Why(why["score"], tuple(why["words"]), why["subscription"]),
    )


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way to a chat. `message` is Dobi's own id: the same id twice is the same message.

    `edits` is Dobi's id of an earlier message of that chat, and `edits_native` the platform's. `only`: who of a group
    alone sees it, where the platform can (`Capabilities.aside`).
    """

    institution: str
    chat: Chat
    message: str
    reply: Reply
    kind: Kind = "reply"
    reference: int | str | None = None
    thread: str | None = None
    edits: str | None = None
    edits_native: str | None = None
    only: str = ""


Receive: TypeAlias = Callable[[Update], Awaitable[None]]
"""Once it returns the update is kept: only then may an adapter tell its platform so."""


class FileRefusedError(Exception):
    """A file can't be had from the platform: too large, gone, or not answered in time."""


class Messenger(Protocol):
    """A messenger. `send` is called for one message of a chat at a time; a refusal is a result, not an error.

    One `Outgoing` is one message of the platform: delivery has cut it to `capabilities` before (`bot.parts`).
    """

    @property
    def name(self) -> str:
        """The adapter's name, first part of each `Chat.ref`."""

    @property
    def capabilities(self) -> Capabilities:
        """What this platform can do."""

    async def run(self, receive: Receive) -> None:
        """Hands each update to `receive` until the messenger ends or its task is cancelled.

        Raises:
            Exception: the connection can't be had; whoever runs it tries again later.
        """

    async def send(self, message: Outgoing) -> SendResult:
        """Sends or edits one message."""

    async def find(self, message: Outgoing, since: datetime) -> Sent | Absent | Ambiguous:
        """What the platform's record says of a message that was sent at `since` or later and whose fate is unknown."""

    async def fetch(self, file: FileRef) -> InFile:
        """The file itself, at most MAX_FILE_BYTES.

        Raises:
            FileRefusedError: it can't be had.
        """

    async def delete(self, chat: Chat, native: str) -> bool:
        """Takes away somebody's message (a location, once its receipt stands); whether it is gone."""

    async def close(self) -> None:
        """Lets go of connections; nothing is sent or fetched after it."""


class Plain:
    """What an adapter says to the rarer calls where its platform knows nothing of them."""

    async def find(self, message: Outgoing, since: datetime) -> Sent | Absent | Ambiguous:  # noqa: ARG002 - the port's
        """Nothing is known."""
        return Ambiguous("the platform keeps no record that could be asked")

    async def fetch(self, file: FileRef) -> InFile:
        """Nothing lies there.

        Raises:
            FileRefusedError: always.
        """
        raise FileRefusedError(f"no files are kept there, asked for {file.name!r}")

    async def delete(self, chat: Chat, native: str) -> bool:  # noqa: ARG002 - the port's
        """Nothing is taken away."""
        return False

    async def close(self) -> None:
        """Nothing is held."""


class Through:
    """A messenger that stands before another and hands everything on; a wrapper says only what it does differently."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    @property
    def name(self) -> str:
        """The adapter's name."""
        return self._messenger.name

    @property
    def capabilities(self) -> Capabilities:
        """What the platform can do."""
        return self._messenger.capabilities

    async def run(self, receive: Receive) -> None:
        """See the port."""
        await self._messenger.run(receive)

    async def send(self, message: Outgoing) -> SendResult:
        """See the port."""
        return await self._messenger.send(message)

    async def find(self, message: Outgoing, since: datetime) -> Sent | Absent | Ambiguous:
        """See the port."""
        return await self._messenger.find(message, since)

    async def fetch(self, file: FileRef) -> InFile:
        """See the port."""
        return await self._messenger.fetch(file)

    async def delete(self, chat: Chat, native: str) -> bool:
        """See the port."""
        return await self._messenger.delete(chat, native)

    async def close(self) -> None:
        """See the port."""
        await self._messenger.close()
