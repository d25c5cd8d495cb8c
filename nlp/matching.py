"""Which subscriptions a document concerns: words joined with meaning, one score, evidence in words.

    text ─ form (words, vectors) ─┬─ inverted index: term → keywords      ─ words in [0, 1] ┐
                                  └─ one product with all keyword vectors ─ cosine          ┴─ candidates
    candidates ─ what each shows ─ calibration: probability ─ veto ─ push?

Candidates are picked by (1 - w) · BM25 / (the keyword's upper bound) + w · cosine, which beat each of its halves and
rank fusion (research note, section 3) and needs no other document; the score is then the probability that the document
concerns the subscriber (`calibration`). Equal keywords share one vector, so what counts is distinct keywords, not
people. A weak cosine alone never pushes: rare compounds would flood their subscribers.

Safe to use from several threads: a document may be matched in a worker while a subscription is added in the loop.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.adopted import scale_of
from nlp.calibration import FACTS, Seen, Spread, facts_of, is_appointment, probability, speaks
from nlp.document import IN_BODY, IN_OPENING, IN_TITLE, Form, read
from nlp.embedding import Embedder, Vectors
from nlp.evidence import Evidence
from nlp.keywords import Keyword, Way, key_of, parse
from nlp.lexicon import background
from nlp.postings import Hits, Postings
from nlp.synonyms import Synonyms, built_in
from nlp.words import normalise, query_terms, terms

Scores = NDArray[np.float32]

PUSH_AT: Final = 0.45
"""Default threshold: held-out F1 on two readers' labels of 2026-07 is within a point of its best
(tests/bench/fit_calibration.py).
"""

_DENSE: Final = 0.4  # w
_CANDIDATE: Final = 0.1  # a lower mixture isn't worth a second look
_LOOKED_AT: Final = 400  # nor are more ways of keywords than this for one document, unless they might be sent
_MIGHT: Final = 0.35  # mixture from which a way might be sent
_LISTED: Final = 200  # nor are more keywords than this, unless they would be sent
_SHOWN: Final = 0.3  # from here on the evidence is looked for
_WORDS_NEEDED: Final = 0.2  # lexical half that lets a score push
_COSINE_ALONE: Final = 0.6  # or a cosine as high as this
_PHRASE: Final = 0.9  # score when a quoted phrase stands in the text
_AGENCY: Final = FACTS.index("agency")
_ARCHIVE: Final = 5_000
_BLOCK: Final = 64  # documents whose leads meet all keywords in one product: half the work of 16
_BULK: Final = 5_000  # keywords encoded together: more would only hold more memory
_SETTLED: Final = 512  # rows that meet another spread at a time, while documents wait
_TABLE: Final = "\x1f"  # stands between a keyword and the table that reads it its own way
_FEW: Final = 8  # documents up to which separate products with a vector beat one product with a matrix (measured)


@dataclass(frozen=True, slots=True)
class Match:
    """One subscription that a document may concern.

    `score` is the probability that it does, in [0, 1]; `words` are the keyword's words that the document shows, or
    their synonyms; `push` says whether the default threshold would send it. Below a score of 0.3 the words aren't
    looked for.
    """

    subscription_id: str
    score: float
    words: tuple[str, ...]
    push: bool


@dataclass(frozen=True, slots=True)
class New:
    """A subscription to be added in bulk; `synonyms` is its institution's table, None the matcher's own."""

    subscription_id: str
    text: str
    exclude: tuple[str, ...] = ()
    synonyms: Synonyms | None = None


@dataclass(slots=True, eq=False)
class _Entry:
    """A distinct keyword, as one table reads it, in the index: its rows, and who wants it with which excludes."""

    key: str
    phrases: tuple[str, ...]
    rows: tuple[int, ...] = ()
    wanted: dict[str, tuple[str, ...]] = field(default_factory=dict)


def _entry_key(new: New) -> str:
    """What subscriptions must share to share their vectors: words, and the table where it reads them its own way."""
    key = key_of(new.text)
    variant = new.synonyms.variant(key) if new.synonyms is not None else ""
    return f"{key}{_TABLE}{variant}" if variant else key


class Matcher:
    """All subscriptions of a process, matched against one document at a time."""

    def __init__(
        self,
        embedder: Embedder,
        archive: Iterable[str] = (),
        *,
        synonyms: Synonyms | None = None,
        push_at: float = PUSH_AT,
        spread: Spread | None = None,
    ) -> None:
        """An empty matcher.

        Args:
            embedder: gives documents and keywords their vectors.
            archive: recent texts, newest first, by which words and cosines are calibrated; at most 5,000 are read.
            synonyms: instead of the built-in table.
            push_at: score from which a match is sent.
            spread: how alike documents are to keywords, instead of what `archive` tells.
        """
        self._embedder, self._scale = embedder, scale_of(embedder)
        self._synonyms = built_in() if synonyms is None else synonyms
        self._push_at = push_at
        self._lock = threading.Lock()
        texts = [text for text, _ in zip(archive, range(_ARCHIVE), strict=False)]
        self._lexicon = background().with_archive(terms(text) for text in texts)
        self._spread = Spread(embedder, texts) if spread is None else spread
        self._vectors: Vectors = np.zeros((64, embedder.dimensions), dtype=np.float32)
        self._facts: Scores = np.zeros((64, len(FACTS)), dtype=np.float32)
        self._counts: Scores = np.zeros(64, dtype=np.float32)  # the facts' first column, side by side
        self._floors: Scores = np.zeros(64, dtype=np.float32)
        self._entry_of = np.zeros(64, dtype=np.int64)
        self._entries_made = 0
        self._words: list[tuple[str, ...]] = []
        self._owners: list[_Entry | None] = []
        self._free: list[int] = []
        self._postings = Postings()
        self._entries: dict[str, _Entry] = {}
        self._keys: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, subscription_id: object) -> bool:
        return subscription_id in self._keys

    def add(self, subscription_id: str, text: str, exclude: Iterable[str] = ()) -> None:
        """Subscribes at once; an id that is known gets the new words instead of its old ones."""
        self.add_many([New(subscription_id, text, tuple(exclude))])

    def add_many(self, news: Iterable[New]) -> None:
        """Subscribes in bulk: distinct keywords are encoded together."""
        wanted = {new.subscription_id: new for new in news}
        keys = {new.subscription_id: _entry_key(new) for new in wanted.values()}
        with self._lock:
            unknown = sorted({key for key in keys.values() if key not in self._entries})
        for start in range(0, max(len(unknown), 1), _BULK):
            fresh = set(unknown[start : start + _BULK])
            self._add([new for new in wanted.values() if keys[new.subscription_id] in fresh], keys, fresh)
        old = set(keys.values()) - set(unknown)
        if old:
            self._add([new for new in wanted.values() if keys[new.subscription_id] in old], keys, set())

    def _add(self, news: list[New], keys: dict[str, str], unknown: set[str]) -> None:
        tables = {keys[new.subscription_id]: new.synonyms or self._synonyms for new in news}
        keywords = [
            replace(parse(key.partition(_TABLE)[0], self._lexicon, tables[key]), key=key) for key in sorted(unknown)
        ]
        vectors = self._embedder.encode([way.text for keyword in keywords for way in keyword.ways], role="query")
        ways = [way for keyword in keywords for way in keyword.ways]
        facts = np.zeros((len(ways), len(FACTS)), dtype=np.float32)
        if ways:
            facts[:, :6] = [facts_of(way, way.rarity) for way in ways]
            facts[:, 6:] = self._spread.moments(vectors)
        floors = self._spread.floors(vectors)
        with self._lock:
            start = 0
            for keyword in keywords:
                end = start + len(keyword.ways)
                self._insert(keyword, vectors[start:end], facts[start:end], floors[start:end])
                start = end
            for new in news:
                self._subscribe(new, keys[new.subscription_id])
            for keyword in keywords:
                self._drop_unwanted(keyword.key)

    def remove(self, subscription_id: str) -> None:
        """Forgets a subscription; an unknown id is no error."""
        with self._lock:
            self._unsubscribe(subscription_id)

    def settle(self, spread: Spread) -> None:
        """Goes by another spread from now on, also for the keywords it has; documents are matched meanwhile."""
        with self._lock:
            self._spread, size = spread, len(self._words)
        for start in range(0, size, _SETTLED):
            with self._lock:
                rows = slice(start, min(start + _SETTLED, size))
                self._facts[rows, 6:] = spread.moments(self._vectors[rows])
                self._floors[rows] = spread.floors(self._vectors[rows])

    def match(self, text: str, title: str | None = None) -> list[Match]:
        """Every candidate for a document, best first; equal scores by id."""
        return self.match_forms(read([text], [title], self._embedder))[0]

    def match_many(self, texts: Sequence[str], titles: Sequence[str | None] | None = None) -> list[list[Match]]:
        """`match` for several documents, which share the encoding and the product with the keywords."""
        return self.match_forms(read(texts, titles if titles is not None else [None] * len(texts), self._embedder))

    def match_forms(self, forms: Sequence[Form]) -> list[list[Match]]:
        """`match` for documents read before (`nlp.document.read` with the same embedder)."""
        found: list[list[Match]] = []
        for start in range(0, len(forms), _BLOCK):
            block = forms[start : start + _BLOCK]
            with self._lock:
                cosines = self._cosines(block)
                found += [self._match(form, cosine) for form, cosine in zip(block, cosines, strict=True)]
        return found

    # What follows expects the lock.

    def _insert(self, keyword: Keyword, vectors: Vectors, facts: Scores, floors: Scores) -> None:
        if keyword.key in self._entries:
            return
        entry, rows = _Entry(keyword.key, keyword.phrases), list[int]()
        self._entries_made += 1
        for way, vector, known, floor in zip(keyword.ways, vectors, facts, floors, strict=True):
            row = self._row(way, entry)
            self._vectors[row], self._facts[row], self._counts[row] = vector, known, known[0]
            self._floors[row] = floor
            self._entry_of[row] = self._entries_made
            self._postings.add(row, way)
            rows.append(row)
        entry.rows = tuple(rows)
        self._entries[keyword.key] = entry

    def _row(self, way: Way, entry: _Entry) -> int:
        if self._free:
            row = self._free.pop()
            self._words[row], self._owners[row] = way.words, entry
            return row
        self._words.append(way.words)
        self._owners.append(entry)
        if len(self._words) > len(self._vectors):
            room = len(self._vectors) + max(len(self._vectors) // 8, 64)
            for column in (self._vectors, self._facts, self._counts, self._floors, self._entry_of):
                column.resize((room, *column.shape[1:]), refcheck=False)  # in place: a copy would double the memory
        return len(self._words) - 1

    def _subscribe(self, new: New, key: str) -> None:
        if self._keys.get(new.subscription_id) != key:
            self._unsubscribe(new.subscription_id)
        self._keys[new.subscription_id] = key
        exclude = tuple(word for text in new.exclude if (word := normalise(text)))
        self._entries[key].wanted[new.subscription_id] = exclude

    def _unsubscribe(self, subscription_id: str) -> None:
        key = self._keys.pop(subscription_id, None)
        if key is not None:
            self._entries[key].wanted.pop(subscription_id)
            self._drop_unwanted(key)

    def _drop_unwanted(self, key: str) -> None:
        entry = self._entries[key]
        if entry.wanted:
            return
        del self._entries[key]
        for row in entry.rows:
            self._postings.remove(row, query_terms(self._words[row]))
            self._vectors[row], self._facts[row], self._counts[row] = 0.0, 0.0, 0.0
            self._words[row], self._owners[row] = (), None
            self._free.append(row)

    def _cosines(self, forms: Sequence[Form]) -> NDArray[np.float32]:
        """The cosine of title and lead with each row, shape (documents, rows); the rest is for candidates only."""
        leads = np.stack([form.vector for form in forms])
        rows = self._vectors[: len(self._words)]
        if len(leads) > _FEW:
            # documents by rows, so that what follows runs along memory: ten times faster than the other way round
            products = np.asarray(leads @ rows.T)
        else:
            products = np.empty((len(leads), len(rows)), dtype=np.float32)
            for lead, product in zip(leads, products, strict=True):
                np.dot(rows, lead, out=product)
        if self._scale is not None:
            products = self._scale.to_query(products) * leads.any(axis=1, keepdims=True)
        np.maximum(products, 0.0, out=products)
        return products

    def _match(self, form: Form, cosine: Scores) -> list[Match]:
        hits, size = self._postings.hits(form), len(self._words)
        lexical = np.bincount(hits.rows, weights=hits.shares * hits.weights, minlength=size)
        mixture = cosine * np.float32(_DENSE)  # in place from here: a hundred thousand keywords are a lot of memory
        mixture += (1 - _DENSE) * lexical
        mixture *= self._counts[:size]
        rows = np.flatnonzero(mixture >= _CANDIDATE)
        if len(rows) > _LOOKED_AT:
            most = max(_LOOKED_AT, int(np.count_nonzero(mixture[rows] >= _MIGHT)))
            rows = np.sort(rows[np.argpartition(-mixture[rows], min(most, len(rows) - 1))[:most]])
        products = self._vectors[rows] @ form.vectors.T
        if self._scale is not None:
            products = self._scale.passages(products, form.vectors)
        np.maximum(products, 0.0, out=products)
        best, words = products.max(axis=1, initial=0.0), lexical[rows].astype(np.float32)
        scores = self._probabilities(form, hits, rows, words, products)
        shown = Evidence(form.flat)
        found: list[Match] = []
        for place in self._best(rows, scores):
            row, entry = int(rows[place]), self._owners[rows[place]]
            if entry is not None:
                values = float(scores[place]), float(words[place]), float(best[place])
                found += self._matches(entry, row, *values, shown)
        found.sort(key=lambda match: (-match.score, match.subscription_id))
        return found

    def _probabilities(
        self, form: Form, hits: Hits, rows: NDArray[np.int64], words: Scores, products: Scores
    ) -> Scores:
        """The calibrated score of each candidate row."""
        place = np.full(len(self._words), -1, dtype=np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        mine = place[hits.rows]
        kept = mine >= 0
        mine, shares, places = mine[kept], hits.shares[kept], hits.places[kept]

        def share_in(field: np.uint8) -> Scores:
            there = shares * ((places & field) > 0)
            return np.bincount(mine, weights=there, minlength=len(rows)).astype(np.float32)

        seen = Seen(
            words,
            products.max(axis=1, initial=0.0),
            products[:, 0],
            products[:, min(1, products.shape[1] - 1)],
            share_in(IN_TITLE),
            share_in(IN_OPENING),
            share_in(IN_BODY),
            share_in(IN_TITLE | IN_OPENING | IN_BODY),
            self._speaking(form.flat, rows),
        )
        return probability(seen, self._facts[rows], appointment=is_appointment(form.title))

    def _speaking(self, flat: str, rows: NDArray[np.int64]) -> Scores:
        """1 for each row of an agency that tells the document itself."""
        found = np.zeros(len(rows), dtype=np.float32)
        for place in np.flatnonzero(self._facts[rows, _AGENCY] > 0):
            found[place] = any(speaks(flat, word) for word in self._words[rows[place]])
        return found

    def _best(self, rows: NDArray[np.int64], scores: Scores) -> list[int]:
        """The places of the best row of each keyword worth listing, best first."""
        order = np.argsort(-scores, kind="stable")
        _, first = np.unique(self._entry_of[rows[order]], return_index=True)
        order = order[np.sort(first)]
        sent = int(np.count_nonzero(scores[order] >= self._push_at))
        kept: list[int] = order[: max(_LISTED, sent)].tolist()
        return kept

    def _matches(
        self, entry: _Entry, row: int, score: float, lexical: float, cosine: float, shown: Evidence
    ) -> list[Match]:
        phrases = entry.phrases
        if phrases:
            if not all(shown.holds(phrase) for phrase in phrases):
                return []
            score, lexical = max(score, _PHRASE), max(lexical, _PHRASE)
        score = round(min(score, 1.0), 6)
        words: tuple[str, ...] = ()
        if score >= _SHOWN and lexical > 0:
            words = tuple(dict.fromkeys((*phrases, *(self._asked(entry, row, shown) or shown.of(self._words[row])))))
        push = score >= self._push_at and self._is_plain(row, lexical, cosine, words)
        return [
            Match(subscription_id, score, words, push)
            for subscription_id, exclude in entry.wanted.items()
            if not (exclude and shown.vetoes(exclude))
        ]

    def _asked(self, entry: _Entry, row: int, shown: Evidence) -> list[str]:
        """The words as they were asked for that stand in the document, where another way to say them scored best."""
        if self._counts[row] == 1.0:
            return []
        asked = [word for other in entry.rows if self._counts[other] == 1.0 for word in self._words[other]]
        return [word for word in asked if word in shown.of((word,))]

    def _is_plain(self, row: int, lexical: float, cosine: float, words: tuple[str, ...]) -> bool:
        """Whether there is more than a weak cosine: words that show, or a cosine high for anyone and this keyword."""
        if words and lexical >= _WORDS_NEEDED:
            return True
        return cosine >= max(_COSINE_ALONE, float(self._floors[row]))
