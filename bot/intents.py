"""Whether a text only says that something will be sent or entered, and holds nothing of it. Pure.

"내일 공지 올릴게요" · "보내려고요" · "전 직원 공지할 건데요"      only means to
"내일 18시에 정전 점검이 있습니다" · "식단표를 내일 올릴게요"        says something
"""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 60
_TOLD: Final = (
    r"(?:(?:긴급|재난|단체|전체|짧은|급한|간단한|새) ?)?"
    r"(?:공지|안내|알림|알릴|전할|문자|메시지|글|내용|식수|인원|식단|메뉴)"
    r"(?:사항|문|글|문자|수)?(?:을|를|이|가|도|은|는)?"
)
_WHOM: Final = (
    r"(?:전 ?직원|직원|모두|전체|다들|전원|각 ?부서|전 ?부서|[가-힣]{1,10}(?:과|실|팀|국|담당관))(?:들|분들)?"
    r"(?:에게|한테|께|에|에다가?|으로|로)?"
)
_WHEN: Final = (
    r"(?:오늘|내일|모레|이따가?|나중에|지금|곧|금방|잠시|잠깐|조금|바로|오전|오후|아침|저녁|점심|퇴근 ?전"
    r"|(?:다음|이번) ?주"
    r"|[월화수목금토일]요일|\d{1,2}시(?: ?반)?|\d{1,3}분|한 ?시간)(?:에|쯤|쯤에|까지|부터)?|(?:뒤|후|있다|전)에?"
)
_AROUND: Final = (
    r"(?:하나|좀|한 ?건|한번|한 ?번|새로|다시|먼저|일단|제가|저|저희가?|우리가?"
    r"|여기(?:에|다)?|거|것|게|건|있어서|있는데요?"
    r"|네|아|음|그럼|혹시)"
)
_DO: Final = (
    r"(?:올리|올려|올릴|보내|보낼|돌리|돌릴|띄우|띄울|뿌리|뿌릴|쓰|쓸|적으|적어|적을|넣으|넣어|넣을|하|할|해|알리|알릴"
    r"|전하|전할"
    r"|내|낼|드리|드릴|입력하|입력할|입력해|등록하|등록할|등록해|전달하|전달할|발송하|발송할|공지하|공지할|안내하|안내할)"
)
_WILL: Final = (
    r" ?(?:려(?:고|구)|라고|려는데|려면|려 ?[하합해]|게요?|께요?|건데|거[예에]요|겁니다|예정|고 ?싶|고자"
    r"|야 ?(?:하|되|돼|겠|지|죠)"
    r"|까 ?[하합해싶]|고 ?(?:있|하)|래요?)\S{0,5}(?: (?:해|하|합|했|있|싶|생각|같)\S{0,5})?"
)
_MEANS: Final = re.compile(
    rf"(?:(?:{_TOLD}|{_WHOM}|{_WHEN}|{_AROUND}) ?)*(?:(?<=[지내])|(?:^|(?<=\s))){_DO}{_WILL}[\s.!~^ㅎㅋㅠㅜ]*"
)
_ONE: Final = re.compile(rf".*\s(?:하나|좀|한 ?건|{_TOLD}) {_DO}{_WILL}[\s.!~]*")


def only_means(text: str) -> bool:
    """Whether a text only says that its writer will send or enter something."""
    told = " ".join(text.split())
    if len(told) > _LONGEST or "\n" in text or ":" in told:
        return False
    return _MEANS.fullmatch(told) is not None or _ONE.fullmatch(told) is not None
