"""The file name that a Content-Disposition header tells, in whatever encoding its server writes. Pure; refuses paths.

RFC 6266 (`filename*`), RFC 2047 words, percent escapes, and bare bytes in UTF-8 or CP949, as Korean servers send them.
"""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from urllib.parse import unquote_to_bytes

_STARRED = re.compile(r"filename\*\s*=\s*\"?([\w-]{1,20})'[\w-]{0,20}'([^;\"]{1,1500})", re.IGNORECASE)
_PLAIN = re.compile(r"filename\s*=\s*(?:\"((?:[^\"\\]|\\.){1,1500})\"|([^;]{1,1500}))", re.IGNORECASE)
_MOST = 4000


def told_name(header: str) -> str:
    """The name of the file in `header` (as aiohttp reads it: UTF-8 with surrogates), "" where none is told."""
    header = header[:_MOST]
    if starred := _STARRED.search(header):
        return _last(_decoded(unquote_to_bytes(starred[2].strip()), starred[1]))
    found = _PLAIN.search(header)
    if not found:
        return ""
    raw = re.sub(r"\\([\"\\])", r"\1", found[1] or found[2]).strip()
    if "=?" in raw:
        try:
            return _last(str(make_header(decode_header(raw))))
        except (HeaderParseError, LookupError, ValueError):
            return ""
    if re.search(r"%[0-9A-Fa-f]{2}", raw):
        return _last(_decoded(unquote_to_bytes(raw), "utf-8"))
    return _last(_decoded(raw.encode("utf-8", "surrogateescape"), "utf-8"))


def _decoded(raw: bytes, charset: str) -> str:
    for name in (charset, "utf-8", "cp949"):
        try:
            return _unmangled(raw.decode(name))
        except (LookupError, ValueError):
            continue
    return ""


def _unmangled(text: str) -> str:
    """Text whose bytes were once taken for Latin-1 ("ê³µê³ .hwp"), read as it was meant."""
    if not re.search(r"[\u0080-\u00ff]", text) or re.search(r"[\u0100-\uffff]", text):
        return text
    for name in ("utf-8", "cp949"):
        try:
            return text.encode("latin-1").decode(name)
        except ValueError:
            continue
    return text


def _last(name: str) -> str:
    return " ".join(re.split(r"[\\/]", name.replace("+", " ") if " " not in name else name)[-1].split())[:200]
