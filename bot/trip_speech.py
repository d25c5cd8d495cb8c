"""Sentences about trips whose words would lead astray, as the command that they come to, before any waiting question.

    "위치 말고 사진으로 할게" → "증빙 방법 사진"    "이번주 출장 몇건이야" → "출장 보기 …"    "QR 다시" → "영수증 다시"

Each only shows or explains something.
"""

from __future__ import annotations

import re
from typing import Final

from bot import evidence_ways, receipt_again, trip_asking
from bot.trip_advice import topic

_LONGEST: Final = 70
_WANTS: Final = (
    r"(?:신청|등록|기록|입력|작성|추가|접수|올리기|적기)?\s?(?:을|를)?\s?(?:하나 |한 ?건 |좀 )*(?:할게요?"
    r"|할께요?|할래요?|하려고요?|하려구요?|하려는데요?|할려고요?"
    r"|할라고|하고 ?싶\S{0,4}|해야\S{0,4}"
    r"|합니다|하겠습니다|해 ?줘요?|해 ?주세요|해 ?주라|해 ?줄래요?|드립니다|드려요|좀요|요|부탁\S{0,5}"
    r"|바랍니다|넣을게요?|올려 ?줘요?|올려 ?주세요|올릴게요?|적어 ?줘요?|적어 "
    r"?주세요|써 ?줘요?|써 ?주세요"
    r"|잡아 ?줘요?|잡아 ?주세요|넣어 ?줘요?|가려고요?|가려는데요?|가고 ?싶\S{0,4}|가야 ?(?:돼|되|해|하)\S{0,4}"
    r"|갈 ?(?:건데|거야|거예요|일 ?있\S{0,4}|예정\S{0,4}))"
)
_WISH: Final = re.compile(
    rf"출장\s?(?:신청|등록|기록|입력|접수|추가)\s?{_WANTS}?(?=\s|$)|출장\s?(?:좀 |하나 |한 ?건 |또 |더 "
    rf")*{_WANTS}(?=\s|$)"
)
_WISH_ALONE: Final = re.compile(
    rf"(?:(?:나|저|저는|나는|내|제가|아|근데|저기|도비야|새|새로)\s*)*출장(?:을|도|좀)?\s?(?:(?:하나|한 ?건|좀"
    rf"|또|더|새로)\s?)*"
    rf"(?:신청|등록|기록|입력|작성|추가|접수)?(?:을|를)?\s?(?:(?:좀|하나|한 "
    rf"?건)\s?)*(?:{_WANTS})?(?:\s?(?:어떻게|어찌|어디서|방법|하는 ?법)\S*(?: "
    rf"?\S{{1,5}})?)?[\s?!.~]*"
)
_WISHES: Final = re.compile(
    r"출장.*(?:신청|등록|기록|입력|작성|추가|접수|올려|올릴|올리|적어|적기|써 ?[줘주]|잡아|넣어|넣을|가고 ?싶"
    r"|가야|가려|갈 ?(?:건|거|일|예정)|할게|할께|할래|하려|할려|하고 ?싶|해야"
    r"|해 ?[줘주]|합니다|하겠|부탁)"
)
_NO_WISH: Final = re.compile(
    r"취소|철회|정산|여비|출장비|영수증|보고서|명령|목록|내역|[안못] ?(?:가|갈)|점검 ?(?:시작|개시)|말고"
    r"|아니고|까지 ?내|공고|소식"
)
_WHEN: Final = re.compile(
    r"오늘|내일|모레|글피|[월화수목금토일]요일|다음 주|이번 주|\d{1,2}월|\d{1,2}[./]\d|\d{1,2}일|\d ?시|:\d\d"
    r"|정오|오전|오후|아침"
)
_LEAVE_AND_TRIP: Final = re.compile(
    r"^(?:(?P<day>오늘|내일|모레|[월화수목금]요일)\s?)?(?:(?P<half>오전|오후)\s?)?(?P<leave>반차|연차|연가"
    r"|휴가|조퇴|외출)(?:를|을)?\s?(?:쓰고|내고"
    r"|하고|내서|써서|낸 ?다음|쓴 ?다음|쓰면서)\s+"
    r"(?P<where>[가-힣]{2,12}(?: [가-힣]{2,10})?)(?:에|로|을|를)?\s?(?:들렀다|들러|들렸다|갔다|다녀|방문|출장)"
)


def meant(text: str) -> str:
    """The command of a sentence in its normal form; empty where it is none of these."""
    if topic(text):
        return ""  # asks what would happen: answered as that
    way = evidence_ways.chosen(text)
    if way is evidence_ways.Way.TROUBLE:
        return "위치 공유 안 됨"
    if way is not None:
        return f"증빙 방법 {way.value}{' 거절' if evidence_ways.unshared(text) else ''}"
    if receipt_again.wanted(text):
        return f"영수증 다시 {text}"
    if trip_asking.asks(text):
        return f"출장 보기 {text}"
    return _wished(text)


def two(text: str) -> tuple[str, ...]:
    """A leave and a trip in one sentence: both are offered, neither is written."""
    found = _LEAVE_AND_TRIP.search(text) if len(text) <= _LONGEST and "?" not in text else None
    if found is None:
        return ()
    day, half = found["day"] or "오늘", found["half"] or ""
    return f"휴가 {day} {half} {found['leave']}".replace("  ", " "), f"출장 {day} {found['where']}"


def _wished(text: str) -> str:
    """`출장 신청할게요 내일 2시 김해시청` as the memo that it is; a wish alone is asked for its plan."""
    if "출장" not in text or len(text) > _LONGEST or _NO_WISH.search(text):
        return ""
    if _WISH_ALONE.fullmatch(text) and _WISHES.search(text):
        return "출장 적기"
    rest = re.sub(r"\s*,\s*$", "", " ".join(_WISH.sub(lambda one: " " if one.start() == 0 else " , ", text).split()))
    return f"출장 {rest}" if rest != text and "출장" not in rest and _WHEN.search(rest) else ""


def plainly(text: str) -> str:
    """The same for sentences that nothing else understood."""
    if receipt_again.bare(text):
        return "영수증 다시"
    return f"증빙 방법 {evidence_ways.Way.LATER.value}" if evidence_ways.puts_off(text) else ""


def reads(text: str) -> bool:
    """Whether a sentence is one of these, and so no answer to a question about a trip."""
    return bool(meant(text) or topic(text))
