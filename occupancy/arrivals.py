"""Who comes when: arrivals by minute behind past lines, for each rotation of the slots, and how fast they are served.

A past day's arrivals are its line's growth plus its meals. The arrivals expected on a day are the mean of days with
the same rotation, drawn to the sum of the groups' own curves where such days are few, so that an order never seen
still has one. Works on matrices of (days, minutes); refuses days of which much is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from occupancy.reading import DayHistory
from occupancy.slots import SlotPlan

Floats = NDArray[np.float64]

_MISSING = 0.3
"""Share of its minutes beyond which a day's gaps make it no example."""
_BUSY = 5.0
"""People in line from which on the service runs at its capacity."""
_PRIOR_MIN = 3.0
"""How many minutes of watching the common capacity is worth at one minute of the day."""
_POOLED_DAYS = 20.0
"""How many days of the same rotation the groups' own curves are worth."""
_FEWEST = 5
"""Fewer days under a plan tell nothing of its groups."""
_BEFORE, _AFTER = 15, 30
"""Minutes around its slot in which a group comes."""


@dataclass(frozen=True, eq=False, slots=True)
class Past:
    """D days by M minutes; `first` is the minute of the Korean day of column 0."""

    days: tuple[date, ...]
    first: int
    people: Floats
    served: Floats
    arrivals: Floats
    gated: bool
    """Whether departures were seen at a gate; else they are reckoned from the capacity."""
    simulated: bool

    @property
    def minutes(self) -> int:
        """Number of columns."""
        return int(self.people.shape[1])

    def last(self, days: int) -> Past:
        """The newest of the days."""
        rows = slice(-days, None)
        return replace(
            self,
            days=self.days[rows],
            people=self.people[rows],
            served=self.served[rows],
            arrivals=self.arrivals[rows],
        )


def past(history: Iterable[DayHistory], nominal: float) -> Past | None:
    """Days as matrices, oldest first; None where no day is whole enough. `nominal` is people served a minute."""
    known = sorted((one for one in history if one.minutes), key=lambda one: one.day)
    span = _span(known)
    if span is None:
        return None
    people, served = np.full((len(known), len(span)), np.nan), np.zeros((len(known), len(span)))
    for row, one in enumerate(known):
        for minute in one.minutes:
            if minute.minute in span:
                people[row, minute.minute - span.start] = np.nan if minute.people is None else minute.people
                served[row, minute.minute - span.start] = minute.served
    whole = np.isnan(people).mean(axis=1) <= _MISSING
    if not whole.any():
        return None
    people, served = _filled(people[whole]), served[whole]
    gated = bool(served.sum() > 0.2 * np.maximum(np.diff(people, axis=1), 0).sum())
    days = tuple(one.day for one, kept in zip(known, whole.tolist(), strict=True) if kept)
    if not gated:
        served = _drained(people, nominal)
    simulated = any(one.simulated for one in known)
    return Past(days, span.start, people, served, arrivals_of(people, served), gated, simulated)


def arrivals_of(people: Floats, served: Floats) -> Floats:
    """(..., M) people who joined in each minute, from the line's minute means and the meals; may dip below 0."""
    ends = np.concatenate([people[..., :1], people, people[..., -1:]], axis=-1)
    found: Floats = (ends[..., 2:] - ends[..., :-2]) / 2 + served
    return found


def capacity(past: Past, nominal: float) -> Floats:
    """(M,) people that can be served in each minute: low before the doors open, common where a line rarely stood."""
    busy = past.people > _BUSY
    open_ = busy & (past.served > 0)
    common = float(past.served[open_].mean()) if open_.sum() >= 30 and past.gated else nominal
    if not past.gated:
        return np.full(past.minutes, common)
    found: Floats = ((past.served * busy).sum(axis=0) + _PRIOR_MIN * common) / (busy.sum(axis=0) + _PRIOR_MIN)
    return found


@dataclass(frozen=True, eq=False, slots=True)
class Groups:
    """What each group adds: its share of all who come, and the curve that all share around a slot's start."""

    shares: Floats
    curve: Floats
    """(_BEFORE + _AFTER,) share of a group that joins in each minute around its slot's start."""
    others: Floats
    """(M,) arrivals that belong to no slot."""

    def expected(self, plan: SlotPlan, day: date, first: int, minutes: int) -> Floats:
        """(M,) arrivals of a day of mean size by the plan's order of that day."""
        found = self.others.copy()
        for share, at in zip(self.shares[list(plan.order(day))], _starts(plan, day, first), strict=True):
            found += share * (_shifts(at, minutes) @ self.curve)
        return found


def groups(past: Past, plan: SlotPlan, day: date, same: NDArray[np.bool_]) -> Groups:
    """Sizes of the groups and their common curve, by alternating least squares over the mean day of each order."""
    orders = np.array([plan.order(one) for one, kept in zip(past.days, same.tolist(), strict=True) if kept])
    arrivals, starts = past.arrivals[same], _starts(plan, day, past.first)
    kinds, which, days = np.unique(orders, axis=0, return_inverse=True, return_counts=True)
    means = np.array([arrivals[which == kind].mean(axis=0) for kind in range(len(kinds))])
    size, root = float(arrivals.sum(axis=1).mean()), np.sqrt(days.astype(float))[:, None]
    basis = np.array([_shifts(at, past.minutes) for at in starts])  # (slot, M, width)
    at = np.arange(past.minutes)
    always = ((at >= starts[0] - 5) & (at < starts[-1] + _AFTER)).astype(np.float64)
    shares, curve, others = np.full(kinds.shape[1], size / kinds.shape[1]), np.zeros(_BEFORE + _AFTER), always * 0.0
    for _ in range(8):
        design = np.einsum("os,smw->omw", shares[kinds], basis)
        design = np.concatenate([design, np.broadcast_to(always[None, :, None], (*means.shape, 1))], axis=2)
        found = _least(design * root[:, :, None], means * root)
        curve, others = np.maximum(0.0, found[:-1]), max(0.0, float(found[-1])) * always
        curve /= max(float(curve.sum()), 1e-9)
        reach = basis @ curve  # (slot, M)
        design = np.zeros((*means.shape, kinds.shape[1]))
        for kind, order in enumerate(kinds):
            design[kind][:, order] = reach.T
        shares = np.maximum(1.0, _least(design * root[:, :, None], (means - others) * root))
    return Groups(shares, curve, others)


def _least(design: Floats, wanted: Floats) -> Floats:
    """Least squares over the first two axes, held a little towards 0."""
    flat = design.reshape(-1, design.shape[-1])
    square = flat.T @ flat
    square[np.diag_indices(len(square))] += 1e-3 * float(np.trace(square)) / len(square) + 1e-9
    return np.asarray(np.linalg.solve(square, flat.T @ wanted.ravel()), np.float64)


def _shifts(start: int, minutes: int) -> Floats:
    """(M, width) 1 where a minute lies so far from a slot's start."""
    return np.asarray(np.arange(minutes)[:, None] - start == np.arange(-_BEFORE, _AFTER)[None, :], np.float64)


@dataclass(frozen=True, eq=False, slots=True)
class Curves:
    """Sums over past days from which a day's usual is a mean, with or without one of them."""

    past: Past
    plan: SlotPlan | None
    sizes: Floats
    """(D,) arrivals of each day."""
    pooled: Groups | None

    def like(self, day: date) -> NDArray[np.bool_]:
        """(D,) which past days are like this one, itself left out."""
        plan = self.plan
        return np.array([one != day and (plan is None or alike(plan, one, day)) for one in self.past.days])

    def expected(self, day: date) -> Floats:
        """(M,) arrivals of a day of mean size."""
        like, size = self.like(day), float(self.sizes.mean())
        n = float(like.sum())
        if self.plan is None or self.pooled is None:
            like = like if n else np.ones_like(like)
            return _shape(self.past.arrivals[like], self.sizes[like]) * size
        pooled = self.pooled.expected(self.plan, day, self.past.first, self.past.minutes)
        pooled *= size / max(float(pooled.sum()), 1e-9)
        own = _shape(self.past.arrivals[like], self.sizes[like]) * size if n else pooled
        return np.asarray((n * own + _POOLED_DAYS * pooled) / (n + _POOLED_DAYS), np.float64)

    def usual(self, day: date) -> Floats:
        """(M,) mean line of the days like it; of all where there is none."""
        like = self.like(day)
        found: Floats = self.past.people[like if like.any() else slice(None)].mean(axis=0)
        return found


def curves(past: Past, plan: SlotPlan | None, day: date) -> Curves:
    """The sums over these days, for days on which the same plan stands as on `day`."""
    sizes = np.maximum(1.0, past.arrivals.sum(axis=1))
    if plan is None:
        return Curves(past, plan, sizes, None)
    same = np.array([_standing(plan, one) == _standing(plan, day) for one in past.days])
    return Curves(past, plan, sizes, groups(past, plan, day, same) if same.sum() >= _FEWEST else None)


def alike(plan: SlotPlan, one: date, other: date) -> bool:
    """Whether the same people have the same slots on two days."""
    return _standing(plan, one) == _standing(plan, other) and plan.order(one) == plan.order(other)


def _standing(plan: SlotPlan, day: date) -> tuple[object, ...]:
    on = plan.on(day)
    return on.times, on.groups, on.lengths


def _shape(arrivals: Floats, sizes: Floats) -> Floats:
    return np.asarray(np.maximum(0.0, (arrivals / sizes[:, None]).mean(axis=0)), np.float64)


def _span(days: Sequence[DayHistory]) -> range | None:
    """The minutes that at least half of the days know, from the first to the last of them."""
    counts = np.zeros(1440, int)
    for one in days:
        for minute in one.minutes:
            counts[minute.minute] += minute.people is not None
    often = np.flatnonzero(counts >= max(1, len(days) // 2))
    return range(int(often[0]), int(often[-1]) + 1) if often.size else None


def _filled(people: Floats) -> Floats:
    """Gaps bridged in a straight line."""
    at = np.arange(people.shape[1])
    rows = [np.interp(at, at[~np.isnan(row)], row[~np.isnan(row)]) for row in people]
    return np.array(rows)


def _drained(people: Floats, nominal: float) -> Floats:
    """Departures where no gate saw them: at capacity where a line stands, in proportion where hardly one does."""
    return np.asarray(nominal * np.minimum(1.0, people / 3.0), np.float64)


def _starts(plan: SlotPlan, day: date, first: int) -> list[int]:
    return [at.hour * 60 + at.minute - first for at in plan.on(day).times]
