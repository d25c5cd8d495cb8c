"""Which documents were handed over, under which names; and the stream they go to. Refuses to decide what is new.

Common to all institutions (articles are public), so no method takes a tenant. Two rules bind every method:

- Nothing is marked seen before its article is in the stream: both are one Lua script (`hand_over`).
- A write carries its lease; once another worker has taken the source, the write is refused with `StaleLease`.

    keys (<s>: a source):  seen:<s>      hash id → JSON of Seen
                           names:<s>     hash name → the ids that bear it, one a line, newest last
                           listed:<s>    sorted set id → instant of the last list that held it
                           tries:<s>     hash id → polls in which its page could not be read
                           baseline:<s>  ids and names of the first list
                           texts         hash text → key of the document that told it first
                           near:<n>      hash band → documents, and document → sketch, of 15 days; expires by itself
                           articles      the stream
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from redis.asyncio import Redis

from crawlers import near
from crawlers.article import Article
from crawlers.atomic import SCRIPTS
from crawlers.headlines import bare, short
from crawlers.leases import Leases
from crawlers.near import Sketch
from crawlers.state import Lease, instant, stamp, to_record, typed

STREAM = "dobi:{crawl}:articles"
KEPT = timedelta(days=366)  # a document is remembered that long after it was last listed
MOST = 5_000  # documents remembered of one source
_NEAR_S = 60 * 86_400  # refuse collection only: the window is compared day by day
_BUCKETS = range(-2, 3)  # 15-day buckets within 30 days
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """A document as last handed over: its fingerprint, hashes of its row and links, when it was told and checked.

    `of` is the id of the document whose other row this is ("" for its own), `head` the hash of its bare title and
    `mark` what a re-posted one says of itself (정정), `day` of publication in Korea, `said` hash of all its text,
    `size` letters of its body, `names` what it is known by. `past` are the fingerprints told before, `wordy` how many
    corrections of the body alone, `maybe` a fingerprint that must be seen once more before it is told. `adopted` says
    that this row was taken for the document unread, `base` that it was no news when first told.
    """

    title: str
    body: str
    files: str
    listed: str
    links: str
    revision: int
    told_at: datetime
    checked_at: datetime
    etag: str = ""
    last_modified: str = ""
    of: str = ""
    head: str = ""
    mark: str = ""
    day: str = ""
    department: str = ""
    said: str = ""
    whole: str = ""
    facts: str = ""
    size: int = 0
    names: str = ""
    past: str = ""
    wordy: int = 0
    flips: int = 0
    maybe: str = ""
    adopted: int = 0
    base: int = 0


_DEFAULTS = {field.name for field in fields(Seen) if field.default is not MISSING}


@dataclass(frozen=True, slots=True)
class Baseline:
    """The first sight of a source: when, at which address, and which of the names asked for were in it."""

    at: datetime | None
    url: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Telling:
    """What goes with a hand-over: other records, the sketch, ids forgotten with it, the hash of the text."""

    also: Mapping[str, Seen]
    sketch: Sketch | None = None
    drop: tuple[str, ...] = ()
    whole: str = ""


ALONE = Telling({})


class Memory(Leases):
    """The documents of every source, in Redis."""

    def __init__(
        self, redis: Redis, lease: timedelta, is_alive: Callable[[str], Awaitable[bool]] | None, owner: str
    ) -> None:
        super().__init__(redis, lease, is_alive, owner)
        self._scripts.update({name: redis.register_script(text) for name, text in SCRIPTS.items()})

    async def seen(self, source: str, ids: Iterable[str]) -> dict[str, Seen]:
        """The documents among `ids` that were handed over."""
        return {name: _seen(record) for name, record in (await self._many("seen", source, ids)).items()}

    async def named(self, source: str, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The ids of the documents that bear each name, newest last."""
        found = await self._many("names", source, names)
        return {name: tuple(ids.decode("utf-8", "replace").split("\n")) for name, ids in found.items()}

    async def last_listed(self, source: str) -> frozenset[str]:
        """The ids of the documents that the last list held."""
        key = self._key("listed", source)
        last = await self._redis.zrange(key, -1, -1, withscores=True)
        found: list[Any] = await self._redis.zrangebyscore(key, last[0][1], last[0][1]) if last else []
        return frozenset(one.decode("utf-8", "replace") for one in found)

    async def baseline(
        self, lease: Lease, names: Sequence[str], url: str, now: datetime, *, anew: bool | None = None
    ) -> Baseline:
        """The first sight of a source; `names` (ids too) become it where there was none.

        With `anew` the source is now at `url`: True makes `names` a baseline once more, False only notes the address.

        Raises:
            StaleLease: another worker holds the source.
        """
        key, source = self._key("baseline", lease.source), self._key("source", lease.source)
        how = "" if anew is None else str(int(anew))
        await self._guarded(
            "baseline", lease, [self._key("lease", lease.source), key, source], how, str(stamp(now)), url, *names
        )
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hmget(source, ["baseline_at", "baseline_url"])
            pipe.smismember(key, list(names) or [""])
            (at, known), member = await pipe.execute()
        held = frozenset(name for name, is_in in zip(names, member, strict=False) if is_in)
        return Baseline(instant(at) if at else None, known.decode() if known else "", held)

    async def count_try(self, lease: Lease, entry_id: str) -> int:
        """How often this document has now been tried in vain.

        Raises:
            StaleLease: another worker holds the source.
        """
        keys = [self._key("lease", lease.source), self._key("tries", lease.source)]
        return await self._guarded("try", lease, keys, entry_id, refused=-1)

    async def hand_over(
        self, lease: Lease, article: Article, seen: Seen, row: str = "", telling: Telling = ALONE
    ) -> Article:
        """The article is in the stream and marked seen, both or neither; answered as it stands there, with `same_as`.

        `seen` is the record of the row that led to it, `row` that row's id where it is not the article's own.

        Raises:
            StaleLease: another worker holds the source; nothing was written.
        """
        row = row or article.id
        for left in range(_TRIES, -1, -1):
            first = await self._first_with(telling.whole, article)
            near_by, believed = await self._near(telling.sketch) if telling.sketch and left else (None, "")
            told = replace(article, same_as=first.same or (near_by if not first.key else None))
            plan = {"key": article.key, "whole": telling.whole, "first": first.key, "near": believed}
            # what was told first elsewhere is found there: one sketch of a text is enough
            sketch = None if first.key and first.key != article.key else telling.sketch
            marked = await self._mark(lease, row, seen, plan, told.to_json(), telling, sketch)
            if marked > 0:
                return told
        raise RuntimeError(f"{article.key}: the first teller of its text changes all the time")

    async def note(self, lease: Lease, entry_id: str, seen: Seen, telling: Telling = ALONE) -> None:
        """The document was looked at again and tells nothing new (its row, its names or the time may have changed).

        Raises:
            StaleLease: another worker holds the source; nothing was written.
        """
        await self._mark(lease, entry_id, seen, {"key": "", "whole": "", "first": "", "near": ""}, b"", telling, None)

    async def settle(
        self, lease: Lease, ids: Iterable[str], roots: Iterable[str], waiting: Iterable[str], now: datetime
    ) -> None:
        """The list held `ids`, rows of the documents `roots` too; what was not listed for a year is forgotten.

        `waiting` are those to be tried again.

        Raises:
            StaleLease: another worker holds the source; nothing was written.
        """
        args = [f"{lease.source}/", str(stamp(now)), str(stamp(now - KEPT)), str(MOST)]
        args += [json.dumps(list(waiting)), json.dumps(list(set(roots) - set(ids)))]
        await self._guarded("settle", lease, self._keys(lease.source)[:7], *args, *ids)

    async def sketch(self, key: str, day: date) -> Sketch | None:
        """The sketch of a document published on `day`, while it is kept."""
        name = self._key("near", str(near.bucket(day)))
        found = await cast("Awaitable[bytes | None]", self._redis.hget(name, cast("Any", b"s" + _short(key))))
        return near.unpack(found) if found else None

    async def _many(self, kind: str, source: str, names: Iterable[str]) -> dict[str, bytes]:
        wanted = list(dict.fromkeys(names))
        if not wanted:
            return {}
        found = await cast("Awaitable[list[bytes | None]]", self._redis.hmget(self._key(kind, source), wanted))
        return {name: one for name, one in zip(wanted, found, strict=True) if one}

    async def _first_with(self, whole: str, article: Article) -> _First:
        """Who told this text first, and whether that makes this article the same."""
        found = await cast("Awaitable[bytes | None]", self._redis.hget(self._key("texts"), whole)) if whole else None
        if not found:
            return _First("", None)
        key = found.decode()
        source, _, name = key.partition("/")
        if key == article.key:
            return _First(key, None)
        if source == article.source:  # one source's form, filled in by its title alone, is not the same document
            known = (await self.seen(source, [name])).get(name)
            return _First(key, key if known is None or known.head == short(bare(article.title)) else None)
        return _First(key, key)

    async def _near(self, sketch: Sketch) -> tuple[str | None, str]:
        """The key of the likest document that says the same; and what was found, hashed, to be believed in."""
        wanted = near.bands(sketch)
        async with self._redis.pipeline(transaction=False) as pipe:
            for name in self._buckets(sketch.day):
                pipe.hmget(name, cast("Any", wanted))
            found = await pipe.execute()
        believed = hashlib.sha1(b";".join(refs or b"" for bands in found for refs in bands)).hexdigest()  # noqa: S324 - Redis' own, no secret
        known: list[Sketch] = []
        for name, bands in zip(self._buckets(sketch.day), found, strict=True):
            refs = {refs[at : at + 6] for refs in bands if refs for at in range(0, len(refs), 6)}
            if refs:
                told = await self._redis.hmget(name, cast("Any", [b"s" + ref for ref in sorted(refs)]))
                known += [near.unpack(cast("bytes", one)) for one in told if one]
        own = sketch.key.partition("/")[0] + "/"  # within a source, likeness is judged by its own rules (recognise.py)
        alike = [one for one in known if not one.key.startswith(own) and near.same(sketch, one)]
        best = max(alike, key=lambda one: (near.alike(sketch, one), -one.day.toordinal(), one.key), default=None)
        return (best.key if best else None), believed

    def _buckets(self, day: date) -> list[str]:
        """The keys of the buckets in which a document of `day` may have its like; its own first."""
        own = near.bucket(day)
        return [self._key("near", str(own + step)) for step in sorted(_BUCKETS, key=abs)]

    def _keys(self, source: str) -> list[str]:
        own = ("lease", "seen", "names")
        rest = ("tries", "baseline", "listed")
        return [
            *(self._key(name, source) for name in own),
            self._key("texts"),
            *(self._key(name, source) for name in rest),
            STREAM,
        ]

    async def _mark(
        self,
        lease: Lease,
        row: str,
        seen: Seen,
        plan: dict[str, str],
        article: bytes,
        telling: Telling,
        sketch: Sketch | None,
    ) -> int:
        records = {row: seen} | dict(telling.also)
        whole = plan | {
            "id": row,
            "source": f"{lease.source}/",
            "records": [[name, _written(one)] for name, one in records.items()],
            "names": seen.names.split(),
            "drop": list(telling.drop),
            "near_s": _NEAR_S,
        }
        looked = telling.sketch if plan["near"] else sketch
        bands = near.bands(looked) if looked else []
        keys = self._keys(lease.source) + (self._buckets(looked.day) if looked else [])
        packed = near.pack(sketch) if sketch else b""
        short = _short(sketch.key) if sketch else b""
        return await self._guarded("mark", lease, keys, json.dumps(whole), article, packed, short, *bands)


@dataclass(frozen=True, slots=True)
class _First:
    """The document that told a text first ("" for none), and its key again where it is the same document's."""

    key: str
    same: str | None


def _short(key: str) -> bytes:
    return hashlib.blake2b(key.encode(errors="replace"), digest_size=6).digest()


def _written(seen: Seen) -> str:
    """A record as JSON, without what is as it was by default."""
    told = to_record(seen)
    kept = {name: text for name, text in told.items() if text not in {"", "0"} or name not in _DEFAULTS}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _seen(record: bytes) -> Seen:
    return Seen(**typed(Seen, json.loads(record)))
