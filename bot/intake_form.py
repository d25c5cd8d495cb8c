"""An update as it waits: bounded, whole, and the same when it is read again."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from bot.messenger import MAX_FILES, FileRef, InFile, Location, Update

MAX_KEPT_TEXT = 20_000
"""Characters of a text that are kept: far over what is read, so that whoever sent more is still told so."""
MAX_KEPT_FILES = 2**20
"""Bytes of files that wait beside their update; what is larger waits at its platform (`Update.refs`)."""

LONGEST = 4_096  # characters of an id, a name or what a button carries
_LOST = ""  # the `native` of a file that came with its update and was too large to wait


def bounded(update: Update) -> Update:
    """The update without what nobody could keep: the end of a huge text, files that are too large."""
    files, room = list[InFile](), MAX_KEPT_FILES
    lost = list[FileRef]()
    for file in update.files[:MAX_FILES]:
        if len(file.data) <= room:
            files.append(replace(file, name=file.name[:LONGEST]))
            room -= len(file.data)
        else:
            lost.append(FileRef(file.name[:LONGEST], _LOST, len(file.data)))
    refs = [replace(one, name=one.name[:LONGEST]) for one in update.refs if len(one.native) <= LONGEST]
    return replace(
        update,
        sender=update.sender[:LONGEST],
        chat=None if update.chat is None else update.chat[:LONGEST],
        text=update.text[:MAX_KEPT_TEXT],
        press=None if update.press is None else update.press[:LONGEST],
        name=update.name[:LONGEST],
        thread=None if update.thread is None else update.thread[:LONGEST],
        message=None if update.message is None else update.message[:LONGEST],
        files=tuple(files),
        refs=(*refs, *lost)[:MAX_FILES],
    )


def dump(update: Update) -> bytes:
    """The update as it is kept; half a character survives too."""
    record: dict[str, Any] = {}
    for one in fields(update):
        value = getattr(update, one.name)
        if value != one.default:
            record[one.name] = _written(value)
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Location):
        return asdict(value)
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    if isinstance(value, InFile):
        return [value.name, base64.b64encode(value.data).decode()]
    return [value.name, value.native, value.size] if isinstance(value, FileRef) else value


_READ: dict[str, Callable[[Any], Any]] = {
    "received_at": datetime.fromisoformat,
    "sent_at": datetime.fromisoformat,
    "location": lambda told: Location(**told),
    "files": lambda told: tuple(InFile(name, base64.b64decode(data)) for name, data in told),
    "refs": lambda told: tuple(FileRef(name, native, size) for name, native, size in told),
    "presses": tuple,
}


def load(body: bytes) -> Update:
    """What `dump` wrote, here or in another version: what this one does not know is left out."""
    record: dict[str, Any] = json.loads(body.decode("utf-8", "surrogatepass"))
    known = {one.name for one in fields(Update)} & set(record)
    return Update(**{name: _READ.get(name, _same)(record[name]) for name in known})


def _same(told: Any) -> Any:
    return told


def edited(update: Update, edit: Update) -> Update:
    """The message as its sender left it: what was never read in its first form is read in its last alone."""
    return replace(update, text=edit.text, mention=update.mention or edit.mention, edit=False)


def lost(file: FileRef) -> bool:
    """Whether this file came with its update and could not wait."""
    return file.native == _LOST
