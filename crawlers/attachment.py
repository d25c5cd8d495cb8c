"""The text of HWP, HWPX and PDF files. Runs in the sandbox; refuses bombs, and says in a code why a file gave no text.

A zip is never handed on as it came: its XML parts are unpacked here under one cap, whatever its headers declare, and
packed anew without compression, so that what the document library unpacks is what was counted.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from crawlers.article import MAX_TEXT
from crawlers.charset import decode
from crawlers.markup import tidy

MAX_UNPACKED = 64 * 2**20
MAX_MEMBERS = 2_000
MAX_PAGES = 300
_CHUNK = 1 << 16
_PART = re.compile(r"(?:Contents/.*|META-INF/.*|version|settings)\.?(?:xml|hpf|rdf)?", re.IGNORECASE)
_ENCRYPTED = {12, 403}  # unhwp.ErrorKind: ENCRYPTED, DISTRIBUTION_RESTRICTED


@dataclass(frozen=True, slots=True)
class FileText:
    """A file's kind (by its bytes, not its name) and text; `reason` is why there is none. See `Attachment`."""

    kind: str
    text: str = ""
    reason: str = ""


class _BombError(Exception):
    """More came out than a document holds."""


def read_file(body: bytes, name: str) -> FileText:
    """The text in a file, at most `MAX_TEXT` characters."""
    head = body[:1024]
    if b"%PDF-" in head:
        return _pdf(body)
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if head.startswith(b"PK\x03\x04"):
        return _zip(body, ending)
    if head.startswith((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"HWP Document File")):
        return _hwp("hwp", body)
    if ending in {"txt", "csv"}:
        return _said(ending, decode(body))
    if not body:
        return FileText(ending, reason="empty")
    # a page that says "log in" in place of the file, or a damaged one
    return FileText(ending, reason="broken" if ending in {"pdf", "hwp", "hwpx"} else "unsupported")


def _said(kind: str, text: str, *, silent: str = "empty") -> FileText:
    text = tidy(text)[:MAX_TEXT]
    return FileText(kind, text) if text else FileText(kind, reason=silent)


def _pdf(body: bytes) -> FileText:
    # here, not above: the main process never opens a PDF
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        return FileText("pdf", reason="password" if "password" in str(error).lower() else "broken")
    try:
        pages: list[str] = []
        for number in range(min(len(document), MAX_PAGES)):
            pages.append(document[number].get_textpage().get_text_bounded())
            if sum(map(len, pages)) > MAX_TEXT:
                break
    except pypdfium2.PdfiumError:
        return FileText("pdf", reason="broken")
    finally:
        document.close()
    return _said("pdf", "\n".join(pages), silent="scan")


def _zip(body: bytes, ending: str) -> FileText:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            kind = _zip_kind(archive)
            return _hwp(kind, _repacked(archive)) if kind == "hwpx" else FileText(kind, reason="unsupported")
    except _BombError:
        return FileText(ending, reason="bomb")
    except RuntimeError:  # how zipfile says that a member is encrypted
        return FileText(ending, reason="password")
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError):
        return FileText(ending, reason="broken")


def _zip_kind(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    if len(names) > MAX_MEMBERS:
        raise _BombError
    if any(name.startswith("Contents/") for name in names):
        return "hwpx"
    for kind, folder in (("docx", "word/"), ("xlsx", "xl/"), ("pptx", "ppt/")):
        if any(name.startswith(folder) for name in names):
            return kind
    return "zip"


def _repacked(archive: zipfile.ZipFile) -> bytes:
    if sum(member.file_size for member in archive.infolist() if _PART.fullmatch(member.filename)) > MAX_UNPACKED:
        raise _BombError
    left = MAX_UNPACKED
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as clean:
        clean.writestr("mimetype", "application/hwp+zip")
        done = set()
        for member in archive.infolist():
            if member.filename in done or not _PART.fullmatch(member.filename):
                continue
            done.add(member.filename)
            data = _unpacked(archive, member, left)
            left -= len(data)
            clean.writestr(member.filename, data)
    return packed.getvalue()


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    data = bytearray()
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            data += chunk
            if len(data) > most:
                raise _BombError
    return bytes(data)


def _hwp(kind: str, body: bytes) -> FileText:
    # here, not above: 20 MB of native code that only a worker needs
    import unhwp

    try:
        with unhwp.parse_bytes(body) as result:
            return _said(kind, result.plain_text, silent="scan")
    except unhwp.UnhwpError as error:
        kinds = {int(unhwp.ErrorKind.DECOMPRESSION): "bomb"}
        reason = "password" if int(error.kind) in _ENCRYPTED else kinds.get(int(error.kind), "broken")
        return FileText(kind, reason=reason)
