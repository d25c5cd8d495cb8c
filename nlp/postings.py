"""How much of each keyword's words a document shows: every row a weighted sum of terms.

The share of a term in its row is given; what a document shows of it is its saturated frequency, or whether it stands in
title, opening or body. Not safe between threads by itself: `matching` holds the lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Final

import numpy as np

from nlp.document import IN_BODY, IN_OPENING, IN_TITLE, Form
from nlp.keywords import Way
from nlp.sums import Floats, Places, Sums

_PLACES: Final = np.array([[IN_TITLE], [IN_OPENING], [IN_BODY], [IN_TITLE | IN_OPENING | IN_BODY]])


class Postings:
    """The terms of all rows."""

    def __init__(self) -> None:
        self._sums = Sums()
        self._slots: dict[int, int] = {}  # of each term that any row holds
        self._held: list[int] = []  # by how many rows, for each slot
        self._terms: list[int] = []
        self._free: list[int] = []

    def put(self, row: int, way: Way) -> None:
        """Enters the terms of a row that is not there."""
        slots = [self._slot(term) for term in way.terms.tolist()]
        for slot in slots:
            self._held[slot] += 1
        self._sums.put(row, np.array(slots, dtype=np.intp), way.shares)

    def _slot(self, term: int) -> int:
        slot = self._slots.get(term)
        if slot is not None:
            return slot
        if self._free:
            slot = self._free.pop()
            self._terms[slot] = term
        else:
            slot = len(self._terms)
            self._terms.append(term)
            self._held.append(0)
        self._slots[term] = slot
        return slot

    def drop(self, row: int) -> None:
        """Takes the terms of a row out again; a term that no row holds is forgotten."""
        for slot in self._sums.slots(row).tolist():
            self._held[slot] -= 1
            if not self._held[slot]:
                del self._slots[self._terms[slot]]
                self._free.append(slot)
        self._sums.drop(row)

    def shown(self, forms: Sequence[Form]) -> Floats:
        """What documents show of each term, shape (5, documents, terms): its weight; whether in title, opening, body,
        anywhere.
        """
        shown = np.zeros((1 + len(_PLACES), len(forms), len(self._terms)), dtype=np.float32)
        for number, form in enumerate(forms):
            slots = np.fromiter(map(self._slots.get, form.ids.tolist(), repeat(-1)), dtype=np.intp, count=len(form.ids))
            known = slots >= 0
            slots = slots[known]
            shown[0, number, slots] = form.weights[known]
            shown[1:, number, slots] = (form.places[known] & _PLACES) > 0
        return shown

    def all(self, shown: Floats, size: int) -> Floats:
        """How much of each of the first `size` rows is shown, by weight, in [0, 1], shape (documents, size)."""
        return self._sums.all(shown[0], size)

    def of(self, rows: Sequence[Places], shown: Floats) -> list[Floats]:
        """The same of some rows for each document, each of the five kinds, shape (5, rows) each."""
        return self._sums.of(rows, shown)
