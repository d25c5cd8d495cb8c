"""Slack as its documentation says it is: a loopback server of our own, strict in the platform's own ways.

It knows nothing of the adapter but its settings. Limits are Slack's, `factor` times as fast; `hurry` shortens the three
seconds and the pauses between redeliveries. With `http`, events come as signed requests instead of over a websocket.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.http import Inbound
from bot.messengers.slack import PATH, SlackMessenger, make
from bot.messengers.tools import Tools
from bot.settings import MessengerAccount, Secret
from tests.conformance.peer import Can, Fault, Seen
from tests.conformance.slack import manifest, rules
from tests.conformance.slack.api import Api
from tests.conformance.slack.handing import Handing, kind_of
from tests.conformance.slack.workspace import BOT, GROUP, PEOPLE, Channel, Payload, Stored, Workspace

SIGNS = {"👍": "+1", "👎": "-1"}
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-strict-bot", "xapp-strict-app", "strict-signing-secret"


def missing() -> str:
    """Nothing."""
    return ""


class NoBookmark:
    """Slack needs none."""

    async def get(self) -> str | None:
        return None

    async def set(self, text: str) -> None:
        raise AssertionError("nothing is to be remembered")


@dataclass
class StrictSlack:
    """The workspace and everybody in it."""

    messenger: SlackMessenger
    account: MessengerAccount
    space: Workspace
    api: Api
    handing: Handing
    http: bool = False
    name: str = "slack"
    people: tuple[str, str] = PEOPLE
    group: str = GROUP
    can: frozenset[Can] = field(init=False)

    def __post_init__(self) -> None:
        able = {Can.TALK, Can.EDIT, Can.UPLOAD, Can.PRESS, Can.REPEAT, Can.FAULTS, Can.GROUP, Can.THREAD, Can.BLOCK}
        self.can = frozenset(able | ({Can.FORGE} if self.http else set()))

    def place(self, user: str, chat: str | None) -> Channel:
        return self.space.room(user) if chat is None else self.space.channels[chat]

    def calls_at(self, base: str) -> None:
        """See `tests.conformance.peer.Calling`; with signed requests alone."""
        assert self.http, "whoever has a websocket is not called"
        self.handing.url = f"{base}{PATH}"

    async def say(
        self, user: str, text: str, *, chat: str | None = None, mention: bool = False, thread: str | None = None
    ) -> str:
        """Somebody writes; what begins with a slash is a command, as Slack's own clients have it."""
        channel = self.place(user, chat)
        command, _, rest = text.partition(" ")
        if command.startswith("/"):
            assert command in manifest.commands(), f"Slack knows no command {command}"
            self.handing.hand(self.space.command(user, command, rest, channel))
            return ""
        first = None if thread is None else thread.rpartition(":")[2]
        for payload in self.space.said(user, text, channel, mention=mention, thread=first):
            self.handing.hand(payload)
        return f"{channel.id}:{channel.messages[-1]['ts']}"

    async def edit(self, user: str, native: str, text: str) -> None:
        channel, _, ts = native.partition(":")
        self.handing.hand(self.space.edited(user, self.space.channels[channel], ts, text))

    async def share(self, user: str, lat: float, lon: float, accuracy_m: float | None = None) -> str:
        raise NotImplementedError("Slack has no such thing")

    async def upload(self, user: str, name: str, data: bytes, text: str = "") -> str:
        file = Stored(self.space.id("F"), name, user, data)
        self.space.files[file.id] = file
        channel, described = self.space.room(user), [self.api.described(file)]
        for payload in self.space.said(user, text, channel, subtype="file_share", files=described, upload=False):
            self.handing.hand(payload)
        return f"{channel.id}:{channel.messages[-1]['ts']}"

    async def press(self, user: str, label: str) -> None:
        channel, message, button = self.space.found(user, label)
        self.handing.hand(self.space.pressed(user, channel, message, button))

    async def react(self, user: str, native: str, sign: str, *, off: bool = False) -> None:
        """Somebody puts a sign on a message, or takes it off; `sign` is the sign itself, or Slack's name of it."""
        channel, _, ts = native.partition(":")
        name = SIGNS.get(sign, sign)
        self.handing.hand(self.space.reacted(user, self.space.channels[channel], ts, name, off=off))

    async def repeat(self) -> None:
        assert self.handing.last is not None
        self.handing.hand(self.handing.last)

    async def forge(self, user: str, text: str) -> int:
        payload = self.space.event(
            {"type": "message", "user": user, "text": text, "ts": self.space.ts(), "channel": "D1"}
        )
        body, kind = self.handing.body(payload)
        return await self.handing.post(body, self.handing.signed(body, secret="another") | {"Content-Type": kind})

    async def whispered(self) -> list[tuple[str, str]]:
        """What was shown to one person of a channel: whose, and the words."""
        return [(user, rules.read(one.get("blocks"), one.get("text", ""))) for _, user, one in self.space.whispers]

    async def seen(self, chat: str) -> list[Seen]:
        channel = self.place(chat.removeprefix("dm:"), None if chat.startswith("dm:") else chat)
        return [self._seen(channel, one) for one in channel.messages if one["user"] == BOT]

    def _seen(self, channel: Channel, one: Payload) -> Seen:
        blocks = one.get("blocks") or []
        labels = [rules.shown(e["text"]) for block in blocks for e in block.get("elements", ())]
        thread, native = one.get("thread_ts"), f"{channel.id}:{one['ts']}"
        file = self.space.files[one["files"][0]["id"]] if one.get("files") else None
        image = file.data if file is not None and file.mimetype.startswith("image/") else None
        return Seen(
            native=native,
            text=rules.read(blocks, one.get("text", ""), mrkdwn=str(one.get("mrkdwn", "1")).lower() in {"1", "true"}),
            image=image,
            file=None if file is None or image is not None else (file.name, file.data or b""),
            buttons=tuple(labels),
            thread=None if thread is None else f"{channel.id}:{thread}",
            edited="edited" in one,
        )

    async def exists(self, user: str, native: str) -> bool:
        return any(native.endswith(f":{one['ts']}") for one in self.space.room(user).messages)

    def fault(self, fault: Fault, count: int = 1) -> None:
        self.api.faults.extend([fault.value] * count)

    async def block(self, user: str, *, back: bool = False) -> None:
        """The workspace ends somebody's account: nobody there blocks an app."""
        (self.space.disabled.discard if back else self.space.disabled.add)(user)

    async def move(self) -> str:
        """The channel gets another id, as it may when another organisation comes in; only an event says so."""
        old, new = self.space.channels.pop(self.group), self.space.id("C")
        old.id, self.space.channels[new] = new, old
        await self.tell({"type": "channel_id_changed", "old_channel_id": self.group, "new_channel_id": new})
        return new

    def calls(self) -> Mapping[str, int]:
        return self.api.calls

    async def tell(self, event: dict[str, Any]) -> None:
        """Any other event."""
        self.handing.hand(self.space.event(event))

    async def bot_says(self, text: str, channel: str = GROUP, **more: Any) -> None:
        """Another app's message."""
        event = {
            "type": "message", "subtype": "bot_message", "bot_id": "B0OTHER", "text": text, "channel": channel,
            "ts": self.space.ts(), "channel_type": "channel", **more,
        }  # fmt: skip
        await self.tell(event)

    async def shortcut(self, user: str, name: str) -> None:
        self.handing.hand(self.space.shortcut(user, name))

    async def submit(self, user: str, values: dict[str, str]) -> None:
        """Somebody fills the form before them."""
        async with asyncio.timeout(60):
            while user not in self.space.views:  # noqa: ASYNC110 - the server sets no event
                await asyncio.sleep(0.01)
        self.handing.hand(self.space.submitted(user, values))

    async def settled(self) -> None:
        """Everything was handed out."""
        await self.handing.settled()

    @property
    def kinds(self) -> str:
        return "" if self.handing.last is None else kind_of(self.handing.last)


@asynccontextmanager
async def opened(
    folder: Path,
    now: Callable[[], datetime],
    *,
    http: bool = False,
    factor: float = 1.0,
    hurry: float = 1.0,
    deadline_s: float | None = None,
    answer_s: float = 2.0,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[StrictSlack]:
    """The server, and an adapter that is set up for it."""
    space = Workspace(now)
    handing = Handing(SECRET, hurry, 3.0 / hurry if deadline_s is None else deadline_s)
    api = Api(space, handing, (BOT_TOKEN, APP_TOKEN), factor)
    api.slow_s = answer_s + 1.5
    app = web.Application(client_max_size=64 * 2**20)
    app.add_routes(api.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    space.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    account = MessengerAccount(
        "slack",
        {name: Secret(value, "test") for name, value in _secrets().items()},
        {"base_url": f"{space.base}/api/", "answer_s": str(answer_s), "mode": "http" if http else "socket"},
    )
    inbound = Inbound("127.0.0.1", 0)
    messenger = make(account, Tools(now, sleep, NoBookmark(), inbound.route))
    peer = StrictSlack(messenger, account, space, api, handing, http)
    if http:
        await inbound.start()
        peer.calls_at(inbound.url)
    try:
        yield peer
    finally:
        await handing.stop()
        await messenger.close()
        await inbound.stop()
        await runner.cleanup()


@asynccontextmanager
async def hurried(folder: Path, now: Callable[[], datetime], *, http: bool = False) -> AsyncIterator[StrictSlack]:
    """For random kills: processes come up far more often than Slack's limits and pauses are made for."""
    async with opened(folder, now, http=http, factor=20, hurry=20, deadline_s=3.0) as peer:
        yield peer


def _secrets() -> dict[str, str]:
    return {"bot_token": BOT_TOKEN, "app_token": APP_TOKEN, "signing_secret": SECRET}
