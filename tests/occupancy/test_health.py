from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from occupancy.health import Health, judge
from occupancy.line import Site
from occupancy.reading import Kind, Reading

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def said(
    values, *, kind: Kind = Kind.CAMERA, every_s: float = 10, until_s: float = 0, sensor: str = ""
) -> list[Reading]:
    """Values of one sensor, the last of them `until_s` ago."""
    return [
        Reading(sensor or f"{kind}1", kind, at, at, **{"served" if kind is Kind.GATE else "count": int(value)})
        for i, value in enumerate(reversed(list(values)))
        for at in [NOW - timedelta(seconds=until_s + every_s * i)]
    ]


def health_of(readings: list[Reading], sensor: str = "camera1", site: Site | None = None) -> Health:
    return judge(sorted(readings, key=lambda one: one.measured_at), NOW, site or Site()).health[sensor]


LIVELY = [20, 23, 18, 21, 25, 19, 22, 17, 24, 20, 18, 23]
GATE = said([2] * 60, kind=Kind.GATE)


def test_a_lively_camera_that_stops_is_frozen_within_a_minute_while_people_pass():
    assert health_of(said([*LIVELY, *[30] * 6]) + GATE) is Health.FROZEN
    assert health_of(said([*LIVELY, *[30] * 3]) + GATE) is Health.OK


def test_a_calm_camera_may_repeat_itself_longer():
    calm = [value for value in (20, 21, 22, 21, 20, 19, 20, 21) for _ in range(5)]

    assert health_of(said([*calm, *[30] * 8]) + GATE) is Health.OK
    assert health_of(said([*calm, *[30] * 19]) + GATE) is Health.FROZEN


def test_an_empty_line_is_frozen_only_while_the_gate_is_busy():
    slow = said([1, 0, 0] * 20, kind=Kind.GATE)

    assert health_of(said([0] * 40) + slow) is Health.OK
    assert health_of(said([0] * 40) + GATE) is Health.FROZEN


def test_once_stuck_it_stays_so_until_the_value_changes():
    quiet_now = said([*[2] * 30, *[0] * 30], kind=Kind.GATE)

    assert health_of(said([*LIVELY, *[30] * 45]) + quiet_now) is Health.FROZEN
    assert health_of(said([*LIVELY, *[30] * 45, 3]) + quiet_now) is Health.OK


def test_each_sensor_is_silent_by_its_own_period():
    site = Site(periods={"beam1": 60.0})
    readings = said(LIVELY, until_s=100) + said(LIVELY, kind=Kind.BEAM, every_s=60, until_s=100)

    assert health_of(readings, site=site) is Health.SILENT
    assert health_of(readings, "beam1", site) is Health.OK


def test_neither_a_gate_nor_people_fall_silent():
    readings = said([2], kind=Kind.GATE, until_s=900) + said([20], kind=Kind.CHAT, until_s=900)

    assert {health_of(readings, sensor) for sensor in ("gate1", "chat1")} == {Health.OK}


def test_what_a_frozen_sensor_repeated_counts_no_more_from_the_first_repetition():
    readings = sorted(said([*LIVELY, *[30] * 10]) + GATE, key=lambda one: one.measured_at)

    usable = judge(readings, NOW, Site()).usable(readings)

    assert [one.count for one in usable if one.kind is Kind.CAMERA] == [*LIVELY, 30]


def test_a_working_camera_is_hardly_ever_called_frozen():
    rng = np.random.default_rng(5)
    wrong = 0
    for _ in range(40):
        line = np.abs(np.cumsum(rng.integers(-3, 4, 90))) + 3
        counts = np.maximum(0, np.rint(line + rng.normal(size=90) * (1 + 0.1 * line)))
        wrong += health_of(said(counts) + said(rng.poisson(2, 90), kind=Kind.GATE)) is Health.FROZEN

    assert wrong == 0
