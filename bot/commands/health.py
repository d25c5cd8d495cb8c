"""`dobi doctor`: one page of what is configured, missing or sick; exit 1 when something needed is broken."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial

from redis.exceptions import RedisError

from attest.destruction import Destruction
from attest.errors import LogError
from bot import checklist, doctor, models
from bot.backup_note import BackupNote, backup_check
from bot.bootstrap import House, open_house, wall
from bot.commands.place import Place, demo_clock, place, say
from bot.embedded import EmbeddedServerError
from bot.key_checks import desk_checks, key_checks
from bot.people import PeopleStore
from bot.plan_checks import rotations
from bot.retained import retained
from bot.roster_checks import roster_checks
from bot.schema import SCHEMA_KEY, SchemaError
from bot.sensing_checks import sensing
from bot.settings import Embedding, Settings, SettingsError, load
from bot.wording import faults, training, witness
from bot.wording import models as words
from crawlers.health import SourceHealth
from crawlers.register import Placed
from nlp import embedding
from nlp.adopted import ModelStore
from nlp.continued import ContinuedStore
from occupancy import chart
from occupancy.store import OccupancyStore


async def doctor_page(args: argparse.Namespace) -> int:
    """Prints the page."""
    where = place(args)
    known: Settings | SettingsError
    try:
        known = load(where.config)
    except SettingsError as error:
        known = error
    async with AsyncExitStack() as stack:
        house = await _house(stack, known, where)
        opened = house if isinstance(house, House) else None
        rooms = _rooms(opened, where) if opened else doctor.Rooms(font=chart.font_name, model=_model(known))
        now = opened.clock.now() if opened else wall()
        redis = house.redis if isinstance(house, House) else house
        checks = await doctor.examine(known, where.data, redis, rooms, now)
    say(checklist.render(checks, now))
    return checklist.exit_code(checks)


async def _house(stack: AsyncExitStack, known: Settings | SettingsError, where: Place) -> House | Exception | None:
    """The house, or why there is none."""
    if isinstance(known, SettingsError):
        return None
    try:
        return await stack.enter_async_context(open_house(known, where.data, demo_clock(where)))
    except (EmbeddedServerError, SchemaError, RedisError, OSError) as error:
        return error


def _rooms(house: House, where: Place) -> doctor.Rooms:
    keys, log = house.keys(opens=False), house.log()
    readings, people = OccupancyStore(house.redis), PeopleStore(house.redis)

    async def schema() -> int:
        return int(await house.redis.get(SCHEMA_KEY) or 0)

    async def sensor_seen(tenant: str, sensor: str) -> datetime | None:
        found = house.tenancy.sensor(tenant, sensor)
        seen = await readings.last_seen(tenant, found.place) if found else {}
        return seen[sensor].measured_at if sensor in seen else None

    async def receipts(tenant: str) -> int:
        report = await log.check(tenant)
        if report.known:
            raise doctor.Unwell(f"{witness.set_back(report.size, report.known)}.", witness.mend())
        if not report.ok:
            raise LogError(f"{report.first_bad_index}: {report.reason}")
        return report.size

    async def trained() -> list[doctor.Check]:
        return [doctor.Check("이어 배운 모델", True, False, await _trained(house))]

    async def moved() -> list[doctor.Check]:
        return [*models.kiwi(house.settings.words), *models.moved(await ModelStore(house.redis).progress())]

    async def roster() -> list[doctor.Check]:
        return roster_checks(house.settings, house.tenancy, house.mirror)

    async def sources() -> Sequence[doctor.SourceState]:
        known = {one.source: one for one in await (await house.crawler()).health()}
        places = {"file": str(where.config), "catalogue": "기본 목록", "chat": "대화"}
        return [
            _source(one, known[one.source.id], places[one.origin])
            for one in await house.register.placed()
            if one.source.id in known
        ]

    return doctor.Rooms(
        schema=schema,
        font=chart.font_name,
        model=_model(house.settings),
        keys=lambda: key_checks(house.settings, where.data, keys, house.opening),
        desk=lambda: desk_checks(house.settings, house.letters),
        sensor_seen=sensor_seen,
        people_met=people.met,
        receipts=receipts,
        retained=lambda institution: retained(
            institution, house.redis, Destruction(house.redis, log), house.clock.now()
        ),
        sources=sources,
        trained=trained,
        moved=moved,
        rotations=lambda: rotations(house.settings.institutions, house.plans),
        roster=roster,
        homes_by_chat=len(house.tenants) - len(house.settings.institutions),
        operated=bool(house.tenancy.operators()),
        messengers=house.messenger_checks,
        backup=partial(_backup, house),
        sensing=lambda: sensing(house.settings, house.redis, house.tenancy, house.book, house.clock.now()),
    )


async def _backup(house: House) -> list[doctor.Check]:
    return [backup_check(await BackupNote(house.redis).last(), house.clock.now())]


async def _trained(house: House) -> str:
    if house.settings.embedding.model is not None:
        return training.UNUSED
    card = await ContinuedStore(house.redis).card()
    if card is None:
        return training.UNTRAINED
    rests = card.base != (await asyncio.to_thread(embedding.load)).name
    return training.kept(card.made_at, card.documents, (card.before.title_body, card.after.title_body), resting=rests)


def _source(placed: Placed, health: SourceHealth, place: str) -> doctor.SourceState:
    source, sick = placed.source, faults.brief_cause(health.error) if health.state == "sick" else ""
    by_chat = placed.changed or placed.origin == "chat"
    return doctor.SourceState(source.id, source.agency, source.on, sick, health.ok_at, place, by_chat)


def _model(known: Settings | SettingsError) -> Callable[[], str]:
    """Loads the configured model; where the settings are broken, the built-in one."""
    asked = known.embedding if isinstance(known, Settings) else Embedding(None)

    def name() -> str:
        try:
            model = models.load_named(asked)
        except models.NoModel as error:
            raise doctor.Unwell(error.says, error.hint) from error
        model.encode(["도비"])
        return words.called(model.name)

    return name
