"""What lies at the platform beside an update, fetched before anybody reads it: bounded in bytes, number and time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.intake_form import lost
from bot.messenger import MAX_FILE_BYTES, FileRef, FileRefusedError, InFile, Messenger

_FETCH_S = 60.0
_MAX_FETCHED = 2 * MAX_FILE_BYTES


async def files_of(messenger: Messenger, refs: Sequence[FileRef]) -> tuple[list[InFile], list[str]]:
    """What could be had, and the names of what could not."""
    files, refused = list[InFile](), list[str]()
    room, loop = _MAX_FETCHED, asyncio.get_running_loop()
    end = loop.time() + _FETCH_S
    for ref in refs:
        hopeless = lost(ref) or room <= 0 or (ref.size or 0) > MAX_FILE_BYTES
        file = None if hopeless else await _fetch(messenger, ref, end - loop.time())
        if file is None or len(file.data) > min(room, MAX_FILE_BYTES):
            refused.append(ref.name)
            continue
        room -= len(file.data)
        files.append(file)
    return files, refused


async def _fetch(messenger: Messenger, ref: FileRef, seconds: float) -> InFile | None:
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            return await messenger.fetch(ref)
    except (FileRefusedError, TimeoutError):
        return None
