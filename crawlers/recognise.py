"""Whether a row that bears no known id is a document that was handed over before. Pure: decides, touches nothing.

    strangers ─ own address known ──────────────► the same row under another id
              ─ most of the last list is gone and the rows are those again ──► adopted unread (a moved board)
              ─ page read: same title, same text ──► that document again: nothing to tell
                           marked 정정, or put in place of one that is gone ──► a correction of that document
                           anything else ──► new

What must not be swallowed: two notices of one title whose body says nothing (붙임 참조), a weekly post of one title, a
form filled in anew. So a title alone never joins two rows, and a text that tells little joins them only where the
earlier row has gone from the list and bears the same day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from crawlers.article import Entry
from crawlers.dates import KST, Dated, parse_date
from crawlers.headlines import bare, mark, short
from crawlers.identity import canonical, digest
from crawlers.memory import Seen

OLD = timedelta(days=14)  # what bears a date that long before the last good poll, and appears only now, is no news
_AGAIN = timedelta(days=45)  # between two postings of one document at most; an annual notice is a new one
_LEAST = 3  # rows that a moved list must share with the last one
_SHIFTED = 2
_MANY_BELOW = 5
_NAMES = 12  # names kept of one document


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with what it is recognised by; `own` is its canonical address where that names it alone, else "".

    `listed` is the hash of what its list says of it; a change there is reason to look at its page again.

    Most rows are known by their id, so that the rest is made only when it is asked for.
    """

    entry: Entry
    dated: Dated
    own: str
    listed: str

    @property
    def id(self) -> str:
        """The entry's id."""
        return self.entry.id

    @property
    def day(self) -> str:
        """Its day of publication in Korea, "" for none."""
        return day_of(self.dated.at)

    @property
    def head(self) -> str:
        """The hash of its title without decorations."""
        return short(bare(self.entry.title))

    @property
    def mark(self) -> str:
        """What its title says of an earlier posting."""
        return mark(self.entry.title)

    @property
    def url(self) -> str:
        """The name of its own address, "" for none."""
        return "u" + short(self.own) if self.own else ""

    @property
    def place(self) -> str:
        """The name of its title, marks and all, on its day."""
        return "r" + short(f"{self.head} {self.mark} {self.day}")

    @property
    def names(self) -> list[str]:
        """All that an earlier row of the same document may share with this one."""
        return [*filter(None, [self.url]), self.place, "h" + self.head]


@dataclass(frozen=True, slots=True)
class Matches:
    """Strangers that are known rows: id → the id they were known by. `adopted` ones were not read."""

    renamed: Mapping[str, str]
    adopted: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a document just read is: `new`, the `same` as the one of the row `id`, or one that `corrects` it."""

    what: str
    id: str = ""


NEW = Verdict("new")


def rows(entries: Sequence[Entry], list_url: str, now: datetime) -> list[Row]:
    """The entries of a list, ready to be recognised, in its order."""
    urls = [canonical(entry.url) if entry.url else "" for entry in entries]
    counted = Counter(urls)
    # a link that several rows share (the board itself, often) names none of them
    shared = {url for url, count in counted.items() if count > 1} | {canonical(list_url)}
    return [
        Row(entry, parse_date(entry.date, now), "" if url in shared else url, _listed(entry))
        for entry, url in zip(entries, urls, strict=True)
    ]


def _listed(entry: Entry) -> str:
    return digest("|".join([entry.title, entry.date, entry.updated, entry.text, *(link.url for link in entry.links)]))


def other_titles(ordered: Sequence[Row], seen: Mapping[str, Seen]) -> list[Row]:
    """The rows whose id is known from a document of another title."""
    changed = [row for row in ordered if row.id in seen and seen[row.id].listed != row.listed]
    return [row for row in changed if seen[row.id].head not in {"", row.head}]


def shifted(
    odd: Sequence[Row], listed: Collection[str], found: Mapping[str, Sequence[str]], known: Mapping[str, Seen]
) -> dict[str, str]:
    """Ids that are a row's number rather than a document's name: id → the id under which its document goes.

    Such a list moves all its documents on by one with each new one. It shows by two rows of other titles which are,
    by title and day, each a document known under an id that bears another title now. `listed` are the ids in place.
    """
    taken, moved = set(listed), dict[str, str]()
    for row in odd:
        for name in reversed(found.get(row.place, ())):
            if name not in taken and name in known and known[name].head == row.head:
                moved[row.id] = name
                taken.add(name)
                break
    if len(moved) < _SHIFTED:
        return {}
    return {row.id: moved.get(row.id, f"{row.id}~{row.place}") for row in odd}


def day_of(at: datetime | None) -> str:
    """The day of an instant in Korea, as ISO writes it; "" for none."""
    return at.astimezone(KST).date().isoformat() if at else ""


def names_of(row: Row, said: str, known: str = "") -> str:
    """The names of a document, oldest first: those it had, its row's, its text's."""
    told = [*known.split(), *row.names, *(["t" + said] if said else [])]
    return " ".join(list(dict.fromkeys(reversed(told)))[:_NAMES][::-1])


def match(
    strangers: Sequence[Row],
    listed: Collection[str],
    found: Mapping[str, Sequence[str]],
    known: Mapping[str, Seen],
    last: Collection[str],
) -> Matches:
    """Which of the strangers are known rows; `listed` are the known ids in this list, `last` those of the last list."""
    taken, renamed = set(listed), dict[str, str]()
    for row in strangers:
        for name in reversed(found.get(row.url, ()) if row.url else ()):
            if name not in taken and name in known and _may_be(known[name], row):
                renamed[row.id] = name
                taken.add(name)
                break
    left = [row for row in strangers if row.id not in renamed]
    gone = {name for name in last if name not in taken and name in known}
    if len(left) < _LEAST or len(gone) < max(_LEAST, 0.6 * len(last)):
        return Matches(renamed, {})
    return Matches(renamed, _moved(left, found, known, gone))


def _may_be(seen: Seen, row: Row) -> bool:
    """Whether one address may hold the same document still: title and day did not both change."""
    return not (seen.head and seen.day and row.day) or seen.head == row.head or seen.day == row.day


def _moved(
    left: Sequence[Row], found: Mapping[str, Sequence[str]], known: Mapping[str, Seen], gone: Collection[str]
) -> dict[str, str]:
    """The rows of a list that came again under other ids: by title and day, or, where the days were lost, by title."""
    possible = min(len(left), len(gone))
    by_place = _pairs(left, [row.place for row in left], found, known, gone)
    if len(by_place) >= max(_LEAST, 0.5 * possible):
        return by_place
    by_head = _pairs(left, ["h" + row.head for row in left], found, known, gone)
    days = {known[name].day for name in by_head.values()}
    # a board that posts the same titles every day must not be taken for one that moved
    enough = len(by_head) >= max(5, 0.8 * possible) and len(days) >= _LEAST
    return by_head if enough else {}


def _pairs(
    left: Sequence[Row],
    names: Sequence[str],
    found: Mapping[str, Sequence[str]],
    known: Mapping[str, Seen],
    gone: Collection[str],
) -> dict[str, str]:
    counted, pairs = Counter(names), dict[str, str]()
    for row, name in zip(left, names, strict=True):
        bearers = [one for one in found.get(name, ()) if one in gone]
        if len(bearers) > 1 and row.entry.department:
            department = short(row.entry.department)
            bearers = [one for one in bearers if known[one].department == department] or bearers
        if len(bearers) == 1 and counted[name] == 1 and known[bearers[0]].mark == row.mark:
            pairs[row.id] = bearers[0]
    # where two rows claim one document, neither is it for sure: their pages tell
    claimed = Counter(pairs.values())
    return {row: one for row, one in pairs.items() if claimed[one] == 1}


def judge(
    fresh: Seen,
    telling: int,
    known: Mapping[str, Seen],
    listed: Collection[str],
    last: Collection[str],
    oldest: str | None,
) -> Verdict:
    """What a document just read is. `known` are those that share a name with it.

    `telling` is that of its print, `oldest` the list's oldest day, None where the list came again under other ids.
    """
    near = {name: one for name, one in known.items() if _days_apart(fresh, one) <= _AGAIN.days}
    newest_first = sorted(near, key=lambda name: (near[name].day, near[name].told_at), reverse=True)
    for name in newest_first:
        if _is_same(fresh, telling, near[name], gone=_is_gone(name, near[name], listed, last, oldest)):
            return Verdict("same", name)
    # a title that several documents bear says nothing of which of them is meant
    bearers = {one.of or name for name, one in near.items() if one.head == fresh.head}
    for name in newest_first:
        gone = _is_gone(name, near[name], listed, last, oldest)
        if _is_correction(fresh, telling, near[name], gone=gone, alone=oldest is not None and len(bearers) <= 1):
            return Verdict("corrects", name)
        if oldest is None and name not in listed and _is_renamed(fresh, telling, near[name]):
            return Verdict("corrects", name)
    return NEW


def _is_same(fresh: Seen, telling: int, one: Seen, *, gone: bool) -> bool:
    if fresh.head != one.head or fresh.mark != one.mark or fresh.said != one.said:
        return False
    if telling == 2:
        return True
    same_day = not (fresh.day and one.day) or fresh.day == one.day
    return same_day and (gone or telling == 1)


def _is_correction(fresh: Seen, telling: int, one: Seen, *, gone: bool, alone: bool) -> bool:
    if fresh.head == one.head and fresh.mark and fresh.mark != one.mark:
        return True
    if fresh.head == one.head and fresh.mark:  # a second correction, posted anew
        return fresh.said != one.said
    if not gone:
        return False
    if fresh.head == one.head:  # taken down and posted anew on the same day
        return alone and bool(fresh.day) and fresh.day == one.day
    return _is_renamed(fresh, telling, one)


def _is_renamed(fresh: Seen, telling: int, one: Seen) -> bool:
    """Whether the same text stands under another title now."""
    return telling > 0 and fresh.said == one.said and _days_apart(fresh, one) <= (0, 0, 3)[telling]


def _is_gone(name: str, one: Seen, listed: Collection[str], last: Collection[str], oldest: str | None) -> bool:
    """Whether a row was taken down, rather than pushed off the end of the list."""
    pushed_off = oldest is not None and not (oldest and one.day > oldest)
    return name in last and name not in listed and not pushed_off


def _days_apart(one: Seen, other: Seen) -> int:
    if not (one.day and other.day):
        return 0
    return abs((date.fromisoformat(one.day) - date.fromisoformat(other.day)).days)


def is_old(
    at: datetime | None, ok_at: datetime | None, first_at: datetime | None, now: datetime, *, below: int
) -> bool:
    """Whether a row that appears only now is no news: of long before, or from further down the list.

    `at` is its date, `ok_at` the last good poll, `first_at` the first sight of its source; `below` how many rows stand
    with it under every known one, 0 where it does not (a list without dates may have its newest row last). A list
    that shows more rows than before, a pinned notice, a year forgotten: none is pushed.
    """
    if at is None:
        return below >= _MANY_BELOW
    if at < (ok_at or now) - OLD:
        return True
    return below > 0 and first_at is not None and day_of(at) < day_of(first_at)


def below_known(ordered: Sequence[Row], known: Collection[str]) -> frozenset[str]:
    """The ids under the last known row of a list that holds at least three; newest stand first in a list."""
    places = [number for number, row in enumerate(ordered) if row.id in known]
    if len(places) < _LEAST:
        return frozenset()
    return frozenset(row.id for row in ordered[places[-1] + 1 :])


def renamed_rows(ordered: Iterable[Row], matches: Matches) -> list[Row]:
    """The rows under the ids they are known by; of several that are one, that with its own id, or the first."""
    native = {row.id for row in ordered}
    told: dict[str, Row] = {}
    for row in ordered:
        name = matches.renamed.get(row.id, row.id)
        if name == row.id or (name not in native and name not in told):
            told[name] = replace(row, entry=replace(row.entry, id=name))
    return list(told.values())
