"""What somebody says of their leave: that they take it, take it back, move it, or only speak of it. Pure.

    "12/24~12/26 휴가입니다" → noted   "휴가 안 가요 12/24" → taken back   "과장님 12/24 휴가래" → asked first

A leave silences its owner. Nothing is noted but a sentence of which every word is known; all others are asked about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.hours_words import Days, NoSuchDayError, UnreadError, days, days_in
from bot.leave_fixing import begins
from bot.sayings import normal

KINDS: Final = (
    r"(?:(?:특별|여름|하계|겨울|동계|봄|가을|정기|대체|보상|포상|경조사?|경조|출산|배우자 ?출산|가족 ?돌봄|자녀 ?돌봄"
    r"|장기 ?재직|장기 ?근속|안식|생리|보건"
    r"|재충전|퇴직 ?준비|저년차|새내기|연차) ?휴가|휴가|연가|연차|월차|병가|공가|특휴|반차|반가"
    r"|반휴|반일 ?연가|반일|대체 ?휴무|대휴|외출|조퇴|지참)"
)
_HALVES: Final = re.compile(r"반차|반가|반일|반휴|반나절")
_HOURLY: Final = re.compile(r"육아 ?시간|모성 ?보호|조퇴|외출|지참|지각|\d ?시간|시간 ?연가")
_ASKS: Final = re.compile(
    r"[?？]|언제|얼마|며칠|몇|누구|누가|어떻게|방법|(?:되|될|돼|됩니|할|갈|쓸|낼|올|있|없|맞|가"
    r"|쓰|갔|썼|했|됐)(?:나|니|까|냐|는지|을까|을지|지도|려면)(?:요|$|\s)"
    r"|까요|나요|인가|던가|는가|려면|싶|고민|생각 ?중|수도|맞지|맞죠|그렇지"
)
_ENDS: Final = re.compile(
    r"취소|철회|반납|무르|무를|물러|물릴|없던 ?(?:일|걸)|없었던|없애|없앨|삭제|지워|지우|지울|해지"
    r"|해제|포기|반려|접었|접을|무산|사라[졌지]|그만[두둘뒀]|회수|반환|날아[가갔]|날렸|빼 ?(?:줘|주|$)|빼줘"
    r"|(?:안|못) ?(?!내[문판를]|내$)(?:가|갑|간|감|갈|갔|쉬|쉽|쉰|쉼|쉴|써|쓰|씁|쓴|쓸|썼|내|냄"
    r"|낼|냈|해|하|합|함|할|다녀|떠나)"
    r"|(?:가|쉬|쓰|내|하|다녀오)지(?:는|를|도)? ?(?:않|못|아니|말)|안 ?합니|아니(?:야|에요|예요"
    r"|었)|아닙니다|아님|(?:가|쉬|쓰)려다|끝났|끝$|일찍 ?끝"
)
_NOT_ENDED: Final = re.compile(
    r"(?:취소|철회|반납|삭제|해지|포기|반려)(?:는|를|을|가|이|도)? ?(?:안|못|아니|아닌|아님|말"
    r"|하지 ?(?:마|말|않)|할 ?(?:수|일) ?없|되지 ?않|한 ?적)"
    r"|취소했다가 ?다시|(?:지우|빼|없애)지 ?(?:마|말|않)"
)
_MOVES: Final = re.compile(
    r"미뤄|미루|미룰|미뤘|연기|변경|바꿔|바꾸|바꿀|바뀌|바뀐|옮|당겨|당기|앞당|늦춰|늦추|정정"
    r"|수정|고쳐|연장|줄여|단축|조정"
)
_MOVED: Final = re.compile(
    r"^(?P<old>.*?\d.*?)(?:에서|을|를|는|은|인|이|→|->)?\s(?:.{0,6}(?:을|를)\s)?(?P<new>\S.*?)(?:으로"
    r"|로)\s?(?:\S{0,3}\s)?"
    r"(?:미뤄|미루|연기|변경|바꿔|바꾸|옮|당겨|당기|앞당|늦춰|정정|수정|고쳐|조정)"
)
_ALL: Final = re.compile(r"(?:전부|모두|전체|모든|싹|다)(?= |$|휴|연|취)")
_NUMBER: Final = re.compile(r"(?<![\d월./])(?P<n>\d{1,2}) ?번(?:째)?")
_NOW: Final = re.compile(r"^휴가 ?끝|끝났|일찍 ?끝")
_OVER: Final = re.compile(r"복귀|출근|나왔|돌아왔|쉬는 ?중")

_SAID: Final = (
    "안녕하세요 상신 상신했습니다 상신했어요 승인 승인받았어요 승인났어요 저 저는 제가 나 나는 "
    "난 내가 요 이요 입니다 입니당 임다 이에요 예요 이예요 "
    "에요 야 이야 임 음 네요 이네요 이고요 해 해요 함 합니다 했어요 했습니다 했어 할게 할게요 "
    "할께요 하겠습니다 하려고요 하려고 합니당 할래 할래요 할 예정 예정이에요 예정임 예정이야 "
    "예정입니다 가 가요 갑니다 간다 감 갈게 갈게요 갈께요 가겠습니다 갈래요 가려고요 갈 갔다 올게요 "
    "다녀올게요 다녀오겠습니다 다녀옵니다 써 써요 씁니다 씀 쓸게 쓸게요 쓸께요 쓸래요 쓰겠습니다 "
    "쓰려고요 쓰려고 썼어 썼어요 썼습니다 쓸 쓰기로 내요 냅니다 냄 낼게 낼게요 내겠습니다 냈어 "
    "냈어요 냈습니다 냈음 올렸어요 올렸습니다 신청 신청했어요 신청했습니다 신청합니다 신청함 등록 "
    "등록해 등록해줘 기록 기록해 기록해줘 적어 적어줘 적어주세요 넣어 넣어줘 잡아 잡아줘 잡았어요 "
    "잡혔어요 받았어요 받았습니다 결재 났어요 났습니다 줘 줘요 주세요 주십시오 부탁 부탁해 부탁해요 "
    "부탁드려요 부탁드립니다 부탁합니다 드려요 드립니다 좀 에 은 는 을 를 이 로 으로 도 만 쉽니다 "
    "쉬어요 쉴게요 쉬겠습니다 쉼 쉬려고요 있어요 있습니다 있음 들어갑니다 들어가요 떠나요 떠납니다 "
    "사용 사용합니다 사용해요 하루 종일 날 동안 그리고 기간 기간은 일정 일정은 일자 "
    "날짜 "
)
_FILLERS: Final = tuple(sorted(_SAID.split(), key=len, reverse=True))
_KNOWN: Final = re.compile(rf"{KINDS}|{'|'.join(_FILLERS)}|[^가-힣A-Za-z\d]")
_DATED: Final = re.compile(r"\d ?월|\d ?[./-] ?\d|(?:이번|다음) 달|부터|까지|[~〜～–]")
_WHOLE_MONTH: Final = re.compile(r"(?:이번|다음) 달(?! ?\d)|\d ?월(?! ?\d)(?!.{0,8}째)")
_TIMED: Final = re.compile(
    r"(?:(?P<half>오전|오후|낮) ?)?(?<!\d)(?P<h>\d{1,2}) ?시(?: ?반| ?\d{1,2} ?분)? ?"
    r"(?P<way>부터|이후|까지|에)(?:는|로|만|요)?"
)
_HUSH: Final = re.compile(
    r"(?:이?라서?|니까|여서|이어서|이고|인데|[,])?\s*(?:그때|그동안|거기)?\s*(?:알림|소식|연락|톡)(?:을|은|도|좀)?"
    r" ?(?:좀 )?(?:꺼|끄|멈|쉬|안 ?보|보내지|받지|중지|조용)\S*(?: \S{1,6}){0,2}$"
)
_DAYS: Final = re.compile(r"\d ?[월일/.]|오늘|내일|낼|모레|글피|요일|욜")
_MORNING, _BETWEEN, _LATEST = 7, 14, 18
_LONG: Final = timedelta(days=21)
"""A leave as long as that is asked about."""
_LONGEST: Final = 80
_TOO_LONG: Final = 200


class Act(StrEnum):
    """What is to be done about a leave."""

    NOTE = "note"
    CONFIRM = "confirm"
    """The days are plain; whether they are noted is asked."""
    OPEN = "open"
    """From when is plain; until when is asked."""
    HALF = "half"
    """Half a day, and which is asked."""
    HOURLY = "hourly"
    """Some hours, which are a pause."""
    CANCEL = "cancel"
    MOVE = "move"
    SHOW = "show"
    """Nothing is changed: what stands is shown."""
    UNREAD = "unread"
    WRONG = "wrong"
    """Days that no calendar holds."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was said: `days` (of a move: the old ones, and `then` the new), the `number` of one in the list, `all`."""

    act: Act
    days: Days | None = None
    then: Days | None = None
    number: int = 0
    all: bool = False
    now: bool = False
    """The one that is going on."""


def read(text: str, now: datetime) -> Told:
    """What a sentence about one's leave says."""
    if len(text) > _TOO_LONG:
        return Told(Act.UNREAD)
    plain = normal(text)
    try:
        if _ENDS.search(plain) and not _ASKS.search(plain):
            return Told(Act.SHOW) if _NOT_ENDED.search(plain) else _ended(plain, now)
        if _MOVES.search(plain):
            return _moved(plain, now)
        return _taken(plain, now)
    except UnreadError:
        return Told(Act.UNREAD)
    except NoSuchDayError:
        return Told(Act.WRONG)


def _ended(text: str, now: datetime) -> Told:
    number = _NUMBER.search(text)
    if number is not None:
        return Told(Act.CANCEL, number=int(number["n"]))
    found, rest = days_in(text, now)
    return Told(Act.CANCEL, found, all=found is None and bool(_ALL.search(rest)), now=bool(_NOW.search(text)))


def _moved(text: str, now: datetime) -> Told:
    found = _MOVED.search(text)
    old, new = (days(found["old"], now), days(found["new"], now)) if found else (None, None)
    return Told(Act.MOVE, old, new) if old and new else Told(Act.SHOW)


def _taken(text: str, now: datetime) -> Told:
    if (first := begins(text, now)) is not None and not _HALVES.search(text) and not _asks_of(text):
        return Told(Act.OPEN, Days(first, first))
    if _ASKS.search(text):
        return Told(Act.SHOW)
    if _HALVES.search(text) and (timed := _TIMED.search(text)) is not None:
        return _half_from(text, timed, now)
    if _HOURLY.search(text):
        return Told(Act.HOURLY)
    found, rest = days_in(text, now)
    if found is None or _OVER.search(text):
        return Told(Act.SHOW)
    if _HALVES.search(text) and not found.half:
        return Told(Act.HALF, found) if found.first == found.last else Told(Act.UNREAD)
    sure = _is_plain(rest) and found.last - found.first < _LONG and not _is_vague(text)
    return Told(Act.NOTE if sure else Act.CONFIRM, found)


def _asks_of(text: str) -> bool:
    return _ASKS.search(re.sub(r"며칠|몇 ?일", "", text)) is not None


def _half_from(text: str, timed: re.Match[str], now: datetime) -> Told:
    """Half a day of which an hour is told: whose half that is, which is asked."""
    hour = int(timed["h"]) + (12 if timed["half"] != "오전" and int(timed["h"]) < _MORNING else 0)
    ends = timed["way"] == "까지"
    if not _MORNING <= hour <= _LATEST or _TIMED.search(text, timed.end()) is not None:
        return Told(Act.UNREAD)
    half = "오전" if ends and hour <= _BETWEEN + 1 else "오후" if not ends and hour >= _BETWEEN - 2 else ""
    if not half:
        return Told(Act.UNREAD)
    rest = _HUSH.sub(" ", f"{text[: timed.start()]} {text[timed.end() :]}")
    rest = rest if re.search("오전|오후", rest) else re.sub(rf"(?={_HALVES.pattern})", f"{half} ", rest, count=1)
    if half not in rest:
        return Told(Act.UNREAD)
    found, _ = days_in(rest if _DAYS.search(rest) else f"오늘 {rest}", now)
    return Told(Act.UNREAD) if found is None or not found.half else Told(Act.CONFIRM, found)


def _is_vague(text: str) -> bool:
    """Whether `5일` may tell how many days as well as which, or a whole month is named."""
    if _WHOLE_MONTH.search(text):
        return True
    few = re.search(r"(?<!\d)(?:[1-9]|10) ?일", text)
    return few is not None and _DATED.search(text) is None


def _is_plain(rest: str) -> bool:
    """Whether every word is one of those that go with a leave."""
    at = 0
    while at < len(rest) <= _LONGEST:
        known = _KNOWN.match(rest, at)
        if known is None:
            return False
        at = known.end()
    return len(rest) <= _LONGEST
