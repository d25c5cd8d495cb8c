"""`dobi camera count`, `setup`: the camera agent's eyes, on the PC beside the camera (`camera_agent` posts).

It opens no house: it needs no database, and knows no key but its sensor's. Pictures stay in this process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from bot.commands import Refused
from bot.commands.place import say
from bot.wording import camera as words
from occupancy.sensors.camera.drawing import corners_of, drawn
from occupancy.sensors.camera.errors import DetectorError, RegionError, SourceError, TaughtError
from occupancy.sensors.camera.light import Picture
from occupancy.sensors.camera.live import LiveCounter
from occupancy.sensors.camera.people import Detector, Hog, Onnx
from occupancy.sensors.camera.recording import Reading, read
from occupancy.sensors.camera.region import WHOLE, Region, region_of
from occupancy.sensors.camera.source import Capture, Frame, Place, place_of
from occupancy.sensors.camera.stream import Lost, pictures
from occupancy.sensors.camera.taught import HandCount, hand_counts

LIVE_EVERY_S = 2.0


async def count(args: argparse.Namespace) -> int:
    """A line a reading; of a recording until its end, of a camera until the command is stopped."""
    region, counts = region_said(args.region), _counts(args.calibrate)
    place = place_said(args.source)
    detector = detector_said(args.detector, region)
    await asyncio.to_thread(_count, args, place, region, detector, counts)
    return 0


def _count(
    args: argparse.Namespace, place: Place, region: Region, detector: Detector, counts: Sequence[HandCount]
) -> None:
    said, last = 0, 0.0
    try:
        for one in _readings(place, region, detector, counts, args.every):
            said, last = said + 1, one.second
            say(_json(one) if args.json else words.counted(one.second, one.count, one.confidence, one.fault))
    except SourceError as error:
        raise Refused(words.source(error.code, str(place))) from error
    except BrokenPipeError:
        return
    if not said:
        raise Refused(words.source("empty", str(place)))
    if beyond := [one.second for one in counts if one.second > last + 2]:
        sys.stderr.write(words.untaught(beyond) + "\n")


def _readings(
    place: Place, region: Region, detector: Detector, counts: Sequence[HandCount], every_s: float | None
) -> Iterator[Reading]:
    if not place.live:
        with Capture(place) as capture:
            yield from read(capture, region, detector, counts, every_s)
        return
    Capture(place).close()  # a camera that was never there is a mistake, one that is lost later is waited for
    counter = LiveCounter(region, detector, idle=lambda: False)
    for event in pictures(place, every_s or LIVE_EVERY_S, Event()):
        if isinstance(event, Lost):
            sys.stderr.write(words.lost(event.wait_s) + "\n")
        else:
            yield counter.see(event.second, event.picture)


def _json(one: Reading) -> str:
    return json.dumps(
        {"second": one.second, "count": one.count, "confidence": one.confidence, "frozen": one.frozen}
        | ({"fault": one.fault.value} if one.fault else {})
    )


async def setup(args: argparse.Namespace) -> int:
    """The region drawn by whoever stands there: in a window, or on a picture of characters."""
    place = place_said(args.source)
    picture = await asyncio.to_thread(first_picture, place)
    region = region_said(args.region) if args.region else None
    if region is None and not args.terminal:
        region = _in_window(picture)
    if region is None:
        region = _in_terminal(picture, colour=sys.stdout.isatty() and not args.plain)
    else:
        say(drawn(picture, region, colour=sys.stdout.isatty() and not args.plain))
    say(words.lines(str(region), str(place) if place.device is None else place.name))
    return 0


def first_picture(place: Place) -> Picture:
    """A picture of the source, after its exposure has settled.

    Raises:
        Refused: none comes.
    """
    found: Frame | None = None
    try:
        with Capture(place) as capture:
            for number in range(200):
                second = capture.advance()
                if second is None:
                    break
                picture = capture.look()
                found = found if picture is None else Frame(second, picture)
                if found is not None and number >= (10 if place.live else 0):
                    break
    except SourceError as error:
        raise Refused(words.source(error.code, str(place))) from error
    if found is None:
        raise Refused(words.source("empty", str(place)))
    return found.picture


def _in_window(picture: Picture) -> Region | None:
    from occupancy.sensors.camera.window import clicked

    try:
        return clicked(picture, words.WINDOW)
    except OSError:
        return None


def _in_terminal(picture: Picture, *, colour: bool) -> Region:
    """Asks until a region is confirmed. An empty line confirms what is shown, or gives up."""
    say(drawn(picture, colour=colour))
    say(words.DRAW)
    region: Region | None = None
    while line := sys.stdin.readline():
        if not line.strip():
            break
        try:
            region = corners_of(line)
        except RegionError as error:
            say(words.corners(error.code))
            continue
        say(drawn(picture, region, colour=colour))
        say(words.AGAIN)
    if region is None:
        raise Refused(words.NOT_DRAWN)
    return region


def region_said(text: str | None) -> Region:
    """The region of --region; the whole picture without it.

    Raises:
        Refused: it is none.
    """
    try:
        return region_of(text) if text else WHOLE
    except RegionError as error:
        raise Refused(words.region(error.code)) from error


def place_said(name: str) -> Place:
    """The source that was named.

    Raises:
        Refused: it is none.
    """
    try:
        return place_of(name)
    except SourceError as error:
        raise Refused(words.source(error.code, name[:200])) from error


def detector_said(path: Path | None, region: Region) -> Detector:
    """The operator's detector, or the library's own.

    Raises:
        Refused: the file is none.
    """
    try:
        return Hog(region) if path is None else Onnx(path, region)
    except DetectorError as error:
        raise Refused(words.detector(error.code)) from error


def _counts(text: str | None) -> tuple[HandCount, ...]:
    try:
        return hand_counts(text) if text else ()
    except TaughtError as error:
        raise Refused(words.taught(error.code)) from error
