"""The day of publication among the dates that a row shows. Pure; refuses to take a deadline for it.

A date counts by its label (the heading of its column, a label before it, its class), then by its form; one half of a
period never counts. Where several are as good, whoever holds the whole board decides (`choose`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawlers.cells import Leaf
from crawlers.dates import date_in, looks_like_date
from crawlers.markup import Node, ancestors, attribute
from crawlers.row_text import RELATIVE, classes, said, texts

_MAX_DATES = 4000  # of a page
PUBLISHED = re.compile(
    r"(?:등\s?록|작\s?성|게\s?시|게\s?재|공\s?고|고\s?시|공\s?포|배\s?포|보\s?도|발\s?행|발\s?간|입\s?력|생\s?산|"
    r"제\s?공|공\s?개|출\s?판|최\s?초|올린|쓴)\s*"
    r"(?:일(?!정|반)|날|시각|시간|date)|regist|posted|published|written|reg_?d|^\s*(?:등록|작성|게시|공고|게재|"
    r"발표일)\s*$",
    re.IGNORECASE,
)
_LIMITED = re.compile(
    r"기\s?간|마\s?감|기\s?한|접\s?수|신\s?청|행\s?사|시\s?행|종\s?료|시\s?작|개\s?최|교\s?육|모\s?집|공\s?연|예\s?정|"
    r"납\s?부|개\s?찰|입\s?찰|계\s?약|"
    r"준\s?공|착\s?공|만\s?료|"
    r"상\s?영|전\s?시|운\s?영|이\s?용|대\s?여|회\s?의|면\s?접|투\s?표|까지|d-?day|deadline|period|expire|due|event|"
    r"end|close|start|begin",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"수\s?정|변\s?경|갱\s?신|updat|modif|답변일|처리", re.IGNORECASE)
_DAY = re.compile(r"날\s?짜|일\s?자|일\s?시|date|^\s*일\s*$|발표|day", re.IGNORECASE)
_DAY_HINT = re.compile(
    r"date|(?:^|[\s_-])(?:dt|day|reg\w*|wdate|time|write|ymd|created|일자|날짜)(?:$|[\s_-])|[Rr]date|regd",
    re.IGNORECASE,
)
_END_HINT = re.compile(
    r"(?:^|[\s_-])(?:end|edate|deadline|due|dday|d-day|period|expire\w*|close|term|sdate|start|event\w*|limit)(?:$|"
    r"[\s_-])",
    re.IGNORECASE,
)
_SPLIT_DAY = re.compile(
    r"(?:(\d{1,2})\s+)?((?:19|20)\d{2})\s*[-./년\s]\s*(\d{1,2})\s*월?(?:\s*[-./\s]\s*(\d{1,2})\s*일?)?\.?"
)
_MONTH_DAY = re.compile(
    r"[\[(]?\s*(\d{1,2})\s*(?:[-./]|월)\s*(\d{1,2})\s*일?\.?\s*(?:\([월화수목금토일]\))?\s*(\d{1,2}:\d{2})?\s*[\])]?"
)
_CLOCK = re.compile(r"(?:오전|오후|AM|PM)?\s*\d{1,2}:\d{2}(?::\d{2})?", re.IGNORECASE)
_ENGLISH = re.compile(r"(?:\d{1,2}\s+)?[A-Z][a-z]{2,8}\.?(?:\s+\d{1,2},?)?\s+(?:19|20)\d{2}", re.ASCII)
_ISO = re.compile(r"(?:19|20)\d{2}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?")

_YEAR = re.compile(r"\s*[\[(<]?\s*((?:19|20)\d{2})\s*(?:년도?|年)?\s*[\])>]?\s*")
_CHOICES = {"a", "option", "button", "label", "footer", "nav"}
_MAX_NODES = 60_000
_MAX_YEARS = 200  # texts that are but a year, of a page


@dataclass(frozen=True, slots=True)
class Day:
    """A date that a row shows, as raw text, and how likely it is the day of publication."""

    text: str
    worth: float


def days(found: Sequence[Leaf], nodes: Sequence[Node]) -> list[Day]:
    """The dates a row shows, best first; none that a label calls a deadline, an event or a period."""
    told = [day for leaf in found if (day := _day(leaf)) is not None]
    for node in (one for one in nodes if one.tag != "-text"):
        told += _attributed(node, told)
        told += _composed(node)
    if any(not _CLOCK.fullmatch(day.text) for day in told):  # an hour beside a day is a part of it
        told = [day for day in told if not _CLOCK.fullmatch(day.text)]
    return sorted(told, key=lambda day: -day.worth)


def choose(rows: Sequence[Sequence[Day]]) -> list[str]:
    """For each row the date of its publication: of several that are as good, the column that runs backwards."""
    ties = [[day.text for day in row if day.worth >= row[0].worth - 0.01] for row in rows]
    widths = [len(tie) for tie in ties if tie]
    most = max(set(widths), key=widths.count, default=0)
    if most < 2 or widths.count(most) < 3:
        return [tie[0] if tie else "" for tie in ties]
    columns = [[tie[place] for tie in ties if len(tie) == most] for place in range(most)]
    best = max(range(most), key=lambda place: (_backwards(columns[place]), -place))
    return [tie[best] if len(tie) > best else (tie[0] if tie else "") for tie in ties]


def years_over(root: Node, rows: Sequence[Node]) -> dict[int, str]:
    """The year that stands over each row as a heading of its own ("2025년"), by the row's element.

    A heading says nothing else, and stands beside rows or beside what holds them; of several years without rows
    between them (a menu of years) none is one.
    """
    own = {row.mem_id for row in rows}
    over: dict[int, str] = {}
    year, place, fresh, told = "", 0, False, 0
    for count, node in enumerate(root.traverse(include_text=True)):
        if count > _MAX_NODES or told > _MAX_YEARS:
            break
        if node.mem_id in own:
            fresh = False
            if year and any(up.mem_id == place for up in ancestors(node, 4)):
                over[node.mem_id] = year
        elif node.tag == "-text" and (found := _YEAR.fullmatch((node.text_content or "")[:40])):
            told += 1
            above = list(ancestors(node, 12))
            if not any(up.mem_id in own or up.tag in _CHOICES for up in above):
                year, place, fresh = "" if fresh else found[1], _beside(above, found[0]), True
    return over


def _beside(above: Sequence[Node], text: str) -> int:
    """Where a heading stands: what is around the largest element that says nothing but `text`."""
    for up in above:
        if len((up.text(deep=True) or "").strip()) > len(text.strip()):
            return int(up.mem_id)
    return 0


def dated(day: str, year: str) -> str:
    """`11.20` under the heading `2025년` is `2025.11.20`; any other day is as it was."""
    found = _MONTH_DAY.fullmatch(day) if year else None
    return f"{year}.{int(found[1]):02}.{int(found[2]):02}" if found else day


def _day(leaf: Leaf) -> Day | None:
    if leaf.period:
        return None
    worth = _label_worth(leaf.label) if leaf.label else 0.0
    text = _unbracketed(leaf.text)
    exact = looks_like_date(text) or bool(RELATIVE.fullmatch(text) or _ENGLISH.fullmatch(text))
    if (
        exact
        and (day := date_in(text))
        and re.search(r"[가-힣]{2,}", re.sub(r"오전|오후|[월화수목금토일]요일", "", text))
    ):
        text = day
    if not exact and worth >= 1 and _MONTH_DAY.fullmatch(text):
        exact = True
    if not exact and _MONTH_DAY.fullmatch(text) and ("월" in text or _DAY_HINT.search(leaf.hint)):
        exact = True
    inside = "" if exact or (len(text) > 60 and not leaf.label) else date_in(text[:120])
    if inside and re.search(rf"{re.escape(inside)}\s*(?:\(.\))?\s*(?:까지|부터|이후|이내)", text):
        return None
    if (not exact and not inside) or worth < 0 or _END_HINT.search(leaf.hint):
        return None
    worth += 2.0 if _DAY_HINT.search(leaf.hint) or leaf.node.tag == "time" else 0.0
    return Day(text if exact else inside, worth + (1.0 if exact else 0.0))


def _unbracketed(text: str) -> str:
    text = text.strip()
    return text.strip("[]()<> ") if text[:1] in {"[", "(", "<"} else text


def _label_worth(label: str) -> float:
    if PUBLISHED.search(label) and not re.search(r"기\s?간|마\s?감", label):
        return 4.0
    if _LIMITED.search(label):
        return -1.0
    if _CHANGED.search(label):
        return 0.1
    return 3.0 if _DAY.search(label) else 0.0


def _attributed(node: Node, shown: Sequence[Day]) -> list[Day]:
    """Full dates in attributes: `<time datetime>`, `title="2026-11-20 10:22"`, as likely as the text they stand on."""
    found = []
    for one in node.css("time[datetime], [title]")[:40]:
        told = attribute(one, "datetime") or attribute(one, "title")
        plain = " ".join(told.split())
        if one.tag == "a" or not (_ISO.fullmatch(plain) or looks_like_date(plain)) or _END_HINT.search(classes(one)):
            continue
        text = said(one)
        as_text = max((day.worth for day in shown if day.text == _unbracketed(text)), default=0.0)
        if as_text or (not text and one.tag != "img") or one.tag == "time":
            found.append(Day(plain, as_text + 0.05 if as_text else 2.5))
    return found


def _composed(node: Node) -> list[Day]:
    """A date that its own elements part: `<span>20</span><span>2026.11</span>`, `<b>2026</b><b>11</b><b>20</b>`."""
    found = []
    for one in node.css("[class*=date], [class*=day], [class*=time], [class*=Date], time, td, dd, p, span, em")[:60]:
        parts = [" ".join(raw.split()) for raw, owner in texts(one, 40) if owner is not None and raw.strip()]
        if len(parts) < 2 or len(parts) > 6:
            continue
        text = " ".join(parts)
        if 8 <= len(text) <= 24 and (whole := _SPLIT_DAY.fullmatch(text)) and (day := whole[4] or whole[1]):
            found.append(Day(f"{whole[2]}.{int(whole[3]):02}.{int(day):02}", 2.6))
    return found


def _backwards(column: Sequence[str]) -> float:
    """How far a column of dates runs from new to old."""
    keys = [tuple(int(part) for part in re.findall(r"\d+", text)[:5]) for text in column]
    pairs = list(pairwise(keys))
    return sum(one >= other for one, other in pairs) / max(1, len(pairs))


def dated_in(root: Node) -> set[int]:
    """The elements, up to some levels around each, that hold a date."""
    found: set[int] = set()
    count = 0
    for node in root.traverse(include_text=True):
        told = ""
        if node.tag == "-text":
            text = " ".join((node.text_content or "")[:200].split())
            told = text if 2 <= len(text) <= 120 and any(char.isdigit() or char in "전오어" for char in text) else ""
        elif node.tag == "time" and attribute(node, "datetime"):
            told = attribute(node, "datetime")
        if not told or not _tells_day(told, node):
            continue
        count += 1
        for up in [node, *ancestors(node, 8)]:
            found.add(up.mem_id)
        if count > _MAX_DATES:
            break
    return found


def _tells_day(text: str, node: Node) -> bool:
    if looks_like_date(_unbracketed(text)) or _ENGLISH.fullmatch(text):
        return True
    if len(text) <= 60 and re.search(r"\d\s?(?:초|분|시간|일|주|개월)\s?전$", text):
        return True
    parent = node.parent
    if node.tag == "-text" and parent is not None and re.fullmatch(r"\d{1,2}|(?:19|20)\d{2}[-./]\d{1,2}\.?", text):
        grand = parent.parent  # a date parted over elements
        return bool(grand is not None and re.search(r"date|day|time", classes(grand) + classes(parent), re.IGNORECASE))
    inside = bool(date_in(text))
    return inside and not (parent is not None and parent.tag == "a" and len(text) > 30)
