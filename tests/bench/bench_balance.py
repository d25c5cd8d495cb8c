"""How much a proposed table saves when it is lived through on other days than those it was learned from.

Learned on the odd seeds, judged on the even ones: `python -m tests.bench.bench_balance`. Simulated (예시).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

import numpy as np

from occupancy.balance import Office, learn, propose, table_then
from occupancy.simulator import Simulator, World, serve
from occupancy.slots import SlotPlan

TODAY = date(2026, 11, 23)
TIMES = (time(11, 40), time(12), time(12, 20), time(12, 40))
HOURS = (time(11, 30), time(13, 30))
UNEVEN = 12
EVEN = 12


def plan_of(heads: Sequence[Sequence[int]]) -> SlotPlan:
    """Departments named by group and place."""
    groups = tuple(tuple(f"{group}조{place}과" for place in range(len(each))) for group, each in enumerate(heads))
    return SlotPlan(date(2026, 1, 5), TIMES, groups)


def lived(plan: SlotPlan, sizes: Sequence[int], seed: int, days: int = 40) -> float:
    """Mean minutes that people wait on the days to come."""
    simulator = Simulator(seed, plan, world=World(sizes=tuple(sizes)))
    waits = []
    for step in range(1, days * 7 // 5):
        day = TODAY + timedelta(days=step)
        if plan.is_open(day):
            crowd = simulator.arrivals_of(day)
            waits.append(serve(crowd).waits_s(crowd.joins_s))
    return float(np.concatenate(waits).mean()) / 60


def heads_of(seed: int, *, even: bool) -> list[list[int]]:
    """Departments of 15 to 60 people dealt to four groups, evenly or as it came."""
    rng = np.random.default_rng(seed)
    groups: list[list[int]] = [[], [], [], []]
    weights = np.full(4, 0.25) if even else rng.dirichlet((3, 3, 3, 3))
    for people in sorted((int(one) for one in rng.integers(15, 60, 26)), reverse=True):
        group = int(np.argmin([sum(each) for each in groups])) if even else int(rng.choice(4, p=weights))
        groups[group].append(people)
    return [each or [20] for each in groups]


def judge(case: int, *, even: bool) -> tuple[float, float, float] | None:
    """Minutes before, after and promised; None where nothing was proposed."""
    heads = heads_of(case, even=even)
    plan, seed = plan_of(heads), 2 * case + 1
    sizes = [sum(each) for each in heads]
    history = Simulator(seed, plan, world=World(sizes=tuple(sizes))).past_days(60, TODAY)
    learned = learn(history, plan, TODAY)
    people = dict(zip(plan.departments, (one for each in heads for one in each), strict=True))
    found = propose(learned, plan, TODAY, Office(people), HOURS) if learned else None
    if found is None:
        return None
    groups = table_then(plan, found)
    after = SlotPlan(plan.first_monday, TIMES, groups)
    then = [sum(people[name] for name in names) for names in groups]
    return lived(plan, sizes, seed + 1), lived(after, then, seed + 1), found.saved


def main() -> None:
    """Prints both kinds."""
    for even, count in ((False, UNEVEN), (True, EVEN)):
        found = [judge(case, even=even) for case in range(count)]
        told = [one for one in found if one is not None]
        print(f"{'even' if even else 'uneven'}: {len(told)} of {count} brought a proposal")
        for before, after, promised in told:
            print(f"  lived {before:.2f} -> {after:.2f} min (saved {before - after:+.2f}, promised {promised:.2f})")
        if told:
            saved = [before - after for before, after, _ in told]
            print(
                f"  better on fresh days: {sum(one > 0 for one in saved)} of {len(told)}; mean {np.mean(saved):.2f} min"
            )


if __name__ == "__main__":
    main()
