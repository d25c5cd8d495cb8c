"""Text pairs for training: read from the shared JSON lines, nothing downloaded, nothing copied into the project.

Each `PairSet` holds anchor → positive texts (and for NLI a contradiction as hard negative). A `SplitSet` holds
single texts, cut at random into two disjoint sets of words at every step: keyword → document pairs for free. A
`TopicSet` holds headlines of which any two on one topic belong together. What training must not see is told by rules
(`is_kept_out`), so that whoever has the data can measure on the same rows.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from nlp.synonyms import Synonyms, key
from nlp.training.exam import divided
from nlp.words import normalise

_CUT: Final = 300  # characters of a positive: more blurs the mean and costs time
COMMON_HEADING: Final = 12
"""A heading that more articles share ("목적") says nothing about its text."""

_KEPT_OUT: Final = {"law": 40, "case": 30, "headline": 6}  # one law, case or headline in so many


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


@dataclass(frozen=True, slots=True)
class TopicSet:
    """Single texts, each with the number of its topic."""

    name: str
    weight: float
    texts: list[str]
    topics: list[int]


def is_kept_out(kind: str, text: str) -> bool:
    """Whether training never sees what this names: `kind` is "law" (its title), "case" (its number) or "headline"."""
    return zlib.crc32(text.encode()) % _KEPT_OUT[kind] == 7 % _KEPT_OUT[kind]


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
    return PairSet("nli", 1.5, both, [entailed[a] for a in both], [denied[a] for a in both])


def _paraphrases(folder: Path, rng: np.random.Generator) -> PairSet:
    rows = []
    for row in read(folder / "parakqc.jsonl.gz"):
        group = list(row["group"])
        order = rng.permutation(len(group))
        rows += [(group[order[i]], group[order[i + 1]]) for i in range(0, len(group) - 1, 2)]
        order = rng.permutation(len(group))
        rows += [(group[order[i]], group[order[i + 1]]) for i in range(0, len(group) - 1, 2)]
    return _pairs("parakqc", 1.5, rows)


def _law(folder: Path) -> tuple[PairSet, PairSet, SplitSet]:
    """Headings with their texts, halves of texts, and words of texts against the rest."""
    rows = [r for r in read(folder / "law_articles.jsonl.gz") if not is_kept_out("law", r["law"])]
    halves = [
        (text[:at], text[at + 1 :]) for r in rows[::2] if (at := (text := r["text"]).find(" ", len(text) // 2)) > 60
    ]
    return (
        _pairs("law", 7.0, [(r["title"], r["text"]) for r in rows if int(r["tf"]) <= COMMON_HEADING]),
        _pairs("halves", 2.0, halves),
        SplitSet("law texts", 1.0, [normalise(r["text"])[:200] for r in rows[1::2]]),
    )


def _said_otherwise(synonyms: Synonyms, titles: Sequence[str], *, examined: bool) -> list[PairSet]:
    """A term → its synonym, and a title → the same title said with the synonym."""
    learnt, asked = divided(synonyms) if examined else (sorted(set(synonyms.pairs())), [])
    apart = {(key(one), other) for one, other in asked}
    rows = []
    for title in map(normalise, titles):
        for said in synonyms.expand(title, limit=3):
            if (key(said.term), said.instead) not in apart:
                rows.append((title, said.text))
                break
    return [_pairs("synonyms", 2.0, learnt), _pairs("titles said otherwise", 0.8, rows)]


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that training sees."""

    pairs: list[PairSet]
    splits: list[SplitSet]
    scored: list[ScoredSet]
    topics: list[TopicSet] = field(default_factory=list)

    def tokenizer_texts(self, rng: np.random.Generator) -> list[str]:
        """A sample of everything, in-domain titles whole, for the tokenizer."""
        texts: list[str] = [text for part in self.splits for text in part.texts]
        for pairs in self.pairs:
            rows = pairs.anchors + pairs.positives
            take = rng.permutation(len(rows))[:30_000]
            texts += [rows[int(i)][:220] for i in take]
        return texts


def load_corpus(folder: Path, synonyms: Synonyms, seed: int, *, examined: bool = False) -> Corpus:
    """All that is for training in the shared data folder (`ko-embeddings/`, `press-releases/titles.jsonl.gz`).

    `examined` leaves out a part of the synonyms too, so that it can be asked whether such words are known unseen.
    KoBEST's rows are left out: the snapshot has no licence of theirs.
    """
    rng = np.random.default_rng(seed)
    ko = folder / "ko-embeddings"
    titles = list(read(folder / "press-releases" / "titles.jsonl.gz"))
    named = [r["title"] for r in titles]
    cases = [r for r in read(ko / "precedents.jsonl.gz") if not is_kept_out("case", r["case"])]
    chats = [(r["a"], r["p"]) for r in read(ko / "chatbot.jsonl.gz")][::2]
    same = [(r["a"], r["p"]) for r in read(ko / "question_pair.jsonl.gz") if int(r["label"]) == 1]
    duties = [(r["department"], r["title"]) for r in titles if r["department"]]
    sts = list(read(ko / "korsts_train.jsonl.gz"))
    news = [r for r in read(ko / "ynat_train.jsonl.gz") if not is_kept_out("headline", r["t"])]
    headlines = [normalise(r["t"]) for r in news]
    law, halves, law_texts = _law(ko)
    return Corpus(
        pairs=[
            law,
            halves,
            _pairs("precedents", 2.0, [(r["a"], r["p"]) for r in cases]),
            _pairs("chats", 1.0, chats),
            _nli(ko),
            _pairs("same", 1.0, same),
            _paraphrases(ko, rng),
            _pairs("sae4k", 1.0, [(r["a"], r["p"]) for r in read(ko / "sae4k.jsonl.gz")]),
            _pairs("duties", 2.0, duties),
            *_said_otherwise(synonyms, named, examined=examined),
        ],
        splits=[
            SplitSet("headlines", 3.0, headlines),
            SplitSet("plain", 2.0, [normalise(r["t"][:150]) for r in read(ko / "plain_text.jsonl.gz")]),
            SplitSet("titles", 4.0, [normalise(title) for title in named]),
            law_texts,
        ],
        scored=[
            ScoredSet("sts", 1.5, [r["a"] for r in sts], [r["p"] for r in sts], [float(r["score"]) for r in sts]),
        ],
        topics=[TopicSet("topics", 0.4, headlines, [int(r["y"]) for r in news])],
    )
