"""Facts that a busy reader needs first, each with the sentence it stands in: by when, who, how much.

Precision over recall: a deadline is told only where the words around the date say that something is to be handed in by
then. Exhibitions, terms of office, goals ("2030년까지") and results of what is over are no deadlines.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from itertools import islice, pairwise
from typing import Final

from nlp.asking import COLUMN, GROUP, HEADING, TERM, WITHIN, is_until, strength, who
from nlp.dates import KST, Found, find_dates
from nlp.mentions import Mention, contacts, laws, targets
from nlp.money import Amount, amounts
from nlp.sentences import MAX_TEXT, excerpt, key_sentence, lines, sentences, unmarked

__all__ = [
    "Amount",
    "Deadline",
    "Mention",
    "amounts",
    "contacts",
    "deadline",
    "deadlines",
    "excerpt",
    "key_sentence",
    "laws",
    "targets",
]

_HEADS: Final = 24  # characters of a heading at most
_SUBMISSION: Final = "접수기간:"  # what a bare "기간:" under "신청·접수" is read as
_DATES: Final = re.compile(
    r"(?:['’]?\d{2,4}\s?[.년-]\s?)?\d{1,2}\s?[.월]\s?\d{1,2}\s?[.일(]"
)  # a line that begins with one
_READ: Final = 2_000  # characters of a sentence that are looked at
_COUNTED: Final = re.compile(
    r"(?P<event>공고|공시|고시|게시|게재|예고|시행)"
    r"(?:(?:일|[되한]?\s?날|된\s?날|한\s?날)(?:의?\s?다음\s?날)?\s?(?:로)?부터|\s?후)\s*(?P<count>\d{1,3})\s*(?P<unit>일|주|개월|달)(?!\s*간?\s*(?:뒤|후|부터))"
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when something is to be handed in: a day in Korea, or an instant (UTC) if the text gives a clock time.

    `sentence` is the source's own; `who` must act, only where it or another sentence with that day
    says so. `counted`: the text gives a span ("공고일부터 14일"), not a day.
    """

    at: date | datetime
    sentence: str
    who: str | None = None
    counted: bool = False

    @property
    def day(self) -> date:
        """The day in Korea."""
        return self.at.astimezone(KST).date() if isinstance(self.at, datetime) else self.at


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is read for dates, and the piece of the source that is quoted for it."""

    text: str
    sentence: str


def _pieces(text: str) -> list[_Piece]:
    """Sentences; headings like "신청기간" joined with the line they stand over; cells under such a column's head."""
    found: list[_Piece] = []
    head: list[str] = []
    group, within = "", {found["term"] for found in WITHIN.finditer(text[:MAX_TEXT])}
    for line, following in pairwise([*lines(text), ""]):
        if HEADING.match(line):
            joined = f"{line} {following}".strip()
            found.append(_Piece(joined, joined))
        if _is_heading(line):
            group = line if GROUP.match(line) else ""
        elif group and (TERM.match(line) or _DATES.match(line)):
            found.append(_Piece(f"{_SUBMISSION} {TERM.sub('', line)}", line))
        found += [_Piece(f"{_SUBMISSION} {line}", line) for term in within if unmarked(line).startswith(term)]
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        found += [_Piece(text, line) for text in _under(head, cells)]
        head = _head(head, cells, line)
        found += [_Piece(sentence, sentence) for sentence in sentences(line)]
    return found


def _is_heading(line: str) -> bool:
    """Whether a line heads those below it: short, without a figure beyond its own number, and no sentence."""
    bare = unmarked(line)
    return len(bare) <= _HEADS and not re.search(r"[\d:：|]|[다요오음함임]\.?$", bare)


def _under(head: list[str], cells: list[str]) -> list[str]:
    """The cells under a column's head that names a term, each behind that name."""
    if len(cells) < 2 or len(cells) != len(head):
        return []
    return [f"{name}: {cell}" for name, cell in zip(head, cells, strict=True) if COLUMN.search(name)]


def _head(before: list[str], cells: list[str], line: str) -> list[str]:
    """The head of the table that goes on after a line."""
    if len(cells) < 2:
        return []
    if len(cells) != len(before) and any(COLUMN.search(cell) for cell in cells[1:]) and not re.search(r"\d", line):
        return cells
    return before


def _dated(piece: _Piece, published: date) -> Iterator[tuple[int, Deadline]]:
    """The deadlines that a piece tells by a date."""
    previous: Found | None = None
    read = piece.text[:_READ]
    for found in find_dates(read, published):
        start = previous.start if found.ends_range and previous else found.start
        sure = strength(read, start, found.end) if is_until(read, found, start) else 0
        if sure:
            yield sure, Deadline(found.at, piece.sentence, who(read, start) if read == piece.sentence else None)
        previous = found


def _counted(piece: _Piece, first_day: Callable[[str], date | None]) -> Iterator[tuple[int, Deadline]]:
    """The deadlines that a piece tells by a span from a day that is known.

    The first day does not count (민법 제157조); of a law's day of effect, which begins at midnight, it does (단서).
    """
    read = piece.text[:_READ]
    for found in islice(_COUNTED.finditer(read), 3):
        event = found["event"]
        first = first_day(event)
        if first is None or not strength(read, found.start(), found.end()):
            continue
        last = _after(first, int(found["count"]), found["unit"]) - timedelta(days=event == "시행")
        yield 1, Deadline(last, piece.sentence, who(piece.sentence), counted=True)


def _after(first: date, count: int, unit: str) -> date:
    """The last day of a span of days, weeks or months whose first day does not count (민법 제160조 for months)."""
    if unit in ("일", "주"):
        return first + timedelta(days=count * (7 if unit == "주" else 1))
    months = first.year * 12 + first.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def _first_day(text: str, published: date, event: str) -> date | None:
    """The day of a notice as the text names it, else of publication; of taking effect only as the text names it."""
    for sentence in sentences(text):
        for found in find_dates(sentence, published):
            before, after = sentence[: found.start], sentence[found.end :]
            if re.search(rf"{event}일(?:자)?\s*[:：(|]?\s*$", before) or re.match(
                rf"\s*(?:부터|자로)?\s*{event}", after
            ):
                return found.day
    return None if event == "시행" else published


def deadlines(text: str, published: datetime) -> list[Deadline]:
    """Every deadline of a text, the plainest first, then in order of the text.

    Args:
        text: title and body, lines kept.
        published: aware; a year that the text leaves out is taken from it.
    """
    day = published.astimezone(KST).date()
    first_day = cache(partial(_first_day, text, day))
    ranked: list[tuple[int, Deadline]] = []
    for piece in _pieces(text):
        ranked += _dated(piece, day)
        ranked += _counted(piece, first_day)
    ranked.sort(key=lambda pair: -pair[0])
    unique = {one.day: one for _, one in reversed(ranked)}
    whom = {one.day: one.who for _, one in reversed(ranked) if one.who}
    return [replace(one, who=whom.get(one.day)) for _, one in ranked if unique[one.day] is one]


def deadline(text: str, published: datetime) -> Deadline | None:
    """The deadline to tell: the plainest that was not over on publication; of rounds (1차, 2차) the first. Or None."""
    day = published.astimezone(KST).date()
    open_ones = [one for one in deadlines(text, published) if one.day >= day]
    return open_ones[0] if open_ones else None
