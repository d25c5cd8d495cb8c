"""Moving: one's subscriptions as a file and back, with the difference first; what an officer hands to a colleague."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest
import pytest_asyncio

from bot.acts import Acts
from bot.handover import HandOvers
from bot.messenger import InFile, Outgoing
from bot.people import PeopleStore
from bot.reminders import Reminder, ReminderStore, reminder_id
from nlp.feedback import Seen, Signal, Tap, topic_of
from nlp.opinions import Opinions
from nlp.subscriptions import SubscriptionStore
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

TENANT = "gyeongnam"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("moving"), roles=("deliver", "chat")) as stage:
        yield stage


async def drained(talk: Talk) -> list[Outgoing]:
    before = len(talk.messenger.sent)
    await talk.house.rota.drain()
    return talk.messenger.sent[before:]


def file(rows: object, name: str = "도비-구독.json") -> InFile:
    return InFile(name, json.dumps({"dobi": "subscriptions", "version": 1, "subscriptions": rows}).encode())


async def words_of(talk: Talk, user: str) -> list[str]:
    found = await SubscriptionStore(talk.house.redis).of(TENANT, f"console:dm:{user}")
    return [one.text for one in found]


# --- a file, and back


async def test_what_one_person_took_out_another_takes_in(talk):
    giver, taker = talk.newcomer(), talk.newcomer()
    await talk.say(giver, "구독 재난안전 제외 채용")
    await talk.say(giver, "구독 분야 농업")
    await talk.say(giver, "쉬기 1")

    out = (await talk.say(giver, "구독 내보내기"))[0]
    assert out.reply.file is not None
    assert "2개" in out.reply.text
    record = json.loads(out.reply.file.data)
    assert giver not in out.reply.file.data.decode()
    assert record["subscriptions"][0] == {"words": "재난안전", "exclude": ["채용"], "paused": True}

    await talk.say(taker, "구독 재난 안전망")
    brought = InFile(out.reply.file.name, out.reply.file.data)
    asked = (await talk.say(taker, "구독 가져오기", files=[brought]))[0]
    assert "새로 2개" in asked.reply.text
    assert await words_of(talk, taker) == ["재난 안전망"]
    assert "2개를 가져왔습니다" in text(await talk.press(taker, asked, "가져오기"))
    assert len(await words_of(talk, taker)) == 3
    listed = text(await talk.say(taker, "목록"))
    assert "재난안전 (제외: 채용) · 쉬는 중" in listed

    assert "지난" in text(await talk.press(taker, asked, "가져오기"))
    again = text(await talk.say(taker, "구독 가져오기", files=[brought]))
    assert "모두 이미 있습니다" in again


async def rests_of(talk: Talk, user: str) -> dict[str, datetime | None]:
    found = await SubscriptionStore(talk.house.redis).of(TENANT, f"console:dm:{user}")
    return {one.text: one.rests_until for one in found}


async def resting(talk: Talk, user: str) -> datetime:
    """Two subscriptions, of which the first rests for two days and the other's rest is over."""
    store, now = SubscriptionStore(talk.house.redis), talk.clock.now()
    await talk.say(user, "구독 재난안전")
    await talk.say(user, "구독 청년 일자리")
    first, other = await store.of(TENANT, f"console:dm:{user}")
    until = now + timedelta(days=2)
    await store.update(TENANT, first.id, paused=False, rests_until=until)
    await store.update(TENANT, other.id, paused=False, rests_until=now - timedelta(hours=1))
    return until


async def test_a_rest_goes_along_in_the_file_until_it_is_over(talk):
    giver, taker, late = talk.newcomer(), talk.newcomer(), talk.newcomer()
    until = await resting(talk, giver)

    out = (await talk.say(giver, "구독 내보내기"))[0].reply.file
    assert out is not None
    rows = json.loads(out.data)["subscriptions"]
    assert [("rests_until" in row, row["paused"]) for row in rows] == [(True, False), (False, False)]
    brought = InFile(out.name, out.data)
    asked = (await talk.say(taker, "구독 가져오기", files=[brought]))[0]
    await talk.press(taker, asked, "가져오기")
    assert await rests_of(talk, taker) == {"재난안전": until, "청년 일자리": None}
    assert "까지 쉬는 중" in text(await talk.say(taker, "목록"))

    talk.clock.move_to(talk.clock.now() + timedelta(days=7))
    asked = (await talk.say(late, "구독 가져오기", files=[brought]))[0]
    await talk.press(late, asked, "가져오기")
    assert await rests_of(talk, late) == {"재난안전": None, "청년 일자리": None}


@pytest.mark.parametrize("told", ["내일", 7, "2026-12-01T09:00:00", "9999-12-31T23:59:59-12:00", "", [], False])
async def test_a_rest_that_is_no_instant_makes_no_sense(talk, told):
    user = talk.newcomer()
    rows = [{"words": "지방세"}, {"words": "산불", "rests_until": told}]
    asked = (await talk.say(user, "구독 가져오기", files=[file(rows)]))[0]
    assert "새로 1개 (읽지 못한 것 1줄)" in asked.reply.text
    await talk.press(user, asked, "그만두기")


async def test_a_rest_is_handed_over_unless_it_is_over_by_then(talk):
    giver, late = talk.newcomer(), talk.newcomer()
    until = await resting(talk, giver)
    _, told = await offered(talk, giver, "최다솜")
    await talk.press("choi", told, "받겠습니다")
    assert await rests_of(talk, "choi") == {"재난안전": until, "청년 일자리": None}

    await resting(talk, late)
    _, told = await offered(talk, late, "오나래")
    talk.clock.move_to(talk.clock.now() + timedelta(days=7))
    await talk.press("oh", told, "받겠습니다")
    assert await rests_of(talk, "oh") == {"재난안전": None, "청년 일자리": None}


async def test_the_file_may_follow_the_question(talk):
    user = talk.newcomer()
    assert "파일" in text(await talk.say(user, "구독 가져오기"))
    asked = (await talk.say(user, files=[file([{"words": "지방세"}])]))[0]
    assert "지방세" in asked.reply.text
    assert "가져오지 않았습니다" in text(await talk.press(user, asked, "그만두기"))
    assert await words_of(talk, user) == []


async def test_a_plain_list_of_words_is_a_file_too(talk):
    user = talk.newcomer()
    brought = InFile("구독.txt", "재난안전 제외 채용\n\n청년 일자리\n".encode())
    asked = (await talk.say(user, "구독 가져오기", files=[brought]))[0]
    await talk.press(user, asked, "가져오기")
    assert await words_of(talk, user) == ["재난안전", "청년 일자리"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02\xff\xfe",
        b"[" * 100_000,
        json.dumps({"dobi": "other", "subscriptions": []}).encode(),
        json.dumps({"dobi": "subscriptions", "version": 99, "subscriptions": []}).encode(),
        json.dumps({"dobi": "subscriptions", "version": 1, "subscriptions": "x"}).encode(),
        b"a" * 300_000,
    ],
    ids=["empty", "bytes", "deep", "other", "later", "no list", "huge"],
)
async def test_files_that_are_none_change_nothing(talk, data):
    user = talk.newcomer()
    said = text(await talk.say(user, "구독 가져오기", files=[InFile("도비-구독.json", data)]))
    assert "읽지 못했습니다" in said
    assert await words_of(talk, user) == []


async def test_lines_that_make_no_sense_are_counted_and_left_out(talk):
    user = talk.newcomer()
    rows = [
        {"words": "지방세"},
        {"words": ""},
        {"words": "가" * 500},
        {"nothing": 1},
        7,
        {"words": "산불", "exclude": 3},
    ]
    asked = (await talk.say(user, "구독 가져오기", files=[file(rows)]))[0]
    assert "새로 1개" in asked.reply.text
    assert "5줄" in asked.reply.text
    await talk.press(user, asked, "가져오기")
    assert await words_of(talk, user) == ["지방세"]


async def test_a_channel_never_hears_of_it(talk):
    assert "개인 대화에서만" in text(await talk.say("kim", "구독 내보내기", chat="총무과", mention=True))
    assert "개인 대화에서만" in text(await talk.say("kim", "인수인계 서마루", chat="총무과", mention=True))


async def test_a_wish_to_move_is_no_topic(talk):
    user = talk.newcomer()
    await talk.say(user, "구독 재난안전")
    assert (await talk.say(user, "구독 옮기고 싶어"))[0].reply.file is not None
    assert await words_of(talk, user) == ["재난안전"]


async def test_nothing_to_take_out_is_said(talk):
    assert "내보낼 구독이 없습니다" in text(await talk.say(talk.newcomer(), "구독 내보내기"))


# --- handing over


def reminder(user: str, document: str, talk: Talk) -> Reminder:
    chat = f"console:dm:{user}"
    return Reminder(
        reminder_id(chat, document), chat, "s1", document, "견본도청", "공모 신청", "https://a", date(2026, 12, 20),
        user, talk.clock.now(),
    )  # fmt: skip


async def offered(talk: Talk, giver: str, taker: str) -> tuple[Outgoing, Outgoing]:
    """What the giver confirmed, and what the taker is asked."""
    talk.clock.move_to(talk.clock.now() + timedelta(seconds=1))
    asked = (await talk.say(giver, f"인수인계 {taker}"))[0]
    await talk.press(giver, asked, "보내기")
    told = [one for one in await drained(talk) if "받겠습니다" in labels(one)]
    return asked, told[-1]


async def test_an_officer_hands_over_what_is_the_works_and_keeps_or_ends_theirs(talk):
    redis, now = talk.house.redis, talk.clock.now()
    await talk.say("kim", "구독 청사 방호")
    await talk.say("kim", "구독 육아휴직")
    await talk.say("kim", "구독 기록물", chat="총무과", mention=True)
    await ReminderStore(redis).add(TENANT, reminder("kim", "d1", talk), now + timedelta(days=20))
    seen = Seen("가부", ("청사",))
    await Opinions(redis).tap(
        TENANT, "console:dm:kim", Tap("s", Signal.LIKED, now, topic_of("청사 방호"), 0.5, seen)
    )  # fmt: skip
    await talk.agree("kim")

    asked = (await talk.say("kim", "인수인계 @서주무관"))[0]
    assert "서마루" in asked.reply.text
    assert "육아휴직" in asked.reply.text
    assert "출장" in asked.reply.text
    asked = (await talk.press("kim", asked, "2 빼기"))[0]
    await talk.press("kim", asked, "보내기")

    told = (await drained(talk))[-1]
    assert told.chat.id == "dm:seo"
    assert "김하나" in told.reply.text
    assert "육아휴직" not in told.reply.text
    assert await words_of(talk, "seo") == []

    done = text(await talk.press("seo", told, "받겠습니다"))
    assert "구독 1개" in done
    assert "알림 1개" in done
    assert "채널" in done
    assert await words_of(talk, "seo") == ["청사 방호"]
    mine = await ReminderStore(redis).of(TENANT, "console:dm:seo")
    assert [(one.document, one.created_by) for one in mine] == [("d1", "seo")]
    channel = await SubscriptionStore(redis).of(TENANT, "console:총무과")
    assert [one.created_by for one in channel] == ["seo"]
    assert await Opinions(redis).taps(TENANT, "console:dm:seo") == []
    assert await PeopleStore(redis).consent(TENANT, "seo") is None

    back = (await drained(talk))[-1]
    assert back.chat.id == "dm:kim"
    assert "그대로 두기" in labels(back)
    assert await words_of(talk, "kim") == ["청사 방호", "육아휴직"]
    assert "끝냈습니다" in text(await talk.press("kim", back, "내 것 끝내기"))
    assert await words_of(talk, "kim") == ["육아휴직"]
    assert await ReminderStore(redis).of(TENANT, "console:dm:kim") == []


async def test_pressing_again_changes_nothing_and_both_keep_a_note(talk):
    told = next(one for one in reversed(talk.messenger.sent) if "받겠습니다" in labels(one) and one.chat.id == "dm:seo")
    assert "이미 받으셨습니다" in text(await talk.press("seo", told, "받겠습니다"))
    assert await words_of(talk, "seo") == ["청사 방호"]
    assert await drained(talk) == []

    assert "서마루 님께 드림" in text(await talk.say("kim", "인수인계 내역"))
    assert "김하나 님께 받음" in text(await talk.say("seo", "인수인계 내역"))
    acts = await Acts(talk.house.redis).listing(TENANT, talk.clock.now() - timedelta(days=1))
    assert ("seo", "handover-done") in [(one.by, one.what) for one in acts]
    assert "청사" not in " ".join(one.about for one in acts if one.what.startswith("handover"))


async def test_what_was_taken_by_somebody_who_died_before_it_was_logged_is_logged_when_it_is_pressed_again(talk):
    log, now = Acts(talk.house.redis), talk.clock.now()
    await log.forget(TENANT, now + timedelta(seconds=1))
    told = next(one for one in reversed(talk.messenger.sent) if "받겠습니다" in labels(one) and one.chat.id == "dm:seo")

    await talk.press("seo", told, "받겠습니다")
    await talk.press("seo", told, "받겠습니다")

    acts = await log.listing(TENANT, now - timedelta(days=1))
    assert [(one.by, one.what) for one in acts] == [("seo", "handover-done")]
    assert "1" in acts[0].about


async def test_a_colleague_may_refuse(talk):
    await talk.say("jung", "구독 예산 편성")
    _, told = await offered(talk, "jung", "이보름")
    assert "받지 않으셨" in text(await talk.press("lee", told, "받지 않습니다"))
    assert await words_of(talk, "lee") == []
    assert "이보름 님이 받지 않" in (await drained(talk))[-1].reply.text
    assert "지난" in text(await talk.press("lee", told, "받겠습니다"))


async def test_who_asked_may_take_it_back_before_it_is_answered(talk):
    _, told = await offered(talk, "jung", "이보름")
    assert "거두었습니다" in text(await talk.say("jung", "인수인계 취소"))
    assert "지난" in text(await talk.press("lee", told, "받겠습니다"))
    assert await words_of(talk, "lee") == []


async def test_nobody_else_answers_for_the_colleague(talk):
    _, told = await offered(talk, "jung", "이보름")
    press = next(one.press for one in told.reply.buttons if one.label == "받겠습니다")
    assert "지난" in text(await talk.say("kang", press=press))
    assert "지난" in text(await talk.say("yun", press=press))
    assert await words_of(talk, "kang") == []
    await talk.say("jung", "인수인계 취소")


async def test_a_death_in_the_middle_is_made_good_by_the_next_press(talk):
    user = talk.newcomer()
    for words in ("가로등", "보안등", "교통 표지"):
        await talk.say(user, f"구독 {words}")
    asked = (await talk.say(user, "인수인계 한여울"))[0]
    await talk.press(user, asked, "보내기")
    told = next(one for one in await drained(talk) if one.chat.id == "dm:han" and "받겠습니다" in labels(one))
    press = next(one.press for one in told.reply.buttons if one.label == "받겠습니다")
    name = press.rpartition(":")[2]
    assert await HandOvers(talk.house.redis).accept(TENANT, name, talk.clock.now())  # and then it died

    assert "구독 3개" in text(await talk.say("han", press=press))
    assert await words_of(talk, "han") == ["가로등", "보안등", "교통 표지"]


async def test_who_is_not_plainly_one_person_is_asked_about(talk):
    assert "누구" in text(await talk.say("kang", "인수인계"))
    said = text(await talk.say("kang", "인수인계 없는사람"))
    assert "명부에서 찾지 못했습니다" in said
    assert "명부에서 찾지 못했습니다" in text(await talk.say("kang", "인수인계 윤슬기"))
    assert "자신" in text(await talk.say("kang", "인수인계 강이든"))


async def test_with_nothing_to_hand_over_nothing_is_sent(talk):
    user = talk.newcomer()
    assert "넘길 것이 없습니다" in text(await talk.say(user, "인수인계 이보름"))


async def test_an_offer_that_waited_a_fortnight_is_over(talk):
    await talk.say("cho", "구독 도로 점용")
    _, told = await offered(talk, "cho", "신아람")
    talk.clock.move_to(talk.clock.now() + timedelta(days=15))
    assert "지난" in text(await talk.press("shin", told, "받겠습니다"))
    assert await words_of(talk, "shin") == []
