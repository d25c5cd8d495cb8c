"""Which subscriptions a document concerns: words joined with meaning, one score, evidence in words.

    text ─ form (words, vectors) ─┬─ sums over all keywords' terms  ─ words in [0, 1] ┐
                                  └─ sums over all keywords' pieces ─ cosine          ┴─ candidates
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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from nlp.adopted import at_home, scale_of
from nlp.calibration import FACTS, Seen, Spread, facts_of, is_appointment, probability, speaks
from nlp.document import Form, read
from nlp.embedding import Embedder
from nlp.evidence import Evidence
from nlp.keywords import Keyword, key_of, parse
from nlp.meaning import Encoded, meanings
from nlp.postings import Postings
from nlp.rows import Entry, Rows
from nlp.sums import Floats, Places
from nlp.synonyms import Synonyms, built_in
from nlp.tokens import BIGRAMS, Words
from nlp.words import normalise

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
# of the words shown: the built-in's cosine is lower in one of twenty documents. Another model's counts as no lower, or
# the calibration, which was fitted on the built-in's, would silence words that plainly stand there
_LIKE_ITS_WORDS: Final = np.float32(0.3)
_BULK: Final = 5_000  # keywords encoded together: more would only hold more memory
_SETTLED: Final = 512  # rows that meet another spread at a time, while documents wait
_BLOCK: Final = 16  # documents that meet all keywords together, half of them in another thread
_THREADED: Final = 4  # documents from which a second thread pays
_FEW: Final = 50_000  # documents times ways that are few enough for one thread and one block
_MANY: Final = 512  # documents, whatever the keywords: their passages take memory too
_TABLE: Final = "\x1f"  # stands between a keyword and the table that reads it its own way


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
        cut: Words = BIGRAMS,
    ) -> None:
        """An empty matcher.

        Args:
            embedder: gives documents and keywords their vectors.
            archive: recent texts, newest first, by which words and cosines are calibrated; at most 5,000 are read.
            synonyms: instead of the built-in table.
            push_at: score from which a match is sent.
            spread: how alike documents are to keywords, instead of what `archive` tells.
            cut: by what words are compared; forms must be read by the same.
        """
        self._synonyms = built_in() if synonyms is None else synonyms
        self._push_at = push_at
        self._turn, self._lock = (
            threading.Lock(),
            threading.Lock(),
        )  # who changes keywords goes before the next document
        texts = [text for text, _ in zip(archive, range(_ARCHIVE), strict=False)]
        self._embedder, self.cut = at_home(embedder, texts), cut
        self._lexicon = cut.background().with_archive(cut.document(normalise(text)) for text in texts)
        self._spread = Spread(self._embedder, texts) if spread is None else spread
        self._meanings = meanings(self._embedder)
        self._rows = Rows()
        self._postings = Postings()
        self._entries: dict[str, Entry] = {}
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
            replace(parse(key.partition(_TABLE)[0], self._lexicon, tables[key], self.cut), key=key)
            for key in sorted(unknown)
        ]
        ways = [way for keyword in keywords for way in keyword.ways]
        encoded = self._meanings.encode([way.text for way in ways])
        facts = np.zeros((len(ways), len(FACTS)), dtype=np.float32)
        if ways:
            facts[:, :6] = [facts_of(way, way.rarity) for way in ways]
            facts[:, 6:] = self._spread.moments(encoded.vectors)
        floors = self._spread.floors(encoded.vectors)
        with self._turn, self._lock:
            start = 0
            for keyword in keywords:
                self._insert(keyword, encoded, facts, floors, start)
                start += len(keyword.ways)
            for new in news:
                self._subscribe(new, keys[new.subscription_id])
            for keyword in keywords:
                self._drop_unwanted(keyword.key)

    def remove(self, subscription_id: str) -> None:
        """Forgets a subscription; an unknown id is no error."""
        with self._turn, self._lock:
            self._unsubscribe(subscription_id)

    def settle(self, spread: Spread) -> None:
        """Goes by another spread from now on, also for the keywords it has; documents are matched meanwhile."""
        with self._turn, self._lock:
            self._spread, size = spread, len(self._rows)
        for start in range(0, size, _SETTLED):
            with self._turn, self._lock:
                rows = np.arange(start, min(start + _SETTLED, size))
                vectors = self._meanings.vectors(rows)
                self._rows.facts[rows, 6:] = spread.moments(vectors)
                self._rows.floors[rows] = spread.floors(vectors)

    def match(self, text: str, title: str | None = None) -> list[Match]:
        """Every candidate for a document, best first; equal scores by id."""
        return self.match_forms(read([text], [title], self._embedder, self.cut))[0]

    def match_many(self, texts: Sequence[str], titles: Sequence[str | None] | None = None) -> list[list[Match]]:
        """`match` for several documents, which share the encoding and the product with the keywords."""
        titles = titles if titles is not None else [None] * len(texts)
        return self.match_forms(read(texts, titles, self._embedder, self.cut))

    def match_forms(self, forms: Sequence[Form]) -> list[list[Match]]:
        """`match` for documents read before (`nlp.document.read` with the same embedder)."""
        found: list[list[Match]] = []
        while len(found) < len(forms):
            with self._turn:
                pass
            with self._lock:
                together = max(_BLOCK, min(_FEW // (len(self._rows) + 1), _MANY))
                found += self._match_block(forms[len(found) : len(found) + together])
        return found

    # What follows expects the lock.

    def _insert(self, keyword: Keyword, encoded: Encoded, facts: Floats, floors: Floats, start: int) -> None:
        """Enters a keyword whose ways begin at `start` of what was encoded."""
        if keyword.key in self._entries:
            return
        rows: list[int] = []
        for number, way in enumerate(keyword.ways, start):
            row = self._rows.take(way, facts[number], floors[number])
            self._meanings.put(row, encoded, number)
            self._postings.put(row, way)
            rows.append(row)
        self._entries[keyword.key] = entry = Entry(keyword.key, keyword.phrases)
        self._rows.own(entry, rows)

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
            self._postings.drop(row)
            self._meanings.drop(row)
            self._rows.free(row)

    def _match_block(self, forms: Sequence[Form]) -> list[list[Match]]:
        """Documents that meet the keywords together; two threads, since numpy leaves the interpreter to others."""
        if len(forms) < _THREADED or len(forms) * len(self._rows) < _FEW:
            return self._match_part(forms)
        half = len(forms) // 2
        with ThreadPoolExecutor(1) as other:
            second = other.submit(self._match_part, forms[half:])
            return self._match_part(forms[:half]) + second.result()

    def _match_part(self, forms: Sequence[Form]) -> list[list[Match]]:
        met, shown = self._meanings.meet(forms, len(self._rows)), self._postings.shown(forms)
        mixtures = self._postings.all(shown, len(self._rows))
        mixtures *= 1 - _DENSE
        leads = met.leads()
        mixtures += np.multiply(leads, _DENSE, out=leads)
        mixtures *= self._rows.share[: len(self._rows)]
        rows = [_candidates(mixture) for mixture in mixtures]
        return list(map(self._match, forms, rows, self._postings.of(rows, shown), met.of(rows)))

    def _match(self, form: Form, rows: Places, words: Floats, cosines: Floats) -> list[Match]:
        if not len(rows):
            return []
        if scale_of(self._embedder) is not None:
            cosines = np.maximum(cosines, _LIKE_ITS_WORDS * words[0])
        scores = self._probabilities(form, rows, words, cosines)
        best = self._best(rows, scores)
        rounded = np.minimum(scores[best], 1.0).astype(np.float64).round(6)
        shows = np.stack((rounded, words[0, best], cosines[:, best].max(axis=0, initial=0.0)), axis=1)
        evidence, found = Evidence(form.flat), list[Match]()
        for row, (score, lexical, cosine) in zip(rows[best].tolist(), shows.tolist(), strict=True):
            entry = self._rows.owner(row)
            if entry is not None:
                found += self._matches(entry, row, score, lexical, cosine, evidence)
        found.sort(key=lambda match: (-match.score, match.subscription_id))
        return found

    def _probabilities(self, form: Form, rows: Places, words: Floats, cosines: Floats) -> Floats:
        """The calibrated score of each candidate row."""
        weighed, title, opening, body, anywhere = words
        seen = Seen(
            weighed,
            cosines.max(axis=0, initial=0.0),
            cosines[0],
            cosines[min(1, len(cosines) - 1)],
            title,
            opening,
            body,
            anywhere,
            self._speaking(form.flat, rows),
        )
        return probability(seen, self._rows.facts[rows], appointment=is_appointment(form.title))

    def _speaking(self, flat: str, rows: Places) -> Floats:
        """1 for each row of an agency that tells the document itself."""
        found = np.zeros(len(rows), dtype=np.float32)
        for place in np.flatnonzero(self._rows.facts[rows, _AGENCY] > 0):
            found[place] = any(speaks(flat, word) for word in self._rows.words(rows[place]))
        return found

    def _best(self, rows: Places, scores: Floats) -> Places:
        """The places of the best row of each keyword worth listing, best first."""
        order = np.argsort(-scores, kind="stable")
        _, first = np.unique(self._rows.keyword[rows[order]], return_index=True)
        order = order[np.sort(first)]
        sent = int(np.count_nonzero(scores[order] >= self._push_at))
        return order[: max(_LISTED, sent)]

    def _matches(
        self, entry: Entry, row: int, score: float, lexical: float, cosine: float, shown: Evidence
    ) -> list[Match]:
        phrases = entry.phrases
        if phrases:
            if not all(shown.holds(phrase) for phrase in phrases):
                return []
            score, lexical = max(score, _PHRASE), max(lexical, _PHRASE)
        words: tuple[str, ...] = ()
        if score >= _SHOWN and lexical > 0:
            words = tuple(self._asked(entry, row, shown)) or shown.of(self._rows.words(row))
            words = tuple(dict.fromkeys((*phrases, *words))) if phrases else words
        push = score >= self._push_at and self._is_plain(row, lexical, cosine, words)
        return [
            Match(subscription_id, score, words, push)
            for subscription_id, exclude in entry.wanted.items()
            if not (exclude and shown.vetoes(exclude))
        ]

    def _asked(self, entry: Entry, row: int, shown: Evidence) -> list[str]:
        """The words as they were asked for that stand in the document, where another way to say them scored best."""
        share = self._rows.share
        if share[row] == 1.0:
            return []
        asked = [word for other in entry.rows if share[other] == 1.0 for word in self._rows.words(other)]
        return [word for word in dict.fromkeys(asked) if shown.holds(word) and word in shown.of((word,))]

    def _is_plain(self, row: int, lexical: float, cosine: float, words: tuple[str, ...]) -> bool:
        """Whether there is more than a weak cosine: words that show, or a cosine high for anyone and this keyword."""
        if words and lexical >= _WORDS_NEEDED:
            return True
        return cosine >= max(_COSINE_ALONE, float(self._rows.floors[row]))


def _candidates(mixture: Floats) -> Places:
    """The rows worth a second look, rising: of few all that are like it at all, of very many the best."""
    if len(mixture) <= _LOOKED_AT:
        return np.flatnonzero(mixture > 0)
    rows = np.flatnonzero(mixture >= _CANDIDATE)
    if len(rows) <= _LOOKED_AT:
        return rows
    most = max(_LOOKED_AT, int(np.count_nonzero(mixture >= _MIGHT)))
    for cut in (_MIGHT, 2 * _CANDIDATE):  # the best of few are found sooner than the best of all
        higher = np.flatnonzero(mixture >= cut)
        if len(higher) >= most:
            rows = higher
            break
    return np.sort(rows[np.argpartition(-mixture[rows], min(most, len(rows) - 1))[:most]])
