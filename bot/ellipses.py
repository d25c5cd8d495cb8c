"""What a message without a subject means beside what was spoken of just before: the full sentence in its place. Pure.

    Spoken("subscribe", "구독 재난안전") + "소상공인도"      → "구독 소상공인"
    Spoken("leave", "내일 연차") + "하루 더"                → "휴가 변경 11/24~11/24 → 11/24~11/25"
    Spoken("staff", "직원 신아람") + "총무과로 옮겨줘"       → asked first: "부서 변경 신아람 총무과"

Nothing is done that the full sentence would not do, and it is read as if it had been typed: rights, privacy and every
read-back are those of its route. What changes somebody else (`asks`) is never done at once: it is offered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.beside_menu import asked_of_menu
from bot.card_words import CARDS, beside
from bot.ellipses_desk import DESK
from bot.ellipses_time import TIME
from bot.hours_words import clocks_in
from bot.joined import joined
from bot.later_turns import about_list
from bot.meant import Meant, Spoken, meant
from bot.sayings import closed, normal, opened
from bot.topics import asks_for_list, asks_how, parse
from bot.unwanted import unwanted
from bot.wishing import is_topic

_ASSENTS: Final = re.compile(r"(?:네|넵|넹|예|응|어|그래)[ ,]")
_THAT: Final = r"(?:(?:그|이|저|방금|아까|지금) ?(?:거|것|건|꺼|말한 ?거|한 ?거|신청|구독)?(?:도|은|는|을|를)? ?)"
_ENDS: Final = (
    r"(?:취소|해지|빼|빼기|그만|지워|지우기|삭제|없애|됐어|철회|무르기|되돌려|되돌리기"
    r")(?:요|해|해요|할게|할래|하고 싶어|볼게|합니다)*"
)
_MONTH: Final = r"(?:\d{1,2}월|지난 ?달|이번 ?달|저번 ?달|다음 ?달|작년|올해)"
_DAY: Final = (
    r"(?:(?:(?:이번|다음|지난) ?주 ?)?[월화수목금토일]요일|오늘|내일|모레|글피|어제|(?:이번|다음|다다음) ?주"
    r"|\d{1,2}월 ?\d{1,2}일|\d{1,2}[./]\d{1,2})"
)
_ASKED: Final = (
    r"(?:은|는|도|에는|엔|에|이면|로)?(?: ?(?:어때|뭐야|언제야|언제|같아|보여|알려|전부|전"
    r"체|다|꺼|거|것))*요?"
)
_NO_TOPIC: Final = re.compile(
    rf"(?:{_DAY}|{_MONTH}|그것|이것|저것|그거|이거|저거|나|저|우리|여기|이 방|너|지금|다음|"
    r"이제|아직|그래|하나|둘|전부|다|모두|뭐|누구"
    r"|\d{1,4}번?|\d.*|언제|어디|주말|평일|매일|아침|점심|저녁|밤|(?:오늘|내일|하루|한|두|몇)(?: .*|시간.*|건.*|개.*)?"
    r"|(?:이것|그것|이거|그거|하나)만.*|나중.*|조금.*)"
)
_NUMBER: Final = re.compile(
    r"(?P<n>\d{1,3}) ?번?(?:째)?(?: ?(?:거|것|건|구독)| ?꺼(?=[은는을도 ]))?(?P<also>도|은"
    r"|는|을|를|만|이랑)?(?: (?P<act>.+))?"
)
_PLEASE: Final = r"\S{0,5}(?: ?(?:줘|주세요|할게|할래|해|버려|놔|둬|싶어|부탁\S{0,4}))?요?"
_ACTS: Final = (
    (re.compile(rf"(?:다시(?: ?(?:켜|받|보내|살려|해))?|켜|살려|재개)(?! ?말){_PLEASE}"), "다시"),
    (
        re.compile(rf"(?:좀 |그냥 |이제 )*(?:꺼|끄|쉬|멈춰|중지|잠시|잠깐|안 ?받|그만)(?: ?(?:쉬|꺼|멈))?{_PLEASE}"),
        "쉬기",
    ),
    (re.compile(rf"(?:좀 |그냥 |이제 )*(?:해지|취소|지워|지우|빼(?!고)|삭제|없애|끊|필요 ?없){_PLEASE}"), "해지"),
)
_LIST_VERBS: Final = {"pause": "쉬기", "resume": "다시", "remove": "해지"}


def complete(spoken: Spoken, text: str, now: datetime) -> Meant | None:
    """What the text means beside what was spoken of; None where it says nothing of it."""
    said, back = opened(normal(text))
    said = closed(said)
    if not said and not back:
        return None
    if _ASSENTS.match(text) and re.fullmatch(_ENDS, said):
        return None  # a yes to a question that was not this one
    listed = about_list(spoken, said, back=back)
    if listed is not None:
        return listed
    if (carded := beside(spoken, said)) is not None:
        return carded
    of = _TOPICS.get(spoken.topic)
    return of(spoken, said, now, back) if of is not None else None


def _subscribed(spoken: Spoken, said: str, _: datetime, back: bool) -> Meant | None:
    topic = parse(spoken.argument).words
    if topic and (asks_for_list(topic) or asks_how(topic)):
        return None  # nothing was subscribed to
    if re.fullmatch(rf"{_THAT}?(?:소식 ?)?{_ENDS}", said):
        return meant(f"해지 {topic}", asks="됐어" in said) if topic else None
    swap = _SWAP.fullmatch(said)
    if swap is not None and topic and swap["what"].replace(" ", "") == topic.replace(" ", ""):
        return (
            meant(f"구독 바꾸기 {topic} → {swap['to']}")
            if not re.search(r"[그이저][거것건]|뭐|말고|싶", swap["to"]) and not _NO_TOPIC.fullmatch(swap["to"])
            else None
        )
    other = re.fullmatch(r"(?:그거|이거|그것|이것|방금 ?(?:거|것)) ?말고 (?P<what>[^?]{2,20}?)(?:으로|로)?", said)
    if other is not None:
        return _instead(spoken, other["what"])
    found = unwanted(said)
    if found is not None and topic:
        if _NO_TOPIC.fullmatch(found.what) or not is_topic(found.what):
            return None
        if found.of not in {"", topic}:
            return meant(f"제외 {found.of}에서 {found.what} 제외")
        what = found.what.removeprefix(f"{topic} ")
        if joined(topic) is not None:
            return meant(f"낱말 빼기 {what}")
        return meant(f"해지 {topic}") if what == topic else meant(f"제외 {topic} {what}")
    return meant(f"구독 {one}") if (one := _also(said)) else (_instead(spoken, said) if back else None)


_SWAP: Final = re.compile(
    r"(?P<what>\S.{0,30}?)(?: ?말고|(?:이|가)? ?아니(?:고|라|라고))[, ]+(?P<to>[^?]{2,20}?)(?:으로|로)?"
    r"(?: ?(?:바꿔|변경|받을래|받을게|구독|해)\S{0,4})?"
)
_CLAUSE: Final = re.compile(
    r"(?:[고서면지게]|는데|은데|부터|한테|에게|에서|까지|이거|그거|그게|내 ?말|왜|어디|이렇게|그대로|일단)(?:\s|$)"
    r"|(?:[아어여해]|봐|줘|야|다|요|까|네|려|래|함|음)$"
)


def _instead(spoken: Spoken, said: str) -> Meant | None:
    """`아니 소상공인으로`: two things would be done; both are shown."""
    found = re.fullmatch(r"(?P<what>[^?]{2,20}?)(?P<to>으로|로)?", said)
    if found is None or _NO_TOPIC.fullmatch(found["what"]) or not spoken.argument:
        return None
    if not found["to"] and (_CLAUSE.search(found["what"]) or len(found["what"].split()) > 3):
        return None
    return meant(f"구독 {found['what']}", f"해지 {spoken.argument}", asks=True)


def _also(said: str) -> str:
    """The subject of `소상공인도`, `창업이랑 청년도 구독`."""
    found = re.fullmatch(
        r"(?P<what>[^?]{2,24}?)(?:도|까지|(?=(?:을|를)? ?추가)(?:을|를)?)"
        r"(?: ?(?:구독|추가|받을래|받고 싶어|넣어|신청|받아볼래"
        r")(?:할게|할래|해)?요?)?",
        said,
    )
    if found is None or _NO_TOPIC.fullmatch(found["what"]) or len(found["what"].split()) > 4:
        return ""
    if found["what"].endswith(("말고", "빼고")):
        return ""
    return found["what"]


def _ended(spoken: Spoken, said: str, now: datetime, back: bool) -> Meant | None:
    numbered = _listed(spoken, said, now, back)
    if numbered is not None:
        return numbered
    topic = spoken.argument
    if topic and not re.fullmatch(r"[\d ,번]+|전체|모두|다", topic) and re.fullmatch(
        rf"{_THAT}?(?:다시 ?(?:켜|구독|받을래|받을게|해)?|되돌려|되돌리기|취소|살려)(?:요|할게|해|할래)*", said
    ):  # fmt: skip
        return meant(f"구독 {topic}")
    return meant(f"해지 {one}") if (one := _also(said)) else None


_ON_AGAIN: Final = re.compile(
    r"(?:다시 ?(?:켜|켜기|살려|받을래|받을게|보내|해)?|켜|되돌려|되돌리기|살려|취소|원래대로)(?:요|해|할래|할게"
    r"|해요| ?놔| ?둬)*"
)


def _rested(spoken: Spoken, said: str, now: datetime, back: bool) -> Meant | None:
    """`다시 켜` after a subscription was put to rest, `취소` after it was woken: the very one."""
    topic = spoken.argument
    if topic and len(topic.split()) <= 6:
        plain = re.sub(rf"^{_THAT}", "", said)
        if spoken.topic == "pause" and _ON_AGAIN.fullmatch(plain):
            return meant(f"다시 {topic}")
        if spoken.topic == "resume" and re.fullmatch(r"(?:다시 ?)?(?:꺼|끄|쉬|되돌려|취소)\S{0,3}", plain):
            return meant(f"쉬기 {topic}")
    return _listed(spoken, said, now, back)


def _listed(spoken: Spoken, said: str, _: datetime, back: bool) -> Meant | None:
    """`2번 꺼줘`, `3번도`, `아니 1번은 다시`: by the list that was shown; never by one whose numbers have moved."""
    found = _NUMBER.fullmatch(said)
    if found is None or re.search(r"지 ?(?:마|말|않)|면(?: |$)|[나까]$", found["act"] or ""):
        return None
    verb = next((verb for pattern, verb in _ACTS if pattern.fullmatch(found["act"] or "")), "")
    if not verb and found["act"]:
        return None
    verb = verb or (_LIST_VERBS.get(spoken.topic, "") if found["also"] == "도" else "")
    if not verb:
        return None
    moved = spoken.topic == "remove" and (not spoken.argument.isdecimal() or int(spoken.argument) <= int(found["n"]))
    return meant("목록") if moved or (back and spoken.topic == "remove") else meant(f"{verb} {found['n']}")


def _reminded(_: Spoken, said: str, __: datetime, ___: bool) -> Meant | None:
    found = re.fullmatch(rf"(?P<n>\d{{1,2}}) ?번?(?: ?(?:거|것|꺼|건))?(?:은|을|도)? ?{_ENDS}", said)
    return meant(f"알림 해지 {found['n']}") if found else None


def _sought(spoken: Spoken, said: str, _: datetime, __: bool) -> Meant | None:
    """`이번 달은?`, `창원시만`, `이거 구독`: the same words, otherwise narrowed."""
    words = " ".join(re.sub(rf"{_MONTH}|(?:이번|지난|저번) ?주|올해|작년|오늘|어제", " ", spoken.argument).split())
    if not words:
        return None
    if re.fullmatch(
        r"(?:이거|이것|그거|이런 ?거|이 ?소식)(?:도|를|을)? ?(?:구독|받을래|알려).{0,8}|구독(?"
        r":할래|할게|해)?요?",
        said,
    ):
        return meant(f"구독 {words}")
    period = re.fullmatch(rf"(?P<when>{_MONTH}|(?:이번|지난|저번) ?주|오늘|어제){_ASKED}(?:나온 ?(?:거|것))?", said)
    if period is not None:
        return meant(f"찾기 {words} {period['when']}")
    where = re.fullmatch(r"(?P<who>[가-힣]{2,12}(?:시|군|구|도|부|청|처|원))(?:꺼|거|것)?(?:만|은|는)", said)
    if where is not None:
        return meant(f"찾기 {spoken.argument} {where['who']}")
    return None


def _of_month(command: str) -> Completer:
    def complete_month(_: Spoken, said: str, __: datetime, ___: bool) -> Meant | None:
        found = re.fullmatch(rf"(?P<month>{_MONTH}){_ASKED}", said)
        return meant(f"{command} {found['month']}") if found else None

    return complete_month


_OFFICE: Final = r"[가-힣]{1,12}(?:과|실|팀|국|단|담당관|관|소|센터)"


def _slot(spoken: Spoken, said: str, _: datetime, __: bool) -> Meant | None:
    office = re.search(_OFFICE, re.sub(r"(?:우리|저희) ?(?:과|팀|실|부서)", "", spoken.words))
    of = office[0] if office else "우리 과"
    day = re.search(_DAY, spoken.words)
    if found := re.fullmatch(rf"(?P<day>{_DAY}){_ASKED}", said):
        return meant(f"차례 {of} {found['day']}" if office else f"우리 과 차례 {found['day']}")
    if found := re.fullmatch(rf"(?P<of>{_OFFICE}){_ASKED}", said):
        whose = found["of"]
        return meant(f"차례 {whose} {day[0]}" if day else f"차례 {whose}")
    if re.fullmatch(rf"(?:우리|저희)(?: ?(?:과|팀|부서))?{_ASKED}", said):
        return meant(f"우리 과 차례 {day[0]}" if day else "우리 과 차례")
    return None


def _menu(spoken: Spoken, said: str, _: datetime, __: bool) -> Meant | None:
    if asked := asked_of_menu(spoken.words, said):
        return meant(asked)
    found = re.fullmatch(rf"(?:그럼 )?(?P<day>{_DAY})(?: ?(?:꺼|거|것|메뉴|식단))?{_ASKED}", said)
    if found is not None:
        return meant(f"식단 {found['day']}")
    return _beside_lunch(said)


def _beside_lunch(said: str) -> Meant | None:
    """What else is asked of the cafeteria: another meal, another cafeteria, one's slot, the line, the allergens."""
    meal = re.fullmatch(rf"(?:그럼 )?(?P<meal>저녁|아침)(?:밥)?{_ASKED}", said)
    if meal is not None:
        return meant(f"식당 {meal['meal']}밥 돼")
    if re.fullmatch(rf"(?:내 ?)?(?:알레르기|알러지){_ASKED}", said):
        return meant("내 알레르기")
    if re.fullmatch(rf"(?:오늘 ?)?(?:메뉴|식단|반찬|밥){_ASKED}", said):
        return meant("오늘 메뉴")
    if re.fullmatch(rf"(?:우리|저희)(?: ?(?:과|팀|부서))?{_ASKED}", said):
        return meant("우리 과 차례")
    if re.fullmatch(rf"(?:그럼 |지금 ?)?(?:줄|지금|사람|자리){_ASKED}(?: ?(?:있어|많아|길어))?", said):
        return meant("식당")
    place = re.fullmatch(rf"(?P<at>(?:제 ?)?\d ?식당|[가-힣]{{2,6}} ?식당){_ASKED}", said)
    return meant(f"식당 {place['at']}") if place is not None else None


def _line(_: Spoken, said: str, __: datetime, ___: bool) -> Meant | None:
    if found := re.fullmatch(
        r"(?P<n>\d{1,2}) ?분 ?(?:뒤|후|있다가?|이따가?)(?:에|에는|엔|는)?(?: ?(?:어때|가면|요)"
        r")*",
        said,
    ):
        return meant(f"{found['n']}분 뒤에 가면 어때")
    clock = r"(?P<h>\d{1,2}) ?(?:시(?: ?(?P<m>\d{1,2})분| ?(?P<half>반))?|:(?P<mm>\d\d))"
    if found := re.fullmatch(rf"(?:그럼 )?{clock}(?:쯤)?(?:에|에는|엔|는|은|도|이면)?(?: ?(?:어때|가면|요))*", said):
        minute = "30" if found["half"] else found["m"] or found["mm"] or ""
        return meant(f"식당 {found['h']}시{f' {minute}분' if minute else ''}")
    if re.fullmatch(r"(?:그때|그쯤|그 ?시간|갈 ?때)(?:쯤|에)?(?: ?(?:되면|오면|다시|좀|톡|말|하나|한번))*", said):
        return meant("한산해지면 알려줘")
    return _menu(_, said, __, ___)


def _allergies(_: Spoken, said: str, __: datetime, ___: bool) -> Meant | None:
    found = re.fullmatch(r"(?P<what>[가-힣]{1,8}?)도", said)
    if found is not None and not _NO_TOPIC.fullmatch(found["what"]):
        return meant(f"내 알레르기 {found['what']} 추가")
    found = re.fullmatch(r"(?P<what>[가-힣]{1,8}?)(?:은|는|을|를)? ?(?:빼|빼고|빼기|지워|삭제|제외)", said)
    return meant(f"내 알레르기 {found['what']} 빼기") if found else None


_BY: Final = re.compile(
    r"(?:(?:차량?|교통편|차편|이동|가는 ?건)(?:은|는|도)? ?)?(?P<by>관용차|자가용|자차|버스|기차|KTX|택시|카풀"
    r"|동승)(?:으로|로)?"
    r"(?: ?(?:가야|갈|가려|가기로|바꿔|변경|할|타고)[가-힣 ]{0,8})?"
)
_SHIFT: Final = re.compile(
    r"(?P<n>\d{1,2}|반) ?(?P<unit>시간(?: ?반)?|분)(?:만|정도|쯤|씩)? ?(?P<way>늦|미뤄|미루"
    r"|뒤로|당겨|당기|앞당|일찍|빨리|먼저).{0,10}"
)


def _trip(spoken: Spoken, said: str, now: datetime, back: bool) -> Meant | None:
    """Another trip, another day, an hour later; of several the one to cancel is asked for."""
    found = re.fullmatch(rf"(?P<what>{_DAY} .{{2,40}}?)도(?: ?(?:가|갑니다|가요|출장|있어|추가))*요?", said)
    if found is not None:
        return meant(f"출장 {found['what']}")
    if re.fullmatch(r"(?:남은|나머지|다른) ?(?:거|것|꺼|건|출장).{0,8}", said):
        return meant("출장 목록")
    if re.fullmatch(rf"\d번(?:을|은|도)? ?{_ENDS}", said):
        return meant("출장 목록")  # which one is chosen there: the list is in another order than they were said
    if (shift := _SHIFT.fullmatch(said)) is not None:
        return _shifted(spoken, shift, now)
    if (by := _BY.fullmatch(said)) is not None:
        return meant(f"{by['by']}로 바꿔줘")
    when = rf"(?:{_DAY}|(?:오전 |오후 )?\d{{1,2}} ?시(?: ?반| ?\d{{1,2}}분)?)"
    found = re.fullmatch(rf"(?P<when>{when}(?: {when})?)(?P<to>으로|로|이야|이에요|예요|이요|요)?", said)
    return meant(f"{found['when']}로 바꿔줘") if found is not None and (back or found["to"] in {"로", "으로"}) else None


def _shifted(spoken: Spoken, shift: re.Match[str], now: datetime) -> Meant | None:
    """The hour that the last words told, moved; None where they told none."""
    told = clocks_in(spoken.words)
    if not told:
        return None
    count = 0.5 if shift["n"] == "반" else float(shift["n"])
    minutes = count if shift["unit"] == "분" else 60 * (count + 0.5 * shift["unit"].endswith("반"))
    later = re.match(r"늦|미|뒤", shift["way"]) is not None
    at = datetime.combine(now.date(), told[0]) + timedelta(minutes=minutes if later else -minutes)
    return meant(f"{at:%-H}시{f' {at.minute}분' if at.minute else ''}로 바꿔줘") if at.date() == now.date() else None


def _lost(_: Spoken, said: str, __: datetime, ___: bool) -> Meant | None:
    """`네 끊어주세요`: what cuts the access is its own button, which is shown again."""
    cut = re.fullmatch(
        r"(?:(?:이|그) ?(?:대화|계정|접속)(?:도|을|를)? ?)?(?:바로 |빨리 |좀 )?(?:끊|막|차단)\S{0,5}", said
    )
    return meant("분실 신고") if cut is not None else None


Completer = Callable[[Spoken, str, datetime, bool], Meant | None]

_TOPICS: Final[Mapping[str, Completer]] = {
    "subscribe": _subscribed, "remove": _ended, "list": _listed, "pause": _rested, "resume": _rested,
    "reminders": _reminded, "unremind": _reminded, "find": _sought, "slot": _slot, "slots": _slot, "menu": _menu,
    "cafeteria": _line, "allergies": _allergies, "trip": _trip, "trip-memo": _trip,
    "trip-instead": _trip, "trip-fixing": _trip, "trips": _of_month("출장 목록"),
    "claim": _of_month("정산"), "lost": _lost, **TIME, **DESK,
}  # fmt: skip

SHOWN: Final = (
    frozenset({"find", "slot", "slots", "menu", "cafeteria", "trips", "claim", "list", "reminders", "staff"}) | CARDS
)
"""Those that only showed something: a question that waits and takes a text goes first."""
FOLLOWED: Final = frozenset(_TOPICS) | CARDS
"""The routes beside whose answers something may be left unsaid."""
