"""From the stream to the outbox: revisions in their order, and one bad article stops no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

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


async def test_a_deadline_that_was_counted_is_kept_and_shown_as_counted(brief, database, clock):
    text = f"{TEXT}청년월세에 의견이 있는 사람은 공고일로부터 14일 이내에 의견서를 제출하여 주시기 바랍니다."
    await database.xadd(KEY, {b"article": article(clock, text=text).to_json()})

    await brief("one").step()

    document = await Archive(database).get("press/1")
    assert (document.deadline, document.counted) == (date(2026, 12, 7), True)
    (told,) = await push(database, clock)
    assert "기한: 청년월세에 의견이 있는 사람은 12. 7.(월)까지(계산한 날짜)" in told.splitlines()


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
    again = article(clock, 2, title="[정정] 청년월세 지원 안내", text=first.replace("12월 4일", "12월 9일"))
    here = brief("one")
    await database.xadd(KEY, {b"article": article(clock, 1, text=first).to_json()})
    await here.step()
    assert [one.kind for one in await messages(database, clock)] == ["instant"]
    for _ in range(2):  # as after a crash
        await database.xadd(KEY, {b"article": again.to_json()})
        await here.step()

    (told,) = await messages(database, clock)

    assert (told.kind, told.edits is not None) == ("correction", True)
    assert told.reply.text.startswith("[정정] [견본도청] 청년월세 지원 안내")
    assert "바뀐 것: 기한 12. 4.(금)까지 → 12. 9.(수)까지" in told.reply.text


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


# --- steps of a story


RENT = "혼자 사는 청년의 월세를 열 달 동안 돕습니다. 청년월세 신청은 도 누리집에서 12월 4일까지 받습니다. " * 2


async def messages(database, clock):
    """What waits for everybody, in order; it is sent then."""
    outbox, found = Outbox(database, "reader"), []
    while rows := await outbox.lease("a", "console", clock()):
        for one in rows:
            found.append(one.message)
            await outbox.finish("a", one, "sent", clock())
    return found


async def publish(database, here, *articles):
    for one in articles:
        await database.xadd(KEY, {b"article": one.to_json()})
    await here.step()


async def test_a_new_step_comes_as_a_message_that_names_what_it_follows(brief, database, clock):
    here = brief("one")
    await publish(database, here, article(clock, 1, title="청년월세 지원 대상 모집", text=RENT))
    (first,) = await messages(database, clock)
    clock.advance(timedelta(days=12))
    longer = RENT.replace("12월 4일", "12월 18일")

    for _ in range(2):  # as after a crash
        await publish(database, here, article(clock, 2, title="청년월세 지원 신청 기간 연장", text=longer))

    (step,) = await messages(database, clock)
    lines = step.reply.text.splitlines()
    assert (step.kind, step.edits) == ("instant", None)
    assert (step.reply.facts.story, step.reply.facts.step) == (first.reply.facts.story, 2)
    assert lines[0].startswith("[견본도청] 청년월세 지원 신청 기간 연장")
    assert lines[1] == "기간 연장 · 앞선 소식: 11. 23.(월) '청년월세 지원 대상 모집'"
    assert lines[2].startswith("기한: ")
    assert lines[-1].startswith("'청년월세' 구독이라 보내 드립니다.")
    assert len(lines) == 4


async def test_whoever_was_told_of_the_story_is_told_of_the_step_though_its_words_are_others(brief, database, clock):
    here = brief("one")
    opening = "오봉저수지 저수율이 14%로 떨어져 제한급수를 합니다. 청년월세 접수처의 물도 끊깁니다. "
    await publish(
        database, here, article(clock, 1, title="강릉 오봉저수지 제한급수 시행, 청년월세 창구 단수", text=opening * 2)
    )
    assert len(await messages(database, clock)) == 1
    clock.advance(timedelta(days=9))

    end = "오봉저수지 저수율이 61%로 올라 제한급수를 풉니다. 강릉 창구의 물도 다시 나옵니다. "
    await publish(database, here, article(clock, 2, title="강릉 오봉저수지 제한급수 전면 해제", text=end * 2))

    (step,) = await messages(database, clock)
    assert step.edits is None
    assert "해제·종료 · 앞선 소식" in step.reply.text
    assert step.reply.text.endswith("앞서 보내 드린 소식이 이어져 알려 드립니다.")


@pytest.mark.parametrize("change", [{"paused": True}, {"exclude": ("저수지",)}, None])
async def test_a_step_is_not_sent_to_whoever_wants_it_no_longer(brief, database, clock, change):
    here, subscriptions = brief("one"), SubscriptionStore(database)
    opening = "오봉저수지 저수율이 14%로 떨어져 제한급수를 합니다. 청년월세 접수처의 물도 끊깁니다. "
    await publish(
        database, here, article(clock, 1, title="강릉 오봉저수지 제한급수 시행, 청년월세 창구 단수", text=opening * 2)
    )
    await messages(database, clock)
    if change:
        await subscriptions.update("a", "s1", **change)
    else:
        await subscriptions.remove("a", "s1")

    end = "오봉저수지 저수율이 61%로 올라 제한급수를 풉니다. 강릉 창구의 물도 다시 나옵니다. "
    await publish(database, here, article(clock, 2, title="강릉 오봉저수지 제한급수 전면 해제", text=end * 2))

    assert await messages(database, clock) == []


async def test_who_else_tells_of_a_step_edits_the_steps_message_and_not_the_first(brief, database, clock):
    here = brief("one")
    await publish(database, here, article(clock, 1, title="청년월세 지원 대상 모집", text=RENT))
    await messages(database, clock)
    clock.advance(timedelta(days=12))
    longer = RENT.replace("12월 4일", "12월 18일")
    await publish(database, here, article(clock, 2, title="청년월세 지원 신청 기간 연장", text=longer))
    (step,) = await messages(database, clock)

    other = article(clock, 3, title="청년월세 지원 신청 기간 연장", text=longer, agency="견본청년재단")
    await publish(database, here, other)

    (edit,) = await messages(database, clock)
    assert edit.edits == step.message
    assert edit.reply.text.splitlines()[0] == step.reply.text.splitlines()[0]
    assert edit.reply.text.endswith("견본청년재단도 알렸습니다.")


async def test_a_repost_is_not_sent_again(brief, database, clock):
    here = brief("one")
    await publish(database, here, article(clock, 1, text=RENT))
    assert len(await messages(database, clock)) == 1

    await publish(database, here, article(clock, 2, title="[보도자료] 청년월세 지원 안내", text=RENT))

    assert await messages(database, clock) == []
