"""What is asked of the menu that was just shown."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.beside_menu import asked_of_menu
from tests.talk import Talk, talking, text
from tests.test_conversations_menus import entered

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """Monday, 2026-11-23, 11:30, with this week's menu."""
    async with talking(tmp_path_factory.mktemp("beside"), roles=("chat",)) as stage:
        await entered(stage)
        yield stage


@pytest.mark.parametrize(
    ("shown", "said", "told"),
    [
        ("식단", "돼지 드가나", "네, 들어간다고 표시되어 있습니다: 제육볶음(돼지고기)"),
        ("오늘 메뉴", "새우 들었어요?", "네, 들어간다고 표시되어 있습니다: 배추김치(새우)"),
        ("오늘 메뉴", "돼지는 없죠?", "네, 들어간다고 표시되어 있습니다: 제육볶음(돼지고기)"),
        (
            "오늘 메뉴",
            "아 근데 닭은 괘안타",
            "닭고기 표시가 있는 음식은 없습니다. 조금이라도 안 되는 분은 식당에 한 번 더",
        ),
        ("오늘 메뉴", "닭은 괜찮아요", "닭고기 표시가 있는 음식은 없습니다. 조금이라도 안 되는 분은 식당에 한 번 더"),
        ("식단", "계란 먹어도 돼요?", "네, 들어간다고 표시되어 있습니다: 계란찜(난류)"),
        ("이번 주 식단", "오징어 들었노", "11. 27.(금)"),
    ],
)
async def test_what_the_menu_marks_is_told_of_the_day_that_was_shown(talk, shown, said, told):
    who = talk.newcomer()
    await talk.say(who, "안녕하세요")
    await talk.say(who, shown)
    assert told in text(await talk.say(who, said))


@pytest.mark.parametrize(
    "said",
    [
        "게",
        "소식 있나",
        "게시판 있나",
        "밀양시청 출장",
        "나 새우 못먹어",
        "콩나물 나오나",
        "돼지 알레르기",
        "우유 소식 구독",
        "저녁은",
        "있나요",
    ],
)
async def test_other_words_ask_nothing_of_it(said):
    assert not asked_of_menu("식단", said)
