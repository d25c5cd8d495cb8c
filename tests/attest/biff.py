"""A workbook as offices kept them before 2007 (.xls): BIFF8 records in a compound file, enough for texts and numbers.

[MS-XLS] 2.4 (BOF 0x0809, BoundSheet8 0x0085, Label 0x0204, Number 0x0203, EOF 0x000A), [MS-CFB] 2.2 (version 3).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def as_xls(sheets: dict[str, Sequence[Sequence[str | float]]]) -> bytes:
    """The sheets as an .xls file."""
    return _compound(_workbook(sheets))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _bof(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _text(text: str, head: str) -> bytes:
    return struct.pack(head, len(text)) + b"\x01" + text.encode("utf-16-le")


def _workbook(sheets: dict[str, Sequence[Sequence[str | float]]]) -> bytes:
    bodies = [_sheet(rows) for rows in sheets.values()]
    codepage = _record(0x0042, struct.pack("<H", 1200))
    lengths = [len(_record(0x0085, struct.pack("<IBB", 0, 0, 0) + _text(name, "<B"))) for name in sheets]
    at = len(_bof(5)) + len(codepage) + sum(lengths) + 4
    globals_ = _bof(5) + codepage
    for name, body in zip(sheets, bodies, strict=True):
        globals_ += _record(0x0085, struct.pack("<IBB", at, 0, 0) + _text(name, "<B"))
        at += len(body)
    return globals_ + _record(0x000A, b"") + b"".join(bodies)


def _sheet(rows: Sequence[Sequence[str | float]]) -> bytes:
    width = max(map(len, rows), default=0)
    cells = [_bof(0x10), _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))]
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str):
                cells.append(_record(0x0204, place + _text(value, "<H")))
            else:
                cells.append(_record(0x0203, place + struct.pack("<d", value)))
    return b"".join([*cells, _record(0x000A, b"")])


def _compound(stream: bytes) -> bytes:
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    count = len(stream) // _SECTOR
    fats = 1
    while (fats + 1 + count) * 4 > fats * _SECTOR:
        fats += 1
    chain = [_FAT] * fats + [_END] + [fats + 2 + step for step in range(count - 1)] + [_END]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(fats * _SECTOR, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, fats, fats, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(fats), *[_FREE] * (109 - fats))
    directory = _entry("Root Entry", 5, _END, 0, child=1) + _entry("Workbook", 2, fats + 1, len(stream))
    return header + fat + directory.ljust(_SECTOR, b"\0") + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return (
        encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, _FREE, _FREE, child) + bytes(36)
        + struct.pack("<IQ", start, size)
    )  # fmt: skip
