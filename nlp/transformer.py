"""A sentence-transformers model by hub name or local folder: the one door to that library and to torch.

    name ─ folder? else the hub's cache, else the hub ─► model ─ its own prompts, its own window ─► unit rows

Nothing here is imported, and no network is asked, unless an administrator names a model. Code that a model brings along
is never run, and only its own files are read. It speaks no prose: what went wrong is `ModelError.cause`.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from nlp.vectors import ModelError, Role, Vectors, unit

_TEXT: Final = 20_000  # characters of a text that are looked at at all
_ASKING_S: Final = 10.0
_SAMPLED: Final = 64  # numbers of each tensor, from either end, that tell two models apart
_HUB_NAME: Final = re.compile(r"[\w.-]+(?:/[\w.-]+)?")
_NO_CONNECTION: Final = ("connect", "timeout", "resolution", "offline", "network", "proxy", "ssl")

logging.getLogger("sentence_transformers").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Options:
    """How a transformer is run. None leaves a thing to the model; `threads` are then half the cores.

    Not all: a thread that waits for a busy core holds the others up, and whoever chats meanwhile needs one.
    `window` is in tokens, at most the model's own; `query_prompt` and `document_prompt` are put before texts.
    """

    batch: int = 16
    window: int | None = None
    threads: int | None = None
    query_prompt: str | None = None
    document_prompt: str | None = None


class TransformerEmbedder:
    """A transformer on the CPU. Safe to share between threads: they take turns."""

    def __init__(self, name: str, options: Options) -> None:
        """Loads it, from the hub where it is neither a folder nor in the hub's cache.

        Raises:
            ModelError: with `cause` "extra", "folder", "unknown", "offline" or "broken".
        """
        self._model = _load(name, {"query": options.query_prompt, "document": options.document_prompt})
        self._batch = options.batch
        self._turn = threading.Lock()
        own = int(self._model.get_max_seq_length() or 512)
        self.window = min(options.window or own, own)
        """Tokens of a text that count."""
        self._model.max_seq_length = self.window
        import torch

        torch.set_num_threads(options.threads or max(len(os.sched_getaffinity(0)) // 2, 1))
        self.prompts: dict[str, str] = {key: text for key, text in self._model.prompts.items() if text}
        """What is put before texts, by role."""
        self.name = f"{_short(name)}@{self._fingerprint()}"
        try:
            self._dimensions = len(self._rows(["도비"], "document")[0])
        except Exception as error:  # a folder may load and still not fit together
            raise ModelError(f"the model {name!r} can't encode: {_first_line(error)}", "broken") from error

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._dimensions

    def encode(self, texts: Sequence[str], *, role: Role = "document") -> Vectors:
        """Unit rows, shape (n, d), float32; of a text its first `window` tokens count, prompt included."""
        result = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        said = [number for number, text in enumerate(texts) if any(map(str.isalnum, text[:_TEXT]))]
        for start in range(0, len(said), 8 * self._batch):
            part = said[start : start + 8 * self._batch]
            result[part] = self._rows([_clean(texts[number]) for number in part], role)
        return unit(result)

    def _rows(self, texts: list[str], role: Role) -> Vectors:
        encode = self._model.encode_query if role == "query" else self._model.encode_document
        with self._turn:  # a tokenizer that truncates can't be asked by two at a time
            rows = encode(texts, batch_size=self._batch, show_progress_bar=False, convert_to_numpy=True)
        return np.nan_to_num(np.asarray(rows, dtype=np.float32))

    def _fingerprint(self) -> str:
        """Differs between two models of one name: weights, window and prompts are in it."""
        digest = hashlib.blake2b(repr((self.window, sorted(self.prompts.items()))).encode(), digest_size=5)
        for key, tensor in sorted(self._model.state_dict().items()):
            flat = tensor.detach().flatten()
            ends = [*flat[:_SAMPLED].tolist(), *flat[-_SAMPLED:].tolist()]
            digest.update(f"{key} {tuple(tensor.shape)} {ends}".encode())
        return digest.hexdigest()


def _clean(text: str) -> str:
    return text[:_TEXT].encode("utf-8", "replace").decode()


def _short(name: str) -> str:
    """What a model is called: of a folder its own name."""
    return Path(name).resolve().name if _is_path(name) else name


def _is_path(name: str) -> bool:
    return Path(name).expanduser().is_dir() or not _HUB_NAME.fullmatch(name) or name.startswith(".")


def _load(name: str, prompts: dict[str, str | None]) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar
    except ImportError as error:
        raise ModelError(f"the model {name!r} needs the extra 'transformers'", "extra") from error
    disable_progress_bar()  # type: ignore[no-untyped-call,unused-ignore]
    given = {key: text for key, text in prompts.items() if text is not None} or None

    def load(where: str, *, local: bool) -> Any:
        return SentenceTransformer(where, device="cpu", prompts=given, local_files_only=local)

    if _is_path(name):
        folder = Path(name).expanduser()
        if not folder.is_dir():
            raise ModelError(f"there is no folder {name}", "folder")
        try:
            return load(str(folder), local=True)
        except Exception as error:  # the library raises anything, from OSError to its own
            raise ModelError(f"the folder {name} holds no model: {_first_line(error)}", "broken") from error
    try:
        return load(name, local=True)
    except Exception:  # noqa: BLE001 - it is not in the cache, or only in part
        _ask_hub(name)
    try:
        return load(name, local=False)
    except Exception as error:
        cause = "offline" if _is_connection(error) else "broken"
        raise ModelError(f"the model {name!r} can't be loaded: {_first_line(error)}", cause) from error


def _ask_hub(name: str) -> None:
    """Whether the hub has it, asked once and soon answered: loading itself tries long, and says little.

    Raises:
        ModelError: "unknown" or "offline".
    """
    from huggingface_hub import HfApi

    try:
        HfApi().model_info(name, timeout=_ASKING_S)
    except Exception as error:
        cause = "offline" if _is_connection(error) else "unknown"
        raise ModelError(f"the model {name!r} is not to be had: {_first_line(error)}", cause) from error


def _is_connection(error: BaseException) -> bool:
    """Whether the network failed, by the names of the errors: each layer wraps the one below in its own."""
    names = " ".join(type(one).__name__.lower() for one in _chain(error))
    return any(word in names for word in _NO_CONNECTION)


def _chain(error: BaseException | None) -> Iterable[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]
