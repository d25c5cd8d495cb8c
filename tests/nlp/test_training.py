"""The trainer: its gradients against finite differences, and that a few steps learn something."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlp.embedding import load_static, save_static
from nlp.training.bags import WordBags, bag, pack, train_tokenizer
from nlp.training.contrast import cosent_loss, ranking_loss
from nlp.training.corpus import Corpus, PairSet, SplitSet
from nlp.training.loop import Recipe, corpus_idf, prepare, start, train


def slope(loss: object, matrix: np.ndarray, row: int, column: int, step: float = 1e-2) -> float:
    up, down = matrix.copy(), matrix.copy()
    up[row, column] += step
    down[row, column] -= step
    return (loss(up) - loss(down)) / (2 * step)  # type: ignore[operator]


@pytest.mark.parametrize("extra", [0, 3])
def test_the_ranking_gradient_is_the_slope_of_the_loss(extra: int) -> None:
    rng = np.random.default_rng(3)
    left, right = rng.standard_normal((5, 8)).astype(np.float32), rng.standard_normal((5 + extra, 8)).astype(np.float32)
    same = np.zeros((5, 5), dtype=np.bool_)
    same[0, 1] = same[1, 0] = True

    _, d_left, d_right = ranking_loss(left, right, same)

    for row, column in [(0, 0), (2, 5), (4, 7)]:
        by_left = slope(lambda moved: ranking_loss(moved, right, same)[0], left, row, column)
        by_right = slope(lambda moved: ranking_loss(left, moved, same)[0], right, row, column)
        assert d_left[row, column] == pytest.approx(by_left, abs=2e-2)
        assert d_right[row, column] == pytest.approx(by_right, abs=2e-2)


def test_the_cosent_gradient_is_the_slope_of_the_loss() -> None:
    rng = np.random.default_rng(4)
    left, right = rng.standard_normal((6, 8)).astype(np.float32), rng.standard_normal((6, 8)).astype(np.float32)
    scores = np.array([0, 1, 2, 3, 4, 5], dtype=np.float32)

    _, d_left, d_right = cosent_loss(left, right, scores)

    for row, column in [(0, 0), (3, 5)]:
        by_left = slope(lambda moved: cosent_loss(moved, right, scores)[0], left, row, column)
        by_right = slope(lambda moved: cosent_loss(left, moved, scores)[0], right, row, column)
        assert d_left[row, column] == pytest.approx(by_left, abs=5e-2)
        assert d_right[row, column] == pytest.approx(by_right, abs=5e-2)


WORDS = ["재난", "안전", "점검", "청년", "창업", "지원", "농업", "수출", "반도체", "산업", "문화", "유산"]


def texts(count: int) -> list[str]:
    rng = np.random.default_rng(5)
    return [" ".join(rng.choice(WORDS, 5, replace=False)) for _ in range(count)]


def test_a_split_never_shares_a_word_and_loses_none() -> None:
    tokenizer = train_tokenizer(texts(200))
    words = WordBags(tokenizer, texts(50))

    left, right = words.cut(np.arange(50), np.random.default_rng(6))

    whole = words.bags()
    for number in range(50):
        tokens = whole.tokens[whole.offsets[number] : whole.offsets[number + 1]]
        assert sorted([*left[number], *right[number]]) == sorted(tokens)
        assert len(left[number])
        assert len(right[number])


def test_dropout_never_empties_a_text() -> None:
    rng = np.random.default_rng(7)

    matrix = pack([np.array([1], dtype=np.int32)] * 50, 4, rng, 0.9)

    assert (np.asarray(matrix.sum(axis=1)) == 1).all()


def test_a_few_steps_bring_pairs_together_and_the_model_can_be_shipped(tmp_path: Path) -> None:
    anchors = ["어르신", "창업기업", "집중호우", "재난안전"] * 8
    positives = ["노인 복지", "스타트업 지원", "폭우 침수", "방재 관리"] * 8
    tokenizer = train_tokenizer([*anchors, *positives, *texts(100)])
    corpus = Corpus([PairSet("p", 1, anchors, positives)], [SplitSet("s", 1, texts(100))], [])
    sources = prepare(corpus, tokenizer)
    weights = start(corpus_idf(sources, tokenizer.get_vocab_size()), seed=1)
    bags = bag(tokenizer, anchors[:4]), bag(tokenizer, positives[:4])

    def near(rows: np.ndarray) -> float:
        rng = np.random.default_rng(0)
        left, right = (part.matrix(np.arange(4), len(rows), rng, 0.0) @ rows for part in bags)
        cosine = (left * right).sum(1) / np.linalg.norm(left, axis=1) / np.linalg.norm(right, axis=1)
        return float(cosine.mean())

    trained = train(sources, weights, Recipe(steps=60, batch=32, check_every=20), near)
    save_static(tmp_path, tokenizer, trained, "tiny")
    rows = load_static(tmp_path).encode(["어르신", "노인 복지"])

    assert near(trained) > near(weights) + 0.3
    assert float(rows[0] @ rows[1]) > 0.4
