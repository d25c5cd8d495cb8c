"""What on a detail page is not its body: menus, hidden parts, surveys, comments, buttons, files, neighbours, marks.

By tags, by what classes and ids are called on Korean sites, by labelled rows, and by whole lines. Refuses to drop a
part that holds most of the page, whatever it is called. Linear: no part is looked at twice, and measuring has a budget.
"""

# ruff: noqa: E501 - a pattern is read best on one line

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from crawlers.markup import Node, attribute

_SILENT = ["script", "style", "noscript", "template", "svg", "select", "button", "title", "head"]
_TAGS = {"nav", "footer", "aside", "header", "object", "embed", "canvas", "audio", "video", "map", "dialog"}
# words of classes and ids; those of the second line yield to a word that says "content"
_NEVER = {
    "satisfaction", "satisfy", "satis", "satisfied", "csat", "opinion", "comment", "comments", "reply", "replies", "cmt",
    "prev", "next", "prevnext", "paging", "paginate", "pagination", "pager", "sns", "share", "scrap", "btn", "btns",
    "button", "buttons", "file", "files", "filelist", "fileview", "attach", "attachment", "attachments", "attachfile", "addfile", "kogl",
    "nuri", "opentype", "ccl", "manager", "charge", "breadcrumb", "breadcrumbs", "copyright", "skip", "skipnav", "gnb",
    "lnb", "snb", "tnb", "footer", "foot", "survey", "familysite", "related", "recommend", "banner", "popup", "satisfact", "estimate",
    "livere", "disqus", "blind", "hidden", "srch", "login", "quick", "quickmenu", "sitemap", "advert", "util",
}  # fmt: skip
_SELDOM = {
    "menu",
    "submenu",
    "nav",
    "navi",
    "location",
    "search",
    "header",
    "tag",
    "tags",
    "hashtag",
    "rank",
    "hit",
    "ad",
}
_CONTENT = {
    "content",
    "contents",
    "cont",
    "con",
    "body",
    "article",
    "detail",
    "view",
    "text",
    "txt",
    "board",
    "bbs",
    "container",
}
_UNSEEN = re.compile(
    r"(?:sr|sound|screen|readers?)[-_ ]?(?:only|out|hide)|(?:^|[\s_-])(?:hide|ir|a11y)(?:$|\s)|visually-?hidden"
)
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+|[A-Z][a-z]*|[가-힣]+")
_ROW_LABELS = {
    "제목", "등록일", "작성일", "게시일", "공고일", "등록일자", "작성일자", "게시일자", "등록일시", "작성일시", "조회", "조회수", "작성자", "등록자", "글쓴이",
    "담당부서", "작성부서", "부서", "부서명", "담당자", "연락처", "전화번호", "전화", "첨부", "첨부파일", "파일", "이전글", "다음글", "이전", "다음", "번호",
    "공공누리", "저작권", "공유", "키워드", "태그", "구분", "분류",
}  # fmt: skip
_CELL_LABELS = {"이전글", "다음글", "첨부파일", "첨부", "조회수", "조회", "등록일", "작성일", "작성자", "글쓴이"}
_LISTS = {"table", "ul", "ol"}
_LIST_ROWS = 4
_DEEPEST = 60
_MOST_OF = 0.5
_LEFT = 8  # characters of text that must be left where a page's foot, or its menu, is most of it
_SURELY = {"footer", "nav", "foot", "copyright", "gnb", "lnb", "satisfaction", "satisfy", "satis", "survey"}
_ROW_CHARS = 400
_SHORT = 60  # characters that a button row, a counter or a crumb path has at most

_SURVEY = re.compile(
    r"(?:페이지|콘텐츠|컨텐츠|화면|누리집|홈페이지)(?:에서|의|에)?[^\n]{0,30}(?:정보|내용|편의성)[^\n]{0,30}만족\s*(?:하|도)"
    r"|^(?:콘텐츠|컨텐츠|페이지|정보)?\s*만족도\s*(?:조사|평가)?$|매우\s*만족\s*(?:\(?\d점\)?)?\s*만족|^(?:담당자|콘텐츠)\s*정보$"
    r"|^댓글\s*(?:\(?\d+\)?)?\s*(?:개)?$|^(?:전체\s*)?댓글\s*(?:쓰기|등록|입력|달기)|이 누리집은 대한민국 공식 전자정부"
    r"|copyright\s*(?:©|ⓒ|\(c\))|©\s*\d{4}|ⓒ\s*\d{4}|all\s*rights?\s*reserved|^개인정보\s*처리\s*방침",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"목록(?:\s*(?:보기|으로))?|(?:이전|다음)(?:\s?글)?|(?:이전|다음)\s?글[이은]?\s*(?:없습니다|존재하지\s*않습니다)\.?|(?:이전|다음)\s?글[\s:：▲▼△▽<>][^\n]{0,120}|(?:이전|다음)\s*[:：▲▼△▽<>][^\n]{0,120}|[▲▼△▽]\s*(?:이전|다음)\s*글?[^\n]{0,120}|인쇄(?:하기)?|프린트|(?:이것|이\s*(?:글|기사|게시물))\s*공유(?:하기)?\s*[:：]?"
    r"|스크랩|공유(?:하기)?|(?:페이스북|트위터|카카오(?:톡|스토리)?|네이버|밴드|블로그|인스타그램|엑스|X|facebook|twitter)(?:[\s,/]*(?:으?로?\s*)?(?:공유(?:하기)?|페이스북|트위터|카카오(?:톡|스토리)?|밴드|블로그))*"
    r"|(?:URL|링크|주소)\s*복사(?:하기)?|맨?\s*위로?|top|글자\s*(?:크기\s*)?(?:크게|작게|확대|축소)?|확대|축소|닫기|더\s*보기"
    r"|(?:전체|일괄|모두)?\s*(?:바로\s*보기|미리\s*보기|다운로드|내려\s*받기|파일\s*열기|전체\s*받기|문서\s*뷰어)(?:\s*\([^()]*\))?(?:\s*(?:바로\s*보기|미리\s*보기|다운로드|내려\s*받기))*|새\s*창(?:\s*열림)?"
    r"|본문\s*(?:바로가기|시작|끝)|등록된\s*댓글이\s*없습니다\.?|수정|삭제|답변|글쓰기|등록|취소|확인"
    r"|(?:첨부\s*파일|첨부)(?:\s*\(?\d*\)?\s*(?:개|건)?)?(?:\s*[:：]?\s*(?:없음|[^\n]{1,150}\.(?:hwpx?|pdf|docx?|xlsx?|pptx?|zip|jpe?g|png)[^\n]{0,60}))?"
    r"|[^\n]{1,150}\.(?:hwpx?|pdf|docx?|xlsx?|pptx?|zip|jpe?g|png)\s*(?:[\[(][\d.,\s]*(?:KB|MB|B|bytes|바이트)[^\n]{0,40}|(?:다운로드|내려받기|미리보기|바로보기)[^\n]{0,40})?"
    r"|(?:(?:본|이|해당|위|상기)\s*(?:공공\s*)?(?:저작|게시|자료|콘텐츠|컨텐츠|글|문서|보고|기사|사진|영상|누리집|홈페이지|작품)[^\n]{0,100}|[^\n]{0,100}(?=공공\s*누리[^\n]{0,100}(?:조건에|이용\s*할\s*수\s*있|자유\s*이용|이용\s*허락|이용\s*가능|이용하실)))공공\s*누리[^\n]{0,180}|(?![^\n]{0,160}다\.?$)(?:\W{0,3}|open\s*|kogl\s*)공공\s*누리[^\n]{0,40}(?:유형|마크|표시|금지)[^\n]{0,60}|출처\s*표시(?:[^\n]{0,30}(?:금지|이용|가능))?[^\n]{0,20}"
    r"|(?:저작권자?|무단)[^\n]{0,40}(?:무단|전재|복제|배포)[^\n]{0,40}금지[^\n]{0,20}|(?:홈|home)\s*(?:[>›»/]\s*[^\n]{1,20}){1,6}"
    r"|조회\s*수?\s*[:：]?\s*[\d,]+|추천\s*[:：]?\s*\d+",
    re.IGNORECASE,
)  # fmt: skip


def prune(root: Node, *, hidden: bool = False) -> None:
    """Takes out of the tree under `root` what is boilerplate; with `hidden` parts that are not shown stay."""
    root.strip_tags(_SILENT)
    whole, budget = own_size(root), [len(root.text()) * 20 + 10_000]
    doomed = [
        node
        for node in _candidates(root, hidden=hidden)
        if node.tag == "textarea" or (not hidden and _is_hidden(node)) or _goes(node, whole, budget)
    ]
    for node in _outermost(doomed):
        node.decompose()


def own_size(node: Node) -> int:
    """How many characters of text under `node` are no link."""
    size = len(node.text())
    return size - sum(len(anchor.text()) for anchor in node.css("a")) if size else 0


def lines_of_body(text: str) -> str:
    """`text` without the lines that are buttons, neighbours, files, marks, and without all from a survey on."""
    kept: list[str] = []
    for line in text.split("\n"):
        if _SURVEY.search(line[:200]) and len(line) < 200 and kept:
            break
        if len(line) > 260 or not _LINE.fullmatch(line):
            kept.append(line)
    return "\n".join(kept)


def _candidates(root: Node, *, hidden: bool) -> Iterator[Node]:
    """The elements that may be boilerplate, in the page's order."""
    for node in _shallow(root):
        tag = node.tag or ""
        if tag in {"html", "body", "main", "article"}:
            continue
        told = (
            tag in _TAGS
            or (tag == "textarea" and not hidden)
            or _is_called(node, hidden=hidden)
            or (tag == "tr" and _is_labelled(node))
            or (tag in _LISTS and _is_list(node))
        )
        if told:
            yield node


def _shallow(root: Node) -> Iterator[Node]:
    """The elements at most `_DEEPEST` deep, in the page's order: to look at each with all that is in it stays linear."""
    path = [iter(root.iter())]
    while path:
        node = next(path[-1], None)
        if node is None:
            path.pop()
            continue
        yield node
        if len(path) < _DEEPEST:
            path.append(iter(node.iter()))


def _is_called(node: Node, *, hidden: bool) -> bool:
    """Whether its class, id or style says that it is none of the body."""
    attributes = node.attributes
    if not attributes:
        return False
    if not hidden and _is_hidden(node):
        return True
    named = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"[:300]
    if node.tag == "form":
        named += f" {attributes.get('name') or ''}"[:100]
    if named == " ":
        return False
    if not hidden and _UNSEEN.search(named):
        return True
    words = {word.lower() for word in _WORD.findall(named)}
    if hidden:
        words -= {"hidden", "blind"}
    return bool(words & _NEVER) or bool(words & _SELDOM and not words & _CONTENT)


def _is_hidden(node: Node) -> bool:
    attributes = node.attributes
    if node.tag == "dd":  # an answer that opens under its question
        return False
    return "hidden" in attributes or _HIDING.search(attributes.get("style") or "") is not None


def _is_labelled(row: Node) -> bool:
    """Whether a table's row tells of the document (`등록일 | 2026-11-20`), and is none of its text."""
    cells = [cell for cell in row.iter() if cell.tag in {"th", "td"}][:12]
    for cell, value in pairwise(cells):
        label = "".join(cell.text().split()).rstrip(":：")
        wanted = _ROW_LABELS if cell.tag == "th" else _CELL_LABELS
        if value.tag == "td" and label in wanted:
            return len(row.text()) < _ROW_CHARS
    return False


def _is_list(node: Node) -> bool:
    """Whether it lists other documents: most rows are a link and little else."""
    rows = [row for row in node.css("tr" if node.tag == "table" else "li")[:60] if row.text(deep=True).strip()]
    if len(rows) < _LIST_ROWS:
        return False
    linked = [row for row in rows if (anchor := row.css_first("a")) is not None and len(anchor.text()) > 1]
    if len(linked) < 0.8 * len(rows):
        return False
    shown = sum(len(row.text()) for row in linked)
    return sum(len(anchor.text()) for row in linked for anchor in row.css("a")) >= 0.35 * shown


def _goes(node: Node, whole: int, budget: list[int]) -> bool:
    if budget[0] <= 0:
        return False
    budget[0] -= len(node.text()) + 10
    called = {node.tag, *_WORD.findall(f"{attribute(node, 'id')} {attribute(node, 'class')}"[:300].lower())}
    return own_size(node) <= (whole - _LEFT if called & _SURELY else whole * _MOST_OF)


def _outermost(nodes: list[Node]) -> list[Node]:
    """Those that stand in none of the others, so that none is touched after its parent is gone."""
    doomed = {node.mem_id for node in nodes}
    kept = []
    for node in nodes:
        parent = node.parent
        steps = 0
        while parent is not None and parent.mem_id not in doomed and steps < 400:
            parent, steps = parent.parent, steps + 1
        if parent is None:
            kept.append(node)
    return kept


def images(node: Node) -> str:
    """What a body says that is only a picture: the pictures' alternative texts."""
    told = (" ".join(attribute(image, "alt").split()) for image in node.css("img")[:50])
    return "\n".join(dict.fromkeys(text for text in told if len(text) > 3 and not _FILE_NAME.fullmatch(text)))


_FILE_NAME = re.compile(
    r"[^\n]{0,200}\.(?:jpe?g|png|gif|bmp|webp)|(?:image|img|사진|이미지|그림|본문\s*이미지)\s*\d*", re.IGNORECASE
)
