"""Questions about one's own trips: `출장 뭐뭐 있지`, `이번주 출장 몇건이야`, `지난달 출장 보여줘`. Pure.

    whether a text only asks to see them · of which days it asks

A plan, a correction, money and what would happen are none of these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.trip_times import find
from bot.trip_words import TITLES

_LONGEST: Final = 44
_WEEKS: Final = {
    "지지난": -2,
    "지난": -1,
    "저번": -1,
    "이번": 0,
    "금": 0,
    "요번": 0,
    "다음": 1,
    "담": 1,
    "차": 1,
    "다다음": 2,
}
_MONTHS: Final = {"지난": -1, "저번": -1, "이번": 0, "이": 0, "요번": 0, "다음": 1, "담": 1}
_YEARS: Final = {"작년": -1, "지난해": -1, "올해": 0, "금년": 0, "내년": 1}
_PERIOD: Final = (
    r"(?:(?:지지난|지난|저번|이번|요번|금|다음|담|다다음) ?주(?:말)?(?: ?[월화수목금토일]요일)?|(?:지난|저번"
    r"|이번|요번|이|다음|담) ?달"
    r"|\d{1,2}월(?: ?\d{1,2}일)?|\d{1,2}[/.]\d{1,2}\.?|작년|지난해|올해|금년|내년|오늘|내일모레|내일|모레|글피"
    r"|어제|그저께|그제"
    r"|[월화수목금토일]요일|\d{1,2}일|주말|지금|현재|요즘|최근|앞으로|전체|모든|오전|오후)"
)
_SELF: Final = (
    r"(?:나|나는|나도|난|내|내가|제|제가|저|저는|우리|내꺼|내거|아|음|근데|혹시|참|저기|도비야|그|그럼|다음"
    r"|남은|예정된?|잡힌|적어 ?둔)"
)
_AND: Final = r"(?:에|엔|에는|의|은|는|이|가|을|를|도|중|중에|동안)?"
_ASKED: Final = (
    r"(?:뭐뭐|뭐|머|무엇|몇 ?(?:건|개|번|군데|곳|시|일|회|차례)?|언제|어디|얼마나|있나|있니|있냐|있노|있던가"
    r"|있는지|있는가|있습니까|있을까"
    r"|없나|없니|없냐|없노|없는지|보여|알려|볼래|볼게|보자|봐|보고 ?싶|띄워|찾아|맞지|맞나|였지|였나|였더라"
    r"|이더라|더라|이지\?|이었지|이었나|이었던가|였던가)"
)
_ENDS_ASKING: Final = re.compile(rf"{_ASKED}\S{{0,7}}(?: \S{{1,7}}){{0,3}}[\s?!.~ㅠㅜㅋㅎ]*$")
_ONLY_MARKED: Final = re.compile(
    r"(?:있|없|맞|중이|중인|이|인)(?:어|어요|죠|지|지요|음|습니까|아|아요|야|거야|건가)?\s?\?+[\s?!~]*$"
)
_NOUN: Final = (
    r"(?:목록|리스트|현황|내역|내용|일정|스케줄|조회|확인|기록|이력|전부|다|모두|남은 ?(?:거|것)|(?:갔다 ?온"
    r"|다녀온|갔던|간) ?(?:거|것|곳|데)"
    r"|(?:잡|적|신청|등록|입력|예정)\S{0,4} ?(?:된|한|둔|논|놓은|힌|있는)? ?(?:거|것|건)|(?:좀|요|할래요?|해 "
    r"?줘요?|해 ?주세요|해봐|바랍니다|부탁\S*|궁금\S*))"
)
_NAMED_ONLY: Final = re.compile(
    rf"^(?:(?:{_SELF}|{_PERIOD}{_AND}|(?:내가 ?)?(?:신청|등록)한|다녀온|갔던|갔다온|예정)\s*)*출장(?:지"
    rf"|들)?{_AND}\s*(?:{_PERIOD}{_AND}\s*)*"
    rf"(?:{_NOUN}{_AND}\s*)+[\s?!.~]*$"
)
_MINE_ALONE: Final = re.compile(
    rf"^(?:{_SELF}\s*)*(?:(?:{_PERIOD}{_AND}|내가|제가)\s*)*(?:신청한|등록한|적어 ?둔|적어 ?놓은|다녀온|갔던"
    rf"|갔다온|예정된|남은|잡힌) "
    rf"?출장(?:들)?[\s?!.~]*$"
)
_NOT: Final = re.compile(
    r"마감|기한|문제|여비|출장 ?비|정산|영수증|QR|큐알|보고서|복명|규정|취소|철회|연기|명령|증빙|증명|어떻게"
    r"|방법|바꿔|바꾸"
    r"|깜빡|깜박|까먹|빠뜨|빠트|[안못] ?(?:눌|찍)"
    r"|변경|고쳐|수정|미뤄|미루|추가|빼|지워|삭제"
    r"|(?:신청|등록)(?!한|된)|써 ?줘|올려|적어(?! ?(?:둔|놓|논|놨))|잡아 ?(?:줘|주)|하면|으면|되나|될까|돼\b"
    r"|추천|괜찮|위치|사진|동행|관용차|자가용|버스|기차|KTX|택시"
    r"|식당|메뉴|구독|소식|공고|휴가|연차|검증|감사|점검 ?(?:시작|개시)|왜|안 ?(?:가|간|갈|감)|못 ?(?:가|간|갈"
    r"|감)|취소|다시 ?(?:줘|보내)|->|→|말고|아니고|출장 "
    r"?중(?:에|이라)"
)
_OTHERS: Final = re.compile(rf"(?:{TITLES})|(?:다른|딴|옆|남의|누구|누가|직원들?|팀원|부서원|우리 ?[과팀])\s?\S*")
_WENT: Final = (
    rf"^(?:{_SELF}\s*)*(?:{_PERIOD}{_AND}\s*)+(?:{_SELF}\s*)*(?:몇 ?시에 ?)?어디(?: ?어디)?(?:로|에|를)? "
    rf"?(?:가|갔|갈|감|다녀)\S*"
    r"(?: ?\S{1,5}){0,2}[\s?!.~]*$"
)
WENT: Final = re.compile(_WENT)


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are asked about, `until` not among them; `said` is how they are called."""

    first: date
    until: date
    said: str


def asks(text: str) -> bool:
    """Whether a text only asks to see one's trips."""
    if len(text) > _LONGEST or "\n" in text or ":" in text or _NOT.search(text) or _OTHERS.search(text):
        return False
    if "출장" not in text:
        return WENT.search(text) is not None
    if _NAMED_ONLY.search(text) or _MINE_ALONE.search(text):
        return True
    return _ENDS_ASKING.search(text) is not None or _ONLY_MARKED.search(text) is not None


def asks_next(text: str) -> bool:
    """Whether only the next one is asked for."""
    return re.search(r"다음 ?번? ?출장(?! ?주)|다음은|제일 ?(?:가까운|빠른)|가장 ?(?:가까운|빠른)", text) is not None


def asks_now(text: str) -> bool:
    """Whether the one under way is asked for."""
    return re.search(r"(?:지금|현재).{0,4}출장|출장 ?중", text) is not None


def period(text: str, today: date) -> Period | None:
    """The days that a text names; None where it names none."""
    if found := re.search(
        r"(지지난|지난|저번|이번|요번|금|다음|담|다다음|차) ?주(말)?(?! ?[월화수목금토일]요일)", text
    ):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_WEEKS[found[1]])
        if found[2]:
            return Period(monday + timedelta(days=5), monday + timedelta(days=7), f"{found[0]}")
        return Period(monday, monday + timedelta(days=7), _spoken(found[1], "주"))
    if found := re.search(r"(?<![가-힣])(지난|저번|이번|요번|이|다음|담) ?달", text):
        return _month(today, _MONTHS[found[1]], _spoken(found[1], "달"))
    if found := re.search(r"(?<!\d)(\d{1,2})월(?! ?\d)", text):
        return _named_month(today, int(found[1])) if 1 <= int(found[1]) <= 12 else None
    if found := re.search(r"작년|지난해|올해|금년|내년", text):
        year = today.year + _YEARS[found[0]]
        return Period(date(year, 1, 1), date(year + 1, 1, 1), found[0])
    past = re.search(r"갔|다녀|였|지난", text) is not None
    span, _ = find(text, datetime.combine(today, datetime.min.time()), past=past)
    if span.day is None:
        return None
    last = span.last_day or span.day
    return Period(span.day, last + timedelta(days=1), "")


def went(text: str) -> bool:
    """Whether it asks of what was."""
    return re.search(r"갔|다녀|지난|저번|어제|최근", text) is not None


def _spoken(word: str, unit: str) -> str:
    told = {"담": "다음", "차": "다음", "요번": "이번", "이": "이번", "금": "이번", "저번": "지난"}.get(word, word)
    return f"{told}{'' if told in {'지난', '지지난'} else ' '}{unit}"


def _month(today: date, step: int, said: str) -> Period:
    count = today.year * 12 + today.month - 1 + step
    first = date(count // 12, count % 12 + 1, 1)
    return Period(first, (first + timedelta(days=31)).replace(day=1), said)


def _named_month(today: date, month: int) -> Period:
    """The month of that number nearest to today."""
    near = min((step for step in range(-7, 7) if (today.month - 1 + step) % 12 + 1 == month), key=abs)
    return _month(today, near, f"{month}월")
