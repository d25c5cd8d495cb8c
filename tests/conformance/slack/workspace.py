"""A workspace: people, channels, messages, files, and the payloads that Slack makes of what people do.

Payload shapes: docs.slack.dev/reference/events (message, app_mention, message.im, message_changed,
member_joined_channel, channel_archive, channel_id_changed), /interactivity (block_actions, view_submission, shortcut),
/slash-commands.
"""

from __future__ import annotations

import itertools
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.conformance.slack.rules import RefusedError, unescaped

Payload = dict[str, Any]

TEAM, APP, BOT, BOT_ID = "T0STRICT", "A0DOBI", "U0DOBI", "B0DOBI"
OTHER_BOT = "U0OTHER"
PEOPLE = ("U0KIM", "U0LEE")
ELSEWHERE, FOREIGNERS = "T0ELSEWHERE", frozenset({"U0EVE"})
"""Another organisation in a channel that both share (Slack Connect)."""
GROUP = "C0GENERAL"
_URL = re.compile(r"(https?://[^\s<>|]+)")


def escaped(text: str) -> str:
    """What Slack makes of typed text: three escapes, and addresses between angle brackets."""
    parts = [part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for part in _URL.split(text)]
    return "".join(f"<{part}>" if number % 2 else part for number, part in enumerate(parts))


@dataclass(slots=True)
class Channel:
    """A conversation; `user` is whom a private one is with."""

    id: str
    user: str = ""
    members: set[str] = field(default_factory=set)
    archived: bool = False
    messages: list[Payload] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return "im" if self.user else "channel"


@dataclass(slots=True)
class Stored:
    """A file; `url` is where it is fetched."""

    id: str
    name: str
    user: str
    data: bytes | None = None
    mimetype: str = "application/octet-stream"
    channel: str = ""


class Workspace:
    """Everything that stands there; what people do comes back as payloads for whoever delivers them."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.base = ""
        self.channels: dict[str, Channel] = {GROUP: Channel(GROUP, members={BOT, *PEOPLE})}
        self.disabled: set[str] = set()
        self.files: dict[str, Stored] = {}
        self.uploads: dict[str, str] = {}
        self.triggers: dict[str, tuple[str, float]] = {}
        self.views: dict[str, Payload] = {}
        self.whispers: list[tuple[str, str, Payload]] = []
        self._numbers = itertools.count(1)
        self._last = 0.0

    def id(self, letter: str) -> str:
        return f"{letter}{next(self._numbers):08d}"

    def ts(self) -> str:
        """A time that is no other message's."""
        self._last = max(self._last + 1e-6, self.now().timestamp())
        return f"{self._last:.6f}"

    def room(self, user: str) -> Channel:
        """The private conversation with somebody; opened when it is first needed."""
        for channel in self.channels.values():
            if channel.user == user:
                return channel
        made = Channel(self.id("D"), user, {BOT, user})
        self.channels[made.id] = made
        return made

    def channel(self, name: str) -> Channel:
        """The channel that a call names; a user's id is their conversation."""
        if name.startswith("U"):
            if name not in {*PEOPLE, *FOREIGNERS} and not name.startswith("U9"):
                raise RefusedError("channel_not_found")
            if name in self.disabled:
                raise RefusedError("user_disabled")
            return self.room(name)
        found = self.channels.get(name)
        if found is None:
            raise RefusedError("channel_not_found")
        return found

    def writable(self, name: str) -> Channel:
        """The channel, where Dobi may write."""
        found = self.channel(name)
        if found.archived or found.user in self.disabled:
            raise RefusedError("is_archived")
        if BOT not in found.members:
            raise RefusedError("not_in_channel")
        return found

    def trigger(self, user: str) -> str:
        """A trigger for a modal before somebody: once, within three seconds."""
        made = f"{next(self._numbers)}.{secrets.token_hex(8)}"
        self.triggers[made] = (user, time.monotonic())
        return made

    def spend(self, trigger: str) -> str:
        """Whose trigger it was."""
        user, at = self.triggers.pop(trigger, ("", 0.0))
        if not user:
            raise RefusedError("invalid_trigger_id")
        if time.monotonic() - at > 3.0:
            raise RefusedError("expired_trigger_id")
        return user

    @staticmethod
    def team_of(user: str) -> str:
        return ELSEWHERE if user in FOREIGNERS else TEAM

    def reacted(self, user: str, channel: Channel, ts: str, name: str, *, off: bool = False) -> Payload:
        """Somebody puts a sign on a message, or takes it off."""
        message = next(one for one in channel.messages if one["ts"] == ts)
        return self.event(
            {
                "type": "reaction_removed" if off else "reaction_added", "user": user, "reaction": name,
                "item_user": message["user"],
                "item": {"type": "message", "channel": channel.id, "ts": ts}, "event_ts": self.ts(),
            }
        )  # fmt: skip

    def home(self, user: str, tab: str = "messages") -> Payload:
        """Somebody opens the app's own pages."""
        channel = self.room(user)
        return self.event(
            {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab, "event_ts": self.ts()}
        )

    def event(self, event: Payload) -> Payload:
        """An event in its envelope's payload."""
        return {
            "token": "legacy", "team_id": TEAM, "api_app_id": APP, "type": "event_callback",
            "event_id": self.id("Ev"), "event_time": int(self.now().timestamp()), "event": event,
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }  # fmt: skip

    def said(
        self, user: str, text: str, channel: Channel, *, mention: bool = False, thread: str | None = None, **more: Any
    ) -> list[Payload]:
        """Somebody's message stands, and is told: as `message`, and as `app_mention` too where Dobi is addressed."""
        ts, written = self.ts(), escaped(text)
        message: Payload = {
            "type": "message", "user": user, "ts": ts, "text": f"<@{BOT}> {written}".strip() if mention else written,
            "team": TEAM, "client_msg_id": secrets.token_hex(8), **more,
        }  # fmt: skip
        if thread:
            message["thread_ts"] = thread
        if user in FOREIGNERS:  # docs.slack.dev/apis/slack-connect: whose workspace somebody is of
            message |= {"team": ELSEWHERE, "user_team": ELSEWHERE, "source_team": ELSEWHERE}
        channel.messages.append(message)
        told = {**message, "channel": channel.id, "channel_type": channel.kind, "event_ts": ts}
        events = [self.event(told)]
        if mention and not channel.user:
            events.append(self.event({**told, "type": "app_mention"} | {"channel_type": None}))
        return events

    def edited(self, user: str, channel: Channel, ts: str, text: str) -> Payload:
        """Somebody changes their words."""
        message = next(one for one in channel.messages if one["ts"] == ts and one["user"] == user)
        before = dict(message)
        message |= {"text": escaped(text), "edited": {"user": user, "ts": self.ts()}}
        return self._changed(channel, message, before)

    def unfurled(self, channel: Channel, ts: str) -> Payload:
        """Slack unfolds a link of somebody's: a change without new words."""
        message = next(one for one in channel.messages if one["ts"] == ts)
        before = dict(message)
        message["attachments"] = [{"id": 1}]
        return self._changed(channel, message, before)

    def _changed(self, channel: Channel, message: Payload, before: Payload) -> Payload:
        return self.event(
            {
                "type": "message", "subtype": "message_changed", "hidden": True, "channel": channel.id, "ts": self.ts(),
                "channel_type": channel.kind, "message": dict(message), "previous_message": before,
            }
        )  # fmt: skip

    def command(self, user: str, command: str, text: str, channel: Channel) -> Payload:
        """A slash command."""
        return {
            "token": "legacy", "team_id": self.team_of(user), "api_app_id": APP, "channel_id": channel.id,
            "user_id": user,
            "channel_name": "directmessage" if channel.user else "general", "user_name": user.lower(),
            "command": command, "text": escaped(text), "trigger_id": self.trigger(user),
            "response_url": f"{self.base}/response",
        }  # fmt: skip

    def pressed(self, user: str, channel: Channel, message: Payload, button: Payload) -> Payload:
        """A button's press; the message's texts come back escaped."""
        container = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id, "is_ephemeral": False}
        return {
            "type": "block_actions", "user": {"id": user, "username": user.lower(), "team_id": self.team_of(user)},
            "api_app_id": APP, "container": container, "trigger_id": self.trigger(user), "team": {"id": TEAM},
            "channel": {"id": channel.id, "name": "general"}, "message": dict(message),
            "actions": [{**button, "action_ts": self.ts(), "block_id": "b"}],
        }  # fmt: skip

    def shortcut(self, user: str, name: str) -> Payload:
        """A global shortcut."""
        return {
            "type": "shortcut", "callback_id": name, "trigger_id": self.trigger(user), "team": {"id": TEAM},
            "user": {"id": user, "username": user.lower(), "team_id": TEAM}, "action_ts": self.ts(),
        }  # fmt: skip

    def submitted(self, user: str, values: dict[str, str]) -> Payload:
        """The modal that stands before somebody, filled."""
        view = self.views.pop(user)
        state = {
            block["block_id"]: _filled(block["element"], values.get(block["block_id"])) for block in view["blocks"]
        }
        for block in view["blocks"]:
            if not block.get("optional") and not values.get(block["block_id"]):
                raise AssertionError(f"Slack does not let {block['block_id']} be empty")
        return {
            "type": "view_submission", "team": {"id": TEAM}, "user": {"id": user, "username": user.lower()},
            "trigger_id": self.trigger(user), "view": {**view, "state": {"values": state}}, "response_urls": [],
        }  # fmt: skip

    def found(self, user: str, label: str) -> tuple[Channel, Payload, Payload]:
        """The newest button with that word in somebody's private conversation."""
        channel = self.room(user)
        for message in reversed(channel.messages):
            for block in message.get("blocks") or ():
                for button in block.get("elements") or ():
                    if unescaped(button["text"]["text"]) == label:
                        return channel, message, button
        raise LookupError(f"no button {label!r}")


def _filled(element: Payload, value: str | None) -> Payload:
    kind, action = element["type"], element["action_id"]
    if kind == "static_select":
        chosen = next((one for one in element["options"] if unescaped(one["text"]["text"]) == value), None)
        return {action: {"type": kind, "selected_option": chosen}}
    names = {"datepicker": "selected_date", "timepicker": "selected_time"}
    return {action: {"type": kind, names.get(kind, "value"): value}}
