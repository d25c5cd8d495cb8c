"""What a trip is paid by the rules in force on its day: items with their articles, and what is still missing.

```
facts of a person's trips, rules → inside or outside the duty area → items with amounts and articles → the day's cap
```
Pure. An amount that nobody entered, a distance that a straight line can't tell, a car that nobody named: each is a
`Need`, never a guess. It pays nobody and judges nobody; articles 28 and 31 are for people to apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from attest import places
from attest.travel_rules import Found, Rules, zone
from attest.trip import Area, Vehicle

# a road is at least the straight line and seldom twice as long; phones err by less than 200 m where they say so
DETOUR = 2
SLACK_M = 200
_WHOLE_DAY = 24 * 60


class Kind(Enum):
    """What an item is for; those that are taken off have negative amounts."""

    INSIDE = "inside"
    OFFICIAL = "official"
    DEDICATED = "dedicated"
    NEAR = "near"
    CAP = "cap"
    FARE = "fare"
    DAILY = "daily"
    STAY = "stay"
    HALF = "half"
    MEALS = "meals"
    GIVEN = "given"
    LODGING = "lodging"
    MORE = "more"


class Need(Enum):
    """What is missing before the amount is certain."""

    RULES = "rules"
    AREA = "area"
    DISTANCE = "distance"
    MINUTES = "minutes"
    DAYS = "days"
    VEHICLE = "vehicle"
    ACTUAL = "actual"
    FARE = "fare"
    LODGING_RECEIPT = "lodging_receipt"
    DAILY = "daily"
    MEALS = "meals"
    MEAL_SHARE = "meal_share"
    LODGING = "lodging"


class Note(Enum):
    """What a checker should look at although an amount was found."""

    NEAR_UNCHECKED = "near_unchecked"
    OFFICIAL_TWICE = "official_twice"
    LODGING_OVER = "lodging_over"
    STAY_OFFICIAL = "stay_official"


@dataclass(frozen=True, slots=True)
class Facts:
    """A trip as the rules see it. `day`: of departure; `days`: calendar days from departure to return.

    Distances in metres, one way: `route_m` as travelled, `straight_m` over the ground. Money in won: `fare`, `actual`
    (what a near trip cost) and `lodging` (night by night) by card slips. `aboard`: nights on a ship or a plane, `away`:
    days of other trips within a long stay, `meals`: meals that were provided, `grade`: the band of 별표 1.
    """

    day: date
    minutes: int | None = None
    days: int = 1
    nights: int = 0
    area: Area = Area.UNKNOWN
    place: int = 0
    route_m: int | None = None
    straight_m: int | None = None
    vehicle: Vehicle = Vehicle.UNKNOWN
    dedicated: bool = False
    fare: int | None = None
    actual: int | None = None
    lodging: tuple[int, ...] = ()
    unavoidable: bool = False
    province: str = ""
    aboard: int = 0
    away: int = 0
    meals: int = 0
    grade: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One amount in won, None while it is not certain, and the articles it rests on."""

    kind: Kind
    amount: int | None
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a trip is paid. `area` is INSIDE or OUTSIDE where that was decided."""

    items: tuple[Item, ...] = ()
    needs: frozenset[Need] = frozenset()
    notes: frozenset[Note] = frozenset()
    area: Area = Area.UNKNOWN

    @property
    def total(self) -> int | None:
        """The whole amount; None while anything is missing."""
        return None if self.needs else sum(item.amount or 0 for item in self.items)

    @property
    def articles(self) -> tuple[str, ...]:
        """Every article that an item rests on, once."""
        return tuple(dict.fromkeys(article for item in self.items for article in item.articles))


def allowances(trips: Sequence[Facts], rules: Rules) -> tuple[Allowance, ...]:
    """What one person's trips are paid, in their order; what a day's inside trips may cost together is shared so."""
    spent: dict[date, int] = {}
    cars: set[date] = set()
    found = []
    for facts in trips:
        paid = _capped(_paid(facts, rules), facts, rules, spent)
        if any(item.kind is Kind.OFFICIAL for item in paid.items):
            if facts.day in cars:
                paid = replace(paid, notes=paid.notes | {Note.OFFICIAL_TWICE})
            cars.add(facts.day)
        found.append(paid)
    return tuple(found)


def _capped(paid: Allowance, facts: Facts, rules: Rules, spent: dict[date, int]) -> Allowance:
    flat = [item.amount for item in paid.items if item.kind in {Kind.INSIDE, Kind.OFFICIAL}]
    known = [amount for amount in flat if amount is not None]
    cap = rules.find("inside_day", facts.day)
    if not flat or len(known) < len(flat) or cap.value is None:
        return paid
    before = spent.get(facts.day)
    most = sum(known) if before is None else max(before, cap.value)  # one trip alone meets no cap
    over = (before or 0) + sum(known) - most
    spent[facts.day] = min((before or 0) + sum(known), most)
    return paid if over <= 0 else replace(paid, items=(*paid.items, Item(Kind.CAP, -over, cap.articles)))


def _paid(facts: Facts, rules: Rules) -> Allowance:
    if facts.cancelled:
        return Allowance()
    if not rules.known(facts.day):
        return Allowance(needs=frozenset({Need.RULES}))
    area = _area(facts, rules)
    if isinstance(area, Need):
        return Allowance(needs=frozenset({area, *([Need.MINUTES] if facts.minutes is None else [])}))
    count = _Inside(facts, rules, area.articles) if area.inside else _Outside(facts, rules)
    items = tuple(count.items())
    return Allowance(
        items, frozenset(count.needs), frozenset(count.notes), Area.INSIDE if area.inside else Area.OUTSIDE
    )


# --- inside or outside


@dataclass(frozen=True, slots=True)
class _Decided:
    inside: bool
    articles: tuple[str, ...]


def _area(facts: Facts, rules: Rules) -> _Decided | Need:
    """Whether it is a trip inside the duty area (art. 18(2)); what was said counts unless what is known denies it."""
    lawful = _lawful(facts, rules)
    if facts.area is Area.UNKNOWN:
        return lawful
    inside = facts.area is Area.INSIDE
    if isinstance(lawful, _Decided) and lawful.inside is not inside:
        return Need.AREA
    return _Decided(inside, rules.find("inside_stated", facts.day).articles)


def _lawful(facts: Facts, rules: Rules) -> _Decided | Need:
    where = zone(places.by_code(facts.place))
    same = where in rules.homes if where and rules.homes else None
    if same:
        return _Decided(True, rules.find("inside_zone", facts.day).articles)
    limit = rules.find("inside_below", facts.day)
    below = _below(facts, rules, limit.value)
    if below:
        return _Decided(True, limit.articles)
    if same is None:
        return Need.AREA
    return Need.DISTANCE if below is None else _Decided(False, limit.articles)


def _span(facts: Facts) -> tuple[int, int] | None:
    """Between which lengths the way there lies."""
    if facts.route_m is not None:
        return facts.route_m, facts.route_m
    if facts.straight_m is None:
        return None
    return max(0, facts.straight_m - SLACK_M), (facts.straight_m + SLACK_M) * DETOUR


def _below(facts: Facts, rules: Rules, limit: int | None) -> bool | None:
    """Whether the travel distance is below the limit; None where that can't be told."""
    span = _span(facts)
    if span is None or limit is None:
        return None
    told = {factor * end < limit for factor in rules.measure.factors for end in span}
    return told.pop() if len(told) == 1 else None


# --- inside: one flat amount (art. 18(1))


class _Count:
    """What counting a trip leaves: needs and notes."""

    def __init__(self, facts: Facts, rules: Rules) -> None:
        self.facts = facts
        self.needs: set[Need] = set()
        self.notes: set[Note] = set()
        self._rules = rules

    def _find(self, item: str, where: str = "") -> Found:
        return self._rules.find(item, self.facts.day, where, self.facts.grade)

    def items(self) -> Iterator[Item]:
        """The items, in the order in which a claim lists them."""
        raise NotImplementedError


class _Inside(_Count):
    def __init__(self, facts: Facts, rules: Rules, ground: tuple[str, ...]) -> None:
        super().__init__(facts, rules)
        self._ground = ground

    def items(self) -> Iterator[Item]:
        """The flat amount and what is taken off it, or what a near trip cost."""
        facts = self.facts
        if facts.dedicated:
            none = self._find("inside_dedicated")
            yield Item(Kind.DEDICATED, none.value, (*none.articles, *self._ground))
            return
        near = self._near()
        if near:
            if facts.actual is None:
                self.needs.add(Need.ACTUAL)
            yield Item(Kind.NEAR, facts.actual, (*self._find("inside_near").articles, *self._ground))
            return
        if near is None and _span(facts) is not None:
            self.needs.add(Need.DISTANCE)
        elif near is None:
            self.notes.add(Note.NEAR_UNCHECKED)
        yield from self._flat()

    def _near(self) -> bool | None:
        """Whether there and back is so short that what it cost is paid; None where that can't be told."""
        span, limit = _span(self.facts), self._find("inside_near").value
        if span is None or limit is None:
            return None
        told = {2 * end <= limit for end in span}
        return told.pop() if len(told) == 1 else None

    def _flat(self) -> Iterator[Item]:
        facts, minutes = self.facts, self.facts.minutes
        edge = self._find("inside_minutes").value or 0
        base = self._find("inside_short" if minutes is not None and minutes < edge else "inside_long")
        if minutes is None:
            self.needs.add(Need.MINUTES)
        elif facts.days > 2 or minutes >= _WHOLE_DAY:
            self.needs.add(Need.DAYS)
        if facts.vehicle is Vehicle.UNKNOWN:
            self.needs.add(Need.VEHICLE)
        amount = None if self.needs else base.value
        yield Item(Kind.INSIDE, amount, (*base.articles, *self._ground))
        if facts.vehicle is Vehicle.OFFICIAL and amount is not None:
            cut = self._find("inside_official")
            yield Item(Kind.OFFICIAL, -min(cut.value or 0, amount), cut.articles)


# --- outside: fare, daily money, meals, lodging (arts. 8-2, 15 to 17)


class _Outside(_Count):
    def items(self) -> Iterator[Item]:
        """Fare, daily money, meals and lodging with what is taken off them."""
        if self.facts.minutes is None:
            self.needs.add(Need.MINUTES)
        yield self._fare()
        yield from self._daily()
        yield from self._meals()
        yield from self._lodging()

    def _fare(self) -> Item:
        facts = self.facts
        if facts.vehicle is Vehicle.OFFICIAL:
            none = self._find("fare_official")
            return Item(Kind.FARE, none.value, none.articles)
        if facts.vehicle is Vehicle.UNKNOWN:
            self.needs.add(Need.VEHICLE)
        elif facts.fare is None:
            self.needs.add(Need.FARE)
        known = None if facts.vehicle is Vehicle.UNKNOWN else facts.fare
        return Item(Kind.FARE, known, self._find("fare").articles)

    def _by_days(self, item: str, need: Need) -> tuple[Found, int | None]:
        """The rate of a day, and the amount for its days, those of other trips left to them; None while unknown."""
        rate = self._find(item)
        if self.facts.minutes is None:
            return rate, None
        if rate.value is None:
            self.needs.add(need)
            return rate, None
        return rate, rate.value * max(0, self.facts.days - self.facts.away)

    def _daily(self) -> Iterator[Item]:
        facts = self.facts
        rate, amount = self._by_days("daily", Need.DAILY)
        away = self._find("stay_away").articles if facts.away else ()
        yield Item(Kind.DAILY, amount, (*rate.articles, *away))
        cut = self._stay(rate.value)
        if cut and amount is not None:
            yield Item(Kind.STAY, -cut, self._stay_articles())
        if facts.vehicle is Vehicle.OFFICIAL:
            share = self._find("daily_official")
            if cut:
                self.notes.add(Note.STAY_OFFICIAL)
            half = None if amount is None else -((amount - cut) * (1000 - (share.value or 0)) // 1000)
            yield Item(Kind.HALF, half, share.articles)

    def _stay_articles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(rule.article for rule in self._rules.stays(self.facts.day)))

    def _stay(self, rate: int | None) -> int:
        """What is taken off for a long stay: counted from the day after arrival, without days spent elsewhere."""
        rules, count = self._rules.stays(self.facts.day), self.facts.days - 1 - self.facts.away
        cut = 0
        for place, rule in enumerate(rules):
            end = min(count, rules[place + 1].beyond) if place + 1 < len(rules) else count
            cut += max(0, end - rule.beyond) * (rate or 0) * (rule.value or 0) // 1000
        return cut

    def _meals(self) -> Iterator[Item]:
        facts = self.facts
        rate, amount = self._by_days("meals", Need.MEALS)
        yield Item(Kind.MEALS, amount, rate.articles)
        if not facts.meals:
            return
        share = self._find("meals_a_day")
        if not share.value:
            self.needs.add(Need.MEAL_SHARE)
        if amount is None or not share.value or rate.value is None:
            yield Item(Kind.GIVEN, None, share.articles)
        else:
            yield Item(Kind.GIVEN, -min(amount, rate.value * facts.meals // share.value), share.articles)

    def _lodging(self) -> Iterator[Item]:
        facts = self.facts
        nights = max(0, facts.nights - facts.aboard)
        if not nights:
            return
        cap = self._find("lodging", facts.province)
        if len(facts.lodging) < nights:
            self.needs.add(Need.LODGING_RECEIPT)
        if cap.value is None:
            self.needs.add(Need.LODGING)
        if cap.value is None or len(facts.lodging) < nights:
            yield Item(Kind.LODGING, None, cap.articles)
            return
        paid = facts.lodging[:nights]
        yield Item(Kind.LODGING, sum(min(one, cap.value) for one in paid), cap.articles)
        over = [one - cap.value for one in paid if one > cap.value]
        if over and facts.unavoidable:
            more = self._find("lodging_more")
            most = cap.value * (more.value or 0) // 1000
            yield Item(Kind.MORE, sum(min(one, most) for one in over), more.articles)
        elif over:
            self.notes.add(Note.LODGING_OVER)
