"""A server that answers as it is told: for the odd, documented and undocumented, days of other people's platforms."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.messenger import Chat, Outgoing, Reply
from bot.messengers import Tools, open_messenger
from bot.settings import MessengerAccount, Secret

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
PAGE = "<html><body>로그인이 필요합니다</body></html>"
Answer = Callable[[web.Request], web.StreamResponse | Awaitable[web.StreamResponse] | None]


class Memory:
    """A bookmark."""

    def __init__(self, text: str | None = None) -> None:
        self.text = text

    async def get(self) -> str | None:
        return self.text

    async def set(self, text: str) -> None:
        self.text = text


async def at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


def tools(bookmark: Memory | None = None) -> Tools:
    return Tools(lambda: NOW, at_once, bookmark or Memory())


def told(data: Any, status: int = 200, **headers: str) -> web.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(status=status, text=json.dumps(data), content_type="application/json", headers=named)


def page(status: int) -> web.Response:
    """What a proxy, a portal or a gateway says in the platform's place."""
    return web.Response(status=status, text=PAGE, content_type="text/html", headers={"Location": "/login"})


@dataclass
class Odd:
    """Where it listens, and what it was asked: method and path, body."""

    url: str = ""
    asked: list[tuple[str, bytes]] = field(default_factory=list)


@asynccontextmanager
async def odd(answer: Answer) -> AsyncIterator[Odd]:
    """Answers everything by `answer`; what that has no answer for is a 404 without a word."""
    found = Odd()

    async def handle(request: web.Request) -> web.StreamResponse:
        found.asked.append((f"{request.method} {request.path}", await request.read()))
        said = answer(request)
        said = await said if isinstance(said, Awaitable) else said
        return said or web.Response(status=404)

    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield found
    finally:
        await runner.cleanup()


def account(adapter: str, options: Mapping[str, str], **secrets: str) -> MessengerAccount:
    return MessengerAccount(adapter, {name: Secret(text, "test") for name, text in secrets.items()}, options)


def out(adapter: str, to: str, text: str = "안녕하십니까", **more: Any) -> Outgoing:
    over = {name: more.pop(name) for name in ("edits", "edits_native", "thread", "kind") if name in more}
    return Outgoing("g", Chat(adapter, to, to.startswith("dm:")), "m1", Reply(text, **more), **over)


async def sent(account_: MessengerAccount, *messages: Outgoing) -> list[Any]:
    """What becomes of messages, one after the other."""
    messenger = open_messenger(account_, tools())
    try:
        async with asyncio.timeout(60):
            return [await messenger.send(one) for one in messages]
    finally:
        await messenger.close()
