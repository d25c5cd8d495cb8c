"""What a title says of the course of its event: that it is extended, decided, opened, lifted; and whether it corrects.

Steps are told by their words alone, so a new step whose title has none of them is taken for another event and told as
such: nothing is swallowed. It refuses to read a body for steps, where yesterday's are told again.
"""

from __future__ import annotations

import re
from enum import IntFlag
from typing import Final

from nlp.words import normalise


class Stage(IntFlag):
    """Words of the course of an event; a title may say several. The names are what a card is told by."""

    OPEN = 1
    CLOSING = 1 << 1
    STARTED = 1 << 2
    RAISED = 1 << 3
    CONFIRMED = 1 << 4
    PASSED = 1 << 5
    ENACTED = 1 << 6
    DONE = 1 << 7
    RESULT = 1 << 8
    FINAL = 1 << 9
    EXTENDED = 1 << 10
    POSTPONED = 1 << 11
    CANCELLED = 1 << 12
    LIFTED = 1 << 13
    SECOND = 1 << 14
    THIRD = 1 << 15


NEWS: Final = ~Stage.OPEN
"""Stages that make a later document a new step; that something opens is where a story begins."""

_WORDS: Final = (
    (Stage.OPEN, r"모집|공모|접수|신청|공고|예고|예정"),
    (Stage.CLOSING, r"마감|임박"),
    (Stage.STARTED, r"착공|착수|기공|첫\s?삽|가동|출범"),
    (Stage.RAISED, r"격상|상향|로\s?강화|확산|늘어|늘었|급증"),
    (Stage.CONFIRMED, r"확진|확정"),
    (Stage.PASSED, r"의결|통과|타결|합의"),
    (Stage.ENACTED, r"공포|시행"),
    (Stage.DONE, r"준공|완공|완료|개통|개관|개장|개원|문\s?열|성료|폐막|막\s?내"),
    (Stage.RESULT, r"결과|선정|합격|수상작|당선|당첨|적발|낙찰|종합평가"),
    (Stage.FINAL, r"최종"),
    (Stage.EXTENDED, r"연장|추가\s?(?:모집|접수|신청)|재공고|재모집"),
    (Stage.POSTPONED, r"연기|순연"),
    (Stage.CANCELLED, r"취소|철회|중단"),
    (Stage.LIFTED, r"해제|종료|종식|정상화|복구(?:\s?완료|됐|되|$)|재개|진화(?!대|헬기|훈련)"),
    (Stage.SECOND, r"2\s?단계"),
    (Stage.THIRD, r"3\s?단계"),
)
_PATTERNS: Final = tuple((stage, re.compile(words)) for stage, words in _WORDS)
_TOLD_FIRST: Final = (
    Stage.LIFTED, Stage.CANCELLED, Stage.POSTPONED, Stage.EXTENDED, Stage.FINAL, Stage.RESULT, Stage.DONE,
    Stage.ENACTED, Stage.PASSED, Stage.CONFIRMED, Stage.RAISED, Stage.THIRD, Stage.SECOND, Stage.STARTED,
    Stage.CLOSING,
)  # fmt: skip
# what stands in a bracket, or ends a title, of a correction
_MARK: Final = r"정정|수정|바로잡|정오|재배포|재송부|변경"
_CORRECTION: Final = re.compile(
    rf"[\[(（【<〈]\s*[^\])）】>〉]{{0,6}}(?:{_MARK})[^\])）】>〉]{{0,8}}[\])）】>〉]|^(?:정정|수정)\s*[:)]|정정\s?공고|정오표"
)
_BRACKETS: Final = re.compile(r"\s*[\[(（【<〈][^\])）】>〉]{1,20}[\])）】>〉]\s*")
_HEAD: Final = re.compile(r"^(?:\s*[\[(（【<〈][^\])）】>〉]{1,20}[\])）】>〉])+")
_LAW: Final = re.compile(r"(?:법률?|시행령|시행규칙|조례|규칙|고시|규정|훈령)(?=\s|\W|$)")
_DRAFT: Final = re.compile(r"\s(?:(?:일부|전부)\s?)?(?:개정|제정)(?:령|법률|조례|규칙|고시|규정)?안?(?=\s|\W|$)")
_ORDINAL: Final = re.compile(
    r"제?\s?(\d{1,4})\s?(차|회|기|급|번|주차|주|분기|호선|공구|학년도|(?<=20\d\d)년도|(?<=20\d\d)년|월(?!\s?\d{1,2}\s?일)|호(?!\s?(?:선|로)))"
)
_NOTICE: Final = re.compile(r"공고\s?제?\s?\d{4}\s?-\s?\d+\s?호|제\d{4}-\d+호")
_PART: Final = re.compile(r"(상|하)반기")


def stages(text: str) -> Stage:
    """The stages whose words a text has."""
    found = Stage(0)
    for stage, pattern in _PATTERNS:
        if pattern.search(text):
            found |= stage
    return found


def foremost(found: Stage) -> Stage | None:
    """The one stage to name where several are said."""
    return next((one for one in _TOLD_FIRST if one in found), None)


def corrects(title: str) -> bool:
    """Whether a title says that it corrects an earlier document."""
    return _CORRECTION.search(title) is not None


def head(title: str) -> str:
    """The title in normal form, without marks in brackets where anything is left."""
    flat = normalise(title)[:300]
    bare = _HEAD.sub("", flat)
    if corrects(flat):
        bare = _BRACKETS.sub(" ", bare).replace("정정공고", "공고")
    if _LAW.search(bare):  # the same law as a draft and as it is enacted
        bare = _DRAFT.sub(" ", bare)
    return " ".join(bare.split()) or flat


def ordinals(title: str) -> dict[str, frozenset[str]]:
    """The numbers by which members of a series differ: {"차": {"2"}, "월": {"11"}}; a notice's own number is none."""
    found: dict[str, set[str]] = {}
    for number, unit in _ORDINAL.findall(_NOTICE.sub(" ", title)):
        found.setdefault({"년도": "년", "학년도": "년", "주차": "주"}.get(unit, unit), set()).add(number.lstrip("0"))
    for half in _PART.findall(title):
        found.setdefault("반기", set()).add(half)
    return {unit: frozenset(numbers) for unit, numbers in found.items()}
