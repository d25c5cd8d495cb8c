"""The finder of boards over pages it was not tuned for: rows, titles, dates, departments and addresses, counted."""

from __future__ import annotations

import pytest

from crawlers.article import ParseError
from crawlers.board import parse_board
from tests.crawlers.boards import FIRST, HELD, SECOND, Case
from tests.crawlers.boards_more import STRANGE

CASES = FIRST + SECOND + HELD + STRANGE


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_page_is_read_as_a_person_reads_it(case: Case) -> None:
    if case.error:
        with pytest.raises(ParseError) as caught:
            parse_board(case.body, case.charset, case.url)
        assert caught.value.code == case.error
        return

    entries = parse_board(case.body, case.charset, case.url).entries

    assert [entry.title for entry in entries] == [row.title for row in case.rows]
    assert [entry.url for entry in entries] == [row.url for row in case.rows]
    assert [entry.date for entry in entries] == [row.date for row in case.rows]
    assert [entry.department for entry in entries] == [row.office for row in case.rows]
    assert len({entry.id for entry in entries}) == len(entries)
