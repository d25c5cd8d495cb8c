"""Words, slashes and plain sentences lead to the same route; nothing is guessed where nobody asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.routes import Grammar, Route, tidy


async def handle(_request):
    return []


GRAMMAR = Grammar(
    [
        Route("consent", ("위치 동의",), ("consent",), handle),
        Route("withdraw", ("위치 동의 철회",), ("withdraw",), handle),
        Route(
            "subscribe",
            ("구독",),
            ("subscribe", "구독"),
            handle,
            sentences=(r"^(?P<argument>.+?) 구독해 ?줘$",),
            press="sub",
        ),
        Route("cafeteria", ("식당", "밥"), ("cafeteria",), handle, sentences=(r"줄.*(길|몇 분)",)),
    ]
)


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("구독 재난안전", "subscribe", "재난안전"),
        ("/subscribe 재난안전", "subscribe", "재난안전"),
        ("/구독 재난안전", "subscribe", "재난안전"),
        ("/SUBSCRIBE@dobi_bot 재난안전", "subscribe", "재난안전"),
        ("구독", "subscribe", ""),
        ("위치 동의", "consent", ""),
        ("위치 동의 철회", "withdraw", ""),
        ("/식당", "cafeteria", ""),
        ("밥", "cafeteria", ""),
    ],
)
def test_a_command_is_found_with_its_argument(text, name, argument):
    found = GRAMMAR.command(text)

    assert found is not None
    assert (found.route.name, found.argument) == (name, argument)


@pytest.mark.parametrize("text", ["구독료가 얼마인가요", "밥솥", "식당가", "아무 말", "/모르는명령", ""])
def test_a_word_that_only_begins_like_a_command_is_none(text):
    assert GRAMMAR.command(text) is None


def test_in_a_group_only_a_slash_or_the_word_alone_counts():
    assert GRAMMAR.exact("식당") is not None
    assert GRAMMAR.exact("/subscribe 재난") is not None
    assert GRAMMAR.exact("식당 가자 얘들아") is None
    assert GRAMMAR.exact("구독 눌렀어요") is None


def test_a_sentence_hands_on_what_it_is_about():
    found = GRAMMAR.sentence("청년 일자리 구독해줘")

    assert found is not None
    assert (found.route.name, found.argument) == ("subscribe", "청년 일자리")
    assert GRAMMAR.sentence("지금 줄 길어요?") is not None
    assert GRAMMAR.sentence("오늘 날씨 어때") is None


def test_a_button_leads_to_its_route():
    found = GRAMMAR.press("sub:abc:def")

    assert found is not None
    assert found.argument == "abc:def"
    assert GRAMMAR.press("gone:1") is None


@given(st.text())
def test_tidy_text_is_one_line_of_visible_characters(text):
    tidied = tidy(text)

    assert tidied == tidy(tidied)
    assert "\n" not in tidied
    assert not tidied.startswith(" ")
