"""The rows of a board on a page nobody described: what opens documents, and which of it stands in one list. Pure.

    links, scripts, forms, data  →  the siblings around them at every level  →  the group that looks most like a board

It refuses menus, calendars, paging, banners and "most read" lists: a page without a likely board has no rows.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crawlers.days import dated_in
from crawlers.markup import Node, ancestors, attribute
from crawlers.openers import Opener, openers_of
from crawlers.places import heading_worth, is_hidden, place_of
from crawlers.row_text import said, says_nothing
from crawlers.tables import Grid, grid_of

MAX_LEVELS = 9  # from a link up to its row
_BEST = 14  # groups that are looked at closely
_LEVELS_OF_BOX = 6
_STATE = re.compile(
    r"active|on|off|current|selected|show|fade|in|first|last|open|odd|even|left|right|[a-z]?", re.IGNORECASE
)
_STOP = {"html", "body", "-undef", None}
_MENU_TITLE = re.compile(
    r"공지\s*사항|보도\s*자료|고시\s*[·/,]?\s*공고|입찰.{0,4}|채용.{0,4}|인사말|연혁|조직.{0,5}|오시는\s*길|"
    r"찾아오시는\s*길|자료실|자주.{0,8}질문|faq|q&a|자유\s*게시판|"
    r"갤러리|사이트\s*맵|누리집\s*지도|로그인|회원\s*가입|이용\s*약관|개인정보.{0,12}|저작권.{0,6}|.{0,8}(?:안내|소개|"
    r"현황|정책|광장|마당|서비스|신청|센터|게시판|정보|공개)",
    re.IGNORECASE,
)
_MENU_PARAM = {
    "mid", "menuno", "menuid", "menucd", "menu", "mnu", "mcode", "key", "cid", "contentsno", "contentid", "pageid",
    "siteid",
    "lang", "code", "menuseq", "bid", "bbsid", "boardid", "bbsno", "sub", "depth", "mn", "m", "catcode", "cgcode",
    "year", "month",
    "day", "date", "yyyymm", "ymd",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its element, the link that opens its document, what else belongs to it, its cells and their headings."""

    node: Node
    link: Node
    extra: tuple[Node, ...] = ()
    heads: tuple[tuple[Node, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a page's board. `sure` where dates or headings say so; `headed` where a heading names a title."""

    rows: tuple[Row, ...]
    sure: bool
    headed: bool


@dataclass(slots=True)
class _Group:
    tag: str
    rows: dict[int, list[Opener]] = field(default_factory=dict)
    nodes: dict[int, Node] = field(default_factory=dict)
    merged: bool = False


@dataclass(slots=True)
class _Judged:
    rows: list[tuple[Node, Opener]]
    worth: float
    dated: float
    headed: bool
    place: float
    shape: str
    grid: Grid | None


def find_rows(root: Node) -> Rows | None:
    """The rows of the page's main board, pinned ones included, in its order; None where nothing looks like one."""
    page = _Page(root)
    best = next((one for one in page.judged[:_BEST] if _likely(one)), None)
    if best is None:
        page = _Page(root, files=True)
        best = next((one for one in page.judged[:_BEST] if _likely(one) and _of_files(one)), None)
    if best is None:
        return None
    rows = [*best.rows, *_companions(best, page.like(best))]
    return page.rows(best, [*rows, *_sisters(best, rows, page.judged)])


def candidates(root: Node) -> list[Rows]:
    """All groups that could be read as a list, the likeliest first, whether or not one would be taken for a board."""
    page = _Page(root)
    return [page.rows(one, one.rows) for one in page.judged[:_BEST] if len(one.rows) >= 2]


class _Page:
    """A page's groups of openers, judged."""

    def __init__(self, root: Node, *, files: bool = False) -> None:
        openers = openers_of(root, files=files)
        self._order = {one.node.mem_id: place for place, one in enumerate(openers)}
        self._dated = dated_in(root)
        self._grids: dict[int, Grid] = {}
        groups = sorted(_groups(openers), key=_rough, reverse=True)
        self._places: dict[int, float] = {}
        self._whole = max(1, len(root.text(deep=True)))
        self._rest = groups[_BEST * 4 :]
        judged = (self._judge(group) for group in groups[: _BEST * 4])
        self.judged = sorted((one for one in judged if one is not None), key=lambda one: one.worth, reverse=True)

    def _judge(self, group: _Group) -> _Judged | None:
        return _judge(group, self._dated, self._places, self._grids, self._whole)

    def like(self, best: _Judged) -> list[_Judged]:
        """The other groups whose links have the shapes of the best one's."""
        shapes = {opener.shape for _, opener in best.rows}
        small = [
            one for one in self._rest if any(opener.shape in shapes for row in one.rows.values() for opener in row)
        ]
        return [*self.judged, *(told for one in small[:_BEST] if (told := self._judge(one)) is not None)]

    def rows(self, best: _Judged, rows: Sequence[tuple[Node, Opener]]) -> Rows:
        """The rows of a group, with what belongs to each."""
        ordered = sorted(rows, key=lambda row: self._order[row[1].node.mem_id])
        sure = best.place >= 0.5 and (best.headed or best.dated >= 0.5)
        return Rows(tuple(_completed(ordered, self._dated, best.grid, self._grids)), sure, best.headed)


def row_at(node: Node, link: Node | None) -> Row | None:
    """A row that a declared profile selects, with its link, or the best one inside it."""
    found = link or best_link(node)
    if found is None:
        return None
    table = next((up for up in ancestors(node, 4) if up.tag == "table"), None) if node.tag == "tr" else None
    heads = grid_of(table).cells.get(node.mem_id, ()) if table is not None else ()
    return Row(node, found, (), tuple(heads))


def best_link(node: Node) -> Node | None:
    """The link of a row that most likely opens its document."""
    inside = openers_of(node, of_row=True)
    best = max(inside, key=lambda one: (not says_nothing(one.text), min(len(one.text), 80)), default=None)
    return best.node if best else None


def _groups(openers: Sequence[Opener]) -> list[_Group]:
    groups: dict[tuple[object, ...], _Group] = {}
    for opener in openers:
        node = opener.node
        for _ in range(MAX_LEVELS):
            parent = node.parent
            if parent is None or parent.tag in _STOP - {"body"} or node.tag in _STOP:
                break
            for key in _keys(node, parent):
                group = groups.setdefault(key, _Group(node.tag or "", merged=key[0] == "m"))
                group.nodes.setdefault(node.mem_id, node)
                group.rows.setdefault(node.mem_id, []).append(opener)
            node = parent
    return list(groups.values())


def _keys(node: Node, parent: Node) -> Iterator[tuple[object, ...]]:
    """The groups an element may be a row of: its siblings, a table's rows, the like of its parent's siblings."""
    if node.tag == "tr":
        table = next((up for up in ancestors(node, 3) if up.tag == "table"), parent)
        yield ("t", table.mem_id)
        return
    yield ("s", parent.mem_id, node.tag)
    grand = parent.parent
    if grand is not None and grand.tag not in {None, "html", "-undef"} and node.tag not in {"td", "th"}:
        yield ("m", grand.mem_id, parent.tag, attribute(parent, "class"), node.tag)


def _rough(group: _Group) -> float:
    told = [min(max((len(one.text) for one in row), default=0), 40) for row in group.rows.values()]
    return _size(told) * (1.5 if group.tag == "tr" else 0.9 if group.merged else 1.0)


def _size(lengths: Sequence[int]) -> float:
    """The weight of so many titles: beyond twenty, more of them say no more about what a list is."""
    few = float(min(len(lengths), 20))
    return sum(lengths) / max(1, len(lengths)) * math.pow(few, 0.8)


def _judge(
    group: _Group, dated: set[int], places: dict[int, float], grids: dict[int, Grid], whole: int
) -> _Judged | None:
    grid = None
    nodes = group.nodes
    if group.tag == "tr":
        first = next(iter(nodes.values()))
        table = next((up for up in ancestors(first, 3) if up.tag == "table"), None)
        if table is not None:
            grid = grids.setdefault(table.mem_id, grid_of(table))
            nodes = {key: node for key, node in nodes.items() if key not in grid.headings}
    if not nodes:
        return None
    rows, shape, purity = _mains(group, nodes)
    if not rows or purity < 0.7 or (group.merged and (len(rows) < 2 or purity < 0.95)):
        return None
    titles = {one.text for _, one in rows} - {""}
    told = _size([min(len(title), 40) for title in titles if len(title) >= 2])
    if all(says_nothing(title) for title in titles):  # "자세히 보기": the rows themselves tell
        told = _size([min(len(said(node)), 40) for node, _ in rows])
    share = sum(_is_dated(node, nodes, dated) for node, _ in rows) / len(rows)
    headed = bool(grid and grid.titled)
    place = place_of(rows[0][0], places, whole) * heading_worth(rows[0][0])
    shapes = Counter(one.shape for _, one in rows).most_common(1)[0][1] / len(rows)
    worth = told * place * (1 + 1.5 * share) * (2.0 if headed else 1.0) * (1.3 if group.tag == "tr" and share else 1.0)
    worth *= (0.5 + 0.5 * shapes) * (0.9 if group.merged else 1.0) * purity**4
    return _Judged(rows, worth, share, headed, place, shape, grid)


def _mains(group: _Group, nodes: Mapping[int, Node]) -> tuple[list[tuple[Node, Opener]], str, float]:
    """Each row's main opener, the shape that most of them have, and in how many rows it is the only such."""
    per_shape: dict[str, list[tuple[int, Opener]]] = {}
    for key in nodes:
        for one in group.rows[key]:
            per_shape.setdefault(one.shape if group.merged else one.coarse, []).append((key, one))
    shape, found = max(per_shape.items(), key=lambda item: _weight(item[1]))
    by_row: dict[int, list[Opener]] = {}
    for key, one in found:
        by_row.setdefault(key, []).append(one)
    pure = sum(len({one.target for one in row}) == 1 for row in by_row.values()) / len(by_row)
    if group.merged and len(by_row) < 0.95 * len(nodes):
        pure = 0.0
    rows = []
    for key, node in nodes.items():
        best = max(by_row.get(key) or group.rows[key], key=lambda one: (not says_nothing(one.text), len(one.text)))
        if key in by_row or not says_nothing(best.text):
            rows.append((node, best))
    return rows, shape, pure


def _weight(found: Sequence[tuple[int, Opener]]) -> float:
    longest: dict[int, int] = {}
    for key, one in found:
        longest[key] = max(longest.get(key, 0), 1 if says_nothing(one.text) else min(len(one.text), 40))
    targets = len({one.target for _, one in found})
    return sum(longest.values()) * min(1.0, (targets + 1) / (len(longest) + 1))


def _likely(one: _Judged) -> bool:
    """Whether a group may be taken for a board at all."""
    titles = [opener.text for _, opener in one.rows]
    lengths = sorted(len(title) for title in titles)
    middle = lengths[len(lengths) // 2]
    if one.place < 0.05 or one.worth <= 0:
        return False
    quiet = all(says_nothing(title) for title in titles)
    if middle < 4 and not quiet:
        return one.headed and middle >= 2 and one.dated >= 0.5
    if one.headed:
        return True
    if one.dated >= 0.5:
        alone = one.rows[0]
        row = alone[0].tag == "tr" and len([cell for cell in alone[0].iter() if cell.tag == "td"]) >= 2
        return len(one.rows) >= 2 or ((one.place >= 1.5 or row) and bool(alone[1].numbers))
    menu = sum(bool(_MENU_TITLE.fullmatch(title)) for title in titles) / len(titles)
    distinct = len({opener.target for _, opener in one.rows}) >= 0.7 * len(one.rows)
    return len(one.rows) >= 3 and middle >= 8 and one.place >= 0.5 and menu < 0.4 and distinct and _names_documents(one)


def _of_files(one: _Judged) -> bool:
    """Whether a group whose links open files is a board of reports, each under its title, and no list of downloads."""
    return one.place >= 0.5 and one.dated >= 0.8 and len(one.rows) >= 3


def _names_documents(one: _Judged) -> bool:
    """Whether undated links differ as those of documents do: by a number, and not by that of a menu."""
    differing = Counter(part for _, opener in one.rows for part in set(opener.numbers.items()))
    names = {name for (name, _), count in differing.items() if count < len(one.rows)}
    return bool(names - _MENU_PARAM)


def _companions(best: _Judged, judged: Sequence[_Judged]) -> list[tuple[Node, Opener]]:
    """Pinned rows that stand in a list of their own over the board: the same element, links of the same shape."""
    known = {opener.node.mem_id for _, opener in best.rows}
    shapes = {opener.shape for _, opener in best.rows}
    found: list[tuple[Node, Opener]] = []
    for one in judged:
        if one is best or one.place < 0.5 or one.rows[0][0].tag != best.rows[0][0].tag:
            continue
        if (
            one.worth < best.worth
            and all(
                opener.shape in shapes and opener.node.mem_id not in known and not says_nothing(opener.text)
                for _, opener in one.rows
            )
            and (not best.headed or one.headed or one.dated >= 0.5)
        ):
            found += one.rows
            known |= {opener.node.mem_id for _, opener in one.rows}
    return found if len(shapes) == 1 else []


def _sisters(
    best: _Judged, rows: Sequence[tuple[Node, Opener]], judged: Sequence[_Judged]
) -> list[tuple[Node, Opener]]:
    """The rows of boards that stand beside the best one in boxes of the same make: tabs, the boxes of a main page."""
    known = {opener.node.mem_id for _, opener in rows}
    found: list[tuple[Node, Opener]] = []
    for one in judged if best.dated >= 0.5 else ():
        if one is best or one.dated < 0.5 or one.headed != best.headed or one.place < 0.1 * min(1.0, best.place):
            continue
        openers = {opener.node.mem_id for _, opener in one.rows}
        alike = _heads(one) == _heads(best) and _alike(one.rows[0][0], best.rows[0][0])
        alike = alike and heading_worth(one.rows[0][0]) >= 0.5 and not is_hidden(one.rows[0][0])
        if alike and not openers & known and not any(says_nothing(opener.text) for _, opener in one.rows):
            found += one.rows
            known |= openers
    return found


def _heads(one: _Judged) -> list[str]:
    return [head for _, head in one.grid.cells.get(one.rows[0][0].mem_id, ())] if one.grid else []


def _alike(row: Node, other: Node) -> bool:
    """Whether two rows stand in boxes of the same make, side by side."""
    one, two = row, other
    for level in range(_LEVELS_OF_BOX):
        if one.tag != two.tag or (level and _make(one) != _make(two)):
            return False
        if one.parent is None or two.parent is None or one.parent.tag in _STOP:
            return False
        one, two = one.parent, two.parent
        if one.mem_id == two.mem_id:
            return level > 0  # siblings in one list are one board, or two that were told apart
    return False


def _make(node: Node) -> set[str]:
    return {word for word in attribute(node, "class").split() if not _STATE.fullmatch(re.sub(r"[\d_-]+$", "", word))}


def _is_dated(node: Node, nodes: Mapping[int, Node], dated: set[int]) -> bool:
    return (
        node.mem_id in dated
        or any(one.mem_id in dated for one in _following(node, nodes))
        or bool(_leading(node, dated))
    )


def _following(node: Node, nodes: Mapping[int, Node]) -> list[Node]:
    """The siblings between a row and the next one, at most four."""
    found: list[Node] = []
    one = node.next
    for _ in range(12):
        if one is None or one.mem_id in nodes or len(found) == 4:
            break
        if one.tag != "-comment" and (one.tag != "-text" or (one.text_content or "").strip()):
            found.append(one)
        one = one.next
    return found


def _completed(
    rows: Sequence[tuple[Node, Opener]], dated: set[int], grid: Grid | None, grids: Mapping[int, Grid]
) -> list[Row]:
    nodes = {node.mem_id: node for node, _ in rows}
    alone = sum(node.mem_id in dated for node, _ in rows) >= 0.5 * len(rows)
    extras = {key: _following(node, nodes) for key, node in nodes.items()}
    usual = Counter(len(extra) for extra in extras.values()).most_common(1)[0][0] if extras else 0
    # a date over each row, none after the last: what follows a row is the head of the next
    led = bool(_leading(rows[0][0], dated)) and not any(one.mem_id in dated for one in extras[rows[-1][0].mem_id])
    wanted = rows[0][0].tag in {"dt", "h3", "h4"} or (
        not (alone or led)
        and sum(any(one.mem_id in dated for one in extra) for extra in extras.values()) >= 0.5 * len(rows)
    )
    cells = {key: heads for one in [*grids.values(), *([grid] if grid else [])] for key, heads in one.cells.items()}
    done = []
    for node, opener in rows:
        extra = extras[node.mem_id][: max(usual, 1)] if wanted else [] if alone else _leading(node, dated)
        done.append(Row(node, opener.node, tuple(extra), tuple(cells.get(node.mem_id, ()))))
    return done


def _leading(node: Node, dated: set[int]) -> list[Node]:
    """The dated element just before a row, or the dated heading over the list it stands in."""
    for up in [node, *ancestors(node, 2)]:
        before = up.prev
        while before is not None and before.tag in {"-text", "-comment"}:
            before = before.prev
        if before is not None and before.mem_id in dated and before.tag != node.tag and len(said(before)) <= 30:
            return [before]
    return []
