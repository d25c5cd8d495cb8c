"""Grey pictures made easier to read: evened light, another size, another angle. It looks for nothing in them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

Grey = np.ndarray[tuple[int, int], np.dtype[np.uint8]]
Values = np.ndarray[Any, Any]


def even_light(grey: Grey, radius: int | None = None) -> Grey:
    """Local contrast evened out: each pixel against the mean and spread of its surroundings."""
    mean, spread = surroundings(grey.astype(np.float32), radius or max(8, max(grey.shape) // 16))
    even: Grey = np.clip(128 + 64 * (grey - mean) / (spread + 4), 0, 255).astype(np.uint8)
    return even


def surroundings(values: Values, radius: int) -> tuple[Values, Values]:
    """Mean and standard deviation over about 2·radius pixels around each pixel.

    Means of whole blocks, drawn smooth: a hundredth of the work of a mean around every pixel.
    """
    height, width = values.shape
    blocks = (max(1, round(width / radius)), max(1, round(height / radius)))

    def mean_of(array: Values) -> Values:
        return np.asarray(Image.fromarray(array).resize(blocks, Image.Resampling.BOX))

    mean = mean_of(values)
    spread = np.sqrt(np.maximum(mean_of(values * values) - mean * mean, 1.0))
    smooth = [
        np.asarray(Image.fromarray(array).resize((width, height), Image.Resampling.BILINEAR))
        for array in (mean, spread)
    ]
    return smooth[0], smooth[1]


def resized(grey: Grey, factor: float) -> Grey:
    """The picture at that multiple of its size."""
    size = (max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor)))
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC))


def at_most(grey: Grey, pixels: int) -> Grey:
    """The picture, reduced to so many pixels in all."""
    factor = math.sqrt(pixels / grey.size)
    if factor >= 1:
        return grey
    size = (max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor)))
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX))


def turned(grey: Grey, degrees: float) -> Grey:
    """The picture turned against the clock, on a white ground."""
    return np.asarray(Image.fromarray(grey).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255))


def soft(grey: Grey, sigma: float) -> Grey:
    """The picture through a Gaussian blur of that many pixels."""
    return np.asarray(Image.fromarray(grey).filter(ImageFilter.GaussianBlur(sigma)))


def sharp(grey: Grey, radius: float) -> Grey:
    """The picture with its edges raised (unsharp mask)."""
    return np.asarray(Image.fromarray(grey).filter(ImageFilter.UnsharpMask(radius, 200, 0)))
