"""What matching reads of a document."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.briefing import _text
from crawlers.article import Article, Attachment
from nlp.embedding import load
from nlp.matching import Matcher

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
FILE = (
    "스마트팜 청년 농업인 임대형 온실 입주자 모집 공고\n"
    "도는 스마트팜 청년 농업인을 위한 임대형 온실 입주자를 모집한다.\n"
    "신청 기한은 2026. 12. 4.(금) 18:00까지이며 시군 농업기술센터에 신청서를 낸다."
)


def article(text: str, *files: str) -> Article:
    attachments = tuple(Attachment(f"{n}.hwpx", "", "hwpx", one, "") for n, one in enumerate(files))
    return Article(
        "s",
        "견본도청",
        "1",
        "붙임 문서 참고 바랍니다",
        "",
        NOW,
        "",
        text,
        attachments,
        (),
        None,
        None,
        0,
        "",
        None,
        NOW,
        False,
    )


def test_a_cover_notes_file_is_read_before_the_note():
    cover = article("자세한 내용은 붙임을 참고하여 주시기 바랍니다.", FILE)

    assert _text(cover).startswith("스마트팜 청년 농업인")
    matcher = Matcher(load())
    matcher.add("s1", "스마트팜")
    assert [hit.push for hit in matcher.match(_text(cover), cover.title)] == [True]


def test_a_body_with_a_substance_of_its_own_comes_first():
    body = "도는 겨울철 재난안전 대책을 세우고 12월부터 시행한다고 밝혔다. " * 5

    assert _text(article(body, FILE)).startswith("도는 겨울철")
