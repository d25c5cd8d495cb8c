"""Slack's side of `bench_intake`: the real adapter in real processes against the strict Slack, at a steady rate."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import psutil

from bot.embedded import EmbeddedServer
from tests.bench.intake_parts import WORDS, cpu, eventually, memory, quantile, told
from tests.conformance.peers import slack_strict
from tests.conformance.peers.slack_strict import StrictSlack
from tests.conformance.slack.workspace import BOT
from tests.naverworks_house import Deployment

_HOUSE = """
[catalogue]
enabled = false
[http]
port = 0
callback_port = 0
[messenger.slack]
bot_token = "{bot}"
app_token = "{app}"
signing_secret = "{secret}"
base_url = "{base}"
mode = "{mode}"
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.cafeteria]]
id = "main"
name = "본관 구내식당"
seats = 300
"""
_PERSON = """
[[institution.person]]
id = "p{number}"
name = "김{number}"
department = "총무과"
roles = ["직원"]
slack = "U9{number:03d}"
"""
_FACTOR = 100.0
"""Slack's limits are not what is measured here."""


class Watched(list[dict[str, Any]]):
    """A conversation; when each of Dobi's messages came is noted."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[float] = []

    def append(self, message: dict[str, Any]) -> None:
        if message["user"] == BOT:
            self.came.append(time.perf_counter())
        super().append(message)

    def after(self, began: float) -> float | None:
        """When Dobi first spoke after that instant."""
        return next((at for at in self.came if at >= began), None)


@dataclass
class _Door:
    """Where the house's process says that it takes callbacks."""

    callback_url: str = ""


@dataclass
class _Run:
    peer: StrictSlack
    people: int
    began: list[tuple[int, float]] = field(default_factory=list)

    def say(self, number: int, word: str) -> None:
        """Somebody writes privately."""
        self.began.append((number, time.perf_counter()))
        name = f"U9{number:03d}"
        for payload in self.peer.space.said(name, word, self.peer.space.room(name)):
            self.peer.handing.hand(payload)

    def chat(self, number: int) -> Watched:
        return cast(Watched, self.peer.space.room(f"U9{number:03d}").messages)

    def spans(self) -> list[float]:
        """How long each update's answer took; 120 s where there is none."""
        return [(self.chat(number).after(at) or at + 120) - at for number, at in self.began]

    def answered(self) -> bool:
        return all(self.chat(number).after(at) is not None for number, at in dict(self.began).items())


@asynccontextmanager
async def _house(folder: Path, peer: StrictSlack, people: int) -> AsyncIterator[Deployment]:
    database = EmbeddedServer(folder / "data")
    await database.ensure()
    house = Deployment(folder, cast(Any, _Door()), database)
    settings = _HOUSE.format(
        bot=slack_strict.BOT_TOKEN, app=slack_strict.APP_TOKEN, secret=slack_strict.SECRET,
        base=f"{peer.space.base}/api/", mode="http" if peer.http else "socket",
    )  # fmt: skip
    house.config.write_text(settings + "".join(_PERSON.format(number=number) for number in range(people)))
    house.config.chmod(0o600)
    try:
        yield house
    finally:
        await asyncio.gather(*(one.stop() for one in house.workers))
        await database.close()


async def slack(folder: Path, args: argparse.Namespace) -> bool:
    """Update → reply at Slack, and the acknowledgement, over each of its two ways."""
    met = True
    for http in (False, True):
        with tempfile.TemporaryDirectory(dir=folder) as inside:
            met = await _one_way(Path(inside), args, http=http) and met
    return met


async def _one_way(folder: Path, args: argparse.Namespace, *, http: bool) -> bool:
    people = min(args.people, 1_000)
    async with slack_strict.opened(folder, lambda: datetime.now(UTC), http=http, factor=_FACTOR) as peer:
        run = _Run(peer, people)
        for number in range(people):
            peer.space.room(f"U9{number:03d}").messages = Watched()
        async with _house(folder, peer, people) as house:
            for roles in args.processes:
                await house.work(*roles.split(","))
            if http:
                url = str(cast(Any, house.server).callback_url)
                peer.handing.url = f"{url.removesuffix('/callback/naverworks')}/slack/events"
            else:
                await eventually(lambda: peer.handing.connections > 0, 60)
            for number in range(people):  # everybody is known, every conversation open, the first chart drawn
                run.say(number, WORDS[number % len(WORDS)])
                await asyncio.sleep(1 / args.rate)
            await eventually(run.answered, 120)
            await asyncio.sleep(2)
            run.began.clear()
            peer.handing.acks.clear()
            peer.handing.retries.clear()
            busy, start, count = cpu(house.workers), time.perf_counter(), args.rate * args.seconds
            for number in range(count):
                await asyncio.sleep(max(0.0, start + number / args.rate - time.perf_counter()))
                run.say(number % people, WORDS[number % len(WORDS)])
            await peer.settled()
            done = await eventually(run.answered, 120)
            spans, acks = run.spans(), peer.handing.acks
            way = "signed HTTP" if http else "Socket Mode"
            print(f"slack, {way}: {count} updates of {people} people at {args.rate}/s: {' + '.join(args.processes)}")
            print(f"  acknowledged: {told(acks)}; {len(acks)} of {count}, again {len(peer.handing.retries)}")
            print(f"  reply at Slack: {told(spans)}")
            used = [1_000 * (after - before) / count for before, after in zip(busy, cpu(house.workers), strict=True)]
            load = psutil.getloadavg()[0]
            print(f"  CPU an update: {', '.join(f'{one:.1f} ms' for one in used)}; load average {load:.1f}")
            memory(house.workers)
            return done and quantile(spans, 0.95) <= 50 and quantile(acks, 0.99) <= 500
