"""The pieces of text in a row under their labels, and the department among them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawlers.dates import date_in, looks_like_date
from crawlers.markup import Node, attribute
from crawlers.row_text import BARS, LABEL, RELATIVE, classes, says_nothing, texts

_SENTENCE = re.compile(
    r"^\s*\S{0,4}(?:까지|부터|이후|이전|현재|기준|에\s|자로)|[다요]\.$"
)  # after a day in running text
_PERSON = re.compile(
    r"(?:[김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민나진지엄채원천방공현함변염여추]"
    r"[가-힣○Oo*ㅇ]{2}|[가-힣][○*ㅇ]{1,2}[가-힣]?)"
)
_ORGAN_END = re.compile(r"[과실팀국계처시군구도청부단관소읍면동회장]$")
_KEEPER = re.compile(  # of the site, whose name says nothing of the document
    r"(?:최고|웹|웹\s?사이트|사이트|누리집|홈페이지|시스템|전체|총)?\s?(?:관리자|마스터)|admin\w*|web\s?master|master|root|user\d*",
    re.IGNORECASE,
)
MAX_LEAVES = 300  # of one row
_FILES = re.compile(r"첨\s?부|파일|댓글")
_FILES_TOLD = re.compile(r"^[\d,]+\s*개?$|\.[A-Za-z]{2,5}\b")
_OFFICE = (
    (re.compile(r"부\s?서|department|dept|소\s?속|실\s?국|실\s?과", re.IGNORECASE), 5.0),
    (
        re.compile(
            r"기\s?관|소\s?관|주\s?관|제\s?공|발\s?행\s?처|출\s?처|시\s?군|지\s?역본부|organ|office", re.IGNORECASE
        ),
        4.0,
    ),
    (re.compile(r"담\s?당"), 3.5),
    (
        re.compile(
            r"작\s?성\s?자|글\s?쓴\s?이|게\s?시\s?자|등\s?록\s?자|이\s?름|성\s?명|writer|author|name", re.IGNORECASE
        ),
        3.0,
    ),
)
_NO_OFFICE = re.compile(r"제\s*목|공고명|사업명|전화|연락|문의|일\s*$|날짜|date|이메일|기관\s*번호|파일", re.IGNORECASE)
_OFFICE_HINT = re.compile(
    r"dept|depart|buseo|(?:^|[\s_-])(?:part|org\w*|office|team|writer|author|name|user|nick|wr|regnm|who)(?:$|[\s_-])|"
    r"TdWriter|TdName",
    re.IGNORECASE,
)
_DEPARTMENT = re.compile(
    r"[가-힣A-Za-z0-9·]{1,18}(?:과|실|국|관|단|팀|소|청|원|처|센터|본부|부|위원회|사업소|읍|면|동|시|군|구|도|재단|"
    r"공사|공단|의회|대변인|추진단)"
    r"(?:\s?[가-힣A-Za-z0-9·]{1,14}(?:과|실|국|관|단|팀|센터|담당|계))?"
)
_BRACKETED = re.compile(r"[\[(<【〔（［]([^\[\]()<>]{2,40})[\])>】〕）］]")
_OFFICE_ABROAD = re.compile(
    r"(?:[A-Z][\w&'-]*,?\s(?:(?:and|of|for|the|&)\s)?){1,6}(?:Office|Division|Department|Bureau|Team|Cent(?:er|re)|"
    r"Agency|Ministry|Institute|Section|Commission|Committee)|"
    r"(?:Office|Division|Department|Bureau|Ministry)\sof\s[A-Z][\w&,' -]{2,40}",
    re.ASCII,
)
_ANY_HEAD = re.compile(
    r"작\s?성|등\s?록|게\s?시|처\s?리|목록|내용|정보|게시물|글|공지사항|보도자료|소식"
)  # over a column that holds everything
_NOT_DEPARTMENT = re.compile(
    r"장소.*|공지|고시|보도|새소식|첨부|조회|기타|행사|안내|완료|진행|마감|교육|입찰|채용|\d+|.*(?:동시|다시|일시|필독|무료)"
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A piece of text in a row: the `label` it stands under, and the classes around it."""

    text: str
    label: str
    hint: str
    node: Node
    period: bool = False


def leaves(nodes: Sequence[Node], heads: Sequence[tuple[Node, str]], skip: Node | None) -> list[Leaf]:
    """The pieces of text of a row (and what belongs to it) with their labels, without those inside `skip`."""
    found: list[Leaf] = []
    columns = {cell.mem_id: head for cell, head in heads}
    before, under = "", ""
    for node in nodes:
        for text, owner in texts(node):
            if owner is None or _inside(owner, skip, node):
                continue
            column, hint = _column(owner, node, columns)
            for label, value in _labelled(text):
                if not value:
                    before, under = label, column
                    continue
                if before and ((column and column != under) or _FILES.match(before)) and not _FILES_TOLD.search(value):
                    before = ""  # a badge ("첨부파일") names no other column's value
                found.append(Leaf(value, label or before or column, hint, owner))
                before, under = (value, column) if not label and _is_label(value) else ("", "")
        if len(found) >= MAX_LEAVES:
            break
    return _with_periods(found[:MAX_LEAVES])


def offices(found: Sequence[Leaf]) -> tuple[str, float]:
    """The department a row tells and how surely: by label or class at least 2, by its look 1; ("", 0) for none."""
    best, worth = "", 0.0
    for leaf in found:
        value = _office_name(leaf.text)
        if not value:
            continue
        at = (
            next((weight for pattern, weight in _OFFICE if pattern.search(leaf.label)), 0.0)
            if not _NO_OFFICE.search(leaf.label)
            else -9.0
        )
        if not at and _OFFICE_HINT.search(leaf.hint):
            at = 2.0
        if (
            not at
            and (not leaf.label or _ANY_HEAD.fullmatch(leaf.label))
            and (_DEPARTMENT.fullmatch(value) or _OFFICE_ABROAD.fullmatch(value))
            and not _NOT_DEPARTMENT.fullmatch(value)
        ):
            at = 1.0
        if at > worth:
            best, worth = value, at
    return best, worth


def are_people(values: Sequence[str]) -> bool:
    """Whether a column of writers names people, and so no departments: nearly all look like 홍길동 or 홍○동."""
    told = [value.split()[0] for value in values if value.split()]
    named = [one for one in told if _PERSON.fullmatch(one)]
    surely = sum(not _ORGAN_END.search(one) for one in named)
    return bool(told) and len(named) >= 0.8 * len(told) and surely >= 0.6 * len(told)


def _inside(owner: Node, skip: Node | None, top: Node) -> bool:
    node: Node | None = owner
    for _ in range(12):
        if skip is None or node is None:
            return False
        if node.mem_id == skip.mem_id:
            return True
        if node.mem_id == top.mem_id:
            return False
        node = node.parent
    return False


def _column(owner: Node, top: Node, columns: dict[int, str]) -> tuple[str, str]:
    """The heading over a text's cell, and the classes from it up to its row."""
    hints, head, node = [], "", owner
    for _ in range(8):
        if node.mem_id in columns:
            head = columns[node.mem_id]
        if not head:
            head = (
                attribute(node, "data-label")
                or attribute(node, "data-th")
                or attribute(node, "data-title")
                or attribute(node, "data-cell-header")
            )
        if node.mem_id == top.mem_id or node.parent is None:
            break
        hints.append(classes(node))
        node = node.parent
    return head, " ".join(hints)


def _labelled(text: str) -> list[tuple[str, str]]:
    """`작성자 : 관리자 작성일 : 2026-11-20 | 농정과` as (label, value) pairs; a label alone has an empty value."""
    found: list[tuple[str, str]] = []
    for piece in BARS.split(text[:600]):
        plain = " ".join(piece.split())
        if not plain:
            continue
        marks = [mark for mark in LABEL.finditer(plain) if mark.start() == 0 or mark[2]]
        if not marks or (marks[0].start() == 0 and not marks[0][2] and not _follows(plain[marks[0].end() :])):
            found += [("", part) for part in _around_day(plain)]
            continue
        if marks[0].start():
            found.append(("", plain[: marks[0].start()].strip(" ,/")))
        ends = [mark.start() for mark in marks[1:]] + [len(plain)]
        found += [(mark[1], plain[mark.end() : end].strip(" ,/")) for mark, end in zip(marks, ends, strict=True)]
    return found


def _around_day(text: str) -> list[str]:
    """A short text that holds a day among other things, parted there: `농정과 2026-11-20 조회 12`."""
    day = date_in(text) if len(text) <= 80 and "~" not in text else ""
    before, found, after = text.partition(day) if day else (text, "", "")
    if len(before) > 25 or len(after) > 25 or _SENTENCE.search(after):
        return [text]
    parts = [before.strip(" ,/[]()"), day, after.strip(" ,/[]()")]
    return [part for part in parts if part] if found and len(parts[0]) + len(parts[2]) > 3 else [text]


def _follows(rest: str) -> bool:
    """Whether what follows a label without a colon is a value: nothing (it comes next), a date, a number, one word."""
    return not rest or bool(
        looks_like_date(rest) or date_in(rest[:30]) or re.fullmatch(r"[\d,]+\s*회?|[가-힣A-Za-z0-9·]{2,20}", rest)
    )


def _is_label(text: str) -> bool:
    return len(text) <= 10 and bool(LABEL.fullmatch(text + " ") or LABEL.fullmatch(text))


def _with_periods(found: list[Leaf]) -> list[Leaf]:
    """Marks the halves of a period: `~` in the text, or at the edge of a neighbour."""
    marked = []
    for place, leaf in enumerate(found):
        before = found[place - 1].text if place else ""
        after = found[place + 1].text if place + 1 < len(found) else ""
        period = (
            bool(re.search(r"[~∼～]", leaf.text))
            or before.endswith(("~", "∼", "～"))
            or after.startswith(("~", "∼", "～"))
        )
        marked.append(Leaf(leaf.text, leaf.label, leaf.hint, leaf.node, period or leaf.text.endswith("까지")))
    return marked


def _office_name(text: str) -> str:
    value = re.sub(r"\s*[(（][\d\s().~-]{6,}[)）]\s*$", "", text).strip(" :-·/,")
    if bracketed := _BRACKETED.fullmatch(value):
        value = bracketed[1].strip()
    if (
        not 2 <= len(value) <= 40
        or _KEEPER.fullmatch(value)
        or looks_like_date(value)
        or re.fullmatch(r"[\d,.:\s회-]+", value)
    ):
        return ""
    return "" if says_nothing(value) or RELATIVE.fullmatch(value) else value
