"""A house that several messengers speak with: who writes from which, and what each of them got."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.bootstrap import House, open_house
from bot.clock import VirtualClock
from bot.messenger import Outgoing, Update
from bot.router import Router
from bot.settings import load
from tests.fakes import FakeMessenger

START = datetime(2026, 11, 23, 2, 50, tzinfo=UTC)  # 11:50 in Korea

EMPTY = "[catalogue]\nenabled = false\n[embedding]\n"
HOME = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "kim"
name = "김하나"
department = "총무과"
telegram = 111
[[institution.person]]
id = "park"
name = "박새로"
department = "정보화담당관"
roles = ["직원", "관리자"]
telegram = 222
[catalogue]
enabled = false
"""


class Telegram(FakeMessenger):
    """Another messenger."""

    name = "telegram"


@dataclass(slots=True)
class Phones:
    """The house, and everything that was sent."""

    house: House
    clock: VirtualClock
    router: Router
    messengers: Sequence[FakeMessenger]
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def says(
        self, who: str, text: str = "", *, press: str | None = None, update: str | None = None, chat: str | None = None
    ) -> list[Outgoing]:
        """What comes back for what `telegram:1` or `console:kim` writes."""
        adapter, _, sender = who.partition(":")
        reference = f"say {next(self._numbers)}"
        before = {one.name: len(one.sent) for one in self.messengers}
        now = self.clock.now()
        await self.router.receive(
            Update(adapter, sender, now, id=update, text=text, press=press, reference=reference, sent_at=now, chat=chat)
        )
        return [one for each in self.messengers for one in each.sent[before[each.name] :] if one.reference == reference]

    async def read(self, who: str, text: str, **more: str) -> str:
        """The one text that comes back."""
        found = await self.says(who, text, **more)
        assert len(found) == 1, [one.reply.text for one in found]
        return found[0].reply.text

    async def got(self, who: str, since: int = 0) -> list[str]:
        """Everything that this address ever got, once what waits has been sent."""
        await self.house.rota.drain()
        adapter, _, sender = who.partition(":")
        return [
            one.reply.text
            for each in self.messengers
            if each.name == adapter
            for one in each.sent[since:]
            if one.chat.id == f"dm:{sender}"
        ]

    async def later(self, span: timedelta) -> None:
        """Time passes."""
        await self.house.rota.advance(self.clock, span)


def button(message: Outgoing, label: str) -> str:
    """What the button of that label carries."""
    return next(one.press for one in message.reply.buttons if one.label == label)


def code_in(text: str) -> str:
    """The code that a text shows."""
    return next(word for word in text.replace("(", " ").split() if word.count("-") == 2 and len(word) == 11)


def written(folder: Path, settings: str) -> Path:
    """A settings file of these words."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "dobi.toml"
    config.write_text(settings, encoding="utf-8")
    config.chmod(0o600)
    return config


@asynccontextmanager
async def phones(folder: Path, settings: str = HOME, *, at: datetime = START) -> AsyncIterator[Phones]:
    """The house on these settings; another on the same folder joins its server."""
    config, clock = written(folder, settings), VirtualClock(at)
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(load(config), folder / "data", clock))
        messengers = [FakeMessenger(), Telegram()]
        house.deliver(messengers)
        router = await house.chat(messengers, opens_seals=False)
        await house.rota.drain()
        yield Phones(house, clock, router, messengers)
