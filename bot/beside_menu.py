"""What is asked of the menu that was just shown: whether something is in it. Pure.

식단 + "돼지 드가나" → "오늘 돼지고기 들어가나요"    이번 주 식단 + "새우는?" → "알레르기 새우"

Said of one's own plate (`닭은 괜찮아요`) it is the same question: what the menu marks is told again.
"""

from __future__ import annotations

import re
from typing import Final

from occupancy.allergens import NAMES, said_in

_IN: Final = (
    r"(?:(?:거기|여기|오늘|이거|이중|이 ?중|그|이) ?(?:에|에는|엔)? ?)?(?:(?P<before>안|없이) ?)?"
    r"(?:들어? ?(?:가|갔|있|갑|간)|드가|드갔|들었|들은|들어|든 ?거|있|없|나오|나와|포함|쓰|썼|넣|섞"
    r"|묵어도|먹어도|먹을 ?수"
    r"|묵을 ?수|묵나|먹나|괜찮|괘안|갠찮|상관 ?없|되나|돼|빠지|빠졌)"
    r"\S{0,6}(?: ?(?:거|것|돼|되|괜찮|있|없|맞|알아|아나)\S{0,5}){0,2}"
)
_ASKED: Final = re.compile(
    rf"(?:(?:아|어|음|근데|그런데|혹시|그럼|오늘|거기|여기|나|저|내|난|전|나는|저는)[ ,]+)*(?P<what>[가-힣]{{1,6}}?)"
    rf"(?:이|가|은|는|도|만|을|를|든|같은 ?거|같은 ?건|종류)? ?(?:{_IN})?[\s?!.~ㅋㅎㅠㅜ]*"
)
_WEEK: Final = re.compile(r"주간|(?:이번|금|다음|다다음|지난|저번) ?주(?! ?[월화수목금토일])|일주일")
_DAY: Final = re.compile(
    r"(?:(?:이번|다음) ?주 ?)?[월화수목금토일]요일|오늘|내일|모레|글피|어제|\d{1,2}월 ?\d{1,2}일|\d{1,2}[./]\d{1,2}"
)
_NOT: Final = re.compile(r"알레르기|알러지|못 ?[먹묵]|빼|말고|추천|먹고 ?싶|언제|얼마|몇|줄|차례|신청|구독|소식")
_LONGEST: Final = 26


def asked_of_menu(shown: str, said: str) -> str:
    """The full question, of the day that the menu was `shown` for; empty for all else."""
    found = _ASKED.fullmatch(said) if len(said) <= _LONGEST and not _NOT.search(said) else None
    numbers = said_in(found["what"]) if found is not None else frozenset()
    if found is None or len(numbers) != 1 or not _plainly(found["what"]):
        return ""
    name = NAMES[next(iter(numbers))]
    if _WEEK.search(shown):
        return f"알레르기 {name}"
    day = _DAY.search(shown)
    return f"{day[0] if day else '오늘'} {name} 들어가나요"


def _plainly(what: str) -> bool:
    """Whether the word is a food's own name and no other word that begins like one."""
    return what not in {"게", "소", "밀", "콩", "굴", "잣"} or len(what) > 1
