"""TIFF and GIF page by page: how many pictures a file holds, and one of them as a PNG that the reader takes.

A scanner's TIFF of many pages, or a picture that moves. Foreign bytes: call it through the sandbox.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from attest.errors import PictureRefusedError
from attest.qr.opening import MAX_PICTURE_BYTES, grey_of, refuse_bomb

MAX_FRAMES = 300
MOVING = 30  # pictures of one that moves, each built on all before it
_FORMATS = ("TIFF", "GIF")


def count(picture: bytes) -> int:
    """How many pictures a TIFF or GIF holds: of a TIFF at most 301, of a GIF the first 30.

    Raises:
        PictureRefusedError: not such a file, or larger than 20 MB.
    """
    with _image(picture) as image:
        found = 1
        while found <= (MAX_FRAMES if image.format == "TIFF" else MOVING - 1):
            try:
                image.seek(found)
            except EOFError:
                break
            found += 1
        return found


def frame(picture: bytes, number: int) -> bytes:
    """The picture at that place, the first is 0, in grey as a PNG.

    Raises:
        PictureRefusedError: not there, not such a file, or more than 50 megapixels.
    """
    with _image(picture) as image:
        image.seek(number)
        refuse_bomb(image)
        target = io.BytesIO()
        grey_of(image).save(target, "PNG", compress_level=0)
        return target.getvalue()


@contextmanager
def _image(picture: bytes) -> Iterator[Image.Image]:
    if len(picture) > MAX_PICTURE_BYTES:
        raise PictureRefusedError(f"{len(picture)} bytes, at most {MAX_PICTURE_BYTES}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of strange tags; a bomb is refused by its size
            with Image.open(io.BytesIO(picture), formats=_FORMATS) as image:
                yield image
    except (PictureRefusedError, MemoryError):
        raise
    # Pillow raises whatever its decoders stumble over, as in `opening`
    except Exception as error:
        raise PictureRefusedError("not a picture that can be opened") from error
