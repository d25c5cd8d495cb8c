"""The built-in model as this installation continued it on its own archive (`dobi train`): how it is kept and found.

    table + moments + card ─► one hash in Redis, written in one step ─► every role's next start, on whatever machine

It lies in Redis and not in a folder because roles on several machines share nothing else, and because one command
there is whole or not at all: a trainer that is killed leaves what was there. It belongs to the very built-in model
that it began with; after an update that brings another one it rests, and the built-in model speaks again. What was
learnt is learnt from public documents, common to all institutions: there is no tenant here. Nothing trains here.

    key:  dobi:{deployment}:model:continued    hash: name, base, table (safetensors), moments (npz), card (JSON)
"""

from __future__ import annotations

import io
import json
import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from redis.asyncio import Redis
from redis.exceptions import WatchError

from nlp.embedding import Moments, StaticEmbedder
from nlp.table import dump, parse

_KEY: Final = "dobi:{deployment}:model:continued"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a model can do, each in [0, 1] and better when higher.

    On documents kept out of training: `title_body` nDCG@10 of finding a body by its title and a title by its body,
    `mrr` the mean reciprocal rank of the former, `split` that of finding the rest of a title by a few of its words. In
    general: `synonyms` mean reciprocal rank of another name, `areas` how many of a phrase's five neighbours are of its
    policy area, `kept` the mean cosine of a term's vector with the built-in model's.
    """

    title_body: float
    mrr: float
    split: float
    synonyms: float
    areas: float
    kept: float


@dataclass(frozen=True, slots=True)
class Card:
    """How a continued model came to be. `base` is the built-in model it began with, `continued` the one before it."""

    name: str
    base: str
    continued: str
    made_at: datetime
    documents: int
    titles: int
    held_out: int
    before: Figures
    after: Figures

    def dump(self) -> bytes:
        """The stored form."""
        return json.dumps(asdict(self) | {"made_at": self.made_at.isoformat()}).encode()

    @classmethod
    def load(cls, stored: bytes) -> Card:
        """Reads the stored form."""
        row = json.loads(stored)
        row["made_at"] = datetime.fromisoformat(row["made_at"])
        row["before"], row["after"] = Figures(**row["before"]), Figures(**row["after"])
        return cls(**row)


class ContinuedStore:
    """The one continued model of the deployment."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    async def card(self) -> Card | None:
        """Its card, whether or not its base is the one that is installed; None where there is no such model."""
        stored = await self._redis.hget(_KEY, "card")
        return None if stored is None else Card.load(stored)

    async def load(self, built_in: StaticEmbedder) -> StaticEmbedder:
        """The continued model if it was begun with this built-in one and is whole; else the built-in one."""
        name, base, table, moments = await self._redis.hmget(_KEY, "name", "base", "table", "moments")
        if name is None:
            return built_in
        if base.decode() != built_in.name:
            log.warning("the continued model rests: it began with %s, installed is %s", base.decode(), built_in.name)
            return built_in
        try:
            return _read(name.decode(), table, moments, built_in)
        except (ValueError, TypeError, KeyError, EOFError, OSError, BadZipFile) as error:
            log.warning("the continued model can't be read (%s): the built-in one is used", error)
            return built_in

    async def put(self, model: StaticEmbedder, card: Card) -> bool:
        """Keeps the model in place of the one it continued; False where another came in between, which stays."""
        fields = {
            "name": model.name,
            "base": card.base,
            "table": dump(model.table),
            "moments": _pack(model.moments),
            "card": card.dump(),
        }
        async with self._redis.pipeline(transaction=True) as pipe:
            await pipe.watch(_KEY)
            known, base = await pipe.hmget(_KEY, "name", "base")
            before = known.decode() if known and base.decode() == card.base else card.base
            if before != card.continued:
                return False
            pipe.multi()
            pipe.delete(_KEY)
            pipe.hset(_KEY, mapping=fields)
            try:
                await pipe.execute()
            except WatchError:
                return False
        return True

    async def drop(self) -> bool:
        """Goes back to the built-in model; whether there was another."""
        return bool(await self._redis.delete(_KEY))


def _pack(moments: Moments | None) -> bytes:
    if moments is None:
        raise ValueError("a continued model has moments of its own")
    packed = io.BytesIO()
    np.savez(packed, mean=moments.mean.astype(np.float32), covariance=moments.covariance.astype(np.float16))
    return packed.getvalue()


def _read(name: str, rows: bytes, packed: bytes, built_in: StaticEmbedder) -> StaticEmbedder:
    """The model on the tokenizer of the built-in one, which it began with."""
    table = parse(rows)
    if table.mark != name or table.rows.shape != built_in.table.rows.shape:
        raise ValueError(f"expected {name} of {built_in.table.rows.shape}, got {table.mark} of {table.rows.shape}")
    with np.load(io.BytesIO(packed), allow_pickle=False) as stored:
        moments = Moments(stored["mean"].astype(np.float32), stored["covariance"].astype(np.float32))
    return StaticEmbedder(built_in.tokenizer, table, moments)
