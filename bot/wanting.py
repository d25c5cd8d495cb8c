"""Somebody says that they want to administer something, before they say whom or what: words of wanting are no values.

    "사람 하나 추가할라고요"              → "직원 추가 ○○ ○○", whose pieces are asked for one by one
    "홍길동 총무과 직원 등록해야되는데"     → "직원 추가 홍길동 총무과", offered
    "휴직 처리 하려는데요"                → "휴직 처리 ○○"

Each word of the text must be an act, what it is done to, a piece or mere wanting: one that is none of these, a
question, a refusal or something past, and the text is left alone. Pure; nothing is done by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.carrying import BLANK, SURNAMES, Known, is_office, role_said
from bot.roster_names import is_department, is_name

_LONGEST: Final = 60
_ENDING: Final = (
    r"[하할해핼했려랴라고구는데디요게께래싶픈은을를어야되돼됨될지죠세셔줘줄주쥬실시수있나는면안좋겠부탁드립릴려니다합예정거건겁까네용당여유음임파볼봐보자"
    r""
    r""
    r"시켜킬키길기같아서도만좀카캐코꼬캅칸와왔이으오ㅎㅋㅠㅜㅇ]{0,16}"
)
_FLUFF: Final = re.compile(
    rf"(?:할|하려|하고|하는|하자|하게|하기|하면|하겠|하셔|해야|해주|해줘|해줄|해요|해|합니다|핼|되|될|돼|됩니다"
    rf"|됨|싶|줘|줄|주세|주시|주실"
    rf"|주겠|주라|드리|드려|드릴|부탁|바랍|바라|원하|원해|필요|있나|있을|있어|있습|수|예정|생각|건데|거예|거에"
    rf"|거야|겁|가능|좋겠"
    rf"|시키|시켜|시킬|보려|볼게|볼까|볼라){_ENDING}"
    r"|좀|쫌|하나|하나만|한번|[한두세네몇](?:명|분|사람)만?|여러(?:명|분)|여러|더|새로|새|신규|이번에|이번|오늘|지금|제가"
    r"|저|우리|저희|일단|이제"
    r"|인제|그|저기|저기요|도비야|네|예|요|아|음|명부에|명단에|도비에|시스템에|여기에|여기|건|거|것|일|업무"
    r"|급하게|급히|빨리|바로"
    r"|(?:들어|새로 ?)?(?:와서|왔는데|왔어요|오셔서|오셨는데|와가꼬)요?|생겨서|생겼는데|있어서|계셔서|들어왔는데요?"
    r"|를|을|이|가|은|는|도|[ㄱ-ㅎㅏ-ㅣ]+"
)
_TITLE: Final = re.compile(
    r"(?:주무관|실무관|팀장|과장|계장|사무관|주사|주임|선생|님|씨)(?:님)?(?:을|를|이|가|은|는|도|의|한테|에게)?"
)
_DOUBLE: Final = ("남궁", "황보", "제갈", "선우", "독고", "사공", "서문", "동방")
_NOT_WANTED: Final = re.compile(
    r"[?？]\s*\S|했(?!으면)|됐|되었|하였|던|[가-힣]면(?=\s|요|은)(?<!으면)(?<!주면)(?<!시면)|려면|지 ?마|말고"
    r"|말아|않|취소"
    r"|(?<!\S)(?:안|못)(?=\s)"
    r"|왜|언제|어디|누가|누구|얼마|몇 ?[명번](?!\s)|뭐|무슨|어떻게|방법|까요?$|까요?\?|나요?\?$|(?<!있)나요?$|는지"
)
_ORDERED: Final = re.compile(
    r"좀|쫌|요|네|바로|빨리|급히|(?:부탁|해줘|해주세|해주십|해요|합니다|해라|하자|주세|줘)[가-힣]{0,5}|해"
)
_TITLED: Final = re.compile(r"(?P<name>[가-힣]{1,4}?)(?:주무관|실무관|팀장|과장|계장|사무관|주사|주임|님|씨)?")
_JOSA: Final = r"(?:들)?(?:을|를|이|가|은|는|도|의|에|에서|에게|한테|께)?"


@dataclass(frozen=True, slots=True)
class _Act:
    """A command with its blanks; `heads` name the act by themselves, `things` do with one of `verbs`."""

    command: str
    heads: str
    things: str = ""
    verbs: str = ""


_ACTS: Final = (
    _Act(
        "직원 추가 {new} {to}", r"(?:직원|사람|신규|신입|인원|팀원|주무관) ?(?:추가|등록)|신규 ?직원 ?(?:추가|등록)",
        r"(?:신규|새|새로 ?온|새로 ?오신|신입|전입|전입온|새로 ?들어온|신규로 ?온)? ?"
        r"(?:사람|직원|인원|주무관|팀원|구성원|사용자|식구|신입|신규자|전입자|동료|한 ?명|한 ?분|분)",
        r"(?:추가|등록|넣|집어넣|올리|올려|올릴|더하|더해|더할|만들|생성|가입)",
    ),
    _Act(
        "퇴직 {who}", r"퇴직 ?처리|퇴사 ?처리|퇴직|퇴사|면직 ?처리|전출 ?처리",
        r"(?:그만둔|나간|퇴직한|퇴사한|전출간|떠난) ?(?:사람|직원|분)|(?:퇴직자|퇴사자|전출자)|직원|사람",
        r"(?:빼|뺄|삭제|지우|지울|지워|정리|처리|제외)",
    ),
    _Act("초대 {who}", r"초대|초대 ?코드", r"초대 ?코드|초대", r"(?:발급|만들|뽑|보내|보낼|주|줄|생성)"),
    _Act(
        "부서 변경 {who} {to}", r"부서 ?(?:변경|이동|옮기기)", r"(?:직원|사람)? ?(?:부서|소속|과)",
        r"(?:바꾸|바꿀|바꿔|변경|옮기|옮길|옮겨|이동|고치|고칠)",
    ),
    _Act(
        "역할 {who} {role}", r"(?:역할|권한) ?(?:변경|부여|추가|회수)", r"(?:역할|권한)|(?:감사|관리자|배식|운영자)",
        r"(?:주|줄|줘|부여|바꾸|바꿀|바꿔|변경|추가|더하|더할|지정|임명|달|빼|뺄|회수|거두|거둘)",
    ),
    _Act(
        "휴직 처리 {who}", r"(?:육아|출산|질병|병)? ?(?:휴직|휴가|병가) ?(?:처리|등록)|(?:육아|질병|병)? ?휴직",
        "휴직", r"(?:처리|등록|시키|시킬|넣|걸|잡)",
    ),
    _Act("복직 {who}", r"복직(?: ?처리)?|복귀 ?처리", "복직", r"(?:처리|시키|시킬)"),
    _Act("접속 끊기 {who}", r"접속 ?(?:끊기|차단|해제)", "접속|계정", r"(?:끊|차단|막|정지|해제)"),
    _Act(
        "인수인계 {who}", r"(?:업무 ?)?(?:인수)?인계", "후임|후임자|동료|업무|하던 ?일",
        r"(?:넘기|넘길|넘겨|인계|물려)",
    ),
    _Act("기관 추가 {home}", r"기관 ?(?:추가|등록)", "기관|시군|지자체|시군구", r"(?:추가|등록|만들|넣|올리|올릴)"),
    _Act(
        "이 게시판 추가", r"(?:출처|게시판|수집원) ?(?:추가|등록)", "출처|게시판|수집원|누리집|홈페이지",
        r"(?:추가|등록|넣|늘리|늘릴)",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """A command, with blanks for what was not said; `told`: it was said as an order and not only wanted."""

    command: str
    told: bool = False

    @property
    def full(self) -> bool:
        """Whether nothing is missing."""
        return BLANK not in self.command


def asks_or_refuses(text: str) -> bool:
    """Whether a text asks about an act, tells of one that is done, or does not want it."""
    return _NOT_WANTED.search(text) is not None or re.search(r"(?<!\S)(?:안|못)\s?(?:할|하|해)", text) is not None


def only_wants(word: str) -> bool:
    """Whether a word holds nothing but wanting, asking and politeness: it is nobody's name and no value."""
    return _FLUFF.fullmatch(word) is not None and not (len(word) == 1 and word in SURNAMES)


_SUBJECTS: Final = re.compile("|".join(filter(None, (part for act in _ACTS for part in (act.heads, act.things)))))


def may_want(text: str) -> bool:
    """Whether it is worth while to know who is who here: nothing is wanted in any other text."""
    return len(text) <= _LONGEST and _SUBJECTS.search(text) is not None


def wished(text: str, known: Known) -> Wish | None:
    """What somebody wants to do, with the pieces that they named; None for all other texts and for plain commands."""
    told = re.sub(r"[\s,.!~…^ㅠㅜㅋㅎ]+", " ", text).strip()
    told = re.sub(r"(?<!\S)(한|두|세|네|몇|여러) (명|분|사람)(?:만|도|을|이|정도)?(?!\S)", r"\1\2", told)
    if not 2 < len(told) <= _LONGEST or "\n" in text or ":" in told or asks_or_refuses(told):
        return None
    told = told.rstrip("? ")
    people = [word for word in told.split() if {_untitled(word), _untitled(_bare(word))} & set(known.people)]
    acts = " ".join(word for word in told.split() if word not in people)
    for act in _ACTS:
        rest = _without_act(acts, act)
        if rest is not None:
            rest = " ".join([*people, rest])
            command = _filled(act.command, rest, told, known)
            if command:
                begins = re.match(rf"(?:{act.heads})(?=\s)", told) is not None
                wants = [one for one in rest.split() if only_wants(one)]
                return Wish(command, told=begins and all(map(_ORDERED.fullmatch, wants)))
    return None


def _without_act(told: str, act: _Act) -> str | None:
    """What stands beside the act; None where the act is not there, or there is no wanting but the plain command."""
    patterns = [rf"(?<!\S)(?:{act.heads})(?P<tail>{_ENDING})(?!\S)"]
    if act.things:
        between = rf"(?:\s(?:{_FLUFF.pattern}))*\s?"
        patterns.insert(0, rf"(?<!\S)(?:{act.things}){_JOSA}{between}{act.verbs}(?P<tail>{_ENDING})(?!\S)")
    for number, pattern in enumerate(patterns):
        found = re.search(pattern, told)
        if found is None:
            continue
        rest = f"{told[: found.start()]} {told[found.end() :]}".split()
        wants = found["tail"] or any(only_wants(word) for word in rest) or (act.things and number == 0)
        plain = found.start() == 0 and not found["tail"] and not any(only_wants(word) for word in rest)
        if wants and not plain:
            return " ".join(rest)
    return None


_TAKES: Final = re.compile(r"빼|뺄|회수|거두|거둘|해제|삭제")


def _filled(command: str, rest: str, told: str, known: Known) -> str:
    """The command with its pieces; empty where a word is left that is none."""
    slots = re.findall(r"\{(\w+)\}", command)
    pieces: dict[str, str] = {}
    if "role" in slots:
        role = role_said(told)
        rest = re.sub(r"(?:감사|관리자|배식|운영자)(?:\s?담당자?)?(?:으로|로|을|를|도)?", " ", rest)
        pieces["role"] = f"{role} {'빼기' if _TAKES.search(told) else '추가'}" if role else BLANK
    told_offices = [one for one in map(_bare, rest.split()) if one in known.offices]
    for word in rest.split():
        if _TITLE.fullmatch(word):
            continue
        slot, piece = _piece(word, slots, known, told_offices)
        if slot and slot not in pieces:
            pieces[slot] = piece
        elif not only_wants(word):
            return ""
    return command.format(**{slot: pieces.get(slot, BLANK) for slot in slots})


def _bare(word: str) -> str:
    return re.sub(r"(?:으로|로|에|에게|한테|의|을|를|이|가|은|는|도|소속|님|씨)$", "", word)


def _piece(word: str, slots: list[str], known: Known, offices: list[str]) -> tuple[str, str]:
    """Which slot a word fills, and with what; two empty words where it fills none."""
    bare = _bare(word)
    for one in dict.fromkeys((word, bare)):
        if "to" in slots and (one in offices or (not offices and _is_office(one))):
            return "to", one
        named = _TITLED.fullmatch(one)
        name = named["name"] if named is not None else ""
        if "who" in slots and name in known.people:
            return "who", name
        if "who" in slots and len(name) == 1 and one != name:
            return "who", one
    if only_wants(word):
        return "", ""
    for slot in ("who", "new"):
        name = next((one for one in map(_untitled, (word, bare)) if may_be_name(one)), "")
        if slot in slots and name:
            return slot, name
    if "home" in slots and re.fullmatch(r"[가-힣]{2,10}(?:시|군|구|도|청|원|공사|공단|의회)", bare):
        return "home", bare
    return "", ""


def _untitled(word: str) -> str:
    return _TITLED.sub(r"\g<name>", word, count=1)


def _is_office(word: str) -> bool:
    return len(word) > 2 and (is_office(word) or (is_department(word) and not may_be_name(word)))


def may_be_name(word: str) -> bool:
    """Whether a word alone may be the name of somebody whom nobody knows: a surname, and as long as names are."""
    if not is_name(word) or only_wants(word) or is_office(word):
        return False
    if not "가" <= word[0] <= "힣":
        return True
    return word.startswith(_DOUBLE) if len(word) == 4 else 2 <= len(word) <= 3 and word[0] in SURNAMES
