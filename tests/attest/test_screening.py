"""What a trace gives away, a few of each kind (bench_screening.py judges thousands), and who is too fast."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from attest import screening
from attest.places import distance_m
from attest.receipt import FLAGS, Point
from attest.screening import Fix, Remark, examine, replayed, too_fast
from tests.attest import traces

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
JINJU, SEOUL, BUSAN = Point(35.18, 128.1076, 12), Point(37.566535, 126.977969, 12), Point(35.1796, 129.0756, 12)
GIMPO, JEJU, SACHEON = Point(37.559, 126.795, 20), Point(33.507, 126.493, 20), Point(35.092, 128.086, 20)


def fix(point: Point, minutes: float, late_s: float = 0) -> Fix:
    at = NOON + timedelta(minutes=minutes)
    return Fix(at, at + timedelta(seconds=late_s), point)


def flags(trace: traces.Trace) -> list[str]:
    again = replayed(trace.fixes, trace.earlier)
    return [remark.flag for remark in [*examine(trace.fixes), *([again] if again else [])]]


@pytest.mark.parametrize("maker", traces.HONEST, ids=lambda maker: maker.__name__)
def test_an_honest_trace_gets_no_remark(maker):
    for seed in (1, 3):
        trace = traces.make(maker, seed)
        assert flags(trace) == [], (trace.kind, seed)


@pytest.mark.parametrize(
    ("maker", "flag"),
    [(traces.static_pin, "still"), (traces.nudged_pin, "still"), (traces.mock_app, "still"), (traces.user_bot, "still"),
     (traces.replay_exact, "replayed"), (traces.replay_noisy, "replayed")],
    ids=lambda value: getattr(value, "__name__", value),
)  # fmt: skip
def test_a_lie_gets_the_remark_that_names_it(maker, flag):
    for seed in (1, 3):
        assert flag in flags(traces.make(maker, seed)), seed


def test_the_generators_know_nothing_of_the_detector():
    source = inspect.getsource(traces)

    assert "from attest.screening import Fix\n" in source
    assert "examine" not in source
    assert "Limits" not in source


def test_a_remark_names_a_flag_of_the_receipt_and_its_number():
    (remark,) = examine(traces.make(traces.static_pin, 2).fixes)

    assert remark == Remark("still", "spread_m", 0.0)
    assert remark.flag in FLAGS


def test_few_fixes_say_nothing():
    assert examine(traces.make(traces.static_pin, 1).fixes[:4]) == []


def test_typed_coordinates_are_a_grid():
    points = [Point(35.1801 + number / 10_000, 128.1076 - number % 3 / 10_000, 12.0) for number in range(8)]
    found = examine([fix(point, number) for number, point in enumerate(points)])

    assert Remark("grid", "decimals", 4) in found


def test_a_cell_tower_that_stays_the_same_is_no_lie():
    tower = Point(35.183123, 128.107654, 900.0)

    assert (
        examine([fix(tower, number) for number in range(20)], [[fix(tower, number - 300) for number in range(20)]])
        == []
    )


def test_two_phones_in_one_car_are_no_replay_and_one_an_hour_later_is():
    trace = traces.make(traces.honest_drive, 7)
    beside = trace.earlier[1]
    dice = np.random.default_rng(5)

    assert replayed(trace.fixes, [beside]) is None
    again = traces.shifted(dice, trace.fixes, noise_m=1.0, drop=0.2, keep_time=False)
    remark = replayed(again, [beside, trace.fixes])
    assert remark is not None
    assert (remark.flag, remark.fact) == ("replayed", "apart_m")
    assert 0.5 < remark.value < 2.5


def test_a_messenger_that_gives_every_edit_the_first_ones_time_is_judged_by_ours():
    trace = traces.make(traces.honest_walk, 2)
    same = [replace(one, at=trace.fixes[0].at) for one in trace.fixes]

    assert examine(same) == []
    assert screening.lasted(same) == same[-1].received_at - same[0].received_at
    assert screening.lasted(trace.fixes) == trace.fixes[-1].at - trace.fixes[0].at


@pytest.mark.parametrize(
    ("one", "other", "minutes", "fast"),
    [
        (JINJU, SEOUL, 30, True),
        (JINJU, SEOUL, 45, True),
        (JINJU, SEOUL, 52, False),  # 284 km: some 320 km/h
        (JINJU, SEOUL, 180, False),
        (JINJU, BUSAN, 5, True),
        (JINJU, BUSAN, 20, False),
        # by air: from airport to airport, with time to taxi and climb
        (GIMPO, JEJU, 60, False),
        (GIMPO, JEJU, 40, True),
        (GIMPO, SACHEON, 45, False),
        (SEOUL, JEJU, 60, True),  # not from an airport
        # across the sea
        (GIMPO, Point(48.8566, 2.3522, 20), 14 * 60, False),
        (GIMPO, Point(48.8566, 2.3522, 20), 5 * 60, True),
        # a moment apart, and little more than the accuracies
        (JINJU, replace(JINJU, lat=35.19), 0, False),
        (replace(JINJU, accuracy_m=1500.0), replace(BUSAN, lon=128.14, accuracy_m=1500.0), 0, False),
        (replace(JINJU, accuracy_m=None), replace(JINJU, lat=35.2), 0, False),
        (JINJU, replace(JINJU, lat=35.5), 1, True),
    ],
)
def test_who_is_too_fast(one, other, minutes, fast):
    found = too_fast(fix(one, 0), fix(other, minutes))

    assert (found is not None) is fast
    assert found == too_fast(fix(other, minutes), fix(one, 0))
    if found:
        assert (found.flag, found.fact) == ("fast", "km_h")
        assert found.value > 350


def test_a_share_that_waited_for_a_signal_is_given_the_time_it_waited():
    assert too_fast(fix(SEOUL, 0, late_s=7200), fix(JINJU, 121)) is None
    assert too_fast(fix(SEOUL, 0), fix(JINJU, 5, late_s=7200)) is None


def test_the_distance_is_the_great_circles():
    assert distance_m(SEOUL, BUSAN) == pytest.approx(325_000, rel=0.01)
    assert distance_m(JINJU, JINJU) == 0
