"""A fourth part of the corpus: what a site written by a stranger (some seventy lists, unseen before) found wrong.

`LISTS` are list pages, `PAGES` detail pages with what must be told of them: department, day, files.
"""

# ruff: noqa: E501 - a page is read best on its own line

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.crawlers.boards import POSTS, ROOT, Case, Post, case, each, found, href, page, table

BODY = "<p>모집 인원은 31명이며 사업 기간은 내년 1월부터 60일 동안이다.</p><p>접수는 주소지 행정복지센터에서 받으며 자세한 내용은 붙임을 참고한다.</p>"
KEEPER = '<div class="charge"><dl><dt>담당부서</dt><dd>정보통신과</dd><dt>연락처</dt><dd>055-000-1234</dd><dt>최종수정일</dt><dd>2026-01-05</dd></dl></div>'
PEOPLE = ["김민수", "이서연", "박준호", "최은영", "정하늘", "강도윤", "윤지원", "임수빈"]


def cell(post: Post) -> str:
    return f'<td><a href="{href(post)}">{post.title}</a></td>'


def writers(*names: str) -> Case:
    rows = "".join(
        f"<tr><td>{post.n}</td>{cell(post)}<td>{name}</td><td>{post.date}</td></tr>"
        for post, name in zip(POSTS, names * 8, strict=False)
    )
    label = f"writers: {names[0]}"
    return case(label, table(rows, "번호 제목 작성자 작성일"), found(office=False))


def tables() -> list[Case]:
    cases = [writers(*PEOPLE), writers("최고관리자"), writers("admin"), writers("김○수", "이○연", "박○호")]

    def badged(post: Post) -> str:
        return f"<tr><td>{post.n}</td><td><a href='{href(post)}'>{post.title}</a><span class='ico_file'>첨부파일</span></td><td>{post.office}</td><td>{post.date}</td></tr>"

    cases.append(case("a badge is no label", table(each(badged), "번호 제목 부서 날짜"), found()))

    past = [replace(post, date=post.date.replace("2026", "2025")) for post in POSTS]

    def short(post: Post) -> str:
        return f"<tr><td>{post.day('{m}.{d}')}</td>{cell(post)}<td>{post.office}</td></tr>"

    yearly = "<tr><th colspan='3'>2025년</th></tr>" + each(short, past)
    cases.append(case("a year over rows", table(yearly, "일자 제목 부서"), found(past, date="{y}.{m}.{d}")))

    def line(post: Post) -> str:
        return f"<li><span class='date'>{post.day('{m}.{d}')}</span>{cell(post)[4:-5]}</li>"

    years = "".join(f"<h4>{y}년</h4><ul>{each(line, part)}</ul>" for y, part in ((2026, POSTS[:4]), (2025, past[4:])))
    dated = found([*POSTS[:4], *past[4:]], date="{y}.{m}.{d}", office=False)
    cases.append(case("a year over each list", f"<div class='news'>{years}</div>", dated))
    menu = "<ul class='years'><li>2026년</li><li>2025년</li><li>2024년</li></ul>" + f"<ul>{each(line)}</ul>"
    cases.append(case("a menu of years", menu, found(date="{m}.{d}", office=False)))
    return cases


def beside() -> list[Case]:
    cases: list[Case] = []

    def plain(post: Post) -> str:
        return f"<tr>{cell(post)}<td>{post.office}</td><td>{post.date}</td></tr>"

    def other(post: Post) -> str:
        return f"<tr><td><a href='/bid/view.do?no={post.n}'>{post.title} 입찰</a></td><td>{post.office}</td><td>{post.date}</td></tr>"

    def pane(number: int, rows: str) -> str:
        return f"<div id='t{number}' class='tab-pane{' active' if number == 1 else ''}'>{table(rows, '제목 부서 등록일')}</div>"

    second = [replace(post, title=f"{post.title} 입찰") for post in POSTS[4:]]
    tabs = f"<div class='tabs'>{pane(1, each(plain, POSTS[:4]))}{pane(2, each(other, POSTS[4:]))}</div>"
    sisters = (*found(POSTS[:4]), *found(second, url=lambda p: f"{ROOT}/bid/view.do?no={p.n}"))
    cases.append(case("boards in tabs", tabs, sisters))
    popular = tabs.replace("<caption>게시판 목록</caption>", "").replace(
        "<div id='t2'", "<h4>많이 본 글</h4><div id='t2'"
    )
    cases.append(case("what is read most stays out", popular, found(POSTS[:4])))
    return cases


def odd() -> list[Case]:
    cases: list[Case] = []

    def button(post: Post) -> str:
        return f"<tr><td><a href='javascript:' class='nttInfoBtn' data-id='{post.n}'>{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>"

    form = "<form id='nttForm'><input type='hidden' name='bbsId' value='B7'><input type='hidden' id='nttSn' name='nttSn' value=''></form>"
    handler = "<script>$(function(){ $('.nttInfoBtn').on('click', function(){ var f = $('#nttForm'); $('#nttSn').val($(this).attr('data-id')); f.attr('action', '/na/ntt/selectNttInfo.do').attr('method','get').submit(); }); });</script>"
    where = found(url=lambda p: f"{ROOT}/na/ntt/selectNttInfo.do?bbsId=B7&nttSn={p.n}")
    cases.append(
        case("a handler reads its button", form + table(each(button), "제목 부서 등록일"), where, head=handler)
    )

    def filled(post: Post) -> str:
        return f"<tr><td><a href='#view' onclick=\"document.v.id.value='{post.n}'; document.v.submit(); return false;\">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>"

    sent = f"<form name='v' action='/m/view'><input type='hidden' name='id' value=''></form>{table(each(filled), '제목 작성 등록일')}"
    cases.append(case("a form filled in the row", sent, found(url=lambda p: f"{ROOT}/m/view?id={p.n}")))

    def report(post: Post) -> str:
        return f"<tr><td>{post.n}</td><td><a href='/upload/report_{post.n}.pdf'>{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>"

    reports = found(url=lambda p: f"{ROOT}/upload/report_{p.n}.pdf")
    cases.append(case("rows that are files", table(each(report), "번호 제목 발간부서 발간일"), reports))

    def leaf(post: Post) -> str:
        return f"<li><span class='day'><em>{post.day('{d}')}</em>{post.day('{y}.{m}')}</span><strong>{cell(post)[4:-5]}</strong></li>"

    torn = found(date="{y}.{m}.{d}", office=False)
    cases.append(case("a list drawn as calendar leaves", f"<ul class='cal_list'>{each(leaf)}</ul>", torn))

    def bracketed(post: Post) -> str:
        return f"<li><span class='dept'>[{post.office}]</span> {cell(post)[4:-5]} <span class='d'>{post.day('{y}년 {mm}월 {dd}일')}</span></li>"

    korean = found(date="{y}년 {mm}월 {dd}일")
    cases.append(case("an office in brackets", f"<ul class='lst'>{each(bracketed)}</ul>", korean))

    def english(post: Post) -> str:
        return f"<div class='row'><a class='t' href='{href(post)}'>{post.title}</a><span class='by'>{post.office}</span><span class='dt'>{post.date}</span></div>"

    abroad = [replace(post, office="Public Relations Office") for post in POSTS]
    cases.append(case("an office in English", f"<div class='list'>{each(english, abroad)}</div>", found(abroad)))
    return cases


LISTS = tables() + beside() + odd()


def posting(post: Post) -> str:
    return f"<tr><td><a href=\"javascript:goView('{post.n}')\">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>"


POSTED = page(
    "<form id='frm' method='post'><input type='hidden' name='bbsCd' value='N1'><input type='hidden' name='seq' id='seq'>"
    + table(each(posting), "제목 부서 등록일")
    + "</form><script>function goView(n){ $('#seq').val(n); $('#frm').attr('action','/bbs/view.do').submit(); }</script>"
)


@dataclass(frozen=True)
class Told:
    """A detail page, and what it tells of its document."""

    name: str
    body: str
    title: str
    department: str = ""
    date: str = ""
    files: tuple[str, ...] = ()


def view(title: str, info: str = "", after: str = "", files: str = "") -> str:
    return page(f"<div class='bv'><h4>{title}</h4>{info}<div class='con'>{BODY}</div>{files}</div>{after}")


TITLE = "2027년 견본군 공공근로사업 참여자 모집 공고"
PAGES = [
    Told("the keeper of the page is no department", view(TITLE, after=KEEPER), TITLE),
    Told("its own department stands", view(TITLE, "<ul><li>담당부서 : 농정과</li></ul>", KEEPER), TITLE, "농정과"),
    Told("a department under the body", view(TITLE, after="<p>담당부서 : 농정과</p>"), TITLE, "농정과"),
    Told("a survey's department", view(TITLE, after="<div>콘텐츠 관리 담당부서 총무과</div>"), TITLE),
    Told("a bare day by the title", view(TITLE, "<p><span>농정과</span> <span>2026.11.20</span></p>"), TITLE, "", "2026.11.20"),
    Told("a day far from the title", view(TITLE, after="<ul><li>글</li></ul>" * 20 + "<i>2026.11.20</i>"), TITLE),
    Told(
        "a file without a name",
        view(TITLE, files="<a href='/file/fileDown.do?k=9_1'><img src='/i.png' alt='hwp 파일'> 첨부파일 1 다운로드</a>"),
        TITLE,
        files=("/file/fileDown.do?k=9_1",),
    ),
    Told("a viewer is no file", view(TITLE, files="<a href='/util/download/hwp.do'>한글 뷰어 다운로드</a>"), TITLE),
]  # fmt: skip
