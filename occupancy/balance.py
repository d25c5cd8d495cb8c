"""A more even lunch: which departments, or groups, should eat at another time, and the minutes of waiting it saves.

    past days (people, served by minute) ── learn ──> group sizes, how a group arrives, speed of service
    sizes + head counts ── search (few moves) ──> a fluid queue over every week of the rotation ──> Proposal or nothing

A department is never split, fixed ones stay, and public-facing ones come no closer together. A gate can't see
departments: without head counts only whole groups change their order, or the times are stretched. Deterministic.
Refuses to propose what does not clearly pay: a quarter of a minute, a tenth of the wait, on nearly all past days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from itertools import pairwise, permutations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occupancy.reading import DayHistory
from occupancy.rearranged import Assigned, Change, Ordered, Timed
from occupancy.slots import SlotPlan

_LEAD: Final = 2
"""Minutes that people come before their slot."""
_OPENS_BEFORE: Final = 10
"""Minutes before the first slot at which serving begins (simulator, research note §3.1)."""
_TAIL: Final = 60
_BUSY: Final = 5.0
"""People in line from which the servers are surely all at work."""
MIN_DAYS: Final = 10
MOST_MOVES: Final = 3
_MOVE_COSTS: Final = 0.06
"""Minutes of everybody's wait that moving one more department must at least be worth."""
_WORTH_MIN, _WORTH_SHARE, _WORTH_DAYS = 0.25, 0.10, 0.8
_TIMES_WORTH_MIN: Final = 0.5
_BEAM: Final = 8
_MOST_ORDERS: Final = 7

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learned:
    """What past days tell of a cafeteria: n groups, m minutes of an arrival's shape, d days."""

    sizes: _Floats = field(repr=False)
    """(n,) people of each group on a mean day."""
    shape: _Floats = field(repr=False)
    """(m,) share of a group that joins in each minute from two minutes before its slot; adds up to 1."""
    per_minute: float
    """People served a minute when the servers are busy."""
    factors: _Floats = field(repr=False)
    """(d,) each day's people over the mean day's."""
    wait: float
    """Minutes people waited on these days, by the line that was seen."""


@dataclass(frozen=True, slots=True)
class Office:
    """What is told of departments: head counts, those that stay where they are, those that serve the public."""

    people: Mapping[str, int]
    fixed: frozenset[str] = frozenset()
    public: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Move:
    """A department and the groups it leaves and joins."""

    department: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A table that waits less: department moves, or another order of groups, or other times.

    `now` and `then` are mean minutes of waiting, `low` to `high` what 8 of 10 past days would have saved.
    """

    moves: tuple[Move, ...]
    order: tuple[int, ...]
    times: tuple[time, ...]
    minutes: tuple[int, ...]
    now: float
    then: float
    low: float
    high: float
    days: int
    sizes: tuple[int, ...]
    sizes_then: tuple[int, ...]

    @property
    def saved(self) -> float:
        """Mean minutes of waiting that it saves."""
        return self.now - self.then

    def changes(self, since: date) -> tuple[Change, ...]:
        """The changes that make it so from a date on."""
        if self.moves:
            return tuple(Assigned(one.department, one.after, since) for one in self.moves)
        return (Ordered(since, self.order),) if self.order else (Timed(since, self.times, self.minutes),)


def learn(history: Iterable[DayHistory], plan: SlotPlan, today: date) -> Learned | None:
    """Group sizes, shape and speed from the days on which today's table stood; None where they are too few."""
    table = plan.on(today)
    days = [one for one in history if _alike(plan.on(one.day), table) and plan.is_open(one.day) and one.served]
    if len(days) < MIN_DAYS:
        return None
    first = _minute(table.opens) - _LEAD
    length = _minute(table.closes) - first + _TAIL
    people = np.array([_series(one, first, length, people=True) for one in days])
    served = np.array([_series(one, first, length, people=False) for one in days])
    joined = np.maximum(0.0, served + np.diff(people, append=people[:, -1:], axis=1))
    busy = served[(people > _BUSY) & (np.roll(people, -1, axis=1) > _BUSY)]
    if busy.size < MIN_DAYS:
        return None
    return _learned(joined, people, float(np.median(busy)), plan, days)


def _alike(one: SlotPlan, other: SlotPlan) -> bool:
    return (one.groups, one.times, one.lengths) == (other.groups, other.times, other.lengths)


def _series(day: DayHistory, first: int, length: int, *, people: bool) -> _Floats:
    found = np.zeros(length)
    for one in day.minutes:
        if 0 <= one.minute - first < length:
            found[one.minute - first] = (one.people or 0.0) if people else one.served
    return found


def _learned(
    joined: _Floats, people: _Floats, per_minute: float, plan: SlotPlan, days: Sequence[DayHistory]
) -> Learned:
    totals = joined.sum(axis=1)
    factors = totals / totals.mean()
    on = plan.on(days[-1].day)
    first, ends = _minute(on.opens), [_minute(at) for at in (*on.times[1:], on.closes)]
    cuts = [(_minute(at) - first, end - first) for at, end in zip(on.times, ends, strict=True)]
    sizes: list[list[float]] = [[] for _ in on.groups]
    shapes = np.zeros(max(end - start for start, end in cuts))
    for row, (day, joins) in enumerate(zip(days, joined, strict=True)):
        for (start, end), group in zip(cuts, plan.order(day.day), strict=True):
            sizes[group].append(float(joins[start:end].sum()) / factors[row])
            shapes[: end - start] += joins[start:end] / max(1.0, float(joins[start:end].sum()))
    wait = float((joined * people).sum() / max(1.0, joined.sum()) / per_minute)
    mean = np.array([float(np.mean(each)) for each in sizes])
    return Learned(mean, shapes / shapes.sum(), per_minute, factors, wait)


@dataclass(frozen=True, slots=True)
class _Queue:
    """The fluid queue of a table: mean wait for given group sizes, over every week of the rotation."""

    learned: Learned
    starts: tuple[int, ...]
    """Each slot's first minute, counted from two minutes before the first slot's."""

    def waits(self, sizes: _Floats, factors: _Floats) -> _Floats:
        """(d,) mean minutes of waiting on days of those factors."""
        n, shape = len(self.starts), self.learned.shape
        length = max(self.starts) + shape.size + _TAIL
        weeks = np.zeros((n, length))
        for week in range(n):
            for slot, start in enumerate(self.starts):
                weeks[week, start : start + shape.size] += sizes[(slot - week) % n] * shape
        joins = (factors[:, None, None] * weeks[None]).reshape(-1, length)
        line, total = np.zeros(joins.shape[0]), np.zeros(joins.shape[0])
        for minute in range(length):
            total += joins[:, minute] * (line + joins[:, minute] / 2) / self.learned.per_minute
            line = np.maximum(0.0, line + joins[:, minute] - self.learned.per_minute)
        found: _Floats = (total / np.maximum(joins.sum(axis=1), 1.0)).reshape(factors.size, n).mean(axis=1)
        return found

    def mean(self, sizes: _Floats) -> float:
        """Mean minutes of waiting on a small, a middling and a large day."""
        return float(self.waits(sizes, np.quantile(self.learned.factors, [0.2, 0.5, 0.8])).mean())


def propose(learned: Learned, plan: SlotPlan, today: date, office: Office, hours: tuple[time, time]) -> Proposal | None:
    """The table that saves most for few changes; None where nothing clearly pays.

    With head counts departments move; without, whole groups change their order, or the times within `hours`.
    """
    table = plan.on(today)
    queue = _Queue(learned, _starts(table.times))
    if any(name in office.people for name in table.departments):
        return _moved(learned, table, queue, office)
    ordered = _reordered(learned, table, queue)
    return ordered or _stretched(learned, table, queue, hours)


def _starts(times: Sequence[time]) -> tuple[int, ...]:
    return tuple(_minute(at) - _minute(times[0]) for at in times)


@dataclass(frozen=True, slots=True)
class _State:
    """A step of the search: the moves so far and the sizes they make."""

    moves: tuple[Move, ...]
    sizes: _Floats
    cost: float


def _moved(learned: Learned, table: SlotPlan, queue: _Queue, office: Office) -> Proposal | None:
    weights = _weights(learned, table, office)
    start = _State((), learned.sizes, queue.mean(learned.sizes))
    beam, best = [start], start
    for _ in range(MOST_MOVES):
        found = [after for state in beam for after in _next(state, table, weights, queue, office)]
        beam = sorted(found, key=lambda one: (one.cost, [move.department for move in one.moves]))[:_BEAM]
        if not beam or beam[0].cost >= best.cost - _MOVE_COSTS / 2:
            if not beam:
                break
            continue
        best = beam[0]
    if not best.moves:
        return None
    return _judged(learned, queue, queue, best.sizes, _blank(learned, best.sizes, moves=best.moves))


def _weights(learned: Learned, table: SlotPlan, office: Office) -> Mapping[str, float]:
    """Department -> people of a mean day, from its share of its group's heads; one without heads can't move."""
    found: dict[str, float] = {}
    for size, names in zip(learned.sizes.tolist(), table.groups, strict=True):
        known = [office.people[name] for name in names if name in office.people]
        typical = sum(known) / len(known) if known else 0.0
        heads = sum(office.people.get(name, typical) for name in names)
        found |= {name: size * office.people[name] / heads for name in names if name in office.people and heads}
    return found


def _next(
    state: _State, table: SlotPlan, weights: Mapping[str, float], queue: _Queue, office: Office
) -> Iterator[_State]:
    gone = {one.department for one in state.moves}
    for before, names in enumerate(table.groups):
        for name in names:
            if name in gone or name in office.fixed or name not in weights:
                continue
            for after in range(len(table.groups)):
                move = Move(name, before, after)
                if after == before or not _kept_apart(table, (*state.moves, move), office.public):
                    continue
                sizes = state.sizes.copy()
                sizes[before] -= weights[name]
                sizes[after] += weights[name]
                yield _State((*state.moves, move), sizes, queue.mean(sizes) + _MOVE_COSTS * (len(state.moves) + 1))


def _kept_apart(table: SlotPlan, moves: Sequence[Move], public: frozenset[str]) -> bool:
    """Whether no more public-facing departments eat together than before."""
    groups = [set(names) & public for names in table.groups]
    before = sum(len(names) * (len(names) - 1) for names in groups)
    for one in moves:
        groups[one.before].discard(one.department)
        if one.department in public:
            groups[one.after].add(one.department)
    return sum(len(names) * (len(names) - 1) for names in groups) <= before


def _reordered(learned: Learned, table: SlotPlan, queue: _Queue) -> Proposal | None:
    """The best order of the groups; the first stays first, for turning the whole order changes nothing."""
    n = len(table.groups)
    if not 2 < n <= _MOST_ORDERS:
        return None
    orders = [(0, *rest) for rest in permutations(range(1, n))]
    best = min(orders, key=lambda order: (queue.mean(learned.sizes[list(order)]), order))
    if best == tuple(range(n)):
        return None
    sizes = learned.sizes[list(best)]
    return _judged(learned, queue, queue, sizes, _blank(learned, sizes, order=best))


def _stretched(learned: Learned, table: SlotPlan, queue: _Queue, hours: tuple[time, time]) -> Proposal | None:
    """The same slots further apart, within the cafeteria's hours."""
    found: list[Proposal] = []
    for step in (5, 10):
        times = _apart(table, step, hours)
        if times is None:
            continue
        gaps = [_minute(after) - _minute(before) for before, after in pairwise(times)]
        minutes = (*gaps, max(table.lengths[-1], min(gaps)))
        other = _Queue(learned, _starts(times))
        blank = _blank(learned, learned.sizes, times=times, minutes=minutes)
        proposal = _judged(learned, queue, other, learned.sizes, blank)
        found += [proposal] if proposal and proposal.saved >= _TIMES_WORTH_MIN else []
    return next(iter(found), None)  # the smaller step that pays


def _apart(table: SlotPlan, step: int, hours: tuple[time, time]) -> tuple[time, ...] | None:
    starts = [_minute(at) for at in table.times]
    wider = [at + step * number for number, at in enumerate(starts)]
    over = wider[-1] + table.lengths[-1] - _minute(hours[1])
    wider = [at - max(0, over) for at in wider]
    if wider[0] < _minute(hours[0]) or len(wider) < 2:
        return None
    return tuple(time(at // 60, at % 60) for at in wider)


def _blank(
    learned: Learned, sizes: _Floats, *, moves: tuple[Move, ...] = (), order: tuple[int, ...] = (),
    times: tuple[time, ...] = (), minutes: tuple[int, ...] = (),
) -> Proposal:  # fmt: skip
    days = learned.factors.size
    told, then = (tuple(round(one) for one in each.tolist()) for each in (learned.sizes, sizes))
    return Proposal(moves, order, times, minutes, 0.0, 0.0, 0.0, 0.0, days, told, then)


def _judged(learned: Learned, now: _Queue, then: _Queue, sizes: _Floats, blank: Proposal) -> Proposal | None:
    """The proposal with its minutes, by what the model makes of each past day, at the level that was really seen."""
    before, after = now.waits(learned.sizes, learned.factors), then.waits(sizes, learned.factors)
    scale = float(np.clip(learned.wait / max(before.mean(), 0.01), 0.5, 2.0))
    saved = (before - after) * scale
    wait = float(before.mean()) * scale
    pays = saved.mean() >= max(_WORTH_MIN, _WORTH_SHARE * wait) and (saved > 0).mean() >= _WORTH_DAYS
    if not pays:
        return None
    low, high = (float(one) for one in np.quantile(saved, [0.1, 0.9]))
    return replace(blank, now=wait, then=wait - float(saved.mean()), low=low, high=high)


def table_then(table: SlotPlan, proposal: Proposal) -> tuple[tuple[str, ...], ...]:
    """The groups as the proposal would have them."""
    groups = [list(names) for names in table.groups]
    for one in proposal.moves:
        groups[one.before].remove(one.department)
        groups[one.after].append(one.department)
    return tuple(tuple(groups[number]) for number in (proposal.order or range(len(groups))))


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
