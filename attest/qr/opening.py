"""A picture's bytes as an array of greys, or a plain refusal: by its size and kind before anything is decoded.

What an attacker chooses is bounded here: bytes, stated pixels, frames (the first alone is looked at), and kinds of
file. Time and memory as a whole are bounded by the sandbox that this runs in.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image

from attest.errors import PictureRefusedError
from attest.qr.light import Grey

MAX_PICTURE_BYTES = 20_000_000
MAX_PIXELS = 50_000_000
MAX_SIDE_PX = 65_000  # the reader takes 65,535
WORKING_PIXELS = 4_300_000  # what the first look is given: a photo at about 2,400 × 1,800
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
_FOREIGN = {b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC", b"msf1": "HEIC", b"avif": "AVIF"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A picture in grey, and how much larger it was before it was reduced."""

    grey: Grey
    reduced: float


def opened(picture: bytes) -> Opened:
    """The picture in grey, of 4.3 megapixels at most; what is transparent is white.

    Raises:
        PictureRefusedError: not a PNG, JPEG, WebP, BMP or GIF, or one of more than 20 MB, 50 megapixels or
            65,000 pixels a side.
    """
    with _image(picture) as image:
        width, height = image.size
        factor = max(1.0, math.sqrt(width * height / WORKING_PIXELS))
        size = (max(1, round(width / factor)), max(1, round(height / factor)))
        if factor > 1:  # a JPEG is decoded at a half or a quarter, which costs a fraction of decoding it whole
            image.draft("L", (size[0] // 2, size[1] // 2))
        grey = grey_of(image)
        grey.thumbnail(size, Image.Resampling.BOX)
        return Opened(np.asarray(grey), width / grey.width)


def drawn(picture: bytes) -> Grey | None:
    """A picture of one bit a pixel, as we send it ourselves, at half its size; None for any other; errors as `opened`.

    Handing an array of all its pixels over takes longer than reading the code does.
    """
    with _image(picture) as image:
        if image.mode != "1":
            return None
        half = (max(1, image.width // 2), max(1, image.height // 2))
        return np.asarray(image.resize(half, Image.Resampling.NEAREST).convert("L"))


def whole(picture: bytes) -> Grey:
    """The picture in grey at its full size, for what is small in a large one; errors as `opened`."""
    with _image(picture) as image:
        return np.asarray(grey_of(image))


@contextmanager
def _image(picture: bytes) -> Iterator[Image.Image]:
    if len(picture) > MAX_PICTURE_BYTES:
        raise PictureRefusedError(f"{len(picture)} bytes, at most {MAX_PICTURE_BYTES}")
    if picture[4:8] == b"ftyp" and (kind := _FOREIGN.get(picture[8:12])):
        raise PictureRefusedError(f"{kind} is not read; PNG or JPEG is")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(picture), formats=_FORMATS) as image:
                refuse_bomb(image)
                yield image
    except (PictureRefusedError, MemoryError):
        raise
    # Pillow raises whatever its decoders stumble over: OSError, SyntaxError, struct.error, EOFError, ValueError …
    except Exception as error:
        raise PictureRefusedError("not a picture that can be opened") from error


def refuse_bomb(image: Image.Image) -> None:
    """Refuses a picture by the size that it states."""
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE_PX:
        raise PictureRefusedError(
            f"{image.width}×{image.height} pixels, at most {MAX_PIXELS} in all and {MAX_SIDE_PX} a side"
        )


def grey_of(image: Image.Image) -> Image.Image:
    """The picture in grey; what is transparent is white."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):  # sixteen bits: Pillow would cut, not scale, them
        values = np.asarray(image).astype(np.float32)
        return Image.fromarray(np.clip(values / 256, 0, 255).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        with_alpha = image if image.mode in ("RGBA", "LA") else image.convert("RGBA")
        white = Image.new("L", image.size, 255)
        white.paste(with_alpha.convert("L"), mask=with_alpha.getchannel("A"))
        return white
    return image.convert("L")
