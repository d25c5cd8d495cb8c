"""A trip is one thread: a memo in one's own words, three taps, a receipt, and no reproach for what was forgotten.

The clock stands at Monday, 11:30; `tests/test_conversations_trips_days.py` lets days pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import pytest_asyncio

from attest.issue import Issued, Issuer
from attest.trip import Basis, LegKind, State, Trip, Vehicle
from attest.trips import Trips
from bot.messenger import InFile, Location, Outgoing
from tests.talk import Talk, button, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

JINJU = Location(35.180123, 128.107612, accuracy_m=12.0)
OFFICE = Location(35.237712, 128.691934, accuracy_m=9.0)
PHOTO = InFile("현장.jpg", b"\xff\xd8\xff" + b"a photo of a greenhouse" * 40)


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("trips")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(_folder) -> AsyncIterator[Talk]:
    async with talking(_folder, roles=("deliver", "chat", "verify")) as stage:
        yield stage


async def trips_of(talk: Talk, user: str) -> list[Trip]:
    return list(await Trips(talk.house.redis).of("gyeongnam", user, date(2026, 10, 1), date(2027, 12, 1)))


async def trip_of(talk: Talk, user: str) -> Trip:
    found = await trips_of(talk, user)
    assert len(found) == 1, [one.destination for one in found]
    return found[0]


async def receipt_at(talk: Talk, index: int | None) -> Issued:
    assert index is not None
    issuer = Issuer(talk.house.redis, talk.house.keys(opens=False), talk.clock.now)
    issued = await issuer.again("gyeongnam", index)
    assert issued is not None
    return issued


async def agreed(talk: Talk) -> str:
    """A newcomer whose consent stands, and nothing else of them."""
    user = talk.newcomer()
    await talk.house.people.grant("gyeongnam", user, talk.clock.now(), await version())
    return user


async def version() -> str:
    from bot.wording.privacy import CONSENT_VERSION

    return CONSENT_VERSION


async def told_to(talk: Talk, user: str) -> list[Outgoing]:
    """What lies in somebody's private chat, drained."""
    await talk.house.rota.drain()
    return [one for one in talk.messenger.sent if one.chat.id == f"dm:{user}"]


def short(messages: list[Outgoing]) -> None:
    for one in messages:
        assert one.reply.text.count("\n") <= 3, one.reply.text
        assert all(len(label) <= 16 for label in labels(one))
        assert not any(word in one.reply.text for word in ("E1", "E2", "E3", "E4", "E5"))


# --- the memo


async def test_a_memo_is_read_back_and_stands_with_one_press(talk):
    user = talk.newcomer()

    memo = await talk.say(user, "출장 내일 13시 진주 스마트팜, 관용차, 박주무관 동행")
    named = await talk.press(user, memo[0], "박새로(정보화담당관)")
    right = await talk.press(user, named[0], "맞습니다")

    assert text(memo).splitlines()[0] == "출장 메모: 11. 24.(화) 13:00 · 진주 스마트팜"
    assert "관용차" in text(memo)
    assert "관외" in text(memo)
    assert "'박주무관'은 어느 분입니까" in text(memo)
    assert "동행 박새로" in text(named)
    assert labels(right[0]) == ["출발", "도착", "복귀"]
    short([*memo, *named, *right])
    trip = await trip_of(talk, user)
    assert (trip.vehicle, trip.companions, trip.destination) == (Vehicle.OFFICIAL, ("park",), "진주 스마트팜")


async def test_a_companion_of_ones_own_department_is_known_and_an_unknown_one_stays_a_word(talk):
    user = talk.newcomer()

    memo = text(await talk.say(user, "출장 내일 13시 진주 스마트팜, 서주무관, 황보주무관 동행"))

    assert "동행 서마루, 황보주무관" in memo
    assert "'황보주무관'은 명부에서 찾지 못해 적으신 대로 두었습니다" in memo
    assert (await trip_of(talk, user)).companions == ("seo",)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("출장 내일 13시 창원시청 회의", "관내"),
        ("출장 내일 13시 진주시청 회의", "관외"),
        ("출장 내일 13시 관내 농가 점검", "관내"),
        ("출장 내일 13시 서울", "관외"),
    ],
)
async def test_inside_or_outside_is_known_where_it_can_be(talk, said, told):
    memo = await talk.say(talk.newcomer(), said)

    assert told in text(memo).splitlines()[1].split(" · ")
    assert "관내" not in labels(memo[0])


async def test_inside_or_outside_is_asked_once_and_never_guessed(talk):
    user = talk.newcomer()

    memo = await talk.say(user, "출장 내일 13시 스마트팜 점검")
    inside = await talk.press(user, memo[0], "관내")

    assert "관내 출장입니까, 관외 출장입니까?" in text(memo)
    assert "관내" in text(inside)
    assert "관외" not in labels(inside[0])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("13시 말고 14시", "14:00~18:00 · 진주 스마트팜"),
        ("14시", "14:00~18:00 · 진주 스마트팜"),
        ("아니 14시요", "14:00~18:00 · 진주 스마트팜"),
        ("18시 말고 17시 30분", "13:00~17:30 · 진주 스마트팜"),
        ("17시까지", "13:00~17:00 · 진주 스마트팜"),
        ("내일 말고 모레", "11. 25.(수) 13:00~18:00 · 진주 스마트팜"),
        ("모레 10시", "11. 25.(수) 10:00~18:00 · 진주 스마트팜"),
        ("진주 말고 사천", "13:00~18:00 · 사천 스마트팜"),
        ("진주 스마트팜 아니고 사천시청", "13:00~18:00 · 사천시청"),
        ("관용차 말고 제 차", "자가용 · 동행 서마루"),
        ("버스로 변경", "대중교통 · 동행 서마루"),
        ("서주무관 빼고", "관용차 · 관외"),
        ("동행 없음", "관용차 · 관외"),
        ("서마루 말고 정가온", "관용차 · 동행 정가온 · 관외"),
        ("관내", "관용차 · 동행 서마루 · 관내"),
        ("목적 현장점검", "현장점검"),
        ("문서번호 농정과-812", "농정과-812"),
    ],
)
async def test_what_was_understood_wrongly_is_easily_corrected(talk, said, told):
    user = talk.newcomer()
    memo = await talk.say(user, "출장 내일 13~18시 진주 스마트팜, 관용차, 서마루 동행")

    await talk.press(user, memo[0], "고치기")
    fixed = await talk.say(user, said)

    assert told in text(fixed)
    short(fixed)
    await trip_of(talk, user)


async def test_a_correction_is_understood_without_a_press_and_some_time_later(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 내일 13시 진주 스마트팜")

    at_once = text(await talk.say(user, "13시 말고 14시"))
    await talk.say(user, "식당")
    later = text(await talk.say(user, "14시 말고 15시"))

    assert "11. 24.(화) 14:00 · 진주 스마트팜" in at_once
    assert "11. 24.(화) 15:00 · 진주 스마트팜" in later


async def test_a_memo_takes_no_other_conversations_words(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 내일 13시 진주 스마트팜")

    assert "총무과는 11. 24.(화)" in text(await talk.say(user, "내일 차례"))
    assert "적어 두었습니다" in text(await talk.say(user, "네"))
    assert "재난안전" in text(await talk.say(user, "구독 재난안전"))


@pytest.mark.parametrize(
    "said",
    [
        "내일 13시 진주 스마트팜 출장, 관용차",
        "내일 13시 진주 스마트팜 출장입니다 관용차",
        "출장\n내일 13시\n진주 스마트팜\n관용차",
        "출장 일시: 11. 24.(화) 13:00\n장소: 진주 스마트팜\n차량: 관용차",
        "/출장 내일 13시 진주 스마트팜, 관용차",
        "도비야 출장 내일 13시 진주 스마트팜 관용차",
    ],
)
async def test_a_memo_is_a_memo_however_it_is_put(talk, said):
    user = talk.newcomer()
    await talk.say(user, "안녕")

    memo = text(await talk.say(user, said))

    assert memo.startswith("출장 메모: 11. 24.(화) 13:00 · 진주 스마트팜\n관용차")


@pytest.mark.parametrize("said", ["출장 여비 얼마예요?", "내일 누구 출장 가?", "출장비 규정 알려 주세요"])
async def test_a_question_about_trips_is_no_trip(talk, said):
    user = talk.newcomer()
    await talk.say(user, "안녕")

    await talk.say(user, said)

    assert await trips_of(talk, user) == []


async def test_the_same_memo_twice_is_one_trip(talk):
    user = talk.newcomer()
    for number in range(2):
        await talk.say(user, "출장 내일 13시 진주 스마트팜", update=f"memo-{number}")
    await talk.say(user, "출장 내일 13시 진주 스마트팜", update="memo-1")

    assert "11월 출장 1건입니다." in text(await talk.say(user, "출장 목록"))


async def test_a_number_is_typed_in_the_memo_or_later(talk):
    user, other = talk.newcomer(), talk.newcomer()
    await talk.say(user, "출장 내일 13시 진주 스마트팜")

    later = text(await talk.say(user, "문서번호 농정과-812"))
    within = text(await talk.say(other, "출장 내일 13시 진주 스마트팜 (농정과-813)"))

    assert "11. 24.(화) 13:00 진주 스마트팜 출장에 문서번호를 적었습니다: 농정과-812." in later
    assert (await trip_of(talk, user)).document == "농정과-812"
    assert "문서 농정과-813" in within
    assert "길어" in text(await talk.say(user, "문서번호 기획조정실예산담당관재정운영-2026-000812"))
    assert "문서번호를 함께" in text(await talk.say(user, "문서번호"))


async def test_lists_and_cancelling(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 내일 13시 진주 스마트팜, 농정과-812")
    await talk.say(user, "출장 12월 3일 10시 서울 KTX")

    november = text(await talk.say(user, "출장 11월"))
    december = text(await talk.say(user, "출장 12월"))
    which = await talk.say(user, "출장 취소")
    off = await talk.press(user, which[0], "1 취소")

    assert november == "11월 출장 1건입니다.\n1. 11. 24.(화) 13:00 진주 스마트팜 · 예정 · 농정과-812"
    assert "서울 · 예정 · 문서번호 없음" in december
    assert "취소로 적었습니다" in text(off)
    assert "· 취소 ·" in text(await talk.say(user, "출장 목록"))
    assert "서울" in text(await talk.say(user, "출장 취소"))
    assert "취소할 출장이 없습니다" in text(await talk.say(user, "출장 취소"))


async def test_a_trip_at_the_same_time_is_said(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 내일 13~18시 진주 스마트팜")

    assert "같은 때에 11. 24.(화) 13:00~18:00 진주 스마트팜 출장이 있습니다" in text(
        await talk.say(user, "출장 내일 15~17시 사천시청")
    )
    assert "같은 때에" not in text(await talk.say(user, "출장 내일 18~20시 창원시청"))


# --- the three moments


async def test_outside_a_location_is_asked_for_at_the_arrival_alone_and_the_return_closes(talk):
    user = await agreed(talk)
    memo = await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜, 관용차, 농정과-812")
    thread = (await talk.press(user, memo[0], "맞습니다"))[0]

    out = await talk.press(user, thread, "출발")
    there = await talk.press(user, thread, "도착")
    receipt = await talk.say(user, location=talk.here(JINJU))
    back = await talk.press(user, thread, "복귀")
    closing = (await told_to(talk, user))[-1]

    assert "출발, 적었습니다" in text(out)
    assert "1분 30초 안에 '현재 위치'를" in text(there)
    assert "경상남도 진주시 부근" in text(receipt)
    assert "문서 농정과-812" in text(receipt)
    assert back == [] or back[0].reply.text == closing.reply.text
    assert "출장을 마쳤습니다(진주 스마트팜)" in closing.reply.text
    assert "사무실에서 직선 53" in closing.reply.text
    assert "관용차" in closing.reply.text
    assert "증명하지 않습니다" in closing.reply.text
    assert closing.reply.image is not None
    short([*out, *there, *receipt, closing])
    trip = await trip_of(talk, user)
    assert (trip.state, [leg.basis for leg in trip.legs]) == (
        State.CLOSED, [Basis.TAP, Basis.TAP, Basis.SHARE, Basis.TAP],
    )  # fmt: skip
    issued = await receipt_at(talk, trip.closing)
    assert issued.receipt.pair is not None
    assert issued.receipt.pair.vehicle is Vehicle.OFFICIAL
    assert issued.receipt.pair.distance_100m in range(530, 540)
    assert (issued.receipt.grade, issued.receipt.flags) == (1, ("no_location",))
    assert (await receipt_at(talk, trip.legs[2].receipt)).receipt.grade == 2


@pytest.mark.parametrize(
    ("out", "there", "back"),
    [("출발", "도착", "복귀"), ("지금 출발합니다", "도착했어요", "복귀했습니다"), ("출발해요!", "방금 도착함", "귀청")],
)
async def test_the_three_words_are_typed_too(talk, out, there, back):
    user = await agreed(talk)
    await talk.say(user, "출장 오늘 11시 30분 창원시청")

    said = [await talk.say(user, word) for word in (out, there, back)]
    await talk.house.rota.drain()

    assert "출발, 적었습니다" in text(said[0])
    assert "도착, 적었습니다" in text(said[1])
    assert (await trip_of(talk, user)).state is State.CLOSED


async def test_inside_nobody_is_asked_for_a_location_and_a_share_is_taken_if_it_comes(talk):
    user = await agreed(talk)
    await talk.say(user, "출장 오늘 11시 30분 창원시청 회의")

    there = await talk.say(user, "도착")
    receipt = await talk.say(user, location=talk.here())

    assert "위치" not in text(there).replace("위치는 묻지 않습니다", "")
    assert "경상남도 창원시 부근" in text(receipt)


async def test_departure_arrival_and_return_with_locations_are_one_closing_receipt(talk):
    user = await agreed(talk)
    await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜")

    await talk.say(user, "출발")
    left = text(await talk.say(user, location=talk.here(OFFICE)))
    await talk.say(user, "도착")
    await talk.say(user, location=talk.here(JINJU))
    asked = await talk.say(user, "복귀")
    back = await talk.say(user, location=talk.here(OFFICE))
    again = await talk.press(user, asked[0], "위치 없이 마침")

    assert left.startswith("출발 영수증입니다.")
    assert "복귀 위치도 남기시려면" in text(asked)
    assert "출장을 마쳤습니다" in text(back)
    trip = await trip_of(talk, user)
    assert [leg.kind for leg in trip.legs if leg.basis is Basis.SHARE] == list(LegKind)
    assert len([one for one in await told_to(talk, user) if "출장을 마쳤습니다" in one.reply.text]) == 1
    assert all(one.reply.receipt is None or one.reply.image for one in again)
    receipt = (await receipt_at(talk, trip.closing)).receipt
    assert receipt.pair is not None
    assert receipt.grade <= 2  # no trace, no second witness: departure and return lift nothing
    assert "fast" in receipt.flags  # a jump of 53 km in no time


async def test_a_return_that_waits_for_its_location_closes_by_a_press(talk):
    user = await agreed(talk)
    await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜")
    for word in ("출발", "도착"):
        await talk.say(user, word)
        await talk.say(user, location=talk.here(JINJU))

    asked = await talk.say(user, "복귀")
    await talk.press(user, asked[0], "위치 없이 마침")

    assert "출장을 마쳤습니다" in (await told_to(talk, user))[-1].reply.text


async def test_a_location_without_a_word_goes_where_time_and_order_put_it(talk):
    user = await agreed(talk)
    await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜")

    said = [text(await talk.say(user, location=talk.here(point))) for point in (OFFICE, JINJU, OFFICE)]

    assert said[0].startswith("출발 영수증입니다.")
    assert said[1].startswith("출장 영수증입니다. 경상남도 진주시")
    assert said[2].startswith("출장을 마쳤습니다")
    assert [leg.kind for leg in (await trip_of(talk, user)).legs] == list(LegKind)
    assert "마쳤고 영수증이 나갔습니다" in text(await talk.say(user, location=talk.here(OFFICE)))


async def test_an_arrival_without_a_memo_is_a_trip_all_the_same(talk):
    user = await agreed(talk)

    there = text(await talk.say(user, "도착했어요"))
    receipt = text(await talk.say(user, location=talk.here(JINJU)))

    assert "'현재 위치'를 한 번 보내 주시면" in there
    assert "진주시" in receipt
    assert [leg.kind for leg in (await trip_of(talk, user)).legs] == [LegKind.ARRIVED, LegKind.ARRIVED]


async def test_a_departure_without_a_memo_asks_where_to_and_takes_the_answer(talk):
    user = await agreed(talk)

    assert "어디로 가십니까" in text(await talk.say(user, "출발"))
    assert "진주 스마트팜" in text(await talk.say(user, "진주 스마트팜, 관용차"))
    trip = await trip_of(talk, user)
    assert (trip.destination, trip.vehicle, trip.state) == ("진주 스마트팜", Vehicle.OFFICIAL, State.OPEN)


async def test_a_second_tap_changes_no_hour(talk):
    user = await agreed(talk)
    await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜")
    await talk.say(user, "출발", update="tap-1")

    assert "이미 적혀 있습니다" in text(await talk.say(user, "출발", update="tap-2"))
    assert len((await trip_of(talk, user)).legs) == 1


async def test_return_without_a_trip_says_how(talk):
    assert "열려 있는 출장이 없습니다" in text(await talk.say(await agreed(talk), "복귀"))


async def test_a_moment_to_come_changes_the_plan(talk):
    user = await agreed(talk)
    await talk.say(user, "출장 오늘 13시 진주 스마트팜")

    assert "복귀 예정을 11. 23.(월) 18:30로" in text(await talk.say(user, "복귀 18시 30분"))


async def test_in_a_channel_nothing_of_it_is_answered(talk):
    user = await agreed(talk)
    await talk.say(user, "출장 오늘 13시 진주 스마트팜")

    assert await talk.say(user, "출발", chat="총무과") == []
    assert "개인 대화에서만" in text(await talk.say(user, "출발", chat="총무과", mention=True))


async def test_the_first_arrival_asks_for_consent_and_counts_without_it(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜")

    there = await talk.say(user, "도착")
    await talk.press(user, there[1], "동의하지 않습니다")
    await talk.say(user, "복귀")

    assert "도착, 적었습니다" in there[0].reply.text
    assert "동의가 필요합니다" in there[1].reply.text
    assert "출장을 마쳤습니다" in (await told_to(talk, user))[-1].reply.text


# --- a live share


async def live(talk: Talk, user: str, step: int, *, edit: bool = True) -> list[Outgoing]:
    """A live share that moves as a phone does: a few metres of jitter, edits of one message."""
    from bot.messenger import Update

    wobble = ((step * 7919) % 23 - 11) * 1.1e-5, ((step * 104729) % 19 - 9) * 1.3e-5
    point = replace(JINJU, lat=JINJU.lat + wobble[0], lon=JINJU.lon + wobble[1], live=True, edited=edit,
                    accuracy_m=9.0 + step % 5)  # fmt: skip
    before, now = len(talk.messenger.sent), talk.clock.now()
    await talk.router.receive(
        Update("console", user, now, id=f"live-{user}-{step}", location=point, message=f"live-{user}", sent_at=now)
    )
    await talk.house.rota.drain()
    return [one for one in talk.messenger.sent[before:] if one.chat.id == f"dm:{user}"]


async def test_a_trace_of_ten_minutes_earns_one_better_receipt_and_no_more(tmp_path):
    async with talking(tmp_path, roles=("deliver", "chat")) as talk:
        user = await agreed(talk)
        await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜, 농정과-812")
        await talk.say(user, "도착")
        first = await live(talk, user, 0, edit=False)
        told = []
        for step in range(1, 30):
            await talk.advance(timedelta(seconds=50))
            told += await live(talk, user, step)

        assert "진주시 부근" in text(first)
        assert len(told) == 1, [one.reply.text for one in told]
        assert told[0].reply.text.startswith("10분 동안의 실시간 공유가 확인되었습니다")
        arrived = (await trip_of(talk, user)).leg(LegKind.ARRIVED)
        assert arrived is not None
        assert arrived.grade == 3
        assert "trace" in arrived.flags
        await talk.say(user, "복귀")
        await talk.house.rota.drain()
        assert await live(talk, user, 99) == []


# --- in people's own words


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("14시로 변경", "14:00 · 진주 스마트팜"),
        ("시간을 15시 30분으로 바꿔 주세요", "15:30 · 진주 스마트팜"),
        ("모레로 연기됐습니다", "11. 25.(수) 13:00 · 진주 스마트팜"),
        ("장소가 하동군청으로 변경됐어요", "13:00 · 하동군청"),
        ("교통편은 버스로 바뀌었습니다", "대중교통"),
        ("서주무관도 같이 갑니다", "동행 서마루"),
    ],
)
@pytest.mark.parametrize("later", [False, True])
async def test_a_correction_with_its_verb_is_understood_at_once_and_later(talk, said, told, later):
    user = talk.newcomer()
    await talk.say(user, "출장 내일 13시 진주 스마트팜, 관용차")
    if later:
        await talk.say(user, "출장 목록")
        await talk.house.people.answer("gyeongnam", user, f"console/dm:{user}", talk.clock.now())

    assert told in text(await talk.say(user, said))


@pytest.mark.parametrize("said", ["취소할게요", "못 가게 됐습니다", "출장 철회합니다"])
async def test_a_trip_is_called_off_in_other_words(talk, said):
    user = talk.newcomer()
    await talk.say(user, "출장 내일 13시 진주 스마트팜")

    assert "취소" in text(await talk.say(user, said))
    assert (await trip_of(talk, user)).state is State.CANCELLED


@pytest.mark.parametrize("said", ["출장 취소 안 할래요", "출장 취소 하지 마세요"])
async def test_a_denied_cancellation_cancels_nothing(talk, said):
    user = talk.newcomer()
    await talk.say(user, "출장 내일 13시 진주 스마트팜")

    assert "취소하지 않았습니다" in text(await talk.say(user, said))
    assert (await trip_of(talk, user)).state is State.PLANNED


@pytest.mark.parametrize("said", ["출발 안 했어요", "아직 출발 못했습니다", "출발 아직입니다"])
async def test_a_denied_moment_is_not_written(talk, said):
    user = talk.newcomer()
    await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜")

    assert "아직 출발을 적지 않았습니다" in text(await talk.say(user, said))
    assert (await trip_of(talk, user)).legs == ()


async def test_what_may_be_a_moment_is_asked_and_a_yes_writes_it(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 오늘 11시 30분 관내 상남동 주민센터")

    asked = await talk.say(user, "지금 나갑니다")
    before = (await trip_of(talk, user)).legs
    told = text(await talk.say(user, "네"))

    assert "출발입니까?" in text(asked)
    assert before == ()
    assert "출발, 적었습니다" in told
    assert [leg.kind for leg in (await trip_of(talk, user)).legs] == [LegKind.DEPARTED]


async def test_several_moments_of_one_message_are_all_written(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 오늘 8시 관내 상남동 주민센터")

    await talk.say(user, "깜빡했어요 출발 8:40 도착 9:10 복귀 11:00")
    await talk.house.rota.drain()
    told = (await told_to(talk, user))[-1].reply.text
    again = text(await talk.say(user, "깜빡했어요 출발 8:40 도착 9:10 복귀 11:00"))

    assert "08:40 ~ 11. 23.(월) 11:00" in told or "08:40 ~ 11:00" in told
    assert "이미 마쳤습니다" in again
    assert "사후 제출" in told
    trip = await trip_of(talk, user)
    assert [leg.kind for leg in trip.legs] == [LegKind.DEPARTED, LegKind.ARRIVED, LegKind.RETURNED]


@pytest.mark.parametrize("said", ["복귀", "복귀 11시", "11시 10분에 복귀했습니다"])
async def test_a_return_without_its_departure_asks_for_both_and_closes_nothing(talk, said):
    user = talk.newcomer()
    await talk.say(user, "출장 오늘 8시 관내 상남동 주민센터")

    assert "두 시각을 함께 써 주시면" in text(await talk.say(user, said))
    assert (await trip_of(talk, user)).state is State.PLANNED
    await talk.say(user, "출발 8시 30분 복귀 11시")
    assert (await trip_of(talk, user)).state is State.CLOSED


async def test_a_forgotten_tap_is_not_taken_for_now(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 오늘 11시 관내 상남동 주민센터")

    asked = text(await talk.say(user, "도착 누르는 걸 잊었네요"))

    assert "몇 시였습니까?" in asked
    assert (await trip_of(talk, user)).legs == ()
    assert "11:10 도착" in text(await talk.say(user, "11시 10분"))


@pytest.mark.parametrize("said", ["출장 11/31 10시 진주", "출장 내일 25시 진주", "출장 13월 40일 진주"])
async def test_a_day_or_hour_that_does_not_exist_is_asked_again(talk, said):
    user = talk.newcomer()

    assert "없는 날짜나 시각" in text(await talk.say(user, said))
    assert "출장이 없습니다" in text(await talk.say(user, "출장 목록"))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("출장(관외) / 11.24(화) 10:00-16:00 / 합천군청 / 버스", "11. 24.(화) 10:00~16:00 · 합천군청\n대중교통"),
        (
            "■ 출장내역: 2026.11.26(목) 09:00~18:00, 부산 벡스코, 자가용(동승자 1명)",
            "09:00~18:00 · 부산 벡스코\n자가용",
        ),
        ("출장: 24일(화) 13:30, 창녕 / 차량: 12가3456 / 동행: 없음", "11. 24.(화) 13:30 · 창녕"),
        ("출장 20261126 1400 의령", "11. 26.(목) 14:00 · 의령"),
        ("□ 출장 개요\n ○ 일시: 11. 27.(금) 10:00\n ○ 장소: 산청군청\n ○ 동행: 서마루", "11. 27.(금) 10:00 · 산청군청"),
    ],
)
async def test_a_form_pasted_in_one_piece_is_a_memo(talk, said, told):
    assert told in text(await talk.say(talk.newcomer(), said))


@pytest.mark.parametrize("said", ["출장 내일 오전 10시 김해, 오후 3시 양산", "내일 오전 출장 김해, 오후 출장 양산"])
async def test_two_trips_of_one_message_are_two(talk, said):
    user = talk.newcomer()

    told = await talk.say(user, said)

    assert [one.destination for one in sorted(await trips_of(talk, user), key=lambda one: one.starts_at)] == [
        "김해",
        "양산",
    ]
    assert {one.starts_at.date() for one in await trips_of(talk, user)} == {date(2026, 11, 24)}
    assert len(told) == 2


async def test_a_week_of_a_month_is_no_day(talk):
    user = talk.newcomer()

    assert "며칠인지 분명하지 않아" in text(await talk.say(user, "12월 첫째주 화요일 14시 하동 출장"))
    assert await trips_of(talk, user) == []


async def test_an_hour_later_is_no_place(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 내일 13시 진주 스마트팜")

    await talk.say(user, "시간이 30분 늦춰졌어요")

    assert (await trip_of(talk, user)).destination == "진주 스마트팜"


async def test_words_about_something_else_close_no_trip(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 오늘 11시 관내 상남동 주민센터")
    await talk.say(user, "출발 11시")

    await talk.say(user, "복귀 명령 관련 보도자료 찾아줘")
    await talk.say(user, "도착이랑 복귀를 깜빡 각각 11시 10분, 11시 20분")

    assert [leg.kind for leg in (await trip_of(talk, user)).legs] == [LegKind.DEPARTED]
    await talk.say(user, "출장 끝났습니다")
    assert (await trip_of(talk, user)).state is State.CLOSED


async def test_a_greeting_before_a_memo_is_no_part_of_it(talk):
    said = "안녕하세요 주무관입니다. 내일 오후 4시에 거창군청으로 출장 다녀오려고 합니다. 관용차 쓸게요. 감사합니다."

    assert "11. 24.(화) 16:00 · 거창군청\n관용차" in text(await talk.say(talk.newcomer(), said))


@pytest.mark.parametrize("said", ["보고서 써줘", "결과보고서 초안 보여주세요", "복명서 만들어 줘요"])
async def test_the_report_is_asked_for_in_other_words(talk, said):
    user = talk.newcomer()
    await talk.say(user, "출장 오늘 11시 관내 상남동 주민센터")
    await talk.say(user, "출발 11시")
    await talk.say(user, "복귀")

    assert "상남동 주민센터" in text(await talk.say(user, said))


@pytest.mark.parametrize(
    "said", ["사진으로 낼게요", "위치 안 보내고 증빙하는 방법?", "휴대폰이 꺼져서요 ㅠㅠ", "못 눌렀는데 어떡하죠"]
)
async def test_the_way_without_a_location_is_shown(talk, said):
    user = talk.newcomer()
    await talk.say(user, "출장 오늘 11시 관내 상남동 주민센터")

    assert {"하이패스", "사진", "방문기관 확인"} <= set(labels((await talk.say(user, said))[0]))


@pytest.mark.parametrize("said", ["내 출장", "오늘 출장 몇 시였지?", "이번 주 출장 뭐 있지"])
async def test_ones_own_trips_are_asked_for_in_words(talk, said):
    user = talk.newcomer()
    await talk.say(user, "출장 내일 13시 진주 스마트팜")

    assert "진주 스마트팜 · 예정" in text(await talk.say(user, said))


# --- companions and the visited office


async def test_companions_get_one_private_question_without_a_place(talk):
    user = await agreed(talk)
    await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜, 정가온 동행")
    before = len(await told_to(talk, "jung"))

    await talk.say(user, "도착")
    await talk.say(user, location=talk.here(JINJU))
    asked = (await told_to(talk, "jung"))[before:]
    thanks = await talk.press("jung", asked[0], "함께 있습니다")
    await talk.say(user, "복귀")

    assert len(asked) == 1
    assert labels(asked[0]) == ["함께 있습니다", "아닙니다"]
    assert not any(word in asked[0].reply.text for word in ("진주", "스마트팜", "km", "35."))
    assert "고맙습니다" in text(thanks)
    trip = await trip_of(talk, user)
    assert trip.confirmed == ("jung",)
    assert "colleague" in (await receipt_at(talk, trip.closing)).receipt.flags
    assert (await receipt_at(talk, trip.closing)).receipt.grade == 1


async def test_a_companion_who_was_not_there_leaves_the_trip_and_the_traveller_hears(talk):
    user = await agreed(talk)
    await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜, 한여울 동행")
    await talk.say(user, "도착")
    asked = (await told_to(talk, "han"))[-1]

    await talk.press("han", asked, "아닙니다")

    assert "동행하지 않는다고" in (await told_to(talk, user))[-1].reply.text
    assert (await trip_of(talk, user)).companions == ()


@pytest.mark.parametrize(
    ("said", "confirmed"), [("네", True), ("넵 같이 왔습니다", True), ("아니요", False), ("아뇨 저는 못 갔어요", False)]
)
async def test_a_companion_may_answer_in_words(talk, said, confirmed):
    user = await agreed(talk)
    await talk.say("cho", "도움말")
    await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜, 조해솔 동행")
    await talk.say(user, "도착")

    told = text(await talk.say("cho", said))

    assert told == ("확인을 적었습니다. 고맙습니다." if confirmed else "알겠습니다. 동행 명단에서 뺐습니다.")
    trip = await trip_of(talk, user)
    assert trip.confirmed == (("cho",) if confirmed else ())
    assert trip.companions == (("cho",) if confirmed else ())
    assert "명단" not in text(await talk.say("cho", "아니요"))  # answered once


async def test_a_companions_question_pushes_no_other_aside(talk):
    user = await agreed(talk)
    memo = await talk.say("shin", "출장 내일 13시 사천시청 관외")
    await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜, 신아람 동행")
    await talk.say(user, "도착")

    assert "적어 두었습니다" in text(await talk.say("shin", "네"))
    assert "사천" in text(memo)
    assert (await trip_of(talk, user)).confirmed == ()


async def test_a_strangers_press_on_another_trip_does_nothing(talk):
    user = await agreed(talk)
    memo = await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜, 강이든 동행")
    await talk.say(user, "도착")
    asked = (await told_to(talk, "kang"))[-1]

    for someone in ("yun", "park"):
        assert "찾지 못했습니다" in text(await talk.say(someone, press=button(asked, "함께 있습니다")))
        assert "찾지 못했습니다" in text(await talk.say(someone, press=button(memo[0], "맞습니다")))
        assert "찾지 못했습니다" in text(
            await talk.say(someone, press=f"leg:{(await trip_of(talk, user)).id}:returned")
        )
    assert (await trip_of(talk, user)).confirmed == ()


async def test_the_visited_offices_code_is_a_fact_of_the_trip(talk):
    user = await agreed(talk)
    await talk.say(user, "출장 오늘 11시 30분 창원시청 회의")
    code = "".join(
        letter for letter in text(await talk.say("yun", "방문 확인 번호")).splitlines()[0] if letter.isdigit()
    )
    assert len(code) == 8

    wrong = text(await talk.say(user, f"방문확인 {(int(code) + 1) % 10**8:08d}"))
    right = text(await talk.say(user, f"방문확인 {code}"))
    await talk.say(user, "복귀")

    assert "확인되지 않은 번호" in wrong
    assert "창원시(예시) 방문을 확인했습니다" in right
    trip = await trip_of(talk, user)
    assert (trip.host, trip.legs[0].basis) == ("changwon", Basis.HOST)
    assert "host" in (await receipt_at(talk, trip.closing)).receipt.flags


# --- afterwards


async def test_a_forgotten_arrival_is_told_afterwards_without_reproach(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 어제 13~18시 진주 스마트팜, 관용차")

    asked = text(await talk.say(user, "어제 출장 도착 깜빡했어요"))
    told = await talk.say(user, "13시 40분이요")

    assert asked.startswith("괜찮습니다. 11. 22.(일) 진주 스마트팜 출장의 도착을")
    assert "11. 22.(일) 13:40 도착을 사후 제출로 적었습니다" in text(told)
    assert labels(told[0])[-3:] == ["하이패스", "사진", "방문기관 확인"]
    assert not any(word in asked + text(told) for word in ("늦", "잘못", "누락", "위반"))
    leg = (await trip_of(talk, user)).legs[0]
    assert (leg.late, leg.basis) == (True, Basis.TAP)


async def test_a_return_of_yesterday_closes_late(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 어제 13~18시 진주 스마트팜")
    await talk.say(user, "도착 어제 13시 40분이었어요")

    await talk.say(user, "복귀 어제 17시 40분이었어요")
    closing = (await told_to(talk, user))[-1].reply.text

    assert "11. 22.(일) 13:40 ~ 17:40" in closing
    assert "4시간" in closing
    receipt = (await receipt_at(talk, (await trip_of(talk, user)).closing)).receipt
    assert receipt.pair is not None
    assert (receipt.pair.minutes, receipt.grade, set(receipt.flags)) == (240, 1, {"late", "no_location"})


async def test_a_file_handed_in_is_kept_as_a_hash_alone(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 어제 13~18시 진주 스마트팜")
    late = await talk.say(user, "도착 어제 13시 40분")

    asked = await talk.press(user, late[0], "하이패스")
    taken = await talk.say(user, files=[PHOTO])
    receipt = (await told_to(talk, user))[-1]

    assert "파일은 저장하지 않고" in text(asked)
    assert "하이패스를 사후 제출로 적었습니다" in receipt.reply.text
    assert receipt.reply.image is not None
    assert all(one.reply.text == receipt.reply.text for one in taken)
    digest = hashlib.sha256(PHOTO.data).digest()
    leg = (await trip_of(talk, user)).legs[-1]
    assert (leg.basis, leg.digest) == (Basis.TOLL, digest)
    issued = await receipt_at(talk, leg.receipt)
    assert (issued.receipt.grade, set(issued.receipt.flags)) == (1, {"late", "no_location"})
    log = Issuer(talk.house.redis, talk.house.keys(opens=False), talk.clock.now).log
    found = [await log.get("gyeongnam", issued.index - back) for back in (1, 2)]
    assert any(one and one.kind == "evidence" and (one.fields or {}).get("sha256") == digest for one in found)
    kept = b"".join(path.read_bytes() for path in talk.data.rglob("*") if path.is_file())
    assert PHOTO.data[3:60] not in kept
    assert "영수증 확인(검증)은 감사 담당만" in text(await talk.say(user, files=[PHOTO]))


@pytest.mark.parametrize(
    ("said", "basis"),
    [("어제 출장 하이패스입니다", Basis.TOLL), ("출장 현장 사진입니다", Basis.PHOTO), ("사후 제출", Basis.PHOTO)],
)
async def test_a_file_with_a_word_is_taken_once_its_hour_is_told(talk, said, basis):
    user = talk.newcomer()
    await talk.say(user, "출장 어제 13~18시 진주 스마트팜")

    asked = text(await talk.say(user, said, files=[PHOTO]))
    assert "몇 시에 도착하셨습니까?" in asked
    assert not (await trip_of(talk, user)).legs
    await talk.say(user, "14시 5분이요")

    assert "사후 제출로 적었습니다" in (await told_to(talk, user))[-1].reply.text
    assert (await trip_of(talk, user)).legs[-1].basis is basis


async def test_an_auditors_picture_is_a_receipt_to_check_unless_a_question_waits(talk):
    await talk.say("lee", "출장 어제 13~18시 진주 스마트팜")
    late = await talk.say("lee", "도착 어제 13시 40분")

    checked = text(await talk.say("lee", files=[PHOTO]))
    await talk.press("lee", late[0], "사진")
    await talk.say("lee", files=[PHOTO])

    assert checked.startswith("판독 불가")
    assert "사진을 사후 제출로" in (await told_to(talk, "lee"))[-1].reply.text


async def test_a_trip_nobody_wrote_down_is_written_down_afterwards(talk):
    user = talk.newcomer()

    told = text(await talk.say(user, "어제 13시 40분에 진주 스마트팜 출장 도착했는데 깜빡했어요"))

    assert "11. 22.(일) 13:40 도착을 사후 제출로 적었습니다(진주 스마트팜 출장)" in told


async def test_without_consent_taps_and_late_evidence_go_on_and_no_point_is_taken(talk):
    user = await agreed(talk)
    await talk.say(user, "위치 동의 철회")
    await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜")

    there = await talk.say(user, "도착")
    dropped = text(await talk.say(user, location=talk.here(JINJU)))
    await talk.press(user, there[0], "사진")
    await talk.say(user, files=[PHOTO])
    await talk.say(user, "복귀")

    assert "위치 없이도 됩니다" in text(there)
    assert "버렸습니다" in dropped
    trip = await trip_of(talk, user)
    assert [leg.basis for leg in trip.legs] == [Basis.TAP, Basis.PHOTO, Basis.TAP]
    assert trip.state is State.CLOSED
    assert trip.distance_m is None
    photo = await receipt_at(talk, trip.legs[1].receipt)
    assert photo.receipt.flags == ("no_location",)  # handed in at once: not late


async def test_a_trip_that_goes_on_beside_another_is_flagged(talk):
    user = await agreed(talk)
    await talk.say(user, "출장 오늘 10~18시 진주 스마트팜")
    await talk.say(user, "도착")
    await talk.say(user, "출장 오늘 11~17시 사천시청")
    second = next(one for one in await trips_of(talk, user) if one.destination == "사천시청")

    await talk.say(user, press=f"leg:{second.id}:arrived")
    receipt = text(await talk.say(user, location=talk.here(replace(JINJU, lat=35.0037, lon=128.0642))))

    assert "같은 시간에 다른 출장이 있습니다" in receipt
    found = next(one for one in await trips_of(talk, user) if one.id == second.id)
    assert "overlap" in (await receipt_at(talk, found.legs[-1].receipt)).receipt.flags


async def test_the_report_is_a_draft_as_offices_write_it(talk):
    user = await agreed(talk)
    await talk.say(user, "출장 오늘 11시 30분 진주 스마트팜 점검차, 관용차, 서마루 동행, 농정과-812")
    for word in ("출발", "도착", "복귀"):
        await talk.say(user, word)

    draft = await talk.say(user, "출장 결과보고서 초안")
    filed = await talk.press(user, draft[0], "파일로")

    assert " ○ 출장자: 총무과 김하나 (동행: 서마루)" in text(draft)
    assert " ○ 목적: 점검" in text(draft)
    assert " ○ 출장명령: 농정과-812" in text(draft)
    assert "(        )" in text(draft)
    file = filed[0].reply.file
    assert file is not None
    assert file.name.endswith(".txt")
    assert text(draft) in file.data.decode("utf-8-sig")


# --- numbers from the office's own system


SHEET = """연번,문서번호,소속,성명,출장기간,출장지
1,농정과-812,총무과,서마루,2026-11-24 ~ 2026-11-24,진주 스마트팜
2,농정과-813,총무과,서마루,2026.11.25. 09:00~18:00,사천시청
3,농정과-814,예산담당관,정가온,20261124,서울
4,농정과-815,총무과,없는이,2026-11-24,진주
5,,총무과,서마루,2026-11-26,진주
"""


async def test_numbers_are_imported_from_a_sheet_by_a_manager_and_for_oneself(tmp_path):
    sheet = InFile("출장명령.csv", SHEET.encode("cp949"))
    async with talking(tmp_path, roles=("deliver", "chat")) as talk:
        await talk.say("seo", "출장 내일 13시 진주 스마트팜")
        await talk.say("seo", "출장 모레 10시 사천시청, 총무과-1")
        await talk.say("jung", "출장 내일 9시 서울 KTX")

        own = text(await talk.say("seo", "출장명령", files=[sheet]))
        whole = text(await talk.say("park", "출장명령", files=[sheet]))
        again = text(await talk.say("park", "출장명령", files=[sheet]))
        other = text(await talk.say("yun", "출장명령", files=[sheet]))
        strange = text(await talk.say("park", "출장명령", files=[InFile("a.csv", b"a,b\n1,2\n")]))
        broken = text(await talk.say("park", "출장명령", files=[InFile("a.xlsx", b"PK\x03\x04...")]))

        assert "출장명령 4건을 읽어 1건에 문서번호를 붙였습니다" in own
        assert "다른 번호가 있어 그대로 둔 것 1건" in own
        assert "다른 분의 것 2건" in own
        assert "4건을 읽어 1건에" in whole
        assert "4건을 읽어 0건에" in again
        assert "0건에" in other
        assert "칸을 찾지 못했습니다" in strange
        assert "읽지 못했습니다" in broken
        assert [one.document for one in await trips_of(talk, "seo")] == ["농정과-812", "총무과-1"]
        assert [one.document for one in await trips_of(talk, "jung")] == ["농정과-814"]
        assert "엑셀·CSV" in text(await talk.say("park", "출장명령"))
