"""The texts of the QR codes in a picture: as it is first, then ever more altered looks at it, until one is read.

```
bytes → grey, reduced → as a drawing → as a photo → light evened → regions: closer, enhanced → by their frame
```
A code is read whole, with its error correction, or not at all: nothing is guessed. Each look begins only while the
budget of processor time lasts; so a picture without a code costs no more than that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import zxingcpp

from attest.qr import frame, light, opening, texture
from attest.qr.light import Grey, Values
from attest.qr.opening import Opened

BUDGET_S = 0.55
_DRAWING_PIXELS = 1_500_000
_LOOK_PIXELS = 1_100_000  # of an altered look at the whole
_CLOSE_PX = 900  # the longer side of a look at one region
QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

_LONGEST = 8  # times as long as wide: a longer strip turned askew would fill gigabytes

Look = Callable[[], list[str]]


def read(picture: bytes, budget_s: float = BUDGET_S) -> list[str]:
    """The texts of all QR codes in a PNG, JPEG, WebP, BMP or GIF, each once; empty when none can be read.

    `budget_s` is processor time: once it is used up no further look is begun (one look takes up to about 0.2 s).

    Raises:
        PictureRefusedError: not such a picture, or more than 20 MB, 50 megapixels or 65,000 pixels a side.
    """
    until = time.thread_time() + budget_s
    drawing = opening.drawn(picture)
    if drawing is not None and (texts := decoded(drawing, drawing=True)):
        return texts
    for look in _looks(picture, opening.opened(picture)):
        if texts := look():
            return texts
        if time.thread_time() > until:
            break
    return []


def _looks(picture: bytes, opened: Opened) -> Iterator[Look]:
    """The looks in order of cost and use; research/attest.md §2.5 and tests/bench/bench_qr.py measured which help."""
    grey = opened.grey
    if grey.size <= _DRAWING_PIXELS:
        yield partial(decoded, grey, drawing=True)
    yield partial(decoded, grey)
    small = light.at_most(grey, _LOOK_PIXELS)
    even = light.even_light(small)
    yield partial(decoded, even)
    yield partial(decoded, light.sharp(small, 5))  # half a module of blur: bench_qr.py, "blur 4"
    if max(small.shape) <= _CLOSE_PX:
        yield partial(decoded, light.resized(small, 2))
    places = texture.regions(grey)
    for place in places:
        yield from closer(cut(grey, place))
    if opened.reduced > 1.2 and places:  # small codes have lost modules
        whole = opening.whole(picture)
        for place in places:
            yield from closer(cut(whole, place * opened.reduced))
    for place in places:
        yield partial(by_frame, grey, place)
    yield partial(decoded, light.resized(small, 0.5))
    for degrees in (22, 45, 67) if max(even.shape) <= _LONGEST * min(even.shape) else ():
        yield partial(decoded, light.turned(even, degrees))


def closer(part: Grey) -> Iterator[Look]:
    """Looks at one region, brought to a size at which a receipt's modules have some five pixels."""
    factor = min(3.0, _CLOSE_PX / max(part.shape))
    near = light.resized(part, factor) if not 0.8 < factor < 1.25 else part
    yield partial(decoded, near)
    yield partial(decoded, light.even_light(near, max(near.shape) // 12))
    yield partial(decoded, light.sharp(near, max(near.shape) / 150))
    yield partial(decoded, light.soft(near, max(near.shape) / 400))
    yield partial(decoded, near, zxingcpp.Binarizer.GlobalHistogram)


def cut(grey: Grey, place: Values) -> Grey:
    """The part of the picture around a region, with room for a quiet zone."""
    low, high = place.min(0), place.max(0)
    room = (high - low) * 0.08 + 8
    left, top = np.maximum(low - room, 0).astype(int)
    right, bottom = (high + room).astype(int)
    return np.ascontiguousarray(grey[top : bottom + 1, left : right + 1])


def by_frame(grey: Grey, place: Values) -> list[str]:
    """The text of a receipt in that region one of whose finder patterns is hidden."""
    for symbol in frame.symbols(grey, place):
        if texts := decoded(np.repeat(np.repeat(symbol, 2, 0), 2, 1), drawing=True):
            return texts
    return []


def decoded(
    grey: Grey, binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage, *, drawing: bool = False
) -> list[str]:
    """What the reader finds; `drawing`: the picture is one upright symbol and its quiet zone, nothing else."""
    if drawing:
        binarizer = zxingcpp.Binarizer.FixedThreshold
    found = zxingcpp.read_barcodes(
        grey, formats=QR_ONLY, text_mode=zxingcpp.TextMode.Plain, binarizer=binarizer, is_pure=drawing
    )
    return list(dict.fromkeys(code.text for code in found if code.valid and code.text))
