"""Sources as people speak of them: which one is meant by a name, and what a list shows of each. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.wording.sources import Line
from crawlers.health import SourceHealth
from crawlers.licence import rights
from crawlers.register import Placed
from crawlers.sources import Source, catalogue

# what the ids of boards end in, where an agency has several
_BOARDS = {
    "press": "보도자료", "news": "소식", "notice": "공지", "gosi": "고시공고", "eminwon": "고시공고", "policy": "정책",
    "explain": "설명자료", "support": "지원사업", "public": "공고", "rss": "RSS", "recruit": "채용", "jobs": "채용",
    "bid": "입찰", "law": "법령", "report": "보고서", "publications": "발간물", "api": "공공데이터",
}  # fmt: skip
_AGENCY = re.compile(
    r"[가-힣]{1,14}(?:특별자치도|특별자치시|특별시|광역시|시청|군청|구청|도청|교육청|위원회|공사|공단|연구원|진흥원|재단|은행|"
    r"소방본부|지방청|관리원|과학원|연수원|정보원|평가원|개발원|기술원|박물관|도서관|의회|대학교|(?<![게고표임상수])시|군|구|(?<!보)도|부|처|청)"
)
_NOT_AGENCIES = re.compile(
    r"게시판.*|.*(?:지도|제도|보도|안내도|정부|일부|내부|외부|담당부|접수처|연락처|출처|신청|요청|연구|기구|요구|인구)"
)
_REGION = re.compile(r".*(?:특별시|광역시|특별자치시|특별자치도|도)")
_ROLE = re.compile(r"(?:으?로|이라고|라고|입니다|이에요|예요|거|것)$")
_PROVINCES = {
    "경남": "경상남도", "경북": "경상북도", "전남": "전라남도",
    "전북": "전북도", "충남": "충청남도", "충북": "충청북도",
}  # fmt: skip
_SHORT = re.compile(rf"^({'|'.join(_PROVINCES)})도?(?=$|청$)")
_OFFICE = re.compile(r"(?:시청|군청|구청|도청)$")


def token(source_id: str) -> str:
    """What stands for a source in a button: an id may be longer than a button carries."""
    return hashlib.blake2b(source_id.encode(), digest_size=5).hexdigest()


def lines(placed: Sequence[Placed], healths: Sequence[SourceHealth]) -> list[Line]:
    """Each source with how it is; several of one agency are told apart by name."""
    count = Counter(one.source.agency for one in placed)
    known = {one.source: one for one in healths}
    return [_line(one, known.get(one.source.id), several=count[one.source.agency] > 1) for one in placed]


def name(source: Source, *, several: bool) -> str:
    """What people call it: its agency, and which of its boards where it has several."""
    if not several:
        return source.agency
    last = source.id.rsplit("-", 1)[-1]
    return f"{source.agency} {_BOARDS.get(last, last)}"


def _line(placed: Placed, health: SourceHealth | None, *, several: bool) -> Line:
    source = placed.source
    told = name(source, several=several)
    quiet = Line(
        token(source.id), told, source.agency, source.state, source.url, source.kind, placed.origin,
        evidence=source.evidence, robots=source.robots, licence=rights(source, ""), kogl=source.kogl,
        changed=placed.changed,
    )  # fmt: skip
    if not source.on:
        return quiet
    if health is None:  # added a moment ago
        return replace(quiet, state="new")
    return Line(
        quiet.token, told, source.agency, health.state, source.url, source.kind, placed.origin, health.error,
        health.evidence, health.since, health.ok_at, health.newest_at or health.fresh_at, health.usual_gap, health.rows,
        health.usual_rows, source.evidence, source.robots, quiet.licence, source.kogl, placed.changed,
    )  # fmt: skip


def agency_in(title: str) -> str:
    """The agency that a page's title names, where it names exactly one; else ""."""
    words = [word for word in re.split(r"[^가-힣]+", title) if len(word) > 2]
    found = list(dict.fromkeys(word for word in words if _AGENCY.fullmatch(word) and not _NOT_AGENCIES.fullmatch(word)))
    if len(found) == 2 and _REGION.fullmatch(found[0]) and re.search(r"[시군구]청?$", found[1]):
        # 경상남도 김해시 is 김해시; a 구 needs its city's name beside it
        return found[1] if found[1][-1] in "시군" else " ".join(found)
    return found[0] if len(found) == 1 else ""


def agency_beside(rest: str) -> str:
    """The agency that somebody named beside an address, in `이 게시판 추가해 줘 … 창원시`; "" where no word is one."""
    words = [_ROLE.sub("", word) for word in re.split(r"[^가-힣A-Za-z0-9]+", rest)]
    known = {one.agency for one in catalogue()}
    named = [word for word in words if word in known or (_AGENCY.fullmatch(word) and not _NOT_AGENCIES.fullmatch(word))]
    return named[0] if len(named) == 1 else ""


def agency_name(text: str) -> str:
    """What somebody wrote as an agency's name, tidied; "" where it is none."""
    told = re.sub(r"(?:입니다|이에요|예요|이요)[.!]?$", "", " ".join(text.split())).strip(" '\"`“”‘’[]")
    return told if 1 < len(told) <= 40 and re.search(r"[가-힣A-Za-z]", told) and "://" not in told else ""


def meant(known: Sequence[Line], wanted: str) -> list[Line]:
    """The sources that a person may mean: of exactly that name, else those whose name or address holds the words."""
    flat = _flat(wanted)
    if not flat:
        return []
    exact = [one for one in known if flat in {_flat(one.agency), _flat(one.home)} or one.token == wanted]
    if exact:
        return exact
    bare = _OFFICE.sub(lambda found: found[0][0], flat)  # 창원시청 is 창원시
    near = [one for one in known if flat in _flat(one.agency) or bare in _flat(one.agency)]
    address = wanted.strip().casefold()
    return near or [one for one in known if len(address) >= 4 and address in one.url.casefold()]


def _flat(text: str) -> str:
    """The name without spaces, marks and titles: 창원특례시 is 창원시, 강원특별자치도 강원도, 경남 경상남도."""
    told = re.sub(r"[\s()·,.]|예시", "", text).casefold()
    told = re.sub(r"(?<=[가-힣]{2})(?:특별자치|특별|광역|특례)(?=[시도])", "", told)
    return _SHORT.sub(lambda found: _PROVINCES[found[1]], told)
