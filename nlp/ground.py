"""What documents are usually like here, measured on the archive once a day: each keyword's own thresholds.

    the newest 2,000 titles' vectors, as kept ─► Spread ─► Matcher.settle, and previews through Archive.spread

Nothing is encoded, so it takes a moment at start; with fewer than 200 documents the shipped moments stay.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from nlp.archive import Archive
from nlp.calibration import Spread
from nlp.embedding import Embedder

MOST: Final = 2_000
EVERY: Final = timedelta(days=1)


class Ground:
    """The measure of one process; `spread` is None until it was first measured, at `due_at` it is measured again."""

    def __init__(self, archive: Archive, embedder: Embedder) -> None:
        self._archive, self._embedder = archive, embedder
        self.due_at = datetime.min.replace(tzinfo=UTC)
        self.spread: Spread | None = None

    async def refresh(self, now: datetime) -> bool:
        """Measures again where a day has passed; whether it did."""
        if now < self.due_at:
            return False
        titles = await self._archive.title_vectors(self._embedder.name, self._embedder.dimensions, MOST)
        self.spread = self._archive.spread = Spread(self._embedder, titles=titles)
        self.due_at = now + EVERY
        return True
