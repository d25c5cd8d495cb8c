"""Public documents as they came in: text for thirty days, then title, facts and vectors only.

The archive answers what came lately, and how many documents of the last days a new subscription would have brought,
exactly as matching would have decided (the same matcher runs over the kept vectors and words).

Public documents are common to all institutions, so there is no tenant here: the tag is `{crawl}`.

    keys:  dobi:{crawl}:archive:document:<key>   hash: meta (JSON), text, vectors (float16), model
                                                what an earlier model made of a text that is gone (former)
           dobi:{crawl}:archive:recent           sorted set of keys by time of publication
           dobi:{crawl}:archive:texts            the same, of those whose text is still kept
           dobi:{crawl}:archive:changes          stream of the keys last put, bounded: what an index follows
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
from redis.asyncio import Redis

from nlp.calibration import Spread
from nlp.embedding import Embedder, Vectors
from nlp.matching import Match, New
from nlp.readings import ReadingMatcher, readings
from nlp.synonyms import Synonyms
from nlp.words import normalise, occurs

TEXT_KEPT: Final = timedelta(days=30)
COUNTED: Final = 2_000
"""Most documents that a preview looks at, newest first."""

MAX_TEXT: Final = 200_000
_PAGE: Final = 200
_CHANGES: Final = 10_000

# KEYS document; ARGV model and length of text as read, vectors, model
_RENEW: Final = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local before = redis.call('HMGET', KEYS[1], 'model', 'vectors')
if (before[1] or '') ~= ARGV[1] or redis.call('HSTRLEN', KEYS[1], 'text') ~= tonumber(ARGV[2]) then return 0 end
if ARGV[2] == '0' and before[2] then
  local row = 2 * tonumber(string.match(before[1], '^%d+'))
  redis.call('HSET', KEYS[1], 'former', before[1] .. '\\n' .. string.sub(before[2], 1, 2 * row))
end
redis.call('HSET', KEYS[1], 'vectors', ARGV[3], 'model', ARGV[4])
return 1
"""


@dataclass(frozen=True, slots=True)
class Document:
    """A public document.

    `vectors` are the rows of its form (`nlp.document.read`), shape (p, d), made by the embedder named `model`; `text`
    is empty once its days are over. `deadline` is a day in Korea or an instant (UTC), with its sentence;
    `counted`: the text gives a span, and the day is our count.
    `attachments` are the names of its files, `facts` a digest of what a correction would change. `link_only`: its text
    may be neither shown nor kept, and is empty from the start.
    """

    key: str
    source: str
    agency: str
    title: str
    text: str
    url: str
    published_at: datetime
    department: str | None = None
    story: str | None = None
    deadline: date | datetime | None = None
    deadline_sentence: str | None = None
    counted: bool = False
    attachments: tuple[str, ...] = ()
    facts: str = ""
    link_only: bool = False
    vectors: Vectors | None = field(default=None, compare=False)
    model: str | None = None

    @property
    def vector(self) -> Vectors | None:
        """The unit vector of title and lead, as `nlp.document.Form.vector`; None where no vectors were kept."""
        if self.vectors is None or not len(self.vectors):
            return None
        return np.asarray(self.vectors[min(int(bool(self.title)), len(self.vectors) - 1)])

    def by(self, model: str) -> Vectors | None:
        """Its vectors where that model made them: those of two models are never compared."""
        return self.vectors if self.model == model and self.vectors is not None and len(self.vectors) else None

    def shows(self, words: Sequence[str]) -> bool:
        """Whether any of these words stands in its title or text."""
        flat = normalise(f"{self.title}\n{self.text}")
        return any(occurs(flat, normalise(word)) for word in words)

    def _meta(self) -> bytes:
        row: dict[str, str | list[str] | bool | None] = {
            "source": self.source,
            "agency": self.agency,
            "title": self.title,
            "url": self.url,
            "published_at": self.published_at.astimezone(UTC).isoformat(),
            "department": self.department,
            "story": self.story,
            "deadline": None if self.deadline is None else self.deadline.isoformat(),
            "deadline_sentence": self.deadline_sentence,
            "counted": self.counted,
            "attachments": list(self.attachments),
            "facts": self.facts,
            "link_only": self.link_only,
        }
        return json.dumps(row, ensure_ascii=False).encode()

    def dump(self) -> dict[str, bytes]:
        """The stored form."""
        fields = {"meta": self._meta(), "text": self.text[:MAX_TEXT].encode()}
        if self.vectors is not None and self.model is not None:
            fields["vectors"] = self.vectors.astype(np.float16).tobytes()
            fields["model"] = f"{self.vectors.shape[1]} {self.model}".encode()
        return fields

    @classmethod
    def load(cls, key: str, fields: dict[bytes, bytes]) -> Document:
        """Reads the stored form."""
        row = json.loads(fields[b"meta"])
        vectors, model = None, None
        if b"vectors" in fields:
            dimensions, model = fields[b"model"].decode().split(" ", 1)
            vectors = _unpacked(fields[b"vectors"], int(dimensions))
        row["published_at"] = datetime.fromisoformat(row["published_at"])
        row["deadline"] = _deadline(row["deadline"])
        row["attachments"] = tuple(row["attachments"])
        return cls(key=key, text=fields.get(b"text", b"").decode(), vectors=vectors, model=model, **row)


def _unpacked(packed: bytes, dimensions: int) -> Vectors:
    return np.frombuffer(packed, dtype=np.float16).reshape(-1, dimensions).astype(np.float32)


def _deadline(stored: str | None) -> date | datetime | None:
    if stored is None:
        return None
    return datetime.fromisoformat(stored) if "T" in stored else date.fromisoformat(stored)


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """A document of the past that a subscription would have brought."""

    key: str
    title: str
    agency: str
    published_at: datetime
    story: str | None
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Keys put lately, and the place after them; unless `complete`, others were put that are no longer known."""

    keys: tuple[str, ...]
    place: str
    complete: bool


Far = Callable[[Sequence[str], datetime, Synonyms | None], Awaitable[frozenset[str]]]
"""Of these subscriptions, since then: the documents that have certainly nothing to do with any of them."""


class Archive:
    """All public documents of the deployment.

    `spread` is how alike documents usually are to a keyword, where it was measured (`nlp.ground`): by it previews
    decide, as matching does. `far`, where an index is at hand (`nlp.finding.Finder.far`), spares them most documents.
    """

    def __init__(self, redis: Redis) -> None:
        self.spread: Spread | None = None
        self.far: Far | None = None
        self._redis: Any = redis
        self._renew = redis.register_script(_RENEW)

    @staticmethod
    def _key(*parts: str) -> str:
        return ":".join(("dobi", "{crawl}", "archive", *parts))

    async def put(self, document: Document) -> None:
        """Keeps a document; the same key again replaces it (a correction, or a repeated hand-over)."""
        score = document.published_at.timestamp()
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(self._key("document", document.key))
            pipe.hset(self._key("document", document.key), mapping=document.dump())
            pipe.zadd(self._key("recent"), {document.key: score})
            pipe.zadd(self._key("texts"), {document.key: score})
            pipe.xadd(self._key("changes"), {b"key": document.key}, maxlen=_CHANGES, approximate=True)
            await pipe.execute()

    async def get(self, key: str) -> Document | None:
        """The document, or None."""
        return (await self._load([key])).get(key)

    async def get_many(self, keys: Sequence[str]) -> dict[str, Document]:
        """The documents of these keys; those that are unknown are left out."""
        return await self._load(list(keys))

    async def newest_keys(self, skip: int, limit: int) -> list[str]:
        """Keys by time of publication, newest first, after the first `skip`."""
        return [key.decode() for key in await self._redis.zrevrange(self._key("recent"), skip, skip + limit - 1)]

    async def changes(self, after: str | None, limit: int = 1_000) -> Changes:
        """What was put after that place, oldest first; from no place none, but where one stands now."""
        stream = self._key("changes")
        if after is None:
            last = await self._redis.xrevrange(stream, count=1)
            return Changes((), last[0][0].decode() if last else "0-0", complete=True)
        rows = await self._redis.xrange(stream, f"({after}", "+", count=limit)
        oldest = await self._redis.xrange(stream, count=1) if rows else []
        # where the oldest that is kept is new to us, older ones may have been dropped meanwhile
        complete = not oldest or after == "0-0" or oldest[0][0] != rows[0][0]
        keys = tuple(dict.fromkeys(row[1][b"key"].decode() for row in rows))
        return Changes(keys, rows[-1][0].decode() if rows else after, complete=complete)

    async def count(self) -> int:
        """How many documents are kept."""
        return int(await self._redis.zcard(self._key("recent")))

    async def recent(self, since: datetime, limit: int = 100) -> list[Document]:
        """Documents published at or after `since`, newest first, at most `limit`."""
        return list((await self._load(await self._recent_keys(since, limit))).values())

    async def title_vectors(self, model: str, dimensions: int, limit: int) -> Vectors:
        """The title's vector of each of the newest documents that were read by that model, shape (n, dimensions)."""
        keys, name, found = await self.newest_keys(0, limit), f"{dimensions} {model}".encode(), list[Vectors]()
        for start in range(0, len(keys), _PAGE):
            async with self._redis.pipeline(transaction=False) as pipe:
                for key in keys[start : start + _PAGE]:
                    pipe.hmget(self._key("document", key), "model", "vectors")
                rows = await pipe.execute()
            found += [
                np.frombuffer(vectors, dtype=np.float16, count=dimensions).astype(np.float32)
                for made_by, vectors in rows
                if made_by == name and vectors and len(vectors) >= 2 * dimensions
            ]
        return np.stack(found) if found else np.zeros((0, dimensions), dtype=np.float32)

    async def _recent_keys(self, since: datetime, limit: int) -> list[str]:
        rows = await self._redis.zrevrangebyscore(
            self._key("recent"), "+inf", since.timestamp(), start=0, num=max(limit, 0)
        )
        return [row.decode() for row in rows]

    async def _load(self, keys: list[str]) -> dict[str, Document]:
        found: dict[str, Document] = {}
        for start in range(0, len(keys), _PAGE):
            page = keys[start : start + _PAGE]
            async with self._redis.pipeline(transaction=False) as pipe:
                for key in page:
                    pipe.hgetall(self._key("document", key))
                rows = await pipe.execute()
            found |= {key: Document.load(key, row) for key, row in zip(page, rows, strict=True) if row}
        return found

    async def models_of(self, keys: Sequence[str]) -> dict[str, str | None]:
        """By which model the vectors of each document were made; None where there are none."""
        found: dict[str, str | None] = {}
        for start in range(0, len(keys), _PAGE):
            page = keys[start : start + _PAGE]
            async with self._redis.pipeline(transaction=False) as pipe:
                for key in page:
                    pipe.hget(self._key("document", key), "model")
                rows = await pipe.execute()
            found |= {key: row and row.decode().partition(" ")[2] for key, row in zip(page, rows, strict=True)}
        return found

    async def former(self, key: str, model: str) -> Vectors | None:
        """The vectors that were put away when another model's took their place, if they are of that model."""
        stored = await self._redis.hget(self._key("document", key), "former")
        if stored is None:
            return None
        head, _, packed = stored.partition(b"\n")
        dimensions, name = head.decode().split(" ", 1)
        return _unpacked(packed, int(dimensions)) if name == model else None

    async def renew(self, document: Document, vectors: Vectors, model: str) -> bool:
        """Gives a document other vectors; False where it was put again, or dropped, since it was read.

        Of a document without its text the present ones are put away: they could not be made again.
        """
        before = "" if document.vectors is None else f"{document.vectors.shape[1]} {document.model}"
        fields = replace(document, vectors=vectors, model=model).dump()
        done = await self._renew(
            keys=[self._key("document", document.key)],
            args=[before, len(fields["text"]), fields["vectors"], fields["model"]],
        )
        return bool(done)

    async def drop_texts(self, now: datetime) -> int:
        """Drops texts older than thirty days, keeping the rest of the documents; how many."""
        before = (now - TEXT_KEPT).timestamp()
        old = [key.decode() for key in await self._redis.zrangebyscore(self._key("texts"), "-inf", f"({before}")]
        for start in range(0, len(old), _PAGE):
            async with self._redis.pipeline(transaction=True) as pipe:
                for key in old[start : start + _PAGE]:
                    pipe.hset(self._key("document", key), "text", b"")
                    pipe.zrem(self._key("texts"), key)
                await pipe.execute()
        return len(old)

    async def count_matches(
        self,
        text: str,
        exclude: Iterable[str],
        since: datetime,
        embedder: Embedder,
        synonyms: Synonyms | None = None,
    ) -> list[DocumentHit]:
        """The documents since then that a subscription to `text` would have brought, best first.

        At most the newest 2,000 are looked at. `synonyms` is the institution's table.
        """
        matcher = ReadingMatcher(embedder, synonyms=synonyms, spread=self.spread)
        matcher.add_many([New("preview", text, tuple(exclude))])
        found = [_hit(one, match) async for one, match in self._met([text], matcher, since, embedder, synonyms)]
        return sorted(found, key=lambda hit: (-hit.score, hit.key))

    async def count_each(
        self, texts: Sequence[str], since: datetime, embedder: Embedder, synonyms: Synonyms | None = None
    ) -> list[int]:
        """How many stories since then each of several subscriptions would have brought, in their order."""
        matcher = ReadingMatcher(embedder, synonyms=synonyms, spread=self.spread)
        matcher.add_many(New(str(number), text) for number, text in enumerate(texts))
        stories: list[set[str]] = [set() for _ in texts]
        async for one, match in self._met(texts, matcher, since, embedder, synonyms):
            stories[int(match.subscription_id)].add(one.story or one.key)
        return [len(told) for told in stories]

    async def _met(
        self,
        texts: Sequence[str],
        matcher: ReadingMatcher,
        since: datetime,
        embedder: Embedder,
        synonyms: Synonyms | None,
    ) -> AsyncIterator[tuple[Document, Match]]:
        """Each document since then with each subscription that would have brought it; a page is held at a time."""
        keys = await self._recent_keys(since, COUNTED)
        far = await self.far(texts, since, synonyms) if self.far else frozenset[str]()
        keys = [key for key in keys if key not in far]
        for start in range(0, len(keys), _PAGE):
            documents = list((await self._load(keys[start : start + _PAGE])).values())
            for one, matches in zip(
                documents, await asyncio.to_thread(_matches, documents, matcher, embedder), strict=True
            ):
                for match in matches:
                    if match.push:
                        yield one, match


def _matches(documents: list[Document], matcher: ReadingMatcher, embedder: Embedder) -> list[list[Match]]:
    return matcher.match(readings(documents, embedder))


def _hit(one: Document, match: Match) -> DocumentHit:
    return DocumentHit(one.key, one.title, one.agency, one.published_at, one.story, match.score, match.words)
