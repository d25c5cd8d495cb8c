"""One encoding for each value: deterministic CBOR (RFC 8949 §4.2) and strict base45 (RFC 9285).

The one door to cbor2. It refuses every second spelling of the same value: indefinite or non-minimal lengths, trailing
bytes, lower case, line ends. Libraries are lenient there (research/attest.md §2.6), and a second spelling would slip
past whoever compares receipts by their bytes. base45 is written out here: the library's took half as long as checking
the signature does; tests hold it against that library.
"""

from __future__ import annotations

import struct

import cbor2

# RFC 9285 §4.2: a character's value is its place
_LETTERS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_NONE = 0xFF
_VALUES = bytes(_LETTERS.find(byte) if byte in _LETTERS else _NONE for byte in range(256))


class NotCanonicalError(ValueError):
    """The bytes or text are not the one canonical encoding of anything."""


def dumps(value: object) -> bytes:
    """The canonical CBOR of plain values: int, str, bytes, bool, None and lists or tuples of them."""
    return cbor2.dumps(value, canonical=True)


def loads(data: bytes) -> object:
    """The value of which `data` is the canonical CBOR; arrays come back as lists.

    Raises:
        NotCanonicalError: not CBOR, or not the canonical spelling, or bytes left over.
    """
    value, length = loads_prefix(data)
    if length != len(data):
        raise NotCanonicalError(f"{len(data) - length} bytes follow the item")
    return value


def loads_prefix(data: bytes) -> tuple[object, int]:
    """The first canonical item of `data` and its length in bytes.

    Raises:
        NotCanonicalError: `data` does not begin with a canonical item.
    """
    try:
        value = cbor2.loads(data, max_depth=4, allow_indefinite=False, allow_duplicate_keys=False)
        again = dumps(value)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise NotCanonicalError("not CBOR") from error
    if data[: len(again)] != again:
        raise NotCanonicalError("not the canonical encoding")
    return value, len(again)


def to_text(data: bytes) -> str:
    """`data` as base45, in the alphabet of QR alphanumeric mode."""
    whole = len(data) // 2
    text = bytearray(3 * whole)
    pairs = struct.unpack_from(f">{whole}H", data)
    text[0::3] = [_LETTERS[pair % 45] for pair in pairs]
    text[1::3] = [_LETTERS[pair // 45 % 45] for pair in pairs]
    text[2::3] = [_LETTERS[pair // 2025] for pair in pairs]
    if len(data) % 2:
        text += bytes([_LETTERS[data[-1] % 45], _LETTERS[data[-1] // 45]])
    return text.decode("ascii")


def from_text(text: str) -> bytes:
    """The bytes of which `text` is the base45; within the alphabet each group of three has one spelling.

    Raises:
        NotCanonicalError: a character outside the alphabet, an impossible length or an overflowing group.
    """
    try:
        values = text.encode("ascii").translate(_VALUES)
    except UnicodeEncodeError as error:
        raise NotCanonicalError("a character outside base45") from error
    if _NONE in values:
        raise NotCanonicalError("a character outside base45")
    whole, rest = divmod(len(values), 3)
    end = 3 * whole
    pairs = [a + 45 * b + 2025 * c for a, b, c in zip(values[0:end:3], values[1:end:3], values[2:end:3], strict=True)]
    last = values[end] + 45 * values[end + 1] if rest == 2 else 0
    if rest == 1 or last > 0xFF or (pairs and max(pairs) > 0xFFFF):
        raise NotCanonicalError("not base45")
    return struct.pack(f">{whole}H", *pairs) + bytes([last])[: rest // 2]


def pack_text(text: str) -> bytes | str:
    """`text` in the shorter of its two spellings: bytes of CP949 where that holds every character, else text.

    CP949 spends two bytes on a Hangul syllable where UTF-8 spends three.
    """
    try:
        return text.encode("cp949")
    except UnicodeEncodeError:
        return text


def unpack_text(value: object) -> str:
    """The text that `pack_text` spelled as `value`.

    Raises:
        NotCanonicalError: not a string, not CP949, or not the spelling `pack_text` would choose.
    """
    try:
        text = value.decode("cp949") if isinstance(value, bytes) else value
    except UnicodeDecodeError as error:
        raise NotCanonicalError("not CP949") from error
    if not isinstance(text, str) or pack_text(text) != value:
        raise NotCanonicalError("not the canonical spelling of a text")
    return text
