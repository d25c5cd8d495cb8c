"""A process to be killed: the product's own receive, intake and deliver on one messenger, and an echo for a router.

    python -m tests.conformance.worker REDIS_URL FOLDER PORT        the account and the people as JSON on standard input

Each text is answered with one receipt-like reply written to the outbox before its update is done, as the router does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

from bot.attendant import Attendant
from bot.bootstrap import House, open_house, wall
from bot.clock import TickingClock
from bot.messenger import Chat, Reply, Update
from bot.outbox import Row
from bot.settings import Http, MessengerAccount, Secret, Settings, parse

TENANT = "gyeongnam"
STORY = "echo "
"""The story of an answer: this, the last word of what was said, a blank and the update's id."""


def settings_of(adapter: str, people: list[str], url: str) -> Settings:
    """One institution with these people on that messenger."""
    rows = "".join(
        f'[[institution.person]]\nid = "p{number}"\nname = "사람{number}"\n{adapter} = {json.dumps(one)}\n'
        if adapter != "telegram"
        else f'[[institution.person]]\nid = "p{number}"\nname = "사람{number}"\ntelegram = {one}\n'
        for number, one in enumerate(people)
    )
    head = f'[[institution]]\nid = "{TENANT}"\nname = "경상남도"\n'
    tail = f'[redis]\nurl = "{url}"\n[catalogue]\nenabled = false\n'
    return parse(head + rows + tail, {}, file_mode=None)


def main(words: list[str]) -> int:
    """One life: see above."""
    asyncio.run(work(words[0], Path(words[1]), int(words[2])))
    return 0


async def work(url: str, folder: Path, port: int) -> None:
    """Works until it is killed."""
    told = json.loads(await asyncio.to_thread(sys.stdin.readline))
    account = MessengerAccount(
        told["adapter"], {name: Secret(value, "test") for name, value in told["secrets"].items()}, told["options"]
    )
    settings = settings_of(account.adapter, told["people"], url)
    settings = replace(settings, messengers=(account,), http=Http("127.0.0.1", port))
    async with open_house(settings, folder, TickingClock(wall)) as house:
        await _work(house)


async def _work(house: House) -> None:
    async def echo(update: Update) -> None:
        if update.text:
            chat = Chat(update.adapter, f"dm:{update.sender}", private=True)
            story = f"{STORY}{update.text.split()[-1]} {update.id}"
            reply = Reply(f"답 {update.text}", receipt=story)
            await house.outbox.put(TENANT, [Row(chat, story, 1, "reply", reply, house.clock.now())])

    async def say(update: Update, replies: object) -> None:
        return

    house.receive()
    if house.opened.callbacks:
        await house.listen()
    house.deliver(house.messengers)
    attendant = Attendant(
        house.intake,
        house.signs,
        house.messengers,
        lambda: [TENANT],
        house.liveness.is_alive,
        house.clock.now,
        echo,
        say,
        lingers=True,
    )
    house.entrance.hand_to(attendant)
    house.rota.add("intake", attendant.step, wake=attendant.wake)
    async with house.working():
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
