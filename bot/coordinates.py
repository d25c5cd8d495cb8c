"""Coordinates as people write: degrees, minutes, compass letters, Korean words. Text in, a point out.

A sentence that merely holds numbers is no place. Which number is the latitude is told by N, S, E, W or their words,
else by Korea's bounds.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

_KOREA: Final = (33.0, 39.0, 124.0, 132.0)  # 위도 33~39도, 경도 124~132도


@dataclass(frozen=True, slots=True)
class Place:
    """A point that was told, in degrees; `accuracy_m` where a `geo:` address says it. `map`: it came as a link."""

    lat: float
    lon: float
    accuracy_m: float | None = None
    map: bool = False

    @property
    def in_korea(self) -> bool:
        """Whether it lies within Korea's bounds."""
        south, north, west, east = _KOREA
        return south <= self.lat <= north and west <= self.lon <= east


NUMBER: Final = r"[-+]?\d{1,3}(?:\.\d{1,15})?"
_DECIMAL: Final = r"[-+]?\d{1,3}\.\d{2,15}"
_PRECISE: Final = r"[-+]?\d{1,3}\.\d{4,15}"
_SIDE: Final = r"(?:북위|남위|동경|서경|위도|경도|lat(?:itude)?|lo?ng?(?:itude)?|[NSEW])?\s*[:=]?\s*"
_AFTER: Final = r"\s*(?:[°º˚]|도(?!\w))?\s*(?:[NSEW](?!\w))?"
_MINUTE: Final = r"(?:'|′|’|분|m)"
_SECOND: Final = r"(?:\"|″|”|''|′′|초|s)"
_FINE: Final = r"\d{1,2}(?:\.\d{1,10})?"
_DEGREES: Final = (
    rf"{_SIDE}\d{{1,3}}\s*(?:[°º˚]|도|d)\s*{_FINE}\s*{_MINUTE}(?:\s*{_FINE}\s*{_SECOND})?\s*(?:[NSEW](?!\w))?"
)
_PARTS: Final = rf"\d{{1,3}}\s?[°º˚\s]\s?{_FINE}\s?{_MINUTE}?(?:\s{{0,2}}{_FINE}\s?{_SECOND}?)?"
_COMPASS: Final = rf"(?:[NSEW]\s?{_PARTS}|{_PARTS}\s?[NSEW](?!\w))"
_LEAD: Final = r"(?:(?:현재|지금|제|내|여기|출장지)?\s*(?:위치|좌표|장소|여기)\s*(?:는|은|가)?\s*[:=]?\s*)?[(\[]?\s*"
_TAIL: Final = r"\s*[)\]]?\s*(?:입니다|이에요|예요|이요|요|임)?\s*[.!~]?"
_ANY_LEAD: Final = r"(?:[^\d\n]{0,39}?[^\d\n\w.+-])?"
_ANY_TAIL: Final = r"[^\d\n]{0,40}"
_PAIR: Final = r"^{lead}(?P<first>{one})\s*(?:[,、/]|\s)\s*(?P<second>{one}){tail}$"
_FORMS: Final = (
    _PAIR.format(lead=_LEAD, one=f"{_SIDE}{_DECIMAL}{_AFTER}", tail=_TAIL),
    _PAIR.format(lead=_LEAD, one=_DEGREES, tail=_TAIL),
    _PAIR.format(lead=_LEAD, one=_COMPASS, tail=_TAIL),
)
_BESIDE_WORDS: Final = _PAIR.format(lead=_ANY_LEAD, one=f"{_SIDE}{_PRECISE}{_AFTER}", tail=_ANY_TAIL)
"""Four decimals twice among a few words: a place only where it lies in Korea."""
SENTENCES: Final = tuple(
    "(?i)" + one.replace("(?P<first>", "(?:").replace("(?P<second>", "(?:") for one in (*_FORMS, _BESIDE_WORDS)
)
"""What in a message plainly means coordinates; `coordinates` has the last word."""

_COMPILED: Final = tuple(re.compile(one, re.IGNORECASE) for one in _FORMS)
_WITH_WORDS: Final = re.compile(_BESIDE_WORDS, re.IGNORECASE)
_SIGNS: Final = str.maketrans({"º": "°", "˚": "°", "″": '"', "′": "'", "‘": "'", "’": "'", "“": '"', "”": '"'})


def coordinates(text: str) -> Place | None:
    """The one point that a text is; None for any other text."""
    # the signs first: the compatibility form makes a letter of one and two primes of another
    plain = " ".join(unicodedata.normalize("NFKC", text.translate(_SIGNS)).split())
    for pattern in _COMPILED:
        if found := pattern.match(plain):
            return _pair(_angle(found["first"]), _angle(found["second"]))
    found = _WITH_WORDS.match(plain)
    place = _pair(_angle(found["first"]), _angle(found["second"])) if found else None
    return place if place is not None and place.in_korea else None


@dataclass(frozen=True, slots=True)
class _Angle:
    """Degrees, and which axis the words beside them name."""

    degrees: float
    axis: Literal["lat", "lon", ""]
    digits: int


def _angle(text: str) -> _Angle:
    numbers = [float(one) for one in re.findall(r"\d+(?:\.\d+)?", text)]
    degrees = sum(number / 60**place for place, number in enumerate(numbers[:3]))
    if len(numbers) > 3 or any(number >= 60 for number in numbers[1:]):
        degrees = math.inf
    words = text.casefold()
    negative = "-" in words or "남위" in words or "서경" in words or re.search(r"(?<![a-z])[sw](?![a-z])", words)
    lat = re.search(r"북위|남위|위도|lat|(?<![a-z])[ns](?![a-z])", words)
    lon = re.search(r"동경|서경|경도|lon|lng|(?<![a-z])[ew](?![a-z])", words)
    fraction = re.search(r"\.(\d+)", text)
    digits = len(fraction.group(1)) if fraction and len(numbers) == 1 else 5
    return _Angle(-degrees if negative else degrees, "lat" if lat else "lon" if lon else "", digits)


def _pair(first: _Angle, second: _Angle) -> Place | None:
    """Two angles in the order that their words, else Korea's bounds, tell; few digits abroad are no place."""
    if first.axis == "lon" or second.axis == "lat":
        first, second = second, first
    straight, turned = place(first.degrees, second.degrees), place(second.degrees, first.degrees)
    if straight is not None and straight.in_korea:
        return straight
    if turned is not None and turned.in_korea and not (first.axis or second.axis):
        return turned
    return straight if min(first.digits, second.digits) >= 4 or first.axis else None


def place(lat: float, lon: float, accuracy_m: float | None = None, *, link: bool = False) -> Place | None:
    """A point of the earth; None for numbers that are none, and for 0, 0, which programs write for "nowhere"."""
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        return None
    if lat == 0 and lon == 0:
        return None
    return Place(round(lat, 7), round(lon, 7), accuracy_m, map=link)
