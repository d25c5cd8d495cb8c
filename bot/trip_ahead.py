"""A moment of a trip that is still to come: `이제 곧 복귀합니다`, `10분 뒤 도착합니다`, `거의 다 왔어요`. Pure."""

from __future__ import annotations

import re
from typing import Final

_MOMENT: Final = re.compile(r"출발|도착|복귀|귀청")
_COUNTED: Final = (
    r"(?:\d{1,3}|한|두|세|네|다섯|여섯|반|몇|일이|오|십오?|이십|삼십|사십|오십)\s?(?:분|시간)(?:\s?반)?"
    r"\s?(?:정도|쯤|가량|안팎)?"
)
_SOON: Final = (
    r"(?:(?<![가-힣])곧(?!바로|장|잘)|(?<![가-힣])(?:금방|금세|조만간|머지않아|얼마 ?안 ?(?:있어|있으면)|차차)"
    r"|(?:이따|있다)가?(?=\s|$|[.,!~요])|(?<![가-힣])(?:나중|추후|차후)에?"
    r"|(?<![가-힣])(?:조금|쪼금|좀|쫌|쪼매|쪼끔|잠시|잠깐)\s?(?:만\s)?(?:더\s|있으면|있음|뒤|후)"
    rf"|{_COUNTED}\s?(?:뒤|후|있으면|있음|더\s|내로|안에|내에|이내|남|이?면(?=\s|$))"
    r"|(?<![가-힣])(?:내일|낼|모레|글피|명일|다음 ?주|담주)"
    r"|(?:먹고|끝나면|끝내면|마치면|그치면|되면|먹으면|풀리면|나오면|지나면|정리되면|는 ?대로)"
    r"(?:\s?(?:나서|바로))?(?=\s|$|,))"
)
_BEFORE: Final = re.compile(_SOON)
_BEHIND: Final = re.compile(rf"(?:{_SOON})\s?\S{{0,2}}[\s.!~ㅎㅋㅠ^]*$")
_PART_OF_DAY: Final = re.compile(r"(?<![가-힣])(?:저녁|밤|오후|점심|퇴근) ?(?:때|쯤|늦게|전|후|시간)?(?:에|쯤)?\s")
_MEANT: Final = re.compile(r"\s?(?:합니|해요|할|하겠|예정)")
_NEARLY: Final = re.compile(r"거(?:의|진)\s?(?:다\s?)?(?:들어|나와|돌아)?\s?$")
UNDER_WAY: Final = (
    r"\s?(?:을|를)?\s?(?:하는|하러|하기|할)?\s?(?:가는|오는)?\s?(?:(?:도?중|길)(?![가-힣])|(?:도?중|길)(?:입니|이에|이요|이야|임|인|요|이다)"
    r"|예정(?!대로)|직전|임박|준비|일보 ?직전)(?!\S*(?:이?었|였))"
    r"|\s?(?:하|할)(?:려|라)(?:고|구|는|던|니|다)|\s?하고 ?있(?!었)|해\s?(?:가는|가고|갑니다|가요|감)"
    r"|\s?할\s?(?:거|것|꺼|듯|참|생각|계획|모양)|\s?\d{1,3}\s?분\s?전(?:입니다|이에요|이요|임|요)?[.!~\s]*$"
)
_UNDER_WAY: Final = re.compile(UNDER_WAY)
_WAS: Final = re.compile(r"\s?(?:을|를|은|는)?\s?(?:했|햇|하였|됐|되었|완료|이?었|였)")
_NEAR: Final = re.compile(
    r"거(?:의|진)\s?(?:다\s?)?(?:들어|나와|돌아)?\s?(?:왔|와|닿|끝|마쳤|마칩)|^[^.]{0,10}(?:곧|금방|이따가?|있다가?)\s"
)
_COMING_BACK: Final = (
    r"(?:(?:지금|이제|인제|막|저|저희|나|아|네|다시)\s+)*(?:(?:사무실|청사|회사|본청|도청|시청|군청|구청)(?:으로|로|에)?\s?)?"
    r"(?:다시\s?)?(?:돌아|들어)\s?(?:가는|오는)\s?(?:중|길)(?:입니다|이에요|이요|임|요|이다)?"
)
_NEARLY_THERE: Final = (
    r"(?:(?:지금|이제|인제|저|저희|나|아|네)\s+)*(?:거(?:의|진)\s?(?:다\s?)?|다\s?)"
    r"와\s?(?:갑니다|가요|가네요|간다|감|가고 ?있\S+)"
)
_ALONE: Final = re.compile(
    rf"(?:(?:지금|방금|이제|인제|막|저|네|아|거(?:의|진)|다|더|한|약|앞으로|현장에?|{_SOON})\s*)*(?:출발|도착|복귀|귀청)\S{{0,8}}"
    r"(?:\s?(?:중|길|예정|직전|준비|취소|지워|되돌|잘못|버튼)\S*(?:\s?(?:눌|주|줘|해|부탁)\S*)*)?[.!~^ ㅎㅠ]*"
)
AHEAD: Final = (_COMING_BACK, _NEARLY_THERE)
"""Sentences without a moment's name that tell one as still to come."""


def ahead(text: str, word: str) -> bool:
    """Whether that moment's word stands in a text as what is still to come."""
    marks = list(_MOMENT.finditer(text))
    at = next((index for index, mark in enumerate(marks) if mark[0] == word), None)
    if at is None:
        return False
    begin = re.split(r"[.!\n]", text[marks[at - 1].end() if at else 0 : marks[at].start()])[-1]
    behind = text[marks[at].end() : marks[at + 1].start() if at + 1 < len(marks) else len(text)]
    if _NEARLY.search(begin) or _UNDER_WAY.match(behind):
        return True
    if _WAS.match(behind):
        return False
    if _PART_OF_DAY.search(begin) and _MEANT.match(behind):
        return True
    last = at + 1 == len(marks)
    return _BEFORE.search(begin) is not None or (last and _BEHIND.search(re.split(r"[.!\n]", behind)[0]) is not None)


def nearly(text: str) -> bool:
    """Whether words without a moment's name tell it as still to come: `거의 다 왔어요`, `곧 나갑니다`."""
    return _NEAR.search(text) is not None or any(re.fullmatch(rf"{one}[.!~^ ㅎㅠ]*", text) for one in AHEAD)


def moment_alone(text: str) -> bool:
    """Whether a text tells a moment, now or to come, or takes it back, and nothing besides: no place, no plan."""
    return _ALONE.fullmatch(text) is not None
