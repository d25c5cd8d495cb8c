"""The strict Slack with signed requests instead of a websocket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from tests.conformance.peers import slack_strict
from tests.conformance.peers.slack_strict import StrictSlack, missing

__all__ = ["missing", "opened"]


@asynccontextmanager
async def opened(folder: Path, now: Callable[[], datetime]) -> AsyncIterator[StrictSlack]:
    """See `slack_strict.opened`."""
    async with slack_strict.opened(folder, now, http=True) as peer:
        yield peer
