"""A Korean name in Latin letters, for an id that people can type: by the Revised Romanization, letter by letter. Pure.

It knows no sound changes (국어의 로마자 표기법 제3장 제1항): an id is not read aloud, and whoever adds an
institution may choose another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from typing import Final

_FIRST: Final = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_MIDDLE: Final = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu",
    "ui", "i",
)  # fmt: skip
_LAST: Final = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l",
    "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t",
)  # fmt: skip
_KIND: Final = re.compile(
    r"(?<=[가-힣]{2})(?:특별자치시|특별자치도|광역시|특별시|시청|군청|구청|도청|교육청|시|군|구|도|청)$"
)
_LONGEST: Final = 24


def romanized(text: str) -> str:
    """The text in small Latin letters and digits, nothing else."""
    return "".join(_syllable(char) for char in unicodedata.normalize("NFC", text).casefold())


def suggested(name: str, taken: Container[str]) -> str:
    """An id for an institution of that name, free among those taken."""
    bare = _KIND.sub("", re.sub(r"\(.*?\)|\s", "", name))
    base = (romanized(bare) or romanized(name) or "office")[:_LONGEST]
    found, number = base, 2
    while found in taken:
        found, number = f"{base}{number}", number + 1
    return found


def _syllable(char: str) -> str:
    if "가" <= char <= "힣":
        code = ord(char) - 0xAC00
        return _FIRST[code // 588] + _MIDDLE[code % 588 // 28] + _LAST[code % 28]
    return char if char.isascii() and char.isalnum() else ""
