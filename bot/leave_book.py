"""Leaves as a book of spans: days taken out of them, spans joined again, and spans a button can carry. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.clock import KST
from bot.hours import Leave

_FIRST: Final = date(2026, 1, 1)
_NOON: Final = time(14)
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_WIDTH: Final = 3
MOST_CODED: Final = 8
"""As many spans as the 64 bytes of a button carry."""


def without(leaves: Iterable[Leave], gone: Leave) -> tuple[Leave, ...]:
    """The leaves less that span: one that reaches over it is shortened, or becomes two."""
    kept = []
    for one in leaves:
        if one.until <= gone.since or gone.until <= one.since:
            kept.append(one)
            continue
        if one.since < gone.since:
            kept.append(Leave(one.since, gone.since))
        if gone.until < one.until:
            kept.append(Leave(gone.until, one.until))
    return tuple(kept)


def within(leaves: Iterable[Leave], span: Leave) -> tuple[Leave, ...]:
    """What of the leaves lies in that span."""
    cut = (Leave(max(one.since, span.since), min(one.until, span.until)) for one in leaves)
    return tuple(one for one in cut if one.since < one.until)


def joined(leaves: Iterable[Leave]) -> tuple[Leave, ...]:
    """The same time as few spans, in order."""
    found: list[Leave] = []
    for one in sorted(leaves, key=lambda each: each.since):
        if found and one.since <= found[-1].until:
            found[-1] = Leave(found[-1].since, max(found[-1].until, one.until))
        else:
            found.append(one)
    return tuple(found)


def whole_days(one: Leave) -> tuple[date, date] | None:
    """Its first and last day; None where it begins or ends within one."""
    since, until = one.since.astimezone(KST), one.until.astimezone(KST)
    if since.time() != time() or until.time() != time():
        return None
    return since.date(), until.date() - timedelta(days=1)


def coded(leaves: Sequence[Leave]) -> str:
    """The spans as six letters each; empty where they are too many for a button."""
    if len(leaves) > MOST_CODED:
        return ""
    return "".join(_code(one.since) + _code(one.until) for one in leaves)


def decoded(text: str) -> tuple[Leave, ...]:
    """What `coded` wrote; nothing of what it did not write."""
    whole = 2 * _WIDTH
    if len(text) % whole or len(text) > whole * MOST_CODED or set(text) - set(_DIGITS):
        return ()
    ends = [_instant(text[at : at + _WIDTH]) for at in range(0, len(text), _WIDTH)]
    return tuple(Leave(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if a < b)


def _code(at: datetime) -> str:
    local = at.astimezone(KST)
    number = max((local.date() - _FIRST).days * 2 + (local.time() >= _NOON), 0)
    return "".join(_DIGITS[number // 36**place % 36] for place in (2, 1, 0))


def _instant(code: str) -> datetime:
    number = int(code, 36)
    day = _FIRST + timedelta(days=number // 2)
    return datetime.combine(day, _NOON if number % 2 else time(), KST).astimezone(UTC)
