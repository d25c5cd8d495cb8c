"""What people wish of what they receive, in their own words. Pure.

    "농업 말고 청년 관련된 것만 받고 싶어요"   → `Swap("농업", ("청년",))`
    "호우 알림만 잠깐 꺼줘"                 → `Hush("호우", "잠깐")`
    "급한 거는 보내고"                     → an exception to what is quiet
    "방금 꺼 되돌려줘", "아 잘못 눌렀다"      → the last change taken back

What it reads is proposed, never done: whoever has no such subscription, or means something else, loses nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.durations import LENGTH
from bot.joined import apart
from bot.topics import core, is_when

LONGEST: Final = 80
_POLITE: Final = r"[\s.!~ㅠㅜㅎㅋ^]*"
_NO_TOPIC: Final = re.compile(
    r"(?:바로(?:바로)?|지금|모아서?|전부|모두|다|이[거것건]|그[거것건]|저[거것건]|주말|평일|매일|아침|점심|저녁|밤|낮"
    r"|새벽|오전"
    r"|오후|이?메일|문자|카톡|톡|텔레그램|슬랙|네이버웍스|매트릭스|콘솔|여기|저기|거기|이 ?방|우리 ?방|알림|브리핑"
    r"|소식|구독|식당"
    r"|메뉴|식단|출장|휴가|연차|반차|오늘|내일|어제|모레|나|저|너|우리|한꺼번에?|그때그때|하나|둘|나중|따로|그냥|조금"
    r"|많이|자주"
    r"|중요한|급한|긴급한|아무|[월화수목금토일]요일)(?:에|에만|만|은|는|으로|로|에는|엔|씩)?"
    r"|.*(?:\d ?(?:시|분|건|개|일|번|명)|까지|부터|동안|때|에서|한테|에게|께|지|게|데|면)"
)
_WHAT: Final = r"(?:\s?(?:관련(?:된|한)?|쪽|소식|뉴스|구독|알림|보도 ?자료|꺼|거|것)){0,2}(?:은|는|을|를|이|가|만|도)?"
_SWAP: Final = re.compile(
    rf"^(?P<a>\S.{{0,24}}?){_WHAT}\s?(?:말고(?:는)?|말구|대신(?:에)?|됐고|됐으니까?|됐구|빼고|빼구|제외하고|아니고"
    rf"|아니라"
    r"|필요 ?없고|그만 ?(?:받|보)고|이제 ?그만(?:하고|(?=,))|안 ?(?:받|봐도 ?되|와도 ?되)고)[, ]+(?P<b>\S.{0,40}?)$"
)
_ASKED_FOR: Final = re.compile(
    r"\s?(?:좀 |그냥 |이제 |앞으로 |계속 )*(?:으로|로)?\s?(?:받(?:고|을|아|는|게|자|으)|구독|추가|신청|바꿔|바꾸|변경"
    r"|교체"
    r"|갈아|보내|알려|챙겨|넣어|(?<=\s)줘|(?<=\s)주[세라십])\S*(?: ?\S{1,7}){0,3}$"
)
_OF_NEWS: Final = re.compile(r"소식|뉴스|구독|보도 ?자료|관련|키워드|주제")
_OTHER: Final = re.compile(r"(?:다른|딴|새로운|새) ?(?:거|것|걸|건|게|소식|주제|낱말|키워드)?(?:를|을|로|으로|도|만)?")
_IS: Final = re.compile(r"(?:이었어요|였어요|이에요|예요|이야|입니다|이었는데(?:요)?|였는데(?:요)?|이요)$")
_SHOWS: Final = re.compile(
    r"보여|찾아|검색|요약|뭐|어때|있(?:나|어|니|지)|먹|볼까|가(?:자|요|줘)|갈게|올려|해지|취소|끊|\s꺼|꺼줘|끄|쉬|빼"
    r"|지워|정리|남기|\?"
)


@dataclass(frozen=True, slots=True)
class Swap:
    """`wanted` in the place of `instead`; `plainly`: it says that news of it are to be received."""

    instead: str
    wanted: tuple[str, ...]
    plainly: bool


def swap(text: str) -> Swap | None:
    """What is wanted in whose place; None where that is not what the text says."""
    found = _SWAP.match(text.strip(" .!~"))
    if found is None or _SHOWS.search(found["b"]):
        return None
    said = _IS.sub("", found["b"])
    rest = _ASKED_FOR.sub("", said) or said
    one, wanted = core(found["a"]), tuple(filter(None, map(core, apart(rest))))
    plainly = rest != said and _OF_NEWS.search(text) is not None
    if is_topic(one) and _OTHER.fullmatch(rest.strip()):
        return Swap(one, (), plainly=False)
    named = all(is_topic(each) for each in (one, *wanted))
    return Swap(one, wanted, plainly) if named and wanted else None


def is_topic(words: str) -> bool:
    """Whether words may name a topic, and no time, manner or place."""
    return 1 < len(words) <= 24 and len(words.split()) <= 4 and _NO_TOPIC.fullmatch(words) is None


_SPAN: Final = (
    rf"(?:잠깐|잠시|당분간|한동안|오늘(?: ?하루)?|하루|내일까지|모레까지|이번 ?주|주말까지|(?:(?:오늘|내일|오전|오후"
    rf"|저녁|밤) ?){{0,2}}\d{{1,2}}시(?: ?반"
    rf"| ?\d{{1,2}}분)?까지|\S{{1,4}}요일까지|\d{{1,2}}일까지|(?:이틀|사흘|나흘|일주일)|(?:\S{{1,6}} )?\S{{0,6}}(?:때"
    rf"|후|전|날|끝)까지|{LENGTH})"
)
_FOR: Final = r"(?:\s?(?:동안|간|정도|쯤))?(?:만|은|만은|까지만|는)?"
_HUSHED: Final = (
    r"(?:좀 ?|그냥 ?|다 ?|알림 ?|소식 ?)*(?:조용\S*|꺼\S*|끄\S*|멈\S{1,3}|중지\S*|쉬\S*|쉴\S*|그만\S*"
    r"|(?:보내|울리|오)지 ?(?:마|말|않)\S*|안 ?(?:받|보내|오|와|울)\S*|받지 ?않\S*)(?: ?\S{1,5}){0,2}"
)
_HUSH: Final = re.compile(
    rf"^(?:(?P<lead>{_SPAN.replace('?P<', '?P<lead_')}){_FOR} )?(?P<what>\S.{{0,24}}?)"
    rf"(?P<only>(?:\s?(?:관련|쪽|소식|뉴스|구독|알림|꺼|거|것))?(?:만|은|는|을|를)?)"
    rf"(?:(?<![가-힣](?=[가-힣]))(?:(?<=\s)|(?<=[은는만을를])) ?(?P<span>{_SPAN}){_FOR})? ?{_HUSHED}$"
)


@dataclass(frozen=True, slots=True)
class Hush:
    """One subscription is to rest; `span` as it was said, empty where it was not."""

    what: str
    span: str


def hush(text: str) -> Hush | None:
    """Which subscription is to rest alone, and how long; None where all are meant, or one is to end."""
    found = _HUSH.match(text.strip(" .!~"))
    if found is None or "?" in text:
        return None
    span = (found["lead"] or found["span"] or "").strip()
    alone = re.search(r"(?:알림|소식)만$", found["only"].strip()) is not None
    what = core(found["what"])
    if not (span or alone) or not what or (_NO_TOPIC.fullmatch(what) and not re.fullmatch(r"\d{1,2}번?", what)):
        return None
    return Hush(what, span)


_WHEN_OUT: Final = re.compile(
    r"^(?:(?:아|근데|그리고|단|다만|대신|이제|그냥)[ ,]*)?(?P<when>\S.{0,20}?) ?(?:빼|뺴|제외|말(?=[고구]))"
    r"(?:하|해)?(?:고|구|자|줘|주세요|주십시오|주라)?요?(?: ?(?:보내|받|줘|주|해|하|알려)\S{0,5}){0,2}$"
)


def left_when(text: str) -> str:
    """The days or times at which nothing is to come, of `주말은 빼고요`; empty where none are."""
    found = _WHEN_OUT.match(text.strip(" .!~"))
    when = found["when"].strip() if found is not None and "?" not in text else ""
    return re.sub(r"(?:에는|엔|에|은|는|만|을|를)$", "", when) if is_when(when) else ""


_LEFT_OUT: Final = re.compile(
    r"^(?:(?:여기|이 ?방|우리 ?방)(?:에서|에|는|은|엔)? ?)?(?:이제 |그냥 |근데 |아 )?(?P<what>\S.{0,20}?)"
    r"(?: ?(?:관련|쪽|소식|뉴스|구독|알림|꺼|거|것))?(?:은|는|을|를|만)? ?(?P<how>빼|뺴|제외|생략|말(?=[고구]))"
    r"(?P<ends>(?:하|해)?(?:고|구|자|줘|주세요|주라|)요?(?: ?(?:보내|올려|받|줘|주|해|하)\S{0,5}){0,2})$"
)


def left_out(text: str) -> str:
    """What is not to come, of `호우는 빼고`; empty where none is."""
    found = _LEFT_OUT.match(text.strip(" .!~"))
    if found is None:
        return ""
    what = core(found["what"])
    return what if is_topic(what) else ""


_EVEN_THEN: Final = (
    r"(?:밤|밤중|한밤중|새벽|주말|휴일|휴가 ?중|휴가|퇴근 ?후|저녁|조용한 ?시간|언제|아무 ?때)"
    r"(?:에|이)?(?:라도|도|든지|든|나)"
)
_EXCEPTED: Final = re.compile(
    r"^(?:(?:근데|단|다만|대신|아|그래도|그런데|그치만|하지만|물론|대신에) ?,? ?)?"
    rf"(?:{_EVEN_THEN} )?(?P<what>\S.{{0,16}}?)"
    r"(?P<of> ?(?:상황|거|것|건|게|꺼|일|소식|알림|연락|문자|공지)(?:들)?)?(?P<p>은|는|만은|만|도|이면|면)? ?"
    rf"(?:그래도 ?|꼭 ?|바로(?:바로)? ?|예외로 ?|계속 ?|다 ?|그냥 ?|{_EVEN_THEN} ?)*"
    r"(?:보내|받|줘|주고|주[세십시라]"
    r"|알려|와야|오게|와도|울려|예외|빼고|빼줘|놔|둬|남겨|통과|제외)\S{0,4}(?: ?\S{1,5}){0,2}$"
)
_URGENT: Final = re.compile(
    r"(?:(?:진짜|정말|아주|꼭)? ?(?:급한|급하|긴급|긴급한|비상|위급|중대|다급한|시급한)(?:한)?(?: ?재난)?|재난(?: "
    r"?(?:문자|긴급|알림|상황))?"
    r"|긴급 ?재난(?: ?문자)?|비상 ?(?:상황|사태))"
)


_CONTRAST: Final = re.compile(r"(?:근데|단|다만|대신|그래도|그런데|그치만|하지만|물론)[ ,]")


@dataclass(frozen=True, slots=True)
class Excepted:
    """What is to come in spite of what is quiet; `urgent`: something pressing; `topical`: which may be a topic too."""

    what: str
    urgent: bool
    topical: bool = True


def excepted(text: str) -> Excepted | None:
    """What is to pass; None where the text says nothing of the kind. `급한 것만` is a choice, and no exception."""
    found = _EXCEPTED.match(text.strip(" .!~"))
    if found is None or "?" in text or found["p"] == "만":
        return None
    what = found["what"].strip()
    urgent = _URGENT.fullmatch(what) is not None
    topic = core(what)
    if not urgent and (not is_topic(topic) or found["p"] not in {"은", "는", "만은", "도"}):
        return None
    if urgent and what.startswith("재난") and not (found["p"] or _CONTRAST.match(text)):
        return None  # `재난 소식 보내줘`
    even_then = re.search(_EVEN_THEN, text) is not None
    return Excepted(what if urgent else topic, urgent, not urgent or (what.startswith("재난") and not even_then))


_BACK: Final = re.compile(
    r"(?:(?:아니(?:야|다|요|라)?|아이고|에고|헉|어머|이런|아차|아|앗|에이|엇|어|잠깐만?|미안|죄송)[ ,.]*)*"
    r"(?:(?:다시|그냥|도로|좀|방금|지금|아까|좀 ?전(?:에)?|방금 ?전(?:에)?|마지막)[ ,]*)*"
    r"(?:(?:한|바꾼|설정한|누른|그|이|내가 ?한) ?)?(?:거|것|꺼|건|설정|변경|구독|바꾼 ?거)?(?:는|은|를|을|도)? ?"
    r"(?:(?:다시|그냥|도로|좀)[ ,]*)*"
    r"(?:되돌(?:려|리|릴)\S*|돌려 ?(?:놔|놓|줘|주)\S*|원래(?:대로|처럼)\S*|원상 ?복구\S*|원위치\S*|롤백\S*|복구\S*"
    r"|무르(?:기|자|고|게)\S{0,3}|물러(?:줘|주|요)\S{0,3}"
    r"|(?:취소 ?){2,}\S{0,4}|(?:아까|전|이전|예전)(?:처럼|으로|대로)\S*|없던 ?(?:일|걸)로\S*"
    r"|잘못 ?(?:눌|누|했|쳤|보냈|썼|골랐|말했|설정|선택|입력)\S*|실수(?:했|로|에|예|입|였|다|네|임|야)?\S*"
    r"|오타\S{0,4})"
    rf"(?: ?(?:다시|해|줘|주세요|놔|놓|눌|누른|했|한|버렸|하고 ?싶|부탁|돌려)\S*){{0,2}}{_POLITE}"
)
_JUST_DONE: Final = re.compile(
    r"(?:(?:아니(?:야)?|아|앗)[ ,.]*)*(?:방금|지금|아까|좀 ?전에?) ?(?:내가 ?)?(?:한|바꾼|누른|설정한|말한)? ?(?:거"
    r"|것|꺼|건|설정|변경)"
    rf"(?:는|은|를|을|도)? ?(?:다 ?)?(?:취소|철회|없애)\S*(?: ?\S{{1,4}})?{_POLITE}"
)
_NOT_THAT: Final = re.compile(
    r"(?:(?:아니|아|앗|에이)(?:야|요|다|라)?[ ,.]*)+(?:(?:그|이|저)(?:거|것|게|건|걸)|그런 ?거|그 ?말|그 ?뜻) ?"
    rf"(?:말고(?:요)?|아니(?:야|고|라|요|에요|예요|라고|라니까)?|아닌데(?:요)?){_POLITE}"
)


def takes_back(text: str) -> bool:
    """Whether a text wants what was just done undone, and says nothing of what it was."""
    return len(text) <= 40 and any(one.fullmatch(text) for one in (_BACK, _JUST_DONE, _NOT_THAT))


_HERE: Final = re.compile(
    r"(?<![가-힣])(?:여기|이 ?방|우리 ?방|이 ?채널|우리 ?채널|이 ?단톡방?|우리 ?단톡방?|이 ?톡방|단톡방?|이 ?곳|저희 "
    r"?방)"
    r"(?:에다가도|에다가?|다가도|다가|에도|으로도|으로|로도|로|에서도|에서|에|다|도|엔|의)?(?=\s|$)"
)
_NEWS: Final = r"(?:소식|보도 ?자료|뉴스|기사|공고|거|것|꺼|알림)(?:들)?"
_BRINGS: Final = (
    r"(?:(?:좀 ?|계속 ?|같이 ?|앞으로 ?|매번 ?|나오면 ?|뜨면 ?|생기면 ?)*(?:올려|올리|보내|알려|받|뿌려|띄워|공유"
    r"|챙겨|넣어|와|오게|구독"
    r"|받아)\S*(?: ?\S{1,6}){0,2}|좀|부탁\S*|요망)"
)
_BROUGHT: Final = re.compile(
    rf"^(?:(?P<what>\S.{{0,28}}?) ?(?P<news>{_NEWS})?)?(?:도|를|을|만|은|이)? ?(?P<verb>{_BRINGS})?$"
)
_NOT_HERE: Final = re.compile(
    r"식당|점심|줄|차례|메뉴|식단|배식|밥|그만|말고|지 ?(?:마|말)|안 ?(?:올|보|받)|빼|\?|왜|뭐|누가|어떻게|출장"
    r"|영수증|공지|사진|파일"
    r"|설정|규칙|조용|멈|꺼|끄|등록|해제|바로|모아|하루|시간|\d ?시"
)


@dataclass(frozen=True, slots=True)
class Here:
    """News of `what` (empty: not said) are to come to the room; `plainly`: news are spoken of, and no other thing."""

    what: str
    plainly: bool


def brought_here(text: str) -> Here | None:
    """The topic whose news are to come to the room in which it is said; None where nothing of that kind is said."""
    whole = " ".join(text.strip(" .!~").split())
    told = " ".join(_HERE.sub(" ", whole, count=1).split())
    if told == whole or _NOT_HERE.search(told):
        return None
    if re.fullmatch(_BRINGS, told):
        return Here("", plainly=True) if re.match(r"(?:좀 |계속 )?(?:올려|보내|알려|받|뿌려|공유)", told) else None
    found = _BROUGHT.match(told)
    if found is None or not (found["verb"] or found["news"]):
        return None
    what = core(found["what"] or "")
    plainly = found["news"] is not None or re.search(r"나오면|뜨면|생기면|구독", told) is not None
    return Here(what, plainly) if is_topic(what) else None


_THERE: Final = re.compile(
    r"^(?P<where>(?:[가-힣A-Za-z0-9]{1,12} ?){1,2}?) ?(?:단톡방|단톡|톡방|채널|방)(?:에다가?도?|에도|에|으로도?"
    r"|로도?) "
    r"(?P<rest>\S.{1,50})$"
)


@dataclass(frozen=True, slots=True)
class There:
    """News of `what` are to come to the room that is called `where`."""

    where: str
    what: str


def brought_there(text: str) -> There | None:
    """`총무과 방에 호우 소식 올려줘`, said in private."""
    found = _THERE.match(text.strip(" .!~"))
    if found is None or _NOT_HERE.search(text) or re.search(r"구독|해지|목록|제안", text):
        return None
    told = _BROUGHT.match(found["rest"])
    what = core(told["what"] or "") if told is not None else ""
    named = told is not None and told["verb"] and (told["news"] or len(what) > 1)
    return There(found["where"].strip(), what) if named and is_topic(what) else None
