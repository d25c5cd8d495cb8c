# ruff: noqa: E501 - tables stand as they are typed
"""Forms with what real kitchens add: descriptions, choices, slogans, nutrition; written last, measured once. Invented."""

from __future__ import annotations

from datetime import date

import xlsxwriter

from tests.occupancy.menus.truth import Form, book, week

_HANJA = "月火水木金"


def slogans_and_descriptions() -> Form:
    """A slogan across the middle, dishes with digits and descriptions, a dish merged over two rows, nutrition below."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.merge_range("A1:D1", "2026년 12월 첫째주 구내식당 식단표")
        sheet.write_row("A2", ["구분", "11월 30일\n(월)", "12월 1일\n(화)", "12월 2일\n(수)"])
        sheet.merge_range("A3:A8", "중 식\n11:30~13:00")
        sheet.write_row("B3", ["쌀밥", "7곡밥", "쌀밥"])
        sheet.write_row("B4", ["2색 수제비국(5.6)", "소고기무국(16)", "맑은순두부국(5)"])
        sheet.write_row("B5", ["생선까스(타르타르소스)(1.5.6)", "[특식] LA갈비(5.6.16)", "오징어볶음&소면(5.6.17)"])
        sheet.merge_range("B6:B7", "3색전(1.5.6)")
        sheet.write_row("C6", ["도라지오이생채(5.6)", "콩나물무침(5)"])
        sheet.write_row("C7", ["수박", ""])
        sheet.write_row("B8", ["배추김치(9)", "석박지(9)", "배추김치(9)"])
        sheet.write_row("A9", ["에너지(kcal)", "901", "887", "913"])
        sheet.write_row("A10", ["탄/단/지(g)", "120/35/20", "118/38/22", "130/30/19"])
        sheet.write("A11", "♡ 수요일은 다 먹는 날 ♡")

    truth = week(
        30, ["쌀밥", "2색 수제비국:5.6", "생선까스(타르타르소스):1.5.6", "3색전:1.5.6", "배추김치:9"],
        ["7곡밥", "소고기무국:16", "[특식] LA갈비:5.6.16", "도라지오이생채:5.6", "수박", "석박지:9"],
        ["쌀밥", "맑은순두부국:5", "오징어볶음&소면:5.6.17", "콩나물무침:5", "배추김치:9"],
    )  # fmt: skip
    # the notation takes a bracket for a corner: the special dish is named without it
    truth[date(2026, 12, 1)] = [
        "7곡밥",
        "소고기무국:16",
        "LA갈비:5.6.16",
        "도라지오이생채:5.6",
        "수박",
        "석박지:9",
    ]
    return Form("slogans and descriptions", "식단.xlsx", book(write), truth)


def hanja_weekdays() -> Form:
    """Weekdays in Chinese characters; meals in words; numbers with commas in brackets behind a space."""
    rows = [
        "쌀밥 쌀밥 쌀밥 쌀밥 쌀밥",
        "육개장(5,6,16) 배추국(5) 동태국 만둣국(1,5,6,10) 미역국(5)",
        "갈치구이 제육(10) 두부조림(5) 잡채(5) 닭찜(15)",
    ]

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write("A1", "주간식단 (2026.11.23 - 11.27)")
        sheet.write_row("A2", ["", *(f"{23 + step}({name})" for step, name in enumerate(_HANJA))])
        sheet.write("A3", "점심")
        for row, line in enumerate(rows):
            sheet.write_row(2 + row, 1, line.split(" "))

    truth = [
        [line.split(" ")[step].replace("(", ":").replace(")", "").replace(",", ".") for line in rows]
        for step in range(5)
    ]
    return Form("weekdays in Chinese characters", "식단.xlsx", book(write), week(23, *truth))


def choices() -> Form:
    """Choices within a cell, prices at the end of a line, a corner with its own hours."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("메뉴")
        sheet.write_row("A1", ["코너명", "11/23 (월)", "11/24 (화)"])
        sheet.write_row(
            "A2",
            [
                "정식(11:30~13:30)\n6,000원",
                "쌀밥 or 현미밥\n된장찌개(5.6)\n제육볶음(5.6.10)",
                "쌀밥 or 현미밥\n미역국(5)\n고등어구이(7)",
            ],
        )
        sheet.write_row("A3", ["간편식", "참치샌드위치(1.2.5.6) 4,500원\n샐러드 5,000원", "김밥(1.5.6) 3,500원"])

    truth = week(
        23, ["[정식]쌀밥 or 현미밥", "[정식]된장찌개:5.6", "[정식]제육볶음:5.6.10", "[간편식]참치샌드위치:1.2.5.6", "[간편식]샐러드"],
        ["[정식]쌀밥 or 현미밥", "[정식]미역국:5", "[정식]고등어구이:7", "[간편식]김밥:1.5.6"],
    )  # fmt: skip
    return Form("choices, prices", "식단.xlsx", book(write), truth)


def dates_inside_titles() -> Form:
    """A sheet a day, named by its day; a heading, then dishes down."""
    days = {"11.23(월)": ["쌀밥", "북엇국:1.5", "찜닭:5.6.15"], "11.24(화)": ["쌀밥", "된장국:5.6", "불고기:5.6.16"]}

    def write(workbook: xlsxwriter.Workbook) -> None:
        for name, dishes in days.items():
            sheet = workbook.add_worksheet(name)
            sheet.write("A1", "오늘의 메뉴")
            sheet.write_column("A3", [one.replace(":", "(") + ")" * (":" in one) for one in dishes])

    return Form("a sheet a day", "식단.xlsx", book(write), week(23, *days.values()))


def pasted_dashes() -> Form:
    """Lines with a pipe after the day, a weekday in brackets, a note about tomorrow."""
    text = "<11월 4주차 식단>\n[월] 쌀밥 / 순두부찌개(1.5) / 생선전(1.5.6)\n[화] 쌀밥 / 갈비탕(16) / 깍두기(9)\n[수] 비빔밥(1.5.6) / 장국(5.6)\n[목] 쌀밥 / 미역국(5) / 제육볶음(10)\n[금] 휴무\n* 알레르기 문의: 내선 1234"
    truth = week(
        23, ["쌀밥", "순두부찌개:1.5", "생선전:1.5.6"], ["쌀밥", "갈비탕:16", "깍두기:9"], ["비빔밥:1.5.6", "장국:5.6"], ["쌀밥", "미역국:5", "제육볶음:10"],
        ["!휴무"],
    )  # fmt: skip
    return Form("pasted, days in brackets", "", text, truth)


def pasted_sentences() -> Form:
    """How somebody says it."""
    text = "내일 점심 메뉴는 카레라이스, 계란국, 단무지입니다\n모레는 쌀밥이랑 김치찌개 나와요"
    truth = {date(2026, 11, 24): ["카레라이스", "계란국", "단무지"], date(2026, 11, 25): ["쌀밥", "김치찌개"]}
    return Form("pasted, as spoken", "", text, truth)


def list_of_lists() -> Form:
    """CSV in which a row is a day and a meal, the dishes each in a column without a name."""
    text = "날짜,요일,식사,,,,\n2026.11.23,월,중식,쌀밥,무국(5),불고기(16),김치(9)\n2026.11.23,월,석식,라면(6),,,\n2026.11.24,화,중식,쌀밥,된장국(5.6),갈치구이,김치(9)\n2026.11.25,수,중식,대체공휴일,,,\n"
    truth = week(
        23,
        ["쌀밥", "무국:5", "불고기:16", "김치:9", "석>라면:6"],
        ["쌀밥", "된장국:5.6", "갈치구이", "김치:9"],
        ["!대체공휴일"],
    )
    return Form("CSV, a row a meal", "식단.csv", text.encode("cp949"), truth)


def two_cafeterias() -> Form:
    """Two places in one sheet, each a block with its own heading and the same days."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        for top, (name, rows) in (
            (0, ("제1식당", [["쌀밥", "쌀밥"], ["미역국(5)", "무국(16)"]])),
            (6, ("제2식당", [["우동(5.6)", "쫄면(6)"], ["김밥(1)", "튀김(6)"]])),
        ):
            sheet.write(top, 0, f"[{name}]")
            sheet.write_row(top + 1, 0, ["구분", "11/23(월)", "11/24(화)"])
            sheet.write(top + 2, 0, "중식")
            for row, line in enumerate(rows):
                sheet.write_row(top + 2 + row, 1, line)

    truth = week(
        23,
        ["[제1식당]쌀밥", "[제1식당]미역국:5", "[제2식당]우동:5.6", "[제2식당]김밥:1"],
        ["[제1식당]쌀밥", "[제1식당]무국:16", "[제2식당]쫄면:6", "[제2식당]튀김:6"],
    )
    return Form("two places in a sheet", "식단.xlsx", book(write), truth)


FORMS = (
    slogans_and_descriptions, hanja_weekdays, choices, dates_inside_titles, pasted_dashes, pasted_sentences, list_of_lists,
    two_cafeterias,
)  # fmt: skip
