"""What a picture of a lunch holds: its words and its figures. Values only: `canvas` draws them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from occupancy.forecast import Forecast, Usual
from occupancy.reading import Minute
from occupancy.slots import Slot


@dataclass(frozen=True, slots=True)
class Labels:
    """Every word on the picture; an empty one is left out.

    `slots` stand in the order of the day's slots. `note` is where simulated data is said to be so.
    """

    title: str
    today: str
    usual: str
    forecast: str
    people: str
    """Unit of the left axis."""
    now: str
    """What stands beside the present point."""
    minutes: str = ""
    """Unit of the right axis."""
    mine: str = ""
    slots: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn. `mine` is the index of the reader's own slot; `per_minute` scales people to minutes."""

    start: datetime
    end: datetime
    now: datetime
    today: tuple[Minute, ...]
    usual: Usual | None = None
    forecast: Forecast | None = None
    slots: tuple[Slot, ...] = ()
    mine: int | None = None
    people: float | None = None
    """The present point; None when there is no number to show."""
    per_minute: float | None = None
