"""Finding in the whole archive: by words and meaning, by period, agency and level, or by likeness to a document.

    archive (Redis) ─ newest first, then what changes ─► rows in memory ─ words · cosine · recency ─► hits, by story

Of a document it keeps in memory its key, time, agency and story, a vector of 8-bit numbers and its term numbers, no
text: a hundred thousand take 82 MB of arrays, the process grew by 210 to 280 MB (bench_search.py). Terms of texts are
kept for the newest within a budget, while the archive keeps the texts; beyond, titles are found. It can be asked while
it fills, newest first. Previews of subscriptions spare themselves what is `far` by it.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.adopted import is_slow, scale_of
from nlp.archive import TEXT_KEPT, Archive, Document
from nlp.areas import area_of
from nlp.blocks import Bag, Postings
from nlp.dates import KST
from nlp.document import form_of, passages
from nlp.embedding import Embedder, Vectors
from nlp.keywords import Way, parse
from nlp.lexicon import background
from nlp.query import Agencies, Level, Query, level_of
from nlp.scale import Curve
from nlp.synonyms import Synonyms, built_in
from nlp.words import normalise

Scores = NDArray[np.float32]

MOST: Final = 200_000
"""Documents held, the newest."""

_PAGE: Final = 500
_TEXT: Final = 6_000  # characters of a text that are found by their words: as many as are matched
_BUDGET: Final = 24_000_000  # postings, three bytes each
_TITLE_WEIGHT: Final = 0.7  # a term of the title weighs at least this (nlp.document: 3 / 4.2)
_DENSE: Final = 0.4
_LIKE: Final = 0.7  # share of the cosine where documents are compared
_WORDS_NEEDED: Final = 0.2
_COSINE_ALONE: Final = 0.55
_LEAST: Final = 0.22
_LIKE_LEAST: Final = 0.3
_OLD: Final = timedelta(days=120)
_FADES: Final = 0.15  # what a very old document loses
_NEAR_WORDS, _NEAR_ENOUGH = 0.25, 0.5  # words and cosine far below what is ever sent (0.35 and more of the words)
_EXAMINED: Final = 400  # rows looked at one by one
_BLOCK: Final = 1_024


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found: its best telling first; `others` are further tellings of its story among the hits."""

    key: str
    score: float
    others: int = 0


def handle_of(key: str) -> str:
    """A short name of a document, to be carried by a button: 16 hexadecimal digits."""
    return hashlib.blake2b(key.encode(errors="replace"), digest_size=8).hexdigest()


class Finder:
    """All documents of the deployment, ready to be found. Public documents are common: there is no tenant here."""

    def __init__(
        self, archive: Archive, embedder: Embedder, *, synonyms: Synonyms | None = None, budget: int = _BUDGET
    ) -> None:
        self._archive = archive
        self._embedder, self._scale = embedder, scale_of(embedder)
        self._synonyms = built_in() if synonyms is None else synonyms
        self._budget = budget
        self._lock = threading.Lock()
        self._filling = asyncio.Lock()
        self._following = asyncio.Lock()
        self._place: str | None = None
        self.agencies = Agencies(self._synonyms)
        self._agency_names: list[str] = []
        self._agency_levels: list[Level] = []
        self._agency_numbers: dict[str, int] = {}
        self._keys: list[str] = []
        self._rows: dict[int, int] = {}  # handle → row that holds the document now
        self._times = array("q")
        self._agency_of = array("i")
        self._stories = array("Q")
        self._vectors = np.zeros((0, embedder.dimensions), dtype=np.int8)
        self._scales = np.zeros(0, dtype=np.float32)
        self._live = np.zeros(0, dtype=np.bool_)
        self._worded = np.zeros(0, dtype=np.bool_)  # rows whose texts are found by their words
        self._postings = Postings()
        self._blind: dict[str, None] = {}  # documents that have no vector of this model yet

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def nbytes(self) -> int:
        """Bytes held by vectors and terms, the larger part."""
        return self._vectors.nbytes + self._scales.nbytes + self._postings.nbytes

    async def fill(self) -> None:
        """Reads the archive, newest documents first; again only what is missing."""
        async with self._filling:
            if self._place is None:
                self._place = (await self._archive.changes(None)).place
            skip = 0
            while skip < MOST and (keys := await self._archive.newest_keys(skip, _PAGE)):
                await self._take([key for key in keys if _number(key) not in self._rows])
                skip += len(keys)

    async def refresh(self, now: datetime) -> None:
        """Takes up what was put into the archive since; while it is being filled, nothing, for filling comes to it."""
        if self._place is None or self._filling.locked():
            return
        async with self._following:
            while True:
                found = await self._archive.changes(self._place)
                if not found.complete:
                    await self.fill()
                await self._take(found.keys)
                self._place = found.place
                if not found.keys:
                    break
            await self._open_eyes()
            await asyncio.to_thread(self._forget, now)

    async def total(self) -> int:
        """How many documents there are to hold."""
        return min(await self._archive.count(), MOST)

    async def _take(self, keys: Sequence[str]) -> None:
        if keys:
            documents = await self._archive.get_many(keys)
            await asyncio.to_thread(self.add, [documents[key] for key in keys if key in documents])

    def add(self, documents: Sequence[Document]) -> None:
        """Holds documents from now on; one of a known key takes the other's place."""
        if not documents:
            return
        points, bags = self._points(documents), [_bag(one) for one in documents]
        with self._lock:
            start = len(self._keys)
            self._postings.add(bags)
            self._grow(start + len(documents))
            for number, (document, point) in enumerate(zip(documents, points, strict=True), start):
                self._put(number, document, point)
            if self._postings.count > self._budget:
                self._shed()

    def _points(self, documents: Sequence[Document]) -> list[Vectors]:
        """One vector a document: of its title with its lead; made where another model made those kept, or left out."""
        again = [one for one in documents if one.by(self._embedder.name) is None]
        if is_slow(self._embedder):
            self._blind |= {one.key: None for one in again}
            again = []
        texts = [passages(normalise(one.title), normalise(one.text[:1_000]))[:2][-1] for one in again]
        made = dict(zip([id(one) for one in again], self._embedder.encode(texts), strict=True)) if again else {}
        points = []
        for one in documents:
            kept = made.get(id(one))
            if kept is None and (vectors := one.by(self._embedder.name)) is not None:
                kept = _point(one, vectors)
            points.append(np.zeros(self._embedder.dimensions, dtype=np.float32) if kept is None else kept)
        return points

    def _grow(self, size: int) -> None:
        if size <= len(self._live):
            return
        room = max(size, len(self._live) + min(max(len(self._live), 1_024), 16_384)) - len(self._live)
        empty = np.zeros((room, self._embedder.dimensions), dtype=np.int8)
        self._vectors = np.concatenate((self._vectors, empty))
        self._scales = np.concatenate((self._scales, np.zeros(room, dtype=np.float32)))
        self._live = np.concatenate((self._live, np.zeros(room, dtype=np.bool_)))
        self._worded = np.concatenate((self._worded, np.zeros(room, dtype=np.bool_)))

    def _put(self, number: int, document: Document, point: Vectors) -> None:
        handle = _number(document.key)
        before = self._rows.get(handle)
        if before is not None:
            self._live[before] = False
        self._rows[handle] = number
        self._keys.append(document.key)
        self._times.append(int(document.published_at.timestamp()))
        self._agency_of.append(self._agency(document.agency))
        self._stories.append(_number(document.story or document.key))
        self._set(number, point)
        self._live[number] = True
        self._worded[number] = bool(document.text)

    def _set(self, number: int, point: Vectors) -> None:
        largest = float(np.abs(point).max())
        self._scales[number] = largest / 127
        self._vectors[number] = np.rint(point / largest * 127) if largest else 0

    async def _open_eyes(self) -> None:
        """Takes up vectors that were made meanwhile for documents that had none of this model, newest first."""
        while page := list(self._blind)[:_PAGE]:
            models = await self._archive.models_of(page)
            made = [key for key, model in models.items() if model == self._embedder.name]
            for key in page if len(made) == len(page) else made:
                self._blind.pop(key, None)
            documents = await self._archive.get_many(made)
            with self._lock:
                for key, one in documents.items():
                    vectors, row = one.by(self._embedder.name), self._rows.get(_number(key))
                    if vectors is not None and row is not None:
                        self._set(row, _point(one, vectors))
            if len(made) < len(page):
                return

    def _agency(self, name: str) -> int:
        if name not in self._agency_numbers:
            self._agency_numbers[name] = len(self._agency_names)
            self._agency_names.append(name)
            self._agency_levels.append(level_of(name))
            self.agencies.add([name])
        return self._agency_numbers[name]

    def _shed(self) -> None:
        """Back under the budget: of the older half of those with their texts' terms only titles stay."""
        worded = np.flatnonzero(self._worded)
        order = worded[np.argsort(np.array(self._times)[worded], kind="stable")]
        self._lighten(order[: len(order) // 2 + 1])

    def _forget(self, now: datetime) -> None:
        """Of texts that the archive keeps no longer only the titles' terms stay."""
        with self._lock:
            old = np.array(self._times) < int((now - TEXT_KEPT).timestamp())
            self._lighten(np.flatnonzero(self._worded[: len(old)] & old))

    def _lighten(self, rows: NDArray[np.int64]) -> None:
        if len(rows):
            marked = np.zeros(len(self._keys), dtype=np.bool_)
            marked[rows] = True
            self._postings.lighten(marked, _TITLE_WEIGHT)
            self._worded[rows] = False

    async def search(self, query: Query, limit: int = 50, synonyms: Synonyms | None = None) -> list[Hit]:
        """The best documents for a question, best first, a story once; without words the newest.

        Never more than `limit`. Phrases in quotation marks aren't looked at here. `synonyms` is the table of the
        institution that asks.
        """
        hits = await asyncio.to_thread(self._search, query, limit, synonyms or self._synonyms)
        if not query.exclude or not hits:
            return hits
        documents = await self._archive.get_many([hit.key for hit in hits])
        return [hit for hit in hits if not (one := documents.get(hit.key)) or not one.shows(query.exclude)]

    async def similar(self, document: Document, limit: int = 50) -> list[Hit]:
        """The documents nearest to one, best first, a story once; its own story is left out."""
        return await asyncio.to_thread(self._similar, document, limit)

    async def far(self, texts: Sequence[str], since: datetime, synonyms: Synonyms | None = None) -> frozenset[str]:
        """Documents held, of those since then, that share neither a word nor much meaning with any of these texts."""
        if any(area_of(text) for text in texts):
            return frozenset()
        return await asyncio.to_thread(self._far, texts, since, synonyms or self._synonyms)

    def _far(self, texts: Sequence[str], since: datetime, synonyms: Synonyms) -> frozenset[str]:
        ways = [way for text in texts for way in parse(text, background(), synonyms).ways]
        if not ways:
            return frozenset()
        vectors = self._embedder.encode([way.text for way in ways], role="query")
        with self._lock:
            size, curve = len(self._keys), self._scale.to_query if self._scale else None
            cosines = self._cosines(vectors, np.ones(len(ways), dtype=np.float32), curve)
            near = (self._lexical(ways) >= _NEAR_WORDS) | (cosines >= _NEAR_ENOUGH) | (self._scales[:size] == 0)
            far = self._live[:size] & (np.array(self._times) >= since.timestamp()) & ~near
            return frozenset(self._keys[row] for row in np.flatnonzero(far))

    def key_of(self, handle: str) -> str | None:
        """The key of the document whose `handle_of` this is, or None where none is held."""
        try:
            row = self._rows.get(int(handle, 16))
        except ValueError:
            return None
        return None if row is None else self._keys[row]

    def _search(self, query: Query, limit: int, synonyms: Synonyms) -> list[Hit]:
        keyword = parse(query.words, background(), synonyms) if query.words else None
        ways = keyword.ways if keyword else ()
        vectors = self._embedder.encode([way.text for way in ways], role="query")
        with self._lock:
            wanted = self._wanted(query)
            if not ways:
                return self._collapse(np.where(wanted, self._freshness(), 0.0), limit) if query.narrowed else []
            shares = np.array([way.share for way in ways], dtype=np.float32)
            cosines = self._cosines(vectors, shares, self._scale.to_query if self._scale else None)
            lexical = self._lexical(ways)
            scores = (1 - _DENSE) * lexical + _DENSE * cosines
            shown = (lexical >= _WORDS_NEEDED) | (cosines >= _COSINE_ALONE)
            scores[~(wanted & shown & (scores >= _LEAST))] = 0.0
            return self._collapse(scores * (1 - _FADES + _FADES * self._freshness()), limit)

    def _similar(self, document: Document, limit: int) -> list[Hit]:
        ways = parse(document.title.replace(",", " "), background(), Synonyms(())).ways
        vector = self._points([document])[0]
        with self._lock:
            curve = self._scale.to_document if self._scale else None
            cosines = self._cosines(vector[None, :], np.ones(1, dtype=np.float32), curve)
            scores = (1 - _LIKE) * self._lexical(ways) + _LIKE * cosines
            own = np.array(self._stories) == np.uint64(_number(document.story or document.key))
            scores[own | ~self._live[: len(scores)] | (scores < _LIKE_LEAST)] = 0.0
            return self._collapse(scores, limit)

    # What follows expects the lock.

    def _wanted(self, query: Query) -> NDArray[np.bool_]:
        size = len(self._keys)
        wanted = self._live[:size].copy()
        if query.period:
            times = np.array(self._times)
            wanted &= (times >= _midnight(query.period.first)) & (
                times < _midnight(query.period.last + timedelta(days=1))
            )
        if query.agencies or query.levels or query.without:
            fits = [
                name not in query.without
                and (not query.agencies or name in query.agencies)
                and (not query.levels or level in query.levels)
                for name, level in zip(self._agency_names, self._agency_levels, strict=True)
            ]
            wanted &= np.array(fits, dtype=np.bool_)[np.array(self._agency_of)]
        return wanted

    def _freshness(self) -> Scores:
        """1 for the newest document, halved each 120 days."""
        times = np.array(self._times, dtype=np.float64)
        age = (times.max(initial=0.0) - times) / _OLD.total_seconds()
        return np.asarray(np.maximum(0.5**age, 1e-9), dtype=np.float32)

    def _lexical(self, ways: Sequence[Way]) -> Scores:
        best = np.zeros(len(self._keys), dtype=np.float32)
        for way in ways:
            np.maximum(best, self._postings.score(way.terms, way.shares * np.float32(way.share), len(best)), out=best)
        return best

    def _cosines(self, vectors: Vectors, shares: Scores, curve: Curve | None) -> Scores:
        """The best cosine of each row with these vectors, each times its share; not below 0.

        `curve`: how another model's cosines are read.
        """
        size = len(self._keys)
        best = np.zeros(size, dtype=np.float32)
        block = np.empty((_BLOCK, self._embedder.dimensions), dtype=np.float32)
        for start in range(0, size, _BLOCK):
            end = min(start + _BLOCK, size)
            rows = block[: end - start]
            rows[...] = self._vectors[start:end]
            # vector by vector in small blocks: one product with a matrix wakes every core, and waits for busy ones
            products = np.stack([np.dot(rows, one) for one in vectors]) * self._scales[start:end]
            if curve is not None:
                products = curve(products) * (self._scales[start:end] > 0)
            np.maximum((products * shares[:, None]).max(axis=0), 0.0, out=best[start:end])
        return best

    def _collapse(self, scores: Scores, limit: int) -> list[Hit]:
        """Hits by story, the best telling first; equal scores by time, newest first, then by key."""
        rows = np.flatnonzero(scores > 0)
        if len(rows) > _EXAMINED:
            rows = rows[np.argpartition(-scores[rows], _EXAMINED)[:_EXAMINED]]
        order = sorted(rows.tolist(), key=lambda row: (-float(scores[row]), -self._times[row], self._keys[row]))
        stories: dict[int, list[int]] = {}
        for row in order:
            stories.setdefault(self._stories[row], []).append(row)
        told = list(stories.values())[:limit]
        return [Hit(self._keys[some[0]], min(float(scores[some[0]]), 1.0), len(some) - 1) for some in told]


def _point(document: Document, vectors: Vectors) -> Vectors:
    """The vector of title and lead among a document's."""
    return np.asarray(vectors[min(1 if normalise(document.title) else 0, len(vectors) - 1)])


def _midnight(day: date) -> int:
    """Its first second in Korea."""
    return int(datetime.combine(day, time(), KST).timestamp())


def _number(key: str) -> int:
    return int(handle_of(key), 16)


def _bag(document: Document) -> Bag:
    form = form_of(document.title, document.text[:_TEXT], np.zeros((0, 1), dtype=np.float32))
    return Bag(form.ids, form.weights)
