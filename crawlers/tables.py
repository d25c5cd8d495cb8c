"""A table as columns under headings, with spans counted. Pure; looks at its own rows only, never at nested ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawlers.markup import Node, attribute
from crawlers.row_text import said

_MAX_ROWS = 700
_MAX_COLUMNS = 40
TITLE_HEAD = re.compile(
    r"제\s*목|공고명|사업명|건\s*명|행사명|자료명|보고서명|과제명|과정명|subject|title|내\s*용", re.IGNORECASE
)
_WORD = re.compile(
    r"번\s*호|순\s*번|연\s*번|no\.?|글번호|제\s*목|내\s*용|작\s*성\s*자|글\s*쓴\s*이|등\s*록\s*자|게\s*시\s*자|"
    r"등\s*록\s*일?.{0,3}|작\s*성\s*일?.{0,3}|게\s*시\s*일?.{0,3}|"
    r"날\s*짜|일\s*자|조\s*회\s*수?|첨\s*부.{0,4}|파\s*일.{0,3}|.{0,4}부\s*서.{0,2}|담\s*당.{0,3}|구\s*분|분\s*류|"
    r".{0,4}기\s*간|.{0,4}공고.{0,3}|상\s*태|마감일?|추천|"
    r"subject|title|date|hits?|views?|writer|name|기관명?|.{0,6}일시?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's cells by row (with the heading over each, "" for none), and which of its rows are headings."""

    cells: dict[int, tuple[tuple[Node, str], ...]]
    headings: frozenset[int]
    titled: bool


def grid_of(table: Node) -> Grid:
    """The grid of a table; `titled` where its headings name a title and something else."""
    rows = list(_rows(table))
    heads: dict[int, str] = {}
    headings: set[int] = set()
    for place, row in enumerate(rows[:8]):
        if _is_heading(row, first=place < 3):
            headings.add(row.mem_id)
            for column, cell in _columns(row, {}):
                heads[column] = f"{heads.get(column, '')} {said(cell)}".strip()
    carried: dict[int, tuple[int, Node]] = {}
    cells = {}
    for row in rows:
        if row.mem_id not in headings:
            cells[row.mem_id] = tuple((cell, heads.get(column, "")) for column, cell in _columns(row, carried))
    named = [head for head in heads.values() if head]
    return Grid(cells, frozenset(headings), len(named) >= 2 and any(TITLE_HEAD.search(head) for head in named))


def _rows(table: Node) -> Iterator[Node]:
    count = 0
    for part in table.iter():
        inner = [part] if part.tag == "tr" else part.iter() if part.tag in {"thead", "tbody", "tfoot"} else []
        for row in inner:
            if row.tag == "tr":
                count += 1
                if count > _MAX_ROWS:
                    return
                yield row


def _is_heading(row: Node, *, first: bool) -> bool:
    cells = [cell for cell in row.iter() if cell.tag in {"td", "th"}]
    texts = [said(cell) for cell in cells]
    words = sum(bool(_WORD.fullmatch(text)) for text in texts)
    if cells and all(cell.tag == "th" for cell in cells):
        return len(cells) >= 2 or words > 0 or (row.parent is not None and row.parent.tag == "thead")
    if row.parent is not None and row.parent.tag == "thead" and row.css_first("a, [onclick]") is None:
        return True
    return first and len(cells) >= 2 and words >= 2 and words * 2 >= sum(bool(text) for text in texts)


def _columns(row: Node, carried: dict[int, tuple[int, Node]]) -> Iterator[tuple[int, Node]]:
    """A row's cells by column; cells that span rows come again in each (`carried` remembers them)."""
    column = 0
    for cell in row.iter():
        if cell.tag not in {"td", "th"}:
            continue
        while column in carried:
            yield column, _carry(carried, column)
            column += 1
        yield column, cell
        wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
        if high > 1:
            carried[column] = (high - 1, cell)
        column = min(column + wide, _MAX_COLUMNS)
        if column == _MAX_COLUMNS:
            return
    for rest in sorted(one for one in carried if one >= column):
        yield rest, _carry(carried, rest)


def _carry(carried: dict[int, tuple[int, Node]], column: int) -> Node:
    left, cell = carried.pop(column)
    if left > 1:
        carried[column] = (left - 1, cell)
    return cell


def _span(cell: Node, name: str) -> int:
    told = attribute(cell, name).strip()
    return max(1, min(int(told), 100)) if told.isdecimal() and len(told) < 4 else 1
