"""Pages and files by somebody who has not read the crawler: the body whole, nothing else, the files, the mark."""

from __future__ import annotations

import io
import zipfile
from functools import cache

import pytest

from crawlers.article import ParseError
from crawlers.attachment import read_file
from crawlers.page import Page, read_page, unheaded
from tests.crawlers.strange_pages import P1, P3, PAGES, PS, T1, Stranger, doc

URL = "https://www.gn.go.kr/bbs/view.do?nttId=1"
SAID = "경상남도는 벼 병해충 방제비 12억 원을 지원한다."
ALSO = "신청은 10월 20일까지 농정과에서 받는다."


@cache
def read(html: str, title: str = T1) -> Page:
    return read_page(html.encode(), "utf-8", URL, title=title)


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_body_stands_whole_and_alone(page: Stranger) -> None:
    found = read(page.html, page.title)

    text = bare(unheaded(found.text, page.title, found.department))
    assert text.startswith(bare(page.first))
    assert text.endswith(bare(page.last))
    assert [part for part in page.said if bare(part) not in text] == []
    assert [part for part in page.out if bare(part) in text] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.files is not None], ids=lambda page: page.name)
def test_each_file_is_named_once_and_no_viewer_is_one(page: Stranger) -> None:
    assert tuple(link.name for link in read(page.html, page.title).links) == page.files


@pytest.mark.parametrize("page", [page for page in PAGES if page.licence is not None], ids=lambda page: page.name)
def test_a_mark_is_of_this_work_and_no_report_about_marks(page: Stranger) -> None:
    assert read(page.html, page.title).licence == page.licence


@pytest.mark.parametrize("charset", ["euc-kr", ""])
def test_a_page_of_an_old_site_is_read_whatever_it_says_of_its_letters(charset: str) -> None:
    page = doc(f'<div class="cont">{PS}</div>').replace('<meta charset="utf-8">', "")

    text = read_page(page.encode("cp949", "xmlcharrefreplace"), charset, URL, title=T1).text

    assert text.startswith(P1)
    assert text.endswith(P3)


def test_a_page_that_sends_people_to_log_in_is_no_document() -> None:
    page = '<script>alert("세션이 만료되었습니다. 다시 로그인하여 주십시오.");location.href="/login.do";</script>'

    with pytest.raises(ParseError, match="missing"):
        read(page)


def test_the_day_for_machines_counts_where_people_are_told_none() -> None:
    page = f'<meta property="article:published_time" content="2026-10-06T09:16:05+09:00"><div class="cont">{PS}</div>'

    assert read(page).date == "2026-10-06T09:16:05+09:00"


def section(*paragraphs: str) -> str:
    told = "".join(f"<hp:p><hp:run>{paragraph}</hp:run></hp:p>" for paragraph in paragraphs)
    return f'<?xml version="1.0"?><hs:sec xmlns:hp="urn:p" xmlns:hs="urn:s">{told}</hs:sec>'


def hwpx(*sections: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/hwp+zip")
        archive.writestr("Contents/header.xml", '<?xml version="1.0"?><head/>')
        for number, text in enumerate(sections):
            archive.writestr(f"Contents/section{number}.xml", text)
    return packed.getvalue()


@pytest.mark.parametrize(
    "sections",
    [
        (section(f"<hp:t>{SAID}</hp:t>", f"<hp:t>{ALSO}</hp:t>"),),
        (section(f"<hp:t>{SAID}</hp:t>", f"<hp:t>{ALSO}</hp:t>").replace("</hs:sec>", "<hp:p><"),),
        (section(f"<hp:t>{SAID}</hp:t>"), section(f"<hp:t>{ALSO}</hp:t>")),
        (
            section(
                f"<hp:t>{SAID}</hp:t>",
                "<hp:ctrl><hp:footNote><hp:subList><hp:p><hp:run><hp:t>각주다.</hp:t></hp:run></hp:p></hp:subList>"
                f"</hp:footNote></hp:ctrl><hp:t>{ALSO}</hp:t>",
            ),
        ),
        (section("".join(f"<hp:t>{letter}</hp:t>" for letter in SAID), f"<hp:t>{ALSO}</hp:t>"),),
    ],
    ids=["plain", "broken XML", "two sections", "a footnote before the text", "a run a letter"],
)
def test_what_a_hangul_document_says_is_read_whatever_became_of_its_parts(sections: tuple[str, ...]) -> None:
    found = read_file(hwpx(*sections), "공고.hwpx")

    assert found.reason == ""
    assert bare(SAID) in bare(found.text)
    assert bare(ALSO) in bare(found.text)
