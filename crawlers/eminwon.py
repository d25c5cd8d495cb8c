"""새올 전자민원 (eminwon), the notices of cities and counties: which form to post, what its list and files say. Pure.

    front page (hidden fields, charset) → form → POST elsewhere → rows that call searchDetail('<no>') → entries
                                                                  goDownLoad('name','stored','path')  → files

A row's page has an address of its own (the detail form's fields as a query), which many servers answer to a GET and
all to a POST. It refuses to run scripts, and to invent: a page without rows is an error. Runs in the sandbox, but for
`form_for`, `front_page` and `looks_empty`, which read nothing that is foreign but an address and a byte or two.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from crawlers.article import MAX_TITLE, Entry, Link, Listing
from crawlers.board import parse_board
from crawlers.charset import decode
from crawlers.dates import date_in, looks_like_date
from crawlers.markup import Node, ancestors, attribute, text_of, tree
from crawlers.sources import BoardProfile

MAX_ROWS = 300
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
_CALL = re.compile(
    r"(?i)(?:search_?detail|go_?detail|view_?detail|detail_?view|go_?view|fn_?\w{0,20}(?:detail|view))\w{0,20}"
    r"\s*\(\s*['\"]?(\d{1,20})['\"]?\s*[,)]"
)
_NAMED = re.compile(r"(?i)\bnot_?ancmt_?mgt_?no=(\d{1,20})")
_TARGETS = "[onclick], a[href]"
_ROW_TAGS = {"tr", "li", "dl", "article"}
_PERIOD = re.compile(r"\d[^~∼～]{3,20}[~∼～]")  # "2026-11-20 ~ 2026-12-10", how long it stays posted
_HEAD_TITLE = re.compile(r"제\s*목|공고명|고시명|건\s*명|내\s*용")
_HEAD_DATE = re.compile(r"등\s*록|작성|고시\s*일|공고\s*일|일\s*자|게시\s*일|날\s*짜")
_HEAD_PERIOD = re.compile(r"기\s*간|마\s*감|종\s*료")
_HEAD_DEPARTMENT = re.compile(r"부\s*서|담\s*당|기\s*관")
_LABELLED_DEPARTMENT = re.compile(r"(?:담당\s*부서|부서\s*명?|담당)\s*[:：ㅣ|]?\s*([가-힣A-Za-z0-9·]{2,20})")
_LABELLED_DATE = re.compile(
    r"(?:등록|작성|고시|공고|게시)\s*일?(?:자|시)?\s*[:：ㅣ|]?\s*(\d{4}[^~∼～가-힣]{4,12})(?![^~]{0,3}[~∼～])"
)
_DEPARTMENT = re.compile(
    r"[가-힣A-Za-z0-9·]{1,18}(?:과|실|국|관|단|팀|소|청|원|처|센터|본부|부|위원회|사업소|읍|면|동)"
)
_LABEL = re.compile(r"(?:담당|등록|게시|게재|작성|조회|고시|공고|부서|첨부|기간)[가-힣\s]{0,6}\s*[:：]")
_TITLE_PARTS = "[class*=tit], [class*=subj], strong, h3, h4, h5, dt"
_NUMBER = re.compile(r"[가-힣A-Za-z\s]{0,20}(?:제)?\s*\d{1,4}\s*-\s*\d{1,5}\s*호?|\d{1,7}")
_DRESSING = re.compile(r"\s*(?:새\s*글|NEW|N|첨부\s*파일(?:\s*있음)?|파일)\s*$")
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
    hidden = _hidden(root)
    named = _ACTION_IN.search(page)
    action = urljoin(url, html.unescape(named[1])) if named else ""
    if not action and (form := _form(root)) is not None:
        told = attribute(form, "action").strip()
        action = urljoin(url, told) if told.partition("?")[0].lower().endswith(".do") else ""
    frame = "" if hidden or action else _frame(root, url)
    if not action.lower().startswith(("http://", "https://")):
        action = _action_for(url if not frame else source_url)
    return AskForm(action, _merged(hidden, source_url), _charset_of(body), frame)


def parse_list(body: bytes, charset: str, url: str, profile: BoardProfile | None = None) -> Listing:
    """What the list that was posted to `url` holds, in its order.

    A declared `profile` is honoured as on any board; so are rows that lead somewhere by an address of their own.

    Raises:
        ParseError: `no_rows` where nothing looks like a row, `markup` for a hostile page, `wrong_kind` for a feed.
    """
    page = decode(body, charset)
    if profile and profile.rows:
        return replace(parse_board(body, charset, url, profile), kind="eminwon")
    root = tree(page)
    hidden, heads = _hidden(root), dict[int, list[str]]()
    detail = _detail_address(url, hidden)
    entries: dict[str, Entry] = {}
    for number, row, target in _rows(root):
        entry = _entry(row, target, detail.format(number=number), heads)
        if entry and len(entries) < MAX_ROWS:
            entries.setdefault(number, replace(entry, id=f"not_ancmt_mgt_no:{number}"))
    if entries:
        return Listing("eminwon", tuple(entries.values()))
    return replace(parse_board(body, charset, url, profile), kind="eminwon")


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
        given = ["".join(pair) for pair in _ARGUMENT.findall(html.unescape(call[1]))] if call else []
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


def _hidden(root: Node) -> dict[str, str]:
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


def _detail_address(url: str, hidden: dict[str, str]) -> str:
    parts = urlsplit(url)
    where = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    jndi, listing = hidden.get("jndinm") or "", hidden.get("methodnm") or ""
    named = {**_DETAIL, **{key: hidden[key] for key in ("homepage_pbs_yn", "subCheck") if hidden.get(key)}}
    if re.fullmatch(r"\w{1,60}", jndi) and jndi != "OfrNotAncmtEJB" and "Epct" in jndi + listing:
        named |= {"jndinm": jndi}
    del named["not_ancmt_mgt_no"]
    return f"{where}?{urlencode(named)}".replace("{", "{{").replace("}", "}}") + "&not_ancmt_mgt_no={number}"


def _rows(root: Node) -> Iterator[tuple[str, Node, Node]]:
    """Each notice once: its number, the element that is its row, and the elements' one that tells the title."""
    calling: dict[str, list[Node]] = {}
    for node in root.css(_TARGETS)[:5000]:
        told = f"{attribute(node, 'href')} {attribute(node, 'onclick')}"[:2000]
        found = _CALL.search(told) or _NAMED.search(html.unescape(told))
        if found:
            calling.setdefault(found[1], []).append(node)
    for number, nodes in list(calling.items())[:MAX_ROWS]:
        others = {node.mem_id for other, rest in calling.items() if other != number for node in rest}
        yield number, _row_of(nodes[0], others), max(nodes, key=lambda node: _weight(text_of(node)))


def _weight(text: str) -> int:
    """How much a text looks like a title: dates, numbers and periods do not."""
    if looks_like_date(text) or _PERIOD.search(text) or _NUMBER.fullmatch(text) or _DEPARTMENT.fullmatch(text):
        return -1
    return len(text)


def _row_of(node: Node, others: set[int]) -> Node:
    """The smallest table row or list item around a notice that is its alone; without one, the largest such element.

    A page's only notice has no neighbours to tell: there the smallest element with a day in it will do.
    """
    alone = node
    for up in (node, *ancestors(node, 8)):
        if any(child.mem_id in others for child in up.css(_TARGETS)):
            break
        alone = up
        if up.tag in _ROW_TAGS or (not others and any(looks_like_date(text) for text in _texts(up))):
            break
    return alone


def _entry(row: Node, target: Node, url: str, heads: dict[int, list[str]]) -> Entry | None:
    cells = _headed(row, heads)
    texts = _texts(row)
    title = _told(cells, _HEAD_TITLE) or _title(target, texts)
    for _ in range(2):
        title = _DRESSING.sub("", title).strip()
    if len(title) < 2:
        return None
    days = [cell for cell in cells if looks_like_date(cell[1]) or date_in(cell[1])]
    date = _told(days, _HEAD_DATE, _HEAD_PERIOD) or _date(texts, " ".join(texts))
    department = _told(cells, _HEAD_DEPARTMENT) or _department(texts, title)
    return Entry("", url, title[:MAX_TITLE], date[:100], department[:80], post=True)


def _headed(row: Node, heads: dict[int, list[str]]) -> list[tuple[str, str]]:
    """The row's cells under their headings; a cell's own label (data-label, data-title) stands for a heading."""
    cells = [cell for cell in row.iter() if cell.tag in {"td", "th"}]
    labels = [attribute(cell, "data-label") or attribute(cell, "data-title") for cell in cells]
    if not any(labels):
        table = next((up for up in ancestors(row, 4) if up.tag == "table"), None)
        if table is None:
            return []
        if table.mem_id not in heads:
            heads[table.mem_id] = _headings(table)
        labels = heads[table.mem_id] if len(heads[table.mem_id]) == len(cells) else []
    return [(label, text_of(cell)) for label, cell in zip(labels, cells, strict=False)]


def _headings(table: Node) -> list[str]:
    for row in table.css("tr")[:5]:
        cells = [cell for cell in row.iter() if cell.tag in {"td", "th"}]
        texts = [text_of(cell) for cell in cells]
        if len(cells) >= 3 and any(_HEAD_TITLE.search(text) and len(text) < 12 for text in texts):
            return texts
    return []


def _told(cells: list[tuple[str, str]], wanted: re.Pattern[str], but: re.Pattern[str] | None = None) -> str:
    for label, said in cells:
        if said and wanted.search(label) and not (but and but.search(label)):
            return said
    return ""


def _texts(row: Node) -> list[str]:
    leaves = (node.text_content or "" for node in row.traverse(include_text=True) if node.tag == "-text")
    return [text for leaf in leaves for piece in re.split(r"[|│ㅣ]", leaf) if (text := " ".join(piece.split()))]


def _title(target: Node, texts: list[str]) -> str:
    titled = [text_of(part) for part in target.css(_TITLE_PARTS)]
    named = next((text for text in titled if len(text) >= 2 and not looks_like_date(text)), "")
    told = named or text_of(target)
    if _weight(told) >= 2 and len(told) <= 200 and not date_in(told):
        return told
    unlabelled = [text for text in texts if not _LABEL.match(text)]
    return max(unlabelled, key=_weight, default="")  # the whole card is the link: its weightiest text


def _date(texts: list[str], whole: str) -> str:
    labelled = _LABELLED_DATE.search(whole)
    if labelled:
        return labelled[1].strip()
    single = next((text for text in texts if looks_like_date(text) and not _PERIOD.search(text)), "")
    return single or next((found for text in texts if (found := date_in(text))), "")


def _department(texts: list[str], title: str) -> str:
    labelled = _LABELLED_DEPARTMENT.search(" ".join(text for text in texts if text != title))
    if labelled:
        return labelled[1]
    return next((text for text in texts if text != title and _DEPARTMENT.fullmatch(text)), "")


def _posts(root: Node, path: str) -> bool:
    """Whether the page has a form that posts to the download's path."""
    name = path.rsplit("/", 1)[-1].lower()
    forms = (form for form in root.css("form") if attribute(form, "action").partition("?")[0].lower().endswith(name))
    return any(attribute(form, "method").lower() == "post" for form in forms)
