"""Whole trips claimed by a hundred at once: of everybody who wants any of the same receipts, exactly one sheet wins.

Run `.venv/bin/python tests/bench/bench_claims.py [--trials 1000] [--kill-every 20]`, on a private Valkey with
`appendonly yes`, `appendfsync always`.

In each trial a hundred callers in two processes want one trip with its three receipts: half of them the whole trip,
half the trip and a receipt of the next one, each under a name of their own. One sheet may hold any of it; no sheet may
hold a part, numbers have no gap, and each sheet has one leaf. In every `--kill-every`th trial one process is killed
(SIGKILL) amid the trial; then its callers ask again, and what won stays won. Beside it: what a sheet takes alone.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from attest.claims import CLAIMED, Claims
from attest.crypto import KeyStore
from attest.errors import AlreadyClaimedError
from attest.log import ReceiptLog
from bot.embedded import remote_client
from tests.bench.bench_log import CALLERS, NOW, TENANT, Crew, server

SERIES = "정산-총무과-2026"


def draft(number: str, at: datetime) -> str:
    return f"{number} {at}" + "x" * 2_000


def sheets_claimant(url: str, folder: Path, name: str, pipe: Connection) -> None:
    """Makes sheets of what it is told, by fifty callers at once, and tells how many of them got one."""

    async def run() -> None:
        client = remote_client(url)
        claims = Claims(client, ReceiptLog(client, KeyStore(folder / "keys"), lambda: NOW), lambda: NOW)

        async def one(serial: bytes, number: int) -> bool:
            own = [serial[:7] + bytes([part]) for part in range(3)]
            wanted = own if number % 2 else [*own, serial[:7] + bytes([200 + number])]
            try:
                await claims.claim(TENANT, SERIES, f"{name}-{number}", wanted, [serial.hex()], draft)
            except AlreadyClaimedError:
                return False
            return True

        while (serial := await asyncio.to_thread(pipe.recv)) is not None:
            pipe.send(sum(await asyncio.gather(*(one(serial, number) for number in range(CALLERS)))))
        await client.aclose()

    asyncio.run(run())


class Clerks(Crew):
    """Two processes that make sheets."""

    work = staticmethod(sheets_claimant)


async def outcome(url: str, folder: Path, serials: list[bytes]) -> dict[str, object]:
    """What the log and the marks say in the end."""
    client = remote_client(url)
    log = ReceiptLog(client, KeyStore(folder / "keys"), lambda: NOW)
    claims = Claims(client, log, lambda: NOW)
    sheets = await claims.sheets(TENANT, SERIES)
    used = [serial for sheet in sheets for serial in sheet.serials]
    trips = [trip for sheet in sheets for trip in sheet.trips]
    wanted = [serial[:7] + bytes([part]) for serial in serials for part in range(3)]
    ended, ended_trips = await claims.standing(TENANT, wanted, [serial.hex() for serial in serials])
    point = await log.checkpoint(TENANT)
    leaves = [await log.get(TENANT, index) for index in range(point.size if point else 0)]
    report = await log.check(TENANT)
    await client.aclose()
    return {
        "trips": len(serials), "sheets": len(sheets), "trips_twice": len(trips) - len(set(trips)),
        "receipts_twice": len(used) - len(set(used)),
        "parts": sum(1 for sheet in sheets if len(sheet.serials) not in {3, 4}) + len(wanted) - len(ended),
        "trips_unclaimed": len(serials) - len(ended_trips), "gaps": [sheet.number for sheet in sheets]
        != [f"{SERIES}-{number}" for number in range(1, len(sheets) + 1)],
        "leaves_beyond": sum(1 for leaf in leaves if leaf is not None and leaf.kind == CLAIMED) - len(sheets),
        "log_ok": report.ok,
    }  # fmt: skip


def race(url: str, folder: Path, trials: int, kill_every: int) -> dict[str, object]:
    KeyStore(folder / "keys").prepare(TENANT, NOW, "경상남도")
    crew, serials, killed, wrong = Clerks(url, folder), [], 0, 0
    start = time.perf_counter()
    for number in range(trials):
        serials.append(os.urandom(7) + b"\xff")
        kill = kill_every > 0 and number % kill_every == kill_every - 1
        killed += kill
        won = crew.trial(serials[-1], kill=kill)
        wrong += won > 1 or (won != 1 and not kill)
        if kill:  # its callers ask again under other names, the others under their own: who won is told so again
            wrong += crew.trial(serials[-1], kill=False) > 1
    took = time.perf_counter() - start
    crew.dismiss()
    found = asyncio.run(outcome(url, folder, serials))
    return {"trials": trials, "callers": 2 * CALLERS, "killed": killed, "wrong": wrong, "s": round(took, 1), **found}


async def alone(url: str, folder: Path) -> dict[str, object]:
    client = remote_client(url)
    await client.flushall()
    claims = Claims(client, ReceiptLog(client, KeyStore(folder / "keys"), lambda: NOW), lambda: NOW)
    start = time.perf_counter()
    for number in range(200):
        wanted = [number.to_bytes(4, "big") + part.to_bytes(4, "big") for part in range(40)]
        await claims.claim(TENANT, SERIES, "kim", wanted, [str(number)], draft)
    each = (time.perf_counter() - start) / 200
    await client.aclose()
    return {"sheet_of_40_receipts_ms": round(each * 1e3, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1_000)
    parser.add_argument("--kill-every", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dobi-claims-") as name, server(Path(name)) as url:
        print("race", race(url, Path(name), options.trials, options.kill_every), flush=True)
        print("alone", asyncio.run(alone(url, Path(name))), flush=True)


if __name__ == "__main__":
    main()
