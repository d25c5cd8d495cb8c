"""People say what they think of what they were sent; Dobi notes it once, learns, tells their figures and asks rarely.

One walk: a Friday afternoon of the demo, crawled over loopback, with a weekly look for whoever asked for it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from bot.messenger import MAX_PRESS, Outgoing, PushFacts, Update
from bot.probe import probe_day
from bot.wording import news
from nlp.feedback import Reason, Signal
from nlp.opinions import Opinions
from nlp.probes import Drawn, Probe, ProbeStore, Unsent
from tests.talk import Talk, button, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

FRIDAY = datetime(2026, 11, 27, 5, 25, tzinfo=UTC)  # 14:25 in Korea
CHANNEL = "총무과"
CARD = news.Card("견본도청", "제목", FRIDAY, "", None, "재난안전", ("재난안전",))


@dataclass(slots=True)
class Walk:
    """Who subscribed to what at 14:25, and all that was said until 15:25."""

    talk: Talk
    people: dict[str, str]
    told: list[Outgoing]

    def pushes(self, name: str) -> list[Outgoing]:
        """What a chat was sent of its own subscriptions, first messages only."""
        chat = f"dm:{self.people[name]}" if name in self.people else name
        return [
            one
            for one in self.told
            if one.chat.id == chat and one.edits is None and isinstance(one.reply.facts, PushFacts)
        ]

    def probes(self, name: str) -> list[Outgoing]:
        """The weekly looks that a chat was shown."""
        return [one for one in self.told if one.chat.id == f"dm:{self.people[name]}" and one.kind == "notice"]

    async def taps(self, name: str) -> int:
        """How many opinions of a person are kept."""
        return len(await Opinions(self.talk.house.redis).taps("gyeongnam", f"console:dm:{self.people[name]}"))


async def _like(walk: Walk, user: str, push: Outgoing) -> list[Outgoing]:
    """좋아요, which stands below the card, or below its details where the card offers a reminder."""
    shown = push if "좋아요" in labels(push) else (await walk.talk.press(user, push, "자세히"))[0]
    return await walk.talk.press(user, shown, "좋아요")


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("feedback")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walk(_folder) -> AsyncIterator[Walk]:
    async with talking(_folder, roles=("crawl", "brief", "deliver", "chat"), at=FRIDAY) as talk:
        names = ("liker", "disliker", "doubler", "resetter", "asker", "looker", "quiet", "leaver", "several", "signer")
        people = {name: talk.newcomer() for name in names}
        for user in people.values():
            await talk.say(user, "구독 재난안전")
            await talk.say(user, "구독 소상공인")
        await talk.say("kim", "@도비 구독 재난안전", chat=CHANNEL, mention=True)
        for name in ("looker", "leaver"):
            await talk.say(people[name], "주간 점검")
        await talk.say(people["leaver"], "주간 점검 끄기")
        yield Walk(talk, people, await talk.advance(timedelta(hours=1)))


# --- likes and what was unrelated


async def test_a_push_has_a_button_for_either_opinion_that_every_messenger_carries(walk):
    for push in walk.pushes("liker"):
        assert "관련 없음" in labels(push)
        assert len({"좋아요", "기한 알림"} & set(labels(push))) == 1
        assert all(len(one.press.encode()) <= MAX_PRESS for one in push.reply.buttons)


async def test_an_opinion_can_be_taken_back_by_pressing_once_more_and_by_taking_the_sign_off(walk):
    user, push = walk.people["quiet"], walk.pushes("quiet")[0]
    story, of = push.reply.facts.story, [one.press for one in push.reply.buttons if one.press.startswith("off:")]

    await _like(walk, user, push)
    asked = await _like(walk, user, push)
    assert "거두었" in text(await walk.talk.press(user, asked[0], "취소"))
    assert await walk.taps("quiet") == 0
    assert "없습니다" in text(await walk.talk.press(user, asked[0], "취소"))

    presses = (*of, f"good:{story}")
    sign = Update("console", user, walk.talk.clock.now(), reaction="👎", answers="native", presses=presses)
    events = ((True, 2), (False, 1), (False, 3), (True, 4), (True, 4))  # what was taken off comes before it was put
    said = []
    for number, (off, second) in enumerate(events):
        before, at = len(walk.talk.messenger.sent), sign.received_at - timedelta(seconds=10 - second)
        await walk.talk.router.receive(replace(sign, id=f"sign{number}", withdrawn=off, sent_at=at))
        said.append("".join(one.reply.text for one in walk.talk.messenger.sent[before:]))

    assert said[:2] == ["", ""]
    assert "알겠습니다" in said[2]
    assert "거두었" in said[3]
    assert said[4] == ""
    assert await walk.taps("quiet") == 0


async def test_of_two_signs_the_one_that_is_left_on_the_message_is_the_opinion(walk):
    user, push, chat = walk.people["signer"], walk.pushes("signer")[0], f"console:dm:{walk.people['signer']}"
    story, of = push.reply.facts.story, [one.press for one in push.reply.buttons if one.press.startswith("off:")]
    store, presses = Opinions(walk.talk.house.redis), (*of, f"good:{story}")
    sign = Update("console", user, walk.talk.clock.now(), answers="native", presses=presses)
    before = len(walk.talk.messenger.sent)

    for number, (reaction, off) in enumerate((("👍", False), ("👎", False), ("👎", True))):
        at = sign.received_at - timedelta(seconds=10 - number)
        told = replace(sign, id=f"two{number}", reaction=reaction, withdrawn=off, sent_at=at)
        await walk.talk.router.receive(told)

    said = walk.talk.messenger.sent[-1].reply.text if len(walk.talk.messenger.sent) == before + 3 else ""
    assert said == "'관련 없음' 의견을 거두었습니다. '좋아요' 의견은 그대로입니다."
    assert await store.holds("gyeongnam", chat, story, Signal.LIKED)
    await store.reset("gyeongnam", chat)


async def test_a_like_is_noted_once_however_often_it_is_pressed(walk):
    user, push = walk.people["liker"], walk.pushes("liker")[0]

    first, second = await _like(walk, user, push), await _like(walk, user, push)

    assert "더 챙겨" in text(first)
    assert "이미 적어" in text(second)
    assert await walk.taps("liker") == 1


async def test_an_update_that_comes_twice_is_answered_and_noted_once(walk):
    user, push = walk.people["doubler"], walk.pushes("doubler")[0]

    for _ in range(3):
        await walk.talk.say(user, press=button(push, "관련 없음"), update="tap-1")

    assert await walk.taps("doubler") == 1


async def test_unrelated_asks_for_one_word_and_says_what_follows(walk):
    user, push = walk.people["disliker"], walk.pushes("disliker")[0]

    asked = await walk.talk.press(user, push, "관련 없음")

    assert text(asked).count("\n") <= 3
    assert "무엇이 달랐습니까" in text(asked)
    assert "'제외 " in text(asked)
    assert labels(asked[0])[:4] == ["주제 다름", "지역 다름", "이미 앎", "너무 많음"]
    assert all(len(one.press.encode()) <= MAX_PRESS for one in asked[0].reply.buttons)
    for word, told in {
        "주제 다름": "덜 보내",
        "지역 다름": "기관",
        "이미 앎": "앞으로도",
        "너무 많음": "더 분명히",
    }.items():
        assert told in text(await walk.talk.press(user, asked[0], word))
    assert await walk.taps("disliker") == 1  # the last word stands


async def test_a_changed_mind_replaces_the_opinion(walk):
    user, push = walk.people["disliker"], walk.pushes("disliker")[1]

    await walk.talk.press(user, push, "관련 없음")
    before = await walk.taps("disliker")
    await _like(walk, user, push)

    assert await walk.taps("disliker") == before


async def test_opening_is_noted_and_never_overrules_an_opinion(walk):
    user, push = walk.people["liker"], walk.pushes("liker")[0]

    await _like(walk, user, push)
    await walk.talk.press(user, push, "자세히")

    assert "맞은 것 1건" in text(await walk.talk.say(user, "내 통계"))


@pytest.mark.parametrize(
    "press",
    ["good:", "good:0123", "good:../..", "off:x:y", "off:", "why:topic:0123", "why:nonsense:1", "why:", "missed:",
     "missed:2026-01:1", "missed:2026-48:99", "missed:2026-48:-1", "missed:2026-48:²", "good:" + "가" * 18],
)  # fmt: skip
async def test_a_button_that_nobody_was_shown_changes_nothing_and_is_answered_politely(walk, press):
    user = walk.people["quiet"]

    told = text(await walk.talk.say(user, press=press))

    assert "접수번호" not in told
    assert "십시오" in told or "없습니다" in told
    assert await walk.taps("quiet") == 0


async def test_nobody_can_tap_on_anothers_message(walk):
    push = walk.pushes("liker")[0]

    answer = text(await walk.talk.say("yun", press=button(push, "자세히").replace("more:", "good:")))

    assert "오래된 글" in answer
    assert await Opinions(walk.talk.house.redis).taps("changwon", "console:dm:yun") == []


async def test_a_channels_opinions_are_the_channels_and_each_person_counts_once(walk):
    push = walk.pushes(CHANNEL)[0]
    store = Opinions(walk.talk.house.redis)

    for user in ("kim", "kim", "seo"):
        await walk.talk.press(user, push, "관련 없음", chat=CHANNEL)

    assert len(await store.taps("gyeongnam", f"console:{CHANNEL}")) == 2
    assert await store.taps("gyeongnam", "console:dm:kim") == []
    assert not any("kim" in key.decode() for key in await store._redis.hkeys(store._key("gyeongnam", "taps")))


# --- forgetting


async def test_a_reset_forgets_every_opinion_and_says_how_many(walk):
    user = walk.people["resetter"]
    for push in walk.pushes("resetter")[:3]:
        await _like(walk, user, push)

    told, again = text(await walk.talk.say(user, "초기화")), text(await walk.talk.say(user, "/reset"))

    assert "3건을 모두 지우고" in told
    assert "구독은 그대로" in told
    assert "아직 배운 것이 없습니다" in again
    assert "재난안전" in text(await walk.talk.say(user, "목록"))
    assert await walk.taps("resetter") == 0


async def test_in_a_channel_one_forgets_ones_own_and_a_manager_everybodys(walk):
    store = Opinions(walk.talk.house.redis)
    push = walk.pushes(CHANNEL)[0]
    for user in ("kim", "seo"):
        await walk.talk.press(user, push, "관련 없음", chat=CHANNEL)

    said = [text(await walk.talk.say(who, "초기화", chat=CHANNEL, mention=True)) for who in ("kim", "kim")]

    assert "직접 누르신 1건을 지웠습니다" in said[0]
    assert "관리자만" in said[0]
    assert "지울 것이 없습니다" in said[1]
    left = len(await store.taps("gyeongnam", f"console:{CHANNEL}"))
    assert left >= 1
    assert f"{left}건을 모두 지우고" in text(await walk.talk.say("park", "초기화", chat=CHANNEL, mention=True))
    assert await store.taps("gyeongnam", f"console:{CHANNEL}") == []


async def test_a_rest_is_noted_too(walk):
    user = walk.people["several"]

    await walk.talk.say(user, "쉬기 1")
    await walk.talk.say(user, "쉬기 1")

    assert await walk.taps("several") == 1


# --- figures


async def test_ones_own_figures_are_short_and_say_what_is_not_known(walk):
    user = walk.people["asker"]
    first = text(await walk.talk.say(user, "내 통계"))
    for number, push in enumerate(walk.pushes("asker")[:4]):
        await (walk.talk.press(user, push, "관련 없음") if number == 0 else _like(walk, user, push))
    told = text(await walk.talk.say(user, "내 통계"))

    sent = len(walk.pushes("asker"))
    assert re.match(rf"최근 30일에 {sent}건을 보내 드렸습니다\((?:재난안전|소상공인) \d+, ", first)
    assert "얼마나 맞았는지는 모릅니다" in first
    assert "빠뜨린 것이 얼마나 되는지는 모릅니다" in first
    assert "4건 가운데 맞은 것 3건(75%)" in told
    assert "더 챙기는 것: " in told
    assert told.count("\n") <= 3


async def test_figures_are_private(walk):
    assert "개인 대화에서만" in text(await walk.talk.say("kim", "내 통계", chat=CHANNEL, mention=True))
    assert "0건" in text(await walk.talk.say("yun", "내 통계"))


async def test_an_institutions_figures_are_the_managers_and_of_five_people_at_least(walk):
    assert "관리자만" in text(await walk.talk.say("kim", "통계"))
    told = text(await walk.talk.say("park", "통계"))

    assert re.match(r"최근 30일, \d+명에게 \d+건을 보내 드렸습니다.", told)
    assert "주간 점검에 답한 사람이 5명이 되지 않아" in told
    assert not any(user in told for user in walk.people.values())


async def test_an_institutions_estimate_is_of_five_people_who_answered(walk):
    opinions, probes = Opinions(walk.talk.house.redis), ProbeStore(walk.talk.house.redis)
    for _ in range(5):
        user = walk.talk.newcomer()
        chat = f"console:dm:{user}"
        for one in (await opinions.impressions("gyeongnam", f"console:dm:{walk.people['quiet']}"))[:2]:
            await opinions.sent("gyeongnam", [(chat, one)])
            await walk.talk.say(user, press=f"good:{one.story}")
        drawn = tuple(Drawn(Unsent(f"press/{n}", f"unsent{n}", "가부", "t", (), 0.3), 2.0) for n in range(5))
        await probes.keep("gyeongnam", chat, Probe("2026-47", walk.talk.clock.now(), 2, drawn))
        assert "어림" not in text(await walk.talk.say("park", "통계"))
        await walk.talk.say(user, press="missed:2026-47:3")

    told = text(await walk.talk.say("park", "통계"))

    assert re.search(r"어림 \d+%입니다.+답한 사람 [5-9]명", told)


async def test_a_briefing_says_what_ones_taps_kept_out():
    told = news.briefing((), 0, FRIDAY, ()).text, news.briefing([CARD], 1, FRIDAY, (), 2).text

    assert "반영" not in told[0]
    assert "지난번 '관련 없음'을 반영해 2건을 뺐습니다." in told[1]


# --- the weekly look


async def test_who_asked_sees_five_titles_on_friday_afternoon_and_nobody_else_does(walk):
    (shown,) = walk.probes("looker")
    head, *rows = shown.reply.text.splitlines()

    assert "주간 점검입니다" in head
    assert 1 <= len(rows) <= 5
    assert all(re.match(r"\d\. \[.+\] .+", row) for row in rows)
    assert labels(shown) == [f"{n} 받고 싶었음" for n in range(1, len(rows) + 1)] + ["모두 아님"]
    assert [name for name in walk.people if walk.probes(name)] == ["looker"]


async def test_nothing_that_was_sent_is_among_them(walk):
    (shown,) = walk.probes("looker")

    for push in walk.pushes("looker"):
        title = re.sub(r"^\[.+?\] | · [^·]+$", "", push.reply.text.splitlines()[0])
        assert title[:25] not in shown.reply.text


async def test_an_answer_is_noted_once_and_makes_an_estimate_that_says_what_it_is(walk):
    user, (shown,) = walk.people["looker"], walk.probes("looker")

    first = text(await walk.talk.press(user, shown, "1 받고 싶었음"))
    await walk.talk.press(user, shown, "1 받고 싶었음")
    told = text(await walk.talk.say(user, "내 통계"))

    assert "1번을 적었습니다" in first
    assert await walk.taps("looker") == 1
    assert re.search(r"원하신 글 가운데 보내 드린 것은 어림 \d+%입니다\(답이 적어 거칩니다\)", told)
    assert "뽑은" in told


async def test_the_question_whether_one_wants_it_comes_once(walk):
    user = walk.talk.newcomer()
    asked = []
    store = Opinions(walk.talk.house.redis)
    for one in await store.impressions("gyeongnam", f"console:dm:{walk.people['quiet']}"):
        await store.sent("gyeongnam", [(f"console:dm:{user}", one)])
        asked.append(text(await walk.talk.say(user, press=f"good:{one.story}")))

    assert len(asked) >= 7
    assert ["보여 드릴까요" in one for one in asked] == [number == 4 for number in range(len(asked))]


async def test_the_look_is_on_fridays_and_earlier_where_friday_is_a_holiday():
    friday = FRIDAY.date()

    assert probe_day(friday, lambda _: False) == friday
    assert probe_day(friday - timedelta(days=4), lambda day: day == friday) == friday - timedelta(days=1)
    assert probe_day(friday, lambda _: True) is None


async def test_a_thumb_on_a_card_is_noted_as_its_button_is(walk):
    """Where the platform shows what the buttons of a message carry; on a card without 좋아요 too."""
    user, pushes = walk.people["liker"], walk.pushes("liker")
    push = next((one for one in pushes if "좋아요" not in labels(one)), pushes[-1])
    before = await walk.taps("liker")

    told = {}
    for sign in ("👍", "👎"):
        seen = len(walk.talk.messenger.sent)
        await walk.talk.router.receive(
            Update(
                "console", user, walk.talk.clock.now(), id=f"sign-{sign}", reaction=sign, answers="native",
                presses=tuple(one.press for one in push.reply.buttons),
            )
        )  # fmt: skip
        told[sign] = text(walk.talk.messenger.sent[seen:])

    assert "더 챙겨" in told["👍"] or "이미 적어" in told["👍"]
    assert "무엇이 달랐습니까" in told["👎"]
    assert await walk.taps("liker") in {before, before + 1}


async def test_what_is_typed_is_about_what_came_last(walk):
    user = walk.people["quiet"]
    before = await walk.taps("quiet")

    liked = text(await walk.talk.say(user, "👍🏻"))
    again = text(await walk.talk.say(user, "좋아요"))
    off = await walk.talk.say(user, "관련 없음")
    why = text(await walk.talk.say(user, "우리 과 일이 아니에요"))
    (last,) = [tap for tap in await _taps_of(walk, "quiet") if tap.signal is Signal.UNRELATED]

    assert "고맙습니다" in liked
    assert "이미 적어" in again
    assert "구독으로 보내 드린 글입니다" in text(off)
    assert why == "비슷한 내용은 덜 보내 드리겠습니다."
    assert last.reason is Reason.TOPIC
    assert await walk.taps("quiet") == before + 1  # the later opinion takes the place of the earlier


async def test_a_thumb_down_may_say_why_at_once_and_a_question_after_it_is_no_reason(walk):
    user = walk.people["quiet"]

    why = text(await walk.talk.say(user, "👎 다른 지역 소식이에요"))
    await walk.talk.say(user, "관련 없음")
    asked = text(await walk.talk.say(user, "업무 시간에만 보내 주세요"))

    assert "그 기관의 소식은 덜" in why
    assert "덜 보내 드리겠습니다" not in asked


async def test_who_was_sent_nothing_has_nothing_to_like(walk):
    user = walk.talk.newcomer()

    assert "아직 보내 드린 글이 없습니다" in text(await walk.talk.say(user, "👍"))


async def _taps_of(walk, name):
    return await Opinions(walk.talk.house.redis).taps("gyeongnam", f"console:dm:{walk.people[name]}")
