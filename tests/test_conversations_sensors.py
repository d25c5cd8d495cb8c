"""센서: a new one announces itself, waits, is approved, counts, rests, goes; a sick one is told once, and once back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import pytest

from bot.bootstrap import ENTRANCE_KEY
from bot.demo.stage import FIRST
from bot.messenger import Outgoing
from occupancy.reading import Condition, Kind
from occupancy.sensors.announcing import Announcement, key_of, new_salt, number_of, typed
from occupancy.sensors.http import Address
from occupancy.sensors.sender import Enrolled, Sender, Sent, enrol, over
from tests.talk import Talk, labels, talking, text
from tests.traces import contents

NOON = FIRST + timedelta(minutes=40)


@dataclass
class Newcomer:
    """A camera's agent that nobody declared, with its own clock."""

    talk: Talk
    session: aiohttp.ClientSession
    url: str
    code: str
    name: str = "cam9"
    tenant: str = "gyeongnam"
    cafeteria: str = "main"
    off: timedelta = timedelta()

    def __post_init__(self) -> None:
        self.salt = new_salt()

    def now(self) -> datetime:
        return self.talk.clock.now() + self.off

    @property
    def address(self) -> Address:
        return Address(self.tenant, self.cafeteria, self.name)

    @property
    def key(self) -> bytes:
        return key_of(typed(self.code), self.address, self.salt)

    @property
    def number(self) -> str:
        return number_of(self.key)

    async def announces(self) -> Enrolled:
        one = Announcement(self.address, Kind.CAMERA, self.salt)
        return await enrol(one, typed(self.code), over(self.session, self.url), self.now)

    async def sends(self, count: int) -> Sent:
        sender = Sender(self.address, self.key, Kind.CAMERA, over(self.session, self.url), self.now)
        sender.say(count)
        return await sender.flush()

    async def tells(self, condition: Condition) -> Sent:
        sender = Sender(self.address, self.key, Kind.CAMERA, over(self.session, self.url), self.now)
        sender.tell(condition)
        return await sender.flush()


@pytest.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=("sense", "deliver", "chat"), at=NOON) as talk:
        yield talk


@pytest.fixture
async def agent(talk) -> AsyncIterator[Newcomer]:
    async with aiohttp.ClientSession() as session:
        url = (await talk.house.redis.get(ENTRANCE_KEY)).decode()
        yield Newcomer(talk, session, url, await new_code(talk))


async def new_code(talk: Talk, user: str = "park") -> str:
    said = text(await talk.say(user, "센서 등록"))
    return re.search(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", said)[0]


async def told(talk: Talk, span: timedelta = timedelta()) -> list[Outgoing]:
    """Notices of sensors to park."""
    return [one for one in await talk.advance(span) if one.kind == "notice" and one.chat.ref == "console:dm:park"]


async def readings(talk: Talk, sensor: str = "cam9", tenant: str = "gyeongnam") -> list[int | None]:
    found = await talk.house.readings.recent(tenant, "main", talk.clock.now() - timedelta(hours=1))
    return [one.count for one in found if one.sensor == sensor]


async def test_a_new_sensor_announces_itself_and_counts_once_an_administrator_says_so(talk, agent):
    assert await agent.announces() is Enrolled.WAITING
    assert await agent.sends(7) is Sent.REFUSED
    notice = (await told(talk))[0]
    assert "카메라 cam9" in notice.reply.text
    assert agent.number in notice.reply.text
    assert labels(notice) == ["승인", "거절"]

    approved = await talk.press("park", notice, "승인")

    assert "승인했습니다" in text(approved)
    assert await agent.sends(7) is Sent.DONE
    assert await readings(talk) == [7]
    listed = text(await talk.say("park", "센서"))
    assert re.search(r"카메라 cam9: 정상, 마지막 값 .+ · 대화", listed)
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
    assert "cam9" not in text(await talk.say("park", "센서"))
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

    shown = await talk.say("park", "센서 cam9")
    assert labels(shown[0]) == ["멈춤", "지우기", "센서"]
    stopped = await talk.press("park", shown[0], "멈춤")
    assert "멈췄습니다" in text(stopped)
    talk.clock.move_to(talk.clock.now() + timedelta(seconds=5))
    assert await agent.sends(2) is Sent.DONE
    assert await readings(talk) == [1]
    assert "멈춰 두었습니다" in text(await talk.say("park", "센서"))
    assert "되돌렸습니다" in text(await talk.press("park", stopped[0], "되돌리기"))
    talk.clock.move_to(talk.clock.now() + timedelta(seconds=5))
    assert await agent.sends(3) is Sent.DONE
    assert await readings(talk) == [1, 3]

    removed = await talk.say("park", "센서 cam9 지워줘")
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

    assert {one.chat.ref for one in everybody if "cam9" in one.reply.text} == {"console:dm:park"}
    for user in ("kim", "lee", "choi"):
        assert "관리자만" in text(await talk.say(user, "센서"))
    assert "cam9" not in text(await talk.say("nam", "센서"))
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
    assert "cam9" not in text(await talk.say("park", "센서"))


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


async def test_a_name_that_the_file_has_is_taken_and_a_place_that_is_none_is_told(talk, agent):
    agent.name = "cam1"
    assert await agent.announces() is Enrolled.TAKEN
    agent.name, agent.cafeteria = "cam9", "nowhere"
    assert await agent.announces() is Enrolled.NOWHERE


async def test_a_clock_that_is_off_by_hours_neither_hinders_the_announcement_nor_the_readings(talk, agent):
    agent.off = timedelta(hours=-9)

    assert await agent.announces() is Enrolled.WAITING
    await talk.say("park", f"센서 {agent.number}")
    assert await agent.sends(4) is Sent.DONE
    assert await readings(talk) == [4]


async def test_no_key_is_in_any_message_log_or_list(talk, agent, caplog):
    await agent.announces()
    notice = (await told(talk))[0]
    await talk.press("park", notice, "승인")
    await talk.say("park", "센서")
    await talk.say("park", "센서 cam9")

    secret = agent.key.decode()
    assert not any(secret in one.reply.text for one in talk.messenger.sent)
    assert not any(secret in press.press for one in talk.messenger.sent for press in one.reply.buttons)
    assert secret not in caplog.text
    assert secret not in repr(talk.house.tenancy.institutions())


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


# --- sick sensors


async def test_a_dead_camera_is_told_once_and_once_more_when_it_is_back(talk):
    assert await told(talk, timedelta(minutes=1)) == []
    talk.posters["gyeongnam/cam1"].silent.add("cam1")

    first = await told(talk, timedelta(minutes=2))
    more = await told(talk, timedelta(minutes=10))
    talk.posters["gyeongnam/cam1"].silent.clear()
    back = await told(talk, timedelta(minutes=3))
    rest = await told(talk, timedelta(minutes=5))

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
    quiet = [one for one in await told(talk, timedelta(minutes=5)) if "gate1" in one.reply.text]
    assert quiet == []

    for _ in range(20):
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
    early = FIRST - timedelta(minutes=30)
    async with talking(tmp_path, roles=("sense", "deliver", "chat"), at=early) as talk:
        for poster in talk.posters.values():
            poster.silent.update({"cam1", "gate1", "cam2", "gate2"})
        assert await told(talk, timedelta(minutes=29)) == []


async def test_a_sensor_that_comes_and_goes_is_told_as_such_and_then_left(talk):
    notices = []
    for _ in range(6):
        talk.posters["gyeongnam/cam1"].silent.add("cam1")
        notices += await told(talk, timedelta(minutes=2))
        talk.posters["gyeongnam/cam1"].silent.clear()
        notices += await told(talk, timedelta(minutes=2, seconds=30))

    assert [("조용합니다" in one.reply.text, "다시 값을" in one.reply.text) for one in notices[:6]] == [
        (True, False), (False, True)] * 3  # fmt: skip
    assert "오늘 4번째 끊겼습니다" in notices[6].reply.text
    assert len(notices) == 7


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
