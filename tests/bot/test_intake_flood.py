"""One institution's flood, through a platform that hands out everybody's updates in one row, silences no other."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.intake import Entrance, Intake, Put
from bot.intake_signs import Signs
from tests.conformance.peers import telegram

ONE, OTHER = "gyeongnam", "changwon"


async def test_telegrams_polling_goes_on_though_one_institution_has_no_room(database, clock, tmp_path: Path):
    kept: list[Put] = []
    async with telegram.opened(tmp_path, clock) as peer:
        flooding, quiet = peer.people
        intake = Intake(database, "a", tenant_bytes=4_000)
        entrance = Entrance(intake, lambda update: ONE if update.sender == flooding else OTHER, kept.append)
        listening = asyncio.create_task(peer.messenger.run(entrance.receive))

        for number in range(40):
            await peer.say(flooding, f"{number} " + "가" * 300)
        await peer.say(quiet, "식당")
        async with asyncio.timeout(60):
            while len(kept) < 41:  # noqa: ASYNC110 - the peer sets no event
                await asyncio.sleep(0.01)

        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    assert kept[-1] is Put.NEW
    assert {*kept} == {Put.NEW, Put.REFUSED}
    (heard,) = (await intake.lease(OTHER, "telegram")).taken
    assert heard.update.text == "식당"
    assert await Signs(database).waiting([ONE]) == kept.count(Put.NEW) - 1 + 1  # without the quiet one, with one note
