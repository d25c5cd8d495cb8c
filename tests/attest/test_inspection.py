"""Trips beside the sheets of their office: what lies beside what, and what a reader can sort by; never a score."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from attest.inspection import MARKS, Basis, Of, inspect
from attest.ledgers import Case, Row, Someone, Source, Way
from attest.trip import KST, Vehicle

DAY = date(2026, 10, 5)
KIM, LEE = Someone("kim", "김하나", "총무과"), Someone("lee", "이보름", "감사관")
OTHER_KIM = Someone("kim2", "김하나", "농정과")


def at(clock: str, day: date = DAY) -> datetime:
    return datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), KST)  # noqa: DTZ007


def trip(begin: str = "13:00", end: str = "17:40", person: str = "kim", **others: object) -> Case:
    case = Case(
        f"{person}-{begin}", person, DAY, at(begin), at(end), at(begin), at(end), ("진주",), Vehicle.OFFICIAL, 40_000, 2
    )
    return replace(case, **others)


def gate(clock: str, way: Way = Way.IN, name: str = "김하나", **others: object) -> Row:
    return Row(Source.GATE, "출입.csv", 7, DAY, at(clock), name=name, way=way, **others)


def drive(begin: str, end: str, name: str = "김하나", **others: object) -> Row:
    return Row(Source.DRIVE, "운행.xlsx", 3, DAY, at(begin), at(end), name=name, vehicle="12가1000", **others)


def toll(clock: str, *places: str, vehicle: str = "12가1000") -> Row:
    return Row(Source.TOLL, "하이패스.csv", 2, DAY, at(clock), vehicle=vehicle, places=places)


def marks(case: Case, *rows: Row, people: tuple[Someone, ...] = (KIM, LEE)) -> tuple[str, ...]:
    return inspect([case], rows, people).cases[0].marks


def test_an_early_entrance_is_two_times_with_where_each_comes_from():
    found = inspect([trip()], [gate("16:05")], [KIM, LEE])

    (compared,) = found.cases
    (comparison,) = compared.comparisons
    assert (comparison.of, comparison.stated, comparison.found) == (Of.RETURN, at("17:40"), at("16:05"))
    assert (comparison.minutes, comparison.inside, comparison.row.file) == (-95, True, "출입.csv")
    assert compared.marks == ("early_return", "gate_inside", "four_hours")


def test_clocks_that_differ_by_minutes_mean_nothing():
    assert marks(trip(), gate("17:32"), gate("13:04", Way.OUT)) == ()


def test_four_hours_are_told_only_where_the_rows_cross_them():
    assert "four_hours" not in marks(trip("13:00", "18:30"), gate("17:05"))
    assert "four_hours" in marks(trip("13:00", "18:30"), gate("16:55"))
    assert "four_hours" not in marks(trip("13:00", "16:00"), gate("15:00"))


def test_comparisons_come_largest_first_over_all_trips():
    cases = [trip("09:00", "11:00"), trip("13:00", "17:40")]

    found = inspect(cases, [gate("10:40"), gate("16:05"), drive("13:02", "17:20")], [KIM])

    assert [one.minutes for one in found.comparisons] == [-95, -20, -20, 2]


def test_a_gate_outside_every_trip_is_counted_and_no_finding():
    found = inspect([trip()], [gate("08:50"), gate("18:30", Way.OUT)], [KIM])

    assert (found.passages, found.strays, found.comparisons) == (2, (), ())


def test_a_ride_without_a_trip_and_a_trip_without_a_ride_are_both_told():
    found = inspect([trip()], [drive("08:00", "09:30")], [KIM])

    assert [row.number for row in found.strays] == [3]
    assert found.cases[0].marks == ("no_drive",)


def test_two_rides_of_one_trip_tell_first_departure_and_last_return():
    found = inspect([trip()], [drive("13:05", "14:00"), drive("16:00", "17:30")], [KIM])

    assert {(one.of, one.minutes) for one in found.comparisons} == {(Of.DEPARTURE, 5), (Of.RETURN, -10)}


def test_a_car_that_a_companion_drove_is_in_the_log():
    with_trip = inspect(
        [trip(companions=("lee",)), trip(person="lee")], [drive("13:00", "17:40", "이보름")], [KIM, LEE]
    )
    without = inspect([trip(companions=("lee",))], [drive("13:00", "17:40", "이보름")], [KIM, LEE])
    elsewhere = inspect([trip(companions=("lee",))], [drive("08:00", "09:00", "이보름")], [KIM, LEE])

    assert [one.marks for one in with_trip.cases] == [(), ()]
    assert without.cases[0].beside[0].basis is Basis.COMPANION
    assert without.cases[0].marks == ()
    assert elsewhere.cases[0].marks == ("no_drive",)


def test_an_official_car_beside_a_trip_that_says_otherwise_is_a_mark():
    assert "official_car" in marks(trip(vehicle=Vehicle.OWN), drive("13:00", "17:40"))
    assert "official_car" not in marks(trip(vehicle=Vehicle.UNKNOWN), drive("13:00", "17:40"))
    assert "official_car" not in marks(trip(vehicle=Vehicle.OWN))


def test_a_missing_receipt_or_row_is_a_fact_only_where_the_book_was_handed_in():
    assert marks(trip(receipts=0)) == ("no_receipt",)
    assert marks(trip()) == ()
    other = Row(Source.CLOSING, "복무.xlsx", 4, DAY, at("09:00"), at("10:00"), name="이보름")
    assert marks(trip(), other) == ("no_closing",)


@pytest.mark.parametrize(("metres", "told"), [(1_000, True), (1_001, False), (None, False)])
def test_a_short_way_is_told(metres, told):
    assert ("short" in marks(trip(distance_m=metres))) is told


def test_namesakes_are_told_apart_by_department_or_staff_number_else_told_as_such():
    cases, people = [trip(), trip(person="kim2")], [KIM, OTHER_KIM]

    by_department = inspect(cases, [gate("16:05", department="농정과")], people)
    by_staff = inspect(cases, [gate("16:05", staff="kim")], people)
    neither = inspect(cases, [gate("16:05")], people)

    assert [one.case.person for one in by_department.cases if one.beside] == ["kim2"]
    assert by_department.cases[1].beside[0].basis is Basis.DEPARTMENT
    assert [one.case.person for one in by_staff.cases if one.beside] == ["kim"]
    assert neither.comparisons == ()
    assert neither.unclear[0].people == ("kim", "kim2")
    assert all(one.marks == ("namesakes",) for one in neither.cases)


def test_a_department_that_is_neither_namesakes_settles_nothing():
    found = inspect([trip()], [gate("16:05", department="도로과")], [KIM, OTHER_KIM])

    assert len(found.unclear) == 1


def test_a_staff_number_of_another_person_than_the_name_settles_nothing():
    found = inspect([trip(), trip(person="lee")], [gate("16:05", staff="lee")], [KIM, LEE])

    assert [one.case.person for one in found.cases if one.beside] == ["kim"]
    assert found.cases[0].beside[0].basis is Basis.NAME


def test_a_toll_gate_is_of_who_had_the_car_by_its_log():
    found = inspect(
        [trip(), trip("13:10", "17:00", person="lee")], [toll("13:40", "진주"), drive("13:00", "17:40")], [KIM, LEE]
    )

    assert [one.case.person for one in found.cases if one.of(Source.TOLL)] == ["kim"]
    assert {one.basis for one in found.cases[0].beside} == {Basis.NAME, Basis.VEHICLE}


def test_a_toll_gate_without_a_log_goes_by_place_and_hour_where_only_one_was_there():
    alone = inspect([trip()], [toll("13:40", "서진주")], [KIM])
    two = inspect([trip(), trip(person="lee")], [toll("13:40", "서진주")], [KIM, LEE])
    elsewhere = inspect([trip()], [toll("13:40", "김해")], [KIM])

    assert alone.cases[0].beside[0].basis is Basis.PLACE
    assert two.unclear[0].people == ("kim", "lee")
    assert [row.places for row in elsewhere.strays] == [("김해",)]


def test_a_name_that_nobody_has_is_told():
    assert [row.name for row in inspect([trip()], [gate("16:05", name="홍길동")], [KIM]).strangers] == ["홍길동"]


def test_rows_of_other_departments_are_counted_and_not_listed():
    row = drive("13:00", "14:00", name="이보름")

    found = inspect([trip()], [row], [KIM, LEE], departments=["총무과"])

    assert (found.elsewhere, found.strays) == (1, ())
    assert inspect([trip()], [row], [KIM, LEE]).strays == (row,)
    assert inspect([], [row], [KIM, LEE], departments=["감사관"]).strays == (row,)


def test_a_night_past_midnight_is_one_trip():
    end = at("01:30") + timedelta(days=1)
    case = replace(trip("21:00"), end=end, returned=end)
    row = gate("00:20")
    row = replace(row, day=DAY + timedelta(days=1), begins=at("00:20") + timedelta(days=1))

    assert inspect([case], [row], [KIM]).comparisons[0].minutes == -70


def test_trips_at_the_same_time_and_other_amounts_are_marks():
    cases = [trip("09:00", "12:00"), trip("11:00", "15:00")]
    claimed = Row(Source.CLAIM, "여비.xlsx", 2, DAY, name="김하나", amount=20_000)

    found = inspect(cases, [claimed], [KIM], {"kim-09:00": 10_000})

    assert found.cases[0].marks == ("overlap", "amount")
    assert found.cases[1].marks == ("overlap",)


def test_the_end_of_a_trip_is_compared_twice_as_planned_and_as_reported():
    row = Row(Source.CLOSING, "복무.xlsx", 4, DAY, at("13:00"), at("18:00"), at("16:30"), name="김하나")

    found = inspect([trip()], [row], [KIM])

    assert {(one.of, one.minutes) for one in found.comparisons} == {(Of.RETURN, 20), (Of.CLOSED, -70)}


def test_nothing_handed_in_leaves_the_trips_as_they_are():
    found = inspect([trip()], [], [KIM])

    assert (found.cases[0].marks, found.comparisons, found.strays) == ((), (), ())


def test_every_mark_can_come_about():
    """Each mark is shown by a test above, or here: none is a name without a fact."""
    seen = {
        *marks(trip(receipts=0, distance_m=10, vehicle=Vehicle.OWN), gate("16:05"), drive("13:30", "17:40")),
        *marks(trip(), Row(Source.CLOSING, "a", 1, DAY, at("09:00"), name="이보름"), drive("09:00", "10:00", "이보름")),
    }
    shown_above = {"overlap", "amount", "namesakes"}

    assert seen | shown_above == set(MARKS)


def test_a_name_that_the_books_give_to_two_departments_is_not_taken_for_one_person():
    found = inspect([trip()], [gate("15:00", department="회계과"), gate("17:41", department="총무과")], (KIM, LEE))
    team = inspect([trip()], [gate("17:41", department="인사팀")], (KIM, LEE))

    assert [one.row.department for one in found.cases[0].beside] == ["총무과"]
    assert [one.row.department for one in found.unclear] == ["회계과"]
    assert len(team.cases[0].beside) == 1


def test_the_way_there_alone_says_nothing_of_the_return():
    there, back = toll("13:20", "진주"), toll("15:10", "진주")

    assert inspect([trip()], [there], (KIM,)).comparisons == ()
    assert [one.found for one in inspect([trip()], [there, back], (KIM,)).comparisons] == [at("15:10")]
