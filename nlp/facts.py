"""Facts that a busy reader needs first, each with the sentence it stands in: by when, who, how much.

Precision over recall: a deadline is told only where the words around the date say that something is to be handed in by
then. Exhibitions, terms of office, goals ("2030년까지") and results of what is over are no deadlines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from nlp.dates import KST, Found, find_dates
from nlp.sentences import excerpt, key_sentence, lines, sentences

__all__ = ["Amount", "Deadline", "amounts", "deadline", "deadlines", "excerpt", "key_sentence"]

_ACT: Final = (
    r"신청|접수|제출|응모|공모|모집|회신|납부|확정신고|신고(?=\s*(?:하|기|·|납부))|참가|응시|입찰(?!\s*(?:동향|현황))|의견|추천서?|투고"
    r"|지원서|원서|마감|등록(?=\s*(?:하|기|신|을|접))"
)
_ACTS: Final = re.compile(_ACT)
_LABEL: Final = re.compile(
    r"(?:신청|접수|제출|응모|공모|모집|회신|납부|신고|참가|응시|입찰|등록|지원|의견)\S{0,4}\s*(?:기간|기한|마감|일정|시한|일시)"
    r"|마감일|기한\s*[:은]|까지\s*제출"
)
_HEADING: Final = re.compile(
    r"^.{0,14}(?:신청|접수|제출|응모|공모|모집|회신|납부|참가|응시)\S{0,4}\s*(?:기간|기한|마감)\s*[:：)]?$"
)
_UNTIL: Final = re.compile(r"\s*(?:\(?\s*(?:한국시간|KST|까지))|\s*[)\]]?\s*까지")
_BEFORE_UNTIL: Final = re.compile(r"(?:~|∼|〜|마감(?:일시?)?\s*[:은]?|기한\s*[:은]?)\s*$")
_CLAUSE: Final = re.compile(r"(?:[가-힣](?:며|(?<![신공권광보참최재창예원경])고|지만|는데)|이후|한편)\s*,?\s|[,;]\s")
_OVER: Final = re.compile(
    r"(?:신청|접수|마감|지급|모집|제출)[·\s가-힣]{0,6}\s*결과|(?:했|였|됐|렸|었|았)(?:다|습니다|음|고|으며)\.?\s*$"
    r"|까지\s*(?:접수|신청|제출|모집|응모)(?:된|한|받은)\s"
)
_REPORTED: Final = re.compile(r"(?:다|라)고\s*(?:밝혔|말했|전했|설명했|강조했|덧붙였)(?:다|습니다)\.?\s*$")
_DUTY: Final = re.compile(
    r"(?:제출|신청|회신|등록|신고|납부|접수|응모|지원|작성)\s*(?:을|를)?\s*"
    r"(?:해야|하여야|하면|하세요|하십시오|하시기|해\s*주|하시면|바랍|바람|할\s*것|하도록)"
)
_WHO: Final = re.compile(r"^(?P<who>[^,:.()]{1,30})(?:은|는|,)\s+")
_NOBODY: Final = re.compile(rf"\d{{1,2}}\s*[월일.]|까지|(?:{_ACT}|서|서류|기한|기간)$")
_NUMBER: Final = r"\d[\d,]{0,19}(?:\.\d{1,9})?"
_AMOUNT: Final = re.compile(
    rf"(?<![\d.,])(?:{_NUMBER}\s*(?:[천백십]\s*)?여?\s*(?:조|억|만)?\s*여?\s*){{1,4}}원(?!칙|인|장|래|자력|격|점|천|도심|형)"
)
_PART: Final = re.compile(rf"({_NUMBER})\s*([천백십])?\s*여?\s*(조|억|만)?")
_UNITS: Final = {"조": 10**12, "억": 10**8, "만": 10**4, "천": 1_000, "백": 100, "십": 10}


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when something is to be handed in: a day in Korea, or an instant (UTC) if the text gives a clock time.

    `sentence` is the source's own; `who` must act, only where the sentence says so.
    """

    at: date | datetime
    sentence: str
    who: str | None = None

    @property
    def day(self) -> date:
        """The day in Korea."""
        return self.at.astimezone(KST).date() if isinstance(self.at, datetime) else self.at


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money in won, as written, with its sentence."""

    won: int
    text: str
    sentence: str


def _clause(sentence: str, found: Found) -> tuple[str, str]:
    """What stands before and after the date within its clause."""
    before, after = sentence[: found.start], sentence[found.end :]
    cuts = [cut.end() for cut in _CLAUSE.finditer(before)]
    stop = _CLAUSE.search(after)
    return before[cuts[-1] if cuts else 0 :][-60:], after[: stop.start() + 1 if stop else 60][:60]


def _is_until(sentence: str, found: Found) -> bool:
    if found.starts_range:
        return False
    return (
        found.ends_range
        or _UNTIL.match(sentence, found.end) is not None
        or _BEFORE_UNTIL.search(sentence[: found.start]) is not None
    )


def _strength(sentence: str, found: Found, range_start: Found | None) -> int:
    """0: no deadline; 1: words of handing in beside the date; 2: a label says so."""
    if not _is_until(sentence, found) or _OVER.search(_REPORTED.sub("", sentence)):
        return 0
    first = range_start or found
    before, after = _clause(sentence, first)[0], _clause(sentence, found)[1]
    if _LABEL.search(before) or _HEADING.match(before.strip()):
        return 2
    return 1 if _ACTS.search(before) or _ACTS.search(after[:30]) else 0


def _who(sentence: str) -> str | None:
    """The subject of a sentence that says someone must hand something in."""
    duty = _DUTY.search(sentence)
    subject = _WHO.match(sentence)
    if duty is None or subject is None or subject.end() > duty.start():
        return None
    who = subject["who"].strip()
    return None if _NOBODY.search(who) else who


def _pieces(text: str) -> list[str]:
    """Sentences, and headings like "신청기간" joined with the line they stand over."""
    found: list[str] = []
    for line, following in pairwise([*lines(text), ""]):
        if _HEADING.match(line):
            found.append(f"{line} {following}".strip())
        found += sentences(line)
    return found


def deadlines(text: str, published: datetime) -> list[Deadline]:
    """Every deadline of a text, the plainest first, then in order of the text.

    Args:
        text: title and body, lines kept.
        published: aware; a year that the text leaves out is taken from it.
    """
    day = published.astimezone(KST).date()
    ranked: list[tuple[int, Deadline]] = []
    for sentence in _pieces(text):
        previous: Found | None = None
        for found in find_dates(sentence, day):
            strength = _strength(sentence, found, previous if found.ends_range else None)
            if strength:
                ranked.append((strength, Deadline(found.at, sentence, _who(sentence))))
            previous = found
    ranked.sort(key=lambda pair: -pair[0])
    unique = {one.day: one for _, one in reversed(ranked)}
    return [one for _, one in ranked if unique[one.day] is one]


def deadline(text: str, published: datetime) -> Deadline | None:
    """The deadline to tell: the plainest that was not over on publication; of rounds (1차, 2차) the first. Or None."""
    day = published.astimezone(KST).date()
    open_ones = [one for one in deadlines(text, published) if one.day >= day]
    return open_ones[0] if open_ones else None


def _won(text: str) -> int:
    total = 0.0
    for number, small, unit in _PART.findall(text):
        total += float(number.replace(",", "")) * _UNITS.get(small, 1) * _UNITS.get(unit, 1)
    return round(total)


def amounts(text: str) -> list[Amount]:
    """Sums of money in won, in order; sums below ten thousand won (fares, prices) count too."""
    return [
        Amount(_won(found[0]), found[0].strip(), sentence)
        for sentence in sentences(text)
        for found in _AMOUNT.finditer(sentence)
    ]
