"""Repairs: a layout changed as sites change them is read again; a menu, a calendar, another board is never proposed."""

# ruff: noqa: E501 - a page is read best on its own line

from __future__ import annotations

import time

import pytest

from crawlers.board import parse_board
from crawlers.repair import Repair, Snapshot, propose
from crawlers.sources import BoardProfile, profiles
from tests.crawlers.boards import BASE, POSTS, Post, each, page, table

OWN = BoardProfile(
    rows="table.board tbody tr", link="td.subject a", date="td.date", department="td.dept", body=".view_con"
)
LATER = [Post(5130, "새로 올라온 첫 번째 보도자료 제목", "2026-11-21", "공보관"), *POSTS[:7]]


def href(post: Post) -> str:
    return f"/portal/news/read.do?seq={post.n}&amp;pageIndex=1"


def plain_row(post: Post) -> str:
    return f'<tr><td>{post.n}</td><td><a href="{href(post)}">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>'


def old_row(post: Post) -> str:
    return f'<tr><td>{post.n}</td><td class="subject"><a href="{href(post)}">{post.title}</a></td><td class="dept">{post.office}</td><td class="date">{post.date}</td></tr>'


OLD = page(table(each(old_row), "번호 제목 부서 등록일", name=' class="board"'))


def snapshot(body: str, profile: BoardProfile | None = OWN, *, read: bool = True) -> Snapshot:
    entries = parse_board(body.encode(), "", BASE, profile).entries if read else ()
    return Snapshot(BASE, body.encode(), "", tuple((entry.id, entry.title) for entry in entries))


def new_class(post: Post) -> str:
    return f'<tr><td>{post.n}</td><td class="td-title"><a class="lnk" href="{href(post)}">{post.title}</a></td><td class="td-part">{post.office}</td><td class="td-day">{post.date}</td></tr>'


def new_list(post: Post) -> str:
    return f'<li class="item"><a href="{href(post)}"><p class="tit">{post.title}</p></a><span class="part">{post.office}</span><span class="day">{post.day("{y}.{m}.{d}")}</span></li>'


def new_cards(post: Post) -> str:
    return f'<div class="card"><a href="{href(post)}"><strong>{post.title}</strong><span>{post.office}</span><span>{post.date}</span></a></div>'


def new_script(post: Post) -> str:
    return f"<tr><td>{post.n}</td><td><a href=\"javascript:goView('{post.n}')\">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>"


SCRIPT = "<script>function goView(n){location.href='/portal/news/read.do?seq='+n;}</script>"
CHANGES = {
    "other classes": table(each(new_class, LATER), "번호 제목 부서 등록일", name=' class="tbl-list"'),
    "table becomes list": f'<ul class="brd-list">{each(new_list, LATER)}</ul>',
    "list becomes cards": f'<div class="cards" id="boardCards">{each(new_cards, LATER)}</div>',
    "links become calls": table(each(new_script, LATER), "번호 제목 부서 등록일", name=' class="tbl"') + SCRIPT,
    "columns in another order": table(
        each(
            lambda p: f'<tr><td>{p.date}</td><td><a href="{href(p)}">{p.title}</a></td><td>{p.office}</td></tr>', LATER
        ),
        "게시일 제목 소관부서",
        name=' class="x"',
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_layout_gets_a_profile_that_reads_it(name: str) -> None:
    new = page(CHANGES[name])

    repair = propose(snapshot(OLD), snapshot(new, read=False), OWN)

    assert repair is not None
    assert (repair.rows, repair.known, repair.sample[0]) == (8, 7, LATER[0].title)
    entries = parse_board(new.encode(), "", BASE, repair.profile).entries
    assert [entry.title for entry in entries] == [post.title for post in LATER]
    assert [entry.id for entry in entries][1:] == [f"/portal/news/read.do?seq={post.n}" for post in POSTS[:7]]
    assert all(entry.date and entry.department for entry in entries)
    assert repair.profile.body == ".view_con"


def test_the_profile_is_concrete_so_that_the_next_change_is_noticed() -> None:
    repair = propose(snapshot(OLD), snapshot(page(CHANGES["other classes"]), read=False), OWN)

    assert repair is not None
    assert repair.profile.rows
    assert (repair.profile.date, repair.profile.department) == ("td.td-day", "td.td-part")


def test_new_software_that_is_known_is_named() -> None:
    rows = each(
        lambda p: (
            f'<tr><td>{p.n}</td><td><a href="/board.es?mid=a1&amp;bid=0027&amp;act=view&amp;list_no={p.n}">{p.title}</a></td><td>{p.office}</td><td>{p.date}</td></tr>'
        ),
        LATER,
    )

    repair = propose(snapshot(OLD), snapshot(page(table(rows, "번호 제목 부서 등록일")), read=False), OWN)

    assert repair is not None
    assert (repair.profile_name, repair.profile.rows, repair.known) == ("es", profiles()["es"].rows, 7)


CALENDAR = (
    "<div class='cal'><ul>"
    + "".join(
        f"<li><a href='/schedule/view?no={n}'>군수 주요 일정 안내 행사 {n}</a><span>2026.11.2{n}</span></li>"
        for n in range(1, 9)
    )
    + "</ul></div>"
)
OTHER = table(
    "".join(
        f"<tr><td>{n}</td><td><a href='/portal/bbs/other.do?seq=7{n}'>전혀 다른 게시판에 실린 글 제목 {n}</a></td><td>총무과</td><td>2026-11-1{n}</td></tr>"
        for n in range(1, 9)
    ),
    "번호 제목 부서 등록일",
)
NOTHING = {
    "only menus": page("<p>누리집을 개편하였습니다.</p>"),
    "a calendar": page(CALENDAR),
    "another board": page(OTHER),
    "an error page": page("<h2>요청하신 페이지를 찾을 수 없습니다.</h2>", side=""),
    "filled by scripts": "<html><body><div id='app'></div><script src='/a.js'></script></body></html>",
    "empty": page(table('<tr><td colspan="4">등록된 게시물이 없습니다.</td></tr>')),
    "hostile": "<div" + " a=1" * 50_000 + ">",
    "nothing": "",
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_not_the_board_is_never_proposed(name: str) -> None:
    assert propose(snapshot(OLD), snapshot(NOTHING[name], read=False), OWN) is None


def test_titles_that_only_a_search_menu_repeats_are_not_enough() -> None:
    most_read = (
        "<div class='popular'><h4>인기글</h4><ul>"
        + each(lambda p: f'<li><a href="{href(p)}">{p.title}</a></li>', POSTS[:1])
        + "</ul></div>"
    )

    assert propose(snapshot(OLD), snapshot(page(most_read + OTHER), read=False), OWN) is None


def test_a_page_that_is_still_read_needs_no_repair() -> None:
    assert propose(snapshot(OLD), snapshot(OLD, read=False), OWN) is None
    assert propose(snapshot(OLD, None), snapshot(OLD, read=False), None) is None


def test_without_anything_known_nothing_is_proposed() -> None:
    assert propose(Snapshot(BASE, b"", "", ()), snapshot(page(CHANGES["other classes"]), read=False), OWN) is None


def test_what_the_finder_would_not_take_is_found_by_its_old_titles() -> None:
    hidden = f'<div class="popular_box"><div class="quick">{table(each(plain_row, LATER))}</div></div>'
    new = page(f"<div class='nav'><h4>바로가기</h4>{hidden}</div>")

    repair = propose(snapshot(OLD, None), snapshot(new, read=False), None)

    assert repair is None or repair.known == 7


def test_a_large_page_is_looked_at_in_bounded_time() -> None:
    rows = "".join(
        f'<div class="r{n % 7}"><a href="/a/{n}">제목이 조금 긴 글 {n}</a><span>2026.11.{n % 28 + 1:02}</span></div>'
        for n in range(3000)
    )
    started = time.process_time()

    propose(snapshot(OLD), snapshot(page(rows), read=False), OWN)

    assert time.process_time() - started < 40  # with every pair of rows compared it takes many minutes


def test_a_repair_is_a_value() -> None:
    assert Repair(OWN, "", 8, 7, ("가",)) == Repair(OWN, "", 8, 7, ("가",))
