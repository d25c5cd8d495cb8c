"""Where a page that holds nothing itself sends its reader: a frame, a meta refresh, a script's location. Pure.

It refuses to leave the page's own site, and to follow a page that says something.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawlers.charset import decode
from crawlers.links import absolute
from crawlers.markup import attribute, check_shape, tree
from crawlers.verdict import framed, visible

_REFRESH = re.compile(r"^\s*(\d{1,2})\s*[;,]\s*url\s*=\s*['\"]?\s*([^'\"\s>]{1,600})", re.IGNORECASE)
_GOES = re.compile(
    r"(?:^|[;{>\s])(?:(?:window|document|self|top|parent)\.)?location(?:\.href)?\s*=\s*['\"]([^'\"\n]{1,600})['\"]\s*;?"
    r"|location\.(?:replace|assign)\(\s*['\"]([^'\"\n]{1,600})['\"]\s*\)"
)
_SIGNS = (b"<frame", b"<iframe", b"refresh", b"location")
_MOST = 60_000  # bytes of a page that holds nothing itself
_LITTLE = 200  # characters that such a page says at most


def may_lead_on(body: bytes) -> bool:
    """Whether it is worth asking `leads_on`: cheap, and without reading the page."""
    if len(body) > _MOST:
        return False
    low = body.lower()
    return any(sign in low for sign in _SIGNS)


def leads_on(body: bytes, charset: str, url: str) -> str:
    """The address, on the same site, of the page that a reader of this one sees; "" where it is this one."""
    source = decode(body, charset)
    check_shape(source)
    root = tree(source)
    text = visible(root)
    where = ""
    if len(text) <= _LITTLE:
        told = [attribute(one, "content") for one in root.css("meta[http-equiv=refresh i]")[:3]]
        where = next((found[2] for one in told if (found := _REFRESH.match(one)) and int(found[1]) <= 5), "")
        if not where and len(text) <= 20 and (found := _GOES.search(source)) and "alert" not in source:
            where = found[1] or found[2]
    target = absolute(where, url) if where else framed(root, url, text)
    if not target or target.partition("#")[0] == url.partition("#")[0]:
        return ""
    one, other = urlsplit(target), urlsplit(url)
    return target if one.hostname == other.hostname and one.scheme in {"http", "https"} else ""
