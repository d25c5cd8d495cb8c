"""How common each term is in administrative text: the background that BM25 weighs keywords with before any archive."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from nlp.training.corpus import Corpus
from nlp.words import terms

_KEPT: Final = 60_000


def save_statistics(path: Path, corpus: Corpus) -> None:
    """Writes document frequencies of the commonest terms over titles and other short texts (numbers only, no text).

    Not over the texts of laws, whose words are another language's.
    """
    texts = [text for part in corpus.splits if part.name != "law texts" for text in part.texts]
    ids = np.concatenate([terms(text, flat=True).ids for text in texts])
    known, counts = np.unique(ids, return_counts=True)
    common = np.sort(np.argsort(-counts, kind="stable")[:_KEPT])
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        ids=known[common],
        counts=counts[common].astype(np.uint16 if counts.max() < 65_536 else np.uint32),
        documents=np.array(len(texts)),
    )
