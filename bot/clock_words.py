"""Which hour of the day a told one is: `밤 12시` is midnight, `밤 1시` one in the night, `낮 12시` noon. Pure.

For whoever reads clocks. An hour without such a word is for the reader to judge; one that contradicts its word is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_NOON: Final = 12
_MORNING: Final = {12: 0} | {hour: hour for hour in range(12)}
_AFTERNOON: Final = {0: 12, 12: 12} | {hour: hour + 12 for hour in range(1, 12)}
_SAID: Final[Mapping[str, Mapping[int, int]]] = {
    "오전": _MORNING,
    "새벽": _MORNING,
    "아침": {hour: hour for hour in range(4, 12)},
    "낮": {10: 10, 11: 11, 12: 12} | {hour: hour + 12 for hour in range(1, 7)},
    "점심": {10: 10, 11: 11, 12: 12} | {hour: hour + 12 for hour in range(1, 5)},
    "오후": _AFTERNOON,
    "저녁": {12: 0} | {hour: hour + 12 for hour in range(4, 12)},
    "밤": {0: 0, 12: 0} | {hour: hour for hour in range(1, 5)} | {hour: hour + 12 for hour in range(6, 12)},
}
_LATE: Final = frozenset({"오후", "저녁", "밤", "낮", "점심"})
_NAMED: Final = (
    (re.compile(r"(?<![가-힣])자정(?=$|[\s,~〜～–—-]|에|부터|까지|쯤|이|으)"), "밤 12시"),
    (re.compile(r"(?<![가-힣])정오(?=$|[\s,~〜～–—-]|에|부터|까지|쯤|이|로)"), "낮 12시"),
)

HALVES: Final = "|".join(_SAID)
"""The words that tell which half of the day, as alternatives of a pattern."""


def hour_said(half: str, hour: int) -> int | None:
    """The hour from 0 to 23; None where that half of the day has no such hour."""
    if hour > _NOON:
        return hour if half in _LATE and hour <= 23 else 0 if hour == 24 and half == "밤" else None
    return _SAID[half].get(hour)


def numbered(text: str) -> str:
    """`자정` and `정오` as hours with a number."""
    for named, meant in _NAMED:
        text = named.sub(meant, text)
    return text
