"""An institution's own words lie over the shipped table; nobody else reads by them, and processes follow."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from nlp.embedding import load
from nlp.matching import Matcher, New
from nlp.own_words import InvalidWordError, Line, OwnWords, check
from nlp.subscriptions import Subscription, SubscriptionMirror, SubscriptionStore
from nlp.synonyms import Synonyms, built_in, key
from nlp.wordbook import TooManyWordsError, Wordbook, Wordbooks

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
BASE = ("=\t산불\t임야화재", ">\t재난\t산불\t홍수", "=\t재난\t재해")


def table(*lines: Line) -> OwnWords:
    return OwnWords(Synonyms(BASE), lines, "gyeongnam")


def test_equal_words_count_both_ways_and_take_what_is_known_of_each_other() -> None:
    own = table(Line.of("=", "메불", "산불"))

    assert own.of("메불") == ("산불", "임야화재")
    assert own.of("산불") == ("메불", "임야화재")
    assert own.of("임야화재") == ("메불", "산불") or own.of("임야화재") == ("산불", "메불")
    assert own.of("홍수") == Synonyms(BASE).of("홍수")


def test_a_narrower_word_counts_one_way_also_for_what_equals_the_broad_one() -> None:
    own = table(Line.of(">", "재난", "눈사태"))

    assert own.of("재난")[0] == own.of("재해")[0] == "눈사태"
    assert own.of("눈사태") == ()
    assert "눈사태" in own.narrower("재난")
    assert {one.instead: one.narrower for one in own.expand("재난 대응")}["눈사태"]


def test_what_is_switched_off_is_exchanged_no_longer_and_an_own_line_wins() -> None:
    assert table(Line.of("-", "산불", "임야화재")).of("산불") == ()
    assert table(Line.of("-", "산불", "임야화재")).of("임야화재") == ()
    assert table(Line.of("-", "재난")).of("재난") == ()
    assert "재난" not in table(Line.of("-", "재난")).of("재해")
    assert table(Line.of("=", "산불", "임야화재"), Line.of("-", "산불", "임야화재")).of("산불") == ("임야화재",)


def test_only_texts_that_hold_a_touched_term_are_read_otherwise() -> None:
    own = table(Line.of("=", "메불", "산불"))

    assert own.variant("산불 대응을") == own.variant("메 불") != ""
    assert own.variant("농업") == own.variant("") == table().variant("산불") == ""
    assert own.variant("산불") != table(Line.of("=", "메불", "산불"), Line.of("=", "들불", "산불")).variant("산불")


@pytest.mark.parametrize("term", ["", "가", "12", "불🔥", "<b>", "가" * 41, "가\x00나", "\u202e거꾸로"])
def test_a_term_is_two_letters_or_more_and_nothing_but_letters(term: str) -> None:
    if term == "\u202e거꾸로":  # what has no width is dropped, the rest is plain
        assert Line.of("=", term, "산불").term == "거꾸로"
        return
    with pytest.raises(InvalidWordError):
        Line.of("=", term, "산불")


def test_a_circle_is_refused_through_shipped_lines_too() -> None:
    own = table(Line.of(">", "홍수", "하천범람"))

    for term, other in (("하천범람", "홍수"), ("하천범람", "재난"), ("하천범람", "재해"), ("산불", "재해")):
        with pytest.raises(InvalidWordError, match="circle"):
            check(Line.of(">", term, other), own)


@given(
    st.lists(
        st.tuples(st.sampled_from("=>-"), *[st.sampled_from(["산불", "재난", "재해", "메불", "홍수", "들불"])] * 2)
    )
)
def test_whatever_the_lines_a_word_is_never_exchanged_for_itself_and_nothing_is_said_twice(rows) -> None:
    own = table(*(Line(kind, term, other) for kind, term, other in rows if term != other))

    for term in ("산불", "재난", "재해", "메불", "홍수", "들불", "임야화재"):
        others = [key(one) for one in own.of(term)]
        assert key(term) not in others
        assert len(set(others)) == len(others)
        assert set(own.narrower(term)) <= set(own.of(term))


def test_one_institutions_table_reads_its_own_subscriptions_only() -> None:
    matcher = Matcher(load())
    own = OwnWords(built_in(), [Line.of("=", "도깨비병", "럼피스킨")], "gyeongnam")
    matcher.add_many([New("gyeongnam/a", "도깨비병", (), own), New("changwon/b", "도깨비병")])
    matcher.add_many([New("gyeongnam/c", "청년 일자리", (), own), New("changwon/d", "청년 일자리")])

    pushed = {
        one.subscription_id for one in matcher.match("한우 농가에서 럼피스킨이 발생했다.", "럼피스킨 확진") if one.push
    }

    assert pushed == {"gyeongnam/a"}
    assert matcher._keys["gyeongnam/c"] == matcher._keys["changwon/d"], "untouched keywords share their vectors"
    matcher.remove("gyeongnam/a")
    assert "changwon/b" in matcher


async def test_lines_are_kept_once_audited_and_dropped(database: Redis) -> None:
    store, line = Wordbook(database), Line.of("=", "메불", "산불")

    assert await store.add("gyeongnam", line, "park", NOW)
    assert not await store.add("gyeongnam", Line.of("=", "산불", "메불"), "oh", NOW)
    assert [one.by for one in await store.lines("gyeongnam")] == ["park"]
    assert await store.remove("gyeongnam", line, "park", NOW)
    assert not await store.remove("gyeongnam", line, "park", NOW)
    assert await store.sequence("gyeongnam") == 2
    assert [(one.added, one.written.line) for one in await store.audit("gyeongnam")] == [(False, line), (True, line)]


async def test_a_table_is_full_one_day(database: Redis) -> None:
    store = Wordbook(database, limit=2, proposed=1)
    for number in "가나":
        await store.add("gyeongnam", Line.of("=", f"말{number}", f"뜻{number}"), "park", NOW)

    with pytest.raises(TooManyWordsError):
        await store.add("gyeongnam", Line.of("=", "말다", "뜻다"), "park", NOW)
    await store.propose("gyeongnam", Line.of("=", "말다", "뜻다"), "kim", NOW)
    with pytest.raises(TooManyWordsError):
        await store.propose("gyeongnam", Line.of("=", "말라", "뜻라"), "kim", NOW)


async def test_nobody_takes_all_the_room_for_suggestions(database: Redis) -> None:
    store = Wordbook(database)
    for letter in "가나다라마바사아자차":
        await store.propose("gyeongnam", Line.of("=", f"말{letter}", f"뜻{letter}"), "kim", NOW)

    with pytest.raises(TooManyWordsError):
        await store.propose("gyeongnam", Line.of("=", "말카", "뜻카"), "kim", NOW)
    assert not await store.propose("gyeongnam", Line.of("=", "말가", "뜻가"), "kim", NOW)
    assert await store.propose("gyeongnam", Line.of("=", "말카", "뜻카"), "lee", NOW)


async def test_two_administrators_at_once_lose_nothing_and_make_no_circle(database: Redis) -> None:
    store = Wordbook(database)
    lines = [Line.of("=", f"말{letter}", f"뜻{letter}") for letter in "가나다라마"]

    await asyncio.gather(*(store.add("gyeongnam", line, "park", NOW) for line in lines))
    both = [Line.of(">", "큰말", "작은말"), Line.of(">", "작은말", "큰말")]
    done = await asyncio.gather(*(store.add("gyeongnam", line, "park", NOW) for line in both), return_exceptions=True)

    assert len(await store.lines("gyeongnam")) == 6
    assert sum(isinstance(one, InvalidWordError) for one in done) == 1


async def test_every_process_follows_at_its_next_look(database: Redis) -> None:
    store, subscriptions, matcher = Wordbook(database), SubscriptionStore(database), Matcher(load())
    mirror = SubscriptionMirror(subscriptions, matcher, Wordbooks(Wordbook(database)))
    for tenant in ("gyeongnam", "changwon"):
        await subscriptions.add(tenant, Subscription("s", "dm:kim", "도깨비병", NOW, "kim"))
        await subscriptions.add(tenant, Subscription("p", "dm:lee", "도깨비병", NOW, "lee", paused=True))
        await subscriptions.add(tenant, Subscription("o", "dm:lee", "농업", NOW + timedelta(seconds=1), "lee"))
    await mirror.refresh(["gyeongnam", "changwon"])

    def pushed() -> set[str]:
        return {one.subscription_id for one in matcher.match("럼피스킨이 발생했다.", "럼피스킨 확진") if one.push}

    assert pushed() == set()
    await store.add("gyeongnam", Line.of("=", "도깨비병", "럼피스킨"), "park", NOW)
    assert await mirror.refresh(["gyeongnam", "changwon"]) == 1
    assert pushed() == {"gyeongnam/s"}
    assert await mirror.refresh(["gyeongnam", "changwon"]) == 0
    await store.remove("gyeongnam", Line.of("=", "도깨비병", "럼피스킨"), "park", NOW)
    assert await mirror.refresh(["gyeongnam", "changwon"]) == 1
    assert pushed() == set()
