"""A repaired profile for a board whose layout changed, tried on the page as it is. Pure, sandboxed; applies nothing.

    shipped profiles ┐
    groups on the    ├→ read the new page with each → old titles found again, dates, links → the best, or None
    page, as CSS     ┘

It refuses what is doubtful: too few of the old titles, a list full of others, rows without links. A menu or a calendar
holds none of the old titles.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from crawlers.article import Entry, ParseError
from crawlers.board import parse_board
from crawlers.charset import decode
from crawlers.markup import Node, ancestors, attribute, tree
from crawlers.row_text import said
from crawlers.rows import Row, candidates
from crawlers.sources import BoardProfile, profiles

MAX_BODY = 3_000_000  # bytes of a page that is looked at
_MAX_TRIES = 12
_SAMPLE = 3
_STEADY = re.compile(r"[A-Za-z_][\w-]{1,40}")  # class names that may stand in a selector
_PASSING = re.compile(
    r"^(?:on|off|active|current|first|last|odd|even|new|notice|noti|top|fixed|selected|hover|row\d+|bg\d*|\w*\d{4,}\w*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A list page as it came, and the (id, title) of each row that was read from it."""

    url: str
    body: bytes
    charset: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """A profile that reads the new page: its rows, how many of the old titles are among them, some titles.

    `profile_name` is the shipped profile's, or "" for selectors made for this page.
    """

    profile: BoardProfile
    profile_name: str
    rows: int
    known: int
    sample: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Trial:
    profile: BoardProfile
    name: str
    entries: tuple[Entry, ...]
    known: int
    same_ids: int
    dated: float
    linked: float

    @property
    def worth(self) -> tuple[float, ...]:
        """What makes one trial better than another."""
        strange = len(self.entries) - self.known
        worth = self.known - 0.3 * strange + 0.5 * self.same_ids + self.dated + self.linked
        return (worth, bool(self.name), bool(self.profile.date) + bool(self.profile.department))


def propose(old: Snapshot, new: Snapshot, profile: BoardProfile | None) -> Repair | None:
    """A profile that reads `new`, where `profile` (None for the finder) does not; None where nothing is good enough."""
    if len(new.body) > MAX_BODY or not old.rows:
        return None
    titles = {_plain(title) for _, title in old.rows}
    ids = {name for name, _ in old.rows}
    dated = _dated_before(old, profile)
    now = _try(new, profile, "", titles, ids)
    trials = [one for name, made in _profiles(new, profile) if (one := _try(new, made, name, titles, ids)) is not None]
    best = max((one for one in trials if _good(one, old, dated)), key=lambda one: one.worth, default=None)
    if best is None or (now is not None and now.worth[0] >= best.worth[0]):
        return None
    sample = tuple(entry.title[:100] for entry in best.entries[:_SAMPLE])
    return Repair(best.profile, best.name, len(best.entries), best.known, sample)


def _profiles(new: Snapshot, old: BoardProfile | None) -> Iterator[tuple[str, BoardProfile]]:
    """What may read the new page: the shipped profiles, and each group on it as selectors."""
    for name, one in profiles().items():
        if name != "table" and one != old:
            body, files = (old.body, old.attachments) if old else ("", "")
            yield name, replace(one, body=one.body or body, attachments=one.attachments or files)
    seen: set[BoardProfile] = set()
    for made in islice(_made(new, old), _MAX_TRIES):
        if made not in seen and made != old:
            seen.add(made)
            yield "", made


def _made(new: Snapshot, old: BoardProfile | None) -> Iterator[BoardProfile]:
    try:
        root = tree(decode(new.body, new.charset))
    except ParseError:
        return
    kept = replace(old or BoardProfile(), rows="", title="", link="", date="", department="")
    for group in candidates(root)[:8]:
        nodes = [row.node for row in group.rows]
        css = next(_selectors(nodes, root), "")
        if not css:
            continue
        fresh = replace(kept, rows=css, link=_link_css(group.rows))
        yield fresh
        yield replace(fresh, **_fields(group.rows, new, fresh))


def _try(new: Snapshot, profile: BoardProfile | None, name: str, titles: set[str], ids: set[str]) -> _Trial | None:
    try:
        entries = parse_board(new.body, new.charset, new.url, profile).entries
    except ParseError:
        return None
    known = [entry for entry in entries if _plain(entry.title) in titles]
    return _Trial(
        profile or BoardProfile(),
        name,
        entries,
        len({_plain(entry.title) for entry in known}),
        sum(entry.id in ids for entry in known),
        sum(bool(entry.date) for entry in entries) / len(entries),
        sum(bool(entry.url) or entry.id.startswith("call:") for entry in entries) / len(entries),
    )


def _good(trial: _Trial, old: Snapshot, dated: float) -> bool:
    """Whether a trial leaves no doubt that it reads the same board."""
    rows, before = len(trial.entries), len(old.rows)
    enough = trial.known >= max(2, 0.3 * min(rows, before)) or (before == trial.known == 1 and rows <= 3)
    strangers = rows - trial.known <= max(5, 2 * trial.known)
    distinct = len({entry.title for entry in trial.entries}) >= 0.8 * rows
    as_dated = dated < 0.5 or trial.dated >= 0.5 or trial.known >= 0.8 * before
    return enough and strangers and distinct and as_dated and trial.linked >= 0.8 and rows >= min(3, before)


def _dated_before(old: Snapshot, profile: BoardProfile | None) -> float:
    try:
        entries = parse_board(old.body, old.charset, old.url, profile).entries
    except ParseError:
        return 0.0
    return sum(bool(entry.date) for entry in entries) / len(entries)


def _plain(title: str) -> str:
    return "".join(unicodedata.normalize("NFKC", title).split()).rstrip(".…").lower()[:80]


def _selectors(nodes: Sequence[Node], root: Node) -> Iterator[str]:
    """CSS that selects just these rows, and perhaps headings among them: by their class, by what holds them."""
    wanted = {node.mem_id for node in nodes}
    tag = nodes[0].tag or "div"
    own = [f"{tag}.{name}" for name in _shared(nodes)]
    holders = list(_holders(nodes))
    for css in [*own, *(f"{holder} {one}" for holder in holders for one in [*own, tag])]:
        found = {node.mem_id for node in root.css(css)[:1000]}
        # rows that open nothing (headings, spacers) are passed over when a list is read
        if wanted <= found and len(found) <= len(wanted) * 2 + 3:
            yield css


def _shared(nodes: Sequence[Node]) -> list[str]:
    """The class names that all of the elements have, none that pass."""
    counts = Counter(name for node in nodes for name in set(attribute(node, "class").split()))
    return [
        name for name, count in counts.items()
        if count == len(nodes) and _STEADY.fullmatch(name) and not _PASSING.fullmatch(name)
    ]  # fmt: skip


def _holders(nodes: Sequence[Node]) -> Iterator[str]:
    """Selectors of the elements that hold all rows, the nearest first."""
    inside = [{up.mem_id for up in ancestors(node, 12)} for node in nodes[1:]]
    for up in ancestors(nodes[0], 12):
        if not all(up.mem_id in one for one in inside) or up.tag == "tbody":
            continue
        name = attribute(up, "id")
        if _STEADY.fullmatch(name) and not _PASSING.fullmatch(name):
            yield f"#{name}"
        for one in _shared([up]):
            yield f"{up.tag}.{one}"


def _link_css(rows: Sequence[Row]) -> str:
    if any(row.link.tag != "a" or row.link.mem_id == row.node.mem_id for row in rows):
        return ""
    for css in [f"a.{name}" for name in _shared([row.link for row in rows])]:
        if all((first := row.node.css_first(css)) is not None and first.mem_id == row.link.mem_id for row in rows):
            return css
    return ""


def _fields(rows: Sequence[Row], new: Snapshot, profile: BoardProfile) -> dict[str, str]:
    """Selectors for the dates and departments of rows, where one and the same tells it in nearly all of them."""
    try:
        entries = parse_board(new.body, new.charset, new.url, profile).entries
    except ParseError:
        return {}
    told = {_plain(entry.title): entry for entry in entries}
    pairs = [(row, entry) for row in rows if (entry := told.get(_plain(said(row.link))))]
    if len(pairs) < 2:
        return {}
    made = {
        "date": _telling(pairs, lambda entry: entry.date),
        "department": _telling(pairs, lambda entry: entry.department),
    }
    return {name: css for name, css in made.items() if css}


def _telling(pairs: Sequence[tuple[Row, Entry]], value: Callable[[Entry], str]) -> str:
    for css in _places(pairs[0][0].node, value(pairs[0][1])):
        hits = sum((node := row.node.css_first(css)) is not None and said(node) == value(entry) for row, entry in pairs)
        if hits >= 0.9 * len(pairs):
            return css
    return ""


def _places(row: Node, text: str) -> Iterator[str]:
    """Selectors inside a row of what says just `text`."""
    for node in row.css("td, th, span, p, em, i, dd, div, time, li, strong")[:60]:
        if text and said(node) == text:
            yield from (f"{node.tag}.{name}" for name in _shared([node]))
            if node.tag in {"td", "th"}:
                before, place = node.prev, 1
                while before is not None:
                    place += before.tag in {"td", "th"}
                    before = before.prev
                yield f"{node.tag}:nth-child({place})"
