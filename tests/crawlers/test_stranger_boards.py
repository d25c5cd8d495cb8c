"""Boards and pages of a site that a stranger wrote: each was read wrong once, and how it must be read."""

# ruff: noqa: E501 - a page is read best on its own line

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web

from crawlers.article import CrawlError, Entry
from crawlers.board import parse_board
from crawlers.cells import are_people
from crawlers.disposition import told_name
from crawlers.document import Reader
from crawlers.fetch import Fetcher
from crawlers.guard import Guard
from crawlers.listing import ask, read
from crawlers.onward import leads_on
from crawlers.page import read_page
from crawlers.sources import Source
from tests.crawlers.boards import BASE, POSTS, Case, each, page, table
from tests.crawlers.site import Site, crawler_over, in_process
from tests.crawlers.strange_boards import LISTS, PAGES, POSTED, TITLE, Told, view


@pytest.fixture
def fetcher(session: aiohttp.ClientSession, guard: Guard, clock) -> Fetcher:
    return Fetcher(session, guard, clock, clock.sleep)


async def at_once() -> None:
    """There is no lease to renew."""


@pytest.mark.parametrize("case", LISTS, ids=lambda case: case.name)
def test_each_list_is_read_as_a_person_reads_it(case: Case) -> None:
    entries = parse_board(case.body, case.charset, case.url).entries

    assert [entry.title for entry in entries] == [row.title for row in case.rows]
    assert [entry.url for entry in entries] == [row.url for row in case.rows]
    assert [entry.date for entry in entries] == [row.date for row in case.rows]
    assert [entry.department for entry in entries] == [row.office for row in case.rows]
    assert len({entry.id for entry in entries}) == len(entries)


@pytest.mark.parametrize("told", PAGES, ids=lambda told: told.name)
def test_a_page_tells_of_its_own_document(told: Told) -> None:
    read = read_page(told.body.encode(), "", BASE, title=told.title)

    assert "접수는 주소지" in read.text
    assert "정보통신과" not in read.text
    assert (read.department, read.date) == (told.department, told.date)
    assert tuple(link.url.partition("go.kr")[2] for link in read.links) == told.files


@pytest.mark.parametrize(
    ("names", "people"),
    [
        (["김민수", "이서연", "박준호"], True),
        (["홍길동 055-123-4567", "이서연", "최은영"], True),
        (["총무과", "안전실", "홍보실", "문화과"], False),
        (["김해시", "양산시", "고성군", "하동군"], False),
        (["감사관", "회계과", "김민수"], False),
        (["기획예산담당관", "이서연"], False),
        ([], False),
    ],
)
def test_people_are_told_from_departments(names: list[str], people: bool) -> None:
    assert are_people(names) is people


NAME = "공고문 (최종).hwp"


@pytest.mark.parametrize(
    "value",
    [
        f"filename*=UTF-8''{quote(NAME)}",
        f"filename=\"x.hwp\"; filename*=UTF-8''{quote(NAME)}",
        f'filename="{quote(NAME)}"',
        f'filename="{NAME}"',
        f"filename={NAME};",
        'filename="' + NAME.encode("cp949").decode("utf-8", "surrogateescape") + '"',
        'filename="' + NAME.encode().decode("latin-1") + '"',
        'filename="=?UTF-8?B?6rO16rOg66y4ICjstZzsooUpLmh3cA==?="',
        f'filename="C:\\\\temp\\\\{NAME}"',
    ],
)
def test_a_file_is_named_in_whatever_encoding_its_server_writes(value: str) -> None:
    assert told_name(f"attachment; {value}") == NAME


@pytest.mark.parametrize(
    "header", ["", "inline", "attachment; filename=", 'attachment; filename="=?no?such?x?="', "x" * 9000]
)
def test_a_header_without_a_name_tells_none(header: str) -> None:
    assert told_name(header) in {"", "=?no?such?x?="}


async def test_details_that_a_form_posts_are_posted(site: Site, fetcher: Fetcher) -> None:
    async def detail(request: web.Request) -> web.Response:
        sent = await request.post()
        right = request.method == "POST" and sent.get("bbsCd") == "N1" and sent.get("seq") == str(POSTS[0].n)
        return web.Response(text=view(POSTS[0].title), content_type="text/html") if right else web.Response(status=405)

    site.pages["/bbs/view.do"] = detail
    entry = parse_board(POSTED.encode(), "", site.url("/bbs/list.do")).entries[0]

    document = await Reader(fetcher, in_process).read(entry, None, at_once)

    assert (entry.post, entry.title) == (True, POSTS[0].title)
    assert document.error == ""
    assert "접수는 주소지" in document.text


async def test_a_route_that_only_scripts_know_has_an_address_and_no_body(
    site: Site, database, clock, session, guard
) -> None:
    rows = each(lambda post: f"<li><a href='#/notice/{post.n}'>{post.title}</a><i>{post.date}</i></li>")
    site.pages["/app"] = page(f"<ul class='notice'>{rows}</ul>")
    source = Source("s", "견본청", "board", site.url("/app"))

    outcome = await crawler_over(database, clock, session, guard, [source]).crawl(source)

    assert outcome.state == "ok"
    assert {article.url for article in outcome.articles} == {site.url(f"/app#/notice/{post.n}") for post in POSTS}
    assert {(article.text, article.flags) for article in outcome.articles} == {("", ("no_body",))}
    assert site.times("/app") == 1


async def test_a_nameless_file_is_named_by_its_server(site: Site, fetcher: Fetcher) -> None:
    async def file(request: web.Request) -> web.Response:
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote('참가 신청서.txt')}"}
        return web.Response(body="성명과 주소를 적어 제출한다".encode(), headers=headers)

    site.pages["/view"] = view(TITLE, files="<a href='/file/fileDown.do?k=9'>첨부파일 1 다운로드</a>")
    site.pages["/file/fileDown.do"] = file

    document = await Reader(fetcher, in_process).read(Entry("1", site.url("/view"), TITLE), None, at_once)

    assert [(one.name, one.kind) for one in document.attachments] == [("참가 신청서.txt", "txt")]


LIST = page(
    table(
        each(lambda post: f"<tr><td><a href='view.do?n={post.n}'>{post.title}</a></td><td>{post.date}</td></tr>"),
        "제목 등록일",
    )
)


@pytest.mark.parametrize(
    "front",
    [
        "<html><frameset cols='180,*'><frame src='menu.html' name='left'><frame src='bbs/list.do' name='main'></frameset></html>",
        "<html><head><meta http-equiv='refresh' content='0; url=/bbs/list.do'></head><body></body></html>",
        "<html><head><META HTTP-EQUIV=Refresh CONTENT=\"0;URL='bbs/list.do'\"></head><body>잠시 후 이동합니다</body></html>",
        "<html><script>location.href = '/bbs/list.do';</script></html>",
        "<html><body><h1>견본청</h1><iframe src='/bbs/list.do' title='게시판'></iframe></body></html>",
    ],
)
async def test_a_page_that_only_leads_on_is_followed(site: Site, fetcher: Fetcher, front: str) -> None:
    site.pages |= {"/": front, "/bbs/list.do": LIST, "/menu.html": "<a href='/a'>소개</a>"}
    source = Source("s", "견본청", "board", site.url("/"))

    answer = await ask(fetcher, source, source.url, None, sandbox=in_process)
    listed = await read(in_process, source, answer)

    assert [entry.url for entry in listed.entries] == [site.url(f"/bbs/view.do?n={post.n}") for post in POSTS]
    assert answer.fetched.validators.etag == ""
    assert answer.fetched.moved_to is None


async def test_pages_that_lead_in_a_circle_end(site: Site, fetcher: Fetcher, clock) -> None:
    for one, other in (("/a", "/b"), ("/b", "/a")):
        site.pages[one] = f"<html><head><meta http-equiv='refresh' content='0;url={other}'></head></html>"
    source = Source("s", "견본청", "board", site.url("/a"))

    answer = await ask(fetcher, source, source.url, None, sandbox=in_process)
    with pytest.raises(CrawlError):
        await read(in_process, source, answer)

    assert site.times("/a") + site.times("/b") <= 3
    assert clock() - clock() == timedelta()


@pytest.mark.parametrize(
    "body",
    [
        "<meta http-equiv='refresh' content='0;url=http://elsewhere.example/list'>",
        "<meta http-equiv='refresh' content='300;url=/list'>" + "누리집 첫 화면",
        "<meta http-equiv='refresh' content='0;url=/portal/bbs/list.do?bbsId=B1&menuNo=100&pageIndex=1'>",
        "<meta http-equiv='refresh' content='0;url=javascript:alert(1)'>",
        "<script>alert('로그인이 필요합니다'); location.href='/login.do';</script>",
        "<meta http-equiv='refresh' content='0;url=/list'><p>" + "본문이 있는 화면입니다. " * 40 + "</p>",
        "<script>if (mobile) { location.href = '/m'; }</script>" + LIST,
    ],
)
def test_nothing_else_is_followed(body: str) -> None:
    assert leads_on(body.encode(), "", BASE) == ""
