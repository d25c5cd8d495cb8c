"""How what was just done stands, and letters that did not arrive by their place."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.answers import Said, said
from bot.dead_letters import DeadLetters
from bot.outcomes import asks_done
from tests.talk import Talk, labels, talking
from tests.test_conversations_operating import TENANT, lost

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """Monday, 2026-11-23, 11:30."""
    async with talking(tmp_path_factory.mktemp("outcomes"), roles=("deliver", "chat")) as stage:
        for who in ("kim", "seo", "park", "oh"):
            await stage.say(who, "안녕하세요")
        yield stage


async def told(talk: Talk, who: str, *turns: str) -> str:
    """What the last answer says."""
    answers = [await talk.say(who, turn) for turn in turns]
    return " ".join(one.reply.text for one in answers[-1])


async def piled(talk: Talk, *people: str) -> None:
    """Only these did not get theirs."""
    await DeadLetters(talk.house.redis).drop_all(TENANT)
    for number, who in enumerate(people):
        await lost(talk, who, f"{talk.newcomer()}-{number}")


@pytest.mark.parametrize(
    "text",
    [
        "됐나", "됐어요?", "갔어요?", "처리됐나요", "다 갔나요", "보내졌나요", "된거죠?", "적용됐어?",
        "그거 됐나요", "댔나",
        "아까 보낸거 갔나요", "공지 다 나갔어요?", "됐는교", "갔는지 확인해줘",
        "반영된거야", "도착했나요", "완료?", "안 갔어요?",
        "제대로 된거 맞아?",
    ],
)  # fmt: skip
async def test_it_asks_whether_it_is_done(text):
    assert asks_done(text)


@pytest.mark.parametrize(
    "text",
    [
        "됐어요", "됐습니다", "됐고", "간다", "갔다", "과장님 갔나", "출장 갔나요", "밥 다 됐나", "언제 갔어?",
        "되나요", "못 보낸 것",
        "왜 안갔어", "됐다 그걸로", "보낸 것", "끝났어요", "나도 되나",
    ],
)  # fmt: skip
async def test_it_asks_nothing_of_the_kind(text):
    assert not asks_done(text)


async def test_a_question_is_no_refusal():
    assert said("됐어요?") is None
    assert said("괜찮아요?") is None
    assert said("됐어요") is Said.NO


@pytest.mark.parametrize("asked", ["됐어요?", "됐나", "등록됐나요"])
async def test_a_subscription_asked_about_is_shown_and_stays(talk, asked):
    who = talk.newcomer()
    assert "구독 1개입니다" in await told(talk, who, "구독 청년", asked)


async def test_enough_after_a_subscription_is_asked_about(talk):
    who = talk.newcomer()
    await told(talk, who, "구독 청년", "됐어요")
    assert "구독 1개입니다" in await told(talk, who, "목록")


async def test_a_hold_asked_about_is_shown(talk):
    assert "13:30까지 알림 멈춤" in await told(talk, talk.newcomer(), "알림 멈춤 2시간", "적용됐나요")


@pytest.mark.parametrize("asked", ["됐어요?", "갔나요", "다 나갔어요?", "몇명한테 갔어요"])
async def test_a_notice_says_whether_it_went(talk, asked):
    open_ = (await talk.say("park", f"공지 {talk.newcomer()}실에 소방 점검이 있습니다"))[0]
    waits = (await talk.say("park", asked))[0]
    assert "아직 하지 않았습니다" in waits.reply.text
    assert labels(waits) == ["보내기", "그만두기"]

    await talk.press("park", open_, "보내기")
    assert "명에게 보냅니다" in await told(talk, "park", asked)
    await talk.house.rota.drain()
    assert "411건" in await told(talk, "park", asked)


@pytest.mark.parametrize("asked", ["됐나", "갔어요?", "다 보내졌나요"])
async def test_letters_sent_again_say_how_they_stand(talk, asked):
    await piled(talk, "kim", "seo")
    shown = (await talk.say("park", "못 보낸 것"))[0]
    await talk.press("park", shown, "모두 다시 보내기")
    assert "차례를 기다리는 것 2건" in await told(talk, "park", asked)
    await talk.house.rota.drain()
    assert "2건 모두 보냈습니다" in await told(talk, "park", asked)


@pytest.mark.parametrize(
    "asked", ["두번째꺼 왜 안나갔어", "2번은 왜 안갔어요", "왜 두번째는 못갔노", "둘째 이유가 뭐야"]
)
async def test_a_letter_by_its_place_tells_why(talk, asked):
    await piled(talk, "kim", "seo")
    why = await told(talk, "park", "못 보낸 것", asked)
    assert "김하나 님" in why
    assert "이유: 메신저가 받지 않았습니다" in why


async def test_that_one_is_dropped_and_the_others_go_again_once_asked(talk):
    await piled(talk, "kim", "seo", "oh")
    await told(talk, "park", "못 보낸 것", "두번째꺼 왜 안나갔어")
    asked = (await talk.say("park", "그건 버리고 나머지 다시"))[0]
    assert "서마루 님께 못 보낸 것은 버리고 나머지 2건을 다시 보낼까요" in asked.reply.text
    assert await DeadLetters(talk.house.redis).count(TENANT) == 3

    await talk.press("park", asked, "그렇게 합니다")
    await talk.house.rota.drain()
    assert await DeadLetters(talk.house.redis).count(TENANT) == 0
    assert "2건 모두 보냈습니다" in await told(talk, "park", "됐어요?")


@pytest.mark.parametrize(
    "words", ["3번은 놔두고 나머지 다시 보내줘", "마지막꺼 빼고 나머지 다시요", "3번 버리지 말고 나머지만 다시"]
)
async def test_one_stays_and_the_others_go_again(talk, words):
    await piled(talk, "kim", "seo", "oh")
    await told(talk, "park", "못 보낸 것")
    asked = (await talk.say("park", words))[0]
    assert "김하나 님께 못 보낸 것은 그대로 두고 나머지 2건을 다시 보낼까요" in asked.reply.text
    await talk.press("park", asked, "그렇게 합니다")
    assert await DeadLetters(talk.house.redis).count(TENANT) == 1
    await talk.house.rota.drain()


async def test_which_one_is_asked_where_it_is_not_plain(talk):
    await piled(talk, "kim", "seo")
    asked = [(await talk.say("park", words))[0] for words in ("못 보낸 것", "그건 버리고 나머지 다시")][1]
    assert labels(asked)[:2] == ["1 버리고", "2 버리고"]
    assert "다시 보냅니다" in await told(talk, "park", "못 보낸 것", "2번 왜 안갔어", "그거 다시 보내")
    await talk.house.rota.drain()
    await DeadLetters(talk.house.redis).drop_all(TENANT)


@pytest.mark.parametrize(
    "words",
    ["주말엔 됐고요", "주말은 됐어요", "공휴일엔 필요없어요", "주말은 빼고요", "주말엔 안와도 돼요", "휴일엔 싫어요"],
)
async def test_weekends_in_passing_are_named_and_taken_back_with_one_press(talk, words):
    who = talk.newcomer()
    await told(talk, who, "주말도 받기")
    done = (await talk.say(who, words))[0]
    assert "주말과 공휴일에는 보내지 않고" in done.reply.text
    back = (await talk.press(who, done, "되돌리기"))[0]
    assert "주말에 받지 않기로 하신 것을 되돌렸습니다" in back.reply.text
    assert "주말과 공휴일" not in await told(talk, who, "알림 설정")


@pytest.mark.parametrize("words", ["주말엔 됐나요", "주말에 됐던 출장", "주말에 필요없는 소식은 뭐야"])
async def test_other_words_of_weekends_set_nothing(talk, words):
    who = talk.newcomer()
    await told(talk, who, "주말도 받기", words)
    assert "주말과 공휴일" not in await told(talk, who, "알림 설정")


@pytest.mark.parametrize(
    "words",
    [
        "밤 9시부터는 조용히", "하루에 다섯개만 보내", "급한것만 바로 보내주세요", "점심시간에는 보내지마",
        "청년은 이제 그만 보내",
        "쉬기 청년", "딸기 소식도 받을래요", "다음주 월화 연차에요", "제외 청년 채용",
    ],
)  # fmt: skip
async def test_what_is_set_carries_its_way_back(talk, words):
    who = talk.newcomer()
    await told(talk, who, "구독 청년")
    before = [await told(talk, who, shown) for shown in ("목록", "알림 설정", "휴가")]
    done = (await talk.say(who, words))[0]
    assert {"되돌리기", "휴가 취소"} & set(labels(done))
    await talk.press(who, done, next(one for one in labels(done) if one in {"되돌리기", "휴가 취소"}))
    assert [await told(talk, who, shown) for shown in ("목록", "알림 설정", "휴가")] == before


async def test_what_changed_nothing_offers_no_way_back(talk):
    assert labels((await talk.say(talk.newcomer(), "주말은 빼고요"))[0]) == ["알림 설정"]


@pytest.mark.parametrize("asked", ["됐나", "처리됐나요", "갔어요?"])
async def test_where_nothing_was_done_that_is_said(talk, asked):
    who = talk.newcomer()
    await told(talk, who, "식단")
    assert "방금 여기서 하신 일을 찾지 못해" in await told(talk, who, asked)
    assert "못 보낸 것" in labels((await talk.say("park", "식단"), await talk.say("park", asked))[1][0])


async def test_a_trip_just_written_is_shown(talk):
    assert "밀양시청" in await told(talk, talk.newcomer(), "출장 내일 10시 밀양시청", "적혔나요", "됐어요?")
