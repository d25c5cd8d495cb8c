"""Messages a second through the Matrix adapter to a real Synapse (SQLite), and how soon what people say is heard.

Its limit is the homeserver: the same PUTs by a bare client stand beside.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.messenger import Chat, Outgoing, Reply, Update
from tests.conformance.peers import matrix, synapse

COUNT = 100
SAID = 30


async def main() -> None:
    if why := matrix.missing():
        print(f"left out: {why}")
        return
    with tempfile.TemporaryDirectory() as folder:
        async with matrix.opened(Path(folder), lambda: datetime.now(UTC)) as peer:
            server = await synapse.shared()
            peer.account.options["homeserver"] = server.url  # type: ignore[index]
            messenger = matrix.open_messenger(
                peer.account, matrix.Tools(lambda: datetime.now(UTC), asyncio.sleep, matrix.Memory())
            )
            try:
                await _bare(peer, server.url)
                for following in (False, True):
                    await _sends(peer, messenger, following=following)
                await _hears(peer, messenger)
            finally:
                await messenger.close()


def _message(peer: matrix.MatrixPeer, name: str) -> Outgoing:
    return Outgoing("bench", Chat("matrix", peer.group, private=False), name, Reply("줄 18명 · 약 4분"))


async def _bare(peer: matrix.MatrixPeer, url: str) -> None:
    token = peer.account.secrets["token"].reveal()
    async with aiohttp.ClientSession() as session:
        bot = matrix.Browser(url, peer.bot, token, session)
        begun = time.perf_counter()
        for _ in range(COUNT):
            await bot.event(peer.group, "m.room.message", {"msgtype": "m.text", "body": "줄 18명 · 약 4분"})
        print(f"a bare client, one at a time: {COUNT / (time.perf_counter() - begun):.1f} messages/s")


async def _sends(peer: matrix.MatrixPeer, messenger: matrix.Messenger, *, following: bool) -> None:
    listening = asyncio.create_task(messenger.run(_nothing)) if following else None
    await asyncio.sleep(1)
    for most in (1, 8):
        room, spans = asyncio.Semaphore(most), list[float]()

        async def one(name: str, room: asyncio.Semaphore = room, spans: list[float] = spans) -> None:
            async with room:
                begun = time.perf_counter()
                await messenger.send(_message(peer, name))
                spans.append(time.perf_counter() - begun)

        begun = time.perf_counter()
        await asyncio.gather(*(one(f"{following}-{most}-{number}") for number in range(COUNT)))
        rate = COUNT / (time.perf_counter() - begun)
        print(
            f"the adapter, {most} in flight, {'also' if following else 'not'} listening: {rate:.1f} messages/s,"
            f" median {statistics.median(spans) * 1000:.0f} ms, p95 {sorted(spans)[int(COUNT * 0.95)] * 1000:.0f} ms"
        )
    if listening is not None:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def _nothing(update: Update) -> None:
    return


async def _hears(peer: matrix.MatrixPeer, messenger: matrix.Messenger) -> None:
    heard: dict[str, float] = {}
    came = asyncio.Event()

    async def receive(update: Update) -> None:
        heard[update.text] = time.perf_counter()
        came.set()

    listening = asyncio.create_task(messenger.run(receive))
    await asyncio.sleep(1)
    spans = []
    for number in range(SAID):
        begun, text = time.perf_counter(), f"{number}번째"
        came.clear()
        await peer.say(peer.people[1], text, chat=peer.group)
        while text not in heard:
            await asyncio.wait_for(came.wait(), 10)
            came.clear()
        spans.append(heard[text] - begun)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    print(f"said → received: median {statistics.median(spans) * 1000:.0f} ms, slowest {max(spans) * 1000:.0f} ms")


if __name__ == "__main__":
    asyncio.run(main())
