"""How soon a withdrawal holds, how long 내 정보 takes, and what a night of destruction costs.

    nice -n 15 .venv/bin/python -m tests.bench.bench_privacy [receipts of one person] [receipts to destroy]

A real embedded server on this disk, `appendfsync always`. Figures are of this machine and its load.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from attest.destruction import Destruction
from attest.evidence import Challenge, grade
from attest.issue import Issuer
from attest.receipt import Holder, Point, Share
from bot.holdings import Holdings
from bot.messenger import Location
from tests.talk import Talk, talking

TENANT = "gyeongnam"


async def fill(talk: Talk, issuer: Issuer, person: str, count: int) -> None:
    """So many receipts of one person, as the house issues them."""
    holdings = Holdings(talk.house.redis)
    for number in range(count):
        now = talk.clock.now()
        share = Share(Point(35.1 + number / 1e5, 128.1), now, now, messenger="console", message=f"{person}{number}")
        evidence = grade(share, Challenge(now))
        holder = Holder(person, "김하나", "총무과")
        issued = await issuer.issue(TENANT, "경상남도", holder, share, evidence, "총무과-1", f"{person}-{number}")
        await holdings.add(TENANT, person, issued.index, now)


async def spent(work) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    await work
    return (time.perf_counter() - begun) * 1000


async def main(own: int, due: int) -> None:
    """Prints the figures."""
    with tempfile.TemporaryDirectory() as folder:
        async with talking(Path(folder), roles=("deliver", "chat", "verify")) as talk:
            issuer = Issuer(talk.house.redis, talk.house.keys(opens=False), talk.clock.now)
            stops = []
            for number in range(1, 21):
                user = f"new{number}"
                await talk.say(user, press="consent:yes")
                await talk.say(user, location=talk.here())
                begun = time.perf_counter()
                await talk.say(user, "위치 동의 철회")
                dropped = await talk.say(user, location=Location(36.0, 128.0))
                stops.append((time.perf_counter() - begun) * 1000)
                assert "버렸습니다" in dropped[0].reply.text
            print(f"철회 → 다음 위치를 버림: 중앙 {statistics.median(stops):.0f} ms, 최대 {max(stops):.0f} ms (20명)")
            await fill(talk, issuer, "new50", own)
            await talk.say("new50", press="consent:yes")
            print(f"내 정보(영수증 {own}장): {await spent(talk.say('new50', '내 정보')):.0f} ms")
            print(f"파일로 받기: {await spent(talk.say('new50', press='mine:file')):.0f} ms")
            print(f"철회(영수증 {own}장): {await spent(talk.say('new50', '위치 동의 철회')):.0f} ms")
            print(f"영수증도 파기: {await spent(talk.say('new50', press='erase:now')):.0f} ms")
            await fill(talk, issuer, "new51", due)
            talk.clock.move_to(talk.clock.now() + timedelta(days=400))
            took = await spent(talk.house.rota.drain())
            print(f"밤 작업({due}장 파기): {took / 1000:.1f} s, {due / took * 1000:.0f}장/s")
            begun = time.perf_counter()
            while await Destruction(talk.house.redis, issuer.log).waits(TENANT):
                await talk.house.rota.drain()
                await asyncio.sleep(0.05)
            print(f"다시 쓰기까지: {time.perf_counter() - begun:.1f} s")
            talk.clock.move_to(talk.clock.now() + timedelta(days=1))
            print(f"다음 밤(파기할 것 없음): {await spent(talk.house.rota.drain()):.0f} ms")
            print(f"dobi log check: {(await issuer.log.check(TENANT)).ok}")


if __name__ == "__main__":
    asyncio.run(main(*(int(word) for word in (*sys.argv[1:], "500", "3000")[:2])))
