"""What one process sees of a platform that is sick every process can tell, and it is forgotten by itself."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backup_note import BackupNote
from bot.dead_letters import DeadLetters
from bot.delivery import Delivery
from bot.messenger import Chat, OutFile, Reply
from bot.messenger_checks import Account, about_messengers
from bot.outbox import Outbox, Row
from bot.platforms import Ambiguous, Rejected, Retry, Sent
from bot.pulse import Looks, Pulse, Sending
from bot.tenancy import Tenancy
from bot.troubles import Troubles
from bot.wording import operating as words
from tests.fakes import FakeMessenger

MINUTE = timedelta(minutes=1)
PICTURE = Reply("", file=OutFile("a.csv", b"1"))


async def alive(_owner: str) -> bool:
    return True


class House:
    """A process that sends, and another that is asked."""

    def __init__(self, database, clock) -> None:
        self.clock, self.messenger = clock, FakeMessenger(idempotent=False)
        self.outbox, self.sees, self.asked = Outbox(database, "w"), Troubles(database), Troubles(database)
        self.worker = Delivery(self.outbox, [self.messenger], ["a"], alive, clock, troubles=self.sees)
        self.letters = DeadLetters(database)
        self.numbers = 0

    async def send(self, *results, reply: Reply = Reply("글")) -> None:  # noqa: B008 - a value
        """A message each, to one person after the other."""
        self.messenger.results = list(results)
        for _ in results:
            self.numbers += 1
            chat = Chat("console", f"dm:v{self.numbers}", private=True)
            await self.outbox.put("a", [Row(chat, "s", 1, "instant", reply, self.clock())])
        await self.worker.step()

    async def standing(self) -> list[tuple[str, str, str]]:
        return [(one.adapter, one.kind, one.what) for one in await self.asked.standing(self.clock())]


@pytest.fixture
def house(database, clock) -> House:
    return House(database, clock)


@pytest.mark.parametrize("result", [Retry(MINUTE, "whole"), Retry(MINUTE), Ambiguous("lost")])
async def test_a_platform_that_is_down_is_known_to_who_never_spoke_to_it(house, result):
    since = house.clock()
    await house.send(*[result] * 9)

    assert await house.standing() == [("console", "down", "")]
    (one,) = await house.asked.standing(house.clock())
    assert one.since == since


async def test_one_chats_own_fault_is_nobodys_outage(house):
    await house.send(Retry(MINUTE))

    assert await house.standing() == []


async def test_it_is_over_when_something_arrives_and_also_when_nobody_is_left_to_say_so(house):
    await house.send(Retry(MINUTE, "whole"))
    house.clock.advance(2 * MINUTE)
    await house.send(Sent("n"))
    assert await house.standing() == []

    await house.send(Retry(MINUTE, "whole"))
    house.clock.advance(6 * MINUTE)
    assert await house.standing() == []


async def test_who_comes_back_to_a_platform_that_is_up_says_so(house, database, clock):
    await house.send(Retry(MINUTE, "whole"))
    other = House(database, clock)
    other.numbers = 100
    await other.send(Sent("n"))

    assert await house.standing() == []


async def test_a_permission_that_lacks_is_named_until_a_file_arrives(house):
    await house.send(Rejected("missing_scope", "files:write"), reply=PICTURE)
    await house.send(Sent("n"))
    assert await house.standing() == [("console", "permission", "files:write")]
    assert [one.why.value for one in await house.letters.listing("a")] == ["permission"]
    assert "다시 설치한 뒤" in words.WHYS["permission"]

    await house.send(Sent("n"), reply=PICTURE)
    assert await house.standing() == []


async def test_without_the_right_to_write_at_all_nothing_is_lost_and_it_goes_on_by_itself(house):
    await house.send(Retry(5 * MINUTE, "whole", permission="chat:write"))
    assert ("console", "permission", "chat:write") in await house.standing()
    assert await house.letters.count("a") == 0

    house.clock.advance(6 * MINUTE)
    await house.worker.step()
    assert len(house.messenger.sent) == 2
    house.clock.advance(timedelta(hours=7))
    assert await house.standing() == []


async def test_what_is_kept_is_bounded_and_expires(house, database):
    for number in range(200):
        await house.sees.note("slack", "permission", house.clock() + number * MINUTE, f"scope{number}" * 50)

    (key,) = await database.keys("*troubles*")
    assert await database.hlen(key) == 1
    assert 0 < await database.ttl(key) <= 86_400
    assert len(json.loads(await database.hget(key, "slack:permission"))["what"]) <= 100


async def test_the_state_names_the_messenger_and_the_permission(house, clock, tmp_path: Path, database):
    await house.sees.note("slack", "permission", clock(), "files:write")
    await house.sees.note("telegram", "down", clock())
    troubles = await house.asked.standing(clock())
    accounts = [
        Account(name, "", None, None, clock(), tuple(one for one in troubles if one.adapter == name))
        for name in ("slack", "telegram")
    ]

    async def checks():
        return about_messengers(accounts, 0)

    async def nothing(*_):
        return {}

    looks = Looks(checks, nothing, nothing, nothing)
    parts = await Pulse(Tenancy([]), looks, Sending(database), BackupNote(database), tmp_path).of([], clock())
    screen, whole = words.state(parts, clock()).text, words.state_whole(parts, clock()).text

    assert "! 메신저: 2개 가운데 0개 정상. 슬랙: 앱에 files:write 권한이 없음" in screen
    assert "메신저 텔레그램: " in whole
    assert "부터 보내지지 않음" in whole
    assert "모두 정상" not in screen
