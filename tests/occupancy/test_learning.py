from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from occupancy.estimate import Estimate
from occupancy.facts import DayFacts
from occupancy.forecast import Basis, forecast, usual
from occupancy.inflow import capacity, curves, past
from occupancy.learning import MIN_DAYS, Model, fit
from occupancy.reading import DayHistory, Minute
from occupancy.simulator import Lunch, Simulator
from occupancy.slots import SlotPlan, WeekOrder

PLAN = SlotPlan(
    date(2026, 1, 5), (time(11, 40), time(12, 0), time(12, 20), time(12, 40)), (("a",), ("b",), ("c",), ("d",))
)
DAY = date(2026, 11, 23)


@cache
def history(seed: int, n: int = 60) -> tuple[DayHistory, ...]:
    return Simulator(seed, PLAN).past_days(n, DAY)


@cache
def model(seed: int) -> Model:
    found = fit(history(seed), {}, PLAN, DAY, PLAN.is_open)
    assert found is not None
    return found


def present(people: int, at: datetime) -> Estimate:
    return Estimate(at, people, people / 12, None, None, None, 5.0, (), False, at, 12.0, 2.0)


def so_far(lunch: Lunch, step: int) -> tuple[Minute, ...]:
    people, served = (np.asarray(one[: step - step % 6]).reshape(-1, 6) for one in (lunch.people, lunch.served))
    return tuple(Minute(680 + at, float(people[at].mean()), int(served[at].sum())) for at in range(len(people)))


@dataclass(frozen=True)
class Asked:
    ours: float
    rotating: float
    popular: float
    held: bool
    live_line: bool


def asked(seed: int, weeks: int) -> Iterator[Asked]:
    """The half hour ahead on days after the model's."""
    simulator, known = Simulator(seed, PLAN), history(seed)
    everyone = np.mean([[minute.people for minute in one.minutes] for one in known], axis=0)
    for week in range(weeks):
        day = DAY + timedelta(days=week)
        if not PLAN.is_open(day):
            continue
        lunch, curve, expected = simulator.lunch(day), usual(known, day, PLAN), model(seed).expected(day)
        for step in range(60, 480, 60):
            now, target = lunch.at(step), step + 180
            found = forecast(
                curve, present(int(lunch.people[step]), now), now, expected=expected, today=so_far(lunch, step)
            )
            point = found.at(lunch.at(target))
            assert found.learned
            assert point is not None
            truth = float(lunch.people[target : target + 6].mean())
            yield Asked(
                abs(point.q50 - truth),
                abs((curve.at(point.at) or 0) - truth),
                abs(float(everyone[target // 6]) - truth),
                point.q10 <= truth <= point.q90,
                truth > 3,
            )


class TestFit:
    def test_too_few_days_make_no_model(self):
        assert fit(history(1)[-MIN_DAYS + 1 :], {}, PLAN, DAY, PLAN.is_open) is None

    def test_days_from_the_wanted_one_on_are_not_looked_at(self):
        assert fit(history(1), {}, PLAN, history(1)[10].day, PLAN.is_open) is None

    def test_it_says_how_many_days_and_that_they_were_simulated(self):
        expected = model(1).expected(DAY)

        assert (expected.days, expected.simulated) == (60, True)

    def test_days_of_which_much_is_missing_are_left_out(self):
        torn = [DayHistory(one.day, one.minutes[:30] + one.minutes[90:]) for one in history(1)[:15]]

        found = fit([*torn, *history(1)[15:]], {}, PLAN, DAY, PLAN.is_open)

        assert found is not None
        assert found.expected(DAY).days == 45

    def test_without_a_gate_it_still_learns(self):
        blind = [
            DayHistory(one.day, tuple(Minute(minute.minute, minute.people) for minute in one.minutes))
            for one in history(1)
        ]

        found = fit(blind, {}, PLAN, DAY, PLAN.is_open)

        assert found is not None
        assert found.expected(DAY).ahead(712.0, 40.0, 3.0, ()).middle[10] > 0


class TestExpected:
    def test_a_popular_menu_lengthens_the_line(self):
        simulator = Simulator(1, PLAN)
        days = [one.day for one in history(1)]
        liked = {day: simulator.popularity(day) > 0.5 for day in days}
        facts = {day: DayFacts(day, ("수제돈까스" if liked[day] else "나물밥",)) for day in days}
        found = fit(history(1), facts, PLAN, DAY, PLAN.is_open)
        assert found is not None

        more, less = (
            found.expected(DAY, DayFacts(DAY, (dish,))).ahead(700.0, 0.0, 1.0, ()) for dish in ("수제돈까스", "나물밥")
        )

        assert float(np.max(more.middle)) > 1.1 * float(np.max(less.middle))

    def test_guests_lengthen_it_too(self):
        plain = model(1).expected(DAY).ahead(700.0, 0.0, 1.0, ())
        guests = model(1).expected(DAY, DayFacts(DAY, guests=120)).ahead(700.0, 0.0, 1.0, ())

        assert float(np.max(guests.middle)) > float(np.max(plain.middle)) + 10

    def test_more_who_came_so_far_mean_more_to_come(self):
        expected = model(1).expected(DAY)

        few, many = (
            expected.ahead(720.0, 30.0, 2.0, tuple(Minute(680 + at, 20.0, served) for at in range(40)))
            for served in (3, 6)
        )

        assert sum(many.middle[15:30]) > sum(few.middle[15:30])

    def test_before_anybody_ever_came_the_line_is_empty(self):
        found = model(1).expected(DAY).ahead(640.0, 0.0, 1.0, ())

        assert max(found.middle[:40]) < 1
        assert max(found.middle[41:]) >= max(found.middle[:40])

    @pytest.mark.parametrize("minute", [640.0, 680.0, 712.4, 780.0, 799.9])
    @pytest.mark.parametrize("people", [0.0, 12.0, 300.0])
    def test_quantiles_are_in_order_and_never_below_nobody(self, minute, people):
        found = model(1).expected(DAY).ahead(minute, people, 8.0, ())

        assert (found.low >= 0).all()
        assert (found.low <= found.middle).all()
        assert (found.middle <= found.high).all()

    def test_the_same_question_has_the_same_answer(self):
        expected = model(1).expected(DAY)

        one, two = (expected.ahead(712.0, 25.0, 2.0, ()) for _ in range(2))

        assert (one.middle == two.middle).all()


class TestForecast:
    def test_on_lunches_it_never_saw_it_beats_both_means_and_its_band_holds(self):
        found = [one for seed in (2, 4) for one in asked(seed, 25)]

        ours, rotating, popular = (
            sum(values) for values in zip(*((a.ours, a.rotating, a.popular) for a in found), strict=True)
        )
        assert ours < 0.85 * rotating
        assert ours < 0.65 * popular
        assert 0.7 < np.mean([one.held for one in found]) < 0.93
        assert np.mean([one.held for one in found if one.live_line]) > 0.6

    def test_it_says_that_it_learned_and_from_how_many_days(self):
        now = Simulator(1, PLAN).lunch(DAY).at(200)
        curve = usual(history(1), DAY, PLAN)

        learned = forecast(curve, present(20, now), now, expected=model(1).expected(DAY))
        plain = forecast(curve, present(20, now), now)

        assert (learned.learned, learned.days, learned.basis) == (True, 60, Basis.ROTATION)
        assert (plain.learned, plain.days) == (False, curve.days)

    def test_without_a_fresh_present_the_usual_stands_and_it_says_so(self):
        now = Simulator(1, PLAN).lunch(DAY).at(200)
        curve = usual(history(1), DAY, PLAN)

        found = forecast(curve, None, now, expected=model(1).expected(DAY))

        assert not found.learned
        assert not found.live

    def test_an_answer_keeps_to_one_core(self):
        seen: list[int] = []

        class Tree:
            def predict(self, rows):
                seen.extend(one["num_threads"] for one in threadpool_info() if one["user_api"] == "openmp")
                return np.zeros(len(rows))

        now = Simulator(1, PLAN).lunch(DAY).at(200)
        expected = replace(model(1), trees=(Tree(),), weight=1.0).expected(DAY)
        forecast(usual(history(1), DAY, PLAN), present(20, now), now, expected=expected)

        assert set(seen) == {1}

    def test_a_model_of_another_day_is_not_used(self):
        now = Simulator(1, PLAN).lunch(DAY).at(200)

        found = forecast(
            usual(history(1), DAY, PLAN), present(20, now), now, expected=model(1).expected(DAY + timedelta(days=1))
        )

        assert not found.learned


class TestInflow:
    def test_the_groups_sizes_are_learned(self):
        known = past(history(1), 12.0)
        assert known is not None

        shares = curves(known, PLAN, DAY).pooled.shares

        assert shares / shares.sum() == pytest.approx(np.array([300, 180, 260, 220]) / 960, rel=0.1)

    def test_an_order_never_seen_is_put_together_from_its_groups(self):
        monday = DAY + timedelta(days=7)
        plan = SlotPlan(PLAN.first_monday, PLAN.times, PLAN.groups, exceptions=(WeekOrder(monday, (2, 0, 1, 3)),))
        known = past(history(1), 12.0)
        assert known is not None

        found = curves(known, plan, monday).expected(monday)
        starts = [11 * 60 + 40 + 20 * at - known.first for at in range(4)]
        came = [float(found[start : start + 10].sum()) for start in starts]

        assert came[1] == max(came)  # the largest group has the second slot
        assert came[2] == min(came)

    def test_the_speed_of_service_is_learned_from_the_gate(self):
        known = past(history(1), 12.0)
        assert known is not None

        assert np.median(capacity(known, 99.0)) == pytest.approx(11.8, abs=0.5)
