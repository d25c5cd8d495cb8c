from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.article import MAX_DETAIL, CrawlError, Entry, FetchError, GuardError, Link
from crawlers.border import admitted
from crawlers.characters import INVISIBLE, line, prose

ODD = st.text(
    alphabet=st.one_of(
        st.characters(), st.sampled_from("\x00\x1b\x9b\r\n\u2028\u202e\u2066\u200b\ufeff\ud800\u0301가a ")
    )
)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("보고서\u202egpj.exe", "보고서gpj.exe"),
        ("\x1b[31m공고\x1b[0m", "[31m공고[0m"),
        ("한\u200b글\ufeff 제목\u2066\u2069", "한글 제목"),
        ("첫 줄\r\n둘째 줄\u2028셋째", "첫 줄 둘째 줄 셋째"),
        ("a\ud800b\x00c", "abc"),
        ("가" + "\u0301" * 500, "가" + "\u0301" * 4),
        ("\u3164\u3164", ""),
        ("ᄒᆞᆫ글 \uf53a", "ᄒᆞᆫ글 \uf53a"),
        ("0 \x1b\x85가", "0 가"),
    ],
)
def test_a_line_holds_nothing_that_acts_on_its_reader(told: str, shown: str) -> None:
    assert line(told, 100) == shown


def test_prose_keeps_its_lines() -> None:
    assert prose("첫째\n\t둘째\x00\u202e") == "첫째\n\t둘째"


@given(ODD)
def test_what_was_cleaned_is_clean_and_stays(text: str) -> None:
    told = line(text, 50)

    assert line(told, 50) == told
    assert len(told) <= 50
    assert not INVISIBLE.search(told)
    assert "\n" not in told
    told.encode()


@given(ODD, ODD, ODD, ODD)
def test_an_entry_that_is_let_in_can_be_stored_and_shown(one: str, two: str, three: str, four: str) -> None:
    entry = admitted(
        Entry(one, two, three, one, two, four, three, two, one, (Link(one, two), Link(two, f"http://{one}")))
    )

    for said in (entry.id, entry.url, entry.title, entry.text, *(link.url + link.name for link in entry.links)):
        said.encode()
    assert entry.id
    assert "\n" not in entry.title


def test_what_is_endless_is_cut_and_what_is_no_address_is_gone() -> None:
    entry = admitted(
        Entry(
            "i" * 10**6, "http://a.go.kr/" + "x" * 10**6, "t" * 10**6, "d" * 10**6, text="가" * 10**6,
            links=(
                Link("n" * 10**6, "http://a.go.kr/1"), Link("x", "javascript:alert(1)"),
                Link("y", "http://" + "a" * 5000),
            ),
        )
    )  # fmt: skip

    assert (len(entry.id), entry.url, len(entry.title), len(entry.date), len(entry.text)) == (
        300,
        "",
        500,
        100,
        200_000,
    )
    assert [(len(link.name), link.url) for link in entry.links] == [(200, "http://a.go.kr/1")]


@pytest.mark.parametrize("kind", [CrawlError, FetchError, GuardError])
def test_evidence_is_one_harmless_line(kind: type[CrawlError]) -> None:
    error = kind("bad_http", "x\r\n2026-01-01 ERROR root forged\x1b[2J\u202e" + "y" * 10_000)

    assert str(error).startswith("bad_http: x 2026-01-01 ERROR root forged[2Jyyy")
    assert len(error.detail) <= MAX_DETAIL
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize(
    "url", ["http://[", "http://a.kr:99999/", "http://a.kr:x/", "http:///x", "file:///etc/passwd", "http://a\u202e.kr/"]
)
def test_a_link_that_is_no_address_costs_no_entry(url: str) -> None:
    entry = admitted(
        Entry("1", url, "제목", links=(Link("붙임.hwp", url, post=True), Link("둘.hwp", "http://a.kr/2", post=True)))
    )

    assert (entry.url, entry.title) == ("", "제목")
    assert entry.links == (Link("둘.hwp", "http://a.kr/2", post=True),)
