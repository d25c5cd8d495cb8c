from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from occupancy.counts import CountsError, Fault, read

START = datetime(2015, 8, 14, 17, 0)  # noqa: DTZ001 - wall clocks
TIMES = [START + timedelta(minutes=30 * at) for at in range(80)]
MINUTES = [(at - datetime(1970, 1, 1)) / timedelta(minutes=1) for at in TIMES]  # noqa: DTZ001


def hangul(at: datetime) -> str:
    half = "오전" if at.hour < 12 else "오후"
    return f"{at.year}. {at.month}. {at.day}. {half} {(at.hour - 1) % 12 + 1}:{at.minute:02d}"


STYLES: dict[str, Callable[[datetime], str]] = {
    "iso": lambda at: at.isoformat(),
    "with an offset": lambda at: at.isoformat(" ") + "-07:00",
    "with Z": lambda at: at.isoformat() + "Z",
    "Korean, by halves of the day": hangul,
    "Korean, by words": lambda at: at.strftime("%Y년 %m월 %d일 %H시 %M분"),
    "slashes": lambda at: at.strftime("%Y/%m/%d %H:%M"),
    "dots": lambda at: at.strftime("%Y.%m.%d %H:%M:%S"),
    "American": lambda at: at.strftime("%m/%d/%y %H:%M:%S"),
    "American, by halves": lambda at: at.strftime("%m/%d/%Y %I:%M %p"),
    "day first": lambda at: at.strftime("%d.%m.%Y %H:%M"),
    "digits": lambda at: at.strftime("%Y%m%d%H%M"),
    "seconds since 1970": lambda at: str(int((at - timedelta(hours=9)).replace(tzinfo=UTC).timestamp())),
    "milliseconds": lambda at: str(1000 * int((at - timedelta(hours=9)).replace(tzinfo=UTC).timestamp())),
}


def written(folder: Path, text: str, encoding: str = "utf-8") -> str:
    file = folder / "counts.csv"
    file.write_bytes(text.encode(encoding))
    return str(file)


def table(style: Callable[[datetime], str] = str, mark: str = ",", head: str = "시각,인원") -> str:
    rows = [f"{style(at)}{mark}{count}" for count, at in enumerate(TIMES)]
    return "\n".join([head.replace(",", mark), *rows] if head else rows)


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_times_of_every_style(style, tmp_path):
    found = read(written(tmp_path, table(style)), "시각", "인원")

    assert found.minutes.tolist() == MINUTES
    assert found.values.tolist() == list(range(80))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_code_pages_and_delimiters(encoding, mark, tmp_path):
    assert read(written(tmp_path, table(mark=mark), encoding), "시각", "인원").values.size == 80


@pytest.mark.parametrize(("time", "value"), [("1", "2"), (" 시 각", "인원 "), ("시각", "2")])
def test_columns_by_name_or_number(time, value, tmp_path):
    assert read(written(tmp_path, table()), time, value).values.tolist() == list(range(80))


def test_without_a_header_by_number(tmp_path):
    assert read(written(tmp_path, table(head="")), "1", "2").values.tolist() == list(range(80))


def test_date_and_time_apart_without_a_header(tmp_path):
    text = "\n".join(f"7,{at:%m/%d/%y},{at:%H:%M:%S},{count}" for count, at in enumerate(TIMES))

    assert read(written(tmp_path, text), "2,3", "4").minutes.tolist() == MINUTES


@pytest.mark.parametrize(
    ("text", "count"),
    [('"1,234"', 1234), ("12명", 12), (" 7 ", 7), ("3.5", 3.5), ("12.0", 12), ("-0", 0), ('"1,234,567"', 1234567)],
)
def test_numbers_as_people_write_them(text, count, tmp_path):
    rows = table().splitlines()
    rows[5] = f"{rows[5].split(',')[0]},{text}"

    assert read(written(tmp_path, "\n".join(rows)), "시각", "인원").values[4] == count


@pytest.mark.parametrize("text", ["", "-", "NA", "null", "nan", "결측", "?", "inf", "1e99"])
def test_what_is_no_number_is_left_out_and_counted(text, tmp_path):
    rows = table().splitlines()
    rows[5] = f"{rows[5].split(',')[0]},{text}"

    found = read(written(tmp_path, "\n".join(rows)), "시각", "인원")

    assert (found.values.size, found.skipped) == (79, 1)


def test_rows_out_of_order_are_put_in_order(tmp_path):
    head, *rows = table().splitlines()

    found = read(written(tmp_path, "\n".join([head, *reversed(rows)])), "시각", "인원")

    assert found.minutes.tolist() == MINUTES


@pytest.mark.parametrize(
    ("text", "time", "value", "fault"),
    [
        ("", "시각", "인원", Fault.NO_TABLE),
        ("\n\n", "시각", "인원", Fault.NO_TABLE),
        (table(), "때", "인원", Fault.NO_COLUMN),
        (table(), "시각", "9", Fault.NO_COLUMN),
        (table(), "인원", "인원", Fault.NO_TIMES),
        (table(), "시각", "시각", Fault.NO_VALUES),
        ("\n".join(table().splitlines()[:30]), "시각", "인원", Fault.TOO_SHORT),
    ],
)
def test_what_is_no_history_says_why(text, time, value, fault, tmp_path):
    with pytest.raises(CountsError) as caught:
        read(written(tmp_path, text), time, value)

    assert caught.value.fault is fault


def test_an_unknown_column_names_those_there_are(tmp_path):
    with pytest.raises(CountsError) as caught:
        read(written(tmp_path, table()), "때", "인원")

    assert (caught.value.what, caught.value.columns) == ("때", ("시각", "인원"))


def test_bytes_that_are_no_text_are_no_table(tmp_path):
    file = tmp_path / "counts.csv"
    file.write_bytes(table().encode() + bytes(range(256)))

    with pytest.raises(CountsError) as caught:
        read(str(file), "시각", "인원")

    assert caught.value.fault is Fault.NO_TABLE


def test_names_of_columns_cannot_steer_the_terminal(tmp_path):
    with pytest.raises(CountsError) as caught:
        read(written(tmp_path, table(head="\x1b[2J시각\x07," + "인" * 900)), "때", "인원")

    assert caught.value.columns == ("[2J시각", "인" * 40)


def test_a_missing_file_is_no_traceback(tmp_path):
    with pytest.raises(CountsError) as caught:
        read(str(tmp_path / "none.csv"), "1", "2")

    assert caught.value.fault is Fault.MISSING


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("any") / "counts.csv"
    file.write_bytes(content)

    with pytest.raises(CountsError):
        read(str(file), "1", "2")


def test_two_rows_of_one_time_are_both_kept(tmp_path):
    text = table() + "\n" + "\n".join(table().splitlines()[1:3])

    found = read(written(tmp_path, text), "시각", "인원")

    assert np.bincount(found.values.astype(int))[:3].tolist() == [2, 2, 1]
