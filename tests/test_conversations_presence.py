"""What a share gives away is said to the traveller as to the auditor; the points themselves die within a day."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.messenger import Location, Outgoing, Update, VerdictFacts
from tests.talk import Talk, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

JINJU = Location(35.180123, 128.107612, accuracy_m=12.0)
SEOUL = Location(37.566512, 126.977934, accuracy_m=12.0)
OFFICE = Location(35.237712, 128.691934, accuracy_m=9.0)
MINUTE = timedelta(minutes=1)
_NUMBERS = itertools.count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("presence"), roles=("deliver", "chat", "verify")) as stage:
        yield stage


async def agreed(talk: Talk) -> str:
    user = talk.newcomer()
    await talk.agree(user)
    return user


async def live(talk: Talk, user: str, message: str, point: Location, *, edit: bool) -> list[Outgoing]:
    """One position of a live share."""
    before, now = len(talk.messenger.sent), talk.clock.now()
    share = replace(point, live=True, edited=edit)
    number = f"live-{next(_NUMBERS)}"
    await talk.router.receive(Update("console", user, now, id=number, location=share, message=message, sent_at=now))
    await talk.house.rota.drain()
    return [one for one in talk.messenger.sent[before:] if one.chat.id == f"dm:{user}"]


def moved(point: Location, metres: float) -> Location:
    return replace(point, lat=round(point.lat + metres / 111_195, 7))


async def checked(talk: Talk, user: str, receipt: Outgoing) -> VerdictFacts:
    token = text(await talk.press(user, receipt, "글자로 받기"))
    facts = (await talk.say("lee", f"검증 {token}"))[0].reply.facts
    assert isinstance(facts, VerdictFacts)
    return facts


async def test_the_same_coordinates_of_two_people_are_said_to_the_second_and_to_the_auditor(talk):
    one, other = await agreed(talk), await agreed(talk)
    await talk.say(one, "출장 총무과-1")
    first = await talk.say(one, location=JINJU)
    await talk.say(other, "출장 총무과-2")
    second = await talk.say(other, location=JINJU)

    assert "다른 사람이 보낸 것과 좌표가" not in text(first)
    assert "다른 사람이 보낸 것과 좌표가" in text(second)
    facts = await checked(talk, other, second[0])
    assert (facts.verdict, facts.flags) == ("유효하나 확인 필요", ("same_point",))


async def test_nobody_is_in_two_cities_within_ten_minutes(talk):
    user = await agreed(talk)
    await talk.say(user, location=moved(JINJU, 300))
    await talk.advance(10 * MINUTE)

    second = await talk.say(user, location=moved(SEOUL, 300))

    assert "이 시간에 오기 어려운 거리" in text(second)
    assert "350" not in text(second)
    assert "fast" in (await checked(talk, user, second[0])).flags


async def test_a_pin_that_never_moves_earns_nothing_and_the_closing_receipt_says_so(talk):
    user, pin = await agreed(talk), moved(JINJU, 700)
    await talk.say(user, "출장 총무과-3")
    arrived = await live(talk, user, "pin", pin, edit=False)
    for _ in range(14):
        await talk.advance(MINUTE)
        assert await live(talk, user, "pin", pin, edit=True) == []
    await talk.advance(timedelta(hours=3))

    await talk.say(user, "복귀")
    await talk.say(user, location=OFFICE)

    closing = [one for one in talk.messenger.sent if one.chat.id == f"dm:{user}" and one.reply.image is not None][-1]
    assert "휴대전화의 것과 다릅니다" not in text(arrived)
    assert "휴대전화의 것과 다릅니다" in closing.reply.text
    assert "still" in (await checked(talk, user, closing)).flags


async def test_points_are_gone_after_a_day_without_anybody_asking(talk):
    user = await agreed(talk)
    await talk.say(user, location=moved(JINJU, 900))
    assert list((talk.data / "vault").glob("*.key"))

    await talk.advance(timedelta(hours=24))

    assert list((talk.data / "vault").glob("*.key")) == []
    names = [name async for name in talk.house.redis.scan_iter("dobi:*:vault:*")]
    assert names == []


async def test_withdrawn_consent_deletes_the_points_at_once(talk):
    user = await agreed(talk)
    await talk.say(user, location=moved(JINJU, 1100))
    name = f"dobi:{{gyeongnam}}:vault:points:{user}"
    assert await talk.house.redis.exists(name)

    await talk.say(user, "위치 동의 철회")

    assert not await talk.house.redis.exists(name)
