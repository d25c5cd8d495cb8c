"""Which of the matched documents to show first, and why: a pure function of candidates, reader and time.

    value = relevance · freshness · whose office it is (+ a nudge when a deadline is near)
    then one story once, no agency fills the list, and no more than the reader's attention holds

A ministry speaks to everybody; another province's or city's news is worth less to this reader, their own more, that of
the province around them or its cities a little more. Age takes at most a quarter: what came on Friday evening and fits
best still stands high on Monday. Reasons are values, not prose: `bot/wording` speaks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from nlp.dates import KST
from nlp.query import level_of
from nlp.words import normalise, occurs

HALF_LIFE: Final = timedelta(days=3)
"""After so long half of what age can take is gone."""

SOON: Final = timedelta(days=7)
_NUDGE: Final = 0.1
_SAME_AGENCY: Final = 0.95  # each further item of an agency counts this much less
_STALE: Final = 0.75  # what the oldest document still counts
_OWN_REGION: Final = 1.3
_AROUND: Final = 1.1
_OTHER_REGION: Final = 0.6
_OWN_DUTY: Final = 1.15
_RELEVANT: Final = 0.6
_AT_LEAST: Final = 3  # place by which what fits best is shown
_FRESH: Final = timedelta(days=1)


class Reason(StrEnum):
    """Why an item stands where it stands."""

    RELEVANT = "relevant"
    FRESH = "fresh"
    DEADLINE = "deadline"
    SAME_AGENCY = "same agency"
    SEVERAL_AGENCIES = "several agencies"
    OWN_REGION = "own region"
    AROUND = "around"
    OTHER_REGION = "other region"
    OWN_DUTY = "own duty"


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom is ranked.

    `regions` are the names of their own place, as agencies are called and titles say ("경상남도", "경남"), `around`
    those of its province or its cities (`nlp.regions`); `duties` words of what their department does, `areas` its
    policy areas (`nlp.areas`); `attention` how many stories they take at once, None for all.
    """

    regions: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    attention: int | None = None


ANYBODY: Final = Reader()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A matched document. `relevance` is the match's score; `story` joins tellings of one event.

    `title` tells of regions and duties; without one only the agency's name does. `area` is the policy area that it is
    of, empty where none is plain.
    """

    key: str
    relevance: float
    published_at: datetime
    story: str
    agency: str
    deadline: date | datetime | None = None
    title: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate in its place, with what it was worth and why; `tellings` are the other keys of its story."""

    candidate: Candidate
    value: float
    reasons: tuple[Reason, ...]
    tellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Worth:
    """`fit` is what a document is worth to the reader on whichever day, `value` today."""

    value: float
    fit: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Story:
    ranked: Ranked
    fit: float


def _days_left(deadline: date | datetime | None, now: datetime) -> int | None:
    if deadline is None:
        return None
    day = deadline.astimezone(KST).date() if isinstance(deadline, datetime) else deadline
    return (day - now.astimezone(KST).date()).days


def _nearness(candidate: Candidate, reader: Reader) -> tuple[float, list[Reason]]:
    """How much nearer to, or farther from, this reader's office the document is than to anybody's."""
    factor, reasons, flat = 1.0, list[Reason](), normalise(candidate.title)
    if reader.regions:
        if _names(candidate, flat, reader.regions):
            factor, reasons = factor * _OWN_REGION, [Reason.OWN_REGION]
        elif _names(candidate, flat, reader.around):
            factor, reasons = factor * _AROUND, [Reason.AROUND]
        elif level_of(candidate.agency) in {"province", "city"}:
            factor, reasons = factor * _OTHER_REGION, [Reason.OTHER_REGION]
    if candidate.area in reader.areas or any(occurs(flat, normalise(duty)) for duty in reader.duties if duty.strip()):
        factor, reasons = factor * _OWN_DUTY, [*reasons, Reason.OWN_DUTY]
    return factor, reasons


def _names(candidate: Candidate, flat: str, places: tuple[str, ...]) -> bool:
    return any(place in candidate.agency or occurs(flat, place) for place in places)


def _worth(candidate: Candidate, now: datetime, reader: Reader) -> _Worth:
    age = max(now - candidate.published_at, timedelta())
    factor, near = _nearness(candidate, reader)
    fit = candidate.relevance * factor
    value = fit * (_STALE + (1 - _STALE) * 0.5 ** (age / HALF_LIFE))
    reasons = [Reason.RELEVANT] if candidate.relevance >= _RELEVANT else []
    if age <= _FRESH:
        reasons.append(Reason.FRESH)
    left = _days_left(candidate.deadline, now)
    if left is not None and 0 <= left <= SOON.days:
        value += _NUDGE
        reasons.append(Reason.DEADLINE)
    return _Worth(value, fit, (*reasons, *near))


def _by_story(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """Candidates of one story together, the first told first."""
    stories: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        stories.setdefault(candidate.story, []).append(candidate)
    return [sorted(told, key=lambda one: (one.published_at, one.key)) for told in stories.values()]


def _join(told: list[Candidate], now: datetime, reader: Reader) -> _Story:
    """A story's worth is its best telling's; it is shown by its first."""
    worth = max((_worth(one, now, reader) for one in told), key=lambda one: one.value)
    reasons = worth.reasons
    if len({one.agency for one in told}) > 1:
        reasons = (*reasons, Reason.SEVERAL_AGENCIES)
    return _Story(Ranked(told[0], worth.value, reasons, tuple(one.key for one in told[1:])), worth.fit)


def rank(candidates: Iterable[Candidate], now: datetime, reader: Reader = ANYBODY) -> list[Ranked]:
    """The stories among the candidates that `reader` has attention for, best first, each shown by its first telling.

    Agencies take turns: every further item of an agency counts less. What fits the reader best, were it the oldest,
    stands third at the latest. Equal values stand by time, newest first, then by key, so that the order never depends
    on the order of the candidates.
    """
    waiting = [_join(told, now, reader) for told in _by_story(candidates)]
    waiting.sort(key=_order)
    fits_best = max(waiting, key=lambda one: one.fit, default=None)
    shown: Counter[str] = Counter()
    ranked: list[Ranked] = []
    while waiting and (reader.attention is None or len(ranked) < reader.attention):
        if fits_best in waiting and len(ranked) == _AT_LEAST - 1:
            best = fits_best
        else:
            best = max(waiting, key=lambda one: one.ranked.value * _SAME_AGENCY ** shown[one.ranked.candidate.agency])
        waiting.remove(best)
        ranked.append(_placed(best.ranked, shown[best.ranked.candidate.agency]))
        shown[best.ranked.candidate.agency] += 1
    return ranked


def _order(story: _Story) -> tuple[float, float, str]:
    one = story.ranked
    return -one.value, -one.candidate.published_at.timestamp(), one.candidate.key


def _placed(one: Ranked, before: int) -> Ranked:
    """The story behind so many of its agency's."""
    reasons = (*one.reasons, Reason.SAME_AGENCY) if before else one.reasons
    return replace(one, value=one.value * _SAME_AGENCY**before, reasons=reasons)
