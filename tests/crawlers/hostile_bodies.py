"""Bodies built to hurt whoever parses them; each is a function of a random generator, so a seed names it for ever."""

# ruff: noqa: E501 - markup is read best on its own line

from __future__ import annotations

import gzip
import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.crawlers.site import LONG, feed, hwpx, page, pdf

Maker = Callable[[random.Random, str], bytes]

# An address that nothing may ever connect to; the server counts who does. `{port}` is its own.
CANARY = "127.255.255.1"
ODD = "\u202e\u2066\u200b\u200d\ufeff\x00\x1b[2J\x9b31m\u2028\u0085\ud800\u3164" + "\u0301" * 50
WORDS = (
    "공고",
    "보도자료",
    "채용",
    "입찰",
    "재난",
    "조회수 1,234",
    "2026-11-20",
    "엠바고 2026.11.30 12:00",
    "제1유형",
    "첨부파일 없음",
)


def bad_addresses(port: str) -> list[str]:
    """Addresses of every kind that must not be followed."""
    return [
        f"http://{CANARY}:{port}/x", f"http://2147483393:{port}/", f"http://0x7fffff01:{port}/", f"http://0177.255.255.1:{port}/",
        f"http://[::ffff:{CANARY}]:{port}/", f"http://www.go.kr@{CANARY}:{port}/", f"//{CANARY}:{port}/", f"http:\\\\{CANARY}:{port}\\",
        f"http://127。255。255。1:{port}/", f"http://{CANARY}.:{port}/", f"http://localhost:{port}/", f"http://[::1]:{port}/",
        "http://169.254.169.254/latest/meta-data/", "http://100.100.100.200/", "http://metadata.google.internal/", "http://192.168.0.1/",
        "http://10.0.0.1:6379/", "http://127.0.0.1:6379/", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "ftp://a/",
        "gopher://127.0.0.1:6379/_FLUSHALL", "http://", "http://[", "http://a:99999/", "http://a.go.kr:x/", "http://\u202ea.kr/", "\x00http://a/",
        "http://" + "a" * 300 + ".kr/", "http://a.kr/" + "x" * 5000, "?" * 9000, "http://%00.kr/", "http://.../", "://", "\ud800",
    ]  # fmt: skip


def _items(rng: random.Random, count: int) -> list[dict[str, str]]:
    return [
        {
            "title": f"{rng.choice(WORDS)} {n} {rng.random()}",
            "link": f"/p{n}",
            "guid": f"g{n}",
            "pubDate": rng.choice(["2026.11.20", "Fri, 20 Nov 2026 09:00:00 +0900", "20261120091605"]),
            "description": LONG,
        }
        for n in range(count)
    ]


def fuzzed(rng: random.Random, body: bytes) -> bytes:
    """`body` with bytes flipped, dropped, doubled, cut and grafted."""
    told = bytearray(body)
    for _ in range(rng.randint(1, 60)):
        at = rng.randrange(len(told) + 1)
        end = min(len(told), at + rng.choice([1, 1, 2, 8, 64, 400]))
        match rng.randrange(6):
            case 0:
                told[at:end] = rng.randbytes(end - at)
            case 1:
                del told[at:end]
            case 2:
                told[at:at] = told[at:end] * rng.choice([1, 2, 50])
            case 3:
                told[at:at] = rng.choice(
                    [
                        b"<",
                        b">",
                        b"&",
                        b"]]>",
                        b"<![CDATA[",
                        b"<!--",
                        b"\x00",
                        b"\xff\xfe",
                        b"'",
                        b'"',
                        b"&#xD800;",
                        b"</rss>",
                        b"<a>",
                    ]
                )
            case 4:
                told[at:end] = ODD.encode("utf-8", "surrogatepass")[: end - at]
            case _:
                del told[at:]
                told += body[rng.randrange(len(body)) :]
        if not told:
            told = bytearray(b"<")
    return bytes(told[: 2 * 2**20])


def _rss(inside: str, head: str = '<?xml version="1.0"?>', top: str = "") -> bytes:
    text = f'{head}<rss version="2.0"><channel><title>t</title>{top}{inside}</channel></rss>'
    return text.encode("utf-8", "surrogatepass")


def _item(**parts: str) -> str:
    return "<item>" + "".join(f"<{name}>{text}</{name}>" for name, text in parts.items()) + "</item>"


def _big(rng: random.Random, *sizes: int) -> int:
    return rng.choice(sizes or (1_000, 20_000, 200_000))


def _laughs(rng: random.Random, _: str) -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, rng.choice([5, 10, 30])))
    return _rss(
        _item(title="&l9;", link="http://a.go.kr/1"), f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "하">{levels}]>'
    )


def _quadratic(rng: random.Random, _: str) -> bytes:
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{"하" * _big(rng)}">]>'
    return _rss(_item(title="&a;" * _big(rng, 100, 20_000), link="/1"), head)


def _external(rng: random.Random, port: str) -> bytes:
    where = rng.choice(["file:///etc/passwd", f"http://{CANARY}:{port}/e.dtd", "/dev/zero", "file:///dev/random"])
    sort = rng.choice(
        [f'<!ENTITY x SYSTEM "{where}">', f'<!ENTITY % x SYSTEM "{where}">%x;', f'<!ENTITY x PUBLIC "a" "{where}">']
    )
    return _rss(_item(title="&x;", link="/1", description="&x;"), f'<?xml version="1.0"?><!DOCTYPE r [{sort}]>')


def _bad_links(rng: random.Random, port: str) -> bytes:
    chosen = rng.sample(bad_addresses(port), 12)
    items = "".join(
        _item(title=f"a{n}", link=f"<![CDATA[{one}]]>", guid=f"g{n}", description="x")
        + f'<item><title>b{n}</title><guid isPermaLink="true">{_escaped(one)}</guid><enclosure url="{_escaped(one)}" type="application/pdf"/></item>'
        for n, one in enumerate(chosen)
    )
    return _rss(items)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _giant_parts(rng: random.Random, _: str) -> bytes:
    size = 10**6
    giant = rng.choice(
        [
            {"guid": "i" * size}, {"link": "http://a.go.kr/" + "x" * size}, {"title": "제" * size}, {"pubDate": "1" * size},
            {"description": "1" * size}, {"description": "1," * size}, {"author": "a" * size}, {"description": "조회 " * (size // 2)},
            {"description": "(" * size}, {"category": "c" * size}, {"comments": "x" * size}, {"title": " " * size}, {"description": "&amp;" * (size // 5)},
            {"description": "&lt;" * (size // 5)}, {"description": "&amp;" + "amp;" * (size // 5) + "lt;b>"}, {"title": "엠바고 " * 20_000},
        ]
    )  # fmt: skip
    return _rss(_item(**{"title": "공고", "link": "/p1", "guid": "1", **giant}) + _item(title="둘째", link="/p2"))


def _odd_characters(rng: random.Random, _: str) -> bytes:
    refs = "".join(
        f"&#{rng.choice([0, 27, 155, 8238, 8203, 55296, 57343, 65534, 1114112, 10**30])};" for _ in range(20)
    )
    return _rss(
        _item(
            title=f"보고서{ODD}gpj.exe{refs}",
            link="/p1",
            guid=f"{ODD}{refs}",
            author=ODD,
            pubDate=ODD,
            description=ODD + refs,
        )
    )


def _many(rng: random.Random, _: str) -> bytes:
    return _rss(
        "".join(f"<item><title>공고 {n}</title><link>/p{n}</link></item>" for n in range(_big(rng, 10_000, 100_000)))
    )


def _whole_texts(rng: random.Random, _: str) -> bytes:
    text = "가" * rng.choice([20_000, 12_000])
    return _rss("".join(f"<item><title>공고 {n}</title><description>{text}</description></item>" for n in range(240)))


def _repeated(rng: random.Random, _: str) -> bytes:
    piece = rng.choice(
        [
            "<a>", "<item>", "<![CDATA[", "<![CDATA[x]]>", "<!--", "<!-- x -->", "<?x ", "<?x?>", "]]>", "<", "&", "&#", "&a;", "\x00", " ", "\n", "<item><title>",
            "<x:y xmlns:x='http://a/'>", "<a b='", "<!DOCTYPE ", "<!ENTITY a 'b'>", "</a>", "<br>", "&lt;", "<svg><math>", "<table>", "<b><p>", "<title><script>",
        ]
    )  # fmt: skip
    return _rss(piece * _big(rng, 500, 20_000, 10**6 if len(piece) < 12 else 10**5))


def _attributes(rng: random.Random, _: str) -> bytes:
    pairs = " ".join(
        f'{rng.choice(["a", "xmlns:a", "href"])}{n}="{n}"' for n in range(_big(rng, 1_900, 50_000, 100_000))
    )
    return _rss(f"<item><title {pairs}>x</title><link>/p1</link></item>")


def _charsets(rng: random.Random, _: str) -> bytes:
    name = rng.choice(
        ["utf-7", "utf-16", "utf-32", "euc-kr", "zlib", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "rot13", "hex", "undefined", "mbcs", "x" * 40,
         "iso-2022-kr", "johab", "hz", "cp037", "utf-8-sig", "unicode_internal", "base64", "bz2", "..", "utf-16-le"]
    )  # fmt: skip
    text = feed(*_items(rng, 3)).replace("utf-8", name, 1)
    codec = rng.choice(["utf-8", "utf-16", "utf-32", "utf-16-be", "cp949", "utf-7", "utf-16-le"])
    tail = rng.choice(
        [
            b"",
            b"\xff\xfe\xfd",
            b"\x80" * 1000,
            b"\xed\xa0\x80",
            b"a" * 10**6,
            b"\xc0\xaf" * 10_000,
            b"-" * 10**6 + b"\xff",
        ]
    )
    return text.encode(codec, "replace") + tail


def _absurd_values(rng: random.Random, _: str) -> bytes:
    date = rng.choice(
        [
            "99999-99-99",
            "-1",
            "0",
            "1e400",
            "9" * 5000,
            "2026-02-30T25:61:61+99:99",
            "2026년 13월 40일",
            "Fri, 99 Foo 0000 +9999",
            "٢٠٢٦-١١-٢٠",
            "0001-01-01",
            "9999-12-31T23:59:59-23:59",
        ]
    )
    ttl = rng.choice(["9" * 500, "-1", "NaN", "1e9", "٣٠"])
    return _rss(
        _item(title="공고", link="/p1", pubDate=date) + _item(title="둘", updated=date, embargoDate=date, link="/p2"),
        top=f"<ttl>{ttl}</ttl>",
    )


def _based(rng: random.Random, port: str) -> bytes:
    base = rng.choice(bad_addresses(port))
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{_escaped(base)}"><title>t</title><entry><title>x</title><id>{_escaped(base)}</id><link href="a"/></entry></feed>'.encode(
        "utf-8", "surrogatepass"
    )


def _other_kind(rng: random.Random, _: str) -> bytes:
    return rng.choice(
        [
            b"", b" ", b"\x00" * 10**6, b"[" * 10**6, b'{"a":' * 100_000, b"<html><body>" + LONG.encode(), json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1}] * 1000}).encode(),
            json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "x", "url": "javascript:x", "title": ["x"], "content_html": {}, "date_published": 1e308}, None, 3]}).encode(),
            b'{"version":"https://jsonfeed.org/version/1.1","items":' + b"[" * 200_000, b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":' + b"9" * 100_000 + b"}]}",
            gzip.compress(b"<rss>"), zlib.compress(b"x" * 10**6), b"PK\x03\x04" + rng.randbytes(2000), b"%PDF-1.7\n" + rng.randbytes(2000), rng.randbytes(100_000),
            b"/etc/passwd", b"http://127.0.0.1/", b"a" * (10 * 2**20), b"<" * 10**6, b">" * 10**6, b"<rss" + b" " * 10**7, ("<rss>" + "\u2028" * 10**6).encode(), b"\xff\xfe" + b"<\x00" * 10**5,
        ]
    )  # fmt: skip


def _fuzzed_feed(rng: random.Random, _: str) -> bytes:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>'
        + "".join(
            f'<entry><title type="html">&lt;b>{n}</title><id>urn:{n}</id><updated>2026-11-20T00:00:00Z</updated><link href="/p{n}"/><content type="xhtml"><div>{LONG}</div></content></entry>'
            for n in range(5)
        )
        + "</feed>"
    )
    return fuzzed(rng, rng.choice([feed(*_items(rng, rng.randint(1, 8))), atom]).encode())


FEEDS: list[Maker] = [
    _fuzzed_feed, _fuzzed_feed, _fuzzed_feed, _fuzzed_feed, _laughs, _quadratic, _external, _bad_links, _bad_links, _giant_parts, _giant_parts, _odd_characters, _many,
    _whole_texts, _repeated, _repeated, _attributes, _charsets, _charsets, _absurd_values, _based, _other_kind, _other_kind,
]  # fmt: skip


def _table(rng: random.Random, count: int, link: Callable[[int], str] | None = None) -> str:
    address = link or (lambda n: f"/p{n}?nttId={n}")
    rows = "".join(
        f'<tr><td>{n}</td><td><a href="{address(n)}">{rng.choice(WORDS)} {n} 안내</a></td><td>농정과</td><td>2026-11-{n % 28 + 1:02}</td></tr>'
        for n in range(count)
    )
    return f"<html><head><meta charset='utf-8'></head><body><table class='board'><tr><th>번호</th><th>제목</th><th>부서</th><th>등록일</th></tr>{rows}</table></body></html>"


def _fuzzed_board(rng: random.Random, _: str) -> bytes:
    return fuzzed(rng, _table(rng, rng.randint(1, 12)).encode())


def _bad_board_links(rng: random.Random, port: str) -> bytes:
    bad = bad_addresses(port)
    return _table(rng, len(bad), lambda n: _escaped(bad[n])).encode("utf-8", "surrogatepass")


def _scripted(rng: random.Random, _: str) -> bytes:
    call = rng.choice(
        [
            "fn(" * 500,
            "(" * 1000,
            "fn('" + "x" * 1900,
            "a." * 900 + "b()",
            "location.href=" + "'a'+" * 400,
            "fn(" + "'1'," * 400 + ")",
            "$" * 1900,
            "`${" * 600,
        ]
    )
    script = rng.choice(
        [
            "function fn(a){" * 5000,
            "fn(" * 100_000,
            "fn = function(a){location.href='/v?i='+a" + "+a" * 100_000,
            "{" * 10**6,
            "fn(a" + "," * 10**6,
            "`${a" * 100_000,
            "fn   =   " * 50_000,
        ]
    )
    rows = "".join(
        f"<tr><td><a href='#' onclick=\"{call}{n}\">공고 안내 {n}</a></td><td>2026-11-20</td></tr>" for n in range(30)
    )
    return f"<html><script>{script}</script><body><table>{rows}</table>".encode()


def _deep(rng: random.Random, _: str) -> bytes:
    tag = rng.choice(
        [
            "div",
            "table><tr><td",
            "ul><li",
            "span",
            "b",
            "font",
            "a href='1'",
            "form",
            "svg",
            "template",
            "select><option",
            "p",
        ]
    )
    return (f"<{tag}>" * _big(rng, 400, 3_000, 30_000, 300_000) + "<a href='/1'>2026-11-20 공고</a>").encode()


def _html_repeated(rng: random.Random, _: str) -> bytes:
    piece = rng.choice(
        [
            "<p>", "<tr><td><a href='/p1'>공고</a>2026-11-20", "<a href='/x.hwp'>x.hwp</a>", "<br>", "<", "<!--", "&amp", "<p a='", "조회 ", "공공누리 ", "opentype", "담당부서 ", "부서 ", "2026-11-20 ",
            "2026.", "1", "가", " ", "\x00", ".hwp ", "첨부 ", "<a onclick=\"fn_egov_downFile('a','b')\">", "<td>", "<b><i>", "<script>", "<title>", "<li>2026-11-20<a href=1>제목입니다", "담당 부서 : ", "<h1>", "엠바고 ", "존재하지 ",
            "<div class='content'>", "<div class='view_con'>", "<table class='board'>",
        ]
    )  # fmt: skip
    return ("<html><body>" + piece * _big(rng, 300, 5_000, 90_000, 10**6 if len(piece) < 10 else 90_000)).encode()


def _html_attributes(rng: random.Random, _: str) -> bytes:
    pairs = " ".join(f"a{n}={n}" for n in range(_big(rng, 1_900, 50_000, 100_000)))
    many = f"<p {' '.join(f'b{n}' for n in range(1_800))}>" * rng.choice([1, 50, 2_000])
    return f"<html><body><p {rng.choice([pairs, 'class=' + 'x' * 10**6, 'style=' + 'a:b;' * 10**5])}>공고 2026-11-20<a href=/1>x</a>{many}".encode()


BOARDS: list[Maker] = [
    _fuzzed_board, _fuzzed_board, _fuzzed_board, _bad_board_links, _scripted, _deep, _deep, _html_repeated, _html_repeated, _html_repeated, _html_attributes, _odd_characters, _other_kind,
    lambda rng, _: _table(rng, _big(rng, 5_000, 30_000)).encode(), lambda rng, _: _table(rng, 20).encode(rng.choice(["utf-16", "utf-32", "cp949", "utf-7"])),
    lambda rng, _: _table(rng, 3, lambda n: "/p?" + "a=b&" * 200_000).encode(), lambda rng, _: (ODD + _table(rng, 5) + ODD * 1000).encode("utf-8", "surrogatepass"),
]  # fmt: skip


def _fuzzed_page(rng: random.Random, _: str) -> bytes:
    extra = "".join(f"<a href='/f{n}.hwpx'>붙임{n}.hwpx</a>" for n in range(3))
    return fuzzed(rng, page(LONG * rng.randint(1, 4), extra).encode())


def _refresh(rng: random.Random, port: str) -> bytes:
    where = rng.choice(bad_addresses(port))
    return f"<html><head><meta http-equiv='refresh' content='0;url={_escaped(where)}'><base href='{_escaped(where)}'></head><body><iframe src='{_escaped(where)}'></iframe><img src='{_escaped(where)}'><a href='{_escaped(where)}'>붙임.hwp</a><a href='x.pdf'>둘.pdf</a><p>{LONG}".encode(
        "utf-8", "surrogatepass"
    )


PAGES: list[Maker] = [
    _fuzzed_page, _fuzzed_page, _fuzzed_page, _refresh, _refresh, _deep, _html_repeated, _html_repeated, _html_repeated, _html_attributes, _other_kind, _odd_characters,
    lambda rng, _: page("1" * 10**6).encode(), lambda rng, _: page("조회 1" * 10**5).encode(), lambda rng, _: page("(" + "1," * 10**5).encode(),
    lambda rng, _: page(ODD * 2000).encode("utf-8", "surrogatepass"),
]  # fmt: skip


def _zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytearray:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return bytearray(packed.getvalue())


def _zip_bomb(rng: random.Random, _: str) -> bytes:
    size = rng.choice([70, 200]) * 2**20
    method = rng.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    data = hwpx("x") if rng.random() < 0.1 else b""
    body = data or bytes(_zipped({"mimetype": b"application/hwp+zip", "Contents/section0.xml": bytes(size)}, method))
    if rng.random() < 0.5:  # its headers lie about the size
        told = bytearray(body)
        real = struct.pack("<L", size)
        while (at := told.find(real)) >= 0:
            told[at : at + 4] = struct.pack("<L", rng.choice([0, 10, 2**31]))
        return bytes(told)
    return body


def _overlapping(rng: random.Random, _: str) -> bytes:
    """Every member's directory entry points at the same deflated kernel (Fifield 2019, the simple form)."""
    body = _zipped({"Contents/section0.xml": bytes(4 * 2**20)})
    start = body.index(b"PK\x01\x02")
    end = body.index(b"PK\x05\x06")
    entry = bytes(body[start:end])
    count = rng.choice([100, 1900, 60_000])
    return (
        bytes(body[:start])
        + entry * count
        + struct.pack(
            "<4s4H2LH", b"PK\x05\x06", 0, 0, min(count, 65535), min(count, 65535), len(entry) * count, start, 0
        )
    )


def _members(rng: random.Random, _: str) -> bytes:
    names = [f"Contents/{'../' * (n % 3)}{n}.xml" for n in range(rng.choice([1_000, 3_000]))]
    return bytes(_zipped(dict.fromkeys(names, b"<a/>"), zipfile.ZIP_STORED))


def _nested_zip(rng: random.Random, _: str) -> bytes:
    body = hwpx("x")
    for _ in range(rng.choice([3, 50])):
        body = bytes(_zipped({"Contents/section0.xml": body, "Contents/a.hwpx": body[:100_000]}))[: 2 * 2**20]
    return body


def _encrypted(rng: random.Random, _: str) -> bytes:
    body = bytearray(hwpx("x"))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        where = 0
        while (where := body.find(mark, where)) >= 0:
            body[where + at] |= rng.choice([1, 0x41])
            where += 4
    return bytes(body)


def _xml_bomb_hwpx(rng: random.Random, _: str) -> bytes:
    inside = rng.choice(
        [
            b"<a>" * 10**6,
            b"<hp:t>" * 300_000,
            b"<a b='" + b"x" * 10**7,
            _laughs(rng, ""),
            b"<hp:p>" + b"<hp:run/>" * 10**6,
            b"\x00" * 10**6,
            b"<?xml version='1.0' encoding='utf-7'?><a/>",
            b"<hp:tbl>" * 5_000,
        ]
    )
    return hwpx("x", extra={"Contents/section1.xml": inside})


def _fuzzed_file(rng: random.Random, _: str) -> bytes:
    ole = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH6sLLLLLLLLLL", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, 1, 1, 0, 4096, 2, 1, 0xFFFFFFFE, 0, 0)
        + struct.pack("<L", 0) * 109
        + rng.randbytes(rng.choice([0, 3000, 60_000]))
    )
    return fuzzed(
        rng,
        rng.choice(
            [
                hwpx(LONG, LONG),
                pdf("hello " * 50),
                ole,
                hwpx("가" * 5000),
                b"HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05" + rng.randbytes(3000),
            ]
        ),
    )


def _pdf_bomb(rng: random.Random, _: str) -> bytes:
    stream = zlib.compress(bytes(rng.choice([50, 150]) * 2**20), 9)
    deep = b"[" * 10**5
    extra = rng.choice(
        [
            b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj" % (len(stream), stream), b"4 0 obj" + deep, b"3 0 obj<</Type/Page/Parent 3 0 R/Kids[3 0 R]>>endobj",
            b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 999999999>>endobj", b"<<" * 10**5, b"4 0 obj<</Length 99999999999/Filter[" + b"/FlateDecode" * 1000 + b"]>>stream\n" + stream[:1000],
        ]
    )  # fmt: skip
    return pdf("x").replace(b"4 0 obj", extra + b"\n4 0 obj", 1)


def _polyglot(rng: random.Random, _: str) -> bytes:
    parts = [
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"<html>" + LONG.encode(),
        b"GIF89a",
        hwpx("x"),
        pdf("x"),
        b"\x7fELF",
        b"MZ",
        b"<?xml version='1.0'?><rss>",
    ]
    rng.shuffle(parts)
    return b"".join(parts[: rng.randint(2, 5)])


FILES: list[Maker] = [
    _fuzzed_file, _fuzzed_file, _fuzzed_file, _zip_bomb, _overlapping, _members, _nested_zip, _encrypted, _xml_bomb_hwpx, _pdf_bomb, _polyglot, _other_kind,
    lambda rng, _: b"%PDF-1.4" + b"(" * 10**6, lambda rng, _: b"", lambda rng, _: b"x" * (21 * 2**20),
]  # fmt: skip


def robots(rng: random.Random, port: str) -> bytes:
    """A robots.txt that hurts whoever matches or keeps it; most of them open the site."""
    agents = "".join(f"User-agent: a{n}\n" for n in range(2500))
    return rng.choice(
        [
            b"User-agent: *\n" + b"Disallow: /%s$\n" % (b"*a" * 900) * 280, (agents + "Disallow: /x\n" * 2500).encode(), b"User-agent: *\nCrawl-delay: 1e400\n", b"User-agent: *\nCrawl-delay: -5\n",
            b"User-agent: *\nCrawl-delay: nan\nRequest-rate: 1/0\nVisit-time: 9999-0000\n", b"User-agent: *\nDisallow: /" + b"a" * 10**6, b"\x00" * 10**6, b"\xff\xfe" + b"U\x00" * 1000, rng.randbytes(600_000),
            b"User-agent: *\n" * 40_000, b"Sitemap: http://[\n" * 5000 + b"User-agent: *\nDisallow: http://[::1\n", b"User-agent: DobiBot\nDisallow:\nAllow: /%zz%\n", b"User-agent:" + b" " * 10**6, b"Disallow: /\n" * 40_000,
            fuzzed(rng, b"User-agent: *\nDisallow: /admin\nAllow: /\nCrawl-delay: 1\nUser-agent: DobiBot\nAllow: /*.do$\n" * 5), b"<html>login</html>", b"User-agent: *\nDisallow: /" + ("\u202e" * 500).encode(),
        ]
    )  # fmt: skip
