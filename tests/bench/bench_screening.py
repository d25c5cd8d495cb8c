"""How many honest traces are flagged, and how many lies: the limits chosen on one half, judged once on the other.

Run `.venv/bin/python tests/bench/bench_screening.py [--each N] [--choose]`. `tests/attest/traces.py` makes the traces
and knows nothing of the detector: 8 kinds of honest ones, each with earlier traces of the same house that are hard to
tell from a replay (the same road, the same desk, a colleague in the same car), and 7 kinds of lies. Even seeds are the
half on which `screening.Limits` was chosen (`--choose` shows it, with ROC points); odd seeds judge, from 100,001: those
below were looked at once, gave 0.45 % false alarms, and one limit was lowered after it. The exit code is 1 where fewer
than 95 % of the static or the replayed are flagged, or more than 2 % of the honest.

What it can't show: real phones. The errors follow the literature's model, not recordings.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from attest.screening import LIMITS, Limits, examine, replayed
from tests.attest import traces
from tests.attest.traces import Maker, Trace

LEAST_FOUND, MOST_FALSE = 0.95, 0.02
JUDGED_FROM = 100_000
SCALES = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0)


def drawn(makers: Iterable[Maker], each: int, half: int) -> dict[str, list[Trace]]:
    """`each` traces of every maker, from even or odd seeds."""
    found: dict[str, list[Trace]] = {}
    for maker in makers:
        for number in range(each):
            trace = traces.make(maker, 2 * number + half + half * JUDGED_FROM)
            found.setdefault(trace.kind, []).append(trace)
    return found


def flagged(trace: Trace, limits: Limits = LIMITS) -> list[str]:
    found = [*examine(trace.fixes, limits), replayed(trace.fixes, trace.earlier, limits)]
    return [f"{one.flag}:{one.fact}" for one in found if one is not None]


def rate(sets: Iterable[Sequence[Trace]], limits: Limits = LIMITS, only: str = "") -> float:
    """The share of these traces that are flagged at all, or with `only`."""
    found = [any(only in flag for flag in flagged(trace, limits)) for one in sets for trace in one]
    return sum(found) / len(found)


def table(title: str, sets: dict[str, list[Trace]]) -> list[bool]:
    """Prints a line a kind; which of them all were flagged."""
    print(f"{title:26} {'n':>5} {'fixes':>6} {'flagged':>8}  by")
    every = []
    for kind, members in sets.items():
        found = [flagged(trace) for trace in members]
        by = Counter(flag for flags in found for flag in flags)
        middle = sorted(len(trace.fixes) for trace in members)[len(members) // 2]
        share = sum(map(bool, found)) / len(found)
        print(f"  {kind:24} {len(members):5} {middle:6} {share:8.1%}  {dict(by)}", flush=True)
        every += map(bool, found)
    return every


def roc(honest: dict[str, list[Trace]], static: dict[str, list[Trace]], replayed: dict[str, list[Trace]]) -> None:
    """How both errors move as the limits are scaled."""
    print("ROC, limits times   false(still)  static found   false(replayed)  replayed found")
    for scale in SCALES:
        still = replace(LIMITS, spread_m=scale * LIMITS.spread_m, off_line_m=scale * LIMITS.off_line_m)
        again = replace(LIMITS, apart_m=scale * LIMITS.apart_m, warped_m=scale * LIMITS.warped_m)
        false, found = (rate(sets.values(), still, "still") for sets in (honest, static))
        false2, found2 = (rate(sets.values(), again, "replayed") for sets in (honest, replayed))
        print(f"  {scale:12.2f} {false:18.1%} {found:13.1%} {false2:16.1%} {found2:16.1%}", flush=True)


def run(each: int, half: int) -> tuple[int, dict[str, float]]:
    """Judges one half and prints it; how many traces, and the three rates."""
    groups = {
        "honest": traces.HONEST, "static": traces.STATIC, "replayed": traces.REPLAYED, "other lies": traces.OTHER_LIES,
    }  # fmt: skip
    found = {title: table(title, drawn(makers, each, half)) for title, makers in groups.items()}
    return sum(map(len, found.values())), {title: sum(one) / len(one) for title, one in found.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=140, help="traces of each of the 15 kinds")
    parser.add_argument(
        "--choose", action="store_true", help="the half on which the limits were chosen, with ROC points"
    )
    options = parser.parse_args()
    start = time.perf_counter()
    if options.choose:
        halves = [drawn(makers, options.each, 0) for makers in (traces.HONEST, traces.STATIC, traces.REPLAYED)]
        roc(*halves)
    count, rates = run(options.each, 0 if options.choose else 1)
    print(f"{count} traces, {LIMITS}")
    told = ", ".join(f"{name} flagged {value:.2%}" for name, value in rates.items())
    print(f"{told} (honest ≤ {MOST_FALSE:.0%}, static and replayed ≥ {LEAST_FOUND:.0%})")
    print(f"{time.perf_counter() - start:.0f} s")
    good = rates["honest"] <= MOST_FALSE and min(rates["static"], rates["replayed"]) >= LEAST_FOUND
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
