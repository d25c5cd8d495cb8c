"""A zip as a list of parts: where each lies and how it is packed; and one part unpacked, under its own cap.

The list is made once; whoever holds the bytes then hands over the slice of one part at a time, so that each part is
unpacked and read by itself, and one that kills its worker costs no other. A name is a label and never a path.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, replace

from attest.errors import PaperRefusedError
from attest.papers.bounds import MAX_PAPER_BYTES, refuse_crowd, refuse_large

MAX_MEMBERS = 1_000
_LOCAL = 30  # bytes of a local header before its name (APPNOTE 4.3.7)
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_RATIO = 300  # of a scanned page of white; a zip of zeros has a thousand
_SMALL = 1 << 20
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_LONGEST_NAME = 120
_UTF8 = 0x800
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an archive: its name as a label, and its packed bytes at [start, stop); `reason`: it is not read."""

    name: str
    start: int = 0
    stop: int = 0
    size: int = 0
    crc: int = 0
    packed: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The parts in the archive's order, and how many more it holds than are looked at."""

    parts: tuple[Part, ...]
    left_out: int = 0


def listing(data: bytes) -> Listing:
    """What an archive holds, nested folders and all, without folders themselves and what computers add.

    Raises:
        PaperRefusedError: `empty`, `too_large`, `bomb` or `broken`.
    """
    refuse_large(data)
    refuse_crowd(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir() and not _JUNK.search(one.filename)]
            parts = [_part(member, data) for member in members[:MAX_MEMBERS]]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise PaperRefusedError("broken") from error
    return Listing(_without_overlaps(parts), max(0, len(members) - MAX_MEMBERS))


def unpack(packed: bytes, part: Part) -> bytes:
    """A part's content, of exactly the size and sum that the archive states.

    Raises:
        PaperRefusedError: `bomb`, `broken`, or the part's own reason.
    """
    if part.reason:
        raise PaperRefusedError(part.reason)
    data = packed
    if part.packed:
        inflater = zlib.decompressobj(-15)
        try:
            data = inflater.decompress(packed, part.size + 1)
        except zlib.error as error:
            raise PaperRefusedError("broken") from error
    if len(data) > part.size:
        raise PaperRefusedError("bomb")
    if len(data) < part.size or zlib.crc32(data) != part.crc:
        raise PaperRefusedError("broken")
    return data


def label(name: str) -> str:
    """A name that can stand in a message and a report: no way out of a folder, nothing unprintable, not too long."""
    text = unicodedata.normalize("NFC", name.replace("\\", "/"))
    text = "".join(char if char.isprintable() else "□" for char in text)
    text = "/".join(step for step in text.split("/") if step not in {"", ".", ".."})
    return text if len(text) <= _LONGEST_NAME else f"…{text[-_LONGEST_NAME:]}"


def _part(member: zipfile.ZipInfo, data: bytes) -> Part:
    name = label(_korean(member))
    at = member.header_offset
    head = data[at : at + _LOCAL]
    if len(head) < _LOCAL or not head.startswith(b"PK\x03\x04"):
        return Part(name, reason="broken")
    start = at + _LOCAL + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    stop = start + member.compress_size
    return Part(
        name, start, stop, member.file_size, member.CRC, member.compress_type == 8, _refused(member, stop, data)
    )


def _refused(member: zipfile.ZipInfo, stop: int, data: bytes) -> str:
    """Why a member is not read; empty when it may be."""
    if member.flag_bits & _ENCRYPTED:
        return "password"
    if member.compress_type not in _METHODS:
        return "unsupported"
    if stop > len(data):
        return "broken"
    if member.file_size > MAX_PAPER_BYTES:
        return "too_large"
    bomb = member.file_size > _SMALL and member.file_size > _RATIO * max(1, member.compress_size)
    return "bomb" if bomb else ""


def _without_overlaps(parts: list[Part]) -> tuple[Part, ...]:
    """Two parts never share bytes in an honest archive (Fifield, "A better zip bomb", 2019)."""
    end, shared = 0, set()
    for number in sorted(range(len(parts)), key=lambda number: (parts[number].start, parts[number].stop)):
        if parts[number].reason:
            continue
        if parts[number].start < end:
            shared.add(number)
        end = max(end, parts[number].stop)
    return tuple(replace(part, reason="bomb") if at in shared else part for at, part in enumerate(parts))


def _korean(member: zipfile.ZipInfo) -> str:
    """Archives made on Windows in Korea name files in CP949 and say nothing of it."""
    if member.flag_bits & _UTF8:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("cp949")
    except UnicodeError:
        return member.filename
