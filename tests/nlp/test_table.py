"""The folder of a static model: written whole, read strictly, and the same to sentence-transformers as to Dobi."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import table
from nlp.embedding import MODEL, ModelError, load, load_static, save_static

TEXTS = [
    "&#039;26.6월 소비자물가 동향",
    "경상남도 소상공인 긴급경영안정자금 지원 공고",
    "재\u200b난 안전 점검",
    "R&amp;D 예산 「지역특화형」 비자",
    "ＡＩ 산업 육성",
    "Ministry of Health 2026",
    "가나다라" * 400,
]


def tiny(rows: int = 5, width: int = 4) -> table.Table:
    weights = np.random.default_rng(1).standard_normal((rows, width)).astype(np.float32)
    return table.quantise(weights, "작은 모델", 0)


def test_a_table_comes_back_as_it_was_written(tmp_path: Path) -> None:
    wrote = tiny()

    table.write(tmp_path, wrote)
    found = table.read(tmp_path)

    assert table.is_folder(tmp_path)
    assert (found.name, found.mark) == (wrote.name, wrote.mark)
    assert np.array_equal(found.rows, wrote.rows)
    assert np.array_equal(found.scales, wrote.scales)
    assert not found.weights()[0].any()


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_anything_else_is_refused(junk: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        table.parse(junk)


@settings(deadline=None)
@given(st.integers(0, 600), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_refused_or_read_in_bounds(place: int, junk: bytes) -> None:
    whole = bytearray(table.dump(tiny()))
    whole[place : place + len(junk)] = junk

    try:
        found = table.parse(bytes(whole))
    except ValueError:
        return
    assert found.rows.shape[0] == found.scales.shape[0]


def test_a_file_that_was_cut_off_is_refused() -> None:
    whole = table.dump(tiny())

    for length in range(0, len(whole), 7):
        with pytest.raises(ValueError, match=r"expected|Expecting"):
            table.parse(whole[:length])


def test_the_first_form_is_still_read_and_gives_way_to_the_new(tmp_path: Path) -> None:
    wrote = tiny()
    np.savez_compressed(tmp_path / "model.npz", rows=wrote.rows, scales=wrote.scales, name=np.array("첫 모델"))

    assert table.is_folder(tmp_path)
    assert table.read(tmp_path).name == "첫 모델"
    table.write(tmp_path, wrote)
    assert table.read(tmp_path).name == wrote.name
    assert not (tmp_path / "model.npz").exists()


def test_the_shipped_folder_is_in_the_form_that_others_read() -> None:
    files = {path.name for path in MODEL.iterdir()}

    assert {table.FILE, "tokenizer.json", "modules.json", "config_sentence_transformers.json"} <= files
    assert "model.npz" not in files, "two tables: rewrite the folder as docs/training.md says"


def test_a_folder_of_another_library_is_none_of_ours(tmp_path: Path) -> None:
    header = json.dumps({"__metadata__": {"format": "pt"}, "x": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}})
    (tmp_path / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header.encode())

    assert not table.is_folder(tmp_path)
    assert not table.is_folder(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="no model can be read"):
        load_static(tmp_path)


def test_saving_again_changes_no_vector(tmp_path: Path) -> None:
    shipped = load_static(MODEL)

    save_static(tmp_path, shipped.tokenizer, shipped.table.weights(), shipped.table.name)

    again = load_static(tmp_path)
    assert np.allclose(again.encode(TEXTS), shipped.encode(TEXTS), atol=1e-6)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 10_000_000


ALIKE = """
import json, sys
import numpy as np
from sentence_transformers import SentenceTransformer
np.save(sys.argv[2], SentenceTransformer(sys.argv[1], device="cpu").encode(json.loads(sys.argv[3])))
"""


@pytest.mark.heavy
def test_sentence_transformers_reads_the_shipped_folder_by_itself_and_gives_the_same_vectors(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra 'transformers' is not installed")
    offline = {"HF_HUB_OFFLINE": "1", "HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}

    subprocess.run(
        [sys.executable, "-c", ALIKE, MODEL, tmp_path / "rows.npy", json.dumps(TEXTS)], check=True, env=offline
    )

    assert np.sum(np.load(tmp_path / "rows.npy") * load().encode(TEXTS), axis=1) == pytest.approx(1, abs=1e-3)
