"""The title of a row, and the text of an element as people read it. Pure; refuses badges, counts and hidden texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawlers.dates import looks_like_date
from crawlers.markup import Node, attribute

BARS = re.compile(r"[|│ㅣ｜·•]\s|\s[|│ㅣ｜·•/]\s|[|│｜]")
_BLOCKS = {
    "address", "article", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "section",
    "td", "th", "tr", "ul", "table", "tbody", "figure", "figcaption", "header", "footer",
}  # fmt: skip
_HIDDEN = {
    "blind", "hidden", "hide", "sr-only", "sr_only", "sronly", "a11y", "sound_only", "sound-only", "ir",
    "screen-reader",
    "screen-out", "screen_out", "screenout", "offscreen", "visually-hidden", "visuallyhidden", "hid", "skip",
    "txt_hidden",
    "ir_text", "blind_txt", "accessibility", "acc_hidden", "for-a11y", "readable-hidden", "for_blind", "hidden_txt",
}  # fmt: skip
_SILENT = {"script", "style", "noscript", "template", "svg", "select", "option", "textarea"}
_BADGE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:i?co|icon?s?|new|hot|file|attach\w*|badge|label|cate\w*|ctg\w*|cmt|comment|reply|re|cnt|count|"
    r"noti|flag|"
    r"status|state|tag|sticker|secret|lock|bullet|num|gubun|division|type|part|cls)\d{0,2}(?:$|[\s_-])",
    re.IGNORECASE,
)
_BADGE_TEXT = re.compile(
    r"[\[(【<]?\s*(?:공지(?:\s*사항)?|알림|필독|중요|긴급공지|새\s*글|새로운\s*글|new|n|hot|h|up|re|답글|답변|"
    r"첨부(?:\s*파일)?(?:\s*있음)?|"
    r"파일(?:\s*첨부|\s*있음)?|비밀글|이미지|동영상|첨부파일이 있습니다\.?|새창(?:으로)?(?:\s*(?:열기|열림|이동))?|"
    r"바로\s*가기|↗|\d+개의 댓글|\[?\d{1,4}\]?)\s*[\])】>]?",
    re.IGNORECASE,
)
_DRESSING = re.compile(
    r"(?:\s*(?:새\s*글|새로운\s*글|첨부\s*파일(?:\s*있음)?|파일\s*첨부|새창(?:으로)?\s*열(?:기|림)|이미지|"
    r"페이지\s*이동)|\s+NEW!?|"
    r"(?<=[가-힣)\]」』”’\"'.])NEW|(?<=[가-힣)\]」』”’\"'.])\s*N|\s+N|\s*\[\d{1,4}\]|(?:\s+|\s*[-:|"
    r"]\s*)(?:자세히\s*보기|상세\s*보기|바로\s*가기|내용\s*보기))\s*$"
)
_LEAD = re.compile(r"^\s*(?:제\s?목\s*[:：]\s*|(?:새\s?글|NEW)\s+)")
_SELF = re.compile(
    r"(?:자세히|상세|더|글|내용|원문|바로|전문|본문|게시[물글])?\s*(?:보기|보러\s*가기|가기|열람|확인|조회)|view|more|"
    r"read more|detail|click|이동|GO|→|>|»|"
    r"상세|자세히|바로보기|미리보기|다운로드|내려받기|새창(?:으로)?\s*열기",
    re.IGNORECASE,
)
_BESIDES_DAY = re.compile(r"[\d\s.,/:()~년월일시분초화수목금토-]|오전|오후")
_TITLED = (
    "h1, h2, h3, h4, h5, h6, [class*=tit], [class*=Tit], [class*=subj], [class*=Subj], [class~=t1], [class*=sbj], "
    "[class*=headline]"
)
LABEL = re.compile(
    r"(?:(?<=^)|(?<=[\s|/·,(]))((?:담당|작성|등록|게시|주관|소관|제공|발행|공고|관리)\s?(?:부서|기관|과|처|자)명?|"
    r"부\s?서\s?명?|기관명?|소속|담당|글쓴이|이름|"
    r"(?:등록|작성|게시|게재|공고|고시|배포|보도|발행|입력|수정|접수|마감|행사|시행|최종\s?수정|제공|공개)\s?(?:일시|"
    r"일자|일|날짜|시간|기간)|(?:접수|신청|모집|공고|게시|게재|행사|교육|운영|이용)\s?기간|"
    r"날짜|일자|기간|조회\s?수?|추천\s?수?|첨부\s?파일?|파일|번호|분류|구분|글번호|댓글|출처|연락처|전화(?:번호)?|"
    r"Date|Hits?|Writer)\s*([:：]|(?=\s|$|\d|[(\[]))\s*"
)
RELATIVE = re.compile(
    r"(?:약\s*)?\d{1,4}\s*(?:초|분|시간|일|주|주일|개월|달)\s*전|방금(?:\s*전)?|오늘|어제|그저께|그제"
)


def said(node: Node, *, dressed: bool = False, most: int = 3000) -> str:
    """The text under `node` as people read it: formatting parts no words; badges and hidden texts only if `dressed`."""
    parts: list[str] = []
    kept: list[str] = []
    for text, owner in texts(node, most):
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
    if len(text) < 2 or _SELF.fullmatch(text) or _BADGE_TEXT.fullmatch(text) or text.isdecimal():
        return True
    return len(text) <= 40 and any(char.isdigit() for char in text) and not _BESIDES_DAY.sub("", text)


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
    if any(looks_like_date(text) or RELATIVE.fullmatch(text) for text in texts) or _only_parts(link):
        return True
    return (
        link.css_first(
            "div, p, ul, dl, dd, h1, h2, h3, h4, h5, h6, [class*=tit], [class*=subj], [class*=date], .t1, .t2"
        )
        is not None
    )


def _only_parts(link: Node) -> bool:
    """Whether all of a link's text stands in two or more elements with names of their own: title, writer, summary."""
    parts = 0
    for part in link.iter(include_text=True):
        if part.tag == "-text" and (part.text_content or "").strip():
            return False
        text = said(part) if part.tag not in {"-text", "-comment"} else ""
        named = part.tag not in _BLOCKS and (attribute(part, "class") or part.tag in {"strong", "b"})
        parts += bool(text and named and not _is_dressing(text, part, link))
    return parts >= 2


def classes(node: Node) -> str:
    """An element's class and id."""
    return f"{attribute(node, 'class')} {attribute(node, 'id')}".strip()


def texts(node: Node, most: int = 3000) -> Iterator[tuple[str, Node | None]]:
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
        for raw, owner in texts(node)
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
        if len(text) >= 6 and not looks_like_date(text) and not LABEL.match(text):
            return text
    lines = [
        line for line in _lines(card) if not looks_like_date(line) and not LABEL.match(line) and not says_nothing(line)
    ]
    return next((line for line in lines if len(line) >= 8), max(lines, key=len, default=""))


def _lines(node: Node) -> list[str]:
    """The lines under `node`: texts that no block parts, without badges."""
    lines, line = [], ""
    for text, owner in texts(node):
        if owner is None:
            lines.append(line)
            line = ""
        elif not _is_dressing(text, owner, node):
            line += text
    return [plain for one in [*lines, line] for piece in BARS.split(one) if (plain := " ".join(piece.split()))]


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
