"""The look of the sample agencies' web sites: lists and releases in the templates Korean offices really use.

Each page carries the whole of its chrome (menus, share buttons, satisfaction survey, neighbours, footer), because
finding the body among it is what a crawler has to prove. Every page says that it is an example.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.demo.addresses import file_path, list_path, page_path, view_path
from bot.demo.press import KST, Agency, Release

_MENUS = {
    "소통·참여": ("제안 광장", "정책 토론", "설문조사", "칭찬합시다", "공모전"),
    "정보공개": ("정보공개 안내", "사전정보 공표", "업무추진비", "계약정보", "재정공시"),
    "민원": ("민원 안내", "여권", "무인발급기", "민원서식", "고충상담"),
    "분야별정보": ("복지", "경제", "농축수산", "도로교통", "환경", "안전"),
    "기관소개": ("인사말", "조직과 업무", "청사 안내", "오시는 길"),
}
_NOTICE = "이 누리집은 도비 시연을 위해 지어낸 예시이며, 실제 기관의 발표가 아닙니다."


@dataclass(frozen=True, slots=True)
class BoardPage:
    """One page of a board: its rows, its number from 1, how many pages and releases there are, and what is pinned."""

    rows: Sequence[Release]
    number: int
    pages: int
    total: int
    pinned: Release | None = None


def index_page(agencies: Sequence[Agency]) -> str:
    """The portal that links every sample site."""
    rows = "".join(
        f'<li><a href="{escape(list_path(each))}">{escape(each.name)} {escape(each.board)}</a></li>'
        for each in agencies
    )
    return _document("견본 기관 누리집 모음(예시)", f"<h1>견본 기관 누리집 모음(예시)</h1><ul>{rows}</ul>", "utf-8", "")


def list_page(agency: Agency, page: BoardPage) -> str:
    """A board's page in the agency's style."""
    rows = {"dom": _dom_rows, "web": _web_rows, "asp": _asp_rows}[agency.style](page)
    paging = "".join(
        f'<a href="{escape(page_path(agency, number))}"{" class=on" if number == page.number else ""}>{number}</a> '
        for number in range(1, page.pages + 1)
    )
    main = f"""<h2 class="tit">{escape(agency.board)}</h2>
<form class="board_search" action="#"><select name="cond"><option>제목</option><option>내용</option></select>
<input type="text" name="keyword" title="검색어"><button type="submit">검색</button></form>
<p class="board_total">전체 <strong>{page.total}</strong>건, {page.number}/{page.pages}쪽</p>
{rows}
<div class="paging">{paging}</div>"""
    return _chrome(agency, agency.board, main)


def view_page(release: Release, newer: Release | None, older: Release | None) -> str:
    """A release's own page, with its neighbours on the board."""
    agency = release.agency
    body = {"asp": _asp_body, "web": _web_body}.get(agency.style, _dom_body)(release)
    neighbours = "".join(
        f'<li><span>{word}</span> <a href="{escape(view_path(each))}">{escape(each.title)}</a></li>'
        for word, each in (("다음글", newer), ("이전글", older))
        if each
    )
    main = f"""<h2 class="tit">{escape(agency.board)}</h2>
{body}
<div class="koglbox"><img src="/img/kogl{agency.licence}.png" alt="공공누리 제{agency.licence}유형">
<span>본 저작물은 공공누리 제{agency.licence}유형 조건에 따라 이용할 수 있습니다.</span></div>
<div class="btn_area"><a class="btn" href="{escape(list_path(agency))}">목록</a></div>
<ul class="prev_next">{neighbours}</ul>
<form class="satisfaction"><fieldset><legend>이 페이지에서 제공하는 정보에 만족하십니까?</legend>
<label><input type="radio" name="s">매우 만족</label><label><input type="radio" name="s">만족</label>
<label><input type="radio" name="s">보통</label><label><input type="radio" name="s">불만족</label>
<input type="text" placeholder="의견을 남겨 주세요"><button type="button">의견 등록</button></fieldset></form>"""
    return _chrome(agency, release.title, main)


def _dom_rows(page: BoardPage) -> str:
    pinned = [_dom_row(page.pinned, '<span class="noti">공지</span>')] if page.pinned and page.number == 1 else []
    rows = "\n".join(pinned + [_dom_row(each, number) for each, number in _numbered(page)])
    return f"""<table class="board_list"><caption>보도자료 목록: 번호, 제목, 부서, 날짜, 조회</caption>
<thead><tr><th scope="col">번호</th><th scope="col">제목</th><th scope="col">부서</th><th scope="col">날짜</th>
<th scope="col">조회</th></tr></thead><tbody>
{rows}
</tbody></table>"""


def _dom_row(release: Release, number: str) -> str:
    clip = '<span class="ico_file">첨부파일</span>' if release.attachments else ""
    return f"""<tr><td class="num">{number}</td>
<td class="subject">{_link(release)}{clip}</td>
<td class="dept">{escape(release.department)}</td><td class="date">{_local(release):%Y-%m-%d}</td>
<td class="hit">{_hits(release)}</td></tr>"""


def _web_rows(page: BoardPage) -> str:
    rows = "\n".join(
        f"""<li class="li1"><a class="a1" href="{escape(view_path(each))}">
<strong class="t1">{escape(each.title)}</strong>
<span class="t2">{escape(each.lines[0][:60])}…</span></a>
<span class="info1"><i class="t3 dept">{escape(each.department)}</i> <i class="t3 date">{_local(each):%Y.%m.%d}</i>
<i class="t3 hit">조회 {_hits(each)}</i></span></li>"""
        for each, _ in _numbered(page)
    )
    return f'<div class="bbs1list1"><ul class="lst1">\n{rows}\n</ul></div>'


def _asp_rows(page: BoardPage) -> str:
    rows = "\n".join(
        f"""<tr height=28><td align=center>{number}</td><td>&nbsp;{_link(each)}</td>
<td align=center>{escape(each.department)}</td><td align=center>{_local(each):%Y/%m/%d}</td>
<td align=center>{_hits(each)}</td></tr>
<tr><td colspan=5 height=1 bgcolor=#dddddd></td></tr>"""
        for each, number in _numbered(page)
    )
    return f"""<table width="100%" border=0 cellspacing=0 cellpadding=0><tr bgcolor=#eeeeee height=30 align=center>
<td width=60><b>번호</b></td><td><b>제목</b></td><td width=120><b>담당부서</b></td><td width=90><b>작성일</b></td>
<td width=60><b>조회</b></td></tr>
{rows}
</table>"""


def _link(release: Release) -> str:
    return f'<a href="{escape(view_path(release))}">{escape(release.title)}</a>'


def _numbered(page: BoardPage) -> list[tuple[Release, str]]:
    first = page.total - (page.number - 1) * 10
    return [(each, str(first - place)) for place, each in enumerate(page.rows)]


def _dom_body(release: Release) -> str:
    paragraphs = "\n".join(f"<p>{escape(line)}</p>\n<p>&nbsp;</p>" for line in release.lines)
    return f"""<div class="board_view"><h3 class="subject">{escape(release.title)}</h3>
<ul class="info"><li><span>담당부서</span> {escape(release.department)}</li>
<li><span>등록일</span> {_local(release):%Y-%m-%d %H:%M:%S}</li><li><span>조회수</span> {_hits(release)}</li></ul>
{_files(release)}
<div class="view_cont" id="contents_area">
{paragraphs}
</div></div>
<div class="share"><a href="#">인쇄</a><a href="#">주소 복사</a><a href="#">공유하기</a></div>"""


def _web_body(release: Release) -> str:
    paragraphs = "".join(f"<div>{escape(line)}</div><div><br></div>" for line in release.lines)
    return f"""<div class="bbs1view1"><h3 class="h1">{escape(release.title)}</h3>
<dl class="dl1"><dt>작성자</dt><dd>{escape(release.department)}</dd>
<dt>작성일</dt><dd>{_local(release):%Y.%m.%d %H:%M}</dd><dt>조회</dt><dd>{_hits(release)}</dd></dl>
<div class="substance">{paragraphs}</div>{_files(release)}</div>"""


def _asp_body(release: Release) -> str:
    text = "<br><br>\n".join(escape(line) for line in release.lines)
    return f"""<table width="100%" border=0 cellspacing=0 cellpadding=5>
<tr bgcolor=#eeeeee><td colspan=4><b>{escape(release.title)}</b></td></tr>
<tr><td width=80>담당부서</td><td>{escape(release.department)}</td>
<td width=80>작성일</td><td>{_local(release):%Y-%m-%d %H:%M}</td></tr>
<tr><td colspan=4 style="line-height:180%">
{text}
</td></tr></table>{_files(release)}"""


def _files(release: Release) -> str:
    if not release.attachments:
        return ""
    rows = "".join(
        f'<li><a href="{escape(file_path(release, number))}">{escape(each.name)}</a></li>'
        for number, each in enumerate(release.attachments)
    )
    return f'<div class="file_list"><strong>첨부파일</strong><ul>{rows}</ul></div>'


def _chrome(agency: Agency, title: str, main: str) -> str:
    menus = "".join(
        f'<li><a href="#">{menu}</a><ul>{"".join(f"<li><a href=#>{item}</a></li>" for item in items)}</ul></li>'
        for menu, items in _MENUS.items()
    )
    body = f"""<div id="skip"><a href="#contents">본문 바로가기</a><a href="#gnb">주메뉴 바로가기</a></div>
<div class="banner">{_NOTICE}</div>
<header><h1 class="logo"><a href="/{agency.id}/">{escape(agency.name)}</a></h1>
<ul class="util"><li><a href="#">로그인</a></li><li><a href="#">누리집 지도</a></li><li><a href="#">언어</a></li></ul>
<nav id="gnb"><ul>{menus}</ul></nav></header>
<div id="wrap"><aside id="lnb"><h2>알림마당</h2><ul><li><a href="#">공지사항</a></li>
<li class="on"><a href="{escape(list_path(agency))}">{escape(agency.board)}</a></li><li><a href="#">고시·공고</a></li>
<li><a href="#">입찰정보</a></li><li><a href="#">채용공고</a></li></ul></aside>
<div id="contents"><div class="location">홈 &gt; 알림마당 &gt; {escape(agency.board)}</div>
{main}
</div></div>
<footer><ul class="policy"><li><a href="#">개인정보처리방침</a></li><li><a href="#">저작권정책</a></li>
<li><a href="#">이메일무단수집거부</a></li><li><a href="#">뷰어 내려받기</a></li></ul>
<address>{escape(agency.address)} / 대표전화 055-000-0000 (평일 09:00~18:00)</address>
<p>저작권은 {escape(agency.name)}에 있습니다. {_NOTICE}</p></footer>"""
    charset = "euc-kr" if agency.style == "asp" else "utf-8"
    return _document(f"{title} | {agency.board} | {agency.name}", body, charset, agency.board)


def _document(title: str, body: str, charset: str, keywords: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="ko"><head><meta charset="{charset}"><title>{escape(title)}</title>
<meta name="keywords" content="{escape(keywords)}"><meta name="viewport" content="width=device-width">
<script>var menuCd = "DOM_000000135002001000"; function goPage(n) {{ location.href = "?startPage=" + n; }}</script>
</head><body>
{body}
</body></html>
"""


def _local(release: Release) -> datetime:
    return release.published_at.astimezone(KST)


def _hits(release: Release) -> int:
    """A view count that stays as it is, so that an unchanged page is unchanged."""
    return int(release.id) * 37 % 900 + 20
