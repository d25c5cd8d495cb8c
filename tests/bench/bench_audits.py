"""How long it takes to write looks down, on the embedded database with every write on the disk.

    python -m tests.bench.bench_audits

500 receipts handed over at once are one leaf; as many single checks are a leaf each. Then 250 travellers are told.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from redis.asyncio import Redis

from attest.audits import Audits
from attest.crypto import KeyStore
from attest.log import ReceiptLog
from attest.looks import Look, Looks
from attest.mandate import Mandate
from attest.receipt import Receipt
from attest.verify import Verdict
from bot.daysoff import is_holiday
from bot.embedded import EmbeddedServer
from bot.noticing import Noticing
from bot.outbox import Outbox
from bot.settings import parse
from bot.tenancy import Tenancy

TENANT, OTHER, NOW = "gyeongnam", "busan", datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
MANY, ONE_BY_ONE, ROUNDS, TRAVELLERS = 500, 200, 5, 250


def receipt(number: int) -> Receipt:
    return Receipt(
        institution=TENANT, kid=b"\0\0\0\1", serial=number.to_bytes(8, "big"), grade=2, place=48170, accuracy=1,
        time=NOW, holder=(number % TRAVELLERS).to_bytes(8, "big"), document="", index=number, flags=(), sealed=b"",
        suite=1,
    )  # fmt: skip


async def measure(folder: Path) -> None:
    server = EmbeddedServer(folder)
    await server.ensure()
    client = server.client()
    log = ReceiptLog(client, KeyStore(folder / "keys"), lambda: NOW)
    audits = Audits(client, log, lambda: NOW)
    looks = Looks(client, log, audits, lambda: NOW)
    mandate = Mandate("감사관-1", NOW - timedelta(days=30), NOW + timedelta(days=1), "점검")
    audit = await audits.open(TENANT, "lee", mandate, "open")
    access = await audits.may_check(TENANT, audit, TENANT, NOW)
    many = [Look(access, receipt(number), Verdict.VALID) for number in range(MANY)]

    spans = []
    for number in range(ROUNDS):
        begun = perf_counter()
        await looks.look_many(TENANT, "lee", many, f"batch {number}")
        spans.append(perf_counter() - begun)
    print(f"{MANY} looks at once: median {statistics.median(spans) * 1e3:.1f} ms, worst {max(spans) * 1e3:.1f} ms")

    begun = perf_counter()
    for number in range(ONE_BY_ONE):
        await looks.look(TENANT, "lee", access, receipt(number), Verdict.VALID, f"one {number}")
    print(f"one by one: {(perf_counter() - begun) / ONE_BY_ONE * 1e3:.2f} ms a look")

    begun = perf_counter()
    found = await looks.looks_at(TENANT, (1).to_bytes(8, "big"))
    print(f"a traveller's {len(found)} looks: {(perf_counter() - begun) * 1e3:.1f} ms")
    begun = perf_counter()
    entries = await looks.between(TENANT, NOW - timedelta(days=1), NOW + timedelta(days=1))
    print(f"a month's {len(entries)} leaves for the review: {(perf_counter() - begun) * 1e3:.1f} ms")
    await tell(client, log, audits, looks, folder)
    await client.aclose()
    await server.close()


async def tell(client: Redis, log: ReceiptLog, audits: Audits, looks: Looks, folder: Path) -> None:
    """One step of the worker that has a notice for each of 250 people."""
    people = "".join(
        f'[[institution.person]]\nid = "p{n}"\nname = "p{n}"\ndepartment = "d"\n' for n in range(TRAVELLERS)
    )
    tenancy = Tenancy(parse(f'[[institution]]\nid = "{OTHER}"\nname = "b"\n{people}', {}, file_mode=0o600).institutions)
    keys = KeyStore(folder / "keys")
    access = await audits.may_check(OTHER, None, OTHER, NOW)
    seen = [
        Look(
            access,
            replace(receipt(n), institution=OTHER, holder=keys.pseudonym(OTHER, f"p{n % TRAVELLERS}")),
            Verdict.VALID,
        )
        for n in range(MANY)
    ]
    await looks.look_many(OTHER, "lee", seen, "batch")
    outbox = Outbox(client, "bench")
    worker = Noticing(looks, audits, keys, tenancy, outbox, is_holiday, lambda: NOW, lambda: None)
    begun = perf_counter()
    await worker.step()
    span = perf_counter() - begun
    waiting = len(await client.keys(f"dobi:{{{OTHER}}}:outbox:row:*"))
    print(f"{waiting} notices of {MANY} looks: {span:.2f} s")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(measure(Path(name)))
