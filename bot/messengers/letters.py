"""Text and names as platforms can carry them: pure, and the same for every adapter."""

from __future__ import annotations

import re
from typing import Final

_LONGEST_NAME: Final = 120
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\"<>:|?*\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_ORDERS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DELETE: Final = 0x7F


def whole(text: str) -> str:
    """The text without what no platform carries: halves of characters, and the zero."""
    return text.replace("\x00", "\ufffd").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def visible(text: str) -> str:
    """The text as a terminal may show it: what would be an order to it is seen instead (␛)."""
    return _ORDERS.sub(_pictured, whole(text.replace("\r\n", "\n")))


def _pictured(found: re.Match[str]) -> str:
    code = ord(found[0])
    return "␡" if code == _DELETE else chr(0x2400 + code) if code < _DELETE else "\ufffd"


def file_name(name: str) -> str:
    """The name as one that stands in a header, and in any folder: its end is kept, for it says what the file is."""
    return _UNSAFE.sub("_", whole(name)).strip(" .")[-_LONGEST_NAME:] or "file"
