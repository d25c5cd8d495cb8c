"""Corrections and short answers about a trip, as people type them, made plain for whoever reads them. Pure.

    "ㄴㄴ 3시야" → "3시"    "김해 아냐 밀양이야" → "김해 아니고 밀양"    "장소 양산으로" → "장소: 양산"

And what is no correction yet: a field without its new value, a no, a place that only points at another trip.
"""

from __future__ import annotations

import re
from typing import Final

from bot.trip_words import TITLES

_LEADS: Final = re.compile(
    r"^(?:(?:아니(?:요|야|다|고|지|라|오)?|아뇨|아냐|ㄴㄴ+|노노|땡|오타|정정|잠깐만?|아차|앗|엇|아|어|음|참"
    r"|저기|근데|그런데|그리고|그럼|미안|죄송\S*|그게 ?아니라"
    r"|네|넵|예|ㅇㅇ)(?:[\s,.!~]+|(?=ㅠ|ㅋ)))+"
)
_DENIES: Final = re.compile(r"^(?:(?:아|어|앗|음)[\s,]+)*(?:아니|아뇨|아냐|ㄴㄴ|노노|정정|오타|그게 ?아니)")
_NOT_BUT: Final = re.compile(
    r"(?<=\S)(?:이|가)? ?(?:아니(?:야|에요|예요|요|라고|다|고요|라니까|라구)|아냐|아님|아닙니다|아닌데요?|아녀"
    r"|틀렸\S*|X|x)[,.\s]+(?=\S)"
)
_SAID: Final = re.compile(
    r"^(?P<wrong>\S(?:.{0,14}?\S)?)(?:이라|라)고?\s?(?:캤|켔|캔|했|햇|한|하던|말한|적은|쓴)\S{0,2}?\s?(?:거|것|건|걸|꺼)(?:는|은|을)?,?\s+(?=\S)"
)
_AGREES: Final = re.compile(
    r"(?:(?:어|응|엉|네|예|넵|그래|오케이|아|됐다|댔다|됐네|됐어|댔네|좋다|좋네)[\s,.!]+)*"
    r"(?:(?:맞다|맞네|맞어|맞지|그거다|그래 ?맞다)|(?:그걸로|그거로|그대로|그렇게|이대로)"
    r"|(?:그걸로|그거로|그대로|그렇게|이대로|바로|(?:맞다|맞네|맞아)[\s,.!]*)?\s?(?:올려|올리|등록해|적어|저장해)\S{0,2})"
    r"(?:\s?(?:라|주라|줘요?|주세요|해라?|하자|가자|해 ?줘|부탁\S{0,3}))?[\s.!~ㅎㅋ]*"
)
_POINTS: Final = r"(?:(?:그거|이거|방금 ?(?:거|꺼|것|한 ?거)?|그 ?출장|이 ?출장|이번 ?출장|출장)(?:은|는|의|도)?\s+)?"
_THAT: Final = re.compile(
    r"^(?:그거|이거|그 ?출장|이 ?출장|방금 ?(?:거|꺼|것|한 ?거|적은 ?거))(?:은|는|을|를)?\s+(?!말고|취소|아니"
    r"|아냐|지워|빼)(?=\S)"
)
_FIELDS: Final = (
    (r"(?:출발 ?|출장 ?)?(?:시간|시각|일시|날짜|일자|일정)", ""),
    (r"(?:출장)?(?:장소|목적지|출장지|행선지|방문지|가는 ?(?:곳|데)|곳)", "장소: "),
    (r"(?:출장 ?)?(?:목적|용무|사유|용건)", "목적: "),
    (r"(?:차|차량|차편|교통편|교통|이동(?:수단)?|가는 ?건)", ""),
    (r"(?:동행자?|동반자?|일행|같이 ?가는 ?(?:사람|분))", "동행: "),
    (r"문서 ?번호", "문서번호 "),
)
_FIELD: Final = tuple(
    (
        re.compile(
            rf"^{_POINTS}{name}(?:이|가|을|를|은|는|도|만)?(?:\s*(?:틀렸\S*|잘못\S*|오타\S*|아니\S*))?\s+(?=\S)"
        ),
        label,
    )
    for name, label in _FIELDS
)
_TAIL: Final = re.compile(
    r"(?<=[가-힣\dX])(?:이야|(?<!가)야|이에요|이예요|에요|예요|이요|입니다|임|이라고|라고요?|라니까|이라니까"
    r"|거든요?|인데요?|이었어|였어|이지|맞아)[\s.!~ㅠㅋ]*$"
)
_TO: Final = re.compile(
    r"(?:으로|로)(?:요| ?(?:해 ?줘요?|해 ?주세요|할게요?|해|부탁\S*|가요?|갑니다|갈게요?))?[\s.!~]*$"
)
_ALSO: Final = re.compile(
    rf"^(?P<who>[가-힣]{{0,3}} ?(?:{TITLES})님?|[가-힣]{{3}})도(?: ?(?:가|같이|함께|추가|데려|동행|넣어)\S*(?: "
    rf"?(?:가|가요|감|해|해줘|갑니다"
    rf"|간대))?)?[\s.!~]*$"
)
_THINGS: Final = "|".join(name for name, _ in _FIELDS)
_VAGUE: Final = re.compile(
    rf"^{_POINTS}(?:(?:{_THINGS}|그거|이거|인원|내용|계획|출장)(?:이|가|을|를|은|는|만|도|좀)*\s*)*(?:좀 |다시 |다 )*"
    r"(?:바꿔|바꾸|바꿀|바뀌|바뀜|바뀐|변경|수정|고쳐|고칠|고치|정정|틀렸|틀림|잘못|미뤄|미룰|미루|연기|밀렸"
    r"|밀려|당겨|늦춰|옮겨|조정|추가)\S*"
    r"(?: (?:좀|줘|주세요|할게|할래|하고|해|해줘|해야|돼|돼요|됐어|됐어요|됐는데|되는데|되나|될|거|것|거같아"
    r"|같아|같아요|같은데|싶어|싶은데|수|있어|있나|부탁\S*|요|쓴|썼어|적었어"
    r"|거야))*[\s.!~]*$"
    r"|^(?:그거|이거|거기|여기|저기|그곳)(?:은|는|이|가)? ?(?:말고 ?(?:다른|딴) ?\S{1,4}|아니(?:야|에요|예요"
    r"|요|라고|다)?|아냐|아님)[\s.!~]*$"
)
_LATER: Final = re.compile(
    r"(?:아직\s?)?(?:잘\s?)?(?:몰라|모르|모름|미정|미확정|안 ?정|정해지|못 ?정|글쎄|나중|이따|추후|아직|생각 "
    r"?중|확인 ?(?:하고|해보고|후)|상관 "
    r"?없)\S*(?:\s\S{1,6}){0,2}[\s.!~]*"
)
_NO: Final = re.compile(
    r"(?:(?:아니(?:요|야|다|오|에요|예요)?|아뇨|아냐|ㄴㄴ+|ㄴ|노노?|됐어요?|됐습니다|괜찮아요?|괜찮습니다|그냥 "
    r"?(?:둬|놔둬|두세요)|안 ?(?:고쳐|바꿔|할래|할게)\S*"
    r"|그만)[\s,.!~]*)+"
)
_SAME: Final = re.compile(
    r"(?:(?:저번|지난번|전번|어제|그저께|그제|지난 ?주|저번 ?주|아까|방금|늘|항상|맨날)(?:에|이랑|이랑은|하고"
    r"|과|처럼)?\s?(?:간|갔던|가던|갔다 ?온|다녀온"
    r"|가는)?\s?(?:거기|그곳|데|곳|그데|장소|똑같은 ?(?:데|곳)|같은 ?(?:데|곳))"
    r"|거기|그곳|그 ?장소|같은 ?(?:데|곳)|똑같은 ?(?:데|곳)|똑같이)(?:로|으로|에|야|요|이야|이요|예요|이에요"
    r"|입니다|임|갑니다|가요|감| 가요?| 또| 다시)*[\s.!~]*"
)


def plain(text: str) -> str:
    """The correction without what leads up to it, its field named as a memo names it, its polite end off."""
    bare = _LEADS.sub("", text.strip(" .!~"), count=1).strip() or text.strip(" .!~")
    bare = _THAT.sub("", bare, count=1)
    bare = _SAID.sub(r"\g<wrong> 말고 ", _NOT_BUT.sub(" 아니고 ", bare))
    if also := _ALSO.match(bare):
        return f"동행: {also['who']}"
    for pattern, label in _FIELD:
        found = pattern.match(bare)
        if found is not None and not vague(bare):
            rest = _TAIL.sub("", bare[found.end() :])
            if re.match(r"없|말고|아니|안 ", rest):
                break
            rest = _TO.sub("", rest) if label else rest
            return f"{label}{rest}" if label and "아니고" not in rest else rest
    return _TAIL.sub("", bare) or bare


def agrees(text: str) -> bool:
    """Whether it is a yes to a memo beyond the bare words of one: `됐다 그걸로`, `어 맞다 올려`."""
    return len(text) <= 24 and _AGREES.fullmatch(text.strip()) is not None


def denies(text: str) -> bool:
    """Whether it begins by taking something back: what follows is put in its place."""
    return _DENIES.match(text) is not None


def vague(text: str) -> bool:
    """Whether it says that something changes, and not to what: `시간 바꿔줘`, `장소 변경`, `미뤄줘`."""
    return _VAGUE.match(_LEADS.sub("", text.strip(" .!~"), count=1)) is not None


def not_yet(text: str) -> bool:
    """Whether the answer is that it is not known, or a no: nothing is changed by it."""
    bare = text.strip(" .!~ㅠㅋㅎ")
    return _LATER.fullmatch(bare) is not None or _NO.fullmatch(bare) is not None


def same_place(text: str) -> bool:
    """Whether a place is only pointed at: `거기`, `어제 간데`, `저번이랑 같은 곳`."""
    return _SAME.fullmatch(_LEADS.sub("", text.strip(), count=1)) is not None
