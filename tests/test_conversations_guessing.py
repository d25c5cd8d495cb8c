"""A sentence that no route foresaw: what may have been meant stands on buttons, and a press says it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.wording.ways import ways
from tests.talk import Talk, button, labels, talking, text


@pytest.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=("sense", "chat")) as found:
        yield found


async def test_what_was_meant_is_one_press_away(talk):
    await talk.say("kim", "안녕하세요")

    asked = await talk.say("kim", "혼잡도가 어떻게 되나 궁금")
    answer = await talk.press("kim", asked[0], "식당")

    assert "혹시 이 가운데 있습니까?" in text(asked)
    assert labels(asked[0])[-1] == "도움말"
    assert answer[0].reply.text.startswith("본관 구내식당")


async def test_whatever_is_offered_is_understood_when_it_is_pressed(talk):
    asker = {role: person for person, role in (("park", "관리자"), ("choi", "배식"), ("lee", "감사"), ("oh", "운영자"))}
    for way in (each for each in ways() if each.words):
        who = next((asker[role.value] for role in sorted(way.roles, key=lambda each: each.value)), "kim")
        who = "choi" if way.words == "복귀" else who  # who came back from a trip is answered with its receipt, later
        said = await talk.say(who, press=f"say:{way.words}")

        assert said, way.words
        assert "알아듣지 못했습니다" not in said[0].reply.text, way.words


async def test_in_a_group_nothing_is_offered_to_who_does_not_ask(talk):
    assert await talk.say("kim", "오늘 식당 돌아가는 상황이 어떤가 몰라", chat="총무과") == []


@pytest.mark.parametrize("words", ["구독 목록", "아침 브리핑", "내 출장"])
async def test_what_is_offered_in_a_group_answers_there(talk, words):
    assert await talk.say("kim", press=f"say:{words}", chat="총무과")


async def test_words_on_a_forged_button_are_words_and_no_more(talk):
    said = await talk.say("kim", press="say:say:say:식당")

    assert "알아듣지 못했습니다" in said[0].reply.text or said[0].reply.buttons
    assert button(said[0], "도움말") == "help"
