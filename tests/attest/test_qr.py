"""Pictures: the round trip, a degraded set without a single wrong text, and hostile pictures refused."""

from __future__ import annotations

import io
import math
import random
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from attest import qr
from attest.errors import PictureRefusedError
from bot.sandbox import ProcessSandbox


@pytest.fixture(scope="session")
def picture(published) -> Image.Image:
    return Image.open(io.BytesIO(qr.write(published.token))).convert("L")


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def on_table(image: Image.Image, margin: int = 120) -> Image.Image:
    """The picture on a grey surface, as a photo has it."""
    table = Image.new("L", (image.width + 2 * margin, image.height + 2 * margin), 200)
    table.paste(image, (margin, margin))
    return table


def perspective(image: Image.Image, amount: float) -> Image.Image:
    """The top edge drawn together by `amount` of the width at each side, as when held away."""
    w, h = image.size
    source = [(0, 0), (w, 0), (w, h), (0, h)]
    target = [(amount * w, amount * h / 2), (w - amount * w, 0), (w, h), (0, h - amount * h / 3)]
    rows = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    solution = np.linalg.solve(np.array(rows, float), np.array(source, float).ravel())
    return image.transform(
        image.size, Image.Transform.PERSPECTIVE, solution.tolist(), Image.Resampling.BICUBIC, fillcolor=200
    )


def shadow(image: Image.Image, depth: float) -> Image.Image:
    """Light that falls off across the picture down to 1 - depth."""
    light = np.linspace(1, 1 - depth, image.width) * np.linspace(1, 1 - depth / 2, image.height)[:, None]
    return Image.fromarray((np.asarray(image) * light).astype(np.uint8))


def noise(image: Image.Image, sigma: float) -> Image.Image:
    dice = np.random.default_rng(7)
    return Image.fromarray(
        np.clip(np.asarray(image) + dice.normal(0, sigma, (image.height, image.width)), 0, 255).astype(np.uint8)
    )


def scaled(image: Image.Image, factor: float) -> Image.Image:
    return image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.BILINEAR)


def covered(image: Image.Image, share: float) -> Image.Image:
    image = image.copy()
    half = math.sqrt(share) * image.width / 2
    middle = image.width / 2
    ImageDraw.Draw(image).rectangle((middle - half, middle - half, middle + half, middle + half), fill=128)
    return image


def phone(image: Image.Image) -> Image.Image:
    turned = on_table(image).rotate(12, Image.Resampling.BICUBIC, expand=True, fillcolor=200)
    return noise(shadow(scaled(perspective(turned, 0.08), 0.6).filter(ImageFilter.GaussianBlur(0.8)), 0.4), 6)


CONDITIONS: dict[str, Callable[[Image.Image], bytes]] = {
    "clean": png,
    "turned 5": lambda i: png(on_table(i).rotate(5, Image.Resampling.BICUBIC, fillcolor=200)),
    "turned 30": lambda i: png(on_table(i).rotate(30, Image.Resampling.BICUBIC, expand=True, fillcolor=200)),
    "turned 45": lambda i: png(on_table(i).rotate(45, Image.Resampling.BICUBIC, expand=True, fillcolor=200)),
    "upside down": lambda i: png(i.rotate(180)),
    "blur 2": lambda i: png(i.filter(ImageFilter.GaussianBlur(2))),
    "blur 3": lambda i: png(i.filter(ImageFilter.GaussianBlur(3))),
    "jpeg 30": lambda i: jpeg(i, 30),
    "jpeg 10": lambda i: jpeg(i, 10),
    "3 px a module, jpeg 30": lambda i: jpeg(scaled(i, 3 / 8), 30),
    "2 px a module, jpeg 60": lambda i: jpeg(scaled(i, 2 / 8), 60),
    "perspective 0.15": lambda i: png(perspective(on_table(i), 0.15)),
    "perspective 0.2": lambda i: png(perspective(on_table(i), 0.2)),
    "covered 5 %": lambda i: png(covered(i, 0.05)),
    "shadow 0.7": lambda i: png(shadow(on_table(i), 0.7)),
    "shadow 0.9, jpeg 60": lambda i: jpeg(shadow(on_table(i), 0.9), 60),
    "noise 40": lambda i: png(noise(i, 40)),
    "phone photo, jpeg 60": lambda i: jpeg(phone(i), 60),
    "transparent": lambda i: png(Image.merge("LA", (i, i.point(lambda value: 255 if value < 128 else 0)))),
    "12 megapixels": lambda i: jpeg(on_table(scaled(i, 3.5), 800).resize((4000, 3000)), 80),
}


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS)
def test_a_bad_picture_still_gives_the_token(picture, published, condition):
    assert qr.read(condition(picture)) == [published.token]


@pytest.mark.parametrize("seed", range(8))
def test_a_picture_too_bad_to_read_gives_nothing_rather_than_something_else(picture, published, seed):
    dice = random.Random(seed)
    spoilt = noise(picture.filter(ImageFilter.GaussianBlur(dice.uniform(3, 7))), dice.uniform(30, 90))

    assert set(qr.read(jpeg(covered(spoilt, dice.uniform(0, 0.2)), 20))) <= {published.token}


def test_several_codes_in_one_picture_are_all_read(picture, published):
    other = Image.open(io.BytesIO(qr.write("HELLO WORLD"))).convert("L")
    sheet = Image.new("L", (1200, 700), 255)
    sheet.paste(picture, (0, 0))
    sheet.paste(other, (800, 100))

    assert set(qr.read(png(sheet))) == {published.token, "HELLO WORLD"}


def test_a_picture_without_a_code_gives_nothing():
    assert qr.read(png(Image.new("L", (640, 480), 255))) == []


def test_the_symbol_is_version_13_at_level_q_with_eight_pixels_a_module(picture, published):
    import zxingcpp

    found = zxingcpp.read_barcode(np.asarray(picture))

    assert (found.extra["Version"], found.ec_level) == ("13", "Q")
    assert picture.size == ((69 + 8) * 8, (69 + 8) * 8)


def test_the_terminal_picture_is_read_back(published):
    lines = qr.blocks(published.token).splitlines()
    halves = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1)}
    modules = np.array([
        [halves.get(char, (0, 0))[half] for char in line.replace("\xa0", " ").ljust(len(lines[0]))]
        for line in lines for half in (0, 1)
    ])  # fmt: skip
    drawn = Image.fromarray((modules * 255).astype(np.uint8)).resize(
        (modules.shape[1] * 6, modules.shape[0] * 6), Image.Resampling.NEAREST
    )

    assert qr.read(png(drawn)) == [published.token]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that states this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(60_000, 60_000), (10_000, 9_000), (8_000, 8_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_bomb_is_refused_by_its_stated_size(size):
    with pytest.raises(PictureRefusedError):
        qr.read(bomb(*size))


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff", b"%PDF-1.7", bytes(20_000_001), bomb(500, 500)],
    ids=["nothing", "x", "png head", "gif head", "jpeg head", "pdf", "20 MB", "truncated"],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(PictureRefusedError):
        qr.read(data)


async def test_reading_works_in_the_sandbox(picture, published):
    sandbox = ProcessSandbox(workers=1)
    try:
        assert await sandbox(qr.read, png(picture)) == [published.token]
        with pytest.raises(PictureRefusedError):
            await sandbox(qr.read, bomb(60_000, 60_000))
    finally:
        await sandbox.close()
