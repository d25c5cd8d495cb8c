"""What Slack's own record says of a message whose fate is unknown: `conversations.history`, and its metadata.

Needs the history scopes. Dobi's id stands in a message's metadata; a file has none, and is known by name and size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.messenger import Outgoing
from bot.messengers.slack.blocks import EVENT
from bot.messengers.slack.calls import Calls
from bot.messengers.slack.incoming import native, ts_of
from bot.platforms import Absent, Ambiguous, Sent

_SKEW: Final = timedelta(seconds=60)
_PAGE: Final = 200
_PAGES: Final = 5


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked for, and where; `me` is Dobi's own user id."""

    message: Outgoing
    room: str
    since: datetime
    me: str


async def history(calls: Calls, look: Look) -> Sent | Absent | Ambiguous:
    """Whether the message stands there.

    Raises:
        CallFailedError: Slack does not say.
    """
    if look.message.only:
        return Ambiguous("no record is kept of it")
    edits = look.message.edits_native
    if edits and look.message.reply.image is None and look.message.reply.file is None:
        found = await _page(calls, look, {"oldest": ts_of(edits), "latest": ts_of(edits), "inclusive": True})
        if any(_is(one, look) for one in found.get("messages") or ()):
            return Sent(edits)
    oldest: dict[str, Any] = {"oldest": f"{(look.since - _SKEW).timestamp():.6f}"}
    for _ in range(_PAGES):
        page = await _page(calls, look, oldest)
        for one in page.get("messages") or ():
            if _is(one, look):
                return Sent(native(look.room, str(one["ts"])))
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return Absent()
        oldest["cursor"] = cursor
    return Ambiguous("too much was said since")


async def _page(calls: Calls, look: Look, part: Mapping[str, Any]) -> Mapping[str, Any]:
    client, thread = calls.ready(), look.message.thread
    asked: dict[str, Any] = {"channel": look.room, "limit": _PAGE, "include_all_metadata": True, **part}
    if thread is not None:
        return await calls.done(client.conversations_replies(ts=ts_of(thread), **asked))
    return await calls.done(client.conversations_history(**asked))


def _is(one: Mapping[str, Any], look: Look) -> bool:
    reply = look.message.reply
    if reply.image is not None:
        return _holds(one, look.me, f"{look.message.message}.png", len(reply.image))
    if reply.file is not None:
        return _holds(one, look.me, reply.file.name, len(reply.file.data))
    known = one.get("metadata") or {}
    return bool(
        known.get("event_type") == EVENT and (known.get("event_payload") or {}).get("id") == look.message.message
    )


def _holds(one: Mapping[str, Any], me: str, name: str, size: int) -> bool:
    files = one.get("files") or ()
    return one.get("user") == me and any(file.get("name") == name and file.get("size") == size for file in files)
