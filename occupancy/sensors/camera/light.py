"""How bright a picture is beside another, and a picture brought to the other's light. Pure.

A lamp, a cloud or a camera's own exposure multiplies every pixel, people change some of them: the commonest ratio is
the light's, however many people stand there (a median would follow a crowd that fills more than half).
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]

_STEPS = 96
_SPAN = 1.2  # log ratio: a third to three times as bright
_DARK, _BRIGHT = 12, 240


def gains(picture: Picture, room: Picture, where: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """By how much each channel of `picture` must be multiplied to be in the room's light; shape (3,).

    `where` says which pixels bear witness (those outside the region, where there are enough).
    """
    small, other = picture[::4, ::4].reshape(-1, 3), room[::4, ::4].reshape(-1, 3)
    if where is not None:
        chosen = where[::4, ::4].ravel()
        small, other = small[chosen], other[chosen]
    return np.array([_commonest(small[:, channel], other[:, channel]) for channel in range(3)])


def _commonest(values: NDArray[np.uint8], wanted: NDArray[np.uint8]) -> float:
    usable = (values > _DARK) & (values < _BRIGHT) & (wanted > _DARK) & (wanted < _BRIGHT)
    if usable.sum() < 100:
        return 1.0
    ratio = np.log(wanted[usable].astype(np.float32) / values[usable])
    counts, edges = np.histogram(ratio, _STEPS, (-_SPAN, _SPAN))
    if not counts.any():
        return 1.0
    smooth = np.convolve(counts, (1, 2, 3, 2, 1), "same")
    peak = (edges[smooth.argmax()] + edges[smooth.argmax() + 1]) / 2
    near = ratio[np.abs(ratio - peak) < 0.1]
    return float(np.exp(np.median(near))) if near.size else 1.0


def largest(picture: Picture) -> Picture:
    """The largest of each pixel's channels; many times faster than numpy's along the last axis."""
    return cast(Picture, cv2.max(cv2.max(picture[..., 0], picture[..., 1]), picture[..., 2]))


def lit(picture: Picture, gain: NDArray[np.float64]) -> Picture:
    """The picture in another light."""
    if np.allclose(gain, 1, atol=0.004):
        return picture
    table = np.clip(np.arange(256)[:, None] * gain[None, :], 0, 255).round().astype(np.uint8)
    return cast(Picture, cv2.LUT(picture, table.reshape(1, 256, 3)))
