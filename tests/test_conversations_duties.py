"""A department's duties, typed or pasted, become subscriptions that one chooses by buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.talk import Talk, button, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

TYPED = "업무 농업기술과: 스마트팜 보급, 농기계 임대, 귀농귀촌 교육"
PASTED = """업무분장
자연재난과
1. 풍수해·폭염 대응 및 이재민 구호에 관한 사항
2. 재난 예·경보 시설 운영 (055-211-2345)
가. 과내 서무
○ 지진 대피소 지정 관리
"""


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("duties")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(_folder) -> AsyncIterator[Talk]:
    async with talking(_folder, roles=("crawl", "brief", "deliver", "chat")) as stage:
        yield stage


async def subscribed(talk: Talk, user: str, **where: str) -> str:
    return text(await talk.say(user, "구독 목록", **where))


async def test_typed_duties_are_read_with_counts_and_chosen_by_buttons(talk):
    user = talk.newcomer()

    (read,) = await talk.say(user, TYPED)

    assert "농업기술과 업무를 이렇게 읽었습니다" in read.reply.text
    assert "지난 7일" in read.reply.text
    assert read.reply.text.count("\n") < 4
    assert "스마트팜(" in read.reply.text
    assert labels(read) == ["스마트팜 빼기", "농기계 임대 빼기", "귀농귀촌 빼기", "구독", "그만"]

    (turned,) = await talk.press(user, read, "농기계 임대 빼기")

    assert "뺀 것: 농기계 임대(" in turned.reply.text
    assert "농기계 임대 넣기" in labels(turned)

    done = text(await talk.press(user, turned, "구독"))

    assert "2가지 소식을 여기로" in done
    listed = await subscribed(talk, user)
    assert "스마트팜" in listed
    assert "귀농귀촌" in listed
    assert "농기계" not in listed


async def test_a_pasted_table_of_several_lines_is_read_line_by_line(talk):
    user = talk.newcomer()

    (read,) = await talk.say(user, PASTED)

    for topic in ("풍수해(", "폭염(", "이재민 구호(", "재난 예·경보 시설(", "지진 대피소 지정("):
        assert topic in read.reply.text
    assert "서무" not in read.reply.text
    assert "211" not in read.reply.text


async def test_duties_are_understood_without_the_command(talk):
    user = talk.newcomer()

    (read,) = await talk.say(user, "노인복지과: 기초연금, 치매 관리 및 독거노인 돌봄")

    assert "노인복지과 업무를 이렇게 읽었습니다" in read.reply.text
    assert all(topic in read.reply.text for topic in ("기초연금", "치매", "독거노인 돌봄"))


async def test_without_duties_it_asks_and_takes_the_next_text(talk):
    user = talk.newcomer()

    assert "붙여 넣어" in text(await talk.say(user, "업무분장"))
    (read,) = await talk.say(user, "1. 스마트팜 보급\n2. 귀농귀촌 교육")

    assert "스마트팜(" in read.reply.text
    assert "귀농귀촌(" in read.reply.text


async def test_nothing_is_subscribed_before_it_is_pressed_and_nothing_twice(talk):
    user = talk.newcomer()
    (read,) = await talk.say(user, TYPED)
    assert "스마트팜" not in await subscribed(talk, user)

    await talk.press(user, read, "구독")
    again = text(await talk.press(user, read, "구독"))

    assert "이미 끝났거나" in again
    assert (await subscribed(talk, user)).count("스마트팜") == 1
    assert "모두 이미 구독" in text(await talk.say(user, TYPED))


async def test_stopping_forgets_the_proposal(talk):
    user = talk.newcomer()
    (read,) = await talk.say(user, TYPED)

    assert "구독하지 않았습니다" in text(await talk.press(user, read, "그만"))
    assert "이미 끝났거나" in text(await talk.press(user, read, "구독"))


async def test_nobody_presses_anothers_buttons(talk):
    user, other = talk.newcomer(), talk.newcomer()
    (read,) = await talk.say(user, TYPED)

    assert "이미 끝났거나" in text(await talk.say(other, press=button(read, "구독")))
    assert "스마트팜" not in await subscribed(talk, other)


async def test_a_channel_gets_its_own_duties_when_dobi_is_addressed(talk):
    user = talk.newcomer()

    (read,) = await talk.say(user, TYPED, chat="총무과", mention=True)
    done = text(await talk.press(user, read, "구독", chat="총무과"))

    assert "총무과 채널로" in done


@pytest.mark.parametrize("pasted", ["업무 서무, 회계, 관리", "업무 " + "😀" * 50, "업무 ,,,,;;;", "업무 ㆍㆍ·· 및 및"])
async def test_a_text_without_any_duty_is_answered_with_the_next_step(talk, pasted):
    assert "읽지 못했습니다" in text(await talk.say(talk.newcomer(), pasted))


async def test_a_text_beyond_the_limit_is_refused_and_reads_nothing(talk):
    assert "4,000자" in text(await talk.say(talk.newcomer(), "업무 " + "스마트팜 보급, " * 700))


async def test_many_duties_are_cut_to_what_one_can_choose_from(talk):
    fruits = ["딸기", "사과", "참외", "수박", "포도", "감귤", "매실", "자두", "살구", "앵두", "대추", "호두", "오이"]
    names = ", ".join(f"{word} 지원" for word in fruits)

    (read,) = await talk.say(talk.newcomer(), f"업무 원예과: {names}")

    assert len(labels(read)) == 12 + 2
