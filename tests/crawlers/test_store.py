from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers import memory
from crawlers.article import Article, ArticleError, Attachment, StaleLease
from crawlers.memory import Baseline, Telling
from crawlers.near import sketch
from crawlers.store import STREAM, CrawlStore, Lease, Seen, SourceState
from tests.crawlers.site import LONG

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
ARTICLE = Article(
    source="s",
    agency="견본도청",
    id="g1",
    title="제목",
    url="http://a.go.kr/1",
    published_at=NOW,
    department="과",
    text="본문",
    attachments=(Attachment("a.pdf", "http://a.go.kr/a.pdf", "pdf", "", "scan"),),
    flags=("no_date",),
    same_as=None,
    corrects=None,
    revision=0,
    licence="KOGL-1",
    embargo_until=None,
    fetched_at=NOW,
    baseline=True,
)
SEEN = Seen("t", "b", "f", "l", "k", 0, NOW, NOW, '"e"')


async def taken(store: CrawlStore, now: datetime = NOW) -> Lease:
    lease = await store.take("s", now)
    assert lease is not None
    return lease


async def test_a_source_is_polled_by_one_worker_at_a_time(database: Any) -> None:
    one, other = CrawlStore(database, owner="one"), CrawlStore(database, owner="other")
    lease = await taken(one)

    assert await other.take("s", NOW) is None
    assert await one.take("s", NOW) is None
    assert await other.take("t", NOW) is not None
    await one.release(lease)
    assert await other.take("s", NOW) is not None


async def test_a_lease_ends_by_the_callers_clock(database: Any) -> None:
    one, other = CrawlStore(database, owner="one"), CrawlStore(database, owner="other")
    lease = await taken(one)
    renewed = await one.renew(lease, NOW + timedelta(seconds=50))

    assert await other.take("s", NOW + timedelta(seconds=61)) is None
    assert (await taken(other, NOW + timedelta(seconds=111))).token > renewed.token


async def test_a_dead_owners_lease_is_free_at_once(database: Any) -> None:
    async def is_alive(owner: str) -> bool:
        return owner != "dead"

    dead = await taken(CrawlStore(database, owner="dead"))
    lease = await taken(CrawlStore(database, is_alive=is_alive, owner="heir"))

    assert lease.token > dead.token
    assert await CrawlStore(database, is_alive=is_alive, owner="third").take("s", NOW) is None


async def test_a_worker_takes_up_again_what_it_holds_and_does_not_poll(database: Any) -> None:
    async def is_alive(owner: str) -> bool:
        return True

    lost = await taken(CrawlStore(database, is_alive=is_alive, owner="one"))  # as when the answer never came
    store = CrawlStore(database, is_alive=is_alive, owner="one")

    lease = await taken(store)

    assert lease.token > lost.token
    assert await store.take("s", NOW) is None


async def test_whoever_lost_the_lease_can_write_nothing(database: Any) -> None:
    one, other = CrawlStore(database, owner="one"), CrawlStore(database, owner="other")
    late = await taken(one)
    held = await taken(other, NOW + timedelta(minutes=2))

    for write in (
        one.hand_over(late, ARTICLE, SEEN),
        one.note(late, "g1", SEEN),
        one.count_try(late, "g1"),
        one.baseline(late, ["g1"], "u", NOW),
        one.settle(late, ["g1"], [], [], NOW),
        one.finish(late, SourceState()),
        one.renew(late, NOW + timedelta(minutes=3)),
    ):
        with pytest.raises(StaleLease):
            await write
    await one.release(late)

    await other.renew(held, NOW + timedelta(minutes=3))
    assert await database.xlen(STREAM) == 0
    assert await other.seen("s", ["g1"]) == {}


async def test_an_article_is_in_the_stream_and_seen_or_neither(database: Any) -> None:
    store = CrawlStore(database)
    lease = await taken(store)

    seen = replace(SEEN, names="u1 h2")
    told = await store.hand_over(lease, ARTICLE, seen, telling=Telling({}, whole="w"))

    ((_, fields),) = await database.xrange(STREAM)
    assert Article.from_json(fields[b"article"]) == told == ARTICLE
    assert await store.seen("s", ["g1", "g2"]) == {"g1": seen}
    assert await store.named("s", ["u1", "u2", "h2"]) == {"u1": ("g1",), "h2": ("g1",)}


async def test_the_first_teller_of_a_text_is_named_even_when_two_tell_it_at_once(database: Any) -> None:
    store = CrawlStore(database)
    lease = await taken(store)
    other = await store.take("t", NOW)
    assert other is not None
    believed = store._first_with

    async def outdated(whole: str, article: Article) -> Any:  # another worker tells it between question and write
        answer = await believed(whole, article)
        store._first_with = believed  # type: ignore[method-assign]
        await store.hand_over(lease, ARTICLE, SEEN, telling=Telling({}, whole=whole))
        return answer

    store._first_with = outdated  # type: ignore[method-assign]
    told = await store.hand_over(other, replace(ARTICLE, source="t"), SEEN, telling=Telling({}, whole="w"))

    assert told.same_as == "s/g1"
    assert await database.xlen(STREAM) == 2


async def test_two_that_tell_nearly_the_same_at_once_still_find_each_other(database: Any) -> None:
    store = CrawlStore(database)
    lease, other = await taken(store), await store.take("t", NOW)
    assert other is not None
    believed = store._near
    one, two = (sketch(f"{name}/g1", "대책", LONG * 3, NOW.date()) for name in "st")

    async def outdated(sketch: Any) -> Any:
        answer = await believed(sketch)
        store._near = believed  # type: ignore[method-assign]
        await store.hand_over(lease, ARTICLE, SEEN, telling=Telling({}, one))
        return answer

    store._near = outdated  # type: ignore[method-assign]
    told = await store.hand_over(other, replace(ARTICLE, source="t"), SEEN, telling=Telling({}, two))

    assert told.same_as == "s/g1"
    assert await database.xlen(STREAM) == 2


async def test_what_was_not_listed_for_a_year_is_forgotten_whole(database: Any) -> None:
    store = CrawlStore(database)
    lease = await taken(store)
    for name in ("g1", "g2"):
        seen = replace(SEEN, names=f"u{name} h", whole=f"w{name}")
        await store.hand_over(lease, replace(ARTICLE, id=name), seen, telling=Telling({}, whole=f"w{name}"))
    await store.settle(lease, ["g1", "g2"], [], [], NOW)
    later = NOW + timedelta(days=200)
    await store.settle(await taken(store, later), ["g1"], [], [], later)
    latest = NOW + timedelta(days=400)

    await store.settle(await taken(store, latest), [], [], [], latest)

    assert set(await store.seen("s", ["g1", "g2"])) == {"g1"}
    assert await store.named("s", ["ug1", "ug2", "h"]) == {"ug1": ("g1",), "h": ("g1",)}
    assert await database.hkeys("dobi:{crawl}:texts") == [b"wg1"]


async def test_a_source_remembers_a_bounded_number_of_documents(database: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(memory, "MOST", 3)
    store = CrawlStore(database)
    lease = await taken(store)
    for number in range(9):
        await store.note(lease, f"g{number}", replace(SEEN, names=f"u{number}"))
        await store.settle(lease, [f"g{number}"], [], [], NOW + timedelta(seconds=number))

    assert set(await store.seen("s", [f"g{number}" for number in range(9)])) == {"g6", "g7", "g8"}
    assert await database.hlen("dobi:{crawl}:names:s") == 3


async def test_the_first_list_of_a_source_is_written_down_once(database: Any) -> None:
    store = CrawlStore(database)
    lease = await taken(store)

    first = await store.baseline(lease, ["a", "b"], "u", NOW)
    later = await store.baseline(lease, ["a", "c"], "v", NOW + timedelta(days=1))
    moved = await store.baseline(lease, ["c"], "v", NOW + timedelta(days=2), anew=True)

    assert first == Baseline(NOW, "u", frozenset("ab"))
    assert later == Baseline(NOW, "u", frozenset("a"))
    assert moved == Baseline(NOW + timedelta(days=2), "v", frozenset("c"))


async def test_the_state_of_a_source_comes_back(database: Any) -> None:
    store = CrawlStore(database)
    state = SourceState(
        due_at=NOW, etag='"1"', entries=3, failures=2, error="dns", evidence="가", newest_at=NOW, url="u"
    )
    await store.finish(await taken(store), state)

    assert await store.states(["s", "t"]) == [state, SourceState()]
    assert await store.take("s", NOW) is not None


async def test_failed_tries_are_counted_and_forgotten_with_the_hand_over(database: Any) -> None:
    store = CrawlStore(database)
    lease = await taken(store)

    assert [await store.count_try(lease, "g1") for _ in range(2)] == [1, 2]
    await store.hand_over(lease, ARTICLE, SEEN)
    assert await store.count_try(lease, "g1") == 1


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
instants = st.datetimes(timezones=st.just(UTC))


@given(
    st.builds(
        Article,
        source=texts,
        agency=texts,
        id=texts,
        title=texts,
        url=texts,
        published_at=st.none() | instants,
        department=texts,
        text=texts,
        attachments=st.lists(st.builds(Attachment, texts, texts, texts, texts, texts), max_size=2).map(tuple),
        flags=st.lists(texts, max_size=2).map(tuple),
        same_as=st.none() | texts,
        corrects=st.none() | texts,
        revision=st.integers(0, 99),
        licence=texts,
        embargo_until=st.none() | instants,
        fetched_at=instants,
        baseline=st.booleans(),
    )
)
def test_an_article_comes_back_from_its_json(article: Article) -> None:
    assert Article.from_json(article.to_json()) == article


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-1],
        lambda text: text.replace(b'"revision":0', b'"revision":-1'),
        lambda text: text.replace(b'"revision":0', b'"revision":true'),
        lambda text: text.replace(b'"baseline":true', b'"baseline":1'),
        lambda text: text.replace(b'"title"', b'"titel"'),
        lambda text: text.replace(b'"reason"', b'"raison"'),
        lambda text: text.replace(b"+00:00", b""),
        lambda text: b"[" * 100_000,
        lambda text: b"null",
    ],
)
def test_json_that_is_no_article_is_refused(damage: Any) -> None:
    with pytest.raises(ArticleError):
        Article.from_json(damage(ARTICLE.to_json()))
