"""What an operator does to an institution's people its administrators hear at once, and its log shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.messenger import Outgoing
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """진주시 stands, with 서진주 as its administrator; it is ten in the evening, when nothing unasked is said."""
    async with talking(tmp_path_factory.mktemp("overseen"), roles=("deliver", "chat")) as stage:
        asked = await stage.say("oh", "기관 추가 진주시, 관리자 서진주 정보통신과")
        added = await stage.press("oh", asked[0], "추가")
        await stage.say("seojin", code_in(added[0]))
        await stage.say("seojin", "직원 추가 강진주 총무과")
        await stage.advance(timedelta(hours=10, minutes=30))
        yield stage


def code_in(message: Outgoing) -> str:
    return next(word for word in message.reply.text.split() if word.count("-") == 2 and len(word) == 11)


async def heard(talk: Talk, user: str = "seojin") -> list[Outgoing]:
    """What somebody hears within a minute."""
    said = await talk.advance(timedelta(minutes=1))
    return [one for one in said if one.chat.id == f"dm:{user}"]


async def test_somebody_added_and_invited_by_an_operator_is_told_at_once(talk):
    added = await talk.say("oh", "직원 추가 낯선이 총무과 @진주시")
    told = await heard(talk)

    assert len(told) == 1
    assert told[0].reply.text.startswith("운영자 오나래(경상남도(예시)) 님이 우리 기관 명부에 한 일입니다.\n")
    assert "명부에 더함: 낯선이 총무과 · 11. 23.(월) 22:0" in told[0].reply.text
    assert labels(told[0]) == ["기록"]

    invited = await talk.press("oh", added[0], "초대 코드")
    assert "초대 코드 발급: 낯선이" in text(await heard(talk))
    assert code_in(invited[0]) not in str(talk.messenger.sent[-1])

    await talk.say("natseon", code_in(invited[0]))
    log = text(await talk.press("seojin", told[0], "기록"))
    assert "오나래(경상남도(예시)) · 명부에 더함 · 낯선이 총무과" in log
    assert "오나래(경상남도(예시)) · 메신저 연결 · 낯선이" in log


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("역할 강진주 관리자 추가 @진주시", "역할 부여: 강진주 관리자"),
        ("역할 강진주 관리자 빼기 @진주시", "역할 회수: 강진주 관리자"),
        ("부서 변경 강진주 예산과 @진주시", "부서 변경: 강진주 총무과 → 예산과"),
        ("기관 관리자 진주시 허진주 총무과", "역할 부여: 허진주 관리자"),
    ],
)
async def test_roles_and_departments_too(talk, said, told):
    await talk.say("oh", said)

    assert told in "\n".join(one.reply.text for one in await heard(talk))


async def test_a_role_taken_back_and_access_that_is_cut(talk):
    given = await talk.say("oh", "역할 강진주 배식 추가 @진주시")
    await heard(talk)
    await talk.press("oh", given[0], "되돌리기")
    assert "명부 변경 되돌림" in text(await heard(talk))

    asked = await talk.say("oh", "접속 끊기 강진주 @진주시")
    await talk.press("oh", asked[0], labels(asked[0])[0])
    assert "접속 끊기: 강진주" in text(await heard(talk))
    log = text(await talk.say("seojin", "기록"))
    assert "오나래(경상남도(예시)) · 접속 끊기 · 강진주" in log


async def test_the_same_update_twice_is_told_once(talk):
    for _ in range(2):
        await talk.say("oh", "직원 추가 두번이 총무과 @진주시", update="overseen-twice")

    assert len(await heard(talk)) == 1


async def test_an_operator_of_the_same_institution_who_does_not_administer_it_is_no_exception(talk):
    await talk.say("oh", "직원 추가 안쪽이 총무과")

    told = await heard(talk, "park")

    assert [one.reply.text.splitlines()[0] for one in told] == ["운영자 오나래 님이 우리 기관 명부에 한 일입니다."]


async def test_what_administrators_do_themselves_is_told_to_nobody(talk):
    await talk.say("seojin", "직원 추가 제손으로 총무과")

    assert await heard(talk) == []
    assert await heard(talk, "oh") == []


async def test_nobody_else_is_told(talk):
    await talk.say("oh", "직원 추가 조용히 총무과 @진주시")
    said = await talk.advance(timedelta(minutes=1))

    assert {one.chat.id for one in said} <= {"dm:seojin"}


async def test_buttons_below_another_institutions_list_stay_there(talk):
    listed = await talk.say("oh", "직원 목록 @진주시")

    sheet = await talk.press("oh", listed[0], "엑셀")

    there = len(talk.house.mirror.entries("jinju"))
    assert f"명부 {there}명입니다" in text(sheet)
    mark = listed[0].reply.buttons[0].press
    assert f"명부 {len(talk.house.mirror.entries('gyeongnam'))}명입니다" in text(await talk.say("park", press=mark))


async def test_a_code_that_can_not_be_used_yet_says_so(talk):
    await talk.say("seojin", "직원 추가 잃은이 총무과")
    invited = await talk.say("seojin", "초대 잃은이")
    await talk.say("ireun", code_in(invited[0]))
    lost = await talk.say("ireun", "분실 신고")
    await talk.press("ireun", lost[0], "이 대화 끊기")

    again = text(await talk.say("seojin", "초대 잃은이"))

    assert "접속을 끊은 뒤라 11. 24.(화)" in again
    assert "재연결 잃은이" in again
