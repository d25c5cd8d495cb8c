"""식당 as officials type it: a minute ahead, another's slot, a bare `취소`, a corrected number, odd values."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot import lunch_speech
from bot.demo.stage import FIRST
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """Eight past twelve on Monday 11. 23.; 총무과 has 12:20 to 12:40."""
    folder = tmp_path_factory.mktemp("lunchtalk")
    async with talking(folder, roles=("sense", "brief", "deliver", "chat"), at=FIRST + timedelta(minutes=38)) as stage:
        yield stage


@pytest.mark.parametrize(
    "typed",
    [
        "지금 가면 몇분 기다려야되나요?", "배고프다 언제가지", "밥먹으러 언제 내려가지", "식당줄", "지금 몇 분",
        "사람 겁나 많음?", "지금 가면 앉을 데 있나",
        "지금 가도 밥 먹을수 있나요",
    ],
)  # fmt: skip
async def test_the_line_is_told_however_it_is_asked(talk, typed):
    assert "본관 구내식당(예시): 지금 " in text(await talk.say(talk.newcomer(), typed))


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("12시 30분에 가면 어때?", "12:30"), ("12:30에 가면 붐비나요", "12:30"), ("12시 반에 가면 괜찮을까", "12:30"),
        ("30분 뒤에는 좀 나아질까요", "12:38"), ("점심 12시 50분쯤 어때", "12:50"),
    ],
)  # fmt: skip
async def test_a_minute_ahead_is_answered_first(talk, typed, at):
    first = text(await talk.say(talk.newcomer(), typed)).partition("\n")[0]

    assert first.startswith(f"{at} 예측: "), first


@pytest.mark.parametrize(
    "typed",
    [
        "좀 있다 갈까요 아니면 지금 갈까요", "오늘 점심 몇시쯤 가는게 제일 나을까요", "지금 갈까 이따 갈까",
        "기다렸다 갈까요",
        "언제 밥 먹으러 가는 게 낫나", "지금 가는 게 낫나요", "점심 언제 가는게 좋을까",
        "오늘 몇시에 먹으러 갈까", "점심 몇시에 갈까", "밥 언제 먹지", "몇 시에 밥 먹으러 가면 돼요",
    ],
)  # fmt: skip
async def test_now_or_later_is_answered_by_the_line_and_the_forecast(talk, typed):
    told = text(await talk.say(talk.newcomer(), typed))

    assert "본관 구내식당(예시): 지금 " in told
    assert "총무과는 이번 주 12:20~12:40입니다" in told


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("지금 가는 게 나아요 12시 반에 가는 게 나아요?", ["12:30"]),
        ("12시 20분이랑 12시 50분 중에 언제 가는 게 나아요", ["12:20", "12:50"]),
        ("12시 20분에 갈까요 12시 50분에 갈까요", ["12:20", "12:50"]),
        ("20분 뒤에 가는 게 나아 지금 가는 게 나아", ["12:28"]),
    ],
)
async def test_minutes_that_are_compared_are_each_foreseen_and_the_shorter_is_named(talk, typed, minutes):
    lines = text(await talk.say(talk.newcomer(), typed)).splitlines()

    assert [line[:10] for line in lines[: len(minutes)]] == [f"{one} 예측: " for one in minutes]
    assert lines[len(minutes)].startswith("예측으로는 ")


async def test_other_goings_are_none_of_the_cafeterias():
    others = ("출장 지금 갈까 이따 갈까", "3시에 갈까 4시에 갈까", "이따 가서 낼게요", "이따가 퇴근 때 갈까요")

    assert [lunch_speech.meant(one) for one in others] == [""] * len(others)


async def test_a_minute_beyond_serving_and_one_that_is_none_are_said(talk):
    user = talk.newcomer()

    assert "배식 시간은 11:30~13:30입니다" in text(await talk.say(user, "3시에 가면 붐벼?"))
    assert "없는 시각입니다" in text(await talk.say(user, "12시 75분에 가면 어때?"))
    assert "없는 시각입니다" in text(await talk.say(user, "12시 75분은 누구 차례"))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("총무과 다음주 점심 몇시", "총무과는 11. 30.(월)~12. 4.(금) 12:40~13:00"),
        ("예산담당관실 내일 점심시간 알려주세요", "예산담당관"),
        ("12/4 우리 부서 점심 시간", "총무과는 12. 4.(금) 12:40~13:00"),
        ("12시 20분은 누구 차례", "12:20은 총무과"),
        ("도로과 낼 점심 몇시부터야?", "도로과는 11. 24.(화) 12:00~12:20"),
        ("담주 우리과 점심 몇시", "12:40~13:00"),
    ],
)
async def test_slots_are_found_with_lunch_between_the_words(talk, typed, told):
    assert told in text(await talk.say(talk.newcomer(), typed))


@pytest.mark.parametrize("typed", ["김치 원산지가 어디죠", "내일 제육 돼지고기 원산지", "오늘 소고기 원산지 알려줘"])
async def test_the_origin_is_told(talk, typed):
    assert "원산지: " in text(await talk.say(talk.newcomer(), typed))


async def test_the_cameras_and_the_figures_explain_themselves(talk):
    user = talk.newcomer()

    for typed in ("식당 카메라로 얼굴 찍는거 아니죠?", "카메라 영상 저장하나요"):
        assert "사람 수만 셉니다" in text(await talk.say(user, typed))
    for typed in ("아까 4분이라고 한 근거가 뭔가요", "카메라 고장났어?"):
        assert "카메라" in text(await talk.say(user, typed))


@pytest.mark.parametrize("typed", ["줄 -3명이요", "지금 줄 -12명"])
async def test_fewer_than_nobody_is_no_report(talk, typed):
    assert "받지 않았습니다" in text(await talk.say(talk.newcomer(), typed))


async def test_a_delay_of_a_week_is_refused_and_a_substitute_may_follow(talk):
    assert "120분" in text(await talk.say("choi", "배식 지연 9999분"))
    gone = text(await talk.say("choi", "도토리묵무침 소진 두부조림으로 대체"))
    assert "두부조림" in gone
    assert "취소했습니다" in text(await talk.say("choi", "방금거 취소"))
    assert "두부조림" not in text(await talk.say("kim", "식당"))


async def test_dish_popularity_stays_with_the_kitchen_however_it_is_asked(talk):
    for typed in ("제일 인기있는 메뉴가 뭐예요", "무슨 메뉴가 인기 많아요"):
        assert "배식·관리자만" in text(await talk.say("kim", typed))


async def test_a_bare_word_takes_the_last_thing_back_and_nothing_else(talk):
    user = talk.newcomer()
    await talk.say(user, "한산해지면 알려줘")
    assert "취소" in text(await talk.say(user, "취소"))
    assert "알아듣지 못했습니다" in text(await talk.say(user, "취소"))

    assert "적었습니다" in text(await talk.say("choi", "오늘 861명"))
    assert "816명" in text(await talk.say("choi", "아니 816명"))
    assert "816" in text(await talk.say("choi", "오늘 몇명 먹었지?"))


async def test_guests_are_corrected_and_not_counted_twice(talk):
    assert "11. 24.(화) 교육생 120명 추가" in text(await talk.say("choi", "낼 교육생 120명 추가요"))
    assert "변동 +120명" in text(await talk.say("choi", "내일 몇명?"))
    assert "100명" in text(await talk.say("choi", "교육생 100명으로 변경"))
    expected = text(await talk.say("choi", "내일 몇명?"))
    assert "변동 +100명" in expected


async def test_a_report_is_corrected_by_its_sender(talk):
    user = talk.newcomer()
    await talk.say(user, "지금 15명정도 서있어요")

    assert "줄 25명" in text(await talk.say(user, "아니 25명"))
    assert "되돌렸습니다" in text(await talk.say(user, "제보 취소"))


async def test_posts_are_turned_on_and_off_however_it_is_said(talk):
    user = talk.newcomer()

    assert "올립니다" in text(await talk.say(user, "식당 알림 켜줘"))
    assert "올립니다" in text(await talk.say(user, "식당 알림 뭐 켜져 있어?"))
    assert "더 올리지 않습니다" in text(await talk.say(user, "식당 알림 꺼"))


async def test_administrators_trade_slots_by_time_and_by_name(talk):
    asked = await talk.say("park", "이번주 총무과 12시로 변경")
    assert "맞습니다" in labels(asked[-1])
    assert "총무과" in text(asked)
    await talk.say("park", "맞습니다")
    assert "12:00~12:20" in text(await talk.say(talk.newcomer(), "우리 과 몇 시야"))
    await talk.say("park", "취소")
    assert "12:20~12:40" in text(await talk.say(talk.newcomer(), "우리 과 몇 시야"))

    assert "맞습니다" in labels((await talk.say("park", "총무과랑 농정과 차례 바꿔줘"))[-1])
    assert "시작하는 차례가 없습니다" in text(await talk.say("park", "총무과 25시로 변경"))
    assert "없는과는" in text(await talk.say("park", "없는과 12시 20분으로 변경"))
    assert "관리자가 바꿉니다" in text(await talk.say(talk.newcomer(), "총무과랑 농정과 차례 바꿔줘"))


async def test_a_closure_from_weekday_to_weekday_is_every_day_of_it(talk):
    told = text(await talk.say("park", "다음주 월요일부터 수요일까지 휴무"))

    assert "11. 30.(월)" in told
    assert "12. 2.(수)" in told


@pytest.mark.parametrize("typed", ["식당 몇시까지 해요", "저녁도 해요?", "식당 오늘 하나요?", "구내식당 운영시간"])
async def test_the_hours_are_told(talk, typed):
    assert "오늘은 배식합니다(11:30~13:30)" in text(await talk.say(talk.newcomer(), typed))


async def test_a_number_in_words_may_stand_before_the_line(talk):
    assert "줄 20명" in text(await talk.say(talk.newcomer(), "지금 스무명쯤 서 있네요"))


async def test_the_kitchen_gives_a_cause_or_a_substitute_in_its_own_order(talk):
    assert "배식 15분 지연을 알렸습니다" in text(await talk.say("choi", "밥솥 고장으로 15분정도 지연될 것 같습니다"))
    await talk.say("choi", "취소")
    assert "잡채" in text(await talk.say("choi", "소불고기 품절입니다 잡채로 대신합니다"))
    assert "취소했습니다" in text(await talk.say("choi", "아 그거 취소해주세요"))


async def test_a_dish_of_the_week_is_answered_with_the_week_and_a_result_is_not(talk):
    assert "식단입니다" in text(await talk.say(talk.newcomer(), "이번주에 돈까스 나오는 날 있어요?"))
    said = await talk.say(talk.newcomer(), "이번주에 심사결과 나와요?")
    assert not [one for one in said if "식단입니다" in one.reply.text]
