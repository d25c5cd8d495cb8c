"""Rows as sums of a few entries: whatever comes and goes, they are what a product with a matrix gives."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.document import read
from nlp.embedding import load
from nlp.matching import Matcher, New
from nlp.meaning import Stored, Summed
from nlp.sums import Sums

SLOTS = 12
ROWS = st.lists(st.integers(0, SLOTS - 1), max_size=20)
STEPS = st.lists(st.tuples(st.integers(0, 9), st.none() | ROWS), max_size=40)


def check(steps, block=8_192):
    made, matrix = Sums(block), np.zeros((10, SLOTS), dtype=np.float32)
    values = np.random.default_rng(1).random((3, 2, SLOTS), dtype=np.float32)
    for row, slots in steps:
        made.drop(row)
        matrix[row] = 0
        if slots is not None:
            weights = np.arange(1, len(slots) + 1, dtype=np.float32)
            made.put(row, np.array(slots, dtype=np.intp), weights)
            np.add.at(matrix[row], slots, weights)

    rows = [np.arange(10), np.array([7, 3])]
    first, second = made.of(rows, values)

    assert np.allclose(made.all(values[0], 10), values[0] @ matrix.T, rtol=1e-4)
    assert np.allclose(first, values[:, 0] @ matrix.T, rtol=1e-4)
    assert np.allclose(second, values[:, 1] @ matrix[[7, 3]].T, rtol=1e-4)
    assert np.allclose(made.combined(rows[1], values[0].T), matrix[[7, 3]] @ values[0].T, rtol=1e-4)
    assert all(set(made.slots(row).tolist()) == set(np.flatnonzero(matrix[row])) for row in range(10))


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_any_coming_and_going_leaves_the_rows_that_are_there(steps):
    check(steps)


@pytest.mark.parametrize("block", [2, 64, 8_192])
def test_rows_that_fill_several_blocks_stay_themselves(block):
    rng = np.random.default_rng(2)
    steps = [
        (int(row), rng.integers(0, SLOTS, 3).tolist() if rng.random() < 0.7 else None)
        for row in rng.integers(0, 10, 300)
    ]

    check(steps, block)


def test_sums_of_tokens_are_the_vectors_that_the_model_gives():
    embedder = load()
    texts = ["스마트공장 보급", "재난", "노인 일자리 사업 확대", "😀", "R&D 예산"]
    forms = read(["중소기업의 지능형 공장을 돕는다. " * 40, "폭우에 대비한다."], ["스마트공장", None], embedder)
    kinds = Summed(embedder), Stored(embedder)
    for kind in kinds:
        encoded = kind.encode(texts)
        for row in range(len(texts)):
            kind.put(row, encoded, row)
        kind.drop(1)

    met = [kind.meet(forms, len(texts)) for kind in kinds]

    some = [np.array([0, 2, 4]), np.array([1, 3])]
    assert np.allclose(kinds[0].vectors(np.arange(5)), kinds[1].vectors(np.arange(5)), atol=1e-5)
    assert np.allclose(met[0].leads(), met[1].leads(), atol=1e-5)
    for mine, theirs in zip(met[0].of(some), met[1].of(some), strict=True):
        assert np.allclose(mine, theirs, atol=1e-5)


def test_keywords_come_and_go_while_documents_are_matched():
    made = Matcher(load())
    made.add_many(New(f"k{number}", f"스마트공장 {number}") for number in range(50))
    stop, found = threading.Event(), list[int]()

    def match() -> None:
        while not stop.is_set():
            found.extend(len(one) for one in made.match_many(["스마트공장을 보급한다."] * 20))

    worker = threading.Thread(target=match)
    worker.start()
    for number in range(200):
        made.add("me", f"스마트공장 보급 {number}")
    stop.set()
    worker.join(timeout=60)

    assert not worker.is_alive()
    assert found
    assert min(found) >= 50
