"""Digests, the morning briefing, one card a story, what is put off, and where it all comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from bot.clock import KST
from bot.daysoff import is_holiday
from bot.hours import is_working
from bot.messenger import Outgoing
from bot.wording import day
from nlp.opinions import Impression, Opinions
from tests.sent import publish, row, tell
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROLES = ("deliver", "chat")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("digest"), roles=ROLES) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def talk(house) -> Talk:
    """11:30 of the next working day."""
    await until(house, at(house, 1, 11, 30))
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


async def digest(talk: Talk, user: str, *titles: str) -> Outgoing:
    """The morning's digest of what came at night."""
    await until(talk, at(talk, 0, 20))
    await tell(talk, user, *titles)
    said = unasked(await until(talk, at(talk, 1, 8, 31)), f"dm:{user}")
    assert [one.kind for one in said] == ["digest"]
    return said[0]


# --- the digest


async def test_a_digest_tells_how_many_of_how_many_and_deadlines_first(talk):
    user = talk.newcomer()
    await until(talk, at(talk, 0, 20))
    far, near = at(talk, 10, 18), at(talk, 3, 18)
    for title, limit, score in (
        ("가깝지 않은 것", None, 0.5), ("뚜렷한 것", None, 0.9), ("먼 기한", far, 0.4), ("가까운 기한", near, 0.4)
    ):  # fmt: skip
        one = await publish(talk, title, deadline=limit)
        await talk.house.outbox.put("gyeongnam", [row(talk, f"console:dm:{user}", one, score=score)])

    said = unasked(await until(talk, at(talk, 1, 8, 31)), f"dm:{user}")
    head, *rows = said[0].reply.text.splitlines()

    assert head == f"{day(talk.clock.now())} 모아 보기입니다. 기다린 4건 가운데 3건입니다."
    assert [line.partition("] ")[2].partition(" (")[0] for line in rows] == ["가까운 기한", "먼 기한", "뚜렷한 것"]
    assert f"(기한 {day(near)} 18:00까지)" in rows[0]


async def test_every_button_of_a_digest_answers(talk):
    user = talk.newcomer()
    told = await digest(talk, user, "하나", "둘", "셋", "넷", "다섯")

    assert labels(told) == ["더 보기", "요약", "원문", "왜?", "1번", "2번", "3번"]
    more = await talk.press(user, told, "더 보기")
    assert "4~5번" in text(more)
    assert ("더 보기" in labels(more[0]), "4번" in labels(more[0])) == (False, True)
    assert text(await talk.press(user, told, "요약")).count("온라인으로 받는다") == 3
    assert text(await talk.press(user, told, "원문")).count("https://a.example/") == 3
    why = text(await talk.press(user, told, "왜?"))
    assert why.count("'재난안전' 구독에 맞았습니다.") == 3
    assert "모아 드렸습니다" in why
    opened = await talk.press(user, told, "2번")
    assert opened[0].reply.text.startswith("[견본도청]")
    assert "관련 없음" in labels(opened[0])
    assert "https://a.example/" in text(await talk.press(user, more[0], "원문"))


async def test_one_of_a_digest_is_named_by_its_number(talk):
    user = talk.newcomer()
    await digest(talk, user, "하나", "둘", "셋", "넷")

    assert text(await talk.say(user, "2번 원문")).count("https://a.example/") == 1
    assert text(await talk.say(user, "원문 1번")).count("https://a.example/") == 1
    assert text(await talk.say(user, "3번 거 요약해줘")).startswith("3. ")
    assert "'재난안전' 구독에 맞았습니다" in text(await talk.say(user, "1번 왜 왔어?"))
    for said in ("2번 👎", "2번 관련 없음", "2번 나중에"):
        assert "관련 없음" in labels((await talk.say(user, said))[0])
    assert "9번이 없습니다(4건)" in text(await talk.say(user, "9번 원문"))
    assert "최근 이 대화에" in text(await talk.say(talk.newcomer(), "1번 원문"))


async def test_words_do_what_the_buttons_do(talk):
    user = talk.newcomer()
    await digest(talk, user, "하나", "둘", "셋", "넷")

    assert "4~4번" in text(await talk.say(user, "더 보기"))
    assert text(await talk.say(user, "원문")).count("https://") == 3
    assert "구독에 맞았습니다" in text(await talk.say(user, "왜?"))
    assert "1. " in text(await talk.say(user, "요약"))


async def test_a_card_that_came_by_itself_answers_the_same_words(talk):
    user = talk.newcomer()
    one = (await tell(talk, user, "수소 버스"))[0]
    await talk.advance(timedelta(seconds=1))

    assert text(await talk.say(user, "원문")) == f"수소 버스\n{one.document.url}"
    assert "글에 '재난안전'이 있습니다" in text(await talk.say(user, "왜?"))
    assert "수소 버스" in text(await talk.say(user, "요약"))
    assert one.document.text in text(await talk.say(user, "더 보기"))


async def test_whoever_was_sent_nothing_is_told_so(talk):
    user = talk.newcomer()

    for word in ("원문", "왜?", "요약", "더 보기"):
        assert "보내 드린 소식이 없습니다" in text(await talk.say(user, word)), word


async def test_a_digest_of_somebody_else_cannot_be_opened(talk):
    user, other = talk.newcomer(), talk.newcomer()
    told = await digest(talk, user, "하나", "둘")

    for label in labels(told):
        assert "보관하지 않습니다" in text(await talk.press(other, told, label)), label


@pytest.mark.parametrize(
    "press",
    ["digest:open:1:1", "digest:sum:x:0:3", "digest:", "digest:open:99999999999999999999:0", "digest:more:1:2:3",
     "later:", "later:eve", "url:nothing", "because:nothing", "place:fax", "leave:cancel:x", "rest:x", "hours:x"],
)  # fmt: skip
async def test_forged_buttons_break_nothing(house, press):
    said = text(await house.say(house.newcomer(), press=press))

    assert "접수 번호" not in said
    assert "못했습니다" not in said or "알림" in said


# --- the morning


async def test_the_morning_briefing_comes_at_the_chosen_time_on_working_days_only(talk):
    user = talk.newcomer()
    assert "08:40" in text(await talk.say(user, "아침 브리핑 8시 40분"))
    while talk.clock.now().astimezone(KST).weekday() != 4:
        await until(talk, at(talk, 1, 11, 30))
    await until(talk, at(talk, 0, 20))
    await tell(talk, user, "하나", "둘")
    early = unasked(await until(talk, at(talk, 1, 8, 39)), f"dm:{user}")
    monday = unasked(await until(talk, at(talk, 0, 8, 41)), f"dm:{user}")

    assert early == []
    assert [one.kind for one in monday] == ["digest"]
    assert "아침 브리핑입니다. 기다린 2건입니다" in monday[0].reply.text


async def test_a_morning_without_news_is_one_short_line_and_none_after_it_was_turned_off(talk):
    user = talk.newcomer()
    asked = await talk.say(user, "아침 브리핑")
    set_to = await talk.press(user, asked[0], "9시")
    said = unasked(await until(talk, at(talk, 1, 9, 1)), f"dm:{user}")
    assert "맞는 새 소식이 없습니다" in said[0].reply.text
    assert said[0].reply.text.count("\n") == 0

    await talk.press(user, set_to[0], "브리핑 끄기")
    assert unasked(await until(talk, at(talk, 1, 12)), f"dm:{user}") == []


async def test_on_leave_there_is_no_briefing(talk):
    user = talk.newcomer()
    await talk.say(user, "아침 브리핑 8시 40분")
    await talk.say(user, f"휴가 {at(talk, 1, 0):%m/%d}")

    assert unasked(await until(talk, at(talk, 1, 12)), f"dm:{user}") == []
    assert len(unasked(await until(talk, at(talk, 1, 8, 41)), f"dm:{user}")) == 1


async def test_a_channel_has_a_morning_of_its_own(talk):
    said = text(await talk.say("kim", "아침 브리핑 9시 10분", chat="총무과", mention=True))
    await until(talk, at(talk, 0, 20))
    await tell(talk, "console:총무과", "채널 소식")

    morning = [one for one in await until(talk, at(talk, 1, 9, 11)) if one.chat.id == "총무과"]

    assert "총무과 채널에" in said
    assert [one.kind for one in morning] == ["digest"]
    assert "아침 브리핑을 껐습니다" in text(await talk.say("kim", "아침 브리핑 끄기", chat="총무과", mention=True))


# --- one card a story


async def test_what_others_tell_too_renews_what_waits_and_comes_once(talk):
    user = talk.newcomer()
    ref = f"console:dm:{user}"
    await until(talk, at(talk, 0, 20))
    one = await publish(talk, "대설 특보")
    await talk.house.outbox.put("gyeongnam", [row(talk, ref, one)])
    await talk.house.outbox.put("gyeongnam", [row(talk, ref, one, step=2, others=("가", "나", "다", "라"))])

    said = unasked(await until(talk, at(talk, 1, 8, 31)), f"dm:{user}")

    assert "기다린 1건입니다" in said[0].reply.text
    assert "외 3곳" in said[0].reply.text


async def test_what_was_in_a_digest_is_renewed_in_silence_and_only_a_correction_speaks_up(talk):
    user = talk.newcomer()
    ref = f"console:dm:{user}"
    await until(talk, at(talk, 0, 20))
    one = await publish(talk, "청년 월세")
    await talk.house.outbox.put("gyeongnam", [row(talk, ref, one)])
    told = unasked(await until(talk, at(talk, 1, 8, 31)), f"dm:{user}")[0]

    for _ in range(2):
        await talk.house.outbox.put("gyeongnam", [row(talk, ref, one, step=2, others=("가", "나"))])
    quiet = unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")
    for _ in range(2):
        await talk.house.outbox.put("gyeongnam", [row(talk, ref, one, step=3, changed=("기한",))])
    loud = unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")

    assert quiet == []
    assert "외 1곳" in text(await talk.press(user, told, "1번"))
    assert [(one.kind, one.edits) for one in loud] == [("correction", None)]


async def test_an_edit_of_what_was_said_passes_at_night_where_nobody_hears_it(talk):
    user = talk.newcomer()
    ref = f"console:dm:{user}"
    one = await publish(talk, "가축 방역")
    await talk.house.outbox.put("gyeongnam", [row(talk, ref, one)])
    first = unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")[0]
    await until(talk, at(talk, 0, 22))
    await talk.house.outbox.put("gyeongnam", [row(talk, ref, one, step=2, others=("가", "나"))])

    said = unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")

    assert [each.edits for each in said] == [first.message]


async def test_where_nothing_can_be_edited_a_correction_at_night_waits_for_the_morning(talk):
    user = talk.newcomer()
    ref = f"console:dm:{user}"
    one = await publish(talk, "수소 버스")
    await talk.house.outbox.put("gyeongnam", [row(talk, ref, one)])
    await talk.advance(timedelta(minutes=1))
    await until(talk, at(talk, 0, 22))
    talk.house.outbox.silent_edits -= {"console"}
    try:
        await talk.house.outbox.put("gyeongnam", [row(talk, ref, one, step=2, changed=("기한",))])
        night = unasked(await until(talk, at(talk, 1, 8, 29)), f"dm:{user}")
        morning = unasked(await until(talk, at(talk, 0, 8, 31)), f"dm:{user}")
    finally:
        talk.house.outbox.silent_edits |= {"console"}

    assert night == []
    assert "[정정]" in morning[0].reply.text


# --- put off


@pytest.mark.parametrize(
    ("label", "hours", "minutes"), [("1시간 뒤", 12, 30), ("오늘 저녁", 18, 0), ("내일 아침", 8, 30)]
)
async def test_what_is_put_off_comes_once_more_then(talk, label, hours, minutes):
    user = talk.newcomer()
    await tell(talk, user, "산불 예방")
    card = unasked(await talk.advance(timedelta(seconds=1)), f"dm:{user}")[0]
    asked = await talk.press(user, card, "나중에")
    noted = text(await talk.press(user, asked[0], label))
    again = text(await talk.press(user, asked[0], label))
    then = at(talk, 1 if label == "내일 아침" else 0, hours, minutes)

    before = unasked(await until(talk, then - timedelta(minutes=1)), f"dm:{user}")
    due = unasked(await until(talk, then + timedelta(minutes=2)), f"dm:{user}")

    assert noted == again
    assert f"{hours:02d}:{minutes:02d}" in noted
    assert before == []
    assert [one.kind for one in due] == ["reminder"]
    assert due[0].reply.text.startswith("미뤄 두신 글입니다.\n[견본도청] 산불 예방")
    assert unasked(await talk.advance(timedelta(days=1)), f"dm:{user}") == []


# --- what really came


@pytest.mark.parametrize("word", ["요약", "원문", "더 보기"])
async def test_words_speak_of_what_came_and_never_of_what_is_still_held_back(talk, word):
    user = talk.newcomer()
    await tell(talk, user, "낮에 온 글")
    await until(talk, at(talk, 0, 20))
    await tell(talk, user, "밤에 묵힌 글")
    await talk.advance(timedelta(minutes=1))

    said = text(await talk.say(user, word))

    assert "낮에 온 글" in said
    assert "밤에 묵힌 글" not in said


async def test_why_speaks_of_what_came(talk):
    user = talk.newcomer()
    ref, now = f"console:dm:{user}", talk.clock.now()
    await until(talk, at(talk, 0, 20))
    one = await publish(talk, "밤에 묵힌 글")
    held = Impression(one.story.id, one.document.key, "s1", "x", "견본도청", ("홍수",), 0.8, now)
    await Opinions(talk.house.redis).sent("gyeongnam", [(ref, held)])
    await talk.house.outbox.put("gyeongnam", [row(talk, ref, one)])
    await talk.advance(timedelta(minutes=1))

    assert "보내 드린 소식이 없습니다" in text(await talk.say(user, "왜?"))
    await until(talk, at(talk, 1, 8, 31))
    assert "구독에 맞았습니다" in text(await talk.say(user, "왜?"))


async def test_what_the_days_budget_holds_back_is_not_spoken_of(talk):
    user = talk.newcomer()
    await talk.say(user, "하루 1건까지")
    await tell(talk, user, "첫째 글", "둘째 글")
    await talk.advance(timedelta(minutes=1))

    assert "첫째 글" in text(await talk.say(user, "요약"))
    assert "첫째 글" in text(await talk.say(user, "더 보기"))


async def test_a_card_after_a_digest_is_the_last_and_a_silent_change_of_an_older_one_is_not(talk):
    user = talk.newcomer()
    ref = f"console:dm:{user}"
    await digest(talk, user, "묶음 하나", "묶음 둘")
    older = (await tell(talk, user, "먼저 온 글"))[0]
    await talk.advance(timedelta(minutes=1))
    await tell(talk, user, "나중 온 글")
    await talk.advance(timedelta(minutes=1))
    await talk.house.outbox.put("gyeongnam", [row(talk, ref, older, step=2, others=("가", "나"))])
    edited = unasked(await talk.advance(timedelta(minutes=1)), f"dm:{user}")

    assert [one.edits is not None for one in edited] == [True]
    assert "나중 온 글" in text(await talk.say(user, "요약"))


async def test_a_digest_that_is_written_and_not_delivered_yet_is_not_spoken_of(talk):
    user = talk.newcomer()
    await tell(talk, user, "낮에 온 글")
    await until(talk, at(talk, 0, 20))
    await tell(talk, user, "묵힌 하나", "묵힌 둘")
    now = talk.clock.now()
    await talk.house.digest_store.freeze("gyeongnam", f"console:dm:{user}", now, empty=False)

    assert "낮에 온 글" in text(await talk.say(user, "요약"))


async def test_what_was_put_off_is_the_last_once_it_came_again(talk):
    user = talk.newcomer()
    await tell(talk, user, "미룬 글")
    card = unasked(await talk.advance(timedelta(seconds=1)), f"dm:{user}")[0]
    await talk.press(user, (await talk.press(user, card, "나중에"))[0], "1시간 뒤")
    await tell(talk, user, "그사이 글")
    await talk.advance(timedelta(minutes=1))
    assert "그사이 글" in text(await talk.say(user, "요약"))

    await talk.advance(timedelta(hours=1))

    assert "미룬 글" in text(await talk.say(user, "요약"))
    assert "'재난안전'이 있습니다" in text(await talk.say(user, "왜?"))
