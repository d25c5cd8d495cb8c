"""Feeds, boards, pages, files: right on strange input."""

# ruff: noqa: E501 - a fixture of HTML is read best on its own line

from __future__ import annotations

import pytest

from crawlers.article import ParseError
from crawlers.attachment import read_file
from crawlers.board import parse_board
from crawlers.charset import decode
from crawlers.feed import parse_feed
from crawlers.page import read_page, unheaded
from crawlers.sources import BoardProfile
from tests.crawlers.site import LONG, feed, hwpx, page, pdf

BASE = "http://www.a.go.kr/bbs/list.do"


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        ("한글 공고".encode(), ""),
        ("한글 공고".encode("cp949"), ""),
        ("한글 공고".encode("cp949"), "utf-8"),
        ("한글 공고".encode(), "euc-kr"),
        ("똠방각하 펲시콜라".encode("cp949"), "euc-kr"),
        ("한글 공고".encode("utf-16"), ""),
        ("한글 공고 abc".encode("utf-16-le"), "utf-16"),
        ("한글 공고".encode("cp949"), "iso-8859-1"),
        ("﻿한글 공고".encode(), "latin-1"),
        (b'<meta charset="EUC-KR">' + "한글 공고".encode("cp949"), "no-such-charset"),
    ],
)
def test_korean_is_read_whatever_the_label_says(body: bytes, declared: str) -> None:
    text = decode(body, declared)

    assert "한글 공고" in text or "똠방각하 펲시콜라" in text


def test_one_broken_byte_does_not_turn_a_page_into_another_charset() -> None:
    body = ("한글 공고 " * 20).encode() + b"\xff" + "끝".encode()

    assert decode(body, "euc-kr").count("한글 공고") == 20


def test_an_atom_feed_is_read_with_its_files_and_entities() -> None:
    atom = """<?xml version="1.0" encoding="euc-kr"?><feed xmlns="http://www.w3.org/2005/Atom"><entry>
      <title type="html">A &amp;amp; B &lt;b&gt;강조&lt;/b&gt; &lt;특보&gt;</title><id>urn:1</id><link href="view?nttId=1"/>
      <link rel="enclosure" href="/f.hwpx" title="붙임.hwpx"/><updated>2026-11-23T02:00:00Z</updated>
      <published>2026.11.22</published><author><name>재난과</name></author>
      <content type="html">&lt;p&gt;첫 줄&lt;/p&gt;&lt;p&gt;둘째 줄&lt;/p&gt;&lt;script&gt;1&lt;/script&gt;</content></entry></feed>"""

    (entry,) = parse_feed(atom.encode("cp949"), "", "http://www.a.go.kr/rss/x").entries

    assert (entry.id, entry.url) == ("urn:1", "http://www.a.go.kr/rss/view?nttId=1")
    assert (entry.title, entry.text) == ("A & B 강조 <특보>", "첫 줄\n둘째 줄")
    assert (entry.date, entry.updated, entry.department) == ("2026.11.22", "2026-11-23T02:00:00Z", "재난과")
    assert [(link.name, link.url) for link in entry.links] == [("붙임.hwpx", "http://www.a.go.kr/f.hwpx")]


def test_a_guid_that_every_item_shares_names_none() -> None:
    items = [{"title": f"공고 {n}", "guid": "0", "link": f"/view?nttId={n}"} for n in range(3)]

    assert [entry.id for entry in parse_feed(feed(*items).encode(), "", BASE).entries] == [
        "nttId:0",
        "nttId:1",
        "nttId:2",
    ]


def test_items_without_guid_and_link_are_told_apart_by_what_they_say() -> None:
    entries = parse_feed(feed({"title": "하나"}, {"title": "둘"}, {"title": "하나"}).encode(), "", BASE).entries

    assert [entry.title for entry in entries] == ["하나", "둘"]


def test_a_feed_with_junk_before_it_and_cut_off_is_still_read() -> None:
    body = "\n\n  " + feed({"title": "하나", "link": "/1"}, {"title": "둘", "link": "/2"})

    assert [entry.title for entry in parse_feed(body[:-60].encode(), "", BASE).entries][:1] == ["하나"]


def test_ttl_is_a_hint() -> None:
    listing = parse_feed(feed({"title": "하나"}, head="<ttl>90</ttl>").encode(), "", BASE)

    assert listing.ttl
    assert listing.ttl.total_seconds() == 5400


def rows(form: str, numbers: range = range(1, 8)) -> str:
    return "".join(form.format(n=n) for n in numbers)


SIDE = "<div id='gnb'><ul>" + rows("<li><a href='/menu{n}'>도정 소식 바로가기 {n}</a></li>") + "</ul></div>"
SIDE += (
    "<aside><ul>"
    + rows("<li><a href='/view?nttId=9{n}'>최근에 올라온 글 {n}</a> 2026.11.0{n}</li>", range(1, 4))
    + "</ul></aside>"
)
BOARDS = {
    "a table": "<table><tr><th>번호</th><th>제목</th><th>담당부서</th><th>등록일</th><th>조회</th></tr>"
    + rows("<tr><td>{n}</td><td><a href='view.do?nttId={n}'>농정 사업 공고 {n}</a></td><td>농정과</td><td>2026-11-0{n}</td><td>5{n}</td></tr>")
    + "</table>",
    "a table of periods": "<table><tr><th>공고명</th><th>담당</th><th>공고기간</th><th>게시일</th></tr>"
    + rows("<tr><td><a href='view.do?nttId={n}'>농정 사업 공고 {n}</a></td><td>농정과</td><td>2026.11.01 ~ 2026.12.31</td><td>2026.11.0{n}</td></tr>")
    + "</table>",
    "cards in links": "<ul class='list'>"
    + rows("<li class='li1'><a class='a1' href='view.do?nttId={n}'><strong class='t1'>농정 사업 공고 {n}</strong><span>작성일 : 2026.11.0{n}</span><span>농정과</span></a></li>")
    + "</ul>",
    "bare divisions": "<div class='w'>"
    + rows("<div class='i'><div><a href='view.do?nttId={n}'>농정 사업 공고 {n}</a></div><div><span>농정과</span> <span>26.11.0{n}</span></div></div>")
    + "</div>",
    "definition lists": "<div>"
    + rows("<dl><dt><a href='view.do?nttId={n}'>농정 사업 공고 {n}</a></dt><dd>요약</dd><dd>농정과 | 2026-11-0{n} | 조회 12</dd></dl>")
    + "</div>",
    "script calls": "<table>"
    + rows("<tr><td><a href='#' onclick=\"goView('{n}','B'); return false;\">농정 사업 공고 {n}</a></td><td>농정과</td><td>2026-11-0{n}</td></tr>")
    + "</table><script>function goView(no, b) {{ document.x = 1; location.href = 'view.do?nttId=' + no; }}</script>".replace("{{", "{").replace("}}", "}"),
}  # fmt: skip


@pytest.mark.parametrize("shape", BOARDS)
def test_a_board_of_any_shape_is_found_by_itself(shape: str) -> None:
    body = f"<html><body>{SIDE}<div id='content'>{BOARDS[shape]}</div></body></html>"

    entries = parse_board(body.encode(), "", BASE).entries

    assert [entry.title for entry in entries] == [f"농정 사업 공고 {n}" for n in range(1, 8)]
    assert [entry.url for entry in entries] == [f"http://www.a.go.kr/bbs/view.do?nttId={n}" for n in range(1, 8)]
    assert {entry.department for entry in entries} == {"농정과"}
    assert all(entry.date.strip(".").endswith(f"0{n}") for n, entry in enumerate(entries, 1))


def test_a_board_without_dates_is_found_by_its_links() -> None:
    body = (
        "<html><body><ul>"
        + rows("<li><a href='/report?pub_no={n}'>연구 보고서 제목 {n}</a></li>")
        + "</ul></body></html>"
    )

    assert len(parse_board(body.encode(), "", BASE).entries) == 7


def test_a_title_is_freed_of_badges_and_taken_whole() -> None:
    body = (
        "<table>"
        + rows(
            "<tr><td><a href='?nttId={n}' title='농정 사업 공고 {n} 긴 제목의 끝'>농정 사업 공고 {n} 긴… <i>새글</i></a></td><td>11-0{n}</td></tr>"
        )
        + "</table>"
    )

    assert parse_board(body.encode(), "", BASE).entries[0].title == "농정 사업 공고 1 긴 제목의 끝"


def test_a_declared_profile_is_obeyed_and_its_absence_of_rows_is_an_error() -> None:
    body = (
        "<div>"
        + rows("<p class=r><b>농정 {n}</b><a href=\"javascript:v('{n}')\">보기</a><i>2026.11.0{n}</i><u>농정과</u></p>")
        + "</div>"
    )
    profile = BoardProfile(
        rows="p.r", title="b", link="a", date="i", department="u", detail="/v?idx={id}", id=r"v\('(\d+)'"
    )

    entry = parse_board(body.encode(), "", BASE, profile).entries[0]

    assert (entry.title, entry.date, entry.department) == ("농정 1", "2026.11.01", "농정과")
    assert entry.url == "http://www.a.go.kr/v?idx=1"
    with pytest.raises(ParseError, match="no_rows"):
        parse_board(body.encode(), "", BASE, BoardProfile(rows="tr.gone"))


@pytest.mark.parametrize(
    ("body", "code"),
    [("", "no_rows"), ("<html><body>점검 중입니다</body></html>", "no_rows"), (feed({"title": "x"}), "wrong_kind")],
)
def test_what_is_no_board_is_an_error(body: str, code: str) -> None:
    with pytest.raises(ParseError, match=code):
        parse_board(body.encode(), "", BASE)


def test_a_body_inside_tables_is_kept_and_boilerplate_dropped() -> None:
    body = f"<html><body><nav><a href='/'>누리집 안내 메뉴</a></nav><table><tr><th>제목</th><td>대책</td></tr><tr><td colspan=2><p>{LONG}</p><table><tr><td>한파 쉼터</td><td>120곳</td></tr></table></td></tr></table><footer>주소: 창원시 의창구</footer></body></html>"

    text = read_page(body.encode(), "", BASE).text

    assert LONG.strip() in " ".join(text.split())
    assert "120곳" in text
    assert "주소:" not in text
    assert "누리집 안내" not in text


def test_a_notice_of_one_sentence_is_read_without_the_menu() -> None:
    body = "<html><body><div class='gnb'><a href='/'>홈으로</a></div><div class='bbs_con'><p>내일 10시 단수 예정입니다.</p></div></body></html>"

    assert read_page(body.encode(), "", BASE).text == "내일 10시 단수 예정입니다."


def test_files_are_found_by_name_wherever_it_stands() -> None:
    extra = (
        "<a href='/f/1.pdf'>내려받기</a><a href='/FileDown.do?id=2'>둘째 붙임.hwpx (32KB)</a>"
        "<a href='#' onclick=\"fn_egov_downFile('FILE_7','0')\">셋째.hwp</a><a href='/f/1.pdf;jsessionid=A'>다시</a>"
        "<footer><a href='/viewer.pdf'>뷰어.pdf</a></footer><a href='javascript:void(0)'>없음.pdf</a><a href='/go'>본문 보기</a>"
    )

    links = read_page(page(LONG, extra).encode(), "", BASE).links

    assert [(link.name, link.url.removeprefix("http://www.a.go.kr")) for link in links] == [
        ("1.pdf", "/f/1.pdf"),
        ("둘째 붙임.hwpx", "/FileDown.do?id=2"),
        ("셋째.hwp", "/cmm/fms/FileDown.do?atchFileId=FILE_7&fileSn=0"),
    ]


def test_labels_on_the_page_stand_in_for_a_silent_list() -> None:
    read = read_page(page(LONG, "<p>등록일 : 2026-11-20</p><p>담당부서 : 재난안전과</p>").encode(), "", BASE)

    assert read.date.startswith("2026-11-20")
    assert read.department == "재난안전과"


HEADS = [
    "제목 겨울 대책 발표\n담당부서 재난과 작성일 2026-11-20\n조회 12\n",
    "제 목 겨울 대책 발표\n담당부서\n재난과\n작성일\n2026.11.20. 10:22 조회수 : 1,203\n첨부파일 대책.hwpx (32KB)\n",
    "겨울 대책 발표\n작성자 : 재난안전과 안전정책팀\n등록일 : 2026년 11월 20일 (금)\n연락처 055-211-2114\n",
    "겨울 대책\n발표\n재난과\n",
    "",
]


@pytest.mark.parametrize("head", HEADS)
def test_a_heading_table_is_not_the_body(head: str) -> None:
    assert unheaded(head + LONG + "\n둘째 줄", "겨울 대책 발표", "재난과") == LONG + "\n둘째 줄"


@pytest.mark.parametrize(
    "text",
    [
        "겨울 대책 발표를 앞두고 재난과는 점검에 나섰다.\n둘째",
        "담당부서로 문의하면 된다.\n둘째",
        "제목 없는 편지가 도착했다.\n둘째",
        "작성일 2026-11-20 현재 대상은 120곳이다.\n둘째",
        "조회 12\n",
        "조회 " * 3000,
        "담당부서 " + "가 " * 3000,
    ],
)
def test_a_body_that_speaks_of_its_own_heading_stays_whole(text: str) -> None:
    assert unheaded(text, "겨울 대책 발표", "재난과") == text


@pytest.mark.parametrize(
    "text", ["요청하신 페이지를 찾을 수 없습니다.", "삭제된 게시물입니다.", "로그인 후 이용하세요."]
)
def test_an_error_page_is_no_document(text: str) -> None:
    with pytest.raises(ParseError, match="missing"):
        read_page(page(text).encode(), "", BASE)


def test_each_kind_of_file_gives_its_text_or_a_reason() -> None:
    assert read_file(hwpx("지원사업 공고", "기한 12월 1일"), "a.hwpx").text == "지원사업 공고\n기한 12월 1일"
    assert read_file(pdf("Hello officials"), "a.pdf").text == "Hello officials"
    assert read_file(pdf(""), "a.pdf").reason == "scan"
    assert read_file(hwpx(), "a.hwpx").reason == "scan"
    assert read_file(b"%PDF-1.4 nonsense", "a.pdf").reason == "broken"
    assert read_file(hwpx("x")[:200], "a.hwpx").reason == "broken"
    assert read_file(b"<html>login</html>", "a.hwp").reason == "broken"
    assert read_file("한글 메모".encode("cp949"), "a.txt").text == "한글 메모"
    assert read_file(b"", "a.hwp").reason == "empty"
    assert read_file(b"\x89PNG", "a.png").reason == "unsupported"


def test_a_file_is_what_its_bytes_say_not_its_name() -> None:
    assert read_file(pdf("Hello"), "a.hwp").kind == "pdf"


SCRIPTED = [
    ("href=\"javascript:fn_view('{n}')\"", 'function fn_view(id){ location.href = "/view.do?nttId=" + id; }'),
    ("href='javascript:void(0)' onclick=\"fn_view('{n}');return false\"", "fn_view = function(a){var x={};location.href='/view.do?nttId='+a;}"),
    ("href='#' onclick=\"return fn_view({n})\"", "function fn_view(a){window.open(`/view.do?nttId=${{a}}`, 'w', 'width=3')}".replace("{{", "{").replace("}}", "}")),
    ("href='#' onclick=\"location.href='/view.do?nttId={n}'\"", ""),
]  # fmt: skip


@pytest.mark.parametrize(("link", "script"), SCRIPTED)
def test_a_scripted_row_leads_where_its_script_goes(link: str, script: str) -> None:
    row = f"<tr><td><a {link}>농정 사업 공고 {{n}}</a></td><td>2026-11-0{{n}}</td></tr>"
    body = "<table>" + rows(row) + f"</table><script>{script}</script>"

    entries = parse_board(body.encode(), "", BASE).entries

    assert [entry.url for entry in entries][:2] == [f"http://www.a.go.kr/view.do?nttId={n}" for n in (1, 2)]
    assert entries[0].id == "nttId:1"


FORM = (
    "<script>function fn_view(id){document.f.nttId.value=id;document.f.submit();}"
    "function fn_list(){location.href='/list.do';}</script>"
)


@pytest.mark.parametrize(
    "row",
    [
        "<tr><td><a href=\"javascript:fn_view('{n}')\">농정 사업 공고 {n}</a></td><td>2026-11-0{n}</td></tr>",
        "<tr onclick=\"fn_view('{n}')\"><td>농정 사업 공고 {n}</td><td>2026-11-0{n}</td></tr>",
        "<tr><td onclick=\"fn_view('{n}')\">농정 사업 공고 {n}</td><td>2026-11-0{n}</td></tr>",
    ],
)
def test_a_row_that_only_a_form_opens_is_named_by_what_its_script_is_given(row: str) -> None:
    body = "<table>" + rows(row) + "</table>" + FORM

    entries = parse_board(body.encode(), "", BASE).entries

    assert [(entry.id, entry.url, entry.title) for entry in entries][:2] == [
        ("call:fn_view:1", "", "농정 사업 공고 1"),
        ("call:fn_view:2", "", "농정 사업 공고 2"),
    ]


def test_rows_whose_scripts_are_given_the_same_stay_apart() -> None:
    row = "<tr><td><a href='#' onclick=\"fn_view('notice')\">농정 사업 공고 {n}</a></td><td>2026-11-0{n}</td></tr>"

    entries = parse_board(("<table>" + rows(row) + "</table>" + FORM).encode(), "", BASE).entries

    assert len({entry.id for entry in entries}) == len(entries) > 1


def test_a_row_whose_own_data_tells_its_address_leads_there() -> None:
    rows = "".join(
        f'<tr data-id="{n}" data-url="/v/{n}"><td>{n}</td><td><a href="#">빈집 정비 안내 {n}</a></td><td>2026-11-1{n}</td></tr>'
        for n in range(1, 4)
    )
    listing = parse_board(f"<table><tr><th>번호</th><th>제목</th><th>작성일</th></tr>{rows}</table>".encode(), "", BASE)

    assert [entry.url for entry in listing.entries] == [f"http://www.a.go.kr/v/{n}" for n in range(1, 4)]
