"""Monday's post and the noon post: once a channel and day, edited in place, never stale, stopped with one word."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

import pytest

from bot.clock import KST
from bot.demo.stage import FIRST
from bot.messenger import Outgoing
from tests.talk import Talk, button, talking, text

MORNING = FIRST - timedelta(minutes=170)  # Monday 08:40
ROLES = ("deliver", "chat")  # no sensor speaks here: figures of a lunch are tests/bot/test_boards.py's


def at(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, 23, hour, minute, tzinfo=KST)


@pytest.fixture
async def monday(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=ROLES, at=MORNING) as talk:
        assert "채널마다" in text(await talk.say("park", "식당 알림 모두 켜기"))
        yield talk


async def until(talk: Talk, clock: str) -> list[Outgoing]:
    return await talk.advance(at(clock) - talk.clock.now())


def to(messages: Sequence[Outgoing], chat: str) -> list[Outgoing]:
    return [one for one in messages if one.chat.id == chat and one.institution == "gyeongnam" and one.kind != "reply"]


async def test_monday_brings_the_weeks_table_once_to_channels_with_a_slot(monday):
    sent = await until(monday, "09:10")

    (post,) = to(sent, "총무과")
    lines = post.reply.text.splitlines()
    assert lines[0] == "이번 주 식당 11. 23.~11. 27. · 본관 구내식당(예시)"
    assert lines[1] == "우리 과(총무과)는 12:20~12:40입니다."
    assert lines[2:6] == [
        "11:40~12:00 농정과, 청년정책과", "12:00~12:20 도로과, 재난대응과",
        "12:20~12:40 총무과, 감사관", "12:40~13:00 예산담당관, 정보화담당관",
    ]  # fmt: skip
    assert "식당 알림 끄기" in lines[-1]
    assert len(lines) <= 12
    assert post.edits is None
    assert max(Counter(one.chat.ref for one in sent if one.kind != "reply").values()) == 1
    assert not [one for one in sent if one.chat.private]
    assert to(await until(monday, "11:00"), "총무과") == []


async def test_the_noon_post_is_one_message_that_is_edited_until_the_lunch_is_over(monday):
    await until(monday, "11:19")

    (first,) = to(await until(monday, "11:25"), "총무과")
    assert "오늘 점심 11. 23.(월) · 본관 구내식당(예시)" in first.reply.text
    assert "우리 과(총무과) 차례 12:20~12:40" in first.reply.text
    assert first.edits is None

    edits = to(await until(monday, "12:55"), "총무과")
    assert len(edits) == 17
    assert {one.edits for one in edits} == {first.message}
    assert "12:00 현재" in edits[0].reply.text
    assert "지금 줄을 알 수 없습니다" in edits[0].reply.text

    (end,) = to(await until(monday, "14:30"), "총무과")
    assert end.edits == first.message
    assert "배식이 끝났습니다" in end.reply.text
    assert "센서 기록이 없어" in end.reply.text
    assert to(await until(monday, "23:59"), "총무과") == []


async def test_a_channel_stops_the_posts_and_takes_them_up_again(monday):
    (post,) = to(await until(monday, "09:00"), "총무과")

    stopped = await monday.say("kim", press=button(post, "그만 받기"), chat="총무과")
    assert "더 올리지 않습니다" in text(stopped)
    assert to(await until(monday, "12:05"), "총무과") == []

    assert "올립니다" in text(await monday.say("kim", "식당 알림 켜기", chat="총무과", mention=True))
    edits = to(await until(monday, "12:10"), "총무과")
    assert edits[0].edits is None
    assert edits[1].edits == edits[0].message


async def test_a_week_only_channel_gets_no_noon_post(monday):
    await monday.say("kim", "식당 알림 월요일만", chat="총무과", mention=True)

    sent = to(await until(monday, "12:30"), "총무과")

    assert len(sent) == 1
    assert "이번 주 식당" in sent[0].reply.text


async def test_a_person_may_ask_for_the_posts_too(monday):
    assert "여기에" in text(await monday.say("kim", "식당 알림 켜기"))

    sent = to(await until(monday, "11:25"), "dm:kim")

    assert ["이번 주 식당" in one.reply.text for one in sent] == [True, False]


async def test_nobody_gets_posts_who_did_not_ask(tmp_path):
    async with talking(tmp_path, roles=ROLES, at=MORNING) as talk:
        await until(talk, "13:30")
        assert [one for one in talk.messenger.sent if one.kind != "reply"] == []

        assert "관리자" in text(await talk.say("kim", "식당 알림 모두 켜기"))
        asked = await talk.say("kim", "전체 차례", chat="총무과", mention=True)
        assert "올립니다" in text(await talk.press("kim", asked[0], "점심 소식 받기", chat="총무과"))


async def test_a_late_start_says_nothing_stale(monday):
    await until(monday, "12:07")
    await monday.say("kim", "식당 알림 끄기", chat="총무과", mention=True)
    await until(monday, "13:20")
    await monday.say("kim", "식당 알림 켜기", chat="총무과", mention=True)

    assert to(await until(monday, "22:00"), "총무과") == []


async def test_on_closed_days_nothing_is_said(monday):
    asked = await monday.say("park", "오늘 휴무 (단수)")
    await monday.press("park", asked[0], "맞습니다")

    sent = to(await until(monday, "15:00"), "총무과")

    assert len(sent) == 1
    assert "쉬는 날: 11. 23.(월) 단수" in sent[0].reply.text


async def test_a_change_sets_the_weeks_post_right(monday):
    (post,) = to(await until(monday, "09:00"), "총무과")

    asked = await monday.say("park", "11월 26일 휴무")
    done = await monday.press("park", asked[0], "맞습니다")
    (right,) = to(await until(monday, "09:05"), "총무과")
    assert right.edits == post.message
    assert "쉬는 날: 11. 26.(목) 휴무" in right.reply.text

    await monday.press("park", done[0], "되돌리기")
    (back,) = to(await until(monday, "09:10"), "총무과")
    assert back.edits == post.message
    assert "쉬는 날" not in back.reply.text


async def test_the_posts_of_another_institution_are_its_own(monday):
    sent = await until(monday, "09:10")

    others = [one for one in sent if one.institution == "changwon" and one.kind != "reply"]
    assert all("본관" not in one.reply.text for one in others)
