"""From the stream to the outbox: revisions in their order, and one bad article stops no other."""

from __future__ import annotations

from dataclasses import replace
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
from nlp.opinions import HeadMirror, Opinions
from nlp.stories import StoryStore
from nlp.subscriptions import Subscription, SubscriptionMirror, SubscriptionStore

KEY = "dobi:{crawl}:test-articles"


TEXT = "혼자 사는 청년의 월세를 돕습니다. 청년월세 신청은 동 주민센터에서 받습니다. " * 3


def article(
    clock,
    number=1,
    revision=0,
    title="청년월세 지원 안내",
    agency="견본도청",
    licence="state",
    embargo_until=None,
    text=TEXT,
):
    name = str(number)
    return Article(
        source="press",
        agency=agency,
        id=name,
        title=title,
        url=f"http://127.0.0.1/{name}",
        published_at=clock(),
        department="",
        text=text,
        attachments=(),
        flags=(),
        same_as=None,
        corrects=f"press/{name}" if revision else None,
        revision=revision,
        licence=licence,
        embargo_until=embargo_until,
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
            Opinions(database),
            HeadMirror(Opinions(database), embedder, lambda *_: None, clock),
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


async def push(database, clock):
    """The texts that wait for kim."""
    return [one.message.reply.text for one in await Outbox(database, "reader").lease("a", "console", clock())]


@pytest.mark.parametrize("licence", ["", "KOGL-2", "KOGL-4", "forbidden"])
async def test_without_leave_title_agency_date_and_link_are_all_that_is_shown_and_kept(brief, database, clock, licence):
    body = "청년월세 신청은 2026년 12월 4일까지 동 주민센터에서 받습니다. 지원 금액은 월 200,000원입니다. " * 3
    await database.xadd(KEY, {b"article": article(clock, licence=licence, text=body).to_json()})

    await brief("one").step()

    (text,) = await push(database, clock)
    assert text.splitlines()[:2] == ["[견본도청] 청년월세 지원 안내 · 11:30", "원문: http://127.0.0.1/1"]
    assert all(word not in text for word in ("주민센터", "12. 4.", "200,000"))
    for name in await database.keys("dobi:{crawl}:archive:*"):
        held = await database.dump(name)
        assert "주민센터".encode() not in held
    document = await Archive(database).get("press/1")
    assert (document.text, document.deadline, document.attachments) == ("", None, ())


async def test_a_work_of_the_state_shows_its_sentence(brief, database, clock):
    await database.xadd(KEY, {b"article": article(clock, licence="state").to_json()})

    await brief("one").step()

    (text,) = await push(database, clock)
    assert "월세를 돕습니다" in text or "주민센터" in text


async def test_a_changed_fact_of_a_link_only_document_is_told_without_its_words(brief, database, clock):
    first = "청년월세 신청은 2026년 12월 4일까지 동 주민센터에서 받습니다. " * 3
    for revision, body in enumerate((first, first.replace("12월 4일", "12월 9일"))):
        record = article(clock, revision=revision, licence="", text=body).to_json()
        await database.xadd(KEY, {b"article": record})
    await brief("one").step()

    lines = await sent(database, clock)

    assert [edits for _, edits in lines] == [False, True]
    assert lines[1][0].startswith("[정정] [견본도청]")
    assert "12. 9." not in lines[1][0]


async def test_an_embargoed_item_waits_for_its_instant_and_comes_once(brief, database, clock):
    until = clock() + timedelta(hours=2)
    await database.xadd(KEY, {b"article": article(clock, embargo_until=until).to_json()})
    here = brief("one")

    due = await here.step()

    assert due == until
    assert await push(database, clock) == []
    assert await Archive(database).count() == 0
    clock.advance(timedelta(hours=2))
    await brief("two").step()  # another worker, after the first one died
    assert len(await sent(database, clock)) == 1
    await here.step()
    assert await sent(database, clock) == []
    assert await database.xlen(KEY) == 0


async def test_an_embargo_that_is_lifted_early_frees_the_document_in_its_order(brief, database, clock):
    until = clock() + timedelta(hours=2)
    here = brief("one")
    await database.xadd(KEY, {b"article": article(clock, embargo_until=until).to_json()})
    await here.step()
    await database.xadd(KEY, {b"article": article(clock, revision=1, title="청년월세 확대 안내").to_json()})

    await here.step()
    await here.step()

    lines = await sent(database, clock)
    assert [edits for _, edits in lines] == [False, True]
    assert "확대" in lines[1][0]


async def test_an_embargo_that_is_prolonged_holds_every_revision(brief, database, clock):
    first, later = clock() + timedelta(hours=2), clock() + timedelta(hours=5)
    here = brief("one")
    await database.xadd(KEY, {b"article": article(clock, embargo_until=first).to_json()})
    await database.xadd(KEY, {b"article": article(clock, revision=1, embargo_until=later).to_json()})

    assert await here.step() == later

    clock.advance(timedelta(hours=3))
    await here.step()
    assert await sent(database, clock) == []
    clock.advance(timedelta(hours=2))
    await here.step()
    await here.step()
    assert [edits for _, edits in await sent(database, clock)] in ([False], [False, True])


async def test_a_document_posted_again_under_another_name_corrects_the_first_message(brief, database, clock):
    first = "청년월세 신청은 2026년 12월 4일까지 동 주민센터에서 받습니다. " * 3
    again = article(clock, 2, text=first.replace("12월 4일", "12월 9일"))
    here = brief("one")
    await database.xadd(KEY, {b"article": article(clock, 1, text=first).to_json()})
    await here.step()
    await database.xadd(KEY, {b"article": replace(again, corrects="press/1").to_json()})

    await here.step()

    lines = await sent(database, clock)
    assert [edits for _, edits in lines] == [False, True]


async def test_a_correction_is_nobodys_first_message(brief, database, clock):
    first = replace(article(clock), baseline=True)
    await database.xadd(KEY, {b"article": first.to_json()})
    await database.xadd(KEY, {b"article": article(clock, revision=1, title="청년월세 확대 안내").to_json()})

    await brief("one").step()

    assert await sent(database, clock) == []


async def test_a_correction_that_first_says_what_somebody_asked_for_is_told(brief, database, clock):
    cover = article(clock, title="지원 사업 안내", text="붙임과 같이 알려 드립니다.")
    await database.xadd(KEY, {b"article": cover.to_json()})
    await database.xadd(KEY, {b"article": article(clock, revision=1, title="지원 사업 안내").to_json()})

    await brief("one").step()

    assert [edits for _, edits in await sent(database, clock)] == [False]
