"""What advice does to the line it advises about: `python tests/bench/bench_nudge.py [days a seed] [seed …]`.

Simulated lunches of the research note's constants, in which some people ask Dobi a few minutes before they would leave
and go when told, with the product's own estimator, forecast and advice on the simulator's noisy sensors, minute by
minute, each hearing what was told before. The same days without Dobi, and with everybody told the same best minute,
stand beside it; so does the alert (한산해지면 알려줘). The days follow each other and each learns from those before it,
so that the usual comes to hold what the advice did.

How people follow: each asks 2 to 10 minutes before leaving, sets out at the advised minute (at once, if that is it) and
is in line 1 to 4 minutes later. Whoever ignores the slots (15 %) asks but goes as ever, so that of "30 %" about 26 %
move. Test seeds are 2, 4, 6; the constants of `occupancy.advice` were chosen on 1, 3, 5.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from occupancy.advice import (
    MOST_A_MINUTE,
    Advice,
    Told,
    asked_at,
    best,
    last_call,
    outlook,
    overdue,
    room,
    served_usually,
    stays_below,
)
from occupancy.estimate import WINDOW, Estimate, EstimateConfig, Tracker
from occupancy.forecast import Forecast, Usual, forecast, usual
from occupancy.joining import Expected as Joining
from occupancy.joining import expected
from occupancy.learning import Expected, Model, fit
from occupancy.line import Site
from occupancy.reading import DayHistory, Minute, minute_of
from occupancy.simulator import STEP_S, Crowd, Lunch, Simulator, serve
from occupancy.slots import Slot, SlotPlan, instant

PLAN = SlotPlan(
    date(2026, 1, 5),
    (time(11, 40), time(12, 0), time(12, 20), time(12, 40)),
    (("a",), ("b",), ("c",), ("d",)),
)
CONFIG = EstimateConfig(Site())
FIRST = date(2026, 6, 1)
TEST_SEEDS, DAYS = (2, 4, 6), 70
PAST, LONG = 30, 80
QUIET = 2.0  # minutes: 여유


@dataclass(slots=True)
class Moment:
    """What Dobi knows in one minute."""

    present: Estimate
    ahead: Forecast


@dataclass(slots=True)
class Day:
    """One lunch under way: who would join when, and who was told what."""

    simulator: Simulator
    crowd: Crowd
    history: Sequence[DayHistory]
    rng: np.random.Generator
    joins: np.ndarray = field(init=False)
    moved: np.ndarray = field(init=False)
    promised: dict[int, float] = field(default_factory=dict)
    batches: list[np.ndarray] = field(default_factory=list)
    quiet: set[int] = field(default_factory=set)
    going: Counter[int] = field(default_factory=Counter)
    asked: Counter[int] = field(default_factory=Counter)
    slots: dict[int, Slot] = field(init=False)
    learned: Expected | None = None
    tracker: Tracker = field(default_factory=Tracker)
    joining: Joining | None = field(init=False)
    usual: Usual = field(init=False)
    served: Mapping[int, float] = field(init=False)

    def __post_init__(self) -> None:
        self.joins = self.crowd.joins_s.copy()
        self.moved = np.zeros(self.joins.size, bool)
        self.slots = {slot.group: slot for slot in PLAN.table(self.crowd.day)}
        self.usual = usual(self.history, self.crowd.day, PLAN)
        self.joining = expected(self.history, self.crowd.day, PLAN)
        self.served = served_usually(self.history, self.crowd.day, PLAN)

    def second(self, at: time) -> float:
        return (instant(self.crowd.day, at) - self.crowd.start).total_seconds()

    def at(self, second: float) -> datetime:
        return self.crowd.start + timedelta(seconds=float(second))

    def second_of(self, at: datetime) -> float:
        return (at - self.crowd.start).total_seconds()

    def now_crowd(self) -> Crowd:
        order = np.argsort(self.joins, kind="stable")
        return replace(self.crowd, joins_s=self.joins[order], groups=self.crowd.groups[order])

    def look(self, now: datetime) -> Moment:
        """What the sensors make Dobi believe; those who have not decided yet stand where they would come unasked."""
        lunch = self.simulator.lunch_of(self.now_crowd())
        readings = list(self.simulator._readings(lunch, now - WINDOW, now))
        present = self.tracker.look(readings, now, CONFIG, usual=self.usual.at(now), expected=self.joining)
        so_far = tuple(one for one in _kept(lunch).minutes if one.minute < minute_of(now)) if self.learned else ()
        return Moment(present, forecast(self.usual, present, now, expected=self.learned, today=so_far))

    def told(self) -> Told:
        return Told(self.going, self.asked)

    def window(self, person: int) -> tuple[datetime, datetime]:
        slot = self.slots[int(self.crowd.groups[person])]
        return instant(self.crowd.day, slot.start), instant(self.crowd.day, slot.end)

    def hears(self, person: int, now: datetime) -> None:
        """Somebody who asks, and so no longer comes by themselves; counted as the product counts them."""
        self.asked[asked_at(now, self.window(person)[0])] += 1

    def sends(self, person: int, at: datetime, walk: float) -> None:
        """Somebody who will set out then."""
        self.going[minute_of(at)] += 1
        self.joins[person] = self.second_of(at) + walk
        self.moved[person] = True

    def finish(self) -> tuple[Lunch, np.ndarray]:
        """The lunch as it was, and each person's wait in minutes."""
        order = np.argsort(self.joins, kind="stable")
        crowd = self.now_crowd()
        waits = np.empty(order.size)
        waits[order] = serve(crowd).waits_s(crowd.joins_s) / 60
        return self.simulator.lunch_of(crowd), waits


Rule = Callable[[Day, Moment, int, datetime], Advice | None]


def product(day: Day, seen: Moment, person: int, now: datetime) -> Advice | None:
    """Dobi's own advice."""
    ahead = outlook(seen.ahead, seen.present, day.served, day.told())
    since, until = day.window(person)
    return best(ahead, now, since=since, until=until, turn=float(day.rng.random())) if ahead else None


def same_for_all(day: Day, seen: Moment, person: int, now: datetime) -> Advice | None:
    """The one best minute, whoever asks and however many were told: what a naive assistant says."""
    ahead = outlook(seen.ahead, seen.present, day.served, Told())
    since, until = day.window(person)
    return best(ahead, now, since=since, until=until, turn=0.0) if ahead else None


def ask_and_go(day: Day, following: np.ndarray, rule: Rule, deaf: np.ndarray) -> None:
    """Everybody who follows asks in the order of time, and goes when told; the deaf ask, and come as ever."""
    rng, n = day.rng, day.joins.size
    leave = day.crowd.joins_s - rng.uniform(60, 240, n)
    asks, walks, dally = leave - rng.uniform(2, 10, n) * 60, rng.uniform(60, 240, n), rng.uniform(0, 30, n)
    seen: Moment | None = None
    minute = -1
    for person in (int(i) for i in np.argsort(asks, kind="stable") if following[i] or deaf[i]):
        asked = max(0.0, float(asks[person]))
        now = day.at(asked // 60 * 60)
        if seen is None or int(asked // 60) != minute:
            seen, minute = day.look(now), int(asked // 60)
        advice = rule(day, seen, person, now)
        if advice is None:
            continue
        at = day.at(asked + dally[person]) if advice.now else advice.at
        day.hears(person, now)
        if deaf[person]:
            day.going[minute_of(at)] += 1
            continue
        day.sends(person, at, float(walks[person]))
        day.promised[person] = advice.minutes


def wait_for_the_call(day: Day, following: np.ndarray, *, staggered: bool) -> None:
    """Everybody who follows asks to be told when it is quiet, and goes when called or at the last call.

    Released as the product does: under two minutes for the last minute and the ten to come, as many a minute as there
    is room for, earliest deadline first, then by lot. Not `staggered`: all at once as soon as it is quiet.
    """
    rng, n = day.rng, day.joins.size
    asks = day.crowd.joins_s - rng.uniform(60, 240, n) - rng.uniform(2, 10, n) * 60
    walks, turns = rng.uniform(60, 240, n), rng.random(n)
    waiting = {int(i) for i in np.flatnonzero(following)}
    heard: set[int] = set()
    quiet = 0
    for minute in range(int((instant(day.crowd.day, PLAN.closes) - day.crowd.start) / timedelta(minutes=1))):
        now = day.at(minute * 60)
        new = {i for i in waiting - heard if asks[i] <= minute * 60}
        heard |= new
        for person in new:
            day.hears(person, now)
        here = {i for i in waiting if asks[i] <= minute * 60 and now >= day.window(i)[0]}
        if not here:
            continue
        seen = day.look(now)
        ahead = outlook(seen.ahead, seen.present, day.served, day.told())
        quiet = quiet + 1 if ahead is not None and ahead.waits[0] < QUIET else 0
        order = sorted(here, key=lambda i: (day.window(i)[1], turns[i]))
        free = [i for i in order if ahead and (not staggered or stays_below(ahead, QUIET, day.window(i)[1]))]
        calls = (free[: room(ahead, 0)] if staggered and ahead else free) if quiet >= 2 else []
        rest = [i for i in order if i not in calls]
        due = [i for i in rest if now >= last_call(*day.window(i), float(turns[i]))]
        must = overdue(len(rest), now, day.window(rest[0])[1], seen.present.per_minute) if rest and staggered else 0
        last = due + [i for i in rest if i not in due][: max(0, min(MOST_A_MINUTE, must) - len(due))]
        short = ahead is not None and ahead.waits[0] < QUIET
        day.quiet.update([*calls, *(last if short else ())])
        if calls or last:
            day.batches.append(np.array([*calls, *last]))
        for person in [*calls, *last]:
            waiting.discard(person)
            day.sends(person, now + timedelta(seconds=float(rng.uniform(0, 30))), float(walks[person]))


@dataclass(frozen=True, slots=True)
class Result:
    """One day of one way: mean waits in minutes and the longest line, without and with Dobi."""

    before: float
    after: float
    followers: tuple[float, float]
    others: tuple[float, float]
    longest: tuple[int, int]
    share: float
    off: float
    batches: tuple[int, int, int]
    """Minutes in which people were called, those that made the day's longest line longer, and the most at once."""
    called: tuple[int, int]
    """People called because it was quiet, and all who were called."""


def longest_if_unasked(day: Day, people: np.ndarray) -> int:
    """The longest line, had those come when they would have, and everybody else as they did."""
    joins = day.joins.copy()
    joins[people] = day.crowd.joins_s[people]
    joins = np.sort(joins)
    return longest(joins, serve(replace(day.crowd, joins_s=joins)).begun_s)


def longest(joins: np.ndarray, begun: np.ndarray) -> int:
    """The most people who ever stood in line."""
    return int(max(np.arange(1, joins.size + 1) - np.searchsorted(np.sort(begun), joins, side="right"), default=0))


def lived(day: Day, following: np.ndarray) -> tuple[Result, DayHistory]:
    base, plain = day.simulator.lunch_of(day.crowd), serve(day.crowd).waits_s(day.crowd.joins_s) / 60
    lunch, waits = day.finish()
    off = [abs(waits[person] - promise) for person, promise in day.promised.items()]
    result = Result(
        float(plain.mean()),
        float(waits.mean()),
        (_mean(plain[following]), _mean(waits[following])),
        (_mean(plain[~following]), _mean(waits[~following])),
        (int(base.people.max()), int(lunch.people.max())),
        float(day.moved.mean()),
        float(np.mean(off)) if off else float("nan"),
        _batches(day),
        (len(day.quiet), sum(one.size for one in day.batches)),
    )
    return result, _kept(lunch)


def _batches(day: Day) -> tuple[int, int, int]:
    crowd = day.now_crowd()
    peak = longest(crowd.joins_s, serve(crowd).begun_s)
    raised = sum(longest_if_unasked(day, batch) < peak for batch in day.batches)
    return len(day.batches), raised, max((one.size for one in day.batches), default=0)


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else float("nan")


def _kept(lunch: Lunch) -> DayHistory:
    """The day as the house keeps it, by the minute."""
    a_minute = 60 // STEP_S
    people, served = lunch.people.reshape(-1, a_minute).mean(axis=1), lunch.served.reshape(-1, a_minute).sum(axis=1)
    first = minute_of(lunch.start)
    minutes = tuple(Minute(first + i, float(p), int(s)) for i, (p, s) in enumerate(zip(people, served, strict=True)))
    return DayHistory(lunch.day, minutes, simulated=True)


def open_days(first: date, n: int) -> list[date]:
    days = (first + timedelta(days=i) for i in range(n * 2 + 10))
    return [day for day in days if PLAN.is_open(day)][:n]


def season(seed: int, n: int, share: float, way: str) -> list[Result]:
    """n days in a row, each learning from the thirty before it."""
    simulator = Simulator(seed, PLAN)
    history, results = list(simulator.past_days(LONG if way == "learned" else PAST, FIRST)), []
    model: Model | None = None
    for number, today in enumerate(open_days(FIRST, n)):
        if way == "learned" and number % 5 == 0:  # nightly in the product; weekly is harder
            model = fit(history, {}, PLAN, today, PLAN.is_open)
        crowd = simulator.arrivals_of(today)
        rng = np.random.default_rng([9, seed, today.toordinal()])
        day = Day(simulator, crowd, tuple(history[-PAST:]), rng, learned=model.expected(today) if model else None)
        following = (rng.random(crowd.joins_s.size) < share) & _in_slot(day)
        if way == "alert":
            wait_for_the_call(day, following, staggered=True)
        elif way == "alarm":
            wait_for_the_call(day, following, staggered=False)
        else:
            deaf = ~following & (rng.random(following.size) < (share if way == "deaf" else 0.0))
            ask_and_go(day, following, same_for_all if way == "same" else product, deaf)
        result, kept = lived(day, following)
        results.append(result)
        history = [*history[1:], kept]
    return results


def _in_slot(day: Day) -> np.ndarray:
    """Who comes within their own slot; the first come a minute and a half early."""
    spans = {group: (day.second(slot.start) - 90, day.second(slot.end)) for group, slot in day.slots.items()}
    pairs = zip(day.crowd.joins_s.tolist(), day.crowd.groups.tolist(), strict=True)
    return np.array([spans[group][0] <= joins <= spans[group][1] for joins, group in pairs], bool)


NAMES = {
    "dobi": "Dobi's advice",
    "same": "everybody the same minute",
    "deaf": "… as many ask and ignore it",
    "learned": "… on the learned forecast",
    "alert": "alert, staggered",
    "alarm": "alert, all at once",
}


def line(way: str, share: float, found: Sequence[Result]) -> str:
    before, after = (np.mean([getattr(one, name) for one in found]) for name in ("before", "after"))
    pairs = {name: np.nanmean([getattr(one, name) for one in found], axis=0) for name in ("followers", "others")}
    longest = np.array([one.longest for one in found])
    higher = float(np.mean(longest[:, 1] > longest[:, 0]))
    calls, raised = (sum(one.batches[i] for one in found) for i in (0, 1))
    quiet, called = (sum(one.called[i] for one in found) for i in (0, 1))
    off = np.nanmean([one.off for one in found]) if called == 0 else 0.0
    more = (
        f"promise off by {off:.2f}"
        if called == 0
        else f"called when quiet {quiet / called:.0%}, at most {max(one.batches[2] for one in found)} a minute; "
        f"{raised} of {calls} minutes with calls made a day's longest line longer"
    )
    return (
        f"{NAMES[way]:27} {share:4.0%} (moved {np.mean([one.share for one in found]):3.0%})  "
        f"wait {before:.2f} → {after:.2f} ({after / before - 1:+.0%})  "
        f"followers {pairs['followers'][0]:.2f} → {pairs['followers'][1]:.2f}  "
        f"others {pairs['others'][0]:.2f} → {pairs['others'][1]:.2f}  "
        f"longest line {longest[:, 0].mean():.0f} → {longest[:, 1].mean():.0f}, "
        f"not higher on {1 - higher:.1%} of days  {more}"
    )


GOALS = [("dobi", 0.3), ("alert", 0.3)]  # on every day; the others on a third of them, the learned one on a seventh
OTHERS = [
    *(("same", share) for share in (0.3, 0.1, 0.6, 1.0)),
    *(("dobi", share) for share in (0.1, 0.6, 1.0)),
    ("deaf", 0.3),
    *(("alert", share) for share in (0.1, 0.6, 1.0)),
    *(("alarm", share) for share in (0.3, 0.6)),
]


def main() -> None:
    days = int(sys.argv[1]) if len(sys.argv) > 1 else DAYS
    seeds = tuple(int(one) for one in sys.argv[2:]) or TEST_SEEDS
    cases = [
        *((way, share, days) for way, share in GOALS),
        *((way, share, max(1, days // 3)) for way, share in OTHERS),
        ("learned", 0.3, max(1, days // 7)),
    ]
    print(f"seeds {seeds}; waits in minutes, without Dobi → with", flush=True)
    with ProcessPoolExecutor(2) as pool:
        jobs = [(way, share, [pool.submit(season, seed, n, share, way) for seed in seeds]) for way, share, n in cases]
        for way, share, parts in jobs:
            found = [one for part in parts for one in part.result()]
            print(f"{len(found):3} days  {line(way, share, found)}", flush=True)


if __name__ == "__main__":
    main()
