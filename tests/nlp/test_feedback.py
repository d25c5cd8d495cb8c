"""A head learns what the matcher got wrong, within bounds, and says why; what is stored survives whoever repeats."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import timedelta
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from nlp.embedding import load
from nlp.feedback import DOWN, HALF_LIFE, UP, Head, Reason, Seen, Signal, Tap, fit, level, solve, topic_of
from nlp.opinions import HeadMirror, Impression, Opinions
from nlp.panel import Moved, Panel, _Shared, judge, near

TENANT, CHAT, MODEL = "gyeongnam", "console:dm:kim", "test"
TOPIC = topic_of("인공지능")
AXES = np.eye(8, dtype=np.float32)


def tap(clock, number, signal=Signal.LIKED, axis=0, *, reason=Reason.NONE, agency="가부", topic=TOPIC, score=0.5):
    seen = Seen(agency, ("인공지능",), AXES[axis], MODEL)
    return Tap(f"story{number}", signal, clock(), topic, score, seen, reason)


def opinions_of(clock, liked=10, unrelated=10, **more):
    """Likes along the first axis, dislikes along the second."""
    return [tap(clock, n, **more) for n in range(liked)] + [
        tap(clock, 100 + n, Signal.UNRELATED, 1, agency="나부", **more) for n in range(unrelated)
    ]


def seen(axis=0, agency="다부"):
    return Seen(agency, ("인공지능",), AXES[axis], MODEL)


# --- the head


def test_the_fit_is_scikit_learns_logistic_regression():
    rng = np.random.default_rng(1)
    rows, weights = rng.normal(size=(40, 12)), rng.uniform(0.2, 1.0, 40)
    wanted = (rows[:, 0] + 0.5 * rng.normal(size=40) > 0).astype(float)

    ours = rows.T @ solve(rows, wanted, np.zeros(40), weights, level=0.0)

    theirs = LogisticRegression(C=1.0, fit_intercept=False, tol=1e-10, max_iter=1_000)
    theirs.fit(rows, wanted, sample_weight=weights)
    assert ours == pytest.approx(theirs.coef_[0], abs=1e-4)


def test_a_head_pulls_up_what_is_like_the_liked_and_down_what_is_like_the_unrelated(clock):
    head = fit(opinions_of(clock), clock(), MODEL)

    assert head.pull(seen(0), TOPIC, clock()) > 0.3
    assert head.pull(seen(1), TOPIC, clock()) < -0.3
    assert head.pull(seen(5, "가부"), TOPIC, clock()) > head.pull(seen(5, "나부"), TOPIC, clock())


def test_a_head_says_which_agencies_and_words_count_for_and_against(clock):
    taps = opinions_of(clock)

    plus, minus = fit(taps, clock(), MODEL).strongest()

    assert plus[0] == "agency:가부"
    assert minus[0] == "agency:나부"


def test_somebody_who_dislikes_everything_gets_no_less_of_anything_but_nothing_more_either(clock):
    head = fit([tap(clock, n, Signal.UNRELATED) for n in range(50)], clock(), MODEL)

    assert abs(head.pull(seen(0, "가부"), TOPIC, clock())) < 0.05


def test_dislikes_alone_teach_nothing_and_a_slip_among_likes_little(clock):
    likes = [tap(clock, n) for n in range(19)]
    slip = fit([*likes, tap(clock, 99, Signal.UNRELATED, 1)], clock(), MODEL)
    half = fit(opinions_of(clock), clock(), MODEL)

    assert fit([tap(clock, n, Signal.UNRELATED, n % 8) for n in range(20)], clock(), MODEL).trust(TOPIC, clock()) == 0
    assert 0 < slip.trust(TOPIC, clock()) < 0.5 < half.trust(TOPIC, clock())


def test_what_was_missed_teaches_as_much_as_what_was_unrelated(clock):
    missed = fit([*(tap(clock, n) for n in range(5)), tap(clock, 9, Signal.MISSED, 2, score=0.3)], clock(), MODEL)

    assert missed.trust(TOPIC, clock()) > 0
    assert missed.pull(seen(2), TOPIC, clock()) > missed.pull(seen(5), TOPIC, clock())


def test_a_topic_that_was_never_tapped_is_never_moved(clock):
    head = fit(opinions_of(clock), clock(), MODEL)

    assert all(head.pull(seen(axis), topic_of("가축방역"), clock()) == 0 for axis in range(8))


def test_a_head_forgets_by_half_in_sixty_days(clock):
    head, now = fit(opinions_of(clock), clock(), MODEL), clock()

    late = [head.pull(seen(5, "가부"), TOPIC, now + HALF_LIFE * times) for times in range(5)]

    assert late == sorted(late, reverse=True)
    assert 0 < late[1] < 0.5 * late[0]
    assert fit(opinions_of(clock), now + timedelta(days=500), MODEL) is None


def test_what_was_known_already_says_nothing_against_a_document(clock):
    known = [tap(clock, n, Signal.UNRELATED, 1, reason=Reason.KNOWN) for n in range(20)]

    assert fit(known, clock(), MODEL) is None
    assert not known[0].judges


def test_too_much_asks_for_fewer_of_the_topic_whatever_they_are(clock):
    for taps in (
        [tap(clock, 1, Signal.UNRELATED, reason=Reason.MUCH)],
        [tap(clock, 1, Signal.SNOOZED)],
    ):
        head = fit(taps, clock(), MODEL)

        assert head.pull(seen(0), TOPIC, clock()) == head.pull(seen(5), TOPIC, clock()) == pytest.approx(-0.3)
        assert head.pull(seen(0), topic_of("다른 말"), clock()) == 0


def test_the_wrong_region_blames_the_agency_more_than_the_subject(clock):
    likes = [tap(clock, n) for n in range(6)]
    by_reason = {
        reason: fit(
            likes + [tap(clock, 50 + n, Signal.UNRELATED, 1, reason=reason, agency="나부") for n in range(6)],
            clock(),
            MODEL,
        )
        for reason in (Reason.TOPIC, Reason.REGION)
    }

    assert by_reason[Reason.REGION].tokens["agency:나부"] < by_reason[Reason.TOPIC].tokens["agency:나부"]


def test_a_tap_made_with_another_model_still_tells_about_its_agency(clock):
    taps = opinions_of(clock)

    head = fit(taps, clock(), "another")

    assert head.vector.size == 0
    assert head.strongest()[0] == ["agency:가부"]


# --- the decision


@given(
    score=st.floats(0, 1),
    push=st.booleans(),
    own=st.floats(-100, 100),
    peers=st.floats(-100, 100),
    lot=st.integers(0, 255),
)
def test_no_head_moves_what_is_far_from_the_threshold(score, push, own, peers, lot):
    decided = judge(score, push, ("말",), own, peers, lambda: lot)

    assert -DOWN - 0.1 <= level(decided.score) - level(score) <= UP + 0.1
    if push and score >= 0.75:
        assert decided.push
    if not push and score < 0.22:
        assert not decided.push


def test_of_what_is_held_back_one_in_eight_is_tried_the_same_ones_each_time():
    decided = [judge(0.5, True, (), -9, 0, lambda lot=lot: lot).moved for lot in range(256)]

    assert decided.count(Moved.TRIED) == 32
    assert decided.count(Moved.HELD_BACK) == 224


def test_nothing_is_lifted_without_a_word():
    assert near(0.44, False, ("말",))
    assert not near(0.44, False, ())
    assert not near(0.9, True, ("말",))


def panel_of(heads, group="총무과"):
    panel = Panel(MODEL, 8, lambda chat: group if chat.startswith("c") else None)
    for chat, head in heads.items():
        panel.put(chat, head)
    return panel


@pytest.mark.parametrize(("colleagues", "moved"), [(2, False), (3, True)])
def test_who_never_tapped_hears_by_three_colleagues_and_not_by_two(clock, colleagues, moved):
    head = fit(opinions_of(clock), clock(), MODEL)
    panel = panel_of({f"c{n}": head for n in range(colleagues)} | {"stranger": head})

    own, peers = panel.hear(seen(0), clock()).pulls("c new", TOPIC, ("인공지능",))

    assert own == 0
    assert (peers > 0) is moved
    assert panel.hear(seen(0), clock()).pulls("stranger2", TOPIC, ()) == (0, 0)


def test_one_loud_colleague_does_not_decide(clock):
    quiet, loud = fit(opinions_of(clock, 2, 2), clock(), MODEL), fit(opinions_of(clock, 60, 60), clock(), MODEL)

    def peers(last):
        panel = panel_of({"c1": quiet, "c2": quiet, "c3": last})
        return panel.hear(seen(0), clock()).pulls("c new", TOPIC, ())[1]

    assert peers(loud) == peers(quiet)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=12))
def test_colleagues_are_heard_by_the_median_of_the_others(values):
    pulls = {str(number): value for number, value in enumerate(values)}
    shared = _Shared(pulls, sorted(values))

    for chat in [*pulls, "new"]:
        others = [value for other, value in pulls.items() if other != chat]
        assert shared.without(chat) == pytest.approx(median(others) if len(others) >= 3 else 0.0)


def test_a_head_that_is_replaced_or_forgotten_leaves_nothing(clock):
    head = fit(opinions_of(clock), clock(), MODEL)
    panel = panel_of({f"c{n}": head for n in range(40)})
    for n in range(40):
        panel.put(f"c{n}", None)
    panel.put("c5", head)

    assert len(panel) == 1
    assert panel.taught("총무과", TOPIC) == ("c5",)
    alone = panel.hear(seen(0), clock()).pulls("c5", TOPIC, ())[0]
    assert alone == pytest.approx(head.pull(Seen("다부", (), AXES[0], MODEL), TOPIC, clock()), abs=1e-5)


# --- the store


async def test_the_same_tap_twice_is_one_and_a_later_opinion_replaces_it(database, clock):
    store = Opinions(database)

    assert await store.tap(TENANT, CHAT, tap(clock, 1))
    assert not await store.tap(TENANT, CHAT, tap(clock, 1))
    clock.advance(timedelta(seconds=5))
    assert not await store.tap(TENANT, CHAT, tap(clock, 1))
    assert await store.tap(TENANT, CHAT, tap(clock, 1, Signal.UNRELATED))
    assert [one.signal for one in await store.taps(TENANT, CHAT)] == [Signal.UNRELATED]


async def test_of_ten_presses_at_once_one_counts(database, clock):
    store = Opinions(database)

    done = await asyncio.gather(*(store.tap(TENANT, CHAT, tap(clock, 1)) for _ in range(10)))

    assert done.count(True) == 1
    assert await store.sequence(TENANT) == 1


TAPPER = """
import asyncio, sys
import numpy as np
import redis.asyncio
from datetime import UTC, datetime, timedelta
from nlp.feedback import Seen, Signal, Tap
from nlp.opinions import Opinions

async def main():
    async with redis.asyncio.Redis(unix_socket_path=sys.argv[1]) as client:
        store, seen = Opinions(client), Seen("가부", ("말",), np.eye(8, dtype=np.float32)[0], "m")
        for number in range(100):
            at = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=number)
            tap = Tap(f"s{number}", Signal.LIKED, at, "t", 0.5, seen)
            await store.tap("gyeongnam", "console:dm:kim", tap)
            print(number, flush=True)

asyncio.run(main())
"""


def tapped_until(count, socket):
    """The numbers of the taps that a process was told are kept, before it was killed."""
    command = [sys.executable, "-c", TAPPER, socket]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        acknowledged = [int(next(process.stdout)) for _ in range(count)]
        process.kill()
    return acknowledged


@pytest.mark.parametrize("until", [1, 17, 60])
async def test_whoever_is_killed_loses_no_tap_that_was_acknowledged_and_repeats_none(database, redis_socket, until):
    acknowledged, store = await asyncio.to_thread(tapped_until, until, redis_socket), Opinions(database)
    kept = {tap.about for tap in await store.taps(TENANT, CHAT)}

    await asyncio.to_thread(tapped_until, 100, redis_socket)

    assert {f"s{number}" for number in acknowledged} <= kept
    assert len(await store.taps(TENANT, CHAT)) == await store.sequence(TENANT) == 100


async def test_an_opening_never_replaces_an_opinion_and_a_late_opinion_not_a_later_one(database, clock):
    store, early = Opinions(database), tap(clock, 1)
    clock.advance(timedelta(minutes=1))
    await store.tap(TENANT, CHAT, tap(clock, 1, Signal.UNRELATED, reason=Reason.TOPIC))
    clock.advance(timedelta(minutes=1))

    assert not await store.tap(TENANT, CHAT, tap(clock, 1, Signal.OPENED))
    assert not await store.tap(TENANT, CHAT, early)
    assert not await store.tap(TENANT, CHAT, tap(clock, 1, Signal.UNRELATED))
    assert [one.reason for one in await store.taps(TENANT, CHAT)] == [Reason.TOPIC]


async def test_people_of_a_channel_are_counted_each(database, clock):
    store = Opinions(database)

    done = [await store.tap(TENANT, "console:총무과", tap(clock, 1), by) for by in ("a", "b", "a")]

    assert done == [True, True, False]
    assert {one.about for one in await store.taps(TENANT, "console:총무과")} == {"story1"}


async def test_taps_and_what_was_sent_come_back_as_they_went_and_are_bounded(database, clock):
    store = Opinions(database, taps=5, sent=5)
    for number in range(9):
        clock.advance(timedelta(minutes=1))
        sent = Impression(f"story{number}", "press/1", "s1", TOPIC, "가부", ("말",), 0.5, clock())
        await store.sent(TENANT, [(CHAT, sent), (CHAT, sent)])
        await store.tap(TENANT, CHAT, tap(clock, number, axis=3))

    taps, news = await store.taps(TENANT, CHAT), await store.impressions(TENANT, CHAT)

    assert [one.about for one in taps] == [one.story for one in news] == [f"story{n}" for n in range(4, 9)]
    assert taps[-1].seen.vector == pytest.approx(AXES[3])
    assert (taps[-1].seen.agency, taps[-1].seen.words, taps[-1].at) == ("가부", ("인공지능",), clock())
    assert news[-1] == sent
    assert await store.chats(TENANT) == [CHAT]


async def test_a_mirror_follows_taps_resets_and_another_mirrors_cache(database, clock):
    store = Opinions(database)
    one, other = (HeadMirror(store, load(), lambda *_: None, clock) for _ in range(2))
    for each in opinions_of(clock):
        await store.tap(TENANT, CHAT, each)

    await one.refresh([TENANT, "changwon"])
    await other.refresh([TENANT])
    first, second = one.panel(TENANT).get(CHAT), other.panel(TENANT).get(CHAT)
    forgotten = [await store.reset(TENANT, CHAT), await store.reset(TENANT, CHAT)]
    await one.refresh([TENANT])

    assert isinstance(first, Head)
    assert second.tokens == first.tokens
    assert one.panel("changwon").get(CHAT) is None
    assert forgotten == [20, 0]
    assert one.panel(TENANT).get(CHAT) is None


async def test_a_tap_whose_writer_died_before_the_head_was_made_still_counts(database, clock):
    store = Opinions(database)
    for each in opinions_of(clock):
        await store.tap(TENANT, CHAT, each)
    await store.keep_head(TENANT, CHAT, 1, fit(opinions_of(clock, 1, 0), clock(), load().name))  # of an older change

    mirror = HeadMirror(store, load(), lambda *_: None, clock)
    await mirror.refresh([TENANT])

    assert mirror.panel(TENANT).get(CHAT).known[TOPIC] == 20


async def test_a_head_is_a_few_kilobytes(database, clock):
    store, rng = Opinions(database), np.random.default_rng(1)
    for number in range(200):
        vector = rng.normal(size=256).astype(np.float32)
        said = Seen(f"기관{number % 30}", (f"말{number % 50}",), vector / np.linalg.norm(vector), load().name)
        clock.advance(timedelta(minutes=1))
        await store.tap(TENANT, CHAT, Tap(f"s{number}", Signal.LIKED, clock(), TOPIC, 0.5, said))
    mirror = HeadMirror(store, load(), lambda *_: None, clock)
    await mirror.refresh([TENANT])

    assert len(await database.hget(f"dobi:{{{TENANT}}}:opinions:heads", CHAT)) < 6_000
    assert await database.memory_usage(f"dobi:{{{TENANT}}}:opinions:taps:{CHAT}") < 80_000


def test_nothing_here_imports_scikit_learn():
    code = "import nlp.panel, nlp.opinions, sys; print('sklearn' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


async def test_an_opinion_is_taken_back_once_and_only_the_one_that_is_meant(database, clock):
    store = Opinions(database)
    before = await store.sequence(TENANT)
    await store.tap(TENANT, CHAT, tap(clock, 1))

    assert not await store.take_back(TENANT, CHAT, "story1", Signal.UNRELATED, clock())
    assert await store.take_back(TENANT, CHAT, "story1", Signal.LIKED, clock())
    assert not await store.take_back(TENANT, CHAT, "story1", Signal.LIKED, clock())
    assert await store.taps(TENANT, CHAT) == []
    assert await store.sequence(TENANT) == before + 2


async def test_what_was_taken_back_before_it_came_does_not_stand_and_what_is_said_anew_does(database, clock):
    store, first = Opinions(database), tap(clock, 1)
    clock.advance(timedelta(seconds=1))
    gone = clock()

    await store.take_back(TENANT, CHAT, "story1", Signal.LIKED, gone)
    assert not await store.tap(TENANT, CHAT, first)
    clock.advance(timedelta(seconds=1))
    assert await store.tap(TENANT, CHAT, tap(clock, 1))
    assert not await store.take_back(TENANT, CHAT, "story1", Signal.LIKED, gone)
    assert await store.holds(TENANT, CHAT, "story1", Signal.LIKED)


async def test_a_person_of_a_channel_takes_back_nobody_elses_opinion(database, clock):
    store = Opinions(database)
    for by in ("kim", "lee"):
        await store.tap(TENANT, CHAT, tap(clock, 1), by)

    await store.take_back(TENANT, CHAT, "story1", Signal.LIKED, clock(), "kim")

    assert [await store.holds(TENANT, CHAT, "story1", Signal.LIKED, by) for by in ("kim", "lee")] == [False, True]
    await store.forget(TENANT, CHAT)
    assert await database.keys("*backs*") == []
