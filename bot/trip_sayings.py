"""How trips are talked about: words that begin, change, confirm or question one. Text in, a finding out; pure."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from attest.trip import KST, LegKind, Trip
from bot.answers import Said, said
from bot.routes import Request, tidy, unaddressed
from bot.sayings import normal
from bot.shown import by_that, points
from bot.trip_ahead import moment_alone
from bot.trip_area import named
from bot.trip_aside_sayings import NOT_GONE, companion, shift
from bot.trip_corrections import agrees, denies, plain, vague
from bot.trip_fixing import PAIR, corrects
from bot.trip_memo import Memo, read
from bot.trip_others import traveller
from bot.trip_speech import reads
from bot.trip_words import ELSEWHERE, FORGOT, TITLES

_SOME_DAY: Final = datetime(2026, 1, 5, 9, tzinfo=KST)
_POINTED: Final = re.compile(r"(?:그거|이거|방금 ?(?:거|꺼|것)|그 ?출장|이 ?출장)(?:은|는|을|를)?\s")
MONTH: Final = re.compile(r"(?:\d{1,2}월|지난 ?달|저번 ?달|이번 ?달)")
MOMENTS: Final = (
    (LegKind.RETURNED, re.compile(r"^(?:복귀|귀청|다녀왔|갔다 ?왔|돌아왔|다? ?끝(?:났|냈)|마쳤|마칩니다|마침|종료)")),
    (LegKind.DEPARTED, re.compile(r"^(?:출발|나왔|나갑|나가|가는 ?중|갑니다$|가요$)")),
    (LegKind.ARRIVED, re.compile(r"^(?:(?:지금|방금|이제|막)\s?)*(?:거의\s?)?(?:다\s?)?(?:왔|도착)")),
)
_BY_WORD: Final = ((LegKind.RETURNED, "복귀"), (LegKind.ARRIVED, "도착"), (LegKind.DEPARTED, "출발"))
_ANOTHER_DAY: Final = re.compile(r"내일|낼|모레|글피|명일|다음 ?주|담주")
_ENDS_SOON: Final = re.compile(r"(?:이제 ?)?(?:곧|거의|금방) ?(?:다 ?)?(?:끝|마[쳤칩])")
MONTHS_AHEAD: Final = timedelta(days=160)
QUESTION: Final = re.compile(r"\?|(?:나요|까요|니까)[.~]*$|얼마|규정|어떻게|방법|여비|무엇|뭐")
CALLED_OFF: Final = re.compile(
    r"취소(?!\s*(?:는|를)?\s*(?:안|하지|못))|철회|(?:^|\s)[안못]\s?(?:가게|가기로|갑니다|가요|갈|감)"
)
CHANGES: Final = re.compile(
    r"^(?:일정\s*)?(?:이|을|를)?\s*(?:취소|철회|연기|미뤄|미루|변경|바뀌|바뀐|수정|고쳐|고칠)"
    r"|^(?:\d{1,3} ?분|(?:\d|한|두|세|반) ?시간)(?: ?반)?\s*(?:정도|쯤)?\s*(?:늦|밀|미[뤄뤘루]|당[겨겼]|앞당)"
)
CHAT: Final = re.compile(r"(?:요|다|래|까|죠|줘|데|음|임|니|라|도움말|사용법|안내|도움)[.!~]*$")
YES: Final = frozenset(
    {"네", "예", "넵", "응", "맞아요", "맞습니다", "맞음", "맞어", "확인", "좋아요", "오케이", "ㅇㅇ", "ok", "OK"}
)
WHEN: Final = (
    r"(?:지금|오늘|내일|낼|모레|글피|금일|명일|[월화수목금토일]요일|다음 ?주|담주|이번 ?주|\d{1,2}월 ?\d"
    r"|\d{1,2}[./] ?\d|\d일|\d ?시|:\d\d)"
)
_ONE_SENTENCE: Final = 60
HOW: Final = r"(?:관용차|자가용|자차|제 ?차|버스|KTX|기차|관내|관외|주무관|팀장)"

_CHANGED: Final = r"(?:바꿔|바꾸|바뀌|바뀐|변경|고쳐|수정|정정|옮겨|미뤄|미루|연기|늦춰|당겨)"
_ELSE: Final = (
    r"구독|식당|알림|브리핑|근무|감사|점검|기한|부서|소식|도착|출발|복귀|정산|당직|차례|메뉴|식단|모아|약속|비밀번호"
    r"|휴가|연차|반차|(?:아침|점심|저녁|밤) ?(?:거|것|꺼)|번호|조용"
)
_ASKS: Final = r"출장 ?비|여비|규정|누구|뭐|몇 ?시|언제|어디|있나|있지|출장(?:이|은)? ?없|보여"
_AUDITED: Final = r"출장 ?(?:여비|비)|출장(?:을|를)? ?(?:신청|점검)|(?:점검|감사)(?:을|를)? ?(?:시작|개시|착수)"
WRITTEN: Final = (
    rf"^(?P<argument>(?!.*(?:{_ASKS}|{FORGOT}|{ELSEWHERE}|{_AUDITED}))(?=.*{WHEN})[^?]*출장[^?]*)$",
    rf"^(?!.*(?:{FORGOT}|{ELSEWHERE}|{_AUDITED})).*출장.{{0,10}}(왔|도착|증빙|영수증|시작|나왔|가는|갑니다)",
    rf"^(?!.*(?:{ELSEWHERE}|확인)).*영수증.{{0,6}}(받|필요|주세요|줘)",
)
DAYS_ONE: Final = (
    r"(?:오늘|내일|낼|모레|글피|(?:(?:다음|이번) ?주\s?|담주\s?)?[월화수목금토일]요?[일욜])\s?(?:꺼|거|것|건)"
    r"(?:는|은|를|을|도|이|가)?\s+"
)
"""A day's own trip, by its day alone: `내일꺼`."""
CORRECTED: Final = (
    rf"^(?P<argument>.*(?:{WHEN}|{HOW}).*(?:말고|아니라|아니고).+)$",
    rf"^(?!{DAYS_ONE})(?!.*(?:{_ELSE}))(?P<argument>.*(?:{WHEN}|{HOW}|장소|출장지|목적지).*{_CHANGED}.*)$",
    (
        rf"^(?!.*(?:{_ELSE}))(?P<argument>\S*\s?(?:{TITLES})님?(?:은|는|이|도)?\s?(?:빠(?![른르듯])|불참|안 ?가|못 ?가"
        rf"|(?:같이|함께)(?= ?(?:[가갑감간갈동타출]|요|입|예|이|$|[.!~]))).*)$"
    ),
)
NUMBERED: Final = (r"^문서 ?번호(?:는|은|가|를|:) ?(?P<argument>\S.*?)(?:번)?(?:입니다|이에요|예요|임|이요)?[.!]*$",)
_WHOSE: Final = r"^(?:(?:오늘|내일|모레|이번 ?주|다음 ?주|내|제|나의)\s*)*"
_WHICH: Final = r"(?:뭐|무엇|몇 ?시|몇 ?건|언제|어디|있나|있어|있지|있었|보여|알려)"
LISTED: Final = (
    r"^(?P<argument>\d{1,2}월|지난 ?달|저번 ?달|이번 ?달) ?출장(?: ?(?:목록|내역))?$",
    rf"{_WHOSE}출장(?: ?일정)?(?:이|은|을|가)?\s*{_WHICH}\S*(?: \S+){{0,2}}$",
)
_NOT_GOING: Final = (
    r"^(?:(?:아|저|저희|이번|오늘|내일|모레|출장)(?:은|는|엔)?\s*)*[안못] ?(?:가게|가기로|갑니다|가요|갈)\S*"
)
OFF_SOFTLY: Final = (
    r"^(?:출장 ?)?취소(?:할게|할래|해 ?줘|해 ?주|합니다|요|됐|되었)?\S*[.!~]*$",
    rf"{_NOT_GOING}(?:\s*(?:됐|되었|했|것|듯|거)\S*)*[.!~ㅠ ]*$",
)

_OTHER: Final = re.compile(
    r"식당|식단|메뉴|차례|소식|알림(?!판|장|톡)|브리핑|구독(?!경제|서비스)|모아 ?보|당직|조용히|잘못 ?눌|비밀번호"
    r"|영수증"
    r"|(?<![가-힣])(?:휴가|연차|연가|반차|병가)(?!철|지|용)|(?:알려|보여|찾아|읽어|가르쳐) ?(?:줘|주)"
    r"|(?<![가-힣])뭐(?=[ 가를하])"
    r"|(?:아침|점심|저녁) ?(?:거|것|꺼)|뭐(?:야|예요|에요|지)|언제(?:야|예요|에요)"
    r"|^(?:아 |네 )?(?:고마|고맙|감사합|감사해|수고|알겠|잠깐|잠시)|(?:고마워|감사해|잠깐만|잠시만)요?[.!~]*$"
)
"""What a text speaks of that answers no question about a trip."""
_FORGOTTEN: Final = re.compile(rf"(?:출발|도착|복귀|귀청|인증|증빙|어제|그제|엊그제).{{0,24}}(?:{FORGOT})")
"""A moment or evidence that was missed: told afterwards, and no correction of the trip that there is."""
_RESTATED: Final = 24
_WHILE: Final = re.compile(rf"{ELSEWHERE}|(?:갔다 ?올 ?동안|끝나면|마치면|갔다 ?오면) ")
_MOVED: Final = re.compile(
    r"(?:으로|로)\s*(?:밀[려렸린림립]|미[뤄뤘루룸룹]|당[겨겼긴김]|앞당|늦[춰췄어추]|옮[겨겼긴김]"
    r"|바[꿔꿨꾸뀌뀐뀜꿈]|변경|연기)\S*"
    r"(?:\s*(?:주세요|주십시오|줘요?|부탁\S*|했\S*|됐\S*|되었\S*|합니다))*[.!~]*$"
    rf"|^{WHEN}[^,]{{0,6}}로[.!~]*$"
)


def _another(text: str) -> bool:
    """Whether a short text is about something else than a trip."""
    return elsewhere(text) or (len(text) < _ONE_SENTENCE and "\n" not in text and _OTHER.search(text) is not None)


def _elsewhere_read(text: str) -> bool:
    """Whether a sentence is about a list, about evidence, or a question: no answer about this trip."""
    return reads(normal(text)) or (points(text) and not by_that(text))


def elsewhere(said: str) -> bool:
    """Whether what stands beside the word is about something else: `4시까지만 조용히`, `영수증 진짜인지`."""
    return len(said) < _ONE_SENTENCE and "\n" not in said and _WHILE.search(said) is not None


def moved(said: str) -> bool:
    """Whether it moves a trip that there is (`두시로 밀렸어요`); another trip would name its place."""
    return len(said) < _ONE_SENTENCE and "\n" not in said and _MOVED.search(said) is not None


def beside(request: Request) -> str:
    """What stands beside the word; of several lines each its own."""
    if request.update.press is not None or "\n" not in request.update.text:
        return request.argument
    lines = [tidy(line) for line in request.update.text.splitlines()]
    whole = unaddressed("\n".join(line for line in lines if line))
    return re.sub(r"^/?(?:출장|trip)(?=\s)\s*", "", whole)


def moment_of(said: str) -> LegKind | None:
    """The moment that stands beside the word, at its head or after `곧`, `거의`."""
    told = next((kind for kind, pattern in MOMENTS if pattern.search(said)), None)
    if told is None and moment_alone(said) and not _ANOTHER_DAY.search(said):
        told = next((kind for kind, word in _BY_WORD if word in said), None)
    return LegKind.RETURNED if told is None and _ENDS_SOON.match(said) else told


def today_of(request: Request) -> date:
    """The day in Korea on which it is asked."""
    return request.now.astimezone(KST).date()


def fits(trip: Trip, meant: Memo) -> bool:
    """Whether a trip is the one of which a place or a day was named."""
    where = not meant.destination or meant.destination in trip.destination
    day = meant.starts_at.astimezone(KST).date() if meant.starts_at else None
    return where and (day is None or (trip.starts_at is not None and trip.starts_at.astimezone(KST).date() == day))


def is_plan(memo: Memo) -> bool:
    """Whether it tells more than a place, which any words may be taken for."""
    return bool(memo.span.told or memo.vehicle is not None or memo.companions or memo.purpose)


def says_something(text: str) -> bool:
    """Whether a text may answer what is to be corrected."""
    asks = re.search(r"(?:\?|나요|까요|니까)[.!~ ]*$", text) is not None or re.search(NOT_GONE, text) is not None
    asks = asks or moment_alone(text) or _FORGOTTEN.search(text) is not None
    return len(text) <= 200 and not (asks or _another(text) or _elsewhere_read(text) or traveller(text))


def may_plan(text: str) -> bool:
    """Whether a text may answer where and when somebody goes."""
    memo = read(text, _SOME_DAY)
    known = memo.span.told or any(named(word) for word in memo.destination.split())
    return says_something(text) and memo.tells and known and not CALLED_OFF.search(text)


def refuses(text: str) -> bool:
    """Whether it is a no and nothing else."""
    return said(text) is Said.NO and CALLED_OFF.search(text) is None


def corrects_after(text: str) -> bool:
    """Whether a text is plainly a correction, though nothing was asked: it sets, takes back, or points."""
    if len(text) > _ONE_SENTENCE or _another(text) or _elsewhere_read(text) or CALLED_OFF.search(text):
        return False
    sets = PAIR.search(plain(text)) is not None or denies(text) or _POINTED.match(text) is not None
    return sets and (corrects(text) or (vague(text) and _POINTED.match(text) is not None))


def _restates(text: str) -> bool:
    """Whether it names a place and perhaps an hour and nothing besides: `밀양시청이요 10시`."""
    if (
        len(text) > _RESTATED
        or not re.search(r"요[.!~ ]*$|\d ?시|:\d\d|입니다", text)
        or re.search(r"출발|도착|복귀", text)
    ):
        return False
    memo = read(text, _SOME_DAY)
    words = memo.destination.split()
    return bool(words) and any(named(one) for one in words) and memo.span.day is None and not memo.purpose


def confirms_or_corrects(text: str) -> bool:
    """Whether a text is an answer to a memo, and nothing else."""
    if says_something(text) and _restates(text):
        return True
    if (
        _another(text)
        or _elsewhere_read(text)
        or re.search(NOT_GONE, text)
        or companion(text)
        or shift(text) is not None
    ):
        return False
    if vague(text) or said(text) is Said.NO:
        return True
    if agrees(text):
        return True
    off = len(text) < 30 and CALLED_OFF.search(text) is not None and not text.endswith("?")
    return text.strip(" .!~") in YES or off or corrects(text)
