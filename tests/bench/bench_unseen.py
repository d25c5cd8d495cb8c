"""Facts and sentence ends on texts that the extractor's writers had not seen (tests/nlp/facts_unseen_*.txt).

python tests/bench/bench_unseen.py [--errors] [a] [b] [c] [r]

Precision and recall of each fact, F1 of sentence ends, and false alarms on real releases that hold no fact (r, only
where the shared folder is). A deadline with a clock time counts only with that time.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time

from nlp.dates import KST
from nlp.facts import Deadline, amounts, contacts, deadlines, laws, targets
from nlp.sentences import sentences
from tests.bench.bench_facts import NLP, SHARED, read_stream

END, SOFT = "‖", "↩"


@dataclass(frozen=True, slots=True)
class Notice:
    """A text and what it says: written values by the letter of their fact, and who must act by a deadline."""

    id: str
    text: str
    published: datetime
    gold: dict[str, tuple[str, ...]]
    who: dict[str, str]
    ends: frozenset[int] | None

    def wanted(self, fact: str) -> set[str]:
        """What must be found."""
        return {one for one in self.gold.get(fact, ()) if not one.startswith("?")}

    def either(self, fact: str) -> set[str]:
        """What may be found."""
        return {one[1:] for one in self.gold.get(fact, ()) if one.startswith("?")}


def notices(name: str) -> list[Notice]:
    """The texts of set "a" or "b"."""
    parts = (NLP / f"facts_unseen_{name}.txt").read_text().split("=== ")[1:]
    return [_notice(part) for part in parts]


def _notice(part: str) -> Notice:
    head, _, marked = part.partition("\n--\n")
    first, *facts = head.splitlines()
    name, published, *flags = first.split()
    gold: dict[str, tuple[str, ...]] = {}
    who: dict[str, str] = {}
    for fact in facts:
        letter, _, said = fact.partition(": ")
        said, _, actor = said.partition(" @")
        ones = said.split() if letter in "dm" else [one.strip() for one in said.split(";")]
        gold[letter] = gold.get(letter, ()) + tuple(ones)
        who |= {one[:10]: actor for one in ones if actor}
    return Notice(
        name,
        marked.replace(END, "").replace(SOFT, ""),
        datetime.combine(date.fromisoformat(published), time(9), KST),
        gold,
        who,
        _gold_ends(marked) if flags else None,
    )


def _gold_ends(marked: str) -> frozenset[int]:
    """The sentence ends as counts of the characters before them that are no white space."""
    ends, count = set(), 0
    for piece in re.split(rf"{END}|(?<!{SOFT})\n", marked):
        count += len("".join(piece.replace(SOFT, "").split()))
        ends.add(count)
    return frozenset(ends - {0})


def found_ends(text: str) -> set[int]:
    """The sentence ends that we find, counted alike; marks between two sentences belong to the later one."""
    solid, at, ends = "".join(text.split()), 0, set()
    for one in sentences(text):
        bare = "".join(one.split())
        at = solid.index(bare, at) + len(bare)
        ends.add(at)
    return ends


def found(fact: str, one: Notice) -> set[str]:
    """What we find, written as the label where it means the same."""
    match fact:
        case "d":
            return {_written(each, one) for each in deadlines(one.text, one.published)}
        case "m":
            return {str(each.won) for each in amounts(one.text)}
        case "t":
            return {_alike(each.text, one.wanted("t")) for each in targets(one.text)}
        case "c":
            return {_alike(each.text, one.wanted("c")) for each in contacts(one.text)}
        case _:
            return {each.text for each in laws(one.text)}


def _written(each: Deadline, one: Notice) -> str:
    day = each.day.isoformat()
    timed = any(gold.lstrip("?").startswith(f"{day}T") for gold in one.gold.get("d", ()))
    if timed and isinstance(each.at, datetime):
        return f"{each.at.astimezone(KST):%Y-%m-%dT%H:%M}"
    return day


def _alike(told: str, wanted: set[str]) -> str:
    bare = re.sub(r"[\W_]", "", told)
    for one in wanted:
        gold = re.sub(r"[\W_]", "", one)
        if bare.startswith(gold) or (len(bare) > 5 and gold.endswith(bare)):
            return one
    return told


def tally(ones: list[Notice], fact: str, *, errors: bool = False) -> Counter[str]:
    """Right, false and missed of one fact."""
    result: Counter[str] = Counter()
    for one in ones:
        told, wanted = found(fact, one) - one.either(fact), one.wanted(fact)
        result.update(right=len(told & wanted), false=len(told - wanted), missed=len(wanted - told))
        if errors and told != wanted:
            print(f"  {fact} {one.id}: +{sorted(told - wanted)} -{sorted(wanted - told)}")
    return result


def sentence_ends(ones: list[Notice], *, errors: bool = False) -> Counter[str]:
    """Right, false and missed sentence ends."""
    result: Counter[str] = Counter()
    for one in ones:
        if one.ends is None:
            continue
        told = found_ends(one.text)
        result.update(right=len(told & one.ends), false=len(told - one.ends), missed=len(one.ends - told))
        if errors:
            solid = "".join(one.text.split())
            for sign, places in (("+", told - one.ends), ("-", one.ends - told)):
                for at in sorted(places):
                    print(f"  end {one.id}: {sign} {solid[max(0, at - 20) : at]}|{solid[at : at + 12]}")
    return result


def actors(ones: list[Notice]) -> Counter[str]:
    """Who must act: right, false, missed, of the deadlines found; a deadline without a labelled actor is not judged."""
    result: Counter[str] = Counter()
    for one in ones:
        for each in deadlines(one.text, one.published):
            if gold := one.who.get(each.day.isoformat()):
                key = "missed" if each.who is None else "right" if _same(each.who, gold) else "false"
                result[key] += 1
    return result


def _same(told: str, gold: str) -> bool:
    told, gold = "".join(told.split()), "".join(gold.split())
    return told in gold or gold in told


def _figures(name: str, one: Counter[str]) -> str:
    right, told, wanted = one["right"], one["right"] + one["false"], one["right"] + one["missed"]
    p, r = right / max(told, 1), right / max(wanted, 1)
    f1 = 2 * p * r / max(p + r, 1e-9)
    return f"{name:14} precision {right}/{told} = {p:.3f}  recall {right}/{wanted} = {r:.3f}  F1 {f1:.3f}"


def false_alarms(*, errors: bool = False) -> Counter[str]:
    """Facts told of real releases that hold none."""
    names = [name for line in (NLP / "facts_unseen_r.txt").read_text().splitlines() if line[0] != "#"
             for name in line.split()]  # fmt: skip
    texts = read_stream(SHARED / "releases.jsonl.gz")
    result: Counter[str] = Counter(texts=len(names))
    for name in names:
        text, published = texts[name]
        told = [
            f"d {each.at} {each.sentence}" for each in deadlines(text, published or datetime(2026, 7, 6, tzinfo=KST))
        ]
        told += [f"m {each.won} {each.sentence}" for each in amounts(text)]
        result.update(one[0] for one in told)
        if errors and told:
            print(f"  {name}: {told}")
    return result


def main() -> None:
    """Prints the figures of the sets asked for."""
    errors = "--errors" in sys.argv
    for name in [one for one in sys.argv[1:] if one in "abc"] or ["a", "b", "c"]:
        ones = notices(name)
        print(f"set {name.upper()}: {len(ones)} texts")
        labelled = (("d", "deadline"), ("m", "amount"), ("t", "target"), ("c", "contact"), ("l", "law"))
        for fact, label in labelled[: 2 if name == "c" else None]:
            print(_figures(label, tally(ones, fact, errors=errors)))
        if name != "c":
            print(_figures("who", actors(ones)))
            print(_figures("sentence ends", sentence_ends(ones, errors=errors)))
    if SHARED.is_dir() and ("r" in sys.argv or len(sys.argv) == 1):
        told = false_alarms(errors=errors)
        print(f"set R: {told['texts']} real releases without a fact; told {told['d']} deadlines, {told['m']} amounts")


if __name__ == "__main__":
    main()
