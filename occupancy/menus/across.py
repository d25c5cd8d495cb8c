"""Blocks of a table with their days across: columns of days, labels at the left and below the heads. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from occupancy.menu import Dish, Doubt, Meal
from occupancy.menus import cells
from occupancy.menus.dates import Context, context, resolve
from occupancy.menus.days import LONG_LABEL, Found, Sheet, marked, over, taken, told
from occupancy.menus.grid import Block, Box, Head, single
from occupancy.menus.words import (
    KITCHENS,
    Holds,
    Label,
    closed,
    column,
    is_label,
    is_title,
    label,
    meal_of,
    only_meal,
    place_of,
)


def read_block(
    block: Block, wide: Context, today: date, before: date | None, found: Found, of_sheet: Label
) -> date | None:
    """Reads a block into `found`; its last day."""
    near = context(block.above[:3], today)
    own = near.first is not None or near.nth is not None or near.month is not None
    heads = block.heads
    goes_on = not own and not _again(block, wide, before)
    resolved = resolve([head.hint for head in heads], near.under(wide), today, before if goes_on else None)
    for line in reversed(block.above[:2]):
        of_sheet = over(of_sheet, Label(only_meal(line), place_of(line)))
    for number in resolved.wrong:
        found.doubt(Doubt.WEEKDAY, heads[number].where, told(heads[number].hint))
    columns = _columns(heads, resolved.days, block.rows)
    _heads_say(heads, resolved.days, found)
    first = min(head.first for head in heads)
    _Rows(columns, first, found, of_sheet, has_kitchens(block.rows, first)).read(block.rows)
    return max((day for day in resolved.days if day), default=None)


def _again(block: Block, wide: Context, before: date | None) -> bool:
    """Whether weekdays alone come again for the same week: another meal's table, and no further week in the title."""
    names_only = all(head.hint.day is None for head in block.heads)
    further = wide.last is not None and before is not None and (wide.last - before).days > 2
    return names_only and not further


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a day, and what its heads say of what stands in it."""

    day: date
    label: Label


def _columns(heads: Sequence[Head], days: Sequence[date | None], rows: list[list[Box]]) -> dict[int, Column]:
    """Which columns are which day's; a row of labels right below the heads is taken out of `rows`."""
    width = len(rows[0]) if rows else max(head.end for head in heads)
    gaps = [later.first - head.first for head, later in itertools.pairwise(heads)]
    usual = min(gaps, default=1)
    found: dict[int, Column] = {}
    for number, (head, day) in enumerate(zip(heads, days, strict=True)):
        if day is None:
            continue
        last = number + 1 == len(heads)
        end = min(head.end, head.first + max(usual, 1)) if last else min(heads[number + 1].first, head.end)
        said = label(head.hint.rest) if is_label(head.hint.rest) else Label()
        for at in range(head.first, min(end, width)):
            found[at] = Column(day, said)
    below = _labels_below(found, rows)
    return {at: replace(one, label=over(one.label, below[at])) if at in below else one for at, one in found.items()}


def _labels_below(columns: dict[int, Column], rows: list[list[Box]]) -> dict[int, Label]:
    """The labels of a row that says the same under each day (메뉴, 알레르기; A코너, B코너); the row is used up."""
    for number, row in enumerate(rows[:2]):
        texts: dict[date, list[str]] = {}
        for at, one in columns.items():
            texts.setdefault(one.day, []).append(row[at].text)
        lines = list(texts.values())
        if not any(any(line) for line in lines):
            continue
        if len(lines) < 2 or any(line != lines[0] for line in lines) or not _are_labels(lines[0]):
            return {}
        del rows[number]
        return {at: _column_label(row[at].text) for at in columns}
    return {}


def _are_labels(texts: Sequence[str]) -> bool:
    """Whether what stands below a day's head are labels of its columns, and no dishes."""
    told = [text for text in texts if text]
    known = [text for text in told if column(text) or is_label(text)]
    return len(known) * 2 > len(told) and all(len(text) <= 12 for text in told)


def _column_label(text: str) -> Label:
    holds = column(text)
    return Label(holds=holds) if holds in {Holds.ALLERGENS, Holds.KCAL, Holds.ORIGINS, Holds.NOTHING} else label(text)


def _heads_say(heads: Sequence[Head], days: Sequence[date | None], found: Found) -> None:
    for head, day in zip(heads, days, strict=True):
        if day is None:
            found.doubt(Doubt.DAY, head.where, told(head.hint))
        elif (why := closed(head.hint.rest)) and (sheet := found.sheet(day, head.where)):
            sheet.closed = why


def has_kitchens(rows: Sequence[Sequence[Box]], first: int) -> bool:
    """Whether 중식 stands beside 한식 and the like at the left, and no other meal does."""
    labels = {box.text for row in rows for box in row[:first] if box.text}
    words = {label(text, kitchens=True).corner for text in labels}
    others = any(meal_of(text) in {Meal.BREAKFAST, Meal.DINNER} for text in labels)
    return bool(words & (KITCHENS - {"일품"})) and not others


class _Rows:
    """The rows of a block, one after the other: labels at the left are carried down."""

    def __init__(self, columns: dict[int, Column], first: int, found: Found, of_sheet: Label, kitchens: bool) -> None:
        self._columns = columns
        self._first = first
        self._found = found
        self._of_sheet = of_sheet
        self._kitchens = kitchens
        self._carried: list[tuple[int, Label]] = [(-1, Label())] * first
        self._before: dict[date, list[Dish]] = {}  # the dishes of the row before, by day

    def read(self, rows: Sequence[Sequence[Box]]) -> None:
        """Every row into its days."""
        for row in rows:
            if self._is_line(row):
                self._foot(row)
                continue
            said = self._label(row)
            self._cells(row, said)

    def _is_line(self, row: Sequence[Box]) -> bool:
        """A line across the table, or one that stands alone at its left: no dishes of a day."""
        text = single(row)
        if not text:
            return False
        places = [at for at, box in enumerate(row) if box.text]
        left = places[0] < self._first
        if left and (len(places) > self._first or len(places) == 1) and places[-1] >= self._first:
            return not closed(text)
        beyond = len(places) == 1
        aside = cells.is_remark(text) or bool(cells.origins(text)) or is_title(text)
        return (beyond and aside) or (left and places[-1] < self._first and (aside or len(text) > LONG_LABEL))

    def _foot(self, row: Sequence[Box]) -> None:
        self._found.tells_origins([single(row)])

    def _label(self, row: Sequence[Box]) -> Label:
        said = self._of_sheet
        fresh = False
        for at in range(self._first):
            box, (number, carried) = row[at], self._carried[at]
            if box.text and box.id != number:
                here = label(box.text, kitchens=self._kitchens)
                if len(box.text) > LONG_LABEL and here.holds is Holds.DISHES:
                    here = Label()
                self._carried[at] = (box.id, here)
                fresh = True
            elif not box.text and (fresh or carried.holds is not Holds.DISHES):
                self._carried[at] = (-1, Label())  # a new label at the left ends what stood beside the one before
            said = over(said, self._carried[at][1])
        return said

    def _cells(self, row: Sequence[Box], said: Label) -> None:
        lone = said.holds is Holds.ORIGINS and len({box.id for box in row[self._first :] if box.text}) == 1
        if lone:
            self._found.tells_origins({box.id: box.text for box in row[self._first :]}.values())
            return
        now: dict[date, list[Dish]] = {}
        for at, box in enumerate(row):
            place = self._columns.get(at)
            if place is None or not box.text:
                continue
            day = self._found.sheet(place.day, box.where)
            if day is None or box.id in day.seen:
                continue
            day.seen.add(box.id)
            self._cell(box, day, over(said, place.label), now, place.day)
        if now:
            self._before = now

    def _cell(self, box: Box, day: Sheet, said: Label, now: dict[date, list[Dish]], on: date) -> None:
        if said.holds is Holds.ALLERGENS:
            # a column of them is about the dishes of its row, a row of them about the dish above
            near = now.get(on) or self._before.get(on, [])
            marked(box, day, near, self._found)
        else:
            now.setdefault(on, []).extend(taken(box, day, said, self._found))
