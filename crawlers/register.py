"""Which sources there are, with what people decided about them: the file declares, chat adds, the file wins.

    declared (the settings file) ─┐
    shipped (the catalogue) ──────┼─▶ + states, + repaired profiles ─▶ sources()
    added (in chat) ──────────────┘

    dobi:{crawl}:register:added      hash, id → JSON of the source, by whom and when
    dobi:{crawl}:register:states     hash, id → JSON of the state that was decided, why, by whom and when
    dobi:{crawl}:register:profiles   hash, id → JSON of a repaired profile and of what it repairs
    dobi:{crawl}:register:drafts     hash, draft → JSON of what was found at an address, until somebody decides
    dobi:{crawl}:register:audit      list, a JSON line a change, oldest first; never shortened
    dobi:{crawl}:register:version    grows with every change

It refuses to fetch, and to override the settings file: a state is decided only of shipped and added sources (and of an
entry that the file itself calls unverified), and a repaired profile stands as long as the entry that it repairs stays.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from redis.asyncio import Redis

from crawlers.article import SourceError
from crawlers.identity import sessionless
from crawlers.sources import STATES, BoardProfile, Source, source_from

DRAFTS_KEPT = timedelta(days=14)
MAX_DRAFTS = 200
_PAGING = frozenset({"page", "pageindex", "pageno", "pagenum", "cpage", "currpage", "nowpage", "startpage"})

log = logging.getLogger(__name__)

# KEYS hash, version, audit; ARGV field, value, audit line, "new" where what stands must not be touched.
_WRITE = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 and ARGV[4] == 'new' then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('RPUSH', KEYS[3], ARGV[3])
redis.call('INCR', KEYS[2])
redis.call('PUBLISH', 'dobi:wake', 'crawl')
return 1
"""

# KEYS drafts; ARGV draft, the record as it was read, the record that it shall be.
_DECIDE = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
"""


@dataclass(frozen=True, slots=True)
class Placed:
    """A source and where it comes from: `file`, `catalogue` or `chat`; `changed`: chat decided something about it."""

    source: Source
    origin: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the audit: `what` is added, state or profile; `detail` says to what."""

    at: datetime
    by: str
    what: str
    source: str
    detail: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What was found at an address, for somebody to approve: a source and how it read when it was found."""

    source: Source
    title: str
    rows: int
    dated: int
    newest: str
    sample: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The offers that one search found, best first, kept until somebody decides. `by` asked, from `chat`."""

    id: str
    url: str
    offers: tuple[Offer, ...]
    robots: str
    by: str
    chat: str
    at: datetime
    decided: str = ""


class Register:
    """The sources of this deployment. `declared` are the settings file's, `shipped` the catalogue's."""

    def __init__(self, redis: Redis, declared: Sequence[Source] = (), shipped: Sequence[Source] = ()) -> None:
        self._redis = redis
        self._declared, self._shipped = tuple(declared), tuple(shipped)
        self._known: tuple[int, tuple[Placed, ...]] | None = None
        self._write, self._settle = redis.register_script(_WRITE), redis.register_script(_DECIDE)

    @staticmethod
    def _key(name: str) -> str:
        return f"dobi:{{crawl}}:register:{name}"

    async def version(self) -> int:
        """A number that grows with every change."""
        return int(await self._redis.get(self._key("version")) or 0)

    async def sources(self) -> tuple[Source, ...]:
        """Every source as it stands now, the file's first, then the catalogue's, then what chat added."""
        return tuple(one.source for one in await self.placed())

    async def placed(self) -> tuple[Placed, ...]:
        """The same with where each comes from."""
        version = await self.version()
        if self._known is None or self._known[0] != version:
            self._known = version, await self._read()
        return self._known[1]

    async def _read(self) -> tuple[Placed, ...]:
        added = {name: _source(name, record) for name, record in (await self._all("added")).items()}
        states, profiles = await self._all("states"), await self._all("profiles")
        found: dict[str, Placed] = {}
        for origin, sources in (("file", self._declared), ("catalogue", self._shipped), ("chat", added.values())):
            for source in sources:
                if source is not None and source.id not in found:
                    found[source.id] = Placed(source, origin)
        return tuple(_overridden(one, states, profiles) for one in _once(found.values()))

    async def find(self, source_id: str) -> Placed | None:
        """The source of that id, or None."""
        return next((one for one in await self.placed() if one.source.id == source_id), None)

    async def at(self, url: str) -> Placed | None:
        """The source that reads this address already, or None."""
        wanted = _place(url)
        return next((one for one in await self.placed() if one.source.url and _place(one.source.url) == wanted), None)

    async def add(self, source: Source, by: str, at: datetime) -> Placed:
        """The source as it stands after adding it: the one that was there, where its id or address was known.

        Raises:
            SourceError: the entry is wrong.
        """
        source_from(_mapping(source))
        known = await self.find(source.id) or await self.at(source.url)
        if known is not None:
            return known
        await self._change("added", source.id, _mapping(source), by, at, f"{source.agency} {source.url}", new=True)
        return await self.find(source.id) or Placed(source, "chat")

    async def set_state(self, source_id: str, state: str, evidence: str, by: str, at: datetime) -> Placed | None:
        """The source in its new state; None where there is none, or where the settings file declares another.

        An entry that the file calls unverified may be verified, for that is what it waits for. `evidence`
        replaces how the address is known, unless it is empty.
        """
        if state not in STATES:
            raise SourceError("state", f"expected one of {', '.join(STATES)}, got {state!r}")
        known = await self.find(source_id)
        if known is None or (known.origin == "file" and not _may_verify(await self._original(source_id), state)):
            return None
        record = {"state": state, "evidence": evidence[:500]}
        await self._change("states", source_id, record, by, at, f"{known.source.state} → {state} {evidence}"[:300])
        return await self.find(source_id)

    async def repair(self, source_id: str, profile: BoardProfile, by: str, at: datetime) -> Placed | None:
        """The source with another profile; None where there is none. An edited entry of the file wins again.

        Raises:
            SourceError: the profile is wrong.
        """
        known = await self.find(source_id)
        if known is None:
            return None
        source_from(_mapping(replace(known.source, profile=profile)))
        record = {"profile": _plain(profile), "over": _stamp(await self._original(source_id))}
        await self._change("profiles", source_id, record, by, at, json.dumps(_plain(profile), ensure_ascii=False)[:300])
        return await self.find(source_id)

    async def _original(self, source_id: str) -> Source:
        """The entry as it was before anything was decided about it."""
        for source in (*self._declared, *self._shipped):
            if source.id == source_id:
                return source
        record = (await self._all("added"))[source_id]
        source_or_none = _source(source_id, record)
        if source_or_none is None:
            raise SourceError("id", f"the entry {source_id!r} can't be read")
        return source_or_none

    async def audit(self, limit: int = 100) -> tuple[Change, ...]:
        """The newest changes, oldest first."""
        records = cast("Awaitable[list[bytes]]", self._redis.lrange(self._key("audit"), -limit, -1))
        rows = [json.loads(record) for record in await records]
        return tuple(Change(datetime.fromisoformat(row.pop("at")), **row) for row in rows)

    async def keep(self, draft: Draft) -> None:
        """Keeps what was found until somebody decides; the oldest go first where too many wait."""
        key = self._key("drafts")
        await self._redis.hset(key, draft.id, json.dumps(_draft_record(draft), ensure_ascii=False))
        known = [_draft(name, record) for name, record in (await self._all("drafts")).items()]
        known.sort(key=lambda one: one.at)
        old = [one.id for one in known if one.at < draft.at - DRAFTS_KEPT] + [one.id for one in known[:-MAX_DRAFTS]]
        if old:
            await self._redis.hdel(key, *old)

    async def draft(self, draft_id: str) -> Draft | None:
        """What was found, or None once it is too old."""
        record = await cast("Awaitable[bytes | None]", self._redis.hget(self._key("drafts"), draft_id))
        return _draft(draft_id, json.loads(record)) if record else None

    async def decide(self, draft_id: str, decision: str) -> bool:
        """Marks the draft as decided; False where it was before, or is gone: one of several callers gets it."""
        before = await cast("Awaitable[bytes | None]", self._redis.hget(self._key("drafts"), draft_id))
        if before is None or json.loads(before)["decided"]:
            return False
        after = json.dumps({**json.loads(before), "decided": decision}, ensure_ascii=False)
        return bool(await self._settle(keys=[self._key("drafts")], args=[draft_id, before, after]))

    async def _change(
        self, kind: str, name: str, record: Mapping[str, object], by: str, at: datetime, detail: str, *,
        new: bool = False,
    ) -> bool:  # fmt: skip
        told = {"at": at.astimezone(UTC).isoformat(), "by": by, "what": kind.removesuffix("s"), "source": name}
        value = json.dumps({**record, "by": by, "decided_at": told["at"]}, ensure_ascii=False)
        line = json.dumps({**told, "detail": detail}, ensure_ascii=False)
        keys = [self._key(kind), self._key("version"), self._key("audit")]
        return bool(await self._write(keys=keys, args=[name, value, line, "new" if new else ""]))

    async def _all(self, kind: str) -> dict[str, dict[str, Any]]:
        records = cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(self._key(kind)))
        return {name.decode(): json.loads(record) for name, record in (await records).items()}


def source_id(url: str) -> str:
    """The id of a source that chat adds: its host, and a hash of its address so that one host may have many."""
    host = (urlsplit(url).hostname or "source").removeprefix("www.").replace(":", "-")
    return f"{host[:50]}-{hashlib.blake2b(_place(url).encode(), digest_size=3).hexdigest()}"


def _once(placed: Sequence[Placed] | Any) -> list[Placed]:
    """Without what chat added where the file or the catalogue reads the same address by now."""
    every = list(placed)
    taken = {_place(one.source.url) for one in every if one.origin != "chat" and one.source.url}
    return [one for one in every if one.origin != "chat" or _place(one.source.url) not in taken]


def _overridden(
    placed: Placed, states: Mapping[str, Mapping[str, str]], profiles: Mapping[str, Mapping[str, Any]]
) -> Placed:
    source, changed = placed.source, placed.changed
    repaired = profiles.get(source.id)
    if repaired is not None and repaired["over"] == _stamp(source):
        source, changed = replace(source, profile=_profile(source, repaired["profile"])), True
    decided = states.get(source.id)
    if decided is not None and (placed.origin != "file" or _may_verify(placed.source, decided["state"])):
        evidence = decided["evidence"] or source.evidence
        source, changed = replace(source, state=decided["state"], evidence=evidence), True
    return Placed(source, placed.origin, changed)


def _may_verify(source: Source, state: str) -> bool:
    """Whether the file itself leaves the state to a check: it says only that nobody has looked yet."""
    return source.state == "unverified" and state == "verified"


def _profile(source: Source, table: Mapping[str, object]) -> BoardProfile | None:
    try:
        return source_from({**_mapping(replace(source, profile=None)), "profile": dict(table)}).profile
    except SourceError as error:  # written by another version: the entry's own serves
        log.warning("the repaired profile of %s can't be read: %s", source.id, error)
        return source.profile


def _stamp(source: Source) -> str:
    """What a repair repairs: another address or another profile under the same id is another board."""
    told = json.dumps([source.url, source.profile and _plain(source.profile)], sort_keys=True)
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def _plain(value: Any) -> dict[str, Any]:
    """A value's fields that differ from their defaults."""
    return {
        one.name: getattr(value, one.name)
        for one in fields(value)
        if one.name != "key" and getattr(value, one.name) != one.default
    }


def _mapping(source: Source) -> dict[str, object]:
    """The `[[source]]` table that declares it."""
    record = _plain(replace(source, key=""))
    if source.interval is not None:
        record["interval"] = int(source.interval.total_seconds())
    if source.profile is not None:
        record["profile"] = _plain(source.profile)
    return record


def _source(name: str, record: Mapping[str, Any]) -> Source | None:
    table = {key: value for key, value in record.items() if key not in {"by", "decided_at"}}
    try:
        return source_from(table)
    except SourceError as error:  # written by another version: one entry less is no reason to crawl nothing
        log.warning("the added source %s can't be read: %s", name, error)
        return None


def _place(url: str) -> str:
    """An address without what does not tell one board from another: scheme, www., session, page number."""
    parts = urlsplit(sessionless(url.strip()))
    asked = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0].lower() not in _PAGING)
    host = (parts.hostname or "").removeprefix("www.")
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    return f"{host}{port}{parts.path.rstrip('/')}?{asked}"


def _draft_record(draft: Draft) -> dict[str, object]:
    record = asdict(draft)
    record["at"] = draft.at.astimezone(UTC).isoformat()
    record["offers"] = [{**asdict(one), "source": _mapping(one.source)} for one in draft.offers]
    return record


def _draft(name: str, record: Mapping[str, Any]) -> Draft:
    offers = []
    for one in record["offers"]:
        texts = {key: tuple(one[key]) for key in ("sample", "evidence")}
        offers.append(Offer(**{**one, **texts, "source": source_from(one["source"])}))
    at = datetime.fromisoformat(record["at"])
    return Draft(**{**record, "id": name, "offers": tuple(offers), "at": at})
