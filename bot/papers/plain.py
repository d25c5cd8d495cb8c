"""What a text may hold on paper: letters in one form, no control characters and nothing that turns writing round."""

from __future__ import annotations

import unicodedata

LONGEST = 4_000


def plain(text: str) -> str:
    """`text` in NFC; every character of Unicode category C or Z but the line break is a blank; cut at LONGEST."""
    normal = unicodedata.normalize("NFC", text[:LONGEST].replace("\r\n", "\n"))
    if normal.isprintable():  # nothing but letters, marks and plain blanks: most texts
        return normal
    letters = (letter if letter == "\n" or unicodedata.category(letter)[0] not in "CZ" else " " for letter in normal)
    return "".join(letters)
