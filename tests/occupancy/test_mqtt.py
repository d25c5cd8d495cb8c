"""The wire over MQTT, as pure functions: signed payloads, topics, retained values, bare numbers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from occupancy.reading import BadSignature, Condition, Kind, Malformed, SensorError, Skewed
from occupancy.sensors import http, mqtt

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
CAM, KEY = http.Address("gyeongnam", "본관 식당", "cam1"), b"demo-key-of-cam1"
NONCE = "5f2c9a7e41d84c0b"


def body(at: datetime = NOW, count: int = 18) -> bytes:
    return json.dumps({"measured_at": at.isoformat(), "count": count}).encode()


def message(payload: bytes, *, retained: bool = False) -> mqtt.Message:
    return mqtt.Message(mqtt.topic(CAM, "reading"), payload, retained)


def sealed(at: datetime = NOW, key: bytes = KEY) -> bytes:
    return mqtt.seal(key, CAM, body(at), at, NONCE)


def test_what_is_sealed_is_what_is_parsed_and_the_same_post_as_over_http():
    batch = mqtt.parse(CAM, message(sealed()), KEY, NOW, kind=Kind.CAMERA)

    headers = http.sign(KEY, CAM, body(), NOW, NONCE)
    assert batch == http.parse(headers, body(), KEY, NOW, kind=Kind.CAMERA)
    assert mqtt.sender_of(mqtt.topic(CAM, "reading")) == (CAM, "reading")


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "dobi",
        "dobi/a/b/reading",
        "dobi/a/b/c/d/reading",
        "dobi/a/b/c/image",
        "other/a/b/c/reading",
        "dobi/a/b/%0A/status",
    ],
)
def test_other_topics_are_nobodys(topic):
    with pytest.raises(Malformed):
        mqtt.sender_of(topic)


@pytest.mark.parametrize(
    "payload",
    [b"", b"18", body(), b"dobi-sensor-v1\n" + body(), b"dobi-sensor-v1 1 2 3\n", b"\xff" * 100, b"x" * 70_000],
)
def test_what_is_not_signed_is_refused(payload):
    with pytest.raises(Malformed):
        mqtt.parse(CAM, message(payload), KEY, NOW, kind=Kind.CAMERA)


def test_a_reading_stays_in_its_topic():
    other = http.Address("changnyeong", "본관 식당", "cam1")

    with pytest.raises(BadSignature):
        mqtt.parse(other, message(sealed()), KEY, NOW, kind=Kind.CAMERA)
    with pytest.raises(BadSignature):
        mqtt.parse(CAM, message(sealed(key=b"another")), KEY, NOW, kind=Kind.CAMERA)


@pytest.mark.parametrize("minutes", [0, 4, 20, 110])
def test_a_retained_reading_is_as_old_as_it_says(minutes):
    at = NOW - timedelta(minutes=minutes)

    (reading,) = mqtt.parse(CAM, message(sealed(at), retained=True), KEY, NOW, kind=Kind.CAMERA).readings

    assert reading.measured_at == at
    assert reading.received_at == NOW


def test_a_retained_reading_of_yesterday_is_none_and_a_live_one_may_not_be_as_old_as_a_retained_one():
    for at, retained in ((NOW - timedelta(hours=3), True), (NOW - timedelta(minutes=20), False)):
        with pytest.raises(Skewed):
            mqtt.parse(CAM, message(sealed(at), retained=retained), KEY, NOW, kind=Kind.CAMERA)


@pytest.mark.parametrize(("payload", "count"), [(b"0", 0), (b"18", 18), (b" 7\n", 7), (b"3.0", 3), (b"12.000", 12)])
def test_a_counter_that_can_not_sign_says_a_bare_number(payload, count):
    (reading,) = mqtt.plain(CAM, message(payload), NOW, kind=Kind.BEAM).readings

    assert (reading.count, reading.measured_at) == (count, NOW)


@pytest.mark.parametrize(
    "payload", [b"", b"-1", b"1.5", b"1e3", b"99999", b"18 people", b"\xd9\xa1", b"NaN", b"1" * 100, b"{}"]
)
def test_what_is_no_number_of_people_is_none(payload):
    with pytest.raises(SensorError):
        mqtt.plain(CAM, message(payload), NOW, kind=Kind.BEAM)


def test_a_bare_number_that_was_retained_has_no_age_and_a_gate_says_none():
    with pytest.raises(Malformed):
        mqtt.plain(CAM, message(b"18", retained=True), NOW, kind=Kind.BEAM)
    with pytest.raises(Malformed):
        mqtt.plain(CAM, message(b"18"), NOW, kind=Kind.GATE)


def test_a_status_is_online_or_offline():
    assert mqtt.condition(message(b"online")) is Condition.OK
    assert mqtt.condition(message(b"offline\n")) is Condition.OFFLINE
    for payload in (b"", b"dead", b"offline" * 1000):
        with pytest.raises(Malformed):
            mqtt.condition(message(payload))


def test_no_password_in_a_repr():
    assert "hunter2" not in repr(mqtt.Broker("b", 1883, password="hunter2"))
