"""Receivers and chat workers die by kill -9 while people write: nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from tests.naverworks_house import Working, deployment

PEOPLE = 24
PATIENCE_S = 60.0


def maps(worker: Working) -> set[str]:
    """The packages whose machine code a process has loaded."""
    assert worker.process is not None
    text = Path(f"/proc/{worker.process.pid}/maps").read_text()
    return set(re.findall(r"site-packages/([^/\n]+)/", text))


async def test_nothing_acknowledged_is_lost_and_at_most_a_reply_is_doubled_for_each_kill(tmp_path: Path) -> None:
    async with deployment(tmp_path, PEOPLE) as house:
        receive, chat = await asyncio.gather(house.work("receive"), house.work("chat"))
        kills, loaded = 0, maps(receive)
        acknowledged: set[int] = set()
        for number in range(PEOPLE):
            if number == 8:
                chat.kill()
                kills += 1
            if number == 14:
                receive.kill()
                kills += 1
            if number == 17:
                await receive.ready.wait()
            if await house.say(number, "도움말") == 200:
                acknowledged.add(number)
        async with asyncio.timeout(PATIENCE_S):
            while not all(house.heard(number) for number in acknowledged):  # noqa: ASYNC110 - the peer sets no event
                await asyncio.sleep(0.1)

        assert not loaded & {
            "matplotlib",
            "sklearn",
            "scipy",
            "tokenizers",
            "PIL",
        }  # who hears needs no chart and no model
        replies = [len(house.heard(number)) for number in acknowledged]
        usual = min(replies)
        assert len(acknowledged) >= PEOPLE - 4  # whoever wrote while nobody listened was told so
        assert sum(count > usual for count in replies) <= kills
        assert (receive.lives, chat.lives) == (2, 2)
        assert any("네이버웍스" in line for line in receive.said)
