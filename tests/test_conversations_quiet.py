"""한산해지면 알려줘: asked in many words, promised, come once within one's own slot, taken back; 내 시간 알림."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from bot.clock import KST
from bot.demo.stage import FIRST
from bot.messenger import Outgoing
from tests.talk import Talk, button, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROLES = ("sense", "brief", "deliver", "chat")


def unasked(said: list[Outgoing], user: str) -> list[Outgoing]:
    return [one for one in said if one.chat.id == f"dm:{user}" and one.kind in {"alert", "reminder"}]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """A quarter past twelve; 총무과 has 12:20 to 12:40."""
    async with talking(tmp_path_factory.mktemp("quiet"), roles=ROLES, at=FIRST + timedelta(minutes=45)) as stage:
        yield stage


@pytest.mark.parametrize(
    "typed",
    [
        "한산해지면 알려줘", "한산해지면 알려 주세요", "식당 한산해지면 알려줘", "줄 짧아지면 알려줘",
        "줄 좀 줄어들면 말해줘", "안 붐빌 때 알려줘", "덜 붐비면 알려주세요", "점심 줄 빠지면 불러줘",
        "여유 있을 때 알려줘", "식당 5분 아래면 알려줘", "3분 이하로 줄면 알려줘", "5분 안 기다려도 되면 알려줘",
        "줄 없어지면 톡 줘", "한산 알림", "구내식당 안 붐비면 알려줘", "도비야 한산해지면 알려줘!", "/quiet",
    ],
)  # fmt: skip
async def test_people_ask_as_they_speak(talk, typed):
    said = text(await talk.say(talk.newcomer(), typed))

    assert "한 번만 알려 드리겠습니다." in said, typed
    assert "우리 과 차례 12:20~12:40 안에서만 알리고" in said


@pytest.mark.parametrize(
    "typed",
    [
        "재난안전 소식 알려줘",
        "예산 줄어드는 사업 알려줘",
        "한산도 축제 나오면 알려줘",
        "여유자금 공고 알려줘",
        "식당 알려줘",
    ],
)
async def test_other_wishes_are_not_taken_for_this_one(talk, typed):
    assert all("한 번만 알려" not in one.reply.text for one in await talk.say(talk.newcomer(), typed))


async def test_minutes_that_were_said_are_the_threshold(talk):
    user = talk.newcomer()

    assert text(await talk.say(user, "식당 5분 아래면 알려줘")).startswith(
        "기다릴 시간이 5분 아래가 되면 한 번만 알려 드리겠습니다."
    )
    again = text(await talk.say(user, "3분 아래면 알려줘"))

    assert again.startswith("이미 기다리고 있습니다. 기다릴 시간이 3분 아래가 되면")


async def test_it_stands_among_my_alerts_and_is_taken_back(talk):
    user = talk.newcomer()
    asked = await talk.say(user, "한산해지면 알려줘")

    listed = await talk.say(user, "내 알림")
    ended = text(await talk.press(user, asked[0], "알림 취소"))

    assert text(listed) == "점심 알림입니다.\n오늘 한산해지면 알림 · 우리 과 차례 12:20~12:40"
    assert labels(listed[0]) == ["알림 취소"]
    assert ended == "한산 알림을 취소했습니다."
    assert "없습니다" in text(await talk.press(user, asked[0], "알림 취소"))
    assert "없습니다" in text(await talk.say(user, "알림 목록"))
    for typed in ("알림 취소", "한산 알림 취소", "알림 취소해줘", "한산 알림 그만"):
        await talk.say(user, "한산해지면 알려줘")
        assert text(await talk.say(user, typed)) == "한산 알림을 취소했습니다.", typed


async def test_in_a_group_it_is_promised_there_and_comes_in_private(talk):
    user = talk.newcomer()

    said = await talk.say(user, "한산해지면 알려줘", chat="총무과", mention=True)

    assert said[0].chat.id == "총무과"
    assert text(said) == "알겠습니다. 한산해지면 개인 대화로 알려 드리겠습니다."
    assert "12:20~12:40" in text(await talk.say(user, "내 알림"))
    assert await talk.say(user, "한산해지면 알려줘", chat="총무과") == []
    assert "개인 대화에서만" in text(await talk.say(user, "내 시간 알림", chat="총무과", mention=True))


async def test_the_answer_about_the_line_offers_it(talk):
    user = talk.newcomer()
    answer = await talk.say(user, "식당")

    assert labels(answer[0])[:2] == ["한산해지면 알려줘", "내 시간 알림"]
    assert "한 번만 알려" in text(await talk.press(user, answer[0], "한산해지면 알려줘"))
    assert labels((await talk.say(user, "식당", chat="총무과"))[0])[0] == "한산해지면 알려줘"


async def test_whose_slot_is_over_hears_that_and_nothing_more(talk):
    said = text(await talk.say("kang", "한산해지면 알려줘"))

    assert said.startswith("오늘 우리 과 차례 11:40~12:00은 지났거나 곧 끝납니다. 차례 밖에는 알리지 않으니")


async def test_the_daily_word_is_off_until_it_is_turned_on(talk):
    user = talk.newcomer()

    on, again = await talk.say(user, "내 시간 알림"), await talk.say(user, "내 시간 알림 켜줘")
    listed = await talk.say(user, "내 알림")
    off = await talk.press(user, listed[0], "내 시간 알림 끄기")

    assert text(on).startswith("내 시간 알림을 켰습니다. 근무일마다 우리 과 차례에서 가장 한산할 때를 5분 전에")
    assert "오늘은 12:20~12:40입니다." in text(on)
    assert text(again).startswith("이미 켜져 있습니다.")
    assert "내 시간 알림 켜짐" in text(listed)
    assert text(off) == "내 시간 알림을 껐습니다."
    assert text(await talk.say(user, "내 시간 알림 꺼줘")) == "내 시간 알림은 꺼져 있습니다."
    assert "정해져 있지 않아" in text(await talk.say("choi", "내 시간 알림"))


async def test_a_repeated_update_asks_once(talk):
    user = talk.newcomer()

    first = await talk.say(user, "한산해지면 알려줘", update="u-quiet-1")
    second = await talk.say(user, "한산해지면 알려줘", update="u-quiet-1")

    assert len(first) == 1
    assert second == []
    assert text(await talk.say(user, "내 알림")).count("\n") == 1


async def test_kims_lunch(talk):
    """Asked before the slot, called once within the slot; the sensors, the clock and the line are the demo's."""
    asked = text(await talk.say("kim", "한산해지면 알려줘"))
    daily, ended = talk.newcomer(), talk.newcomer()
    await talk.say(daily, "내 시간 알림")
    taken = await talk.say(ended, "한산해지면 알려줘")
    await talk.say(ended, press=button(taken[0], "알림 취소"))

    before = await talk.advance(timedelta(minutes=4))
    during = await talk.advance(timedelta(minutes=17))
    again = text(await talk.say("kim", "한산해지면 알려줘"))
    after = await talk.advance(timedelta(minutes=5))

    assert "한 번만" in asked
    assert unasked(before, "kim") == unasked(after, "kim") == []
    told = unasked(during, "kim")
    assert len(told) == 1
    assert re.match(r"(지금 한산합니다|한산해지지 않았지만 지금 나서실 때입니다)\. 본관 구내식당\(예시\): ", text(told))
    found = re.search(r"\n(\d\d:\d\d) (카메라|식권).* 기준 · 우리 과 차례는 12:40까지입니다\.$", text(told))
    assert found
    assert "12:20" <= found[1] < "12:40"
    assert again.startswith(("오늘은 12:", "오늘 우리 과 차례 12:20~12:40은 지났거나"))
    assert unasked([*before, *during, *after], ended) == []
    assert len(unasked([*before, *during, *after], daily)) == 1


async def test_the_daily_word_comes_every_working_day_and_no_other(talk):
    user = talk.newcomer()
    await talk.say(user, "내 시간 알림")
    talk.clock.move_to(datetime(2026, 11, 24, 12, 12, tzinfo=KST))

    tuesday = unasked(await talk.advance(timedelta(minutes=22)), user)
    talk.clock.move_to(datetime(2026, 11, 28, 12, 12, tzinfo=KST))
    saturday = unasked(await talk.advance(timedelta(minutes=22)), user)

    assert [one.kind for one in tuesday] == ["reminder"]
    assert "우리 과 차례 12:20~12:40입니다." in text(tuesday)
    assert saturday == []
