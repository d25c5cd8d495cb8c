"""What is said beside an open memo and of a trip of which nothing was told: taken as the answer that it is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("untold"), roles=("deliver", "chat")) as found:
        yield found


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("밀양시청이요 10시", "11. 24.(화) 10:00 · 밀양시청"),
        ("거창군청 오후 2시요", "11. 24.(화) 14:00 · 거창군청"),
        ("아 합천군청이에요", "11. 24.(화) 09:30 · 합천군청"),
        ("14시 사천시청입니다", "11. 24.(화) 14:00 · 사천시청"),
    ],
)
async def test_place_and_hour_in_one_answer_correct_the_open_memo(talk, said, told):
    user = talk.newcomer()
    await talk.say(user, "내일 9시 30분 창녕 출장")

    assert f"고쳤습니다: {told}" in text(await talk.say(user, said))


@pytest.mark.parametrize(
    "said", ["내일 점심 메뉴 뭐예요", "진주 소식 구독해줘", "모레 밀양시청이요 10시", "창원시청 도착이요"]
)
async def test_what_speaks_of_something_else_leaves_the_memo_as_it_is(talk, said):
    user = talk.newcomer()
    await talk.say(user, "내일 9시 30분 창녕 출장")

    assert not any("고쳤습니다" in one.reply.text for one in await talk.say(user, said))


@pytest.mark.parametrize(
    "said",
    [
        "저 목요일부터 휴가예요",
        "이번주 금요일 연가 냅니다",
        "도비 뭐 할 수 있어요",
    ],
)
async def test_what_is_no_place_does_not_become_one_where_it_is_asked_for(talk, said):
    user = talk.newcomer()
    asked = await talk.say(user, "내일 출장 가는데요")

    told = await talk.say(user, said)

    assert "곳 미정" in text(asked)
    assert not any("고쳤습니다" in one.reply.text for one in told)


@pytest.mark.parametrize(
    ("said", "hours", "told"),
    [
        (
            "지난주 금요일에 함양군청 다녀왔는데 아무것도 안 했어요",
            "오후 1시부터 5시까지요",
            "11. 20.(금) 함양군청 출장",
        ),
        ("금요일에 산청 다녀온 거 등록 못 했어요", "13시~17시", "11. 20.(금) 산청 출장"),
        ("어제 합천 갔다 왔는데 출장 등록을 안 했네요", "13시부터 17시까지", "11. 22.(일) 합천 출장"),
    ],
)
async def test_a_trip_of_which_nothing_was_told_keeps_day_and_place_and_takes_its_hours(talk, said, hours, told):
    user = talk.newcomer()

    which = await talk.say(user, said)
    asked = await talk.say(user, hours)

    assert f"{told}에 무엇을 더할까요?" in text(which)
    assert f"{told}을 13:00 출발, 17:00 복귀로 적을까요?" in text(asked)
    assert "아직 적지 않았습니다" in text(asked)
    await talk.press(user, asked[0], "그렇게 적기")
    await talk.house.rota.drain()
    assert "13:00 ~" in talk.messenger.sent[-1].reply.text
    assert "17:00" in talk.messenger.sent[-1].reply.text


async def test_a_receipt_that_there_is_is_awaited(talk):
    user = talk.newcomer()
    await talk.say(user, "지난주 금요일에 의령군청 다녀왔는데 아무것도 안 했어요")

    assert "지금 보내 주십시오" in text(await talk.say(user, "주차 영수증은 있어요"))


async def test_whether_it_may_still_be_handed_in_is_answered_with_the_way(talk):
    told = await talk.say(talk.newcomer(), "어제 출장 도착 찍는 걸 깜빡했는데 지금이라도 낼 수 있나요")

    assert "지난 것은 '사후 제출'로 더하실 수 있습니다" in text(told)
    assert labels(told[0])[0] == "사후 제출"
