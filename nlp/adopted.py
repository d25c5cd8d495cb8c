"""A model other than the built-in one as it lives here: read on the built-in's scale, its keywords remembered.

    encode(query) ─ known by digest? ─► vector            what is new ─► saved from time to time (Redis)

Encoding ten thousand keywords takes a transformer minutes, so it does so once and not at every start. The memory holds
digests and vectors, no text, and whose keywords they are doesn't show: it is the deployment's, like the model itself.

    keys:  dobi:{deployment}:model:scale:<model>      a `Scale`
           dobi:{deployment}:model:keywords:<model>   hash  digest → vector (float16), at most 50,000
           dobi:{deployment}:model:wanted             the model of the process that started last
           dobi:{deployment}:model:progress           JSON of a `Progress`
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from redis.asyncio import Redis

from nlp.embedding import Embedder, StaticEmbedder, load
from nlp.scale import FEWEST, Scale, fit
from nlp.usual import keywords, subjects
from nlp.vectors import Role, Vectors

MOST: Final = 50_000
"""Keywords whose vectors are remembered."""

_SLICE: Final = 64  # keywords encoded before others may look how far it is
_PAGE: Final = 1_000
_SCALES: Final = 8
_FITTED: Final[dict[tuple[str, int], Scale]] = {}


class Adopted:
    """An embedder whose cosines mean something here: `scale` says what. Safe to share between threads."""

    def __init__(self, model: Embedder, scale: Scale, keywords: dict[bytes, bytes] | None = None) -> None:
        self._model = model
        self._known = {} if keywords is None else keywords
        self._fresh: dict[bytes, bytes] = {}
        self.scale = scale
        self.waiting = 0
        """Keywords that are being encoded just now and have no vector yet."""

    @property
    def name(self) -> str:
        """The model's."""
        return self._model.name

    @property
    def dimensions(self) -> int:
        """The model's."""
        return self._model.dimensions

    def encode(self, texts: Sequence[str], *, role: Role = "document") -> Vectors:
        """Unit rows, as the model makes them; a keyword that is known costs nothing."""
        if role != "query":
            return self._model.encode(texts)
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        if len(self._known) > MOST:
            self._known = {}
        known, digests = self._known, [_digest(text) for text in texts]
        unknown = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
        self._learn(known, list(unknown), list(unknown.values()))
        return np.stack([np.frombuffer(known[digest], dtype=np.float16) for digest in digests]).astype(np.float32)

    def _learn(self, known: dict[bytes, bytes], digests: list[bytes], texts: list[str]) -> None:
        self.waiting += len(texts)
        for start in range(0, len(texts), _SLICE):
            part = texts[start : start + _SLICE]
            rows = self._model.encode(part, role="query").astype(np.float16)
            made = {digest: row.tobytes() for digest, row in zip(digests[start:], rows, strict=False)}
            known.update(made)
            self._fresh.update(made)
            self.waiting -= len(part)

    @property
    def unsaved(self) -> bool:
        """Whether keywords were encoded, or are being, since `fresh` was last asked."""
        return bool(self._fresh) or self.waiting > 0

    def fresh(self) -> dict[bytes, bytes]:
        """Keywords' vectors that were made since this was last asked, by digest."""
        made, self._fresh = self._fresh, {}
        return made


def at_home(embedder: Embedder, texts: Sequence[str] = ()) -> Embedder:
    """The embedder as matching can use it: another kind than the built-in on its scale, fitted on these texts.

    For who has no house: there `bot.models` does it, and the scale is kept. With few texts our own are taken.
    """
    if isinstance(embedder, Adopted | StaticEmbedder):
        return embedder
    documents = tuple(dict.fromkeys(text[:400] for text in texts[:400]))
    if len(documents) < FEWEST:
        documents = subjects()
    place = (embedder.name, hash(documents))
    if place not in _FITTED:
        if len(_FITTED) >= _SCALES:
            _FITTED.clear()
        _FITTED[place] = fit(embedder, load(), keywords(), documents)
    return Adopted(embedder, _FITTED[place])


def is_slow(embedder: Embedder) -> bool:
    """Whether documents are not to be encoded while somebody waits; a worker does so in time (`nlp.renewal`)."""
    return isinstance(embedder, Adopted)


def scale_of(embedder: Embedder) -> Scale | None:
    """How the embedder's cosines are to be read; None: as they are."""
    return embedder.scale if isinstance(embedder, Adopted) else None


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).digest()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The model that everything is to be read by, and since when."""

    model: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the archive is: `done` of `total` documents are of the model `model`, as of `at`.

    `seconds` is what a document takes, pauses included, 0 while unknown; `keywords` have no vector yet.
    """

    model: str
    done: int
    total: int
    seconds: float
    keywords: int
    at: datetime

    @property
    def finished(self) -> bool:
        """Whether nothing is left."""
        return self.done >= self.total and not self.keywords

    @property
    def left(self) -> timedelta | None:
        """How long it will still take; None while that is unknown or nothing is left."""
        if not self.seconds or self.done >= self.total:
            return None
        return timedelta(seconds=self.seconds * (self.total - self.done))


class ModelStore:
    """What is kept of models besides documents' vectors. Public and common: there is no tenant here."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    @staticmethod
    def _key(*parts: str) -> str:
        return ":".join(("dobi", "{deployment}", "model", *parts))

    async def scale(self, model: str) -> Scale | None:
        """The scale that was fitted for a model, or None."""
        stored = await self._redis.get(self._key("scale", model))
        return None if stored is None else Scale.load(stored)

    async def keep_scale(self, scale: Scale) -> None:
        """Keeps a scale in place of an earlier one of its model."""
        await self._redis.set(self._key("scale", scale.model), scale.dump())

    async def want(self, model: str, now: datetime) -> None:
        """Makes it the model that everything is to be read by; the last word counts, the first time is kept.

        The keywords of the one before are forgotten: they may be a hundred megabytes.
        """
        wanted = await self.wanted()
        if wanted is None or wanted.model != model:
            if wanted is not None:
                await self._redis.unlink(self._key("keywords", wanted.model))
            await self._redis.set(self._key("wanted"), json.dumps([model, now.astimezone(UTC).isoformat()]))

    async def wanted(self) -> Wanted | None:
        """The model that everything is to be read by."""
        stored = await self._redis.get(self._key("wanted"))
        if stored is None:
            return None
        model, since = json.loads(stored)
        return Wanted(model, datetime.fromisoformat(since))

    async def progress(self) -> Progress | None:
        """How far the archive was when a worker last told; None before anything was told."""
        stored = await self._redis.get(self._key("progress"))
        if stored is None:
            return None
        row = json.loads(stored)
        return Progress(**row | {"at": datetime.fromisoformat(row["at"])})

    async def keep_progress(self, progress: Progress) -> None:
        """Keeps how far it is."""
        row = asdict(progress) | {"at": progress.at.astimezone(UTC).isoformat()}
        await self._redis.set(self._key("progress"), json.dumps(row, ensure_ascii=False))

    async def keywords(self, model: str) -> dict[bytes, bytes]:
        """The keywords' vectors that are known, by digest."""
        found: dict[bytes, bytes] = {}
        cursor = 0
        while True:
            cursor, page = await self._redis.hscan(self._key("keywords", model), cursor, count=_PAGE)
            found |= page
            if cursor == 0:
                return found

    async def keep_keywords(self, model: str, made: dict[bytes, bytes]) -> None:
        """Keeps further ones; once there are too many, everything begins anew."""
        if not made:
            return
        name = self._key("keywords", model)
        async with self._redis.pipeline(transaction=True) as pipe:
            if await self._redis.hlen(name) + len(made) > MOST:
                pipe.delete(name)
            pipe.hset(name, mapping=made)
            await pipe.execute()
