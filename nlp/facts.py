"""Facts that a busy reader needs first, each with the sentence it stands in: by when, who, how much.

Precision over recall: a deadline is told only where the words around the date say that something is to be handed in by
then. Exhibitions, terms of office, goals ("2030년까지") and results of what is over are no deadlines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from itertools import islice, pairwise
from typing import Final

from nlp.dates import KST, Found, find_dates
from nlp.mentions import Mention, contacts, laws, targets
from nlp.money import Amount, amounts
from nlp.sentences import MAX_TEXT, excerpt, key_sentence, lines, sentences, unmarked

__all__ = [
    "Amount",
    "Deadline",
    "Mention",
    "amounts",
    "contacts",
    "deadline",
    "deadlines",
    "excerpt",
    "key_sentence",
    "laws",
    "targets",
]

_HEADS: Final = 24  # characters of a heading at most
_SUBMISSION: Final = "접수기간:"  # what a bare "기간:" under "신청·접수" is read as
_READ: Final = 2_000  # characters of a sentence that are looked at
_ACT: Final = (
    r"신청(?!인)|접수|제출|응모|공모|모집|회신|통보|송부|납부|입력|확정신고|신고(?=\s*(?:하|해|기|·|납부))|보고(?=\s*(?:하|한|해|할|바|요|$))"
    r"|참가(?!비)|응시|입찰(?!\s*(?:동향|현황|예정|\S{0,2}\s*집행))|의견|추천서?|투고|지원서|원서|마감|등록(?=\s*(?:하|해|기|신|을|접|바|요))"
    r"|내야|내면|내\s주|보내(?=\s*(?:주|면|야|시))|예약|예매|(?i:submission|registration|application|deadline|apply|register)"
    r"|(?:희망자|참가자|참여자|지원자|신청자|작품|제안|후보|사연|서류|이력서)(?:를|을)?\s*(?:받|모|찾|추천)"
    r"|(?:입법|행정)예고|도착(?=분|하|한)"
    r"|(?:완료|결재|작성|참여|확인|조치|이행)\s*(?:요망|바람|바랍니다|(?:하여|해)\s*주시기|할\s것)"
)
_ACTS: Final = re.compile(_ACT)
_NOT_OURS: Final = r"납품|준공|완공|착공|완료|유효|사용|소비|유통|처리|지급|보존|상환|계약|이용|보관|공사|과업"
_LABEL: Final = re.compile(
    r"(?:신청|접수|제출|응모|공모|모집|회신|납부|신고|참가|응시|입찰|등록|지원|의견|추천)\S{0,4}\s*(?:기간|기한|마감|일정|시한|일시)"
    r"|마감일|기한\s*[:은]|까지\s*제출|당초.{4,60}(?:변경|연장)\s*[)\]:：]?\s*$"
)
_HEADING: Final = re.compile(
    r"^.{0,14}(?:신청|접수|제출|응모|공모|모집|회신|납부|참가|응시)\S{0,4}\s*(?:기간|기한|마감)\s*[:：)]?$"
)
_REQUEST: Final = re.compile(
    r"[가-힣](?:\s*(?:바랍니다|바람|요망|부탁드립니다)|할\s*것|(?:하여|[가-힣])\s*(?:주(?:시기|십시오|세요|시면|실)|달라)|하(?:십시오|세요)|면\s*(?:된다|됩니다|되며))"
)
_NO_DUTY: Final = re.compile(
    r"양해|참고|이용|유의|주의|참석|관람|방문|협조|관심|완료될|찾아|즐기|즐겨|응원|기대|기다|만나|오세요|오십시오|자제|삼가|우회"
)
_COLUMN: Final = re.compile(
    r"(?:신청|접수|제출|응모|공모|모집|회신|납부|참가|응시)\S{0,4}\s*(?:기간|기한|마감|일정|시한)|마감일|기한"
    r"|(?:접수|신청|제출|응모|등록)(?:일자?)?$"
)
_OTHERS_TERM: Final = re.compile(rf"(?:{_NOT_OURS})\s?기[한간]\s*[:은|]?\s*$")
_GROUP: Final = re.compile(r"^.{0,8}(?:신청|접수|제출|응모|납부|견적서|지원서|원서|의견)[^\d|:：]{0,10}$")
_TERM: Final = re.compile(
    r"^(?:[가-하][.)]\s*|\d[.)]\s*|\(\s*)?(?:기\s*간|기\s*한|마\s*감|일\s*시|일\s*정|마감일시|마감기한)\s*[)：:]"
)
_WITHIN: Final = re.compile(
    r"(?P<term>(?:열람|공람|공고|게시|예고|공시)\s?(?:·\s?\S{2,4}\s?)?기간)\s*(?:안|내|중|이내|동안|만료일\s?까지)에?\s"
    r"[^.]{0,60}(?:제출|신청|신고|의견|이의)"
)
_UNTIL: Final = re.compile(
    r"\s*(?:\(?\s*(?:한국시간|KST|까지|이?전까지|이?전에))|\s*[)\]]?\s*까지|\s?한(?=\s*(?:$|[.,)※])|\s(?!차례|번|명|해|달|곳|건|사람))|\s?限|에?\s*(?:마감|종료)|\s*(?:도착|소인|접수)분"
    r"|\s*(?:안|중)(?:에|으로)?\s+(?=\S*\s?(?:제출|회신|신청|통보|보고|입력|등록|송부))"
)
_BEFORE_UNTIL: Final = re.compile(
    r"(?:~|∼|〜|마감(?:일시?)?\s*[:은]?|기한\s*[:은|]?|(?i:deadline\s*:?|by|until|due|closes?\s+on))\s*(?:오는\s*)?$"
)
_CLAUSE: Final = re.compile(
    r"(?:[가-힣](?:며|(?<![신공권광보참최재창예원경])고|지만|는데)|이후|한편)\s*,?\s|[,;]\s| / "
)
_EVENT: Final = re.compile(
    r"열리|열린|(?<!공모전 )개최|전시|휴관|심사|평가(?!\s*입력)|발표|개찰|행사\s*기간|시상|면접|설명회|보고회|시험일"
)
_OVER: Final = re.compile(
    r"(?:신청|접수|마감|지급|모집|제출)[·\s가-힣]{0,6}\s*결과|(?:했|였|됐|렸|었|았)(?:다|습니다|음|고|으며)\.?\s*$"
    r"|까지\s*(?:접수|신청|제출|모집|응모)(?:된|한|받은|받아)\s"
)
_PLANNED: Final = re.compile(r"(?:통보|보고|송부|제출|입력|등록|회신)(?:할|하기로)\s*(?:예정|계획|방침|했|하였|한\s)")
_PAST: Final = re.compile(r"(?:지난(?:해|달)?|작년|전년|당초|기존|애초)\s*[)\]]?\s*$")
_FORMER: Final = re.compile(r"\s*까지(?:였|이었|이던|\s*(?:받|접수하|모집하|신청받)(?:기로|으려|을\s|려던|던))")
_REPORTED: Final = re.compile(
    r"(?:다|라)고\s*(?:\S{1,4}\s)?(?:밝혔|말했|전했|설명했|강조했|덧붙였|당부했)(?:다|습니다)\.?\s*$"
)
_DUTY: Final = re.compile(
    r"(?:제출|신청|회신|통보|송부|보고|입력|등록|신고|납부|접수|응모|지원|작성)\s*(?:을|를)?\s*"
    r"(?:해야|하여야|하면|하세요|하십시오|하시기|하여\s*주|해\s*주|하시면|바랍|바람|요망|할\s*것|하도록)"
    r"|(?:통보|송부|보고|제출|입력)\s*한다"
)
_WHO: Final = re.compile(r"^(?P<who>[^,:.()|]{1,30})(?:은|는|,)\s+")
_NOBODY: Final = re.compile(rf"\d{{1,2}}\s*[월일.]|까지|(?:{_ACT}|서|서류|기한|기간|결과|명단|계획)$")
_COUNTED: Final = re.compile(
    r"(?P<event>공고|공시|고시|게시|게재|예고|시행)(?:일|[되한]?\s?날|된\s?날|한\s?날)\s?(?:로)?부터\s*(?P<days>\d{1,3})\s*일"
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when something is to be handed in: a day in Korea, or an instant (UTC) if the text gives a clock time.

    `sentence` is the source's own; `who` must act, only where the sentence says so. `counted`: the text gives a span
    ("공고일부터 14일"), not a day.
    """

    at: date | datetime
    sentence: str
    who: str | None = None
    counted: bool = False

    @property
    def day(self) -> date:
        """The day in Korea."""
        return self.at.astimezone(KST).date() if isinstance(self.at, datetime) else self.at


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is read for dates, and the piece of the source that is quoted for it."""

    text: str
    sentence: str


def _clause(sentence: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after the date within its clause."""
    before, after = sentence[:start], sentence[end:]
    cuts = [cut.end() for cut in _CLAUSE.finditer(before)]
    lead = re.match(r"\s*까지,", after)
    stop = _CLAUSE.search(after, lead.end() + 1 if lead else 0)
    return before[cuts[-1] if cuts else 0 :][-60:], after[: stop.start() + 1 if stop else 60][:60]


def _is_until(sentence: str, found: Found) -> bool:
    before = sentence[max(0, found.start - 40) : found.start]
    if found.starts_range or _PAST.search(before) or _OTHERS_TERM.search(before) or _FORMER.match(sentence, found.end):
        return False
    return found.ends_range or _UNTIL.match(sentence, found.end) is not None or _BEFORE_UNTIL.search(before) is not None


def _acts_before(before: str) -> bool:
    """Whether the words before a date speak of handing in, and of no event since."""
    acts, events = list(_ACTS.finditer(before)), list(_EVENT.finditer(before))
    return bool(acts) and (not events or events[-1].start() < acts[-1].start())


def _acts_after(after: str) -> bool:
    act, event = _ACTS.search(after[:48]), _EVENT.search(after)
    return act is not None and not _PLANNED.match(after, act.start()) and (event is None or act.start() < event.start())


def _requests(after: str) -> bool:
    """Whether what follows a date asks the reader to do something by then."""
    asked = _REQUEST.search(after)
    return asked is not None and not _NO_DUTY.search(after) and not _EVENT.search(after[: asked.start()])


def _strength(sentence: str, start: int, end: int) -> int:
    """0: no deadline; 1: words of handing in beside the date (or its range); 2: a label says so."""
    if _OVER.search(_REPORTED.sub("", sentence)):
        return 0
    before, after = _clause(sentence, start, end)
    label = list(_LABEL.finditer(before))
    if (label and not _EVENT.search(before, label[-1].end())) or _HEADING.match(before.strip()):
        return 2
    return 1 if _acts_before(before) or _acts_after(after) or _requests(sentence[end:][:80]) else 0


def _who(sentence: str) -> str | None:
    """The subject of a sentence that says someone must hand something in."""
    duty = _DUTY.search(sentence)
    subject = _WHO.match(sentence)
    if duty is None or subject is None or subject.end() > duty.start():
        return None
    who = subject["who"].strip()
    return None if _NOBODY.search(who) else who


def _pieces(text: str) -> list[_Piece]:
    """Sentences; headings like "신청기간" joined with the line they stand over; cells under such a column's head."""
    found: list[_Piece] = []
    head: list[str] = []
    group, within = "", {found["term"] for found in _WITHIN.finditer(text[:MAX_TEXT])}
    for line, following in pairwise([*lines(text), ""]):
        if _HEADING.match(line):
            joined = f"{line} {following}".strip()
            found.append(_Piece(joined, joined))
        if _is_heading(line):
            group = line if _GROUP.match(line) else ""
        elif group and _TERM.match(line):
            found.append(_Piece(f"{_SUBMISSION} {_TERM.sub('', line)}", line))
        found += [_Piece(f"{_SUBMISSION} {line}", line) for term in within if unmarked(line).startswith(term)]
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        found += [_Piece(text, line) for text in _under(head, cells)]
        head = _head(head, cells, line)
        found += [_Piece(sentence, sentence) for sentence in sentences(line)]
    return found


def _is_heading(line: str) -> bool:
    """Whether a line heads those below it: short, without a figure beyond its own number, and no sentence."""
    bare = unmarked(line)
    return len(bare) <= _HEADS and not re.search(r"[\d:：|]|[다요오음함임]\.?$", bare)


def _under(head: list[str], cells: list[str]) -> list[str]:
    """The cells under a column's head that names a term, each behind that name."""
    if len(cells) < 2 or len(cells) != len(head):
        return []
    return [f"{name}: {cell}" for name, cell in zip(head, cells, strict=True) if _COLUMN.search(name)]


def _head(before: list[str], cells: list[str], line: str) -> list[str]:
    """The head of the table that goes on after a line."""
    if len(cells) < 2:
        return []
    if len(cells) != len(before) and any(_COLUMN.search(cell) for cell in cells[1:]) and not re.search(r"\d", line):
        return cells
    return before


def _dated(piece: _Piece, published: date) -> Iterator[tuple[int, Deadline]]:
    """The deadlines that a piece tells by a date."""
    previous: Found | None = None
    read = piece.text[:_READ]
    for found in find_dates(read, published):
        start = previous.start if found.ends_range and previous else found.start
        strength = _strength(read, start, found.end) if _is_until(read, found) else 0
        if strength:
            yield strength, Deadline(found.at, piece.sentence, _who(piece.sentence))
        previous = found


def _counted(piece: _Piece, first_day: Callable[[str], date | None]) -> Iterator[tuple[int, Deadline]]:
    """The deadlines that a piece tells by a span from a day that is known.

    The first day does not count (민법 제157조); of a law's day of effect, which begins at midnight, it does (단서).
    """
    read = piece.text[:_READ]
    for found in islice(_COUNTED.finditer(read), 3):
        event = found["event"]
        first = first_day(event)
        if first is None or not _strength(read, found.start(), found.end()):
            continue
        days = int(found["days"]) - (event == "시행")
        yield 1, Deadline(first + timedelta(days=days), piece.sentence, _who(piece.sentence), counted=True)


def _first_day(text: str, published: date, event: str) -> date | None:
    """The day of a notice as the text names it, else of publication; of taking effect only as the text names it."""
    for sentence in sentences(text):
        for found in find_dates(sentence, published):
            before, after = sentence[: found.start], sentence[found.end :]
            if re.search(rf"{event}일(?:자)?\s*[:：(|]?\s*$", before) or re.match(
                rf"\s*(?:부터|자로)?\s*{event}", after
            ):
                return found.day
    return None if event == "시행" else published


def deadlines(text: str, published: datetime) -> list[Deadline]:
    """Every deadline of a text, the plainest first, then in order of the text.

    Args:
        text: title and body, lines kept.
        published: aware; a year that the text leaves out is taken from it.
    """
    day = published.astimezone(KST).date()
    first_day = cache(partial(_first_day, text, day))
    ranked: list[tuple[int, Deadline]] = []
    for piece in _pieces(text):
        ranked += _dated(piece, day)
        ranked += _counted(piece, first_day)
    ranked.sort(key=lambda pair: -pair[0])
    unique = {one.day: one for _, one in reversed(ranked)}
    return [one for _, one in ranked if unique[one.day] is one]


def deadline(text: str, published: datetime) -> Deadline | None:
    """The deadline to tell: the plainest that was not over on publication; of rounds (1차, 2차) the first. Or None."""
    day = published.astimezone(KST).date()
    open_ones = [one for one in deadlines(text, published) if one.day >= day]
    return open_ones[0] if open_ones else None
