"""Where an authority and a witness are configured, a house has its log stamped and cosigned without being told to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web

from attest.crypto import KeyStore
from bot.bootstrap import open_house
from bot.settings_keys import Timestamp, WitnessServer
from tests.attest.authority import Authority
from tests.attest.witness_server import NAME, LocalWitness
from tests.talk import talking

pytestmark = pytest.mark.asyncio(loop_scope="module")


@asynccontextmanager
async def served(authority: Authority, witness: LocalWitness) -> AsyncIterator[str]:
    async def stamp(request: web.Request) -> web.Response:
        return web.Response(body=await authority(await request.read()), content_type="application/timestamp-reply")

    app = web.Application()
    app.add_routes([web.post("/tsa", stamp), web.post("/add-checkpoint", witness.add_checkpoint)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_receipt_s_log_is_stamped_and_cosigned_by_itself(tmp_path):
    async with talking(tmp_path, roles=("deliver", "chat", "verify")) as talk:
        await talk.receipt(talk.newcomer())
        keys, now = KeyStore(talk.data / "keys").public_keys("gyeongnam"), talk.clock.now()
        authority, witness = Authority(now), LocalWitness(keys, "gyeongnam", int(now.timestamp()))
        (tmp_path / "ca.pem").write_bytes(authority.trusted)
        async with served(authority, witness) as url:
            settings = replace(
                talk.house.settings,
                timestamp=Timestamp(f"{url}/tsa", tmp_path / "ca.pem"),
                witnesses=(WitnessServer(url, witness.witness.vkey),),
            )
            async with open_house(settings, talk.data, talk.clock) as house:
                await house.chat([], opens_seals=False)
                await house.rota.drain()
                log = house.log()
                point = await log.checkpoint("gyeongnam")
                note = await house.comparing(log, house.keys(opens=False)).cosigned("gyeongnam", point)

        assert f"\n— {NAME} " in note
        assert (talk.data / "log" / "gyeongnam" / "timestamps" / f"{point.size}.tsr").exists()
        assert witness.size == point.size
