"""A list: days down a column, meals or dishes across, or a row a dish as systems export it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from occupancy.menu import Dish, Doubt
from occupancy.menus import cells
from occupancy.menus.across import has_kitchens
from occupancy.menus.dates import Context, resolve
from occupancy.menus.days import LONG_LABEL, Found, marked, over, taken, told
from occupancy.menus.grid import Box, Head, Layout, row_days, single
from occupancy.menus.words import Holds, Label, closed, column, is_label, label


def read_list(lies: Layout, at: int, wide: Context, today: date, found: Found, of_sheet: Label) -> None:
    """Reads the rows of a list with its days in column `at` into `found`."""
    _List(lies, at, wide, today, found, of_sheet).read()


class _List:
    """The rows of a list, one after the other: the day, the heads of columns, the meal are carried down."""

    def __init__(self, lies: Layout, at: int, wide: Context, today: date, found: Found, of_sheet: Label) -> None:
        self._rows = lies.rows
        self._at = at
        self._wide = wide
        self._today = today
        self._found = found
        self._of_sheet = of_sheet
        self._kitchens = has_kitchens(lies.rows, len(lies.rows[0]))
        self._heads: list[Sequence[Box]] = []  # rows of column heads that wait for the first day below them
        self._roles: dict[int, Label] = {}
        self._carried: dict[int, str] = {}
        days = [one.hint.day for row in lies.rows for one in row_days(row) if one.first == at]
        self._dated = sum(day is not None for day in days) * 2 > len(days)
        self._day: date | None = None
        self._before: date | None = None

    def read(self) -> None:
        """Every row into its day."""
        for row in self._rows:
            head = self._head(row)
            if head is not None:
                self._begins(row, head)
            elif self._day is not None and not row[self._at].text:
                self._cells(row, self._day, range(self._at, self._at + 1), self._of_sheet)
            elif any(box.text for box in row):
                self._between(row)

    def _head(self, row: Sequence[Box]) -> Head | None:
        """The day that a row begins; where days are dated, a weekday alone is the name of a column (일)."""
        head = next((one for one in row_days(row) if one.first == self._at), None)
        return None if head and self._dated and head.hint.day is None else head

    def _begins(self, row: Sequence[Box], head: Head) -> None:
        if self._heads:
            self._roles = {at: self._role_of(at) for at in range(len(row))}
            self._heads, self._carried = [], {}
        before = date.fromordinal(self._before.toordinal() - 1) if self._before else None  # a day may come again
        resolved = resolve([head.hint], self._wide, self._today, None if head.hint.month else before)
        self._day = resolved.days[0]
        if resolved.wrong:
            self._found.doubt(Doubt.WEEKDAY, head.where, told(head.hint))
        if self._day is None:
            self._found.doubt(Doubt.DAY, head.where, told(head.hint))
            return
        self._before = self._day
        why = closed(head.hint.rest)
        sheet = self._found.sheet(self._day, head.where)
        if sheet is not None:
            sheet.closed = sheet.closed or why
        said = label(head.hint.rest) if is_label(head.hint.rest) else Label()
        self._cells(row, self._day, range(head.first, head.end), over(self._of_sheet, said))

    def _between(self, row: Sequence[Box]) -> None:
        """A row of no day: heads of the columns below, or a line."""
        line = single(row)
        if line:
            self._found.tells_origins([line])
        else:
            self._heads = [*self._heads[-1:], row]
        if row[self._at].text and not (line and len(line) <= LONG_LABEL and not cells.is_remark(line)):
            self._day = None

    def _role_of(self, at: int) -> Label:
        """What a column holds by its heads, one above the other (점심 over 일반식 and 선택식)."""
        meals = [label(row[at].text, kitchens=self._kitchens).meal for row in self._heads[:-1]]
        outer = Label(next((meal for meal in meals if meal), None))
        return over(outer, self._role(self._heads[-1][at].text))

    def _role(self, text: str) -> Label:
        holds = column(text)
        return Label(holds=holds) if holds else label(text, kitchens=self._kitchens)

    def _cells(self, row: Sequence[Box], day: date, skip: range, said: Label) -> None:
        sheet = self._found.sheet(day, row[skip.start].where)
        dishes: list[Dish] = []
        for at, box in enumerate(row):
            role = self._roles.get(at, Label())
            if sheet is None or at in skip or role.holds is Holds.DAY:
                continue
            if role.holds in {Holds.MEAL, Holds.CORNER}:
                said = over(said, self._place(at, box.text, role.holds))
            elif box.text and box.id not in sheet.seen:
                if at < len(row) - 1 and _is_meal(box.text):
                    said = over(said, label(box.text))
                    continue
                sheet.seen.add(box.id)
                if role.holds is Holds.ALLERGENS:
                    marked(box, sheet, dishes, self._found)
                else:
                    dishes += taken(box, sheet, over(said, role), self._found)

    def _place(self, at: int, text: str, holds: Holds) -> Label:
        """The meal or corner that a row names, or the one above it."""
        text = self._carried[at] = text or self._carried.get(at, "")
        here = label(text)
        return here if holds is Holds.MEAL or here.meal else Label(corner=here.corner or text)


def _is_meal(text: str) -> bool:
    here = label(text)
    return here.meal is not None and not here.corner and len(text) <= 14
