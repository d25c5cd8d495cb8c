"""The order of a briefing against relevance alone. Run: python tests/bench/bench_ranking.py [FOLDER] [--seed N]

Two comparisons. (1) Readers made up by a rule that is not `rank`'s: what somebody finds useful is drawn from
whether the document is on their matter, whose office it is, whether they have heard of it (the older the likelier) and
whether they were just told the same; the score they are ranked by is a noisy, calibrated look at the first alone.
(2) With FOLDER, the shared press-releases data: profiles of twelve labelled subscriptions each, a day's releases, what
matching would push. Figures: gain of the five shown, precision, agencies, and where the best hit stands.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests/bench"))

from shared_data import PRESS  # noqa: E402

from nlp.ranking import ANYBODY, Candidate, Reader, rank  # noqa: E402

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
SHOWN = 5
CENTRAL = tuple(f"가나다라마바사아자차{n}부" for n in range(10))
PLACES = ("경상남도", "전라남도", "충청북도", "경기도", "강원특별자치도")
HERE = Reader(("경상남도",), ("창원시",), ("스마트팜",), attention=SHOWN)


@dataclass(frozen=True)
class Day:
    """Candidates, and what each is worth to the reader before anything else was told."""

    candidates: list[Candidate]
    worth: dict[str, float]


def made_up(chance: np.random.Generator) -> Day:
    found, worth = [], {}
    on_matter, duty = True, False
    for number in range(int(chance.integers(8, 40))):
        again = number > 0 and chance.random() < 0.15  # the same event, told by another office
        on_matter = on_matter if again else chance.random() < 0.6
        duty = duty if again else chance.random() < 0.15
        score = float(np.clip(chance.beta(6, 3) if on_matter else chance.beta(4, 5), 0.45, 1.0))
        kind = chance.choice(["central", "own", "around", "other"], p=[0.6, 0.1, 0.1, 0.2])
        agency = {
            "central": str(chance.choice(CENTRAL[:4] if chance.random() < 0.6 else CENTRAL)),
            "own": "경상남도",
            "around": "창원시",
            "other": str(chance.choice(PLACES[1:])),
        }[kind]
        hours = float(chance.uniform(0, 64))
        key = f"d{number}"
        story = found[-1].story if again else f"s{number}"
        found.append(
            Candidate(
                key, score, NOW - timedelta(hours=hours), story, agency, None, "스마트팜 소식" if duty else "소식"
            )
        )
        wanted = {"central": 1.0, "own": 1.6, "around": 1.2, "other": 0.35}[kind] * (1.4 if duty else 1.0)
        heard = chance.random() < 0.006 * hours  # the grapevine
        worth[key] = on_matter * wanted * (0.2 if heard else 1.0)
    return Day(found, worth)


def gain(shown: Sequence[Candidate], worth: dict[str, float]) -> float:
    """What the reader has of the list: read from the top, nothing twice, an agency's third item tires a little."""
    told: set[str] = set()
    agencies: list[str] = []
    total = 0.0
    for place, one in enumerate(shown[:SHOWN]):
        if one.story not in told:
            total += worth[one.key] * (0.8 if agencies.count(one.agency) >= 2 else 1.0) / np.log2(place + 2)
        told.add(one.story)
        agencies.append(one.agency)
    return total


Order = Callable[[list[Candidate]], list[Candidate]]


def by_relevance(candidates: list[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda one: (-one.relevance, one.key))


def newest(candidates: list[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda one: -one.published_at.timestamp())


def ranked(reader: Reader) -> Order:
    return lambda candidates: [one.candidate for one in rank(candidates, NOW, reader)]


ORDERS: dict[str, Order] = {
    "newest first": newest,
    "relevance only": by_relevance,
    "rank, reader unknown": ranked(ANYBODY),
    "rank": ranked(HERE),
}


def synthetic(seed: int) -> None:
    chance = np.random.default_rng(seed)
    days = [made_up(chance) for _ in range(2_000)]
    print("made-up readers, 2,000 days: gain of the five shown, agencies among them, place of the best hit")
    for name, order in ORDERS.items():
        lists = [order(day.candidates) for day in days]
        gains = [gain(shown, day.worth) for shown, day in zip(lists, days, strict=True)]
        places = [_place(shown, day.candidates) for shown, day in zip(lists, days, strict=True)]
        error = np.std(gains) / len(gains) ** 0.5
        print(f"  {name:<22} {np.mean(gains):.3f} ± {error:.3f}  {_agencies(lists)}  {_said(places)}")


def _place(shown: Sequence[Candidate], candidates: Sequence[Candidate]) -> int:
    """Where the story of the most relevant candidate stands, from 1; 99 where it is not among those shown."""
    best = by_relevance(list(candidates))[0].story
    return next((place for place, one in enumerate(shown[:SHOWN], 1) if one.story == best), 99)


def _agencies(lists: Sequence[Sequence[Candidate]]) -> str:
    return f"agencies {np.mean([len({one.agency for one in shown[:SHOWN]}) for shown in lists]):.2f}"


def _said(places: Sequence[int]) -> str:
    here = np.array(places)
    return (
        f"best hit: first {np.mean(here == 1):.1%}, in three {np.mean(here <= 3):.1%}, in five {np.mean(here <= 5):.1%}"
    )


def real(folder: Path, seed: int) -> None:
    from fit_calibration import labels, stream

    from nlp.embedding import load
    from nlp.matching import Matcher

    read_ = stream(folder)
    with gzip.open(folder / "releases.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    times = [datetime.fromisoformat(row["approved_at"]) for row in rows]
    wanted = {**labels("labels", read_.place), **labels("labels_second", read_.place)}
    matcher = Matcher(load())
    for words in wanted:
        matcher.add(words, words)
    found = matcher.match_many(read_.leads, read_.titles)
    chance, names, days = np.random.default_rng(seed), sorted(wanted), sorted({at.date() for at in times})
    lists: dict[str, list[list[Candidate]]] = {name: [] for name in ORDERS if name != "rank"}
    right: dict[str, list[float]] = {name: [] for name in lists}
    places: dict[str, list[int]] = {name: [] for name in lists}
    for _ in range(300):
        profile = set(chance.choice(names, 12, replace=False))
        day = days[int(chance.integers(0, len(days)))]
        candidates, good = [], set[str]()
        for number, (row, hits) in enumerate(zip(rows, found, strict=True)):
            mine = [one for one in hits if one.push and one.subscription_id in profile]
            if times[number].date() == day and mine:
                at = NOW - timedelta(hours=float(chance.uniform(0, 24)))  # the archive knows the day alone
                candidates.append(Candidate(row["id"], mine[0].score, at, row["id"], row["agency"], None, row["title"]))
                good |= {row["id"]} if any(wanted[one.subscription_id][number] for one in mine) else set()
        if len(candidates) <= SHOWN:
            continue
        for name, some in lists.items():
            shown = ORDERS[name](candidates)[:SHOWN]
            some.append(shown)
            right[name].append(np.mean([one.key in good for one in shown]))
            places[name].append(_place(shown, candidates))
    print(f"real releases, {len(lists['relevance only'])} days with more than five hits: precision of the five shown")
    for name, some in lists.items():
        print(f"  {name:<22} {np.mean(right[name]):.3f}  {_agencies(some)}  {_said(places[name])}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=PRESS)
    parser.add_argument("--seed", type=int, default=4)
    arguments = parser.parse_args()
    synthetic(arguments.seed)
    if arguments.folder:
        real(arguments.folder, arguments.seed)


if __name__ == "__main__":
    main()
