"""Corrections of a menu as kitchens write them: `화요일 국을 미역국으로`, `수요일 제육 빼줘`. Pure.

text → day, meal → one of: exchange, take out, add, close, allergens, the whole day → applied to days, or why not
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from typing import Final

from occupancy import allergens
from occupancy.menu import DayMenu, Dish, Meal, normal
from occupancy.menus import cells, spoken
from occupancy.menus.words import closed, meal_of


class Does(Enum):
    """What a correction does to a day."""

    EXCHANGE = "exchange"
    REMOVE = "remove"
    ADD = "add"
    CLOSE = "close"
    MARK = "mark"
    WHOLE = "whole"


class Unclear(Enum):
    """Why a correction can't be applied as it stands."""

    DAY = "day"
    """No day of the menu is meant, or several are."""
    DISH = "dish"
    """The day has no such dish."""
    SEVERAL = "several"
    """The day has several dishes of that name."""


@dataclass(frozen=True, slots=True)
class When:
    """The day as it was said: a weekday, a date, or a step from today."""

    weekday: int | None = None
    month: int | None = None
    day: int | None = None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """One correction. `old` is what it is about as it was said, `dishes` what comes; `more`: numbers are added."""

    does: Does
    when: When | None = None
    meal: Meal | None = None
    old: str = ""
    dishes: tuple[Dish, ...] = ()
    reason: str = ""
    numbers: frozenset[int] = frozenset()
    more: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """The days after a correction and the one it changed; or why it could not be applied, with the names to choose."""

    days: tuple[DayMenu, ...]
    changed: date | None = None
    unclear: Unclear | None = None
    names: tuple[str, ...] = ()
    on: date | None = None


_WEEKDAYS: Final = "월화수목금토일"
_STEPS: Final = {"오늘": 0, "금일": 0, "내일": 1, "모레": 2}
_DAY: Final = re.compile(
    r"^(?:(?:20\d\d[년.\-/]\s?)?(?P<month>\d{1,2})(?:월\s?|[./-]\s?)(?P<day>\d{1,2})일?\.?|(?P<only>\d{1,2})일"
    r"|(?P<weekday>[월화수목금토일])(?:요일|욜|(?=[\s:은엔에]))|(?P<step>오늘|금일|내일|모레))"
    r"(?:\s?\([월화수목금토일](?:요일)?\))?(?:에는|에서|에|엔|의|은|는|날)?\s*[:,]?\s*"
)
_MEAL: Final = re.compile(r"^(조식|중식|석식|아침|점심|저녁)(?:에는|에서|에|엔|의|은|는)?\s*")
_HEAD: Final = re.compile(r"^(?:메뉴|식단)(?:에서|에|의|은|는|중에?)?\s*")
_END: Final = re.compile(
    r"\s*(?:해|시켜)?\s*(?:주세요|주십시오|주시겠어요|주실래요|주시길|주시기 바랍니다|바랍니다"
    r"|부탁드립니다|부탁해요|부탁"
    r"|줘요|줘|요|해요|합니다|해|됩니다|됐어요|됐습니다|할게요|하겠습니다)?[\s.!~]*$"
)
_CHANGE: Final = r"바꿔|바꾸|변경|수정|교체|고쳐|고치|대체|정정"
_ARROW: Final = re.compile(r"^(?P<old>.+?)\s*(?:→|->|=>|⇒|>)\s*(?P<new>.+)$")
_INSTEAD: Final = re.compile(
    rf"^(?P<old>.+?)(?:이|가)?\s*(?:아니라|아니고|말고|대신에?)\s*(?P<new>.+?)"
    rf"(?:(?:으로|로)?\s*(?:{_CHANGE}).*|으로|로|입니다|이에요|예요)?$"
)
_EXCHANGE: Final = re.compile(
    rf"^(?P<old>.+?)\s+(?P<new>\S.*?)(?:으로|로)\s*(?:{_CHANGE}|나갑니다|나가요|합니다)?.{{0,4}}$"
)
_REMOVE: Final = re.compile(r"^(?P<old>.+?)\s*(?:빼|삭제|제외|지워|지우|없애|빠져|빠집|빠졌|안\s?나|취소)\S{0,6}$")
_ADD: Final = re.compile(r"^(?P<new>.+?)\s*(?:추가|넣어|넣기|더해|포함)\S{0,6}$")
_MARK: Final = re.compile(
    r"^(?P<old>.+?)(?:의|에)?\s*(?:알레르기|알러지|알레르겐)\s?(?:번호|표시|정보)?(?:는|를|에|은|을)?\s*"
    r"(?P<numbers>[\d가-힣.,·\s]+?)(?:번)?\s*(?P<more>추가|넣어)?(?:으로|로)?\s*(?:입니다|이에요|예요|임)?$"
)
_HOLDS: Final = re.compile(
    r"^(?P<old>(?!(?:저|제가|저는|나|난|나는|내가|전|전에는)\s)\S.{0,24}?)(?:에는|에도|에|엔|은|는|의)?\s*[:,]?\s+"
    r"(?P<numbers>\S.*?)\s*"
    r"(?P<held>(?:들어가|들어갑|들어갔|들었|들어 ?있|있|포함|씁|써|넣)\S{0,6}|입니다|이에요|예요|이?요|임)?$"
)
_SHORTENED: Final = re.compile(r"[가-힣]{2,6}?(?:에는|에도|에|엔)\s")
"""A dish as the kitchen calls it: `제육에 …`."""
_NO_DISH: Final = re.compile(
    r"(?:오늘|내일|모레|어제|이번|여기|거기|저기|이거|그거|이것|그것|점심|저녁|아침|중식|석식|조식|메뉴|식단|음식|반찬|요리|급식|식당|재료"
    r"|우리|저희|전부|모두|다른\S*|나머지|[월화수목금토일]요일).*"
)
_PEOPLE: Final = re.compile(r"\d+\s*(?:명|분|인분|식)")
_OBJECT: Final = re.compile(r"(?<=[가-힣])(?:을|를|은|는|이|가|도)$")
_SOUP: Final = re.compile(r"(?:국|찌개|탕|전골|개장|국물|짬뽕|스프|수프)$")
_COURSES: Final = {
    "국": _SOUP, "찌개": _SOUP, "탕": _SOUP, "국물": _SOUP, "밥": re.compile(r"(?:밥|죽|라이스)$"),
    "김치": re.compile(r"김치|깍두기|겉절이"),
}  # fmt: skip


def read(text: str) -> Fix | None:
    """The correction that a text is; None for any other."""
    body = " ".join(text.split()).strip(" .!~")
    if not body or len(body) > 200 or "?" in body:
        return None
    when, body = _when(body)
    meal, body = _meal(body)
    body = _HEAD.sub("", body)
    reason = closed(body)
    if reason and when is not None:
        return Fix(Does.CLOSE, when, meal, reason=reason)
    if _PEOPLE.search(body):
        return None  # guests, not dishes
    found = _holding(body) or _said(_END.sub("", body))
    found = found or (_whole(body) if when is not None or _lists(body) else None)
    return replace(found, when=when, meal=meal) if found else None


def _when(body: str) -> tuple[When | None, str]:
    found = _DAY.match(body)
    if not found:
        return None, body
    rest = body[found.end() :]
    if found["month"]:
        return When(month=int(found["month"]), day=int(found["day"])), rest
    if found["only"]:
        return When(day=int(found["only"])), rest
    if found["weekday"]:
        return When(weekday=_WEEKDAYS.index(found["weekday"])), rest
    return When(step=_STEPS[found["step"]]), rest


def _meal(body: str) -> tuple[Meal | None, str]:
    found = _MEAL.match(body)
    return (meal_of(found[1]), body[found.end() :]) if found else (None, body)


def _said(body: str) -> Fix | None:
    marked = _MARK.match(body)
    if marked and (numbers := allergens.numbers_in(marked["numbers"])):
        return Fix(Does.MARK, old=marked["old"].strip(), numbers=numbers, more=bool(marked["more"]))
    for pattern in (_ARROW, _INSTEAD):
        found = pattern.match(body)
        if found and (dishes := _dishes(found["new"])):
            return Fix(Does.EXCHANGE, old=found["old"].strip(), dishes=dishes)
    gone = _REMOVE.match(body)
    if gone:
        return Fix(Does.REMOVE, old=gone["old"].strip())
    added = _ADD.match(body)
    if added and (dishes := _dishes(_bare(added["new"]))):
        return Fix(Does.ADD, dishes=dishes)
    found = _EXCHANGE.match(body)
    if found and (dishes := _dishes(found["new"])):
        return Fix(Does.EXCHANGE, old=found["old"].strip(), dishes=dishes)
    return None


def _holding(body: str) -> Fix | None:
    """What a dish holds, told in plain words: `제육볶음엔 돼지고기 대두 밀 들어가요`."""
    found = _HOLDS.match(body)
    if found is None or not found["held"]:
        return None
    words = re.split(r"[\s,·ㆍ/]+", found["numbers"])
    words = [word for word in words if word and word not in {"하고", "및", "와", "과", "도", "알레르기"}]
    old = found["old"].strip()
    if not words or not all(map(allergens.numbers_in, words)):
        return None
    if not cells.ends_as_dish(old) and not (_SHORTENED.match(body) and not _NO_DISH.fullmatch(old)):
        return None
    more = any(word.endswith("도") for word in words)
    return Fix(Does.MARK, old=old, numbers=allergens.numbers_in(" ".join(words)), more=more)


def _lists(body: str) -> bool:
    """Whether a text is dishes and nothing else."""
    row = body.count(" ") > 1 and spoken.all_dishes(spoken.without(body))
    return row or (body.count(",") > 0 and not any(map(spoken.is_speech, body.split())))


def _whole(body: str) -> Fix | None:
    dishes = _dishes(spoken.without(body))
    return Fix(Does.WHOLE, dishes=dishes) if len(dishes) > 1 else None


def _bare(name: str) -> str:
    """A new name without 을 or 를, where its last sound asks for just that particle."""
    name = name.strip()
    if len(name) > 2 and name[-1] in "을를" and "가" <= name[-2] <= "힣":
        consonant = (ord(name[-2]) - 0xAC00) % 28 != 0
        return name[:-1] if consonant == (name[-1] == "을") else name
    return name


def _dishes(text: str) -> tuple[Dish, ...]:
    return tuple(cells.read(text).dishes)


# --- applying


def apply(fix: Fix, days: Sequence[DayMenu], today: date) -> Applied:
    """The days after the correction, or what stands in its way."""
    kept = tuple(days)
    target = _target(fix, kept, today)
    if target is None:
        return Applied(kept, unclear=Unclear.DAY)
    menu = next((one for one in kept if one.day == target), DayMenu(target))
    after, unclear, names = _applied(fix, menu)
    if unclear is not None:
        return Applied(kept, unclear=unclear, names=names, on=target)
    others = [one for one in kept if one.day != target]
    return Applied(tuple(sorted([*others, after], key=lambda one: one.day)), target)


def _target(fix: Fix, days: Sequence[DayMenu], today: date) -> date | None:
    known = [one.day for one in days]
    when = fix.when
    if when is None:
        if fix.old:
            having = [one.day for one in days if _matching(one, fix.old, fix.meal)]
            if len(having) == 1:
                return having[0]
        return known[0] if len(known) == 1 else None
    fitting = [day for day in known if _fits(when, day, today)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        return min((day for day in fitting if day >= today), default=None)
    return _new_day(when, known, today)


def _fits(when: When, day: date, today: date) -> bool:
    if when.step is not None:
        return day == today + timedelta(days=when.step)
    if when.weekday is not None:
        return day.weekday() == when.weekday
    return day.day == when.day and when.month in {None, day.month}


def _new_day(when: When, known: Sequence[date], today: date) -> date | None:
    """A day that the menu does not have yet: in the week of its days, or near them."""
    around = known[0] if known else today
    candidates = [around + timedelta(days=step) for step in range(-6, 21)]
    if when.weekday is not None:
        monday = around - timedelta(days=around.weekday())
        return monday + timedelta(days=when.weekday)
    return next((day for day in candidates if _fits(when, day, today)), None)


def _applied(fix: Fix, menu: DayMenu) -> tuple[DayMenu, Unclear | None, tuple[str, ...]]:
    if fix.does is Does.CLOSE:
        left = tuple(one for one in menu.served if fix.meal is not None and one.meal is not fix.meal)
        return replace(menu, served=left, closed="" if left else fix.reason), None, ()
    if fix.does in {Does.ADD, Does.WHOLE}:
        return _with(fix, menu), None, ()
    found = _matching(menu, fix.old, fix.meal)
    if not found:
        return menu, Unclear.DISH, tuple(one.name for one in menu.served)
    if len(found) > 1:
        return menu, Unclear.SEVERAL, tuple(" ".join(filter(None, (one.corner, one.name))) for one in found)
    return _exchanged(fix, menu, found[0]), None, ()


def _with(fix: Fix, menu: DayMenu) -> DayMenu:
    meal = fix.meal or (menu.dishes[0].meal if menu.dishes else Meal.LUNCH)
    corner = next((one.corner for one in reversed(menu.served) if one.meal is meal), "")
    if fix.does is Does.WHOLE:
        others = tuple(one for one in menu.served if one.meal is not meal)
        return replace(menu, served=(*(replace(one, meal=meal) for one in fix.dishes), *others), closed="")
    known = {(one.meal, normal(one.name)) for one in menu.served}
    new = [replace(one, meal=meal, corner=corner) for one in fix.dishes if (meal, normal(one.name)) not in known]
    return replace(menu, served=(*menu.served, *new), closed="")


def _exchanged(fix: Fix, menu: DayMenu, dish: Dish) -> DayMenu:
    if fix.does is Does.REMOVE:
        new: tuple[Dish, ...] = ()
    elif fix.does is Does.MARK:
        new = (replace(dish, allergens=fix.numbers | (dish.allergens if fix.more else frozenset())),)
    else:
        new = tuple(replace(one, meal=dish.meal, corner=dish.corner) for one in fix.dishes)
    served = tuple(each for one in menu.served for each in (new if one is dish else (one,)))
    return replace(menu, served=tuple(dict.fromkeys(served)))


def _matching(menu: DayMenu, said: str, meal: Meal | None) -> list[Dish]:
    """The dishes that a name or a course means: the very name first, then its end, then a part of it."""
    pool = [one for one in menu.served if meal is None or one.meal is meal]
    for word in dict.fromkeys((said, _OBJECT.sub("", said))):
        corner, _, rest = word.rpartition(" ")
        for name, among in (
            (word, pool),
            (rest, [one for one in pool if corner and normal(corner) == normal(one.corner)]),
        ):
            found = _named(among, name)
            if found:
                return found
    return []


def _named(pool: Sequence[Dish], word: str) -> list[Dish]:
    key = normal(word)
    if not key:
        return []
    exact = [one for one in pool if normal(one.name) == key]
    if exact:
        return exact
    course = _COURSES.get(key)
    if course is not None:
        return [one for one in pool if course.search(normal(one.name))]
    ending = [one for one in pool if normal(one.name).endswith(key)]
    if ending or len(key) < 2:
        return ending
    return [one for one in pool if key in normal(one.name)]
