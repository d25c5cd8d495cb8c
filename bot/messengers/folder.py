"""A watched folder: each message is one file, whole from the moment it is seen, for systems that pick files up.

Named by Dobi's id of the message, so that a repetition overwrites itself. `json`: one object; `csv`: one quoted line of
id, time, recipient, kind, address, text; `txt`: recipient, address, an empty line, the text. What the encoding (cp949
for old systems) can't write becomes a question mark.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import logging
import os
import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.messengers.one_way import CAPABILITIES, OneWay, bounded, link, recipient, words
from bot.platforms import Rejected, Retry, SendResult, Sent
from bot.wording import matrix as wording

if TYPE_CHECKING:
    from bot.messenger import Outgoing
    from bot.messengers.tools import Tools
    from bot.settings import MessengerAccount

FORMATS = ("json", "csv", "txt")
ENCODINGS = ("utf-8", "cp949")

log = logging.getLogger(__name__)


class FolderMessenger(OneWay):
    """One folder. It must exist: a share that is not mounted is no empty folder."""

    name = "folder"

    def __init__(self, folder: Path, account: MessengerAccount, tools: Tools) -> None:
        options = account.options
        self.capabilities = bounded(CAPABILITIES, account)
        self._folder = folder
        self._format = options.get("format", FORMATS[0])
        self._encoding = options.get("encoding", ENCODINGS[0])
        self._now = tools.now

    async def send(self, message: Outgoing) -> SendResult:
        """Writes one file, durable before it is told."""
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", message.message):
            return Rejected("an id that is no file's name")
        name = f"{message.message}.{self._format}"
        try:
            await asyncio.to_thread(_put, self._folder, name, self._written(message))
        except OSError as error:
            log.warning("the folder takes no message: %s", os.strerror(error.errno or 0))
            return Retry(timedelta(seconds=30), "whole")
        return Sent(name)

    def _written(self, message: Outgoing) -> bytes:
        to, at, text, about = recipient(message), self._now().isoformat(), words(message), link(message)
        if self._format == "json":
            record = {"id": message.message, "to": to, "text": text, "kind": message.kind, "url": about, "at": at}
            if message.edits:
                record["edits"] = message.edits
            told = json.dumps(record, ensure_ascii=False) + "\n"
        elif self._format == "csv":
            line = io.StringIO()
            csv.writer(line, quoting=csv.QUOTE_ALL).writerow([message.message, at, to, message.kind, about, text])
            told = line.getvalue()
        else:
            told = f"{to}\n{about}\n\n{text}\n"
        return told.encode(self._encoding, "replace")


def _put(folder: Path, name: str, data: bytes) -> None:
    """The file under its name, whole or not at all, also after a power cut."""
    partial = folder / f".{name}.{os.getpid()}-{threading.get_ident()}"
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(folder / name)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make(account: MessengerAccount, tools: Tools) -> FolderMessenger:
    """The adapter of an account.

    Raises:
        ValueError: it lacks a folder; in Korean, for the operator.
    """
    if not account.options.get("path"):
        raise ValueError(wording.unset("folder", "path"))
    return FolderMessenger(Path(account.options["path"]), account, tools)
