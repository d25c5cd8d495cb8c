"""Addresses as templates write them, made whole. Pure; refuses every scheme but http and https."""

from __future__ import annotations

import re
from urllib.parse import urljoin

MAX_CHARS = 4000
_BARE_HOST = re.compile(r"(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:go|or|re|ac|co|ne)\.kr(?:[/:?]|$)", re.IGNORECASE)
_BREAKS = re.compile(r"[ \t]*[\r\n]\s*|[\t\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")


def absolute(href: str, base: str) -> str:
    """`href`, found on `base`, as a whole address; "" where it is none of the web.

    Mends what browsers mend: spaces and line breaks inside, backslashes, `&amp;` escaped once too often; and a host
    without a scheme, as feeds by hand have it.
    """
    told = _BREAKS.sub("", href.strip()[:MAX_CHARS])
    if not told or told[0] == "#":
        return ""
    told = told.replace("&amp;", "&").replace(" ", "%20")
    if "\\" in told:
        path, mark, query = told.partition("?")
        told = path.replace("\\", "/") + mark + query
    if _BARE_HOST.match(told):
        told = base.partition(":")[0] + "://" + told
    try:
        url = urljoin(base, told) if "://" not in told[:12] else told
    except ValueError:
        return ""
    return url if url[:8].lower().startswith(("http://", "https://")) else ""
