"""What is said on the turn after: to a list, a leave, a briefing or a refusal that Dobi just spoke of. Pure.

    구독 목록 + "머 남았노"            → "목록"
    해지 농업 + "농업은 놔두고 청년"    → "구독 바꾸기 청년 → 농업": the one comes back, the other ends
    휴가 11/24~11/26 + "12월이요"      → the same days of December
    아침 브리핑 8시 + "30분만 늦게"     → "아침 브리핑 8시 30분"

Whoever disputes a refusal gets the refusal with its way, whatever rank they name.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from bot.hours_words import Days, clocks_in
from bot.meant import Meant, Spoken, meant
from bot.sayings import normal

_PLEASE: Final = r"(?:요|이요|줘요?|주세요|할게요?|할래요?|하고 ?싶\S*|되\S*|돼\S*|겠\S*|야\S*|자|지|봐\S*|부탁\S*| )*"
_LISTED: Final = frozenset({"list", "subscribe", "remove", "pause", "resume"})
_LEFT: Final = re.compile(
    r"(?:그럼|그러면|그라믄|그라모|이제|인제|인자|지금|현재|아직|내꺼|내 ?구독| )*"
    r"(?:(?:뭐뭐|뭐|뭣|머머|머|무엇|뭔가|어떤 ?[게거것])(?:가|이|를|들이)? ?남\S{0,8}"
    r"|남은 ?(?:거|것|게|건|구독|소식)?(?:은|는|이|가|들)? ?(?:뭐|뭣|머|무엇|보여|알려|있|볼|어떤)\S{0,6}"
    r"|몇 ?개(?:가|나)? ?남\S{0,8})(?: ?\S{1,3})?[\s?!.~]*"
)
_SOME: Final = re.compile(
    r"(?:여기서 |이 ?중에서? |일단 |그냥 )*(?:하나|한 ?개|한두 ?개|몇 ?개|두 ?개|두어 ?개|몇 ?가지)(?:만|는|"
    r"를|은|쯤|정도)? ?"
    r"(?:좀 |더 )?(?:빼|뺄|지워|지우|지울|끊|줄이|줄여|줄일|해지|정리|없애|없앨)\S{0,6}" + _PLEASE
)
_CUTS: Final = (
    r"(?:끊(?:어|자|을|고|으|는|겠|습|음|지 ?뭐)|해지(?:해|하|할|요|시켜))\S{0,5}"
    r"(?: ?(?:줘|주|싶|할|해|버|뿌|달라|되|돼)\S{0,6})?"
)
_CUT: Final = re.compile(
    r"(?P<end>[가-힣A-Za-z0-9]{2,12}?)(?: ?(?:꺼|거|것|건|구독|소식))?(?:은|는|을|를|만|도)? ?"
    rf"(?:(?:이제|인자|인제|그냥|걍|좀|먼저|일단|고마|마) ?)*{_CUTS}[ .!~]*"
)
_CUT_ALONE: Final = re.compile(
    r"(?:(?:아니\S?|아냐|됐고|그냥|걍|이제|인자|인제|고마|마|싹|좀|그거|그건|이거|구독|소식|하나|그만)[ ,.]*)*"
    rf"{_CUTS}[ .!~]*"
)
_SPARED: Final = re.compile(
    r"(?P<keep>[^\s?].{0,18}?)(?:은|는|을|를)? ?(?:그대로 ?)?(?:놔 ?두고|냅 ?두고|내비 ?두고|두고|살리고|"
    r"남기고|남겨 ?두고)"
    r"[ ,]+(?P<end>[^\s?].{0,18}?)(?:만|을|를|은|는)?"
    r"(?: ?(?:빼|끊|지워|지우|해지|없애|그만)\S{0,6})?(?:이요|요)?"
)
_INSTEAD: Final = re.compile(r"(?P<keep>[^\s?]{1,12}?)(?:은|는)? ?말고[ ,]+(?P<end>[^\s?]{1,12}?)(?:을|를|이요|요)?")
_NO_WORD: Final = re.compile(
    r"(?:그|이|저)? ?(?:거|것|건|꺼)|나머지|\d.*|전부|모두|다|하나|둘|내|제"
    r"|(?:일단|우선|그냥|지금|잠깐|당분간)(?: ?(?:그대로|이대로))?|그대로|이대로|\S*(?:봐|봐라|보자|둬|줘|하자|할게)"
)


def about_list(spoken: Spoken, said: str, *, back: bool) -> Meant | None:
    """What is said of one's subscriptions after some were shown, added or ended."""
    if spoken.topic not in _LISTED:
        return None
    plain = re.sub(r"^(?:아이다|아이라|아니다|그게 ?아니고|그거 ?아니고)[ ,.]+", "", said)
    back, said = back or plain != said, plain
    if _LEFT.fullmatch(said):
        return meant("목록")
    if _SOME.fullmatch(said):
        return meant("해지")
    cut = _CUT.fullmatch(said)
    if cut is not None and not ends_one(said) and not _NO_WORD.fullmatch(cut["end"]):
        return meant(f"해지 {cut['end']}")
    found = _SPARED.fullmatch(said) or (_INSTEAD.fullmatch(said) if spoken.topic == "remove" and back else None)
    if found is None or _NO_WORD.fullmatch(found["keep"]) or _NO_WORD.fullmatch(found["end"]):
        return None
    if spoken.topic == "remove" and spoken.argument == found["keep"]:
        return meant(f"구독 바꾸기 {found['end']} → {found['keep']}")
    return meant(f"해지 {found['end']} // {found['keep']}")


_MONTH: Final = re.compile(
    r"(?:(?P<m>1[0-2]|[1-9])월|(?P<next>다음 ?달))(?:달|꺼|거)?"
    r"(?:이요|이에요|예요|이예요|인데요?|입니다|이었어요|이야|말이에요|요|으로|"
    r"로)?(?:[ ,]+[^\d?]{1,14}(?<!취소)(?<!빼)(?<!도))?"
)
_DAY: Final = (
    r"(?:(?:(?:이번|다음) ?주 ?)?[월화수목금]요일|오늘|내일|모레|글피|\d{1,2}월 ?\d{1,2}일|"
    r"\d{1,2}[./]\d{1,2}|\d{1,2}일)"
)
_ONLY: Final = re.compile(
    rf"(?P<day>{_DAY}) ?(?:하루)?만(?:이요|이에요|예요|입니다|요|으로)?(?: ?(?:쉬|쉴|쓸|쓰|휴가|연차|연가|할|"
    rf"하)\S{{0,5}})?"
)
_UNTIL_ONLY: Final = re.compile(
    r"(?:.{1,8}?(?:은|는)? ?(?:빼고|말고|아니고)[ ,]+)?(?P<until>.{1,12}까지)만?(?:이요|요)?"
)


def until_alone(said: str) -> str:
    """`26일은 빼고 25일까지만요` as `25일까지`; all else as it is."""
    found = _UNTIL_ONLY.fullmatch(said)
    return found["until"] if found is not None else said


def other_month(stands: Days, said: str) -> Days | None:
    """The same days of the month that is named."""
    found = _MONTH.fullmatch(said)
    if found is None or re.search(r"취소|빼|말고|안 ", said):
        return None
    year, month = stands.first.year, int(found["m"]) if found["m"] else stands.first.month % 12 + 1
    year += month < stands.first.month
    if month == stands.first.month:
        return None
    try:
        first = stands.first.replace(year=year, month=month)
    except ValueError:
        return None
    return Days(first, first + (stands.last - stands.first))


def only_day(said: str) -> str:
    """The day of `금욜만`; empty for all else."""
    found = _ONLY.fullmatch(said)
    return found["day"] if found is not None else ""


_SHIFT: Final = re.compile(
    r"(?:아침 ?)?(?:브리핑(?:은|을)? ?)?(?:(?P<h>\d{1,2}) ?시간)? ?(?:(?P<n>\d{1,2}) ?분|"
    r"(?P<half>반 ?시간))?(?:만|정도|쯤| )*"
    r"(?P<way>늦|미뤄|미루|뒤로|당겨|당기|앞당|앞으로|일찍|빨리|먼저|이르)\S{0,4}" + _PLEASE + r"[.!~]*"
)


def shifted(spoken: Spoken, said: str) -> Meant | None:
    """The briefing that much later or earlier; asked for its hour where nobody said it."""
    found = _SHIFT.fullmatch(said)
    minutes = 0 if found is None else 60 * int(found["h"] or 0) + int(found["n"] or 0) + 30 * bool(found["half"])
    if found is None or not minutes:
        return None
    told = clocks_in(spoken.words)
    if len(told) != 1:
        return meant("아침 브리핑 시각")
    later = re.match(r"늦|미|뒤", found["way"]) is not None
    at = datetime.combine(date(2000, 1, 2), told[0]) + timedelta(minutes=minutes if later else -minutes)
    return meant(f"아침 브리핑 {at.hour}시 {at.minute}분" if at.minute else f"아침 브리핑 {at.hour}시")


# --- what is answered and changes nothing

_MISSED: Final = re.compile(
    r".{0,10}(?:그동안|그 ?사이|쉬는 ?(?:동안|날)|휴가 ?(?:동안|중|때)|멈춘 ?동안|갔다 ?와서|다녀와서).{0,16}"
    r"(?:볼 ?수|보나|봐\?|받나|받을 ?수|와요|오나|오죠|와\?|어떻게|없어지|사라지|날아가|못 ?[보받]|"
    r"다 ?[보받와]|남[아나]|쌓).{0,10}"
)
_ONE_DAY: Final = re.compile(
    r".{0,8}[월화수목금토일]요일(?:날)?(?:에만|만|에|은|는|에는|엔)? ?.{0,6}(?:늦|일찍|빨리|다르|다른|"
    r"\d{1,2} ?시|따로).{0,16}"
)
_HELD: Final = frozenset({"leave", "leave-instead", "rest", "weekends", "quiet-hours"})
_TIMED: Final = frozenset({"morning", "digest-times"})


def asked_aside(spoken: Spoken, said: str) -> str:
    """What is asked beside what was spoken of: `missed`, `missed-rest` or `one-day`; empty for all else."""
    if spoken.topic in _HELD and _MISSED.fullmatch(said):
        return "missed" if spoken.topic.startswith("leave") else "missed-rest"
    if spoken.topic in _TIMED and _ONE_DAY.fullmatch(said) and not re.search(r"매일|평일|주말", said):
        return "one-day"
    return ""


_RANK: Final = (
    r"(?:과장|국장|실장|팀장|계장|부장|본부장|담당관|사무관|서기관|시장|군수|도지사|지사|부시장|부군수|"
    r"관리자|상사|윗사람|사장|감사관?|의원|선배)"
)
_TITLED: Final = (
    r"(?:[가-힣]{0,4} ?(?:과장|국장|실장|팀장|계장|부장|담당관|주무관|옆자리|다른 ?(?:사람|분))|"
    r"[가-힣]{1,4}(?:씨|님))(?:님|분)?(?:들)?"
)
_LEADS: Final = (
    r"(?:[아어야참네예]|됐고|그건 ?됐고|아니|근데|저기|저기요|지금|그럼|그래도|에이|뭐야|이봐|일단|여기|ㅇㅇ|[ ,.!~])*"
)
_TAIL: Final = r"[\s.!?~ㅋㅎㅠㅜ]*"
_FILL: Final = (
    r"(?:야|이|아|아오|아이고|에이|에휴|하|하네|참|진짜|정말|너|니|너는|도비야?|뭐|왜 ?(?:이리|이렇게|이래)?"
    r"|완전|존나|좀|또|맨날|자꾸|놈|놈아|것아|개|내가|이게|이거)"
)
_RUDE: Final = (
    r"(?:바보|멍청|멍충|등신|병신|ㅂㅅ|시발|씨발|씨바|ㅅㅂ|ㅆㅂ|썅|개같|개새|새끼|지랄|미친|미쳤|또라이|돌대가리"
    r"|짜증|짱나|빡[쳐치침]|열 ?받|답답|환장"
    r"|쓸모 ?없|쓸데 ?없|엉망|형편 ?없|꺼져|젠장|제기랄|염병|에이씨|아이씨|한심"
    r"|어이 ?없|똑바로 ?(?:좀 ?)?해|뭐 ?이래|뭐 ?이딴|이딴|장난 ?[하치]"
    r"|못 ?(?:하네|한다|해 ?먹)|말귀|못 ?알아 ?[듣먹들])[^\s?]{0,6}"
)
_DISPUTES: Final = (
    (
        "vexed",
        re.compile(
            rf"(?:{_FILL}[\s,.!~]*){{0,4}}{_RUDE}(?:[\s,.!~ㅡㅋㅠ;^]+(?:{_FILL}|{_RUDE})){{0,3}}[\s.!?~ㅡㅋㅠㅜ;^]*"
        ),
    ),
    (
        "rank",
        re.compile(
            rf"{_LEADS}(?:나|내|내가|난|저|제가|전|저는|나는|이 ?사람이?) ?(?:여기 ?|이 ?과 ?|우리 ?과 ?|"
            rf"너희 ?|도청 ?|그 ?사람 ?)*{_RANK}"
            rf"(?:이야|야|인데요?|이라고요?|라고요?|이라니까요?|라니까요?|이에요|예요|입니다|이다|다|임|"
            rf"거든요?|이거든요?|이란|이라|이고|이지만|카이|이라카이|인데도)?"
            rf"(?: ?(?:몰라|모르나|안 ?돼|안 ?되|왜 ?안|알려 ?줘|그래도|말이야|그것도|"
            rf"그 ?정도)\S{{0,8}}(?: \S{{1,6}})?)?{_TAIL}"
        ),
    ),
    (
        "ordered",
        re.compile(
            rf"{_LEADS}(?:우리 ?|저희 ?)?(?:{_RANK})(?:님)?(?:께서|이|가|은|는)? ?(?:직접 ?|그렇게 ?|꼭 ?|분명히 ?)?"
            rf"(?:시켰|시키|시킨|지시|하라고|하라셨|하라 ?하|하랬|해도 ?된다|허락|승인|물어보라|알아보라|"
            rf"괜찮다|찾으시|궁금해|보고 ?하래)\S{{0,8}}"
            rf"(?: (?:그래|하셨|하시|했|알려|해|안|왜|좀|빨리)\S{{0,4}}){{0,2}}{_TAIL}"
        ),
    ),
    (
        "call",
        re.compile(
            rf"{_LEADS}(?:그 ?사람|그분|걔|본인|{_TITLED})?(?:한테|보고|더러|에게|께)? ?(?:바로 ?|당장 ?|"
            rf"빨리 ?|지금 ?|좀 ?)*"
            rf"(?:나한테|내한테|저한테|제게|내게|나에게|저에게|이쪽으로|우리한테|여기로) ?(?:바로 ?|당장 ?|"
            rf"빨리 ?|좀 ?)*"
            rf"(?:전화|연락|톡|카톡|문자|답장|회신|콜백)(?:를|을|좀| )*(?:하라|하시라|달라|주라|해달라|드리라|"
            rf"주시라|하래|하도록|해라)\S{{0,3}}"
            rf"(?: ?(?:해|전해|말해|알려|일러|시켜)\S{{0,5}}){{0,2}}{_TAIL}"
        ),
    ),
    (
        "alerts",
        re.compile(
            rf".{{0,24}}?{_TITLED}(?:이|가|의|께|한테|에게)? ?(?:받는 ?|받던 ?|받으시는 ?|오는 ?|가는 ?|보는 ?)?"
            rf"(?:알림|소식|구독|브리핑|기사|거|것|꺼)(?:을|를|이|도|은|는)? ?(?:다 ?|좀 ?|전부 ?|그대로 ?|같이 ?)*"
            rf"(?:제|내|저|나|우리)(?: ?(?:꺼|거|걸|것|폰|쪽|계정|톡))?(?:으로|로|한테|에게|에|"
            rf"도)(?:도)? ?(?:다 ?|좀 ?|같이 ?|똑같이 ?|그대로 ?)*"
            rf"(?:오게|오도록|받게|받을 ?수|받고|보내|연결|와야|뜨게|들어오게|보이게|"
            rf"보게)\S{{0,4}}(?: \S{{1,8}}){{0,2}}{_TAIL}"
        ),
    ),
)  # fmt: skip


def disputed(text: str) -> str:
    """How somebody disputes a refusal or claims somebody else's: `rank`, `ordered`, `call`, `alerts`; else empty."""
    told = " ".join(text.split())
    if len(told) > 60 or ":" in told:
        return ""
    return next((kind for kind, pattern in _DISPUTES if pattern.fullmatch(told)), "")


_FOR: Final = re.compile(
    r"(?:(?:아니|아|그냥|일단|그거|이거|딱|그럼)[ ,.]*)*"
    r"(?P<span>오늘 ?(?:하루|밤|저녁)?|하루|내일|모레|(?:이번|요번|금|다음) ?주|일주일|이틀|사흘"
    r"|[월화수목금]요일|(?:\d{1,2}|한|두|세) ?시간(?: ?반)?|\d{1,2} ?분|\d{1,2} ?일)"
    r"(?P<until>까지)? ?(?:(?P<only>만)|(?<=까지))(?:요|이요|이에요|예요|으로|으로요)?"
    r"(?: ?(?:쉬|쉴|멈춰|멈출|조용|해|할|부탁|받지)\S{0,6}(?: ?\S{1,4})?)?[ .!~]*"
)
_SETTINGS: Final = frozenset({"quiet-hours", "weekends", "digest-times", "limit", "morning"})


def for_so_long(text: str) -> bool:
    """Whether it is a span alone: `오늘만`."""
    return _FOR.fullmatch(normal(text)) is not None


def held_for(spoken: Spoken, text: str) -> Meant | None:
    """`오늘만`, `이번 주만`: the hold or the rest just made, for so long alone."""
    found = _FOR.fullmatch(normal(text)) if spoken.topic in {"rest", "pause"} else None
    if found is None:
        return None
    span = re.sub(r" ?(?:하루|밤|저녁)$", "", found["span"])
    span = {
        "하루": "오늘",
        "": "오늘",
        "요번 주": "이번 주",
        "금주": "이번 주",
        "금 주": "이번 주",
        "일주일": "7일",
    }.get(span, span)
    dated = re.fullmatch(r"내일|모레|[월화수목금]요일|다음 ?주", span) is not None
    if spoken.topic == "rest":
        return meant(f"알림 멈춤 {span}{'까지' if dated else ''}")
    topic = re.sub(
        r" (?:오늘|내일|모레|이번 주|다음 주|[월화수목금]요일|\d+ ?(?:시간|분|일))(?:까지)?$", "", spoken.argument
    )
    plain = topic and not re.fullmatch(r"[\d ,번]+|전체|모두|다", topic) and len(topic.split()) <= 4
    return meant(f"쉬기 {topic} {span}{'까지' if dated else ''}") if plain else None


def only_now(spoken: Spoken, text: str) -> bool:
    """Whether a setting that stays is wanted for a day or a week alone."""
    found = _FOR.fullmatch(normal(text)) if spoken.topic in _SETTINGS else None
    return found is not None and re.search(r"시간|분", found["span"]) is None and found["only"] is not None


_WAITS: Final = re.compile(
    r"(?:[아어앗헉엇잠]|아니|아이고|저기)*[ ,.!~]*(?:잠깐|잠시|잠만|잠깐만|잠시만|스톱|기다려)(?:만)?(?:요|"
    r"만요| ?기다려\S{0,3})?[ .!~]*"
)


_NOT_YET: Final = re.compile(
    r"(?:[아어앗음]|아니\S?|일단|그건|이건|[ ,.!~])*아직(?:은)? ?(?:하지 ?(?:마|말)|안 ?(?:할|해)|보류)\S{0,4}"
    r"(?:[ ,.]+(?:\S{1,6} ){0,3}(?:다시 ?)?(?:말|얘기|연락|이야기|알려)\S{0,6})?[ .!~]*"
)


def waits(text: str) -> bool:
    """Whether somebody only wants Dobi to wait."""
    return _WAITS.fullmatch(text.strip()) is not None or _NOT_YET.fullmatch(text.strip()) is not None


def not_yet(text: str) -> bool:
    """Whether what was asked is not to be done, for the time being."""
    return _NOT_YET.fullmatch(text.strip()) is not None


def ends_one(text: str) -> bool:
    """Whether a subscription is to end and nobody said which: `그냥 끊어`."""
    return len(text) <= 24 and "지 마" not in text and _CUT_ALONE.fullmatch(normal(text)) is not None


_FREES: Final = re.compile(
    r"(?:됐어|됐다|됐고|이제|인자|인제|그만|그냥|아까|아까 ?거|조용히 ?한거|[ ,.!])*(?:다|전부|모두|"
    r"싹) ?(?:풀어|풀)(?:라|도|줘요?|주세요|놔|해|요|자)?[ .!~]*"
)


def frees(text: str) -> bool:
    """Whether whatever is held is to come again: `됐어 다 풀어`."""
    return _FREES.fullmatch(text.strip()) is not None
