"""Detail pages as Korean public sites build them: shells around bodies, written by us, with what must and must not be read.

A shell is a site's template (`{title}`, `{body}`); a body is how an editor or a converter fills it in. Every sentence
of a body is expected back, in order; no boilerplate of a shell is.
"""

# ruff: noqa: E501 - HTML is read best on its own line

from __future__ import annotations

from dataclasses import dataclass

TITLE = "겨울철 자연재난 종합대책 추진"
SENTENCES = (
    "경상남도는 겨울철 자연재난에 대비해 12월 1일부터 종합대책을 추진한다고 23일 밝혔다.",
    "대책 기간에는 한파 쉼터 120곳을 새로 지정하고 제설 장비 300대를 미리 배치한다.",
    "취약계층 5만 2천 가구에는 생활지원사가 매일 안부를 확인한다.",
    "도로과장은 “결빙 취약 구간을 하루 두 차례 순찰하겠다”라고 말했다.",
    "자세한 내용은 도 재난안전과(055-211-0000)로 문의하면 된다.",
)
BOILERPLATE = (
    "본문 바로가기", "통합검색", "주요 서비스 안내", "의회 소식", "페이스북", "인쇄", "만족도", "매우만족", "의견을 남겨", "이전글", "다음글",
    "가을 축제 안내", "봄맞이 정비", "목록", "개인정보처리방침", "Copyright", "창원시 의창구 중앙대로", "바로보기", "조회수", "댓글",
    "저작물은", "공공누리", "담당자에게", "최근 본 메뉴", "로그인",
)  # fmt: skip

_MENU = (
    "<ul>"
    + "".join(
        f"<li><a href='/menu/{n}'>주요 서비스 안내 {n}</a></li><li><a href='/c/{n}'>의회 소식 {n}</a></li>"
        for n in range(25)
    )
    + "</ul>"
)
_FOOT = "<a href='/p'>개인정보처리방침</a> <address>(51154) 경상남도 창원시 의창구 중앙대로 300</address><p>Copyright © 견본도. All Rights Reserved.</p>"
_SURVEY = (
    "<form name='satis'><p>이 페이지에서 제공하는 정보에 대하여 어느 정도 만족하셨습니까?</p><label><input type='radio'>매우만족</label><label>만족</label><label>보통</label>"
    "<textarea placeholder='x'>의견을 남겨 주세요. 담당자에게 전달됩니다. 답변이 필요한 민원은 국민신문고를 이용해 주시기 바랍니다.</textarea><button>등록</button></form>"
)
_SURVEY_DIV = "<div class='satisfaction_area'><h3>콘텐츠 만족도 조사</h3>" + _SURVEY + "</div>"
_NEAR = "<ul><li><strong>이전글</strong><a href='?n=1'>가을 축제 안내</a></li><li><strong>다음글</strong><a href='?n=3'>봄맞이 정비 계획</a></li></ul>"
_NEAR_ROWS = "<tr><th>이전글</th><td><a href='?n=1'>가을 축제 안내</a></td></tr><tr><th>다음글</th><td><a href='?n=3'>봄맞이 정비 계획</a></td></tr>"
_FILES = "<li><a href='/cmm/fms/FileDown.do?atchFileId=FILE_1&fileSn=0'>겨울철 종합대책.hwpx (32KB)</a> <a href='/viewer/1' target='_blank'>바로보기</a></li>"
_KOGL = "<div class='kogl_area'><img src='/img/opentype01.png' alt='공공누리 제1유형'><p>본 저작물은 \"공공누리\" 제1유형:출처표시 조건에 따라 이용할 수 있습니다.</p></div>"
_SNS = "<div class='sns_share'><a href='#'>페이스북</a><a href='#'>트위터</a><a href='#'>인쇄</a></div>"

SHELLS = {
    "dom-cms": f"<body><div id='skip'><a href='#c'>본문 바로가기</a></div><header><div class='gnb'>{_MENU}</div><input value='통합검색'></header><div id='container'><aside class='lnb'>{_MENU}</aside><div id='contents'><div class='location'>홈 &gt; 도정소식 &gt; 보도자료</div>{_SNS}<div class='board_view'><h3 class='view_title'>{{title}}</h3><dl class='view_info'><dt>등록일</dt><dd>2026-11-23</dd><dt>조회수</dt><dd>321</dd><dt>담당부서</dt><dd>재난안전과</dd></dl><div class='view_cont'>{{body}}</div><div class='view_file'><ul>{_FILES}</ul></div></div>{_KOGL}<div class='prev_next'>{_NEAR}</div><div class='btn_area'><a href='/list'>목록</a></div>{_SURVEY_DIV}</div></div><footer>{_FOOT}</footer></body>",
    "web": f"<body><nav>{_MENU}</nav><div id='body_content'><div id='contents'><h2>{{title}}</h2><div class='list1f1t3i1 mg'><ul class='info1'><li>작성자 재난안전과</li><li>등록일 2026.11.23</li><li>조회수 51</li></ul><div class='substance'>{{body}}</div><div class='attach1'><ul>{_FILES}</ul></div><div class='prevnext1'>{_NEAR}</div></div>{_SURVEY}</div></div><div id='footer'>{_FOOT}</div></body>",
    "k2web": f"<body class='sub'><div class='wrap'><div class='nav-wrap'>{_MENU}</div><div class='_obj _objHtml'><div id='_contentBuilder'><div class='artclView'><div class='artclInfo'><h2 class='artclViewTitle'>{{title}}</h2><dl><dt>작성일</dt><dd>2026.11.23</dd></dl></div><div class='artclTextView'>{{body}}</div><div class='artclItem viewForm'><dl><dt>첨부파일</dt><dd class='artclInsert'><ul>{_FILES}</ul></dd></dl></div><table class='artclNextPrev'><tbody>{_NEAR_ROWS}</tbody></table></div></div></div></div><div class='footer-wrap'>{_FOOT}</div></body>",
    "egov-table": f"<body><div class='header'>{_MENU}</div><form name='frm' method='post'><table class='board_view_tbl'><caption>보도자료 상세</caption><tbody><tr><th>제목</th><td colspan='3'>{{title}}</td></tr><tr><th>작성자</th><td>재난안전과</td><th>등록일</th><td>2026-11-23</td></tr><tr><th>첨부파일</th><td colspan='3'><ul>{_FILES}</ul></td></tr><tr><td colspan='4' class='td_con'>{{body}}</td></tr>{_NEAR_ROWS}</tbody></table></form><div class='btn'><a href='/l'>목록</a></div><div class='copyright'>{_FOOT}</div></body>",
    "old-asp": f"<body><table width=980><tr><td width=180>{_MENU}</td><td width=800><table><tr><td bgcolor=#eeeeee>{{title}}</td></tr><tr><td>등록일 : 2026-11-23 | 조회수 : 77 | 작성자 : 재난안전과</td></tr><tr><td style='padding:20px'>{{body}}</td></tr><tr><td>첨부파일 : <a href='/down.asp?f=%EA%B2%A8%EC%9A%B8.hwp'>겨울철 종합대책.hwp</a></td></tr><tr><td><table><tr><td>이전글</td><td><a href='?n=1'>가을 축제 안내</a></td></tr><tr><td>다음글</td><td><a href='?n=3'>봄맞이 정비 계획</a></td></tr></table></td></tr><tr><td align=right><a href='list.asp'><img src='/b.gif' alt='목록'></a></td></tr></table></td></tr><tr><td colspan=2>{_FOOT}</td></tr></table></body>",
    "gnuboard": f"<body><div id='hd'><div id='gnb'>{_MENU}</div></div><div id='container'><article id='bo_v'><header><h2 id='bo_v_title'>{{title}}</h2></header><section id='bo_v_info'><strong>재난안전과</strong> 26-11-23 조회수 12회</section><section id='bo_v_atc'><div id='bo_v_con'>{{body}}</div></section><section id='bo_v_file'><ul>{_FILES}</ul></section><div id='bo_vc'><h2>댓글목록</h2><p>등록된 댓글이 없습니다.</p></div><ul class='bo_v_nb'><li>이전글 <a href='?n=1'>가을 축제 안내</a></li></ul></article></div><div id='ft'>{_FOOT}</div></body>",
    "soup": f"<body><div><div>{_MENU}</div></div><div><div><div><p>{{title}}</p><p>2026.11.23.</p></div><div>{{body}}</div><div><a href='/l'>목록</a></div></div></div><div>{_FOOT}</div></body>",
    "p-ui": f"<body><div class='header'>{_MENU}</div><main><div class='program--contents'><h1>{{title}}</h1><table class='p-table p-table--bordered'><tbody><tr><th scope='row'>등록일</th><td>2026.11.23.</td><th scope='row'>조회수</th><td>9</td></tr><tr><th scope='row'>파일</th><td colspan=3><ul class='p-attach'>{_FILES}</ul></td></tr><tr><td colspan=4 title='내용' class='p-table__content'>{{body}}</td></tr></tbody></table>{_KOGL}</div></main><footer>{_FOOT}</footer></body>",
}  # fmt: skip


def _paragraphs() -> str:
    return "".join(f"<p style='line-height:160%'><span style='font-size:12pt'>{one}</span></p>" for one in SENTENCES)


def _breaks() -> str:
    return "<br />\n<br />\n".join(f"&nbsp;{one}" for one in SENTENCES)


def _layout_tables() -> str:
    rows = "".join(f"<tr><td><table><tbody><tr><td>{one}</td></tr></tbody></table></td></tr>" for one in SENTENCES)
    return f"<table border=0><tbody>{rows}</tbody></table>"


def _data_table() -> str:
    table = "<table><thead><tr><th>구분</th><th>물량</th><th>담당</th></tr></thead><tbody><tr><td>한파 쉼터</td><td>120곳</td><td>복지과</td></tr><tr><td>제설 장비</td><td>300대</td><td>도로과</td></tr></tbody></table>"
    return _paragraphs().replace("</p>", "</p>" + table, 1)


def _hwp_paste() -> str:
    told = "".join(
        f"<p class='0' style='margin:0'><span lang='EN-US' style='font-family:함초롬바탕'>{one[:10]}</span><span>{one[10:]}</span></p><p class='0'>&nbsp;<!--[if !supportEmptyParas]--><!--[endif]--></p>"
        for one in SENTENCES
    )
    return f"<div class='hwp_editor_board_content' data-hjsonver='1.0'>{told}</div>"


def _preformatted() -> str:
    return "<pre>" + "\n\n".join(SENTENCES) + "</pre>"


def _divisions() -> str:
    return "".join(f"<div>{one}</div><div><br></div>" for one in SENTENCES)


def _picture_between() -> str:
    return _paragraphs().replace("</p>", "</p><p><img src='/upload/20261123_01.jpg' alt='20261123_01.jpg'></p>", 2)


BODIES = {
    "paragraphs": _paragraphs(), "breaks": _breaks(), "layout tables": _layout_tables(), "data table": _data_table(),
    "hwp paste": _hwp_paste(), "pre": _preformatted(), "divisions": _divisions(), "pictures": _picture_between(),
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A page, and what is expected of it."""

    name: str
    html: str
    sentences: tuple[str, ...] = SENTENCES
    never: tuple[str, ...] = BOILERPLATE
    title: str = TITLE


def made(shell: str, body: str) -> str:
    """The page of a shell around a body."""
    head = "<head><meta charset='utf-8'><title>견본도 누리집</title><script>var a='<p>스크립트</p>';</script><style>.x{}</style></head>"
    return (
        f"<!DOCTYPE html><html lang='ko'>{head}{SHELLS[shell].replace('{title}', TITLE).replace('{body}', body)}</html>"
    )


def corpus() -> list[Case]:
    """Every shell around every body."""
    return [Case(f"{shell} · {name}", made(shell, body)) for shell in SHELLS for name, body in BODIES.items()]


# Templates that were written after the reader was. Of their 40 pages 33 were clean at first sight; it was mended on the
# others since, so they are no longer held back.
LATER = {
    "newspaper-like": f"<body><div class='top-menu'>{_MENU}</div><div class='sub-visual'><h2>알림마당</h2></div><div class='sub-cont'><div class='bbs-view-top'><h4>{{title}}</h4><p class='meta'><span>작성자 재난안전과</span><span>작성일 2026-11-23 09:00</span><span>조회수 88</span></p></div><div class='bbs-view-body'>{{body}}</div><div class='bbs-view-attach'><ul>{_FILES}</ul></div><dl class='bbs-view-nav'><dt>이전글</dt><dd><a href='?n=1'>가을 축제 안내</a></dd><dt>다음글</dt><dd><a href='?n=3'>봄맞이 정비 계획</a></dd></dl></div><div class='bottom'>{_FOOT}</div></body>",
    "list-below": f"<body><div id='wrap'><div id='top'>{_MENU}</div><div id='sub'><div class='tb_view'><div class='tb_tit'>{{title}}</div><div class='tb_info'>2026.11.23 | 조회수 7</div><div class='tb_txt'>{{body}}</div></div><table class='tb_list'><tr><th>번호</th><th>제목</th><th>등록일</th></tr>" + "".join(f"<tr><td>{n}</td><td><a href='?n={n}'>가을 축제 안내 {n}</a></td><td>2026-10-{n:02}</td></tr>" for n in range(1, 11)) + f"</table></div><div id='bottom'>{_FOOT}</div></div></body>",
    "definition": f"<body><div class='gnb_wrap'>{_MENU}</div><section class='sub_page'><dl class='view_table'><dt>제목</dt><dd>{{title}}</dd><dt>담당부서</dt><dd>재난안전과</dd><dt>등록일</dt><dd>2026-11-23</dd></dl><div class='view_table_con'>{{body}}</div><div class='file_down'>{_FILES}</div></section>{_SURVEY_DIV}<div class='foot'>{_FOOT}</div></body>",
    "headed-table": f"<body><div class='menu_all'>{_MENU}</div><table summary='게시물 보기'><thead><tr><th colspan=2>{{title}}</th></tr></thead><tbody><tr><th>부서명</th><td>재난안전과</td></tr><tr><th>등록일</th><td>2026-11-23</td></tr><tr><th>내용</th><td>{{body}}</td></tr><tr><th>첨부</th><td>{_FILES}</td></tr></tbody></table>{_KOGL}<p class='btns'><a href='/l'>목록</a></p><div class='copy'>{_FOOT}</div></body>",
    "fieldset": f"<body><ul class='skip'><li><a href='#c'>본문 바로가기</a></li></ul><div class='lnb-wrap'>{_MENU}</div><form><fieldset><legend>게시글 상세</legend><h5>{{title}}</h5><ul class='writer'><li>등록자 : 재난안전과</li><li>조회수 : 12</li></ul><div id='textarea_view'>{{body}}</div><p>첨부파일 <a href='/d?f=1'>겨울철 종합대책.pdf</a> [1.2 MB]</p></fieldset></form><div class='pn'>{_NEAR}</div><p>{_FOOT}</p></body>",
}  # fmt: skip


def later() -> list[Case]:
    """The later shells around every body."""
    SHELLS.update(LATER)
    return [Case(f"{shell} · {name}", made(shell, body)) for shell in LATER for name, body in BODIES.items()]


def _shell(body: str, shell: str = "dom-cms") -> str:
    return made(shell, body)


def special() -> list[Case]:
    """Bodies that stand where no text is looked for at first, and neighbours that look like bodies."""
    told = _paragraphs()
    escaped = told.replace("<", "&lt;").replace(">", "&gt;")
    quoted = " ".join(SENTENCES).replace('"', '\\"')
    other = "".join(
        f"<article><h3>다른 소식 {n}</h3><p>{'가을 축제 안내와 봄맞이 정비 계획을 함께 알린다. ' * 12}</p></article>"
        for n in range(3)
    )
    printed = f"<div id='printArea' style='display:none'><h1>{TITLE}</h1>{told}</div>"
    return [
        Case("a picture alone", _shell(f"<img src='/u/1.jpg' alt='{' '.join(SENTENCES)}'>")),
        Case("in a field", _shell(f"<textarea id='cn' style='display:none'>{escaped}</textarea><div id='viewer'></div>", "k2web")),
        Case("for search engines", _shell(f'<div id="app"></div><script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{quoted}"}}</script>', "web")),
        Case("in a frame", _shell(f'<iframe srcdoc="{escaped.replace(chr(34), "&quot;")}"></iframe>')),
        Case("hidden until a script shows it", _shell("").replace("class='view_cont'>", f"class='view_cont' style='display:none'>{told}")),
        Case("with a hidden copy for printing", _shell(told).replace("<footer>", f"{printed}<footer>")),
        Case("among other articles", f"<body><div class='gnb'>{_MENU}</div>{other}<article><h3>{TITLE}</h3>{told}</article>{other}<footer>{_FOOT}</footer></body>", never=("다른 소식", "가을 축제", *BOILERPLATE)),
        Case("of one sentence", _shell(f"<p>{SENTENCES[1]}</p>"), sentences=(SENTENCES[1],)),
        Case("of one sentence, unnamed", _shell(f"<p>{SENTENCES[1]}</p>", "soup"), sentences=(SENTENCES[1],)),
        Case("very long", _shell("".join(f"<p>{n}. {one}</p>" for n in range(400) for one in SENTENCES)), sentences=(f"0. {SENTENCES[0]}", f"399. {SENTENCES[4]}")),
        Case("in upper case and unclosed", _shell("<P>" + "<P>".join(SENTENCES)).replace("<div", "<DIV")),
        Case("with comments below", _shell(told, "gnuboard").replace("등록된 댓글이 없습니다.", "홍길동 댓글 잘 보았습니다. " * 20)),
        Case("with many links", _shell(told.replace("한파 쉼터", "<a href='https://safe.go.kr'>한파 쉼터</a>").replace("취약계층", "<a href='/b'>취약계층</a>"))),
    ]  # fmt: skip
