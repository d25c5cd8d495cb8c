"""An audit is opened once, every look carries its number, and whoever was looked at is told; another institution's
receipts open by its consent alone.

The auditor is lee of 경상남도, its manager park; 창원시 has an auditor, baek, a manager, nam, and a traveller, yun.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.messenger import Outgoing
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROLES = ("deliver", "chat", "verify")
NOVEMBER = "11. 1.~11. 30."


@pytest_asyncio.fixture(loop_scope="module")
async def talk(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=ROLES) as stage:
        yield stage


async def token_of(talk: Talk, user: str, document: str = "총무과-812") -> str:
    receipt = await talk.receipt(user, document)
    return text(await talk.press(user, receipt, "글자로 받기"))


def to(user: str, messages: Sequence[Outgoing]) -> list[str]:
    """What that person was told of their own accord."""
    return [one.reply.text for one in messages if one.chat.id == f"dm:{user}" and one.kind == "notice"]


async def told(talk: Talk, user: str, span: timedelta = timedelta(seconds=5)) -> list[str]:
    """The notices that the person gets while the clock moves."""
    return to(user, await talk.advance(span))


async def open_audit(talk: Talk, number: str = "감사담당관-812") -> str:
    return text(await talk.say("lee", f"감사 시작 {number}, {NOVEMBER}, 출장여비 점검"))


# --- the audit


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


async def test_another_command_of_the_office_leaves_the_question(talk):
    await talk.say("lee", "감사 시작 감사담당관-812, 10월")

    assert "'감사담당관-813'을 시작했습니다" in await open_audit(talk, "감사담당관-813")


async def test_the_list_tells_open_and_ended_ones(talk):
    await open_audit(talk)
    await open_audit(talk, "감사담당관-813")
    ended = text(await talk.say("lee", "감사 끝"))
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


async def test_a_log_that_was_set_back_takes_no_audit(talk):
    await open_audit(talk)
    redis = talk.house.redis
    state = {key.decode(): await redis.dump(key) for key in await redis.keys("dobi:{gyeongnam}:log:*")}
    await open_audit(talk, "감사담당관-813")
    state["dobi:{gyeongnam}:log:known"] = await redis.dump("dobi:{gyeongnam}:log:checkpoint")
    for key, value in state.items():
        await redis.restore(key, 0, value, replace=True)

    refused = text(await talk.say("lee", f"감사 시작 감사담당관-814, {NOVEMBER}, 출장여비 점검"))

    assert "기록을 새로 쓰지 않는 상태라" in refused
    assert "감사담당관-814" not in text(await talk.say("lee", "감사 목록"))


# --- looks


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


async def test_many_looks_of_one_audit_are_one_notice_a_day(talk):
    user = talk.newcomer()
    token = await token_of(talk, user)
    await open_audit(talk)
    await talk.say("lee", f"검증 {token}")
    first = await told(talk, user)
    for _ in range(3):
        await talk.say("lee", f"검증 {token}")

    same_day = await told(talk, user, timedelta(hours=12))
    next_day = await told(talk, user, timedelta(hours=12))

    assert len(first) == 1
    assert same_day == []
    assert len(next_day) == 1
    assert "3번" in next_day[0]


async def test_at_night_a_notice_waits_for_the_office(talk):
    user = talk.newcomer()
    token = await token_of(talk, user)
    await talk.advance(timedelta(hours=9))  # Monday, 20:30
    await talk.say("lee", f"검증 {token}")

    assert await told(talk, user, timedelta(hours=12, minutes=29)) == []
    assert len(await told(talk, user, timedelta(minutes=2))) == 1


# --- holds


async def test_a_reasoned_hold_ends_by_itself_with_the_notice(talk):
    user = talk.newcomer()
    token = await token_of(talk, user)
    await open_audit(talk)
    held = text(await talk.say("lee", "통지 보류 7일 증거인멸 우려"))
    await talk.say("lee", f"검증 {token}")

    mine = text(await talk.say(user, "내 정보"))
    waiting = await told(talk, user, timedelta(days=6, hours=23))
    over = await told(talk, user, timedelta(hours=2))

    assert "11. 30.(월) 11:30" in held
    assert "증거인멸 우려" in held
    assert "확인한 횟수 0번" in mine
    assert waiting == []
    assert len(over) == 1
    assert "11. 23.(월)" in over[0]
    assert "확인한 횟수 1번" in text(await talk.say(user, "내 정보"))


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


# --- another institution


async def consent(talk: Talk, by: str = "nam") -> Outgoing:
    """The request as the other institution's manager gets it."""
    await talk.say("lee", f"감사 요청 창원시 감사관-90 {NOVEMBER} 출장여비 점검")
    pushed = await talk.advance(timedelta(seconds=5))
    return next(one for one in pushed if one.chat.id == f"dm:{by}")


async def test_a_manager_consents_for_his_institution(talk):
    token = await token_of(talk, "yun")
    before = await talk.say("lee", f"검증 {token}")
    asked = await consent(talk)

    agreed = text(await talk.press("nam", asked, "동의"))

    assert text(before).startswith("유효하나 확인 필요: 창원시")
    assert "다른 기관의 영수증이라" in text(before)
    assert "윤슬기" not in text(before)
    assert labels(asked) == ["동의", "거절"]
    assert "경상남도" in asked.reply.text
    assert "감사관-90" in asked.reply.text
    assert "11. 1.~11. 30." in asked.reply.text
    assert "출장여비 점검" in asked.reply.text
    assert "12. 23." in agreed
    assert "창원시" in (await told(talk, "lee"))[0]
    verdict = text(await talk.say("lee", f"검증 {token}"))
    assert verdict.startswith("유효: 창원시")
    assert "발급 기록이 맞습니다" in verdict
    assert "윤슬기" in verdict
    assert "문서 감사관-90" in verdict
    assert "확인한 횟수 1번" in text(await talk.say("yun", "내 정보"))
    notices = await told(talk, "yun")
    assert len(notices) == 1
    assert "경상남도" in notices[0]
    assert "감사관-90" in notices[0]
    assert "감사관-90 · 경상남도(예시) · 1건" in text(await talk.say("nam", "접속기록 11월"))


async def test_a_name_that_is_nobodys_and_one_that_refuses_give_the_same_answers(talk):
    await talk.say("lee", f"감사 시작 감사관-90 {NOVEMBER} 출장여비 점검")
    real = text(await talk.say("lee", "감사 요청 창원시"))
    pushed = await talk.advance(timedelta(seconds=5))
    nobody = text(await talk.say("lee", "감사 요청 없는시"))
    asked = next(one for one in pushed if one.chat.id == "dm:nam")
    await talk.press("nam", asked, "거절")
    later = await talk.advance(timedelta(minutes=1))

    listed = text(await talk.say("lee", "감사"))

    assert real.replace("창원시", "…") == nobody.replace("없는시", "…")
    assert to("lee", [*pushed, *later]) == []
    line = next(line for line in listed.splitlines() if "창원시" in line)
    assert line.replace("창원시", "…") in listed.replace("없는시", "…").replace("창원시", "")


async def test_consent_is_taken_back(talk):
    token = await token_of(talk, "yun")
    await talk.press("nam", await consent(talk), "동의")
    asked = await talk.say("nam", "감사 동의 철회")
    if labels(asked[0]):
        asked = await talk.press("nam", asked[0], labels(asked[0])[0])

    assert "거두었습니다" in text(asked)
    assert "윤슬기" not in text(await talk.say("lee", f"검증 {token}"))
    assert any("거두" in one for one in await told(talk, "lee"))


async def test_consent_ends_by_itself(talk):
    token = await token_of(talk, "yun")
    await talk.press("nam", await consent(talk), "동의")
    await talk.advance(timedelta(days=31))

    assert "윤슬기" not in text(await talk.say("lee", f"검증 {token}"))


async def test_the_first_of_two_managers_decides(talk):
    asked = await consent(talk)
    await talk.press("nam", asked, "거절")

    assert "이미" in text(await talk.press("baek", asked, "동의"))


async def test_nobody_decides_another_institutions_request(talk):
    asked = await consent(talk)

    refused = text(await talk.press("park", asked, "동의"))

    assert "동의했습니다" not in refused
    assert "이미" not in text(await talk.press("nam", asked, "동의"))


# --- the monthly review


async def test_the_monthly_review_counts_by_auditor_and_number_without_number_first(talk):
    token = await token_of(talk, talk.newcomer())
    await talk.say("lee", f"검증 {token}")
    await open_audit(talk)
    for _ in range(2):
        await talk.say("lee", f"검증 {token}")

    review = text(await talk.say("park", "접속기록 11월"))

    first, second = review.splitlines()[1:3]
    assert "문서번호 없음" in first
    assert "1건" in first
    assert "감사담당관-812" in second
    assert "2건" in second
    assert "이보름" in first
    assert "감사 담당" in text(await talk.say("kim", "접속기록 11월")) or "관리자" in text(
        await talk.say("kim", "접속기록")
    )


async def test_on_the_first_working_morning_of_a_month_its_review_is_asked_for_once(talk):
    token = await token_of(talk, talk.newcomer())
    await talk.say("lee", f"검증 {token}")

    pushed = await talk.advance(timedelta(days=8))  # to 1 December
    later = await talk.advance(timedelta(days=5))

    (asked,) = [one for one in pushed if one.chat.id == "dm:park"]
    assert "11월 접속기록을 점검하실 때입니다" in asked.reply.text
    assert "문서번호 없는 확인 1건" in asked.reply.text
    assert to("park", later) == []
    assert "11월 접속기록: 확인 1건" in text(await talk.press("park", asked, "접속기록 보기"))


async def test_what_was_reviewed_is_not_asked_for(talk):
    token = await token_of(talk, talk.newcomer())
    await talk.say("lee", f"검증 {token}")
    await talk.advance(timedelta(days=7, hours=13))  # the night to 1 December
    await talk.say("lee", "접속기록")

    assert to("park", await talk.advance(timedelta(days=2))) == []
