"""From the stream to the outbox: revisions in their order, and one bad article stops no other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.briefing import Briefing
from bot.outbox import Outbox
from bot.stream import ArticleStream
from crawlers.article import Article
from nlp.archive import Archive
from nlp.document import read
from nlp.embedding import load
from nlp.matching import Matcher
from nlp.stories import StoryStore
from nlp.subscriptions import Subscription, SubscriptionMirror, SubscriptionStore

KEY = "dobi:{crawl}:test-articles"


TEXT = "혼자 사는 청년의 월세를 돕습니다. 청년월세 신청은 동 주민센터에서 받습니다. " * 3


def article(clock, number=1, revision=0, title="청년월세 지원 안내", agency="견본도청"):
    name = str(number)
    return Article(
        source="press",
        agency=agency,
        id=name,
        title=title,
        url=f"http://127.0.0.1/{name}",
        published_at=clock(),
        department="",
        text=TEXT,
        attachments=(),
        flags=(),
        same_as=None,
        corrects=f"press/{name}" if revision else None,
        revision=revision,
        licence="",
        embargo_until=None,
        fetched_at=clock(),
        baseline=False,
    )


async def alive(owner):
    return owner in {"one", "two"}


@pytest.fixture
async def brief(database, clock):
    subscriptions = SubscriptionStore(database)
    await subscriptions.add(
        "a",
        Subscription(
            id="s1",
            owner="console:dm:kim",
            text="청년월세",
            exclude=(),
            paused=False,
            created_at=clock(),
            created_by="kim",
        ),
    )
    embedder, outbox = load(), Outbox(database, "worker")

    def make(owner):
        matcher = Matcher(embedder)
        return Briefing(
            ArticleStream(database, KEY, owner, alive),
            SubscriptionMirror(subscriptions, matcher),
            matcher,
            embedder,
            StoryStore(database),
            Archive(database),
            outbox,
            ["a"],
            clock,
        )

    return make


async def sent(database, clock):
    """What waits for kim, in order: (title line, whether it edits)."""
    outbox, found = Outbox(database, "reader"), []
    while rows := await outbox.lease("a", "console", clock()):
        for one in rows:
            found.append((one.message.reply.text.splitlines()[0], one.message.edits is not None))
            await outbox.finish("a", one, "sent", clock())
    return found


async def test_a_correction_waits_for_what_it_corrects_at_another_worker(brief, database, clock):
    await database.xadd(KEY, {b"article": article(clock).to_json()})
    await ArticleStream(database, KEY, "two", alive).read()
    await database.xadd(KEY, {b"article": article(clock, revision=1, title="청년월세 추가 안내").to_json()})
    here = brief("one")

    due = await here.step()

    assert due - clock() == timedelta(seconds=1)
    assert await sent(database, clock) == []
    await brief("two").step()
    await here.step()
    lines = await sent(database, clock)
    assert [edits for _, edits in lines] == [False, True]
    assert "추가" in lines[1][0]


async def test_an_article_that_cannot_be_read_keeps_no_other_back(brief, database, clock):
    for record in (article(clock, 1).to_json(), b"no article", article(clock, 2, title="청년월세 제2차").to_json()):
        await database.xadd(KEY, {b"article": record})
    here = brief("one")

    due = await here.step()

    assert due - clock() == timedelta(seconds=5)
    assert len(await sent(database, clock)) == 2
    assert await database.xlen(KEY) == 1


async def test_an_article_told_again_after_a_crash_says_nothing_new(brief, database, clock):
    record = article(clock).to_json()
    await database.xadd(KEY, {b"article": record})
    await brief("one").step()
    assert len(await sent(database, clock)) == 1

    await database.xadd(KEY, {b"article": record})
    await brief("two").step()

    assert await sent(database, clock) == []


async def test_a_storys_first_document_is_shown_even_when_it_comes_last(brief, database, clock):
    first, second = article(clock, 1), article(clock, 2, agency="견본시청")
    form = read([TEXT], [first.title], load())[0]  # as when a worker dies after it assigned the story
    await StoryStore(database).assign("press/1@0", first.title, TEXT, form.vector, first.agency, clock(), clock())
    for one in (second, first):
        await database.xadd(KEY, {b"article": one.to_json()})

    await brief("one").step()

    lines = await sent(database, clock)
    assert [("견본시청" in title, edits) for title, edits in lines] == [(True, False), (False, True)]
