"""Learns bot/wording/ways.npz from bot/wording/ways.txt. Run after every change of it: python tests/bench/fit_ways.py

With `--judge` the figures first: each fifth of the sayings judged by what the other four teach, what is nobody's too
(`= -`). `first` and `three` are how often what was meant is the first, or among the first three; then for each bound of
likelihood how often it is reached, and how often rightly.
"""

from __future__ import annotations

import argparse
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bot.carrying import Known, plain  # noqa: E402
from bot.guessing import FILE  # noqa: E402
from bot.wording.ways import digest, ways  # noqa: E402
from nlp.nearness import Leanings  # noqa: E402
from nlp.training.leanings import learn  # noqa: E402

FOLDS = 5


def sayings() -> list[tuple[str, str]]:
    """Each saying and the name of its way; commands themselves are sayings too."""
    return [(one.name, text) for one in ways() for text in (one.words, *one.examples) if text]


def learnt(of: list[tuple[str, str]], learnt_from: str = "") -> Leanings:
    nobody = Known((), (), (), datetime.now(UTC))
    return learn([plain(text, nobody) for _, text in of], [name for name, _ in of], learnt_from)


def judged() -> None:
    """Prints the figures."""
    commands = [(one.name, one.words) for one in ways() if one.words]
    told = [pair for pair in sayings() if pair not in set(commands)]
    random.Random(0).shuffle(told)
    rows: list[tuple[bool, bool, bool, float, float]] = []
    for fold in range(FOLDS):
        judge = told[fold::FOLDS]
        leanings = learnt([*commands, *(pair for number, pair in enumerate(told) if number % FOLDS != fold)])
        own = np.array([not kind.startswith("-") for kind in leanings.kinds])
        for name, text in judge:
            likely = leanings.likely(text)
            order = np.argsort(-np.where(own, likely, 0))[:3]
            first, three = leanings.kinds[order[0]] == name, name in {leanings.kinds[one] for one in order}
            rows.append((not name.startswith("-"), first, three, float(likely[order[0]]), float(likely[~own].max())))
    table = np.array(rows)
    mine, foreign = table[table[:, 0] == 1], table[table[:, 0] == 0]
    print(f"{len(mine)} sayings of abilities: first {mine[:, 1].mean():.3f}, three {mine[:, 2].mean():.3f}")
    for bound in (0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        over, strange = mine[mine[:, 3] >= bound], foreign[foreign[:, 3] >= bound]
        ahead = [int((part[:, 3] >= np.maximum(bound, part[:, 4])).sum()) for part in (mine, foreign)]
        print(
            f"  from {bound:.2f}: {len(over) / len(mine):.2f} of them, first {over[:, 1].mean():.3f}, three "
            f"{over[:, 2].mean():.3f}; of {len(foreign)} of nobody's {len(strange) / len(foreign):.3f}; "
            f"ahead of nobody's too {ahead[0] / len(mine):.2f}, {ahead[1] / len(foreign):.3f}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judge", action="store_true")
    if parser.parse_args().judge:
        judged()
    learnt(sayings(), digest()).save(FILE)
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes")
