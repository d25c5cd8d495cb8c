"""A department's duties (업무분장) read as topics: what of a pasted list is worth looking for. Pure.

    "농업기술과: 스마트팜 보급, 농기계 임대"      →  농업기술과 · 스마트팜, 농기계 임대
    "풍수해·폭염 대응 및 이재민 구호"             →  풍수해, 폭염, 이재민 구호

It drops what every office does (지원, 관리, 추진), numbers, bullets and telephone lines. It refuses to guess: a plain
keyword is no list of duties, and what is left of an item is in the item's own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MAX_TEXT: Final = 4_000
"""Characters of a pasted text that are read."""

MAX_TOPICS: Final = 24

_HEAD: Final = re.compile(
    r"^\s*[\[(<【]?\s*(?P<department>[가-힣A-Za-z0-9·]{1,18}(?:과|팀|실|국|관|센터|소|단|계|담당))\s*[\])>】]?\s*"
    r"(?:(?:담당\s*)?(?:업무|사무)(?:\s*분장)?\s*)?[:：]\s*"
)
_LABEL: Final = re.compile(r"^\s*(?:담당\s*)?(?:업무|사무|직무|주요\s?업무)(?:\s*(?:분장|내용|내역))?\s*[:：]\s*")
_BULLET: Final = re.compile(r"^\s*(?:[-–—*•·ㆍ○●◦□■▪▶❍※\u2460-\u2473]|\(?(?:\d{1,2}|[가-하])[.)](?=\s|[가-힣]))+\s*")
_ITEMS: Final = re.compile(r"[,;|\n、，；]+|\s*/\s*|(?<=\s)[-–•○●□■▪](?=\s)|[\u2460-\u2473]")
_JOINED: Final = re.compile(
    r"\s+(?:및|또는|그리고|과|와)\s+|(?<=[가-힣]{3})과\s+|(?<=[가-힣]{2})와\s+"
    r"|(?<=[^\s·]{2})\s*[·ㆍ・‧]\s*(?=[^\s·]{2})"
)
_ASIDE: Final = re.compile(r"\([^()]{0,40}\)?|^\s*(?:저는|제가|우리는|저희는|주로)\s+")
_PERSON: Final = re.compile(r"\d{2,4}-\d{3,4}|\d{4}-\d{4}|@|(?:주무관|팀장|과장|사무관)\s*$")
_CLOSING: Final = re.compile(
    r"\s*(?:(?:에|을|를)?\s*(?:관한|대한)\s*(?:사항|업무|사무|것)|등|외|기타|관련|(?:업무|사무|사항)(?:\s*(?:전반|일체|총괄))?"
    r"|을|를|합니다|담당합니다|맡고 있습니다|담당|담당하고 있습니다|입니다)[.\s]*$"
)
_DONE_WORDS: Final = """
대응 지원 육성 활성화 관리 운영 저감 개방 도입 보급 교육 사업 추진 예방 확대 개선 강화 업무 총괄 수립
계획 홍보 조성 구축 정비 점검 지도 단속 협력 진흥 촉진 발굴 개발 시행 집행 협의 조정 기획 종합 처리
접수 대책 정책 시책 제도 유지 유지관리 확산 발전 지도점검 지도단속 활용 설치 확충 안내 상담 평가 조사 연구
"""
_NOBODYS_WORDS: Final = (
    "서무 회계 예산 보안 문서 민원 및 등 또는 인사 급여 물품 청사 복무 일반 과내 국내 소관 타 부서 회의 행사 결산 감사"
)
_DONE: Final = frozenset(_DONE_WORDS.split())
_NOBODYS: Final = frozenset(_NOBODYS_WORDS.split())


@dataclass(frozen=True, slots=True)
class Duties:
    """A list of duties: the department that it names ("" if none), and its topics in order, each once."""

    department: str
    topics: tuple[str, ...]


def read(text: str) -> Duties:
    """The duties in a text, at most 24 topics of its first 4,000 characters."""
    department, found = "", dict[str, None]()
    for raw in text[:MAX_TEXT].splitlines():
        head = _HEAD.match(bare := _BULLET.sub("", raw))
        if head:
            department, bare = department or head["department"], bare[head.end() :]
        for item in _ITEMS.split(_LABEL.sub("", bare)):
            for topic in _topics(item):
                found.setdefault(topic)
    return Duties(department, tuple(found)[:MAX_TOPICS])


def is_list(text: str) -> bool:
    """Whether a text is a department's duties rather than a keyword: it names the department, or is several items."""
    text = text[:MAX_TEXT].strip()
    lines = [line for line in text.splitlines() if line.strip()]
    return bool(lines) and (
        any(_HEAD.match(_BULLET.sub("", line)) or _LABEL.match(line) for line in lines)
        or len(lines) > 2
        or sum(bool(_BULLET.match(line)) for line in lines) > 1
    )


def _topics(item: str) -> list[str]:
    """The topics of one item: `A·B 대응` is A and B."""
    item = _BULLET.sub("", item).strip(" .:()[]「」『』<>\t")
    item = _ASIDE.sub(" ", item)
    if _PERSON.search(item):
        return []
    topics = [_bare(part) for part in _parts(item)]
    return [topic for topic in topics if _worth(topic)]


def _parts(item: str) -> list[str]:
    """What an item joins; "예·경보" is one word cut short and stays together."""
    return [part.strip() for part in _JOINED.split(item)]


def _bare(part: str) -> str:
    """An item's words without what every office does at its end."""
    before = None
    while part != before:
        before, part = part, _CLOSING.sub("", part).strip()
    words = part.split()
    while len(words) > 1 and words[-1] in _DONE:
        words.pop()
    return " ".join(words)


def _worth(topic: str) -> bool:
    words = topic.split()
    return (
        2 <= len(topic) <= 60
        and len(words) <= 8
        and any(char.isalpha() for char in topic)
        and not all(word in _DONE or word in _NOBODYS for word in words)
    )
