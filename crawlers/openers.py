"""What on a page opens a document: links, script calls, buttons of forms, elements with a document's number. Pure.

It refuses what opens none: files, paging, sorting, menus of a board ("목록", "글쓰기"), mail and telephone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from crawlers.identity import sessionless
from crawlers.markup import Node, ancestors, attribute
from crawlers.row_text import said
from crawlers.script_text import MAX_CALL
from crawlers.scripts import call_in, data_of, hidden_inputs

MAX_OPENERS = 3000
_FILE = re.compile(
    r"\.(?:hwpx?|pdf|docx?|xlsx?|pptx?|zip|jpe?g|png|gif|mp4)(?:$|[?#])|(?:file_?down|download|downfile|fileview|"
    r"filedn|getfile|preview|viewer)\w*(?:\.\w+)?(?:$|[/?(])|atchfile",
    re.IGNORECASE,
)
_FILE_TEXT = re.compile(r"\.(?:hwpx?|pdf|docx?|xlsx?|pptx?|zip|jpe?g|png)\s*(?:\([^()]*\))?$", re.IGNORECASE)
_PASSIVE = re.compile(
    r"(?:link_?page|go_?page|fn_?(?:select_?)?page|page_?(?:move|link|go)|paging|select_?page|sort|order|search|print|"
    r"share|sns|"
    r"write|regist|login|popup_?close|toggle|slide|tab|scroll|history\.|fn_?list|go_?list|copy|zoom|like|scrap|"
    r"select\w*list|\w*noticelist)",
    re.IGNORECASE,
)
_DETAIL = re.compile(
    r"view|detail|read|inqire|inquire|article|info|contents?|dtl", re.IGNORECASE
)  # outweighs the above
_NAV_TEXT = re.compile(
    r"[\[(]?\d{1,4}[\])]?|처음|이전|다음|마지막|끝|맨\s*(?:앞|뒤|끝|처음|마지막)|첫\s*페이지|first|prev(?:ious)?|next|"
    r"last|목록(?:보기)?|전체\s*목록|글\s*쓰기|등록|검색|인쇄|"
    r"로그인|회원\s*가입|top|맨\s*위로?|홈|home|더\s*보기|\+|[<>«»‹›…]{1,3}|(?:이전|다음|처음|마지막|"
    r"끝)\s*\d*\s*(?:페이지|목록|쪽)(?:로|으로)?(?:\s*이동)?|수정|삭제|답변|RSS(?:\s*\d\.0)?",
    re.IGNORECASE,
)
_BOARD = re.compile(
    r"(?:board|bbs|brd|bd|bo)_?(?:id|no|seq|cd|code|table|masterid|seqno)|mid|bid|gubun|category|cg_?code|menu\w*|key",
    re.IGNORECASE,
)
_KEYED = re.compile(
    r"(?:id|no|seq|idx|sn|num|key|url|href|link|sid|code|ntt\w*|board\w*|article\w*|view)$", re.IGNORECASE
)
_SKIPPED_KEY = re.compile(r"index|slide|page|toggle|target|tab|menu|swiper|bs|row|col", re.IGNORECASE)
_FILLS = re.compile(r"\.(?:value\s{0,5}=|val\()\s{0,5}['\"]?[\w-]*\d")  # a form's field, in the row's own script
_INERT = {
    "",
    "#",
    "#;",
    "#none",
    "#n",
    "javascript:;",
    "javascript:",
    "javascript:void(0)",
    "javascript:void(0);",
    "#self",
    "#link",
    "#a",
}
_ROWS = {"tr", "li", "div", "article", "dl", "section", "dd", "dt", "td", "button", "a", "p", "span"}


@dataclass(frozen=True, slots=True)
class Opener:
    """An element that opens a document: its text, and its target in growing coarseness.

    `target` is the same for the same document, `shape` for documents of one board, `coarse` for addresses that differ
    in numbers only; `numbers` are the parts that may tell documents apart.
    """

    node: Node
    text: str
    target: str
    shape: str
    coarse: str
    numbers: Mapping[str, str]


def openers_of(root: Node, *, of_row: bool = False, files: bool = False) -> list[Opener]:
    """All openers under `root`, in the page's order; with `of_row` also `root`, as a row that is its own link.

    With `files` those count too that open a file, for boards whose rows lead straight to one.
    """
    found: dict[int, Opener] = {}
    around: set[int] = set()
    nodes = root.css("a, [onclick], button, input[type=submit], input[type=button]")
    for node in [*([root] if of_row else []), *nodes][: MAX_OPENERS * 4]:
        opener = _opener(node, files=files)
        if opener is None or node.mem_id in found:
            continue
        found[node.mem_id] = opener
        around.update(up.mem_id for up in ancestors(node, 8))
        if len(found) >= MAX_OPENERS:
            break
    keyed = [node for node in _keyed(root, of_row=of_row) if node.mem_id not in found and node.mem_id not in around]
    for node in keyed[: MAX_OPENERS - len(found)]:
        if not any(up.mem_id in found for up in ancestors(node, 4)) and (opener := _by_data(node)):
            found[node.mem_id] = opener
    return list(found.values())


def data_around(node: Node) -> dict[str, str]:
    """The `data-` values of an element and of what is just around it, the nearest first."""
    held: dict[str, str] = {}
    for up in [node, *ancestors(node, 4)]:
        for name, value in data_of(up).items():
            held.setdefault(name, value)
        if up.tag in {"tr", "li", "article", "dl"}:
            break
    return held


def key_around(node: Node) -> str:
    """The `data-` value by which an element, or one just around it, names a document: `id=12`, or ""."""
    return next((key.removeprefix("data-") for up in [node, *ancestors(node, 3)] if (key := _key(up))), "")


def form_around(node: Node) -> Node | None:
    """The form just around a row's button, if it is the row's own: a short one, with hidden values."""
    form = next((up for up in ancestors(node, 5) if up.tag == "form"), None)
    return (
        form
        if form is not None and hidden_inputs(form) and len(form.css("a, [onclick], input[type=submit]")[:8]) < 6
        else None
    )


def _opener(node: Node, *, files: bool) -> Opener | None:
    href, click = attribute(node, "href").strip(), attribute(node, "onclick").strip()[:MAX_CALL]
    if node.tag in {"input", "button"} and not click:
        return _by_form(node)
    text = said(node, most=400)[:300] or _silent_text(node)
    low = href.lower()
    if (
        _NAV_TEXT.fullmatch(text)
        or _FILE_TEXT.search(text)
        or low.startswith(("mailto:", "tel:", "sms:", "data:", "ftp:"))
    ):
        return None
    if href and not low.startswith(("#", "javascript:")):
        return None if _FILE.search(href) and not files else _linked(node, text, href)
    if low.startswith(("#/", "#!")):
        return _linked(node, text, href)
    call = f"{href} {click}" if low.startswith("javascript:") else click
    named = call_in(call)
    if (
        named
        and not _DETAIL.search(named[0])
        and (
            _PASSIVE.match(named[0].removeprefix("fn_egov_").removeprefix("fn_").removeprefix("fn"))
            or _FILE.search(named[0] + "(")
        )
    ):
        return None
    if named and any(named[1]):
        key = f"call:{named[0]}:{':'.join(named[1])}"
        shape = f"call:{named[0]}:{len(named[1])}"
        return Opener(node, text, key, shape, shape, {str(place): one for place, one in enumerate(named[1])})
    if "location" in call or "window.open" in call or ("submit(" in call and _FILLS.search(call)):
        return Opener(node, text, call, re.sub(r"\d+", "0", call), re.sub(r"\d+", "0", call), {"call": call})
    return None if node.tag != "a" else _by_data(node, text)


def _linked(node: Node, text: str, href: str) -> Opener:
    plain = sessionless(href)[:600]
    path, _, query = plain.partition("?")
    numbers: dict[str, str] = {}
    kept = []
    for pair in query.replace("&amp;", "&").split("&"):
        name, _, value = pair.partition("=")
        if _BOARD.fullmatch(name) or not re.search(r"\d", value):
            kept.append(f"{name}={value if _BOARD.fullmatch(name) else ''}")
        else:
            kept.append(f"{name}=0")
        if value:
            numbers[name.lower()] = value
    coarse_path = re.sub(r"\d+", "0", _slugless(path))
    fine_path = path if any("=0" in one for one in kept) else re.sub(r"\d+(?=\D*$)", "0", _slugless(path))
    for place, number in enumerate(re.findall(r"\d+", path) or ([path] if not query else [])):
        numbers[f"/{place}"] = number
    asked = "&".join(sorted(kept))
    coarse = "&".join(sorted(one.split("=")[0] for one in kept))
    return Opener(node, text, plain, f"{fine_path}?{asked}", f"{coarse_path}?{coarse}", numbers)


def _slugless(path: str) -> str:
    """A path whose last part is words ("/news/겨울-대책") without them: they name the document, not the board."""
    head, slash, last = path.rpartition("/")
    plain = unquote(last, errors="replace")
    return f"{head}{slash}*" if slash and len(plain) > 15 and "." not in plain else path


def _by_form(node: Node) -> Opener | None:
    form = form_around(node)
    if form is None:
        return None
    text = " ".join((attribute(node, "value") or said(node, most=400)).split())[:300]
    if not text or _NAV_TEXT.fullmatch(text):
        return None
    hidden = hidden_inputs(form)
    shape = f"form:{attribute(form, 'action')}:{','.join(hidden)}"
    return Opener(node, text, f"{shape}:{','.join(hidden.values())}", shape, shape, hidden)


def _keyed(root: Node, *, of_row: bool) -> list[Node]:
    found = [root] if of_row and _key(root) else []
    for node in root.traverse():
        if node.tag in _ROWS and _key(node):
            found.append(node)
            if len(found) > MAX_OPENERS:
                break
    return found


def _key(node: Node) -> str:
    for name, value in node.attributes.items():
        if not name.startswith("data-") or not value or len(value) > 300:
            continue
        if _KEYED.search(name) and not _SKIPPED_KEY.search(name) and re.search(r"\d", value) and " " not in value:
            return f"{name}={value}"
    return ""


def _by_data(node: Node, text: str = "") -> Opener | None:
    key = next((key for up in [node, *ancestors(node, 3)] if (key := _key(up))), "")
    text = text or said(node, most=400)[:300]
    if not key or len(text) < 2 or _NAV_TEXT.fullmatch(text):
        return None
    name = key.partition("=")[0]
    return Opener(node, text, f"data:{key}", f"data:{name}", f"data:{name}", {name: key})


def _silent_text(node: Node) -> str:
    image = node.css_first("img[alt]")
    told = (
        attribute(node, "title") or attribute(node, "value") or (attribute(image, "alt") if image is not None else "")
    )
    return " ".join(told.split())[:300]
