"""What a form says, in a short notation, and how well a reading of it agrees. All content is invented.

A dish is `제육볶음:5.6.10`; `석>` and `조>` before it name the meal (else lunch), `[한식]` its corner; `!개천절` a
closed day.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import xlsxwriter

from occupancy.menu import DayMenu, Dish, Meal

TODAY = date(2026, 11, 23)
_MEALS = {"조": Meal.BREAKFAST, "중": Meal.LUNCH, "석": Meal.DINNER}
_DISH = re.compile(r"(?:(?P<meal>[조중석])>)?(?:\[(?P<corner>[^\]]*)\])?(?P<name>[^:]+)(?::(?P<numbers>[\d.]+))?")


@dataclass(frozen=True)
class Form:
    """A file (or a pasted text) as a cafeteria makes it, and what it says."""

    name: str
    file: str
    data: bytes | str
    truth: Mapping[date, Sequence[str]]
    origins: tuple[str, ...] = ()
    today: date = TODAY


@dataclass(frozen=True)
class Score:
    """Days exactly right of how many; dishes found and right, of how many; what was read and isn't there."""

    name: str
    days_right: int
    days: int
    dishes_right: int
    dishes: int
    invented: int
    corners_right: int
    origins_missing: tuple[str, ...]

    def __str__(self) -> str:
        lost = f", origins missing {self.origins_missing}" if self.origins_missing else ""
        return (
            f"{self.name:32} days {self.days_right}/{self.days}, dishes {self.dishes_right}/{self.dishes}, "
            f"invented {self.invented}, corners {self.corners_right}/{self.dishes}{lost}"
        )


def dish(said: str) -> Dish:
    """A dish of the notation."""
    found = _DISH.fullmatch(said)
    assert found, said
    numbers = frozenset(int(one) for one in (found["numbers"] or "").split(".") if one)
    return Dish(found["name"], numbers, found["corner"] or "", _MEALS[found["meal"] or "중"])


def day(on: date, said: Sequence[str]) -> DayMenu:
    """A day of the notation."""
    if said and said[0].startswith("!"):
        return DayMenu(on, closed=said[0][1:])
    return DayMenu(on, tuple(map(dish, said)))


def week(monday: int | date, *said: Sequence[str]) -> dict[date, Sequence[str]]:
    """Consecutive days from a Monday (a day of November 2026, or a date)."""
    first = monday if isinstance(monday, date) else date(2026, 11, monday)
    return {date.fromordinal(first.toordinal() + step): one for step, one in enumerate(said)}


def _core(one: Dish) -> tuple[object, ...]:
    return one.meal, one.name, one.allergens


def score(form: Form, read: Sequence[DayMenu]) -> Score:
    """How a reading agrees with the truth. A day is right when closing and all dishes are, in whatever order."""
    found = {one.day: one for one in read}
    truth = {on: day(on, said) for on, said in form.truth.items()}
    right = dishes = days = corners = invented = 0
    for on, true in truth.items():
        mine = found.get(on, DayMenu(on))
        left = list(mine.served)
        for one in true.served:
            dishes += 1
            match = next((each for each in left if _core(each) == _core(one)), None)
            if match is not None:
                exact = next((each for each in left if each == one), None)
                corners += exact is not None
                left.remove(exact or match)
                right += 1
        invented += len(left)
        whole = bool(true.closed) == bool(mine.closed) and not left and on in found
        days += whole and {_core(each) for each in true.served} == {_core(each) for each in mine.served}
    invented += sum(len(one.served) for on, one in found.items() if on not in truth)
    origins = " ".join(line for one in read for line in one.origins).replace(" ", "")
    missing = tuple(one for one in form.origins if one.replace(" ", "") not in origins)
    return Score(form.name, days, len(truth), right, dishes, invented, corners, missing)


def book(write: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    """A workbook that `write` fills."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        write(workbook)
    return out.getvalue()
