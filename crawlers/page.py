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
from crawlers.marks import mark_of
from crawlers.markup import check_shape, text_of, tree
from crawlers.particulars import date_on, department_in

__all__ = ["Page", "kind_of", "read_page", "unheaded"]

_MISSING = re.compile(
    r"존재하지\s*않|찾을\s*수\s*없|삭제된\s*(?:게시물|글|자료)|삭제되었|잘못된\s*(?:접근|경로|요청)|비정상적인\s*접근|권한이\s*없|"
    r"로그인이?\s*(?:필요|후|하여\s*주|해\s*주)|세션이?\s*(?:만료|종료)|표시할\s*수\s*없|"
    r"서비스\s*(?:점검|이용에\s*불편)|page not found|404 error",
    re.IGNORECASE,
)
_SAYS_AND_LEAVES = re.compile(
    r"alert\s*\(\s*['\"]([^'\"\n]{2,200})['\"][^<]{0,300}?(?:history\.|location|self\.close|window\.close)"
)
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
        date=date_on(root, whole, title, text),
        department=department_in(root, whole, text),
        licence=mark_of(root, source),
        embargo=embargo_line(whole),
    )


def _check_there(text: str, whole: str, source: str) -> None:
    said = _SAYS_AND_LEAVES.search(source[:20_000]) if len(text) < 40 else None
    found = _MISSING.search(said[1] if said else text or whole[:1000])
    if found:
        raise ParseError("missing", found[0])


def kind_of(name: str) -> str:
    """A file's kind by its name: `hwpx`, `hwp`, `pdf`, …; "" where it does not say, as `download.do`."""
    found = re.search(r"\.([A-Za-z0-9]{2,5})$", name.strip())
    kind = found[1].lower() if found else ""
    return "" if kind in _SCRIPTS else kind
