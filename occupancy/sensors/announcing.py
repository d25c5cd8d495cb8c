"""How a sensor that nobody declared announces itself: the wire of it, as pure functions of both sides.

The enrolment key is one of the institution's settings, or a code that an administrator got in chat. From it and a salt
of its own the sensor derives its key; the key never travels, and another sensor's is another one. Whoever does not know
the enrolment key can't even announce. What the administrator compares is a number of six digits, shown by both sides.

    POST /sensors/{institution}, the four headers of `http`, signed with the enrolment key:
    {"announce": {"kind": "camera", "salt": "<32 hex digits>", "line": "", "period_s": 10}}    line, period_s: optional

    key    = HMAC-SHA256(enrolment key, "dobi-sensor-key-v1" LF Dobi-Sensor LF salt) as hexadecimal text
    number = HMAC-SHA256(key, "dobi-sensor-pair-v1"), its first 8 bytes as a whole number, modulo 1 000 000

Refuses to say whether a sensor is wanted: 202 means that the announcement waits, whatever becomes of it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from occupancy.reading import Kind, Malformed
from occupancy.sensors import KINDS
from occupancy.sensors import http as wire

MAX_BODY_BYTES = 1_024
_SALT = re.compile(r"[0-9a-f]{32}", re.ASCII)
_MAX_PERIOD_S = 3600
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is mistaken for another when read aloud


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a sensor says of itself. Not yet believed beyond that it knows the enrolment key."""

    address: wire.Address
    kind: Kind
    salt: str
    line: str = ""
    period_s: float = 10.0


def new_salt() -> str:
    """A salt; the sensor keeps it, for its key comes from it."""
    return secrets.token_hex(16)


def new_code() -> str:
    """An enrolment key to be typed: 16 letters in fours, 80 bits."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def typed(code: str) -> bytes:
    """The enrolment key that was typed, however it was spaced; any other key's text stays as it is."""
    bare = re.sub(r"[\s-]", "", code).upper()
    if len(bare) == 16 and set(bare) <= set(_ALPHABET):
        return "-".join(bare[at : at + 4] for at in range(0, 16, 4)).encode()
    return code.strip().encode()


def key_of(enrolment: bytes, address: wire.Address, salt: str) -> bytes:
    """The sensor's own key."""
    text = f"dobi-sensor-key-v1\n{address}\n{salt}".encode("ascii")
    return hmac.new(enrolment, text, hashlib.sha256).hexdigest().encode()


def number_of(key: bytes) -> str:
    """What both sides show: `"123 456"`."""
    digest = hmac.new(key, b"dobi-sensor-pair-v1", hashlib.sha256).digest()
    number = int.from_bytes(digest[:8], "big") % 1_000_000
    return f"{number // 1000:03d} {number % 1000:03d}"


def announce(one: Announcement, enrolment: bytes, now: datetime) -> tuple[dict[str, str], bytes]:
    """Headers and body of an announcement."""
    content = {"kind": one.kind.value, "salt": one.salt, "line": one.line, "period_s": int(one.period_s)}
    body = json.dumps({"announce": content}, separators=(",", ":"), ensure_ascii=False).encode()
    return wire.sign(enrolment, one.address, body, now, secrets.token_hex(8)), body


def parse(headers: Mapping[str, str], body: bytes, enrolment: bytes, now: datetime) -> Announcement:
    """The announcement, once its size, signature, instant and every field have been checked.

    Raises:
        SensorError: as `http.parse`.
    """
    if len(body) > MAX_BODY_BYTES:
        raise Malformed(f"expected at most {MAX_BODY_BYTES} bytes, got {len(body)}")
    content = wire.signed(headers, body, enrolment, now)
    told = content.get("announce")
    if len(content) != 1 or not isinstance(told, dict):
        raise Malformed("expected only announce")
    if not {"kind", "salt"} <= told.keys() <= {"kind", "salt", "line", "period_s"}:
        raise Malformed("expected kind, salt and perhaps line and period_s")
    return Announcement(wire.address(headers), _kind(told), _salt(told), _line(told), _period(told))


def _kind(told: Mapping[str, object]) -> Kind:
    value = told["kind"]
    if not isinstance(value, str) or value not in {kind.value for kind in KINDS if kind is not Kind.CHAT}:
        raise Malformed("no such kind of sensor")
    return Kind(value)


def _salt(told: Mapping[str, object]) -> str:
    value = told["salt"]
    if not isinstance(value, str) or not _SALT.fullmatch(value):
        raise Malformed("expected a salt of 32 hexadecimal digits")
    return value


def _line(told: Mapping[str, object]) -> str:
    value = told.get("line", "")
    if not isinstance(value, str) or len(value) > 64 or not value.isprintable():
        raise Malformed("expected a line's id")
    return value


def _period(told: Mapping[str, object]) -> float:
    value = told.get("period_s", 10)
    if type(value) is not int or not 1 <= value <= _MAX_PERIOD_S:
        raise Malformed("expected a period of 1 to 3600 s")
    return float(value)
