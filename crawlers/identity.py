"""Names that stay: canonical addresses, stable ids, fingerprints of text. Pure; refuses to fetch or to remember.

A document's id must not change when a site moves to another port, adds a session to its links, or re-orders a list.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote_plus, urlsplit

# Parameters that name a document on Korean boards and portals (research note, §3.2, §3.3 and §4 "Dedup 1").
_STABLE = (
    "dataSid",
    "nttId",
    "nttNo",
    "nttSn",
    "bbscttSn",
    "bbscttSeq",
    "not_ancmt_mgt_no",
    "notAncmtMgtNo",
    "NewsItemId",
    "newsId",
    "articleNo",
    "artclSeq",
    "list_no",
)
_BOARD = ("boardId", "bbsId", "bbsSeqNo", "brdId", "bid", "boardMasterId", "cbIdx", "board_id")
_STABLE_LOWER = {name.lower(): name for name in _STABLE}
_BOARD_LOWER = {name.lower(): number for number, name in enumerate(_BOARD)}
_NOISE = re.compile(
    # tracking and sessions
    r"utm_.*|fbclid|gclid|yclid|msclkid|igshid|_ga|_gl|spm|n_cid|n_media|n_query|n_rank|n_keyword.*|n_ad.*|ref|referr?er|"
    r"rss(?:yn)?|jsessionid|phpsessid|aspsessionid.*|sessionid|session_id|sessid|cfid|cftoken|_?csrf.*|owasp_csrftoken|"
    r"_|_t|timestamp|nocache|cachebuster|returnurl|return_url|prevurl|backurl|"
    # paging
    r"page|pageno|pageindex|pagenum|pagenumber|pagesize|pageunit|pageline|pagerows?|page_no|page_num|startpage|cpage|"
    r"currpage|curpage|curpageno|nowpage|currentpage|currentpageno|gotopage|gopage|npage|spage|q_currpage|pg|pager\.offset|"
    r"article\.offset|articlelimit|listcnt|rowcnt|rowperpage|recordcountperpage|viewcnt|countperpage|listsize|"
    # searching and sorting
    r"search.*|srch.*|sch(?:key|keyword|word|text|str|type|cnd|field|opt|sdate|edate|m)|sort|sortby|sortorder|sortfield|"
    r"order|orderby|keyword|keyfield|stext|sdate|edate|startdate|enddate",
    re.IGNORECASE,
)
_SESSION = re.compile(
    r";(?:jsessionid|phpsessid|sid)=[^/?#]*|/\((?:[SAF]\([A-Za-z0-9]{8,80}\)){1,3}\)(?=/)", re.IGNORECASE
)
_INDEX = re.compile(r"/index\.(?:do|html?|jsp|php|aspx?|es|web)$", re.IGNORECASE)
_SLASHES = re.compile(r"/{2,}")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_SESSION_NAME = re.compile(r"jsessionid|phpsessid|aspsessionid\w*", re.IGNORECASE)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_HEX = re.compile(r"%[0-9a-fA-F]{2}")
_COUNTED = r"\s*+[:：(]?\s*+[\d,]++\s*+[)회]?"
_COUNTERS = re.compile(
    # one class of letters comes first, so that the engine skips to them; each way then looks back at which it was.
    # Possessive: a text of 200,000 digits must not be tried from each of them anew
    r"[조추댓다내hHvV(\d,](?:"
    r"(?:(?<=조)회\s*+수?|(?<=추)천\s*+수|(?<=댓)글\s*+수?|(?<=다)운로드|(?<=내)려받기"
    rf"|(?<=\b[hH])[iI][tT][sS]?\b|(?<=\b[vV])[iI][eE][wW][sS]?\b){_COUNTED}"
    r"|(?<=\()\s*+[\d,]++\s*+회\s*+(?:다운로드|조회)?\s*+\)"
    r"|(?<=[\d,])(?<![\d,].)[\d,]*+\s*+회\s*+(?:다운로드|조회))"
)
_QUOTES = str.maketrans(
    dict.fromkeys("\"'`´‘’‚“”„‹›«»「」『』\u200b\u200c\u200d\u2060\ufeff\u00ad")
    | dict.fromkeys("ㆍ・･•‧∙⋅", "·")
    | dict.fromkeys("–—―−‐‑", "-")
)
_QUOTED = re.compile(f"[{re.escape(''.join(map(chr, _QUOTES)))}]")
_SECOND_LEVEL = {
    "go",
    "or",
    "co",
    "re",
    "ac",
    "ne",
    "pe",
    "hs",
    "ms",
    "es",
    "kg",
    "sc",
    "mil",
    "com",
    "net",
    "org",
    "gov",
    "edu",
    "ai",
    "io",
    "it",
    "me",
}
REGIONS = frozenset({
    "seoul", "busan", "daegu", "incheon", "gwangju", "daejeon", "ulsan", "gyeonggi", "gangwon", "chungbuk", "chungnam",
    "jeonbuk", "jeonnam", "gyeongbuk", "gyeongnam", "jeju",
})  # fmt: skip
_ONE_OWNER = {"gov.kr"}  # looks like a registry's suffix and is one ministry's name
# Hosts that give a name to anybody: what stands before them is the owner (from the Public Suffix List's private part)
_SHARED = {
    "github.io", "gitlab.io", "tistory.com", "blogspot.com", "modoo.at", "cafe24.com", "imweb.me", "wixsite.com",
    "wordpress.com", "notion.site", "oopy.io", "vercel.app", "netlify.app", "web.app", "firebaseapp.com", "pages.dev",
    "workers.dev", "herokuapp.com", "azurewebsites.net", "cloudfront.net", "amazonaws.com", "appspot.com", "nip.io",
    "ngrok.io", "ngrok-free.app", "trycloudflare.com", "duckdns.org", "sslip.io", "gitbook.io", "mycafe24.com",
    "s3.amazonaws.com", "s3.ap-northeast-2.amazonaws.com", "ap-northeast-2.elb.amazonaws.com", "r2.dev",
    "web.core.windows.net", "blob.core.windows.net", "ntruss.com",
}  # fmt: skip
_MIN_TELLING = 100  # characters below which a body ("붙임 참조") says nothing without its title


def canonical(url: str) -> str:
    """`url` without session, paging, search, tracking, default port and plain fragment; parameters sorted.

    One page is served with and without TLS, `www.`, a last slash, `index.do` and parameters that say nothing: none of
    them counts. A `#/` or `#!` fragment stays: it is the address in a script-driven site. What is no address stays as
    it is. This is a name to compare, not an address to fetch.
    """
    try:
        parts = urlsplit(url.strip())
        port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    except ValueError:
        return url
    host = _host(parts)
    if not host:
        return url
    scheme = parts.scheme.lower()
    return f"{'http' if scheme == 'https' else scheme}://{host}{port}{_local(parts)}"


def sessionless(url: str) -> str:
    """`url` as it was written, without the session that a server put into its links; all that the page needs stays."""
    head, mark, fragment = url.partition("#")
    path, asked, query = head.partition("?")
    pairs = query.replace("&amp;", "&").split("&")
    kept = [pair for pair in pairs if not _SESSION_NAME.fullmatch(pair.partition("=")[0])]
    if kept == pairs:
        return _SESSION.sub("", path) + asked + query + mark + fragment
    return _SESSION.sub("", path) + (asked if kept else "") + "&".join(kept) + mark + fragment


def stable_id(url: str, base: str) -> str:
    """What names the document at `url`, listed on `base`: its known id parameter, else its canonical address.

    Scheme, port and `www.` never matter; the host itself does not where it is the listing's own.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return _short(url)
    named = [(key, value) for key, value in _parameters(parts.query) if value]
    board = sorted((_BOARD_LOWER[key.lower()], value) for key, value in named if key.lower() in _BOARD_LOWER)
    for wanted, name in _STABLE_LOWER.items():
        for key, value in named:
            if key.lower() == wanted:
                return ":".join([name, *(told for _, told in board[:1]), value])[:300]
    host = _host(parts)
    own = host == _host(urlsplit(base))
    return _short(_local(parts) if own else f"{host}{_local(parts)}")


def guid_id(guid: str, base: str) -> str:
    """A feed's own id: as it is, or, where it is an address, by the rule for addresses."""
    guid = guid.strip()
    if guid.lower().startswith(("http://", "https://")):
        try:
            return stable_id(guid, base)
        except ValueError:
            return _short(guid)
    return _short(guid)


def text_id(*parts: str) -> str:
    """An id for what has neither address nor id: the hash of what it says."""
    return "text:" + digest(" ".join(parts))[:24]


def registrable(host: str) -> str:
    """The part of `host` that one owner holds (`www.molit.go.kr` → `molit.go.kr`); an address is itself."""
    host = host.lower().rstrip(".").removeprefix("[").removesuffix("]")
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        labels = host.split(".")
    for depth in (4, 3, 2):
        if ".".join(labels[-depth:]) in _SHARED and len(labels) >= depth:
            return ".".join(labels[-depth - 1 :])
    deep = len(labels) >= 3 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL | REGIONS
    return ".".join(labels[-3:] if deep and ".".join(labels[-2:]) not in _ONE_OWNER else labels[-2:])


def normal(text: str) -> str:
    """`text` in one form for comparing: NFKC, no view or download counters, no quotes, no layout."""
    plain = counters_out(text)
    if _QUOTED.search(plain):  # a table costs a look-up for every letter, a class of signs next to nothing
        plain = plain.translate(_QUOTES)
    return "".join(plain.split())


def counters_out(text: str) -> str:
    """`text` in NFKC, without what counts its readers."""
    return _COUNTERS.sub(" ", unicodedata.normalize("NFKC", text))


def digest(text: str) -> str:
    """The fingerprint of a text's `normal` form: 32 hexadecimal digits."""
    return hashlib.blake2b(normal(text).encode(errors="surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells one revision from the next; `whole` tells the same text under another name, "" for no text."""

    title: str
    body: str
    files: str
    whole: str


def fingerprint(title: str, text: str, files: list[tuple[str, str]], *, unread: bool = False) -> Fingerprint:
    """The fingerprint of a document; `files` are (name, text) pairs, `unread` says that some text could not be had."""
    said = normal(text) + "".join(normal(content) for _, content in files)
    telling = len(said) >= _MIN_TELLING and not unread
    whole = digest(said if telling else title + said) if said else ""
    return Fingerprint(digest(title), digest(text), digest("|".join(f"{n}>{t}" for n, t in files)), whole)


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".").removeprefix("www.")


def _local(parts: SplitResult) -> str:
    kept = sorted((key, value) for key, value in _parameters(parts.query) if not _NOISE.fullmatch(key))
    query = "&".join(f"{key}={_escaped(value)}" if value else key for key, value in kept)
    path = _INDEX.sub("/", _SLASHES.sub("/", _escaped(_SESSION.sub("", parts.path)))).rstrip("/") or "/"
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    return path + (f"?{query}" if query else "") + fragment


def _escaped(text: str) -> str:
    """One spelling of what may be written as it is or with percents; a legacy site's own charset stays as written."""
    whole = _FOREIGN.sub(lambda found: quote(found[0], errors="replace"), text)
    return _HEX.sub(_one_spelling, whole)


def _one_spelling(found: re.Match[str]) -> str:
    letter = chr(int(found[0][1:], 16))
    return letter if letter in _UNRESERVED else found[0].upper()


def _parameters(query: str) -> list[tuple[str, str]]:
    # values stay as written: a legacy site's escapes are in its own charset; `menu=` says nothing, `?123` does
    pairs = (part.partition("=") for part in query.replace("&amp;", "&").split("&") if part)
    return [(unquote_plus(key), value) for key, mark, value in pairs if value or not mark]


def _short(text: str) -> str:
    if len(text) <= 300:
        return text
    return text[:200] + "…" + hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=12).hexdigest()
