"""새올 전자민원 (eminwon), the notices of cities and counties: which form to post, where a notice and its files stand.

    front page (hidden fields, charset) → form → POST elsewhere → rows that call searchDetail('<no>') → `eminwon_rows`
                                            goDownLoad('name','stored','path') on a detail page       → files

A row's page has an address of its own (the detail form's fields as a query), which many servers answer to a GET and
all to a POST. Pure; refuses to run scripts. Runs in the sandbox, but for `form_for`, `front_page`, `form_of` and
`looks_empty`, which read nothing that is foreign but an address and a byte or two.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from crawlers.article import Link
from crawlers.charset import decode
from crawlers.markup import Node, attribute, text_of, tree

ACTION = "/emwp/gov/mogaha/ntis/web/ofr/action/OfrAction.do"
FRONT = "/emwp/jsp/ofr/OfrNotAncmtLSub.jsp"
_KINDS = "01,03,04,06"  # kinds of notice: what a front page is asked for that names none
_ASKED = {
    "pageIndex": "1", "jndinm": "OfrNotAncmtEJB", "context": "NTIS", "method": "selectListOfrNotAncmt",
    "methodnm": "selectListOfrNotAncmtHomepage", "not_ancmt_mgt_no": "",
}  # fmt: skip
_USUAL = {"homepage_pbs_yn": "Y", "subCheck": "Y", "ofr_pageSize": "10", "countYn": "Y", "list_gubun": "A"}
_DETAIL = {
    "context": "NTIS", "homepage_pbs_yn": "Y", "jndinm": "OfrNotAncmtEJB", "method": "selectOfrNotAncmt",
    "methodnm": "selectOfrNotAncmtRegst", "not_ancmt_mgt_no": "", "subCheck": "Y",
}  # fmt: skip
_MAX_FIELDS = 80
_MAX_VALUE = 500
_MAX_FILES = 20
_ACTION_IN = re.compile(r"[\"']([^\"'<>\s]{0,300}OfrAction\.do)[\"'?]")
_PATH = re.compile(r"(?i)(.*?)/gov/mogaha/ntis/web/ofr/action/OfrAction\.do$")
_TARGETS = "[onclick], a[href]"
_DOWNLOAD = re.compile(r"(?i)go_?down_?load\w{0,10}\s*\(([^()]{3,3000})\)")
_ARGUMENT = re.compile(r"'([^']{0,1500})'|\"([^\"]{0,1500})\"")
_FILE_FORM = re.compile(r"(?i)[\"'=]([^\"'<>\s=]{0,300}/FileDown\w{0,10}\.jsp)")
_FILE_FIELDS = ("user_file_nm", "sys_file_nm", "file_path")
_NOTHING = re.compile(rb"(?i)search_?detail|mgt_?no|<tr|<li")


@dataclass(frozen=True, slots=True)
class AskForm:
    """What to post for the list, and where. `frame` is the page that really holds the form, where it is another."""

    action: str
    fields: tuple[tuple[str, str], ...]
    charset: str = "utf-8"
    frame: str = ""


def form_for(url: str) -> AskForm:
    """What would be posted for a source whose front page says nothing: its address's own query, and what is usual."""
    return AskForm(_action_for(url), _merged({}, url))


def front_page(url: str) -> str:
    """The page that holds the form, for a source at `url`: itself, or the one that belongs to a bare OfrAction.do."""
    parts = urlsplit(url)
    known = _PATH.match(parts.path)
    if not known:
        return url
    kinds = dict(parse_qsl(parts.query, keep_blank_values=True)).get("not_ancmt_se_code") or _KINDS
    query = f"not_ancmt_se_code={quote(kinds, safe=',')}"
    return urlunsplit((parts.scheme, parts.netloc, f"{known[1]}/jsp/ofr/OfrNotAncmtLSub.jsp", query, ""))


def looks_empty(body: bytes) -> bool:
    """Whether an answer to the form has neither rows nor a word of one."""
    return _NOTHING.search(body) is None


def read_form(body: bytes, charset: str, url: str, source_url: str) -> AskForm:
    """What the front page at `url` says is to be posted for the source at `source_url`.

    Raises:
        ParseError: `markup`, for a hostile page.
    """
    page = decode(body, charset)
    root = tree(page)
    hidden = hidden_in(root)
    named = _ACTION_IN.search(page)
    action = urljoin(url, html.unescape(named[1])) if named else ""
    if not action and (form := _form(root)) is not None:
        told = attribute(form, "action").strip()
        action = urljoin(url, told) if told.partition("?")[0].lower().endswith(".do") else ""
    frame = "" if hidden or action else _frame(root, url)
    if not action.lower().startswith(("http://", "https://")):
        action = _action_for(url if not frame else source_url)
    return AskForm(action, _merged(hidden, source_url), _charset_of(body), frame)


def file_links(page: str, root: Node, url: str) -> list[Link]:
    """The files of a detail page that only a script brings: FileDown.jsp by its query, or by a POST of it."""
    if "ownload" not in page.lower() and "ownLoad" not in page:
        return []
    where = _FILE_FORM.search(page)
    path = urljoin(url, html.unescape(where[1])) if where else urljoin(url, "/emwp/jsp/ofr/FileDown.jsp")
    posted = _posts(root, path) or path.lower().endswith("new.jsp")
    found: dict[str, Link] = {}
    for node in root.css(_TARGETS):
        call = _DOWNLOAD.search(attribute(node, "href") + " " + attribute(node, "onclick"))
        given = ["".join(pair) for pair in _ARGUMENT.findall(call[1])] if call else []
        if len(given) < 3:
            continue
        query = urlencode(list(zip(_FILE_FIELDS, given, strict=False)), encoding=_charset_name(page))
        shown = " ".join(text_of(node).split())
        name = given[0] if re.search(r"\.[A-Za-z0-9]{2,5}$", given[0]) else shown or given[0]
        found.setdefault(
            query, Link(re.sub(r"\s*\[[^\]]{1,20}\]$|\s*다운로드$", "", name)[:200], f"{path}?{query}", posted)
        )
    return list(found.values())[:_MAX_FILES]


def form_of(url: str) -> tuple[str, tuple[tuple[str, str], ...], str]:
    """An address whose query is to be posted: where to, the fields, and the charset that its escapes are in."""
    parts = urlsplit(url)
    where = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    charset = "utf-8"
    try:
        fields = parse_qsl(parts.query, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except UnicodeDecodeError:
        charset = "cp949"
        fields = parse_qsl(
            parts.query, keep_blank_values=True, encoding=charset, errors="replace", max_num_fields=_MAX_FIELDS
        )
    return where, tuple(fields), charset


def _action_for(url: str) -> str:
    parts = urlsplit(url)
    if parts.path.lower().endswith(".do"):
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    prefix = parts.path.partition("/jsp/ofr/")[0] if "/jsp/ofr/" in parts.path else "/emwp"
    return urlunsplit((parts.scheme, parts.netloc, prefix + ACTION.removeprefix("/emwp"), "", ""))


def _merged(hidden: dict[str, str], url: str) -> tuple[tuple[str, str], ...]:
    """The form's fields: the page's, over them the address's, over them what makes it the list's first page."""
    own = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    listed = {name: value for name, value in {**hidden, **own}.items() if name in {"method", "methodnm", "jndinm"}}
    fields = {**_USUAL, **hidden, **own, **_ASKED}
    if listed.get("methodnm", "").startswith("selectList"):  # press releases (OfrNewsEpct…) come by the same form
        fields.update(listed)
    if not fields.get("not_ancmt_se_code"):
        fields["not_ancmt_se_code"] = _KINDS
    return tuple(list(fields.items())[:_MAX_FIELDS])


def _form(root: Node) -> Node | None:
    forms = root.css("form")[:20]
    named = [form for form in forms if form.css_first("[name=not_ancmt_mgt_no], [name=jndinm], [name=methodnm]")]
    return next(iter(named or [form for form in forms if attribute(form, "name") == "form1"]), None)


def hidden_in(root: Node) -> dict[str, str]:
    """The values that the form would send as it stands: hidden and text inputs, and what is selected."""
    form = _form(root)
    if form is None:
        return {}
    found: dict[str, str] = {}
    for node in form.css("input, select")[:_MAX_FIELDS]:
        name = attribute(node, "name").strip()
        kind = attribute(node, "type").lower()
        if not name or kind in {"button", "submit", "image", "reset", "file"}:
            continue
        if kind in {"checkbox", "radio"} and "checked" not in node.attributes:
            continue
        found.setdefault(name[:100], _selected(node) if node.tag == "select" else attribute(node, "value")[:_MAX_VALUE])
    return found


def _selected(node: Node) -> str:
    chosen = node.css_first("option[selected]") or node.css_first("option")
    return "" if chosen is None else (attribute(chosen, "value") or "")[:_MAX_VALUE]


def _frame(root: Node, url: str) -> str:
    for node in root.css("iframe, frame")[:20]:
        source = attribute(node, "src").strip()
        if re.search(r"(?i)OfrNotAncmt|OfrAction|eminwon", source):
            return urljoin(url, source)
    return ""


def _charset_of(body: bytes) -> str:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "cp949"
    return "utf-8"


def _charset_name(page: str) -> str:
    """The charset that a decoded page's links are written in, by what it says of itself."""
    found = re.search(r"(?i)charset\s*=\s*[\"']?\s*(euc-?kr|ks_?c|cp949|ms949)", page[:4096])
    return "cp949" if found else "utf-8"


def detail_address(url: str, hidden: dict[str, str]) -> str:
    """Where a notice listed at `url` is read, with `{number}` in it; `hidden` are the values of the list's form."""
    parts = urlsplit(url)
    where = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    jndi, listing = hidden.get("jndinm") or "", hidden.get("methodnm") or ""
    named = {**_DETAIL, **{key: hidden[key] for key in ("homepage_pbs_yn", "subCheck") if hidden.get(key)}}
    if re.fullmatch(r"\w{1,60}", jndi) and jndi != "OfrNotAncmtEJB" and "Epct" in jndi + listing:
        named |= {"jndinm": jndi}
    del named["not_ancmt_mgt_no"]
    return f"{where}?{urlencode(named)}".replace("{", "{{").replace("}", "}}") + "&not_ancmt_mgt_no={number}"


def _posts(root: Node, path: str) -> bool:
    """Whether the page has a form that posts to the download's path."""
    name = path.rsplit("/", 1)[-1].lower()
    forms = (form for form in root.css("form") if attribute(form, "action").partition("?")[0].lower().endswith(name))
    return any(attribute(form, "method").lower() == "post" for form in forms)
