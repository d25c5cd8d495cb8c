"""Whether a question to the archive is understood: period, agency, level, words, what is left out.

Two sets of 60, each with what must be understood (tests/nlp/queries_first.txt, _second.txt):
`python tests/bench/bench_queries.py [-v]`.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bot.handlers.search import understood  # noqa: E402
from nlp.query import Agencies  # noqa: E402
from nlp.synonyms import built_in  # noqa: E402
from nlp.words import query_words  # noqa: E402

TODAY = date(2026, 11, 23)
SETS = {"first": ROOT / "tests/nlp/queries_first.txt", "second": ROOT / "tests/nlp/queries_second.txt"}
AGENCIES = [
    "경상남도",
    "창원시",
    "진주시",
    "김해시",
    "거제시",
    "통영시",
    "함안군",
    "하동군",
    "부산광역시",
    "경상남도교육청",
    "행정안전부",
    "중소벤처기업부",
    "보건복지부",
    "농림축산식품부",
    "국토교통부",
    "기상청",
    "산림청",
    "고용노동부",
    "환경부",
    "질병관리청",
    "문화체육관광부",
    "과학기술정보통신부",
    "국세청",
    "식품의약품안전처",
]
PARTS = ("period", "agencies", "levels", "words", "exclude")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what must be understood of it."""

    text: str
    period: str
    agencies: frozenset[str]
    levels: frozenset[str]
    words: frozenset[str]
    optional: frozenset[str]
    exclude: frozenset[str]


def asked(path: Path) -> list[Asked]:
    found = []
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            text, period, agencies, levels, words, exclude = (part.strip() for part in line.split("|"))
            optional = re.search(r"\((.*)\)", words)
            found.append(
                Asked(
                    text, period, frozenset(one for one in agencies.split(",") if one), frozenset(levels.split()),
                    frozenset(query_words(re.sub(r"\(.*\)", "", words))),
                    frozenset(query_words(optional[1])) if optional else frozenset(), frozenset(exclude.split()),
                )
            )  # fmt: skip
    return found


def judged(one: Asked, agencies: Agencies) -> dict[str, bool]:
    """Which parts are understood as they must be."""
    query = understood(one.text, TODAY, agencies)
    period = f"{query.period.first}..{query.period.last}" if query.period else ""
    words = frozenset(query_words(query.words))
    return {
        "period": period == one.period,
        "agencies": query.agencies == one.agencies,
        "levels": query.levels == one.levels,
        "words": one.words <= words <= one.words | one.optional,
        "exclude": frozenset(query.exclude) == one.exclude,
    }


def main() -> None:
    agencies = Agencies(built_in())
    agencies.add(AGENCIES)
    for name, path in SETS.items():
        if name in sys.argv or not set(sys.argv) & set(SETS):
            rows = [(one, judged(one, agencies)) for one in asked(path)]
            parts = ", ".join(f"{part} {sum(row[part] for _, row in rows)}" for part in PARTS)
            print(f"{name}: {sum(all(row.values()) for _, row in rows)} of {len(rows)} wholly understood; {parts}")
            for one, row in rows:
                if "-v" in sys.argv and not all(row.values()):
                    query = understood(one.text, TODAY, agencies)
                    print(f"  {one.text}: {query}, wrong: {[part for part in PARTS if not row[part]]}")


if __name__ == "__main__":
    main()
