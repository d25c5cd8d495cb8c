"""Between the conversation and the stores of an inspection: what was asked, what lies on the table, what is written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from attest.audits import Audits
from attest.claims import Claims
from attest.crypto import KeyStore
from attest.evidence import Evidence
from attest.issue import Issuer
from attest.ledgers import Source
from attest.looks import Looks
from attest.receipt import Holder, Point, Share
from attest.trip import Basis, Leg, LegKind, State, Trip
from attest.trips import Trips
from bot.holdings import Holdings
from bot.inspecting import corrections, scope
from bot.inspecting.gathering import Asking, Gathering
from bot.inspecting.rounds import Rounds
from bot.inspecting.waiting import LIFE, MOST_BYTES, MOST_FILES, Tables
from bot.messenger import InFile
from bot.papers.columns import Correction
from bot.periods import NoSuchPeriodError, Period
from bot.settings import Institution, Person
from bot.tenancy import Tenancy

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
HOMES = {"gyeongnam": ("총무과", "농정과", "도로과"), "changwon": ("도로과",)}
PLACE = ("gyeongnam", "lee", "console:dm:lee")


PEOPLE = {"김하나": ["kim"], "이보름": ["lee", "lee2"]}


def read(text: str) -> scope.Scope:
    return scope.read(text, TODAY, HOMES, {"changwon": "창원시(예시)"}, "gyeongnam", PEOPLE)


@pytest.mark.parametrize(
    ("text", "departments", "period", "sample"),
    [
        ("총무과 10월", ("총무과",), OCTOBER, 0),
        ("10월 총무과", ("총무과",), OCTOBER, 0),
        ("총무과, 농정과 10월", ("총무과", "농정과"), OCTOBER, 0),
        ("전체 10. 1.~10. 31.", (), OCTOBER, 0),
        ("10월", (), OCTOBER, 0),
        ("농정과 지난달 표본 20", ("농정과",), OCTOBER, 20),
        ("농정과 지난달 20건 표본", ("농정과",), OCTOBER, 20),
        ("총무 10월 출장", ("총무과",), OCTOBER, 0),
        ("전체 3분기", (), Period(date(2026, 7, 1), date(2026, 9, 30)), 0),
        ("전체 2025년 상반기", (), Period(date(2025, 1, 1), date(2025, 6, 30)), 0),
        ("총무과 2025년 12월", ("총무과",), Period(date(2025, 12, 1), date(2025, 12, 31)), 0),
        ("총무과", ("총무과",), None, 0),
        ("총무과 25년 12월", ("총무과",), Period(date(2025, 12, 1), date(2025, 12, 31)), 0),
        ("총무과실 10월", ("총무과",), OCTOBER, 0),
        ("총무과·농정과 10월", ("총무과", "농정과"), OCTOBER, 0),
        ("총무과 10월 엑셀로", ("총무과",), OCTOBER, 0),
        ("총무과의 10월 출장만 다시", ("총무과",), OCTOBER, 0),
        ("총무과 10월 표본 99999", ("총무과",), OCTOBER, scope.MOST_DRAWN),
    ],
)
def test_what_is_asked_in_any_order(text, departments, period, sample):
    found = read(text)

    assert (found.departments, found.period, found.unknown, found.year) == (departments, period, "", False)
    assert found.sample == sample


@pytest.mark.parametrize(
    ("text", "year"), [("2026년", 2026), ("작년 전체", 2025), ("2025년 총무과", 2025), ("올해", 2026)]
)
def test_a_year_alone_asks_for_counts(text, year):
    found = read(text)

    assert found.year
    assert found.period == Period(date(year, 1, 1), date(year, 12, 31))


def test_another_institution_and_a_word_that_is_none():
    assert (read("창원시 도로과 10월").tenant, read("창원시 도로과 10월").departments) == ("changwon", ("도로과",))
    assert read("창원시 총무과 10월").unknown == "총무과"
    assert read("점심과 10월").unknown == "점심과"
    with pytest.raises(NoSuchPeriodError):
        read("총무과 2. 30.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2열은 출발시각", [Correction(1, "begins")]),
        ("B열은 성명", [Correction(1, "name")]),
        ("4열은 출발시각, 5열은 도착시각", [Correction(3, "begins"), Correction(4, "ends")]),
        ("3열은 아님", [Correction(2, "none")]),
        ("2열이 성명입니다", [Correction(1, "name")]),
        ("이 파일은 출입기록", [Correction(source=Source.GATE)]),
        ("이 파일은 출입기록입니다.", [Correction(source=Source.GATE)]),
        ("2열은 점심", []),
        ("식당", []),
        ("내일 회의는 3시", []),
        ("점검 총무과 10월", []),
        ("정산 10월", []),
    ],
)
def test_a_word_about_a_sheet_and_nothing_else(text, found):
    assert corrections.read(text, ()) == found
    assert corrections.fits(text) is bool(found)


def test_a_correction_is_about_the_file_that_is_named_else_the_last():
    files = ["운행일지.csv", "출입기록.csv"]

    assert corrections.read("운행일지 2열은 출발시각", files)[0].file == "운행일지.csv"
    assert corrections.read("2열은 성명", files)[0].file == "출입기록.csv"


def test_sheets_are_known_by_their_names():
    assert corrections.are_sheets([InFile("a.CSV", b""), InFile("b.xlsx", b"")])
    assert not corrections.are_sheets([InFile("a.csv", b""), InFile("b.png", b"")])
    assert not corrections.are_sheets([])


# --- the table


def test_a_table_is_cleared_after_its_time():
    tables = Tables()
    tables.lay(PLACE, "총무과 10월", NOW)

    assert tables.at(PLACE, NOW + LIFE - timedelta(seconds=1)) is not None
    assert tables.at(PLACE, NOW + LIFE) is None
    assert tables.add(PLACE, [InFile("a.csv", b"x")], NOW + LIFE) is None


def test_a_file_sent_again_gives_way_and_a_new_question_is_a_new_table():
    tables = Tables()
    tables.lay(PLACE, "총무과 10월", NOW)
    tables.add(PLACE, [InFile("a.csv", b"1")], NOW)

    again = tables.add(PLACE, [InFile("a.csv", b"2"), InFile("b.csv", b"3")], NOW)

    assert again is not None
    assert [file.data for file in again.files] == [b"2", b"3"]
    assert tables.lay(PLACE, "농정과 10월", NOW).files == ()


def test_tables_are_bounded_together():
    tables, other = Tables(), ("gyeongnam", "other", "console:dm:other")
    large = InFile("a.csv", b"x" * (MOST_BYTES // 2 + 1))
    for place in (PLACE, other):
        tables.lay(place, "총무과 10월", NOW)
        tables.add(place, [large], NOW)

    assert tables.at(PLACE, NOW) is None
    assert tables.at(other, NOW) is not None
    many = tables.add(other, [InFile(f"{number}.csv", str(number).encode()) for number in range(40)], NOW)
    assert many is not None
    assert len(many.files) == MOST_FILES


# --- what is written


async def house(database, clock, folder) -> tuple[Gathering, Issuer]:
    people = tuple(Person(one, name, "총무과", frozenset(), {}) for one, name in (("kim", "김하나"), ("lee", "이보름")))
    tenancy = Tenancy([Institution("gyeongnam", "경상남도", "", people, (), ())])
    keys = KeyStore(folder)
    issuer = Issuer(database, keys, clock)
    audits = Audits(database, issuer.log, clock)
    looks = Looks(database, issuer.log, audits, clock)
    claims = Claims(database, issuer.log, clock)
    gathering = Gathering(tenancy, Trips(database), Holdings(database), keys, issuer.log, claims, audits, looks, clock)
    share = Share(Point(35.18, 128.1, 12.0), clock(), clock(), messenger="console", message="1")
    issued = await issuer.issue(
        "gyeongnam", "경상남도", Holder("kim", "김하나", "총무과"), share, Evidence(2, ()), "총무과-1", "k"
    )
    leg = Leg(LegKind.ARRIVED, clock(), clock(), Basis.SHARE, issued.index, issued.receipt.serial, 2, 48170)
    trip = Trip("t1", "kim", clock(), "진주", starts_at=clock(), legs=(leg,), state=State.CLOSED)
    await Trips(database).add("gyeongnam", trip)
    return gathering, issuer


def asking(key: str) -> Asking:
    return Asking("gyeongnam", "lee", "gyeongnam", Period(TODAY, TODAY), (), key)


async def test_a_listing_is_one_leaf_and_its_looks_another_however_often_it_is_repeated(database, clock, tmp_path):
    gathering, issuer = await house(database, clock, tmp_path)
    before = (await issuer.log.tip("gyeongnam")).size

    first = await gathering.gather(asking("u1"))
    again = await gathering.gather(asking("u1"))

    size = (await issuer.log.tip("gyeongnam")).size
    leaves = [await issuer.log.get("gyeongnam", index) for index in range(before, size)]
    assert first.lines == again.lines
    assert [leaf.kind for leaf in leaves if leaf] == ["access", "looked"]
    assert leaves[0].fields["did"] == "inspected"
    assert leaves[0].fields["count"] == 1
    await gathering.gather(asking("u2"))
    assert (await issuer.log.tip("gyeongnam")).size == size + 2


async def test_a_receipt_destroyed_on_its_date_is_told_and_no_fault(database, clock, tmp_path):
    gathering, issuer = await house(database, clock, tmp_path)
    trip = await Trips(database).get("gyeongnam", "t1")
    await issuer.log.forget("gyeongnam", trip.receipts[0])

    (line,) = (await gathering.gather(asking("u1"))).lines

    assert (line.gone, line.verdict, line.case.receipts) == (1, None, 1)


async def test_a_receipt_without_a_trip_is_listed_by_itself(database, clock, tmp_path):
    gathering, issuer = await house(database, clock, tmp_path)
    share = Share(Point(35.18, 128.1, 12.0), clock(), clock(), messenger="console", message="2")
    issued = await issuer.issue(
        "gyeongnam", "경상남도", Holder("lee", "이보름", "총무과"), share, Evidence(2, ()), "", "k2"
    )
    await Holdings(database).add("gyeongnam", "lee", issued.index, clock())

    lines = (await gathering.gather(asking("u1"))).lines

    assert sorted((line.name, line.lone) for line in lines) == [("김하나", False), ("이보름", True)]


async def test_a_round_is_noted_once_and_names_nobody(database):
    rounds = Rounds(database)
    for _ in range(2):
        await rounds.note("gyeongnam", [("총무과", date(2026, 10, 1))], "감사담당관-812", NOW, "console:lee:u1")

    found = await rounds.of("gyeongnam", date(2026, 1, 1), date(2026, 12, 31))

    assert [(one.department, one.month, one.number, one.at) for one in found] == [
        ("총무과", date(2026, 10, 1), "감사담당관-812", NOW)
    ]
    assert b"lee" not in repr(await database.zrange("dobi:{gyeongnam}:inspections:rounds", 0, -1)).encode()


@pytest.mark.parametrize(
    ("text", "people", "share"),
    [
        ("김하나 10월", ("kim",), 0),
        ("이보름의 10월 출장", ("lee", "lee2"), 0),
        ("총무과 10월 표본 10%", (), 10),
        ("10월 출장 중에 30%만", (), 30),
        ("창원시 김하나 10월", (), 0),
    ],
)
def test_people_and_parts_of_a_hundred_may_be_named(text, people, share):
    found = read(text)

    assert (found.people, found.share) == (people, share)
    assert found.unknown == ("김하나" if "창원시" in text else "")
