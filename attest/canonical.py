"""One encoding for each value: deterministic CBOR (RFC 8949 §4.2) and strict base45 (RFC 9285).

The one door to cbor2 and base45. It refuses every second spelling of the same value: indefinite or non-minimal
lengths, trailing bytes, lower case, line ends. Both libraries are lenient there (research/attest.md §2.6), and a
second spelling would slip past whoever compares receipts by their bytes.
"""

from __future__ import annotations

import re

import base45
import cbor2

_BASE45 = re.compile(r"[0-9A-Z $%*+\-./:]*")


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
    return str(base45.b45encode(data).decode("ascii"))


def from_text(text: str) -> bytes:
    """The bytes of which `text` is the base45; within the alphabet each group of three has one spelling.

    Raises:
        NotCanonicalError: a character outside the alphabet, an impossible length or an overflowing group.
    """
    if _BASE45.fullmatch(text) is None:
        raise NotCanonicalError("a character outside base45")
    try:
        return bytes(base45.b45decode(text))
    except ValueError as error:
        raise NotCanonicalError("not base45") from error


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
