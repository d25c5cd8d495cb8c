"""One thread a story in a group, where the platform has threads: what is said of it later goes below its first message.

A card whose own state changed ("외 3곳") stays where it is and is edited; a correction is news, so the room hears it in
the story's thread. Private chats, and platforms without threads, see the edit as ever.
"""

from __future__ import annotations

from dataclasses import replace

from bot.messenger import Outgoing
from bot.platforms import Capabilities


def placed(message: Outgoing, capable: Capabilities) -> Outgoing:
    """The message where it belongs; a thread is named by the platform's id of its first message."""
    first = message.edits_native
    if message.chat.private or not capable.threads or message.kind != "correction" or not first:
        return message
    return replace(message, thread=message.thread or first, edits=None, edits_native=None)
