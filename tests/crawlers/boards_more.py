"""More of the corpus: pages stranger than those of `boards`, written before the finder saw them and mended on since."""

# ruff: noqa: E501 - a page is read best on its own line

from __future__ import annotations

from tests.crawlers.boards import (
    BASE,
    FOOT,
    POSTS,
    ROOT,
    SIDE,
    Case,
    Found,
    Post,
    case,
    each,
    found,
    href,
    page,
    plain_row,
    table,
)


def strange() -> list[Case]:  # noqa: C901 - many small builders
    cases: list[Case] = []

    def home_mix(post: Post) -> str:
        return f'<li><a href="{href(post)}" title="{post.title} 상세보기로 이동">{post.title}</a><span class="date">{post.day("{m}.{d}")}</span></li>'

    banner = (
        '<div class="popupzone"><ul>'
        + "".join(
            f'<li><a href="/banner/{k}"><img src="/b{k}.jpg" alt="2026년 주민참여예산 공모전 배너 이미지 {k}"></a></li>'
            for k in range(1, 6)
        )
        + "</ul></div>"
    )
    cases.append(
        case(
            "banners before a dense list",
            banner + f'<div class="bbs"><ul>{each(home_mix)}</ul></div>',
            found(date="{m}.{d}", office=False),
        )
    )

    def person(post: Post) -> str:
        return f'<tr><td>{post.n}</td><td>공고</td><td class="left"><a href="{href(post)}">{post.title}</a></td><td>홍길동</td><td>{post.office}</td><td>055-123-{post.n}</td><td>{post.date}</td></tr>'

    cases.append(
        case(
            "person, office and telephone",
            table(each(person), "번호 분류 제목 작성자 담당부서 전화번호 등록일"),
            found(),
        )
    )

    def hidden_table(post: Post) -> str:
        return f'<tr><td class="num">{post.n}</td><td class="tit"><a href="{href(post)}"><span class="screen_out">게시물 제목</span><span class="txt">{post.title}</span><img src="/i/new.gif" alt="새글"><span class="screen_out">새로운 게시물</span></a></td><td class="file"><img src="/i/hwp.gif" alt="한글파일"></td><td class="dep">{post.office}</td><td class="reg">{post.date}</td></tr>'

    cases.append(case("texts for screen readers", table(each(hidden_table), "번호 제목 첨부 담당과 등록일"), found()))
    no_class = each(
        lambda p: (
            f"<div><div><div><a href='{href(p)}'>{p.title}</a></div><div>{p.office}</div><div>{p.date}</div></div></div>"
        )
    )
    cases.append(case("divs without any class", f"<div>{no_class}</div>", found()))

    def summary_first(post: Post) -> str:
        return f'<div class="news"><span class="cate">보도자료</span><a href="{href(post)}" class="subject">{post.title}</a><p class="summary">견본군은 20일 군청 회의실에서 관계자 50여 명이 참석한 가운데 보고회를 열었다. 군은 2026년 12월 31일까지 사업을 마무리할 계획이다.</p><p class="etc"><span>{post.date}</span><span>{post.office}</span></p></div>'

    cases.append(case("a date in the summary", f'<div class="newslist">{each(summary_first)}</div>', found()))

    def split_cols(post: Post) -> str:
        return f'<ul class="row"><li class="no">{post.n}</li><li class="tt"><a href="{href(post)}">{post.title}</a></li><li class="nm">{post.office}</li><li class="dt">{post.day("{yy}-{m}-{d}")}</li><li class="ct">9</li></ul>'

    cases.append(
        case(
            "a ul for each row",
            f'<div class="board"><ul class="row head"><li>번호</li><li>제목</li><li>작성자</li><li>작성일</li><li>조회</li></ul>{each(split_cols)}</div>',
            found(date="{yy}-{m}-{d}"),
        )
    )

    def dl_row(post: Post) -> str:
        return f'<dl><dt><span class="flag">공고</span><a href="{href(post)}">{post.title}</a></dt><dd class="desc">내용 요약입니다. 누구나 신청할 수 있습니다.</dd><dd class="info">{post.office} <span>|</span> {post.date} <span>|</span> 조회 30</dd></dl>'

    cases.append(case("dl with bars", f'<div class="bbs_list">{each(dl_row)}</div>', found()))

    def label_dd(post: Post) -> str:
        return f'<li><a href="{href(post)}">{post.title}</a><ul class="info"><li><b>공고기간</b> 2026-11-21~2026-12-11</li><li><b>게재일</b> {post.date}</li><li><b>담당부서</b> {post.office}</li></ul></li>'

    cases.append(case("lists in list rows", f'<ul class="notice">{each(label_dd)}</ul>', found()))

    def arrow(post: Post) -> str:
        return f'<tr><td><a href="{href(post)}" onclick="hit({post.n})">▶ {post.title}</a></td><td nowrap>{post.office}</td><td nowrap>({post.date})</td></tr>'

    arrows = tuple(Found("▶ " + p.title, f.url, p.date, p.office) for p, f in zip(POSTS, found(), strict=True))
    del arrows
    cases.append(
        case("dates in brackets", table(each(lambda p: arrow(p).replace("▶ ", "")), "제목 부서 날짜"), found())
    )
    rows = each(plain_row)
    paged = '<table class="paging"><tr><td><a href="?pageIndex=1&amp;bbsId=B1">이전 10페이지</a></td><td><a href="?pageIndex=12&amp;bbsId=B1">12</a></td><td><a href="?pageIndex=13&amp;bbsId=B1">다음 10페이지</a></td></tr></table>'
    sorted_heads = (
        '<table class="list"><thead><tr><th>번호</th><th><a href="?sort=title&amp;bbsId=B1">제목</a></th><th><a href="?sort=dept&amp;bbsId=B1">담당부서</a></th><th><a href="?sort=date&amp;bbsId=B1">등록일</a></th><th><a href="?sort=hit&amp;bbsId=B1">조회</a></th></tr></thead><tbody>'
        + rows
        + "</tbody></table>"
    )
    cases.append(case("sorting links in the headings", sorted_heads + paged, found()))
    td_heads = (
        "<table><tbody><tr class='top'><td>No.</td><td>Title</td><td>Writer</td><td>Date</td><td>Hit</td></tr>"
        + rows
        + "</tbody></table>"
    )
    cases.append(case("English headings in td", td_heads, found()))
    survey = (
        '<div class="satisfaction"><h4>만족도 조사</h4><ul>'
        + "".join(f'<li><label><input type="radio">{t}</label></li>' for t in ("매우 만족", "만족", "보통"))
        + "</ul><p>담당부서 : 홍보담당관 / 최종수정일 : 2026-11-21</p></div>"
    )
    cases.append(case("a survey under the list", table(rows) + survey, found()))
    years = (
        '<div class="year"><ul>'
        + "".join(
            f'<li><a href="/portal/bbs/list.do?bbsId=B1&amp;year={y}">{y}년도 자료 모아보기</a></li>'
            for y in range(2015, 2027)
        )
        + "</ul></div>"
    )
    cases.append(
        case(
            "archives by year",
            years
            + f'<ul class="data">{each(lambda p: f"<li><a href={href(p)!r}>{p.title}</a><em>{p.office}</em><em>{p.date}</em></li>", POSTS[:3])}</ul>',
            found(POSTS[:3]),
        )
    )

    def js_url(post: Post) -> str:
        return f'<tr><td><a href="javascript:;" onclick="javascript:viewArticle(\'B1\', {post.n}, 1);">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>'

    cases.append(
        case(
            "parameters into an object",
            table(each(js_url), "제목 부서 등록일"),
            found(url=lambda p: f"{ROOT}/board/B1/{p.n}"),
            head="<script>var ctx = '/board';\nfunction viewArticle(bid, aid, page) {\n  // go\n  var target = ctx + '/' + bid + '/' + aid;\n  location.href = target;\n}</script>",
        )
    )

    def form_direct(post: Post) -> str:
        return f'<tr><td><a href="#" onclick="goRead(\'{post.n}\')">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>'

    cases.append(
        case(
            "with(form)",
            '<form name="listForm" action="/read.jsp"><input type=hidden name=idx><input type=hidden name=cmd value=read></form>'
            + table(each(form_direct), "제목 부서 등록일"),
            found(url=lambda p: f"{ROOT}/read.jsp?cmd=read&idx={p.n}"),
            head="<script>function goRead(idx){ var f = document.forms['listForm']; f.idx.value = idx; f.target='_self'; f.submit(); }</script>",
        )
    )
    cases.append(
        case(
            "a different host for posts",
            table(
                each(
                    lambda p: (
                        f'<tr><td><a href="https://news.sample.go.kr/article/{p.n}" target="_blank" title="새창열림">{p.title}</a></td><td>{p.office}</td><td>{p.date}</td></tr>'
                    )
                ),
                "제목 부서 등록일",
            ),
            found(url=lambda p: f"https://news.sample.go.kr/article/{p.n}"),
        )
    )
    cases.append(
        case(
            "rows led by a checkbox",
            table(
                each(
                    lambda p: (
                        f'<tr><td><input type="checkbox" value="{p.n}"></td><td><a href="{href(p)}">{p.title}</a> <span class="reply">(2)</span></td><td><a href="javascript:showMember({p.n})">{p.office}</a></td><td>{p.date}</td></tr>'
                    )
                ),
                "선택 제목 글쓴이 날짜",
            ),
            found(),
        )
    )

    def secret(post: Post) -> str:
        return f'<tr><td>{post.n}</td><td><a href="{href(post)}"><i class="fa fa-lock" aria-hidden="true"></i> {post.title} <span class="badge">NEW</span></a></td><td>{post.office}</td><td>{post.day("{y}-{m}-{d}")} <span class="time">14:22</span></td></tr>'

    cases.append(
        case(
            "icons by class",
            table(each(secret), "번호 제목 작성자 등록일"),
            tuple(Found(p.title, f.url, p.date, p.office) for p, f in zip(POSTS, found(), strict=True)),
        )
    )
    wide = f'<html><body>{SIDE}<div id="content" class="sub_menu_content left_side"><div class="search_box">x</div><div class="quick_wrap"><div class="tab_cont">{table(rows)}</div></div></div>{FOOT}</body></html>'
    cases.append(Case("names that mislead", wide.encode(), BASE, found()))
    top = (
        '<div class="top_view"><a href="'
        + href(POSTS[0])
        + f'"><img src="/m.jpg" alt=""><strong>{POSTS[0].title}</strong><p>요약문이 여기에 있습니다.</p></a></div>'
    )
    rest = f'<ul class="list">{each(lambda p: f"<li><a href={href(p)!r}>{p.title}</a><span>{p.office}</span><span>{p.date}</span></li>")}</ul>'
    cases.append(case("the first post as a picture above", top + rest, found()))
    quoted = each(
        lambda p: (
            f'<tr><td><a href="{href(p)}">&lt;{p.title}&gt; &amp; &quot;후속&quot;</a></td><td>{p.office}</td><td>{p.date}</td></tr>'
        )
    )
    cases.append(
        case(
            "entities in titles",
            table(quoted, "제목 부서 등록일"),
            tuple(Found(f'<{p.title}> & "후속"', f.url, p.date, p.office) for p, f in zip(POSTS, found(), strict=True)),
        )
    )
    cases.append(Case("bytes with a mark", b"\xef\xbb\xbf" + page(table(rows)).encode(), BASE, found()))
    cases.append(
        Case(
            "a comment holds an old list",
            page(
                "<!-- <table>"
                + table(
                    '<tr><td>1</td><td><a href="/old?nttId=1">지난 글 제목입니다 하나</a></td><td>과</td><td>2020-01-01</td></tr>'
                )
                + "-->"
                + table(rows)
            ).encode(),
            BASE,
            found(),
        )
    )
    noscript = (
        '<noscript><ul><li><a href="/noscript?nttId=1">자바스크립트를 켜 주십시오</a> 2026-11-20</li></ul></noscript>'
    )
    cases.append(case("a noscript beside", noscript + table(rows), found()))
    cases.append(
        case(
            "an address with spaces and Korean",
            table(
                each(
                    lambda p: (
                        f'<tr><td><a href=" /view/공지 사항/{p.n} ">{p.title}</a></td><td>{p.office}</td><td>{p.date}</td></tr>'
                    )
                ),
                "제목 부서 등록일",
            ),
            found(url=lambda p: f"{ROOT}/view/공지%20사항/{p.n}"),
        )
    )
    cases.append(
        case(
            "departments that look like none",
            table(
                each(
                    lambda p: (
                        f'<tr><td>{p.n}</td><td><a href="{href(p)}">{p.title}</a></td><td>운영자</td><td>{p.date}</td></tr>'
                    )
                ),
                "번호 제목 작성자 작성일",
            ),
            tuple(Found(p.title, f.url, p.date, "운영자") for p, f in zip(POSTS, found(), strict=True)),
        )
    )
    cases += [
        Case(
            "an empty list with a search box and tabs",
            page(
                '<ul class="tab"><li><a href="?c=1">전체보기 목록</a></li><li><a href="?c=2">일반 행정 공지</a></li><li><a href="?c=3">복지 관련 공지</a></li></ul><div class="board"><p>게시글이 존재하지 않습니다.</p></div>'
            ).encode(),
            BASE,
            error="empty",
        ),
        Case(
            "an empty list under no class", page("<div><div>자료가 없습니다</div></div>").encode(), BASE, error="empty"
        ),
        Case(
            "a directory of people",
            page(
                "<table><tr><th>성명</th><th>직위</th><th>전화</th><th>담당업무</th></tr>"
                + "".join(
                    f"<tr><td>김{n}</td><td>주무관</td><td>055-000-00{n:02}</td><td>일반 서무 업무 {n}</td></tr>"
                    for n in range(20)
                )
                + "</table>"
            ).encode(),
            BASE,
            error="no_rows",
        ),
        Case(
            "an expired session",
            "<html><body><script>alert('세션이 만료되었습니다. 다시 로그인하여 주십시오.');location.href='/login.do';</script></body></html>".encode(),
            BASE,
            error="no_rows",
        ),
        Case(
            "a site map",
            page(
                "<div class='smap'>"
                + "".join(
                    f"<ul><li><a href='/portal/contents.do?menuNo=7{n}{k}'>분야별 자세한 안내 {n}-{k}</a></li></ul>"
                    for n in range(5)
                    for k in range(5)
                )
                + "</div>"
            ).encode(),
            BASE,
            error="no_rows",
        ),
        Case(
            "a calendar of the month",
            page(
                "<table class='month'><tr><th>일</th><th>월</th><th>화</th><th>수</th><th>목</th></tr>"
                + "".join(
                    "<tr>"
                    + "".join(f"<td><a href='/cal?d=2026-11-{w * 5 + d:02}'>{w * 5 + d}</a></td>" for d in range(1, 6))
                    + "</tr>"
                    for w in range(5)
                )
                + "</table>"
            ).encode(),
            BASE,
            error="no_rows",
        ),
    ]
    return cases


STRANGE = strange()
