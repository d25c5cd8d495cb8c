"""What a map's link points at: Naver, Kakao, Google, Tmap, Apple, OpenStreetMap, `geo:`. Text in, a finding out; pure.

It opens no address: a short link can't be read here and is told so. A pin or a destination counts; the middle of a view
counts only where it is near enough to be one place, and never for a way from somewhere to somewhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import SplitResult, parse_qsl, unquote_plus, urlsplit

from bot.coordinates import NUMBER, Place, coordinates, place
from bot.map_grids import from_mercator, from_wcong

LONGEST_LINK: Final = 1_200
_NEAR: Final = 15
"""The zoom from which a view shows one place: about a kilometre across."""

Why = Literal["short", "no_point", "several", "hostile"]


@dataclass(frozen=True, slots=True)
class Unread:
    """A place was meant and can't be read: a short link, a link without a point, several, or no map's link at all."""

    why: Why


_MAPS: Final = (
    r"map\.naver\.com|naver\.me|map\.kakao\.com|kko\.to|kko\.kakao\.com|maps\.google\.|maps\.app\.goo\.gl"
    r"|goo\.gl/maps|google\.(?:com|co\.kr)/maps|openstreetmap\.org|osm\.org|maps\.apple\.com|tmap\.life|tmap\.co\.kr"
    r"|tmobiapi\.com|openapi\.sk\.com/tmap"
)
_SCHEMES: Final = r"(?:nmap|kakaomap|tmap|comgooglemaps)://"
SENTENCES: Final = (
    rf"(?i)(?:^|[\s(\[<])(?:https?://)?(?:[^\s/@]{{1,80}}@)?(?:[\w-]{{1,63}}\.)*(?:{_MAPS})",
    rf"(?i)(?:^|\s)(?:geo:\s?-?\d|{_SCHEMES})",
)
"""What in a message plainly is a map's link, for the route table; `of_link` has the last word."""
LINK: Final = re.compile(
    rf"(?i)(?:https?://|geo:|{_SCHEMES})[^\s<>]+|(?<![\w@.-])(?:[\w-]{{1,63}}\.)*(?:{_MAPS})[^\s<>]*"
)

_SHORT: Final = frozenset(
    {"naver.me", "kko.to", "kko.kakao.com", "maps.app.goo.gl", "goo.gl", "osm.org", "tmap.life", "g.co", "tmap.co.kr",
     "surl.tmobiapi.com", "poi.tmobiapi.com"}
)  # fmt: skip
_GOOGLE: Final = frozenset({"maps.google.com", "www.google.com", "google.com", "www.google.co.kr", "maps.google.co.kr"})
_NAVER: Final = frozenset({"map.naver.com", "m.map.naver.com", "v4.map.naver.com"})
_KAKAO: Final = frozenset({"map.kakao.com", "m.map.kakao.com", "place.map.kakao.com"})
_OTHERS: Final = frozenset(
    {"www.openstreetmap.org", "openstreetmap.org", "maps.apple.com", "tmap.co.kr", "apis.openapi.sk.com"}
)
_KNOWN: Final = _GOOGLE | _NAVER | _KAKAO | _OTHERS | _SHORT
_PRETENDED: Final = (
    "map.naver.com", "naver.me", "map.kakao", "kko.to", "maps.google", "google.co", "openstreetmap", "goo.gl",
)  # fmt: skip
_PAIRS: Final = (
    ("elat", "elng"), ("dlat", "dlng"), ("goaly", "goalx"), ("ey", "ex"),  # where a way leads goes first
    ("lat", "lng"), ("lat", "lon"), ("mlat", "mlon"), ("y", "x"),
)  # fmt: skip
_FIELDS: Final = ("ep", "destination", "daddr", "p", "coordinate", "q", "query", "ll", "center")


def of_link(link: str) -> Place | Unread | None:
    """What one link tells; None for a link that is no map's."""
    lowered = link.casefold()
    if len(link) > LONGEST_LINK:
        return Unread("hostile") if re.search(_MAPS, lowered[:200]) else None
    if lowered.startswith("geo:"):
        return _of_geo(link[4:])
    if re.match(_SCHEMES, lowered):
        return _of_query(_query(link.partition("?")[2])) or Unread("no_point")
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return Unread("hostile") if re.search(_MAPS, lowered) else None
    if host not in _KNOWN:
        return Unread("hostile") if any(name in parts.netloc.casefold() for name in _PRETENDED) else None
    if parts.username is not None or parts.password is not None or port not in {None, 80, 443}:
        return Unread("hostile")
    if host in {"www.google.com", "google.com", "www.google.co.kr"} and not parts.path.startswith("/maps"):
        return None
    return _of_map(host, parts)


def _of_map(host: str, parts: SplitResult) -> Place | Unread:
    if host in _SHORT:
        return Unread("short")
    path, told = unquote_plus(parts.path), _query(parts.query)
    if host in _GOOGLE:
        found = _of_google(path, told)
    elif host in _NAVER:
        found = _of_naver(path, told, parts.fragment)
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
    for lat, lon in _PAIRS:
        if lat in told and lon in told:
            found = _numbers(f"{told[lat]},{told[lon]}")
            if found is not None:
                return found
    for name in _FIELDS:
        found = _numbers(told.get(name, "").removeprefix("loc:"))
        if found is not None:
            return found
    return None


def _numbers(text: str) -> Place | None:
    """`35.2279,128.6811` at the start of a text, perhaps with a name in brackets behind."""
    found = re.match(rf"\s*({NUMBER})(\s*,\s*|\s+)({NUMBER})(?=\s*(?:$|[,(/;&]))", text)
    if found is None or ("," not in found[2] and not ("." in found[1] and "." in found[3])):
        return None
    return _linked(float(found[1]), float(found[3]))


def _linked(lat: float, lon: float) -> Place | None:
    """A link's pair; one whose numbers stand in Korea's bounds the other way round is turned."""
    turned = place(lon, lat, link=True)
    return turned if turned is not None and turned.in_korea else place(lat, lon, link=True)


# --- Google


def _of_google(path: str, told: dict[str, str]) -> Place | None:
    if "/maps/dir/" in path:
        return _of_ways(path.partition("/maps/dir/")[2]) or _of_query(told)
    pinned = re.findall(rf"!3d({NUMBER})!4d({NUMBER})", path)
    if pinned:
        return _linked(float(pinned[-1][0]), float(pinned[-1][1]))
    named = re.match(r"/maps/(?:place|search)/([^/@]{1,200})", path)
    found = _named(named[1]) if named else None
    return found or _of_query(told) or _of_view(path)


def _named(name: str) -> Place | None:
    """A point that stands where a place's name does."""
    found = _numbers(name) or coordinates(name.strip())
    return None if found is None else Place(found.lat, found.lon, map=True)


def _of_ways(path: str) -> Place | None:
    """`from/to/@view/data=…`: where the way ends. Named ends stand in the data, in their order, as `!1d…!2d…`."""
    stops = path.partition("/@")[0].partition("/data=")[0].split("/")
    if len(stops) > 2 and not stops[-1]:
        stops.pop()
    if found := _named(stops[-1]):
        return found
    points = re.findall(rf"!1d({NUMBER})!2d({NUMBER})", path)
    return _linked(float(points[-1][1]), float(points[-1][0])) if points and stops[-1] else None


def _of_view(path: str) -> Place | None:
    """`@35.2279,128.6811,17z`, `…,500m`, or the spot of a street's picture (`…,3a`)."""
    view = re.search(rf"@({NUMBER}),({NUMBER}),(\d{{1,7}}(?:\.\d{{1,6}})?)([zam])", path)
    if view is None:
        return None
    size, unit = float(view[3]), view[4]
    near = unit == "a" or (unit == "z" and size >= _NEAR) or (unit == "m" and size <= 2_000)
    return _linked(float(view[1]), float(view[2])) if near else None


# --- Naver, Kakao, others


def _of_naver(path: str, told: dict[str, str], fragment: str) -> Place | None:
    if "/directions/" in path:
        return _of_directions(path.partition("/directions/")[2])
    return _of_query(told) or _of_query(_query(fragment.partition("?")[2])) or _of_centre(told.get("c", ""))


def _of_centre(text: str) -> Place | None:
    """`c=14319425.1,4193874.5,15,…` in metres of the web's map, or degrees; the third is the zoom."""
    found = re.match(r"(-?\d{1,9}(?:\.\d{1,12})?),(-?\d{1,9}(?:\.\d{1,12})?),(\d{1,2}(?:\.\d{1,6})?)(?:,|$)", text)
    if found is None or float(found[3]) < _NEAR:
        return None
    x, y = float(found[1]), float(found[2])
    if abs(x) <= 180:
        return _linked(y, x) if abs(y) > 20 and abs(x) > 20 else None
    lat, lon = from_mercator(x, y)
    return place(lat, lon, link=True)


def _of_directions(path: str) -> Place | None:
    """`start/goal/by the way/means`: the goal, `14319425.1,4193874.5,이름,…` in metres of the web's map."""
    stops = path.split("/")
    found = re.match(r"(\d{7,9}(?:\.\d{1,12})?),(\d{7,9}(?:\.\d{1,12})?)(?:,|$)", stops[1]) if len(stops) > 1 else None
    if found is None:
        return None
    lat, lon = from_mercator(float(found[1]), float(found[2]))
    return place(lat, lon, link=True)


def _of_kakao(path: str, told: dict[str, str]) -> Place | None:
    """`/link/map/이름,35.2,128.6`, `/link/from/…/to/이름,…`, `/link/by/car/…/이름,…`: the last point is the place."""
    named = re.fullmatch(
        rf"/link/(?:map|to|roadview|search|from|by)/(?:[^/]{{1,200}}/){{0,12}}(?:[^/]{{1,200}},)?({NUMBER}),({NUMBER})/?",
        path,
    )
    if named is not None:
        return _linked(float(named[1]), float(named[2]))
    whole = r"-?\d{1,8}(?:\.\d{1,10})?"
    x, y = told.get("urlx", ""), told.get("urly", "")
    if re.fullmatch(whole, x) and re.fullmatch(whole, y):
        lat, lon = from_wcong(float(x), float(y))
        return place(lat, lon, link=True)
    return _of_query(told)


def _of_hash(fragment: str) -> Place | None:
    """`#map=15/35.2279/128.6811`."""
    found = re.match(rf"map=(\d{{1,2}}(?:\.\d+)?)/({NUMBER})/({NUMBER})", fragment)
    return _linked(float(found[2]), float(found[3])) if found and float(found[1]) >= _NEAR else None


def _of_geo(text: str) -> Place | Unread:
    """RFC 5870, and Android's `geo:0,0?q=…`."""
    body, _, query = text.partition("?")
    point, *fields = body.split(";")
    told = dict(_fields(fields))
    if told.get("crs", "wgs84").casefold() != "wgs84":
        return Unread("no_point")
    found = re.fullmatch(rf"({NUMBER}),({NUMBER})(?:,{NUMBER})?", point)
    asked = _of_query(_query(query))
    meant = asked or (_linked(float(found[1]), float(found[2])) if found else None)
    if meant is None:
        return Unread("no_point")
    unsure = told.get("u", "")
    accuracy = float(unsure) if re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", unsure) else None
    return Place(meant.lat, meant.lon, accuracy, map=True)


def _fields(fields: list[str]) -> Iterator[tuple[str, str]]:
    for field in fields[:10]:
        name, _, value = field.partition("=")
        yield name.casefold(), value
