"""The rules of travel pay as data: the decree's own in `travel_rules.toml`, an institution's beside them.

A rule has a first and a last day, an article, and a value where one is known; an institution's own wins over the
decree's, and then both are cited. A change of an amount is a change of data. It counts nothing: `allowance` does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

from attest.places import Place

# what an institution may enter, and what its number is
AMOUNTS = frozenset({"inside_long", "inside_short", "inside_official", "inside_dedicated", "inside_day"}) | frozenset(
    {"daily", "meals", "lodging"}
)
SHARES = frozenset({"daily_official", "lodging_more"})  # thousandths
COUNTS = frozenset({"inside_minutes", "inside_below", "inside_near", "meals_a_day"})


class Measure(Enum):
    """How the travel distance of article 18(2) is counted; the decree's text leaves it open."""

    UNSAID = "unsaid"
    ROUND = "round"
    ONE_WAY = "one_way"

    @property
    def factors(self) -> tuple[int, ...]:
        """By what one way is multiplied: both ways of counting where none was chosen."""
        return {Measure.UNSAID: (1, 2), Measure.ROUND: (2,), Measure.ONE_WAY: (1,)}[self]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `value`: won, minutes, metres, days or ‰; None: it is said elsewhere and not known here.

    `where`: a province, or its kind (its last letters), of a lodging; `grade`: a band of 별표 1; empty: every one.
    """

    item: str
    since: date
    article: str
    value: int | None = None
    until: date | None = None
    where: str = ""
    grade: str = ""
    beyond: int = 0

    def holds(self, day: date, where: str = "", grade: str = "") -> bool:
        """Whether it is in force on that day, for that place and band."""
        if not self.since <= day <= (self.until or day):
            return False
        return self.grade in {"", grade} and (not self.where or where.endswith(self.where))


@dataclass(frozen=True, slots=True)
class Found:
    """What holds on a day: the value, None where nobody knows it, and every article that says so."""

    value: int | None
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decree:
    """What is common to all: the decree's rules, and the articles that are named beside a claim."""

    rules: tuple[Rule, ...]
    cities: tuple[str, ...]
    local: str
    reduction: str
    fraud: str
    settling: str


@cache
def decree() -> Decree:
    """The decree as it is shipped."""
    data: Mapping[str, Any] = tomllib.loads(files("attest").joinpath("travel_rules.toml").read_text("utf-8"))
    return Decree(
        tuple(Rule(**entry) for entry in data["rule"]), tuple(data["cities"]), data["local"], data["reduction"],
        data["fraud"], data["settling"],
    )  # fmt: skip


def zone(place: Place) -> str:
    """The 시 or 군 of article 18(2) that a place belongs to: a metropolitan city as a whole; empty for no place."""
    return place.province if place.province.endswith(decree().cities) else place.title.strip()


@dataclass(frozen=True, slots=True)
class Rules:
    """An institution's rules: its own, the decree's behind them, its duty area as `zone`s, and its ordinance's name.

    `applies`: the article of the ordinance that refers to the decree for what it leaves open.
    """

    own: tuple[Rule, ...] = ()
    homes: frozenset[str] = frozenset()
    measure: Measure = Measure.UNSAID
    ordinance: str = ""
    applies: str = ""

    def known(self, day: date) -> bool:
        """Whether the rules of that day are here at all."""
        return any(rule.holds(day) for rule in decree().rules)

    def find(self, item: str, day: date, where: str = "", grade: str = "") -> Found:
        """What holds of that item: the institution's most particular rule, or else the decree's."""
        general = [rule for rule in decree().rules if rule.item == item and rule.holds(day)]
        own = [rule for rule in self.own if rule.item == item and rule.holds(day, where, grade)]
        own.sort(key=lambda rule: (bool(rule.where) + bool(rule.grade), rule.since))
        said = [*general[-1:], *own[-1:]]
        return Found(said[-1].value if said else None, tuple(rule.article for rule in said))

    def stays(self, day: date) -> tuple[Rule, ...]:
        """By how much (‰) a day's money shrinks beyond so many days at one place, the shortest first."""
        return tuple(sorted(self._stays(day), key=lambda rule: rule.beyond))

    def _stays(self, day: date) -> Iterator[Rule]:
        own = [rule for rule in self.own if rule.item == "stay" and rule.holds(day)]
        yield from own or (rule for rule in decree().rules if rule.item == "stay" and rule.holds(day))
