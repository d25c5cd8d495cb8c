"""The rows of an eminwon list: whoever calls searchDetail('<no>') stands in one. Runs in the sandbox.

    headed table · cells that call · cards · bare old tables  →  number, title, day, department

It refuses to invent: a page without rows is an error; how long a notice stays posted is no day of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urljoin

from crawlers.article import MAX_TITLE, Entry, Listing
from crawlers.board import parse_board
from crawlers.charset import decode
from crawlers.dates import date_in, looks_like_date
from crawlers.eminwon import detail_address, hidden_in
from crawlers.markup import Node, ancestors, attribute, text_of, tree
from crawlers.sources import BoardProfile

_CALL = re.compile(
    r"(?i)(?:search_?detail|go_?detail|view_?detail|detail_?view|go_?view|fn_?\w{0,20}(?:detail|view))\w{0,20}"
    r"\s*\(\s*['\"]?(\d{1,20})['\"]?\s*[,)]"
)
_NAMED = re.compile(r"(?i)(?:\bnot|¬)_?ancmt_?mgt_?no=(\d{1,20})")  # HTML reads a bare "&not" as its sign
_ROW_TAGS = {"tr", "li", "dl", "article"}
_PERIOD = re.compile(  # "2026-11-20 ~ 2026-12-10", how long it stays posted; a title may hold one and be none
    r"(?:[가-힣]{0,4}기간\s*[:：]?\s*)?\d[\d\s./()년월일화수목금토:-]{3,24}[~∼～][\d\s./()년월일화수목금토:-]*"
)
_HEAD_TITLE = re.compile(r"제\s*목|공고명|고시명|건\s*명|내\s*용")
_HEAD_DATE = re.compile(r"등\s*록|작성|고시\s*일|공고\s*일|일\s*자|게시\s*일|날\s*짜")
_HEAD_PERIOD = re.compile(r"기\s*간|마\s*감|종\s*료")
_HEAD_DEPARTMENT = re.compile(r"부\s*서|담\s*당|기\s*관")
_LABELLED_DEPARTMENT = re.compile(r"(?:담당\s*부서|부서\s*명?|담당)\s*[:：ㅣ|]?\s*([가-힣A-Za-z0-9·]{2,20})")
_LABELLED_DATE = re.compile(
    r"(?:등록|작성|고시|공고|게시)\s*(?:일(?:자|시)?\s*[:：ㅣ|]?|[:：ㅣ|])\s*(\d{4}[^~∼～가-힣]{4,12})(?![^~]{0,3}[~∼～])"
)
_DEPARTMENT = re.compile(
    r"[가-힣A-Za-z0-9·]{1,18}(?:과|실|국|관|단|팀|소|청|원|처|센터|본부|부|위원회|사업소|읍|면|동)"
)
_LABEL = re.compile(r"(?:담당|등록|게시|게재|작성|조회|고시|공고|부서|첨부|기간)[가-힣\s]{0,6}\s*[:：]")
_TITLE_PARTS = "[class*=tit], [class*=subj], strong, h3, h4, h5, dt"
_NUMBER = re.compile(r"[가-힣A-Za-z\s]{0,20}(?:제)?\s*\d{1,4}\s*-\s*\d{1,5}\s*호?|\d{1,7}")
_DRESSING = re.compile(r"\s*(?:새\s*글|NEW|N|첨부\s*파일(?:\s*있음)?|파일)\s*$")
MAX_ROWS = 300
_DAY_CELL = 14  # characters from which a text that stands in the title is a part of it, and no day beside it
_TARGETS = "[onclick], a[href]"


def parse_list(body: bytes, charset: str, url: str, profile: BoardProfile | None = None) -> Listing:
    """What the list that was posted to `url` holds, in its order.

    A declared `profile` is honoured as on any board; so are rows that lead somewhere by an address of their own.

    Raises:
        ParseError: `no_rows` where nothing looks like a row, `markup` for a hostile page, `wrong_kind` for a feed.
    """
    page = decode(body, charset)
    if profile and profile.rows:
        return replace(parse_board(body, charset, url, profile), kind="eminwon")
    root = tree(page)
    hidden, heads = hidden_in(root), dict[int, list[str]]()
    detail = detail_address(url, hidden)
    entries: dict[str, Entry] = {}
    for number, row, target in _rows(root):
        entry = _entry(row, target, heads)
        own = _own_address(target, url)
        if entry and len(entries) < MAX_ROWS:
            where = own or detail.format(number=number)
            entries.setdefault(number, replace(entry, id=f"not_ancmt_mgt_no:{number}", url=where, post=not own))
    if entries:
        return Listing("eminwon", tuple(entries.values()))
    return replace(parse_board(body, charset, url, profile), kind="eminwon")


def _rows(root: Node) -> Iterator[tuple[str, Node, Node]]:
    """Each notice once: its number, the element that is its row, and the elements' one that tells the title."""
    calling: dict[str, list[Node]] = {}
    for node in root.css(_TARGETS)[:5000]:
        told = f"{attribute(node, 'href')} {attribute(node, 'onclick')}"[:2000]
        found = _CALL.search(told) or _NAMED.search(told)
        if found:
            calling.setdefault(found[1], []).append(node)
    for number, nodes in list(calling.items())[:MAX_ROWS]:
        others = {node.mem_id for other, rest in calling.items() if other != number for node in rest}
        yield number, _row_of(nodes[0], others), max(nodes, key=lambda node: _weight(text_of(node)))


def _weight(text: str) -> int:
    """How much a text looks like a title: dates, numbers and periods do not."""
    if looks_like_date(text) or _PERIOD.fullmatch(text) or _NUMBER.fullmatch(text) or _DEPARTMENT.fullmatch(text):
        return -1
    return len(text)


def _row_of(node: Node, others: set[int]) -> Node:
    """The smallest table row or list item around a notice that is its alone; without one, the largest such element.

    A page's only notice has no neighbours to tell: there the smallest element with a day in it will do.
    """
    alone = node
    for up in (node, *ancestors(node, 8)):
        if any(child.mem_id in others for child in up.css(_TARGETS)):
            break
        alone = up
        if up.tag in _ROW_TAGS or (not others and any(looks_like_date(text) for text in _texts(up))):
            break
    return alone


def _own_address(target: Node, url: str) -> str:
    """Where a row's link leads without any script, if it does."""
    href = attribute(target, "href").strip().replace("¬_", "&not_")
    try:
        return urljoin(url, href) if _NAMED.search(href) and not href.lower().startswith("javascript:") else ""
    except ValueError:
        return ""


def _entry(row: Node, target: Node, heads: dict[int, list[str]]) -> Entry | None:
    cells = _headed(row, heads)
    texts = _texts(row)
    title = _whole(_told(cells, _HEAD_TITLE) or _title(target, texts), target)
    for _ in range(2):
        title = _DRESSING.sub("", title).strip()
    if len(title) < 2:
        return None
    days = [cell for cell in cells if looks_like_date(cell[1]) or date_in(cell[1])]
    date = _told(days, _HEAD_DATE, _HEAD_PERIOD) or _date(
        [text for text in texts if len(text) < _DAY_CELL or text not in title]
    )
    department = _told(cells, _HEAD_DEPARTMENT) or _department(texts, title)
    return Entry("", "", title[:MAX_TITLE], date[:100], department[:80])


def _whole(title: str, target: Node) -> str:
    """A title that the list cut, as the link's own hint tells it."""
    hint, cut = " ".join(attribute(target, "title").split()), title.rstrip(". …")
    return hint if cut != title and cut and title.endswith(("..", "…")) and hint.startswith(cut) else title


def _headed(row: Node, heads: dict[int, list[str]]) -> list[tuple[str, str]]:
    """The row's cells under their headings; a cell's own label (data-label, data-title) stands for a heading."""
    cells = [cell for cell in row.iter() if cell.tag in {"td", "th"}]
    labels = [attribute(cell, "data-label") or attribute(cell, "data-title") for cell in cells]
    if not any(labels):
        table = next((up for up in ancestors(row, 4) if up.tag == "table"), None)
        if table is None:
            return []
        if table.mem_id not in heads:
            heads[table.mem_id] = _headings(table)
        labels = heads[table.mem_id] if len(heads[table.mem_id]) == len(cells) else []
    return [(label, text_of(cell)) for label, cell in zip(labels, cells, strict=False)]


def _headings(table: Node) -> list[str]:
    for row in table.css("tr")[:5]:
        cells = [cell for cell in row.iter() if cell.tag in {"td", "th"}]
        texts = [text_of(cell) for cell in cells]
        if len(cells) >= 3 and any(_HEAD_TITLE.search(text) and len(text) < 12 for text in texts):
            return texts
    return []


def _told(cells: list[tuple[str, str]], wanted: re.Pattern[str], but: re.Pattern[str] | None = None) -> str:
    for label, said in cells:
        if said and wanted.search(label) and not (but and but.search(label)):
            return said
    return ""


def _texts(row: Node) -> list[str]:
    leaves = (node.text_content or "" for node in row.traverse(include_text=True) if node.tag == "-text")
    return [text for leaf in leaves for piece in re.split(r"[|│ㅣ]", leaf) if (text := " ".join(piece.split()))]


def _title(target: Node, texts: list[str]) -> str:
    titled = [text_of(part) for part in target.css(_TITLE_PARTS)]
    named = next((text for text in titled if len(text) >= 2 and not looks_like_date(text)), "")
    told = named or text_of(target)
    if _weight(told) >= 2 and len(told) <= 200 and not date_in(told):
        return told
    unlabelled = [text for text in texts if not _LABEL.match(text)]
    return max(unlabelled, key=_weight, default="")  # the whole card is the link: its weightiest text


def _date(texts: list[str]) -> str:
    labelled = _LABELLED_DATE.search(" ".join(texts))
    if labelled:
        return labelled[1].strip()
    single = next((text for text in texts if looks_like_date(text) and not _PERIOD.fullmatch(text)), "")
    return single or next((found for text in texts if (found := date_in(text))), "")


def _department(texts: list[str], title: str) -> str:
    labelled = _LABELLED_DEPARTMENT.search(" ".join(text for text in texts if text != title))
    if labelled:
        return labelled[1]
    return next((text for text in texts if text != title and _DEPARTMENT.fullmatch(text)), "")
