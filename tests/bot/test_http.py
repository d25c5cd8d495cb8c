"""The inbound server: bounded, polite about faults, and on another port where any will do."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.http import Answer, Inbound


@asynccontextmanager
async def listening(handler, port=0, *, any_port=False):
    inbound = Inbound("127.0.0.1", port, any_port=any_port)
    inbound.route("POST", "/sensors/{institution}/{sensor}", handler)
    await inbound.start()
    try:
        async with aiohttp.ClientSession(inbound.url) as session:
            yield inbound, session
    finally:
        await inbound.stop()


async def echo(path, headers, body):
    return Answer(200, f"{path['institution']} {headers['X-Name']} {len(body)}")


async def test_a_handler_gets_path_headers_and_body():
    async with listening(echo) as (_, session):
        got = await session.post("/sensors/a/cam1", data=b"123", headers={"X-Name": "n"})

        assert (got.status, await got.text()) == (200, "a n 3")


async def test_a_body_over_the_limit_is_refused():
    async with listening(echo) as (_, session), session.post("/sensors/a/cam1", data=b"x" * 300_000) as got:
        assert got.status == 413


async def test_a_broken_handler_answers_500_and_nothing_of_the_fault(caplog):
    async def broken(_path, _headers, _body):
        raise RuntimeError("secret")

    with caplog.at_level(logging.CRITICAL):
        async with listening(broken) as (_, session), session.post("/sensors/a/cam1") as got:
            assert (got.status, await got.text()) == (500, "")


async def test_a_taken_port_is_a_fault_unless_any_will_do():
    async with listening(echo) as (first, _):
        port = int(first.url.rsplit(":", 1)[1])
        with pytest.raises(OSError, match="address already in use"):
            await Inbound("127.0.0.1", port).start()
        async with listening(echo, port, any_port=True) as (second, _):
            assert second.url != first.url
    await asyncio.sleep(0)
