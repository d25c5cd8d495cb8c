"""`dobi occupancy backtest CSV`: how well a place's own history could have been forecast. No settings, no database.

The file is read in the sandbox; the arithmetic is done here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.commands import Refused
from bot.commands.place import say
from bot.daysoff import is_holiday
from bot.sandbox import Limits, ProcessSandbox
from bot.wording import backtest as words
from occupancy.counts import Counts, CountsError, read

if TYPE_CHECKING:
    from occupancy.backtest import Score

_LIMITS = Limits(timeout_s=180.0, cpu_s=170.0, result_bytes=64 << 20)


async def backtest(args: argparse.Namespace) -> int:
    """Prints the score; a file that can't be scored is refused with the reason."""
    try:
        score = await _scored(args)
    except CountsError as error:
        raise Refused(words.fault(error)) from error
    say(json.dumps(_row(score, args.horizon), ensure_ascii=False) if args.json else words.score(score, args.horizon))
    return 0


async def _scored(args: argparse.Namespace) -> Score:
    from occupancy.backtest import backtest as score

    counts = await _read(str(args.csv), args.time, args.value)
    return await asyncio.to_thread(score, counts, args.horizon, is_holiday)


async def _read(path: str, time: str, value: str) -> Counts:
    sandbox = ProcessSandbox(workers=1, limits=_LIMITS)
    try:
        return await sandbox(read, path, time, value)
    except TimeoutError as error:
        raise Refused("파일을 읽는 데 너무 오래 걸려 그만두었습니다. 기간을 나누어 주십시오.") from error
    except (MemoryError, ChildProcessError) as error:
        raise Refused("파일이 너무 크거나 망가져 읽지 못했습니다. 기간을 나누어 주십시오.") from error
    finally:
        await sandbox.close()


def _row(score: Score, horizon: float) -> dict[str, object]:
    found = asdict(score)
    rounded = {name: round(value, 4) if isinstance(value, float) else value for name, value in found.items()}
    mae = {name: round(value, 4) for name, value in found["mae"].items()}
    shares = {name: round(share, 3) for name, share in score.shares}
    return rounded | {"mae": mae, "shares": shares, "horizon_minutes": horizon}
