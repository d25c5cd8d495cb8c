"""A console whose reader has gone: it ends, and what nobody read waits for the next one."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from bot.messenger import Chat, Outgoing, Reply, Update
from bot.messengers import lines
from bot.messengers.console import JsonConsole, Pictures
from bot.platforms import Retry, Sent


class Drained:
    """Counts what is ordered."""

    def __init__(self) -> None:
        self.drains = 0

    async def drain(self) -> None:
        self.drains += 1

    async def advance(self, seconds: float) -> datetime:
        raise lines.BadLine("no clock here")

    async def sensor(self, control: lines.Control) -> None:
        raise lines.BadLine("no sensors here")


def now() -> datetime:
    return datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@asynccontextmanager
async def console(folder: Path) -> AsyncIterator[tuple[JsonConsole, Drained, BinaryIO, Callable[[], None]]]:
    """A console on two pipes, the end where a script writes, and what closes the end where it reads."""
    controls = Drained()
    source, writing = os.pipe()
    reading, target = os.pipe()
    with (
        os.fdopen(source, "rb", buffering=0) as into,
        os.fdopen(writing, "wb", buffering=0) as script,
        os.fdopen(target, "wb", buffering=0) as out,
    ):
        yield JsonConsole(controls, Pictures(folder), now, into, out), controls, script, lambda: os.close(reading)
        script.close()
        for thread in [one for one in threading.enumerate() if one.name == "console-input"]:
            await asyncio.to_thread(thread.join, 5)


SETTINGS = '[[institution]]\nid = "a"\nname = "가"\n[[institution.person]]\nid = "kim"\nname = "김하나"\n'


def message(text: str) -> Outgoing:
    return Outgoing("gyeongnam", Chat("console", "dm:kim", private=True), "m1", Reply(text))


async def test_what_nobody_reads_any_more_is_sent_later(tmp_path: Path) -> None:
    async with console(tmp_path) as (one, _, _, hang_up):
        assert await one.send(message("들립니다")) == Sent("m1")
        hang_up()
        assert await one.send(message("안 들립니다")) == Retry(timedelta(seconds=1), "whole")


async def test_it_ends_once_nobody_reads_though_its_input_goes_on(tmp_path: Path) -> None:
    async with console(tmp_path) as (one, controls, script, hang_up):

        async def receive(update: Update) -> None:
            await one.send(message(update.text))

        hang_up()
        running = asyncio.create_task(one.run(receive))
        script.write(b'{"id": 1, "user": "kim", "text": "?"}\n')
        async with asyncio.timeout(60):
            await running
        assert controls.drains == 0  # what is due has nobody to read it


async def test_it_ends_over_a_bad_line_too(tmp_path: Path) -> None:
    async with console(tmp_path) as (one, _, script, hang_up):

        async def receive(_: Update) -> None:
            raise AssertionError("nothing was said")

        hang_up()
        running = asyncio.create_task(one.run(receive))
        script.write(b"?\n")
        async with asyncio.timeout(60):
            await running


async def test_the_process_ends_by_itself_and_cleanly(tmp_path: Path) -> None:
    (tmp_path / "dobi.toml").write_text(SETTINGS + "[catalogue]\nenabled = false\n", encoding="utf-8")
    reading, target = os.pipe()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "console", "--json", "--roles", "chat,deliver",
        "--config", str(tmp_path / "dobi.toml"), "--data", str(tmp_path / "data"),
        stdin=asyncio.subprocess.PIPE, stdout=target, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    os.close(target)
    os.close(reading)
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write('{"id": 1, "user": "kim", "text": "목록"}\n'.encode())  # and it goes on: nothing closes it
    async with asyncio.timeout(120):
        said = (await process.stderr.read()).decode()
        code = await process.wait()
    assert code >= 0, said
    assert "Fatal" not in said
