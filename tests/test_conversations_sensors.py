"""센서: a new one announces itself, waits, is approved, counts, rests, goes, with a way back; nobody else sees it."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
import pytest_asyncio

from bot.bootstrap import ENTRANCE_KEY
from bot.demo.stage import FIRST
from occupancy.sensors.sender import Enrolled, Sent
from tests.newcomers import Newcomer, new_code, readings, told
from tests.talk import Talk, labels, talking, text
from tests.traces import contents

pytestmark = pytest.mark.asyncio(loop_scope="module")
_NUMBERS = itertools.count(20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sensors")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(folder) -> AsyncIterator[Talk]:
    async with talking(folder, roles=("sense", "deliver", "chat"), at=FIRST + timedelta(minutes=5)) as talk:
        yield talk


@pytest_asyncio.fixture(loop_scope="module")
async def talk(house: Talk) -> Talk:
    """The same house for every test, where nobody has announced or decided anything yet."""
    await house.advance(timedelta(minutes=1))
    for pattern in ("dobi:{*}:sensors*", "dobi:{*}:occupancy:main:identities"):
        keys = [key async for key in house.house.redis.scan_iter(pattern)]
        if keys:
            await house.house.redis.delete(*keys)
    for tenant in house.house.tenants:
        await house.house.book.refresh(tenant)
    return house


@pytest_asyncio.fixture(loop_scope="module")
async def agent(talk) -> AsyncIterator[Newcomer]:
    async with aiohttp.ClientSession() as session:
        url = (await talk.house.redis.get(ENTRANCE_KEY)).decode()
        yield Newcomer(talk, session, url, await new_code(talk), name=f"cam{next(_NUMBERS)}")


async def test_a_new_sensor_announces_itself_and_counts_once_an_administrator_says_so(talk, agent):
    assert await agent.announces() is Enrolled.WAITING
    assert await agent.sends(7) is Sent.REFUSED
    notice = (await told(talk))[0]
    assert f"카메라 {agent.name}" in notice.reply.text
    assert agent.number in notice.reply.text
    assert labels(notice) == ["승인", "거절"]

    approved = await talk.press("park", notice, "승인")

    assert "승인했습니다" in text(approved)
    assert await agent.sends(7) is Sent.DONE
    assert await readings(talk, agent.name) == [7]
    listed = text(await talk.say("park", "센서"))
    assert re.search(rf"카메라 {agent.name}: 정상, 마지막 값 .+ · 대화", listed)
    assert re.search(r"카메라 cam1: 정상, 마지막 값 .+ · 설정 파일", listed)
    assert await agent.announces() is Enrolled.APPROVED


async def test_the_number_is_enough_and_only_the_right_one(talk, agent):
    await agent.announces()
    assert agent.number in text(await talk.say("park", "센서"))

    assert "이제 없습니다" in text(await talk.say("park", "센서 000 001"))
    assert "승인했습니다" in text(await talk.say("park", f"센서 {agent.number}"))
    assert await agent.sends(3) is Sent.DONE


async def test_a_refused_sensor_is_not_asked_about_again_unless_taken_back(talk, agent):
    await agent.announces()
    notice = (await told(talk))[0]

    refused = await talk.press("park", notice, "거절")

    assert "거절했습니다" in text(refused)
    assert await agent.announces() is Enrolled.REFUSED
    assert await told(talk) == []
    assert agent.name not in text(await talk.say("park", "센서"))
    again = await talk.press("park", refused[0], "되돌리기")
    assert labels(again[0]) == ["승인", "거절"]
    assert await agent.announces() is Enrolled.WAITING
    assert "승인했습니다" in text(await talk.press("park", again[0], "승인"))


async def test_a_repeated_announcement_is_told_once_and_a_second_press_says_what_stands(talk, agent):
    for _ in range(3):
        assert await agent.announces() is Enrolled.WAITING
    notices = await told(talk)
    assert len(notices) == 1

    await talk.press("park", notices[0], "승인")
    assert "이미 승인되어 있습니다" in text(await talk.press("park", notices[0], "승인"))
    assert "이미 승인되어 있습니다" in text(await talk.press("park", notices[0], "거절"))


async def test_every_decision_has_a_way_back(talk, agent):
    await agent.announces()
    approved = await talk.say("park", f"센서 {agent.number}")
    assert await agent.sends(1) is Sent.DONE

    shown = await talk.say("park", f"센서 {agent.name}")
    assert labels(shown[0]) == ["멈춤", "지우기", "센서"]
    stopped = await talk.press("park", shown[0], "멈춤")
    assert "멈췄습니다" in text(stopped)
    talk.clock.move_to(talk.clock.now() + timedelta(seconds=5))
    assert await agent.sends(2) is Sent.DONE
    assert await readings(talk, agent.name) == [1]
    assert "멈춰 두었습니다" in text(await talk.say("park", "센서"))
    assert "되돌렸습니다" in text(await talk.press("park", stopped[0], "되돌리기"))
    talk.clock.move_to(talk.clock.now() + timedelta(seconds=5))
    assert await agent.sends(3) is Sent.DONE
    assert await readings(talk, agent.name) == [1, 3]

    removed = await talk.say("park", f"센서 {agent.name} 지워줘")
    assert "지웠습니다" in text(removed)
    assert await agent.sends(4) is Sent.REFUSED
    assert "되돌렸습니다" in text(await talk.press("park", removed[0], "되돌리기"))
    talk.clock.move_to(talk.clock.now() + timedelta(seconds=5))
    assert await agent.sends(5) is Sent.DONE

    assert "되돌렸습니다" in text(await talk.press("park", approved[0], "되돌리기"))
    assert await agent.sends(6) is Sent.REFUSED


async def test_a_declared_sensor_can_rest_but_is_deleted_in_the_file(talk):
    shown = await talk.say("park", "센서 cam1")
    assert labels(shown[0]) == ["멈춤", "센서"]
    assert "설정 파일" in text(shown)

    assert "파일에서 지우셔야" in text(await talk.say("park", "센서 cam1 지우기"))
    assert "멈췄습니다" in text(await talk.say("park", "센서 cam1 멈춰"))
    assert "다시 켰습니다" in text(await talk.say("park", "센서 cam1 다시 켜줘"))
    assert "찾지 못했습니다" in text(await talk.say("park", "센서 cam77"))


async def test_only_this_institutions_administrators_see_any_of_it_and_in_private(talk, agent):
    await agent.announces()
    everybody = await talk.advance(timedelta())

    assert {one.chat.ref for one in everybody if agent.name in one.reply.text} == {"console:dm:park"}
    for user in ("kim", "lee", "choi"):
        assert "관리자만" in text(await talk.say(user, "센서"))
    assert agent.name not in text(await talk.say("nam", "센서"))
    assert "이제 없습니다" in text(await talk.say("nam", f"센서 {agent.number}"))
    assert "개인 대화에서만" in text(await talk.say("park", "센서", chat="총무과", mention=True))
    other = Newcomer(talk, agent.session, agent.url, agent.code, tenant="changwon")
    assert await other.announces() is Enrolled.REFUSED


async def test_a_stranger_without_the_code_can_not_even_announce(talk, agent):
    stranger = Newcomer(talk, agent.session, agent.url, "AAAA-BBBB-CCCC-DDDD")

    assert await stranger.announces() is Enrolled.REFUSED
    assert await told(talk) == []
    for _ in range(12):
        answer = await stranger.announces()
    assert answer is Enrolled.LATER
    assert agent.name not in text(await talk.say("park", "센서"))


async def test_a_name_that_the_file_has_is_taken_and_a_place_that_is_none_is_told(talk, agent):
    free = agent.name
    agent.name = "cam1"
    assert await agent.announces() is Enrolled.TAKEN
    agent.name, agent.cafeteria = free, "nowhere"
    assert await agent.announces() is Enrolled.NOWHERE


async def test_a_clock_that_is_off_by_hours_neither_hinders_the_announcement_nor_the_readings(talk, agent):
    agent.off = timedelta(hours=-9)

    assert await agent.announces() is Enrolled.WAITING
    await talk.say("park", f"센서 {agent.number}")
    assert await agent.sends(4) is Sent.DONE
    assert await readings(talk, agent.name) == [4]


async def test_no_key_is_in_any_message_log_or_list(talk, agent, caplog):
    await agent.announces()
    notice = (await told(talk))[0]
    await talk.press("park", notice, "승인")
    await talk.say("park", "센서")
    await talk.say("park", f"센서 {agent.name}")

    secret = agent.key.decode()
    assert not any(secret in one.reply.text for one in talk.messenger.sent)
    assert not any(secret in press.press for one in talk.messenger.sent for press in one.reply.buttons)
    assert secret not in caplog.text
    assert secret not in repr(talk.house.tenancy.institutions())


async def test_the_database_holds_the_key_and_nothing_else_does(talk, agent):
    """Roles on other machines share only the database; a file, a log or a message must not have it."""
    await agent.announces()
    await talk.say("park", f"센서 {agent.number}")

    assert agent.key in await contents(talk.house.redis)
    outside = b"".join(
        path.read_bytes() for path in talk.data.rglob("*") if path.is_file() and "database" not in str(path)
    )
    assert agent.key not in outside
    assert agent.code.encode() not in outside
