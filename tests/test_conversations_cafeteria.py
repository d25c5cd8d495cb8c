"""식당: the line with its age and range, one's own slot, a picture; silent sensors give honest dated answers."""

from __future__ import annotations

import asyncio
import io
import json
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from bot.demo.stage import FIRST, tell_time
from bot.messenger import CafeteriaFacts, Outgoing
from bot.messengers import lines
from tests.talk import Talk, labels, talking, text

NOON = FIRST + timedelta(minutes=40)  # 12:10


def facts(messages: list[Outgoing]) -> CafeteriaFacts:
    assert len(messages) == 1
    found = messages[0].reply.facts
    assert isinstance(found, CafeteriaFacts)
    return found


def as_json(message: Outgoing) -> dict[str, object]:
    """The object that a script reads."""
    return json.loads(lines.render(message, None, None))["cafeteria"]


@pytest.fixture
async def morning(tmp_path) -> AsyncIterator[Talk]:
    """Half past eleven, both cafeterias simulated through the real entrance."""
    async with talking(tmp_path, roles=("sense", "chat")) as talk:
        yield talk


@pytest.fixture
async def lunch(tmp_path) -> AsyncIterator[Talk]:
    """The same at ten past twelve."""
    async with talking(tmp_path, roles=("sense", "chat"), at=NOON) as talk:
        yield talk


def silence(talk: Talk, institution: str = "gyeongnam") -> None:
    for sensor in ("cam1", "gate1"):
        talk.posters[f"{institution}/{sensor}"].silent.add(sensor)


async def test_the_answer_has_people_level_minutes_age_slot_and_picture(lunch):
    answer = await lunch.say("kim", "식당")

    told, found = text(answer).splitlines(), facts(answer)
    assert re.fullmatch(
        rf"본관 구내식당\(예시\): 지금 .+\. 줄 {found.people}명 · (여유|보통|약간 붐빔|붐빔) · \d+~\d+분", told[0]
    )
    assert re.fullmatch(r"총무과는 이번 주 12:20~12:40입니다\.( 예측: 12:[23]\d에 가시면 .+\.)?", told[1])
    assert re.match(r"(카메라|식권) (방금|\d+초 전).* 기준입니다", told[2])
    assert len(told) <= 4
    assert found.people is not None
    assert found.low <= found.minutes <= found.high
    assert found.level in told[0]
    assert 0 <= found.age_s <= 30
    assert set(found.sensors) == {"camera", "gate"}
    assert labels(answer[0]) == ["한산해지면 알려줘", "내 시간 알림", "우리 과 차례", "이번 주 차례", "왜 이 숫자?"]
    picture = Image.open(io.BytesIO(answer[0].reply.image))
    assert picture.width >= 600
    assert "식당(예시) 오늘 줄 그래프(12:10)" in answer[0].reply.alt
    assert f"줄 {found.people}명" in answer[0].reply.alt
    assert as_json(answer[0]) == {
        "id": "main", "people": found.people, "level": found.level, "minutes": found.minutes, "low": found.low,
        "high": found.high, "age_s": found.age_s, "from": ["camera", "gate"],
    }  # fmt: skip


async def test_people_ask_as_they_speak_and_find_their_slot(morning):
    for typed in ("식당", "/cafeteria", "지금 줄 길어?", "점심 지금 붐벼요?", "밥", "구내식당", "도비야 식당 어때?"):
        assert "본관 구내식당(예시): " in text(await morning.say("kim", typed)), typed
    for typed in ("차례", "/slot", "우리 과 몇 시야?", "우리 과 차례 언제지"):
        assert "총무과는 이번 주 12:20~12:40입니다." in text(await morning.say("kim", typed)), typed
    everyone = text(await morning.say("kim", "전체 차례"))
    assert "12:20~12:40 총무과, 감사관" in everyone
    assert everyone.count("~") == 4
    assert "구내식당의 차례는 정해져 있지 않습니다" in text(await morning.say("choi", "차례"))


async def test_what_is_not_known_of_the_kitchen_is_said(morning):
    for typed in ("12월 24일 식당 메뉴 알려줘", "12월 24일 점심 반찬 뭐야", "식단 12월 24일"):
        assert "식단은 아직 등록되지 않았습니다" in text(await morning.say("kim", typed))


async def test_the_buttons_below_the_answer_work_in_a_channel_too(morning):
    answer = await morning.say("kim", "식당", chat="총무과")

    mine = await morning.press("kim", answer[0], "우리 과 차례", chat="총무과")
    all_of_us = await morning.press("kim", answer[0], "이번 주 차례", chat="총무과")

    assert (mine[0].chat.id, all_of_us[0].chat.id) == ("총무과", "총무과")
    assert "총무과는 이번 주" in text(mine)
    assert "이번 주 차례입니다" in text(all_of_us)


async def test_a_silent_camera_is_named_and_the_gate_goes_on(lunch):
    lunch.posters["gyeongnam/cam1"].silent.add("cam1")
    await lunch.advance(timedelta(seconds=50))

    answer = await lunch.say("kim", "식당")

    assert facts(answer).sensors == ("gate",)
    assert "식권 방금 기준입니다. 카메라는 50초째 조용합니다." in text(answer)


async def test_silence_is_told_with_its_time_and_never_an_old_number_as_a_new_one(lunch):
    then = facts(await lunch.say("kim", "식당"))
    silence(lunch)

    await lunch.advance(timedelta(minutes=5))
    soon = await lunch.say("kim", "식당")
    await lunch.advance(timedelta(minutes=10))
    later = await lunch.say("kim", "식당")

    assert "지금 줄을 알 수 없습니다. 센서가 5분째 조용합니다." in text(soon)
    assert f"마지막으로 안 것은 12:10의 줄 {then.people}명입니다." in text(soon)
    assert "평소 이 시간에는" in text(soon)
    assert "지금 줄을 알 수 없습니다. 센서가 12:10 뒤로 15분째 조용합니다." in text(later)
    assert "마지막으로 안 것" not in text(later)
    assert "혼잡" in labels((await lunch.press("kim", later[0], "줄 제보"))[0])
    for answer, age in ((soon, 300), (later, 900)):
        assert facts(answer) == CafeteriaFacts("main", None, None, None, None, None, age, ())
        assert "총무과는 이번 주 12:20~12:40입니다." in text(answer)
        assert text(answer).count("\n") <= 3
        assert "명" not in answer[0].reply.alt
        assert as_json(answer[0])["people"] is None
        assert as_json(answer[0])["from"] == []


async def test_sensors_that_fall_silent_together_in_the_rush_do_not_look_like_an_empty_line(tmp_path):
    async with talking(tmp_path, roles=("sense", "chat"), at=FIRST + timedelta(minutes=52)) as talk:
        then = facts(await talk.say("kim", "식당"))
        silence(talk)
        assert then.people is not None
        assert then.people > 20

        for span in (60, 30, 25):
            talk.clock.move_to(talk.clock.now() + timedelta(seconds=span))
            answer = await talk.say("kim", "식당")
            assert facts(answer).people is None
            assert f"12:22의 줄 {then.people}명" in text(answer)


async def test_a_chart_drawn_before_the_silence_is_not_shown_after_it(lunch):
    before = await lunch.say("kim", "식당")
    silence(lunch)
    await lunch.advance(timedelta(minutes=15))

    after = await lunch.say("kim", "식당")

    assert before[0].reply.image != after[0].reply.image


async def test_a_reading_said_by_hand_shows_at_once_and_stays_in_its_institution(lunch):
    other = facts(await lunch.say("yun", "식당"))
    await lunch.say("kim", "식당")

    for count in (3, 180):
        await lunch.posters["gyeongnam/cam1"].send("cam1", count=count)
        answer = facts(await lunch.say("kim", "식당"))
        assert answer.people is not None
        assert (answer.people > 60) == (count == 180)
    assert facts(await lunch.say("yun", "식당")) == other


async def test_a_sensor_that_speaks_again_is_believed_again(lunch):
    silence(lunch)
    await lunch.advance(timedelta(minutes=15))
    assert facts(await lunch.say("kim", "식당")).people is None

    await lunch.posters["gyeongnam/cam1"].send("cam1", count=18)

    answer = await lunch.say("kim", "식당")
    assert facts(answer).people is not None
    assert facts(answer).age_s == 0
    assert "카메라 방금 기준입니다" in text(answer)


async def test_the_command_posts_through_the_same_entrance(morning):
    before = facts(await morning.say("kim", "식당"))
    now = morning.clock.now() + timedelta(seconds=1)
    morning.clock.move_to(now)
    await asyncio.to_thread(tell_time, morning.data, now - datetime.now(UTC))  # as the console does when it advances

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "sensor", "send", "--sensor", "cam1", "--count", "80", "--at", now.isoformat(),
        "--institution", "gyeongnam", "--config", str(morning.config), "--data", str(morning.data),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)

    assert (process.returncode, out.decode().strip()) == (0, "보냈습니다."), err.decode()
    after = facts(await morning.say("kim", "식당"))
    assert after.people is not None
    assert before.people is not None
    assert after.people > before.people + 20


async def test_the_other_institution_has_its_own_line_slots_and_name(lunch):
    answer = await lunch.say("yun", "식당")

    assert "시청 구내식당(예시)" in text(answer)
    assert "기획예산과는 이번 주" in text(answer)
    assert "본관" not in text(answer) + answer[0].reply.alt
    assert "총무과" not in text(await lunch.say("yun", "전체 차례"))
    assert facts(answer) != facts(await lunch.say("kim", "식당"))


async def test_advice_stays_within_the_departments_own_slot(lunch):
    for _ in range(5):
        for user, opens, closes in (("yun", "12:00", "12:20"), ("kim", "12:20", "12:40")):
            found = re.search(r"예측: (\d\d:\d\d)에", text(await lunch.say(user, "식당")))
            assert found is None or opens <= found[1] < closes
        await lunch.advance(timedelta(minutes=4))


async def test_after_closing_and_on_a_day_off_the_answer_is_the_hours(lunch):
    lunch.clock.move_to(lunch.clock.now() + timedelta(hours=4))
    evening = await lunch.say("kim", "식당")
    lunch.clock.move_to(lunch.clock.now() + timedelta(days=5))
    saturday = await lunch.say("kim", "식당")

    assert "지금은 배식 시간이 아닙니다(11:30~13:30)" in text(evening)
    assert "총무과는 이번 주" in text(evening)
    assert facts(evening).people is None
    assert text(saturday) == "본관 구내식당(예시): 오늘은 쉬는 날입니다."


async def test_two_hundred_who_ask_at_once_hear_of_the_same_line_and_not_all_of_the_same_minute(lunch):
    answers = await asyncio.gather(*(lunch.say(lunch.newcomer(), "식당") for _ in range(200)))

    minutes = Counter(re.findall(r"예측: (\d\d:\d\d)에", "\n".join(text(answer) for answer in answers)))
    assert len({re.sub(r" 예측: .+", "", text(answer)) for answer in answers}) == 1
    assert minutes.total() >= 100  # to the others no minute is better than another any more
    assert max(minutes.values()) <= 40
    assert len(minutes) >= 6
    assert all("12:20" <= minute < "12:40" for minute in minutes)
