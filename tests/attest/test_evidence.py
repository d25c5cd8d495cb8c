"""Grades: what is refused, what holds a share at E1, and that one point never gets above E2."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import EvidenceRefusedError, InvalidShareError
from attest.evidence import Challenge, Evidence, grade
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
