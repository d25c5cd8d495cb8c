"""A token as a QR picture, and the texts of the QR codes in a picture.

The one door to zxing-cpp, qrcode and Pillow in this package. Writing is alphanumeric at level Q with 8 pixels a
module. Reading is foreign bytes: call `read` through the sandbox. It refuses a picture by its stated size before
opening it, and never guesses: a code is read whole, with its error correction, or not at all.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import qrcode
import zxingcpp
from PIL import Image

from attest.errors import PictureRefusedError

MAX_PICTURE_BYTES = 20_000_000
MAX_PIXELS = 50_000_000
_MODULE_PX = 8  # one module of a row is then one byte of a one-bit picture
_QUIET_MODULES = 4
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
_QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_WORKING_PX = 2_400  # the longer side of what the passes look at

Grey = np.ndarray[tuple[int, int], np.dtype[np.uint8]]


def write(token: str) -> bytes:
    """The token as a PNG: QR, level Q, 8 pixels a module, the quiet zone of 4 modules included."""
    barcode = zxingcpp.create_barcode(token, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    modules = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False))
    return _one_bit_png(np.pad(modules, _QUIET_MODULES, constant_values=255))


def blocks(token: str, *, dark_background: bool = True) -> str:
    """The token as a picture of half-block characters, two modules a line, for a terminal of that background."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=2)
    code.add_data(token, optimize=0)
    out = io.StringIO()
    code.print_ascii(out=out, invert=dark_background)
    return out.getvalue()


def read(picture: bytes) -> list[str]:
    """The texts of all QR codes in a PNG, JPEG, WebP, BMP or GIF, each once; empty when none can be read.

    Raises:
        PictureRefusedError: not such a picture, or more than 20 MB or 50 megapixels.
    """
    grey = _open(picture)
    for view in _views(grey):
        if texts := _decode(view):
            return texts
    return []


def _open(picture: bytes) -> Grey:
    if len(picture) > MAX_PICTURE_BYTES:
        raise PictureRefusedError(f"{len(picture)} bytes, at most {MAX_PICTURE_BYTES}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(picture), formats=_FORMATS) as image:
                _refuse_bomb(image)
                return _grey(image)
    except PictureRefusedError:
        raise
    # Pillow raises whatever its decoders stumble over: OSError, SyntaxError, struct.error, EOFError, ValueError …
    except Exception as error:
        raise PictureRefusedError("not a picture that can be opened") from error


def _refuse_bomb(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise PictureRefusedError(f"{image.width}×{image.height} pixels, at most {MAX_PIXELS} in all")


def _grey(image: Image.Image) -> Grey:
    # a JPEG is decoded at a half or a quarter, which costs a fraction of decoding it whole
    image.draft("L", (_WORKING_PX // 2, _WORKING_PX // 2))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    grey = image.convert("L")
    grey.thumbnail((_WORKING_PX, _WORKING_PX), Image.Resampling.BOX)
    return np.asarray(grey)


def _views(grey: Grey) -> Iterator[Grey]:
    """The picture, then ever more altered looks at it; research/attest.md §2.5 measured which ones help."""
    yield grey
    even = _even_light(grey)
    yield even
    yield _resized(grey, 0.5)
    yield _resized(even, 0.5)
    if max(grey.shape) <= _WORKING_PX // 2:
        yield _resized(grey, 2.0)
        yield _resized(even, 2.0)
    for degrees in (22, 45, 67):
        yield _rotated(grey, degrees)
        yield _rotated(even, degrees)


def _decode(grey: Grey) -> list[str]:
    found = zxingcpp.read_barcodes(grey, formats=_QR_ONLY, text_mode=zxingcpp.TextMode.Plain)
    return list(dict.fromkeys(code.text for code in found if code.valid and code.text))


def _even_light(grey: Grey) -> Grey:
    """Local contrast evened out: each pixel against the mean and spread of its surroundings."""
    radius = max(8, max(grey.shape) // 16)
    values = grey.astype(np.float32)
    mean = _box_mean(values, radius)
    spread = np.sqrt(np.maximum(_box_mean(values * values, radius) - mean * mean, 1.0))
    even: Grey = np.clip(128 + 64 * (values - mean) / (spread + 4), 0, 255).astype(np.uint8)
    return even


def _box_mean(values: np.ndarray[Any, Any], radius: int) -> np.ndarray[Any, Any]:
    """The mean over a square of 2·radius + 1 pixels, by running sums along each axis."""
    for axis in (0, 1):
        width = [(0, 0), (0, 0)]
        width[axis] = (radius + 1, radius)
        sums = np.cumsum(np.pad(values, width, mode="edge"), axis=axis, dtype=np.float64)
        length = values.shape[axis]
        high = np.take(sums, range(2 * radius + 1, 2 * radius + 1 + length), axis=axis)
        values = (high - np.take(sums, range(length), axis=axis)) / (2 * radius + 1)
    return values


def _resized(grey: Grey, factor: float) -> Grey:
    size = (max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor)))
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC))


def _rotated(grey: Grey, degrees: float) -> Grey:
    turned = Image.fromarray(grey).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    return np.asarray(turned)


def _one_bit_png(modules: np.ndarray[Any, Any]) -> bytes:
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
