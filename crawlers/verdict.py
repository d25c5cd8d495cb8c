"""What a page without a board is: empty, blocked, a frame around another, one that only scripts fill. Pure."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from crawlers.article import ParseError
from crawlers.markup import Node, attribute

_HEAD = 30_000  # characters of a page's text that are looked at
_SILENT = {"script", "style", "noscript", "template", "head", "svg"}
_BLOCKED = re.compile(
    r"비정상적?인?\s*(?:접근|접속|요청)|(?:접근|접속|요청|사용)[이가을를]?\s*(?:차단|거부|제한|금지)|차단(?:된|되었|"
    r"하였)|웹\s*방화벽|보안\s*정책(?:에|상|위반)|"
    r"공격\s*(?:패턴|탐지)|자동\s*(?:등록|입력)\s*방지|자동화된\s*(?:접근|요청)|access denied|request (?:rejected|"
    r"blocked)|\bforbidden\b|"
    r"captcha|support id|event id|not a robot|web application firewall|the requested url was rejected|"
    r"checking your browser|로봇이\s*아닙",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"로그인\s*(?:이\s*필요|후\s*(?:이용|사용|조회)|하셔야|해\s*주)|(?:접근|열람|읽기)\s*권한이\s*없|회원만\s*(?:이용|"
    r"열람)|본인\s*인증이\s*필요"
)
_EMPTY = re.compile(
    r"(?:등록|검색|조회|게시|작성|해당|일치)?\s?(?:된|되는|하는|하신)?\s?(?:조건에\s*맞는\s*)?(?:게시물|게시글|"
    r"(?<!댓)글|자료|내용|데이터|결과|공고|정보|목록|보도자료|소식|공지사항|항목|기사|콘텐츠)"
    r"\s?[이가은는]?\s?(?:존재하지\s*않|없습니다|없음|없어요|없다)|조회된\s*결과가|no (?:data|posts?|results?|"
    r"articles?|records?|entries)\b|nothing found|0건의\s*검색",
    re.IGNORECASE,
)
_FAULT = re.compile(
    r"(?:페이지|게시판|주소|요청하신\s*\S{1,8})[을를이가은는]?\s*(?:찾을\s*수\s*없|존재하지\s*않|없습니다)|"
    r"존재하지\s*않는\s*(?:페이지|게시판|게시물|주소)|잘못된\s*(?:접근|요청|경로|주소)|오류가\s*발생|"
    r"(?:서비스|시스템|서버|사이트|누리집|홈페이지)\s*\S{0,4}\s*(?:점검|중단|일시)|점검\s*중|404 not found|not found|"
    r"internal server error|service unavailable|bad gateway",
    re.IGNORECASE,
)


def verdict(root: Node, source: str, url: str, *, partial: str = "") -> ParseError:
    """Why there are no rows, and what was seen: `frame` (its address), `blocked`, `empty`, `script_only`, `no_rows`."""
    text = visible(root)
    inner = framed(root, url, text)
    if inner:
        return ParseError("frame", inner)
    fault = _FAULT.search(text)
    if len(text) < 3000 and (found := _BLOCKED.search(text)):
        return ParseError("blocked", _seen(text, found))
    if (found := _LOGIN.search(text)) or (len(text) < 1500 and root.css_first("input[type=password]") is not None):
        return ParseError("blocked", "login: " + (_seen(text, found) if found else text[:60]))
    if fault and (len(text) < 1500 or not _EMPTY.search(text)):
        return ParseError("no_rows", _seen(text, fault))
    if found := _EMPTY.search(text):
        return ParseError("empty", _seen(text, found))
    if len(text) < 400 and source.lower().count("<script") and _mounts(root):
        return ParseError("script_only", f"filled by scripts; it says only: {text[:60]}")
    return ParseError("no_rows", partial or text[:80])


def says_empty(root: Node) -> bool:
    """Whether the page's own list says that it holds nothing, as a row or a paragraph of its own."""
    for node in root.css("td, li, p, dd, div, span, strong")[:4000]:
        if node.css_first("td, li, p, dd, div") is not None:
            continue
        raw = (node.text(deep=True) or "")[:200]
        text = " ".join(raw.split())
        if 4 <= len(text) <= 60 and _EMPTY.search(text):
            return True
    return False


def visible(root: Node) -> str:
    """The page's text on one line as far as somebody sees it, at most 30,000 characters."""
    parts: list[str] = []
    size = 0
    stack = [root]
    while stack and size < _HEAD:
        node = stack.pop()
        if node.tag == "-text":
            text = node.text_content or ""
            parts.append(text)
            size += len(text)
        elif node.tag not in _SILENT and "display:none" not in attribute(node, "style").replace(" ", ""):
            stack.extend(reversed(list(node.iter(include_text=True))))
    return " ".join(" ".join(parts).split())


def framed(root: Node, url: str, text: str) -> str:
    """The address of the frame that is the page, where it is one; `text` is what the page itself says."""
    frames = root.css("frame[src]")
    if not frames and len(text) < 300:
        frames = [
            one
            for one in root.css("iframe[src]")
            if not re.search(r"youtube|facebook|google|twitter|about:", attribute(one, "src"))
        ]
    named = sorted(
        frames,
        key=lambda one: bool(re.search(r"main|body|content|right|cont", attribute(one, "name") + attribute(one, "id"))),
        reverse=True,
    )
    for frame in named:
        try:
            return urljoin(url, attribute(frame, "src").strip())
        except ValueError:
            continue
    return ""


def _mounts(root: Node) -> bool:
    """Whether the page has an empty place for scripts to fill."""
    return any(
        not (node.text(deep=True) or "").strip()
        for node in root.css("#app, #root, #__next, #wrap, tbody, ul, main, [id*=list], [class*=list]")[:50]
    )


def _seen(text: str, found: re.Match[str]) -> str:
    return text[max(0, found.start() - 20) : found.end() + 40].strip()
