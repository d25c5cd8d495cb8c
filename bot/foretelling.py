"""Whether somebody asks what an act of administering, or one upon themselves, would lead to, and which one. Pure.

    "퇴직 처리하면 자료 다 지워져요?" → leave    "초대코드 잃어버리면요?" → code-lost    "관리자 두명 돼요?" → managers

Only what is asked: an order, a wish and what somebody tells are none, and nothing is done or offered by it.
"""

from __future__ import annotations

import re
from typing import Final

from bot.wondering import wonders

_LONGEST: Final = 60
_ASKED: Final = re.compile(
    r"[?？][\s!~ㅠㅜ]*$|(?:면요|면은요|나요|가요|까요?|니까|는지요?|은지요?|려나|냐|니|노|나|죠|지요?|는감"
    r"|는데요)[\s?~!.ㅠㅜ]*$"
    r"|(?:[돼되남와가져려워해봐나켜써줘]|있어|없어|남아|남음|됨|가능|필요)(?:요)?[\s?~!.ㅠㅜ]*$|어떻게|어케|우째"
    r"|어째|어떡|어찌"
)
_TOLD: Final = re.compile(
    r"(?:해 ?줘|해 ?주세요|줘요?|주세요|주십시오|할게요?|하려고|할라고|하려는|싶어요?|부탁\S*|해라|하자|했어요?"
    r"|했습니다)[\s~!.]*$"
)
_WOULD: Final = r"[가-힣]면(?:은|요)?(?=[\s?]|$)|경우|[아어해]도|고 ?나면|뒤에|나서|다음에"
_LOST: Final = r"(?:잃|분실|까먹|잊|없어지|없어졌|못 ?찾|지웠|지워|날리|날렸|버렸)"
_KEEPS: Final = (
    r"(?:자료|데이터|정보|기록|구독|출장|영수증|이력|대화|내 ?[것꺼거]|지워|지우|삭제|남|사라|없어|날아|어떻게"
    r"|어케|우째|어떡|그대로"
    r"|따라|보관|알림|접속|오나|오죠|안 ?[와오가]|뭐)"
)
_BACK: Final = r"(?:되돌|취소|복구|물러|무를|다시|실수|잘못|철회|회수|되살|복원)"
_CODE: Final = r"(?:초대 ?코드|초대장|코드|초대)"
_NOTICE: Final = r"(?:공지|전체 ?(?:알림|메시지)|안내문)"
_LEAVES: Final = r"(?:퇴직|퇴사|그만두|전출|면직|(?:직원|사람|명단에서|명부에서)(?:을|를)? ?(?:빼|삭제|지우))"

_MAY: Final = r"(?:돼|되|될|가능|둘 ?수|있어도|해도|괜찮|쓸 ?수)"
_DID: Final = r"(?:했는지|바꿨는지|한 ?건지|한 ?거|한 ?것|고쳤는지|지웠는지|누가|누군지|이력|로그)"

_ASKS_OF: Final = (
    (
        "last", r"(?:마지막 ?관리자|관리자(?:가|는|도)?)",
        r"(?:없어지|없으면|다 ?나가|(?:퇴직|퇴사|휴직|그만두|그만둬|나가|바뀌|아프)\S*면)",
    ),
    (
        "managers", r"(?:관리자|운영자|담당자)",
        rf"(?:두|세|네|여러|몇|둘|셋|[2-9]) ?(?:명|분|사람)?(?:도|이|을|은|까지)? ?(?:\S{{0,6}} )?{_MAY}",
    ),
    (
        "logged", r"(?:누가|이거|이런 ?거|제가 ?한|내가 ?한|관리)",
        rf"{_DID}.*(?:남|기록|보이|보여|알 ?수|확인|찍히|추적)",
    ),
    (
        "posting", r"(?:인사 ?발령|발령 ?(?:파일|엑셀|표)|명부 ?(?:파일|엑셀))",
        rf"(?:{_WOULD}|적용).*(?:{_BACK}|틀리|바로 ?(?:적용|바뀌))",
    ),
    ("leave-undo", _LEAVES, rf"(?:{_WOULD}|처리).*{_BACK}"),
    ("code-lost", _CODE, rf"{_LOST}\S*(?:면|을 ?때|는데 ?어떻게|는데 ?어떡|는데 ?우째)"),
    ("code-other", _CODE, r"(?:남이|남의|다른 ?(?:사람|분|직원)|누가|유출|훔|공유|새어|알려지|도용)"),
    ("code", _CODE, r"(?:얼마나|며칠|몇 ?일|유효|만료|기한|기간|몇 ?번|여러 ?번|두 ?번|한 ?번만)"),
    ("notice-undo", _NOTICE, rf"(?:{_WOULD}|보낸).*{_BACK}"),
    ("notice", _NOTICE, rf"(?:{_WOULD}).*(?:밤|주말|휴가|바로|누가|누구|읽|언제|어떻게|다 ?가|모두)"),
    ("handover", r"(?:인수인계|인계|넘기|넘겨)", rf"(?:{_WOULD}).*(?:{_KEEPS}|거절|안 ?받)"),
    ("delete", r"(?:탈퇴|내 ?정보 ?(?:삭제|지우)|정보 ?(?:지우|삭제))", rf"(?:{_WOULD}).*(?:{_KEEPS}|{_BACK})"),
    ("unlink", r"연결 ?(?:해제|끊)", rf"(?:{_WOULD}).*(?:{_KEEPS}|{_BACK})"),
    ("cut", r"(?:접속(?:을)? ?(?:끊|차단|막)|분실 ?신고)", rf"(?:{_WOULD}).*(?:{_KEEPS}|{_BACK}|연결)"),
    ("lend", r"파견", rf"(?:{_WOULD}).*{_KEEPS}"),
    ("rest", r"(?:휴직|복직)", rf"(?:{_WOULD}).*{_KEEPS}"),
    ("leave", _LEAVES, rf"(?:{_WOULD}).*{_KEEPS}"),
    (
        "move", r"(?:부서(?:를|가)? ?(?:옮|바꾸|바뀌|변경|이동)|발령|전보)", rf"(?:{_WOULD}).*{_KEEPS}",
    ),
    (
        "role", r"(?:역할|권한|관리자)(?:을|를|으로)? ?(?:주|빼|추가|회수|바꾸|부여|넘기|지정)",
        rf"(?:{_WOULD}).*(?:{_KEEPS}|{_BACK}|바로)",
    ),
    ("dead", r"못 ?보낸 ?(?:것|거|글|메시지)", rf"(?:{_WOULD}).*(?:{_KEEPS}|{_BACK}|두 ?번|또)"),
    ("source", r"(?:출처|게시판|수집원)(?:을|를)? ?(?:끄|꺼|중지)", rf"(?:{_WOULD}).*(?:{_KEEPS}|{_BACK}|글)"),
    (
        "add", r"(?:직원|사람) ?(?:추가|등록)", r"(?:하면|해도|하고 ?나면).*(?:바로|쓸 ?수|연결|되돌|취소|어떻게|끝)",
    ),
)  # fmt: skip
_TOPICS: Final = tuple((topic, re.compile(f"(?=.*{about})(?=.*(?:{concern}))")) for topic, about, concern in _ASKS_OF)
"""Which act, and what of it is asked; the first that fits."""
_OUTCOME: Final = re.compile(
    r"[가-힣]면 ?(?:은|요)? ?.{0,20}(?:어떻게|어케|어찌|어떡|우째|뭐가|무슨|어디로|어떤|왜)"
    r"|[가-힣](?<!주시)(?<!주)면(?:은)?요[\s?!.]*$"
    r"|[가-힣](?<!주시)(?<!주)면 .{1,20}[?？]$"
)
_TRIP: Final = re.compile(r"출장 ?(?:취소|가|못|안)|출장을|위치|식당|메뉴|배식표|정산")


def foretold(text: str) -> str:
    """The topic of a question about what an act leads to; empty for all other texts."""
    told = " ".join(text.split())
    if len(told) > _LONGEST or "\n" in text or ":" in told or _TRIP.search(told):
        return ""
    if _TOLD.search(told) or not (_ASKED.search(told) or wonders(told)):
        return ""
    return next((topic for topic, pattern in _TOPICS if pattern.search(told)), "")


def asks_outcome(text: str) -> bool:
    """Whether a text asks what would come of something, be it known or not."""
    told = " ".join(text.split())
    return len(told) <= _LONGEST and _OUTCOME.search(told) is not None and _TOLD.search(told) is None
