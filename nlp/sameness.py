"""How one document stands to another: told again, repeated, corrected, a new step, or nothing to do with it. Pure.

Another agency's: a logistic score of shared words, of each title's words in the other's text, of the vectors, shared
figures and of whether they name each other; fitted on judged pairs (`stories_first.txt`, `stories_pairs.tsv`). The same
agency's: reposts have the same numbers, corrections say so, a new step has its word in the title and the subject of the
old one; a series ("2차", "11월 3주") has other numbers and is another event. To join wrongly is to lose a release, so
every doubt is "nothing to do with it".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from nlp.stages import NEWS, Stage, foremost
from nlp.tellings import Telling, names

Relation = Literal["first", "report", "duplicate", "correction", "step"]

TOGETHER: Final = timedelta(days=4)
"""Reports of one event come within these days."""

CORRECTED: Final = timedelta(days=30)
FOLLOWED: Final = timedelta(days=120)
"""A new step comes within these days of the last one."""

_ENOUGH: Final = 20  # distinct words below which a text is a pointer to a file rather than a telling
_SAME: Final = -0.2
_HASHES: Final = 65_536
_STRONG: Final = Stage.EXTENDED | Stage.POSTPONED | Stage.CANCELLED | Stage.LIFTED | Stage.RAISED


@dataclass(frozen=True, slots=True)
class Known:
    """A document told before: its place in the order of telling, its story, and the cosine with the new one."""

    key: str
    story: str
    order: int
    told: Telling
    cosine: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the new document is to `known`; `stage` names a step."""

    relation: Relation
    known: Known
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class _Alike:
    """Shares in [0, 1]: of all words; of the old title's in the new text, and the other way round."""

    words: float
    old_title: float
    new_title: float
    cosine: float
    figures: int
    named: int

    @property
    def least(self) -> float:
        return min(self.old_title, self.new_title)

    @property
    def most(self) -> float:
        return max(self.old_title, self.new_title)

    @property
    def score(self) -> float:
        """Log odds that two agencies tell the same event."""
        lexical: float = 0.9 * self.words + 5.4 * self.most + 8.5 * self.least
        return lexical + 1.1 * self.cosine + 3.6 * min(self.figures, 2) + self.named - 10.3


class _New:
    """The new document, its words in tables; one more table is lent to each document that it is compared with."""

    def __init__(self, told: Telling) -> None:
        self.told = told
        self._holds = _table(told.terms)
        self._other = np.zeros(_HASHES, dtype=np.bool_)
        self._heavy = float(told.weights.sum()) or 1.0
        self._figures = frozenset(told.figures.tolist())
        self._names = names(told.agency)

    def alike(self, one: Known) -> _Alike | None:
        """How alike they are; None for a document of another agency that is certainly not."""
        old, new = one.told, self.told
        both = int(np.count_nonzero(self._holds[old.terms]))
        words = both / max((len(old.terms) * len(new.terms)) ** 0.5, 1.0)
        old_title = float(old.weights[self._holds[old.title]].sum()) / (float(old.weights.sum()) or 1.0)
        self._other[old.terms] = True
        new_title = float(new.weights[self._other[new.title]].sum()) / self._heavy
        figures = len(self._figures.intersection(old.figures.tolist()))
        found: _Alike | None = _Alike(words, old_title, new_title, one.cosine, figures, 0)
        if old.agency != new.agency:
            found = found and self._named(found, old.agency)
        self._other[old.terms] = False
        return found

    def _named(self, alike: _Alike, agency: str) -> _Alike | None:
        if alike.score + 2 < _SAME:
            return None
        here = any(bool(self._holds[name].all()) for name in names(agency))
        there = any(bool(self._other[name].all()) for name in self._names)
        return replace(alike, named=int(here) + int(there))


def _table(hashes: NDArray[np.uint16]) -> NDArray[np.bool_]:
    table = np.zeros(_HASHES, dtype=np.bool_)
    table[hashes] = True
    return table


def relate(new: Telling, known: Sequence[Known]) -> Verdict | None:
    """How a new document stands to those told before; None for nothing to do with any of them."""
    fresh = _New(new)
    seen = [(one, alike) for one in known if (alike := fresh.alike(one)) is not None]
    own = [(one, alike) for one, alike in seen if one.told.agency == new.agency]
    others = [(one, alike) for one, alike in seen if one.told.agency != new.agency]
    return _corrected(new, own) or _repeated(new, own) or _told_too(new, others) or _followed(new, own)


_Seen = Sequence[tuple[Known, _Alike]]


def _near(new: Telling, old: Telling, within: timedelta) -> bool:
    return abs(new.published_at - old.published_at) <= within


def _corrected(new: Telling, own: _Seen) -> Verdict | None:
    if not new.corrects:
        return None
    fits = [
        (round(alike.most + alike.least + alike.words, 1), one.order, one)
        for one, alike in own
        if _near(new, one.told, CORRECTED)
        and not _another_of_a_series(new, one.told)
        and (alike.words >= 0.4 or alike.least >= 0.6)
        and (alike.most >= 0.7 or (alike.words >= 0.7 and alike.most >= 0.5))
    ]
    best = max(fits, key=lambda fit: fit[:2], default=None)
    return Verdict("correction", best[2]) if best else None


def _repeated(new: Telling, own: _Seen) -> Verdict | None:
    fits = [
        (alike.words, -one.order, one)
        for one, alike in own
        if _near(new, one.told, TOGETHER)
        and min(new.size, one.told.size) >= _ENOUGH
        and new.written == one.told.written
        and not new.stages & NEWS & ~one.told.said
        and alike.words >= 0.85
        and alike.most >= 0.85
        and alike.least >= 0.6
    ]
    best = max(fits, key=lambda fit: fit[:2], default=None)
    return Verdict("duplicate", best[2]) if best else None


def _told_too(new: Telling, others: _Seen) -> Verdict | None:
    fits = [
        (alike.score, one.order, one, alike)
        for one, alike in others
        if _near(new, one.told, TOGETHER)
        and alike.score >= _SAME
        and not _another_of_a_series(new, one.told)
        and _of_one_place(new, one.told, alike)
        and (min(new.size, one.told.size) >= _ENOUGH or alike.least >= 0.5)
    ]
    best = max(fits, key=lambda fit: fit[:2], default=None)
    if best is None:
        return None
    known, alike = best[2], best[3]
    said = _said(known.story, [one for _, _, one, _ in fits])
    step = new.stages & _STRONG & ~said
    if new.stages & Stage.RESULT and known.told.stages & Stage.OPEN:
        step |= Stage.RESULT & ~said
    if step:
        return Verdict("step", known, foremost(step))
    return Verdict("duplicate" if new.written == known.told.written and alike.words >= 0.9 else "report", known)


def _of_one_place(new: Telling, old: Telling, alike: _Alike) -> bool:
    """Whether two offices speak of each other's: a ceremony that each holds, a form that each fills in, is not one."""
    if alike.named or not (new.local or old.local):
        return True
    if new.local and old.local:
        return min(alike.words, alike.least) >= 0.95
    return alike.figures > 0 or alike.words >= 0.6


def _said(story: str, known: Sequence[Known]) -> Stage:
    """What all documents of a story, as far as they are alike, say."""
    said = Stage(0)
    for one in known:
        if one.story == story:
            said |= one.told.said
    return said


def _followed(new: Telling, own: _Seen) -> Verdict | None:
    stories: dict[str, list[tuple[float, Known]]] = {}
    for one, alike in own:
        fits = _near(new, one.told, FOLLOWED) and not _another_of_a_series(new, one.told)
        if fits and one.told.published_at <= new.published_at and _one_subject(new, alike):
            near = round(alike.most + alike.least + alike.words, 1)
            stories.setdefault(one.story, []).append((near, one))
    found: list[tuple[float, int, Verdict]] = []
    for told in stories.values():
        said = Stage(0)
        for _, one in told:
            said |= one.told.stages
        # what was said already is no step of this story: of an event that comes again, the last one is meant
        if step := new.stages & NEWS & ~said:
            last = max((one for _, one in told), key=lambda one: one.order)
            found.append((max(near for near, _ in told), last.order, Verdict("step", last, foremost(step))))
    return max(found, key=lambda fit: fit[:2])[2] if found else None


def _one_subject(new: Telling, alike: _Alike) -> bool:
    usual = alike.words >= 0.2 and alike.cosine >= 0.6 and alike.most >= 0.59 and alike.least >= 0.42
    clear = bool(new.stages & (_STRONG | Stage.RESULT))
    other_words = clear and alike.words >= 0.28 and alike.cosine >= 0.54 and alike.most >= 0.7 and alike.least >= 0.37
    return (usual and alike.most + alike.least >= 1.15) or (other_words and alike.most + alike.least >= 1.07)


def _another_of_a_series(one: Telling, other: Telling) -> bool:
    """Whether both titles number themselves by the same unit, and differently; or one agency names other places."""
    left, right = _by_unit(one), _by_unit(other)
    if any(not left[unit] & right[unit] for unit in left.keys() & right.keys()):
        return True
    return one.agency == other.agency and bool(one.places and other.places) and not one.places & other.places


def _by_unit(told: Telling) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for unit, number in told.series:
        found.setdefault(unit, set()).add(number)
    return found
