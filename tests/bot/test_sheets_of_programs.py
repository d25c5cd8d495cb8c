"""Sheets in the shapes that offices' own forms and programs give them, beyond those the truth table writes."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from attest.ledgers import Source, Way
from attest.trip import KST
from bot.papers import sheets
from bot.papers.cells import Period

OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))


def at(hour: int, minute: int, day: int = 5) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=KST)


def read(*lines: str, name: str = "자료.csv") -> sheets.Read:
    (packed,) = sheets.understand("\n".join(lines).encode(), name, OCTOBER)
    return sheets.unpacked(packed)


def test_the_tax_form_of_a_business_car_has_days_without_hours():
    found = read(
        "업무용승용차 운행기록부,,,,,,",
        "사용일자(요일),부서,성명,주행 전 계기판의 거리(km),주행 후 계기판의 거리(km),주행거리(km),비고",
        "2026-10-05(월),총무과,김하나,12000,12104,104,진주",
    )

    (row,) = found.rows
    assert (found.source, row.name, row.day, row.begins) == (Source.DRIVE, "김하나", date(2026, 10, 5), None)


def test_departure_and_arrival_may_be_hours_or_places():
    hours = read(
        "월일,차량번호,운전자,행선지,용무,출발,도착,주행거리", "10.5,12가1000,김하나,진주,점검,09:00,14:30,104"
    )
    towns = read(
        "월일,차량번호,운전자,용무,출발,도착,출발시간,도착시간", "10.5,12가1000,김하나,점검,창원,진주,09:00,14:30"
    )

    for found in (hours, towns):
        (row,) = found.rows
        assert (found.source, row.begins, row.ends) == (Source.DRIVE, at(9, 0), at(14, 30))
        assert row.places == ("진주",)


def test_days_and_hours_of_an_application_may_stand_apart():
    found = read(
        "신청자,부서,직급,종류,시작일자,시작시간,종료일자,종료시간,행선지,사유,상태",
        "김하나,총무과,7급,관외출장,2026-10-05,22:00,2026-10-06,02:30,진주,점검,승인",
        name="복무현황.csv",
    )

    (row,) = found.rows
    assert (found.source, row.begins, row.ends) == (Source.CLOSING, at(22, 0), at(2, 30, day=6))


def test_a_ride_over_two_days_has_a_day_for_each_end():
    found = read(
        "차량번호,운전자,출발일자,출발시간,도착일자,도착시간,목적지",
        "12가1000,김하나,2026-10-05,09:00,2026-10-07,18:00,서울",
        name="배차내역.csv",
    )

    (row,) = found.rows
    assert (row.begins, row.ends) == (at(9, 0), at(18, 0, day=7))


@pytest.mark.parametrize(
    ("mode", "way"), [("출근", Way.IN), ("퇴근", Way.OUT), ("외출", Way.OUT), ("복귀", Way.IN), ("출입", Way.UNKNOWN)]
)
def test_a_door_terminal_has_a_mode(mode, way):
    found = read(
        "번호,발생일자,발생시각,단말기ID,사용자ID,이름,사원번호,모드,인증,결과",
        f"1,2026-10-05,16:05:33,0001,12,김하나,1234,{mode},카드,성공",
    )

    (row,) = found.rows
    assert (found.source, row.begins, row.way, row.staff) == (Source.GATE, at(16, 5), way, "1234")


def test_a_toll_statement_has_day_and_hour_apart_and_marks_of_its_own():
    found = read(
        "하이패스 통행료 사용내역,,,,,,,",
        "조회기간,2026-10-01~2026-10-31,,,,,,",
        "순번,거래일자,거래시간,입구영업소명,출구영업소명,차종,통행요금(원),카드번호",
        '1,2026.10.05,13:42:10,동창원,진주,1종,"2,400",****-****-****-1234',
        '총 1건,,,,,,"2,400",',
    )

    (row,) = found.rows
    assert (found.source, row.places, row.begins, row.amount) == (Source.TOLL, ("동창원", "진주"), at(13, 42), 2_400)


def test_a_paid_list_with_a_period_has_its_first_day():
    found = read(
        "연번,소속,직급,성명,출장기간,출장지,일비,식비,지급액", '1,총무과,7급,김하나,10.5~10.5,진주,"25,000",0,"25,000"'
    )

    (row,) = found.rows
    assert (found.source, row.day, row.amount) == (Source.CLAIM, date(2026, 10, 5), 25_000)


def test_a_page_of_explanations_is_no_book():
    assert read("작성 요령", "1. 출발시각과 도착시각을 적습니다.", "2. 운전자 성명을 적습니다.").source is None


def test_several_riders_in_a_cell_are_a_row_each():
    found = read(
        "일자,차량번호,탑승자,출발시각,도착시각,행선지", '2026-10-05,12가1000,"김하나, 서마루",09:00,14:30,진주'
    )

    assert [(row.name, row.number) for row in found.rows] == [("김하나", 2), ("서마루", 2)]
    assert found.rows[0].begins == found.rows[1].begins == at(9, 0)


def test_a_day_alone_is_of_the_month_that_the_title_names():
    found = read("2026년 10월 운행일지,,,", "일,운전자,출발,도착", "5,김하나,09:00,14:30", "32,김하나,09:00,14:30")
    nameless = read("운행일지,,,", "일,운전자,출발,도착", "5,김하나,09:00,14:30")

    assert [(row.day, row.begins) for row in found.rows] == [(date(2026, 10, 5), at(9, 0))]
    assert [one.reason for one in found.skipped] == ["day"]
    assert nameless.rows == ()


@pytest.mark.parametrize("hours", ["09:00 ~ 14:30", "09시00분~14시30분", "오전 9:00 ~ 오후 2:30"])
def test_from_and_to_may_stand_in_one_cell(hours):
    (row,) = read("일자,운전자,운행시간,행선지", f"2026-10-05,김하나,{hours},진주").rows
    (long,) = read("일자,차량번호,운전자,운행시간", "2026-10-05,12가1000,김하나,5:30").rows

    assert (row.begins, row.ends) == (at(9, 0), at(14, 30))
    assert (long.begins, long.ends) == (None, None)


def test_the_planned_end_is_not_taken_for_the_report_of_it():
    both = read(
        "문서번호,성명,출장지,출장시작,출장종료,종료등록",
        "총무과-1,김하나,진주,2026-10-05 09:00,2026-10-05 18:00,2026-10-05 14:40",
        "총무과-2,서마루,사천,2026-10-05 09:00,2026-10-05 18:00,",
    )
    alone = read("성명,출장지,출장시작,출장종료", "김하나,진주,2026-10-05 09:00,2026-10-05 14:40")

    assert [(row.ends, row.told) for row in both.rows] == [(at(18, 0), at(14, 40)), (at(18, 0), None)]
    assert alone.rows[0].told == at(14, 40)


@pytest.mark.parametrize(
    ("written", "day"),
    [("23/10/2026", date(2026, 10, 23)), ("10/23/2026", date(2026, 10, 23)), ("05/06/2026", None)],
)
def test_a_year_that_stands_last_is_read_where_it_can_be_but_one_day(written, day):
    found = read("일자;성명;출발시각;도착시각", f"{written};김하나;09:00;14:30")

    assert [row.day for row in found.rows] == ([day] if day else [])


def test_programs_in_english_and_pages_called_xls_are_read():
    english = read("DATE,NAME,TIME_OUT,TIME_IN,DEST", "2026-10-05,김하나,09:00,14:30,Jinju")
    page = read(
        "<html><table><tr><th rowspan=2>일자</th><th rowspan=2>운전자</th><th colspan=2>운행시각</th></tr>",
        "<tr><th>출발</th><th>도착</th></tr>",
        "<tr><td>2026-10-05</td><td>김하나</td><td>09:00</td><td>14:30</td></tr></table></html>",
        name="운행일지.xls",
    )
    gates = read("출입일시,성명,게이트,IN/OUT", "2026-10-05 09:00,김하나,정문,OUT", name="출입기록.csv")

    for found in (english, page):
        assert [(row.begins, row.ends) for row in found.rows] == [(at(9, 0), at(14, 30))]
    assert [row.way for row in gates.rows] == [Way.OUT]


def test_hours_in_four_figures_are_hours():
    (row,) = read("일자\t운전자\t출발\t도착\t행선지", "2026.10.05\t김하나\t0900\t1430\t진주").rows

    assert (row.begins, row.ends) == (at(9, 0), at(14, 30))
