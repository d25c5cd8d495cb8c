"""What officials type about trips is understood: phrases from before the parser, and sixty after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from attest.trip import KST
from bot.trip_memo import Memo, read

DATA = Path(__file__).parents[1] / "data" / "trips"
NOW = datetime(2026, 11, 23, 11, 30, tzinfo=KST)
FIELDS = ("begin", "end", "destination", "vehicle", "companions", "purpose", "document")


@dataclass(frozen=True)
class Phrase:
    text: str
    expected: dict[str, str]


def phrases(name: str) -> list[Phrase]:
    lines = (DATA / f"{name}.txt").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]
    return [Phrase(row[0].replace("⏎", "\n"), dict(zip(FIELDS, row[1:], strict=True))) for row in rows]


def understood(memo: Memo) -> dict[str, str]:
    several = memo.ends_at is not None and memo.starts_at is not None and memo.ends_at.date() != memo.starts_at.date()
    return {
        "begin": when(memo.starts_at, hours=not memo.whole_day),
        "end": "" if memo.whole_day and not several else when(memo.ends_at, hours=not memo.whole_day),
        "destination": memo.destination,
        "vehicle": memo.vehicle.name.lower() if memo.vehicle else "",
        "companions": ", ".join(memo.companions),
        "purpose": memo.purpose,
        "document": memo.document,
    }


def when(instant: datetime | None, *, hours: bool) -> str:
    if instant is None:
        return ""
    local = instant.astimezone(KST)
    year = "" if local.year == 2026 else f"{local.year}-"
    return year + local.strftime("%m-%d %H:%M" if hours else "%m-%d")


def wrong(name: str) -> list[str]:
    found = []
    for phrase in phrases(name):
        got = understood(read(phrase.text, NOW))
        found += [
            f"{phrase.text!r}: {field} expected {phrase.expected[field]!r}, got {got[field]!r}"
            for field in FIELDS
            if got[field] != phrase.expected[field]
        ]
    return found


def test_every_phrase_is_understood():
    assert wrong("phrases") == []


def test_phrases_that_the_parser_was_not_tuned_on_stay_understood():
    """36 of 60 were wholly right when they were measured, once, before their faults were mended."""
    told = {one.split(": ")[0] for one in wrong("unseen")}

    assert len(phrases("unseen")) == 60
    assert len(told) <= 7


def test_when_how_with_whom_and_by_which_number_hold_on_a_third_set_that_nothing_was_mended_for():
    """18 of 30 wholly right; what is wrong is where a place ends and a purpose begins, but for two hours."""
    told = wrong("third")
    where = [one for one in told if ": destination" in one or ": purpose" in one]

    assert len(phrases("third")) == 30
    assert len(told) - len(where) <= 2
    assert len({one.split(": ")[0] for one in told}) <= 12
