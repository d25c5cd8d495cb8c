"""Where and when a photo says that it was taken: its EXIF, read in the sandbox and nowhere else.

Cameras write it and anyone can change it: it is what the photo says, no measurement of ours. Messengers strip it from
what is sent as a picture and leave it in what is sent as a file.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

from bot.messenger import InFile

if TYPE_CHECKING:
    from PIL import Image

_KST: Final = timezone(timedelta(hours=9), "KST")
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"RIFF", b"II*\x00", b"MM\x00*")
_MARK: Final = b"Exif\x00\x00"
_SEARCHED: Final = 20 * 2**20
_LARGEST_TAGS: Final = 256 * 1024
_GPS, _DETAILS = 0x8825, 0x8769
_TAKEN, _OFFSET = 0x9003, 0x9011
_FARTHEST_OFF_M: Final = 100_000.0


@dataclass(frozen=True, slots=True)
class PhotoPlace:
    """What a photo says: degrees, metres, and when; `by_satellite`: by its GPS receiver, not by the camera's clock."""

    lat: float
    lon: float
    accuracy_m: float | None
    taken_at: datetime | None
    by_satellite: bool


@dataclass(frozen=True, slots=True)
class _Tags:
    """Two of EXIF's tables, by tag number."""

    place: dict[int, Any]
    details: dict[int, Any]


def is_photo(file: InFile) -> bool:
    """Whether a file looks like a picture, by its first bytes: nothing is parsed."""
    return file.data.startswith(_PICTURES) or file.data[4:8] == b"ftyp"


def may_hold_place(file: InFile) -> bool:
    """Whether a picture has EXIF at all, by a mark in its bytes; WebP has it behind the picture."""
    if file.data.startswith(b"RIFF"):
        return b"EXIF" in file.data[:_SEARCHED]
    return is_photo(file) and (
        _MARK in file.data[: 2**18] or b"eXIf" in file.data[: 2**18] or file.data[4:8] == b"ftyp"
    )


def read(data: bytes) -> PhotoPlace | None:
    """The place in a picture's EXIF; None where it holds none. Call it in the sandbox."""
    tags = _tags(data)
    place = tags.place
    lat, lon = _degrees(place.get(2), place.get(1), "S"), _degrees(place.get(4), place.get(3), "W")
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180 or (lat == 0 and lon == 0):
        return None
    accuracy = _number(place.get(31))
    told = _satellite_time(place)
    taken = told or _clock_time(tags.details)
    return PhotoPlace(
        round(lat, 7),
        round(lon, 7),
        accuracy if accuracy is not None and 0 <= accuracy <= _FARTHEST_OFF_M else None,
        taken,
        by_satellite=told is not None,
    )


def _tags(data: bytes) -> _Tags:
    """A picture's EXIF; of a kind that can't be opened (HEIC) the block that is marked as such."""
    from PIL import Image  # in the sandbox alone: who hears messages needs no pictures

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is broken in foreign bytes
        try:
            with Image.open(io.BytesIO(data)) as picture:
                if found := picture.getexif():
                    return _read(found)
        except Exception:  # noqa: BLE001, S110 - whatever the parser does: the mark is looked for next
            pass
        tags = Image.Exif()
        start = data.find(_MARK, 0, _SEARCHED)
        try:
            if start >= 0:
                tags.load(data[start : start + _LARGEST_TAGS])
            return _read(tags)
        except Exception:  # noqa: BLE001
            return _Tags({}, {})


def _read(tags: Image.Exif) -> _Tags:
    return _Tags(dict(tags.get_ifd(_GPS)), dict(tags.get_ifd(_DETAILS)))


def _degrees(value: object, side: object, negative: str) -> float | None:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes) or not 1 <= len(value) <= 3:
        return None
    parts = [_number(one) for one in value]
    if any(one is None or one < 0 for one in parts):
        return None
    degrees = 0.0
    for place, one in enumerate(parts):
        degrees += (one or 0.0) / 60**place
    word = side.decode("ascii", "replace") if isinstance(side, bytes) else str(side or "")
    return -degrees if word.strip("\x00 ").upper() == negative else degrees


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _satellite_time(place: Mapping[int, Any]) -> datetime | None:
    """GPSDateStamp and GPSTimeStamp, which are UTC."""
    day = re.fullmatch(r"(\d{4})[:-](\d{2})[:-](\d{2})", str(place.get(29, "")).strip("\x00 "))
    clock = place.get(7)
    if day is None or not isinstance(clock, Sequence) or len(clock) != 3:
        return None
    parts = [_number(one) for one in clock]
    hours, minutes, seconds = (one if one is not None else -1.0 for one in parts)
    if min(hours, minutes, seconds) < 0:
        return None
    try:
        start = datetime.strptime("-".join(day.groups()), "%Y-%m-%d").replace(tzinfo=UTC)
        return start + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    except (ValueError, OverflowError):
        return None


def _clock_time(details: Mapping[int, Any]) -> datetime | None:
    """The camera's own clock: with its offset where it tells one, else Korean time."""
    taken = re.fullmatch(
        r"(\d{4}):(\d{2}):(\d{2}) (\d{2}):(\d{2}):(\d{2})", str(details.get(_TAKEN, "")).strip("\x00 ")
    )
    if taken is None:
        return None
    offset = re.fullmatch(r"([+-])(\d{2}):(\d{2})", str(details.get(_OFFSET, "")).strip("\x00 "))
    try:
        zone = _KST
        if offset is not None:
            span = timedelta(hours=int(offset.group(2)), minutes=int(offset.group(3)))
            zone = timezone(-span if offset.group(1) == "-" else span)
        local = datetime.strptime(taken.group(), "%Y:%m:%d %H:%M:%S").replace(tzinfo=zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
