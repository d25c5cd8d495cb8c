"""Synthetic recordings of a room with people, drawn here: no clip of anybody is in the repository.

A scene is a textured floor and wall, lamps, sensor noise, flicker, and figures with head, torso and legs at several
depths, with shadows, occlusion and steps. `write` saves it for the agent to read. Simple beside a real room, so a
figure measured on it is called what it is: synthetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
_TALL = 240


@dataclass(frozen=True)
class Person:
    """One figure: where its feet are at each second (fractions of the picture), None while it is elsewhere."""

    feet: Callable[[float], tuple[float, float] | None]
    look: int = 0


@dataclass(frozen=True)
class Scene:
    """A camera's view. `light(second)` multiplies it; `far` and `near` are a person's height at its top and bottom."""

    width: int = 640
    height: int = 480
    far: float = 0.16
    near: float = 0.42
    seed: int = 1
    noise: float = 3.0
    people: Sequence[Person] = field(default_factory=list)
    light: Callable[[float], float] = lambda second: 1.0
    shadows: bool = True
    base: float = 1.0

    def tall(self, y: float) -> float:
        """A person's height in pixels with the feet at this fraction of the picture's height."""
        return self.height * (self.far + (self.near - self.far) * y)

    def count(self, second: float, inside: Callable[[float, float], bool] = lambda x, y: True) -> int:
        """How many stand in the picture, judged by the middle of their bodies."""
        total = 0
        for one in self.people:
            at = one.feet(second)
            if at is not None:
                x, y = at[0], at[1] - self.tall(at[1]) / self.height / 2
                total += 0 <= x <= 1 and 0 <= y <= 1 and inside(x, y)
        return total


def background(scene: Scene) -> NDArray[np.float32]:
    """The empty room, 0 to 255: a wall, a floor of tiles, tables, a door, and stains, blurred as a lens does."""
    rng = np.random.default_rng(scene.seed)
    h, w = scene.height, scene.width
    room = np.zeros((h, w, 3), np.float32)
    horizon = int(h * 0.25)
    room[:horizon] = rng.uniform(110, 190, 3)
    room[horizon:] = rng.uniform(70, 150, 3)
    for _ in range(14):
        x, y = rng.integers(0, w), rng.integers(horizon, h)
        a, b = rng.integers(w // 20, w // 6), rng.integers(h // 40, h // 10)
        cv2.rectangle(room, (int(x), int(y)), (int(x + a), int(y + b)), tuple(map(float, rng.uniform(40, 200, 3))), -1)
    for step in range(0, w, max(8, w // 16)):
        cv2.line(room, (step, horizon), (int((step - w / 2) * 2.2 + w / 2), h), (60.0, 60.0, 60.0), 1, cv2.LINE_AA)
    for _ in range(5):
        x, a = int(rng.integers(0, w)), int(rng.integers(w // 16, w // 7))
        cv2.rectangle(room, (x, horizon // 5), (x + a, horizon), tuple(map(float, rng.uniform(60, 220, 3))), -1)
    room = room * 0.5 + room.mean(axis=2, keepdims=True) * 0.5  # rooms are less colourful than dice
    grain = cv2.resize(rng.normal(0, 7, (h // 8, w // 8, 1)).astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC)
    grain = grain[..., None]
    fine = rng.normal(0, 6, (h, w, 1)).astype(np.float32)
    return np.clip(cv2.GaussianBlur(room + grain + fine, (0, 0), 0.8), 5, 250)


def sprite(look: int, phase: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A figure 240 px tall: its colours and its alpha, in one of four steps of walking (0 stands)."""
    rng = np.random.default_rng(1000 + look)
    h, w = _TALL, 120
    figure, alpha = np.zeros((h, w, 3), np.float32), np.zeros((h, w), np.float32)

    def paint(points: Sequence[tuple[float, float]], colour: NDArray[np.float64]) -> None:
        corners = [np.array(points, np.float32).round().astype(np.int32)]
        cv2.fillPoly(figure, corners, tuple(map(float, colour)))
        cv2.fillPoly(alpha, corners, 1.0)

    coat, legs = rng.uniform(15, 210) + rng.uniform(-25, 25, 3), rng.uniform(10, 110) + rng.uniform(-12, 12, 3)
    skin, hair = np.array([110, 150, 195]) * rng.uniform(0.7, 1.1), rng.uniform(5, 60, 3)
    swing = (0, 13, 3, -13)[phase % 4]
    slim = rng.uniform(0.85, 1.1)
    for side in (-1, 1):
        foot = 60 + side * 9 + side * swing
        paint([(60 + side * 3, 128), (60 + side * 19 * slim, 128), (foot + 9, 232), (foot - 7, 232)], legs)
        paint([(foot - 8, 228), (foot + 10, 228), (foot + 12, 239), (foot - 8, 239)], hair)
    for side in (-1, 1):
        hand = 60 + side * 30 * slim - side * swing * 0.6
        top, low = 60 + side * 22 * slim, 138
        paint([(top - 7, 52), (top + 7, 52), (hand + 6, low), (hand - 6, low)], coat * 0.85)
    body = [(60 - 25 * slim, 50), (60 + 25 * slim, 50), (60 + 21 * slim, 138), (60 - 21 * slim, 138)]
    paint(body, coat)
    for target, colour in ((figure, tuple(map(float, skin))), (alpha, 1.0)):
        cv2.ellipse(target, (60, 26), (14, 19), 0, 0, 360, colour, -1)
        cv2.rectangle(target, (54, 42), (66, 52), colour, -1)
    cv2.ellipse(figure, (60, 20), (15, 15), 0, 180, 360, tuple(map(float, hair)), -1)
    shade = np.linspace(1.12, 0.82, w, dtype=np.float32)[None, :, None]
    folds = cv2.resize(rng.normal(0, 10, (h // 10, w // 10, 1)).astype(np.float32), (w, h))[..., None]
    return np.clip(figure * shade + folds, 0, 255), alpha


class Renderer:
    """Draws a scene at any second; the noise differs from frame to frame and is the same from run to run."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.room = background(scene) * scene.base
        self._sprites: dict[tuple[int, int], tuple[NDArray[np.float32], NDArray[np.float32]]] = {}

    def frame(self, second: float) -> Picture:
        """The picture at a second."""
        scene = self.scene
        picture = self.room.copy()
        present = [(one, at) for one in scene.people if (at := one.feet(second)) is not None]
        for one, at in sorted(present, key=lambda pair: pair[1][1]):
            self._stand(picture, one, at, second)
        rng = np.random.default_rng(int(second * 1000) + scene.seed)
        flicker = 1 + 0.006 * np.sin(second * 7.7)
        picture *= scene.light(second) * flicker
        grain = rng.standard_normal((scene.height, scene.width, 1), np.float32) * scene.noise
        colour = rng.standard_normal((scene.height // 2, scene.width // 2, 3), np.float32) * scene.noise
        picture += grain + cv2.resize(colour, (scene.width, scene.height))
        return np.clip(picture, 0, 255).astype(np.uint8)

    def _stand(self, picture: NDArray[np.float32], one: Person, at: tuple[float, float], second: float) -> None:
        scene = self.scene
        x, y, tall = at[0] * scene.width, at[1] * scene.height, scene.tall(at[1])
        before = one.feet(second - 0.2)
        walks = before is not None and abs(before[0] - at[0]) + abs(before[1] - at[1]) > 0.001
        key = (one.look, 1 + int(second * 4 + one.look) % 3 if walks else 0)
        if key not in self._sprites:
            self._sprites[key] = sprite(*key)
        colours, alpha = self._sprites[key]
        size = (max(4, round(tall / 2)), max(8, round(tall)))
        small = cv2.resize(colours, size, interpolation=cv2.INTER_AREA)
        mask = cv2.GaussianBlur(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), (0, 0), 0.7)
        if scene.shadows:
            self._shadow(picture, x, y, tall)
        left, top = round(x - size[0] / 2), round(y - size[1])
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(scene.width, left + size[0]), min(scene.height, top + size[1])
        if x0 >= x1 or y0 >= y1:
            return
        part = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
        seen = mask[part][..., None]
        picture[y0:y1, x0:x1] = picture[y0:y1, x0:x1] * (1 - seen) + small[part] * scene.base * seen

    @staticmethod
    def _shadow(picture: NDArray[np.float32], x: float, y: float, tall: float) -> None:
        dark = np.ones(picture.shape[:2], np.float32)
        middle = (int(x + tall * 0.22), int(y - tall * 0.03))
        cv2.ellipse(dark, middle, (int(tall * 0.3), max(1, int(tall * 0.07))), -8, 0, 360, 0.68, -1)
        x0, x1 = max(0, middle[0] - int(tall * 0.4)), min(picture.shape[1], middle[0] + int(tall * 0.4))
        y0, y1 = max(0, middle[1] - int(tall * 0.2)), min(picture.shape[0], middle[1] + int(tall * 0.2))
        if x0 < x1 and y0 < y1:
            soft = cv2.GaussianBlur(dark[y0:y1, x0:x1], (0, 0), max(1.0, tall * 0.02))
            picture[y0:y1, x0:x1] *= soft[..., None]


def stands(x: float, y: float, since: float = 0.0, until: float = 1e9, sway: float = 0.003, look: int = 0) -> Person:
    """Somebody who stands, shifting weight a little."""

    def feet(second: float) -> tuple[float, float] | None:
        if not since <= second < until:
            return None
        return x + sway * np.sin(second * 0.9 + look), y + sway * 0.3 * np.sin(second * 0.5 + look * 2)

    return Person(feet, look)


def walks(start: tuple[float, float], end: tuple[float, float], since: float, lasts: float, look: int = 0) -> Person:
    """Somebody who walks from one place to another and is gone."""

    def feet(second: float) -> tuple[float, float] | None:
        done = (second - since) / lasts
        if not 0 <= done <= 1:
            return None
        return start[0] + (end[0] - start[0]) * done, start[1] + (end[1] - start[1]) * done

    return Person(feet, look)


def frames(scene: Scene, seconds: float, fps: float) -> Iterator[Picture]:
    """The scene's frames from second 0 on."""
    renderer = Renderer(scene)
    for number in range(round(seconds * fps)):
        yield renderer.frame(number / fps)


def write(path: Path, pictures: Iterator[Picture], fps: float, codec: str = "mp4v") -> Path:
    """Saves the pictures as a recording."""
    writer = None
    for picture in pictures:
        if writer is None:
            size = (picture.shape[1], picture.shape[0])
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), fps, size)
            assert writer.isOpened()
        writer.write(picture)
    assert writer is not None
    writer.release()
    return path
