"""What a trip's conversation decides, apart from talking: area, companions, corrections, the moments of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from attest.receipt import Point
from attest.trip import KST, Area, Basis, Leg, LegKind, State, Trip
from bot import trip_area
from bot.daysoff import is_holiday
from bot.settings import Person
from bot.settings_office import office
from bot.trip_choice import next_kind, of_share, of_word, running
from bot.trip_fixing import corrects, fixed
from bot.trip_orders import Order, meant, understand
from bot.trip_people import resolve
from bot.tripping import looks

OFFICE = office(35.2377, 128.6919, ["창원시"])
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # Monday, 11:30 in Korea


def person(name: str, department: str = "총무과") -> Person:
    return Person(name, name, department, frozenset(), {})


KIM = person("김하나")
ROSTER = [
    KIM,
    person("서마루"),
    person("서가람", "농정과"),
    person("정가온", "예산담당관"),
    person("박새로", "정보화담당관"),
]


@pytest.mark.parametrize(
    ("words", "area"),
    [
        ("창원시청", Area.INSIDE), ("창원 성산구", Area.INSIDE), ("진주 스마트팜", Area.OUTSIDE),
        ("부산시청", Area.OUTSIDE),
        ("서울", Area.OUTSIDE), ("세종시", Area.OUTSIDE), ("도청", Area.UNKNOWN), ("스마트팜", Area.UNKNOWN),
        ("연수원", Area.UNKNOWN), ("", Area.UNKNOWN),
    ],
)  # fmt: skip
def test_an_area_is_known_from_a_places_name_and_never_guessed(words, area):
    assert trip_area.of_words(words, OFFICE) is area
    assert trip_area.of_words(words, None) is Area.UNKNOWN


def test_distances_are_told_to_a_hundred_metres_and_only_with_an_office():
    assert trip_area.distance_m(Point(35.18, 128.1076), OFFICE) == 53_500
    assert trip_area.distance_m(Point(35.18, 128.1076), None) is None
    assert trip_area.at_office(Point(35.2379, 128.6925), OFFICE) is True
    assert trip_area.at_office(Point(35.2279, 128.6811), OFFICE) is False


@pytest.mark.parametrize(
    ("said", "known", "doubted", "stated"),
    [
        ("서마루", ["서마루"], [], []),
        ("서마루 주무관", ["서마루"], [], []),
        ("서주무관", ["서마루"], [], []),  # one's own department first
        ("서 주무관님", ["서마루"], [], []),
        ("박주무관", [], ["박주무관"], []),  # another department's: asked
        ("정가온", ["정가온"], [], []),
        ("황주무관", [], [], ["황주무관"]),
        ("과장님", [], [], ["과장님"]),
        ("김하나", [], [], ["김하나"]),  # oneself is no companion
    ],
)
def test_companions_are_found_asked_about_or_kept_as_words(said, known, doubted, stated):
    found = resolve([said], ROSTER, KIM)

    assert [one.name for one in found.known] == known
    assert [one.said for one in found.doubts] == doubted
    assert list(found.stated) == stated


@pytest.mark.parametrize("said", ["내일 차례", "고마워요", "출발했어요", "식당 지금 어때?", "복귀 18시"])
def test_other_words_correct_nothing(said):
    assert not corrects(said)


@pytest.mark.parametrize("said", ["13시 말고 14시", "18시 말고 17시", "진주 말고 사천", "서마루 말고 정가온", "자가용"])
def test_a_correction_said_twice_changes_nothing_more(said):
    trip = Trip(
        "t", "kim", NOW, "진주 스마트팜", starts_at=datetime(2026, 11, 24, 13, tzinfo=KST).astimezone(UTC),
        ends_at=datetime(2026, 11, 24, 18, tzinfo=KST).astimezone(UTC), stated=("서마루",),
    )  # fmt: skip
    once = fixed(trip, said, NOW)
    assert once is not None
    swapped = replace(once.trip, stated=tuple(one for one in (*trip.stated, *once.added) if one not in once.dropped))

    twice = fixed(swapped, said, NOW)

    assert twice is not None
    assert twice.trip == swapped


def leg(kind: LegKind, ago: timedelta) -> Leg:
    return Leg(kind, NOW - ago, NOW - ago, Basis.TAP, message=f"{kind}{ago}")


def test_moments_find_their_trip_by_time_and_order():
    hour = timedelta(hours=1)
    begun = Trip("a", "kim", NOW - hour, starts_at=NOW - hour, legs=(leg(LegKind.DEPARTED, hour),), state=State.OPEN)
    ahead = Trip("b", "kim", NOW - hour, starts_at=NOW + 3 * hour)
    old = replace(begun, id="c", legs=(leg(LegKind.DEPARTED, 30 * hour),), starts_at=NOW - 30 * hour)

    assert running([old, begun, ahead], NOW) is begun
    assert running([old], NOW) is None
    assert of_word([begun, ahead], LegKind.ARRIVED, NOW) is begun
    assert of_word([begun, ahead], LegKind.DEPARTED, NOW) is ahead
    assert next_kind(begun) is LegKind.ARRIVED
    placed = of_share([begun, ahead], NOW, at_office=None)
    assert placed is not None
    assert (placed.trip.id, placed.kind) == ("a", LegKind.ARRIVED)
    assert of_share([old], NOW, at_office=None) is None


@pytest.mark.parametrize("hour", range(24))
def test_nothing_is_told_at_night_or_on_a_day_off(hour):
    for day in range(14):
        starts_at = datetime(2026, 12, 20, hour, tzinfo=KST) + timedelta(days=day)  # Christmas and New Year among them
        planned = Trip("a", "kim", starts_at - timedelta(days=3), starts_at=starts_at)
        out = replace(planned, legs=(Leg(LegKind.DEPARTED, starts_at, starts_at, Basis.TAP),), state=State.OPEN)
        back = Leg(LegKind.RETURNED, starts_at + timedelta(hours=2), starts_at + timedelta(hours=2), Basis.TAP)
        closed = replace(out, legs=(*out.legs, back), state=State.CLOSED, closing=1)
        for trip in (planned, out, closed):
            for one in looks(trip, is_holiday):
                local = one.at.astimezone(KST)
                assert 9 <= local.hour < 20
                assert local.weekday() < 5
                assert not is_holiday(local.date())


def test_orders_are_read_from_the_heads_of_a_sheet():
    rows = [
        ["출장명령 대장"],
        ["연번", "명령번호", "성명", "출장기간", "출장지"],
        ["1", "농정과-812", "김하나", "2026-11-24 ~ 2026-11-25", "진주"],
        ["2", "농정과-813", "", "2026-11-24", "진주"],
    ]

    found = understand(rows, NOW)

    assert found is not None
    assert found.orders == (Order("농정과-812", "김하나", "", date(2026, 11, 24), date(2026, 11, 25), "진주"),)
    assert found.unread == 1
    assert understand([["a", "b"], ["1", "2"]], NOW) is None


def test_an_order_that_may_mean_two_trips_goes_to_neither_unless_the_place_tells():
    at = datetime(2026, 11, 24, 9, tzinfo=KST)
    one, other = Trip("a", "kim", NOW, "진주 스마트팜", starts_at=at), Trip("b", "kim", NOW, "사천시청", starts_at=at)
    order = Order("농정과-812", "김하나", "", date(2026, 11, 24), date(2026, 11, 24))

    assert meant(order, [one, other]) is None
    assert meant(replace(order, where="사천시청 회의실"), [one, other]) is other
    assert meant(order, [one, replace(other, document="농정과-812")]).id == "b"
