# ruff: noqa: E501 - tables stand as they are typed
"""A last look at unseen forms, among them the export of a public body's meal system. All content is invented."""

from __future__ import annotations

from datetime import date

import xlsxwriter

from tests.occupancy.menus.truth import Form, book, week


def system_export() -> Form:
    """A row a day; dishes parted by spaces, each with where its food is from; a choice of rice with a slash."""
    text = (
        "일자,요일,조식메뉴,중식메뉴,석식메뉴\n"
        '2026-11-23,월,모닝롤/치즈  우유/두유/주스 계란후라이 스프,"쌀밥/잡곡밥 (쌀,현미흑미:국내산) 오징어찌개  쇠불고기 (쇠고기:호주산) 계란찜 청포묵무침 요구르트 포기김치 (배추,고추가루:국내산) ",쌀밥/잡곡밥 (쌀:국내산) 육개장  자반고등어구이  두부조림 포기김치 (배추:국내산)\n'
        '2026-11-24,화,단호박빵/쨈 우유/주스 토마토샐러드 죽,"쌀밥/잡곡밥 (쌀:국내산) 김치찌개  가자미튀김  모둠소세지구이 마늘쫑무침 배추겉절이 (배추:국내산) ",콩나물밥*양념장 (쌀:국내산) 어묵국  유산슬 (쇠고기:호주산) 포기김치\n'
    )
    truth = week(
        23,
        ["조>모닝롤", "조>치즈", "조>우유", "조>두유", "조>주스", "조>계란후라이", "조>스프", "쌀밥", "잡곡밥", "오징어찌개", "쇠불고기", "계란찜", "청포묵무침", "요구르트", "포기김치",
         "석>쌀밥", "석>잡곡밥", "석>육개장", "석>자반고등어구이", "석>두부조림", "석>포기김치"],
        ["조>단호박빵", "조>쨈", "조>우유", "조>주스", "조>토마토샐러드", "조>죽", "쌀밥", "잡곡밥", "김치찌개", "가자미튀김", "모둠소세지구이", "마늘쫑무침", "배추겉절이",
         "석>콩나물밥*양념장", "석>어묵국", "석>유산슬", "석>포기김치"],
    )  # fmt: skip
    return Form("export of a system", "식수.csv", text.encode("utf-8-sig"), truth, ("쇠고기: 호주산",))


def portal_page() -> Form:
    """A portal's table: days down with a line break in the day, one cell a corner, allergens in lines of their own."""
    rows = (
        "<tr><th>날짜</th><th>정식<br>(6,000원)</th><th>분식</th></tr><tr><td>2026.11.23<br>(월)</td><td>쌀밥<br>청국장(5)<br>제육볶음(5.6.10)</td><td>라면(5.6)<br>김밥(1.5)</td></tr>"
        "<tr><td>2026.11.24<br>(화)</td><td>콩밥(5)<br>미역국(5)<br>동태전(1.6)</td><td>쫄면(5.6)</td></tr><tr><td>2026.11.25<br>(수)</td><td colspan=2>식당 내부 공사로 휴무</td></tr>"
    )
    truth = week(
        23, ["[정식]쌀밥", "[정식]청국장:5", "[정식]제육볶음:5.6.10", "[분식]라면:5.6", "[분식]김밥:1.5"], ["[정식]콩밥:5", "[정식]미역국:5", "[정식]동태전:1.6", "[분식]쫄면:5.6"],
        ["!식당 내부 공사로 휴무"],
    )  # fmt: skip
    return Form("a portal's page", "식단.html", f"<table>{rows}</table>".encode(), truth)


def numbers_below() -> Form:
    """A row of numbers below each row of dishes."""
    dishes = [["쌀밥", "현미밥"], ["된장국", "미역국"], ["제육볶음", "고등어구이"]]
    numbers = [["", ""], ["5,6", "5"], ["5,6,10", "7"]]

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write_row("A1", ["구분", "11.23(월)", "11.24(화)"])
        for row, (names, marks) in enumerate(zip(dishes, numbers, strict=True)):
            sheet.write_row(1 + 2 * row, 0, ["메뉴", *names])
            sheet.write_row(2 + 2 * row, 0, ["알레르기", *marks])

    truth = week(23, ["쌀밥", "된장국:5.6", "제육볶음:5.6.10"], ["현미밥", "미역국:5", "고등어구이:7"])
    return Form("numbers below dishes", "식단.xlsx", book(write), truth)


def pasted_week_block() -> Form:
    """As a chat shows a copied week: the day alone on its line, dishes on one line below, closed days in brackets."""
    text = "12월 1주차 식단\n\n월(30)\n쌀밥,소고기뭇국,떡갈비,콩나물무침,김치\n화(1)\n쌀밥,된장찌개,갈치조림,시금치,김치\n수(2)\n(휴무)\n목(3)\n짜장밥,계란국,군만두,단무지\n"
    truth = week(
        30, ["쌀밥", "소고기뭇국", "떡갈비", "콩나물무침", "김치"], ["쌀밥", "된장찌개", "갈치조림", "시금치", "김치"], ["!(휴무)"], ["짜장밥", "계란국", "군만두", "단무지"],
    )  # fmt: skip
    return Form("pasted, the day on its own line", "", text, truth)


def corners_as_columns() -> Form:
    """Days down, each over two rows; corners across; the weekday first."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet("식단표")
        sheet.merge_range("A1:D1", "구내식당 식단표[12/7~12/8]")
        sheet.write_row("A2", ["요일", "일자", "A코스", "B코스"])
        for at, (name, number, a, b) in enumerate(
            (
                ("월", 7, ["백미밥", "참치찌개"], ["돈까스", "우동국물"]),
                ("화", 8, ["백미밥", "닭곰탕"], ["비빔밥", "유부국"]),
            )
        ):
            sheet.merge_range(2 + 2 * at, 0, 3 + 2 * at, 0, name)
            sheet.merge_range(2 + 2 * at, 1, 3 + 2 * at, 1, f"12/{number}")
            sheet.write_column(2 + 2 * at, 2, a)
            sheet.write_column(2 + 2 * at, 3, b)

    truth = week(
        date(2026, 12, 7),
        ["[A코스]백미밥", "[A코스]참치찌개", "[B코스]돈까스", "[B코스]우동국물"],
        ["[A코스]백미밥", "[A코스]닭곰탕", "[B코스]비빔밥", "[B코스]유부국"],
    )
    return Form("corners as columns", "식단.xlsx", book(write), truth)


FORMS = (system_export, portal_page, numbers_below, pasted_week_block, corners_as_columns)
