"""A line's state → what an answer says of it, in words and in figures; shared by answers and posts.

Decides what may be said: nothing stale as a number, nothing of the serving speed, and how sure. Words are `wording`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from bot.canteen import View, kinds, used
from bot.messenger import CafeteriaFacts
from bot.wording import cafeteria as words
from bot.wording import menus
from occupancy.estimate import Estimate, Health, Level
from occupancy.forecast import Basis
from occupancy.kitchen import NoticeKind
from occupancy.reading import Kind, day_of, minute_of
from occupancy.reckoned import by_plan_alone, calmest

_SURE_MIN, _SURE_SHARE = 1.5, 0.5
_UNSURE_MIN, _UNSURE_SHARE = 3.0, 1.0
_AMBER_S = 30.0
_APART, _APART_SHARE = 8.0, 0.5
"""People by which a counter may be off what is said before that is doubt."""


def is_known(view: View) -> bool:
    """Whether there is a number of now to say."""
    return view.estimate.people is not None and not view.estimate.stale


def line(view: View, name: str | None = None) -> words.Line:
    """The figures of a line that is known."""
    found = view.estimate
    minutes = found.minutes or 0.0
    return words.Line(
        view.cafeteria.name if name is None else name,
        found.people or 0,
        minutes,
        minutes if found.low is None else found.low,
        minutes if found.high is None else found.high,
        (found.level or Level.QUIET).value,
    )


def sureness(found: Estimate) -> str:
    """`high`, `middle` or `low`: by the band, the age, whether any sensor speaks, and whether one disagrees."""
    if found.minutes is None or found.low is None or found.high is None:
        return "low"
    half = (found.high - found.low) / 2
    only_people = set(kinds(found)) == {Kind.CHAT}
    ill = any(one.health is not Health.OK for one in found.sources if one.kind is not Kind.GATE)
    apart = any(abs(one.off or 0.0) > max(_APART, _APART_SHARE * (found.people or 0)) for one in used(found))
    if apart or only_people or (found.age_s or 0) > _AMBER_S or half > max(_UNSURE_MIN, _UNSURE_SHARE * found.minutes):
        return "low"
    return "high" if not ill and half <= max(_SURE_MIN, _SURE_SHARE * found.minutes) else "middle"


def trust(view: View) -> str:
    """Which sensors, how long ago, how sure; who fell silent and who repeats himself."""
    found = view.estimate
    out = [one for one in found.sources if one.health is Health.SILENT]
    told = words.trust(
        [words.Source(one.kind.value, one.age_s) for one in used(found)],
        [words.Source(one.kind.value, one.age_s) for one in out if one not in used(found)],
        [one.kind.value for one in found.sources if one.health is Health.FROZEN],
    )
    return f"{told} {words.SURE[sureness(found)]}"


def unknown(view: View) -> list[str]:
    """No sensor speaks: what was last known and when, and the usual for this time said as such."""
    site, found, now = view.cafeteria, view.estimate, view.now
    since = found.since or (view.last.measured_at if view.last else None)
    recent = view.then if found.people is not None else None
    if recent is not None and since is not None:
        before = words.Line(site.name, recent.people or 0, 0.0, 0.0, 0.0, Level.QUIET.value)
        lines = [words.old(before, since, now)]
    elif site.sensors:
        lines = [words.silent(site.name, since, now)]
    else:
        lines = [words.no_sensors(site.name)]
    if found.reckoned and found.minutes is not None and found.low is not None and found.high is not None:
        return [*lines, words.by_gate(found.low, found.minutes, found.high)]
    usual = view.usual.at(now)
    if usual is not None and found.per_minute and view.usual.basis is Basis.RECKONED:
        lines.append(_reckoned(view, usual))
    elif usual is not None and found.per_minute:
        lines.append(words.usual(usual / found.per_minute, view.usual.basis.value))
    return lines


def _reckoned(view: View, people: float) -> str:
    """The wait at this minute as reckoned, with its range."""
    minute, speed = minute_of(view.now), view.estimate.per_minute
    low, high = people - view.usual.below[minute], people + view.usual.above[minute]
    return words.reckoned(max(0.0, low) / speed, people / speed, high / speed, view.usual.days)


def calm(view: View, department: str) -> str:
    """When the department's slot has its shortest line where no sensor stands; empty where that is past or unknown."""
    slot = view.slot_of(department)
    watched = any(view.cafeteria.line_of(one.id) == view.line for one in view.cafeteria.sensors)
    if slot is None or watched or (view.last is not None and view.last.kind is not Kind.CHAT):
        return ""
    known = view.usual if view.usual.basis is Basis.RECKONED else None
    curve = known or by_plan_alone(view.slots, day_of(view.now), view.line.servers)
    minute = calmest(curve, slot) if curve else None
    if minute is None or minute <= minute_of(view.now):
        return ""
    return words.calmest(time(minute // 60, minute % 60), mine=True)


def kitchen(view: View) -> list[str]:
    """What the kitchen told: a delay, in one line; dishes that are gone stand with the menu."""
    told = [one for one in view.notices if one.line in {"", view.line.id}]
    late = max((one for one in told if one.kind is NoticeKind.DELAY), key=lambda one: one.at, default=None)
    return [words.delayed(late.at, late.minutes, late.dish)] if late else []


def shut(view: View) -> str | None:
    """That the kitchen closed early, or None."""
    over = next((one for one in view.notices if one.kind is NoticeKind.CLOSED and one.line in {"", view.line.id}), None)
    return words.closed_early(view.cafeteria.name, over.at) if over else None


def menu(view: View) -> list[str]:
    """Today's dishes, with what is gone and what came instead."""
    gone = {one.dish: one.instead for one in view.notices if one.kind is NoticeKind.SOLD_OUT}
    if view.menu is None or not (view.menu.dishes or view.menu.closed):
        return [words.gone(gone)] if gone else []
    dishes = [(menus.dish(one), gone.pop(one.name, None)) for one in view.menu.dishes]
    told = words.dishes(dishes) if view.menu.dishes else menus.line(view.menu)
    return [told, words.gone(gone)] if gone else [told]


def several(views: Sequence[View]) -> list[str]:
    """All lines of one cafeteria: each in a few words, the faster one, and what they stand on."""
    name = views[0].cafeteria.name
    known = [view for view in views if is_known(view)]
    lines = [words.several(name, [(one.line.name, line(one) if is_known(one) else None) for one in views])]
    if len(known) > 1:
        by_wait = sorted(known, key=lambda view: view.estimate.minutes or 0.0)
        saved = (by_wait[1].estimate.minutes or 0.0) - (by_wait[0].estimate.minutes or 0.0)
        if saved >= 1.5:
            lines.append(words.faster(by_wait[0].line.name, saved))
    lines += [f"{one.line.name}: {trust(one)}" for one in known]
    return lines


def facts(view: View) -> CafeteriaFacts:
    """The figures for machines; an old number is no number here."""
    found, known, age = view.estimate, is_known(view), view.estimate.age_s
    if age is None and view.last is not None:
        age = (view.now - view.last.measured_at).total_seconds()
    return CafeteriaFacts(
        id=view.place,
        people=found.people if known else None,
        level=words.LEVELS[found.level.value] if known and found.level else None,
        minutes=_rounded(found.minutes) if known else None,
        low=_rounded(found.low) if known else None,
        high=_rounded(found.high) if known else None,
        age_s=None if age is None else round(age, 1),
        sensors=tuple(kind.value for kind in kinds(found)) if known else (),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
