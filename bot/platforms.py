"""What a platform can do, how fast it may be spoken to, and what it answers: data on both sides of the port."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Literal, TypeAlias


class Content(IntEnum):
    """How private a message is; each messenger says up to where it may carry."""

    PUBLIC = 0
    """Published documents, menus, the serving line."""
    OFFICE = 1
    """Somebody's work: trips, sheets, what auditors read."""
    PLACE = 2
    """Somebody's exact point, in words, figures or a picture that anyone can read."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` messages in any span of `per`."""

    count: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform may be spoken to: in a private chat, in a group, by the bot in all. None: no limit."""

    chat: Rate | None = None
    group: Rate | None = None
    whole: Rate | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do; data, so that handlers and delivery ask instead of guessing.

    `max_text` counts in the platform's own unit, characters at most. `max_caption`: how much text goes into one message
    with a picture or file; 0 where they are messages of their own. `idempotent_send`: the same `Outgoing.message` twice
    is one message there. `evidence`: `Messenger.find` can tell whether something arrived. `delete`: somebody's own
    message can be taken away. `talks`: people answer there; an outbound-only messenger carries what is sent, no more.
    `content`: the most private thing that may pass, unless the settings say otherwise. `utf16`: `max_text` and
    `max_caption` count UTF-16 units (an emoji is two; `units` counts). `location_button`: a private message may carry a
    button that shares where somebody is (`Reply.asks_location`), but then no other button. `callbacks`: the platform
    calls back, so that every process may listen at once; else one does (`bot.receiving`). `aside`: a message in a group
    can be shown to one person alone (`Outgoing.only`).
    """

    location_in: bool
    image_out: bool
    buttons: bool
    edit: bool
    idempotent_send: bool
    max_text: int
    max_caption: int = 100_000
    max_buttons: int = 100
    file_out: bool = True
    threads: bool = False
    evidence: bool = False
    delete: bool = False
    talks: bool = True
    pace: Pace = Pace()
    in_flight: int = 64
    content: Content = Content.PLACE
    utf16: bool = False
    location_button: bool = False
    callbacks: bool = False
    aside: bool = False

    def units(self, text: str) -> int:
        """How long a text is as this platform counts."""
        return len(text.encode("utf-16-le", "surrogatepass")) // 2 if self.utf16 else len(text)


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived; `native` is the platform's message id."""

    native: str


@dataclass(frozen=True, slots=True)
class Retry:
    """It did not arrive; try again after this span. `scope`: whom else that stops, this chat alone or all of them.

    `flood`: the platform said that it was too fast. `permission`: what Dobi's account lacks there, as the platform
    calls it.
    """

    after: timedelta
    scope: Literal["chat", "whole"] = "chat"
    flood: bool = False
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Nobody knows whether it arrived."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The chat is no more (blocked, deleted, left)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """It did not arrive: the chat has a new id there (a group that became a supergroup)."""

    chat: str


@dataclass(frozen=True, slots=True)
class Absent:
    """It never arrived: the platform's own record shows it."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The platform will never take this message; `permission`: not before Dobi's account has that.

    `buttons`: it may take it without its buttons.
    """

    reason: str
    permission: str = ""
    buttons: bool = False


SendResult: TypeAlias = Sent | Retry | Ambiguous | Gone | Moved | Rejected
