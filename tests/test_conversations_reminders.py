"""Three sentences, a text to paste, and being told in time: what people do with one document.

On the demo's own releases: the special grant of 견본상생진흥원 is corrected at 11:4x, its deadline moved a week.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from bot.clock import KST
from bot.messenger import Outgoing
from tests.talk import Talk, button, labels, talking, text

GRANT = "전기·가스요금 특별지원"
CHANNEL = "총무과"


@pytest_asyncio.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=("crawl", "brief", "deliver", "chat")) as started:
        yield started


async def _grant(talk: Talk, user: str, minutes: int = 9) -> tuple[Outgoing, Outgoing]:
    """The push of the grant to somebody who asked for it, and its 자세히."""
    await talk.say(user, "구독 소상공인")
    told = [one for one in await talk.advance(timedelta(minutes=minutes)) if one.chat.id == f"dm:{user}"]
    push = next(one for one in told if GRANT in one.reply.text)
    return push, (await talk.press(user, push, "자세히"))[0]


async def _until(talk: Talk, month: int, day: int, hour: int, minute: int = 0) -> list[Outgoing]:
    """What is told as a reminder until that Korean time of 2026."""
    local = talk.clock.now().astimezone(KST)
    span = local.replace(month=month, day=day, hour=hour, minute=minute, second=0, microsecond=0) - local
    return [one for one in await talk.advance(span) if one.kind == "reminder"]


async def test_three_sentences_of_the_source_then_a_text_to_paste(talk):
    user = talk.newcomer()
    _, details = await _grant(talk, user)

    short = await talk.press(user, details, "3줄 요약")
    report = await talk.press(user, short[0], "보고용")

    head, *lines = text(short).splitlines()
    assert head.startswith("[견본상생진흥원(예시)] 소상공인 겨울철 전기·가스요금 특별지원 신청 접수")
    assert "가운데" in head
    assert [line[:2] for line in lines] == ["① ", "② ", "③ "]
    assert any("(신청기한)" in line for line in lines)
    assert len(labels(short[0])) <= 3
    block = text(report)
    assert block.startswith("□ 소상공인 겨울철 전기·가스요금 특별지원 신청 접수 (견본상생진흥원(예시) 소상공인지원팀, 11. 23.)")
    assert " ○ 기한: 12. 4.(금) 18:00까지" in block
    assert " ○ 대상: 견본도에서 사업장을 운영하는 소상공인" in block
    assert "20만 원" in block
    assert "http://127.0.0.1" in block
    assert all(line.startswith(("□ ", " ○ ", "  - ")) for line in block.splitlines())


async def test_a_reminder_comes_a_week_and_a_working_day_before_in_the_morning(talk):
    user = talk.newcomer()
    push, details = await _grant(talk, user)

    answer = text(await talk.press(user, details, "기한 알림"))

    assert "12. 4.(금) 18:00까지" in answer
    assert "11. 27.(금) 09:00" in answer
    assert "12. 3.(목) 09:00" in answer
    assert labels(push)[0] == "자세히"


async def test_a_corrected_deadline_moves_the_reminder_and_says_so_once(talk):
    user = talk.newcomer()
    _, details = await _grant(talk, user)
    await talk.press(user, details, "기한 알림")

    moved = await _until(talk, 11, 23, 13)
    week, eve = await _until(talk, 12, 4, 8, 59), await _until(talk, 12, 4, 9, 1)
    last = await _until(talk, 12, 12, 0)

    assert [one.chat.id for one in moved] == [f"dm:{user}"]
    assert "12. 4.(금) 18:00까지 → 12. 11.(금) 18:00까지" in moved[0].reply.text
    assert "12. 4.(금) 09:00" in moved[0].reply.text
    assert week == []
    assert ["7일 남았습니다" in one.reply.text for one in eve] == [True]
    assert ["내일" in one.reply.text for one in last] == [True]
    assert all(len(one.reply.text.splitlines()) <= 4 for one in (*moved, *eve, *last))
    assert all(GRANT in one.reply.text for one in (*moved, *eve, *last))
    assert "없습니다" in text(await talk.say(user, "알림 목록"))  # what is over leaves the list


async def test_asking_twice_reminds_once_and_the_list_ends_it(talk):
    user = talk.newcomer()
    _, details = await _grant(talk, user, minutes=20)
    first = text(await talk.press(user, details, "기한 알림"))
    again = text(await talk.press(user, details, "기한 알림"))

    listed = await talk.say(user, "알림 목록")
    ended = text(await talk.say(user, "알림 해지 1"))

    assert "알려 드립니다" in first
    assert "이미" in again
    assert text(listed).count("견본상생진흥원") == 1
    assert "1. " in text(listed)
    assert "12. 11.(금) 18:00까지" in text(listed)
    assert labels(listed[0]) == ["1 해지"]
    assert "더 알려 드리지 않" in ended
    assert await _until(talk, 12, 12, 0) == []
    assert "없습니다" in text(await talk.say(user, "알림 목록"))
    assert "이미" in text(await talk.say(user, press=button(listed[0], "1 해지")))


async def test_a_channels_reminder_goes_to_the_channel_and_a_persons_stays_private(talk):
    user = talk.newcomer()
    _, details = await _grant(talk, user, minutes=20)
    await talk.say("kim", press=button(details, "기한 알림"), chat=CHANNEL)

    told = await _until(talk, 12, 12, 0)

    assert {one.chat.id for one in told} == {CHANNEL}
    assert len(told) == 2
    assert "없습니다" in text(await talk.say(user, "알림 목록"))
    assert "없습니다" in text(await talk.say("yun", "알림 목록"))


async def test_a_document_without_a_deadline_offers_no_reminder(talk):
    user = talk.newcomer()
    await talk.say(user, "구독 재난안전")
    told = [one for one in await talk.advance(timedelta(minutes=3)) if one.chat.id == f"dm:{user}"]
    push = next(one for one in told if "대설 예비특보" in one.reply.text)

    details = (await talk.press(user, push, "자세히"))[0]

    assert "기한 알림" not in labels(details)
    assert "3줄 요약" in labels(details)
    story = button(push, "자세히").removeprefix("more:")
    assert "기한을 찾지 못했습니다" in text(await talk.say(user, press=f"remind:{story}"))
    assert "누리집" in text(await talk.say(user, press="remind:gone"))
    assert "누리집" in text(await talk.say(user, press="sum3:gone"))


async def test_how_to_end_a_reminder_is_told_where_it_is_not_clear(talk):
    user = talk.newcomer()

    assert "없습니다" in text(await talk.say(user, "알림 해지 1"))
    _, details = await _grant(talk, user, minutes=20)
    await talk.press(user, details, "기한 알림")
    assert "번호" in text(await talk.say(user, "알림 해지 7"))
    assert "더 알려 드리지 않" in text(await talk.say(user, "알림 해지"))
