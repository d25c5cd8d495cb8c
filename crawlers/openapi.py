"""What the public-data portal's press-release and policy-news services (1371000) answer. Runs in the sandbox.

    bytes → text → expat, nothing declared and nothing expanded → header (an error?) and items → Listing

Errors stand inside HTTP 200, in three dialects (the service's header, the gateway's, plain words); each becomes a code:
key_refused · quota · window (too many days) · service_down · service_gone · request (a parameter is wrong) · wrong_kind
(no such XML) · markup (hostile XML). An empty window is a quiet day. It refuses every DOCTYPE, and to read outside.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5
from xml.parsers import expat

from crawlers.article import MAX_TEXT, MAX_TITLE, Entry, Link, Listing, ParseError
from crawlers.charset import decode
from crawlers.identity import stable_id, text_id
from crawlers.markup import plain

MAX_ITEMS = 5000
QUIET = "openapi"

_MAX_DEPTH = 200
_MAX_ELEMENTS = 300_000
_MAX_FILES = 40
_ITEMS = {"newsitem", "item"}
_FIELDS = {
    "newsitemid", "contentsstatus", "modifydate", "approvedate", "embargodate", "title", "subtitle1", "subtitle2",
    "subtitle3", "datacontents", "ministercode", "misistercode", "originalurl", "filename", "fileurl", "kogltype",
}  # fmt: skip
_HEADER = {"resultcode", "resultmsg", "returnreasoncode", "returnauthmsg", "errmsg", "totalcount"}
# by word before number: the numbers differ between services, the words do not
_WORDS = (
    ("THREE_DAYS_OVER", "window"),
    ("PER_SECOND", "service_down"),
    ("LIMITED_NUMBER_OF_SERVICE_REQUESTS", "quota"),
    ("QUOTA_EXCEEDED", "quota"),
    ("RATE_LIMIT", "quota"),
    ("SERVICE_KEY_IS", "key_refused"),
    ("SERVICEKEY_IS", "key_refused"),
    ("THE_SERVICEKEY", "key_refused"),
    ("INVALID_SERVICE_KEY", "key_refused"),
    ("KEY_IS_NOT_REGISTERED", "key_refused"),
    ("DEADLINE_HAS_EXPIRED", "key_refused"),
    ("UNREGISTERED_", "key_refused"),
    ("UNSIGNED_CALL", "key_refused"),
    ("SERVICE_ACCESS_DENIED", "key_refused"),
    ("UNAUTHORIZED", "key_refused"),
    ("FORBIDDEN", "key_refused"),
    ("NO_OPENAPI_SERVICE", "service_gone"),
    ("API_NOT_FOUND", "service_gone"),
    ("NODATA", QUIET),
    ("NO_DATA", QUIET),
    ("INVALID_REQUEST_PARAMETER", "request"),
    ("NO_MANDATORY_REQUEST", "request"),
)
_NUMBERS = {
    0: QUIET, 3: QUIET, 10: "request", 11: "request", 12: "service_gone", 20: "key_refused", 21: "key_refused",
    22: "quota", 30: "key_refused", 31: "key_refused", 32: "key_refused", 33: "key_refused",
}  # fmt: skip
_DOWN = re.compile(
    r"점검|장애|일시적|불편을|unavailable|unexpected error|bad gateway|timed? ?out|internal server|internal error|"
    r"application error|no backend",
    re.IGNORECASE,
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_OPEN, _CLOSE = "<![CDATA[", "]]>"
_INVALID = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AMPERSAND = re.compile(r"&(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)?")
_XML_NAMES = {"lt;", "gt;", "amp;", "quot;", "apos;"}
_ESCAPED_TAG = re.compile(r"&lt;/?[A-Za-z]")
_CELL = re.compile(r"(?i)</t[dh]\s*>")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}:\d{2}(?::\d{2})?))?")
_JOINED = re.compile(r"\s*[;|,]\s*(?=https?://)")
_KOGL = re.compile(r"(?<!\d)0?([1-4])(?!\d)")


def parse_items(body: bytes, charset: str, url: str) -> Listing:
    """What one window holds, in its order; a quiet window is an empty listing.

    Raises:
        ParseError: one of this module's codes.
    """
    text = _INVALID.sub("", _DECLARATION.sub("", decode(body, charset).lstrip("\ufeff"), count=1)).strip()
    if not text.startswith("<") or re.match(r"(?i)<(?:!doctype\s+html|html)", text):
        raise _plain_error(text)
    reader = _Reader()
    reader.read(text)
    _check_result(reader)
    entries: dict[str, Entry] = {}
    for item in reader.items:
        if entry := _entry(item, url):
            entries.setdefault(entry.id, entry)
    if reader.items and not entries and any("title" in item.fields for item in reader.items):
        raise ParseError("wrong_kind", f"{len(reader.items)} items, none readable")
    total = reader.header.get("totalcount", "").strip()
    missed = int(total) - len(reader.items) if total.isascii() and total.isdecimal() and len(total) < 7 else 0
    return Listing(QUIET, tuple(entries.values()), missed=max(missed, 0))


def _plain_error(text: str) -> ParseError:
    """The error that a gateway's words, HTML or JSON mean."""
    told = plain(text[:5000]) if "<" in text else text[:5000]
    code = _worded(told)
    if code in {"", QUIET}:
        code = "service_down" if not text or _DOWN.search(told) else "wrong_kind"
    return ParseError(code, " ".join(told.split())[:80] or "an empty answer")


def _worded(told: str) -> str:
    plainly = re.sub(r"[\s_]+", "_", told.upper())
    return next((code for word, code in _WORDS if word in plainly), "")


def _check_result(reader: _Reader) -> None:
    told = {name: " ".join(said.split()) for name, said in reader.header.items()}
    words = " ".join(told.get(name, "") for name in ("resultmsg", "returnauthmsg", "errmsg"))
    number = told.get("returnreasoncode") or told.get("resultcode", "")
    numbered = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else None
    if not told and not reader.items:
        raise ParseError("wrong_kind", f"<{reader.root}>")
    # a gateway's errMsg ("SERVICE ERROR") says less than the word beside it
    code = _worded(words) or (_NUMBERS.get(numbered, "service_down") if numbered is not None else "service_down")
    if told.get("resultmsg", "").upper().startswith("NORMAL") or not (number or words.strip()):
        code = QUIET
    if code != QUIET and not (numbered == 0 and reader.items):
        raise ParseError(code, f"{number} {words}".strip()[:80])


@dataclass(slots=True)
class _Item:
    """The fields of one item by lower-case name, each as often as it came, and the order in which files were told."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[tuple[str, str]] = field(default_factory=list)

    def get(self, name: str) -> str:
        return next((text for value in self.fields.get(name, ()) if (text := value.strip())), "")


class _Reader:
    """Items and header of a portal answer, by expat; markup that was not escaped inside a field is its text."""

    def __init__(self) -> None:
        self.items: list[_Item] = []
        self.header: dict[str, str] = {}
        self.root = ""
        self._path: list[str] = []
        self._item: _Item | None = None
        self._item_depth = 0
        self._field, self._field_depth = "", 0
        self._text: list[str] = []
        self._elements = 0

    def read(self, text: str) -> None:
        parser = expat.ParserCreate(namespace_separator=None)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._say
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.ExternalEntityRefHandler = _refuse
        try:
            parser.Parse(_mended(text), True)
        except expat.ExpatError as error:
            raise ParseError("wrong_kind", f"no XML: {expat.ErrorString(error.code)}, line {error.lineno}") from error

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        name = name.rsplit(":", 1)[-1].lower()
        self._elements += 1
        self._path.append(name)
        depth = len(self._path)
        if depth > _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            raise ParseError("markup", f"nested deeper than {_MAX_DEPTH}, or more than {_MAX_ELEMENTS} elements")
        self.root = self.root or name[:40]
        if self._item is None and name in _ITEMS:
            if len(self.items) == MAX_ITEMS:
                raise ParseError("markup", f"more than {MAX_ITEMS} items")
            self._item, self._item_depth = _Item(), depth
            self.items.append(self._item)
        elif self._field:
            self._text.append("\n")
        elif (self._item is not None and name in _FIELDS) or (self._item is None and name in _HEADER):
            self._field, self._field_depth, self._text = name, depth, []

    def _end(self, _name: str) -> None:
        depth = len(self._path)
        self._path.pop()
        if self._field and depth == self._field_depth:
            self._close_field("".join(self._text))
            self._field = ""
        elif self._field:
            self._text.append("\n")
        elif self._item is not None and depth == self._item_depth:
            self._item = None

    def _close_field(self, said: str) -> None:
        if self._item is None:
            self.header.setdefault(self._field, said[:500])
            return
        self._item.fields.setdefault(self._field, []).append(said)
        if self._field in {"filename", "fileurl"} and len(self._item.files) < _MAX_FILES:
            self._item.files.append((self._field, said.strip()))

    def _say(self, said: str) -> None:
        if self._field:
            self._text.append(said)


def _refuse(*_: object) -> int:
    raise ParseError("markup", "declares a document type or an entity")


def _mended(text: str) -> str:
    """`text` with ampersands as XML wants them, outside CDATA: services write `&` and `&nbsp;` where they may not."""
    parts, at = [], 0
    while (start := text.find(_OPEN, at)) >= 0 and (end := text.find(_CLOSE, start)) >= 0:
        parts += [_AMPERSAND.sub(_mend, text[at:start]), text[start:end]]
        at = end
    return "".join([*parts, _AMPERSAND.sub(_mend, text[at:])])


def _mend(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        return "&amp;"
    if name in _XML_NAMES or name.startswith("#"):
        return found[0] if name in _XML_NAMES or _is_character(name) else "\ufffd"
    return html.escape(html5[name]) if name in html5 else f"&amp;{name}"


def _is_character(reference: str) -> bool:
    digits = reference[1:-1]
    number = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return number <= 0x10FFFF and not _INVALID.match(chr(number))


def _entry(item: _Item, base: str) -> Entry | None:
    """The entry that an item is, or None where it says nothing or was withdrawn."""
    title = " ".join(_text(item.get("title")).split())[:MAX_TITLE]
    body = _text(item.get("datacontents"))
    if item.get("contentsstatus").upper() == "D" or not (title or body):
        return None
    subtitles = [said for n in (1, 2, 3) if (said := " ".join(_text(item.get(f"subtitle{n}")).split()))]
    head = [said for said in dict.fromkeys(subtitles) if said not in {title, body}]
    text = "\n".join([*head, *([body] if body else [])])[: MAX_TEXT + 1]
    url = _web(item.get("originalurl"))
    number, agency = item.get("newsitemid"), item.get("ministercode") or item.get("misistercode")
    name = f"NewsItemId:{number}"[:300] if number else stable_id(url, base) if url else text_id(title, text[:200])
    kogl = _KOGL.search(item.get("kogltype"))
    return Entry(
        id=name,
        url=url,
        title=title or body[:80].replace("\n", " "),
        date=_day(item.get("approvedate"))[:100],
        text=text,
        updated=_day(item.get("modifydate"))[:100],
        embargo=_day(item.get("embargodate"))[:100],
        licence=f"KOGL-{kogl[1]}" if kogl else "",
        links=tuple(_links(item)),
        agency="" if agency.isdecimal() else " ".join(_text(agency).split())[:80],
        whole=True,
    )


def _text(said: str) -> str:
    """The plain text of a field that holds HTML, escaped once more or not."""
    if "<" not in said and _ESCAPED_TAG.search(said):
        said = html.unescape(said)
    return plain(_CELL.sub(r" \g<0>", said)[: MAX_TEXT * 10])[: MAX_TEXT + 1]


def _day(said: str) -> str:
    """A date as everybody else writes it: the service puts the month first."""
    found = _AMERICAN.fullmatch(said.strip())
    if not found:
        return said.strip()
    return f"{found[3]}-{int(found[1]):02}-{int(found[2]):02}" + (f" {found[4]}" if found[4] else "")


def _web(address: str) -> str:
    told = address.strip().replace("&amp;", "&")  # no more than that: "&region=" is no sign of anything
    return told if re.match(r"(?i)https?://[^\s/]", told) and len(told) <= 4000 else ""


def _links(item: _Item) -> Iterator[Link]:
    """The files of an item: pairs of name and address, told alternately, one list after the other, or joined by `;`."""
    names = [said for kind, said in item.files if kind == "filename"]
    urls = [said for kind, said in item.files if kind == "fileurl"]
    if len(names) != len(urls) or any(_JOINED.search(url) for url in urls):
        urls = [one for url in urls for one in _JOINED.split(url)]
        if len(names) != len(urls):
            names = [one.strip() for name in names for one in re.split(r"[;|]", name)]
    pairs = zip(names, urls, strict=True) if len(names) == len(urls) else _adjacent(item)
    seen: set[str] = set()
    for name, said in pairs:
        if (url := _web(said)) and url not in seen:
            seen.add(url)
            yield Link(" ".join(_text(name).split())[:200], url)


def _adjacent(item: _Item) -> list[tuple[str, str]]:
    """Pairs by their order, where some name is missing: a name belongs to the address that follows it."""
    found: list[tuple[str, str]] = []
    name = ""
    for kind, said in item.files:
        if kind == "filename":
            name = said
            continue
        for url in _JOINED.split(said):
            found.append((name, url))
            name = ""
    return found
