"""The sources that may be crawled: values from settings and from the shipped catalogue. Refuses a doubtful entry whole.

A source is data, never code. Shipped entries say how far their address was checked; only `on` and `verified` run.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from crawlers.article import SourceError
from crawlers.portal import key_in, unkeyed

LEVELS = ("central", "province", "city", "county", "district", "institute", "public")
KINDS = ("feed", "board", "eminwon", "openapi")
STATES = ("on", "verified", "unverified", "dead", "off")
MIN_INTERVAL = timedelta(seconds=1)
MAX_INTERVAL = timedelta(days=7)

_ID = re.compile(r"[\w][\w.-]{0,63}")
_SPAN = re.compile(r"(\d{1,6})\s*(s|m|h|d)?")
_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_REQUIRED = ("id", "agency", "kind", "url")


@dataclass(frozen=True, slots=True)
class BoardProfile:
    """Where things stand on a board's pages, as CSS selectors; an empty one is found by itself.

    `rows` selects list rows; `title`, `link`, `date` and `department` are looked up inside a row; `body` and
    `attachments` on the detail page. `detail` is the detail address with `{id}` in it, for rows whose link is a script
    call, and `id` a regular expression whose first group (or group named `id`) is that id, searched in the row's link;
    other groups fill `{2}` or `{name}`. `fallback` is such an address too, for where the page itself tells none.
    """

    rows: str = ""
    title: str = ""
    link: str = ""
    date: str = ""
    department: str = ""
    body: str = ""
    attachments: str = ""
    detail: str = ""
    id: str = ""
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One board or feed of one agency. `interval` overrides the schedule.

    `level` is one of `LEVELS` (institute: research institute; public: other public body) or "" for unknown, `licence`
    the mark that all its documents bear unless they say otherwise (`KOGL-1` to `KOGL-4`, "" for none known).
    Notes for whoever checks it: `evidence` how the address is known, `robots` and `kogl` what was found of both.
    """

    id: str
    agency: str
    kind: str
    url: str
    level: str = ""
    region: str = ""
    licence: str = ""
    state: str = "on"
    interval: timedelta | None = None
    profile: BoardProfile | None = None
    evidence: str = ""
    robots: str = ""
    kogl: str = ""
    key: str = field(default="", repr=False)  # a secret that stood in the address of an `openapi` source; never stored

    @property
    def on(self) -> bool:
        """Whether this source is crawled at all."""
        return self.state in {"on", "verified"}


@cache
def catalogue() -> tuple[Source, ...]:
    """The shipped sources: every `sources*.toml` of this package, by name."""
    found = [one for one in files("crawlers").iterdir() if re.fullmatch(r"sources\w*\.toml", one.name)]
    found.sort(key=lambda one: one.name)
    tables = [tomllib.loads(one.read_text(encoding="utf-8")) for one in found]
    return tuple(source_from(entry) for table in tables for entry in table["source"])


def source_from(mapping: Mapping[str, object]) -> Source:
    """The source that one `[[source]]` table declares; `interval` is seconds or a text such as `"30m"`.

    Raises:
        SourceError: its `code` is the key at fault, its `detail` says why.
    """
    _only_known(mapping, Source, "")
    for key in _REQUIRED:
        if key not in mapping:
            raise SourceError(key, "missing")
    texts = {key: _text(key, value) for key, value in mapping.items() if key not in {"interval", "profile"}}
    interval = _interval(mapping["interval"]) if "interval" in mapping else None
    source = Source(**texts, interval=interval, profile=_profile(mapping.get("profile")))
    _check(source)
    if source.kind == "openapi" and (key := key_in(source.url)):  # past this door no address holds one
        return replace(source, url=unkeyed(source.url), key=key)
    return source


def _only_known(mapping: Mapping[str, object], wanted: type, prefix: str) -> None:
    known = {one.name for one in fields(wanted)} - {"key"}
    for key in mapping:
        if key not in known:
            raise SourceError(f"{prefix}{key}", f"unknown key; known are {', '.join(sorted(known))}")


def _check(source: Source) -> None:
    if not _ID.fullmatch(source.id):
        raise SourceError("id", f"letters, digits, '.', '_' and '-', at most 64, got {source.id!r}")
    if not source.agency.strip():
        raise SourceError("agency", "empty")
    if source.kind not in KINDS:
        raise SourceError("kind", f"expected one of {', '.join(KINDS)}, got {source.kind!r}")
    if source.state not in STATES:
        raise SourceError("state", f"expected one of {', '.join(STATES)}, got {source.state!r}")
    if source.level and source.level not in LEVELS:
        raise SourceError("level", f"expected one of {', '.join(LEVELS)}, got {source.level!r}")
    if source.url or source.on:
        _check_url(source.url)
    for key in ("detail", "fallback") if source.profile else ():
        if "{id}" not in (getattr(source.profile, key) or "{id}"):
            raise SourceError(f"profile.{key}", "needs {id} where the id goes")


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise SourceError("url", str(error)) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SourceError("url", f"expected an http or https address, got {url!r}")
    if parts.username is not None or parts.password is not None:
        raise SourceError("url", "must not carry a user name")


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise SourceError(key, f"expected text, got {type(value).__name__}")
    if len(value) > 2000:
        raise SourceError(key, f"at most 2000 characters, got {len(value)}")
    return value


def _interval(value: object) -> timedelta:
    if isinstance(value, timedelta):
        span = value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        span = timedelta(seconds=min(value, 10**9))
    elif isinstance(value, str) and (found := _SPAN.fullmatch(value.strip())):
        span = timedelta(seconds=int(found[1]) * _UNIT_S[found[2] or "s"])
    else:
        raise SourceError("interval", f"expected seconds or a text such as '30m', got {value!r}")
    if not MIN_INTERVAL <= span <= MAX_INTERVAL:
        raise SourceError("interval", f"expected {MIN_INTERVAL} to {MAX_INTERVAL}, got {span}")
    return span


@cache
def profiles() -> Mapping[str, BoardProfile]:
    """The shipped profiles of boards, by name: `profiles.toml` of this package."""
    tables = tomllib.loads(files("crawlers").joinpath("profiles.toml").read_text(encoding="utf-8"))["profile"]
    return {name: _profile_of(table, BoardProfile()) for name, table in tables.items()}


def _profile(value: object) -> BoardProfile | None:
    if value is None or isinstance(value, BoardProfile):
        return value
    if isinstance(value, str):
        return _named_profile(value, "profile")
    if not isinstance(value, Mapping):
        raise SourceError("profile", f"expected a table or a name, got {type(value).__name__}")
    keys = dict(value)
    base = _named_profile(keys.pop("name"), "profile.name") if "name" in keys else BoardProfile()
    return _profile_of(keys, base)


def _named_profile(name: object, key: str) -> BoardProfile:
    found = profiles().get(name) if isinstance(name, str) else None
    if found is None:
        raise SourceError(key, f"expected one of {', '.join(sorted(profiles()))}, got {name!r}"[:500])
    return found


def _profile_of(table: Mapping[str, object], base: BoardProfile) -> BoardProfile:
    _only_known(table, BoardProfile, "profile.")
    profile = replace(base, **{key: _text(f"profile.{key}", text) for key, text in table.items()})
    if profile.id:
        try:
            groups = re.compile(profile.id).groups
        except re.error as error:
            raise SourceError("profile.id", str(error)) from error
        if groups < 1:
            raise SourceError("profile.id", "needs one group")
    return profile
