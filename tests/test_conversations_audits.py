"""An audit is opened once, every look carries its number, and whoever was looked at is told.

The auditor is lee of 경상남도.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from tests.auditing import ROLES, open_audit, token_of, told
from tests.talk import Talk, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("audits")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def _house(_folder) -> AsyncIterator[Talk]:
    async with talking(_folder, roles=ROLES) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def talk(_house) -> AsyncIterator[Talk]:
    """The one house, in which nobody has an audit or a question before or after; its clock moves by minutes only."""
    yield _house
    redis = _house.house.redis
    for left in ("audits", "grants", "people:questions"):
        for key in await redis.keys(f"dobi:*:{left}:*"):
            await redis.delete(key)


async def test_an_audit_is_opened_in_one_sentence(talk):
    opened = await open_audit(talk)

    assert opened.splitlines()[0] == "감사 '감사담당관-812'를 시작했습니다."
    assert "11. 1.~11. 30." in opened
    assert "출장여비 점검" in opened
    assert opened.count("\n") <= 3
    now = text(await talk.say("lee", "감사"))
    assert "감사담당관-812" in now
    assert "11. 1.~11. 30." in now


async def test_what_is_missing_is_asked_for_one_by_one(talk):
    number = text(await talk.say("lee", "감사 시작"))
    period = text(await talk.say("lee", "감사담당관-812"))
    again = text(await talk.say("lee", "가을쯤"))
    reason = text(await talk.say("lee", "10월 1일부터 10월 31일까지"))
    opened = text(await talk.say("lee", "출장여비 점검"))

    assert "문서번호" in number
    assert "기간" in period
    assert "기간을 읽지 못했습니다" in again
    assert "사유" in reason
    assert "감사담당관-812" in opened
    assert "10. 1.~10. 31." in opened
    assert "출장여비 점검" in opened


async def test_a_question_can_be_left(talk):
    await talk.say("lee", "감사 시작 감사담당관-812")

    assert "아무것도 하지 않았습니다" in text(await talk.say("lee", "취소"))
    assert "열려 있는 감사가 없습니다" in text(await talk.say("lee", "감사"))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("감사 시작 감사담당관-812 10.1-10.31 여비 점검", "10. 1.~10. 31."),
        ("감사 시작 감사담당관-812 2026-10-01 ~ 2026-10-31 여비 점검", "10. 1.~10. 31."),
        ("감사 시작 감사담당관-812호 10월 여비 점검", "10. 1.~10. 31."),
        ("감사 시작 10월 1일부터 10월 31일까지 여비 점검 감사담당관-812", "10. 1.~10. 31."),
        ("감사 시작 감사담당관-812 12월 여비 점검", "2025. 12. 1.~12. 31."),
        ("감사 시작 감사담당관-812 2025. 12. 1.~2026. 1. 31. 여비 점검", "2025. 12. 1.~2026. 1. 31."),
    ],
)
async def test_dates_are_read_as_people_type_them(talk, said, shown):
    opened = text(await talk.say("lee", said))

    assert "감사담당관-812" in opened
    assert shown in opened
    assert "사유: 여비 점검" in opened


async def test_an_end_before_its_beginning_is_no_period(talk):
    assert "앞섭니다" in text(await talk.say("lee", "감사 시작 감사담당관-812 2026.10.31~2026.10.1 여비 점검"))
    assert "없는 날짜" in text(await talk.say("lee", "감사 시작 감사담당관-812 2. 1.~2. 30. 여비 점검"))


async def test_an_open_audit_is_taken_up_by_its_number_and_stays_as_it_is(talk):
    await open_audit(talk)
    await open_audit(talk, "감사담당관-813")

    again = text(await talk.say("lee", "감사 시작 감사담당관-812"))
    other = text(await talk.say("lee", "감사 시작 감사담당관-812, 10월, 다른 점검"))

    assert "11. 1.~11. 30." in again
    assert "감사담당관-812" in text(await talk.say("lee", "감사")).splitlines()[0]
    assert "11. 1.~11. 30." in other
    assert "처음대로" in other


async def test_a_reason_may_begin_like_a_command(talk):
    await talk.say("lee", "감사 시작 감사담당관-812, 10월")

    assert "사유: 출장 여비 점검" in text(await talk.say("lee", "출장 여비 점검"))


async def test_where_a_number_or_a_period_is_asked_for_a_command_is_a_command(talk):
    await talk.say("lee", "감사 시작 감사담당관-812")

    assert "11월" in text(await talk.say("lee", "정산 11월"))
    assert "사유를" in text(await talk.say("lee", "10월"))


async def test_another_command_of_the_office_leaves_the_question(talk):
    await talk.say("lee", "감사 시작 감사담당관-812, 10월")

    assert "'감사담당관-813'을 시작했습니다" in await open_audit(talk, "감사담당관-813")


async def test_the_list_tells_open_and_ended_ones(talk):
    await open_audit(talk)
    await open_audit(talk, "감사담당관-813")
    ended = text(await talk.say("lee", "감사 끝 감사담당관-813호"))
    listed = text(await talk.say("lee", "감사 목록"))

    assert "감사담당관-813" in ended
    assert "마쳤습니다" in ended
    assert "감사담당관-812" in listed
    assert "열려 있음" in listed
    assert "마침" in listed
    assert "감사담당관-812" in ended  # what is open still, and how to go on with it


async def test_the_word_alone_is_thanks_from_whoever_audits_nothing(talk):
    assert "감사 담당" not in text(await talk.say("kim", "감사합니다"))
    assert "감사 담당" in text(await talk.say("kim", "감사 시작 감사담당관-812"))
    assert await talk.say("kim", "감사", chat="총무과") == []
    assert "다행입니다" in text(await talk.say("lee", "감사", chat="총무과", mention=True))
    assert "다행입니다" in text(await talk.say("kim", "감사"))


# --- looks and holds


async def test_every_look_carries_the_number_and_the_traveller_is_told_at_once(talk):
    user = talk.newcomer()
    token = await token_of(talk, user)
    await open_audit(talk)

    verdict = await talk.say("lee", f"검증 {token}")

    assert "문서 감사담당관-812" in text(verdict)
    (notice,) = await told(talk, user)
    assert "감사 담당이 11. 23.(월) 출장 영수증을 확인했습니다" in notice
    assert "감사담당관-812" in notice
    assert "이보름" not in notice


async def test_without_an_audit_the_check_says_that_it_has_no_number(talk):
    user = talk.newcomer()
    token = await token_of(talk, user)

    verdict = text(await talk.say("lee", f"검증 {token}"))

    assert "문서번호 없는 확인입니다. '감사 시작 …'" in verdict
    assert "문서번호 없이" in (await told(talk, user))[0]


async def test_outside_the_period_the_sealed_part_stays_shut_and_the_answer_says_why(talk):
    user = talk.newcomer()
    token = await token_of(talk, user)
    await talk.say("lee", "감사 시작 감사담당관-812, 10월, 출장여비 점검")

    verdict = text(await talk.say("lee", f"검증 {token}"))

    assert "김하나" not in verdict
    assert "감사 기간 밖의 영수증이라" in verdict
    assert "감사 문서 감사담당관-812" in verdict
    assert len(await told(talk, user)) == 1


async def test_a_hold_needs_an_open_audit_a_reason_and_thirty_days_at_most(talk):
    assert "열려 있는 감사가 없습니다" in text(await talk.say("lee", "통지 보류 7일 증거인멸 우려"))
    await open_audit(talk)

    assert "30일" in text(await talk.say("lee", "통지 보류 31일 증거인멸 우려"))
    assert "사유" in text(await talk.say("lee", "통지 보류 7일"))
    assert "미룹니다" in text(await talk.say("lee", "증거인멸 우려"))


async def test_a_hold_may_end_early(talk):
    user = talk.newcomer()
    token = await token_of(talk, user)
    await open_audit(talk)
    await talk.say("lee", "통지 보류 7일 증거인멸 우려")
    await talk.say("lee", f"검증 {token}")
    await talk.advance(timedelta(minutes=1))

    assert "알립니다" in text(await talk.say("lee", "통지 보류 해제"))
    assert len(await told(talk, user)) == 1


async def test_a_hold_ends_on_the_day_that_was_named(talk):
    await open_audit(talk)

    held = text(await talk.say("lee", "알림 보류 감사담당관-812 12월 10일까지 증거 인멸 우려"))
    far = text(await talk.say("lee", "통지 보류 2030. 1. 1.까지 면담 전"))

    assert "12. 10.(목) 23:59까지" in held
    assert "사유: 증거 인멸 우려" in held
    assert "30일까지만" in far
    await talk.say("lee", "보류 해제")


async def test_whoever_is_asked_how_long_may_say_something_else(talk):
    await open_audit(talk)

    asked = text(await talk.say("lee", "본인에게 알리지 말아줘"))
    elsewhere = text(await talk.say("lee", "창원시에 열람 요청"))
    released = text(await talk.say("lee", "보류 해제"))

    assert "며칠" in asked
    assert "창원시" in elsewhere
    assert "미루고 있는 알림이 없습니다" in released


async def test_the_audit_in_hand_is_told_and_its_days_stay(talk):
    await open_audit(talk)

    now = text(await talk.say("lee", "지금 하는 감사 뭐야"))
    longer = text(await talk.say("lee", "감사 기간 12. 31.까지 연장"))

    assert "감사담당관-812" in now
    assert "감사 시작 감사담당관-812" in longer


async def test_where_the_last_month_is_empty_the_running_one_is_told(talk):
    token = await token_of(talk, "kim")
    await talk.say("lee", f"검증 {token}")

    said = text(await talk.say("lee", "접속기록"))

    assert "10월에 영수증을 확인한 기록이 없습니다" in said
    assert "'접속기록 11월'" in said
    assert "11월 접속기록" in text(await talk.say("lee", "이번 달 접속기록"))


async def test_commas_and_courtesy_change_nothing(talk):
    opened = text(await talk.say("lee", "감사 시작, 문서 감사관실-2026-33, 2026년 11월 1일 ~ 11월 30일, 사유: 제보"))
    asked = text(await talk.say("lee", "진주시 쪽 영수증을 열람하고 싶습니다"))
    ended = text(await talk.say("lee", "감사 마칠게요"))

    assert "감사관실-2026-33" in opened
    assert "진주시" in asked
    assert "마쳤습니다" in ended
