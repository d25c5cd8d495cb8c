"""A token as a QR picture: level Q, alphanumeric, the mask that the standard's rules choose; or as text for a terminal.

zxing-cpp builds the symbol. Its own choice of the mask takes most of its time; here the eight symbols are one symbol
and seven known differences, and the penalties are counted on whole symbols, each held in one integer.
"""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from typing import Any

import numpy as np
import qrcode
import zxingcpp

_MODULE_PX = 8  # one module of a row is then one byte of a one-bit picture
_QUIET_MODULES = 4
_LEVEL = "Q"
_MASKS = 8

Modules = np.ndarray[Any, np.dtype[np.uint8]]


def write(token: str) -> bytes:
    """The token as a PNG: QR, level Q, 8 pixels a module, the quiet zone of 4 modules included."""
    return _one_bit_png(np.pad(symbol(token), _QUIET_MODULES, constant_values=255))


def blocks(token: str, *, dark_background: bool = True) -> str:
    """The token as a picture of half-block characters, two modules a line, for a terminal of that background."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=2)
    code.add_data(token, optimize=0)
    out = io.StringIO()
    code.print_ascii(out=out, invert=dark_background)
    return out.getvalue()


def symbol(token: str) -> Modules:
    """The modules of the symbol, 0 dark and 255 light: shape (side, side), without the quiet zone."""
    first = _masked(token, 0)
    packed = _packed(first)
    side = len(first)
    differences = _differences(side)
    mask = min(range(_MASKS), key=lambda mask: penalty(packed ^ differences[mask].packed, side))
    return first ^ differences[mask].modules


def _masked(token: str, mask: int) -> Modules:
    made = zxingcpp.create_barcode(token, zxingcpp.BarcodeFormat.QRCode, ec_level=_LEVEL, data_mask=mask)
    return np.asarray(made.to_image(scale=1, add_quiet_zones=False))


class _Difference:
    """What changes from mask 0 to another: the same modules whatever the text says."""

    __slots__ = ("modules", "packed")

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self.packed = _packed(~modules)  # `_packed` takes dark for one


@cache
def _differences(side: int) -> tuple[_Difference, ...]:
    text = _of_side(side)
    first = _masked(text, 0)
    return tuple(_Difference(first ^ _masked(text, mask)) for mask in range(_MASKS))


def _of_side(side: int) -> str:
    """A text whose symbol has that many modules a side."""
    low, high = 1, 2420  # the most letters at level Q (ISO/IEC 18004, table 7)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if len(_masked("A" * middle, 0)) < side else (low, middle)
    return "A" * low


def _packed(modules: Modules) -> int:
    """All modules in one integer, a dark one a set bit; each row ends with at least eight light ones."""
    side = len(modules)
    rows = np.packbits(modules < 128, axis=1)
    room = np.zeros((side, _row_bits(side) // 8), np.uint8)
    room[:, : rows.shape[1]] = rows
    return int.from_bytes(room.tobytes(), "big")


def _row_bits(side: int) -> int:
    return (side + 7) // 8 * 8 + 16


@cache
def _grid(side: int, *, width: int, height: int) -> int:
    """The bits of `_packed` at which a window so wide and high, read towards its end, still lies inside."""
    row = ((1 << (side - width + 1)) - 1) << (_row_bits(side) - side + width - 1)
    whole = 0
    for _ in range(side - height + 1):
        whole = whole << _row_bits(side) | row
    return whole << _row_bits(side) * (height - 1)


def penalty(packed: int, side: int) -> int:
    """The sum of ISO/IEC 18004 §7.8.3.1: runs, blocks, what looks like a finder pattern, and imbalance."""
    down = _row_bits(side)
    inside = _grid(side, width=1, height=1)
    light = ~packed & inside
    total = 0
    for step, five, eleven in (
        (1, _grid(side, width=5, height=1), _grid(side, width=11, height=1)),
        (down, _grid(side, width=1, height=5), _grid(side, width=1, height=11)),
    ):
        for colour in (packed, light):
            total += _runs(colour, step, five)
        total += 40 * _finder_like(packed, light, step, eleven)
    four = _grid(side, width=2, height=2)
    for colour in (packed, light):
        pairs = colour & colour << 1
        total += 3 * (pairs & pairs << down & four).bit_count()
    share = packed.bit_count() * 20 / (side * side)  # in steps of 5 %
    return total + 10 * int(abs(share - 10))


def _runs(colour: int, step: int, inside: int) -> int:
    """3 for each run of five, 1 for each module more."""
    two = colour & colour << step
    fives = two & two << 2 * step & colour << 4 * step & inside
    starts = fives & ~(fives >> step)
    return fives.bit_count() + 2 * starts.bit_count()


def _finder_like(dark: int, light: int, step: int, inside: int) -> int:
    """How often 1:1:3:1:1 stands beside four light modules, before or after."""

    def at(bits: int, place: int) -> int:
        return bits << place * step

    four = light & at(light, 1) & at(light, 2) & at(light, 3)
    head = dark & at(light, 1) & at(dark, 2) & at(dark, 3) & at(dark, 4) & at(light, 5) & at(dark, 6)
    return (head & at(four, 7) & inside).bit_count() + (four & at(head, 4) & inside).bit_count()


def _one_bit_png(modules: Modules) -> bytes:
    """A one-bit grey PNG (ISO/IEC 15948) of a square of modules, each 8×8 pixels.

    Pillow takes longer than the symbol itself; eight equal lines are one line and seven empty differences. zlib's level
    3 costs 0.07 ms and level 6 0.44 ms, for 400 bytes less.
    """
    side = modules.shape[0]
    repeat = (b"\x02" + bytes(side)) * (_MODULE_PX - 1)  # filter 2, "up": the difference to the line above
    lines = b"".join(b"\x00" + row.tobytes() + repeat for row in modules)
    header = struct.pack(">IIBBBBB", side * _MODULE_PX, side * _MODULE_PX, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 3)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
