"""What is said of a notice that waits to be sent, or was just sent: another hour, or whom it is for. Pure.

"보내요 아 9시 아니고 9시반" → "공지 이대로 시각 9시→9시반"    "우리과만요" → "공지 이대로 부서 우리"
"아 시간 틀렸다 5시에요", after it was sent → "공지 방금 것 정정 →5시"
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.hours_words import clocks_in
from bot.sayings import normal

LIFE: Final = timedelta(minutes=10)
OURS: Final = "우리"
LOOK: Final = "인원"
_CLOCK: Final = re.compile(
    r"(?P<half>(?:오전|오후|아침|저녁|밤|낮) ?)?(?P<at>\d{1,2} ?시(?!간)(?: ?\d{1,2} ?분| ?반)?|\d{1,2}:\d\d)"
)
_NOT: Final = re.compile(r"(?:이|가|는)? ?(?:아니고요?|아니라|말고|아닌데|아니에요|아니요)")
_FILLER: Final = re.compile(
    r"(?:시간|시각)(?:이|을|은)?|틀렸\S*|틀림|잘못\S*|썼\S*|적었\S*|보냈\S*|보내\S*|고쳐\S*|고치\S*|바꿔\S*|"
    r"수정\S*|정정\S*|오타\S*|죄송\S*"
    r"|(?:으로|로|이에요|에요|예요|입니다|이다|이요|인데요?|임|다)(?=[ ,.!~]|$)|(?<![가-힣])(?:아니|아차|"
    r"아이고|앗|헉|아|어|엇|네|근데|요|그|한)(?![가-힣])"
    r"|요(?=[ ,.!~]|$)|해 ?주\S*|줘\S*|주세\S*|부탁\S*|[ ,.!~ㅠㅜㅋㅎ^]"
)
_OFFICE: Final = r"[가-힣A-Za-z0-9·]{1,16}(?:과|담당관|관|실|국|팀|소|센터|본부)"
_TO: Final = re.compile(
    rf"(?:아|아니|앗|그럼|음|그냥|[ ,.])*(?P<to>(?:우리|저희|내) ?(?:과|부서|팀|실)|{_OFFICE})"
    r"(?: ?(?:사람|직원)(?:들)?)?(?:에게만|한테만|에만|만|으로만|로만)(?:이요|요)?"
    r"(?: ?(?:보내|해|올려|돌려|공지|할게|부탁)\S{0,6})*[ .!~]*"
)
_BUT: Final = re.compile(
    r"(?:아|아니|앗|그럼|음|근데|그런데|참|저기|[ ,.])*"
    rf"(?P<but>{_OFFICE}(?: ?(?:하고|이?랑|[와과]|,) ?{_OFFICE}){{0,3}})(?: ?(?:사람|직원|분)들?)?"
    r"(?:은|는|을|를|만|만은|도)? ?(?:빼고?|빼 ?주\S*|빼줘\S*|제외|말고|보내지|안 ?보내)"
    r"(?:하고|해|하|시키고)?(?:요|지)?"
    r"(?: ?(?:나머지(?:만|에|에게|한테)?|다|모두|보내|해|올려|돌려|말고|마|줘|주|부탁|할게)\S{0,6}){0,3}[ .!~]*"
)
_JOINED: Final = re.compile(r"(?: ?(?:하고|이?랑|,) ?|(?<=[과관국실팀])[와과] ?)(?=[가-힣])")
_HOW_MANY: Final = re.compile(
    r"(?=.*(?:몇 ?(?:명|사람|분)|누구|누가|어디|어느 ?(?:과|부서)))(?!.*(?:갔|보냈|봤|읽었|받았))"
    r".{0,20}(?:가는|가나|가요|가죠|가지|갑니까|간|갈|받는|받나|받게)\S{0,5}"
    r"(?: ?(?:거|것|건|좀|알려|보여|확인|말해|궁금|알 ?수|먼저|볼)\S{0,6}){0,3}[ ?.!~]*"
)
_WRONG: Final = re.compile(r"틀렸|잘못|오타|정정|고쳐|수정|아니고|말고|아니라")
_ENDED: Final = re.compile(r"(?:아|앗|헉|잠깐|[ ,.!])*(?:그거|방금 ?거|공지)? ?(?:취소|회수|철회)\S{0,6}[ .!~]*")


_TURNS: Final = {"시각": "hour", "부서": "to", "제외": "but", "확인": "look"}


@dataclass(frozen=True, slots=True)
class Turn:
    """`what`: `hour`, `to`, `but` or `look` of the open notice, `sent` of the one just sent.

    `said`: `old→new`, or departments.
    """

    what: str
    said: str


def _hour(text: str) -> str:
    """`9시→9시반`, `→5시`; empty where anything else is said."""
    told = normal(text)
    found = list(_CLOCK.finditer(told))
    if not found or len(told) > 48 or "?" in told:
        return ""
    rest = _FILLER.sub("", _NOT.sub("#", _CLOCK.sub("@", told)))
    said = [f"{one['half'] or ''}{one['at']}" for one in found]
    if rest == "@#@":
        return f"{said[0]}→{said[1]}"
    if rest.strip("@") == "" and len({str(clocks_in(one)) for one in said}) == 1:
        return f"→{said[-1]}"
    return ""


def said_of_open(text: str) -> str:
    """The command of what is said of an open notice; empty where it is something else."""
    if hour := _hour(text):
        return f"공지 이대로 시각 {hour}"
    if (left_out := _BUT.fullmatch(text.strip())) is not None:
        return f"공지 이대로 제외 {_JOINED.sub(', ', left_out['but'].strip())}"
    if _HOW_MANY.fullmatch(text.strip()):
        return f"공지 이대로 확인 {LOOK}"
    found = _TO.fullmatch(text.strip())
    if found is None:
        return ""
    own = re.match(r"(?:우리|저희|내) ?(?:과|부서|팀|실)$", found["to"]) is not None
    return f"공지 이대로 부서 {OURS if own else found['to']}"


def said_of_sent(text: str) -> str:
    """The command of what is said of the notice just sent; empty where it is something else."""
    if hour := _hour(text):
        return f"공지 방금 것 정정 {hour}" if _WRONG.search(text) or re.search(r"[에예]요|입니다|이요", text) else ""
    wrong = len(text) <= 30 and re.match(r"(?:.{0,12})(?:틀렸|오타|잘못 ?(?:썼|적|보냈))", text) is not None
    return "공지 취소" if _ENDED.fullmatch(text) or wrong else ""


def turn_in(argument: str) -> Turn | None:
    """What such a command says."""
    found = re.fullmatch(r"(?:이대로 (?P<kind>시각|부서|제외|확인)|(?P<sent>방금 것 정정)) (?P<said>\S.*)", argument)
    if found is None:
        return None
    return Turn("sent" if found["sent"] else _TURNS[found["kind"]], found["said"])


def at_another_hour(text: str, said: str) -> str:
    """The notice with the other hour; empty where it is not plain which of its hours is meant."""
    old, _, new = said.partition("→")
    found = list(_CLOCK.finditer(text))
    if old:
        wanted = [one.minute + 60 * (one.hour % 12) for one in clocks_in(old)]
        found = [one for one in found if [at.minute + 60 * (at.hour % 12) for at in clocks_in(one[0])] == wanted]
    if len(found) != 1:
        return ""
    half = "" if _CLOCK.fullmatch(new) is None or re.match(r"[가-힣]", new) else found[0]["half"] or ""
    return f"{text[: found[0].start()]}{half}{new}{text[found[0].end() :]}"


def corrected(text: str, said: str) -> str:
    """The notice put right, for the same people."""
    anew = at_another_hour(text, said)
    return anew if not anew or anew.startswith("정정") else f"정정합니다. {anew}"
