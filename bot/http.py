"""The one inbound server: routes are handed in, bounded and answered here; nothing is interpreted.

Adapters and sensors parse with pure functions and hand in a `Handler`. A body over the limit is refused before it is
read whole, and a request that takes too long is cut off.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from bot.logs import failed

_MAX_BODY = 256 * 1024
_TIME_S = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status, a short plain body, and what headers go with it."""

    status: int
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)


Handler = Callable[[Mapping[str, str], Mapping[str, str], bytes], Awaitable[Answer]]
"""(path parameters and the peer's address as `remote`, headers, body) → answer."""


class Inbound:
    """The server; `url` is known once it listens."""

    def __init__(self, host: str, port: int, *, any_port: bool = False) -> None:
        self._host = host
        self._port = port
        self._any_port = any_port
        self._app = web.Application(client_max_size=_MAX_BODY)
        self._runner: web.AppRunner | None = None
        self.url = ""

    def route(self, method: str, path: str, handler: Handler) -> None:
        """Adds a route before `start`; `path` may hold `{names}`."""

        async def handle(request: web.Request) -> web.Response:
            try:
                async with asyncio.timeout(_TIME_S):
                    path_and_peer = {**request.match_info, "remote": request.remote or ""}
                    answer = await handler(path_and_peer, request.headers, await request.read())
            except TimeoutError:
                answer = Answer(408)
            except web.HTTPException:
                raise
            except Exception as error:  # noqa: BLE001 - one request never ends the entrance
                failed(log, error, "a request to %s failed", path)
                answer = Answer(500)
            return web.Response(status=answer.status, text=answer.text, headers=answer.headers)

        self._app.router.add_route(method, path, handle)

    async def start(self) -> None:
        """Listens; port 0 takes any free one, and so does a taken port where any will do.

        Raises:
            OSError: the port is taken.
        """
        self._runner = web.AppRunner(self._app, access_log=None, handle_signals=False)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError:
            if not self._any_port:
                await self._runner.cleanup()
                raise
            await web.TCPSite(self._runner, self._host, 0).start()
        port = self._runner.addresses[0][1]
        self.url = f"http://{self._host}:{port}"

    async def stop(self) -> None:
        """Stops listening; requests under way end."""
        if self._runner is not None:
            await self._runner.cleanup()
