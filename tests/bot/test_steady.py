"""What stands since the start is not looked through again."""

from __future__ import annotations

import gc

import pytest

from bot.steady import keep_steady


@pytest.fixture(autouse=True)
def thawed():
    yield
    gc.unfreeze()


async def test_what_is_there_is_set_aside_and_what_the_first_moments_bring_too():
    frozen, slept = list[int](), list[float]()
    first = [[number] for number in range(1_000)]

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        frozen.append(gc.get_freeze_count())
        first.extend([number] for number in range(5_000))

    await keep_steady(sleep)

    assert slept == [30.0]
    assert frozen[0] >= 1_000
    assert gc.get_freeze_count() - frozen[0] > 4_000


async def test_rubbish_is_not_kept_for_good():
    class Knot:
        made = 0

        def __init__(self) -> None:
            self.self = self
            Knot.made += 1

        def __del__(self) -> None:
            Knot.made -= 1

    async def sleep(_seconds: float) -> None:
        for _ in range(10):
            Knot()

    await keep_steady(sleep)

    assert Knot.made == 0
