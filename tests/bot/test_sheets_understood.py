"""Sheets as offices keep them, understood: the book by its headings, each row or the reason why not, by number."""

from __future__ import annotations

import contextlib
import csv
import io
import zipfile
from collections import Counter
from datetime import date, datetime, time

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import PaperRefusedError
from attest.ledgers import Row, Source, Way
from attest.trip import KST
from bot.papers import cells, sheets
from bot.papers.cells import Period
from bot.papers.columns import Correction, field_called, source_called
from bot.papers.sheets import Read, Skipped
from bot.sandbox import ProcessSandbox
from tests.attest import inspected
from tests.attest.biff import as_xls

OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))
DAY = date(2026, 10, 5)
HEAD = "운행일자,차량번호,운전자,출발시각,도착시각,목적지"


def read(data: bytes | str, name: str = "자료.csv", *corrections: Correction) -> Read:
    raw = data if isinstance(data, bytes) else data.encode()
    (packed,) = sheets.understand(raw, name, OCTOBER, corrections)
    return sheets.unpacked(packed)


def only(data: str, name: str = "자료.csv", *corrections: Correction) -> Row:
    (row,) = read(data, name, *corrections).rows
    return row


def at(hour: int, minute: int, day: int = 5) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=KST)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-05", "2026. 10. 5.", "2026. 10. 5.(월)", "26.10.5", "'26.10.5", "2026/10/05", "10/5", "10.5.(월)",
        "20261005", "261005", "46300", "2026년 10월 5일", "10월 5일(월요일)", "２０２６-10-05",
    ],
)  # fmt: skip
def test_a_day_in_every_spelling(text):
    assert cells.told(text, OCTOBER).day == DAY


@pytest.mark.parametrize("text", ["", "-", "미기재", "2026.13.45", "10/32", "13:05", "12", "김하나"])
def test_what_is_no_day_is_none(text):
    assert cells.told(text, OCTOBER).day is None


@pytest.mark.parametrize(
    "text", ["13:05", "13:5", "1305", "오후 1:05", "PM 1:05", "1:05 pm", "13시 5분", "13시5분", "0.545138", "13:05:00"]
)
def test_a_time_in_every_spelling(text):
    assert cells.clock(text).clock == time(13, 5)


@pytest.mark.parametrize(
    ("text", "told"),
    [("오전 12:10", time(0, 10)), ("오후 12:10", time(12, 10)), ("9시반", time(9, 30)), ("905", time(9, 5)),
     ("13시", time(13, 0)), ("24:00", time(0, 0))],
)  # fmt: skip
def test_edges_of_the_clock(text, told):
    assert cells.clock(text).clock == told


@pytest.mark.parametrize("text", ["25:00", "13:75", "", "-", "모름", "9.30"])
def test_what_is_no_time_is_none(text):
    assert cells.clock(text).clock is None


@pytest.mark.parametrize(
    "text",
    [
        "김하나", "김 하나", "김 하 나", " 김하나 ", "김하나 주무관", "김하나주무관", "주무관 김하나", "김하나 외 2명",
        "총무과 김하나", "김하나(총무과)",
    ],
)  # fmt: skip
def test_a_name_in_every_spelling(text):
    assert cells.name(text)[0] == "김하나"


def test_a_day_without_a_year_is_of_the_period():
    january = Period(date(2027, 1, 1), date(2027, 2, 1))

    assert cells.told("1/5", january).day == date(2027, 1, 5)
    assert cells.told("12/31", january).day == date(2026, 12, 31)


# --- books


def test_a_log_of_rides_is_known_by_its_headings():
    found = read(f"{HEAD}\n2026-10-05,12가 1000,김 하나,13:5,오후 5:40,진주시 스마트팜\n")

    assert found.source is Source.DRIVE
    assert [field for _, _, field in found.columns] == ["day", "vehicle", "name", "begins", "ends", "place"]
    (row,) = found.rows
    assert (row.number, row.name, row.vehicle, row.begins, row.ends) == (2, "김하나", "12가1000", at(13, 5), at(17, 40))


def test_titles_above_and_totals_below_are_no_rows_and_no_faults():
    found = read(
        f"2026년 10월 차량 운행일지,,,,,\n,,,,,\n{HEAD}\n10/5,12가1000,김하나,13:00,17:40,진주\n합 계,,,,,120\n"
    )

    assert [row.number for row in found.rows] == [4]
    assert (found.totals, found.skipped) == (1, ())


def test_a_head_of_two_merged_rows_is_read_as_one():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("10월")
        for column, title in ((0, "운행일자"), (1, "운전자"), (4, "목적지")):
            page.merge_range(0, column, 1, column, title)
        page.merge_range(0, 2, 0, 3, "운행시각")
        page.write_row(1, 2, ["출발", "도착"])
        page.merge_range(2, 0, 3, 0, "2026-10-05")  # one day over two rides
        page.write_row(2, 1, ["김하나", "13:00", "14:00", "진주"])
        page.write_row(3, 1, ["김하나", "16:00", "17:40", "창원"])

    found = read(target.getvalue(), "운행일지.xlsx")

    assert [(row.number, row.begins, row.ends) for row in found.rows] == [
        (3, at(13, 0), at(14, 0)), (4, at(16, 0), at(17, 40)),
    ]  # fmt: skip


def test_rows_that_cannot_be_read_are_named_with_the_reason():
    rows = [
        "10/5,1,김하나,13:00,17:40,진주",
        ",1,김하나,13:00,17:40,진주",
        "미정,,김하나,,,",
        "10/6,,,13:00,14:00,진주",
    ]
    text = "\n".join([HEAD, *rows])

    assert read(text).skipped == (Skipped(3, "day"), Skipped(4, "day"), Skipped(5, "name"))


def test_rows_keep_the_numbers_that_people_see():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        page.write_row(4, 2, HEAD.split(","))  # row 5, from column C
        page.write_row(7, 2, ["2026-10-05", "12가1000", "김하나", "13:00", "17:40", "진주"])

    found = read(target.getvalue())

    assert [row.number for row in found.rows] == [8]
    assert found.columns[0][0] == 3


def test_a_ride_past_midnight_ends_on_the_next_day():
    row = only(f"{HEAD}\n2026-10-05,12가1000,김하나,22:30,1:10,진주\n")

    assert row.ends == at(1, 10, day=6)
    assert row.last_day == date(2026, 10, 6)


def test_other_days_are_counted_and_left_out():
    found = read(f"{HEAD}\n2026-09-05,1,김하나,13:00,14:00,진주\n2026-10-05,1,김하나,13:00,14:00,진주\n")

    assert (len(found.rows), found.outside) == (1, 1)


def test_passages_of_a_toll_gate_and_of_a_door():
    toll = only(
        '통행일시,진입 영업소,진출 영업소,카드번호,통행요금\n2026-10-05 13:42,동창원,진주IC,****-1234,"2,400원"\n'
    )
    gate = only("출입일시,성명,사번,출입구분,게이트\n2026-10-05 16:05,김하나,1234,입실,본관\n")

    assert (toll.source, toll.places, toll.amount, toll.begins) == (Source.TOLL, ("동창원", "진주"), 2400, at(13, 42))
    assert (gate.source, gate.way, gate.staff, gate.begins) == (Source.GATE, Way.IN, "1234", at(16, 5))


def test_the_end_of_a_trip_and_what_was_claimed():
    end = only("성명,부서,출장기간,출장지,종료보고일시\n김하나,총무과,10. 5.(월) 13:00 ~ 17:40,진주,10. 5. 18:00\n")
    claim = only('성명,부서,출장일,금액\n김하나,총무과,10/5,"20,000"\n')

    assert (end.source, end.begins, end.ends, end.told) == (Source.CLOSING, at(13, 0), at(17, 40), at(18, 0))
    assert (claim.source, claim.day, claim.amount) == (Source.CLAIM, DAY, 20_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_a_quoted_csv_in_every_encoding(encoding):
    head = ",".join(f'"{heading}"' for heading in HEAD.split(","))
    text = f'{head}\n"2026-10-05","12가1000","김하나","13:00","17:40","진주, ""스마트팜"""\n'

    assert read(text.encode(encoding)).rows[0].places == ('진주,"스마트팜"',)


def test_a_sheet_of_no_known_book_is_told_with_its_columns():
    found = read("품명,수량\n연필,3\n")

    assert (found.source, found.rows) == (None, ())
    assert found.columns == ((1, "품명", ""), (2, "수량", ""))


def test_a_workbook_from_before_2007_is_read_alike():
    rows = [["2026년 10월 운행일지"], HEAD.split(","), [46300.0, "12가1000", "김 하나", 0.545139, "오후 5:40", "진주"]]

    (packed,) = sheets.understand(as_xls({"운행": rows}), "운행일지.xls", OCTOBER)
    (row,) = sheets.unpacked(packed).rows

    assert (row.number, row.name, row.begins, row.ends) == (3, "김하나", at(13, 5), at(17, 40))


def test_several_sheets_are_several_books():
    made = inspected.world(3, trips=20, people=15)

    found = sheets.understand(inspected.as_xlsx(made.sheets), "10월 자료.xlsx", OCTOBER)

    assert [one.read.source for one in found] == [Source(sheet.kind) for sheet in made.sheets]


# --- corrections


def test_a_column_is_what_people_say_it_is():
    text = "일자,차량번호,성명,A,B,목적지\n10/5,12가1000,김하나,13:00,17:40,진주\n"

    before = only(text, "운행일지.csv")
    after = only(text, "운행일지.csv", Correction(column=3, field="begins"), Correction(column=4, field="ends"))

    assert (before.begins, before.ends) == (None, None)
    assert (after.begins, after.ends) == (at(13, 0), at(17, 40))


def test_a_sheet_is_the_book_that_people_say_it_is():
    text = "일자,성명,구분,장소,시각\n10/5,김하나,입실,본관,16:05\n"

    found = read(text, "a.csv", Correction(source=Source.GATE))

    assert (found.source, len(found.rows)) == (Source.GATE, 1)


def test_a_sheet_without_headings_is_read_by_what_people_say():
    text = "2026-10-05 16:05,김하나,입실\n2026-10-05 17:05,이보름,퇴실\n"
    told = [Correction(0, "begins"), Correction(1, "name"), Correction(2, "way")]

    assert read(text).source is None
    found = read(text, "a.csv", *told)

    assert (found.source, [row.name for row in found.rows]) == (Source.GATE, ["김하나", "이보름"])


def test_words_for_books_and_columns():
    assert source_called("운행 일지") is Source.DRIVE
    assert source_called("점심") is None
    assert field_called("출발 시각", Source.DRIVE) == "begins"
    assert field_called("시각", Source.GATE) == "clock"
    assert field_called("점심", None) is None


# --- hostile files


def test_an_entity_and_an_external_link_bring_nothing_in():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD.split(","))
        page.write_row(1, 0, ["2026-10-05", "12가1000", "김하나", "13:00", "17:40"])
        page.write_formula(1, 5, "='[http://example.invalid/a.xlsx]S'!A1", None, "=1+1")
    hostile = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(target.getvalue())) as old, zipfile.ZipFile(hostile, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/sharedStrings.xml":
                doctype = b'<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
                data = data.replace(b"<sst", doctype + b"<sst", 1).replace("김하나".encode(), b"&x;")
            new.writestr(name, data)

    assert read(target.getvalue()).rows[0].places == ("=1+1",)
    with contextlib.suppress(PaperRefusedError):
        assert {row.name for row in read(hostile.getvalue()).rows} <= {"", "&x;", "x"}


ODD = (
    "", "-", "2026-10-05", "10/5", "99999", "46300.5", "1e308", "nan", "-1", "0", "1", "오후 25:99", "24:00",
    "2026-13-01", "~", "10.5~", "~10.5", "김하나", "\u202e", "A" * 9_000, "=1+1", "９９９９-12-31", "9999-12-31",
    "0001-01-01", "'99.1.1", "9999. 12. 31. 24:00", "1:2:3", "0.99999999", "합계", "외 2명", "((총무과",
    "00:00~00:00", "5/", "500000", "😀",
)  # fmt: skip


@given(st.sampled_from(list(inspected.HEADS)), st.data())
def test_any_cells_are_rows_or_named(kind, data):
    head = data.draw(st.sampled_from(inspected.HEADS[kind]))
    rows = data.draw(st.lists(st.lists(st.sampled_from(ODD), min_size=len(head), max_size=len(head)), max_size=6))
    target = io.StringIO()
    csv.writer(target).writerows([head, *rows])

    found = read(target.getvalue())

    assert found.source is Source(kind)
    read_or_named = {row.number for row in found.rows} | {one.number for one in found.skipped}
    full = {number for number, row in enumerate(rows, 2) if any(row)}
    assert read_or_named <= full
    assert len(full - read_or_named) <= found.totals + found.outside


def test_a_file_that_is_no_sheet_is_refused_with_a_word():
    for data, reason in ((b"", "empty"), (b"\n\n", "empty"), (b"\x00\x01", "unsupported"), (b"PK\x03\x04", "broken")):
        with pytest.raises(PaperRefusedError) as refused:
            sheets.understand(data, "a", OCTOBER)
        assert refused.value.reason == reason


def test_rows_are_bounded_and_it_is_told():
    text = "날짜,운전자,출발시각\n" + "10/5,김하나,13:00\n" * 100_001

    found = read(text, "운행일지.csv")

    assert (len(found.rows), found.cut) == (99_999, True)


async def test_a_bomb_and_a_cell_far_out_end_nothing_but_their_own_call():
    target, far = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 200_000_000)
    with xlsxwriter.Workbook(far) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD.split(","))
        page.write(1_048_575, 16_383, "x")
    sandbox = ProcessSandbox(workers=1)
    try:
        with pytest.raises(PaperRefusedError):
            await sandbox(sheets.understand, target.getvalue(), "a.xlsx", OCTOBER, ())
        with pytest.raises((ChildProcessError, MemoryError)):
            await sandbox(sheets.understand, far.getvalue(), "a.xlsx", OCTOBER, ())
        (packed,) = await sandbox(
            sheets.understand, f"{HEAD}\n10/5,1,김하나,13:00,14:00,진주".encode(), "a", OCTOBER, ()
        )
    finally:
        await sandbox.close()
    assert len(packed.rows) == 1


async def test_a_full_book_fits_through_the_sandboxs_door():
    line = "2026-10-05,12가{0},김하나{0},13:00,17:40,진주시 스마트팜 {0}\n"
    text = f"{HEAD}\n" + "".join(line.format(number) for number in range(60_000))
    sandbox = ProcessSandbox(workers=1)
    try:
        (packed,) = await sandbox(sheets.understand, text.encode(), "운행일지.csv", OCTOBER, ())
    finally:
        await sandbox.close()

    assert len(sheets.unpacked(packed).rows) == 60_000


# --- against the table of truth


def outcome(seeds, *, as_book: bool) -> Counter[str]:
    counts: Counter[str] = Counter()
    for seed in seeds:
        made = inspected.world(seed, trips=150, people=80)
        if as_book:
            found = sheets.understand(inspected.as_xlsx(made.sheets, seed), "자료.xlsx", OCTOBER)
        else:
            encoding = "cp949" if seed % 2 else "utf-8-sig"
            files = [(inspected.as_csv(sheet, encoding), sheet.name) for sheet in made.sheets]
            found = [packed for data, name in files for packed in sheets.understand(data, name, OCTOBER)]
        counts += inspected.judged(made, [sheets.unpacked(one) for one in found])
    return counts


@pytest.mark.parametrize("as_book", [False, True], ids=["csv", "xlsx"])
def test_rows_lie_beside_the_trips_that_they_are_of(as_book):
    counts = outcome(inspected.UNSEEN[:3], as_book=as_book)

    assert counts["wrong book"] == 0
    assert counts["unreadable, not named"] == 0
    assert counts["readable, not read"] == 0
    assert counts["namesakes, taken"] == 0
    assert inspected.precision(counts) >= 0.995
    assert inspected.recall(counts) >= 0.98


def test_the_measure_sees_a_matcher_that_takes_the_wrong_trip():
    counts = Counter({"right": 90, "wrong": 10, "missed": 10})

    assert inspected.precision(counts) == 0.9
    assert inspected.recall(counts) < 0.85
