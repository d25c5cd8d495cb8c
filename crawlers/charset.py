"""Text from bytes whose charset is told wrongly or not at all; refuses to guess among the world's charsets.

Korean public pages are UTF-8 or CP949 (which EUC-KR pages really are), often mislabelled. Bytes that are valid UTF-8
with Korean in them are UTF-8 whatever they claim; a general detector would add a dependency and nothing else.
"""

from __future__ import annotations

import codecs
import re

_HEAD = 4096
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_KOREAN = {"euckr", "ksc56011987", "ksc5601", "korean", "ms949", "xwindows949", "windows949", "cp949", "uhc"}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Python's own notations: they fail whatever is to be replaced, take quadratic time, or read escapes
_NO_CHARSETS = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
_LATIN = {"ascii", "latin_1", "iso8859-1", "cp1252"}  # what a server says when nobody set it


def decode(body: bytes, declared: str = "") -> str:
    """The text of `body`, never failing: bytes that fit nothing become U+FFFD.

    Order: byte-order mark, UTF-8 if strictly valid, what the header or the document declares, CP949; else whichever of
    these needs the fewest replacements.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    if wide := _wide(body):
        return body.decode(wide, "replace")
    names = ["utf-8", *_declared(body, declared), "cp949"]
    for name in names:
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return min((body.decode(name, "replace") for name in names), key=lambda text: text.count("\ufffd"))


def _declared(body: bytes, header: str) -> list[str]:
    found = _DECLARED.search(body[:_HEAD])
    labels = [header, found[1].decode("ascii") if found else ""]
    return [name for label in labels if (name := _codec(label))]


def _codec(label: str) -> str | None:
    plain = re.sub(r"[^a-z0-9]", "", label.lower())
    if plain in _KOREAN:
        return "cp949"
    try:
        found = codecs.lookup(label.strip())
    except (LookupError, ValueError):
        return None
    # "base64", "zlib" and the like are codecs too, and no charsets
    text = getattr(found, "_is_text_encoding", True) and found.name.replace("_", "-") not in _NO_CHARSETS
    return found.name if text and found.name not in _LATIN and not found.name.startswith("utf") else None


def _wide(body: bytes) -> str | None:
    head = body[:200]
    if head.count(0) * 3 < len(head):
        return None
    return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
