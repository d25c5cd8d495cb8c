"""A static model's folder, in the form that sentence-transformers reads by itself: no code of ours, no network.

    model.safetensors    int8 rows and a float32 scale for each, the model's name in its header
    tokenizer.json       cuts a text into pieces, one row each
    modules.json, config_sentence_transformers.json    tell: the mean of the rows, at length one

`SentenceTransformer(folder)` so gives the vectors that `nlp.embedding` gives, up to rounding and what stands behind the
20,000th character. The piece for the unknown has the scale zero. Nothing here reads a text or makes a vector.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FILE: Final = "model.safetensors"
UNKNOWN: Final = "<unk>"
_LONGEST_HEADER: Final = 65_536
_NAME: Final = "dobi_name"  # what tells our files from the many others that are called so

_MODULES: Final = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
]
_CONFIG: Final[dict[str, object]] = {
    "model_type": "SentenceTransformer",
    "prompts": {},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Token rows as int8, shape (vocabulary, d), and the factor of each row, shape (vocabulary,)."""

    rows: NDArray[np.int8]
    scales: NDArray[np.float32]
    name: str

    @property
    def mark(self) -> str:
        """The name with what tells two trainings of one name apart."""
        return f"{self.name}@{zlib.crc32(self.rows.tobytes()):08x}"

    def weights(self) -> NDArray[np.float32]:
        """The rows in float32."""
        return self.rows.astype(np.float32) * self.scales[:, None]


def quantise(weights: NDArray[np.float32], name: str, unknown: int | None) -> Table:
    """The table of these weights, equal to them to within 0.03 points in every figure; row `unknown` counts nothing."""
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-12) / 127
    rows = np.rint(weights / scales[:, None]).astype(np.int8)
    if unknown is not None:
        scales[unknown] = 0.0
    return Table(rows, scales.astype(np.float32), name)


def dump(table: Table) -> bytes:
    """The table as a safetensors file (https://github.com/huggingface/safetensors#format).

    `embeddings` and `weights` are the names by which sentence-transformers knows quantised rows and their factors.
    """
    rows, scales = np.ascontiguousarray(table.rows), np.ascontiguousarray(table.scales)
    header = {
        "__metadata__": {"format": "pt", _NAME: table.name},
        "weights": {"dtype": "F32", "shape": list(scales.shape), "data_offsets": [0, scales.nbytes]},
        "embeddings": {
            "dtype": "I8",
            "shape": list(rows.shape),
            "data_offsets": [scales.nbytes, scales.nbytes + rows.nbytes],
        },
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + scales.tobytes() + rows.tobytes()


def parse(data: bytes) -> Table:
    """The table in the bytes of such a file.

    Raises:
        ValueError: it is no such file, or not whole.
    """
    size = int.from_bytes(data[:8], "little")
    if not 2 <= size <= min(_LONGEST_HEADER, len(data) - 8):
        raise ValueError(f"expected a header of at most {_LONGEST_HEADER} bytes, got {size} in {len(data)}")
    try:
        header: dict[str, Any] = json.loads(data[8 : 8 + size])
        name = str(header["__metadata__"][_NAME])
        scales = _tensor(data, 8 + size, header["weights"], "F32", np.dtype("<f4"))
        rows = _tensor(data, 8 + size, header["embeddings"], "I8", np.dtype("i1"))
    except (KeyError, TypeError, UnicodeDecodeError) as error:
        raise ValueError(f"no table is described in the header: {error!r}") from error
    if rows.ndim != 2 or scales.shape != rows.shape[:1] or not np.isfinite(scales).all():
        raise ValueError(f"expected a scale for each row, got {scales.shape} and {rows.shape}")
    return Table(rows.view(np.int8), scales.astype(np.float32, copy=False), name)


def _tensor(data: bytes, start: int, told: dict[str, Any], kind: str, dtype: np.dtype[Any]) -> NDArray[Any]:
    (begin, end), shape = told["data_offsets"], tuple(int(length) for length in told["shape"])
    wanted = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    if told["dtype"] != kind or not 0 <= begin <= end <= len(data) - start or end - begin != wanted:
        raise ValueError(f"expected {wanted} bytes of {kind}, got {end - begin} of {told['dtype']}")
    return np.frombuffer(data, dtype=dtype, count=wanted // dtype.itemsize, offset=start + begin).reshape(shape)


def is_folder(folder: Path) -> bool:
    """Whether a model of this kind lies there; `model.npz` is how the first ones were written."""
    if (folder / "model.npz").is_file():
        return True
    try:
        with (folder / FILE).open("rb") as file:
            return f'"{_NAME}"'.encode() in file.read(512)
    except OSError:
        return False


def read(folder: Path) -> Table:
    """The table in a folder.

    Raises:
        OSError: there is none.
        ValueError: it is broken.
    """
    older = folder / "model.npz"
    if not older.is_file():
        return parse((folder / FILE).read_bytes())
    with np.load(older, allow_pickle=False) as stored:
        return Table(stored["rows"], stored["scales"], str(stored["name"]))


def write(folder: Path, table: Table) -> None:
    """Puts the table into a folder, with what tells sentence-transformers how to read it; an older form goes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(dump(table))
    (folder / "modules.json").write_text(json.dumps(_MODULES, indent=2) + "\n")
    (folder / "config_sentence_transformers.json").write_text(json.dumps(_CONFIG, indent=2) + "\n")
    (folder / "model.npz").unlink(missing_ok=True)
