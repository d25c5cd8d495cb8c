from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occupancy.reading import (
    BadSignature,
    Batch,
    Condition,
    Kind,
    Malformed,
    Reading,
    SensorError,
    Skewed,
    Stale,
)
from occupancy.sensors import http

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
CAM = http.Address("gyeongnam", "main", "cam1")
KEY = b"demo-key-of-cam1"
NONCE = "5f2c9a7e41d84c0b"
BODY = b'{"measured_at": "2026-11-23T11:30:00+09:00", "count": 18, "seq": 41}'


def post(
    body: bytes = BODY, *, sent_at: datetime = NOW, now: datetime = NOW, kind: Kind = Kind.CAMERA, key: bytes = KEY
) -> Batch:
    return http.parse(http.sign(KEY, CAM, body, sent_at, NONCE), body, key, now, kind=kind)


def body_of(**fields: object) -> bytes:
    return json.dumps({"measured_at": "2026-11-23T11:30:00+09:00"} | fields).encode()


def test_the_example_of_the_documentation_is_the_wire():
    headers = http.sign(KEY, CAM, BODY, NOW, NONCE)

    assert headers["Dobi-Sensor"] == "gyeongnam/main/cam1"
    assert all(f"{name}: {value}" in (http.__doc__ or "") for name, value in headers.items())
    assert BODY.decode() in (http.__doc__ or "")


def test_a_signed_reading_comes_through():
    batch = post()

    assert batch == Batch("cam1", NONCE, NOW, (Reading("cam1", Kind.CAMERA, NOW, NOW, 18, None, 41, NOW),))


def test_header_names_come_in_any_case():
    headers = {name.upper(): value for name, value in http.sign(KEY, CAM, BODY, NOW, NONCE).items()}

    assert http.parse(headers, BODY, KEY, NOW, kind=Kind.CAMERA).readings


@given(
    st.lists(
        st.tuples(st.integers(0, 7200), st.integers(0, 5000), st.none() | st.integers(0, 2**53 - 1)),
        min_size=1,
        max_size=20,
    )
)
def test_what_is_encoded_and_signed_is_what_is_parsed(items):
    readings = [
        Reading("cam1", Kind.CAMERA, at, NOW, count, None, seq, at)
        for age, count, seq in items
        for at in [NOW - timedelta(seconds=age)]
    ]

    assert post(http.encode(readings)).readings == tuple(readings)


@pytest.mark.parametrize("name", ["사무실/2층", "a b", "%", "café"])
def test_any_printable_name_survives_the_header(name):
    place = http.Address("gyeongnam", name, name)

    assert http.address(http.sign(KEY, place, BODY, NOW, NONCE)) == place


@pytest.mark.parametrize("text", ["", "a/b", "a/b/c/d", "a/b/", "a/b/%ff", "a/b/%0A", "a/b/가", "a/b/c\n"])
def test_an_address_of_another_form_is_refused(text):
    with pytest.raises(Malformed):
        http.address({"Dobi-Sensor": text})


class TestForgery:
    def test_another_key(self):
        with pytest.raises(BadSignature):
            post(key=b"another")

    def test_an_empty_key_opens_nothing(self):
        headers = http.sign(b"", CAM, BODY, NOW, NONCE)

        with pytest.raises(BadSignature):
            http.parse(headers, BODY, b"", NOW, kind=Kind.CAMERA)

    def test_a_changed_body(self):
        headers = http.sign(KEY, CAM, BODY, NOW, NONCE)

        with pytest.raises(BadSignature):
            http.parse(headers, BODY.replace(b"18", b"19"), KEY, NOW, kind=Kind.CAMERA)

    @pytest.mark.parametrize(
        ("header", "value"),
        [
            ("Dobi-Sensor", "changnyeong/main/cam1"),
            ("Dobi-Sensor", "gyeongnam/main/cam2"),
            ("Dobi-Timestamp", str(int(NOW.timestamp()) + 1)),
            ("Dobi-Nonce", "anothernonce"),
            ("Dobi-Signature", "v1=" + "0" * 64),
            ("Dobi-Signature", "v1="),
            ("Dobi-Signature", ""),
            ("Dobi-Signature", "v1=" + "é" * 64),
        ],
    )
    def test_each_header_is_under_the_signature(self, header, value):
        headers = http.sign(KEY, CAM, BODY, NOW, NONCE) | {header: value}

        with pytest.raises(BadSignature):
            http.parse(headers, BODY, KEY, NOW, kind=Kind.CAMERA)

    def test_a_byte_can_not_move_from_the_nonce_into_the_body(self):
        headers = http.sign(KEY, CAM, b"1" + BODY, NOW, NONCE) | {"Dobi-Nonce": NONCE + "1"}

        with pytest.raises(SensorError):
            http.parse(headers, BODY, KEY, NOW, kind=Kind.CAMERA)

    @pytest.mark.parametrize("name", ["Dobi-Sensor", "Dobi-Timestamp", "Dobi-Nonce", "Dobi-Signature"])
    def test_a_missing_header_is_malformed(self, name):
        headers = http.sign(KEY, CAM, BODY, NOW, NONCE)
        del headers[name]

        with pytest.raises(Malformed):
            http.parse(headers, BODY, KEY, NOW, kind=Kind.CAMERA)

    def test_a_header_given_twice_is_malformed(self):
        headers = http.sign(KEY, CAM, BODY, NOW, NONCE) | {"dobi-nonce": NONCE}

        with pytest.raises(Malformed):
            http.parse(headers, BODY, KEY, NOW, kind=Kind.CAMERA)


class TestClocks:
    @pytest.mark.parametrize("skew_s", [-300, -299, 0, 299, 300])
    def test_a_skew_within_five_minutes_is_taken(self, skew_s):
        sent_at = NOW + timedelta(seconds=skew_s)
        body = body_of(measured_at=sent_at.isoformat(), count=1)

        (reading,) = post(body, sent_at=sent_at).readings

        assert reading.measured_at <= NOW

    @pytest.mark.parametrize("skew_s", [-301, 301, -86_400, 10**9])
    def test_a_larger_skew_is_stale(self, skew_s):
        with pytest.raises(Stale):
            post(sent_at=NOW + timedelta(seconds=skew_s))

    def test_a_clock_ahead_is_set_back_so_that_ages_are_true(self):
        ahead = timedelta(seconds=200)
        measured = NOW - timedelta(seconds=40)
        body = body_of(measured_at=(measured + ahead).isoformat(), count=1)

        (reading,) = post(body, sent_at=NOW + ahead).readings

        assert reading.measured_at == measured

    def test_a_clock_behind_makes_readings_older_never_younger(self):
        behind = timedelta(seconds=200)
        body = body_of(measured_at=(NOW - behind).isoformat(), count=1)

        (reading,) = post(body, sent_at=NOW - behind).readings

        assert NOW - reading.measured_at == behind

    def test_the_identity_does_not_depend_on_when_it_was_sent(self):
        body = body_of(count=1)

        first = post(body, sent_at=NOW + timedelta(seconds=30)).readings[0]
        again = post(body, sent_at=NOW + timedelta(seconds=90)).readings[0]

        assert first.identity == again.identity

    @pytest.mark.parametrize("age_s", [7201, 86_400, -3, -3600])
    def test_a_reading_too_old_or_of_the_future_is_stale(self, age_s):
        with pytest.raises(Stale):
            post(body_of(measured_at=(NOW - timedelta(seconds=age_s)).isoformat(), count=1))


class TestStrictness:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"null",
            b"[]",
            b"18",
            b"{}",
            b"\xff\xfe{}",
            b'{"readings": []}',
            b'{"readings": {}}',
            b'{"readings": [1]}',
            b'{"readings": [[]]}',
            body_of(count=18.0),
            body_of(count=True),
            body_of(count="18"),
            body_of(count=None),
            body_of(count=-1),
            body_of(count=5001),
            body_of(count=10**400),
            body_of(count=1, seq=None),
            body_of(count=1, seq=2**53),
            body_of(count=1, served=1),
            body_of(count=1, card="1234"),
            body_of(served=1),
            body_of(count=1, measured_at=1795401000),
            body_of(count=1, measured_at="2026-11-23T11:30:00"),
            body_of(count=1, measured_at="2026-11-23 11:30:00+09:00"),
            body_of(count=1, measured_at="20261123T113000+0900"),
            body_of(count=1, measured_at="2026-13-23T11:30:00Z"),
            body_of(count=1, measured_at="0001-01-01T00:00:00+23:59"),
            body_of(count=1, measured_at="２０２６-11-23T11:30:00Z"),
            b'{"measured_at": "2026-11-23T11:30:00+09:00", "count": 1, "count": 2}',
            b'{"measured_at": "2026-11-23T11:30:00+09:00", "count": NaN}',
            b'{"measured_at": "2026-11-23T11:30:00+09:00", "count": 1} x',
            b"[" * 60_000,
            b'{"a":' * 10_000,
        ],
    )
    def test_anything_but_the_wire_is_malformed(self, body):
        with pytest.raises((Malformed, Stale)):
            post(body)

    def test_a_gate_gives_meals_and_nothing_else(self):
        assert post(body_of(served=12), kind=Kind.GATE).readings[0].served == 12
        with pytest.raises(Malformed):
            post(body_of(count=12), kind=Kind.GATE)

    def test_500_readings_pass_and_501_do_not(self):
        item = {"measured_at": "2026-11-23T11:30:00+09:00", "count": 1}

        assert len(post(json.dumps({"readings": [item] * 500}).encode()).readings) == 500
        with pytest.raises(Malformed):
            post(json.dumps({"readings": [item] * 501}).encode())

    def test_more_than_64_kib_is_refused_however_well_signed(self):
        with pytest.raises(Malformed, match="65537"):
            post(BODY + b" " * (64 * 1024 + 1 - len(BODY)))

    @given(st.binary(max_size=300))
    def test_no_body_makes_anything_but_a_batch_or_a_sensor_error(self, body):
        with contextlib.suppress(SensorError):
            assert post(body).readings

    @given(st.dictionaries(st.sampled_from(["Dobi-Sensor", "Dobi-Timestamp", "Dobi-Nonce"]), st.text()))
    def test_no_headers_make_anything_but_a_sensor_error(self, headers):
        forged = http.sign(KEY, CAM, BODY, NOW, NONCE) | headers | {"Dobi-Signature": "x"}

        with pytest.raises(SensorError):
            http.parse(forged, BODY, KEY, NOW, kind=Kind.CAMERA)


class TestBesideTheCount:
    @pytest.mark.parametrize(("written", "noise"), [("2", 2.0), ("1.5", 1.5), ("0.125", 0.125)])
    def test_a_count_may_tell_its_own_noise(self, written, noise):
        body = b'{"measured_at": "2026-11-23T11:30:00+09:00", "count": 18, "noise": %s}' % written.encode()

        assert post(body).readings[0].noise == noise

    @pytest.mark.parametrize("written", ["0", "-1", "1e3", "1.2345", "true", '"2"', "null", "NaN", "99999", "[]"])
    def test_a_noise_that_is_none_is_refused(self, written):
        body = b'{"measured_at": "2026-11-23T11:30:00+09:00", "count": 18, "noise": %s}' % written.encode()

        with pytest.raises(Malformed):
            post(body)

    def test_a_gate_has_no_noise(self):
        with pytest.raises(Malformed):
            post(body_of(served=3, noise=1), kind=Kind.GATE)

    @pytest.mark.parametrize("state", list(Condition))
    def test_a_sensor_tells_how_it_is_and_counts_nothing(self, state):
        batch = post(http.encode_state(state, NOW))

        assert (batch.readings, batch.state) == ((), state)

    @pytest.mark.parametrize("more", [{"state": "well"}, {"state": 1}, {"state": "ok", "count": 3}, {"state": []}])
    def test_no_other_condition_comes_through(self, more):
        with pytest.raises(Malformed):
            post(body_of(**more))

    def test_a_count_is_no_fraction(self):
        with pytest.raises(Malformed):
            post(b'{"measured_at": "2026-11-23T11:30:00+09:00", "count": 18.5}')


class TestTime:
    def test_a_clock_that_is_off_is_told_by_how_much(self):
        with pytest.raises(Skewed) as refused:
            post(sent_at=NOW + timedelta(hours=9))

        assert refused.value.by_s == 9 * 3600

    def test_what_a_broker_kept_may_be_older_and_never_from_the_future(self):
        at = NOW - timedelta(minutes=20)
        body = json.dumps({"measured_at": at.isoformat(), "count": 3}).encode()
        headers = http.sign(KEY, CAM, body, at, NONCE)

        with pytest.raises(Skewed):
            http.parse(headers, body, KEY, NOW, kind=Kind.CAMERA)
        kept = http.parse(headers, body, KEY, NOW, kind=Kind.CAMERA, delay=http.MAX_AGE)
        assert kept.readings[0].measured_at == at
        with pytest.raises(Skewed):
            http.parse(headers, body, KEY, NOW - timedelta(hours=1), kind=Kind.CAMERA, delay=http.MAX_AGE)

    def test_the_time_is_told_to_this_post_alone(self):
        first, second = (http.sign(KEY, CAM, BODY, NOW, nonce) for nonce in (NONCE, "anothernonce"))
        answer = http.told(KEY, first, NOW)

        assert http.time_of(KEY, first, answer) == NOW
        assert http.time_of(KEY, second, answer) is None
        assert http.time_of(b"other", first, answer) is None
        assert http.time_of(KEY, first, answer | {"Dobi-Time": "1795401001.000"}) is None
        assert http.time_of(KEY, first, {}) is None
