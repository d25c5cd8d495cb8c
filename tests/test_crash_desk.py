"""The audit office's process may be killed at any moment: every question is answered, once, and nothing outlives it.

Real processes: the console that talks and delivers, the office, the database. A failing run tells its seed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import secrets
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from tests.crashing import House

QUESTIONS, KILLS, PATIENCE_S = 9, 3, 200.0
SETTINGS = """
[catalogue]
enabled = false
[http]
port = 0
[audit]
directory = "{audit}"
passphrase = "file:{passphrase}"
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "lee"
name = "이감사"
department = "감사관"
roles = ["감사"]
"""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    word = tmp_path / "passphrase"
    word.touch(mode=0o600)
    word.write_text("one long passphrase of the audit office\n", encoding="utf-8")
    house.config.write_text(SETTINGS.format(audit=tmp_path / "office", passphrase=word), encoding="utf-8")
    yield house
    await house.stop()
    with contextlib.suppress(TimeoutError):
        await until(lambda: not house.orphans(), 10)
    left = house.orphans()
    for orphan in left:
        orphan.kill()
    assert not left


async def until(done: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    async with asyncio.timeout(patience_s):
        while not done():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.05)


def verdicts(house: House) -> dict[str, set[str]]:
    """The name of the picture → ids of the messages that judged it."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in house.lines:
        if "verdict" in line:
            assert line["verdict"] == "판독 불가"
            found[re.findall(r"q\d+", line["text"])[0]].add(line["message"])
    return found


@pytest.mark.timeout(900)
async def test_every_question_is_answered_once_whoever_dies(house: House, tmp_path: Path) -> None:
    seed = int(os.environ.get("DOBI_CRASH_SEED") or secrets.randbits(32))
    print(f"DOBI_CRASH_SEED={seed}")
    chance = random.Random(seed)
    house.start("verify", "work", "verify")
    console = house.start("console", "console", "--json", "--roles", "chat,deliver")
    pictures = [tmp_path / f"q{number}.png" for number in range(QUESTIONS)]
    for picture in pictures:
        picture.write_bytes(os.urandom(2000))

    def ask(number: int) -> None:
        console.say(id=number, user="lee", text="검증", files=[str(pictures[number])], update_id=f"u{number}")

    def all_answered() -> bool:
        return len(verdicts(house)) == QUESTIONS

    await console.up()
    await until((tmp_path / "office" / "gyeongnam" / "audit.pem").exists)
    for turn in range(KILLS):
        for number in range(turn * 3, turn * 3 + 3):
            ask(number)
        await asyncio.sleep(chance.uniform(0, 1.5))
        victim = chance.choice(["verify", "verify", "console", "server"])
        await until(lambda victim=victim: house.kill(victim))
    end = time.monotonic() + PATIENCE_S
    while not all_answered() and time.monotonic() < end:
        for number in range(QUESTIONS):  # as a platform does that got no answer
            ask(number)
        with contextlib.suppress(TimeoutError):
            await until(all_answered, 3)
    if not all_answered():
        print(*(tmp_path / "verify.log").read_text(encoding="utf-8").splitlines()[-30:], sep="\n")
        print(*house.lines[-20:], *[(one.name, one.lives, one.pid) for one in house.roles.values()], sep="\n")
    await asyncio.sleep(1)  # what would be said twice has its chance

    assert {name: len(ids) for name, ids in verdicts(house).items()} == {f"q{n}": 1 for n in range(QUESTIONS)}
    key = tmp_path / "office" / "gyeongnam" / "audit.pem"
    assert b"ENCRYPTED" in key.read_bytes()
    assert not list(house.data.rglob("audit*.pem"))


def child(house: House) -> psutil.Process | None:
    """The office's process of a `dobi run`."""
    pid = house.roles["run"].pid
    with contextlib.suppress(psutil.Error):
        family = psutil.Process(pid).children() if pid else []
        return next((one for one in family if "verify" in one.cmdline() and "-c" not in one.cmdline()), None)
    return None


@pytest.mark.timeout(900)
async def test_run_keeps_a_child_with_the_key_that_is_started_again_and_dies_with_it(house: House) -> None:
    run = house.start("run", "run")
    key = house.folder / "office" / "gyeongnam" / "audit.pem"
    await until(key.exists)
    first = child(house)
    assert first is not None

    first.kill()
    await until(lambda: (now := child(house)) is not None and now.pid != first.pid)
    second = child(house)
    assert second is not None
    assert run.pid is not None
    house.server()  # its family is remembered
    os.kill(run.pid, 9)
    gone = time.monotonic() + 10

    await until(lambda: not second.is_running() or second.status() == psutil.STATUS_ZOMBIE or time.monotonic() > gone)
    assert not second.is_running() or second.status() == psutil.STATUS_ZOMBIE
