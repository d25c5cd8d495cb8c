"""How long 식당 takes: `python tests/bench/bench_askers.py`.

The whole house on the demo: router, roster, the inbox in the database, estimate, forecast, picture. Each asker finds
the second's figures not yet computed (the clock moves before each), as one does who asks alone; then 500 at once.
Beside it the cheapest answer of the same router (도움말), which shares all but the cafeteria.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import KST
from occupancy import chart
from tests.talk import Talk, talking, text

NOON = datetime(2026, 11, 23, 12, 10, tzinfo=KST)
ALONE, CROWD = 60, 500


async def timed(what: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await what()
    return 1000 * (time.perf_counter() - started)


def show(name: str, took: list[float], aim: str = "") -> None:
    ordered = sorted(took)
    p95 = ordered[int(0.95 * len(ordered))]
    print(f"  {name:44} median {statistics.median(took):7.1f}  p95 {p95:7.1f}  worst {ordered[-1]:7.1f} ms   {aim}")


async def alone(talk: Talk) -> None:
    """One asker at a time, each at a new second."""
    site = talk.house.tenancy.institution("gyeongnam").cafeterias[0]
    view, whole, plain = [], [], []
    for _ in range(ALONE):
        await talk.advance(timedelta(seconds=10))
        view.append(await timed(lambda: talk.house.canteen.view("gyeongnam", site)))
        plain.append(await timed(lambda: talk.say("kim", "도움말")))
        await talk.advance(timedelta(seconds=61))
        whole.append(await timed(lambda: talk.say("kim", "식당")))
    show("figures alone, computed anew", view, "aim: text p95 150")
    show("식당 with a picture drawn anew", whole, "aim: p95 600")
    show("도움말 (the router itself)", plain)
    show("text = figures + router", [a + b for a, b in zip(view, plain, strict=True)], "aim: p95 150")


async def crowd(talk: Talk) -> None:
    """500 askers in one moment, of every department that the demo has."""
    users = [*("kim", "jung", "kang", "cho", "han", "park"), *(talk.newcomer() for _ in range(390))]
    await talk.advance(timedelta(seconds=61))
    started, took, numbers = time.perf_counter(), [], itertools.count()

    async def ask(user: str) -> str:
        answer = text(await talk.say(user, "식당", update=f"u{next(numbers)}"))
        took.append(1000 * (time.perf_counter() - started))
        return answer

    answers = await asyncio.gather(*(ask(users[number % len(users)]) for number in range(CROWD)))
    assert all("지금" in answer for answer in answers)
    show(f"{CROWD} at once, each answered after", took, "aim: all within 2000")


async def main() -> None:
    chart.warm()
    with tempfile.TemporaryDirectory() as folder:
        async with talking(Path(folder), roles=("sense", "chat"), at=NOON - timedelta(minutes=50)) as talk:
            for user in ("kim", "jung", "kang", "cho", "han", "park"):
                await talk.say(user, "식당")
            await talk.advance(timedelta(minutes=40))
            await talk.say("kim", "식당")
            print("식당, milliseconds, warm")
            await alone(talk)
            await crowd(talk)


if __name__ == "__main__":
    asyncio.run(main())
