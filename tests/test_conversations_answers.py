"""People answer Dobi's own questions in their own words: what they say does what the question's buttons do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.answers_table import (
    HELD,
    NO,
    OTHER,
    QUESTIONS,
    SEEN,
    VAGUE,
    YES,
    Asking,
    asked,
    fits,
    judged,
    kinds,
    put_behind,
)
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNCLEAR = {"위에 거요", "아래쪽 거요", "26일이요", "11월 26일로 해주세요", "이번 주 목요일이요"}
"""Asked again, or read as another day: more than one thing may be meant."""
OWN = {("trip-memo", "취소해 주세요"), ("trip-memo", "지금은 말고요")}
"""What a trip's memo reads in its own way."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("answers"), roles=("deliver", "chat")) as stage:
        yield stage


def _cells() -> list[tuple[Asking, str, str]]:
    """A few answers to each question, others for each; `tests.bench.bench_answers` tries them all."""
    found = []
    for place, one in enumerate(QUESTIONS):
        for kind in kinds(one):
            words = [*SEEN[YES if kind == VAGUE else kind], *HELD[YES if kind == VAGUE else kind]]
            plain = [each for each in words if each not in UNCLEAR and (one.name, each) not in OWN]
            plain = [each for each in plain if fits(one, kind, each)]
            many = 2 if kind == YES else 1
            step = 5 * place + 7 * (kind in {NO, OTHER})
            found += [(one, kind, plain[(step + 3 * turn) % len(plain)]) for turn in range(many)]
    return found


CELLS = _cells()


async def test_the_table_is_as_large_as_it_says():
    assert len(QUESTIONS) >= 25
    assert all(sum(len({*SEEN.get(kind, ()), *HELD.get(kind, ())}) for kind in kinds(one)) >= 8 for one in QUESTIONS)


@pytest.mark.parametrize("number", range(len(CELLS)), ids=lambda number: f"{CELLS[number][0].name}-{number}")
async def test_an_answer_in_words_does_what_the_buttons_do(talk, number):
    one, kind, words = CELLS[number]
    if one.user or one.pushed:
        await put_behind(talk, one.user or one.pushed)
    user, said = await asked(talk, one, number)

    answer = "\n".join(each.reply.text for each in await talk.say(user, words))

    assert said, one.name
    assert judged(one, kind, answer) == "right", (one.name, kind, words, answer)


async def test_of_two_questions_the_one_is_asked_for_that_is_meant(talk):
    user = talk.newcomer()
    for day in ("12/24", "12/28"):
        await talk.say(user, f"휴가 {day}")
    await talk.say(user, "휴가 모두 취소")
    await talk.say(user, "구독 가로등")
    await talk.say(user, "인수인계 신아람")

    which = await talk.say(user, "네")

    assert "어느 물음" in text(which)
    assert labels(which[0]) == ["1. 보내기", "2. 모두 취소"]
    assert "휴가를 취소했습니다" in text(await talk.say(user, "두 번째 거요"))


async def test_a_yes_after_something_else_is_asked_about_first(talk):
    user = talk.newcomer()
    await talk.say(user, "12/28~12/29 가족여행 휴가")
    await talk.say(user, "목록")

    again = await talk.say(user, "네")

    assert "본인의 휴가로 적을까요?" in text(again)
    assert "아직 아무것도" in text(again)
    assert "휴가로 적었습니다" in text(await talk.say(user, "네 맞아요"))


async def test_an_answered_question_is_answered_once(talk):
    user = talk.newcomer()
    asking = await talk.say(user, "12/28~12/29 가족여행 휴가")
    await talk.press(user, asking[0], "휴가로 적기")

    assert "휴가로 적" not in text(await talk.say(user, "네"))


async def test_what_was_answered_in_words_is_asked_about_no_more(talk):
    user = talk.newcomer()
    await talk.say(user, "출장 내일 2시 김해시청")
    await talk.say(user, "3시로요")
    assert "적어 두었습니다" in text(await talk.say(user, "네 맞아요"))

    told = text(await talk.say(user, "취소할게요"))

    assert "어느 물음" not in told
    assert "출장을 취소할까요" in told


async def test_the_same_update_again_answers_the_same(talk):
    user = talk.newcomer()
    await talk.say(user, "12/28~12/29 가족여행 휴가")

    first = await talk.say(user, "네", update="answers-twice-1")

    assert "휴가로 적었습니다" in text(first)
    assert await talk.say(user, "네", update="answers-twice-1") == []
    assert "휴가 1건입니다" in text(await talk.say(user, "휴가"))


async def test_what_cannot_be_undone_is_chosen_with_a_finger(talk):
    user = talk.newcomer()
    await talk.say(user, "구독 가로등")
    await talk.say(user, "내 정보")
    asking = await talk.say(user, "내 정보 삭제")

    for typed in ("네", "첫 번째 거요", "지워주세요"):
        again = await talk.say(user, typed)
        assert labels(again[0]) == labels(asking[0])
    assert "가로등" in text(await talk.say(user, "목록"))


async def test_nobody_answers_for_somebody_else_in_a_group(talk):
    room = "총무과"
    await talk.say("kim", "@도비 구독", chat=room, mention=True)

    other = await talk.say("seo", "@도비 청년 일자리요", chat=room, mention=True)

    assert "구독" not in text(other) or "알아듣지" in text(other)
    assert "청년 일자리" in text(await talk.say("kim", "@도비 청년 일자리요", chat=room, mention=True))


@pytest.mark.parametrize(
    ("typed", "never"),
    [("도비야 식당", "소식을 여기로"), ("도비야 오늘 메뉴 뭐야?", "소식을"), ("됐어요", "소식을"), ("네", "소식을"),
     ("고마워요", "소식을"), ("내일 반차", "소식을"), ("아침 브리핑 꺼줘", "소식을"), ("식당 도비야", "소식을")],
)  # fmt: skip
@pytest.mark.parametrize("chat", [None, "도로과"])
async def test_after_subscribe_what_is_plainly_something_else_is_no_subscription(talk, chat, typed, never):
    user = "cho" if chat else talk.newcomer()
    await talk.say(user, press="subscribe", chat=chat, mention=chat is not None)

    answer = await talk.say(user, f"@도비 {typed}" if chat else typed, chat=chat, mention=chat is not None)

    assert all(never not in one.reply.text for one in answer)
    listed = await talk.say(user, "목록", chat=chat, mention=chat is not None)
    assert "구독이 없습니다" in text(listed)


async def test_an_acknowledgement_of_what_was_done_answers_no_older_offer(talk):
    user = talk.newcomer()
    await talk.say(user, "안녕하세요")
    await talk.say(user, "휴가 12/24")

    assert "골라" not in text(await talk.say(user, "네"))
    await talk.say(user, "휴가 12/28")
    assert "12. 28.(월) 휴가를 취소했습니다" in text(await talk.say(user, "취소할게요"))


async def test_who_asks_back_says_no_yes(talk):
    await talk.say("park", "직원 추가 노도래 농정과")
    await talk.say("park", "직원 노도래")
    await talk.say("park", "관리자 권한 줘")

    for typed in ("네?", "응??", "예? 뭐라고요"):
        assert "더했습니다" not in text(await talk.say("park", typed))


async def test_a_question_that_is_asked_again_is_one_question(talk):
    user = talk.newcomer()
    await talk.say(user, "구독 가로등")
    await talk.say(user, "분실 신고")

    again = await talk.say(user, "네 끊어주세요")
    assert "이 대화 끊기" in labels(again[0])
    assert "이 대화 끊기" in labels((await talk.say(user, "네"))[0])
    assert "어느 물음" not in text(await talk.say(user, "아니요"))
    assert "가로등" in text(await talk.say(user, "목록"))


async def test_what_is_to_be_kept_is_kept_in_other_words(talk):
    user = talk.newcomer()
    await talk.say(user, "내 알레르기 새우")
    assert "바꾸지 않았습니다" in text(await talk.say(user, "나중에요"))

    assert "저장했습니다" in text(await talk.say(user, "네 저장해 주세요"))


async def test_politeness_is_no_word_to_look_for(talk):
    user = talk.newcomer()
    await talk.say(user, "찾기")

    assert "이요" not in text(await talk.say(user, "재난지원금 지난달이요"))
