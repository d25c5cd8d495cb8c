"""The receipt: its values and its one encoding (FORMAT.md says each byte).

Pure: bytes in, values out. It checks no signature (`verify` does), opens no seal, and accepts no second spelling:
the envelope is compared byte for byte, so there is no header to parse.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

from attest import canonical
from attest.errors import InvalidShareError, MalformedError
from attest.trip import Vehicle

SUITE = 1  # the default: Ed25519 + HPKE(X25519, HKDF-SHA256, AES-256-GCM)
SUITE_P256 = 2  # ECDSA P-256 + HPKE(P-256, HKDF-SHA256, AES-256-GCM), FORMAT.md §2
TOKEN_BYTES = 231  # 347 characters of base45: QR version 13 at level Q holds 352
PAYLOAD_BYTES = 150
SEAL_BYTES = {SUITE: 32 + 16, SUITE_P256: 33 + 16}  # RFC 9180: an encapsulated key (P-256: compressed) and a tag
MAX_DOCUMENT_BYTES = 26
MESSAGE_BYTES = 4
FLAGS = (
    "no_challenge", "late_answer", "stale", "clock", "edited", "live", "no_accuracy", "coarse", "grid", "no_place",
    "early", "no_location", "late", "colleague", "host", "trace", "fast", "same_point", "still", "replayed", "overlap",
    "declared",
)  # fmt: skip
ACCURACY_M = (20.0, 100.0, 500.0)  # class 1, 2, 3 up to these; 4 beyond; 0 unknown
MESSENGERS = ("", "console", "telegram", "slack", "naverworks", "matrix", "web")

# COSE_Sign1 (RFC 9052 §4.2), tag 18. The protected header is {1: algorithm, 4: kid}, where
# Ed25519 is -19 and ESP256, which is ES256 on P-256 and nothing else, -9 (RFC 9864).
_HEADS = {SUITE: bytes.fromhex("d28449a201320444"), SUITE_P256: bytes.fromhex("d28449a201280444")}
_SUITES = {head: suite for suite, head in _HEADS.items()}
_MIDDLE = bytes.fromhex("a05896")
_TAIL = bytes.fromhex("5840")
_INSTITUTION = re.compile(r"\w[\w.-]{0,31}")
_GRADES = 6
_PLACE_LIMIT = _PAIR_LIMIT = 0x10000
_FLAG_LIMIT = 1 << 32
_FIELDS = 11  # and a twelfth where a trip is closed


@dataclass(frozen=True, slots=True)
class Point:
    """A place on Earth as the sender's device states it: WGS 84 degrees; accuracy as a radius in metres."""

    lat: float
    lon: float
    accuracy_m: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lat) and -90 <= self.lat <= 90):
            raise InvalidShareError("latitude is outside -90..90")
        if not (math.isfinite(self.lon) and -180 <= self.lon <= 180):
            raise InvalidShareError("longitude is outside -180..180")
        if self.accuracy_m is not None and not (math.isfinite(self.accuracy_m) and self.accuracy_m >= 0):
            raise InvalidShareError("accuracy is not a length")


@dataclass(frozen=True, slots=True)
class Share:
    """One shared location as the messenger delivered it.

    `sent_at` is the messenger's time, `received_at` ours. `messenger` and `message` name the platform's message;
    they end up sealed, the second as a hash. `point` None: a photo or somebody's word, told without a place.
    `declared`: the point was typed, pasted as a map's link or read in a photo; no messenger measured it.
    """

    point: Point | None
    sent_at: datetime
    received_at: datetime
    live: bool = False
    forwarded: bool = False
    venue: bool = False
    via_bot: bool = False
    edited: bool = False
    messenger: str = ""
    message: str = ""
    declared: bool = False

    def __post_init__(self) -> None:
        if self.sent_at.tzinfo is None or self.received_at.tzinfo is None:
            raise InvalidShareError("the times of a share must be aware")


@dataclass(frozen=True, slots=True)
class Holder:
    """The person a receipt is for. Only the audit office can read the name and department again."""

    id: str
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Pair:
    """What departure and return, or the first leg and return, say together: only a receipt that closes a trip has it.

    `minutes` whole ones, travelling time included; `distance_100m` the straight line from the office in units of
    100 m, None where no share told one; both below 65536. It is derived before sealing.
    """

    minutes: int
    distance_100m: int | None
    vehicle: Vehicle = Vehicle.UNKNOWN

    def __post_init__(self) -> None:
        for value in (self.minutes, self.distance_100m or 0):
            if not 0 <= value < _PAIR_LIMIT:
                raise InvalidShareError(f"a trip's minutes and distance lie below {_PAIR_LIMIT}, not {value}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says in clear. `sealed` is for the audit office alone.

    `institution` is not in the token: the key that fits names it, and the signature covers it.
    `holder` is a keyed hash; `accuracy` a class (`ACCURACY_M`); `place` a city or county code (`places`).
    """

    institution: str
    kid: bytes
    serial: bytes
    time: datetime
    grade: int
    place: int
    accuracy: int
    holder: bytes
    document: str
    index: int
    flags: tuple[str, ...]
    sealed: bytes
    suite: int = SUITE
    pair: Pair | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """What only the audit office can read: the exact point, if there was one, and the person."""

    point: Point | None
    name: str
    department: str
    messenger: str
    message: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A token cut into its parts, nothing checked but the frame, which names the suite."""

    kid: bytes
    payload: bytes
    signature: bytes
    suite: int = SUITE


def institution_fits(institution: str) -> bool:
    """Whether an id can stand in key lists, logs and file names: word characters, dots, dashes; at most 32."""
    return _INSTITUTION.fullmatch(institution) is not None


def clean_document(document: str) -> str:
    """The document number as it is signed: NFC, without outer white space.

    Raises:
        InvalidShareError: it holds control characters, or more than 26 bytes of CP949 (13 syllables).
    """
    text = unicodedata.normalize("NFC", document.strip())
    if not text.isprintable():
        raise InvalidShareError("the document number holds control characters")
    if (size := _packed_size(text)) > MAX_DOCUMENT_BYTES:
        raise InvalidShareError(f"the document number takes {size} bytes, at most {MAX_DOCUMENT_BYTES} fit")
    return text


def accuracy_class(accuracy_m: float | None) -> int:
    """0 unknown, 1 to 3 up to 20, 100 and 500 m, 4 beyond."""
    if accuracy_m is None:
        return 0
    return 1 + sum(accuracy_m > limit for limit in ACCURACY_M)


def looks_like_token(text: str) -> bool:
    """Whether a text has a token's length and first letters; says nothing about its truth."""
    stripped = text.strip()
    return len(stripped) == TOKEN_BYTES // 2 * 3 + 2 and stripped.startswith("RRQ")


def sealed_room(receipt: Receipt) -> int:
    """How many bytes of plain text the seal of this receipt can hold, so that each token has the same length."""
    return PAYLOAD_BYTES - 2 - SEAL_BYTES[receipt.suite] - (len(_clear(receipt, b"")) - 1)


def encode_sealed(sealed: Sealed, room: int) -> bytes:
    """Exactly `room` bytes: the canonical array, then zeros. Department, then name, are cut where they don't fit."""
    # department first: the document number usually repeats it
    cuts = [(len(sealed.name), keep) for keep in range(len(sealed.department), -1, -1)]
    cuts += [(keep, 0) for keep in range(len(sealed.name) - 1, -1, -1)]
    for name, department in cuts:
        data = _sealed_array(sealed, sealed.name[:name], _cut(sealed.department, department))
        if len(data) <= room:
            return data.ljust(room, b"\0")
    raise InvalidShareError(f"the seal holds {room} bytes, too few")


def decode_sealed(data: bytes) -> Sealed:
    """The values that `encode_sealed` wrote.

    Raises:
        MalformedError: anything but that one encoding.
    """
    try:
        array, length = canonical.loads_prefix(data)
        if not isinstance(array, list) or len(array) != 7 or any(data[length:]):
            raise MalformedError("the sealed part is not an array of 7 and zeros")
        lat, lon, accuracy, name, department, messenger, message = array
        return Sealed(_point(lat, lon, accuracy), canonical.unpack_text(name), canonical.unpack_text(department),
                      MESSENGERS[_int(messenger, 0, len(MESSENGERS))], _bytes(message, MESSAGE_BYTES))  # fmt: skip
    except canonical.NotCanonicalError as error:
        raise MalformedError(str(error)) from error


def encode_payload(receipt: Receipt) -> bytes:
    """The 150 canonical bytes that are signed.

    Raises:
        MalformedError: the parts do not add up to 150 bytes.
    """
    payload = _clear(receipt, receipt.sealed)
    if len(payload) != PAYLOAD_BYTES:
        raise MalformedError(f"expected {PAYLOAD_BYTES} bytes of payload, got {len(payload)}")
    return payload


def receipt_of(envelope: Envelope, institution: str) -> Receipt:
    """The receipt in an envelope; its signature is another question.

    Raises:
        MalformedError: not the one encoding of a receipt, or of another suite than its frame.
    """
    return decode_payload(envelope.payload, institution, envelope.kid, envelope.suite)


def decode_payload(payload: bytes, institution: str, kid: bytes, suite: int = SUITE) -> Receipt:
    """The receipt of `suite` of which `payload` is the one encoding.

    Raises:
        MalformedError: anything else.
    """
    try:
        array = canonical.loads(payload)
        if not isinstance(array, list) or len(array) not in (_FIELDS, _FIELDS + 1):
            raise MalformedError("the payload is not an array of 11 or 12")
        stated, serial, time, grade, place, accuracy, holder, document, index, flags, sealed = array[:_FIELDS]
        receipt = Receipt(
            institution=institution, kid=kid, suite=_int(stated, suite, suite + 1), serial=_bytes(serial, 8),
            time=datetime.fromtimestamp(_int(time, 0, 1 << 33), UTC), grade=_int(grade, 1, _GRADES),
            place=_int(place, 0, _PLACE_LIMIT), accuracy=_int(accuracy, 0, len(ACCURACY_M) + 2),
            holder=_bytes(holder, 8), document=canonical.unpack_text(document), index=_int(index, 0, 1 << 32),
            flags=flag_names(_int(flags, 0, _FLAG_LIMIT)), sealed=_bytes(sealed, None),
            pair=_pair(array[_FIELDS]) if len(array) > _FIELDS else None,
        )  # fmt: skip
        if len(payload) != PAYLOAD_BYTES or clean_document(receipt.document) != receipt.document:
            raise MalformedError("not a receipt's length or document number")
        return receipt
    except (canonical.NotCanonicalError, InvalidShareError) as error:
        raise MalformedError(str(error)) from error


def signing_input(institution: str, kid: bytes, payload: bytes, suite: int = SUITE) -> bytes:
    """What is signed: COSE's Sig_structure (RFC 9052 §4.4) with the institution's id as external data."""
    protected = _HEADS[suite][3:] + kid
    return canonical.dumps(["Signature1", protected, institution.encode(), payload])


def join(envelope: Envelope) -> str:
    """The token of an envelope: base45 of the tagged COSE_Sign1."""
    return canonical.to_text(
        _HEADS[envelope.suite] + envelope.kid + _MIDDLE + envelope.payload + _TAIL + envelope.signature,
    )


def split(token: str) -> Envelope:
    """The parts of a token; outer white space is ignored, nothing else.

    Raises:
        MalformedError: not exactly the frame of a suite.
    """
    text = token.strip()
    if len(text) > 2 * TOKEN_BYTES:  # bounds the work on hostile text
        raise MalformedError("too long for a token")
    try:
        data = canonical.from_text(text)
    except canonical.NotCanonicalError as error:
        raise MalformedError(str(error)) from error
    if len(data) != TOKEN_BYTES:
        raise MalformedError(f"expected {TOKEN_BYTES} bytes, got {len(data)}")
    suite = _SUITES.get(data[:8])
    if suite is None or data[12:15] != _MIDDLE or data[165:167] != _TAIL:
        raise MalformedError("not the frame of a receipt")
    return Envelope(kid=data[8:12], payload=data[15:165], signature=data[167:], suite=suite)


def flag_bits(flags: tuple[str, ...]) -> int:
    """Flags as a bit field; bit n is the nth of `FLAGS`."""
    return sum(1 << (FLAGS.index(flag) if flag in FLAGS else int(flag[4:])) for flag in set(flags))


def flag_names(bits: int) -> tuple[str, ...]:
    """A bit field as flags; bits that this version has no name for come as `flag21` and so on."""
    return tuple(
        FLAGS[bit] if bit < len(FLAGS) else f"flag{bit}" for bit in range(bits.bit_length()) if bits >> bit & 1
    )


def _clear(receipt: Receipt, sealed: bytes) -> bytes:
    return canonical.dumps([
        receipt.suite, receipt.serial, int(receipt.time.timestamp()), receipt.grade, receipt.place, receipt.accuracy,
        receipt.holder, canonical.pack_text(receipt.document), receipt.index, flag_bits(receipt.flags), sealed,
        *([] if receipt.pair is None else [_pair_items(receipt.pair)]),
    ])  # fmt: skip


def _pair_items(pair: Pair) -> list[int | None]:
    return [pair.minutes, pair.distance_100m, int(pair.vehicle)]


def _pair(value: object) -> Pair:
    if not isinstance(value, list) or len(value) != 3:
        raise MalformedError("the pair is not an array of 3")
    minutes, distance, vehicle = value
    return Pair(
        _int(minutes, 0, _PAIR_LIMIT),
        None if distance is None else _int(distance, 0, _PAIR_LIMIT),
        Vehicle(_int(vehicle, 0, len(Vehicle))),
    )


def _point(lat: object, lon: object, accuracy: object) -> Point | None:
    if lat is None and lon is None and accuracy is None:
        return None
    return Point(
        _int(lat, -90_000_000, 90_000_001) / 1e6,
        _int(lon, -180_000_000, 180_000_001) / 1e6,
        None if accuracy is None else float(_int(accuracy, 0, 0x10000)),
    )


def _point_items(point: Point | None) -> list[int | None]:
    if point is None:
        return [None, None, None]
    accuracy = None if point.accuracy_m is None else min(math.ceil(point.accuracy_m), 0xFFFF)
    return [round(point.lat * 1e6), round(point.lon * 1e6), accuracy]


def _sealed_array(sealed: Sealed, name: str, department: str) -> bytes:
    return canonical.dumps([
        *_point_items(sealed.point), canonical.pack_text(name), canonical.pack_text(department),
        MESSENGERS.index(sealed.messenger), sealed.message,
    ])  # fmt: skip


def _cut(text: str, keep: int) -> str:
    if keep == len(text):
        return text
    return text[: keep - 1] + "…" if keep else ""


def _packed_size(text: str) -> int:
    packed = canonical.pack_text(text)
    return len(packed) if isinstance(packed, bytes) else len(packed.encode())


def _int(value: object, low: int, end: int) -> int:
    if type(value) is not int or not low <= value < end:
        raise MalformedError(f"expected a whole number from {low} below {end}")
    return value


def _bytes(value: object, length: int | None) -> bytes:
    if not isinstance(value, bytes) or (length is not None and len(value) != length):
        raise MalformedError(f"expected {length} bytes")
    return value
