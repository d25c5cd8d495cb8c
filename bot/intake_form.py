"""An update as it waits: bounded, whole, and the same when it is read again."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from bot.messenger import MAX_FILES, FileRef, InFile, Location, Update

MAX_KEPT_TEXT = 20_000
"""Characters of a text that are kept: far over what is read, so that whoever sent more is still told so."""
MAX_KEPT_FILES = 2**20
"""Bytes of files that wait beside their update; what is larger waits at its platform (`Update.refs`)."""

_LONGEST = 4_096  # characters of an id, a name or what a button carries
_LOST = ""  # the `native` of a file that came with its update and was too large to wait


def bounded(update: Update) -> Update:
    """The update without what nobody could keep: the end of a huge text, files that are too large."""
    files, room = list[InFile](), MAX_KEPT_FILES
    lost = list[FileRef]()
    for file in update.files[:MAX_FILES]:
        if len(file.data) <= room:
            files.append(replace(file, name=file.name[:_LONGEST]))
            room -= len(file.data)
        else:
            lost.append(FileRef(file.name[:_LONGEST], _LOST, len(file.data)))
    refs = [replace(one, name=one.name[:_LONGEST]) for one in update.refs if len(one.native) <= _LONGEST]
    return replace(
        update,
        sender=update.sender[:_LONGEST],
        chat=None if update.chat is None else update.chat[:_LONGEST],
        text=update.text[:MAX_KEPT_TEXT],
        press=None if update.press is None else update.press[:_LONGEST],
        name=update.name[:_LONGEST],
        thread=None if update.thread is None else update.thread[:_LONGEST],
        message=None if update.message is None else update.message[:_LONGEST],
        files=tuple(files),
        refs=(*refs, *lost)[:MAX_FILES],
    )


def dump(update: Update) -> bytes:
    """The update as it is kept; half a character survives too."""
    record: dict[str, Any] = {}
    plain = ("id", "chat", "text", "mention", "thread", "press", "message", "reference", "edit", "event", "moved_to")
    for name in (*plain, "name"):
        if value := getattr(update, name):
            record[name] = value
    record |= {"adapter": update.adapter, "sender": update.sender, "received_at": update.received_at.isoformat()}
    if update.chat is not None:
        record["chat"] = update.chat
    if update.press is not None:
        record["press"] = update.press
    if update.reference is not None:
        record["reference"] = update.reference
    if update.sent_at is not None:
        record["sent_at"] = update.sent_at.isoformat()
    if update.location is not None:
        record["location"] = asdict(update.location)
    if update.files:
        record["files"] = [[one.name, base64.b64encode(one.data).decode()] for one in update.files]
    if update.refs:
        record["refs"] = [[one.name, one.native, one.size] for one in update.refs]
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def load(body: bytes) -> Update:
    """What `dump` wrote."""
    record: dict[str, Any] = json.loads(body.decode("utf-8", "surrogatepass"))
    sent_at, location = record.pop("sent_at", None), record.pop("location", None)
    return Update(
        **record
        | {
            "received_at": datetime.fromisoformat(record["received_at"]),
            "sent_at": None if sent_at is None else datetime.fromisoformat(sent_at),
            "location": None if location is None else Location(**location),
            "files": tuple(InFile(name, base64.b64decode(data)) for name, data in record.get("files", ())),
            "refs": tuple(FileRef(name, native, size) for name, native, size in record.get("refs", ())),
        }
    )


def edited(update: Update, edit: Update) -> Update:
    """The message as its sender left it: what was never read in its first form is read in its last alone."""
    return replace(update, text=edit.text, mention=update.mention or edit.mention, edit=False)


def lost(file: FileRef) -> bool:
    """Whether this file came with its update and could not wait."""
    return file.native == _LOST
