"""Notices outlive `kill -9`: every traveller who was looked at is told once of each audit, whoever wrote the looks.

Real processes on the embedded database: the looks are written by one process, told by another that is killed at random
moments together with the server and started again at once. A failing run tells its seed.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from attest.audits import Audit, Audits
from attest.crypto import KeyStore
from attest.log import ReceiptLog
from attest.looks import Look, Looks
from attest.mandate import Mandate
from attest.receipt import Receipt
from attest.verify import Verdict
from bot.embedded import remote_client
from tests.crashing import House, Role

TENANTS = ("gyeongnam", "busan")
PEOPLE, AUDITS, PATIENCE_S = 20, 4, 90.0
KILLS = int(os.environ.get("DOBI_CRASH_KILLS") or 1)
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SINCE, UNTIL = datetime(2026, 10, 31, 15, tzinfo=UTC), datetime(2026, 11, 30, 15, tzinfo=UTC)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    parts = ["[catalogue]\nenabled = false\n"]
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


def receipt(keys: KeyStore, tenant: str, person: int, number: int) -> Receipt:
    return Receipt(
        institution=tenant, kid=b"\0\0\0\1", serial=secrets.token_bytes(8), grade=2, place=48170, accuracy=1,
        time=datetime(2026, 11, 20, 3, tzinfo=UTC), holder=keys.pseudonym(tenant, f"{tenant}{person}"), document="",
        index=number, flags=(), sealed=b"", suite=1,
    )  # fmt: skip


async def look_at_everybody(url: str, keys: KeyStore) -> None:
    """What an auditor's process writes: two receipts of everybody, under each audit."""
    client = remote_client(url)
    log = ReceiptLog(client, keys, lambda: NOW)
    audits = Audits(client, log, lambda: NOW)
    looks = Looks(client, log, audits, lambda: NOW)

    async def under(tenant: str, audit: Audit) -> None:
        access = await audits.may_check(tenant, audit, tenant, NOW)
        seen = [
            Look(access, receipt(keys, tenant, person, number), Verdict.VALID)
            for number in range(2)
            for person in range(PEOPLE)
        ]
        await looks.look_many(tenant, "lee", seen, f"batch {audit.id}")

    for tenant in TENANTS:
        for number in range(AUDITS):
            mandate = Mandate(f"감사관-{number}", SINCE, UNTIL, "점검")
            await under(tenant, await audits.open(tenant, "lee", mandate, f"open {number}"))
    await client.aclose()


def told(house: House) -> dict[tuple[str, str], set[str]]:
    """Chat and document number → ids of the messages that say so."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in house.lines:
        if line.get("kind") == "notice":
            assert "영수증 2장" in line["text"]
            found[line["chat"], line["text"].splitlines()[0].rpartition(" ")[2]].add(line["message"])
    return found


EVERYBODY = {
    (f"dm:{tenant}{person}", f"감사관-{number}")
    for tenant in TENANTS
    for person in range(PEOPLE)
    for number in range(AUDITS)
}


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not done():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.05)


def _answers(house: House, role: Role) -> bool:
    role.say(id=1, user=f"{TENANTS[0]}0", text="도움말")
    return any(line.get("in_reply_to") == 1 for line in house.lines)


@pytest.mark.slow
async def test_no_look_stays_untold_and_none_is_told_twice(house: House) -> None:
    seed = int(os.environ.get("DOBI_CRASH_SEED") or secrets.randbits(32))
    print(f"DOBI_CRASH_SEED={seed}")
    chance = random.Random(seed)
    keeper = house.start("keeper", "console", "--json", "--virtual-clock", "--at", NOW.isoformat(), "--roles", "sense")
    await keeper.up()
    with house.address() as url:
        await look_at_everybody(url, KeyStore(house.data / "keys"))

    teller = house.start("house", "console", "--json", "--at", NOW.isoformat(), "--roles", "chat,deliver")
    await until(lambda: bool(told(house)) or _answers(house, teller))
    killed = 0
    for _ in range(KILLS):
        seen = len(told(house))
        await until(lambda seen=seen: len(told(house)) > seen or len(told(house)) == len(EVERYBODY))
        if len(told(house)) == len(EVERYBODY):
            break
        await asyncio.sleep(chance.uniform(0, 0.1))
        killed += house.kill(chance.choice(["house", "house", "server"]))
    await until(lambda: set(told(house)) == EVERYBODY)
    await asyncio.sleep(3)  # what would be said twice has its chance

    ids = told(house)
    assert killed >= 1
    assert set(ids) == EVERYBODY
    assert {key: len(found) for key, found in ids.items() if len(found) > 1} == {}
