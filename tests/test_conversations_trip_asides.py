"""What is said about a trip besides its plan: nothing of it becomes a trip, and nothing is called off without a tap."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot import trip_aside_sayings as says
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOMORROW = "출장 내일 10시 진주 스마트팜, 관용차"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("asides"), roles=("deliver", "chat")) as talk:
        yield talk


async def planned(talk: Talk, *memos: str) -> str:
    user = talk.newcomer()
    for memo in memos or (TOMORROW,):
        await talk.press(user, (await talk.say(user, memo))[0], "맞습니다")
    return user


async def trips(talk: Talk, user: str) -> str:
    return text(await talk.say(user, "출장 목록"))


@pytest.mark.parametrize(
    "said",
    [
        "내일 출장 안간다", "출장 안 가도 되나", "출장 갔다온지 한참인데 정산을 아직 안했네 언제까지고",
        "모레 출장 못 가겠는데", "아 어제 복귀 찍는거 깜빡했네ㅠㅠ", "어제 복귀 누르는거 까먹었다",
        "출장 다녀온 거 영수증 언제까지 내야 돼", "아 아니다 아직 안갔어", "동행 한명 추가 이주무관",
        "출장 동행 한명 추가 이주무관", "한시간 미뤄졌어", "출장 30분 당겨졌네", "출장 못 가",
        "저번에 받은 출장 영수증 다시 줘봐", "출장비 아직 못 받았어", "오늘 출장 갔다가 비만 맞았네",
        "출장 요즘 너무 많이 잡혀서 힘든 하루 보내는 중이야",
    ],
)  # fmt: skip
async def test_nothing_of_it_becomes_a_trip(house, said):
    user = house.newcomer()

    assert await house.say(user, said)
    assert "11월 출장이 없습니다" in await trips(house, user)


@pytest.mark.parametrize("said", ["내일 출장 안간다", "내일 출장 안갑니다", "출장 안 가요", "내일 출장 못 가게 됐어요"])
async def test_who_does_not_go_is_offered_to_cancel(house, said):
    user = await planned(house)

    told = await house.say(user, said)

    assert labels(told[0]) == ["1 취소"]
    assert "예정" in await trips(house, user)
    assert "취소로 적었습니다" in text(await house.press(user, told[0], "1 취소"))


async def test_another_days_trip_is_not_offered(house):
    user = await planned(house)

    told = await house.say(user, "모레 출장 안 갑니다")

    assert "그때 적어 두신 출장이 없습니다" in text(told)
    assert "진주 스마트팜" in text(told)


@pytest.mark.parametrize("said", ["아 아니다 아직 안갔어", "아직 출발 안 했어요", "앗 아직 안 나갔어요"])
async def test_a_departure_is_taken_back(house, said):
    user = await planned(house, "출장 오늘 12시 진주 스마트팜, 관용차")
    await house.say(user, "출발했어요")

    told = await house.say(user, said)

    assert labels(told[0]) == ["출발 지우기"]
    assert "그대로 있습니다" in text(await house.press(user, told[0], "출발 지우기"))
    assert "그대로 있습니다" in text(await house.press(user, told[0], "출발 지우기"))
    assert "진주 스마트팜 · 예정" in await trips(house, user)


async def test_a_departure_that_began_a_trip_goes_with_it(house):
    user = house.newcomer()
    await house.say(user, "출발했어요")

    told = await house.say(user, "아 아니다 아직 안갔어")

    assert "함께 지웠습니다" in text(await house.press(user, told[0], "출발 지우기"))
    assert "11월 출장이 없습니다" in await trips(house, user) or "취소" in await trips(house, user)


@pytest.mark.parametrize("memo", [TOMORROW, "출장 오늘 17시 진주 스마트팜, 관용차"])
async def test_a_departure_hours_before_a_trip_is_asked_about(house, memo):
    user = await planned(house, memo)

    told = await house.say(user, "출발했어요")

    assert "진주 스마트팜" in text(told)
    assert "없" not in text(told)
    assert labels(told[0]) == ["이 출장 출발", "다른 출장"]
    assert "예정" in await trips(house, user)
    assert "진주 스마트팜 출장: 11:30 출발, 적었습니다" in text(await house.press(user, told[0], "이 출장 출발"))


async def test_a_departure_for_elsewhere_begins_its_own_trip(house):
    user = await planned(house)
    told = await house.say(user, "출발")

    assert "어디로 가십니까" in text(await house.press(user, told[0], "다른 출장"))
    assert "출장 2건" in await trips(house, user)


@pytest.mark.parametrize(
    ("said", "at"),
    [("한시간 미뤄졌어", "11:00"), ("30분 당겨졌네", "09:30"), ("내일 출장 두시간 밀렸어요", "12:00"),
     ("출장 30분 늦어졌어요", "10:30"), ("내일 출장 한시간 미뤄졌어", "11:00")],
)  # fmt: skip
async def test_a_trip_that_moved_is_read_back(house, said, at):
    user = await planned(house)
    await house.say(user, "정산")

    told = await house.say(user, said)

    assert f"진주 스마트팜 → 11. 24.(화) {at}" in text(told)
    for _ in range(2):
        assert f"고쳤습니다: 11. 24.(화) {at} · 진주 스마트팜" in text(
            await house.press(user, told[0], f"{at}로 고치기")
        )
    assert "출장 1건" in await trips(house, user)


@pytest.mark.parametrize(
    "said",
    ["출장 동행 한명 추가 서마루", "동행 한 명 추가 서마루", "서마루도 같이 가기로 했어요", "출장에 서마루 추가요"],
)
async def test_a_companion_joins_the_one_trip(house, said):
    user = await planned(house)

    assert "동행 서마루" in text(await house.say(user, said))
    assert "출장 1건" in await trips(house, user)


@pytest.mark.parametrize("said", ["영수증 줘", "저번에 받은 출장 영수증 다시 줘봐", "아까 받은 영수증 줘"])
async def test_a_receipt_is_given_again(house, said):
    user = house.newcomer()
    await house.say(user, "출장 오늘 11시 30분 창원, 관용차")
    for word in ("출발", "도착", "복귀"):
        await house.say(user, word)
    await house.advance(timedelta(minutes=4))

    told = await house.say(user, said)

    assert "앞서 드린 영수증입니다" in told[-1].reply.text
    assert told[-1].reply.image


async def test_what_tells_a_plan_is_none_of_it():
    for said in (
        "출장 내일 10시 안동",
        "출장 내일 안가면 안내소",
        "박주무관 안 감",
        "진주 말고 사천",
        "출장 내일 10시 진주, 동행 이주무관",
    ):
        assert not says.not_going(said)
        assert not says.companion(said)
        assert says.shift(said) is None
        assert not says.is_past(said)


async def test_a_wish_to_write_a_trip_is_no_place_and_nobody_arrives_for_another(house):
    user = house.newcomer()

    await house.say(user, "출장 등록할게")
    told = await house.say(user, "박서준 주무관꺼 도착 내가 대신 눌러줄게")

    assert "증명하지 못합니다" in text(told)
    assert "11월 출장이 없습니다" in text(await house.say(user, "내 출장"))
