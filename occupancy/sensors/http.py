"""The wire of the sensor entrance: one signed POST, checked and parsed as a pure function; and its client half.

Refuses to open a socket (bot/http.py serves, whoever posts brings a client), to guess, and to trust a sender
about its own kind: the settings say what a sensor is.

A post carries four headers and a JSON body of at most 64 KiB::

    Dobi-Sensor: gyeongnam/main/cam1                       institution/cafeteria/sensor, each percent-encoded
    Dobi-Timestamp: 1795401000                             Unix seconds on the sender's clock, within 300 s of ours
    Dobi-Nonce: 5f2c9a7e41d84c0b                           8 to 64 of A-Z a-z 0-9 _ -, fresh for each new post
    Dobi-Signature: v1=f579b8fbc08056f9a7fdda776684716ade3432d5fcf14811290acb7373bc9296

    {"measured_at": "2026-11-23T11:30:00+09:00", "count": 18, "seq": 41}

The signature is HMAC-SHA256 (RFC 2104) with the sensor's key over these bytes, in lower-case hexadecimal::

    dobi-sensor-v1 LF Dobi-Sensor LF Dobi-Timestamp LF Dobi-Nonce LF body

The one above is by the key ``demo-key-of-cam1``. A body is one reading, or ``{"readings": [...]}`` with 1 to
500 of them. `measured_at` is RFC 3339 with an offset; `count` (camera, beam, wifi) is people in line, `served`
(gate) meals since the gate's previous event, 0 being a sign of life; `seq` is optional, and so is, beside a count,
`noise`, its standard deviation in people. A body may instead tell how the sensor itself is, and count nothing:
``{"measured_at": "…", "state": "blind"}``, one of ok, blind (the picture is black or covered), frozen (it stands still)
and offline. Nothing else may stand there.

To post again after a lost answer, send the same bytes or the same readings: they count once.
A clock that runs ahead by up to 300 s is set back by what its timestamp shows. One that runs behind is left alone,
since its skew can't be told from a delay: its readings look older than they are, never younger. A clock that is off
by more is refused, and told the time: each answer to a post of a right signature carries ours, signed in turn over
``dobi-time-v1 LF Dobi-Sensor LF Dobi-Nonce LF Dobi-Time``, so that nobody else can set a sensor's clock::

    Dobi-Time: 1795401000.250
    Dobi-Time-Signature: v1=…

A sensor without a clock of its own posts once with any timestamp, and knows the time from the answer (`sender`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NoReturn
from urllib.parse import quote, unquote

from occupancy.reading import BadSignature, Batch, Condition, Kind, Malformed, Reading, ReadingError, Skewed, Stale
from occupancy.sensors import KINDS

MAX_BODY_BYTES = 64 * 1024
MAX_READINGS = 500
MAX_SKEW = timedelta(seconds=300)
MAX_AGE = timedelta(hours=2)
"""Older readings are refused; less than the store's memory of identities, so that none can count twice."""

_SENSOR, _TIMESTAMP, _NONCE, _SIGNATURE = "dobi-sensor", "dobi-timestamp", "dobi-nonce", "dobi-signature"
_TIME, _TIME_SIGNATURE = "dobi-time", "dobi-time-signature"
_TIME_FORM = re.compile(r"[0-9]{1,10}\.[0-9]{3}", re.ASCII)
_NOISE_FORM = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?", re.ASCII)
_NONCE_FORM = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_TIMESTAMP_FORM = re.compile(r"[0-9]{1,10}", re.ASCII)
_SIGNATURE_FORM = re.compile(r"v1=[0-9a-f]{64}", re.ASCII)
_INSTANT_FORM = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII
)  # RFC 3339 §5.6, capitals only
_PART_FORM = re.compile(r"(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2}){1,192}", re.ASCII)
_MAX_SEQ = 2**53 - 1  # RFC 8259 §6: integers every JSON reader agrees on


@dataclass(frozen=True, slots=True)
class Address:
    """Where a sensor stands. It is signed, so that a post can't be carried to another door with the same key."""

    tenant: str
    cafeteria: str
    sensor: str

    def __str__(self) -> str:
        return "/".join(quote(part, safe="") for part in (self.tenant, self.cafeteria, self.sensor))


def address(headers: Mapping[str, str]) -> Address:
    """Who the post says it is from: not yet believed, only good for finding the key that `parse` checks.

    Raises:
        Malformed: when the header is missing, twice there, or not three encoded parts.
    """
    parts = _header(headers, _SENSOR).split("/")
    if len(parts) != 3 or not all(_PART_FORM.fullmatch(part) for part in parts):
        raise Malformed("expected institution/cafeteria/sensor in Dobi-Sensor")
    try:
        names = [unquote(part, errors="strict") for part in parts]
    except UnicodeDecodeError as error:
        raise Malformed("Dobi-Sensor is not UTF-8") from error
    if not all(name.isprintable() for name in names):
        raise Malformed("Dobi-Sensor holds characters that can't be printed")
    return Address(*names)


def parse(
    headers: Mapping[str, str], body: bytes, key: bytes, now: datetime, *, kind: Kind, delay: timedelta = MAX_SKEW
) -> Batch:
    """The readings of one post, once its size, signature, instant and every field have been checked.

    Args:
        headers: of the request; names in any case.
        body: as received, undecoded.
        key: of the sensor that `address(headers)` names.
        now: the entrance's instant.
        kind: what the settings say this sensor is.
        delay: how long ago it may have been sent: more than the skew only where something kept it, as a broker does.

    Raises:
        BadSignature: not by this key.
        Skewed: the post is more than 300 s from `now`.
        Stale: a reading is older than 2 h, or after its own sending.
        Malformed: anything else that is not the wire above.
    """
    if len(body) > MAX_BODY_BYTES:
        raise Malformed(f"expected at most {MAX_BODY_BYTES} bytes, got {len(body)}")
    sender, nonce = address(headers), _header(headers, _NONCE)
    sent_at = _checked_timestamp(headers, nonce, body, key)
    if not -MAX_SKEW <= now - sent_at <= delay:
        raise Skewed((sent_at - now).total_seconds())
    reader, items = _Reader(sender.sensor, kind, sent_at, now), _items(body)
    if len(items) == 1 and isinstance(items[0], dict) and "state" in items[0]:
        return Batch(sender.sensor, nonce, now, (), *reader.state(items[0]))
    return Batch(sender.sensor, nonce, now, tuple(map(reader.reading, items)))


def signed(headers: Mapping[str, str], body: bytes, key: bytes, now: datetime) -> dict[str, object]:
    """The JSON object of a post by this key that is no reading: what it holds is the caller's to check.

    Raises:
        BadSignature, Skewed, Malformed: as `parse`.
    """
    if len(body) > MAX_BODY_BYTES:
        raise Malformed(f"expected at most {MAX_BODY_BYTES} bytes, got {len(body)}")
    sent_at = _checked_timestamp(headers, _header(headers, _NONCE), body, key)
    if abs(now - sent_at) > MAX_SKEW:
        raise Skewed((sent_at - now).total_seconds())
    return _object(body)


def sign(key: bytes, sensor: Address, body: bytes, now: datetime, nonce: str) -> dict[str, str]:
    """The headers that make `body` a post of `sensor`. A new post needs a new nonce; a repeated one its own."""
    if not _NONCE_FORM.fullmatch(nonce):
        raise Malformed(f"expected a nonce of 8 to 64 letters, digits, _ or -, got {len(nonce)} characters")
    timestamp = str(int(now.timestamp()))
    return {
        "Dobi-Sensor": str(sensor),
        "Dobi-Timestamp": timestamp,
        "Dobi-Nonce": nonce,
        "Dobi-Signature": "v1=" + _mac(key, str(sensor), timestamp, nonce, body),
    }


def told(key: bytes, headers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The headers that tell the sender of a post our time; only for a post that this key signed."""
    at = f"{now.timestamp():.3f}"
    return {"Dobi-Time": at, "Dobi-Time-Signature": "v1=" + _time_mac(key, headers, at)}


def time_of(key: bytes, post: Mapping[str, str], answer: Mapping[str, str]) -> datetime | None:
    """The entrance's instant as its answer to our `post` (its headers) tells it; None where nobody with the key did."""
    found = {name.lower(): value for name, value in answer.items()}
    at, signature = found.get(_TIME, ""), found.get(_TIME_SIGNATURE, "")
    if not (_TIME_FORM.fullmatch(at) and _SIGNATURE_FORM.fullmatch(signature)):
        return None
    if not hmac.compare_digest("v1=" + _time_mac(key, post, at), signature):
        return None
    return datetime.fromtimestamp(float(at), UTC)


def encode_state(state: Condition, at: datetime) -> bytes:
    """The body that tells how the sensor itself is."""
    return json.dumps({"measured_at": at.isoformat(), "state": state.value}, separators=(",", ":")).encode()


def encode(readings: Iterable[Reading]) -> bytes:
    """The body that says these readings.

    Raises:
        Malformed: for none or more than 500.
    """
    items = [_item(reading) for reading in readings]
    if not 1 <= len(items) <= MAX_READINGS:
        raise Malformed(f"expected 1 to {MAX_READINGS} readings, got {len(items)}")
    content = items[0] if len(items) == 1 else {"readings": items}
    return json.dumps(content, separators=(",", ":")).encode()


def _item(reading: Reading) -> dict[str, str | int | float]:
    item: dict[str, str | int | float] = {"measured_at": (reading.stated_at or reading.measured_at).isoformat()}
    for name in ("count", "served", "seq"):
        value: int | None = getattr(reading, name)
        if value is not None:
            item[name] = value
    if reading.noise is not None and reading.count is not None:
        item["noise"] = round(reading.noise, 3)
    return item


def _mac(key: bytes, sensor: str, timestamp: str, nonce: str, body: bytes) -> str:
    signed = f"dobi-sensor-v1\n{sensor}\n{timestamp}\n{nonce}\n".encode("ascii") + body
    return hmac.new(key, signed, hashlib.sha256).hexdigest()


def _time_mac(key: bytes, post: Mapping[str, str], at: str) -> str:
    signed = f"dobi-time-v1\n{_header(post, _SENSOR)}\n{_header(post, _NONCE)}\n{at}"
    return hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()


def _header(headers: Mapping[str, str], name: str) -> str:
    found = [value for header, value in headers.items() if header.lower() == name]
    if len(found) != 1:
        raise Malformed(f"expected one {name} header, got {len(found)}")
    return found[0]


def _checked_timestamp(headers: Mapping[str, str], nonce: str, body: bytes, key: bytes) -> datetime:
    timestamp, signature = _header(headers, _TIMESTAMP), _header(headers, _SIGNATURE)
    if not (_TIMESTAMP_FORM.fullmatch(timestamp) and _NONCE_FORM.fullmatch(nonce)):
        raise Malformed("Dobi-Timestamp or Dobi-Nonce is not in the documented form")
    expected = "v1=" + _mac(key, _header(headers, _SENSOR), timestamp, nonce, body)
    if not key or not _SIGNATURE_FORM.fullmatch(signature) or not hmac.compare_digest(expected, signature):
        raise BadSignature("the signature is not by this sensor's key")
    return datetime.fromtimestamp(int(timestamp), UTC)


@dataclass(frozen=True, slots=True)
class _Decimal:
    """A number that is not whole, as it stands: only `noise` may be one."""

    text: str


def _refuse(text: str) -> NoReturn:
    raise Malformed(f"expected numbers, got {text[:20]}")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise Malformed("a name stands twice in one object")
    return names


def _object(body: bytes) -> dict[str, object]:
    try:
        content = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once, parse_float=_Decimal, parse_constant=_refuse
        )
    except (ValueError, RecursionError) as error:
        raise Malformed("the body is not JSON in UTF-8") from error
    if not isinstance(content, dict):
        raise Malformed("expected an object")
    return content


def _items(body: bytes) -> list[object]:
    content = _object(body)
    if "readings" not in content:
        return [content]
    items = content["readings"]
    if len(content) != 1 or not isinstance(items, list) or not 1 <= len(items) <= MAX_READINGS:
        raise Malformed(f"expected only a list of 1 to {MAX_READINGS} readings")
    return items


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns one JSON item of a sensor's post into a reading."""

    sensor: str
    kind: Kind
    sent_at: datetime
    now: datetime

    def reading(self, item: object) -> Reading:
        field = KINDS[self.kind].gives.value
        more = {"seq", "noise"} if field == "count" else {"seq"}
        if not isinstance(item, dict) or not {"measured_at", field} <= item.keys() <= {"measured_at", field, *more}:
            raise Malformed(f"expected measured_at, {field} and perhaps seq of a {self.kind.value}")
        stated_at = self._instant(item["measured_at"])
        measured_at = self._ours(stated_at)
        value, seq = self._whole(item[field]), item.get("seq")
        try:
            return Reading(
                self.sensor,
                self.kind,
                measured_at,
                self.now,
                **{field: value},
                seq=None if seq is None and "seq" not in item else self._whole(seq),
                stated_at=stated_at,
                noise=self._noise(item["noise"]) if "noise" in item else None,
            )
        except ReadingError as error:
            raise Malformed(str(error)) from error

    def state(self, item: dict[str, object]) -> tuple[Condition, datetime]:
        """How the sensor says that it is, and since when on our clock."""
        if item.keys() != {"measured_at", "state"}:
            raise Malformed("expected only measured_at and state")
        at = self._ours(self._instant(item["measured_at"]))
        try:
            return Condition(str(item["state"])), at
        except ValueError as error:
            raise Malformed("state is none of ok, blind, frozen and offline") from error

    def _ours(self, stated_at: datetime) -> datetime:
        """The instant on our clock, set back where the sender's runs ahead."""
        return min(stated_at - max(self.sent_at - self.now, timedelta()), self.now)

    @staticmethod
    def _noise(value: object) -> float:
        text = value.text if isinstance(value, _Decimal) else str(value) if type(value) is int else ""
        if not _NOISE_FORM.fullmatch(text):
            raise Malformed("expected a noise in people with up to three decimals")
        return float(text)

    def _instant(self, text: object) -> datetime:
        if not isinstance(text, str) or not _INSTANT_FORM.fullmatch(text):
            raise Malformed("measured_at is not an RFC 3339 instant with an offset")
        try:
            instant = datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise Malformed("measured_at names no instant") from error
        age = self.sent_at - instant
        if not timedelta(seconds=-2) <= age <= MAX_AGE:  # the timestamp is cut to whole seconds
            raise Stale(f"measured {age.total_seconds():.0f} s before it was sent, expected 0 to 7200")
        return instant

    @staticmethod
    def _whole(value: object) -> int:
        if type(value) is not int or not 0 <= value <= _MAX_SEQ:  # bool is an int to Python, not to us
            raise Malformed("expected a whole number that is not negative")
        return value
