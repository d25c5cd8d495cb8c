"""What a file is, by its bytes and never by its name, and what can be read of it in one step.

```
look: picture → its codes · TIFF, GIF, PDF → how many pages · zip → its parts · CSV, workbook, text → its receipts
page: one page of a TIFF, GIF or PDF → its codes
```
Each step is one call in the sandbox. A part of an archive is handed over as its packed slice.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, field, replace

from attest.errors import PaperRefusedError, PictureRefusedError
from attest.papers import archive, pages
from attest.papers.archive import Listing, Part
from attest.papers.bounds import refuse_crowd, refuse_large
from attest.papers.columns import Column, column
from attest.papers.sheets import is_sheet
from attest.qr import Codes, frames, read_all

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FRAMED = (b"II*\0", b"MM\0*", b"GIF87a", b"GIF89a")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"BM")
_PHONE = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis"}
_MEDIA = ("xl/media/", "Pictures/")  # XLSX, ODS
_DOCUMENTS = ("word/", "ppt/", "Contents/")  # docx, pptx, hwpx


@dataclass(frozen=True, slots=True)
class Held:
    """What a file holds: one of these, the others empty. `pages` counts those still to be read by `page`.

    `sha256` is of a picture in which no code was read, in hex: it may be known as something else.
    """

    codes: Codes = field(default_factory=Codes)
    pages: int = 0
    listing: Listing | None = None
    column: Column | None = None
    sha256: str = ""


def look(data: bytes, part: Part | None = None) -> Held:
    """What the file holds; `part`: `data` is that part's slice of an archive.

    Raises:
        PaperRefusedError: `empty`, `too_large`, `bomb`, `password`, `broken`, `nested` (an archive in an archive),
            `document` (HWP, Word), `heic`, `avif`, or `unsupported`.
    """
    body = data if part is None else archive.unpack(data, part)
    refuse_large(body)
    if b"%PDF-" in body[:1024]:
        return Held(pages=_at_most(pages.page_count(body), pages.MAX_PAGES))
    if body.startswith(_ZIP):
        return _of_zip(body, nested=part is not None)
    if body[4:8] == b"ftyp":
        raise PaperRefusedError("heic" if body[8:12] in _PHONE else "avif")
    try:
        held = _of_picture(body)
    except PictureRefusedError as error:
        raise PaperRefusedError("broken") from error
    return held if held.codes.texts or held.column else replace(held, sha256=hashlib.sha256(body).hexdigest())


def page(data: bytes, number: int, part: Part | None = None) -> Codes:
    """The codes on a page of a PDF, TIFF or GIF, the first is 0.

    Raises:
        PaperRefusedError: it can't be drawn.
    """
    body = data if part is None else archive.unpack(data, part)
    if b"%PDF-" in body[:1024]:
        return pages.page_codes(body, number)
    try:
        return read_all(frames.frame(body, number))
    except PictureRefusedError as error:
        raise PaperRefusedError("broken") from error


def _of_picture(body: bytes) -> Held:
    if body.startswith(_FRAMED):
        count = frames.count(body)
        return Held(pages=_at_most(count, frames.MAX_FRAMES)) if count > 1 else Held(codes=read_all(_still(body)))
    if body.startswith(_PICTURES) or body[8:12] == b"WEBP":
        return Held(codes=read_all(body))
    if body.startswith(_OLE) and "Workbook".encode("utf-16-le") not in body:
        raise PaperRefusedError("document")
    return Held(column=column(body))


def _still(body: bytes) -> bytes:
    return body if body.startswith(b"GIF8") else frames.frame(body, 0)


def _of_zip(body: bytes, *, nested: bool) -> Held:
    refuse_crowd(body)
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as found:
            sheet, names = is_sheet(found), found.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, RuntimeError) as error:
        raise PaperRefusedError("broken") from error
    if sheet:
        return _of_book(body, nested=nested)
    if any(name.startswith(_DOCUMENTS) for name in names):
        raise PaperRefusedError("document")
    if nested:
        raise PaperRefusedError("nested")
    return Held(listing=archive.listing(body))


def _of_book(body: bytes, *, nested: bool) -> Held:
    """A workbook's receipts; where no cell holds one, the pictures that were put into it."""
    found = column(body)
    if found.cells or nested:
        return Held(column=found)
    parts = archive.listing(body).parts
    pictures = tuple(part for part in parts if part.name.startswith(_MEDIA))
    return Held(listing=Listing(pictures)) if pictures else Held(column=found)


def _at_most(count: int, most: int) -> int:
    if count > most:
        raise PaperRefusedError("too_large")
    return count
