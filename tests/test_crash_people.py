"""Hand-over, room binding, import of subscriptions, a personnel order: done once, whole, whoever is killed with -9.

A real process on the embedded database, killed in the middle of one step of each round; what got no answer comes again,
as from a platform. DOBI_CRASH_KILLS sets the rounds, each with its own
people; a failing run tells its seed.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import re
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.acts import Acts
from bot.embedded import remote_client
from bot.handover import HandOvers, Stage
from bot.moving_file import Entry, write
from bot.roster import Entry as Known
from bot.roster import Roster
from nlp.subscriptions import SubscriptionStore
from tests.crashing import House, Role

HOME, PATIENCE_S = "gyeongnam", 120.0
ROUNDS = int(os.environ.get("DOBI_CRASH_KILLS") or 1)
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
MOVED = 120
LETTERS = "가나다라마바사아자차카타파하"
WORDS = ("수소버스", "재난안전")
STEPS = ("import", "send", "take", "room", "apply")


def people() -> list[tuple[str, str, str, str]]:
    """Id, name, department, roles: the administrator, and of each round who gives and who takes."""
    found = [("park", "박관리", "총무과", '["직원", "관리자"]')]
    for turn in range(ROUNDS):
        letter = LETTERS[turn % 14] + LETTERS[turn // 14]
        found += [
            (f"k{turn}", f"김{letter}", f"제{turn}과", '["직원"]'),
            (f"l{turn}", f"이{letter}", "농정과", '["직원"]'),
        ]
    return found


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    parts = ['[catalogue]\nenabled = false\n[[institution]]\nid = "gyeongnam"\nname = "경상남도"\n']
    parts += [
        f'[[institution.person]]\nid = "{one}"\nname = "{name}"\ndepartment = "{office}"\nroles = {roles}\n'
        for one, name, office, roles in people()
    ]
    house.config.touch(mode=0o600)
    house.config.write_text("".join(parts), encoding="utf-8")
    yield house
    await house.stop()


class Telling:
    """Says things until they are answered, and kills once in the middle of what is to be killed."""

    def __init__(self, house: House, role: Role, chance: random.Random) -> None:
        self._house, self._role, self._chance = house, role, chance
        self._numbers = itertools.count(1)
        self.kills = 0

    async def say(self, name: str, expects: str, *, kill: bool = False, **line: Any) -> dict[str, Any]:
        """The answer in which `expects` is found; the same update comes again until it is there."""
        chat = line.get("chat") or f"dm:{line['user']}"
        seen, end = len(self._house.lines), time.monotonic() + PATIENCE_S
        for attempt in itertools.takewhile(lambda _: time.monotonic() < end, itertools.count()):
            self._role.say(id=next(self._numbers), update_id=name, **line)
            if kill and attempt == 0:
                await asyncio.sleep(self._chance.uniform(0, 0.12))
                self.kills += self._house.kill("house")
            for _ in range(30):
                await asyncio.sleep(0.05)
                heard = [one for one in self._house.lines[seen:] if one.get("chat") == chat]
                found = [one for one in heard if re.search(expects, str(one["text"]))]
                if found:
                    return found[-1]
        raise AssertionError(name, self._house.lines[seen:][-5:], self._role.lives)


def button(line: dict[str, Any], press: str) -> str:
    return next(str(one["press"]) for one in line["buttons"] if one["press"].startswith(press))


async def rounded(telling: Telling, turn: int, victim: str, folder: Path) -> None:
    """One round; the step of that name is the one that dies."""

    async def step(name: str, expects: str, user: str, **line: Any) -> dict[str, Any]:
        return await telling.say(f"{turn}-{name}", expects, kill=name == victim, user=user, **line)

    giver, taker = f"k{turn}", f"l{turn}"
    file = folder / f"{turn}.json"
    file.write_bytes(write([Entry(one, (), False) for one in WORDS], NOW.date()))
    asked = await step("file", "가져올까요", giver, text="구독 가져오기", files=[str(file)])
    await step("import", "가져왔습니다|지난", giver, press=button(asked, "takein:"))
    colleague = next(one[1] for one in people() if one[0] == taker)
    draft = await step("give", "넘깁니다", giver, text=f"인수인계 {colleague}")
    press = button(draft, "hand:send")
    await step("send", "여쭈었습니다", giver, press=press)
    await step("take", "받았습니다|받으셨습니다", taker, press=press.replace("send", "yes"))
    await step(
        "room",
        "등록했습니다|등록되어 있습니다",
        "park",
        chat=f"room{turn}",
        mention=True,
        text=f"이 방 등록 제{turn}과",
    )
    rows = "\n".join(f"{name}\t총무과\t전입" for name in newcomers(turn))
    shown = await step("sheet", "적용할까요", "park", text=f"인사발령\n성명\t발령부서\t구분\n{rows}")
    await step("apply", "적용했습니다|적용한", "park", press=button(shown, "posting:ok"))


def newcomers(turn: int) -> list[str]:
    """Names of whom the round's order lets in."""
    return [f"{LETTERS[turn % 14]}{LETTERS[turn // 14]}{chr(0xAC00 + 28 * one)}" for one in range(MOVED)]


async def test_what_people_hand_over_bind_bring_and_apply_is_done_once_whoever_dies(house, tmp_path) -> None:
    seed = int(os.environ.get("DOBI_CRASH_SEED") or secrets.randbits(32))
    print(f"DOBI_CRASH_SEED={seed}")
    chance = random.Random(seed)
    role = house.start("house", "console", "--json", "--at", NOW.isoformat(), "--roles", "chat,deliver")
    telling = Telling(house, role, chance)

    for turn in range(ROUNDS):
        await rounded(telling, turn, chance.choice(STEPS), tmp_path)
    await asyncio.sleep(0.5)  # what would be done twice has its chance

    assert telling.kills == ROUNDS
    with house.address() as url:
        redis = remote_client(url)
        try:
            await stands(redis)
        finally:
            await redis.aclose()


async def stands(redis: Any) -> None:
    """Everything once, in every round."""
    fields = (await Roster(redis).since(HOME, 0)).fields
    names = Counter(Known.from_json(name[2:], text).name for name, text in fields.items() if name.startswith("p:"))
    subscriptions, handed = SubscriptionStore(redis), HandOvers(redis)
    for turn in range(ROUNDS):
        for person in (f"k{turn}", f"l{turn}"):
            words = [one.text for one in await subscriptions.of(HOME, f"console:dm:{person}")]
            assert sorted(words) == sorted(WORDS), (person, words)
        stages = Counter(one.stage for one in await handed.of(HOME, f"k{turn}") if one.stage is not Stage.DRAFT)
        assert stages == {Stage.DONE: 1}
    assert names == Counter(name for turn in range(ROUNDS) for name in newcomers(turn))
    noted = Counter(one.what for one in await Acts(redis).listing(HOME, datetime.fromtimestamp(0, UTC), 1_000))
    once = ("handover-asked", "handover-done", "room-bound", "posting-applied")
    assert {what: noted[what] for what in once} == dict.fromkeys(once, ROUNDS)
    assert len(await redis.hgetall(f"dobi:{{{HOME}}}:rooms:bound")) == ROUNDS
