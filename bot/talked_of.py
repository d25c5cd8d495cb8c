"""What was only spoken of and is then said in half a sentence: to whom a hand-over goes, which board is switched. Pure.

"업무 넘겨야 해요" → "정가온 주무관한테요"            → "인수인계 정가온"
"기업마당 게시판이 이상해요" → "일단 꺼두세요"         → "출처 끄기 기업마당"
"""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 80
_HANDS: Final = re.compile(
    r"(?:업무|하던 ?일|제 ?일|내 ?일|담당|맡은 ?(?:것|거|일)).{0,10}(?:넘기|넘겨|넘길|인계|물려)"
    r"|인수 ?인계|후임|인계 ?해야"
)
_BOARD: Final = re.compile(r"게시판|출처|수집|누리집|홈페이지|보도자료 ?목록|사이트")
_OWN_NEWS: Final = re.compile(r"구독|알림 ?(?:꺼|끄)|추가|등록|식단|식당")
_LEADS: Final = (
    r"(?:(?:그럼|그러면|일단|우선|그냥|그거|그것|그건|거기|그 ?(?:게시판|출처)|이제|지금|잠깐|잠시|당분간|좀|다시|도로"
    r"|제대로|네|아)(?:은|는|를|을|만)?[ ,]*)*"
)
_POLITE: Final = (
    r"(?:[두둬놔놓]\S{0,6}|\S{0,4}(?:주세요|줘요?|주십시오|부탁\S{0,6})|요|죠|시죠|자)?"
    r"(?: ?(?:주세요|줘요?|부탁\S{0,6}))?[ .!~]*"
)
_OFF: Final = re.compile(rf"{_LEADS}(?:꺼|끄|멈춰|중지|중단|정지|빼|읽지 ?(?:마|말))(?:시켜|해)?{_POLITE}")
_ON: Final = re.compile(rf"{_LEADS}(?:켜|살려|재개|다시 ?읽어)(?:해)?{_POLITE}")
_TO: Final = re.compile(
    r"(?P<who>[가-힣]{2,4}?)(?: ?(?:주무관|실무관|팀장|과장|계장|사무관|주임))?(?: ?(?:님|씨))?"
    r"(?:한테|에게|께)(?:로)?(?:만)?(?: ?(?:넘기|넘길|넘겨|하|할|해|부탁)\S{0,8})?(?:요|이요)?[ .!~]*"
)


def talks_of(text: str, *, operates: bool) -> str:
    """`handover` or `source` where a text speaks of one; empty for all others."""
    if len(text) > _LONGEST or "\n" in text:
        return ""
    if _HANDS.search(text):
        return "handover"
    return "source" if operates and _BOARD.search(text) and not _OWN_NEWS.search(text) else ""


def switched(text: str) -> str:
    """`끄기` or `켜기`, where nothing else is said."""
    if len(text) > 30:
        return ""
    return "끄기" if _OFF.fullmatch(text) else "켜기" if _ON.fullmatch(text) else ""


def receiver(text: str) -> str:
    """To whom something goes, where nothing else is said."""
    found = _TO.fullmatch(text) if len(text) <= 24 else None
    return found["who"] if found is not None else ""
