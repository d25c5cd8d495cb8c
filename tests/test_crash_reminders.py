"""Reminders outlive `kill -9`: every one is told in its morning, once, and a corrected deadline moves each, once.

Real processes on the embedded database: the house and its server die at random moments while hundreds of reminders
fall due, and are started again at once, at the same instant of that morning. A failing run tells its seed.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from bot.clock import KST
from bot.daysoff import is_holiday
from bot.embedded import remote_client
from bot.reminders import Reminder, ReminderStore, next_look, reminder_id
from nlp.archive import Archive, Document
from nlp.stories import StoryStore
from tests.crashing import House

TENANTS = ("gyeongnam", "busan")
PEOPLE, DOCUMENTS = 5, 20
ASKED_AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
WEEK_BEFORE = "2026-11-27T09:00:05+09:00"
FIRST, MOVED = datetime(2026, 12, 4, 9, tzinfo=UTC), date(2026, 12, 11)
KILLS = 5
PATIENCE_S = 200.0
SETTINGS = """
[catalogue]
enabled = false
"""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    parts = [SETTINGS]
    for tenant in TENANTS:
        parts.append(f'[[institution]]\nid = "{tenant}"\nname = "{tenant}"\n')
        parts += [
            f'[[institution.person]]\nid = "{tenant}{n}"\nname = "{tenant}{n}"\ndepartment = "총무과"\n'
            for n in range(PEOPLE)
        ]
    house.config.touch(mode=0o600)
    house.config.write_text("".join(parts), encoding="utf-8")
    yield house
    await house.stop()


def document(number: int, deadline: date | datetime) -> Document:
    return Document(
        f"feed/{number}", "feed", "견본도청", f"제{number}차 지원 공고", "본문이다.", f"https://a.example/{number}",
        ASKED_AT, story=f"s{number}", deadline=deadline, deadline_sentence="접수기한을 지킨다.",
    )  # fmt: skip


def reminder(tenant: str, person: int, of: Document) -> Reminder:
    chat = f"console:dm:{tenant}{person}"
    return Reminder(
        reminder_id(chat, of.key), chat, of.story or "", of.key, of.agency, of.title, of.url, FIRST,
        f"{tenant}{person}", ASKED_AT,
    )  # fmt: skip


async def ask(url: str) -> None:
    """What [기한 알림] keeps, of everybody for every document."""
    client = remote_client(url)
    archive, store, stories = Archive(client), ReminderStore(client), StoryStore(client)
    rng = np.random.default_rng(7)
    for number in range(DOCUMENTS):
        one = document(number, FIRST)
        vector = rng.standard_normal(8).astype(np.float32)
        story = await stories.assign(
            f"{one.key}@0", f"{one.title} {'가나다라마바사아자차카타파하'[number % 14] * 9}", f"{number} " * 300,
            vector / np.linalg.norm(vector), one.agency, ASKED_AT, ASKED_AT,
        )  # fmt: skip
        one = replace(one, story=story.id)
        await archive.put(one)
        for tenant in TENANTS:
            for person in range(PEOPLE):
                await store.add(tenant, reminder(tenant, person, one), next_look(FIRST, ASKED_AT, is_holiday))
    await client.aclose()


async def correct(url: str) -> None:
    """The agency moves every deadline."""
    client = remote_client(url)
    archive = Archive(client)
    for number in range(DOCUMENTS):
        kept = await archive.get(f"feed/{number}")
        assert kept is not None
        await archive.put(replace(kept, deadline=MOVED))
    await client.aclose()


def told(house: House, words: str) -> dict[tuple[str, str], set[str]]:
    """Chat and title → ids of the messages that say so."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in house.lines:
        if line.get("kind") == "reminder" and words in line["text"]:
            found[line["chat"], line["text"].splitlines()[1]].add(line["message"])
    return found


def everybody() -> set[tuple[str, str]]:
    return {
        (f"dm:{tenant}{person}", f"[견본도청] 제{number}차 지원 공고")
        for tenant in TENANTS
        for person in range(PEOPLE)
        for number in range(DOCUMENTS)
    }


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not done():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.1)


async def kill_while(house: House, chance: random.Random, words: str, victims: Sequence[str]) -> int:
    """Kills while the messages come, until all of them have come; how many died."""
    killed = 0
    for _ in range(KILLS):
        seen = len(told(house, words))
        await until(lambda seen=seen: len(told(house, words)) > seen or len(told(house, words)) == len(everybody()))
        if len(told(house, words)) == len(everybody()):
            break
        await asyncio.sleep(chance.uniform(0, 0.1))
        killed += house.kill(chance.choice(victims))
    await until(lambda: set(told(house, words)) == everybody())
    return killed


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_no_reminder_is_lost_or_told_twice_and_a_moved_deadline_moves_each_once(house: House) -> None:
    seed = int(os.environ.get("DOBI_CRASH_SEED") or secrets.randbits(32))
    print(f"DOBI_CRASH_SEED={seed}")
    chance = random.Random(seed)
    server = house.start(
        "keeper", "console", "--json", "--virtual-clock", "--at", ASKED_AT.isoformat(), "--roles", "chat"
    )
    await server.up()
    with house.address() as url:
        await ask(url)

    house.start("house", "console", "--json", "--at", WEEK_BEFORE, "--roles", "chat,brief,deliver")
    killed = await kill_while(house, chance, "7일 남았습니다", ["house", "house", "server"])
    with house.address() as url:
        await correct(url)
    killed += house.kill("house")  # a worker that starts looks for what was corrected at once
    killed += await kill_while(house, chance, "기한이 바뀌었습니다", ["house", "house", "server"])
    await asyncio.sleep(2)  # what would be said twice has its chance

    assert killed >= 1
    for words in ("7일 남았습니다", "기한이 바뀌었습니다"):
        ids = told(house, words)
        assert set(ids) == everybody()
        assert {key: len(found) for key, found in ids.items() if len(found) > 1} == {}
    with house.address() as url:
        client = remote_client(url)
        for tenant in TENANTS:
            kept = await ReminderStore(client).all(tenant)
            assert len(kept) == PEOPLE * DOCUMENTS
            assert {one.deadline for one in kept} == {MOVED}
            assert {one.deadline.astimezone(KST) for one in kept if isinstance(one.deadline, datetime)} == set()
        await client.aclose()
