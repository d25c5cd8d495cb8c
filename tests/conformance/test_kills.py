"""A few kills and cuts of each adapter, and how a run is judged; `tests.conformance.killing` plays as many more."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.conformance.killing import call, run
from tests.conformance.killing_console import gone
from tests.conformance.outcome import COLUMNS, Fate, judged, kept, table
from tests.conformance.settling import fields_of, waiting

PEERS = (
    "console",
    "telegram",
    "slack_strict",
    "slack_http",
    "slack",
    "naverworks",
    "matrix",
    "matrix_fake",
    "post",
    "folder",
    "mail",
)
KILLS = 5


@pytest.mark.heavy
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("peer", PEERS)
async def test_whoever_is_killed_nothing_is_lost_doubled_or_left(peer: str) -> None:
    found = await run(peer, KILLS, seed=3)
    if isinstance(found, str):
        pytest.skip(found)
    print(found)
    assert found.get("kills", 0) + found.get("cuts", 0) == KILLS
    assert found["pushes"] == found["receipts"] == KILLS
    assert found["against"] == 0
    assert found["still waiting"] == 0


@pytest.mark.parametrize(("name", "path"), [("slack_http", "/slack/events"), ("naverworks", "/callback/naverworks")])
async def test_a_platform_that_calls_back_calls_the_process_that_is_killed(
    name: str, path: str, tmp_path: Path
) -> None:
    heard = asyncio.Queue[bytes]()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.put_nowait(await reader.readline())
        writer.close()

    killed = await asyncio.start_server(listen, "127.0.0.1", 0)
    module = importlib.import_module(f"tests.conformance.peers.{name}")
    async with killed, module.opened(tmp_path, lambda: datetime.now(UTC)) as peer:
        call(peer, killed.sockets[0].getsockname()[1])
        await peer.say(peer.people[0], "말")
        async with asyncio.timeout(60):
            assert await heard.get() == f"POST {path} HTTP/1.1\r\n".encode()


async def test_a_reader_that_has_gone_is_gone_before_anybody_writes_again() -> None:
    source, target = os.pipe()
    reader = asyncio.StreamReader()
    pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(source, "rb", buffering=0)
    )

    async def read() -> None:
        await reader.read()

    await gone(pipe, asyncio.create_task(read()))

    with pytest.raises(BrokenPipeError):
        os.write(target, b"an answer\n")
    os.close(target)


@pytest.mark.parametrize(
    ("fate", "sure", "column"),
    [
        (Fate("push", "sent", 0), False, "pushes lost"),
        (Fate("push", "", 0), False, "pushes lost"),
        (Fate("push", "dead", 0), False, "pushes lost"),
        (Fate("push", "sent", 2, tried=True), False, "pushes doubled"),
        (Fate("receipt", "sent", 0), False, "receipts lost"),
        (Fate("receipt", "sent", 2), False, "receipts doubled"),  # nobody had a reason to say it again
        (Fate("receipt", "sent", 2, tried=True), True, "receipts doubled"),  # it could have been recognised
        (Fate("answer", "", 0, rows=0), False, "unanswered"),
        (Fate("answer", "sent", 2, rows=2, tried=True), False, "answered twice"),  # handled twice
    ],
)
def test_what_the_policy_does_not_allow_is_against_it(fate: Fate, sure: bool, column: str) -> None:
    found = judged([fate], sure=sure)
    assert found["against"] == 1
    assert found[column] == 1


@pytest.mark.parametrize(
    ("fate", "column"),
    [
        (Fate("push", "sent", 1), "pushes"),
        (Fate("push", "ambiguous", 1), "pushes ambiguous"),
        (Fate("push", "ambiguous", 0), "ambiguous, not seen"),
        (Fate("receipt", "sent", 2, tried=True), "receipts doubled"),
        (Fate("receipt", "ambiguous", 0, tried=True), "receipts unknown"),
        (Fate("answer", "sent", 2, tried=True), "answered twice"),
        (Fate("push", "sent", 1, repeats=3), "marked repeats"),
    ],
)
def test_what_the_policy_allows_is_counted_alone(fate: Fate, column: str) -> None:
    found = judged([fate], sure=False)
    assert found["against"] == 0
    assert found[column]


def test_what_a_forgetful_platform_never_handed_out_is_owed_no_answer() -> None:
    unheard = [Fate("answer", "", 0, rows=0)]
    assert judged(unheard, sure=True, owed=False).total() == 0
    assert judged(unheard, sure=True)["against"] == 1


def test_the_table_adds_up_the_runs_of_a_peer(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "kills.md"
    kept(path, "mail", 1, {"kills": 20, "pushes": 20, "against": 0})
    kept(path, "mail", 2, {"kills": 30, "pushes": 30, "against": 1})
    kept(path, "matrix", 1, {"kills": 5, "said": 5, "answered twice": 0})
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in path.read_text("utf-8").splitlines()]
    assert len(lines) == 4
    assert {len(line) for line in lines} == {len(COLUMNS) + 2}
    assert lines[2][:4] == ["mail", "1 2", "50", "0"]
    assert lines[2][-1] == "1"
    assert "–" in lines[2]
    assert "–" not in lines[3]
    records = path.with_suffix(".jsonl").read_text("utf-8").splitlines()
    assert table([json.loads(one) for one in records]) == path.read_text("utf-8")


async def test_what_waits_is_told_from_what_is_due_and_from_what_changed(database: Redis) -> None:
    head = "dobi:{a}:outbox:"
    assert not (await waiting(database, "a", "mail")).states
    await database.rpush(f"{head}chat:mail:dm:kim", "m1")
    await database.hset(f"{head}row:m1", mapping={"state": "retry", "tries": 1, "body": "a word"})
    await database.zadd(f"{head}ready:mail", {"mail:dm:kim": 32_503_680_000_000})
    before = await waiting(database, "a", "mail")
    assert before.states == {"retry": 1}
    assert not before.due
    await database.hset(f"{head}row:m1", "tries", 2)
    await database.zadd(f"{head}ready:mail", {"mail:dm:kim": 1})
    after = await waiting(database, "a", "mail")
    assert after.due
    assert after.mark != before.mark
    assert await fields_of(database, "a") == {"m1": {"state": "retry", "tries": "2"}}
