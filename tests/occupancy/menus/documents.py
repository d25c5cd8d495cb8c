# ruff: noqa: E501 - tables stand as they are typed
"""Tables of a word processor (HWPX) and of old workbooks, and meals in tables of their own. All content is invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

import xlsxwriter

from tests.attest.biff import as_xls
from tests.occupancy.menus.truth import Form, book, week

_NAMES = "xmlns:hs='http://www.hancom.co.kr/hwpml/2011/section' xmlns:hp='http://www.hancom.co.kr/hwpml/2011/paragraph'"
Cell = tuple[int, int, int, int, str]  # row, column, rows, columns, text


def hwpx(before: str, cells: Sequence[Cell], after: str) -> bytes:
    """A document with a paragraph, a table and a paragraph."""

    def words(text: str) -> str:
        return "".join(f"<hp:p><hp:run><hp:t>{escape(line)}</hp:t></hp:run></hp:p>" for line in text.split("\n"))

    rows = "".join(
        "<hp:tr>"
        + "".join(
            f"<hp:tc><hp:subList>{words(text)}</hp:subList><hp:cellAddr colAddr='{left}' rowAddr='{top}'/><hp:cellSpan colSpan='{across}' rowSpan='{down}'/></hp:tc>"
            for top, left, down, across, text in cells
            if top == number
        )
        + "</hp:tr>"
        for number in range(max(one[0] for one in cells) + 1)
    )
    table = f"<hp:p><hp:run><hp:tbl>{rows}</hp:tbl></hp:run></hp:p>"
    section = f"<?xml version='1.0' encoding='UTF-8'?><hs:sec {_NAMES}>{words(before)}{table}{words(after)}</hs:sec>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/hwp+zip")
        archive.writestr("Contents/section0.xml", section)
    return out.getvalue()


def document() -> Form:
    """A table of a week with a title above it and origins below; a holiday merged down."""
    days = [
        ["쌀밥", "무국:5.16", "제육볶음:5.6.10"],
        ["쌀밥", "된장국:5.6", "고등어구이:7"],
        ["콩밥", "미역국:5", "닭갈비:5.6.15"],
        ["볶음밥:1.5", "계란국:1", "단무지"],
    ]
    cells: list[Cell] = [
        (0, 0, 1, 1, "구 분"),
        *((0, 1 + step, 1, 1, f"11. {23 + step}.\n({'월화수목금'[step]})") for step in range(5)),
        (1, 0, 3, 1, "중식"),
    ]
    for step, dishes in enumerate(days):
        cells += [
            (1 + row, 1 + step, 1, 1, one.replace(":", "(") + ")" * (":" in one)) for row, one in enumerate(dishes)
        ]
    cells.append((1, 5, 3, 1, "휴무"))
    data = hwpx(
        "주간 식단표\n(2026. 11. 23. ~ 11. 27.)",
        sorted(cells),
        "※ 원산지: 쌀(국내산), 돼지고기(국내산), 고등어(노르웨이산)",
    )
    return Form("HWPX", "식단.hwpx", data, week(23, *days, ["!휴무"]), ("고등어: 노르웨이산",))


def old_workbook() -> Form:
    """An XLS of before 2007: its merged cells are told by nobody."""
    rows: list[list[str | float]] = [
        ["주간식단표(11.23~11.25)", "", "", ""], ["구분", "23(월)", "24(화)", "25(수)"], ["중식", "쌀밥", "쌀밥", "국수(6)"],
        ["", "무국(5.16)", "된장국(5.6)", "만두(5.6.10)"], ["", "제육볶음(5.6.10)", "고등어구이(7)", ""], ["석식", "라면(5.6)", "휴무", "우동(5.6)"],
    ]  # fmt: skip
    truth = week(
        23, ["쌀밥", "무국:5.16", "제육볶음:5.6.10", "석>라면:5.6"], ["쌀밥", "된장국:5.6", "고등어구이:7"],
        ["국수:6", "만두:5.6.10", "석>우동:5.6"],
    )  # fmt: skip
    return Form("XLS", "식단.xls", as_xls({"식단": rows}), truth)


def meals_stacked() -> Form:
    """Two tables of one week below each other, one a meal, weekdays alone."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("4주")
        sheet.write("A1", "[중식 메뉴]")
        sheet.write_row("A2", ["월", "화", "수"])
        sheet.write_row("A3", ["쌀밥", "쌀밥", "비빔밥(5)"])
        sheet.write_row("A4", ["미역국(5)", "무국(16)", "장국(5)"])
        sheet.write("A6", "[석식 메뉴]")
        sheet.write_row("A7", ["월", "화", "수"])
        sheet.write_row("A8", ["라면(6)", "우동(6)", "-"])

    truth = week(23, ["쌀밥", "미역국:5", "석>라면:6"], ["쌀밥", "무국:16", "석>우동:6"], ["비빔밥:5", "장국:5"])
    return Form("a table a meal, stacked", "11월 식단.xlsx", book(write), truth)


FORMS = (document, old_workbook, meals_stacked)
