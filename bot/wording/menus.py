"""Words of the menu: what is served, on which day, with allergens and origins; what was read from a sheet.

An allergen is told as the menu marks it; where the menu marks none, that is said, and never that there is none.
"""

from __future__ import annotations

from datetime import date

from bot.messenger import Button, Reply
from bot.wording import day, whom
from occupancy.menu import DayMenu, Dish

_LINE: tuple[Button, ...] = (Button("식당", "cafeteria"),)


def dish(one: Dish) -> str:
    """`제육볶음(5·6·10)`."""
    numbers = "·".join(map(str, sorted(one.allergens)))
    return f"{one.name}({numbers})" if numbers else one.name


def line(menu: DayMenu) -> str:
    """The day's lunch in one line, for 식당's answer and for posts: `쌀밥, 제육볶음(5·6·10), …`; why, when closed."""
    if menu.closed:
        return f"식단 없음({menu.closed})"
    return ", ".join(dish(one) for one in menu.dishes)


def none_yet(name: str, asked: date, contact: str) -> Reply:
    """No menu was entered for that day."""
    return Reply(
        f"{name} {day(asked)} 식단은 아직 등록되지 않았습니다.\n"
        f"배식 담당자나 관리자가 '식단 등록'으로 올립니다. 문의: {whom(contact)}",
        buttons=_LINE,
    )


def told(name: str, menu: DayMenu) -> Reply:
    """A day's menu."""
    return Reply(f"{name} {day(menu.day)}: {line(menu)}", buttons=_LINE)
