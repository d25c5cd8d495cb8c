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

Node = LexborNode

MAX_TAGS = 100_000
MAX_ATTRIBUTES = 2_000  # of one tag, counted by what can part them
_TAG = re.compile(r"<[A-Za-z][^>]*")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_NEXT = re.compile(r"[\s/=]+")
_BLOCK_END = re.compile(r"(?i)<(?:br|/p|/div|/li|/tr|/h[1-6]|/dd|/dt|/table|/ul|/section|/article)\b[^<>]{0,200}>")
_SPACES = re.compile(r"[^\S\n]+")
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
    for tag in _TAG.finditer(page):
        if tag.end() - tag.start() > MAX_ATTRIBUTES and len(_NEXT.findall(_QUOTED.sub("", tag[0]))) > MAX_ATTRIBUTES:
            raise ParseError("markup", f"more than {MAX_ATTRIBUTES} attributes in one tag")


def plain(fragment: str) -> str:
    """The text of an HTML fragment, a line a block; text without markup comes back with its entities read."""
    if "<" not in fragment:
        return tidy(html.unescape(fragment))
    root = tree(_BLOCK_END.sub(lambda found: found[0] + "\n", fragment))
    root.strip_tags(_SILENT)
    return tidy(root.text())


def text_of(node: Node) -> str:
    """The text under `node` on one line."""
    return " ".join(node.text(separator=" ").split())


def tidy(text: str) -> str:
    """`text` with single spaces, no empty lines and no control characters."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.replace("\r", "\n").split("\n"))
    joined = "\n".join(line for line in lines if line)
    return "".join(char for char in joined if char >= " " or char == "\n")


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
