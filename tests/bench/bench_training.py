"""A simulated installation: what `dobi train` brings it. Run: python tests/bench/bench_training.py FOLDER [--until DAY]

FOLDER is the shared press-releases data (`releases.jsonl.gz`: titles and leads of eleven days). The installation has
the releases of the first days (all, or those up to `--until`), trains, and keeps the newest fifth out as it would.
Beside the exam's own figures it prints the labelled subscriptions (tests/nlp/labels_second.tsv) with the model before
and after: no recipe was chosen on them.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from datetime import datetime
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests/bench")]

from bench_nlp import average_precision, ndcg, releases  # noqa: E402
from shared_data import PRESS  # noqa: E402

from nlp.embedding import MODEL, Embedder, load_static  # noqa: E402
from nlp.matching import Matcher  # noqa: E402
from nlp.training.continuing import Material, Pace, gather, proceed  # noqa: E402
from nlp.words import normalise  # noqa: E402


def labelled(rows: list[dict[str, str]]) -> dict[str, np.ndarray]:
    place, wanted = {row["id"]: n for n, row in enumerate(rows)}, {}
    for line in (ROOT / "tests/nlp/labels_second.tsv").read_text().splitlines():
        if line[0] != "#":
            words, ids, *_ = line.split("\t")
            wanted[normalise(words)] = row = np.zeros(len(rows), dtype=bool)
            row[[place[one] for one in ids.split()]] = True
    return wanted


def subscriptions(embedder: Embedder, rows: list[dict[str, str]], part: slice, name: str) -> None:
    wanted = {words: row[part] for words, row in labelled(rows).items() if row[part].any()}
    matcher, keywords = Matcher(embedder), sorted(wanted)
    for words in keywords:
        matcher.add(words, words)
    scores = np.zeros((len(keywords), len(rows[part])))
    found = matcher.match_many([row["lead"] for row in rows[part]], [row["title"] for row in rows[part]])
    sent = right = 0
    for column, matches in enumerate(found):
        for match in matches:
            scores[keywords.index(match.subscription_id), column] = match.score
            sent += match.push
            right += bool(match.push and wanted[match.subscription_id][column])
    truth = np.array([wanted[words] for words in keywords])
    print(
        f"  {name}: {len(keywords)} subscriptions, nDCG@20 {100 * ndcg(scores, truth):.1f} "
        f"mAP {100 * average_precision(scores, truth):.1f} "
        f"sent {sent} P {100 * right / max(sent, 1):.1f} R {100 * right / truth.sum():.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=PRESS)
    parser.add_argument("--until", default="2026-07-12", help="the last day that the installation has")
    parser.add_argument("--rounds", type=int, default=1, help="how often in a row")
    parser.add_argument("--steps", type=int, default=Pace().steps)
    parser.add_argument("--kept", type=float, default=Pace().kept)
    arguments = parser.parse_args()
    if arguments.folder is None:
        print("training: skipped, no folder given (its texts aren't ours to ship)")
        return
    rows = releases(arguments.folder / "releases.jsonl.gz")
    have = [row for row in rows if row["approved_at"][:10] <= arguments.until]
    materials = [
        Material(row["title"], row["lead"], row["id"], datetime.fromisoformat(row["approved_at"])) for row in have
    ]
    shipped = model = load_static(MODEL)
    lessons = gather(materials)
    print(f"{lessons.documents} documents, {len(lessons.held)} held out")
    if not lessons.enough:
        return
    now = datetime.fromisoformat(f"{arguments.until}T23:00:00+09:00")
    held = slice(len(have) - len(have) // 5, None)
    for _ in range(arguments.rounds):
        begin = time.perf_counter()
        outcome = proceed(lessons, model, shipped, now, pace=Pace(steps=arguments.steps, kept=arguments.kept))
        seconds = time.perf_counter() - begin
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{seconds:.0f} s, {memory:.0f} MiB at most")
        judged = outcome.judgement
        print(f"{judged.verdict}: lift {100 * judged.lift.mean:.2f}, at least {100 * judged.lift.low:.2f}")
        print("  before", judged.before)
        print("  after ", judged.after)
        if outcome.model is None:
            return
        model = outcome.model
    for name, part in (("all", slice(None)), ("newest fifth", held)):
        subscriptions(shipped, rows, part, f"shipped, {name}")
        subscriptions(model, rows, part, f"continued, {name}")


if __name__ == "__main__":
    main()
