"""제보: what people in line say becomes one reading of one source; rate-limited, undoable, nobody's in particular."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.demo.stage import FIRST
from bot.report_words import Said, answer, said
from bot.sensing_reports import Judging
from occupancy.reading import Kind, Reading
from occupancy.sensors.chat import Reports, Trust
from tests.talk import Talk, labels, talking, text
from tests.test_conversations_privacy import cells
from tests.traces import rows

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOON = FIRST + timedelta(minutes=40)
OPENS = FIRST + timedelta(minutes=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("reports")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(folder) -> AsyncIterator[Talk]:
    async with talking(folder, roles=("sense", "chat"), at=OPENS) as talk:
        for poster in talk.posters.values():
            poster.silent.update({"cam1", "gate1", "cam2", "gate2"})
        yield talk


@pytest_asyncio.fixture(loop_scope="module")
async def talk(house: Talk) -> Talk:
    """A little later than the test before, within serving time; nobody has said anything yet."""
    house.clock.move_to(house.clock.now() + timedelta(seconds=31))
    await _forget(house)
    return house


async def _forget(talk: Talk) -> None:
    keys = [key async for key in talk.house.redis.scan_iter("dobi:{gyeongnam}:reports*")]
    if keys:
        await talk.house.redis.delete(*keys)


async def heard(talk: Talk, place: str = "main") -> list[Reading]:
    found = await talk.house.readings.recent("gyeongnam", place, talk.clock.now() - timedelta(seconds=30))
    return [one for one in found if one.kind is Kind.CHAT]


@pytest.mark.parametrize(
    ("typed", "people"),
    [
        ("지금 줄 18명", 18), ("줄 18명이요", 18),
        ("줄이 한 20명쯤 돼요", 20), ("줄 18 명 있어요!", 18), ("즐 18명", 18),
        ("도비야 지금 줄 7명이야", 7), ("식당 줄 22명", 22), ("15명 줄 서 있어요", 15),
        ("대기 30명", 30), ("줄 18몀", 18), ("줄 열두 명", 12),
        ("줄 하나도 없어요", 0), ("제보 25", 25), ("/crowd 25명", 25),
    ],
)  # fmt: skip
async def test_a_number_in_peoples_own_words_is_a_report(talk, typed, people):
    told = text(await talk.say(talk.newcomer(), typed))

    assert told == f"고맙습니다. 본관 구내식당(예시) 줄 {people}명으로 알아들었습니다."
    (reading,) = await heard(talk)
    assert (reading.count, reading.sensor) == (people, "chat")
    assert reading.noise >= 2


@pytest.mark.parametrize(
    "typed", ["한산", "한산해요", "지금 한산합니다", "보통", "혼잡", "식당 혼잡해요", "혼잠", "줄이 너무 혼잡해요ㅠㅠ"]
)
async def test_the_three_words_are_reports_too(talk, typed):
    told = text(await talk.say(talk.newcomer(), typed))

    assert told.startswith("고맙습니다. 본관 구내식당(예시) ")
    assert "명쯤)으로 알아들었습니다." in told
    assert len(await heard(talk)) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "지금 줄 몇 명?", "줄 18명이면 몇 분 걸려?", "줄 18명이에요?", "식당 어때?", "지금 줄 길어?",
        "오늘 식당 혼잡해?",
        "내일 점심 혼잡할까요", "오늘 861명", "내일 교육생 120명 추가", "평소 줄 20명인가요",
    ],
)  # fmt: skip
async def test_a_question_or_another_figure_is_no_report(talk, typed):
    await talk.say(talk.newcomer(), typed)

    assert await heard(talk) == []


async def test_the_order_of_words_is_seen_by_length(talk):
    user = talk.newcomer()
    few, many = text(await talk.say(user, "한산")), text(await talk.say(talk.newcomer(), "혼잡"))

    def people(told: str) -> int:
        return int(told.partition("(줄 ")[2].partition("명")[0])

    assert people(few) < people(many)


async def test_what_is_not_understood_is_asked_and_answered(talk):
    user = talk.newcomer()
    asked = await talk.say(user, "줄 끝이 정수기까지 왔어요")
    assert labels(asked[0]) == ["한산", "보통", "혼잡"]
    assert await heard(talk) == []

    assert "줄 40명으로" in text(await talk.say(user, "40명 정도요"))
    other = talk.newcomer()
    pressed = await talk.press(other, (await talk.say(other, "제보"))[0], "보통")
    assert "보통(줄" in text(pressed)


async def test_one_report_in_five_minutes_and_a_repeated_update_is_the_same_one(talk):
    user = talk.newcomer()
    first = text(await talk.say(user, "줄 18명", update="u-report-1"))
    await talk.house.redis.delete(*[k async for k in talk.house.redis.scan_iter("*people:handled*")])
    assert text(await talk.say(user, "줄 18명", update="u-report-1")) == first
    assert len(await heard(talk)) == 1

    talk.clock.move_to(talk.clock.now() + timedelta(minutes=2))
    assert "부터 받습니다" in text(await talk.say(user, "줄 90명"))
    assert await heard(talk) == []
    talk.clock.move_to(talk.clock.now() + timedelta(minutes=3, seconds=1))
    assert "줄 90명으로" in text(await talk.say(user, "줄 90명"))


async def test_a_report_is_taken_back_once_and_may_be_put_right(talk):
    user = talk.newcomer()
    said_first = await talk.say(user, "줄 180명")
    assert [one.count for one in await heard(talk)] == [180]

    assert "되돌렸습니다" in text(await talk.press(user, said_first[0], "되돌리기"))
    assert await heard(talk) == []
    talk.clock.move_to(talk.clock.now() + timedelta(seconds=3))
    assert "줄 18명으로" in text(await talk.say(user, "줄 18명"))
    talk.clock.move_to(talk.clock.now() + timedelta(seconds=3))
    assert "부터 받습니다" in text(await talk.say(user, "줄 19명"))
    assert "되돌릴 것이 없습니다" in text(await talk.press(user, said_first[0], "되돌리기"))


async def test_nobody_takes_back_anothers(talk):
    said_first = await talk.say(talk.newcomer(), "줄 18명")

    assert "없습니다" in text(await talk.press(talk.newcomer(), said_first[0], "되돌리기"))
    assert len(await heard(talk)) == 1


async def test_a_burst_of_jokes_moves_the_number_little(talk):
    for _ in range(5):
        await talk.say(talk.newcomer(), "줄 20명")
    await talk.say(talk.newcomer(), "줄 399명")
    await talk.say(talk.newcomer(), "줄 0명")

    assert (await heard(talk))[-1].count == 20


async def test_impossible_numbers_are_not_taken(talk):
    assert "400명까지" in text(await talk.say(talk.newcomer(), "줄 9999명"))
    assert await heard(talk) == []


async def test_in_a_group_only_when_addressed_and_the_answer_names_nobody(talk):
    user = talk.newcomer()
    assert await talk.say(user, "지금 줄 18명", chat="총무과") == []

    told = text(await talk.say(user, "지금 줄 18명", chat="총무과", mention=True))
    assert told.startswith("고맙습니다.")
    assert user not in told


async def test_with_no_other_sensor_reports_are_the_number_with_a_wide_band_and_no_name_behind_it(talk):
    talk.clock.move_to(talk.clock.now() + timedelta(seconds=40))
    user = talk.newcomer()
    await talk.say(user, "지금 줄 18명")
    answer_now = await talk.say("kim", "식당")
    why = text(await talk.say("kim", "왜 이 숫자?"))

    found = answer_now[0].reply.facts
    assert found is not None
    assert "제보" in answer_now[0].reply.text
    assert user not in answer_now[0].reply.text + why
    kept = await rows(talk.house.redis)
    assert not any(user.encode() in key + repr(value).encode() for key, value in kept.items() if b"occupancy" in key)


async def test_reports_of_another_institution_stay_there(talk):
    await talk.say("yun", "줄 33명")

    assert await heard(talk) == []
    others = await talk.house.readings.recent("changwon", "main", talk.clock.now() - timedelta(seconds=5))
    assert [one.count for one in others if one.kind is Kind.CHAT] == [33]


async def test_whoever_left_is_forgotten(talk):
    reports = Reports(talk.house.redis)
    await reports.learn("gyeongnam", "whoever-left", Trust(3, 1))
    await reports.learn("gyeongnam", "kim", Trust(3, 1))
    await Judging(talk.house.tenancy, talk.house.readings, reports, talk.house.canteen, talk.clock.now).step()

    assert set(await reports.trust("gyeongnam")) == {"kim"}


async def test_outside_serving_time_nothing_is_taken(tmp_path):
    async with talking(tmp_path, roles=("chat",), at=FIRST.replace(hour=10)) as talk:
        assert "배식 시간" in text(await talk.say("kim", "지금 줄 18명"))
        assert await heard(talk) == []
        assert json.dumps(await talk.house.redis.keys("*reports*"), default=str) == "[]"


async def test_reliability_follows_what_the_sensors_say_next(tmp_path):
    async with talking(tmp_path, roles=("sense", "chat"), at=NOON) as talk:
        reports = Reports(talk.house.redis)
        seen = (await talk.house.canteen.views("gyeongnam", talk.house.settings.institutions[0].cafeterias[0]))[0]
        people = seen.estimate.people
        assert people is not None
        await talk.say("kim", f"줄 {people}명")
        await talk.say("seo", f"줄 {people + 150}명")
        await talk.advance(timedelta(minutes=2, seconds=10))
        trust = await reports.trust("gyeongnam")

        assert trust["kim"].judged == trust["seo"].judged == 1
        assert trust["kim"].weight > 0.5 > trust["seo"].weight
        for user in ("park", "lee", "seo"):
            assert "kim" not in text(await talk.say(user, "왜 이 숫자?"))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("20", Said(people=20)), ("한 20명쯤", Said(people=20)), ("약 15명 정도요", Said(people=15)),
        ("혼잡", Said(step=2)),
        ("모르겠어요", None), ("12시", None), ("내일", None), ("2026-11-23", None),
    ],
)  # fmt: skip
async def test_answers_to_the_question(typed, found):
    assert answer(typed) == found


async def test_words_that_are_no_report():
    for typed in (
        "식당",
        "줄",
        "보통 점심 언제 먹어",
        "혼잡도 알려줘",
        "줄여서 말해 줘",
        "앞에 3명 결재 대기라고 전해 주세요?",
    ):
        assert said(typed) is None, typed


async def test_what_reports_taught_is_shown_to_oneself_and_deleted_at_a_word(talk):
    user = talk.newcomer()
    reports = Reports(talk.house.redis)
    await talk.say(user, "줄 18명")
    await reports.learn("gyeongnam", user, Trust(2, 0.5))

    given = await talk.press(user, (await talk.say(user, "내 정보"))[0], "파일로 받기")
    assert given[0].reply.file is not None
    assert any("식당 제보" in cell for cell in cells(given[0].reply.file.data))

    asked = await talk.say(user, "내 정보 삭제")
    await talk.press(user, asked[0], "구독·알림 지우기")
    assert user not in await reports.trust("gyeongnam")
    assert user not in await reports.of("gyeongnam", "main")
