"""From what differs and what the detector found to a count, taught by hand counts. Pure.

Four estimates of one thing (area, contours, pieces, detector), each a line through what people counted, drawn towards
what is reckoned without them, and combined by how wrong each was on the counts it was not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from occupancy.sensors.camera.errors import TaughtError
from occupancy.sensors.camera.foreground import Measure

USUAL_PERSON = 0.19
"""Squared body heights that a standing person's picture covers: shoulders of a quarter of the height, legs, arms."""
_LEAST_PERSON, _MOST_PERSON = 0.07, 0.40
_BELIEVED = 4.0
"""How many sightings the usual person is worth."""
MOST_COUNTS = 200
MOST_PEOPLE = 1_000


@dataclass(frozen=True, slots=True)
class HandCount:
    """What somebody counted at a second of the recording."""

    second: float
    people: int


def hand_counts(text: str) -> tuple[HandCount, ...]:
    """The counts that `12=3, 30.5=7` says, in order of time.

    Raises:
        TaughtError: it is not such a text, or two different counts of one second.
    """
    words = [word.strip() for word in text.replace(";", ",").split(",") if word.strip()]
    if len(words) > MOST_COUNTS:
        raise TaughtError("many", f"expected at most {MOST_COUNTS} counts, got {len(words)}")
    found: dict[float, int] = {}
    for word in words:
        one = _hand_count(word)
        if found.setdefault(one.second, one.people) != one.people:
            raise TaughtError("second", f"two counts of second {one.second:g}: {found[one.second]} and {one.people}")
    if not found:
        raise TaughtError("text", "expected SECOND=COUNT, got nothing")
    return tuple(HandCount(second, people) for second, people in sorted(found.items()))


def _hand_count(word: str) -> HandCount:
    second, equals, people = word.partition("=")
    try:
        at, number = float(second), int(people)
    except ValueError:
        raise TaughtError("text", f"expected SECOND=COUNT, got {word[:40]!r}") from None
    if not equals or not np.isfinite(at) or at < 0:
        raise TaughtError("second", f"expected a second of 0 or more, got {word[:40]!r}")
    if not 0 <= number <= MOST_PEOPLE:
        raise TaughtError("count", f"expected 0 to {MOST_PEOPLE} people, got {number}")
    return HandCount(at, number)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one picture gives: the measure of what differs, and the detector's count where it has looked."""

    measure: Measure
    found: float | None


def person_of(shares: Sequence[float]) -> float:
    """One person's area from the areas inside lone boxes, drawn towards the usual person when they are few."""
    kept = [one for one in shares if _LEAST_PERSON / 2 < one < _MOST_PERSON * 1.5]
    if not kept:
        return USUAL_PERSON
    middle = float(np.log(np.median(kept)))
    size = (middle * len(kept) + np.log(USUAL_PERSON) * _BELIEVED) / (len(kept) + _BELIEVED)
    return float(np.clip(np.exp(size), _LEAST_PERSON, _MOST_PERSON))


@dataclass(frozen=True, slots=True)
class _Line:
    """people = slope * reckoned + bend * reckoned² + rest, and its error on counts that it was not shown."""

    slope: float
    bend: float
    rest: float
    error: float

    def at(self, reckoned: float) -> float:
        return max(0.0, self.rest + self.slope * reckoned + self.bend * reckoned**2)


@dataclass(frozen=True, slots=True)
class Judged:
    """A count before rounding; `spread` is how far it may be off, in people."""

    people: float
    spread: float


@dataclass(frozen=True, slots=True)
class Model:
    """How evidence becomes a count. `person` is one person's area, `contour` the contours of a unit of area."""

    person: float
    contour: float
    lines: tuple[_Line, ...]
    weights: tuple[float, ...]
    error: float
    taught: int

    def judge(self, evidence: Evidence) -> Judged:
        """The count of one picture."""
        reckoned = _reckoned(evidence, self.person, self.contour)
        usable = [index for index, one in enumerate(reckoned) if one is not None]
        weights = np.array([self.weights[index] for index in usable])
        said = np.array([self.lines[index].at(reckoned[index] or 0.0) for index in usable])
        if weights.sum() <= 0:
            weights = np.ones(len(usable))
        weights = weights / weights.sum()
        people = float(weights @ said)
        apart = float(np.sqrt(weights @ (said - people) ** 2))
        return Judged(people, float(np.hypot(apart, self.error)))


_NAMES = ("area", "contours", "pieces", "detector")
_UNTAUGHT = (0.35, 0.10, 0.25, 0.30)


def _reckoned(evidence: Evidence, person: float, contour: float) -> tuple[float | None, ...]:
    """People as each of the four would have them, before any teaching."""
    measure = evidence.measure
    pieces = sum(max(min(1.0, blob / (0.6 * person)), blob / person) for blob in measure.blobs if blob > 0.12 * person)
    area, lines = measure.area / person, measure.edges / contour / person if contour > 0 else None
    return (area, lines, pieces, evidence.found)


def untaught(person: float, evidence: Sequence[Evidence], rest: float = 0.0, contour: float | None = None) -> Model:
    """The model without hand counts: areas by the person that the detector showed, and what the detector counts.

    `rest`: people who belong to the learned room, whom no area shows. `contour`: as it is known, 0 where nothing is.
    """
    contour = _contour(evidence) if contour is None else contour
    line = _Line(1.0, 0.0, 0.0, 1.0)
    hidden = _Line(1.0, 0.0, rest, 1.0)
    return Model(person, contour, (hidden, hidden, hidden, line), _UNTAUGHT, 1.0, 0)


def _contour(evidence: Sequence[Evidence]) -> float:
    areas = np.array([one.measure.area for one in evidence])
    lines = np.array([one.measure.edges for one in evidence])
    return float(lines.sum() / areas.sum()) if areas.sum() > 0 and lines.sum() > 0 else 7.0


def taught(model: Model, pairs: Sequence[tuple[Evidence, int]]) -> Model:
    """The model after hand counts, each with the evidence of its own picture."""
    if not pairs:
        return model
    people = np.array([float(count) for _, count in pairs])
    reckoned = [_reckoned(one, model.person, model.contour) for one, _ in pairs]
    lines, held = [], []
    for index in range(len(_NAMES)):
        values = np.array([np.nan if one[index] is None else one[index] for one in reckoned], float)
        known = ~np.isnan(values)
        if not known.any():
            lines.append(_Line(1.0, 0.0, 0.0, 3.0))
            held.append(np.full(len(people), np.nan))
            continue
        rest = model.lines[index].rest
        line = _fit(values[known], people[known], rest)
        out = np.full(len(people), np.nan)
        for at in np.flatnonzero(known):
            others = known.copy()
            others[at] = False
            out[at] = (_fit(values[others], people[others], rest) if others.any() else _Line(1.0, 0.0, 0.0, 1.0)).at(
                values[at]
            )
        error = float(np.sqrt(np.nanmean((out - people) ** 2)))
        lines.append(_Line(line.slope, line.bend, line.rest, error))
        held.append(out)
    weights = _weights(np.array(held), people, lines)
    return Model(
        model.person, model.contour, tuple(lines), weights, _error(np.array(held), people, weights), len(pairs)
    )


def _fit(values: NDArray[np.float64], people: NDArray[np.float64], rest: float) -> _Line:
    """A robust line, drawn towards what is reckoned untaught: slope 1 ± 0.5, no bend."""
    scale = max(1.0, float(people.max(initial=1.0)), float(values.max(initial=1.0)))
    design = np.stack([values, values**2 / scale, np.ones_like(values)], axis=1)
    prior = np.array([1.0, 0.0, rest])
    weight, best = np.ones(len(values)), prior
    for _ in range(6):
        noise = (1.0 + 0.06 * np.maximum(people, 1)) ** 2
        pull = np.diag(1 / np.array([0.5, 0.15, 1.0 + 0.05 * scale]) ** 2)
        rows = design * (weight / noise)[:, None]
        best = np.linalg.solve(rows.T @ design + pull, rows.T @ people + pull @ prior)
        off = np.abs(people - design @ best) / np.sqrt(noise)
        weight = 1 / np.maximum(1.0, off / 1.5)
    return _Line(max(0.0, float(best[0])), float(best[1]) / scale, float(best[2]), 1.0)


def _weights(held: NDArray[np.float64], people: NDArray[np.float64], lines: Sequence[_Line]) -> tuple[float, ...]:
    """Shares by the inverse of each one's squared error on counts it was not shown; few counts, flatter shares."""
    usable = ~np.isnan(held).all(axis=1)
    errors = np.array([one.error for one in lines]) ** 2 + 0.15
    trust = len(people) / (len(people) + 3.0)
    share = np.where(usable, np.array(_UNTAUGHT) ** (1 - trust) * (1 / errors**2) ** trust, 0.0)
    return tuple(float(one) for one in share / share.sum())


def _error(held: NDArray[np.float64], people: NDArray[np.float64], weights: Sequence[float]) -> float:
    weight = np.where(np.isnan(held), 0.0, np.array(weights)[:, None])
    said = np.nansum(held * weight, axis=0) / np.maximum(weight.sum(axis=0), 1e-9)
    return float(np.sqrt(np.mean((said - people) ** 2)))
