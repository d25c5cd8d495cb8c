"""The cafeteria as hungry people ask about it: what it knows it tells, and what it does not know it says."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.lunch_speech import meant
from bot.sayings import normal
from tests.talk import Talk, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("lunch"), roles=("sense", "deliver", "chat")) as talk:
        yield talk


async def asked(talk: Talk, *said: str) -> str:
    user = talk.newcomer()
    await talk.say(user, "안녕")
    told = [text(await talk.say(user, one)) for one in said]
    return told[-1]


@pytest.mark.parametrize(
    "said",
    [
        "몇시에 가야 한산해",
        "한가한 시간 알려줘",
        "덜 붐비는 시간",
        "지금 가도 돼?",
        "지금 몇명이야",
        "혼잡도",
        "아직 줄 있어?",
        "배고파",
        "밥먹자",
        "자리 있나",
        "도시락 싸왔는데 자리 있을까",
    ],
)
async def test_the_line_is_shown(house, said):
    assert "줄 " in await asked(house, said)


async def test_seats_are_not_counted_and_that_is_said(house):
    assert "빈 자리는 세지 못하고" in await asked(house, "식당 자리 비었어?")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("식권 얼마야", "값은 제가 알지 못합니다"),
        ("밥값 얼마", "값은 제가 알지 못합니다"),
        ("외부인도 먹을 수 있어?", "알지 못합니다"),
        ("식당 어디야", "알지 못합니다"),
        ("식당 언제 열어", "11:30~13:30"),
        ("점심시간 언제야", "11:30~13:30"),
        ("아침밥 돼?", "다른 끼니의 배식은 제가 알지 못합니다"),
        ("밥 먹었어요", "맛있게 드셨기를"),
        ("줄 줄면 알려줘", "한산해지면 한 번만"),
        ("나 땅콩 못먹어", "따로 동의"),
        ("우유 못먹는데 오늘 괜찮아?", "우유"),
        ("오늘 돈까스 나와?", "아니요, 11. 23.(월) 식단에 돈까스는 없습니다."),
        ("오늘 소불고기 나와?", "네, 11. 23.(월)에 소불고기가 있습니다."),
        ("카레 언제 나와", "카레는"),
        ("미역국 나오는 날 언제", "미역국은 11. 27.(금)"),
        ("오늘 김치찌개야?", "김치찌개는 없습니다"),
        ("비건 메뉴 있어?", "쌀밥"),
    ],
)
async def test_what_is_known_is_told_and_what_is_not_is_said(house, said, told):
    assert told in await asked(house, said)


@pytest.mark.parametrize(
    ("before", "said", "told"),
    [
        ("식당", "내일은?", "11. 24.(화)"),
        ("식당", "12시반은?", "12:30 예측"),
        ("식당", "그럼 12시 40분은", "12:40에는"),
        ("식당", "메뉴는?", "쌀밥"),
        ("식당", "우리과는?", "총무과"),
        ("식당", "지금은?", "줄 "),
        ("식당", "제2식당은", "제가 아는 식당이 아닙니다"),
        ("오늘 메뉴", "저녁은?", "다른 끼니의 배식은"),
        ("오늘 메뉴", "알레르기는", "알레르기"),
    ],
)
async def test_what_is_left_unsaid_beside_the_cafeteria(house, before, said, told):
    assert told in await asked(house, before, said)


@pytest.mark.parametrize(
    "said",
    [
        "내일 출장 있어?",
        "산불 소식 언제 나와",
        "회의 자리 예약",
        "영수증 얼마야",
        "우리과 언제 먹어",
        "총무과 언제 먹어",
        "월급 언제 나와",
    ],
)
async def test_other_subjects_are_none_of_the_cafeterias(said):
    assert meant(normal(said)) == ""
