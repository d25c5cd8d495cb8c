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
_UNITED: Final = rf"{_NUMBER}\s*(?:[천백십]\s*여?\s*(?:조|억|만)?|여?\s*(?:조|억|만))\s*여?\s*"
_AMOUNT: Final = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?<!제)(?:(?>(?:{_UNITED}){{1,6}})(?:{_NUMBER}\s*여?\s*)?|{_NUMBER}\s*여?\s*)원"
    r"(?!칙|문|인|장|래|자력|격|점|천|도심|형)"
    r"|[₩￦]\s?(?P<sign>\d{1,3}(?:,\d{3})+|\d{3,15})(?!,?\d|\s*(?:[천백십]?[조억만]?)\s*원)"
    r"|(?<![가-힣])(?:일금|금)\s?(?P<spelt>[일이삼사오육칠팔구십백천만억조]{2,24})\s?원"
)
_FRACTION: Final = re.compile(r"[\d,]+\.\d+\s*여?\s*원")  # a price by the unit
_LOW: Final = re.compile(rf"(?<![\d,.])(?P<number>{_NUMBER})\s*(?P<unit>[천백십]?\s?[조억만]?)\s*[~∼〜]\s*$")
_LAST_UNIT: Final = re.compile(r"(?:[천백십]?\s*[조억만]|천)(?=\s*원)")
_BRACKET: Final = re.compile(r"\s?\([^()]{1,60}\)")
_SHARE: Final = re.compile(
    rf"(?:[국도시군구]비?|지방비|자부담|자담|보조|융자)\s*[:：]?\s*(?P<number>{_NUMBER})(?!\d|\s*[조억만천백십원%개곳명월년])"
)
_OF_MONEY: Final = re.compile(  # "국비 3억", said without 원
    r"(?:[국도시군구]비|지방비|자부담|사업비|예산|지원금|보조금|상금|한도|출연금|기금)\s*[:：(]?\s*(?:총|최대|약)?\s*"
    rf"(?P<sum>(?>{_NUMBER}\s*[천백십]?\s*[조억만](?:\s*{_NUMBER}\s*[천백십]?\s*[조억만]){{0,2}}))(?=$|[\s,.()/·])(?!\s*(?:여\s*)?(?:원|달러|불|엔|유로|위안|명|건|개|톤|[\d㎡]))"
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
    told = [one for sentence in sentences(text) for one in _told(sentence)]
    return told + list(_tables(text))


def _told(sentence: str) -> Iterator[Amount]:
    """The sums of a sentence; the low end of a range shares what the high end says ("2~3억 원")."""
    for found in _AMOUNT.finditer(sentence):
        low = _LOW.search(sentence, max(0, found.start() - 24), found.start())
        if low is not None:
            unit = low["unit"] or "".join(_LAST_UNIT.findall(found[0])[-1:])
            yield Amount(_won(low["number"] + unit), f"{low['number']}{unit}원", sentence)
        if not _FRACTION.match(found[0]):
            yield Amount(_of(found), found[0].strip(), sentence)
        yield from _shares(found, sentence)
    for found in _OF_MONEY.finditer(sentence):
        yield Amount(_won(found["sum"]), found["sum"].strip(), sentence)


def _shares(found: re.Match[str], sentence: str) -> Iterator[Amount]:
    """The bare figures in brackets behind a sum that make it up, in its unit: "1,250백만원(국비 625, 도비 625)".

    Shares that do not add up are left alone.
    """
    unit, bracket = "".join(_LAST_UNIT.findall(found[0])[-1:]), _BRACKET.match(sentence, found.end())
    shares = [share["number"] + unit for share in _SHARE.finditer(bracket[0])] if unit and bracket else []
    if sum(_won(share) for share in shares) == _of(found):
        yield from (Amount(_won(share), f"{share}원", sentence) for share in shares)


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
