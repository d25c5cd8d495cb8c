"""The topic in a sentence of which it is already plain that its writer wants news of something. Pure.

    "청년 월세 소식 오면 바로 좀 알려주라" → "청년 월세"
    "요즘 스마트팜 업무를 맡아서 그쪽 소식이 필요해요" → "스마트팜"

What speaks of the news, of wanting, sending, time or oneself is taken away; what is left is the topic, where it is
short and stands together. It serves an offer, which is read before it is pressed.
"""

from __future__ import annotations

import re
from typing import Final

from bot import topics

_MOST: Final = 3
_MOST_WORDS: Final = 4
_LONGEST: Final = 80
_JOSA: Final = r"(?:이|가|은|는|을|를|도|만|로|으로|에|에서|랑|이랑|하고|들|부터|까지)*"
_NEWS: Final = (
    r"(?:새|새로운|최신|관련|관련된|관련해서|관한|대한|같은|그런|이런|이쪽|그쪽|쪽|분야)?"
    r"(?:소식|알림|뉴스|기사|보도자료|보도|공고|공고문|공지|발표|자료|글|내용|정보|얘기|이야기|거|것|건|게|꺼|걸"
    r"|키워드|주제|관심어|관심사|이름|성함|톡|기별|연락|뭐|무슨)?"
)
_SELF: Final = (
    r"(?:저|나|제|내|저희|우리|제게|내게|저한테|나한테|저에게|나에게|저희과|우리과|우리팀|저희팀|과|팀|부서|업무"
    r"|담당|담당자|일|자리|\S{2,}님)"
)
_TIME: Final = (
    r"(?:요즘|요새|이제|이젠|앞으로|앞으론|매번|매일|항상|늘|계속|쭉|바로|바로바로|즉시|즉각|빨리|얼른|퍼뜩|제때|실시간"
    r"|그때그때|당장|오늘|올해|다음|다음부턴|다음엔|담부터|이번|이번에|새로|혹시|혹시나|좀|꼭|다|전부|모두|그냥|일단"
    r"|먼저|미리|놓치지|자꾸|맨날|더|또|다시|그리고|근데|그래서|이|그|저|때|때마다|대로|족족|수|줄|어떻게|어디|왜)"
)
_NOUNS: Final = (
    r"(?!하천|하수|하키|해양|해수|해녀|해외|해안|해운|할인|주거|주택|주차|주민|주유소|주식|안전|안심|안과|말벌|말산업"
    r"|원예|원전|원자력|보건|보육|보호|보훈|보험|보행|보조|오염|오존|오페라|오징어|온실|온라인|온천|나노|추경|알코올"
    r"|알레르기|등록금|볼링|올레|올림픽|줄다리기|한우|한옥|한방|한국|할랄|뜨개|받침|못자리|달빛|관심병|원도심|원룸)"
)
_VERB: Final = (
    rf"{_NOUNS}(?:나오|나왔|나온|나올|뜨|떴|뜬|오|온|왔|올라오|올라온|있|생기|생긴|생겼|발표되|발표나|받|보내|알려|알고|알아|챙겨"
    r"|챙기|보고|보여|봐|볼|놓치|놓쳐|놓쳤|구독|신청|등록|추가|넣|설정|싶|해|하|할|함|줘|주|줄|달라|부탁|바라|바랍|원|관심"
    r"|필요|궁금|맡|담당|때문|되|됐|됨|될|돼|싫|귀찮|지나|떨어지|따라|찾|모아|들어오|가능|좋|않|안|말|못|던져|쏴|띄워|공유|껴|끼워|얹|포함|무조건|발령|옮겼|잘못|오타|틀렸|말씀|아까|방금)\S*"
    r"|이름(?:이|만)?(?:나|뜨|들어|올라)\S*|말한\S*|[ㄱ-ㅎㅏ-ㅣ]+"
    r"|\S{2,}(?:면|면요|어요|아요|해요|네요|데요|래요|려고|려고요|습니다|니다|는데|한데|은데|거든|거든요|더니|라는데|라고|지만|해서|[해아어나라]서요?|하고|냐고|다고|라고|모르고"
    r"|아서|어서|느라|니까|라니까)"
)
_BESIDE: Final = re.compile(rf"(?:{_NEWS}|{_SELF}|{_TIME}|{_VERB}){_JOSA}(?:요|용|여)?")
_TAIL: Final = re.compile(
    r"(?:관련|쪽|분야|업무|담당|소식|뉴스|공고|자료|정보|꺼|거)?"
    r"(?:이라서?|라서?|인데|이니까?|이라|이랑|에서|에|은|는|이|가|을|를|도|만|으로|로|의)?$"
)
_PERSON: Final = re.compile(r"(?:주무관|실무관|팀장|과장|계장|국장|사무관|주사|님)$")
_WHOLE: Final = re.compile(
    r"(?:도로|수로|진로|항로|철도|지도|제도|농로|회의|협의|주의|문의|어린이|나이|놀이|먹이|국가|평가|휴가|물가|주가|여가"
    r"|전기차|마을|가을|노을|고을|비만|불만|가로|선로|증가|농가|상가|축제|의회|지가|공시지가|경로)$"
)
"""Words whose last letter looks like a particle."""

_SPEAKS: Final = re.compile(
    r"(?:\S*(?:주세[요용여]|주십시오|줘[요용]|줘|주라|해[요용]|했어[요용]?|어[요용]|아[요용]|[에예]요|[에예]용|세[요용]"
    r"|니다|[해아어나라]서요|발령나서|려고요?|는데요?|은데요?|데요|네요|거든요?|니까요?|더라고요?|래요|게요|까요"
    r"|[ㅋㅎㅠㅜ]{2,}|무조건|이름나오면)"
    r"|\S{2,}(?<![수필개민동중가주소강불])요|(?:말한|말했|말씀|얘기한|부탁한|시킨)\S*|(?:그거|그것|저거|이거|아까|방금)\S{0,2}"
    r"|[그이저]쪽|껴\S+|(?:잘못|발령)\S+|앗|헉|아니)"
)
_SAID: Final = re.compile(
    r"(?<=[가-힣]{2})(?:이요|이에요|이예요|예요)(?=[\sㅋㅎㅠ.!~]|$)|(?<=[가-힣]{2})도(?=\s*(?:껴|끼워|추가|넣|포함|얹))"
)
_LEADING: Final = re.compile(r"^(?:/?구독하?기?\s+)")


def speaks(words: str) -> bool:
    """Whether what would be stored as a topic is somebody's sentence: an ending, laughter, `말한`, `그거`, `아까`."""
    return any(_SPEAKS.fullmatch(word.strip(".,!?~…")) is not None for word in words.split())


def doubtful(words: str, typed: str) -> str | None:
    """What a subscription is asked about with, where its words may be no topic; None where they are one."""
    if speaks(words):
        return best_of(words)
    sentence = typed.strip() and not _LEADING.match(typed.strip()) and " 구독 " not in typed
    return (best_of(words) or words) if sentence and len(words.split()) > _MOST_WORDS else None


def best_of(text: str) -> str:
    """The topic that a sentence may mean, to be offered; empty where none can be made out."""
    plain = _SAID.sub("", topics.instead(_LEADING.sub("", text)))
    told = re.sub(r"(?<=[가-힣]{2})(?<![수필개민동중가주소강불])요$", "", topic_told(plain))
    return "" if not told or speaks(told) or not topics.names(told) or _PERSON.search(told) else told


def topic_told(text: str) -> str:
    """The topic's own words; empty where nothing is left, or too much."""
    if len(text) > _LONGEST:
        return ""
    runs: list[list[str]] = [[]]
    for word in re.sub(r"[.,!?~…ㅠㅜㅎㅋ]+", " ", text).split():
        if _BESIDE.fullmatch(word):
            runs.append([])
        else:
            runs[-1].append(word)
    left = [run for run in runs if run]
    if len(left) != 1 or len(left[0]) > _MOST:
        return ""
    words = left[0]
    if not _WHOLE.search(words[-1]):
        words = [*words[:-1], _TAIL.sub("", words[-1]) or words[-1]]
    told = topics.core(" ".join(words))
    return told if 2 <= len(told) <= 20 else ""
