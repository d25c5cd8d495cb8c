"""How likely a board stands at a place on a page, by the names around it and the heading over it. Pure.

Menus, footers, side columns, calendars and "most read" lists say no; a board's own names say yes; a name on what holds
most of the page says nothing.
"""

from __future__ import annotations

import re

from crawlers.markup import Node, ancestors, attribute
from crawlers.row_text import classes, said

_SPLIT = re.compile(r"[^A-Za-z가-힣]+|(?<=[a-z])(?=[A-Z])")
_EDGE = {
    "nav", "gnb", "lnb", "snb", "fnb", "tnb", "foot", "footer", "aside", "quick", "quickmenu", "banner", "bnr",
    "breadcrumb",
    "calendar", "cal", "paging", "pagination", "pager", "paginate", "popular", "recent", "recently", "rank", "ranking",
    "sitemap", "family", "sns", "share", "skip", "popup", "popupzone", "util", "allmenu", "megamenu", "hotissue",
    "best",
    "schedule", "related", "relate", "latest", "prevnext", "nextprev", "mostview", "cookie",
}  # fmt: skip
_MAY_LIST = {"best", "latest", "recent", "popup", "schedule", "cal", "calendar"}  # "cal_list" may be a board after all
_SOFT = {
    "menu",
    "side",
    "sidebar",
    "left",
    "right",
    "tab",
    "tabs",
    "hot",
    "header",
    "visual",
    "search",
    "prev",
    "weather",
}
_MAIN = {
    "board", "bbs", "list", "lst", "notice", "content", "contents", "cont", "press", "news", "article", "artcl", "post",
    "posts", "main", "tbl", "table", "body", "result", "gallery", "card", "cards", "boardlist",
}  # fmt: skip
_ASIDE_HEADING = re.compile(
    r"인기|많이\s*(?:본|찾)|최근\s*(?:본|조회|검색)|조회\s*순|추천|관련\s*(?:글|사이트|기사|누리집)|일정|달력|캘린더|"
    r"배너|바로\s*가기|퀵|"
    r"이전\s*글|다음\s*글|실시간|베스트|best|hot|popular|ranking|팝업|알림판|sns|사이트\s*맵|패밀리|최신\s*글",
    re.IGNORECASE,
)


def place_of(node: Node, places: dict[int, float], whole: int) -> float:
    """How likely a board stands where `node` does: menus and side columns say no, a board's own names yes."""
    worth, main = 1.0, False
    for up in [node, *ancestors(node, 30)]:
        if up.mem_id not in places:
            places[up.mem_id] = _named(up, whole)
        here = places[up.mem_id]
        if here == 2.0:
            main = True
        elif here == 0.2:
            worth = min(worth, 0.2 if not main else 0.6)
        elif here < 1.0:
            worth = min(worth, here)
    return worth * (1.5 if main and worth >= 0.6 else 1.0)


def is_hidden(node: Node) -> bool:
    """Whether an element, or one around it, is styled away."""
    return any(_styled_away(up) for up in [node, *ancestors(node, 30)])


def _styled_away(node: Node) -> bool:
    return "display:none" in attribute(node, "style").replace(" ", "")


def _named(node: Node, whole: int) -> float:
    words = {word.lower() for word in _SPLIT.split(classes(node)) if word}
    if _styled_away(node):
        return 0.2
    edge = node.tag in {"nav", "footer", "aside"} or bool(words & _EDGE)
    soft = node.tag == "header" or bool(words & _SOFT)
    if (edge or soft) and len(node.text(deep=True)) > 0.6 * whole:
        return 1.0  # what holds most of the page is no side of it
    if edge:
        return 0.2 if words & _MAY_LIST and words & _MAIN else 0.04
    if words & _MAIN or node.tag == "main":
        return 2.0
    return 0.2 if soft else 1.0


def heading_worth(node: Node) -> float:
    """Less than 1 where the heading over a list says "most read", "calendar", "related sites"."""
    for up in [node, *ancestors(node, 3)]:
        before = up.prev
        for _ in range(6):
            if before is None:
                break
            if before.tag in {"h1", "h2", "h3", "h4", "h5", "h6", "strong", "p", "dt", "span", "caption"}:
                text = said(before)
                if 2 <= len(text) <= 20:
                    return 0.15 if _ASIDE_HEADING.search(text) else 1.0
            before = before.prev
    return 1.0
