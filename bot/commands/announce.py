"""`dobi sensor announce`: a new sensor's own PC asks the house to take it, shows its number, and waits for the yes.

It opens no house: it needs the entrance's address and an enrolment code that an administrator got in chat. The key that
comes of it is written to one file that nobody else may read, and shown nowhere.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import aiohttp

from bot.bootstrap import wall
from bot.commands import Refused
from bot.commands.place import say
from bot.wording import announcing as words
from occupancy.reading import Condition, Kind
from occupancy.sensors.announcing import Announcement, key_of, new_salt, number_of, typed
from occupancy.sensors.http import Address
from occupancy.sensors.sender import Enrolled, Post, Sender, Sent, enrol, over

EVERY_S: Final = 10.0
_TRIES_WITHOUT_ANSWER: Final = 30


async def announce(args: argparse.Namespace) -> int:
    """Announces, waits, and keeps the key."""
    path = Path(args.key_file)
    if await asyncio.to_thread(path.exists):
        raise Refused(words.key_exists(str(path)))
    if not args.institution:
        raise Refused(words.which_institution())
    address = Address(args.institution, args.cafeteria, args.sensor)
    one = Announcement(address, Kind(args.kind), new_salt(), args.line or "", args.period)
    async with aiohttp.ClientSession() as session:
        key = await waited(one, typed(args.code), over(session, args.server), wall, asyncio.sleep, say)
    keep(path, key)
    say(words.approved(str(path)))
    return 0


async def waited(
    one: Announcement,
    enrolment: bytes,
    post: Post,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]],
    tell: Callable[[str], None],
) -> bytes:
    """The sensor's key, once an administrator said yes.

    Raises:
        Refused: somebody said no, or the house could not take it; told in words.
    """
    key = key_of(enrolment, one.address, one.salt)
    found = await enrol(one, enrolment, post, now)
    if found not in {Enrolled.WAITING, Enrolled.APPROVED}:
        raise Refused(words.not_taken(found.value))
    tell(words.number(number_of(key)))
    sender, silent = Sender(one.address, key, one.kind, post, now), 0
    sender.tell(Condition.OK)
    while (sent := await sender.flush(force=True)) is not Sent.DONE:
        silent = silent + 1 if sent is Sent.LATER else 0
        if silent >= _TRIES_WITHOUT_ANSWER:
            raise Refused(words.not_taken(Enrolled.LATER.value))
        await sleep(EVERY_S)
        if sent is Sent.REFUSED and await enrol(one, enrolment, post, now) is Enrolled.REFUSED:
            raise Refused(words.not_taken(Enrolled.REFUSED.value))
    return key


def keep(path: Path, key: bytes) -> None:
    """Writes the key where only this user reads it.

    Raises:
        Refused: it can't be written there.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key + b"\n")
    except OSError as error:
        raise Refused(words.key_unwritten(str(path), error.strerror or "")) from error
