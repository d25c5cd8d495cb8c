"""When travellers are told, what another institution's consent opens, and what a month's review shows.

The auditor is lee of 경상남도, its manager park; 창원시 has an auditor, baek, a manager, nam, and a traveller, yun.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from tests.auditing import NOVEMBER, ROLES, consent, later, open_audit, to, token_of, told
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def talk(tmp_path) -> AsyncIterator[Talk]:
    """A house of its own for each test: days pass in it."""
    async with talking(tmp_path, roles=ROLES) as stage:
        yield stage


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


# --- when a notice comes


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
    await later(talk, timedelta(hours=9))  # Monday, 20:30
    await talk.say("lee", f"검증 {token}")

    assert await told(talk, user, timedelta(hours=12, minutes=29)) == []
    assert len(await told(talk, user, timedelta(minutes=2))) == 1


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


# --- another institution


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
    await later(talk, timedelta(days=31))

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

    pushed = await later(talk, timedelta(days=8))  # to 1 December
    afterwards = await later(talk, timedelta(days=5))

    (asked,) = [one for one in pushed if one.chat.id == "dm:park"]
    assert "11월 접속기록을 점검하실 때입니다" in asked.reply.text
    assert "문서번호 없는 확인 1건" in asked.reply.text
    assert to("park", afterwards) == []
    assert "11월 접속기록: 확인 1건" in text(await talk.press("park", asked, "접속기록 보기"))


async def test_what_was_reviewed_is_not_asked_for(talk):
    token = await token_of(talk, talk.newcomer())
    await talk.say("lee", f"검증 {token}")
    await later(talk, timedelta(days=7, hours=13))  # the night to 1 December
    await talk.say("lee", "접속기록")

    assert to("park", await later(talk, timedelta(days=2))) == []
