"""The built-in model: its shape, what it knows, what it must not claim; and how a missing one is told."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.embedding import MODEL, ModelError, load
from nlp.table import is_folder


@given(st.lists(st.text(max_size=100), max_size=5))
def test_every_row_is_a_unit_vector_or_zero(texts: list[str]) -> None:
    rows = load().encode(texts)

    norms = np.linalg.norm(rows, axis=1)
    assert rows.shape == (len(texts), load().dimensions)
    assert rows.dtype == np.float32
    assert (np.isclose(norms, 1, atol=1e-4) | (norms == 0)).all()


def test_a_text_has_one_vector_alone_or_in_a_batch() -> None:
    texts = ["경상남도 재난안전", "스마트공장 보급", ""] * 700

    together = load().encode(texts)

    assert np.allclose(together[:3], [load().encode([text])[0] for text in texts[:3]], atol=1e-6)
    assert np.allclose(together[:3], together[-3:], atol=1e-6)


@pytest.mark.parametrize("text", ["", "   ", "😀🎉", "\ud800", "\x00"])
def test_nothing_known_is_similar_to_nothing(text: str) -> None:
    assert not load().encode([text]).any()


@pytest.mark.parametrize(
    ("word", "related", "unrelated"),
    [
        ("어르신 돌봄", "노인 요양 서비스", "반도체 수출"),
        ("집중호우", "장마철 침수 피해 복구", "청년 창업 지원"),
        ("소상공인", "자영업자 대출 지원", "문화유산 보존"),
        ("탄소중립", "온실가스 감축 목표", "최저임금 심의"),
    ],
)
def test_related_words_are_nearer_than_unrelated(word: str, related: str, unrelated: str) -> None:
    rows = load().encode([word, related, unrelated])

    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.15


def test_the_model_is_small_and_carries_its_card_and_licence() -> None:
    files = {path.name: path.stat().st_size for path in MODEL.iterdir()}

    assert is_folder(MODEL)
    assert {"tokenizer.json", "terms.npz", "MODEL_CARD.md", "LICENSE"} <= set(files)
    assert sum(files.values()) <= 12_000_000


def test_loading_pulls_in_neither_torch_nor_scikit_learn() -> None:
    code = (
        "import sys; from nlp.embedding import load; from nlp.matching import Matcher; Matcher(load()).match('가');"
        "print([m for m in ('torch', 'sklearn', 'scipy', 'sentence_transformers') if m in sys.modules])"
    )

    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert seen.stdout.strip() == "[]"


@pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is not None, reason="the extra 'transformers' is installed"
)
def test_a_model_that_needs_the_extra_says_which() -> None:
    with pytest.raises(ModelError, match=r"transformers|can't be loaded"):
        load("no-such-organisation/no-such-model")


def test_a_broken_model_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.npz").write_bytes(b"not a model")

    with pytest.raises(ModelError, match="no model can be read"):
        load(str(tmp_path))
