"""A claim sheet's record comes back as it was written, and its papers are drawn from it alone, the same each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pypdfium2
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.allowance import Facts, Kind, Need, Note, allowances
from attest.travel_rules import Rules
from attest.trip import Area, Vehicle
from bot.claim_record import ClaimRecord, Line, Slip, unpack
from bot.papers import claim
from bot.wording import claim_sheet as words

AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SHORT = st.text(max_size=40)
LINES = st.builds(
    Line,
    trip=st.sampled_from(["", "t1"]),
    begins=st.none() | st.just(AT),
    ends=st.none() | st.just(AT + timedelta(hours=5)),
    destination=SHORT,
    place=st.sampled_from([0, 48170, 99999]),
    purpose=SHORT,
    area=st.sampled_from(["inside", "outside", "unknown"]),
    vehicle=st.integers(0, 4),
    minutes=st.none() | st.integers(0, 3_000),
    document=SHORT,
    needs=st.lists(st.sampled_from([need.value for need in Need]), unique=True).map(tuple),
    notes=st.lists(st.sampled_from([note.value for note in Note]), unique=True).map(tuple),
    slips=st.lists(st.builds(Slip, st.just("0011223344556677"), st.none() | st.integers(0, 9)), max_size=3).map(tuple),
    late=st.booleans(),
    located=st.booleans(),
    stated=st.lists(st.sampled_from(["fare", "vehicle"]), unique=True).map(tuple),
)


def line(day: int, minutes: int, vehicle: Vehicle) -> Line:
    (paid,) = allowances([Facts(date(2026, 11, day), minutes, area=Area.INSIDE, vehicle=vehicle)], Rules())
    begins = datetime(2026, 11, day, 1, tzinfo=UTC)
    return Line(
        "t1", begins, begins + timedelta(minutes=minutes), "상남동 주민센터", vehicle=int(vehicle), minutes=minutes
    ).counted(paid)


def record(lines: tuple[Line, ...], **changes: object) -> ClaimRecord:
    whole = ClaimRecord(
        "정산-총무과-2026-1", AT, "경상남도", "김하나", "총무과", date(2026, 11, 1), lines, approval=("담당", "과장")
    )
    return replace(whole, **changes)


@settings(max_examples=40, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=3), SHORT)
def test_any_record_comes_back_and_has_its_papers(lines, name):
    one = record(tuple(lines), name=name, ordinance=name)

    again = unpack(one.pack())

    assert again == one
    assert claim.pdf_of(again, []) == claim.pdf_of(one, [])
    assert claim.xlsx_of([again]) == claim.xlsx_of([one])


def test_a_counted_line_comes_back_with_its_articles():
    one = record((line(20, 300, Vehicle.OFFICIAL),))

    assert unpack(one.pack()) == one
    assert one.total == 10_000
    assert one.whole


def test_every_kind_need_and_note_has_its_word():
    assert set(words.KINDS) == {kind.value for kind in Kind}
    assert set(words.ASKED) | set(words.UNSET) == {need.value for need in Need}
    assert set(words.NOTES) == {note.value for note in Note} | {words.DIFFERS}


def test_the_title_says_inside_or_outside_where_all_of_it_is():
    inside = line(20, 300, Vehicle.OWN)

    assert words.title(record((inside,))) == "근무지 내 국내출장 여비 정산서"
    assert words.title(record((replace(inside, area="outside"),))) == "근무지 외 국내출장 여비 정산서"
    assert words.title(record((inside, replace(inside, area="outside")))) == "국내출장 여비 정산서"


def test_a_sheet_of_hundreds_of_rows_keeps_its_head_its_sum_and_its_place_to_sign():
    content = claim.pdf_of(record(tuple(line(1 + n % 28, 300, Vehicle.OWN) for n in range(400))), [])

    with pypdfium2.PdfDocument(content) as document:
        told = [page.get_textpage().get_text_range() for page in document]
    everything = "".join(told)
    assert "8,000,000" in everything
    assert "신청인" in told[-1]
    last = next(number for number, page in enumerate(told) if "8,000,000" in page)
    assert all("출장일" in page for page in told[: last + 1])
