"""People's time: what comes at once, quiet hours, days off, leave, pauses; nothing is lost or comes in a burst."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from bot.clock import KST
from bot.daysoff import is_holiday
from bot.hours import is_working
from bot.messenger import Button, Outgoing, Reply, chat_of
from bot.outbox import Row
from bot.wording import day
from tests.sent import publish, row, tell
from tests.talk import Talk, button, labels, talking, text

ROLES = ("deliver", "chat")


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory) -> AsyncIterator[Talk]:
    """Monday 11:30; each test that lets time pass begins on the next working day."""
    async with talking(tmp_path_factory.mktemp("hours"), roles=ROLES) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def talk(house) -> Talk:
    """11:30 of the next working day."""
    await until(house, at(house, 1, 11, 30))
    return house


@pytest.fixture
def shared(house) -> Talk:
    """Whenever it is: for what is only said and answered."""
    return house


def unasked(said: list[Outgoing], chat: str) -> list[Outgoing]:
    return [one for one in said if one.chat.id == chat and one.kind != "reply"]


async def until(talk: Talk, then: datetime) -> list[Outgoing]:
    """What is said until then."""
    return await talk.advance(then - talk.clock.now())


def at(talk: Talk, days: int, hour: int, minute: int = 0) -> datetime:
    """That time of day, so many working days from today."""
    found = talk.clock.now().astimezone(KST).replace(hour=hour, minute=minute, second=0, microsecond=0)
    for _ in range(days):
        found += timedelta(days=1)
        while not is_working(found.date(), is_holiday):
            found += timedelta(days=1)
    return found


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("휴가 12/24~12/26", "12. 24.(목)~12. 26.(토) 휴가로 적었습니다. 그동안 보내지 않고 12. 28.(월) 08:30에"),
        ("휴가 12월 24일부터 26일까지", "12. 24.(목)~12. 26.(토) 휴가"),
        ("내일까지 휴가", "11. 23.(월)~11. 24.(화) 휴가로"),
        ("오늘 오후 반차", "11. 23.(월) 오후 휴가로 적었습니다. 그동안 보내지 않고 11. 24.(화) 08:30에"),
        ("내일 오전 반차", "11. 24.(화) 오전 휴가로 적었습니다. 그동안 보내지 않고 11. 24.(화) 14:00에"),
        ("모레 연가입니다", "11. 25.(수) 휴가로"),
        ("휴가 내일", "11. 24.(화) 휴가로"),
        ("다음 주 휴가", "11. 30.(월)~12. 4.(금) 휴가로"),
        ("금요일 휴가예요", "11. 27.(금) 휴가로"),
        ("휴가 13/40", "그런 날짜를 찾지 못했습니다"),
        ("휴가 12/26~12/24", "그런 날짜를 찾지 못했습니다"),
        ("휴가", "적어 두신 휴가가 없습니다"),
        ("휴가 취소", "취소할 휴가가 없습니다"),
    ],
)  # fmt: skip
async def test_leave_is_said_as_people_say_it(shared, typed, told):
    said = text(await shared.say(shared.newcomer(), typed))

    assert told in said, said


async def test_in_working_hours_a_document_comes_at_once(talk):
    user = talk.newcomer()
    await tell(talk, user, "대설 특보")

    said = unasked(await talk.advance(timedelta(seconds=1)), f"dm:{user}")

    assert [one.kind for one in said] == ["instant"]
    assert "나중에" in labels(said[0])


async def test_what_came_at_night_is_one_digest_in_the_morning(talk):
    user = talk.newcomer()
    await until(talk, at(talk, 0, 18, 5))
    await tell(talk, user, "하천 정비", "산불 예방", "가축 방역", "청년 월세", "수소 버스")

    night = unasked(await until(talk, at(talk, 1, 8, 29)), f"dm:{user}")
    morning = unasked(await until(talk, at(talk, 0, 8, 31)), f"dm:{user}")

    assert night == []
    assert [one.kind for one in morning] == ["digest"]
    assert morning[0].reply.text.startswith(f"{day(talk.clock.now())} 모아 보기입니다. 기다린 5건 가운데 3건입니다.")


async def test_nothing_comes_on_a_weekend_but_on_the_next_working_morning(talk):
    user = talk.newcomer()
    while talk.clock.now().astimezone(KST).weekday() != 4:
        await until(talk, at(talk, 1, 11, 30))
    await until(talk, at(talk, 0, 18, 10))
    await tell(talk, user, "주말 소식")

    weekend = unasked(await talk.advance(timedelta(hours=40)), f"dm:{user}")
    monday = unasked(await until(talk, at(talk, 1, 8, 31)), f"dm:{user}")

    assert weekend == []
    assert [one.kind for one in monday] == ["digest"]


async def test_over_the_budget_of_an_hour_the_rest_waits_and_nothing_is_lost(talk):
    user = talk.newcomer()
    told = await tell(talk, user, *(f"{number}번째 소식" for number in range(23)))

    now = unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")
    later = unasked(await until(talk, at(talk, 0, 13, 11)), f"dm:{user}")

    assert [one.kind for one in now] == ["instant"] * 20
    assert [one.kind for one in later] == ["digest"]
    assert "기다린 3건입니다" in later[0].reply.text
    heads = "\n".join(one.reply.text for one in (*now, *later))
    assert all(one.document.title in heads for one in told)


async def test_the_budget_is_changed_in_chat_and_the_answer_says_what_holds(talk):
    user = talk.newcomer()

    said = text(await talk.say(user, "하루 2건까지"))
    await tell(talk, user, "하나", "둘", "셋")
    now = unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")

    assert "하루 2건까지" in said
    assert "다음 모아 보기" in said
    assert len(now) == 2
    assert "한 시간 20건·하루 60건까지" in text(await talk.say(talk.newcomer(), "알림 설정"))
    assert "제한을 없앴습니다" in text(await talk.say(user, "건수 제한 없음"))
    await tell(talk, user, *(f"많은 {number}" for number in range(16)))
    assert len(unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")) == 16


async def test_only_what_matters_comes_at_once_for_whoever_says_so(talk):
    user = talk.newcomer()

    said = text(await talk.say(user, "중요한 것만 바로"))
    await tell(talk, user, "뚜렷한 것", score=0.9)
    await tell(talk, user, "가까운 것", score=0.5)
    now = unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")
    later = unasked(await until(talk, at(talk, 0, 13, 11)), f"dm:{user}")

    assert "13:10, 17:30" in said
    assert ["뚜렷한 것" in one.reply.text for one in now] == [True]
    assert ["가까운 것" in one.reply.text for one in later] == [True]


async def test_whoever_wants_it_together_gets_nothing_at_once_and_may_turn_back(talk):
    user = talk.newcomer()
    await talk.say(user, "모아서만")
    await tell(talk, user, "첫째")

    assert unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}") == []
    assert "모두 바로" in text(await talk.say(user, "모두 바로"))
    await tell(talk, user, "둘째")
    assert len(unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")) == 1


async def test_on_leave_nothing_comes_and_one_digest_when_it_is_over(talk):
    user = talk.newcomer()
    first, last = at(talk, 1, 0), at(talk, 2, 0)
    await talk.say(user, f"휴가 {first:%m/%d}~{last:%m/%d}")
    await until(talk, at(talk, 1, 10))
    await tell(talk, user, "하나", "둘")
    away = unasked(await until(talk, at(talk, 2, 8, 29)), f"dm:{user}")
    back = unasked(await until(talk, at(talk, 0, 8, 31)), f"dm:{user}")

    assert away == []
    assert [one.kind for one in back] == ["digest"]


async def test_leave_taken_back_holds_nothing_any_more(talk):
    user = talk.newcomer()
    noted = await talk.say(user, "오늘부터 모레까지 휴가")
    await tell(talk, user, "하나")

    assert unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}") == []
    assert "휴가를 취소했습니다" in text(await talk.press(user, noted[0], "휴가 취소"))
    waited = unasked(await until(talk, at(talk, 0, 13, 11)), f"dm:{user}")
    await tell(talk, user, "둘")
    now = unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")

    assert [one.kind for one in waited] == ["digest"]
    assert [one.kind for one in now] == ["instant"]


async def test_a_pause_of_two_hours_ends_with_what_waited(talk):
    user = talk.newcomer()
    said = text(await talk.say(user, "알림 잠시 멈춤 2시간"))
    await tell(talk, user, "하나", "둘")
    resting = unasked(await talk.advance(timedelta(minutes=119)), f"dm:{user}")
    over = unasked(await talk.advance(timedelta(minutes=2)), f"dm:{user}")

    assert said.startswith("13:30까지 알림을 멈춥니다.")
    assert resting == []
    assert [one.kind for one in over] == ["digest"]


async def test_a_pause_ends_at_a_word_and_asks_how_long_where_that_is_not_said(talk):
    user = talk.newcomer()

    asked = await talk.say(user, "알림 잠시 멈춤")
    assert labels(asked[0]) == ["1시간", "2시간", "오늘 하루"]
    assert "12:30까지" in text(await talk.press(user, asked[0], "1시간"))
    await tell(talk, user, "하나")
    assert "기다린 1건은 곧" in text(await talk.say(user, "알림 다시 켜기"))
    assert [one.kind for one in unasked(await talk.advance(timedelta(minutes=5)), f"dm:{user}")] == ["digest"]


async def test_who_asks_is_answered_at_any_hour(talk):
    user = talk.newcomer()
    await talk.say(user, "모레까지 휴가")
    await until(talk, at(talk, 0, 23, 30))

    assert "아직 구독이 없어" in text(await talk.say(user, "브리핑"))
    assert "알림 설정" in text(await talk.say(user, "알림 설정"))


async def test_quiet_hours_and_weekends_are_ones_own(talk):
    user = talk.newcomer()

    assert "조용한 시간 22:00~07:00" in text(await talk.say(user, "조용한 시간 22시~7시"))
    assert "주말과 공휴일에도" in text(await talk.say(user, "주말에도 받기"))
    await until(talk, at(talk, 0, 20))
    while talk.clock.now().astimezone(KST).weekday() != 5:
        await talk.advance(timedelta(days=1))
    await tell(talk, user, "토요일 밤")
    assert [one.kind for one in unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")] == ["instant"]
    assert "보내지 않고" in text(await talk.say(user, "주말에는 받지 않기"))
    await tell(talk, user, "토요일 더 늦게")
    assert unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}") == []


async def test_a_channel_has_its_own_hours(talk):
    said = text(await talk.say("kim", "조용한 시간 20시~7시", chat="총무과", mention=True))
    await until(talk, at(talk, 0, 19))
    for ref in ("console:총무과", "console:예산담당관"):
        await tell(talk, ref, f"{ref} 소식")

    now = [one for one in await talk.advance(timedelta(minutes=1)) if one.kind == "instant"]

    assert "20:00~07:00" in said
    assert [one.chat.id for one in now] == ["총무과"]


async def test_leave_is_a_persons_own_and_never_noted_in_a_group(talk):
    said = text(await talk.say("kim", "휴가 12/24~12/26", chat="총무과", mention=True))

    assert "개인 대화에서" in said


async def test_a_reminder_comes_by_its_own_time_but_not_at_night_nor_on_leave(talk):
    user = talk.newcomer()
    await talk.say(user, f"휴가 {at(talk, 1, 0):%m/%d}")
    one = await publish(talk, "접수 마감")
    reminder = row(talk, f"console:dm:{user}", one)
    for number, then in enumerate([at(talk, 0, 18, 40), at(talk, 0, 22), at(talk, 1, 9)]):
        await until(talk, then)
        await talk.house.outbox.put("gyeongnam", [replace(reminder, kind="reminder", story=f"reminder/{number}")])
        said = unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")
        assert [each.kind for each in said] == (["reminder"] if number == 0 else []), then

    back = unasked(await until(talk, at(talk, 1, 8, 31)), f"dm:{user}")
    assert len(back) == 1


async def test_an_approval_that_waited_alone_comes_as_it_is_with_its_buttons(talk):
    await until(talk, at(talk, 0, 21))
    user = talk.newcomer()
    reply = Reply("동행을 확인해 주십시오.", buttons=(Button("확인", "company:yes:1"),))
    await talk.house.outbox.put(
        "gyeongnam", [Row(chat_of(f"console:dm:{user}"), "trip/1/with", 1, "notice", reply, talk.clock.now())]
    )

    night = unasked(await until(talk, at(talk, 1, 8, 29)), f"dm:{user}")
    morning = unasked(await until(talk, at(talk, 0, 8, 31)), f"dm:{user}")

    assert night == []
    assert [(one.kind, labels(one)) for one in morning] == [("notice", ["확인"])]


# --- what overrides


async def test_an_urgent_notice_comes_at_night_and_on_leave_and_says_who_sent_it_and_why(talk):
    user = talk.newcomer()
    await talk.say(user, "내일까지 휴가")
    await until(talk, at(talk, 0, 23))

    asked = await talk.say("park", "재난 알림 태풍 경보입니다. 상황실로 와 주십시오.")
    assert "명에게 지금 보낼까요" in text(asked)
    done = text(await talk.press("park", asked[0], "지금 보내기"))
    again = await talk.press("park", asked[0], "지금 보내기")
    said = unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")

    assert "보냈습니다" in done
    assert "보냈습니다" in text(again)
    assert [one.kind for one in said] == ["notice"]
    assert said[0].reply.text.startswith("[재난 알림] 태풍 경보입니다.")
    assert "박새로" in said[0].reply.text
    assert "박새로" in text(await talk.press(user, said[0], "왜?"))
    log = text(await talk.say("park", "재난 기록"))
    assert f"{day(talk.clock.now())} 23:00 박새로" in log
    assert "태풍 경보" in log


async def test_nobody_else_may_override_and_what_was_not_confirmed_is_not_sent(talk):
    user = talk.newcomer()
    refused = text(await talk.say(user, "재난 알림 모두 모이세요"))
    asked = await talk.say("park", "재난 알림 잘못 썼습니다")
    dropped = text(await talk.press("park", asked[0], "그만두기"))
    late = text(await talk.press("park", asked[0], "지금 보내기"))
    forged = text(await talk.say(user, press=button(asked[0], "지금 보내기")))

    assert "관리자" in refused
    assert "보내지 않았습니다" in dropped
    assert "보내지 않았습니다" in late
    assert "보냈습니다" not in forged
    assert [one for one in await talk.advance(timedelta(minutes=1)) if "재난 알림" in one.reply.text] == []


async def test_an_agency_that_a_manager_marked_comes_at_night_and_it_is_logged(talk):
    user = talk.newcomer()
    said = text(await talk.say("park", "재난 기관 견본소방본부"))
    await until(talk, at(talk, 0, 23))
    fire = await publish(talk, "산불 대피 명령", agency="견본소방본부(예시)")
    other = await publish(talk, "축제 안내", agency="견본도청(예시)")
    rows = [row(talk, f"console:dm:{user}", one) for one in (fire, other)]
    await talk.house.outbox.put("gyeongnam", rows)

    now = unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")

    assert "조용한 시간에도 바로" in said
    assert ["산불 대피" in one.reply.text for one in now] == [True]
    assert "산불 대피" in text(await talk.say("park", "재난 기록"))
    assert "지킵니다" in text(await talk.say("park", "재난 기관 해제 견본소방본부"))


# --- twice and never


async def test_the_same_row_written_again_is_neither_sent_nor_held_twice(talk):
    user = talk.newcomer()
    await talk.say(user, "하루 1건까지")
    first, second = [await publish(talk, title) for title in ("하나", "둘")]
    rows = [row(talk, f"console:dm:{user}", one) for one in (first, second)]
    for _ in range(3):
        await talk.house.outbox.put("gyeongnam", rows)

    now = unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")
    for _ in range(2):
        await talk.house.outbox.put("gyeongnam", rows)
    later = unasked(await until(talk, at(talk, 1, 9)), f"dm:{user}")
    await talk.house.outbox.put("gyeongnam", rows)
    again = unasked(await talk.advance(timedelta(days=2)), f"dm:{user}")

    assert ["하나" in one.reply.text for one in now] == [True]
    assert ["둘" in one.reply.text for one in later] == [True]
    assert again == []
