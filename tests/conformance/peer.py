"""What the conformance suite needs of the other side: a platform, and the people on it.

A peer plays people and the platform's bad days against one adapter that is connected to it. Where a peer nobody here
wrote exists it is that one (Synapse, a Slack emulator); else a strict loopback server of our own. Each module of
`tests.conformance.peers` has two names: `missing() -> str`, why it can't run on this machine (empty: it can), and
`opened(folder, now)`, an asynccontextmanager that yields a `Peer` whose `messenger` is already able to send.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.messenger import Messenger
from bot.settings import MessengerAccount


class Fault(StrEnum):
    """What happens to the adapter's next sends."""

    FLOOD = "flood"
    """Refused as too fast, with the platform's own word on when to come again (a second at most)."""
    ERROR = "error"
    """The platform answers 500 (or its like) and has done nothing."""
    CUT = "cut"
    """The connection is cut before anything was done."""
    LOST = "lost"
    """It is done, and the connection is cut before the answer."""
    SLOW = "slow"
    """It is done, and the answer comes later than the adapter waits."""


class Can(StrEnum):
    """What this platform and this peer are able to play; the suite leaves out the rest and says so."""

    TALK = "talk"
    EDIT = "edit"
    SHARE = "share"
    UPLOAD = "upload"
    PRESS = "press"
    REPEAT = "repeat"
    FORGE = "forge"
    FAULTS = "faults"
    BLOCK = "block"
    MOVE = "move"
    DELETE = "delete"
    GROUP = "group"
    THREAD = "thread"


@dataclass(frozen=True, slots=True)
class Seen:
    """A message of the bot as a person sees it. `text` is what is read, mark-up gone; `buttons` are their words."""

    native: str
    text: str
    image: bytes | None = None
    file: tuple[str, bytes] | None = None
    buttons: tuple[str, ...] = ()
    thread: str | None = None
    edited: bool = False


class Peer(Protocol):
    """The other side of one adapter."""

    name: str
    """The adapter's name."""
    messenger: Messenger
    """The adapter under test, connected to this peer."""
    account: MessengerAccount
    """What a child process needs to make the same adapter (its addresses point to this peer)."""
    can: frozenset[Can]
    people: tuple[str, str]
    """The platform's ids of two people who can write to the bot."""
    group: str
    """The platform's id of a group in which both are, and the bot; empty where there are none."""

    async def say(self, user: str, text: str, *, chat: str | None = None, mention: bool = False) -> str:
        """Somebody writes, privately unless `chat` names the group; the platform's message id."""

    async def edit(self, user: str, native: str, text: str) -> None:
        """Somebody changes a message of theirs."""

    async def share(self, user: str, lat: float, lon: float, accuracy_m: float | None = None) -> str:
        """Somebody shares their location privately; the platform's message id."""

    async def upload(self, user: str, name: str, data: bytes, text: str = "") -> str:
        """Somebody sends a file privately."""

    async def press(self, user: str, label: str) -> None:
        """Somebody presses the newest button with that word in their private chat."""

    async def repeat(self) -> None:
        """The platform hands out the last thing that people did once more."""

    async def forge(self, user: str, text: str) -> int:
        """Somebody who is not the platform posts an update; the status that came back."""

    async def seen(self, chat: str) -> list[Seen]:
        """What stands in a chat, oldest first: `dm:<user>` or the group's id."""

    async def exists(self, user: str, native: str) -> bool:
        """Whether a message of somebody's still stands in their private chat."""

    def fault(self, fault: Fault, count: int = 1) -> None:
        """The next `count` sends meet this."""

    async def block(self, user: str, *, back: bool = False) -> None:
        """Somebody wants no more of the bot; or, with `back`, again."""

    async def move(self) -> str:
        """The group gets a new id."""

    def calls(self) -> Mapping[str, int]:
        """How often each of the platform's methods was called, and `refused` how often one was too fast."""


@runtime_checkable
class Calling(Protocol):
    """A peer whose platform calls the process that listens (`callbacks`), and can be told which."""

    def calls_at(self, base: str) -> None:
        """From now on it calls the process that listens there, at the adapter's own path."""
