"""One event, one story: told by several agencies, reposted, corrected, and carried on by new steps.

    document ─ telling (hashes, vector) ─► likest of the last days, and of its agency's last months
             ─ relate ─► first · report · duplicate · correction · step ─► its story, one script

A step is news: it opens another episode of the story, and what is told of it later belongs to that one. A story keeps
up to 100 documents; what comes after is a story of its own. What it doesn't see: an event told in wholly different
words, and a step whose title doesn't say so; both are told as new, so that nothing is swallowed.

Public documents are common to all institutions, so there is no tenant here: the tag is `{crawl}`.

    keys:  dobi:{crawl}:stories:window        stream `<sequence>-0` of the last documents
           dobi:{crawl}:stories:sequence     number of the last assignment
           dobi:{crawl}:stories:of:<key>     story id of a document
           dobi:{crawl}:stories:story:<id>   JSON of a story
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from nlp.embedding import NlpError, Vectors
from nlp.recollection import Recollection, Row, row_of
from nlp.sameness import TOGETHER, Relation, Verdict, relate
from nlp.stages import Stage
from nlp.tellings import Telling, telling

DOCUMENTS: Final = 50_000
"""Documents remembered: the newest. About a kilobyte each, here and in Redis."""

MEMBERS: Final = 100
_KEPT_S: Final = 130 * 86_400  # refuse collection only: what is older than the last step allowed decides nothing
_TRIES: Final = 10
_PAGE: Final = 2_000


class StoryError(NlpError):
    """A document couldn't be assigned to a story."""


@dataclass(frozen=True, slots=True)
class Part:
    """A document within its story: what it is to `about`, an earlier one; steps count episodes up from 0."""

    key: str
    relation: Relation = "first"
    episode: int = 0
    about: str = ""
    stage: Stage | None = None
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """An event and the documents that tell it, first told first. `is_new`: the assigned document started it."""

    id: str
    first_key: str
    agencies: tuple[str, ...]
    members: tuple[str, ...]
    is_new: bool
    parts: tuple[Part, ...] = ()
    relation: Relation = "first"

    @property
    def newest(self) -> str:
        """The document that a card of the story shows: the last that opened it, carried it on or corrected it."""
        shown = [one.key for one in self.parts if one.relation in ("first", "step", "correction")]
        return shown[-1] if shown else self.members[-1]

    def part(self, key: str) -> Part:
        """What a member is in the story."""
        return next((one for one in self.parts if one.key == key), Part(key))

    def opening(self, episode: int) -> Part:
        """The first document of an episode."""
        return next((one for one in self.parts if one.episode == episode), Part(self.first_key))


# KEYS window sequence of story · ARGV seen documents kept id record key agency told vector model
# Answers the story id that the document has: its old one, its new one, or '' if others wrote meanwhile.
_WRITE: Final = """
local known = redis.call('GET', KEYS[3])
if known then return known end
if (redis.call('GET', KEYS[2]) or '0') ~= ARGV[1] then return '' end
local sequence = redis.call('INCR', KEYS[2])
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], sequence .. '-0', 'story', ARGV[4], 'key', ARGV[6],
  'agency', ARGV[7], 'told', ARGV[8], 'vector', ARGV[9], 'model', ARGV[10])
redis.call('SET', KEYS[3], ARGV[4], 'EX', ARGV[3])
redis.call('SET', KEYS[4], ARGV[5], 'EX', ARGV[3])
return ARGV[4]
"""


_NONE: Final = bytes(4)  # a scale of zero and no vector


class StoryStore:
    """Stories of the last months, decided in memory, committed in Redis only if nobody else committed meanwhile.

    `model` made the vectors that it is given; those that another one made before are of no account.
    """

    def __init__(
        self, redis: Redis, *, model: str = "", window: timedelta = TOGETHER, documents: int = DOCUMENTS
    ) -> None:
        self._redis: Any = redis
        self._documents, self._model = documents, model
        self._reached = 0
        self._recent = Recollection(documents, window)

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
            published_at: aware.
            now: aware; instead of a publication time in the future.
            corrects: key of the document that this one corrects, if known: it keeps that story.
            same_as: key of a document that the crawler found to be the same.

        Raises:
            StoryError: others kept writing, ten times in a row.
        """
        new: Telling | None = None
        for _ in range(_TRIES):
            known = await self._story_of(key)
            if known is not None:
                return await self._answer(known, key)
            if new is None:
                new = await asyncio.to_thread(telling, title, text, vector, agency, min(published_at, now))
            await self._catch_up()
            story = await self._hinted(key, agency, corrects, same_as) or await self._judged(key, new)
            done = await self._commit(key, story, new)
            if done:
                return await self._answer(done, key)
        raise StoryError(f"no story for {key}: others wrote {_TRIES} times meanwhile")

    async def story(self, story_id: str) -> Story | None:
        """A story by its id, or None when it is forgotten."""
        stored = await self._redis.get(self._key("story", story_id))
        return None if stored is None else _load(story_id, stored)

    async def _answer(self, story_id: str, key: str) -> Story:
        found = await self.story(story_id)
        if found is None:
            raise StoryError(f"the story {story_id} of {key} is gone")
        return replace(found, is_new=found.first_key == key, relation=found.part(key).relation)

    async def _story_of(self, key: str) -> str | None:
        stored = await self._redis.get(self._key("of", key))
        return None if stored is None else stored.decode()

    async def _hinted(self, key: str, agency: str, corrects: str | None, same_as: str | None) -> Story | None:
        for other, relation in ((corrects, "correction"), (same_as, "")):
            story_id = await self._story_of(other) if other else None
            old = await self.story(story_id) if story_id is not None else None
            if old is not None and other is not None:
                known: Relation = "correction" if relation else "duplicate" if agency in old.agencies else "report"
                return _joined(old, Part(key, known, old.part(other).episode, other, agency=agency), agency)
        return None

    async def _judged(self, key: str, new: Telling) -> Story:
        verdict = await asyncio.to_thread(self._relate, new)
        old = await self.story(verdict.known.story) if verdict else None
        if verdict is None or old is None or len(old.members) >= MEMBERS:
            fresh = hashlib.sha256(key.encode()).hexdigest()[:16]
            return Story(fresh, key, (new.agency,), (key,), is_new=True, parts=(Part(key, agency=new.agency),))
        episode = old.part(verdict.known.key).episode
        if verdict.relation == "step":
            episode = 1 + max((one.episode for one in old.parts), default=0)
        part = Part(key, verdict.relation, episode, verdict.known.key, verdict.stage, new.agency)
        return _joined(old, part, new.agency)

    def _relate(self, new: Telling) -> Verdict | None:
        return relate(new, self._recent.candidates(new))

    async def _commit(self, key: str, story: Story, new: Telling) -> str | None:
        keys = [self._key("window"), self._key("sequence"), self._key("of", key), self._key("story", story.id)]
        row = row_of(new)
        answer = await self._redis.eval(
            _WRITE, len(keys), *keys, str(self._reached), str(self._documents), str(_KEPT_S),
            story.id, _dump(story), key, new.agency, row.told, row.vector, self._model,
        )  # fmt: skip
        return answer.decode() or None

    async def _catch_up(self) -> None:
        """Reads what other workers assigned since; everything again if the window is another than before."""
        until = int(await self._redis.get(self._key("sequence")) or 0)
        if until < self._reached:
            self._reached = 0
            self._recent.clear()
        if not self._reached:
            await self._redis.unlink(self._key("log"))  # the window of earlier versions, in another form
        start = max(self._reached, until - self._documents)
        while start < until:
            page = min(start + _PAGE, until)
            rows = await self._redis.xrange(self._key("window"), f"({start}-0", f"{page}-0")
            for name, fields in rows:
                story, known, agency = (fields[one].decode() for one in (b"story", b"key", b"agency"))
                number = int(name.partition(b"-")[0])
                vector = fields[b"vector"] if fields.get(b"model", b"").decode() == self._model else _NONE
                self._recent.add(number, story, known, agency, Row(fields[b"told"], vector))
            start = page
        self._reached = until


def _joined(old: Story, part: Part, agency: str) -> Story:
    agencies = tuple(dict.fromkeys((*old.agencies, agency)))
    return replace(old, agencies=agencies, members=(*old.members, part.key), parts=(*old.parts, part))


def _dump(story: Story) -> str:
    parts = [[one.relation, one.episode, one.about, int(one.stage or 0), one.agency] for one in story.parts]
    record = {"first_key": story.first_key, "agencies": story.agencies, "members": story.members, "parts": parts}
    return json.dumps(record, ensure_ascii=False)


def _load(story_id: str, stored: bytes) -> Story:
    row = json.loads(stored)
    told = row.get("parts") or [["report" if n else "first", 0, "", 0, ""] for n in range(len(row["members"]))]
    parts = tuple(
        Part(key, relation, episode, about, Stage(stage) if stage else None, agency)
        for key, (relation, episode, about, stage, agency) in zip(row["members"], told, strict=True)
    )
    return Story(story_id, row["first_key"], tuple(row["agencies"]), tuple(row["members"]), is_new=False, parts=parts)
