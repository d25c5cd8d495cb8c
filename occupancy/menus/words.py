"""The words of menus as cafeterias write them: meals, courses, corners, closed days, lines that are no dish. Data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from occupancy.menu import Meal


class Holds(Enum):
    """What the cells beside (or below) a label hold."""

    DISHES = "dishes"
    ALLERGENS = "allergens"
    ORIGINS = "origins"
    KCAL = "kcal"
    DAY = "day"
    MEAL = "meal"
    CORNER = "corner"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Label:
    """A label read: which meal it names (None: none), which corner, and what stands beside it."""

    meal: Meal | None = None
    corner: str = ""
    holds: Holds = Holds.DISHES


_MEALS: Final = (
    (Meal.BREAKFAST, re.compile(r"조\s*식|아\s*침|breakfast", re.IGNORECASE)),
    (Meal.LUNCH, re.compile(r"중\s*식|점\s*심|오\s*찬|lunch", re.IGNORECASE)),
    (Meal.DINNER, re.compile(r"석\s*식|저\s*녁|만\s*찬|dinner", re.IGNORECASE)),
)
_BESIDE: Final = (
    (Holds.ALLERGENS, re.compile(r"알\s*[레러]\s*르?\s*[기지]|알러지|알레르겐")),
    (Holds.ORIGINS, re.compile(r"원\s*산\s*지")),
    (Holds.KCAL, re.compile(r"열\s*량|에너지|칼로리|k\s*cal|㎉", re.IGNORECASE)),
    (
        Holds.NOTHING,
        re.compile(r"영양|단백질|탄수화물|지방|나트륨|칼슘|비고|식수|인원|담당|결재|가격|단가|금액|번호|순번|연번"),
    ),
)
_COLUMN: Final = {
    Holds.DAY: re.compile(r"(?:일\s*자|날\s*짜|일\s*시|제공일|급식일|배식일|식단일|요\s*일|date)", re.IGNORECASE),
    Holds.MEAL: re.compile(r"(?:식사|식사\s*구분|끼니|식사명|구\s*분|급식\s*구분|meal)", re.IGNORECASE),
    Holds.CORNER: re.compile(r"(?:코너|코너명|배식대|라인|식당|장소)"),
}
_DISHES: Final = re.compile(
    r"(?:메\s*뉴|식\s*단|음식|요리|품목)\s*(?:명|표|내용|구성)?|내\s*용|주\s*간\s*식\s*단|구\s*분|요\s*일|날\s*짜|일\s*자|식사|코너|시간|주|오늘의\s*메뉴"
)
COURSES: Final = frozenset(
    [
        "밥",
        "밥류",
        "국",
        "국류",
        "찌개",
        "탕",
        "국찌개",
        "주식",
        "부식",
        "주찬",
        "부찬",
        "찬",
        "반찬",
        "메인",
        "메인메뉴",
        "주메뉴",
        "주요리",
        "일품요리",
        "곁들임",
        "사이드",
        "김치",
        "김치류",
        "후식",
        "디저트",
        "음료",
        "과일",
        "볶음",
        "구이",
        "조림",
        "나물",
        "무침",
        "면",
        "면류",
        "죽",
        "샐러드",
        "소스",
        "찬류",
        "국물",
        "밑반찬",
        "기본찬",
        "정찬",
        "스프",
        "수프",
        "빵",
        "우유",
        "드레싱",
        "숭늉",
    ]
)
_AROUND: Final = re.compile(
    r"\d{1,2}\s*[:시]\s*\d{0,2}\s*분?\s*[~∼～-]\s*\d{1,2}\s*[:시]\s*\d{0,2}\s*분?|\d[\d,]*\s*원|[₩￦]\s*\d[\d,]*|\d+\s*[명식](?=\W|$)|\(\s*\)|\[\s*\]|<\s*>"
)
KITCHENS: Final = frozenset({"한식", "양식", "일식", "분식", "일품"})
"""Where these stand beside it, 중식 is Chinese food and no lunch."""

_HOLIDAYS: Final = (
    r"신정|설날|설\s*연휴|삼일절|3\s*[.·ㆍ]?\s*1절|어린이날|부처님\s*오신\s*날|석가탄신일|현충일|제헌절|광복절|추석|추석\s*연휴|개천절|한글날|성탄절|크리스마스|기독탄신일"
    r"|근로자의\s*날|노동절|[가-힣]{0,6}\s*선거일?|[가-힣]{2,4}\s*기념일|개교기념일|재량휴업일?|임시\s*공휴일|대체\s*공휴일|대체\s*휴일|연휴"
)
_SHUT: Final = (
    r"휴\s*무\s*일?|휴\s*일|공\s*휴\s*일|휴\s*관|휴\s*업|휴\s*점|미\s*운\s*영|미\s*제\s*공|운\s*영\s*(?:안\s*[함해]|하지\s*않음|없음|중단|중지|휴무)|식사\s*없음|식단\s*없음"
    r"|중식\s*없음|급식\s*없음|배식\s*없음|쉽니다|쉬는\s*날|정기\s*휴무일?|구내식당\s*(?:휴무|휴일)(?:의\s*날)?|외식의?\s*날|지역상권\s*이용의?\s*날"
)
_CLOSED: Final = re.compile(
    rf"(?:(?:구내)?식당|오늘은|금일은?|전\s*직원)?\s*(?:(?:{_HOLIDAYS}|{_SHUT})[\s,·/]*(?:로|으로)?\s*(?:인한|인해)?\s*)+(?:의\s*날)?\s*(?:입니다|합니다|함)?[\s.!]*"
)
_STRONG: Final = re.compile(_SHUT)
_BRACKETED: Final = re.compile(r"[(\[<【（][^)\]>】）]*[)\]>】）]")
_FRAME: Final = re.compile(r"^[\s(\[<【（*★☆♥♡~\-]+|[\s)\]>】）*★☆♥♡~\-]+$")
NOT_SERVED: Final = frozenset({"-", "--", "x", "X", "×", "없음", "무", "미실시", "미정", "."})


def closed(text: str) -> str:
    """The text's own words for why nothing is served, one line; empty where it says no such thing."""
    flat = " ".join(text.split())
    bare = _FRAME.sub("", flat)
    if not bare or len(bare) > 40:
        return ""
    outside = _BRACKETED.sub(" ", flat).strip(" *★☆♥♡~-")
    if _CLOSED.fullmatch(bare) or (outside and _CLOSED.fullmatch(outside)):
        return bare if bare.count("(") == bare.count(")") else flat
    if _STRONG.search(outside) and "," not in outside and "/" not in outside and len(outside) <= 30:
        return flat
    return ""


def label(text: str, *, kitchens: bool = False) -> Label:
    """What a label beside or above cells means. `kitchens`: 중식 stands beside 한식 and is one of them."""
    flat = " ".join(_AROUND.sub(" ", text).split())
    for holds, pattern in _BESIDE:
        if pattern.search(flat):
            return Label(holds=holds)
    meal = None
    for each, pattern in () if kitchens else _MEALS:
        if pattern.search(flat):
            meal = each
            flat = pattern.sub(" ", flat)
            break
    corner = " ".join(flat.split()).strip(" ()[]<>【】·/:,-~")
    bare = re.sub(r"[\s\d()·/,]+", "", corner)
    if not bare or bare in COURSES or _DISHES.fullmatch(corner) or len(corner) > 20:
        corner = ""
    return Label(meal, corner)


_BESIDE_DAY: Final = re.compile(
    r"(?:조식|중식|석식|아침|점심|저녁|오찬|만찬|메뉴|식단|식단표|일품|한식|양식|일식|분식|특식|[A-Z가-힣]코너|\s|오늘|내일|정기|의)+"
)


def is_label(text: str) -> bool:
    """Whether the words may stand beside a day in a header: a meal, a corner, 메뉴; no dish."""
    return _BESIDE_DAY.fullmatch(text) is not None


_TITLE: Final = re.compile(r"(?:식단|메뉴|급식)\s*(?:표|안내|계획)?\s*(?:\([^)]*\))?\W*$")


def is_title(text: str) -> bool:
    """Whether a line names a menu and is no dish of it: `[석식 메뉴]`, `12월 28일 주간 식단`."""
    return _TITLE.search(text) is not None or is_label(re.sub(r"[\[\]<>()【】《》\s]+", " ", text).strip())


def column(text: str) -> Holds | None:
    """What a column of a list holds by its head; None where the head says nothing."""
    flat = " ".join(text.split())
    for holds, pattern in _BESIDE:
        if pattern.search(flat):
            return holds
    return next((holds for holds, pattern in _COLUMN.items() if pattern.fullmatch(flat)), None)


def only_meal(text: str) -> Meal | None:
    """The meal that a title names, where it names one alone."""
    named = [meal for meal, pattern in _MEALS if pattern.search(text)]
    return named[0] if len(named) == 1 else None


def place_of(text: str) -> str:
    """The place that a heading alone names (`[제2식당]`, `A코너`); empty for any other line."""
    found = re.fullmatch(r"\W*((?:[가-힣A-Za-z0-9]{1,8}\s?)?(?:식당|코너|관|홀|동))\W*", text.strip())
    return found[1] if found and found[1] not in {"식당", "구내식당", "직원식당", "코너"} else ""


def meal_of(text: str) -> Meal | None:
    """The meal that a short text names."""
    return next((meal for meal, pattern in _MEALS if pattern.search(text)), None)
