"""What messengers have in common that carry Dobi's words to an office's own system and bring nothing back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from bot.messenger import Outgoing, Plain, PushFacts, Receive
from bot.platforms import Capabilities, Content

if TYPE_CHECKING:
    from datetime import datetime

    from bot.settings import MessengerAccount

CAPABILITIES = Capabilities(
    location_in=False,
    image_out=False,
    buttons=False,
    edit=False,
    idempotent_send=True,
    max_text=4_000,
    file_out=False,
    talks=False,
    in_flight=4,
    content=Content.OFFICE,
)


class OneWay(Plain):
    """A messenger in which nobody answers."""

    async def run(self, receive: Receive) -> None:  # noqa: ARG002 - the port's
        """Waits until it is cancelled: nothing ever comes."""
        await asyncio.Event().wait()


def bounded(capabilities: Capabilities, account: MessengerAccount) -> Capabilities:
    """The capabilities with the longest text that the office's system takes, and what may pass there."""
    content = capabilities.content if account.content is None else account.content
    return replace(capabilities, max_text=int(account.options.get("max_text", capabilities.max_text)), content=content)


def recipient(message: Outgoing) -> str:
    """Whom it is for, as the settings name them: the address of a person or of a channel."""
    return message.chat.id.removeprefix("dm:")


def words(message: Outgoing) -> str:
    """The text, and a picture that can't go along in words."""
    reply = message.reply
    return "\n".join(filter(None, [reply.text, reply.alt if reply.image is not None else ""]))


def link(message: Outgoing) -> str:
    """The address of what it is about; empty where it is about none."""
    facts = message.reply.facts
    return facts.url if isinstance(facts, PushFacts) else ""


def after(header: str, now: datetime) -> timedelta | None:
    """A Retry-After header, in seconds or as a date (RFC 9110, 10.2.3), at most an hour."""
    if header.isascii() and header.isdigit():
        return timedelta(seconds=min(int(header[:6]), 3600))
    try:
        found = parsedate_to_datetime(header) - now
    except (TypeError, ValueError):
        return None
    return min(max(found, timedelta()), timedelta(hours=1))
