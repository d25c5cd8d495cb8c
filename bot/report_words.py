"""What somebody in the line says of it, in their own words: a number of people, one of three words, or neither yet.

Pure; a question is no report. What is plainly about the line but names no number (줄 끝이 정수기까지) is asked about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

STEPS: Final = ("한산", "보통", "혼잡")
_SAID: Final = (
    r"한산|한싼|한샨|여유|텅텅|널널|널럴|안 ?붐",
    r"보통|보톹|보툥|그럭저럭|적당",
    r"혼잡|혼잠|혼집|훈잡|혼잡|붐빔|북적|꽉",
)
_END: Final = (
    r"(?:이에요|예요|이예요|입니다|합니다|해요|함|임|하네요|하네|하다|해|이네요|이네|이요|요|빕니다|빔|"
    r"비네요|거려요|거림|찼어요|해졌어요|제보)?"
)
_LEVEL: Final = re.compile(
    r"(?:지금|현재|식당|구내식당|줄|여기|대기|제보)?\s*(?:지금)?\s*(?:이|은|는|가|도)?\s*(?:완전|아주|좀|꽤|매우|너무)?\s*"
    rf"(?P<step>{'|'.join(f'(?P<s{at}>{words})' for at, words in enumerate(_SAID))}){_END}[\s.!~ㅎㅋㅠ^]*"
)
_LINE: Final = r"(?:줄|즐|대기|기다리는|서 ?있는|앞에)"
_PEOPLE: Final = r"(?:명|사람|몀|멍|인)"
_COUNT: Final = re.compile(
    rf"{_LINE}[^\d?]{{0,12}}(?P<a>\d{{1,5}})\s*{_PEOPLE}"
    rf"|(?P<b>\d{{1,5}})\s*{_PEOPLE}[^\d?]{{0,8}}(?:{_LINE}|대기|서 ?있|기다)"
)
_BARE: Final = re.compile(
    rf"(?:한|약|대충|대략)?\s*(\d{{1,5}})\s*{_PEOPLE}?\s*(?:정도|쯤|가량)?\s*(?:이에요|예요|입니다|요|임)?[.!~]*"
)
_NOBODY: Final = re.compile(r"(?:줄|대기)\s*(?:이|은|는)?\s*(?:하나도|아예|거의)?\s*(?:없|안 ?서|0)")
_ASKS: Final = re.compile(
    r"[?？]|몇|얼마|언제|어때|어떤|나요|까요|습니까|ㅂ니까|인가|일까|걸려|걸릴|이면|라면|"
    r"알려|보여|내일|어제|평소|보통은"
)
_ABOUT: Final = re.compile(r"줄\s*(?:끝|의 ?끝|이)?.{0,14}(?:까지|넘었|넘어|지났|앞까지|밖)")
_NATIVE: Final = {
    "하나": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7,
    "여덟": 8, "아홉": 9, "한": 1,
}  # fmt: skip
_TENS: Final = {
    "열": 10, "스무": 20, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80,
    "아흔": 90,
}  # fmt: skip
_IN_WORDS: Final = re.compile(
    rf"{_LINE}\D{{0,10}}?(?P<tens>{'|'.join(_TENS)})?\s*(?P<ones>{'|'.join(_NATIVE)})?\s*(?:명|사람)"
)

_IN_WORDS_FIRST: Final = re.compile(
    rf"(?P<tens>{'|'.join(_TENS)})?\s*(?P<ones>{'|'.join(_NATIVE)})?\s*(?:명|사람)\D{{0,8}}?(?:줄|서 ?있|대기|기다)"
)


SENTENCES: Final = (
    rf"^(?!.*(?:{_ASKS.pattern}))(?:{re.sub(r'[?]P<[a-z0-9]+>', '?:', _LEVEL.pattern)})$",
    rf"^(?!.*(?:{_ASKS.pattern})).*(?:{re.sub(r'[?]P<[a-z0-9]+>', '?:', _COUNT.pattern)}).*$",
    rf"^(?!.*(?:{_ASKS.pattern})).*(?:{re.sub(r'[?]P<[a-z0-9]+>', '?:', _IN_WORDS.pattern)}).*$",
    (
        rf"^(?!.*(?:{_ASKS.pattern})).*(?:{'|'.join((*_TENS, *_NATIVE))})\s*(?:명|사람)\D{{0,8}}?"
        r"(?:줄|서 ?있|대기|기다).*$"
    ),
    rf"^(?!.*(?:{_ASKS.pattern})).*(?:{_NOBODY.pattern}|{_ABOUT.pattern}).*$",
)
"""The same as regular expressions, for the grammar of routes."""


@dataclass(frozen=True, slots=True)
class Said:
    """People in line (negative where that was typed: no count), or a step (0 한산, 1 보통, 2 혼잡).

    With neither it is about the line and has to be asked.
    """

    people: int | None = None
    step: int | None = None


def said(text: str) -> Said | None:
    """What a sentence says of the line now; None where it is no report."""
    if _ASKS.search(text):
        return None
    if found := _LEVEL.fullmatch(text.strip()):
        return Said(step=next(at for at in range(len(STEPS)) if found[f"s{at}"]))
    if found := _COUNT.search(text):
        if re.search(r"(?<!\d)[-−–] ?$", text[: found.start("a" if found["a"] else "b")]):
            return Said(people=-int(found["a"] or found["b"]))
        return Said(people=int(found["a"] or found["b"]))
    if (found := _IN_WORDS.search(text) or _IN_WORDS_FIRST.search(text)) and (found["tens"] or found["ones"]):
        return Said(people=_TENS.get(found["tens"] or "", 0) + _NATIVE.get(found["ones"] or "", 0))
    if _NOBODY.search(text):
        return Said(people=0)
    return Said() if _ABOUT.search(text) else None


def answer(text: str) -> Said | None:
    """What somebody answers who was asked how many there are: a bare number will do."""
    if found := _BARE.fullmatch(text.strip()):
        return Said(people=int(found[1]))
    found_said = said(text)
    return None if found_said is None or found_said == Said() else found_said
