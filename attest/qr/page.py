"""Every code of a page: a scanned sheet of many receipts, a photo of several, a page of a PDF already drawn.

`reading` stops at the first look that reads anything, which is right for one receipt; here the looks go on where a
textured place of a code's size has given nothing yet. A symbol whose frame the reader saw and whose text it could not
read is counted, and so is a place that looks like the others of its sheet: an auditor must know of the twelfth.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import zxingcpp

from attest.qr import frame, opening, reading, texture
from attest.qr.light import Grey, Values, at_most

BUDGET_S = 1.2
MOST = 200  # codes of one page
_PLACES = 24
_LOOK_PIXELS = 4_300_000
_ALIKE = 2.2  # receipts of one page differ in size by no more than this
_SHEET = 2  # codes from which on a page is a sheet of receipts, and a place like one of them another
_DARK = (0.36, 0.68)  # the share of dark in a code; text has half of it
_SQUARE = 1.35
_ALONE = 0.12  # of the picture: one code that is as large as this is what the picture shows
_ROOM = 0.35  # how far into a code's own box another place may reach

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Codes:
    """The texts of a page's codes, each once, and how many more codes were seen and not read."""

    texts: tuple[str, ...] = ()
    unread: int = 0


def read_all(picture: bytes, budget_s: float = BUDGET_S) -> Codes:
    """The codes of a PNG, JPEG, WebP, BMP or GIF (its first frame), from the top down; limits and errors as `read`."""
    drawing = opening.drawn(picture)
    if drawing is not None and (texts := reading.decoded(drawing, drawing=True)):
        return Codes(tuple(texts))
    found = read_grey(opening.opened(picture).grey, budget_s)
    return found if found.texts else Codes(tuple(reading.read(picture)))


def read_grey(grey: Grey, budget_s: float = BUDGET_S) -> Codes:
    """The codes of a page given as greys; `budget_s` of processor time bounds the looks beyond the first."""
    until = time.thread_time() + budget_s
    small = at_most(grey, _LOOK_PIXELS)
    scale = max(grey.shape) / max(small.shape)
    seen = _seen(small)
    found = {one.text: _times(_box(one), scale) for one in reversed(seen) if one.valid}
    boxes = list(found.values())
    doubtful = _apart([_times(_box(one), scale) for one in seen if not one.valid], boxes)
    missed = 0
    for place, is_symbol in _places(grey, boxes, doubtful):
        more = [text for text in _closer(grey, place, until) if text not in found]
        found |= dict.fromkeys(more, _around(place))
        missed += bool(boxes) and not more and (is_symbol or (len(boxes) >= _SHEET and _like_code(grey, place)))
    return Codes(tuple(_in_rows(found))[:MOST], missed)


def _seen(grey: Grey) -> list[zxingcpp.Barcode]:
    """Codes, and symbols that could not be read."""
    found = zxingcpp.read_barcodes(
        grey, formats=reading.QR_ONLY, text_mode=zxingcpp.TextMode.Plain, return_errors=True,
    )  # fmt: skip
    return [one for one in found if not one.valid or one.text]


def _in_rows(found: dict[str, Box]) -> Iterator[str]:
    """As people number them: rows from the top, each from the left, also on a page a little askew."""
    left = sorted(found, key=lambda text: found[text][1])
    while left:
        box = found[left[0]]
        row = [text for text in left if found[text][1] < (box[1] + box[3]) / 2]
        yield from sorted(row, key=lambda text: found[text][0])
        left = [text for text in left if text not in row]


def _places(grey: Grey, boxes: list[Box], doubtful: list[Box]) -> Iterator[tuple[Values, bool]]:
    """Where else to look, and whether a symbol was seen there: what failed first, then textured places of its size."""
    for box in doubtful:
        yield _corners(box), True
    sides = [max(box[2] - box[0], box[3] - box[1]) for box in boxes]
    if not sides:
        return
    usual = float(np.median(sides))
    if len(sides) == 1 and usual**2 > _ALONE * grey.size:
        return
    for place in texture.regions(grey, _PLACES):
        around = _around(place)
        sides_here = (around[2] - around[0], around[3] - around[1])
        alike = usual / _ALIKE < min(sides_here) and max(sides_here) < usual * _ALIKE
        if alike and not any(_overlap(around, box) > _ROOM for box in (*boxes, *doubtful)):
            yield place, False


def _closer(grey: Grey, place: Values, until: float) -> list[str]:
    part = reading.cut(grey, place)
    looks: list[reading.Look] = [*reading.closer(part), partial(reading.by_frame, grey, place)]
    for look in looks:
        if time.thread_time() > until:
            break
        if texts := look():
            return texts
    return []


def _like_code(grey: Grey, place: Values) -> bool:
    """Whether a place that gave nothing is as square, as full and as dark as a code: then one was lost."""
    low, high = place.min(0), place.max(0)
    size = high - low
    inner = reading.cut(grey, np.array([low + size * 0.2, high - size * 0.2]))
    if size.max() > _SQUARE * size.min() or inner.size == 0:
        return False
    dark = float((inner < (float(inner.min()) + float(inner.max())) / 2).mean())
    return _DARK[0] < dark < _DARK[1]


def _apart(boxes: list[Box], known: list[Box]) -> list[Box]:
    """Symbols that failed, as symbols: of a code's size where one was read, each once, none where one was read."""
    sides = [max(box[2] - box[0], box[3] - box[1]) for box in known]
    kept: list[Box] = []
    for box in boxes:
        size = min(box[2] - box[0], box[3] - box[1])
        fits = not sides or float(np.median(sides)) / _ALIKE < size
        if size >= frame.SIDE and fits and not any(_overlap(box, other) > 0.05 for other in (*known, *kept)):
            kept.append(box)
    return kept


def _box(code: zxingcpp.Barcode) -> Box:
    at = code.position
    corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    xs, ys = [float(corner.x) for corner in corners], [float(corner.y) for corner in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _times(box: Box, factor: float) -> Box:
    return box[0] * factor, box[1] * factor, box[2] * factor, box[3] * factor


def _around(place: Values) -> Box:
    low, high = place.min(0), place.max(0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _corners(box: Box) -> Values:
    left, top, right, bottom = box
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def _overlap(one: Box, other: Box) -> float:
    """The shared area against the smaller of the two."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return max(0.0, width) * max(0.0, height) / max(1.0, min(areas))
