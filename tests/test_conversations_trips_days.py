"""Trips while days pass: what is told unasked comes once, in office hours, and a forgotten return still closes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from attest.issue import Issuer
from attest.trip import KST, LegKind, State, Trip
from attest.trips import Trips
from bot.messenger import Location, Outgoing, Update
from bot.wording.privacy import CONSENT_VERSION
from tests.talk import Talk, button, labels, talking, text

JINJU = Location(35.180123, 128.107612, accuracy_m=12.0)
OFFICE = Location(35.237712, 128.691934, accuracy_m=9.0)
ROLES = ("deliver", "chat")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026 in Korea."""
    return datetime(2026, 11, day, hour, minute, tzinfo=KST).astimezone(UTC)


async def to(talk: Talk, instant: datetime) -> list[Outgoing]:
    """What is said unasked until then."""
    return [one for one in await talk.advance(instant - talk.clock.now()) if one.reference is None]


async def trips_of(talk: Talk, user: str) -> list[Trip]:
    return list(await Trips(talk.house.redis).of("gyeongnam", user, date(2026, 10, 1), date(2027, 12, 1)))


async def agree(talk: Talk, user: str) -> None:
    await talk.house.people.grant("gyeongnam", user, talk.clock.now(), CONSENT_VERSION)


def texts(messages: list[Outgoing]) -> list[str]:
    return [one.reply.text for one in messages]


async def test_one_gentle_word_for_each_thing_and_none_at_night(tmp_path: Path) -> None:
    async with talking(tmp_path, roles=ROLES) as talk:
        await talk.say("kim", "출장 내일 13~17시 진주 스마트팜, 관용차")

        assert await to(talk, at(24, 13, 29)) == []
        start = await to(talk, at(24, 16))
        out = await talk.press("kim", start[0], "출발")
        assert await to(talk, at(24, 17, 59)) == []
        back = await to(talk, at(25, 12))
        await talk.say("kim", "복귀 어제 17시 40분")
        await talk.house.rota.drain()
        quiet = await to(talk, datetime(2026, 12, 1, 8, 59, tzinfo=KST))
        week = await to(talk, datetime(2026, 12, 1, 12, tzinfo=KST))
        last = await to(talk, datetime(2026, 12, 7, 12, tzinfo=KST))
        after = await to(talk, datetime(2026, 12, 20, 12, tzinfo=KST))

        assert len(start) == 1
        assert "출발하셨습니까? 한 번만 여쭙니다" in start[0].reply.text
        assert labels(start[0]) == ["출발", "취소"]
        assert "출발, 적었습니다" in text(out)
        assert len(back) == 1
        assert "복귀하셨습니까?" in back[0].reply.text
        assert quiet == []
        assert len(week) == 1
        assert "7일 남았습니다" in week[0].reply.text
        assert "제8조의2" in week[0].reply.text
        assert len(last) == 1
        assert "내일입니다" in last[0].reply.text
        assert after == []
        assert all(one.kind == "reminder" for one in (*start, *back, *week, *last))


async def test_a_trip_that_nobody_began_is_asked_about_once_in_the_morning_after(tmp_path: Path) -> None:
    async with talking(tmp_path, roles=ROLES) as talk:
        await talk.say("kim", "출장 오늘 18시 진주 스마트팜")

        assert await to(talk, at(24, 8, 59)) == []
        asked = await to(talk, at(27, 12))
        late = await talk.press("kim", asked[0], "사후 제출")
        told = await talk.say("kim", "도착 18시 40분")

        assert len(asked) == 1
        assert "다녀오셨습니까?" in asked[0].reply.text
        assert "무엇을 더할까요" in text(late)
        assert "사후 제출로 적었습니다" in text(told) or "아직 오지 않은" in text(told)


async def test_a_cancelled_trip_and_a_claimed_one_are_told_nothing(tmp_path: Path) -> None:
    async with talking(tmp_path, roles=ROLES) as talk:
        await talk.say("kim", "출장 내일 13~17시 진주 스마트팜")
        await talk.say("kim", "출장 취소")
        await talk.say("seo", "출장 오늘 11시 30분 창원시청")
        for word in ("출발", "도착", "복귀"):
            await talk.say("seo", word)
        await talk.house.rota.drain()
        trip = (await trips_of(talk, "seo"))[0]
        issuer = Issuer(talk.house.redis, talk.house.keys(opens=False), talk.clock.now)
        from attest.claims import Claims

        await Claims(talk.house.redis, issuer.log, talk.clock.now).mark("gyeongnam", trip.closing_serial, "used", "k")

        assert await to(talk, datetime(2026, 12, 20, 12, tzinfo=KST)) == []


async def test_a_return_whose_location_never_came_closes_by_itself(tmp_path: Path) -> None:
    async with talking(tmp_path, roles=ROLES) as talk:
        await agree(talk, "kim")
        await talk.say("kim", "출장 오늘 11시 30분 진주 스마트팜")
        await talk.say("kim", "출발")
        await talk.say("kim", location=talk.here(OFFICE))
        await talk.advance(timedelta(hours=1))
        await talk.say("kim", "도착")
        await talk.say("kim", location=talk.here(JINJU))
        await talk.advance(timedelta(hours=2))

        asked = text(await talk.say("kim", "복귀"))
        early = await to(talk, talk.clock.now() + timedelta(seconds=110))
        closed = await to(talk, talk.clock.now() + timedelta(seconds=20))

        assert "1분 30초 안에" in asked
        assert early == []
        assert len(closed) == 1
        assert "출장을 마쳤습니다" in closed[0].reply.text
        assert "11. 23.(월) 11:30 ~ 14:30" in closed[0].reply.text
        assert "3시간 · 사무실에서 직선 53" in closed[0].reply.text


async def test_two_trips_of_a_day_and_one_of_several_days_keep_apart(tmp_path: Path) -> None:
    async with talking(tmp_path, roles=ROLES) as talk:
        await talk.say("kim", "출장 오늘 13~15시 창원시청")
        await talk.say("kim", "출장 오늘 16~18시 창원 성산구")
        await talk.say("kim", "출장 모레 9시부터 11월 27일 18시까지 서울 KTX")
        for hour, word in ((13, "출발"), (13, "도착"), (15, "복귀"), (16, "출발"), (17, "도착"), (18, "복귀")):
            await to(talk, at(23, hour, 5))
            await talk.say("kim", word)
        await to(talk, at(25, 9, 10))
        await talk.say("kim", "출발")
        await talk.say("kim", "도착")
        await to(talk, at(27, 17, 50))
        await talk.say("kim", "복귀")
        await talk.house.rota.drain()

        found = {trip.destination: trip for trip in await trips_of(talk, "kim")}

        assert {name: trip.minutes for name, trip in found.items()} == {
            "창원시청": 120, "창원 성산구": 120, "서울": 2 * 1440 + 8 * 60 + 40,
        }  # fmt: skip
        assert all(trip.state is State.CLOSED for trip in found.values())
        assert found["서울"].settle_by == date(2026, 12, 11)


async def test_a_return_of_yesterday_is_asked_for_its_hour_and_not_taken_as_now(tmp_path: Path) -> None:
    async with talking(tmp_path, roles=ROLES) as talk:
        await talk.say("kim", "출장 오늘 13시 진주 스마트팜")
        await to(talk, at(23, 13))
        await talk.say("kim", "출발")
        await talk.say("kim", "도착")
        await to(talk, at(24, 12))

        asked = text(await talk.say("kim", "복귀"))
        await talk.say("kim", "17시 40분이요")
        await talk.house.rota.drain()
        closing = [one for one in talk.messenger.sent if "출장을 마쳤습니다" in one.reply.text]

        assert "몇 시였습니까?" in asked
        assert "11. 23.(월) 13:00 ~ 17:40" in closing[0].reply.text
        trip = (await trips_of(talk, "kim"))[0]
        assert (trip.minutes, trip.legs[-1].late) == (280, True)


async def test_companions_asked_afterwards_answer_into_a_late_receipt(tmp_path: Path) -> None:
    async with talking(tmp_path, roles=ROLES) as talk:
        await talk.say("kim", "출장 어제 13~18시 진주 스마트팜, 서마루 동행")
        late = await talk.say("kim", "도착 어제 13시 40분")

        first = text(await talk.press("kim", late[0], "동행자 확인"))
        second = text(await talk.press("kim", late[0], "동행자 확인"))
        await talk.house.rota.drain()
        asked = [one for one in talk.messenger.sent if one.chat.id == "dm:seo"]
        await talk.say("seo", press=button(asked[0], "함께 있습니다"))
        await talk.house.rota.drain()
        told = [one for one in talk.messenger.sent if one.chat.id == "dm:kim"][-1]

        assert "서마루 님께 한 번 여쭈었습니다" in first
        assert "이미 여쭈었습니다" in second
        assert len(asked) == 1
        assert "함께 다녀오셨습니까?" in asked[0].reply.text
        assert told.reply.image is not None
        assert "동행자 확인을 사후 제출로 적었습니다" in told.reply.text
        leg = (await trips_of(talk, "kim"))[0].leg(LegKind.ARRIVED)
        assert leg is not None
        assert leg.confirmed == ("seo",)
        assert set(leg.flags) == {"no_location", "late", "colleague"}


async def live(talk: Talk, user: str, step: int) -> None:
    """A live share as a phone sends it: edits of one message, a few metres of jitter."""
    wobble = ((step * 7919) % 23 - 11) * 1.1e-5, ((step * 104729) % 19 - 9) * 1.3e-5
    point = Location(JINJU.lat + wobble[0], JINJU.lon + wobble[1], 9.0 + step % 5, live=True, edited=step > 0)
    now = talk.clock.now()
    await talk.router.receive(
        Update("console", user, now, id=f"live-{step}", location=point, message=f"live-{user}", sent_at=now)
    )


@pytest.mark.parametrize("witness", ["colleague", "host", "nobody"])
async def test_the_highest_grade_is_given_when_it_is_due_and_only_then(tmp_path: Path, witness: str) -> None:
    async with talking(tmp_path, roles=ROLES) as talk:
        for user in ("kim", "seo"):
            await agree(talk, user)
        await talk.say("kim", "출장 오늘 11시 30분 진주 스마트팜, 관용차, 서마루 동행, 농정과-812")
        await talk.say("kim", "출발")
        await talk.say("kim", location=talk.here(OFFICE))
        await talk.advance(timedelta(minutes=70))
        await talk.say("kim", "도착")
        await live(talk, "kim", 0)
        if witness == "colleague":
            await talk.say("seo", "출장 농정과-812")
            await talk.say("seo", location=talk.here(JINJU))
        for step in range(1, 16):
            await talk.advance(timedelta(seconds=50))
            await live(talk, "kim", step)
        if witness == "host":
            code = "".join(
                one for one in text(await talk.say("yun", "방문 확인 번호")).splitlines()[0] if one.isdigit()
            )
            assert "확인했습니다" in text(await talk.say("kim", f"방문확인 {code}"))
        await talk.advance(timedelta(hours=2))
        await talk.say("kim", "복귀")
        closing = (await talk.say("kim", location=talk.here(OFFICE)))[0]

        trip = (await trips_of(talk, "kim"))[0]
        issuer = Issuer(talk.house.redis, talk.house.keys(opens=False), talk.clock.now)
        issued = await issuer.again("gyeongnam", trip.closing or 0)
        assert issued is not None
        receipt = issued.receipt
        assert "출장을 마쳤습니다" in closing.reply.text
        assert receipt.grade == {"colleague": 5, "host": 5, "nobody": 3}[witness]
        assert set(receipt.flags) == {"live", "trace"} | ({witness} - {"nobody"})
        assert receipt.pair is not None
        assert (receipt.pair.minutes, receipt.document) == (202, "농정과-812")
