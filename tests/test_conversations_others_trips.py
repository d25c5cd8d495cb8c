"""Somebody else's move or trip: nobody's own, and for an administrator a change that is asked about."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.trip_others import traveller
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("others"), roles=("deliver", "chat")) as found:
        await found.say("park", "직원 추가 나하나 총무과")
        yield found


@pytest.mark.parametrize(
    ("said", "goal", "day"),
    [
        ("나하나 씨가 다음달 1일자로 재난대응과로 갑니다", "재난대응과", "12. 1.(화)"),
        ("나하나 주무관이 내일부터 도로과로 갑니다", "도로과", "11. 24.(화)"),
        ("나하나 주무관 12월 1일자 예산담당관으로 발령났습니다", "예산담당관", "12. 1.(화)"),
        ("12월 1일자로 나하나 주무관 농정과로 이동합니다", "농정과", "12. 1.(화)"),
        ("나하나 도로과로 12/1자 전보", "도로과", "12. 1.(화)"),
        ("나하나 주무관이 다음주 월요일부터 총무과에서 도로과로 옮깁니다", "도로과", "11. 30.(월)"),
    ],
)
async def test_a_move_from_a_day_on_is_read_back_with_name_department_and_day(talk, said, goal, day):
    asked = await talk.say("park", said)

    assert f"나하나 님 부서 변경: {goal}, {day}부터" in text(asked)
    assert labels(asked[0])[0] == "적용"
    await talk.press("park", asked[0], "취소")
    assert "총무과" in text(await talk.say("park", "직원 나하나"))


async def test_it_happens_on_its_day_once_it_was_applied(talk):
    asked = await talk.say("park", "나하나 씨가 다음달 1일자로 재난대응과로 갑니다")

    await talk.press("park", asked[0], "적용")

    assert "12. 1.(화)에 1건" in text(await talk.say("park", "인사발령"))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("조해솔 씨가 다음달 1일자로 재난대응과로 갑니다", "설정 파일에 적힌 분"),
        ("없는이 주무관 12월 1일자 예산담당관으로 발령났습니다", "명부에서 찾지 못했습니다"),
    ],
)
async def test_who_cannot_be_moved_is_told_so(talk, said, told):
    assert told in text(await talk.say("park", said))


@pytest.mark.parametrize(
    "said", ["나하나 씨가 다음달 1일자로 재난대응과로 갑니다", "강이든 주무관이 내일부터 총무과로 갑니다"]
)
async def test_whoever_administers_nobody_hears_who_does(talk, said):
    told = text(await talk.say("kim", said))

    assert "관리자" in told
    assert "출장 메모" not in told


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("과장님은 내일 부산으로 출장 가십니다", "과장님"),
        ("내일 과장님이 부산 출장 가세요", "과장님"),
        ("우리 과장님 내일 부산 출장이래요", "과장님"),
        ("농정과 강이든 주무관은 모레 진주 출장입니다", "강이든 주무관"),
        ("이주무관이 내일 오후 함양 출장 갑니다", "이주무관"),
        ("조해솔이 내일 부산 출장 갑니다", "조해솔"),
        ("국장님께서 내일 세종 출장 가십니다", "국장님"),
        ("나하나씨 오늘 출장이에요", "나하나씨"),
    ],
)
async def test_the_trip_of_somebody_else_is_not_written_down_as_ones_own(talk, said, who):
    user = talk.newcomer()

    told = text(await talk.say(user, said))

    assert f"{who}의 출장 말씀으로 알아듣고 적지 않았습니다" in told
    assert "출장이 없습니다" in text(await talk.say(user, "출장 목록"))


@pytest.mark.parametrize(
    "said",
    [
        "과장님이 시키신 진주 출장 내일 갑니다",
        "과장님 모시고 내일 부산 출장",
        "과장님이랑 내일 부산 출장 갑니다",
        "과장님 지시로 내일 부산 출장 갑니다",
        "박주무관 차로 내일 창녕 출장",
        "과장님이 가라고 해서 내일 부산 출장 갑니다",
        "제가 과장님 대신 내일 부산 출장 갑니다",
        "내일 소장님 면담하러 진주 출장 갑니다",
        "저는 내일 진주 출장 갑니다",
    ],
)
async def test_others_beside_ones_own_trip_take_it_from_nobody(talk, said):
    assert traveller(said, {"조해솔"}) == ""
    assert "출장 메모" in text(await talk.say(talk.newcomer(), said))


async def test_ones_own_move_is_no_trip_either(talk):
    told = await talk.say(talk.newcomer(), "저 다음달 1일자로 재난대응과로 갑니다")

    assert not any("출장 메모" in one.reply.text for one in told)
