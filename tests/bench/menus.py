"""Invented menus for simulated days: names whose pull is the simulator's hidden one, with noise.

30 main dishes have a fixed popularity each; a day serves the one nearest to its hidden pull as a cook would misjudge
it, beside sides of no effect. So names tell most of the pull, never all of it; whoever learns gets only the names.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np

from occupancy.facts import DayFacts
from occupancy.simulator import Simulator

MISJUDGED = 0.45
"""Standard deviation between a day's pull and its main dish's popularity; the pull's own is 1."""
_FIRST = ("김치", "치즈", "매운", "우렁", "해물", "버섯", "간장", "수제", "시골", "한방")
_LAST = ("돈까스", "비빔밥", "된장국")
MAINS = tuple(first + last for last in _LAST for first in _FIRST)
SIDES = tuple(f"나물{at}" for at in range(20))


def menus(simulator: Simulator, days: Iterable[date], seed: int) -> dict[date, DayFacts]:
    """What is known of each day beforehand: its dishes. `seed` is of the names' popularity and the misjudging."""
    pulls = np.random.default_rng([seed, 7]).normal(size=len(MAINS))
    return {day: DayFacts(day, _dishes(simulator, day, seed, pulls), simulated=True) for day in days}


def _dishes(simulator: Simulator, day: date, seed: int, pulls: np.ndarray) -> tuple[str, ...]:
    rng = np.random.default_rng([seed, day.toordinal(), 8])
    wanted = simulator.popularity(day) + MISJUDGED * rng.normal()
    main = MAINS[int(np.abs(pulls - wanted).argmin())]
    sides = rng.choice(len(SIDES), 2, replace=False)
    return (main, "쌀밥", *(SIDES[at] for at in sides), "배추김치")
