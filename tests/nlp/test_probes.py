"""The lot is fair, its weights add up, and what is drawn once stands."""

from __future__ import annotations

from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.probes import FAR, NEAR, NEAR_FROM, Answered, Drawn, Probe, ProbeStore, Unsent, draw, recall

TENANT, CHAT = "gyeongnam", "console:dm:kim"


def unsent(number, score):
    return Unsent(f"press/{number}", f"story{number}", "가부", "t", ("말",), score)


def pool(near, far):
    return [unsent(n, 0.3 + n / 1000) for n in range(near)] + [unsent(1000 + n, n / 5000) for n in range(far)]


@given(near=st.integers(0, 40), far=st.integers(0, 40), seed=st.text(max_size=8))
def test_five_are_drawn_or_all_there_are_and_their_weights_add_up_to_all(near, far, seed):
    drawn = draw(pool(near, far), seed)

    assert len(drawn) == min(NEAR + FAR, near + far)
    assert len({one.one.document for one in drawn}) == len(drawn)
    for strata, size in ((True, near), (False, far)):
        weights = [one.weight for one in drawn if (one.one.score >= NEAR_FROM) is strata]
        assert sum(weights) == pytest.approx(size if weights else 0)
        assert bool(weights) is bool(size)


def test_the_same_seed_draws_the_same_whatever_the_order():
    everything = pool(20, 30)

    assert draw(everything, "a/kim/2026-48") == draw(everything[::-1], "a/kim/2026-48")
    assert draw(everything, "a/kim/2026-48") != draw(everything, "a/kim/2026-49")


def test_over_many_weeks_the_estimate_is_right():
    everything = pool(30, 200)
    wanted = {one.document for one in [*everything[:6], *everything[40:44]]}  # ten were missed

    estimates = []
    for week in range(4_000):
        drawn = draw(everything, str(week))
        numbers = frozenset(n for n, one in enumerate(drawn, 1) if one.one.document in wanted)
        estimates.append(Answered(Probe("", None, 0, drawn), numbers).missed)

    assert mean(estimates) == pytest.approx(10, rel=0.1)


def looked(clock, sent, weights, wanted):
    items = tuple(Drawn(unsent(n, 0.3), weight) for n, weight in enumerate(weights))
    return Answered(Probe("2026-48", clock(), sent, items), frozenset(wanted))


def test_recall_counts_what_was_wanted_among_what_was_sent(clock):
    assert recall([looked(clock, 10, [5.0] * 5, [])], 0.8) == 1.0
    assert recall([looked(clock, 10, [2.0] * 5, [3])], 0.8) == pytest.approx(8 / 10)
    assert recall([looked(clock, 10, [2.0] * 5, [1]), looked(clock, 6, [2.0] * 5, [2])], 0.5) == pytest.approx(8 / 12)
    assert recall([], 0.8) is None
    assert recall([looked(clock, 0, [2.0], [])], 0.8) is None


async def test_what_was_drawn_first_stands_and_comes_back_as_it_was(database, clock):
    store = ProbeStore(database)
    first = Probe("2026-48", clock(), 7, draw(pool(9, 9), "one"))

    kept = [await store.keep(TENANT, CHAT, first)]
    kept.append(await store.keep(TENANT, CHAT, Probe("2026-48", clock(), 1, draw(pool(9, 9), "other"))))

    assert kept == [first, first]
    assert await store.get(TENANT, CHAT, "2026-48") == first


async def test_an_answer_counts_once_and_none_of_them_is_an_answer_too(database, clock):
    store = ProbeStore(database)
    for week in ("2026-47", "2026-48", "2026-49"):
        await store.keep(TENANT, CHAT, Probe(week, clock(), 7, draw(pool(9, 9), week)))

    done = [await store.answer(TENANT, CHAT, "2026-47", 0), await store.answer(TENANT, CHAT, "2026-48", 2)]
    again = await store.answer(TENANT, CHAT, "2026-48", 2)

    assert (done, again) == ([True, True], False)
    assert [(one.probe.week, one.wanted) for one in await store.answered(TENANT, CHAT)] == [
        ("2026-47", frozenset()),
        ("2026-48", frozenset({2})),
    ]


async def test_twelve_weeks_are_kept(database, clock):
    store = ProbeStore(database)
    for week in range(10, 30):
        await store.keep(TENANT, CHAT, Probe(f"2026-{week}", clock(), 7, draw(pool(2, 2), "x")))
        await store.answer(TENANT, CHAT, f"2026-{week}", 0)

    answered = await store.answered(TENANT, CHAT)

    assert [one.probe.week for one in answered] == [f"2026-{week}" for week in range(18, 30)]
