"""A bare `취소` with its reason concerns what was just set; a briefing ends in words; when news comes again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.taking_back import reasoned
from tests.talk import Talk, labels, talking, text


@pytest.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=("chat",)) as found:
        await found.say("kim", "안녕하세요")
        yield found


@pytest.mark.parametrize(
    "said",
    [
        "아 취소요 오늘 밖에서 먹기로 했어요",
        "취소해주세요 생각해보니 필요없어요",
        "밖에서 먹기로 해서 취소할게요",
        "취소요, 약속이 생겨서요",
        "도시락 싸왔네 취소",
        "취소 부탁드려요 오늘은 안 먹습니다",
    ],
)
async def test_a_reason_beside_the_word_is_no_other_wish(talk, said):
    await talk.say("kim", "한산해지면 알려줘")

    assert text(await talk.say("kim", said)) == "한산 알림을 취소했습니다."


@pytest.mark.parametrize(
    "said",
    [
        "취소 안 할게요", "취소 됐어요", "취소 필요 없어요", "취소하고 2시로 해주세요",
        "취소하면 기록이 남아요", "오늘 출장 가게 돼서 취소요", "휴가 취소요",
        "취소해요 내일 다시 등록할게요", "취소 가능한가요", "회의가 취소됐어요",
        "취소요 그리고 1시에 알려주세요",
    ],
)  # fmt: skip
async def test_other_words_take_nothing_back(talk, said):
    assert not reasoned(said)
    await talk.say("kim", "한산해지면 알려줘")

    assert "한산 알림을 취소했습니다" not in text(await talk.say("kim", said))


async def test_the_leave_just_noted_is_meant_and_a_subscription_is_named_first(talk):
    await talk.say("kim", "24일부터 26일까지 휴가입니다")
    assert "휴가를 취소했습니다" in text(await talk.say("kim", "아 취소요 일정이 바뀌었어요"))

    await talk.say("kim", "재난안전 구독")
    asked = await talk.say("kim", "아 취소요 생각해보니 필요없어요")
    assert "'재난안전' 구독을 시작하신 것을 되돌릴까요?" in text(asked)
    assert labels(asked[0])[0] == "되돌리기"


async def test_once_something_else_was_answered_a_reason_takes_nothing_back(talk):
    await talk.say("kim", "한산해지면 알려줘")
    await talk.say("kim", "오늘 메뉴")

    assert "취소했습니다" not in text(await talk.say("kim", "아 취소요 오늘 밖에서 먹기로 했어요"))


@pytest.mark.parametrize("said", ["그럼 그때 알려주세요", "그때쯤 톡 주세요", "그때 되면 말해주세요"])
async def test_then_beside_the_line_is_when_it_is_calm_and_can_be_cancelled(talk, said):
    await talk.say("kim", "좀 있다 갈까요 아니면 지금 갈까요")

    assert "한산해지면 한 번만 알려 드리겠습니다" in text(await talk.say("kim", said))
    assert "한산 알림을 취소했습니다" in text(await talk.say("kim", "아 취소요 오늘 밖에서 먹기로 했어요"))


@pytest.mark.parametrize(
    "said",
    [
        "아 브리핑은 아예 끄는 걸로 할게요",
        "아 브리핑 아예 꺼주세요",
        "아니다 브리핑은 안 받을래요",
        "그냥 끄는 게 낫겠어요",
        "역시 안 받는 걸로 해주세요",
    ],
)
async def test_a_briefing_just_set_ends_in_words(talk, said):
    await talk.say("kim", "아침 브리핑 8시 반으로 바꿔주세요")

    assert "아침 브리핑을 껐습니다" in text(await talk.say("kim", said))


@pytest.mark.parametrize("said", ["브리핑 끄면 어떻게 돼요?", "브리핑 보여줘"])
async def test_a_question_or_a_look_ends_no_briefing(talk, said):
    await talk.say("kim", "아침 브리핑 8시 반으로 바꿔주세요")

    assert "껐습니다" not in text(await talk.say("kim", said))


@pytest.mark.parametrize(
    "said", ["언제 다시 오는 거죠?", "그럼 소식은 언제 다시 와요?", "언제부터 다시 받나요", "알림 언제까지 멈춰요?"]
)
async def test_when_news_comes_again_is_answered_by_what_was_set(talk, said):
    assert "지금 멈춰 둔 알림은 없습니다" in text(await talk.say("kim", said))

    await talk.say("kim", "24일부터 26일까지 휴가입니다")
    assert "11. 24.(화)~11. 26.(목) 휴가로 적혀 있습니다. 그 뒤 11. 27.(금) 08:30부터 다시" in text(
        await talk.say("kim", said)
    )

    await talk.say("kim", "다음 주 월요일까지 알림 멈춰줘")
    assert "12. 1.(화) 00:00까지 멈춥니다. 12. 1.(화) 08:30부터 다시" in text(await talk.say("kim", said))


@pytest.mark.parametrize("said", ["버스 언제 다시 와요", "과장님 언제 다시 오세요"])
async def test_somebody_elses_return_is_none_of_news(talk, said):
    assert "멈춰 둔 알림" not in text(await talk.say("kim", said))
