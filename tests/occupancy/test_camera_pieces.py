"""The camera agent's pure pieces: regions, hand counts, light, depth, faults of a picture, the grid, detectors."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from occupancy.sensors.camera.background import room_from
from occupancy.sensors.camera.depth import Box, Depth, depth_of
from occupancy.sensors.camera.drawing import corners_of, drawn
from occupancy.sensors.camera.errors import DetectorError, RegionError, SourceError, TaughtError
from occupancy.sensors.camera.foreground import Measure
from occupancy.sensors.camera.light import gains, lit
from occupancy.sensors.camera.people import Onnx, apart, counted
from occupancy.sensors.camera.region import WHOLE, Point, Region, region_of
from occupancy.sensors.camera.source import place_of
from occupancy.sensors.camera.taught import Evidence, HandCount, hand_counts, taught, untaught
from occupancy.sensors.camera.window import portable, region_of_clicks
from occupancy.sensors.camera.witness import Fault, Watch, faults, print_of
from tests.occupancy.scenes import Renderer, Scene, stands

ROOM = Renderer(Scene(320, 240, seed=3))


@settings(deadline=None)
@given(st.floats(0, 0.4), st.floats(0, 0.4), st.floats(0.5, 1), st.floats(0.5, 1))
def test_a_region_reads_back_as_it_is_written(x0, y0, x1, y1):
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    region = region_of(" ".join(f"{round(x, 3)},{round(y, 3)}" for x, y in corners))

    assert region_of(str(region)) == region
    assert region.holds(0.45, 0.45)
    assert region.mask(200, 100).mean() == pytest.approx(region.area, abs=0.02)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "corners"), ("0,0 1,0", "corners"), ("0,0 1,0 1,1.2", "outside"), ("-0.1,0 1,0 1,1", "outside"),
        ("0,0 1,1 1,0 0,1", "crosses"), ("0,0 0.5,0 1,0", "flat"), ("0,0 1,0 nan,1", "text"), ("a,b c,d e,f", "text"),
        ("0 0 1 1", "text"), ("0,0 1,0 1,1 0,0 0.5,0.9", "crosses"), ("0,0 " * 100, "corners"),
        ("1e999,0 1,0 1,1", "text"),
    ],
)  # fmt: skip
def test_what_is_no_region_is_refused_by_name(text, code):
    with pytest.raises(RegionError) as caught:
        region_of(text)
    assert caught.value.code == code


def test_a_closed_ring_and_semicolons_are_the_same_region():
    assert region_of("0,0;1,0;1,1;0,1;0,0") == WHOLE


def test_hand_counts_are_read_in_order_of_time():
    assert hand_counts("30=7, 12.5=3,30=7") == (HandCount(12.5, 3), HandCount(30, 7))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12", "text"), ("12=x", "text"), ("=3", "text"), (",", "text"), ("-1=3", "second"), ("inf=3", "second"),
        ("3=-1", "count"), ("3=5000", "count"), ("3=1,3=2", "second"), (",".join(f"{n}=1" for n in range(300)), "many"),
    ],
)  # fmt: skip
def test_what_are_no_hand_counts_is_refused_by_name(text, code):
    with pytest.raises(TaughtError) as caught:
        hand_counts(text)
    assert caught.value.code == code


@pytest.mark.parametrize("times", [0.55, 0.8, 1.0, 1.33, 1.7])
def test_light_is_compensated_however_many_people_stand_there(times):
    crowd = Renderer(Scene(320, 240, seed=3, people=[stands(0.1 * n, 0.8, look=n) for n in range(10)])).frame(1)
    changed = np.clip(crowd * times, 0, 255).astype(np.uint8)

    room = ROOM.frame(0)
    back = lit(changed, gains(changed, room))

    alike = np.abs(back.astype(int) - room).max(axis=2) < 25
    assert gains(changed, room).mean() == pytest.approx(1 / times, rel=0.06)
    assert alike.mean() > 0.5


def test_depth_follows_sightings_and_leaves_outliers_out():
    boxes = [Box(0.5, feet - (0.1 + 0.3 * feet), 0.1, 0.1 + 0.3 * feet, 0.9) for feet in np.linspace(0.4, 0.95, 40)]
    boxes += [Box(0.2, 0.1, 0.1, 0.8, 0.9)] * 3

    depth = depth_of(boxes)

    assert depth is not None
    assert depth.tall(0.5) == pytest.approx(0.25, abs=0.02)
    assert depth.tall(0.9) == pytest.approx(0.37, abs=0.03)
    assert depth_of(boxes[:3]) is None
    weights = depth.weights(240)
    assert weights[100] > weights[200]


def evidence(people: float, noise: float = 0.0, found: float | None = None) -> Evidence:
    area = 0.12 * people + noise
    return Evidence(Measure(area, area * 90, (area,), 0.1), found)


def test_hand_counts_teach_the_gain_and_one_slip_is_left_out():
    rng = np.random.default_rng(1)
    pairs = [
        (evidence(people, rng.normal(0, 0.05), people * 0.7), people) for people in (0, 2, 4, 5, 7, 9, 11, 13, 6, 3)
    ]
    untrained = untaught(0.19, [one for one, _ in pairs])

    model = taught(untrained, [*pairs, (evidence(8, found=5.6), 80)])

    before, after = [[one.judge(evidence(n, found=0.7 * n)).people for n in (1, 6, 12)] for one in (untrained, model)]
    assert np.abs(np.array(before) - (1, 6, 12)).max() > 3
    assert np.abs(np.array(after) - (1, 6, 12)).max() < 1.5
    assert taught(untrained, []) is untrained


def test_a_frozen_stream_is_found_and_a_quiet_room_is_not():
    living = [ROOM.frame(second) for second in range(40)]
    frozen = [*living[:20], *[living[19]] * 20]

    assert faults([print_of(n, one) for n, one in enumerate(living)]) == [None] * 40
    found = faults([print_of(n, one) for n, one in enumerate(frozen)])
    assert found[:20] == [None] * 20
    assert found[20:] == [Fault.FROZEN] * 20
    watch = Watch()
    seen = [watch.see(n, one) for n, one in enumerate(frozen)]
    assert seen[:20] == [None] * 20
    assert seen[27:] == [Fault.FROZEN] * 13


def test_a_frozen_stream_that_was_coded_again_is_found():
    rng = np.random.default_rng(2)
    living = [ROOM.frame(second) for second in range(60)]
    requantised = [
        np.clip(living[29] + rng.choice([-1, 0, 0, 0, 1], living[29].shape), 0, 255).astype(np.uint8) for _ in range(30)
    ]
    pictures = [*living[:30], *requantised]

    found = faults([print_of(n, one) for n, one in enumerate(pictures)])
    watch = Watch()
    seen = [watch.see(n, one) for n, one in enumerate(pictures)]

    assert found[:30] == [None] * 30
    assert found[31:] == [Fault.FROZEN] * 29
    assert seen[:30] == [None] * 30
    assert seen[45:] == [Fault.FROZEN] * 15


def test_black_covered_and_blurred_are_found():
    import cv2

    living = [ROOM.frame(second) for second in range(20)]
    noise = np.random.default_rng(1).normal(0, 2, living[0].shape)
    black = np.clip(noise + 3, 0, 255).astype(np.uint8)
    hand = np.clip(noise + 90, 0, 255).astype(np.uint8)
    blurred = cv2.GaussianBlur(living[0], (0, 0), 9)
    watch = Watch()
    assert [watch.see(n, one) for n, one in enumerate(living)] == [None] * 20

    assert watch.see(21, black) is Fault.BLACK
    assert watch.see(22, hand) is Fault.COVERED
    assert watch.see(23, blurred) is Fault.BLURRED
    assert watch.see(24, living[3]) is None


def test_a_looped_stream_is_found():
    loop = [ROOM.frame(second) for second in range(10)]
    pictures = [loop[n % 10] for n in range(50)]

    found = faults([print_of(2 * n, one) for n, one in enumerate(pictures)])
    watch = Watch()
    seen = [watch.see(2 * n, one) for n, one in enumerate(pictures)]

    assert found[:10] == [None] * 10
    assert set(found[12:]) == {Fault.LOOPED}
    assert seen[:10] == [None] * 10
    assert set(seen[15:]) == {Fault.LOOPED}


def test_who_stands_most_of_the_time_is_not_taken_for_the_room():
    stayed = Renderer(Scene(320, 240, 0.3, 0.6, seed=3, people=[stands(0.5, 0.9, since=12)])).frame
    empty = ROOM.room

    room = room_from([stayed(second) for second in range(40)])

    off = np.abs(room.picture.astype(float) - empty).max(axis=2)
    assert np.percentile(off, 99) < 20


def test_heaps_of_boxes_are_one_person_each_and_count_by_where_they_stand():
    near = [Box(0.3 + 0.01 * n, 0.5, 0.1, 0.3, 0.6) for n in range(4)]
    far = Box(0.8, 0.5, 0.1, 0.3, 0.9)
    boxes = apart([*near, far])

    assert len(boxes) == 2
    assert counted(boxes, WHOLE) > 1.4
    assert counted(boxes, region_of("0,0 0.5,0 0.5,1 0,1")) < 1
    tall = Depth(0.9, 0.0, 10)
    assert counted(boxes, WHOLE, tall) < 0.1


def test_the_grid_is_typed_and_shown_back():
    region = corners_of("b3 F3, g9 A9")

    assert region.corners[0] == Point(1 / 16, 2 / 12)
    shown = drawn(ROOM.frame(0), region, colour=False).splitlines()
    assert len(shown) == 27
    assert all(len(one) <= 68 for one in shown)
    assert shown[0].split() == list("ABCDEFGHIJKLMNOPQ")
    assert "O" in shown[5]
    assert shown[5].index("O") == 3 + 4
    assert "\x1b[38;2;" in drawn(ROOM.frame(0))
    for wrong in ("B3 F3", "Z9 A1 B2", "A14 B1 C2", "hello", "A1 Q13 Q1 A13"):
        with pytest.raises(RegionError):
            corners_of(wrong)


def test_clicks_make_a_region_and_the_picture_stays_in_memory():
    assert str(region_of_clicks([(0, 0), (64, 0), (64, 48)], 64, 48)) == "0,0 1,0 1,1"
    assert region_of_clicks([(0, 0), (1, 1)], 64, 48) is None
    picture = np.array([[[1, 2, 3]]], np.uint8)
    assert portable(picture) == b"P6 1 1 255\n\x03\x02\x01"


def test_sources_are_told_apart(tmp_path: Path):
    file = tmp_path / "a.mp4"
    file.write_bytes(b"x")

    assert place_of("0").device == 0
    assert place_of(str(file)).file == file
    assert not place_of(str(file)).live
    assert str(place_of("rtsp://admin:secret@10.0.0.9/1")) == "rtsp://10.0.0.9"
    for wrong in ("/nowhere.mp4", str(tmp_path), "gopher://x/", "/dev/null", "a\0b", "concat:a|b", "9999"):
        with pytest.raises(SourceError):
            place_of(wrong)


# A network in ONNX's own bytes (onnx.proto3: field numbers beside each), small enough to write by hand: the mean red of
# the picture decides whether one person stands in the middle.


def varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def number(tag: int, value: int) -> bytes:
    return varint(tag << 3) + varint(value)


def block(tag: int, content: bytes | str) -> bytes:
    content = content.encode() if isinstance(content, str) else content
    return varint(tag << 3 | 2) + varint(len(content)) + content


def tensor(name: str, values: np.ndarray) -> bytes:
    kind = 7 if values.dtype == np.int64 else 1
    dims = b"".join(number(1, size) for size in values.shape)
    return dims + number(2, kind) + block(8, name) + block(9, values.tobytes())


def node(op: str, inputs: list[str], output: str, attributes: bytes = b"") -> bytes:
    return b"".join(block(1, one) for one in inputs) + block(2, output) + block(3, output) + block(4, op) + attributes


def ints(name: str, values: list[int]) -> bytes:
    return block(5, block(1, name) + b"".join(number(8, one) for one in values) + number(20, 7))


def value(name: str, shape: list[int]) -> bytes:
    dims = b"".join(block(1, number(1, size)) for size in shape)
    return block(1, name) + block(2, block(1, number(1, 1) + block(2, dims)))


def network(rows: int = 21, columns: int = 6, side: int = 32) -> bytes:
    weight, bias = np.zeros((3, rows * columns), np.float32), np.zeros(rows * columns, np.float32)
    if columns == 6:
        middle = 5 * columns  # row 1, column 1 of the grid of stride 8
        bias[middle : middle + 4] = (1.0, 1.0, 0.0, np.log(2.0))
        weight[2, middle + 4], bias[middle + 5] = 0.004, 1.0
    nodes = [
        node("AveragePool", ["x"], "p", ints("kernel_shape", [side, side]) + ints("strides", [1, 1])),
        node("Flatten", ["p"], "f"),
        node("Gemm", ["f", "w", "b"], "g"),
        node("Reshape", ["g", "s"], "y"),
    ]
    shape = np.array([1, rows, columns], np.int64)
    graph = b"".join(block(1, one) for one in nodes) + block(2, "g")
    graph += b"".join(block(5, tensor(*one)) for one in (("w", weight), ("b", bias), ("s", shape)))
    graph += block(11, value("x", [1, 3, side, side])) + block(12, value("y", [1, rows, columns]))
    return number(1, 7) + block(7, graph) + block(8, block(1, "") + number(2, 13))


def test_an_operators_own_detector_is_used(tmp_path: Path):
    path = tmp_path / "own.onnx"
    path.write_bytes(network())
    detector = Onnx(path, WHOLE, sides=(32,))
    red = np.zeros((240, 320, 3), np.uint8)
    red[..., 2] = 250

    found = detector.find(red)

    assert len(found) == 1
    assert found[0].score > 0.6
    assert found[0].height == pytest.approx(2 * found[0].width * 320 / 240, rel=0.02)
    assert detector.find(np.zeros((240, 320, 3), np.uint8)) == []


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 100, b"hello", struct.pack("<Q", 2**60), network(rows=7), network(columns=4)]
)
def test_a_detector_that_is_none_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "bad.onnx"
    path.write_bytes(content)
    with pytest.raises(DetectorError):
        Onnx(path, WHOLE, sides=(32,))
    with pytest.raises(DetectorError):
        Onnx(tmp_path / "none.onnx", WHOLE)


def test_a_region_holds_its_own_middle():
    triangle = Region((Point(0.2, 0.9), Point(0.5, 0.1), Point(0.8, 0.9)))
    assert triangle.holds(0.5, 0.6)
    assert not triangle.holds(0.2, 0.2)
