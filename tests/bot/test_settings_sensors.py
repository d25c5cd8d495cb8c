"""What the file says of sensors beyond their names: the broker, folders, unsigned ones, the enrolment key."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import SettingsError, parse
from bot.settings_sensors import Folder

HOUSE = '[[institution]]\nid = "a"\nname = "가도"\n'
PLACE = HOUSE + '[[institution.cafeteria]]\nid = "main"\nname = "본관"\nseats = 300\n'
S = "institution.cafeteria.sensor"
SENSOR = PLACE + '[[institution.cafeteria.sensor]]\nid = "g1"\n'
BROKER = (
    '[mqtt]\nurl = "mqtts://broker.example.org"\nuser = "dobi"\npassword = "env:MQTT_PASSWORD"\nca = "/etc/ca.pem"\n'
)


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(SettingsError) as refused:
        parse(text, {"MQTT_PASSWORD": "s3cret"}, file_mode=0o600)
    return [(fault.line, fault.key) for fault in refused.value.faults]


def test_a_broker_is_read_and_its_password_shown_to_nobody() -> None:
    found = parse(HOUSE + BROKER, {"MQTT_PASSWORD": "s3cret"}, file_mode=0o644)

    assert found.mqtt is not None
    assert (found.mqtt.host, found.mqtt.port, found.mqtt.tls) == ("broker.example.org", 8883, True)
    assert (found.mqtt.user, found.mqtt.ca) == ("dobi", Path("/etc/ca.pem"))
    assert found.mqtt.password is not None
    assert found.mqtt.password.reveal() == "s3cret"
    assert "s3cret" not in repr(found)
    assert parse(HOUSE, {}, file_mode=0o644).mqtt is None
    plain = parse(HOUSE + '[mqtt]\nurl = "mqtt://10.0.0.5:1884/"\n', {}, file_mode=0o644).mqtt
    assert plain is not None
    assert (plain.host, plain.port, plain.tls, plain.user) == ("10.0.0.5", 1884, False, "")


@pytest.mark.parametrize(
    "url", ["http://a", "mqtt://", "mqtt://user:pw@host", "mqtt://host/topic", "mqtt://h:0", "host"]
)
def test_what_is_no_broker_is_told(url: str) -> None:
    assert faults(f'{HOUSE}[mqtt]\nurl = "{url}"\n') == [(5, "mqtt.url")]


def test_a_gate_may_drop_sheets_into_a_folder_without_a_key() -> None:
    text = SENSOR + 'kind = "gate"\nfolder = "/srv/gate"\ncolumns = { time = "승인시각", amount = "수량" }\n'

    gate = parse(text, {}, file_mode=0o644).institutions[0].cafeterias[0].sensors[0]

    assert gate.folder == Folder(Path("/srv/gate"), {"time": "승인시각", "amount": "수량"})
    assert gate.key.reveal() == ""


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        ('kind = "camera"\nkey = "0123456789abcdef"\nfolder = "/srv"\n', (11, S + ".folder")),
        ('kind = "gate"\nkey = "0123456789abcdef"\ncolumns = { time = "시각" }\n', (11, S + ".columns")),
        ('kind = "gate"\n', (8, S + ".key")),
        ('kind = "gate"\nfolder = "/srv"\ncolumns = { card = "카드번호" }\n', (11, S + ".columns.card")),
        ('kind = "beam"\nunsigned = true\n', (11, S + ".unsigned")),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_told_by_line(rest: str, told: tuple[int, str]) -> None:
    found = faults(SENSOR + rest)

    assert [key for _, key in found] == [told[1]]


def test_an_unsigned_counter_needs_a_broker_with_a_login_and_is_no_gate() -> None:
    beam = SENSOR + 'kind = "beam"\nunsigned = true\n'

    assert (
        parse(beam + BROKER, {"MQTT_PASSWORD": "x"}, file_mode=0o600).institutions[0].cafeterias[0].sensors[0].unsigned
    )
    assert faults(beam + '[mqtt]\nurl = "mqtt://10.0.0.5"\n') == [(11, S + ".unsigned")]
    assert faults(SENSOR + 'kind = "gate"\nunsigned = true\n' + BROKER) == [(11, S + ".unsigned")]


def test_the_enrolment_key_is_a_secret() -> None:
    found = parse(HOUSE + 'sensor_enrol = "env:ENROL"\n', {"ENROL": "a-long-enrolment-key"}, file_mode=0o644)

    enrol = found.institutions[0].sensor_enrol
    assert enrol is not None
    assert enrol.reveal() == "a-long-enrolment-key"
    assert "a-long" not in repr(found)
