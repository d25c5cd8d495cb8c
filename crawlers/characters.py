"""Foreign text without the characters that act on whoever shows it: controls, bidi, invisible and half ones. Pure.

A title that turns the rest of a chat line around, an escape sequence in a log and a lone surrogate that no database
takes are all one case. Refuses to judge words.
"""

from __future__ import annotations

import re

_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_LONG_MARKS = re.compile(f"([{_MARKS}]{{4}})[{_MARKS}]+")
# C0 but tab and line feed, C1, soft hyphen, bidi marks and embeddings, zero-width and word joiners, invisible
# operators, fillers and blanks that look like nothing, interlinear anchors, tags and variation selectors, surrogates.
# Private use stays: old Hangul of HWP files is written with it.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff\ud800-\udfff]"
)
# any of both: most text has none, and one look is cheaper than two
_ODD = re.compile(f"{INVISIBLE.pattern[:-1]}{_MARKS}]")


def prose(text: str) -> str:
    """`text` with its lines, and without what acts on the reader."""
    if not text.isascii():
        if not _ODD.search(text):
            return text
        text = _LONG_MARKS.sub(r"\1", text)
    return INVISIBLE.sub("", text)


def line(text: str, most: int) -> str:
    """`text` on one line of at most `most` characters, and without what acts on the reader."""
    text = text[: 4 * most]  # what is cut away need not be looked at
    if not text.isprintable():
        # parted twice: what stood between two blanks may have been nothing
        text = " ".join(INVISIBLE.sub("", " ".join(text.split())).split())
    return prose(text).strip()[:most].rstrip()
