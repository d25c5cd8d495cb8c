"""What the app was allowed when it was made: `docs/slack-manifest.yaml`, as Slack holds an app to it.

Scopes by method and events: docs.slack.dev/reference/methods/* and /events/*, "Required scopes". A method that needs a
scope the app lacks answers `missing_scope`; an event that it does not subscribe to, or may not read, is told to nobody.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[3] / "docs" / "slack-manifest.yaml"
HISTORY = {"im": "im:history", "channel": "channels:history", "group": "groups:history"}

METHODS: dict[str, tuple[str, ...]] = {
    "auth.test": (), "apps.connections.open": (), "views.open": (),
    "chat.postMessage": ("chat:write",), "chat.update": ("chat:write",), "chat.postEphemeral": ("chat:write",),
    "conversations.open": ("im:write",), "conversations.join": ("channels:join",), "files.info": ("files:read",),
    "files.getUploadURLExternal": ("files:write",), "files.completeUploadExternal": ("files:write",),
    "conversations.history": tuple(HISTORY.values()), "conversations.replies": tuple(HISTORY.values()),
}  # fmt: skip
"""Those that read a conversation need the scope of its kind."""
OPTIONAL = frozenset({"conversations.join"})
"""What an operator may let the app do besides; it goes on without."""

EVENTS: dict[str, tuple[str, ...]] = {
    "app_mention": ("app_mentions:read",), "app_home_opened": (), "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "message.im": ("im:history",), "message.channels": ("channels:history",), "message.groups": ("groups:history",),
    "member_joined_channel": ("channels:read", "groups:read"), "member_left_channel": ("channels:read", "groups:read"),
    "channel_archive": ("channels:read",), "channel_unarchive": ("channels:read",),
    "channel_deleted": ("channels:read",), "channel_left": ("channels:read",),
    "channel_id_changed": ("channels:read", "groups:read"), "group_archive": ("groups:read",),
    "group_unarchive": ("groups:read",), "group_deleted": ("groups:read",), "group_left": ("groups:read",),
}  # fmt: skip
_MESSAGES = {"im": "message.im", "channel": "message.channels", "group": "message.groups"}


@cache
def manifest() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


@cache
def scopes() -> frozenset[str]:
    return frozenset(manifest()["oauth_config"]["scopes"]["bot"])


@cache
def commands() -> frozenset[str]:
    return frozenset(one["command"] for one in manifest()["features"]["slash_commands"])


@cache
def events() -> frozenset[str]:
    return frozenset(manifest()["settings"]["event_subscriptions"]["bot_events"])


def lacks(method: str, kind: str, granted: frozenset[str]) -> str:
    """The scopes that are missing for a call; `kind` is that of the conversation that it reads."""
    needed = {HISTORY[kind]} if kind and len(METHODS[method]) > 1 else set(METHODS[method])
    return ",".join(sorted(needed - granted))


def told(event: dict[str, Any]) -> bool:
    """Whether the app is told of an event."""
    name = str(event["type"])
    name = _MESSAGES[event.get("channel_type") or "channel"] if name == "message" else name
    return name in events() and bool(set(EVENTS[name]) & scopes() or not EVENTS[name])
