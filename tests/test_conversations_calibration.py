"""보정: a camera that sees too few is taught by hand counts in chat; wrong ones are answered plainly and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.demo.stage import FIRST
from tests.talk import Talk, labels, talking, text

NOON = FIRST + timedelta(minutes=40)  # 12:10


@pytest.fixture
async def lunch(tmp_path) -> AsyncIterator[Talk]:
    """Ten past twelve; what cam1 says is said by the test."""
    async with talking(tmp_path, roles=("sense", "chat"), at=NOON) as talk:
        yield talk


async def sees(talk: Talk, count: int) -> None:
    """Half a minute later the camera says that many."""
    talk.clock.move_to(talk.clock.now() + timedelta(seconds=40))
    await talk.posters["gyeongnam/cam1"].send("cam1", count=count)


async def taught(talk: Talk, *pairs: tuple[int, int], who: str = "park") -> str:
    said = ""
    for count, people in pairs:
        await sees(talk, count)
        said = text(await talk.say(who, str(people)))
    return said


async def test_ten_counts_teach_the_gain_and_the_answer_uses_it(lunch):
    first = text(await lunch.say("park", "보정"))
    assert "본관 구내식당(예시) cam1 보정: 아직 한 번도 없습니다." in first
    assert "'12'처럼 보내 주십시오" in first

    two = await taught(lunch, (10, 20), (12, 24))
    assert two.startswith("cam1: 센서 12명, 직접 세신 것 24명을 적었습니다. 지금까지 2번. 3번부터 씁니다.")
    last = await taught(lunch, (5, 10), (20, 41), (15, 29), (8, 16), (25, 50), (18, 37), (9, 18), (14, 28))

    assert "지금까지 10번, 평균 오차 0." in last
    assert "(보정 전 13." in last
    gains = await lunch.house.teaching.gains("gyeongnam", "main", ["cam1"])
    assert gains["cam1"] == pytest.approx(0.5, abs=0.03)
    config = await lunch.house.canteen.config(
        "gyeongnam", site := lunch.house.tenancy.institution("gyeongnam").cafeterias[0], site.lines[0]
    )
    assert config.site.gains == gains


async def test_the_line_in_the_answer_grows_by_what_was_taught(lunch):
    for _ in range(8):
        await sees(lunch, 30)
    before = (await lunch.say("kim", "식당"))[0].reply.facts
    await lunch.say("choi", "보정")
    await taught(lunch, *[(30, 60)] * 8, who="choi")

    after = (await lunch.say("kim", "식당"))[0].reply.facts

    assert before.people is not None
    assert after.people > before.people + 15


@pytest.mark.parametrize("typed", ["보정 12", "보정 cam1 12", "보정 cam1 12명", "/calibrate cam1 12", "보정 줄 12명"])
async def test_one_sentence_is_enough(lunch, typed):
    await sees(lunch, 10)

    told = (await lunch.say("park", typed))[0]

    assert told.reply.text.startswith("cam1: 센서 10명, 직접 세신 것 12명을 적었습니다.")
    assert labels(told) == ["취소"]


async def test_while_teaching_a_count_in_words_is_a_count(lunch):
    await lunch.say("park", "보정")
    for typed in ("12", "12명", "줄 12명", "12명이요", "지금 줄에 열두 명"):
        await sees(lunch, 10)
        assert "직접 세신 것 12명을 적었습니다" in text(await lunch.say("park", typed)), typed


async def test_wrong_counts_are_answered_plainly_and_nothing_is_kept(lunch):
    await sees(lunch, 10)
    await lunch.say("park", "보정")

    assert text(await lunch.say("park", "999명")).startswith("999명은 너무 많아 적지 않았습니다. 300명까지")
    assert "'강당' 센서가 없습니다" in text(await lunch.say("park", "보정 강당"))
    assert "읽지 못해 적지 않았습니다" in text(await lunch.say("park", "보정 cam1 많음"))
    lunch.clock.move_to(lunch.clock.now() + timedelta(minutes=5))
    silent = text(await lunch.say("park", "보정 12"))
    assert silent.startswith("cam1이 지금 조용해서 적지 않았습니다. 마지막 신호는 12:10입니다.")
    assert await lunch.house.teaching.pairs("gyeongnam", "main", "cam1") == ()


async def test_two_people_who_disagree_are_told_and_one_can_take_it_back(lunch):
    await sees(lunch, 10)
    await lunch.say("park", "보정 12")

    other = (await lunch.say("choi", "보정 30"))[0]
    assert "12:10에는 12명으로 적혀 있습니다. 둘 다 두었습니다." in other.reply.text
    undone = text(await lunch.press("choi", other, "취소"))

    assert undone.startswith("되돌렸습니다. 지금까지 1번.")
    assert [one.people for one in await lunch.house.teaching.pairs("gyeongnam", "main", "cam1")] == [12]


async def test_a_repeated_update_counts_once(lunch):
    await sees(lunch, 10)
    for _ in range(2):
        await lunch.say("park", "보정 12", update="u77")

    assert len(await lunch.house.teaching.pairs("gyeongnam", "main", "cam1")) == 1


async def test_all_can_be_forgotten_and_put_back(lunch):
    await lunch.say("park", "보정")
    await taught(lunch, (10, 20), (12, 24), (5, 10))
    panel = (await lunch.say("park", "보정"))[0]

    reset = (await lunch.press("park", panel, "지우고 다시"))[0]
    assert reset.reply.text.startswith("cam1의 보정 3번을 지웠습니다.")
    assert await lunch.house.teaching.gains("gyeongnam", "main", ["cam1"]) == {}
    back = text(await lunch.press("park", reset, "되돌리기"))

    assert back.startswith("되돌렸습니다. 지금까지 3번, 평균 오차")
    assert text(await lunch.say("park", "그만")).startswith("보정을 마쳤습니다.")


async def test_only_staff_teach_and_only_in_private(lunch):
    await sees(lunch, 10)

    refused = text(await lunch.say("kim", "보정 12"))
    assert "적었습니다" not in refused
    assert await lunch.house.teaching.pairs("gyeongnam", "main", "cam1") == ()
    in_group = await lunch.say("park", "보정 12", chat="총무과", mention=True)
    assert all("적었습니다" not in one.reply.text for one in in_group if one.chat.id == "총무과")


async def test_another_institution_has_its_own(lunch):
    await lunch.say("park", "보정")
    await taught(lunch, (10, 20), (12, 24), (5, 10))

    assert await lunch.house.teaching.gains("changwon", "main", ["cam1"]) == {}
