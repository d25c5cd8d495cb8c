"""After a change of model: the archive and what hangs on it is read again, newest first, a few documents at a time.

    archive ─ whose vectors are another model's? ─ a batch ─► encode ─► archive        ... until none is left
    then    ─ opinions: their documents' vectors ─► taps ─► heads are fitted anew

Nothing waits for it: what it has not reached yet is found and matched by its words. There is no place to lose: what is
done carries the new model's name, so whoever dies between two batches, or at any other instant, goes on where it was.
A text that is no longer kept is read by its title alone; what the earlier model made of it is put away, and stands
again when that model comes back.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import numpy as np

from nlp.adopted import Adopted, ModelStore, Progress
from nlp.archive import Archive, Document
from nlp.document import read
from nlp.embedding import Embedder, Vectors
from nlp.opinions import Opinions

BATCH: Final = 2
"""Documents read together at first; then as many as half a second is enough for."""

_LARGEST: Final = 128
_WORK_S: Final = 0.5
_PAGE: Final = 500
_SMOOTH: Final = 0.2  # of a new measurement in the time that a document takes


class Renewal:
    """One process's part in it. Two at a time do no harm; they only do some work twice."""

    def __init__(
        self,
        archive: Archive,
        opinions: Opinions,
        store: ModelStore,
        embedder: Embedder,
        tenants: Sequence[str],
        now: Callable[[], datetime],
    ) -> None:
        self._archive, self._opinions, self._store = archive, opinions, store
        self._embedder, self._tenants, self._now = embedder, tenants, now
        self._left: list[str] = []
        self._aside: set[str] = set()  # what could not be read; it is tried again after a restart
        self._alone = 0  # so many of the next are read one by one
        self._each = self._paced = 0.0
        self._last: float | None = None

    @property
    def left(self) -> int:
        """How many documents are still another model's, as of the last look."""
        return len(self._left)

    async def begin(self) -> int:
        """Looks which documents are another model's; how many. What hangs on the rest is brought along."""
        self._left = await self._outdated()
        self._last = time.monotonic()
        await self._renew_opinions()
        await self.tell()
        return len(self._left)

    async def step(self) -> float:
        """Does one batch, about half a second of work; the seconds it took. 0.0: nothing is left."""
        size = BATCH if not self._each else min(max(int(_WORK_S / self._each), 1), _LARGEST)
        size = 1 if self._alone else size
        batch, self._left = self._left[:size], self._left[size:]
        if not batch:
            return 0.0
        start = time.monotonic()
        try:
            await self._renew(batch)
        except Exception:
            if len(batch) > 1:  # once more, each by itself, so that only the one at fault is left out
                self._left, self._alone = batch + self._left, len(batch)
            else:
                self._aside.update(batch)
            raise
        finally:
            self._alone = max(self._alone - 1, 0) if len(batch) == 1 else self._alone
        took = time.monotonic() - start
        self._measure(took, len(batch))
        if not self._left:
            await self.begin()  # what another process put meanwhile, by the earlier model
        else:
            await self.tell()
        return took

    async def tell(self) -> Progress:
        """Keeps how far it is, and the keywords that were encoded since."""
        waiting = 0
        if isinstance(self._embedder, Adopted):
            await self._store.keep_keywords(self._embedder.name, self._embedder.fresh())
            waiting = self._embedder.waiting
        total = await self._archive.count()
        done = max(total - len(self._left), 0)
        progress = Progress(self._embedder.name, done, total, round(self._paced, 4), waiting, self._now())
        await self._store.keep_progress(progress)
        return progress

    async def _outdated(self) -> list[str]:
        """The documents with another model's vectors, newest first."""
        found: list[str] = []
        skip = 0
        while keys := await self._archive.newest_keys(skip, _PAGE):
            models = await self._archive.models_of(keys)
            found += [key for key in keys if models[key] != self._embedder.name and key not in self._aside]
            skip += len(keys)
        return found

    async def _renew(self, keys: Sequence[str]) -> None:
        documents = list((await self._archive.get_many(keys)).values())
        self._aside.update(set(keys) - {one.key for one in documents})
        former = {
            one.key: kept
            for one in documents
            if not one.text and (kept := await self._archive.former(one.key, self._embedder.name)) is not None
        }
        fresh = [one for one in documents if one.key not in former]
        made = await asyncio.to_thread(_encoded, fresh, self._embedder)
        for one in documents:
            vectors = former[one.key] if one.key in former else made[one.key]
            await self._archive.renew(one, vectors, self._embedder.name)

    async def _renew_opinions(self) -> None:
        """Those whose documents are done; the rest after the last batch."""
        for tenant in self._tenants:
            for chat in await self._opinions.chats(tenant):
                await self._renew_chat(tenant, chat)

    async def _renew_chat(self, tenant: str, chat: str) -> None:
        wanted = await self._opinions.outdated(tenant, chat, self._embedder.name)
        documents = await self._archive.get_many(wanted)
        vectors: dict[str, Vectors] = {
            key: vector
            for key, one in documents.items()
            if one.model == self._embedder.name and (vector := one.vector) is not None
        }
        if vectors:
            await self._opinions.renew(tenant, chat, vectors, self._embedder.name)

    def _measure(self, took: float, count: int) -> None:
        now = time.monotonic()
        since, self._last = now - (self._last or now), now
        self._each = _smoothed(self._each, took / count)
        self._paced = _smoothed(self._paced, since / count)


def _smoothed(before: float, now: float) -> float:
    return now if not before else (1 - _SMOOTH) * before + _SMOOTH * now


def _encoded(documents: Sequence[Document], embedder: Embedder) -> dict[str, Vectors]:
    """The vectors of each document's form; of one without text two rows, its title's."""
    forms = read([one.text for one in documents], [one.title for one in documents], embedder)
    return {
        one.key: form.vectors if one.text else np.asarray(form.vectors[:2])
        for one, form in zip(documents, forms, strict=True)
    }
