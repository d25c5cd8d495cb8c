"""센서: a sick one is told once, in plain words, and once more when it is back; nothing is told of what is well."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from bot.bootstrap import ENTRANCE_KEY
from bot.demo.stage import FIRST
from occupancy.reading import Condition, Kind
from occupancy.sensors.http import Address
from occupancy.sensors.sender import Enrolled, Sender, Sent, over
from tests.newcomers import Newcomer, new_code, readings, told
from tests.talk import Talk, talking, text

NOON = FIRST + timedelta(minutes=40)


@pytest.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=("sense", "deliver", "chat"), at=NOON) as talk:
        yield talk


@pytest.fixture
async def agent(talk) -> AsyncIterator[Newcomer]:
    async with aiohttp.ClientSession() as session:
        url = (await talk.house.redis.get(ENTRANCE_KEY)).decode()
        yield Newcomer(talk, session, url, await new_code(talk))


async def test_a_dead_camera_is_told_once_and_once_more_when_it_is_back(talk):
    assert await told(talk, timedelta(seconds=20)) == []
    talk.posters["gyeongnam/cam1"].silent.add("cam1")

    first = await told(talk, timedelta(minutes=1))
    more = await told(talk, timedelta(minutes=1))
    talk.posters["gyeongnam/cam1"].silent.clear()
    back = await told(talk, timedelta(minutes=2))
    rest = await told(talk, timedelta(seconds=30))

    assert len(first) == 1
    assert re.match(r"본관 구내식당\(예시\): 카메라 cam1이 12:1[0-2]부터 조용합니다\.", first[0].reply.text)
    assert "전원과 인터넷" in first[0].reply.text
    assert "밝히고 답합니다" in first[0].reply.text
    assert len(back) == 1
    assert "다시 값을 보냅니다" in back[0].reply.text
    assert more == rest == []


async def test_it_is_flagged_within_three_of_its_own_periods(talk):
    await talk.advance(timedelta(minutes=1))
    talk.posters["gyeongnam/cam1"].silent.add("cam1")

    notices = await told(talk, timedelta(seconds=31))  # it speaks every 10 s

    assert len(notices) == 1
    assert re.search(r"카메라 cam1: 조용합니다, 마지막 값 \d+초 전", text(await talk.say("park", "센서")))


async def test_a_gates_silence_is_no_death_unless_counters_see_a_line(talk):
    talk.posters["gyeongnam/gate1"].silent.update({"gate1", "cam1"})
    quiet = [one for one in await told(talk, timedelta(minutes=2, seconds=30)) if "gate1" in one.reply.text]
    assert quiet == []

    for _ in range(10):
        await talk.posters["gyeongnam/cam1"].send("cam1", count=30)
        quiet += [one for one in await told(talk, timedelta(seconds=15)) if "gate1" in one.reply.text]
    assert len(quiet) == 1
    assert "식권 gate1이" in quiet[0].reply.text


async def test_what_a_camera_tells_of_itself_is_told_in_plain_words(talk, agent):
    await agent.announces()
    await talk.say("park", f"센서 {agent.number}")
    await agent.sends(3)
    talk.clock.move_to(talk.clock.now() + timedelta(seconds=5))
    await agent.tells(Condition.BLIND)

    notices = [one for one in await told(talk, timedelta(seconds=40)) if "화면만" in one.reply.text]

    assert len(notices) == 1
    assert "카메라 cam9이" in notices[0].reply.text or "카메라 cam9가" in notices[0].reply.text
    assert "검거나 가려진 화면" in notices[0].reply.text
    assert "화면이 검거나 가려졌습니다" in text(await talk.say("park", "센서"))


async def test_a_wrong_key_and_a_wrong_clock_are_told(talk, agent):
    post = over(agent.session, agent.url)
    for number in range(6):
        talk.clock.move_to(talk.clock.now() + timedelta(seconds=3))
        forger = Sender(Address("gyeongnam", "main", "cam1"), b"no such key at all", Kind.CAMERA, post, talk.clock.now)
        forger.say(number)
        assert await forger.flush() is Sent.REFUSED
    notices = await told(talk, timedelta(seconds=40))

    assert len(notices) == 1
    assert "열쇠가 다른 신호" in notices[0].reply.text


async def test_nothing_is_told_before_opening_and_the_house_does_not_blame_sensors_for_its_own_sleep(tmp_path):
    early = FIRST - timedelta(minutes=6)
    async with talking(tmp_path, roles=("sense", "deliver", "chat"), at=early) as talk:
        for poster in talk.posters.values():
            poster.silent.update({"cam1", "gate1", "cam2", "gate2"})
        assert await told(talk, timedelta(minutes=5)) == []


async def test_what_was_approved_survives_a_restart(tmp_path):
    async with talking(tmp_path, roles=("sense", "chat"), at=NOON) as talk, aiohttp.ClientSession() as session:
        url = (await talk.house.redis.get(ENTRANCE_KEY)).decode()
        agent = Newcomer(talk, session, url, await new_code(talk))
        await agent.announces()
        await talk.say("park", f"센서 {agent.number}")
    async with talking(tmp_path, roles=("sense", "chat"), at=NOON) as talk, aiohttp.ClientSession() as session:
        agent.talk, agent.session = talk, session
        agent.url = (await talk.house.redis.get(ENTRANCE_KEY)).decode()

        assert await agent.sends(9) is Sent.DONE
        assert await readings(talk) == [9]


async def test_a_code_is_good_for_an_hour_and_typed_as_people_type(talk, agent):
    spaced = Newcomer(talk, agent.session, agent.url, agent.code.replace("-", " ").lower())
    assert await spaced.announces() is Enrolled.WAITING

    talk.clock.move_to(talk.clock.now() + timedelta(minutes=61))
    late = Newcomer(talk, agent.session, agent.url, agent.code, name="cam10")
    assert await late.announces() is Enrolled.REFUSED


async def test_waiting_announcements_are_bounded_and_expire(talk, agent):
    answers = []
    for number in range(25):
        talk.clock.move_to(talk.clock.now() + timedelta(seconds=10))
        answers.append(await Newcomer(talk, agent.session, agent.url, agent.code, name=f"c{number}").announces())
    assert answers.count(Enrolled.WAITING) == 20
    assert answers[-1] is Enrolled.LATER

    talk.clock.move_to(talk.clock.now() + timedelta(days=1))
    assert "승인을 기다립니다" not in text(await talk.say("park", "센서"))
