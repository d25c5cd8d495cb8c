# ruff: noqa: E501 - markup is read best on its own line
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import web

from crawlers import eminwon, listing
from crawlers.article import CrawlError, FetchError, GuardError, ParseError
from crawlers.crawler import Crawler, Outcome
from crawlers.eminwon_rows import MAX_ROWS, parse_list
from crawlers.exchange import Form, Visit
from crawlers.fetch import Fetcher, client
from crawlers.guard import Guard
from crawlers.sources import Source, source_from
from crawlers.store import CrawlStore
from tests.crawlers.site import LONG, Site, in_process, never, pdf, serve

FRONT = "/emwp/jsp/ofr/OfrNotAncmtLSub.jsp"
ACTION = "/emwp/gov/mogaha/ntis/web/ofr/action/OfrAction.do"
DOWN = "/emwp/jsp/ofr/FileDown.jsp"

HIDDEN = """
<form name="form1" method="post" action="">
<input type="hidden" name="epcCheck" value="Y"><input type="hidden" name="pageIndex" value="7">
<input type="hidden" name="jndinm" value="OfrNotAncmtEJB"><input type="hidden" name="context" value="NTIS">
<input type="hidden" name="method" value=""><input type="hidden" name="methodnm" value="">
<input type="hidden" name="not_ancmt_mgt_no" value=""><input type="hidden" name="homepage_pbs_yn" value="Y">
<input type="hidden" name="subCheck" value="Y"><input type="hidden" name="not_ancmt_se_code" value="01,04">
<input type="hidden" name="title" value="고시공고"><input type="hidden" name="ticket" value="t-17">
<select name="Key"><option value="B_Subject" selected>제목</option><option value="B_Content">내용</option></select>
<input type="text" name="not_ancmt_sj" value=""><input type="checkbox" name="all" value="1">
</form>
<script>
function goSearch(){ document.form1.action="/emwp/gov/mogaha/ntis/web/ofr/action/OfrAction.do";
 document.form1.method.value="selectListOfrNotAncmt"; document.form1.submit(); }
function searchDetail(no){ var f=document.form1; f.not_ancmt_mgt_no.value=no; f.methodnm.value="selectOfrNotAncmtRegst"; f.submit(); }
</script>"""

ROWS = [
    (
        "45102",
        "창원시 공고 제2026-1234호",
        "2026년 하반기 소상공인 경영안정자금 지원계획 공고",
        "지역경제과",
        "2026-11-20",
        "2026-11-20 ~ 2026-12-10",
    ),
    (
        "45101",
        "창원시 고시 제2026-310호",
        "도시계획시설(도로) 결정 고시",
        "도시계획과",
        "2026-11-19",
        "2026-11-19 ~ 2026-12-03",
    ),
    ("45099", "창원시 공고 제2026-1230호", "공고", "총무과", "2026-11-18", "2026-11-18 ~ 2026-12-31"),
]
EXPECTED = [(number, title, department, day) for number, _, title, department, day, _ in ROWS]


def page(rows: str, charset: str = "utf-8") -> str:
    return f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head><body>{HIDDEN}{rows}</body></html>'


def listed() -> str:
    """LIST: a headed table, the title's link calls the script."""
    rows = "".join(
        f"<tr><td>{n}</td><td>{mark}</td><td class='left'><a href='#' onclick=\"searchDetail('{number}'); return false;\">{title}</a></td>"
        f"<td>{department}</td><td>{day}</td><td>{period}</td><td>{n * 31}</td></tr>"
        for n, (number, mark, title, department, day, period) in enumerate(ROWS, 1)
    )
    return (
        "<table class='board'><thead><tr><th>번호</th><th>고시공고번호</th><th>제목</th><th>담당부서</th><th>등록일</th><th>게재기간</th><th>조회수</th></tr></thead>"
        f"<tbody>{rows}</tbody></table><div class='paging'><a href=\"javascript:goPage('2')\">2</a></div>"
    )


def cells() -> str:
    """CELL: no anchor at all, every cell calls the script; the heading row is made of plain cells."""
    head = "".join(
        f"<td bgcolor='#eee'>{name}</td>"
        for name in ("번호", "고시공고번호", "제 목", "담당부서", "등록일", "게재기간", "조회수")
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td style='cursor:pointer' onclick=\"javascript:searchDetail('{number}')\">{cell}</td>"
            for cell in (str(n), mark, title, department, day, period, "12")
        )
        + "</tr>"
        for n, (number, mark, title, department, day, period) in enumerate(ROWS, 1)
    )
    return f"<table><tr><td>검색</td></tr></table><table border=0><tr>{head}</tr>{rows}</table>"


def compact() -> str:
    """COMPACT: cards for telephones."""
    rows = "".join(
        f"<div class='item'><a href=\"javascript:searchDetail('{number}');\"><p class='tit'>{title}</p>"
        f"<p class='info'><span>{mark}</span> <span>담당부서 : {department}</span> <span>등록일 : {day}</span> <span>게재기간 : {period}</span></p></a></div>"
        for number, mark, title, department, day, period in ROWS
    )
    return f"<div class='list'>{rows}</div>"


def legacy() -> str:
    """LEGACY: unlabelled columns of an old page, a date without separators, the row itself calls."""
    rows = "".join(
        f"<TR onClick='searchDetail({number})'><TD>{n}</TD><TD>{title}</TD><TD>{department}</TD><TD>{day.replace('-', '')}</TD><TD>{period}</TD></TR>"
        for n, (number, _, title, department, day, period) in enumerate(ROWS, 1)
    )
    return f"<TABLE>{rows}</TABLE>"


def told(entries: Any) -> list[tuple[str, str, str, str]]:
    return [
        (one.id.removeprefix("not_ancmt_mgt_no:"), one.title, one.department, one.date.replace(".", "-"))
        for one in entries
    ]


@pytest.mark.parametrize("charset", ["utf-8", "euc-kr"])
@pytest.mark.parametrize("variant", [listed, cells, compact])
def test_every_variant_tells_number_title_department_and_day(variant: Any, charset: str) -> None:
    body = page(variant(), charset).encode(charset)

    found = parse_list(body, "", f"https://eminwon.changwon.go.kr{ACTION}")

    assert told(found.entries) == EXPECTED


def test_an_old_unlabelled_table_is_read_too() -> None:
    found = parse_list(page(legacy(), "euc-kr").encode("euc-kr"), "", f"http://eminwon.jp.go.kr{ACTION}")

    assert [(entry.title, entry.date) for entry in found.entries] == [
        ("2026년 하반기 소상공인 경영안정자금 지원계획 공고", "20261120"),
        ("도시계획시설(도로) 결정 고시", "20261119"),
        ("공고", "20261118"),
    ]
    assert [entry.department for entry in found.entries] == ["지역경제과", "도시계획과", "총무과"]


def test_cards_inside_a_table_that_only_lays_the_page_out_are_told_apart() -> None:
    body = page(f"<table width='100%'><tr><td>{compact()}</td></tr></table>").encode()

    assert told(parse_list(body, "", f"http://e.go.kr{ACTION}").entries) == EXPECTED


def test_the_only_notice_of_a_page_is_read_by_its_own_row() -> None:
    one = listed().split("</tr>")
    body = page(f"<div><p>2020-01-01 개편</p></div>{one[0]}</tr>{one[1]}</tr></tbody></table>").encode()

    assert told(parse_list(body, "", f"http://e.go.kr{ACTION}").entries) == EXPECTED[:1]


def test_a_column_named_after_who_registered_it_is_no_date() -> None:
    body = page(listed().replace("<th>담당부서</th>", "<th>등록부서</th>")).encode()

    assert told(parse_list(body, "", f"http://e.go.kr{ACTION}").entries) == EXPECTED


@pytest.mark.parametrize(
    "call",
    ["searchDetail('{n}','01')", "return searchDetail( '{n}' )", "fn_viewDetail({n})", "goDetail('{n}', 'Y');"],
)
def test_the_call_is_written_in_many_ways(call: str) -> None:
    rows = "".join(
        f'<li><a href="#none" onclick="{call.format(n=number)}"><span>{title}</span></a><em>{department}</em><b>{day}</b></li>'
        for number, _, title, department, day, _ in ROWS[:2]
    )

    found = parse_list(page(f"<ul>{rows}</ul>").encode(), "", f"http://e.go.kr{ACTION}")

    assert told(found.entries) == EXPECTED[:2]


@pytest.mark.parametrize(
    "title",
    [
        "2026-12-01 개최 주민설명회 알림",
        "2026-11-20 개최 주민설명회 알림",
        "겨울철 한시 지원 신청 접수 공고(2026.11.1.~11.30.)",
        "도로구역 변경 열람 공고 2026. 11. 20. ~ 12. 10.까지 열람",
        "제2026-5호 안내",
    ],
)
def test_a_title_with_days_in_it_is_a_title_and_its_days_are_not_the_rows(title: str) -> None:
    for variant in (listed, cells, compact):
        body = page(variant().replace(ROWS[0][2], title)).encode()
        (entry, *_) = parse_list(body, "", f"http://e.go.kr{ACTION}").entries
        assert (entry.title, entry.date) == (title, "2026-11-20")


@pytest.mark.parametrize("joint", ["&amp;", "&"])
def test_a_row_whose_link_is_an_address_keeps_it(joint: str) -> None:
    rows = "".join(
        f"<li><a href='{ACTION}?method=selectOfrNotAncmt{joint}not_ancmt_mgt_no={number}'>{title}</a><span>{department}</span><span>{day}</span></li>"
        for number, _, title, department, day, _ in ROWS
    )

    found = parse_list(f"<ul>{rows}</ul>".encode(), "", f"http://e.go.kr{ACTION}").entries

    assert told(found) == EXPECTED
    assert found[0].url == f"http://e.go.kr{ACTION}?method=selectOfrNotAncmt&not_ancmt_mgt_no=45102"
    assert not found[0].post


def test_a_title_that_the_list_cut_is_told_whole_by_its_hint() -> None:
    cut = listed().replace(
        f'return false;">{ROWS[0][2]}</a>', f'return false;" title="{ROWS[0][2]}">{ROWS[0][2][:20]}...</a>'
    )

    assert told(parse_list(page(cut).encode(), "", f"http://e.go.kr{ACTION}").entries) == EXPECTED


def test_thousands_of_rows_cost_no_minutes() -> None:
    rows = "".join(
        f"<div><a href=\"javascript:searchDetail('{n}')\">제목 {n} 공고</a><i>2026-11-20</i></div>"
        for n in range(12_000)
    )

    assert len(parse_list(page(rows).encode(), "", f"http://e.go.kr{ACTION}").entries) == MAX_ROWS


@pytest.mark.parametrize("written", ["2026.11.20", "2026. 11. 20.", "26-11-20"])
def test_days_may_be_written_in_other_ways(written: str) -> None:
    found = parse_list(
        page(listed().replace("<td>2026-11-20</td>", f"<td>{written}</td>")).encode(), "", f"http://e.go.kr{ACTION}"
    )

    assert found.entries[0].date == written


def test_a_row_has_an_address_that_can_be_opened_and_is_to_be_posted() -> None:
    (entry, *_) = parse_list(page(listed()).encode(), "", f"https://eminwon.changwon.go.kr{ACTION}").entries

    where, _, query = entry.url.partition("?")
    assert where == f"https://eminwon.changwon.go.kr{ACTION}"
    assert dict(parse_qsl(query)) == {
        "context": "NTIS", "homepage_pbs_yn": "Y", "jndinm": "OfrNotAncmtEJB", "method": "selectOfrNotAncmt",
        "methodnm": "selectOfrNotAncmtRegst", "not_ancmt_mgt_no": "45102", "subCheck": "Y",
    }  # fmt: skip
    assert entry.post


@pytest.mark.parametrize(
    "nothing",
    [
        "<p>등록된 고시공고가 없습니다.</p>",
        "",
        "<table><tr><th>번호</th><th>제목</th></tr><tr><td colspan=2>자료가 없습니다.</td></tr></table>",
    ],
)
def test_a_page_without_rows_is_an_error_and_no_quiet_day(nothing: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_list(f"<html><body>{HIDDEN}{nothing}</body></html>".encode(), "", f"http://e.go.kr{ACTION}")

    assert caught.value.code in {"no_rows", "empty"}


class Saeol:
    """An eminwon server: a front page with a form, a list and details by POST, files by GET or POST."""

    def __init__(self, site: Site, variant: Any = listed, charset: str = "utf-8") -> None:
        self.site, self.rows, self.charset = site, variant(), charset
        self.asked: list[tuple[str, str, dict[str, str], str]] = []
        self.needs_cookie, self.post_detail, self.get_detail = False, True, False
        self.files = "<a href=\"javascript:goDownLoad('계획서.pdf','stored_1.pdf','/ntishome/file/upload/ofr/ofr/20261120')\">계획서.pdf</a>"
        self.empty_answers = 0
        site.pages |= {
            FRONT: self.front,
            ACTION: self.action,
            DOWN: self.down,
            "/emwp/jsp/ofr/FileDownNew.jsp": self.down,
        }

    async def form(self, request: web.Request) -> dict[str, str]:
        body = await request.read()
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True, encoding=self.charset))
        self.asked.append(
            (request.method, request.path, fields or self.query(request), request.headers.get("Cookie", ""))
        )
        return fields

    def query(self, request: web.Request) -> dict[str, str]:
        return dict(parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True, encoding=self.charset))

    def html(self, text: str, **headers: str) -> web.Response:
        return web.Response(body=text.encode(self.charset, "replace"), headers={"Content-Type": "text/html", **headers})

    async def front(self, request: web.Request) -> web.Response:
        await self.form(request)
        return self.html(page("", self.charset), **{"Set-Cookie": "JSESSIONID=s1; Path=/; HttpOnly"})

    async def action(self, request: web.Request) -> web.Response:
        fields = await self.form(request)
        if self.needs_cookie and "JSESSIONID=s1" not in request.headers.get("Cookie", ""):
            return self.html("<html><body>세션이 만료되었습니다.</body></html>")
        if request.method == "GET":
            return (
                self.detail(request.query.get("not_ancmt_mgt_no", "")) if self.get_detail else web.Response(status=400)
            )
        if fields.get("method") == "selectOfrNotAncmt":
            return self.detail(fields["not_ancmt_mgt_no"]) if self.post_detail else web.Response(status=405)
        if self.empty_answers:
            self.empty_answers -= 1
            return self.html("<html><body></body></html>")
        good = fields.get("methodnm") == "selectListOfrNotAncmtHomepage" and fields.get("pageIndex") == "1"
        return self.html(page(self.rows if good and fields.get("ticket") == "t-17" else "", self.charset))

    def detail(self, number: str) -> web.Response:
        if not number:
            return web.Response(status=400)
        body = (
            f"<table class='view'><tr><th>제목</th><td>제목 {number}</td></tr><tr><th>첨부파일</th><td>{self.files}</td></tr>"
            f"<tr><td colspan=4 style='word-break:break-all'>{LONG} 공고 번호 {number}. 신청 기한은 12월 10일까지이다.</td></tr></table>"
        )
        return self.html(page(body, self.charset))

    async def down(self, request: web.Request) -> web.Response:
        fields = await self.form(request)
        given = fields if request.method == "POST" else self.query(request)
        if set(given) != {"user_file_nm", "sys_file_nm", "file_path"}:
            return web.Response(status=404)
        return web.Response(body=pdf("plan of support"), content_type="application/octet-stream")

    def methods(self, path: str) -> list[str]:
        return [method for method, where, _, _ in self.asked if where == path]


class World:
    def __init__(self, database: Any, clock: Any, session: Any, guard: Any, site: Site) -> None:
        self.database, self.clock, self.site = database, clock, site
        self._session, self._guard = session, guard

    def source(self, path: str = FRONT, **more: Any) -> Source:
        url = path if "://" in path else self.site.url(path)
        return source_from({"id": "cw", "agency": "창원시", "kind": "eminwon", "url": url, "interval": "1h", **more})

    async def poll(self, source: Source | None = None) -> Outcome:
        source = source or self.source()
        self.clock.advance(timedelta(hours=2))
        fetcher = Fetcher(self._session, self._guard, self.clock, self.clock.sleep, timeout_s=5)
        store = CrawlStore(self.database, owner="test")
        return await Crawler(fetcher, store, in_process, self.clock, [source], never).crawl(source)


@pytest.fixture
def world(database: Any, clock: Any, session: Any, guard: Any, site: Site) -> World:
    return World(database, clock, session, guard, site)


URLS = [
    FRONT,
    f"{FRONT}?not_ancmt_se_code=01,04",
    ACTION,
    f"{ACTION}?jndinm=OfrNotAncmtEJB&context=NTIS&method=selectListOfrNotAncmt&methodnm=selectListOfrNotAncmtHomepage&not_ancmt_se_code=02&pageIndex=3",
]


@pytest.mark.parametrize("path", URLS)
async def test_a_notice_is_read_whole_whichever_address_is_declared(world: World, path: str) -> None:
    server = Saeol(world.site)

    outcome = await world.poll(world.source(path))

    assert (outcome.state, outcome.error) == ("ok", "")
    article = outcome.articles[-1]
    assert (article.id, article.title, article.department) == ("not_ancmt_mgt_no:45102", ROWS[0][2], "지역경제과")
    assert article.published_at == datetime(2026, 11, 19, 15, tzinfo=UTC)
    assert "신청 기한은 12월 10일까지" in article.text
    assert [(one.name, one.kind, one.text) for one in article.attachments] == [("계획서.pdf", "pdf", "plan of support")]
    assert "not_ancmt_mgt_no=45102" in article.url
    assert server.methods(FRONT) == ["GET"]
    assert server.methods(ACTION)[0] == "POST"


async def test_the_form_is_posted_as_the_page_has_it_and_as_a_first_page(world: World) -> None:
    server = Saeol(world.site)

    await world.poll(world.source(URLS[3]))

    fields = server.asked[1][2]
    assert (fields["ticket"], fields["epcCheck"], fields["title"], fields["Key"]) == (
        "t-17",
        "Y",
        "고시공고",
        "B_Subject",
    )
    assert (fields["pageIndex"], fields["not_ancmt_se_code"], fields["not_ancmt_mgt_no"]) == ("1", "02", "")
    assert (fields["method"], fields["methodnm"]) == ("selectListOfrNotAncmt", "selectListOfrNotAncmtHomepage")
    assert "all" not in fields


async def test_an_euc_kr_server_is_spoken_to_in_its_own_letters(world: World) -> None:
    server = Saeol(world.site, cells, "euc-kr")

    outcome = await world.poll()

    assert server.asked[1][2]["title"] == "고시공고"
    assert outcome.articles[-1].title == ROWS[0][2]
    assert [one.text for one in outcome.articles[-1].attachments] == ["plan of support"]
    assert server.asked[-1][2]["user_file_nm"] == "계획서.pdf"


async def test_a_session_lives_for_one_poll_and_is_given_to_its_details(world: World) -> None:
    server = Saeol(world.site)
    server.needs_cookie = True

    first = await world.poll()
    server.asked.clear()
    await world.poll()

    assert len(first.articles) == 3
    assert server.asked[0][3] == ""
    assert {cookie for _, path, _, cookie in server.asked if path == ACTION} == {"JSESSIONID=s1"}


async def test_a_notice_seen_again_is_not_told_again(world: World) -> None:
    Saeol(world.site)
    await world.poll()

    assert (await world.poll()).new == 0


async def test_a_detail_that_only_answers_a_get_is_read_by_get(world: World) -> None:
    server = Saeol(world.site)
    server.post_detail, server.get_detail = False, True

    outcome = await world.poll()

    assert "신청 기한" in outcome.articles[-1].text
    assert outcome.articles[-1].flags == ()


async def test_a_form_that_posts_files_is_posted_and_its_sealed_values_may_change(world: World) -> None:
    server = Saeol(world.site)
    count = 0

    def sealed() -> str:
        nonlocal count
        count += 1
        seal = f"{count:064d}"
        return (
            "<form name='nnn' method='post' action='/emwp/jsp/ofr/FileDownNew.jsp'><input type='hidden' name='user_file_nm'></form>"
            f"<a href=\"javascript:goDownLoad('{seal}','{seal}x','/ntisho{seal}')\">계획서.pdf [112 KB]</a>"
        )

    detail = server.detail

    def fresh(number: str) -> web.Response:
        server.files = sealed()
        return detail(number)

    server.detail = fresh  # type: ignore[method-assign]
    first = await world.poll()
    world.clock.advance(timedelta(hours=4))
    again = await world.poll()

    assert [(one.name, one.text) for one in first.articles[-1].attachments] == [("계획서.pdf", "plan of support")]
    assert set(server.methods("/emwp/jsp/ofr/FileDownNew.jsp")) == {"POST"}
    assert again.new == 0


async def test_an_answer_with_nothing_in_it_is_asked_for_once_more(world: World) -> None:
    server = Saeol(world.site)
    server.empty_answers = 1
    assert (await world.poll()).state == "ok"
    server.empty_answers = 5

    assert (await world.poll()).error in {"no_rows", "empty"}
    assert server.empty_answers == 3


@pytest.mark.parametrize("front", [404, 405, 500])
async def test_a_missing_front_page_does_not_keep_the_list_away(world: World, front: int) -> None:
    server = Saeol(world.site)

    async def broken(request: web.Request) -> web.Response:
        return web.Response(status=front)

    async def list_alone(request: web.Request) -> web.Response:
        return server.html(page(server.rows)) if request.method == "POST" else web.Response(status=400)

    world.site.pages[FRONT], world.site.pages[ACTION] = broken, list_alone

    assert (await world.poll(world.source(ACTION))).new == 3


async def test_robots_rules_hold_for_posts_too(world: World) -> None:
    server = Saeol(world.site)
    world.site.pages["/robots.txt"] = "User-agent: *\nDisallow: /emwp/gov/"
    world.site.kinds["/robots.txt"] = "text/plain"

    assert (await world.poll()).error == "robots"
    assert server.methods(ACTION) == []


async def test_a_page_that_only_frames_the_form_is_followed_on_its_own_site(world: World) -> None:
    server = Saeol(world.site)
    world.site.pages["/portal/gosi.do"] = (
        f"<html><body><h1>고시공고</h1><iframe src='{FRONT}?not_ancmt_se_code=01'></iframe></body></html>"
    )

    outcome = await world.poll(world.source("/portal/gosi.do"))

    assert outcome.new == 3
    assert server.methods(FRONT) == ["GET"]


async def test_a_changed_notice_is_a_correction(world: World) -> None:
    server = Saeol(world.site)
    await world.poll()
    server.rows = server.rows.replace("소상공인 경영안정자금 지원계획", "소상공인 경영안정자금 지원계획 변경")

    (article,) = (await world.poll()).articles

    assert (article.corrects, article.revision) == (article.key, 1)


FORM = Form((("a", "가 나"), ("b", "")))


@pytest.fixture
def fetcher(session: Any, guard: Guard, clock: Any) -> Fetcher:
    return Fetcher(session, guard, clock, clock.sleep, timeout_s=5)


def redirecting(status: int, to: str) -> Any:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": to})

    return answer


async def echo(request: web.Request) -> web.Response:
    return web.Response(text=f"{request.method} {await request.text()}")


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (301, "GET "),
        (302, "GET "),
        (303, "GET "),
        (307, "POST a=%EA%B0%80+%EB%82%98&b="),
        (308, "POST a=%EA%B0%80+%EB%82%98&b="),
    ],
)
async def test_a_redirected_post_is_posted_again_only_where_the_status_says_so(
    fetcher: Fetcher, site: Site, status: int, told: str
) -> None:
    site.pages = {"/a": redirecting(status, "/b"), "/b": echo}

    assert (await fetcher.post(site.url("/a"), FORM)).body.decode() == told


async def test_a_get_after_a_post_stays_a_get(fetcher: Fetcher, site: Site) -> None:
    site.pages = {"/a": redirecting(302, "/b"), "/b": redirecting(307, "/c"), "/c": echo}

    assert (await fetcher.post(site.url("/a"), FORM)).body == b"GET "


@pytest.mark.parametrize("stay", [True, False])
async def test_a_form_is_never_posted_to_another_site(clock: Any, stay: bool) -> None:
    async def here(host: str) -> list[str]:
        return ["127.0.0.1"]

    other, home = Site(), Site()
    runners = [await serve(home), await serve(other)]
    guard = Guard(["127.0.0.1"], lookup=here)
    home.pages["/a"] = redirecting(307, f"http://other.example.com:{other.port}/b")
    async with client(guard) as session:
        fetcher = Fetcher(session, guard, clock, clock.sleep, timeout_s=5)
        with pytest.raises(CrawlError) as caught:
            await fetcher.post(home.url("/a"), FORM, stay=stay)
    for runner in runners:
        await runner.cleanup()

    assert caught.value.code in {"moved_away", "guard"}
    assert other.asked == []


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://u:p@127.0.0.1/",
    ],
)
@pytest.mark.parametrize("status", [302, 307])
async def test_every_hop_of_a_post_is_guarded(fetcher: Fetcher, site: Site, to: str, status: int) -> None:
    site.pages["/a"] = redirecting(status, to)

    with pytest.raises(GuardError):
        await fetcher.post(site.url("/a"), FORM)
    with pytest.raises(GuardError):
        await fetcher.post(to, FORM)


async def test_a_form_whose_page_names_an_inward_address_reaches_nothing(world: World) -> None:
    server = Saeol(world.site)
    inward = page("").replace(f'"{ACTION}"', '"http://169.254.169.254/emwp/OfrAction.do"')
    world.site.pages[FRONT] = inward

    assert (await world.poll()).error == "guard"
    assert server.methods(ACTION) == []


async def test_a_posts_answer_is_capped_and_paced_like_any(fetcher: Fetcher, site: Site) -> None:
    site.pages = {"/a": "x" * 5000}

    with pytest.raises(FetchError) as caught:
        await fetcher.post(site.url("/a"), FORM, max_bytes=1000)

    assert caught.value.code == "too_large"


async def test_too_many_redirects_of_a_post_end(fetcher: Fetcher, site: Site) -> None:
    site.pages = {"/a": redirecting(307, "/a")}

    with pytest.raises(FetchError) as caught:
        await fetcher.post(site.url("/a"), FORM)

    assert caught.value.code == "redirects"
    assert site.times("/a") == 6


async def test_cookies_stay_with_their_host_and_their_visit(fetcher: Fetcher, site: Site) -> None:
    async def setting(request: web.Request) -> web.Response:
        response = web.Response(status=302, headers={"Location": site.url("/b").replace("127.0.0.1", "localhost")})
        response.set_cookie("S", "1")
        return response

    site.pages = {"/a": setting, "/b": echo, "/c": echo}
    localhost = Guard(["127.0.0.1", "localhost"])
    visit = Visit()
    async with client(localhost) as session:
        other = Fetcher(session, localhost, fetcher.now, lambda _: _nothing(), timeout_s=5)
        await other.get(site.url("/a"), visit=visit)
        await other.get(site.url("/c"), visit=visit)
        await other.get(site.url("/c"))

    sent = [(asked.path, asked.headers.get("Cookie")) for asked in site.asked if asked.path in {"/b", "/c"}]
    assert sent == [("/b", None), ("/c", "S=1"), ("/c", None)]


async def _nothing() -> None:
    return None


async def test_a_flood_of_cookies_and_one_that_would_inject_are_not_sent_back(fetcher: Fetcher, site: Site) -> None:
    async def flood(request: web.Request) -> web.Response:
        response = web.Response(text="x")
        for number in range(60):
            response.set_cookie(f"c{number}", "v" * 50)
        response.headers.add("Set-Cookie", 'evil="a\\015\\012X-Evil: 1"')
        return response

    site.pages = {"/a": flood, "/b": echo}
    visit = Visit()
    await fetcher.get(site.url("/a"), visit=visit)
    await fetcher.get(site.url("/b"), visit=visit)

    (sent,) = [asked.headers for asked in site.asked if asked.path == "/b"]
    assert len(sent["Cookie"].split(";")) == 20
    assert "X-Evil" not in sent


def test_old_tls_is_declared_and_checks_certificates_all_the_same() -> None:
    import ssl

    from crawlers.exchange import legacy_tls

    context = legacy_tls()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


async def test_a_certificate_nobody_vouches_for_is_refused_by_old_and_new_tls_alike(
    session: Any, guard: Guard, clock: Any, tmp_path: Any
) -> None:
    import asyncio
    import ssl
    import subprocess

    names = ["-keyout", f"{tmp_path}/k", "-out", f"{tmp_path}/c", "-subj", "/CN=127.0.0.1"]
    made = subprocess.run(  # noqa: ASYNC221
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("no openssl here")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{tmp_path}/c", f"{tmp_path}/k")
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server:
        for old in ((), ("127.0.0.1",)):
            fetcher = Fetcher(session, guard, clock, clock.sleep, timeout_s=5, old_tls=old)
            with pytest.raises(FetchError) as caught:
                await fetcher.post(url, FORM)
            assert caught.value.code == "tls"


@pytest.mark.parametrize(
    ("url", "front"),
    [
        (f"https://eminwon.x.go.kr{ACTION}", f"https://eminwon.x.go.kr{FRONT}?not_ancmt_se_code=01,03,04,06"),
        (
            f"https://eminwon.x.go.kr{ACTION}?not_ancmt_se_code=02",
            f"https://eminwon.x.go.kr{FRONT}?not_ancmt_se_code=02",
        ),
        ("https://x.go.kr/gosi.do?menu=3", "https://x.go.kr/gosi.do?menu=3"),
    ],
)
def test_the_front_page_of_an_action_is_its_own(url: str, front: str) -> None:
    assert eminwon.front_page(url) == front


def test_rows_that_lead_somewhere_by_themselves_are_read_as_on_any_board() -> None:
    rows = "".join(
        f"<tr><td>{n}</td><td><a href='/gosi/view.do?seq={number}'>{title}</a></td><td>{department}</td><td>{day}</td></tr>"
        for n, (number, _, title, department, day, _) in enumerate(ROWS[:2], 1)
    )
    found = parse_list(f"<table><tbody>{rows}</tbody></table>".encode(), "", "https://x.go.kr/list.do")

    assert [(entry.url, entry.post) for entry in found.entries] == [
        ("https://x.go.kr/gosi/view.do?seq=45102", False), ("https://x.go.kr/gosi/view.do?seq=45101", False)
    ]  # fmt: skip


async def test_all_four_kinds_are_supported() -> None:
    assert {"feed", "board", "eminwon", "openapi"} == listing.SUPPORTED
