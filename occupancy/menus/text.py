"""A menu as somebody writes or pastes it: `월: 쌀밥, 된장국 / 화: …`, a heading a day, `내일 점심 비빔밥`. Pure.

    text → pieces, each begun by a day (or a meal of the same day) → cells → days

What stands before the first day tells which week is meant; greetings and footnotes are no dishes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from occupancy.menu import DayMenu, Dish, Meal, Reading
from occupancy.menus import cells
from occupancy.menus.dates import Context, Hint, context, hint, relative, relative_words, resolve
from occupancy.menus.words import closed, label, meal_of

LONGEST: Final = 20_000
_DATE: Final = (
    r"(?:(?:20\d\d|\d\d)\s*[년./-]\s*)?\d{1,2}\s*(?:월|[./-])\s*\d{1,2}(?!\d|\s*(?:주(?![메요찬류간])|째|번째))\s*일?\.?\s*(?:[(\[]\s*[월화수목금토일](?:요일)?\s*[)\]]|[월화수목금토일](?:요일|(?![가-힣])))?"
    r"|\d{1,2}\s*일?\s*[(\[]\s*[월화수목금토일](?:요일)?\s*[)\]]|[월화수목금토일](?:요일)?\s*[(\[]\s*(?:\d{1,2}\s*[./월]\s*)?\d{1,2}\s*일?\s*[)\]]"
)
_WEEKDAY: Final = r"[월화수목금토일]요일|[(\[<][월화수목금토일](?:요일)?[)\]>]|[월화수목금토일](?=\s*[:：=\-–)>])"
_RELATIVE: Final = "|".join(relative_words())
_MEAL: Final = r"(?:조식|중식|석식|아침|점심|저녁|오찬|만찬)"
_START: Final = re.compile(
    rf"(?:(?<=^)|(?<=[/|;]))[\s\-–•·▶■□●○◆◇★☆※*【\[<#]*(?P<day>{_DATE}|{_WEEKDAY}|(?:{_RELATIVE})(?![가-힣]{{3}}))\s*[】\]>)]?"
    rf"(?:\s*오늘의)?(?P<meal>\s*[(\[]?\s*{_MEAL}\s*[)\]]?)?\s*(?:메뉴|식단)?(?:은|는|에는|엔)?\s*(?:[:：=–>]|-(?!\d))?[\s]*",
    re.MULTILINE,
)
_OF_MEAL: Final = re.compile(
    rf"(?:(?<=^)|(?<=[/|;]))[\s\-–•·▶■□●○◆◇★☆*【\[<(]*(?P<meal>{_MEAL})\s*[】\]>)]?"
    rf"(?:\s*\([^)]*\))?\s*(?:메뉴|식단)?(?:은|는)?\s*[:：=–\-]?[ \t]*",
    re.MULTILINE,
)
_CORNER: Final = re.compile(r"^\s*[\[【<(■□◆▶●○]*\s*([가-힣A-Za-z0-9 ]{1,12}?)\s*(?:[\]】>)]\s*[:：\-]?|[:：])\s*")
_AND: Final = re.compile(r"(?<=[가-힣)])(?:이랑|하고)\s+|(?<=[가-힣])랑\s+")
_SAID: Final = re.compile(r"\s*(?:입니다|이에요|예요|이예요|나옵니다|나와요|이 나옵니다|드립니다)[\s.!~^]*$")


@dataclass(frozen=True, slots=True)
class _Piece:
    """The words that belong to one day (and meal, where it is named)."""

    day: date
    meal: Meal | None
    body: str


def read(text: str, today: date) -> Reading:
    """The days of a text; empty where it names none or nothing is said of them."""
    text = re.sub(r"[^\S\n]+", " ", text[:LONGEST].replace("\r\n", "\n"))
    text = re.sub(r" ?\n(?: ?\n)+", "\n\n", text)  # long gaps would be tried at each of their places
    days: dict[date, DayMenu] = {}
    foot: list[str] = []
    for piece in _pieces(text, today):
        menu = _menu(piece, foot)
        if menu.served or menu.closed:
            days[piece.day] = _joined(days[piece.day], menu) if piece.day in days else menu
    shared = tuple(dict.fromkeys(foot))
    found = (replace(one, origins=tuple(dict.fromkeys((*one.origins, *shared)))) for one in days.values())
    return Reading(tuple(sorted(found, key=lambda one: one.day)))


def _pieces(text: str, today: date) -> Iterator[_Piece]:
    text = re.sub(
        r"(?:이번|다음|금|차)\s*주\s*(?:식단|메뉴)\S*\s*[:：]\s*", lambda found: found[0].rstrip(" :：") + "\n", text
    )
    text = re.sub(rf"(?m)^(?!\s*[-•·])([^\n/|;]{{0,40}}?)\s+(?=(?:{_DATE})\s*[:：])", r"\1\n", text)
    starts = [one for one in _START.finditer(text) if _is_day(one)]
    if not starts:
        return
    known = context([text[: starts[0].start()]], today)
    before: date | None = None
    for number, start in enumerate(starts):
        day = _day(start["day"], known, before, today)
        end = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        if day is None:
            continue
        before = day
        yield from _meals(day, meal_of(start["meal"] or ""), text[start.end() : end])


def _is_day(start: re.Match[str]) -> bool:
    """Whether a piece begins here: figures within a line (`557.2/20.8`) are a day only before a colon."""
    word = start["day"].strip()
    if word not in set(relative_words()) and hint(word.strip(" [](){}<>")) is None:
        return False
    within = start.start() > 0 and start.string[start.start() - 1] in "/|;"
    return not within or not re.fullmatch(r"[\d./\s-]+", word) or start[0].rstrip()[-1:] in ":："


def _day(word: str, known: Context, before: date | None, today: date) -> date | None:
    told = relative(word.strip(), today)
    if told:
        return told
    found = hint(word.strip(" [](){}<>"))
    if found is None:
        return None
    same = found if found.month is None else replace(found, weekday=found.weekday)
    return resolve([same], known, today, _previous(found, before)).days[0]


def _previous(found: Hint, before: date | None) -> date | None:
    """A heading may come again for another meal: the day itself is no earlier one."""
    if before is None or found.month is not None:
        return None
    return date.fromordinal(before.toordinal() - 1)


def _meals(day: date, meal: Meal | None, body: str) -> Iterator[_Piece]:
    marks = list(_OF_MEAL.finditer(body))
    head = body[: marks[0].start()] if marks else body
    if head.strip(" /|;\n") or not marks:
        yield _Piece(day, meal, head)
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(body)
        yield _Piece(day, meal_of(mark["meal"]), body[mark.end() : end])


def _menu(piece: _Piece, foot: list[str]) -> DayMenu:
    """A piece's lines; after an empty line or a footnote only origins still count."""
    dishes: list[Dish] = []
    origins: list[str] = []
    corner, shut, kcal, over = "", "", None, False
    for raw in piece.body.strip(" /|;\n").split("\n"):
        line = raw.strip(" /|;")
        if not line:
            over = bool(dishes)
            continue
        told = cells.origins(line)
        if told and (cells.is_remark(line) or "원산지" in line or cells.is_all_origin(line)):
            foot += told
            continue
        if cells.is_remark(line) and not _SAID.search(line):
            over = over or bool(dishes)
            continue
        if over and not _listed(raw):
            continue
        corner, line = _corner(line, corner)
        cell = cells.read(_AND.sub(", ", _SAID.sub("", line)))
        shut = shut or cell.closed
        kcal = cell.kcal or kcal
        origins += cell.origins
        dishes += [replace(one, corner=corner, meal=piece.meal or Meal.LUNCH) for one in cell.dishes]
    return DayMenu(piece.day, tuple(dict.fromkeys(dishes)), tuple(origins), "" if dishes else shut, kcal)


def _listed(line: str) -> bool:
    """A line that goes on with the menu after an empty one: a bullet, or a corner."""
    return bool(re.match(r"\s*[-•·*\[【]", line))


def _corner(line: str, corner: str) -> tuple[str, str]:
    """A corner at a line's head (`[한식]`, `A코너:`), and what is left of the line."""
    found = _CORNER.match(line)
    if not found or closed(found[1]) or re.fullmatch(r"[\d.,\s]+", found[1]):
        return corner, line
    if line[found.end() :].strip() == "" and line.lstrip()[:1] not in "[【<(■□◆▶●○":
        return corner, line
    told = label(found[1])
    return told.corner, line[found.end() :]


def _joined(one: DayMenu, other: DayMenu) -> DayMenu:
    served = tuple(dict.fromkeys((*one.served, *other.served)))
    return replace(
        one, served=served, origins=tuple(dict.fromkeys((*one.origins, *other.origins))),
        closed="" if served else one.closed or other.closed, kcal=one.kcal or other.kcal,
    )  # fmt: skip
