"""A month's trips become a claim sheet: what each is paid and by which article, what is missing, exactly once."""

from __future__ import annotations

import asyncio
import io
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest
import pytest_asyncio
import python_calamine

from attest import qr
from attest.claims import Claims
from attest.evidence import Challenge, grade
from attest.issue import Issued, Issuer
from attest.receipt import Holder, Pair, Point, Share
from attest.travel_rules import Measure, Rule, Rules
from attest.trip import KST, Area, Basis, Leg, LegKind, State, Trip, Vehicle
from attest.trips import Trips
from bot.clock import VirtualClock
from bot.holdings import Holdings
from bot.messenger import Location, Outgoing, VerdictFacts
from bot.settings import Institution
from bot.settings_travel import Travel
from bot.wording.claim_sheet import series
from bot.wording.privacy import CONSENT_VERSION
from tests.talk import Talk, button, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
JINJU = Point(35.1800, 128.1076, 12.0)
OFFICE = Point(35.2279, 128.6811, 12.0)
_ids = itertools.count(1)


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("settlement")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(_folder) -> AsyncIterator[Talk]:
    async with talking(_folder, roles=("deliver", "chat", "verify")) as stage:
        _entered(stage, "gyeongnam")
        yield stage


def _entered(talk: Talk, tenant: str) -> None:
    """As an operator would have entered the amounts: those of tests, nobody's annex."""
    day = date(2024, 7, 2)
    rules = Rules(
        (
            Rule("daily", day, "예시 조례 제4조", 25_000), Rule("meals", day, "예시 조례 제4조", 25_000),
            Rule("lodging", day, "예시 조례 제4조", 70_000),
        ),
        frozenset({"경상남도 창원시"}), Measure.ROUND, "예시 여비 조례", "제6조",
    )  # fmt: skip
    known: dict[str, Institution] = talk.house.tenancy._institutions
    known[tenant] = replace(known[tenant], travel=Travel(rules, frozenset({"new60"})))


@dataclass
class Traveller:
    """A person with trips as the trips' conversation would have left them."""

    talk: Talk
    user: str

    def _issuer(self) -> Issuer:
        clock = self.talk.clock
        assert isinstance(clock, VirtualClock)
        return Issuer(self.talk.house.redis, self.talk.house.keys(opens=False), clock.now)

    async def receipt(self, at: datetime, *, point: Point | None = JINJU, pair: Pair | None = None) -> Issued:
        now = self.talk.clock.now()
        share = Share(point, now, now, messenger="console", message=f"t{next(_ids)}")
        evidence = grade(share, Challenge(now))
        issued = await self._issuer().issue(
            "gyeongnam", "경상남도", Holder(self.user, "이름", "총무과"), share, evidence, "총무과-812",
            f"t{next(_ids)}", pair=pair,
        )  # fmt: skip
        await Holdings(self.talk.house.redis).add("gyeongnam", self.user, issued.index, at)
        return issued

    async def trip(self, begins: str, ends: str = "", *, located: bool = True, told: str = "", **changes) -> Trip:
        """A trip of November; `begins` and `ends` as `20 13:00`."""
        start = _november(begins)
        legs = [Leg(LegKind.DEPARTED, start, start, Basis.TAP)]
        if located:
            issued = await self.receipt(start + timedelta(hours=1))
            legs.append(
                Leg(
                    LegKind.ARRIVED,
                    start + timedelta(hours=1),
                    start + timedelta(hours=1),
                    Basis.SHARE,
                    issued.index,
                    issued.receipt.serial,
                    2,
                    48170,
                    changes.pop("distance_m", 60_000),
                )
            )
        if ends:
            end = _november(ends)
            legs.append(Leg(LegKind.RETURNED, end, _november(told) if told else end, Basis.TAP))
        given = {
            "state": State.CLOSED if ends else State.OPEN,
            "destination": "진주 스마트팜",
            "document": "총무과-812",
        }
        given |= {"vehicle": Vehicle.OWN, **changes}
        trip = Trip(f"trip{next(_ids)}", self.user, start, legs=tuple(legs), **given)
        return await Trips(self.talk.house.redis).add("gyeongnam", trip)

    async def says(self, said: str) -> str:
        return text(await self.talk.say(self.user, said))

    async def sheet(self, month: str = "") -> list[Outgoing]:
        asked = await self.talk.say(self.user, f"정산 {month}".strip())
        label = next(one for one in labels(asked[0]) if one.startswith("정산서"))
        return await self.talk.press(self.user, asked[0], label)


@pytest.fixture
def traveller(talk) -> Traveller:
    return Traveller(talk, talk.newcomer())


def _november(told: str) -> datetime:
    day, _, clock = told.partition(" ")
    hour, minute = clock.split(":")
    return datetime(2026, 11, int(day), int(hour), int(minute), tzinfo=KST).astimezone(UTC)


def files(messages: list[Outgoing]) -> dict[str, bytes]:
    return {one.reply.file.name: one.reply.file.data for one in messages if one.reply.file is not None}


def pdf_text(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def rows_of(content: bytes) -> list[list[object]]:
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


INSIDE = {"area": Area.INSIDE, "destination": "상남동 주민센터", "located": False}


# --- the month


@pytest.mark.parametrize(
    ("begins", "ends", "vehicle", "told"),
    [
        ("20 13:00", "20 17:00", Vehicle.OWN, "20,000원"),
        ("20 13:00", "20 16:59", Vehicle.OWN, "10,000원"),
        ("20 13:00", "20 17:00", Vehicle.OFFICIAL, "10,000원"),
        ("20 13:00", "20 16:59", Vehicle.OFFICIAL, "0원"),
    ],
)
async def test_a_trip_inside_is_paid_by_its_hours_and_its_car(traveller, begins, ends, vehicle, told):
    await traveller.trip(begins, ends, vehicle=vehicle, **INSIDE)

    said = await traveller.says("정산")

    assert said.startswith(f"11월 출장 영수증 0장, 출장 1건입니다. 셈한 금액은 {told}(1건)입니다.")
    assert f"1. 11. 20.(금) 13:00~{ends.split()[1]} 상남동 주민센터 · 관내 · " in said
    assert said.split("\n")[1].endswith(told)


@pytest.mark.parametrize(
    ("said", "month"),
    [("정산 2026-09", 9), ("10월 출장비 정산해줘", 10), ("이번달 여비 청구", 11), ("출장비 얼마 나와요?", 11)],
)
async def test_a_month_is_asked_for_in_other_words(traveller, said, month):
    assert (await traveller.says(said)).startswith(f"{month}월")


async def test_the_limit_is_told_when_asked_for(traveller):
    await traveller.trip("20 09:00", "20 18:00", vehicle=Vehicle.OFFICIAL)

    assert "1번 12. 4.(금)까지" in await traveller.says("정산 기한이 언제까지예요?")


async def test_a_month_that_no_year_has_is_not_taken_for_this_one(traveller):
    assert "없는 달" in await traveller.says("정산 13월")


async def test_amounts_of_rules_that_are_examples_are_told_as_examples(traveller):
    assert "예시" not in await traveller.says("정산")
    await traveller.trip("20 09:00", "20 18:00", vehicle=Vehicle.OFFICIAL)

    for said in (await traveller.says("정산"), await traveller.says("정산 11월 근거")):
        assert "예시 금액으로 셈한 것입니다." in said.split("\n")[0]


async def test_a_trip_outside_with_an_official_car_has_half_the_daily_money_and_no_fare(traveller):
    await traveller.trip("20 09:00", "20 18:00", vehicle=Vehicle.OFFICIAL)

    said = await traveller.says("정산")

    assert "1. 11. 20.(금) 09:00~18:00 진주 스마트팜 · 관외 · 관용차 · 문서 총무과-812 · 37,500원" in said
    assert "더 필요한 것" not in said


async def test_what_is_missing_is_said_for_each_trip_and_how_to_tell_it(traveller):
    await traveller.trip("18 09:00", "18 18:00", vehicle=Vehicle.UNKNOWN, document="")
    await traveller.trip("19 09:00")
    await traveller.trip("20 09:00", "21 12:00")

    said = await traveller.says("정산")

    assert "1. 11. 18.(수) 09:00~18:00 진주 스마트팜 · 관외\n· 더 필요한 것: 차량, 문서번호" in said
    assert "· 더 필요한 것: 복귀" in said
    assert "11. 20.(금) 09:00~11. 21.(토) 12:00" in said
    assert "· 더 필요한 것: 운임 카드 영수증, 숙박 카드 영수증" in said
    assert "'정산 1번 관용차'" in said


async def test_what_is_told_counts_at_once(traveller):
    await traveller.trip("20 09:00", "21 12:00", vehicle=Vehicle.UNKNOWN)

    assert "아직 셈하지 못한 것이" in await traveller.says("정산 1번 대중교통")
    assert "운임" in await traveller.says("정산 1번 운임 45,200원")
    assert "이제 205,200원입니다" in await traveller.says("정산 1번 숙박 60,000")
    assert "대중교통" in (said := await traveller.says("정산"))
    assert "205,200원" in said


async def test_a_correction_is_read_or_refused_in_words(traveller):
    await traveller.trip("20 09:00", "20 18:00")

    for said, told in {
        "정산 1번 거리 13.5km": "1번에 적었습니다: 여행거리",
        "정산 11월 1번 관외": "1번에 적었습니다: 관내·관외",
        "정산 1번 숙박 없음": "1번에 적었습니다: 숙박한 밤",
        "정산 1번 식사 2끼": "1번에 적었습니다: 제공받은 식사",
        "정산 1번 운임 99999999": "무엇을 적을지 읽지 못했습니다",
        "정산 1번": "무엇을 적을지 읽지 못했습니다",
        "정산 9번 관용차": "9번 출장이 없습니다",
        "정산 10월 1번 관용차": "1번 출장이 없습니다",
        "정산 1번 관용차": "적혀 있어 정산에서 바꾸지 않습니다",
    }.items():
        assert told in await traveller.says(said), said


async def test_a_straight_line_near_an_edge_decides_nothing(traveller):
    await traveller.trip("20 09:00", "20 14:00", distance_m=6_000)

    said = await traveller.says("정산")
    assert "· 여행거리를 확인해 주십시오. 직선거리로는" in said
    assert "이제" not in said

    assert "이제 20,000원입니다" in await traveller.says("정산 1번 거리 5.9")


async def test_two_trips_of_a_day_share_its_cap(traveller):
    await traveller.trip("20 09:00", "20 13:00", **INSIDE)
    await traveller.trip("20 13:30", "20 18:00", **INSIDE)

    said = await traveller.says("정산")

    assert "셈한 금액은 20,000원(2건)입니다." in said
    assert said.split("\n")[2].endswith(" · 0원")


async def test_whoever_has_a_car_from_the_office_is_paid_nothing_inside(talk):
    person = Traveller(talk, "new60")
    await person.trip("20 13:00", "20 18:00", **INSIDE)

    assert "셈한 금액은 0원(1건)입니다." in await person.says("정산")


async def test_late_and_unlocated_trips_are_claimed_as_well_and_said_to_be(traveller):
    await traveller.trip("20 13:00", "20 18:00", told="21 09:00", **INSIDE)

    assert "사후 제출" in await traveller.says("정산")
    content = files(await traveller.sheet())
    told = pdf_text(next(one for name, one in content.items() if name.endswith(".pdf"))).replace("\r\n", "")
    assert "사후 제출" in told
    assert "위치 없음" in told


async def test_cancelled_trips_are_not_there(traveller):
    await traveller.trip("20 13:00", "20 18:00", state=State.CANCELLED, **INSIDE)

    assert "받으신 출장 영수증이 없습니다" in await traveller.says("정산")


async def test_a_receipt_of_no_trip_is_listed_and_not_counted(traveller):
    await traveller.receipt(_november("20 10:00"))

    said = await traveller.says("정산")

    assert "영수증 1장" in said
    assert "출장 시간을 몰라 셈하지 않았습니다" in said


async def test_a_limit_of_two_weeks_is_said_when_it_is_near_or_over(traveller):
    await traveller.trip("3 13:00", "3 18:00", **INSIDE)
    await traveller.trip("10 13:00", "10 18:00", **INSIDE)
    await traveller.trip("20 13:00", "20 18:00", **INSIDE)

    said = await traveller.says("정산")

    assert "정산 기한 2주가 지난 것: 1번" in said
    assert "정산 기한: 2번 11. 24.(화)까지." in said
    assert "3번 12." not in said


async def test_amounts_that_nobody_entered_are_named_and_left_open(talk):
    known = talk.house.tenancy._institutions
    before = known["gyeongnam"]
    known["gyeongnam"] = replace(before, travel=Travel())
    person = Traveller(talk, talk.newcomer())
    await person.trip("20 09:00", "20 18:00", vehicle=Vehicle.OFFICIAL, area=Area.OUTSIDE)
    try:
        said = await person.says("정산")
        made = files(await person.sheet())
    finally:
        known["gyeongnam"] = before

    assert "기관에 등록되지 않아 셈하지 못한 것: 일비 금액, 식비 금액. 정산서에는 빈칸으로 둡니다." in said
    assert "37,500" not in said
    row = rows_of(next(one for name, one in made.items() if name.endswith(".xlsx")))[2]
    assert row[12] == ""
    assert "등록되지 않은 것: 일비 금액, 식비 금액" in str(row[17])


# --- the sheet


async def test_a_sheet_is_a_paper_and_a_workbook_in_the_offices_form(traveller):
    await traveller.trip("20 13:00", "20 18:20", purpose="현장 점검", **INSIDE)
    await traveller.trip("23 09:00", "23 10:30", vehicle=Vehicle.OFFICIAL)

    messages = await traveller.sheet()

    assert "정산서를 만들었습니다" in messages[0].reply.text
    made = files(messages)
    number = next(iter(made)).removesuffix(".pdf")
    assert list(made) == [f"{number}.pdf", f"{number}.xlsx"]
    assert number.startswith("정산-총무과-2026-")
    told = pdf_text(made[f"{number}.pdf"])
    for words in (number, "국내출장 여비 정산서", "성명", "직급", "담당", "과장", "상남동", "13:00~18:20", "57,500",
                  "20,000", "37,500", "1/"):  # fmt: skip
        assert words in told, words
    flat = "".join(told.split())
    assert "공무원여비규정제18조제1항본문(4시간이상)" in flat
    assert "제15조" in flat
    assert "제28조제1항" in flat
    assert "제31조제1항" in flat
    assert "예시여비조례(공무원여비규정제29조의2)" in flat
    rows = rows_of(made[f"{number}.xlsx"])
    assert rows[1][:3] == ["정산 번호", "성명", "소속"]
    assert rows[2][0] == number
    assert rows[2][4] == date(2026, 11, 20)
    assert rows[2][5] == datetime(2026, 11, 20, 13, 0)  # noqa: DTZ001 - as sheets have it
    assert (rows[2][7], rows[2][12], rows[3][12], rows[4][12]) == (320, 20_000, 37_500, 57_500)


async def test_asking_again_gives_the_very_same_files_days_later(talk, traveller):
    await traveller.trip("20 09:00", "20 18:00", vehicle=Vehicle.OFFICIAL)
    first = await traveller.sheet()

    again = await traveller.sheet()
    pressed = await talk.press(traveller.user, (await talk.say(traveller.user, "정산"))[0], "정산서 다시 받기")
    number = first[0].reply.file.name.removesuffix(".pdf")
    named = await talk.say(traveller.user, f"정산 {number}")

    assert files(again) == files(first) == files(pressed) == files(named)
    assert "같은 파일입니다" in again[0].reply.text
    assert number in await traveller.says("정산")


async def test_pressed_many_times_at_once_it_is_one_sheet(talk, traveller):
    await traveller.trip("20 09:00", "20 18:00", vehicle=Vehicle.OFFICIAL)
    asked = (await talk.say(traveller.user, "정산"))[0]
    press = button(asked, "정산서 받기")

    told = await asyncio.gather(*(talk.say(traveller.user, press=press) for _ in range(8)))

    assert len({name for one in told for name in files(one)}) == 2
    assert len({content for one in told for content in files(one).values()}) == 2


async def test_a_receipt_in_a_sheet_is_used_for_whoever_checks_it(talk, traveller):
    trip = await traveller.trip("20 09:00", "20 18:00", vehicle=Vehicle.OFFICIAL)
    issued = await traveller._issuer().again("gyeongnam", trip.legs[1].receipt)
    await traveller.sheet()

    checked = await talk.say("lee", f"검증 {issued.token}")

    facts = checked[0].reply.facts
    assert isinstance(facts, VerdictFacts)
    assert "used" in facts.flags


async def test_what_came_later_goes_into_a_sheet_of_its_own_and_the_first_stays(traveller):
    await traveller.trip("19 13:00", "19 18:00", **INSIDE)
    first = next(iter(files(await traveller.sheet())))
    await traveller.trip("20 13:00", "20 18:00", **INSIDE)
    await traveller.trip("21 13:00", **INSIDE)

    second = await traveller.sheet()

    assert first not in files(second)
    assert "복귀가 없는 1건은 넣지 않았습니다" in second[0].reply.text
    said = await traveller.says("정산")
    assert first.removesuffix(".pdf") in said
    assert {*files(await traveller.sheet())} >= {first}


async def test_a_trip_in_a_sheet_is_not_corrected_any_more(traveller):
    await traveller.trip("20 13:00", "20 18:00", **INSIDE)
    number = next(iter(files(await traveller.sheet()))).removesuffix(".pdf")

    assert f"{number} 정산서에 들어 있어" in await traveller.says("정산 1번 운임 3,000")


async def test_a_hostile_destination_is_a_text_in_the_workbook(traveller):
    hostile = '=HYPERLINK("http://x.kr";"여기")'
    await traveller.trip("20 13:00", "20 18:00", **INSIDE | {"destination": hostile}, purpose="@SUM(A1)")

    made = files(await traveller.sheet())

    row = rows_of(next(one for name, one in made.items() if name.endswith(".xlsx")))[2]
    assert (row[8], row[9]) == (hostile, "@SUM(A1)")


async def test_nothing_finished_makes_no_sheet(talk, traveller):
    await traveller.trip("20 13:00", **INSIDE)

    asked = (await talk.say(traveller.user, "정산"))[0]
    assert "정산서 받기" not in labels(asked)
    assert "복귀가 없어" in text(await talk.say(traveller.user, press="sheet:2026-11"))


@pytest.mark.parametrize("press", ["sheet:", "sheet:2026-13", "sheet:x", "sheet:0000-00"])
async def test_a_forged_button_makes_nothing(talk, traveller, press):
    await traveller.trip("20 13:00", "20 18:00", **INSIDE)

    assert files(await talk.say(traveller.user, press=press)) == {}


# --- others' sheets


async def test_nobody_elses_sheet_is_shown(talk, traveller):
    await traveller.trip("20 13:00", "20 18:00", **INSIDE)
    number = next(iter(files(await traveller.sheet()))).removesuffix(".pdf")

    for someone in (talk.newcomer(), "lee", "yun"):
        assert "찾지 못했습니다" in text(await talk.say(someone, f"정산 {number}"))
    assert files(await talk.say("park", f"정산 {number}"))


async def test_a_manager_sees_a_departments_month_and_nobody_else_does(talk, traveller):
    await traveller.trip("20 13:00", "20 18:00", **INSIDE)
    number = next(iter(files(await traveller.sheet()))).removesuffix(".pdf")

    told = await talk.say("park", "정산 총무과 11월")

    assert told[0].reply.text.startswith("총무과 11월 정산서 ")
    assert "김하나 · 정산-총무과-2026-" in told[0].reply.text
    rows = rows_of(files(told)["정산 총무과 11월.xlsx"])
    assert number in {row[0] for row in rows}
    assert "관리자만" in text(await talk.say("jung", "정산 총무과 11월"))
    assert "찾지 못했습니다" in text(await talk.say("park", "정산 없는과 11월"))


async def test_a_sheet_is_taken_back_by_another_manager_with_a_reason_and_its_maker_is_told(talk, traveller):
    await traveller.trip("20 13:00", "20 18:00", **INSIDE)
    number = next(iter(files(await traveller.sheet()))).removesuffix(".pdf")
    before = len(talk.messenger.sent)

    assert "관리자" in text(await talk.say(traveller.user, f"정산 취소 {number} 잘못"))
    assert "이유를 함께" in text(await talk.say("park", f"정산 취소 {number}"))
    ended = text(await talk.say("park", f"정산 취소 {number} 차량을 잘못 적음"))
    await talk.house.rota.drain()

    assert f"{number} 정산서를 취소했습니다" in ended
    told = [one.reply.text for one in talk.messenger.sent[before:] if one.chat.id == f"dm:{traveller.user}"]
    assert any(f"{number} 정산서가 취소되었습니다. 이유: 차량을 잘못 적음" in one for one in told)
    assert "이미 취소되었습니다" in text(await talk.say("park", f"정산 취소 {number} 다시"))
    second = next(iter(files(await traveller.sheet()))).removesuffix(".pdf")
    assert second != number
    old = files(await talk.say(traveller.user, f"정산 {number}"))
    assert "취소된 정산서입니다" in pdf_text(old[f"{number}.pdf"])


async def test_a_manager_does_not_take_back_a_sheet_of_their_own(talk):
    person = Traveller(talk, "park")
    await person.trip("20 13:00", "20 18:00", **INSIDE)
    number = next(iter(files(await person.sheet()))).removesuffix(".pdf")

    assert "본인이 취소할 수 없습니다" in text(await talk.say("park", f"정산 취소 {number} 이유"))
    assert (await _claims(talk).sheet("gyeongnam", number)).voided_at is None


def _claims(talk: Talk) -> Claims:
    issuer = Issuer(talk.house.redis, talk.house.keys(opens=False), talk.clock.now)
    return Claims(talk.house.redis, issuer.log, talk.clock.now)


async def test_a_trip_from_its_memo_to_its_sheet(talk, traveller):
    user = traveller.user
    await talk.house.people.grant("gyeongnam", user, talk.clock.now(), CONSENT_VERSION)
    memo = await talk.say(user, "출장 오늘 13시 진주 스마트팜, 관용차")
    (begun,) = await talk.press(user, memo[0], "맞습니다")
    await talk.press(user, begun, "출발")
    await talk.advance(timedelta(hours=2))
    await talk.say(user, location=Location(35.180123, 128.107612, accuracy_m=12.0))
    await talk.advance(timedelta(hours=3))
    await talk.press(user, begun, "복귀")
    await talk.advance(timedelta(minutes=2))

    said = await traveller.says("정산")
    made = files(await traveller.sheet())

    assert "11. 23.(월) 11:30~16:30 진주 스마트팜 · 관외 · 관용차" in said
    assert "37,500원" in said
    number = next(iter(made)).removesuffix(".pdf")
    row = rows_of(made[f"{number}.xlsx"])[2]
    assert (row[7], row[12], row[11]) == (300, 37_500, "관용차")
    with pypdfium2.PdfDocument(made[f"{number}.pdf"]) as document:
        target = io.BytesIO()
        document[len(document) - 1].render(scale=200 / 72).to_pil().save(target, "PNG")
    tokens = qr.read(target.getvalue())
    assert len(tokens) == 2  # of the place that was visited, and of the whole trip
    for token in tokens:
        checked = await talk.say("lee", f"검증 {token}")
        assert "used" in checked[0].reply.facts.flags


async def test_what_the_signed_receipt_says_otherwise_is_noted_on_the_sheet(traveller):
    closing = await traveller.receipt(_november("20 17:00"), point=None, pair=Pair(240, None, Vehicle.OWN))
    signed = {"closing": closing.index, "closing_serial": closing.receipt.serial}
    await traveller.trip("19 13:00", "19 17:00", **INSIDE, **signed)
    await traveller.trip("20 13:00", "20 17:01", **INSIDE, **signed)

    made = files(await traveller.sheet())

    rows = rows_of(next(one for name, one in made.items() if name.endswith(".xlsx")))
    assert "영수증에 서명된" not in str(rows[2][17])
    assert "영수증에 서명된 출장시간이나 차량과 다릅니다" in str(rows[3][17])


@pytest.mark.parametrize(
    "said", ["정산서 11월", "출장 정산", "여비 정산 11월", "11월 정산", "이번 달 정산", "/정산", "정산해줘요"]
)
async def test_it_is_understood_as_people_say_it(talk, said):
    assert "11월에 받으신 출장 영수증이 없습니다" in text(await talk.say(talk.newcomer(), said))


async def test_a_departments_name_makes_a_number_that_is_a_files_name(talk):
    assert series("기획/예산 담당관 ../x", 2026) == "정산-기획예산담당관x-2026"
    assert series("///", 2026) == "정산-공통-2026"


async def test_what_one_word_can_tell_is_one_press(talk, traveller):
    await traveller.trip("19 09:00", "19 18:00", vehicle=Vehicle.UNKNOWN, area=Area.OUTSIDE)

    asked = (await talk.say(traveller.user, "정산"))[0]
    assert labels(asked) == ["1번 관용차", "1번 자가용", "1번 대중교통", "1번 동승", "정산서 받기", "산출 근거"]
    assert "이제 37,500원입니다" in text(await talk.press(traveller.user, asked, "1번 관용차"))
    assert labels((await talk.say(traveller.user, "정산"))[0]) == ["정산서 받기", "산출 근거"]


async def test_a_month_of_many_trips_fits_a_message_and_all_of_it_is_in_the_sheet(traveller):
    for day in range(1, 23):
        for hour in (9, 14):
            await traveller.trip(f"{day} {hour}:00", f"{day} {hour + 3}:00", **INSIDE | {"destination": "가" * 60})

    said = await traveller.says("정산")
    made = files(await traveller.sheet())

    assert len(said) < 4_000
    assert "건은 정산서에서 보실 수 있습니다" in said
    assert len(rows_of(next(one for name, one in made.items() if name.endswith(".xlsx")))) == 2 + 44 + 1


async def test_how_an_amount_came_about_is_one_press(talk, traveller):
    await traveller.trip("19 09:00", "19 12:00", vehicle=Vehicle.OFFICIAL, **INSIDE)
    asked = (await talk.say(traveller.user, "정산"))[0]

    told = text(await talk.press(traveller.user, asked, "산출 근거"))

    assert "1. 근무지 내 여비 10,000 / 공무용 차량 감액 -10,000" in told
    assert "· 공무원 여비 규정 제18조제1항 본문(4시간 미만), 제18조제2항, 제18조제1항 단서" in told
    assert "셈한 출장이 없습니다" in await traveller.says("정산 10월 근거")
