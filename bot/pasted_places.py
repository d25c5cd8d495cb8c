"""A place that somebody pasted: a map's link, a `geo:` address or bare coordinates. Text in, a finding out; pure.

It opens no address: a short link can't be read here and is told so. A sentence that merely holds numbers is no place.
What it finds is what the person says, no measurement: receipts mark it as declared. Which number is the latitude is
told by Korea's bounds, unless N, S, E, W or the link's own form say it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import SplitResult, parse_qsl, unquote_plus, urlsplit

from bot.map_grids import from_mercator, from_wcong

LONGEST_TEXT: Final = 2_000
LONGEST_LINK: Final = 1_200
_MOST_LINKS: Final = 4
_KOREA: Final = (33.0, 39.0, 124.0, 132.0)  # 위도 33~39도, 경도 124~132도

Why = Literal["short", "no_point", "several", "hostile"]


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


@dataclass(frozen=True, slots=True)
class Unread:
    """A place was meant and can't be read: a short link, a link without a point, several, or no map's link at all."""

    why: Why


_NUMBER: Final = r"[-+]?\d{1,3}(?:\.\d{1,15})?"
_DECIMAL: Final = r"[-+]?\d{1,3}\.\d{2,15}"
_SIDE: Final = r"(?:북위|남위|동경|서경|위도|경도|lat(?:itude)?|lo?ng?(?:itude)?|[NSEW])?\s*[:=]?\s*"
_AFTER: Final = r"\s*°?\s*(?:[NSEW])?"
_ONE: Final = rf"{_SIDE}{_DECIMAL}{_AFTER}"
_DEGREES: Final = (
    rf"{_SIDE}\d{{1,3}}\s*(?:°|º|도|d)\s*\d{{1,2}}(?:\.\d{{1,10}})?\s*(?:'|′|’|분|m)"
    r"(?:\s*\d{1,2}(?:\.\d{1,10})?\s*(?:\"|″|”|''|초|s))?\s*(?:[NSEW])?"
)
_LEAD: Final = r"(?:(?:현재|지금|제|내|여기|출장지)?\s*(?:위치|좌표|장소|여기)\s*(?:는|은|가)?\s*[:=]?\s*)?[(\[]?\s*"
_TAIL: Final = r"\s*[)\]]?\s*(?:입니다|이에요|예요|이요|요|임)?\s*[.!~]?"
_PAIR: Final = rf"^{_LEAD}(?P<{{0}}>{{2}})\s*(?:,|/|\s)\s*(?P<{{1}}>{{2}}){_TAIL}$"
_BARE: Final = _PAIR.format("a", "b", _ONE)
_SEXAGESIMAL: Final = _PAIR.format("c", "d", _DEGREES)
_COORDINATES: Final = tuple(re.compile(one, re.IGNORECASE) for one in (_BARE, _SEXAGESIMAL))

_MAPS: Final = (
    r"map\.naver\.com|naver\.me|map\.kakao\.com|kko\.to|kko\.kakao\.com|maps\.google\.|maps\.app\.goo\.gl"
    r"|goo\.gl/maps|google\.(?:com|co\.kr)/maps|openstreetmap\.org|osm\.org|maps\.apple\.com|tmap\.life|tmap\.co\.kr"
)
SENTENCES: Final = (
    rf"(?i)(?:^|[\s(\[<])(?:https?://)?(?:[^\s/@]{{1,80}}@)?(?:[\w-]{{1,63}}\.)*(?:{_MAPS})",
    r"(?i)(?:^|\s)(?:geo:\s?-?\d|nmap://|kakaomap://)",
    rf"(?i){_BARE.replace('(?P<a>', '(?:').replace('(?P<b>', '(?:')}",
    rf"(?i){_SEXAGESIMAL.replace('(?P<c>', '(?:').replace('(?P<d>', '(?:')}",
)
"""What in a message plainly means a place, for the route table; `find` has the last word."""

_LINK: Final = re.compile(
    rf"(?i)(?:https?://|geo:|nmap://|kakaomap://)[^\s<>]+|(?<![\w@.-])(?:[\w-]{{1,63}}\.)*(?:{_MAPS})[^\s<>]*"
)
_SHORT: Final = frozenset(
    {"naver.me", "kko.to", "kko.kakao.com", "maps.app.goo.gl", "goo.gl", "osm.org", "tmap.life", "g.co", "tmap.co.kr"}
)
_GOOGLE: Final = frozenset({"maps.google.com", "www.google.com", "google.com", "www.google.co.kr", "maps.google.co.kr"})
_NAVER: Final = frozenset({"map.naver.com", "m.map.naver.com", "v4.map.naver.com"})
_KAKAO: Final = frozenset({"map.kakao.com", "m.map.kakao.com", "place.map.kakao.com"})
_OTHERS: Final = frozenset({"www.openstreetmap.org", "openstreetmap.org", "maps.apple.com", "tmap.co.kr"})
_KNOWN: Final = _GOOGLE | _NAVER | _KAKAO | _OTHERS | _SHORT


def find(text: str) -> Place | Unread | None:
    """The place that a message is about; None where it is about none."""
    if len(text) > LONGEST_TEXT * 2:
        return None
    links = [found.group().rstrip(".,;)]}'\"") for found in _LINK.finditer(text)]
    if not links:
        return _bare(text) if len(text) <= LONGEST_TEXT else None
    told = [one for one in map(_of_link, links[:_MOST_LINKS]) if one is not None]
    places = list(dict.fromkeys(one for one in told if isinstance(one, Place)))
    if len(places) == 1 and Unread("hostile") not in told:
        return places[0]
    if places:
        return Unread("hostile" if Unread("hostile") in told else "several")
    return told[0] if told else None


def _bare(text: str) -> Place | None:
    plain = " ".join(unicodedata.normalize("NFKC", text).split()).replace("º", "°").replace("˚", "°")
    for pattern in _COORDINATES:
        found = pattern.match(plain)
        if found:
            first, second = (one for one in found.groups() if one is not None)
            return _pair(_angle(first), _angle(second))
    return None


@dataclass(frozen=True, slots=True)
class _Angle:
    """Degrees, and which axis the words beside them name."""

    degrees: float
    axis: Literal["lat", "lon", ""]
    digits: int


def _angle(text: str) -> _Angle:
    numbers = [float(one) for one in re.findall(r"\d+(?:\.\d+)?", text)]
    degrees = sum(number / 60**place for place, number in enumerate(numbers[:3]))
    if any(number >= 60 for number in numbers[1:]):
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
    straight, turned = _place(first.degrees, second.degrees), _place(second.degrees, first.degrees)
    if straight is not None and straight.in_korea:
        return straight
    if turned is not None and turned.in_korea and not (first.axis or second.axis):
        return turned
    return straight if min(first.digits, second.digits) >= 4 or first.axis else None


def _place(lat: float, lon: float, accuracy_m: float | None = None, *, link: bool = False) -> Place | None:
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        return None
    if lat == 0 and lon == 0:
        return None
    return Place(round(lat, 7), round(lon, 7), accuracy_m, map=link)


# --- links


def _of_link(link: str) -> Place | Unread | None:
    """What one link tells; None for a link that is no map's."""
    lowered = link.casefold()
    if len(link) > LONGEST_LINK:
        return Unread("hostile") if re.search(_MAPS, lowered[:200]) else None
    if lowered.startswith("geo:"):
        return _of_geo(link[4:])
    if lowered.startswith(("nmap://", "kakaomap://")):
        return _of_query(_query(link.partition("?")[2])) or Unread("no_point")
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return Unread("hostile") if re.search(_MAPS, lowered) else None
    if host not in _KNOWN:
        return Unread("hostile") if _pretends(parts.netloc.casefold()) else None
    if parts.username is not None or parts.password is not None or port not in {None, 80, 443}:
        return Unread("hostile")
    if host in {"www.google.com", "google.com", "www.google.co.kr"} and not parts.path.startswith("/maps"):
        return None
    return _of_map(host, parts)


def _pretends(netloc: str) -> bool:
    """`map.naver.com.example`, `map.naver.com@example`: a map's name where another host is meant."""
    names = ("map.naver.com", "naver.me", "map.kakao", "kko.to", "maps.google", "google.co", "openstreetmap", "goo.gl")
    return any(name in netloc for name in names)


def _of_map(host: str, parts: SplitResult) -> Place | Unread:
    if host in _SHORT:
        return Unread("short")
    path, told = unquote_plus(parts.path), _query(parts.query)
    found: Place | None = None
    if host in _GOOGLE:
        found = _of_google(path, told)
    elif host in _NAVER:
        found = _of_query(told) or _of_centre(told.get("c", "")) or _of_directions(path)
    elif host in _KAKAO:
        found = _of_kakao(path, told)
    else:
        found = _of_query(told) or _of_hash(parts.fragment)
    return found or Unread("no_point")


def _query(text: str) -> dict[str, str]:
    try:
        return {name.casefold(): value for name, value in parse_qsl(text, max_num_fields=60)}
    except ValueError:
        return {}


def _of_query(told: dict[str, str]) -> Place | None:
    """`lat=…&lng=…` and its kin, or one field that holds both."""
    for lat, lon in (("lat", "lng"), ("lat", "lon"), ("mlat", "mlon"), ("elat", "elng"), ("dlat", "dlng"), ("y", "x")):
        if lat in told and lon in told:
            found = _numbers(f"{told[lat]},{told[lon]}")
            if found is not None:
                return found
    for name in ("p", "ep", "ll", "coordinate", "q", "query", "destination", "daddr", "center"):
        found = _numbers(told.get(name, "").removeprefix("loc:"))
        if found is not None:
            return found
    return None


def _numbers(text: str) -> Place | None:
    """`35.2279,128.6811` at the start of a text, perhaps with a name in brackets behind."""
    found = re.match(rf"\s*({_NUMBER})\s*,\s*({_NUMBER})(?=\s*(?:$|[,(/;&]))", text)
    if found is None:
        return None
    return _linked(float(found.group(1)), float(found.group(2)))


def _linked(lat: float, lon: float) -> Place | None:
    """A link's pair; one whose numbers stand in Korea's bounds the other way round is turned."""
    turned = _place(lon, lat, link=True)
    return turned if turned is not None and turned.in_korea else _place(lat, lon, link=True)


def _of_google(path: str, told: dict[str, str]) -> Place | None:
    pinned = re.findall(rf"!3d({_NUMBER})!4d({_NUMBER})", path)
    if pinned:
        return _linked(float(pinned[-1][0]), float(pinned[-1][1]))
    named = re.match(r"/maps/(?:place|search|dir)/([^/@]{1,200})", path)
    place = (_numbers(named.group(1)) or _bare(named.group(1).strip())) if named else None
    if place is not None:
        return Place(place.lat, place.lon, map=True)
    asked = _of_query(told)
    if asked is not None:
        return asked
    view = re.search(rf"@({_NUMBER}),({_NUMBER})", path)
    return _linked(float(view.group(1)), float(view.group(2))) if view else None


def _of_centre(text: str) -> Place | None:
    """`c=14319425.1,4193874.5,15,…` in metres of the web's map, or degrees."""
    found = re.match(r"(-?\d{1,9}(?:\.\d{1,12})?),(-?\d{1,9}(?:\.\d{1,12})?),\d", text)
    if found is None:
        return None
    x, y = float(found.group(1)), float(found.group(2))
    if abs(x) <= 180:
        return _linked(y, x) if abs(y) > 20 and abs(x) > 20 else None
    lat, lon = from_mercator(x, y)
    return _place(lat, lon, link=True)


def _of_directions(path: str) -> Place | None:
    """`/p/directions/-/14319425.1,4193874.5,이름,…`: the last pair of metres is where it leads."""
    pairs = re.findall(r"/(\d{7,9}(?:\.\d{1,12})?),(\d{7,9}(?:\.\d{1,12})?),", path)
    if not pairs:
        return None
    lat, lon = from_mercator(float(pairs[-1][0]), float(pairs[-1][1]))
    return _place(lat, lon, link=True)


def _of_kakao(path: str, told: dict[str, str]) -> Place | None:
    named = re.fullmatch(rf"/link/(?:map|to|roadview|search)/(?:[^/]{{1,200}},)?({_NUMBER}),({_NUMBER})/?", path)
    if named is not None:
        return _linked(float(named.group(1)), float(named.group(2)))
    whole = r"-?\d{1,8}(?:\.\d{1,10})?"
    x, y = told.get("urlx", ""), told.get("urly", "")
    if re.fullmatch(whole, x) and re.fullmatch(whole, y):
        lat, lon = from_wcong(float(x), float(y))
        return _place(lat, lon, link=True)
    return _of_query(told)


def _of_hash(fragment: str) -> Place | None:
    """`#map=15/35.2279/128.6811`."""
    found = re.match(rf"map=\d{{1,2}}(?:\.\d+)?/({_NUMBER})/({_NUMBER})", fragment)
    return _linked(float(found.group(1)), float(found.group(2))) if found else None


def _of_geo(text: str) -> Place | Unread:
    """RFC 5870, and Android's `geo:0,0?q=…`."""
    body, _, query = text.partition("?")
    point, *fields = body.split(";")
    told = dict(_fields(fields))
    if told.get("crs", "wgs84").casefold() != "wgs84":
        return Unread("no_point")
    found = re.fullmatch(rf"({_NUMBER}),({_NUMBER})(?:,{_NUMBER})?", point)
    asked = _of_query(_query(query))
    place = asked or (_linked(float(found.group(1)), float(found.group(2))) if found else None)
    if place is None:
        return Unread("no_point")
    unsure = told.get("u", "")
    accuracy = float(unsure) if re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", unsure) else None
    return Place(place.lat, place.lon, accuracy, map=True)


def _fields(fields: list[str]) -> Iterator[tuple[str, str]]:
    for field in fields[:10]:
        name, _, value = field.partition("=")
        yield name.casefold(), value
