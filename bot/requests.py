"""A request as it is meant before any route is sought: an offer's words as if typed, an undo as if pressed, and what
is wrong with a text that can't be read. Pure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from bot import wording
from bot.messenger import InFile, Reply, Update
from bot.photo_places import is_photo
from bot.routes import Request
from bot.wording.surely import DO, needs_showing

MAX_TEXT = 4000


def said(request: Request) -> Request:
    """The request as if the words on an offer's button had been typed; what can't be undone is shown first."""
    press = request.update.press
    if press is None or not press.startswith((wording.SAY, DO)):
        return request
    words = press.partition(":")[2]
    if press.startswith(wording.SAY) and needs_showing(words):
        return pressing(request, f"sure:{words}")
    return replace(request, update=replace(request.update, text=words, press=None, mention=True))  # said to Dobi


def pressing(request: Request, press: str) -> Request:
    """The request as if the button had been pressed."""
    return replace(request, update=replace(request.update, text="", press=press))


def fault(update: Update) -> Reply | None:
    """What is wrong with a text before it is read: empty, huge, or no text at all."""
    if len(update.text) > MAX_TEXT:
        return wording.too_long(len(update.text), MAX_TEXT)
    if not update.text.strip():
        return None if update.files else wording.empty()
    kinds = [unicodedata.category(char) for char in update.text if char not in "\n\r\t"]
    strange = sum(kind in {"Cc", "Cn", "Co"} for kind in kinds)
    broken = "Cs" in kinds or "\ufffd" in update.text  # half a character: no text that could be kept or sent
    return wording.unreadable() if broken or strange * 10 > len(kinds) else None


def unasked(files: Sequence[InFile]) -> Reply:
    """What to say to files that nobody asked for and nobody reads."""
    return wording.no_files_here(photo=len(files) == 1 and is_photo(files[0]))
