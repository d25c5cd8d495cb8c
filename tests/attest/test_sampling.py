"""A draw that repeats: the same seed and keys, the same sample; and no stratum is the whole of it."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from attest.sampling import Item, draw

MANY = [Item(f"t{number:03}", ("총무과" if number % 3 else "농정과", number % 10 == 0)) for number in range(200)]
items = st.lists(
    st.builds(Item, st.text(min_size=1, max_size=6), st.tuples(st.sampled_from("가나다"), st.booleans())),
    unique_by=lambda item: item.key,
    max_size=60,
)


def test_anybody_can_repeat_the_draw_with_a_hash_alone():
    seed, only = "감사담당관-812 2026-10-01~2026-10-31", [Item(f"t{number}", ("총무과", False)) for number in range(50)]
    by_hand = sorted((item.key for item in only), key=lambda key: hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest())

    assert draw(only, 5, seed).keys == tuple(by_hand[:5])


def test_the_order_of_the_list_changes_nothing_and_another_seed_everything():
    assert draw(MANY, 20, "a").keys == draw(MANY[::-1], 20, "a").keys
    assert draw(MANY, 20, "a").keys != draw(MANY, 20, "b").keys


def test_flagged_ones_have_their_share_and_no_more():
    found = draw(MANY, 20, "a")

    shares = {share.stratum: share.drawn for share in found.shares}
    assert all(shares.values())
    assert 1 <= shares["총무과", True] + shares["농정과", True] <= 4


def test_a_draw_smaller_than_the_strata_takes_one_of_some():
    found = draw(MANY, 3, "a")

    assert len(found.keys) == 3
    assert max(share.drawn for share in found.shares) == 1


@given(items, st.integers(0, 80), st.text(max_size=10))
def test_a_sample_is_of_the_items_each_once_and_as_many_as_asked(given_, count, seed):
    found = draw(given_, count, seed)

    assert len(found.keys) == len(set(found.keys)) == min(count, len(given_))
    assert set(found.keys) <= {item.key for item in given_}
    assert sum(share.drawn for share in found.shares) == len(found.keys)
    assert all(share.drawn <= share.size for share in found.shares)
    if count >= len(found.shares):
        assert all(share.drawn for share in found.shares)
