"""One phone-wide picture of a lunch: today's line, the usual, the next hour, the slots, and now.

Holds what is drawn and the words on it; `canvas` draws, and is imported only when first needed, since matplotlib
takes its time. Refuses to speak: every word comes in as `Labels`; the alt text is the caller's, from the same values.
"""

from __future__ import annotations

from occupancy.figure import Chart, Labels

__all__ = ["Chart", "Labels", "draw", "font_name", "missing_glyphs", "warm"]


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
