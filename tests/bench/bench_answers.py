"""How many answers to Dobi's own questions are understood: every question of `tests.answers_table` with every phrasing.

    PYTHONPATH=. python -m tests.bench.bench_answers [--show] [--without]

`--without` leaves typed answers unread, as they were before; `--show` names what is not right. Half of the phrasings
were written before the code was read.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections import Counter
from pathlib import Path

import tests.talk
from bot.typed_answers import TypedAnswers
from tests.answers_table import (
    HELD,
    LATER,
    NO,
    OTHER,
    QUESTIONS,
    SEEN,
    VAGUE,
    YES,
    asked,
    fits,
    judged,
    kinds,
    put_behind,
)


async def _unread(_self: TypedAnswers, _request: object) -> None:
    return None


async def measured(*, show: bool) -> Counter[tuple[str, str]]:
    """Right, wrong and harmful ones of each half."""
    found: Counter[tuple[str, str]] = Counter()
    number = 0
    with tempfile.TemporaryDirectory() as folder:
        async with tests.talk.talking(Path(folder), roles=("deliver", "chat")) as talk:
            for half, phrasings in (("seen", SEEN), ("held", HELD)):
                for one in QUESTIONS:
                    for kind in kinds(one):
                        for words in phrasings[YES if kind == VAGUE else kind]:
                            if not fits(one, kind, words) or (kind in {NO, LATER, OTHER, VAGUE} and number % 2):
                                number += 1
                                continue
                            number += 1
                            if one.user or one.pushed:
                                await put_behind(talk, one.user or one.pushed)
                            user, _ = await asked(talk, one, number)
                            said = await talk.say(user, words)
                            answer = "\n".join(each.reply.text for each in said)
                            outcome = judged(one, kind, answer)
                            found[half, outcome] += 1
                            if show and outcome != "right":
                                print(outcome, half, one.name, kind, words, "→", answer[:120].replace("\n", " / "))
    return found


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--without", action="store_true")
    told = parser.parse_args()
    tests.talk.POOL = 3_000
    if told.without:
        TypedAnswers.read = _unread  # type: ignore[assignment,method-assign]
    for (half, outcome), count in sorted(asyncio.run(measured(show=told.show)).items()):
        print(f"{half:5} {outcome:6} {count}")


if __name__ == "__main__":
    main()
