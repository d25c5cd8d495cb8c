"""Whatever dies between two writes, the repeated update completes: one trip, one leg, one receipt, one message.

Death is simulated at each command to the database in turn: the command is not sent, and nothing after it runs. Then the
platform delivers the same update again, as it does when nobody acknowledged it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio.connection import AbstractConnection

from attest.trip import Trip
from attest.trips import Trips
from bot.messenger import InFile, Location, Update
from bot.wording.privacy import CONSENT_VERSION
from tests.talk import Talk, talking

pytestmark = pytest.mark.asyncio(loop_scope="module")

JINJU = Location(35.180123, 128.107612, accuracy_m=12.0)
OFFICE = Location(35.237712, 128.691934, accuracy_m=9.0)
PHOTO = InFile("현장.jpg", b"\xff\xd8\xff a photo")
STRIDE = int(os.environ.get("DOBI_KILL_STRIDE", "3"))  # 1 kills at every command


class Killed(BaseException):
    """Stands for `kill -9`: nothing catches it."""


@dataclass
class Reaper:
    """Counts the commands of this process, and kills at one of them."""

    left: int | None = None
    seen: int = 0
    victim: asyncio.Task[object] | None = None  # the house's own heartbeat lives on

    def strike(self) -> None:
        self.seen += 1
        if self.left is not None and asyncio.current_task() is self.victim:
            self.left -= 1
            if self.left < 0:
                raise Killed


@pytest.fixture(scope="module")
def reaper() -> Reaper:
    return Reaper()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory, reaper: Reaper) -> AsyncIterator[Talk]:
    with pytest.MonkeyPatch.context() as patch:
        send: Callable[..., Awaitable[None]] = AbstractConnection.send_packed_command

        async def mortal(self: AbstractConnection, *args: Any, **kwargs: Any) -> None:
            reaper.strike()
            await send(self, *args, **kwargs)

        patch.setattr(AbstractConnection, "send_packed_command", mortal)
        async with talking(tmp_path_factory.mktemp("killed"), roles=("deliver", "chat")) as stage:
            yield stage


@contextmanager
def killing(reaper: Reaper, after: int):
    reaper.left, reaper.victim = after, asyncio.current_task()
    try:
        yield
    finally:
        reaper.left = None


@dataclass(frozen=True)
class Said:
    """One update of somebody: its text, press, point or file."""

    name: str
    text: str = ""
    location: Location | None = None
    files: tuple[InFile, ...] = ()

    def of(self, user: str, talk: Talk) -> Update:
        now = talk.clock.now()
        point = self.location and replace(self.location, lat=self.location.lat + int(user[3:]) * 1e-5)
        return Update("console", user, now, id=f"{user}-{self.name}", text=self.text, location=point, files=self.files,
                      message=f"{user}-{self.name}", sent_at=now)  # fmt: skip


MEMO = Said("memo", "출장 오늘 11시 30분 진주 스마트팜, 관용차, 서마루 동행, 농정과-812")
OUT, OUT_SHARE = Said("out", "출발"), Said("out-share", location=OFFICE)
THERE, THERE_SHARE = Said("there", "도착"), Said("there-share", location=JINJU)
BACK, BACK_SHARE = Said("back", "복귀"), Said("back-share", location=OFFICE)
STORIES: dict[str, tuple[Said, ...]] = {
    "a memo": (MEMO,),
    "a tap": (MEMO, OUT),
    "an arrival": (MEMO, OUT, THERE, THERE_SHARE),
    "a point alone": (THERE_SHARE,),
    "a point at the office": (MEMO, OUT_SHARE),
    "a return by a tap": (MEMO, THERE, BACK),
    "a return with its point": (MEMO, OUT, OUT_SHARE, THERE, THERE_SHARE, BACK, BACK_SHARE),
    "a forgotten arrival": (Said("late", "어제 13시 40분에 진주 스마트팜 출장 도착했는데 깜빡했어요"),),
    "a file": (MEMO, THERE, Said("photo", "출장 현장 사진입니다", files=(PHOTO,))),
    "a correction": (MEMO, Said("fix", "진주 말고 사천")),
    "another hour": (MEMO, Said("until", "18시까지"), Said("fix", "18시 말고 17시 30분")),
    "another companion": (MEMO, Said("fix", "서마루 말고 정가온")),
    "an hour that was asked for": (MEMO, Said("forgot", "도착 깜빡했어요"), Said("hour", "11시 10분이요")),
}


async def outcome(talk: Talk, user: str) -> tuple[object, ...]:
    """What is left of it: the trips without their random parts, the receipts, the messages by their first words."""
    await talk.house.rota.drain()
    trips = await Trips(talk.house.redis).of("gyeongnam", user, date(2026, 10, 1), date(2027, 1, 1))
    told = [
        (
            trip.destination, trip.document, trip.state, trip.companions, trip.closing is not None,
            tuple((leg.kind, leg.basis, leg.receipt is not None, leg.flags) for leg in trip.legs),
        )
        for trip in trips
    ]  # fmt: skip
    receipts = await talk.house.redis.zcard(f"dobi:{{gyeongnam}}:holdings:of:{user}")
    issued = [one for one in talk.messenger.sent if one.chat.id == f"dm:{user}" and one.reply.image]
    return told, receipts, sorted(one.reply.text.split("(")[0] for one in issued)


async def newcomer(talk: Talk, story: tuple[Said, ...]) -> str:
    """Somebody whose consent stands and who said everything but the last."""
    user = talk.newcomer()
    await talk.house.people.grant("gyeongnam", user, talk.clock.now(), CONSENT_VERSION)
    for said in story[:-1]:
        await talk.router.receive(said.of(user, talk))
    await talk.house.rota.drain()
    return user


@pytest.mark.parametrize("name", STORIES)
async def test_the_repeated_update_completes_what_died(talk: Talk, reaper: Reaper, name: str) -> None:
    story = STORIES[name]
    user = await newcomer(talk, story)
    before = reaper.seen
    await talk.router.receive(story[-1].of(user, talk))
    commands = reaper.seen - before
    expected = await outcome(talk, user)

    deaths = 0
    for after in range(0, commands, STRIDE):
        user = await newcomer(talk, story)
        update = story[-1].of(user, talk)
        try:
            with killing(reaper, after):
                await talk.router.receive(update)
        except Killed:
            deaths += 1
        await talk.router.receive(update)

        assert await outcome(talk, user) == expected, f"{name}: killed at command {after} of {commands}"

    assert deaths >= commands // STRIDE // 2


async def test_what_is_told_unasked_outlives_a_kill_and_is_told_once(talk: Talk, reaper: Reaper) -> None:
    now = talk.clock.now()

    async def forgotten() -> str:
        user = talk.newcomer()
        late = Trip(f"late-{user}", user, now - timedelta(days=1), "진주", starts_at=now - timedelta(hours=2))
        await Trips(talk.house.redis).add("gyeongnam", late)
        return user

    before = reaper.seen
    first = await forgotten()
    await talk.house.rota.drain()
    commands = reaper.seen - before
    people = [first]
    for after in range(0, commands, STRIDE):
        people.append(await forgotten())
        with contextlib.suppress(Killed), killing(reaper, after):
            await talk.house.rota.drain()
        await talk.house.rota.drain()

    for user in people:
        told = [one.message for one in talk.messenger.sent if one.chat.id == f"dm:{user}"]
        assert len(set(told)) == 1, user
