"""Draws a `Chart`: the one door to matplotlib, by its object API on the Agg canvas (no pyplot, no global state).

The font is NanumGothic (OFL) from the package `koreanize_matplotlib`, which is found but never imported, since it
changes matplotlib for everyone. Refuses text that is not in `Labels`, and markup in it: a dollar sign is a dollar sign.
"""

from __future__ import annotations

import functools
import importlib.util
import io
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, replace
from datetime import datetime, time
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageFont

from occupancy.figure import Chart, Labels
from occupancy.reading import KST, Minute, OccupancyError

WIDTH, HEIGHT, DPI = 800, 520, 100
_INK, _SOFT, _GRID, _SHADE = "#1b2733", "#6b7785", "#e3e8ee", "#eef2f7"
_TODAY, _BAND, _MINE, _MINE_SHADE = "#0b5cad", "#b9d6f2", "#d9480f", "#fff1e8"
_TEXTS = ("title", "today", "usual", "forecast", "people", "now", "minutes", "mine", "note")
_SIZES = (13.0, 12.0, 11.0, 10.0)  # of a slot's name, in points
_MARGIN = 3.0  # pixels between a slot's name and its frame
_MEASURED = 36.0  # points at which widths are measured
_LOCK = threading.Lock()
"""Agg and the font cache are not made for two threads at once."""


def warm() -> None:
    """Imports matplotlib and draws once, about 1 s: call it in a thread at start."""
    with _LOCK:
        figure = Figure(figsize=(1, 1))
        figure.text(0, 0, "0", fontproperties=_font(12))
        figure.savefig(io.BytesIO(), format="png")


def missing_glyphs(labels: Labels) -> set[str]:
    """The characters that the font can't draw; on the picture each becomes a question mark."""
    texts = [text for value in astuple(labels) for text in _texts(value)]
    return {character for text in texts for character in text} - _glyphs() - {"\n"}


def draw(chart: Chart, labels: Labels) -> bytes:
    """The picture as PNG, 800 by 520 pixels."""
    labels = _drawable(labels)
    with _LOCK:
        figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
        axes = figure.add_axes((0.085, 0.1, 0.835, 0.645))
        top = _top(chart)
        _frame(axes, chart, top)
        _slots(axes, chart, labels, top)
        _lines(axes, chart)
        _now(figure, axes, chart, labels, top)
        _words(figure, axes, chart, labels)
        plain = io.BytesIO()
        figure.savefig(plain, format="raw")
    picture = Image.frombytes("RGBA", (WIDTH, HEIGHT), plain.getvalue()).convert("RGB")
    out = io.BytesIO()
    # A palette takes a third of the bytes; the quicker octree loses the pale slots.
    picture.quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "png")
    return out.getvalue()


@functools.cache
def font_name() -> str:
    """The family and style of the font on disk."""
    font = FT2Font(str(_font_file(bold=False)))
    return f"{font.family_name} {font.style_name}"


def _font_file(bold: bool) -> Path:
    """NanumGothic (OFL) of the package `koreanize_matplotlib`, found without importing it."""
    spec = importlib.util.find_spec("koreanize_matplotlib")
    if spec is None or not spec.submodule_search_locations:
        raise OccupancyError("the font package koreanize_matplotlib is not installed")
    name = "NanumGothicBold.ttf" if bold else "NanumGothic.ttf"
    return Path(spec.submodule_search_locations[0]) / "fonts" / name


def _font(size: float, *, bold: bool = False) -> FontProperties:
    return FontProperties(fname=_font_file(bold), size=size)


@functools.cache
def _glyphs() -> frozenset[str]:
    both = (FT2Font(str(_font_file(bold))).get_charmap().keys() for bold in (False, True))
    return frozenset.intersection(*(frozenset(map(chr, codes)) for codes in both))


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _drawable(labels: Labels) -> Labels:
    unknown = dict.fromkeys(map(ord, missing_glyphs(labels)), "?")
    if not unknown:
        return labels
    texts = {name: getattr(labels, name).translate(unknown) for name in _TEXTS}
    return replace(labels, slots=tuple(text.translate(unknown) for text in labels.slots), **texts)


def _x(at: datetime | time) -> float:
    """Minutes of the Korean day."""
    local = at.astimezone(KST) if isinstance(at, datetime) else at
    return local.hour * 60 + local.minute + local.second / 60


def _top(chart: Chart) -> float:
    """The upper end of the axis: room for everything shown, and for the slots' names above it."""
    shown = [15.0, chart.people or 0.0]
    shown += [minute.people for minute in chart.today if minute.people is not None]
    if chart.usual:
        shown += [people for minute, people in chart.usual.people.items() if _inside(chart, minute)]
    if chart.forecast:
        shown += [point.q90 for point in chart.forecast.points if point.at <= chart.end]
    return max(shown) * 1.22


def _inside(chart: Chart, minute: float) -> bool:
    return _x(chart.start) <= minute <= _x(chart.end)


def _frame(axes: Axes, chart: Chart, top: float) -> None:
    axes.set_xlim(_x(chart.start), _x(chart.end))
    axes.set_ylim(0, top)
    ticks = range(-(-int(_x(chart.start)) // 20) * 20, int(_x(chart.end)) + 1, 20)
    axes.set_xticks(ticks, [f"{tick // 60}:{tick % 60:02d}" for tick in ticks])
    axes.grid(axis="y", color=_GRID, linewidth=1)
    axes.set_axisbelow(True)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_SOFT)
    _ticks(axes.xaxis, _INK)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    _ticks(axes.yaxis, _INK)


def _ticks(axis: Axis, colour: str) -> None:
    axis.set_tick_params(length=0, colors=colour, pad=6)
    for label in axis.get_ticklabels():
        label.set_fontproperties(_font(13))


def _slots(axes: Axes, chart: Chart, labels: Labels, top: float) -> None:
    for slot in chart.slots:
        left, right, mine = _x(slot.start), _x(slot.end), slot.index == chart.mine
        shade = _MINE_SHADE if mine else (_SHADE if slot.index % 2 == 0 else "white")
        axes.axvspan(left, right, color=shade, linewidth=0, zorder=0)
        if mine:
            outline = Rectangle((left, 0), right - left, top, fill=False, edgecolor=_MINE, linewidth=2.5, zorder=5)
            axes.add_patch(outline).set_clip_on(False)
        words = [labels.slots[slot.index]] if slot.index < len(labels.slots) else []
        words += [labels.mine] if mine and labels.mine else []
        left, right, lines, size = _placed(words, left, right, _x(chart.now), _pixels_a_minute(axes), bold=mine)
        axes.text(
            (left + right) / 2,
            top * 0.975,
            "\n".join(lines),
            ha="center",
            va="top",
            color=_MINE if mine else _SOFT,
            fontproperties=_font(size, bold=mine),
            parse_math=False,
            linespacing=1.25,
            zorder=7,
            bbox={"boxstyle": "square,pad=0.05", "facecolor": shade, "edgecolor": "none"},
        )


def _beside(left: float, right: float, now: float) -> tuple[float, float]:
    """The slot, or its larger part where the line of now cuts it."""
    if not left < now < right:
        return left, right
    return (left, now) if now - left > right - now else (now, right)


def _pixels_a_minute(axes: Axes) -> float:
    first, last = axes.get_xlim()
    return float(axes.get_position().width * WIDTH / (last - first))


def _placed(
    words: Sequence[str], left: float, right: float, now: float, pixels: float, *, bold: bool
) -> tuple[float, float, list[str], float]:
    """Between which minutes the words stand, their lines and size: beside the line of now if they fit, else over it."""
    for first, last in (_beside(left, right, now), (left, right)):
        room = (last - first) * pixels - 2 * _MARGIN
        for size in _SIZES:
            if all(_width(text, size, bold=bold) <= room for text in words):
                return first, last, list(words), size
    lines = [line for text in words for line in _broken(text, room, size, bold=bold)]
    return left, right, [_cut(line, room, size, bold=bold) for line in lines], size


def _broken(text: str, width: float, size: float, *, bold: bool) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and _width(joined, size, bold=bold) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def _cut(line: str, width: float, size: float, *, bold: bool) -> str:
    while len(line) > 2 and _width(line, size, bold=bold) > width:
        line = line.removesuffix("…")[:-1] + "…"
    return line


def _width(text: str, size: float, *, bold: bool) -> float:
    """In pixels of the picture."""
    return float(_measure(bold).getlength(text)) * size / _MEASURED


@functools.cache
def _measure(bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_font_file(bold)), _MEASURED * DPI / 72)


def _lines(axes: Axes, chart: Chart) -> None:
    if chart.usual:
        usual = {minute: people for minute, people in chart.usual.people.items() if _inside(chart, minute)}
        axes.plot(list(usual), list(usual.values()), color=_SOFT, linewidth=2.2, linestyle=(0, (1, 1.6)), zorder=2)
    if chart.forecast and chart.forecast.points:
        points = [point for point in chart.forecast.points if point.at <= chart.end]
        at = [_x(point.at) for point in points]
        axes.fill_between(
            at, [p.q10 for p in points], [p.q90 for p in points], color=_BAND, alpha=0.75, linewidth=0, zorder=1
        )
        axes.plot(at, [p.q50 for p in points], color=_TODAY, linewidth=2, linestyle=(0, (4, 2)), zorder=3)
    for run in _runs(chart.today, _x(chart.now)):
        axes.plot([m.minute + 0.5 for m in run], [m.people or 0 for m in run], color=_TODAY, linewidth=3.2, zorder=4)


def _runs(minutes: Sequence[Minute], until: float) -> Iterator[list[Minute]]:
    """Stretches of known minutes before now: what nobody counted is a gap, not a straight line."""
    run: list[Minute] = []
    for minute in minutes:
        if run and (minute.people is None or minute.minute > run[-1].minute + 2):
            yield run
            run = []
        if minute.people is not None and minute.minute + 0.5 <= until:
            run.append(minute)
    if run:
        yield run


def _now(figure: Figure, axes: Axes, chart: Chart, labels: Labels, top: float) -> None:
    at = _x(chart.now)
    if not _inside(chart, at):
        return
    axes.plot([at, at], [0, top * 1.06], color=_INK, linewidth=1.6, zorder=6, clip_on=False)
    if chart.people is not None:
        axes.plot(
            [at],
            [chart.people],
            "o",
            color=_TODAY,
            markersize=12,
            markeredgecolor="white",
            markeredgewidth=2,
            zorder=8,
            clip_on=False,
        )
    left, _, width, _ = axes.get_position().bounds
    share = (at - _x(chart.start)) / (_x(chart.end) - _x(chart.start))
    figure.text(
        min(max(left + share * width, 0.21), 0.79),
        0.795,
        labels.now,
        ha="center",
        va="center",
        color="white",
        fontproperties=_font(14, bold=True),
        parse_math=False,
        bbox={"boxstyle": "round,pad=0.35", "facecolor": _INK, "edgecolor": "none"},
        zorder=9,
    )


def _words(figure: Figure, axes: Axes, chart: Chart, labels: Labels) -> None:
    figure.text(0.03, 0.925, labels.title, color=_INK, fontproperties=_font(19, bold=True), parse_math=False)
    figure.text(
        0.97, 0.925, labels.note, color=_MINE, ha="right", fontproperties=_font(13, bold=True), parse_math=False
    )
    figure.text(0.03, 0.787, labels.people, color=_SOFT, fontproperties=_font(13), parse_math=False)
    _legend(figure, chart, labels)
    if labels.minutes and chart.per_minute:
        speed = chart.per_minute
        other = axes.secondary_yaxis("right", functions=(_times(1 / speed), _times(speed)))
        other.spines["right"].set_visible(False)
        other.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        _ticks(other.yaxis, _SOFT)
        figure.text(0.97, 0.787, labels.minutes, color=_SOFT, ha="right", fontproperties=_font(13), parse_math=False)


def _times(factor: float) -> Callable[[ArrayLike], NDArray[np.float64]]:
    return lambda values: np.asarray(values, dtype=np.float64) * factor


def _legend(figure: Figure, chart: Chart, labels: Labels) -> None:
    entries: list[Line2D | Patch] = [Line2D([], [], color=_TODAY, linewidth=3.2, label=labels.today)]
    if chart.usual and chart.usual.people:
        entries.append(Line2D([], [], color=_SOFT, linewidth=2.2, linestyle=(0, (1, 1.6)), label=labels.usual))
    if chart.forecast and chart.forecast.points:
        entries.append(Patch(facecolor=_BAND, label=labels.forecast))
    legend = figure.legend(
        handles=entries,
        loc="upper left",
        bbox_to_anchor=(0.022, 0.905),
        ncols=3,
        frameon=False,
        prop=_font(14),
        labelcolor=_INK,
        handlelength=1.9,
        columnspacing=1.4,
        borderpad=0.2,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)
