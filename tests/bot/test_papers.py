"""Papers are the same bytes for the same values, in Korean, and no name that somebody chose becomes a formula."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from attest import qr
from bot.papers import pdf, workbook
from bot.papers.plain import plain

TOKEN = "6BFOXN" * 57 + "TS%OZ"
COLUMNS = (
    pdf.Column("번호", 10, "center"),
    pdf.Column("출장일", 22, "center"),
    pdf.Column("용무"),
    pdf.Column("금액(원)", 20, "right"),
)


def paper(rows: int = 3, **changes) -> pdf.Paper:
    table = pdf.Table(
        COLUMNS,
        [(str(number), "2026. 10. 1.", f"현장 점검 {number}회차", "20,000") for number in range(1, rows + 1)],
        total=[("", "", "합계", f"{rows * 20_000:,}")],
    )
    blocks = (pdf.Fields((("성명", "김하나"), ("소속", "총무과"), ("직급", ""))), pdf.Gap(), table)
    return pdf.Paper("국내출장 여비 정산서", changes.pop("blocks", blocks), number="정산-총무과-2026-1", **changes)


def pages(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_equal_papers_are_equal_bytes_even_made_by_another_process():
    code = (
        "import sys; from bot.papers import pdf, workbook as w;"
        "p = pdf.write(pdf.Paper('정산서', (pdf.Text(('가나다',)),)));"
        "x = w.write(w.Book('정산서', (w.Sheet('표', (w.Column('가'),), [('나',)]),)));"
        "sys.stdout.buffer.write(len(p).to_bytes(4, 'big') + p + x)"
    )
    made = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(2)]

    assert made[0] == made[1]
    size = int.from_bytes(made[0][:4], "big")
    assert made[0][4 : 4 + size] == pdf.write(pdf.Paper("정산서", (pdf.Text(("가나다",)),)))
    assert made[0][4:8] == b"%PDF"
    assert pdf.write(paper()) != pdf.write(paper(4))


def test_a_long_table_repeats_its_head_on_every_page_and_loses_no_row():
    told = pages(pdf.write(paper(1_000, foot="도비", approval=("담당", "과장"))))

    assert len(told) > 10
    assert all("출장일" in page and f"{number}/{len(told)}" in page for number, page in enumerate(told, 1))
    everything = "".join(told)
    assert all(f"현장 점검 {number}회차" in everything for number in range(1, 1_001))
    assert "20,000,000" in told[-1]


def test_a_receipts_code_on_paper_is_read_from_the_page_again():
    content = pdf.write(paper(blocks=(pdf.Pictures((pdf.Picture(qr.write(TOKEN), "1번"),), 40),)))

    with pypdfium2.PdfDocument(content) as document:
        image = document[0].render(scale=200 / 72).to_pil()
    target = io.BytesIO()
    image.save(target, "PNG")

    assert qr.read(target.getvalue()) == [TOKEN]


def test_pictures_that_do_not_fit_go_on_the_next_page():
    picture = pdf.Picture(qr.write(TOKEN), "영수증")
    told = pages(pdf.write(paper(blocks=(pdf.Pictures((picture,) * 40, 40),))))

    assert len(told) > 1
    assert sum(page.count("영수증") for page in told) == 40


@pytest.mark.parametrize("height", range(150, 260, 10))
def test_a_heading_of_pictures_is_never_alone_at_the_foot_of_a_page(height):
    picture = pdf.Picture(qr.write(TOKEN), "그림 밑")
    blocks = (pdf.Gap(height), pdf.Pictures((picture,), 40, "머리글"))

    told = [page for page in pages(pdf.write(paper(blocks=blocks))) if "머리글" in page or "그림 밑" in page]

    assert len(told) == 1
    assert "머리글" in told[0]
    assert "그림 밑" in told[0]


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "😀",
        "\u202egnp.exe",
        "가" * 5_000,
        "a" * 5_000,
        "\x00\x1b[31m",
        "줄\n바꿈\n\n",
        "½㎡①",
        "가".encode().hex(),
    ],
)
def test_any_text_finds_its_place(text, wide):
    table = pdf.Table(COLUMNS, [(text, text, text, text)] * 3, total=[(text, text, text, text)])

    content = pdf.write(
        pdf.Paper(text, (table, pdf.Fields(((text, text),)), pdf.Text((text,))), text, (text,), text, wide)
    )

    assert content.startswith(b"%PDF")
    assert pages(content)


def test_what_the_font_lacks_is_a_question_mark_and_what_turns_writing_is_gone():
    told = "".join(pages(pdf.write(pdf.Paper("정산서", (pdf.Text(("앞 😀 \u202e뒤",)),)))))

    assert "앞 ?" in told
    assert "뒤" in told
    assert "\u202e" not in told


def test_decomposed_letters_are_one_again():
    assert plain("\u1100\u1161") == "가"


def book(rows, columns=None) -> workbook.Book:
    columns = columns or (
        workbook.Column("이름", 12),
        workbook.Column("출장일", 12, "date"),
        workbook.Column("시각", 18, "instant"),
        workbook.Column("금액", 12, "money"),
    )
    return workbook.Book("정산서", (workbook.Sheet("10월 [총무과]", columns, rows, above=("여비 정산", "총무과")),))


def read(content: bytes) -> list[list[object]]:
    found = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return found.get_sheet_by_index(0).to_python()


def xml(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def test_columns_are_typed():
    at = datetime(2026, 10, 1, 0, 30, tzinfo=UTC)
    rows = read(workbook.write(book([("김하나", date(2026, 10, 1), at, 20_000), ("", None, None, None)])))

    assert rows[0][0] == "여비 정산"
    assert rows[2] == ["이름", "출장일", "시각", "금액"]
    assert rows[3] == ["김하나", date(2026, 10, 1), datetime(2026, 10, 1, 9, 30), 20_000]  # noqa: DTZ001 - as sheets have it


@pytest.mark.parametrize(
    "name", ["=1+1", "+82", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', " =1", "\t=1", "http://x.kr", "0012", "{=1}"]
)
def test_a_hostile_name_stays_a_text_for_ever(name):
    content = workbook.write(book([(name, name, name, name)]))

    sheet, shared = xml(content, "xl/worksheets/sheet1.xml"), xml(content, "xl/sharedStrings.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()
    assert plain(name).strip().split("(")[0].replace("&", "&amp;") in shared
    assert {str(cell).strip() for cell in read(content)[3]} == {plain(name).strip()}
    if plain(name).strip()[0] in "=+-@":
        assert "quotePrefix" in xml(content, "xl/styles.xml")


def test_the_head_stays_and_is_printed_on_each_page():
    content = workbook.write(book([("가", None, None, 1)]))

    sheet = xml(content, "xl/worksheets/sheet1.xml")
    assert 'topLeftCell="A4"' in sheet
    assert 'paperSize="9"' in sheet
    assert "Print_Titles" in xml(content, "xl/workbook.xml")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=5), st.text(max_size=60))
def test_any_values_make_a_readable_workbook(names, title):
    one = workbook.Book(
        title, (workbook.Sheet(title, (workbook.Column(title),), [(name,) for name in names], above=(title,)),)
    )

    content = workbook.write(one)

    assert content == workbook.write(one)
    assert len(read(content)) <= len(names) + 2


def test_the_font_is_found_without_what_would_change_matplotlib():
    code = "import sys; from bot.papers import pdf; pdf.write(pdf.Paper('가', ())); print('koreanize_matplotlib' in sys.modules, 'matplotlib' in sys.modules)"  # noqa: E501
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, cwd=Path.cwd())

    assert told.stdout.split() == ["False", "False"]
