"""Matching on a real stream of labelled releases, beside its peers. Run: python tests/bench/bench_stream.py --data DIR

DIR is the shared press-releases data (833 releases; their texts aren't ours to ship). Labels: labels_second.tsv, whose
subscriptions were fixed before any release was read. One global threshold for every subscription, as a person meets
it: nDCG@20, mAP, the best F1, recall where nine of ten sent are right, and the curve. `held out` scores each
subscription by a calibration that was fitted without it (four foldings); `as shipped` has seen these labels. The second
reader's own agreement with a third is F1 92 to 94 (labels_independent.tsv): no score can be asked for more.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from bench_nlp import average_precision, ndcg
from bench_tasks import Peer, Scores, bigrams, bm25, dense, kiwi, tfidf
from fit_calibration import FILES, FOLDS, SEEDS, chances, fit, groups, labels, pairs, stream, table
from shared_data import PRESS

from nlp.embedding import load
from nlp.matching import PUSH_AT, Matcher

STEPS = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.5)


def curve(scores: Scores, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall of one threshold for all, as it falls."""
    hit = wanted.ravel()[np.argsort(-scores.ravel(), kind="stable")]
    return np.cumsum(hit) / np.arange(1, len(hit) + 1), np.cumsum(hit) / hit.sum()


def recall_at(precision: np.ndarray, recall: np.ndarray, least: float) -> float:
    return float(recall[precision >= least].max(initial=0.0))


def say(name: str, scores: Scores, wanted: np.ndarray) -> None:
    some = wanted.any(axis=1)
    precision, recall = curve(scores, wanted)
    best = (2 * precision * recall / np.maximum(precision + recall, 1e-9)).max()
    high = recall_at(precision, recall, 0.9)
    ranked = ndcg(scores[some], wanted[some]), average_precision(scores[some], wanted[some])
    print(
        f"{name:<26} {100 * ranked[0]:8.1f} {100 * ranked[1]:6.1f} {100 * best:8.1f} {100 * high:8.1f}   "
        + " ".join(f"{100 * recall_at(precision, recall, step):4.0f}" for step in STEPS)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=PRESS, help="folder with releases.jsonl.gz")
    folder = parser.parse_args().data
    if folder is None:
        print("stream: skipped, no --data given (its texts aren't ours to ship)")
        return
    read_ = stream(folder)
    files = {name: labels(name, read_.place) for name in FILES[:2]}
    keywords = sorted({words for some in files.values() for words in some})
    judged = list(files["labels_second"])
    wanted = np.array([files["labels_second"][words] for words in judged])
    texts = [f"{title} {lead}" for title, lead in zip(read_.titles, read_.leads, strict=True)]
    print(f"{len(judged)} subscriptions, {int(wanted.any(axis=1).sum())} with hits, over {len(texts)} releases")
    print(f"{'':<26}  nDCG@20    mAP  best F1  R@P.90   recall at precision " + " ".join(f"{s:.2f}" for s in STEPS))

    peers: dict[str, Peer] = {
        "TF-IDF char 2-4": tfidf(analyzer="char_wb", ngram_range=(2, 4)),
        "BM25 bigrams": bm25(bigrams),
        "model alone": dense,
    }
    if (morphemes := kiwi()) is not None:
        peers |= {"TF-IDF Kiwi": tfidf(analyzer=morphemes), "BM25 Kiwi": bm25(morphemes)}
    for name, peer in peers.items():
        say(name, peer(judged, texts), wanted)

    matcher = Matcher(load())
    for words in keywords:
        matcher.add(words, words)
    shipped = np.zeros(wanted.shape)
    sent = np.zeros(wanted.shape, dtype=bool)
    place = {words: number for number, words in enumerate(judged)}
    for column, matches in enumerate(matcher.match_many(read_.leads, read_.titles)):
        for match in matches:
            if match.subscription_id in place:
                row = place[match.subscription_id]
                shipped[row, column], sent[row, column] = match.score, match.push
    data = pairs(matcher, keywords, read_)
    both = [np.mean([files[f][k] for f in FILES[:2] if k in files[f]], axis=0) for k in keywords]
    truth = np.array(both)[data.keyword, data.document]
    weigh = np.maximum([one.sum() for one in both], 3)[data.keyword] ** -0.5
    group = groups(data, len(keywords))
    for seed in range(SEEDS):
        fold = np.random.RandomState(seed).permutation(len(keywords))[group] % FOLDS
        score = np.zeros(len(truth))
        for number in range(FOLDS):
            held = fold[data.keyword] == number
            score[held] = chances(data, fit(data, truth, weigh, ~held))[held]
        scores = table(data, score, keywords, len(read_.titles))
        say(f"Dobi, held out, folding {seed}", np.array([scores[words] for words in judged]), wanted)
    say("Dobi, as shipped", shipped, wanted)
    p, r = (sent & wanted).sum() / max(sent.sum(), 1), (sent & wanted).sum() / wanted.sum()
    print(f"pushed at {PUSH_AT}, as shipped: P {100 * p:.1f} R {100 * r:.1f} F1 {200 * p * r / (p + r):.1f}")


if __name__ == "__main__":
    main()
