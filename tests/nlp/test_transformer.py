"""Transformers: a real one, tiny and made here from a random configuration, and how each failure is told apart.

What needs the extra is skipped where it is not installed (`make extra EXTRA=transformers`); nothing asks the network.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlp.embedding import ModelError, load
from nlp.matching import Matcher

TEXTS = (
    "경상남도는 재난안전 대응을 강화한다",
    "소상공인 지원사업을 공고한다",
    "스마트공장 보급 확산",
    "어르신 일자리를 늘린다",
    "산불 조심 기간을 정한다",
)

_needs_it = pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is None, reason="the extra 'transformers' is not installed"
)
without_extra = pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is not None, reason="the extra 'transformers' is installed"
)
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


def with_extra(test: Callable[..., Any]) -> Callable[..., Any]:
    """It runs where `make conformance` installed the extra."""
    return pytest.mark.heavy(_needs_it(test))


def make_transformer(folder: Path, *, seed: int = 0, prompts: dict[str, str] | None = None) -> Path:
    """Saves a BERT of two narrow layers with random weights and a tokenizer of the letters of `TEXTS`."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    torch.manual_seed(seed)
    raw = folder / "raw"
    raw.mkdir(parents=True)
    letters = sorted({letter for text in TEXTS for letter in text if letter.strip()})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    (raw / "vocab.txt").write_text("\n".join(pieces))
    BertTokenizer(str(raw / "vocab.txt")).save_pretrained(raw)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(raw)
    body = Transformer(str(raw), max_seq_length=48)
    made = SentenceTransformer(modules=[body, Pooling(32)], prompts=prompts)
    made.save(str(folder / "model"), create_model_card=False)
    return folder / "model"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make_transformer(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def prompted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make_transformer(tmp_path_factory.mktemp("prompted"), prompts={"query": "재난 ", "document": "보급 "})


@with_extra
def test_a_folder_gives_unit_rows_that_do_not_depend_on_the_batch(folder: Path) -> None:
    embedder = load(str(folder))

    rows = embedder.encode(TEXTS * 9)

    assert rows.shape == (45, embedder.dimensions) == (45, 32)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    assert np.allclose(rows[:5], np.concatenate([embedder.encode([text]) for text in TEXTS]), atol=1e-4)
    assert embedder.encode([]).shape == (0, 32)


@with_extra
@pytest.mark.parametrize("text", ["", "  ", "😀🎉", "\ud800"])
def test_what_says_nothing_is_similar_to_nothing(folder: Path, text: str) -> None:
    assert not load(str(folder)).encode([text]).any()


@with_extra
def test_a_long_text_is_cut_at_the_window(folder: Path) -> None:
    from nlp.transformer import Options

    own, narrow = load(str(folder)), load(str(folder), Options(window=8))
    wide = load(str(folder), Options(window=10_000))
    text = " ".join(TEXTS)

    assert (own.window, narrow.window, wide.window) == (48, 8, 48)
    assert np.allclose(narrow.encode([text]), narrow.encode([text + " 그리고 더" * 50]), atol=1e-5)
    assert not np.allclose(own.encode([text]), narrow.encode([text]), atol=1e-3)
    assert np.isfinite(own.encode(["재난 " * 1_000_000])).all()


@with_extra
def test_the_models_own_prompts_stand_before_keywords_and_documents(folder: Path, prompted: Path) -> None:
    from nlp.transformer import Options

    embedder = load(str(prompted))
    plain = load(str(prompted), Options(query_prompt="", document_prompt=""))
    given = load(str(folder), Options(query_prompt="재난 "))

    assert embedder.prompts == {"query": "재난 ", "document": "보급 "}
    assert np.allclose(embedder.encode(["안전"], role="query"), plain.encode(["재난 안전"]), atol=1e-5)
    assert np.allclose(embedder.encode(["안전"]), plain.encode(["보급 안전"]), atol=1e-5)
    assert given.prompts == {"query": "재난 "}
    assert len({embedder.name, plain.name, given.name}) == 3


@with_extra
def test_the_name_tells_weights_apart_and_stays_when_the_folder_moves(folder: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(folder, tmp_path / "elsewhere" / folder.name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = make_transformer(tmp_path / "other", seed=1)

    assert load(str(moved)).name == load(str(folder)).name
    assert load(str(other)).name != load(str(folder)).name


@with_extra
def test_subscriptions_are_matched_with_it(folder: Path) -> None:
    matcher = Matcher(load(str(folder)))
    matcher.add("me", "스마트공장")

    found = matcher.match("스마트공장 보급 확산을 알린다.", "스마트공장 보급 확산")

    assert found[0].subscription_id == "me"
    assert found[0].push


@with_extra
@pytest.mark.parametrize("break_it", ["weights", "config", "empty"])
def test_a_broken_folder_is_told_as_one(folder: Path, tmp_path: Path, break_it: str) -> None:
    broken = shutil.copytree(folder, tmp_path / "broken")
    if break_it == "weights":
        (broken / "model.safetensors").write_bytes(b"\x00" * 100)
    elif break_it == "config":
        (broken / "config.json").write_text(json.dumps({"model_type": "no such"}))
    else:
        shutil.rmtree(broken)
        broken.mkdir()

    with pytest.raises(ModelError) as told:
        load(str(broken))

    assert told.value.cause == "broken"


@with_extra
def test_a_folder_that_is_not_there_is_told_as_one() -> None:
    with pytest.raises(ModelError) as told:
        load("./no-such-folder")

    assert told.value.cause == "folder"


@with_extra
def test_without_a_network_a_name_that_is_not_kept_here_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def nowhere(*_: object, **__: object) -> None:
        raise ConnectionError("no route")

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", nowhere)

    with pytest.raises(ModelError) as told:
        load("somebody/no-such-model-of-dobi")

    assert told.value.cause == "offline"


@without_extra
def test_without_the_extra_the_model_is_refused_with_its_cause() -> None:
    with pytest.raises(ModelError) as told:
        load("jhgan/ko-sroberta-multitask")

    assert told.value.cause == "extra"
