"""Pages of receipts as a scanner makes them, and the files that auditors put them into; made in code."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tests.bench import degrade

A4_INCHES = (8.27, 11.69)
MIDDLE = 250


def scanned(texts: Sequence[str], dpi: int, seed: int = 0, *, spoilt: Mapping[int, str] | None = None) -> Image.Image:
    """An A4 page with these receipts in rows, a little askew, with lines of print below each, noisy and soft.

    `spoilt` names what is wrong with the receipt at a place: "scribbled", "faint" or "thumb".
    """
    dice = degrade.Dice.of("page", len(texts), dpi, seed)
    width, height = (round(side * dpi) for side in A4_INCHES)
    page = Image.new("L", (width, height), MIDDLE)
    across = 1 if len(texts) == 1 else 2 if len(texts) <= 6 else 3
    cell = (width // across, height // math.ceil(len(texts) / across))
    side = round(min(min(cell) * 0.82, 3.0 * dpi))
    for number, text in enumerate(texts):
        code = degrade.symbol(text).convert("L").resize((side, side), Image.Resampling.LANCZOS)
        code = _spoilt(code, (spoilt or {}).get(number, ""))
        code = code.rotate(dice.between(-3, 3), Image.Resampling.BICUBIC, expand=True, fillcolor=MIDDLE)
        column, row = number % across, number // across
        x, y = column * cell[0] + (cell[0] - code.width) // 2, row * cell[1] + (cell[1] - code.height) // 2
        page.paste(code, (x, y))
        _print(page, dice, (x, min(height - 30, y + code.height + 4)), (code.width, 22))
    page = page.rotate(dice.between(-1.5, 1.5), Image.Resampling.BICUBIC, fillcolor=245)
    page = page.filter(ImageFilter.GaussianBlur(dice.between(0.3, 0.8) * dpi / 200))
    values = np.asarray(page, np.float32) + dice.array.normal(0, 5, (height, width))
    return degrade.clipped(values * 0.85 + 20)


def printed(page: Image.Image, box: tuple[int, int, int, int], seed: int = 1) -> None:
    """A block of print, and a square seal beside it."""
    left, top, right, bottom = box
    _print(page, degrade.Dice.of("print", seed), (left, top), (right - left, bottom - top))
    draw = ImageDraw.Draw(page)
    side = (bottom - top) // 2
    draw.rectangle((left, bottom + 20, left + side, bottom + 20 + side), outline=90, width=6)
    for step in range(14, side - 10, 16):
        draw.line((left + 10, bottom + 20 + step, left + side - 10, bottom + 20 + step), fill=110, width=5)


def _print(page: Image.Image, dice: degrade.Dice, at: tuple[int, int], size: tuple[int, int]) -> None:
    draw = ImageDraw.Draw(page)
    for y in range(at[1], at[1] + size[1] - 6, 10):
        for x in range(at[0], at[0] + size[0], 12):
            draw.rectangle((x, y, x + int(dice.between(3, 9)), y + 6), fill=40)


def _spoilt(code: Image.Image, how: str) -> Image.Image:
    draw, side = ImageDraw.Draw(code), code.width
    if how == "scribbled":
        for step in range(6):
            y = side * (0.15 + 0.13 * step)
            draw.line((side * 0.1, y, side * 0.9, y + side * 0.12), fill=30, width=side // 38)
    elif how == "thumb":
        draw.rectangle((0, 0, side * 0.22, side * 0.22), fill=130)
    elif how == "faint":
        return code.point(lambda value: 200 + value // 6)
    return code


def jpeg(page: Image.Image, quality: int = 75) -> bytes:
    """As a scanner saves a page."""
    target = io.BytesIO()
    page.save(target, "JPEG", quality=quality)
    return target.getvalue()


def pdf(pages: Sequence[Image.Image], dpi: int) -> bytes:
    """As a scanner saves a pile."""
    target = io.BytesIO()
    pages[0].save(target, "PDF", save_all=True, append_images=list(pages[1:]), resolution=dpi, quality=75)
    return target.getvalue()


def tiff(pages: Sequence[Image.Image], compression: str) -> bytes:
    """As a fax or a copier saves a pile."""
    target = io.BytesIO()
    mode = "1" if compression == "group4" else "L"
    first, *others = [page.convert(mode) for page in pages]
    first.save(target, "TIFF", save_all=True, append_images=others, compression=compression)
    return target.getvalue()


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()
