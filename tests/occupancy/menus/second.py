# ruff: noqa: E501 - tables stand as they are typed
"""Further forms, written after the reader and unlike the first: measured once before anything was repaired."""

from __future__ import annotations

from datetime import date

import xlsxwriter

from tests.occupancy.menus.truth import Form, book, week

_DAYS = "월화수목금"


def allergens_in_columns() -> Form:
    """Two columns a day, the dish and its numbers."""
    said = [
        [("쌀밥", ""), ("콩나물국", "5"), ("제육볶음", "5,6,10"), ("배추김치", "9")],
        [("보리밥", ""), ("시래기된장국", "5.6"), ("꽁치구이", ""), ("깍두기", "9")],
        [("짜장면", "2,5,6,10,13"), ("군만두", "5,6,10"), ("단무지", ""), ("", "")],
    ]

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.merge_range("A1:G1", "구내식당 식단(2026.11.23.~11.25.)")
        sheet.merge_range("A2:A3", "구분")
        for step, dishes in enumerate(said):
            left = 1 + 2 * step
            sheet.merge_range(1, left, 1, left + 1, f"{23 + step}일({_DAYS[step]})")
            sheet.write_row(2, left, ["메뉴", "알레르기"])
            for row, (name, numbers) in enumerate(dishes):
                sheet.write_row(3 + row, left, [name, numbers])
        sheet.merge_range("A4:A7", "중식")

    truth = [[f"{name}:{numbers.replace(',', '.')}".rstrip(":") for name, numbers in dishes if name] for dishes in said]
    return Form("allergens in their own columns", "식단.xlsx", book(write), week(23, *truth))


def across_the_month() -> Form:
    """`30일(월)`, `1일(화)`; a column of remarks at the right; corners with numbers and two labels at the left."""
    a = ["쌀밥\n동태탕(5.6)\n고추장불고기(5.6.10)", "쌀밥\n미역국(5.16)\n너비아니구이(5.6.10.16)", "콩밥\n호박국(5.6)\n안동찜닭(5.6.15)",
         "쌀밥\n북어무국(5)\n돼지갈비찜(5.6.10)", "쌀밥\n김치찌개(5.9.10)\n계란찜(1)"]  # fmt: skip
    b = [
        "크림파스타(2.5.6.10)\n마늘빵(2.6)",
        "철판볶음밥(1.5.6)\n미소국(5)",
        "칼국수(5.6.18)\n만두(5.6.10)",
        "돈코츠라멘(1.5.6.10)\n교자(5.6.10)",
        "카츠동(1.5.6.10)\n장국(5.6)",
    ]

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("Sheet1")
        sheet.merge_range("B2:H2", "11월 5주차 주간 식단표")
        sheet.merge_range("B3:C3", "구분")
        sheet.write_row("D3", ["30일(월)", "1일(화)", "2일(수)", "3일(목)", "4일(금)", "비고"])
        sheet.merge_range("B4:B5", "중\n식")
        sheet.write_column("C4", ["한식\n6,500원", "일품\n7,000원"])
        sheet.write_row("D4", [*a, "셀프바 운영"])
        sheet.write_row("D5", b)
        sheet.merge_range("B6:C6", "열량")
        sheet.write_row("D6", ["905kcal", "880kcal", "912kcal", "897kcal", "866kcal"])
        sheet.merge_range("B8:I8", "▶ 원산지 : 돼지고기(국내산), 닭고기(국내산), 쌀(국내산), 배추김치(국내산)")

    def of(step: int) -> list[str]:
        return [f"[한식]{_said(one)}" for one in a[step].split("\n")] + [
            f"[일품]{_said(one)}" for one in b[step].split("\n")
        ]

    return Form(
        "over the end of a month",
        "주간식단.xlsx",
        book(write),
        week(date(2026, 11, 30), *map(of, range(5))),
        ("닭고기: 국내산",),
    )


def _said(cell: str) -> str:
    return cell.replace("(", ":").replace(")", "")


def pasted_spaces() -> Form:
    """`월)` and nothing but spaces between dishes."""
    text = (
        "이번주 메뉴 공유드려요\n월) 흑미밥 소고기미역국 제육볶음 콩나물무침 배추김치\n화) 쌀밥 된장찌개 고등어구이 계란말이 깍두기\n"
        "수) 비빔밥 유부장국 도라지튀김\n목) 쌀밥 육개장 동그랑땡 시금치나물 배추김치\n금) 카레라이스 우동 돈까스 단무지\n감사합니다"
    )
    truth = week(
        23, ["흑미밥", "소고기미역국", "제육볶음", "콩나물무침", "배추김치"], ["쌀밥", "된장찌개", "고등어구이", "계란말이", "깍두기"],
        ["비빔밥", "유부장국", "도라지튀김"], ["쌀밥", "육개장", "동그랑땡", "시금치나물", "배추김치"], ["카레라이스", "우동", "돈까스", "단무지"],
    )  # fmt: skip
    return Form("pasted, spaces between dishes", "", text, truth)


def cards() -> Form:
    """Days as cards: three above, two below, each with a heading, its dishes in rows."""
    days = [["쌀밥", "무국:5", "닭갈비:5.6.15"], ["쌀밥", "부대찌개:2.5.6.10", "김구이"], ["열무국수:5.6", "주먹밥:5"],
            ["쌀밥", "감자탕:5.10", "오이소박이:9"], ["쌀밥", "바지락국:18", "두부김치:5.9.10"]]  # fmt: skip

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write("A1", "[ 금주의 점심 ]")
        for step, dishes in enumerate(days):
            top, left = 2 + step // 3 * 6, step % 3 * 2
            sheet.write(top, left, f"11월 {23 + step}일 {_DAYS[step]}요일")
            for row, one in enumerate(dishes, 1):
                sheet.write(top + row, left, f"· {one.replace(':', ' (')}" + ")" * (":" in one))

    return Form("days as cards", "점심.xlsx", book(write), week(23, *days))


def meals_below_days() -> Form:
    """UTF-16 with tabs: a day over two columns, 중식 and 석식 below it."""
    lines = [
        "2026년 11월 23일 ~ 25일 식단\t\t\t\t\t\t", "\t23(월)\t\t24(화)\t\t25(수)\t", "\t중식\t석식\t중식\t석식\t중식\t석식",
        "\t쌀밥\t볶음밥(1.5)\t쌀밥\t쌀밥\t현미밥\t-", "\t아욱국(5.6)\t계란국(1)\t뭇국(5.16)\t해물탕(5.8.9.17.18)\t청국장(5)\t-",
        "\t제육볶음(5.6.10)\t단무지\t갈치조림(5.6)\t콩자반(5)\t코다리구이(5.6)\t-",
    ]  # fmt: skip
    truth = week(
        23, ["쌀밥", "아욱국:5.6", "제육볶음:5.6.10", "석>볶음밥:1.5", "석>계란국:1", "석>단무지"],
        ["쌀밥", "뭇국:5.16", "갈치조림:5.6", "석>쌀밥", "석>해물탕:5.8.9.17.18", "석>콩자반:5"], ["현미밥", "청국장:5", "코다리구이:5.6"],
    )  # fmt: skip
    return Form("meals below days, UTF-16", "식단.txt", "\n".join(lines).encode("utf-16"), truth)


def pasted_stars() -> Form:
    """A heading a meal, corners in brackets, an English word, a price."""
    text = (
        "★11월 24일 화요일 점심★\n<A코너>\n쌀밥\n순두부찌개①⑤⑨⑱\n떡갈비⑤⑥⑩⑯\n<B코너> 6,000원\n치즈버거①②⑤⑥⑯\n후렌치후라이⑤\n\n★11월 24일 화요일 저녁★\n김치볶음밥①⑤⑨\n계란국①\n"
        "\n※ 알레르기: ①난류 ②우유 ⑤대두 ⑥밀 ⑨새우 ⑩돼지고기 ⑯쇠고기 ⑱조개류"
    )
    truth = {
        date(2026, 11, 24): ["[A코너]쌀밥", "[A코너]순두부찌개:1.5.9.18", "[A코너]떡갈비:5.6.10.16", "[B코너]치즈버거:1.2.5.6.16", "[B코너]후렌치후라이:5",
                             "석>김치볶음밥:1.5.9", "석>계란국:1"],
    }  # fmt: skip
    return Form("pasted, headings with stars", "", text, truth)


def html_as_xls() -> Form:
    """What an intranet calls an Excel file is a page with a table; cells span rows and columns."""
    rows = (
        "<tr><th colspan=4>주간식단 (2026-11-23 ~ 2026-11-25)</th></tr><tr><th>구분</th><th>11/23(월)</th><th>11/24(화)</th><th>11/25(수)</th></tr>"
        "<tr><td rowspan=2>중식</td><td>쌀밥<br>대구탕(5)<br>잡채(5.6.10)</td><td>쌀밥<br>어묵탕(1.5.6)<br>멸치볶음</td><td rowspan=2>외부 행사로 휴무</td></tr>"
        "<tr><td>후식: 귤</td><td>후식: 매실차</td></tr>"
    )
    page = f"<html><head><meta charset='euc-kr'><style>td {{color:red}}</style></head><body><table border=1>{rows}</table></body></html>"
    truth = week(
        23,
        ["쌀밥", "대구탕:5", "잡채:5.6.10", "귤"],
        ["쌀밥", "어묵탕:1.5.6", "멸치볶음", "매실차"],
        ["!외부 행사로 휴무"],
    )
    return Form("HTML called XLS", "식단.xls", page.encode("cp949"), truth)


def list_with_courses() -> Form:
    """Days down, merged over two meals; courses across; calories in the last column."""
    rows = [
        (23, "중식", ["쌀밥", "근대국(5.6)", "오리주물럭(5.6)", "연근조림(5.6)", "배추김치(9)"], 870),
        (23, "석식", ["쌀밥", "김치국(5.9)", "햄구이(2.5.6.10)", "무생채", "배추김치(9)"], 790),
        (24, "중식", ["차조밥", "갈비탕(5.16)", "메밀전병(3.5.6)", "취나물(5)", "깍두기(9)"], 905),
        (24, "석식", ["오징어덮밥(5.6.17)", "계란국(1)", "", "단무지", ""], 815),
    ]  # fmt: skip

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("식단")
        sheet.merge_range("A1:H1", "2026년 11월 구내식당 식단")
        sheet.write_row("A2", ["일자", "구분", "밥", "국", "주찬", "부찬", "김치", "열량(kcal)"])
        for at, (_, meal, dishes, kcal) in enumerate(rows, 2):
            sheet.write_row(at, 1, [meal, *dishes, kcal])
        sheet.merge_range("A3:A4", "11/23\n(월)")
        sheet.merge_range("A5:A6", "11/24\n(화)")

    truth: dict[date, list[str]] = {}
    for number, meal, dishes, _ in rows:
        truth.setdefault(date(2026, 11, number), []).extend(f"{meal[0]}>{_said(one)}" for one in dishes if one)
    return Form("days down, courses across", "식단.xlsx", book(write), truth)


def long_holiday() -> Form:
    """A holiday merged over two days; Chinese food is a corner called 중식; names with & and +."""
    corners = {
        "한식": [
            ["쌀밥", "토란국(5.16)", "모둠전(1.5.6)"],
            ["쌀밥", "소고기뭇국(5.16)", "조기구이"],
            ["송편&식혜", "갈비찜(5.6.16)"],
        ],
        "중식": [["짬뽕(5.6.9.10.17.18)"], ["유산슬덮밥(5.6.9.17)", "짜사이(5.6)"], ["탕수육+볶음밥(1.5.6.10)"]],
        "양식": [["돈까스&모밀(1.2.3.5.6.10)"], ["토마토스파게티(2.5.6.12)"], ["치킨샐러드(1.5.6.15)"]],
    }

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.merge_range("A1:F1", "9월 4주 점심 메뉴")
        sheet.write_row("A2", ["코너", "9/21(월)", "9/22(화)", "9/23(수)", "9/24(목)", "9/25(금)"])
        for row, (name, days) in enumerate(corners.items(), 2):
            sheet.write(row, 0, name)
            sheet.write_row(row, 1, ["\n".join(day) for day in days])
        sheet.merge_range("E3:F5", "추석 연휴")

    truth = week(
        date(2026, 9, 21), *([f"[{name}]{_said(one)}" for name, days in corners.items() for one in days[step]] for step in range(3)),
        ["!추석 연휴"], ["!추석 연휴"],
    )  # fmt: skip
    return Form("a long holiday, 중식 as a corner", "9월4주.xlsx", book(write), truth, today=date(2026, 9, 17))


def meal_a_sheet() -> Form:
    """A sheet a meal, the same days in both; numbers behind a dash, circled ones in brackets."""
    lunch = [["쌀밥", "냉이된장국-5.6", "춘천닭갈비-5.6.15"], ["쌀밥", "참치김치찌개(⑤⑨)", "감자조림 (⑤,⑥)"]]
    dinner = [["라면-2.5.6.10", "공깃밥"], ["쌀밥", "돈육김치볶음(⑤⑨⑩)"]]

    def write(workbook: xlsxwriter.Workbook) -> None:
        for name, days in (("중식", lunch), ("석식", dinner)):
            sheet = workbook.add_worksheet(name)
            sheet.write_row("A1", ["2026.11.23\n월요일", "2026.11.24\n화요일"])
            for column, dishes in enumerate(days):
                sheet.write_column(1, column, dishes)

    truth = week(
        23, ["쌀밥", "냉이된장국:5.6", "춘천닭갈비:5.6.15", "석>라면:2.5.6.10", "석>공깃밥"],
        ["쌀밥", "참치김치찌개:5.9", "감자조림:5.6", "석>쌀밥", "석>돈육김치볶음:5.9.10"],
    )  # fmt: skip
    return Form("a sheet a meal", "식단.xlsx", book(write), truth)


def calendar_in_cells() -> Form:
    """A month of working days; a cell holds its number and its dishes; the year only in the file's name."""
    served = {4: "떡국(1.5.6.16)\n김치전(5.6.9)", 5: "쌀밥\n홍합탕(18)\n제육볶음(5.6.10)", 6: "수제비(5.6.18)\n주먹밥", 7: "쌀밥\n순두부(1.5)\n조기구이",
              8: "카레(2.5.6)\n샐러드", 11: "쌀밥\n육개장(5.6.16)\n두부전(1.5)"}  # fmt: skip

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.merge_range("A1:E1", "1월 중식 식단")
        sheet.write_row("A2", [f"{one}요일" for one in _DAYS])
        sheet.write("E3", "1\n신정")
        for number, text in served.items():
            on = date(2027, 1, number)
            sheet.write(2 + (number + 3) // 7, on.weekday(), f"{number}\n{text}")

    truth: dict[date, list[str]] = {
        date(2027, 1, n): [_said(one) for one in text.split("\n")] for n, text in served.items()
    }
    truth[date(2027, 1, 1)] = ["!신정"]
    return Form(
        "calendar, number and dishes in a cell", "2027년_식단.xlsx", book(write), truth, today=date(2026, 12, 28)
    )


def pasted_dots() -> Form:
    """Dates with dots before a dash; slashes between dishes; Christmas."""
    text = "12.21 월 - 쌀밥/동지팥죽/동치미\n12.22 화 - 쌀밥/육개장(5.6.16)/김\n12.23 수 - 라볶이(1.5.6)/튀김(5.6)\n12.24 목 - 쌀밥/미역국(5)/LA갈비(5.6.16)\n12.25 금 - 성탄절\n원산지 : LA갈비(미국산), 쌀(국내산)"
    truth = week(
        date(2026, 12, 21), ["쌀밥", "동지팥죽", "동치미"], ["쌀밥", "육개장:5.6.16", "김"], ["라볶이:1.5.6", "튀김:5.6"], ["쌀밥", "미역국:5", "LA갈비:5.6.16"],
        ["!성탄절"],
    )  # fmt: skip
    return Form("pasted, dates with dots", "", text, truth, ("LA갈비: 미국산",))


FORMS = (
    allergens_in_columns, across_the_month, pasted_spaces, cards, meals_below_days, pasted_stars, html_as_xls,
    list_with_courses, long_holiday, meal_a_sheet, calendar_in_cells, pasted_dots,
)  # fmt: skip
