"""Corrections of a menu as kitchens write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.menu_fixing import Applied, Does, Unclear, apply, read
from occupancy.menu import DayMenu, Dish, Meal

TODAY = date(2026, 11, 23)
NAMES = (
    ("쌀밥", "된장국", "제육볶음", "배추김치"),
    ("쌀밥", "근대국", "고등어구이", "깍두기"),
    ("비빔밥", "콩나물국", "오이무침", "배추김치"),
    ("쌀밥", "육개장", "제육볶음", "잡채"),
    ("카레라이스", "우동", "단무지"),
)
WEEK = tuple(
    DayMenu(TODAY + timedelta(days=step), tuple(Dish(name) for name in names)) for step, names in enumerate(NAMES)
)


def after(text: str, days: tuple[DayMenu, ...] = WEEK) -> Applied:
    fix = read(text)
    assert fix is not None, text
    return apply(fix, days, TODAY)


def names(found: Applied, step: int) -> list[str]:
    assert found.unclear is None, found
    return [one.name for one in found.days[step].served]


@pytest.mark.parametrize(
    ("text", "step", "expected"),
    [
        ("화요일 국을 미역국으로", 1, ["쌀밥", "미역국", "고등어구이", "깍두기"]),
        ("화요일 국을 미역국으로 바꿔 주세요", 1, ["쌀밥", "미역국", "고등어구이", "깍두기"]),
        ("24일 근대국 → 미역국", 1, ["쌀밥", "미역국", "고등어구이", "깍두기"]),
        ("11월 24일 근대국이 아니라 미역국입니다", 1, ["쌀밥", "미역국", "고등어구이", "깍두기"]),
        ("화 고등어구이 대신 갈치구이", 1, ["쌀밥", "근대국", "갈치구이", "깍두기"]),
        ("월요일 제육 빼줘", 0, ["쌀밥", "된장국", "배추김치"]),
        ("오늘 제육볶음 삭제해 주세요", 0, ["쌀밥", "된장국", "배추김치"]),
        ("수요일 오이무침은 빼 주십시오", 2, ["비빔밥", "콩나물국", "배추김치"]),
        ("금요일 돈까스 추가", 4, ["카레라이스", "우동", "단무지", "돈까스"]),
        ("금요일에 돈까스를 추가해줘", 4, ["카레라이스", "우동", "단무지", "돈까스"]),
        ("금요일 포도 추가", 4, ["카레라이스", "우동", "단무지", "포도"]),
        ("금요일 돈까스, 샐러드 넣어줘", 4, ["카레라이스", "우동", "단무지", "돈까스", "샐러드"]),
        ("목요일 육개장을 갈비탕으로 변경", 3, ["쌀밥", "갈비탕", "제육볶음", "잡채"]),
        ("잡채를 도토리묵으로", 3, ["쌀밥", "육개장", "제육볶음", "도토리묵"]),
        ("수요일: 쌀밥, 미역국, 불고기", 2, ["쌀밥", "미역국", "불고기"]),
    ],
)  # fmt: skip
def test_a_correction_is_applied(text: str, step: int, expected: list[str]):
    found = after(text)

    assert names(found, step) == expected
    assert found.changed == WEEK[step].day
    assert [one for one in found.days if one.day != found.changed] == [one for one in WEEK if one.day != found.changed]


def test_new_dishes_bring_their_allergens_and_allergens_alone_are_put_right():
    assert after("화요일 근대국을 미역국(5.16)으로").days[1].served[1] == Dish("미역국", frozenset({5, 16}))
    assert after("월요일 제육볶음 알레르기 5,6,10").days[0].served[2].allergens == {5, 6, 10}
    assert after("고등어구이 알레르기는 고등어").days[1].served[2].allergens == {7}


def test_a_day_is_closed_and_a_day_that_was_not_there_is_begun():
    found = after("수요일 휴무")
    assert (found.days[2].served, found.days[2].closed) == ((), "휴무")

    begun = after("토요일 김밥 추가")
    assert begun.days[5] == DayMenu(date(2026, 11, 28), (Dish("김밥"),))


def test_what_is_not_clear_is_asked():
    assert after("국을 미역국으로").unclear is Unclear.DAY
    assert after("제육 빼줘").unclear is Unclear.DAY
    missing = after("화요일 돈까스 빼줘")
    assert (missing.unclear, missing.names) == (Unclear.DISH, NAMES[1])
    both = (DayMenu(TODAY, (Dish("쌀밥", corner="한식"), Dish("쌀밥", corner="일품"))),)
    assert after("월요일 쌀밥 빼줘", both).unclear is Unclear.SEVERAL
    assert [one.corner for one in after("월요일 일품 쌀밥 빼줘", both).days[0].served] == ["한식"]


def test_a_meal_that_is_named_is_the_one_meant():
    day = (DayMenu(TODAY, (Dish("라면"), Dish("라면", meal=Meal.DINNER))),)
    found = after("월요일 저녁 라면을 우동으로", day)
    assert [(one.name, one.meal) for one in found.days[0].served] == [("라면", Meal.LUNCH), ("우동", Meal.DINNER)]


@pytest.mark.parametrize(
    "text",
    [
        "내일 교육생 120명 추가", "식당", "네", "맞습니다", "오늘 메뉴", "화요일 메뉴 뭐야?", "10분 지연", "", "출장",
        "내일 13시 진주 출장", "a" * 5000,
    ],
)  # fmt: skip
def test_other_sentences_are_no_corrections(text: str):
    assert read(text) is None


def test_the_same_correction_twice_is_once():
    once = after("금요일 돈까스 추가")
    assert after("금요일 돈까스 추가", once.days).days == once.days
    assert read("금요일 돈까스 추가") is not None
    assert read("금요일 돈까스 추가").does is Does.ADD
