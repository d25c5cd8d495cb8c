"""A road between an adapter and a platform on which bad days are played: refusals, cuts, lost and late answers."""

from __future__ import annotations

import asyncio
import io
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from tests.conformance.peer import Fault

Change = Callable[[str, str, bytes], Awaitable[bytes]]
"""(method, path with query, the answer's body) → the body that the adapter gets."""

_DROPPED = frozenset(
    {"content-length", "transfer-encoding", "connection", "content-encoding", "host", "date", "server"}
)


class Relay:
    """Hands requests through; those that `sends` names meet the faults. `named` says what a request is counted as."""

    def __init__(
        self,
        target: str,
        sends: Callable[[str, str], bool],
        named: Callable[[str, str], str],
        flood: Callable[[], web.Response],
        error: Callable[[], web.Response],
        slow_s: float,
        change: Change | None = None,
    ) -> None:
        self._target = target
        self._sends = sends
        self._named = named
        self._flood = flood
        self._error = error
        self._slow_s = slow_s
        self._change = change
        self.faults: deque[Fault] = deque()
        self.calls: Counter[str] = Counter()
        self.url = ""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Relay]:
        """Listens on 127.0.0.1."""
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/{any:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        timeout = aiohttp.ClientTimeout(total=120)
        async with aiohttp.ClientSession(timeout=timeout, auto_decompress=True) as self._session:
            try:
                yield self
            finally:
                await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body, path = await request.read(), request.raw_path
        self.calls[self._named(request.method, path)] += 1
        fault = self.faults.popleft() if self.faults and self._sends(request.method, path) else None
        if fault is Fault.FLOOD:
            self.calls["refused"] += 1
            return self._flood()
        if fault is Fault.ERROR:
            return self._error()
        if fault is Fault.CUT:
            return self._cut(request)
        answer = await self._passed(request, path, body)
        if fault is Fault.LOST:
            return self._cut(request)
        if fault is Fault.SLOW:
            await asyncio.sleep(self._slow_s)
        return answer

    @staticmethod
    def _cut(request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=499)

    async def _passed(self, request: web.Request, path: str, body: bytes) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _DROPPED}
        url = f"{self._target}{path}"
        made = aiohttp.client.URL(url, encoded=True)
        async with self._session.request(
            request.method, made, data=io.BytesIO(body) if body else None, headers=headers
        ) as answer:
            data = await answer.read()
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _DROPPED}
            if answer.status == 429:
                self.calls["refused"] += 1
            if self._change is not None:
                data = await self._change(request.method, path, data)
            return web.Response(status=answer.status, body=data, headers=kept)
