"""What somebody says about a channel: which one, what is to happen there, and with what. Pure.

"총무과 채널에 재난안전 구독해 줘" → `Saying("총무과", Act.ADD, "재난안전")`
"이 채널 목록"                     → `Saying("", Act.LIST, "")`: the one in which it is said
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_WHERE: Final = r"(?: ?채널| 방)(?:에서|에다가?|에|의|은|는|으로)?"
_PLEASE: Final = r"(?:\s*(?:좀|추가|신청|시켜|해|하|할|부탁)[가-힣 ]{0,14})?[ .!~]*"

SENTENCE: Final = (
    rf"^(?P<argument>(?!.{{0,20}}맞는)[^\s?][^?]{{0,38}}?{_WHERE} "
    r"(?:구독|목록|내역|현황|해지|취소|쉬기|다시|제외|부를 ?때만|낱말에도|제안|추천|\S.{0,120}?(?:구독|해지)).*)$"
)
"""A whole sentence about a channel that it names."""

_SPLIT: Final = re.compile(rf"^(?P<name>.+?){_WHERE} (?P<rest>.+)$")
_HERE: Final = frozenset({"이", "우리", "여기", "현재", "지금", "본"})


class Act(StrEnum):
    """What is to happen."""

    LIST = "list"
    PROPOSE = "propose"
    ADD = "add"
    END = "end"
    PAUSE = "pause"
    RESUME = "resume"
    EXCLUDE = "exclude"
    CALLED = "called"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Saying:
    """`channel` empty: the one in which it is said."""

    channel: str
    act: Act
    rest: str = ""


_FORMS: Final = tuple(
    (re.compile(pattern), act)
    for pattern, act in (
        (r"^구독(?:을|를)? ?(?:제안|추천).*$|^(?:제안|추천)(?:해|좀)?.*$", Act.PROPOSE),
        (r"^(?:구독 ?)?(?:목록|내역|현황|리스트)(?:을|를)?(?: ?(?:좀|보여|알려|줘).*)?$", Act.LIST),
        (r"^부를 ?때만.*$", Act.CALLED),
        (r"^낱말에도.*$", Act.WORDS),
        (r"^(?:구독 ?)?(?:해지|취소)(?:해|하).*$|^(?:구독 ?)?(?:해지|취소)(?: (?P<rest>.+))?$", Act.END),
        (rf"^(?P<rest>\S.*?) ?(?:구독)?(?:을|를)? ?(?:해지|취소){_PLEASE}$", Act.END),
        (r"^(?:구독 )?쉬기(?: (?P<rest>.+))?$", Act.PAUSE),
        (r"^(?:구독 )?다시(?: (?P<rest>.+))?$", Act.RESUME),
        (r"^제외(?: (?P<rest>.+))?$", Act.EXCLUDE),
        (r"^구독(?:(?:해|하)\S*)?(?: (?P<rest>.+))?$", Act.ADD),
        (rf"^(?P<rest>\S.*?)(?:을|를)? ?구독{_PLEASE}$", Act.ADD),
    )
)


def parse(text: str) -> Saying | None:
    """What is said, or None where it is about no channel."""
    found = _SPLIT.match(text.strip())
    if found is None:
        return None
    for pattern, act in _FORMS:
        said = pattern.match(found["rest"])
        if said is not None:
            name = "" if found["name"].strip() in _HERE else found["name"].strip()
            return Saying(name, act, (said.groupdict().get("rest") or "").strip(" .!~"))
    return None
