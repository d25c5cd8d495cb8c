# ruff: noqa: E501 - hostile texts stand in lists
"""Files that no kitchen made are bounded: refused with a reason, or read in time; nothing is taken for a menu."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from collections.abc import AsyncIterator, Callable
from datetime import date

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox import ProcessSandbox
from occupancy import menu_sheet
from occupancy.menu_sheet import MenuRefused
from occupancy.menus import cells
from tests.occupancy.menus import first
from tests.occupancy.menus.documents import hwpx
from tests.occupancy.menus.truth import TODAY, book


@pytest.fixture
async def sandbox() -> AsyncIterator[ProcessSandbox]:
    found = ProcessSandbox(workers=1)
    yield found
    await found.close()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def week(change: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], None]) -> bytes:
    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["11/23(월)", "11/24(화)"])
        sheet.write_row(1, 0, ["쌀밥", "비빔밥"])
        change(workbook, sheet)

    return book(write)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"a" * (6 * 2**20), "large"),
        (b"PK\x03\x04" + b"x" * 99, "broken"),
        (zipped(xl__workbook=b"0" * (70 * 2**20)), "bomb"),
        (zipped(**{f"xl__{number}": b"" for number in range(600)}), "bomb"),
        (zipped(word__document=b"x"), "unsupported"),
        (zipped(xl__workbook=b"no book"), "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 999, "unsupported"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"x" * 999, "broken"),
        (b"%PDF-1.7\n\0\0", "unsupported"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "unsupported"),
        (zipped(Contents__section0=b"") and zipped(**{"Contents__section0.xml": b"<a><b></a>"}), "broken"),
        (zipped(**{"Contents__section0.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "broken"),
    ],
)
def test_a_file_that_is_no_menu_is_refused_with_its_reason(data: bytes, reason: str):
    with pytest.raises(MenuRefused) as refused:
        menu_sheet.read(data, "식단.xlsx", TODAY)
    assert refused.value.reason == reason


async def test_one_cell_at_the_end_of_an_empty_sheet_ends_the_worker_or_is_read_and_no_more(sandbox):
    far = week(lambda _, sheet: sheet.write(1_048_575, 16_383, "쌀밥"))
    try:
        found = await sandbox(menu_sheet.read, far, "식단.xlsx", TODAY, timeout_s=20)
    except (MemoryError, ChildProcessError, TimeoutError, MenuRefused):
        return
    assert len(found.days) == 2


async def test_a_cell_far_below_many_empty_rows_is_read_and_they_are_passed_over(sandbox):
    def rows(workbook: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write(200_000, 1, "국밥")

    found = await sandbox(menu_sheet.read, week(rows), "식단.xlsx", TODAY, timeout_s=30)

    assert [len(one.served) for one in found.days] == [1, 2]


def test_formulas_are_never_computed_and_show_what_their_program_showed():
    data = week(lambda _, sheet: sheet.write_formula(2, 0, '=HYPERLINK("http://x","된장국")', None, "된장국"))

    found = menu_sheet.read(data, "식단.xlsx", TODAY)

    assert [one.name for one in found.days[0].served] == ["쌀밥", "된장국"]


def test_control_characters_and_invisible_ones_do_not_come_through():
    text = "11/23(월)\t11/24(화)\n쌀\u200b밥\x07\u202e\t비빔밥\x1b[31m\n"

    found = menu_sheet.read(text.encode(), "", TODAY)

    assert [one.served[0].name for one in found.days][:1] == ["쌀밥"]
    assert all(char.isprintable() for one in found.days for dish in one.served for char in dish.name)


def test_a_hidden_sheet_is_not_read():
    def hide(workbook: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        hidden = workbook.add_worksheet("지난주")
        hidden.write_row(0, 0, ["11/16(월)", "11/17(화)"])
        hidden.write_row(1, 0, ["쌀밥", "국수"])
        hidden.hide()

    assert [one.day for one in menu_sheet.read(week(hide), "", TODAY).days] == [date(2026, 11, 23), date(2026, 11, 24)]


def test_cells_are_cut_and_days_and_dishes_have_a_bound():
    many = "".join(f"{date.fromordinal(739_000 + step):%Y-%m-%d}\t쌀밥, 국{step}\n" for step in range(390))
    found = menu_sheet.read(many.encode(), "", TODAY)
    assert len(found.days) == 100
    assert found.unread

    assert len(cells.read(", ".join(f"볶음밥{step}호점" for step in range(500))).dishes) <= 60


@pytest.mark.parametrize(
    "text",
    [
        "월" * 20_000, "11/23(월) " * 2_000, "(" * 20_000, "5.6." * 5_000, "쌀밥 " * 5_000, "①" * 20_000, "가:" * 10_000,
        "돼지고기:국내산, " * 2_000, "월: " * 5_000, "1~2~" * 5_000, "제육볶음 " + "5," * 5_000, "\n" * 20_000, "- " * 9_000,
        "휴무 " * 5_000, "[" * 500 + "]" * 500, "11.23~" * 3_000, "내일 점심 " * 2_000, "1kcal" * 4_000, "가 " * 9_999,
        "<table>" * 3_000, "<td>" * 5_000, "2026. 11. 23. " * 1_400, "\t" * 20_000, ("가\t" * 60 + "\n") * 150,
    ],
)  # fmt: skip
def test_no_text_holds_the_reader(text: str):
    started = time.process_time()

    menu_sheet.read_pasted(text[:20_000], "", TODAY)
    cells.read(text)
    menu_sheet.read(text.encode() or b"x", "식단.csv", TODAY) if text.strip() else None

    assert time.process_time() - started < 10  # a pattern that runs away takes hours


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.sampled_from(
    ["", "11/23(월)", "23(월)", "월", "화", "수", "1", "2", "쌀밥", "제육볶음(5.6)", "중식", "한식", "휴무", "원산지: 쌀(국내산)", "850kcal",
     "11월 4주 식단", "1\n쌀밥", "5,6,10", "알레르기", "A코너", "구분"]), max_size=7), max_size=9))  # fmt: skip
def test_no_table_breaks_the_reader(rows: list[list[str]]):
    from occupancy.menus.grid import Grid
    from occupancy.menus.table import read

    found = read([Grid("", rows, [((0, 0), (2, 1)), ((5, 5), (50, 50))])], "식단.xlsx", TODAY)

    days = [one.day for one in found.days]
    assert days == sorted(set(days))


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_door(data: bytes):
    for head in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<table>"):
        with contextlib.suppress(MenuRefused):
            menu_sheet.read(head + data, "", TODAY)


async def test_forms_and_refusals_go_through_the_sandbox_as_they_are(sandbox):
    form = first.corners_in_cells()
    assert isinstance(form.data, bytes)

    inside = await sandbox(menu_sheet.read, form.data, form.file, form.today, timeout_s=20)
    with pytest.raises(MenuRefused) as refused:
        await sandbox(menu_sheet.read, b"", "식단.xlsx", TODAY, timeout_s=20)

    assert inside == menu_sheet.read(form.data, form.file, form.today)
    assert refused.value.reason == "empty"


def test_spans_that_lie_do_not_blow_a_document_up():
    data = hwpx("식단", [(0, 0, 9_999, 9_999, "11/23(월)"), (1, 1, 1, 1, "쌀밥")], "")
    menu_sheet.read(data, "식단.hwpx", TODAY)
