"""Sheets of personnel orders in many shapes: who goes, comes and moves is read, and what is unclear is left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import PaperRefusedError
from bot.roster import Entry
from bot.roster_orders import Ground, Plan, Reason, What, planned
from bot.roster_sheet import Line, Sheet, understand, understand_text
from tests.postings import FORMS, ROSTER, book
from tests.postings_unseen import UNSEEN

TODAY = date(2026, 11, 23)


def ground(entries=ROSTER) -> Ground:
    return Ground("gyeongnam", "경상남도(예시)", entries, frozenset(), TODAY, "b")


def goals(plan: Plan, *, whole: bool = False) -> Mapping[str, str]:
    return {
        one.move.entry.name: {What.OUT: "-", What.REST: "휴직"}.get(one.what, one.move.entry.department)
        for one in plan.moves
        if not (whole and one.what is What.OTHER)
    }


@pytest.mark.parametrize(
    ("form", "counts", "unclear"),
    [
        ("plain", (1, 1, 1, 0), []),
        ("titled_and_merged", (0, 0, 2, 1), []),
        ("sections", (2, 1, 1, 0), []),
        ("sheets", (1, 1, 1, 0), []),
        ("ordered", (2, 0, 2, 0), []),
        ("by_number", (0, 0, 2, 0), [Reason.NUMBER]),
        ("ditto", (1, 0, 3, 0), []),
        ("everybody", (0, 1, 1, 6), []),
        ("side_by_side", (0, 0, 0, 0), []),
    ],
)
def test_forms_that_the_reader_was_written_with(form, counts, unclear):
    plan = planned(understand(FORMS[form](), f"{form}.xlsx", TODAY), ground())

    assert tuple(map(plan.count, (What.OUT, What.IN, What.MOVED, What.OTHER))) == counts
    assert [one.reason for one in plan.unclear] == unclear


@pytest.mark.parametrize("form", UNSEEN)
def test_forms_that_came_later(form):
    made, wanted, unclear, day = UNSEEN[form]
    data = made()
    sheet = understand_text(data, TODAY) if isinstance(data, str) else understand(data, f"{form}.xlsx", TODAY)
    plan = planned(sheet, ground())

    assert goals(plan, whole=sheet.whole) == wanted
    assert len(plan.unclear) == unclear
    assert plan.missing == []
    assert day is None or {one.day for one in plan.moves} == {day}


def test_everybody_names_who_is_missing_and_does_nothing_to_them():
    plan = planned(understand(FORMS["everybody"](), "명부.xlsx", TODAY), ground())

    assert [one.name for one in plan.missing] == ["한솔"]
    assert plan.count(What.OUT) == 0


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (Line("", 2, "이강산", after="총무과"), Reason.SEVERAL),
        (Line("", 2, "이강산", before="총무과", after="감사관"), Reason.SEVERAL),
        (Line("", 2, "홍길동", before="감사관", after="도로과"), Reason.ELSEWHERE),
        (Line("", 2, "없는이", after="도로과"), Reason.NOBODY),
        (Line("", 2, "새이", kind="join"), Reason.DEPARTMENT),
        (Line("", 2, "홍길동", kind="change", why="전보"), Reason.DEPARTMENT),
        (Line("", 2, "홍길동", employee="1002", after="도로과"), Reason.NUMBER),
    ],
)
def test_what_is_not_plain_is_left_out(line, reason):
    plan = planned(Sheet((line,)), ground())

    assert (plan.moves, [one.reason for one in plan.unclear]) == ([], [reason])


def test_one_person_told_two_things_is_told_the_first_and_the_second_is_named():
    lines = (
        Line("", 2, "홍길동", after="도로과"),
        Line("", 3, "홍길동", after="농정과"),
        Line("", 4, "홍길동", after="도로과"),
    )

    plan = planned(Sheet(lines), ground())

    assert [one.move.entry.department for one in plan.moves] == ["도로과"]
    assert [(one.reason, one.line.number) for one in plan.unclear] == [(Reason.TWICE, 3)]


def test_the_file_wins():
    of_file = Ground("gyeongnam", "경상남도", ROSTER, frozenset({"p1001", "p1002"}), TODAY, "b")
    lines = (Line("", 2, "홍길동", after="도로과"), Line("", 3, "김하늘", kind="leave"))

    plan = planned(Sheet(lines), of_file)

    assert [one.reason for one in plan.unclear] == [Reason.FILE]
    assert [one.move.in_file for one in plan.moves] == [True]


def test_people_of_one_name_stay_apart_in_a_list_of_everybody():
    kim = (Entry("a", "김철수", "총무과"), Entry("b", "김철수", "농정과"))
    lines = (Line("", 2, "김철수", department="농정과"), Line("", 3, "김철수", department="총무과"))

    plan = planned(Sheet(lines, whole=True), ground(kim))

    assert (plan.moves, plan.same, plan.missing) == ([], 2, [])


@given(st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=12))
def test_no_table_of_whatever_breaks_it(rows):
    data = "\n".join("\t".join(cell.replace("\n", " ").replace("\t", " ") for cell in row) for row in rows)
    try:
        sheet = understand_text(data, TODAY)
    except PaperRefusedError:
        return
    planned(sheet, ground())


def test_a_sheet_without_names_says_what_it_saw():
    sheet = understand(book(("", [["부서", "직급"], ["총무과", "7급"]])), "a.xlsx", TODAY)

    assert (sheet.lines, sheet.headings) == ((), ("부서", "직급"))


def test_namesakes_may_be_told_apart_by_a_number_or_a_letter():
    sheet = understand(
        book(("", [["성명", "발령 부서"], *([name, "도로과"] for name in ("김영희2", "김영희B", "박 B", "직원17"))])),
        "a.xlsx", TODAY,
    )  # fmt: skip

    assert [(line.name, line.fault) for line in sheet.lines] == [
        ("김영희2", ""), ("김영희B", ""), ("박B", "name"), ("직원17", ""),
    ]  # fmt: skip


def test_lines_of_words_and_bare_heads():
    said = planned(understand_text("○ 총무과 홍길동 → 도로과\n○ 농정과 박바다 주무관 → 총무과", TODAY), ground())
    bare = book(("표지", [["인사발령 통지"]]), ("명단", [["성명", "전", "후"], ["한솔", "재난대응과", "감사관"]]))

    assert goals(said) == {"홍길동": "도로과", "박바다": "총무과"}
    assert goals(planned(understand(bare, "a.xlsx", TODAY), ground())) == {"한솔": "감사관"}


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("2026. 12. 1.부터 2027. 5. 31.까지 육아휴직을 명함", date(2027, 5, 31)),
        ("휴직을 명함(2026.12.1.~2027.5.31.)", date(2027, 5, 31)),
        ("육아휴직(복직예정일 2027. 6. 1.)", date(2027, 5, 31)),
        ("질병휴직(~2027-05-31)", date(2027, 5, 31)),
        ("휴직을 명함", None),
        ("휴직 2026. 12. 1.", None),
    ],
)
def test_how_long_a_leave_lasts_is_read_from_its_words(said, until):
    rows = [["성명", "소속", "발령사항"], ["홍길동", "총무과", said]]

    line = understand(book(("", rows)), "발령.xlsx", TODAY).lines[0]

    assert (line.kind, line.until) == ("rest", until)


@pytest.mark.parametrize(
    ("head", "told"),
    [("휴직기간", "2026.12.1.~2027.5.31."), ("복직예정일", "2027.6.1."), ("종료일", "2027-05-31")],
)
def test_how_long_a_leave_lasts_may_have_a_column_of_its_own(head, told):
    rows = [["성명", "소속", "구분", "발령일", head], ["홍길동", "총무과", "휴직", "2026-12-01", told]]

    plan = planned(understand(book(("", rows)), "발령.xlsx", TODAY), ground())

    assert [(one.what, one.day, one.move.entry.rest) for one in plan.moves] == [
        (What.REST, date(2026, 12, 1), "2027-06-01")
    ]
    assert [(one.day, one.move.entry.rest) for one in plan.returns] == [(date(2027, 6, 1), "")]
    assert plan.count(What.BACK) == 0
