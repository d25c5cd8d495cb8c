"""A document as matching sees it: weighed words, and vectors of its title, its lead and its windows.

The mean over 1,500 characters blurs, so a long text is looked at through windows of 400 characters, and what stands in
the title counts more than what stands on page three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.embedding import Embedder, Vectors
from nlp.tokens import BIGRAMS, Words
from nlp.words import Terms, normalise

IN_TITLE, IN_OPENING, IN_BODY = np.uint8(1), np.uint8(2), np.uint8(4)
LEAD: Final = 300
WINDOW: Final = 400
MAX_WINDOWS: Final = 4
_TITLE, _OPENING, _LEAD, _BODY = 3.0, 2.0, 1.0, 0.7
_OPENS: Final = 60  # characters in which a release names its agency and its subject
_SATURATION: Final = 1.2  # BM25's k1
_WINDOW_SHARE: Final = np.float32(0.92)  # a window is one of several chances to be alike by accident
_MAX_TEXT: Final = 6_000


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """What matching needs of a document, whichever keyword it meets.

    `ids` rise; `weights` are saturated term frequencies in (0, 1); `places` tell where each term stands (bits of
    `IN_TITLE`, `IN_OPENING`, `IN_BODY`); `vectors` has shape (p, d), a row a passage, each
    already multiplied by how much its passage counts; `flat` is title and text in normal form.
    """

    ids: NDArray[np.uint32]
    weights: NDArray[np.float32]
    places: NDArray[np.uint8]
    vectors: Vectors
    flat: str

    @property
    def title(self) -> str:
        """The title in normal form, empty if there was none."""
        return self.flat.partition("\n")[0]

    @property
    def vector(self) -> Vectors:
        """The unit vector of title and lead, shape (d,): the document in one point."""
        return np.asarray(self.vectors[self.lead])

    @property
    def lead(self) -> int:
        """Which of the vectors is the title's and the lead's."""
        return 0 if self.flat.startswith("\n") else 1


def _fields(title: str, body: str) -> tuple[str, str, str, str]:
    """Title, opening, lead and rest; an untitled text's first hundred characters stand for its title."""
    if not title:
        title, body = _cut(body, 100)
    opening, rest = _cut(body, _OPENS)
    lead, rest = _cut(rest, LEAD - _OPENS)
    return title, opening, lead, rest


def _cut(text: str, size: int) -> tuple[str, str]:
    """The text in two, at the last space before `size` if there is one."""
    if len(text) <= size:
        return text, ""
    place = text.rfind(" ", size // 2, size)
    place = place if place > 0 else size
    return text[:place], text[place:]


def _weigh(fields: Sequence[str], cut: Words) -> tuple[NDArray[np.uint32], NDArray[np.float32], NDArray[np.uint8]]:
    bags: list[Terms] = [cut.document(field) for field in fields]
    ids, where = np.unique(np.concatenate([bag.ids for bag in bags]), return_inverse=True)
    counts = np.concatenate(
        [bag.counts * share for bag, share in zip(bags, (_TITLE, _OPENING, _LEAD, _BODY), strict=True)]
    )
    frequency = np.bincount(where, weights=counts, minlength=len(ids))
    places, start = np.zeros(len(ids), dtype=np.uint8), 0
    for bag, place in zip(bags, (IN_TITLE, IN_OPENING, IN_BODY, IN_BODY), strict=True):
        places[where[start : start + len(bag.ids)]] |= place
        start += len(bag.ids)
    return ids, (frequency / (frequency + _SATURATION)).astype(np.float32), places


def passages(title: str, body: str) -> list[str]:
    """The pieces of a document that get a vector each: title, title with lead, windows over a long text."""
    pieces = [title] if title else []
    pieces.append(f"{title} {body[:LEAD]}".strip())
    if len(body) > WINDOW:
        pieces += [body[start : start + WINDOW] for start in range(0, len(body), WINDOW)][:MAX_WINDOWS]
    return pieces


def read(texts: Sequence[str], titles: Sequence[str | None], embedder: Embedder, cut: Words = BIGRAMS) -> list[Form]:
    """The forms of documents, encoded in one batch; at most the first 6,000 characters of a text count."""
    heads = [normalise(title or "")[:300] for title in titles]
    bodies = [normalise(text[: 2 * _MAX_TEXT])[:_MAX_TEXT] for text in texts]
    pieces = [passages(head, body) for head, body in zip(heads, bodies, strict=True)]
    vectors = embedder.encode([piece for some in pieces for piece in some])
    forms, start = [], 0
    for head, body, some in zip(heads, bodies, pieces, strict=True):
        rows = vectors[start : start + len(some)].copy()
        start += len(some)
        rows[1 + bool(head) :] *= _WINDOW_SHARE
        forms.append(_form(head, body, rows, cut))
    return forms


def lead_vector(form: Form, made_by: str, model: Embedder) -> Vectors:
    """The unit vector of title and lead by `model`, shape (d,): the form's own where that made it."""
    if made_by == model.name:
        return form.vector
    head, _, body = form.flat.partition("\n")
    return np.asarray(model.encode([passages(head, body)[form.lead]])[0])


def form_of(title: str, text: str, vectors: Vectors, cut: Words = BIGRAMS) -> Form:
    """The form of a document whose vectors were kept: the words are read again, which is cheap for bigrams."""
    return _form(normalise(title)[:300], normalise(text[: 2 * _MAX_TEXT])[:_MAX_TEXT], vectors, cut)


def _form(head: str, body: str, vectors: Vectors, cut: Words) -> Form:
    """Of title and text in normal form."""
    ids, weights, places = _weigh(_fields(head, body), cut)
    return Form(ids, weights, places, vectors, f"{head}\n{body}")
