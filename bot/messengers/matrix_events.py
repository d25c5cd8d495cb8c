"""Matrix events as the port's values and back: pure, strict, and silent about what is no message.

Wire formats: Matrix client-server API v1.11 (m.room.message, relations, m.mentions), RFC 5870 (`geo:`), MSC3488
(location blocks). A text goes out as `body` alone, without `formatted_body`: every client shows it as written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.messenger import FileRef, Location, Outgoing

MESSAGE_KEY = "kr.dobi.message"
"""Where a message's content carries Dobi's own id: the evidence that it arrived."""

LONGEST = 65_536
_MAX_NAME = 255
_FILES = frozenset({"m.image", "m.file", "m.video", "m.audio"})
_QUOTED = re.compile(r"\A(?:>[^\n]*\n)+\n?")
_NUMBER = r"[+-]?[0-9]{1,4}(?:\.[0-9]{1,20})?"
_GEO = re.compile(rf"geo:({_NUMBER}),({_NUMBER})(?:,[^;]{{0,30}})?((?:;[^;]{{1,60}}){{0,8}})", re.IGNORECASE)
_PICTURES = ((b"\x89PNG\r\n", "image/png", ".png"), (b"\xff\xd8\xff", "image/jpeg", ".jpg"))

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of somebody's. `original` is the message that it replaces; `about` the one that it answers."""

    text: str = ""
    location: Location | None = None
    refs: tuple[FileRef, ...] = ()
    original: str | None = None
    thread: str | None = None
    about: str | None = None
    mentioned: frozenset[str] | None = None


def text_at(record: object, *names: str) -> str:
    """The text below these names; empty where there is none."""
    for name in names:
        record = record.get(name) if isinstance(record, Mapping) else None
    return record if isinstance(record, str) else ""


def block(record: object, *names: str) -> Json:
    """The object below these names; empty where there is none."""
    for name in names:
        record = record.get(name) if isinstance(record, Mapping) else None
    return record if isinstance(record, Mapping) else {}


def events_of(record: object, *names: str) -> list[Json]:
    """The events of a list below these names, without what is none."""
    for name in names:
        record = record.get(name) if isinstance(record, Mapping) else None
    found = record if isinstance(record, list) else []
    return [one for one in found if isinstance(one, Mapping) and isinstance(one.get("type"), str)]


def instant(event: Json) -> datetime | None:
    """When the sender's server says that it was sent."""
    stamp = event.get("origin_server_ts")
    if isinstance(stamp, bool) or not isinstance(stamp, int) or not 0 < stamp < 4e12:
        return None
    return datetime.fromtimestamp(stamp / 1000, UTC)


def heard(event: Json) -> Heard | None:
    """What an m.room.message says; None for a notice (another bot's), an emote, or what can't be read."""
    outer = block(event, "content")
    relation = block(outer, "m.relates_to")
    replaced = relation.get("rel_type") == "m.replace"
    content = block(outer, "m.new_content") if replaced else outer
    kind = text_at(content, "msgtype")
    if kind not in {"m.text", "m.location", *_FILES}:
        return None
    location = _location(content, edited=replaced) if kind == "m.location" else None
    if kind == "m.location" and location is None:
        return None
    refs = _refs(content) if kind in _FILES else ()
    if kind in _FILES and not refs:
        return None
    about = text_at(relation, "m.in_reply_to", "event_id") or None
    body = text_at(content, "body")
    text = _QUOTED.sub("", body) if about else body
    return Heard(
        text=text if kind == "m.text" else _caption(content) if refs else "",
        location=location,
        refs=refs,
        original=text_at(relation, "event_id") or None if replaced else None,
        thread=text_at(relation, "event_id") or None if relation.get("rel_type") == "m.thread" else None,
        about=None if relation.get("is_falling_back") is True else about,
        mentioned=_mentioned(outer),
    )


def _mentioned(content: Json) -> frozenset[str] | None:
    """Whom `m.mentions` names; None for a client that does not know it."""
    if not isinstance(content.get("m.mentions"), Mapping):
        return None
    users = content["m.mentions"].get("user_ids")
    return frozenset(one for one in users if isinstance(one, str)) if isinstance(users, list) else frozenset()


def _caption(content: Json) -> str:
    """A file's `body` is words about it only where `filename` says its name (specification 1.10)."""
    name, body = text_at(content, "filename"), text_at(content, "body")
    return body if name and body != name else ""


def _refs(content: Json) -> tuple[FileRef, ...]:
    address = text_at(content, "url")
    if not media_of(address):
        return ()
    size = block(content, "info").get("size")
    name = (text_at(content, "filename") or text_at(content, "body"))[:_MAX_NAME].replace("/", "_") or "file"
    known = isinstance(size, int) and not isinstance(size, bool) and size >= 0
    return (FileRef(name, address, size if known else None),)


def media_of(address: str) -> tuple[str, str] | None:
    """Server and id of an `mxc:` address; None where it is none."""
    found = re.fullmatch(r"mxc://([A-Za-z0-9.:\[\]-]{1,255})/([A-Za-z0-9_-]{1,255})", address)
    return (found[1], found[2]) if found else None


def _location(content: Json, *, edited: bool) -> Location | None:
    block_ = block(content, "m.location") or block(content, "org.matrix.msc3488.location")
    asset = block(content, "m.asset") or block(content, "org.matrix.msc3488.asset")
    found = point_of(text_at(block_, "uri") or text_at(content, "geo_uri"))
    if found is None:
        return None
    chosen = asset.get("type") == "m.pin"
    return Location(found.lat, found.lon, found.accuracy_m, venue=chosen, edited=edited)


def point_of(uri: str) -> Location | None:
    """The point of a `geo:` URI; `u` is its uncertainty in metres (RFC 5870, 3.4.3)."""
    found = _GEO.fullmatch(uri.strip())
    if found is None:
        return None
    lat, lon = float(found[1]), float(found[2])
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    options = dict(part.lower().partition("=")[::2] for part in found[3].split(";") if part)
    if options.get("crs", "wgs84") != "wgs84":
        return None
    return Location(lat, lon, _metres(options.get("u", "")))


def _metres(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) and 0 < found < 1e7 else None


def clean(text: str) -> str:
    """The text without what a homeserver refuses: halves of characters, and the zero."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def said(message: Outgoing) -> dict[str, Any]:
    """The content of a text; an edit carries the new one beside a fallback."""
    body = clean(message.reply.text)
    content: dict[str, Any] = {"msgtype": "m.text", "body": body, "m.mentions": {}, MESSAGE_KEY: message.message}
    if message.edits_native:
        spare = LONGEST - 8_192 - len(body.encode())
        shown = body.encode()[: max(0, spare)].decode("utf-8", "ignore")
        return {
            **content,
            "body": f"* {shown}",
            "m.new_content": {"msgtype": "m.text", "body": body, "m.mentions": {}},
            "m.relates_to": {"rel_type": "m.replace", "event_id": message.edits_native},
        }
    return {**content, **threaded(message.thread)}


def shown(message: Outgoing, address: str, name: str, kind: str, size: int) -> dict[str, Any]:
    """The content of a picture or a file that was uploaded; `body` is its words where it has any."""
    words = clean(message.reply.text or message.reply.alt or name)
    return {
        "msgtype": "m.image" if kind.startswith("image/") and message.reply.image is not None else "m.file",
        "body": words,
        "filename": name,
        "url": address,
        "info": {"mimetype": kind, "size": size},
        "m.mentions": {},
        MESSAGE_KEY: message.message,
        **threaded(message.thread),
    }


def threaded(thread: str | None) -> dict[str, Any]:
    """The relation that puts a message into a thread."""
    if not thread or not thread.startswith("$"):
        return {}
    above = {"rel_type": "m.thread", "event_id": thread, "is_falling_back": True}
    return {"m.relates_to": {**above, "m.in_reply_to": {"event_id": thread}}}


def picture_kind(data: bytes) -> tuple[str, str]:
    """Media type and suffix of one of our pictures."""
    return next(
        ((kind, suffix) for head, kind, suffix in _PICTURES if data.startswith(head)),
        ("application/octet-stream", ".bin"),
    )


def addressed(text: str, names: tuple[str, ...]) -> str | None:
    """The text behind one of these names at its start (`도비: 식당`); None where it begins with none."""
    for name in names:
        if name and text.casefold().startswith(name.casefold()):
            rest = text[len(name) :]
            if not rest or rest[0] in " \t\n,:!~.?":
                return rest.lstrip(" \t\n,:")
    return None


def command(text: str) -> str:
    """`!식당` as `/식당`: clients keep the slash for themselves."""
    return f"/{text[1:]}" if re.match(r"![^\W\d_]", text) else text
