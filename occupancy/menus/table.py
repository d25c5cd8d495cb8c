"""A menu's table read: which dishes stand under which day, in which meal and corner. Pure.

    grid → layout → each block: heads → days, labels at the left (carried down) and below the heads → cells → days
                    or each row of a list: its day, meal and corner → cells → days
    → the days of all blocks and sheets, the same day in two places joined

Refuses to guess: what belongs to no day, and numbers that belong to no dish, are named as unread.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from occupancy.menu import Reading
from occupancy.menus.across import read_block
from occupancy.menus.dates import context, hint
from occupancy.menus.days import Found, together
from occupancy.menus.down import read_list
from occupancy.menus.grid import Block, Grid, Head, layout
from occupancy.menus.words import KITCHENS, Label, label


def read(grids: Sequence[Grid], name: str, today: date) -> Reading:
    """The days of a file's sheets; `name` is the file's, and may tell which days are meant."""
    found: list[Found] = []
    for grid in grids:
        several = len(grids) > 1
        found.append(_sheet(grid, [grid.name if several or grid.name else "", name], today, several=several))
    return together(found)


def _sheet(grid: Grid, outside: Sequence[str], today: date, *, several: bool) -> Found:
    found = Found()
    lies = layout(grid)
    wide = context([*lies.titles[:8], *outside], today)
    of_sheet = _of_sheet(grid.name) if several else Label()
    if lies.blocks:
        before: date | None = None
        for block in lies.blocks:
            before = read_block(block, wide, today, before, found, of_sheet) or before
        found.tells_origins(lies.titles)
    elif lies.column is not None:
        read_list(lies, lies.column, wide, today, found, of_sheet)
    elif lies.rows and (named := hint(grid.name)) and named.day is not None and not named.bare:
        whole = Block([Head(named, 0, len(lies.rows[0]), grid.name)], lies.rows)
        read_block(whole, wide, today, None, found, Label())  # a sheet a day
    return found


def _of_sheet(name: str) -> Label:
    """A sheet named after a meal or a corner."""
    told = label(name)
    is_corner = any(word in name for word in KITCHENS) or name.endswith(("코너", "식당", "배식대"))
    return Label(told.meal, told.corner if is_corner else "")
