"""The nineteen allergens that a menu marks by number, and what people call them.

Numbers as school meals mark them under 식품 등의 표시기준 and 학교급식법 시행규칙 (19 잣 since 2020). A table and its
look-up; refuses to infer an allergen from a dish's name.
"""

from __future__ import annotations

import re
from typing import Final

NAMES: Final = {
    1: "난류", 2: "우유", 3: "메밀", 4: "땅콩", 5: "대두", 6: "밀", 7: "고등어", 8: "게", 9: "새우", 10: "돼지고기",
    11: "복숭아", 12: "토마토", 13: "아황산류", 14: "호두", 15: "닭고기", 16: "쇠고기", 17: "오징어", 18: "조개류",
    19: "잣",
}  # fmt: skip

_CALLED: Final = {
    1: ("난류", "가금류", "알류", "계란", "달걀", "메추리알", "난백", "에그"),
    2: ("우유", "유제품", "유당", "치즈", "밀크"),
    3: ("메밀", "모밀"),
    4: ("땅콩", "피넛"),
    5: ("대두", "콩", "두부", "간장", "된장"),
    6: ("밀", "밀가루", "소맥", "글루텐"),
    7: ("고등어",),
    8: ("게", "꽃게", "게살", "대게"),
    9: ("새우",),
    10: ("돼지고기", "돼지", "돈육", "돈까스"),
    11: ("복숭아",),
    12: ("토마토", "케첩"),
    13: ("아황산류", "아황산", "아황산염", "이산화황"),
    14: ("호두",),
    15: ("닭고기", "닭", "계육", "치킨"),
    16: ("쇠고기", "소고기", "소", "우육"),
    17: ("오징어",),
    18: ("조개류", "조개", "굴", "전복", "홍합", "바지락", "패류"),
    19: ("잣",),
}
_OF: Final = {word: number for number, words in _CALLED.items() for word in words}
_GROUPS: Final = {"갑각류": (8, 9), "견과류": (4, 14, 19), "견과": (4, 14, 19), "해산물": (7, 8, 9, 17, 18)}
_PARTICLE = re.compile(r"(?:(?:알레르기|알러지|류)?(?:이랑|하고|이나|이|가|은|는|랑|나|도|를|을|와|과|만|에|의|요)?)")
_HANGUL = re.compile(r"[가-힣]+")
_WORD = re.compile(r"[가-힣]+|\d{1,2}")


def number_of(word: str) -> int | None:
    """The number of an allergen by one of its words, exactly; None for any other word."""
    return _OF.get(word)


def numbers_in(text: str) -> frozenset[int]:
    """Every allergen that a text of words or numbers names: `우유, 새우`, `2.9`, `갑각류`; particles are no harm."""
    found: set[int] = set()
    for word in _WORD.findall(text):
        if word.isdecimal():
            found |= {int(word)} & NAMES.keys()
            continue
        found |= set(_GROUPS.get(word, ())) or _stem(word)
    return frozenset(found)


def said_in(text: str) -> frozenset[int]:
    """Every allergen that a sentence names in words: `땅콩들어간 날`; a number or `먹는 게` is none."""
    words = _HANGUL.findall(re.sub(r"(?<=[가-힣])\s게(?=\s|$)", " ", text))
    found = set(numbers_in(" ".join(words)))
    for word in words:
        called = max((one for one in (*_OF, *_GROUPS) if len(one) > 1 and word.startswith(one)), key=len, default="")
        found |= set(_GROUPS.get(called, ())) or ({_OF[called]} if called else set())
    return frozenset(found)


def _stem(word: str) -> set[int]:
    """The allergen that a word names before its particle: `새우가`, `우유랑`."""
    for length in range(len(word), 0, -1):
        head, rest = word[:length], word[length:]
        if _PARTICLE.fullmatch(rest) and (head in _GROUPS or head in _OF):
            return set(_GROUPS.get(head, ())) or {_OF[head]}
    return set()
