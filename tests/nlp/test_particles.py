"""A noun is not cut because it ends like a particle, and an inflected word still meets its noun."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.words import query_words

LIST = [
    line.split("\t")
    for line in (Path(__file__).parent / "particles.txt").read_text(encoding="utf-8").splitlines()
    if line[0] != "#"
]
NOUNS = [row[0] for row in LIST if len(row) == 1]
INFLECTED = [row for row in LIST if len(row) == 2]
KEPT = "도만"  # of a word that ends so nothing is cut: it may be a noun


def test_nouns_stay_whole_alone_and_before_another_word() -> None:
    alone = [word for word in NOUNS if query_words(word) != [word]]
    before = [word for word in NOUNS if query_words(f"{word} 대책") != [word, "대책"]]

    assert len(NOUNS) >= 150
    assert alone == []
    assert len(before) <= 0.03 * len(NOUNS)  # 농정과 before a word may be 농정 and something


def test_inflected_words_lose_their_particle() -> None:
    rows = [
        (word, stem)
        for word, stem in INFLECTED
        if word[-1] not in KEPT and not (word.endswith("로") and word[-2] != "으")
    ]

    assert len(rows) >= 150
    assert [(word, stem) for word, stem in rows if query_words(f"{word} 대책") != [stem, "대책"]] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("전공의", ["전공의"]),
        ("전공의 파업", ["전공의", "파업"]),
        ("국무회의와 차관회의", ["국무회의", "차관회의"]),
        ("위원회의 결정", ["위원회", "결정"]),
        ("지역사회의 통합돌봄", ["지역사회", "통합돌봄"]),
        ("지자체와 협력", ["지자체", "협력"]),
        ("주민들에게 지원금을", ["주민", "지원금"]),
        ("예산과 결산", ["예산", "결산"]),
        ("새뜰마을에서는", ["새뜰마을"]),
        ("총무과와 농정과", ["총무과", "농정과"]),
        ("봄나들이", ["봄나들이"]),
        ("제주도의 경기도", ["제주도", "경기도"]),
        ("서울로", ["서울로"]),
        ("산불이 난 지역", ["산불", "난", "지역"]),
        ("어린이 물가가 걱정", ["어린이", "물가", "걱정"]),
        ("호랑이 국제유가 휴가 지원", ["호랑이", "국제유가", "휴가", "지원"]),
        ("문화가 있는 날", ["문화", "있는", "날"]),
        ("새 일자리가", ["새", "일자리가"]),
    ],
)
def test_keywords_as_people_write_them(text: str, words: list[str]) -> None:
    assert query_words(text) == words
