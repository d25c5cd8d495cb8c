"""HTML as a tree, and its plain text: the one door to selectolax. Runs in the sandbox; refuses parser traps.

selectolax (lexbor) spends quadratic time on a tag with very many attributes (measured: 20,000 take 0.7 s, 300,000 take
minutes) and trafilatura seconds on very many tags, so a linear look at the page comes first. The sandbox's own caps
stand behind it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawlers.article import ParseError
from crawlers.characters import prose

Node = LexborNode

_SMALL = 100_000  # characters of a fragment that is tried without a tree
MAX_TAGS = 100_000
MAX_ATTRIBUTES = 2_000  # of one tag, counted by what can part them
_TAG = re.compile(r"<[A-Za-z][^>]*")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_NEXT = re.compile(r"[\s/=]+")
_BLOCK_END = re.compile(
    r"(?i)<(?:br|hr|/p|/div|/li|/tr|/h[1-6]|/dd|/dt|/dl|/table|/ul|/ol|/pre|/section|/article|/blockquote|/figure|/figcaption|/caption|/center|/address|/details|/summary)\b[^<>]{0,200}>"
)
_CELL_END = re.compile(r"(?i)</t[dh]\b[^<>]{0,200}>")
_HTML = re.compile(
    r"(?i)</?(?:a|b|br|center|div|em|font|h[1-6]|hr|i|img|li|o:p|ol|p|pre|s|span|strong|sub|sup|table|tbody|td|th|tr|u|ul)"
    r"(?:\s[^<>]{0,2000})?/?>"
)
_ATTRIBUTES = r"""(?:\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=`]+))*\s*/?>"""
_BREAKING = re.compile(rf"(?i)<(?:br|hr|/?(?:p|div|li|tr|h[1-6]|table|tbody|ul|ol|center|blockquote)){_ATTRIBUTES}")
_CELLS = re.compile(rf"(?i)</?t[dh]{_ATTRIBUTES}")
_INLINE = re.compile(rf"(?i)</?(?:a|b|em|font|i|img|o:p|s|span|strong|sub|sup|u){_ATTRIBUTES}")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_SILENT = ["script", "style", "noscript", "template", "iframe", "svg", "select", "button"]


def tree(page: str) -> Node:
    """The root element of `page`.

    Raises:
        ParseError: `markup`, where it holds more tags or attributes than any page that people read.
    """
    check_shape(page)
    root = LexborHTMLParser(page).root
    if root is None:
        raise ParseError("markup", "no document")
    return root


def check_shape(page: str) -> None:
    """Raises `ParseError` (`markup`) where `page` would cost a parser minutes; takes linear time itself."""
    if page.count("<") > MAX_TAGS:
        raise ParseError("markup", f"{page.count('<')} of at most {MAX_TAGS} tags")
    if len(page) <= MAX_ATTRIBUTES or max(map(len, page.split("<"))) <= MAX_ATTRIBUTES:
        return  # no tag is long enough
    for tag in _TAG.finditer(page):
        if tag.end() - tag.start() > MAX_ATTRIBUTES and len(_NEXT.findall(_QUOTED.sub("", tag[0]))) > MAX_ATTRIBUTES:
            raise ParseError("markup", f"more than {MAX_ATTRIBUTES} attributes in one tag")


def plain(fragment: str) -> str:
    """The text of an HTML fragment: a line a block, a space between cells; markup escaped twice is markup too.

    Text without markup comes back with its entities read.
    """
    text = fragment
    for _ in range(2):  # once is what the format asks; twice is what templates do
        if "<" in text:
            text = _stripped(text)
        if "&" not in text:
            break
        text = html.unescape(text)
        if not _HTML.search(text) and not _ENTITY.search(text):
            break
    return tidy(text)


def _stripped(fragment: str) -> str:
    # what editors and templates write is mostly this; anything else is for a real parser
    if len(fragment) < _SMALL:
        text = _INLINE.sub("", _CELLS.sub(" ", _BREAKING.sub("\n", fragment)))
        if "<" not in text:
            return html.unescape(text) if "&" in text else text
    marked = _BLOCK_END.sub("\\g<0>\n", fragment)
    if "</t" in marked or "</T" in marked:
        marked = _CELL_END.sub("\\g<0> ", marked)
    root = tree(marked)
    root.strip_tags(_SILENT)
    return root.text()


def text_of(node: Node) -> str:
    """The text under `node` on one line."""
    return " ".join(node.text(separator=" ").split())


def tidy(text: str) -> str:
    """`text` with single spaces, no empty lines, and no control or zero-width characters."""
    lines = (" ".join(line.split()) for line in prose("\n".join(text.splitlines())).split("\n"))
    return "\n".join(line for line in lines if line)


def attribute(node: Node, name: str) -> str:
    """An attribute's value, or ""."""
    return node.attributes.get(name) or ""


def ancestors(node: Node, most: int) -> Iterator[Node]:
    """The elements around `node`, from the inside, at most `most` of them."""
    for _ in range(most):
        parent = node.parent
        if parent is None or parent.tag in {None, "html", "body", "-undef"}:
            return
        node = parent
        yield node
