"""`dobi run`, `work`, `crawl`, `sensor`, `doctor`: for whoever keeps the house."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
from contextlib import AsyncExitStack
from dataclasses import replace

from bot.bootstrap import ROLES, House, open_house
from bot.commands import Refused
from bot.commands.console import send_reading
from bot.commands.place import Place, demo_clock, instant, place, say, settings
from bot.companion import Companion
from bot.demo.cafeteria import PostError
from bot.messenger_checks import NAMES
from bot.settings import Network, Sensor, Settings
from bot.steady import keep_steady
from bot.tenancy import SensorPlace
from bot.wording.cafeteria import SENSORS
from bot.wording.roster_setup import console_code
from crawlers.article import Article
from crawlers.crawler import Outcome
from occupancy.reading import MAX_COUNT, MAX_SERVED, Kind, ReadingError
from occupancy.sensors import KINDS, Gives

_ENROLLING_S = 30.0


async def run(args: argparse.Namespace) -> int:
    """Every role on one PC: this process opens no seals, a child with the audit office's key does."""
    args.roles = [role for role in ROLES if role != "verify"]
    where = place(args)
    command = ["-m", "bot", "work", "verify", "--config", str(where.config.absolute())]
    command += ["--verbose"] if args.verbose else []
    return await _working(args, where, Companion("verify", [*command, "--data", str(where.data.absolute())]))


async def work(args: argparse.Namespace) -> int:
    """The named roles, until the process is told to stop."""
    if strange := [role for role in args.roles if role not in ROLES]:
        raise Refused(f"그런 역할이 없습니다: {', '.join(strange)}. 있는 역할: {', '.join(ROLES)}")
    return await _working(args, place(args), None)


async def _working(args: argparse.Namespace, where: Place, companion: Companion | None) -> int:
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(settings(where), where.data, demo_clock(where)))
        if companion is not None and _opens_here(house):
            await stack.enter_async_context(companion.living())
            await _enrolled(house)
        await _take_up(house, args.roles)
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        steady = asyncio.create_task(keep_steady())
        stack.callback(steady.cancel)
        async with house.working():
            say(f"일하고 있습니다: {', '.join(args.roles)}. 마치려면 Ctrl+C를 누르십시오.")
            await stop.wait()
    return 0


def _opens_here(house: House) -> bool:
    """Whether seals are opened on this PC: an audit key lies here, or has yet to be made."""
    keys = house.keys(opens=False)
    seals = [keys.public_keys(tenant).of(tenant, "seal") for tenant in house.tenants]
    return not seals or not all(seals) or any(house.opening.files(tenant) for tenant in house.tenants)


async def _enrolled(house: House) -> None:
    """Waits until the child has made what audit keys are missing: it knows their passphrase, this process does not."""
    keys = house.keys(opens=False)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_ENROLLING_S):
            while not all(keys.public_keys(one).of(one, "seal") for one in house.tenants):  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.1)
            return
    say("감사 열쇠가 아직 없습니다. dobi doctor로 까닭을 보아 주십시오.")


async def _take_up(house: House, roles: list[str]) -> None:
    """Adds the roles in the order in which work flows."""
    if "receive" in roles:
        house.receive()
    await _doors(house, roles)
    if "crawl" in roles:
        await house.crawl()
    if "brief" in roles:
        await house.brief()
    if "deliver" in roles:
        house.deliver(house.messengers)
    if "chat" in roles:
        router = await house.chat(house.messengers, opens_seals="verify" in roles)
        house.attend(router)
    elif "verify" in roles:
        await house.verify()
    if {"receive", "deliver", "chat"} & set(roles):
        _tell_messengers(house)
    if "chat" in roles and (made := await house.setup_code()) is not None:
        say(console_code(*made))


async def _doors(house: House, roles: list[str]) -> None:
    """The ways in over HTTP: for sensors, for what messengers call, or one for both."""
    apart = house.settings.http.callback_port is not None
    receives = "receive" in roles and (apart or bool(house.opened.callbacks))
    try:
        if "sense" in roles:
            inbound = await house.sense(callbacks=receives and not apart)
            say(f"센서 입구: {inbound.url}")
        if receives and (apart or "sense" not in roles):
            say(f"메신저 콜백 입구: {(await house.listen()).url}")
    except OSError as error:
        raise Refused(
            f"입구를 열지 못했습니다({error.strerror or error}). 다른 프로세스가 그 포트를 쓰고 있으면 "
            "설정의 [http] port나 callback_port를 바꾸어 주십시오."
        ) from error


def _tell_messengers(house: House) -> None:
    for name, fault in house.opened.faults.items():
        say(f"메신저 {NAMES.get(name, name)}에는 연결하지 못합니다: {fault.rstrip('.')}.")
    if house.messengers:
        say(f"메신저: {', '.join(NAMES.get(one.name, one.name) for one in house.messengers)}")
    else:
        say("연결한 메신저가 없습니다. 대화는 dobi console로 됩니다. 메신저는 설정 파일의 [messenger.…]에 적습니다.")


async def crawl(args: argparse.Namespace) -> int:
    """Polls every due source once; a line a source, and with --articles a line a new article."""
    where = place(args)
    listed = settings(Place(args.sources, where.data), what="출처 목록") if args.sources else None
    async with open_house(_crawling(args, where, listed), where.data, demo_clock(where)) as house:
        sources = await house.register.sources() if listed is None else listed.sources
        crawler = await house.crawler(sources)
        polls = [asyncio.ensure_future(crawler.crawl(one, force=args.force)) for one in sources if one.on]
        try:
            # asked side by side, told in the order of the list
            faults = [_report(await poll, args) for poll in polls]
        finally:
            for poll in polls:
                poll.cancel()
    return int(any(faults))


def _crawling(args: argparse.Namespace, where: Place, listed: Settings | None) -> Settings:
    """The settings, with the list's network beside their own; without a settings file the list is all there is."""
    if listed is None:
        return settings(where)
    if not listed.sources:
        raise Refused(f"출처 목록 {args.sources}에 [[source]]가 없습니다.")
    if args.config is None and not where.config.exists():
        return listed
    known = settings(where)
    hosts = known.network.allow_hosts | listed.network.allow_hosts
    pace = {**known.network.pace_s, **listed.network.pace_s}
    tls = known.network.legacy_tls | listed.network.legacy_tls
    openapi = listed.openapi if listed.openapi.key else known.openapi
    return replace(known, network=Network(hosts, pace, tls), openapi=openapi)


def _report(outcome: Outcome, args: argparse.Namespace) -> bool:
    """Prints what a poll came to; whether it failed."""
    if args.json:
        line = {
            "source": outcome.source,
            "state": outcome.state,
            "new": outcome.new,
            "unchanged": outcome.unchanged,
            "error": outcome.error or None,
            "ms": round(outcome.ms, 1),
        }
        say(json.dumps(line, ensure_ascii=False))
    else:
        fault = f" · 오류 {outcome.error}" if outcome.error else ""
        counts = f"새 글 {outcome.new} · 그대로 {outcome.unchanged}"
        say(f"{outcome.source}: {outcome.state} · {counts}{fault} · {outcome.ms:.0f}ms")
    if args.articles:
        for article in (*outcome.articles, *outcome.left):
            say(
                json.dumps(_article(article), ensure_ascii=False) if args.json else f"  {article.title} · {article.url}"
            )
    return bool(outcome.error)


def _article(article: Article) -> dict[str, object]:
    record: dict[str, object] = json.loads(article.to_json())
    names = (
        "source",
        "id",
        "title",
        "url",
        "published_at",
        "department",
        "text",
        "flags",
        "same_as",
        "corrects",
        "licence",
    )
    attachments = [
        {name: getattr(one, name) for name in ("name", "kind", "text", "reason")} for one in article.attachments
    ]
    return {name: record[name] for name in names} | {
        "attachments": attachments,
        "embargo_until": record["embargo_until"],
    }


async def sensor(args: argparse.Namespace) -> int:
    """Posts one reading through the real entrance."""
    where = place(args)
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(settings(where), where.data, demo_clock(where)))
        found = _sensor(house, args)
        if unfit := _unfit(found.sensor, args):
            raise Refused(unfit)
        now = house.clock.now()
        try:
            await send_reading(house, found, args.count, args.served, instant(args.at, now) if args.at else now)
        except (PostError, ReadingError) as error:
            raise Refused(
                f"보내지 못했습니다. `dobi run`이나 `dobi work sense`가 켜져 있는지 보아 주십시오. ({error})"
            ) from error
    say("보냈습니다.")
    return 0


def _sensor(house: House, args: argparse.Namespace) -> SensorPlace:
    found = house.tenancy.sensors_named(args.sensor)
    if args.institution:
        found = tuple(one for one in found if one.tenant == args.institution)
    if not found:
        raise Refused(f"설정에 '{args.sensor}' 센서가 없습니다.")
    if len(found) > 1:
        tenants = ", ".join(one.tenant for one in found)
        raise Refused(f"'{args.sensor}' 센서가 여러 기관에 있습니다: {tenants}. --institution으로 골라 주십시오.")
    return found[0]


def _unfit(sensor: Sensor, args: argparse.Namespace) -> str:
    """Why these figures can't be this sensor's; empty where they can."""
    if not sensor.key.reveal():
        way = "식권 파일을 넣는 폴더" if sensor.folder else "MQTT 브로커"
        return f"'{sensor.id}'에는 열쇠(key)가 없어 여기서 보낼 수 없습니다. 값은 {way}로 들어옵니다."
    name, counts = SENSORS[sensor.kind], KINDS[Kind(sensor.kind)].gives is Gives.COUNT
    if (args.count is not None) != counts:
        flag, what = ("--count", "사람 수") if counts else ("--served", "배식 수")
        return f"'{sensor.id}'의 종류는 '{name}'입니다. {what}만 보냅니다: {flag}"
    most = MAX_COUNT if counts else MAX_SERVED
    if not 0 <= (args.count if counts else args.served) <= most:
        return f"0부터 {most:,}까지의 수를 적어 주십시오."
    return ""
