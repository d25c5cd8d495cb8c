"""What a detail page says: body, files, mark, date, department. Runs in the sandbox; refuses to overrule the list.

The title is the row's; date and department are for lists that have none (trafilatura's own are wrong on such pages,
news note §3.3, and not asked for).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawlers.article import Link, ParseError
from crawlers.body import body_of
from crawlers.charset import decode
from crawlers.dates import embargo_line
from crawlers.eminwon import file_links
from crawlers.files import files_of
from crawlers.heading import unheaded
from crawlers.markup import Node, attribute, check_shape, text_of, tree
from crawlers.particulars import date_on, department_in

__all__ = ["Page", "kind_of", "read_page", "unheaded"]

_MISSING = re.compile(
    r"존재하지\s*않|찾을\s*수\s*없|삭제된\s*(?:게시물|글|자료)|삭제되었|잘못된\s*(?:접근|경로|요청)|비정상적인\s*접근|권한이\s*없|"
    r"로그인이?\s*(?:필요|후)|표시할\s*수\s*없|서비스\s*(?:점검|이용에\s*불편)|page not found|404 error",
    re.IGNORECASE,
)
_SAYS_AND_LEAVES = re.compile(
    r"alert\s*\(\s*['\"]([^'\"\n]{2,200})['\"][^<]{0,300}?(?:history\.|location|self\.close|window\.close)"
)
_MARK_NAMED = re.compile(
    r"(?:opentype|open[_-]?code|codetype|licen[sc]e[_-]?type|kogl[\w./-]{0,20}?type|img_kogl|kogl)[_=-]?0?([0-4])(?!\d)",
    re.IGNORECASE,
)
_MARK_TOLD = re.compile(r"공공\s*누리[^0-9<>]{0,40}?제?\s*([0-4])\s*유형|제\s*([0-4])\s*유형[^0-9<>]{0,40}공공\s*누리")
_MARK_WORDS = re.compile(
    r"공공\s*누리[^<>\n]{0,80}?(출처\s*표시[^<>\n]{0,60})|(출처\s*표시[^<>\n]{0,40})[^<>]{0,20}공공\s*누리"
)
_NO_PROFIT, _NO_CHANGE = re.compile(r"상업|비영리"), re.compile(r"변경\s*(?:금지|불가|을)")
_SCRIPTS = {"do", "jsp", "asp", "aspx", "php", "es", "cgi", "web"}  # endings of addresses, not of files
_MAGIC = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"HWP Document File")


@dataclass(frozen=True, slots=True)
class Page:
    """What a detail page says. `is_file` where the address answered with a document itself; then all else is empty.

    `date` is raw text, and like `department` only for lists that have none. `embargo` is the line that names a time of
    release, wherever on the page it stands.
    """

    text: str = ""
    links: tuple[Link, ...] = ()
    date: str = ""
    department: str = ""
    licence: str = ""
    embargo: str = ""
    is_file: bool = False


def read_page(body: bytes, charset: str, url: str, body_css: str = "", files_css: str = "", title: str = "") -> Page:
    """The page at `url`; `body_css` and `files_css` say where its body and its files stand, where that is known.

    `title` is the row's: of several articles on one page it tells which is meant.

    Raises:
        ParseError: `missing` where it is an error page served as if it were one, `markup` where it would hang a parser.
    """
    if body.lstrip()[:20].startswith(_MAGIC):
        return Page(is_file=True)
    source = decode(body, charset)
    check_shape(source)
    root = tree(source)
    text = body_of(source, body_css, title)
    links = files_of(root, source, url, files_css) or tuple(file_links(source, root, url))
    whole = text_of(root)
    if len(text) < 300 and not links:
        _check_there(text, whole, source)
    return Page(
        text=text,
        links=links,
        date=date_on(root, whole, title),
        department=department_in(root, whole, text),
        licence=_mark(root, source),
        embargo=embargo_line(whole),
    )


def _check_there(text: str, whole: str, source: str) -> None:
    said = _SAYS_AND_LEAVES.search(source[:20_000]) if len(text) < 40 else None
    found = _MISSING.search(said[1] if said else text or whole[:1000])
    if found:
        raise ParseError("missing", found[0])


def _mark(root: Node, source: str) -> str:
    """The KOGL type that the page bears: by its picture's name, its text, its conditions; "" where it bears none.

    Of two the stricter; a page that shows more explains the types, and bears none of them.
    """
    pictures = " ".join(
        f"{attribute(image, 'src')[:300]} {attribute(image, 'alt')[:300]}" for image in root.css("img")[:500]
    )
    addresses = " ".join(attribute(anchor, "href") for anchor in root.css("a[href*=kogl i]")[:20])
    types = set(_MARK_NAMED.findall(f"{pictures} {addresses}"))
    if not types:
        types = {one or other for one, other in _MARK_TOLD.findall(f"{pictures} {source}")}
    if not types:
        words = {one or other for one, other in _MARK_WORDS.findall(f"{pictures} {source}")}
        types = {str(1 + bool(_NO_PROFIT.search(told)) + 2 * bool(_NO_CHANGE.search(told))) for told in words}
    return f"KOGL-{max(types)}" if 0 < len(types) <= 2 else ""


def kind_of(name: str) -> str:
    """A file's kind by its name: `hwpx`, `hwp`, `pdf`, …; "" where it does not say, as `download.do`."""
    found = re.search(r"\.([A-Za-z0-9]{2,5})$", name.strip())
    kind = found[1].lower() if found else ""
    return "" if kind in _SCRIPTS else kind
