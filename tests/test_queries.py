"""Questions to the archive as officials type them, and what must be understood of each (see bench_queries.py)."""

from __future__ import annotations

import pytest

from bot.handlers.search import understood
from nlp.query import Agencies
from nlp.synonyms import built_in
from tests.bench.bench_queries import AGENCIES, SETS, TODAY, asked, judged

# an ordinary word mistyped, and a city without its 시: known not to be understood
NOT_YET = {"second": 2}


@pytest.fixture(scope="module")
def agencies() -> Agencies:
    known = Agencies(built_in())
    known.add(AGENCIES)
    return known


@pytest.mark.parametrize("name", SETS)
def test_what_was_understood_stays_understood(name: str, agencies: Agencies) -> None:
    questions = asked(SETS[name])
    missed = [one.text for one in questions if not all(judged(one, agencies).values())]

    assert len(questions) == 60
    assert len(missed) <= NOT_YET.get(name, 0), missed


@pytest.mark.parametrize(
    "question", ["소상공인 대출 언제까지 신청해?", "언제까지 신청해? 소상공인 대출", "신청해? 소상공인 대출 언제까지"]
)
def test_the_asking_is_no_word_wherever_it_stands(question: str, agencies: Agencies) -> None:
    assert understood(question, TODAY, agencies).words == "소상공인 대출"
