"""What an administrator leaves unsaid about people, invitations, notices and hand-overs. Pure.

Whatever changes somebody else's place, role or access is offered or read back, never done at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from bot.answers import asks
from bot.intents import only_means
from bot.meant import Meant, Spoken, meant
from bot.notice_speech import WORDS, awaited
from bot.open_notices import said_of_sent

NAME: Final = r"[가-힣]{2,4}"
TITLE: Final = (
    r"(?: ?(?:주무관|실무관|팀장|과장|국장|실장|계장|사무관|서기관|주사보?|서기보?|주임|담"
    r"당자?|직원|선생)?(?:님|씨)?)"
)
OFFICE: Final = r"[가-힣A-Za-z0-9·]{1,16}(?:과|담당관|관|실|국|팀|소|센터|단|본부)"
ROLE: Final = r"(?:감사|관리자|배식|운영자)"
_NOBODY: Final = re.compile(
    r"초대장?|코드|그것|이것|그거|이거|그분|이분|나|저|우리|여기|오늘|내일|모레|다음|지금|전부|모두|하나"
    r"|사람|직원|그 ?사람|이 ?사람"
)
_OFF: Final = re.compile(
    r"(?:(?:그|이|방금|아까) ?(?:거|것|건|꺼|초대|코드|권한)?(?:도|은|는|을|를)? ?)?(?:취소"
    r"|그만|그만두기|됐어|철회|없던 ?일로|무르기|하지 ?마|보내지 ?마)\S{0,5}"
)
_LEFT: Final = r"(?:퇴직|그만|의원 ?면직|명예 ?퇴직|명퇴|사직|전출|휴직 ?아니고 퇴직)"
_CUT: Final = r"(?:접속|권한|계정)?(?:을|를)? ?(?:끊어|막아|차단|끊기)"


_SECOND_THOUGHT: Final = re.compile(r"(?:아니|아냐|아뇨|됐|그만|취소|나중|잠깐|안 ?할|안 ?보낼|생각해|죄송|미안)")
_STATED: Final = re.compile(r"(?:니다|시오|세요|[음함임됨])[\s.!~]*$")
_WISHES: Final = re.compile(
    r"(?:좀|하나|한번|한 번|한 건|새로|사항|을|를|전체|전 ?직원(?:에게|한테)?|직원들?(?:에게|한테)?| )*"
    r"(?:하려|올리|올려|보내|보낼|할 ?게|하고|해야|쓰려|쓸|띄우|띄워)[가-힣 ]{0,10}[.!?~]*"
)


def _who(spoken: Spoken) -> str:
    """The name that was spoken of: the words behind the command that are no department, role or verb."""
    words = re.sub(rf"(?<!\S)(?:{ROLE}|추가|부여|빼기|목록|명단)(?!\S)", " ", spoken.argument)
    names = [one for one in re.findall(rf"(?<!\S){NAME}(?!\S)", words) if not re.fullmatch(OFFICE, one)]
    return names[0] if len(names) == 1 else ""


def _named(said: str) -> str:
    """The name in `정가온도`, `정가온 주무관은?`."""
    found = re.fullmatch(
        rf"(?P<who>{NAME}?){TITLE}(?:도|은|는|이는|한테도|에게도)(?: ?(?:해|보내|부탁|추가|초대"
        rf"|같이|똑같이|마찬가지))*\S{{0,3}}",
        said,
    )
    return "" if found is None or _NOBODY.fullmatch(found["who"]) else found["who"]


def _card(spoken: Spoken, said: str, _: datetime, __: bool) -> Meant | None:
    """One person was shown."""
    if other := _named(said):
        return meant(f"직원 {other}")
    who = _who(spoken)
    if not who:
        return None
    said = re.sub(r"^(?:이|그) ?(?:사람|분|직원)(?:을|를|은|는|의|이|한테|에게)? ?", "", said)
    if _ABOUT.fullmatch(said):
        return meant(f"직원 {who}")  # the card says it
    if (
        role := re.fullmatch(rf"부서(?:는|가|를)? ?(?P<to>{OFFICE})(?:야|이야|예요|이에요|입니다|임|요)?", said)
    ) is not None:
        return meant(f"부서 변경 {who} {role['to']}", asks=True)
    return _moved_to(who, said) or _role_of(who, said) or _ended(who, said)


_ABOUT: Final = re.compile(
    r"(?:(?:부서|소속|과|역할|권한|연결|메신저)(?:가|이|는|은|를|을)? ?(?:어디|뭐|무엇|어떻게|되|있|됐|돼|알려|보여"
    r"|어느|몇)"
    r"|(?:어디|어느 ?(?:과|부서)) ?(?:소속|사람|근무|있)|(?:언제|며칠|몇 ?일)까지(?:로)?(?: |$))"
    r".{0,14}"
)


def _moved_to(who: str, said: str) -> Meant | None:
    found = re.fullmatch(
        rf"(?:부서(?:를|는)? )?(?P<to>{OFFICE})(?:으로|로)(?: ?(?:부서)? ?(?:옮|변경|바꿔|이동|"
        rf"발령|보내|갔)\S{{0,6}})?",
        said,
    )
    return meant(f"부서 변경 {who} {found['to']}", asks=True) if found else None


def _role_of(who: str, said: str) -> Meant | None:
    found = re.fullmatch(rf"(?P<role>{ROLE}) ?(?:권한|역할)?(?:을|를|도|으로|로)? ?(?P<verb>.{{0,12}})", said)
    if found is None:
        return None
    verb = "빼기" if re.search(r"빼|회수|없애|해제|삭제|제거", found["verb"]) else "추가"
    return meant(f"역할 {who} {found['role']} {verb}", asks=True)


def _ended(who: str, said: str) -> Meant | None:
    if re.fullmatch(r"(?:초대|코드|초대 ?코드)(?:를|을)? ?(?:해|하기|보내|발급|만들)?\S{0,4}", said):
        return meant(f"초대 {who}")
    if re.fullmatch(rf"{_LEFT}\S{{0,6}}(?: ?(?:처리|했|됐|갔)\S{{0,6}})?", said):
        return meant(f"퇴직 {who}")
    return meant(f"접속 끊기 {who}") if re.fullmatch(rf"{_CUT}\S{{0,6}}", said) else None


def _moved(spoken: Spoken, said: str, _: datetime, back: bool) -> Meant | None:
    to = next((one for one in reversed(spoken.argument.split()) if re.fullmatch(OFFICE, one)), "")
    if (other := _named(said)) and to:
        return meant(f"부서 변경 {other} {to}", asks=True)
    who = _who(spoken)
    return _moved_to(who, said) if who and back else None


def _roles(spoken: Spoken, said: str, _: datetime, back: bool) -> Meant | None:
    role = re.search(ROLE, spoken.argument)
    took = re.search(r"빼|회수|해제|삭제|제거", spoken.argument) is not None
    if (other := _named(said)) and role:
        if said.endswith(("은", "는")):
            return meant(f"직원 {other}")
        return meant(f"역할 {other} {role[0]} {'빼기' if took else '추가'}", asks=True)
    who = _who(spoken)
    if not who or not role:
        return None
    if re.fullmatch(r"(?:다시 ?)?(?:빼|회수|없애|삭제|취소)\S{0,5}", said) and not took:
        return meant(f"역할 {who} {role[0]} 빼기", asks=True)
    if re.fullmatch(r"다시 ?(?:줘|주|추가|넣어|부여)?\S{0,5}", said) and took:
        return meant(f"역할 {who} {role[0]} 추가", asks=True)
    return _role_of(who, said) if back else None


def _again(command: str) -> Completer:
    def complete(_: Spoken, said: str, __: datetime, ___: bool) -> Meant | None:
        other = _named(said)
        return meant(f"{command} {other}") if other else None

    return complete


_CODE: Final = (
    r"(?:(?:방금|아까|지금)? ?(?:그|이)? ?(?:준|드린|만든|보낸|뽑은|나온)? ?(?:초대 ?)?(?:코드|초대장?|거|것"
    r"|꺼)(?:를|을|는|은|좀)? ?)"
)
_CODE_OFF: Final = re.compile(
    rf"{_CODE}?(?:다시 )?(?:취소|철회|회수|무효|못 ?쓰게|안 ?되게|막아|없애|폐기|되돌려"
    rf"|지워)\S{{0,5}}(?: \S{{1,8}}){{0,3}}"
)
_CODE_UNTIL: Final = re.compile(
    rf"{_CODE}?(?:언제|며칠|몇 ?일|얼마나)(?:까지)?(?:로|야|예요|이에요|임|요)?(?: ?(?:유효|쓸|쓰|되|가"
    rf"|할)\S{{0,6}}(?: ?\S{{1,6}}){{0,2}})?\??"
)


def _invited(spoken: Spoken, said: str, _: datetime, __: bool) -> Meant | None:
    """A code was just given: it is taken back, or how long it stands is told; or somebody else is invited too."""
    if other := _named(said):
        return meant(f"초대 {other}")
    who = _who(spoken)
    if who and _CODE_OFF.fullmatch(said):
        return meant(f"초대 취소 {spoken.argument}")
    return meant("초대 목록") if who and _CODE_UNTIL.fullmatch(said) else None


def _switched(spoken: Spoken, said: str, _: datetime, __: bool) -> Meant | None:
    """A board was just switched off or on: `다시 켜`."""
    if not spoken.argument:
        return None
    if spoken.topic == "source-off" and re.fullmatch(
        r"(?:그거 |그 ?출처 )?(?:다시 ?)?(?:켜|살려|되돌려|읽어|취소)\S{0,4}", said
    ):
        return meant(f"출처 켜기 {spoken.argument}")
    if spoken.topic == "source-on" and re.fullmatch(
        r"(?:그거 |그 ?출처 )?(?:다시 ?)?(?:꺼|끄|멈춰|되돌려|취소)\S{0,4}", said
    ):
        return meant(f"출처 끄기 {spoken.argument}")
    return None


_TITLED: Final = (
    r"[가-힣]{1,4}? ?(?:주무관|실무관|팀장|과장|국장|실장|계장|사무관|서기관|주사보?|서기보?|주임)님?"
    r"|[가-힣]{2,4}(?:님|씨)"
)


def _handed(_: Spoken, said: str, __: datetime, back: bool) -> Meant | None:
    plain = re.fullmatch(
        rf"(?:(?:아|네|음|저기)[, ]+)?(?P<who>{_TITLED}|[가-힣]{{3}}(?=이요|입|이에|예))(?:이?요|입니다|이에요|예요)?",
        said,
    )
    if plain and not _SECOND_THOUGHT.search(said) and not _NOBODY.fullmatch(plain["who"]):
        return meant(f"인수인계 {re.sub('(?:님|씨)$', '', plain['who'].replace(' ', ''))}")
    found = re.fullmatch(
        rf"(?P<who>{NAME}?{TITLE}|[가-힣]{TITLE})(?:한테|에게|께|으로|로)(?: ?(?:넘겨|해|바꿔|할"
        rf"게|할래)\S{{0,4}})?",
        said,
    )
    return (
        meant(f"인수인계 {found['who'].replace(' ', '')}")
        if found and (back or "로" in said or "한테" in said or "에게" in said)
        else None
    )


def _noticed(spoken: Spoken, said: str, _: datetime, __: bool) -> Meant | None:
    """`총무과에만` after a notice was read back: read back anew, for them."""
    if awaited(spoken.argument) is not None and _OFF.fullmatch(said):
        return meant("")  # nothing was written yet
    to_whom = re.fullmatch(rf"(?P<to>{OFFICE})(?:에만|한테만|에게만|에|만|에게|한테|으로|로)?(?:요|이요|입니다)?", said)
    if awaited(spoken.argument) is not None and to_whom is not None:
        return meant(f"공지 {WORDS}{to_whom['to']}:")  # its words are still awaited
    text = re.sub(rf"^(?:{OFFICE}|전체|모두|전 ?직원)(?:에게|한테|에)? ?[:：] *", "", spoken.argument)
    found = re.fullmatch(
        rf"(?P<to>{OFFICE}|전체|모두|전 ?직원)(?:에만|한테만|에게만|에|만|에게|한테|으로|로)(?:"
        rf" ?(?:보내|올려|해|공지)\S{{0,4}})?",
        said,
    )
    if found is None or not text or not _is_notice(spoken.argument):
        return None
    to = "전체" if re.fullmatch(r"전체|모두|전 ?직원", found["to"]) else found["to"]
    return meant(f"공지 {to}: {text}")


def _sent(_: Spoken, said: str, __: datetime, ___: bool) -> Meant | None:
    """`시간 틀렸다 5시에요` after a notice was sent: put right, and read back."""
    command = said_of_sent(said)
    return meant(command) if command else None


def _is_notice(text: str) -> bool:
    return len(text) >= 6 and not wishes(text)


def wishes(text: str) -> bool:
    """Whether somebody only said that they want to announce something."""
    return len(text) <= 24 and _WISHES.fullmatch(text) is not None


def announces(text: str) -> bool:
    """Whether a text may be the notice that was asked for: a statement of some length, and no second thought."""
    off = len(text) <= 20 and _SECOND_THOUGHT.match(text) is not None
    asking = asks(text) and _STATED.search(text) is None
    return len(text) >= 8 and not only_means(text) and not text.rstrip().endswith("?") and not off and not asking


def _room(_: Spoken, said: str, __: datetime, ___: bool) -> Meant | None:
    """The department that was asked for: `총무과`, `총무과 방이야`."""
    found = re.fullmatch(
        rf"(?P<of>{OFFICE})(?: ?(?:방|채널))?(?:이야|이에요|예요|입니다|요|로|으로)?(?: ?등록\S"
        rf"{{0,4}})?",
        said,
    )
    return meant(f"이 방 등록 {found['of']}") if found else None


Completer = Callable[[Spoken, str, datetime, bool], Meant | None]

DESK: Final[Mapping[str, Completer]] = {
    "staff": _card, "staff-move": _moved, "staff-role": _roles, "invite": _invited, "source-off": _switched,
    "source-on": _switched,
    "staff-leave": _again("퇴직"), "cutoff": _again("접속 끊기"), "handover": _handed, "broadcast": _noticed,
    "notice-sent": _sent,
    "room-bind": _room,
}  # fmt: skip
