"""What was sent to each chat and what came back, kept in Redis; and the heads made of it, mirrored in memory.

    push  ── sent ──► impressions (which subscription, which words, which score)
    press ── tap ──► taps, one a story and person (one script, all or nothing) ──► sequence
    reader ◄── HeadMirror.refresh ── only chats that changed: cached heads, or fitted anew ──► Panel

A tap is keyed by its story and person: pressing twice, or a message that comes again, changes nothing; the later
opinion of one person replaces the earlier, and opening a document never replaces an opinion. Taps are the truth, heads
are derived from them: whoever dies between the two loses nothing. Of a document its key, agency and vector are kept, of
a person in a channel a digest; no message.

    keys of a tenant:  dobi:{tenant}:opinions:sent:<chat>    hash  story → JSON, at most 400
                       dobi:{tenant}:opinions:sents:<chat>   sorted set of the same by time
                       dobi:{tenant}:opinions:chats          set of all chats that were sent anything
                       dobi:{tenant}:opinions:taps:<chat>    hash  field → rank, instant, JSON, vector; at most 120
                       dobi:{tenant}:opinions:order:<chat>   sorted set of the same by time
                       dobi:{tenant}:opinions:backs:<chat>   hash  field, signal → instant; for two days
                       dobi:{tenant}:opinions:under:<chat>   hash  field → an earlier sign that is still on the message
                       dobi:{tenant}:opinions:changed        sorted set  chat → sequence of its last tap
                       dobi:{tenant}:opinions:sequence       number of the last change
                       dobi:{tenant}:opinions:heads          hash  chat → sequence and head
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from redis.asyncio import Redis

from nlp import opinion_scripts as scripts
from nlp.embedding import Embedder, Vectors
from nlp.feedback import EXPLICIT, Head, Reason, Seen, Signal, Tap, fit
from nlp.panel import Panel

TAPS: Final = 120
"""Taps of a chat that are kept: the newest."""

SENT: Final = 400
"""What was sent to a chat, as far as it is kept: the newest."""

_PAGE: Final = 200
_LATE_S: Final = 2 * 86_400
_SIGNED: Final = b" s\n"


@dataclass(frozen=True, slots=True)
class Impression:
    """Something that was sent: the subscription and the topic (`topic_of`) that brought it, and why."""

    story: str
    document: str
    subscription: str
    topic: str
    agency: str
    words: tuple[str, ...]
    score: float
    at: datetime

    def dump(self) -> bytes:
        """The stored form."""
        row = [self.document, self.subscription, self.topic, self.agency, self.words, self.score, _ms(self.at)]
        return json.dumps(row, ensure_ascii=False).encode()

    @classmethod
    def load(cls, story: str, stored: bytes) -> Impression:
        """Reads the stored form."""
        document, subscription, topic, agency, words, score, at = json.loads(stored)
        return cls(story, document, subscription, topic, agency, tuple(words), score, _instant(at))


class Opinions:
    """Impressions and taps of every chat of every institution."""

    def __init__(self, redis: Redis, *, taps: int = TAPS, sent: int = SENT) -> None:
        self._redis: Any = redis
        self._taps, self._sent = taps, sent
        self._send = redis.register_script(scripts.SEND)
        self._tap = redis.register_script(scripts.TAP)
        self._back = redis.register_script(scripts.BACK)
        self._reset = redis.register_script(scripts.RESET)
        self._renew = redis.register_script(scripts.RENEW)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join(("dobi", "{" + tenant + "}", "opinions", *parts))

    async def sent(self, tenant: str, news: Iterable[tuple[str, Impression]]) -> None:
        """Remembers what goes out to which chat; what is known already stays as it was."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for chat, one in news:
                keys = [self._key(tenant, "sent", chat), self._key(tenant, "sents", chat)]
                await self._send(keys=keys, args=[one.story, one.dump(), _ms(one.at), self._sent], client=pipe)
                pipe.sadd(self._key(tenant, "chats"), chat)
            await pipe.execute()

    async def impression(self, tenant: str, chat: str, story: str) -> Impression | None:
        """What was sent to the chat about the story, or None."""
        stored = await self._redis.hget(self._key(tenant, "sent", chat), story)
        return None if stored is None else Impression.load(story, stored)

    async def impressions(self, tenant: str, chat: str) -> list[Impression]:
        """What was sent to the chat, oldest first."""
        rows: Mapping[bytes, bytes] = await self._redis.hgetall(self._key(tenant, "sent", chat))
        found = [Impression.load(story.decode(), stored) for story, stored in rows.items()]
        return sorted(found, key=lambda one: (one.at, one.story))

    async def chats(self, tenant: str) -> list[str]:
        """Every chat to which anything was ever sent."""
        return sorted(chat.decode() for chat in await self._redis.smembers(self._key(tenant, "chats")))

    async def tap(self, tenant: str, chat: str, tap: Tap, by: str = "", *, signed: bool = False) -> bool:
        """Keeps an opinion, of the person `by` in a channel; False where it changes nothing.

        `signed`: it is a sign on the message, and stays beneath a later opinion until it is taken off.
        """
        field = f"{tap.about}|{by}" if by else tap.about
        rank = 1 if tap.signal in EXPLICIT else 0
        names = (f"taps:{chat}", f"order:{chat}", "changed", "sequence", f"backs:{chat}", f"under:{chat}")
        done = await self._tap(
            keys=[self._key(tenant, name) for name in names],
            args=[field, _dump(tap, rank), rank, _ms(tap.at), tap.signal, tap.reason, chat, self._taps, int(signed)],
        )
        return bool(done)

    async def take_back(self, tenant: str, chat: str, about: str, signal: Signal, at: datetime, by: str = "") -> bool:
        """Forgets that opinion where it stands and is no younger; what comes late and is older will not stand again.

        Where another sign of that person is still on the message, that is the opinion from now on.
        """
        field = f"{about}|{by}" if by else about
        names = (f"taps:{chat}", f"order:{chat}", "changed", "sequence", f"backs:{chat}", "heads", f"under:{chat}")
        keys = [self._key(tenant, name) for name in names]
        return bool(await self._back(keys=keys, args=[field, signal, _ms(at), chat, _LATE_S]))

    async def holds(self, tenant: str, chat: str, about: str, signal: Signal, by: str = "") -> bool:
        """Whether that opinion, of the person `by` in a channel, stands."""
        stored = await self._redis.hget(self._key(tenant, "taps", chat), f"{about}|{by}" if by else about)
        return stored is not None and _load(about, stored).signal is signal

    async def taps(self, tenant: str, chat: str) -> list[Tap]:
        """The chat's opinions, oldest first."""
        rows = await self._redis.hgetall(self._key(tenant, "taps", chat))
        found = [_load(field.decode(), stored) for field, stored in rows.items()]
        return sorted(found, key=lambda tap: (tap.at, tap.about))

    async def reset(self, tenant: str, chat: str, by: str = "") -> int:
        """Forgets the chat's opinions, or those of the person `by` in a channel; how many there were."""
        names = (f"taps:{chat}", f"order:{chat}", "changed", "sequence", "heads", f"under:{chat}")
        keys = [self._key(tenant, name) for name in names]
        return int(await self._reset(keys=keys, args=[chat, f"|{by}" if by else ""]))

    async def forget(self, tenant: str, chat: str) -> int:
        """Forgets a chat wholly: its opinions and what it was sent; how many there were of both."""
        taps = await self.reset(tenant, chat)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hlen(self._key(tenant, "sent", chat))
            pipe.delete(*(self._key(tenant, name, chat) for name in ("sent", "sents", "backs", "under")))
            pipe.srem(self._key(tenant, "chats"), chat)
            sent, *_ = await pipe.execute()
        return taps + int(sent)

    async def tidy(self, tenant: str) -> None:
        """Marks of change of chats that have no opinions any more go; call it when every mirror has seen them."""
        marked = [chat.decode() for chat in await self._redis.zrange(self._key(tenant, "changed"), 0, -1)]
        for chat in marked:
            if not await self._redis.exists(self._key(tenant, "taps", chat)):
                await self._redis.zrem(self._key(tenant, "changed"), chat)
                await self._redis.hdel(self._key(tenant, "heads"), chat)

    async def outdated(self, tenant: str, chat: str, model: str) -> list[str]:
        """The documents of the chat's opinions whose vectors another model made."""
        taps = await self.taps(tenant, chat)
        return sorted({tap.document for tap in taps if tap.document and tap.seen.model not in {"", model}})

    async def renew(self, tenant: str, chat: str, vectors: Mapping[str, Vectors], model: str) -> int:
        """Gives the chat's opinions the vectors of their documents by that model; how many; its head is fitted anew."""
        rows: Mapping[bytes, bytes] = await self._redis.hgetall(self._key(tenant, "taps", chat))
        changes: list[bytes] = []
        for name, stored in rows.items():
            tap = _load(name.decode(), stored)
            vector = vectors.get(tap.document)
            if vector is not None and tap.seen.model != model:
                made = _dump(replace(tap, seen=replace(tap.seen, vector=vector, model=model)), int(stored[:1]))
                changes += [name, stored, made.replace(b"\n", _SIGNED, 1) if _signed(stored) else made]
        if not changes:
            return 0
        keys = [self._key(tenant, name) for name in (f"taps:{chat}", "changed", "sequence")]
        return int(await self._renew(keys=keys, args=[chat, *changes]))

    async def sequence(self, tenant: str) -> int:
        """The number of the last change."""
        return int(await self._redis.get(self._key(tenant, "sequence")) or 0)

    async def changed(self, tenant: str, after: int) -> dict[str, int]:
        """The chats whose opinions changed after that number, each with the number of its last change."""
        rows = await self._redis.zrangebyscore(self._key(tenant, "changed"), f"({after}", "+inf", withscores=True)
        return {chat.decode(): int(number) for chat, number in rows}

    async def heads(self, tenant: str, chats: Mapping[str, int], model: str) -> dict[str, Head]:
        """Cached heads of those chats that are of that very change and model."""
        if not chats:
            return {}
        rows = await self._redis.hmget(self._key(tenant, "heads"), list(chats))
        loaded = {chat: _load_head(row) for chat, row in zip(chats, rows, strict=True) if row is not None}
        return {chat: head for chat, (number, head) in loaded.items() if number == chats[chat] and head.model == model}

    async def keep_head(self, tenant: str, chat: str, number: int, head: Head) -> None:
        """Caches a head made of the taps as they stood after change `number`."""
        await self._redis.hset(self._key(tenant, "heads"), chat, _dump_head(number, head))


class HeadMirror:
    """Keeps a panel for each institution level with the store: cheap when nothing changed.

    `group_of(tenant, chat)` says whose colleague a private chat's person is.
    """

    def __init__(
        self,
        store: Opinions,
        embedder: Embedder,
        group_of: Callable[[str, str], str | None],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._group_of = group_of
        self._now = now
        self._panels: dict[str, Panel] = {}
        self._reached: dict[str, int] = {}
        self._busy = asyncio.Lock()

    def panel(self, tenant: str) -> Panel:
        """The institution's heads as of the last refresh."""
        if tenant not in self._panels:
            self._panels[tenant] = Panel(
                self._embedder.name, self._embedder.dimensions, lambda chat: self._group_of(tenant, chat)
            )
        return self._panels[tenant]

    async def refresh(self, tenants: Iterable[str]) -> None:
        """Brings the panels of these institutions up to date."""
        async with self._busy:
            for tenant in tenants:
                await self._refresh(tenant)

    async def _refresh(self, tenant: str) -> None:
        after = self._reached.get(tenant, 0)
        if await self._store.sequence(tenant) == after:
            return
        changed = await self._store.changed(tenant, after)
        chats = list(changed)
        for start in range(0, len(chats), _PAGE):
            page = {chat: changed[chat] for chat in chats[start : start + _PAGE]}
            cached = await self._store.heads(tenant, page, self._embedder.name)
            for chat, number in page.items():
                head = cached.get(chat) or await self._fitted(tenant, chat, number)
                self.panel(tenant).put(chat, head)
        self._reached[tenant] = max(changed.values(), default=after)

    async def _fitted(self, tenant: str, chat: str, number: int) -> Head | None:
        taps = await self._store.taps(tenant, chat)
        head = await asyncio.to_thread(fit, taps, self._now(), self._embedder.name)
        if head is not None:
            # should another tap have come meanwhile, its number is higher and the next refresh fits again
            await self._store.keep_head(tenant, chat, number, head)
        return head


def _ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _dump(tap: Tap, rank: int) -> bytes:
    """`rank at signal reason`, JSON, then the vector in bytes."""
    seen = tap.seen
    row = [tap.topic, tap.score, tap.document, seen.agency, seen.words, seen.model]
    head = f"{rank} {_ms(tap.at)} {tap.signal} {tap.reason}\n{json.dumps(row, ensure_ascii=False)}\n"
    return head.encode() + _pack(seen.vector)


def _signed(stored: bytes) -> bool:
    return stored.partition(b"\n")[0].endswith(_SIGNED.strip(b"\n"))


def _load(name: str, stored: bytes) -> Tap:
    first, second, packed = stored.split(b"\n", 2)
    _, at, signal, reason, *_ = first.decode().split(" ")
    topic, score, document, agency, words, model = json.loads(second)
    seen = Seen(agency, tuple(words), _unpack(packed), model)
    about = name.partition("|")[0]
    return Tap(about, Signal(signal), _instant(int(at)), topic, score, seen, Reason(reason), document)


def _pack(vector: Vectors | None) -> bytes:
    """A unit vector in a byte a dimension, scaled to its largest."""
    if vector is None or not vector.any():
        return b""
    scaled: NDArray[np.int8] = np.rint(vector * (127 / np.abs(vector).max())).astype(np.int8)
    return scaled.tobytes()


def _unpack(packed: bytes) -> Vectors | None:
    if not packed:
        return None
    vector = np.frombuffer(packed, dtype=np.int8).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def _dump_head(number: int, head: Head) -> bytes:
    row = [number, _ms(head.at), head.model, head.shift, head.tokens, head.known, head.much]
    return json.dumps(row, ensure_ascii=False).encode() + b"\n" + head.vector.astype(np.float16).tobytes()


def _load_head(stored: bytes) -> tuple[int, Head]:
    first, packed = stored.split(b"\n", 1)
    number, at, model, shift, tokens, known, much = json.loads(first)
    vector = np.frombuffer(packed, dtype=np.float16).astype(np.float32)
    return number, Head(_instant(at), model, vector, shift, tokens, known, much)
