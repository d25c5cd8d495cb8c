"""The index and its model on development tasks, beside their peers. Run: python tests/bench/bench_tasks.py --data DIR

DIR is the shared data (`ko-embeddings/`), of which training kept these rows out (`nlp/training/held_out.py`). They
are development data: recipe and weights were chosen with them in view, so expect less on others. A figure is nDCG@10
(mAP behind the slash) × 100, for KorSTS Spearman × 100. Peers that use Kiwi need the extra `bench`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.stats import spearmanr
from shared_data import DATA
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nlp.embedding import load  # noqa: E402
from nlp.matching import Matcher  # noqa: E402
from nlp.search import Index  # noqa: E402
from nlp.synonyms import built_in  # noqa: E402
from nlp.training.corpus import is_kept_out, read  # noqa: E402
from nlp.training.exam import divided  # noqa: E402
from nlp.training.held_out import tasks, unlikely  # noqa: E402
from nlp.words import normalise, split  # noqa: E402

Scores = NDArray[np.float64]
Peer = Callable[[Sequence[str], Sequence[str]], Scores]
ASKED = 1_000  # questions of a task that are asked of the index, one by one


def bigrams(text: str) -> list[str]:
    """In-word pairs of syllables; a word of one stays."""
    return [pair for word in split(text) for pair in (map("".join, pairwise(word)) if len(word) > 1 else [word])]


def kiwi() -> Callable[[str], list[str]] | None:
    """Content morphemes, where Kiwi is installed."""
    try:
        from kiwipiepy import Kiwi
    except ImportError:
        return None
    analyser = Kiwi()
    return lambda text: [
        token.form
        for token in analyser.tokenize(text[:600])
        if token.tag[0] in "NVMS" and token.tag[:2] not in ("SF", "SP")
    ]


def bm25(cut: Callable[[str], list[str]]) -> Peer:
    """Okapi BM25, k1 1.2, b 0.75."""

    def score(queries: Sequence[str], documents: Sequence[str]) -> Scores:
        counter = CountVectorizer(analyzer=lambda text: cut(normalise(text)))
        counts = csr_matrix(counter.fit_transform(documents), dtype=np.float64)
        found = np.diff(counts.tocsc().indptr)
        idf = np.log1p((len(documents) - found + 0.5) / (found + 0.5))
        length = np.asarray(counts.sum(axis=1)).ravel()
        rows = np.repeat(np.arange(len(documents)), np.diff(counts.indptr))
        counts.data *= 2.2 / (counts.data + 1.2 * (0.25 + 0.75 * length[rows] / length.mean()))
        asked = (counter.transform(queries) > 0).multiply(idf)
        return np.asarray((csr_matrix(asked) @ counts.T).todense())

    return score


def tfidf(**options: object) -> Peer:
    """Cosine of TF-IDF vectors."""

    def score(queries: Sequence[str], documents: Sequence[str]) -> Scores:
        vectorizer = TfidfVectorizer(sublinear_tf=True, **options)
        held = vectorizer.fit_transform([normalise(text) for text in documents])
        return np.asarray((vectorizer.transform([normalise(text) for text in queries]) @ held.T).todense())

    return score


def dense(queries: Sequence[str], documents: Sequence[str]) -> Scores:
    """The model alone, a text one vector."""
    model = load()
    return np.asarray(model.encode(queries, role="query") @ model.encode(documents).T, dtype=np.float64)


def index(queries: Sequence[str], documents: Sequence[str]) -> Scores:
    """`nlp.search.Index`."""
    made = Index(load())
    for number, text in enumerate(documents):
        made.add(str(number), text)
    scores = np.zeros((len(queries), len(documents)))
    for row, query in zip(scores, queries, strict=True):
        for key, score in made.search(query, len(documents)):
            row[int(key)] = score
    return scores


def matcher(queries: Sequence[str], documents: Sequence[str]) -> Scores:
    """`nlp.matching.Matcher`, the queries being subscriptions."""
    made = Matcher(load())
    for number, words in enumerate(queries):
        made.add(str(number), words)
    scores = np.zeros((len(queries), len(documents)))
    for column, matches in enumerate(made.match_many(documents)):
        for match in matches:
            scores[int(match.subscription_id), column] = match.score
    return scores


def found_first(scores: Scores, gold: Sequence[int]) -> str:
    """nDCG@10 where one document answers; of equal scores the middle place."""
    hit = scores[np.arange(len(gold)), list(gold)][:, None]
    place = (scores > hit).sum(axis=1) + ((scores == hit).sum(axis=1) - 1) / 2
    return f"{100 * np.mean(np.where(place < 10, 1 / np.log2(place + 2), 0)):.1f}"


def on_topic(scores: Scores, wanted: NDArray[np.bool_]) -> str:
    """nDCG@10 and mAP."""
    gains, ndcg, average = 1 / np.log2(np.arange(2, 12)), [], []
    for row, truth in zip(scores, wanted, strict=True):
        ranked = truth[np.argsort(-row, kind="stable")]
        ndcg.append((ranked[:10] * gains).sum() / gains[: min(10, int(truth.sum()))].sum())
        places = np.flatnonzero(ranked)
        average.append(np.mean((np.arange(len(places)) + 1) / (places + 1)))
    return f"{100 * np.mean(ndcg):.1f}/{100 * np.mean(average):.1f}"


def headlines(folder: Path) -> tuple[list[str], list[str], NDArray[np.bool_]]:
    """Phrases, headlines that training didn't see, and which of these each phrase asks for."""
    lines = [line.split("\t") for line in Path(__file__).with_name("headline_topics.tsv").read_text().splitlines()]
    phrases = [(int(parts[0]), parts[1]) for parts in lines if len(parts) == 2]
    rows = [r for r in read(folder / "ko-embeddings" / "ynat_train.jsonl.gz") if is_kept_out("headline", r["t"])]
    topics = np.array([int(r["y"]) for r in rows])
    return [words for _, words in phrases], [r["t"] for r in rows], np.array([topics == topic for topic, _ in phrases])


def alone(folder: Path) -> None:
    """The model's own figures."""
    rows, model = list(read(folder / "ko-embeddings" / "korsts_dev.jsonl.gz")), load()
    left, right = model.encode([r["a"] for r in rows]), model.encode([r["p"] for r in rows])
    sts = spearmanr((left * right).sum(axis=1), [float(r["score"]) for r in rows]).statistic
    print(f"{'KorSTS dev, the model alone':<34} {100 * sts:.1f}")
    learnt, asked = divided(built_in())
    for name, pairs in (("in the table", learnt), ("kept out of training", asked)):
        for kind, some in (("", pairs), (", no syllable shared", [p for p in pairs if not set(p[0]) & set(p[1])])):
            firsts = dict(some)
            share = unlikely(model.encode(list(firsts)), model.encode(list(firsts.values())))
            print(f"{f'synonyms {name}{kind}':<52} {100 * share:.0f} % of {len(firsts)} above 95 % of random pairs")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with ko-embeddings/")
    folder = parser.parse_args().data
    if folder is None:
        print("tasks: skipped, no --data given (their texts aren't ours to ship)")
        return
    alone(folder)
    peers: dict[str, Peer] = {
        "index": index,
        "model alone": dense,
        "TF-IDF char 2-4": tfidf(analyzer="char_wb", ngram_range=(2, 4)),
        "BM25 bigrams": bm25(bigrams),
    }
    if (morphemes := kiwi()) is not None:
        peers |= {"TF-IDF Kiwi": tfidf(analyzer=morphemes), "BM25 Kiwi": bm25(morphemes)}
    print(f"{'':<34} " + " ".join(f"{name:>16}" for name in peers))
    for task in tasks(folder):
        asked = slice(0, ASKED)
        figures = [found_first(peer(task.queries[asked], task.documents), task.gold[asked]) for peer in peers.values()]
        name = f"{task.name} ({len(task.queries[asked])} of {len(task.documents)})"
        print(f"{name:<34} " + " ".join(f"{figure:>16}" for figure in figures))
    phrases, texts, wanted = headlines(folder)
    figures = [on_topic(peer(phrases, texts), wanted) for peer in peers.values()]
    print(f"{f'topic → headlines ({len(phrases)} of {len(texts)})':<34} " + " ".join(f"{one:>16}" for one in figures))
    print(f"{'  by subscription (Matcher)':<34} {on_topic(matcher(phrases, texts), wanted):>16}")


if __name__ == "__main__":
    main()
