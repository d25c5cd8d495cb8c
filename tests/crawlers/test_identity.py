from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.identity import canonical, digest, fingerprint, guid_id, normal, registrable, sessionless, stable_id

BASE = "http://www.a.go.kr/board/list.do"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.a.go.kr/v.do;jsessionid=AB.c1?nttId=1", "http://a.go.kr:80/v.do?nttId=1"),
        ("http://a.go.kr/v?b=2&a=1&page=3&utm_source=x", "http://a.go.kr/v?a=1&b=2"),
        ("http://a.go.kr/v?a=1&amp;b=2", "http://a.go.kr/v?a=1&b=2"),
        ("HTTP://A.go.kr/v%e3?a=1#top", "http://a.go.kr/v%E3?a=1"),
        ("http://a.go.kr/v?a=1&searchKeyword=x&pageIndex=2", "http://a.go.kr/v?a=1"),
        ("https://www.a.go.kr:443/v?a=1", "http://a.go.kr/v?a=1"),
        ("http://a.go.kr/index.do?a=1", "http://a.go.kr/?a=1"),
        ("http://a.go.kr/news/index.jsp", "http://a.go.kr/news"),
        ("http://a.go.kr/v/?a=1&b=", "http://a.go.kr/v?a=1"),
        ("http://a.go.kr//b/%7Ekim?q=%ea%b0%80", "http://a.go.kr/b/~kim?q=가"),
        ("http://a.go.kr/(S(abcdefgh12345))/v.aspx?n=1", "http://a.go.kr/v.aspx?n=1"),
        ("http://a.go.kr/bbs?mode=view&articleNo=3&article.offset=10&articleLimit=10", "http://a.go.kr/bbs?articleNo=3&mode=view"),
        ("http://a.go.kr/v?n=1&PHPSESSID=x&_csrf=y&gclid=z&_=170", "http://a.go.kr/v?n=1"),
    ],
)  # fmt: skip
def test_addresses_of_one_page_are_one_address(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.go.kr/v?no=1", "http://a.go.kr/v?no=2"),
        ("http://a.go.kr/v/1", "http://a.go.kr/v/2"),
        ("http://a.go.kr/#/news/1", "http://a.go.kr/#/news/2"),
        ("http://a.go.kr/v?no=1", "http://b.go.kr/v?no=1"),
        ("http://a.go.kr/v?1", "http://a.go.kr/v?2"),
        ("http://a.go.kr:8080/v?no=1", "http://a.go.kr:9090/v?no=1"),
        ("http://a.go.kr/v?sid=1", "http://a.go.kr/v?sid=2"),
        ("http://a.go.kr/v?q=%B0%A1", "http://a.go.kr/v?q=%B0%A2"),
    ],
)
def test_addresses_of_two_pages_stay_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "https://www.gyeongnam.go.kr/board/view.gyeong?boardId=BBS_0000060&menuCd=D&dataSid=123",
            "dataSid:BBS_0000060:123",
        ),
        ("http://10.0.0.1:8080/x?nttId=7&bbsId=B", "nttId:B:7"),
        ("https://eminwon.x.go.kr/a?not_ancmt_mgt_no=55", "not_ancmt_mgt_no:55"),
        ("https://korea.kr/v?newsId=1", "newsId:1"),
        ("http://a.go.kr:9000/news/12.html", "/news/12.html"),
        ("http://files.other.kr/news/12", "files.other.kr/news/12"),
    ],
)
def test_an_id_is_what_names_the_document_and_not_where_it_is_served(url: str, expected: str) -> None:
    assert stable_id(url, BASE) == expected


def test_an_id_does_not_hang_on_the_order_of_parameters() -> None:
    one, other = ("http://a/v?" + query for query in ("bbsId=1&boardId=2&nttId=3", "nttId=3&boardId=2&bbsId=1"))

    assert stable_id(one, BASE) == stable_id(other, BASE)


def test_a_guid_that_is_an_address_follows_the_rule_for_addresses() -> None:
    assert guid_id("http://www.a.go.kr:81/v;jsessionid=1?nttId=9", BASE) == "nttId:9"
    assert guid_id(" tag:x,2026:1 ", BASE) == "tag:x,2026:1"
    assert len(guid_id("가" * 5000, BASE)) <= 300


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.molit.go.kr", "molit.go.kr"), ("molit.go.kr", "molit.go.kr"), ("a.b.seoul.kr", "b.seoul.kr"),
        ("www.nars.go.kr.evil.com", "evil.com"), ("www.kdi.re.kr.", "kdi.re.kr"), ("korea.kr", "korea.kr"),
        ("www.korea.kr", "korea.kr"), ("127.0.0.1", "127.0.0.1"), ("[::1]", "::1"), ("www.gov.uk", "www.gov.uk"),
    ],
)  # fmt: skip
def test_the_registrable_domain_is_what_one_owner_holds(host: str, expected: str) -> None:
    assert registrable(host) == expected


def test_counters_and_layout_do_not_change_a_fingerprint_and_words_do() -> None:
    assert digest("조회수 : 1,204  본문 입니다") == digest("조회수: 9 본문\n입니다")
    assert digest("첨부 (12회 다운로드)") == digest("첨부 (13회 다운로드)")
    assert digest("기한은 12월 1일") != digest("기한은 12월 2일")
    assert digest("제12회 정례회") != digest("제12회 임시회")


def test_numbered_meetings_are_not_counters() -> None:
    assert digest("제12회 정례회를 연다") != digest("제13회 정례회를 연다")


def test_a_text_that_says_little_is_told_apart_by_its_title() -> None:
    short, long = "붙임 참조", "가나다라마바사아자차카타파하" * 10

    assert fingerprint("하나", short, []).whole != fingerprint("둘", short, []).whole
    assert fingerprint("하나", long, []).whole == fingerprint("둘", long, []).whole
    assert fingerprint("하나", long, [], unread=True).whole != fingerprint("둘", long, [], unread=True).whole
    assert fingerprint("하나", "", []).whole == ""


paths = st.text("abc/123가.-_~", max_size=20)


@given(paths, st.dictionaries(st.text("abcno", min_size=1, max_size=5), st.text("123ab", max_size=5), max_size=4))
def test_canonical_form_is_its_own_canonical_form(path: str, query: dict[str, str]) -> None:
    url = f"http://a.go.kr/{path}?" + "&".join(f"{key}={value}" for key, value in query.items())

    assert canonical(canonical(url)) == canonical(url)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://a.go.kr/v.do;jsessionid=AB.c1?nttId=1&page=3", "http://a.go.kr/v.do?nttId=1&page=3"),
        ("http://a.go.kr/v?b=2&JSESSIONID=1&a=%C7%D1#x", "http://a.go.kr/v?b=2&a=%C7%D1#x"),
        ("http://a.go.kr/v?PHPSESSID=1", "http://a.go.kr/v"),
        ("http://a.go.kr/v?a=1&amp;b=;sid=2", "http://a.go.kr/v?a=1&amp;b=;sid=2"),
        ("", ""),
    ],
)
def test_an_address_is_kept_as_written_but_for_its_session(url: str, kept: str) -> None:
    assert sessionless(url) == kept


@pytest.mark.parametrize("text", ["1" * 200_000, "(" + "1," * 100_000, "조회" + "1 " * 100_000, "조회 " * 100_000])
def test_a_text_of_figures_takes_no_time_to_compare(text: str) -> None:
    assert len(digest(text)) == 32  # took five minutes of the main process once


def test_counters_are_no_part_of_a_text() -> None:
    assert normal("조회수 : 1,234회 본문 (1,200회 다운로드) 12회 조회") == "본문"


@pytest.mark.parametrize(
    "url", ["http://a.kr:99999/", "http://a.kr:x/", "http://[::1/", "http://a℀b.kr/", "//[", "http://"]
)
def test_an_address_that_is_none_is_its_own_name(url: str) -> None:
    assert canonical(url) == url
    assert stable_id(url, BASE)
