"""Where quiet hours hold without anybody having asked for them."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.bootstrap import open_house
from bot.clock import Clock, TickingClock, VirtualClock
from bot.hours import ANY_HOUR, USUAL
from bot.settings import parse

BARE = '[[institution]]\nid = "gyeongnam"\nname = "경상남도"\n[catalogue]\nenabled = false\n'
TELEGRAM = BARE + '[messenger.telegram]\ntoken = "123:abc"\n'
NIGHT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("settings", "clock", "expected"),
    [
        (BARE, TickingClock(lambda: NIGHT), ANY_HOUR),
        (BARE, VirtualClock(NIGHT, chosen=False), ANY_HOUR),
        (BARE, VirtualClock(NIGHT), USUAL),
        (TELEGRAM, TickingClock(lambda: NIGHT), USUAL),
    ],
    ids=["a console at some hour", "a virtual one too", "a chosen time", "something that rings"],
)
async def test_nothing_is_held_where_nothing_rings(
    tmp_path: Path, settings: str, clock: Clock, expected: object
) -> None:
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(parse(settings, {}, file_mode=None), tmp_path, clock))

        found = await house.choices.of("gyeongnam", "@kim")

    assert found == expected
