"""A notice that somebody wants told in a sentence of their own: to whom, and what, as its reader should find it. Pure.

    "총무과에 오늘 5시까지 보안점검표 내라고 공지 부탁해요" → 총무과, "오늘 5시까지 보안점검표 내 주십시오"
    "전 직원에게 수신기라고 알려주세요"                  → 전체, what is not understood, with the words as said

Only reported speech (`…라고 알려주세요`): what stands behind a colon is somebody's own text already.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.reported import as_said, reports
from bot.wondering import requested

WORDS: Final = "쓸 글 "
"""Behind `공지`: the notice's words are asked for; `쓸 글 총무과: as said`."""
EVERYBODY: Final = "전체"
_LONGEST: Final = 300
_WHOLE: Final = 5
_PEOPLE: Final = (
    r"(?: ?(?:직원|사람|분|팀원|주무관|식구)(?:분)?들?(?: ?(?:모두|전부|전체))?| ?(?:모두|전부|전체|여러분))?"
)
_ALL: Final = (
    r"(?:우리 ?)?(?:기관 ?)?(?:전 ?직원|직원|모두|다들|전부|전체|사람|전 ?부서|모든 ?(?:직원|부서|과)"
    r"|각 ?(?:과|부서|실과)|청내|전원)"
    r"(?: ?(?:모두|전체|전부|직원|분))?들?"
)
_OFFICE: Final = r"[가-힣0-9A-Za-z·]{1,14}(?:과|국|실|팀|담당관|관|센터|본부|단|소|의회)"
_AND: Final = r"(?:이?랑|하고|[와과]|및|,|·|/)"
_OFFICES: Final = rf"{_OFFICE}(?: ?{_AND} ?{_OFFICE}){{0,4}}"
_TO: Final = r"(?:에게만|한테만|에게|한테|께|에다가?|에만|에도|에|보고|더러|쪽에|측에)"
_LATE: Final = rf"(?:(?P<late>{_ALL}|{_OFFICES}{_PEOPLE})(?:{_TO})?(?:도|는)? )?"
_TELL: Final = re.compile(
    rf"(?P<said>.*?\S)\s?{_LATE}"
    r"(?:(?:좀|말씀?|빨리|얼른|다|한번|한 ?번|바로|급히|지금|꼭|쫙|싹|쭉|꼭|도비야|다같이|단체로) ?)*"
    r"(?P<tell>알려|알리|알림|공지|안내|전달|전해|전하|전파|공유|통보|통지|말해|말씀|얘기|이야기|돌려|뿌려|띄워|올려|보내(?!라고|달)|문자|메시지"
    r"|물어|여쭤|여쭈|확인|조사|해(?= ?(?:줘|주)))"
    r"(?!\S*(?:줬|줍디|주셨|주시던|했|왔|받|됐|났|드렸|렸|냈|까요|었|았|네요|더라|던데))(?:사항)?\S{0,8}"
    r"(?: (?:좀|하나|한번|쫌|글|문자|메시지|공지|보내|올려|돌려|띄워|날려|해|부탁|바라|바랍|드려|드릴|줘|주세"
    r"|주십|주시|할게|할래|봐|보|달라|달래|하라고|하래|있을|되|될|됩|가능)\S{0,6}){0,4}"
)
_LEADS: Final = re.compile(rf"(?P<to>{_ALL}|{_OFFICES}{_PEOPLE})(?P<josa>{_TO})?(?:는|은)? (?P<rest>\S.*)")
_GREETS: Final = re.compile(r"(?:(?:도비야?|저기요?|혹시|그럼|그러면|그리고|일단|아|네|참),? )+")
_TO_MANY: Final = re.compile(r"공지|안내|전파|공유|통보|통지|돌려|뿌려|띄워")
_ASKING: Final = re.compile(r"물어|여쭤|여쭈|확인|조사")
_OWN: Final = re.compile(
    r"(?<![가-힣])(?:나|저|내|제|저희|우리)(?:한테|에게|게|보고)(?![가-힣])"
    r"|^(?:이거|그거|이걸|그걸|저거|이 ?내용|다음 ?내용|뭐|뭔가|아까|누가|왜|어떻게)|[?？]\s*\S|공지\S* ?취소"
)
WISH: Final = re.compile(
    r"(?:(?:전 ?직원|모두|전체)(?:에게|한테|께)? ?)?(?:공지(?:사항)?(?:을|를)? ?)?"
    r"(?:(?:좀|하나|한번|한 번|한 건|새로) )*"
    r"(?:올[리려릴]|보[내낼냅]|하[고려]|할[게래까]|해야|쓰[고려]|쓸|띄[우워울]|드[리릴])[가-힣 ]{0,8}[.!?]*"
)
"""No notice, but to write one."""
_OTHERS: Final = re.compile(
    r"(?:(?P<home>[가-힣]{2,10}(?:시|군|구|도|청|공사|공단|의회)) ?(?:전 ?직원|직원|사람|분|전체|모두)들?|(?:\S+ )?\S+)"
    r"(?:에게|한테|께) (?P<rest>\S.*)"
)
"""Whoever else is named in front: an institution, or people who are no audience that is known."""
_DIRECTED: Final = re.compile(r"에게|한테|보고|더러|께")


@dataclass(frozen=True, slots=True)
class Spoken:
    """`to`: `전체`, or departments, apart by commas; `text` is empty where what was `said` is not understood."""

    to: str
    said: str
    text: str

    @property
    def command(self) -> str:
        """The notice as typed; its words are asked for where they are not understood."""
        return f"공지 {self.to}: {self.text}" if self.text else f"공지 {WORDS}{self.to}: {self.said}"


def may_tell(text: str) -> bool:
    """Whether it is worth while to know which departments there are."""
    return (
        len(text) <= _LONGEST
        and "\n" not in text
        and re.search(r"고|도록|[래대재]요|지\s|[거것걸건]\s|공지|안내|알림|알릴|전할", text) is not None
    )


def spoken(text: str, offices: Sequence[str]) -> Spoken | None:
    """The notice that a sentence wants told; None for all else, also where nobody says that it is for many."""
    told = _GREETS.sub("", " ".join(requested(text).split()).strip(" .!~ㅠㅜㅎㅋ^"), count=1)
    if len(told) > _LONGEST or "\n" in text or ":" in told or "?" in told or _OWN.search(told):
        return None
    found = _TELL.fullmatch(told)
    if found is None or not reports(found["said"]):
        return None
    said = found["said"]
    asking = _ASKING.match(found["tell"]) is not None
    if re.search(r"[은는인을] ?지$|냐고$", said) and not (asking or said.endswith("고")):
        return None
    to, body = _audience(said, offices)
    if re.search(r"는 ?(?:거|것|걸|건)$", said) and not (found["late"] or _DIRECTED.search(said)):
        return None
    to = to or _named(found["late"] or "", "에게", offices)
    if not to and (other := _OTHERS.match(body)) is not None:
        to, body = other["home"] or "", other["rest"]  # an institution is read by its own route
        if not to:
            return None
    if not to and not _TO_MANY.match(found["tell"]):
        return None
    return Spoken(to or EVERYBODY, body, as_said(body) if len(body) >= _WHOLE else "")


def _audience(said: str, offices: Sequence[str]) -> tuple[str, str]:
    """Who is named in front, and the rest."""
    found = _LEADS.fullmatch(said)
    to = _named(found["to"], found["josa"] or "", offices) if found is not None else ""
    return (to, found["rest"]) if found is not None and to else ("", said)


def _named(whom: str, josa: str, offices: Sequence[str]) -> str:
    """`전체`, or the departments; empty where what stands there may be anything else."""
    if not whom:
        return ""
    if re.fullmatch(_ALL, whom):
        return EVERYBODY if josa or re.match(r"(?:전 ?직원|다들|모두|전원|직원|모든)", whom) else ""
    plain = re.sub(rf"{_PEOPLE}$", "", whom)
    if plain in offices:
        return plain if josa else ""
    parts = [one for one in re.split(r"\s*(?:이?랑|하고|및|,|·|/)\s*|(?<=[과관국실팀])[와과]\s*", plain) if one]
    if parts and all(one in offices for one in parts):
        return ", ".join(dict.fromkeys(parts)) if josa else ""
    return ", ".join(parts) if _DIRECTED.match(josa) else ""


_INTENDS: Final = re.compile(
    r"(?:(?:급한|급히|중요한|새|단체|전체|간단한|짧은) ?)?"
    r"(?:공지|안내|알림|전달|알릴|전할|메시지|문자)(?:사항|문|글|거|것|게|말|할)?(?:을|를|이|가)?"
    r"(?: ?(?:좀|하나|한 ?건|한번|한 ?번|거|것|게|내용|있어서|새로))*"
    r"(?: ?(?:올리|올려|올릴|보내|보낼|하|할|해|쓰|쓸|띄우|띄울|드리|드릴|돌리|돌릴|뿌리|있))?"
    r"(?:려고|려는데|려구|라고|고 ?싶|게요?$|래요?$|야 ?(?:하|되|돼|겠)|려면|건데|거예요|겁니다|는데)\S{0,5}"
    r"(?: ?\S{1,4})?"
)


def intends(text: str, offices: Sequence[str]) -> str:
    """The command by which the words are asked for, where somebody says to whom they want to announce something."""
    told = _GREETS.sub("", " ".join(text.split()).strip(" .!~ㅠㅜㅎㅋ^"), count=1)
    if len(told) > 60 or re.search(r"[?？:]|어떻게|방법|취소|했|됐", told):
        return ""
    found = _LEADS.fullmatch(told)
    to = _named(found["to"], found["josa"] or "", offices) if found is not None else ""
    return f"공지 {WORDS}{to}:" if found is not None and to and _INTENDS.fullmatch(found["rest"]) else ""


def awaited(argument: str) -> str | None:
    """For whom the words of a notice are awaited, by what stood behind `공지`: empty where that was not said; None
    where none are."""
    if argument.startswith(WORDS):
        return argument.removeprefix(WORDS).partition(":")[0].strip()
    return None if argument and not WISH.fullmatch(argument) else ""
