"""What a detail page says of its document besides the body: day and department. Pure; runs in the sandbox.

It refuses what says who keeps the web page: the box under each page of a site (담당부서, 최종수정일, a survey) names
the department of the site, not of the document.
"""

from __future__ import annotations

import re
from itertools import islice

from crawlers.dates import date_in, looks_like_date
from crawlers.markup import Node, ancestors, attribute, text_of
from crawlers.row_text import texts

_DATE = re.compile(r"(?:등록|작성|게시|배포|보도|공고|게재)\s*일(?:자|시)?\s*[:：]?\s*(\d[^\n]{5,30})")
_DEPARTMENT = re.compile(
    r"(?:담당\s*부서|작성\s*부서|제공\s*부서|부\s*서\s*명?|담당과)\s*[:：]?\s*([가-힣A-Za-z0-9·]{2,20})"
)
_WRITER = re.compile(
    r"(?:작성자|등록자|글쓴이|게시자)\s*[:：]?\s*((?:[가-힣·]{2,12}\s)?[가-힣·]{1,12}(?:담당관|과|국|실|팀|단|센터|사업소|본부|연구소))(?![가-힣])"
)
_KEEPER = re.compile(
    r"최종\s*(?:수정|변경|갱신|업데이트)|만족|(?:콘텐츠|컨텐츠|페이지|누리집|홈페이지|자료)\s*(?:관리|담당|제공|정보|문의)"
)
_KEEPER_CLASS = re.compile(
    r"charge|manager|damdang|satis|csat|foot|copyright|person_?in|(?:page|cont|content)s?_?(?:info|manage)|research",
    re.IGNORECASE,
)
_PUBLISHED = (
    ("meta[property='article:published_time']", "content"),
    ("meta[itemprop=datePublished]", "content"),
    ("time[itemprop=datePublished]", "datetime"),
    ("time.published", "datetime"),
    ("article time[datetime]", "datetime"),
)
_LD_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"([^"\n]{8,40})"')
_NEAR = 90  # characters around a label in which the box of a page's keeper shows itself
_MAX_BOXES = 40
_MAX_LABELS = 50
_MAX_BOX = 400  # characters of such a box
_AFTER_TITLE = 14  # texts after a title among which its day stands, where no label tells it
_MAX_TEXTS = 4000


def department_in(root: Node, whole: str, body: str) -> str:
    """The department that the page names for its document; "" for none. `whole` is the page's text, `body` the body."""
    start = _place(whole, body)
    kept = None
    for found in islice(_DEPARTMENT.finditer(whole[:200_000]), _MAX_LABELS):
        if found.start() < start:
            return found[1]
        around = whole[max(0, found.start() - _NEAR) : found.end() + _NEAR]
        if _KEEPER.search(around):
            continue
        if kept is None:
            kept = _kept_by(root)
        if not any(" ".join(found[0].split()) in box for box in kept):
            return found[1]
    writer = _WRITER.search(whole[:200_000])  # an office may sign as a person does
    return writer[1] if writer else ""


def date_on(root: Node, whole: str, title: str, body: str) -> str:
    """The day of the document as raw text: under a label, or alone between its title and its body; "" for none."""
    if labelled := _DATE.search(whole):
        return labelled[1]
    wanted = "".join(title.split())
    return (_beside_title(root, wanted, body) if len(wanted) >= 4 else "") or _for_machines(root)


def _for_machines(root: Node) -> str:
    """The day that a page tells search engines and feeds (Open Graph, schema.org, microformats)."""
    for css, name in _PUBLISHED:
        for node in root.css(css)[:3]:
            if told := attribute(node, name)[:40]:
                return told
    for script in root.css("script[type='application/ld+json']")[:5]:
        if found := _LD_PUBLISHED.search(script.text()[:200_000]):
            return found[1]
    return ""


def _beside_title(root: Node, wanted: str, body: str) -> str:
    opening = "".join(body[:60].split())[:16]
    left = 0
    for count, (raw, owner) in enumerate(texts(root, _MAX_TEXTS)):
        plain = " ".join(raw.split())
        if owner is None or not plain or count > _MAX_TEXTS:
            continue
        if "".join(plain.split()) == wanted and not any(
            up.tag in {"head", "a"} for up in [owner, *ancestors(owner, 2)]
        ):
            left = _AFTER_TITLE
        elif left:
            left -= 1
            if opening and opening.startswith("".join(plain.split())[:16]):
                return ""
            day = date_in(plain) if looks_like_date(plain) else ""
            if day and re.search(r"\d{2,4}\D+\d{1,2}\D+\d{1,2}", day):
                return day
    return ""


def _place(whole: str, body: str) -> int:
    """Where the body begins in the page's text, 0 where that cannot be told."""
    line = next((line.strip() for line in body.split("\n") if len(line.strip()) >= 10), "")
    return max(0, whole.find(line[:24])) if line else 0


def _kept_by(root: Node) -> list[str]:
    """The text of each box that tells who keeps the page."""
    boxes = []
    for node in root.css("[class], [id], footer")[:3000]:
        if node.tag != "footer" and not _KEEPER_CLASS.search(f"{attribute(node, 'class')} {attribute(node, 'id')}"):
            continue
        text = text_of(node)
        if len(text) <= _MAX_BOX:
            boxes.append(" ".join(text.split()))
        if len(boxes) == _MAX_BOXES:
            break
    return boxes
