"""Summaries against the first three sentences and a plain TextRank: what a reader picked, which facts they show.

python tests/bench/bench_summary.py [--chosen]

Picked: how many of a reader's three best sentences are among ours (tests/nlp/summary_labels.tsv).

Facts: the labelled deadlines, amounts and targets that stand in the body, of texts of more than three sentences
(tests/nlp/facts_labels.tsv).
"""

from __future__ import annotations

import math
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from bot.demo.press import agencies, fill
from nlp.dates import KST
from nlp.sentences import sentences
from nlp.summary import summarise
from tests.bench.bench_facts import FACTS, NLP, Labelled, labelled
from tests.bench.bench_unseen import notices

MONDAY = datetime(2026, 11, 23, 9, tzinfo=KST)


@dataclass(slots=True)
class Coverage:
    """Labelled facts that were shown, of all, and the mean length in characters."""

    shown: int = 0
    of: int = 0
    length: float = 0.0

    @property
    def share(self) -> float:
        """The share shown."""
        return self.shown / max(self.of, 1)


def coverage(*, held: bool | None = None) -> list[Coverage]:
    """What our three sentences show, and what the first three show."""
    ones = [one for one in labelled() if len(sentences(one.text)) > 3 and held in (None, one.held)]
    return [_covered(ones, _ours), _covered(ones, _lead)]


def _split(one: Labelled) -> tuple[str, str]:
    """Title and body; some letters begin without a title."""
    first, _, rest = one.text.partition("\n")
    listed = not rest or (one.id.startswith("own") and re.search(r"\d|[:○ㅇ□]", first))
    return ("", one.text) if listed else (first, rest)


def _ours(one: Labelled) -> list[str]:
    title, body = _split(one)
    return [line.text for line in summarise(title, body, one.published)]


def _lead(one: Labelled) -> list[str]:
    return sentences(_split(one)[1])[:3]


def _seen(fact: str, one: Labelled, text: str) -> set[str]:
    return FACTS[fact](replace(one, text=text))


def _covered(ones: Sequence[Labelled], short: Callable[[Labelled], list[str]]) -> Coverage:
    result, lengths = Coverage(), []
    for one in ones:
        told = short(one)
        lengths.append(len("".join(told)))
        for fact in ("deadline", "amount", "target"):
            wanted = one.wanted[fact] & _seen(fact, one, _split(one)[1])
            result.shown += len(_seen(fact, one, "\n".join(told)) & wanted)
            result.of += len(wanted)
    result.length = statistics.mean(lengths)
    return result


@dataclass(frozen=True, slots=True)
class Picked:
    """A release with the places (from 1) of the sentences that a reader picked."""

    id: str
    title: str
    text: str
    best: frozenset[int]


def picked() -> list[Picked]:
    """The releases with a reader's three best sentences."""
    bodies = {one.id: one.text for name in "ab" for one in notices(name)}
    demo = {str(one.number): one for agency in agencies() for one in agency.documents}
    found = []
    for line in (NLP / "summary_labels.tsv").read_text().splitlines():
        if line.startswith("#"):
            continue
        name, of, best, title = line.split("\t")
        text = bodies.get(name) or fill("\n".join(demo[name].lines), MONDAY.date())
        if len(sentences(text)) != int(of):
            raise ValueError(f"{name}: expected {of} sentences, got {len(sentences(text))}")
        head = title or fill(demo[name].title, MONDAY.date())
        found.append(Picked(name, head, text, frozenset(int(place) for place in best.split())))
    return found


def chosen(one: Picked) -> set[int]:
    """The places that our summary chooses."""
    return {line.place for line in summarise(one.title, one.text, MONDAY)}


def first_three(one: Picked) -> set[int]:
    """The first three sentences."""
    return {1, 2, 3}


def text_rank(one: Picked) -> set[int]:
    """The three that rank first by PageRank over overlapping words (Mihalcea and Tarau, TextRank, 2004, section 4)."""
    bags = [set(re.findall(r"[가-힣A-Za-z0-9]{2,}", sentence)) for sentence in sentences(one.text)]
    links = np.array([[_alike(a, b) if a is not b else 0.0 for b in bags] for a in bags])
    links /= np.maximum(links.sum(axis=1, keepdims=True), 1e-9)
    rank = np.ones(len(bags))
    for _ in range(50):
        rank = 0.15 + 0.85 * (rank @ links)
    return {int(place) + 1 for place in np.argsort(-rank, kind="stable")[:3]}


def _alike(a: set[str], b: set[str]) -> float:
    return len(a & b) / (math.log(len(a) + 1) + math.log(len(b) + 1)) if a and b else 0.0


def overlap(choose: Callable[[Picked], set[int]], ones: Sequence[Picked]) -> float:
    """The share of the picked sentences that are chosen."""
    return statistics.mean(len(choose(one) & one.best) / len(one.best) for one in ones)


def main() -> None:
    """Prints the figures."""
    releases = picked()
    for name, choose in (("summary", chosen), ("lead-3", first_three), ("TextRank", text_rank)):
        print(f"{name:8} has {overlap(choose, releases):.3f} of what a reader picked, {len(releases)} releases")
        if "--chosen" in sys.argv and choose is chosen:
            for one in releases:
                if (told := choose(one)) != one.best:
                    print(f"  {one.id} {sorted(told)} instead of {sorted(one.best)}")
    for held in (False, True):
        ours, lead = coverage(held=held)
        for name, one in (("summary", ours), ("lead-3", lead)):
            print(
                f"{name:8} {'held back' if held else 'worked on'} "
                f"{one.shown}/{one.of} = {one.share:.3f}, {one.length:.0f} characters"
            )
    ones = list(labelled())
    start = time.perf_counter()
    for one in ones:
        _ours(one)
    print(f"{(time.perf_counter() - start) / len(ones) * 1000:.2f} ms each")


if __name__ == "__main__":
    main()
