"""Matching with 100,000 distinct subscriptions, beside what bounds it. Run: python tests/bench/bench_matching.py

With `--releases` and `--titles` (the shared press releases) keywords are one to three words of real titles, rare and
broad as they come, and documents real sentences; without them both are put together from the table of synonyms.

The product of all keywords with documents is measured three ways on the same 100,000 vectors: as sums of tokens, which
the built-in model allows; as a product of matrices, as for any other model; and by faiss, where it is installed. `% of
peak` counts the multiplications of the matrix product, whoever avoids them, against sgemm in the same minute. Rates are
the best of several rounds, since other jobs on the machine only take away; beside stands what a second of one core did.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from html import unescape
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests/bench")]

from shared_data import RELEASES, TITLES  # noqa: E402

from nlp.document import Form, read  # noqa: E402
from nlp.embedding import StaticEmbedder, load  # noqa: E402
from nlp.matching import Matcher, New  # noqa: E402
from nlp.meaning import Stored, Summed  # noqa: E402
from nlp.synonyms import TABLE  # noqa: E402
from nlp.words import normalise, split  # noqa: E402

AT_LEAST = 0.25  # cosine from which a keyword is looked at by its meaning alone
LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Corpus:
    keywords: list[str]
    titles: list[str]
    texts: list[str]


def say(what: str, value: str, beside: str = "") -> None:
    print(f"{what:<62} {value:>24}   {beside}", flush=True)


def lines(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        return [json.loads(row) for row in rows]


def corpus(count: int, releases: Path | None, titles: Path | None) -> Corpus:
    rng = random.Random(1)
    if releases is None or titles is None:
        return made_up(count, rng)
    words = [[word for word in split(unescape(row["title"])) if len(word) > 1] for row in lines(titles)]
    words = [[word for word in title if not word.isdigit()] for title in words]
    keywords: dict[str, None] = {}
    while len(keywords) < count:
        title = rng.choice(words)
        size = min(rng.choice((1, 1, 2, 2, 2, 3)), len(title))
        start = rng.randrange(len(title) - size + 1)
        keywords.setdefault(" ".join(title[start : start + size]) or "창업")
    rows = lines(releases)
    leads = [normalise(unescape(row["lead"])) for row in rows]
    texts = [" ".join(leads[(n + k) % len(leads)] for k in range(12))[:LENGTH] for n in range(len(leads))]
    return Corpus(list(keywords), [normalise(unescape(row["title"])) for row in rows], texts)


def made_up(count: int, rng: random.Random) -> Corpus:
    """One word in seven is of the table, which knows other names for it; the others are compounds that it doesn't."""
    known = [w for line in TABLE.read_text().splitlines() if line[0] != "#" for w in line.split("\t")[1:] if w]
    parts = sorted({word[start : start + 2] for word in known for start in (0, 2) if word[start : start + 2].isalpha()})
    words = rng.sample(known, 1_500) + ["".join(rng.sample(parts, 2)) for _ in range(9_000)]
    keywords: dict[str, None] = {}
    while len(keywords) < count:
        keywords.setdefault(" ".join(rng.sample(words, rng.choice((1, 2, 2, 3)))))
    about = [rng.sample(words, 60) for _ in range(400)]  # a release says few things, again and again
    texts = [" ".join(rng.choices(some, k=500))[:LENGTH] for some in about]
    return Corpus(list(keywords), [" ".join(some[:4]) for some in about], texts)


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of the quickest round, and seconds of processor of a usual one; `cores` were got on average."""

    seconds: float
    work: float
    cores: float

    def rate(self, documents: int) -> str:
        return f"{documents / self.seconds:,.0f} documents/s"

    def a_core(self, documents: int) -> str:
        """What no other job changes much: documents a second of processor."""
        return f"{documents / self.work:,.0f} a second of one core; {self.cores:.1f} cores got"


def best(work: Callable[[], object], rounds: int = 5) -> Taken:
    """After one round that doesn't count."""
    work()
    taken, spent = [], []
    for _ in range(rounds):
        begin, before = time.perf_counter(), time.process_time()
        work()
        taken.append(time.perf_counter() - begin)
        spent.append(time.process_time() - before)
    return Taken(min(taken), float(np.median(spent)), sum(spent) / sum(taken))


def peak() -> float:
    """What sgemm reaches now, in multiplications and additions a second."""
    one = np.ones((3_072, 3_072), dtype=np.float32)
    out = np.empty_like(one)
    return 2 * 3_072**3 / best(lambda: np.dot(one, one, out=out), 3).seconds


def kernel(some: Corpus) -> None:
    """All keywords' cosines with title and lead, and which of them are high."""
    embedder = load()
    assert isinstance(embedder, StaticEmbedder)
    summed, stored = Summed(embedder), Stored(embedder)
    encoded = summed.encode(some.keywords)
    for row in range(len(some.keywords)):
        summed.put(row, encoded, row)
        stored.put(row, encoded, row)
    forms = [alone(form) for form in read(some.texts[:64], some.titles[:64], embedder)]
    leads, size = np.stack([form.vector for form in forms]), len(some.keywords)
    work = 2 * size * embedder.dimensions * len(forms)

    def select(meanings: Summed | Stored, part: list[Form]) -> int:
        return sum(len(np.flatnonzero(row >= AT_LEAST)) for row in meanings.meet(part, size).leads())

    def by_sums() -> int:
        parts = [forms[start : start + 8] for start in range(0, len(forms), 8)]
        with ThreadPoolExecutor(2) as pool:
            return sum(pool.map(lambda part: select(summed, part), parts))

    found = by_sums(), select(stored, forms)
    rates = {}
    for name, way in (("sums of tokens", by_sums), ("product of matrices", lambda: select(stored, forms))):
        limit, taken = peak(), best(way, 16)
        rates[name] = len(forms) / taken.seconds
        share = f"{100 * work / taken.seconds / limit:.0f} % of peak ({limit / 1e9:.0f} GFLOP/s)"
        what = f"{size:,} vectors, {len(forms)} documents, select: {name}"
        say(what, taken.rate(len(forms)), f"{share}; {taken.a_core(len(forms))}")
    say("the same are selected", f"{found[0]:,} and {found[1]:,}")
    faiss(encoded.vectors, leads, rates)


def alone(form: Form) -> Form:
    """The document as one vector, that of its title and lead."""
    return replace(form, vectors=form.vector[None], flat=f"\n{form.flat}")


def faiss(vectors: np.ndarray, leads: np.ndarray, rates: dict[str, float]) -> None:
    try:
        import faiss as library
    except ImportError:
        say("faiss IndexFlatIP", "not measured", "faiss-cpu is not installed (the extra 'bench')")
        return
    index = library.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    for name, way in (
        ("100 best", lambda: index.search(leads, 100)),
        (f"all from {AT_LEAST}", lambda: index.range_search(leads, AT_LEAST)),
    ):
        taken = best(way)
        times = ", ".join(f"{mine * taken.seconds / len(leads):.1f} times by {how}" for how, mine in rates.items())
        say(f"faiss IndexFlatIP, {name}", taken.rate(len(leads)), f"{times}; {taken.a_core(len(leads))}")


def memory(name: str) -> float:
    """MiB of this process: VmRSS now, VmHWM at most so far."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith(f"{name}:")) / 1024


def whole(some: Corpus) -> None:
    """The matcher as it is used, in a process of its own."""
    embedder = load()
    embedder.encode(["가"])
    bare, begin, spent = memory("VmRSS"), time.perf_counter(), time.process_time()
    matcher = Matcher(embedder)
    matcher.add_many(New(f"k{number}", keyword) for number, keyword in enumerate(some.keywords))
    taken, used = time.perf_counter() - begin, time.process_time() - spent
    highest = memory("VmHWM")
    say(
        f"built: {len(matcher):,} subscriptions, {len(matcher._rows):,} ways to say them",
        f"{taken:.1f} s",
        f"{used:.1f} s of processor, peak {highest:.0f} MiB (before: {bare:.0f})",
    )
    texts, titles = some.texts[:64], some.titles[:64]
    told = best(lambda: matcher.match_many(texts, titles), 16)
    what = f"match_many, {len(texts)} documents of {sum(map(len, texts)) / len(texts):,.0f} characters"
    say(what, told.rate(len(texts)), f"{told.a_core(len(texts))}; aim 200/s")
    alone = [taken_by(lambda n=n: matcher.match(texts[n % 64], titles[n % 64])) for n in range(150)]
    processor = [spent_by(lambda n=n: matcher.match(texts[n], titles[n])) for n in range(50)]
    value = f"p50 {np.median(alone):.1f}, p95 {np.quantile(alone, 0.95):.1f} ms"
    say("match, one document", value, f"of processor p50 {np.median(processor):.1f} ms; aim 15")
    added = [taken_by(lambda n=n: matcher.add(f"new{n}", f"새 구독 {n}호")) for n in range(200)]
    say("a new subscription", f"p95 {np.quantile(added, 0.95):.2f} ms, most {max(added):.1f}", "aim 50 ms")
    busy(matcher, some)
    say("memory of the process after all this", f"{memory('VmRSS'):.0f} MiB", f"peak {memory('VmHWM'):.0f}; aim 400")


def busy(matcher: Matcher, some: Corpus) -> None:
    """New subscriptions while documents are matched without a pause."""
    stop = threading.Event()

    def always() -> None:
        while not stop.is_set():
            matcher.match_many(some.texts[:64], some.titles[:64])

    worker = threading.Thread(target=always)
    worker.start()
    added = [taken_by(lambda n=n: matcher.add(f"busy{n}", f"다른 구독 {n}호")) for n in range(30)]
    stop.set()
    worker.join()
    told = f"p50 {np.median(added):.0f}, p95 {np.quantile(added, 0.95):.0f} ms"
    say("a new subscription, while documents are matched", told, "waits for the documents at hand, at most 16")


def taken_by(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - begin)


def spent_by(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return 1e3 * (time.process_time() - begin)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", type=Path, default=RELEASES, help="releases.jsonl.gz of the shared data")
    parser.add_argument("--titles", type=Path, default=TITLES, help="titles.jsonl.gz of the shared data")
    parser.add_argument("--subscriptions", type=int, default=100_000)
    parser.add_argument("--whole", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.whole:
        whole(Corpus(**json.loads(arguments.whole.read_text())))
        return
    some = corpus(arguments.subscriptions, arguments.releases, arguments.titles)
    kernel(some)
    with tempfile.TemporaryDirectory(prefix="dobi-bench-") as folder:
        path = Path(folder, "corpus.json")
        path.write_text(json.dumps(asdict(some)))
        subprocess.run([sys.executable, __file__, "--whole", str(path)], check=True)


if __name__ == "__main__":
    main()
