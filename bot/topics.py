"""What somebody wants to hear about, taken out of how people say it. Pure.

    "청년 일자리 관련 소식 좀 구독해 주세요" → `Topic("청년 일자리")`
    "재난안전 제외 채용, 입찰" → `Topic("재난안전", ("채용", "입찰"))`

It never guesses a topic: a question, a bare "소식" or a sentence that wants the opposite gives none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 300
"""Characters of a request that are read as speech; what is longer is taken as it stands, and searched by no pattern."""

_NEWS = r"(?:소식|보도\s?자료|뉴스|알림)"
_AGAINST = (
    r"(?!.*(?:해지|취소|끊|그만|목록|내역|현황|중지|쉬[기고어]|빼|않|지 ?[말마]|안 ?(?:받|볼|해|할)"
    r"|어떻게|뭐|무엇|무슨|몇))"
)
_NO_TIME = r"(?!.*(?:(?:부터|까지|동안|나서|때|중에)(?:는|은|엔|만)?\s|\d ?시(?![가-힣])|\d ?시(?:부터|까지|에|이후)))"
_THESE_DAYS = r"(?!.*(?:오늘|어제|방금|요즘|최신|새로운|이번 ?주|지난|주요))(?!새 )"
_SEND = r"\s*(?:바로\s*)?(?:받고 싶|받아 ?보|알려|보내)[가-힣 .!?]*$"

SUBSCRIBE = (
    (
        rf"^{_AGAINST}(?!(?:내|나의|제|저의) ?구독)(?P<argument>\S.{{0,80}}?)\s*구독"
        r"(?:\s*(?:좀|해|하|할|신청|부탁|시켜|추가)[가-힣 ]{0,12})?[.!~]*$"
    ),
    (
        rf"^{_AGAINST}{_THESE_DAYS}(?P<argument>\S.{{1,60}}?)\s*{_NEWS}(?:이|가|을|를|도|좀|은)?"
        rf"\s*(?:(?:나오|있으|생기|올라오)면)?{_SEND}"
    ),
    rf"^{_AGAINST}(?P<argument>\S.{{1,60}}?)(?:이|가)?\s*(?:나오|뜨|올라오)면{_SEND}",
    (
        rf"^(?!.*(?:해지|끊|그만|않|안 ))(?P<argument>\S.{{1,30}}? {_NEWS}(?:을|를|은|는)?[ ,]+\S.{{1,24}}?"
        r"(?:은|는|을|를|만)? ?(?:빼고|제외하고) (?:나머지만? ?)?(?:구독|보내|받|알려)[가-힣]*"
        r"(?: [가-힣]{1,5}){0,2}[.!~]*)$"
    ),
)
"""Whole sentences that ask for news of something."""

_NO_WHILE = rf"(?!(?:이제 |저 )?(?:당분간|한동안|며칠|몇 ?일|얼마간|잠시|잠깐)|{_NEWS}\S? (?:당분간|한동안|며칠))"
END = (
    (
        r"^(?!(?:네|넵|넹|예|응|그래|아니|아니요|이제)[ ,]*해지)"
        r"(?P<argument>\S.{0,60}?)\s*(?:구독)?(?:을|를|은|는)?\s*해지(?!면)[가-힣 .!?]*$"
    ),
    (
        rf"^{_NO_TIME}{_NO_WHILE}"
        rf"(?P<argument>\S.{{0,60}}?)\s*(?:{_NEWS}|구독)(?:을|를|은|는|도)?\s*(?:좀\s*)?"
        r"(?:취소|그만|끊|안 ?받|받지 않|안 ?볼)[가-힣 .!]*$"
    ),
)
"""Whole sentences that end a subscription."""

LEAVE_OUT = (
    r"^(?P<argument>\S.{0,60}?에서 .{1,60}?(?:은|는|을|를)? ?(?:빼|제외)[가-힣 .!]*)$",
    (
        rf"^(?P<argument>\S.{{1,40}}? ?(?:{_NEWS}|구독|글|것|거|기사)(?: ?중에서는?| ?중에는?| ?중엔|에서는|에선|에서) "
        r".{1,40}?(?:은|는|을|를|만|도)? ?(?:(?:좀|이제|굳이|다|아예) )*(?:안 ?(?:보내|받|봐|보|볼|와도|줘|주)"
        r"|(?:보내|알려|주)\S{0,2}지 ?(?:마|말|않)|(?:필요|관심) ?없|됐|빼|제외)[가-힣]*(?: [가-힣]{1,6}){0,2}[.!~]*)$"
    ),
)
"""Whole sentences that narrow a subscription."""

_ENDING = re.compile(r"\s?(?:을|를)?\s?(?:해지|취소)[가-힣]*[가-힣 .!]*$")
_ASKS_LIST = re.compile(
    r"^(?:목록|내역|현황|리스트|확인|보기)(?:(?:을|를|이|은)?\s*(?:좀|보여\S*|알려\S*|확인\S*|줘))*[.!?]*$"
    r"|^(?:뭐|무엇|몇|보여|확인해)"
    r"|^(?:을|를|은|는|좀|내용|목록|키워드)*\s*(?:바꾸|바꿔|바꿀|변경|교체|수정|정리|줄이|줄일|줄여|관리|조정|고치"
    r"|고칠|편집)"
    r"(?:하|해|고|할|을|려|줘|주|싶|래|게)\S*(?:\s*\S{1,6}){0,3}$"
)
_ASKS_HOW = re.compile(r"어떻게|방법|하는 법|뭐(?:야|예요|지)|무슨 말|[?？]$")
_PLEASE = re.compile(
    r"(?:^|\s)(?:좀|꼭|구독|바랍니다|부탁(?:해요?|합니다|드립니다|드려요)?|신청(?:합니다|할게요|이요)|추가합니다"
    r"|받(?:고 싶\S*|을래요?|을게요)|하고 ?싶\S*"
    r"|(?:신청|추가|구독)?\s?(?:할게요?|할래요?|합니다|하겠습니다|해|해요))[\s.!~]*$"
    r"|(?:신청|추가|구독)?\s?해 ?(?:줘|주세요|주십시오|줄래|주실래요|주시겠어요|주시기 바랍니다|달라)요?[\s.!~]*$"
)
_FILLER = re.compile(
    rf"(?:^|\s+)(?:새\s*)?{_NEWS}(?:을|를|도|만|좀|들)?$"
    r"|(?:에|와|과)\s*(?:대한|대해서?|관한|관해서?|관련된?|관련해서?)(?:\s*(?:것|거))?$"
    r"|\s+관련(?:해서|하여|된)\s+새(?:로운|로)?(?:\s*(?:글|것|거|기사|공고))?$"
    r"|\s+(?:관한|관련된?|나오는|나온|올라오는)(?:\s*(?:것|거|글|기사|공고문?))?$|\s+관련\s"
    r"*(?:기사|글|것|거)$|^(?:신청|추가|관련)$|(?<=[가-힣]{2})(?<![동서남북이그저한양])쪽$"
)
_MARKS = " .,!?~·"
_LEADS = re.compile(
    r"^(?:(?:저희|저|나|난|우리|제가|내가|제|내|앞으로|앞으론|이제|이젠|그냥|혹시|요즘|좀|그럼|그러면|일단|지금부터"
    r"|오늘부터"
    r"|아니|아|음|저기)(?:는|은|도)?[ ,]+)+"
)
_SUCH = re.compile(
    r"^(?:.*\s)?(?P<what>\S{2,12}?)(?:쪽|관련|분야|담당)?(?:이라서?|라서?|인데|이니까?|니까|이거든요?|이고)[, ]+"
    r"(?:그런|이런|그쪽|그|관련|관련된) ?(?:거|것|게|소식|글|쪽)?(?:들)?(?:이|가|은|도|만)?$"
)
"""`저희 업무가 다문화쪽이라 그런 거`."""
_VAGUE = re.compile(
    r"(?:(?:\s?관련(?:된|한|해서)?|\s관한|에 ?대한|(?<=[가-힣]{2})\s?쪽|\s?(?:같은|비슷한)|\s(?:그런|이런))"
    r"(?:\s?(?:거|것|건|게|꺼|걸|소식|글|얘기|이야기|뉴스|기사|내용))?|(?<=\S)\s(?:거|것|건|게|꺼|걸|얘기|이야기)"
    r"|(?<=\S)\s?(?:소식|뉴스|기사|보도\s?자료|꺼|알림)|\s(?:글|구독|뭐|뭔가|뭐라도|새로|무슨|혹시|이제|이젠|그냥"
    r"|위주|중심|위주의|한정)|(?<=[가-힣]{2})\s?관련해서)"
    r"(?:들)?(?:만|도|을|를|은|는|이|가|로|으로|만으로)*$"
)
_INSIDE = re.compile(r"(?<=[가-힣]{2}) ?쪽 | 관련(?:된|한)? (?!법)|(?<=\S) (?:좀|그런|이런|그|막) ")
_PARTICLE = re.compile(r"(?<=[가-힣A-Za-z0-9]{2})(?:만으로|만|으로만|으로|(?<![도진경통수항철])로|은|는)$")
"""Behind a topic of two syllables and more: `도로` and `비만` are wholes."""
_POINTS = re.compile(
    r"(?:그|이|저|요|그런|이런|저런|이딴|그딴|요런)\s?(?:거|것|건|게|꺼|걸|낱말|단어|글|말|소식|종류)?(?:들)?(?:은|는"
    r"|을|를|도|만|이|가|까지)?"
    r"|(?:아까|방금|지금|이제|일단|그냥|당분간|잠깐|앞으로|오늘|내일|하루|오늘하루|평생|계속|좀|더|다시)(?:은|는|만"
    r"|도|부터|까지)?"
    r"|(?:담|다음|이번|지금|이제|앞으로|오늘|내일)(?:번)?(?:부터|부턴|부터는|에|엔)|(?:낱말|단어|소식|글|거|것|건"
    r"|꺼)(?:은|는|을|를|도|만|들)?"
    r"|(?:한|두|세|\d{1,2})\s?시간만?|말한|한|받은|보낸|보내준|나온|뜬|온"
)


_INSTEAD = re.compile(
    r"^\S.{0,30}?(?:은|는|이|가)?\s?(?:말고(?:는)?|대신(?:에)?|됐고|됐으니|빼고|빼구|말구|아니고|아니라)[, ]+"
    r"(?P<wanted>\S.*)$"
)
_WHEN = (
    r"(?:(?:토|일|토일|월|화|수|목|금)(?:요일|욜)|토일|주중|주말|평일|휴일|공휴일"
    r"|쉬는 ?날|빨간 ?날|명절|연휴|새벽|아침|점심"
    r"|점심 ?시간|저녁|밤|밤중|심야|낮|오전|오후|출근 ?전|퇴근 ?후|근무 ?(?:시간 ?)?외)(?:시간|시간대|마다|때)?"
)
_WHENS = re.compile(rf"{_WHEN}(?:(?:하고|이랑|랑|과|와|,|이나|나)? ?{_WHEN})*(?:에는|엔|에|은|는|만|을|를)?")


_BUT = re.compile(
    rf"^(?P<what>\S.{{1,30}}?) {_NEWS}(?:을|를|은|는)?[ ,]+(?P<out>\S.{{1,24}}?)(?:은|는|을|를|만)?"
    r" ?(?:빼고|제외하고) .*$"
)


@dataclass(frozen=True, slots=True)
class Topic:
    """Words to look for, and words that silence; no words at all where nothing was named."""

    words: str
    exclude: tuple[str, ...] = ()


def parse(argument: str) -> Topic:
    """`재난안전 제외 채용, 입찰`, `재난안전 -채용` or `재난안전 관련 소식 좀` → the topic."""
    if len(argument) <= LONGEST and (but := _BUT.match(argument)) is not None:
        return Topic(named(but["what"]), listed(but["out"]))
    argument = instead(argument)
    said, _, exclude = re.sub(r"\s+-(?=\S)", " 제외 ", f" {argument}").partition(" 제외 ")
    return Topic(named(said) if len(said) <= LONGEST else said.strip(), listed(exclude.replace(" 제외 ", " ")))


def instead(text: str) -> str:
    """What is wanted where something is named that is not (`농업 말고 청년`); else the text."""
    found = _INSTEAD.match(text) if len(text) <= LONGEST else None
    return found["wanted"] if found is not None else text


def named(text: str) -> str:
    """The topic's own words, without please, particles and "소식"; empty where none are left."""
    words, before = text.strip(_MARKS), None
    while words != before:
        before = words
        for pattern in (_PLEASE, _FILLER):
            words = pattern.sub("", words).strip(_MARKS)
        words = _without_object_particle(words)
    return words if any(char.isalnum() for char in words) else ""


def core(text: str) -> str:
    """The topic alone, of a topic as it stands amid a sentence: no leads, particles, `쪽`, `관련된 것만`."""
    told = " ".join(text.split()).strip(_MARKS)
    meant = _SUCH.match(told)
    words, before = _LEADS.sub("", meant["what"] if meant is not None else told), None
    while words != before:
        before = words
        words = _INSIDE.sub(" ", _VAGUE.sub("", words)).strip(_MARKS)
        words = named(_PARTICLE.sub("", words))
    return words


def names(text: str) -> tuple[str, ...]:
    """The words of a text that name something; none where it only points (`그거`, `이런 거`, `담부터`, `오늘 하루`)."""
    return tuple(word for word in re.split(r"[,\s]+", text) if word and _POINTS.fullmatch(word.strip(_MARKS)) is None)


def is_when(words: str) -> bool:
    """Whether words say when, and name nothing that news could hold."""
    return _WHENS.fullmatch(words.strip()) is not None


def listed(text: str) -> tuple[str, ...]:
    """Words between commas and spaces, each once, at most twenty."""
    return tuple(dict.fromkeys(word for word in re.split(r"[,\s]+", text) if word))[:20]


def ending(argument: str) -> str | None:
    """What `구독 …` wants to end ("전체 해지" → "전체"), or None where it ends nothing."""
    return _ENDING.sub("", argument).strip() if len(argument) <= LONGEST and _ENDING.search(argument) else None


def asks_for_list(argument: str) -> bool:
    """Whether `구독 …` wants to see the subscriptions."""
    return _ASKS_LIST.search(argument) is not None


def asks_how(argument: str) -> bool:
    """Whether `구독 …` is a question about subscribing."""
    return _ASKS_HOW.search(argument) is not None


def narrowing(argument: str) -> str:
    """`재난안전에서 채용은 빼 줘` as `재난안전 채용`; anything else as it is."""
    found = re.match(r"(.{1,60}?)에서 (.{1,60}?)(?:은|는|을|를)? ?(?:빼|제외)", argument)
    return f"{found[1]} {found[2]}" if found else argument


def without_particles(words: str) -> str:
    """Each word without a last 은, 는, 을 or 를 that agrees with the syllable before it."""
    return " ".join(_without_particle(word, "을를은는") for word in words.split())


def _without_object_particle(words: str) -> str:
    """Without a last 을 or 를 that agrees with the syllable before it: `훈련을` is `훈련`, `마을` stays."""
    return _without_particle(words, "을를")


def _without_particle(words: str, particles: str) -> str:
    if len(words) < 3 or words[-1] not in particles or not "가" <= words[-2] <= "힣":
        return words
    closed = (ord(words[-2]) - 0xAC00) % 28 != 0
    return words[:-1] if closed == (words[-1] in "을은") else words
