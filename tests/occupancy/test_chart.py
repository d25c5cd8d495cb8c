from __future__ import annotations

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from PIL import Image, ImageChops

from occupancy import chart
from occupancy.chart import Chart, Labels
from occupancy.estimate import by_minute, estimate
from occupancy.forecast import forecast, usual
from occupancy.simulator import Simulator
from occupancy.slots import SlotPlan, instant

DAY = date(2026, 11, 23)
PLAN = SlotPlan(
    date(2026, 1, 5), (time(11, 40), time(12, 0), time(12, 20), time(12, 40)), (("a",), ("b",), ("c",), ("d",))
)
LABELS = Labels(
    title="본관 구내식당 · 11. 23.(월)",
    today="오늘",
    usual="평소(같은 순번 주)",
    forecast="앞으로 60분(10번 중 8번)",
    people="명",
    now="지금 18명 · 약 2분",
    minutes="분",
    mine="우리 과",
    slots=("1조", "2조", "3조", "4조"),
    note="예시 자료",
)


def a_chart(at: time = time(12, 7)) -> Chart:
    now = instant(DAY, at).astimezone(UTC)
    simulator = Simulator(5, PLAN, faults=False)
    start, end = instant(DAY, time(11, 20)), instant(DAY, time(13, 20))
    readings = simulator.readings_between(start, now)
    present = estimate(readings, now)
    curve = usual(simulator.past_days(20, DAY), DAY, PLAN)
    return Chart(
        start,
        end,
        now,
        by_minute(readings, start, now),
        curve,
        forecast(curve, present, now),
        PLAN.table(DAY),
        mine=2,
        people=present.people,
        per_minute=present.per_minute,
    )


def pixels(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


@pytest.mark.parametrize("at", [time(11, 21), time(11, 40), time(12, 7), time(13, 19), time(15, 0)])
def test_it_is_a_phone_wide_png_under_60_kb(at):
    png = chart.draw(a_chart(at), LABELS)

    with Image.open(io.BytesIO(png)) as picture:
        assert (picture.format, picture.size) == ("PNG", (800, 520))
    assert len(png) < 60_000


def test_every_character_of_real_korean_labels_has_a_glyph():
    assert chart.missing_glyphs(LABELS) == set()
    assert chart.missing_glyphs(replace(LABELS, title="여유 보통 약간 붐빔 한산 센서 끊김 ~ – · ± ℃")) == set()


def test_a_character_without_a_glyph_is_known_and_drawn_as_a_question_mark():
    strange = replace(LABELS, title="식당 🍚", slots=("1조🍚", "2조"))

    assert chart.missing_glyphs(strange) == {"🍚"}
    assert chart.draw(a_chart(), strange) == chart.draw(
        a_chart(), replace(LABELS, title="식당 ?", slots=("1조?", "2조"))
    )


def test_a_dollar_sign_is_a_dollar_sign():
    assert chart.draw(a_chart(), replace(LABELS, title="$\\frac{1}{", now="$x$", mine="$", today="$a$", people="$_$"))


def test_the_same_values_draw_the_same_bytes_also_in_several_threads():
    one = a_chart()

    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda _: chart.draw(one, LABELS), range(6)))

    assert len(set(drawn)) == 1


def test_mine_now_and_each_line_can_be_seen():
    whole = a_chart()

    for other in (
        replace(whole, mine=None),
        replace(whole, now=whole.now + timedelta(minutes=3)),
        replace(whole, people=None),
        replace(whole, today=()),
        replace(whole, usual=None),
        replace(whole, forecast=None),
        replace(whole, slots=()),
        replace(whole, per_minute=None),
    ):
        assert pixels(chart.draw(other, LABELS)).tobytes() != pixels(chart.draw(whole, LABELS)).tobytes()


def test_a_slots_name_stays_inside_its_slot_however_long_it_is():
    """Each slot's own colours, drawn with the longest names there are: nothing of a name lies on a border."""
    long = ("예산담당관 등", "사회재난과 등", "예산담당관 등", "예산담당관 등")
    for at in (time(12, 3), time(12, 25), time(12, 31), time(12, 57)):
        told = replace(a_chart(at), mine=3)
        bare = pixels(chart.draw(told, replace(LABELS, slots=("", "", "", ""), mine="")))
        named = pixels(chart.draw(told, replace(LABELS, slots=long)))
        left, right = 0.085 * 800, 0.92 * 800
        changed = ImageChops.difference(bare, named).convert("L").point(lambda value: 255 * (value > 60))
        for slot in told.slots:
            for edge in (slot.start, slot.end):
                share = (edge.hour * 60 + edge.minute - 680) / 120
                x = round(left + share * (right - left))
                column = changed.crop((x - 1, 134, x + 2, 200))
                assert column.getbbox() is None, (at, edge)


def test_a_day_of_which_nothing_is_known_is_drawn_too():
    now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    empty = Chart(now - timedelta(hours=1), now + timedelta(hours=1), now, ())

    assert chart.draw(empty, Labels("식당", "오늘", "평소", "앞으로", "명", "지금"))


def test_matplotlib_is_not_loaded_before_it_is_needed_and_pyplot_never():
    script = (
        "import sys, occupancy.chart as chart; assert 'matplotlib' not in sys.modules; chart.warm();"
        "assert 'matplotlib' in sys.modules; assert 'matplotlib.pyplot' not in sys.modules;"
        "assert 'koreanize_matplotlib' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
