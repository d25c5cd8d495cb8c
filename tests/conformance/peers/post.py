"""An office's own system that takes signed posts: strict in the signature, the clock, the form and the ids it knows."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from aiohttp import web

from bot.settings import MessengerAccount, Secret
from tests.conformance.peer import Can, Fault, Seen
from tests.conformance.peers.one_way import OneWayPeer

_FIELDS = {"id", "to", "text", "kind", "url", "at"}
_KINDS = {"reply", "instant", "digest", "correction", "reminder", "alert", "notice"}
WAITS_S = 1.0


def missing() -> str:
    """It needs nothing."""
    return ""


class Receiver:
    """The system's entrance."""

    def __init__(self, key: bytes, now: Callable[[], datetime]) -> None:
        self._key = key
        self._now = now
        self.taken: dict[str, dict[str, str]] = {}
        self.peer: PostPeer | None = None

    async def take(self, request: web.Request) -> web.Response:
        peer = self.peer
        assert peer is not None
        body = await request.read()
        peer.counts["post"] += 1
        fault = peer.faults.popleft() if peer.faults else None
        if fault is Fault.FLOOD:
            peer.counts["refused"] += 1
            return web.Response(status=429, headers={"Retry-After": "1"})
        if fault is Fault.ERROR:
            return web.Response(status=500)
        if fault is Fault.CUT:
            return self._cut(request)
        status = self._judged(request, body)
        if fault is Fault.LOST:
            return self._cut(request)
        if fault is Fault.SLOW:
            await asyncio.sleep(WAITS_S * 1.5)
        return web.Response(status=status)

    @staticmethod
    def _cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response(status=499)

    def _judged(self, request: web.Request, body: bytes) -> int:
        stamp = request.headers.get("X-Dobi-Timestamp", "")
        want = "sha256=" + hmac.new(self._key, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(want, request.headers.get("X-Dobi-Signature", "")):
            return 401
        if not stamp.isdigit() or abs(self._now().timestamp() - int(stamp)) > 300:
            return 401
        record = json.loads(body)
        if not set(record) >= _FIELDS or set(record) - _FIELDS - {"edits"} or record["kind"] not in _KINDS:
            return 400
        assert self.peer is not None
        if record["to"] not in {*self.peer.people, self.peer.group} or record["to"] in self.peer.blocked:
            return 410
        self.taken.setdefault(record["id"], record)
        return 200


class PostPeer(OneWayPeer):
    """The people who read what that system shows."""

    name = "post"
    can = frozenset({Can.FAULTS, Can.BLOCK, Can.GROUP})

    def __init__(self, account: MessengerAccount, now: Callable[[], datetime], receiver: Receiver) -> None:
        super().__init__(account, now)
        self._receiver = receiver

    async def seen(self, chat: str) -> list[Seen]:
        """What was shown to somebody."""
        to = chat.removeprefix("dm:")
        return [Seen(one["id"], one["text"]) for one in self._receiver.taken.values() if one["to"] == to]


@asynccontextmanager
async def opened(folder: Path, now: Callable[[], datetime]) -> AsyncIterator[PostPeer]:
    """A receiver on 127.0.0.1."""
    key = secrets.token_hex(16)
    receiver = Receiver(key.encode(), now)
    app = web.Application(client_max_size=2**20)
    app.router.add_post("/alerts", receiver.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/alerts"
    account = MessengerAccount("post", {"key": Secret(key, "test")}, {"url": url, "timeout_s": str(WAITS_S)})
    receiver.peer = peer = PostPeer(account, now, receiver)
    try:
        yield peer
    finally:
        await peer.messenger.close()  # type: ignore[attr-defined]
        await runner.cleanup()
