"""The text of HWP, HWPX, PDF and office files. Runs in the sandbox; refuses bombs, and says in a code why none came.

A zip is never handed on as it came: its XML parts are unpacked here under one cap, whatever its headers declare, and
packed anew without compression, so that what the document library unpacks is what was counted.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from crawlers.article import MAX_TEXT
from crawlers.charset import decode
from crawlers.markup import tidy
from crawlers.office import WANTED, text_of_parts, words_of_sections

MAX_UNPACKED = 64 * 2**20
MAX_MEMBERS = 2_000
MAX_PAGES = 300
_CHUNK = 1 << 16
_KEPT = 0.9  # of an HWPX's letters that the library must bring to be believed
_PART = re.compile(r"(?:Contents/.*|META-INF/.*|version|settings)\.?(?:xml|hpf|rdf)?", re.IGNORECASE)
_DOCUMENT = re.compile(r"\.(?:hwpx?|pdf|docx?|xlsx?|pptx?|txt)$", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HWP3 = b"HWP Document File"
_STREAMS = {
    kind: stream.encode("utf-16-le")
    for kind, stream in {"doc": "WordDocument", "xls": "Workbook", "ppt": "PowerPoint Document"}.items()
}
_SEALED = "EncryptedPackage".encode("utf-16-le")  # how an office document with a password is kept (MS-OFFCRYPTO §1.3)
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
    if head.startswith(_OLE):
        return _ole(body, ending)
    if head.startswith(_HWP3):
        return _hwp("hwp", body)
    if ending in {"txt", "csv"}:
        return _said(ending, decode(body))
    if not body:
        return FileText(ending, reason="empty")
    # a page that says "log in" in place of the file, or a damaged one
    return FileText(ending, reason="broken" if ending in {"pdf", "hwp", "hwpx"} else "unsupported")


def _ole(body: bytes, ending: str) -> FileText:
    """HWP 5 keeps its header as it is inside the container; so do Word and Excel of old the names of their streams."""
    if _HWP3 in body:
        return _hwp("hwp", body)
    if _SEALED in body:
        return FileText(ending, reason="password")
    old = next((kind for kind, stream in _STREAMS.items() if stream in body), "")
    return FileText(old or ending, reason="unsupported" if old or ending != "hwp" else "broken")


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
    if body.count(b"PK\x01\x02") > 4 * MAX_MEMBERS:  # a directory that costs memory before its names can be counted
        return FileText(ending, reason="bomb")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            kind = _zip_kind(archive)
            if kind == "hwpx" and _is_sealed(archive):
                return FileText(kind, reason="password")
            if kind == "hwpx":
                return _hwpx(archive)
            if kind in WANTED:
                return _said(kind, text_of_parts(kind, dict(_unpacked_parts(archive, WANTED[kind]))), silent="scan")
            # an archive of files: what is in it was attached as one, and is left for people to open
            return FileText(kind, reason="archive" if _holds_documents(archive) else "unsupported")
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


def _is_sealed(archive: zipfile.ZipFile) -> bool:
    """Whether the manifest says that parts are encrypted (ODF 1.2 part 3 §4, as OWPML has it)."""
    names = [name for name in archive.namelist() if name.lower() == "meta-inf/manifest.xml"]
    return any(b"encryption-data" in _unpacked(archive, archive.getinfo(name), MAX_UNPACKED) for name in names[:1])


def _holds_documents(archive: zipfile.ZipFile) -> bool:
    return any(_DOCUMENT.search(name) for name in archive.namelist())


def _repacked(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as clean:
        clean.writestr("mimetype", "application/hwp+zip")
        for name, data in parts.items():
            clean.writestr(name, data)
    return packed.getvalue()


def _unpacked_parts(archive: zipfile.ZipFile, wanted: re.Pattern[str]) -> Iterator[tuple[str, bytes]]:
    """Each part whose name is `wanted`, once, under one cap whatever their headers declare."""
    members = [member for member in archive.infolist() if wanted.fullmatch(member.filename)]
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise _BombError
    left, done = MAX_UNPACKED, set()
    for member in members:
        if member.filename in done:
            continue
        done.add(member.filename)
        data = _unpacked(archive, member, left)
        left -= len(data)
        yield member.filename, data


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    data = bytearray()
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            data += chunk
            if len(data) > most:
                raise _BombError
    return bytes(data)


def _hwpx(archive: zipfile.ZipFile) -> FileText:
    """The library's text; where it gave up, or lost much, what the sections say."""
    parts = dict(_unpacked_parts(archive, _PART))
    sections = {name: data for name, data in parts.items() if WANTED["hwpx"].fullmatch(name)}
    read = _hwp("hwpx", _repacked(parts))
    if read.reason not in {"", "broken", "scan"}:
        return read
    words = words_of_sections(sections)
    lost = len("".join(read.text.split())) < _KEPT * len("".join(words[:MAX_TEXT].split()))
    return _said("hwpx", words) if lost else read


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
