"""The files that a detail page offers. Runs in the sandbox; refuses viewers, and scripts that it cannot follow.

A file's name may stand in the link, its title, its address, or beside it; its address in `href`, in `data-` values, in
a call that the page's own script explains, or in a form that is posted. Dressing (sizes, counts, "다운로드") goes.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlencode, urlsplit

from crawlers.article import Link
from crawlers.identity import canonical
from crawlers.links import MAX_CHARS, absolute
from crawlers.markup import Node, ancestors, attribute, text_of
from crawlers.scripts import MAX_CALL, Scripts, data_of, hidden_inputs

MAX_LINKS = 20
_MAX_OPENERS = 3000
_ENDING = r"(?:hwpx|hwpml|hwp|hml|pdf|docx?|xlsx?|pptx?|zip|txt|csv|odt|rtf)"
_FILE = re.compile(rf"[^\\/<>:*?\"|\n]{{0,200}}\.{_ENDING}(?![A-Za-z0-9])", re.IGNORECASE)
_EACH = re.compile(rf"[^\\/<>:*?\"|\n]{{1,200}}?\.{_ENDING}(?![A-Za-z0-9])", re.IGNORECASE)
_ALL = re.compile(r"(?:전체|일괄|모두|한번에|압축)\s*(?:파일|첨부)?\s*(?:다운|내려|받기|저장)")
_DOWNLOAD = re.compile(
    r"(?:file|atch|attach|bbs|board|common|cmm)?_?(?:down(?:load)?|dn)(?![a-z]*viewer)|atchfile|getfile|fileget|filedown|downfile",
    re.IGNORECASE,
)
_EGOV = re.compile(r"fn_egov_downFile\(\s*['\"]([^'\"]{1,300})['\"]\s*,\s*['\"]?([\w=+/%-]{1,60})['\"]?\s*\)")
_VIEWER = re.compile(
    r"preview|docview|viewer|synap|fileview|convert|htmlview|streamdocs|/skin/doc|readspeaker|voice|listen",
    re.IGNORECASE,
)
_OF_POST = re.compile(r"첨부|파일|다운|내려\s*받기|붙임|download", re.IGNORECASE)
_PROGRAM = re.compile(r"뷰어|viewer|프로그램|설치|reader|player|앱\s|스토어", re.IGNORECASE)
_VIEWS = re.compile(r"미리\s*보기|바로\s*보기|문서\s*보기|뷰어|음성|듣기|preview|view(?:er)?$", re.IGNORECASE)
_DRESSING = re.compile(
    r"^(?:(?:첨부\s*파일|첨부|파일명|파일|다운로드|내려\s*받기|다운|받기|바로\s*보기|미리\s*보기|새\s*창(?:열기|열림|으로)?|아이콘|문서|이름|download)"
    r"\s*(?:\(?\d{1,2}\)?(?=\s))?\s*[-:：)\]|]*\s+|\[[^\[\]]{1,12}\]\s*(?=\S+\s*\S*\.)|[-·ㆍ▶▷□○●◎*\s]+)+",
    re.IGNORECASE,
)
_INERT = {"", "#", "#none", "#;", "#n", "#self", "#link", "javascript:;", "javascript:void(0)", "javascript:void(0);"}
_EDGES = {"header", "footer", "nav", "aside"}
_DATA = (
    "data-url",
    "data-href",
    "data-link",
    "data-download",
    "data-download-url",
    "data-file",
    "data-fileurl",
    "data-path",
    "data-src",
)
_ROWS = {"li", "td", "dd", "p", "div", "span", "tr", "dl"}
_MAX_NAME = 1000  # characters in which a name is looked for
_MOST_BESIDE = 300  # characters beside a link in which its file's name is looked for


def files_of(root: Node, source: str, base: str, css: str = "") -> tuple[Link, ...]:
    """The documents offered on the page at `base`, in its order; `css` says where they stand, where that is known."""
    scripts = Scripts(root, source)
    areas = root.css(css) if css else [root]
    found: dict[str, Link] = {}
    names: set[str] = set()
    for opener in _openers(areas):
        link = _file_link(opener, base, scripts)
        if link is None or any(parent.tag in _EDGES for parent in ancestors(opener, 40)):
            continue
        key = link.url if link.post else canonical(link.url)
        if key in found:  # the same file under a button and its name: a name is worth more
            found[key] = max(found[key], link, key=lambda one: bool(_FILE.search(one.name)))
        elif not (_FILE.search(link.name) and link.name in names):
            found[key] = link
            names.add(link.name)
        if len(found) == MAX_LINKS:
            break
    return tuple(found.values())


def _openers(areas: list[Node]) -> list[Node]:
    wanted = "a, button, [onclick], " + ", ".join(f"[{name}]" for name in _DATA)
    found: dict[int, Node] = {}
    for area in areas[:50]:
        for node in [area, *area.css(wanted)][:_MAX_OPENERS]:
            if (
                node.tag in {"a", "button"}
                or "onclick" in node.attributes
                or any(name in node.attributes for name in _DATA)
            ):
                found.setdefault(node.mem_id, node)
    return list(found.values())


def _file_link(opener: Node, base: str, scripts: Scripts) -> Link | None:
    said = [
        text_of(opener)[:400],
        attribute(opener, "title"),
        attribute(opener, "download"),
        attribute(opener, "aria-label"),
    ]
    said += [attribute(image, "alt") for image in opener.css("img")[:3]]
    call = attribute(opener, "onclick")[:MAX_CALL] + " " + attribute(opener, "href")[:MAX_CALL]
    named = next((name for text in said if (name := file_name(text))), "")
    downloads = bool(named) or _DOWNLOAD.search(call[:MAX_CALL]) or "download" in opener.attributes
    carried = next((value for name in _DATA if (value := attribute(opener, name))), "")
    if not (downloads or file_name(_in_address(carried or attribute(opener, "href")))):
        return None
    target = _target(opener, call, carried, base, scripts)
    if target is None or _is_view(said, target.url) or (not named and _ALL.search(" ".join(said))):
        return None
    name = named or _named_beside(opener, file_name(_in_address(target.url)))
    if name:
        return Link(name, target.url, target.post)
    bare = " ".join(said[0].split())[:100]
    asked = said[2] or _EGOV.search(call) or (_OF_POST.search(" ".join(said)) and not _PROGRAM.search(" ".join(said)))
    unnamed = _DOWNLOAD.search(urlsplit(target.url).path) and asked  # its server may name it
    return Link(said[2][:100] or bare, target.url, target.post) if unnamed else None


def file_name(text: str) -> str:
    """The file name in `text`, without what dresses it; "" where it holds none."""
    found = _FILE.search(" ".join(text[:_MAX_NAME].split()))
    if not found:
        return ""
    name = _DRESSING.sub("", found[0]).strip("-·ㆍ ▶□○")
    return name if not name.startswith(".") else ""


def _target(opener: Node, call: str, carried: str, base: str, scripts: Scripts) -> Link | None:
    """Where the file is; `post` where a form is sent for it."""
    if egov := _EGOV.search(call):
        query = urlencode({"atchFileId": egov[1], "fileSn": egov[2]})
        url = absolute(f"/cmm/fms/FileDown.do?{query}", base)
        return Link("", url) if url else None
    href = attribute(opener, "href").strip()
    if href.lower() not in _INERT and not href.startswith("#") and not href.lower().startswith("javascript:"):
        url = absolute(href, base)
        return Link("", url) if url else None
    script = (attribute(opener, "onclick") or href.partition(":")[2])[:MAX_CALL]
    if script and (led := _led(scripts, script, opener, base)):
        return led
    if carried and (url := absolute(carried, base)):
        return Link("", url)
    return _form(opener, base)


def _led(scripts: Scripts, script: str, opener: Node, base: str) -> Link | None:
    called = scripts.follow(script, data_of(opener))
    if called is None:
        return None
    if called.location:
        url = absolute(called.location, base)
        return Link("", url) if url else None
    return _sent(called.action, called.fields, called.method, base) if called.sends else None


def _form(opener: Node, base: str) -> Link | None:
    """The form around a button, where sending it means a download."""
    form = next((parent for parent in ancestors(opener, 6) if parent.tag == "form"), None)
    if opener.tag != "button" or form is None or not _DOWNLOAD.search(attribute(form, "action")):
        return None
    fields = tuple(hidden_inputs(form).items())
    if name := attribute(opener, "name"):
        fields = (*fields, (name, attribute(opener, "value")))
    return _sent(attribute(form, "action"), fields, attribute(form, "method").lower() or "get", base)


def _sent(action: str, fields: tuple[tuple[str, str], ...], method: str, base: str) -> Link | None:
    where = absolute(action or base, base)
    if not where:
        return None
    mark = "&" if "?" in where else "?"
    url = where + (mark + urlencode(fields) if fields else "")
    return Link("", url, post=method == "post")


def _is_view(said: list[str], url: str) -> bool:
    """Whether the link shows a picture of the document in place of giving it."""
    parts = urlsplit(url)
    told = " ".join(said[:2])
    if _DOWNLOAD.search(parts.path) and not _VIEWS.search(told):
        return False
    return bool(_VIEWER.search(parts.path) or (_VIEWS.search(told) and not re.search(r"다운|내려|받기", told)))


def _in_address(url: str) -> str:
    """The parts of an address that may hold a file's name, the likeliest last part first."""
    parts = url[:MAX_CHARS].partition("#")[0].partition("?")
    values = [pair.partition("=")[2] for pair in parts[2].split("&")]
    told = [unquote(parts[0]).rsplit("/", 1)[-1], *(unquote(value).rsplit("/", 1)[-1] for value in reversed(values))]
    return next((text for text in told if _FILE.search(text[:_MAX_NAME])), "")


def _named_beside(opener: Node, addressed: str) -> str:
    """The name beside a link that has none; where its address has one, that, unless people are told a better one."""
    beside = _beside(opener)
    ending = addressed.rpartition(".")[2].lower()
    return beside if beside and beside.lower().endswith(ending) else addressed


def _beside(opener: Node) -> str:
    """The one file name that stands beside a nameless link ("보도자료.hwp [내려받기]")."""
    for parent in ancestors(opener, 3):
        if parent.tag not in _ROWS:
            continue
        text = text_of(parent)
        if len(text) > _MOST_BESIDE:
            return ""
        names = {file_name(part[0]) for part in _EACH.finditer(text)}
        if names:
            return next(iter(names)) if len(names) == 1 else ""
    return ""
