"""A gate's sheets as Korean machines write them: what is read, what is left alone, what never leaves the reader."""

from __future__ import annotations

import os
import pickle
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occupancy.sensors.gate import Ask, Fault, Sheet, read
from occupancy.sensors.gate_logs import File, Log, added, agree
from occupancy.sensors.gate_times import Moment, day_in, day_of_name, moment

DAY = date(2026, 11, 23)
NOON = 12 * 3600


def ask(settled: bool = True, written: int = 14 * 3600, **columns: str) -> Ask:
    return Ask(columns, {"a": "한식", "b": "분식"}, DAY, Moment(DAY, written), settled)


def sheet(folder: Path, content: str | bytes, asked: Ask | None = None, name: str = "gate.csv") -> Sheet:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(str(path), asked or ask())


def seconds(found: Sheet) -> list[tuple[int, int]]:
    return [(second - NOON, count) for (_, second, _), count in sorted(found.served.items())]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("일시,카드번호,성명", "2026-11-23 12:01:05,9410001,김하나"),
        ("NO,승인일시,카드번호", "1,2026/11/23 12:01:05,9410001"),
        ("거래일자,거래시각,사번", "20261123,120105,9410001"),
        ("날짜\t시간\t부서", "2026.11.23.\t오후 12:01:05\t총무과"),
        ("이용시각;카드", "2026년 11월 23일 12시 1분 5초;1"),
        ("timestamp,card", "2026-11-23T03:01:05Z,9410001"),
        ("timestamp,card", "2026-11-23T12:01:05.250+09:00,9410001"),
        ('"태그시간","카드번호"', '"2026-11-23 PM 12:01:05","9410001"'),
        ("일시", "20261123120105"),
        ("식사시간|이름", "12:01:05|김하나"),
        ("식사시간(24시),이름", "12:01:05,김하나"),
    ],
)
def test_times_are_found_as_machines_write_them(tmp_path, header, row):
    found = sheet(tmp_path, f"{header}\r\n{row}\r\n")

    assert (dict(found.served), found.skipped) == ({(DAY, NOON + 65, ""): 1}, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_every_encoding_of_korean_windows(tmp_path, encoding):
    text = "승인일시,코너,성명\r\n" + "".join(f"2026-11-23 12:0{n}:00,한식,김하나\r\n" for n in range(5))

    found = sheet(tmp_path, text.encode(encoding))

    assert found.fault is None
    assert {line for _, _, line in found.served} == {"a"}
    assert sum(found.served.values()) == 5


def test_seconds_may_be_missing_and_minutes_may_carry_their_amount(tmp_path):
    assert seconds(sheet(tmp_path, "시간,식수\n12:00,14\n12:01,9\n12:01,1\n")) == [(0, 14), (60, 10)]


def test_without_a_header_the_column_that_is_all_times_is_taken_and_no_number_of_a_card(tmp_path):
    assert seconds(sheet(tmp_path, "120105,12:01:05,김\n120106,12:01:06,이\n")) == [(65, 1), (66, 1)]
    assert sheet(tmp_path, "120105,9410001\n120106,9410002\n").fault is Fault.NO_COLUMNS


def test_names_that_were_set_are_used(tmp_path):
    text = "입장,퇴장시각,n\n12:00:00,12:30:00,2\n"

    assert seconds(sheet(tmp_path, text, ask(time="입장", amount="n"))) == [(0, 2)]
    assert sheet(tmp_path, text, ask(time="없는 칸")).fault is Fault.NO_COLUMNS


def test_a_day_without_a_date_is_that_of_the_name_or_of_the_last_change(tmp_path):
    rows = "시간\n12:00:00\n"
    assert {day for day, _, _ in sheet(tmp_path, rows, name="gate_2026-11-20.csv").served} == {date(2026, 11, 20)}
    assert {day for day, _, _ in sheet(tmp_path, rows).served} == {DAY}
    assert {day for day, _, _ in sheet(tmp_path, rows, ask(written=600)).served} == {date(2026, 11, 22)}


def test_other_meals_cancelled_rows_and_lines_of_sums_do_not_count(tmp_path):
    text = (
        "일시,구분,상태,코너\n2026-11-23 12:00:00,중식,정상,한식\n2026-11-23 18:00:00,석식,정상,한식\n"
        "2026-11-23 12:00:10,중식,취소,분식\n합계,,,\n총계,1,,\n"
    )

    found = sheet(tmp_path, text)

    assert dict(found.served) == {(DAY, NOON, "a"): 1}
    assert found.skipped == 0


def test_a_sheet_with_totals_alone(tmp_path):
    found = sheet(tmp_path, '일자,조식,중식,석식\n2026-11-20,12,"1,204",80\n2026-11-23,10,861명,70\n')

    assert dict(found.totals) == {date(2026, 11, 20): 1204, DAY: 861}
    assert not found.served
    assert dict(sheet(tmp_path, "식수\n861\n", name="20261120.csv").totals) == {date(2026, 11, 20): 861}
    assert dict(sheet(tmp_path, "일자,사번\n2026-11-23,1\n2026-11-23,2\n").totals) == {DAY: 2}


def test_the_half_written_last_line_is_left_for_the_next_time(tmp_path):
    text = "시간,카드\n12:00:00,1\n12:00:1"

    growing, whole = sheet(tmp_path, text, ask(settled=False)), sheet(tmp_path, text + "0,2", ask())

    assert (seconds(growing), growing.half) == ([(0, 1)], True)
    assert (seconds(whole), whole.half) == ([(0, 1), (10, 1)], False)


def test_what_no_row_can_mean_is_skipped_and_counted(tmp_path):
    bad = ("25:00,3", "12:61,3", "12:01,-4", "12:02,9999999", "12:03,")
    good = ("12:00,3", "12:04,5", "12:05,1", "12:06,1", "12:07,1")

    found = sheet(tmp_path, "\n".join(("시간,식수", *good, *bad, "")))

    assert seconds(found) == [(0, 3), (240, 5), (300, 1), (360, 1), (420, 1)]
    assert (found.rows, found.skipped) == (10, 5)


def test_days_too_long_ago_or_ahead_are_skipped(tmp_path):
    found = sheet(tmp_path, "일시\n2019-01-01 12:00:00\n2031-01-01 12:00:00\n2026-11-23 12:00:00\n")

    assert seconds(found) == [(0, 1)]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"PK\x03\x04" + b"x" * 100, Fault.BINARY),
        (b"\x00\x01\x02" * 100, Fault.BINARY),
        (bytes(range(1, 9)) * 100, Fault.BINARY),
        ("시간\n" + "1" * 70_000, Fault.LONG_LINE),
        ("1" * 70_000, Fault.LONG_LINE),
        ("시간,카드\n=HYPERLINK(\"http://x\"),1\n", Fault.FORMULA),
        ("시간,식수\n12:00,=1+1\n", Fault.FORMULA),
        ("시간,식수\n12:00,@SUM(A1)\n", Fault.FORMULA),
        ("이름,부서\n김하나,총무과\n", Fault.NO_COLUMNS),
        ("시간\n" + "가\n" * 20, Fault.NO_COLUMNS),
    ],
)  # fmt: skip
def test_what_is_hostile_or_no_sheet_is_refused(tmp_path, content, fault):
    assert sheet(tmp_path, content).fault is fault


def test_a_formula_in_a_column_that_nobody_reads_is_nobodys_business(tmp_path):
    assert seconds(sheet(tmp_path, "시간,성명\n12:00:00,=cmd|' /C calc'!A0\n")) == [(0, 1)]


def test_links_pipes_and_folders_are_no_sheets(tmp_path):
    (tmp_path / "real.csv").write_text("시간\n12:00\n", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()

    for name in ("link.csv", "pipe.csv", "folder.csv", "none.csv"):
        assert read(str(tmp_path / name), ask()).fault is Fault.NOT_A_FILE, name


def test_more_than_fifty_megabytes_are_refused_unread(tmp_path):
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(50 * 2**20 + 1)

    assert read(str(path), ask()).fault is Fault.TOO_BIG


def test_nothing_of_a_card_a_name_or_a_department_comes_out(tmp_path):
    text = "일시,카드번호,성명,부서,코너\n" + "".join(
        f"2026-11-23 12:{n // 60:02d}:{n % 60:02d},CARD{n}MARK,NAMEMARK{n},DEPTMARK{n},LINEMARK{n}\n"
        for n in range(600)
    )

    found = pickle.dumps(sheet(tmp_path, text))

    assert b"MARK" not in found
    assert b"9410" not in found


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("gate") / "gate.csv"
    path.write_bytes(content)

    found = read(str(path), ask())

    assert found.fault is not None or all(count >= 0 for count in found.served.values())


@given(st.text(max_size=60))
def test_no_text_breaks_the_times(text):
    moment(text, digits=True)
    day_in(text, 2026)
    day_of_name(text)


class TestLogs:
    A, B = File("a.csv", 1), File("b.csv", 2)

    @staticmethod
    def rows(*at: int, line: str = "") -> dict[tuple[int, str], int]:
        return {(NOON + second, line): at.count(second) for second in at}

    def test_a_grown_file_adds_what_it_grew(self):
        first = added((), self.A, self.rows(1, 5, 5))
        second = added(first.logs, self.A, self.rows(1, 5, 5, 5, 9))

        assert first.new == self.rows(1, 5, 5)
        assert second.new == self.rows(5, 9)
        assert second.total() == self.rows(1, 5, 5, 5, 9)

    @pytest.mark.parametrize("file", [File("renamed.csv", 1), File("a.csv", 7), File("copy.csv", 9)])
    def test_a_renamed_rewritten_or_copied_file_adds_nothing(self, file):
        rows = self.rows(*range(0, 600, 7))
        known = added((), self.A, rows).logs

        again = added(known, file, rows)

        assert again.new == {}
        assert len(again.logs) == 1
        assert added(again.logs, File("later.csv", 12), rows | self.rows(700)).new == self.rows(700)

    def test_a_rotated_file_goes_on(self):
        known = added((), self.A, self.rows(*range(0, 600, 7))).logs

        assert added(known, File("a.csv", 8), self.rows(601, 610)).new == self.rows(601, 610)
        assert added(known, self.A, self.rows(601, 610)).new == self.rows(601, 610)

    def test_two_gates_in_one_folder_both_count(self):
        first, second = self.rows(*range(0, 600, 7)), self.rows(*range(3, 600, 11))
        known = added((), self.A, first).logs

        both = added(known, self.B, second)

        assert both.new == second
        assert sum(both.total().values()) == len(first) + len(second)
        assert added(both.logs, self.B, second).new == added(both.logs, self.A, first).new == {}

    def test_two_gates_that_tell_minutes_both_count(self):
        first = {(NOON + 60 * minute, ""): 10 + minute % 5 for minute in range(30)}
        second = {(NOON + 60 * minute, ""): 8 + minute % 7 for minute in range(30)}

        assert not agree(first, second)
        assert added(added((), self.A, first).logs, self.B, second).new == second

    def test_what_is_known_of_a_log_survives_its_record(self):
        assert Log(self.A, self.rows(1)).served == {(NOON + 1, ""): 1}


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("오전 12:00", 0),
        ("오후 1:05", 13 * 3600 + 300),
        ("12:00 AM", 0),
        ("오후 13:05", 13 * 3600 + 300),
        ("23:59:59", 86399),
    ],
)
def test_halves_of_the_day(text, second):
    assert moment(text) == Moment(None, second)


@pytest.mark.parametrize(
    "text", ["", "12", "오전 13:00", "24:00", "12:60", "1:2:3:4", "2026-13-01 12:00", "가나다", "9410001"]
)
def test_what_is_no_time(text):
    assert moment(text) is None
