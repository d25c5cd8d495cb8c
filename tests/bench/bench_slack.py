"""How soon Slack hears that an update is kept. Run: python -m tests.bench.bench_slack [--events 3000] [--rate 100]

The strict peer on loopback (this process) hands out events at a steady rate, over Socket Mode and over signed HTTP; the
adapter keeps each in the real intake, on a server that writes to disk before it answers, and only then acknowledges.
The whole house's answers are measured in `bench_intake`; the drain of a push in `bench_delivery`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.embedded import remote_client
from bot.intake import Entrance, Intake
from tests.conformance.peers.slack_strict import StrictSlack, opened
from tests.conftest import VALKEY


def now() -> datetime:
    return datetime.now(UTC)


def quantile(values: list[float], share: float) -> float:
    """In milliseconds."""
    ordered = sorted(values)
    return 1_000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def steadily(peer: StrictSlack, events: int, rate: float) -> None:
    """One event after the other, each at its own instant, of two hundred people."""
    began = time.perf_counter()
    for number, user in zip(range(events), itertools.cycle(range(200)), strict=False):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        name = f"U9{user:03d}"
        peer.handing.hand(peer.space.said(name, f"식당 {number}", peer.space.room(name))[0])
    await peer.settled()


async def measured(folder: Path, door: str, events: int, rate: float, *, http: bool) -> None:
    client = remote_client(f"unix://{door}")
    await client.flushall()
    entrance = Entrance(Intake(client, "bench"), lambda _: "gyeongnam")
    async with opened(folder, now, http=http) as peer:
        listening = asyncio.create_task(peer.messenger.run(entrance.receive))
        await asyncio.sleep(0.5)
        await steadily(peer, events, rate)
        acks, said = peer.handing.acks, "http" if http else "socket"
        print(
            f"{said:6} {len(acks)} of {events} acknowledged at {rate:.0f}/s: "
            f"p50 {quantile(acks, 0.5):.1f} ms, p95 {quantile(acks, 0.95):.1f} ms, p99 {quantile(acks, 0.99):.1f} ms, "
            f"most {1_000 * max(acks):.0f} ms; redelivered {len(peer.handing.retries)}, lost {peer.handing.given_up}"
        )
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    await client.aclose()


async def main(events: int, rate: float) -> None:
    with tempfile.TemporaryDirectory(prefix="dobi-bench-") as made:
        folder, door = Path(made), f"{made}/s"
        durable = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        server = await asyncio.create_subprocess_exec(
            str(VALKEY), "--port", "0", "--unixsocket", door, *durable, "--dir", made, stdout=subprocess.DEVNULL
        )
        try:
            await asyncio.sleep(1.0)
            for http in (False, True):
                await measured(folder, door, events, rate, http=http)
        finally:
            server.terminate()
            await server.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=3_000)
    parser.add_argument("--rate", type=float, default=100)
    chosen = parser.parse_args()
    asyncio.run(main(chosen.events, chosen.rate))
