"""Discovery on real servers: drafts only of what was fetched, few requests, robots obeyed, what it could not do told."""

# ruff: noqa: E501 - a page is read best on its own line

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import ProcessSandbox
from crawlers.discover import MAX_REQUESTS, Discovery, discover
from crawlers.fetch import Fetcher, client
from crawlers.guard import Guard
from tests.crawlers.boards import POSTS, each, page, plain_row, table
from tests.crawlers.site import Site, feed, in_process

KOGL = '<div class="kogl"><img src="/img/opentype01.png" alt="공공누리 제1유형"></div>'
RSS = feed(*({"title": post.title, "link": f"/view?nttId={post.n}", "pubDate": post.date} for post in POSTS))
BOARD = page(table(each(plain_row)) + KOGL, side="")


@pytest.fixture
def fetcher(session: Any, guard: Guard, clock: Any) -> Fetcher:
    return Fetcher(session, guard, clock, clock.sleep)


async def look(fetcher: Fetcher, site: Site, path: str) -> Discovery:
    return await discover(fetcher, in_process, site.url(path))


async def test_a_board_is_drafted_with_its_evidence(site: Site, fetcher: Fetcher) -> None:
    site.pages["/bbs/list.do"] = BOARD

    found = await look(fetcher, site, "/bbs/list.do")

    (draft,) = found.drafts
    assert (draft.kind, draft.rows, draft.dated, draft.newest) == ("board", 8, 8, "2026-11-20")
    assert (draft.licence, found.robots, draft.sample[0]) == ("KOGL-1", "allowed", POSTS[0].title)
    source = draft.entry("sample-notice", "견본군")
    assert (source.kind, source.url, source.on, source.licence) == ("board", draft.url, False, "KOGL-1")
    assert "board rows: 8, dated 8, with departments 8, newest 2026-11-20" in source.evidence


async def test_a_feed_that_the_page_links_comes_first_and_one_that_is_dead_is_not_told(
    site: Site, fetcher: Fetcher
) -> None:
    site.pages["/bbs/list.do"] = BOARD.replace(
        "</head>",
        '<link rel="alternate" type="application/rss+xml" title="공지" href="/rss/1.xml"><link rel="alternate" type="application/rss+xml" href="/rss/dead.xml"></head>',
    )
    site.pages["/rss/1.xml"] = RSS
    site.pages["/rss/dead.xml"] = "<html><body>페이지를 찾을 수 없습니다</body></html>"

    found = await look(fetcher, site, "/bbs/list.do")

    assert [(draft.kind, draft.rows) for draft in found.drafts] == [("feed", 8), ("board", 8)]
    assert found.drafts[0].url.endswith("/rss/1.xml")


async def test_a_feed_where_its_software_keeps_it_is_told_only_if_it_is_there(site: Site, fetcher: Fetcher) -> None:
    site.pages["/bbs/home/791/artclList.do"] = BOARD
    without = await look(fetcher, site, "/bbs/home/791/artclList.do")
    site.pages["/bbs/home/791/rssList.do"] = RSS
    having = await look(fetcher, site, "/bbs/home/791/artclList.do")

    assert [draft.kind for draft in without.drafts] == ["board"]
    assert [draft.kind for draft in having.drafts] == ["feed", "board"]


async def test_the_address_of_a_feed_is_a_feed(site: Site, fetcher: Fetcher) -> None:
    site.pages["/rss.xml"] = RSS

    (draft,) = (await look(fetcher, site, "/rss.xml")).drafts

    assert (draft.kind, draft.rows, draft.newest) == ("feed", 8, "2026-11-20")


async def test_a_table_of_feeds_is_followed_once(site: Site, fetcher: Fetcher) -> None:
    site.pages["/rss/info.do"] = page(
        '<table><tr><th>게시판</th><th>주소</th></tr><tr><td>보도자료</td><td><a href="/rss/press.xml">RSS</a></td></tr><tr><td>공지</td><td><a href="/rss/notice.xml">RSS</a></td></tr></table>',
        side="",
    )
    site.pages["/bbs/list.do"] = BOARD.replace("<footer", '<a href="/rss/info.do">RSS 안내</a><footer')
    site.pages["/rss/press.xml"] = site.pages["/rss/notice.xml"] = RSS

    found = await look(fetcher, site, "/bbs/list.do")

    assert sorted(draft.url.rsplit("/", 1)[1] for draft in found.drafts if draft.kind == "feed") == [
        "notice.xml",
        "press.xml",
    ]


HOME = """<html><head><title>견본군청</title></head><body><nav id="gnb"><ul><li><a href="/intro.do">인사말</a></li><li><a href="/press.do">보도자료</a></li><li><a href="/notice.do">공지사항</a></li>
<li><a href="/jobs.do">채용정보</a></li><li><a href="http://other.example/press.do">보도자료</a></li></ul></nav><div class="visual">환영합니다</div></body></html>"""


async def test_a_home_page_leads_one_step_to_its_boards_and_not_off_the_site(site: Site, fetcher: Fetcher) -> None:
    site.pages["/"] = HOME
    site.pages["/press.do"] = site.pages["/notice.do"] = BOARD
    site.pages["/jobs.do"] = page(table('<tr><td colspan="5">등록된 게시물이 없습니다.</td></tr>'), side="")

    found = await look(fetcher, site, "/")

    assert [draft.url.rsplit("/", 1)[1] for draft in found.drafts] == ["press.do", "notice.do"]
    assert "linked as '보도자료'" in found.drafts[0].evidence
    assert len(site.asked) <= MAX_REQUESTS + 1


async def test_robots_are_obeyed_at_every_step(site: Site, fetcher: Fetcher) -> None:
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /press.do\nDisallow: /closed\n"
    site.pages["/"] = HOME
    site.pages["/press.do"] = site.pages["/notice.do"] = site.pages["/closed"] = BOARD

    found = await look(fetcher, site, "/")
    closed = await look(fetcher, site, "/closed")

    assert [draft.url.rsplit("/", 1)[1] for draft in found.drafts] == ["notice.do"]
    assert f"robots: {site.url('/press.do')}" in found.notes
    assert (closed.drafts, closed.robots, closed.notes) == ((), "refused", ("error:robots",))
    assert not [one for one in site.asked if one.path in {"/press.do", "/closed"}]


async def test_a_board_in_a_frame_is_found_there(site: Site, fetcher: Fetcher) -> None:
    site.pages["/index.asp"] = (
        "<html><frameset rows='80,*'><frame src='/top.asp'><frame src='/bbs/list.asp' name='main'></frameset></html>"
    )
    site.pages["/bbs/list.asp"] = BOARD

    found = await look(fetcher, site, "/index.asp")

    assert [draft.url for draft in found.drafts] == [site.url("/bbs/list.asp")]
    assert f"frame: {site.url('/bbs/list.asp')}" in found.notes


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<html><head><script src='/a.js'></script></head><body><div id='app'></div></body></html>", "script_only"),
        ("<html><body><h1>비정상적인 접근이 차단되었습니다</h1></body></html>", "blocked"),
        ("<html><body><p>안내 말씀</p></body></html>", "no_rows"),
    ],
)
async def test_what_could_not_be_done_is_told(site: Site, fetcher: Fetcher, body: str, code: str) -> None:
    site.pages["/x.do"] = body

    found = await look(fetcher, site, "/x.do")

    assert found.drafts == ()
    assert f"error:{code}" in found.notes


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "ftp://a.go.kr/", "http://[", "nonsense", "http://u:p@127.0.0.1/"])
async def test_an_address_that_may_not_be_opened_gives_nothing(fetcher: Fetcher, url: str) -> None:
    found = await discover(fetcher, in_process, url)

    assert (found.drafts, found.notes, found.robots) == ((), ("error:guard",), "unknown")


async def test_a_site_full_of_links_is_asked_for_a_few(site: Site, fetcher: Fetcher) -> None:
    links = "".join(
        f'<li><a href="/rss/{n}.xml">RSS {n}</a></li><li><a href="/b{n}.do">공지사항</a></li>' for n in range(200)
    )
    site.pages["/"] = f"<html><body><ul>{links}</ul></body></html>"
    for n in range(200):
        site.pages[f"/b{n}.do"] = f"<html><body><ul>{links}</ul></body></html>"
        site.pages[f"/rss/{n}.xml"] = "<html>none</html>"

    await look(fetcher, site, "/")

    assert len([one for one in site.asked if one.path != "/robots.txt"]) <= MAX_REQUESTS


async def test_it_works_in_the_real_sandbox(site: Site, fetcher: Fetcher) -> None:
    site.pages["/bbs/list.do"] = BOARD
    sandbox = ProcessSandbox(workers=1)
    try:
        found = await discover(fetcher, sandbox, site.url("/bbs/list.do"))
    finally:
        await sandbox.close()

    assert [draft.rows for draft in found.drafts] == [8]


class Everywhere(Guard):
    """A guard for whom every public name stands on this machine."""

    async def addresses(self, host: str) -> list[str]:
        return ["127.0.0.1"]


async def test_a_link_to_a_board_that_pretends_to_be_another_agencys_is_not_followed(site: Site, clock: Any) -> None:
    fake = f"http://www.molit.go.kr.evil.com:{site.port}/bbs/list.do"
    links = f"<a href='{fake}'>보도자료</a><a href='/notice/list.do'>공지사항</a>"
    site.pages = {"/": f"<html><body>{links}</body></html>", "/bbs/list.do": BOARD, "/notice/list.do": BOARD}
    async with client(guard := Everywhere()) as session:
        fetcher = Fetcher(session, guard, clock, clock.sleep)

        found = await discover(fetcher, in_process, f"http://www.evil.com:{site.port}/")
        pasted = await discover(fetcher, in_process, fake)

    assert [draft.url for draft in found.drafts] == [f"http://www.evil.com:{site.port}/notice/list.do"]
    assert f"look_alike: {fake}" in found.notes
    assert (pasted.drafts, pasted.notes) == ((), ("error:look_alike",))
    assert site.times("/bbs/list.do") == 0
