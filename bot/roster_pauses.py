"""What is for a time only: leave of absence (휴직) and secondment (파견), and the way back from both. Pure.

    휴직      access, pushes and questions rest until the first day back; subscriptions, roles and department stay
    파견      within the institution: works in the other department, `home` keeps where they belong
              to another office: stays in their department with all they have, `sent` says where they are
              from another office: comes in, `home` keeps the office; their day back ends their access
    복직 복귀  things stand as before; where the order names a department, there

Whoever is lent is still of their own office (지방공무원법 제30조의4: 파견은 소속을 바꾸지 않는다), so nothing ends but
what an order ends. A day back that is known is written down beforehand, and holds only if nobody changed it since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from bot.roster import OPEN, RETURN, Entry, Kind, Move

RESTS: Final = frozenset({"휴직", "휴직연장"})
LENDS: Final = frozenset({"파견", "파견연장"})
BACK: Final = frozenset({"복직", "파견복귀", "파견해제", "파견종료", "파견만료"})
KNOWN: Final = RESTS | LENDS | BACK


@dataclass(frozen=True, slots=True)
class Pause:
    """How somebody stands from the day on, and the move of their day back, where it is known."""

    after: Entry
    back: Move | None = None
    back_on: date | None = None


def rested(whose: Entry, until: date | None, *, in_file: bool) -> Pause:
    """On leave of absence, through `until`."""
    first = None if until is None else until + timedelta(days=1)
    after = replace(whose, rest=OPEN if first is None else first.isoformat())
    if first is None:
        return Pause(after)
    return Pause(after, Move(Kind.CHANGE, replace(after, rest=""), after, RETURN, in_file), first)


def lent(whose: Entry, goal: str, until: date | None, *, inside: bool, in_file: bool) -> Pause:
    """Lent to a department of the institution, or to another office."""
    home = whose.home or whose.department
    if inside:
        after = replace(whose, department=goal, home="" if goal == home else home, sent="")
    else:
        after = replace(whose, department=home, home="", sent=goal)
    if until is None:
        return Pause(after)
    back = replace(after, department=home, home="", sent="")
    return Pause(after, Move(Kind.CHANGE, back, after, RETURN, in_file), until + timedelta(days=1))


def lent_in(entry: Entry, until: date | None) -> Pause:
    """Somebody of another office, `entry.home`, who works here for a time."""
    if until is None:
        return Pause(entry)
    return Pause(entry, Move(Kind.LEAVE, entry, why=RETURN), until + timedelta(days=1))


def returned(whose: Entry, goal: str) -> Entry:
    """As before; in another department where the order says so."""
    return replace(whose, rest="", home="", sent="", department=goal or whose.home or whose.department)
