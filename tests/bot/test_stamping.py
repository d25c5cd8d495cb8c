"""A time stamp over the wire: a local authority answers, and whatever else answers is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from attest.crypto import KeyStore
from attest.errors import TimestampError
from attest.log import ReceiptLog
from attest.timestamps import Timestamps
from bot.stamping import Authority
from tests.attest.authority import Authority as Answering

TENANT = "gyeongnam"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def served() -> AsyncIterator[Callable[..., object]]:
    """Serves a handler on loopback; its address."""
    runners = []

    async def serve(handler) -> str:
        application = web.Application()
        application.router.add_post("/", handler)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        runners.append(runner)
        return f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/"

    yield serve
    for runner in runners:
        await runner.cleanup()


async def in_process(function, /, *args, timeout_s=None):
    return function(*args)


async def test_a_checkpoint_is_stamped_by_an_authority_on_the_wire(database, clock, session, served, tmp_path: Path):
    answering, asked = Answering(clock()), []

    async def stamp(request: web.Request) -> web.Response:
        asked.append(request.content_type)
        return web.Response(body=await answering(await request.read()), content_type="application/timestamp-reply")

    log = ReceiptLog(database, KeyStore(tmp_path / "keys"), clock)
    await log.append(TENANT, "access", {"n": 1}, "k")
    (tmp_path / TENANT).mkdir()
    (tmp_path / TENANT / "tsa.pem").write_bytes(answering.trusted)

    stamps = Timestamps(database, log, tmp_path, in_process, Authority(session, await served(stamp)))

    assert (await stamps.stamp(TENANT)).at == clock()
    assert asked == ["application/timestamp-query"]


async def test_whatever_else_answers_is_refused(session, served):
    async def busy(_: web.Request) -> web.Response:
        return web.Response(status=503)

    async def elsewhere(_: web.Request) -> web.Response:
        raise web.HTTPFound("http://127.0.0.1:1/")

    for url in (await served(busy), await served(elsewhere), "http://127.0.0.1:1/", "nothing"):
        with pytest.raises(TimestampError):
            await Authority(session, url)(b"x")


async def test_an_endless_answer_is_cut(session, served):
    async def endless(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * 1_000_000)

    assert len(await Authority(session, await served(endless))(b"x")) == 65_537
