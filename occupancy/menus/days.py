"""The days of a menu under way: what a cell brings to its day, and the days of all sheets together. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from occupancy.menu import DayMenu, Dish, Doubt, Meal, Reading, Unread
from occupancy.menus import cells
from occupancy.menus.cells import Cell
from occupancy.menus.dates import Hint
from occupancy.menus.grid import Box
from occupancy.menus.words import NOT_SERVED, Holds, Label

MOST_DAYS: Final = 100
MOST_UNREAD: Final = 12
LONG_LABEL: Final = 26
"""Characters from which a text at the left of a table is a line, and no label."""


@dataclass(slots=True)
class Sheet:
    """A day under way: what was read of it so far."""

    dishes: list[Dish] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    closed: str = ""
    kcal: int | None = None
    notes: list[str] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def menu(self, day: date) -> DayMenu:
        """The day as it is told."""
        dishes = tuple(dict.fromkeys(self.dishes))
        shut = "" if dishes else self.closed
        return DayMenu(
            day, dishes, tuple(dict.fromkeys(self.origins)), shut, self.kcal, tuple(dict.fromkeys(self.notes))
        )


@dataclass(slots=True)
class Found:
    """The days of a sheet, what stands for all of them, and what was not read."""

    days: dict[date, Sheet] = field(default_factory=dict)
    origins: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def sheet(self, day: date, where: str) -> Sheet | None:
        """The day under way, a new one where it is not; None when there are too many."""
        if day not in self.days and len(self.days) >= MOST_DAYS:
            self.doubt(Doubt.MORE, where)
            return None
        return self.days.setdefault(day, Sheet())

    def tells_origins(self, lines: Iterable[str]) -> None:
        """Lines that may tell where food of all days is from."""
        for line in lines:
            for part in line.split("\n"):
                self.origins += cells.origins(part)

    def doubt(self, why: Doubt, where: str, text: str = "") -> None:
        """Names a place that needs a look."""
        one = Unread(why, where, " ".join(text.split())[:40])
        if one not in self.unread:
            self.unread.append(one)


def over(outer: Label, inner: Label) -> Label:
    """An inner label within an outer one: what it does not say stays."""
    holds = inner.holds if inner.holds is not Holds.DISHES else outer.holds
    return Label(inner.meal or outer.meal, inner.corner or outer.corner, holds)


def taken(box: Box, day: Sheet, said: Label, found: Found) -> list[Dish]:
    """A cell into its day; the dishes that it brought."""
    if said.holds is Holds.NOTHING:
        return []
    if said.holds is Holds.ORIGINS:
        _add_origins(day, cells.origins(f"원산지: {box.text}"))
        return []
    if said.holds is Holds.KCAL:
        figure = re.match(r"\D{0,12}(\d{1,2},\d{3}|\d{3,4})(?!\d)", box.text)
        if figure and said.meal in {None, Meal.LUNCH}:
            day.kcal = int(figure[1].replace(",", ""))
        return []
    cell = cells.read(box.text)
    if not _says(cell) and any(char.isalpha() for char in box.text) and box.text not in NOT_SERVED:
        found.doubt(Doubt.CELL, box.where, box.text)
    for odd in cell.odd:
        found.doubt(Doubt.NUMBER, box.where, odd)
    meal = said.meal or Meal.LUNCH
    dishes = [replace(one, corner=said.corner, meal=meal) for one in cell.dishes]
    day.dishes += dishes
    _add_origins(day, cell.origins)
    if meal is Meal.LUNCH:
        day.kcal = cell.kcal or day.kcal
    day.closed = day.closed or (cell.closed if said.meal in {None, Meal.LUNCH} else "")
    return dishes


def _says(cell: Cell) -> bool:
    return bool(cell.dishes or cell.closed or cell.origins or cell.kcal or cell.notes)


def _add_origins(day: Sheet, lines: Iterable[str]) -> None:
    day.origins += [line for line in lines if line not in day.origins]


def marked(box: Box, day: Sheet, dishes: list[Dish], found: Found) -> None:
    """Allergens that stand in a cell of their own: a line a dish, or all of them for the only one."""
    lines = box.text.split("\n")
    if not any(any(char.isalnum() for char in line) for line in lines):
        return
    if len(lines) != len(dishes):
        lines = [" ".join(lines)]
    if len(lines) != len(dishes):
        found.doubt(Doubt.ALLERGENS, box.where, box.text)
        return
    for line, dish in zip(lines, list(dishes), strict=True):
        told = cells.read(f"{dish.name}({line.strip(' ()[]')})") if line.strip(" ()[]-") else Cell()
        if told.dishes and dish in day.dishes:
            better = replace(dish, allergens=dish.allergens | told.dishes[0].allergens)
            day.dishes[day.dishes.index(dish)] = better
            dishes[dishes.index(dish)] = better


def together(sheets: Sequence[Found]) -> Reading:
    """The days of all sheets; a day that two sheets tell alike is told once, else both are joined."""
    days: dict[date, DayMenu] = {}
    unread: list[Unread] = []
    for found in sheets:
        unread += found.unread
        for on, sheet in found.days.items():
            sheet.origins += [line for line in found.origins if line not in sheet.origins]
            menu = sheet.menu(on)
            if not (menu.served or menu.closed):
                continue
            if on in days and not _goes_with(days[on], menu):
                unread.append(Unread(Doubt.TWICE, f"{on.month}/{on.day}"))
            elif on in days:
                days[on] = _joined(days[on], menu)
            else:
                days[on] = menu
    return Reading(tuple(days[on] for on in sorted(days)), tuple(unread[:MOST_UNREAD]))


def _goes_with(one: DayMenu, other: DayMenu) -> bool:
    """Whether two sheets' menus of a day are parts of one: other meals or other corners, or the same again."""
    places = {(dish.meal, dish.corner) for dish in one.served}
    return one.served == other.served or not places & {(dish.meal, dish.corner) for dish in other.served}


def _joined(one: DayMenu, other: DayMenu) -> DayMenu:
    served = tuple(dict.fromkeys((*one.served, *other.served)))
    shut = "" if served else one.closed or other.closed
    origins = tuple(dict.fromkeys((*one.origins, *other.origins)))
    return DayMenu(
        one.day, served, origins, shut, one.kcal or other.kcal, tuple(dict.fromkeys((*one.notes, *other.notes)))
    )


def told(hint: Hint) -> str:
    """A hint as it stands in a header, for somebody who looks for it."""
    weekday = "" if hint.weekday is None else "월화수목금토일"[hint.weekday]
    return "/".join(str(one) for one in (hint.month, hint.day) if one) + weekday
