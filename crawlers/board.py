"""A board's list page, by a declared profile or by finding rows, dates and departments itself. Runs in the sandbox.

    page → rows (declared, or `find_rows`) → what each says (`cells`, `days`) → where it leads (`scripts`) → entries

It refuses to invent: a page without rows is an error that says what the page is (`verdict`), never an empty day; a
row without an address keeps none; a declared profile that finds nothing is never replaced in silence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from crawlers.article import MAX_TITLE, Entry, Listing, ParseError
from crawlers.cells import Leaf, are_people, leaves, offices
from crawlers.charset import decode
from crawlers.days import Day, choose, dated, days, years_over
from crawlers.identity import sessionless, stable_id, text_id
from crawlers.markup import Node, ancestors, attribute, tree
from crawlers.openers import data_around, form_around, key_around
from crawlers.row_text import is_card, said, says_nothing, title_of, undressed
from crawlers.rows import Row, find_rows, row_at
from crawlers.script_text import MAX_CALL
from crawlers.scripts import Called, Scripts, call_in, hidden_inputs
from crawlers.sources import BoardProfile
from crawlers.tables import TITLE_HEAD, grid_of
from crawlers.verdict import says_empty, verdict

MAX_ROWS = 300
_DECLARED = 9.0  # how sure the department is that a profile points to


def parse_board(body: bytes, charset: str, url: str, profile: BoardProfile | None = None) -> Listing:
    """What the board at `url` lists, in its order; a post that is pinned and listed stands once.

    Raises:
        ParseError: `wrong_kind` for a feed, `markup` for a hostile page; else what `verdict` calls a page without rows:
            `empty`, `blocked`, `frame`, `script_only`, `no_rows`.
    """
    source = decode(body, charset)
    if source.lstrip()[:200].startswith(("<?xml", "<rss", "<feed")) and "<html" not in source[:2000].lower():
        raise ParseError("wrong_kind", "a feed, not a board")
    root = tree(source)
    profile = profile or BoardProfile()
    rows = _declared(root, source, url, profile) if profile.rows else _found(root, source, url)
    entries = _Page(root, source, url, profile).entries(rows[:MAX_ROWS])
    if not entries:
        raise verdict(root, source, url)
    return Listing("board", tuple(entries))


def _declared(root: Node, source: str, url: str, profile: BoardProfile) -> list[Row]:
    nodes = root.css(profile.rows)[: MAX_ROWS * 2]
    around = {up.mem_id for node in nodes for up in ancestors(node, 12)}  # a row of rows is layout
    kept = [node for node in nodes if node.mem_id not in around]
    rows = [row for node in kept if (row := _declared_row(node, profile)) is not None]
    if rows:
        return rows
    found = find_rows(root)
    seen = f"the profile finds no rows, {len(found.rows)} are there" if found else ""
    if found and found.sure:
        raise ParseError("no_rows", seen)
    raise verdict(root, source, url, partial=seen)


def _declared_row(node: Node, profile: BoardProfile) -> Row | None:
    if not profile.link:
        return row_at(node, None)
    link = (
        node
        if node.css_matches(profile.link) and node.css_first(profile.link) is None
        else node.css_first(profile.link)
    )
    return row_at(node, link) if link is not None else None


def _found(root: Node, source: str, url: str) -> list[Row]:
    found = find_rows(root)
    if found is None:
        raise verdict(root, source, url)
    if not found.headed and says_empty(root) and (not found.sure or _bare_table(root)):
        raise ParseError("empty", "the list says that it holds nothing")
    if not found.sure and (told := verdict(root, source, url)).code in {"blocked", "frame"}:
        raise told
    return list(found.rows)


def _bare_table(root: Node) -> bool:
    """Whether the page has a table with a board's headings: what else was found is not the board."""
    return any(grid_of(table).titled for table in root.css("table")[:20])


@dataclass(slots=True)
class _Draft:
    """An entry on its way: what its row tells, before the rows are compared with each other."""

    title: str
    url: str
    id: str
    days: list[Day]
    office: str
    office_worth: float
    date: str = ""
    year: str = ""  # of the heading over the row


class _Page:
    """One list page, and how its rows become entries."""

    def __init__(self, root: Node, source: str, url: str, profile: BoardProfile) -> None:
        self._root, self._url, self._profile = root, url, profile
        self._base = _base(root, url)
        self._scripts = Scripts(root, source)
        self._posted: set[str] = set()

    def entries(self, rows: Sequence[Row]) -> list[Entry]:
        """The entries that the rows tell; headings, advertisements and "no posts" tell none."""
        years = years_over(self._root, [row.node for row in rows])
        drafts = [draft for row in rows if (draft := self._draft(row, years.get(row.node.mem_id, ""))) is not None]
        chosen = choose([draft.days for draft in drafts])
        looks = sum(draft.office_worth >= 1 for draft in drafts) * 2 >= len(drafts)
        people = are_people([draft.office for draft in drafts if draft.office_worth < _DECLARED])
        found: dict[str, Entry] = {}
        for draft, date in zip(_told_apart(drafts), chosen, strict=True):
            told = draft.office_worth >= 2 or looks
            office = draft.office if told and not (people and draft.office_worth < _DECLARED) else ""
            day = (draft.date or dated(date, draft.year))[:100]
            entry = Entry(draft.id, draft.url, draft.title[:MAX_TITLE], day, office[:80])
            # behind a route of this page's own script a reader of pages finds but this page
            routed = _ROUTE.search(draft.url) is not None
            entry = replace(entry, post=draft.url in self._posted, whole=routed)
            known = found.get(entry.id)
            found[entry.id] = entry if known is None else _fuller(known, entry)
        return list(found.values())

    def _draft(self, row: Row, year: str) -> _Draft | None:
        title = self._own(row.node, self._profile.title) or _title(row)
        url, name = self._address(row)
        if len(title) < 2 or not name:
            return None
        whole = row.link.mem_id == row.node.mem_id or is_card(row.link)
        carried = [cell for cell, _ in row.heads if cell.parent is not None and cell.parent.mem_id != row.node.mem_id]
        nodes = [row.node, *row.extra, *carried]
        told = leaves(nodes, row.heads, None if whole else row.link)
        told = [leaf for leaf in told if not _of_title(leaf, title)]
        office, worth = offices(told)
        if declared := self._own(row.node, self._profile.department):
            office, worth = declared, _DECLARED
        return _Draft(title, url, name, days(told, nodes), office, worth, self._day(row.node), year)

    def _own(self, row: Node, css: str) -> str:
        node = row.css_first(css) if css else None
        return undressed(said(node)) if node is not None else ""

    def _day(self, row: Node) -> str:
        node = row.css_first(self._profile.date) if self._profile.date else None
        if node is None:
            return ""
        found = days(leaves([node], (), None), [node])
        return found[0].text if found else said(node)

    def _address(self, row: Row) -> tuple[str, str]:
        """A row's address ("" where only a script knows it) and what names its document ("" where nothing does)."""
        if self._profile.detail:
            return self._by_pattern(row, self._profile.detail)
        led = self._leads(row.link)
        if not led[1] and row.node.mem_id != row.link.mem_id:
            led = self._leads(row.node)
        if not led[0] and self._profile.fallback:
            told = self._by_pattern(row, self._profile.fallback)
            return told if told[0] else led
        return led

    def _by_pattern(self, row: Row, detail: str) -> tuple[str, str]:
        data = " ".join(f"{name}={value}" for name, value in data_around(row.link).items())
        calls = [f"{attribute(one, 'href')} {attribute(one, 'onclick')}" for one in (row.link, row.node)]
        found = re.search(self._profile.id or r"(\d+)", " ".join([*calls, data])[: MAX_CALL * 2])
        if not found:
            return "", ""
        values = {str(place): value or "" for place, value in enumerate(found.groups(), 1)}
        values |= {name: value or "" for name, value in found.groupdict().items()}
        detail = detail.replace("{id}", values.get("id") or values["1"])
        url = self._join(re.sub(r"\{(\w+)\}", lambda hole: values.get(hole[1], ""), detail))
        return url, stable_id(url, self._url) if url else ""

    def _leads(self, node: Node) -> tuple[str, str]:
        href, click = attribute(node, "href").strip(), attribute(node, "onclick").strip()
        if href and (not href.lower().startswith(("#", "javascript:")) or href.startswith(("#/", "#!"))):
            url = self._join(href)
            return url, stable_id(url, self._url) if url else ""
        call = f"{href if href.lower().startswith('javascript:') else ''} {click}".strip()[:MAX_CALL]
        data = data_around(node)
        called = self._scripts.follow(call, data) if call else None
        if called is None and (form := form_around(node)) is not None and node.tag in {"input", "button", "a"}:
            called = self._scripts.form_of(form, {**hidden_inputs(form)})
        if called is None and not call_in(call):
            called = self._scripts.handled(data)
        url = self._called(called) if called else self._told(data)
        return url, stable_id(url, self._url) if url else _name(call, key_around(node))

    def _told(self, data: Mapping[str, str]) -> str:
        """The address that a row's own `data-` values tell, for a script that the page does not hold."""
        told = (text for name in _DATA_ADDRESSES if (text := data.get(name, "").strip()))
        return next((self._join(text) for text in told if text.startswith(_ADDRESS_HEADS)), "")

    def _called(self, called: Called) -> str:
        if called.location:
            return self._join(called.location)
        if not called.sends or not called.fields:
            return ""
        target = urlsplit(self._join(called.action) if called.action else self._url)
        own = dict(parse_qsl(target.query)) if called.action else {}
        query = urlencode({**own, **dict(called.fields)})
        url = urlunsplit((target.scheme, target.netloc, target.path, query, ""))
        if called.method == "post":
            self._posted.add(url)
        return url

    def _join(self, href: str) -> str:
        try:
            url = sessionless(urljoin(self._base, " ".join(href.split()).replace(" ", "%20"))) if href else ""
            parts = urlsplit(url)
            return url if parts.scheme in {"http", "https"} and parts.hostname else ""
        except ValueError:
            return ""


_ROUTE = re.compile(r"#[/!]")
_DATA_ADDRESSES = ("url", "href", "link", "detailurl", "viewurl", "path")
_ADDRESS_HEADS = ("/", "./", "../", "?", "http://", "https://")


def _base(root: Node, url: str) -> str:
    node = root.css_first("base[href]")
    try:
        base = urljoin(url, attribute(node, "href").strip()) if node is not None else url
        return base if urlsplit(base).scheme in {"http", "https"} else url
    except ValueError:
        return url


def _title(row: Row) -> str:
    link = row.link
    if link.tag in {"tr", "td", "input", "button"} or says_nothing(said(link)):
        cell = next((cell for cell, head in row.heads if TITLE_HEAD.search(head)), None)
        if cell is not None and len(text := undressed(said(cell))) >= 2 and not says_nothing(text):
            return title_of(cell, cell)
    return title_of(link, row.node)


def _of_title(leaf: Leaf, title: str) -> bool:
    return leaf.text == title or (len(leaf.text) >= 4 and not leaf.label and leaf.text in title)


def _name(call: str, key: str) -> str:
    """What names a row without an address: the values its script is called with, its data; never its title."""
    named = call_in(call)
    if named and any(named[1]):
        return f"call:{named[0]}:{':'.join(named[1])}"[:300]
    return f"data:{key}"[:300] if key else text_id(call) if call else ""


def _told_apart(drafts: Sequence[_Draft]) -> list[_Draft]:
    """The drafts with names of their own: a name that many titles share (a page, a constant) names none of them."""
    titles: dict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        titles[draft.id].add(draft.title)
    shared = {
        name
        for name, told in titles.items()
        if len(told) > 2 or (len(told) > 1 and not name.split(":")[0].endswith(("Id", "Sid", "No", "no")))
    }
    return [replace(one, id=text_id(one.id, one.title)) if one.id in shared else one for one in drafts]


def _fuller(one: Entry, other: Entry) -> Entry:
    return replace(
        one,
        title=max(one.title, other.title, key=len),
        date=one.date or other.date,
        department=one.department or other.department,
    )
