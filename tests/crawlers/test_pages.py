"""Detail pages of many makes: the body whole and alone, the files, the marks."""

# ruff: noqa: E501 - HTML is read best on its own line

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest

from crawlers.article import ParseError
from crawlers.dates import embargo_in
from crawlers.page import Page, read_page, unheaded
from tests.crawlers import pages
from tests.crawlers.pages import Case

URL = "https://www.a.go.kr/bbs/view.do?nttId=1"


def page(html: str, title: str = "") -> Page:
    return read_page(html.encode(), "", URL, title=title)


@pytest.mark.parametrize("case", [*pages.corpus(), *pages.later(), *pages.special()], ids=lambda case: case.name)
def test_the_body_of_a_page_is_read_whole_and_alone(case: Case) -> None:
    text = "".join(unheaded(page(case.html, case.title).text, case.title, "재난안전과").split())

    wanted = ["".join(sentence.split()) for sentence in case.sentences]
    places = [text.find(sentence) for sentence in wanted]
    assert places == sorted(places)
    assert text.startswith(wanted[0])
    assert text.endswith(wanted[-1])
    assert [words for words in case.never if "".join(words.split()) in text] == []


def test_a_data_table_stays_readable() -> None:
    text = page(pages.made("dom-cms", pages.BODIES["data table"])).text

    assert "구분 물량 담당\n한파 쉼터 120곳 복지과\n제설 장비 300대 도로과" in text


def test_a_body_that_speaks_of_surveys_and_files_is_no_boilerplate() -> None:
    told = (
        "도는 민원 만족도 조사를 12월에 실시한다.", "이전 조사에서는 매우 만족이 40%였다.", "목록은 다음 주에 공개한다.",
        "공공누리 개방 자료는 300건이다.", "신청서는 누리집에서 내려받기 할 수 있으며 댓글로도 의견을 받는다.",
    )  # fmt: skip
    text = page(pages.made("web", "".join(f"<p>{one}</p>" for one in told))).text

    assert text.split("\n")[-5:] == list(told)


SCRIPT = """<script>
function fileDown(id){ location.href = '/board/fileDown.do?fileId=' + id; }
function fn_down(seq, no){ document.dform.fileSeq.value = seq; document.dform.fileNo.value = no; document.dform.submit(); }
</script><form name="dform" action="/comm/download.do" method="post"><input type="hidden" name="fileSeq"><input type="hidden" name="fileNo"></form>"""
FILES = [
    ("<a href='/f/1.hwp'>보도자료.hwp</a>", "보도자료.hwp", "/f/1.hwp"),
    ("<a href='/download.do?id=3'>보도자료(최종).hwpx [32.5 KB] 다운로드 12회</a>", "보도자료(최종).hwpx", "/download.do?id=3"),
    ("<a href='/download.do?id=3'><img src='i.gif' alt='한글파일'> 첨부파일 1 보도자료.hwp</a>", "보도자료.hwp", "/download.do?id=3"),
    ("<a href='/download.do?id=3' title='보도자료.pdf 다운로드'>다운로드</a>", "보도자료.pdf", "/download.do?id=3"),
    ("<a href='/download.do?id=3' title='새창으로 열림'>다운로드 보도자료.pdf</a>", "보도자료.pdf", "/download.do?id=3"),
    ("<a href=\"javascript:fn_egov_downFile('FILE_000000000012345','0')\">보도자료.hwp</a>", "보도자료.hwp", "/cmm/fms/FileDown.do?atchFileId=FILE_000000000012345&fileSn=0"),
    ("<a href='#' onclick=\"fn_egov_downFile('aB3+/x==','1'); return false;\">보도자료.hwp</a>", "보도자료.hwp", "/cmm/fms/FileDown.do?atchFileId=aB3%2B%2Fx%3D%3D&fileSn=1"),
    ("<a href=\"javascript:fileDown('77')\">보도자료.hwp</a>", "보도자료.hwp", "/board/fileDown.do?fileId=77"),
    ("<button type='button' onclick=\"fileDown(77)\">보도자료.hwp 내려받기</button>", "보도자료.hwp", "/board/fileDown.do?fileId=77"),
    ("<a href='#none' onclick=\"location.href='/down.jsp?f=77'\">보도자료.hwp</a>", "보도자료.hwp", "/down.jsp?f=77"),
    ("<a href='#' data-url='/files/down/77'>보도자료.hwp</a>", "보도자료.hwp", "/files/down/77"),
    ("<button data-href='/files/down/77' class='btn-down'>보도자료.hwp</button>", "보도자료.hwp", "/files/down/77"),
    ("<a href='/down.jsp?path=/up&amp;name=%EB%B3%B4%EB%8F%84.hwp'><img alt='받기'></a>", "보도.hwp", "/down.jsp?path=/up&name=%EB%B3%B4%EB%8F%84.hwp"),
    ("<a href='/attach/9' download='보도자료.hwpx'>받기</a>", "보도자료.hwpx", "/attach/9"),
    ("<li>보도자료.hwp (20KB) <a href='/fileDownload.do?k=9'>[내려받기]</a></li>", "보도자료.hwp", "/fileDownload.do?k=9"),
    ("<dd><span>보도자료.pdf</span><a href=\"javascript:fileDown('5')\" class='down'>다운로드</a><a href='/preview.do?id=5'>미리보기</a></dd>", "보도자료.pdf", "/board/fileDown.do?fileId=5"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "name", "address"), FILES)
def test_a_file_is_found_and_named_however_it_is_offered(html: str, name: str, address: str) -> None:
    (link,) = page(
        f"<body><div class='view_con'>{pages.BODIES['paragraphs']}</div>{SCRIPT}<ul><li>{html}</li></ul></body>"
    ).links

    assert (link.name, link.url, link.post) == (name, f"https://www.a.go.kr{address}", False)


def test_a_file_that_a_form_is_sent_for_is_posted() -> None:
    (link,) = page(f"<body>{SCRIPT}<p>본문</p><a href=\"javascript:fn_down('12','3')\">보도자료.hwp</a></body>").links

    assert (link.name, link.url, link.post) == (
        "보도자료.hwp",
        "https://www.a.go.kr/comm/download.do?fileSeq=12&fileNo=3",
        True,
    )


def test_each_file_is_told_once_and_views_of_it_never() -> None:
    files = (
        "<a href='/down.do?f=1'>보도자료.hwp</a> <a href='/docViewer/view.do?f=1'>보도자료.hwp 미리보기</a> <a href='/down.do?f=1'><img alt='다운로드'></a>"
        "<a href='/skin/doc.html?fn=1' title='보도자료.hwp 바로보기'>바로보기</a> <a href='/down.do?f=2&amp;type=x'>보도자료.hwp</a> <a href='/down.do?f=3'>붙임.pdf</a>"
        "<a href='/zipdown.do?all=1'>전체 다운로드</a> <a href='https://www.hancom.com/viewer'>한글 뷰어 내려받기</a>"
    )

    links = page(
        f"<body><p>본문</p><div>{files}</div><footer><a href='/guide.pdf'>이용 안내.pdf</a></footer></body>"
    ).links

    assert [(link.name, link.url.removeprefix("https://www.a.go.kr")) for link in links] == [
        ("보도자료.hwp", "/down.do?f=1"),
        ("붙임.pdf", "/down.do?f=3"),
    ]


@pytest.mark.parametrize(
    ("html", "mark"),
    [
        ("<img src='/images/kogl/img_opentype01.png' alt=''>", "KOGL-1"),
        ("<img src='/img/new_img_opencode4.jpg' alt='공공누리'>", "KOGL-4"),
        ("<img src='/img/opencode_2.png'>", "KOGL-2"),
        ("<img src='a.png' alt='공공누리 공공저작물 자유이용허락(출처표시)'>", "KOGL-1"),
        ("<img src='a.png' alt='공공누리 : 출처표시, 상업적 이용금지'>", "KOGL-2"),
        ('<p>본 저작물은 "공공누리" 출처표시-변경금지 조건에 따라 이용할 수 있습니다.</p>', "KOGL-3"),
        ("<p>본 저작물은 공공누리 “출처표시+상업적 이용금지+변경금지” 조건에 따라 이용할 수 있습니다.</p>", "KOGL-4"),
        ("<p>공공누리 제1유형</p>", "KOGL-1"),
        ("<p>공공누리 제 4 유형: 출처표시 + 상업적 이용금지 + 변경금지</p>", "KOGL-4"),
        ("<a href='https://www.kogl.or.kr/info/licenseType3.do'>이용 조건</a>", "KOGL-3"),
        ("<img src='/kogl/img_opentype01.png'><img src='/kogl/img_opentype02.png'>", "KOGL-2"),
        ("".join(f"<img src='/kogl/img_opentype0{n}.png'>" for n in range(1, 5)), ""),
        ("<a href='/kogl'>공공누리 안내</a>", ""),
        ("<p>2026년 1유형 사업 공고</p>", ""),
    ],
)
def test_the_mark_of_a_page_is_read_in_every_form(html: str, mark: str) -> None:
    assert page(f"<body><div class='view_con'><p>본문</p></div>{html}</body>").licence == mark


def test_a_time_of_release_is_found_outside_of_the_body() -> None:
    head = "<table class='info'><tr><th>보도시점</th><td>2026. 11. 24.(화) 12:00 이후</td></tr><tr><th>배포일시</th><td>2026. 11. 23.</td></tr></table>"
    now = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)

    read = page(f"<body>{head}<div class='view_con'>{pages.BODIES['paragraphs']}</div></body>")

    assert "보도시점" not in read.text
    assert embargo_in(read.embargo, now) == datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert page(f"<body><div class='view_con'>{pages.BODIES['paragraphs']}</div></body>").embargo == ""


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert('존재하지 않는 게시물입니다.'); history.back();</script>",
        "<script>alert(\"삭제된 게시물입니다.\");location.replace('/list.do');</script><body></body>",
        "<body><div class='error_box'><h1>페이지를 찾을 수 없습니다</h1><a href='/'>홈으로</a></div></body>",
        "<body><p>로그인이 필요한 서비스입니다. 로그인 후 이용해 주세요.</p></body>",
        "<body><p>시스템 서비스 점검 중입니다.</p></body>",
    ],
)
def test_a_page_that_only_says_it_is_gone_is_no_document(html: str) -> None:
    with pytest.raises(ParseError, match="missing"):
        page(f"<html>{html}</html>")


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<table><tr><td>",
        "<a href='x.hwp'>",
        "<p class='btn'>가",
        "<!--",
        "<img alt='",
        "<ul><li><a>가",
        "<form><textarea>",
        "alert('",
    ],
)
def test_a_page_of_one_trick_is_read_or_refused_and_takes_no_quadratic_time(piece: str) -> None:
    with contextlib.suppress(ParseError):  # refused for its shape, or for saying nothing
        assert len(page("<body>" + piece * 3000).text) < 200_000
