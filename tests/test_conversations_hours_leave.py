"""Leave in chat: what takes it back never notes it, several are asked about, what was taken back can come again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from tests.sent import tell
from tests.talk import Talk, labels, talking, text

ROLES = ("deliver", "chat")
NONE = "적어 두신 휴가가 없습니다"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """Monday 23 November, 11:30."""
    async with talking(tmp_path_factory.mktemp("leaves"), roles=ROLES) as stage:
        yield stage


async def leaves(talk: Talk, user: str) -> str:
    return text(await talk.say(user, "휴가"))


@pytest.mark.parametrize(
    "said",
    ["휴가 12/24~12/26 취소", "휴가 12/24 취소해줘", "휴가 안 가요 12/24", "12/24 휴가 취소", "12/24 휴가 안 가요",
     "크리스마스 휴가 취소됐어요", "12/24 연차 반납합니다", "연차 취소해줘", "12/24에 연가 못 씁니다"],
)  # fmt: skip
async def test_taking_back_what_is_not_there_notes_nothing(talk, said):
    user = talk.newcomer()

    answer = text(await talk.say(user, said))

    assert "적었습니다" not in answer
    assert NONE in await leaves(talk, user)


@pytest.mark.parametrize("said", ["휴가 안 가요 12/24", "12/24 휴가 취소", "휴가 취소", "연차 취소", "휴가 모두 취소"])
async def test_taking_back_the_one_there_is_takes_it_back_and_can_be_undone(talk, said):
    user = talk.newcomer()
    await talk.say(user, "연차 12/24")

    gone = await talk.say(user, said)

    assert text(gone).startswith("12. 24.(목) 휴가를 취소했습니다.")
    assert NONE in await leaves(talk, user)
    assert "12. 24.(목) 휴가를 다시 적었습니다" in text(await talk.press(user, gone[0], "되돌리기"))
    await talk.press(user, gone[0], "되돌리기")
    assert "휴가 1건입니다" in await leaves(talk, user)


async def test_a_typed_word_undoes_it_too(talk):
    user = talk.newcomer()
    await talk.say(user, "휴가 12/24")
    await talk.say(user, "취소")

    assert "다시 적었습니다" in text(await talk.say(user, "되돌려줘"))


async def test_a_day_out_of_the_middle_leaves_the_rest_and_comes_back_whole(talk):
    user = talk.newcomer()
    await talk.say(user, "휴가 12/28~12/30")

    gone = await talk.say(user, "12/29 휴가 취소")

    assert text(gone) == (
        "12. 29.(화) 휴가를 취소했습니다. 평소처럼 보내 드리겠습니다. 남은 휴가: 12. 28.(월), 12. 30.(수)."
    )
    await talk.press(user, gone[0], "되돌리기")
    assert "1. 12. 28.(월)~12. 30.(수)" in await leaves(talk, user)


async def test_of_several_one_is_chosen_by_button_number_or_day(talk):
    user = talk.newcomer()
    for day in ("12/1", "12/3", "12/7", "12/9", "12/11"):
        await talk.say(user, f"휴가 {day}")

    asked = await talk.say(user, "휴가 취소")

    assert text(asked).startswith("어느 휴가를 취소할까요? 아직 아무것도 취소하지 않았습니다.\n1. 12. 1.(화)")
    assert labels(asked[0])[-1] == "모두 취소"
    assert "12. 3.(목) 휴가를 취소했습니다" in text(await talk.press(user, asked[0], "2 취소"))
    await talk.say(user, "휴가 취소")
    assert "12. 7.(월) 휴가를 취소했습니다" in text(await talk.say(user, "2번"))
    await talk.say(user, "휴가 취소")
    assert "12. 9.(수) 휴가를 취소했습니다" in text(await talk.say(user, "12/9"))
    assert "휴가 2건입니다" in await leaves(talk, user)
    assert "12. 11.(금) 휴가를 취소했습니다" in text(await talk.say(user, "2번 취소"))


async def test_all_are_taken_back_only_after_they_were_named_and_can_come_again(talk):
    user = talk.newcomer()
    for day in ("12/1", "12/3", "12/7"):
        await talk.say(user, f"휴가 {day}")

    asked = await talk.say(user, "휴가 모두 취소해줘")
    assert "휴가 3건을 모두 취소할까요?\n1. 12. 1.(화)\n2. 12. 3.(목)\n3. 12. 7.(월)" in text(asked)
    assert "그대로 두었습니다" in text(await talk.press(user, asked[0], "그만두기"))
    assert "휴가 3건입니다" in await leaves(talk, user)
    await talk.say(user, "휴가 12/9")
    assert "휴가 4건을 모두 취소할까요?" in text(await talk.press(user, asked[0], "모두 취소"))

    asked = await talk.say(user, "휴가 모두 취소")
    gone = await talk.press(user, asked[0], "모두 취소")

    assert NONE in await leaves(talk, user)
    await talk.press(user, gone[0], "되돌리기")
    assert "휴가 4건입니다" in await leaves(talk, user)


async def test_days_that_do_not_match_are_said_with_what_there_is(talk):
    user = talk.newcomer()
    await talk.say(user, "휴가 12/24")

    said = text(await talk.say(user, "휴가 12/28 취소"))

    assert said == "그날 적어 두신 휴가가 없습니다. 적어 두신 휴가입니다.\n1. 12. 24.(목)"
    assert "휴가 1건입니다" in await leaves(talk, user)


@pytest.mark.parametrize(
    "said",
    ["휴가 3일간", "12/24부터 휴가", "휴가 12/24, 12/28", "과장님 12/24 휴가래", "12/24 휴가 가도 되나요",
     "휴가 12/24(금)",
     "12/24 반차", "내일 조퇴", "육아시간 12/24", "12월 휴가", "휴가 5일",
     "매주 금요일 반차", "12/24 가족여행 휴가"],
)  # fmt: skip
async def test_what_is_not_plain_is_asked_about_and_silences_nobody(talk, said):
    user = talk.newcomer()

    answer = text(await talk.say(user, said))

    assert "적었습니다" not in answer
    assert NONE in await leaves(talk, user)


async def test_what_is_asked_about_is_noted_by_its_button(talk):
    user = talk.newcomer()

    half = await talk.say(user, "12/24 반차")
    assert "12. 24.(목) 오후 휴가로 적었습니다" in text(await talk.press(user, half[0], "오후 반차"))
    trip = await talk.say(user, "12/28~12/29 가족여행 휴가")
    assert "12. 28.(월)~12. 29.(화) 휴가로" in text(await talk.press(user, trip[0], "휴가로 적기"))
    moved = await talk.say(user, "12/28 휴가를 12/30으로 옮겨줘")
    assert "아직 바꾸지 않았습니다" in text(moved)
    assert "12. 30.(수) 휴가로" in text(await talk.press(user, moved[0], "바꾸기"))


async def test_a_bare_day_is_of_the_leave_that_was_spoken_of(talk):
    user = talk.newcomer()
    await talk.say(user, "휴가 12/24")

    assert "12. 28.(월) 휴가로" in text(await talk.say(user, "28일로 바꿔줘"))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("조용한 시간 밤 12시~7시", "조용한 시간 00:00~07:00"),
        ("밤 12시부터 아침 7시까지 조용히", "조용한 시간 00:00~07:00"),
        ("자정부터 아침 7시까지 조용히", "조용한 시간 00:00~07:00"),
        ("조용한 시간 오후 6시~8시", "아직 바꾸지 않았습니다"),
        ("아침 브리핑 오전 12시", "근무일마다 00:00에"), ("브리핑 아침 8시에", "근무일마다 08:00에"),
        ("브리핑 7시", "근무일마다 07:00에"), ("브리핑 8시 반에 보내줘", "근무일마다 08:30에"),
        ("주말에도 받을래", "주말과 공휴일에도 보내"), ("주말에는 받지 않을래", "주말과 공휴일에는 보내지 않고"),
        ("매일 밤 11시부터 새벽 6시까지 알림 보내지 마", "조용한 시간 23:00~06:00"),
        ("주말에도 알림 받고 싶어요", "주말과 공휴일에도 보내"), ("오늘 하루만 알림 꺼줘", "11. 24.(화) 00:00까지"),
        ("3일 동안 알림 꺼줘", "11. 26.(목) 11:30까지"), ("내일까지 조용히", "11. 25.(수) 00:00까지"),
        ("건수 제한 풀어줘", "건수 제한을 없앴습니다"), ("무제한", "건수 제한을 없앴습니다"),
        ("알림 멈춤 내일", "얼마나 멈출까요"),
        ("오늘은 그만", "11. 24.(화) 00:00까지 알림을 멈춥니다"), ("제한 없음", "건수 제한을 없앴습니다"),
        ("점심시간에는 보내지 마", "12:00~13:00에는 알리지 않고"),
        ("알림 멈춤 내일 오후 3시까지", "11. 24.(화) 15:00까지"),
    ],
)  # fmt: skip
async def test_hours_as_people_say_them(talk, said, expected):
    assert expected in text(await talk.say(talk.newcomer(), said))


@pytest.mark.parametrize(
    "said",
    [
        "알림 꺼줘", "알림 잠깐 꺼줘", "알림 좀 꺼주세요", "알림 끊어줘", "알림 그만", "알림 잠시만 멈춰줘요",
        "알림은 이제 조용히",
        "알림 쉬었다가 받을게요",
    ],
)  # fmt: skip
async def test_news_that_is_to_rest_is_no_list_of_deadlines(talk, said):
    user = talk.newcomer()
    assert "얼마나 멈출까요" in text(await talk.say(user, said))
    assert "12:30까지" in text(await talk.say(user, "1시간"))
    assert "알림을 다시 켰습니다" in text(await talk.say(user, "알림 켜줘"))
    assert "알려 드릴 기한이 없습니다" in text(await talk.say(user, "알림 뭐 있어?"))


async def test_a_card_is_put_off_by_a_word(talk):
    user = talk.newcomer()
    assert "최근 이 대화에 보내 드린 소식이 없습니다" in text(await talk.say(user, "나중에"))
    await tell(talk, user, "대설 특보")
    await talk.advance(timedelta(minutes=1))

    asked = await talk.say(user, "나중에")
    assert labels(asked[0]) == ["1시간 뒤", "오늘 저녁", "내일 아침"]
    assert "언제 다시" in text(await talk.say(user, "나중에 다시 보여줘"))
    assert "11. 24.(화) 08:30에 다시" in text(await talk.say(user, "내일 아침에 다시"))
    said = text(await talk.say(user, "나중에 두 시간"))
    assert said.startswith("13:3")
    again = [one for one in await talk.advance(timedelta(minutes=121)) if one.chat.id == f"dm:{user}"]
    assert ["미뤄 두신 글입니다" in one.reply.text for one in again] == [True]
