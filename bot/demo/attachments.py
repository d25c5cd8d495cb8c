"""Writes the attachments of the sample press releases: small but real HWPX and PDF files.

Both are made deterministically (same text, same bytes), so that a file's validators stay stable. They are written for
reading back by ordinary readers; no layout beyond plain paragraphs is attempted, and nothing is ever read here.
"""

from __future__ import annotations

import io
import textwrap
import zipfile
from xml.sax.saxutils import escape

_EPOCH = (2020, 1, 1, 0, 0, 0)

# KS X 6101 (OWPML): the parts a reader needs, in the order it expects them.
_VERSION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<hv:HCFVersion xmlns:hv="http://www.hancom.co.kr/hwpml/2011/version" tagetApplication="WORDPROCESSOR"'
    ' major="5" minor="1" micro="0" buildNumber="1" os="1" xmlVersion="1.4" application="dobi" appVersion="1"/>'
)
_CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<ocf:container xmlns:ocf="urn:oasis:names:tc:opendocument:xmlns:container"><ocf:rootfiles>'
    '<ocf:rootfile full-path="Contents/content.hpf" media-type="application/hwpml-package+xml"/>'
    "</ocf:rootfiles></ocf:container>"
)
_PACKAGE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<opf:package xmlns:opf="http://www.idpf.org/2007/opf/" version="" unique-identifier="" id="">'
    "<opf:metadata><opf:title>{title}</opf:title><opf:language>ko</opf:language></opf:metadata><opf:manifest>"
    '<opf:item id="header" href="Contents/header.xml" media-type="application/xml"/>'
    '<opf:item id="section0" href="Contents/section0.xml" media-type="application/xml"/>'
    '</opf:manifest><opf:spine><opf:itemref idref="header" linear="yes"/>'
    '<opf:itemref idref="section0" linear="yes"/></opf:spine></opf:package>'
)
_HEADER = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<hh:head xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head" version="1.4" secCnt="1"><hh:refList>'
    '<hh:fontfaces itemCnt="1"><hh:fontface lang="HANGUL" fontCnt="1"><hh:font id="0" face="함초롬바탕" type="TTF"'
    ' isEmbedded="0"/></hh:fontface></hh:fontfaces>'
    '<hh:charProperties itemCnt="1"><hh:charPr id="0" height="1000" textColor="#000000"/></hh:charProperties>'
    '<hh:paraProperties itemCnt="1"><hh:paraPr id="0"/></hh:paraProperties>'
    '<hh:styles itemCnt="1"><hh:style id="0" type="PARA" name="바탕글" engName="Normal" paraPrIDRef="0"'
    ' charPrIDRef="0" nextStyleIDRef="0"/></hh:styles></hh:refList></hh:head>'
)
_SECTION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<hs:sec xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section"'
    ' xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph">{paragraphs}</hs:sec>'
)
_PARAGRAPH = (
    '<hp:p id="{number}" paraPrIDRef="0" styleIDRef="0" pageBreak="0" columnBreak="0" merged="0">'
    '<hp:run charPrIDRef="0"><hp:t>{text}</hp:t></hp:run></hp:p>'
)


def hwpx(title: str, lines: tuple[str, ...]) -> bytes:
    """A minimal HWPX file of the title and one paragraph a line."""
    paragraphs = "".join(
        _PARAGRAPH.format(number=number, text=escape(line)) for number, line in enumerate((title, *lines))
    )
    parts = {
        "version.xml": _VERSION,
        "META-INF/container.xml": _CONTAINER,
        "Contents/content.hpf": _PACKAGE.format(title=escape(title)),
        "Contents/header.xml": _HEADER,
        "Contents/section0.xml": _SECTION.format(paragraphs=paragraphs),
        "Preview/PrvText.txt": "\r\n".join((title, *lines)),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # The media type stands first and uncompressed, as in every OCF container.
        archive.writestr(zipfile.ZipInfo("mimetype", _EPOCH), "application/hwp+zip", zipfile.ZIP_STORED)
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), text.encode(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


_LINE_WIDTH = 40  # characters of 12 points on A4
_PAGE_LINES = 38
_FONT = (
    (b"<< /Type /Font /Subtype /Type0 /BaseFont /HYGoThic-Medium /Encoding /UniKS-UCS2-H /DescendantFonts [4 0 R] >>"),
    (
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HYGoThic-Medium /FontDescriptor 5 0 R /DW 1000"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Korea1) /Supplement 1 >> >>"
    ),
    (
        b"<< /Type /FontDescriptor /FontName /HYGoThic-Medium /Flags 4 /FontBBox [-6 -145 1003 880]"
        b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    ),
)


def pdf(title: str, lines: tuple[str, ...]) -> bytes:
    """A PDF (1.4) of the title and the lines, wrapped, in a predefined Korean font that no file needs to embed.

    Text is coded by the predefined CMap UniKS-UCS2-H (ISO 32000-1, 9.7.5.2), so readers give back the very characters.
    """
    rows = [row for line in (title, "", *lines) for row in _wrapped(line)]
    pages = [rows[start : start + _PAGE_LINES] for start in range(0, len(rows), _PAGE_LINES)]
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()]
    objects += _FONT
    for number, page in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
            + f" /Contents {7 + 2 * number} 0 R >>".encode()
        )
        objects.append(_stream(page))
    return _assembled(objects)


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, _LINE_WIDTH, break_on_hyphens=False) or [""]


def _stream(rows: list[str]) -> bytes:
    shown = "".join(f"<{row.encode('utf-16-be').hex()}> Tj T*\n" for row in rows)
    content = f"BT /F1 12 Tf 18 TL 56 780 Td\n{shown}ET".encode()
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def _assembled(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
