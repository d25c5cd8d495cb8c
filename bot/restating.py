"""Whole sentences as people say them, restated as the command that they come to. Pure.

    "신아람 주무관 퇴직했어요"       → "퇴직 신아람" (which asks before it does anything)
    "이 방에도 산불 소식 올려줘"     → "구독 산불" in that room
    "서마루 폰 잃어버렸대 막아줘"    → "접속 끊기 서마루" for who may, never one's own access

`first` are sentences whose words would lead astray; `plainly` those that nothing else understood. Each line is a
frame: who or what, and the words of an act. What changes somebody else and is not read back by its own route is
offered (`asks`), and nothing that ends, sends or deletes is ever more than asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from bot import lunch_speech, trip_speech
from bot.ellipses_desk import NAME, OFFICE, TITLE
from bot.frames import BOSSES, FIRST, Frame
from bot.frames_plainly import PLAINLY
from bot.frames_shown import SHOWN_FIRST, SHOWN_PLAINLY
from bot.meant import Meant
from bot.sayings import normal
from bot.settings import Role
from bot.trip_aside_sayings import not_going, shift

__all__ = ["BOSSES", "first", "named", "plainly", "titled"]

_ANYBODY: Final = re.compile(
    r"(?:우리|저희|나|저|내|제|이|그|모든|전체|아직|새로|오늘|내일|어제|신규|다른|무슨|어느"
    r"|누가|직원|사람|담당|관리|감사|운영|주무관|팀장|과장|새)"
)
_LONGEST: Final = 120


def first(text: str, roles: frozenset[Role], *, room: bool) -> Meant | None:
    """What a sentence comes to whose words would lead astray; None for all others."""
    if (told := trip_speech.meant(normal(text))) and len(text) <= _LONGEST:
        return Meant((told,))
    if both := trip_speech.two(normal(text)):
        return Meant(both, asks=True)
    stays = "출장" in text and (not_going(text) or shift(text) is not None)  # which trip is asked, not called off
    return None if stays else _restated((*SHOWN_FIRST, *FIRST), text, roles, room=room)


def clears(text: str) -> Meant | None:
    """`구독 다 지워주세요` as the end of all subscriptions, or of all but some, which is asked first; None else."""
    found = _restated(SHOWN_FIRST, text, frozenset(), room=False)
    return found if found is not None and found.words[0].startswith("구독 정리") else None


def plainly(text: str, roles: frozenset[Role], *, room: bool) -> Meant | None:
    """What a sentence comes to that nothing else understood; None where that is not plain."""
    found = _restated((*PLAINLY, *SHOWN_PLAINLY), text, roles, room=room)
    told = "" if found is not None or room else trip_speech.plainly(normal(text))
    told = told or ("" if found is not None else lunch_speech.meant(normal(text)))
    return Meant((told,)) if told else found


def _restated(frames: Sequence[Frame], text: str, roles: frozenset[Role], *, room: bool) -> Meant | None:
    if len(text) > _LONGEST:
        return None
    plain = re.sub(r"[ ~!.^ㅋㅎㅠㅜ]+$", "", normal(text))
    for frame in frames:
        if (frame.roles and not frame.roles & roles) or (frame.where == "room" and not room):
            continue
        found = frame.pattern.search(plain)
        if found is not None and _somebody(found):
            return Meant(tuple(one.format(**_filled(found)) for one in frame.words), frame.asks)
    return None


def _filled(found: re.Match[str]) -> dict[str, str]:
    filled = {name: (value or "").strip() for name, value in found.groupdict().items()}
    who = filled.get("who", "")
    return filled | {"who": who[:-1]} if len(who) == 4 and who.endswith("만") else filled  # `정가온만`


def _somebody(found: re.Match[str]) -> bool:
    """Whether what stands where a name should be can be one."""
    who = found.groupdict().get("who")
    return who is None or _ANYBODY.fullmatch(who.strip()) is None


def named(text: str, names: Iterable[str]) -> str:
    """The person whose bare name, with a title or without, the text is; empty where it is nobody's."""
    found = re.fullmatch(rf"(?P<who>{NAME}?){TITLE}", text.strip(" .?!~"))
    return found["who"] if found is not None and found["who"] in set(names) else ""


def titled(text: str) -> str:
    """`이주무관`, `예산담당관 김`: somebody by a surname, as the roster's desk reads it; empty for all else."""
    said = text.strip(" .?!~")
    surnamed = re.fullmatch(rf"(?:{OFFICE} )?[가-힣] ?(?:주무관|실무관|팀장|과장|계장|사무관|서기관|주사)님?", said)
    return said if surnamed is not None or re.fullmatch(rf"{OFFICE} [가-힣]", said) is not None else ""
