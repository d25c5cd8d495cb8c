"""A board's list page, by a declared profile or by finding rows, dates and departments itself. Runs in the sandbox.

    dates on the page → the row around each → rows that are siblings → the group that looks most like a board

It refuses to invent: a page without rows is an error, never an empty day; a row without an address keeps none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urljoin, urlsplit

from crawlers.article import MAX_TITLE, Entry, Listing, ParseError
from crawlers.charset import decode
from crawlers.dates import date_in, looks_like_date
from crawlers.identity import stable_id, text_id
from crawlers.markup import Node, ancestors, attribute, text_of, tree
from crawlers.sources import BoardProfile

MAX_ROWS = 300
_ROW_TAGS = {"tr", "li", "dl", "article"}
_DEPARTMENT = re.compile(
    r"[가-힣A-Za-z0-9·]{1,18}(?:과|실|국|관|단|팀|소|청|원|처|센터|본부|부|위원회|사업소|읍|면|동)"
)
_LABELLED = re.compile(
    r"(?:담당\s*부서|작성\s*부서|부서\s*명?|담당자?|작성자|게시자|글쓴이|제공)\s*[:：]?\s*([가-힣A-Za-z0-9·]{2,20})"
)
_HEAD_DATE = re.compile(r"등록|작성|게시|게재|날짜|일자|date|배포|공고일", re.IGNORECASE)
_HEAD_DEPARTMENT = re.compile(r"부서|담당|작성자|기관|게시자|글쓴이|등록자|제공")
_HEAD_TITLE = re.compile(r"제\s*목|공고명|내용|건명|title|subject", re.IGNORECASE)
_TITLE_PARTS = "strong, h2, h3, h4, h5, [class*=tit], [class*=subj], [class*=t1]"
_DRESSING = re.compile(
    r"\s*(?:새\s*글|새로운\s*글|NEW|N|첨부\s*파일(?:\s*있음)?|파일\s*첨부|새창(?:으로)?\s*열기|이미지)\s*$"
)
_FILE = re.compile(r"\.(?:hwpx?|pdf|docx?|xlsx?|pptx?|zip|jpe?g|png)\s*$", re.IGNORECASE)
_BARS = re.compile(r"[|│ㅣ]")
_CALL = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$.]{0,60})\s{0,5}\(([^()]{0,300})\)")
_NO_CALL = {"void", "if", "return", "alert", "confirm", "preventDefault", "stopPropagation", "focus", "blur"}
_MAX_CALL = 2000  # characters of a row's script, and of a function's body
_ARGUMENT = re.compile(r"'([^']{0,200})'|\"([^\"]{0,200})\"|(\d{1,20})")
_GOES = re.compile(r"(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\(|window\.open\s*\()\s*([^;\n]{3,400})")
_TEMPLATE = re.compile(r"`([^`'\n]{0,400})`")
_HOLE = re.compile(r"\$\{\s*([A-Za-z_$][\w$]{0,60})\s*\}")
_PIECE = re.compile(r"'([^']*)'|\"([^\"]*)\"|([A-Za-z_$][\w$]*)|(,)")
_ASIDE = re.compile(r"nav|menu|gnb|lnb|foot|aside|side|quick|banner|popup|paging|breadcrumb", re.IGNORECASE)
_MAIN = re.compile(r"board|bbs|list|notice|content|press|news", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Row:
    node: Node
    link: Node | None


def parse_board(body: bytes, charset: str, url: str, profile: BoardProfile | None = None) -> Listing:
    """What the board at `url` lists, in its order.

    Raises:
        ParseError: `wrong_kind` for a feed, `no_rows` where nothing looks like a row, `markup` for a hostile page.
    """
    source = decode(body, charset)
    if source.lstrip()[:200].startswith(("<?xml", "<rss", "<feed")) and "<html" not in source[:2000].lower():
        raise ParseError("wrong_kind", "a feed, not a board")
    root = tree(source)
    rows = _declared_rows(root, profile) if profile and profile.rows else _found_rows(root)
    page = _Page(root, source, url, profile or BoardProfile())
    entries = [entry for row in rows[:MAX_ROWS] if (entry := page.entry(row)) is not None]
    if not entries:
        raise ParseError("no_rows", text_of(root)[:80])
    told = Counter(entry.id for entry in entries if not entry.url)
    entries = [replace(one, id=text_id(one.id, one.title)) if told[one.id] > 1 else one for one in entries]
    return Listing("board", tuple({entry.id: entry for entry in entries}.values()))


def _declared_rows(root: Node, profile: BoardProfile) -> list[_Row]:
    return [_Row(node, node.css_first(profile.link or "a")) for node in root.css(profile.rows)]


def _found_rows(root: Node) -> list[_Row]:
    groups: dict[tuple[int, str], dict[int, Node]] = {}
    for leaf in _dated_leaves(root):
        row = _row_around(leaf)
        if row is not None and row.parent is not None:
            groups.setdefault((row.parent.mem_id, row.tag or ""), {})[row.mem_id] = row
    ranked = sorted(groups.values(), key=lambda rows: _worth(list(rows.values())), reverse=True)
    best = list(ranked[0].values()) if ranked and _worth(list(ranked[0].values())) > 0 else _linked_rows(root)
    return [_Row(node, _title_link(node)) for node in best]


def _dated_leaves(root: Node) -> list[Node]:
    found: dict[int, Node] = {}
    for node in root.traverse(include_text=True):
        if node.tag != "-text" or node.parent is None:
            continue
        text = node.text_content or ""
        if len(text) <= 120 and (looks_like_date(text) or date_in(text)):
            found[node.parent.mem_id] = node.parent
            if len(found) == 1000:
                break
    return list(found.values())


def _row_around(leaf: Node) -> Node | None:
    """The smallest element around a date that also has a link, or the table row or list item just around that."""
    chain = [leaf, *ancestors(leaf, 6)]
    linked = next((node for node in chain if node.tag == "a" or node.css_first("a, [onclick]") is not None), None)
    if linked is None:
        return None
    for node in chain[chain.index(linked) : chain.index(linked) + 4]:
        if node.tag in _ROW_TAGS:
            return node
    return linked


def _worth(rows: list[Node]) -> float:
    """How much a group of siblings looks like a board: titles told, times how likely the place is."""
    titles = {_title_of(link) for row in rows if (link := _title_link(row)) is not None}
    told = sum(min(len(title), 60) for title in titles if len(title) >= 2)
    names = [_named(node) for node in [rows[0], *ancestors(rows[0], 8)]]
    place = (
        0.1 if any(_ASIDE.search(name) for name in names) else 1.5 if any(_MAIN.search(name) for name in names) else 1.0
    )
    return told * place * (2.0 if rows[0].tag == "tr" else 1.0)


def _named(node: Node) -> str:
    tag = node.tag if node.tag in {"nav", "footer", "aside", "header"} else ""
    return f"{'nav' if tag else ''} {attribute(node, 'class')} {attribute(node, 'id')}"


def _linked_rows(root: Node) -> list[Node]:
    """Rows of a board without dates: the largest set of links that differ only in their numbers."""
    groups: dict[str, dict[str, Node]] = {}
    for anchor in root.css("a")[:5000]:
        target = attribute(anchor, "href") + attribute(anchor, "onclick")
        if re.search(r"\d", target) and len(_title_of(anchor)) >= 6:
            groups.setdefault(re.sub(r"\d+", "0", target), {}).setdefault(target, anchor)
    best = max(groups.values(), key=lambda rows: sum(len(_title_of(row)) for row in rows.values()), default={})
    if len(best) < 3:
        return []
    return [next((up for up in ancestors(anchor, 3) if up.tag in _ROW_TAGS), anchor) for anchor in best.values()]


def _title_link(row: Node) -> Node | None:
    if row.tag == "a":
        return row
    links = [
        link for link in row.css("a") if not _FILE.search(text_of(link)) and not _FILE.search(attribute(link, "href"))
    ]
    return max(links or row.css("[onclick]"), key=lambda link: len(_title_of(link)), default=None)


def _title_of(link: Node) -> str:
    text = text_of(link)
    if len(text) > 60 or date_in(text):  # a card: the whole row is the link
        parts = [text_of(part) for part in link.css(_TITLE_PARTS)]
        leaves = [leaf for leaf in _leaf_texts(link) if not looks_like_date(leaf)]
        text = next((part for part in parts if len(part) >= 4), max(leaves, key=len, default=text))
    for _ in range(3):
        text = _DRESSING.sub("", text)
    told, cut = attribute(link, "title").strip(), text.rstrip(". …")
    if cut and text.endswith(("...", "…", "..")) and told.startswith(cut):
        text = told
    return text.strip() or told


def _leaf_texts(node: Node) -> list[str]:
    leaves = (part.text_content or "" for part in node.traverse(include_text=True) if part.tag == "-text")
    return [text for leaf in leaves for piece in _BARS.split(leaf) if (text := " ".join(piece.split()))]


class _Page:
    """One list page, and how its rows become entries."""

    def __init__(self, root: Node, source: str, url: str, profile: BoardProfile) -> None:
        self._root, self._source, self._url, self._profile = root, source, url, profile
        self._heads: dict[int, list[str]] = {}
        self._functions: dict[str, list[tuple[str, str]]] = {}

    def entry(self, row: _Row) -> Entry | None:
        """The entry that a row tells, or None for a heading, an advertisement, "no posts"."""
        if row.link is None:
            return None
        title = self._declared(row.node, self._profile.title) or _title_of(row.link)
        url, call = self._address(row.link)
        if not call and row.link.tag == "a":
            url, call = self._address(row.node)
        if len(title) < 2 or (not url and not call):
            return None
        card = bool(date_in(text_of(row.link))) or any(looks_like_date(text) for text in _leaf_texts(row.link))
        link_texts = {title} if card else set(_leaf_texts(row.link))  # a card's link holds the whole row
        date = self._declared(row.node, self._profile.date) or self._date(row.node, link_texts)
        department = self._declared(row.node, self._profile.department) or self._department(row.node, link_texts)
        entry_id = stable_id(url, self._url) if url else _call_id(call)
        return Entry(entry_id, url, title[:MAX_TITLE], date[:100], department[:80])

    def _declared(self, row: Node, css: str) -> str:
        node = row.css_first(css) if css else None
        return text_of(node) if node is not None else ""

    def _address(self, link: Node) -> tuple[str, str]:
        href, click = attribute(link, "href").strip(), attribute(link, "onclick").strip()
        call = f"{href} {click}"[:_MAX_CALL]
        if self._profile.detail:
            found = re.search(self._profile.id or r"(\d+)", call)
            return (self._join(self._profile.detail.replace("{id}", found[1])), call) if found else ("", "")
        if href and not href.startswith(("#", "javascript:")):
            return self._join(href), call
        if goes := _GOES.search(call):
            return self._join("".join(_pieces(goes[1], {}))), call
        return (self._join(self._called(call)), call) if _call_in(call) else ("", "")

    def _join(self, href: str) -> str:
        try:
            url = urljoin(self._url, href) if href else ""
            return url if urlsplit(url).scheme in {"http", "https"} else ""
        except ValueError:
            return ""

    def _called(self, call: str) -> str:
        """Where a row's script call leads, read from the page's own script: `fn('3')` and `location.href = '…' + a`."""
        name, given = _call_in(call) or ("", [])
        for parameters, body in self._bodies(name):
            if goes := _GOES.search(body):
                values = dict(zip((part.strip() for part in parameters.split(",")), given, strict=False))
                used = set(re.findall(r"[A-Za-z_$][\w$]*", goes[1])) & values.keys()
                return "".join(_pieces(goes[1], values)) if used else ""
        return ""

    def _bodies(self, name: str) -> list[tuple[str, str]]:
        """The parameters and the body of each function of that name in the page."""
        if name not in self._functions:
            heads = re.finditer(
                rf"(?<![\w$]){re.escape(name)}\s*(?:=\s*function\s*)?\(([^()]{{0,200}})\)\s*\{{", self._source
            )
            self._functions[name] = [(head[1], _block(self._source, head.end())) for head in islice(heads, 5)]
        return self._functions[name]

    def _date(self, row: Node, link_texts: set[str]) -> str:
        headed = self._headed(row, _HEAD_DATE)
        if headed and (looks_like_date(headed) or date_in(headed)):
            return headed
        texts = [text for text in _leaf_texts(row) if text not in link_texts]
        exact = next((text for text in texts if looks_like_date(text)), "")
        return exact or next((date_in(text) for text in texts if date_in(text)), "")

    def _department(self, row: Node, link_texts: set[str]) -> str:
        if headed := self._headed(row, _HEAD_DEPARTMENT):
            return headed
        texts = [text for text in _leaf_texts(row) if text not in link_texts and not looks_like_date(text)]
        labelled = _LABELLED.search(" ".join(texts))
        return labelled[1] if labelled else next((text for text in texts if _DEPARTMENT.fullmatch(text)), "")

    def _headed(self, row: Node, wanted: re.Pattern[str]) -> str:
        """The text of the cell under the table heading that matches, or whose own label does."""
        cells = [cell for cell in _children(row) if cell.tag in {"td", "th"}]
        table = next((up for up in ancestors(row, 4) if up.tag == "table"), None)
        if table is None or not cells:
            return ""
        if table.mem_id not in self._heads:
            self._heads[table.mem_id] = _headings(table)
        for head, cell in zip(self._heads[table.mem_id], cells, strict=False):
            if wanted.search(head) and not _HEAD_TITLE.search(head):
                return text_of(cell)
        return ""


def _headings(table: Node) -> list[str]:
    for row in table.css("tr")[:5]:
        heads = [cell for cell in _children(row) if cell.tag == "th"]
        if len(heads) >= 2:
            return [text_of(head) for head in heads]
    return []


def _children(node: Node) -> Iterable[Node]:
    return (child for child in node.iter())


def _call_in(call: str) -> tuple[str, list[str]] | None:
    """The function that a row's script calls, and the values it gives it."""
    for found in _CALL.finditer(call):
        name = found[1].rsplit(".", 1)[-1]
        if name not in _NO_CALL:
            return name, ["".join(groups) for groups in _ARGUMENT.findall(found[2])]
    return None


def _call_id(call: str) -> str:
    """What names a row without an address: the values its script is called with, never its title."""
    name, given = _call_in(call) or ("", [])
    return f"call:{name}:{':'.join(given)}"[:300] if any(given) else text_id(call)


def _block(source: str, start: int) -> str:
    """What stands in `source` from `start` to the brace that closes it."""
    depth = 1
    for at in range(start, min(len(source), start + _MAX_CALL)):
        depth += (source[at] == "{") - (source[at] == "}")
        if depth == 0:
            return source[start:at]
    return source[start : start + _MAX_CALL]


def _pieces(expression: str, values: dict[str, str]) -> Iterable[str]:
    """The parts of `'/view?id=' + id` or of a template, joined by whoever asks; what is unknown says nothing."""
    plain = _TEMPLATE.sub(
        lambda found: "'" + _HOLE.sub(lambda hole: values.get(hole[1], ""), found[1]) + "'", expression
    )
    for literal, quoted, name, comma in _PIECE.findall(plain):
        if comma:
            return
        yield literal or quoted or values.get(name, "")
