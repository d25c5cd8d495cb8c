"""Named profiles: each reads what its software writes, changes by key, and never hides that it finds nothing."""

# ruff: noqa: E501 - a page is read best on its own line

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.settings import parse
from crawlers.article import ParseError, SourceError
from crawlers.board import parse_board
from crawlers.sources import BoardProfile, profiles, source_from
from tests.crawlers.boards import POSTS, ROOT, Post, each, page, table

GOOD = {"id": "a", "agency": "견본도청", "kind": "board", "url": "https://www.a.go.kr/list.do"}


def test_a_text_names_a_shipped_profile_and_a_table_changes_some_of_its_keys() -> None:
    named = source_from({**GOOD, "profile": "k2web"}).profile
    changed = source_from({**GOOD, "profile": {"name": "k2web", "date": "td.d"}}).profile

    assert named == profiles()["k2web"]
    assert changed is not None
    assert named is not None
    assert (changed.date, changed.rows) == ("td.d", named.rows)


@pytest.mark.parametrize(
    "profile", ["k3web", {"name": "no"}, {"name": 3}, 3, {"name": "egov", "row": "tr"}, {"fallback": "/v"}]
)
def test_an_unknown_profile_is_refused(profile: object) -> None:
    with pytest.raises(SourceError) as caught:
        source_from({**GOOD, "profile": profile})

    assert caught.value.code.startswith("profile")


@pytest.mark.parametrize("profile", ['"dom-cms"', '{ name = "dom-cms", date = "td.d" }', '{ rows = "tr" }'])
def test_the_settings_file_takes_a_name_or_a_table(profile: str) -> None:
    text = f'[[institution]]\nid = "a"\nname = "가"\n[[source]]\nid = "s"\nagency = "도청"\nkind = "board"\nurl = "http://x.kr/l"\nprofile = {profile}\n'

    (source,) = parse(text, {}, file_mode=0o600).sources

    assert source.profile
    assert source.profile.rows


def dom_cms(post: Post) -> str:
    return f'<tr><td>{post.n}</td><td class="taL"><a href="/board/view.sample?boardId=BBS_1&amp;menuCd=DOM_1&amp;startPage=1&amp;dataSid={post.n}">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td><td>2</td></tr>'


def web(post: Post) -> str:
    return f'<li class="li1"><a class="a1" href="?amode=view&amp;idx={post.n}"><strong class="t1">{post.title}</strong><span class="t2">앞부분 글</span></a><span class="t3">{post.day("{y}.{m}.{d}")}</span></li>'


def web_table(post: Post) -> str:
    return f'<tr><td>{post.n}</td><td><a href="?amode=view&amp;idx={post.n}">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>'


def k2web(post: Post) -> str:
    return f'<tr class=""><td class="_artclTdNum">{post.n}</td><td class="_artclTdTitle"><a href="/bbs/home/791/{post.n}/artclView.do" onclick="jf_viewArtcl(\'home\', \'791\', \'{post.n}\')" class="artclLinkView"><strong>{post.title}</strong><span class="newArtcl">새글</span></a></td><td class="_artclTdWriter">{post.office}</td><td class="_artclTdRdate">{post.day("{y}.{m}.{d}")}</td><td class="_artclTdAccess">5</td></tr>'


def egov(post: Post) -> str:
    return f"<tr><td>{post.n}</td><td><a href=\"javascript:fn_egov_inqire_notice('{post.n}','BBSMSTR_01')\">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>"


def ntt(post: Post) -> str:
    return f'<tr><td>{post.n}</td><td class="p-subject"><a href="./selectBbsNttView.do?bbsNo=188&amp;nttNo={post.n}&amp;key=1477&amp;">{post.title}</a></td><td>{post.office}</td><td><time>{post.day("{y}.{m}.{d}")}</time></td></tr>'


def es(post: Post) -> str:
    return f'<tr><td>{post.n}</td><td class="txt_left"><a href="/board.es?mid=a10503000000&amp;bid=0027&amp;act=view&amp;list_no={post.n}&amp;tag=&amp;nPage=1" onclick="goView(1);">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>'


def gnuboard(post: Post) -> str:
    return f'<tr><td class="td_num2">{post.n}</td><td class="td_subject"><a href="{ROOT}/bbs/board.php?bo_table=gong" class="bo_cate_link">공지</a><div class="bo_tit"><a href="{ROOT}/bbs/board.php?bo_table=gong&amp;wr_id={post.n}">{post.title}</a><span class="new_icon">N</span></div></td><td class="td_name sv_use">{post.office}</td><td class="td_num">11</td><td class="td_datetime">{post.day("{m}-{d}")}</td></tr>'


Row = Callable[[Post], str]
SHAPES: list[tuple[str, str, Row, str]] = [
    ("dom-cms", table(each(dom_cms), "번호 제목 부서 날짜 조회"), lambda p: f"{ROOT}/board/view.sample?boardId=BBS_1&menuCd=DOM_1&startPage=1&dataSid={p.n}", f"{ROOT}/board/list.sample?boardId=BBS_1"),
    ("web", f'<ul class="lst1">{each(web)}</ul>', lambda p: f"{ROOT}/00960/00962.web?amode=view&idx={p.n}", f"{ROOT}/00960/00962.web"),
    ("web", table(each(web_table), "번호 제목 부서 등록일"), lambda p: f"{ROOT}/00960/00962.web?amode=view&idx={p.n}", f"{ROOT}/00960/00962.web"),
    ("k2web", table(each(k2web), "번호 제목 작성자 작성일 조회"), lambda p: f"{ROOT}/bbs/home/791/{p.n}/artclView.do", f"{ROOT}/bbs/home/791/artclList.do"),
    ("egov", table(each(egov), "번호 제목 작성자 작성일"), lambda p: f"{ROOT}/cop/bbs/selectBoardArticle.do?nttId={p.n}&bbsId=BBSMSTR_01", f"{ROOT}/cop/bbs/selectBoardList.do?bbsId=BBSMSTR_01"),
    ("ntt", table(each(ntt), "번호 제목 부서 등록일"), lambda p: f"{ROOT}/www/selectBbsNttView.do?bbsNo=188&nttNo={p.n}&key=1477&", f"{ROOT}/www/selectBbsNttList.do?bbsNo=188&key=1477"),
    ("es", table(each(es), "번호 제목 담당부서 등록일"), lambda p: f"{ROOT}/board.es?mid=a10503000000&bid=0027&act=view&list_no={p.n}&tag=&nPage=1", f"{ROOT}/board.es?mid=a10503000000&bid=0027"),
    ("gnuboard", table(each(gnuboard), "번호 제목 글쓴이 조회 날짜"), lambda p: f"{ROOT}/bbs/board.php?bo_table=gong&wr_id={p.n}", f"{ROOT}/bbs/board.php?bo_table=gong"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "main", "where", "url"), SHAPES)
def test_each_profile_reads_what_its_software_writes(name: str, main: str, where: Row, url: str) -> None:
    entries = parse_board(page(main).encode(), "", url, profiles()[name]).entries

    assert [entry.title for entry in entries] == [post.title for post in POSTS]
    assert [entry.url for entry in entries] == [where(post) for post in POSTS]
    assert all(entry.date for entry in entries)


@pytest.mark.parametrize(("name", "main", "where", "url"), SHAPES)
def test_the_finder_agrees_with_each_profile(name: str, main: str, where: Row, url: str) -> None:
    declared = parse_board(page(main).encode(), "", url, profiles()[name]).entries
    found = parse_board(page(main).encode(), "", url).entries

    assert [(one.title, one.date, one.department) for one in found] == [
        (one.title, one.date, one.department) for one in declared
    ]
    assert [one.url for one in found] == [one.url for one in declared] or name == "egov"


def test_a_page_whose_own_script_tells_the_address_needs_no_fallback() -> None:
    script = "<form name='f'><input type=hidden name=bbsId value='X'></form><script>function fn_egov_inqire_notice(n,b){document.f.nttId.value=n;document.f.bbsId.value=b;document.f.action='/web/bbs/selectArticle.do';document.f.submit();}</script>"

    entries = parse_board(page(table(each(egov)) + script).encode(), "", SHAPES[4][3], profiles()["egov"]).entries

    assert entries[0].url == f"{ROOT}/web/bbs/selectArticle.do?bbsId=BBSMSTR_01&nttId={POSTS[0].n}"
    assert entries[0].id == f"nttId:BBSMSTR_01:{POSTS[0].n}"


def test_a_profile_that_finds_nothing_is_a_sickness_even_where_rows_are_there() -> None:
    with pytest.raises(ParseError) as caught:
        parse_board(page(table(each(dom_cms))).encode(), "", SHAPES[0][3], profiles()["es"])

    assert (caught.value.code, caught.value.detail) == ("no_rows", "the profile finds no rows, 8 are there")


@pytest.mark.parametrize("name", sorted(profiles()))
def test_an_empty_board_is_empty_under_every_profile(name: str) -> None:
    body = page(table('<tr><td colspan="5">등록된 게시물이 없습니다.</td></tr>')).encode()

    with pytest.raises(ParseError) as caught:
        parse_board(body, "", SHAPES[0][3], profiles()[name])

    assert caught.value.code == "empty"


def test_every_selector_of_every_profile_is_valid() -> None:
    for profile in [*profiles().values(), BoardProfile()]:
        for css in (profile.rows, profile.link, profile.title, profile.date, profile.department, profile.body):
            if css:
                parse_board(page(table(each(dom_cms))).encode(), "", ROOT, BoardProfile(link="a", title="", date=css))
