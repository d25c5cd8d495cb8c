"""The body and the files of a detail page. Runs in the sandbox; refuses to overrule the list on title and date.

trafilatura finds the body, with tables kept (Korean boards hold whole bodies in them) and precision favoured (it drops
satisfaction surveys and comments). Its title and date are wrong on such pages (news note §3.3) and not asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from crawlers.article import MAX_TEXT, Link, ParseError
from crawlers.charset import decode
from crawlers.eminwon import file_links
from crawlers.identity import canonical
from crawlers.markup import Node, ancestors, attribute, check_shape, plain, text_of, tidy, tree

MAX_LINKS = 20
_ENOUGH = 40  # characters of body below which another way is tried
_FILE = re.compile(r"[^\\/<>:*?\"|\n]{0,200}\.(?:hwpx|hwp|pdf|docx?|xlsx?|pptx?|zip|txt|csv)\b", re.IGNORECASE)
_DOWNLOAD = re.compile(r"(?:file|atch|attach)?_?down(?:load)?|atchfile|getfile", re.IGNORECASE)
_EGOV = re.compile(r"fn_egov_downFile\(\s*['\"]([\w-]{1,60})['\"]\s*,\s*['\"]?(\w{1,10})['\"]?\s*\)")
_KOGL = re.compile(
    r"(?:공공누리|opentype|open_?code|codetype|kogl)[^<>]{0,60}?0?([1-4])\s*(?:유형|type|\.(?:png|gif|jpg))",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:등록|작성|게시|배포|보도|공고|게재)\s*일(?:자|시)?\s*[:：]?\s*(\d[^\n]{5,30})")
_DEPARTMENT = re.compile(
    r"(?:담당\s*부서|작성\s*부서|제공\s*부서|부\s*서\s*명?|담당과)\s*[:：]?\s*([가-힣A-Za-z0-9·]{2,20})"
)
_MISSING = re.compile(
    r"존재하지\s*않|찾을\s*수\s*없|삭제된\s*(?:게시물|글|자료)|삭제되었|잘못된\s*(?:접근|경로|요청)|비정상적인\s*접근|권한이\s*없|"
    r"로그인이?\s*(?:필요|후)|표시할\s*수\s*없|서비스\s*(?:점검|이용에\s*불편)|page not found|404 error",
    re.IGNORECASE,
)
_HEAD = 3000  # characters in which a page's own heading table must end
_NEXT_LABEL = r"(?=\s*$|\s*\n|\s+(?:제\s?목|담당|작성|등록|게시|조회|연락처|전화|첨부|번호))"
_MEANT = r"(?:\s*[:：]\s*|\s+)"  # between a label and its value
_DAY = r"\d{2,4}\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}[일.]?"
_HOUR = r"(?:\s?\([월화수목금토일]\))?(?:\s\d{1,2}:\d{2}(?::\d{2})?)?"
_WHO = r"[^\s:：]{1,30}(?: [^\s:：]{1,30}){0,2}?"
_ENDINGS = r"hwpx?|pdf|docx?|xlsx?|pptx?|zip|jpe?g|png"
_LABELLED = (
    rf"(?:등록|작성|게시|배포|보도|공고|게재)\s?일(?:자|시)?{_MEANT}{_DAY}{_HOUR}",
    rf"조회\s?수?{_MEANT}[\d,]{{1,12}}",
    rf"번호{_MEANT}\d{{1,10}}",
    rf"(?:연락처|전화(?:번호)?){_MEANT}[\d)-]{{7,16}}",
    rf"(?:(?:담당|작성|등록|게시)\s?(?:부서|자|과)명?|부서명?|글쓴이){_MEANT}{_WHO}{_NEXT_LABEL}",
    rf"첨부\s?(?:파일)?{_MEANT}(?:없음|[^\n]{{1,200}}\.(?:{_ENDINGS})(?:\s?\([^()\n]{{1,40}}\))?)",
)
_BODIES = (
    "[class*=view_con]", "[class*=view-con]", "[class*=viewcon]", "[class*=board_view]", "[class*=bbs_con]",
    "[class*=bbs-con]", "[class*=article]", "[id*=article]", "article", "main", "#contents", "#content",
    "[class*=content]",
)  # fmt: skip
_EDGES = {"header", "footer", "nav", "aside"}
_SCRIPTS = {"do", "jsp", "asp", "aspx", "php", "es", "cgi", "web"}  # endings of addresses, not of files
_MAGIC = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"HWP Document File")


@dataclass(frozen=True, slots=True)
class Page:
    """What a detail page says. `is_file` where the address answered with a document itself; then all else is empty.

    `date` is raw text, and like `department` only for lists that have none.
    """

    text: str = ""
    links: tuple[Link, ...] = ()
    date: str = ""
    department: str = ""
    licence: str = ""
    is_file: bool = False


def read_page(body: bytes, charset: str, url: str, body_css: str = "", files_css: str = "") -> Page:
    """The page at `url`; `body_css` and `files_css` say where its body and its files stand, where that is known.

    Raises:
        ParseError: `missing` where it is an error page served as if it were one, `markup` where it would hang a parser.
    """
    if body.lstrip()[:20].startswith(_MAGIC):
        return Page(is_file=True)
    source = decode(body, charset)
    check_shape(source)
    root = tree(source)
    text = _body(source, root, body_css)[:MAX_TEXT]
    links = (*_links(root, url, files_css), *file_links(source, root, url))
    if len(text) < 300 and not links and (found := _MISSING.search(text or text_of(root)[:1000])):
        raise ParseError("missing", found[0])
    whole = text_of(root)
    date, department = _DATE.search(whole), _DEPARTMENT.search(whole)
    kogl = _KOGL.search(source)
    return Page(
        text=text,
        links=links,
        date=date[1] if date else "",
        department=department[1] if department else "",
        licence=f"KOGL-{kogl[1]}" if kogl else "",
    )


def kind_of(name: str) -> str:
    """A file's kind by its name: `hwpx`, `hwp`, `pdf`, …; "" where it does not say, as `download.do`."""
    found = re.search(r"\.([A-Za-z0-9]{2,5})$", name.strip())
    kind = found[1].lower() if found else ""
    return "" if kind in _SCRIPTS else kind


def unheaded(text: str, title: str, department: str) -> str:
    """`text` without the leading lines that only repeat what its list said of it: title, department, date, counters.

    Old boards hold all of it in one table with the body. Whole lines go or stay; where nothing would be left,
    all stays.
    """
    told = [r"\s+".join(map(re.escape, words)) for said in (title, department) if (words := said.split())]
    named = [rf"(?:(?:제\s?목|담당\s?부서|부서명?)(?:\s*[:：]\s*|\s+))?(?:{one})(?=\s|$)" for one in told]
    field = re.compile("|".join([*named, *_LABELLED]))
    head, at, end = text[:_HEAD], 0, 0
    while found := field.match(head, at):
        at = found.end()
        at += len(head[at:]) - len(head[at:].lstrip(" |,"))
        if head[at : at + 1] == "\n":
            at = end = at + 1
    return text[end:] if text[end:].strip() else text


def _body(source: str, root: Node, css: str) -> str:
    if css and (node := root.css_first(css)) is not None:
        return plain(node.html or "")
    found = _extracted(source, precise=True)
    if len(found) >= _ENOUGH:
        return found
    # a notice of one sentence: trafilatura looks for more and brings the menu along
    return max(found, _contained(root), key=len) or _extracted(source, precise=False) or _unedged(root)


def _extracted(source: str, *, precise: bool) -> str:
    # here, not above: 80 MB and a second that the main process must not pay
    import trafilatura

    extracted = trafilatura.extract(
        source, include_tables=True, include_comments=False, favor_precision=precise, favor_recall=not precise
    )
    return _cells(tidy(extracted or ""))


def _cells(text: str) -> str:
    """Extracted text without the bars and rules that trafilatura draws for tables."""
    lines = (re.sub(r"\s*\|\s*", " ", line).strip(" -") for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _contained(root: Node) -> str:
    """The text of the first well-known container that has some."""
    for css in _BODIES:
        if best := max((plain(node.html or "") for node in root.css(css)[:20]), key=len, default=""):
            return best
    return ""


def _unedged(root: Node) -> str:
    rest = root.clone()
    rest.strip_tags(sorted(_EDGES))
    return plain(rest.html or "")


def _links(root: Node, base: str, css: str) -> list[Link]:
    anchors = [node for area in root.css(css) for node in _anchors(area)] if css else _anchors(root)
    found: dict[str, Link] = {}
    for anchor in anchors:
        link = _file_link(anchor, base)
        if link is not None and not any(parent.tag in _EDGES for parent in ancestors(anchor, 40)):
            found.setdefault(canonical(link.url), link)
        if len(found) == MAX_LINKS:
            break
    return list(found.values())


def _anchors(node: Node) -> list[Node]:
    return [node] if node.tag == "a" else node.css("a")


def _file_link(anchor: Node, base: str) -> Link | None:
    href = attribute(anchor, "href").strip()
    egov = _EGOV.search(href + " " + attribute(anchor, "onclick"))
    if egov:
        href = f"/cmm/fms/FileDown.do?atchFileId={egov[1]}&fileSn={egov[2]}"
    try:
        url = urljoin(base, href)
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not href or href.startswith("#"):
        return None
    said = (text_of(anchor), attribute(anchor, "title"), attribute(anchor, "download"))
    told = (*said, unquote(parts.path).rsplit("/", 1)[-1], unquote(parts.query).rsplit("=", 1)[-1])
    name = next((found[0] for text in told if (found := _FILE.search(text))), "")
    if not name and (egov or (_DOWNLOAD.search(parts.path) and said[2])):
        name = said[0][:100]
    return Link(" ".join(name.split()).strip("-· "), url) if name else None
