"""Whatever an auditor has: pages of receipts, PDFs, archives, sheets; and every hostile file refused with a word."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
import xlsxwriter
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from attest import qr
from attest.errors import PaperRefusedError
from attest.papers import Held, Part, label, look, page, tokens
from bot.sandbox import Limits, ProcessSandbox
from tests.attest.sheets_of_receipts import jpeg, pdf, printed, scanned, tiff, zipped
from tests.bench import degrade


def drawn(count: int, seed: int = 0) -> list[str]:
    """Texts of a receipt's form."""
    dice = degrade.Dice.of("texts", count, seed)
    return ["RRQ" + degrade.token(dice)[3:-1] + "7" for _ in range(count)]


def part_of(data: bytes, held: Held, name: str) -> tuple[bytes, Part]:
    assert held.listing is not None
    part = next(one for one in held.listing.parts if one.name == name)
    return data[part.start : part.stop], part


def reason(data: bytes, part: Part | None = None) -> str:
    with pytest.raises(PaperRefusedError) as refused:
        look(data, part)
    return refused.value.reason


# --- pages of many receipts


@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize("count", [2, 12])
def test_every_receipt_of_a_scanned_page_is_read_once_from_the_top_down(count, dpi):
    texts = drawn(count)

    found = look(jpeg(scanned(texts, dpi))).codes

    assert list(found.texts) == texts
    assert found.unread == 0


@pytest.mark.parametrize("how", ["faint", "thumb"])
def test_a_receipt_that_is_hard_to_read_is_found_beside_easy_ones(how):
    texts = drawn(4)

    assert set(qr.read_all(jpeg(scanned(texts, 300, spoilt={1: how}))).texts) == set(texts)


def test_one_that_nobody_can_read_is_counted_and_not_passed_over():
    texts = drawn(6)

    found = qr.read_all(jpeg(scanned(texts, 200, spoilt={4: "scribbled"})))

    assert set(found.texts) == set(texts) - {texts[4]}
    assert found.unread == 1


def test_print_and_a_seal_are_no_receipt_that_was_lost():
    sheet = scanned(drawn(2), 200)
    printed(sheet, (200, 1500, 900, 1900))

    assert qr.read_all(jpeg(sheet)).unread == 0


def test_one_receipt_is_read_as_before():
    (text,) = drawn(1)

    assert qr.read_all(qr.write(text)).texts == (text,)
    assert qr.read_all(jpeg(Image.new("L", (800, 600), 140))).texts == ()


# --- piles of pages


def test_each_page_of_a_pdf_is_read_by_itself():
    texts, dpi = drawn(5), 150
    pile = pdf([scanned(texts[:2], dpi), Image.new("L", (1240, 1754), 240), scanned(texts[2:], dpi)], dpi)

    assert look(pile).pages == 3
    assert [list(page(pile, number).texts) for number in range(3)] == [texts[:2], [], texts[2:]]


def test_a_pdf_that_holds_a_receipt_as_text_is_read_too(published):
    target = io.BytesIO()
    sheet = Canvas(target)
    sheet.setFont("Courier", 7)
    for at in range(0, 347, 80):
        sheet.drawString(40, 700 - at, published.token[at : at + 80])
    sheet.save()

    assert page(target.getvalue(), 0).texts == (published.token,)


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw"])
def test_each_page_of_a_tiff_is_read_by_itself(compression):
    texts = drawn(3)
    pile = tiff([scanned(texts[:2], 150), scanned(texts[2:], 150)], compression)

    assert look(pile).pages == 2
    assert [list(page(pile, number).texts) for number in range(2)] == [texts[:2], texts[2:]]
    assert list(look(tiff([scanned(texts[:1], 150)], compression)).codes.texts) == texts[:1]


def test_each_picture_of_a_gif_is_read():
    texts = drawn(2)
    first, second = (degrade.symbol(text, px=4) for text in texts)
    target = io.BytesIO()
    first.save(target, "GIF", save_all=True, append_images=[second])

    assert look(target.getvalue()).pages == 2
    assert [page(target.getvalue(), number).texts for number in range(2)] == [(texts[0],), (texts[1],)]


# --- archives


def test_an_archive_gives_its_parts_with_folders_and_korean_names_and_without_what_computers_add():
    texts = drawn(2)
    data = zipped(
        {
            "총무과/10월/a.png": qr.write(texts[0]),
            "__MACOSX/총무과/._a.png": b"x",
            "총무과/.DS_Store": b"x",
            "목록.csv": texts[1].encode(),
        }
    )

    held = look(data)

    assert held.listing is not None
    assert [part.name for part in held.listing.parts] == ["총무과/10월/a.png", "목록.csv"]
    assert look(*part_of(data, held, "총무과/10월/a.png")).codes.texts == (texts[0],)
    column = look(*part_of(data, held, "목록.csv")).column
    assert column is not None
    assert [cell.text for cell in column.cells] == [texts[1]]


def test_names_of_korean_windows_are_read():
    data = zipped({"AAAA.png": qr.write("x")})
    named = data.replace(b"AAAA.png", "영수.png".encode("cp949"))

    held = look(named)

    assert held.listing is not None
    assert [part.name for part in held.listing.parts] == ["영수.png"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/abs/a.png", "abs/a.png"),
        ("C:\\temp\\a.png", "C:/temp/a.png"),
        ("a\u202egnp.exe", "a□gnp.exe"),
        ("a\nb.png", "a□b.png"),
        ("x" * 500, "…" + "x" * 120),
    ],
)
def test_a_name_is_a_label_and_never_a_path(name, told):
    assert label(name) == told


def locked() -> bytes:
    """An archive whose one file says that it is encrypted."""
    data = bytearray(zipped({"a.png": b"secret"}))
    data[6] |= 1
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def overlapping(count: int) -> bytes:
    """Many names for the same bytes (Fifield, 2019)."""
    data = zipped({"a": b"0" * 1_000_000})
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[at:end]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, at, 0)
    return data[:at] + entry * count + tail


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (locked(), "password"),
        (zipped({"zeros": bytes(19_000_000)}), "bomb"),
        (zipped({"large": bytes(30_000_000)}), "too_large"),
        (zipped({"a.png": b"x"}, zipfile.ZIP_LZMA), "unsupported"),
    ],
    ids=["encrypted", "zeros", "large", "lzma"],
)
def test_a_bad_part_says_so_and_its_neighbours_are_read(data, told):
    held = look(data)

    assert held.listing is not None
    assert [part.reason for part in held.listing.parts] == [told]
    assert reason(b"", held.listing.parts[0]) == told


def test_names_that_share_bytes_are_refused_but_for_the_first():
    held = look(overlapping(50))

    assert held.listing is not None
    assert held.listing.parts[0].reason == ""
    assert [part.reason for part in held.listing.parts[1:]] == ["bomb"] * 49


def test_a_part_that_holds_other_bytes_than_it_states_is_refused():
    data = zipped({"a.bin": bytes(range(256)) * 40})
    held = look(data)
    packed, part = part_of(data, held, "a.bin")

    assert reason(packed, Part("a", size=10, crc=part.crc, packed=True)) == "bomb"
    assert reason(packed, Part("a", size=part.size, crc=1, packed=True)) == "broken"
    assert reason(packed[:-3], part) == "broken"
    assert reason(b"\xff" * 40, part) == "broken"


def test_hundreds_of_files_are_listed_and_the_rest_is_counted():
    held = look(zipped({f"{number}.png": b"x" for number in range(1_030)}))

    assert held.listing is not None
    assert (len(held.listing.parts), held.listing.left_out) == (1_000, 30)


def test_an_archive_in_an_archive_is_not_opened():
    inner = zipped({"a.png": b"x"})
    data = zipped({"inner.zip": inner})

    assert reason(*part_of(data, look(data), "inner.zip")) == "nested"


# --- sheets


def workbook(rows: list[list[str]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("명부")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return target.getvalue()


def csv_of(rows: list[list[str]], encoding: str) -> bytes:
    return "\r\n".join(",".join(row) for row in rows).encode(encoding)


@pytest.mark.parametrize("form", ["utf-8-sig", "cp949", "xlsx"])
def test_a_column_of_receipts_is_found_wherever_it_stands(form):
    texts = drawn(3)
    rows = [
        ["출장 영수증 목록", "", ""],
        ["번호", "성명", "영수증"],
        ["1", "김하나", texts[0]],
        ["2", "이보름", ""],
        ["3", "박새로", texts[1][:200]],
        ["4", "서마루", texts[2]],
    ]

    column = look(workbook(rows) if form == "xlsx" else csv_of(rows, form)).column

    assert column is not None
    assert [(cell.row, cell.text) for cell in column.cells] == [(3, texts[0]), (5, texts[1][:200]), (6, texts[2])]
    assert column.empty == 1


def test_a_bare_list_of_receipts_is_a_sheet_too():
    texts = drawn(4)

    column = look("\n".join(texts).encode()).column

    assert column is not None
    assert [cell.text for cell in column.cells] == texts


def test_a_sheet_without_any_receipt_gives_none():
    column = look(csv_of([["이름", "부서"], ["김하나", "총무과"]], "utf-8")).column

    assert column is not None
    assert column.cells == ()


# --- texts


def test_a_broken_receipt_beside_whole_ones_is_not_passed_over():
    first, second = drawn(2)

    found = tokens(f"첫째 {first}\n둘째 {second[:300]}\n끝", 20)

    assert found == [first, second[:300]]


def test_words_in_capitals_beside_a_receipt_are_words():
    (text,) = drawn(1)
    shout = "PLEASE CHECK THIS RECEIPT BEFORE THE AUDIT BEGINS ON MONDAY. THANK YOU VERY MUCH FOR ALL OF YOUR HELP. BYE"

    assert tokens(f"{shout}\n{text}\n{shout}", 20) == [text]


# --- hostile files


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"x" * (21 * 2**20), "too_large"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(500), "heic"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00" + bytes(500), "avif"),
        (b"%PDF-1.7\n%%EOF", "broken"),
        (b"PK\x03\x04" + bytes(200), "broken"),
        (b"PK\x05\x06" + bytes(18) + b"PK\x01\x02" * 20_000, "bomb"),
        (zipped({"word/document.xml": b"<w/>"}), "document"),
        (zipped({"Contents/section0.xml": b"<s/>"}), "document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "document"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "broken"),
        (b"II*\0" + bytes(600), "broken"),
        (b"\x7fELF" + bytes(600), "unsupported"),
    ],
    ids=["empty", "large", "heic", "avif", "pdf", "zip", "crowd", "docx", "hwpx", "ole", "png", "tiff", "elf"],
)
def test_what_can_not_be_read_is_refused_with_a_word(data, told):
    assert reason(data) == told


def test_a_pdf_with_a_password_says_so():
    document = Image.new("L", (100, 100), 255)
    target = io.BytesIO()
    document.save(target, "PDF")
    locked_pdf = target.getvalue().replace(b"/Root", b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (" + b"o" * 32 +
                                           b") /U (" + b"u" * 32 + b") /P -4 >> /ID [(a)(a)] /Root")  # fmt: skip

    assert reason(locked_pdf) in {"password", "broken"}


def test_a_page_of_any_stated_size_is_drawn_within_bounds():
    huge = pdf([scanned(drawn(1), 150)], 150).replace(b"/MediaBox [ 0 0 ", b"/MediaBox [ 0 0 9")

    assert page(huge, 0).texts in ((), tuple(drawn(1)))


async def test_the_sandbox_bears_what_is_read_here():
    texts = drawn(12)
    sandbox = ProcessSandbox(workers=1, limits=Limits(timeout_s=20))
    try:
        pile = pdf([scanned(texts, 150)], 150)
        assert (await sandbox(look, pile)).pages == 1
        assert list((await sandbox(page, pile, 0)).texts) == texts
        with pytest.raises(PaperRefusedError):
            await sandbox(look, b"")
    finally:
        await sandbox.close()


# --- what sheets and keyboards do


def test_small_letters_are_another_spelling_and_no_receipt():
    """One receipt, one spelling (FORMAT.md §1): nothing here makes large letters of small ones."""
    mine = drawn(2)

    held = look(("번호,영수증\n" + "".join(f'{at},"{text.lower()}"\n' for at, text in enumerate(mine))).encode())

    assert held.column is None or not {cell.text for cell in held.column.cells} & set(mine)


def test_pictures_in_a_workbook_are_parts_where_no_cell_holds_a_receipt():
    mine, data = drawn(2), io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "붙임")
        for at, text in enumerate(mine):
            sheet.insert_image(at * 30, 0, f"{at}.png", {"image_data": io.BytesIO(qr.write(text))})

    held = look(data.getvalue())

    assert held.listing is not None
    assert [look(*part_of(data.getvalue(), held, part.name)).codes.texts for part in held.listing.parts] == [
        (text,) for text in mine
    ]
