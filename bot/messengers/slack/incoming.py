"""Slack's payloads as `Update`s: events, slash commands, buttons, forms. Pure; what is nobody's saying is None.

A message's id is its channel and `ts`, so that the copies of one (redelivered, or once as `message` and once as
`app_mention`) are one update; an edit's adds when it was edited. Other bots, Dobi itself and Slackbot are not people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from bot.messenger import MAX_FILES, Event, FileRef, Update
from bot.messengers.slack import blocks, forms
from bot.messengers.slack.written import names, plain

Payload: TypeAlias = Mapping[str, Any]

ADAPTER: Final = "slack"
ANY_COMMAND: Final = "/dobi"
"""The slash command behind which any word stands: Slack's own names are taken, and Hangul ones are not certain."""

FIRST: Final = "home:"
"""How an update's id begins that is only one where the person and Dobi never spoke (`bot.messengers.slack.asked`)."""

LONGEST: Final = 40_000
_SIGNS: Final = {"+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎"}
"""Slack's names of the signs that mean something here; every other stays among people."""

_TALK: Final = frozenset({None, "", "file_share", "thread_broadcast"})
_EVENTS: Final[Mapping[str, Event]] = {
    "channel_archive": "left", "group_archive": "left", "channel_deleted": "left", "group_deleted": "left",
    "channel_left": "left", "group_left": "left", "channel_unarchive": "returned", "group_unarchive": "returned",
}  # fmt: skip
_REACTED: Final = frozenset({"reaction_added", "reaction_removed"})
WORDLESS: Final = _REACTED | {"app_home_opened"}
"""What somebody did without a word."""
_MEMBERS: Final[Mapping[str, Event]] = {"member_joined_channel": "joined", "member_left_channel": "left"}


@dataclass(frozen=True, slots=True)
class Me:
    """Dobi's own account there."""

    user: str
    bot: str
    team: str
    enterprise: str = ""


def native(channel: str, ts: str) -> str:
    """A message's id: Slack's `ts` is one only within its channel."""
    return f"{channel}:{ts}"


def ts_of(message: str) -> str:
    """The `ts` of a `native` id."""
    return message.rpartition(":")[2]


def foreign(body: Payload, me: Me) -> bool:
    """Whether it comes from another organisation, which shares a channel with this one (Slack Connect)."""
    team = _team(body)
    if not team or not me.team or team in {me.team, me.enterprise}:
        return False
    return not (me.enterprise and me.enterprise == _organisation(body))


def _organisation(body: Payload) -> str:
    """The organisation of whoever did it, where it has several workspaces (Enterprise Grid) and Slack says so.

    An event names the one of the workspace that hears it: its channel must not be shared with anybody else's.
    """
    if body.get("type") == "event_callback":
        return str(body.get("enterprise_id") or "") if body.get("is_ext_shared_channel") is False else ""
    told, team = body.get("enterprise"), body.get("team")
    if isinstance(told, Mapping):
        return str(told.get("id") or "")
    return str((team.get("enterprise_id") if isinstance(team, Mapping) else body.get("enterprise_id")) or "")


def _team(body: Payload) -> str:
    """The workspace of whoever did it; empty where Slack does not say."""
    if body.get("type") == "event_callback":
        event = body.get("event")
        if not isinstance(event, Mapping) or event.get("type") not in {"message", "app_mention"}:
            return ""
        said = event["message"] if isinstance(event.get("message"), Mapping) else event
        return str(said.get("user_team") or said.get("source_team") or said.get("team") or "")
    user = body.get("user")
    return str((user.get("team_id") if isinstance(user, Mapping) else body.get("team_id")) or "")


def update_of(body: Payload, me: Me, now: datetime) -> Update | None:
    """What somebody did; None for what is nobody's saying. Shapes that Slack does not send are None as well."""
    try:
        if "command" in body:
            return _command(body, me, now)
        kind = body.get("type")
        if kind == "event_callback":
            return _event(body, body["event"], me, now)
        if kind == "block_actions":
            return _press(body, now)
        return _submitted(body, now) if kind == "view_submission" else None
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError):
        return None


def _event(body: Payload, event: Payload, me: Me, now: datetime) -> Update | None:
    kind = event["type"]
    if kind in {"message", "app_mention"}:
        return _message(event, me, now)
    if kind in WORDLESS:
        return _reacted(event, me, now) if kind in _REACTED else _opened(event, now)
    if kind in _MEMBERS and event["user"] == me.user:
        return _happened(body, event, _MEMBERS[kind], me, now)
    if kind == "channel_id_changed":
        return Update(
            ADAPTER, me.user, now, id=_id(body), chat=event["old_channel_id"], event="moved",
            moved_to=event["new_channel_id"],
        )  # fmt: skip
    return _happened(body, event, _EVENTS[kind], me, now) if kind in _EVENTS else None


def _reacted(event: Payload, me: Me, now: datetime) -> Update | None:
    """A thumb put on a message of Dobi's, or taken off it; what stands there `bot.messengers.slack.asked` finds out."""
    item, user = event["item"], str(event["user"])
    sign = _SIGNS.get(str(event["reaction"]).partition("::")[0])
    if sign is None or item["type"] != "message" or event.get("item_user") != me.user or user == me.user:
        return None
    channel, message = str(item["channel"]), native(item["channel"], str(item["ts"]))
    group = None if channel.startswith("D") else channel
    withdrawn, at = event["type"] == "reaction_removed", str(event["event_ts"])
    key = f"{'unsign' if withdrawn else 'sign'}:{message}:{user}:{sign}:{at}"
    when = datetime.fromtimestamp(float(at), UTC)
    return Update(
        ADAPTER, user, now, id=key, chat=group, sent_at=when, reaction=sign, answers=message, withdrawn=withdrawn
    )


def _opened(event: Payload, now: datetime) -> Update | None:
    """Somebody opens Dobi's own page: the first time it is as if they had said so."""
    if event.get("tab") != "messages":
        return None
    user, room = str(event["user"]), native(event["channel"], "")
    return Update(ADAPTER, user, now, id=f"{FIRST}{user}", text="/start", mention=True, message=room)


def _happened(body: Payload, event: Payload, what: Event, me: Me, now: datetime) -> Update:
    channel = event["channel"]
    sender = event.get("inviter") or event.get("user") or me.user
    return Update(ADAPTER, str(sender), now, id=_id(body), chat=channel, event=what)


def _id(body: Payload) -> str:
    return f"event:{body['event_id']}"


def _message(event: Payload, me: Me, now: datetime) -> Update | None:
    if event.get("subtype") == "message_changed":
        return _edited(event, me, now)
    if event.get("subtype") not in _TALK or not _person(event, me):
        return None
    return _said(event, event["channel"], me, now)


def _edited(event: Payload, me: Me, now: datetime) -> Update | None:
    """A person's own change of words: Slack also says so when it unfolds a link or a thread grows."""
    inner, before = event["message"], event.get("previous_message") or {}
    if not inner.get("edited") or inner.get("text") == before.get("text") or not _person(inner, me):
        return None
    return _said(inner, event["channel"], me, now, edited=str(inner["edited"]["ts"]))


def _said(said: Payload, channel: str, me: Me, now: datetime, *, edited: str = "") -> Update:
    ts, private, raw = str(said["ts"]), channel.startswith("D"), str(said.get("text") or "")[:LONGEST]
    message = native(channel, ts)
    return Update(
        ADAPTER,
        str(said["user"]),
        now,
        id=f"{message}:{edited}" if edited else message,
        chat=None if private else channel,
        text=plain(raw, me.user),
        mention=private or names(raw, me.user) or said.get("type") == "app_mention",
        thread=_thread(said, channel, ts),
        message=message,
        sent_at=datetime.fromtimestamp(float(ts), UTC),
        refs=_files(said.get("files") or ()),
        edit=bool(edited),
    )


def _person(said: Payload, me: Me) -> bool:
    user = said.get("user")
    return bool(user) and not said.get("bot_id") and user not in {me.user, "USLACKBOT"}


def _thread(said: Payload, channel: str, ts: str) -> str | None:
    first = said.get("thread_ts")
    return native(channel, str(first)) if first and first != ts else None


def _files(files: Any) -> tuple[FileRef, ...]:
    """Files that lie at Slack itself: no tombstones, nothing that lies elsewhere."""
    hosted = [one for one in files if one.get("mode") not in {"tombstone", "hidden_by_limit", "external"}]
    return tuple(FileRef(str(one.get("name") or "file"), str(one["id"]), one.get("size")) for one in hosted[:MAX_FILES])


def _command(body: Payload, me: Me, now: datetime) -> Update:
    command, said = str(body["command"]), plain(str(body.get("text") or "")[:LONGEST], me.user)
    text = (said or "/help") if command == ANY_COMMAND else f"{command} {said}".strip()
    return _asked(str(body["user_id"]), body.get("channel_id"), now, f"command:{body['trigger_id']}", text, body)


def _asked(user: str, channel: str | None, now: datetime, key: str, text: str, body: Payload) -> Update:
    group = channel if channel and not channel.startswith("D") else None
    name = str(body.get("user_name") or "")
    return Update(ADAPTER, user, now, id=key, chat=group, text=text, mention=True, sent_at=now, name=name)


def _press(body: Payload, now: datetime) -> Update | None:
    action = body["actions"][0]
    if action.get("type") != "button" or not action.get("value"):
        return None
    channel, user, message = body["channel"]["id"], body["user"], body.get("message") or body["container"]
    ts = str(body["container"]["message_ts"])
    return Update(
        ADAPTER,
        str(user["id"]),
        now,
        id=f"press:{native(channel, ts)}:{user['id']}:{action['action_ts']}",
        chat=None if channel.startswith("D") else channel,
        mention=True,
        thread=_thread(message, channel, ts),
        press=blocks.pressed(str(action["value"])),
        message=native(channel, ts),
        sent_at=now,
        name=str(user.get("username") or user.get("name") or ""),
    )


def _submitted(body: Payload, now: datetime) -> Update | None:
    view = body["view"]
    text = forms.said(view)
    channel = str(view.get("private_metadata") or "") or None
    return None if text is None else _asked(str(body["user"]["id"]), channel, now, f"form:{view['id']}", text, {})
