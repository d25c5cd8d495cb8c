"""What kitchen staff type with one hand: `배식 10분 지연`, `국 나오는 데 15분`, `제육 소진`, `마감`. Pure.

A text that is a question, or holds anything else, says nothing: nobody's sentence becomes a notice by accident.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Act(StrEnum):
    """What is told."""

    DELAY = "delay"
    SOLD_OUT = "sold_out"
    CLOSE = "close"
    LIFT = "lift"


@dataclass(frozen=True, slots=True)
class Saying:
    """What somebody tells of the kitchen; `dish` as it was written, without its particle where that is plain."""

    act: Act
    minutes: int = 0
    dish: str = ""
    instead: str = ""


_SERVING = r"(?:오늘 ?|지금 ?|방금 ?)?(?:점심 ?|식당 ?|배식 ?|코너 ?|줄 ?)*(?:이|가|은|는|을|를|도)? ?"
_NAME = r"[가-힣A-Za-z][가-힣A-Za-z0-9·&() ]{0,19}?"
_END = r"(?:습니다|니다|어요|아요|에요|예요|네요|했어요|어|음|임|요|다|중|됨|함)?"
_COMING = (
    r"(?:다시 ?)?(?:나오|되|하|익|채우|끓이|데우|오|준비하|만들)(?:는|려면|기까지|기까진)? ?(?:데|까지)?(?:에|는|만)?"
)
_ABOUT = r"(?:약|한|앞으로|더|아직)? ?"
_LATE = r"(?:지연|늦|밀[려리렸]|걸[려리렸]|기다|뒤|후|더)"

_CAUSE = r"(?!.*(?:출장|회의|저는|제가|출근|교육))[가-힣 ]{1,16}?(?:으로|로|때문에|해서|나서) (?=.{0,12}\d ?분)"
_WHY = (
    r"(?=.*(?:배식|점심|중식|식당|급식|밥[이은 ]|국[이은 ]|반찬|조리|음식))"
    r"(?!.*(?:출장|회의|저는|제가|출근|교육|약속|행사|보고|버스|기차|차[가 ]|길이|민원|휴가"
    r"|먹|오느라|가느라|다녀|들렀|도착|복귀))"
    r"[가-힣 ]{1,20}?(?:서|니까|느라|바람에|가지고|관계로)[ ,]+(?=.{0,16}\d ?분)"
)
"""A cause of the kitchen's own: `밥이 늦어져서`."""
_ENDING = r"[가-힣]{0,6}(?: ?(?:것 ?|듯 ?)?(?:있|같|예정|나옵|나와|시작|열|엽|하|할|합)[가-힣]{0,5})?"

_DISH_LATE = re.compile(rf"(?P<dish>{_NAME})(?:이|가|은|는)? {_COMING} ?{_ABOUT}(?P<n>\d{{1,3}}) ?분.{{0,12}}")
_LATE_BY = re.compile(
    rf"{_SERVING}{_ABOUT}(?P<n>\d{{1,5}}) ?분 ?(?:정도|쯤|가량|만)?(?:은|을|이)? ?{_LATE}{_ENDING}"
    rf"|{_SERVING}(?:시작 ?)?(?:지연|늦\S{{0,4}}|밀\S{{0,3}}) ?{_ABOUT}(?P<m>\d{{1,5}}) ?분.{{0,6}}"
)
_LATE_PLAIN = re.compile(
    rf"{_SERVING}(?:시작 ?)?(?:좀 |조금 |많이 )?(?:지연|늦어|늦습|늦네|밀려|밀립)"
    r"(?:입니다|되고 있|됩|돼|집|져|지).{0,8}"
    rf"|{_SERVING}(?:지연|늦어요|늦습니다)"
)
_SOLD = r"(?:소진|품절|떨어졌|떨어짐|떨어져|나갔|나감|동 ?났|동남|없어졌|없습니다|없어요|끝났|끝)"
_SOLD_OUT = re.compile(
    rf"(?P<dish>{_NAME}) ?(?:벌써 |이제 )?(?:다 ?|모두 ?|전부 ?)?{_SOLD}(?:되었|됐|했|입|이)?{_END}[ ,.]*"
    r"(?:(?:그래서|이제)? ?대신(?:에)? ?(?P<instead>.{1,24}))?"
)
_REPLACED = r"\S{1,20}?(?:으로|로) ?(?:대체|대신|변경|교체|바꿔|바꿨)\S{0,8}"
_BY = re.compile(
    r"^(.{1,24}?(?:소진|품절|떨어졌|떨어져)\S{0,5}?)[ ,]+(\S{1,20}?)(?:으로|로) ?"
    r"(?:대체|대신|변경|교체|바꿔|바꿨)\S{0,8}$"
)
_SOLD_FIRST = re.compile(r"(?:품절|소진)[ :]+(?P<dish>.{1,20}?)(?: 대신 (?P<instead>.{1,24}))?")
_INSTEAD = re.compile(
    rf"(?P<dish>{_NAME}) 대신(?:에)? ?(?P<instead>.{{1,20}}?) ?"
    rf"(?:나갑니다|나가요|나감|나갈게요|드립니다|드려요|냅니다|제공합니다|제공|나옵니다|나와요|입니다)"
)
_CLOSED = re.compile(
    rf"{_SERVING}(?:조기 ?)?(?:마감|종료|끝났|끝)(?:했|됐|되었|입니|합니|하|이)?(?:습니다|어요|에요|다|요|음|함)?"
)
_LIFTED = re.compile(
    rf"(?P<dish>{_NAME})?(?:이|가|은|는)? ?(?:지연|품절|마감)? ?"
    r"(?:풀렸|풀림|풀려|해제|재개|정상|다시 ?(?:나와|나옵|나온|나갑|나가|시작|채웠|채움|들어왔|있)|취소|취하).{0,14}"
)
_AFTER_INSTEAD = re.compile(
    r" ?(?:나갑니다|나가요|나감|나갈게요|드립니다|드려요|냅니다|제공(?:합니다)?"
    r"|나옵니다|나와요|입니다|이에요|예요|요)?$"
)
_QUESTION = re.compile(r"\?|(?:나요|까요?|는지|가요|냐|니|을까|ㄹ까)\W*$")
_OVER_ASKED = (
    r"^(?:오늘 )?(?:배식|점심|식당) ?(?:벌써 |다 )?(?:마감|종료|끝)(?:했|났|됐|이)?(?:나요|어요|어|습니까|니|인가요)?"
    r"\W*$"
)
_GENERIC: Final = frozenset(
    {
        "",
        "배식",
        "식당",
        "점심",
        "오늘",
        "지금",
        "줄",
        "모두",
        "다",
        "전부",
        "배식 지연",
        "지연",
        "품절",
        "마감",
        "코너",
    }
)
_LONGEST: Final = 60
_NO_PARTICLE: Final = ("볶이", "말이", "구이", "절이", "오이", "냉이", "송이")
_SPEAKS_OF_NOUNS = re.compile(r"(?:소진|품절)")


def sentences(names: Sequence[str] = ()) -> tuple[str, ...]:
    """Regular expressions of what plainly is the kitchen's; `names` are those of cafeterias and lines."""
    named = "|".join(re.escape(name) for name in sorted(filter(None, names), key=len, reverse=True))
    place = rf"(?:(?:{named})(?: ?(?:코너|줄|쪽))?(?:은|는|이|가)? ?)?" if named else ""
    dish = r"[가-힣A-Za-z][가-힣A-Za-z0-9·&() ]{0,19}"
    ends = rf"(?:습니다|니다|어요|다|요|어|음)?\W*(?:대신.{{1,24}}|{_REPLACED})?$"
    return (
        rf"^{place}배식(?: ?(?:단추|버튼))?$",
        _OVER_ASKED,
        rf"^(?:{_CAUSE}|{_WHY})?{place}(?:{_unnamed(_LATE_BY)})[ .!~]*$",
        rf"^{place}(?:{_unnamed(_LATE_PLAIN)})$",
        rf"^{_unnamed(_DISH_LATE)}$",
        rf"^{place}(?:{_unnamed(_CLOSED)})$",
        rf"^{dish} ?(?:소진|품절|동 ?났)(?:되었|됐|했|입|이에)?{ends}",
        rf"^{dish} ?(?:다 ?)?(?:떨어졌|떨어짐|다 ?나갔){ends}",
        r"^(?:품절|소진) [가-힣].{0,30}$",
        rf"^{dish} 대신 .{{1,20}} ?(?:나갑니다|나가요|나감|나갈게요|냅니다|제공합니다)$",
        r"^(?:배식|지연|품절|마감|식당).{0,6}(?:풀렸|풀림|해제|재개|취소|정상)",
        rf"^{dish} (?:다시 (?:나와|나옵|나갑|나가|채웠|들어왔)).{{0,6}}$",
    )


def _unnamed(pattern: re.Pattern[str]) -> str:
    """The pattern without group names, so that several stand in one table."""
    return re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern)


def asks(text: str) -> bool:
    """Whether the text is a question."""
    return _QUESTION.search(text.strip()) is not None


def read(text: str) -> Saying | None:
    """What the text tells; None where it tells nothing, asks, or is too long."""
    plain = _BY.sub(r"\1 대신 \2", " ".join(text.split()).strip(" .,!~…"))
    if not plain or len(plain) > _LONGEST or _QUESTION.search(plain):
        return None
    return _late(plain) or _lifted(plain) or _closed(plain) or _gone(plain)


def without_names(text: str, names: Sequence[str]) -> str:
    """The text without the names of cafeterias and lines in it, and the word for a line behind them."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = re.sub(rf"{re.escape(name)}(?: ?(?:코너|줄|쪽))?(?:은|는|이|가|에서|에)?(?= |$)", " ", text)
    return " ".join(text.split())


def matching(said: str, dishes: Sequence[str]) -> tuple[str, ...]:
    """The menu's dishes that somebody means by a word: the same name, else those that hold it or that it holds."""
    word = _folded(said)
    if not word:
        return ()
    same = [dish for dish in dishes if _folded(dish) == word]
    near = [dish for dish in dishes if word in _folded(dish) or _folded(dish) in word]
    return tuple(dict.fromkeys(same or near))


def _folded(name: str) -> str:
    return re.sub(r"\([^)]*\)|[^가-힣a-z0-9]+", "", name.casefold())


def _late(text: str) -> Saying | None:
    found = _LATE_BY.fullmatch(text) or _LATE_BY.fullmatch(re.sub(rf"^(?:{_CAUSE}|{_WHY})", "", text))
    if found:
        return Saying(Act.DELAY, int(found["n"] or found["m"]))
    found = _DISH_LATE.fullmatch(text)
    if found:
        dish = _bare(found["dish"], verb=True)
        return Saying(Act.DELAY, int(found["n"]), "" if dish in _GENERIC else dish)
    return Saying(Act.DELAY) if _LATE_PLAIN.fullmatch(text) else None


def _lifted(text: str) -> Saying | None:
    found = _LIFTED.fullmatch(text)
    if not found:
        return None
    dish = _bare(found["dish"] or "", verb=True)
    return Saying(Act.LIFT, dish="" if dish in _GENERIC else dish)


def _closed(text: str) -> Saying | None:
    return Saying(Act.CLOSE) if _CLOSED.fullmatch(text) else None


def _gone(text: str) -> Saying | None:
    found = _INSTEAD.fullmatch(text) if not re.search(_SOLD, text) else None
    found = found or _SOLD_OUT.fullmatch(text) or _SOLD_FIRST.fullmatch(text)
    if not found:
        return None
    dish = _bare(found["dish"], verb=not _SPEAKS_OF_NOUNS.search(text))
    instead = _bare(_AFTER_INSTEAD.sub("", (found["instead"] or "").strip()), verb=True)
    return None if dish in _GENERIC else Saying(Act.SOLD_OUT, dish=dish, instead=instead)


def _bare(dish: str, *, verb: bool) -> str:
    """The dish without a particle, where a verb follows and the last sound takes it."""
    dish = re.sub(r" ?(?:다|모두|전부|벌써|이제)$", "", dish.strip())
    if not verb or len(dish) < 2 or dish.endswith(_NO_PARTICLE):
        return dish
    closed = (ord(dish[-2]) - 0xAC00) % 28 != 0 if "가" <= dish[-2] <= "힣" else False
    return dish[:-1] if dish[-1] in ("이은을" if closed else "가는를") else dish
