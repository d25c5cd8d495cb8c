"""Sums of money in won, each with the sentence or table row it stands in: "3천만 원", "1억 2,000만원", "320,000천원".

A table's "(단위: 백만원)" holds for the bare figures of its rows, a head's "한도(만원)" for its column. Other
currencies, shares and counts are none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nlp.sentences import MAX_TEXT, lines, sentences

__all__ = ["Amount", "amounts"]

_NUMBER: Final = r"\d[\d,]{0,19}(?:\.\d{1,9})?"
_AMOUNT: Final = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?:{_NUMBER}\s*(?:[천백십]\s*)?여?\s*(?:조|억|만)?\s*여?\s*){{1,6}}원"
    r"(?!칙|인|장|래|자력|격|점|천|도심|형)"
    r"|[₩￦]\s?(?P<sign>\d{1,3}(?:,\d{3})+|\d{3,15})(?!,?\d|\s*(?:[천백십]?[조억만]?)\s*원)"
    r"|(?<![가-힣])(?:일금|금)\s?(?P<spelt>[일이삼사오육칠팔구십백천만억조]{2,24})\s?원"
)
_PART: Final = re.compile(rf"({_NUMBER})\s*([천백십])?\s*여?\s*(조|억|만)?")
_SPELT: Final = re.compile(r"([일이삼사오육칠팔구]?)([십백천])?")
_UNITS: Final = {"조": 10**12, "억": 10**8, "만": 10**4, "천": 1_000, "백": 100, "십": 10}
_TABLE: Final = re.compile(r"단위\s*[:：]?\s*(?:[가-힣]+\s*,\s*)?([천백십]?[조억만]?)\s*원")
_COLUMN: Final = re.compile(r"\(\s*([천백십]?[조억만]?)원\s*\)\s*$")
_CELL: Final = re.compile(r"[+\-△▲]?\s*(\d{1,3}(?:,\d{3})+|\d{1,12})(\.\d{1,6})?")
_YEAR: Final = re.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money in won, as written, with its sentence or row."""

    won: int
    text: str
    sentence: str


def amounts(text: str) -> list[Amount]:
    """Sums of money in won, in order, those of tables last; sums below ten thousand won (fares, prices) count too."""
    told = [
        Amount(_of(found), found[0].strip(), sentence)
        for sentence in sentences(text)
        for found in _AMOUNT.finditer(sentence)
    ]
    return told + list(_tables(text))


def _of(found: re.Match[str]) -> int:
    if found["spelt"]:
        return _spelt(found["spelt"])
    return _won(found["sign"] or found[0])


def _won(text: str) -> int:
    """The sum of its parts; what stands before 만, 억 or 조 counts as one ("1천5백만" is fifteen million)."""
    total = section = 0.0
    for number, small, unit in _PART.findall(text):
        section += float(number.replace(",", "")) * _UNITS.get(small, 1)
        if unit:
            total, section = total + section * _UNITS[unit], 0.0
    return round(total + section)


def _spelt(text: str) -> int:
    """A sum in words: "이천삼백만" is 23,000,000."""
    total = section = 0
    for piece, unit in re.findall(r"([일이삼사오육칠팔구십백천]*)([만억조]?)", text):
        for digit, small in _SPELT.findall(piece):
            section += ("일이삼사오육칠팔구".index(digit) + 1 if digit else bool(small)) * _UNITS.get(small, 1)
        if unit:
            total, section = total + max(section, 1) * _UNITS[unit], 0
    return total + section


def _tables(text: str) -> Iterator[Amount]:
    """The bare figures of the rows below a unit, or of a column whose head names one, until the rows end."""
    unit, inside = None, False
    head: list[str | None] = []
    for line in text[:MAX_TEXT].splitlines():
        named, cells = _TABLE.search(line), _cells(line)
        columns = [found[1] if (found := _COLUMN.search(cell)) else None for cell in cells]
        if named is not None:
            unit, inside = named[1], False
        elif len(cells) > 1 and any(one is not None for one in columns):
            head = columns
        elif len(cells) > 1 and len(cells) == len(head):
            yield from _row(line, cells, head)
        elif unit is not None and len(cells) > 1:
            inside = True
            yield from _row(line, cells, [unit] * len(cells))
        elif inside or head:
            unit, inside, head = None if inside else unit, False, []


def _cells(line: str) -> list[str]:
    return [cell for part in re.split(r"[|\t]", line) if (cell := part.strip())]


def _row(line: str, cells: list[str], units: Sequence[str | None]) -> Iterator[Amount]:
    figures = [
        (found, unit)
        for cell, unit in zip(cells, units, strict=True)
        if unit is not None and (found := _CELL.fullmatch(cell))
    ]
    if all(_YEAR.fullmatch(found[0]) for found, _ in figures):
        return
    told = " ".join(lines(line))
    for found, unit in figures:
        number = float(found[1].replace(",", "") + (found[2] or ""))
        yield Amount(round(number * math.prod(_UNITS[letter] for letter in unit)), f"{found[0]}{unit}원", told)
