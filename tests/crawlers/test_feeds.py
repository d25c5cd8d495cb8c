"""Feeds as others write them: every format, every label, every way of being broken."""

# ruff: noqa: E501 - a fixture of XML is read best on its own line

from __future__ import annotations

import json

import pytest

from crawlers.article import Entry, Listing, ParseError
from crawlers.feed import parse_feed
from tests.crawlers.site import feed

URL = "https://www.a.go.kr/rss/press.do?menu=1"


def parsed(body: str | bytes, charset: str = "") -> Listing:
    return parse_feed(body.encode() if isinstance(body, str) else body, charset, URL)


def one(item: str, root: str = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">') -> Entry:
    (entry,) = parsed(f"{root}<channel><title>t</title>{item}</channel></rss>").entries
    return entry


FORMATS = {
    "rss20": '<rss version="2.0"><channel><item><title>가뭄 대책</title><link>/v?nttId=1</link><pubDate>2026.11.20</pubDate></item></channel></rss>',
    "rss092": '<rss version="0.92"><channel><item><title>가뭄 대책</title><link>/v?nttId=1</link><pubDate>2026.11.20</pubDate></item></channel></rss>',
    "rss091n": '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><item><title>가뭄&nbsp;대책</title><link>/v?nttId=1</link><pubDate>2026.11.20</pubDate></item></channel></rss>',
    "rss10": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>t</title></channel><item rdf:about="/v?nttId=1"><title>가뭄 대책</title><link>/v?nttId=1</link><dc:date>2026.11.20</dc:date></item></rdf:RDF>',
    "rss090": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>t</title></channel><item><title>가뭄 대책</title><link>/v?nttId=1</link><pubDate>2026.11.20</pubDate></item></rdf:RDF>',
    "atom03": '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>가뭄 대책</title><link rel="alternate" type="text/html" href="/v?nttId=1"/><issued>2026.11.20</issued></entry></feed>',
    "atom10": '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>가뭄 대책</title><link href="/v?nttId=1"/><updated>2026.11.20</updated></entry></feed>',
    "atom10 ": '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>가뭄 대책</a:title><a:link href="/v?nttId=1"/><a:published>2026.11.20</a:published></a:entry></a:feed>',
    "rss20 ": '<channel><title>t</title><item><title>가뭄 대책</title><link>/v?nttId=1</link><pubDate>2026.11.20</pubDate></item></channel>',
    "json1.1": json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "https://www.a.go.kr/v?nttId=1", "url": "/v?nttId=1", "title": "가뭄 대책", "date_published": "2026.11.20"}]}),
}  # fmt: skip


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_tells_title_address_and_date(kind: str) -> None:
    listing = parsed(FORMATS[kind])

    (entry,) = listing.entries
    assert listing.kind == kind.strip()
    assert (entry.id, entry.url) == ("nttId:1", "https://www.a.go.kr/v?nttId=1")
    assert (" ".join(entry.title.split()), entry.date) == ("가뭄 대책", "2026.11.20")


ENCODINGS = ["utf-8", "utf-8-sig", "cp949", "euc-kr", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("told", ["utf-8", "UTF-8", "euc-kr", "ks_c_5601-1987", "utf-16", "iso-8859-1", ""])
@pytest.mark.parametrize("header", ["", "utf-8", "euc-kr", "iso-8859-1"])
@pytest.mark.parametrize("real", ENCODINGS)
def test_korean_is_read_whatever_the_labels_say(real: str, told: str, header: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{told}"?>' if told else '<?xml version="1.0"?>'
    body = feed({"title": "한파 대비 안전점검 「특별 기간」 운영", "link": "/v?nttId=1"}).partition("?>")[2]

    (entry,) = parsed((declaration + body).encode(real), header).entries

    assert entry.title == "한파 대비 안전점검 「특별 기간」 운영"


ITEM = "<item><title>가뭄 대책</title><link>/v?nttId=1</link></item>"
RSS = f'<rss version="2.0"><channel><title>t</title>{ITEM}</channel></rss>'


@pytest.mark.parametrize(
    "body",
    [
        f"\r\n\r\n  {RSS}",
        f'<br />\n<b>Warning</b>: mysql_connect() in <b>/home/www/rss.php</b> on line <b>12</b><br />\n<?xml version="1.0" encoding="utf-8"?>{RSS}',
        f'<!-- 생성 시각 2026-11-20 --><?xml version="1.0"?><?xml-stylesheet href="a.xsl"?>{RSS}',
        f"{RSS}<!-- 0.12s --><script>x()</script></body></html>",
        f"{RSS}\x00\x00",
        f'<?xml version="1.0"?><?xml version="1.0"?>{RSS}',
        RSS.replace("가뭄", "가\x0b뭄\x08").replace("<link>", "<link>\x1f"),
        RSS.replace("가뭄 ", "가뭄&#11; "),
        RSS.replace("rss", "RSS").replace("channel", "Channel"),
        RSS.replace("<title>가뭄", "<dc:creator>x</dc:creator><title>가뭄"),  # a prefix that nobody declared
        RSS.replace("</item>", "<description><p>열린 채 <br>끝난다</description></item>"),
        RSS.replace("<link>/v?nttId=1", "<link>/v?a=1&nttId=1"),
        RSS.replace("가뭄 대책", "가뭄<![CDATA[ 대책]]>"),
        RSS.replace("/v?nttId=1", "<![CDATA[ \n /v?nttId=1 \n ]]>"),
        RSS.replace("/v?nttId=1", "/v;jsessionid=8A7F.node1?nttId=1"),
        RSS.replace("/v?nttId=1", "https:\\\\www.a.go.kr\\v?nttId=1"),
        RSS.replace("/v?nttId=1", "www.a.go.kr/v?nttId=1"),
        RSS.replace("/v?nttId=1", "//www.a.go.kr/v?nttId=1"),
        RSS.replace("/v?nttId=1", "/v?x=1&amp;amp;nttId=1"),
        RSS.replace("/v?nttId=1", "/v?\n      nttId=1"),
    ],
)
def test_a_feed_with_something_wrong_about_it_is_read_all_the_same(body: str) -> None:
    (entry,) = parsed(body).entries

    assert (entry.id, entry.title) == ("nttId:1", "가뭄 대책")
    assert entry.url.startswith("https://www.a.go.kr/v")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("R&amp;D 지원", "R&D 지원"),
        ("R&D 지원", "R&D 지원"),
        ("R&amp;amp;D 지원", "R&D 지원"),
        ("&lt;b&gt;R&amp;amp;D&lt;/b&gt; 지원", "R&D 지원"),
        ("&amp;lt;b&amp;gt;R&amp;amp;D&amp;lt;/b&amp;gt; 지원", "R&D 지원"),
        ("<![CDATA[R&D <b>지원</b>]]>", "R&D 지원"),
        ("<![CDATA[R&amp;D&nbsp;지원]]>", "R&D 지원"),
        ("R&middot;D&nbsp;지원", "R·D 지원"),
        ("R&#183;D&#160;지원", "R·D 지원"),
        ("&ldquo;R&amp;D&rdquo; &hellip; 지원", "“R&D” … 지원"),
        ("&lt;특보&gt; 지원", "<특보> 지원"),
        ("<![CDATA[<특보> 지원]]>", "<특보> 지원"),
        ("[R&amp;D]\n\t  지원", "[R&D] 지원"),
        ("1 &lt; 2 지원", "1 < 2 지원"),
        ("&unknown; 지원", "&unknown; 지원"),
        ("&LT;지원&GT;", "<지원>"),
        ("<font color='red'>지원</font> 안내", "지원 안내"),
    ],
)
def test_a_title_is_plain_however_often_it_was_escaped(written: str, read: str) -> None:
    assert one(f"<item><title>{written}</title><link>/1</link></item>").title == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&lt;p&gt;첫 줄&lt;/p&gt;&lt;p&gt;둘째&lt;/p&gt;", "첫 줄\n둘째"),
        ("<![CDATA[<table><tr><td>읍면</td><td>지원금</td></tr><tr><td>가야읍</td><td>30만원</td></tr></table>]]>", "읍면 지원금\n가야읍 30만원"),
        ("&amp;lt;p&amp;gt;첫 줄&amp;lt;br/&amp;gt;둘째&amp;lt;/p&amp;gt;", "첫 줄\n둘째"),
        ("<![CDATA[<p style='a'>첫&nbsp;줄</p><script>alert(1)</script><!-- 주석 --><p>둘째</p>]]>", "첫 줄\n둘째"),
        ("<p>첫 줄</p><p>둘째</p>", "첫 줄\n둘째"),
        ("<![CDATA[첫 줄<BR>둘째<img src='a>b' alt='그림'>]]>", "첫 줄\n둘째"),
        ("<![CDATA[]]>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_description_is_plain_with_a_line_a_block(written: str, read: str) -> None:
    entry = one(f"<item><title>가</title><link>/1</link><description>{written}</description></item>")

    assert entry.text == read


def test_the_whole_text_is_taken_before_its_summary() -> None:
    entry = one(
        "<item><title>가</title><link>/1</link><description>짧은 요약</description><content:encoded><![CDATA[<p>본문은 더 길고 자세하다.</p>]]></content:encoded></item>",
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">',
    )

    assert entry.text == "본문은 더 길고 자세하다."


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<guid>https://www.a.go.kr/v?nttId=3</guid>", "https://www.a.go.kr/v?nttId=3"),
        ("<guid isPermaLink='true'>/v?nttId=3</guid>", "https://www.a.go.kr/v?nttId=3"),
        ("<guid isPermaLink='false'>https://www.a.go.kr/v?nttId=3</guid>", "https://www.a.go.kr/v?nttId=3"),
        ("<guid>20261120-3</guid>", ""),
        ("<guid>20261120-3</guid><link>/v?nttId=3</link>", "https://www.a.go.kr/v?nttId=3"),
        ("<link>/v?nttId=3</link><guid>20261120-3</guid>", "https://www.a.go.kr/v?nttId=3"),
        ("<link/><guid>https://www.a.go.kr/v?nttId=3</guid>", "https://www.a.go.kr/v?nttId=3"),
        ("<link>javascript:view(3)</link>", ""),
        ("<link>javascript:view(3)</link><guid>https://www.a.go.kr/v?nttId=3</guid>", "https://www.a.go.kr/v?nttId=3"),
        ("<atom:link xmlns:atom='http://www.w3.org/2005/Atom' href='/v?nttId=3'/>", "https://www.a.go.kr/v?nttId=3"),
        ("<enclosure url='/f/3.pdf' type='application/pdf'/>", "https://www.a.go.kr/f/3.pdf"),
        ("<enclosure url='/f/3.jpg' type='image/jpeg'/>", ""),
    ],
)
def test_an_entry_leads_where_any_of_its_fields_says(item: str, url: str) -> None:
    assert one(f"<item><title>가</title>{item}</item>").url == url


def test_bases_inside_a_feed_are_obeyed() -> None:
    body = '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.a.go.kr/2026/"><entry xml:base="11/"><title>가</title><link href="v?nttId=3"/></entry></feed>'

    assert parsed(body).entries[0].url == "https://news.a.go.kr/2026/11/v?nttId=3"


def test_guids_name_entries_only_where_they_differ() -> None:
    constant = "".join(
        f"<item><title>공고 {n}</title><link>/v?nttId={n}</link><guid>board</guid></item>" for n in (1, 2)
    )
    unlinked = "".join(f"<item><title>공고 {n}</title><guid isPermaLink='false'>0</guid></item>" for n in (1, 2))
    twice = "<item><title>공고 1</title><link>/v?nttId=1</link><guid>g1</guid></item>" * 2

    assert [e.id for e in parsed(RSS.replace(ITEM, constant)).entries] == ["nttId:1", "nttId:2"]
    assert len({e.id for e in parsed(RSS.replace(ITEM, unlinked)).entries}) == 2
    assert [e.id for e in parsed(RSS.replace(ITEM, twice)).entries] == ["g1"]


@pytest.mark.parametrize("at", range(40, 420, 7))
def test_of_a_feed_cut_anywhere_the_whole_entries_stay(at: int) -> None:
    body = feed(
        *({"title": f"공고 {n}번", "link": f"/v?nttId={n}", "description": "본문 내용"} for n in range(4))
    ).encode()
    whole = body[:at].count(b"</item>")

    if whole == 0:
        with pytest.raises(ParseError, match=r"markup|wrong_kind"):
            parsed(body[:at])
    else:
        assert [entry.title for entry in parsed(body[:at]).entries] == [f"공고 {n}번" for n in range(whole)]


def test_of_a_cut_feed_in_other_formats_the_whole_entries_stay() -> None:
    for kind in ("atom10", "atom10 ", "rss10", "rss090", "rss20 "):
        body = FORMATS[kind]
        end = max(body.rfind("</item>"), body.rfind("entry>"))
        cut = body[: body.index(">", end) + 1] + "<item><title>반쯤"

        assert [" ".join(entry.title.split()) for entry in parsed(cut).entries] == ["가뭄 대책"], kind


@pytest.mark.parametrize(
    ("item", "department"),
    [
        ("<author>press@a.go.kr (홍보담당관)</author>", "홍보담당관"),
        ("<author>홍보담당관 &lt;press@a.go.kr&gt;</author>", "홍보담당관"),
        ("<author>press@a.go.kr</author>", ""),
        ("<author>재난안전과</author>", "재난안전과"),
        ("<author>관리자</author>", ""),
        ("<author>admin</author><category>도로과</category>", "도로과"),
        ("<dc:creator>농업기술과</dc:creator>", "농업기술과"),
        ("<dc:creator><![CDATA[ 농업기술과 ]]></dc:creator>", "농업기술과"),
        ("<category>보도자료</category>", ""),
        ("<category>경제·일자리</category>", ""),
        ("<category>보도자료</category><category>소상공인정책과</category>", "소상공인정책과"),
        ("<department>세정과</department><author>admin</author>", "세정과"),
    ],
)
def test_a_department_is_a_name_not_an_address(item: str, department: str) -> None:
    assert one(f"<item><title>가</title><link>/1</link>{item}</item>").department == department


@pytest.mark.parametrize(
    ("item", "date"),
    [
        ("<pubDate>20261120091605</pubDate>", "20261120091605"),
        ("<pubDate>2026년 11월 20일 (금)</pubDate>", "2026년 11월 20일 (금)"),
        ("<pubDate/><dc:date>2026-11-20</dc:date>", "2026-11-20"),
        ("<pubDate>null</pubDate><dc:date>2026-11-20</dc:date>", "2026-11-20"),
        ("<regDate>2026-11-20</regDate>", "2026-11-20"),
        ("<date>2026-11-20</date>", "2026-11-20"),
        ("<pubDate><![CDATA[ 2026.11.20 ]]></pubDate>", "2026.11.20"),
        ("", ""),
    ],
)
def test_a_date_is_handed_on_as_written(item: str, date: str) -> None:
    assert one(f"<item><title>가</title><link>/1</link>{item}</item>").date == date


def test_documents_are_links_and_pictures_are_not() -> None:
    entry = one(
        "<item><title>가</title><link>/1</link><enclosure url='/f?id=1&amp;name=a.hwp' type='application/x-hwp'/>"
        "<enclosure url='/f/2.pdf'/><enclosure url='/t.png' type='image/png' length='3'/><enclosure url='/f/2.pdf'/></item>"
    )

    assert [link.url for link in entry.links] == [
        "https://www.a.go.kr/f?id=1&name=a.hwp",
        "https://www.a.go.kr/f/2.pdf",
    ]


@pytest.mark.parametrize(
    ("item", "title"),
    [
        ("<description>제목 없이 본문만 있는 글</description><link>/1</link>", "제목 없이 본문만 있는 글"),
        ("<title/><description>&lt;p&gt;첫 줄&lt;/p&gt;둘째</description>", "첫 줄 둘째"),
        ("<title>날짜도 주소도 없는 글</title>", "날짜도 주소도 없는 글"),
    ],
)
def test_an_entry_may_lack_nearly_everything(item: str, title: str) -> None:
    assert one(f"<item>{item}</item>").title == title


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE html><html><head><title>로그인</title></head><body>로그인이 필요합니다</body></html>",
        "<html><body>점검 중 <pre>&lt;rss&gt;</pre> <rss></rss></body></html>",
        "<script>location.href='/login'</script>",
        '{"resultCode": "99", "items": []}',
        "[]",
        "<response><header><resultCode>30</resultCode></header></response>",
        "%PDF-1.7",
        "서비스 점검 중입니다",
        "",
        "   ",
    ],
)
def test_what_is_served_in_place_of_a_feed_is_named(body: str) -> None:
    with pytest.raises(ParseError, match="wrong_kind"):
        parsed(body)


@pytest.mark.parametrize(
    "body",
    [
        '<rss version="2.0"><channel><title>t</title></channel></rss>',
        '<rss version="2.0"><channel/></rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom"/>',
        '{"version": "https://jsonfeed.org/version/1", "items": []}',
    ],
)
def test_a_feed_without_entries_is_an_empty_listing_and_no_other_error(body: str) -> None:
    assert parsed(body).entries == ()


@pytest.mark.parametrize(
    ("head", "minutes"),
    [
        ("<ttl>90</ttl>", 90),
        ("<ttl>abc</ttl>", None),
        ("<ttl>99999</ttl>", 1440),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 30),
        ("<sy:updatePeriod> daily </sy:updatePeriod>", 1440),
        ("<sy:updatePeriod>sometimes</sy:updatePeriod>", None),
    ],
)
def test_a_wish_to_be_left_alone_is_a_hint(head: str, minutes: int | None) -> None:
    root = '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
    ttl = parsed(f"{root}<channel>{head}{ITEM}</channel></rss>").ttl

    assert (ttl and ttl.total_seconds() / 60) == minutes


def test_a_json_feed_tells_text_files_and_authors() -> None:
    item = {
        "id": 7, "url": "https://www.a.go.kr/v?nttId=7", "title": "R&amp;D", "content_html": "<p>첫 줄</p><p>둘째</p>",
        "date_published": "2026-11-20T09:00:00+09:00", "authors": [{"name": "세정과"}],
        "attachments": [{"url": "/f/7.pdf", "title": "붙임.pdf"}, 3],
    }  # fmt: skip
    (entry,) = parsed(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item, 5, {}]})).entries

    assert (entry.id, entry.title, entry.text, entry.department) == ("7", "R&D", "첫 줄\n둘째", "세정과")
    assert [(link.name, link.url) for link in entry.links] == [("붙임.pdf", "https://www.a.go.kr/f/7.pdf")]


@pytest.mark.parametrize("piece", ["<![CDATA[", "<item>", "&", "&x", "<a b='", "]]>", "<!--", "<!ENTITY x '"])
def test_a_large_feed_of_one_trick_takes_no_quadratic_time(piece: str) -> None:
    body = f'<rss version="2.0"><channel>{ITEM}' + piece * (400_000 // len(piece))

    with_end = parsed(body + "</channel></rss>") if piece in {"&", "&x", "]]>"} else None

    assert with_end is None or with_end.entries[0].title == "가뭄 대책"
    assert parsed(body).entries[0].title == "가뭄 대책"
