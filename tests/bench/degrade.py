"""Receipts as bad cameras see them: a set of degraded pictures with known texts, the same for the same seed.

Two suites. `note` is the set of the research note's §2.5: nineteen fixed conditions, four sizes of symbol. `street`
draws each condition's strength from a range, in eighteen kinds, and joins them as a real photo does. The development
half has even seeds, the held-out half odd ones; nothing in the reader was fitted to the latter. It judges nothing.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
TABLE = 200  # grey of what a receipt lies on
PX = 8  # pixels a module of the symbol that is degraded


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture's bytes, what it shows, and how it was spoilt."""

    condition: str
    picture: bytes
    texts: frozenset[str]


@dataclass(slots=True)
class Dice:
    """The chance of one picture: `pick` for single values, `array` for noise."""

    pick: random.Random
    array: np.random.Generator

    @classmethod
    def of(cls, *parts: object) -> Dice:
        pick = random.Random("/".join(map(str, parts)))
        return cls(pick, np.random.default_rng(pick.getrandbits(63)))

    def between(self, low: float, high: float) -> float:
        return self.pick.uniform(low, high)


def token(dice: Dice, size: int = 231) -> str:
    """Random bytes in base45, as a receipt's text is: 347 characters of 231 bytes."""
    data = bytes(dice.pick.getrandbits(8) for _ in range(size))
    out = []
    for at in range(0, size, 2):
        pair = data[at : at + 2]
        value, digits = int.from_bytes(pair, "big"), 3 if len(pair) == 2 else 2
        for _ in range(digits):
            out.append(ALPHABET[value % 45])
            value //= 45
    return "".join(out)


def symbol(text: str, level: str = "Q", px: int = PX) -> Image.Image:
    """The QR symbol, grey, with its quiet zone of four modules; made by another writer than the product's."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    modules = np.pad(np.asarray(barcode.to_image(scale=1, add_quiet_zones=False)), 4, constant_values=255)
    return Image.fromarray(np.repeat(np.repeat(modules, px, 0), px, 1))


# ── single steps: picture → picture ──


def clipped(values: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def on_table(image: Image.Image, margin: int = 120) -> Image.Image:
    table = Image.new("L", (image.width + 2 * margin, image.height + 2 * margin), TABLE)
    table.paste(image, (margin, margin))
    return table


def turned(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE)


def blurred(image: Image.Image, sigma: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(sigma))


def shaken(image: Image.Image, length: float, degrees: float) -> Image.Image:
    """Motion blur: the mean of the picture along a short line."""
    steps = max(2, round(length))
    values = np.asarray(image, np.float32)
    total = np.zeros_like(values)
    for step in range(steps):
        away = (step - (steps - 1) / 2) * length / steps
        shift = (round(away * math.sin(math.radians(degrees))), round(away * math.cos(math.radians(degrees))))
        total += np.roll(values, shift, (0, 1))
    return clipped(total / steps)


def perspective(image: Image.Image, amount: float, side: int = 0) -> Image.Image:
    """One edge drawn together by `amount` of the width at each end, as when held away."""
    image = image.rotate(90 * side, expand=True)
    w, h = image.size
    source = [(0, 0), (w, 0), (w, h), (0, h)]
    target = [(amount * w, amount * h / 2), (w - amount * w, 0), (w, h), (0, h - amount * h / 3)]
    rows = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    solution = np.linalg.solve(np.array(rows, float), np.array(source, float).ravel()).tolist()
    return image.transform(
        image.size, Image.Transform.PERSPECTIVE, solution, Image.Resampling.BICUBIC, fillcolor=TABLE
    ).rotate(-90 * side, expand=True)


def scaled(image: Image.Image, factor: float) -> Image.Image:
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.BOX if factor < 0.5 else Image.Resampling.BILINEAR)


def noisy(image: Image.Image, sigma: float, dice: Dice) -> Image.Image:
    return clipped(np.asarray(image) + dice.array.normal(0, sigma, (image.height, image.width)))


def plane(image: Image.Image, degrees: float) -> np.ndarray:
    """Each pixel's place along a direction, from 0 to 1."""
    ys, xs = np.mgrid[0 : image.height, 0 : image.width].astype(np.float32)
    along = xs * math.cos(math.radians(degrees)) + ys * math.sin(math.radians(degrees))
    share: np.ndarray = (along - along.min()) / (along.max() - along.min())
    return share


def shaded(image: Image.Image, depth: float, degrees: float = 30) -> Image.Image:
    """Light that falls off across the picture down to 1 - depth."""
    return clipped(np.asarray(image) * (1 - depth * plane(image, degrees)))


def in_shadow(image: Image.Image, left: float, at: float, degrees: float) -> Image.Image:
    """A hand's shadow with a soft edge: beyond `at`, only the share `left` of the light."""
    edge = 1 / (1 + np.exp((at - plane(image, degrees)) * 60))
    return clipped(np.asarray(image) * (1 - (1 - left) * edge))


def dim(image: Image.Image, contrast: float, black: float, sigma: float, dice: Dice) -> Image.Image:
    """Low light: the whole range pressed into `contrast` grey levels above `black`, with a sensor's noise."""
    return noisy(clipped(np.asarray(image) * (contrast / 255) + black), sigma, dice)


def glare(image: Image.Image, radius: float, x: float, y: float) -> Image.Image:
    """A lamp's reflection: white within about `radius` (share of the width) of a point, fading outside."""
    ys, xs = np.mgrid[0 : image.height, 0 : image.width].astype(np.float32)
    away = ((xs / image.width - x) ** 2 + (ys / image.height - y) ** 2) / radius**2
    return clipped(np.asarray(image) + 320 * np.exp(-away))


def covered(image: Image.Image, share: float) -> Image.Image:
    """The middle covered by a grey square of that share of the area."""
    image = image.copy()
    half, middle = math.sqrt(share) * image.width / 2, image.width / 2
    ImageDraw.Draw(image).rectangle((middle - half, middle - half, middle + half, middle + half), fill=128)
    return image


def dirty(image: Image.Image, share: float, dice: Dice) -> Image.Image:
    """Stains anywhere on the symbol, dark, grey or light, together that share of its area at most."""
    image = image.copy()
    spots = dice.pick.randint(3, 10)
    draw = ImageDraw.Draw(image)
    for _ in range(spots):
        stretch = dice.between(0.6, 1.6)
        radius = math.sqrt(share * image.width**2 / spots / math.pi)
        a, b = radius * math.sqrt(stretch), radius / math.sqrt(stretch)
        x, y = dice.between(0.05, 0.95) * image.width, dice.between(0.05, 0.95) * image.height
        draw.ellipse((x - a, y - b, x + a, y + b), fill=dice.pick.choice((20, 90, 150, 235)))
    return image


def on_screen(image: Image.Image, pitch: float, degrees: float, depth: float) -> Image.Image:
    """A photo of a display: its red, green and blue stripes against the camera's grid make moiré."""
    ys, xs = np.mgrid[0 : image.height, 0 : image.width].astype(np.float32)
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    across, down = (xs * c + ys * s) / pitch, (ys * c - xs * s) / pitch
    rows = 1 - depth * (np.abs((down % 1) - 0.5) > 0.4)
    channels = [
        np.clip(np.asarray(image) * rows * (1 - depth / 2 + depth * np.cos(2 * np.pi * (across - third / 3))), 0, 255)
        for third in range(3)
    ]
    return Image.fromarray(np.stack(channels, -1).astype(np.uint8))


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def jpeg(image: Image.Image, quality: float) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=round(quality))
    return out.getvalue()


# ── the note's set ──


def _note_phone(i: Image.Image, d: Dice) -> bytes:
    image = perspective(turned(on_table(i), d.between(-15, 15)), 0.08)
    return jpeg(noisy(shaded(blurred(scaled(image, 0.6), 0.8), 0.4), 6, d), 60)


NOTE: dict[str, Callable[[Image.Image, Dice], bytes]] = {
    "clean": lambda i, d: png(i),
    "rotate 5": lambda i, d: png(turned(on_table(i), 5)),
    "rotate 30": lambda i, d: png(turned(on_table(i), 30)),
    "rotate 45": lambda i, d: png(turned(on_table(i), 45)),
    "rotate 180": lambda i, d: png(i.rotate(180)),
    "blur 2": lambda i, d: png(blurred(i, 2)),
    "blur 4": lambda i, d: png(blurred(i, 4)),
    "jpeg 30": lambda i, d: jpeg(i, 30),
    "jpeg 10": lambda i, d: jpeg(i, 10),
    "3 px, jpeg 30": lambda i, d: jpeg(scaled(i, 3 / PX), 30),
    "2 px, jpeg 60": lambda i, d: jpeg(scaled(i, 2 / PX), 60),
    "perspective 0.15": lambda i, d: png(perspective(on_table(i), 0.15)),
    "perspective 0.25": lambda i, d: png(perspective(on_table(i), 0.25)),
    "covered 3 %": lambda i, d: png(covered(i, 0.03)),
    "covered 6 %": lambda i, d: png(covered(i, 0.06)),
    "covered 10 %": lambda i, d: png(covered(i, 0.10)),
    "light gradient": lambda i, d: png(shaded(on_table(i), 0.8)),
    "phone photo": _note_phone,
    "screen moire": lambda i, d: jpeg(on_screen(i, 3, d.between(-4, 4), 0.4), 80),
}
NOTE_PAIRS: tuple[tuple[int, str], ...] = ((231, "Q"), (231, "M"), (143, "Q"), (208, "M"))
"""Bytes and level. The receipt has grown from the note's 143 and 208 to 231, always at Q; the others are the note's."""


# ── the street ──


def _multiple(d: Dice) -> Sample:
    """Two to six receipts on one sheet or desk, a little askew, each at 4 to 6 pixels a module."""
    count = d.pick.choice((2, 3, 4, 6))
    texts = [token(d) for _ in range(count)]
    columns = 2 if count != 3 else 3
    cell = 560
    sheet = Image.new("L", (columns * cell, math.ceil(count / columns) * cell), TABLE)
    for n, text in enumerate(texts):
        code = turned(scaled(symbol(text), d.between(4, 5.5) / PX), d.between(-8, 8))
        at = (n % columns * cell + d.pick.randint(2, 20), n // columns * cell + d.pick.randint(2, 20))
        sheet.paste(code, at)
    quality = d.between(50, 90)
    return Sample(
        "several", jpeg(noisy(shaded(sheet, d.between(0, 0.5), d.between(0, 360)), 5, d), quality), frozenset(texts)
    )


def _photo(i: Image.Image, d: Dice) -> bytes:
    """A paper on a desk: askew, turned, farther away, a little soft, with shade and noise."""
    image = perspective(turned(on_table(i), d.between(0, 360)), d.between(0, 0.15), d.pick.randrange(4))
    image = blurred(scaled(image, d.between(3.2, 7) / PX), d.between(0.3, 1.0))
    return jpeg(noisy(shaded(image, d.between(0.1, 0.6), d.between(0, 360)), d.between(2, 8), d), d.between(50, 90))


def _screen_photo(i: Image.Image, d: Dice) -> bytes:
    image = perspective(turned(on_table(i), d.between(-20, 20)), d.between(0, 0.1), d.pick.randrange(4))
    image = glare(image, d.between(0.03, 0.06), d.between(0.2, 0.8), d.between(0.2, 0.8))
    return jpeg(
        on_screen(scaled(image, d.between(5, 8) / PX), d.between(2, 4), d.between(-10, 10), d.between(0.2, 0.5)),
        d.between(60, 90),
    )


def _dusk(i: Image.Image, d: Dice) -> bytes:
    image = blurred(scaled(turned(on_table(i), d.between(0, 360)), d.between(4, 8) / PX), d.between(0.3, 1.2))
    contrast = d.between(30, 90)
    image = dim(image, contrast, d.between(3, 30), contrast * d.between(0.03, 0.10), d)
    return jpeg(image, d.between(60, 90))


def _worn(i: Image.Image, d: Dice) -> bytes:
    image = turned(on_table(dirty(i, d.between(0.01, 0.03), d)), d.between(0, 360))
    image = in_shadow(image, d.between(0.35, 0.7), d.between(0.3, 0.7), d.between(0, 360))
    return jpeg(noisy(blurred(scaled(image, d.between(4, 8) / PX), d.between(0.2, 0.8)), 4, d), d.between(50, 85))


def _large(i: Image.Image, d: Dice) -> bytes:
    """A camera's 12 megapixels, of which the receipt is a part."""
    code = scaled(turned(i, d.between(0, 360)), d.between(8, 26) / PX)
    table = Image.new("L", (4000, 3000), TABLE)
    table.paste(code, (d.pick.randint(0, max(0, 4000 - code.width)), d.pick.randint(0, max(0, 3000 - code.height))))
    return jpeg(shaded(blurred(table, d.between(0.5, 2)), d.between(0, 0.5), d.between(0, 360)), d.between(70, 90))


def _dim_only(i: Image.Image, d: Dice) -> bytes:
    contrast = d.between(20, 80)
    return png(dim(i, contrast, d.between(3, 30), contrast * d.between(0.05, 0.2), d))


def _bent(i: Image.Image, d: Dice) -> bytes:
    askew = turned(on_table(i), d.between(-8, 8))
    return png(perspective(askew, d.between(0.05, 0.25), d.pick.randrange(4)))


def _moire(i: Image.Image, d: Dice) -> bytes:
    screen = on_screen(on_table(i), d.between(2, 5), d.between(-15, 15), d.between(0.2, 0.6))
    return jpeg(screen, d.between(60, 90))


def _shadow(i: Image.Image, d: Dice) -> bytes:
    image = in_shadow(on_table(i), d.between(0.25, 0.7), d.between(0.2, 0.8), d.between(0, 360))
    return jpeg(shaded(image, d.between(0.1, 0.5), d.between(0, 360)), 80)


def _glare_only(i: Image.Image, d: Dice) -> bytes:
    return jpeg(glare(i, d.between(0.04, 0.10), d.between(0.15, 0.85), d.between(0.15, 0.85)), 80)


STREET: dict[str, Callable[[Image.Image, Dice], bytes]] = {
    "blur": lambda i, d: png(blurred(on_table(i), d.between(0.5, 4))),
    "motion": lambda i, d: png(shaken(on_table(i), d.between(2, 7), d.between(0, 180))),
    "perspective": _bent,
    "jpeg": lambda i, d: jpeg(on_table(i), d.between(10, 60)),
    "moire": _moire,
    "low light": _dim_only,
    "noise": lambda i, d: png(noisy(on_table(i), d.between(10, 60), d)),
    "glare": _glare_only,
    "dirt": lambda i, d: png(on_table(dirty(i, d.between(0.01, 0.06), d))),
    "rotation": lambda i, d: png(turned(on_table(i), d.between(0, 360))),
    "scale": lambda i, d: jpeg(scaled(on_table(i), d.between(2.2, 16) / PX), 75),
    "low resolution": lambda i, d: jpeg(scaled(i, d.between(2.0, 3.0) / PX), d.between(60, 85)),
    "shadow": _shadow,
    "photo": _photo,
    "screen photo": _screen_photo,
    "dusk": _dusk,
    "worn": _worn,
}
RARE = 10  # one in so many rounds also has a picture of 12 megapixels


def note(seeds: Sequence[int]) -> Iterator[Sample]:
    """For each seed a token of each pair in each of the note's conditions: 76 pictures."""
    for seed in seeds:
        for size, level in NOTE_PAIRS:
            text = token(Dice.of("note", seed, size, level), size)
            image = symbol(text, level)
            for name, spoil in NOTE.items():
                picture = spoil(image, Dice.of("note", seed, size, level, name))
                yield Sample(f"{name} [{size} B {level}]", picture, frozenset((text,)))


def street(seeds: Sequence[int]) -> Iterator[Sample]:
    """For each seed a fresh token in each of the street's kinds, and a sheet of several: 18 pictures, sometimes 19."""
    for seed in seeds:
        for name, spoil in STREET.items():
            dice = Dice.of("street", seed, name)
            text = token(dice)
            yield Sample(name, spoil(symbol(text), dice), frozenset((text,)))
        yield _multiple(Dice.of("street", seed, "several"))
        if seed // 2 % RARE == 0:
            dice = Dice.of("street", seed, "12 megapixels")
            text = token(dice)
            yield Sample("12 megapixels", _large(symbol(text), dice), frozenset((text,)))


def halves(count: int, *, held_out: bool, skipped: int = 0) -> list[int]:
    """`count` seeds of the development half (even) or the held-out half (odd), after as many as are `skipped`."""
    return list(range(2 * skipped + int(held_out), 2 * (skipped + count), 2))
