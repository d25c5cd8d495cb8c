"""The key sentence is the document's own, never its title again, and comes from the file where the body only points."""

from __future__ import annotations

import pytest

from bot.substance import Part, body, is_cover_note, substance, summary

TITLE = "가축전염병 차단방역 특별대책기간 운영 알림"
NOTE = "가축전염병 차단방역 특별대책기간 운영에 관한 사항을 붙임과 같이 알려 드립니다.\n자세한 것은 붙임을 보십시오."
FILE = f"""{TITLE} (견본도청)
□ 견본도청은 11. 23.(월)부터 가축전염병 특별대책기간으로 정한다.
○ 농장은 출입 차량을 소독한다."""


def test_a_cover_note_gives_way_to_its_file():
    found = substance(TITLE, [Part(NOTE), Part(FILE, "대책.hwpx")], ["가축전염병"])

    assert is_cover_note(NOTE)
    assert (found.sentence, found.file) == (
        "견본도청은 11. 23.(월)부터 가축전염병 특별대책기간으로 정한다.",
        "대책.hwpx",
    )


def test_a_cover_note_without_a_readable_file_stands_for_itself():
    assert substance(TITLE, [Part(NOTE)], []).file == ""
    assert "붙임과 같이" in substance(TITLE, [Part(NOTE), Part("", "잠긴 파일.hwp")], []).sentence


def test_a_body_with_substance_is_preferred_to_its_file():
    text = "도는 겨울철 가축전염병을 막으려고 거점소독시설 21곳을 밤낮으로 운영하고 농장 출입을 줄인다고 밝혔다. " * 3

    found = substance(TITLE, [Part(text), Part(FILE, "대책.hwpx")], ["가축전염병"])

    assert found.file == ""
    assert found.sentence.startswith("도는 겨울철")


def test_a_page_that_repeats_its_title_and_head_does_not_quote_them():
    page = f"{TITLE}\n담당부서 축산과 작성일 2026-11-23 11:37\n도는 농장 출입 차량을 소독한다고 밝혔다."

    assert substance(TITLE, [Part(page)], ["가축전염병"]).sentence == "도는 농장 출입 차량을 소독한다고 밝혔다."
    assert body(TITLE, page) == "도는 농장 출입 차량을 소독한다고 밝혔다."
    assert summary(TITLE, page, 200) == "도는 농장 출입 차량을 소독한다고 밝혔다."


def test_what_an_official_is_quoted_with_comes_last():
    quote = '과장은 "재난안전 기관마다 다른 지휘 체계를 하나로 맞추겠다"고 말했다.'
    fact = "도는 25일 재난안전 훈련을 한다고 밝혔다."

    assert substance("훈련", [Part(f"{quote}\n{fact}")], ["재난안전"]).sentence == fact
    assert substance("훈련", [Part(quote)], ["재난안전"]).sentence == quote


@pytest.mark.parametrize("text", ["", TITLE, f"{TITLE}\n{TITLE} (견본도청)", "짧다"])
def test_nothing_but_the_title_is_no_substance(text):
    assert substance(TITLE, [Part(text)], ["가축"]).sentence == ""
