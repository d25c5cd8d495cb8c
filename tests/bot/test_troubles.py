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
    assert "다시 설치하시면" in words.WHYS["permission"]

    await house.send(Sent("n"), reply=PICTURE)
    assert await house.standing() == []


class TestLacking:
    """What a permission stopped goes by itself once it is there."""

    LACKS = Rejected("missing_scope", "files:write")

    async def after(self, house: House, span: timedelta, *results: object) -> timedelta | None:
        """What is tried again is sent, with these results; when there is more to do."""
        house.clock.advance(span)
        due = await house.sees.lacking.step("a", house.clock())
        house.messenger.results = list(results)
        await house.worker.step()
        return None if due is None else due - house.clock()

    async def test_one_is_tried_and_when_it_arrives_all_others_go(self, house):
        await house.send(*[self.LACKS] * 3, reply=PICTURE)
        assert await house.letters.count("a") == 3

        assert await self.after(house, MINUTE) == 4 * MINUTE
        assert len(house.messenger.sent) == 3
        await self.after(house, 4 * MINUTE, self.LACKS)
        assert len(house.messenger.sent) == 4
        await self.after(house, 5 * MINUTE, Sent("n"))
        assert await house.letters.count("a") == 2
        await self.after(house, MINUTE, Sent("n"), Sent("n"))

        assert await house.letters.count("a") == 0
        assert len(house.messenger.sent) == 7
        assert await self.after(house, 5 * MINUTE) is None
        assert len(house.messenger.sent) == 7

    async def test_letters_take_turns_and_each_permission_its_own(self, house):
        for lacks in (self.LACKS, self.LACKS, Rejected("missing_scope", "im:write")):
            await house.send(lacks, reply=PICTURE)
            house.clock.advance(MINUTE)
        first, second, other = (one.chat.id for one in house.messenger.sent)

        await self.after(house, 10 * MINUTE, self.LACKS, Rejected("missing_scope", "im:write"))
        assert {one.chat.id for one in house.messenger.sent[3:]} == {first, other}
        await self.after(house, 5 * MINUTE, self.LACKS, Sent("n"))
        await self.after(house, MINUTE)

        assert {one.chat.id for one in house.messenger.sent[5:]} == {second, other}
        assert await house.letters.count("a") == 2

    async def test_one_that_lacks_another_permission_then_waits_for_that(self, house):
        await house.send(self.LACKS, reply=PICTURE)
        await self.after(house, 5 * MINUTE, Rejected("missing_scope", "im:write"))
        await self.after(house, 5 * MINUTE, Sent("n"))

        assert await house.letters.count("a") == 0

    async def test_what_a_hand_has_dropped_or_what_ended_otherwise_is_left(self, house):
        await house.send(*[self.LACKS] * 2, reply=PICTURE)
        letters = await house.letters.listing("a")
        await house.letters.drop("a", letters[0].id)
        await house.letters.retry("a", letters[1].id)
        house.messenger.results = [Rejected("too_large")]
        await house.worker.step()

        assert await self.after(house, 5 * MINUTE) is None
        assert len(house.messenger.sent) == 3
        assert [one.why.value for one in await house.letters.listing("a")] == ["rejected"]

    async def test_after_a_week_it_waits_for_a_hand(self, house):
        await house.send(self.LACKS, reply=PICTURE)

        assert await self.after(house, timedelta(days=8)) is None
        assert len(house.messenger.sent) == 1
        assert await house.letters.count("a") == 1

    async def test_who_dies_before_all_others_went_leaves_them_to_the_next(self, house, database, monkeypatch):
        await house.send(*[self.LACKS] * 3, reply=PICTURE)
        await self.after(house, 5 * MINUTE, Sent("n"))
        died = Troubles(database)
        retry = died.lacking._letters.retry

        async def once(tenant: str, letter: str) -> bool:
            monkeypatch.setattr(died.lacking._letters, "retry", None)
            return await retry(tenant, letter)

        monkeypatch.setattr(died.lacking._letters, "retry", once)
        with pytest.raises(TypeError):
            await died.lacking.step("a", house.clock())

        await self.after(house, timedelta(), Sent("n"), Sent("n"))
        assert await house.letters.count("a") == 0

    async def test_what_waited_for_the_right_to_write_longer_than_it_is_tried_goes_too(self, house):
        lacks = Retry(5 * MINUTE, "whole", permission="chat:write")
        await house.send(lacks)
        for _ in range(200):
            house.clock.advance(6 * MINUTE)
            house.messenger.results = [lacks]
            await house.worker.step()
        assert [one.why.value for one in await house.letters.listing("a")] == ["permission"]

        await self.after(house, 5 * MINUTE, Sent("n"))
        assert await house.letters.count("a") == 0
        assert await self.after(house, 5 * MINUTE) is None

    async def test_an_edit_that_is_refused_is_no_letter(self, house):
        await house.send(Sent("n"))
        chat = Chat("console", "dm:v1", private=True)
        await house.outbox.put("a", [Row(chat, "s", 2, "instant", PICTURE, house.clock())])
        house.messenger.results = [self.LACKS]
        await house.worker.step()

        assert await self.after(house, 5 * MINUTE) is None


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
