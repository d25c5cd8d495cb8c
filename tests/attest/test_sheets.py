"""Sheets of any program as rows of texts, and every hostile one refused with a word."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
import xlsxwriter

from attest.errors import PaperRefusedError
from attest.papers import rows
from bot.sandbox import ProcessSandbox

TABLE = [["이름", "문서"], ["김하나", "총무과-812"], ["", "행정-7"]]


def workbook(*sheets: list[list[object]], far: bool = False) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"remove_timezone": True}) as book:
        form = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for cells in sheets:
            sheet = book.add_worksheet()
            for at, row in enumerate(cells):
                for column, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(at, column, cell, form)
                    else:
                        sheet.write(at, column, cell)
            if far:
                sheet.write(1_048_575, 16_383, "x")
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_in_every_usual_form(encoding, delimiter):
    text = "\r\n".join(delimiter.join(row) for row in TABLE) + "\r\n\r\n"

    assert rows(text.encode(encoding)) == TABLE


def test_a_workbook_gives_each_cell_as_people_read_it():
    cells = [
        ["이름", "때", "값"],
        ["김하나", datetime(2026, 11, 23, 13, 42, tzinfo=UTC), 12],
        ["", datetime(2026, 11, 23, tzinfo=UTC), 2.5],
    ]

    assert rows(workbook(cells, [["둘째"]])) == [
        ["이름", "때", "값"],
        ["김하나", "2026-11-23 13:42:00", "12"],
        ["", "2026-11-23", "2.5"],
        ["둘째"],
    ]


def zipped(members: dict[str, bytes], declared: int | None = None) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    found = target.getvalue()
    if declared is not None:  # a directory that lies about what comes out
        at = found.rindex(b"PK\x01\x02") + 24
        found = found[:at] + declared.to_bytes(4, "little") + found[at + 4 :]
    return found


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"a," * 11_000_000, "too_large"),
        (b"\x00\x01\x02\xff\xfe", "unsupported"),
        (b"\xff\xfe\x00", "unsupported"),
        (zipped({"a.txt": b"x"}), "unsupported"),
        (zipped({"xl/workbook.xml": b"<"}), "broken"),
        (workbook(TABLE)[:-200], "broken"),
        (zipped({"xl/a.xml": b"0" * 200_000_000}), "bomb"),
        (b"PK\x03\x04" + b"PK\x01\x02" * 20_000, "bomb"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"HWP Document File", "unsupported"),
    ],
    ids=["empty", "large", "bytes", "utf16", "zip", "no book", "cut", "bomb", "crowd", "password", "hwp"],
)
def test_what_is_no_sheet_is_refused_with_a_word(data, reason):
    with pytest.raises(PaperRefusedError) as refused:
        rows(data)

    assert refused.value.reason == reason


def test_a_directory_that_lies_is_no_way_in():
    with pytest.raises(PaperRefusedError):
        rows(zipped({"xl/workbook.xml": b"0" * 200_000_000}, declared=10))


def test_rows_and_cells_are_bounded():
    assert len(rows(b"a,b\n" * 30_000)) == 20_000
    assert len(rows(b"a," * 1_000)[0]) == 200


async def test_a_cell_far_out_ends_its_worker_and_nothing_else():
    sandbox = ProcessSandbox(workers=1)
    try:
        with pytest.raises((ChildProcessError, MemoryError)):
            await sandbox(rows, workbook(TABLE, far=True))
        assert await sandbox(rows, workbook(TABLE)) == TABLE
    finally:
        await sandbox.close()
