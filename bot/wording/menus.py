"""Words of the menu: what is served, on which day, with its allergens and origins.

An allergen is told as the menu marks it; where the menu marks none, that is said, and never that there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.messenger import Button, Reply
from bot.wording import day, particle, short, whom
from occupancy.allergens import NAMES
from occupancy.menu import DayMenu, Dish, Meal

MEALS = {Meal.BREAKFAST: "아침", Meal.LUNCH: "점심", Meal.DINNER: "저녁"}
_LONGEST_ORIGINS = 160
_BUTTONS: tuple[Button, ...] = (Button("식당", "cafeteria"), Button("이번 주 식단", "menu:week"))


def dish(one: Dish) -> str:
    """`제육볶음(5·6·10)`."""
    numbers = "·".join(map(str, sorted(one.allergens)))
    return f"{one.name}({numbers})" if numbers else one.name


def line(menu: DayMenu) -> str:
    """The day's lunch in one line, for 식당's answer and for posts: `쌀밥, 제육볶음(5·6·10), …`; why, when closed."""
    if menu.closed:
        return f"식단 없음({menu.closed})"
    return ", ".join(dish(one) for one in menu.dishes)


def named(numbers: frozenset[int] | set[int]) -> str:
    """`5 대두 · 6 밀`."""
    return " · ".join(f"{number} {NAMES[number]}" for number in sorted(numbers))


def _served(dishes: Sequence[Dish]) -> str:
    """Dishes in a line; those of several corners each after its name."""
    corners = tuple(dict.fromkeys(one.corner for one in dishes))
    if corners in {(), ("",)}:
        return ", ".join(map(dish, dishes))
    parts = ((corner, ", ".join(dish(one) for one in dishes if one.corner == corner)) for corner in corners)
    return " / ".join(f"[{corner}] {told}" if corner else told for corner, told in parts)


def told(name: str, menu: DayMenu, own: frozenset[int] = frozenset()) -> str:
    """A day's menu; dishes with one of the asker's `own` allergens come first, and that none can be told."""
    head = f"{name} {day(menu.day)}"
    if menu.simulated and "예시" not in name:
        head += "(예시)"
    if menu.closed:
        return f"{head}에는 식단이 없습니다: {menu.closed}"
    lines = []
    meals = [meal for meal in Meal if menu.of(meal)]
    for meal in sorted(meals, key=lambda each: each is not Meal.LUNCH):
        kcal = f"({menu.kcal}kcal)" if menu.kcal and meal is Meal.LUNCH else ""
        lines.append(f"{MEALS[meal]}{kcal}: {_served(menu.of(meal))}")
    lines[0] = f"{head} {lines[0]}"
    if own:
        lines[:0] = careful(menu, own)
    numbers = frozenset(number for one in menu.served for number in one.allergens)
    lines.append(f"알레르기: {named(numbers)}" if numbers else "알레르기 표시는 식단표에 없습니다.")
    if menu.origins:
        lines.append(short("원산지: " + ", ".join(menu.origins), _LONGEST_ORIGINS))
    return "\n".join(lines)


def careful(menu: DayMenu, own: frozenset[int]) -> list[str]:
    """The line for a reader with these allergens, for 식당's answer too: `주의: 새우볶음밥(새우)`; or no line."""
    if not own or not menu.served:
        return []
    if not menu.marked:
        return ["식단표에 알레르기 표시가 없어, 적어 두신 알레르기는 확인할 수 없습니다."]
    found = [one for one in menu.served if one.allergens & own]
    parts = (f"{one.name}({'·'.join(NAMES[each] for each in sorted(one.allergens & own))})" for one in found)
    return ["주의: " + ", ".join(dict.fromkeys(parts))] if found else []


def contains(menu: DayMenu, numbers: frozenset[int]) -> str:
    """Whether the menu marks one of these allergens, first of all; what is not marked is never called free of it."""
    what = "·".join(NAMES[each] for each in sorted(numbers))
    if not menu.marked:
        unknown = f"{particle(what, '이', '가')} 들어가는지 알 수 없습니다"
        return f"식단표에 알레르기 표시가 없어 {unknown}. 식당에 물어봐 주십시오."
    found = [one for one in menu.served if one.allergens & numbers]
    if found:
        parts = (f"{one.name}({'·'.join(NAMES[each] for each in sorted(one.allergens & numbers))})" for one in found)
        return f"네, 들어간다고 표시되어 있습니다: {', '.join(dict.fromkeys(parts))}."
    return f"{what} 표시가 있는 음식은 없습니다. 조금이라도 안 되는 분은 식당에 한 번 더 물어봐 주십시오."


def day_reply(texts: Sequence[str]) -> Reply:
    """The menus of a day, one a cafeteria."""
    return Reply("\n\n".join(texts), buttons=_BUTTONS)


def none_yet(name: str, asked: date, contact: str, *, week: bool = False) -> str:
    """No menu was entered for that day."""
    when = f"{day(asked)} 주" if week else day(asked)
    return (
        f"{name} {when} 식단은 아직 등록되지 않았습니다.\n"
        f"배식 담당자나 관리자가 '식단 등록'으로 올립니다. 문의: {whom(contact)}"
    )


def shut(name: str, asked: date) -> str:
    """A day on which nothing is served, by the calendar."""
    return f"{name} {day(asked)}에는 쉽니다."


def week(name: str, menus: Sequence[DayMenu], missing: Sequence[date]) -> str:
    """A week's menus, a line a day; names alone, for a day's answer has the rest."""
    rows = [f"{day(one.day)} {one.closed or ', '.join(each.name for each in one.dishes)}" for one in menus]
    simulated = any(one.simulated for one in menus) and "예시" not in name
    more = f"알레르기와 원산지는 '{_example(menus)} 식단'으로 보실 수 있습니다."
    lines = [f"{name} 식단{'(예시)' if simulated else ''}입니다. {more}", *rows]
    if missing:
        lines.append(f"아직 등록되지 않은 날: {', '.join(map(day, missing))}")
    return "\n".join(lines)


def _example(menus: Sequence[DayMenu]) -> str:
    first = menus[0].day
    return f"{first.month}월 {first.day}일"


def week_reply(texts: Sequence[str]) -> Reply:
    """The menus of a week, one a cafeteria."""
    return Reply("\n\n".join(texts), buttons=(Button("식당", "cafeteria"), Button("다음 주 식단", "menu:next")))


def no_such_day() -> Reply:
    """A date that is none."""
    return Reply("달력에 없는 날짜입니다. '12월 3일 식단'처럼 다시 써 주십시오.")


def which_allergen() -> Reply:
    """No allergen was named."""
    rows = " · ".join(f"{number} {name}" for number, name in NAMES.items())
    return Reply(
        f"어느 알레르기를 찾을까요? '알레르기 새우'처럼 써 주십시오.\n식단표의 번호: {rows}",
    )


def with_allergens(
    numbers: frozenset[int], found: Sequence[tuple[date, Sequence[Dish]]], last: date | None, unmarked: Sequence[date]
) -> Reply:
    """The days on which dishes are marked with these allergens, as far as menus are known."""
    what = "·".join(NAMES[one] for one in sorted(numbers))
    if last is None:
        return Reply(f"{what}: 앞으로의 식단이 아직 등록되지 않아 알 수 없습니다.")
    rows = [f"{day(on)} {', '.join(map(dish, dishes))}" for on, dishes in found]
    if rows:
        head = f"{what} 표시가 있는 음식입니다({day(last)}까지 등록된 식단)."
    else:
        head = f"{day(last)}까지 등록된 식단에는 {what} 표시가 있는 음식이 없습니다."
    if unmarked:
        rows.append(f"알레르기 표시가 없어 알 수 없는 날: {', '.join(map(day, unmarked[:10]))}")
    rows.append("식단표에 적힌 표시만 봅니다. 같은 조리실에서 섞일 수 있는 것은 배식 담당자에게 물어 주십시오.")
    return Reply("\n".join([head, *rows[:14]]))
