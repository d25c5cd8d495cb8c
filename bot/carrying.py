"""What an offer carries of what was said: names, offices, times and words, so that a press does it and asks no more.

    "정가온씨 초대코드 발급 부탁요", 초대       → "초대 정가온"
    "그분 부서는 도로과", 부서 변경            → "부서 변경 ○○ 도로과", which asks who

Pure: it fills the known form of a command and decides nothing. What can't be read stays a blank (`BLANK`), and a
command without its piece is offered bare. Nothing is made up: each piece stands in the text or follows from the clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot import topics
from bot.carried_time import ahead_of, days_of, rest_of, times_of
from bot.hours_words import count_in
from bot.looked_for import looked_for, looks
from bot.roster_names import is_department, is_name
from bot.sayings import normal
from bot.told_topic import best_of, speaks

BLANK: Final = "○○"
_TITLE: Final = (
    r"(?:주무관|실무관|팀장|과장|국장|실장|계장|사무관|서기관|주사보?|서기보?|주임|담당관|연구사|지도사|위원|직원"
    r"|선생|영양사)"
)
_JOSA: Final = r"(?:이는|이가|이를|이한테|이|가|은|는|을|를|의|한테|에게|께서|께|도|랑|이랑|하고|님|씨|양|군)"
_TAIL: Final = rf"(?= ?{_TITLE}| ?[님씨](?![가-힣]{{2}})|{_JOSA}(?![가-힣]{{3}})|[^가-힣]|$)"
_TITLED: Final = re.compile(rf"(?<![가-힣])(?P<who>[가-힣]{{2,4}}?) ?(?:{_TITLE}님?|님|씨)(?={_JOSA}|[^가-힣]|$)")
_SURNAMED: Final = re.compile(rf"(?<![가-힣])(?:[가-힣]|(?![이그저한두세네온새현전])[가-힣] ){_TITLE}님?")
_NOT_NAMES: Final = re.compile(
    r"우리|저희|신규|새|새로|온|담당|관리|감사|운영|전체|모든|모두|다른|그|이|저|한|어느|무슨|신입|퇴직|휴직|파견"
    r"|해당|전임|후임|동료"
)
_ROLE: Final = re.compile(r"감사|관리자|배식|운영자")
_TAKEN: Final = re.compile(r"빼|내려|회수|해제|없애|뺏|박탈|취소|그만|거둬|거두|삭제|제외|안 ?하|물러")
_OFFICE: Final = re.compile(
    r"(?<![가-힣A-Za-z0-9])(?P<of>[가-힣A-Za-z0-9·]{1,12}?(?:담당관|과|실|국|팀|소|센터|단|본부|감사관))"
    r"(?P<josa>에서|으로|로|에|의|이에요|입니다|요|예요|이야|소속|한테|에게|[은는이가도를을만]|들)?(?=[^가-힣]|$|로"
    r"|으로)"
)
_HOME: Final = re.compile(
    r"(?<![가-힣])(?P<home>[가-힣]{2,10}?(?:특별시|광역시|시|군|구|도|청|공사|공단|교육청"
    r"|의회))(?=[은는이가도를을의에]|[^가-힣]|$)"
)
_WANTS_NEWS: Final = re.compile(
    r"(?:앞으로 |혹시 |이제 )?(?P<what>\S.{1,30}?)(?: ?(?:쪽|관련|관한|관련된|에 ?대한|분야))? ?"
    r"(?:얘기|이야기|소식|자료|글|거|것|내용|정보|기사|보도자료|공고|발표|뉴스)?(?:이|가|도|을|를|만)? ?(?:새로 )?"
    r"(?:나오|뜨|생기|올라오|있으|발표되|받아 ?보|받고|챙겨|놓치)"
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the institution of whoever asks knows by name."""

    people: Sequence[str]
    offices: Sequence[str]
    sources: Sequence[str]
    now: datetime
    home: str = ""
    contact: str = ""
    declared: frozenset[str] = frozenset()
    """Whose department the settings file says: chat can't change it."""
    topics: Sequence[str] = ()
    """What whoever asks is subscribed to in this chat."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A full command, or one with blanks; `stranger`: who was named and is nobody whom the roster knows."""

    words: str
    full: bool
    stranger: str = ""


@dataclass(frozen=True, slots=True)
class _Form:
    """Templates, the fullest first; `asks`: where a piece is missing it stands as a blank and is asked for."""

    templates: tuple[str, ...]
    asks: bool = False
    roster: bool = False


FORMS: Final[Mapping[str, _Form]] = {
    "초대": _Form(("초대 {who}",), roster=True),
    "퇴직": _Form(("퇴직 {who}",), asks=True, roster=True),
    "접속 끊기": _Form(("접속 끊기 {who}",), asks=True, roster=True),
    "복직": _Form(("복직 {who}",), asks=True, roster=True),
    "휴직 처리": _Form(("휴직 처리 {who}",), asks=True, roster=True),
    "부서 변경": _Form(("부서 변경 {who} {to}",), asks=True, roster=True),
    "역할": _Form(("역할 {who} {role}",), asks=True, roster=True),
    "직원 추가": _Form(("직원 추가 {new} {to}",), asks=True),
    "직원 목록": _Form(("직원 목록 {to}",)),
    "초대장": _Form(("초대장 {to}",)),
    "인수인계": _Form(("인수인계 {who}",)),
    "아침 브리핑": _Form(("아침 브리핑 {clock}",)),
    "모아 보기 시간": _Form(("모아 보기 시간 {clocks}",)),
    "조용한 시간": _Form(("조용한 시간 {span}",)),
    "알림 멈춤 2시간": _Form(("알림 멈춤 {rest}",)),
    "알림 잠시 멈춤": _Form(("알림 멈춤 {rest}",)),
    "휴가": _Form(("휴가 {days}",)),
    "하루 5건까지": _Form(("하루 {count}건까지",)),
    "구독": _Form(("구독 {topic}",)),
    "찾기": _Form(("찾기 {search}",)),
    "기관 추가": _Form(("기관 추가 {home}",), asks=True),
    "출처 끄기": _Form(("출처 끄기 {source}",), asks=True),
    "출처 상태": _Form(("출처 상태 {source}",)),
}
"""Each ability that takes a piece, with its full command."""


def carried(words: str, text: str, known: Known) -> Carried:
    """The offer of an ability with all that was said for it; itself where nothing of that was said."""
    form = FORMS.get(words)
    if form is None or len(text) > 200:
        return Carried(words, full=False)
    for template in form.templates:
        pieces = {slot: _READ[slot](text, known) for slot in re.findall(r"\{(\w+)\}", template)}
        stranger = _stranger(text, known) if form.roster and "who" in pieces and not pieces["who"] else ""
        if all(pieces.values()):
            return Carried(template.format(**pieces), full=True)
        if form.asks and any(pieces.values()):
            return Carried(template.format(**{slot: piece or BLANK for slot, piece in pieces.items()}), full=False)
        if stranger:
            return Carried(words, full=False, stranger=stranger)
    return Carried(words, full=False)


def plain(text: str, known: Known) -> str:
    """The text as abilities are learnt: whoever is named in it is a `주무관`."""
    for name in _names(text, known):
        text = re.sub(
            rf"(?<![가-힣]){re.escape(name)}(?: ?{_TITLE}님?| ?[님씨](?![가-힣]{{2}}))?", "주무관", text, count=1
        )
    found = _TITLED.search(text)
    stranger = found is not None and _NOT_NAMES.fullmatch(found["who"]) is None
    return f"{text[: found.start()]}주무관{text[found.end() :]}" if found is not None and stranger else text


# --- what is missing

_ASKED_BARE: Final = {
    "퇴직": f"퇴직 {BLANK}", "퇴직 처리": f"퇴직 {BLANK}", "접속 끊기": f"접속 끊기 {BLANK}",
}  # fmt: skip
"""Commands that alone only say that they found nobody."""
_MOST_LEFT: Final = 2
_SKIPPED: Final = "\x00"
_POLITE: Final = (
    rf"{_TITLE}|님|씨|(?:입니다|이에요|예요|이요|요|으로|로|에게|한테|이|가|을|를|은|는|에)(?=\s|$)|[\s,.!~]"
)
"""What stands beside the piece in an answer that is nothing else."""
SURNAMES: Final = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구나민진지"
    "엄채원천방공현함변염여추도소석선설마길연위표명기반라왕금옥"
)
_ENDED: Final = (
    rf"(?: ?(?:{_TITLE.replace('|담당관', '')}|님|씨))*(?<=[가-힣]{{2}})(?:(?<=[과국실팀관])에|이고요?|이구요?"
    r"|고요?|구요?|인데요?|이며|이랑|하고|입니다|이에요|예요|이요|요)(?=\s)"
)
"""What joins one piece of an answer with the next, or ends it."""
_NO_NAME: Final = re.compile(
    r"고마|감사|수고|취소|아니|나중|그만|안녕|미안|죄송|지금|오늘|내일|모르|몰라|전체|모두|전부|우리|이거|그거|하나"
    r"|공지|구독|정산|도움|안내|위치|명단|조회|문의|하려|하고|하는|하게|하지|주세|주실|변경|이동|오후|주말|문서|정리"
)


def wanting(text: str) -> str:
    """The command with its blank where a text is one that lacks a piece; empty for all else."""
    told = text.strip()
    if BLANK in told and any(told.startswith(f"{words} ") for words, form in FORMS.items() if form.asks):
        return told
    return _ASKED_BARE.get(told, "")


def wanted_by(words: Sequence[str]) -> str:
    """The command with blanks for the pieces that the bare one of these words lacks; empty where it lacks none."""
    form = next((FORMS[one] for one in words if one in FORMS and (FORMS[one].asks or FORMS[one].roster)), None)
    return re.sub(r"\{\w+\}", BLANK, form.templates[0]) if form is not None else ""


def slot_of(command: str) -> str:
    """What the first blank of a command stands for: `who`, `new`, `to`, `role`, `home` or `source`."""
    words, form = next((words, form) for words, form in FORMS.items() if command.startswith(f"{words} "))
    slots = re.findall(r"\{(\w+)\}", form.templates[0])
    pieces = command.removeprefix(f"{words} ").split()
    at = next((at for at, piece in enumerate(pieces) if piece == BLANK), 0)
    return str(slots[min(at, len(slots) - 1)])


def completed(command: str, answer: str, known: Known) -> str:
    """The command with what somebody answered in its blanks; empty where the first one is not answered."""
    told = " ".join(answer.split())
    if len(told) > 40 or "?" in told:
        return ""
    told = _apart(told) if command.count(BLANK) > 1 else told
    left, full = told, command
    while BLANK in full:
        slot = slot_of(full)
        piece = _READ[slot](told, known) or _bare(slot, left)
        piece = piece or next(filter(None, (_bare(slot, one) for one in left.split())), "")
        full, left = full.replace(BLANK, piece or _SKIPPED, 1), _without(left, piece)
    full = full.replace(_SKIPPED, BLANK)
    return full if full != command and len(re.sub(_POLITE, "", left)) <= _MOST_LEFT else ""


def _apart(told: str) -> str:
    """`홍길동이고 도로과입니다`, `이름은 홍길동 부서는 도로과` as their pieces alone."""
    label = r"(?:(?:새로|이번에) ?오신 |신규 )?(?:이름|성명|성함|부서|소속|분|직원|사람)"
    told = re.sub(rf"{label}(?:은|는|이|가)?[:\s]\s*", " ", told)
    told = re.sub(r"(?<=[가-힣])(?:,|/|\s(?:그리고|이고|하고))\s*", " ", f"{told} ")
    return " ".join(re.sub(_ENDED, "", f"{told} ").split())


def _without(text: str, piece: str) -> str:
    """What else was said beside the piece."""
    for word in piece.split():
        text = text.replace(word, " ", 1)
    return text


def _bare(slot: str, told: str) -> str:
    """A short answer that is nothing but the piece."""
    word = re.sub(r"(?: ?(?:입니다|이에요|예요|이요|요|님|씨|임|이야))+$", "", told.strip(" .!~,"))
    if slot in {"who", "new"} and " " in word:
        first, _, rest = word.partition(" ")
        return _bare(slot, first) if slot == "new" and is_department(rest) else ""
    if slot in {"who", "new"}:
        word = re.sub(rf"{_TITLE}$", "", word) or word
        lengths = (2, 3, 4) if slot == "new" else (3,)
        named = len(word) in lengths and word[0] in SURNAMES and is_name(word) and not _NO_NAME.match(word)
        return word if named and not is_office(word) else ""
    if slot == "to":
        return word if is_department(word) else ""
    return word if slot in {"home", "source"} and 2 <= len(word) <= 20 and " " not in word else ""


# --- the pieces


def _names(text: str, known: Known) -> list[str]:
    """Whose names stand there, in order, each once."""
    found = []
    for name in {one for one in known.people if len(one) >= 2 and one in text}:
        at = re.search(rf"(?<![가-힣]){re.escape(name)}{_TAIL}", text)
        if at is not None:
            found.append((at.start(), name))
    return [name for _, name in sorted(found)]


def one_named(text: str, known: Known) -> str:
    """The one person of the institution whom a text names; empty where it names none or several."""
    names = _names(text, known)
    if len(names) == 1:
        return names[0]
    found = _SURNAMED.search(text) if not names else None
    return found[0].replace(" ", "") if found is not None and not _stranger(text, known) else ""


def _stranger(text: str, known: Known) -> str:
    """Who is named with a title and is nobody's name here."""
    found = _TITLED.search(text) if not _names(text, known) else None
    return found["who"] if found is not None and not _NOT_NAMES.fullmatch(found["who"]) else ""


def _new(text: str, known: Known) -> str:
    for found in _TITLED.finditer(text):
        who = found["who"]
        known_here = who in known.people
        if not known_here and not _NOT_NAMES.fullmatch(who) and not is_department(who) and len(who) >= 2:
            return who
    return ""


def _offices(text: str, known: Known) -> list[tuple[str, str]]:
    """Departments there with what stands behind each."""
    told = re.sub(rf"[가-힣]{{0,3}} ?{_TITLE.replace('|담당관', '')}님?", " ", text)
    found = [(one["of"], one["josa"] or "") for one in _OFFICE.finditer(told)]
    return [(name, josa) for name, josa in found if name in known.offices or (is_department(name) and _like(name))]


def _like(name: str) -> bool:
    """Whether a word that no department here is called may be one's name: `취소` and `소회의실` are none."""
    if name.endswith("소"):
        return re.search(r"(?:보건|사업|연구|관리|출장|사무|안내)소$", name) is not None
    return len(name) > 2 and not re.search(r"회의실|화장실|결과|효과|통과|기관$|습관|보관|직원$|인원$", name)


def is_office(word: str) -> bool:
    """Whether a word is a department's name before it is a person's: `홍길동` and `황보관` are people's."""
    return is_department(word) and re.search(r"(?:과|팀|국|실|소|센터|본부|담당관|단)$", word) is not None


def office_in(text: str, known: Known) -> str:
    """The department that is gone to, or the only one that is no origin."""
    offices = [pair for pair in _offices(text, known) if pair[0] not in {"우리 과", "우리과", "어느과", "무슨과"}]
    towards = [name for name, josa in offices if josa in {"으로", "로", "에", "소속", "입니다", "이에요", "요"}]
    left = list(dict.fromkeys(towards or [name for name, josa in offices if josa not in {"에서", "의"}]))
    return left[0] if len(left) == 1 else ""


def role_said(text: str) -> str:
    """The one role that a text names; empty where it names none or several."""
    found = list(dict.fromkeys(_ROLE.findall(text)))
    return found[0] if len(found) == 1 else ""


def _role(text: str, _: Known) -> str:
    role = role_said(text)
    return f"{role} {'빼기' if _TAKEN.search(text) else '추가'}" if role else ""


def _clock(text: str, _: Known) -> str:
    times = times_of(text)
    return (ahead_of(text) or times[0]) if len(times) == 1 else ""


def _clocks(text: str, _: Known) -> str:
    return ", ".join(times_of(text)) if 1 <= len(times_of(text)) <= 4 else ""


def _span(text: str, _: Known) -> str:
    times = times_of(text)
    if len(times) == 2 and re.search(r"부터|에서|~", text):
        return f"{times[0]}~{times[1]}"
    after = re.search(r"이후|넘|지나|부터|뒤|후로|후엔|후에는", text)
    evening = re.search(r"밤|저녁|오후|퇴근", text)
    return f"{'' if re.match('밤|저녁|오후', times[0]) else '저녁 ' if evening else ''}{times[0]} 이후" if len(
        times) == 1 and after else ""  # fmt: skip


def _count(text: str, _: Known) -> str:
    told = normal(text)
    found = count_in(re.sub(r"(?<=\d)\s?번", "건", told)) if "시간에" not in told else None
    return str(found) if found is not None and 1 <= found <= 99 else ""


def _topic(text: str, _: Known) -> str:
    """What a sentence wants news of, where it names that plainly; nothing where it does not want it."""
    if re.search(r"(?:말고|말구|빼고|제외하고|아니고)요?[\s.!~]*$", text):
        return ""
    found = _WANTS_NEWS.match(text)
    what = topics.core(topics.instead(found["what"])) if found is not None else ""
    vague = re.search(r"^(?:이런|그런|저런|이거|그거|새|뭐|무슨|우리|제|내|나|저|관련|알림|다른|특정)", what)
    plain = 1 <= len(what.split()) <= 4 and len(what) >= 2 and not vague and not speaks(what)
    return what if plain and not re.search(r"\s이름$", what) else best_of(text)


def _search(text: str, _: Known) -> str:
    words = looked_for(text) if looks(text) else ""
    return words if len(words.split()) <= 5 else ""


def _home(text: str, _: Known) -> str:
    found = _HOME.search(normal(text))
    return (
        found["home"]
        if found is not None and not re.fullmatch(r"다시|역시|임시|즉시|수시|당시|일시|아직도|그래도", found["home"])
        else ""
    )


def source_in(text: str, known: Known) -> str:
    """A source by a word of its name."""
    flat = [re.sub(r"\(.*?\)", "", name) for name in known.sources]
    for word in re.findall(r"[가-힣A-Za-z0-9]{2,}", text):
        bare = re.sub(r"(?:은|는|이|가|을|를|도|의)$", "", word)
        if len(bare) >= 2 and any(bare in name for name in flat) and bare not in {"게시판", "누리집", "보도자료"}:
            return bare
    return ""


def _rest(text: str, known: Known) -> str:
    return rest_of(text, known.now)


def _days(text: str, known: Known) -> str:
    return days_of(text, known.now)


_READ: Final[Mapping[str, Callable[[str, Known], str]]] = {
    "who": one_named, "new": _new, "to": office_in, "role": _role, "clock": _clock, "clocks": _clocks, "span": _span,
    "rest": _rest, "days": _days, "count": _count, "topic": _topic, "search": _search, "home": _home,
    "source": source_in,
}  # fmt: skip
