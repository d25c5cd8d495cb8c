from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from occupancy.facts import DayFacts
from occupancy.meals import TotalBasis, dish_effects, total, totals
from occupancy.reading import DayHistory, Minute

FIRST = date(2026, 3, 2)
HOLIDAY = date(2026, 5, 5)


def is_open(day: date) -> bool:
    return day.weekday() < 5


def open_days(n: int) -> list[date]:
    return [day for day in (FIRST + timedelta(days=at) for at in range(2 * n + 10)) if is_open(day)][:n]


def place(seed: int, n: int, noise: float = 0.05) -> tuple[dict[date, int], dict[date, DayFacts]]:
    """A place with thin Fridays, where 돈까스 draws a fifth more, on every sixth day by chance."""
    rng = np.random.default_rng(seed)
    history, facts = {}, {}
    for day in open_days(n):
        main = rng.choice(["수제돈까스", "된장국밥", "비빔밥", "생선구이", "카레", "짜장면"])
        pull = 1.2 if main == "수제돈까스" else 1.0
        friday = 0.8 if day.weekday() == 4 else 1.0
        history[day] = round(600 * pull * friday * float(np.exp(noise * rng.normal())))
        facts[day] = DayFacts(day, (main, "쌀밥", "배추김치"))
    return history, facts


def next_day(history: dict[date, int]) -> date:
    return max(history) + timedelta(days=3 if max(history).weekday() == 4 else 1)


class TestTotal:
    def test_weekday_and_menu_are_learned(self):
        history, facts = place(1, 90)
        monday = date(2026, 7, 27)

        def told(day: date, dish: str) -> int:
            found = total(history, facts | {day: DayFacts(day, (dish,))}, day, is_open)
            assert found is not None
            return found.q50

        assert told(monday + timedelta(days=4), "비빔밥") < 0.9 * told(monday, "비빔밥")
        assert told(monday, "수제돈까스") > 1.1 * told(monday, "비빔밥")

    def test_it_beats_the_mean_of_the_weekday_and_its_band_holds(self):
        ours, plain, held = [], [], []
        for seed in (2, 4):
            history, facts = place(seed, 120)
            for day in list(history)[60::2]:
                past = {one: meals for one, meals in history.items() if one < day}
                found = total(past, facts, day, is_open)
                assert found is not None
                same = [meals for one, meals in past.items() if one.weekday() == day.weekday()]
                ours.append(abs(found.q50 - history[day]))
                plain.append(abs(sum(same) / len(same) - history[day]))
                held.append(found.q10 <= history[day] <= found.q90)

        assert sum(ours) < 0.75 * sum(plain)
        assert 0.72 < np.mean(held) < 0.9

    def test_few_days_are_told_as_such_with_a_wide_range(self):
        history, facts = place(3, 90)
        few = dict(list(history.items())[-5:])
        day = next_day(history)

        short, long = total(few, facts, day, is_open), total(history, facts, day, is_open)

        assert short is not None
        assert long is not None
        assert (short.basis, short.days) == (TotalBasis.SHORT, 5)
        assert (long.basis, long.days) == (TotalBasis.LEARNED, 90)
        assert short.q90 - short.q10 > 1.4 * (long.q90 - long.q10)

    def test_guests_are_added_and_taken_off_the_past(self):
        history, facts = place(5, 60)
        day = next_day(history)
        plain = total(history, facts, day, is_open)
        busy = max(history)

        more = total(history, facts | {day: DayFacts(day, guests=120)}, day, is_open)
        after = total(
            history | {busy: history[busy] + 300},
            facts | {busy: DayFacts(busy, facts[busy].dishes, guests=300)},
            day,
            is_open,
        )

        assert plain is not None
        assert more is not None
        assert after is not None
        assert (more.q10 - plain.q10, more.q50 - plain.q50, more.q90 - plain.q90) == (120, 120, 120)
        assert (more.guests, more.usual) == (120, plain.usual)
        assert after == plain

    def test_days_off_beside_are_learned(self):
        rng = np.random.default_rng(7)
        fridays = [FIRST + timedelta(days=18 + 14 * at) for at in range(12)]  # Fridays closed every other week

        def opens(day: date) -> bool:
            return is_open(day) and day not in fridays

        history = {
            day: round(600 * (0.75 if day + timedelta(days=1) in fridays else 1) * float(np.exp(0.03 * rng.normal())))
            for day in open_days(110)
            if opens(day)
        }
        before_off, plain = (
            total({d: m for d, m in history.items() if d < day}, {}, day, opens)
            for day in (fridays[10] - timedelta(days=1), fridays[10] - timedelta(days=8))
        )

        assert before_off is not None
        assert plain is not None
        assert before_off.q50 < 0.85 * plain.q50

    def test_a_dish_never_served_changes_nothing(self):
        history, facts = place(1, 60)
        day = next_day(history)

        seen = total(history, facts, day, is_open)
        new = total(history, facts | {day: DayFacts(day, ("로제찜닭",))}, day, is_open)

        assert seen is not None
        assert new is not None
        assert new.q50 == seen.q50
        assert new.dishes == ()

    @pytest.mark.parametrize("n", [0, 2])
    def test_without_history_nothing_is_said(self, n):
        history, facts = place(1, 10)

        assert total(dict(list(history.items())[:n]), facts, next_day(history), is_open) is None

    def test_a_closed_day_has_no_meals(self):
        history, facts = place(1, 60)

        assert total(history, facts, date(2026, 7, 4), is_open) is None
        assert total(history, facts, HOLIDAY, is_open, lambda day: day == HOLIDAY) is None

    def test_later_days_are_not_looked_at(self):
        history, facts = place(1, 80)
        day = list(history)[50]
        early = {one: meals for one, meals in history.items() if one < day}

        assert total(history, facts, day, is_open) == total(early, facts, day, is_open)

    def test_one_odd_day_hardly_moves_it(self):
        history, facts = place(1, 60)
        day = next_day(history)
        broken = history | {list(history)[-3]: 90}  # the gate was dead for most of that day

        plain, odd = total(history, facts, day, is_open), total(broken, facts, day, is_open)

        assert plain is not None
        assert odd is not None
        assert odd.q50 == pytest.approx(plain.q50, rel=0.06)

    def test_wet_days_are_learned_where_rain_is_given(self):
        rng = np.random.default_rng(3)
        wet = {day: float(rng.random() < 0.3) * 8 for day in open_days(100)}
        history = {d: round(600 * (1.15 if mm else 1) * float(np.exp(0.04 * rng.normal()))) for d, mm in wet.items()}
        facts = {day: DayFacts(day, rain_mm=mm) for day, mm in wet.items()}
        day = next_day(history)

        dry, rainy = (total(history, facts | {day: DayFacts(day, rain_mm=mm)}, day, is_open) for mm in (0.0, 8.0))

        assert dry is not None
        assert rainy is not None
        assert rainy.q50 > 1.07 * dry.q50


class TestDishEffects:
    def test_the_dish_that_draws_comes_first_and_is_sure(self):
        history, facts = place(1, 110)

        found = dish_effects(history, facts, next_day(history), is_open)

        assert found[0].dish == "수제돈까스"
        assert found[0].sure
        assert 60 < found[0].meals < 160
        assert found[0].days == sum("수제돈까스" in one.dishes for one in facts.values())

    def test_a_dish_of_every_day_means_nothing(self):
        history, facts = place(1, 110)

        rice = next(one for one in dish_effects(history, facts, next_day(history), is_open) if one.dish == "쌀밥")

        assert not rice.sure

    def test_a_dish_served_once_is_held_towards_nothing(self):
        history, facts = place(1, 60)
        day = list(history)[-1]
        history[day] = round(1.4 * history[day])
        facts[day] = DayFacts(day, ("랍스터",))

        found = next(one for one in dish_effects(history, facts, next_day(history), is_open) if one.dish == "랍스터")

        assert found.days == 1
        assert abs(found.meals) < 0.2 * 600
        assert not found.sure

    def test_names_are_known_in_spite_of_notes_and_allergens(self):
        history, facts = place(1, 60)
        day = next_day(history)

        found = total(history, facts | {day: DayFacts(day, ("수제 돈까스(1.5.6)",))}, day, is_open)

        assert found is not None
        assert [one.dish for one in found.dishes] == ["수제돈까스"]


def test_what_people_told_stands_before_the_gate():
    gate = [DayHistory(FIRST, (Minute(720, 3.0, 400),)), DayHistory(FIRST + timedelta(days=1), (Minute(720, 3.0, 0),))]
    told = {FIRST: DayFacts(FIRST, total=431), FIRST + timedelta(days=2): DayFacts(FIRST, total=None)}

    assert totals(gate, {}) == {FIRST: 400}
    assert totals(gate, told) == {FIRST: 431}
