"""A receipt found by its frame where a stain, a glare or a thumb hides one of its finder patterns.

Readers look for the three finder patterns first, and stop where one is gone, although the error correction would bear
it. A receipt's symbol is always version 13, so what its fixed modules must look like is known: here the whole frame of
them is laid over a textured region of the picture and moved until it fits best, then each module is sampled, the fixed
ones are set right, and the symbol is drawn anew for the reader. The reader's error correction alone decides whether
that was a receipt: nothing is guessed.

```
region → corners (largest quadrangle in its hull, turned four ways) → moved until the frame fits → 69 × 69 modules
```
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from itertools import combinations

import numpy as np
import zxingcpp

from attest.qr.light import Grey, Values, soft, surroundings

SIDE = 69  # modules: version 13 (ISO/IEC 18004), which every receipt has
_LEVEL = "Q"
_LETTERS = 347  # characters of a receipt's text
_MASKS = 8
_RING = 1.0  # how far outside the symbol the quiet zone is looked at, in modules
_GRID_MODULES = np.linspace(-2.4, 2.4, 7)
_LIKELY = 10  # starts that are followed after their first steps
_TRIES = 5  # moves at one step's length
_KEPT = 4  # fits that are worked out finely
_ROUGH_MODULES = (3.0, 1.5, 0.8, 0.8, 0.4)
_SHARPENED = (0.0, 0.8, 2.0)
_FINE_MODULES = (0.5, 0.25, 0.25, 0.12, 0.12, 0.06)


def symbols(grey: Grey, region: Values) -> Iterator[Grey]:
    """The symbols that the region may be, best first, drawn clean at one pixel a module with a quiet zone.

    `region` holds points (x, y) of the picture's textured region, as `texture.regions` gives them.
    """
    even = _evened(grey, region)
    starts = _starts(region)
    blurred = _softened(even, starts)
    rough, fine = _points(rough=True), _points(rough=False)
    quads, scores = _climbed(blurred, starts, rough, _ROUGH_MODULES[:1])
    quads, scores = _climbed(blurred, quads[np.argsort(-scores)[:_LIKELY]], rough, _ROUGH_MODULES[1:])
    quads = _corners_searched(blurred, _unlike(quads, scores), fine)
    quads, scores = _climbed(blurred, quads, fine, _FINE_MODULES)
    for at in np.argsort(-scores):
        seen = _sampled(even, quads[at])
        for sharpened in _SHARPENED:
            yield from _drawn(_parted(seen, sharpened))


def _evened(grey: Grey, region: Values) -> Values:
    """The picture with light and contrast evened out at the scale of a few modules, within about ±2."""
    width, height = np.ptp(region, axis=0)
    radius = max(4, round(float(max(width, height)) / 12))
    mean, spread = surroundings(grey.astype(np.float32), radius)
    even: Values = np.clip((grey - mean) / (spread + 3), -1.2, 1.2)
    return even


def _softened(even: Values, quads: Values) -> Values:
    """The same through a blur of a third of a module: a fit then has one best place, not a plateau of a module."""
    module = float(np.linalg.norm(quads[0, 0] - quads[0, 2])) / (SIDE * 1.414)
    blurred: Values = soft(np.round(even * 100 + 128).astype(np.uint8), module / 3).astype(np.float32) / 100 - 1.28
    return blurred


@cache
def frame() -> Values:
    """The fixed modules of a receipt's symbol: 0 dark, 255 light, 128 where the data stand.

    Learnt from the writer: what never changes over texts and masks is the frame.
    """
    seen = np.concatenate([_samples(mask) for mask in range(_MASKS)])
    return np.where((seen == seen[0]).all(0), seen[0], 128).astype(np.uint8)


@cache
def _samples(mask: int) -> Values:
    """Symbols of three unlike texts under one mask: shape (3, SIDE, SIDE)."""
    dice = random.Random(13)
    texts = ["".join(dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=_LETTERS)) for _ in range(3)]
    made = [
        zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=_LEVEL, data_mask=mask) for text in texts
    ]
    return np.stack([np.asarray(one.to_image(scale=1, add_quiet_zones=False)) for one in made])


@cache
def _points(*, rough: bool) -> Values:
    """Places to look at in the unit square, and how light each must be: shape (n, 3) of u, v and the weight.

    For a rough look the finder patterns and the quiet zone; for a fine one the timing lines and alignment patterns too.
    """
    known = frame()
    rows, columns = np.nonzero(known != 128)
    if rough:
        corner = ((rows < 8) | (rows > SIDE - 9)) & ((columns < 8) | (columns > SIDE - 9))
        rows, columns = rows[corner], columns[corner]
    inside = np.stack([(columns + 0.5) / SIDE, (rows + 0.5) / SIDE, np.where(known[rows, columns] > 128, 1.0, -1.0)], 1)
    along = (np.arange(1, SIDE, 2) + 0.5) / SIDE
    ring = []
    # light outside and, where the data begin, darker than that: else a larger quadrangle would fit as well
    for outside, weight in ((_RING, 1.0), (-0.5, -0.6)):
        near, far = np.full_like(along, -outside / SIDE), np.full_like(along, 1 + outside / SIDE)
        same = np.full_like(along, weight)
        sides = ((along, near, same), (along, far, same), (near, along, same), (far, along, same))
        ring += [np.stack(side, 1) for side in sides]
    return np.concatenate([inside, *ring]).astype(np.float32)


def _starts(region: Values) -> Values:
    """Corners to start from, each in four orientations: shape (n, 4, 2), clockwise from the symbol's top left."""
    quad = _largest_quad(_hull(region))
    middle = quad.mean(0)
    guesses = [quad, middle + (quad - middle) * 0.96]
    for at in range(4):  # a corner that glare took away: the parallelogram of the other three
        whole = quad.copy()
        whole[at] = quad[at - 1] + quad[(at + 1) % 4] - quad[(at + 2) % 4]
        guesses.append(whole)
    return np.stack([np.roll(guess, turn, axis=0) for guess in guesses for turn in range(4)])


def _hull(points: Values) -> Values:
    """The points farthest out in each of 40 directions."""
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    farthest = np.argmax(points @ np.stack([np.cos(angles), np.sin(angles)]), axis=0)
    _, first = np.unique(farthest, return_index=True)
    hull: Values = points[farthest[np.sort(first)]]
    return hull


@cache
def _fours(count: int) -> Values:
    return np.array(list(combinations(range(count), 4)))


def _largest_quad(hull: Values) -> Values:
    if len(hull) < 4:
        low, high = hull.min(0), hull.max(0) + 1
        return np.array([low, (high[0], low[1]), high, (low[0], high[1])], float)
    corners = hull[_fours(len(hull))]
    across, down = corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]
    area = np.abs(across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0])
    largest: Values = corners[np.argmax(area)].astype(float)
    return largest


def _unlike(quads: Values, scores: Values) -> Values:
    """The best quadrangles, of those that came to the same place only one."""
    kept: list[int] = []
    for at in np.argsort(-scores):
        module = np.linalg.norm(quads[at, 0] - quads[at, 2]) / (SIDE * 1.414)
        if all(np.abs(quads[at] - quads[other]).max() > module for other in kept):
            kept.append(at)
    return quads[kept[:_KEPT]]


def _corners_searched(even: Values, quads: Values, points: Values) -> Values:
    """Each corner in turn moved to the best of a grid around it: a climb would stop at the first ridge."""
    grid = np.stack(np.meshgrid(_GRID_MODULES, _GRID_MODULES), -1).reshape(-1, 2)
    quads = quads.astype(np.float32)
    for corner in (2, 1, 3, 0, 2, 1, 3):
        module = np.linalg.norm(quads[:, 0] - quads[:, 2], axis=1) / (SIDE * 1.414)
        tried = np.repeat(quads[:, None], len(grid), 1)
        tried[:, :, corner] += grid[None] * module[:, None, None]
        scores = _scores(even, tried.reshape(-1, 4, 2), points).reshape(len(quads), -1)
        quads = tried[np.arange(len(quads)), scores.argmax(1)]
    return quads


def _climbed(even: Values, quads: Values, points: Values, steps: tuple[float, ...]) -> tuple[Values, Values]:
    """The quadrangles moved corner by corner to where the frame fits best, and how well it does (1 is perfect)."""
    moves = _moves()
    quads = quads.astype(np.float32)
    scores = _scores(even, quads, points)
    for step in steps:
        for _ in range(_TRIES):
            module = np.linalg.norm(quads[:, 0] - quads[:, 2], axis=1) / (SIDE * 1.414)
            tried = quads[:, None] + moves[None] * (step * module)[:, None, None, None]
            found = _scores(even, tried.reshape(-1, 4, 2), points).reshape(len(quads), -1)
            best = found.argmax(1)
            better = found[np.arange(len(quads)), best] > scores
            if not better.any():
                break
            scores = np.where(better, found.max(1), scores)
            quads = np.where(better[:, None, None], tried[np.arange(len(quads)), best], quads)
    return quads, scores


@cache
def _moves() -> Values:
    """Each corner four ways, each side and the whole in two, and larger or smaller: shape (n, 4, 2), in modules."""
    moves = []
    for who in ((0,), (1,), (2,), (3,), (0, 1), (1, 2), (2, 3), (3, 0), (0, 1, 2, 3)):
        for way in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            move = np.zeros((4, 2))
            move[list(who)] = way
            moves.append(move)
    return np.array(moves, np.float32)


def _scores(even: Values, quads: Values, points: Values) -> Values:
    """How well the frame fits each quadrangle: the mean of lightness times what is expected."""
    seen = _at(even, _placed(quads, points[:, 0], points[:, 1]))
    scores: Values = seen @ points[:, 2] / len(points)
    return scores


def _placed(quads: Values, u: Values, v: Values) -> Values:
    """Points of the unit square in each quadrangle by perspective: shape (quads, points, 2) of x and y.

    Heckbert, Fundamentals of Texture Mapping (1989), §2.2.3.
    """
    p0, p1, p2, p3 = (quads[:, at] for at in range(4))
    total, one, two = p0 - p1 + p2 - p3, p1 - p2, p3 - p2
    area = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    area = np.where(np.abs(area) < 1e-6, 1e-6, area)
    g = ((total[:, 0] * two[:, 1] - total[:, 1] * two[:, 0]) / area)[:, None]
    h = ((one[:, 0] * total[:, 1] - one[:, 1] * total[:, 0]) / area)[:, None]
    below = np.maximum(g * u + h * v + 1, 1e-3)
    return np.stack(
        [
            ((p1 - p0 + g * p1)[:, axis, None] * u + (p3 - p0 + h * p3)[:, axis, None] * v + p0[:, axis, None]) / below
            for axis in (0, 1)
        ],
        -1,
    )


def _at(even: Values, places: Values) -> Values:
    """The picture at those places, the nearest pixel; at its border what is outside."""
    x = np.clip(places[..., 0], 0, even.shape[1] - 1).astype(np.int32)
    y = np.clip(places[..., 1], 0, even.shape[0] - 1).astype(np.int32)
    seen: Values = even[y, x]
    return seen


def _sampled(even: Values, quad: Values) -> Values:
    """How light each module of the symbol is: the mean of nine places in it."""
    thirds = (np.arange(SIDE)[:, None] + np.array([0.3, 0.5, 0.7])).ravel() / SIDE
    v, u = np.meshgrid(thirds, thirds, indexing="ij")
    seen: Values = _at(even, _placed(quad[None], u.ravel(), v.ravel())[0]).reshape(SIDE, 3, SIDE, 3).mean((1, 3))
    return seen


def _parted(seen: Values, sharpened: float) -> Grey:
    """Each module 0 or 255 by the mean of its surroundings, less what blur brought from its neighbours."""
    wide = np.pad(seen, 1, mode="edge")
    neighbours = (wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:]) / 4
    seen = seen + sharpened * (seen - neighbours)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(seen, 4, mode="edge"), (9, 9)).mean((2, 3))
    return np.where(seen > around, 255, 0).astype(np.uint8)


@cache
def _formats() -> tuple[Values, ...]:
    """The fixed modules together with each mask's format information; 128 where the data stand."""
    near = _near_format()
    return tuple(np.where(near, _samples(mask)[0], frame()).astype(np.uint8) for mask in range(_MASKS))


@cache
def _near_format() -> Values:
    """Where the format information stands: beside the finder patterns (ISO/IEC 18004 §7.9)."""
    here = np.zeros((SIDE, SIDE), bool)
    here[8, :9] = here[:9, 8] = here[8, -8:] = here[-8:, 8] = True
    return here


def _drawn(modules: Grey) -> Iterator[Grey]:
    """The symbol with its frame set right: with the format information as seen, then with each that it may have."""
    for known in (frame(), *_formats()):
        whole = np.where(known == 128, modules, known).astype(np.uint8)
        yield np.pad(whole, 4, constant_values=255)
