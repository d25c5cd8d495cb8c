"""How people speak about a trip besides its plan: who does not go, what moved, who else goes, what is past. Pure."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from bot.trip_area import named
from bot.trip_memo import Memo
from bot.trip_words import FORGOT, TITLES

_COUNTS: Final = {"한": 1.0, "두": 2.0, "세": 3.0, "네": 4.0, "반": 0.5}
_END: Final = r"[\s.!~ㅠㅜㅋㅎ^]*$"
_SHIFT: Final = re.compile(
    r"^(?:(?:아|어|저기|근데|그런데|참)[\s,]+)*"
    r"(?:(?:출장 ?)?(?:가다가?|가는 ?(?:길에?|중에?|데)) )?(?:(?:출장 ?)?"
    r"(?:차|길|도로|고속도로|교통|버스|기차|열차|KTX|눈|비|사고|정체)\S{0,4} ?(?:(?:많이|좀|너무|엄청) )?\S{0,5}"
    r"(?:서|아|어|때문에|니까|가지고)[\s,]+)?(?:(?:오늘|내일|모레|그|이번)\s?)?"
    r"(?:출장|일정|출발|시간|시각|출장 ?시간|출발 ?시간)?(?:이|은|을|가)?\s?"
    r"(?P<n>\d{1,3}|한|두|세|네|반)\s?(?P<unit>시간(?:\s?(?P<half>반))?|분)\s?(?:정도|쯤|만|씩)?\s?"
    r"(?P<way>늦|미뤄|미루|미뤘|미룹|밀[려렸림린릴]|뒤로|연기|당[겨겼기긴]|땡[겨겼긴]|앞당|일찍"
    r"|빨라)\S*(?:\s\S{1,5}){0,2}" + _END
)
SHIFTED: Final = _SHIFT.pattern.replace("?P<n>", "?:").replace("?P<unit>", "?:").replace("?P<half>", "?:").replace(
    "?P<way>", "?:"
)  # fmt: skip
_LATER: Final = re.compile(r"늦|미|밀|뒤|연")

_DENIES: Final = r"(?:안|못)\s?(?:간|가|갈|감|갑|갔)\S*(?:\s(?:됐|되었|했|것|듯|거|같|겠)\S*)*"
_NOT_GOING: Final = re.compile(rf"(?:^|\s)(?:{_DENIES}|갈 ?수\s?없\S*|가지\s?(?:않|못)\S*){_END}")
_SOMEBODY: Final = re.compile(rf"[가-힣]\s?(?:{TITLES})님?|말고|아니라")
NOT_GONE: Final = (
    r"^(?:(?:아|앗|어|엇|음|아니|아니다|아니요|아니야|아뇨|잠깐|잠깐만|잘못|미안|죄송\S*)[\s,.!~]*)*(?:나|저|저는)?\s?"
    r"(?:아직\s?(?:출발|도착|복귀)?(?:은|는|을)?\s?)?(?:안|못)\s?(?:갔|나갔|나왔|떠났|왔|출발했|도착했|복귀했"
    r"|출발함|도착함)\S*" + _END
)
SURELY_A_MOMENT: Final = re.compile(r"출발|도착|복귀|아직")

_PAST: Final = re.compile(
    r"(?:갔다\s?온|다녀온|갔던)\s?(?:지|거|건|것)(?=\s|$|[은는이가도]|[가-힣])"
    r"|(?:정산|여비|출장비|영수증|보고서).{0,14}(?:안\s?\S|못\s?\S|아직|언제|까지|얼마|내야|해야|밀렸|밀려|남았|기한)"
)
WANTS_RECEIPT: Final = re.compile(
    r"영수증(?:을|좀|도|은)?\s?.{0,10}(?:줘|주세요|주십시오|보내|보여|볼래|다시|재발급|재발송)"
)
_BEFORE: Final = re.compile(r"저번|지난|아까|예전|어제|받은|받았|다시|한 ?번\s?(?:만\s?)?더|또|재발")

_TELLS: Final = re.compile(
    r"[았었했였갔왔봤났](?:네|다|더니|다가|지|고|던|거든|잖아|구나|더라)\S{0,2}(?=[\s.!~]|$)|[더드]라고?(?=\s|$)"
)
_MOST_WORDS: Final = 5  # a place and what for, without any time: longer is talk
_NAMED: Final = rf"(?:[가-힣]{{2,4}}\s?(?:{TITLES})님?|[가-힣]\s?(?:{TITLES})님?|[가-힣]{{3}})"
_AROUND: Final = re.compile(
    r"(?:이번|그|오늘|내일|모레)?\s?출장(?:에|에는|엔|지)?(?=\s)|동행(?:자|인|으로|에)?(?:은|을|도)?(?=\s|$)"
    r"|(?<!\S)(?:한|두|1|2)\s?(?:명|분|사람)(?:을|만)?(?=\s|$)|(?<!\S)(?:더|추가로)(?=\s|$)"
    r"|추가\S*(?:\s(?:부탁\S*|해\S*|좀))*"
    r"|(?:같이|함께)(?:\s?(?:가기로|갑니다|가요|간대|가게|가신)\S*)?|(?<!\S)(?:이요|요|좀)(?=\s|$)"
)
_JOINS: Final = re.compile(
    rf"^(?P<who>{_NAMED})(?:도|이|가|하고|랑|이랑)?\s?(?:같이|함께)\s?"
    r"(?:가기로|갑니다|가요|간대|간다|가게|가신|감|가는)\S*(?:\s(?:했|됐|되었)\S*)?" + _END
)
JOINED: Final = (
    (
        rf"^[가-힣]{{0,3}}\s?(?:{TITLES})님?(?:을|를|도)?\s?동행(?:자|인)?(?:으로"
        rf"|에)?\s?추가\S*(?:\s\S{{1,8}}){{0,2}}[\s.!~]*$"
    ),
    r"^출장에\s[^,?]{1,20}추가\S*[\s.!~]*$",
    r"^동행(?:자|인)?(?:은|을|으로|에)?\s.{0,24}추가\S*(?:\s\S{1,8}){0,2}$",
    (
        r"^[가-힣]{3}(?:도|이|하고|랑|이랑)?\s?(?:같이|함께)\s?(?:가기로|갑니다|가요|간대|간다|가게"
        r"|가신)\S*(?:\s(?:했|됐|되었)\S*)?[\s.!~]*$"
    ),
)
"""Sentences without the word 출장 by which somebody joins the trip."""


def shift(text: str) -> timedelta | None:
    """How much later, or earlier (negative), a trip is said to be."""
    found = _SHIFT.match(text)
    if found is None:
        return None
    count = _COUNTS.get(found["n"]) or float(found["n"])
    minutes = count if found["unit"] == "분" else 60 * (count + (0.5 if found["half"] else 0))
    return timedelta(minutes=minutes if _LATER.match(found["way"]) else -minutes)


def not_going(text: str) -> bool:
    """Whether a sentence says that its speaker does not go."""
    return len(text) <= 60 and _SOMEBODY.search(text) is None and _NOT_GOING.search(text) is not None


def without_denial(text: str) -> str:
    """What is left of it: which day, which trip."""
    return _NOT_GOING.sub(" ", text)


def is_past(text: str) -> bool:
    """Whether it tells of a trip that was, or of its money: no plan."""
    return len(text) <= 80 and "\n" not in text and _PAST.search(text) is not None and not re.search(FORGOT, text)


def wants_receipt(text: str) -> tuple[bool, bool]:
    """Whether somebody wants a receipt, and whether they say that they had it before."""
    wants = len(text) <= 50 and WANTS_RECEIPT.search(text) is not None
    return wants, wants and _BEFORE.search(text) is not None


def before_receipt(text: str) -> str:
    """What stands before the wish for a receipt: `사무실 왔습니다` of `사무실 왔습니다 영수증 주세요`."""
    found = WANTS_RECEIPT.search(text)
    return "" if found is None or found.start() == 0 else text[: found.start()].strip(" .,!~")


def unsure(said: str, memo: Memo) -> bool:
    """Whether words beside 출장 may tell no plan: no place that there is, and told as what was, or at length.

    What has a line of its own, a number, a vehicle or a companion was written as a memo.
    """
    if "\n" in said or memo.document or memo.vehicle is not None or memo.companions or not memo.destination:
        return False
    if any(named(word) for word in memo.destination.split()):
        return False
    return _TELLS.search(said) is not None or (
        memo.span.day is None and memo.span.start is None and len(said.split()) > _MOST_WORDS
    )


def companion(text: str) -> str:
    """Who is said to go along on the trip that there is; empty where nobody is, or where it tells a plan."""
    bare = text.strip(" .!~")
    joins = _JOINS.match(bare)
    if joins is not None:
        return joins["who"]
    if "추가" not in bare or re.search(r"\d\s?시|:\d\d|,", bare) or not re.search(r"동행|출장에", bare):
        return ""
    rest = " ".join(_AROUND.sub(" ", f"{bare} ").split())
    found = re.fullmatch(rf"(?P<who>{_NAMED})(?:도|을|를|이|가)?", rest)
    return found["who"] if found is not None else ""
