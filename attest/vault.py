"""Points kept for screening, for at most a day, and readable by nobody after: sealed under a key that is destroyed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import redis.asyncio


class Vault:
    """The points of all institutions on one Redis, sealed under hourly keys that lie under `directory`."""

    def __init__(self, database: redis.asyncio.Redis, directory: Path, now: Callable[[], datetime]) -> None:
        self._database = database
        self._directory = directory
        self._now = now
