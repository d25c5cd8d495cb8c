"""The finder of boards over pages it was not tuned for: rows, titles, dates, departments and addresses, counted."""

# ruff: noqa: E501 - a page is read best on its own line

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.article import ParseError
from crawlers.board import parse_board
from tests.crawlers.boards import BASE, FIRST, HELD, POSTS, SECOND, Case, Post, each, page, table
from tests.crawlers.boards_late import LATE
from tests.crawlers.boards_more import STRANGE

CASES = FIRST + SECOND + HELD + STRANGE + LATE


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_page_is_read_as_a_person_reads_it(case: Case) -> None:
    if case.error:
        with pytest.raises(ParseError) as caught:
            parse_board(case.body, case.charset, case.url)
        assert caught.value.code == case.error
        return

    entries = parse_board(case.body, case.charset, case.url).entries

    assert [entry.title for entry in entries] == [row.title for row in case.rows]
    assert [entry.url for entry in entries] == [row.url for row in case.rows]
    assert [entry.date for entry in entries] == [row.date for row in case.rows]
    assert [entry.department for entry in entries] == [row.office for row in case.rows]
    assert len({entry.id for entry in entries}) == len(entries)


def figures(cases: Sequence[Case]) -> dict[str, float]:
    """Precision and recall of rows (by address), and how many of the found rows have each field right."""
    expected = told = right = 0
    fields = dict.fromkeys(("title", "date", "department", "url"), 0)
    for case in cases:
        wanted = {row.title: row for row in case.rows}
        try:
            entries = parse_board(case.body, case.charset, case.url).entries
        except ParseError:
            entries = ()
        expected, told = expected + len(case.rows), told + len(entries)
        for entry in entries:
            row = wanted.get(entry.title) or next((one for one in case.rows if one.url == entry.url), None)
            if row is None:
                continue
            right += 1
            fields["title"] += entry.title == row.title
            fields["date"] += entry.date == row.date
            fields["department"] += entry.department == row.office
            fields["url"] += entry.url == row.url
    return {"precision": right / max(1, told), "recall": right / max(1, expected)} | {
        name: count / max(1, right) for name, count in fields.items()
    }


@pytest.mark.parametrize(
    "part", [FIRST + SECOND, HELD, STRANGE], ids=["built with", "written apart", "written apart, stranger"]
)
def test_precision_and_recall_over_the_corpus(part: list[Case], capsys: pytest.CaptureFixture[str]) -> None:
    measured = figures(part)

    with capsys.disabled():
        print(f"\n{len(part)} pages: " + ", ".join(f"{name} {value:.3f}" for name, value in measured.items()))
    assert min(measured.values()) >= 0.98


def shuffled(posts: Sequence[Post], number: int, session: str) -> str:
    rows = "".join(
        f'<tr><td>{place + number}</td><td><a href="/portal/bbs/view.do;jsessionid={session}?pageIndex={number}&amp;'
        f'searchWrd=&amp;nttId={post.n}&amp;bbsId=B1">{post.title}</a>{"<i class=new>N</i>" if number == 1 else ""}</td>'
        f"<td>{post.office}</td><td>{post.date}</td><td>{place * number}</td></tr>"
        for place, post in enumerate(posts)
    )
    return page(table(rows))


def test_ids_stay_when_order_page_session_and_counters_change() -> None:
    one = parse_board(shuffled(POSTS, 1, "AAA").encode(), "", BASE).entries
    other = parse_board(shuffled(POSTS[::-1], 7, "BBB").encode(), "", BASE + "&pageIndex=7").entries

    assert {entry.title: entry.id for entry in one} == {entry.title: entry.id for entry in other}
    assert {entry.title for entry in one} == {post.title for post in POSTS}


@pytest.mark.parametrize("case", [case for case in FIRST if "form" in case.name or "java" in case.name], ids=str)
def test_ids_of_scripted_rows_stay_when_their_order_changes(case: Case) -> None:
    entries = parse_board(case.body, "", case.url).entries

    assert len({entry.id for entry in entries}) == len(entries)
    assert all(entry.id.startswith(("nttId:", "nttSn:", "/")) for entry in entries)


def test_rows_that_a_page_opens_in_no_way_we_can_follow_keep_their_names() -> None:
    row = "<tr><td><a href='#' onclick=\"openDoc('{n}','x')\">{t}</a></td><td>2026-11-20</td></tr>"
    main = table(each(lambda post: row.format(n=post.n, t=post.title)), "제목 등록일")

    entries = parse_board(page(main).encode(), "", BASE).entries

    assert [entry.id for entry in entries] == [f"call:openDoc:{post.n}:x" for post in POSTS]
    assert not any(entry.url for entry in entries)


HOSTILE = {
    "functions": "<script>" + "function fn(a){" * 20_000 + "</script>" + "".join(
        f"<p onclick=\"fn('{n}')\">제목이 조금 긴 글{n} 2026-11-20</p>" for n in range(300)
    ),
    "calls": "<script>" + "fn(" * 200_000 + "</script>" + "<p onclick=\"fn('1')\">제목이 조금 긴 글 2026-11-20</p>" * 300,
    "mutual calls": "<script>" + "".join(f"function f{n}(a){{f{(n + 1) % 9}('x'+a);f{(n + 2) % 9}(a);}}" for n in range(9)) * 50
    + "</script>" + "".join(f"<p onclick=\"f0('{n}')\">제목이 조금 긴 글{n} 2026-11-20</p>" for n in range(300)),
    "nested data": "".join(f"<div data-id='{n}'>제목" for n in range(20_000)),
    "nested links": "".join(f"<div><a href='/a/{n}'>제목이 조금 긴 글</a>2026-11-20" for n in range(20_000)),
    "nested tables": "".join(f"<table><tr><td><a href='/a/{n}'>제목이 조금 긴 글</a>2026-11-20" for n in range(9_000)),
    "spans": "<table><tr><th>번호</th><th>제목</th></tr>" + "".join(
        "<tr>" + "<td rowspan=99 colspan=9>x</td>" * 5 + f"<td><a href='/a?n={n}'>제목이 긴 글 {n}</a></td></tr>" for n in range(2000)
    ) + "</table>",
    "labels": "<table><tr><td><a href='/a?n=1'>제목이 긴 글</a></td><td>" + "작성일 : " * 50_000 + "</td></tr></table>",
    "spaces": "<ul>" + f"<li><a href='/a?n=1'>글 제목{' ' * 200_000}x</a>2026-11-20</li>" * 3 + "</ul>",
    "forms": "".join(f"<form name=f{n}><input type=hidden name=a value=1><input type=submit value='제목이 긴 글'></form>" for n in range(20_000)),
    "quotes": "<script>" + "var a='" * 50_000 + "</script><p onclick='fn(1)'>제목이 긴 글 하나</p>",
    "templates": "<script>function fn(a){location.href=`" + "${" * 900 + "`}</script>" + "<p onclick='fn(1)'>제목이 긴 글 하나 2026-11-20</p>" * 9,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_costs_seconds_at_most(name: str) -> None:
    started = time.process_time()

    with contextlib.suppress(ParseError):
        parse_board(HOSTILE[name].encode(), "", BASE)

    assert time.process_time() - started < 40  # quadratic ones take minutes


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mutilated_pages_are_errors_or_listings(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CASES))
    start = data.draw(st.integers(0, len(case.body)))
    end = data.draw(st.integers(start, min(len(case.body), start + 400)))
    body = (
        case.body[:start]
        + data.draw(st.sampled_from([b"", b"<", b"\xff\xfe", b"'\"", b"</table>", b"<td>"]))
        + case.body[end:]
    )

    try:
        listing = parse_board(body, case.charset, case.url)
    except ParseError as error:
        code, entries = error.code, ()
    else:
        code, entries = "", listing.entries

    assert code in {"", "no_rows", "empty", "blocked", "frame", "script_only", "markup", "wrong_kind"}
    assert all(entry.title and entry.id for entry in entries)
    assert all(entry.url.startswith(("http://", "https://")) for entry in entries if entry.url)
