"""How people type, made plain for whatever reads it: counting words, day words, spacing, endings. Pure.

    "두시반", "담주 금욜", "열건만 주세요" → "2시반", "다음 주 금요일", "10건만"

For parsers and for finding out what is meant. What somebody wrote is never kept, shown or sent in this form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.numerals import NATIVE, NATIVE_WORD

_COUNTED: Final = re.compile(
    rf"(?<![가-힣])(?P<n>{NATIVE_WORD})(?P<gap> ?)"
    r"(?P<unit>시(?![가-힣])|시(?=반|에|까지|부터|로|쯤|이후|전|넘|엔|는|쯤|정도)|시간|건|"
    r"개(?!월)|통(?![가-힣])|명|분(?![가-힣]))"
)
_ORDINAL: Final = re.compile(
    r"(?P<n>첫|두|세|네|다섯) ?(?:번째|째)(?! ?주)"
    r"(?: ?(?:거|것|건)|꺼(?!줘|주|요|라|져)| 꺼(?=[은는을도만]))?"
)
_ORDINALS: Final = {"첫": 1, "두": 2, "세": 3, "네": 4, "다섯": 5}
_SPELT: Final = (
    (re.compile(r"(?<=[월화수목금토일])욜"), "요일"),
    (re.compile(r"(?<!\S)(?:낼|내일) ?모레"), "모레"),
    (re.compile(r"(?<!\S)낼(?=\s|은|도|부터|까지|로|엔|$)"), "내일"),
    (re.compile(r"(?<!\S)(?:담|다음) ?주"), "다음 주"),
    (re.compile(r"(?<!\S)요번|(?<!\S)이번(?=주|달)"), "이번 "),
    (re.compile(r"(?<!\S)(?:담|다음) ?달"), "다음 달"),
    (re.compile(r"(?<!\S)저번(?= ?(?:주|달))"), "지난"),
    (re.compile(r"(?<!\S)머(?= ?(?:나|야|지|있|해))"), "뭐"),
)
_OPENS: Final = re.compile(
    r"^(?:(?:아니(?:요|야|다|고)?|아냐|아뇨|앗|아차|엇|어이쿠|에고|정정|(?:다시 )?생각해 ?보니까?|아|어|음|그럼|그러면"
    r"|그리고|근데|그런데|참|아참|저기|네|넵|응|또|잠깐만?|그건 ?됐고|됐고)(?:[ ,.~!]+|(?=$)))+"
)
_LEADS: Final = re.compile(
    r"^(?:(?:음+|어+|아|저기(?: ?요)?|저|있잖아요?|그(?:럼|러면|라모|카모|라믄|래서|런데|라면)|근데|아 ?(?:맞다|참"
    r"|그래)|참"
    r"|맞다|혹시나?|도비야|그건 ?그렇고|그나저나|아무튼|암튼|일단|우선|여보세요|실례지만|죄송한데요?|미안한데요?"
    r"|바쁘신데요?|안녕하세요|안녕)[ ,.~!]+)+"
)
_TRAILS: Final = re.compile(
    r"(?: (?:되나요?|될까요?|가능(?:한가요|할까요|해요)?|볼게요?|볼까요?|보자|볼래요?|궁금(?:해요?|합니다|하네요)"
    r"|부탁(?:해요?|드려요|드립니다|할게요)?|좀|ㅎㅎ+|ㅋㅋ+|말이야|말인데요?))+[ ?!.~]*$"
)
_TAKES_BACK: Final = re.compile(r"아니|아냐|아뇨|앗|아차|엇|정정")
_LAUGHS: Final = re.compile(r"[ ~!?.,^…ㅋㅎㅠㅜ]+$")
_ASKS: Final = re.compile(
    r"(?: ?(?:좀|부탁(?:해요?|드려요|드립니다|합니다)|(?:(?:해|보여|알려) ?)?(?:주세요|주십"
    r"시오|줄래요?|줘요?|주라|달라고?|바랍니다)))+$"
)


def normal(text: str) -> str:
    """The text with native counting words before a unit as digits, and day words as parsers know them."""
    text = " ".join(text.split())
    for spelt, meant in _SPELT:
        text = spelt.sub(meant, text)
    text = _ORDINAL.sub(lambda found: f"{_ORDINALS[found['n']]}번", text)
    told = _COUNTED.sub(lambda found: f"{NATIVE[found['n']]}{found['gap']}{found['unit']}", text)
    return " ".join(told.split())


def opened(text: str) -> tuple[str, bool]:
    """The text without what merely leads up to it (`아니 `, `그럼 `), and whether that took something back."""
    found = _OPENS.match(text)
    return (text[found.end() :], _TAKES_BACK.search(found[0]) is not None) if found else (text, False)


def led(text: str) -> str:
    """The text without what only leads up to it; itself where nothing does."""
    return _LEADS.sub("", text, count=1) or text


def unled(text: str) -> Iterator[str]:
    """Ever shorter forms of the text without what only leads up to it or trails behind it, the longest first."""
    for form in dict.fromkeys((led(text), _TRAILS.sub("", text), _TRAILS.sub("", led(text)))):
        if form and form != text:
            yield form


def closed(text: str) -> str:
    """The text without laughter, marks and a bare `줘`, `주세요` at its end."""
    before = ""
    while text != before:
        before, text = text, _ASKS.sub("", _LAUGHS.sub("", text))
    return text
