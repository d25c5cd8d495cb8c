"""Look-ups over the settings: everybody in the right institution, and nobody in another's."""

from __future__ import annotations

import pytest

from bot.settings import Role, parse
from bot.tenancy import Tenancy, UnknownInstitution

TEXT = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "kim"
name = "김"
department = "총무과"
telegram = 7
[[institution.person]]
id = "lee"
name = "이"
roles = ["감사", "운영자"]
[[institution.channel]]
id = "총무과"
slack = "C1"
[[institution.cafeteria]]
id = "main"
name = "본관"
seats = 10
[[institution.cafeteria.sensor]]
id = "cam1"
kind = "camera"
key = "one"

[[institution]]
id = "changwon"
name = "창원시"
[[institution.person]]
id = "yun"
name = "윤"
[[institution.channel]]
id = "총무과"
[[institution.channel]]
id = "감사관"
[[institution.cafeteria]]
id = "main"
name = "시청"
seats = 20
[[institution.cafeteria.sensor]]
id = "cam1"
kind = "gate"
key = "two"
"""


@pytest.fixture
def tenancy() -> Tenancy:
    return Tenancy(parse(TEXT, {}, file_mode=0o600).institutions)


def test_a_person_is_found_by_each_of_their_addresses(tenancy: Tenancy) -> None:
    by_console, by_telegram = tenancy.person("console", "kim"), tenancy.person("telegram", "7")

    assert by_console is not None
    assert by_console == by_telegram
    assert (by_console.tenant, by_console.person.name) == ("gyeongnam", "김")


def test_a_stranger_is_nobody_and_an_address_counts_on_its_own_messenger_only(tenancy: Tenancy) -> None:
    assert tenancy.person("console", "nobody") is None
    assert tenancy.person("console", "7") is None
    assert tenancy.person("telegram", "kim") is None


def test_a_name_typed_in_pieces_is_the_same_name(tenancy: Tenancy) -> None:
    assert tenancy.channel("console", "changwon", "\u1100\u1161\u11b7\u1109\u1161\u1100\u116a\u11ab") is not None


def test_institutions_never_meet(tenancy: Tenancy) -> None:
    ours, theirs = tenancy.channel("console", "gyeongnam", "총무과"), tenancy.channel("console", "changwon", "총무과")

    assert ours is not None
    assert ours != theirs
    assert tenancy.channel("console", "gyeongnam", "감사관") is None
    assert tenancy.channel("slack", "changwon", "C1") is None
    assert tenancy.member("changwon", "kim") is None
    assert tenancy.sensor("gyeongnam", "gate1") is None
    assert {person.id for person in tenancy.people_with("changwon", Role.STAFF)} == {"yun"}


def test_a_sensor_of_the_same_name_is_found_in_its_own_place(tenancy: Tenancy) -> None:
    ours, theirs = tenancy.sensor("gyeongnam", "cam1"), tenancy.sensor("changwon", "cam1")

    assert ours is not None
    assert theirs is not None
    assert (ours.cafeteria.name, ours.sensor.key.reveal()) == ("본관", "one")
    assert (theirs.cafeteria.name, theirs.sensor.key.reveal()) == ("시청", "two")
    assert tenancy.sensors_named("cam1") == (ours, theirs)
    assert tenancy.sensors_named("none") == ()


def test_roles_are_held_one_by_one_and_everybody_is_staff(tenancy: Tenancy) -> None:
    lee = tenancy.member("gyeongnam", "lee")

    assert lee is not None
    assert [role for role in Role if tenancy.may(lee.person, role)] == [Role.STAFF, Role.AUDITOR, Role.OPERATOR]
    assert tenancy.people_with("gyeongnam", Role.AUDITOR) == (lee.person,)
    assert tenancy.people_with("changwon", Role.AUDITOR) == ()
    assert tenancy.people_with("nowhere", Role.STAFF) == ()
    assert tenancy.operators() == (lee,)


def test_an_institution_is_found_or_refused_by_name(tenancy: Tenancy) -> None:
    assert tenancy.institution("changwon").name == "창원시"
    assert [one.id for one in tenancy.institutions()] == ["gyeongnam", "changwon"]
    with pytest.raises(UnknownInstitution, match="nowhere"):
        tenancy.institution("nowhere")
