"""Counting in recordings and before a camera, on scenes drawn here; each with what would break a simpler counter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from occupancy.reading import Condition
from occupancy.sensors.camera.agent import condition, doubt
from occupancy.sensors.camera.depth import Box
from occupancy.sensors.camera.errors import SourceError
from occupancy.sensors.camera.light import Picture
from occupancy.sensors.camera.live import LEARNING, Known, LiveCounter, may_learn
from occupancy.sensors.camera.people import Hog
from occupancy.sensors.camera.recording import Reading, period_of, read
from occupancy.sensors.camera.region import WHOLE, Region, region_of
from occupancy.sensors.camera.source import Capture, place_of
from occupancy.sensors.camera.taught import HandCount
from occupancy.sensors.camera.witness import Fault
from tests.occupancy.scenes import Renderer, Scene, frames, stands, walks, write

FPS = 4


class Sees:
    """A detector that knows the truth, however small the picture: its boxes are asked of the scene."""

    def __init__(self, people: Callable[[], list[Box]]) -> None:
        self.people = people
        self.asked = 0

    def find(self, picture: Picture) -> list[Box]:
        self.asked += 1
        return self.people()


def nobody() -> Sees:
    return Sees(list)


def counted(path: Path, counts: tuple[HandCount, ...] = (), region: Region = WHOLE, detector=None) -> list[Reading]:
    with Capture(place_of(str(path))) as capture:
        return list(read(capture, region, detector or nobody(), counts))


def walkers(number: int = 14) -> list:
    return [walks((-0.05, 0.45 + 0.03 * n), (1.05, 0.5 + 0.03 * n), -6 + 2.4 * n, 9, look=n) for n in range(number)]


STREET = Scene(320, 240, 0.24, 0.34, 9, people=walkers())


@pytest.fixture(scope="module")
def street(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("street") / "a.mp4", frames(STREET, 26, FPS), FPS)


def error(readings: list[Reading], scene: Scene, count: Callable[[float], int] | None = None) -> float:
    truth = count or scene.count
    return float(np.mean([abs((one.count or 0) - truth(one.second)) for one in readings]))


def test_walkers_are_counted_without_any_teaching(street):
    readings = counted(street, detector=Hog(WHOLE, pixels=3e5))

    assert [one.second for one in readings] == sorted(one.second for one in readings)
    assert len(readings) >= 50
    assert error(readings, STREET) <= 0.8
    assert all(0 < one.confidence < 1 and not one.frozen for one in readings)


def test_hand_counts_correct_a_detector_that_is_blind(street):
    plain = counted(street)
    hand = tuple(HandCount(second, STREET.count(second)) for second in (1, 4, 6, 8.5, 11, 13, 15.5, 18, 20, 22, 24))

    taught = counted(street, hand)

    assert error(taught, STREET) <= 0.7
    assert error(taught, STREET) < error(plain, STREET)
    assert np.mean([one.confidence for one in taught]) > np.mean([one.confidence for one in plain])


def test_only_the_region_is_counted(street):
    left = region_of("0,0 0.5,0 0.5,1 0,1")
    hand = tuple(
        HandCount(second, STREET.count(second, left.holds)) for second in (1, 4, 6, 8.5, 11, 13, 15.5, 18, 20, 22, 24)
    )

    readings = counted(street, hand, left)

    assert error(readings, STREET, lambda second: STREET.count(second, left.holds)) <= 0.8


def held(until: float, lasts: float, after: Callable[[Picture], Picture]) -> list[Picture]:
    renderer = Renderer(STREET)
    pictures = [renderer.frame(number / FPS) for number in range(round(until * FPS))]
    return [*pictures, *[after(pictures[-1])] * round((lasts - until) * FPS)]


@pytest.mark.parametrize("codec", ["mp4v", "MJPG"])
def test_a_recording_that_freezes_says_so_and_its_count_is_the_old_one(tmp_path, codec):
    path = write(tmp_path / "a.avi", iter(held(14, 40, lambda last: last)), FPS, codec)

    readings = counted(path)

    before = [one for one in readings if one.second < 13.5]
    after = [one for one in readings if one.second > 15]
    assert not any(one.frozen for one in before)
    assert all(one.frozen and one.confidence == 0 for one in after)
    assert len({one.count for one in after}) <= 2


def test_a_recording_that_goes_black_keeps_no_fresh_number(tmp_path):
    path = write(tmp_path / "a.mp4", iter(held(12, 20, np.zeros_like)), FPS)

    readings = counted(path)

    after = [one for one in readings if one.second > 12.5]
    assert all(one.frozen and one.fault is Fault.BLACK for one in after)
    assert {one.count for one in after} == {[one for one in readings if one.second < 12][-1].count}


def test_a_recording_that_was_always_black_has_no_number(tmp_path):
    path = write(tmp_path / "a.mp4", iter([np.zeros((240, 320, 3), np.uint8)] * 40), FPS)

    assert {(one.count, one.frozen) for one in counted(path)} == {(None, True)}


def test_a_change_of_light_is_no_crowd(tmp_path):
    scene = replace(STREET, light=lambda second: 1.0 if second < 9 else 0.6 if second < 17 else 1.25)
    path = write(tmp_path / "a.mp4", frames(scene, 26, FPS), FPS)

    assert error(counted(path, detector=Hog(WHOLE, pixels=3e5)), scene) <= 0.9


QUEUE = [stands(0.2 + 0.15 * n, 0.7 + 0.05 * (n % 3), 63.0, sway=0.002, look=n) for n in range(5)]
HALL = Scene(320, 240, 0.25, 0.5, 8, people=QUEUE)


def true_boxes(second: float) -> list[Box]:
    found = []
    for one in QUEUE:
        if (at := one.feet(second)) is not None:
            tall = HALL.tall(at[1]) / HALL.height
            found.append(Box(at[0] - tall * 0.12, at[1] - tall, tall * 0.24, tall, 0.9))
    return found


def test_a_queue_that_stands_still_for_three_minutes_is_kept():
    renderer, second = Renderer(HALL), 0.0
    counter = LiveCounter(WHOLE, Sees(lambda: true_boxes(second)), idle=lambda: False)
    areas, readings = {}, {}
    for number in range(122):
        second = 2.0 * number
        picture = renderer.frame(second)
        readings[second] = counter.see(second, picture)
        if second in {66.0, 240.0}:
            areas[second] = counter._eyes.see(picture, counter._room).mask.sum()

    assert counter.ready
    assert readings[58.0].count == 0
    assert areas[240.0] >= 0.95 * areas[66.0]
    assert abs(readings[240.0].count - 5) <= 1
    assert abs(readings[100.0].count - readings[240.0].count) <= 1
    assert not any(one.frozen for one in readings.values())


def test_the_room_is_not_learned_while_somebody_stands_there():
    renderer, second = Renderer(HALL), 70.0
    counter = LiveCounter(WHOLE, Sees(lambda: true_boxes(second)), idle=lambda: True)
    for number in range(LEARNING + 10):
        second = 70.0 + 2 * number
        reading = counter.see(second, renderer.frame(second))
        assert reading.confidence <= 0.1

    assert not counter.ready


@pytest.mark.parametrize(
    ("idle", "found", "moved", "first", "may"),
    [
        (True, 0.0, 0.0, False, True), (False, 0.0, 0.0, False, False), (False, 0.0, 0.0, True, True),
        (True, 1.0, 0.0, False, False), (True, 0.0, 0.2, False, False), (True, 3.0, 0.2, True, False),
    ],
)  # fmt: skip
def test_the_room_is_learned_again_only_when_nobody_can_be_there(idle, found, moved, first, may):
    assert may_learn(idle=idle, found=found, moved=moved, first=first) is may


def test_furniture_that_was_moved_is_learned_when_the_gate_is_idle():
    import cv2

    renderer, idle = Renderer(replace(HALL, people=())), [False]
    counter = LiveCounter(WHOLE, nobody(), idle=lambda: idle[0])

    def shown(number: int) -> Reading:
        picture = renderer.frame(2.0 * number)
        if number >= 35:
            cv2.rectangle(picture, (100, 100), (170, 200), (20, 20, 20), -1)
        return counter.see(2.0 * number, picture)

    assert [shown(number).count for number in range(35)][-1] == 0
    assert [shown(number).count for number in range(35, 70)][-1] >= 1
    idle[0] = True
    assert [shown(number).count for number in range(70, 110)][-1] == 0


def test_a_frozen_camera_says_nothing_new():
    renderer = Renderer(HALL)
    counter = LiveCounter(WHOLE, nobody(), idle=lambda: False)
    for number in range(40):
        counter.see(2.0 * number, renderer.frame(2.0 * number))
    last = renderer.frame(80.0)
    readings = [counter.see(80.0 + 2 * number, last) for number in range(12)]

    assert not readings[0].frozen
    assert all(one.frozen and one.fault is Fault.FROZEN for one in readings[5:])
    assert condition(readings[-1]) is Condition.FROZEN
    assert counter.see(110.0, np.zeros_like(last)).fault is Fault.BLACK
    assert condition(counter.see(112.0, np.zeros_like(last))) is Condition.BLIND
    assert condition(counter.see(114.0, renderer.frame(114.0))) is Condition.OK


def test_what_was_known_of_the_place_is_used_after_a_restart():
    known = Known(0.4, 0.25, 0.18, 60.0)
    counter = LiveCounter(WHOLE, nobody(), idle=lambda: False, known=known)
    counter.see(0.0, Renderer(HALL).frame(0.0))

    assert counter.known == known


def test_an_unsure_count_says_how_unsure():
    assert doubt(Reading(1.0, 10, 0.8, False)) is None
    unsure = doubt(Reading(1.0, 10, 0.1, False))
    assert unsure is not None
    assert unsure > doubt(Reading(1.0, 10, 0.3, False))


@pytest.mark.parametrize(("seconds", "period"), [(None, 2.0), (10, 0.5), (240, 1.0), (3600, 2.0)])
def test_short_recordings_are_read_more_often(seconds, period):
    assert period_of(seconds) == period


def test_a_huge_picture_is_made_small_and_a_tiny_one_is_none(tmp_path):
    big = write(tmp_path / "big.avi", iter([np.full((2160, 3840, 3), 90, np.uint8)] * 2), 1, "MJPG")
    with Capture(place_of(str(big))) as capture:
        capture.advance()
        assert max(capture.look().shape) == 1280


def test_what_is_no_recording_is_refused(tmp_path, street):
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(street.read_bytes()[:4000])
    noise = tmp_path / "noise.mp4"
    noise.write_bytes(np.random.default_rng(1).bytes(20_000))
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"")

    for path in (cut, noise, empty):
        with pytest.raises(SourceError):
            Capture(place_of(str(path)))


def test_a_broken_part_does_not_end_the_reading(tmp_path):
    path = write(tmp_path / "a.avi", frames(STREET, 20, FPS), FPS, "MJPG")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 20_000] = bytes(20_000)
    path.write_bytes(content)

    readings = counted(path)

    assert readings[-1].second > 15
