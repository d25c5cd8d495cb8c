# ruff: noqa: E501 - tables stand as they are typed
"""Forms that the reader met last: written after both other sets were read whole, measured once. All invented."""

from __future__ import annotations

from datetime import date

import xlsxwriter

from tests.occupancy.menus.truth import Form, book, week

_DAYS = "월화수목금토일"


def _said(cell: str) -> str:
    return cell.replace("(", ":").replace(")", "").replace("[", ":").replace("]", "")


def dates_above_weekdays() -> Form:
    """Real dates in one row, weekdays in the next; English corners; calories in brackets at the end of a cell."""
    plus = [
        "흰쌀밥\n얼큰콩나물국(5)\n돈육고추장불고기(5.6.10)\n(832kcal)",
        "현미밥\n황태무국(5)\n치킨가라아게(1.5.6.15)\n(901kcal)",
        "나물비빔밥(5.6)\n팽이장국(5.6)\n(768kcal)",
    ]

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("1주차")
        form = workbook.add_format({"num_format": "mm/dd"})
        sheet.merge_range("A1:A2", "CORNER")
        for step in range(3):
            sheet.write_datetime(0, 1 + step, date(2026, 12, 7 + step), form)
            sheet.write(1, 1 + step, f"{_DAYS[step]}요일")
        sheet.write("A3", "PLUS")
        sheet.write_row("B3", plus)
        sheet.write("A4", "SALAD")
        sheet.write_row("B4", ["리코타샐러드(2)", "연어샐러드", "두부샐러드(5)"])

    salad = ["리코타샐러드:2", "연어샐러드", "두부샐러드:5"]
    truth = [
        [*(f"[PLUS]{_said(one)}" for one in plus[step].split("\n")[:-1]), f"[SALAD]{salad[step]}"] for step in range(3)
    ]
    return Form("dates above weekdays, English", "menu.xlsx", book(write), week(date(2026, 12, 7), *truth))


def vertical_labels() -> Form:
    """Meals written from top to bottom, numbers in square brackets, weekdays with 요일 and a day behind."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.merge_range("A1:D1", "직원식당 식단안내 〔12. 14. ~ 12. 16.〕")
        sheet.write_row("A2", ["", "월요일(14일)", "화요일(15일)", "수요일(16일)"])
        sheet.merge_range("A3:A5", "조\n\n식")
        sheet.merge_range("A6:A8", "중\n\n식")
        rows = [["누룽지탕", "스크램블에그[1.2]", "소고기죽[16]"], ["오징어젓갈[17]", "식빵[2.6]", "동치미"], ["김[5]", "우유[2]", ""],
                ["쌀밥", "쌀밥", "짬뽕밥[5.6.9.17.18]"], ["꽃게탕[8]", "갈비탕[16]", "군만두[5.6.10]"], ["취나물[5]", "깍두기[9]", "단무지"]]  # fmt: skip
        for row, line in enumerate(rows):
            sheet.write_row(2 + row, 1, line)

    truth = [
        ["조>누룽지탕", "조>오징어젓갈:17", "조>김:5", "쌀밥", "꽃게탕:8", "취나물:5"],
        ["조>스크램블에그:1.2", "조>식빵:2.6", "조>우유:2", "쌀밥", "갈비탕:16", "깍두기:9"],
        ["조>소고기죽:16", "조>동치미", "짬뽕밥:5.6.9.17.18", "군만두:5.6.10", "단무지"],
    ]
    return Form("labels from top to bottom", "식단.xlsx", book(write), week(date(2026, 12, 14), *truth))


def numbers_and_weekdays_down() -> Form:
    """A month down: a bare day number, its weekday in the next column."""
    rows = [
        (2, "쌀밥, 시래기국(5.6), 제육볶음(5.6.10)"),
        (3, "카레덮밥(2.5.6.10), 유부국(5.6)"),
        (4, "쌀밥, 동태찌개(5.6), 멸치볶음(5)"),
        (5, "휴무"),
        (6, "잔치국수(5.6), 주먹밥"),
    ]

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.merge_range("A1:C1", "2026년 11월 중식 식단")
        sheet.write_row("A3", ["일", "요일", "메뉴"])
        for at, (number, text) in enumerate(rows, 3):
            sheet.write_row(at, 0, [number, _DAYS[date(2026, 11, number).weekday()], text])

    truth = {
        date(2026, 11, number): ["!휴무"] if text == "휴무" else [_said(one) for one in text.split(", ")]
        for number, text in rows
    }
    return Form("day numbers and weekdays down", "11월.xlsx", book(write), truth, today=date(2026, 10, 29))


def one_column() -> Form:
    """Everything in one column: a heading a day, a line a meal."""
    lines = ["◎ 구내식당 주간메뉴 ◎", "■ 11월 23일(월)", "중식 : 쌀밥, 된장국(5.6), 불고기(5.6.16)", "석식 : 라면(2.5.6.10), 공깃밥", "■ 11월 24일(화)",
             "중식 : 비빔국수(5.6), 주먹밥", "석식 : 쌀밥, 김치찌개(5.9.10)", "원산지 : 쌀(국내산), 쇠고기(호주산)"]  # fmt: skip

    def write(workbook: xlsxwriter.Workbook) -> None:
        workbook.add_worksheet().write_column(0, 1, lines)

    truth = week(
        23, ["쌀밥", "된장국:5.6", "불고기:5.6.16", "석>라면:2.5.6.10", "석>공깃밥"], ["비빔국수:5.6", "주먹밥", "석>쌀밥", "석>김치찌개:5.9.10"],
    )  # fmt: skip
    return Form("one column", "메뉴.xlsx", book(write), truth, ("쇠고기: 호주산",))


def pasted_corners() -> Form:
    """A day's heading, then a line a corner."""
    text = (
        "[주간 식단 안내]\n\n11/30(월)\n한식: 쌀밥, 미역국(5), 제육볶음(5.6.10)\n양식: 돈까스(1.2.5.6.10), 스프(2.5.6)\n\n12/1(화)\n한식: 쌀밥, 육개장(5.6.16), 계란말이(1)\n양식: 토마토파스타(2.5.6.12)\n\n"
        "12/2(수)\n구내식당 휴무의 날입니다"
    )
    truth = week(
        30, ["[한식]쌀밥", "[한식]미역국:5", "[한식]제육볶음:5.6.10", "[양식]돈까스:1.2.5.6.10", "[양식]스프:2.5.6"],
        ["[한식]쌀밥", "[한식]육개장:5.6.16", "[한식]계란말이:1", "[양식]토마토파스타:2.5.6.12"], ["!구내식당 휴무의 날"],
    )  # fmt: skip
    return Form("pasted, a line a corner", "", text, truth)


def csv_ragged() -> Form:
    """A CSV with a title, a span that names its month once, and rows of different lengths."""
    text = "주간식단(11.23~27)\n월,화,수,목,금\n쌀밥,쌀밥,볶음밥(1.5),쌀밥,국수(6)\n미역국(5),무국(16),계란국(1),된장국(5.6)\n갈치구이,닭조림(15),단무지,두부전(1.5),김치전(6.9)\n"
    truth = week(
        23, ["쌀밥", "미역국:5", "갈치구이"], ["쌀밥", "무국:16", "닭조림:15"], ["볶음밥:1.5", "계란국:1", "단무지"], ["쌀밥", "된장국:5.6", "두부전:1.5"],
        ["국수:6", "김치전:6.9"],
    )  # fmt: skip
    return Form("CSV, ragged", "식단.csv", text.encode(), truth)


def rows_beside_dishes() -> Form:
    """Origins and calories of each day in rows of their own; a row of whole-day allergens that belong to no dish."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write_row("A1", ["날짜", "11. 23.(월)", "11. 24.(화)"])
        sheet.write_row("A2", ["메뉴", "쌀밥\n콩나물국\n제육볶음", "쌀밥\n북엇국\n닭갈비"])
        sheet.write_row("A3", ["총열량", "812kcal", "790kcal"])
        sheet.write_row("A4", ["원산지", "돼지고기:국내산", "닭고기:브라질산"])
        sheet.write_row("A5", ["알레르기", "⑤⑥⑩", "①⑤⑥⑮"])

    truth = week(23, ["쌀밥", "콩나물국", "제육볶음"], ["쌀밥", "북엇국", "닭갈비"])
    return Form("rows beside dishes", "식단.xlsx", book(write), truth, ("돼지고기: 국내산", "닭고기: 브라질산"))


def seven_days() -> Form:
    """Monday to Sunday; the weekend is closed or not there."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write("A1", "기숙사 식당 주간식단")
        sheet.write_row("A2", ["구분", *(f"{name}({23 + step})" for step, name in enumerate(_DAYS))])
        sheet.write_row(
            "A3",
            ["점심", "쌀밥\n갈비탕(16)", "쌀밥\n제육(10)", "카레(2.5.6)", "쌀밥\n생선전(1.6)", "우동(5.6)", "휴무", ""],
        )
        sheet.write_row(
            "A4", ["저녁", "쌀밥\n순대국(10)", "라면(5.6)", "쌀밥\n부대찌개(10)", "비빔밥(1)", "운영없음", "휴무", ""]
        )

    truth = week(
        23, ["쌀밥", "갈비탕:16", "석>쌀밥", "석>순대국:10"], ["쌀밥", "제육:10", "석>라면:5.6"], ["카레:2.5.6", "석>쌀밥", "석>부대찌개:10"],
        ["쌀밥", "생선전:1.6", "석>비빔밥:1"], ["우동:5.6"], ["!휴무"],
    )  # fmt: skip
    return Form("seven days", "식단.xlsx", book(write), truth)


def weeks_side_by_side() -> Form:
    """Two weeks beside each other, each with its own labels at the left."""
    one = [["쌀밥", "잡곡밥", "쌀밥"], ["무국(5)", "미역국(5)", "된장국(5.6)"], ["불고기(16)", "잡채(5)", "조기구이"]]
    two = [
        ["쌀밥", "쌀밥", "짜장밥(5.6.10)"],
        ["배추국(5)", "탕국(16)", "계란국(1)"],
        ["닭갈비(15)", "갈치조림", "단무지"],
    ]

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        for left, monday, rows in ((0, 23, one), (5, 30, two)):
            sheet.write(1, left, "구분")
            for step in range(3):
                on = date.fromordinal(date(2026, 11, monday).toordinal() + step)
                sheet.write(1, left + 1 + step, f"{on.month}/{on.day}({_DAYS[step]})")
            sheet.merge_range(2, left, 4, left, "중식")
            for row, line in enumerate(rows):
                sheet.write_row(2 + row, left + 1, line)

    truth = week(23, *([_said(row[step]) for row in one] for step in range(3))) | week(
        30, *([_said(row[step]) for row in two] for step in range(3))
    )
    return Form("two weeks side by side", "식단.xlsx", book(write), truth)


def pasted_pictures() -> Form:
    """A post with pictures before each dish."""
    text = "🍱 11/23(월) 오늘의 점심\n🍚 쌀밥\n🍲 김치찌개(5.9.10)\n🍗 닭강정(5.6.15)\n🥗 샐러드(1.5)\n맛점하세요 😊"
    return Form(
        "pasted, with pictures",
        "",
        text,
        {date(2026, 11, 23): ["쌀밥", "김치찌개:5.9.10", "닭강정:5.6.15", "샐러드:1.5"]},
    )


def marked_down() -> Form:
    """A table with bars, as some assistants and wikis write it."""
    text = "| 구분 | 11/23(월) | 11/24(화) |\n|---|---|---|\n| 중식 | 쌀밥, 미역국(5), 제육볶음(5.6.10) | 카레(2.5.6), 단무지 |\n| 석식 | 라면(5.6) | 쌀밥, 순두부(5) |\n"
    truth = week(
        23, ["쌀밥", "미역국:5", "제육볶음:5.6.10", "석>라면:5.6"], ["카레:2.5.6", "단무지", "석>쌀밥", "석>순두부:5"]
    )
    return Form("a table with bars", "", text, truth)


def middle_dots() -> Form:
    """Dishes parted by middle dots, two meals of today."""
    text = "오늘 점심: 쌀밥·미역국·제육볶음·배추김치\n오늘 저녁: 김치볶음밥·계란국·단무지"
    return Form(
        "pasted, middle dots",
        "",
        text,
        {date(2026, 11, 23): ["쌀밥", "미역국", "제육볶음", "배추김치", "석>김치볶음밥", "석>계란국", "석>단무지"]},
    )


FORMS = (
    dates_above_weekdays, vertical_labels, numbers_and_weekdays_down, one_column, pasted_corners, csv_ragged,
    rows_beside_dishes, seven_days, weeks_side_by_side, pasted_pictures, marked_down, middle_dots,
)  # fmt: skip
