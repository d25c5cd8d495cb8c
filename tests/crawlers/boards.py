"""Board pages as Korean public offices write them, each built by a few lines, with what a reader must find on it.

Three parts: `FIRST` and `SECOND` were at hand while the finder was built; `HELD` was written last, against the finished code.
"""

# ruff: noqa: E501 - a page is read best on its own line

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

BASE = "http://www.sample.go.kr/portal/bbs/list.do?bbsId=B1&menuNo=100&pageIndex=1"
ROOT = "http://www.sample.go.kr"


@dataclass(frozen=True)
class Post:
    n: int
    title: str
    date: str  # 2026-11-20
    office: str

    def day(self, form: str) -> str:
        year, month, day = self.date.split("-")
        return form.format(y=year, yy=year[2:], m=month, d=day, mm=int(month), dd=int(day))


POSTS = [
    Post(5120, "겨울철 한파 대비 취약계층 보호대책 추진", "2026-11-20", "재난안전과"),
    Post(5119, "2026년 하반기 청년 농업인 영농정착 지원사업 대상자 모집 공고", "2026-11-19", "농정과"),
    Post(5118, "도로 굴착에 따른 교통통제 안내(11. 25.~12. 3.)", "2026-11-18", "도로과"),
    Post(5117, "「경상남도 환경교육 조례」 일부개정조례안 입법예고", "2026-11-18", "환경정책과"),
    Post(5113, "제3회 지방소멸대응기금 투자계획 평가 결과", "2026-11-16", "균형발전과"),
    Post(5112, "[기고] 산불 조심 기간, 작은 불씨도 다시 보자", "2026-11-13", "산림관리과"),
    Post(5109, "AI 기반 스마트 PLAN 수립 연구용역 제안서 평가위원(후보자) 모집", "2026-11-12", "정보통신담당관"),
    Post(5101, "수의계약 현황", "2026-11-02", "회계과"),
]


@dataclass(frozen=True)
class Found:
    title: str
    url: str
    date: str
    office: str


@dataclass(frozen=True)
class Case:
    name: str
    body: bytes
    url: str
    rows: tuple[Found, ...] = ()
    error: str = ""
    charset: str = ""


CHROME_HEAD = """<div id="skipnav"><a href="#content">본문 바로가기</a></div>
<header id="header"><h1><a href="/">견본군청</a></h1><div class="util"><a href="/login.do">로그인</a><a href="/sitemap.do">누리집지도</a></div>
<nav id="gnb"><ul>%s</ul></nav></header>""".replace(
    "%s",
    "".join(
        f'<li><a href="/portal/contents.do?menuNo={n}00">{name}</a><ul>'
        + "".join(
            f'<li><a href="/portal/contents.do?menuNo={n}0{k}">{sub}</a></li>'
            for k, sub in enumerate(("공지사항", "보도자료", "고시공고", "채용정보", "입찰정보 안내"), 1)
        )
        + "</ul></li>"
        for n, name in enumerate(("소통·참여 마당", "행정정보 공개", "종합민원 안내", "분야별 정보"), 1)
    ),
)
SIDE = """<div class="lnb"><h2>알림마당</h2><ul><li><a href="/portal/bbs/list.do?bbsId=B1">공지사항</a></li><li><a href="/portal/bbs/list.do?bbsId=B2">보도자료</a></li>
<li><a href="/portal/bbs/list.do?bbsId=B3">고시·공고</a></li><li><a href="/portal/bbs/list.do?bbsId=B4">채용공고</a></li></ul></div>"""
FOOT = """<div class="paging"><a href="?bbsId=B1&amp;pageIndex=1">처음</a><strong>1</strong><a href="?bbsId=B1&amp;pageIndex=2">2</a><a href="?bbsId=B1&amp;pageIndex=3">3</a><a href="?bbsId=B1&amp;pageIndex=9">마지막</a></div>
<footer id="footer"><ul><li><a href="/privacy.do?menuNo=901">개인정보처리방침</a></li><li><a href="/copy.do?menuNo=902">저작권정책</a></li><li><a href="/mail.do?menuNo=903">이메일무단수집거부</a></li></ul>
<address>우)50000 경상남도 견본군 견본로 1 / 대표전화 055-000-0000</address></footer>"""
SEARCH = '<form action="/portal/bbs/list.do"><select name="searchCnd"><option>제목</option></select><input name="searchWrd"><button>검색</button></form>'


def page(main: str, *, head: str = "", side: str = SIDE, tail: str = "", doctype: str = "<!DOCTYPE html>") -> str:
    return f'{doctype}<html lang="ko"><head><meta charset="utf-8"><title>공지사항 | 견본군청</title>{head}</head><body>{CHROME_HEAD}<div id="container">{side}<div id="content"><h3>공지사항</h3>{SEARCH}<p>총 <b>812</b>건, 1/82 쪽</p>{main}</div></div>{FOOT}{tail}</body></html>'


def view(post: Post) -> str:
    return f"/portal/bbs/view.do?bbsId=B1&nttId={post.n}"


def href(post: Post) -> str:
    return f"/portal/bbs/view.do?bbsId=B1&amp;nttId={post.n}&amp;pageIndex=1&amp;menuNo=100"


def found(
    posts: list[Post] = POSTS,
    *,
    date: str = "{y}-{m}-{d}",
    office: bool = True,
    url: Callable[[Post], str] | None = None,
    dated: bool = True,
) -> tuple[Found, ...]:
    where = url or (lambda post: ROOT + href(post).replace("&amp;", "&"))
    return tuple(
        Found(post.title, where(post), post.day(date) if dated else "", post.office if office else "") for post in posts
    )


def case(
    name: str,
    main: str,
    rows: tuple[Found, ...],
    *,
    url: str = BASE,
    whole: bool = False,
    head: str = "",
    side: str = SIDE,
    tail: str = "",
) -> Case:
    text = main if whole else page(main, head=head, side=side, tail=tail)
    return Case(name, text.encode(), url, rows)


def each(form: Callable[[Post], str], posts: list[Post] = POSTS) -> str:
    return "\n".join(form(post) for post in posts)


def table(rows: str, heads: str = "번호 제목 담당부서 등록일 조회", *, thead: bool = True, name: str = "") -> str:
    line = "<tr>" + "".join(f'<th scope="col">{one}</th>' for one in heads.split()) + "</tr>"
    top = f"<thead>{line}</thead><tbody>" if thead else f"<tbody>{line}"
    return f"<table{name}><caption>게시판 목록</caption>{top}{rows}</tbody></table>"


def plain_row(post: Post, date: str = "{y}-{m}-{d}") -> str:
    return f'<tr><td>{post.n - 4000}</td><td><a href="{href(post)}">{post.title}</a></td><td>{post.office}</td><td>{post.day(date)}</td><td>1{post.n % 900}</td></tr>'


def script_case(name: str, link: str, script: str, url: Callable[[Post], str], extra: str = "") -> Case:
    def row(post: Post) -> str:
        return f'<tr><td>{post.n}</td><td class="l"><a {link.replace("%N", str(post.n))}>{post.title}</a></td><td>{post.office}</td><td>{post.day("{y}.{m}.{d}")}</td></tr>'

    main = extra + table(each(row), "번호 제목 부서 작성일")
    return case(name, main, found(date="{y}.{m}.{d}", url=url), head=f"<script>{script}</script>")


def first() -> list[Case]:  # noqa: C901 - many small builders
    cases = [
        case("table", table(each(plain_row)), found()),
        case("table without thead", table(each(plain_row), thead=False), found()),
        case(
            "table without class, dots", table(each(lambda p: plain_row(p, "{y}.{m}.{d}."))), found(date="{y}.{m}.{d}.")
        ),
        case("short year", table(each(lambda p: plain_row(p, "{yy}.{m}.{d}"))), found(date="{yy}.{m}.{d}")),
        case("month and day", table(each(lambda p: plain_row(p, "{m}-{d}"))), found(date="{m}-{d}")),
        case(
            "Korean date", table(each(lambda p: plain_row(p, "{y}년 {mm}월 {dd}일"))), found(date="{y}년 {mm}월 {dd}일")
        ),
    ]

    def row_head(post: Post) -> str:
        return f'<tr><th scope="row">{post.n}</th><td class="subject"><a href="{href(post)}">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td><td>11</td></tr>'

    cases.append(case("th in rows", table(each(row_head)), found()))

    def title_head(post: Post) -> str:
        return f'<tr><td>{post.n}</td><th scope="row"><a href="{href(post)}">{post.title}</a></th><td>{post.office}</td><td>{post.date}</td><td>11</td></tr>'

    cases.append(case("title in th", table(each(title_head)), found()))
    pinned = f'<tr class="notice"><td><span class="ico_noti">공지</span></td><td><a href="{href(POSTS[2])}">{POSTS[2].title}</a></td><td>{POSTS[2].office}</td><td>{POSTS[2].date}</td><td>3</td></tr>'
    cases.append(
        case("pinned and in its place", table(pinned + each(plain_row)), (found()[2], *found()[:2], *found()[3:]))
    )
    wide = f'<tr class="notice"><td colspan="2"><em>[공지]</em> <a href="{href(POSTS[7])}">{POSTS[7].title}</a></td><td>{POSTS[7].office}</td><td>{POSTS[7].date}</td><td>3</td></tr>'
    cases.append(case("pinned with colspan", table(wide + each(plain_row, POSTS[:7])), (found()[7], *found()[:7])))

    def listed(post: Post) -> str:
        return f'<li><a href="{href(post)}"><span class="tit">{post.title}</span></a><span class="dept">{post.office}</span><span class="date">{post.day("{y}.{m}.{d}")}</span></li>'

    cases.append(case("ul", f'<ul class="board_list">{each(listed)}</ul>', found(date="{y}.{m}.{d}")))

    def card(post: Post) -> str:
        return f'<li><a href="{href(post)}"><div class="thumb"><img src="/t/{post.n}.jpg" alt=""></div><div class="txt"><strong>{post.title}</strong><p>{post.office}는 오늘 다음과 같이 밝혔다. 자세한 내용은 붙임을 참고하기 바란다…</p><span>{post.day("{y}-{m}-{d}")}</span><span>조회 77</span></div></a></li>'

    cases.append(case("cards with pictures", f'<ul class="gallery">{each(card)}</ul>', found(office=False)))

    def defined(post: Post) -> str:
        return f'<dt><a href="{href(post)}">{post.title}</a></dt><dd>{post.office}</dd><dd>{post.date}</dd>'

    cases.append(case("one dl", f"<dl>{each(defined)}</dl>", found()))

    def grid(post: Post) -> str:
        return f'<div class="row"><div class="c1">{post.n}</div><div class="c2"><p><a href="{href(post)}">{post.title}</a></p></div><div class="c3">{post.office}</div><div class="c4">{post.day("{y}/{m}/{d}")}</div></div>'

    cases.append(
        case(
            "div grid",
            f'<div class="tbl"><div class="head"><div>번호</div><div>제목</div><div>부서</div><div>날짜</div></div>{each(grid)}</div>',
            found(date="{y}/{m}/{d}"),
        )
    )

    def lined(post: Post) -> str:
        return f'<div class="col"><div class="card"><h4><a href="{href(post)}">{post.title}</a></h4><p class="meta">{post.office} | {post.date} | 조회수 33</p></div></div>'

    lines = "".join(f'<div class="line">{each(lined, POSTS[k : k + 2])}</div>' for k in range(0, 8, 2))
    cases.append(case("cards in lines", f'<div class="cards">{lines}</div>', found()))

    def view_id(post: Post) -> str:
        return f"{ROOT}/portal/bbs/view.do?nttId={post.n}"

    cases += [
        script_case(
            "javascript: location",
            "href=\"javascript:fn_view('%N')\"",
            "function fn_view(id) {\n  location.href = '/portal/bbs/view.do?nttId=' + id;\n}",
            view_id,
        ),
        script_case(
            "form filled and sent",
            "href=\"#none\" onclick=\"fn_egov_inqire_notice('%N','B1');return false;\"",
            'function fn_egov_inqire_notice(nttId, bbsId) {\n document.frm.nttId.value = nttId;\n document.frm.bbsId.value = bbsId;\n document.frm.action = "/cop/bbs/selectBoardArticle.do";\n document.frm.submit();\n}\nfunction fn_list(p){ document.frm.pageIndex.value=p; document.frm.submit(); }',
            lambda p: f"{ROOT}/cop/bbs/selectBoardArticle.do?bbsId=B1&nttId={p.n}",
            '<form name="frm" method="get" action="/list.do"><input type="hidden" name="bbsId" value="B9"><input type="hidden" name="nttId" value="0"><input type="hidden" name="pageIndex" value="1"></form>',
        ),
        script_case(
            "jQuery form",
            'href="javascript:void(0);" onclick="goDetail(%N)"',
            "var goDetail = function (sn) {\n $('#nttSn').val(sn);\n $(\"#boardForm\").attr('action', '/board/detail.do').submit();\n};",
            lambda p: f"{ROOT}/board/detail.do?bbsNo=77&nttSn={p.n}",
            '<form id="boardForm" method="post"><input type="hidden" id="nttSn" name="nttSn" value=""/><input type="hidden" name="bbsNo" value="77"><input type="hidden" name="_csrf" value="9f3a"></form>',
        ),
        script_case(
            "own data and a handler",
            'href="#" class="go" data-idx="%N"',
            "$(document).on('click', 'a.go', function(e) { e.preventDefault(); var idx = $(this).data('idx'); location.href = '/notice/view?idx=' + idx + '&mode=v'; });",
            lambda p: f"{ROOT}/notice/view?idx={p.n}&mode=v",
        ),
        script_case(
            "dataset and a template",
            'href="#" data-ntt-id="%N"',
            "document.querySelectorAll('a').forEach(el => el.addEventListener('click', (e) => { const id = e.currentTarget.dataset.nttId; window.location.href = `/notice/${id}/view`; }));",
            lambda p: f"{ROOT}/notice/{p.n}/view",
        ),
    ]

    def clicked(post: Post) -> str:
        return f"<tr onclick=\"goView('{post.n}')\" style='cursor:pointer'><td>{post.n}</td><td class='title'>{post.title}<span class='new'>N</span></td><td>{post.office}</td><td>{post.date}</td></tr>"

    cases.append(
        case(
            "onclick on tr",
            table(each(clicked), "번호 제목 부서 등록일"),
            found(url=view_id),
            head="<script>function goView(n){var f='/portal/bbs/view.do';location.href=f+'?nttId='+n;}</script>",
        )
    )

    def sent(post: Post) -> str:
        return f'<tr><td>{post.n}</td><td><form name="subForm" method="post" action="/cop/bbs/selectBoardArticle.do"><input type="hidden" name="bbsId" value="B1"><input type="hidden" name="nttId" value="{post.n}"><span class="link"><input type="submit" value="{post.title}"></span></form></td><td>{post.office}</td><td>{post.date}</td></tr>'

    cases.append(
        case(
            "a form in each row",
            table(each(sent), "번호 제목 작성자 작성일"),
            found(url=lambda p: f"{ROOT}/cop/bbs/selectBoardArticle.do?bbsId=B1&nttId={p.n}"),
        )
    )

    def asked(post: Post) -> str:
        return f'<tr><td><a href="?mode=view&amp;nttNo={post.n}&amp;page=1">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>'

    cases.append(
        case(
            "question mark only",
            table(each(asked), "제목 부서 등록일"),
            found(url=lambda p: f"{ROOT}/portal/bbs/list.do?mode=view&nttNo={p.n}&page=1"),
        )
    )

    def session(post: Post) -> str:
        return f'<tr><td><a href="./view.do;jsessionid=A8F0B{post.n}.node1?nttId={post.n}">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>'

    cases.append(
        case(
            "session in the path",
            table(each(session), "제목 부서 등록일"),
            found(url=lambda p: f"{ROOT}/portal/bbs/view.do?nttId={p.n}"),
        )
    )
    based = each(
        lambda p: f'<tr><td><a href="view.asp?seq={p.n}">{p.title}</a></td><td>{p.office}</td><td>{p.date}</td></tr>'
    )
    cases.append(
        case(
            "base href",
            table(based, "제목 부서 등록일"),
            found(url=lambda p: f"{ROOT}/old/board/view.asp?seq={p.n}"),
            head='<base href="/old/board/">',
        )
    )
    return cases


def second() -> list[Case]:  # noqa: C901 - as above
    cases: list[Case] = []

    def asp(post: Post) -> str:
        return f'<tr height=28 bgcolor=#ffffff><td align=center>{post.n}</td><td>&nbsp;<a href="read.asp?idx={post.n}&page=1">{post.title}</a>&nbsp;<img src=new.gif alt="new"></td><td align=center>{post.office}</td><td align=center>{post.date}</td></tr><tr><td colspan=4 height=1 bgcolor=#dddddd></td></tr>'

    inner = f"<table width=100%><tr bgcolor=#eee><td>번호</td><td>제목</td><td>작성자</td><td>작성일</td></tr>{each(asp)}</table>"
    nested = f'<html><body><table width=900><tr><td width=180><table><tr><td><a href="intro.asp?m=1">기관 소개</a></td></tr><tr><td><a href="intro.asp?m=2">업무 안내</a></td></tr><tr><td><a href="intro.asp?m=3">찾아오시는 길</a></td></tr></table></td><td><table><tr><td>홈 &gt; 공지</td></tr><tr><td>{inner}</td></tr><tr><td align=center><a href="list.asp?page=1">[1]</a> <a href="list.asp?page=2">[2]</a></td></tr></table></td></tr></table></body></html>'
    cases.append(
        Case(
            "nested layout tables, EUC-KR",
            nested.encode("cp949"),
            f"{ROOT}/bbs/list.asp",
            found(url=lambda p: f"{ROOT}/bbs/read.asp?idx={p.n}&page=1"),
            charset="euc-kr",
        )
    )
    broken = "<table class=list><tr><th>번호<th>제목<th>부서<th>등록일" + each(
        lambda p: f"<tr><td>{p.n}<td><a href='view.do?no={p.n}'>{p.title}</a><td>{p.office}<td>{p.date}"
    )
    cases.append(case("broken markup", broken, found(url=lambda p: f"{ROOT}/portal/bbs/view.do?no={p.n}")))
    xhtml = page(
        table(each(plain_row)),
        doctype='<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">',
    )
    cases.append(Case("XHTML", xhtml.encode(), BASE, found()))
    one = [POSTS[0]]
    cases.append(case("a single row", table(each(plain_row, one)), found(one)))

    def today(post: Post) -> str:
        return f'<tr><td><a href="{href(post)}">{post.title}</a></td><td>{post.office}</td><td>{"10:32" if post is POSTS[0] else post.day("{m}-{d}")}</td></tr>'

    cases.append(
        case(
            "today's time",
            table(each(today), "제목 부서 날짜"),
            (Found(POSTS[0].title, found()[0].url, "10:32", POSTS[0].office), *found(date="{m}-{d}")[1:]),
        )
    )

    def ago(post: Post) -> str:
        return f'<li class="item"><a href="{href(post)}"><p class="tit">{post.title}</p></a><div class="info"><span>{post.office}</span><span>{post.n % 20 + 1}시간 전</span></div></li>'

    cases.append(
        case(
            "hours ago",
            f'<ul class="list">{each(ago)}</ul>',
            tuple(
                Found(p.title, f.url, f"{p.n % 20 + 1}시간 전", p.office) for p, f in zip(POSTS, found(), strict=True)
            ),
        )
    )

    def split(post: Post) -> str:
        y, m, d = post.date.split("-")
        return f'<li><div class="date"><strong>{d}</strong><span>{y}.{m}</span></div><div class="txt"><a href="{href(post)}">{post.title}</a><p>{post.office}</p></div></li>'

    cases.append(case("day and month apart", f'<ul class="news_list">{each(split)}</ul>', found(date="{y}.{m}.{d}")))

    def attributed(post: Post) -> str:
        return f'<tr><td><a href="{href(post)}">{post.title}</a></td><td>{post.office}</td><td><span title="{post.date} 09:12:33">{post.day("{m}.{d}")}</span></td></tr>'

    cases.append(
        case("date in an attribute", table(each(attributed), "제목 부서 등록일"), found(date="{y}-{m}-{d} 09:12:33"))
    )

    def timed(post: Post) -> str:
        return f'<article><h3><a href="/news/{post.n}">{post.title}</a></h3><footer><span class="author">{post.office}</span><time datetime="{post.date}T09:00:00+09:00">{post.n % 6 + 1}일 전</time></footer></article>'

    cases.append(
        case(
            "time element",
            f"<main>{each(timed)}</main>",
            found(date="{y}-{m}-{d}T09:00:00+09:00", url=lambda p: f"{ROOT}/news/{p.n}"),
        )
    )

    def period(post: Post) -> str:
        return f'<tr><td>{post.n}</td><td>모집중</td><td><a href="{href(post)}">{post.title}</a></td><td>2026-11-25 ~ 2026-12-31</td><td>{post.date}</td><td>{post.office}</td></tr>'

    cases.append(
        case("a period before the date", table(each(period), "번호 상태 공고명 접수기간 등록일 담당부서"), found())
    )

    def only_period(post: Post) -> str:
        return f'<tr><td>{post.n}</td><td><a href="{href(post)}">{post.title}</a></td><td>{post.office}</td><td>2026.11.25 ~ 2026.12.31</td></tr>'

    cases.append(case("only a period", table(each(only_period), "번호 제목 담당부서 게재기간"), found(dated=False)))

    def deadline(post: Post) -> str:
        return f'<tr><td>{post.date}</td><td>2026-12-{post.n % 20 + 1:02}</td><td>{post.office}</td><td><a href="{href(post)}">{post.title}</a></td><td>{post.n}</td></tr>'

    cases.append(
        case("odd order, a deadline beside", table(each(deadline), "게시일 마감일 소관부서 사업명 번호"), found())
    )

    def unlabelled(post: Post) -> str:
        return f'<li><a href="{href(post)}">{post.title}</a> <span>2026.12.{post.n % 9 + 10}</span> <span>{post.day("{y}.{m}.{d}")}</span></li>'

    cases.append(
        case(
            "two dates, one runs backwards",
            f'<ul class="bbs">{each(unlabelled)}</ul>',
            found(date="{y}.{m}.{d}", office=False),
        )
    )

    def dressed(post: Post) -> str:
        return f'<tr><td>{post.n}</td><td class="subject"><span class="cate">[알림]</span> <a href="{href(post)}"><span class="blind">제목</span>{post.title} <em class="cmt">[3]</em><i class="ico_new">N</i><span class="ico hot">HOT</span><span class="sr-only">첨부파일 있음</span></a> <a href="/file/down.do?f={post.n}"><img src="f.gif" alt="첨부"></a></td><td>{post.office}</td><td>{post.date}</td><td>1,203</td></tr>'

    cases.append(
        case("badges, counts and hidden texts", table(each(dressed), "번호 제목 작성자 작성일 조회수"), found())
    )

    def cut(post: Post) -> str:
        return f'<tr><td><a href="{href(post)}" title="{post.title}">{post.title[:12]}...</a></td><td>{post.office}</td><td>{post.date}</td></tr>'

    cases.append(case("cut titles", table(each(cut), "제목 부서 등록일"), found()))
    bare = each(lambda p: f'<tr><td>{p.n}</td><td><a href="{href(p)}">{p.title}</a></td><td>{p.office}</td></tr>')
    cases.append(case("no dates", table(bare, "번호 제목 발행처"), found(dated=False)))
    reports = each(lambda p: f'<li><a href="/research/report?pub_no={p.n}">{p.title}</a></li>')
    cases.append(
        case(
            "no dates, a plain list",
            f'<ul class="report">{reports}</ul>',
            found(dated=False, office=False, url=lambda p: f"{ROOT}/research/report?pub_no={p.n}"),
        )
    )
    popular = (
        '<div class="popular"><h4>인기글</h4><ul>'
        + each(
            lambda p: (
                f'<li><a href="/portal/bbs/view.do?bbsId=B1&amp;nttId={p.n - 900}">작년의 {p.title}</a><span>2025-11-0{p.n % 8 + 1}</span></li>'
            )
        )
        + "</ul></div>"
    )
    calendar = (
        "<div class='cal'><table><tr><th>일</th><th>월</th><th>화</th></tr>"
        + "".join(
            f"<tr><td><a href='/schedule?day=2026110{k}'>{k}</a></td><td><a href='/schedule?day=2026111{k}'>1{k}</a></td></tr>"
            for k in range(1, 8)
        )
        + "</table><ul>"
        + "".join(
            f"<li><a href='/schedule/view?no={k}'>군수 주요 일정 안내 행사 {k}</a><span>2026.11.2{k}</span></li>"
            for k in range(1, 9)
        )
        + "</ul></div>"
    )
    cases.append(
        case(
            "beside most read and a calendar",
            table(each(plain_row, POSTS[:4])),
            found(POSTS[:4]),
            side=SIDE + popular + calendar,
        )
    )
    cases.append(
        case(
            "after most read",
            popular
            + f'<ul class="board">{each(lambda p: f"<li><a href={href(p)!r}>{p.title}</a><span>{p.date}</span></li>", POSTS[:5])}</ul>',
            found(POSTS[:5], office=False),
        )
    )
    other = (
        "<div class='recent_box'><h4>보도자료</h4>"
        + table(
            "".join(
                f"<tr><td><a href='/portal/bbs/view.do?bbsId=B2&amp;nttId=9{k}'>다른 게시판의 보도자료 제목 {k}</a></td><td>2026-11-2{k}</td></tr>"
                for k in range(3)
            ),
            "제목 등록일",
        )
        + "</div>"
    )
    cases.append(case("two boards on a page", table(each(plain_row)) + other, found()))
    cases += [
        Case(
            "empty table",
            page(table('<tr><td colspan="5">등록된 게시물이 없습니다.</td></tr>')).encode(),
            BASE,
            error="empty",
        ),
        Case(
            "empty beside most read",
            page(
                '<ul class="board"><li class="nodata">검색된 결과가 없습니다.</li></ul>', side=SIDE + popular
            ).encode(),
            BASE,
            error="empty",
        ),
        Case(
            "not found with 200",
            page(
                "<div class='error'><h2>요청하신 페이지를 찾을 수 없습니다.</h2><p>주소를 확인해 주세요.</p></div>",
                side="",
            ).encode(),
            BASE,
            error="no_rows",
        ),
        Case(
            "blocked by a firewall",
            b"<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br>Your support ID is: 1234567890</body></html>",
            BASE,
            error="blocked",
        ),
        Case(
            "blocked, in Korean",
            "<html><body><h1>비정상적인 접근이 감지되어 차단되었습니다</h1><p>보안 정책에 의해 요청이 거부되었습니다.</p></body></html>".encode(),
            BASE,
            error="blocked",
        ),
        Case(
            "login",
            page(
                "<form action='/login.do' method='post'><p>로그인 후 이용하실 수 있습니다.</p><input name='id'><input type='password' name='pw'></form>",
                side="",
            ).encode(),
            BASE,
            error="blocked",
        ),
        Case(
            "frameset",
            b"<html><frameset rows='80,*'><frame src='top.asp' name='top'><frame src='bbs/list.asp?b=1' name='main'></frameset></html>",
            f"{ROOT}/index.asp",
            error="frame",
        ),
        Case(
            "iframe",
            page("", side="").split('<div id="container">')[0].split("<body>")[0].encode()
            + b"<body><h2>x</h2><iframe src='/board/list.do?b=1' width=100%></iframe></body></html>",
            BASE,
            error="frame",
        ),
        Case(
            "filled by scripts",
            b"<html><head><title>x</title><script src='/js/chunk.js'></script></head><body><div id='app'></div><script>boot()</script></body></html>",
            BASE,
            error="script_only",
        ),
        Case(
            "only menus",
            page("<div class='intro'><p>우리 군을 소개합니다. 견본군은 산과 강이 있는 고장입니다.</p></div>").encode(),
            BASE,
            error="no_rows",
        ),
    ]
    return cases


FIRST = first()
SECOND = second()


def held() -> list[Case]:  # noqa: C901 - as above
    """Written against the finished finder, before it was run on any of them."""
    cases: list[Case] = []
    p0 = POSTS[0]

    def flex(post: Post) -> str:
        return f'<div class="bd-row" role="row"><span role="cell">{post.n}</span><span role="cell"><a href="{href(post)}">{post.title}</a></span><span role="cell">{post.office}</span><span role="cell">{post.date}</span><span role="cell">조회 1,532</span></div>'

    cases.append(
        case(
            "roles instead of a table",
            f'<div role="table"><div class="bd-head" role="row"><span role="columnheader">번호</span><span role="columnheader">제목</span><span role="columnheader">부서</span><span role="columnheader">작성일</span><span role="columnheader">조회</span></div>{each(flex)}</div>',
            found(),
        )
    )

    def labelled(post: Post) -> str:
        return f'<li><p class="subject"><a href="{href(post)}">{post.title}</a></p><dl><dt>담당부서</dt><dd>{post.office}</dd><dt>등록일</dt><dd>{post.date}</dd><dt>조회수</dt><dd>20</dd></dl></li>'

    cases.append(case("labels in dl", f'<ul class="lst">{each(labelled)}</ul>', found()))

    def inline(post: Post) -> str:
        return f'<div class="item"><a href="{href(post)}"><h5>{post.title}</h5><p>작성자 : {post.office} / 작성일 : {post.date} / 조회 : 10</p></a></div>'

    cases.append(case("labels in a line", f'<div class="items">{each(inline)}</div>', found()))

    def mobile(post: Post) -> str:
        return f'<tr><td class="m_hide">{post.n}</td><td class="ta_l"><a href="{href(post)}"><span class="m_only blind">제목 : </span>{post.title}</a></td><td><span class="th">담당부서</span>{post.office}</td><td><span class="th">등록일</span>{post.date}</td></tr>'

    cases.append(case("labels for narrow screens", table(each(mobile), "번호 제목 담당부서 등록일"), found()))

    def two_lines(post: Post) -> str:
        return f'<tr><td rowspan="2">{post.n}</td><td><a href="{href(post)}">{post.title}</a></td></tr><tr><td>{post.office} | {post.day("{y}.{m}.{d}")} | 조회 15</td></tr>'

    cases.append(case("two rows a post", f"<table class='bbs'>{each(two_lines)}</table>", found(date="{y}.{m}.{d}")))

    def many_bodies(post: Post) -> str:
        return f"<tbody>{plain_row(post)}</tbody>"

    cases.append(
        case(
            "a tbody each",
            f"<table><thead><tr><th>번호</th><th>제목</th><th>부서</th><th>등록일</th><th>조회</th></tr></thead>{each(many_bodies)}</table>",
            found(),
        )
    )

    def file_beside(post: Post) -> str:
        return f'<tr><td>{post.n}</td><td><a href="{href(post)}">{post.title}</a></td><td><a href="/cmm/fms/FileDown.do?atchFileId=F{post.n}&amp;fileSn=0">{post.title} 붙임 문서 전체 내려받기.hwpx</a></td><td>{post.office}</td><td>{post.date}</td></tr>'

    cases.append(
        case("files with longer names beside", table(each(file_beside), "번호 제목 첨부 담당부서 등록일"), found())
    )

    def button(post: Post) -> str:
        return f'<tr><td>{post.n}</td><td class="subj">{post.title}</td><td>{post.office}</td><td>{post.date}</td><td><a class="btn" href="{href(post)}">상세보기</a></td></tr>'

    cases.append(case("only a button leads on", table(each(button), "번호 제목 부서 등록일 보기"), found()))

    def li_click(post: Post) -> str:
        return f'<li onclick="fnDetail(this, \'{post.n}\', \'N\')"><strong class="title">{post.title}</strong><span class="team">{post.office}</span><span class="time">{post.date}</span></li>'

    cases.append(
        case(
            "onclick on li",
            f'<ul class="news">{each(li_click)}</ul>',
            found(url=lambda p: f"{ROOT}/news/detail?newsNo={p.n}"),
            head="<script>function fnDetail(obj, no, yn) { if (yn == 'Y') { alert('비공개'); return false; } var url = '/news/detail'; url += '?newsNo=' + no; window.location.assign(url); }</script>",
        )
    )

    def rows_data(post: Post) -> str:
        return f'<tr class="row" data-seq="{post.n}"><td>{post.n}</td><td class="tit">{post.title}</td><td>{post.office}</td><td>{post.date}</td></tr>'

    cases.append(
        case(
            "data on tr",
            table(each(rows_data), "번호 제목 부서 등록일"),
            found(url=lambda p: f"{ROOT}/notice/read?seq={p.n}"),
            tail="<script>$('tr.row').on('click', function () { document.location.href = '/notice/read?seq=' + $(this).attr('data-seq'); });</script>",
        )
    )

    def getter(post: Post) -> str:
        return f'<tr><td><a href="#" onclick="read({post.n}); return false;">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>'

    form = '<form id="searchForm" name="searchForm" action="/bbs/read.do" method="get"><input type="hidden" name="boardSeq" id="boardSeq"><input type="hidden" name="page" value="1"><input type="hidden" name="searchText" value=""><input type="hidden" name="board" value="12"></form>'
    cases.append(
        case(
            "getElementById in a form",
            form + table(each(getter), "제목 부서 등록일"),
            found(url=lambda p: f"{ROOT}/bbs/read.do?board=12&boardSeq={p.n}"),
            tail="<script>\nconst read = (seq) => {\n  const frm = document.getElementById('searchForm');\n  document.getElementById('boardSeq').value = seq;\n  frm.submit();\n}\n</script>",
        )
    )
    cases.append(
        case(
            "address in data-href",
            f'<div class="list">{each(lambda p: f"<div class=item data-href=/post/{p.n}><p class=tit>{p.title}</p><p><span class=part>{p.office}</span><span class=date>{p.date}</span></p></div>")}</div>',
            found(url=lambda p: f"{ROOT}/post/{p.n}"),
            tail="<script>document.querySelectorAll('.item').forEach(function(el){el.addEventListener('click', function(){ location.href = this.dataset.href; });});</script>",
        )
    )

    def slug(post: Post) -> str:
        return f'<article class="post"><h2><a href="/blog/{"-".join(post.title.split())}">{post.title}</a></h2><p class="byline">{post.office} · {post.day("{y}. {mm}. {dd}.")}</p></article>'

    cases.append(
        case(
            "addresses of words",
            f"<main>{each(slug)}</main>",
            found(date="{y}. {mm}. {dd}.", url=lambda p: f"{ROOT}/blog/{'-'.join(p.title.split())}"),
        )
    )

    def years(post: Post) -> str:
        y, m, d = post.date.split("-")
        return f'<li><span class="day"><em>{y}</em><em>{m}</em><em>{d}</em></span><a href="{href(post)}">{post.title}</a><i>{post.office}</i></li>'

    cases.append(case("year, month, day apart", f'<ul class="board">{each(years)}</ul>', found(date="{y}.{m}.{d}")))

    def weekday(post: Post) -> str:
        return f'<tr><td>{post.n}</td><td>{post.office}</td><td><a href="{href(post)}">{post.title}</a></td><td>{post.day("{y}.{m}.{d}.(금)")}</td></tr>'

    cases.append(
        case(
            "with a weekday",
            table(each(weekday), "순번 실과명 제 목 등록일자".replace("제 목", "제목")),
            found(date="{y}.{m}.{d}.(금)"),
        )
    )

    def minutes(post: Post) -> str:
        return f'<tr><td>{post.n}</td><td><a href="{href(post)}">{post.title}</a></td><td>{post.office}</td><td>{post.date} 18:0{post.n % 10}</td><td>2026-12-01 09:00</td></tr>'

    cases.append(case("minutes, an event after", table(each(minutes), "번호 제목 작성부서 작성일시 행사일시"), found()))
    cases[-1] = Case(
        cases[-1].name,
        cases[-1].body,
        BASE,
        tuple(Found(p.title, f.url, f"{p.date} 18:0{p.n % 10}", p.office) for p, f in zip(POSTS, found(), strict=True)),
    )

    def changed(post: Post) -> str:
        return f'<tr><td>{post.n}</td><td><a href="{href(post)}">{post.title}</a></td><td>2026-11-21</td><td>{post.date}</td><td>{post.office}</td></tr>'

    cases.append(
        case(
            "last change before the day of posting",
            table(each(changed), "번호 제목 최종수정일 최초등록일 담당부서"),
            found(),
        )
    )

    def state(post: Post) -> str:
        return f'<li class="on"><a href="{href(post)}"><span class="state ing">접수중</span><span class="tit">{post.title}</span><span class="period">접수기간 : 2026.11.23. ~ 2026.12.04.</span><span class="info"><em>{post.office}</em><em>등록일 {post.day("{y}.{m}.{d}")}</em></span></a></li>'

    cases.append(
        case("cards with a state and a period", f'<ul class="apply_list">{each(state)}</ul>', found(date="{y}.{m}.{d}"))
    )

    def thumbs(post: Post) -> str:
        return f'<li><a href="{href(post)}" class="img"><img src="/t/{post.n}.png" alt="{post.title} 대표 사진"></a><div><a href="{href(post)}">{post.title}</a><p>{post.office}</p><p>{post.date}</p></div></li>'

    cases.append(case("a picture link and a title link", f'<ul class="photo">{each(thumbs)}</ul>', found()))
    hl = each(
        lambda p: (
            f'<li><a href="{href(p)}">{p.title.replace("지원", "<b class=hl>지원</b>").replace("산불", "<b>산불</b>")}</a><span class="date">{p.date}</span><span class="dept">{p.office}</span></li>'
        )
    )
    cases.append(case("search result", f'<h4>"지원" 검색결과 8건</h4><ul class="result">{hl}</ul>', found()))
    notice = f'<ul class="notice_list"><li><a href="{href(POSTS[7])}">{POSTS[7].title}</a><span>{POSTS[7].office}</span><span>{POSTS[7].date}</span></li></ul>'
    normal = f'<ul class="basic_list">{each(lambda p: f"<li><a href={href(p)!r}>{p.title}</a><span>{p.office}</span><span>{p.date}</span></li>", POSTS[:7])}</ul>'
    cases.append(case("pinned in a list of their own", notice + normal, (found()[7], *found()[:7])))
    tabs = (
        '<ul class="tab_menu">'
        + "".join(
            f'<li><a href="/portal/bbs/list.do?bbsId=B{k}">{n}</a></li>'
            for k, n in enumerate(("전체 소식", "행정 소식", "복지 소식", "문화 소식"), 1)
        )
        + "</ul>"
    )
    cases.append(case("tabs over the list", tabs + table(each(plain_row)), found()))
    cases.append(case("two posts only", table(each(plain_row, POSTS[:2])), found(POSTS[:2])))
    cases.append(
        case(
            "one card only",
            f'<ul class="board_list"><li><a href="{href(p0)}"><strong class="tit">{p0.title}</strong></a><span class="dept">{p0.office}</span><span class="date">{p0.date}</span></li></ul>',
            found([p0]),
        )
    )
    cases += [
        Case(
            "capitals, no quotes, EUC-KR",
            _old_php().encode("cp949"),
            f"{ROOT}/~bbs/list.php3?id=gongji",
            found(date="{yy}/{m}/{d}", url=lambda p: f"{ROOT}/~bbs/view.php3?id=gongji&no={p.n}&page=1"),
            charset="",
        )
    ]
    wrong = page("<div class='cont'><p class='no_data'>조회된 데이터가 없습니다.</p></div>")
    cases += [
        Case("empty list", wrong.encode(), BASE, error="empty"),
        Case(
            "under repair",
            page(
                "<h2>서비스 점검 중입니다</h2><p>2026.11.21 02:00 ~ 06:00 동안 이용하실 수 없습니다.</p>", side=""
            ).encode(),
            BASE,
            error="no_rows",
        ),
        Case(
            "a document, not a list",
            page(
                f"<div class='view'><h4>{p0.title}</h4><ul><li>작성자 {p0.office}</li><li>작성일 {p0.date}</li></ul><div class='cont'><p>본문입니다. 자세한 내용은 붙임을 참고하십시오.</p></div><ul class='prev_next'><li><span>이전글</span><a href='{href(POSTS[1])}'>{POSTS[1].title}</a></li><li><span>다음글</span><a href='{href(POSTS[2])}'>{POSTS[2].title}</a></li></ul></div>"
            ).encode(),
            BASE,
            error="no_rows",
        ),
        Case(
            "CAPTCHA",
            b"<html><body><p>Please complete the CAPTCHA to verify you are not a robot.</p><form><input name=c></form></body></html>",
            BASE,
            error="blocked",
        ),
    ]
    return cases


def _old_php() -> str:
    rows = each(
        lambda p: (
            f"<TR><TD>{p.n}</TD><TD><A HREF=view.php3?id=gongji&no={p.n}&page=1><FONT COLOR=#333333>{p.title}</FONT></A></TD><TD>{p.office}</TD><TD>{p.day('{yy}/{m}/{d}')}</TD><TD>5</TD></TR>"
        )
    )
    return f"<HTML><BODY><CENTER><TABLE BORDER=0 WIDTH=600><TR><TD><FONT SIZE=2>번호</FONT></TD><TD>제 목</TD><TD>글쓴이</TD><TD>날 짜</TD><TD>조 회</TD></TR>{rows}</TABLE><A HREF=list.php3?id=gongji&page=2>[다음]</A></CENTER></BODY></HTML>"


HELD = held()
