"""How Slack hands out what happened: envelopes over a websocket, or signed requests; three seconds, then again.

docs.slack.dev/apis/events-api (answer within 3 s; three further tries: at once, after 1 minute, after 5),
/using-socket-mode (hello, envelope_id, disconnect, up to ten connections, an envelope goes to one of them),
/verifying-requests-from-slack.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
import time
from collections import deque
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.conformance.slack import manifest

Payload = dict[str, Any]

DEADLINE_S = 3.0
TRIES_AFTER_S = (0.0, 60.0, 300.0)
MOST_CONNECTIONS = 10


def kind_of(payload: Payload) -> str:
    if "command" in payload:
        return "slash_commands"
    return "events_api" if payload["type"] == "event_callback" else "interactive"


class Handing:
    """Both ways. `hurry` makes the pauses between tries that much shorter; an answer may take `deadline_s`."""

    def __init__(self, secret: str, hurry: float = 1.0, deadline_s: float = DEADLINE_S) -> None:
        self._secret = secret
        self._hurry = hurry
        self._deadline_s = deadline_s
        self._sockets: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)
        self._open: dict[str, asyncio.Future[None]] = {}
        self._waiting: deque[asyncio.Future[web.WebSocketResponse]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self.url = ""
        self.last: Payload | None = None
        self.acks: list[float] = []
        self.retries: list[tuple[int, str]] = []
        self.given_up = 0
        self.untold = 0
        self.stalled = False

    def ticket(self) -> str:
        """A ticket for one connection."""
        made = f"t{next(self._numbers)}"
        self._tickets.add(made)
        return made

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """A connection of the app's."""
        if request.query.get("ticket") not in self._tickets or len(self._sockets) >= MOST_CONNECTIONS:
            raise web.HTTPForbidden
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse(autoping=not self.stalled)
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": len(self._sockets) + 1, "connection_info": {}})
        self._sockets.append(socket)
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(socket)
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._acknowledged(json.loads(message.data))
        finally:
            self._sockets.remove(socket)
        return socket

    def _acknowledged(self, told: Payload) -> None:
        waiting = self._open.pop(told["envelope_id"], None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def hand(self, payload: Payload) -> asyncio.Task[None]:
        """Hands a payload out until it is acknowledged or given up; what the app did not ask for is told to nobody."""
        if payload.get("type") == "event_callback" and not manifest.told(payload["event"]):
            self.untold += 1
            return asyncio.create_task(asyncio.sleep(0))
        self.last = payload
        task = asyncio.create_task(self._until(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _until(self, payload: Payload) -> None:
        reason = ""
        events = kind_of(payload) == "events_api"
        for number, after_s in enumerate((None, *TRIES_AFTER_S)):
            if after_s is not None:
                await asyncio.sleep(after_s / self._hurry)
                self.retries.append((number, reason))
            began = time.perf_counter()
            reason = await (self._post(payload, number, reason) if self.url else self._send(payload, number, reason))
            if not reason:
                self.acks.append(time.perf_counter() - began)
                return
            if not events and self.url:  # people see that it failed, and try themselves
                break
        self.given_up += 1

    async def _send(self, payload: Payload, number: int, reason: str) -> str:
        """Empty when acknowledged, else why not."""
        kind, envelope = kind_of(payload), f"e{next(self._numbers)}"
        told: Payload = {"envelope_id": envelope, "type": kind, "payload": payload}
        told["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            told |= {"retry_attempt": number, "retry_reason": reason}
        waiting = self._open[envelope] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._deadline_s + (30 if not self._sockets else 0)):
                socket = self._sockets[-1] if self._sockets else await self._connected()
                with contextlib.suppress(ConnectionError):
                    await socket.send_json(told)
                await waiting
        except TimeoutError:
            return "timeout"
        finally:
            self._open.pop(envelope, None)
        return ""

    async def _connected(self) -> web.WebSocketResponse:
        waiting: asyncio.Future[web.WebSocketResponse] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        return await waiting

    async def _post(self, payload: Payload, number: int, reason: str) -> str:
        body, kind = self.body(payload)
        head = self.signed(body) | {"Content-Type": kind}
        if number:
            head |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        try:
            async with asyncio.timeout(self._deadline_s):
                return "" if await self.post(body, head) == 200 else "http_error"
        except TimeoutError:
            return "http_timeout"
        except aiohttp.ClientError:
            return "connection_failed"

    def body(self, payload: Payload) -> tuple[bytes, str]:
        """The request's body and its type."""
        kind = kind_of(payload)
        if kind == "events_api":
            return json.dumps(payload).encode(), "application/json"
        form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        return urlencode(form).encode(), "application/x-www-form-urlencoded"

    def signed(self, body: bytes, *, at: float | None = None, secret: str | None = None) -> dict[str, str]:
        """The headers of a request that Slack signed (or, with another secret, somebody else)."""
        stamp = str(int(time.time() if at is None else at))
        key = (self._secret if secret is None else secret).encode()
        digest = hmac.new(key, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def post(self, body: bytes, headers: dict[str, str]) -> int:
        """The status of a request to the app."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with self._session.post(self.url, data=body, headers=headers) as answer:
            await answer.read()
            return answer.status

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Slack asks every connection to be made anew."""
        for socket in list(self._sockets):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})

    async def cut(self) -> None:
        """Every connection breaks without a word."""
        for socket in list(self._sockets):
            transport = socket._req.transport if socket._req is not None else None
            if transport is not None:
                transport.abort()
        await asyncio.sleep(0)

    @property
    def connections(self) -> int:
        return len(self._sockets)

    async def settled(self) -> None:
        """Returns when nothing is under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks))
        for socket in list(self._sockets):
            await socket.close()
        if self._session is not None:
            await self._session.close()
