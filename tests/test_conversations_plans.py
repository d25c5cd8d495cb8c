"""차례: asked for any day, week and month; changed by administrators after they have read what changes for whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from occupancy.plans import Desk
from occupancy.simulator import Simulator, World
from tests.talk import Talk, labels, talking, text


@pytest.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    """Monday 2026-11-23, half past eleven; 총무과 and 감사관 eat third this week."""
    async with talking(tmp_path, roles=("chat",)) as talk:
        yield talk


async def change(talk: Talk, said: str, user: str = "park") -> str:
    """Says it, agrees, and gives what was read back."""
    asked = await talk.say(user, said)
    assert labels(asked[0]) == ["맞습니다", "아니요"], asked[0].reply.text
    done = await talk.press(user, asked[0], "맞습니다")
    assert "반영했습니다" in text(done)
    return asked[0].reply.text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("우리 과 몇 시?", "총무과는 이번 주 12:20~12:40입니다."),
        ("12월 3일 12시 20분은 누구?", "12. 3.(목) 12:20은 도로과, 재난대응과 차례입니다."),
        ("다음 주 우리 과", "총무과는 11. 30.(월)~12. 4.(금) 12:40~13:00입니다."),
        ("우리 과 다음 주", "총무과는 11. 30.(월)~12. 4.(금) 12:40~13:00입니다."),
        ("농정과 이번 달", "농정과 2026년 11월 차례입니다."),
        ("내 차례 언제 첫 순서야", "총무과가 가장 먼저인 주는 12. 7.(월)부터입니다."),
        ("농정과 첫 순서 언제야?", "농정과가 이번 주 첫 순서입니다. 그다음은 12. 21.(월) 주입니다."),
        ("전체 차례", "12:20~12:40 총무과, 감사관"),
        ("다음 달 표", "본관 구내식당(예시) 2026년 12월 차례표(11:40 → 12:00 → 12:20 → 12:40)"),
        ("12월 차례표", "12. 7.~12. 11. 1조 → 2조 → 3조 → 4조"),
        ("오늘 쉬어?", "본관 구내식당(예시): 오늘은 배식합니다(11:30~13:30)."),
        ("내일 식당 해?", "본관 구내식당(예시): 내일은 배식합니다(11:30~13:30)."),
        ("12월 25일 쉬나요?", "12. 25.(금)에는 쉽니다(공휴일). 다음 배식은 12. 28.(월)입니다."),
        ("12월 24일 휴무?", "12. 24.(목)에는 배식합니다"),
        ("다음 달 쉬는 날", "12. 25.(금) 공휴일"),
        ("3월 3일 우리 과 몇 시였어?", "총무과는 3. 3.(화) 11:40~12:00입니다."),
        ("2027년 1월 5일 우리 과 차례", "총무과는 1. 5.(화) 11:40~12:00입니다."),
        ("지난주 총무과 차례", "11. 16.(월)~11. 20.(금)"),
        ("13월 1일 차례", "달력에 없는 날짜"),
    ],
)
async def test_whose_slot_it_is_is_answered_for_any_day_as_people_ask(talk, asked, told):
    assert told in text(await talk.say("kim", asked))


async def test_tables_are_short_enough_for_a_phone(talk):
    for asked in ("전체 차례", "다음 주 차례", "다음 달 표", "총무과 다음 달"):
        lines = text(await talk.say("kim", asked)).splitlines()
        assert len(lines) <= 12, asked
        assert all(len(line) <= 60 for line in lines), lines


async def test_a_closed_day_is_read_back_before_it_is_written_and_can_be_taken_back(talk):
    asked = await talk.say("park", "12월 24일 휴무 (시설 점검)")

    assert "12. 24.(목) 휴무(시설 점검). 이렇게 바꿀까요?" in text(asked)
    assert "모든 과의 차례와 배식이 없습니다" in text(asked)
    assert "배식합니다" in text(await talk.say("kim", "12월 24일 식당 해?"))

    done = await talk.press("park", asked[0], "맞습니다")
    assert "12. 24.(목)에는 쉽니다(시설 점검)" in text(await talk.say("kim", "12월 24일 식당 해?"))
    assert "12. 24.(목)에는 쉽니다" in text(await talk.say("kim", "12월 24일 차례"))
    assert "반영했습니다" in text(await talk.press("park", asked[0], "맞습니다"))  # pressed twice

    assert "되돌렸습니다" in text(await talk.press("park", done[0], "되돌리기"))
    assert "배식합니다" in text(await talk.say("kim", "12월 24일 식당 해?"))
    assert "이미 되돌린 것입니다" in text(await talk.press("park", done[0], "되돌리기"))
    assert "이미 되돌린 것입니다" in text(await talk.press("park", asked[0], "맞습니다"))


async def test_a_monthly_rest_and_one_day_of_it_that_is_served(talk):
    read = await change(talk, "매월 셋째 수요일 휴무")
    assert "12. 16.(수), 1. 20.(수)" in read
    assert "12. 16.(수)에는 쉽니다(매달 정기 휴무)" in text(await talk.say("kim", "12월 16일 식당 해?"))

    await change(talk, "12월 16일 정상 운영")
    assert "배식합니다" in text(await talk.say("kim", "12월 16일 식당 해?"))
    assert "쉽니다" in text(await talk.say("kim", "1월 20일 식당 해?"))

    await change(talk, "매월 셋째 수요일 휴무 취소")
    assert "배식합니다" in text(await talk.say("kim", "1월 20일 식당 해?"))


async def test_a_week_may_swap_two_groups_and_gets_back_to_the_rotation(talk):
    read = await change(talk, "다음 주 차례 바꿔 1조 4조")

    assert "총무과, 감사관: 12:40~13:00 → 12:20~12:40" in read
    assert "총무과는 11. 30.(월)~12. 4.(금) 12:20~12:40입니다" in text(await talk.say("kim", "다음 주 우리 과"))
    assert "11:40~12:00" in text(await talk.say("kim", "12월 7일 우리 과 차례"))

    await change(talk, "다음 주 차례 원래대로")
    assert "12:40~13:00" in text(await talk.say("kim", "다음 주 우리 과"))


async def test_a_held_week_delays_all_that_follow(talk):
    read = await change(talk, "다음 주 차례 그대로")

    assert "이어지는 주의 차례도 한 주씩 늦어집니다" in read
    assert "12:20~12:40" in text(await talk.say("kim", "다음 주 우리 과"))
    assert "12:40~13:00" in text(await talk.say("kim", "12월 8일 우리 과 차례"))


async def test_a_week_without_lunch_keeps_or_loses_its_turn_as_chosen(talk):
    lost = await change(talk, "다음 주 휴무")
    assert "순번은 넘어갑니다" in lost
    assert "11:40~12:00" in text(await talk.say("kim", "12월 8일 우리 과 차례"))

    await change(talk, "쉬는 주에는 차례 멈춤")
    assert "12:40~13:00" in text(await talk.say("kim", "12월 8일 우리 과 차례"))


async def test_a_reorganisation_holds_from_its_day_and_history_keeps_the_old_groups(talk):
    read = await change(talk, "재난대응과를 1월 1일부터 2조로")
    assert "재난대응과" in read
    assert "1. 4.(월)부터 재난대응과: 12:40~13:00 → 12:00~12:20" in read
    assert "나머지 7개 과는 그대로입니다" in read

    assert "12:40~13:00" in text(await talk.say("kim", "12월 8일 재난대응과 차례"))
    assert "12:00~12:20" in text(await talk.say("kim", "2027년 1월 5일 재난대응과 차례"))

    await change(talk, "농정과와 청년정책과를 1월 1일부터 농청과로 통합")
    assert "1. 1.(금)부터 있습니다" in text(await talk.say("kim", "농청과 차례"))
    assert "농청과는 1. 5.(화) 12:20~12:40입니다" in text(await talk.say("kim", "2027년 1월 5일 농청과 차례"))
    assert "12:20~12:40" in text(await talk.say("kim", "12월 8일 농정과 차례"))


async def test_an_unknown_department_brings_the_nearest_names(talk):
    asked = await talk.say("park", "재난대웅과를 1월 1일부터 2조로")
    assert "재난대웅과는 차례표와 직원 명부에 없는 이름입니다" in text(asked)
    assert labels(asked[0]) == ["재난대응과", "새 과입니다"]

    meant = await talk.press("park", asked[0], "재난대응과")
    assert "1. 1.(금)부터 재난대응과 2조" in text(meant)

    new = await talk.press("park", asked[0], "새 과입니다")
    assert "재난대웅과: 새로" in text(new)


async def test_other_times_are_checked_against_the_groups(talk):
    wrong = text(await talk.say("park", "차례 시각 1월 4일부터 11:30 11:55"))
    assert "지금은 4개 조입니다" in wrong

    await change(talk, "차례 시각 1월 4일부터 11:30 11:55 12:20 12:45")
    assert "11:30~11:55" in text(await talk.say("kim", "2027년 1월 5일 우리 과 차례"))
    assert "11:40~12:00" in text(await talk.say("kim", "12월 8일 우리 과 차례"))


async def test_a_yes_in_words_will_do_and_a_no_writes_nothing(talk):
    await talk.say("park", "12월 24일 휴무")
    assert "바꾸지 않았습니다" in text(await talk.say("park", "아니요"))
    assert "배식합니다" in text(await talk.say("kim", "12월 24일 식당 해?"))

    await talk.say("park", "12월 24일 휴무")
    assert "반영했습니다" in text(await talk.say("park", "네 맞습니다"))
    assert "쉽니다" in text(await talk.say("kim", "12월 24일 식당 해?"))


async def test_the_record_tells_who_changed_what_and_the_last_is_taken_back(talk):
    await change(talk, "12월 24일 휴무")
    await talk.advance(timedelta(minutes=1))
    await change(talk, "다음 주 차례 바꿔 1조 2조")

    record = await talk.say("park", "차례 이력")
    lines = text(record).splitlines()
    assert "11. 23.(월) 11:31 박" in lines[1]
    assert "12. 24.(목) 휴무" in lines[2]

    asked = await talk.say("park", "차례 되돌리기")
    assert "11. 30.(월) 주 차례를" in text(asked)
    await talk.press("park", asked[0], "되돌리기")
    assert "되돌림" in text(await talk.say("park", "차례 이력")).splitlines()[1]
    assert "12:40~13:00" in text(await talk.say("kim", "다음 주 우리 과"))


async def test_only_administrators_change_and_what_is_so_already_is_said(talk):
    refused = text(await talk.say("kim", "12월 24일 휴무"))
    assert "관리자가 바꿉니다" in refused
    assert "배식합니다" in text(await talk.say("kim", "12월 24일 식당 해?"))

    assert "이미 그렇게 되어 있어" in text(await talk.say("park", "12월 25일 휴무"))
    assert "이미 그렇게 되어 있어" in text(await talk.say("park", "총무과를 1월 1일부터 1조로"))
    assert "그런 조가 없습니다" in text(await talk.say("park", "총무과를 1월 1일부터 9조로"))
    asked = await talk.say("park", "12월 24일 휴무")
    stolen = await talk.say("kim", press=asked[0].reply.buttons[0].press)
    assert "반영했습니다" not in text(stolen)


async def test_the_same_update_twice_is_one_draft_and_one_change(talk):
    first = await talk.say("park", "12월 24일 휴무", update="u1")
    again = await talk.say("park", press=first[0].reply.buttons[0].press, update="u2")
    twice = await talk.say("park", press=first[0].reply.buttons[0].press, update="u3")

    assert "반영했습니다" in text(again)
    assert "반영했습니다" in text(twice)
    assert text(await talk.say("park", "차례 이력")).count("휴무") == 1


async def test_another_institution_hears_nothing_of_it(talk):
    await change(talk, "12월 24일 휴무")

    assert "배식합니다" in text(await talk.say("yun", "12월 24일 식당 해?"))


async def test_in_a_channel_nothing_is_changed_that_was_not_said_to_dobi(talk):
    assert await talk.say("park", "12월 24일 휴무", chat="총무과") == []

    asked = await talk.say("park", "12월 24일 휴무", chat="총무과", mention=True)
    assert labels(asked[0]) == ["맞습니다", "아니요"]


@pytest.fixture
async def lunch(tmp_path) -> AsyncIterator[Talk]:
    """The same with the simulated past that the gate and the camera left."""
    async with talking(tmp_path, roles=("sense", "chat")) as talk:
        yield talk


async def test_a_more_even_table_is_proposed_to_administrators_in_private(lunch):
    assert "관리자" in text(await lunch.say("kim", "차례 제안"))
    assert "따로" in text(await lunch.say("park", "차례 제안", chat="총무과", mention=True))

    pasted = "총무과 230명, 감사관 70명, 예산담당관 90명 정보화담당관,90\n농정과 130 청년정책과 130"
    told = text(await lunch.say("park", f"부서 인원 {pasted} 도로과 110명 재난대응과 110명 없는과 3명"))
    assert "총무과 230명" in told
    assert "차례표에 없는 이름이라 뺐습니다: 없는과" in told
    assert "옮기지" in text(await lunch.say("park", "부서 인원"))
    assert "감사관 70명 고정" in text(await lunch.say("park", "고정 부서 감사관"))
    assert "감사관 70명." in text(await lunch.say("park", "고정 부서 감사관 해제"))

    answer = await lunch.say("park", "차례 제안")
    assert "지난 " in text(answer)


async def test_a_proposal_goes_the_way_of_every_change(lunch):
    await lunch.house.plans.store.put_desks(
        "gyeongnam",
        "main",
        {"총무과": Desk(150), "감사관": Desk(150), "예산담당관": Desk(90), "정보화담당관": Desk(90)},
    )
    plan = await lunch.house.plans.calendar("gyeongnam", lunch.house.settings.institutions[0].cafeterias[0])
    simulator = Simulator(3, plan, world=World(sizes=(420, 100, 170, 170)))
    await lunch.house.readings.put_history("gyeongnam", "main", simulator.past_days(60, date(2026, 11, 23)))

    (answer,) = await lunch.say("park", "차례 제안")
    assert "평균 " in answer.reply.text
    assert "1조에서 2조로" in answer.reply.text

    asked = await lunch.press("park", answer, "적용 날짜 정하기")
    assert "언제부터" in text(asked)
    read = await lunch.say("park", "1월 4일부터")
    assert labels(read[0]) == ["맞습니다", "아니요"]
    assert "1. 4.(월)부터" in text(read)
    assert "반영했습니다" in text(await lunch.press("park", read[0], "맞습니다"))
    moved = await lunch.house.plans.calendar("gyeongnam", lunch.house.settings.institutions[0].cafeterias[0])
    assert moved.on(date(2027, 1, 4)).groups != plan.groups
    assert moved.on(date(2026, 12, 30)).groups == plan.groups
