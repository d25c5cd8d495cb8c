"""The way without a location is the same way: whole trip, evidence, claim and amount, and no word against it.

And nobody is followed: a live share is taken while its trip lasts, eight hours at most, and never against one's word.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import pytest_asyncio

from attest.trip import Basis, LegKind, State, Trip
from attest.trips import Trips
from bot.messenger import InFile, Location, Outgoing, Update
from tests.talk import Talk, labels, talking, text
from tests.traces import contents, files, traces

pytestmark = pytest.mark.asyncio(loop_scope="module")

JINJU = Location(35.180123, 128.107612, accuracy_m=12.0)
PHOTO = InFile("현장.jpg", b"\xff\xd8\xff" + b"a photo of a greenhouse" * 40)
AGAINST = (
    "제한", "감액", "불가", "못 쓰", "못 받", "손해", "의심", "미흡", "부족", "낮은", "권장", "유리", "불리",
    "어렵습니다", "인정되지", "증빙이 되지",
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("equal"), roles=("deliver", "chat", "verify")) as stage:
        yield stage


async def told(talk: Talk, user: str, said: str = "", **more) -> list[Outgoing]:
    """Everything that reached the person for it, from the outbox too."""
    before = len(talk.messenger.sent)
    await talk.say(user, said, **more)
    await talk.house.rota.drain()
    return [one for one in talk.messenger.sent[before:] if one.chat.id == f"dm:{user}"]


async def trip_of(talk: Talk, user: str) -> Trip:
    found = await Trips(talk.house.redis).of("gyeongnam", user, date(2026, 11, 1), date(2027, 12, 1))
    return found[-1]


async def journey(talk: Talk, user: str, *, share: bool) -> list[Outgoing]:
    """A day's trip to Jinju with or without a location, claimed; everything that the traveller heard."""
    heard = await told(talk, user, "출장 오늘 11시 30분 진주 스마트팜, 관용차, 농정과-900, 서주무관 동행")
    heard += await told(talk, user, "출발")
    await talk.advance(timedelta(hours=1))
    heard += await told(talk, user, "도착")
    question = next(one for one in heard if "동의합니다" in labels(one))
    heard += await told(talk, user, press="consent:yes" if share else "consent:no")
    if share:
        heard += await told(talk, user, location=talk.here(JINJU))
    else:
        heard += await told(talk, user, "출장 현장 사진입니다", files=[PHOTO])
        asked = [one for one in talk.messenger.sent if one.chat.id == "dm:seo"][-1]
        await talk.press("seo", asked, "함께 있습니다")
    await talk.advance(timedelta(hours=4))
    heard += await told(talk, user, "복귀")
    heard += await told(talk, user, "정산")
    assert question
    return heard


async def test_whoever_never_agrees_does_a_whole_trip_and_claims_the_same(tmp_path):
    async with talking(tmp_path, roles=("deliver", "chat", "verify")) as talk:
        one, other = talk.newcomer(), talk.newcomer()

        without = await journey(talk, one, share=False)
        talk.clock.move_to(talk.clock.now() + timedelta(hours=19))  # the next day at 11:30
        with_it = await journey(talk, other, share=True)

        trip = await trip_of(talk, one)
        assert trip.state is State.CLOSED
        assert trip.minutes == 300
        assert trip.place == 0
        assert "seo" in trip.confirmed
        assert {Basis.TAP, Basis.PHOTO} & {leg.basis for leg in trip.legs}
        assert any("출장을 마쳤습니다" in message.reply.text and message.reply.image for message in without)
        amounts = [message.reply.text.partition("셈한 금액은 ")[2].partition("원")[0] for message in without + with_it]
        assert [amount for amount in amounts if amount] == ["37,500", "37,500"]
        sheet = await told(talk, one, press="sheet:2026-11")
        assert "정산서를 만들었습니다" in sheet[0].reply.text
        assert [one.reply.file.name.rpartition(".")[2] for one in sheet] == ["pdf", "xlsx"]
        for message in [*without, *sheet]:
            assert not any(word in message.reply.text for word in AGAINST), message.reply.text


async def test_whoever_declined_is_not_asked_again_at_the_next_trip(talk):
    user = talk.newcomer()
    await told(talk, user, "출장 오늘 11시 30분 진주 스마트팜")
    await told(talk, user, "도착")
    await told(talk, user, press="consent:no")
    await told(talk, user, "복귀")

    await told(talk, user, "출장 오늘 15시 진주 스마트팜")
    again = await told(talk, user, "도착")

    assert len(again) == 1
    assert "위치 없이도 됩니다" in again[0].reply.text
    assert {"사진", "방문기관 확인"} <= set(labels(again[0]))
    assert "동의하지 않음" in text(await talk.say(user, "내 정보"))


async def test_after_a_withdrawal_and_in_a_rest_the_trip_goes_on_the_same(talk):
    for word in ("위치 동의 철회", "위치 잠시 멈춤"):
        user = talk.newcomer()
        await told(talk, user, "출장 오늘 11시 30분 진주 스마트팜")
        await told(talk, user, press="consent:yes")
        await told(talk, user, word)

        there = await told(talk, user, "도착")
        back = await told(talk, user, "복귀")

        assert len(there) == 1
        assert "위치 없이도 됩니다" in there[0].reply.text
        assert "출장을 마쳤습니다" in back[-1].reply.text
        assert not any(bad in message.reply.text for message in [*there, *back] for bad in AGAINST)


async def test_the_bare_word_shows_whoever_said_no_the_moments_of_their_trip_and_no_question(talk):
    user = talk.newcomer()
    await told(talk, user, "출장 오늘 11시 30분 진주 스마트팜")
    await told(talk, user, press="consent:no")
    await told(talk, user, "출발")

    shown = await told(talk, user, "출장")

    assert len(shown) == 1
    assert "동의가 필요합니다" not in shown[0].reply.text
    assert {"도착", "복귀"} <= set(labels(shown[0]))


# --- a live share


async def live(talk: Talk, user: str, step: int, *, edit: bool = True, point: Location = JINJU) -> list[Outgoing]:
    """A live share of one message that moves as a phone does."""
    wobble = ((step * 7919) % 23 - 11) * 1.1e-5, ((step * 104729) % 19 - 9) * 1.3e-5
    here = replace(point, lat=point.lat + wobble[0], lon=point.lon + wobble[1], live=True, edited=edit)
    before, now = len(talk.messenger.sent), talk.clock.now()
    await talk.router.receive(
        Update("console", user, now, id=f"live-{user}-{step}", location=here, message=f"live-{user}", sent_at=now)
    )
    await talk.house.rota.drain()
    return [one for one in talk.messenger.sent[before:] if one.chat.id == f"dm:{user}"]


async def kept(talk: Talk, user: str) -> int:
    """How many fixes lie sealed for this person."""
    found = 0
    async for key in talk.house.redis.scan_iter(f"dobi:{{gyeongnam}}:vault:fixes:*:{user}"):
        found += await talk.house.redis.hlen(key)
    return found


async def begun(talk: Talk) -> str:
    user = talk.newcomer()
    await told(talk, user, "출장 오늘 11시 30분 진주 스마트팜")
    await told(talk, user, press="consent:yes")
    await told(talk, user, "도착")
    await live(talk, user, 0, edit=False)
    return user


async def test_a_live_share_that_has_shown_enough_is_told_once_that_it_may_stop_and_is_not_kept_further(tmp_path):
    async with talking(tmp_path, roles=("deliver", "chat")) as talk:
        user, heard = await begun(talk), []
        for step in range(1, 25):
            await talk.advance(timedelta(seconds=50))
            heard += await live(talk, user, step)
        enough = await kept(talk, user)

        for step in range(25, 30):
            await talk.advance(timedelta(seconds=50))
            heard += await live(talk, user, step)

        assert [one.reply.text.count("멈추셔도 됩니다") for one in heard] == [1]
        assert await kept(talk, user) == enough


async def test_after_the_return_a_withdrawal_a_rest_or_eight_hours_no_edit_is_kept(talk):
    for ending in ("복귀", "위치 동의 철회", "위치 잠시 멈춤", ""):
        user = await begun(talk)
        await talk.advance(timedelta(seconds=40))
        await live(talk, user, 1)
        if ending:
            await told(talk, user, ending)
        else:
            await talk.advance(timedelta(hours=8, minutes=1))
        before = await kept(talk, user)

        for step in (2, 3, 4):
            await talk.advance(timedelta(seconds=40))
            assert await live(talk, user, step) == [], ending

        assert await kept(talk, user) == before, ending
        if ending == "위치 동의 철회":
            assert before == 0


async def test_what_is_kept_for_a_day_is_sealed_and_the_way_nowhere_readable(talk, caplog):
    secret = Location(35.493217, 127.784539, accuracy_m=8.0)
    user = await begun(talk)

    for step in (1, 2, 3):
        await talk.advance(timedelta(seconds=40))
        await live(talk, user, step, point=secret)

    stored = await contents(talk.house.redis) + files(talk.data) + caplog.text.encode()
    assert [trace for trace in traces(secret) if trace in stored] == []
    assert b"35.4932" not in stored
    leg = (await trip_of(talk, user)).leg(LegKind.ARRIVED)
    assert leg is not None
