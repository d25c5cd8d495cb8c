"""What a kitchen types of a menu, taken apart: the day that it is for, the dishes, and nothing that is only said. Pure.

"내일 식단 올리려고요"          → 11/24, no dishes: they are asked for, and the day is kept
"보리밥, 된장찌개, 깍두기요"      → dishes, no day: it is asked for, unless it was said before
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.handlers import days
from bot.routes import tidy
from bot.sayings import normal
from occupancy.menus import spoken

_DAY: Final = (
    r"(?:\d{1,2}월 ?\d{1,2}일|\d{1,2}/\d{1,2}|오늘|내일|모레|글피"
    r"|(?:(?:이번|다음|다다음) ?주 ?)?[월화수목금토일](?:요일|욜))"
    r"(?: ?\([월화수목금토일]\))?"
)
_MEAL: Final = r"(?:점심|중식|저녁|석식|아침|조식)"
_OF: Final = r"(?: ?(?:거|것|건|꺼|식단표?|메뉴|급식)(?:로|으로)?)*"
_HEAD: Final = re.compile(
    rf"^\W*(?:(?:자|네|그럼|음|아)[ ,]+)*(?P<day>{_DAY})?(?:의|은|는|에는|에|엔)? ?(?P<meal>{_MEAL})?{_OF}"
    r"(?:은|는|을|를|이|가|에는|에|이요|요)?(?:\s*[:：]\s*|\s+|$)"
)
_DAY_ALONE: Final = re.compile(
    rf"\W*(?:(?:그게|그건|네|아) ?)?{_DAY}(?: ?{_MEAL})?{_OF}(?:이?요|입니다|이에요|예요|임|여|용)?\W*"
)
_INSTEAD: Final = re.compile(r"(?<!\S)(?:대신에?|말고|아니라|아니고|빼고)(?!\S)|→|->")
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Telling:
    """A day (with its meal, as `2026-11-24/저녁`) and dishes as they were said; either may be empty."""

    day: str
    dishes: str

    @property
    def dated(self) -> str:
        """The dishes as a menu of that day."""
        on, _, meal = self.day.partition("/")
        at = date.fromisoformat(on)
        return f"{at.year}-{at.month}-{at.day} {meal}: {self.dishes}".replace(" :", ":")


def bare(text: str) -> str:
    """A typed text without what is no dish; of several lines only the first may be an announcement."""
    first, mark, rest = text.partition("\n")
    return f"{spoken.without(first)}{mark}{rest}"


def told(text: str, today: date) -> Telling:
    """What a typed text tells; a day that no calendar holds is none."""
    said = normal(tidy(re.sub(r"\s*\n\s*", ", ", bare(text).strip())))
    found = _HEAD.match(said)
    on = _day(found["day"] or "", today) if found else ""
    on = on or _day(" ".join(re.findall(_DAY, tidy(text))[:1]), today)
    meal = (found["meal"] if found else "") or ""
    dishes = said[found.end() :] if found else said
    return Telling(f"{on}/{meal}" if on and meal else on, dishes.strip() if is_menu(dishes) else "")


def _day(said: str, today: date) -> str:
    try:
        found = days.days(said.replace("욜", "요일"), today) if said else None
    except days.NoSuchDayError:
        return ""
    return "" if found is None or found.week else found.day.isoformat()


def is_menu(dishes: str) -> bool:
    """Whether this may be dishes and nothing else."""
    parts = [part for part in re.split(r"[,\n、]", dishes) if part.strip()]
    if not parts or "?" in dishes or _INSTEAD.search(dishes) or any(map(spoken.is_speech, dishes.split())):
        return False
    return spoken.dishlike(parts)


def may_be_dishes(text: str) -> bool:
    """Whether a text may answer what is served: a list, or the name of a dish alone."""
    if "?" in text or len(text) > _LONGEST:
        return False
    rest = _HEAD.sub("", normal(bare(text)), count=1)
    return is_menu(rest) and (rest.count(",") > 0 or len(rest.split()) < 4 or spoken.all_dishes(rest))


def is_day(text: str) -> bool:
    """Whether a text is a day alone."""
    return _DAY_ALONE.fullmatch(tidy(text)) is not None
