"""Detail pages as the makes of Korean public sites write them, with what a reader would say they hold. Test data only.

Written from the outside: what a page is, never how the crawler reads it. Nobody's real page is copied.
"""

# ruff: noqa: E501 - a page is read best on one line

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stranger:
    """A page, and what of it is body (`first` and `last` words, `said` between), boilerplate (`out`), files, mark."""

    name: str
    title: str
    html: str
    first: str = ""
    last: str = ""
    said: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    files: tuple[str, ...] | None = None
    licence: str | None = None
    date: str = ""


# fmt: off
PAGES: list[Stranger] = []

NAV = '<div id="skip"><a href="#c">본문 바로가기</a></div><header><div class="gnb"><ul><li><a href="/none/1">도정소식</a></li><li><a href="/none/2">분야별정보</a></li><li><a href="/none/3">정보공개</a></li><li><a href="/none/4">전자민원</a></li></ul></div></header><div class="lnb"><h2>도정뉴스</h2><ul><li><a href="/none/5">보도자료</a></li><li><a href="/none/6">해명자료</a></li></ul></div><div class="location">홈 &gt; 도정소식 &gt; 보도자료</div>'
FOOT = '<footer><p>(51154) 경상남도 창원시 의창구 중앙대로 300</p><p>대표전화 055-120</p><p>COPYRIGHT © GYEONGNAM. ALL RIGHTS RESERVED.</p><a href="/none/p">개인정보처리방침</a></footer>'
SAT = '<div class="satisfaction"><form><h3>현재 페이지의 정보 및 사용편의성에 만족하십니까?</h3><label><input type="radio">매우만족</label><label><input type="radio">만족</label><label><input type="radio">보통</label><label><input type="radio">불만족</label><textarea></textarea><button>의견등록</button></form></div>'
PREV = '<ul class="prevnext"><li><strong>이전글</strong><a href="/none/v?n=1">가을 축제 안내</a></li><li><strong>다음글</strong><a href="/none/v?n=3">겨울 방학 행사</a></li></ul><div class="btn"><a href="/none/list">목록</a></div>'
SNS = '<div class="sns"><a href="#">페이스북</a><a href="#">트위터</a><a href="#">카카오톡</a><button>URL복사</button><button>인쇄</button></div>'
CHARGE = '<div class="charge"><dl><dt>담당부서</dt><dd>농업정책과</dd><dt>담당자</dt><dd>김아무</dd><dt>연락처</dt><dd>055-211-6214</dd></dl></div>'
OUT = ("만족하십니까", "매우만족", "이전글", "다음글", "가을 축제 안내", "카카오톡", "URL복사", "ALL RIGHTS", "개인정보처리방침", "본문 바로가기", "분야별정보", "공공누리")
P1 = "경상남도는 오는 10월 20일부터 벼 병해충 방제비 12억 원을 시군에 지원한다고 6일 밝혔다."
P2 = "이번 지원은 올여름 고온으로 벼멸구가 크게 늘어난 데 따른 것으로, 14개 시군 8,200헥타르가 대상이다."
P3 = "김아무 농정국장은 “수확기 피해를 줄이도록 신속히 방제하겠다”라고 말했다."
T1 = "경남도, 벼 병해충 방제비 12억 원 지원"
HEAD = f'<div class="view_head"><h3>{T1}</h3><ul><li>작성자 : 농업정책과</li><li>등록일 : 2026-10-06</li><li>조회수 : 1,234</li></ul></div>'
PS = f"<p>{P1}</p><p>{P2}</p><p>{P3}</p>"
ATT = '<div class="file"><strong>첨부파일</strong><ul>'
ABOUT = "경상남도는 공공누리 제1유형으로 개방한 공공저작물이 3만 건을 넘었다고 6일 밝혔다."
_TERMS = {1: "출처표시", 2: "출처표시+상업적이용금지", 3: "출처표시+변경금지", 4: "출처표시+상업적이용금지+변경금지"}


def page(
    name: str,
    html: str,
    title: str = T1,
    first: str = "",
    last: str = "",
    said: tuple[str, ...] = (),
    out: tuple[str, ...] = (),
    files: tuple[str, ...] | None = None,
    licence: str | None = None,
    date: str = "",
) -> None:
    """One more page."""
    PAGES.append(Stranger(name, title, html, first, last, said, out, files, licence, date))


def whole(name: str, html: str, out: tuple[str, ...] = OUT, files: tuple[str, ...] | None = None, licence: str | None = None, said: tuple[str, ...] = (), date: str = "") -> None:
    """One more page whose body is the press release."""
    page(name, html, T1, P1, P3, said, out, files, licence, date)


def doc(body: str, before: str = "", after: str = "", head: str = "", foot: str = FOOT) -> str:
    """A page of the province."""
    return f'<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8"><title>보도자료 | 경상남도</title>{head}</head><body>{NAV}<div id="contents">{before}{body}{after}</div>{foot}</body></html>'


def kogl(n: int, how: str = "img") -> str:
    """The mark, as sites show it."""
    if how == "img":
        return f'<div class="kogl"><img src="/images/common/img_opentype0{n}.png" alt="공공누리 공공저작물 자유이용허락 {_TERMS[n]}"><p>본 저작물은 "공공누리" 제{n}유형:{_TERMS[n]} 조건에 따라 이용할 수 있습니다.</p></div>'
    if how == "file":
        return f'<p class="codeType"><a href="https://www.kogl.or.kr/info/licenseType{n}.do" target="_blank"><img src="/img/kogl_type{n}.gif" alt=""></a></p>'
    if how == "alt":
        return f'<div><img src="/img/x9.png" alt="공공누리 {_TERMS[n]}"></div>'
    return f"<p>이 게시물은 공공누리 제{n}유형({_TERMS[n]}) 조건에 따라 이용할 수 있습니다.</p>"


whole("p_plain", doc(f'<div class="view_cont">{PS}</div>', HEAD, kogl(1)+PREV+SNS+SAT), licence="KOGL-1")
whole("p_table", doc(f'<table class="board_view"><caption>보도자료 상세보기 - 제목, 작성자, 내용 제공</caption><tr><th>제목</th><td colspan="3">{T1}</td></tr><tr><th>담당부서</th><td>농업정책과</td><th>등록일</th><td>2026-10-06 09:16</td></tr><tr><th>조회수</th><td>52</td><th>첨부</th><td><a href="/file/a.txt">붙임 자료.txt</a> (1.2KB) [다운로드 33회]</td></tr><tr><td colspan="4" class="cont">{P1}<br><br>{P2}<br><br>{P3}</td></tr></table>', "", kogl(2)+PREV+SAT), files=("붙임 자료.txt",), licence="KOGL-2")
whole("p_nested_table", doc(f'<table><tr><td><table width="100%"><tr><td><b>{T1}</b></td></tr></table><table><tr><td>작성일 2026.10.06</td><td>부서 : 농업정책과</td></tr></table><table><tr><td><table><tr><td><font size=2>{P1}<br>{P2}<br>{P3}</font></td></tr></table></td></tr></table></td></tr></table>', "", PREV), )
whole("p_br_only", doc(f'<div class="bbs_content">{P1}<br/>{P2}<br/>{P3}</div>', HEAD, SNS+PREV), )
whole("p_pre", doc(f'<pre>{P1}\n\n{P2}\n\n{P3}</pre>', HEAD, PREV), )
whole("p_hwp_html", doc('<div class="cont"><!--[data-hwpjson]{"documentPr":{"a":1}}--><style>.hs0{margin:0}</style>' + "".join(f'<p class="hs0" style="line-height:160%"><span style="font-family:함초롬바탕">{x[:9]}</span><span style="letter-spacing:-5%">{x[9:30]}</span><span>{x[30:]}</span></p>' for x in (P1,P2,P3)) + "</div>", HEAD, kogl(4)+SAT), licence="KOGL-4")
whole("p_word", doc('<div class="cont"><!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]-->' + "".join(f'<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p><p class=MsoNormal style="mso-x:1"><span style="font-size:11pt">{x}<o:p></o:p></span></p>' for x in (P1,P2,P3)) + "</div>", HEAD, PREV), )
whole("p_smarteditor", doc('<div class="se-main-container">' + "".join(f'<div class="se-component se-text"><div class="se-section"><p class="se-text-paragraph"><span class="se-fs-">{x}</span></p></div></div>' for x in (P1,P2,P3)) + "</div>", HEAD, PREV+SNS), )
whole("p_div_lines", doc('<div class="fr-view">' + "".join(f"<div>{x}</div><div><br></div>" for x in (P1,P2,P3)) + "</div>", HEAD, PREV), )
whole("p_span_soup", doc(f'<div class="cont"><span>{P1}</span> <span>{P2}</span> <span>{P3}</span></div>', HEAD, PREV), )
whole("p_list_bullets", doc(f'<div class="cont"><p>{P1}</p><ul><li>□ 지원 대상: 14개 시군</li><li>○ 지원 금액: 12억 원</li></ul><p>{P3}</p></div>', HEAD, PREV), said=("지원 대상: 14개 시군", "12억 원",))
whole("p_table_in_body", doc(f'<div class="cont"><p>{P1}</p><table border=1><tr><th>시군</th><th>금액</th></tr><tr><td>창원시</td><td>3억 원</td></tr><tr><td>진주시</td><td>2억 원</td></tr></table><p>{P3}</p></div>', HEAD, PREV+SAT), said=("창원시", "2억 원",))
page("p_image_alt", doc('<div class="cont"><p><img src="/none/c.jpg" alt="10월 문화가 있는 날 10월 28일 수요일 저녁 7시 도립미술관 무료 개방"></p></div>', '<h3>10월 문화가 있는 날 카드뉴스</h3>', PREV+kogl(3)), "10월 문화가 있는 날 카드뉴스", out=OUT[:4], licence="KOGL-3", said=("저녁 7시 도립미술관 무료 개방",))
page("p_image_noalt", doc('<div class="cont"><p><img src="/none/c.jpg" alt=""></p></div>', '<h3>가로수 정비 카드뉴스</h3><span>2026-10-06</span>', PREV+SAT+SNS), "가로수 정비 카드뉴스", out=OUT)
page("p_image_filename_alt", doc('<div class="cont"><img src="/none/KakaoTalk_1.jpg" alt="KakaoTalk_20261006_1.jpg"></div>', '<h3>물놀이 안전 카드뉴스</h3>', PREV+SAT), "물놀이 안전 카드뉴스", out=(*OUT, "KakaoTalk_2026"))
whole("p_meta_time", doc(f'<article>{PS}</article>', f"<h1>{T1}</h1>", PREV, head='<meta property="article:published_time" content="2026-10-06T09:16:05+09:00">'), )
page("p_print_layer", doc(f'<div class="cont">{PS}</div><div id="printLayer" style="display:none"><h3>{T1}</h3>{PS}<button>인쇄하기</button></div>', HEAD, PREV), out=(*OUT, "인쇄하기"), first=P1, last=P3)
page("p_accordion", doc('<div class="faq"><dl><dt><a href="#">Q. 농지 전용 허가는 어디에 신청합니까?</a></dt><dd style="display:none">A. 농지 소재지 시·군 농정과에 신청하시면 됩니다. 처리 기간은 10일입니다.</dd></dl></div>', "<h3>자주 묻는 질문: 농지 전용 허가</h3>", SAT+PREV), "자주 묻는 질문: 농지 전용 허가", out=OUT, said=("처리 기간은 10일입니다.",))
page("p_qna", doc('<div class="view"><div class="q"><h4>질문</h4><p>우리 마을 입구 가로등이 사흘째 꺼져 있습니다. 고쳐 주세요.</p></div><div class="a"><h4>답변</h4><p>안녕하십니까. 건설과입니다. 10월 8일까지 수리하겠습니다.</p></div></div>', "<h3>가로등 고장 신고합니다</h3>", PREV+SAT), "가로등 고장 신고합니다", out=OUT, said=("사흘째 꺼져 있습니다", "10월 8일까지 수리하겠습니다.",))
page("p_notice", doc('<div class="bbs_view"><dl><dt>고시공고번호</dt><dd>창원시 공고 제2026-1234호</dd><dt>담당부서</dt><dd>도로과</dd><dt>게재기간</dt><dd>2026-10-06 ~ 2026-10-26</dd><dt>연락처</dt><dd>055-225-4800</dd></dl><div class="txt"><p>도로법 제25조에 따라 도로구역을 다음과 같이 결정하고 같은 조 제3항에 따라 공고합니다.</p><p>2026년 10월 6일</p><p>창원시장</p></div></div>', '<h3>창원시 공고 제2026-1234호(도로구역 결정)</h3>', PREV+SAT), "창원시 공고 제2026-1234호(도로구역 결정)", out=OUT, said=("도로구역을 다음과 같이 결정", "창원시장",))
page("p_recruit", doc('<table class="view"><tr><th scope="row">제목</th><td>2026년 제4회 기간제근로자 채용 공고</td></tr><tr><th>부서명</th><td>총무과</td></tr><tr><th>작성일자</th><td>2026/10/06</td></tr><tr><th>접수기간</th><td>2026.10.12. ~ 10.16.</td></tr><tr><td colspan=2><p>1. 채용분야 및 인원: 사무보조 2명</p><p>2. 보수: 일급 87,000원</p><p>3. 문의: 총무과 인사팀(☎ 055-211-3000)</p></td></tr></table>', "", PREV), "2026년 제4회 기간제근로자 채용 공고", out=OUT, said=("사무보조 2명", "문의: 총무과 인사팀(☎ 055-211-3000)",))
page("p_council", doc('<div class="cont">제410회 경상남도의회 임시회 제2차 본회의를 아래와 같이 개최합니다.<br>- 일시: 2026. 10. 15.(목) 14:00<br>- 장소: 본회의장<br>- 안건: 도정질문</div>', "<h4>제410회 임시회 제2차 본회의 개최 알림</h4><div>의사담당관 | 2026-10-06 | 조회 33</div>", PREV), "제410회 임시회 제2차 본회의 개최 알림", first="제410회 경상남도의회 임시회", last="- 안건: 도정질문", out=OUT)
page("p_report", doc('<div class="abs"><h4>초록</h4><p>본 연구는 지방소멸대응기금의 배분 방식이 시·군 재정 지출에 준 영향을 분석하였다.</p><p>분석 결과 기금 배분액이 1% 늘 때 투자사업비가 0.3% 늘었다.</p><h4>목차</h4><p>제1장 서론</p><p>제2장 이론적 배경</p></div>', '<h3>지역소멸 대응 재정제도 연구</h3><ul><li>저자 홍길동</li><li>발행일 2026-10-06</li></ul>', PREV), "지역소멸 대응 재정제도 연구", out=OUT, said=("영향을 분석하였다.", "0.3% 늘었다.",))
page("p_comments", doc(f'<div class="cont">{PS}</div>', HEAD, '<div class="reply"><h4>댓글 <span>2</span></h4><ul><li><b>도민1</b> 좋은 정책이네요 응원합니다 <span>2026-10-07</span></li><li><b>도민2</b> 저희 마을도 방제해 주세요 부탁드립니다</li></ul><form><textarea placeholder="댓글을 입력하세요"></textarea></form></div>' + PREV), out=(*OUT, "응원합니다", "저희 마을도"), first=P1, last=P3)
page("p_related", doc(f'<div class="cont">{PS}</div>', HEAD, '<div class="related"><h4>관련글</h4><ul><li><a href="/none/1">벼멸구 예찰 결과 발표</a></li><li><a href="/none/2">쌀값 안정 대책 회의</a></li></ul></div>'+PREV), out=(*OUT, "벼멸구 예찰 결과", "쌀값 안정"), first=P1, last=P3)
page("p_quick", doc(f'<div class="cont">{PS}</div>', HEAD, PREV, foot='<aside class="quick"><h4>퀵메뉴</h4><ul><li><a href="/none/q">민원신청</a></li><li><a href="/none/q2">조직도</a></li></ul><a href="#top">TOP</a></aside>'+FOOT), out=(*OUT, "퀵메뉴", "조직도"), first=P1, last=P3)
page("p_privacy", doc(f'<div class="cont">{PS}</div>', HEAD, '<div class="info_box"><p>게시글 작성 시 주민등록번호 등 개인정보가 포함되지 않도록 유의하시기 바랍니다.</p></div>'+PREV), out=(*OUT, "주민등록번호"), first=P1, last=P3)
page("a_preview", doc(f'<div class="cont">{PS}</div>', HEAD, ATT+'<li><a href="/file/a.txt">1. 보도자료(벼 방제).txt</a> <span>(34.5 KB, 다운로드 12회)</span> <a href="/none/preview?f=a" class="btn">미리보기</a> <a href="/file/a.txt" class="btn">다운로드</a> <a href="/none/viewer?f=a">바로보기</a></li><li><a href="/file/b.txt">2. 사진.txt</a> <a href="/none/preview?f=b">미리보기</a></li></ul></div>'+PREV), files=("1. 보도자료(벼 방제).txt", "2. 사진.txt",), out=(*OUT, "미리보기", "34.5"), first=P1, last=P3)
page("a_size_in_name", doc(f'<div class="cont">{PS}</div>', HEAD, ATT+'<li><a href="/file/a.txt">보도자료.txt [34.5KB]</a></li><li><a href="/file/b.txt" title="붙임2.txt 다운로드">붙임2.txt (1,024 byte) 내려받기</a></li></ul></div>'+PREV), files=("보도자료.txt", "붙임2.txt",), first=P1, last=P3)
page("a_icon_only", doc(f'<div class="cont">{PS}</div>', HEAD, ATT+'<li>보도자료.txt <a href="/file/a.txt"><img src="/i.gif" alt="다운로드"></a></li></ul></div>'+PREV), files=("보도자료.txt",), first=P1, last=P3)
page("a_js", doc(f'<div class="cont">{PS}</div>', HEAD, ATT+'''<li><a href="javascript:void(0)" onclick="location.href='/file/a.txt'">보도자료.txt</a></li></ul></div>'''+PREV), files=("보도자료.txt",), first=P1, last=P3)
page("a_download_attr", doc(f'<div class="cont">{PS}</div>', HEAD, '<p><a href="/file/a.txt" download="방제 계획.txt">내려받기</a></p>'+PREV), files=("방제 계획.txt",), first=P1, last=P3)
page("a_fileid", doc(f'<div class="cont">{PS}</div>', HEAD, ATT+'<li><a href="/cmm/fms/FileDown.do?atchFileId=FILE_0001&fileSn=0">벼 방제 계획.txt</a></li><li><a href="/cmm/fms/FileDown.do?atchFileId=FILE_0001&fileSn=1">참고.txt</a></li></ul></div>'+PREV), files=("벼 방제 계획.txt", "참고.txt",), first=P1, last=P3)
page("a_all_zip", doc(f'<div class="cont">{PS}</div>', HEAD, ATT+'<li><a href="/file/a.txt">보도자료.txt</a></li></ul><a class="all" href="/none/zipall?id=3">전체 다운로드</a></div>'+PREV), files=("보도자료.txt",), first=P1, last=P3)
page("a_none_word", doc(f'<div class="cont">{PS}</div>', HEAD, '<div class="file"><strong>첨부파일</strong> 첨부파일이 없습니다.</div>'+PREV), files=(), out=(*OUT, "첨부파일이 없습니다"), first=P1, last=P3)
page("a_footer_viewers", doc(f'<div class="cont">{PS}</div>', HEAD, '<div class="viewer"><a href="/none/hwpviewer.exe">한글뷰어 다운로드</a><a href="/none/pdf_reader.exe">PDF뷰어</a></div>'+PREV, foot='<footer><a href="/none/brochure.pdf">도정 안내 책자</a></footer>'), files=(), first=P1, last=P3)
page("a_same_twice", doc(f'<div class="cont">{PS}<p><a href="/file/a.txt">보도자료.txt</a></p></div>', HEAD, ATT+'<li><a href="/file/a.txt?x=">보도자료.txt</a></li><li><a href="/file/a.txt">보도자료.txt</a></li></ul></div>'+PREV), files=("보도자료.txt",))
whole("l_type1_file", doc(f'<div class="cont">{PS}</div>', HEAD, kogl(1,"file")+PREV), licence="KOGL-1")
whole("l_type4_alt", doc(f'<div class="cont">{PS}</div>', HEAD, kogl(4,"alt")+PREV), licence="KOGL-4")
whole("l_type2_text", doc(f'<div class="cont">{PS}</div>', HEAD, kogl(2,"text")+PREV), licence="KOGL-2")
whole("l_type3_alt", doc(f'<div class="cont">{PS}</div>', HEAD, kogl(3,"alt")+PREV), licence="KOGL-3")
whole("l_type0", doc(f'<div class="cont">{PS}</div>', HEAD, '<div class="kogl"><img src="/img/img_opentype00.png" alt="공공누리 제0유형"><p>이 저작물은 공공누리 제0유형에 따라 출처표시 없이 자유이용할 수 있습니다.</p></div>'+PREV), licence="KOGL-0")
page("l_about", doc(f'<div class="cont"><p>{ABOUT}</p><p>제1유형은 출처표시만 하면 누구나 쓸 수 있고 제4유형은 변경할 수 없다.</p></div>', "<h3>공공저작물 개방 3만 건 돌파</h3>", PREV), "공공저작물 개방 3만 건 돌파", first=ABOUT, licence="")
page("l_no_mark_reserved", doc(f'<div class="cont">{PS}</div>', HEAD, '<p class="copy">본 저작물은 저작권법에 따라 보호되며 무단 전재 및 재배포를 금합니다.</p>'+PREV), first=P1)
whole("l_footer_site_kogl", doc(f'<div class="cont">{PS}</div>', HEAD, kogl(4)+PREV, foot='<footer><a href="https://www.kogl.or.kr"><img src="/img/kogl_logo.png" alt="공공누리"></a>'+FOOT+"</footer>"), licence="KOGL-4")
whole("l_all_types_selectable", doc(f'<div class="cont">{PS}</div>', HEAD, '<div class="kogl"><img src="/images/img_opentype01.png" alt="OPEN 공공누리 공공저작물 자유이용허락 출처표시"> <a href="https://www.kogl.or.kr/info/license.do">공공누리 유형 안내</a></div>'+PREV), licence="KOGL-1")
whole("m_unclosed", doc(f'<div class="cont"><p>{P1}<p>{P2}<p>{P3}</div>', HEAD, PREV), )
whole("m_frameset_bits", doc(f'<center><table><tr><td align=left><p>{P1}</p><p>{P2}</p><p>{P3}</p></td></tr></table></center>', HEAD.replace("div","center"), PREV), )
page("m_noscript", doc(f'<noscript><p>자바스크립트를 켜 주세요.</p></noscript><div class="cont">{PS}</div>', HEAD, PREV), out=(*OUT, "자바스크립트를 켜"), first=P1, last=P3)
page("m_hidden", doc(f'<div class="cont"><span style="display:none">숨은 문장입니다 보이지 않아야 합니다.</span>{PS}</div>', HEAD, PREV), out=(*OUT, "숨은 문장"), first=P1, last=P3)
page("m_short", doc('<div class="cont"><p>10월 9일(금) 한글날은 민원실이 쉽니다.</p></div>', "<h3>도청 민원실 휴무 안내</h3><p>작성일 2026-10-06 조회 5</p>", PREV+SAT+SNS+CHARGE), "도청 민원실 휴무 안내", first="10월 9일(금)", last="민원실이 쉽니다.", out=OUT)
page("m_one_word_only", doc('<div class="cont">삼가 고인의 명복을 빕니다.</div>', "<h3>직원 부고</h3>", PREV+SAT+SNS), "직원 부고", first="삼가", last="빕니다.", out=OUT)
page("m_subtitle", doc(f'<div class="cont"><p><b>- 14개 시군 8,200헥타르 긴급 방제 -</b></p>{PS}</div>', HEAD, PREV), first="- 14개 시군 8,200헥타르 긴급 방제 -", last=P3)
whole("m_links_in_body", doc(f'<div class="cont"><p>{P1}</p><p>신청은 <a href="/none/apply">경남바로서비스</a>에서 한다.</p><p>{P3}</p></div>', HEAD, PREV), said=("신청은 경남바로서비스에서 한다.",))
page("m_photo_caption", doc(f'<div class="cont"><figure><img src="/none/a.jpg" alt="방제 현장"><figcaption>6일 진주시에서 드론으로 방제하고 있다.</figcaption></figure>{PS}</div>', HEAD, PREV), said=(P1, P3,))
page("m_contact_in_body", doc('<div class="cont"><p>도민 강좌 수강생 30명을 모집합니다.</p><p>접수: 2026. 10. 12.부터 선착순</p><p>문의: 평생교육과 055-211-3333</p></div>', "<h3>도민 강좌 수강생 모집</h3>", PREV+SAT+CHARGE), "도민 강좌 수강생 모집", first="도민 강좌 수강생 30명", last="문의: 평생교육과 055-211-3333", out=(*OUT, "담당자"))
page("m_long", doc('<div class="cont">' + "".join(f"<p>{i}. {P2}</p>" for i in range(1, 200)) + "</div>", HEAD, PREV+SAT), first="1. "+P2[:10], last="199. "+P2, out=OUT)
whole("gnuboard", f'<html><head><meta charset=utf-8></head><body><div id="hd"><ul id="gnb_1dul"><li><a href=/1>소개</a><li><a href=/2>알림</a></ul></div><article id="bo_v"><header><h2 id="bo_v_title"><span class="bo_v_cate">공지</span><span class="bo_v_tit">{T1}</span></h2></header><section id="bo_v_info"><h2>페이지 정보</h2><strong><span class="sv_member">관리자</span></strong><strong>작성일 26-10-06 09:16</strong><strong>조회 55회 댓글 0건</strong></section><section id="bo_v_file"><h2>첨부파일</h2><ul><li><a href="/file/a.txt?w=1" class="view_file_download"><strong>방제계획.txt</strong></a> (15.5K) <br><span class="bo_v_file_cnt">3회 다운로드 | DATE : 2026-10-06 09:16:00</span></li></ul></section><section id="bo_v_atc"><h2 id="bo_v_atc_title">본문</h2><div id="bo_v_con">{PS}</div></section><ul class="bo_v_nb"><li class="btn_prv"><span class="nb_tit">이전글</span><a href=/x>가을 축제</a></li></ul><section id="bo_vc"><h2>댓글목록</h2><p id="bo_vc_empty">등록된 댓글이 없습니다.</p></section></article><div id="ft"><p>Copyright © 소유하신 도메인. All rights reserved.</p></div></body></html>', files=("방제계획.txt",), out=("댓글", "이전글", "다운로드", "페이지 정보", "조회"))
whole("k2web", f'<div id="wrap"><div class="_articleTable"><form><div class="artclViewHead"><h2 class="artclViewTitle">{T1}</h2><div class="artclInfo"><dl class="artclForm"><dt>작성일</dt><dd>2026.10.06</dd></dl><dl><dt>작성자</dt><dd>농업정책과</dd></dl><dl><dt>조회수</dt><dd>22</dd></dl></div></div><div class="artclView">{PS}</div><dl class="artclForm"><dt>첨부파일</dt><dd><ul><li><a href="/bbs/gn/1/2/download.do">방제계획.txt</a></li></ul></dd></dl></form><div class="artclPrvNxt"><a href="/x">다음글: 겨울 방학</a></div></div></div>', files=("방제계획.txt",), out=("다음글", "조회수"))
whole("egov_table", f'<div class="wTableFrm"><h2>게시글 조회</h2><table class="wTable"><tr><th>글 제목</th><td class="left" colspan="5">{T1}</td></tr><tr><th>작성자</th><td>농업정책과</td><th>작성시간</th><td>2026-10-06</td><th>조회수</th><td>5</td></tr><tr><th class="vtop">글 내용</th><td colspan="5" class="cnt">{P1}<br/><br/>{P2}<br/>{P3}</td></tr><tr><th>첨부파일 목록</th><td colspan="5"><a href="javascript:fn_egov_downFile(\'FILE_000000000001\',\'0\')">방제계획.txt&nbsp;[1024&nbsp;byte]</a></td></tr></table><div class="btn"><span class="btn_s"><a href="/list">목록</a></span></div></div>', files=("방제계획.txt",), out=("목록", "조회수"))
whole("webforms", f'<form name="aspnetForm" method="post" id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="/wEPDw=="><table class="tbl_view"><tr><th class="subject" colspan=4>{T1}</th></tr><tr><td class="info">등록자: 농업정책과 &nbsp; 등록일: 2026-10-06 &nbsp; 조회: 7</td></tr><tr><td class="memo"><span id="ctl00_lblContent">{P1}<br>{P2}<br>{P3}</span></td></tr></table></form>', out=("조회",))
whole("wordpress", f'<body class="single"><div class="site-header"><nav class="main-navigation"><a href=/>홈</a></nav></div><main><article class="post"><header class="entry-header"><h1 class="entry-title">{T1}</h1><div class="entry-meta"><time class="entry-date published" datetime="2026-10-06T09:16:05+09:00">2026년 10월 6일</time></div></header><div class="entry-content">{PS}<div class="sharedaddy"><h3>이것 공유하기:</h3><ul><li><a>트위터</a></li></ul></div></div></article></main></body>', out=("공유하기", "트위터"))
whole("next_ssr", f'<div id="__next"><div class="css-1a"><h1 class="css-2b">{T1}</h1><div class="css-3c"><p>{P1}</p><p>{P2}</p><p>{P3}</p></div></div></div><script id="__NEXT_DATA__" type="application/json">{{"props":{{"body":"다른 글 숨음"}}}}</script>', out=("다른 글 숨음",))
page("policy_brief", f'<div class="article_head"><h1>{T1}</h1><div class="info"><span>2026.10.06</span><span>농림축산식품부</span></div></div><div class="article_body"><div class="view_cont">{PS}</div><div class="source"><p>“이 자료는 농림축산식품부의 보도자료를 전재하여 제공함을 알려드립니다.”</p></div></div><div class="file_down"><strong>첨부파일</strong><span><a href="/common/download.do?fileId=1&tblKey=GMN">방제계획.txt</a> <a href="/docViewer/skin/doc.html?fn=1">바로보기</a></span></div>', files=("방제계획.txt",), first=P1)
whole("dl_layout", f'<dl class="view"><dt class="tit">{T1}</dt><dd class="info"><span>담당부서</span> 농업정책과 <span>등록일</span> 2026-10-06</dd><dd class="txt">{PS}</dd></dl>', out=())
whole("font_center", f'<body bgcolor=white><table width=600 align=center><tr><td bgcolor=#eeeeee><font size=3><b>{T1}</b></font></td></tr><tr><td align=right><font size=2>2026/10/06 | 읽음 : 33</font></td></tr><tr><td><font face=굴림><p>{P1}<p>{P2}<p>{P3}</font></td></tr><tr><td align=center><a href=list.asp>[목록]</a> <a href=prev.asp>[이전]</a></td></tr></table>', out=("[목록]", "읽음"))
whole("two_columns", f'<div class="row"><div class="col-9"><h3>{T1}</h3><div class="body">{PS}</div></div><div class="col-3"><h4>많이 본 뉴스</h4><ol><li><a href=/a>도청 이전 10년의 기록을 담다</a></li><li><a href=/b>내년도 예산안 13조 편성</a></li><li><a href=/c>남해안 관광 벨트 조성 착수</a></li></ol></div></div>', out=("많이 본 뉴스", "13조 편성"))
page("long_footer_short_body", '<div class="c"><h3>농기계 임대사업소 휴무</h3><div class="v">10월 9일 한글날 휴무합니다.</div></div><div class="foot_area"><p>우편번호 52435 경상남도 남해군 남해읍 망운로9번길 12</p><p>대표전화 055-860-3114 팩스 055-860-3700 당직실 055-860-3222</p><p>이 누리집은 남해군청이 운영합니다. 무단 이메일 수집을 거부합니다.</p></div>', "농기계 임대사업소 휴무", first="10월 9일", last="휴무합니다.")
whole("colgroup_rows", f'<table><colgroup><col><col></colgroup><thead><tr><th colspan=2>{T1}</th></tr></thead><tbody><tr><th>구분</th><td>보도자료</td></tr><tr><th>등록일</th><td>2026-10-06</td></tr><tr><th>내용</th><td>{PS}</td></tr></tbody></table>', out=("구분",))
whole("tabs", f'<ul class="tab"><li class="on"><a href="#t1">본문</a></li><li><a href="#t2">첨부</a></li></ul><h3>{T1}</h3><div id="t1">{PS}</div><div id="t2"><ul><li><a href="/file/b.txt">붙임 1. 계획서.txt</a><em>(2.1MB)</em></li></ul></div>', files=("붙임 1. 계획서.txt",), out=("2.1MB",))
page("body_with_dashes", f'<h3>{T1}</h3><div class="ct"><p>□ 경상남도(도지사 홍길동)는 10월 20일부터 방제비를 지원한다.</p><p>&nbsp;ㅇ 대상: 14개 시·군</p><p>&nbsp;&nbsp;- 창원, 진주 등</p><p>&nbsp;※ 자세한 내용은 붙임 참고</p><p>붙임 1. 사업개요 1부. 끝.</p></div>', first="□ 경상남도(도지사 홍길동)는", last="붙임 1. 사업개요 1부. 끝.")
page("obituary_short", '<h4>부고 알림(총무과)</h4><p class="d">2026-10-06</p><div class="ct">총무과 김아무 주무관 부친상<br>빈소: 창원병원 3호실<br>발인: 10월 8일 07시</div><div class="b"><a href="/l">목록</a></div>', "부고 알림(총무과)", first="총무과 김아무", last="발인: 10월 8일 07시")
page("bid_notice", '<h3>입찰공고(청사 승강기 교체)</h3><table class="v"><tr><th>공고번호</th><td>2026-1234</td></tr><tr><th>담당부서</th><td>회계과</td></tr></table><div class="t"><p>1. 입찰에 부치는 사항</p><p>가. 공사명: 청사 승강기 교체</p><p>나. 기초금액: 금345,000,000원</p><p>2. 입찰 참가자격: 승강기설치공사업 등록 업체</p></div>', "입찰공고(청사 승강기 교체)", said=("금345,000,000원", "승강기설치공사업 등록 업체",))
page("rules_notice", '<h3>조례 일부개정조례안 입법예고</h3><div class="t"><p>「경상남도 농업 지원 조례」를 개정하는 데 있어 그 이유와 주요 내용을 다음과 같이 예고합니다.</p><p>1. 개정이유</p><p>2. 의견제출: 2026년 10월 26일까지</p><p>경상남도지사</p></div>', "조례 일부개정조례안 입법예고", first="「경상남도 농업 지원 조례」를", last="경상남도지사")
page("img_and_longdesc", '<h3>안전 카드뉴스</h3><div class="t"><img src="/1.jpg" alt="카드뉴스 1"><div class="sr-only hidden-text">가을 산행 안전수칙. 해 지기 전에 내려옵니다. 비상식량을 챙깁니다.</div></div>', "안전 카드뉴스", said=("비상식량을 챙깁니다.",))
whole("kogl_bg_class", f'<h3>{T1}</h3><div class="t">{PS}</div><div class="codeView"><span class="ico type2"></span>"공공누리 제2유형 : 출처표시 + 상업적 이용금지" 조건에 따라 이용 가능합니다.</div>', out=("공공누리",), licence="KOGL-2")
whole("kogl_english_file", f'<h3>{T1}</h3><div class="t">{PS}</div><div><img src="/static/img/common/new_img_opencode3.png" alt="OPEN"></div>', licence="KOGL-3", out=())
page("kogl_guide_page", '<h3>공공누리 유형 안내</h3><div class="t"><p>공공누리는 네 유형이 있습니다.</p><p>제1유형: 출처표시</p><p>제2유형: 출처표시+상업적 이용금지</p><p>제3유형: 출처표시+변경금지</p><p>제4유형: 모두</p></div>', "공공누리 유형 안내", first="공공누리는 네 유형이 있습니다.", last="제4유형: 모두", licence="")
page("kogl_sentence_news", f'<h3>도, 사진 1만 장 개방</h3><div class="t"><p>경남도는 보유 사진을 공공누리 제4유형으로 바꾸어 개방할 계획이다.</p><p>{P2}</p></div>', "도, 사진 1만 장 개방", first="경남도는 보유 사진을", licence="")
whole("forbid_text", f'<h3>{T1}</h3><div class="t">{PS}</div><p>저작권자 ⓒ 경남연구원 무단전재 및 재배포 금지</p>', out=("무단전재",))
whole("attach_onclick_call", f'<script>function fileDown(id,sn){{location.href="/down.do?id="+id+"&sn="+sn;}}</script><h3>{T1}</h3><div class="t">{PS}</div><ul class="f"><li><a href="#none" onclick="fileDown(\'77\',\'2\');return false;">방제계획.txt</a></li></ul>', files=("방제계획.txt",), out=())
whole("attach_same_name_two", f'<h3>{T1}</h3><div class="t">{PS}</div><ul class="f"><li><a href="/file/a.txt">공고문.txt</a></li><li><a href="/file/b.txt">신청서.txt</a></li><li><a href="/file/a.txt" class="pv">공고문.txt 바로보기</a></li></ul>', files=("공고문.txt", "신청서.txt",), out=())
whole("attach_table_row", f'<h3>{T1}</h3><table><tr><th>첨부파일</th><td><a href="/file/a.txt"><img src="/txt.gif" alt="txt 파일"> 공고문.txt</a>&nbsp;<span>(12 KB)</span><br><a href="/file/b.txt"><img src="/txt.gif" alt="txt 파일"> 신청서.txt</a></td></tr><tr><td colspan=2>{PS}</td></tr></table>', files=("공고문.txt", "신청서.txt",), out=())
whole("nbsp_spacing", f'<h3>{T1}</h3><div class="t"><p>{P1.replace(" ", "&nbsp;")}</p><p>&nbsp;</p><p>{P3}</p></div>', out=())
page("h_tags_in_body", f'<h2>{T1}</h2><div class="t"><h4>지원 배경</h4><p>{P1}</p><h4>지원 내용</h4><p>{P2}</p><h4>기대 효과</h4><p>{P3}</p></div>', first="지원 배경", last=P3, said=("기대 효과", "지원 내용",))
page("survey_short_body", '<div class="w"><h3>민방위 교육 안내</h3><div class="t">10월 13일 시청 대강당에서 합니다.</div><div class="survey"><p>이 페이지에서 제공하는 정보에 대하여 어느 정도 만족하셨습니까?</p><ul><li>매우만족</li><li>만족</li><li>보통</li><li>불만족</li><li>매우불만족</li></ul></div></div>', "민방위 교육 안내", first="10월 13일", last="대강당에서 합니다.")
