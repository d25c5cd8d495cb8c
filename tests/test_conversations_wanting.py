"""Whoever says that they want to administer is asked for what lacks; words of wanting are no values."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("wishes"), roles=("deliver", "chat")) as stage:
        await stage.say("park", "식당")
        await stage.say("oh", "식당")
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def talk(house: Talk) -> Talk:
    await house.advance(timedelta(seconds=1))
    return house


@pytest.mark.parametrize(
    "said",
    [
        "사람 하나 추가할라고요",
        "직원 추가하려구요",
        "신규 직원 등록하려는데",
        "새로 온 사람 좀 넣을게요",
        "직원추가할게요",
        "한명 등록해야되는데",
        "직원 등록 해주실수 있나요",
        "신입 들어와서 등록 좀 할라카는데",
        "사람추가좀",
        "사용자 등록 부탁드립니다",
        "명단에 한명 더 넣어야 해요",
        "직원 등록 좀 하고 싶은데요",
        "직원 추가할라꼬예",
    ],
)
async def test_who_wants_to_add_somebody_is_asked_name_and_department_one_by_one(talk, said):
    name = f"홍길{'동산수남길철영호민준석진우'[talk.clock.now().second % 13]}"

    asked = text(await talk.say("park", said))
    then = text(await talk.say("park", f"{name}이요"))
    added = await talk.say("park", "총무과요")

    assert "어느 분입니까" in asked
    assert "어느 부서입니까" in then
    assert f"총무과 {name} 님을 명부에 더했습니다" in text(added)
    await talk.press("park", added[0], "되돌리기")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("퇴직 처리하려고요", "퇴직: 어느 분"),
        ("초대 하려는데요", "초대: 어느 분"),
        ("초대코드 하나 뽑아주실래요", "초대: 어느 분"),
        ("부서 변경하려고 합니다", "부서 변경: 어느 분"),
        ("역할 좀 바꿀라고요", "역할: 어느 분"),
        ("감사 역할 주려고", "역할 감사 추가: 어느 분"),
        ("휴직 처리 할게요", "휴직 처리: 어느 분"),
        ("접속 끊으려고요", "접속 끊기: 어느 분"),
        ("그만둔 직원 정리하려구요", "퇴직: 어느 분"),
        ("한여울 주무관 부서 옮겨야 하는데요", "부서 변경 한여울: 어느 부서"),
        ("복직 처리 해야돼요", "복직: 어느 분"),
    ],
)
async def test_what_is_wanted_is_known_and_the_rest_is_asked_for(talk, said, expected):
    assert expected in text(await talk.say("park", said))
    assert "아무것도 바꾸지 않았습니다" in text(await talk.say("park", "아뇨 됐어요"))


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("총무과 이순신 주무관 등록해야 하는데", "직원 추가 이순신 총무과"),
        ("직원 추가 황보관 총무과 할게요", "직원 추가 황보관 총무과"),
        ("한여울한테 감사 권한 주려고요", "역할 한여울 감사 추가"),
        ("한여울 관리자로 지정하려는데", "역할 한여울 관리자 추가"),
    ],
)
async def test_what_is_wanted_in_full_is_offered_and_not_done(talk, said, offered):
    asked = await talk.say("park", said)

    assert labels(asked[0]) == [offered]
    assert "아직 아무것도 바꾸지 않았습니다" in text(asked)


@pytest.mark.parametrize(
    "said",
    [
        "직원 추가 안할래요",
        "직원 추가 어떻게 해요",
        "직원 추가 총무과 어떻게 해요",
        "직원 추가 하려고요?",
        "직원 추가했어요",
    ],
)
async def test_nobody_is_called_as_a_verb_is(talk, said):
    assert "더했습니다" not in text(await talk.say("park", said))


async def test_an_order_stays_one_and_who_may_not_is_told_so(talk):
    added = await talk.say("park", "직원 추가 임꺽정 농정과 해주세요")

    assert "농정과 임꺽정 님을 명부에 더했습니다" in text(added)
    await talk.press("park", added[0], "되돌리기")
    await talk.say("kim", "식당")
    assert "관리자·운영자만" in text(await talk.say("kim", "사람 하나 추가할라고요"))


async def test_an_operator_who_wants_another_institution_is_asked_for_its_name(talk):
    assert "어느 기관입니까" in text(await talk.say("oh", "기관 하나 추가하려구요"))
    await talk.say("oh", "취소")
    assert "주소를 보내" in text(await talk.say("oh", "출처 추가할라는데"))


async def test_what_is_offered_is_answered_in_words_and_whoever_was_shown_is_meant(talk):
    added = await talk.say("park", "직원 추가 임서늘 농정과")
    await talk.say("park", "직원 임서늘")

    asked = await talk.say("park", "배식 권한 주려고요")

    assert labels(asked[0]) == ["역할 임서늘 배식 추가"]
    assert "배식을 더했습니다" in text(await talk.say("park", "네 그렇게 해주세요"))
    await talk.press("park", added[0], "되돌리기")
