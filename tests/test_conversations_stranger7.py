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


async def test_a_first_message_that_was_not_understood_is_not_swallowed_by_the_greeting(talk):
    said = await talk.say("choi", "나 알림 어디로 받고 있지")
    assert "받는 곳" in labels(said[0])
    assert any("도비입니다" in one.reply.text for one in said)


@pytest.mark.parametrize(
    ("who", "typed", "offer"),
    [
        ("kim", "정말 급한 것만 바로 받고 나머진 모아서", "중요한 것만 바로"),
        ("kim", "지금 회의 중", "알림 멈춤 2시간"),
        ("kim", "텔레그램 연결하고 싶어요", "연결"),
        ("kim", "담달에 다른 과로 발령나요", "인수인계"),
    ],
)
async def test_what_no_sentence_foresaw_is_offered(talk, who, typed, offer):
    assert offer in labels((await talk.say(who, typed))[0])


async def test_what_plainly_asks_to_see_something_is_shown_at_once(talk):
    assert "명부" in text(await talk.say("park", "직원이 몇 명이나 되지"))
    assert "기록" in text(await talk.say("oh", "누가 뭐 했는지 보여줘"))
    assert "관리자" in text(await talk.say("kim", "직원이 몇 명이나 되지"))
