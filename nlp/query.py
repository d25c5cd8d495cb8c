"""A question to the archive, taken apart: its period, whose documents, and the words that are left.

    "소상공인 중기부 이번 주" → words "소상공인", agencies {중소벤처기업부}, 11. 23.~11. 29.

An agency is known by the names that stand in the archive and by what the synonym table calls them, so it refuses no
agency that was ever read and invents none. What stands in quotation marks is looked for, never understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from nlp.periods import Period, read_period
from nlp.synonyms import Synonyms, key
from nlp.words import query_words

Level = Literal["central", "province", "city", "other"]

MAX_QUERY: Final = 300
_NOTE: Final = re.compile(r"\s*[(（][^()（）]*[)）]\s*")
_CENTRAL: Final = re.compile(r"(?:부|처|청|위원회|조정실|비서실|대통령실|감사원|국가정보원)$|^청와대$")
_PROVINCE: Final = re.compile(r"(?:특별시|광역시|통합특별시|특별자치시|특별자치도|도|도청|도교육청|시교육청)$")
_CITY: Final = re.compile(r"(?:[가-힣](?:시|군|구)(?:청)?|교육지원청)$")
_LOCAL_OFFICE: Final = re.compile(r"(?:시청|군청|구청|도청|교육청|교육지원청)$")
_LEVELS: Final[dict[str, Level]] = {
    "중앙": "central", "중앙부처": "central", "중앙정부": "central", "부처": "central", "정부부처": "central",
    "광역": "province", "시도": "province", "도": "province", "도청": "province", "광역자치단체": "province",
    "기초": "city", "시군": "city", "시군구": "city", "기초자치단체": "city",
}  # fmt: skip
_QUOTES: Final = re.compile(r'(["“”「『][^"“”「」『』]{1,100}["“”」』])')
_LONGEST_NAME: Final = 4  # words


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. No agencies, no levels, no period: any. `named` are the words that named the agencies."""

    words: str
    period: Period | None = None
    agencies: frozenset[str] = frozenset()
    levels: frozenset[Level] = frozenset()
    named: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether it asks for more than words."""
        return bool(self.period or self.agencies or self.levels)


def level_of(agency: str) -> Level:
    """Whose office it is, by its name: ministry, province, city (also county and district), or another body."""
    name = _NOTE.sub("", agency).strip()
    if _CITY.search(name) and not _PROVINCE.search(name):
        return "city"
    if _PROVINCE.search(name):
        return "province"
    return "central" if _CENTRAL.search(name) and not _LOCAL_OFFICE.search(name) else "other"


class Agencies:
    """The names under which agencies are asked for."""

    def __init__(self, synonyms: Synonyms) -> None:
        self._synonyms = synonyms
        self._names: set[str] = set()
        self._known: dict[str, set[str]] = {}

    def add(self, agencies: Iterable[str]) -> None:
        """Makes agencies known by their own and their other names."""
        for agency in set(agencies) - self._names:
            self._names.add(agency)
            plain = _NOTE.sub("", agency).strip()
            for name in {agency, plain, plain.rpartition(" ")[2], *self._synonyms.of(plain)}:
                if len(name) > 1 and (known := key(name)):
                    self._known.setdefault(known, set()).add(agency)

    def named(self, text: str) -> frozenset[str]:
        """The agencies of that name."""
        return frozenset(self._known.get(key(text), ()))


def read_query(text: str, today: date, agencies: Agencies) -> Query:
    """The question, understood; at most its first 300 characters."""
    dated = read_period(text[:MAX_QUERY], today)
    left: list[str] = []
    found: set[str] = set()
    levels: set[Level] = set()
    named: list[str] = []
    for part in _QUOTES.split(dated.words):
        if _QUOTES.fullmatch(part):
            left.append(part)
            continue
        words = part.split()
        while words:
            size, meant = _agency(words, agencies)
            level = _LEVELS.get("".join(query_words(words[0])))
            if meant:
                found |= meant
                named += words[:size]
            elif level:
                levels.add(level)
            else:
                left.append(words[0])
            words = words[size:]
    return Query(" ".join(left), dated.period, frozenset(found), frozenset(levels), " ".join(named))


def _agency(words: list[str], agencies: Agencies) -> tuple[int, frozenset[str]]:
    """How many of the first words name agencies, and which; one word and none where they don't."""
    for size in range(min(len(words), _LONGEST_NAME), 0, -1):
        meant = agencies.named(" ".join(words[:size]))
        if meant:
            return size, meant
    return 1, frozenset()
