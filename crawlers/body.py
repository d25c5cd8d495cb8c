"""The body of a detail page. Runs in the sandbox; refuses to read scripts as text.

    page → without boilerplate → a container that says it is the body → else trafilatura, held against the densest block
         → else what is hidden, written into a field, told to search engines, or said by pictures

trafilatura alone loses bodies that stand in tables and takes menus for notices of one sentence (news note §3.3): where
it keeps much less than the densest block holds, that block is the body.
"""

# ruff: noqa: E501 - a pattern is read best on one line

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from crawlers.article import MAX_TEXT
from crawlers.boilerplate import images, lines_of_body, own_size, prune
from crawlers.heading import unheaded
from crawlers.markup import Node, attribute, plain, text_of, tidy, tree

_ENOUGH = 40  # characters of body below which another way is tried
_COVERED = 0.6  # of the densest block that trafilatura must keep to be believed about its edges
_DENSE, _BESIDE = 0.5, 0.25  # of a block's own text: what a part must hold to stand for it, and its neighbours at most
_TELLING = 8  # characters from which a line is found again by what it says
_DEEPEST = 60
_INSIDE = {"p", "span", "b", "strong", "a", "font", "pre", "li"}  # parts of a text, never the whole
_MAX_HTML = 3_000_000  # characters that trafilatura is given
# what the systems of Korean sites call a body, the surest names first; matched in any case
_NAMED = (
    "[itemprop=articleBody]", "[class*=view_con i]", "[class*=view-con i]", "[class*=viewcon i]", "[class*=view_txt i]",
    "[class*=view_text i]", "[class*=view_body i]", "[class*=view-body i]", "[class*=viewbody i]", "[class*=bbs_con i]",
    "[class*=bbs-con i]", "[class*=bbscon i]", "[class*=bd_con i]", "[class*=board_con i]", "[class*=board-con i]",
    "[class*=boardcon i]", "[class*=article_body i]", "[class*=article-body i]", "[class*=articlebody i]",
    "[id*=articlebody i]", "[id*=article_body i]", "[class*=news_body i]", "[class*=newsbody i]", ".se-main-container",
    ".ck-content", ".fr-view", "#bo_v_con", "[class*=xe_content i]", "[class*=dbdata i]", "[class*=db_data i]",
    "[class*=substance i]", "[class*=editor_view i]", "[class*=txt_area i]", "[class*=text_area i]",
    "[class*=detail_con i]", "[class*=detail-con i]", "[class*=post_con i]", "[class*=post-con i]",
    "[class*=entry-content i]", "[class*=artclview i]", "[class*=table__content i]", "[id*=viewcon i]",
    "[id*=view_con i]", "#dataContents", "td.content", "td.contents", "td.con", "td[class*=view i]", "td[id*=content i]",
    "[class*=p-article i]", "[class*=cont_area i]", "[class*=view_area i]",
)  # fmt: skip
_WIDER = (
    "[class*=board_view i]", "[class*=board-view i]", "[class*=boardview i]", "[class*=bbs_view i]",
    "[class*=bbs-view i]", "[class*=bbsview i]", "[class*=article]", "[id*=article]", "article", "main", "#contents",
    "#content", "[class*=content]",
)  # fmt: skip
_NOT_NAMED = re.compile(r"control|contact|config|count|conveni|icon", re.IGNORECASE)
_JSON_LD = re.compile(
    r"<script[^>]{0,200}application/ld\+json[^>]{0,200}>(.{1,500000}?)</script", re.DOTALL | re.IGNORECASE
)
_SIGNS = re.compile(r"[\W_]+")
_BARS = re.compile(r"[^\S\n]*\|[^\S\n]*")


def body_of(source: str, css: str = "", title: str = "") -> str:
    """The text of the page's body, a line a block, a table's cells side by side; "" where it has none.

    `css` says where it stands, where that is known; `title` tells it from other articles on the page.
    """
    root = tree(source)
    if css and (named := root.css_first(css)) is not None:
        return lines_of_body(plain(_shown(named))) or images(named)
    prune(root)
    text = lines_of_body(_found(root, title))
    said = _beyond(text, title)
    if said < _ENOUGH:
        others = (lines_of_body(other) for other in _elsewhere(source, root, said))
        text = next((other for other in others if _beyond(other, title) > max(said, _ENOUGH // 2)), text)
    return text[:MAX_TEXT]


def _beyond(text: str, title: str) -> int:
    """How much `text` says beyond its own heading."""
    return len(unheaded(f"{text}\n.", title, "").rstrip(".\n"))


def _shown(named: Node) -> str:
    part = tree(named.html or "")
    prune(part)
    return part.html or ""


def _found(root: Node, title: str) -> str:
    named = _contained(root, _NAMED, title)
    if len(named) >= _ENOUGH:
        return named
    if title and (titled := _titled(root, title)):
        return titled
    block = plain(_densest(root).html or "")
    extracted = _extracted(root.html or "")
    if named and (named in block or len(extracted) < 5 * _ENOUGH):
        return named  # a notice of one sentence
    block = lines_of_body(block)
    if len(extracted) >= _ENOUGH and len(_bare(extracted)) >= _COVERED * len(_bare(block)):
        return _between(block, extracted, title)
    wider = _contained(root, _WIDER, title)
    if len(block) < _ENOUGH:
        return wider or block
    return wider if wider and _ENOUGH <= len(wider) < len(block) and len(wider) > 0.7 * len(block) else block


def _extracted(page: str) -> str:
    # here, not above: 80 MB and a second that the main process must not pay
    import trafilatura

    text = trafilatura.extract(page[:_MAX_HTML], include_tables=True, include_comments=False, favor_precision=True)
    lines = (_BARS.sub(" ", line).strip(" -") for line in tidy(text or "").split("\n"))
    return "\n".join(line for line in lines if line)


def _between(block: str, extracted: str, title: str) -> str:
    """The lines of `block` from the first to the last that trafilatura took for text; what it lost between stays.

    A block that does not hold the title is the body itself: all of it stays.
    """
    taken, whole = _letters(extracted), {_letters(line) for line in extracted.split("\n")}
    lines = block.split("\n")
    kept = [
        at
        for at, line in enumerate(lines)
        if (told := _letters(line)) and (told in whole or (len(told) >= _TELLING and told in taken))
    ]
    if kept and title and _letters(title) not in _letters(block):
        return block
    return "\n".join(lines[kept[0] : kept[-1] + 1]) if kept else extracted


def _contained(root: Node, names: tuple[str, ...], title: str) -> str:
    """The text of the first container of a known name that has some; of several the one that has the title."""
    short = ""
    for css in names:
        nodes = [node for node in root.css(css)[:20] if not _NOT_NAMED.search(attribute(node, "class"))]
        text = _chosen(nodes, title) if nodes else ""
        if len(text) >= _ENOUGH:
            return text
        short = short or text
    return short


def _titled(root: Node, title: str) -> str:
    """Of several articles on the page the one that bears the title, "" where that tells none from the others."""
    nodes = root.css("article")[:20]
    wanted = _bare(title)
    bearing = [text for node in nodes if wanted in _bare(text := plain(node.html or ""))]
    return bearing[0] if len(bearing) == 1 < len(nodes) and len(bearing[0]) >= len(title) + _ENOUGH else ""


def _chosen(nodes: list[Node], title: str) -> str:
    wanted = _bare(title)
    texts = [(node, plain(node.html or "")) for node in nodes]
    if wanted and len(texts) > 1:
        near = [text for node, text in texts if wanted in _bare(text) or wanted in _bare(_heading(node))]
        if near:
            return min(near, key=lambda text: (len(text) < _ENOUGH, len(text)))
    return max((text for _, text in texts), key=len)


def _heading(node: Node) -> str:
    """The text that stands before `node` in its parent, and before that in its."""
    told = []
    for _ in range(2):
        before = node.prev
        for _ in range(6):
            if before is None:
                break
            told.append(text_of(before)[:300] if before.is_element_node else "")
            before = before.prev
        if node.parent is None:
            break
        node = node.parent
    return " ".join(told)


def _densest(root: Node) -> Node:
    """The innermost block that holds most of what is text and no link."""
    node = root.css_first("body") or root
    own = own_size(node)
    for _ in range(_DEEPEST):
        parts = sorted(((own_size(part), part) for part in node.iter()), key=lambda pair: pair[0], reverse=True)
        size, part = parts[0] if parts else (0, node)
        beside = parts[1][0] if len(parts) > 1 else 0
        if size < _DENSE * own or size == 0 or beside > _BESIDE * own or part.tag in _INSIDE:
            break
        node = part
    return node


def _elsewhere(source: str, root: Node, said: int) -> Iterator[str]:
    """Where else a body may stand that the page does not show as text, the likeliest first."""
    yield from _json_bodies(source)
    hidden = tree(source)
    prune(hidden, hidden=True)
    fields = [plain(html.unescape(field.text())) for field in hidden.css("textarea")[:20]]
    hidden.strip_tags(["textarea"])
    yield _contained(hidden, _NAMED, "")
    frames = [plain(attribute(frame, "srcdoc")) for frame in hidden.css("iframe[srcdoc]")[:5]]
    if said < _ENOUGH // 2:  # a form's consent text must not outweigh a notice of one sentence
        yield max(fields, key=len, default="")
        yield max(frames, key=len, default="")
        yield images(root)


def _json_bodies(source: str) -> Iterator[str]:
    """What a page tells search engines that its article says (schema.org)."""
    for found in list(_JSON_LD.finditer(source))[:5]:
        try:
            record = json.loads(found[1])
        except (ValueError, RecursionError):
            continue
        yield from _article_bodies(record, 0)


def _article_bodies(record: Any, depth: int) -> Iterator[str]:
    items = record if isinstance(record, list) else [record]
    for item in items[:20]:
        if isinstance(item, dict) and depth < 4:
            if isinstance(told := item.get("articleBody"), str):
                yield plain(told)
            yield from _article_bodies(item.get("@graph", []), depth + 1)


def _letters(text: str) -> str:
    """`text` without spaces and signs: trafilatura makes lists of dashes and quotes of its own."""
    return _SIGNS.sub("", text)


def _bare(text: str) -> str:
    return "".join(text.split())
