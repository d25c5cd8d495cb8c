"""End-of-day files as gates and cashiers make them: read by what cells hold; nothing personal is taken along."""

from __future__ import annotations

import io
import random
from datetime import date, datetime, time

import pytest
import xlsxwriter

from bot.sandbox import ProcessSandbox
from occupancy.menu_sheet import MenuRefused
from occupancy.totals_file import MAX_BYTES, is_sheet, read

TODAY = date(2026, 11, 23)
TWO = ((date(2026, 11, 19), 842), (date(2026, 11, 20), 861))

FILES = {
    "plain": "날짜,식수\n2026-11-19,842\n2026-11-20,861\n",
    "no heading": "2026.11.19.,842\n2026.11.20.,861\n",
    "compact, tab": "일자\t인원\n20261119\t842\n20261120\t861\n",
    "without a year": "일자;중식\n11/19(목);842\n11/20(금);861명\n",
    "korean dates": "영업일,이용인원\n11월 19일,842\n2026년 11월 20일,861\n",
    "three meals": "일자,조식,중식,석식,합계\n2026-11-19,50,842,30,922\n2026-11-20,51,861,29,941\n",
    "corners add up": (
        "일자,코너,식수\n2026-11-19,한식,600\n2026-11-19,분식,242\n2026-11-20,한식,600\n2026-11-20,분식,261\n"
    ),
    "a sum at the end": '일자,식수\n2026-11-19,842\n2026-11-20,861\n합계,"1,703"\n',
    "money beside": '일자,식수,금액\n2026-11-19,842,"3,789,000"\n2026-11-20,861,"3,874,500"\n',
    "a title above": (
        "2026년 11월 식수 현황,,\n,,\n일시,비고,이용자수\n2026-11-19 00:00:00,,842\n2026-11-20 00:00:00,비,861\n"
    ),
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "utf-16"])
def test_a_file_is_read_whoever_made_it(text, encoding):
    found = read(text.encode(encoding), TODAY)

    assert found.meals == TWO
    assert found.unread == ()


def test_a_workbook_is_read():
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("11월")
        sheet.merge_range("A1:C1", "11월 식수")
        sheet.write_row("A2", ["일자", "중식", "비고"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, (on, meals) in enumerate(TWO, 2):
            sheet.write_datetime(row, 0, datetime.combine(on, time()), day)
            sheet.write_number(row, 1, meals)

    assert read(stream.getvalue(), TODAY).meals == TWO


def test_rows_that_cannot_be_read_are_named_and_days_ahead_or_long_past_are_left_out():
    found = read("일자,식수\n2026-11-20,861\n2026-11-21,많음\n2026-11-24,900\n2019-11-20,1\n".encode(), TODAY)

    assert found.meals == ((date(2026, 11, 20), 861),)
    assert found.unread == (3, 4, 5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "안녕하십니까",
        "이름,사번\n김하나,1234\n",
        "일자,카드번호\n2026-11-19,104233\n2026-11-20,104234\n",
        "일자,a,b\n2026-11-19,1,2\n",
    ],
)
def test_a_file_that_tells_no_totals_gives_none(text):
    assert read(text.encode() or b"-", TODAY).meals == ()


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"\x00\x01\x02", b"1" * (MAX_BYTES + 1)])
def test_what_is_no_file_of_totals_is_refused(data):
    with pytest.raises(MenuRefused):
        read(data, TODAY)


def test_random_bytes_end_in_an_answer_or_a_refusal():
    chance = random.Random(5)
    for _ in range(200):
        data = chance.randbytes(chance.randrange(200))
        try:
            assert read(data, TODAY).meals == ()
        except MenuRefused:
            continue


async def test_it_runs_in_the_real_sandbox():
    sandbox = ProcessSandbox()
    try:
        assert (await sandbox(read, FILES["plain"].encode(), TODAY)).meals == TWO
    finally:
        await sandbox.close()


def test_tables_are_known_by_their_names():
    assert is_sheet(["식수.CSV", "b.xlsx"])
    assert not is_sheet(["a.csv", "b.jpg"])
    assert not is_sheet([])
