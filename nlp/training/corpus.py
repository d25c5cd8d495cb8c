"""Text pairs for training: read from the shared JSON lines, nothing downloaded, nothing copied into the project.

Each `PairSet` holds anchor → positive texts (and for NLI a contradiction as hard negative). A `SplitSet` holds
single headlines, cut at random into two disjoint sets of words at every step: keyword → document pairs for free.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from nlp.synonyms import Synonyms
from nlp.words import normalise

_CUT: Final = 300  # characters of a positive: more blurs the mean and costs time
_COMMON_HEADING: Final = 12  # a heading that more articles share ("목적") says nothing about its text


@dataclass(frozen=True, slots=True)
class PairSet:
    """Texts that belong together, row by row; `weight` is its share of steps."""

    name: str
    weight: float
    anchors: list[str]
    positives: list[str]
    negatives: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SplitSet:
    """Single texts to be cut in two at every step."""

    name: str
    weight: float
    texts: list[str]


@dataclass(frozen=True, slots=True)
class ScoredSet:
    """Pairs with a graded similarity (KorSTS, 0 to 5)."""

    name: str
    weight: float
    anchors: list[str]
    positives: list[str]
    scores: list[float]


def read(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a gzipped JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _pairs(name: str, weight: float, rows: list[tuple[str, str]]) -> PairSet:
    kept = [(normalise(a)[:_CUT], normalise(p)[:_CUT]) for a, p in rows if a and p]
    return PairSet(name, weight, [a for a, _ in kept], [p for _, p in kept])


def _nli(folder: Path) -> PairSet:
    entailed: dict[str, str] = {}
    denied: dict[str, str] = {}
    for name in ("kornli_xnli", "klue_nli_dev"):
        for row in read(folder / f"{name}.jsonl.gz"):
            target = {"entailment": entailed, "contradiction": denied}.get(row["label"])
            if target is not None:
                target.setdefault(row["a"], row["p"])
    both = [a for a in entailed if a in denied]
    return PairSet("nli", 1.0, both, [entailed[a] for a in both], [denied[a] for a in both])


def _paraphrases(folder: Path, rng: np.random.Generator) -> PairSet:
    rows = []
    for row in read(folder / "parakqc.jsonl.gz"):
        group = list(row["group"])
        order = rng.permutation(len(group))
        rows += [(group[order[i]], group[order[i + 1]]) for i in range(0, len(group) - 1, 2)]
        order = rng.permutation(len(group))
        rows += [(group[order[i]], group[order[i + 1]]) for i in range(0, len(group) - 1, 2)]
    return _pairs("parakqc", 1.2, rows)


def _law(folder: Path) -> PairSet:
    rows = [r for r in read(folder / "law_articles.jsonl.gz") if int(r["tf"]) <= _COMMON_HEADING]
    return _pairs("law", 5.0, [(r["title"], r["text"]) for r in rows])


def _synonyms(synonyms: Synonyms, titles: list[str]) -> PairSet:
    """A term → its synonym, and a title → the same title said with the synonym."""
    rows = [pair for pair in synonyms.pairs() for _ in range(2)]
    for title in titles:
        said = synonyms.rewrite(normalise(title))
        if said is not None:
            rows.append((normalise(title), said))
    return _pairs("synonyms", 0.8, rows)


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that training sees."""

    pairs: list[PairSet]
    splits: list[SplitSet]
    scored: list[ScoredSet]

    def tokenizer_texts(self, rng: np.random.Generator) -> list[str]:
        """A sample of everything, in-domain titles whole, for the tokenizer."""
        texts: list[str] = [text for part in self.splits for text in part.texts]
        for pairs in self.pairs:
            rows = pairs.anchors + pairs.positives
            take = rng.permutation(len(rows))[:30_000]
            texts += [rows[int(i)][:220] for i in take]
        return texts


def load_corpus(folder: Path, synonyms: Synonyms, seed: int) -> Corpus:
    """All that is for training in the shared data folder (`ko-embeddings/`, `press-releases/titles.jsonl.gz`)."""
    rng = np.random.default_rng(seed)
    ko = folder / "ko-embeddings"
    titles = list(read(folder / "press-releases" / "titles.jsonl.gz"))
    misc = [
        (r["a"], r["p"]) for n in ("wikinews", "kobest_boolq", "kobest_hellaswag") for r in read(ko / f"{n}.jsonl.gz")
    ]
    misc += [(r["a"], r["p"]) for r in read(ko / "chatbot.jsonl.gz")][::3]
    same = [(r["a"], r["p"]) for r in read(ko / "question_pair.jsonl.gz") if int(r["label"]) == 1]
    duties = [(r["department"], r["title"]) for r in titles if r["department"]]
    sts = list(read(ko / "korsts_train.jsonl.gz"))
    headlines = [r["t"] for r in read(ko / "ynat_train.jsonl.gz")] + [
        r["t"][:120] for r in read(ko / "plain_text.jsonl.gz")
    ][::2]
    return Corpus(
        pairs=[
            _law(ko),
            _pairs("precedents", 3.0, [(r["a"], r["p"]) for r in read(ko / "precedents.jsonl.gz")]),
            _pairs("misc", 2.0, misc),
            _nli(ko),
            _pairs("same", 1.0, same),
            _paraphrases(ko, rng),
            _pairs("sae4k", 1.0, [(r["a"], r["p"]) for r in read(ko / "sae4k.jsonl.gz")]),
            _pairs("duties", 2.0, duties),
            _synonyms(synonyms, [r["title"] for r in titles]),
        ],
        splits=[
            SplitSet("headlines", 5.0, [normalise(text) for text in headlines]),
            SplitSet("titles", 4.0, [normalise(r["title"]) for r in titles]),
        ],
        scored=[
            ScoredSet("sts", 1.0, [r["a"] for r in sts], [r["p"] for r in sts], [float(r["score"]) for r in sts]),
        ],
    )
