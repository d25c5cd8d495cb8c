"""What people write when Dobi asked them something: yes, no, later, which of several, or the thing itself. Pure.

    "네 그렇게 해주세요" → yes    "아니요 괜찮아요" → no    "나중에 할게요" → later
    "두 번째 거요", of three → 2    "26일까지요" → "26일까지"    "네, 오후 2시로 해주세요" → "오후 2시"

A whole answer only: words beside it, or a question mark, make it none, and the question goes on waiting. Where a yes
and a no can be heard in one sentence it is neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final

from bot.later_turns import not_yet
from bot.numerals import sino
from bot.sayings import normal

LONGEST: Final = 40
UNCLEAR: Final = -1
_MOST_FORMS: Final = 16
_MARKS: Final = " .!~,…ㅎㅋㅠㅜ^♡\"'"
_LIPS: Final = r"[\s,.!~…ㅎㅋㅠㅜ]*"

_YES: Final = (
    r"(?:네++|넵++|넹|넴|넨|예++|옙|응++|엉|어|웅|ㅇㅋ|ㅇ++|오케이|오키|ok|okay|yes|그래|그럼|그럽시다|"
    r"그러(?:세요|시죠|죠|자|지|십시오)|물론|당연(?:히|하죠|합니다)?|좋(?:아|습니다|네|죠|지|음)|콜|"
    r"맞(?:아|습니다|음|네|죠|지)|확인(?:했|합|함)|그렇(?:습니다|죠|지|네))"
    r"(?:이요|이에요|예요|요|니다|습니다|어요|용)?"
)
_ENDS: Final = (
    r"(?:주세요|주시죠|주십시오|주시면 됩니다|주시겠어요|주실래요|줘요?|줄래요?|줄게요?|주라|주삼|봐요?|"
    r"요|시죠|세요|십시오|죠|지|자|합시다|입니다)"
)
_DO: Final = (
    r"(?:그렇게|그대로|그걸로|이걸로|이대로|그거로|바로|지금|얼른|빨리|계속|일단|꼭|다)*\s*"
    rf"(?:(?:진행|처리|실행|수락)\s*)?(?:해\s?{_ENDS}?|하{_ENDS}|할게요?|하겠습니다|합시다|합니다|하기로)"
    r"|(?:그렇게|그대로|그걸로|이대로)?\s*(?:진행|처리|실행)(?:요|이요)?"
    r"|(?:그렇게|그대로|그걸로|이대로|잘|꼭)*\s*부탁(?:해요?|합니다|드려요|드립니다|드리겠습니다|요|이요)?"
    r"|(?:그렇게|그대로|그걸로|이대로)(?:요|로요|만요)?"
)
_YES_ALONE: Final = re.compile(rf"{_YES}(?:{_LIPS}{_YES})*", re.IGNORECASE)
_YES_LEADS: Final = re.compile(rf"(?:{_YES})(?:[\s,.!~]+(?:{_YES}))*(?=[\s,.!~])[\s,.!~]*", re.IGNORECASE)
_DOES: Final = re.compile(rf"(?:{_DO})(?:{_LIPS}(?:{_DO}|{_YES}))*", re.IGNORECASE)
_THANKS: Final = re.compile(
    r"[\s,.!~]*(?:감사(?:해요|합니다|드립니다)|고마워요?|고맙습니다|죄송(?:해요|합니다|하지만)?|미안(?:해요|합니다)?)$"
)

_NO_ENDS: Final = r"(?:이?에요|예요|입니다|이?요|습니다|어요?|아요?|네요|거든요|답니다|ㅂ니다)?"
_NO: Final = (
    rf"(?:아니(?:요|오|야|에요|예요|다|라|ㅇ|어|용|지)?|아닙니다|아닌데요?|아뇨|아녀|아냐|ㄴㄴ+|ㄴ|노{{1,2}}|no|nope|싫{_NO_ENDS}"
    rf"|괜찮{_NO_ENDS}|됐(?:고요?|{_NO_ENDS})|되었{_NO_ENDS}|(?:필요|관심)(?:이|는)?\s?없{_NO_ENDS}"
    r"|(?:하|보내|올리|바꾸|지우|넘기)지\s?(?:마|말)(?:요|세요|아|라|자|십시오|고)?(?:\s?(?:주세요|줘요?|주십시오))?"
    r"|안\s?(?:할|해|하|보낼|올릴|바꿀|지울|넘길|합니다|됩니다|돼|되)(?:래|게|요|겠|거|랍니다)*(?:요|습니다|예요|에요|니다)?"
    r"|(?:그만|관)\s?(?:둘|두|둬|뒀|해|하|할|합니다)?(?:게|래|자|죠|겠습니다|세요|ㅂ니다|습니다)*(?:요|\s?주세요)?"
    r"|(?:취소|철회|보류|거절|사양|중단|무효)(?:해\s?(?:주세요|줘요?|주십시오)|요|로|하고 싶어요|해요?|할게요?|할래요?"
    r"|합니다|하겠습니다|하자)?"
    r"|없던\s?(?:일|걸)로(?:요|\s?해\s?(?:주세요|줘요?)|\s?할게요?)?"
    r"|잘못\s?(?:눌|보|보냈|쳤|했|썼)\S{0,6}"
    r"|(?:그냥|그대로)\s?(?:둬|두|놔|둘|둡)\S{0,5}|놔\s?둬\S{0,4}|내버려\s?\S{0,4}"
    r"|말(?:래|게|아|자|죠)(?:요|\s?주세요)?|원(?:하지|치)\s?않\S{0,4})"
)
_FILLERS: Final = (
    r"(?:아|음|흠|저는?|제가|난|나는|지금은|이번(?:엔|에는)|오늘은|일단|그냥|그럼|그러면|역시|다시|생각해\s?보니|그거|이거"
    r"|그건|이건|좀|이제)"
)
_REFUSES: Final = re.compile(rf"(?:(?P<no>{_NO})|{_FILLERS}){_LIPS}", re.IGNORECASE)
_WHEN: Final = (
    r"(?:나중(?:에|으로)?|이따가?|있다가?|(?:좀|조금|잠시|잠깐)\s?(?:이따가?|있다가?|뒤에|후에|나중에)|다음(?:에|번에)|"
    r"시간\s?(?:날|나면|될)\s?때|지금(?:은)?\s?(?:말고|아니고|안\s?돼|안\s?되|바빠|바쁘|못)\S{0,4}|추후(?:에)?)"
)
_LATER: Final = re.compile(
    rf"(?:(?:아|음|네|넵|예|아니요|아뇨|제가|저는|그건|이건|그거|이거|일단|좀|지금은|말고){_LIPS})*{_WHEN}"
    r"(?:요|이요)?(?:\s?(?:할게요?|할래요?|하겠습니다|할께요?|합니다|해요?|하죠|볼게요?|볼래요?|보겠습니다|답할게요?|정할게요?|"
    r"생각해\s?볼게요?|결정할게요?|말할게요?|말씀드릴게요?|알려\s?드릴게요?|하는\s?걸로\s?\S{0,5}))?"
)
_ASKS: Final = re.compile(
    r"[?？]|(?:[가-힣](?:나요|까요|니까|[은는인던]가요|래요\?|는지)$)|어떻게|언제|얼마|어디|누구|누가|뭐(?!든)|무슨|왜|어느|몇|어때"
)


_DONE_YET: Final = re.compile(r"(?:[가-힣]{1,6} )?(?:됐|되었|괜찮)\S{0,4}\s?[?？][\s?？!.~ㅋㅎㅠㅜ]*")
"""Asks, and is no `no, thanks`."""
_ORDERS: Final = re.compile(
    r"^(?:(?:정말|너무|네|아)\s)?(?:감사|고마|고맙|안녕|좋은\s?(?:아침|하루|저녁|주말)|수고|죄송|미안|도와|ㅋ|ㅎ|ㅠ)|^(?:그만|취소|잠깐|잠시만|아니\s)"
    r"|(?:꺼|끄|켜|해지|취소|빼|지워|멈춰|바꿔|고쳐|옮겨|보여|열어|알아|모르|싫|말고|됐)\S{0,2}\s?"
    r"(?:줘|주세요|주라|주십시오|봐|겠\S{0,4}|할게|할래|요|다)?요?$"
)


class Said(Enum):
    """What an answer says where it names nothing."""

    YES = "yes"
    NO = "no"
    LATER = "later"


def bare(text: str) -> str:
    """The answer without marks, laughter and thanks around it."""
    told = text.strip(_MARKS)
    thanked = _THANKS.sub("", told).strip(_MARKS)
    return thanked or told


def asks(text: str) -> bool:
    """Whether it asks something itself."""
    return _ASKS.search(bare(text) if "?" not in text else text) is not None and bare(text) not in {"하나요", "둘이요"}


def said(text: str) -> Said | None:
    """Yes, no or later; None for whatever says more, less, or asks back."""
    told = bare(text)
    if not told or len(text) > LONGEST or _asks_back(text) or _DONE_YET.fullmatch(text.strip()):
        return None
    if _LATER.fullmatch(told):
        return Said.LATER
    if not_yet(told):
        return Said.NO
    rest = _YES_LEADS.sub("", told, count=1)
    if _refuses(told) or _refuses(rest):
        return Said.NO
    if _YES_ALONE.fullmatch(told) or _DOES.fullmatch(rest):
        return Said.YES
    return None


def _refuses(told: str) -> bool:
    """Whether every word of it declines, or leads up to that; read from left to right, each word once."""
    at, no = 0, False
    while at < len(told) and (found := _REFUSES.match(told, at)) is not None and found.end() > at:
        at, no = found.end(), no or found["no"] is not None
    return no and at == len(told)


def _asks_back(text: str) -> bool:
    return "?" in text or "？" in text or re.search(r"뭐|무슨|어떻게|언제|어디|누구|왜", text) is not None


def agreeing(text: str) -> str | None:
    """What stands behind a leading yes: `적용해 주세요` of `네 적용해 주세요`; None where no yes leads."""
    told = bare(text)
    found = _YES_LEADS.match(told)
    return told[found.end() :] if found else None


_TIME: Final = re.compile(
    r"(?:\d{1,3}\s?(?:시간|시|분|일|주|:)|:?\d{1,2}(?!\d)|반|오늘|내일|모레|하루|이틀|사흘|종일|이번|다음|주|[월화수목금토일]요일|오전|오후"
    r"|아침|점심|저녁|밤|새벽|정오|자정|퇴근|출근|전|뒤|후|까지|부터|에서|에|으로|로|만|동안|~|-|,|\s)+"
)


def tells_time(form: str) -> bool:
    """Whether an answer is a time, a day or a span, and nothing else."""
    return _TIME.fullmatch(form) is not None


# --- which of several

_PLACES: Final = {
    "first": r"(?:첫|처음|첫\s?번째|맨\s?(?:위|앞|처음)|제일\s?(?:위|앞|처음)|첫째|일번)",
    "last": r"(?:마지막|맨\s?(?:아래|밑|뒤|끝)|제일\s?(?:아래|밑|뒤|끝|마지막)|끝)",
    "upper": r"(?:위|윗|앞|전자)",
    "lower": r"(?:아래|아랫|밑|뒤|뒷|다음|후자)",
    "middle": r"(?:가운데|중간)",
}
_ONE: Final = r"(?:에|의|쪽|에\s?있는|쪽에|에서)?\s?(?:거|것|꺼|걸|건|줄|쪽|번|번째|항목|놈)?"
_NUMBERS: Final = {
    "하나": 1, "일": 1, "둘": 2, "이": 2, "셋": 3, "삼": 3, "넷": 4, "사": 4, "다섯": 5, "오": 5,
    "첫째": 1, "둘째": 2, "셋째": 3, "넷째": 4,
}  # fmt: skip
_NAMED: Final = re.compile(
    r"(?P<word>하나|[첫둘셋넷]째|둘|셋|넷|다섯)|(?P<sino>[일이삼사오])\s?번|(?P<digit>\d{1,2})(?:\s?번)?"
)
_INSTEAD: Final = re.compile(
    r"^(?:아니(?:요|야)?[\s,]*)?(?:그거|이거|그것|이것|그건|이건|위에?\s?거|첫\s?번째\s?거?|1번)\s?말고\s?"
)
_NONE_OF: Final = re.compile(
    r"(?:둘|셋|모두|전부|다|여기(?:에|엔|에는)?|이\s?중(?:에|엔|에는)?|그\s?중(?:에|엔)?)?\s?(?:다|모두|전부)?\s?"
    r"(?:아니(?:에요|예요|요|야|다)?|아닙니다|아닌데요?|없(?:어요?|습니다|네요|는데요?))"
)


def which(text: str, count: int) -> int | None:
    """The number of the one that is meant of so many, from 1; 0 for none of them, `UNCLEAR` for a place that none of
    them has, None where it names no place."""
    if _asks_back(text) or len(text) > LONGEST or count < 1:
        return None
    told = _behind(bare(text))
    if _NONE_OF.fullmatch(told) and said(text) is not Said.NO:
        return 0
    told = _INSTEAD.sub("", told)
    for form in _plainer(normal(told)):
        found = _place(form, count)
        if found is not None:
            return found if 1 <= found <= count else UNCLEAR
    return None


def _behind(told: str) -> str:
    leads = _YES_LEADS.match(told)
    return told[leads.end() :] if leads else told


def _place(form: str, count: int) -> int | None:
    told = re.sub(r"(?<=[가-힣\d])(?:을|를|은|는)$", "", form)
    counted = re.sub(r"\s?(?:(?<!첫)(?<!둘)(?<!셋)(?<!넷)째|거|것|꺼|걸|건|쪽|항목|줄)$", "", told)
    if (found := _NAMED.fullmatch(counted)) is not None:
        return int(found["digit"]) if found["digit"] else _NUMBERS[found["word"] or found["sino"]]
    where = {
        "first": 1,
        "last": count,
        "upper": 1 if count == 2 else None,
        "lower": 2 if count == 2 else None,
        "middle": (count + 1) // 2 if count % 2 and count > 1 else None,
    }
    named = [name for name in where if re.fullmatch(_PLACES[name] + _ONE, told)]
    return None if not named else where[named[0]] or UNCLEAR


# --- the thing itself

_POLITE: Final = (
    r"(?:이요|이에요|예요|이예요|요|입니다|임|이야|이여)",
    (
        r"(?:으로|로)\s?(?:해\s?주세요|해\s?주십시오|해\s?줘요?|해요|해|할게요?|할께요?|할래요?|하겠습니다|합니다|하죠|하지요"
        r"|하고 싶어요|부탁(?:해요|합니다|드려요|드립니다)?|(?:보내|맞춰|잡아|바꿔|적어)\s?주세요|정할게요?)"
    ),
    (
        r"\s?(?:해\s?주세요|해\s?주십시오|해\s?줘요?|할게요?|할께요?|할래요?|하겠습니다|합니다|해요"
        r"|부탁(?:해요?|합니다|드려요|드립니다)?)"
    ),
    r"\s?(?:에\s?)?(?:보내|알려|보여|받아|적어|넣어)?\s?(?:주세요|주십시오|줘요?|주시면\s?(?:됩니다|돼요)|줄래요?)",
    r"\s?(?:갑니다|가요|쉽니다|쉬어요|쉴게요?|쉴래요?|쉴\s?거예요|씁니다|쓸게요?|써요|받을게요?|받을래요?|좋겠(?:어요|습니다)|좋을\s?것\s?같아요|돼요|됩니다)",
    r"(?:으로|로|에)(?:요|용)?",
)  # fmt: skip
_TRAILING: Final = tuple(re.compile(rf"(?<=\S){end}[.!~\s]*$") for end in _POLITE)
_LEADING: Final = re.compile(rf"^(?:(?:음|아|어|그럼|그러면|저는|전|그냥|일단|한|약|그|{_YES}),?\s+)+", re.IGNORECASE)
_SPELT: Final = re.compile(
    r"(?<![가-힣])(?P<tens>[이삼사오]?십)?(?P<ones>[일이삼사오육칠팔구])?(?P<unit>일(?=$|[까부로이요에])|분|월(?=\s|\d))"
)


def forms(text: str) -> Iterator[str]:
    """The text itself, then ever plainer forms of the same answer, each once."""
    if len(text) > LONGEST:
        yield text
        return
    seen: set[str] = set()
    for form in _all_forms(text):
        if form and form not in seen:
            seen.add(form)
            yield form


def polite(text: str) -> Iterator[str]:
    """The same without what is yes, no or later: for whoever reads those in full."""
    yield text
    if len(text) <= LONGEST and not asks(text):
        for start in dict.fromkeys((bare(text), _LEADING.sub("", bare(text)))):
            yield from _plainer(start)
            yield from _plainer(_spelt(normal(start)))


def _all_forms(text: str) -> Iterator[str]:
    yield text
    if asks(text):
        return
    answer = said(text)
    if answer is not None:
        yield {Said.YES: "네", Said.NO: "아니요", Said.LATER: "나중에"}[answer]
        return
    yield from polite(text)


def _plainer(text: str) -> Iterator[str]:
    """Without one polite ending after the other."""
    forms_of = [text]
    for form in forms_of:
        yield form
        for pattern in _TRAILING:
            shorter = pattern.sub("", form).strip(_MARKS)
            if shorter and shorter not in forms_of and len(forms_of) < _MOST_FORMS:
                forms_of.append(shorter)


def _spelt(text: str) -> str:
    """`이십육일` as `26일`."""
    return _SPELT.sub(_digits, text)


def _digits(found: re.Match[str]) -> str:
    return f"{sino(found['tens'], found['ones']) or ''}{found['unit']}"


def labelled(text: str, labels: Sequence[str], stems: Sequence[str]) -> list[int]:
    """Which labels the text says, by their words or by the stem of what they do; each index once, in order."""
    said_forms = {re.sub(r"\s", "", form) for form in forms(text)}
    said_forms |= {re.sub(r"(?:만|을|를|은|는|에게|에게만|에만)$", "", form) for form in said_forms}
    exact = [number for number, label in enumerate(labels) if re.sub(r"\s", "", label) in said_forms]
    if exact:
        return exact
    told = re.sub(r"\s", "", _behind(bare(text)))
    return [number for number, stem in enumerate(stems) if stem and re.fullmatch(stem, told)]


def names_something(text: str) -> bool:
    """Whether a text can be the words that were asked for: no yes or no, no question, no thanks and no order."""
    return said(text) is None and not asks(text) and _ORDERS.search(bare(text)) is None
