"""Which sensors of a line can be believed: silent after three of their own periods, frozen when they only repeat.

A repeated value is no fault by itself: a line may stand still, and a calm camera says the same of it. It is one
while the gate proves that the line moved, and longer than this very sensor is used to repeat itself. Once found
stuck, a sensor is stuck until its value changes, and what it repeated counts no more from the beginning of the run.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from occupancy.line import Site
from occupancy.reading import Kind, Reading

_MOVED = 0.2
"""Share of the nominal speed at which a gate must serve for a line that stands at one count to be a wonder."""
_RUSH, _LONG_SHARE = 0.9, 0.5
"""The same for an empty line, which looks the same for long: almost all of it at once, or half of it for long."""
_CHANCE = 1e-4
"""How seldom a working sensor may repeat itself as long as a frozen one."""
_PRIOR_PAIRS, _PRIOR_REPEATS = 20, 3
_LONGEST_S = 180.0


class Health(StrEnum):
    """What a sensor's own readings say about the sensor."""

    OK = "ok"
    SILENT = "silent"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Judged:
    """Each sensor's health and newest reading; `repeated` are `id`s of readings that a frozen sensor only repeated."""

    health: Mapping[str, Health]
    latest: Mapping[str, Reading]
    repeated: frozenset[int]

    def usable(self, window: Sequence[Reading]) -> Sequence[Reading]:
        """The readings without those that a frozen sensor repeated."""
        return [one for one in window if id(one) not in self.repeated] if self.repeated else window


class _Gate:
    """How many passed between two instants."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._at = np.array([one.measured_at.timestamp() for one in readings])
        self._sum = np.concatenate(([0], np.cumsum([one.served or 0 for one in readings], dtype=np.int64)))

    def within(self, span: float, until: NDArray[np.float64]) -> NDArray[np.int64]:
        """(n,) people served in the `span` seconds up to and at each of n ascending POSIX times."""
        low, high = (np.searchsorted(self._at, at, side="right") for at in (until - span, until))
        return self._sum[high] - self._sum[low]


def judge(window: Sequence[Reading], now: datetime, site: Site) -> Judged:
    """Which sensors are silent, which frozen, and which readings a frozen one repeated, from readings in order.

    A gate is never called silent, since it speaks only when someone passes; nor are people who write.
    """
    counts: dict[str, list[Reading]] = defaultdict(list)
    latest: dict[str, Reading] = {}
    for one in window:
        latest[one.sensor] = one
        if one.count is not None and one.kind is not Kind.CHAT:
            counts[one.sensor].append(one)
    gate = _Gate([one for one in window if one.served])
    health, repeated = dict.fromkeys(latest, Health.OK), set[int]()
    for sensor, said in counts.items():
        runs = list(_stuck_runs(said, gate, site))
        repeated.update(id(one) for run in runs for one in run[1:])
        if runs and runs[-1][-1] is said[-1]:
            health[sensor] = Health.FROZEN
        if (now - said[-1].measured_at).total_seconds() > site.silent_after_s(sensor):
            health[sensor] = Health.SILENT
    return Judged(health, latest, frozenset(repeated))


def _stuck_runs(said: Sequence[Reading], gate: _Gate, site: Site) -> Iterator[Sequence[Reading]]:
    """Runs of one repeated value that a working sensor would not have said."""
    start, pairs, repeats = 0, _PRIOR_PAIRS, _PRIOR_REPEATS
    quiet = site.silent_after_s(said[0].sensor)
    for end in range(1, len(said) + 1):
        if end < len(said) and said[end].count == said[start].count and _gap_s(said, end) <= quiet:
            continue
        run, start = said[start:end], end
        if len(run) > 2 and _stuck(run, gate, site, repeats / pairs):
            yield run
        elif (run[0].count or 0) > site.servers:  # an empty line teaches nothing of a sensor's noise
            pairs, repeats = pairs + len(run), repeats + len(run) - 1


def _stuck(run: Sequence[Reading], gate: _Gate, site: Site, repeats: float) -> bool:
    """Whether at some moment of the run so many had passed the gate that a line of one length was a wonder."""
    period = site.periods.get(run[0].sensor, site.period_s)
    needs = max(2.0, math.log(_CHANCE) / math.log(min(repeats, 0.95)))
    after = min(max(site.frozen_after_s, needs * period), max(_LONGEST_S, 3 * period))
    at = np.array([one.measured_at.timestamp() for one in run])
    if (run[0].count or 0) > site.servers:
        tests = [(after, _MOVED)]
    else:
        tests = [(1.2 * after, _RUSH), (3.6 * after, _LONG_SHARE)]
    for span, share in tests:
        whole = at[at - at[0] >= span]
        if (gate.within(span, whole) >= share * site.nominal * span).any():
            return True
    return False


def _gap_s(said: Sequence[Reading], index: int) -> float:
    return (said[index].measured_at - said[index - 1].measured_at).total_seconds()
