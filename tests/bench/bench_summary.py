"""Summaries against the first three sentences: which of the labelled facts three sentences show, and how fast.

python tests/bench/bench_summary.py

Facts: the labelled deadlines, amounts and targets that stand in the body, of texts of more than three sentences
(tests/nlp/facts_labels.tsv).
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from nlp.sentences import sentences
from nlp.summary import summarise
from tests.bench.bench_facts import FACTS, Labelled, labelled


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


def main() -> None:
    """Prints the figures."""
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
