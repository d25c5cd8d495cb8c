"""What must not be done however it is asked: secrets in a chat, others' matters, the log, a role for oneself. Pure.

A number that nobody should write in a chat is neither repeated nor kept; who asks for what is another's hears who may.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from bot.carrying import Known

_LONGEST: Final = 100
_RESIDENT: Final = re.compile(r"(?<!\d)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s?[-–]?\s?[1-8]\d{6}(?!\d)")
_CARD: Final = re.compile(r"(?<!\d)(?:\d{4}[- ]){3}\d{3,4}(?!\d)|(?<!\d)\d{16}(?!\d)")
_KEY: Final = (
    r"(?:비밀 ?번호|비번|패스워드|암호(?!화)|[Pp]ass ?word|PASSWORD|OTP|인증 ?번호|주민 ?(?:등록 ?)?번호"
    r"|카드 ?번호|보안 ?카드|핀 ?번호|CVC)"
)
_VALUE: Final = re.compile(rf"{_KEY}\s?(?:은|는|이|가|:|=|\s)*\s?(?=\S*\d)[A-Za-z0-9!@#$%^&*_\-]{{4,}}")
_OTHERWISE: Final = re.compile(r"[0-9A-Z $%*+\-./:]{60,}|(?:https?://|geo:)\S+")
"""Receipts (base45, RFC 9285) and links: whatever their letters spell is nobody's secret."""
_WANTED: Final = re.compile(
    rf"{_KEY}.{{0,12}}(?:뭐|뭔|알려|보여|찾아|기억|저장|적어|까먹|잊|바꿔|초기화|모르|어디|보관)"
)
_SELF: Final = r"(?:저|나|저를|나를|저도|나도|제가|내가|저한테|나한테|제게|내게|저에게|나에게|저한테도|나한테도|날|절)"
_RAISE: Final = (
    r"(?:관리자|운영자|감사 ?담당자?|감사|배식 ?담당자?)(?:님)? ?(?:권한|역할|자격|계정)?(?:을|를|도|으로|로|이"
    r"|가)? ?(?:좀 |한번 |하나 )*"
    r"(?:시켜|올려|승격|달아|만들어|되고 ?싶|될래|될 ?수|하고 ?싶|해 ?줘|해 ?주|해줄|주세|줘|주라|달라|주시|주실"
    r"|부여|임명|받고 ?싶|받을|필요|줄래)"
)
_MYSELF: Final = re.compile(rf"^(?:{_SELF}\s?(?:좀 |이제 )?)(?:{_RAISE})")
_RAISED: Final = re.compile(rf"^(?:{_RAISE})")
_LOG: Final = re.compile(
    r"(?:로그|흔적|(?:관리|접속|감사|작업|열람) ?(?:기록|이력|로그)|이력)(?:을|를|은|도|이)? ?(?:좀 |다 |싹 "
    r"|전부 |잠깐 |안 )*"
    r"(?:꺼|끄|끌|안 ?남|남기지|남지|지워|지우|지울|삭제|없애|숨겨|숨기|빼|감춰|안 ?보이)"
    r"|(?<![가-힣] )(?<!내 )(?<!제 )기록(?:을|은|이|도|에)? ?(?:좀 )?(?:안 ?남|남기지|남지 ?않|꺼|끄)"
)
_OWN: Final = re.compile(r"내 |제 |나의|저의|위치|출장|검색|제보|영수증|휴가|남아|남나|남는지")
_OTHERS: Final = re.compile(
    r"(?:옆 ?(?:자리|과|팀)|다른 ?(?:사람|분|직원|과)|남의|동료|상사|(?:우리 ?)?(?:팀장|과장|국장|계장)(?:님)?)"
)
_THEIRS: Final = re.compile(
    r"(?:메시지|메세지|대화|채팅|톡|구독|위치|출장|영수증|검색|알림|일정|휴가)(?:을|를|이|가|은|는|도|에|내역"
    r"|목록|기록| )*"
    r".{0,10}?(?:보여|보자|볼 ?수|볼래|봐|엿|알려|훔쳐|몰래|읽|캐|뒤져)|어디 ?(?:있|갔|가 ?있|계)"
)
_MANAGED: Final = re.compile(r"휴가|일정|알림|휴직")
"""What whoever administers may ask about."""
_ELSEWHERE: Final = re.compile(
    r"(?:(?:다른|타|옆|이웃) ?(?:기관|시|군|도|시군|지자체)|(?P<home>[가-힣]{2,8}?(?:특별시|광역시|시청|군청"
    r"|도청|구청|교육청|시|군|도)))(?:의|에|에서|청)? ?"
    r"(?:직원|사람|관리자|명단|명부|구독|출장|영수증|연락처|조직도|인원)(?:들)?(?:의)? ?.{0,8}?(?:명단|목록|보여"
    r"|알려|줘|주|뭐|누구|몇|볼|찾|현황|뽑)"
)


class Declined(StrEnum):
    """Why something is not done."""

    WRITTEN = "written"
    """A secret was written."""
    SECRET = "secret"  # noqa: S105 - a name
    """A secret was asked for."""
    ROLE = "role"
    LOG = "log"
    OTHERS = "others"
    ELSEWHERE = "elsewhere"


def secret_written(text: str) -> bool:
    """Whether a number or word stands there that belongs in no chat."""
    told = _OTHERWISE.sub(" ", text)
    return any(one.search(told) for one in (_RESIDENT, _CARD, _VALUE))


def suspect(text: str) -> bool:
    """Whether it is worth while to know who is who here: nothing is declined of any other text."""
    return len(text) <= _LONGEST and any(
        one.search(text) for one in (_WANTED, _MYSELF, _RAISED, _LOG, _ELSEWHERE, _THEIRS)
    )


def declined(
    text: str, known: Known, *, me: str, boss: bool = False, operates: bool = False, audits: bool = False
) -> Declined | None:
    """What must not be done of it; None for all other texts."""
    told = " ".join(text.split())
    if len(told) > _LONGEST or "\n" in text:
        return None
    people = [one for one in known.people if one != me]
    if _WANTED.search(told):
        return Declined.SECRET
    named = any(name in told for name in people)
    if not named and (_MYSELF.search(told) or (not boss and _RAISED.search(told))):
        return Declined.ROLE
    if _LOG.search(told) and not _OWN.search(told):
        return Declined.LOG
    elsewhere = _ELSEWHERE.search(told)
    if elsewhere is not None and not operates and not (elsewhere["home"] and elsewhere["home"][:2] in known.home):
        return Declined.ELSEWHERE
    if not audits and not (boss and _MANAGED.search(told)) and (named or _OTHERS.search(told)) and _THEIRS.search(told):
        return Declined.OTHERS
    return None


def elsewhere(text: str) -> str:
    """The institution whose people somebody wants to see; empty where none is named."""
    found = _ELSEWHERE.search(" ".join(text.split())) if len(text) <= _LONGEST else None
    return found["home"] or "" if found is not None and re.search(r"직원|사람|명단|명부|인원", found[0]) else ""
