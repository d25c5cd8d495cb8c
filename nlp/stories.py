"""The same event told by several agencies becomes one story, so that people hear of it once.

    document ─ sketch of its text, words of its title, vector ─► likest of the last days ─► joins it, or starts a story

Decided by overlap of five-letter shingles (a press release passed on), by the titles, and by the vector; thresholds
measured on 833 real releases (`make bench`). One agency's series ("제11차", "제12차"; one form for each company) are
different events, so within an agency only a repost joins. A correction always keeps its story. What it doesn't see: two
agencies that tell one event in wholly different words stay two stories.

Public documents are common to all institutions, so there is no tenant here: the tag is `{crawl}`.

    keys:  dobi:{crawl}:stories:log          stream `<sequence>-0` of the last documents: the window
           dobi:{crawl}:stories:sequence     number of the last assignment
           dobi:{crawl}:stories:of:<key>     story id of a document
           dobi:{crawl}:stories:story:<id>   JSON of a story
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from redis.asyncio import Redis

from nlp.embedding import NlpError, Vectors
from nlp.words import normalise

WINDOW: Final = timedelta(days=3)
DOCUMENTS: Final = 2_000
MEMBERS: Final = 100
_KEPT_S: Final = 40 * 86_400  # refuse collection only: what is older than the window decides nothing
_SKETCH: Final = 256
_SHINGLE: Final = 5
_ENOUGH: Final = (
    60  # shingles below which a text is boilerplate ("자세한 내용은 첨부파일을 참고") rather than a telling
)
_TRIES: Final = 10
_LETTERS: Final = re.compile(r"[^0-9a-z가-힣]")
_PREFIX: Final = re.compile(r"^(?:\s*[\[(（【<〈][^\])）】>〉]{1,20}[\])）】>〉])+")
_NUMBERS: Final = re.compile(r"제?\s*(\d+)\s*(?:차|회|호|기|분기|단계)|(\d{1,2})\s*월")


class StoryError(NlpError):
    """A document couldn't be assigned to a story."""


@dataclass(frozen=True, slots=True)
class Story:
    """An event and the documents that tell it, first told first. `is_new`: the assigned document started it."""

    id: str
    first_key: str
    agencies: tuple[str, ...]
    members: tuple[str, ...]
    is_new: bool


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """What is kept of a document to recognise it: no text, only hashes, the title and the vector."""

    agency: str
    published_at: datetime
    title: str
    sketch: NDArray[np.uint32]
    size: int
    vector: Vectors


def _shingles(text: str, size: int) -> NDArray[np.uint32]:
    letters = _LETTERS.sub("", text)
    hashes = {zlib.crc32(letters[i : i + size].encode()) for i in range(len(letters) - size + 1)}
    return np.array(sorted(hashes), dtype=np.uint32)


def telling(title: str, text: str, vector: Vectors, agency: str, published_at: datetime) -> Telling:
    """What is kept of a document; 256 smallest hashes stand for its shingles (Broder 1997, bottom-k)."""
    shingles = _shingles(normalise(text), _SHINGLE)
    return Telling(agency, published_at, _head(title), shingles[:_SKETCH], len(shingles), vector.astype(np.float32))


def _head(title: str) -> str:
    head = normalise(title)
    return _PREFIX.sub("", head) or head


def text_overlap(one: Telling, other: Telling) -> float:
    """Estimated share of the shorter text's shingles that the longer holds; 0 where a text is too short to tell."""
    if min(one.size, other.size) < _ENOUGH:
        return 0.0
    union = np.union1d(one.sketch, other.sketch)
    if max(one.size, other.size) > _SKETCH:
        union = union[:_SKETCH]
    both = np.intersect1d(np.intersect1d(one.sketch, other.sketch), union)
    alike = len(both) / len(union)
    return min(1.0, alike / (1 + alike) * (one.size + other.size) / min(one.size, other.size))


def title_overlap(one: Telling, other: Telling) -> float:
    """Jaccard similarity of the titles' three-letter shingles."""
    left, right = _shingles(one.title, 3), _shingles(other.title, 3)
    union = np.union1d(left, right)
    return len(np.intersect1d(left, right)) / len(union) if union.size else 0.0


def _numbers(title: str) -> set[str]:
    return {found[0] or found[1] for found in _NUMBERS.findall(title)}


def likeness(one: Telling, other: Telling) -> float:
    """How surely two documents tell the same event, in [0, 1]; 0 if they don't."""
    cosine = float(one.vector @ other.vector) if one.vector.shape == other.vector.shape else 0.0
    titles, texts = title_overlap(one, other), text_overlap(one, other)
    left, right = _numbers(one.title), _numbers(other.title)
    if left and right and left != right:
        return 0.0
    if one.agency == other.agency:
        same = titles >= 0.9 and texts >= 0.8
    else:
        same = (
            (titles >= 0.5 and cosine >= 0.6) or (texts >= 0.6 and cosine >= 0.8) or (texts >= 0.35 and titles >= 0.35)
        )
    return max(cosine, titles, texts) if same else 0.0


# KEYS log sequence of story · ARGV seen documents kept id record key agency published title sketch size vector
# Answers the story id that the document has: its old one, its new one, or '' if others wrote meanwhile.
_WRITE: Final = """
local known = redis.call('GET', KEYS[3])
if known then return known end
if (redis.call('GET', KEYS[2]) or '0') ~= ARGV[1] then return '' end
local sequence = redis.call('INCR', KEYS[2])
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], sequence .. '-0', 'story', ARGV[4], 'agency', ARGV[7],
  'published', ARGV[8], 'title', ARGV[9], 'sketch', ARGV[10], 'size', ARGV[11], 'vector', ARGV[12])
redis.call('SET', KEYS[3], ARGV[4], 'EX', ARGV[3])
redis.call('SET', KEYS[4], ARGV[5], 'EX', ARGV[3])
return ARGV[4]
"""


class StoryStore:
    """Stories of the last days, decided in memory, committed in Redis only if nobody else committed meanwhile."""

    def __init__(self, redis: Redis, *, window: timedelta = WINDOW, documents: int = DOCUMENTS) -> None:
        self._redis: Any = redis
        self._window = window
        self._documents = documents
        self._reached = 0
        self._recent: list[tuple[str, Telling]] = []

    @staticmethod
    def _key(*parts: str) -> str:
        return ":".join(("dobi", "{crawl}", "stories", *parts))

    async def assign(
        self,
        key: str,
        title: str,
        text: str,
        vector: Vectors,
        agency: str,
        published_at: datetime,
        now: datetime,
        corrects: str | None = None,
        same_as: str | None = None,
    ) -> Story:
        """The story of a document: asked again, after a crash or by another worker, the answer is the same.

        Args:
            key: the document's own key; the same key always has the same story.
            title: its title.
            text: its text.
            vector: its unit vector, from the embedder that all documents share; another length is ignored.
            agency: who tells it.
            published_at: aware; documents more than the window apart are never joined by likeness.
            now: aware; instead of a publication time in the future.
            corrects: key of the document that this one corrects, if known: it keeps that story.
            same_as: key of a document that the crawler found to be the same.

        Raises:
            StoryError: others kept writing, ten times in a row.
        """
        new = telling(title, text, vector, agency, min(published_at, now))
        for _ in range(_TRIES):
            known = await self._story_of(key)
            if known is not None:
                return await self._answer(known, key)
            await self._catch_up()
            story_id = await self._hinted(corrects, same_as)
            if story_id is None:
                story_id = await asyncio.to_thread(self._likest, new)
            story = await self._with(story_id, key, agency)
            done = await self._commit(key, story, new)
            if done:
                return await self._answer(done, key)
        raise StoryError(f"no story for {key}: others wrote {_TRIES} times meanwhile")

    async def story(self, story_id: str) -> Story | None:
        """A story by its id, or None when it is forgotten."""
        stored = await self._redis.get(self._key("story", story_id))
        if stored is None:
            return None
        row = json.loads(stored)
        return Story(story_id, row["first_key"], tuple(row["agencies"]), tuple(row["members"]), is_new=False)

    async def _answer(self, story_id: str, key: str) -> Story:
        found = await self.story(story_id)
        if found is None:
            raise StoryError(f"the story {story_id} of {key} is gone")
        return replace(found, is_new=found.first_key == key)

    async def _story_of(self, key: str) -> str | None:
        stored = await self._redis.get(self._key("of", key))
        return None if stored is None else stored.decode()

    async def _hinted(self, *keys: str | None) -> str | None:
        for key in keys:
            story_id = await self._story_of(key) if key else None
            if story_id is not None and await self.story(story_id) is not None:
                return story_id
        return None

    def _likest(self, new: Telling) -> str | None:
        near = [
            (likeness(new, other), -number, story_id)
            for number, (story_id, other) in enumerate(self._recent)
            if abs(other.published_at - new.published_at) <= self._window and _worth_comparing(new, other)
        ]
        best = max(near, default=None)
        return best[2] if best is not None and best[0] > 0 else None

    async def _with(self, story_id: str | None, key: str, agency: str) -> Story:
        old = None if story_id is None else await self.story(story_id)
        if old is None:
            fresh = hashlib.sha256(key.encode()).hexdigest()[:16]
            return Story(fresh, key, (agency,), (key,), is_new=True)
        agencies = tuple(dict.fromkeys((*old.agencies, agency)))
        return replace(old, agencies=agencies, members=(*old.members, key)[:MEMBERS])

    async def _commit(self, key: str, story: Story, new: Telling) -> str | None:
        record = {"first_key": story.first_key, "agencies": story.agencies, "members": story.members}
        keys = [self._key("log"), self._key("sequence"), self._key("of", key), self._key("story", story.id)]
        answer = await self._redis.eval(
            _WRITE,
            len(keys),
            *keys,
            str(self._reached),
            str(self._documents),
            str(_KEPT_S),
            story.id,
            json.dumps(record, ensure_ascii=False),
            key,
            new.agency,
            new.published_at.isoformat(),
            new.title,
            new.sketch.tobytes(),
            str(new.size),
            new.vector.astype(np.float16).tobytes(),
        )
        return answer.decode() or None

    async def _catch_up(self) -> None:
        """Reads what other workers assigned since; everything again if the log is another than before."""
        until = int(await self._redis.get(self._key("sequence")) or 0)
        if until < self._reached:
            self._reached, self._recent = 0, []
        if until > self._reached:
            rows = await self._redis.xrange(self._key("log"), f"({self._reached}-0", f"{until}-0")
            self._recent += [_row(fields) for _, fields in rows]
            del self._recent[: -self._documents]
        self._reached = until


def _worth_comparing(one: Telling, other: Telling) -> bool:
    """A cheap look before the dear one: nothing alike by vector tells the same event."""
    return one.vector.shape != other.vector.shape or float(one.vector @ other.vector) >= 0.35


def _row(fields: dict[bytes, bytes]) -> tuple[str, Telling]:
    return fields[b"story"].decode(), Telling(
        agency=fields[b"agency"].decode(),
        published_at=datetime.fromisoformat(fields[b"published"].decode()),
        title=fields[b"title"].decode(),
        sketch=np.frombuffer(fields[b"sketch"], dtype=np.uint32),
        size=int(fields[b"size"]),
        vector=np.frombuffer(fields[b"vector"], dtype=np.float16).astype(np.float32),
    )
