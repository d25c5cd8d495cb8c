"""How common each of Kiwi's morphemes is in administrative titles.

    python -m nlp.training.morphemes TITLES OUT

TITLES is lines of JSON with a `title`, packed with gzip. Writes numbers only, no text.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from nlp.morphemes import Morphemes
from nlp.words import normalise

_KEPT: Final = 40_000


def main(words: Sequence[str]) -> None:
    """Counts and writes."""
    with gzip.open(words[0], "rt", encoding="utf-8") as lines:
        titles = [normalise(json.loads(line)["title"]) for line in lines]
    cut = Morphemes()
    ids = np.concatenate([cut.document(title).ids for title in titles])
    known, counts = np.unique(ids, return_counts=True)
    common = np.sort(np.argsort(-counts, kind="stable")[:_KEPT])
    np.savez_compressed(
        Path(words[1]), ids=known[common], counts=counts[common].astype(np.uint16), documents=np.array(len(titles))
    )


if __name__ == "__main__":
    main(sys.argv[1:])
