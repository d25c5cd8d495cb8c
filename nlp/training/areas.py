"""Weights of the policy areas: `python -m nlp.training.areas --titles FILE --out nlp/model/areas.npz`.

    seed phrases, shuffled and joined, names of offices ┐
    titles, labelled by their department, else agency   ┴─ features ─ logistic regression + words of the table ─ weights

A title is labelled only where the table is plain about it. Titles are read for training and are not shipped: of them
only weights of hashed terms and of vector dimensions remain. Without a file of titles the seeds alone are learnt.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from scipy import sparse

from nlp.areas import Area, Shares, features, read_areas
from nlp.embedding import load

SEED: Final = 20261123
_MIXED: Final = 150  # texts of one to three shuffled phrases for each area
_PER_OFFICE: Final = 6
_PER_AREA: Final = 900  # titles of one area at most, so that no ministry outweighs the others
_SEED_WEIGHT: Final = 300.0
_TITLE_WEIGHT: Final = 700.0
_SINCE: Final = 2000
_NEAREST: Final = 30.0  # how much the table's own words weigh beside what was learnt; chosen with _STRENGTH
_STRENGTH: Final = 1.0  # C, chosen on releases labelled by agency, with bench_areas' figures in view


@dataclass(frozen=True, slots=True)
class Sample:
    """A text of one area; `seed` tells that it was made of the table."""

    text: str
    place: int
    seed: bool


def label(areas: Sequence[Area], agency: str, department: str) -> int | None:
    """The place of the area that a department or else its agency is plainly of; the department's last word decides."""
    best: tuple[int, int, int] | None = None
    for place, area in enumerate(areas):
        for stem in area.departments:
            end = department.rfind(stem) + len(stem)
            if stem in department and (best is None or (end, len(stem), place) > best):
                best = (end, len(stem), place)
    if best is not None:
        return best[2]
    return next((place for place, area in enumerate(areas) if agency in area.offices), None)


def seeds(areas: Sequence[Area], rng: np.random.Generator) -> Iterator[Sample]:
    """Each phrase, phrases mixed, and each office beside some phrase."""
    for place, area in enumerate(areas):
        phrases = [phrase for part in area.parts for phrase in part.phrases]
        yield from (Sample(phrase, place, seed=True) for phrase in phrases)
        for _ in range(_MIXED):
            words = " ".join(rng.choice(phrases, rng.integers(1, 4))).split()
            rng.shuffle(words)
            yield Sample(" ".join(words[:8]), place, seed=True)
        for office in area.offices:
            for phrase in rng.choice(phrases, _PER_OFFICE):
                yield Sample(f"{office} {phrase}", place, seed=True)


def titles(path: Path, areas: Sequence[Area], rng: np.random.Generator) -> Iterator[Sample]:
    """Titles since 2000 with a plain label, at most 900 an area."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rng.shuffle(rows)
    seen: Counter[int] = Counter()
    for row in rows:
        place = label(areas, row["agency"], row["department"])
        if place is not None and int(row["date"][:4]) >= _SINCE and seen[place] < _PER_AREA:
            seen[place] += 1
            yield Sample(row["title"], place, seed=False)


def balance(samples: Sequence[Sample]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Weights by which areas count alike, in the seeds and in the titles each."""
    counts = Counter((one.place, one.seed) for one in samples)

    def weight(one: Sample) -> float:
        count = counts[one.place, one.seed]
        return (_SEED_WEIGHT if one.seed else min(_TITLE_WEIGHT, 2.0 * count)) / count

    return np.array([weight(one) for one in samples])


def train(samples: Sequence[Sample]) -> tuple[np.ndarray, np.ndarray]:
    """Weights of shape (areas, features), and biases."""
    from sklearn.linear_model import LogisticRegression

    inputs = sparse.csr_matrix(features([one.text for one in samples], load()))
    model = LogisticRegression(C=_STRENGTH, max_iter=60, tol=1e-3)
    model.fit(inputs, [one.place for one in samples], sample_weight=balance(samples))
    return model.coef_, model.intercept_


def prototypes(areas: Sequence[Area]) -> Shares:
    """The hashed words of all that the table tells of each area, shape (areas, features), in the place of weights.

    Added to the learnt ones they make the nearest area likelier; the mix was chosen with bench_areas' figures in view.
    """
    texts = [
        " ".join(
            [area.name, *area.also, *area.departments, *area.offices, *(p for part in area.parts for p in part.phrases)]
        )
        for area in areas
    ]
    embedder = load()
    found = features(texts, embedder)
    found[:, : embedder.dimensions] = 0.0
    return found


def main() -> None:
    """Trains and writes the weights."""
    parser = argparse.ArgumentParser(prog="python -m nlp.training.areas", description=main.__doc__)
    parser.add_argument("--titles", type=Path, help="titles.jsonl.gz; without it the seeds alone are learnt")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    areas, rng = read_areas(), np.random.default_rng(SEED)
    samples = list(seeds(areas, rng))
    if arguments.titles:
        samples += titles(arguments.titles, areas, rng)
    weights, bias = train(samples)
    weights += _NEAREST * prototypes(areas)
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-12) / 32_767
    np.savez_compressed(
        arguments.out,
        names=np.array([area.name for area in areas]),
        weights=np.rint(weights / scales[:, None]).astype(np.int16),
        scales=scales.astype(np.float32),
        bias=bias.astype(np.float32),
    )


if __name__ == "__main__":
    main()
