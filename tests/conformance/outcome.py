"""What became of every message of a run of kills: judged by the written policy, and set down as a table.

The policy (README, docs/messengers.md): a push arrives at most once, and where nobody knows whether it did, it is
listed for an administrator; a receipt or an answer arrives at least once, three tries at most where the platform
neither recognises Dobi's ids nor keeps a record. What the policy allows is counted; what it does not is `against` it.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["push", "receipt", "answer"]
UNKNOWN = "ambiguous"
"""The state of what nobody knows to have arrived. An administrator finds it under 못 보낸 것; `dead` and `gone`
too, but in these runs no platform refuses anything for good."""

COLUMNS = {
    "kills": "kills",
    "cuts": "cuts",
    "pushes": "pushes",
    "pushes lost": "lost",
    "pushes doubled": "doubled",
    "pushes ambiguous": "ambiguous",
    "ambiguous, not seen": "of these not seen",
    "receipts": "receipts",
    "receipts lost": "lost",
    "receipts doubled": "doubled",
    "receipts unknown": "listed, not seen",
    "said": "said",
    "unanswered": "unanswered",
    "answered twice": "answered twice",
    "answers unknown": "listed, not seen",
    "marked repeats": "marked repeats",
    "still waiting": "still waiting",
    "against": "against the policy",
}


@dataclass(frozen=True, slots=True)
class Fate:
    """One message that was written, or one sentence that somebody said.

    `state` is its row's in the outbox ("" where none was written, as of a sentence that nobody handled); `seen` how
    often people read it; `rows` how many rows were made of it; `tried` whether it was sent more than once for a reason
    (a worker died over it, or its answer was lost); `repeats` how often it came again under the same id, which whoever
    reads can tell.
    """

    kind: Kind
    state: str
    seen: int
    rows: int = 1
    tried: bool = False
    repeats: int = 0


def judged(fates: Iterable[Fate], *, sure: bool, owed: bool = True) -> Counter[str]:
    """The counts by the columns' names. `sure`: the platform recognises a repetition, or keeps a record that tells.

    `owed`: the platform hands out again what nobody took; else what was never heard is nobody's fault here.
    """
    found = Counter[str]()
    for one in fates:
        found.update(_push(one) if one.kind == "push" else _reply(one, sure=sure, owed=owed))
        found["marked repeats"] += one.repeats
    return found


def _push(one: Fate) -> Counter[str]:
    unknown = one.state == UNKNOWN
    lost, doubled = one.seen == 0 and not unknown, one.seen > 1
    return Counter(
        {
            "pushes": 1,
            "pushes lost": lost,
            "pushes doubled": doubled,
            "pushes ambiguous": unknown,
            "ambiguous, not seen": unknown and not one.seen,
            "against": lost or doubled or one.rows > 1,
        }
    )


def _reply(one: Fate, *, sure: bool, owed: bool) -> Counter[str]:
    """A receipt, or the answer to what somebody said."""
    total, none, twice, unknown = (
        ("receipts", "receipts lost", "receipts doubled", "receipts unknown")
        if one.kind == "receipt"
        else ("said", "unanswered", "answered twice", "answers unknown")
    )
    unheard = not owed and one.kind == "answer" and not one.rows
    silent = one.seen == 0 and one.state != UNKNOWN and not unheard
    unfounded = one.seen > 1 and (sure or not one.tried)
    return Counter(
        {
            total: not unheard,
            none: silent,
            twice: one.seen > 1,
            unknown: one.seen == 0 and one.state == UNKNOWN,
            "against": silent or unfounded or one.rows > 1,
        }
    )


def kept(path: Path, peer: str, seed: int, found: Mapping[str, int]) -> None:
    """Adds a run to the records beside the table, and writes the table anew: each run, and each peer in all."""
    records = path.with_suffix(".jsonl")
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"peer": peer, "seed": seed, **found}, ensure_ascii=False) + "\n"
    with records.open("a", encoding="utf-8") as file:
        file.write(line)
    runs = [json.loads(one) for one in records.read_text(encoding="utf-8").splitlines()]
    partial = path.with_suffix(f".{os.getpid()}")
    partial.write_text(table(runs), encoding="utf-8")
    partial.replace(path)


def table(runs: Sequence[Mapping[str, object]]) -> str:
    """Markdown: a line a peer, its runs added up."""
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    seeds: defaultdict[str, list[str]] = defaultdict(list)
    for run in runs:
        peer = str(run["peer"])
        seeds[peer].append(str(run["seed"]))
        sums[peer].update({name: value for name, value in run.items() if isinstance(value, int) and name != "seed"})
    head = ["peer", "seeds", *COLUMNS.values()]
    lines = [head, ["---"] * len(head)]
    lines += [[peer, " ".join(seeds[peer]), *(_cell(found, name) for name in COLUMNS)] for peer, found in sums.items()]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _cell(found: Mapping[str, int], name: str) -> str:
    """Nobody says anything where Dobi only speaks."""
    absent = name in {"said", "unanswered", "answered twice", "answers unknown"} and not found.get("said")
    return "–" if absent else str(found.get(name, 0))
