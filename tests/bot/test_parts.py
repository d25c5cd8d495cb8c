"""A reply is cut into what a platform can carry: nothing is lost, nothing is torn."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messenger import Button, OutFile, Reply
from bot.parts import cut, pieces
from bot.platforms import Capabilities

PLAIN = Capabilities(
    location_in=True, image_out=True, buttons=True, edit=True, idempotent_send=False, max_text=40, max_caption=20,
    max_buttons=3,
)  # fmt: skip
UTF16 = replace(PLAIN, utf16=True)
YES = (Button("네", "yes:1"),)
CLUSTERS = [
    "가",
    "각",
    "a\u0301",
    "👨‍👩‍👧",
    "🇰🇷",
    "👍🏽",
    "❤️",
    "1\u20e3",
    "\u1112\u1161\u11ab",
    "\r\n",
    "🏴\U000e0067\U000e007f",
    "x",
]


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_what_fits_is_one_message():
    reply = Reply("짧은 글", buttons=YES, image=b"p", alt="그림")

    assert cut(reply, PLAIN).all == (reply,)


def test_a_long_text_is_cut_at_paragraphs_and_its_buttons_stand_at_the_end():
    text = "첫 문단입니다. 여기까지가 첫 문단입니다.\n\n둘째 문단입니다. 조금 더 길게 씁니다.\n\n셋째."

    parts = cut(Reply(text, buttons=YES), PLAIN)

    assert [one.text for one in parts.all] == [
        "첫 문단입니다. 여기까지가 첫 문단입니다.",
        "둘째 문단입니다. 조금 더 길게 씁니다.\n\n셋째.",
    ]
    assert [one.buttons for one in parts.all] == [(), YES]
    assert parts.own.text.startswith("첫")


def test_a_long_paragraph_is_cut_after_a_sentence_and_a_long_word_anywhere():
    assert list(pieces("하나 둘 셋 넷 다섯 여섯 일곱 여덟입니다. 아홉 열 열하나 열둘 열셋 열넷입니다.", PLAIN)) == [
        "하나 둘 셋 넷 다섯 여섯 일곱 여덟입니다.",
        "아홉 열 열하나 열둘 열셋 열넷입니다.",
    ]
    assert list(pieces("가" * 90, PLAIN)) == ["가" * 40, "가" * 40, "가" * 10]


def test_a_picture_whose_caption_is_too_long_goes_before_the_text_that_edits_change():
    reply = Reply("스무 자가 넘어서 그림 밑에 둘 수 없는 글입니다.", image=b"p", alt="그림", buttons=YES, receipt="r1")

    parts = cut(reply, PLAIN)

    assert parts.before == (Reply("", image=b"p", alt="그림"),)
    assert parts.own == Reply(reply.text, buttons=YES, receipt="r1")
    assert cut(reply, PLAIN, edit=True).all == (parts.own,)


def test_a_file_beside_a_picture_is_a_message_of_its_own():
    file = OutFile("표.xlsx", b"x")

    parts = cut(Reply("짧은 글", image=b"p", file=file), PLAIN)

    assert parts.all == (Reply("", file=file), Reply("짧은 글", image=b"p"))
    assert cut(Reply("짧은 글", file=file), PLAIN).all == (Reply("짧은 글", file=file),)
    assert cut(Reply("짧은 글", file=file), replace(PLAIN, max_caption=0)).all == (
        Reply("", file=file),
        Reply("짧은 글"),
    )
    assert cut(Reply("", file=file), replace(PLAIN, max_caption=0)).all == (Reply("", file=file),)


def test_buttons_that_have_no_room_stand_below_further_words():
    buttons = tuple(Button(str(n), f"b:{n}") for n in range(7))

    parts = cut(Reply("고르십시오.", buttons=buttons), PLAIN)

    assert [len(one.buttons) for one in parts.all] == [3, 3, 1]
    assert tuple(button for one in parts.all for button in one.buttons) == buttons
    assert all(one.text for one in parts.all)


def test_what_a_platform_cannot_carry_is_said_in_words():
    bare = replace(PLAIN, image_out=False, file_out=False, max_text=400)

    [only] = cut(Reply("글", image=b"p", alt="12명", file=OutFile("표.xlsx", b"x")), bare).all

    assert only.image is None
    assert only.file is None
    assert "12명" in only.text
    assert "표.xlsx" in only.text


@given(st.text(alphabet=st.sampled_from("가나다 .\n\n?abc👍é"), max_size=400), st.sampled_from([PLAIN, UTF16]))
def test_every_part_fits_and_nothing_but_space_is_lost(text, capable):
    found = list(pieces(text, capable))

    assert all(0 < capable.units(one) <= capable.max_text for one in found)
    assert squeezed("".join(found)) == squeezed(text)


@given(st.lists(st.sampled_from(CLUSTERS), max_size=120), st.sampled_from([PLAIN, UTF16]))
def test_no_character_as_people_see_it_is_torn(clusters, capable):
    text = "".join(clusters)
    borders = {0}
    for cluster in clusters:
        borders.add(max(borders) + len(cluster))

    place = 0
    for piece in pieces(text, capable):
        place = text.index(piece, place)
        end = place + len(piece)
        assert place in borders or text[place - 1].isspace()
        assert end in borders or text[end : end + 1].isspace()
        place = end


@pytest.mark.parametrize("capable", [PLAIN, UTF16])
def test_a_heap_of_marks_longer_than_a_message_still_ends(capable):
    text = "a" + "\u0301" * 500

    found = list(pieces(text, capable))

    assert "".join(found) == text
    assert all(capable.units(one) <= capable.max_text for one in found)
    assert unicodedata.category(text[1]) == "Mn"
