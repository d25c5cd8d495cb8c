"""A lease's holder lives as long as its connection, and not a moment longer."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from redis.asyncio import Redis

from bot import liveness
from bot.embedded import EmbeddedServer, remote_client
from bot.liveness import Liveness, new_owner

ROOT = Path(__file__).parents[2]

HOLDER = """
import asyncio, sys
from bot.embedded import remote_client
from bot.liveness import Liveness

async def main(socket, owner):
    async with Liveness(remote_client("unix://" + socket), owner):
        print("alive", flush=True)
        await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture(autouse=True)
def _any_uptime(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' server has just started."""
    monkeypatch.setattr(liveness, "RETURN_S", 0)
    monkeypatch.setattr(liveness, "_CACHE_S", 0.0)


async def test_owners_see_each_other_until_one_closes(database: Redis) -> None:
    here, there = Liveness(database, new_owner()), Liveness(database, new_owner())
    async with here:
        async with there:
            assert await here.is_alive(there.owner)
            assert await there.is_alive(here.owner)

        assert not await here.is_alive(there.owner)
        assert await here.is_alive(here.owner)


async def test_an_owner_never_heard_of_is_dead(database: Redis) -> None:
    async with Liveness(database, "me") as here:
        assert not await here.is_alive("nobody")


async def test_a_process_killed_with_9_is_dead_at_once(database: Redis, redis_socket: str) -> None:
    owner = new_owner()
    holder = subprocess.Popen(  # noqa: ASYNC220 - a fork of milliseconds
        [sys.executable, "-c", HOLDER, redis_socket, owner], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    async with Liveness(database, "me") as here:
        before = await here.is_alive(owner)

        holder.kill()
        holder.wait()
        holder.stdout.close()

        after = await here.is_alive(owner)

    assert before
    assert not after


async def test_a_lost_connection_comes_back_under_the_same_name(
    database: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(liveness, "_HEARTBEAT_S", 0.01)
    async with Liveness(database, "other") as other, Liveness(database, "me") as here:
        killed = next(c["id"] for c in await database.client_list() if c["name"] == "dobi:other")

        await database.client_kill_filter(_id=killed)  # type: ignore[no-untyped-call]

        while not await here.is_alive(other.owner):  # noqa: ASYNC110 - the server sets no event
            await asyncio.sleep(0.01)
        assert killed not in [c["id"] for c in await database.client_list()]


async def test_nobody_is_called_dead_just_after_the_servers_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(liveness, "RETURN_S", 3600)
    server = EmbeddedServer(tmp_path)
    client = server.client()
    async with Liveness(client, "me") as here:
        assert await here.is_alive("not back yet")
        assert not await here.is_here("not back yet")
        assert await here.is_here("me")

        assert server.pid is not None
        first = psutil.Process(server.pid)
        os.kill(first.pid, signal.SIGKILL)
        await asyncio.to_thread(first.wait, 10)
        assert await here.is_alive("not back yet")

        monkeypatch.setattr(liveness, "RETURN_S", 0)
        assert not await here.is_alive("not back yet")
    await client.aclose()
    await server.close()


async def test_one_look_serves_many_questions(redis_socket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "_CACHE_S", 3600.0)
    client = remote_client(f"unix://{redis_socket}")
    await client.config_resetstat()  # type: ignore[no-untyped-call]
    here = Liveness(client, "me")

    await asyncio.gather(*(here.is_alive(f"other{n}") for n in range(50)))

    assert (await client.info("commandstats"))["cmdstat_client|list"]["calls"] == 1
    await here.close()
    await client.aclose()


def test_owners_are_unique_and_fit_a_connections_name(database: Redis) -> None:
    owners = {new_owner() for _ in range(100)}

    assert len(owners) == 100
    assert all(Liveness(database, owner).owner == owner for owner in owners)


@pytest.mark.parametrize("owner", ["", "with space", "line\nbreak", "한글", "x" * 129])
def test_a_name_that_a_connection_cannot_bear_is_refused(database: Redis, owner: str) -> None:
    with pytest.raises(ValueError, match="owner"):
        Liveness(database, owner)
