"""Grades: what is refused, what holds a share at E1, and that one point never gets above E2."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import EvidenceRefusedError, InvalidShareError
from attest.evidence import Challenge, Evidence, Facts, Trace, climb, grade, without_point
from attest.receipt import FLAGS, Point, Share

ASKED = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def share(sent_s: float = 20, received_s: float = 21, point: Point | None = None, **more: bool) -> Share:
    point = point or Point(35.180123, 128.107654, 12)
    return Share(point, ASKED + sent_s * SECOND, ASKED + received_s * SECOND, **more)


@pytest.mark.parametrize("reason", ["forwarded", "venue", "via_bot"])
def test_what_was_not_sent_as_ones_own_position_is_refused(reason):
    with pytest.raises(EvidenceRefusedError) as refusal:
        grade(share(**{reason: True}), Challenge(ASKED))

    assert refusal.value.reason == reason


def test_an_answer_in_the_window_is_e2():
    assert grade(share(), Challenge(ASKED)) == Evidence(2, ())


@pytest.mark.parametrize(
    ("given_share", "challenge", "flags"),
    [
        (share(), None, ("no_challenge",)),
        (share(91, 91), Challenge(ASKED), ("late_answer",)),
        (share(-10, -10), Challenge(ASKED), ("early",)),
        (share(-30, 20), Challenge(ASKED), ("early",)),
        (share(-30, 95), Challenge(ASKED), ("early", "late_answer", "stale")),
        (share(5, 80), Challenge(ASKED), ("stale",)),
        (share(90, 20), Challenge(ASKED), ("clock",)),
        (share(edited=True), Challenge(ASKED), ("edited",)),
        (share(0, 3600), None, ("no_challenge", "stale")),
    ],
)
def test_what_holds_a_share_at_e1(given_share, challenge, flags):
    assert grade(given_share, challenge) == Evidence(1, flags)


@pytest.mark.parametrize(
    ("given_share", "flags"),
    [
        (share(live=True), ("live",)),
        (share(point=Point(35.180123, 128.107654)), ("no_accuracy",)),
        (share(point=Point(35.180123, 128.107654, 800)), ("coarse",)),
        (share(point=Point(35.18, 128.107, 12)), ("grid",)),
    ],
)
def test_what_is_remarked_without_lowering(given_share, flags):
    assert grade(given_share, Challenge(ASKED)) == Evidence(2, flags)


def test_a_messenger_that_cuts_its_times_to_seconds_still_answers():
    asked = ASKED + timedelta(milliseconds=900)

    assert grade(share(0, 1), Challenge(asked)).grade == 2


@given(
    sent=st.floats(-1e6, 1e6), received=st.floats(-1e6, 1e6), live=st.booleans(), edited=st.booleans(),
    asked=st.booleans(), lat=st.floats(-90, 90), lon=st.floats(-180, 180),
)  # fmt: skip
def test_one_point_is_never_above_e2_and_every_flag_has_its_bit(sent, received, live, edited, asked, lat, lon):
    evidence = grade(
        share(sent, received, Point(lat, lon), live=live, edited=edited), Challenge(ASKED) if asked else None
    )

    assert evidence.grade in (1, 2)
    assert set(evidence.flags) <= set(FLAGS)


def test_a_share_without_time_zones_is_refused():
    with pytest.raises(InvalidShareError):
        Share(Point(0, 0), datetime(2026, 1, 1), datetime(2026, 1, 1))  # noqa: DTZ001


# --- the ladder

POINT_E2, POINT_E1 = Evidence(2, ()), Evidence(1, ("no_challenge",))
GOOD = Trace(fixes=5, lasted=timedelta(minutes=10), screened=True)


@pytest.mark.parametrize(
    ("arrival", "facts", "expected"),
    [
        (POINT_E2, Facts(), 2),
        (POINT_E2, Facts(trace=GOOD), 3),
        (POINT_E2, Facts(trace=GOOD, colleague_near=True), 4),
        (POINT_E2, Facts(trace=GOOD, visit_code=True), 4),
        (POINT_E2, Facts(trace=GOOD, visit_code=True, departed=POINT_E2, returned=POINT_E2), 5),
        # no rung without the one below
        (POINT_E2, Facts(colleague_near=True, visit_code=True, departed=POINT_E2, returned=POINT_E2), 2),
        (POINT_E2, Facts(trace=GOOD, departed=POINT_E2, returned=POINT_E2), 3),
        (POINT_E1, Facts(trace=GOOD, visit_code=True, departed=POINT_E2, returned=POINT_E2), 1),
        # both ends of the trip, each answered
        (POINT_E2, Facts(trace=GOOD, visit_code=True, departed=POINT_E2), 4),
        (POINT_E2, Facts(trace=GOOD, visit_code=True, departed=POINT_E2, returned=POINT_E1), 4),
        # a bare word lifts nothing
        (POINT_E2, Facts(trace=GOOD, colleague_said=True, host_said=True), 3),
        # short, few, remarked or unscreened traces lift nothing
        (POINT_E2, Facts(trace=replace(GOOD, fixes=4)), 2),
        (POINT_E2, Facts(trace=replace(GOOD, lasted=timedelta(minutes=9, seconds=59))), 2),
        (POINT_E2, Facts(trace=replace(GOOD, screened=False)), 2),
        (POINT_E2, Facts(trace=replace(GOOD, flags=("still",)), visit_code=True), 2),
    ],
)
def test_each_rung_needs_the_one_below(arrival, facts, expected):
    assert climb(arrival, facts).grade == expected


def test_what_lifted_or_was_said_stands_as_a_flag_once():
    trace = Trace(fixes=9, lasted=timedelta(minutes=20), flags=("still", "same_point"), screened=True)
    arrival = Evidence(2, ("live", "same_point"))

    assert climb(POINT_E2, Facts(trace=GOOD, colleague_near=True, visit_code=True)).flags == (
        "trace",
        "colleague",
        "host",
    )
    assert climb(POINT_E2, Facts(colleague_said=True, host_said=True)).flags == ("colleague", "host")
    assert climb(arrival, Facts(trace=trace)).flags == ("live", "same_point", "still")


@pytest.mark.parametrize(
    ("confirmed", "late", "flags"),
    [
        ((), False, ("no_location",)),
        (("photo", "toll"), True, ("no_location", "late")),
        (("host",), True, ("no_location", "late", "host")),
        (("colleague", "host", "photo"), False, ("no_location", "colleague", "host")),
    ],
)
def test_without_a_point_it_is_e1_with_what_confirmed_it(confirmed, late, flags):
    assert without_point(confirmed, late=late) == Evidence(1, flags)


def test_a_share_without_a_point_is_e1():
    assert grade(Share(None, ASKED, ASKED), Challenge(ASKED)) == Evidence(1, ("no_location",))


@given(
    arrival=st.builds(Evidence, st.integers(1, 2), st.just(())),
    fixes=st.integers(0, 9), minutes=st.integers(0, 20), screened=st.booleans(), flagged=st.booleans(),
    near=st.booleans(), code=st.booleans(), said=st.booleans(),
    ends=st.none() | st.integers(1, 2).map(lambda grade: Evidence(grade, ())),
)  # fmt: skip
def test_one_point_never_gets_above_e2_whoever_stands_beside(
    arrival, fixes, minutes, screened, flagged, near, code, said, ends
):
    trace = Trace(fixes, timedelta(minutes=minutes), ("still",) if flagged else (), screened)
    evidence = climb(arrival, Facts(trace, near, code, said, said, ends, ends))

    assert arrival.grade <= evidence.grade <= 5
    assert evidence.grade <= 2 or (fixes >= 5 and minutes >= 10 and screened and not flagged)
    assert evidence.grade <= 3 or near or code
    assert set(evidence.flags) <= set(FLAGS)
