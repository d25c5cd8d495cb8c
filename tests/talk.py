"""A whole house to talk to: the product's own bootstrap on its own demo, with a messenger that remembers.

staged site on loopback → open_house → the same roles, rota and router → people type, Dobi answers
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.bootstrap import House, open_house
from bot.clock import VirtualClock
from bot.demo.cafeteria import Poster
from bot.demo.stage import cafeterias, staged
from bot.messenger import InFile, Location, Messenger, Outgoing, Update
from bot.router import Router
from bot.settings import Person, Settings, load
from tests.fakes import FakeMessenger

POOL = 400
CHANGWON_CITY_HALL = Location(35.227912, 128.681134, accuracy_m=12.0)


@dataclass(slots=True)
class Talk:
    """The house and everybody who talks with it."""

    house: House
    clock: VirtualClock
    router: Router
    messenger: FakeMessenger
    config: Path
    posters: Mapping[str, Poster]
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _pool: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _steps: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def data(self) -> Path:
        """The data directory, for commands that join the same house."""
        return self.house.data_dir

    def newcomer(self) -> str:
        """A person of 경상남도 (직원, 총무과) whom no test has met yet."""
        return f"new{next(self._pool)}"

    async def say(
        self,
        user: str,
        text: str = "",
        *,
        chat: str | None = None,
        mention: bool = False,
        location: Location | None = None,
        files: Sequence[InFile] = (),
        press: str | None = None,
        update: str | None = None,
        sent_at: datetime | None = None,
        answers: str | None = None,
    ) -> list[Outgoing]:
        """What comes back for it, in order; a receipt's way through the outbox is waited for."""
        reference, now = f"say {next(self._numbers)}", self.clock.now()
        before = len(self.messenger.sent)
        await self.router.receive(
            Update(
                adapter="console",
                sender=user,
                received_at=now,
                id=update,
                chat=chat,
                text=text,
                mention=mention,
                location=location,
                files=tuple(files),
                press=press,
                sent_at=sent_at or now,
                reference=reference,
                answers=answers,
            )
        )
        if location is not None:
            await self.house.rota.drain()
        return [message for message in self.messenger.sent[before:] if message.reference == reference]

    async def press(self, user: str, message: Outgoing, label: str, *, chat: str | None = None) -> list[Outgoing]:
        """Presses the button of that label below a message."""
        return await self.say(user, press=button(message, label), chat=chat)

    async def advance(self, span: timedelta) -> list[Outgoing]:
        """Everything that was said while the clock moved."""
        before = len(self.messenger.sent)
        await self.house.rota.advance(self.clock, span)
        return self.messenger.sent[before:]

    async def agree(self, user: str) -> None:
        """Gives consent to location."""
        asked = await self.say(user, "출장")
        await self.press(user, asked[0], "동의합니다")

    def here(self, point: Location = CHANGWON_CITY_HALL) -> Location:
        """A point there that nobody else gave: two phones never measure the same to the last digit."""
        return replace(point, lat=round(point.lat + next(self._steps) * 1.3e-6, 7))

    async def receipt(self, user: str, document: str = "총무과-812") -> Outgoing:
        """A receipt of a person who agreed, for a trip that was announced."""
        await self.agree(user)
        await self.say(user, f"출장 {document}")
        return (await self.say(user, location=self.here()))[0]


def button(message: Outgoing, label: str) -> str:
    """What the button of that label carries."""
    return next(one.press for one in message.reply.buttons if one.label == label)


def labels(message: Outgoing) -> list[str]:
    """The words on a message's buttons."""
    return [one.label for one in message.reply.buttons]


def text(messages: Sequence[Outgoing]) -> str:
    """The one message that came back."""
    assert len(messages) == 1, [message.reply.text for message in messages]
    return messages[0].reply.text


@asynccontextmanager
async def talking(
    folder: Path,
    *,
    roles: Sequence[str] = ("sense", "crawl", "brief", "deliver", "chat", "verify"),
    messenger: Messenger | None = None,
    at: datetime | None = None,
) -> AsyncIterator[Talk]:
    """The demo with these roles, its site crawled, at Monday 11:30 or `at`; `messenger` takes the fake one's place."""
    data, fake = folder / "data", FakeMessenger()
    speaker = messenger or fake
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(staged(data, at, lambda: datetime.now(UTC), virtual=True))
        house = await stack.enter_async_context(open_house(_peopled(load(stage.config)), data, stage.clock))
        posters: Mapping[str, Poster] = {}
        if "sense" in roles:
            entrance = await house.sense(any_port=True)
            posters = await stack.enter_async_context(cafeterias(house, stage, entrance.url))
        if "crawl" in roles:
            await house.crawl()
        if "brief" in roles:
            await house.brief()
        if "deliver" in roles:
            house.deliver([speaker])
        router = await house.chat([speaker], opens_seals="verify" in roles)
        await house.rota.drain()
        assert isinstance(stage.clock, VirtualClock)
        yield Talk(house, stage.clock, router, fake, stage.config, posters)


def _peopled(settings: Settings) -> Settings:
    """The demo's settings with a pool of further people, so that each test meets its own."""
    first, *others = settings.institutions
    kim = next(person for person in first.people if person.id == "kim")
    pool = [_like(kim, f"new{number}") for number in range(1, POOL + 1)]
    return replace(settings, institutions=(replace(first, people=(*first.people, *pool)), *others))


def _like(person: Person, name: str) -> Person:
    return replace(person, id=name, addresses={"console": name})
