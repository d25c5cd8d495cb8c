"""A third part of the corpus: what a look at some forty further pages found wrong, and how it must be read."""

# ruff: noqa: E501 - a page is read best on its own line

from __future__ import annotations

from tests.crawlers.boards import POSTS, ROOT, Case, Found, Post, case, each, found, href, table


def late() -> list[Case]:
    cases: list[Case] = []
    days = sorted({post.date for post in POSTS}, reverse=True)

    def item(post: Post) -> str:
        return f'<li><a href="{href(post)}">{post.title}</a></li>'

    timeline = "".join(
        f"<h4>{day}</h4><ul>{each(item, [post for post in POSTS if post.date == day])}</ul>" for day in days
    )
    cases.append(case("a heading for each day", timeline, found(office=False)))

    def object_call(post: Post) -> str:
        return f"<tr><td>{post.n}</td><td><a href=\"javascript:void(0)\" onclick=\"fn_detail({{bidNo:'{post.n}', ord:'00'}})\">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td><td>2026-12-05 10:00</td></tr>"

    cases.append(
        case(
            "a call with an object",
            table(each(object_call), "번호 공고명 수요기관 공고일 개찰일시"),
            found(url=lambda p: f"{ROOT}/bid/view.do?bidNo={p.n}&ord=00"),
            head="<script>function fn_detail(o){location.href='/bid/view.do?bidNo='+o.bidNo+'&ord='+o.ord;}</script>",
        )
    )

    def viewed(post: Post) -> str:
        return f"<tr><td><a href=\"javascript:fnView('{post.n}');\">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>"

    form = '<form name="frm" id="frm" method="post" action="/a/list.do"><input type="hidden" name="no"><input type="hidden" name="cate" value="7"></form>'
    cases.append(
        case(
            "attributes set as an object",
            form + table(each(viewed), "제목 부서 등록일"),
            found(url=lambda p: f"{ROOT}/a/view.do?cate=7&no={p.n}"),
            head="<script>function fnView(no){ $('#frm input[name=no]').val(no); $('#frm').attr({action:'/a/view.do', method:'get'}).submit(); }</script>",
        )
    )

    def typed(post: Post) -> str:
        return f'<tr><td><a href="#" onclick="view({post.n},\'A\');return false">{post.title}</a></td><td>{post.office}</td><td>{post.date}</td></tr>'

    cases.append(
        case(
            "a choice in the script",
            table(each(typed), "제목 부서 등록일"),
            found(url=lambda p: f"{ROOT}/a/view?n={p.n}"),
            head="<script>function view(n,t){ if(t=='B'){ location.href='/b/view?n='+n; } else { location.href='/a/view?n='+n; } }</script>",
        )
    )
    cases.append(
        case(
            "one cell for all",
            table(
                each(lambda p: f'<tr><td><a href="{href(p)}">{p.title}</a><br>{p.office} {p.date} 조회 12</td></tr>'),
                "목록",
            ),
            found(),
        )
    )
    cases.append(
        case(
            "lines parted by br",
            "<div class='list'>"
            + each(lambda p: f'· <a href="{href(p)}">{p.title}</a> ({p.day("{m}/{d}")})<br>')
            + "</div>",
            found(date="{m}/{d}", office=False),
        )
    )
    cases.append(
        case(
            "months in English",
            table(
                each(
                    lambda p: (
                        f'<tr><td>{p.n}</td><td><a href="{href(p)}">{p.title}</a></td><td>{p.office}</td><td>Nov {p.day("{d}")}, 2026</td></tr>'
                    )
                ),
                "No Subject Department Date",
            ),
            tuple(Found(p.title, f.url, p.day("Nov {d}, 2026"), p.office) for p, f in zip(POSTS, found(), strict=True)),
        )
    )
    hidden = (
        '<div class="tabcon" style="display: none"><ul>'
        + each(lambda p: f'<li><a href="/x?bbsId=B7&amp;nttId={p.n}">숨은 탭 {p.title}</a><span>{p.date}</span></li>')
        + "</ul></div>"
    )
    cases.append(
        case(
            "a hidden tab before the shown one",
            hidden
            + '<div class="tabcon"><ul>'
            + each(lambda p: f'<li><a href="{href(p)}">{p.title}</a><span>{p.date}</span></li>')
            + "</ul></div>",
            found(office=False),
        )
    )

    def event(post: Post) -> str:
        return f'<li><a href="{href(post)}"><img src=x.jpg alt="포스터"><strong>{post.title}</strong></a><p>행사기간 2026.12.01 ~ 2026.12.05</p><p>장소 군민회관</p></li>'

    cases.append(
        case("events have no day of posting", f'<ul class="event">{each(event)}</ul>', found(dated=False, office=False))
    )

    def entry(post: Post) -> str:
        return f'<article id="post-{post.n}"><header><h2><a href="/{post.n}/" rel="bookmark">{post.title}</a></h2><div class="entry-meta"><span class="posted-on"><a href="/{post.n}/"><time class="published" datetime="{post.date}T09:00:00+09:00">{post.day("{y}년 {m}월 {d}일")}</time><time class="updated" datetime="2026-11-21T10:00:00+09:00">2026년 11월 21일</time></a></span><span class="byline">글쓴이 <a href="/author/a/">{post.office}</a></span></div></header><div class="entry-summary"><p>요약이 이어집니다. 2026년 12월 1일 시행.</p></div></article>'

    cases.append(
        case(
            "the day is a longer link than the title",
            f"<main>{each(entry)}</main>",
            found(date="{y}-{m}-{d}T09:00:00+09:00", url=lambda p: f"{ROOT}/{p.n}/"),
        )
    )
    pairs = "".join(
        f"<tr><td rowspan=2>{one.date}</td><td><a href='{href(one)}'>{one.title}</a></td><td>{one.office}</td></tr><tr><td><a href='{href(two)}'>{two.title}</a></td><td>{two.office}</td></tr>"
        for one, two in zip(POSTS[::2], POSTS[1::2], strict=True)
    )
    wanted = [Found(f.title, f.url, POSTS[n - n % 2].date, f.office) for n, f in enumerate(found())]
    cases.append(
        case(
            "a day that spans rows",
            f"<table><tr><th>등록일</th><th>제목</th><th>부서</th></tr>{pairs}</table>",
            tuple(wanted),
        )
    )

    def report(post: Post) -> str:
        return f'<li><a href="/research/reportView?pub_no={post.n}"><span class="cate">연구보고서</span><strong>{post.title}</strong><span class="writer">{post.office}</span></a><div class="btns"><a href="/file/download?atch_no={post.n}">원문 다운로드</a><button type="button" onclick="addCart({post.n})">담기</button></div></li>'

    cases.append(
        case(
            "reports with writers in the link",
            f'<ul class="report_list">{each(report)}</ul>',
            found(dated=False, url=lambda p: f"{ROOT}/research/reportView?pub_no={p.n}"),
        )
    )
    menu = "<div><ul>" + "".join(f"<li><a href='/m/{n}.do'>메뉴 이름 {n}</a></li>" for n in range(400)) + "</ul></div>"
    cases.append(
        case(
            "hundreds of menu links beside few posts",
            menu
            + table(
                each(
                    lambda p: (
                        f'<tr><td>{p.n}</td><td><a href="{href(p)}">{p.title}</a></td><td>{p.office}</td><td>{p.date}</td></tr>'
                    )
                ),
                "번호 제목 부서 등록일",
            ),
            found(),
        )
    )
    return cases


LATE = late()
