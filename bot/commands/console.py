"""`dobi console`: the messenger without a server, for people and scripts; with --demo on demo data."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import aiohttp

from bot.bootstrap import ENTRANCE_KEY, ROLES, House, open_house, wall
from bot.clock import KST, Clock, TickingClock, VirtualClock
from bot.commands import Refused
from bot.commands.place import Place, demo_clock, instant, place, settings
from bot.demo.cafeteria import Poster, PostError
from bot.demo.stage import FIRST, cafeterias, staged, tell_time
from bot.messenger import Messenger
from bot.messengers.console import JsonConsole, Pictures
from bot.messengers.lines import BadLine, Control
from bot.tenancy import SensorPlace
from bot.wording import moment
from occupancy.reading import Kind, Reading, ReadingError
from occupancy.sensors import KINDS, Gives
from occupancy.sensors.http import Address
from occupancy.sensors.sender import Sender, Sent, over

_UNFINISHED_S = 8.0


async def run(args: argparse.Namespace) -> int:
    """Talks until the input ends."""
    where = place(args)
    roles = _roles(args.roles)
    at = instant(args.at, FIRST) if args.at else None
    async with AsyncExitStack() as stack:
        clock: Clock
        if args.demo:
            stage = await stack.enter_async_context(staged(where.data, at, wall, virtual=args.virtual_clock))
            where, clock = Place(stage.config, where.data), stage.clock
        else:
            stage, clock = None, _clock(args, where, at)
        house = await stack.enter_async_context(open_house(settings(where), where.data, clock))
        controls = _Controls(house)
        messenger = await _messenger(args, house, controls)
        entrance = (await house.sense(any_port=True)).url if "sense" in roles else ""
        if stage is not None and entrance:
            controls.posters = await stack.enter_async_context(cafeterias(house, stage, entrance))
        if "crawl" in roles:
            await house.crawl()
        if "brief" in roles:
            await house.brief()
        if "deliver" in roles:
            house.deliver([messenger])
        router = await house.chat([messenger], opens_seals="verify" in roles)
        async with house.working():
            if stage is not None and not await house.knows_documents():
                await house.rota.drain()
            await messenger.run(router.receive)
    return 0


def _roles(text: str | None) -> Sequence[str]:
    roles = tuple(text.split(",")) if text else ROLES
    if strange := [role for role in roles if role not in ROLES]:
        raise Refused(f"그런 역할이 없습니다: {', '.join(strange)}. 있는 역할: {', '.join(ROLES)}")
    return roles


def _clock(args: argparse.Namespace, where: Place, at: datetime | None) -> Clock:
    if args.virtual_clock:
        return VirtualClock(at or wall(), chosen=at is not None)
    return TickingClock(wall, at - wall()) if at else demo_clock(where)


async def _messenger(args: argparse.Namespace, house: House, controls: _Controls) -> JsonConsole | Messenger:
    pictures = Pictures(house.data_dir / "console")
    if args.json:
        return JsonConsole(controls, pictures, house.clock.now)
    from bot.messengers.terminal import Terminal

    people = {person.id: person.name for one in house.settings.institutions for person in one.people}
    opening = f"도비 콘솔입니다. 지금은 {moment(house.clock.now())}입니다."
    opening += " 시계와 기관, 문서, 줄은 모두 예시입니다." if args.demo else ""
    return Terminal(
        people,
        pictures,
        house.data_dir / "console" / "history",
        house.clock.now,
        opening,
        greet=args.demo,
        finish=controls.drain,
    )


class _Controls:
    """What scripts order: see `bot.messengers.console.Controls`."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.posters: Mapping[str, Poster] = {}

    async def drain(self) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + _UNFINISHED_S
        await self._house.rota.drain()
        while await self._house.unfinished() and loop.time() < end:
            await asyncio.sleep(0.1)
            await self._house.rota.drain()

    async def advance(self, seconds: float) -> datetime:
        clock = self._house.clock
        if not isinstance(clock, VirtualClock):
            raise BadLine("the clock is not virtual: start with --virtual-clock")
        await self._house.rota.advance(clock, timedelta(seconds=seconds))
        await asyncio.to_thread(tell_time, self._house.data_dir, clock.now() - wall())
        await self.drain()
        return clock.now().astimezone(KST)

    async def sensor(self, control: Control) -> None:
        place = self._place(control)
        poster = self.posters.get(f"{place.tenant}/{place.sensor.id}")
        if control.silent is not None:
            if poster is None:
                raise BadLine("only a simulated sensor can be silenced")
            (poster.silent.add if control.silent else poster.silent.discard)(place.sensor.id)
            return
        try:
            if poster is not None:
                await poster.send(place.sensor.id, count=control.count, served=control.served)
            else:
                await self._post(place, control)
        except (PostError, ReadingError) as error:
            raise BadLine(str(error)) from error

    def _place(self, control: Control) -> SensorPlace:
        found = self._house.tenancy.sensors_named(control.sensor)
        if control.institution:
            found = tuple(one for one in found if one.tenant == control.institution)
        if not found:
            raise BadLine(f"sensor: none named {control.sensor[:40]}")
        if control.silent is None and (control.count is None) == (control.served is None):
            raise BadLine("sensor: expected one of count, served and silent")
        return found[0]

    async def _post(self, place: SensorPlace, control: Control) -> None:
        await send_reading(self._house, place, control.count, control.served, self._house.clock.now())


async def send_reading(house: House, place: SensorPlace, count: int | None, served: int | None, at: datetime) -> None:
    """One reading through the real entrance, wherever it listens.

    Raises:
        PostError: the entrance refused, or none listens.
        ReadingError: impossible figures.
    """
    url = await house.redis.get(ENTRANCE_KEY)
    if not isinstance(url, bytes):
        raise PostError("no sensor entrance listens: start `dobi run` or `dobi work sense`")
    kind, now = Kind(place.sensor.kind), house.clock.now()
    value, counts = (served if count is None else count) or 0, KINDS[kind].gives is Gives.COUNT
    if (count is not None) != counts:
        raise ReadingError(f"a {kind.value} tells {KINDS[kind].gives.value} alone")
    Reading(place.sensor.id, kind, at, max(now, at), count=count, served=served)  # refuses impossible figures
    address = Address(place.tenant, place.cafeteria.id, place.sensor.id)
    async with aiohttp.ClientSession() as session:
        sender = Sender(address, place.sensor.key.reveal().encode(), kind, over(session, url.decode()), house.clock.now)
        sender.say(value, at=at)
        for pause_s in (0.2, 1.0, None):
            sent = await sender.flush(force=True)
            if sent is Sent.DONE and not sender.dropped:
                return
            if sent is not Sent.LATER or pause_s is None:
                raise PostError(f"the sensor entrance did not take it: {sent.value}")
            await asyncio.sleep(pause_s)
