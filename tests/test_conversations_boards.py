"""Monday's post and the noon post: once a channel and day, edited in place, never stale, stopped with one word."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.clock import KST
from bot.demo.stage import FIRST
from bot.messenger import Outgoing
from tests.fakes import FakeMessenger
from tests.talk import Talk, button, talking, text

MORNING = FIRST - timedelta(minutes=170)  # Monday 08:40
ROLES = ("sense", "deliver", "chat")


def at(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, 23, hour, minute, tzinfo=KST)


@pytest.fixture
async def monday(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=ROLES, at=MORNING) as talk:
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
    assert "쯤 가장 깁니다(약 " in first.reply.text
    assert "우리 차례에는 12:" in first.reply.text
    assert first.edits is None

    edits = to(await until(monday, "12:55"), "총무과")
    assert 10 <= len(edits) <= 20
    assert {one.edits for one in edits} == {first.message}
    assert "12:00 현재" in edits[0].reply.text
    assert "기준입니다" in edits[0].reply.text
    assert " 줄 " in edits[3].reply.text
    assert max(one.reply.text.count("\n") for one in edits) <= 6

    (end,) = to(await until(monday, "14:30"), "총무과")
    assert end.edits == first.message
    assert "배식이 끝났습니다" in end.reply.text
    assert "줄이 가장 길었을 때: 12:" in end.reply.text
    assert "배식 전 예상은 12:" in end.reply.text
    assert "평균" in end.reply.text
    assert to(await until(monday, "23:59"), "총무과") == []


async def test_silent_sensors_are_said_in_the_post(monday):
    await until(monday, "11:30")
    for sensor in ("cam1", "gate1"):
        monday.posters[f"gyeongnam/{sensor}"].silent.add(sensor)

    edits = to(await until(monday, "12:10"), "총무과")

    assert "지금 줄을 알 수 없습니다" in edits[-1].reply.text
    assert "우리 과(총무과) 차례" in edits[-1].reply.text
    (end,) = to(await until(monday, "13:15"), "총무과")[-1:]
    assert "센서 기록이 없어" in end.reply.text


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


async def test_a_late_start_says_nothing_stale(tmp_path):
    async with talking(tmp_path, roles=ROLES, at=at("12:07")) as talk:
        sent = to(await talk.advance(timedelta(minutes=4)), "총무과")
        assert "12:07 현재" in sent[0].reply.text
        assert sent[0].edits is None
    async with talking(tmp_path / "over", roles=ROLES, at=at("13:20")) as talk:
        assert to(await talk.advance(timedelta(hours=9)), "총무과") == []


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


async def test_a_platform_that_can_not_edit_gets_the_first_and_the_last(tmp_path):
    plain = FakeMessenger(edit=False)
    async with talking(tmp_path, roles=ROLES, at=at("11:10"), messenger=plain) as talk:
        await talk.advance(timedelta(hours=3))

    posts = to(plain.sent, "총무과")
    assert len(posts) == 2
    assert "예상" in posts[0].reply.text
    assert "배식이 끝났습니다" in posts[1].reply.text


async def test_a_start_in_the_middle_repeats_nothing(tmp_path):
    before = FakeMessenger()
    async with talking(tmp_path, roles=ROLES, at=at("11:10"), messenger=before) as talk:
        await talk.advance(timedelta(minutes=70))
    after = FakeMessenger()
    async with talking(tmp_path, roles=ROLES, at=at("12:20"), messenger=after) as talk:
        await talk.advance(timedelta(minutes=70))

    first, *rest = to(before.sent, "총무과")
    again = to(after.sent, "총무과")
    assert {one.edits for one in (*rest, *again)} == {first.message}
    assert not {one.message for one in before.sent if one.kind != "reply"} & {replace(one).message for one in again}


async def test_the_posts_of_another_institution_are_its_own(monday):
    sent = await until(monday, "09:10")

    others = [one for one in sent if one.institution == "changwon" and one.kind != "reply"]
    assert all("본관" not in one.reply.text for one in others)
