"""Policy areas on releases read by hand (tests/nlp/areas_labels.tsv), beside what is learnt from words alone.

Run: python tests/bench/bench_areas.py [--releases FILE] [--titles FILE]; with titles the baselines are trained too.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from html import unescape
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nlp.areas import PUSH_AT, areas, classifier  # noqa: E402

SHARED = ROOT.parent / "shared/data/press-releases"


def labelled(releases: Path) -> tuple[list[str], list[str], list[list[int]]]:
    """Titles, leads and areas of the labelled releases."""
    places = {area.name: place for place, area in enumerate(areas())}
    wanted = {}
    for line in (ROOT / "tests/nlp/areas_labels.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, *told = line.split("\t")
            wanted[name] = [places[one] for one in told]
    with gzip.open(releases, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if str(row["id"]) in wanted]
    titles = [unescape(unescape(row["title"])) for row in rows]
    return titles, [row["lead"] for row in rows], [wanted[str(row["id"])] for row in rows]


def report(name: str, shares: np.ndarray, wanted: list[list[int]]) -> None:
    best, first = shares.argmax(axis=1), np.array([one[0] for one in wanted])
    either = np.mean([place in one for place, one in zip(best, wanted, strict=True)])
    scores = []
    for place in sorted(set(first)):
        right = np.sum((best == place) & (first == place))
        scores.append(2 * right / max(np.sum(best == place) + np.sum(first == place), 1))
    sent = [(row, place) for row, place in zip(*np.nonzero(shares >= PUSH_AT), strict=True)]
    right_sent = sum(place in wanted[row] for row, place in sent)
    print(
        f"{name:<34} first area {100 * np.mean(best == first):.1f}, either area {100 * either:.1f}, "
        f"macro-F1 {100 * np.mean(scores):.1f}; sent at {PUSH_AT}: precision "
        f"{100 * right_sent / max(len(sent), 1):.1f}, recall {100 * right_sent / sum(map(len, wanted)):.1f}"
    )


def baselines(path: Path, texts: list[str], wanted: list[list[int]]) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    from nlp.training.areas import SEED, balance, seeds, titles

    rng = np.random.default_rng(SEED)
    samples = [*seeds(areas(), rng), *titles(path, areas(), rng)]
    made = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), min_df=2, sublinear_tf=True)
    inputs = made.fit_transform([one.text for one in samples])
    model = LogisticRegression(C=3.0, max_iter=60, tol=1e-3)
    model.fit(inputs, [one.place for one in samples], sample_weight=balance(samples))
    report("char TF-IDF + linear, same texts", model.predict_proba(made.transform(texts)), wanted)
    phrases = [" ".join([area.name, *(p for part in area.parts for p in part.phrases)]) for area in areas()]
    made = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), sublinear_tf=True).fit([*phrases, *texts])
    report("char TF-IDF, nearest seeds", (made.transform(texts) @ made.transform(phrases).T).toarray(), wanted)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--releases", type=Path, default=SHARED / "releases.jsonl.gz")
    parser.add_argument("--titles", type=Path, default=SHARED / "titles.jsonl.gz")
    args = parser.parse_args()
    if not args.releases.exists():
        print("no releases to read: skipped")
        return
    titles, leads, wanted = labelled(args.releases)
    begin = time.perf_counter()
    model = classifier()
    loaded = time.perf_counter()
    shares = model.classify(titles, leads)
    taken = time.perf_counter() - loaded
    print(
        f"{len(titles)} releases, {len(areas())} areas; loaded in {1e3 * (loaded - begin):.0f} ms, "
        f"{1e3 * taken / len(titles):.2f} ms a release, sklearn imported: {'sklearn' in sys.modules}"
    )
    report("built-in (title and lead)", shares, wanted)
    report("built-in (title alone)", model.classify(titles, [""] * len(titles)), wanted)
    if args.titles.exists():
        baselines(args.titles, [f"{title} {lead[:150]}" for title, lead in zip(titles, leads, strict=True)], wanted)


if __name__ == "__main__":
    main()
