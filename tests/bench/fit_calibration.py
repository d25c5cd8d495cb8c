"""Fits the map of nlp/calibration.py on the labels, by subscription. Run: python tests/bench/fit_calibration.py FOLDER

FOLDER is the shared press-releases data (`releases.jsonl.gz`, `titles.jsonl.gz`), whose texts aren't ours to ship.
Subscriptions that share a way of being said stay in one fold, so that nothing is fitted on what it is measured on.
Prints the figures before and after, then (with --write) stores the moments of the titles and the weights of all.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nlp import calibration  # noqa: E402
from nlp.calibration import MOMENTS, features, is_appointment  # noqa: E402
from nlp.document import read  # noqa: E402
from nlp.embedding import load  # noqa: E402
from nlp.matching import Matcher  # noqa: E402
from nlp.words import normalise  # noqa: E402

FOLDS, SEEDS, STRENGTH, ROUNDS = 8, 4, 0.1, 2
FILES = ("labels", "labels_second", "labels_independent")
Floats = NDArray[np.float64]


@dataclass
class Stream:
    titles: list[str]
    leads: list[str]
    place: dict[str, int]


@dataclass
class Pairs:
    """A row for each (way, document) that is a candidate: x features, base the mixture."""

    x: Floats
    base: Floats
    keyword: NDArray[np.int64]
    document: NDArray[np.int64]
    ways: list[str]
    notice: NDArray[np.bool_]


def stream(folder: Path) -> Stream:
    with gzip.open(folder / "releases.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    titles, leads = ([normalise(normalise(row[part])) for row in rows] for part in ("title", "lead"))
    return Stream(titles, leads, {row["id"]: n for n, row in enumerate(rows)})


def labels(name: str, place: dict[str, int]) -> dict[str, NDArray[np.bool_]]:
    wanted = {}
    for line in (ROOT / f"tests/nlp/{name}.tsv").read_text().splitlines():
        if line[0] != "#":
            words, ids, *_ = line.split("\t")
            wanted[normalise(words)] = row = np.zeros(len(place), dtype=bool)
            row[[place[one] for one in ids.split()]] = True
    return wanted


def independent(place: dict[str, int]) -> list[int]:
    head = [x for x in (ROOT / "tests/nlp/labels_independent.tsv").read_text().splitlines() if x[0] == "#"]
    return sorted({place[one] for one in re.findall(r"\b1567\d{5}\b", " ".join(head))})


class Recorder:
    """Stands in for `probability` to see what the matcher sees."""

    def __init__(self) -> None:
        self.x: list[NDArray[np.float32]] = []

    def __call__(self, seen: calibration.Seen, facts: NDArray[np.float32], *, appointment: bool = False) -> object:
        self.x.append(features(seen, facts))
        return (facts[:, 0] * (0.6 * seen.words + 0.4 * seen.cosine)).astype(np.float32)


def pairs(matcher: Matcher, keywords: list[str], read_: Stream) -> Pairs:
    import nlp.matching

    recorder, where = Recorder(), list[tuple[NDArray[np.int64], NDArray[np.float32]]]()

    def keep(rows: NDArray[np.int64], scores: NDArray[np.float32]) -> NDArray[np.int64]:
        where.append((rows, scores))
        return np.zeros(0, dtype=np.int64)

    known, best = nlp.matching.probability, matcher._best
    vars(nlp.matching)["probability"], vars(matcher)["_best"] = recorder, keep
    try:
        for number, form in enumerate(read(read_.leads, read_.titles, load()), 1):
            matcher.match_forms([form])
            if len(where) < number:  # what is like nothing isn't asked about
                where.append((np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)))
    finally:
        vars(nlp.matching)["probability"], vars(matcher)["_best"] = known, best
    number = {text: n for n, text in enumerate(keywords)}
    rows = np.concatenate([some for some, _ in where])
    owner = [matcher._rows.owner(row) for row in rows.tolist()]
    x = np.concatenate(recorder.x).astype(np.float64)
    agency = x[:, calibration.FEATURES.index("agency")] > 0
    document = np.repeat(np.arange(len(where)), [len(some) for some, _ in where])
    notice = np.array([is_appointment(title) for title in read_.titles])[document] & ~agency
    return Pairs(
        x,
        np.concatenate([scores for _, scores in where]).astype(np.float64),
        np.array([number[one.key] if one else -1 for one in owner]),
        document,
        [" ".join(matcher._rows.words(row)) for row in rows.tolist()],
        notice,
    )


def groups(data: Pairs, count: int) -> NDArray[np.int64]:
    """Subscriptions that share a way of being said have one number."""
    parent, first = list(range(count)), dict[str, int]()

    def root(one: int) -> int:
        while parent[one] != one:
            one = parent[one]
        return one

    for way, keyword in {(way, int(keyword)) for way, keyword in zip(data.ways, data.keyword, strict=True)}:
        parent[root(keyword)] = root(first.setdefault(way, keyword))
    return np.array([root(one) for one in range(count)])


def fit(data: Pairs, truth: Floats, weigh: Floats, chosen: NDArray[np.bool_]) -> Floats:
    """Bias and weights on the raw features; each pair is shown by its best way, which the second round knows better."""
    mean, spread = data.x.mean(axis=0), np.maximum(data.x.std(axis=0), 1e-6)
    pair = data.keyword * 100_000 + data.document
    score = data.base
    for _ in range(ROUNDS):
        rows = np.flatnonzero(chosen)
        rows = rows[np.lexsort((-score[rows], pair[rows]))]
        rows = rows[np.unique(pair[rows], return_index=True)[1]]
        x, weight, yes = (data.x[rows] - mean) / spread, weigh[rows], truth[rows]
        model = LogisticRegression(C=STRENGTH, solver="newton-cholesky")
        model.fit(
            np.concatenate((x, x)),
            np.repeat([True, False], len(x)),
            sample_weight=np.concatenate((weight * yes, weight * (1 - yes))),
        )
        slope = model.coef_[0] / spread
        found = np.concatenate((model.intercept_ - slope @ mean, slope))
        score = chances(data, found)
    return found


def chances(data: Pairs, weights: Floats) -> Floats:
    score = 1 / (1 + np.exp(-(data.x @ weights[1:] + weights[0])))
    return np.asarray(np.where(data.notice, 0.4 * score, score))


def table(data: Pairs, score: Floats, keywords: list[str], documents: int) -> dict[str, Floats]:
    best = np.zeros((len(keywords), documents))
    np.maximum.at(best, (data.keyword, data.document), score)
    return dict(zip(keywords, best, strict=True))


def figures(scores: Floats, wanted: NDArray[np.bool_], at: float) -> str:
    from bench_nlp import average_precision, ndcg

    some = wanted.any(axis=1)
    order = np.argsort(-scores.ravel(), kind="stable")
    hit = wanted.ravel()[order]
    precision, recall = np.cumsum(hit) / np.arange(1, len(hit) + 1), np.cumsum(hit) / hit.sum()
    sent = scores >= at
    p, r = (sent & wanted).sum() / max(sent.sum(), 1), (sent & wanted).sum() / wanted.sum()
    harmonic = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    place = int(np.argmax(harmonic))
    high = recall[precision >= 0.9].max() if (precision >= 0.9).any() else 0.0
    return (
        f"nDCG@20 {100 * ndcg(scores[some], wanted[some]):.1f} "
        f"mAP {100 * average_precision(scores[some], wanted[some]):.1f} "
        f"at {at}: P {100 * p:.1f} R {100 * r:.1f} F1 {200 * p * r / (p + r):.1f} "
        f"best F1 {100 * harmonic[place]:.1f} at {scores.ravel()[order[place]]:.3f} R@P90 {100 * high:.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--at", type=float, default=0.4)
    arguments = parser.parse_args()
    moments(arguments.folder / "titles.jsonl.gz", write=arguments.write)
    read_ = stream(arguments.folder)
    files = {name: labels(name, read_.place) for name in FILES}
    keywords = sorted({words for name in FILES[:2] for words in files[name]})
    matcher = Matcher(load())
    for words in keywords:
        matcher.add(words, words)
    data = pairs(matcher, keywords, read_)
    both = [np.mean([files[f][k] for f in FILES[:2] if k in files[f]], axis=0) for k in keywords]
    truth = np.array(both)[data.keyword, data.document]
    weigh = np.maximum([one.sum() for one in both], 3)[data.keyword] ** -0.5
    found = fit(data, truth, weigh, np.ones(len(truth), dtype=bool))
    group, out = groups(data, len(keywords)), {}
    for seed in range(SEEDS):
        fold = np.random.RandomState(seed).permutation(len(keywords))[group] % FOLDS
        score = np.zeros(len(truth))
        for number in range(FOLDS):
            held = fold[data.keyword] == number
            score[held] = chances(data, fit(data, truth, weigh, ~held))[held]
        out[f"held out, seed {seed}"] = (score, arguments.at)
    for name, (score, at) in {"mixture": (data.base, 0.45), **out, "all": (chances(data, found), arguments.at)}.items():
        show(name, table(data, score, keywords, len(read_.titles)), files, at, independent(read_.place))
    for feature, weight in zip(("bias", *calibration.FEATURES), found, strict=True):
        print(f"  {feature:<18} {weight:8.3f}")
    if arguments.write:
        with np.load(MOMENTS) as stored:
            kept = {"mean": stored["mean"], "covariance": stored["covariance"]}
        np.savez_compressed(MOMENTS, **kept, weights=found)


def show(
    name: str, scores: dict[str, Floats], files: dict[str, dict[str, NDArray[np.bool_]]], at: float, few: list[int]
) -> None:
    for file in FILES:
        part = slice(None) if file != "labels_independent" else few
        rows, wanted = (np.array([source[words] for words in files[file]]) for source in (scores, files[file]))
        print(f"{name:<18} {file[6:]:<12} {figures(rows[:, part], wanted[:, part], at)}")


def moments(path: Path, *, write: bool) -> None:
    """Mean and covariance of administrative titles: numbers of the whole, no text."""
    if MOMENTS.exists() and not write:
        return
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        titles = [json.loads(line)["title"] for line in lines]
    vectors = load().encode(titles[:: max(len(titles) // 12_000, 1)])
    count = len(calibration.FEATURES) + 1
    np.savez_compressed(
        MOMENTS,
        mean=vectors.mean(axis=0).astype(np.float32),
        covariance=np.cov(vectors.T).astype(np.float16),
        weights=np.zeros(count),
    )
    calibration._shipped.cache_clear()


if __name__ == "__main__":
    main()
