"""What is said of a sheet's difference that is open: asked of its people, without one of them, or to be applied. Pure.

"부서변경에 김영수도 있어요?" → ask    "그분은 빼고 나머지만" → without    "엑셀 올린거 반영해줘" → apply
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from bot.wanting import may_be_name

_TITLE: Final = r"(?: ?(?:주무관|실무관|팀장|과장|국장|계장|사무관|주사|주임|선생))?(?:님|씨)?"
_WITHOUT: Final = re.compile(
    r"(?:은|는|만|을|를|씨|님|분|사람|주무관)? ?(?:빼고|빼줘|빼주\S*|빼요|빼라|빼야\S*|제외\S*|말고)"
)
_WHO: Final = re.compile(rf"(?<![가-힣])(?P<who>[가-힣]{{3,4}}?){_TITLE}(?=도|은|는|만|이|가|을|를| |빼|말고|$)")
_THAT: Final = re.compile(r"(?:그|이|저) ?(?:분|사람|직원|줄)|걔")
_ASKS: Final = re.compile(
    r"몇 ?(?:명|사람|분|건)|(?:도|은|는|이|가|씨|님|주무관) ?(?:여기 ?|거기 ?)?(?:있|들어|포함|나와|나오|"
    r"바뀌|빠졌|빠지|해당|어디|맞)\S{0,6}[ ?!.~]*$"
    r"|누구누구|누가 ?(?:바뀌|옮|가|있)|누구(?:야|예요|에요|지)"
)
_APPLY: Final = re.compile(
    r"(?:네|예|넵|아|그럼|[ ,.])*(?:(?:아까|방금|지금)? ?(?:엑셀|파일|표|발령|인사 ?발령|명단)? ?(?:올린|"
    r"보낸|드린|준)? ?(?:거|것|꺼|파일|엑셀|표)?"
    r"(?:을|를|대로|로|은)?|그대로|이대로|이거|그거|이걸로|그걸로| )*(?:반영|적용|처리|진행)(?:해|하|시켜|좀|"
    r"부탁)?\S{0,8}(?: ?(?:주세요|줘|주십시오|할게요?|부탁\S{0,5}))?[ .!~]*"
)


def kind_of(text: str) -> str:
    """`ask`, `without` or `apply`; empty for all else."""
    told = " ".join(text.split())
    if len(told) > 40:
        return ""
    if _WITHOUT.search(told) and (_THAT.search(told) or somebody(told)):
        return "without"
    if _ASKS.search(told):
        return "ask"
    return "apply" if _APPLY.fullmatch(told) else ""


def somebody(text: str) -> str:
    """The name that a text seems to hold; empty where there is none."""
    found = [one["who"] for one in _WHO.finditer(text) if one["who"][-1] not in "은는도만를" and one["who"] != "나머지"]
    return next((one for one in found if may_be_name(one)), "") if not _THAT.search(text) else ""


def named_in(text: str, names: Collection[str]) -> str:
    """Which of these names stands in a text, the longest first."""
    return next((one for one in sorted(names, key=len, reverse=True) if len(one) > 1 and one in text), "")
