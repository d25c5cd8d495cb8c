# ruff: noqa: E501 - tables stand as they are typed
"""Tables of a word processor (HWPX) and of old workbooks, and meals in tables of their own. All content is invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
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


def meals_over_choices() -> Form:
    """Days down over three rows each; meals above 일반식 and 선택식; nothing but spaces between dishes, the month in a head."""
    days = {
        7: (
            ["흰밥/잡곡밥", "근대된장국 돈육마늘쫑볶음 건파래무침 두부구이", "배추김치/우유"],
            ["짜장덮밥 미소장국 군만두 깍두기/요구르트", "", ""],
        ),
        8: (
            ["흰밥/잡곡밥", "북어계란탕 닭갈비 양배추생채 콩자반", "배추김치"],
            ["김치볶음밥+계란프라이 맑은장국 감자조림 깍두기", "", ""],
        ),
    }

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.merge_range("A1:C1", "식단표")
        sheet.merge_range("A2:A3", "12월")
        sheet.merge_range("B2:C2", "점 심")
        sheet.write_row("B3", ["일반식", "선택식"])
        for at, (number, (plain, chosen)) in enumerate(days.items()):
            top = 3 + 3 * at
            sheet.merge_range(top, 0, top + 2, 0, f"{'월화'[at]}요일\n({number}일)")
            sheet.write_column(top, 1, plain)
            sheet.merge_range(top, 2, top + 2, 2, chosen[0])

    truth = {
        date(2026, 12, 7): [
            "[일반식]흰밥", "[일반식]잡곡밥", "[일반식]근대된장국", "[일반식]돈육마늘쫑볶음", "[일반식]건파래무침", "[일반식]두부구이", "[일반식]배추김치",
            "[일반식]우유", "[선택식]짜장덮밥", "[선택식]미소장국", "[선택식]군만두", "[선택식]깍두기", "[선택식]요구르트",
        ],
        date(2026, 12, 8): [
            "[일반식]흰밥", "[일반식]잡곡밥", "[일반식]북어계란탕", "[일반식]닭갈비", "[일반식]양배추생채", "[일반식]콩자반", "[일반식]배추김치",
            "[선택식]김치볶음밥+계란프라이", "[선택식]맑은장국", "[선택식]감자조림", "[선택식]깍두기",
        ],
    }  # fmt: skip
    return Form("meals over choices", "식단.xlsx", book(write), truth)


def named_days() -> Form:
    """Days with names of their own in the header; allergens in angle brackets; figures of nutrition."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write_row("A1", ["4주차", "11월 23일", "11월 24일 *생일식단*", "11월 25일 (창립기념일)"])
        sheet.write_row("A2", ["점심", "수수밥", "잔치국수<1, 2, 5, 6>", ""])
        sheet.write_row("A3", ["", "소고기미역국<5, 6, 16>", "찐만두<5, 6, 10>", ""])
        sheet.write_row("A4", ["열량(kcal)단백질(g)", "844 / 29", "702 / 21", ""])

    truth = week(23, ["수수밥", "소고기미역국:5.6.16"], ["잔치국수:1.2.5.6", "찐만두:5.6.10"], ["!창립기념일"])
    return Form("days with names", "식단.xlsx", book(write), truth)


def school_list() -> Form:
    """A day's page of a school's site, copied: a dash before every line, nutrition, the table of allergens, origins."""
    text = (
        "- 11월 24일 화요일\n-\n-\n- 중식\n-\n- 친환경잡곡밥(5)\n- 쇠고기미역국(5.6.16)\n- 배추김치(9)\n- 과일샐러드(키위드레싱)(1.2.5.6)\n- *에너지/단백질/칼슘/철\n- 557.2/20.8/112.7/2.0\n-\n- 알레르기 정보\n"
        "- 1. 난류(계란), 2. 우유, 3. 메밀, 4. 땅콩, 5. 대두(콩), 6. 밀\n-\n- 원산지\n- 쇠고기:국내산(한우),돼지고기:국내산\n-\n- 참고사항\n- 사정에 따라 메뉴가 변경될 수 있습니다."
    )
    truth = {
        date(2026, 11, 24): ["친환경잡곡밥:5", "쇠고기미역국:5.6.16", "배추김치:9", "과일샐러드(키위드레싱):1.2.5.6"]
    }
    return Form("a school's page, copied", "", text, truth, ("돼지고기: 국내산",))


FORMS = (document, old_workbook, meals_stacked, meals_over_choices, named_days, school_list)
