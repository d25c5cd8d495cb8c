"""What an administrator says right after adding somebody: a code for them too, or that it was another department. Pure.

직원 추가 홍길동 도로과 → "초대장도 보내주세요"          → "초대 홍길동"
                    → "도로과 아니고 농정과였네요"     → "부서 변경 홍길동 농정과"
"""

from __future__ import annotations

import re
from typing import Final

from bot.carrying import is_office
from bot.ellipses_desk import NAME, OFFICE

_LEADS: Final = r"(?:(?:그리고|그럼|그러면|이제|아|앗|아니|어|음|근데|그런데|참|죄송해요|죄송|잠깐)[ ,.]*)*"
_INVITES: Final = re.compile(
    rf"{_LEADS}(?:그 ?(?:분|사람)(?:한테|에게|께)?(?:도)? ?)?(?:초대장|초대 ?코드|접속 ?코드|코드|초대)"
    r"(?:도|를|을|까지|까지도)?"
    r"(?: ?(?:좀|같이|함께|바로))*"
    r"(?: ?(?:보내|보낼|만들|발급|뽑|주|줘|드리|드릴|해|하려|할|부탁)\S{0,6}(?: ?\S{1,4})?)?[ .!~]*"
)
_ELSEWHERE: Final = re.compile(
    rf"{_LEADS}(?:{NAME} ?(?:씨|님|주무관)?(?:은|는|이|가)? )?(?:(?:부서|소속)(?:가|는|이)? )?"
    rf"(?P<old>{OFFICE})(?:이|가)? ?(?:아니고요?|아니라|말고|아닌데요?|아니에요|아니네요)[ ,.]*(?P<to>{OFFICE})"
    r"(?:이었|였|이에|예|입|인|이|로|으로|소속)?\S{0,6}(?: ?(?:고쳐|바꿔|해|변경|수정|부탁)\S{0,6})?[ .!~]*"
)

_COMMANDS: Final = frozenset({"직원", "추가", "등록", "사람", "부서", "변경", "옮기기", "초대", "초대하기"})


def of_added(text: str, added: str) -> str:
    """The command that a text comes to beside whoever was just added by these words; empty for all other texts."""
    names = [one for one in added.split() if re.fullmatch(NAME, one) and not is_office(one)]
    who = next((one for one in names if one not in _COMMANDS), "")
    if not who or len(text) > 40:
        return ""
    if _INVITES.fullmatch(text):
        return f"초대 {who}"
    other = _ELSEWHERE.fullmatch(text)
    return f"부서 변경 {who} {other['to']}" if other is not None else ""
