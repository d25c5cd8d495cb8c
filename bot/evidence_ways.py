"""How somebody says that they will show a trip: `위치 말고 사진으로 할게`, `위치는 나중에`, `지도 링크 보낼게`. Pure.

It says nothing of where the trip goes, so no destination is ever made of it. Of two ways set against each other the one
behind `말고`, `대신` counts.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

_LONGEST: Final = 50


class Way(StrEnum):
    """A way of showing a trip, by the word that a button or command carries."""

    PHOTO = "사진"
    TOLL = "하이패스"
    HOST = "방문확인"
    COLLEAGUE = "동행"
    LINK = "지도"
    LATER = "나중"
    WITHOUT = "없이"
    LOCATION = "위치"
    TROUBLE = "고장"


_NOUNS: Final = (
    (
        Way.COLLEAGUE,
        (r"동행(?:자|인)?(?:의)? ?(?:확인|증명)|동행자|동료 ?확인|(?:같이|함께) ?(?:간|온|있는) ?(?:사람|분"
        r"|직원)들?(?:의)?(?: ?확인)?"),
    ),
    (
        Way.HOST,
        r"방문 ?(?:확인|기관|증|지)\S{0,6}|방문 ?번호|(?:상대|거기|그쪽|현지) ?(?:기관|직원|담당자?)|확인서|확인증",
    ),
    (Way.TOLL, r"하이 ?패스|톨게이트|통행료"),
    (Way.LINK, r"(?:지도|카카오 ?맵|카맵|네이버 ?맵|구글 ?맵|맵)\S{0,3}(?: ?(?:링크|주소|캡처|캡쳐))?|링크|좌표"),
    (Way.PHOTO, r"사진|인증 ?샷|셀카|현장 ?샷"),
)  # fmt: skip
_TAIL: Final = r"\S{0,4}(?: ?\S{1,6}){0,2}[\s?!.~ㅠㅜㅎㅋ]*$"
_BY: Final = (
    r"(?:으로|로)(?:만|도|라도)? ?(?:좀 |그냥 |바로 )?"
    r"(?:할|하|해|낼|내|보낼|보내|대체|대신|갈음|증빙|제출|인증|증명|처리|남길|남기|올릴|올리|찍|바꿀|바꿔|되"
    r"|돼|가능|갈게|ㄱㄱ"
    r"|$|요$)"
)
_GIVES: Final = (
    r"(?:만|을|를|이|도|은)? ?(?:좀 |그냥 |바로 |하나 |한 ?장 |찍어서? ?)?"
    r"(?:찍을|찍어|찍어서|보낼|보내|올릴|올려|낼게|낼래|붙일|붙여|줄게|드릴|첨부|받을게|받아올)"
)
_LATER: Final = (
    r"(?:나중|이따|있다가|조금 ?있다|좀 ?있다|추후|다음|복귀 ?(?:하고|해서|후|한 ?다음)|돌아(?:가서|와서)"
    r"|사무실 ?\S{0,3} ?가서"
    r"|끝나고|도착 ?(?:하면|해서|하고)|회의 ?끝)\S{0,2}"
)
_NOT_PLACE: Final = (
    r"(?:위치|gps|GPS) ?(?:공유|전송|정보|보내는 ?(?:거|것)|보내기|인증|찍는 ?(?:거|것)|동의)?(?:은|는|를|을|가|도)? ?"
    r"(?:말고|대신(?:에)?|없이|빼고|아니고|아니라|안 ?\S{1,6}|못 ?\S{1,6}|싫\S{0,5}|어려\S{0,5}|꺼려\S{0,4}"
    r"|곤란\S{0,4})"
)
_REFUSES: Final = re.compile(
    rf"^(?:나|저|나는|저는|그냥|오늘은|이번엔|이번에는)*\s?위치 ?(?:공유|전송|정보|보내기)?(?:은|는|를|을|도)? ?"
    rf"(?:(?:안 ?(?:보낼|보내고|할|하고|줄|주고|찍을|찍고)|싫)\S{{0,6}}(?: \S{{1,5}})?|없이 ?(?:할|하|갈|가|해"
    rf"|진행|보낼|증빙)){_TAIL}"
)
_OTHERWISE: Final = re.compile(
    r"^(?:나|저|그냥|혹시|근데)*\s?(?:위치|gps|GPS)(?:는|를|정보|공유)? ?(?:말고|대신(?:에)?|없이) ?"
    r"(?:딴|다른|뭐|무엇|어떤|방법)\S{0,4}(?: \S{1,5}){0,3}[\s?!.~]*$"
    r"|^위치 ?(?:공유 ?)?(?:켜기|켜는 ?거|보내기|찍기) ?(?:싫|귀찮|꺼려|부담)\S{0,5}[\s?!.~]*$"
)
_TROUBLE: Final = re.compile(
    r"위치.{0,10}(?:안 ?(?:보내져|보내지|가져|가지|돼|되(?!나|냐)|잡|켜|떠|눌|됨)|못 ?보내|전송 ?(?:실패|오류)"
    r"|오류|먹통)"
)
_NO_TRIP: Final = re.compile(
    r"(?:올려|보내|붙여|찍어|띄워|보여) ?(?:줘|주세요|주라|줄래)|"
    r"식단|메뉴|식당|카메라|구독|소식|브리핑|알림|정산서|영수증|다시 ?(?:보|받|줘)|저장|지워|삭제|보관|누가"
    r"|추적|동의|철회|멈춤"
    r"|출처|게시판|초대|공지|얼굴|QR|큐알|왜"
)
_VOUCHED: Final = re.compile(
    r"(?:(?P<host>방문한? ?(?:기관|곳|데)|상대 ?기관|거기|그쪽)|(?:같이|함께) ?(?:온|간) ?\S{1,6}?"
    r"|[가-힣]{1,3} ?(?:주무관|팀장|과장)님?)"
    r"(?:이|가|께서|에서|한테)? ?확인 ?(?:해 ?주|해 ?줄|받|해주실)\S{0,5}(?: ?(?:되|돼|될)\S{0,3})?[\s?!.~]*$"
)
_INSTEAD: Final = re.compile(r"말고|대신(?:에)?|아니고|아니라")


def chosen(text: str) -> Way | None:
    """The way that is chosen or asked for; None where none is."""
    if len(text) > _LONGEST or "\n" in text or ":" in text or _NO_TRIP.search(text):
        return None
    placed = re.search(_NOT_PLACE, text) is not None
    apart = _INSTEAD.split(text, maxsplit=1)
    meant = apart[1] if len(apart) > 1 and apart[1].strip(" .!?~") else text
    for way, noun in _NOUNS:
        said = rf"(?:{noun})"
        if re.search(rf"{said}{_BY}", meant) or re.search(rf"{said}{_GIVES}{_TAIL}", meant):
            return way
        if placed and re.search(said, meant):
            return way
    if vouched := _VOUCHED.search(text):
        return Way.HOST if vouched["host"] else Way.COLLEAGUE
    if re.search(rf"위치(?:는|를|공유는)? ?{_LATER}|{_LATER} ?위치", meant) and not re.search(r"옮|바꿔|변경", meant):
        return Way.LATER
    if len(apart) > 1 and re.search(r"^\s*(?:그냥 )?(?:현재 ?)?위치(?:로|를| )", apart[1]):
        return Way.LOCATION
    if _TROUBLE.search(text):
        return Way.TROUBLE
    return Way.WITHOUT if _REFUSES.search(text) or _OTHERWISE.search(text) else None


_UNSHARED: Final = re.compile(
    r"(?:위치|gps|GPS) ?(?:공유|전송|정보|제공)?(?:은|는|를|을|도|까지|까지는)? ?"
    r"(?:그냥 |이번엔 |이번에는 |오늘은 |따로 )?"
    r"(?:안 ?(?:보내(?![져지도])|보낼|보냅|줄|줘요|주고|찍|할|하고|합|해요|켤|켜고|킬|공유|남기|남길|드릴|드려)"
    r"|(?:보내|공유하|주|찍|켜|남기)지(?:는)? ?(?:않|안|말)|없이|빼고|싫|거절)"
)
_REFUSAL: Final = re.compile(rf"(?:{_UNSHARED.pattern})\S{{0,8}}(?: ?\S{{1,5}})?")


def unshared(text: str) -> bool:
    """Whether somebody says, beside whatever else, that no location will come, not that none can be sent."""
    return len(text) <= _LONGEST and _UNSHARED.search(text) is not None and re.search(r"[?？]|나요|까요", text) is None


def without_refusal(text: str) -> str:
    """What else is said beside that no location will come."""
    return _REFUSAL.sub(" ", text).strip(" .,!~") if unshared(text) else text


def puts_off(text: str) -> bool:
    """`나중에 할게`, with nothing said of what: only while a location is awaited does it mean one."""
    return re.fullmatch(rf"(?:네 |아 )?{_LATER} ?(?:할|보낼|찍을|낼|하|보내|찍)\S{{0,4}}[\s.!~]*", text) is not None
