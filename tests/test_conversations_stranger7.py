"""Officials who never read a manual: leave, quiet hours, pauses, limits and briefings as they type them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """Monday, 2026-11-23, 11:30."""
    async with talking(tmp_path_factory.mktemp("stranger7"), roles=("deliver", "chat")) as stage:
        yield stage


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("담주 화욜 연차", "12. 1.(화)"),
        ("낼 오후 반차요", "11. 24.(화)"),
        ("이번주 목금 연차 썼어요", "11. 26.(목)~11. 27.(금)"),
        ("저녁 8시부터 아침 7시까지 조용히", "20:00~07:00"),
        ("밤 10시 이후로는 보내지 마세요", "22:00~07:00"),
        ("밤엔 연락하지 마", "조용한 시간"),
        ("세시간만 조용히 해줘", "14:30"),
        ("4시까지 알림 ㄴㄴ", "16:00"),
        ("이제 알림 다시 켜줘", "알림을 다시 켰습니다"),
        ("한 시간에 세 건까지만", "한 시간 3건"),
        ("하루 열개", "하루 10건"),
        ("모아보기 하루 두번 10시 3시", "10:00, 15:00"),
        ("아침 8시반에 브리핑 줘", "08:30"),
        ("알림이 너무 많습니다", "하루 5건까지"),
        ("알림 왜이리 많냐", "하루 5건까지"),
    ],
)
async def test_what_is_typed_about_ones_time_is_understood(talk, typed, told):
    assert told in text(await talk.say("kim", typed))


async def test_whoever_wants_no_briefing_is_not_given_one(talk):
    assert labels((await talk.say("kim", "브리핑 이제 안받을래"))[-1]) == ["브리핑 끄기"]


async def test_a_colleagues_lost_phone_never_offers_to_cut_ones_own(talk):
    said = await talk.say("park", "이주무관 폰 분실했대")
    assert "이주무관" in text(said)
    assert "이 대화 끊기" not in labels(said[-1])
    assert "관리자" in text(await talk.say("kim", "이주무관 핸드폰 잃어버렸대요"))
    assert "이 대화 끊기" in labels((await talk.say("kim", "어제 휴대폰을 잃어버렸어요"))[-1])


async def test_a_wish_to_write_a_notice_is_no_notice(talk):
    assert "보내기" not in labels((await talk.say("park", "공지 하나 보내려고"))[-1])


async def test_one_afternoon_is_no_quiet_time_of_every_day(talk):
    before = text(await talk.say("kim", "조용한 시간"))
    await talk.say("kim", "내일 3시부터 5시까지 조용히")
    assert text(await talk.say("kim", "조용한 시간")) == before
