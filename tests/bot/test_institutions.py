"""Institutions by the names that people type."""

from __future__ import annotations

import pytest

from bot.institutions import called, named
from bot.settings import parse
from bot.tenancy import Tenancy

HOUSE = Tenancy(
    parse(
        """
[[institution]]
id = "gimhae"
name = "김해시(예시)"
[[institution]]
id = "techno"
name = "경남 테크노파크"
[[institution]]
id = "twin1"
name = "쌍둥이군"
[[institution]]
id = "twin2"
name = "쌍둥이군"
""",
        {},
        file_mode=0o600,
    ).institutions
)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("김해시", "gimhae"),
        ("김해시청", "gimhae"),
        ("김 해 시", "gimhae"),
        ("김해시(예시)", "gimhae"),
        ("GIMHAE", "gimhae"),
        ("경남테크노파크", "techno"),
        ("김해", None),
        ("쌍둥이군", None),
        ("", None),
        ("청", None),
        ("()", None),
    ],
)
def test_a_name_means_one_institution_or_none(said, found):
    institution = named(HOUSE, said)

    assert (institution.id if institution else None) == found


def test_one_that_left_is_called_by_its_id():
    assert called(HOUSE, "gimhae") == "김해시(예시)"
    assert called(HOUSE, "gone") == "gone"
