"""Two people asked for the same word and tapped the opposite: near the threshold each hears of other documents.

Nobody else does, in this institution or another, and what plainly says the word reaches both.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.briefing import Briefing
from bot.outbox import Outbox
from bot.stream import ArticleStream
from bot.wording import news
from nlp.archive import Archive
from nlp.document import read
from nlp.embedding import load
from nlp.feedback import Seen, Signal, Tap, topic_of
from nlp.matching import Matcher
from nlp.opinions import HeadMirror, Opinions
from nlp.panel import Moved
from nlp.stories import StoryStore
from nlp.subscriptions import Subscription, SubscriptionMirror, SubscriptionStore
from tests.bot.test_briefing import KEY, article

WORD = "인공지능"
TRADE = ("무역 상담회 개최", "인공지능 기업 등 여러 기업이 참가해 수출 계약을 맺었다.")  # just not sent
OFFICE = ("민원실 새 단장", "민원실을 새로 꾸미고 인공지능 안내기를 놓았다. 공무원 인공지능 교육도 한다.")  # just sent
PLAIN = ("인공지능 반도체 수출", "인공지능 반도체 수출이 늘었다. 무역 흑자도 늘었다.")

_TRADES = (
    "수출 상담회에 여러 기업",
    "무역 기업 수출 계약",
    "수출 기업 지원",
    "무역 상담회 기업 참가",
    "수출 계약 늘어",
)
_OFFICES = ("민원실 안내 개선", "공무원 민원 교육", "민원실을 새로 꾸며", "공무원 교육 개편", "민원 안내기 설치")


async def alive(_owner):
    return True


async def tapped(opinions, clock, chat, liked, unrelated, times=2):
    """Opinions of documents like these, so many times over."""
    for signal, titles in ((Signal.LIKED, liked), (Signal.UNRELATED, unrelated)):
        for number, form in enumerate(read(titles * times, [None] * len(titles) * times, load())):
            seen = Seen("견본도청", (WORD,), form.vector, load().name)
            about = f"{signal}{number}"
            await opinions.tap("a", chat, Tap(about, signal, clock(), topic_of(WORD), 0.6, seen))


@pytest.fixture
async def house(database, clock):
    """Whoever asks for the word in two institutions, and what brings them the articles."""
    subscriptions, opinions, embedder = SubscriptionStore(database), Opinions(database), load()
    for tenant, people in (("a", ("civil", "trader", "new")), ("b", ("civil",))):
        for person in people:
            chat = f"console:dm:{person}"
            await subscriptions.add(tenant, Subscription("s" + person, chat, WORD, clock(), person))
    matcher = Matcher(embedder)
    return Briefing(
        ArticleStream(database, KEY, "one", alive),
        SubscriptionMirror(subscriptions, matcher),
        matcher,
        embedder,
        StoryStore(database),
        Archive(database),
        Outbox(database, "one"),
        opinions,
        HeadMirror(opinions, embedder, lambda *_: None, clock),
        ["a", "b"],
        clock,
    )


async def told(house, database, clock, *pairs, first=1):
    """Chat → texts of what it is told of these documents."""
    for number, (title, text) in enumerate(pairs, first):
        one = article(clock, number, title=title, text=text)
        await database.xadd(KEY, {b"article": one.to_json()})
    await house.step()
    outbox, found = Outbox(database, "reader"), {}
    for tenant in ("a", "b"):
        while rows := await outbox.lease(tenant, "console", clock()):
            for row in rows:
                found.setdefault(f"{tenant} {row.message.chat.id[3:]}", []).append(row.message.reply.text)
                await outbox.finish(tenant, row, "sent", clock())
    return found


async def test_without_taps_everybody_gets_the_same(house, database, clock):
    found = await told(house, database, clock, TRADE, OFFICE, PLAIN)

    assert set(found) == {"a civil", "a trader", "a new", "b civil"}
    for texts in found.values():
        assert sorted(one.split(" · ")[0].partition("] ")[2] for one in texts) == sorted([OFFICE[0], PLAIN[0]])
        assert not any("반영" in one for one in texts)


async def test_taps_move_what_is_near_the_threshold_and_say_so_only_where_they_made_the_difference(
    house, database, clock
):
    opinions = Opinions(database)
    await tapped(opinions, clock, "console:dm:civil", _OFFICES, _TRADES)
    await tapped(opinions, clock, "console:dm:trader", _TRADES, _OFFICES)

    found = await told(house, database, clock, TRADE, OFFICE, PLAIN)
    about = {chat: " ".join(texts) for chat, texts in found.items()}

    assert TRADE[0] in about["a trader"]
    assert OFFICE[0] not in about["a trader"]
    assert TRADE[0] not in about["a civil"]
    assert OFFICE[0] in about["a civil"]
    assert all(PLAIN[0] in texts for texts in about.values())
    assert about["a new"].count("구독이라") == about["b civil"].count("구독이라") == 2
    lifted = [one for one in found["a trader"] if "지난번 '좋아요'를 반영했습니다." in one]
    assert [TRADE[0] in one for one in lifted] == [True]
    assert not any("반영" in one for chat in ("a civil", "a new", "b civil") for one in found[chat])


async def test_what_went_out_is_remembered_as_it_was_judged_and_what_was_held_back_is_not(house, database, clock):
    opinions = Opinions(database)
    await tapped(opinions, clock, "console:dm:trader", _TRADES, _OFFICES)

    await told(house, database, clock, TRADE, OFFICE, PLAIN)

    kept = await opinions.impressions("a", "console:dm:trader")
    assert sorted(one.document for one in kept) == ["press/1", "press/3"]
    assert {(one.topic, one.subscription) for one in kept} == {(topic_of(WORD), "strader")}


async def test_a_reset_makes_the_next_document_come_as_if_nothing_had_been_tapped(house, database, clock):
    opinions = Opinions(database)
    await tapped(opinions, clock, "console:dm:trader", _TRADES, _OFFICES)
    before = await told(house, database, clock, OFFICE)
    await opinions.reset("a", "console:dm:trader")
    clock.advance(timedelta(days=5))

    after = await told(house, database, clock, OFFICE, first=2)

    assert "a trader" not in before
    assert "a trader" in after


async def test_five_hundred_dislikes_never_silence_a_subscription(house, database, clock):
    opinions = Opinions(database)
    await tapped(opinions, clock, "console:dm:civil", (), (*_TRADES, PLAIN[0]), times=80)

    found = await told(house, database, clock, OFFICE, PLAIN)

    assert len(found["a civil"]) == 2


def test_each_move_that_is_shown_has_its_words():
    assert set(news._LEARNED) == {one.value for one in Moved} - {Moved.NOT.value, Moved.HELD_BACK.value}
