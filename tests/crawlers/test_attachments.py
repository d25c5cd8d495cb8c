"""Files of press releases: their text, or one plain reason why there is none."""

# ruff: noqa: E501 - a file of parts is read best on its own lines

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pytest

from crawlers.attachment import FileText, read_file
from tests.crawlers.site import hwpx, pdf

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return packed.getvalue()


W, S, A = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"',
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"',
)


def docx(*paragraphs: str, head: str = "") -> bytes:
    told = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    table = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>쉼터</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    return zipped(
        {
            "[Content_Types].xml": "<x/>",
            "word/document.xml": f"{head}<w:document {W}><w:body>{told}{table}</w:body></w:document>",
        }
    )


def xlsx() -> bytes:
    rows = '<row><c t="s"><v>0</v></c><c><v>300</v></c></row><row><c t="inlineStr"><is><t>한파 쉼터</t></is></c><c t="s"><v>9</v></c></row>'
    return zipped(
        {
            "xl/sharedStrings.xml": f"<sst {S}><si><t>제설 장비</t></si></sst>",
            "xl/worksheets/sheet1.xml": f"<worksheet {S}><sheetData>{rows}</sheetData></worksheet>",
        }
    )


def pptx() -> bytes:
    slides = {f"ppt/slides/slide{n}.xml": f"<p {A}><a:p><a:r><a:t>{n}쪽</a:t></a:r></a:p></p>" for n in (10, 2, 1)}
    return zipped(slides)


def test_office_documents_give_their_text_in_their_order() -> None:
    assert read_file(docx("겨울 대책", "12월 1일부터"), "a.docx") == FileText("docx", "겨울 대책\n12월 1일부터\n쉼터")
    assert read_file(xlsx(), "a.xlsx") == FileText("xlsx", "제설 장비 300\n한파 쉼터")
    assert read_file(pptx(), "a.pptx") == FileText("pptx", "1쪽\n2쪽\n10쪽")


def record(tag: int, level: int, data: bytes) -> bytes:
    return struct.pack("<L", tag | level << 10 | len(data) << 20) + data


def hwp5(*paragraphs: str, flags: int = 1) -> bytes:
    """A minimal HWP 5.0 document (한글 문서 파일 형식 5.0), its streams deflated where `flags` has bit 0."""
    section = b"".join(
        record(66, 0, struct.pack("<LLHBBHHHL", len(text) + 1, 0, 0, 0, 0, 1, 0, 1, 0))
        + record(67, 1, f"{text}\r".encode("utf-16-le"))
        + record(68, 1, struct.pack("<LL", 0, 0))
        for text in paragraphs
    )
    info = record(16, 0, struct.pack("<7H3L", 1, 1, 1, 1, 1, 1, 1, 0, 0, 0)) + record(17, 0, bytes(72))
    header = b"HWP Document File".ljust(32, b"\0") + struct.pack("<LL", 0x05000300, flags)
    return container(header.ljust(256, b"\0"), deflated(info, flags), deflated(section, flags))


def deflated(data: bytes, flags: int) -> bytes:
    if not flags & 1:
        return data
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def container(header: bytes, info: bytes, section: bytes) -> bytes:
    """A compound file (MS-CFB version 3) with the three streams, all in its mini stream."""
    mini, minifat, starts = b"", [], []
    for data in (header, info, section):
        starts.append(len(minifat))
        count = -(-len(data) // 64)
        mini += data.ljust(count * 64, b"\0")
        minifat += [*range(starts[-1] + 1, starts[-1] + count), _END]
    root_sectors = -(-len(mini) // 512)
    entries = [
        entry("Root Entry", 5, child=2, start=4, size=len(mini)),
        entry("DocInfo", 2, start=starts[1], size=len(info)),
        entry("BodyText", 1, left=1, right=3, child=4),
        entry("FileHeader", 2, start=starts[0], size=len(header)),
        entry("Section0", 2, start=starts[2], size=len(section)),
    ]
    directory = b"".join(entries).ljust(1024, b"\0")
    fat = [_FAT, 2, _END, _END, *range(5, 4 + root_sectors), _END]
    head = OLE + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<LLLLLLLLL", 0, 1, 1, 0, 4096, 3, 1, _END, 0)
    head += struct.pack("<109L", 0, *[_FREE] * 108)
    return head + table(fat) + directory + table(minifat) + mini.ljust(root_sectors * 512, b"\0")


def table(chain: list[int]) -> bytes:
    assert len(chain) <= 128
    return struct.pack("<128L", *chain, *[_FREE] * (128 - len(chain)))


def entry(
    name: str, kind: int, left: int = _FREE, right: int = _FREE, child: int = _FREE, start: int = 0, size: int = 0
) -> bytes:
    told = f"{name}\0".encode("utf-16-le")
    head = told.ljust(64, b"\0") + struct.pack("<HBBLLL", len(told), kind, 1, left, right, child)
    return head + bytes(36) + struct.pack("<LQ", start if kind != 1 else 0, size)


@pytest.mark.parametrize("flags", [0, 1])
def test_an_hwp_document_gives_its_text(flags: int) -> None:
    found = read_file(hwp5("겨울철 자연재난 종합대책", "한파 쉼터 120곳을 연다.", flags=flags), "a.hwp")

    assert found == FileText("hwp", "겨울철 자연재난 종합대책\n한파 쉼터 120곳을 연다.")


def encrypted_hwpx() -> bytes:
    manifest = b'<m><file-entry full-path="Contents/section0.xml"><encryption-data/></file-entry></m>'
    return hwpx("x", extra={"META-INF/manifest.xml": manifest, "Contents/section0.xml": b"\x9f\x00\x12"})


@pytest.mark.parametrize(
    ("body", "name", "kind", "reason"),
    [
        (hwp5("비밀", flags=3), "a.hwp", "hwp", "password"),
        (encrypted_hwpx(), "a.hwpx", "hwpx", "password"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "docx", "password"),
        (OLE + bytes(600) + "WordDocument".encode("utf-16-le"), "a.doc", "doc", "unsupported"),
        (OLE + bytes(600) + "Workbook".encode("utf-16-le"), "표.hwp", "xls", "unsupported"),
        (OLE + bytes(600), "a.hwp", "hwp", "broken"),
        (hwp5("가")[:1500], "a.hwp", "hwp", "broken"),
        (hwpx("가")[:300], "a.hwpx", "hwpx", "broken"),
        (docx("가")[:200], "a.docx", "docx", "broken"),
        (docx("&x;", head='<!DOCTYPE d [<!ENTITY x "가">]>'), "a.docx", "docx", "broken"),
        (docx("가").replace(b"word/", b"wxrd/"), "a.docx", "zip", "unsupported"),
        (zipped({"붙임/계획.hwp": b"x", "사진.jpg": b"y"}), "붙임.zip", "zip", "archive"),
        (zipped({"사진.jpg": b"y"}), "사진.zip", "zip", "unsupported"),
        (zipped({"word/document.xml": bytes(100 * 2**20)}), "a.docx", "docx", "bomb"),
        (b"<!DOCTYPE html><html>login</html>", "a.hwp", "hwp", "broken"),
        (b"", "a.pdf", "pdf", "empty"),
        (pdf(""), "a.pdf", "pdf", "scan"),
        (b"%PDF-1.7\n" + bytes(2000), "a.pdf", "pdf", "broken"),
        (b"\x00\x01", "download.do", "do", "unsupported"),
    ],
)
def test_a_file_without_text_says_why(body: bytes, name: str, kind: str, reason: str) -> None:
    assert read_file(body, name) == FileText(kind, "", reason)


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        (hwpx("가나다"), "a.hwp", "hwpx"),
        (hwp5("가나다"), "a.hwpx", "hwp"),
        (docx("가나다"), "a.hwp", "docx"),
        (pdf("abc"), "다운로드", "pdf"),
    ],
)
def test_a_file_is_what_its_bytes_say(body: bytes, name: str, kind: str) -> None:
    found = read_file(body, name)

    assert (found.kind, found.reason) == (kind, "")
    assert found.text


def test_large_files_are_read_once_and_cut() -> None:
    text = "겨울철 종합대책을 추진한다. " * 200

    assert len(read_file(hwpx(*[text] * 400), "a.hwpx").text) == 200_000
    assert len(read_file(docx(*[text] * 400), "a.docx").text) == 200_000
    assert len(read_file((text * 1500).encode(), "a.txt").text) == 200_000
