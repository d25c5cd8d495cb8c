"""`dobi train`: the built-in model continued on this installation's own archive, and used from then on if it is better.

    archive (titles; texts while they are kept) ─ minutes of a patient thread ─► better? ─► Redis, in one step

Everything stays here: no network, no labels, nobody's taps. Stopped or killed at any time, what was in use stays.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sys
import threading
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bot.bootstrap import House, open_house
from bot.commands import Refused
from bot.commands.place import demo_clock, place, say, settings
from bot.wording import training as words
from nlp.archive import Archive
from nlp.continued import ContinuedStore, Figures
from nlp.embedding import MODEL, StaticEmbedder, load_static

if TYPE_CHECKING:
    from nlp.training.continuing import Lessons, Material, Outcome, Pace

_PAGE = 200
_NICENESS = 10
_MOST_STEPS = 2_000


async def train(args: argparse.Namespace) -> int:
    """Continues the model, or with --back returns to the built-in one; exit 1 where there are too few documents."""
    where = place(args)
    async with open_house(settings(where), where.data, demo_clock(where)) as house:
        if args.back:
            return await _back(house, as_json=args.json)
        if not 1 <= args.steps <= _MOST_STEPS:
            raise Refused(words.STEPS.format(most=_MOST_STEPS))
        return await _train(house, args.steps, as_json=args.json)


async def _back(house: House, *, as_json: bool) -> int:
    had = await ContinuedStore(house.redis).drop()
    if as_json:
        row = {"switched": had, "reason": "back" if had else "nothing", "model": load_static(MODEL).name}
        say(json.dumps(row, ensure_ascii=False))
    else:
        say(words.WENT_BACK.format(restart=words.RESTART) if had else words.NOTHING_LEFT)
    return 0


async def _train(house: House, steps: int, *, as_json: bool) -> int:
    from nlp.training.continuing import FEWEST, Pace, gather

    if house.settings.embedding.model is not None:
        raise Refused(words.ANOTHER_MODEL.format(name=house.settings.embedding.model))
    begin = time.perf_counter()
    lessons = await asyncio.to_thread(gather, await _materials(Archive(house.redis)))
    row: dict[str, object] = {
        "switched": False, "reason": "few", "model": "", "documents": lessons.documents, "needed": FEWEST,
        "titles": len(lessons.titles), "held_out": len(lessons.held),
    }  # fmt: skip
    store, built_in = ContinuedStore(house.redis), load_static(MODEL)
    model = await store.load(built_in)
    if lessons.enough:
        tell = _Teller(sys.stderr if as_json else sys.stdout)
        tell(words.began(lessons.documents, len(lessons.titles), len(lessons.held)))
        outcome = await _proceed(lessons, model, built_in, house.clock.now(), tell, Pace(steps=steps))
        row |= await _settle(store, outcome)
        model = outcome.model if row["switched"] and outcome.model else model
    row |= {"model": model.name, "seconds": round(time.perf_counter() - begin, 1)}
    say(json.dumps(row, ensure_ascii=False) if as_json else _text(row))
    return int(not lessons.enough)


async def _materials(archive: Archive) -> list[Material]:
    """The newest public documents; of one whose text may not be kept there is a title only."""
    from nlp.training.continuing import BODY, MOST, Material

    found: list[Material] = []
    for start in range(0, MOST, _PAGE):
        keys = await archive.newest_keys(start, min(_PAGE, MOST - start))
        for key, one in (await archive.get_many(keys)).items():
            body = "" if one.link_only else one.text[:BODY]
            found.append(Material(one.title, body, one.story or key, one.published_at))
        if len(keys) < _PAGE:
            break
    return found


async def _proceed(
    lessons: Lessons, model: StaticEmbedder, built_in: StaticEmbedder, now: datetime, tell: _Teller, pace: Pace
) -> Outcome:
    """Trains in a thread that gives way to others; whoever stops us waits for one step only."""
    from nlp.training.continuing import proceed

    stop, began_at = threading.Event(), time.perf_counter()

    def hear(share: float) -> None:
        if stop.is_set():
            raise _Stopped
        tell.progress(share, time.perf_counter() - began_at)

    def work() -> Outcome:
        _give_way()
        return proceed(lessons, model, built_in, now, hear, pace)

    try:
        return await asyncio.to_thread(work)
    except asyncio.CancelledError:
        stop.set()
        tell(words.STOPPED)
        raise


async def _settle(store: ContinuedStore, outcome: Outcome) -> dict[str, object]:
    """Takes a better model into use, in one step; what is told of it either way."""
    judged, switched = outcome.judgement, False
    reason: str = judged.verdict
    if outcome.model is not None and outcome.card is not None:
        switched = await store.put(outcome.model, outcome.card)
        reason = "better" if switched else "overtaken"
    return {
        "switched": switched,
        "reason": reason,
        "before": _rounded(judged.before),
        "after": _rounded(judged.after),
        "lift": round(judged.lift.mean, 4),
        "lift_at_least": round(judged.lift.low, 4),
    }


def _rounded(figures: Figures) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(figures).items()}


def _text(row: dict[str, Any]) -> str:
    if row["reason"] == "few":
        return words.few(row["documents"], row["needed"])
    before, after = row["before"], row["after"]
    parts = [(before[part], after[part]) for part in ("title_body", "split")]
    says = words.VERDICTS[row["reason"]].format(restart=words.RESTART)
    return f"{words.figures(parts[0], parts[1], row['held_out'])}\n{says}"


class _Stopped(Exception):  # noqa: N818 - no error: somebody wanted it
    """The training thread was told to end."""


class _Teller:
    """Says how far it is, at each tenth."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._told = 0

    def __call__(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()

    def progress(self, share: float, seconds: float) -> None:
        """A line where another tenth is done."""
        if int(share * 10) > self._told:
            self._told = int(share * 10)
            self(words.progress(share, seconds / 60 * (1 - share) / share if share < 1 else None))


def _give_way() -> None:
    """Lowers the priority of every thread of this process, those of the linear algebra included; the server's stays."""
    for thread in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, int(thread.name), _NICENESS)
