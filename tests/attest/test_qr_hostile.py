"""Pictures of every other kind, honest and not: read where they can be, else refused by name; never more memory."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from attest import qr
from attest.errors import PictureRefusedError
from bot.sandbox import Limits, ProcessSandbox
from tests.bench import degrade


@pytest.fixture(scope="module")
def symbol(published) -> Image.Image:
    return degrade.symbol(published.token, px=4)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def sixteen_bits(symbol: Image.Image) -> bytes:
    return saved(Image.fromarray(np.asarray(symbol).astype(np.uint16) * 180 + 9000), "PNG")


def turned_by_exif(symbol: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90° when shown
    return saved(symbol.rotate(90), "JPEG", exif=exif)


def animated(symbol: Image.Image, kind: str) -> bytes:
    blank = Image.new("L", symbol.size, 255)
    return saved(symbol, kind, save_all=True, append_images=[blank] * 30, duration=20)


def on_transparent_black(symbol: Image.Image) -> bytes:
    return saved(Image.merge("RGBA", [Image.new("L", symbol.size, 0)] * 3 + [symbol.point(lambda v: 255 - v)]), "PNG")


HONEST = {
    "16 bits": sixteen_bits,
    "CMYK JPEG": lambda i: saved(i.convert("CMYK"), "JPEG"),
    "turned by EXIF": turned_by_exif,
    "animated GIF": lambda i: animated(i, "GIF"),
    "animated WebP": lambda i: animated(i, "WEBP"),
    "animated PNG": lambda i: animated(i, "PNG"),
    "palette": lambda i: saved(i.convert("P"), "PNG"),
    "transparent": on_transparent_black,
    "progressive JPEG": lambda i: saved(i, "JPEG", progressive=True),
    "BMP": lambda i: saved(i, "BMP"),
    "light on dark": lambda i: saved(i.point(lambda v: 255 - v), "PNG"),
    "mirrored": lambda i: saved(i.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "PNG"),
    "very wide": lambda i: saved(wide(i), "PNG"),
}


def wide(symbol: Image.Image) -> Image.Image:
    sheet = Image.new("L", (9000, symbol.height + 40), 255)
    sheet.paste(symbol, (5000, 20))
    return sheet


@pytest.mark.parametrize("kind", HONEST.values(), ids=HONEST)
def test_every_kind_of_picture_is_read(symbol, published, kind):
    assert qr.read(kind(symbol)) == [published.token]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def stated(width: int, height: int, *, kind: str = "PNG") -> bytes:
    """A small file that states this size."""
    if kind == "BMP":
        return (
            b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, *[0] * 6)
        )
    if kind == "GIF":
        return (
            b"GIF89a"
            + struct.pack("<HHBBB", width, height, 0, 0, 0)
            + b","
            + struct.pack("<HHHHB", 0, 0, width, height, 0)
            + b"\x02\x00;"
        )
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(10_000_000), 9)) + chunk(b"IEND", b"")


HOSTILE = {
    "30,000 × 30,000 PNG": stated(30_000, 30_000),
    "30,000 × 30,000 BMP": stated(30_000, 30_000, kind="BMP"),
    "1,000,000 × 40 PNG": stated(1_000_000, 40),
    "60,000 × 60,000 GIF": stated(60_000, 60_000, kind="GIF"),
    "HEIC named png": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(5000),
    "AVIF": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + bytes(5000),
    "TIFF": b"II*\x00\x08\x00\x00\x00" + bytes(500),
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "PDF": b"%PDF-1.7\n",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n",
}


@pytest.mark.parametrize("picture", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_such_picture_is_refused(picture):
    with pytest.raises(PictureRefusedError):
        qr.read(picture)


@pytest.mark.parametrize("size", [(1, 1), (1, 60_000), (60_000, 3), (64_000, 200)])
def test_a_strip_costs_no_more_than_its_pixels(size):
    dice = np.random.default_rng(5)
    strip = Image.fromarray(dice.integers(0, 2, size[::-1], dtype=np.uint8) * 255).convert("1")

    assert qr.read(saved(strip, "PNG")) == []


def test_a_refusal_names_the_kind_that_a_phone_sends():
    with pytest.raises(PictureRefusedError, match="HEIC"):
        qr.read(HOSTILE["HEIC named png"])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.98])
def test_a_truncated_picture_is_refused_or_read_never_anything_else(symbol, published, kind, share):
    whole = saved(symbol, kind)

    try:
        texts = qr.read(whole[: int(len(whole) * share)])
    except PictureRefusedError:
        texts = []

    assert set(texts) <= {published.token}


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_picture_is_refused_or_read_never_anything_else(symbol, published, seed):
    dice = degrade.Dice.of("damage", seed).pick
    data = bytearray(saved(symbol, dice.choice(["PNG", "JPEG", "WEBP", "GIF", "BMP"])))
    for _ in range(dice.randint(1, 30)):
        data[dice.randrange(len(data))] = dice.randrange(256)

    try:
        texts = qr.read(bytes(data))
    except PictureRefusedError:
        texts = []

    assert set(texts) <= {published.token}


async def test_the_largest_allowed_picture_is_read_within_the_sandbox(symbol, published):
    large = Image.new("RGBA", (7070, 7070), (255, 255, 255, 200))  # 50 megapixels, and transparent: 200 MB as it is
    large.paste(symbol.resize((2464, 2464), Image.Resampling.NEAREST).convert("RGBA"), (300, 4000))
    data = saved(large, "PNG", compress_level=1)
    sandbox = ProcessSandbox(workers=1, limits=Limits(memory_bytes=768 << 20, timeout_s=120, cpu_s=60))
    try:
        assert await sandbox(qr.read, data) == [published.token]
        with pytest.raises(PictureRefusedError):
            await sandbox(qr.read, HOSTILE["30,000 × 30,000 PNG"])
        assert await sandbox(qr.read, saved(symbol, "PNG")) == [published.token]
    finally:
        await sandbox.close()
