from __future__ import annotations

import pytest

from crawlers.domains import disguise, host_of, is_official, lookalike
from crawlers.guard import Guard
from crawlers.identity import registrable
from crawlers.sources import catalogue


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("go.kr.evil.com", "suffix_inside"),
        ("www.molit.go.kr.evil.com", "suffix_inside"),
        ("www.gyeongnam.go.kr.co", "suffix_inside"),
        ("korea-kr.com", "suffix_inside"),
        ("www.korea.kr.net", "suffix_inside"),
        ("gov.kr.co", "suffix_inside"),
        ("molit-go-kr.com", "suffix_inside"),
        ("molit-go.kr", "suffix_inside"),
        ("molitgokr.com", "suffix_inside"),
        ("gokr.kr", "suffix_inside"),
        ("seoul.kr.info", "suffix_inside"),
        ("gо.kr", "homograph|mixed_script"),
        ("www.gyeongnam.gо.kr", "homograph|mixed_script"),
        ("www.xn--g-1tb.kr", "homograph|mixed_script"),
        ("www.кorea.kr", "homograph|mixed_script"),
        ("www.molіt.go.kr.com", "mixed_script|suffix_inside"),
        ("www.кореа.kr", "homograph"),
        ("www.ΜΟLIT.go.kr", "mixed_script|homograph"),
        ("www.gø.kr", "homograph"),
        ("www.gó.kr", "homograph"),
        ("k0rea.kr", "homograph"),
        ("www.korea.kr\u200b.com", "mixed_script|suffix_inside"),
        ("xn--.kr", "bad_punycode"),
        ("xn--a.go.kr", "bad_punycode"),
        ("GOV.KR.CO.", "suffix_inside"),
        ("www。molit。go。kr。evil。com", "suffix_inside"),
        ("ｇｏ．ｋｒ．evil.com", "suffix_inside"),
    ],
)
def test_a_host_that_pretends_to_be_official_is_named(host: str, why: str) -> None:
    assert lookalike(host) in why.split("|")


@pytest.mark.parametrize(
    "host",
    [
        "www.gyeongnam.go.kr", "changwon.go.kr", "www.gov.kr", "plus.gov.kr", "www.korea.kr", "m.korea.kr", "go.kr",
        "www.mnd.mil.kr", "kistep.re.kr", "www.kofac.re.kr", "naver.com", "n.news.naver.com", "www.yna.co.kr",
        "xn--3e0b707e.kr", "한국.kr", "경남.한국", "경남news.kr", "seoul.co.kr", "mongolia.kr", "blog.naver.com",
        "www.example.org", "gyeongnam.go.kr.", "日本語.jp", "münchen.de", "8.8.8.8", "2606:4700::1111", "algo.kr",
        "kr.linkedin.com", "go.com",
    ],
)  # fmt: skip
def test_an_honest_host_is_not_accused(host: str) -> None:
    assert lookalike(host) is None


@pytest.mark.parametrize(
    ("host", "yes"),
    [
        ("www.molit.go.kr", True), ("korea.kr", True), ("WWW.GOV.KR.", True),
        ("notgo.kr", False), ("evilkorea.kr", False), ("go.kr.evil.com", False), ("kistep.re.kr", False), ("", False),
    ],
)  # fmt: skip
def test_official_is_told_by_the_end_of_the_name(host: str, yes: bool) -> None:
    assert is_official(host) is yes


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("a.go.kr", "a.go.kr"), ("www.a.go.kr", "a.go.kr"), ("b.www.a.go.kr", "a.go.kr"), ("go.kr", "go.kr"),
        ("seoul.go.kr", "seoul.go.kr"), ("news.seoul.go.kr", "seoul.go.kr"), ("x.seoul.kr", "x.seoul.kr"),
        ("www.x.gyeongnam.kr", "x.gyeongnam.kr"), ("a.co.kr", "a.co.kr"), ("www.gov.kr", "gov.kr"),
        ("plus.gov.kr", "gov.kr"), ("m.korea.kr", "korea.kr"), ("a.me.kr", "a.me.kr"), ("b.a.ai.kr", "a.ai.kr"),
        ("a.github.io", "a.github.io"), ("x.a.tistory.com", "a.tistory.com"), ("a.b.com", "b.com"),
        ("경남.한국", "경남.한국"), ("10.1.2.3", "10.1.2.3"), ("11.1.2.3", "11.1.2.3"), ("[::1]", "::1"),
        ("www.molit.go.kr.evil.com", "evil.com"), ("a.go.kr.", "a.go.kr"), ("a.s3.amazonaws.com", "a.s3.amazonaws.com"),
        ("kr", "kr"), ("", ""),
    ],
)  # fmt: skip
def test_the_owner_of_a_name_ends_where_the_registry_begins(host: str, owner: str) -> None:
    assert registrable(host) == owner


def test_the_host_of_an_address_that_is_none_is_empty() -> None:
    assert host_of("http://[::1") == ""
    assert host_of("https://WWW.Go.kr:8080/a") == "www.go.kr"


def test_a_host_that_is_let_through_by_name_is_what_it_is() -> None:
    assert disguise("http://go.kr.evil.com/a", Guard().allows) == "suffix_inside"
    assert disguise("http://go.kr.evil.com/a", Guard(["go.kr.evil.com"]).allows) is None


def test_no_host_of_the_shipped_catalogue_is_accused() -> None:
    hosts = {host_of(source.url) for source in catalogue() if source.url}

    assert len(hosts) > 100
    assert {host for host in hosts if lookalike(host)} == set()
