"""Subscriptions survive, repeat harmlessly, stay inside their institution and reach other processes' mirrors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from nlp.embedding import load
from nlp.matching import Matcher
from nlp.subscriptions import (
    InvalidSubscriptionError,
    Subscription,
    SubscriptionMirror,
    SubscriptionStore,
    TooManySubscriptionsError,
)

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def subscription(number: int, text: str = "재난안전", owner: str = "dm:kim") -> Subscription:
    return Subscription(f"s{number}", owner, text, NOW + timedelta(seconds=number), "kim")


@given(
    st.builds(
        Subscription,
        id=st.text(min_size=1),
        owner=st.text(),
        text=st.text(),
        created_at=st.datetimes(timezones=st.just(UTC)),
        created_by=st.text(),
        exclude=st.lists(st.text()).map(tuple),
        paused=st.booleans(),
    )
)
def test_the_stored_form_gives_the_same_subscription_back(original: Subscription) -> None:
    try:
        stored = original.dump()
    except UnicodeEncodeError:  # lone surrogates never come from a messenger
        return

    assert Subscription.load(stored) == original


async def test_a_repeated_addition_changes_nothing(database: Redis) -> None:
    store = SubscriptionStore(database)

    first = await store.add("gyeongnam", subscription(1))
    again = await store.add("gyeongnam", subscription(1, text="다른 말"))

    assert (first, again) == (True, False)
    assert await store.of("gyeongnam", "dm:kim") == [subscription(1)]
    assert await store.sequence("gyeongnam") == 1


async def test_an_owner_lists_oldest_first_and_only_their_own(database: Redis) -> None:
    store = SubscriptionStore(database)
    for number in (3, 1, 2):
        await store.add("gyeongnam", subscription(number))
    await store.add("gyeongnam", subscription(4, owner="총무과"))

    mine = await store.of("gyeongnam", "dm:kim")

    assert [one.id for one in mine] == ["s1", "s2", "s3"]


async def test_two_institutions_never_meet(database: Redis) -> None:
    store = SubscriptionStore(database)
    await store.add("gyeongnam", subscription(1))

    assert await store.of("jeonbuk", "dm:kim") == []
    assert await store.get("jeonbuk", "s1") is None
    assert not await store.remove("jeonbuk", "s1")
    assert [one async for one in store.all("jeonbuk")] == []
    assert await store.get("gyeongnam", "s1") == subscription(1)


async def test_the_limit_is_a_typed_refusal_and_frees_again(database: Redis) -> None:
    store = SubscriptionStore(database, limit=2)
    await store.add("gyeongnam", subscription(1))
    await store.add("gyeongnam", subscription(2))

    with pytest.raises(TooManySubscriptionsError) as refusal:
        await store.add("gyeongnam", subscription(3))
    await store.remove("gyeongnam", "s1")

    assert refusal.value.limit == 2
    assert await store.add("gyeongnam", subscription(3))


@pytest.mark.parametrize("text", ["", "   ", "가" * 2_001])
async def test_words_that_cannot_be_matched_are_refused(database: Redis, text: str) -> None:
    with pytest.raises(InvalidSubscriptionError):
        await SubscriptionStore(database).add("gyeongnam", subscription(1, text=text))


async def test_pausing_and_excluding_change_only_what_is_given(database: Redis) -> None:
    store = SubscriptionStore(database)
    await store.add("gyeongnam", subscription(1))

    paused = await store.update("gyeongnam", "s1", paused=True)
    narrowed = await store.update("gyeongnam", "s1", exclude=["훈련", "훈련"])

    assert paused == replace(subscription(1), paused=True)
    assert narrowed == replace(subscription(1), paused=True, exclude=("훈련",))
    assert await store.update("gyeongnam", "nobody", paused=True) is None


def pushed(matcher: Matcher, text: str) -> set[str]:
    return {match.subscription_id for match in matcher.match(text) if match.push}


async def test_a_mirror_learns_each_change_and_asks_for_nothing_else(database: Redis) -> None:
    store, matcher = SubscriptionStore(database), Matcher(load())
    mirror = SubscriptionMirror(store, matcher)
    await store.add("gyeongnam", subscription(1))
    await store.add("jeonbuk", subscription(1, text="스마트공장"))

    loaded = await mirror.refresh(["gyeongnam", "jeonbuk"])
    quiet = await mirror.refresh(["gyeongnam", "jeonbuk"])
    await store.add("gyeongnam", subscription(2, text="산불"))
    one = await mirror.refresh(["gyeongnam", "jeonbuk"])

    assert (loaded, quiet, one) == (2, 0, 1)
    assert pushed(matcher, "산불 예방 재난안전 점검") == {"gyeongnam/s1", "gyeongnam/s2"}
    assert pushed(matcher, "스마트공장 보급") == {"jeonbuk/s1"}
    assert mirror.get("jeonbuk/s1") == ("jeonbuk", subscription(1, text="스마트공장"))


async def test_pause_exclude_and_removal_reach_the_mirror(database: Redis) -> None:
    store, matcher = SubscriptionStore(database), Matcher(load())
    mirror = SubscriptionMirror(store, matcher)
    await store.add("gyeongnam", subscription(1, text="산불"))
    await mirror.refresh(["gyeongnam"])

    await store.update("gyeongnam", "s1", exclude=["훈련"])
    await mirror.refresh(["gyeongnam"])
    assert pushed(matcher, "산불 진화 훈련") == set()
    assert pushed(matcher, "산불 진화 헬기") == {"gyeongnam/s1"}

    await store.update("gyeongnam", "s1", paused=True)
    await mirror.refresh(["gyeongnam"])
    assert pushed(matcher, "산불 진화 헬기") == set()

    await store.update("gyeongnam", "s1", paused=False)
    await mirror.refresh(["gyeongnam"])
    assert pushed(matcher, "산불 진화 헬기") == {"gyeongnam/s1"}

    await store.remove("gyeongnam", "s1")
    await mirror.refresh(["gyeongnam"])
    assert pushed(matcher, "산불 진화 헬기") == set()
    assert mirror.get("gyeongnam/s1") is None


async def test_a_mirror_that_fell_behind_the_log_reloads_everything(database: Redis) -> None:
    store, matcher = SubscriptionStore(database), Matcher(load())
    mirror = SubscriptionMirror(store, matcher)
    await store.add("gyeongnam", subscription(1, text="산불"))
    await mirror.refresh(["gyeongnam"])
    await store.remove("gyeongnam", "s1")
    await store.add("gyeongnam", subscription(2, text="스마트공장"))
    await database.xtrim("dobi:{gyeongnam}:subscriptions:changes", maxlen=1, approximate=False)

    await mirror.refresh(["gyeongnam"])

    assert pushed(matcher, "산불 진화 헬기") == set()
    assert pushed(matcher, "스마트공장 보급") == {"gyeongnam/s2"}


async def test_a_restored_older_database_is_noticed(database: Redis) -> None:
    store, matcher = SubscriptionStore(database), Matcher(load())
    mirror = SubscriptionMirror(store, matcher)
    await store.add("gyeongnam", subscription(1, text="산불"))
    await store.add("gyeongnam", subscription(2, text="산불"))
    await mirror.refresh(["gyeongnam"])
    await database.flushall()
    await store.add("gyeongnam", subscription(3, text="스마트공장"))

    await mirror.refresh(["gyeongnam"])

    assert pushed(matcher, "산불 스마트공장") == {"gyeongnam/s3"}


async def test_an_institution_that_left_leaves_the_matcher(database: Redis) -> None:
    store, matcher = SubscriptionStore(database), Matcher(load())
    mirror = SubscriptionMirror(store, matcher)
    await store.add("gyeongnam", subscription(1, text="산불"))
    await mirror.refresh(["gyeongnam"])

    await mirror.refresh([])

    assert pushed(matcher, "산불") == set()
    assert mirror.get("gyeongnam/s1") is None
