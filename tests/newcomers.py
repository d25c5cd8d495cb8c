"""A sensor that nobody declared, its agent, and what administrators hear of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp

from bot.messenger import Outgoing
from occupancy.reading import Condition, Kind
from occupancy.sensors.announcing import Announcement, key_of, new_salt, number_of, typed
from occupancy.sensors.http import Address
from occupancy.sensors.sender import Enrolled, Sender, Sent, enrol, over
from tests.talk import Talk, text


@dataclass
class Newcomer:
    """A camera's agent that nobody declared, with its own clock."""

    talk: Talk
    session: aiohttp.ClientSession
    url: str
    code: str
    name: str = "cam9"
    tenant: str = "gyeongnam"
    cafeteria: str = "main"
    off: timedelta = timedelta()

    def __post_init__(self) -> None:
        self.salt = new_salt()

    def now(self) -> datetime:
        return self.talk.clock.now() + self.off

    @property
    def address(self) -> Address:
        return Address(self.tenant, self.cafeteria, self.name)

    @property
    def key(self) -> bytes:
        return key_of(typed(self.code), self.address, self.salt)

    @property
    def number(self) -> str:
        return number_of(self.key)

    async def announces(self) -> Enrolled:
        one = Announcement(self.address, Kind.CAMERA, self.salt)
        return await enrol(one, typed(self.code), over(self.session, self.url), self.now)

    async def sends(self, count: int) -> Sent:
        sender = Sender(self.address, self.key, Kind.CAMERA, over(self.session, self.url), self.now)
        sender.say(count)
        return await sender.flush()

    async def tells(self, condition: Condition) -> Sent:
        sender = Sender(self.address, self.key, Kind.CAMERA, over(self.session, self.url), self.now)
        sender.tell(condition)
        return await sender.flush()


async def new_code(talk: Talk, user: str = "park") -> str:
    said = text(await talk.say(user, "센서 등록"))
    return re.search(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", said)[0]


async def told(talk: Talk, span: timedelta = timedelta()) -> list[Outgoing]:
    """Notices of sensors to park."""
    return [one for one in await talk.advance(span) if one.kind == "notice" and one.chat.ref == "console:dm:park"]


async def readings(talk: Talk, sensor: str = "cam9", tenant: str = "gyeongnam") -> list[int | None]:
    found = await talk.house.readings.recent(tenant, "main", talk.clock.now() - timedelta(hours=1))
    return [one.count for one in found if one.sensor == sensor]
