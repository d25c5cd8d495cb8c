"""Names that stay: canonical addresses, stable ids, fingerprints of text. Pure; refuses to fetch or to remember.

A document's id must not change when a site moves to another port, adds a session to its links, or re-orders a list.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote_plus, urlsplit

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
_BOARD_LOWER = {name.lower() for name in _BOARD}
_NOISE = re.compile(
    r"utm_.*|fbclid|gclid|igshid|n_cid|jsessionid|phpsessid|aspsessionid.*|_csrf|"
    r"page|pageno|pageindex|pagenum|pagesize|pageunit|page_no|startpage|cpage|currpage|curpage|nowpage|currentpage|gotopage|"
    r"listcnt|rowcnt|recordcountperpage|viewcnt|"
    r"search.*|srch.*|sort|sortby|sortorder|sortfield|order|orderby|keyword|keyfield|stext|sdate|edate|startdate|enddate",
    re.IGNORECASE,
)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_SESSION_NAME = re.compile(r"jsessionid|phpsessid|aspsessionid\w*", re.IGNORECASE)
_HEX = re.compile(r"%[0-9a-fA-F]{2}")
_COUNTERS = re.compile(
    # possessive: a text of 200,000 digits must not be tried from each of them anew
    r"(?:조회\s*+수?|추천\s*+수|댓글\s*+수?|다운로드|내려받기|\bhits?\b|\bviews?\b)\s*+[:：(]?\s*+[\d,]++\s*+[)회]?|"
    r"\(\s*+[\d,]++\s*+회\s*+(?:다운로드|조회)?\s*+\)|(?<![\d,])[\d,]++\s*+회\s*+(?:다운로드|조회)",
    re.IGNORECASE,
)
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

    A `#/` or `#!` fragment stays: it is the address in a script-driven site. What is no address stays as it is.
    """
    try:
        parts = urlsplit(url.strip())
        port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    except ValueError:
        return url
    host = _host(parts)
    if not host:
        return url
    return f"{parts.scheme.lower()}://{host}{port}{_local(parts)}"


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
    board = [value for key, value in named if key.lower() in _BOARD_LOWER]
    for wanted, name in _STABLE_LOWER.items():
        for key, value in named:
            if key.lower() == wanted:
                return ":".join([name, *board[:1], value])[:300]
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
    """`text` in one form for comparing: NFKC, no view or download counters, no layout."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(_COUNTERS.sub(" ", plain).split())


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
    query = "&".join(f"{key}={value}" for key, value in kept)
    path = _SESSION.sub("", _HEX.sub(lambda found: found[0].upper(), parts.path)) or "/"
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    return path + (f"?{query}" if query else "") + fragment


def _parameters(query: str) -> list[tuple[str, str]]:
    # values stay as written: a legacy site's escapes are in its own charset
    pairs = (part.partition("=") for part in query.replace("&amp;", "&").split("&") if part)
    return [(unquote_plus(key), value) for key, _, value in pairs]


def _short(text: str) -> str:
    if len(text) <= 300:
        return text
    return text[:200] + "…" + hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=12).hexdigest()
