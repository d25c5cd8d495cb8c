"""The moments of a trip as people tell them: `지금 나갑니다`, `출발 12:40 도착 13:50`, `아직 출발 안 했어요`. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Final

from attest.trip import LegKind, State, Trip
from bot.trip_times import Span, find

_NOW: Final = r"(?:(?:지금|방금|이제|인제|인자|막|방금막|저|저희|나|아|네|드디어)\s+)*"
_ENDED: Final = r"(?:다|데이|심더|습니더|습니다|습니당|어요|어여|네요|음|슴|슴다|어)"
_ENTERS: Final = r"(?:들어|드)\s?(?:갑니다|갑니더|가요|간다|간데이|감|갈게요|갔습니다|갔어요|갔다)"
_OFFICE: Final = r"(?:사무실|청사|회사|본청|도청|시청|군청|구청|사무소)"
TOLD: Final = {
    LegKind.RETURNED: (
        rf"{_NOW}(?:{_OFFICE}(?:에|로)?\s*(?:다시\s*)?(?:들어|돌아|잘)?\s?왔{_ENDED}"
        rf"|(?:출장\s*)?(?:다\s*)?(?:끝나고|마치고|끝내고)\s*(?:들어|돌아)?왔{_ENDED}"
        rf"|(?:출장|일정)(?:을|이)?\s*(?:다\s*|모두\s*)?(?:끝(?:났|냈){_ENDED}|끝|마쳤{_ENDED}|마칩니다|마침|종료(?:합니다|했{_ENDED})?)"
        rf"|(?:출장지|현지)(?:에서)?\s*(?:바로\s*)?퇴근\S{{0,6}}|{_NOW}(?:다시\s*)?{_ENTERS})"
    ),
    LegKind.ARRIVED: (
        rf"{_NOW}(?:\S{{1,12}}\s){{0,2}}(?:\S{{1,12}}(?:에|로)\s?)?(?:잘\s*|다\s*)?(?:들어|나와)?\s?(?:왔|닿았){_ENDED}"
        rf"|{_NOW}{_ENTERS}"
    ),
    LegKind.DEPARTED: (
        rf"{_NOW}(?:출장\s*)?(?:나갑니다|나갑니더|나간다|나가요|나갈게요|나갔{_ENDED}|나섰{_ENDED}|나섭니다|나서요|떠납니다|떠나요|떠났{_ENDED}"
        rf"|차(?:에|를)?\s*(?:탔{_ENDED}|탑니다)"
        r"|(?!집|댁)\S{1,12}(?:으로|로)\s*(?:지금\s*)?(?:갑니다|가요|가는 ?중(?:입니다)?))"
    ),
}
AT_HOME: Final = re.compile(r"청사|사무실|회사|본청|마칩|마쳤|끝났|끝냈")
NOT_YET: Final = re.compile(
    r"(?:^|\s)(?:안|못)\s?(?:했|하|해|함|할|합)|아직|(?:하|되)(?:면|려면|는데)|하지\s?(?:않|못)|할까|하나요|되나요|나요$|까요$|전(?:입니다|이에요|임)"
    r"|관련|보도|뉴스|소식|찾아|검색|명령|방법|계획"
)
DENIED: Final = r"(?:^|\s)(?:안|못)\s?(?:했|하였|한|나|갔|함)|아직"
WRITE_IT: Final = (
    r"^(?:출장 ?)?(?:결과 ?)?(?:보고서|복명서)(?: ?초안)?(?:을|를|도)? ?(?:좀 ?)?"
    r"(?:써|쓰|작성|만들|보여|뽑|줘|주)\S*(?: \S{1,6})?$"
)
BACK: Final = r"^(?:출장 ?)?(?:잘 ?)?(?:다녀왔|갔다 ?왔|돌아왔)(?:습니다|어요|어|음|네요)[.!~]*$"
_WORDS: Final = {"출발": LegKind.DEPARTED, "도착": LegKind.ARRIVED, "복귀": LegKind.RETURNED, "귀청": LegKind.RETURNED}
_WORD: Final = re.compile("|".join(_WORDS))
_ORDER: Final = tuple(LegKind)


def may_be(trip: Trip, kind: LegKind) -> bool:
    """Whether this moment can be the one that is told without its word: it is the next, and none after it was told."""
    if trip.state in {State.CLOSED, State.CANCELLED} or trip.leg(kind) is not None:
        return False
    if kind is LegKind.DEPARTED:
        return not trip.legs
    return kind is not LegKind.RETURNED or trip.begun_at is not None


def unclear(text: str, local: datetime) -> bool:
    """Whether hours stand beside several moments, and it is not plain which is whose."""
    kinds = {_WORDS[mark[0]] for mark in _WORD.finditer(text)}
    return len(kinds) > 1 and not moments(text, local) and find(text, local, past=True)[0].start is not None


def moments(text: str, local: datetime) -> list[tuple[LegKind, Span]]:
    """Several moments with an hour each, in their order; empty where it is not plain which hour is whose."""
    marks = list(_WORD.finditer(text))
    kinds = [_WORDS[mark[0]] for mark in marks]
    if len(marks) < 2 or len(set(kinds)) < len(kinds):
        return []
    begins, ends = [0, *(mark.end() for mark in marks)], [*(mark.start() for mark in marks), len(text)]
    pieces = [text[begin:end] for begin, end in zip(begins, ends, strict=True)]
    on = find(text, local, past=True)[0].day
    for parts in (pieces[1:], pieces[:-1]):
        told = [find(part, local, past=True)[0] for part in parts]
        spans = [replace(span, day=span.day or on) for span in told]
        if all(span.start is not None and span.end is None for span in spans):
            found = sorted(zip(kinds, spans, strict=True), key=lambda pair: _ORDER.index(pair[0]))
            return found if all(one[1].start <= two[1].start for one, two in pairwise(found)) else []  # type: ignore[operator]
    return []
