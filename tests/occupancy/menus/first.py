# ruff: noqa: E501 - tables stand as they are typed
"""Menus as public cafeterias make them: the forms that the reader was written on. All content is invented."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from xml.sax.saxutils import escape

import xlsxwriter

from tests.occupancy.menus.truth import Form, book, week

ORIGINS = (
    "※ 원산지 - 쌀:국내산, 돼지고기:국내산, 쇠고기:호주산, 배추김치(배추:중국산, 고춧가루:국내산), 두부(콩:외국산)"
)
_DAYS = "월화수목금"


def merged_title() -> Form:
    """Days across under a merged title; a dish a row; 중식 merged down; kcal, origins and a footnote below."""
    dishes = [
        ["쌀밥", "잡곡밥", "쌀밥", "흑미밥", "곤드레밥"],
        ["근대된장국(5.6)", "소고기미역국(5.16)", "순두부찌개(1.5.9.18)", "콩나물국(5)", "어묵국(1.5.6)"],
        ["제육볶음(5.6.10.13)", "고등어구이(7)", "닭갈비(5.6.15)", "돈까스(1.2.5.6.10)", "오징어볶음(5.6.17)"],
        ["계란찜(1)", "도토리묵무침(5.6)", "감자채볶음", "양배추샐러드(1.5)", "두부조림(5.6)"],
        ["배추김치(9)", "깍두기(9)", "배추김치(9)", "배추김치(9)", "열무김치(9)"],
    ]

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("식단")
        sheet.merge_range(0, 0, 0, 5, "2026년 11월 4주 주간식단표")
        sheet.merge_range(1, 0, 1, 5, "○○도청 구내식당 (배식시간 11:40~13:00)")
        sheet.write_row(2, 0, ["구분", "11/23(월)", "11/24(화)", "11/25(수)", "11/26(목)", "11/27(금)"])
        sheet.merge_range(3, 0, 7, 0, "중식")
        for row, line in enumerate(dishes):
            sheet.write_row(3 + row, 1, line)
        sheet.write_row(8, 0, ["에너지(kcal)", 850, 910, 790, 880, 835])
        sheet.merge_range(9, 0, 9, 5, ORIGINS)
        sheet.merge_range(10, 0, 10, 5, "※ 식단은 식재료 수급 사정에 따라 변경될 수 있습니다.")

    truth = [[_said(row[step]) for row in dishes] for step in range(5)]
    return Form(
        "days across, merged title", "식단표.xlsx", book(write), week(23, *truth), ("쌀: 국내산", "쇠고기: 호주산")
    )


def _said(cell: str) -> str:
    return cell.replace("(", ":").replace(")", "")


def corners_in_cells() -> Form:
    """`월\\n11.23` in a cell; corners down the side with a price; a cell holds its dishes in lines, numbers circled."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.merge_range("A1:F1", "주간 메뉴(11.23.~11.27.)")
        sheet.write_row("A2", ["코너", *(f"{name}\n11.{23 + step}" for step, name in enumerate(_DAYS))])
        sheet.write_column("A3", ["한식\n(5,000원)", "일품\n(6,000원)", "샐러드바"])
        sheet.write_row("B3", [
            "쌀밥\n북어국①⑤\n불고기⑤⑥⑯\n시금치나물⑤", "쌀밥\n육개장①⑤⑥⑯\n갈치구이\n무생채",
            "보리밥\n청국장⑤\n보쌈⑤⑩\n무말랭이무침⑤⑥", "쌀밥\n떡국①⑤⑥⑯\n동그랑땡①⑤⑥⑩\n깻잎지⑤", "쌀밥\n동태찌개⑤⑥\n닭조림⑤⑥⑮\n숙주나물⑤",
        ])  # fmt: skip
        sheet.write_row(
            "B4", ["짜장면②⑤⑥⑩⑬\n단무지", "카레라이스②⑤⑥⑩", "비빔냉면③⑤⑥", "오므라이스①②⑤⑥⑫", "짬뽕밥⑤⑥⑨⑩⑰⑱"]
        )
        sheet.merge_range("B5:F5", "모둠 샐러드")
        sheet.merge_range("A6:F6", "돼지고기(국내산), 닭고기(국내산), 쌀(국내산)")

    rows = [
        ["[한식]쌀밥", "[한식]북어국:1.5", "[한식]불고기:5.6.16", "[한식]시금치나물:5", "[일품]짜장면:2.5.6.10.13", "[일품]단무지"],
        ["[한식]쌀밥", "[한식]육개장:1.5.6.16", "[한식]갈치구이", "[한식]무생채", "[일품]카레라이스:2.5.6.10"],
        ["[한식]보리밥", "[한식]청국장:5", "[한식]보쌈:5.10", "[한식]무말랭이무침:5.6", "[일품]비빔냉면:3.5.6"],
        ["[한식]쌀밥", "[한식]떡국:1.5.6.16", "[한식]동그랑땡:1.5.6.10", "[한식]깻잎지:5", "[일품]오므라이스:1.2.5.6.12"],
        ["[한식]쌀밥", "[한식]동태찌개:5.6", "[한식]닭조림:5.6.15", "[한식]숙주나물:5", "[일품]짬뽕밥:5.6.9.10.17.18"],
    ]  # fmt: skip
    truth = [[*row, "[샐러드바]모둠 샐러드"] for row in rows]
    return Form("corners, lines in cells", "주간메뉴.xlsx", book(write), week(23, *truth), ("돼지고기: 국내산",))


def three_meals() -> Form:
    """Only 월화수목금, the week in the title; three meals; commas in a cell; one dinner is not served."""
    cells = [
        ["토스트(1.2.6), 우유(2)", "시리얼(2.6), 우유(2)", "누룽지, 김치(9)", "모닝빵(1.2.6), 수프(2.5.6)", "죽, 장조림(5.6.16)"],
        ["쌀밥, 된장국(5.6), 제육볶음(5.6.10), 김치(9)", "쌀밥, 미역국(5), 생선까스(1.5.6), 김치(9)", "비빔밥(1.5.6), 콩나물국(5), 김치(9)",
         "쌀밥, 김치찌개(5.9.10), 계란말이(1), 김", "쌀국수(5.16), 만두(5.6.10), 단무지"],
        ["쌀밥, 감자국(5), 떡갈비(5.6.10.16), 김치(9)", "쌀밥, 무국(16), 오징어무침(5.6.17), 김치(9)", "미운영", "카레(2.5.6), 쌀밥, 김치(9)", "휴무"],
    ]  # fmt: skip

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("주간식단")
        sheet.merge_range("A1:F1", "주 간 식 단 표 (2026. 11. 23. ~ 11. 27.)")
        sheet.write_row("A3", ["", *_DAYS])
        for row, (meal, line) in enumerate(zip(("조식", "중식", "석식"), cells, strict=True)):
            sheet.write(3 + row, 0, meal)
            sheet.write_row(3 + row, 1, line)
        sheet.write(
            "A8",
            "* 알레르기 유발식품: 1.난류 2.우유 3.메밀 4.땅콩 5.대두 6.밀 7.고등어 8.게 9.새우 10.돼지고기 11.복숭아 12.토마토 13.아황산류 14.호두 15.닭고기 16.쇠고기 17.오징어 18.조개류 19.잣",
        )

    def of(step: int) -> list[str]:
        return [
            f"{'조중석'[row]}>{_said(one)}"
            for row in range(3)
            for one in cells[row][step].split(", ")
            if one not in {"미운영", "휴무"}
        ]

    return Form("three meals, weekday names only", "식단.xlsx", book(write), week(23, *map(of, range(5))))


def days_down() -> Form:
    """Days down with real dates, meals across; two weeks; holidays merged across."""
    rows = [
        (5, "대체공휴일(개천절)", ""),
        (6, "쌀밥\n시래기국(5.6)\n오리불고기(5.6)\n배추김치(9)", "잔치국수(5.6)\n김치전(5.6)"),
        (7, "쌀밥\n김치콩나물국(5.9)\n삼치구이\n배추김치(9)", "볶음밥(1.5.10)\n짬뽕국(5.6.17)"),
        (8, "쌀밥\n설렁탕(2.5.6.16)\n깍두기(9)", "떡볶이(5.6)\n튀김(5.6.9)"),
        (9, "한글날", ""),
        (12, "쌀밥\n아욱국(5.6.9)\n찜닭(5.6.15)\n배추김치(9)", "우동(5.6)\n주먹밥(5)"),
        (13, "쌀밥\n감자탕(5.10)\n콩자반(5.6)\n깍두기(9)", "쌀밥\n부대찌개(2.5.6.10)"),
    ]

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        form = workbook.add_format({"num_format": "m월 d일"})
        sheet.write_row(0, 0, ["구내식당 식단"])
        sheet.write_row(2, 0, ["날짜", "요일", "점심", "저녁"])
        for at, (number, lunch, dinner) in enumerate(rows, 3):
            on = date(2026, 10, number)
            sheet.write_datetime(at, 0, on, form)
            sheet.write(at, 1, "월화수목금토일"[on.weekday()])
            if dinner:
                sheet.write_row(at, 2, [lunch, dinner])
            else:
                sheet.merge_range(at, 2, at, 3, lunch)

    truth = {}
    for number, lunch, dinner in rows:
        said = [_said(one) for one in lunch.split("\n")] + [f"석>{_said(one)}" for one in dinner.split("\n") if one]
        truth[date(2026, 10, number)] = said if dinner else [f"!{lunch}"]
    return Form("days down, real dates, two weeks", "10월.xlsx", book(write), truth, today=date(2026, 9, 30))


def month_calendar() -> Form:
    """A month as a calendar: a row of day numbers, below it what is served; Saturdays and Sundays empty."""
    served = {
        1: ["쌀밥", "된장찌개:5.6", "돼지갈비:5.6.10"], 2: ["쌀밥", "미역국:5", "동태전:1.5.6"],
        3: ["김밥:1.5.6", "라면:2.5.6.10"], 4: ["쌀밥", "사골국:2.16", "멸치볶음:5.6"],
        7: ["쌀밥", "순대국:5.10", "오이무침:5"], 8: ["쌀밥", "황태국:5", "갈비찜:5.6.16"], 9: ["콩나물밥:5", "유부국:5.6"],
        10: ["쌀밥", "알탕:5", "잡채:5.6.10"], 11: ["칼국수:5.6.18", "보쌈:10"], 24: ["쌀밥", "미트볼:1.2.5.6.10.12", "케이크:1.2.6"],
    }  # fmt: skip

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("12월")
        sheet.merge_range("A1:G1", "12월 식단표")
        sheet.write_row("A2", list("일월화수목금토"))
        for number in range(1, 32):
            place = number + 1  # 2026-12-01 is a Tuesday
            row, column = 2 + place // 7 * 2, place % 7
            sheet.write(row, column, number)
            if number in served:
                lines = [one.replace(":", "(") + ")" * (":" in one) for one in served[number]]
                sheet.write(row + 1, column, "\n".join(lines))
            elif number == 25:
                sheet.write(row + 1, column, "성탄절")

    truth: dict[date, list[str]] = {date(2026, 12, number): said for number, said in served.items()}
    truth[date(2026, 12, 25)] = ["!성탄절"]
    return Form("a month as a calendar", "12월식단.xlsx", book(write), truth)


def sheets_by_week() -> Form:
    """Two sheets named after their weeks, days without dates, and one that explains allergens."""
    weeks = {
        "11.23-11.27": [["쌀밥", "무국:5.16", "두루치기:5.6.10"], ["쌀밥", "배추국:5.6", "가자미구이:6"], ["라볶이:1.5.6", "주먹밥"],
                        ["쌀밥", "계란국:1.5", "닭볶음탕:5.6.15"], ["쌀밥", "추어탕:5.6", "계란프라이:1"]],
        "11.30-12.4": [["쌀밥", "시금치국:5.6", "소불고기:5.6.16"], ["쌀밥", "만둣국:1.5.6.10", "도라지무침:5.6"], ["쫄면:5.6", "군만두:5.6.10"],
                       ["쌀밥", "꽃게탕:5.6.8", "어묵볶음:1.5.6"], ["쌀밥", "갈비탕:5.16", "깍두기:9"]],
    }  # fmt: skip

    def write(workbook: xlsxwriter.Workbook) -> None:
        for name, said in weeks.items():
            sheet = workbook.add_worksheet(name)
            sheet.write("B2", "식단표")
            sheet.write_row("B4", ["요일", *(f"{one}요일" for one in _DAYS)])
            for row in range(3):
                sheet.write(4 + row, 1, ["메뉴", "", ""][row])
                for column, day in enumerate(said):
                    if row < len(day):
                        sheet.write(4 + row, 2 + column, day[row].replace(":", " (") + ")" * (":" in day[row]))
        legend = workbook.add_worksheet("알레르기")
        legend.write_column(
            "A1", ["알레르기 유발물질 안내", "①난류 ②우유 ③메밀 ④땅콩 ⑤대두 ⑥밀", "⑦고등어 ⑧게 ⑨새우 ⑩돼지고기"]
        )

    first, second = weeks.values()
    truth = week(23, *first) | week(30, *second)
    return Form("two dated sheets and a legend", "주간.xlsx", book(write), truth)


def csv_cp949() -> Form:
    """Saved as CSV by an old Excel: merged labels are gone but for their first cell."""
    rows = [
        "구내식당 주간식단표,,,,,", ",11월 23일(월),11월 24일(화),11월 25일(수),11월 26일(목),11월 27일(금)",
        "중식,쌀밥,쌀밥,쌀밥,쌀밥,볶음밥(1.5.6)", ",냉이국(5.6),호박찌개(5.6),매생이국(18),감잣국(5),계란국(1)",
        ",돈육장조림(5.6.10),명태조림(5.6),제육덮밥(5.6.10),코다리찜(5.6),\"깐풍기(1.5.6.15)\"", ",깍두기(9),배추김치(9),배추김치(9),배추김치(9),단무지",
        "열량(kcal),812,790,845,801,930", "원산지,쌀:국내산 / 돼지고기:국내산 / 닭고기:브라질산,,,,",
    ]  # fmt: skip
    truth = [
        ["쌀밥", "냉이국:5.6", "돈육장조림:5.6.10", "깍두기:9"], ["쌀밥", "호박찌개:5.6", "명태조림:5.6", "배추김치:9"],
        ["쌀밥", "매생이국:18", "제육덮밥:5.6.10", "배추김치:9"], ["쌀밥", "감잣국:5", "코다리찜:5.6", "배추김치:9"],
        ["볶음밥:1.5.6", "계란국:1", "깐풍기:1.5.6.15", "단무지"],
    ]  # fmt: skip
    data = "\r\n".join(rows).encode("cp949")
    return Form("CSV in CP949", "식단.csv", data, week(23, *truth), ("닭고기: 브라질산",))


def csv_long() -> Form:
    """An export of a system: a row a dish, semicolons, UTF-8 with its mark."""
    lines = [
        ("2026-11-23", "중식", "A코너", "쌀밥", ""), ("2026-11-23", "중식", "A코너", "제육볶음", "5,6,10,13"),
        ("2026-11-23", "중식", "B코너", "우동", "5,6"), ("2026-11-23", "석식", "A코너", "김치볶음밥", "1,5,9"),
        ("2026-11-24", "중식", "A코너", "쌀밥", ""), ("2026-11-24", "중식", "A코너", "갈비탕", "5,16"),
        ("2026-11-24", "중식", "B코너", "돈까스", "1,2,5,6,10"),
    ]  # fmt: skip
    text = "\ufeff일자;식사;코너;메뉴명;알레르기\n" + "\n".join(";".join(line) for line in lines)
    truth: dict[date, list[str]] = {}
    for on, meal, corner, name, numbers in lines:
        said = f"{meal[0]}>[{corner}]{name}" + (f":{numbers.replace(',', '.')}" if numbers else "")
        truth.setdefault(date.fromisoformat(on), []).append(said)
    return Form("CSV, a row a dish", "menu.csv", text.encode(), truth)


def tabs_days_down() -> Form:
    """Tabs; `23(월)` down the side; dishes parted by slashes; only a month in the title."""
    text = (
        "11월 넷째 주 식단\n날짜\t중식\n23(월)\t쌀밥/소고기무국(16)/두부구이(5)/김치(9)\n24(화)\t짜장밥(2.5.6.10)/계란국(1)/단무지\n"
        "25(수)\t쌀밥/홍합미역국(18)/닭강정(5.6.15)/김치(9)\n26(목)\t휴무(창립기념일)\n27(금)\t쌀밥/콩비지찌개(5.10)/임연수구이/김치(9)\n"
    )
    truth = week(
        23, ["쌀밥", "소고기무국:16", "두부구이:5", "김치:9"], ["짜장밥:2.5.6.10", "계란국:1", "단무지"],
        ["쌀밥", "홍합미역국:18", "닭강정:5.6.15", "김치:9"], ["!휴무(창립기념일)"], ["쌀밥", "콩비지찌개:5.10", "임연수구이", "김치:9"],
    )  # fmt: skip
    return Form("tabs, days down, slashes", "식단.txt", text.encode(), truth)


def pasted_line() -> Form:
    """One line of a messenger: days parted by slashes."""
    text = "이번주 식단: 월: 쌀밥, 된장국, 제육볶음 / 화: 잡곡밥, 미역국, 고등어구이 / 수: 비빔밥, 콩나물국 / 목: 쌀밥, 순두부, 불고기 / 금: 카레라이스, 우동국물"
    truth = week(
        23, ["쌀밥", "된장국", "제육볶음"], ["잡곡밥", "미역국", "고등어구이"], ["비빔밥", "콩나물국"], ["쌀밥", "순두부", "불고기"], ["카레라이스", "우동국물"],
    )  # fmt: skip
    return Form("pasted, one line", "", text, truth)


def pasted_lines() -> Form:
    """Lines of a messenger for the next week, with a greeting and a closed day."""
    text = (
        "안녕하세요 영양사입니다~ 다음주 식단 안내드립니다^^\n\n월요일 - 쌀밥, 육개장(1.5.6.16), 동그랑땡(1.5.6.10), 김치\n화요일 - 쌀밥, 북엇국(1.5), 제육볶음(5.6.10), 김치\n"
        "수요일 - 휴무 (직원 연수)\n목요일 - 치킨마요덮밥(1.5.6.15), 미소국(5.6), 단무지\n금요일 - 쌀밥, 김치찌개(5.9.10), 달걀말이(1), 김\n\n맛있게 드세요!"
    )
    truth = week(
        30, ["쌀밥", "육개장:1.5.6.16", "동그랑땡:1.5.6.10", "김치"], ["쌀밥", "북엇국:1.5", "제육볶음:5.6.10", "김치"], ["!휴무"],
        ["치킨마요덮밥:1.5.6.15", "미소국:5.6", "단무지"], ["쌀밥", "김치찌개:5.9.10", "달걀말이:1", "김"],
    )  # fmt: skip
    return Form("pasted, next week in lines", "", text, truth)


def pasted_day() -> Form:
    """One day in one sentence."""
    return Form("pasted, tomorrow only", "", "내일 점심 비빔밥, 미역국", {date(2026, 11, 24): ["비빔밥", "미역국"]})


def pasted_table() -> Form:
    """A table copied from Excel: tabs, and cells of several lines in quotes."""
    text = (
        '구분\t월(11/30)\t화(12/1)\t수(12/2)\n중식\t"쌀밥\n계란국(1)\n마파두부(5.6.10)"\t"쌀밥\n감자국(5)\n꽁치조림(5.6)"\t"김치볶음밥(1.5.9)\n유부국(5.6)"\n'
        "석식\t떡라면(2.5.6.10)\t쌀밥, 참치찌개(5.6)\t운영 안 함"
    )
    truth = week(
        30, ["쌀밥", "계란국:1", "마파두부:5.6.10", "석>떡라면:2.5.6.10"], ["쌀밥", "감자국:5", "꽁치조림:5.6", "석>쌀밥", "석>참치찌개:5.6"],
        ["김치볶음밥:1.5.9", "유부국:5.6"],
    )  # fmt: skip
    return Form("pasted, table with tabs", "", text, truth)


def stacked_weeks() -> Form:
    """Two weeks one below the other, each with its own header and two corners merged down; the second crosses a year."""
    weeks = [
        (date(2026, 12, 21), [["A", "쌀밥", "잡곡밥", "쌀밥", "팥죽", ""], ["A", "배추된장국(5.6)", "육개장(5.6.16)", "미역국(5)", "동치미", "성탄절"],
                              ["B", "치즈돈까스(1.2.5.6.10)", "물냉면(3.5.6)", "새우볶음밥(1.5.6.9)", "함박스테이크(1.2.5.6.10.16)", ""]]),
        (date(2026, 12, 28), [["A", "쌀밥", "쌀밥", "쌀밥", "쌀밥", ""], ["A", "김칫국(5.9)", "된장국(5.6)", "갈비탕(5.16)", "떡만둣국(1.5.6.10)", "신정"],
                              ["B", "쫄면(5.6)", "스파게티(2.5.6.12)", "치킨카레(2.5.6.15)", "잔치국수(5.6)", ""]]),
    ]  # fmt: skip

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        top = 0
        for monday, rows in weeks:
            sheet.merge_range(top, 0, top, 5, f"{monday.month}월 {monday.day}일 주간 식단")
            header = [date.fromordinal(monday.toordinal() + step) for step in range(5)]
            sheet.write(top + 1, 0, "구분")
            sheet.write_row(top + 1, 1, [f"{on.month}.{on.day}.({_DAYS[step]})" for step, on in enumerate(header)])
            sheet.merge_range(top + 2, 0, top + 3, 0, "A코너")
            sheet.write(top + 4, 0, "B코너")
            for row, line in enumerate(rows):
                sheet.write_row(top + 2 + row, 1, line[1:5])
            sheet.merge_range(top + 2, 5, top + 4, 5, rows[1][5])
            top += 7

    truth: dict[date, list[str]] = {}
    for monday, rows in weeks:
        for step in range(4):
            truth[date.fromordinal(monday.toordinal() + step)] = [
                f"[{row[0]}코너]{_said(row[1 + step])}" for row in rows
            ]
        truth[date.fromordinal(monday.toordinal() + 4)] = [f"!{rows[1][5]}"]
    return Form("two weeks stacked, new year", "연말.xlsx", book(write), truth, today=date(2026, 12, 18))


def other_notations() -> Form:
    """Numbers behind a space, allergens in words, kcal and origin inside the cell."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write("A1", "주간 식단표(11월 23일 ~ 11월 25일)")
        sheet.write_row("A2", ["식사", "23일(월)", "24일(화)", "25일(수)"])
        sheet.write_row("A3", ["점심", "흰쌀밥\n제육볶음 5,6,10\n(돼지고기:국내산)\n오이소박이 9\n<850kcal>",
                               "새우볶음밥(새우, 밀, 대두)\n계란국 [1]\n요구르트(2)\n에너지 910kcal", "쌀밥\n닭개장(5.15)\n두부전(1,5,6)\n780 Kcal"])  # fmt: skip

    truth = week(
        23, ["흰쌀밥", "제육볶음:5.6.10", "오이소박이:9"], ["새우볶음밥:5.6.9", "계란국:1", "요구르트:2"],
        ["쌀밥", "닭개장:5.15", "두부전:1.5.6"],
    )  # fmt: skip
    return Form("other notations of allergens", "식단(수정).xlsx", book(write), truth, ("돼지고기: 국내산",))


def ods() -> Form:
    """An OpenDocument sheet; its merged cells are covered, not filled."""
    rows = [
        [
            "<table:table-cell table:number-columns-spanned='4' office:value-type='string'><text:p>식단표 (2026.11.23~11.25)</text:p></table:table-cell>"
        ],
        [_cell("구분"), _cell("11.23(월)"), _cell("11.24(화)"), _cell("11.25(수)")],
        [_cell("점심", "table:number-rows-spanned='3'"), _cell("쌀밥"), _cell("쌀밥"), _cell("열무비빔밥(1.5.6)")],
        ["<table:covered-table-cell/>", _cell("뭇국(16)"), _cell("된장찌개(5.6)"), _cell("장국(5.6)")],
        ["<table:covered-table-cell/>", _cell("삼겹살구이(10)"), _cell("꼬막무침(5.18)"), _cell("부추전(1.5.6)")],
    ]
    body = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    names = (
        "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' "
        "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'"
    )
    content = (
        f"<?xml version='1.0' encoding='UTF-8'?><office:document-content {names} office:version='1.2'><office:body><office:spreadsheet>"
        f"<table:table table:name='식단'>{body}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        "<?xml version='1.0' encoding='UTF-8'?><manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>"
        f"<manifest:file-entry manifest:full-path='/' manifest:media-type='{kind}'/></manifest:manifest>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    truth = week(
        23, ["쌀밥", "뭇국:16", "삼겹살구이:10"], ["쌀밥", "된장찌개:5.6", "꼬막무침:5.18"], ["열무비빔밥:1.5.6", "장국:5.6", "부추전:1.5.6"],
    )  # fmt: skip
    return Form("ODS", "식단.ods", out.getvalue(), truth)


def _cell(text: str, more: str = "") -> str:
    return f"<table:table-cell office:value-type='string' {more}><text:p>{escape(text)}</text:p></table:table-cell>"


def courses() -> Form:
    """Courses down the side (밥, 국, …), some dishes merged across all days; the serving hours below 중식."""
    mains = ["코다리조림(5.6)", "수제비(5.6.18)", "버섯불고기(5.6.16)", "낙지볶음(5.6.18)", "함박(1.2.5.6.10)"]
    soups = ["아욱국(5.6)", "맑은국", "근대국(5.6)", "콩나물국(5)", "크림스프(2.5.6)"]

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("11월4주")
        sheet.merge_range("A1:G1", "구내식당 주간 식단표")
        sheet.merge_range("A2:G2", "기간: 2026-11-23 ~ 2026-11-27")
        sheet.merge_range("A3:B3", "구 분")
        sheet.write_row("C3", [f"{one}({23 + step}일)" for step, one in enumerate(_DAYS)])
        sheet.merge_range("A4:A8", "중식\n(11:40~13:00)")
        sheet.write_column("B4", ["밥", "국", "주찬", "김치", "후식"])
        sheet.merge_range("C4:G4", "쌀밥/흑미밥")
        sheet.write_row("C5", soups)
        sheet.write_row("C6", mains)
        sheet.merge_range("C7:G7", "배추김치(9)")
        sheet.write_row("C8", ["요구르트(2)", "귤", "식혜", "사과", ""])

    desserts = ["요구르트(2)", "귤", "식혜", "사과", ""]
    truth = [
        ["쌀밥", "흑미밥", _said(soups[step]), _said(mains[step]), "배추김치:9", *[_said(desserts[step])][: bool(desserts[step])]]
        for step in range(5)
    ]  # fmt: skip
    return Form("courses, dishes merged across", "식단표.xlsx", book(write), week(23, *truth))


def pasted_bullets() -> Form:
    """A post with a heading a day and a dish a line."""
    text = (
        "[본관 구내식당]\n11/24(화) 중식\n- 쌀밥\n- 근대된장국(5.6)\n- 돈까스(1.2.5.6.10)\n- 깍두기\n\n11/25(수) 중식\n- 차조밥\n- 짬뽕국(5.6.17.18)\n- 탕수육(1.5.6.10)\n- 단무지\n"
        "\n※ 원산지: 쌀(국내산), 돼지고기(국내산)\n※ 메뉴는 변동될 수 있습니다"
    )
    truth = {
        date(2026, 11, 24): ["쌀밥", "근대된장국:5.6", "돈까스:1.2.5.6.10", "깍두기"],
        date(2026, 11, 25): ["차조밥", "짬뽕국:5.6.17.18", "탕수육:1.5.6.10", "단무지"],
    }
    return Form("pasted, a heading a day", "", text, truth, ("돼지고기: 국내산",))


FORMS = (
    merged_title, corners_in_cells, three_meals, days_down, month_calendar, sheets_by_week, csv_cp949, csv_long,
    tabs_days_down, pasted_line, pasted_lines, pasted_day, pasted_table, stacked_weeks, other_notations, ods, courses,
    pasted_bullets,
)  # fmt: skip
