"""What a row of a board says: its title, its day of publication, its department. Pure; refuses to take a deadline for it.

A date counts by its label (the heading of its column, a label before it, its class), then by its form; one half of a
period never counts. Where several are as good, whoever holds the whole board decides (`choose`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawlers.dates import date_in, looks_like_date
from crawlers.markup import Node, attribute

MAX_LEAVES = 300  # of one row
_BARS = re.compile(r"[|│ㅣ｜·•]\s|\s[|│ㅣ｜·•/]\s|[|│｜]")
_BLOCKS = {
    "address", "article", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "section",
    "td", "th", "tr", "ul", "table", "tbody", "figure", "figcaption", "header", "footer",
}  # fmt: skip
_FORMATS = {"b", "strong", "em", "i", "u", "font", "mark", "big", "small", "sub", "sup", "s"}
_HIDDEN = {
    "blind", "hidden", "hide", "sr-only", "sr_only", "sronly", "a11y", "sound_only", "sound-only", "ir", "screen-reader",
    "screen-out", "screen_out", "screenout", "offscreen", "visually-hidden", "visuallyhidden", "hid", "skip", "txt_hidden",
    "ir_text", "blind_txt", "accessibility", "acc_hidden", "for-a11y", "readable-hidden", "for_blind", "hidden_txt",
}  # fmt: skip
_SILENT = {"script", "style", "noscript", "template", "svg", "select", "option", "textarea"}
_BADGE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:i?co|icon?s?|new|hot|file|attach\w*|badge|label|cate\w*|ctg\w*|cmt|comment|reply|re|cnt|count|noti|flag|"
    r"status|state|tag|sticker|secret|lock|bullet|num|gubun|division|type|part|cls)\d{0,2}(?:$|[\s_-])",
    re.IGNORECASE,
)
_BADGE_TEXT = re.compile(
    r"[\[(【<]?\s*(?:공지(?:\s*사항)?|알림|필독|중요|긴급공지|새\s*글|새로운\s*글|new|n|hot|h|up|re|답글|답변|첨부(?:\s*파일)?(?:\s*있음)?|"
    r"파일(?:\s*첨부|\s*있음)?|비밀글|이미지|동영상|첨부파일이 있습니다\.?|새창(?:으로)?(?:\s*(?:열기|열림|이동))?|바로\s*가기|↗|\d+개의 댓글|\[?\d{1,4}\]?)\s*[\])】>]?",
    re.IGNORECASE,
)
_DRESSING = re.compile(
    r"(?:\s*(?:새\s*글|새로운\s*글|첨부\s*파일(?:\s*있음)?|파일\s*첨부|새창(?:으로)?\s*열(?:기|림)|이미지|페이지\s*이동)|\s+NEW!?|"
    r"(?<=[가-힣)\]」』”’\"'.])NEW|(?<=[가-힣)\]」』”’\"'.])\s*N|\s+N|\s*\[\d{1,4}\]|(?:\s+|\s*[-:|]\s*)(?:자세히\s*보기|상세\s*보기|바로\s*가기|내용\s*보기))\s*$"
)
_LEAD = re.compile(r"^\s*(?:제\s?목\s*[:：]\s*|(?:새\s?글|NEW)\s+)")
_SELF = re.compile(
    r"(?:자세히|상세|더|글|내용|원문|바로|전문|본문|게시[물글])?\s*(?:보기|보러\s*가기|가기|열람|확인|조회)|view|more|read more|detail|click|이동|GO|→|>|»|"
    r"상세|자세히|바로보기|미리보기|다운로드|내려받기|새창(?:으로)?\s*열기",
    re.IGNORECASE,
)
_TITLED = "h1, h2, h3, h4, h5, h6, [class*=tit], [class*=Tit], [class*=subj], [class*=Subj], [class~=t1], [class*=sbj], [class*=headline]"

PUBLISHED = re.compile(
    r"(?:등\s?록|작\s?성|게\s?시|게\s?재|공\s?고|고\s?시|공\s?포|배\s?포|보\s?도|발\s?행|발\s?간|입\s?력|생\s?산|제\s?공|공\s?개|출\s?판|최\s?초|올린|쓴)\s*"
    r"(?:일(?!정|반)|날|시각|시간|date)|regist|posted|published|written|reg_?d|^\s*(?:등록|작성|게시|공고|게재|발표일)\s*$",
    re.IGNORECASE,
)
_LIMITED = re.compile(
    r"기\s?간|마\s?감|기\s?한|접\s?수|신\s?청|행\s?사|시\s?행|종\s?료|시\s?작|개\s?최|교\s?육|모\s?집|공\s?연|예\s?정|납\s?부|개\s?찰|입\s?찰|계\s?약|준\s?공|착\s?공|만\s?료|"
    r"상\s?영|전\s?시|운\s?영|이\s?용|대\s?여|회\s?의|면\s?접|투\s?표|까지|d-?day|deadline|period|expire|due|event|end|close|start|begin",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"수\s?정|변\s?경|갱\s?신|updat|modif|답변일|처리", re.IGNORECASE)
_DAY = re.compile(r"날\s?짜|일\s?자|일\s?시|date|^\s*일\s*$|발표|day", re.IGNORECASE)
_DAY_HINT = re.compile(
    r"date|(?:^|[\s_-])(?:dt|day|reg\w*|wdate|time|write|ymd|created|일자|날짜)(?:$|[\s_-])|[Rr]date|regd",
    re.IGNORECASE,
)
_END_HINT = re.compile(
    r"(?:^|[\s_-])(?:end|edate|deadline|due|dday|d-day|period|expire\w*|close|term|sdate|start|event\w*|limit)(?:$|[\s_-])",
    re.IGNORECASE,
)

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
    r"dept|depart|buseo|(?:^|[\s_-])(?:part|org\w*|office|team|writer|author|name|user|nick|wr|regnm|who)(?:$|[\s_-])|TdWriter|TdName",
    re.IGNORECASE,
)
_DEPARTMENT = re.compile(
    r"[가-힣A-Za-z0-9·]{1,18}(?:과|실|국|관|단|팀|소|청|원|처|센터|본부|부|위원회|사업소|읍|면|동|시|군|구|도|재단|공사|공단|의회|대변인|추진단)"
    r"(?:\s?[가-힣A-Za-z0-9·]{1,14}(?:과|실|국|관|단|팀|센터|담당|계))?"
)
_NOT_DEPARTMENT = re.compile(
    r"공지|고시|보도|새소식|첨부|조회|기타|행사|안내|완료|진행|마감|교육|입찰|채용|\d+|.*(?:동시|다시|일시|필독|무료)"
)
_LABEL = re.compile(
    r"(?:(?<=^)|(?<=[\s|/·,(]))((?:담당|작성|등록|게시|주관|소관|제공|발행|공고|관리)\s?(?:부서|기관|과|처|자)명?|부\s?서\s?명?|기관명?|소속|담당|글쓴이|이름|"
    r"(?:등록|작성|게시|게재|공고|고시|배포|보도|발행|입력|수정|접수|마감|행사|시행|최종\s?수정|제공|공개)\s?(?:일시|일자|일|날짜|시간|기간)|(?:접수|신청|모집|공고|게시|게재|행사|교육|운영|이용)\s?기간|"
    r"날짜|일자|기간|조회\s?수?|추천\s?수?|첨부\s?파일?|파일|번호|분류|구분|글번호|댓글|출처|연락처|전화(?:번호)?|Date|Hits?|Writer)\s*([:：]|(?=\s|$|\d|[(\[]))\s*"
)
_SPLIT_DAY = re.compile(
    r"(?:(\d{1,2})\s+)?((?:19|20)\d{2})\s*[-./년\s]\s*(\d{1,2})\s*월?(?:\s*[-./\s]\s*(\d{1,2})\s*일?)?\.?"
)
_MONTH_DAY = re.compile(
    r"[\[(]?\s*(\d{1,2})\s*(?:[-./]|월)\s*(\d{1,2})\s*일?\.?\s*(?:\([월화수목금토일]\))?\s*(\d{1,2}:\d{2})?\s*[\])]?"
)
_CLOCK = re.compile(r"(?:오전|오후|AM|PM)?\s*\d{1,2}:\d{2}(?::\d{2})?", re.IGNORECASE)
_RELATIVE = re.compile(
    r"(?:약\s*)?\d{1,4}\s*(?:초|분|시간|일|주|주일|개월|달)\s*전|방금(?:\s*전)?|오늘|어제|그저께|그제"
)
_ISO = re.compile(r"(?:19|20)\d{2}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A piece of text in a row: the `label` it stands under, and the classes around it."""

    text: str
    label: str
    hint: str
    node: Node
    period: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A date that a row shows, as raw text, and how likely it is the day of publication."""

    text: str
    worth: float


def said(node: Node, *, dressed: bool = False, most: int = 3000) -> str:
    """The text under `node` as it is read: formatting does not part words; without badges and hidden texts unless `dressed`."""
    parts: list[str] = []
    kept: list[str] = []
    for text, owner in _texts(node, most):
        if owner is None:
            parts.append(" ")
            kept.append(" ")
            continue
        parts.append(text)
        if not _is_dressing(text, owner, node):
            kept.append(text)
    clean = " ".join("".join(kept).split())
    whole = " ".join("".join(parts).split())
    return whole if dressed or len(clean) < 2 else clean


def undressed(title: str) -> str:
    """A title without what a board hangs on it: "새글", "N", a count of comments, "자세히 보기"."""
    text = _LEAD.sub("", title, count=1)
    for _ in range(4):
        cut = _DRESSING.sub("", text)
        if cut == text or len(cut.strip()) < 2:
            break
        text = cut
    return text.strip()


def says_nothing(text: str) -> bool:
    """Whether a link's text only asks to be followed ("자세히 보기")."""
    return len(text) < 2 or bool(_SELF.fullmatch(text)) or bool(_BADGE_TEXT.fullmatch(text)) or text.isdecimal()


def title_of(link: Node, row: Node) -> str:
    """The title that `link` tells, or, where it only says "자세히 보기", the one its row tells."""
    whole = said(link)
    text = _card_title(link) if is_card(link) else whole
    text = undressed(text or whole)
    if says_nothing(text):
        own = attribute(link, "title") or attribute(link, "aria-label") or attribute(link, "value")
        text = undressed(" ".join(own.split()))
    if says_nothing(text) and row.mem_id != link.mem_id:
        text = undressed(_card_title(row))
    if says_nothing(text):
        image = link.css_first("img[alt]")
        text = undressed(" ".join(attribute(image, "alt").split())) if image is not None else text
    return _whole_of(text, [link, *link.css("[title]")[:5], *_around(link, row)])


def is_card(link: Node) -> bool:
    """Whether a link holds more than a title: a date, blocks, a heading with other things beside it."""
    if link.tag in {"tr", "td", "li", "div", "article", "dl", "section"}:
        return len(list(_own_leaves(link))) > 1
    texts = list(_own_leaves(link))
    if len(texts) < 2:
        return False
    if any(looks_like_date(text) or _RELATIVE.fullmatch(text) for text in texts):
        return True
    return (
        link.css_first(
            "div, p, ul, dl, dd, h1, h2, h3, h4, h5, h6, [class*=tit], [class*=subj], [class*=date], .t1, .t2"
        )
        is not None
    )


def leaves(nodes: Sequence[Node], heads: Sequence[tuple[Node, str]], skip: Node | None) -> list[Leaf]:
    """The pieces of text of a row (and what belongs to it) with their labels, without those inside `skip`."""
    found: list[Leaf] = []
    columns = {cell.mem_id: head for cell, head in heads}
    before = ""
    for node in nodes:
        for text, owner in _texts(node):
            if owner is None or _inside(owner, skip, node):
                continue
            column, hint = _column(owner, node, columns)
            for label, value in _labelled(text):
                if not value:
                    before = label
                    continue
                found.append(Leaf(value, label or before or column, hint, owner))
                before = value if not label and _is_label(value) else ""
        if len(found) >= MAX_LEAVES:
            break
    return _with_periods(found[:MAX_LEAVES])


def days(found: Sequence[Leaf], nodes: Sequence[Node]) -> list[Day]:
    """The dates a row shows, best first; none that a label calls a deadline, an event or a period."""
    told = [day for leaf in found if (day := _day(leaf)) is not None]
    for node in nodes:
        told += _attributed(node, told)
        told += _composed(node)
    if any(not _CLOCK.fullmatch(day.text) for day in told):  # an hour beside a day is a part of it
        told = [day for day in told if not _CLOCK.fullmatch(day.text)]
    return sorted(told, key=lambda day: -day.worth)


def choose(rows: Sequence[Sequence[Day]]) -> list[str]:
    """For each row the date of its publication: where rows show several that are as good, the column that runs backwards."""
    ties = [[day.text for day in row if day.worth >= row[0].worth - 0.01] for row in rows]
    widths = [len(tie) for tie in ties if tie]
    most = max(set(widths), key=widths.count, default=0)
    if most < 2 or widths.count(most) < 3:
        return [tie[0] if tie else "" for tie in ties]
    columns = [[tie[place] for tie in ties if len(tie) == most] for place in range(most)]
    best = max(range(most), key=lambda place: (_backwards(columns[place]), -place))
    return [tie[best] if len(tie) > best else (tie[0] if tie else "") for tie in ties]


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
        if not at and not leaf.label and _DEPARTMENT.fullmatch(value) and not _NOT_DEPARTMENT.fullmatch(value):
            at = 1.0
        if at > worth:
            best, worth = value, at
    return best, worth


def classes(node: Node) -> str:
    """An element's class and id."""
    return f"{attribute(node, 'class')} {attribute(node, 'id')}".strip()


def _texts(node: Node, most: int = 3000) -> Iterator[tuple[str, Node | None]]:
    """The texts under `node` in order, each with its element; (" ", None) where a block ends or begins."""
    stack: list[Node | None] = [node]
    count = 0
    while stack and count < most:
        count += 1
        one = stack.pop()
        if one is None:
            yield " ", None
        elif one.tag == "-text":
            if one.parent is not None:
                yield one.text_content or "", one.parent
        elif one.tag not in _SILENT and one.tag != "-comment":
            parted = one.tag in _BLOCKS or (one.tag == "span" and bool(attribute(one, "class")))
            if parted:
                stack.append(None)
            stack.extend(reversed(list(one.iter(include_text=True))))
            if parted:
                stack.append(None)


def _own_leaves(node: Node) -> Iterator[str]:
    return (
        text
        for raw, owner in _texts(node)
        if owner is not None and not _is_dressing(raw, owner, node) and (text := " ".join(raw.split()))
    )


def _is_dressing(text: str, owner: Node, top: Node) -> bool:
    """Whether a text is a badge or only for screen readers: by its own element or one just around it."""
    plain = " ".join(text.split())
    if not plain:
        return False
    near: Node | None = owner
    for _ in range(3):
        if near is None or near.mem_id == top.mem_id:
            break
        names = attribute(near, "class")
        if _HIDDEN.intersection(names.lower().split()) or "display:none" in attribute(near, "style").replace(" ", ""):
            return True
        if (
            len(plain) <= 12
            and near.tag not in _BLOCKS
            and (_BADGE_CLASS.search(names) or _BADGE_TEXT.fullmatch(plain))
        ):
            return True
        near = near.parent
    return False


def _card_title(card: Node) -> str:
    """The title on a card: what its own markup calls one, else the first line that is neither label, badge nor date."""
    for part in card.css(_TITLED)[:6]:
        text = said(part)
        if len(text) >= 2 and not looks_like_date(text) and not says_nothing(text):
            inner = part.css_first("a")
            return said(inner) if inner is not None and len(said(inner)) >= 2 else text
    for part in card.css("dt, strong, b")[:3]:
        text = said(part)
        if len(text) >= 6 and not looks_like_date(text) and not _LABEL.match(text):
            return text
    lines = [
        line for line in _lines(card) if not looks_like_date(line) and not _LABEL.match(line) and not says_nothing(line)
    ]
    return next((line for line in lines if len(line) >= 8), max(lines, key=len, default=""))


def _lines(node: Node) -> list[str]:
    """The lines under `node`: texts that no block parts, without badges."""
    lines, line = [], ""
    for text, owner in _texts(node):
        if owner is None:
            lines.append(line)
            line = ""
        elif not _is_dressing(text, owner, node):
            line += text
    return [plain for one in [*lines, line] for piece in _BARS.split(one) if (plain := " ".join(piece.split()))]


def _whole_of(text: str, nodes: Sequence[Node]) -> str:
    """The title whole, where the page shows a cut one and keeps the rest in an attribute."""
    cut = text.rstrip(". …")
    if not cut or not text.endswith(("...", "…", "..")):
        return text
    for node in nodes:
        for name in ("title", "aria-label", "data-title"):
            told = undressed(" ".join(attribute(node, name).split()))
            if told.startswith(cut) and len(told) >= len(cut) and not told.endswith(("...", "…")):
                return told
    return text


def _around(link: Node, row: Node) -> list[Node]:
    found, node = [], link
    for _ in range(3):
        if node.mem_id == row.mem_id or node.parent is None:
            break
        node = node.parent
        found.append(node)
    return found


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
    for piece in _BARS.split(text[:600]):
        plain = " ".join(piece.split())
        if not plain:
            continue
        marks = [mark for mark in _LABEL.finditer(plain) if mark.start() == 0 or mark[2]]
        if not marks or (marks[0].start() == 0 and not marks[0][2] and not _follows(plain[marks[0].end() :])):
            found.append(("", plain))
            continue
        if marks[0].start():
            found.append(("", plain[: marks[0].start()].strip(" ,/")))
        ends = [mark.start() for mark in marks[1:]] + [len(plain)]
        found += [(mark[1], plain[mark.end() : end].strip(" ,/")) for mark, end in zip(marks, ends, strict=True)]
    return found


def _follows(rest: str) -> bool:
    """Whether what follows a label without a colon is a value: nothing (it comes next), a date, a number, one word."""
    return not rest or bool(
        looks_like_date(rest) or date_in(rest[:30]) or re.fullmatch(r"[\d,]+\s*회?|[가-힣A-Za-z0-9·]{2,20}", rest)
    )


def _is_label(text: str) -> bool:
    return len(text) <= 10 and bool(_LABEL.fullmatch(text + " ") or _LABEL.fullmatch(text))


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


def _day(leaf: Leaf) -> Day | None:
    if leaf.period:
        return None
    worth = _label_worth(leaf.label) if leaf.label else 0.0
    text = _unbracketed(leaf.text)
    exact = looks_like_date(text) or bool(_RELATIVE.fullmatch(text))
    if not exact and worth >= 1 and _MONTH_DAY.fullmatch(text):
        exact = True
    if not exact and _MONTH_DAY.fullmatch(text) and ("월" in text or _DAY_HINT.search(leaf.hint)):
        exact = True
    inside = "" if exact else date_in(text[:120])
    if (not exact and not inside) or worth < 0 or _END_HINT.search(leaf.hint):
        return None
    worth += 2.0 if _DAY_HINT.search(leaf.hint) or leaf.node.tag == "time" else 0.0
    return Day(text if exact else inside, worth + (1.0 if exact else 0.0))


def _unbracketed(text: str) -> str:
    text = text.strip()
    return text.strip("[]()<> ") if text[:1] in {"[", "(", "<"} else text


def _label_worth(label: str) -> float:
    if PUBLISHED.search(label) and not re.search(r"기\s?간|마\s?감", label):
        return 4.0
    if _LIMITED.search(label):
        return -1.0
    if _CHANGED.search(label):
        return 0.1
    return 3.0 if _DAY.search(label) else 0.0


def _attributed(node: Node, shown: Sequence[Day]) -> list[Day]:
    """Full dates in attributes: `<time datetime>`, `title="2026-11-20 10:22"`, as likely as the text they stand on."""
    found = []
    for one in node.css("time[datetime], [title]")[:40]:
        told = attribute(one, "datetime") or attribute(one, "title")
        plain = " ".join(told.split())
        if one.tag == "a" or not (_ISO.fullmatch(plain) or looks_like_date(plain)) or _END_HINT.search(classes(one)):
            continue
        text = said(one)
        as_text = max((day.worth for day in shown if day.text == _unbracketed(text)), default=0.0)
        if as_text or (not text and one.tag != "img") or one.tag == "time":
            found.append(Day(plain, as_text + 0.05 if as_text else 2.5))
    return found


def _composed(node: Node) -> list[Day]:
    """A date that its own elements part: `<span>20</span><span>2026.11</span>`, `<b>2026</b><b>11</b><b>20</b>`."""
    found = []
    for one in node.css("[class*=date], [class*=day], [class*=time], [class*=Date], time, td, dd, p, span, em")[:60]:
        parts = [" ".join(raw.split()) for raw, owner in _texts(one, 40) if owner is not None and raw.strip()]
        if len(parts) < 2 or len(parts) > 6:
            continue
        text = " ".join(parts)
        if 8 <= len(text) <= 24 and (whole := _SPLIT_DAY.fullmatch(text)) and (day := whole[4] or whole[1]):
            found.append(Day(f"{whole[2]}.{int(whole[3]):02}.{int(day):02}", 2.6))
    return found


def _backwards(column: Sequence[str]) -> float:
    """How far a column of dates runs from new to old."""
    keys = [tuple(int(part) for part in re.findall(r"\d+", text)[:5]) for text in column]
    pairs = list(zip(keys, keys[1:], strict=False))
    return sum(one >= other for one, other in pairs) / max(1, len(pairs))


def _office_name(text: str) -> str:
    value = re.sub(r"\s*[(（][\d\s().~-]{6,}[)）]\s*$", "", text).strip(" :-·/,")
    if not 2 <= len(value) <= 40 or looks_like_date(value) or re.fullmatch(r"[\d,.:\s회-]+", value):
        return ""
    return "" if says_nothing(value) or _RELATIVE.fullmatch(value) else value
