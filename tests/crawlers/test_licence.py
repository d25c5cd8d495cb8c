"""Whose work a document is and what mark it bears decide whether an excerpt may be shown."""

from __future__ import annotations

import pytest

from crawlers.licence import is_government, mark_in, may_excerpt, rights
from crawlers.sources import source_from


def source(agency: str, url: str = "http://127.0.0.1/rss", **more: str):
    return source_from({"id": "s", "agency": agency, "kind": "feed", "url": url, **more})


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("KOGL-1", "KOGL-1"),
        ("kogl-4", "KOGL-4"),
        ("공공누리 제2유형", "KOGL-2"),
        ("본 저작물은 '공공누리 제 4 유형' 조건에 따라 이용할 수 있습니다", "KOGL-4"),
        ("공공누리 제0유형", "KOGL-0"),
        ("제3유형", "KOGL-3"),
        ("출처표시", "KOGL-1"),
        ("공공누리 출처표시", "KOGL-1"),
        ("출처표시 + 상업적 이용금지", "KOGL-2"),
        ("출처표시+변경금지", "KOGL-3"),
        ("출처표시-상업적 이용금지-변경금지", "KOGL-4"),
        ("무단 전재 및 재배포 금지", "forbidden"),
        ("저작권자의 허락 없는 무단복제를 금합니다", "forbidden"),
        ("state", "state"),
        ("Copyright © 2026 견본도. All rights reserved.", ""),
        ("문의: 055-211-1234, 10유형 조사", ""),
        ("", ""),
    ],
)
def test_a_mark_is_read_from_what_stands_on_pages_and_in_feeds(text: str, mark: str) -> None:
    assert mark_in(text) == mark


@pytest.mark.parametrize(
    "agency", ["경상남도", "견본도청", "행정안전부", "산림청", "금융위원회", "창원시(예시)", "감사원"]
)
def test_the_state_and_local_governments_are_known_by_name(agency: str) -> None:
    assert is_government(source(agency))
    assert may_excerpt(rights(source(agency), ""))


@pytest.mark.parametrize(
    "agency", ["경남연구원", "한국은행", "한국도로공사", "시도지사협의회", "소상공인시장진흥공단", "견본"]
)
def test_other_bodies_without_a_mark_are_a_link(agency: str) -> None:
    assert rights(source(agency), "") == ""
    assert not may_excerpt("")


def test_the_declared_level_decides_against_name_and_domain() -> None:
    assert not is_government(source("견본도청", "https://www.some.go.kr/rss", level="public"))
    assert is_government(source("무엇이든", level="county"))
    assert is_government(source("아무개 사업소", "https://www.some.go.kr/rss"))
    assert not is_government(source("아무개 사업소", "https://www.some.go.kr.evil.com/rss"))


@pytest.mark.parametrize(("mark", "shown"), [("공공누리 제1유형", True), ("KOGL-2", False), ("무단전재 금지", False)])
def test_the_documents_own_mark_stands_before_the_sources(mark: str, shown: bool) -> None:
    assert may_excerpt(rights(source("견본도청", licence="KOGL-1"), mark)) == shown
    assert may_excerpt(rights(source("경남연구원"), mark)) == shown


def test_the_sources_mark_stands_where_the_document_has_none() -> None:
    assert rights(source("경남연구원", licence="KOGL-1"), "© 경남연구원") == "KOGL-1"
    assert not may_excerpt(rights(source("견본도청", licence="KOGL-4"), ""))
