"""Where an office is, by its name; it knows no place that the name does not hold."""

from __future__ import annotations

import pytest

from nlp.regions import Home, home_of


@pytest.mark.parametrize(
    ("office", "own", "around"),
    [
        ("경상남도", "경남", "창원시"),
        ("경상남도청", "경남", "진주"),
        ("창원시", "창원", "경남"),
        ("경남 진주시청", "진주시", "경상남도"),
        ("창원특례시", "창원시", "경남"),
        ("제주특별자치도", "제주", "서귀포시"),
        ("보은군", "보은군", "충북"),
        ("서울특별시", "서울", None),
        ("전북특별자치도교육청", "전라북도", "전주"),
    ],
)
def test_an_office_and_what_is_around_it(office: str, own: str, around: str | None) -> None:
    home = home_of(office)

    assert own in home.own
    assert around in home.around if around else not home.around


@pytest.mark.parametrize("office", ["행정안전부", "한국도로공사", "견본도청", "", "고성군", "중구"])
def test_an_office_without_a_place_has_none(office: str) -> None:
    assert home_of(office) == Home()


def test_a_name_that_is_a_word_is_no_place_by_itself() -> None:
    assert "보은" not in home_of("보은군").own
    assert "예산" not in home_of("충청남도").around
