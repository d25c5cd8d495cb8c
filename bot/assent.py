"""Yes or no, as people answer a question in a sentence of their own: `네`, `넵 동의합니다`, `아뇨 저는 안 갔어요`.

A yes must be the whole answer: whatever else stands beside it, or a question mark, makes it none. A no may explain
itself. What is neither is no answer, and the question goes on waiting. Pure.
"""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 40
_MARKS: Final = " .!~,ㅎㅋㅠㅜ^♡"
_BETWEEN: Final = r"[\s,.!~]*"
_YES: Final = (
    r"(?:네{1,3}|넵|넹|넴|예|옙|응|어|그래|그럼|물론|당연(?:히|하죠)?|ㅇㅇ|ㅇㅋ|오케이|ok|yes|좋(?:아|습니다|음)|확인(?:했|합|함)?"
    r"|그렇(?:습니다|죠|지)|맞(?:아|습니다|음|어|네|는데|고))(?:요|니다|습니다|어요)?"
)
_SELF: Final = r"(?:(?:저|제가|저도|나도|저희|우리|지금|방금|출장|모두|다|둘이)(?:는|도)?\s*)*"
_AGREES: Final = (
    r"(?:(?:개인|위치|정보|수집|이용|제공|처리)(?:에|을|를)?\s*)*동의(?:에)?"
    r"(?:요|함|합니다|해요|해|할게요?|하겠습니다|드립니다|했습니다|했어요|할래요?|하죠|하지요|입니다)?"
)
_TOGETHER: Final = (
    r"(?:(?:같이|함께|동행|동승)\s*)(?:하고\s*)?(?:있|왔|갔|했|다녀|나왔|가|갑|중|맞|이동|출발|도착|옴|감|함|합)"
    r"\S*(?:\s*(?:있|중|왔|맞)\S*)?"
)
_FLATLY: Final = (
    r"^(?:아니|아뇨|아녀|안\s?돼|ㄴㄴ|no\b|노노|싫|거부|거절|미동의|비동의|반대)"
    r"|(?:거부|거절|사양)(?:합|할|하|해)|(?:아닙|아니에|아니예|아닌데)"
)
_NOT: Final = r"(?:안|못)\s?(?:할|합|해|함|하|했)"
_QUESTION: Final = re.compile(
    r"(?:나요|까요|니까|[은는인던]가요|되나|어떻게|언제|얼마|어디|누구|누가|뭐(?!든)|무슨|왜)"
    r"|(?:거부|거절|동의)\S{0,4}(?:하|안 ?하|못 ?하)면"
)
_ELSE: Final = re.compile(
    r"식당|점심|메뉴|차례|소식|구독|알림|브리핑|휴가|[오내]늘은 아닌|아닌데 \S|(?:그전에|먼저|다른)"
)
"""What somebody who refuses does not speak of: the question goes on waiting."""
_NO: Final = {
    "agrees": re.compile(
        rf"{_FLATLY}|^(?:저는\s*|아직\s*)?{_NOT}|동의(?:는|를|도|에)?\s*(?:저는\s*)?{_NOT}"
        r"|(?:동의하|원하|원치)(?:지는?|진)?\s?(?:않|못|아니)|원치\s?않",
        re.IGNORECASE,
    ),
    "together": re.compile(
        rf"{_FLATLY}|(?:안|못)\s?(?:가|갔|갑|감|간|왔|와|옴|있)|(?:함께|같이|동행)\s?{_NOT}|(?:지|진|질|지는)\s?(?:않|못)|빠졌|빠짐|빼\s?주",
        re.IGNORECASE,
    ),
}
_WHOLLY: Final = {
    "agrees": re.compile(rf"(?:{_YES}{_BETWEEN})*{_SELF}(?:{_YES}|{_AGREES})", re.IGNORECASE),
    "together": re.compile(
        rf"(?:{_YES}{_BETWEEN})+|(?:{_YES}{_BETWEEN})*{_SELF}(?:\S+\s?(?:님|주무관|팀장|과장)\S*\s*)?{_TOGETHER}",
        re.IGNORECASE,
    ),
}


def agrees(text: str) -> bool | None:
    """The answer to "do you consent?"; None where it is none."""
    return _answer(text, "agrees")


def together(text: str) -> bool | None:
    """The answer to "are you there with them?"; None where it is none."""
    return _answer(text, "together")


def _answer(text: str, about: str) -> bool | None:
    bare = text.strip(_MARKS)
    if not bare or len(bare) > _LONGEST or "?" in bare or _QUESTION.search(bare):
        return None
    if _NO[about].search(bare):
        return None if about == "agrees" and _ELSE.search(bare) else False
    return True if _WHOLLY[about].fullmatch(bare) else None
