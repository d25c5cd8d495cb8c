"""The demo's invented menus (예시): a main dish as popular as the simulated lunch was, and what goes with it.

The better the hidden pull of a simulated day, the better liked its dish: popularity can be learned from names.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Final

from occupancy.menu import DayMenu, Dish, MenuStore
from occupancy.simulator import Simulator
from occupancy.slots import SlotPlan

AHEAD_DAYS: Final = 13
PAST_DAYS: Final = 45

# from the least to the best liked, each with its allergens
_MAINS: Final = (
    ("가자미조림", (5, 6)), ("콩비지찌개", (5, 10)), ("코다리강정", (5, 6)), ("두부스테이크", (1, 2, 5, 6)),
    ("고등어구이", (7,)), ("오징어볶음", (5, 6, 17)), ("함박조림", (1, 2, 5, 6, 10, 16)), ("닭볶음탕", (5, 6, 15)),
    ("비빔밥", (1, 5, 6, 16)), ("소불고기", (5, 6, 16)), ("카레라이스", (2, 5, 6, 10)), ("매콤제육볶음", (5, 6, 10)),
    ("제육볶음", (5, 6, 10)), ("치즈돈까스", (1, 2, 5, 6, 10)), ("갈비탕", (5, 16)),
)  # fmt: skip
_SOUPS: Final = (
    ("된장국", (5, 6)), ("미역국", (5, 16)), ("콩나물국", (5,)), ("근대국", (5, 6)), ("계란국", (1,)),
    ("육개장", (5, 6, 16)), ("어묵국", (1, 5, 6)),
)  # fmt: skip
_SIDES: Final = (
    ("시금치나물", (5,)), ("계란찜", (1,)), ("감자채볶음", ()), ("도토리묵무침", (5, 6)), ("새우볶음밥", (1, 5, 6, 9)),
    ("멸치볶음", (5,)), ("잡채", (5, 6, 10)), ("오이무침", (5,)),
)  # fmt: skip
_ORIGINS: Final = (
    "쌀: 국내산",
    "돼지고기: 국내산",
    "쇠고기: 호주산",
    "닭고기: 국내산",
    "배추김치(배추: 국내산, 고춧가루: 국내산)",
)


def menu(simulator: Simulator, day: date) -> DayMenu:
    """The invented menu of a day; the same day gives the same one."""
    pull = simulator.popularity(day)
    place = int(len(_MAINS) * (1 + math.erf(pull / math.sqrt(2))) / 2)
    number = day.toordinal()
    dishes = (
        ("쌀밥" if number % 3 else "흑미밥", ()),
        _SOUPS[number * 3 % len(_SOUPS)],
        _MAINS[min(place, len(_MAINS) - 1)],
        _SIDES[number * 5 % len(_SIDES)],
        ("배추김치" if number % 4 else "깍두기", (9,)),
    )
    served = tuple(Dish(name, frozenset(numbers)) for name, numbers in dishes)
    return DayMenu(day, served, _ORIGINS, kcal=780 + number % 17 * 10, simulated=True)


async def seed_menus(
    store: MenuStore, tenant: str, cafeteria: str, simulator: Simulator, plan: SlotPlan, today: date
) -> int:
    """How many open days around today got a menu; days that have one are left as they are."""
    first, last = today - timedelta(days=PAST_DAYS), today + timedelta(days=AHEAD_DAYS - today.weekday())
    known = {one.day for one in await store.days(tenant, cafeteria, first, last)}
    span = (first + timedelta(days=step) for step in range((last - first).days + 1))
    new = [menu(simulator, day) for day in span if plan.is_open(day) and day not in known]
    await store.put(tenant, cafeteria, new)
    return len(new)
