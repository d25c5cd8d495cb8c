"""The private server, with real processes that are really killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from bot import embedded
from bot.embedded import EmbeddedServer, EmbeddedServerError, remote_client

ROOT = Path(__file__).parents[2]

# Joins the directory, writes `first`, says who serves, then writes numbers until it is killed or told to stop.
MEMBER = """
import asyncio, sys
from pathlib import Path
from bot.embedded import EmbeddedServer

async def main(folder, key):
    server = EmbeddedServer(Path(folder))
    client = server.client()
    await server.ensure()
    info = await client.info("server")
    print(info["process_id"], flush=True)
    loop = asyncio.get_running_loop()
    for number in range(10**9):
        if not await loop.run_in_executor(None, sys.stdin.readline):
            break
        await client.rpush(key, number)
        print(number, flush=True)
    await client.aclose()
    await server.close()

asyncio.run(main(*sys.argv[1:]))
"""


class Member:
    """Another `dobi` process on the same directory."""

    def __init__(self, folder: Path, key: str = "k") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", MEMBER, folder, key],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def line(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())

    def write(self) -> int:
        """The number that the member wrote and saw acknowledged."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.line()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(60)
        else:
            self.process.stdin.close()
        self.process.stdout.close()


@contextmanager
def member(folder: Path, key: str = "k") -> Iterator[Member]:
    started = Member(folder, key)
    try:
        yield started
    finally:
        started.end()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedServer]:
    started = EmbeddedServer(tmp_path / "data")
    yield started
    await started.close()


def wait_for_end(pid: int) -> None:
    try:
        psutil.Process(pid).wait(60)
    except psutil.NoSuchProcess:
        return


def servers_of(folder: Path) -> list[int]:
    """The servers that have the directory as their working one."""
    found = []
    for process in psutil.process_iter(["name", "pid"]):
        try:
            if "valkey" in process.info["name"] and Path(process.cwd()) == (folder / "database").resolve():
                found.append(process.info["pid"])
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


async def test_a_second_ensure_joins_the_running_server(server: EmbeddedServer) -> None:
    await server.ensure()
    first = server.pid

    await asyncio.gather(*(server.ensure() for _ in range(20)))

    assert first is not None
    assert server.pid == first


async def test_two_processes_at_once_get_one_server(tmp_path: Path) -> None:
    members = [Member(tmp_path, f"k{i}") for i in range(4)]
    try:
        serving = {each.line() for each in members}
        running = servers_of(tmp_path)
    finally:
        for each in members:
            each.end()

    assert len(serving) == 1
    assert running == list(serving)


async def test_the_server_dies_with_its_parent_and_the_others_go_on_with_all_acknowledged_data(
    tmp_path: Path,
) -> None:
    with member(tmp_path) as parent:
        first = parent.line()
        with member(tmp_path, "other") as other:
            assert other.line() == first
            written = [parent.write() for _ in range(5)]
            kept = [other.write()]

            parent.kill()
            wait_for_end(first)
            kept.append(other.write())

            with member(tmp_path, "third") as third:
                second = third.line()
                joined = EmbeddedServer(tmp_path)
                client = joined.client()
                survived = [int(n) for n in await client.lrange("k", 0, -1)]
                others = [int(n) for n in await client.lrange("other", 0, -1)]
                await client.aclose()

    assert second != first
    assert survived == written
    assert others == kept
    assert joined.pid is None


async def looked_at(folder: Path, *, seconds: float) -> list[int]:
    """How many rows `k` has, asked over and over by a process that starts now."""
    joined = EmbeddedServer(folder)
    client = joined.client()
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    seen = []
    try:
        await joined.ensure()
        while not seen or loop.time() < end:
            async with client.pipeline(transaction=False) as pipe:  # nobody asks a pipeline again
                pipe.llen("k")
                seen += await pipe.execute()
            await asyncio.sleep(0.001)
    finally:
        await client.aclose()
        await joined.close()
    return seen


async def test_who_starts_right_after_a_kill_joins_no_dying_server(tmp_path: Path) -> None:
    for written in range(1, 4):
        with member(tmp_path) as parent:
            parent.line()
            parent.write()
            parent.kill()

            seen = await looked_at(tmp_path, seconds=0.3)

        assert set(seen) == {written}


async def test_who_starts_while_the_server_is_being_closed_joins_no_dying_server(server: EmbeddedServer) -> None:
    client = server.client()
    await client.rpush("k", 1)
    await client.aclose()
    first = server.pid
    closing = asyncio.create_task(server.close())
    await asyncio.sleep(0)  # it has asked the server to end
    assert first is not None
    assert psutil.pid_exists(first)

    seen = await looked_at(server.folder.parent, seconds=0.3)

    await closing
    assert set(seen) == {1}


async def test_what_a_killed_rewriting_left_is_cleared_away(server: EmbeddedServer) -> None:
    await server.ensure()
    await server.close()
    stray = server.folder / "temp-rewriteaof-bg-99.aof"
    stray.write_bytes(b"half")

    await server.ensure()

    assert not stray.exists()


async def test_a_killed_server_is_started_again_under_the_same_client(server: EmbeddedServer) -> None:
    client = server.client()
    await client.set("k", b"v")
    first = server.pid
    assert first is not None

    os.kill(first, signal.SIGKILL)
    wait_for_end(first)
    value = await client.get("k")

    assert value == b"v"
    assert server.pid not in {None, first}
    await client.aclose()


async def test_every_acknowledged_write_survives_a_kill_in_the_middle_of_writing(server: EmbeddedServer) -> None:
    client = server.client()
    await client.ping()
    acknowledged: list[int] = []

    async def write() -> None:
        for number in range(100_000):
            await client.hset("numbers", str(number), b"x" * 100)
            acknowledged.append(number)

    writing = asyncio.create_task(write())
    while len(acknowledged) < 300:  # noqa: ASYNC110 - the writer is the thing under test
        await asyncio.sleep(0)
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    with pytest.raises(RedisConnectionError):
        await writing
    found = {int(n) for n in await client.hkeys("numbers")}

    assert set(acknowledged) <= found
    assert len(found) <= len(acknowledged) + 1
    await client.aclose()


async def test_a_write_whose_answer_was_lost_is_not_repeated(server: EmbeddedServer) -> None:
    client = server.client()
    await client.set("n", 0)
    blocked = asyncio.create_task(client.blpop(["never"], timeout=20))
    while not [c for c in await client.client_list() if c["cmd"] == "blpop"]:  # noqa: ASYNC110 - the server sets no event
        await asyncio.sleep(0)
    assert server.pid is not None

    os.kill(server.pid, signal.SIGKILL)

    with pytest.raises(RedisConnectionError):
        await blocked
    await client.aclose()


async def test_a_stale_socket_file_is_no_hindrance(tmp_path: Path) -> None:
    with member(tmp_path) as dead:
        pid = dead.line()
        os.kill(pid, signal.SIGKILL)
        dead.kill()
        wait_for_end(pid)
    server = EmbeddedServer(tmp_path)
    assert server.socket_path.exists()

    await server.ensure()

    assert server.pid is not None
    await server.close()


async def test_a_path_longer_than_a_socket_address_is_served_and_joined(tmp_path: Path) -> None:
    folder = tmp_path / ("가나다라 '마바사' \"아자\"" * 4) / ("x" * 120)
    server = EmbeddedServer(folder)
    client = server.client()
    await client.set("k", b"v")

    with member(folder) as other:
        assert other.line() == server.pid
        await client.aclose()

    await server.close()


async def test_200_callers_at_once_are_all_served(server: EmbeddedServer) -> None:
    client = server.client()

    values = await asyncio.gather(*(client.incr("n") for _ in range(200)))

    assert sorted(values) == list(range(1, 201))
    assert len([c for c in await client.client_list() if c["name"] == ""]) <= 65
    await client.aclose()


async def test_only_its_own_user_can_look_inside(server: EmbeddedServer) -> None:
    await server.ensure()

    modes = {p.name: p.stat().st_mode & 0o077 for p in [server.folder.parent, *server.folder.rglob("*"), server.folder]}

    assert set(modes.values()) == {0}
    assert "server.sock" in modes


async def test_the_server_carries_none_of_our_secrets(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOBI_TOKEN", "hidden")

    await server.ensure()

    assert server.pid is not None
    environment = psutil.Process(server.pid).environ()
    assert "DOBI_TOKEN" not in environment
    assert set(environment) <= {"LC_ALL", "LC_CTYPE", "PWD", "SHLVL", "_"}


async def test_no_network_port_is_opened_and_every_write_is_synced(server: EmbeddedServer) -> None:
    client = server.client()

    found = await client.config_get("port", "appendonly", "appendfsync", "save", "maxmemory-policy")  # type: ignore[no-untyped-call]

    assert found == {
        "port": "0",
        "appendonly": "yes",
        "appendfsync": "always",
        "save": "",
        "maxmemory-policy": "noeviction",
    }
    assert server.pid is not None
    assert [c for c in psutil.Process(server.pid).net_connections() if c.status == psutil.CONN_LISTEN] == []
    await client.aclose()


async def test_data_of_a_newer_server_is_refused_in_plain_words(server: EmbeddedServer) -> None:
    await server.ensure()
    await server.close()
    base = next((server.folder / "appendonlydir").glob("*.base.rdb"))
    head = base.read_bytes()
    newer = head[:6] + b"999" + head[9:] if head.startswith(b"VALKEY") else head[:5] + b"9999" + head[9:]
    base.write_bytes(newer)

    with pytest.raises(EmbeddedServerError, match="newer server"):
        await server.ensure()

    assert base.read_bytes() == newer


async def test_damaged_data_is_refused_and_left_as_it_is(server: EmbeddedServer) -> None:
    client = server.client()
    await client.set("k", b"v")
    await client.aclose()
    await server.close()
    log = next((server.folder / "appendonlydir").glob("*.incr.aof"))
    broken = b"*3\r\n$3\r\nSET\r\ngarbage" + log.read_bytes()
    log.write_bytes(broken)

    with pytest.raises(EmbeddedServerError, match="damaged"):
        await server.ensure()

    assert log.read_bytes() == broken


async def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "database").write_bytes(b"")

    with pytest.raises(EmbeddedServerError, match=r"database cannot be written: (File exists|Not a directory)"):
        await EmbeddedServer(tmp_path).ensure()


async def test_a_lock_held_by_something_silent_ends_in_a_clear_error(tmp_path: Path) -> None:
    with member(tmp_path) as frozen:
        pid = frozen.line()
        os.kill(pid, signal.SIGSTOP)
        server = EmbeddedServer(tmp_path, timeout_s=0.2)
        try:
            with pytest.raises(EmbeddedServerError, match="silent"):
                await server.ensure()
        finally:
            os.kill(pid, signal.SIGCONT)

    assert server.pid is None


async def test_the_log_is_of_bounded_size(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.folder.mkdir(parents=True)
    server.log_path.write_bytes(b"x" * (embedded._LARGEST_LOG + 1))

    await server.ensure()

    assert server.log_path.stat().st_size < embedded._LARGEST_LOG
    assert server.log_path.with_suffix(".log.1").exists()


async def test_a_cancellation_is_never_lost_at_whatever_step_of_a_command_it_comes(server: EmbeddedServer) -> None:
    """redis-py alone loses about one in thirteen of these on Python 3.11."""
    client = server.client()
    await client.ping()

    async def ask_for_ever() -> None:
        while True:
            await client.ping()

    for steps in list(range(40)) * 8:
        asking = asyncio.create_task(ask_for_ever())
        for _ in range(steps):
            await asyncio.sleep(0)
        asking.cancel()

        done, _ = await asyncio.wait([asking], timeout=30)

        assert done
    await client.aclose()


async def test_a_server_by_url_behaves_alike(redis_socket: str) -> None:
    client = remote_client(f"unix://{redis_socket}")

    values = await asyncio.gather(*(client.echo("x") for _ in range(200)))  # type: ignore[no-untyped-call]

    assert values == [b"x"] * 200
    await client.aclose()


@pytest.mark.parametrize(
    ("shown", "fits"),
    [("Redis server v=6.2.14 sha=0", False), ("Redis server v=7.0.15 sha=0", True), ("Valkey server v=9.1.2", True)],
)
def test_a_server_on_path_must_be_new_enough(tmp_path: Path, shown: str, fits: bool) -> None:
    program = tmp_path / "valkey-server"
    program.write_text(f"#!/bin/sh\necho '{shown}'\n")
    program.chmod(0o755)

    assert (embedded._major_version(str(program)) >= embedded.OLDEST_SERVER) is fits
