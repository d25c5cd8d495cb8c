"""NAVER WORKS callbacks → updates, as pure functions. Nothing is believed before its signature was checked.

https://developers.worksmobile.com/kr/docs/bot-callback : X-WORKS-Signature is the Base64 of HMAC-SHA256(body, Bot
Secret); header names may come in any case; a failed callback is never sent again; a private chat has no channelId.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.messenger import FileRef, Location, Update

NAME: Final = "naverworks"
OLDEST: Final = timedelta(days=1)
"""A callback of long ago is somebody's recording: what is older than what is remembered can't be told from new."""
AHEAD: Final = timedelta(hours=1)

_LONGEST: Final = 128
_FILES: Final = {"image": "image", "file": "", "audio": "audio", "video": "video"}
_START: Final = "start"  # what the button of a bot's greeting carries


class BadCallbackError(Exception):
    """It is not from the platform, or not what the platform sends; `status` is what it is answered with."""

    def __init__(self, status: int, says: str) -> None:
        super().__init__(says)
        self.status = status


def verify(headers: Mapping[str, str], body: bytes, bot_id: str, secret: str) -> None:
    """Returns where the platform itself sent this to this bot.

    Raises:
        BadCallbackError: somebody else did.
    """
    told = {name.lower(): value for name, value in headers.items()}
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    if not hmac.compare_digest(signature, told.get("x-works-signature", "").strip().encode("utf-8", "replace")):
        raise BadCallbackError(401, "the signature is not the platform's")
    if told.get("x-works-botid", "").strip() != bot_id:
        raise BadCallbackError(403, "it is for another bot")


def parse(body: bytes, now: datetime, bot_name: str = "") -> Update | None:
    """The update in a callback's body; None for what nobody acts on.

    Raises:
        BadCallbackError: it is none of the platform's, or is of long ago.
    """
    try:
        event = json.loads(body)
        kind, source = event["type"], event["source"]
        issued = datetime.fromisoformat(event["issuedTime"])
        user, channel = source.get("userId") or "", source.get("channelId") or None
        fields = _fields(kind, event, user, channel)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadCallbackError(400, f"not a callback: {type(error).__name__}") from error
    if issued.tzinfo is None or not all(_is_id(one) for one in (user, channel or "")):
        raise BadCallbackError(400, "not a callback: its ids or its time")
    if not now - OLDEST <= issued <= now + AHEAD:
        raise BadCallbackError(400, f"issued {issued.astimezone(UTC).isoformat()}: of another time")
    if fields is None or not (user or channel):
        return None
    text, mention = _addressed(fields.pop("text", ""), bot_name)
    return Update(
        adapter=NAME,
        sender=user,
        received_at=now,
        id=hashlib.blake2b(body, digest_size=15).hexdigest(),  # the platform has none: the same bytes are the same
        chat=channel,
        sent_at=issued,
        text=text,
        mention=mention,
        **fields,
    )


def _fields(kind: str, event: dict[str, Any], user: str, channel: str | None) -> dict[str, Any] | None:
    if kind == "message":
        return _message(event["content"])
    if kind == "postback":
        return {"press": _text(event["data"])}
    if kind == "begin":
        return {"text": f"/{_START}"} if user and channel is None else None
    if kind in {"join", "leave"}:
        return {"event": "joined" if kind == "join" else "left"} if channel else None
    return None


def _message(content: dict[str, Any]) -> dict[str, Any] | None:
    kind = content["type"]
    if kind == "text":
        pressed = content.get("postback")
        if pressed == _START:
            return {"text": f"/{_START}"}
        return {"text": _text(content["text"])} if pressed is None else {"press": _text(pressed)}
    if kind == "location":
        return {"location": _location(content)}
    if kind in _FILES:
        file = _text(content["fileId"])
        return {"refs": (FileRef(_text(content.get("fileName") or _FILES[kind]), file),)} if file else None
    return None


def _location(content: dict[str, Any]) -> Location:
    """A point; one with a title was picked on the map as a place of that name."""
    lat, lon = float(content["latitude"]), float(content["longitude"])
    if not (math.isfinite(lat) and math.isfinite(lon) and -90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError("not a point on the earth")
    return Location(lat, lon, venue=bool(content.get("title")))


def _addressed(text: str, bot_name: str) -> tuple[str, bool]:
    """The text without the bot's name at its start, and whether it was called by it."""
    called = f"@{bot_name}"
    if not bot_name or called not in text:
        return text, False
    bare = text.strip()
    return (bare.removeprefix(called).lstrip(" ,:") if bare.startswith(called) else text), True


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("expected a text")
    return value


def _is_id(value: object) -> bool:
    """Ids are opaque; what has a colon, a slash or a space in it is none, for it stands in keys and addresses."""
    if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable():
        return False
    return not any(char in ":/?#\\ " for char in value)
