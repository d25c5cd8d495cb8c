from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occupancy.estimate import Estimate
from occupancy.forecast import Basis, Forecast, Point, better, forecast, usual
from occupancy.reading import DayHistory, Minute
from occupancy.simulator import Simulator
from occupancy.slots import SlotPlan

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, 50, 20, tzinfo=UTC)
PLAN = SlotPlan(
    date(2026, 1, 5), (time(11, 40), time(12, 0), time(12, 20), time(12, 40)), (("a",), ("b",), ("c",), ("d",))
)


def past(*weeks: int, people: float = 10.0, weekday: int = 0) -> list[DayHistory]:
    """Flat days, so many weeks before DAY."""
    minutes = tuple(Minute(minute, people + weeks.index(week)) for week in weeks for minute in range(680, 800))
    return [
        DayHistory(DAY - timedelta(weeks=week) + timedelta(days=weekday), minutes[i * 120 : (i + 1) * 120])
        for i, week in enumerate(weeks)
    ]


def present(people: int | None, *, stale: bool = False, per_minute: float = 12.0, spread: float = 2.0) -> Estimate:
    minutes = None if people is None else people / per_minute
    return Estimate(NOW, people, minutes, minutes, minutes, None, 5.0, (), stale, NOW, per_minute, spread)


class TestUsual:
    def test_days_of_the_same_rotation_are_taken_where_there_are_enough(self):
        found = usual(past(1, 2, 3) + past(4, 8, people=30), DAY, PLAN)

        assert (found.basis, found.days) == (Basis.ROTATION, 2)
        assert found.at(NOW) == pytest.approx(30.5)

    def test_else_the_same_weekday_and_it_says_so(self):
        found = usual(past(1, 2, 4) + past(1, 2, 3, people=99, weekday=2), DAY, PLAN)

        assert (found.basis, found.days) == (Basis.WEEKDAY, 3)
        assert found.at(NOW) == pytest.approx(11)

    def test_else_nothing_and_it_says_so(self):
        found = usual(past(1), DAY, PLAN)

        assert (found.basis, found.days, found.at(NOW)) == (Basis.NONE, 0, None)
        assert forecast(found, present(10), NOW).points == ()

    def test_today_later_days_and_closed_days_are_no_past(self):
        closed = SlotPlan(PLAN.first_monday, PLAN.times, PLAN.groups, closures=frozenset({DAY - timedelta(weeks=2)}))

        assert usual(past(0, -4, 2), DAY, closed).basis is Basis.NONE

    def test_it_is_of_its_day_only(self):
        assert usual(past(4, 8), DAY, PLAN).at(NOW + timedelta(days=1)) is None

    def test_simulated_days_mark_it(self):
        days = Simulator(1, PLAN).past_days(20, DAY)

        assert usual(days, DAY, PLAN).simulated
        assert not usual(past(4, 8), DAY, PLAN).simulated

    def test_few_days_make_a_wider_band_than_many_of_the_same_spread(self):
        few, many = usual(past(4, 8), DAY, PLAN), usual(past(*range(4, 64, 4)), DAY, PLAN)

        assert few.above[720] / 0.7 > many.above[720] / 4.5


class TestForecast:
    def test_it_has_a_point_a_minute_for_an_hour_where_history_goes(self):
        found = forecast(usual(past(4, 8), DAY, PLAN), present(10), NOW)

        assert [point.at for point in found.points[:2]] == [
            datetime(2026, 11, 23, 2, 51, tzinfo=UTC),
            datetime(2026, 11, 23, 2, 52, tzinfo=UTC),
        ]
        assert len(found.points) == 60
        assert found.basis is Basis.ROTATION

    def test_a_deviation_fades_towards_the_usual(self):
        found = forecast(usual(past(4, 8), DAY, PLAN), present(50), NOW)

        middle = [point.q50 for point in found.points]
        assert middle[0] > 45
        assert middle == sorted(middle, reverse=True)
        assert middle[-1] == pytest.approx(10.5, abs=2)

    @pytest.mark.parametrize("now_is", [present(50, stale=True), present(None), None])
    def test_without_a_fresh_present_it_is_the_usual_and_says_so(self, now_is):
        found = forecast(usual(past(4, 8), DAY, PLAN), now_is, NOW)

        assert not found.live
        assert {point.q50 for point in found.points} == {10.5}

    @given(st.integers(0, 300), st.floats(0, 50), st.integers(1, 12))
    def test_quantiles_are_in_order_and_never_below_nobody(self, people, spread, days):
        history = past(*range(4, 4 + 4 * days, 4))

        for point in forecast(usual(history, DAY, PLAN), present(people, spread=spread), NOW).points:
            assert 0 <= point.q10 <= point.q50 <= point.q90

    def test_on_the_simulator_it_beats_the_popular_times_and_its_band_holds(self):
        simulator = Simulator(5, PLAN, faults=False)
        ours, popular, rotating, held = [], [], [], []
        for week in range(8):
            day = DAY + timedelta(weeks=week, days=week % 5)
            if not PLAN.is_open(day):
                continue
            lunch, history = simulator.lunch(day), simulator.past_days(40, day)
            curve, plain = usual(history, day, PLAN), usual(history, day, None)
            for step in range(120, 480, 30):
                now, target = lunch.at(step), step + 15 * 6
                point = forecast(curve, present(int(lunch.people[step])), now).at(lunch.at(target))
                assert point is not None
                truth = float(lunch.people[target : target + 6].mean())
                ours.append(abs(point.q50 - truth))
                rotating.append(abs((curve.at(point.at) or 0) - truth))
                popular.append(abs((plain.at(point.at) or 0) - truth))
                held.append(point.q10 <= truth <= point.q90)

        assert sum(ours) < 0.8 * sum(popular)
        assert sum(ours) < sum(rotating)
        assert 0.7 < sum(held) / len(held) < 0.97


class TestBetter:
    def falling(self, *people: float) -> Forecast:
        points = tuple(
            Point(NOW.replace(second=0) + timedelta(minutes=i + 1), 0, q50, 99) for i, q50 in enumerate(people)
        )
        return Forecast(points, Basis.ROTATION, live=True)

    def until(self, minutes: int) -> datetime:
        return NOW + timedelta(minutes=minutes)

    def test_it_is_the_first_clearly_shorter_moment(self):
        found = better(self.falling(60, 55, 50, 30, 29, 28, 1), present(60), until=self.until(30))

        assert found is not None
        assert (found.people, found.minutes) == (30, 2.5)
        assert found.at == NOW.replace(second=0) + timedelta(minutes=4)

    def test_while_the_line_melts_fast_a_little_later_is_better(self):
        found = better(self.falling(60, 30, 20, 10, 9, 8), present(60), until=self.until(30))

        assert found is not None
        assert found.people == 10

    def test_it_stays_in_the_window(self):
        line = self.falling(60, 55, 30, 29, 28)

        assert better(line, present(60), until=NOW.replace(second=0) + timedelta(minutes=3)) is None
        later = better(line, present(60), until=self.until(30), since=NOW.replace(second=0) + timedelta(minutes=5))
        assert later is not None
        assert later.people == 28

    @pytest.mark.parametrize("now_is", [present(20), present(None)])
    def test_a_short_or_unknown_wait_needs_no_better(self, now_is):
        assert better(self.falling(5, 1, 0), now_is, until=self.until(30)) is None

    def test_a_slightly_shorter_wait_is_not_clearly_shorter(self):
        assert better(self.falling(55, 50, 45), present(60), until=self.until(30)) is None
