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
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.calibration import FACTS, Seen, Spread, facts_of, is_appointment, probability, speaks
from nlp.document import IN_BODY, IN_OPENING, IN_TITLE, Form, read
from nlp.embedding import Embedder, Vectors
from nlp.evidence import Evidence
from nlp.keywords import Keyword, Way, key_of, parse
from nlp.lexicon import background
from nlp.synonyms import Synonyms, built_in
from nlp.words import normalise, terms

Scores = NDArray[np.float32]

PUSH_AT: Final = 0.45
"""Default threshold: held-out F1 on two readers' labels of 2026-07 is within a point of its best
(tests/bench/fit_calibration.py).
"""

_DENSE: Final = 0.4  # w
_CANDIDATE: Final = 0.12  # a lower mixture isn't worth a second look
_LOOKED_AT: Final = 2_000  # nor are more ways of keywords than this, for one document
_LISTED: Final = 500  # nor are more keywords than this, unless they would be sent
_SHOWN: Final = 0.2  # from here on the evidence is looked for
_WORDS_NEEDED: Final = 0.2  # lexical half that lets a score push
_COSINE_ALONE: Final = 0.6  # or a cosine as high as this
_PHRASE: Final = 0.9  # score when a quoted phrase stands in the text
_AGENCY: Final = FACTS.index("agency")
_ARCHIVE: Final = 5_000
_BLOCK: Final = 16
_FEW: Final = 8  # passages up to which separate products with a vector beat one product with a matrix (measured)


@dataclass(frozen=True, slots=True)
class Match:
    """One subscription that a document may concern.

    `score` is the probability that it does, in [0, 1]; `words` are the keyword's words that the document shows, or
    their synonyms; `push` says whether the default threshold would send it. Below a score of 0.2 the words aren't
    looked for.
    """

    subscription_id: str
    score: float
    words: tuple[str, ...]
    push: bool


@dataclass(frozen=True, slots=True)
class New:
    """A subscription to be added in bulk."""

    subscription_id: str
    text: str
    exclude: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class _Entry:
    """A distinct keyword in the index: its rows, and who wants it with which excludes."""

    keyword: Keyword
    rows: list[int]
    wanted: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class _Posting:
    """The rows that hold a term, and the term's share in each."""

    rows: array[int] = field(default_factory=lambda: array("i"))
    shares: array[float] = field(default_factory=lambda: array("f"))


@dataclass(frozen=True, slots=True, eq=False)
class _Hits:
    """Every (row, term) that a document and the keywords share: row, its share, the term's weight and places."""

    rows: NDArray[np.int32]
    shares: Scores
    weights: Scores
    places: NDArray[np.uint8]


class Matcher:
    """All subscriptions of a process, matched against one document at a time."""

    def __init__(
        self,
        embedder: Embedder,
        archive: Iterable[str] = (),
        *,
        synonyms: Synonyms | None = None,
        push_at: float = PUSH_AT,
    ) -> None:
        """An empty matcher.

        Args:
            embedder: gives documents and keywords their vectors.
            archive: recent texts, newest first, by which words and cosines are calibrated; at most 5,000 are read.
            synonyms: instead of the built-in table.
            push_at: score from which a match is sent.
        """
        self._embedder = embedder
        self._synonyms = built_in() if synonyms is None else synonyms
        self._push_at = push_at
        self._lock = threading.Lock()
        texts = [text for text, _ in zip(archive, range(_ARCHIVE), strict=False)]
        self._lexicon = background().with_archive(terms(text) for text in texts)
        self._spread = Spread(embedder, texts)
        self._vectors: Vectors = np.zeros((64, embedder.dimensions), dtype=np.float32)
        self._facts: Scores = np.zeros((64, len(FACTS)), dtype=np.float32)
        self._floors: Scores = np.zeros(64, dtype=np.float32)
        self._entry_of = np.zeros(64, dtype=np.int64)
        self._entries_made = 0
        self._ways: list[Way | None] = []
        self._owners: list[_Entry | None] = []
        self._free: list[int] = []
        self._postings: dict[int, _Posting] = {}
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
        keys = {new.subscription_id: key_of(new.text) for new in wanted.values()}
        with self._lock:
            unknown = {key for key in keys.values() if key not in self._entries}
        keywords = [parse(key, self._lexicon, self._synonyms) for key in sorted(unknown)]
        vectors = self._embedder.encode([way.text for keyword in keywords for way in keyword.ways])
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
            for new in wanted.values():
                self._subscribe(new, keys[new.subscription_id])
            for keyword in keywords:
                self._drop_unwanted(keyword.key)

    def remove(self, subscription_id: str) -> None:
        """Forgets a subscription; an unknown id is no error."""
        with self._lock:
            self._unsubscribe(subscription_id)

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
        entry = _Entry(keyword, [])
        self._entries_made += 1
        for way, vector, known, floor in zip(keyword.ways, vectors, facts, floors, strict=True):
            row = self._row(way, entry)
            self._vectors[row], self._facts[row], self._floors[row] = vector, known, floor
            self._entry_of[row] = self._entries_made
            for term, share in zip(way.terms.tolist(), way.shares.tolist(), strict=True):
                posting = self._postings.setdefault(term, _Posting())
                posting.rows.append(row)
                posting.shares.append(share)
            entry.rows.append(row)
        self._entries[keyword.key] = entry

    def _row(self, way: Way, entry: _Entry) -> int:
        if self._free:
            row = self._free.pop()
            self._ways[row], self._owners[row] = way, entry
            return row
        self._ways.append(way)
        self._owners.append(entry)
        if len(self._ways) > len(self._vectors):
            self._vectors = np.concatenate((self._vectors, np.zeros_like(self._vectors)))
            self._facts = np.concatenate((self._facts, np.zeros_like(self._facts)))
            self._floors = np.concatenate((self._floors, np.zeros_like(self._floors)))
            self._entry_of = np.concatenate((self._entry_of, np.zeros_like(self._entry_of)))
        return len(self._ways) - 1

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
        for row, way in zip(entry.rows, entry.keyword.ways, strict=True):
            for term in way.terms.tolist():
                self._unpost(term, row)
            self._vectors[row], self._facts[row] = 0.0, 0.0
            self._ways[row] = self._owners[row] = None
            self._free.append(row)

    def _unpost(self, term: int, row: int) -> None:
        posting = self._postings[term]
        place = posting.rows.index(row)
        posting.rows[place], posting.shares[place] = posting.rows[-1], posting.shares[-1]
        posting.rows.pop()
        posting.shares.pop()
        if not posting.rows:
            del self._postings[term]

    def _cosines(self, forms: Sequence[Form]) -> list[Scores]:
        """For each document the best cosine of each row over its passages."""
        passages = np.concatenate([form.vectors for form in forms])
        rows = self._vectors[: len(self._ways)]
        if len(passages) <= _FEW:
            products = np.empty((len(passages), len(rows)), dtype=np.float32)
            for passage, product in zip(passages, products, strict=True):
                np.dot(rows, passage, out=product)
        else:
            # passages by rows, so that the maximum runs along memory: ten times faster than the other way round
            products = passages @ rows.T
        ends = np.cumsum([len(form.vectors) for form in forms])
        return [np.maximum(part.max(axis=0), 0.0) for part in np.split(products, ends[:-1])]

    def _hits(self, form: Form) -> _Hits:
        """Where the document's terms stand in the keywords, looked up from the smaller side."""
        if len(self._postings) < len(form.ids):
            terms_ = np.fromiter(self._postings, dtype=np.uint32, count=len(self._postings))
            places = np.minimum(np.searchsorted(form.ids, terms_), len(form.ids) - 1)
            at = places[form.ids[places] == terms_] if len(form.ids) else places[:0]
        else:
            at = np.array([n for n, term in enumerate(form.ids.tolist()) if term in self._postings], dtype=np.int64)
        found = [self._postings[term] for term in form.ids[at].tolist()]
        sizes = [len(posting.rows) for posting in found]
        rows = [np.frombuffer(posting.rows, dtype=np.int32) for posting in found]
        shares = [np.frombuffer(posting.shares, dtype=np.float32) for posting in found]
        none = [np.zeros(0, dtype=np.int32)]
        return _Hits(
            np.concatenate(rows or none),
            np.concatenate(shares or [np.zeros(0, dtype=np.float32)]),
            np.repeat(form.weights[at], sizes),
            np.repeat(form.places[at], sizes),
        )

    def _match(self, form: Form, cosine: Scores) -> list[Match]:
        hits, size = self._hits(form), len(self._ways)
        lexical = np.bincount(hits.rows, weights=hits.shares * hits.weights, minlength=size).astype(np.float32)
        mixture = self._facts[:size, 0] * ((1 - _DENSE) * lexical + _DENSE * cosine)
        rows = np.flatnonzero(mixture >= _CANDIDATE)
        if len(rows) > _LOOKED_AT:
            rows = np.sort(rows[np.argpartition(-mixture[rows], _LOOKED_AT)[:_LOOKED_AT]])
        scores = self._probabilities(form, hits, rows, lexical[rows], cosine[rows])
        shown = Evidence(form.flat)
        found: list[Match] = []
        for place in self._best(rows, scores):
            row, entry = int(rows[place]), self._owners[rows[place]]
            if entry is not None:
                score = float(scores[place])
                found += self._matches(entry, row, score, float(lexical[row]), float(cosine[row]), shown)
        found.sort(key=lambda match: (-match.score, match.subscription_id))
        return found

    def _probabilities(self, form: Form, hits: _Hits, rows: NDArray[np.int64], words: Scores, cosine: Scores) -> Scores:
        """The calibrated score of each candidate row."""
        place = np.full(len(self._ways), -1, dtype=np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        mine = place[hits.rows]
        kept = mine >= 0
        mine, shares, places = mine[kept], hits.shares[kept], hits.places[kept]

        def share_in(field: np.uint8) -> Scores:
            there = shares * ((places & field) > 0)
            return np.bincount(mine, weights=there, minlength=len(rows)).astype(np.float32)

        products = np.maximum(self._vectors[rows] @ form.vectors[:2].T, 0.0)
        seen = Seen(
            words,
            cosine,
            products[:, 0],
            products[:, -1],
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
            way = self._ways[rows[place]]
            found[place] = way is not None and speaks(flat, way.text)
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
        way = self._ways[row]
        if way is None:
            return []
        phrases = entry.keyword.phrases
        if phrases:
            if not all(shown.holds(phrase) for phrase in phrases):
                return []
            score, lexical = max(score, _PHRASE), max(lexical, _PHRASE)
        score = round(min(score, 1.0), 6)
        words: tuple[str, ...] = ()
        if score >= _SHOWN and lexical > 0:
            words = tuple(dict.fromkeys((*phrases, *shown.of(way.words))))
        push = score >= self._push_at and self._is_plain(row, lexical, cosine, words)
        return [
            Match(subscription_id, score, words, push)
            for subscription_id, exclude in entry.wanted.items()
            if not (exclude and shown.vetoes(exclude))
        ]

    def _is_plain(self, row: int, lexical: float, cosine: float, words: tuple[str, ...]) -> bool:
        """Whether there is more than a weak cosine: words that show, or a cosine high for anyone and this keyword."""
        if words and lexical >= _WORDS_NEEDED:
            return True
        return cosine >= max(_COSINE_ALONE, float(self._floors[row]))
