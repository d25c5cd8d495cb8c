"""Where pictures come from: a webcam, an RTSP or HTTP stream, or a recording. Pictures stay in memory.

Decoding foreign video happens here, in the agent's own process: it is the sandbox (see the package). Refuses what is
no ordinary file, pictures of no or of absurd size, and to wait without a limit.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import cv2

from occupancy.sensors.camera.errors import SourceError
from occupancy.sensors.camera.light import Picture

LONGEST_SIDE = 1280
"""Larger pictures are made smaller at once."""
_MOST_PIXELS = 40_000_000
_MOST_SECONDS = 24 * 3600.0
_MOST_LOST = 300
"""Broken pictures in a row after which a recording is at its end."""
_TIMEOUT_MS = 8_000
_SCHEMES = frozenset({"rtsp", "rtsps", "http", "https"})

os.putenv("OPENCV_FFMPEG_LOGLEVEL", "-8")  # its own words on standard error would stand beside ours
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture, and when it was taken: seconds of the recording's own clock."""

    second: float
    picture: Picture


@dataclass(frozen=True, slots=True)
class Place:
    """What a source's name means: a device's number, an address, or a file."""

    name: str
    device: int | None = None
    file: Path | None = None

    @property
    def live(self) -> bool:
        """Whether pictures come as time passes."""
        return self.file is None

    def __str__(self) -> str:
        """The name as it may be shown: an address without its password."""
        parts = urlsplit(self.name) if "://" in self.name else None
        if parts is None or parts.hostname is None:
            return self.name
        return f"{parts.scheme}://{parts.hostname}"


def place_of(name: str) -> Place:
    """What a source's name means.

    Raises:
        SourceError: it is nothing that pictures can come from.
    """
    if name.isdecimal() and len(name) <= 3:
        return Place(name, device=int(name))
    if "://" in name:
        if urlsplit(name).scheme.lower() not in _SCHEMES:
            raise SourceError("missing", "expected an address of rtsp, rtsps, http or https")
        return Place(name)
    path = Path(name)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise SourceError("missing", f"no such file or device: {name[:200]!r}") from error
    if stat.S_ISCHR(mode):
        digits = path.name.removeprefix("video")
        if not digits.isdecimal():
            raise SourceError("missing", f"not a camera: {name[:200]!r}")
        return Place(name, device=int(digits))
    if not stat.S_ISREG(mode):
        raise SourceError("missing", f"neither a file nor a camera: {name[:200]!r}")
    return Place(name, file=path.absolute())


def one_core() -> None:
    """Keeps the picture library to one core, so that the PC stays its owner's."""
    cv2.setNumThreads(1)


class Capture:
    """An open source. Close it, or use it as a context.

    Raises:
        SourceError: it can't be opened.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _TIMEOUT_MS]
        try:
            if place.device is not None:
                self._video = cv2.VideoCapture(place.device)
            else:
                self._video = cv2.VideoCapture(
                    place.name if place.file is None else str(place.file), cv2.CAP_FFMPEG, limits
                )
        except cv2.error as error:
            raise SourceError("unreadable", f"{place} can't be opened") from error
        if not self._video.isOpened():
            self._video.release()
            raise SourceError("unreadable", f"{place} can't be opened")
        if place.device is not None:
            self._video.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # else the oldest of a queue is read
        rate = float(self._video.get(cv2.CAP_PROP_FPS))
        self.fps = rate if 0.1 <= rate <= 1000 else 25.0
        frames = float(self._video.get(cv2.CAP_PROP_FRAME_COUNT))
        self.seconds: float | None = frames / self.fps if place.file and 0 < frames < 1e9 else None
        self._second, self._number = -1.0, -1

    def __enter__(self) -> Capture:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the device or file."""
        self._video.release()

    def advance(self) -> float | None:
        """Moves to the next picture without looking at it: its second, or None at the end."""
        lost = 0
        while not self._video.grab():
            lost += 1
            if self._place.file is None or lost > 3:
                return None
        self._number += 1
        counted = self._number / self.fps
        told = float(self._video.get(cv2.CAP_PROP_POS_MSEC)) / 1000
        # a recording's own stamps where they run forward, else its pictures are counted
        self._second = told if told > self._second and abs(told - counted) < 3600 else max(counted, self._second)
        return self._second

    def look(self) -> Picture | None:
        """The present picture, small enough; None when it is broken."""
        try:
            found, picture = self._video.retrieve()
        except cv2.error:
            return None
        if not found or picture.ndim != 3 or min(picture.shape[:2]) < 16:
            return None
        height, width = picture.shape[:2]
        if height * width > _MOST_PIXELS:
            raise SourceError("unreadable", f"expected at most {_MOST_PIXELS} pixels, got {width}x{height}")
        return smaller(cast(Picture, picture), LONGEST_SIDE)


def smaller(picture: Picture, side: int) -> Picture:
    """The picture with its longer side of at most `side`."""
    longest = max(picture.shape[:2])
    if longest <= side:
        return picture
    size = (max(1, round(picture.shape[1] * side / longest)), max(1, round(picture.shape[0] * side / longest)))
    return cast(Picture, cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def sampled(capture: Capture, period_s: float, also: Sequence[float] = ()) -> Iterator[Frame]:
    """A picture every `period_s` of the recording's clock, and the one at each second of `also`."""
    wanted, extra, lost = 0.0, sorted(also), 0
    half = 0.5 / capture.fps
    while (second := capture.advance()) is not None and second < _MOST_SECONDS:
        due = second >= wanted - half
        while extra and second >= extra[0] - half:
            del extra[0]
            due = True
        if not due:
            continue
        picture = capture.look()
        if picture is None:
            lost += 1
            if lost > _MOST_LOST:
                return
            continue
        lost = 0
        while wanted <= second + half:
            wanted += period_s
        yield Frame(second, picture)
