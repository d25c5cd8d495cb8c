"""Deadlines and amounts against labels written by careful reading (tests/nlp/facts_labels.tsv).

python tests/bench/bench_facts.py [--errors] [folder of the shared releases]

Prints precision and recall of each fact on the part worked on and on the third held back; `--errors` lists the errors
of the part worked on only. Days are compared, and clock times where the label has one.
"""

from __future__ import annotations

import gzip
import html
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from nlp.dates import KST
from nlp.facts import amounts, contacts, deadline, deadlines, laws, targets

NLP = Path(__file__).parents[1] / "nlp"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "press-releases"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with what it says; `wanted` and `either` are written values by fact."""

    id: str
    text: str
    published: datetime
    wanted: dict[str, frozenset[str]]
    either: dict[str, frozenset[str]]

    @property
    def held(self) -> bool:
        """Whether it belongs to the third held back."""
        return int(self.id.removeprefix("own")) % 3 == 0

    @property
    def has_all(self) -> bool:
        """Whether target, contact and law are labelled too."""
        return re.fullmatch(r"own\d\d", self.id) is not None


def labelled(shared: Path = SHARED) -> Iterator[Labelled]:
    """Every labelled text that can be read here; the stream's only where the shared folder is."""
    texts = _own() | (read_stream(shared / "releases.jsonl.gz") if shared.is_dir() else {})
    for line in (NLP / "facts_labels.tsv").read_text().splitlines():
        if line.startswith("#"):
            continue
        name, published, days, sums, target, contact, law = line.split("\t")
        if name not in texts:
            continue
        text, at = texts[name]
        said = {
            "deadline": days.split(), "amount": sums.split(), "target": _listed(target),
            "contact": [_number(each) for each in _listed(contact)], "law": _listed(law),
        }  # fmt: skip
        yield Labelled(
            name,
            text,
            at or datetime.combine(datetime.fromisoformat(published).date(), time(9), KST),
            {fact: frozenset(one for one in ones if one[0] != "?") for fact, ones in said.items()},
            {fact: frozenset(one[1:] for one in ones if one[0] == "?") for fact, ones in said.items()},
        )


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(";") if one.strip()]


def _number(contact: str) -> str:
    """A contact by its telephone number, where it has one."""
    found = re.search(r"\d{2,4}-\d{3,4}-\d{4}", contact)
    return found[0] if found else contact


def _as_labelled(told: str, wanted: frozenset[str]) -> str:
    """The label that what was told begins with."""
    return next((one for one in wanted if told.startswith(one)), told)


def _own() -> dict[str, tuple[str, datetime | None]]:
    parts = (NLP / "facts_bodies.txt").read_text().split("=== ")[1:]
    return {head: (body, None) for head, _, body in (part.partition("\n") for part in parts)}


def read_stream(path: Path) -> dict[str, tuple[str, datetime | None]]:
    """The texts of the shared releases by id, with when they were published."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return {
        row["id"]: (html.unescape(f"{row['title']}\n{row['lead']}"), datetime.fromisoformat(row["approved_at"]))
        for row in rows
    }


def _days(one: Labelled) -> set[str]:
    return {_at(found.at, one) for found in deadlines(one.text, one.published)}


def _first(one: Labelled) -> set[str]:
    found = deadline(one.text, one.published)
    return {_at(found.at, one)} if found else set()


def _at(at: object, one: Labelled) -> str:
    """The day, or the instant where the label has one for that day."""
    if isinstance(at, datetime):
        local = at.astimezone(KST)
        written = f"{local:%Y-%m-%dT%H:%M}"
        return written if any("T" in each for each in one.wanted["deadline"]) else written[:10]
    return str(at)


FACTS: dict[str, Callable[[Labelled], set[str]]] = {
    "deadline": _days,
    "amount": lambda one: {str(found.won) for found in amounts(one.text)},
    "target": lambda one: {_as_labelled(found.text, one.wanted["target"]) for found in targets(one.text)},
    "contact": lambda one: {_number(found.text) for found in contacts(one.text)},
    "law": lambda one: {found.text for found in laws(one.text)},
}


def main() -> None:
    """Prints the table."""
    arguments = [one for one in sys.argv[1:] if not one.startswith("--")]
    ones = list(labelled(Path(arguments[0]) if arguments else SHARED))
    print(f"{len(ones)} texts, {sum(one.held for one in ones)} held back")
    for fact, find in FACTS.items():
        for held in (False, True):
            tally: Counter[str] = Counter()
            for one in ones:
                if one.held != held or (fact in {"target", "contact", "law"} and not one.has_all):
                    continue
                found, wanted = find(one) - one.either[fact], one.wanted[fact]
                tally.update(right=len(found & wanted), false=len(found - wanted), missed=len(wanted - found))
                if "--errors" in sys.argv and not held and found != wanted:
                    print(f"  {fact} {one.id}: +{sorted(found - wanted)} -{sorted(wanted - found)}")
            print(f"{fact:9} {'held back' if held else 'worked on'} {_figures(tally)}")
    for held in (False, True):
        shown = [(one, _first(one)) for one in ones if one.held == held]
        told = [(one, found) for one, found in shown if found and not found <= one.either["deadline"]]
        right = sum(found <= one.wanted["deadline"] for one, found in told)
        open_ones = sum(bool(one.wanted["deadline"]) for one, _ in shown)
        print(
            f"card      {'held back' if held else 'worked on'} "
            f"right {right} of {len(told)} shown, {open_ones} texts have one"
        )


def _figures(tally: Counter[str]) -> str:
    right, told, wanted = tally["right"], tally["right"] + tally["false"], tally["right"] + tally["missed"]
    return (
        f"precision {right}/{told} = {right / max(told, 1):.3f}  recall {right}/{wanted} = {right / max(wanted, 1):.3f}"
    )


if __name__ == "__main__":
    main()
