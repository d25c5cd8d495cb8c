"""One phone-wide picture of a lunch: today's line, the usual, the next hour, the slots, and now.

Holds what is drawn and the words on it; `canvas` draws, and is imported only when first needed, since matplotlib
takes its time. Refuses to speak: every word comes in as `Labels`; the alt text is the caller's, from the same values.
"""

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


def warm() -> None:
    """Imports matplotlib and draws once, about 1 s: call it in a thread at start."""
    from occupancy import canvas

    canvas.warm()


def draw(chart: Chart, labels: Labels) -> bytes:
    """The picture as PNG, 800 by 520 pixels; computing, so call it in a thread.

    Raises:
        OccupancyError: when the font package is not installed.
    """
    from occupancy import canvas

    return canvas.draw(chart, labels)


def missing_glyphs(labels: Labels) -> set[str]:
    """The characters that the font can't draw; on the picture each becomes a question mark."""
    from occupancy import canvas

    return canvas.missing_glyphs(labels)


def font_name() -> str:
    """The name of the font that pictures are drawn with.

    Raises:
        OccupancyError: when the font package is not installed.
    """
    from occupancy import canvas

    return canvas.font_name()
