"""Which of the news that came is meant, and what is wanted of it. Pure.

"요거 원문" → the newest    "그 전꺼도 원문" → the one before    "아까 그거 요약" → the one spoken of last
"그 앞에꺼도", after one was looked at → the one before, once more the same
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.meant import Meant, Spoken, meant

_ONE: Final = r"(?:거|것|꺼|건|걸|게|소식|기사|글|자료|보도자료|카드|알림)"
_LED: Final = r"(?:그러면|그럼|아니|아|음|그리고|또|저|[ ,.])*"
_REF: Final = (
    rf"(?:(?P<back>(?:그|요|저|이)? ?(?:바로 ?)?(?:(?P<twice>전전|앞앞|전에 ?전|(?:두|2) ?개 ?전)"
    r"|앞|전|이전|직전)(?:엣|에|의)? ?"
    rf"(?:온|본|보낸|왔던|보내 ?준)? ?{_ONE})"
    rf"|(?P<next>(?:그|요|저)? ?(?:바로 ?)?(?:다음|담|뒤)(?:에|의)? ?(?:온|본|보낸|왔던)? ?{_ONE})"
    rf"|(?P<here>(?:요|이|그|저) ?{_ONE}|(?:아까|방금|좀 ?전에|조금 ?전에|마지막(?:에|으로)?|지금|이번에) ?"
    rf"(?:(?:그|이|온|본|왔던|보낸|보내 ?준|막 ?온) ?)*{_ONE}))"
)
_AND: Final = r"(?:도|은|는|을|를|만|의|이)? ?(?:좀 )?"
_WHAT: Final = (
    r"(?P<what>원문|본문|전문|링크|주소|요약|줄거리|간추|왜 ?(?:왔|온|보냈|와)\S{0,4}|자세히|상세히|더 ?보기)"
)
_TAIL: Final = (
    r"(?:으로|로|을|를|만|도|은|는)? ?(?:(?:좀|한번|한 번|다시|보여|볼|줘|주|달라|알려|해|부탁|열어|봐|내용|있|요|보내)"
    r"\S{0,6} ?){0,3}[\s.!?~ㅋㅎㅠ]*"
)
SENTENCES: Final = (rf"^{_LED}{_REF}{_AND}{_WHAT}{_TAIL}$", rf"^{_LED}{_WHAT}(?:을|를|도|은|는)? {_REF}{_AND}{_TAIL}$")
_ALONE: Final = re.compile(rf"{_LED}{_REF}(?P<and>도|은|는|만)?(?:요|이요)?{_TAIL}")
_OF: Final = (("왜", "why"), ("요약", "sum"), ("줄거리", "sum"), ("간추", "sum"), ("더", "open"), ("세히", "open"))
_NAMED: Final = {"url": "원문", "sum": "요약", "why": "왜 왔어", "open": "자세히"}
_OF_ROUTE: Final = {"original": "url", "sum-last": "sum", "because": "why", "more-last": "open"}
CARDS: Final = frozenset({*_OF_ROUTE, "card", "digest-numbered"})
"""Routes that speak of one of the news."""


@dataclass(frozen=True, slots=True)
class Card:
    """`what`: `url`, `sum`, `why` or `open`; so many before (`back`) the one spoken of last, if any."""

    what: str
    back: int


def card(text: str) -> Card | None:
    """What is wanted of which; None where it says something else."""
    found = next(filter(None, (re.match(one, text) for one in SENTENCES)), None) if len(text) <= 40 else None
    return None if found is None else Card(_kind(found["what"]), _back(found))


def beside(spoken: Spoken, said: str) -> Meant | None:
    """`그 앞에꺼도`, in full words."""
    found = _ALONE.fullmatch(said) if spoken.topic in CARDS and len(said) <= 24 else None
    if found is None or found["here"]:
        return None
    what = _OF_ROUTE.get(spoken.topic) or _kind(spoken.words)
    place = {1: "그 전 소식", 2: "그 전전 소식", -1: "그 다음 소식"}[_back(found)]
    return meant(f"{place} {_NAMED[what]}")


def _kind(words: str) -> str:
    return next((kind for word, kind in _OF if word in words), "url")


def _back(found: re.Match[str]) -> int:
    return 0 if found["here"] else -1 if found["next"] else 2 if found["twice"] else 1
