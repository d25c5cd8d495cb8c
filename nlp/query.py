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
from nlp.words import query_words, similar

Level = Literal["central", "province", "city", "other"]

MAX_QUERY: Final = 300
_NOTE: Final = re.compile(r"\s*[(（][^()（）]*[)）]\s*")
_CENTRAL: Final = re.compile(r"(?:부|처|청|위원회|조정실|비서실|대통령실|감사원|국가정보원)$|^청와대$")
_PROVINCE: Final = re.compile(r"(?:특별시|광역시|통합특별시|특별자치시|특별자치도|도|도청|도교육청|시교육청)$")
_CITY: Final = re.compile(r"(?:[가-힣](?:시|군|구)(?:청)?|교육지원청)$")
_LOCAL_OFFICE: Final = re.compile(r"(?:시청|군청|구청|도청|교육청|교육지원청)$")
_LEVELS: Final[dict[str, str]] = {
    "지자체": "province city", "지방자치단체": "province city", "지방정부": "province city",
    "중앙": "central", "중앙부처": "central", "중앙정부": "central", "부처": "central", "정부부처": "central",
    "광역": "province", "시도": "province", "도": "province", "도청": "province", "광역자치단체": "province",
    "기초": "city", "시군": "city", "시군구": "city", "기초자치단체": "city",
}  # fmt: skip
_QUOTES: Final = re.compile(r'(["“”「『][^"“”「」『』]{1,100}["“”」』])')
_LONGEST_NAME: Final = 4  # words
_MISTYPED: Final = 5  # letters
_OFFICES: Final = re.compile(r"(?:교육청|보건환경연구원|소방본부)$")
_LEFT_OUT: Final = re.compile(r"(?:빼고|말고|제외하고|제외한|빼줘)$")
_ASKS: Final = re.compile(
    r"(?:언제|어디|누가|누구|얼마|어떻게|무엇|뭐|무슨|몇)(?:까지|부터|에서?|서|나|야|예요|지|인가요|인지|죠|를|을|가|이)?[?？]?"
)
_VERB: Final = re.compile(
    r"(?:알려|보여|찾아|말해)\s?(?:줘|줄래|주세요|주십시오)요?|좀|(?:받을|할|될|볼)|수|(?:있|없)(?:나요|어요?|니|습니까|을까요?)"
    r"|[가-힣]{0,4}(?:하나요|되나요|받나요|해요?|돼요?|받아요?|나와요?|열려요?|인가요|합니까|됩니까|할까요?|하는지)"
)
_HERE: Final = re.compile(r"(?:곳|관련|대해서?)")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. No agencies, no levels, no period: any. `named` are the words that named the agencies.

    What holds a word of `exclude`, or is of an agency of `without`, is not wanted.
    """

    words: str
    period: Period | None = None
    agencies: frozenset[str] = frozenset()
    levels: frozenset[Level] = frozenset()
    named: str = ""
    exclude: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()

    @property
    def narrowed(self) -> bool:
        """Whether it asks for more than words."""
        return bool(self.period or self.agencies or self.levels or self.without)


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
            office = _OFFICES.search(plain)
            kinds = {office[0]} if office else set()
            for name in {agency, plain, plain.rpartition(" ")[2], *self._synonyms.of(plain), *kinds}:
                if len(name) > 1 and (known := key(name)):
                    self._known.setdefault(known, set()).add(agency)

    def named(self, text: str) -> frozenset[str]:
        """The agencies of that name."""
        known = key(text)
        for name in (known, known.replace("특례시", "시"), re.sub(r"(?<=[도시군구])청$", "", known)):
            if name in self._known:
                return frozenset(self._known[name])
        return frozenset()

    def meant(self, text: str) -> frozenset[str]:
        """The agencies whose long name was mistyped by a letter; none for a short one, which may be a word."""
        known = key(text)
        if len(known) < _MISTYPED or not known.isalpha():
            return frozenset()
        near = [name for name in self._known if abs(len(name) - len(known)) <= 1 and _letters_apart(name, known) <= 1]
        found = similar(known, near, limit=0.13)
        return frozenset(self._known[found]) if found else frozenset()


def _letters_apart(one: str, other: str) -> int:
    return len(set(one) ^ set(other)) // 2


def read_query(text: str, today: date, agencies: Agencies) -> Query:
    """The question, understood; at most its first 300 characters."""
    dated = read_period(text[:MAX_QUERY], today)
    said, exclude = _excluded(dated.words)
    left: list[str] = []
    found: set[str] = set()
    levels: set[Level] = set()
    named: list[str] = []
    for part in _QUOTES.split(said):
        if _QUOTES.fullmatch(part):
            left.append(part)
            continue
        words = part.split()
        while words:
            size, meant = _agency(words, agencies)
            whose = _LEVELS.get("".join(query_words(words[0]))) or _LEVELS.get(words[0].rstrip("와과"))
            if meant:
                found |= meant
                named += words[:size]
            elif whose:
                levels |= set(whose.split())  # type: ignore[arg-type]
            else:
                left.append(words[0])
            words = words[size:]
    asked = _unasked(left)
    without = [(word, agencies.named(word)) for word in exclude]
    return Query(
        " ".join(asked),
        dated.period,
        frozenset(found),
        frozenset(levels),
        " ".join(named),
        tuple(word for word, meant in without if not meant),
        frozenset(one for _, meant in without for one in meant),
    )


def _excluded(text: str) -> tuple[str, list[str]]:
    """The question without what is left out, and that: "-융자", "채용 빼고", "제외 훈련"."""
    kept: list[str] = []
    out: list[str] = []
    after = False
    for word in text.split():
        if len(word) > 1 and word[0] == "-" and word[1].isalpha():
            out.append(word[1:])
        elif _LEFT_OUT.match(word) and kept:
            out.append(query_words(kept.pop())[0])
        elif word == "제외" and kept:
            after = True
        elif after:
            out += query_words(word)
        else:
            kept.append(word)
    if after and not out and len(kept) > 1:
        out += query_words(kept.pop())
    return " ".join(kept), out


def _unasked(words: list[str]) -> list[str]:
    """The words of a question without its asking: "언제까지 신청해?"; as they are where nothing would be left."""
    is_question = any(_ASKS.fullmatch(word) or word.endswith(("?", "？")) for word in words)
    left = [word for word in words if not _ASKS.fullmatch(word)]
    left = [word for word in left if not (word[-1] in "?？" and _VERB.fullmatch(word.rstrip("?？")))]
    while left and (
        _HERE.fullmatch(left[-1])
        or left[-1].startswith(("알려", "보여", "찾아"))
        or (is_question and _VERB.fullmatch(left[-1].rstrip("?？.!")))
    ):
        left.pop()
    if is_question and left and len(left[-1]) > 2 and left[-1][-1] in "이가은는":
        left[-1] = left[-1][:-1]
    return left or words


def _agency(words: list[str], agencies: Agencies) -> tuple[int, frozenset[str]]:
    """How many of the first words name agencies, and which; one word and none where they don't."""
    for size in range(min(len(words), _LONGEST_NAME), 0, -1):
        meant = agencies.named(" ".join(words[:size])) or (agencies.meant(words[0]) if size == 1 else frozenset())
        if meant:
            return size, meant
    return 1, frozenset()
