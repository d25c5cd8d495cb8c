"""Whether one wish names several topics: "산불이랑 산사태", "청년 일자리와 노인 복지", "대설 및 한파". Pure.

    "산불이랑 산사태"     → two, plainly                "과학", "고향사랑 기부"   → one
    "소방과 훈련"         → two or one, to be asked    "기업과 대학 협약"        → one: what joins them is its matter

Korean spelling decides first: 과 and 이랑 follow a closed syllable, 와 and 랑 an open one, and words that only end so
are in lists. A joined wish kept as one would be looked for only where all of it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot import topics
from nlp.particles import ends_in_noun

_LONGEST: Final = 80
_MOST: Final = 6
_MOST_WORDS: Final = 4
_BETWEEN: Final = re.compile(
    r"\s*[,，、]\s*|\s+(?:및|그리고|또는|혹은|랑|이랑|하고|와|과)\s+|\s*[&+/]\s*(?=[가-힣]{2})"
)
_ENDS: Final = re.compile(r"(?P<stem>[가-힣A-Za-z0-9()]*?[가-힣A-Za-z0-9)]{2})(?P<by>이랑|이나|랑|하고|과|와)")
_WHOLE: Final = re.compile(
    r"\S*(?:아리랑|노래자랑|밭고랑|밭이랑|물도랑|[예새]\S?신랑)"
    r"|(?!\S*(?:행사|공사|조사|심사|인사|감사|검사|회사|봉사|강사|기사|수사)랑)(?:[가-힣]{2,}|[책첫짝내])사랑"
    r"|(?!\S*(?:과학|문학|수학|화학|의학|방학|입학|개학|취학|견학|장학|유학|대학|통학|진학)과)\S{2,}학과"
    r"|산부인과|정신과|\S*[^해연판의체종귀단동]결과|(?:국회|의회|심사|본회의)통과|\S*기와"
)
_ACTING: Final = re.compile(
    r"\S*(?:신청|예방|대응|지원|추진|시행|실시|운영|확대|강화|개선|제공|보급|설치|관리|점검|구독|추가|취소|해지|삭제"
    r"|등록|정리|요약|확인|변경|설정|제외|생각|말|공유|보고|검토|중지|종료|수정|저장|전달|발송|안내|공지|시작|필요"
    r"|중요|조용|멈춤|정지|중단|반복|그만|먼저|참고|접수|제출|출발|도착|복귀|출장|퇴근|출근|회의|전화|연락|식사|답변|결재)"
)
_OFFICE: Final = re.compile(
    r"(?:\S+ )?\S*(?:농정|건설|예산|세정|산림|민원|소방|교통|안전|행정|정책|지원|진흥|대응|육성|축산|수산|위생|환경"
    r"|관광|체육|건축|주택|공원|산업|일반|담당)|(?:\S+ )?\S{2}[성경]"
)
_ALL: Final = re.compile(
    r"\s+(?:(?:둘|셋) ?다|(?:두|세|2|3) ?(?:개|가지)(?: ?다| 모두)?|모두|전부|다|같이|함께|각각|따로)$"
)
_AFTER: Final = re.compile(
    r"(?:관련|관한|관해|대한|함께|같은|같이|다른|달리|더불어|비슷한|유사한|연관|연계된|무관|맞먹|상관|친한|나란히|반대)\S*"
)
_RELATED: Final = re.compile(
    r"\S*(?:협약|협력|관계|상생|연계|협업|갈등|통합|융합|교류|사이|합동|대화|연결|협의|비교|차이|소통|균형|격차|결합"
    r"|조화|공존|만남|전쟁|협정|제휴|분쟁|화해|상호\S*|매칭|동행|회담)(?:사업|체계|방안|정책|행사|지원)?|간"
)


@dataclass(frozen=True, slots=True)
class Joined:
    """The topics that a wish joins; not `sure` where it may as well be one."""

    parts: tuple[str, ...]
    sure: bool

    @property
    def listed(self) -> str:
        """As commas part them."""
        return ", ".join(self.parts)


def joined(words: str) -> Joined | None:
    """The topics that are joined by more than commas; None where the words name one, or what is no topic."""
    if len(words) > _LONGEST or '"' in words or "“" in words:
        return None
    pieces, marks = _pieces(_ALL.sub("", " ".join(words.split())))
    if not marks:
        return None
    parts = tuple(dict.fromkeys(one for piece in pieces if (one := _topic(piece))))
    if not 1 < len(parts) <= _MOST or not all(map(_is_topic, parts)):
        return None
    return _weighed(parts, marks)


def listed(words: str, *, said: bool) -> Joined | None:
    """The topics that commas alone join: where a sentence `said` it and no command, or wants both, or each."""
    told = " ".join(words.split())
    bare = _ALL.sub("", told)
    if len(told) > _LONGEST or not (said or bare != told):
        return None
    parts = tuple(dict.fromkeys(one for piece in re.split(r"[,，、]", bare) if (one := _topic(piece.strip()))))
    return Joined(parts, sure=True) if 1 < len(parts) <= _MOST and all(map(_is_topic, parts)) else None


def respelt(text: str) -> str:
    """`대설하고 한파 받을게` with 이랑 in the place of a 하고 that joins nouns, which ends no clause."""
    told = []
    for word in text.split(" "):
        found = _particle(word) if word.endswith("하고") else None
        told.append(word if found is None else f"{found[0]}{'이랑' if _closed(found[0]) else '랑'}")
    return " ".join(told)


def apart(words: str) -> list[str]:
    """Each of the words that may be joined, also by commas; the words themselves where nothing joins them."""
    found = joined(words)
    told = found.listed if found is not None and found.sure else words
    return [one for part in told.split(",") if (one := part.strip())]


def _weighed(parts: tuple[str, ...], marks: list[str]) -> Joined | None:
    last = parts[-1].split()
    related = _RELATED.fullmatch(last[-1]) is not None
    if related and set(marks) <= {"과", "와"}:
        return None
    office = any(mark == "과" and _OFFICE.fullmatch(part) for part, mark in zip(parts, marks, strict=False))
    shares = set(marks) & {"과", "와"} and len(last) > 1 and all(len(one.split()) == 1 for one in parts[:-1])
    return Joined(parts, not (related or office or shares))


def _pieces(words: str) -> tuple[list[str], list[str]]:
    """What stands between the joints, and how each joins; no marks where nothing but commas joins."""
    pieces: list[str] = []
    marks: list[str] = []
    place = 0
    for found in _BETWEEN.finditer(words):
        pieces.append(words[place : found.start()])
        marks.append(found[0].strip())
        place = found.end()
    pieces.append(words[place:])
    told: list[str] = []
    by: list[str] = []
    for number, piece in enumerate(pieces):
        cut, inner = _by_particle(piece.split(), last=number == len(pieces) - 1, alone=not (told or number))
        told += cut
        by += [*inner, *marks[number : number + 1]]
    return told, by if set(by) - {",", "，", "、"} else []


def _by_particle(words: list[str], *, last: bool, alone: bool) -> tuple[list[str], list[str]]:
    """Words cut where a particle joins them to what follows; a particle that nothing follows goes."""
    pieces, marks, run = [], [], list[str]()
    for place, word in enumerate(words):
        found = _particle(word)
        follows = words[place + 1] if place + 1 < len(words) else ""
        if found is None or (follows and _AFTER.fullmatch(follows)):
            run.append(word)
        elif follows:
            pieces.append(" ".join([*run, found[0]]))
            marks.append(found[1])
            run = []
        elif (pieces or not alone or not last) and found[1] != "과":
            run.append(found[0])
        else:
            run.append(word)
    return [*pieces, " ".join(run)], marks


def _particle(word: str) -> tuple[str, str] | None:
    """A word without the particle that joins it to the next, and that; None where it ends in none."""
    found = _ENDS.fullmatch(word)
    if found is None or _WHOLE.fullmatch(word):
        return None
    stem, by = found["stem"], found["by"]
    if by == "이랑" and (not _closed(stem) or ends_in_noun(f"{stem}이")):
        stem, by = f"{stem}이", "랑"
    if by == "하고":
        return None if _ACTING.fullmatch(stem) else (stem, by)
    fits = _closed(stem) if by in {"과", "이랑", "이나"} else not _closed(stem)
    return (stem, by) if fits and len(stem) > 1 else None


def _closed(stem: str) -> bool:
    last = stem[-1]
    if "가" <= last <= "힣":
        return (ord(last) - 0xAC00) % 28 != 0
    return last in "LMNRlmnr136780"


def _topic(piece: str) -> str:
    """A piece without particles, `관련해서 새`, `소식`."""
    return topics.core(re.sub(r"(?<=\S) (?:새|새로|새로운)$", "", piece)) or topics.named(piece)


def _is_topic(words: str) -> bool:
    return (
        1 < len(words) <= 24
        and len(words.split()) <= _MOST_WORDS
        and bool(topics.names(words))
        and not topics.is_when(words)
        and any("가" <= char <= "힣" or char.isalpha() for char in words)
    )
