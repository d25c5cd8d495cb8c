"""What Telegram refuses, from the Bot API's documentation (core.telegram.org/bots/api, /bots/faq). Pure but for Pillow.

Lengths count UTF-16 units, callback data bytes; floods are counted in sliding windows per chat, group and whole, whose
spans can be scaled down by a factor so that a bench takes a twentieth of the time.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

TEXT = 4096
CAPTION = 1024
CALLBACK_BYTES = 64
PHOTO_BYTES = 10 * 2**20
UPLOAD_BYTES = 50 * 2**20
DOWNLOAD_BYTES = 20 * 2**20
BUTTONS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SLACK = 0.9  # of a window's span: what two requests may gain on each other on their way


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The platform says no."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(reason: str) -> Refused:
    return Refused(400, f"Bad Request: {reason}")


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def text_of(given: dict[str, Any]) -> str:
    """The text as it will stand; the platform strips it."""
    _no_markup(given)
    text = str(given.get("text", "")).strip()
    if not text:
        raise bad("message text is empty")
    if units(text) > TEXT:
        raise bad("message is too long")
    return text


def caption_of(given: dict[str, Any]) -> str:
    _no_markup(given)
    text = str(given.get("caption") or "").strip()
    if units(text) > CAPTION:
        raise bad("message caption is too long")
    return text


def _no_markup(given: dict[str, Any]) -> None:
    if given.get("parse_mode"):
        raise bad("this server was told that no mark-up is ever used")


def markup_of(given: dict[str, Any], *, private: bool) -> dict[str, Any] | None:
    """The keyboard of a message."""
    raw = given.get("reply_markup")
    if not raw:
        return None
    try:
        told = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        raise bad("can't parse reply keyboard markup JSON object") from None
    if "inline_keyboard" in told:
        _check_inline(told["inline_keyboard"])
    elif "keyboard" in told:
        for row in told["keyboard"]:
            for button in row:
                asks = isinstance(button, dict) and button.get("request_location")
                if asks and not private:
                    raise bad("location can be requested in private chats only")
    elif "remove_keyboard" not in told:
        raise bad("object expected as reply markup")
    return dict(told)


def _check_inline(rows: list[list[dict[str, Any]]]) -> None:
    if sum(len(row) for row in rows) > BUTTONS:
        raise bad("reply markup is too long")
    for row in rows:
        for button in row:
            if not str(button.get("text", "")).strip():
                raise bad("can't parse inline keyboard button: Text must be non-empty")
            data = button.get("callback_data")
            if data is None and "url" not in button:
                raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
            if data is not None and not 1 <= len(data.encode()) <= CALLBACK_BYTES:
                raise bad("BUTTON_DATA_INVALID")


def photo_of(data: bytes) -> tuple[int, int]:
    """Width and height of a picture that is one."""
    if not data:
        raise bad("file must be non-empty")
    if len(data) > PHOTO_BYTES:
        raise bad("file is too big")
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            width, height = picture.size
    except Exception:  # noqa: BLE001 - whatever a broken picture does
        raise bad("IMAGE_PROCESS_FAILED") from None
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return width, height


def commands_of(given: dict[str, Any]) -> list[dict[str, str]]:
    commands = json.loads(given.get("commands", "[]"))
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        if not _COMMAND.fullmatch(one["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(one["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return list(commands)


def entities_of(text: str) -> list[dict[str, Any]]:
    """What the platform finds in a person's text by itself: commands and names."""
    found: list[dict[str, Any]] = []
    for kind, pattern in (("bot_command", r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w+)?"), ("mention", r"(?<!\S)@\w{4,32}")):
        found += [
            {"type": kind, "offset": units(text[: match.start()]), "length": units(match.group())}
            for match in re.finditer(pattern, text)
        ]
    return sorted(found, key=lambda one: one["offset"])


@dataclass(frozen=True)
class Earned:
    """A message that came too fast: when, and which window was full."""

    at: float
    scope: str


@dataclass
class Floods:
    """How fast it was. A refused request counts for nothing. `factor` shortens the windows, `crowd` widens them."""

    factor: float = 1.0
    chat: tuple[int, float] = (1, 1.0)
    group: tuple[int, float] = (20, 60.0)
    whole: tuple[int, float] = (30, 1.0)
    on: bool = True
    crowd: int = 1
    first: float | None = None
    earned: list[Earned] = field(default_factory=list)
    _times: dict[object, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def count(self, chat: int, now: float, *, private: bool) -> None:
        """Counts one message, or refuses it."""
        if not self.on:
            return
        self.first = now if self.first is None else self.first
        windows: list[tuple[object, tuple[int, float]]] = [("whole", self.whole), (("chat", chat), self.chat)]
        if not private:
            windows.append((("group", chat), self.group))
        waits = [self._wait(key, count * self.crowd, span / self.factor, now) for key, (count, span) in windows]
        if (wait := max(waits)) > 0:
            self.earned.append(Earned(now, "whole" if wait == waits[0] else "chat"))
            after = self.told(wait)
            raise Refused(429, f"Too Many Requests: retry after {after}", {"retry_after": after})
        for key, _ in windows:
            self._times[key].append(now)

    def told(self, wait_s: float) -> float:
        """A wait as the platform says it: in whole seconds, where time is not scaled."""
        return math.ceil(wait_s) if self.factor == self.crowd == 1 else round(wait_s, 3)

    def _wait(self, key: object, count: int, span: float, now: float) -> float:
        times = self._times[key]
        while times and now - times[0] >= span * _SLACK:
            times.popleft()
        return 0.0 if len(times) < count else span - (now - times[len(times) - count])
