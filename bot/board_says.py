"""What the cafeteria's posts say: a week's table, a lunch to come, a lunch under way, a lunch that is over. Pure.

plan, views, yesterday's word ──> lines; the words themselves are `wording.boards`' and the answers'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bot import line_answer
from bot.canteen import View
from bot.clock import KST
from bot.settings import Cafeteria
from bot.wording import boards as words
from bot.wording import cafeteria as answers
from bot.wording.slots import rest
from occupancy.menu import DayMenu
from occupancy.reading import Minute, day_of
from occupancy.rearranged import Composed
from occupancy.slots import Slot, SlotPlan, working_days

_DISHES = 3
_Rows = list[tuple[time, time, Sequence[str], int]]


def week(site: Cafeteria, composed: Composed, monday: date, department: str, menus: Mapping[date, DayMenu]) -> str:
    """The week's table, the department's own slot first, what rests or changes, and the menu."""
    plan = composed.plan
    served = [day for day in working_days(monday) if plan.is_open(day)]
    shut = [
        rest(day, why, composed.reasons.get(day, "")) for day in working_days(monday) if (why := plan.rest(day))
    ]  # fmt: skip
    if not served:
        return words.week_closed(site.name, monday, shut)
    rotates, first = bool(plan.on(served[0]).departments), served[0]
    changes = [line for day in _turns(plan, served) for line in words.from_day(day, _rows(plan, day))]
    return words.week(
        site.name,
        monday,
        _own(plan.slot_of(department, first), department) if rotates and department else None,
        _rows(plan, first) if rotates else [],
        [*changes, *([words.shut(shut)] if shut else [])],
        [(day, _dishes(menus[day])) for day in served if day in menus and menus[day].dishes],
    )


def _own(slot: Slot | None, department: str) -> str:
    return words.own_slot(department, slot.start, slot.end) if slot else words.no_own_slot(department)


def _rows(plan: SlotPlan, day: date) -> _Rows:
    return [(one.start, one.end, one.departments, one.group) for one in plan.table(day)]


def _turns(plan: SlotPlan, served: Sequence[date]) -> list[date]:
    """The days of the week on which another table begins."""
    return [day for earlier, day in pairwise(served) if _rows(plan, earlier) != _rows(plan, day)]


def _dishes(menu: DayMenu) -> list[str]:
    return [dish.name for dish in menu.dishes[:_DISHES]]


def expected(view: View, start: time, end: time) -> dict[int, float]:
    """The line that is expected, by minute of the Korean day, from `start` to `end`."""
    found: dict[int, float] = {}
    for minute in range(_minute(start), _minute(end) + 1):
        at = _instant(view, minute)
        point = view.forecast.at(at)
        people = point.q50 if point is not None else view.usual.at(at)
        if people is not None:
            found[minute] = people
    return found


def before(view: View, department: str, opens: time, closes: time) -> list[str]:
    """A lunch to come: my slot, the menu, when the line should be longest, and when to go."""
    lines = [words.noon_head(view.cafeteria.name, day_of(view.now))]
    slot = view.slot_of(department)
    lines += [words.slot_today(department, slot.start, slot.end)] if slot else []
    lines += line_answer.menu(view)
    curve, speed = expected(view, opens, closes), view.estimate.per_minute
    if not curve or not speed:
        return [*lines, words.no_history()] if view.cafeteria.sensors else lines
    peak = max(curve, key=lambda minute: curve[minute])
    lines.append(words.expected(_instant(view, peak), curve[peak] / speed))
    return [*lines, *_best(view, slot, curve, speed)]


def _best(view: View, slot: Slot | None, curve: Mapping[int, float], speed: float) -> list[str]:
    """The stretch with the shortest line that is still to come, within the own slot where there is one.

    A stretch, for a room reads it: one minute told to all would make a line of its own.
    """
    first = max(_minute(slot.start) if slot else min(curve), _minute(view.now.astimezone(KST).time()))
    last = _minute(slot.end) if slot else max(curve) + 1
    window = [minute for minute in curve if first <= minute < last]
    if not window:
        return []
    best = min(window, key=lambda minute: curve[minute])
    calm = {minute for minute in window if curve[minute] <= curve[best] + speed}  # at most a minute longer
    since, until = best, best + 1
    while since - 1 in calm:
        since -= 1
    while until in calm:
        until += 1
    worst = max(curve[minute] for minute in range(since, until))
    return [words.calm(_instant(view, since), _instant(view, until), worst / speed, mine=slot is not None)]


def during(views: Sequence[View], department: str, opens: time, closes: time) -> list[str]:
    """A lunch under way: the line as it is, of which instant and from whom; my slot; when to go; the menu."""
    view = views[0]
    head = f"{words.noon_head(view.cafeteria.name, day_of(view.now))} · {words.as_of(view.now)}"
    if over := line_answer.shut(view):
        return [head, over]
    slot = view.slot_of(department)
    lines = [head, *_now(views), *line_answer.kitchen(view)]
    lines += [words.slot_today(department, slot.start, slot.end)] if slot else []
    curve, speed = expected(view, opens, closes), view.estimate.per_minute
    return [*lines, *(_best(view, slot, curve, speed) if curve and speed else []), *line_answer.menu(view)]


def tells(views: Sequence[View]) -> bool:
    """Whether anything can be told of the line that was not told before the lunch."""
    return any(line_answer.is_known(view) or view.notices or view.cafeteria.sensors for view in views)


def _now(views: Sequence[View]) -> list[str]:
    if len(views) > 1:
        return line_answer.several(views)
    if not line_answer.is_known(views[0]):
        return line_answer.unknown(views[0])
    return [answers.now_line(line_answer.line(views[0])), line_answer.trust(views[0])]


@dataclass(frozen=True, slots=True)
class Past:
    """A lunch as it was, and as it was foretold, by minute of the Korean day."""

    minutes: Sequence[Minute]
    foretold: Mapping[int, float]
    per_minute: float


def after(view: View, past: Past) -> list[str]:
    """A lunch that is over: the longest line, and how right the post was."""
    head = words.over(view.cafeteria.name, day_of(view.now))
    seen = {one.minute: one.people for one in past.minutes if one.people is not None}
    if not seen:
        return [head, words.no_record()] if view.cafeteria.sensors else [head]
    longest = max(seen, key=lambda minute: seen[minute])
    wait = seen[longest] / past.per_minute if past.per_minute else None
    lines = [head, words.peak(_instant(view, longest), round(seen[longest]), wait)]
    both = [minute for minute in past.foretold if minute in seen]
    if len(both) < len(past.foretold) / 2 or not both:
        return lines
    told = max(past.foretold, key=lambda minute: past.foretold[minute])
    error = sum(abs(past.foretold[minute] - seen[minute]) for minute in both) / len(both)
    return [*lines, words.judged(_instant(view, told), round(past.foretold[told]), error)]


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _instant(view: View, minute: int) -> datetime:
    midnight = datetime.combine(day_of(view.now), time(), KST)
    return midnight + timedelta(minutes=minute)
