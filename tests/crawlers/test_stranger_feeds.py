"""Feeds by somebody who has not read the crawler, in the manner of feedparser's well-formed and ill-formed sets.

Expected is what the specifications say, and where they are silent what a Korean reader would: title, address, instant,
department, text. What is no feed is refused.
"""

# ruff: noqa: E501 - a feed is read best on one line

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from crawlers.article import ParseError
from crawlers.dates import parse_date
from crawlers.feed import parse_feed

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
URL = "http://www.gn.go.kr/f/rss.xml"
N = "http://www.gn.go.kr/none/"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an entry is to say; what is empty here is not asked."""

    title: str
    url: str = ""
    at: str = ""
    dept: str | None = None
    text: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A feed as served, its entries, and what none of them may hold."""

    name: str
    body: bytes
    charset: str
    entries: tuple[Wanted, ...]
    absent: tuple[str, ...]
    most: int


CASES: list[Case] = []
REFUSED: list[Case] = []


def case(
    name: str,
    body: str | bytes,
    entries: Sequence[Wanted] = (),
    ctype: str = "",
    error: bool = False,
    enc: str = "utf-8",
    absent: Sequence[str] = (),
    most: int = 1000,
) -> None:
    """One more feed; `ctype` is the header it was served with."""
    data = body if isinstance(body, bytes) else body.encode(enc)
    charset = ctype.partition("charset=")[2]
    (REFUSED if error else CASES).append(Case(name, data, charset, tuple(entries), tuple(absent), most))


e = Wanted


def rss(
    items: str,
    head: str = '<?xml version="1.0" encoding="UTF-8"?>',
    ns: str = "",
    ver: str = "2.0",
    chan: str = "<title>보도자료</title><link>http://www.gn.go.kr/</link><description>d</description>",
) -> str:
    """An RSS feed of `items`."""
    return f'{head}<rss version="{ver}"{ns}><channel>{chan}{items}</channel></rss>'


def item(title: str, number: str = "1", extra: str = "", d: str | None = None) -> str:
    """An item that leads to `to(number)`."""
    return f"<item><title>{title}</title><link>{N}v?no={number}</link>{'' if d is None else '<pubDate>' + d + '</pubDate>'}{extra}</item>"


def to(number: str = "1") -> str:
    """An entry's address."""
    return f"{N}v?no={number}"


# fmt: off
case("rss091", rss(item("산림청, 가을철 산불조심기간 운영"), head='<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">', ver="0.91"), [e("산림청, 가을철 산불조심기간 운영", to(), flag="no_date")])
case("rss092", rss(item("도로 굴착 통제 안내", extra="<description>본문 한 줄</description>"), ver="0.92"), [e("도로 굴착 통제 안내", to(), text="본문 한 줄")])
case("rss10", f'''<?xml version="1.0" encoding="utf-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://www.gn.go.kr/"><title>t</title><link>http://www.gn.go.kr/</link><description>d</description><items><rdf:Seq><rdf:li rdf:resource="{to()}"/></rdf:Seq></items></channel><item rdf:about="{to()}"><title>해양수산부 어촌뉴딜 공모</title><link>{to()}</link><description>어촌 50곳</description><dc:date>2026-10-06T09:16:05+09:00</dc:date><dc:creator>어촌어항과</dc:creator></item></rdf:RDF>''', [e("해양수산부 어촌뉴딜 공모", to(), "2026-10-06T00:16:05", "어촌어항과", "어촌 50곳")])
case("rss090", f'''<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>t</title><link>http://www.gn.go.kr/</link></channel><item><title>옛 형식 공지</title><link>{to()}</link></item></rdf:RDF>''', [e("옛 형식 공지", to())])
case("atom10", f'''<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>공지</title><id>urn:x</id><updated>2026-10-06T00:00:00Z</updated><entry><title type="html">물가 &amp;lt;안정&amp;gt; 대책</title><link rel="self" href="http://www.gn.go.kr/none/self"/><link rel="alternate" type="text/html" href="{to()}"/><id>tag:x,2026:1</id><updated>2026-10-07T10:00:00+09:00</updated><published>2026-10-06T10:00:00+09:00</published><author><name>경제정책과</name></author><content type="html">&lt;p&gt;첫째 문단.&lt;/p&gt;&lt;p&gt;둘째 문단.&lt;/p&gt;</content></entry></feed>''', [e("물가 <안정> 대책", to(), "2026-10-06T01:00:00", "경제정책과", "둘째 문단.")], ctype="application/atom+xml")
case("atom03", f'''<?xml version="1.0" encoding="utf-8"?><feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>x</title><entry><title>아톰 영점삼</title><link rel="alternate" type="text/html" href="{to()}"/><issued>2026-10-06T10:00:00+09:00</issued><modified>2026-10-08T10:00:00+09:00</modified><summary>요약문</summary></entry></feed>''', [e("아톰 영점삼", to(), "2026-10-06T01:00:00", text="요약문")])
case("atom_xhtml", '''<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://www.gn.go.kr/none/board/"><title>x</title><entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">청년 <b>월세</b> 지원</div></title><link href="view.do?nttId=7"/><id>7</id><published>2026-10-06T01:00:00Z</published><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>만 19세부터.</p><ul><li>월 20만원</li></ul></div></content></entry></feed>''', [e("청년 월세 지원", "http://www.gn.go.kr/none/board/view.do?nttId=7", "2026-10-06T01:00:00", text="월 20만원")])
case("atom_prefix", f'''<?xml version="1.0"?><a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>x</a:title><a:entry><a:title>접두사 있는 아톰</a:title><a:link href="{to()}"/><a:id>1</a:id><a:published>2026-10-06T01:00:00.123Z</a:published></a:entry></a:feed>''', [e("접두사 있는 아톰", to(), "2026-10-06T01:00:00")])
case("rss_contentns", rss(item("본문 모듈", extra="<description>짧은 요약</description><content:encoded><![CDATA[<p>긴 본문 첫 줄</p><p>긴 본문 끝 줄</p>]]></content:encoded>", d="Tue, 06 Oct 2026 09:16:05 +0900"), ns=' xmlns:content="http://purl.org/rss/1.0/modules/content/"'), [e("본문 모듈", to(), "2026-10-06T00:16:05", text="긴 본문 끝 줄")])
case("rss_itunes_title_order", rss(f'<item xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><itunes:title>엉뚱한 제목</itunes:title><title>진짜 제목입니다</title><link>{to()}</link></item>'), [e("진짜 제목입니다", to())])
case("rss_uppercase", f'<RSS VERSION="2.0"><CHANNEL><TITLE>x</TITLE><ITEM><TITLE>대문자 요소</TITLE><LINK>{to()}</LINK><PUBDATE>2026-10-06 09:16</PUBDATE></ITEM></CHANNEL></RSS>', [e("대문자 요소", to(), "2026-10-06T00:16:00")])
case("rss_ns_default", f'<?xml version="1.0"?><rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel><title>x</title>{item("기본 이름공간",d="Tue, 06 Oct 2026 00:16:05 GMT")}</channel></rss>', [e("기본 이름공간", to(), "2026-10-06T00:16:05")])
case("channel_has_image_textinput", rss(item("그림 있는 채널"), chan="<title>x</title><link>http://www.gn.go.kr/</link><image><title>로고</title><url>http://www.gn.go.kr/l.png</url><link>http://www.gn.go.kr/</link></image><textInput><title>검색</title><name>q</name><link>http://www.gn.go.kr/s</link></textInput>"), [e("그림 있는 채널", to())], most=1)
DATES = [
    ("2026.10.06", "2026-10-05T15:00:00"),
    ("2026. 10. 6.", "2026-10-05T15:00:00"),
    ("2026년 10월 06일", "2026-10-05T15:00:00"),
    ("2026-10-06 09:16:05.0", "2026-10-06T00:16:05"),
    ("20261006091605", "2026-10-06T00:16:05"),
    ("20261006", "2026-10-05T15:00:00"),
    ("Tue, 06 Oct 2026 09:16:05 KST", "2026-10-06T00:16:05"),
    ("Tue, 06 Oct 2026 09:16:05", "2026-10-06T00:16:05"),
    ("Tue, 06 Oct 2026 09:16:05 GMT", "2026-10-06T09:16:05"),
    ("Tue, 6 Oct 2026 9:16 +0900", "2026-10-06T00:16:00"),
    ("Tue Oct 06 09:16:05 KST 2026", "2026-10-06T00:16:05"),
    ("화, 06 10월 2026 09:16:05 +0900", "2026-10-06T00:16:05"),
    ("2026년 10월 6일 오후 3시 5분", "2026-10-06T06:05:00"),
    ("2026-10-06 오후 03:05:09", "2026-10-06T06:05:09"),
    ("2026-10-06 (화) 14:00", "2026-10-06T05:00:00"),
    ("2026/10/06 14:00", "2026-10-06T05:00:00"),
    ("26.10.06", "2026-10-05T15:00:00"),
    ("2026-10-06T09:16:05", "2026-10-06T00:16:05"),
    ("2026-10-06T09:16:05Z", "2026-10-06T09:16:05"),
    ("2026-10-06T00:16:05-05:00", "2026-10-06T05:16:05"),
    ("Tue, 06 Oct 26 09:16:05 EST", "2026-10-06T14:16:05"),
    ("2026-10-06 24:00", "2026-10-06T15:00:00"),
    ("2026. 10. 6. 오전 12:30", "2026-10-05T15:30:00"),
    ("Oct 6, 2026 3:05:09 PM", "2026-10-06T06:05:09"),
    ("Thu, 06 Oct 2026 09:16:05 +0900", "2026-10-06T00:16:05"),
    ("등록일 : 2026-10-06", "2026-10-05T15:00:00"),
    ("2026-10-06T09:16+09:00", "2026-10-06T00:16:00"),
    ("2026-10-06T091605+0900", "2026-10-06T00:16:05"),
    ("Tue, 06 Oct 2026 09:16:05 +09:00", "2026-10-06T00:16:05"),
    ("Tue, 06 Oct 2026 00:16:05 UT", "2026-10-06T00:16:05"),
    ("２０２６．１０．０６", "2026-10-05T15:00:00"),
    ("2026년10월6일 09시16분", "2026-10-06T00:16:00"),
]
ODD_DATES = {"0000-00-00 00:00:00": "bad_date", "2026-13-45": "bad_date", "2026-02-30": "bad_date", "2027-03-06": "future_date", "1926-10-06": "absurd_date", "1970-01-01 09:00:00": "absurd_date", "": "no_date", "미정": "no_date"}
case("date_dc_vs_pub", rss(item("더블린코어 날짜", extra="<dc:date>2026-10-06T09:00:00+09:00</dc:date>"), ns=' xmlns:dc="http://purl.org/dc/elements/1.1/"'), [e("더블린코어 날짜", to(), "2026-10-06T00:00:00")])
case("date_dcterms", rss(item("디씨텀스", extra="<dcterms:issued>2026-10-06</dcterms:issued><dcterms:modified>2026-11-01</dcterms:modified>"), ns=' xmlns:dcterms="http://purl.org/dc/terms/"'), [e("디씨텀스", to(), "2026-10-05T15:00:00")])
case("date_cdata_ws", rss(item("여백 있는 날짜", d="\n   <![CDATA[ 2026-10-06 09:16 ]]>\n ")), [e("여백 있는 날짜", to(), "2026-10-06T00:16:00")])
case("date_atom_updated_only", f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>갱신만 있음</title><link href="{to()}"/><updated>2026-10-06T09:00:00+09:00</updated></entry></feed>', [e("갱신만 있음", to(), "2026-10-06T00:00:00")])
case("channel_date_not_item", rss(item("항목에는 날짜 없음"), chan="<title>x</title><pubDate>Tue, 06 Oct 2026 09:16:05 +0900</pubDate>"), [e("항목에는 날짜 없음", to(), flag="no_date")])
T = "경상남도 햏긓 뷁스러운 공고"  # CP949-only syllables
def body(encname: str) -> str:
    """A feed that declares `encname`."""
    return rss(item(T, d="2026-10-06"), head=f'<?xml version="1.0" encoding="{encname}"?>')

case("enc_euckr", rss(item("경상남도 공고", d="2026-10-06"), head='<?xml version="1.0" encoding="euc-kr"?>'), [e("경상남도 공고", to(), "2026-10-05T15:00:00")], enc="euc-kr", ctype="text/xml")
case("enc_cp949_as_euckr", body("EUC-KR"), [e(T, to())], enc="cp949", ctype="text/xml; charset=euc-kr")
case("enc_cp949_ksc5601", body("ks_c_5601-1987"), [e(T, to())], enc="cp949")
case("enc_cp949_says_utf8", body("utf-8"), [e(T, to())], enc="cp949", ctype="text/xml; charset=utf-8")
case("enc_utf8_says_euckr", body("euc-kr"), [e(T, to())], ctype="text/xml")
case("enc_http_wrong", body("utf-8"), [e(T, to())], ctype="text/xml; charset=euc-kr")
case("enc_http_latin1", body("utf-8"), [e(T, to())], ctype="text/xml; charset=ISO-8859-1")
case("enc_none_cp949", body("").replace(' encoding=""', ""), [e(T, to())], enc="cp949", ctype="application/octet-stream")
case("enc_bom", body("utf-8"), [e(T, to())], enc="utf-8-sig")
case("enc_double_bom", b"\xef\xbb\xbf\xef\xbb\xbf" + body("utf-8").encode(), [e(T, to())])
case("enc_utf16le", b"\xff\xfe" + body("utf-16").encode("utf-16-le"), [e(T, to())])
case("enc_utf16be", b"\xfe\xff" + body("utf-16").encode("utf-16-be"), [e(T, to())])
case("enc_utf16_nobom", body("utf-16").encode("utf-16-le"), [e(T, to())])
case("enc_utf16_says_but_utf8", body("utf-16"), [e(T, to())])
case("enc_bom_http_euckr", body("euc-kr"), [e(T, to())], enc="utf-8-sig", ctype="text/xml; charset=euc-kr")
case("enc_numeric_refs", rss(item("&#44221;&#45224;&#xB3C4; &#183; 공고 &hellip; &ldquo;확정&rdquo;")), [e("경남도 · 공고 … “확정”", to())])
case("esc_double", rss(item("A&amp;amp;B 협약 &amp;lt;속보&amp;gt;")), [e("A&B 협약 <속보>", to())])
case("esc_cdata_title", rss(f"<item><title><![CDATA[ 「농업·농촌」 기본법 <개정안> 공고 & 의견수렴 ]]></title><link><![CDATA[ {N}v?a=1&b=2 ]]></link></item>"), [e("「농업·농촌」 기본법 <개정안> 공고 & 의견수렴", N + "v?a=1&b=2")])
case("esc_markup_title", rss(item("<![CDATA[<b>[긴급]</b> 호우&nbsp;주의보<br/>발효]]>")), [e("[긴급] 호우 주의보 발효", to())])
case("esc_bare_amp", rss(f"<item><title>R&D 예산 & 성과</title><link>{N}v?a=1&no=2</link><pubDate>2026-10-06</pubDate></item>"), [e("R&D 예산 & 성과", N + "v?a=1&no=2", "2026-10-05T15:00:00")])
case("esc_html_desc", rss(item("설명 마크업", extra="<description>&lt;p&gt;첫 줄&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;style&gt;p{}&lt;/style&gt;&lt;p&gt;끝 줄 &amp;lt;표시&amp;gt;&lt;/p&gt;</description>")), [e("설명 마크업", to(), text="끝 줄 <표시>")], absent=["alert(1)", "p{}"])
case("esc_undefined_entity", rss(item("중점&middot;과제&nbsp;발표")), [e("중점·과제 발표", to())])
case("esc_lt_in_title", rss(item("<![CDATA[실업률 3% < 4% 유지]]>")), [e("실업률 3% < 4% 유지", to())])
case("title_newlines", rss(item("\n   여러 줄로\n\t 나뉜    제목\n ")), [e("여러 줄로 나뉜 제목", to())])
case("title_new_icon", rss(item("<![CDATA[도서관 휴관 안내 <img src='/n.gif' alt='새글'>]]>")), [e("도서관 휴관 안내", to())])
case("url_relative", rss("<item><title>상대 주소</title><link>/none/view.do?no=3</link></item>"), [e("상대 주소", "http://www.gn.go.kr/none/view.do?no=3")])
case("url_relative_dots", rss("<item><title>상대 점</title><link>../../none/view.do?no=3</link></item>"), [e("상대 점", "http://www.gn.go.kr/none/view.do?no=3")])
case("url_guid_permalink", rss(f"<item><title>가이드만</title><guid>{to()}</guid></item>"), [e("가이드만", to())])
case("url_guid_notperma", rss(f'<item><title>가이드 아님</title><guid isPermaLink="false">12345</guid><link>{to()}</link></item>'), [e("가이드 아님", to())])
case("url_guid_uuid_default", rss(f'<item><title>가이드 uuid</title><guid>6f1c3c3e-aaaa</guid><link>{to()}</link></item>'), [e("가이드 uuid", to())])
case("url_same_link_all", rss("".join(f'<item><title>같은 주소 {i}째 글</title><guid isPermaLink="false">g{i}</guid><link>http://www.gn.go.kr/none/list.do</link></item>' for i in range(4))), [e(f"같은 주소 {i}째 글") for i in range(4)])
case("url_javascript", rss("<item><title>자바스크립트 주소</title><link>javascript:alert(1)</link></item>"), absent=["javascript:"])
case("url_file", rss("<item><title>파일 주소</title><link>file:///etc/passwd</link></item>"), absent=["file:///"])
case("url_protocol_relative", rss("<item><title>프로토콜 없음</title><link>//www.gn.go.kr/none/v?no=1</link></item>"), [e("프로토콜 없음", to())])
case("rss_atomlink", rss(item("아톰 링크 섞임", extra='<atom:link rel="self" href="http://www.gn.go.kr/none/self"/>'), ns=' xmlns:atom="http://www.w3.org/2005/Atom"', chan='<title>x</title><atom:link rel="self" href="http://www.gn.go.kr/feed"/>'), [e("아톰 링크 섞임", to())])
case("atom_base_nested", '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://www.gn.go.kr/"><title>x</title><entry xml:base="none/sub/"><title>겹친 base</title><link href="v?no=1"/></entry></feed>', [e("겹친 base", "http://www.gn.go.kr/none/sub/v?no=1")])
case("no_link_no_guid", rss("<item><title>주소 없는 공지</title><description>설명은 있음</description></item>"), [e("주소 없는 공지")])
DC = ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
for i, (x, d) in enumerate([("<author>press@gn.go.kr (홍보담당관)</author>", "홍보담당관"), ("<dc:creator>농업기술원 작물연구과</dc:creator>", "농업기술원 작물연구과"), ("<dc:creator><![CDATA[ 총무과 ]]></dc:creator>", "총무과"), ("<author>홍보실(055-211-2044)</author>", "홍보실"), ("<author>webmaster@gn.go.kr</author>", ""), ("<dc:creator>admin</dc:creator>", ""), ("<dc:publisher>경상남도</dc:publisher><dc:creator>재난안전과</dc:creator>", "재난안전과"), ("<department>도시계획과</department>", "도시계획과"), ("<author>관리자</author>", ""), ("<dc:creator>담당부서 : 수산자원과</dc:creator>", "수산자원과")]):
    case(f"author{i}", rss(item(f"부서 시험 {i} 공고문", extra=x), ns=DC), [e(f"부서 시험 {i} 공고문", to(), dept=d)])
case("author_atom_channel", f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><author><name>기획조정실</name></author><entry><title>피드 저자</title><link href="{to()}"/></entry></feed>', [e("피드 저자", to(), dept="기획조정실")])
G = rss(item("첫 글 제목", "1", d="2026-10-06") + item("둘째 글 제목", "2", d="2026-10-06") + item("셋째 글 제목", "3", d="2026-10-06"))
three = [e("첫 글 제목", to("1"), "2026-10-05T15:00:00"), e("둘째 글 제목", to("2"), "2026-10-05T15:00:00"), e("셋째 글 제목", to("3"), "2026-10-05T15:00:00")]
case("cut_third", G[:G.index("셋째")], three[:2])
case("cut_tag", G[:G.index("셋째") - 3], three[:2])
case("garbage_before", "\r\n\r\n<!-- generated -->\n" + G, three)
case("php_warning_before", "<br />\n<b>Warning</b>: mysql_connect() in <b>/var/www/rss.php</b> on line <b>3</b><br />\n" + G, three)
case("garbage_after", G + "<script>var a=1;</script></body></html>\n\x00\x00", three)
case("two_docs", G + G.replace("첫 글", "다른 글"), three[:1])
case("unclosed_item", G.replace("</item>", "", 1), three)
case("unclosed_desc", G.replace("<pubDate>", "<description>줄<br>바꿈<pubDate>", 1), three[1:])
case("mismatched", G.replace("</title>", "</titel>", 1), three[1:])
case("attr_noquote", G.replace('version="2.0"', "version=2.0"), three)
case("html_br_in_desc", rss(item("마크업 그대로", extra="<description>줄 하나<br>줄 둘<p>줄 셋 &copy; 끝</description>", d="2026-10-06") + item("뒤 글은 산다", "2")), [e("마크업 그대로", to(), text="줄 셋"), e("뒤 글은 산다", to("2"))])
case("cdata_unclosed", rss(item("열린 시데이터", extra="<description><![CDATA[ 닫히지 않음 </description>") ), [e("열린 시데이터", to())])
case("cdata_nested", rss(item("겹친 시데이터", extra="<description><![CDATA[ 바깥 <![CDATA[ 안 ]]> 뒤 ]]></description>") + item("다음 글 무사", "2")), [e("겹친 시데이터", to()), e("다음 글 무사", to("2"))])
case("ns_undeclared", rss(item("선언 없는 이름공간", extra="<dc:creator>교통과</dc:creator><dc:date>2026-10-06</dc:date>")), [e("선언 없는 이름공간", to(), "2026-10-05T15:00:00", "교통과")])
case("wrapped_html_pre", "<html><body><pre>" + G.replace("<", "&lt;") + "</pre></body></html>", error=True, ctype="text/html")
case("xml_decl_11", G.replace('version="1.0"', 'version="1.1"'), three)
case("textplain", G, three, ctype="text/plain")
case("texthtml", G, three, ctype="text/html; charset=utf-8")
case("html_home", "<!doctype html><html><head><title>경남</title></head><body><h1>홈</h1><a href='/none/a'>글</a></body></html>", error=True, ctype="text/html")
case("html_login", "<html><head><title>로그인</title></head><body><form action='/login'><input type=password name=pw></form></body></html>", error=True, ctype="text/html")
case("html_maint", "<html><body>시스템 점검 중입니다. 이용에 불편을 드려 죄송합니다.</body></html>", error=True, ctype="application/rss+xml")
case("json_err", '{"error":"not found"}', error=True, ctype="application/json")
case("xml_err", '<?xml version="1.0"?><error><code>500</code></error>', error=True, ctype="text/xml")
case("portal_err", '<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg><returnReasonCode>30</returnReasonCode></cmmMsgHeader></OpenAPI_ServiceResponse>', error=True, ctype="text/xml")
case("empty_body", "", error=True)
case("only_space", " \n\n ", error=True)
case("sitemap", '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://www.gn.go.kr/none/1</loc></url></urlset>', error=True, ctype="text/xml")
case("opml", '<opml version="2.0"><head><title>x</title></head><body><outline text="a" xmlUrl="http://www.gn.go.kr/x"/></body></opml>', error=True, ctype="text/xml")
case("binary", bytes(range(256)) * 20, error=True)
case("pdf_as_feed", b"%PDF-1.4\n%\xe2\xe3\n1 0 obj<<>>endobj\n%%EOF", error=True, ctype="application/pdf")
case("jsonfeed", f'{{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[{{"id":"1","url":"{to()}","title":"제이슨 피드","content_html":"<p>본문</p>","date_published":"2026-10-06T09:00:00+09:00","authors":[{{"name":"정보통신과"}}],"attachments":[{{"url":"http://www.gn.go.kr/none/x.pdf","mime_type":"application/pdf","title":"붙임"}}]}}]}}', [e("제이슨 피드", to(), "2026-10-06T00:00:00", "정보통신과", "본문")], ctype="application/feed+json")
case("xxe", '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(item("외부 개체 &x; 시험"), head=""), absent=["root:"])
case("internal_entity", '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY dept "총무과">]>' + rss(item("&dept; 공고"), head=""), [e("총무과 공고", to())])
case("script_title", rss(item("<![CDATA[<script>alert(1)</script>안전한 제목]]>")), [e("안전한 제목", to())], absent=["alert(1)"])
case("bidi", rss(item("정상\u202e거꾸로\u202c 제목\u200b")), absent=["\u202e"])
case("kr_namo", rss("<item><title><![CDATA[[보도자료] 경남도, 벼 재배면적 8% 줄인다]]></title><link><![CDATA[http://www.gn.go.kr/none/board/view.gyeong?boardId=BBS_0000060&menuCd=DOM_000000135002001000&dataSid=55]]></link><author><![CDATA[농식품유통과]]></author><category><![CDATA[보도자료]]></category><pubDate>2026-10-06 09:16:05.0</pubDate><description><![CDATA[<p style='margin:0'>경남도는 6일 밝혔다.</p>]]></description></item>"), [e("[보도자료] 경남도, 벼 재배면적 8% 줄인다", "http://www.gn.go.kr/none/board/view.gyeong?boardId=BBS_0000060&menuCd=DOM_000000135002001000&dataSid=55", "2026-10-06T00:16:05", "농식품유통과", "경남도는 6일 밝혔다.")])
case("kr_lang_ttl", rss(item("시간 남는 피드", d="Tue, 06 Oct 2026 9:16:05 +0900"), chan="<title><![CDATA[x]]></title><language>ko</language><ttl>60</ttl><skipHours><hour>1</hour></skipHours><copyright>(c)</copyright>"), [e("시간 남는 피드", to(), "2026-10-06T00:16:05")])
case("kr_html_comment_desc", rss(item("한글 편집기 설명", extra="<description><![CDATA[<!--[data-hwpjson]{\"documentPr\":{}}--><p class='0'>한글 본문이다.</p><style>.hwp{font:1}</style>]]></description>")), [e("한글 편집기 설명", to(), text="한글 본문이다.")], absent=["documentPr", ".hwp{"])
case("kr_title_suffix_dots", rss(item("전국 최초 인공지능 민원 서비스를 개시하는 경남도의…")), [e("전국 최초 인공지능 민원 서비스를 개시하는 경남도의…", to())])
case("kr_embargo_in_title", rss(item("(10.7. 조간) 물가 동향", d="2026-10-06 09:00")), [e("(10.7. 조간) 물가 동향", to(), "2026-10-06T00:00:00")])
case("kr_pubdate_upper_ns", rss(item("등록일 요소", extra="<regDate>2026-10-06 09:00</regDate>")), [e("등록일 요소", to(), "2026-10-06T00:00:00")])

case("two_entries_diff_zone", rss(item("국제협력 회의 결과", "1", d="Mon, 05 Oct 2026 20:00:00 -0400") + item("수출 상담회 개최", "2", d="Tue, 06 Oct 2026 09:00:00 +0900")), [e("국제협력 회의 결과", to("1"), "2026-10-06T00:00:00"), e("수출 상담회 개최", to("2"), "2026-10-06T00:00:00")])
case("date_ampm_en", rss(item("영문 오후 시각", d="2026-10-06 3:05 PM")), [e("영문 오후 시각", to(), "2026-10-06T06:05:00")])
case("date_weekday_ko", rss(item("요일 있는 날짜", d="2026년 10월 6일 화요일 15:05")), [e("요일 있는 날짜", to(), "2026-10-06T06:05:00")])
case("date_ms", rss(item("밀리초 날짜", d="2026-10-06T00:16:05.123456+00:00")), [e("밀리초 날짜", to(), "2026-10-06T00:16:05")])
case("date_epoch_ms", rss(item("밀리초 기원", d="1791245765000")), [e("밀리초 기원", to(), "2026-10-06T00:16:05")])
case("date_basic_iso", rss(item("기본형 날짜", d="20261006T091605+0900")), [e("기본형 날짜", to(), "2026-10-06T00:16:05")])
case("date_slash_short", rss(item("짧은 빗금 날짜", d="26/10/06 09:16")), [e("짧은 빗금 날짜", to(), "2026-10-06T00:16:00")])
case("date_dot_time", rss(item("점 찍은 시각 날짜", d="2026.10.06. 09:16:05")), [e("점 찍은 시각 날짜", to(), "2026-10-06T00:16:05")])
case("date_rfc850", rss(item("옛 표준 날짜", d="Tuesday, 06-Oct-26 00:16:05 GMT")), [e("옛 표준 날짜", to(), "2026-10-06T00:16:05")])
case("date_jst", rss(item("일본 시각 날짜", d="Tue, 06 Oct 2026 09:16:05 +0900 (KST)")), [e("일본 시각 날짜", to(), "2026-10-06T00:16:05")])
case("dc_date_multi", rss(f'<item><title>여러 날짜</title><link>{to()}</link><pubDate></pubDate><dc:date>2026-10-06</dc:date></item>', ns=' xmlns:dc="http://purl.org/dc/elements/1.1/"'), [e("여러 날짜", to(), "2026-10-05T15:00:00")])
case("comment_in_item", rss(f'<item><!-- <title>가짜 제목</title> --><title>진짜 공고 제목</title><link>{to()}</link></item>'), [e("진짜 공고 제목", to())])
case("cdata_split", rss(f'<item><title><![CDATA[앞부분 ]]><![CDATA[뒷부분 제목]]></title><link>{to()}</link></item>'), [e("앞부분 뒷부분 제목", to())])
case("entity_in_link", rss(f'<item><title>주소 개체</title><link>{N}v?a=1&#38;no=2</link></item>'), [e("주소 개체", N+"v?a=1&no=2")])
case("link_in_atom_ns", rss(f'<item><title>아톰 링크만</title><atom:link href="{to()}" rel="alternate"/></item>', ns=' xmlns:atom="http://www.w3.org/2005/Atom"'), [e("아톰 링크만", to())])
case("guid_korean", rss(f'<item><title>한글 가이드</title><guid isPermaLink="false">보도-2026-10</guid><link>{to()}</link></item>'), [e("한글 가이드", to())])
case("title_brackets_entities", rss(item("[공고] 2026년 &quot;청년&quot; 창업 &#39;지원&#39;")), [e("[공고] 2026년 \"청년\" 창업 '지원'", to())])
case("title_html_entities2", rss(item("<![CDATA[농업&middot;농촌 &lsquo;혁신&rsquo; 대책]]>")), [e("농업·농촌 ‘혁신’ 대책", to())])
case("desc_table", rss(item("표 있는 설명", extra="<description><![CDATA[<table><tr><td>창원</td><td>3억</td></tr><tr><td>진주</td><td>2억</td></tr></table>]]></description>")), [e("표 있는 설명", to(), text="진주 2억")])
case("dept_dc_contrib", rss(item("부서가 딴 자리", extra="<dc:contributor>산림휴양과</dc:contributor>"), ns=' xmlns:dc="http://purl.org/dc/elements/1.1/"'), [e("부서가 딴 자리", to())])
case("dept_author_team", rss(item("팀 이름 저자", extra="<author>no-reply@x.go.kr (미래전략산업국 우주항공과)</author>")), [e("팀 이름 저자", to(), dept="미래전략산업국 우주항공과")])
case("dept_writer", rss(item("작성자 요소", extra="<writer>홍보담당관실</writer>")), [e("작성자 요소", to())])
case("enc_utf8_bad_decl_typo", rss(item("선언 오타 피드"), head='<?xml version="1.0" encoding="utf8"?>'), [e("선언 오타 피드", to())])
case("enc_decl_unknown", rss(item("모르는 부호화"), head='<?xml version="1.0" encoding="x-unknown"?>'), [e("모르는 부호화", to())])
case("enc_mixed", rss(item("섞인 부호 하나", "1")).encode().replace(b"</channel>", item("섞인 부호 둘", "2").encode("cp949") + b"</channel>"), [e("섞인 부호 하나", to("1"))])
case("enc_meta_html_wrapped_ent", rss(item("&amp;#44221;&amp;#45224; 공고문 안내")), [e("경남 공고문 안내", to())])
case("doctype_html4", '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN">' + rss(item("엉뚱한 문서형"), head=""), [e("엉뚱한 문서형", to())])
case("xsl_pi", rss(item("스타일 지시문"), head='<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="/rss.xsl"?>'), [e("스타일 지시문", to())])
case("item_outside_channel", f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel>{item("채널 밖 항목")}</rss>', [e("채널 밖 항목", to())])
case("no_channel", f'<?xml version="1.0"?><rss version="2.0">{item("채널 없는 항목")}</rss>', [e("채널 없는 항목", to())])
case("atom_no_ns", f'<feed><title>x</title><entry><title>이름공간 없는 아톰</title><link href="{to()}"/><updated>2026-10-06T09:00:00+09:00</updated></entry></feed>', [e("이름공간 없는 아톰", to(), "2026-10-06T00:00:00")])
case("atom_content_src", f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>밖에 있는 본문</title><content type="text/html" src="{to()}"/><id>{to()}</id></entry></feed>', [e("밖에 있는 본문", to())])
case("atom_text_lt", f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title type="text">실업률 &lt;3%&gt; 유지</title><link href="{to()}"/></entry></feed>', [e("실업률 <3%> 유지", to())])
case("jsonfeed1", '{"version":"https://jsonfeed.org/version/1","items":[{"id":7,"external_url":"x","url":"/none/v?no=1","title":"제이슨 일판","content_text":"글만 있다","date_published":"2026-10-06","author":{"name":"정보화담당관"}}]}', [e("제이슨 일판", to(), "2026-10-05T15:00:00", "정보화담당관", "글만 있다")], ctype="application/json")
case("jsonp", 'callback({"version":"https://jsonfeed.org/version/1","items":[]})', error=True, ctype="application/javascript")
case("block_page", "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.</body></html>", error=True, ctype="text/html")
case("meta_refresh", '<html><head><meta http-equiv="refresh" content="0;url=/index.do"></head></html>', error=True, ctype="text/html")
case("soap_fault", '<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultstring>x</faultstring></soap:Fault></soap:Body></soap:Envelope>', error=True, ctype="text/xml")
case("rss_in_soap_like_wrapper", '<?xml version="1.0"?><response>' + rss(item("감싼 응답"), head="") + '</response>', [e("감싼 응답", to())])
case("unclosed_titles", rss(item("닫힌 제목 하나", "1") + f"<item><title>열린 제목<link>{to('2')}</link></item>" + item("닫힌 제목 셋", "3")), [e("닫힌 제목 하나", to("1")), e("닫힌 제목 셋", to("3"))])
case("attr_amp", rss(f'<item><title>속성 앰퍼샌드</title><link>{to()}</link><enclosure url="{N}f.pdf?a=1&b=2" type="application/pdf" length="9"/></item>'), [e("속성 앰퍼샌드", to())])
case("trunc_cdata", rss(item("온전한 첫 글", "1") + item("잘린 둘째", "2", extra="<description><![CDATA[ 긴 글이"))[:-40], [e("온전한 첫 글", to("1"))])
case("quad_blowup", '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "' + "가" * 100 + '">]>' + rss(item("&a;" * 50000), head=""), most=1)

# fmt: on


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_entries_say_what_their_feed_says(case: Case) -> None:
    entries = parse_feed(case.body, case.charset, URL).entries

    assert len(entries) <= case.most
    assert [part for part in case.absent if part in str(entries)] == []
    for wanted in case.entries:
        found = [one for one in entries if (wanted.title and one.title == wanted.title) or one.url == wanted.url]
        assert found, [one.title for one in entries]
        entry, dated = found[0], parse_date(found[0].date, NOW)
        assert entry.title == (wanted.title or entry.title)
        assert entry.url == (wanted.url or entry.url)
        assert entry.department == (wanted.dept if wanted.dept is not None else entry.department)
        assert "".join(wanted.text.split()) in "".join(entry.text.split())
        assert dated.flag == (wanted.flag or dated.flag)
        if wanted.at:
            assert dated.at is not None
            assert dated.at.replace(microsecond=0) == datetime.fromisoformat(f"{wanted.at}+00:00")


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_what_is_no_feed_is_refused(case: Case) -> None:
    with pytest.raises(ParseError):
        parse_feed(case.body, case.charset, URL)


@pytest.mark.parametrize(("raw", "at"), DATES)
def test_a_date_is_read_as_a_korean_reader_does(raw: str, at: str) -> None:
    (entry,) = parse_feed(rss(item("날짜 시험", d=raw)).encode(), "", URL).entries

    assert parse_date(entry.date, NOW).at == datetime.fromisoformat(f"{at}+00:00")


@pytest.mark.parametrize(("raw", "flag"), ODD_DATES.items())
def test_a_date_that_cannot_be_is_flagged(raw: str, flag: str) -> None:
    assert parse_date(raw, NOW) == type(parse_date("", NOW))(None, flag)


def test_a_guid_that_every_entry_claims_names_none() -> None:
    items = "".join(
        f'<item><title>같은 가이드 {n}</title><guid isPermaLink="false">0</guid><link>{to(str(n))}</link></item>'
        for n in range(4)
    )

    entries = parse_feed(rss(items).encode(), "", URL).entries

    assert len({entry.id for entry in entries}) == 4


def test_files_are_named_once_whoever_names_them() -> None:
    told = '<enclosure url="http://www.gn.go.kr/a.hwpx" length="1" type="application/hwp+zip"/>'

    (entry,) = parse_feed(
        rss(item("첨부 둘", extra=told * 2 + told.replace("a.hwpx", "b.pdf"))).encode(), "", URL
    ).entries

    assert [link.url for link in entry.links] == ["http://www.gn.go.kr/a.hwpx", "http://www.gn.go.kr/b.pdf"]
