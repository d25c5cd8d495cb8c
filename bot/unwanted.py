"""What somebody does not want to hear about, amid what they do: a word that is to be left out. Pure.

"재난안전 소식에서 훈련 얘기는 안 보내주셔도 돼요"  → of 재난안전, 훈련
"아 창업 관련은 빼주세요"                          → of what was spoken of, 창업
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot import topics

_LONGEST: Final = 80
_LEADS: Final = (
    r"(?:(?:아|아니|앗|근데|그런데|그리고|그럼|단|다만|참|아참|음|저기|혹시|이제|그냥|대신|하지만|또|좀|앞으로|앞으로는)"
    r"[ ,]+)*"
)
_NEWS: Final = r"(?:소식|구독|뉴스|보도 ?자료|알림|것|거|글|기사|공고|얘기|이야기|내용|관련|쪽)"
_OF: Final = (
    rf"(?:(?P<of>\S.{{0,30}}?)(?: ?{_NEWS})?(?:들)? ?(?:중에서는|중에서|중에는|중엔|중에|가운데|에서는|에선|에서) "
    r"|(?:거기|여기)서(?:는)? )?"
)
_GONE: Final = (
    r"(?:(?:빼|뺴|제외|생략)(?:하|해|시켜)? ?(?:고|구|자|줘|주|달라|요|면|$)\S{0,6}"
    r"|안 ?(?:보내|받|봐|보|볼|와도|줘|주|알려|궁금)\S{0,8}"
    r"|(?:보내|알려|주)\S{0,2}지 ?(?:는 ?)?(?:마|말|않)\S{0,6}|(?:필요|관심|볼 ?일) ?없\S{0,6}|됐\S{0,5}"
    r"|말고\S{0,2})"
)
_UNWANTED: Final = re.compile(
    rf"{_LEADS}{_OF}(?P<what>\S.{{0,24}}?)(?:이 ?든 ?(?:거|것|글))?(?:은|는|을|를|도|만)? ?"
    rf"(?:(?:좀|그냥|이제|굳이|다|아예|꼭) )*{_GONE}(?: ?\S{{1,6}}){{0,2}}"
)
_HERE: Final = re.compile(
    r"(?:그|거기|여기|이|그거|이거|그것|이것|방금(?: ?(?:거|것|구독\S{0,3}))?|그 ?소식|이 ?소식)?"
)
_NOTHING: Final = re.compile(
    r"(?:이제|이젠|더|더는|더 ?이상|그만|당분간|앞으로|별로|아직|절대|나머지|이런|그런|저런|방금|아까|굳이|하나"
    r"|아무것|너무|자꾸|나|저|우리|그|이|오늘|내일|지금|잘|알아서|전부|모두|다|바로|다시|계속|따로|먼저|미리)(?:은|는|도|만|의)?"
)
_OTHER: Final = re.compile(
    r"(?:며칠|몇 ?일|당분간|한동안|얼마간|잠시|잠깐|하루|이틀|사흘)\S{0,2}$"
    r"|.*(?:\d ?시|이후|이전|주무관|실무관|과장|팀장|계장|국장|님|까지|부터)$"
)
_WANTED: Final = re.compile(
    r"(?:소식|뉴스|보도 ?자료|알림)(?:은|는|을|를|만)? \S"
    r"|(?<![사광창재보공경같])(?:고|요|데|면|만|은|는|건|그리고|대신)[,.]? \S"
)
"""`귀농 소식 채용 빼고`, `농업 받고 채용은 빼줘`, `소상공인요 그리고 부산꺼는 빼고`: more was said than that."""
_GENERIC: Final = re.compile(
    r"(?<=\S) (?:공고|공고문|안내|안내문|정보|자료|기사|글|소식|얘기|이야기|보도자료|내용|건|거|것)$"
)


@dataclass(frozen=True, slots=True)
class Unwanted:
    """The word, and of whose news; `of` empty: of what was spoken of."""

    of: str
    what: str


def unwanted(text: str) -> Unwanted | None:
    """What is to be left out, and of what; None where the text says nothing of that kind."""
    plain = " ".join(text.strip(" .!~").split())
    found = _UNWANTED.fullmatch(plain) if len(plain) <= _LONGEST and "?" not in plain else None
    if found is None:
        return None
    if _WANTED.search(found["what"]):
        return None
    of, what = (found["of"] or "").strip(), bare(found["what"])
    if (
        len(what) < 2
        or _NOTHING.fullmatch(what)
        or _OTHER.match(what)
        or not topics.names(what)
        or topics.is_when(what)
    ):
        return None
    return Unwanted("" if _HERE.fullmatch(of) else topics.core(of) or of, what)


def bare(what: str) -> str:
    """The word by which it is told: `채용 공고` by `채용`, for most of all news are notices."""
    plain = re.sub(r"(?<=\S) (?:인자|인제|이제|이젠|더|더는|별로|그만|다|굳이)$", "", what.strip())
    told, before = topics.without_particles(topics.core(plain)), ""
    while told != before:
        before, told = told, _GENERIC.sub("", told)
    return told
