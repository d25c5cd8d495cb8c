"""Whether a sentence wants more to come or less, so that nobody is offered the opposite of what they said. Pure.

    "보내지 마라"                    wants less: nothing that sends more is offered
    "제한 걸지 마세요"                wants more: no limit is offered
    "모아서 주지 말고 그때그때 줘"      is what stands behind 말고
    "저녁 6시쯤 다시 띄워줘"           wants a story again later, which is not to subscribe again

Whoever says how something must not be done (`모아서 보내지 마`) refuses that manner and no more.
"""

from __future__ import annotations

import re
from typing import Final

_POLITE: Final = (
    r"(?:요|세요|십시오|시오|라|라고|아|아요|아라|고|자|길|았으면|았으면 ?해요|아 ?(?:줘|주세요|달라)|도록|게|죠)?"
)
_DENIED: Final = (
    rf"지\s?(?:는|도)?\s?(?:마|말|않){_POLITE}\S{{0,6}}(?: ?(?:해|해요|좋겠\S*|합니다|줘|주세요|해 ?줘|해 ?주세요))?"
)
_COMES: Final = r"(?:보내|주|알리|알려\s?주|울리|띄우|올리|뜨|오|받|켜|연락하|뜨게 ?하|보여\s?주|재개하)"
_STOPS: Final = r"(?:끄|멈추|막|걸|끊|중단하|쉬|쉬게 ?하|제한하|지우|빼|없애|해지하|취소하|두|줄이|닫)"
_NOT_COMING: Final = re.compile(
    rf"{_COMES}{_DENIED}[\s.!~ㅠㅜ]*$|(?<!\S)안 ?(?:보내|받|와|왔으면|오게|울리게|울렸으면|알려)\S{{0,6}}[\s.!~]*$"
    rf"|그만 ?(?:보내|오|와|받|알려|좀)"
)
_NOT_STOPPING: Final = re.compile(rf"{_STOPS}{_DENIED}[\s.!~]*$")
_MANNER: Final = re.compile(rf"(?P<how>모아|묶어|몰아|한꺼번|쌓아|늦게)\S{{0,3}}\s?\S{{0,3}}{_DENIED}")
_INSTEAD: Final = re.compile(r"^.{1,40}?(?:지\s?)?말고\s+(?P<rest>\S.{2,})$")
_AGAIN: Final = re.compile(
    r"(?:이따|있다|나중|시쯤|시에|무렵|뒤에|후에|저녁|아침|내일|퇴근|점심|오후|오전|\d\s?시|시간"
    r"|시\s?반).{0,14}(?:다시|한 ?번 ?더|또)\s?(?:좀\s?)?"
    r"(?:보여|보내|띄|알려|말해|올려|뜨게|볼|줘|꺼내)"
)

MORE: Final = frozenset({
    "모두 바로", "하루 제한 없음", "알림 다시 켜기", "다시", "구독", "식당 알림 켜기", "식수 알림 켜기",
    "내 시간 알림", "위치 동의", "출처 켜기", "구독 제안",
})  # fmt: skip
LESS: Final = frozenset({
    "해지", "쉬기", "제외", "하루 5건까지", "모아서만", "중요한 것만 바로", "알림 멈춤 2시간", "알림 잠시 멈춤",
    "조용한 시간", "주말 알림 끄기", "식당 알림 끄기", "출처 끄기", "위치 잠시 멈춤", "위치 철회", "접속 끊기",
    "연결 해제", "휴직 처리", "퇴직",
})  # fmt: skip
_RETURNS: Final = frozenset({"다시", "알림 다시 켜기", "구독", "복직", "식당 알림 켜기", "아침 브리핑"})


def affirmed(text: str) -> str:
    """What stands behind `말고`, where something does; else the whole text."""
    found = _INSTEAD.match(text)
    return found["rest"] if found is not None and len(found["rest"].split()) > 1 else text


def refused(text: str) -> frozenset[str]:
    """Abilities that would do the opposite of what is said."""
    if _MANNER.search(text):
        return frozenset({"모아서만", "모아 보기 시간"})
    if _NOT_STOPPING.search(text):
        return LESS
    less = MORE if _NOT_COMING.search(text) else frozenset[str]()
    return less | (_RETURNS if _AGAIN.search(text) else frozenset())
