from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from bot.__main__ import main
from occupancy.backtest import backtest
from occupancy.bands import walk
from occupancy.counts import Counts, CountsError, Fault
from occupancy.series import Series, Targets, features, regular, targets

DAY, WEEK = 1440, 10080
NONE: frozenset[date] = frozenset()


def habits(seed: int, weeks: int = 12, step: int = 30, drift: float = 0.9) -> Counts:
    """A place with a day's curve, thin weekends, and deviations that last some hours."""
    rng = np.random.default_rng(seed)
    at = np.arange(0, weeks * WEEK, step, dtype=float)
    hour, weekday = at % DAY / 60, (at // DAY + 3) % 7
    curve = 20 * np.exp(-(((hour - 13) / 3) ** 2)) * np.where(weekday < 5, 1.0, 0.2)
    off, value = np.empty(at.size), 0.0
    for place in range(at.size):
        value = drift * value + 0.4 * np.sqrt(1 - drift**2) * rng.normal()
        off[place] = value
    return Counts(at, rng.poisson(curve * np.exp(off)).astype(float), 0)


def series_of(counts: Counts) -> Series:
    return regular(counts)


class TestSeries:
    @pytest.mark.parametrize("step", [5, 10, 15, 30, 60, DAY])
    def test_the_step_is_found_in_spite_of_gaps_doubles_and_jitter(self, step):
        rng = np.random.default_rng(1)
        at = np.arange(400) * float(step) + 3 * DAY
        kept = np.sort(np.concatenate([at[rng.random(400) > 0.1], at[5:8]]))
        jitter = rng.uniform(-0.1, 0.2, kept.size) * (step if step < DAY else 0)

        found = regular(Counts(np.sort(kept + jitter), np.ones(kept.size), 0))

        assert found.step == step
        assert found.values.size <= 401
        assert np.isnan(found.values).mean() == pytest.approx(0.1, abs=0.06)

    def test_rows_of_one_step_are_averaged(self):
        at = np.repeat(np.arange(100) * 10.0, 2)
        found = regular(Counts(at, np.tile([2.0, 4.0], 100), 0))

        assert found.values.tolist() == [3.0] * 100

    @pytest.mark.parametrize("horizon", [30, 60, 300, DAY, 3 * DAY, 8 * DAY])
    def test_no_feature_looks_beyond_its_origin(self, horizon):
        counts = habits(1, weeks=10)
        series = regular(counts)
        asked = targets(series, horizon, 0, NONE)
        middle = asked.at.size // 2
        changed = series.values.copy()
        changed[asked.origin[middle] + 1 :] += 100.0
        later = replace(series, values=changed)
        asked_later = targets(later, horizon, 0, NONE)

        before, after = features(series, asked)[: middle + 1], features(later, asked_later)[: middle + 1]

        np.testing.assert_array_equal(before, after)
        for name in ("last", "last_week", "four_weeks", "scaled"):
            np.testing.assert_array_equal(getattr(asked, name)[: middle + 1], getattr(asked_later, name)[: middle + 1])

    def test_the_test_above_can_fail(self):
        counts = habits(1, weeks=10)
        series = regular(counts)
        asked = targets(series, 60, 0, NONE)
        middle = asked.at.size // 2
        changed = series.values.copy()
        changed[asked.origin[middle]] += 100.0
        later = replace(series, values=changed)

        assert not np.array_equal(
            features(series, asked)[middle], features(later, targets(later, 60, 0, NONE))[middle], equal_nan=True
        )

    def test_baselines_are_what_they_are_called(self):
        values = np.arange(5 * 336, dtype=float)
        asked = targets(Series(0.0, 30.0, values), 60, 0, NONE)
        target = asked.at.size - 1

        truth = asked.truth[target]
        assert asked.last[target] == truth - 2
        assert asked.last_week[target] == truth - 336
        assert asked.four_weeks[target] == truth - 2.5 * 336


class TestBands:
    def walked(self, errors: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        n = errors.size
        at = np.arange(n)
        asked = Targets(at, at - 1, errors, *(np.zeros(n) for _ in range(4)), NONE)
        band = walk(asked, np.zeros(n), scale, at[: n // 3], at[n // 3 :], floor=None)
        return band.low, band.high

    @pytest.mark.parametrize("seed", [2, 4, 6])
    def test_eight_of_ten_hold_though_the_errors_grow(self, seed):
        rng = np.random.default_rng(seed)
        errors = rng.gamma(1.5, 1.0, 3000) * np.linspace(1, 5, 3000)

        low, high = self.walked(errors, np.ones(3000))

        truth = errors[1000:]
        assert np.mean((low <= truth) & (truth <= high)) == pytest.approx(0.8, abs=0.025)

    def test_wider_where_larger_errors_are_expected(self):
        scale = np.where(np.arange(900) % 2, 1.0, 3.0)

        low, high = self.walked(np.random.default_rng(2).normal(size=900) * scale, scale)

        assert np.mean((high - low)[::2]) == pytest.approx(3 * np.mean((high - low)[1::2]), rel=0.05)

    def test_only_errors_that_came_true_are_used(self):
        errors = np.random.default_rng(2).normal(size=300)
        changed = errors.copy()
        changed[200:] = 50.0

        one, other = self.walked(errors, np.ones(300)), self.walked(changed, np.ones(300))

        assert (one[0][:101] == other[0][:101]).all()  # the target at 200 itself is still told as before
        assert (one[1][150:] != other[1][150:]).any()


class TestBacktest:
    def test_it_beats_every_baseline_and_its_band_holds(self):
        found = backtest(habits(2), 60)

        best = min(found.mae.last, found.mae.last_week, found.mae.four_week_mean)
        assert found.mae.model < 0.92 * best
        assert 0.76 < found.coverage < 0.84
        assert found.n == round(0.3 * 12 * 336)

    def test_noise_is_not_taken_for_a_pattern(self):
        rng = np.random.default_rng(2)
        noise = Counts(np.arange(1500) * 60.0, rng.poisson(5, 1500).astype(float), 0)

        found = backtest(noise, 60)

        assert found.mae.model < 1.04 * found.mae.four_week_mean

    def test_days_with_weekends_left_out(self):
        rng = np.random.default_rng(4)
        days = [date(2021, 3, 1) + timedelta(days=at) for at in range(900)]
        open_ = [day for day in days if day.weekday() < 5]
        values = [
            900 * (1.15, 1.05, 1, 0.95, 0.75)[d.weekday()] * np.exp(0.07 * rng.normal() + 0.0004 * at)
            for at, d in enumerate(open_)
        ]
        at = np.array([(day - date(1970, 1, 1)).days * 1440.0 for day in open_])

        found = backtest(Counts(at, np.round(values), 0), DAY)

        assert found.step_minutes == DAY
        assert found.mae.model < min(found.mae.last, found.mae.last_week)
        assert found.mae.model < 1.02 * found.mae.four_week_mean
        assert 0.72 < found.coverage < 0.88

    def test_a_level_that_shifts_is_followed(self):
        counts = habits(2, weeks=9)
        shifted = Counts(counts.minutes, np.where(np.arange(counts.values.size) > 2300, 0.4, 1.0) * counts.values, 0)

        found = backtest(shifted, 60)

        assert found.mae.model < 0.9 * min(found.mae.last, found.mae.last_week, found.mae.four_week_mean)
        assert found.coverage > 0.74

    def test_it_takes_one_core(self):
        """More threads than free cores spin, and made a history of months take minutes beside other work."""
        seen: list[int] = []

        def calendar(_day: date) -> bool:
            seen.append(max(one["num_threads"] for one in threadpool_info()))
            return False

        backtest(habits(1, weeks=3), 60, calendar)

        assert set(seen) == {1}

    def test_holidays_are_used_only_where_the_place_keeps_them(self):
        from occupancy.backtest import _holidays

        first = date(2021, 3, 1)
        off = {first + timedelta(days=at) for at in (15, 37, 61, 80, 102)}

        def place(*, keeps: bool) -> Series:
            days = [first + timedelta(days=at) for at in range(200)]
            open_ = [day for day in days if day.weekday() < 5 and not (keeps and day in off)]
            at = np.array([(day - date(1970, 1, 1)).days * 1440.0 for day in open_])
            return regular(Counts(at, np.full(at.size, 9.0), 0))

        assert off <= _holidays(place(keeps=True), 150, off.__contains__)
        assert _holidays(place(keeps=False), 150, off.__contains__) == NONE

    @pytest.mark.parametrize(
        ("counts", "horizon", "fault"),
        [
            (Counts(np.arange(30) * 10.0, np.arange(30.0), 0), 30, Fault.TOO_SHORT),
            (Counts(np.zeros(100), np.arange(100.0), 0), 30, Fault.TOO_SHORT),
            (Counts(np.arange(500) * 10.0, np.full(500, 3.0), 0), 30, Fault.SAME_VALUE),
            (Counts(np.arange(500) * 10.0, np.arange(500.0), 0), 0, Fault.HORIZON),
            (Counts(np.arange(500) * 10.0, np.arange(500.0), 0), 4900, Fault.HORIZON),
            (Counts(np.arange(500) * 10.0, np.arange(500.0), 0), float("nan"), Fault.HORIZON),
        ],
    )
    def test_what_cannot_be_scored_says_why(self, counts, horizon, fault):
        with pytest.raises(CountsError) as caught:
            backtest(counts, horizon)

        assert caught.value.fault is fault


class TestCommand:
    def written(self, folder, counts: Counts) -> str:
        start = np.datetime64("2024-07-22T00:00")
        rows = [
            f"{start + np.timedelta64(int(at), 'm')},{count:.0f}"
            for at, count in zip(counts.minutes, counts.values, strict=True)
        ]
        file = folder / "문.csv"
        file.write_text("\n".join(["시각,들어온 사람", *rows]), encoding="cp949")
        return str(file)

    def run(self, words: Sequence[str], capsys) -> tuple[int, str, str]:
        code = main(["occupancy", "backtest", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    def test_the_score_as_json(self, tmp_path, capsys):
        file = self.written(tmp_path, habits(2, weeks=5))

        code, out, _ = self.run([file, "--time", "시각", "--value", "들어온 사람", "--horizon", "60", "--json"], capsys)

        found = json.loads(out)
        assert code == 0
        assert set(found["mae"]) == {"model", "last", "last_week", "four_week_mean"}
        assert found["n"] == round(0.3 * 5 * 336)
        assert 0.7 < found["coverage"] < 0.9

    def test_the_score_in_words(self, tmp_path, capsys):
        file = self.written(tmp_path, habits(2, weeks=4))

        code, out, _ = self.run([file, "--time", "1", "--value", "2", "--horizon", "30"], capsys)

        assert code == 0
        assert "30분 앞서" in out
        assert "4주 평균" in out

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--time", "때", "--value", "2"), "있는 칸: 시각, 들어온 사람"),
            (("--time", "2", "--value", "2"), "시각으로 읽지 못했습니다"),
            (("--time", "1", "--value", "1"), "수를 찾지 못했습니다"),
        ],
    )
    def test_a_wrong_column_is_told_in_korean(self, words, said, tmp_path, capsys):
        code, _, err = self.run([self.written(tmp_path, habits(2, weeks=4)), *words, "--horizon", "30"], capsys)

        assert code == 2
        assert said in err

    def test_a_missing_file_is_told_in_korean(self, capsys):
        code, _, err = self.run(["nowhere.csv", "--time", "1", "--value", "2", "--horizon", "30"], capsys)

        assert (code, err) == (2, "파일이 없습니다: nowhere.csv\n")
