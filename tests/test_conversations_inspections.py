"""The yearly check of trips, as an auditor holds it: a list with facts, a sample anybody can draw again, other books
side by side; a missing receipt is no finding, and nobody is suspected of anything.

The auditor is lee of 경상남도; 창원시 has an auditor, baek, a manager, nam, and a traveller, yun.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest
import pytest_asyncio
import python_calamine
import xlsxwriter

from attest.claims import Claims
from attest.crypto import KeyStore
from attest.log import ReceiptLog
from attest.trip import KST, Basis, Leg, LegKind, State, Trip, Vehicle
from attest.trips import Trips
from bot.claim_record import Amount, ClaimRecord
from bot.claim_record import Line as SheetLine
from bot.messenger import InFile, Location, Outgoing
from bot.wording.privacy import CONSENT_VERSION
from tests.talk import Talk, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROLES = ("deliver", "chat", "verify")
RIDES = "운행일자,차량번호,운전자,출발시각,도착시각,출발지,목적지,주행거리"
JINJU = Location(35.180123, 128.107612, accuracy_m=12.0)
GATES = "출입일시,성명,사번,출입구분,게이트"


@pytest_asyncio.fixture(loop_scope="module")
async def talk(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=ROLES) as stage:
        yield stage


def at(day: int, clock: str, month: int = 10) -> datetime:
    told = datetime.strptime(clock, "%H:%M").time()  # noqa: DTZ007
    return datetime.combine(date(2026, month, day), told, KST).astimezone(UTC)


async def travel(
    talk: Talk, person: str, day: int, begin: str = "13:00", end: str = "17:40", *, tenant: str = "gyeongnam",
    month: int = 10, **others: object,
) -> Trip:  # fmt: skip
    """A trip of that day as the house keeps it, told on the spot, without receipts."""
    moments = [(LegKind.DEPARTED, at(day, begin, month)), (LegKind.RETURNED, at(day, end, month))]
    legs = [Leg(kind, when, when, Basis.TAP, distance_m=52_300) for kind, when in moments]
    legs.insert(
        1, Leg(LegKind.ARRIVED, at(day, begin, month) + timedelta(hours=1), at(day, end, month), Basis.TAP, place=48170)
    )
    values: dict[str, object] = {
        "destination": "진주 스마트팜", "vehicle": Vehicle.OFFICIAL, "document": "총무과-812", "legs": tuple(legs),
        "state": State.CLOSED,
    }  # fmt: skip
    number = f"t-{person}-{month}-{day}-{begin.replace(':', '')}"
    trip = Trip(number, person, at(day, begin, month), **(values | others))
    return await Trips(talk.house.redis).add(tenant, trip)


async def october(talk: Talk) -> None:
    """Trips: three of 총무과 (kim, kim, seo), one of 농정과 (kang), one of September; new people are 김하나, too."""
    await travel(talk, "kim", 5)
    await travel(talk, "kim", 12, "09:00", "11:00", vehicle=Vehicle.OWN)
    await travel(talk, "seo", 6)
    await travel(talk, "kang", 7)
    await travel(talk, "kim", 28, month=9)


def book(messages: Sequence[Outgoing]) -> dict[str, list[list[object]]]:
    """The workbook that came, by its sheets."""
    (file,) = [one.reply.file for one in messages if one.reply.file and one.reply.file.name.endswith(".xlsx")]
    opened = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    return {name: opened.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in opened.sheet_names}


def table(messages: Sequence[Outgoing], sheet: str) -> list[dict[str, object]]:
    """A sheet's rows by their headings."""
    rows = book(messages)[sheet]
    head = max(range(len(rows[:12])), key=lambda at_: sum(cell != "" for cell in rows[at_]))
    titles = [str(cell) for cell in rows[head]]
    return [dict(zip(titles, row, strict=True)) for row in rows[head + 1 :]]


def seen(cell: object) -> str:
    """An instant in a cell, as a program shows it; a text is none."""
    assert isinstance(cell, datetime)
    return f"{cell:%Y-%m-%d %H:%M}"


def paper(messages: Sequence[Outgoing]) -> str:
    """The text of the PDF that came."""
    (file,) = [one.reply.file for one in messages if one.reply.file and one.reply.file.name.endswith(".pdf")]
    document = pypdfium2.PdfDocument(file.data)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def said(messages: Sequence[Outgoing]) -> str:
    return "\n".join(one.reply.text for one in messages)


def rides(*rows: str) -> InFile:
    return InFile("운행일지.csv", "\n".join([RIDES, *rows]).encode("cp949"))


def gates(*rows: str) -> InFile:
    return InFile("출입기록.csv", "\n".join([GATES, *rows]).encode("utf-8"))


async def open_audit(talk: Talk, period: str = "10. 1.~10. 31.", number: str = "감사담당관-812") -> None:
    await talk.say("lee", f"감사 시작 {number}, {period}, 출장 실태점검")


# --- the list


async def test_a_departments_month_is_a_short_answer_and_a_table(talk):
    await october(talk)

    answer = await talk.say("lee", "점검 총무과 10월")

    first = answer[0].reply.text
    assert first.splitlines()[0] == "총무과 10. 1.~10. 31. 출장 3건입니다."
    assert first.count("\n") <= 3
    rows = table(answer, "목록")
    assert [(row["성명"], row["부서"], row["출장일"]) for row in rows] == [
        ("김하나", "총무과", date(2026, 10, 5)), ("서마루", "총무과", date(2026, 10, 6)),
        ("김하나", "총무과", date(2026, 10, 12)),
    ]  # fmt: skip
    assert seen(rows[0]["출발"]) == "2026-10-05 13:00"
    assert seen(rows[0]["복귀"]) == "2026-10-05 17:40"
    assert rows[0]["여행시간(분)"] == 280
    assert rows[0]["직선거리(km)"] == 52.3
    assert (rows[0]["차량"], rows[1]["차량"], rows[2]["차량"]) == ("관용차", "관용차", "자가용")
    assert "진주" in str(rows[0]["장소"])
    assert rows[0]["문서번호"] == "총무과-812"


async def test_a_missing_receipt_is_said_as_what_it_may_be_and_nobody_is_suspected(talk):
    await october(talk)

    answer = await talk.say("lee", "점검 총무과 10월")

    everything = said(answer) + paper(answer) + str(book(answer))
    assert "영수증 없음(사후 자료·관내일 수 있음)" in everything
    for word in ("의심", "허위", "위반", "부당", "점수", "확률", "%"):
        assert word not in everything, word


async def test_a_trip_that_is_still_ahead_lacks_nothing_and_is_not_listed(talk):
    await travel(talk, "kim", 5)
    await talk.say("kim", "출장 내일 13시 진주 스마트팜, 관용차")

    assert "출장 1건" in said(await talk.say("lee", "점검 총무과 10. 1.~11. 30."))

    await talk.advance(timedelta(days=2))
    assert "출장 2건" in said(await talk.say("lee", "점검 총무과 10. 1.~11. 30."))


async def test_everybody_and_a_period_of_days(talk):
    await october(talk)

    answer = await talk.say("lee", "점검 전체 10. 1.~10. 6.")

    assert answer[0].reply.text.startswith("전체 10. 1.~10. 6. 출장 2건입니다.")
    assert {row["부서"] for row in table(answer, "목록")} == {"총무과"}


async def test_last_month_and_a_single_department(talk):
    await october(talk)

    assert "출장 1건입니다" in (await talk.say("lee", "점검 농정과 지난달"))[0].reply.text
    assert "9. 1.~9. 30. 출장 1건입니다" in (await talk.say("lee", "점검 총무과 9월"))[0].reply.text


async def test_a_receipt_is_checked_with_the_log_and_its_flags_and_grade_are_words(talk):
    user = talk.newcomer()
    await talk.receipt(user, "총무과-900")

    answer = await talk.say("lee", "점검 총무과 11월")

    (row,) = [one for one in table(answer, "목록") if one["문서번호"] == "총무과-900"]
    assert row["판정"] == "유효"
    assert row["등급"] == "위치 요청에 바로 답한 한 점"
    assert "창원" in str(row["장소"])
    assert seen(row["도착"]) == "2026-11-23 11:30"
    assert row["정산"] == "정산 전"


async def test_a_claimed_trip_tells_its_sheet_and_amount(talk):
    await october(talk)
    trip = await travel(talk, "seo", 6)
    line = SheetLine(trip.id, trip.begun_at, trip.returned_at, amounts=(Amount("daily", 20_000, ("제18조",)),))
    now = talk.clock.now()
    record = ClaimRecord("", now, "경상남도", "서마루", "총무과", date(2026, 10, 1), (line,)).pack()
    claims = Claims(
        talk.house.redis, ReceiptLog(talk.house.redis, KeyStore(talk.data / "keys"), talk.clock.now), talk.clock.now
    )
    sheet = await claims.claim("gyeongnam", "정산-총무과-2026", "seo", [], [trip.id], lambda _number, _at: record)
    paid = InFile("여비.csv", '성명,부서,출장일,지급액\n서마루,총무과,10/6,"25,000"\n'.encode())

    answer = await talk.say("lee", "점검 총무과 10월", files=[paid])

    (row,) = [one for one in table(answer, "목록") if one["성명"] == "서마루"]
    assert (row["정산"], row["정산번호"], row["청구액(원)"]) == ("정산함", sheet.number, 20_000)
    assert row["청구"] == "25,000원"
    assert "청구 자료와 정산 금액이 다름" in str(row["표시"])


async def test_a_list_is_a_look_with_the_audits_number_and_the_traveller_hears_of_it(talk):
    user = talk.newcomer()
    await talk.receipt(user, "총무과-901")
    await open_audit(talk, "11. 1.~11. 30.")

    answer = await talk.say("lee", "점검 총무과 11월", update="check-1")
    again = await talk.say("lee", "점검 총무과 11월", update="check-1b")

    assert "감사담당관-812" in said(answer)
    assert answer[0].reply.text.splitlines()[0] == again[0].reply.text.splitlines()[0]
    heard = [one.reply.text for one in await talk.advance(timedelta(hours=1)) if one.chat.id == f"dm:{user}"]
    assert any("감사담당관-812" in one for one in heard)


async def test_without_an_audit_the_list_comes_and_says_how_it_was_noted(talk):
    await october(talk)

    assert "문서번호 없이" in said(await talk.say("lee", "점검 총무과 10월"))


async def test_trips_outside_the_audits_period_are_left_out_and_counted(talk):
    await october(talk)
    await open_audit(talk, "10. 1.~10. 10.")

    answer = await talk.say("lee", "점검 총무과 10월")

    assert "출장 2건입니다" in answer[0].reply.text
    assert "감사 기간 밖 1건" in said(answer)


async def test_without_a_period_it_is_the_audits(talk):
    await october(talk)
    await open_audit(talk, "10. 5.~10. 6.")

    assert "10. 5.~10. 6. 출장 2건입니다" in (await talk.say("lee", "점검 총무과"))[0].reply.text


@pytest.mark.parametrize("someone", ["kim", "park", "choi", "oh", "yun"])
async def test_everybody_but_an_auditor_gets_a_polite_no(talk, someone):
    await october(talk)

    answer = await talk.say(someone, "점검 총무과 10월")
    with_file = await talk.say(someone, "점검 총무과 10월", files=[gates("2026-10-05 16:05,김하나,1,입실,본관")])

    for one in (answer, with_file):
        assert "감사 담당만" in text(one)
        assert one[0].reply.file is None
        assert "김하나" not in said(one)


async def test_it_is_private(talk):
    await october(talk)

    answer = await talk.say("lee", "/inspect 총무과 10월", chat="총무과", mention=True)

    assert all(one.reply.file is None for one in answer)
    assert "김하나" not in said(answer)
    assert await talk.say("lee", "점검", chat="총무과") == []


async def test_what_is_not_understood_is_asked_back_with_an_example(talk):
    await october(talk)

    assert "'점검 총무과 10월'" in text(await talk.say("lee", "점검"))
    assert "점심과" in text(await talk.say("lee", "점검 점심과 10월"))
    assert "총무과" in text(await talk.say("lee", "점검 점심과 10월"))
    assert "2. 30." in text(await talk.say("lee", "점검 총무과 2. 30."))
    assert "출장이 없습니다" in text(await talk.say("lee", "점검 도로과 10월"))
    for never in (
        "9999. 12. 31.",
        "9999년 12월",
        "0001년 1월",
        "1899. 1. 1.~1899. 1. 31.",
        "9999. 1. 1.~9999. 12. 31.",
    ):
        assert "달력에 없는" in text(await talk.say("lee", f"점검 총무과 {never}")), never
    assert "한 해까지" in text(await talk.say("lee", "점검 총무과 2024. 1. 1.~2025. 12. 31."))


async def test_a_bare_department_without_audit_asks_for_the_period(talk):
    assert "기간" in text(await talk.say("lee", "점검 총무과"))


# --- another institution


async def test_another_institutions_trips_open_by_its_consent_alone(talk):
    await travel(talk, "yun", 5, tenant="changwon")
    await open_audit(talk)

    before = await talk.say("lee", "점검 창원시 전체 10월")
    asked = await talk.say("lee", "감사 요청 창원시")
    (request,) = [one for one in await talk.advance(timedelta(minutes=1)) if one.chat.id == "dm:nam"]
    await talk.press("nam", request, "동의")
    after = await talk.say("lee", "점검 창원시 전체 10월")

    assert asked
    assert "출장 1건" not in said(before)
    assert all(one.reply.file is None for one in before)
    assert after[0].reply.text.startswith("창원시(예시) 전체 10. 1.~10. 31. 출장 1건입니다.")
    assert "출장 0건" not in said(after)
    assert "출장이 없습니다" in text(await talk.say("lee", "점검 전체 10월"))


# --- the sample


async def test_a_sample_can_be_drawn_again_by_anybody(talk):
    for day in range(1, 25):
        await travel(talk, "kang", day)
    await open_audit(talk)

    answer = await talk.say("lee", "점검 농정과 10월 표본 5")

    assert "표본 5건" in answer[0].reply.text
    method = " ".join(str(cell) for row in book(answer)["읽는 법"] for cell in row)
    seed = "감사담당관-812 2026-10-01~2026-10-31"
    assert seed in method
    assert "SHA-256" in method
    keys = [str(row["번호"]) for row in table(answer, "목록")]
    by_hand = sorted(keys, key=lambda key: hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest())[:5]
    assert [str(row["번호"]) for row in table(answer, "표본")] == by_hand
    assert "SHA-256" in paper(answer)


async def test_flagged_trips_are_not_the_whole_sample(talk):
    for day in range(1, 21):
        await travel(talk, "kang", day, legs=()) if day <= 6 else await travel(talk, "kang", day, "09:00", "10:00")
    for day in range(1, 9):
        await travel(talk, "cho", day)

    answer = await talk.say("lee", "점검 전체 10월 표본 6")

    assert {row["부서"] for row in table(answer, "표본")} == {"농정과", "도로과"}


# --- other books, side by side


async def test_sheets_with_the_command_are_understood_aloud_and_laid_side_by_side(talk):
    await october(talk)
    files = [
        rides("2026-10-06,12가1000,서마루,13:05,17:20,창원,진주,60", ",12가1000,서마루,13:05,17:20,창원,진주,60"),
        gates("2026-10-06 16:05,서 마루,1,입실,본관", "2026-10-06 08:50,서마루,1,입실,본관"),
    ]

    answer = await talk.say("lee", "점검 총무과 10월", files=files)

    understood = answer[0].reply.text
    assert "운행일지.csv: 운행일지로 읽었습니다. 1행, 3행은 날짜가 없어 뺐습니다" in understood
    assert "출입기록.csv: 출입기록으로 읽었습니다. 2행" in understood
    compared = answer[1].reply.text
    assert "서마루 10. 6.(화) 복귀 17:40(출장 기록) · 출입 16:05 입실(출입기록), 1시간 35분 이름" in compared
    assert compared.count("\n") <= 3
    beside = table(answer, "나란히")
    assert [row["차이(분)"] for row in beside] == [-95, -20, 5]
    assert seen(beside[0]["출장 시각"]) == "2026-10-06 17:40"
    assert seen(beside[0]["자료 시각"]) == "2026-10-06 16:05"
    assert beside[0]["자료"] == "출입기록.csv 2행"


async def test_rides_of_a_department_without_any_trip_are_told(talk):
    files = [rides("2026-10-06,12가1000,한여울,13:05,17:20,창원,진주,60")]

    answer = await talk.say("lee", "점검 재난대응과 10월", files=files)

    assert "출장 0건" in said(answer)
    assert [row["성명"] for row in table(answer, "출장 없는 행")] == ["한여울"]


async def test_sheets_sent_while_the_question_waits_belong_to_it(talk):
    await october(talk)
    await talk.say("lee", "점검 총무과 10월")

    answer = await talk.say("lee", files=[gates("2026-10-06 16:05,서마루,1,입실,본관")])

    assert "출입기록으로 읽었습니다" in answer[0].reply.text
    assert [row["차이(분)"] for row in table(answer, "나란히")] == [-95]


async def test_a_second_sheet_lies_beside_the_first(talk):
    await october(talk)
    await talk.say("lee", "점검 총무과 10월")
    await talk.say("lee", files=[gates("2026-10-06 16:05,서마루,1,입실,본관")])

    answer = await talk.say("lee", files=[rides("2026-10-06,12가1000,서마루,13:05,17:20,창원,진주,60")])

    assert [row["차이(분)"] for row in table(answer, "나란히")] == [-95, -20, 5]


async def test_a_wrong_understanding_is_put_right_by_a_word(talk):
    await october(talk)
    unclear = InFile("10월.csv", "일자,차량번호,성명,가,나,목적지\n10/6,12가1000,서마루,13:05,17:20,진주\n".encode())

    first = await talk.say("lee", "점검 총무과 10월", files=[unclear])
    second = await talk.say("lee", "4열은 출발시각, 5열은 도착시각")

    assert "나란히" not in book(first) or table(first, "나란히") == []
    assert "4열 출발시각" in second[0].reply.text
    assert [row["차이(분)"] for row in table(second, "나란히")] == [-20, 5]


async def test_a_sheet_may_come_with_the_word_about_it(talk):
    await october(talk)
    await talk.say("lee", "점검 총무과 10월")
    strange = InFile("기록.csv", "일자,성명,비고,시각\n2026-10-06,서마루,입실,16:05\n".encode())

    answer = await talk.say("lee", "이 파일은 출입기록, 3열은 출입구분", files=[strange])

    assert "고쳐 읽었습니다: 기록.csv는 출입기록으로, 3열 출입구분" in answer[0].reply.text
    assert [row["차이(분)"] for row in table(answer, "나란히")] == [-95]


async def test_a_sheet_of_no_known_book_is_asked_about_with_its_columns(talk):
    await october(talk)
    strange = InFile("모름.csv", "품명,수량\n연필,3\n".encode())

    answer = await talk.say("lee", "점검 총무과 10월", files=[strange])

    assert "모름.csv: 무슨 자료인지 알아보지 못했습니다" in answer[0].reply.text
    assert "품명" in answer[0].reply.text


async def test_a_workbook_of_several_sheets_with_title_and_totals(talk):
    await october(talk)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as made:
        page = made.add_worksheet("운행")
        page.merge_range(0, 0, 0, 7, "2026년 10월 차량 운행일지")
        page.write_row(2, 0, RIDES.split(","))
        page.write_row(3, 0, [46301, "12가1000", "서 마루 주무관", 0.545139, "오후 5:20", "창원", "진주", 60])
        page.write_row(4, 0, ["합계", "", "", "", "", "", "", 60])
        page = made.add_worksheet("출입")
        page.write_row(0, 0, GATES.split(","))
        page.write_row(1, 0, ["26.10.6 16:5", "서마루", "1", "IN", "본관"])

    answer = await talk.say("lee", "점검 총무과 10월", files=[InFile("10월 자료.xlsx", target.getvalue())])

    assert "운행일지로 읽었습니다. 1행" in answer[0].reply.text
    assert "출입기록으로 읽었습니다. 1행" in answer[0].reply.text
    assert [row["차이(분)"] for row in table(answer, "나란히")] == [-95, -20, 5]


async def test_namesakes_are_told_and_not_decided(talk):
    first, second = talk.newcomer(), talk.newcomer()  # both 김하나 of 총무과, as kim is
    await travel(talk, first, 5)
    await travel(talk, second, 5)

    answer = await talk.say("lee", "점검 총무과 10월", files=[gates("2026-10-05 16:05,김하나,1,입실,본관")])

    assert table(answer, "나란히") == []
    assert "동명이인" in said(answer)
    assert table(answer, "확인할 행")[0]["까닭"] == "동명이인이라 누구의 것인지 정하지 않았습니다"


async def test_a_hostile_file_is_refused_in_words_and_the_list_still_comes(talk):
    await october(talk)
    bomb = InFile("자료.xlsx", b"PK\x03\x04" + b"PK\x01\x02" * 20_000)

    answer = await talk.say("lee", "점검 총무과 10월", files=[bomb])

    assert "자료.xlsx" in answer[0].reply.text
    assert "읽지" in answer[0].reply.text or "열지" in answer[0].reply.text
    assert "출장 3건" in said(answer)


async def test_a_formula_in_a_cell_stays_text(talk):
    await october(talk)
    files = [rides("2026-10-06,12가1000,=1+1,13:05,17:20,창원,진주,60")]

    answer = await talk.say("lee", "점검 총무과 10월", files=files)

    assert any("=1+1" in str(cell) for row in book(answer)["확인할 행"] for cell in row)


async def test_pictures_sent_after_the_question_are_still_receipts(talk):
    user = talk.newcomer()
    receipt = await talk.receipt(user)
    await talk.say("lee", "점검 총무과 10월")

    checked = await talk.say("lee", files=[InFile("a.png", receipt.reply.image)])

    assert text(checked).startswith("유효")


async def test_other_words_are_not_swallowed_while_sheets_are_waited_for(talk):
    await october(talk)
    await talk.say("lee", "점검 총무과 10월")

    assert "점검" not in text(await talk.say("lee", "식당")).splitlines()[0]


async def test_nothing_of_an_uploaded_sheet_is_kept(talk):
    await october(talk)
    await talk.say("lee", "점검 총무과 10월", files=[gates("2026-10-06 16:05,서마루,98765432,입실,비밀문")])

    keys = [key async for key in talk.house.redis.scan_iter()]
    kept = b"".join([await talk.house.redis.dump(key) or b"" for key in keys])

    assert "비밀문".encode() not in kept
    assert b"98765432" not in kept


async def test_after_half_an_hour_the_sheets_are_gone_and_it_is_said(talk):
    await october(talk)
    await talk.say("lee", "점검 총무과 10월", files=[gates("2026-10-06 16:05,서마루,1,입실,본관")])
    await talk.advance(timedelta(minutes=31))

    late = await talk.say("lee", "2열은 성명")

    assert all(one.reply.file is None for one in late)


# --- the year


async def test_a_year_is_counts_by_department_and_month_and_what_was_looked_at(talk):
    await october(talk)
    await talk.say("lee", "점검 총무과 10월")

    answer = await talk.say("lee", "점검 2026년")

    assert answer[0].reply.text.splitlines()[0] == "2026년 출장 5건, 부서 2곳입니다."
    assert answer[0].reply.text.count("\n") <= 3
    rows = {row["부서"]: row for row in table(answer, "부서·월")}
    assert (rows["총무과"]["9월"], rows["총무과"]["10월"], rows["농정과"]["10월"]) == (1, 3, 1)
    looked = {(row["부서"], row["월"]): row["점검"] for row in table(answer, "점검한 달")}
    assert looked["총무과", "10월"] == 1
    assert looked["총무과", "9월"] == 0


# --- a trip as people tell it


async def test_a_trip_told_in_chat_stands_in_the_list_with_what_its_receipts_say(talk):
    """The whole way: a memo, three taps, receipts; then the auditor, with a gate's record beside it."""
    user = "seo"
    await talk.house.people.grant("gyeongnam", user, talk.clock.now(), CONSENT_VERSION)
    memo = await talk.say(user, "출장 오늘 12시 진주 스마트팜, 관용차, 총무과-812")
    assert memo
    await talk.say(user, "출발")
    await talk.advance(timedelta(hours=1))
    await talk.say(user, "도착")
    await talk.say(user, location=JINJU)
    await talk.advance(timedelta(hours=4))
    await talk.say(user, "복귀")
    await talk.advance(timedelta(minutes=20))

    answer = await talk.say("lee", "점검 총무과 11월", files=[gates("2026-11-23 15:05,서마루,1,입실,본관")])

    (row,) = [one for one in table(answer, "목록") if one["성명"] == "서마루"]
    assert (row["문서번호"], row["차량"], row["정산"]) == ("총무과-812", "관용차", "정산 전")
    assert row["판정"] in {"유효", "유효하나 확인 필요"}
    assert row["등급"]
    assert row["여행시간(분)"] == 300
    assert "진주" in str(row["장소"])
    (beside,) = table(answer, "나란히")
    assert (beside["차이(분)"], beside["출장 시각의 출처"]) == (-85, "영수증")
    assert "복귀 16:30(영수증) · 출입 15:05 입실(출입기록), 1시간 25분 이름" in said(answer)
    assert "출장 시간 안에 출입 기록 있음" in str(row["표시"])


@pytest.mark.parametrize(
    ("asked", "names", "sampled"),
    [
        ("총무과 10월 출장 점검해줘", {"김하나", "서마루"}, False),
        ("점검 김하나 10월", {"김하나"}, False),
        ("10월 출장 중에 50%만 뽑아줘", {"김하나", "서마루"}, True),
    ],
)
async def test_it_is_asked_for_in_a_sentence_by_name_or_by_a_part(talk, asked, names, sampled):
    await travel(talk, "kim", 5)
    await travel(talk, "seo", 6)

    said = await talk.say("lee", asked)

    book = next(one.reply.file for one in said if one.reply.file and one.reply.file.name.endswith(".xlsx"))
    listed = {row[0] for row in python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book.data))
              .get_sheet_by_name("목록").to_python()}  # fmt: skip
    assert listed & {"김하나", "서마루"} == names
    assert any("표본 1건" in one.reply.text for one in said) is sampled


async def test_trips_of_who_left_are_told_where_a_department_is_asked_for(talk):
    await travel(talk, "kim", 5)
    await travel(talk, "retired", 6)

    department = await talk.say("lee", "점검 총무과 10월")
    everybody = await talk.say("lee", "점검 전체 10월")
    other = await talk.say("lee", "점검 도로과 10월")

    assert "출장 1건입니다" in department[0].reply.text
    for said in (department, other):
        assert "이제 명부에 없는 분의 출장 1건은 '점검 전체'에서" in said[0].reply.text
    assert "출장 2건입니다" in everybody[0].reply.text
    assert "명부에 없는" not in everybody[0].reply.text


async def test_one_trip_is_found_by_its_document_number(talk):
    await travel(talk, "kim", 5, document="총무과-812")
    await travel(talk, "kim", 6, document="총무과-813")

    said = await talk.say("lee", "점검 총무과-813호 10월")
    none = await talk.say("lee", "점검 총무과-900 10월")

    assert "총무과-813 10. 1.~10. 31. 출장 1건입니다" in said[0].reply.text
    assert "없습니다" in none[0].reply.text
