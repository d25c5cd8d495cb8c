"""Several acts said in one breath, each read by itself. Pure but for the grammar that is asked.

    "농정이랑 산림 받고 행사는 빼줘"      → 구독 농정 · 구독 산림 · 낱말 빼기 행사
    "요약하고 원문도"                    → 요약 · 원문
    "알림 줄이고 브리핑은 8시로"          → (알림 줄이고: not understood) · 아침 브리핑 8시

Clauses are done only where one of them at least is a whole act and none asks, denies or depends on another; what was
not understood is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from bot.joined import apart, respelt
from bot.unwanted import bare

MOST: Final = 5
UNREAD: Final = "?"
_LONGEST: Final = 80
_DEPENDS: Final = re.compile(
    r"\?|(?:면|려면|다가|니까|는데|지만|때|라서|어서|아서|려고|나요|까요|지 ?(?:마|말|않)\S*)(?=\s|$)|말고|까지|동안"
    r"|부터|만 (?:남|두|빼|살)|(?:빼|제외하|말|됐)[고구],? (?:\S+ )?\S+만 ?(?:보내|알려|받|구독|줘|주)"
    r"|(?:소식|뉴스|보도 ?자료|알림)\S? ?[^,]{1,24} (?:빼고|제외하고) (?:나머지만? ?)?(?:구독|보내|받|알려)"
    r"|그대로|나머지|출장|휴가|연차|공지|동행|초대|직원"
)
OF_PEOPLE: Final = re.compile(r"역할|권한|[가-힣]{2}(?:님|씨)(?:은|는|을|를|도|만|으?로|한테|에게)?(?=\s|$)")
"""Words of who has which role, which are no topics."""
_CUTS: Final = re.compile(
    r"(?:(?<=[받하빼끊끄켜주이쉬추꾸내넣우애]고)|(?<=해지하고)) (?!싶|있|나서|계)|, ?| 그리고 | 또 "
)
_ACTS: Final = re.compile(r"고$|(?:줘|주세요|줘요|할게|할래|해)$")
_TAILS: Final = re.compile(
    r"(?: ?(?:(?:보여 ?|알려 ?)?주고|알려 ?줘|보여 ?줘)|(?<=[요약문록단뉴핑당])(?:이?랑|하고|도|만)"
    r"(?: ?(?:알려 ?|보여 ?)?줘)?)$"
)
_WANT: Final = re.compile(
    r"(?P<what>\S.{0,30}?)(?:은|는|을|를|도)? ?(?:구독(?:하|해|할)?|받|추가(?:하|해|할)?|넣|신청(?:하|해|할)?)"
    r"(?:고|을게|을래|게|래|고 싶어|아|아줘|어|어줘|아 ?볼래|자)?(?:요|줘|줘요|주세요)?"
)
_END: Final = re.compile(
    r"(?P<what>\S.{0,30}?)(?:은|는|을|를|도)? ?(?:구독 ?)?"
    r"(?:해지(?:하|해|할)?|끊|지우|지워|그만 ?받|없애|안 ?받|취소(?:하|해|할)?)"
    r"(?:고|을게|을래|게|래|어|어줘|ㄹ래|겠어)?(?:요|줘|줘요|주세요)?"
)
_OUT: Final = re.compile(
    r"(?P<what>\S.{0,30}?)(?:은|는|을|를|만)? ?(?:빼|뺴|제외(?:하|해|할)?)(?:고|자|줘|줘요|주세요|달라|요)*"
)
_LIMIT: Final = re.compile(
    r"알림(?:은|을)? ?(?:하루에?|한 ?시간에?) ?\d+ ?(?:건|개|통)(?:만|까지만|으로|까지|씩만)?"
    r"(?: ?(?:보내|받|하|줄이|줄여)\S*)?"
)
_MORNING: Final = re.compile(
    r"(?:아침 ?)?브리핑(?:은|도|을)? ?(?P<at>(?:오전 |오후 |아침 )?\d{1,2}(?:시(?: ?반| ?\d{1,2}분)?|:\d\d))"
    r"(?:으로|로|에)?(?: ?(?:해|하고|보내|보내고|받|받고|바꿔|바꾸고|맞춰)\S{0,4})?(?:요)?"
)


def clauses(text: str) -> list[str]:
    """The clauses of a sentence that may hold several acts; none where it holds one, or one leans on another."""
    if len(text) > _LONGEST or _DEPENDS.search(text) or OF_PEOPLE.search(text):
        return []
    found = [one.strip(" ,.!~") for one in _CUTS.split(respelt(text))]
    found = [one for one in found if one]
    return found if 1 < len(found) <= MOST else []


def acts_of(clause: str) -> tuple[str, ...]:
    """The full sentences of a clause about subscriptions, limits or the briefing; none where it is about others."""
    said = re.sub(r"^(?:(?:이제|인제|그럼|그냥|나는|난|저는|전) )+", "", clause.strip())
    said = re.sub(r" ?(?:좀|줘|주세요|줘요|부탁해요?)$", "", said)
    if (morning := _MORNING.fullmatch(said)) is not None:
        return (f"아침 브리핑 {morning['at']}",)
    if (limit := _LIMIT.fullmatch(said)) is not None:
        count = re.search(r"\d+", limit[0])
        of = "한 시간" if re.search(r"한 ?시간", limit[0]) else "하루"
        return (f"알림 건수 {of} {count[0]}건까지",) if count else ()
    if (out := _OUT.fullmatch(said)) is not None:
        what = bare(out["what"])
        return (f"낱말 빼기 {what}",) if all(map(_is_topic, apart(what))) else ()
    for pattern, command in ((_END, "해지"), (_WANT, "구독")):
        if (found := pattern.fullmatch(said)) is not None:
            topics = apart(found["what"])
            return tuple(f"{command} {one}" for one in topics) if all(map(_is_topic, topics)) else ()
    return ()


def _is_topic(word: str) -> bool:
    return (
        1 < len(word) <= 20
        and len(word.split()) <= 3
        and not re.search(r"\d", word)
        and not re.match(
            r"(?:알림|브리핑|주말|평일|휴일|공휴일|밤|낮|아침|점심|저녁|새벽|[이그저](?:거|것|건|게)[은는을만]?|다|전부|모두|목록|메뉴|식당|요약|원문|내|나)(?:에|엔|에는|은|는)?(?:\s|$)",
            word,
        )
    )


def together(text: str, known: Callable[[str], bool]) -> tuple[str, ...]:
    """The acts one by one, what was not understood marked; none where the text is not several acts."""
    acts: list[str] = []
    for clause in clauses(text):
        plainer = _TAILS.sub("", clause).strip()
        acts += acts_of(clause) or next(((one,) for one in (clause, plainer) if one and known(one)), (UNREAD + clause,))
    unread = [one for one in acts if one.startswith(UNREAD)]
    plain = not unread or (len(unread) == 1 and "," not in text and _ACTS.search(unread[0]) is not None)
    return tuple(acts) if 1 < len(acts) <= MOST and plain and len(unread) < len(acts) else ()
